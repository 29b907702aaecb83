"""Bylines and credits in pieces: what belongs together is found, nothing is lost, and nothing else moves."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banmian.config import default_pipeline
from banmian.model import Page, Role
from banmian.reading.columns.torn import Torn, put_together, torn
from banmian.stages.characters import Characters
from banmian.stages.lines import Lines

TEXT = ["渡口的新船今天下水，", "乡亲们站满两岸。", "县里还要再添两条船，", "方便村民出行。"]


def _texts(pieces: str) -> list[str]:
    """Lines: pieces parted by bars, and a line of text for each dash."""
    text = iter(TEXT * 20)
    return [next(text) if part == "-" else part for part in pieces.split("|")]


def _found(pieces: str) -> list[str]:
    lines = _texts(pieces)
    return [" ".join(lines[i] for i in found.pieces) for found in torn(lines)]


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ("本报记者|-|甘小禾|通讯员|-|-|佟一苇", ["本报记者 甘小禾 通讯员 佟一苇"]),
        ("□本报记者|甘小禾|-|文/图", ["□本报记者 甘小禾 文/图"]),
        ("本报记者|-|方|圆", ["本报记者 方 圆"]),
        ("（甘小禾|-|佟一苇）", ["（甘小禾 佟一苇）"]),
        ("本报记者|甘小禾|通讯员|-|□本报记者|方大山|-|佟一苇", ["本报记者 甘小禾 通讯员 佟一苇", "□本报记者 方大山"]),
        ("本报记者|甘小禾|文/图|方大山", ["本报记者 甘小禾 文/图"]),  # nobody is named behind what was done
        ("本报记者|甘小禾|通讯员|-", ["本报记者 甘小禾"]),  # whose name is nowhere
        ("本报记者方大山通讯员|-|甘小禾文/图", ["本报记者方大山通讯员 甘小禾文/图"]),  # an OCR engine lost the spaces
        ("王|-|苇摄（影像中国）", ["王 苇摄（影像中国）"]),
        ("王|视觉）|-|苇摄（人民", ["王 苇摄（人民 视觉）"]),
        ("甘小禾 王|-|苇摄影报道（人民视觉）", ["甘小禾 王 苇摄影报道（人民视觉）"]),
    ],
)
def test_what_a_piece_lacks_is_found(lines: str, found: list[str]) -> None:
    assert _found(lines) == found


@pytest.mark.parametrize(
    "lines",
    [
        "-|甘小禾|-",  # a name and no title
        "本报记者 甘小禾|-|佟一苇",  # whole, and the name is of something else
        "本报记者|-|渡口新船",  # no name
        "通讯员|-|佟一苇",  # of a byline that is whole without
        "本版编辑|-|佟一苇",  # furniture
        "王|-|王 苇摄（影像中国）",  # a credit with its surname
        "的|-|苇摄（影像中国）",  # no surname
        "本报记者" + "|-" * 70 + "|甘小禾",  # too far
        "本报记者|-|方|-|-|-|-|圆",  # halves of a name stand together
    ],
)
def test_what_may_belong_to_something_else_is_left(lines: str) -> None:
    assert _found(lines) == []


def test_a_piece_belongs_to_one_byline_at_most() -> None:
    found = torn(_texts("本报记者|-|本报记者|-|甘小禾|方大山"))
    pieces = [i for each in found for i in each.pieces]
    assert len(pieces) == len(set(pieces))


def test_pieces_together_are_told_from_others() -> None:
    assert Torn((3, 4, 5), Role.BYLINE, 3).together
    assert not Torn((3, 5, 4), Role.BYLINE, 3).together


def _page(lines: list[str]) -> Page:
    return Lines()(Characters()(Page.of("\n\n".join(lines))))


def test_pieces_come_together_where_the_first_stands_or_the_agency() -> None:
    page = put_together(_page(_texts("-|本报记者|-|甘小禾|-|王|-|苇摄（影像中国）|-")))
    order = [line.text for line in page.lines]
    assert order[1:3] == ["本报记者", "甘小禾"]
    assert order[-3:-1] == ["王", "苇摄（影像中国）"]
    assert [line.gap for line in page.lines[1:3]] == [True, False]


@given(
    st.lists(
        st.sampled_from(
            [*TEXT, "本报记者", "通讯员", "甘小禾", "方", "圆", "（甘小禾", "佟一苇）", "苇摄（新", "华社）", "王"]
        ),
        max_size=30,
    )
)
def test_no_line_is_lost_and_what_is_no_piece_keeps_its_order(texts: list[str]) -> None:
    page = _page(texts)
    once = put_together(page)
    assert Counter(line.span for line in once.lines) == Counter(line.span for line in page.lines)
    moved = {page.lines[i].span for found in torn([line.text for line in page.lines]) for i in found.pieces}
    rest = [[line.span for line in each.lines if line.span not in moved] for each in (page, once)]
    assert rest[0] == rest[1]


def test_a_torn_byline_and_a_torn_credit_are_whole_in_their_article() -> None:
    lines = [
        "柳湾渡口新船下水",
        "□本报记者",
        "6月12日，柳湾渡口的新船下水试航，\n乡亲们站满两岸。县里为这条船准备了\n两年，船比旧的长三米，能多载二十人。",
        "甘小禾",
        "通讯员",
        "船厂还为渡口培训了六名年轻的船工，\n渡口两岸的路也在加紧拓宽，明年还要\n再添两条这样的船，方便村民出行。",
        "方",
        "佟一苇",
        "图为新船下水。",
        "圆摄（影像中国）",
    ]
    text = "\n\n".join(lines)
    (article,) = default_pipeline()(Page.of(text)).articles
    assert {person.name for person in article.people} == {"甘小禾", "佟一苇"}
    assert [block.text for block in article.blocks if block.role is Role.CAPTION] == [
        "图为新船下水。",
        "方 圆摄（影像中国）",
    ]
