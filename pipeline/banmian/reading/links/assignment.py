"""Choose the heads of each story and what each body block goes on from, for the whole page at once.

Every body block has exactly one predecessor: another body block, a group of heads, or nothing; every body block and
every group of heads precedes at most one. The choice with the highest total score is a linear assignment
(`banmian.matching`); the weights were fitted for this choice as a whole (`banmian.fit.structure`), not link by link.

Which heads form a group is settled first, run by run: a run of heads is cut so that the groups find the beginnings of
stories that are best for them, less what the body blocks there lose by it. An assignment may close a ring of blocks;
the weakest link of each ring is forbidden and the choice made again, as for tours (Gao et al. 2013 order blocks as
such a tour).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from banmian.matching import best_pairs
from banmian.reading.links.choice import NOTHING, Choice
from banmian.reading.links.kinds import MOST_HEADS
from banmian.reading.links.survey import Links

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

# A way to cut the first heads of a run: its score, the beginning that its last group takes, its groups.
_Way: TypeAlias = tuple[float, int, tuple[int, ...]]

FORBIDDEN = -1e6
# Rings are rare, and each round breaks at least one; a page that still has some then loses their weakest links.
ROUNDS = 12
# Beginnings that are tried for a group of heads while runs are cut; the right one is nearly always among the best two.
BEST = 4


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of all links: see `Links` for the shapes, with the last axis summed. `cut` counts where a run is cut."""

    body: Floats
    head: Floats
    last: Floats
    lone: Floats
    first: Floats
    cut: Floats


def score(links: Links, weights: NDArray[np.float32]) -> Scores:
    """The scores of all links; `weights` has one entry for each class."""
    body = links.body.scores(weights)
    np.fill_diagonal(body, FORBIDDEN)
    rest = (links.head, links.last, links.lone, links.first, links.cut)
    return Scores(body, *(evidence.scores(weights) for evidence in rest))


def choose(links: Links, scores: Scores) -> Choice:
    """The groups of heads, and the predecessor of each body block."""
    groups = group(links, scores)
    before = match(scores, groups)
    return Choice(groups, before, odds_of(scores, groups, before))


@dataclass(frozen=True, slots=True)
class Taken:
    """Which links a choice takes: indices into each of the arrays of `Links`, and of `Scores`, that has its name."""

    body: tuple[Ints, Ints]
    head: tuple[Ints, Ints]
    last: Ints
    lone: Ints
    first: Ints
    cut: Ints

    def of(self, arrays: Links | Scores) -> list[Any]:
        """What the arrays have of these links, array by array."""
        return [getattr(arrays, part.name)[getattr(self, part.name)] for part in fields(self)]


def taken(links: Links, groups: Sequence[int], before: Ints) -> Taken:
    """The links that are taken by groups of heads and by what each body block goes on from (see `Choice`)."""
    m, rows = len(links.bodies), np.array(groups, dtype=np.intp)
    after = np.flatnonzero((before >= 0) & (before < m))
    under = np.flatnonzero(before >= m)
    begun = before[under] - m
    goes_on = np.zeros(m, dtype=bool)
    goes_on[before[after]] = True
    ends = {links.groups[g][-1] for g in groups}
    gaps = [h for run in links.runs for h in run[:-1]]
    return Taken(
        body=(before[after], after),
        head=(rows[begun], under),
        last=np.flatnonzero(~goes_on),
        lone=np.delete(rows, begun),
        first=np.flatnonzero(before == NOTHING),
        cut=np.array([place for place, h in enumerate(gaps) if h in ends], dtype=np.intp),
    )


def without(scores: Scores, choice: Choice, block: int) -> Scores:
    """The scores with one link of a choice forbidden: what a body block, given by its place, goes on from."""
    m, before = len(scores.first), int(choice.before[block])
    name: str
    place: tuple[int, ...]
    if before == NOTHING:
        name, place = "first", (block,)
    elif before < m:
        name, place = "body", (before, block)
    else:
        name, place = "head", (choice.groups[before - m], block)
    changed = getattr(scores, name).copy()
    changed[place] = FORBIDDEN
    return replace(scores, **{name: changed})


def total(links: Links, scores: Scores, choice: Choice) -> float:
    """The score of a choice as a whole: what the choice that was made has the most of."""
    return float(sum(part.sum() for part in taken(links, choice.groups, choice.before).of(scores)))


def match(scores: Scores, groups: Sequence[int]) -> Ints:
    """The predecessor of each body block, for given groups of heads (see `Choice`)."""
    m, k = len(scores.first), len(groups)
    if m == 0:
        return np.zeros(0, np.intp)
    gain = np.full((m + k + m, m), FORBIDDEN)
    gain[:m] = scores.body - scores.last[:, None]
    gain[np.arange(m), np.arange(m)] = FORBIDDEN
    gain[m : m + k] = (scores.head - scores.lone[:, None])[list(groups)].reshape(k, m)
    gain[m + k + np.arange(m), np.arange(m)] = scores.first
    for _ in range(ROUNDS):
        chosen, at = best_pairs(gain)
        before = np.empty(m, dtype=np.intp)
        before[at] = np.where(chosen >= m + k, NOTHING, chosen)
        rings = _rings(before, m)
        if not rings:
            break
        for ring in rings:
            weakest = min(ring, key=lambda v: float(gain[before[v], v] - _alternative(gain, int(before[v]), v)))
            gain[before[weakest], weakest] = FORBIDDEN
    else:
        for ring in _rings(before, m):
            before[min(ring, key=lambda v: float(gain[before[v], v]))] = NOTHING
    return before


