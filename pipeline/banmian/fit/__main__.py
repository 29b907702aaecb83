"""Fit all weights to pages with known answers and write them where the package reads them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Annotated, NamedTuple
from zlib import crc32

import numpy as np
import typer
from numpy.typing import NDArray

from banmian.fit import confidence, headings, links, network, rethinking, structure
from banmian.fit.labels import Place
from banmian.fit.pages import (
    MIXED,
    STREWN,
    UNMIXED,
    WRITTEN,
    GoldPage,
    block_places,
    gold_pages,
    made_pages,
    papers_made,
)
from banmian.fit.press import corpus_articles, furniture, gold_articles
from banmian.fit.side_by_side import side_by_side
from banmian.fit.truth import TrueLinks, states, true_links
from banmian.language import Statistics
from banmian.language.topics import Topics
from banmian.model import Block
from banmian.reading.blocks import evidence
from banmian.reading.blocks.network import Network, Networks
from banmian.reading.blocks.states import HEADING_ROLES
from banmian.reading.blocks.strands import strands
from banmian.reading.links import assignment
from banmian.reading.links import survey as reading_links
from banmian.reading.links.kinds import HEADS
from banmian.reading.links.looks import page_statistics
from banmian.reading.stories import headings as reading_headings
from banmian.reading.weights import RESOURCE, Weights

app = typer.Typer(add_completion=False)

# Penalties and rates were tried on dev: heavier or lighter by three times moves no figure by more than a point.
LINK_PENALTY, HEAD_PENALTY = 2.0, 1.0
RATE, DECAY = 0.03, 0.02
# Pages that are gone through while links are learnt, in all, and times that all are at least: the more pages there are,
# the fewer times they have to be seen.
GONE_THROUGH, LEAST_ROUNDS = 22_000, 6
ORDERS = 3  # orders in which pages are gone through; what they make of a link differs, and the mean errs less
# How much a story of a printed page counts where kicker, headline and deck are learnt: each is printed many times. And
# L-BFGS iterations; from 100 on nothing changes.
PRINTED_COUNT, HEAD_STEPS = 0.1, 100
IN_ROWS = ("layout",)  # raw texts that have heads side by side in one row
MEMBERS, FOLDS = 4, 3  # networks that are asked together about the states of lines; parts that the pages fall into
# Times that the networks go through all pages once more in the end, at a lower rate, those with gold so many times a
# round: made and printed pages are many more, and none of a paper. 3 in 100 of the wrong states come right by it, on
# dev and on printed pages of other articles.
CLOSING_ROUNDS, CLOSING_RATE, REAL_TIMES = 3, 2e-3, 3
# The rate at which networks go on from others, and times that pages written for the project count as links are learnt:
# they are few, and no two are of one paper.
NEXT_RATE, PAPERS_TIMES = 3e-3, 3
BAGS = 2  # times that links are fitted, each to blocks of other networks and to other made pages

Floats = NDArray[np.float32]
_NONE = np.zeros(1, np.float32)  # weights that are not fitted yet


class Known(NamedTuple):
    """What is known of the language."""

    statistics: Statistics
    topics: Topics


@dataclass(frozen=True, slots=True)
class _States:
    """The networks that ship, and those that read the pages that links are fitted to: none has seen the page it reads.

    Links that are learnt from blocks without a fault trust blocks too much.
    """

    shipped: Networks
    unseen: tuple[tuple[Networks, ...], ...]

    def of(self, page: GoldPage, bag: int) -> Networks:
        """The networks of a bag that have not seen the page."""
        return self.unseen[bag][_fold(page.name)]


def fit_states(
    real: Sequence[GoldPage],
    others: Sequence[GoldPage],
    known: Known,
    *,
    rounds: int,
    bags: int,
    jobs: int,
    start: Sequence[Network] = (),
) -> _States:
    """The networks that score the states of lines, and for each bag and fold of the pages one that has not seen it.

    Args:
        real: pages with gold.
        others: printed and made ones.
        known: the language.
        rounds: times that all pages are gone through.
        bags: as many times a network for each fold.
        jobs: fits that run side by side.
        start: networks that those which ship go on from; as many, or none.
    """
    examples = [
        [
            (
                _fold(page.name),
                network.Example(evidence.gather(page.page.lines, known.statistics, known.topics), states(page.places)),
            )
            for page in pages
            if page.page.lines
        ]
        for pages in (real, others)
    ]

    def without(fold: int | None) -> tuple[list[network.Example], ...]:
        return tuple([example for own, example in part if own != fold] for part in examples)

    begun = [*start, *[None] * (MEMBERS - len(start) + FOLDS * bags)]
    tasks = [
        partial(_fit_network, *without(fold), rounds=rounds, seed=seed, start=from_)
        for seed, (fold, from_) in enumerate(
            zip([*[None] * MEMBERS, *list(range(FOLDS)) * bags], begun, strict=True), 1
        )
    ]
    fitted = side_by_side(tasks, jobs)
    unseen = [Networks((one,)) for one in fitted[MEMBERS:]]
    return _States(
        Networks(tuple(fitted[:MEMBERS])), tuple(tuple(unseen[at : at + FOLDS]) for at in range(0, len(unseen), FOLDS))
    )


def _fit_network(
    real: Sequence[network.Example],
    others: Sequence[network.Example],
    *,
    rounds: int,
    seed: int,
    start: Network | None = None,
) -> Network:
    """A network fitted to all pages, and once more with those with gold more often.

    The second time has a seed of its own, so that the pages come in another order.
    """
    rate = NEXT_RATE if start else network.RATE
    begun = network.fit([*real, *others], rounds=rounds, seed=seed, start=start, rate=rate)
    closing = [*list(real) * REAL_TIMES, *others]
    return network.fit(closing, rounds=CLOSING_ROUNDS, seed=seed + 20, start=begun, rate=CLOSING_RATE)


def _fold(name: str) -> int:
    """The fold of a page, the same for each way of getting its text."""
    return crc32(name.encode()) % FOLDS


def link_truth(found: reading_links.Links, blocks: tuple[Block, ...], page: GoldPage) -> TrueLinks:
    """The true links of a page."""
    known = block_places(blocks, page)
    bodies = [(known[blocks[i].lines[0].span.start], known[blocks[i].lines[-1].span.start]) for i in found.bodies]
    heads = [known[blocks[i].lines[0].span.start] for run in found.runs for i in run]
    return true_links(bodies, heads, page.gold)


def fit_links(
    pages: Sequence[reading_links.Links], truths: Sequence[TrueLinks], sets: Sequence[Sequence[int]], *, jobs: int
) -> Floats:
    """The weights of links, for the choice of whole pages: the mean of those that are fitted to each set of the pages.

    Made pages teach what short items have and spoil what extractors do with gaps, pages whose columns were mixed are
    less in order than others; the mean is better than what is fitted to any set.
    """
    chosen = [([pages[i] for i in part], [truths[i] for i in part]) for part in sets]

    def started(number: int) -> NDArray[np.float64]:
        return links.fit(*chosen[number], penalty=LINK_PENALTY, steps=80)

    starts = side_by_side([partial(started, number) for number in range(len(sets))], jobs)

    def learnt(number: int, seed: int) -> NDArray[np.float64]:
        rounds = max(LEAST_ROUNDS, GONE_THROUGH // max(len(sets[number]), 1))
        return structure.learn(*chosen[number], starts[number], rounds=rounds, rate=RATE, decay=DECAY, seed=seed)

    tasks = [partial(learnt, number, seed) for number in range(len(sets)) for seed in range(1, ORDERS + 1)]
    return np.append(np.mean(side_by_side(tasks, jobs), axis=0), 0.0).astype(np.float32)


def fit_looks(
    pages: Sequence[GoldPage],
    blocks: Sequence[tuple[Block, ...]],
    sets: Sequence[Sequence[int]],
    known: Known,
    *,
    jobs: int,
) -> tuple[Floats, Floats]:
    """The weights of links for the first look at the blocks of pages, and for the looks after it."""
    surveys = [reading_links.survey(part, page_statistics(part, known.statistics), known.topics) for part in blocks]
    found = [reading_links.gather(seen) for seen in surveys]
    truths = [link_truth(link, part, page) for link, part, page in zip(found, blocks, pages, strict=True)]
    first = fit_links(found, truths, sets, jobs=jobs)
    for number, seen in enumerate(surveys):  # in place: the links of a thousand pages take gigabytes
        choice = assignment.choose(found[number], assignment.score(found[number], first))
        found[number] = reading_links.gather(seen, choice)
    return first, fit_links(found, truths, sets, jobs=jobs)


def fit_headings(
    pages: Sequence[GoldPage], blocks: Sequence[tuple[Block, ...]], counts: Sequence[float], known: Known
) -> Floats:
    """The weights by which kicker, headline and deck are told apart; `counts` is how much a story of each page counts.

    Of articles of the corpus nobody says which head is the headline, so pages that are set from them are of no use.
    """
    groups, readings, often = [], [], []
    for page, part, count in zip(pages, blocks, counts, strict=True):
        where = block_places(part, page)
        of_article: dict[int, list[tuple[Block, Place]]] = {}
        for block in part:
            place = where[block.lines[0].span.start]
            if block.role in HEADS and place is not None and place.role in HEADING_ROLES:
                of_article.setdefault(place.article, []).append((block, place))
        for heads in of_article.values():
            told = sorted(heads, key=lambda head: head[0].lines[0].span.start)
            reading = headings.reading([place for _, place in told]) if len(told) > 1 else None
            if reading is not None:
                groups += reading_headings.pairs([[block for block, _ in told]], known.statistics)
                readings.append(reading)
                often.append(count)
    return headings.fit(groups, readings, often, penalty=HEAD_PENALTY, steps=HEAD_STEPS).astype(np.float32)


def _made(train: Path, corpus: Path, count: int, seed: int) -> Iterator[GoldPage]:
    """Pages set from the articles of the pages with gold, and as many from those of the corpus."""
    aside = furniture(train)
    for offset, stock in enumerate((gold_articles(train), corpus_articles(corpus))):
        yield from made_pages(list(stock), count // 2, furniture=aside, seed=seed + offset)


def _blocks(page: GoldPage, networks: Networks, known: Known) -> tuple[Block, ...]:
    """The blocks of a page, as networks read its lines."""
    return strands(page.page, known.statistics, known.topics, Weights(networks, _NONE, _NONE, _NONE, _NONE, _NONE))


@app.command()
def main(
    train: Annotated[Path, typer.Argument(help="Folder with pages and their gold (train.tar.gz, unpacked).")],
    corpus: Annotated[Path, typer.Argument(help="Corpus file of the month, to set more pages from.")],
    *,
    printed: Annotated[
        list[Path],
        typer.Option(help="Folder of more pages (banmian.fit.printed_press); may be repeated."),
    ] = [],  # noqa: B006
    statistics: Annotated[Path, typer.Option(help="Statistics counted without that month.")],
    topics: Annotated[Path, typer.Option(help="Topics learnt without that month.")],
    papers: Annotated[
        Path, typer.Option(help="Folder of pages written for the project, to fit to and to set more pages from.")
    ] = Path("fixtures/papers/fit"),
    start: Annotated[
        Path | None, typer.Option(help="Weights whose networks those of lines go on from, at a lower rate.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Where to write the weights.")] = RESOURCE,
    made: Annotated[int, typer.Option(help="Pages to set from articles of both, for the states of lines.")] = 800,
    written: Annotated[int, typer.Option(help="Pages to set from articles of the papers, for the same.")] = 3200,
    linked: Annotated[int, typer.Option(help="Pages of either to set for links.")] = 500,
    rounds: Annotated[int, typer.Option(help="Times that the network goes through the pages.")] = 10,
    bags: Annotated[int, typer.Option(min=1, help="Times that links are fitted, to other networks and pages.")] = BAGS,
    jobs: Annotated[int, typer.Option(help="Fits that run side by side; each takes three to four gigabytes.")] = 2,
) -> None:
    """Fit all weights, in the order in which they are used, and write them."""
    known = Known(Statistics.load(statistics), Topics.load(topics))
    typer.echo("reading pages")
    pages = list(gold_pages(train, (*UNMIXED, *STREWN)))
    mixed = list(gold_pages(train, MIXED))
    own = len(pages)
    of_papers = list(gold_pages(papers, WRITTEN))
    own_articles = list(gold_articles(train))
    pages += [page for folder in printed for page in gold_pages(folder, UNMIXED)]
    further = [page for folder in printed for page in gold_pages(folder, MIXED)]
    typer.echo(f"states: {MEMBERS} networks, and {bags} times {FOLDS} that have not seen a part of the pages")
    made_ones = [*_made(train, corpus, made, seed=1), *papers_made(papers, own_articles, written, seed=1)]
    others = [*pages[own:], *made_ones, *further]
    begun = Weights.load(start).states.members if start else ()
    real = [*pages, *mixed, *of_papers]
    with_gold = [*range(own), *range(len(pages), len(real))]  # all but those that were printed
    told = [real[i] for i in with_gold]
    of_lines = fit_states(told, others, known, rounds=rounds, bags=bags, jobs=jobs, start=begun)
    in_rows = [page for page in further if page.kind in IN_ROWS]
    del others, further, made_ones
    fitted = []
    for bag in range(bags):
        typer.echo(f"links: {bag + 1} of {bags} times")
        # Other pages than those of the networks, and than those of the other times.
        more = list(_made(train, corpus, linked, seed=3 + 2 * bag))
        more += papers_made(papers, own_articles, linked, seed=3 + bag)
        blocks = [_blocks(page, of_lines.of(page, bag), known) for page in real]
        blocks += [_blocks(page, of_lines.shipped, known) for page in more]
        added = range(len(pages), len(pages) + len(mixed))
        plain = [*range(len(pages)), *list(range(added.stop, len(real))) * PAPERS_TIMES]
        sets = (plain, [*plain, *added], [*plain, *range(len(real), len(real) + len(more))])
        fitted.append(fit_looks([*real, *more], blocks, sets, known, jobs=jobs))
    first, second = (np.mean([looks[at] for looks in fitted], axis=0).astype(np.float32) for at in (0, 1))
    typer.echo("heads, worths of stories and confidence")
    # The blocks of the last time, and those of printed pages whose heads stand side by side.
    told_by = [*blocks[: len(real)], *(_blocks(page, of_lines.shipped, known) for page in in_rows)]
    counts = np.full(len(told_by), PRINTED_COUNT)
    counts[with_gold] = 1.0
    heads = fit_headings([*real, *in_rows], told_by, counts.tolist(), known)
    weights = Weights(of_lines.shipped, first, second, _NONE, heads, _NONE)
    read = list(zip(real, blocks[: len(real)], strict=True))
    choices = rethinking.examples(read, known.statistics, known.topics, weights)
    weights = replace(weights, rethinking=rethinking.fit(choices).astype(np.float32))
    articles = confidence.examples(read, known.statistics, known.topics, weights)
    weights = replace(weights, confidence=confidence.fit(articles).astype(np.float32))
    weights.save(out)
    typer.echo(f"wrote {out}")


if __name__ == "__main__":
    app()
