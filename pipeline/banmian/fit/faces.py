"""Typefaces that need no font file: every character of the language has one and the same shape in them.

Pages that are set to be read by programs need advances and characters, no drawing. A face that the PDF holds itself is
read alike on every machine; what a PDF only names is read, or left out, by what typefaces the machine has.

Built with fontTools, which is what makes and changes fonts in Python.
"""

from __future__ import annotations

import io
from functools import cache

UNITS = 1000  # of an em
# Half an em wide and a whole one: what is printable in ASCII, and all else that a paper prints.
HALF, FULL = 500, 1000
_HALF_WIDE = range(0x20, 0x7F)
_FULL_WIDE = (
    range(0xA1, 0x100),
    range(0x2010, 0x2070),  # dashes, quotation marks, dots
    range(0x2100, 0x2400),  # units, arrows, numerals in Roman
    range(0x2460, 0x2500),  # numbers in circles
    range(0x25A0, 0x2670),  # □ ● ▲ ★
    range(0x3000, 0x3100),
    range(0x3200, 0x3400),
    range(0x3400, 0x4DC0),
    range(0x4E00, 0xA000),
    range(0xE000, 0xE100),
    range(0xF900, 0xFB00),
    range(0xFE10, 0xFE50),
    range(0xFF00, 0xFFF0),
)

# How far a frame reaches below the baseline.
BELOW = 80


@cache
def face(name: str) -> bytes:
    """A TrueType face of this name, the same for the same name."""
    from fontTools.fontBuilder import FontBuilder  # noqa: PLC0415  of the extra dev
    from fontTools.pens.ttGlyphPen import TTGlyphPen  # noqa: PLC0415

    widths = {".notdef": FULL, "space": HALF, "half": HALF, "full": FULL}
    glyphs = {}
    for glyph, width in widths.items():
        pen = TTGlyphPen(None)
        if glyph != "space":
            corners = ((40, -BELOW), (40, 800), (width - 40, 800), (width - 40, -BELOW))
            pen.moveTo(corners[0])
            for corner in corners[1:]:
                pen.lineTo(corner)
            pen.closePath()
        glyphs[glyph] = pen.glyph()
    shapes = dict.fromkeys(_HALF_WIDE, "half") | {code: "full" for some in _FULL_WIDE for code in some}
    font = FontBuilder(UNITS, isTTF=True)
    font.setupGlyphOrder(list(widths))
    font.setupCharacterMap(shapes | {0x20: "space"})
    font.setupGlyf(glyphs)
    font.setupHorizontalMetrics({glyph: (width, 40) for glyph, width in widths.items()})
    font.setupHorizontalHeader(ascent=880, descent=-120)
    font.setupOS2(sTypoAscender=880, sTypoDescender=-120, usWinAscent=880, usWinDescent=120)
    font.setupNameTable({"familyName": name, "styleName": "Regular", "psName": name}, mac=False)
    font.setupPost()
    font.updateHead(created=0, modified=0)
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def register(*names: str) -> None:
    """Make faces of these names known to reportlab."""
    from reportlab.pdfbase import pdfmetrics  # noqa: PLC0415  of the extra dev
    from reportlab.pdfbase.ttfonts import TTFont  # noqa: PLC0415

    for name in names:
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, io.BytesIO(face(name))))
