"""Options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Config = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="A configuration in TOML; `banmian config` prints the default one."),
]
NoCorrect = Annotated[bool, typer.Option("--no-correct", help="Leave recognition errors of OCR engines as they are.")]
Encoding = Annotated[
    str | None,
    typer.Option("--encoding", metavar="NAME", help="How the text is encoded (utf-8, gb18030, big5); else detected."),
]
Engine = Annotated[
    str | None,
    typer.Option("--engine", metavar="NAME", help="The OCR engine for pictures: rapidocr (default), tesseract, ..."),
]
