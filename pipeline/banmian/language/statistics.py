"""How likely characters of newspaper Chinese stand side by side: odds for joining lines, from counted n-grams.

All odds are natural logarithms of a likelihood ratio, *this* against *chance*: 0 says nothing, 2.3 says ten to one. They
hold no prior, so add your own. Texts come without spaces; any string will do, and characters that the statistics do not
know (lone surrogates, U+FFFD, emoji) say nothing.

Where a line ends and another begins, the break has up to three characters on each side that n-grams of four can see
across it. The odds of a join are the gains (see `counting`) of the six n-grams of two to four characters that span it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from banmian.language import folding, resource
from banmian.language.folding import BOUNDARY, UNKNOWN, Symbols
from banmian.language.scales import LAYOUTS
from banmian.language.table import Keys, XorTable

Odds: TypeAlias = NDArray[np.float32]

RESOURCE = Path(__file__).with_name("statistics.bin")
REACH = 3  # how many characters on each side of a break an n-gram of four can see

_BITS = np.uint64(folding.SYMBOL_BITS)
_PADDING = "\x00" * REACH


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """The n-grams of one length: their table, and the gain and the backoff that each packed value stands for.

    Both arrays have one entry more than there are values, the last: index -1, no such n-gram.
    """

    table: XorTable
    gains: Odds
    backoffs: Odds


@dataclass(frozen=True, slots=True, eq=False)
class Statistics:
    """Counted n-grams, ready to be asked. A value: nothing changes it.

    Attributes:
        symbol_of: symbol of each code point (see `folding`).
        log_probability: of each symbol, in nats.
        backoff: of each symbol as a context of bigrams.
        orders: bigrams, trigrams, 4-grams.
    """

    symbol_of: Symbols
    log_probability: Odds
    backoff: Odds
    orders: tuple[Order, Order, Order]

    @classmethod
    def load(cls, path: Path) -> Statistics:
        """The statistics of a file that `python -m banmian.language count` wrote.

        Raises:
            banmian.language.resource.ResourceError: the file is of another kind.
            OSError: there is no such file.
        """
        arrays, settings = resource.read(path)
        orders = []
        for length, layout in LAYOUTS.items():
            gains, backoffs = layout.gain.steps(), layout.backoff.steps()
            orders.append(
                Order(
                    XorTable(arrays[f"places_{length}"], layout.check_bits, settings[f"seed_{length}"]),
                    np.append(np.repeat(gains, len(backoffs)), np.float32(0)),
                    np.append(np.tile(backoffs, len(gains)), np.float32(0)),
                )
            )
        two, three, four = orders
        return cls(arrays["symbol_of"], arrays["log_probability"], arrays["backoff"], (two, three, four))


@cache
def statistics(path: Path | None = None) -> Statistics:
    """The statistics that ship with the package, or those of a file; each is opened once a process."""
    return Statistics.load(RESOURCE if path is None else path)


def join_odds(known: Statistics, lefts: Sequence[str], rights: Sequence[str]) -> Odds:
    """The odds that each right text goes on from the left one at the same index; shape (len(lefts),).

    Raises:
        ValueError: there are not as many rights as lefts.
    """
    if len(lefts) != len(rights):
        raise ValueError(f"{len(lefts)} lefts and {len(rights)} rights are not pairs")
    return _join(known, _tails(known, lefts), _heads(known, rights))


def join_matrix(known: Statistics, lefts: Sequence[str], rights: Sequence[str]) -> Odds:
    """The odds of every right text going on from every left one; shape (len(lefts), len(rights))."""
    tails, heads = _tails(known, lefts), _heads(known, rights)
    pairs = _join(known, np.repeat(tails, len(rights), axis=1), np.tile(heads, (1, len(lefts))))
    return pairs.reshape(len(lefts), len(rights))


def start_odds(known: Statistics, texts: Sequence[str]) -> Odds:
    """The odds that a paragraph starts where each text starts; shape (len(texts),)."""
    heads = _heads(known, texts)
    tails = np.zeros_like(heads)
    tails[-1] = BOUNDARY
    return _join(known, tails, heads)


def end_odds(known: Statistics, texts: Sequence[str]) -> Odds:
    """The odds that a paragraph ends where each text ends; shape (len(texts),)."""
    tails = _tails(known, texts)
    heads = np.zeros_like(tails)
    heads[0] = BOUNDARY
    return _join(known, tails, heads)


def char_information(known: Statistics, text: str) -> Odds:
    """How much each character tells by being there, -log p in nats; shape (len(text),)."""
    return -known.log_probability[folding.symbols(text, known.symbol_of)]


def bigram_information(known: Statistics, text: str) -> Odds:
    """How much each two neighbouring characters tell, -log p in nats; shape (max(len(text) - 1, 0),)."""
    symbols = folding.symbols(text, known.symbol_of)
    gains = _gains(known, symbols, 2)
    logs = known.log_probability[symbols]
    return -(logs[:-1] + logs[1:] + gains)


def text_odds(known: Statistics, text: str) -> float:
    """The mean log probability of a character of the text, given the three before it; 0 for an empty text.

    Newspaper text has about -4.5, characters in random order below -8.
    """
    if not text:
        return 0.0
    symbols = folding.symbols(text, known.symbol_of)
    total = float(known.log_probability[symbols].sum(dtype=np.float64))
    for order in (2, 3, 4):
        total += float(_gains(known, symbols, order).sum(dtype=np.float64))
    return total / len(text)


def _tails(known: Statistics, texts: Sequence[str]) -> Symbols:
    """The symbols of the last three characters of every text; shape (3, len(texts)), padded before with UNKNOWN."""
    last = "".join([(_PADDING + text[-REACH:])[-REACH:] for text in texts])
    return folding.symbols(last, known.symbol_of).reshape(-1, REACH).T


def _heads(known: Statistics, texts: Sequence[str]) -> Symbols:
    """The symbols of the first three characters of every text; shape (3, len(texts)), padded behind with UNKNOWN."""
    first = "".join([(text[:REACH] + _PADDING)[:REACH] for text in texts])
    return folding.symbols(first, known.symbol_of).reshape(-1, REACH).T


def _key(*columns: Symbols) -> Keys:
    key = columns[0].astype(np.uint64)
    for column in columns[1:]:
        key = (key << _BITS) | column
    return key


def _gains(known: Statistics, symbols: Symbols, length: int) -> Odds:
    """The gain of every n-gram of so many symbols in a row of them; shape (max(len(symbols) - length + 1, 0),)."""
    windows = max(len(symbols) - length + 1, 0)
    columns = [symbols[i : i + windows] for i in range(length)]
    whole = np.logical_and.reduce([column != UNKNOWN for column in columns])
    order = known.orders[length - 2]
    found = order.table.look_up(_key(*columns))
    if length == 2:
        absent = known.backoff[columns[0]]
    else:
        below = known.orders[length - 3]
        absent = below.backoffs[below.table.look_up(_key(*columns[:-1]))]
    return np.where(whole, np.where(found >= 0, order.gains[found], absent), np.float32(0))


def _join(known: Statistics, tails: Symbols, heads: Symbols) -> Odds:
    """The odds of pairs of tails and heads, both of shape (3, pairs)."""
    odds = np.zeros(tails.shape[1], np.float32)
    for length in (2, 3, 4):
        for taken in range(1, length):
            columns = [*tails[REACH - taken :], *heads[: length - taken]]
            odds += _gains_of(known, columns)
    return odds


def _gains_of(known: Statistics, columns: list[Symbols]) -> Odds:
    """The gain of each n-gram whose symbols stand side by side in the columns."""
    length = len(columns)
    whole = np.logical_and.reduce([column != UNKNOWN for column in columns])
    order = known.orders[length - 2]
    found = order.table.look_up(_key(*columns))
    if length == 2:
        absent = known.backoff[columns[0]]
    else:
        below = known.orders[length - 3]
        absent = below.backoffs[below.table.look_up(_key(*columns[:-1]))]
    return np.where(whole, np.where(found >= 0, order.gains[found], absent), np.float32(0))
