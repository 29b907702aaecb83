"""How the legs and the heads of a page stand to each other, and what that says about one going on in the other.

Right below in one column, or at the top of the next column to the right; a head over the first of its legs, in their
middle, or at their side; what stands between, and the rules and frames that are drawn.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from banmian.geometry.frame import Place, hull
from banmian.grammar.datelines import opens_story

# Odds in nats. What is nearly always so in print has some 6 (0.998), what is mostly so 3 (0.95), a preference 1.
OPEN_CLOSED = 6.0  # a leg that ends in the middle of a sentence goes on without an indent, and the other way round
STORY_OPENS = 5.0  # a dateline opens a story, and does not stand in the middle of one
BELOW, BESIDE = 4.0, 4.0  # right below in the column; at the top of the next column
OVER = 5.0  # a head right over a leg
HEAD_USED = 2.0  # every head has its story, but for one in ten, which is a rubric or belongs to a picture
PER_EM = 0.15  # of distance
HEAD_BETWEEN = 5.0  # a head stands between the two
TEXT_BETWEEN = 3.0  # other text does
OTHER_TYPE = 4.0  # one is set in other type
OTHER_MEASURE = 2.0  # one column is wider
RULE_ACROSS = 9.0  # a rule (线) across the columns is drawn between the two: a story ends there
RULE_ALONG = 4.0  # a rule along the columns is: that may be one between the columns of one story
UPWARDS = 3.0  # all of a leg lies above all of the other
OTHER_FRAME = 6.0  # one stands in a frame (加框), the other not
UNEVEN = 2.5  # the next column does not begin at the height of this one, nor below the head
NOT_FIRST = 2.5  # another leg under the same head stands further left, or higher
GUTTER = 5.0  # em: the widest gutter inside of a story; ragged lines make it look wider
WITHIN_ROW = 5.0  # em below a head, a byline between, where a leg begins that stands under it


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A leg of text, or a group of heads, as linking sees it.

    Args:
        place: the rectangle around it.
        em: the size of its type.
        first, last: how its first line and its last one read; of heads the whole.
        starts, ends: whether it begins, and ends, with a paragraph.
        full: whether its last line reaches the edge of the column.
        right: the right edge of its column, and `measured` whether it has lines enough to show it.
        across: whether it runs across the lines of the page.
    """

    place: Place
    em: float
    first: str
    last: str
    starts: bool = True
    ends: bool = True
    full: bool = False
    right: float = 0.0
    measured: bool = True
    across: bool = False


@dataclass(frozen=True, slots=True)
class Drawn:
    """The rules and frames of a page, in its frame."""

    rules: tuple[Place, ...] = ()
    frames: tuple[Place, ...] = ()


