"""PDF pages: which lines are printed where, however the file has them."""

from __future__ import annotations

import io
import random
from collections.abc import Callable

import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from banmian.layout import Layout, PlacedLine
from banmian.model import Page
from banmian.readers import Unreadable, pdf, pdf_glyphs
from sheets import BRIDGE, EM, LIBRARY, POND, TEXT, Sheet, wrap


def page_of(data: bytes) -> Page:
    issue = pdf.read(data, "page.pdf")
    assert len(issue.pages) == 1
    return issue.pages[0]


def layout_of(page: Page) -> Layout:
    assert page.layout is not None
    return page.layout


def texts(page: Page) -> list[str]:
    return page.source.text.split("\n")


def line(page: Page, text: str) -> PlacedLine:
    """The line that reads so."""
    return next(line for line in layout_of(page).lines if page.source.text[slice(*line.span)] == text)


def two_columns(sheet: Sheet, *, gutter: float = 16, by_rows: bool = False) -> list[str]:
    """Two stories side by side, drawn column by column or row by row; the lines of both."""
    left, right = wrap(BRIDGE, 14), wrap(LIBRARY, 14)
    left, right = left[: min(len(left), len(right))], right[: min(len(left), len(right))]
    xs = (40, 40 + 14 * EM + gutter)
    if by_rows:
        for number, pair in enumerate(zip(left, right, strict=True)):
            for x, (indent, text) in zip(xs, pair, strict=True):
                sheet.line(x + indent * EM, 60 + 15 * number, text)
    else:
        sheet.column(xs[0], 60, left)
        sheet.column(xs[1], 60, right)
    return [text for _, text in (*left, *right)]


def test_a_line_has_its_box_its_size_and_its_font() -> None:
    sheet = Sheet()
    sheet.line(50, 100, "渡口通航", size=20)
    found = line(page_of(sheet.pdf()), "渡口通航")
    assert found.size == pytest.approx(20, abs=0.01)
    assert found.font == TEXT
    assert found.box.left == pytest.approx(50, abs=1)
    assert found.box.right == pytest.approx(130, abs=1)
    assert 95 < found.box.top < 105
    assert 115 < found.box.bottom < 127
    assert not found.vertical
    assert found.chars == pytest.approx((50, 70, 90, 110, 130), abs=1)


def test_the_lines_are_the_source_and_the_source_is_the_lines() -> None:
    sheet = Sheet()
    two_columns(sheet)
    page = page_of(sheet.pdf())
    spans = [line.span for line in layout_of(page).lines]
    assert "\n".join(page.source.text[slice(*span)] for span in spans) == page.source.text
    assert page.trace.source == page.source.text
    assert page.source.sha256


@pytest.mark.parametrize("by_rows", [False, True])
@pytest.mark.parametrize("gutter", [11, 16, 24])
def test_columns_are_apart_in_whichever_order_they_are_drawn(gutter: float, *, by_rows: bool) -> None:
    sheet = Sheet()
    lines = two_columns(sheet, gutter=gutter, by_rows=by_rows)
    assert sorted(texts(page_of(sheet.pdf()))) == sorted(lines)


def test_characters_drawn_one_by_one_in_any_order_are_lines() -> None:
    sheet = Sheet()
    text = "村里的菜农说以后一早摘下的黄瓜"
    places = list(enumerate(text))
    random.Random(3).shuffle(places)
    for number, char in places:
        sheet.line(60 + EM * number, 80, char)
    sheet.line(60, 95, "天亮前就能摆上城里的摊位")
    assert sorted(texts(page_of(sheet.pdf()))) == sorted([text, "天亮前就能摆上城里的摊位"])


def test_a_wide_gap_in_a_line_is_a_space_and_a_narrow_one_is_none() -> None:
    sheet = Sheet()
    for x, text in ((50, "本报记者"), (95, "甘小禾"), (130, "通讯员"), (165, "佟一苇")):
        sheet.line(x, 50, text)
    sheet.line(50, 80, "水位", size=EM)
    sheet.line(71.5, 80, "上涨", size=EM)
    assert texts(page_of(sheet.pdf())) == ["本报记者 甘小禾 通讯员 佟一苇", "水位上涨"]


