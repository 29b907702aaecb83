"""Stories from boxes: pages of a small press, with the heads and the columns where compositors set them."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banmian import Page, account, default_pipeline, rebuild
from banmian.formats import layers, page_json
from banmian.geometry.boxes import boxes
from banmian.geometry.frame import Printed, is_vertical, printed, turned
from banmian.geometry.legs.columns import Column
from banmian.geometry.legs.stacking import legs
from banmian.geometry.stories.confidence import COEFFICIENTS, NAMES, confidence
from banmian.geometry.units.head_lines import cut_heads
from banmian.geometry.units.paragraphs import paragraphs
from banmian.language import statistics
from banmian.layout import Box, Layout, PageSize, PlacedLine
from banmian.model import Article, Line, Role
from banmian.readers import pdf
from banmian.trace import Span
from sheets import BRIDGE, EM, LIBRARY, OTHER, POND, Sheet, wrap

HEADS = {"河东村修通便民桥": BRIDGE, "新图书馆开门迎客": LIBRARY, "南山水库加强巡查": POND}
BRIDGE_HEAD, LIBRARY_HEAD, POND_HEAD = HEADS


def read(sheet: Sheet) -> Page:
    """The page of a sheet with its articles; every character of it accounted for."""
    page = default_pipeline()(pdf.read(sheet.pdf(), "page.pdf").pages[0])
    account(page)
    assert rebuild(page_json.dumps(page)) == page.source.data
    return page


def read_measured(sheet: Sheet, *, seed: int = 3, uneven: float = 0.8) -> Page:
    """The same as an OCR engine or ALTO tells it: boxes, their heights uneven, and no fonts."""
    page = pdf.read(sheet.pdf(), "page.pdf").pages[0]
    assert page.layout is not None
    chance = random.Random(seed)
    lines = []
    for line in page.layout.lines:
        left, top, right, bottom = (side + chance.uniform(-uneven, uneven) for side in line.box)
        box = Box(left, top, right, bottom)
        lines.append(replace(line, box=box, size=box.height, font="", bold=False, chars=()))
    page = default_pipeline()(replace(page, layout=replace(page.layout, lines=tuple(lines))))
    account(page)
    return page


def stories(page: Page) -> dict[str, tuple[str, ...]]:
    """The paragraphs of each article under its headline."""
    return {
        article.headline.text if article.headline else "": tuple(
            block.text for block in article.blocks if block.role is Role.PARAGRAPH
        )
        for article in page.articles
    }


def article(page: Page, headline: str) -> Article:
    return next(a for a in page.articles if a.headline is not None and a.headline.text == headline)


def head_over(sheet: Sheet, head: str, x: float, y: float, width: float, *, size: float = 20) -> None:
    """A head centred over a width."""
    sheet.line(x + (width - size * len(head)) / 2, y, head, size=size)


def test_two_stories_side_by_side() -> None:
    sheet = Sheet()
    for x, head in ((40, BRIDGE_HEAD), (320, LIBRARY_HEAD)):
        head_over(sheet, head, x, 40, 240)
        sheet.legs((x, x + 130), 75, wrap(HEADS[head], 11))
    assert stories(read(sheet)) == {head: HEADS[head] for head in (BRIDGE_HEAD, LIBRARY_HEAD)}


@pytest.mark.parametrize("seed", range(4))
def test_frames_drawn_in_any_order(seed: int) -> None:
    sheet = Sheet()
    frames: list[Callable[[], object]] = []
    for x, head in ((40, BRIDGE_HEAD), (320, LIBRARY_HEAD)):
        lines = wrap(HEADS[head], 11)
        half = -(-len(lines) // 2)
        frames.append(partial(head_over, sheet, head, x, 40, 240))
        frames.append(partial(sheet.column, x, 75, lines[:half]))
        frames.append(partial(sheet.column, x + 130, 75, lines[half:]))
    random.Random(seed).shuffle(frames)
    for draw in frames:
        draw()
    assert stories(read(sheet)) == {head: HEADS[head] for head in (BRIDGE_HEAD, LIBRARY_HEAD)}


def test_stories_below_each_other_in_the_same_columns() -> None:
    sheet = Sheet()
    for y, head in ((40, BRIDGE_HEAD), (250, LIBRARY_HEAD), (480, POND_HEAD)):
        head_over(sheet, head, 40, y, 500)
        sheet.legs((40, 210, 380), y + 35, wrap(HEADS[head], 15))
    page = read(sheet)
    assert stories(page) == HEADS
    assert [a.headline.text for a in page.articles if a.headline] == list(HEADS)


def test_a_head_narrower_than_its_story_stands_over_all_of_it() -> None:
    sheet = Sheet()
    head_over(sheet, POND_HEAD, 40, 40, 500, size=18)
    sheet.legs((40, 210, 380), 70, wrap((*BRIDGE, *LIBRARY), 15))
    assert stories(read(sheet)) == {POND_HEAD: (*BRIDGE, *LIBRARY)}


def test_kicker_headline_and_deck_are_told_by_their_size() -> None:
    sheet = Sheet()
    head_over(sheet, "县里今年要修三座桥", 40, 40, 300, size=13)
    head_over(sheet, BRIDGE_HEAD, 40, 58, 300, size=24)
    head_over(sheet, "六个村连起来", 40, 88, 300, size=14)
    sheet.legs((40, 210), 112, wrap(BRIDGE, 14))
    found = article(read(sheet), BRIDGE_HEAD)
    assert found.kicker is not None
    assert found.deck is not None
    assert (found.kicker.text, found.deck.text) == ("县里今年要修三座桥", "六个村连起来")


def test_a_head_of_two_lines_is_one_head() -> None:
    sheet = Sheet()
    head_over(sheet, "河东村修通便民桥", 40, 40, 200)
    head_over(sheet, "菜农进城快多了", 40, 63, 200)
    sheet.column(40, 95, wrap(BRIDGE, 20))
    assert [a.headline.text for a in read(sheet).articles if a.headline] == ["河东村修通便民桥菜农进城快多了"]


def test_a_vertical_head_at_the_side_of_its_story() -> None:
    sheet = Sheet()
    sheet.down(50, 40, BRIDGE_HEAD, size=22)
    sheet.legs((100, 250), 40, wrap(BRIDGE, 13))
    head_over(sheet, LIBRARY_HEAD, 40, 300, 400)
    sheet.legs((40, 190, 340), 335, wrap(LIBRARY, 13))
    assert stories(read(sheet)) == {head: HEADS[head] for head in (BRIDGE_HEAD, LIBRARY_HEAD)}


def test_a_head_in_the_middle_of_its_story() -> None:
    sheet = Sheet()
    lines = wrap((*BRIDGE, *LIBRARY), 15)
    sheet.column(40, 40, lines[:9])
    sheet.column(210, 40, lines[9:12])
    head_over(sheet, POND_HEAD, 210, 92, 150, size=17)
    sheet.column(210, 120, lines[12:15])
    sheet.column(380, 40, lines[15:])
    assert stories(read(sheet)) == {POND_HEAD: (*BRIDGE, *LIBRARY)}


def test_a_caption_belongs_to_the_story_with_the_picture() -> None:
    sheet = Sheet()
    lines = wrap(BRIDGE, 15)
    head_over(sheet, BRIDGE_HEAD, 40, 40, 320)
    sheet.picture(40, 75, 190, 150)
    sheet.line(60, 155, "图为新桥通车现场。", size=9, font=OTHER)
    sheet.line(60, 168, "甘小禾摄", size=9, font=OTHER)
    sheet.column(40, 190, lines[:6])
    sheet.column(210, 75, lines[6:])
    head_over(sheet, POND_HEAD, 40, 400, 320)
    sheet.legs((40, 210), 435, wrap(POND, 15))
    page = read(sheet)
    assert stories(page) == {BRIDGE_HEAD: BRIDGE, POND_HEAD: POND}
    captions = [block.text for block in article(page, BRIDGE_HEAD).blocks if block.role is Role.CAPTION]
    assert captions == ["图为新桥通车现场。", "甘小禾摄"]


def test_a_credit_between_two_stories_is_of_the_short_one() -> None:
    sheet = Sheet()
    head_over(sheet, "新桥通车", 40, 40, 130)
    sheet.column(40, 75, wrap(BRIDGE[:1], 13))
    sheet.line(202, 90, "甘小禾摄（影像中国）", size=9, font=OTHER)
    head_over(sheet, POND_HEAD, 300, 40, 300)
    sheet.legs((300, 450), 75, wrap((*POND, *LIBRARY), 13))
    page = read(sheet)
    assert [block.role for block in article(page, "新桥通车").blocks] == [Role.PARAGRAPH, Role.CAPTION]


@pytest.mark.parametrize(
    ("caption", "headline"), [("图为行人车辆过江。", BRIDGE_HEAD), ("图为小朋友挑选小说。", LIBRARY_HEAD)]
)
def test_a_caption_between_two_stories_is_of_the_one_that_it_is_about(caption: str, headline: str) -> None:
    sheet = Sheet()
    head_over(sheet, BRIDGE_HEAD, 40, 40, 150, size=16)
    sheet.column(40, 75, wrap(BRIDGE, 15))
    sheet.line(232, 150, caption, size=9, font=OTHER)
    head_over(sheet, LIBRARY_HEAD, 380, 40, 150, size=16)
    sheet.column(380, 75, wrap(LIBRARY, 15))
    found = article(read(sheet), headline)
    assert [block.text for block in found.blocks if block.role is Role.CAPTION] == [caption]


def test_names_in_brackets_sign_no_story_that_a_dateline_opens() -> None:
    sheet = Sheet()
    head_over(sheet, BRIDGE_HEAD, 40, 40, 150)
    sheet.column(40, 75, wrap((f"本报讯（记者 甘小禾）{BRIDGE[0]}",), 13))
    sheet.line(190, 90, "（佟一苇）", font=OTHER)
    head_over(sheet, POND_HEAD, 320, 40, 300)
    sheet.legs((320, 470), 75, wrap(POND, 13))
    page = read(sheet)
    assert [person.name for person in article(page, BRIDGE_HEAD).people] == ["甘小禾"]
    assert [person.name for person in article(page, POND_HEAD).people] == ["佟一苇"]


def test_names_in_brackets_go_to_the_story_that_nobody_else_signs() -> None:
    """They stand nearer to the story at their right, which has a byline below its head."""
    sheet = Sheet()
    head_over(sheet, POND_HEAD, 40, 40, 150, size=16)
    sheet.column(40, 70, wrap(POND[:1], 15))
    sheet.line(70, 240, "（方圆 石磊）")
    head_over(sheet, BRIDGE_HEAD, 210, 40, 340)
    head_over(sheet, "本报记者 甘小禾", 210, 66, 340, size=EM)
    sheet.legs((210, 385), 90, wrap((*BRIDGE, *LIBRARY), 16))
    page = read(sheet)
    assert [person.name for person in article(page, POND_HEAD).people] == ["方圆", "石磊"]
    assert [person.name for person in article(page, BRIDGE_HEAD).people] == ["甘小禾"]


def test_text_runs_round_a_picture() -> None:
    sheet = Sheet()
    head_over(sheet, LIBRARY_HEAD, 40, 40, 200)
    sheet.picture(40, 105, 138, 160)
    text = LIBRARY[1]
    y, at = 75.0, 0
    for indent, measure in ((2, 18), (0, 20), (10, 10), (10, 10), (10, 10), (10, 10), (0, 20)):
        sheet.line(40 + indent * EM, y, text[at : at + measure])
        at += measure
        y += 15
    assert at >= len(text)
    sheet.column(40, y, wrap(LIBRARY[2:], 20))
    assert stories(read(sheet)) == {LIBRARY_HEAD: LIBRARY[1:]}


def test_a_byline_under_the_head_and_a_tagline_at_the_end() -> None:
    sheet = Sheet()
    head_over(sheet, BRIDGE_HEAD, 40, 40, 300)
    sheet.line(140, 65, "本报记者 佟一苇", font=OTHER)
    sheet.legs((40, 200), 85, wrap(BRIDGE, 14))
    head_over(sheet, POND_HEAD, 40, 300, 140, size=16)
    end = sheet.column(40, 330, wrap(POND, 14))
    sheet.line(110, end, "（甘小禾）", font=OTHER)
    page = read(sheet)
    assert stories(page) == {BRIDGE_HEAD: BRIDGE, POND_HEAD: POND}
    assert [person.name for person in article(page, BRIDGE_HEAD).people] == ["佟一苇"]
    assert [person.name for person in article(page, POND_HEAD).people] == ["甘小禾"]


@pytest.mark.parametrize("byline", [("本报记者 甘小禾 通讯员 佟一苇",), ("本报记者 甘小禾 通", "讯员 佟一苇")])
def test_a_byline_in_the_face_of_the_text_stands_over_all_legs(byline: tuple[str, ...]) -> None:
    """It is centred under its head, and so right above the text of the leg in the middle."""
    sheet = Sheet()
    head_over(sheet, POND_HEAD, 40, 40, 490, size=18)
    for number, line in enumerate(byline):
        sheet.line(285 - len(line) * EM / 2, 66 + 14 * number, line)
    sheet.legs((40, 210, 380), 70 + 14 * len(byline), wrap((*BRIDGE, *LIBRARY), 15))
    page = read(sheet)
    assert stories(page) == {POND_HEAD: (*BRIDGE, *LIBRARY)}
    assert [person.name for person in page.articles[0].people] == ["甘小禾", "佟一苇"]


def test_a_kicker_hardly_larger_than_the_text_and_in_its_face_is_a_kicker() -> None:
    sheet = Sheet()
    head_over(sheet, "县里今年要修三座桥", 40, 40, 300, size=12)
    head_over(sheet, BRIDGE_HEAD, 40, 56, 300, size=24)
    sheet.legs((40, 210), 88, wrap(BRIDGE, 14))
    found = article(read(sheet), BRIDGE_HEAD)
    assert found.kicker is not None
    assert found.kicker.text == "县里今年要修三座桥"
    assert tuple(block.text for block in found.blocks) == BRIDGE


def test_a_kicker_of_three_lines_in_the_face_of_its_head_is_a_kicker() -> None:
    sheet = Sheet()
    for number, line in enumerate(("县里今年冬天", "开工之前说要", "修三座桥")):
        sheet.line(40, 40 + 14 * number, line, size=12, font=OTHER)
    sheet.line(40, 86, BRIDGE_HEAD, size=15, font=OTHER)
    sheet.column(40, 112, wrap(BRIDGE, 14))
    found = article(read(sheet), BRIDGE_HEAD)
    assert found.kicker is not None
    assert found.kicker.text == "县里今年冬天开工之前说要修三座桥"


@pytest.mark.parametrize(
    ("byline", "names"), [("老墨", ["老墨"]), ("河东村小学六（1）班甘小禾", ["甘小禾"]), ("□市图书馆", [])]
)
def test_who_signs_by_place_alone_is_no_deck_and_no_text(byline: str, names: list[str]) -> None:
    sheet = Sheet()
    head_over(sheet, BRIDGE_HEAD, 40, 40, 140, size=16)
    sheet.line(50, 62, byline, font=OTHER)
    sheet.column(40, 76, wrap(BRIDGE, 14))
    found = article(read(sheet), BRIDGE_HEAD)
    assert found.deck is None
    assert tuple(block.text for block in found.blocks) == BRIDGE
    assert [person.name for person in found.people] == names


def test_a_head_at_the_top_beside_a_running_line_is_no_furniture() -> None:
    sheet = Sheet()
    sheet.line(480, 42, "2019年10月8日 星期二", size=9)
    head_over(sheet, POND_HEAD, 40, 40, 140, size=15)
    sheet.column(40, 60, wrap(POND, 14))
    assert stories(read(sheet)) == {POND_HEAD: POND}


def test_a_credit_in_the_face_of_the_text_is_a_caption() -> None:
    sheet = Sheet()
    head_over(sheet, BRIDGE_HEAD, 40, 40, 300, size=20)
    sheet.column(40, 75, wrap(BRIDGE[:2], 14))
    sheet.column(190, 75, [(2, "今年还要修三座桥。"), (0, "甘小禾摄（人民视觉）")])
    found = article(read(sheet), BRIDGE_HEAD)
    assert [block.text for block in found.blocks if block.role is Role.CAPTION] == ["甘小禾摄（人民视觉）"]


def test_a_kicker_at_the_top_of_the_page_is_no_running_line() -> None:
    sheet = Sheet()
    head_over(sheet, "读者来信", 40, 40, 300, size=12)
    head_over(sheet, BRIDGE_HEAD, 40, 58, 300, size=22)
    sheet.legs((40, 210), 92, wrap(BRIDGE, 14))
    kicker = article(read(sheet), BRIDGE_HEAD).kicker
    assert kicker is not None
    assert kicker.text == "读者来信"


def test_text_over_all_columns_goes_on_in_the_first_of_them() -> None:
    sheet = Sheet()
    head_over(sheet, BRIDGE_HEAD, 40, 40, 300)
    below = sheet.column(40, 75, wrap(BRIDGE, 30))
    sheet.legs((40, 200), below, wrap((*LIBRARY, *POND), 14))
    assert stories(read(sheet)) == {BRIDGE_HEAD: (*BRIDGE, *LIBRARY, *POND)}


def test_what_stands_far_below_another_story_and_begins_a_paragraph_is_no_part_of_it() -> None:
    """The head stands at the side of its story; above one of its columns ends another."""
    sheet = Sheet()
    head_over(sheet, POND_HEAD, 180, 40, 360)
    sheet.legs((180, 310, 440), 70, wrap((*POND, *POND[:1], *POND), 12))
    for number, text in enumerate(("新图书馆", "开门迎客")):
        sheet.line(40, 230 + 24 * number, text, size=20)
    for x, text in zip((180, 310, 440), LIBRARY, strict=True):
        sheet.column(x, 230, wrap((text,), 12))
    assert stories(read(sheet)) == {POND_HEAD: (*POND, *POND[:1], *POND), LIBRARY_HEAD: LIBRARY}


def test_a_caption_in_the_face_of_the_text_is_none_of_it() -> None:
    sheet = Sheet()
    head_over(sheet, BRIDGE_HEAD, 40, 40, 300)
    sheet.line(150, 66, "本报记者 甘小禾", font=OTHER)
    lines = wrap(BRIDGE, 14)
    sheet.column(40, 90, lines[:-3])
    sheet.column(200, 90, [(0, "图为村民走过新修好的桥。")])
    sheet.column(200, 120, lines[-3:])
    found = article(read(sheet), BRIDGE_HEAD)
    assert [block.text for block in found.blocks if block.role is Role.CAPTION] == ["图为村民走过新修好的桥。"]


def test_names_in_brackets_below_a_caption_sign_its_story() -> None:
    sheet = Sheet()
    head_over(sheet, BRIDGE_HEAD, 40, 40, 150, size=16)
    sheet.column(40, 70, wrap(BRIDGE[:1], 15))
    for number, (x, text) in enumerate(
        ((60, "图为村民走过新修好的桥。"), (40, "方圆摄（人民视觉）"), (60, "（甘小禾 佟一苇）"))
    ):
        sheet.line(x, 150 + 14 * number, text, font=OTHER)
    head_over(sheet, LIBRARY_HEAD, 40, 260, 460)
    sheet.legs((40, 200, 360), 290, wrap(LIBRARY, 14))
    assert [person.name for person in article(read(sheet), BRIDGE_HEAD).people] == ["甘小禾", "佟一苇"]


@pytest.mark.parametrize(("byline", "names"), [("□石磊", ["石磊"]), ("老墨", ["老墨"]), ("甘小禾", ["甘小禾"])])
def test_a_name_right_below_a_head_is_its_byline_in_any_face(byline: str, names: list[str]) -> None:
    sheet = Sheet()
    head_over(sheet, BRIDGE_HEAD, 40, 40, 300)
    head_over(sheet, byline, 40, 68, 300, size=EM)
    sheet.legs((40, 200), 90, wrap((*BRIDGE, *POND), 14))
    page = read(sheet)
    assert stories(page) == {BRIDGE_HEAD: (*BRIDGE, *POND)}
    assert [person.name for person in article(page, BRIDGE_HEAD).people] == names


def test_a_subhead_stays_inside_its_story() -> None:
    sheet = Sheet()
    head_over(sheet, LIBRARY_HEAD, 40, 40, 200)
    y = sheet.column(40, 75, wrap(LIBRARY[:2], 20))
    sheet.line(100, y, "周末有讲座", size=11, font=OTHER)
    sheet.column(40, y + 16, wrap(LIBRARY[2:], 20))
    found = article(read(sheet), LIBRARY_HEAD)
    assert [(block.role, block.text) for block in found.blocks] == [
        (Role.PARAGRAPH, LIBRARY[0]),
        (Role.PARAGRAPH, LIBRARY[1]),
        (Role.SUBHEAD, "周末有讲座"),
        (Role.PARAGRAPH, LIBRARY[2]),
    ]


def test_the_running_line_is_furniture() -> None:
    sheet = Sheet()
    sheet.line(40, 20, "2019年10月8日 星期二", size=9)
    sheet.line(480, 18, "第2版 经济", size=13)
    head_over(sheet, POND_HEAD, 40, 50, 240)
    sheet.column(40, 85, wrap(POND, 24))
    page = read(sheet)
    assert stories(page) == {POND_HEAD: POND}
    assert {piece.role for piece in page.furniture} == {Role.FOLIO}


def test_a_vertical_page_is_read_from_the_right() -> None:
    sheet = Sheet()

    def story(x: float, head: str) -> None:
        """A head and two bands (栏) to its left, one below the other."""
        lines = wrap(HEADS[head], 22)
        half = -(-len(lines) // 2)
        sheet.down(x, 40, head, size=22)
        for number, (indent, text) in enumerate(lines):
            row, band = number % half, number // half
            sheet.down(x - 40 - 16 * row, 40 + 260 * band + indent * EM * 1.05, text)

    story(560, BRIDGE_HEAD)
    story(340, LIBRARY_HEAD)
    page = read(sheet)
    assert stories(page) == {BRIDGE_HEAD: BRIDGE, LIBRARY_HEAD: LIBRARY}
    assert [a.headline.text for a in page.articles if a.headline] == [BRIDGE_HEAD, LIBRARY_HEAD]


@pytest.mark.parametrize("step", [24, -24])
def test_a_horizontal_head_over_vertical_text_runs_either_way(step: int) -> None:
    sheet = Sheet()
    head = "全国人民代表大会"
    lines = wrap(BRIDGE, 22)
    for number, char in enumerate(head):
        sheet.line((300 if step < 0 else 132) + step * number, 40, char, size=22)
    for number, (indent, text) in enumerate(lines):
        sheet.down(312 - 16 * number, 80 + indent * EM * 1.05, text)
    assert stories(read(sheet)) == {head: BRIDGE}


def test_a_rule_and_an_open_sentence_decide_between_columns() -> None:
    """Two stories of which the left one ends with its column: the next column is another story's."""
    sheet = Sheet()
    sheet.column(40, 75, wrap(POND, 15))
    head_over(sheet, POND_HEAD, 40, 40, 150, size=16)
    sheet.rule(200, 30, 200, 300)
    head_over(sheet, LIBRARY_HEAD, 210, 40, 320)
    sheet.legs((210, 380), 75, wrap(LIBRARY, 15))
    assert stories(read(sheet)) == {POND_HEAD: POND, LIBRARY_HEAD: LIBRARY}


