"""Heads that no story begins under: kickers and decks that stood apart, subheads, and what is the head of no story."""

from __future__ import annotations

from math import log1p

import pytest

from banmian.language import statistics, topics
from banmian.model import Block, Page, Role
from banmian.reading.stories.assembling import Story, stories
from banmian.reading.stories.drafts import NOWHERE, Placed, nearest
from banmian.reading.weights import weights
from banmian.stages.lines import Lines
from made_stories import HEADS, SINGERS, WALNUTS

PARTS = [
    (Role.HEADLINE, HEADS[0]),
    *((Role.PARAGRAPH, text) for text in WALNUTS),
    (Role.FOLIO, "第3版"),
    (Role.HEADLINE, HEADS[1]),
    *((Role.PARAGRAPH, text) for text in SINGERS),
    (Role.FOLIO, "2026年3月2日"),
]


def _read(*lone: str, at: int, role: Role = Role.HEADLINE) -> tuple[dict[str, Story], list[str]]:
    """The stories by their headlines, and the texts that are left, with heads put among the blocks of two stories."""
    parts = [*PARTS[:at], *((role, text) for text in lone), *PARTS[at:]]
    page = Lines()(Page.of("\n".join(text for _, text in parts) + "\n"))
    blocks = tuple(Block(role, (line,)) for (role, _), line in zip(parts, page.lines, strict=True))
    found, rest = stories(blocks, statistics(), topics(), weights())
    by_head = {head: story for story in found for head in HEADS if head in _heads(story)}
    return by_head, [block.lines[0].text for block in rest]


def _heads(story: Story) -> list[str]:
    return [block.lines[0].text for block in story.heads]


@pytest.mark.parametrize(
    ("text", "story", "at"),
    [
        ("——青石峪人的核桃账", 0, 4),
        ("——青石峪人的核桃账", 0, len(PARTS)),
        ("——县剧院里的少年合唱团", 1, len(PARTS)),
        ("青石峪核桃走出大山", 0, len(PARTS)),
    ],
)
def test_a_head_that_stands_apart_goes_to_the_story_that_it_is_about(text: str, story: int, at: int) -> None:
    found, rest = _read(text, at=at)
    assert text in _heads(found[HEADS[story]])
    assert text not in _heads(found[HEADS[1 - story]])
    assert text not in rest
    assert {kind for kind, _ in found[HEADS[story]].doubts} <= {"head.apart", "head.beside"}


def test_a_head_that_nothing_speaks_for_is_left() -> None:
    text = "海港城股市收盘"
    found, rest = _read(text, at=len(PARTS))
    assert rest.count(text) == 1
    assert all(text not in _heads(story) for story in found.values())


def test_a_subhead_in_the_middle_of_a_story_stands_before_its_paragraph() -> None:
    found, rest = _read("一亩多卖八百元", at=2, role=Role.SUBHEAD)
    body = [block.lines[0].text for block in found[HEADS[0]].body]
    assert body == [WALNUTS[0], "一亩多卖八百元", WALNUTS[1]]
    assert rest == ["第3版", "2026年3月2日"]


def test_subheads_in_a_heap_are_dealt_to_the_paragraphs_that_explain_them() -> None:
    found, _ = _read("货车停在村口", "核桃个头大", at=len(PARTS), role=Role.SUBHEAD)
    body = [block.lines[0].text for block in found[HEADS[0]].body]
    assert body == ["货车停在村口", WALNUTS[0], "核桃个头大", WALNUTS[1]]


def test_how_far_blocks_were_read_from_each_other_is_counted_in_lines_of_the_source() -> None:
    lines = Lines()(Page.of("引题一\n引题二\n主题一\n主题二\n正文一\n正文二\n")).lines
    blocks = [Block(Role.HEADLINE, tuple(lines[i] for i in part)) for part in ((0,), (4,), (1, 3), (5,), (2,))]
    placed = Placed(blocks)
    assert placed.lines_away([4])[0] == 2
    assert placed.lines_away([4])[[2, 3]].min() == 1
    assert placed.lines_away([0])[[3, 1]].min() == placed.lines_away([1, 3])[0] == 4
    assert nearest(placed.lines_away([4]), [2, 3]) == log1p(1)
    assert nearest(placed.lines_away([0]), []) == log1p(NOWHERE)
    assert placed.lines_away([2]).tolist() == [1, 1, 0, 2, 1]
