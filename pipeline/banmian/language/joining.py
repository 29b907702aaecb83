"""The odds that one line of print goes on in another: from the characters across the break, and from the subject.

All odds are natural logarithms of a likelihood ratio, *this* against *chance*: 0 says nothing, 2.3 says ten to one.
They hold no prior, so add your own. Texts come without spaces; any string will do, and characters that the statistics
do not know (lone surrogates, U+FFFD, emoji) say nothing.

Two kinds of evidence add up. *N-grams*: up to three characters on each side of a break stand in an n-gram of four
that spans it, and the gains (see `counting`) of the six such n-grams of two to four characters are their odds.
*Vectors*: the product of what up to sixteen characters on each side are like (see `vectors`).

Lines that are asked about again and again are prepared once, `tails` and `heads`; pairs of them then cost little.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from banmian.language import folding
from banmian.language.folding import BOUNDARY, UNKNOWN, Symbols
from banmian.language.statistics import Odds, Statistics
from banmian.language.vectors import NEAR, SPAN

Indices: TypeAlias = NDArray[np.int64]

REACH = 3  # how many characters on each side of a break an n-gram of four can see

# Both kinds tell in part the same, so each counts for half of its face value. Fitted by logistic regression (`measure`)
# to true next lines against other lines of February 2019, with statistics counted without it: 0.48, 0.60 and 0.88
# against lines from anywhere, 0.51, 0.45 and 0.65 against those of the same page. Ranking is flat from 0.4 to 0.6.
NGRAM_WEIGHT = 0.5
VECTOR_WEIGHT = 0.5
CONSTANT = 0.75  # nats

# How much of a page's language is its own: the share of its bigrams in what is expected, and the weight of what that
# adds, beside n-grams of weight 1. Tried 0.05 to 0.4, and 0.8 to 1.2; flat from 0.1 on.
PAGE_SHARE = 0.2
PAGE_WEIGHT = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """The ends of lines at a break, or their starts, prepared.

    Attributes:
        near: symbols of the three characters at the break, nearest first, UNKNOWN where there are none; (3, lines).
        vectors: shape (lines, DIMENSIONS), in steps; zero for an empty line.
    """

    near: Symbols
    vectors: Odds

    def __len__(self) -> int:
        return len(self.vectors)

    def take(self, lines: Indices) -> Side:
        """The lines at these indices."""
        return Side(self.near[:, lines], self.vectors[lines])


def tails(known: Statistics, texts: Sequence[str]) -> Side:
    """The last characters of every text, prepared for joining."""
    symbols = _last(known, texts, SPAN)
    return Side(_near(symbols), _vectors(symbols, known.tails))


def heads(known: Statistics, texts: Sequence[str]) -> Side:
    """The first characters of every text, prepared for joining."""
    symbols = _first(known, texts, SPAN)
    return Side(_near(symbols), _vectors(symbols, known.heads))


def pair_odds(known: Statistics, left: Side, right: Side) -> Odds:
    """The odds that each right line goes on from the left one at the same index; shape (len(left),).

    Raises:
        ValueError: there are not as many rights as lefts.
    """
    ngrams, products = evidence(known, left, right)
    there = (left.near[0] != UNKNOWN) & (right.near[0] != UNKNOWN)
    return _weighed(ngrams, products, there)


def evidence(known: Statistics, left: Side, right: Side) -> tuple[Odds, Odds]:
    """Both kinds of evidence for each pair, not yet weighed: odds of n-grams, products of vectors; (len(left),) each.

    Raises:
        ValueError: there are not as many rights as lefts.
    """
    if len(left) != len(right):
        raise ValueError(f"{len(left)} lefts and {len(right)} rights are not pairs")
    pairs = np.arange(len(left))
    found = known.bigrams.find(left.near[0], right.near[0])
    products = np.einsum("ij,ij->i", left.vectors, right.vectors)
    ngrams = _ngram_odds(known, left.near, right.near, found, (pairs, pairs))
    ngrams += _page_odds(known, left.near[0], right.near[0], found)
    return ngrams, np.float32(known.level) + np.float32(known.step) * products


def matrix_odds(known: Statistics, left: Side, right: Side) -> Odds:
    """The odds of every right line going on from every left one; shape (len(left), len(right))."""
    ends, end_of = np.unique(left.near[0], return_inverse=True)
    starts, start_of = np.unique(right.near[0], return_inverse=True)
    columns = np.repeat(ends, len(starts)), np.tile(starts, len(ends))
    grid = known.bigrams.find(*columns)
    cell = (end_of[:, None] * len(starts) + start_of).ravel()
    found = grid[cell]
    i, j = np.divmod(np.arange(len(found)), max(len(right), 1))
    ngrams = _ngram_odds(known, left.near, right.near, found, (i, j))
    if known.page is not None:
        ngrams += _page_odds(known, *columns, grid)[cell]
    ngrams = ngrams.reshape(len(left), len(right))
    products = np.float32(known.level) + np.float32(known.step) * (left.vectors @ right.vectors.T)
    return _weighed(ngrams, products, (left.near[0] != UNKNOWN)[:, None] & (right.near[0] != UNKNOWN))


def join_odds(known: Statistics, lefts: Sequence[str], rights: Sequence[str]) -> Odds:
    """The odds that each right text goes on from the left one at the same index; shape (len(lefts),).

    Raises:
        ValueError: there are not as many rights as lefts.
    """
    return pair_odds(known, tails(known, lefts), heads(known, rights))


def join_matrix(known: Statistics, lefts: Sequence[str], rights: Sequence[str]) -> Odds:
    """The odds of every right text going on from every left one; shape (len(lefts), len(rights))."""
    return matrix_odds(known, tails(known, lefts), heads(known, rights))


def start_odds(known: Statistics, texts: Sequence[str]) -> Odds:
    """The odds that a paragraph starts where each text starts; shape (len(texts),)."""
    near = _near(_first(known, texts, REACH))
    return _boundary_odds(known, _boundary(near), near)


def end_odds(known: Statistics, texts: Sequence[str]) -> Odds:
    """The odds that a paragraph ends where each text ends; shape (len(texts),)."""
    near = _near(_last(known, texts, REACH))
    return _boundary_odds(known, near, _boundary(near))


def _last(known: Statistics, texts: Sequence[str], reach: int) -> Symbols:
    """The last symbols of every text, the very last first, UNKNOWN where it has no more; shape (len(texts), reach)."""
    padding = "\x00" * reach
    last = "".join([(padding + text[-reach:])[-reach:] for text in texts])
    outward: Symbols = folding.symbols(last, known.symbol_of).reshape(-1, reach)[:, ::-1]
    return outward


def _first(known: Statistics, texts: Sequence[str], reach: int) -> Symbols:
    """The first symbols of every text, UNKNOWN where it has no more; shape (len(texts), reach)."""
    padding = "\x00" * reach
    first = "".join([(text[:reach] + padding)[:reach] for text in texts])
    return folding.symbols(first, known.symbol_of).reshape(-1, reach)


def _near(symbols: Symbols) -> Symbols:
    return np.ascontiguousarray(symbols[:, :REACH].T)


def _vectors(symbols: Symbols, table: NDArray[np.int8]) -> Odds:
    """The sum of the vectors of every row of symbols, nearest to the break first."""
    sums: NDArray[np.int16] = table[NEAR][symbols[:, NEAR:]].sum(axis=1, dtype=np.int16)
    for distance in range(NEAR):
        sums += table[distance][symbols[:, distance]]
    return sums.astype(np.float32)


def _boundary(near: Symbols) -> Symbols:
    """A paragraph boundary beside each of so many lines."""
    boundary = np.zeros_like(near)
    boundary[0] = BOUNDARY
    return boundary


def _boundary_odds(known: Statistics, left: Symbols, right: Symbols) -> Odds:
    pairs = np.arange(left.shape[1])
    return _ngram_odds(known, left, right, known.bigrams.find(left[0], right[0]), (pairs, pairs))


def _weighed(ngrams: Odds, products: Odds, there: NDArray[np.bool_]) -> Odds:
    """Both kinds of evidence, weighed; 0 where a side has nothing known at the break."""
    weighed = np.float32(NGRAM_WEIGHT) * ngrams + np.float32(VECTOR_WEIGHT) * products + np.float32(CONSTANT)
    return np.where(there, weighed, np.float32(0))


def _page_odds(known: Statistics, first: Symbols, second: Symbols, found: Indices) -> Odds:
    """What bigrams across a break gain by standing elsewhere on the page; 0 for those that do not."""
    if known.page is None:
        return np.zeros(len(first), np.float32)
    share = known.page.share(first, second)
    usual = known.log_probability[second] + np.where(found >= 0, known.bigrams.gains[found], known.backoff[first])
    gained: Odds = np.float32(PAGE_WEIGHT) * np.log1p(np.float32(PAGE_SHARE) * share * np.exp(-usual))
    return gained


def _ngram_odds(
    known: Statistics, left: Symbols, right: Symbols, found: Indices, pairs: tuple[Indices, Indices]
) -> Odds:
    """The sum of the gains of all n-grams across the break of every pair; shape (pairs,).

    Args:
        known: the statistics.
        left: the symbols next to the break of lines that end, nearest first; shape (3, lines).
        right: those of lines that start.
        found: the index of the bigram across each break in `known.bigrams`.
        pairs: the index of the left line and of the right line of each pair.

    An n-gram can be known only if its parts are. Most bigrams across wrong breaks are not, and then the odds depend on
    the left line alone: so bigrams are looked up first, trigrams where there was a bigram, 4-grams where both trigrams
    or the outer one were known.
    """
    i, j = pairs
    two, three, four = known.bigrams, known.trigrams, known.fourgrams
    l1, l2, l3 = left
    r1, r2, r3 = right
    # What the left line loses by backing off from each length of context.
    lose_1 = known.backoff[l1]
    lose_2 = two.backoffs[two.find(l2, l1)]
    lose_3 = three.backoffs[three.find(l3, l2, l1)]
    odds = np.where(r1[j] != UNKNOWN, (lose_1 + lose_2 + lose_3)[i], np.float32(0))
    seen = np.flatnonzero(found >= 0)
    i, j, found = i[seen], j[seen], found[seen]
    more = two.gains[found] - lose_1[i]

    before = three.find(l2[i], l1[i], r1[j])
    after = three.find(l1[i], r1[j], r2[j])
    is_before, is_after = before >= 0, after >= 0
    more += np.where(is_before, three.gains[before] - lose_2[i], np.float32(0))
    more += np.where(is_after, three.gains[after], np.where(r2[j] != UNKNOWN, two.backoffs[found], np.float32(0)))

    at = np.flatnonzero(is_before)
    a, b = i[at], j[at]
    outer = four.find(l3[a], l2[a], l1[a], r1[b])
    more[at] += np.where(outer >= 0, four.gains[outer] - lose_3[a], np.float32(0))
    middle = four.find(l2[a], l1[a], r1[b], r2[b])
    backoff = np.where(r2[b] != UNKNOWN, three.backoffs[before[at]], np.float32(0))
    more[at] += np.where(middle >= 0, four.gains[middle], backoff)

    at = np.flatnonzero(is_after)
    a, b = i[at], j[at]
    inner = four.find(l1[a], r1[b], r2[b], r3[b])
    backoff = np.where(r3[b] != UNKNOWN, three.backoffs[after[at]], np.float32(0))
    more[at] += np.where(inner >= 0, four.gains[inner], backoff)
    odds[seen] += more
    return odds