def test_a_story_without_a_head_is_flagged() -> None:
    sheet = Sheet()
    sheet.column(40, 75, wrap(POND, 15))
    (found,) = read(sheet).articles
    assert "head.missing" in {flag.kind for flag in found.flags}
    assert found.confidence < 0.5


def test_confidence_differs_with_the_evidence() -> None:
    sheet = Sheet()
    head_over(sheet, BRIDGE_HEAD, 40, 40, 320)
    sheet.legs((40, 210), 75, wrap(BRIDGE, 15))
    sheet.column(40, 500, wrap(POND, 15))
    page = read(sheet)
    values = {a.headline.text if a.headline else "": a.confidence for a in page.articles}
    assert values[BRIDGE_HEAD] > 0.8 > values[""]


def test_every_text_of_the_result_has_its_boxes() -> None:
    sheet = Sheet()
    head_over(sheet, BRIDGE_HEAD, 40, 40, 320)
    sheet.legs((40, 210), 75, wrap(BRIDGE, 15))
    record = json.loads(page_json.dumps(read(sheet)))
    assert record["layout"] == {"width": 600.0, "height": 800.0, "unit": "pt", "origin": "top-left"}
    (found,) = record["articles"]
    assert len(found["boxes"]["headline"]) == 1
    every = [box for block in found["blocks"] for box in block["boxes"]]
    assert len(every) == len(found["blocks"]) + 1  # one paragraph runs over both columns
    for left, top, right, bottom in every:
        assert 35 < left < right < 380
        assert 70 < top < bottom < 300


