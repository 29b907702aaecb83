"""What the places of a head and of a leg say about a story beginning there: under the head, beside it, or around it."""

from __future__ import annotations

import numpy as np

from banmian.geometry.frame import hull
from banmian.geometry.links.covering import GUTTER, LEVEL, Covering
from banmian.geometry.links.following import HEAD_BETWEEN, OTHER_FRAME, PER_EM, TEXT_BETWEEN
from banmian.geometry.links.nodes import Bools, Floats
from banmian.layout import Box

# Odds in nats.
OPEN_CLOSED = 6.0  # a leg that ends in the middle of a sentence goes on without an indent, and the other way round
STORY_OPENS = 5.0  # a dateline opens a story, and does not stand in the middle of one
OVER = 6.5  # a head right over a leg
AT_SIDE = 1.5  # less, where it stands at the side
LEVEL_WITH = 1.0  # more, where both begin at one height
HEAD_USED = 2.0  # every head has its story, but for one in ten, which is a rubric or belongs to a picture
NOT_FIRST = 2.5  # another leg under the same head stands further left, or higher
FAR_BELOW = 2.0  # a leg lies somewhere below a head
BELOW_WITHIN = 12.0  # em; how far to the side it may stand then


def begins(page: Covering, opens: Bools) -> Floats:
    """What the places say about a story beginning with each leg (a row) under, or beside, each head (a column).

    Args:
        page: its legs and heads.
        opens: whether the words of each leg open a story.
    """
    n, m = len(page.legs), len(page.heads)
    every, heads = np.repeat(np.arange(n), m), np.tile(np.arange(m), n)
    value = np.where(opens[every], HEAD_USED + STORY_OPENS, HEAD_USED)
    value -= page.drawn.ruled_off(page.head_places[heads], page.places[every])
    value += np.where(page.starts[every], 0.0, -OPEN_CLOSED + 1.0)
    value -= OTHER_FRAME * (page.drawn.framed(page.heads)[heads] != page.frames[every])
    found: Floats = value.reshape(n, m)
    leg, head, em = page.places.column, page.head_places, page.em[:, None]
    beside = leg.level(head) > 0.5 * np.minimum(np.minimum(leg.height, head.height), 4 * em)
    below = ~beside & (leg.top >= head.bottom - em) & (leg.beside(head) > -BELOW_WITHIN * em)
    far = np.where(below, -FAR_BELOW - PER_EM * (leg.top - head.bottom) / em, -2 * HEAD_BETWEEN)
    under = np.zeros((n, m), dtype=np.bool_)
    for h, covered in enumerate(page.under_head):
        for at, v in enumerate(covered):
            under[v, h] = True
            gap = (page.legs[v].place.top - page.heads[h].place.bottom) / page.legs[v].em
            found[v, h] += OVER - PER_EM * max(0.0, gap - 2)
            found[v, h] -= min(NOT_FIRST * at, 2 * NOT_FIRST)
    found += np.where(under | beside, 0.0, far)
    for v, h in np.argwhere(beside & ~under).tolist():
        found[v, h] += _beside(page, h, v)
    return found


def _beside(page: Covering, h: int, v: int) -> float:
    """What the places say about a head at the side of its story, or in the middle of it."""
    head, leg, em = page.heads[h].place, page.legs[v].place, page.legs[v].em
    row = _row_to(page, h, v)
    apart = max(0.0, -hull([page.legs[w].place for w in row]).beside(head)) / em
    level = abs(leg.top - head.top) / em
    value = OVER - AT_SIDE - 0.2 * max(0.0, apart - 2) - 0.1 * level + LEVEL_WITH * (level <= LEVEL)
    near = hull([*(page.legs[w].place for w in row), head])
    between = sum(
        node.place.level(leg) > em
        and node.place.level(head) > em
        and node.place.beside(near) > em
        and node.place.left >= min(leg.right, head.right) - em
        and node.place.right <= max(leg.left, head.left) + em
        for w, node in enumerate(page.legs)
        if w not in row
    )
    # The story begins at the top of its leftmost column.
    if abs(float(page.tops[v]) - leg.top) > em or _level_to_the_left(page, v, head):
        value -= NOT_FIRST
    return value - TEXT_BETWEEN * between - (NOT_FIRST if page.under_head[h] else 0.0)


def _row_to(page: Covering, h: int, v: int) -> list[int]:
    """A leg, and those beside it up to a head at their right, which begin level with it."""
    row = [v]
    head, first = page.heads[h].place, page.legs[v]
    if head.left < first.place.right - first.em:
        return row
    for w in sorted(range(len(page.legs)), key=lambda w: page.legs[w].place.left):
        leg, last = page.legs[w], page.legs[row[-1]]
        gap = (leg.place.left - last.place.right) / first.em
        level = abs(leg.place.top - first.place.top) <= LEVEL * first.em
        if level and -1 <= gap <= GUTTER and leg.place.right <= head.left + first.em and not leg.starts:
            row.append(w)
    return row


def _level_to_the_left(page: Covering, v: int, head: Box) -> bool:
    """Whether a leg goes on from one right to its left that begins level with it, on the same side of a head."""
    leg = page.legs[v]
    return not leg.starts and any(
        abs(node.place.top - leg.place.top) <= LEVEL * leg.em
        and 0 <= leg.place.left - node.place.right <= GUTTER * leg.em
        and not node.place.right <= head.left <= leg.place.left
        for node in page.legs
    )
