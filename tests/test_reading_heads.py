"""Heads told apart, texts composed from lines, and words shared."""

from dataclasses import replace

import numpy as np
import pytest

from banmian.em import em
from banmian.grammar.notes import is_note
from banmian.language import statistics, topics
from banmian.model import Block, Line, Role
from banmian.reading.lexical import character_codes, compare, compare_characters, pair_codes
from banmian.reading.links.bodies import chosen_make_up
from banmian.reading.links.choice import NOTHING, Choice
from banmian.reading.links.cuts import type_class
from banmian.reading.links.heads import form, in_order, like_subhead, rivals
from banmian.reading.links.kinds import IN_ORDER, LIKE_SUBHEAD, MAKE_UPS
from banmian.reading.links.survey import survey
from banmian.reading.stories.composing import breaks as line_breaks
from banmian.reading.stories.composing import compose, separator
from banmian.reading.stories.headings import (
    BREAKS,
    DECK,
    KICKER,
    KINDS,
    MOST_IN_PART,
    ROWS,
    SAME,
    divisions,
    pairs,
    parts_of_heads,
    readings,
)
from banmian.trace import Span, Trace


def block(role: Role, *texts: str, at: int = 0, starts: bool = True) -> Block:
    lines = []
    for text in texts:
        lines.append(Line(Span(at, at + len(text)), at + len(text) + 1, text, em(text)))
        at += len(text) + 1
    return Block(role, tuple(lines), starts=starts)


@pytest.mark.parametrize(
    ("before", "after", "names", "between"),
    [
        ("全县春耕生", "产有序推进", False, ""),
        ("the spring", "harvest", False, " "),
        ("新华社郑州4月2日电", "今年春天", False, " "),
        ("新华社郑州4月2日电", "（记者", False, ""),
        ("（记者 陈一鸣", "通讯员 赵小川", False, " "),
        ("（记者 陈一鸣 通讯", "员 赵小川", False, ""),
        ("本报讯（记者 陈一鸣）渡口（今柳湾", "东岸）通航", False, ""),
        ("记者", "陈一鸣", True, " "),
        ("记者 陈", "一鸣", True, ""),
        ("记者 陈一鸣", "赵小川", True, " "),
        ("", "春耕", False, ""),
        ("陈一鸣摄（影像", "中国）", True, ""),
        ("第十二条", "渡口应当设置救生设备。", False, " "),
        ("合同第十二条", "写明了渡口的设备。", False, ""),
    ],
)
def test_what_stands_between_two_lines(before: str, after: str, names: bool, between: str) -> None:
    assert separator(before, after, names=names) == between


@pytest.mark.parametrize(
    ("texts", "read"), [(("佟", "苇摄（影像中国）"), "佟 苇摄（影像中国）"), (("记者 佟", "苇"), "记者 佟苇")]
)
def test_a_name_of_two_characters_has_a_space_where_one_of_them_was_alone(texts: tuple[str, str], read: str) -> None:
    part = block(Role.CAPTION, *texts)
    source = "".join(f"{text}\n" for text in texts)
    spans, edits = compose([part], "articles", names=True)
    assert Trace(source).edit(edits).read_all(spans) == read


def test_lines_that_read_on_make_one_span() -> None:
    part = block(Role.PARAGRAPH, "春耕生", "产有序。")
    spans, edits = compose([part], "articles")
    assert spans == (Span(0, 8),)
    assert [(edit.span, edit.text) for edit in edits] == [(Span(3, 4), "")]
    assert [edit.span for edit in line_breaks(part.lines, edits, "articles")] == [Span(8, 9)]


@pytest.mark.parametrize(("count", "ways"), [(1, 1), (2, 3), (3, 6), (4, 10)])
def test_heads_have_one_headline_between_kicker_and_deck(count: int, ways: int) -> None:
    found = divisions(count)
    assert len(set(found)) == ways
    for marks in found:
        assert marks.count(KICKER) <= 1
        assert marks.count(DECK) <= 1
        if KICKER in marks and DECK in marks:
            assert marks.index(KICKER) < marks.index(DECK)


def test_the_readings_of_very_many_heads_are_few() -> None:
    found = divisions(200)  # of a damaged page: all divisions of it would be 20,100
    assert len(found) == (MOST_IN_PART + 1) ** 2
    assert max(marks.index(KICKER) for marks in found if KICKER in marks) == MOST_IN_PART - 1


