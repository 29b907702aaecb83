"""What the words of legs and heads say about which belong together: how lines join, and what both are about."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from banmian.geometry.links.nodes import Floats, Ints, Node
from banmian.language import Statistics, Topics, block_pair_odds, passages, tails
from banmian.language import heads as starts
from banmian.language.topics import common_direction, head_subject_odds, paired_subject_odds, subjects, topic_vectors


class Words:
    """The words of the legs and heads of a page, prepared for comparing.

    Args:
        legs: at least one.
        heads: of the page.
        known: the language.
        topics: of the language.
    """

    def __init__(self, legs: Sequence[Node], heads: Sequence[Node], known: Statistics, topics: Topics) -> None:
        self._known = known
        texts = [leg.text for leg in legs]
        self._open = np.array([not leg.starts for leg in legs], dtype=np.bool_)
        self._ends = tails(known, [leg.last for leg in legs])
        self._starts = starts(known, [leg.first for leg in legs])
        self._passages = passages(known, texts, self._open)
        vectors = topic_vectors(topics, texts)
        common = common_direction(vectors)
        self._legs = subjects(vectors, common)
        self._heads = subjects(topic_vectors(topics, [head.text for head in heads]), common)

    def joins(self, u: Ints, v: Ints) -> Floats:
        """The odds of the characters across the break between legs `u` and those `v` that would go on from them."""
        odds = block_pair_odds(self._known, self._ends, self._starts, self._passages, asked=self._open, pairs=(u, v))
        return odds.astype(np.float64)

    def alike(self, u: Ints, v: Ints) -> Floats:
        """The odds that legs `u` and those `v` are about the same."""
        return paired_subject_odds(self._legs.take(u), self._legs.take(v), heads=False).astype(np.float64)

    def headed(self) -> Floats:
        """The odds that legs and heads are about the same; shape (legs, heads)."""
        return head_subject_odds(self._heads, self._legs).T.astype(np.float64)
