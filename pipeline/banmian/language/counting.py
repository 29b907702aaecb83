"""Counting n-grams of a corpus, and the gain of each: what seeing it whole tells beyond its parts.

The model is an interpolated n-gram model with absolute discounting (Ney; three discounts an order, from the counts of
counts). From it the *gain* of an n-gram w1...wn is kept, log P(wn | w1...wn-1) - log P(wn | w2...wn-1), and for each
context the *backoff*, what the gain is when wn was never seen after it. So the gains of all n-grams inside a text add
up to its log probability, and those across a line break add up to the odds that the two lines belong together.

Why plain counts and not Kneser-Ney's: in ranking next lines Kneser-Ney's lower orders did worse (0.73 against 0.75
among 6, 4-grams, held-out month); they answer "what may follow anything", and a break asks "what follows this".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from banmian.language import (
    breaks_training,
    folding,
    openings_training,
    table,
    vectors,
    vectors_training,
    wording_training,
)
from banmian.language.folding import BOUNDARY, SYMBOL_BITS, Symbols
from banmian.language.resource import Setting
from banmian.language.scales import LAYOUTS

Keys: TypeAlias = NDArray[np.uint64]
Floats: TypeAlias = NDArray[np.float64]

MOST_ORDER = 4  # a fifth character saw too little of itself in 8.6 M characters to pay for its room
LEAST_OCCURRENCES = 2  # of a character, to have a symbol of its own
# What is kept of each order: n-grams seen so often, and rarer ones that say so much (nats) more than their absence
# would. Measured without rmrb-2019-02, as the share of its lines first among 20, and the size: 0.724 and 10.6 MB for
# all bigrams, the rare trigrams that say 3, and the 4-grams seen twice; 0.720 and 9.1 MB without any rare trigrams;
# 0.727 and 11.4 MB with those that say 2; 0.724 and 9.6 MB with only the 4-grams seen three times; 0.724 and 10.2 MB
# with only the rare bigrams that say 1.
KEPT_COUNT = {2: 2, 3: 2, 4: 3}
KEPT_GAIN = {2: 1.0, 3: 3.5, 4: np.inf}

_BITS = np.uint64(SYMBOL_BITS)


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """The n-grams of one order: distinct keys in order, how often each occurs, its gain; and the contexts' backoffs."""

    keys: Keys
    counts: NDArray[np.int64]
    gains: Floats
    contexts: Keys
    backoffs: Floats


def stream(texts: Iterable[str]) -> str:
    """Paragraphs in a row, a boundary before, between and after them."""
    mark = folding.BOUNDARY_CHARACTER
    return mark + "".join(text.replace(mark, "") + mark for text in texts)


def symbol_table_of(text: str) -> Symbols:
    """A symbol for every folded character that occurs often enough in the text, most frequent first."""
    folded = folding.folded_code_points()
    codes = folding.code_points(text)
    counts = np.bincount(folded[codes[codes < folding.CODE_POINTS]], minlength=folding.CODE_POINTS)
    counts[[0, ord(folding.BOUNDARY_CHARACTER)]] = 0
    order = np.argsort(-counts, kind="stable")
    frequent = order[counts[order] >= LEAST_OCCURRENCES][: folding.MOST_SYMBOLS - folding.FIRST_FREE]
    return folding.symbol_table(folded, frequent.astype(np.uint32))


def keys_of(columns: Iterable[Symbols]) -> Keys:
    """One key for the symbols that stand side by side in the columns."""
    keys: Keys | None = None
    for column in columns:
        keys = column.astype(np.uint64) if keys is None else (keys << _BITS) | column
    assert keys is not None
    return keys


def ngrams(text: Symbols, order: int) -> tuple[Keys, NDArray[np.int64]]:
    """The distinct n-grams of a text and their counts. None has a boundary inside, or an unknown character anywhere."""
    length = max(len(text) - order + 1, 0)
    columns = [text[i : i + length] for i in range(order)]
    wanted = np.ones(length, bool)
    for i, column in enumerate(columns):
        wanted &= column != folding.UNKNOWN
        if 0 < i < order - 1:
            wanted &= column != BOUNDARY
    keys, counts = np.unique(keys_of(columns)[wanted], return_counts=True)
    return keys, counts.astype(np.int64)