def test_a_head_that_is_spaced_out_has_no_spaces() -> None:
    sheet = Sheet()
    for number, char in enumerate("新桥昨天通车"):
        sheet.line(50 + 40 * number, 40, char, size=22)
    sheet.column(50, 80, wrap(BRIDGE, 24))
    assert texts(page_of(sheet.pdf()))[0] == "新桥昨天通车"


def test_the_heads_of_neighbours_are_two_lines_and_the_clauses_of_one_head_are_one() -> None:
    sheet = Sheet()
    sheet.line(40, 40, "新桥昨天通车", size=22)
    sheet.line(196, 40, "新馆上周开门", size=22)
    sheet.column(40, 80, wrap(BRIDGE, 14))
    sheet.column(196, 80, wrap(LIBRARY, 14))
    sheet.line(40, 400, "水位上涨", size=22)
    sheet.line(146, 400, "大坝安全", size=22)
    sheet.legs((40, 196), 440, wrap((*POND, *POND, *POND), 14))
    found = texts(page_of(sheet.pdf()))
    assert "新桥昨天通车" in found
    assert "新馆上周开门" in found
    assert "水位上涨 大坝安全" in found


def test_heads_of_two_sizes_are_two_however_close_they_stand() -> None:
    sheet = Sheet()
    sheet.line(40, 40, "新桥昨天通车", size=22)
    sheet.line(186, 41, "新馆上周开门", size=19)
    sheet.column(40, 80, wrap(BRIDGE, 14))
    sheet.column(196, 80, wrap(LIBRARY, 14))
    found = texts(page_of(sheet.pdf()))
    assert "新桥昨天通车" in found
    assert "新馆上周开门" in found


def test_a_byline_below_both_clauses_of_a_head_holds_them_together() -> None:
    """The second column begins with a paragraph, as under a head of its own."""
    sheet = Sheet()
    sheet.line(75, 40, "水位上涨", size=22)
    sheet.line(185, 40, "大坝安全", size=22)
    sheet.line(110, 68, "本报记者 甘小禾 通讯员 佟一苇")
    sheet.column(40, 90, wrap(BRIDGE, 13))
    sheet.column(186, 90, wrap(LIBRARY, 13))
    assert "水位上涨 大坝安全" in texts(page_of(sheet.pdf()))


def test_the_clauses_of_a_head_that_stands_over_all_its_columns_are_one_head() -> None:
    """The gap is over the gutter, and the second column begins with a paragraph."""
    sheet = Sheet()
    sheet.line(100, 40, "大坝边的水", size=18)
    sheet.line(208, 40, "早涨了十天", size=18)
    sheet.column(40, 70, wrap(BRIDGE, 15))
    sheet.column(208, 70, wrap(LIBRARY, 15))
    assert "大坝边的水 早涨了十天" in texts(page_of(sheet.pdf()))


def test_columns_below_text_that_runs_over_both_are_apart() -> None:
    """A subhead in the second column does not begin where the column does, and the lines above fill the gutter."""
    sheet = Sheet()
    below = sheet.column(40, 60, wrap(POND, 30))
    left, right = wrap(BRIDGE, 14), wrap(LIBRARY, 14)
    sheet.column(40, below, left)
    sheet.column(200, below, right[:1])
    sheet.line(200 + 3 * EM, below + 15, "孩子们有一层楼")
    sheet.column(200, below + 30, right[1:])
    found = texts(page_of(sheet.pdf()))
    assert "孩子们有一层楼" in found
    assert left[1][1] in found


def test_a_stop_that_hangs_into_the_gutter_does_not_join_two_columns() -> None:
    sheet = Sheet()
    for number in range(9):
        text = "新桥昨天通车村民进城的时间"
        sheet.line(40, 60 + 15 * number, f"{text}短，" if number == 4 else f"{text}短")
        sheet.line(40 + 15 * EM + 8, 60 + 15 * number, "市图书馆新馆上周开门头三天")
    assert set(texts(page_of(sheet.pdf()))) == {
        "新桥昨天通车村民进城的时间短",
        "新桥昨天通车村民进城的时间短，",
        "市图书馆新馆上周开门头三天",
    }


