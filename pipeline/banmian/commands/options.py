"""Options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def _known(name: str | None) -> str | None:
    """The name of an OCR engine, if there is one of it."""
    if name is None:
        return None
    from banmian.ocr import EngineError, check

    try:
        check(name)
    except EngineError as error:
        raise typer.BadParameter(str(error)) from None
    return name


Config = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="A configuration in TOML; `banmian config` prints the default one."),
]
NoCorrect = Annotated[bool, typer.Option("--no-correct", help="Leave recognition errors of OCR engines as they are.")]
Encoding = Annotated[
    str | None,
    typer.Option("--encoding", metavar="NAME", help="How the text is encoded (utf-8, gb18030, big5); else detected."),
]
Halves = Annotated[
    bool, typer.Option("--halves", help="The two files, or the two pages of one, are the halves of one page.")
]
Ocr = Annotated[
    str | None,
    typer.Option(
        "--ocr",
        metavar="NAME",
        callback=_known,
        help="The OCR engine for pictures: rapidocr (the default), tesseract, ...",
    ),
]