def test_a_page_passes_between_stages_with_its_layout() -> None:
    sheet = Sheet()
    sheet.column(40, 75, wrap(POND, 15))
    page = pdf.read(sheet.pdf(), "page.pdf").pages[0]
    assert layers.loads(layers.dumps(page)) == page
    for stage in default_pipeline().stages:
        page = layers.loads(layers.dumps(stage(page)))
    assert stories(page) == {"": POND}


def test_boxes_without_fonts_whose_heights_vary_give_the_same_stories() -> None:
    sheet = Sheet()
    for y, head in ((40, BRIDGE_HEAD), (250, LIBRARY_HEAD), (480, POND_HEAD)):
        head_over(sheet, head, 40, y, 500, size=22)
        sheet.legs((40, 210, 380), y + 35, wrap(HEADS[head], 15))
    assert stories(read_measured(sheet)) == HEADS


@pytest.mark.parametrize("flush", [True, False])
@pytest.mark.parametrize("seed", range(5))
def test_heads_of_measured_type_are_told_apart_by_their_words_too(seed: int, *, flush: bool) -> None:
    """The kicker and the deck are a fifth larger than the text, as the headline is than them."""
    sheet = Sheet()
    y = 40.0
    parts = (
        ("县长在交通工作会议上强调", 12),
        ("河东村修通便民桥", 15),
        ("——沿河六村见闻", 12),
        ("本报记者 甘小禾", EM),
    )
    for text, size in parts:
        if flush:
            sheet.line(40, y, text, size=size)
        else:
            head_over(sheet, text, 40, y, 170, size=size)
        y += 1.25 * size
    sheet.column(40, y + 4, wrap((*BRIDGE, *POND), 17))
    head_over(sheet, LIBRARY_HEAD, 240, 40, 320)
    sheet.legs((240, 410), 75, wrap((*LIBRARY, *LIBRARY), 15))
    found = article(read_measured(sheet, seed=seed, uneven=0.25), BRIDGE_HEAD)
    assert found.kicker is not None
    assert found.deck is not None
    assert (found.kicker.text, found.deck.text) == ("县长在交通工作会议上强调", "——沿河六村见闻")
    assert [person.name for person in found.people] == ["甘小禾"]
    assert tuple(block.text for block in found.blocks) == (*BRIDGE, *POND)


