"""How sure an article is that was put together from boxes: a logistic function of what its decisions looked like.

The coefficients are what `python -m banmian.fit.placed fit` prints for 300 pages in many make-ups, set from the pages
for fitting, where it is known which articles came out with their heads and their text right. `measure` says how well
they tell: on pages set from other articles 97 of 100 that they gave more than 0.9 were right, 76 of those from 0.7 to
0.9, 18 of those below 0.5.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from banmian.model import Block, Role
from banmian.reading.stories.assembling import Story

NAMES = ("constant", "least link", "first link", "least block", "legs", "no heads", "across", "doubts")
COEFFICIENTS = (-2.89, 0.55, -0.12, 0.79, 0.62, -1.32, 0.25, -0.61)


def features(
    odds: Sequence[float], heads: Sequence[Block], body: Sequence[Block], doubts: int, *, vertical: bool
) -> tuple[float, ...]:
    """What the confidence of an article rests on, one for each of NAMES.

    Args:
        odds: the probability of each link of the article, the first being that of its heads.
        heads: its heads.
        body: the blocks of its body.
        doubts: how many things had to be guessed.
        vertical: whether the lines of the page run downwards.
    """
    links = [_log_odds(value) for value in odds] or [0.0]
    blocks = [_log_odds(block.confidence) for block in (*heads, *body)] or [0.0]
    return (
        1.0,
        min(links),
        links[0],
        min(blocks),
        math.log(len(links)),
        float(not any(block.role is Role.HEADLINE for block in heads)),
        float(any(block.lines[0].vertical is not vertical for block in heads)),
        float(min(doubts, 3)),
    )


def _log_odds(value: float) -> float:
    value = min(max(value, 0.001), 0.999)
    return math.log(value / (1 - value))


def confidence(values: Sequence[float], coefficients: Sequence[float] = COEFFICIENTS) -> float:
    """The probability that an article is right: its heads, and its body, whole and in order."""
    total = sum(weight * value for weight, value in zip(coefficients, values, strict=True))
    return 1.0 / (1.0 + math.exp(-total))


def placed_confidence(story: Story, *, vertical: bool) -> float:
    """How sure a story is; `vertical` tells whether the lines of its page run downwards."""
    return confidence(features(story.odds, story.heads, story.body, len(story.doubts), vertical=vertical))
