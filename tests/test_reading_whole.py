"""Heads and bylines that were broken in two are put together, and what stood between the halves stays."""

from __future__ import annotations

import pytest

from banmian.grammar.broken_bylines import wrapped
from banmian.language import statistics
from banmian.language.topics import topics
from banmian.model import Block, Page, Role
from banmian.reading.blocks.pieces import split_byline, split_head
from banmian.reading.blocks.strands import strands
from banmian.reading.blocks.whole import interrupted_heads, whole_heads
from banmian.reading.weights import weights
from banmian.stages.characters import Characters
from banmian.stages.lines import Lines


def lines(text: str) -> Page:
    return Lines()(Characters()(Page.of(text)))


def heads(*texts: str, going_on: int = -1) -> list[Block]:
    """One head for each text, a line each; one of them may be marked as going on."""
    page = lines("\n".join(texts) + "\n")
    return [Block(Role.HEADLINE, (line,), starts=number != going_on) for number, line in enumerate(page.lines)]


def read(blocks: list[Block]) -> list[str]:
    return ["".join(line.text for line in block.lines) for block in blocks]


@pytest.mark.parametrize(
    ("texts", "whole"),
    [
        (
            ("渡口新船首航（新春", "柳湾小学今日开学", "走基层）"),
            ["渡口新船首航（新春走基层）", "柳湾小学今日开学"],
        ),
        (("渡口“新", "船”首航", "柳湾小学今日开学"), ["渡口“新船”首航", "柳湾小学今日开学"]),
        # What stands between two quotation marks may be what is quoted.
        (("渡口重在“", "三个到位", "”"), ["渡口重在“", "三个到位", "”"]),
        # Too long for a rubric, closed by another mark, or closed inside of what it stands in.
        (("渡口（新春", "柳湾小学今日开学迎来了六百名新生"), ["渡口（新春", "柳湾小学今日开学迎来了六百名新生"]),
        (("渡口新船首航（新春", "柳湾”小学今日开学"), ["渡口新船首航（新春", "柳湾”小学今日开学"]),
        (("渡口新船（今日谈）", "柳湾小学（新论）"), ["渡口新船（今日谈）", "柳湾小学（新论）"]),
    ],
)
def test_what_closes_the_bracket_of_a_head_is_a_part_of_it(texts: tuple[str, ...], whole: list[str]) -> None:
    assert read(whole_heads(heads(*texts))) == whole


def test_what_goes_on_from_a_head_inside_a_bracket_is_a_part_of_it() -> None:
    assert read(whole_heads(heads("《渡口", "五十年", "故事》出版", going_on=1))) == ["《渡口五十年故事》出版"]


@pytest.mark.parametrize("rubrics", [1, 2])
def test_the_rest_of_a_rubric_may_be_anywhere_if_there_is_but_one(rubrics: int) -> None:
    between = [Block(Role.PARAGRAPH, block.lines) for block in heads(*["船工们在岸边忙着。"] * 4)]
    first, rest, other = heads("渡口新船首航（新春", "走基层）", "今日谈）")
    found = read(whole_heads([first, *between, *[rest, other][:rubrics]]))
    assert (found[0] == "渡口新船首航（新春走基层）") is (rubrics == 1)
    assert len("".join(found)) == sum(map(len, read([first, *between, *[rest, other][:rubrics]])))


def test_a_head_goes_on_behind_a_line_of_the_head_beside_it() -> None:
    page = lines("全国人民代表大会常务委\n渡口新船首航\n员会会议在北京举行\n")
    found = interrupted_heads([Block(Role.HEADLINE, (line,)) for line in page.lines], page, statistics())
    assert read(found) == ["全国人民代表大会常务委员会会议在北京举行", "渡口新船首航"]


def test_heads_that_do_not_go_on_stay_apart() -> None:
    page = lines("渡口新船首航\n柳湾小学今日开学\n石桥加宽三米\n")
    found = [Block(Role.HEADLINE, (line,)) for line in page.lines]
    assert interrupted_heads(found, page, statistics()) == found


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["□本报记者 甘小禾 通讯员 佟", "一苇", "渡口"], [range(2)]),
        (["本报记者 甘", "小禾 通讯员 佟", "一苇"], [range(3)]),
        (["本报记者 甘小禾", "渡口新船"], []),
        (["本报记者 甘小禾 通讯员 佟", "渡口的新船下水。"], []),
    ],
)
def test_a_byline_that_was_broken_inside_a_name_is_whole(texts: list[str], found: list[range]) -> None:
    assert list(wrapped(texts)) == found


def test_a_byline_before_a_head_in_its_row_is_cut_off() -> None:
    page = lines("本报记者 甘小禾 通讯员 佟一苇 文 / 图 多彩冰雪节 冬日欢乐多\n")
    byline, *rest = split_head(Block(Role.HEADLINE, page.lines), page)
    assert (byline.role, byline.lines[0].text) == (Role.BYLINE, "本报记者 甘小禾 通讯员 佟一苇 文/图")
    assert "".join("".join(read(rest)).split()) == "多彩冰雪节冬日欢乐多"


def test_a_credit_is_no_byline_before_a_head() -> None:
    page = lines("特约记者 甘小禾 摄\n")
    assert Role.BYLINE not in [block.role for block in split_head(Block(Role.HEADLINE, page.lines), page)]


def test_what_was_done_stays_with_a_name_that_was_broken() -> None:
    page = lines("本报记者 甘小禾 通讯员 佟\n苇 文 / 图\n")
    block = Block(Role.BYLINE, page.lines)
    assert split_byline(block, page) == [block]


def test_nobody_is_named_behind_what_was_done() -> None:
    page = lines(
        "渡口新船首航\n本报记者 甘小禾 通讯员 佟一苇 文/图\n方圆\n　　船工们说，水涨了，新船今天第一次过江。\n"
    )
    found = strands(page, statistics(), topics(), weights())
    assert [len(block.lines) for block in found if "佟一苇" in block.lines[0].text] == [1]