# units


def test_the_lines_of_heads_are_cut_where_sizes_and_words_say_it() -> None:
    def cut(*told: tuple[str, float]) -> list[list[str]]:
        lines = printed(
            [
                replace(line_at(Box(40, 20.0 * n, 40 + size * len(text), 20.0 * n + size), text, size=size), font="")
                for n, (text, size) in enumerate(told)
            ]
        )
        return [[line.text for line in part] for part in cut_heads(lines, statistics())]

    assert cut(("新桥通车", 15)) == [["新桥通车"]]
    assert cut(("河东村修通便民", 15.5), ("桥菜农进城快", 14.5)) == [["河东村修通便民", "桥菜农进城快"]]
    assert cut(("县长在会议上强调", 12), ("河东村修通便民", 14.5), ("桥菜农进城快", 15)) == [
        ["县长在会议上强调"],
        ["河东村修通便民", "桥菜农进城快"],
    ]
    assert cut(("药师手记", 14), ("新桥通车", 15)) == [["药师手记"], ["新桥通车"]]
    assert cut(("河东村修通便民桥", 20), ("——沿河六村见闻", 19)) == [["河东村修通便民桥"], ["——沿河六村见闻"]]


def line_at(box: Box, text: str = "字", *, size: float = EM, vertical: bool = False) -> Line:
    return Line(Span(0, len(text)), len(text), text, len(text), box=box, size=size, font="f", vertical=vertical)


