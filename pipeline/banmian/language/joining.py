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
from dataclasses import dataclass, replace
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from banmian.language import folding
from banmian.language.folding import BOUNDARY, UNKNOWN, Symbols
from banmian.language.statistics import BITS, Odds, Order, PageBigrams, Statistics
from banmian.language.table import Keys
from banmian.language.vectors import DIMENSIONS, NEAR, SPAN

Indices: TypeAlias = NDArray[np.int64]

REACH = 3  # how many characters on each side of a break an n-gram of four can see
_SHIFT = BITS * np.arange(REACH + 1, dtype=np.uint64)  # makes room in a key for so many symbols

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
    """The starts of lines at a break, prepared, or what their ends have in common with them.

    Attributes:
        keys: of the nearest symbol, of the nearest two, and of the nearest three, as parts of the keys of n-grams;
            shape (3, lines).
        known: how many of the three are known, up to the first that is not; shape (lines,).
        vectors: shape (lines, DIMENSIONS), in steps; zero for an empty line.
    """

    keys: Keys
    known: NDArray[np.int8]
    vectors: Odds

    def __len__(self) -> int:
        return len(self.known)

    def take(self, lines: Indices) -> Self:
        """The lines at these indices."""
        return replace(self, keys=self.keys[:, lines], known=self.known[lines], vectors=self.vectors[lines])


@dataclass(frozen=True, slots=True, eq=False)
class Tails(Side):
    """The ends of lines at a break, prepared.

    Attributes:
        losses: what backing off from a context of one symbol, of two, and of three costs; shape (3, lines).
    """

    losses: Odds

    def take(self, lines: Indices) -> Self:
        """The lines at these indices."""
        return replace(
            self,
            keys=self.keys[:, lines],
            known=self.known[lines],
            vectors=self.vectors[lines],
            losses=self.losses[:, lines],
        )


def tails(known: Statistics, texts: Sequence[str]) -> Tails:
    """The last characters of every text, prepared for joining."""
    near = _last(known, texts, SPAN)
    one, two, three = keys = _keys(near, outward=True)
    reach = _known(near)
    losses = np.stack(
        [
            known.backoff[one],
            known.bigrams.backoffs[known.bigrams.find_keys(two, reach >= 2)],
            known.trigrams.backoffs[known.trigrams.find_keys(three, reach >= REACH)],
        ]
    )
    return Tails(keys, reach, _vectors(near, known.tails), losses)


def heads(known: Statistics, texts: Sequence[str]) -> Side:
    """The first characters of every text, prepared for joining."""
    near = _first(known, texts, SPAN)
    return Side(_keys(near, outward=False), _known(near), _vectors(near, known.heads))


def pair_odds(known: Statistics, left: Tails, right: Side) -> Odds:
    """The odds that each right line goes on from the left one at the same index; shape (len(left),).

    Raises:
        ValueError: there are not as many rights as lefts.
    """
    ngrams, products = evidence(known, left, right)
    return _weighed(ngrams, products, (left.known > 0) & (right.known > 0))


def evidence(known: Statistics, left: Tails, right: Side) -> tuple[Odds, Odds]:
    """Both kinds of evidence for each pair, not yet weighed: odds of n-grams, products of vectors; (len(left),) each.

    Raises:
        ValueError: there are not as many rights as lefts.
    """
    if len(left) != len(right):
        raise ValueError(f"{len(left)} lefts and {len(right)} rights are not pairs")
    pairs = np.arange(len(left))
    products = np.einsum("ij,ij->i", left.vectors, right.vectors)
    return _ngram_odds(known, left, right, (pairs, pairs)), _product_odds(known, products)


def lag_odds(known: Statistics, left: Tails, right: Side, lags: int) -> Odds:
    """The odds that lines go on from those a few before them; shape (lags, lines).

    Args:
        known: the statistics.
        left: the ends of lines.
        right: the starts of the same lines.
        lags: how far to look back: entry [k - 1, i] is for line i going on from line i - k, 0 where there is none.
    """
    n = len(left)
    odds = np.zeros((lags, n), np.float32)
    lag, line = np.nonzero(np.arange(n) > np.arange(lags)[:, None])
    pairs = line - lag - 1, line
    vectors = [np.einsum("ij,ij->i", left.vectors[: n - k], right.vectors[k:]) for k in range(1, min(lags + 1, n))]
    if vectors:
        there = (left.known[pairs[0]] > 0) & (right.known[line] > 0)
        products = _product_odds(known, np.concatenate(vectors))
        odds[lag, line] = _weighed(_ngram_odds(known, left, right, pairs), products, there)
    return odds


