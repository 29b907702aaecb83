"""Fit all weights to pages with known answers and write them where the package reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from banmian.fit import confidence, headings, links, network, structure
from banmian.fit.labels import Place, places
from banmian.fit.pages import STREWN, UNMIXED, GoldPage, gold_pages, made_pages
from banmian.fit.press import corpus_articles, furniture, gold_articles
from banmian.fit.truth import TrueLinks, states, true_links
from banmian.language import Statistics
from banmian.language.topics import Topics
from banmian.model import Block
from banmian.reading import assignment, evidence
from banmian.reading import headings as reading_headings
from banmian.reading import links as reading_links
from banmian.reading.network import Networks
from banmian.reading.states import HEADING_ROLES
from banmian.reading.stories import page_statistics
from banmian.reading.strands import strands
from banmian.reading.weights import RESOURCE, Weights

app = typer.Typer(add_completion=False)

# Penalties and rates were tried on dev: heavier or lighter by three times moves no figure by more than a point.
LINK_PENALTY, HEAD_PENALTY = 2.0, 2.0
ROUNDS, RATE, DECAY = 20, 0.03, 0.02
MEMBERS = 3  # networks that are asked together about the states of lines

Floats = NDArray[np.float32]


def fit_states(pages: list[GoldPage], known: Statistics, rounds: int) -> Networks:
    """The networks that score the states of lines."""
    examples = [
        network.Example(evidence.gather(page.page.lines, known), states(page.places))
        for page in pages
        if page.page.lines
    ]
    members = []
    for seed in range(1, MEMBERS + 1):
        members.append(network.fit(examples, rounds=rounds, seed=seed))
        typer.echo(f"states: {seed} of {MEMBERS} networks")
    return Networks(tuple(members))


def block_places(blocks: tuple[Block, ...], page: GoldPage) -> dict[int, Place | None]:
    """The place in gold of each line of the blocks, by where the line begins in the source."""
    lines = [line for block in blocks for line in block.lines]
    return {
        line.span.start: place
        for line, place in zip(lines, places([line.text for line in lines], page.gold), strict=True)
    }


def link_truth(found: reading_links.Links, blocks: tuple[Block, ...], page: GoldPage) -> TrueLinks:
    """The true links of a page."""
    known = block_places(blocks, page)
    bodies = [(known[blocks[i].lines[0].span.start], known[blocks[i].lines[-1].span.start]) for i in found.bodies]
    heads = [known[blocks[i].lines[0].span.start] for run in found.runs for i in run]
    return true_links(bodies, heads, page.gold)


def fit_links(pages: list[reading_links.Links], truths: list[TrueLinks], name: str) -> Floats:
    """The weights of links, for the choice of whole pages."""
    start = links.fit(pages, truths, penalty=LINK_PENALTY, steps=80)
    fitted = structure.learn(pages, truths, start, rounds=ROUNDS, rate=RATE, decay=DECAY)
    typer.echo(f"{name}: {len(pages)} pages")
    return np.append(fitted, 0.0).astype(np.float32)


def fit_headings(
    pages: list[GoldPage],
    blocks: list[tuple[Block, ...]],
    found: list[reading_links.Links],
    truths: list[TrueLinks],
    known: Statistics,
) -> Floats:
    """The weights by which kicker, headline and deck are told apart."""
    groups, readings = [], []
    for page, part, link, truth in zip(pages, blocks, found, truths, strict=True):
        where = block_places(part, page)
        of_article: dict[int, list[Block]] = {}
        for h, article in zip((h for run in link.runs for h in run), truth.heads.tolist(), strict=True):
            if article >= 0:
                of_article.setdefault(article, []).append(part[h])
        for heads in of_article.values():
            at = [where[block.lines[0].span.start] for block in heads]
            stand = [place for place in at if place is not None and place.role in HEADING_ROLES]
            reading = headings.reading(stand) if 1 < len(heads) == len(stand) else None
            if reading is not None:
                groups += reading_headings.pairs([heads], known)
                readings.append(reading)
    return headings.fit(groups, readings, penalty=HEAD_PENALTY, steps=60).astype(np.float32)


@app.command()
def main(
    train: Annotated[Path, typer.Argument(help="Folder with pages and their gold (train.tar.gz, unpacked).")],
    corpus: Annotated[Path, typer.Argument(help="Corpus file of the month, to set more pages from.")],
    *,
    statistics: Annotated[Path, typer.Option(help="Statistics counted without that month.")],
    topics: Annotated[Path, typer.Option(help="Topics learnt without that month.")],
    out: Annotated[Path, typer.Option(help="Where to write the weights.")] = RESOURCE,
    made: Annotated[int, typer.Option(help="Pages to set from articles of both.")] = 400,
    rounds: Annotated[int, typer.Option(help="Times that the network goes through the pages.")] = 24,
) -> None:
    """Fit all weights, in the order in which they are used, and write them."""
    known, about = Statistics.load(statistics), Topics.load(topics)
    typer.echo("reading pages")
    pages = list(gold_pages(train, (*UNMIXED, STREWN)))
    gold_count = len(pages)
    stocks = (list(gold_articles(train)), list(corpus_articles(corpus)))
    for seed, stock in enumerate(stocks, 1):
        pages += made_pages(stock, made // len(stocks), furniture=furniture(train), seed=seed)
    of_lines = fit_states(pages, known, rounds)
    empty = np.zeros(1, np.float32)
    weights = Weights(of_lines, empty, empty, empty, empty)
    blocks = [strands(page.page, known, weights) for page in pages]
    typer.echo("links")
    surveys = [reading_links.survey(part, page_statistics(part, known), about) for part in blocks]
    found = [reading_links.gather(seen) for seen in surveys]
    truths = [link_truth(link, part, page) for link, part, page in zip(found, blocks, pages, strict=True)]
    first = fit_links(found, truths, "first look")
    again = []
    for link, seen in zip(found, surveys, strict=True):
        choice = assignment.choose(link, assignment.score(link, first))
        again.append(reading_links.gather(seen, choice.before))
    second = fit_links(again, truths, "second look")
    heads = fit_headings(pages[:gold_count], blocks[:gold_count], found[:gold_count], truths[:gold_count], known)
    weights = Weights(of_lines, first, second, heads, empty)
    sure = confidence.fit(pages[:gold_count], blocks[:gold_count], known, about, weights).astype(np.float32)
    weights = Weights(of_lines, first, second, heads, sure)
    weights.save(out)
    typer.echo(f"wrote {out}")


if __name__ == "__main__":
    app()