def test_heads_are_divided_where_the_weights_say() -> None:
    heads = [block(Role.HEADLINE, text) for text in ("县长在会上强调", "把春耕抓紧抓好", "——全县春耕动员会侧记")]
    found = pairs([heads], statistics())[0]
    weights = np.zeros((ROWS, BREAKS), np.float32)
    weights[found[0, 1, 0], KICKER] = 5.0
    weights[found[1, 2, 0], DECK] = 5.0
    parts = parts_of_heads([heads, [], heads[:1]], statistics(), weights)
    assert [role for role, _ in parts[0]] == [Role.KICKER, Role.HEADLINE, Role.DECK]
    assert parts[1] == []
    assert parts[2] == [(Role.HEADLINE, heads[:1])]
    turned = [heads[1], heads[2], heads[0]]
    assert parts_of_heads([turned], statistics(), weights) == [parts[0]]
    weights[:, SAME] = 9.0
    assert parts_of_heads([heads], statistics(), weights) == [[(Role.HEADLINE, heads)]]


def test_a_head_that_leads_on_to_another_is_a_kicker_whatever_the_weights_say() -> None:
    heads = [block(Role.HEADLINE, "青石峪核桃喜获丰收"), block(Role.HEADLINE, "县长在青石峪走访时强调", at=20)]
    weights = np.zeros((ROWS, BREAKS), np.float32)
    weights[:, DECK] = 1.0  # the second is the deck
    found = parts_of_heads([heads], statistics(), weights)
    assert [(role, [part.lines[0].text for part in parts]) for role, parts in found[0]] == [
        (Role.KICKER, ["县长在青石峪走访时强调"]),
        (Role.HEADLINE, ["青石峪核桃喜获丰收"]),
    ]


def test_a_rubric_over_a_head_is_its_kicker_wherever_it_stands() -> None:
    heads = [block(Role.HEADLINE, "感冒药别叠着吃"), block(Role.HEADLINE, "药师手记", at=20)]
    found = parts_of_heads([heads], statistics(), np.zeros((ROWS, BREAKS), np.float32))
    assert [role for role, _ in found[0]] == [Role.KICKER, Role.HEADLINE]
    assert found[0][0][1] == [heads[1]]


def test_a_head_that_leads_on_to_another_comes_first_of_very_many() -> None:
    texts = ["青石峪核桃", "喜获丰收", "乡亲们把核桃", "卖到了", "县城里", "县长在青石峪走访时强调"]
    heads = [block(Role.HEADLINE, text, at=20 * number) for number, text in enumerate(texts)]
    found = parts_of_heads([heads], statistics(), np.zeros((ROWS, BREAKS), np.float32))
    assert found[0][0][0] is Role.KICKER
    assert [part for _, parts in found[0] for part in parts] == [heads[-1], *heads[:-1]]


def test_heads_tell_where_a_story_happened_and_where_a_head_is_broken() -> None:
    kinds = [name for name, _ in KINDS]
    heads = [block(Role.HEADLINE, text, at=at) for at, text in ((0, "青川大桥"), (10, "渡口新船下水"))]
    place, other = pairs([heads], statistics())[0][:, :, kinds.index("names of places")][[0, 1], [1, 0]]
    assert place != other
    broken, whole = (
        pairs([[block(Role.HEADLINE, one), block(Role.HEADLINE, two)]], statistics())[0][0, 1, kinds.index("break")]
        for one, two in (("县里向渡口老船工颁", "发纪念章"), ("渡口的新船今天下水", "乡亲们站满两岸"))
    )
    assert broken < whole


@pytest.mark.parametrize(("count", "ways"), [(2, 2 * 3), (3, 6 * 6), (4, 24 * 10), (5, 15)])
def test_heads_are_read_in_every_order_up_to_four(count: int, ways: int) -> None:
    found = readings(count)
    assert len(found.order) == len(found.marks) == ways
    assert found.order[0].tolist() == list(range(count))
    assert not found.marks[0].any()


def test_the_form_of_a_head() -> None:
    assert [form(text) for text in ("——侧记", "县长强调", "春耕（图）", "春耕")] == [1, 2, 4, 0]


def test_the_type_of_heads_is_compared_by_their_longest_lines() -> None:
    short, long = block(Role.HEADLINE, "春耕"), block(Role.HEADLINE, "全县上下抓春耕", "田间地头人倍忙")
    assert type_class(short, short) == 0
    assert type_class(long, short) == 4
    assert type_class(short, long) == 1
    assert type_class(long, long) == 8