def matrix_odds(known: Statistics, left: Tails, right: Side) -> Odds:
    """The odds of every right line going on from every left one; shape (len(left), len(right))."""
    ends, end_of = np.unique(left.keys[0], return_inverse=True)
    starts, start_of = np.unique(right.keys[0], return_inverse=True)
    columns = np.repeat(ends, len(starts)), np.tile(starts, len(ends))
    grid = _bigrams(known, *columns)
    cell = end_of[:, None] * len(starts) + start_of
    ngrams = np.where(right.known > 0, left.losses.sum(axis=0)[:, None], np.float32(0))
    found = grid[cell]
    i, j = np.nonzero(found >= 0)
    ngrams[i, j] += _gains(known, left, right, found[i, j], (i, j))
    if known.page is not None:
        ngrams += _page_odds(known, known.page, *columns, grid)[cell]
    products = _product_odds(known, left.vectors @ right.vectors.T)
    return _weighed(ngrams, products, (left.known > 0)[:, None] & (right.known > 0))


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
    return edge_odds(known, tails(known, ()), heads(known, texts))[1]


def end_odds(known: Statistics, texts: Sequence[str]) -> Odds:
    """The odds that a paragraph ends where each text ends; shape (len(texts),)."""
    return edge_odds(known, tails(known, texts), heads(known, ()))[0]


def edge_odds(known: Statistics, left: Tails, right: Side) -> tuple[Odds, Odds]:
    """The odds that a paragraph ends with each left line, and those that one starts with each right line."""
    ends, starts = len(left), len(right)
    left = Tails(
        np.append(left.keys, _BOUNDARY.keys, axis=1),
        np.append(left.known, _BOUNDARY.known),
        np.append(left.vectors, _BOUNDARY.vectors, axis=0),
        np.append(left.losses, np.array([[known.backoff[BOUNDARY]], [0], [0]], np.float32), axis=1),
    )
    right = Side(
        np.append(right.keys, _BOUNDARY.keys, axis=1),
        np.append(right.known, _BOUNDARY.known),
        np.append(right.vectors, _BOUNDARY.vectors, axis=0),
    )
    pairs = np.append(np.arange(ends), np.full(starts, ends)), np.append(np.full(ends, starts), np.arange(starts))
    odds = _ngram_odds(replace(known, page=None), left, right, pairs)
    return odds[:ends], odds[ends:]


# A paragraph boundary, and nothing known beyond it.
_BOUNDARY = Side(np.full((REACH, 1), BOUNDARY, np.uint64), np.ones(1, np.int8), np.zeros((1, DIMENSIONS), np.float32))


def _last(known: Statistics, texts: Sequence[str], reach: int) -> Symbols:
    """The last symbols of every text, the very last first, UNKNOWN where it has no more; shape (reach, len(texts))."""
    padding = "\x00" * reach
    last = "".join([(padding + text[-reach:])[-reach:] for text in texts])
    return np.ascontiguousarray(folding.symbols(last, known.symbol_of).reshape(-1, reach)[:, ::-1].T)


def _first(known: Statistics, texts: Sequence[str], reach: int) -> Symbols:
    """The first symbols of every text, UNKNOWN where it has no more; shape (reach, len(texts))."""
    padding = "\x00" * reach
    first = "".join([(text[:reach] + padding)[:reach] for text in texts])
    return np.ascontiguousarray(folding.symbols(first, known.symbol_of).reshape(-1, reach).T)


def _keys(near: Symbols, *, outward: bool) -> Keys:
    """The keys of the one, two, three nearest symbols; `outward` if what is nearest stands last in the text."""
    one, two, three = near[:REACH].astype(np.uint64)
    if outward:
        return np.stack([one, two << _SHIFT[1] | one, three << _SHIFT[2] | two << _SHIFT[1] | one])
    return np.stack([one, one << _SHIFT[1] | two, one << _SHIFT[2] | two << _SHIFT[1] | three])


def _known(near: Symbols) -> NDArray[np.int8]:
    """How many of the three nearest symbols are known, up to the first that is not."""
    known: NDArray[np.int8] = np.logical_and.accumulate(near[:REACH] != UNKNOWN).sum(axis=0, dtype=np.int8)
    return known


def _vectors(symbols: Symbols, table: NDArray[np.int8]) -> Odds:
    """The sum of the vectors of the symbols of each line; these are nearest to the break first, (SPAN, lines)."""
    sums: NDArray[np.int16] = table[NEAR].take(symbols[NEAR:], axis=0).sum(axis=0, dtype=np.int16)
    for distance in range(NEAR):
        sums += table[distance].take(symbols[distance], axis=0)
    return sums.astype(np.float32)


def _product_odds(known: Statistics, products: Odds) -> Odds:
    """The odds that products of vectors, in steps, stand for."""
    return np.float32(known.level) + np.float32(known.step) * products


def _weighed(ngrams: Odds, products: Odds, there: NDArray[np.bool_]) -> Odds:
    """Both kinds of evidence, weighed; 0 where a side has nothing known at the break."""
    weighed = np.float32(NGRAM_WEIGHT) * ngrams + np.float32(VECTOR_WEIGHT) * products + np.float32(CONSTANT)
    return np.where(there, weighed, np.float32(0))


