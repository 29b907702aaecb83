"""Items of a list and turns of a talk: what paragraphs open with, and what that says of two of them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from banmian.reading.links.items import ANSWERED, BEGUN, NOTHING, OTHER, SAME, TURN, openings, pairs, starts
from banmian.reading.links.kinds import ITEMS

BRIEFS = ("●新船下水。", "渡口通航。", "●桥成。", "■路通。", "■水清。")
TALK = ("问：何时通航？", "答：明年春天。", "渡口有新船。")


def test_a_mark_tells_only_where_several_paragraphs_open_with_it() -> None:
    assert openings(BRIEFS) == ["●", "", "●", "■", "■"]
    assert openings(["●新船下水。", "渡口通航。"]) == ["", ""]
    assert openings(TALK) == ["：", "：", ""]


def test_items_go_on_from_items_of_their_mark() -> None:
    found = pairs(openings(BRIEFS))
    assert found[0, 2] == SAME
    assert found[0, 3] == OTHER
    assert found[1, 2] == BEGUN
    assert found[2, 1] == NOTHING


def test_turns_of_a_talk_go_on_from_each_other() -> None:
    found = pairs(openings(TALK))
    assert found[0, 1] == TURN
    assert found[2, 1] == ANSWERED
    assert found[1, 2] == NOTHING


def test_a_list_begins_with_its_first_item() -> None:
    assert starts(openings(BRIEFS)).tolist() == [BEGUN, NOTHING, OTHER, BEGUN, OTHER]
    assert starts(openings(TALK)).tolist() == [ANSWERED, TURN, NOTHING]


@given(st.lists(st.text(alphabet="●■问答：渡口", max_size=6), max_size=8))
def test_any_texts_have_classes(texts: list[str]) -> None:
    found = pairs(openings(texts))
    assert found.shape == (len(texts), len(texts))
    assert np.all((found >= 0) & (found < ITEMS))
    assert len(starts(openings(texts))) == len(texts)
