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

The last costs four times the memory for what the networks that read lines (`banmian.reading.network`) did not notice.
N-grams beside the vectors took one wrong line in seventy more off; they are as large as all the vectors.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from banmian.fit.adam import Adam, share_of_rate
from banmian.language.corpus import heads_before, is_head
from banmian.language.folding import Symbols, first_symbols, last_symbols
from banmian.language.vectors import SPAN, Vectors
from banmian.language.wording import KINDS, Floats, Wording

Ints: TypeAlias = NDArray[np.intp]
Random: TypeAlias = np.random.Generator

HIDDEN = 64
EPOCHS = 8
BATCH = 256
RATE = 3e-3
WARM = 0.1  # share of the steps in which the rate rises
DROPPED = 0.3  # share of the numbers that a step does not see

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
    blank = _blank(np.hstack([starts, ends]), random)
    weights = {name: getattr(blank, name) for name in ("first", "first_bias", "last", "straight", "bias")}
    fixed = {"mean": blank.mean, "scale": blank.scale}
    read = blank.read(starts, ends)
    adam, batches = Adam(weights), len(kinds) // BATCH
    steps, step = epochs * batches, 0
    if not steps:
        return Wording(**fixed, **{name: np.zeros_like(value) for name, value in weights.items()})
    for _ in range(epochs):
        for chosen in random.permutation(len(kinds))[: batches * BATCH].reshape(batches, BATCH):
            step += 1
            seen = random.random((BATCH, read.shape[1]), np.float32) >= DROPPED
            kept = read[chosen] * (seen.astype(np.float32) / np.float32(1 - DROPPED))
            slopes = _slopes(Wording(**fixed, **weights), kept, kinds[chosen])
            weights = adam.moved(weights, slopes, RATE * share_of_rate(step / steps, WARM))
    return Wording(**fixed, **weights)


def _blank(sides: Floats, random: Random) -> Wording:
    """A network that knows nothing but how the vectors spread."""
    numbers = sides.shape[1]
    return Wording(
        mean=sides.mean(axis=0) if len(sides) else np.zeros(numbers, np.float32),
        scale=sides.std(axis=0) + np.float32(1e-3) if len(sides) else np.ones(numbers, np.float32),
        first=random.normal(0.0, numbers**-0.5, (numbers, HIDDEN)).astype(np.float32),
        first_bias=np.zeros(HIDDEN, np.float32),
        last=random.normal(0.0, 0.05, (HIDDEN, len(KINDS))).astype(np.float32),
        straight=np.zeros((numbers, len(KINDS)), np.float32),
        bias=np.zeros(len(KINDS), np.float32),
    )


def _slopes(wording: Wording, read: Floats, kinds: Ints) -> dict[str, Floats]:
    """The slope of the loss, the negative log likelihood of the kinds, at each weight."""
    hidden = wording.hidden(read)
    scores = wording.scores(read, hidden)
    slope = np.exp(scores - scores.max(axis=1, keepdims=True))
    slope /= slope.sum(axis=1, keepdims=True)
    slope[np.arange(len(kinds)), kinds] -= 1
    slope /= np.float32(len(kinds))
    back: Floats = (slope @ wording.last.T) * (hidden > 0)
    return {
        "first": read.T @ back,
        "first_bias": back.sum(axis=0),
        "last": hidden.T @ slope,
        "straight": read.T @ slope,
        "bias": slope.sum(axis=0),
    }
