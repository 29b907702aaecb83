"""Fit the weights of links for the choice of a whole page: a structural support vector machine with latent links.

The choice (`banmian.reading.links.assignment`) is a sum of scores, linear in the weights. The weights are moved, page
by page, from what the choice now takes to what gold says, with a margin: every wrong link is made a little more
attractive while learning (Tsochantaridis et al. 2005). Where gold does not tell (a block that runs over two
paragraphs), the best completion of what it tells is taken (Yu and Joachims 2009).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from banmian.fit.links import pieces
from banmian.fit.truth import NOTHING, UNCLEAR, TrueLinks
from banmian.reading.links.assignment import FORBIDDEN, Scores, group, match, score, taken
from banmian.reading.links.kinds import ROWS
from banmian.reading.links.survey import Links

Floats = NDArray[np.float64]
MARGIN = 1.0


def features(links: Links, groups: Sequence[int], before: NDArray[np.intp]) -> Floats:
    """How often each class stands in a choice, shape (ROWS,)."""
    chosen = taken(links, groups, before).of(links)
    return np.bincount(np.concatenate([rows.ravel() for rows in chosen]), minlength=ROWS).astype(np.float64)


def truth_of(links: Links, truth: TrueLinks, scores: Scores) -> tuple[tuple[int, ...], NDArray[np.intp]]:
    """The true choice; what gold leaves open is chosen as scores have it."""
    number = {members: row for row, members in enumerate(links.groups)}
    known = pieces(links, truth)
    groups = tuple(number[p[0]] for p in known)
    m = len(links.bodies)
    body, head, first = scores.body.copy(), scores.head.copy(), scores.first.copy()
    used = {int(u) for u in truth.before if u >= 0}
    begun = {
        row for row, (_, article, main) in zip(groups, known, strict=True) if main and article in set(truth.article)
    }
    for v in range(m):
        if truth.before[v] == UNCLEAR:
            body[list(used), v] = FORBIDDEN
            head[list(begun), v] = FORBIDDEN
            continue
        body[:, v], head[:, v] = FORBIDDEN, FORBIDDEN
        first[v] = FORBIDDEN
        if truth.before[v] >= 0:
            body[truth.before[v], v] = 0.0
        else:
            mine = [row for row, piece in zip(groups, known, strict=True) if piece[1:] == (truth.article[v], True)]
            if mine:
                head[mine[0], v] = 0.0
            else:
                first[v] = 0.0
    return groups, match(replace(scores, body=body, head=head, first=first), groups)


def learn(
    pages: Sequence[Links],
    truths: Sequence[TrueLinks],
    start: Floats,
    *,
    rounds: int,
    rate: float,
    decay: float,
    seed: int = 1,
) -> Floats:
    """Weights, shape (ROWS,), averaged over the second half of the rounds.

    Args:
        pages: the links of each page.
        truths: the true ones.
        start: weights to begin with (`banmian.fit.links.fit`).
        rounds: times that all pages are gone through.
        rate: how far one wrong link moves its weights.
        decay: how much of their distance from `start` the weights lose in a round.
        seed: of the order in which the pages are gone through.
    """
    weights, total, count = start.copy(), np.zeros(ROWS), 0
    random = np.random.default_rng(seed)
    for number in range(rounds):
        for p in random.permutation(len(pages)):
            links, truth = pages[p], truths[p]
            now = score(links, np.append(weights, 0.0).astype(np.float32))
            groups, before = truth_of(links, truth, now)
            tempted = _tempt(links, now, groups, before)
            chosen = group(links, tempted)
            guess = match(tempted, chosen)
            if chosen != groups or (guess != before).any():
                weights += rate * (features(links, groups, before) - features(links, chosen, guess))
        weights -= decay * (weights - start)
        if number >= rounds // 2:
            total, count = total + weights, count + 1
    return total / count


def _tempt(links: Links, scores: Scores, groups: Sequence[int], before: NDArray[np.intp]) -> Scores:
    """The scores with every wrong link made more attractive by `MARGIN`."""
    m = len(links.bodies)
    body, head, first = scores.body + MARGIN, scores.head + MARGIN, scores.first + MARGIN
    for v, u in enumerate(before):
        if u == NOTHING:
            first[v] -= MARGIN
        elif u < m:
            body[u, v] -= MARGIN
        else:
            head[groups[u - m], v] -= MARGIN
    return replace(scores, body=body, head=head, first=first)
