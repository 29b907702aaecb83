"""What the vectors of the sides of a break promise: learnt from text, small when packed, nothing for nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from banmian.language import vectors_training
from banmian.language.folding import BOUNDARY, FIRST_FREE, UNKNOWN
from banmian.language.vectors import LINE, PASSAGE, SPAN, Vectors, Window, pack, placed
from slopes import assert_slopes

HALVES = 30  # each first half of a made word has its own second half
SYMBOLS = FIRST_FREE + 2 * HALVES


def _text(words: int) -> np.ndarray:
    """Words of two symbols that always go together, in any order, eight a paragraph."""
    first = np.random.default_rng(1).integers(0, HALVES, (words // 8, 8)) * 2 + FIRST_FREE
    pairs = np.stack([first, first + 1], axis=2).reshape(words // 8, 16)
    return np.append(pairs, np.full((words // 8, 1), BOUNDARY), axis=1).ravel().astype(np.uint16)


@pytest.fixture(scope="module")
def learnt() -> Vectors:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vectors_training, "BATCH", 64)
        return vectors_training.train(_text(4000), SYMBOLS, steps=150)


def _side(symbols: list[int]) -> np.ndarray:
    return np.array(symbols + [UNKNOWN] * (SPAN - len(symbols)), np.uint16)[None]


def test_the_halves_of_a_word_are_put_together(learnt: Vectors) -> None:
    lefts = np.vstack([_side([FIRST_FREE + 2 * i]) for i in range(HALVES)])
    rights = np.vstack([_side([FIRST_FREE + 2 * i + 1]) for i in range(HALVES)])
    products = learnt.of_tails(lefts) @ learnt.of_heads(rights).T
    assert (products.argmax(axis=1) == np.arange(HALVES)).mean() > 0.9


def test_the_same_text_gives_the_same_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors_training, "BATCH", 64)
    one, two = (vectors_training.train(_text(400), SYMBOLS, steps=5) for _ in range(2))
    np.testing.assert_array_equal(one.symbols, two.symbols)


@pytest.mark.parametrize("window", [LINE, PASSAGE])
def test_packed_vectors_say_nearly_the_same(learnt: Vectors, window: Window) -> None:
    near = np.random.default_rng(2).integers(0, SYMBOLS, (50, window.span)).astype(np.uint16)
    if window == PASSAGE:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(vectors_training, "BATCH", 64)
            learnt = vectors_training.train(_text(400), SYMBOLS, vectors_training.PASSAGES, steps=30)
    shipped = Vectors.of(pack(learnt), window)
    assert shipped.symbols.dtype == np.int8
    for ours, theirs in (
        (learnt.of_tails(near), shipped.of_tails(near)),
        (learnt.of_heads(near), shipped.of_heads(near)),
    ):
        assert np.abs(ours - theirs).max() < 0.05 * np.abs(ours).max()


@pytest.mark.parametrize("shape", [vectors_training.LINES, vectors_training.PASSAGES], ids=["lines", "passages"])
def test_the_slopes_are_those_of_the_loss(shape: vectors_training.Shape, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors_training, "DROPPED", 0.0)
    random = np.random.default_rng(3)
    weights = vectors_training._begin(random, SYMBOLS, shape)
    window = shape.window
    windows = {side: random.integers(0, SYMBOLS, (12, window.span)).astype(np.uint16) for side in ("tails", "heads")}

    def loss() -> float:
        found = vectors_training._vectors(weights, window)
        # Not `of_tails`: that remembers what the same weights said before one of them was moved.
        left, right = (
            getattr(found, side).vectors(placed(weights["symbols"], windows[side], window))
            for side in ("tails", "heads")
        )
        products = (left @ right.T).astype(np.float64)
        rows = products - np.log(np.exp(products).sum(axis=1, keepdims=True))
        columns = products - np.log(np.exp(products).sum(axis=0, keepdims=True))
        return -float((np.diag(rows) + np.diag(columns)).mean()) / 2

    assert_slopes(vectors_training._slopes(random, weights, windows, window), weights, loss)


def test_nothing_is_learnt_across_a_boundary() -> None:
    padded = np.concatenate([np.zeros(SPAN, np.uint16), _text(16), np.zeros(SPAN, np.uint16)])
    after_four = np.array([SPAN + 4])
    assert (vectors_training._window(padded, after_four, "tails", LINE)[0, 4:] == UNKNOWN).all()
    assert (vectors_training._window(padded, after_four, "heads", LINE)[0, 12:] == UNKNOWN).all()
    assert (vectors_training._window(padded, after_four, "heads", LINE)[0, :12] != UNKNOWN).all()


def test_too_little_text_gives_vectors_that_say_nothing() -> None:
    silent = vectors_training.train(_text(8), SYMBOLS, steps=3)
    assert not silent.of_tails(_side([FIRST_FREE])).any()


@pytest.mark.parametrize("window", [LINE, PASSAGE, Window(2, (3, 5))])
@given(count=st.integers(0, 5), seed=st.integers(0, 99))
def test_any_sides_are_placed(window: Window, count: int, seed: int) -> None:
    near = np.random.default_rng(seed).integers(0, SYMBOLS, (count, window.span)).astype(np.uint16)
    symbols = np.arange(SYMBOLS, dtype=np.float32)[:, None]
    read = placed(symbols, near, window)
    assert read.shape == (count, window.slots)
    np.testing.assert_array_equal(read[:, : window.near], near[:, : window.near])
    weights, slots = window.weight_of(), window.slot_of()
    for slot in range(window.slots):
        np.testing.assert_allclose(read[:, slot], (near * weights)[:, slots == slot].sum(axis=1), rtol=1e-5)


def test_a_heap_weighs_the_same_however_many_are_in_it() -> None:
    assert LINE.weight_of().tolist() == pytest.approx([1.0] * 8 + [0.3] * 8)
    for window in (LINE, PASSAGE):
        squares = np.bincount(window.slot_of(), weights=window.weight_of().astype(float) ** 2)
        assert squares[window.near :].tolist() == pytest.approx([8 * 0.3**2] * len(window.heaps))
