"""Which legs stand under which head, and in one column: what a reader sees at once of the make-up of a page.

A head stands over the first of its legs or over their middle; legs that begin level beside those below it are under it
too. What stands right above a leg is its ceiling; legs that follow each other downwards to the next head are a column.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from banmian.geometry.frame import hull
from banmian.geometry.links.nodes import Bools, Drawn, Floats, Ints, Node, Places
from banmian.layout import Box

# In em.
GUTTER = 5.0  # the widest gutter inside of a story; ragged lines make it look wider
WITHIN_ROW = 5.0  # how far below a head, a byline between, a leg begins that stands under it
LEVEL = 0.8  # how exactly what stands side by side begins at one height
APART = 4.0  # a leg so far below another that begins with a paragraph is part of its column no more
SAME_EDGE = 2.8  # how far apart the legs of one column may begin

NOTHING = -1


class Covering:
    """The legs and heads of a page, and which of them stand under which.

    Attributes:
        legs, heads: as they were given.
        places, head_places: where they stand.
        em, right, measured, starts, across: those of the legs (see `Node`).
        frames: the number of the frame around each leg, or -1.
        ceilings: the number of what stands right above each leg: of a leg, or behind those of all legs, of a head; or
            NOTHING.
        under_head: the legs under each head in the order in which they are read.
        tops: where the column begins that each leg is part of: at the top of what stands above it, up to a head.
        heads_of: whether a head (a column) stands over the column of a leg (a row).
    """

    def __init__(self, legs: Sequence[Node], heads: Sequence[Node], drawn: Drawn) -> None:
        self.legs = legs
        self.heads = heads
        self.drawn = drawn
        self.places = Places.of(leg.place for leg in legs)
        self.head_places = Places.of(head.place for head in heads)
        self.em = np.array([leg.em for leg in legs], dtype=np.float64)
        self.right = np.array([leg.right for leg in legs], dtype=np.float64)
        self.measured = np.array([leg.measured for leg in legs], dtype=np.bool_)
        self.starts = np.array([leg.starts for leg in legs], dtype=np.bool_)
        self.across = np.array([leg.across for leg in legs], dtype=np.bool_)
        self.frames = drawn.framed(legs)
        self.ceilings = self._ceilings()
        self.under_head = self._shared([self._covered(h) for h in range(len(heads))])
        self.first_below = frozenset(v for covered in self.under_head for v in covered)
        self.below_leg = (self.ceilings >= 0) & (self.ceilings < len(legs))
        above, every = self.ceilings * self.below_leg, np.arange(len(legs))
        apart = (self.places.top - self.places.bottom[above] > APART * self.em) & self.starts
        self.goes_on_above = self.below_leg & self.one_column(above, every) & ~apart
        self.tops = self._tops()
        self.heads_of = self._heads_of()

    def under_a_head(self, v: Ints) -> Bools:
        """Whether a head stands right above each of some legs."""
        return self.ceilings[v] >= len(self.legs)

    def one_column(self, u: Ints, v: Ints) -> Bools:
        """Whether each of some legs has the edges of the same of others, as far as they have lines to show them."""
        em = np.maximum(self.em[u], self.em[v])
        near = np.abs(self.places.left[u] - self.places.left[v]) <= SAME_EDGE * em
        right, other = self.right[u], self.right[v]
        both, one, two = self.measured[u] & self.measured[v], self.measured[u], self.measured[v]
        wide = np.maximum(np.where(one, right, -np.inf), np.where(two, other, -np.inf))
        wide = np.where(one | two, wide, 1e9)
        fits = np.where(both, np.abs(right - other) <= 2 * em, np.maximum(right, other) <= wide + 2 * em)
        return near & fits

    def _ceilings(self) -> Ints:
        if not self.legs:
            return np.zeros(0, dtype=np.intp)
        above = Places.of(node.place for node in (*self.legs, *self.heads))
        own, em = self.places.column, self.em[:, None]
        over = (above.beside(own) >= 0.5 * em) & (above.bottom <= own.top + 0.5 * em)
        over[np.arange(len(self.legs)), np.arange(len(self.legs))] = False
        lowest = np.where(over, above.bottom, -np.inf).argmax(axis=1)
        return np.where(over.any(axis=1), lowest, NOTHING)

    def _tops(self) -> Floats:
        """Where the column begins that each leg is part of."""
        ceilings, goes_on = self.ceilings.tolist(), self.goes_on_above.tolist()
        tops = []
        for number in range(len(self.legs)):
            seen = {number}
            at = number
            while at not in self.first_below and goes_on[at] and ceilings[at] not in seen:
                at = ceilings[at]
                seen.add(at)
            tops.append(self.legs[at].place.top)
        return np.array(tops, dtype=np.float64)

    def _heads_of(self) -> Bools:
        found = np.zeros((len(self.legs), len(self.heads)), dtype=np.bool_)
        owners = {w: h for h, covered in enumerate(self.under_head) for w in covered}
        below, over = np.array(list(owners), dtype=np.intp), np.array(list(owners.values()), dtype=np.intp)
        every = np.arange(len(self.legs))[:, None]
        level = np.abs(self.tops[:, None] - self.places.top[below]) < self.em[:, None]
        v, at = np.nonzero((every == below) | (level & self.one_column(every, below)))
        found[v, over[at]] = True
        return found

    def _covered(self, h: int) -> list[int]:
        """The legs under a head in the order in which they are read: those whose ceiling it is, and those beside them.

        A head that is narrower than its story stands over the middle of it: the legs that begin at the same height
        right beside those below it are under it too, where nothing else stands over them beside the head.
        """
        head = self.heads[h]
        if head.across:
            return []  # a head at the side of its story
        below: list[int] = np.flatnonzero(self.ceilings == len(self.legs) + h).tolist()
        if below and all(self._goes_on_over(head, v) for v in below):
            return []
        if not below:
            below = self._to_the_left(head)
        if not below:
            return []
        em = min(self.legs[v].em for v in below)
        top = min(self.legs[v].place.top for v in below)
        row = [v for v in below if self.legs[v].place.top <= top + 1.5 * em]
        near = set(below)
        level: list[int] = np.flatnonzero(np.abs(self.places.top - top) <= LEVEL * em).tolist()
        changed = True
        while changed:
            changed = False
            for v in level:
                if v in near:
                    continue
                place = self.legs[v].place
                touching = any(-place.beside(self.legs[w].place) <= GUTTER * em for w in row)
                if touching and self._free_above(v, head.place, em) and not self._ruled_off(v, row):
                    near.add(v)
                    row.append(v)
                    changed = True
        # Columns of one story are as wide as each other, and its head stands over their middle or at their left.
        return sorted(near, key=lambda v: (round(self.legs[v].place.top / (2 * em)), self.legs[v].place.left))

    def _goes_on_over(self, head: Node, v: int) -> bool:
        """Whether a leg below a head goes on from one right above it: the head is set in the middle of its story."""
        leg = self.legs[v]
        return not leg.starts and any(
            above.full
            and not above.ends
            and abs(above.place.left - leg.place.left) <= SAME_EDGE * leg.em
            and -0.5 <= (head.place.top - above.place.bottom) / leg.em <= 4
            for above in self.legs
        )

    def _shared(self, under: list[list[int]]) -> list[list[int]]:
        """The same, each leg under one head: its ceiling, or the head whose other legs begin level, or the nearest."""
        for v in range(len(self.legs)):
            several = [h for h, covered in enumerate(under) if v in covered]
            if len(several) < 2:
                continue
            nearest = min(several, key=partial(self._far, v, under))
            under = [[w for w in covered if w != v or h == nearest] for h, covered in enumerate(under)]
        return under

    def _far(self, v: int, under: list[list[int]], h: int) -> tuple[bool, int, float]:
        """How far a leg is from standing under a head: no ceiling, not level with its other legs, off its middle."""
        leg = self.legs[v]
        own = len(self.legs) + h
        tops = [self.legs[w].place.top for w in under[h] if self.ceilings[w] == own]
        level = min((abs(leg.place.top - top) for top in tops), default=leg.em)
        # A head is set over the middle of its columns, or flush with the first.
        others = [w for w in under[h] if w != v]
        skewed = self._skewed(h, [*others, v]) - (self._skewed(h, others) if others else 0.0)
        return bool(self.ceilings[v] != own), round(2 * level / leg.em), skewed

    def _skewed(self, h: int, some: Sequence[int]) -> float:
        """How far a head is off the middle of some legs, or off their left edge, whichever is less."""
        head, around = self.heads[h].place, hull([self.legs[w].place for w in some])
        return min(abs(head.left + head.right - around.left - around.right) / 2, abs(head.left - around.left))

    def _to_the_left(self, head: Node) -> list[int]:
        """The legs that begin right below a head, but further left: a head set in the middle of more room than text."""
        found = []
        for v, leg in enumerate(self.legs):
            gap = (leg.place.top - head.place.bottom) / leg.em
            if not -0.5 <= gap <= WITHIN_ROW or leg.place.left > head.place.left:
                continue
            room = Box(leg.place.right, head.place.top, head.place.left, leg.place.top + leg.em)
            blocked = any(
                node.place.beside(room) > leg.em
                and node.place.level(room) > 0.5 * leg.em
                and abs(node.place.top - leg.place.top) > leg.em
                for node in (*self.heads, *self.legs)
                if node is not leg and node is not head
            )
            if not blocked and self._free_above(v, head.place, leg.em):
                found.append(v)
        return found

    def _free_above(self, v: int, head: Box, em: float) -> bool:
        """Whether the place over a leg beside a head is empty."""
        place = self.legs[v].place
        room = Box(place.left, head.top, place.right, place.top)
        return not any(
            node.place.beside(room) > em and node.place.level(room) > 0.5 * em
            for node in (*self.heads, *self.legs)
            if node is not self.legs[v]
        )

    def _ruled_off(self, v: int, row: Sequence[int]) -> bool:
        """Whether a rule stands between a leg and each of a row."""
        own = np.full(len(row), v, dtype=np.intp)
        return bool((self.drawn.ruled_off(self.places[own], self.places[np.array(row, dtype=np.intp)]) > 0).all())
