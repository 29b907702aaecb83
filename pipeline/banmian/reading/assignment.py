"""Choose the heads of each story and what each body block goes on from, for the whole page at once.

Every body block has exactly one predecessor: another body block, a group of heads, or nothing; every body block and
every group of heads precedes at most one. The choice with the highest total score is a linear assignment (scipy's
`linear_sum_assignment`); the weights were fitted for this choice as a whole (`banmian.fit.structure`), not link by
link.

Which heads form a group is settled first, run by run: a run of heads is cut so that the groups find the beginnings of
stories that are best for them, less what the body blocks there lose by it. An assignment may close a ring of blocks;
the weakest link of each ring is forbidden and the choice made again, as for tours (Gao et al. 2013 order blocks as
such a tour).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from banmian.reading.links import MOST_HEADS, Links

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

FORBIDDEN = -1e6
NOTHING = -1
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


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen.

    Args:
        groups: indices (into `Links.groups`) of the groups of heads that were chosen.
        before: (bodies,) what each body block goes on from: a body block, `bodies` + the place of a group in
            `groups`, or `NOTHING`.
        odds: (bodies,) the probability of that choice among all that the block could have gone on from.
    """

    groups: tuple[int, ...]
    before: Ints
    odds: Floats


def score(links: Links, weights: NDArray[np.float32]) -> Scores:
    """The scores of all links; `weights` has one entry for each class."""

    def total(classes: Ints) -> Floats:
        out: Floats = weights[classes].sum(axis=-1, dtype=np.float64)
        return out

    body = total(links.body)
    np.fill_diagonal(body, FORBIDDEN)
    return Scores(body, total(links.head), total(links.last), total(links.lone), total(links.first), total(links.cut))


def choose(links: Links, scores: Scores) -> Choice:
    """The groups of heads, and the predecessor of each body block."""
    groups = group(links, scores)
    before = match(scores, groups)
    return Choice(groups, before, _odds(scores, groups, before))


def match(scores: Scores, groups: Sequence[int]) -> Ints:
    """The predecessor of each body block, for given groups of heads (see `Choice`)."""
    m, k = len(scores.first), len(groups)
    if m == 0:
        return np.zeros(0, np.intp)
    from scipy.optimize import linear_sum_assignment  # slow to import: only when there is something to choose

    gain = np.full((m + k + m, m), FORBIDDEN)
    gain[:m] = scores.body - scores.last[:, None]
    gain[np.arange(m), np.arange(m)] = FORBIDDEN
    gain[m : m + k] = (scores.head - scores.lone[:, None])[list(groups)].reshape(k, m)
    gain[m + k + np.arange(m), np.arange(m)] = scores.first
    for _ in range(ROUNDS):
        chosen, at = linear_sum_assignment(gain, maximize=True)
        before = np.empty(m, dtype=np.intp)
        before[at] = np.where(chosen >= m + k, NOTHING, chosen)
        rings = _rings(before, m)
        if not rings:
            break
        for ring in rings:
            weakest = min(ring, key=lambda v: float(gain[before[v], v] - _alternative(gain, int(before[v]), v)))
            gain[before[weakest], weakest] = FORBIDDEN
    for ring in _rings(before, m):
        before[min(ring, key=lambda v: float(gain[before[v], v]))] = NOTHING
    return before


def _odds(scores: Scores, groups: Sequence[int], before: Ints) -> Floats:
    """The probability of each choice among all that the block, and its predecessor, could have been linked with."""
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
    chosen: list[int] = []
    gap = 0
    for run in links.runs:
        chosen += _cut(run, number, value, scores.lone, scores.cut[gap : gap + len(run) - 1])
        gap += len(run) - 1
    return tuple(chosen)


def _cut(
    run: Sequence[int],
    number: dict[tuple[int, ...], int],
    value: Floats,
    lone: Floats,
    apart: Floats,
) -> list[int]:
    """The best groups of one run: two groups next to each other never begin the same story."""
    # best[j]: for the first j heads, by the beginning that the last group takes: (score, groups)
    best: list[dict[int, tuple[float, tuple[int, ...]]]] = [{NOTHING: (0.0, ())}]
    for j in range(1, len(run) + 1):
        here: dict[int, tuple[float, tuple[int, ...]]] = {}
        for i in range(max(0, j - MOST_HEADS), j):
            row = number[tuple(run[i:j])]
            held = float(apart[i - 1]) if i else 0.0
            options = [(NOTHING, float(lone[row]))]
            if value.shape[1]:
                top = np.argsort(value[row])[: -BEST - 1 : -1]
                options += [(int(v), float(value[row, v])) for v in top]
            for v, worth in options:
                before = max(
                    (state for w, state in best[i].items() if w != v or v == NOTHING), key=lambda s: s[0], default=None
                )
                if before is None:
                    continue
                total = before[0] + held + worth
                if v not in here or total > here[v][0]:
                    here[v] = (total, (*before[1], row))
        best.append(here)
    return list(max(best[-1].values(), key=lambda s: s[0])[1])


def _alternative(gain: Floats, row: int, column: int) -> float:
    """The best other choice for a column."""
    others = gain[:, column].copy()
    others[row] = FORBIDDEN
    return float(others.max())


def _rings(before: Ints, m: int) -> list[list[int]]:
    """Rings of body blocks that go on from each other."""
    state = np.zeros(m, dtype=np.int8)  # 0 new, 1 on the way, 2 done
    rings: list[list[int]] = []
    for start in range(m):
        path: list[int] = []
        at = start
        while 0 <= at < m and state[at] == 0:
            state[at] = 1
            path.append(at)
            at = int(before[at])
        if 0 <= at < m and state[at] == 1:
            rings.append(path[path.index(at) :])
        state[path] = 2
    return rings
