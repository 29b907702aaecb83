"""Printed pages as an OCR engine reads their pictures, so that recognition errors and lost lines have gold too.

    pip install rapidocr-onnxruntime==1.4.4 pypdfium2 pillow
    python -m banmian.fit.recognised PRINTED OUT --text NotoSerifCJK-Regular.ttc --heads NotoSerifCJK-Bold.ttc

PRINTED is a folder of pages NAME.pdf with NAME.gold.json (`banmian.fit.printed_press`). Their typefaces are empty
frames, for nobody looks at them; here each character is drawn where it stands, in the faces that are given. OUT gets
the gold pages and a folder `ocr` of raw texts. Engine and resolution are those that dev/ocr was read with, and the
lines come in the same order: the PDFs of three of its pages, rendered as they are, gave its text line for line.
"""

from __future__ import annotations

import ctypes
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np
import typer

DPI = 200
POINTS = 72.0  # an inch
# Lines whose tops fall into the same steps of so many pixels are taken from the left.
STEP = 12
HEAD_SIZE = 13.0  # points; type that is larger is set in the face of heads
CHINESE = 2  # which of the faces of a collection (.ttc) has the forms of the mainland


class Glyph(NamedTuple):
    """A character of a page: where its baseline begins, in points from the top left corner, and its size in points."""

    character: str
    x: float
    y: float
    size: float


def glyphs(pdf: Path) -> tuple[tuple[float, float], list[Glyph]]:
    """The size of the first page of a PDF in points, and its characters but for white space."""
    import pypdfium2  # noqa: PLC0415  an extra
    import pypdfium2.raw as pdfium  # noqa: PLC0415

    page = pypdfium2.PdfDocument(pdf)[0]
    text, (width, height) = page.get_textpage(), page.get_size()
    x, y = ctypes.c_double(), ctypes.c_double()
    found: list[Glyph] = []
    for at in range(text.count_chars()):
        character = chr(pdfium.FPDFText_GetUnicode(text, at))
        if character.isspace() or not character.isprintable() or pdfium.FPDFText_IsGenerated(text, at):
            continue
        pdfium.FPDFText_GetCharOrigin(text, at, x, y)
        found.append(Glyph(character, x.value, height - y.value, pdfium.FPDFText_GetFontSize(text, at)))
    return (width, height), found


def picture(pdf: Path, text: Path, heads: Path) -> Any:
    """The first page of a PDF as a picture (of Pillow): its characters in the faces of these files, black on white."""
    from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415  an extra

    scale = DPI / POINTS

    @cache
    def face(path: Path, size: int) -> Any:
        return ImageFont.truetype(path, size, index=CHINESE if path.suffix == ".ttc" else 0)

    (width, height), found = glyphs(pdf)
    image = Image.new("RGB", (round(width * scale), round(height * scale)), "white")
    draw = ImageDraw.Draw(image)
    for one in found:
        font = face(heads if one.size > HEAD_SIZE else text, max(round(one.size * scale), 1))
        draw.text((one.x * scale, one.y * scale), one.character, font=font, fill="black", anchor="ls")
    return image


def in_order(boxes: Iterator[tuple[float, float, str]]) -> list[str]:
    """The texts of lines in the order in which dev/ocr has them.

    Args:
        boxes: the top and the left edge of each line in pixels, and its text.

    >>> in_order(iter([(43.0, 300.0, "right"), (46.0, 20.0, "left"), (90.0, 20.0, "below")]))
    ['left', 'right', 'below']
    """
    return [text for _, _, text in sorted((round(top / STEP), left, text) for top, left, text in boxes)]


def recognised(engine: Any, image: Any) -> str:
    """What an engine reads in a picture, one line after the other."""
    found, _ = engine(np.asarray(image)[:, :, ::-1])
    corners = ((np.array(box), text) for box, text, _ in found or ())
    return "".join(f"{line}\n" for line in in_order((at[:, 1].min(), at[0, 0], text) for at, text in corners))


def main(
    printed: Annotated[Path, typer.Argument(help="Folder of NAME.pdf and NAME.gold.json.", exists=True)],
    out: Annotated[Path, typer.Argument(help="Folder for the gold pages and the raw texts; pages there stay.")],
    *,
    text: Annotated[Path, typer.Option(help="Font file of the text.", exists=True)],
    heads: Annotated[Path, typer.Option(help="Font file of type larger than that of text.", exists=True)],
) -> None:
    """Draw the pages, have them read, and write what was read; pages on which nothing was read are left out."""
    try:
        from rapidocr_onnxruntime import RapidOCR  # noqa: PLC0415  an engine of its own, which nothing else needs
    except ImportError as error:
        typer.echo(f"{error}; pip install rapidocr-onnxruntime==1.4.4", err=True)
        raise typer.Exit(1) from None

    engine = RapidOCR()
    (out / "ocr").mkdir(parents=True, exist_ok=True)
    for pdf in sorted(printed.glob("*.pdf")):
        raw = out / "ocr" / f"{pdf.stem}.txt"
        read = "" if raw.exists() else recognised(engine, picture(pdf, text, heads))
        if read:
            raw.write_text(read, encoding="utf-8")
            shutil.copy(pdf.with_suffix(".gold.json"), out)
            typer.echo(f"read {pdf.name}")


if __name__ == "__main__":
    typer.run(main)
