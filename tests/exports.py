"""The lines of a page's layout as OCR engines write them: ALTO, PAGE XML and hOCR, with the boxes of all characters."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from banmian.layout import Box, Layout, PlacedLine
from banmian.model import Page

DPI = 300


def _layout(page: Page) -> Layout:
    assert page.layout is not None
    return page.layout


def _words(page: Page, line: PlacedLine) -> Iterator[tuple[str, Box, list[tuple[str, Box]]]]:
    """The words of a line, each with its characters."""
    text = page.source.text[line.span.start : line.span.end]
    box = line.box
    word: list[tuple[str, Box]] = []
    for char, (start, end) in zip([*text, " "], [*pairwise(line.chars), (0.0, 0.0)], strict=True):
        if char != " ":
            own = Box(box.left, start, box.right, end) if line.vertical else Box(start, box.top, end, box.bottom)
            word.append((char, own))
        elif word:
            low, high = word[0][1], word[-1][1]
            yield "".join(each for each, _ in word), Box(low.left, low.top, high.right, high.bottom), word
            word = []


def alto(page: Page, *, unit: str = "inch1200", version: int = 4) -> bytes:
    """ALTO in a unit of measure; its namespace is that of a version."""
    per_point = {"inch1200": 1200 / 72, "mm10": 254 / 72, "pixel": DPI / 72}[unit]

    def place(box: Box) -> str:
        sides = (box.left, box.top, box.width, box.height)
        names = ("HPOS", "VPOS", "WIDTH", "HEIGHT")
        return " ".join(f'{name}="{side * per_point:.3f}"' for name, side in zip(names, sides, strict=True))

    layout = _layout(page)
    styles = sorted({(line.font, line.size, line.bold) for line in layout.lines})
    heavy = {True: ' FONTSTYLE="bold"', False: ""}
    typed = [
        f'<TextStyle ID="T{at}" FONTFAMILY={quoteattr(font)} FONTSIZE="{size}"{heavy[bold]}/>'
        for at, (font, size, bold) in enumerate(styles)
    ]
    rows = []
    for line in layout.lines:
        style = styles.index((line.font, line.size, line.bold))
        strings = []
        for text, box, chars in _words(page, line):
            glyphs = "".join(f"<Glyph CONTENT={quoteattr(char)} {place(own)}/>" for char, own in chars)
            sure = "" if line.confidence is None else f' WC="{line.confidence}"'
            strings.append(
                f'<String STYLEREFS="T{style}" CONTENT={quoteattr(text)} {place(box)}{sure}>{glyphs}</String>'
            )
        rows.append(f"<TextLine {place(line.box)}>{'<SP/>'.join(strings)}</TextLine>")
    drawn = [f"<GraphicalElement {place(box)}/>" for box in (*layout.rules, *layout.frames)]
    drawn += [f"<Illustration {place(box)}/>" for box in layout.pictures]
    size = f'WIDTH="{layout.size.width * per_point:.3f}" HEIGHT="{layout.size.height * per_point:.3f}"'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<alto xmlns="http://www.loc.gov/standards/alto/ns-v{version}#">'
        f"<Description><MeasurementUnit>{unit}</MeasurementUnit></Description><Styles>{''.join(typed)}</Styles>"
        f"<Layout><Page {size}><PrintSpace><TextBlock>{''.join(rows)}</TextBlock>{''.join(drawn)}</PrintSpace></Page>"
        "</Layout></alto>"
    ).encode()


def page_xml(page: Page, *, resolution: bool = True) -> bytes:
    """PAGE XML, with or without its resolution."""
    per_point = DPI / 72

    def coords(box: Box) -> str:
        left, top, right, bottom = (f"{side * per_point:.3f}" for side in box)
        return f'<Coords points="{left},{top} {right},{top} {right},{bottom} {left},{bottom}"/>'

    def reads(text: str) -> str:
        return f"<TextEquiv><Unicode>{escape(text)}</Unicode></TextEquiv>"

    layout = _layout(page)
    rows = []
    for line in layout.lines:
        words = []
        for text, box, chars in _words(page, line):
            glyphs = "".join(f"<Glyph>{coords(own)}{reads(char)}</Glyph>" for char, own in chars)
            words.append(f"<Word>{coords(box)}{glyphs}{reads(text)}</Word>")
        bold = ' bold="true"' if line.bold else ""
        style = f'<TextStyle fontFamily={quoteattr(line.font)} fontSize="{line.size}"{bold}/>'
        down = ' readingDirection="top-to-bottom"' if line.vertical else ""
        whole = reads(page.source.text[line.span.start : line.span.end])
        rows.append(f"<TextLine{down}>{coords(line.box)}{''.join(words)}{whole}{style}</TextLine>")
    drawn = [f"<SeparatorRegion>{coords(box)}</SeparatorRegion>" for box in (*layout.rules, *layout.frames)]
    drawn += [f"<ImageRegion>{coords(box)}</ImageRegion>" for box in layout.pictures]
    told = f' imageXResolution="{DPI}" imageYResolution="{DPI}" imageResolutionUnit="PPI"' if resolution else ""
    size = f'imageWidth="{layout.size.width * per_point:.3f}" imageHeight="{layout.size.height * per_point:.3f}"'
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<PcGts xmlns="http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15">'
        f'<Page imageFilename="x.png" {size}{told}><TextRegion id="r">{"".join(rows)}</TextRegion>{"".join(drawn)}'
        "</Page></PcGts>"
    ).encode()


def hocr(page: Page, *, resolution: bool = True) -> bytes:
    """HOCR as Tesseract writes it, with or without its resolution."""
    per_point = DPI / 72

    def bbox(box: Box, name: str = "bbox") -> str:
        return " ".join([name, *(f"{side * per_point:.3f}" for side in box)])

    layout = _layout(page)
    rows = []
    for line in layout.lines:
        words = []
        for _, box, chars in _words(page, line):
            inside = "".join(
                f"<span class='ocrx_cinfo' title='{bbox(own, 'x_bboxes')}'>{escape(char)}</span>" for char, own in chars
            )
            inside = f"<strong>{inside}</strong>" if line.bold else inside
            words.append(f"<span class='ocrx_word' title='{bbox(box)}; x_wconf 96'>{inside}</span>")
        font = f"; x_font {line.font}" if line.font else ""
        angle = "; textangle 90" if line.vertical else ""
        title = f"{bbox(line.box)}; x_fsize {line.size}{font}{angle}"
        rows.append(f"<span class='ocr_line' title=\"{title}\">\n{' '.join(words)}\n</span>")
    drawn = [f"<div class='ocr_separator' title='{bbox(box)}'></div>" for box in (*layout.rules, *layout.frames)]
    drawn += [f"<div class='ocr_photo' title='{bbox(box)}'></div>" for box in layout.pictures]
    told = f"; scan_res {DPI} {DPI}" if resolution else ""
    page_title = f"{bbox(Box(0, 0, *layout.size))}; ppageno 0{told}"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" '
        '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">\n<html xmlns="http://www.w3.org/1999/xhtml"><head>'
        "<title></title><meta name='ocr-system' content='tesseract 5.3.0' /></head><body>"
        f"<div class='ocr_page' title='image \"x.png\"; {page_title}'><p class='ocr_par'>{''.join(rows)}</p>"
        f"{''.join(drawn)}</div></body></html>"
    ).encode()