def column_of(lefts: list[float], *, width: float = 150, text: str = "字") -> list[Printed]:
    lines = [line_at(Box(left, 15 * n, 40 + width, 15 * n + 10), text) for n, left in enumerate(lefts)]
    return printed(lines)


def test_lines_below_each_other_are_a_leg_and_lines_beside_are_not() -> None:
    found = legs(column_of([40, 40, 40]) + printed([line_at(Box(210, 0, 360, 10))]))
    assert [len(leg.lines) for leg in found] == [3, 1]


def test_a_line_over_two_columns_is_in_neither() -> None:
    wide = line_at(Box(40, 0, 360, 10))
    left = [line_at(Box(40, 15 * n, 190, 15 * n + 10)) for n in (1, 2)]
    right = [line_at(Box(210, 15 * n, 360, 15 * n + 10)) for n in (1, 2)]
    assert sorted(len(leg.lines) for leg in legs(printed([wide, *left, *right]))) == [1, 2, 2]


def test_an_indent_begins_a_paragraph() -> None:
    runs = paragraphs(column_of([60, 40, 40, 60, 40]), Column(40, 190, sure=True))
    assert [(len(run.lines), run.starts, run.ends) for run in runs] == [(3, True, True), (2, True, False)]


def test_a_leg_that_begins_without_an_indent_goes_on() -> None:
    runs = paragraphs(column_of([40, 40, 60]), Column(40, 190, sure=True))
    assert [run.starts for run in runs] == [False, True]