class Situation:
    """How the legs and heads of a page stand to each other."""

    def __init__(self, legs: Sequence[Node], heads: Sequence[Node], drawn: Drawn) -> None:
        self.legs = legs
        self.heads = heads
        self.drawn = drawn
        self.opens = [opens_story(leg.first) for leg in legs]
        self.ceilings = [self._ceiling(number) for number in range(len(legs))]
        self.under_head = self._shared({h: self._covered(h) for h in range(len(heads))})
        self.first_below = frozenset(v for covered in self.under_head.values() for v in covered)
        self.tops = [self._column_top(number) for number in range(len(legs))]
        self.goes_on_below = frozenset(
            ceiling[1]
            for v, ceiling in enumerate(self.ceilings)
            if ceiling is not None and ceiling[0] == "leg" and not legs[v].starts and self._one_column(ceiling[1], v)
        )
        self.frames = [self._frame(leg.place) for leg in legs]
        self.head_frames = [self._frame(head.place) for head in heads]
        self.rights: dict[tuple[int, float], list[float]] = {}
        self.heads_of = [
            frozenset(h for h, covered in self.under_head.items() if any(self._in_column_of(v, w) for w in covered))
            for v in range(len(legs))
        ]

    def _ceiling(self, number: int) -> tuple[str, int] | None:
        """What stands right above a leg: ("leg" or "head", its number); None if nothing does."""
        place, em = self.legs[number].place, self.legs[number].em
        best: tuple[float, str, int] | None = None
        for kind, nodes in (("leg", self.legs), ("head", self.heads)):
            for other, node in enumerate(nodes):
                if (kind == "leg" and other == number) or node.place.beside(place) < 0.5 * em:
                    continue
                if node.place.bottom <= place.top + 0.5 * em and (best is None or node.place.bottom > best[0]):
                    best = (node.place.bottom, kind, other)
        return None if best is None else (best[1], best[2])

    def _column_top(self, number: int) -> float:
        """Where the column begins that a leg is part of: what stands above it in one column, up to a head."""
        seen = {number}
        at = number
        while True:
            above = self.ceilings[at]
            if at in self.first_below or above is None or above[0] == "head" or above[1] in seen:
                return self.legs[at].place.top
            if not self._one_column(above[1], at):
                return self.legs[at].place.top
            at = above[1]
            seen.add(at)

    def _one_column(self, u: int, v: int) -> bool:
        one, two = self.legs[u], self.legs[v]
        em = max(one.em, two.em)
        if abs(one.place.left - two.place.left) > 2.8 * em:
            return False
        if one.measured and two.measured:
            return abs(one.right - two.right) <= 2 * em
        wide = max(node.right for node in (one, two) if node.measured) if one.measured or two.measured else 1e9
        return max(one.right, two.right) <= wide + 2 * em

    def _covered(self, h: int) -> list[int]:
        """The legs under a head in the order in which they are read: those whose ceiling it is, and those beside them.

        A head that is narrower than its story stands over the middle of it: the legs that begin at the same height
        right beside those below it are under it too, where nothing else stands over them beside the head.
        """
        head = self.heads[h]
        if head.across:
            return []  # a head at the side of its story
        below = [v for v, ceiling in enumerate(self.ceilings) if ceiling == ("head", h)]
        if below and all(self._goes_on_over(head, v) for v in below):
            return []
        if not below:
            below = self._to_the_left(head)
        if not below:
            return []
        em = min(self.legs[v].em for v in below)
        tops = [self.legs[v].place.top for v in below]
        top = min(tops)
        row = [v for v in below if self.legs[v].place.top <= top + 1.5 * em]
        near = set(below)
        changed = True
        while changed:
            changed = False
            for v, leg in enumerate(self.legs):
                if v in near or abs(leg.place.top - top) > 0.8 * em:
                    continue
                touching = any(-leg.place.beside(self.legs[w].place) <= GUTTER * em for w in row)
                if touching and self._free_above(v, head.place, em) and not self._rule_between_nodes(v, row):
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
            and abs(above.place.left - leg.place.left) <= 2.8 * leg.em
            and -0.5 <= (head.place.top - above.place.bottom) / leg.em <= 4
            for above in self.legs
        )

    def _shared(self, under: dict[int, list[int]]) -> dict[int, list[int]]:
        """The same, each leg under one head: its ceiling, or the head whose other legs begin level, or the nearest."""
        for v in range(len(self.legs)):
            several = [h for h, covered in under.items() if v in covered]
            if len(several) < 2:
                continue
            nearest = min(several, key=partial(self._far, v, under))
            under = {h: [w for w in covered if w != v or h == nearest] for h, covered in under.items()}
        return under

    def _far(self, v: int, under: dict[int, list[int]], h: int) -> tuple[bool, int, float]:
        """How far a leg is from standing under a head: no ceiling, not level with its other legs, off its middle."""
        leg = self.legs[v]
        tops = [self.legs[w].place.top for w in under[h] if self.ceilings[w] == ("head", h)]
        level = min((abs(leg.place.top - top) for top in tops), default=leg.em)
        # A head is set over the middle of its columns, or flush with the first.
        others = [w for w in under[h] if w != v]
        skewed = self._skewed(h, [*others, v]) - (self._skewed(h, others) if others else 0.0)
        return self.ceilings[v] != ("head", h), round(2 * level / leg.em), skewed

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
            room = Place(leg.place.right, head.place.top, head.place.left, leg.place.top + leg.em)
            others = [node for node in (*self.heads, *self.legs) if node is not leg and node is not head]
            blocked = any(
                node.place.beside(room) > leg.em
                and node.place.level(room) > 0.5 * leg.em
                and abs(node.place.top - leg.place.top) > leg.em
                for node in others
            )
            if not blocked and self._free_above(v, head.place, leg.em):
                found.append(v)
        return found

    def _free_above(self, v: int, head: Place, em: float) -> bool:
        """Whether the place over a leg beside a head is empty."""
        place = self.legs[v].place
        room = Place(place.left, head.top, place.right, place.top)
        nodes = [*self.heads, *self.legs]
        return not any(
            node.place.beside(room) > em and node.place.level(room) > 0.5 * em
            for node in nodes
            if node is not self.legs[v]
        )

    def _rule_between_nodes(self, v: int, row: Sequence[int]) -> bool:
        return all(self._ruled_off(self.legs[v].place, self.legs[w].place) > 0 for w in row)

    def possible(self, u: int, v: int) -> bool:
        """Whether a reader could go on from one leg to another: downwards, or to the right."""
        one, two = self.legs[u], self.legs[v]
        em = max(one.em, two.em)
        if one.across is not two.across:
            return False
        below = two.place.top >= one.place.bottom - 0.5 * em
        right = two.place.left >= one.place.right - 2 * em
        return below or right

    def follows(self, u: int, v: int) -> float:
        """What the places say about one leg going on in another."""
        one, two = self.legs[u], self.legs[v]
        em = max(one.em, two.em)
        value = 0.0
        small, large = sorted((one.em, two.em))
        if large > 1.12 * small:
            value -= OTHER_TYPE
        widths = one.right - one.place.left, two.right - two.place.left
        if one.measured and two.measured:
            value -= OTHER_MEASURE if abs(widths[0] - widths[1]) > 2.5 * em else 0.0
        elif (widths[0] - widths[1] > 2.5 * em and two.measured) or (widths[1] - widths[0] > 2.5 * em and one.measured):
            value -= OTHER_MEASURE
        value -= self._ruled_off(one.place, two.place)
        if two.place.bottom <= one.place.top + 0.5 * em:
            value -= UPWARDS
        if self.frames[u] != self.frames[v]:
            value -= OTHER_FRAME
        if two.place.top >= one.place.bottom - 0.5 * em and one.place.beside(two.place) > 0.5 * min(
            one.place.width, two.place.width
        ):
            return value + self._below(u, v, em)
        if two.place.left >= one.place.right - 2 * em:
            return value + self._right(u, v, em)
        # Back to the left and down: a story set in two rows of columns, one below the other.
        return value - 2.0 + self._down_left(u, v, em)

    def _below(self, u: int, v: int, em: float) -> float:
        one, two = self.legs[u].place, self.legs[v].place
        value = BELOW - PER_EM * max(0.0, (two.top - one.bottom) / em - 2)
        if not self._one_column(u, v):
            value -= OTHER_MEASURE
        if self._heads_between(one, two) or self._leaves(u, v):
            value -= HEAD_BETWEEN
        value -= TEXT_BETWEEN * min(2, self._legs_between(u, v))
        return value

    def _right(self, u: int, v: int, em: float) -> float:
        one, two = self.legs[u], self.legs[v]
        value = BESIDE - PER_EM * max(0.0, (two.place.left - one.right) / em - 3)
        start = self.tops[u]
        ceiling = self.ceilings[v]
        even = abs(two.place.top - start) <= 0.8 * em
        if not even:
            value -= UNEVEN
            if two.place.top > start and ceiling is not None and ceiling[0] == "head":
                value -= HEAD_BETWEEN
            elif abs(self.tops[v] - two.place.top) > em:
                value -= TEXT_BETWEEN  # it is not the first of its column
            elif two.place.top < start and not self._beside_own_head(u, v, em):
                value -= UNEVEN
        elif self.heads_of[u] and self.heads_of[v]:
            value += 1.0 if self.heads_of[u] & self.heads_of[v] else -HEAD_BETWEEN
        if not even and self._leaves(u, v):
            value -= HEAD_BETWEEN
        # A column that goes on below is read to its end first.
        if u in self.goes_on_below:
            value -= TEXT_BETWEEN
        return value - 1.5 * min(self._columns_between(u, v, em), 3)

    def _columns_between(self, u: int, v: int, em: float) -> int:
        """How many legs stand between two that are beside each other, level with the column of the first."""
        one, two = self.legs[u].place, self.legs[v].place
        start = self.tops[u]
        reach = Place(0, start, 0, max(one.bottom, start + em))
        rights = self.rights.get((u, em))
        if rights is None:
            behind = [leg.place for w, leg in enumerate(self.legs) if w != u and leg.place.left >= one.right - em]
            rights = self.rights[u, em] = sorted(place.right for place in behind if place.level(reach) > em)
        own = two.width <= em and two.left >= one.right - em and two.level(reach) > em
        return bisect_right(rights, two.left + em) - own

    def _leaves(self, u: int, v: int) -> bool:
        """Whether a reader who goes from one leg to another leaves what stands under one head for what is above it."""
        upper, lower = (u, v) if self.legs[u].place.top <= self.legs[v].place.top else (v, u)
        place = self.legs[upper].place
        return any(
            place.bottom <= self.heads[h].place.top + self.heads[h].em and h not in self.heads_of[upper]
            for h in self.heads_of[lower]
        )

    def _down_left(self, u: int, v: int, em: float) -> float:
        value = -PER_EM * max(0.0, (self.legs[v].place.top - self.legs[u].place.bottom) / em)
        ceiling = self.ceilings[v]
        if ceiling is not None and ceiling[0] == "head":
            value -= HEAD_BETWEEN
        return value

    def _beside_own_head(self, u: int, v: int, em: float) -> bool:
        """Whether a leg begins higher than another because it stands beside the head, not under it."""
        return any(abs(self.legs[v].place.top - self.heads[h].place.top) <= 2 * em for h in self.heads_of[u])

    def _in_column_of(self, u: int, w: int) -> bool:
        """Whether a leg is another, or stands below it in one column."""
        return u == w or (self._one_column(u, w) and abs(self.tops[u] - self.legs[w].place.top) < self.legs[u].em)

    def _heads_between(self, one: Place, two: Place) -> int:
        """How many heads that have legs under them stand in a column between two legs."""
        left, right = max(one.left, two.left), min(one.right, two.right)
        room = Place(left, one.bottom, right, two.top)
        return sum(
            bool(self.under_head[h])
            and head.place.level(room) > 0.5 * head.place.height
            and head.place.beside(room) > 0
            for h, head in enumerate(self.heads)
        )

    def _legs_between(self, u: int, v: int) -> int:
        one, two = self.legs[u].place, self.legs[v].place
        room = Place(max(one.left, two.left), one.bottom, min(one.right, two.right), two.top)
        return sum(
            leg.place.level(room) > 0 and leg.place.beside(room) > leg.em
            for w, leg in enumerate(self.legs)
            if w not in (u, v)
        )

    def _ruled_off(self, one: Place, two: Place) -> float:
        """What the rules between two places say against one going on in the other."""
        worst = 0.0
        for rule in self.drawn.rules:
            if rule.width < rule.height:  # along the column
                left, right = (one, two) if one.left <= two.left else (two, one)
                inside = left.right - 4 <= rule.left and rule.right <= right.left + 4
                if inside and rule.level(one) > 0.5 * one.height and rule.level(two) > 0.5 * two.height:
                    worst = max(worst, RULE_ALONG)
            else:
                upper, lower = (one, two) if one.top <= two.top else (two, one)
                inside = upper.bottom - 4 <= rule.top and rule.bottom <= lower.top + 4
                if inside and rule.beside(one) > 0.5 * one.width and rule.beside(two) > 0.5 * two.width:
                    worst = max(worst, RULE_ACROSS)
        return worst

    def _frame(self, place: Place) -> int | None:
        """The number of the smallest frame around a place."""
        around = [
            (frame.width * frame.height, number)
            for number, frame in enumerate(self.drawn.frames)
            if frame.beside(place) > 0.9 * place.width and frame.level(place) > 0.9 * place.height
        ]
        return min(around)[1] if around else None

    def under(self, h: int, v: int) -> float:
        """What the places say about a story beginning with a leg under, or beside, a head."""
        head, leg = self.heads[h], self.legs[v]
        em = leg.em
        value = HEAD_USED + (STORY_OPENS if self.opens[v] else 0.0)
        value -= self._ruled_off(head.place, leg.place)
        value += 0.0 if leg.starts else -OPEN_CLOSED + 1.0
        if self.head_frames[h] != self.frames[v]:
            value -= OTHER_FRAME
        covered = self.under_head[h]
        if v in covered:
            value += OVER - PER_EM * max(0.0, (leg.place.top - head.place.bottom) / em - 2)
            return value - min(NOT_FIRST * covered.index(v), 2 * NOT_FIRST)
        return value + self._beside(h, v, em)

    def _row_to(self, h: int, v: int) -> list[int]:
        """A leg, and those beside it up to a head at their right, which begin level with it."""
        row = [v]
        head, first = self.heads[h].place, self.legs[v]
        if head.left < first.place.right - first.em:
            return row
        for w in sorted(range(len(self.legs)), key=lambda w: self.legs[w].place.left):
            leg, last = self.legs[w], self.legs[row[-1]]
            gap = (leg.place.left - last.place.right) / first.em
            level = abs(leg.place.top - first.place.top) <= 0.8 * first.em
            if level and -1 <= gap <= GUTTER and leg.place.right <= head.left + first.em and not leg.starts:
                row.append(w)
        return row

    def _level_to_the_left(self, v: int, head: Place) -> bool:
        """Whether a leg goes on from one right to its left that begins level with it, on the same side of a head."""
        leg = self.legs[v]
        return not leg.starts and any(
            abs(node.place.top - leg.place.top) <= 0.8 * leg.em
            and 0 <= leg.place.left - node.place.right <= GUTTER * leg.em
            and not node.place.right <= head.left <= leg.place.left
            for node in self.legs
        )

    def _beside(self, h: int, v: int, em: float) -> float:
        """A head at the side of its story, or in the middle of it."""
        head, leg = self.heads[h].place, self.legs[v].place
        if leg.level(head) > 0.5 * min(leg.height, head.height, 4 * em):
            row = self._row_to(h, v)
            apart = max(0.0, -hull([self.legs[w].place for w in row]).beside(head)) / em
            level = abs(leg.top - head.top) / em
            value = OVER - 1.5 - 0.2 * max(0.0, apart - 2) - 0.1 * level
            near = hull([*(self.legs[w].place for w in row), head])
            between = sum(
                node.place.level(leg) > em
                and node.place.level(head) > em
                and node.place.beside(near) > em
                and node.place.left >= min(leg.right, head.right) - em
                and node.place.right <= max(leg.left, head.left) + em
                for w, node in enumerate(self.legs)
                if w not in row
            )
            # The story begins at the top of its leftmost column.
            if abs(self.tops[v] - leg.top) > em or self._level_to_the_left(v, head):
                value -= NOT_FIRST
            return value - TEXT_BETWEEN * between - (NOT_FIRST if self.under_head[h] else 0.0)
        if leg.top >= head.bottom - em and leg.beside(head) > -12 * em:
            return -2.0 - PER_EM * (leg.top - head.bottom) / em
        return -2 * HEAD_BETWEEN
