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
from banmian.language.vectors import SPAN

Indices: TypeAlias = NDArray[np.int64]

REACH = 3  # how many characters on each side of a break an n-gram of four can see
_SHIFT = BITS * np.arange(REACH + 1, dtype=np.uint64)  # makes room in a key for so many symbols

# Both kinds tell in part the same, so neither counts for its face value. Fitted by logistic regression (`measure`) to
# true next lines against other lines of February 2019, with statistics counted without it: 0.43, 0.78 and 0.60 against
# lines from anywhere, 0.47, 0.61 and 0.34 against those of the same page. Ranking is best at 0.6 to 0.9 of n-grams to 1
# of vectors.
NGRAM_WEIGHT = 0.45
VECTOR_WEIGHT = 0.65
CONSTANT = 0.45  # nats
# The same for blocks that begin in the middle of a sentence, of which the vectors of passages are asked too (see
# `block_odds`). Fitted to 2,642 of them on printed pages, against the other blocks of their pages. On other pages in
# other make-ups the true one of 748 blocks is first in 0.73 (without passages in 0.68), on those for checking of 538 in
# 0.74 (0.68); of all links that are chosen 7.7 % are wrong instead of 8.2, and 4.5 instead of 4.7.
BLOCK_NGRAM_WEIGHT, BLOCK_VECTOR_WEIGHT, PASSAGE_WEIGHT = 0.38, 0.27, 0.44

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
        vectors: shape (lines, dimensions); see `banmian.language.vectors`.
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
    near = folding.last_symbols(texts, known.symbol_of, SPAN)
    one, two, three = keys = _keys(near, outward=True)
    reach = _known(near)
    losses = np.stack(
        [
            known.backoff[one],
            known.bigrams.backoffs[known.bigrams.find_keys(two, reach >= 2)],
            known.trigrams.backoffs[known.trigrams.find_keys(three, reach >= REACH)],
        ]
    )
    return Tails(keys, reach, known.vectors.of_tails(near.T), losses)


def heads(known: Statistics, texts: Sequence[str]) -> Side:
    """The first characters of every text, prepared for joining."""
    near = folding.first_symbols(texts, known.symbol_of, SPAN)
    return Side(_keys(near, outward=False), _known(near), known.vectors.of_heads(near.T))


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
    products = np.einsum("ij,ij->i", left.vectors, right.vectors) + np.float32(known.level)
    return _ngram_odds(known, left, right, (pairs, pairs)), products


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
        products = np.concatenate(vectors) + np.float32(known.level)
        odds[lag, line] = _weighed(_ngram_odds(known, left, right, pairs), products, there)
    return odds


def matrix_odds(known: Statistics, left: Tails, right: Side) -> Odds:
    """The odds of every right line going on from every left one; shape (len(left), len(right))."""
    return _weighed(*_matrix_evidence(known, left, right), (left.known > 0)[:, None] & (right.known > 0))


def _matrix_evidence(known: Statistics, left: Tails, right: Side) -> tuple[Odds, Odds]:
    """Both kinds of evidence for every right line and every left one, not yet weighed."""
    shape = len(left), len(right)
    pairs = np.repeat(np.arange(shape[0]), shape[1]), np.tile(np.arange(shape[1]), shape[0])
    ngrams = _ngram_odds(known, left, right, pairs).reshape(shape)
    return ngrams, left.vectors @ right.vectors.T + np.float32(known.level)


def block_odds(known: Statistics, left: Tails, right: Side, texts: Sequence[str], asked: NDArray[np.bool_]) -> Odds:
    """The odds of every block going on from every other, looked at closely where asked; shape (len(left), len(right)).

    Args:
        known: the statistics.
        left: the ends of the blocks.
        right: their starts.
        texts: the blocks.
        asked: (blocks,) which of them are looked at closely: those that begin in the middle of a sentence.
    """
    ngrams, products = _matrix_evidence(known, left, right)
    there = (left.known > 0)[:, None] & (right.known > 0)
    odds = _weighed(ngrams, products, there)
    if asked.any():
        ends, starts = passages(known, texts, asked)
        found = _closely(known, ngrams[:, asked], products[:, asked], ends @ starts.T)
        odds[:, asked] = np.where(there[:, asked], found, np.float32(0))
    return odds


def block_pair_odds(
    known: Statistics,
    left: Tails,
    right: Side,
    read: tuple[Odds, Odds],
    *,
    asked: NDArray[np.bool_],
    pairs: tuple[Indices, Indices],
) -> Odds:
    """The same for pairs of blocks alone; shape (pairs,).

    Args:
        known: the statistics.
        left: the ends of the blocks.
        right: their starts.
        read: their `passages`.
        asked: (blocks,) which of them are looked at closely.
        pairs: the blocks that others go on from, and those others.
    """
    first, second = pairs
    ngrams, products = evidence(known, left.take(first), right.take(second))
    there = (left.known[first] > 0) & (right.known[second] > 0)
    odds = _weighed(ngrams, products, there)
    closely = asked[second]
    if closely.any():
        ends, starts = read
        own = (np.cumsum(asked) - 1)[second[closely]]
        of_passages = np.einsum("pd,pd->p", ends[first[closely]], starts[own])
        found = _closely(known, ngrams[closely], products[closely], of_passages)
        odds[closely] = np.where(there[closely], found, np.float32(0))
    return odds


