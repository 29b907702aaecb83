"""Fit the coefficients of the confidence of articles to which of them came out clean."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein
from scipy.optimize import minimize

from banmian.fit.labels import bare
from banmian.fit.pages import GoldPage
from banmian.language import Statistics
from banmian.language.topics import Topics
from banmian.model import Block, Role
from banmian.reading.links.survey import text_of
from banmian.reading.stories.assembling import Story, stories
from banmian.reading.stories.confidence import NAMES, features
from banmian.reading.weights import Weights

Floats = NDArray[np.float64]
PENALTY = 1.0
BODY = ("lead", "paragraph", "subhead")
LIKE = 0.99  # similarity of the body from which an article is clean


def clean(story: Story, page: GoldPage) -> bool:
    """Whether a story has the heads, in whatever order, and the body of an article of the gold page."""
    heads = sorted("".join(text_of(block) for block in story.heads))
    body = "".join(text_of(block) for block in story.body if block.role is not Role.CAPTION)
    for article in page.gold["articles"]:
        if heads == sorted("".join(bare(article.get(name)) for name in ("kicker", "headline", "deck"))):
            want = "".join(bare(b["text"]) for b in article["blocks"] if b["role"] in BODY)
            return bool(Levenshtein.normalized_similarity(want, body) >= LIKE)
    return False


def fit(
    pages: Sequence[GoldPage], blocks: Sequence[tuple[Block, ...]], known: Statistics, about: Topics, weights: Weights
) -> Floats:
    """Coefficients for `banmian.reading.stories.confidence.features`, by logistic regression."""
    rows, truth = [], []
    for page, part in zip(pages, blocks, strict=True):
        found, _ = stories(part, known, about, weights, page.page)
        for story in found:
            rows.append(features(story.odds, story.heads, story.body, len(story.doubts)))
            truth.append(clean(story, page))
    table, right = np.array(rows), np.array(truth, dtype=np.float64)

    def loss(theta: Floats) -> tuple[float, Floats]:
        odds = 1 / (1 + np.exp(-(table @ theta)))
        value = -float((right * np.log(odds + 1e-12) + (1 - right) * np.log(1 - odds + 1e-12)).sum())
        return value + PENALTY * float((theta**2).sum()), table.T @ (odds - right) + 2 * PENALTY * theta

    found_weights: Floats = minimize(loss, np.zeros(len(NAMES)), jac=True, method="L-BFGS-B").x
    return found_weights
