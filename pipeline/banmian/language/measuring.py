"""How well the odds rank: of a few lines, is the true next one put first?

Paragraphs of a held-out text are cut into lines of 16 characters, as a narrow column would. Each line is offered its
true next line and others, either from anywhere in the text or from the same 480 lines, a page of 8,000 characters,
where many are of the same article. The share of true ones ranked first, ties counted as half, is what is measured.

`python -m banmian.language measure`, 2026-11-23; each text was left out of what was counted. The plain interpolated
4-gram is the n-grams alone before any were pruned (among lines from anywhere, on another choice of lines). The Taiwan
text was measured when vectors were sums without a network.

| text | evidence | anywhere: of 6 | of 20 | page: of 6 | of 20 |
| --- | --- | --- | --- | --- | --- |
| rmrb-2019-02 | plain 4-gram | 0.752 | 0.628 | | |
| | n-grams as shipped | 0.736 | 0.595 | 0.739 | 0.590 |
| | vectors alone | 0.850 | 0.719 | 0.798 | 0.635 |
| | both | 0.889 | 0.783 | 0.853 | 0.720 |
| | both, and the page's bigrams | | | 0.865 | 0.731 |
| the same, printed in traditional characters | both | 0.889 | 0.783 | 0.853 | 0.720 |
| appledaily-tw-2013-2016 (no other Taiwan text counted) | n-grams | 0.583 | 0.395 | 0.580 | 0.402 |
| | both | 0.651 | 0.452 | 0.641 | 0.457 |
| | both, and the page's bigrams | | | 0.684 | 0.508 |

Calibration of paragraph edges, 5,000 paragraphs of the held-out month against as many places inside them: the starts
are told apart in 0.81 of cases, the ends in 0.96; logistic regression would scale their odds by 0.98 and 1.43.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from banmian.language import joining
from banmian.language.joining import Indices, Side, Tails
from banmian.language.statistics import Odds, Statistics

WIDTH = 16  # characters a line
SHORTEST = (
    4  # characters of a candidate; the last line of a paragraph may be one character long, and no one can place it
)
PAGE = 480  # lines
CANDIDATES = (6, 20)
RIDGE = 1e-6  # keeps the weights of a regression finite when a few pairs can be told apart without fault
SAMPLE = 4000  # lines asked about: one standard error is 0.7 points


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """Lines and which may follow which.

    Attributes:
        lines: all lines.
        lefts: the lines asked about; shape (questions,).
        candidates: what may follow each, the true one first; shape (questions, candidates).
    """

    lines: Sequence[str]
    lefts: Indices
    candidates: Indices


def questions(paragraphs: Iterable[str], *, page: bool, seed: int = 0) -> Question:
    """Questions about a text: SAMPLE lines that go on, each with the most candidates that are wanted.

    Args:
        paragraphs: the text.
        page: whether the other candidates come from the same page of lines, not from anywhere.
        seed: of the choice.
    """
    lines: list[str] = []
    going_on: list[int] = []
    for paragraph in paragraphs:
        cut = [paragraph[i : i + WIDTH] for i in range(0, len(paragraph), WIDTH)]
        going_on.extend(range(len(lines), len(lines) + len(cut) - 1))
        lines.extend(cut)
    long = np.array([len(line) >= SHORTEST for line in lines])
    usable = np.flatnonzero(long)
    lefts = np.array(going_on)
    lefts = lefts[long[lefts + 1]]
    random = np.random.default_rng(seed)
    lefts = random.choice(lefts, min(SAMPLE, len(lefts)), replace=False)
    shape = (len(lefts), max(CANDIDATES) - 1)
    others = random.choice(usable, shape)
    if page:
        beside = np.minimum(lefts[:, None] // PAGE * PAGE + random.integers(0, PAGE, shape), len(lines) - 1)
        others = np.where(long[beside], beside, others)
    others = np.where(others == lefts[:, None] + 1, usable[0], others)
    return Question(lines, lefts, np.concatenate([lefts[:, None] + 1, others], axis=1))


def odds_of(known: Statistics, asked: Question) -> Odds:
    """The odds of every candidate; shape of `asked.candidates`."""
    left, right = _sides(known, asked)
    return joining.pair_odds(known, left, right).reshape(asked.candidates.shape)


def odds_with_pages(known: Statistics, asked: Question) -> Odds:
    """The same, but every question is asked with the bigrams of its own page."""
    odds = np.zeros(asked.candidates.shape, np.float32)
    pages = asked.lefts // PAGE
    for page in np.unique(pages):
        here = np.flatnonzero(pages == page)
        adapted = known.with_page(asked.lines[page * PAGE : (page + 1) * PAGE])
        odds[here] = odds_of(adapted, Question(asked.lines, asked.lefts[here], asked.candidates[here]))
    return odds


def _sides(known: Statistics, asked: Question) -> tuple[Tails, Side]:
    """Left and right of every pair asked about."""
    repeated = np.repeat(asked.lefts, asked.candidates.shape[1])
    lefts = [asked.lines[i] for i in repeated.tolist()]
    rights = [asked.lines[i] for i in asked.candidates.ravel().tolist()]
    return joining.tails(known, lefts), joining.heads(known, rights)


def first_share(odds: Odds, among: int) -> float:
    """The share of rows whose first entry is the highest of so many."""
    true, best = odds[:, 0], odds[:, 1:among].max(axis=1)
    return float((true > best).mean() + 0.5 * (true == best).mean())


def fitted_weights(known: Statistics, asked: Question) -> NDArray[np.float64]:
    """The weights of n-grams and of vectors, and a constant, that make true and wrong pairs most likely; shape (3,)."""
    features = np.stack(joining.evidence(known, *_sides(known, asked)), axis=1).astype(np.float64)
    true = np.zeros(asked.candidates.shape, bool)
    true[:, 0] = True
    return balanced_weights(features, true.ravel())


def balanced_weights(features: NDArray[np.float64], truth: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The weights of the columns of features and a constant, by logistic regression; shape (columns + 1,).

    True and wrong rows are counted as equally many, so the odds hold no prior. Newton's method.
    """
    features = np.column_stack([features, np.ones(len(features))])
    importance = np.where(truth, 0.5 / truth.sum(), 0.5 / (~truth).sum())
    weights = np.zeros(features.shape[1])
    for _ in range(20):
        chance = 1 / (1 + np.exp(np.clip(-features @ weights, -30, 30)))
        slope = features.T @ (importance * (truth - chance)) - RIDGE * weights
        bend = (features * (importance * chance * (1 - chance))[:, None]).T @ features
        bend += RIDGE * np.eye(len(weights))
        weights += np.linalg.solve(bend, slope)
    return weights
