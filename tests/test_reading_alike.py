"""Subheads that are made alike: a head that is like one is a subhead, and so is its second clause; nothing else is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banmian.model import Block, Line, Role
from banmian.reading.links.alike import alike, subheads_alike
from banmian.trace import Span


def block(role: Role, text: str, subhead: float | None = None) -> Block:
    return Block(role, (Line(Span(0, len(text)), len(text), text, float(len(text))),), subhead=subhead)


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("渡船更稳——", "渡船更快——", True),
        ("船从哪里来", "船到哪里去", True),
        ("一问：船在哪里", "二问：路在何方", True),
        ("渡口新貌", "春耕时节", False),
        ("渡口——", "渡口——", False),  # the same
        ("新船——", "老路——", False),  # only their marks
        ("渡口", "渡口的新船今天下水了", False),  # a small share of the longer one
        ("", "渡口", False),
    ],
)
def test_subheads_that_answer_each_other_are_alike(one: str, two: str, *, same: bool) -> None:
    assert alike(one, two) is same
    assert alike(two, one) is same


def test_a_head_like_a_subhead_is_one_and_so_is_its_second_clause() -> None:
    blocks = [
        block(Role.SUBHEAD, "渡船更稳——", 0.97),
        block(Role.SUBHEAD, "新船首日载客千人", 0.99),
        block(Role.PARAGRAPH, "新船今天下水。"),
        block(Role.HEADLINE, "渡船更快——", 0.03),
        block(Role.HEADLINE, "过江只要八分钟", 0.2),
        block(Role.PARAGRAPH, "过江快了。"),
        block(Role.HEADLINE, "渡口小学开学", 0.02),
    ]
    found = subheads_alike(blocks)
    assert [b.role for b in found[3:5]] == [Role.SUBHEAD, Role.SUBHEAD]
    assert [b.subhead for b in found[3:5]] == [0.97, 0.99]
    assert found[:3] + found[5:] == blocks[:3] + blocks[5:]


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        ("渡船更快——", 0.6),  # nobody is sure of the other
        ("渡船更快（今日谈）", 0.97),  # ends with its rubric: a headline
        ("渡口新貌", 0.97),
    ],
)
def test_other_heads_stay_what_they_are(text: str, sure: float) -> None:
    blocks = [block(Role.SUBHEAD, "渡船更稳——", sure), block(Role.HEADLINE, text, 0.03)]
    assert subheads_alike(blocks) == blocks


@given(st.lists(st.tuples(st.sampled_from(list(Role)), st.text(alphabet="渡船更快稳——（）", max_size=6)), max_size=12))
def test_only_roles_of_heads_change_and_only_to_subheads(parts: list[tuple[Role, str]]) -> None:
    blocks = [block(role, text, 0.95 if role is Role.SUBHEAD else 0.1) for role, text in parts]
    found = subheads_alike(iter(blocks))
    for before, after in zip(blocks, found, strict=True):
        assert after == before or (before.role is Role.HEADLINE and after.role is Role.SUBHEAD)
        assert replace(after, role=before.role, subhead=before.subhead) == before
