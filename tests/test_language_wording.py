"""What the wording of lines promises: heads told from prose, the same result twice, any text at all."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from banmian.language import folding, side_network_training, statistics, wording_training
from banmian.language.side_network import MOST_NATS
from banmian.language.vectors import SPAN
from banmian.language.wording import KINDS, Wording

KNOWN = statistics()

# Written for this test.
HEADS = ["柳湾渡口新桥合龙", "我市出台核桃种植补贴办法", "严查超载护航春运", "老街坊喜领新房钥匙", "科技下乡助农增收"]
PROSE = [
    "的负责人告诉记者，今年的核",
    "已经在河边住了三十多年，他",
    "了一套新的办法，让村民在家",
    "是去年冬天才修好的，现在走",
]
ARTICLES = [
    [head, *(f"{piece}{piece}{piece}{piece}。" for piece in PROSE), "护航春运有实招", PROSE[0] * 5 + "。"]
    for head in HEADS
] * 4


def _odds(texts: list[str], wording: Wording = KNOWN.wording) -> np.ndarray:
    starts = folding.first_symbols(texts, KNOWN.symbol_of, SPAN).T
    ends = folding.last_symbols(texts, KNOWN.symbol_of, SPAN).T
    return wording.odds(KNOWN.vectors.of_heads(starts), KNOWN.vectors.of_tails(ends))


def test_heads_are_told_from_pieces_of_prose() -> None:
    heads, prose = _odds(HEADS), _odds(PROSE)
    assert heads[:, 0].min() > prose[:, 0].max()
    assert heads[:, 1].mean() > prose[:, 1].mean()


@given(st.lists(st.text(alphabet=st.characters(), max_size=30), max_size=8))
def test_any_texts_have_odds_within_bounds(texts: list[str]) -> None:
    odds = _odds(texts)
    assert odds.shape == (len(texts), len(KINDS) - 1)
    assert (np.abs(odds) <= MOST_NATS).all()


def test_lines_are_cut_from_all_parts_of_articles() -> None:
    texts, kinds = wording_training.lines_of(ARTICLES, np.random.default_rng(1))
    assert len(texts) == len(kinds)
    told = {kind: {text for text, own in zip(texts, kinds, strict=True) if own == kind} for kind in range(len(KINDS))}
    assert all(any(text in head for head in HEADS) for text in told[1])
    assert told[2] == {"护航春运有实招"}
    assert max(map(len, told[0])) <= max(map(len, (*told[1], *told[2])))


def test_the_same_articles_give_the_same_network_and_packing_changes_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(side_network_training, "BATCH", 16)
    one, two = (wording_training.train(ARTICLES, KNOWN.symbol_of, KNOWN.vectors, epochs=6) for _ in range(2))
    np.testing.assert_array_equal(one.network.first, two.network.first)
    assert _odds(["柳湾渡口新桥合龙"], one)[0, 0] > _odds([PROSE[0]], one)[0, 0]
    assert np.abs(_odds(PROSE, Wording.of(one.pack())) - _odds(PROSE, one)).max() < 0.05


@pytest.mark.parametrize("articles", [[], [["柳湾渡口新桥合龙"]]], ids=["nothing", "a single line"])
def test_from_nothing_nothing_is_learnt(articles: list[list[str]]) -> None:
    silent = wording_training.train(articles, KNOWN.symbol_of, KNOWN.vectors)
    assert not _odds(PROSE, silent).any()
