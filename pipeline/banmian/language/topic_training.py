"""Learning what characters are about, from heads and the paragraphs below them (see `topics` for the use).

The corpus holds one paragraph a line and a blank line between articles, and an article begins with its headline and
what goes with it. Told by form (short, no full stop), these first lines are *heads*. Two kinds of pairs are learnt
from, in one space, with the same vectors for both sides: the heads of an article with some of its paragraphs, and
paragraphs up to three apart in one article (or the halves of one). A batch takes runs of articles that follow each
other in the file, so that the strangers of a pair are those that it meets on its page; the loss is the softmax over
the cosines of the batch, as in `vectors`.

What was tried, as the share of headlines whose own story is first on its page by its first paragraph, and the share of
next paragraphs told from others (gold pages of February 2019, that month not learnt from, 2026-11-22; a standard error
is 1.3 points of the first; before the mean of the page was taken off and lengths were looked at):

| variant | headlines | next | bytes |
| --- | --- | --- | --- |
| characters and 16,384 hashed bigrams, 48 dimensions | 0.64 | 0.857 | 1.0 M |
| the same, half of the text dropped in each step | 0.68 | 0.866 | 1.0 M |
| the same, other vectors for heads than for paragraphs | 0.55 | 0.855 | 2.0 M |
| characters alone, each once a text, 48 dimensions | 0.73 | 0.887 | 0.2 M |
| ... counted, 96 dimensions | 0.76 | 0.912 | 0.4 M |
| ... 128 dimensions | 0.78 | 0.915 | 0.5 M |
| ... 192 dimensions | 0.79 | 0.918 | 0.8 M |

So there are no bigrams: some six thousand articles with heads are too few to learn them from, the loss on the corpus
falls to a third and the held-out month gets worse. A product divided by the root of the lengths in place of the cosine
gave 0.55 and 0.813; more steps, runs of 16 or 128 articles, and the page's mean taken off in learning too gave no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from banmian.language import counting, folding
from banmian.language.corpus import articles, heads_before
from banmian.language.folding import RARE, Symbols
from banmian.language.resource import Setting

Floats: TypeAlias = NDArray[np.float32]
Indices: TypeAlias = NDArray[np.int64]
Random: TypeAlias = np.random.Generator
Counts: TypeAlias = Any  # scipy.sparse.csr_matrix, which has no types

SYMBOLS = 4096  # the most frequent; rarer characters occur in too few articles to learn from
DIMENSIONS = 192
STEPS = 1200
BATCH = 512  # articles
RUN = 32  # of them one after another in the file: some pages
SCALE = 13.0  # of a cosine in the softmax
DROPPED = 0.3  # share of the characters of a text that a step does not see, so that none learns single texts by heart
BODY_SHARE = 0.5  # of the batches: paragraph with paragraph; in the others head with paragraphs
HALVES_SHARE = 0.3  # of those: the halves of a paragraph
FIRST_RATE, LAST_RATE = 0.3, 0.01

LEAST_PARAGRAPH = 40  # characters; shorter ones are subheads, bylines, sign-offs
LONGEST_PARAGRAPH = 400  # one file has whole articles in a paragraph; they are cut in pieces


@dataclass(frozen=True, slots=True)
class Story:
    """An article of a corpus file: its heads and its paragraphs, without spaces."""

    heads: tuple[str, ...]
    paragraphs: tuple[str, ...]


def stories(path: Path) -> Iterator[Story]:
    """The articles of a corpus file that have a paragraph, in its order."""
    for run in articles(path):
        heads = run[: heads_before(run)]
        # One file repeats the head at the start of the text: what is to be guessed must not be there.
        title = "".join(heads)
        bodies = (line.replace(title, "") if title else line for line in run[len(heads) :])
        pieces = (body[i : i + LONGEST_PARAGRAPH] for body in bodies for i in range(0, len(body), LONGEST_PARAGRAPH))
        paragraphs = tuple(piece for piece in pieces if len(piece) >= LEAST_PARAGRAPH)
        if paragraphs:
            yield Story(tuple(heads), paragraphs)


def counts_of(texts: Sequence[str], symbol_of: Symbols) -> Counts:
    """How often each text has each symbol, a sparse matrix of shape (len(texts), SYMBOLS)."""
    symbols = folding.symbols("".join(texts), symbol_of).astype(np.int64)
    owners = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    said = (symbols > RARE) & (symbols < SYMBOLS)
    entries = (np.ones(int(said.sum()), np.float32), (owners[said], symbols[said]))
    counts = sparse.csr_matrix(entries, shape=(len(texts), SYMBOLS))
    counts.sum_duplicates()
    return counts


class Pairs:
    """Batches of pairs, drawn from stories.

    Args:
        told: the stories, those of a page next to each other.
        symbol_of: the symbol of each code point.
    """

    def __init__(self, told: Sequence[Story], symbol_of: Symbols) -> None:
        paragraphs = [paragraph for story in told for paragraph in story.paragraphs]
        self._heads = counts_of([head for story in told for head in story.heads], symbol_of)
        self._bodies = counts_of(paragraphs, symbol_of)
        self._halves = (
            counts_of([text[: len(text) // 2] for text in paragraphs], symbol_of),
            counts_of([text[len(text) // 2 :] for text in paragraphs], symbol_of),
        )
        self._head_ends = np.cumsum([0, *(len(story.heads) for story in told)])
        self._body_ends = np.cumsum([0, *(len(story.paragraphs) for story in told)])
        self._headed = np.flatnonzero(np.diff(self._head_ends))
        self._long = np.flatnonzero(np.diff(self._body_ends) > 1)

    def usual_length(self, vectors: NDArray[np.int8]) -> float:
        """How long the vectors of paragraphs are on average; 1 when there are none, or they say nothing."""
        lengths = np.linalg.norm(self._bodies @ vectors.astype(np.float32), axis=1)
        return float(lengths.mean()) or 1.0 if len(lengths) else 1.0

    def draws(self) -> list[Callable[[Random], tuple[Counts, Counts]]]:
        """What can be drawn: bodies with bodies, heads with bodies; fewer when there are no two stories for it."""
        kinds = ((self._long, self.bodies), (self._headed, self.heads))
        return [draw for usable, draw in kinds if len(usable) > 1]

    def bodies(self, random: Random) -> tuple[Counts, Counts]:
        """Paragraphs, and for each one a little further on in its story; or the halves of paragraphs."""
        chosen = _chosen(self._long, random)
        first, stop = self._body_ends[chosen], self._body_ends[chosen + 1]
        left = random.integers(first, stop - 1)
        right = np.minimum(left + random.integers(1, 4, len(left)), stop - 1)
        if random.random() < HALVES_SHARE:
            return self._halves[0][left], self._halves[1][left]
        return self._bodies[left], self._bodies[right]

    def heads(self, random: Random) -> tuple[Counts, Counts]:
        """Heads of stories, all or one, and for each the first paragraphs of its story, or many, or any one."""
        heads, bodies = [], []
        for story in _chosen(self._headed, random).tolist():
            rows = np.arange(self._head_ends[story], self._head_ends[story + 1])
            heads.append(random.choice(rows, 1) if random.random() < 0.5 else rows)
            rows = np.arange(self._body_ends[story], self._body_ends[story + 1])
            kind = random.random()
            few = rows[: random.integers(1, 4)] if kind < 0.45 else rows[:12]
            bodies.append(random.choice(rows, 1) if kind >= 0.7 else few)
        return _added(self._heads, heads), _added(self._bodies, bodies)


def _chosen(stories_: Indices, random: Random) -> Indices:
    """Runs of neighbouring stories, none twice: two of one story would count as strangers."""
    run = min(RUN, len(stories_))
    starts = random.integers(0, len(stories_) - run + 1, BATCH // run)
    return stories_[np.unique(starts[:, None] + np.arange(run))]


def _added(counts: Counts, rows: Sequence[Indices]) -> Counts:
    """The sum of some rows for each entry."""
    every = np.concatenate(rows)
    bounds = np.cumsum([0, *map(len, rows)])
    return sparse.csr_matrix((np.ones(len(every), np.float32), every, bounds), (len(rows), counts.shape[0])) @ counts


def train(pairs: Pairs, steps: int = STEPS) -> Floats:
    """Learn a vector for each symbol; shape (SYMBOLS, DIMENSIONS). The same on the same machine gives the same."""
    random = np.random.default_rng(0)
    vectors = random.standard_normal((SYMBOLS, DIMENSIONS), np.float32) * np.float32(0.1)
    squares = np.full(SYMBOLS, 1e-6, np.float32)
    draws = pairs.draws()
    seen = np.zeros(SYMBOLS, bool)
    for step in range(steps if draws else 0):
        rate = FIRST_RATE + (LAST_RATE - FIRST_RATE) * step / steps
        draw = draws[0] if random.random() < BODY_SHARE else draws[-1]
        left, right = (_thinned(side, random) for side in draw(random))
        slopes = _slopes(left, right, vectors)
        rows = np.flatnonzero(slopes.any(axis=1))
        seen[rows] = True
        squares[rows] += np.square(slopes[rows]).mean(axis=1)
        vectors[rows] -= np.float32(rate) * slopes[rows] / np.sqrt(squares[rows])[:, None]
    vectors[~seen] = 0
    return vectors


def _thinned(counts: Counts, random: Random) -> Counts:
    """The counts without some of the characters, drawn for each text."""
    thinned = counts.copy()
    thinned.data *= random.random(len(thinned.data)) >= DROPPED
    return thinned


def _slopes(left: Counts, right: Counts, vectors: Floats) -> Floats:
    """The slope of the loss at each vector: cross entropy of rows and of columns, the diagonal being the truth."""
    left_units, left_lengths = _units(left @ vectors)
    right_units, right_lengths = _units(right @ vectors)
    odds = SCALE * (left_units @ right_units.T)
    rows = np.exp(odds - odds.max(axis=1, keepdims=True))
    columns = np.exp(odds - odds.max(axis=0, keepdims=True))
    slope = (rows / rows.sum(axis=1, keepdims=True) + columns / columns.sum(axis=0, keepdims=True)) * (SCALE / 2)
    slope[np.diag_indices_from(slope)] -= SCALE
    sides = (
        (left, left_units, left_lengths, slope @ right_units),
        (right, right_units, right_lengths, slope.T @ left_units),
    )
    total: Floats = sum(
        counts.T @ ((pull - (pull * units).sum(axis=1, keepdims=True) * units) / lengths)
        for counts, units, lengths, pull in sides
    )
    return total


def _units(sums: Floats) -> tuple[Floats, Floats]:
    lengths = np.linalg.norm(sums, axis=1, keepdims=True) + np.float32(1e-6)
    return sums / lengths, lengths


def pack(vectors: Floats) -> NDArray[np.int8]:
    """The vectors in bytes; a cosine does not ask what a step is worth."""
    # A few components are very long; clipping one in ten thousand makes all the others finer.
    limit = float(np.quantile(np.abs(vectors), 0.9999)) or 1.0
    steps: NDArray[np.int8] = np.clip(np.rint(vectors / limit * 127), -127, 127).astype(np.int8)
    return steps


def resource_of(files: Iterable[Path], steps: int = STEPS) -> tuple[dict[str, NDArray[Any]], dict[str, Setting]]:
    """The arrays and settings of a resource (see `resource.write`), learnt from corpus files."""
    told = [story for path in files for story in stories(path)]
    text = counting.stream(paragraph for story in told for paragraph in story.paragraphs)
    symbol_of = counting.symbol_table_of(text)
    pairs = Pairs(told, symbol_of)
    vectors = pack(train(pairs, steps))
    settings: dict[str, Setting] = {"stories": len(told), "step": 1 / pairs.usual_length(vectors)}
    return {"symbol_of": symbol_of, "vectors": vectors}, settings