def test_a_quarter_turn_makes_vertical_lines_of_horizontal_ones() -> None:
    lines = [line_at(Box(100 - 16 * n, 40, 110 - 16 * n, 140), vertical=True) for n in range(3)]
    assert is_vertical(lines)
    tops = [item.place.top for item in printed(lines)]
    assert all(one < two for one, two in pairwise(tops))
    assert turned(Box(1, 2, 3, 4), vertical=False) == Box(1, 2, 3, 4)


def test_boxes_are_those_of_the_lines_of_a_span() -> None:
    lines = (
        PlacedLine(Span(0, 2), Box(40, 0, 60, 10), 10, chars=(40, 50, 60)),
        PlacedLine(Span(3, 5), Box(40, 15, 60, 25), 10, chars=(40, 50, 60)),
        PlacedLine(Span(6, 8), Box(200, 0, 220, 10), 10, chars=(200, 210, 220)),
    )
    layout = Layout(PageSize(300, 300), lines)
    assert boxes([Span(0, 8)], layout) == (Box(40, 0, 60, 25), Box(200, 0, 220, 10))
    assert boxes([Span(4, 5)], layout) == (Box(50, 15, 60, 25),)
    assert boxes([Span(2, 3)], layout) == ()
    assert boxes([], layout) == ()


def test_a_likelier_link_makes_a_surer_article() -> None:
    assert len(NAMES) == len(COEFFICIENTS)
    low, high = ((1.0, odds, odds, 3.0, 0.0, 0.0, 0.0, 0.0) for odds in (0.0, 6.0))
    assert confidence(low) < confidence(high)


box = st.builds(
    lambda x, y, w, h: Box(x, y, x + w, y + h),
    st.floats(0, 500),
    st.floats(0, 700),
    st.floats(0, 300),
    st.floats(0, 60),
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(box, st.text("渡口通航。本报讯（记者）图为", min_size=1, max_size=8), st.booleans()), max_size=25
    )
)
def test_lines_anywhere_are_all_accounted_for(given_lines: list[tuple[Box, str, bool]]) -> None:
    """No boxes, however senseless, cost a character or raise."""
    placed, at = [], 0
    for place, text, vertical in given_lines:
        placed.append(PlacedLine(Span(at, at + len(text)), place, place.height, vertical=vertical))
        at += len(text) + 1
    page = Page.of("\n".join(text for _, text, _ in given_lines))
    page = default_pipeline()(Page(page.id, page.source, page.trace, layout=Layout(PageSize(600, 800), tuple(placed))))
    account(page)
