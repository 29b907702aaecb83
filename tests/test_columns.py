"""Columns that an extractor mixed, on pages set by a little press: stories of our own, mixed in each of the ways."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banmian.language import statistics, topics
from banmian.model import Line, Page
from banmian.reading.columns.apart import Apart, in_strands, settle, suspect
from banmian.reading.columns.evidence import NUMBERS, REACH, Printed, candidates, numbers
from banmian.reading.columns.rows import cut_rows
from banmian.reading.columns.whole_lines import RULE
from banmian.stage import Layer, Pipeline
from banmian.stages.characters import Characters
from banmian.stages.columns import Columns
from banmian.stages.lines import Lines

STORIES = (
    "清晨六点，河东村的菜农赵大山已经把第一车黄瓜装好。村里去年修通了水泥路，货车可以直接开到大棚门口，"
    "装车的时间比过去少了一半。赵大山说，以前要用三轮车一趟一趟往外运，遇到雨天只能等着，菜放久了就卖不上价。"
    "现在合作社统一联系客户，价格提前一天定好，大家心里有底。今年春天，合作社又添了两座冷库，存放能力达到三百吨。"
    "负责管理冷库的是返乡的大学生李芳，她用手机就能看到库里的温度和湿度，哪一间出了问题马上有提示。",
    "市图书馆新馆昨天开门迎接读者，当天办理借书证的市民超过两千人。新馆一共五层，藏书八十万册，还专门为孩子们留出了一层。"
    "馆长介绍，设计的时候征求了许多家长的意见，书架的高度、桌椅的尺寸都按照儿童的身高来做。"
    "记者在现场看到，不少老人带着孙子孙女坐在窗边看书，很安静。图书馆每周六下午还要举办讲座，"
    "请本地的作家和老师谈读书的方法。住在附近的退休教师周老师说，以后不用坐很久的公交车去老馆了。",
    "随着气温回升，南山水库的水位开始上涨，水利部门加强了巡查。工作人员每天沿着大坝走两遍，记录渗水和位移的情况，"
    "发现异常立即上报。今年汛期预计比往年早十天左右，全市的防汛物资已经准备到位，抢险队伍也进行了三次演练。"
    "气象台提醒市民，近期山区可能出现短时强降雨，请不要到河道里游玩。"
    "水库管理处主任说，去年完成的除险加固工程经受住了考验，下游群众可以放心。",
    "足球联赛第三轮比赛昨晚结束，主队在先失一球的情况下连进两球，取得了本赛季的第一场胜利。上半场双方打得都很谨慎，"
    "射门次数不多。下半场换人以后，年轻的前锋王磊在禁区外一脚远射扳平比分，十分钟后队长又用头球锁定了胜局。"
    "主教练赛后表示，球队的体能还需要提高，防守的配合也不够好，但是队员们没有放弃，这一点最让他满意。"
    "下一轮球队将到客场挑战上届冠军。",
)
MEASURES = (15, 13, 18, 14)


def set_type(text: str, measure: int) -> list[str]:
    """The lines of a paragraph in a column; the first one is two em short, its indent being lost.

    No line begins with a closing mark or ends with an opening one (避头尾): the one hangs, the other goes to the next.
    """
    lines: list[str] = []
    at = 0
    while at < len(text):
        end = min(at + measure - (0 if lines else 2), len(text))
        while end < len(text) and text[end] in "，。、；：”）》":
            end += 1
        while text[end - 1] in "“（《":
            end -= 1
        lines.append(text[at:end])
        at = end
    return lines


def columns(count: int) -> list[list[str]]:
    """As many stories as columns, each in its own measure and in full columns of the same height as far as they go."""
    return [set_type(STORIES[number], MEASURES[number]) for number in range(count)]


def rows_of(strands: Sequence[Sequence[str]]) -> list[list[str]]:
    """What stands at each height, from the left."""
    height = max(len(strand) for strand in strands)
    return [[strand[row] for strand in strands if row < len(strand)] for row in range(height)]


def raster(strands: Sequence[Sequence[str]]) -> str:
    """One line of each column in turn."""
    return "".join(f"{line}\n" for row in rows_of(strands) for line in row)


def side_by_side(strands: Sequence[Sequence[str]]) -> str:
    """What stands at one height in one row, four spaces between."""
    return "".join("    ".join(row) + "\n" for row in rows_of(strands))


def with_places(strands: Sequence[Sequence[str]]) -> str:
    """Rows whose spaces keep horizontal positions, a character counting one, whatever its width."""
    out = []
    for row in range(max(len(strand) for strand in strands)):
        text, edge = "", 0
        for strand, measure in zip(strands, MEASURES, strict=False):
            if row < len(strand):
                text = text.ljust(edge) + strand[row]
            edge += measure + 5
        out.append(text)
    return "\n".join(out) + "\n"


def in_order(strands: Sequence[Sequence[str]]) -> str:
    """One column after the other: what an unmixed page is."""
    return "".join(f"{line}\n" for strand in strands for line in strand)


def page_of(text: str) -> Page:
    return Lines()(Characters()(Page.of(text)))


def joins(lines: Sequence[Line]) -> set[tuple[str, str]]:
    """Lines that follow each other with no gap between."""
    return {(a.text, b.text) for a, b in pairwise(lines) if not b.gap}


def true_joins(strands: Sequence[Sequence[str]]) -> set[tuple[str, str]]:
    return {(a, b) for strand in strands for a, b in pairwise(strand)}


@dataclass(frozen=True)
class Found:
    """How many of the true joins were found, and how many of those found are true."""

    recall: float
    precision: float


def found(text: str, strands: Sequence[Sequence[str]]) -> Found:
    got, true = joins(Columns()(page_of(text)).lines), true_joins(strands)
    return Found(len(got & true) / len(true), len(got & true) / max(len(got), 1))


def tiles(page: Page) -> None:
    """All characters of the source from the first line on lie in a line or in its tail, each in one."""
    lines = sorted(page.lines, key=lambda line: line.span)
    for one, two in pairwise(lines):
        assert one.span.start < one.span.end <= one.tail_end == two.span.start
    if lines:
        assert lines[-1].tail_end == len(page.source.text)


@pytest.mark.parametrize("count", [2, 3, 4])
@pytest.mark.parametrize("press", [raster, side_by_side, with_places])
def test_mixed_columns_come_apart(press: Callable[[Sequence[Sequence[str]]], str], count: int) -> None:
    strands = columns(count)
    figures = found(press(strands), strands)
    assert figures.recall >= 0.9, figures  # pages of 25 to 60 lines: a real page has more to go by
    assert figures.precision >= 0.9, figures


def test_lines_that_ran_together_are_cut() -> None:
    # each column two stories high, so that there is enough to go by
    strands = [set_type(STORIES[n] + STORIES[(n + 1) % 4], MEASURES[n]) for n in range(4)]
    chance = random.Random(1)
    text, cuts = "", 0
    for row in rows_of(strands):
        for number, line in enumerate(row):
            together = number + 1 < len(row) and chance.random() < 0.3
            text += line + ("" if together else "\n")
            cuts += together
    page = Columns()(page_of(text))
    tiles(page)
    made = [line for line in page.lines if line.tail_end == line.span.end and line.tail_end < len(text)]
    whole = {line for strand in strands for line in strand}
    right = [line for line in made if any(each.endswith(line.text) for each in whole)]
    assert len(made) >= 0.4 * cuts
    assert len(right) >= 0.9 * len(made)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("渡口新船\n今日通航\n\n两岸往来\n更加便利\n", [0, 1, 0]),
        ("渡口新船\n\n今日通航\n\n两岸往来\n更加便利\n\n村民欢喜\n", [0, 0, -1, 0]),
    ],
)
def test_a_blank_line_tells_and_where_they_are_everywhere_their_absence_does(text: str, told: list[int]) -> None:
    printed = Printed.of(cut_rows(page_of(text)), statistics(), topics())
    links = candidates(printed)
    read = numbers(links, np.zeros(len(links.lag), np.float32), printed.rows)
    at = sum(count for _, count in NUMBERS[: [name for name, _ in NUMBERS].index("blank lines")])
    assert read[1:, 0, at : at + 2].tolist() == [[value, value] for value in told]


def test_an_unmixed_page_is_the_same_value() -> None:
    page = page_of(in_order(columns(4)))
    assert Columns()(page) is page


def test_the_mixed_part_of_a_page_comes_apart_and_the_rest_stays() -> None:
    one, two, three, four = columns(4)
    text = in_order([one]) + raster([two, three]) + in_order([four])
    page = page_of(text)
    after = Columns()(page)
    assert [line.text for line in after.lines[: len(one)]] == one
    texts = [line.text for line in after.lines]
    at = texts.index(four[0])  # whole, though not always last: a column may end without a stop where another begins
    assert texts[at : at + len(four)] == four
    assert len(joins(after.lines) & true_joins([two, three])) >= 0.9 * len(true_joins([two, three]))


def test_a_head_comes_right_before_the_column_that_it_stands_over() -> None:
    lines = page_of("左题\n右题\n左一\n右一\n左二\n右二\n").lines
    before, under = np.array([-1, -1, -1, -1, 2, 3]), np.array([-1, -1, 0, 1, -1, -1])
    apart = Apart(before, under, np.ones(6, bool), np.zeros(6, bool))
    assert [line.text for line in in_strands(lines, apart)] == ["左题", "左一", "左二", "右题", "右一", "右二"]
    assert [line.gap for line in in_strands(lines, apart)] == [False, True, False, True, True, False]


def test_a_column_starts_with_a_gap_and_goes_on_without() -> None:
    page = Columns()(page_of(side_by_side(columns(3))))
    starts = [line.text for line in page.lines if line.gap]
    assert columns(3)[1][0] in starts
    assert columns(3)[2][0] in starts
    assert len(starts) <= 6


def test_the_gap_between_columns_is_the_tail_of_the_piece_before() -> None:
    text = side_by_side(columns(2))
    rows = cut_rows(page_of(text))
    assert rows.cut
    assert not rows.placed
    first, second = rows.lines[:2]
    assert (first.text, second.text) == (columns(2)[0][0], columns(2)[1][0])
    assert text[first.tail.start : first.tail.end] == "    "
    assert rows.row[0] == rows.row[1] == 0


def test_spaces_that_keep_positions_tell_where_a_piece_stands() -> None:
    rows = cut_rows(page_of(with_places(columns(3))))
    assert rows.placed
    second = [number for number, line in enumerate(rows.lines) if line.text in columns(3)[1]]
    assert {float(rows.offset[number]) for number in second} == {20.0}


def test_links_that_outweigh_nothing_leave_the_order_and_a_doubt() -> None:
    before = np.array([-1, 0, 0, 1, 2, 3, 4, 7 - 1, 7], dtype=np.intp)  # five links skip a line
    weak = np.full((9, REACH), -1.0, dtype=np.float32)
    apart = settle(before, weak, sure=False)
    assert apart.before.tolist() == list(range(-1, 8))
    assert apart.doubtful[:7].all()
    assert not apart.mixed.any()
    strong = settle(before, weak + 6 * (np.arange(REACH) == 1), sure=False)
    assert strong.mixed[:7].all()
    assert not strong.doubtful.any()


def test_the_stage_says_what_it_needs_and_gives() -> None:
    assert Columns.requires == {Layer.LINES}
    assert Columns.provides == {Layer.COLUMNS}
    assert Columns() == Columns()
    page = Pipeline((Characters(), Lines(), Columns()))(Page.of(raster(columns(3))))
    assert page.stages == ("characters", "lines", "columns")


def test_few_lines_say_nothing() -> None:
    assert not suspect(cut_rows(page_of("一\n二\n三\n")), statistics())
    assert Columns()(page_of("")).lines == ()


ANY_LINE = st.text(alphabet=st.characters(codec="utf-8"), max_size=40)
WORDS = st.lists(st.sampled_from([line for strand in columns(4) for line in strand]), min_size=1, max_size=4)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(ANY_LINE, WORDS.map("".join), WORDS.map("    ".join)), max_size=60))
def test_any_text_survives_with_all_its_lines(lines: list[str]) -> None:
    page = page_of("\n".join(lines))
    after = Columns()(page)
    tiles(after)
    assert after == Columns()(page)
    if after.lines == page.lines:
        return
    assert sum(len(line.text) for line in after.lines) <= sum(len(line.text) for line in page.lines)
    assert {edit.rule for edit in after.trace.edits} <= {edit.rule for edit in page.trace.edits} | {RULE}


@settings(max_examples=30, deadline=None)
@given(st.permutations(range(4)), st.integers(min_value=10, max_value=24))
def test_an_unmixed_page_of_any_measure_is_unchanged(order: list[int], measure: int) -> None:
    page = page_of(in_order([set_type(STORIES[number], measure) for number in order]))
    assert Columns()(page).lines == page.lines


def test_rows_that_read_on_nowhere_keep_their_order_and_say_so() -> None:
    cells = ("甲", "张三", "七十二", "六月", "合计", "五十", "丙", "东街", "九百零一", "王五", "乙", "西村")
    text = "".join("    ".join(cells[(5 * row + 7 * cell) % 12] for cell in range(3)) + "\n" for row in range(12))
    page = page_of(text)
    after = Columns()(page)
    assert after.lines == page.lines
    assert [flag.kind for flag in after.flags] == ["columns.mixed"]