def passages(known: Statistics, texts: Sequence[str], asked: NDArray[np.bool_]) -> tuple[Odds, Odds]:
    """The vectors of the ends of blocks, and of the starts of those looked at closely; shape (blocks, dimensions)."""
    span = known.passages.window.span
    opened = [text for text, closely in zip(texts, asked.tolist(), strict=True) if closely]
    ends = known.passages.of_tails(folding.last_symbols(texts, known.symbol_of, span).T)
    return ends, known.passages.of_heads(folding.first_symbols(opened, known.symbol_of, span).T)


def _closely(known: Statistics, ngrams: Odds, products: Odds, of_passages: Odds) -> Odds:
    """The evidence for blocks that are looked at closely, weighed."""
    weighed: Odds = (
        np.float32(BLOCK_NGRAM_WEIGHT) * ngrams
        + np.float32(BLOCK_VECTOR_WEIGHT) * products
        + np.float32(PASSAGE_WEIGHT) * (of_passages + np.float32(known.passage_level))
        + np.float32(CONSTANT)
    )
    return weighed


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
    # A paragraph boundary after the last line of each side, and nothing known beyond it; n-grams ask no vectors.
    boundary = np.full((REACH, 1), BOUNDARY, np.uint64)
    left = replace(
        left,
        keys=np.append(left.keys, boundary, axis=1),
        known=np.append(left.known, np.int8(1)),
        losses=np.append(left.losses, np.array([[known.backoff[BOUNDARY]], [0], [0]], np.float32), axis=1),
    )
    right = replace(right, keys=np.append(right.keys, boundary, axis=1), known=np.append(right.known, np.int8(1)))
    pairs = np.append(np.arange(ends), np.full(starts, ends)), np.append(np.full(ends, starts), np.arange(starts))
    odds = _ngram_odds(replace(known, page=None), left, right, pairs)
    return odds[:ends], odds[ends:]


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
    first, second = left.keys[0].take(i), right.keys[0].take(j)
    found = _bigrams(known, first, second)
    odds = np.where((right.known > 0).take(j), left.losses.sum(axis=0).take(i), np.float32(0))
    seen = np.flatnonzero(found >= 0)
    odds[seen] += _gains(known, left, right, found.take(seen), (i.take(seen), j.take(seen)))
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
    more: Odds = two.gains.take(found) - lose_1.take(i)

    (b, before), (a, after) = _find(three, left, right, (pairs, 2, 1), (pairs, 1, 2))
    with_before, with_after = (i[b], j[b]), (i[a], j[a])
    more[b] += three.gains[before] - lose_2[i[b]]
    beyond = np.where((right.known >= 2).take(j), two.backoffs.take(found), np.float32(0))
    beyond[a] = three.gains[after]
    more += beyond

    (o, outer), (m, middle), (n, inner) = _find(
        four, left, right, (with_before, 3, 1), (with_before, 2, 2), (with_after, 1, 3)
    )
    more[b[o]] += four.gains[outer] - lose_3[i[b[o]]]
    beyond = np.where(right.known[j[b]] >= 2, three.backoffs[before], np.float32(0))
    beyond[m] = four.gains[middle]
    more[b] += beyond
    beyond = np.where(right.known[j[a]] >= REACH, three.backoffs[after], np.float32(0))
    beyond[n] = four.gains[inner]
    more[a] += beyond
    return more


def _find(
    order: Order, left: Tails, right: Side, *asked: tuple[tuple[Indices, Indices], int, int]
) -> list[tuple[Indices, Indices]]:
    """The n-grams of one length that are known across breaks: which of the pairs, and the index of each in `order`.

    Args:
        order: the n-grams.
        left: lines that end.
        right: lines that start.
        asked: pairs of lines, how many symbols before the break, and how many after it.
    """
    keys = [
        (left.keys[before - 1] << _SHIFT[after]).take(i) | right.keys[after - 1].take(j)
        for (i, j), before, after in asked
    ]
    # A table may answer for what it does not hold, so symbols must be known; few n-grams are, so that comes second.
    found = np.split(order.table.look_up(np.concatenate(keys)), np.cumsum([len(some) for some in keys])[:-1])
    out: list[tuple[Indices, Indices]] = []
    for answer, ((i, j), before, after) in zip(found, asked, strict=True):
        at = np.flatnonzero(answer >= 0)
        at = at[(left.known[i[at]] >= before) & (right.known[j[at]] >= after)]
        out.append((at, answer[at]))
    return out
