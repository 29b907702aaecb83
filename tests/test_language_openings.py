"""What the wording of openings promises: first paragraphs told from others, the same result twice, any text at all."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from banmian.language import folding, openings_training, side_network_training, statistics
from banmian.language.openings import Openings
from banmian.language.side_network import MOST_NATS, SideNetwork
from banmian.language.vectors import SPAN
from slopes import assert_slopes

KNOWN = statistics()

# Written for this test.
FIRST = ["5月28日上午，记者在柳湾渡口看到，新船已经下水试航。", "近日，柳湾市渡口区的老街坊们搬进了新居。"]
OTHERS = [
    "据介绍，新船比老船长三米，能多载二十名乘客。",
    "与此同时，渡口两岸的道路也在加紧拓宽之中。",
    "他说，明年还要再添两条这样的船，方便村民出行。",
    "此外，船厂还为渡口培训了六名年轻的船工。",
]
ARTICLES = [["柳湾渡口新船下水", first, *OTHERS] for first in FIRST] * 8


def _odds(texts: list[str], openings: Openings = KNOWN.openings) -> np.ndarray:
    return openings.odds(KNOWN.vectors.of_heads(folding.first_symbols(texts, KNOWN.symbol_of, SPAN).T))


def test_first_paragraphs_are_told_from_others() -> None:
    assert _odds(FIRST).min() > _odds(OTHERS).max()


@given(st.lists(st.text(alphabet=st.characters(), max_size=30), max_size=8))
def test_any_texts_have_odds_within_bounds(texts: list[str]) -> None:
    odds = _odds(texts)
    assert odds.shape == (len(texts),)
    assert (np.abs(odds) <= MOST_NATS).all()


def test_of_articles_with_few_paragraphs_nothing_is_learnt() -> None:
    texts, first = openings_training.paragraphs_of([*ARTICLES[:2], ["柳湾渡口新船下水", FIRST[0]]])
    assert texts == [FIRST[0], *OTHERS, FIRST[1], *OTHERS]
    assert first.tolist() == [1, 0, 0, 0, 0] * 2


def test_the_same_articles_give_the_same_network_and_packing_changes_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(side_network_training, "BATCH", 16)
    one, two = (openings_training.train(ARTICLES, KNOWN.symbol_of, KNOWN.vectors, epochs=6) for _ in range(2))
    np.testing.assert_array_equal(one.network.first, two.network.first)
    assert _odds(FIRST, one).min() > _odds(OTHERS, one).max()
    assert np.abs(_odds(OTHERS, Openings.of(one.pack())) - _odds(OTHERS, one)).max() < 0.05


def test_from_nothing_nothing_is_learnt() -> None:
    assert not _odds(OTHERS, openings_training.train([], KNOWN.symbol_of, KNOWN.vectors)).any()


def test_the_slopes_are_those_of_the_loss() -> None:
    random = np.random.default_rng(2)
    like = KNOWN.wording.network
    read, kinds = random.normal(size=(20, len(like.mean))).astype(np.float32), random.integers(0, 3, 20)
    weights = {
        name: random.normal(0, 0.1, getattr(like, name).shape).astype(np.float32)
        for name in side_network_training.LEARNT
    }

    def network() -> SideNetwork:
        return SideNetwork(like.mean, like.scale, **weights)

    def loss() -> float:
        scores = network().scores(read, network().hidden(read)).astype(np.float64)
        return float((np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(20), kinds]).mean())

    assert_slopes(side_network_training.slopes(network(), read, kinds), weights, loss)
