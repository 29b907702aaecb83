"""Subheads that are made alike: the subheads of a story often answer each other (船更稳——, 船更快——).

Where one of them stands at the top of a frame that an extractor put apart, its line and its neighbours look like those
of a headline. That another one in the text is its like tells what it is.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import replace

import regex

from banmian.grammar.rubrics import ends_with_rubric, is_rubric
from banmian.model import Block, Role
from banmian.reading.links.kinds import MOST_BLOCKS
from banmian.reading.links.survey import text_of

# Subheads are alike if so many of their characters, and this share of the longer one, are the same, in their places or
# at both ends. On the pages for fitting 43 of 408 subheads are made like another one of their story, and of 6,997 pairs
# of heads and subheads of different stories, rubrics aside, none is alike.
LEAST_SAME, LEAST_SHARE = 2, 0.3
LONGEST = 20  # characters
SURE = 0.9  # probability of being a subhead from which a block tells what others are
_HAN = regex.compile(r"\p{Han}")


def alike(one: str, two: str) -> bool:
    """Whether two subheads are made alike, and are not the same.

    >>> alike("船更稳——", "船更快——"), alike("新船工从哪里来", "新船工往何处去"), alike("渡口新貌", "春耕时节")
    (True, True, False)
    """
    if one == two or not one or not two:
        return False
    same = [a for a, b in zip(one, two, strict=False) if a == b] if len(one) == len(two) else _ends(one, two)
    return (
        len(same) >= LEAST_SAME
        and len(same) >= LEAST_SHARE * max(len(one), len(two))
        and any(_HAN.match(char) for char in same)
    )


def _ends(one: str, two: str) -> list[str]:
    """The characters that two texts begin and end with alike."""
    size = min(len(one), len(two))
    start = next((i for i in range(size) if one[i] != two[i]), size)
    end = next((i for i in range(size - start) if one[-1 - i] != two[-1 - i]), size - start)
    return [*one[:start], *one[len(one) - end :]]


def subheads_alike(blocks: Iterable[Block]) -> list[Block]:
    """The blocks, those heads being subheads that are made like one; so is the head behind, where there is one."""
    found = list(blocks)
    texts = {
        i: text
        for i, block in enumerate(found)
        if block.role in (Role.HEADLINE, Role.SUBHEAD)
        and len(text := text_of(block)) <= LONGEST
        and not ends_with_rubric(text)
        and not is_rubric(text)
    }
    sure = [i for i in texts if found[i].role is Role.SUBHEAD and (found[i].subhead or 0.0) >= SURE]
    for i, text in texts.items():
        if found[i].role is not Role.HEADLINE:
            continue
        near = sure[bisect_left(sure, i - MOST_BLOCKS) : bisect_left(sure, i + MOST_BLOCKS)]  # those of the same page
        like = next((j for j in near if alike(text, texts[j])), None)
        if like is None:
            continue
        found[i] = replace(found[i], role=Role.SUBHEAD, subhead=found[like].subhead)
        if i + 1 in texts and like + 1 in sure:  # both have a second clause
            found[i + 1] = replace(found[i + 1], role=Role.SUBHEAD, subhead=found[like + 1].subhead)
    return found