def count(text: Symbols) -> tuple[Floats, dict[int, Counted]]:
    """The log probability of every symbol, and the counted n-grams of orders 2 to MOST_ORDER."""
    singles = np.bincount(text, minlength=folding.FIRST_FREE)
    # Half an occurrence for every symbol, so that the unknown one has a probability too.
    lower = (singles + 0.5) / (singles.sum() + 0.5 * len(singles))
    lower_keys: Keys = np.arange(len(singles), dtype=np.uint64)
    logs = np.log(lower)
    counted: dict[int, Counted] = {}
    for order in range(2, MOST_ORDER + 1):
        keys, counts = ngrams(text, order)
        contexts, context_of = np.unique(keys >> _BITS, return_inverse=True)
        totals = np.bincount(context_of, counts)
        discount = _discounts(counts)[np.minimum(counts, 3)]
        left_over = np.bincount(context_of, discount) / totals
        suffixes = keys & ((np.uint64(1) << (_BITS * np.uint64(order - 1))) - np.uint64(1))
        below = lower[np.searchsorted(lower_keys, suffixes)]
        probability = (counts - discount) / totals[context_of] + left_over[context_of] * below
        counted[order] = Counted(keys, counts, np.log(probability / below), contexts, np.log(left_over))
        lower_keys, lower = keys, probability
    return logs, counted


def _discounts(counts: NDArray[np.int64]) -> Floats:
    """What to take off counts of 0, 1, 2 and 3 or more (Chen and Goodman 1999, equation 26); shape (4,)."""
    ones, twos, threes, fours = (max(int((counts == i).sum()), 1) for i in (1, 2, 3, 4))
    share = ones / (ones + 2 * twos)
    raw = np.array([0.0, 1 - 2 * share * twos / ones, 2 - 3 * share * threes / twos, 3 - 4 * share * fours / threes])
    # A corpus of a few sentences has odd counts of counts: something must be left over, and something taken.
    clipped: Floats = np.clip(raw, [0.0, 0.1, 0.1, 0.1], [0.0, 0.9, 1.8, 2.7])
    return clipped


def kept(order: int, counted: Counted) -> NDArray[np.bool_]:
    """Which n-grams of an order go into the resource."""
    absent = _at(counted.contexts, counted.backoffs, counted.keys >> _BITS)
    chosen: NDArray[np.bool_] = counted.counts >= KEPT_COUNT[order]
    chosen |= counted.gains - absent >= KEPT_GAIN[order]
    return chosen


def _at(keys: Keys, values: Floats, wanted: Keys) -> Floats:
    """The values of the wanted keys among sorted ones; 0 for those not there."""
    if not len(keys):
        return np.zeros(len(wanted))
    where = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[where] == wanted, values[where], 0.0)


def resource_of(
    texts: Iterable[str],
    steps: int | None = None,
    articles: Sequence[Sequence[str]] = (),
    spaced: Sequence[Sequence[str]] = (),
) -> tuple[dict[str, NDArray[Any]], dict[str, Setting]]:
    """The arrays and settings of a resource (see `resource.write`).

    Args:
        texts: paragraphs, to count and to learn vectors from.
        steps: batches to learn vectors from, where not as many as their shapes say.
        articles: the lines of articles, heads first, to learn from how heads and first paragraphs are worded.
        spaced: the same with spaces between the clauses of heads, to learn from how lines of heads break.
    """
    text = stream(texts)
    symbol_of = symbol_table_of(text)
    symbols = folding.symbols(text, symbol_of)
    logs, counted = count(symbols)
    backoff = _at(counted[2].contexts, counted[2].backoffs, np.arange(len(logs), dtype=np.uint64))
    lines, passages = (
        vectors_training.train(symbols, len(logs), shape, steps)
        for shape in (vectors_training.LINES, vectors_training.PASSAGES)
    )
    arrays: dict[str, NDArray[Any]] = {
        "symbol_of": symbol_of,
        "log_probability": logs.astype(np.float32),
        "backoff": backoff.astype(np.float32),
        **vectors.pack(lines),
        **vectors.pack(passages),
    }
    shipped = vectors.Vectors.of(arrays)  # lines will be read with these
    arrays |= wording_training.train(articles, symbol_of, shipped).pack()
    arrays |= openings_training.train(articles, symbol_of, shipped).pack()
    arrays |= breaks_training.train(spaced, symbol_of, shipped).pack()
    settings: dict[str, Setting] = {
        "characters": len(text),
        "level": vectors_training.level(lines, symbols),
        "passage_level": vectors_training.level(passages, symbols),
    }
    for order, grams in counted.items():
        chosen = kept(order, grams)
        keys = grams.keys[chosen]
        layout = LAYOUTS[order]
        # As a context an n-gram is a key of the next order's contexts.
        above = counted.get(order + 1)
        backoffs = _at(above.contexts, above.backoffs, keys) if above else np.zeros(len(keys))
        built = table.build(keys, layout.pack(grams.gains[chosen], backoffs), layout.check_bits, layout.dtype)
        arrays[f"places_{order}"] = built.places
        settings[f"seed_{order}"] = built.seed
        settings[f"ngrams_{order}"] = len(keys)
    return arrays, settings
