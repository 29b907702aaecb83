"""Lines before they are read: put together where print has no break, told as briefs, and what the evidence says."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from banmian import Page, account, read_text
from banmian.em import em
from banmian.language import statistics, topics
from banmian.model import Role
from banmian.reading.blocks.certain import read_through
from banmian.reading.blocks.evidence import CREDIT, CREDIT_REST, NUMBERS, gather
from banmian.reading.blocks.states import HEADS, State
from banmian.reading.blocks.strands import label
from banmian.reading.columns.whole_lines import RULE, whole_lines
from banmian.reading.stories.briefs import Briefs, briefs
from banmian.reading.weights import weights
from banmian.stages.characters import Characters
from banmian.stages.lines import Lines

BRIEFS = (
    "资讯速递",
    "柳湾渡口新船下水",
    "本报电 柳湾渡口的新船日前下水，过河只要五分钟。",
    "（甘小禾）",
    "青石峪核桃开秤",
    "本报电 青石峪的核桃日前开秤，合作社当天收了三千斤。",
    "（佟一苇）",
)


def lines_of(text: str) -> Page:
    return Lines()(Characters()(Page.of(text)))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("乡亲们说这是“\n幸福船”，坐上就\n到对岸。\n", ["乡亲们说这是“幸福船”，坐上就", "到对岸。"]),
        ("柳湾村修订了《\n渡口公约\n》，家家都有\n", ["柳湾村修订了《渡口公约》，家家都有"]),
        ("（\n本报柳湾1月5日电）\n", ["（本报柳湾1月5日电）"]),
        ("柳湾村通了渡船“\n\n幸福船”今天下水\n", ["柳湾村通了渡船“", "幸福船”今天下水"]),
        ("柳湾村通了渡船\n“幸福船”\n", ["柳湾村通了渡船", "“幸福船”"]),
    ],
)
def test_a_line_is_whole_where_no_line_of_print_ends(text: str, lines: list[str]) -> None:
    page = whole_lines(lines_of(text))
    assert [line.text for line in page.lines] == lines
    assert [line.width for line in page.lines] == [em(line) for line in lines]
    assert page.trace.undo() == text
    assert [page.trace.read(line.span) for line in page.lines] == lines


def test_a_break_that_went_has_an_edit_of_its_name_and_its_article_all_characters() -> None:
    text = "渡口新船下水\n本报讯（\n记者 甘小禾）柳湾渡口的新船今天下水。\n"
    page = read_text(text)
    assert [edit.text for edit in page.trace.edits if edit.rule.startswith(RULE)] == [""]
    assert page.articles[0].blocks[0].text == "本报讯（记者 甘小禾）柳湾渡口的新船今天下水。"
    account(page)  # raises where a character is missing


@given(st.text(alphabet="柳湾渡口“”（），。 \n", max_size=60))
def test_whole_lines_keep_every_character_in_place(text: str) -> None:
    before = lines_of(text)
    after = whole_lines(before)
    assert "".join(line.text for line in after.lines) == "".join(line.text for line in before.lines)
    assert all(one.tail_end == two.span.start for one, two in pairwise(after.lines))
    assert whole_lines(after) is after


def test_briefs_are_told_by_their_title_and_their_dateline() -> None:
    assert briefs(BRIEFS) == Briefs(titles=(0,), heads=(1, 4), notes=(3, 6))


@pytest.mark.parametrize(
    "texts",
    [
        BRIEFS[1:],
        ("资讯速递", "柳湾渡口新船下水", "本报讯（记者 甘小禾）柳湾渡口的新船今天下水。"),
        ("资讯速递", "柳湾渡口新船下水", "新华社柳湾1月5日电 柳湾渡口的新船今天下水。"),
        ("资讯速递", "柳湾渡口的新船今天下水。", "本报电 青石峪的核桃日前开秤。"),
        ("资讯速递",),
        (),
    ],
)
def test_what_is_no_brief(texts: tuple[str, ...]) -> None:
    assert briefs(texts) == Briefs()


def test_briefs_are_one_article() -> None:
    page = read_text("\n".join(BRIEFS) + "\n")
    assert [(story.headline.text if story.headline else None) for story in page.articles] == ["资讯速递"]
    subheads = [block.text for block in page.articles[0].blocks if block.role is Role.SUBHEAD]
    assert subheads == ["柳湾渡口新船下水", "青石峪核桃开秤"]


def test_a_head_ends_with_its_rubric() -> None:
    page = lines_of("柳湾渡口新船下水（新春走基层）\n乡亲们坐上幸福船\n本报讯 柳湾渡口的新船今天下水。\n")
    path, _ = label(page.lines, statistics(), topics(), weights())
    assert path[1] != State.HEAD_NEXT


def test_two_clauses_and_a_rubric_are_a_head_where_they_read_on_too() -> None:
    page = lines_of("新船下水，乡亲们推选出渡口\n值班船工忙摆渡 赶集乡亲喜过河（今日谈）\n十年来第一次有了新船。\n")
    path, _ = label(page.lines, statistics(), topics(), weights())
    assert path[1] in HEADS


@pytest.mark.parametrize(
    ("alone", "through"),
    [("进河里，第二天一早就在渡口来来往", [1]), ("渡口新船今天下水", [])],
)
def test_text_reads_on_through_a_short_line_and_not_through_a_head(alone: str, through: list[int]) -> None:
    page = lines_of(f"柳湾乡亲连夜把新船推\n{alone}\n往。如今过河只要五分钟\n")
    found = gather(page.lines, statistics(), topics())
    path = np.array([State.START, State.HEAD, State.OPEN])
    assert read_through(path, page.lines, found, statistics()).tolist() == through
    assert read_through(np.array([State.START, State.NEXT, State.NEXT]), page.lines, found, statistics()).size == 0


def test_who_edited_the_page_is_no_byline() -> None:
    page = lines_of("柳湾渡口新船下水\n本版编辑 甘小禾\n本报讯 柳湾渡口的新船今天下水，乡亲们站满两岸。\n")
    path, _ = label(page.lines, statistics(), topics(), weights())
    assert path[1] == State.FURNITURE


def test_a_credit_of_two_lines_is_seen_in_both() -> None:
    page = lines_of("图为渡口的新船。\n本报记者 甘 禾文\n新华社记者 佟 苇摄\n甘小禾摄（人民视\n觉）\n渡口的新船\n")
    found = gather(page.lines, statistics(), topics())
    assert np.flatnonzero(found[:, CREDIT]).tolist() == [1, 3]
    assert np.flatnonzero(found[:, CREDIT_REST]).tolist() == [2, 4]


def test_clauses_are_as_long_as_each_other_without_marks_and_rubric() -> None:
    page = lines_of("青石峪里核桃熟\n柳湾渡口新船来（新春走基层）\n乡亲乐\n")
    found = gather(page.lines, statistics(), topics())
    same, longer, more = (found[:, number] for number in (NUMBERS.index(name) for name in NUMBERS[-4:-1]))
    assert same.tolist() == [0, 1, 0]
    assert longer.tolist() == [4, 0, -4]
    assert not more.any()


def test_a_word_that_needs_another_ends_no_head() -> None:
    page = lines_of("柳湾村支书分别向\n青石峪致信\n")
    found = gather(page.lines, statistics(), topics())
    assert found[:, NUMBERS.index("ends with a word that needs another")].tolist() == [1, 0]


def test_a_pen_name_is_told_by_characters_that_seldom_stand_together() -> None:
    page = lines_of("岭平\n报春\n柳湾渡口新船下水\n")
    pen_name, word, longer = gather(page.lines, statistics(), topics())[:, len(NUMBERS) - 1].tolist()
    assert pen_name > word
    assert longer == 0.0


@pytest.mark.parametrize("text", ["药师手记", "财经短波", "柳湾菜市场行情平稳"])
def test_what_says_something_is_no_furniture(text: str) -> None:
    page = lines_of(f"柳湾渡口的新船今天下水。\n{text}\n本报讯 柳湾渡口的新船今天下水。\n")
    path, _ = label(page.lines, statistics(), topics(), weights())
    assert path[1] != State.FURNITURE


@pytest.mark.parametrize(
    ("run", "through"),
    [(("心要把因大雨耽误的时光", "抢回来。如今，新船上的"), [1, 2]), (("柳湾渡口的新船", "甘小禾摄"), [])],
)
def test_text_reads_on_through_what_was_taken_for_a_caption(run: tuple[str, str], through: list[int]) -> None:
    page = lines_of("\n".join(["乡亲们在渡口忙了一整天，下定决", *run, "船工们又开始了新的一天。"]) + "\n")
    found = gather(page.lines, statistics(), topics())
    path = np.array([State.START, State.CAPTION, State.CAPTION_NEXT, State.OPEN])
    assert read_through(path, page.lines, found, statistics()).tolist() == through


@pytest.mark.parametrize(
    ("text", "signs"),
    [("（方大山甘小禾）", True), ("（方 圆 甘小禾）", True), ("（新船首航记）", False)],
)
def test_several_people_in_brackets_sign_the_text_before_them(text: str, *, signs: bool) -> None:
    story = "柳湾渡口的新船今天下水试航，乡亲们\n站满了两岸。船比旧的长三米，能多载\n二十人，过江只要八分钟。\n"
    page = lines_of(f"渡口新船下水\n{story}{text}\n")
    path, _ = label(page.lines, statistics(), topics(), weights())
    assert (State(path[-1]) is State.BYLINE) == signs