def test_pairs_of_characters_know_their_texts() -> None:
    codes, owner = pair_codes(["春耕忙", "麦，苗壮"])
    assert [(chr(code >> 21) + chr(code & 0x1FFFFF), text) for code, text in zip(codes, owner, strict=True)] == [
        ("春耕", 0),
        ("耕忙", 0),
        ("苗壮", 1),
    ]
    assert len(pair_codes([])[0]) == 0


def test_rare_words_tie_a_head_to_its_story() -> None:
    bodies = [
        "青石峪的核桃挂满枝头，乡亲们忙着采收。",
        "少年宫的合唱团昨晚登台演出。",
        "核桃树下，青石峪人算了一笔账。",
    ]
    words = compare(["青石峪核桃丰收"], bodies, statistics())
    shared = (words.in_heads * words.weights) @ words.in_bodies.T
    assert shared[0, 0] > 0
    assert shared[0, 1] == 0
    assert words.likeness[0, 2] > words.likeness[0, 1]


def test_a_group_has_the_heads_outside_of_it_as_rivals() -> None:
    single = np.array([[0.1, 0.9], [0.5, 0.2], [0.3, 0.4]], np.float32)
    bounds = np.array([(0, 1), (0, 2), (1, 2), (0, 3)])
    expected = [[0.5, 0.4], [0.3, 0.4], [0.3, 0.9], [-9.0, -9.0]]
    assert np.allclose(rivals(single, bounds, -9.0), expected)


def test_single_characters_tie_a_shortened_word_to_its_story() -> None:
    codes, owner = character_codes(["春，耕", "麦"])
    assert [(chr(code), text) for code, text in zip(codes, owner, strict=True)] == [("春", 0), ("耕", 0), ("麦", 1)]
    found = compare_characters(["核桃丰收"], ["胡桃今年获得大丰产。", "合唱团登台演出。"], statistics())
    shared = (found.in_heads * found.weights) @ found.in_bodies.T
    assert shared[0, 0] > shared[0, 1] == 0


def test_how_much_a_head_looks_like_a_subhead() -> None:
    found = [like_subhead(replace(block(Role.HEADLINE, "春耕"), subhead=odds)) for odds in (0.0, 0.4, 0.6, 1.0)]
    assert found == sorted(found)
    assert (found[0], found[-1]) == (0, LIKE_SUBHEAD - 1)
    told = [like_subhead(block(role, "春耕")) for role in (Role.HEADLINE, Role.SUBHEAD)]
    assert told == [0, LIKE_SUBHEAD - 1]


def test_a_choice_tells_whether_a_link_keeps_the_order_of_the_page() -> None:
    """Three bodies, and behind them their three heads, in the same order."""
    texts = "渠水修通了。", "果树种下了。", "新桥通车了。", "渠水", "果树", "新桥"
    roles = [Role.PARAGRAPH] * 3 + [Role.HEADLINE] * 3
    blocks = [block(role, text, at=20 * at) for at, (role, text) in enumerate(zip(roles, texts, strict=True))]
    seen = survey(blocks, statistics(), topics())
    single = [seen.heads.groups.index((head,)) for head in (3, 4, 5)]
    choice = Choice(tuple(single), np.array([3, 4, 5]), np.ones(3))
    found = in_order(seen.heads, seen.bodies.indices, choice)[single]
    assert found.diagonal().tolist() == [len(IN_ORDER) + 1] * 3  # both other stories stand so
    assert found[0, 2] == found[2, 0] == 0  # none of the others tells: the story between is beside one of both
    assert not in_order(seen.heads, seen.bodies.indices, None).any()


def test_a_note_in_brackets_is_nothing_else() -> None:
    assert is_note("（作者为柳湾中学校长）")
    assert not is_note("（一）渡口通航（下）")
    assert not is_note("渡口通航。（完）")


def test_a_choice_tells_how_the_frames_of_a_page_follow_each_other() -> None:
    """Blocks 1, 2, 4 and 5 are bodies; heads stand before the stories of two each, or in a heap behind all of them."""
    in_place = chosen_make_up([1, 2, 4, 5], np.array([4, 0, 5, 2]), np.array([0, 3]))
    heaped = chosen_make_up([0, 1, 2, 3], np.array([4, 0, 5, 2]), np.array([4, 5]))
    in_pieces = chosen_make_up([1, 2, 4, 5], np.array([4, 3, 5, 0]), np.array([0, 3]))
    assert len({in_place, heaped, in_pieces}) == 3
    assert in_place == MAKE_UPS - 1
    assert chosen_make_up([0], np.array([NOTHING]), np.zeros(0, np.intp)) == 0
