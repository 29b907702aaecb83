"""Fit how sure an article is that was put together from boxes (`banmian.geometry.stories.confidence`), and measure it.

`python -m banmian.fit.placed fit TRAIN` sets the articles of the gold pages below TRAIN into pages of many make-ups
(`banmian.fit.placed_press`), puts them together again, and fits the coefficients to which came out right. `measure`
prints how often articles of each confidence are right: on such pages of other articles, or on the PDFs of a bench.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np
import typer
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from banmian.fit import placed_press
from banmian.fit.calibration import calibration
from banmian.fit.confidence import BODY, LIKE
from banmian.fit.labels import bare
from banmian.fit.logistic import logistic
from banmian.fit.press import gold_articles
from banmian.geometry.frame import is_vertical
from banmian.geometry.stories.assembling import stories
from banmian.geometry.stories.confidence import NAMES, confidence, features
from banmian.language import Statistics, statistics, topics
from banmian.model import Page
from banmian.reading.links.survey import text_of
from banmian.reading.stories.assembling import Story
from banmian.stages.blocks import Blocks
from banmian.stages.characters import Characters
from banmian.stages.lines import Lines

app = typer.Typer(add_completion=False)

Floats = NDArray[np.float64]

PENALTY = 1.0
PAGES = 160


class Example(NamedTuple):
    """An article that was put together: what its confidence rests on, and whether it came out right."""

    features: tuple[float, ...]
    right: bool


def examples(made: Iterable[tuple[Page, dict[str, Any]]], known: Statistics) -> Iterator[Example]:
    """The articles of pages whose gold is known."""
    for raw, gold in made:
        page = Blocks()(Lines()(Characters()(raw)))
        lines = [line for block in page.blocks for line in block.lines]
        found, _ = stories(page.blocks, page.layout, known, topics())
        row = partial(features, vertical=is_vertical(lines))
        wanted = {_heads(article): _body(article) for article in gold["articles"]}
        for story in found:
            yield Example(row(story.odds, story.heads, story.body, len(story.doubts)), _right(story, wanted))


def _heads(article: dict[str, Any]) -> str:
    return "".join(bare(article.get(name)) for name in ("kicker", "headline", "deck"))


def _body(article: dict[str, Any]) -> str:
    return "".join(bare(block["text"]) for block in article["blocks"] if block["role"] in BODY)


def _right(story: Story, wanted: dict[str, str]) -> bool:
    """Whether a story has the heads of an article and its body."""
    heads = "".join(bare(text_of(block)) for block in story.heads)
    body = "".join(bare(text_of(block)) for block in story.body if block.role in BODY)
    return heads in wanted and bool(Levenshtein.normalized_similarity(wanted[heads], body) >= LIKE)


def fit(some: Sequence[Example]) -> Floats:
    """The coefficients of a logistic regression, in the order of `banmian.geometry.stories.confidence.NAMES`."""
    table, right = np.array([one.features for one in some]), np.array([one.right for one in some], dtype=bool)
    return logistic(table, right, np.where(np.arange(len(NAMES)) == 0, 0.0, PENALTY))


@app.command("fit")
def fit_command(
    train: Path,
    count: Annotated[int, typer.Option("--pages", help="How many pages to set.")] = PAGES,
    statistics_file: Annotated[
        Path | None, typer.Option("--statistics", help="N-grams that do not know TRAIN.")
    ] = None,
) -> None:
    """Fit the coefficients to pages set from articles below TRAIN; print them for `geometry/stories/confidence.py`."""
    stock = list(gold_articles(train))
    some = list(examples(placed_press.pages(stock, count), statistics(statistics_file)))
    theta = fit(some).round(2)
    typer.echo(f"COEFFICIENTS = ({', '.join(f'{value:g}' for value in theta)})")
    told = [confidence(one.features, tuple(theta.tolist())) for one in some]
    typer.echo("\n".join(calibration(told, [one.right for one in some])))


@app.command("measure")
def measure_command(
    train: Path,
    count: Annotated[int, typer.Option("--pages", help="How many pages to set.")] = PAGES,
    pdfs: Annotated[bool, typer.Option("--pdfs", help="Measure on the PDFs below TRAIN, beside their gold.")] = False,
) -> None:
    """Print how often articles of each confidence are right, with the coefficients of the package."""
    made = _of_pdfs(train) if pdfs else placed_press.pages(list(gold_articles(train)), count, seed=2)
    some = list(examples(made, statistics()))
    typer.echo("\n".join(calibration([confidence(one.features) for one in some], [one.right for one in some])))


def _of_pdfs(root: Path) -> Iterator[tuple[Page, dict[str, Any]]]:
    from banmian.readers import pdf  # noqa: PLC0415  an extra

    for path in sorted(root.rglob("*.gold.json")):
        source = path.with_name(path.name.replace(".gold.json", ".pdf"))
        if source.is_file():
            yield pdf.read(source.read_bytes(), source.name).pages[0], json.loads(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    app()
