"""Fit how sure articles are that were put together from words (`banmian.reading.stories.confidence`), and measure it.

    python -m banmian.fit.confidence fit TRAIN fixtures/papers/fit PRINTED --statistics ... --topics ...

puts the pages with gold below these folders together with the weights that ship, in whatever raw texts there are, fits
the coefficients to which articles came out clean, and writes them into the weights. Pages of other make-ups and of
other papers (`banmian.fit.printed_press`) belong with those of the bench: what is fitted to these alone trusts itself
too much elsewhere. `measure` prints how often articles of each confidence are clean.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import typer
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from banmian.corrections import misread
from banmian.fit.calibration import calibration
from banmian.fit.labels import bare
from banmian.fit.logistic import logistic
from banmian.fit.options import Out, Roots, Start, StatisticsFile, TopicsFile
from banmian.fit.pages import MIXED, RECOGNISED, UNMIXED, WRITTEN, GoldPage, gold_pages
from banmian.language import Statistics, statistics, topics
from banmian.language.topics import Topics
from banmian.model import Block, Role
from banmian.reading.blocks.strands import strands
from banmian.reading.links.survey import text_of
from banmian.reading.stories.assembling import Story, stories
from banmian.reading.stories.confidence import NAMES, confidences, evidence
from banmian.reading.weights import RESOURCE, Weights, weights

app = typer.Typer(add_completion=False)

Floats = NDArray[np.float64]
PENALTY = 1.0
BODY = ("lead", "paragraph", "subhead")
LIKE = 0.99  # similarity of the body from which an article is clean
KINDS = (*UNMIXED, *MIXED, WRITTEN[0], *RECOGNISED)  # of raw texts, those that a folder has


class Examples(NamedTuple):
    """Articles that were put together: what the confidence of each rests on, and whether it came out clean."""

    table: Floats
    clean: NDArray[np.bool_]


def is_clean(story: Story, page: GoldPage) -> bool:
    """Whether a story has the heads, in whatever order, and the body of an article of the gold page."""
    heads = sorted("".join(text_of(block) for block in story.heads))
    body = "".join(text_of(block) for block in story.body if block.role is not Role.CAPTION)
    for article in page.gold["articles"]:
        if heads == sorted("".join(bare(article.get(name)) for name in ("kicker", "headline", "deck"))):
            want = "".join(bare(b["text"]) for b in article["blocks"] if b["role"] in BODY)
            return bool(Levenshtein.normalized_similarity(want, body) >= LIKE)
    return False


def examples(
    pages: Iterable[tuple[GoldPage, Sequence[Block]]], known: Statistics, about: Topics, with_: Weights
) -> Examples:
    """The articles of pages whose gold is known, from their blocks."""
    tables, clean = [np.zeros((0, len(NAMES)))], []
    for page, blocks in pages:
        found, rest = stories(blocks, known, about, with_, page.page)
        tables.append(evidence(found, rest, about, misread(page.page)))
        clean += [is_clean(story, page) for story in found]
    return Examples(np.concatenate(tables), np.array(clean, dtype=bool))


def pages_of(
    roots: Sequence[Path], known: Statistics, about: Topics, with_: Weights
) -> Iterator[tuple[GoldPage, tuple[Block, ...]]]:
    """The pages with gold below some folders, in all kinds of raw text that these have, with their blocks."""
    for root in roots:
        for page in gold_pages(root, KINDS):
            yield page, strands(page.page, known, about, with_)


def fit(some: Examples) -> Floats:
    """The coefficients of a logistic regression, in the order of `banmian.reading.stories.confidence.NAMES`.

    The penalty is on evidence of one spread, so that what is told in hundreds of nats costs as much as a yes or no.
    """
    middle, spread = some.table.mean(axis=0), some.table.std(axis=0) + 1e-9
    middle[0], spread[0] = 0.0, 1.0  # the constant
    penalty = np.where(np.arange(len(NAMES)) == 0, 0.0, PENALTY)
    found: Floats = logistic((some.table - middle) / spread, some.clean, penalty) / spread
    found[0] -= found[1:] @ middle[1:]
    return found


def _gathered(roots: Sequence[Path], known: Statistics, about: Topics, with_: Weights) -> Examples:
    return examples(pages_of(roots, known, about, with_), known, about, with_)


@app.command("fit")
def fit_command(
    roots: Roots,
    statistics_file: StatisticsFile = None,
    topics_file: TopicsFile = None,
    start: Start = RESOURCE,
    out: Out = RESOURCE,
) -> None:
    """Fit the coefficients to the pages, and write them into the weights."""
    known, about = statistics(statistics_file), topics(topics_file)
    some = _gathered(roots, known, about, weights(start))
    found = fit(some).astype(np.float32)
    replace(weights(start), confidence=found).save(out)
    typer.echo("\n".join(f"{name:<25} {value:7.2f}" for name, value in zip(NAMES, found, strict=True)))
    typer.echo("\n".join(calibration(confidences(some.table, found), some.clean.tolist())))


@app.command("measure")
def measure_command(roots: Roots) -> None:
    """Print how often articles of each confidence are clean, with the coefficients of the package."""
    some = _gathered(roots, statistics(), topics(), weights())
    typer.echo("\n".join(calibration(confidences(some.table, weights().confidence), some.clean.tolist())))


if __name__ == "__main__":
    app()
