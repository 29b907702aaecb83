"""What breaks between lines of heads promise: lines of one head told from two, the same twice, any text at all."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from banmian.language import breaks_training, folding, side_network_training, statistics
from banmian.language.breaks import KINDS, Breaks
from banmian.language.side_network import MOST_NATS
from banmian.language.vectors import SPAN

KNOWN = statistics()

# Written for this test.
INSIDE = [("柳湾渡口新船今日", "下水试航"), ("市领导到渡口区", "走访慰问困难职工"), ("我市新建三座过街", "天桥")]
BETWEEN = [
    ("市政府召开会议要求", "抓好春耕备耕"),
    ("柳湾新船下水", "——访渡口船厂厂长佟一苇"),
    ("船厂厂长佟一苇——", "守着渡口三十年"),
]
ARTICLES = [
    ["市政府召开会议要求", "抓好春耕备耕 保障粮食安全", "会议今天在柳湾召开。"],
    ["柳湾渡口新船下水（新春走基层）", "——访渡口船厂厂长佟一苇", "新船今天下水试航。"],
    ["我市新建三座过街天桥", "天桥明年完工。"],
] * 40


def _odds(pairs: list[tuple[str, str]], breaks: Breaks = KNOWN.breaks) -> np.ndarray:
    before, behind = ([pair[side] for pair in pairs] for side in (0, 1))
    ends = KNOWN.vectors.of_tails(folding.last_symbols(before, KNOWN.symbol_of, SPAN).T)
    starts = KNOWN.vectors.of_heads(folding.first_symbols(behind, KNOWN.symbol_of, SPAN).T)
    return breaks.odds(ends, starts)


def test_lines_of_one_head_are_told_from_two_heads() -> None:
    assert _odds(INSIDE)[:, 0].max() < _odds(BETWEEN)[:, 0].min()


@given(st.lists(st.tuples(*[st.text(alphabet=st.characters(), max_size=30)] * 2), max_size=8))
def test_any_texts_have_odds_within_bounds(pairs: list[tuple[str, str]]) -> None:
    odds = _odds(pairs)
    assert odds.shape == (len(pairs), len(KINDS) - 1)
    assert (np.abs(odds) <= MOST_NATS).all()


def test_heads_are_set_in_lines_and_no_character_is_lost() -> None:
    random = np.random.default_rng(1)
    head = "抓好春耕备耕 保障粮食安全（新春走基层）"
    ways = {tuple(breaks_training.lines_of(head, random)) for _ in range(200)}
    assert ("抓好春耕备耕", "保障粮食安全（新春走基层）") in ways
    assert ("抓好春耕备耕保障粮食安全", "（新春走基层）") in ways
    assert len(ways) > 5
    assert {"".join(lines) for lines in ways} == {"".join(head.split())}
    assert breaks_training.lines_of("春耕", random) == ["春耕"]


def test_breaks_are_inside_heads_between_them_and_between_stories() -> None:
    before, behind, kinds = breaks_training.breaks_of(ARTICLES[:3], np.random.default_rng(1))
    assert len(before) == len(behind) == len(kinds)
    assert set(kinds.tolist()) == {0, 1, 2}
    assert not any("会议今天" in line or "明年完工" in line for line in (*before, *behind))  # heads alone


def test_the_same_articles_give_the_same_network_and_packing_changes_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(side_network_training, "BATCH", 32)
    one, two = (breaks_training.train(ARTICLES, KNOWN.symbol_of, KNOWN.vectors, epochs=2) for _ in range(2))
    np.testing.assert_array_equal(one.network.first, two.network.first)
    known = [("市政府召开会议要求", "抓好春耕备耕"), ("抓好春耕", "备耕保障粮食安全")]
    odds = _odds(known, one)[:, 0]
    assert odds[0] > odds[1]
    assert np.abs(_odds(known, Breaks.of(one.pack())) - _odds(known, one)).max() < 0.05


def test_from_nothing_nothing_is_learnt() -> None:
    assert not _odds(BETWEEN, breaks_training.train([], KNOWN.symbol_of, KNOWN.vectors)).any()
