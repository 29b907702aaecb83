"""Fit the weights of links: a conditional logit over what each block may go on from, and over what each may lead to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from banmian.fit.truth import NOTHING, UNCLEAR, TrueLinks
from banmian.reading.links import MOST_HEADS, ROWS, Links

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Choices:
    """All options of all choices in a row: which choice each belongs to, its classes, and whether it is (one of) the true."""

    choice: NDArray[np.intp]
    classes: NDArray[np.intp]  # (options, most kinds), padded with ROWS
    true: NDArray[np.bool_]


_KINDS = 20


def _pad(classes: NDArray[np.intp]) -> NDArray[np.intp]:
    out = np.full((len(classes), _KINDS), ROWS, dtype=np.int32)
    out[:, : classes.shape[1]] = classes
    return out


def choices(pages: Sequence[Links], truths: Sequence[TrueLinks]) -> _Choices:
    """Every choice that gold tells the answer of."""
    numbers: list[NDArray[np.intp]] = []
    classes: list[NDArray[np.intp]] = []
    true: list[NDArray[np.bool_]] = []
    count = 0

    def add(options: list[NDArray[np.intp]], right: list[int]) -> None:
        nonlocal count
        table = np.concatenate([_pad(o) for o in options])
        hit = np.zeros(len(table), dtype=bool)
        hit[right] = True
        numbers.append(np.full(len(table), count))
        classes.append(table)
        true.append(hit)
        count += 1

    for page, truth in zip(pages, truths, strict=True):
        m = len(page.bodies)
        number = {group: row for row, group in enumerate(page.groups)}
        after: dict[int, int] = {int(u): v for v, u in enumerate(truth.before) if u >= 0}
        unclear = {v for v in range(m) if truth.before[v] == UNCLEAR}
        begins = {int(a): v for v, a in enumerate(truth.article) if a >= 0}
        groups = pieces(page, truth)
        rows = [number[group] for group, _, _ in groups if group in number]
        heads = [(article, main) for group, article, main in groups if group in number]
        for v in range(m):
            others = np.delete(np.arange(m), v)
            options = [page.body[others, v], page.head[rows, v].reshape(len(rows), -1), page.first[v : v + 1]]
            if v in unclear:
                continue
            if truth.before[v] == NOTHING:
                mine = [m - 1 + row for row, head in enumerate(heads) if head == (truth.article[v], True)]
                add(options, mine or [m - 1 + len(rows)])
            else:
                add(options, [int(truth.before[v]) - (truth.before[v] > v)])
        for u in range(m):
            others = np.delete(np.arange(m), u)
            if u in after:
                add([page.body[u, others], page.last[u : u + 1]], [after[u] - (after[u] > u)])
            elif not unclear:
                add([page.body[u, others], page.last[u : u + 1]], [m - 1])
        for row, (article, main) in zip(rows, heads, strict=True):
            if main and article not in begins:
                continue
            add([page.head[row], page.lone[row : row + 1]], [begins[article] if main else m])
        for between, (one, two) in zip(page.cut, _neighbours(page, truth), strict=True):
            if UNCLEAR not in (one, two):
                nothing = np.full((1, len(between)), ROWS)
                add([between[None, :], nothing], [0 if one != two or one < 0 else 1])
    return _Choices(np.concatenate(numbers), np.concatenate(classes), np.concatenate(true))


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
    return [(known[a][0], known[b][0]) for run in page.runs for a, b in zip(run, run[1:], strict=False)]


def fit(pages: Sequence[Links], truths: Sequence[TrueLinks], *, penalty: float, steps: int) -> Floats:
    """The weights under which the true links are most likely, shape (ROWS,)."""
    data = choices(pages, truths)
    starts = np.flatnonzero(np.concatenate([[True], data.choice[1:] != data.choice[:-1]]))
    sizes = np.diff(np.concatenate([starts, [len(data.choice)]]))

    def loss(theta: Floats) -> tuple[float, Floats]:
        padded = np.concatenate([theta, [0.0]])
        scores = padded[data.classes].sum(axis=1)
        top = np.repeat(np.maximum.reduceat(scores, starts), sizes)
        mass = np.exp(scores - top)
        right = mass * data.true
        all_sum, right_sum = np.add.reduceat(mass, starts), np.add.reduceat(right, starts)
        right_sum = np.maximum(right_sum, 1e-300)
        value = float(np.log(all_sum / right_sum).sum()) + penalty * float((theta**2).sum())
        slope = mass / np.repeat(all_sum, sizes) - right / np.repeat(right_sum, sizes)
        gradient = np.zeros(ROWS + 1)
        for kind in range(data.classes.shape[1]):
            gradient += np.bincount(data.classes[:, kind], weights=slope, minlength=ROWS + 1)
        return value, gradient[:ROWS] + 2 * penalty * theta

    result = minimize(loss, np.zeros(ROWS), jac=True, method="L-BFGS-B", options={"maxiter": steps})
    weights: Floats = result.x
    return weights
