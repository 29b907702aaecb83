"""What places say of legs and heads, before any words: what is between them, stands under what, and goes on in what."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banmian.geometry.links import assignment, nodes
from banmian.geometry.links.assignment import score
from banmian.geometry.links.beginning import begins
from banmian.geometry.links.covering import NOTHING, Covering
from banmian.geometry.links.following import follows, possible
from banmian.geometry.links.nodes import RULE_ACROSS, RULE_ALONG, Drawn, Node, Places
from banmian.geometry.links.words import Words
from banmian.language import statistics, topics
from banmian.layout import Box

# Sides on a grid, so that edges meet as they do on a page.
_SIDES = st.tuples(*(st.integers(0, 30) for _ in range(2)), *(st.integers(1, 20) for _ in range(2)))
BOXES = _SIDES.map(lambda s: Box(10.0 * s[0], 10.0 * s[1], 10.0 * (s[0] + s[2]), 10.0 * (s[1] + s[3])))


def leg(left: float, top: float, right: float, bottom: float, *, starts: bool = True, ends: bool = True) -> Node:
    return Node(
        Box(left, top, right, bottom), 10.0, "村里", "了。", starts=starts, ends=ends, full=not ends, right=right
    )


def head(left: float, top: float, right: float, bottom: float) -> Node:
    return Node(Box(left, top, right, bottom), bottom - top, "新桥通车", "新桥通车")


NODES = st.builds(
    lambda box, starts, ends, measured: Node(
        box, 10.0, "村里", "他们在", starts=starts, ends=ends, full=not ends, right=box.right, measured=measured
    ),
    BOXES,
    st.booleans(),
    st.booleans(),
    st.booleans(),
)


@settings(max_examples=50, deadline=None)
@given(st.lists(BOXES, min_size=1), st.lists(BOXES, min_size=1))
def test_many_rectangles_are_measured_as_one_is(some: list[Box], others: list[Box]) -> None:
    one, two = Places.of(some).column, Places.of(others)
    assert one.beside(two).tolist() == [[a.beside(b) for b in others] for a in some]
    assert one.level(two).tolist() == [[a.level(b) for b in others] for a in some]


def test_a_rule_speaks_only_for_what_it_stands_between() -> None:
    left, right, below = Box(0, 0, 100, 200), Box(120, 0, 220, 200), Box(0, 230, 100, 400)
    pairs = Places.of([left, left, right]), Places.of([right, below, left])
    along, across = Box(110, 0, 111, 200), Box(0, 215, 100, 216)
    assert Drawn((along,)).ruled_off(*pairs).tolist() == [RULE_ALONG, 0.0, RULE_ALONG]
    assert Drawn((across,)).ruled_off(*pairs).tolist() == [0.0, RULE_ACROSS, 0.0]
    assert Drawn((along, across)).ruled_off(*pairs).tolist() == [RULE_ALONG, RULE_ACROSS, RULE_ALONG]
    assert Drawn((Box(110, 0, 111, 80),)).ruled_off(*pairs).tolist() == [0.0, 0.0, 0.0]  # too short
    assert Drawn().ruled_off(*pairs).tolist() == [0.0, 0.0, 0.0]


def test_the_smallest_frame_around_counts() -> None:
    drawn = Drawn((), (Box(0, 0, 500, 500), Box(0, 0, 200, 200)))
    assert drawn.framed([leg(10, 10, 100, 100), leg(300, 10, 400, 100), leg(600, 0, 700, 90)]).tolist() == [1, 0, -1]


def test_a_head_over_the_middle_of_two_columns_has_both_under_it() -> None:
    legs = [leg(0, 50, 100, 200), leg(120, 50, 220, 200, starts=False), leg(400, 50, 500, 200)]
    page = Covering(legs, [head(20, 20, 200, 40)], Drawn())
    assert page.under_head == [[0, 1]]
    assert page.ceilings.tolist() == [3, 3, NOTHING]
    assert page.heads_of[:, 0].tolist() == [True, True, False]


def test_a_column_runs_from_the_head_over_it_to_the_next_head() -> None:
    legs = [leg(0, 50, 100, 200), leg(0, 210, 100, 300), leg(0, 350, 100, 500)]
    page = Covering(legs, [head(0, 20, 100, 40), head(0, 320, 100, 340)], Drawn())
    assert page.tops.tolist() == [50, 50, 350]
    assert page.under_head == [[0], [2]]


def test_a_leg_goes_on_below_or_at_the_top_of_the_next_column_and_not_behind_a_head() -> None:
    legs = [
        leg(0, 50, 100, 200, ends=False),
        leg(120, 50, 220, 200, starts=False),  # the next column
        leg(120, 100, 220, 200),  # not its top
        leg(0, 260, 100, 400),  # behind the next head
        leg(400, 50, 500, 200),  # two columns further
    ]
    page = Covering(legs, [head(0, 20, 220, 40), head(0, 220, 100, 245)], Drawn())
    odds = follows(page, np.zeros(4, dtype=np.intp), np.arange(1, 5))
    assert odds.argmax() == 0
    assert odds[0] > 0 > odds[2]
    assert possible(page)[0].tolist() == [False, True, True, True, True]
    assert not possible(page)[4, 0]


def test_a_story_begins_under_its_head_or_at_its_side_rather_than_elsewhere() -> None:
    legs = [leg(0, 50, 100, 200), leg(140, 250, 300, 400), leg(400, 500, 500, 600)]
    heads = [head(0, 20, 100, 40), head(0, 300, 120, 330)]
    odds = begins(Covering(legs, heads, Drawn()), np.zeros(3, dtype=np.bool_))
    assert odds.argmax(axis=1)[:2].tolist() == [0, 1]
    assert (odds[2] < 0).all()


@settings(max_examples=25, deadline=None)
@given(st.lists(NODES, min_size=1, max_size=8), st.lists(BOXES, max_size=3), st.lists(BOXES, max_size=3))
def test_a_page_in_parts_has_the_scores_of_the_whole(legs: list[Node], above: list[Box], frames: list[Box]) -> None:
    heads = [Node(box, 20.0, "新桥通车", "新桥通车") for box in above]
    drawn = Drawn(tuple(box._replace(bottom=box.top + 1) for box in above), tuple(frames))
    whole = score(legs, heads, drawn, statistics(), topics())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assignment, "MOST", 7)
        patch.setattr(nodes, "MOST", 2)
        assert np.array_equal(score(legs, heads, drawn, statistics(), topics()), whole)


def test_a_leg_goes_on_where_its_words_do_and_begins_under_the_head_that_it_is_about() -> None:
    texts = (
        "南山水库的水位比往年早十天开始上涨，工作人员沿大坝走两遍，记录渗水",
        "市图书馆新馆上周开门，办理借书证的读者超过两千人，一半是学生",
        "管理处提醒市民，近期不要到河道里游泳，大坝的加固工程正在进行",
        "馆长说，书架和桌椅都问过家长，孩子们有自己的阅览室",
    )
    legs = [replace(leg(0, 50, 100, 200), text=text, first=text[:12], last=text[-12:]) for text in texts]
    heads = [replace(head(0, 20, 100, 40), text=text) for text in ("水库加强巡查", "新图书馆迎读者")]
    said = Words(legs, heads, statistics(), topics())
    first, second = np.repeat([0, 1], 2), np.tile([2, 3], 2)
    alike = said.alike(first, second).reshape(2, 2)
    assert alike.argmax(axis=1).tolist() == [0, 1]
    assert said.headed()[:2].argmax(axis=1).tolist() == [0, 1]
    assert said.joins(first, second).shape == (4,)


def test_on_a_page_of_very_many_legs_each_looks_at_the_nearest() -> None:
    legs = [leg(20.0 * (at % 5), 20.0 * (at // 5), 20.0 * (at % 5) + 15, 20.0 * (at // 5) + 12) for at in range(40)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assignment, "MOST_PAIRS", 1)
        near = assignment._near(legs)
    assert near.sum(axis=0).tolist() == [assignment.LEAST_NEAR] * 40
    assert near[:, 0].nonzero()[0].tolist() == [1, 5, 6]