def odds_of(scores: Scores, groups: Sequence[int], before: Ints) -> Floats:
    """The probability of each choice among all that the block, and its predecessor, could have been linked with.

    Args:
        scores: of all links.
        groups: those that were chosen (see `Choice`).
        before: (bodies,) what was chosen for each body block.
    """
    m, k = len(scores.first), len(groups)
    if m == 0:
        return np.zeros(0)
    head, lone = scores.head[list(groups)].reshape(k, m), scores.lone[list(groups)]
    rows = np.vstack([np.hstack([scores.body, scores.last[:, None]]), np.hstack([head, lone[:, None]])])
    rows -= np.logaddexp.reduce(rows, axis=1)[:, None]
    columns = np.vstack([scores.body, head, scores.first[None, :]])
    columns -= np.logaddexp.reduce(columns, axis=0)
    odds = columns[np.where(before == NOTHING, m + k, before), np.arange(m)]
    linked = np.flatnonzero(before != NOTHING)
    odds[linked] = 0.5 * (odds[linked] + rows[before[linked], linked])
    out: Floats = np.exp(odds)
    return out


def group(links: Links, scores: Scores) -> tuple[int, ...]:
    """The best cut of every run of heads into groups, as indices into `links.groups`."""
    m = len(links.bodies)
    if m:
        lost = np.maximum((scores.body - scores.last[:, None]).max(axis=0), scores.first)
        value = scores.head - lost
    else:
        value = np.zeros((len(links.groups), 0))
    number = {members: row for row, members in enumerate(links.groups)}
    top = np.argsort(value, axis=1)[:, : -BEST - 1 : -1]
    worth = np.take_along_axis(value, top, axis=1)
    options = [
        [(NOTHING, lone), *zip(places, worths, strict=True)]
        for lone, places, worths in zip(scores.lone.tolist(), top.tolist(), worth.tolist(), strict=True)
    ]
    apart = scores.cut.tolist()
    chosen: list[int] = []
    gap = 0
    for run in links.runs:
        if len(run) == 1:
            chosen.append(number[run])
            continue
        chosen += _cut(run, number, options, apart[gap : gap + len(run) - 1])
        gap += len(run) - 1
    return tuple(chosen)


def _cut(
    run: Sequence[int],
    number: Mapping[tuple[int, ...], int],
    options: Sequence[Sequence[tuple[int, float]]],
    apart: Sequence[float],
) -> tuple[int, ...]:
    """The best groups of one run: two groups next to each other never begin the same story.

    Args:
        run: its heads.
        number: of each group.
        options: of each group, the beginnings that it may take, and what each is worth.
        apart: what a cut is worth behind each head but the last.
    """
    best: list[list[_Way]] = [[(0.0, NOTHING, ())]]  # for the first so many heads, see `_two_best`
    for end in range(1, len(run) + 1):
        ways: dict[int, _Way] = {}
        for start in range(max(0, end - MOST_HEADS), end):
            row = number[tuple(run[start:end])]
            held = apart[start - 1] if start else 0.0
            for beginning, worth in options[row]:
                before = next((way for way in best[start] if way[1] != beginning or beginning == NOTHING), None)
                if before is None:
                    continue
                total = before[0] + held + worth
                if beginning not in ways or total > ways[beginning][0]:
                    ways[beginning] = (total, beginning, (*before[2], row))
        best.append(_two_best(ways.values()))
    return best[-1][0][2]


def _two_best(ways: Iterable[_Way]) -> list[_Way]:
    """The best way and the best other one; one of the two begins another story than the group that comes next."""
    return sorted(ways, key=lambda way: -way[0])[:2]


def _alternative(gain: Floats, row: int, column: int) -> float:
    """The best other choice for a column."""
    others = gain[:, column].copy()
    others[row] = FORBIDDEN
    return float(others.max())


def _rings(before: Ints, m: int) -> list[list[int]]:
    """Rings of body blocks that go on from each other."""
    following = before.tolist()
    state = [0] * m  # 0 new, 1 on the way, 2 done
    rings: list[list[int]] = []
    for start in range(m):
        path: list[int] = []
        at = start
        while 0 <= at < m and state[at] == 0:
            state[at] = 1
            path.append(at)
            at = following[at]
        if 0 <= at < m and state[at] == 1:
            rings.append(path[path.index(at) :])
        for place in path:
            state[place] = 2
    return rings
