"""Learning how heads and subheads are worded, from the articles of a corpus (see `wording` for the use).

Heads are the first lines of an article that have the form of one, subheads those of that form below them. Prose is
cut from its paragraphs in pieces as long as heads are, some from where a paragraph begins and some up to its end, for
a column's lines do so too; and since a long head is set in two lines, some heads are cut as well.

What was tried, learnt from February 2020 and asked about pieces of February 2019 (area under the curve of heads against
prose, of subheads against prose; 2026-11-23):

| variant | heads | subheads |
| --- | --- | --- |
| hashed n-grams of one to three characters, no network | 0.922 | 0.890 |
| the vectors of both sides, no hidden layer | 0.925 | 0.918 |
| the same with a hidden layer | 0.943 | 0.942 |
| ... and the mean of the vectors of its characters | 0.944 | 0.941 |
| ... and the hidden layers of the vectors | 0.947 | 0.950 |

The last costs four times the memory for what the networks that read lines (`banmian.reading.blocks.network`) did not
notice. N-grams beside the vectors took one wrong line in seventy more off; they are as large as all the vectors.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from banmian.language.corpus import heads_before, is_head
from banmian.language.folding import Symbols, first_symbols, last_symbols
from banmian.language.side_network_training import Ints, Random, learn
from banmian.language.vectors import SPAN, Vectors
from banmian.language.wording import KINDS, Wording

HIDDEN = 64
EPOCHS = 8

LONGEST_SUBHEAD = 26  # characters
LEAST_PARAGRAPH = 40  # characters; shorter ones are bylines and sign-offs
CUT_HEADS = 0.35  # share of the heads that are set in two lines
LEAST_CUT, LEAST_PART = 13, 5  # characters of a head that is cut, and of its parts
BEGINS, ENDS = 0.2, 0.15  # share of the pieces that begin a paragraph, and that end one
PIECE_EACH = 60  # characters of a paragraph for each piece of it
PASSES = 2  # times that pieces are cut, each time at other places


def lines_of(articles: Iterable[Sequence[str]], random: Random) -> tuple[list[str], Ints]:
    """Lines of print and the kind of each, an index into `KINDS`.

    Args:
        articles: the lines of each article, heads first, without spaces.
        random: where to cut.
    """
    heads: list[str] = []
    subheads: list[str] = []
    paragraphs: list[str] = []
    for lines in articles:
        count = min(heads_before(lines), len(lines) - 1)  # of heads alone, the last is what they stand over
        heads += lines[:count]
        subheads += [line for line in lines[count:] if is_head(line) and len(line) <= LONGEST_SUBHEAD]
        paragraphs += [line for line in lines[count:] if len(line) >= LEAST_PARAGRAPH and not is_head(line)]
    set_heads = [part for head in heads for part in _set(head, random)]
    lengths = np.array([len(text) for text in (*set_heads, *subheads)] or [LEAST_PART])
    pieces = [piece for text in paragraphs for piece in _pieces(text, lengths, random)]
    texts = [*pieces, *set_heads, *subheads]
    return texts, np.repeat(np.arange(len(KINDS)), [len(pieces), len(set_heads), len(subheads)])


def _set(head: str, random: Random) -> list[str]:
    """A head in one line or in two."""
    if len(head) < LEAST_CUT or random.random() >= CUT_HEADS:
        return [head]
    cut = int(random.integers(LEAST_PART, len(head) - LEAST_PART + 1))
    return [head[:cut], head[cut:]]


def _pieces(paragraph: str, lengths: Ints, random: Random) -> Iterable[str]:
    """Pieces of a paragraph."""
    for _ in range(max(1, len(paragraph) // PIECE_EACH)):
        length, place = int(random.choice(lengths)), random.random()
        last = max(0, len(paragraph) - length)
        if place < BEGINS:
            first = 0
        elif place < BEGINS + ENDS:
            first = last
        else:
            first = int(random.integers(0, last + 1))
        yield paragraph[first : first + length]


def train(articles: Sequence[Sequence[str]], symbol_of: Symbols, vectors: Vectors, epochs: int = EPOCHS) -> Wording:
    """Learn how heads and subheads are worded. The same arguments on the same machine give the same.

    Args:
        articles: the lines of each article, heads first, without spaces.
        symbol_of: the symbol of each code point (see `folding`).
        vectors: those that lines will be read with.
        epochs: times that all lines are gone through; 0 gives a network that says nothing.
    """
    random = np.random.default_rng(0)
    parts = [lines_of(articles, random) for _ in range(PASSES)]
    texts, kinds = [text for part, _ in parts for text in part], np.concatenate([part for _, part in parts])
    starts = vectors.of_heads(first_symbols(texts, symbol_of, SPAN).T)
    ends = vectors.of_tails(last_symbols(texts, symbol_of, SPAN).T)
    both = np.hstack([starts, ends])
    return Wording(learn(both, kinds, count=len(KINDS), hidden=HIDDEN, epochs=epochs, random=random))