def test_a_gap_at_one_place_of_many_paragraphs_is_no_gutter() -> None:
    sheet = Sheet()
    for number in range(7):
        sheet.line(60, 60 + 36 * number, "本报讯")
        sheet.line(100, 60 + 36 * number, "南山水库的水位比往年早十天开始上涨")
        for at in (72, 84):
            sheet.line(40, at + 36 * number, "工作人员每天沿大坝走两遍记录渗水和位移。")
    found = texts(page_of(sheet.pdf()))
    assert found.count("本报讯 南山水库的水位比往年早十天开始上涨") == 7


def test_vertical_lines_run_down() -> None:
    sheet = Sheet()
    sheet.down(300, 50, "河东村通往镇上的新桥")
    sheet.down(284, 50, "昨天通车村民进城")
    page = page_of(sheet.pdf())
    assert texts(page) == ["河东村通往镇上的新桥", "昨天通车村民进城"]
    assert [line.vertical for line in layout_of(page).lines] == [True, True]
    box = line(page, "昨天通车村民进城").box
    assert box.width < 1.5 * EM
    assert box.height > 7 * EM


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_page_stored_turned_is_read_upright(degrees: int) -> None:
    def draw(sheet: Sheet) -> bytes:
        two_columns(sheet)
        return sheet.pdf()

    upright = page_of(draw(Sheet()))
    width, height = 600, 800
    turned = Sheet()
    turned.turn(degrees)  # the press itself swaps the sides of what is stored
    canvas = turned.canvas
    # What is shown turned clockwise has been drawn turned the other way.
    canvas.translate(*{90: (height, 0), 180: (width, height), 270: (0, width)}[degrees])
    canvas.rotate(degrees)
    turned.size = (width, height)
    page = page_of(draw(turned))
    assert page.source.text == upright.source.text
    assert layout_of(page).size == layout_of(upright).size
    for one, two in zip(layout_of(page).lines, layout_of(upright).lines, strict=True):
        assert one.box == pytest.approx(two.box, abs=0.5)


def test_a_page_that_lies_on_its_side_unsaid_is_read_upright() -> None:
    sheet = Sheet(size=(800, 600))
    sheet.canvas.translate(800, 0)
    sheet.canvas.rotate(90)
    sheet.size = (600, 800)
    lines = two_columns(sheet)
    page = page_of(sheet.pdf())
    assert sorted(texts(page)) == sorted(lines)
    assert layout_of(page).size == (600, 800)


def test_an_invisible_layer_is_text_like_any_other() -> None:
    sheet = Sheet()
    sheet.picture(0, 0, 600, 800)
    for number, (indent, text) in enumerate(wrap(BRIDGE, 20)):
        sheet.invisible(50 + indent * EM, 60 + 15 * number, text)
    page = page_of(sheet.pdf())
    assert texts(page) == [text for _, text in wrap(BRIDGE, 20)]
    assert layout_of(page).pictures == ()  # the scan itself is no picture of the page


def test_what_is_printed_twice_is_read_once() -> None:
    sheet = Sheet()
    sheet.line(50, 50, "加粗的字就是印两遍", size=18)
    sheet.line(50.4, 50, "加粗的字就是印两遍", size=18)
    assert texts(page_of(sheet.pdf())) == ["加粗的字就是印两遍"]


def test_what_stands_at_the_same_multiple_of_its_size_is_not_taken_for_printed_twice() -> None:
    sheet = Sheet()
    sheet.line(100, 100, "馆", size=10)
    sheet.line(200, 200, "馆", size=20)
    assert texts(page_of(sheet.pdf())) == ["馆", "馆"]


def test_double_letters_are_not_taken_for_one_printed_twice() -> None:
    sheet = Sheet()
    sheet.line(50, 50, "1122 committee 人人讲讲")
    assert texts(page_of(sheet.pdf()))[0].replace(" ", "") == "1122committee人人讲讲"


