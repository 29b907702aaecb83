"""Printed pages as an OCR engine reads their pictures, so that recognition errors and lost lines have gold too.

    pip install rapidocr-onnxruntime==1.4.4 pypdfium2 pillow
    python -m banmian.fit.recognised PRINTED OUT --text NotoSerifCJK-Regular.ttc --heads NotoSerifCJK-Bold.ttc

PRINTED is a folder of pages NAME.pdf with NAME.gold.json (`banmian.fit.printed_press`). Their typefaces are empty
frames, for nobody looks at them; here each character is drawn where it stands, in the faces that are given. OUT gets
the gold pages and a folder `ocr` of raw texts. Engine and resolution are those that dev/ocr was read with, and the
lines come in the same order: the PDFs of three of its pages, rendered as they are, gave its text line for line.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from banmian.fit.faces import BELOW, UNITS
from banmian.readers.pdf_glyphs import glyphs

DPI = 200
POINTS = 72.0  # an inch
# Lines whose tops fall into the same steps of so many pixels are taken from the left.
STEP = 12
HEAD_SIZE = 13.0  # points; type that is larger is set in the face of heads
CHINESE = 2  # which of the faces of a collection (.ttc) has the forms of the mainland


def picture(pdf: Path, text: Path, heads: Path) -> Any:
    """The first page of a PDF as a picture (of Pillow): its characters in the faces of these files, black on white."""
    import pypdfium2  # noqa: PLC0415  an extra
    from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415  an extra

    scale = DPI / POINTS

    @cache
    def face(path: Path, size: int) -> Any:
        return ImageFont.truetype(path, size, index=CHINESE if path.suffix == ".ttc" else 0)

    with pypdfium2.PdfDocument(pdf) as document:
        found = glyphs(document[0])
    image = Image.new("RGB", (round(found.size.width * scale), round(found.size.height * scale)), "white")
    draw = ImageDraw.Draw(image)
    for code, (left, _, _, bottom), size in zip(
        found.codes.tolist(), found.boxes.tolist(), found.sizes.tolist(), strict=True
    ):
        if not chr(code).isspace():
            font = face(heads if size > HEAD_SIZE else text, max(round(size * scale), 1))
            place = (left * scale, (bottom - size * BELOW / UNITS) * scale)
            draw.text(place, chr(code), font=font, fill="black", anchor="ls")
    return image


def in_order(boxes: Iterable[tuple[float, float, str]]) -> list[str]:
    """The texts of lines in the order in which dev/ocr has them.

    Args:
        boxes: the top and the left edge of each line in pixels, and its text.

    >>> in_order([(43.0, 300.0, "right"), (46.0, 20.0, "left"), (90.0, 20.0, "below")])
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
