"""Fit the weights of links: a conditional logit over what each block may go on from, and over what each may lead to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize

from banmian.fit.truth import NOTHING, UNCLEAR, TrueLinks
from banmian.reading.links.kinds import ALL_KINDS, MOST_HEADS, ROWS
from banmian.reading.links.survey import Links

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Choices:
    """All options of all choices in a row: the choice of each, its classes, and whether it is (one of) the true."""

    choice: NDArray[np.intp]
    classes: NDArray[np.int32]  # (options, most kinds), padded with ROWS
    true: NDArray[np.bool_]


_KINDS = max(len(kinds) for kinds in ALL_KINDS.values())


def _pad(classes: NDArray[np.intp]) -> NDArray[np.int32]:
    out = np.full((len(classes), _KINDS), ROWS, dtype=np.int32)
    out[:, : classes.shape[1]] = classes
    return out


class _Collected:
    """Choices while they are collected."""

    def __init__(self) -> None:
        self.numbers: list[NDArray[np.intp]] = []
        self.classes: list[NDArray[np.int32]] = []
        self.true: list[NDArray[np.bool_]] = []

    def add(self, options: Sequence[NDArray[np.intp]], right: Sequence[int]) -> None:
        """One choice: its options, and which of them are right."""
        table = np.concatenate([_pad(o) for o in options])
        hit = np.zeros(len(table), dtype=bool)
        hit[right] = True
        self.numbers.append(np.full(len(table), len(self.numbers)))
        self.classes.append(table)
        self.true.append(hit)

    def all(self) -> _Choices:
        """All of them."""
        return _Choices(np.concatenate(self.numbers), np.concatenate(self.classes), np.concatenate(self.true))


def choices(pages: Sequence[Links], truths: Sequence[TrueLinks]) -> _Choices:
    """Every choice that gold tells the answer of."""
    found = _Collected()
    for page, truth in zip(pages, truths, strict=True):
        number = {group: row for row, group in enumerate(page.groups)}
        known = [(number[group], article, main) for group, article, main in pieces(page, truth)]
        _add_befores(found, page, truth, known)
        _add_afters(found, page, truth)
        _add_beginnings(found, page, truth, known)
        _add_cuts(found, page, truth)
    return found.all()


def _add_befores(found: _Collected, page: Links, truth: TrueLinks, known: Sequence[tuple[int, int, bool]]) -> None:
    """What each body block goes on from: another, a group of heads, or nothing."""
    m, rows = len(page.bodies), np.array([row for row, _, _ in known], dtype=np.intp)
    for v, u in enumerate(truth.before):
        if u == UNCLEAR:
            continue
        others = np.delete(np.arange(m), v)
        options = [page.body[others, v], page.head[rows, v], page.first[v : v + 1]]
        if u == NOTHING:
            mine = [m - 1 + at for at, (_, *head) in enumerate(known) if head == [truth.article[v], True]]
            found.add(options, mine or [m - 1 + len(rows)])
        else:
            found.add(options, [int(u) - (u > v)])


def _add_afters(found: _Collected, page: Links, truth: TrueLinks) -> None:
    """Which body block goes on from each, or none, where gold tells it of all."""
    m = len(page.bodies)
    after = {int(u): v for v, u in enumerate(truth.before) if u >= 0}
    clear = not (truth.before == UNCLEAR).any()
    for u in range(m):
        options = [page.body[u, np.delete(np.arange(m), u)], page.last[u : u + 1]]
        if u in after:
            found.add(options, [after[u] - (after[u] > u)])
        elif clear:
            found.add(options, [m - 1])


def _add_beginnings(found: _Collected, page: Links, truth: TrueLinks, known: Sequence[tuple[int, int, bool]]) -> None:
    """Which body block begins a story under each group of heads, or none."""
    begins = {int(a): v for v, a in enumerate(truth.article) if a >= 0}
    for row, article, main in known:
        if not main:
            found.add([page.head[row], page.lone[row : row + 1]], [len(page.bodies)])
        elif article in begins:
            found.add([page.head[row], page.lone[row : row + 1]], [begins[article]])


def _add_cuts(found: _Collected, page: Links, truth: TrueLinks) -> None:
    """Whether each run of heads is cut between a head and the next."""
    for number, (one, two) in enumerate(_neighbours(page, truth)):
        if UNCLEAR not in (one, two):
            between = page.cut[number : number + 1]
            found.add([between, np.full_like(between, ROWS)], [0 if one != two or one < 0 else 1])


def _heads(page: Links, truth: TrueLinks) -> dict[int, tuple[int, bool]]:
    """The article of each head block, and whether it is the headline."""
    heads = [h for run in page.runs for h in run]
    return {h: (int(a), bool(main)) for h, a, main in zip(heads, truth.heads, truth.main, strict=True)}


def pieces(page: Links, truth: TrueLinks) -> list[tuple[tuple[int, ...], int, bool]]:
    """The true groups of heads: their blocks, their article, and whether the headline is among them.

    The article is -1 for a subhead and for what is no head; a head that gold does not tell of counts as such.
    """
    known = _heads(page, truth)
    found: list[tuple[tuple[int, ...], int, bool]] = []
    for run in page.runs:
        group: list[int] = []
        for h in run:
            if group and (known[h][0] < 0 or known[h][0] != known[group[-1]][0] or len(group) == MOST_HEADS):
                found.append((tuple(group), known[group[0]][0], any(known[g][1] for g in group)))
                group = []
            group.append(h)
        found.append((tuple(group), known[group[0]][0], any(known[g][1] for g in group)))
    return [(group, max(article, -1), main) for group, article, main in found]


def _neighbours(page: Links, truth: TrueLinks) -> list[tuple[int, int]]:
    """The articles of each two heads that follow each other in a run."""
    known = _heads(page, truth)
    return [(known[a][0], known[b][0]) for run in page.runs for a, b in pairwise(run)]


def fit(pages: Sequence[Links], truths: Sequence[TrueLinks], *, penalty: float, steps: int) -> Floats:
    """The weights under which the true links are most likely, shape (ROWS,)."""
    data = choices(pages, truths)
    starts = np.flatnonzero(np.concatenate([[True], data.choice[1:] != data.choice[:-1]]))
    sizes = np.diff(np.concatenate([starts, [len(data.choice)]]))
    told = data.classes < ROWS
    ends = np.concatenate([[0], told.sum(axis=1).cumsum()]).astype(np.int32)
    table = sparse.csr_matrix((np.ones(ends[-1], np.float32), data.classes[told], ends), (len(told), ROWS))

    def loss(theta: Floats) -> tuple[float, Floats]:
        scores = (table @ theta.astype(np.float32)).astype(np.float64)
        top = np.repeat(np.maximum.reduceat(scores, starts), sizes)
        mass = np.exp(scores - top)
        right = mass * data.true
        all_sum, right_sum = np.add.reduceat(mass, starts), np.add.reduceat(right, starts)
        right_sum = np.maximum(right_sum, 1e-300)
        value = float(np.log(all_sum / right_sum).sum()) + penalty * float((theta**2).sum())
        slope = mass / np.repeat(all_sum, sizes) - right / np.repeat(right_sum, sizes)
        return value, table.T @ slope.astype(np.float32) + 2 * penalty * theta

    result = minimize(loss, np.zeros(ROWS), jac=True, method="L-BFGS-B", options={"maxiter": steps})
    weights: Floats = result.x
    return weights
