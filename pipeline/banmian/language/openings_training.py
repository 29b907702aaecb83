"""Learning how the first paragraphs of articles are worded, from a corpus (see `openings` for the use).

What ends an article is learnt no better than that: by the vectors of the ends of paragraphs, the last of two is found
three times in five (2026-11-30).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from banmian.language.corpus import heads_before, is_head
from banmian.language.folding import Symbols, first_symbols
from banmian.language.openings import Openings
from banmian.language.side_network_training import Ints, learn
from banmian.language.vectors import SPAN, Vectors

HIDDEN = 32
EPOCHS = 8
LEAST_PARAGRAPH = 20  # characters; shorter ones are bylines, subheads and sign-offs
LEAST_PARAGRAPHS = 3  # of an article
OFTEN = 4  # a first paragraph counts so often for each other one: there are few of them


def paragraphs_of(articles: Iterable[Sequence[str]]) -> tuple[list[str], Ints]:
    """The paragraphs of articles, and whether each is the first of its own.

    Args:
        articles: the lines of each article, heads first, without spaces.
    """
    texts: list[str] = []
    first: list[int] = []
    for lines in articles:
        told = [line for line in lines[heads_before(lines) :] if len(line) >= LEAST_PARAGRAPH and not is_head(line)]
        if len(told) >= LEAST_PARAGRAPHS:
            texts += told
            first += [1] + [0] * (len(told) - 1)
    return texts, np.array(first, dtype=np.intp)


def train(articles: Sequence[Sequence[str]], symbol_of: Symbols, vectors: Vectors, epochs: int = EPOCHS) -> Openings:
    """Learn how first paragraphs are worded. The same arguments on the same machine give the same.

    Args:
        articles: the lines of each article, heads first, without spaces.
        symbol_of: the symbol of each code point (see `folding`).
        vectors: those that lines will be read with.
        epochs: times that all paragraphs are gone through; 0 gives a network that says nothing.
    """
    texts, first = paragraphs_of(articles)
    starts = vectors.of_heads(first_symbols(texts, symbol_of, SPAN).T)
    often = np.repeat(np.arange(len(first)), np.where(first == 1, OFTEN, 1))
    random = np.random.default_rng(0)
    return Openings(learn(starts[often], first[often], count=2, hidden=HIDDEN, epochs=epochs, random=random))
