"""Fit what choices of links are worth by the stories that they make (`banmian.reading.links.rethinking`).

    python -m banmian.fit.rethinking fit TRAIN fixtures/papers/fit PRINTED --statistics ... --topics ...

reads the pages with gold below these folders with the weights that ship, rethinks the links that are least sure, and
fits the worths to which choices make more clean articles, and which fewer; it writes them into the weights.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import typer
from numpy.typing import NDArray

from banmian.fit.confidence import is_clean, pages_of
from banmian.fit.logistic import logistic
from banmian.fit.options import Out, Roots, Start, StatisticsFile, TopicsFile
from banmian.fit.pages import GoldPage
from banmian.language import Statistics, statistics, topics
from banmian.language.topics import Topics
from banmian.model import Block
from banmian.reading.links.looks import Look
from banmian.reading.links.rethinking import NAMES, Measure, alternatives
from banmian.reading.stories.assembling import looks, stories_of
from banmian.reading.weights import RESOURCE, Weights, weights

app = typer.Typer(add_completion=False)

Floats = NDArray[np.float64]
PENALTY = 2.0  # on evidence of one spread
FURTHEST = 5.0  # spreads that one kind of evidence counts at most


class Examples(NamedTuple):
    """Choices other than what was made: what each shows more than that, and how many more articles it makes clean."""

    table: Floats
    gains: NDArray[np.intp]


def examples(
    pages: Iterable[tuple[GoldPage, Sequence[Block]]], known: Statistics, about: Topics, with_: Weights
) -> Examples:
    """The alternatives for pages whose gold is known, from their blocks; those that change no article are left out."""
    shown, gains = [np.zeros((0, len(NAMES)))], []
    unthought = replace(with_, rethinking=np.zeros(len(NAMES), np.float32))
    for page, blocks in pages:
        for seen in looks(blocks, known, about, unthought, page.page):
            measure, clean = Measure(seen), _clean(seen, page, about)
            has = measure(seen.choice)
            for other, _ in alternatives(seen, seen.choice, seen.scores):
                gain = _clean(replace(seen, choice=other), page, about) - clean
                if gain:
                    shown.append(measure(other)[None] - has)
                    gains.append(gain)
    return Examples(np.concatenate(shown), np.array(gains, dtype=np.intp))


def _clean(seen: Look, page: GoldPage, about: Topics) -> int:
    """How many articles a choice makes clean."""
    return sum(is_clean(story, page) for story in stories_of(seen, about)[0])


def fit(some: Examples) -> Floats:
    """The worths, by logistic regression of which alternatives are better; in the order of NAMES."""
    spread = some.table.std(axis=0) + 1e-9
    even = np.clip(some.table / spread, -FURTHEST, FURTHEST)
    counts = np.minimum(np.abs(some.gains), 2).astype(float)
    found: Floats = logistic(even, some.gains > 0, np.full(len(NAMES), PENALTY), counts) / spread
    return found


@app.callback()
def _one_command() -> None:
    """What choices of links are worth by the stories that they make."""


@app.command("fit")
def fit_command(
    roots: Roots,
    statistics_file: StatisticsFile = None,
    topics_file: TopicsFile = None,
    start: Start = RESOURCE,
    out: Out = RESOURCE,
) -> None:
    """Fit the worths to the pages, and write them into the weights."""
    known, about, with_ = statistics(statistics_file), topics(topics_file), weights(start)
    some = examples(pages_of(roots, known, about, with_), known, about, with_)
    found = fit(some).astype(np.float32)
    replace(with_, rethinking=found).save(out)
    typer.echo("\n".join(f"{name:<20} {value:8.3f}" for name, value in zip(NAMES, found, strict=True)))
    taken = some.table @ found > 0
    told = f"{len(taken)} that change articles, {(some.gains > 0).mean():.3f} for the better"
    typer.echo(f"{told}; of those worth more {(some.gains[taken] > 0).mean():.3f}")


if __name__ == "__main__":
    app()
