"""Stories while they are put together, and the blocks of a page with the stories that have them so far."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import log1p

import numpy as np
from numpy.typing import NDArray

from banmian.model import Block, Role


@dataclass(slots=True)
class Draft:
    """A story being put together, as indices of blocks.

    `order` is the body in reading order, subheads and captions in it; `clauses` are those subheads in it that are the
    next clause of the subhead before.
    """

    heads: list[int] = field(default_factory=list)
    bylines: list[int] = field(default_factory=list)
    order: list[int] = field(default_factory=list)
    clauses: set[int] = field(default_factory=set)
    odds: list[float] = field(default_factory=list)
    doubts: list[tuple[str, int]] = field(default_factory=list)


NOWHERE = 99  # blocks, to what is not there


def blocks_behind(i: int, others: Iterable[int]) -> int:
    """How many blocks one stands behind the nearest of others before it; `NOWHERE` where none is."""
    return min((i - other for other in others if other < i), default=NOWHERE)


def nearest(away: NDArray[np.intp], others: Sequence[int]) -> float:
    """Log(1 + lines) to the nearest of other blocks, `away` being the lines to each."""
    return log1p(int(away[others].min())) if others else log1p(NOWHERE)


class Placed:
    """The blocks of a page, in the order of the lines, and what has been placed of them.

    Args:
        blocks: of the page.
    """

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.blocks = blocks
        self.owner: dict[int, Draft] = {}  # the story of each block that has one

    @cached_property
    def _read_at(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The number of each line in the order of the source, and where in these the lines of each block begin."""
        starts = np.array([line.span.start for block in self.blocks for line in block.lines], dtype=np.intp)
        ranks = np.empty(len(starts), dtype=np.intp)
        ranks[np.argsort(starts)] = np.arange(len(starts))
        begins = np.cumsum([0, *(len(block.lines) for block in self.blocks)])
        return ranks, begins

    def lines_away(self, group: Sequence[int]) -> NDArray[np.intp]:
        """(blocks,) How many lines the nearest of each block is from some blocks, as the extractor read the page.

        Where it mixed columns, what stands at one height was read together, in whatever order the lines are now.
        """
        ranks, begins = self._read_at
        own = ranks[[begins[group[0]], begins[group[-1] + 1] - 1], None]
        away: NDArray[np.intp] = np.minimum.reduceat(np.abs(own - ranks).min(axis=0), begins[:-1])
        return away

    def role(self, i: int) -> Role | None:
        """What a block is; None beyond the page."""
        return self.blocks[i].role if 0 <= i < len(self.blocks) else None

    def place(self, draft: Draft, i: int, at: int | None = None) -> None:
        """Put a block into the body of a story, at its end or at a place."""
        draft.order.insert(len(draft.order) if at is None else at, i)
        self.owner[i] = draft

    def neighbour(self, i: int, step: int, skip: tuple[Role, ...] = ()) -> int | None:
        """The next block before (-1) or after (1) one, those of some roles passed over."""
        i += step
        while 0 <= i < len(self.blocks):
            if self.blocks[i].role not in skip:
                return i
            i += step
        return None
