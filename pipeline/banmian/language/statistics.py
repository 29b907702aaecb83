"""Counted n-grams and learnt vectors of newspaper Chinese, as one value that is opened in a millisecond."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from banmian.language import folding, resource
from banmian.language.breaks import Breaks
from banmian.language.folding import UNKNOWN, Symbols
from banmian.language.openings import Openings
from banmian.language.scales import LAYOUTS
from banmian.language.table import Keys, XorTable
from banmian.language.vectors import PASSAGE, Vectors
from banmian.language.wording import Wording

Odds: TypeAlias = NDArray[np.float32]

RESOURCE = Path(__file__).with_name("statistics.bin")

BITS = np.uint64(folding.SYMBOL_BITS)  # of a symbol in the key of an n-gram


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """The n-grams of one length: their table, and the gain and the backoff that each packed value stands for.

    Both arrays have one entry more than there are values: index -1 is no such n-gram, and says nothing.
    """

    table: XorTable
    gains: Odds
    backoffs: Odds

    def find(self, *columns: Symbols) -> NDArray[np.int64]:
        """The index into `gains` and `backoffs` of each n-gram whose symbols stand side by side; -1 for none."""
        keys: Keys = columns[0].astype(np.uint64)
        known = columns[0] != UNKNOWN
        for column in columns[1:]:
            keys <<= BITS
            keys |= column
            known &= column != UNKNOWN
        return self.find_keys(keys, known)

    def find_keys(self, keys: Keys, known: NDArray[np.bool_]) -> NDArray[np.int64]:
        """The same for symbols that are put together already, `BITS` each, the first highest.

        Args:
            keys: of n-grams.
            known: whether all symbols of each are known; there is no n-gram with others.
        """
        found = self.table.look_up(keys)
        found[~known] = -1
        return found


@dataclass(frozen=True, slots=True, eq=False)
class PageBigrams:
    """The bigrams of one page: names and terms come again.

    Attributes:
        keys: in order, and one beyond all others at the end.
        shares: how often the second symbol follows the first on this page, of all that follows it; 0 at the end.
        maybe: whether any bigram of the page has a mark: most that are asked about are not on the page, and this tells
            at once.
    """

    keys: Keys
    shares: Odds
    maybe: NDArray[np.bool_]

    @classmethod
    def count(cls, symbols: Symbols) -> PageBigrams:
        """Those of a row of symbols, lines set apart by UNKNOWN."""
        first, second = symbols[:-1], symbols[1:]
        known = (first != UNKNOWN) & (second != UNKNOWN)
        first, second = first[known], second[known]
        keys, counts = np.unique(first.astype(np.uint64) << BITS | second, return_counts=True)
        followed = np.bincount(first)
        shares = counts / followed[keys >> BITS]
        maybe = np.zeros(int(_MAYBE) + 1, np.bool_)
        maybe[_mark(keys)] = True
        return cls(np.append(keys, np.iinfo(np.uint64).max), np.append(shares, 0).astype(np.float32), maybe)

    def share(self, first: Keys, second: Keys) -> Odds:
        """The share of each bigram, 0 for those not on the page."""
        keys = first << BITS | second
        shares = np.zeros(len(keys), np.float32)
        asked = np.flatnonzero(self.maybe[_mark(keys)])
        keys = keys[asked]
        where = np.searchsorted(self.keys, keys)
        shares[asked] = np.where(self.keys[where] == keys, self.shares[where], np.float32(0))
        return shares


_MAYBE = np.uint64((1 << 17) - 1)


def _mark(keys: Keys) -> Keys:
    """A small number for each bigram, for most of them another."""
    return (keys ^ keys >> np.uint64(9)) & _MAYBE


@dataclass(frozen=True, slots=True, eq=False)
class Statistics:
    """What `python -m banmian.language count` counted, ready to be asked. A value: nothing changes it.

    Attributes:
        symbol_of: symbol of each code point (see `folding`).
        log_probability: of each symbol, in nats.
        backoff: of each symbol as a context of bigrams.
        bigrams, trigrams, fourgrams: the n-grams.
        vectors: makes the vectors of both sides of a break.
        level: what is to be added to their products to make them odds.
        passages: makes the vectors of both sides of a break between blocks.
        passage_level: the same for these.
        wording: tells heads and subheads from prose.
        openings: tells the first paragraphs of articles from others.
        breaks: tells what breaks between lines of heads are.
        page: the bigrams of the page that is read, if they are to count.
    """

    symbol_of: Symbols
    log_probability: Odds
    backoff: Odds
    bigrams: Order
    trigrams: Order
    fourgrams: Order
    vectors: Vectors
    level: float
    passages: Vectors
    passage_level: float
    wording: Wording
    openings: Openings
    breaks: Breaks
    page: PageBigrams | None = None

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
        return cls(
            arrays["symbol_of"],
            arrays["log_probability"],
            arrays["backoff"],
            two,
            three,
            four,
            Vectors.of(arrays),
            settings["level"],
            Vectors.of(arrays, PASSAGE),
            settings["passage_level"],
            Wording.of(arrays),
            Openings.of(arrays),
            Breaks.of(arrays),
        )

    def with_page(self, lines: Sequence[str]) -> Statistics:
        """These statistics for one page: bigrams inside its lines make joins that repeat them likelier."""
        symbols = folding.symbols("\x00".join(lines), self.symbol_of)
        return replace(self, page=PageBigrams.count(symbols))


@cache
def statistics(path: Path | None = None) -> Statistics:
    """The statistics that ship with the package, or those of a file; each is opened once a process."""
    return Statistics.load(RESOURCE if path is None else path)