def _page_odds(known: Statistics, page: PageBigrams, first: Keys, second: Keys, found: Indices) -> Odds:
    """What bigrams across a break gain by standing elsewhere on the page; 0 for those that do not."""
    share = page.share(first, second)
    gained = np.zeros(len(first), np.float32)
    on_page = np.flatnonzero(share)
    first, second, found = first[on_page], second[on_page], found[on_page]
    usual = known.log_probability[second] + np.where(found >= 0, known.bigrams.gains[found], known.backoff[first])
    gained[on_page] = np.float32(PAGE_WEIGHT) * np.log1p(np.float32(PAGE_SHARE) * share[on_page] * np.exp(-usual))
    return gained


def _bigrams(known: Statistics, first: Keys, second: Keys) -> Indices:
    """The index of each bigram in `known.bigrams`."""
    return known.bigrams.find_keys(first << _SHIFT[1] | second, (first != UNKNOWN) & (second != UNKNOWN))


def _ngram_odds(known: Statistics, left: Tails, right: Side, pairs: tuple[Indices, Indices]) -> Odds:
    """The odds of the n-grams across the break of every pair, those of the page among them; shape (pairs,).

    Args:
        known: the statistics.
        left: lines that end.
        right: lines that start.
        pairs: the index of the left line and of the right line of each pair.
    """
    i, j = pairs
    first, second = left.keys[0][i], right.keys[0][j]
    found = _bigrams(known, first, second)
    odds = np.where(right.known[j] > 0, left.losses.sum(axis=0)[i], np.float32(0))
    seen = np.flatnonzero(found >= 0)
    odds[seen] += _gains(known, left, right, found[seen], (i[seen], j[seen]))
    if known.page is not None:
        odds += _page_odds(known, known.page, first, second, found)
    return odds


def _gains(known: Statistics, left: Tails, right: Side, found: Indices, pairs: tuple[Indices, Indices]) -> Odds:
    """What the n-grams across a break are worth, more than if none of them were known; shape (pairs,).

    Args:
        known: the statistics.
        left: lines that end.
        right: lines that start.
        found: the index of the bigram across each break in `known.bigrams`: all are known.
        pairs: the index of the left line and of the right line of each pair.

    An n-gram can be known only if its parts are. Most bigrams across wrong breaks are not, and then the odds depend on
    the left line alone: so bigrams are looked up first, trigrams where there was a bigram, 4-grams where both trigrams
    or the outer one were known. Those of one length are looked up together: a look-up of a few costs as much as one of
    hundreds.
    """
    i, j = pairs
    two, three, four = known.bigrams, known.trigrams, known.fourgrams
    lose_1, lose_2, lose_3 = left.losses
    one_more, two_more = right.known[j] >= 2, right.known[j] >= REACH
    more: Odds = two.gains[found] - lose_1[i]

    before, after = _find(three, _across(left, right, pairs, 2, 1), _across(left, right, pairs, 1, 2))
    is_before, is_after = before >= 0, after >= 0
    more += np.where(is_before, three.gains[before] - lose_2[i], np.float32(0))
    more += np.where(is_after, three.gains[after], np.where(one_more, two.backoffs[found], np.float32(0)))

    b, a = np.flatnonzero(is_before), np.flatnonzero(is_after)
    with_before, with_after = (i[b], j[b]), (i[a], j[a])
    outer, middle, inner = _find(
        four,
        _across(left, right, with_before, 3, 1),
        _across(left, right, with_before, 2, 2),
        _across(left, right, with_after, 1, 3),
    )
    more[b] += np.where(outer >= 0, four.gains[outer] - lose_3[i[b]], np.float32(0))
    backoff = np.where(one_more[b], three.backoffs[before[b]], np.float32(0))
    more[b] += np.where(middle >= 0, four.gains[middle], backoff)
    backoff = np.where(two_more[a], three.backoffs[after[a]], np.float32(0))
    more[a] += np.where(inner >= 0, four.gains[inner], backoff)
    return more


def _across(
    left: Tails, right: Side, pairs: tuple[Indices, Indices], before: int, after: int
) -> tuple[Keys, NDArray[np.bool_]]:
    """The keys of n-grams with so many symbols before the break and after it, and whether all of them are known."""
    i, j = pairs
    keys: Keys = left.keys[before - 1][i] << _SHIFT[after] | right.keys[after - 1][j]
    return keys, (left.known[i] >= before) & (right.known[j] >= after)


def _find(order: Order, *asked: tuple[Keys, NDArray[np.bool_]]) -> list[Indices]:
    """The indices of several rows of n-grams of one length, looked up together."""
    keys, known = (np.concatenate(parts) for parts in zip(*asked, strict=True))
    return np.split(order.find_keys(keys, known), np.cumsum([len(keys) for keys, _ in asked])[:-1])
