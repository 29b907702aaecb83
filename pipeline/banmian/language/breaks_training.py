"""Learning what breaks between lines of heads are, from the heads of a corpus (see `breaks` for the use).

The corpus has the heads of an article one a line, not as they were set. So they are set here: some are cut into lines
that are as long as each other or as the measure, some where a space parts their clauses, some before the label in
brackets behind them. What stands between the last line of one head and the first of the next is a break between heads,
or between stories; a page has the heads of any two stories beside each other, so two from anywhere are taken as well.

What was tried, learnt without February 2019 and asked about breaks between the lines of heads on pages of it and on
those of dev, on the latter as they are and set anew in other columns (area under the curve of a break inside a head
against one between heads, and against one between stories; 2026-11-30):

| variant | February 2019 | dev | dev, other columns |
| --- | --- | --- | --- |
| the odds of a join of running text | 0.81, 0.90 | 0.82, 0.92 | 0.89, 0.94 |
| cut anywhere, both vectors and their product | 0.95, 0.95 | 0.93, 0.94 | 0.97, 0.96 |
| ... and where clauses and labels end | 0.96, 0.96 | 0.93, 0.95 | 0.98, 0.97 |
| the same without the product | 0.96, 0.95 | 0.93, 0.93 | 0.97, 0.96 |
| the same, twice the hidden layer | 0.95, 0.96 | 0.93, 0.94 | 0.97, 0.97 |
| the same, n-grams of the join and of the edges of paragraphs too | 0.96, 0.97 | 0.94, 0.96 | 0.98, 0.98 |

The n-grams would have to be counted first; those who ask have them beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np

from banmian.language.breaks import KINDS, Breaks, both_sides
from banmian.language.corpus import heads_before
from banmian.language.folding import Symbols, first_symbols, last_symbols
from banmian.language.side_network_training import Ints, Random, learn
from banmian.language.vectors import SPAN, Vectors

HIDDEN = 64
EPOCHS = 8
PASSES = 4  # times that heads are set, each time in other lines
AT_CLAUSES, AT_LABELS = 0.5, 0.35  # share of the heads with clauses, or with a label, that are cut there
EVENLY = 0.6  # share of the others that are cut in lines of one length
LEAST_CUT = 5  # characters of a head that is cut
LONG, IN_TWO = 28, 0.6  # characters from which some heads take three lines, and how many of them still two
NARROWEST = 3  # characters of a measure
SET = 0.5  # share of the heads that are cut where a break between two is asked about
_LABEL = re.compile(r"(?<=..)[（(][^（()）]{1,16}[)）]$")


def breaks_of(articles: Iterable[Sequence[str]], random: Random) -> tuple[list[str], list[str], Ints]:
    """Breaks: the line before each, the one behind it, and its kind, an index into `KINDS`.

    Args:
        articles: the lines of each article, heads first, spaces between their clauses.
        random: how heads are set, and which stories stand beside each other.
    """
    found: list[tuple[str, str, int]] = []
    stories: list[tuple[str, str]] = []  # the first line and the last of the heads of each
    for lines in articles:
        heads = lines[: min(heads_before(lines), len(lines) - 1)]  # of heads alone, the last is what they stand over
        if not heads:
            continue
        for head in heads:
            found += [(*sides, 0) for sides in pairwise(lines_of(head, random))]
        parts = [lines_of(head, random) if random.random() < SET else [_bare(head)] for head in heads]
        found += [(one[-1], two[0], 1) for one, two in pairwise(parts)]
        stories.append((parts[0][0], parts[-1][-1]))
    mixed = [stories[i] for i in random.permutation(len(stories))]
    found += [(one[1], two[0], 2) for order in (stories, mixed) for one, two in pairwise(order)]
    before, behind, kinds = zip(*found, strict=True) if found else ((), (), ())
    return list(before), list(behind), np.array(kinds, dtype=np.intp)


def lines_of(head: str, random: Random) -> list[str]:
    """A head as a column could have it, in one line or more."""
    bare, clauses = _bare(head), head.split()
    label = _LABEL.search(bare)
    if len(clauses) > 1 and random.random() < AT_CLAUSES:
        return clauses
    if label and random.random() < AT_LABELS:
        return [bare[: label.start()], bare[label.start() :]]
    if len(bare) < LEAST_CUT:
        return [bare]
    if random.random() < EVENLY:
        count = 2 if len(bare) < LONG or random.random() < IN_TWO else 3
        measure = -(-len(bare) // count) + int(random.integers(2))
    else:
        measure = int(random.integers(max(NARROWEST, len(bare) // 3), len(bare)))
    return [bare[at : at + measure] for at in range(0, len(bare), measure)]


def _bare(head: str) -> str:
    return "".join(head.split())


def train(articles: Sequence[Sequence[str]], symbol_of: Symbols, vectors: Vectors, epochs: int = EPOCHS) -> Breaks:
    """Learn what breaks are. The same arguments on the same machine give the same.

    Args:
        articles: the lines of each article, heads first, spaces between their clauses.
        symbol_of: the symbol of each code point (see `folding`).
        vectors: those that lines will be read with.
        epochs: times that all breaks are gone through; 0 gives a network that says nothing.
    """
    random = np.random.default_rng(0)
    parts = [breaks_of(articles, random) for _ in range(PASSES)]
    before, behind = ([line for part in parts for line in part[side]] for side in (0, 1))
    read = both_sides(
        vectors.of_tails(last_symbols(before, symbol_of, SPAN).T),
        vectors.of_heads(first_symbols(behind, symbol_of, SPAN).T),
    )
    kinds = np.concatenate([part[2] for part in parts])
    return Breaks(learn(read, kinds, count=len(KINDS), hidden=HIDDEN, epochs=epochs, random=random))