def test_rules_and_pictures_are_told_and_what_is_off_the_page_is_not() -> None:
    sheet = Sheet()
    sheet.line(50, 50, "渡口")
    sheet.line(-300, 50, "裁切线外")
    sheet.rule(100, 200, 100, 500)
    sheet.rule(40, 600, 560, 600)
    sheet.picture(200, 200, 400, 300)
    page = page_of(sheet.pdf())
    found = layout_of(page)
    assert texts(page) == ["渡口"]
    assert len(found.rules) == 2
    assert found.pictures[0] == pytest.approx((200, 200, 400, 300), abs=1)


def test_a_page_without_text_among_others_is_empty_and_flagged() -> None:
    sheet = Sheet()
    sheet.line(50, 50, "第一面")
    sheet.next_page()
    sheet.picture(50, 50, 500, 500)
    sheet.next_page()
    pages = pdf.read(sheet.pdf(), "issue.pdf").pages
    assert [page.source.text for page in pages] == ["第一面", ""]
    assert [[flag.kind for flag in page.flags] for page in pages] == [[], ["page.no-text"]]


@pytest.mark.usefixtures("plugin")
def test_a_scan_that_no_engine_reads_says_so() -> None:
    sheet = Sheet()
    sheet.picture(50, 50, 500, 500)
    with pytest.raises(Unreadable, match="is a PDF of pictures without a text layer, which cannot be recog"):
        pdf.read(sheet.pdf(), "scan.pdf", ocr="standin:failing")


def cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def flip(data: bytes, chance: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(chance.choice((1, 5, 50))):
        out[chance.randrange(len(out))] = chance.randrange(256)
    return bytes(out)


def swell(data: bytes, chance: random.Random) -> bytes:
    """Numbers of the file made enormous: sizes, counts, places."""
    digits = [place for place, byte in enumerate(data) if 48 <= byte <= 57]
    at = chance.choice(digits)
    return data[:at] + b"99999999" + data[at + 1 :]


@pytest.mark.parametrize("damage", [cut, flip, swell])
def test_a_damaged_file_is_read_or_refused_and_never_worse(damage: Callable[[bytes, random.Random], bytes]) -> None:
    sheet = Sheet()
    two_columns(sheet)
    data = sheet.pdf()
    chance = random.Random(7)
    for _ in range(40):
        try:
            issue = pdf.read(damage(data, chance), "page.pdf")
        except Unreadable:
            continue
        for page in issue.pages:
            assert page.trace.source == page.source.text


def test_text_whose_typeface_nobody_has_is_said_to_be_lost() -> None:
    """What is read of a face that the file does not hold depends on the machine: all of it, or a flag says so."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(600, 800), invariant=1)
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    canvas.setFont("STSong-Light", EM)
    for number, char in enumerate(POND[0]):
        canvas.drawString(40 + number % 20 * EM, 700 - number // 20 * 15, char)
    canvas.setFont("Helvetica", EM)
    canvas.drawString(40, 600, "Read all over")
    canvas.save()
    page = page_of(out.getvalue())
    whole = "".join(page.source.text.split()) == POND[0] + "Readallover"
    assert [flag.kind for flag in page.flags] == ([] if whole else ["page.typeface-missing"])
    assert whole or "STSong-Light" in page.flags[0].note


def test_the_parts_of_one_face_are_one_face() -> None:
    sheet = Sheet()
    for number in range(20):  # more characters than a font of one byte a character has
        sheet.line(40, 60 + 15 * number, "".join(chr(0x4E00 + 20 * number + step) for step in range(20)))
    lines = layout_of(page_of(sheet.pdf())).lines
    assert {line.font for line in lines} == {TEXT}


def test_pieces_of_text_without_shapes_are_told_from_single_spaces() -> None:
    sheet = Sheet()
    for number, char in enumerate(POND[0]):
        sheet.line(40 + number % 20 * EM, 60 + number // 20 * 15, char)
    assert not page_of(sheet.pdf()).flags  # the file holds the face
    assert pdf_glyphs._lacking(None, None, [1] * 10, 90) == ()  # type: ignore[arg-type]  # too few to be asked about
