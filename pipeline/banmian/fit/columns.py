"""Fit the weights that columns are taken apart by, and measure what each kind of evidence is worth.

`python -m banmian.fit.columns fit PAGES --printed MORE` writes `reading/columns/columns.npz`; `... mean ONE TWO` the
mean of several that were gone on from one start; `... measure PAGES` prints how right columns come apart, before
anything else reads them; `... ablate PAGES DEV` prints the table that stands in `banmian.reading.columns.apart`.
`--counts` takes a resource of `banmian.language` that was counted without the month of the pages for fitting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from banmian.fit import columns_network
from banmian.fit.columns_network import Example
from banmian.fit.columns_truth import BODY, HEADS, UNCLEAR, Truth, truth
from banmian.fit.pages import UNMIXED, GoldPage, gold_pages
from banmian.fit.recomposing import Reading, as_one, recomposed
from banmian.language import Statistics, Topics, statistics, topics
from banmian.reading.columns.apart import (
    IMPOSSIBLE,
    RESOURCE,
    Apart,
    ColumnWeights,
    assign,
    in_strands,
    odds,
    own_odds,
    second_look,
    settle,
    take_apart,
    weights,
)
from banmian.reading.columns.evidence import (
    ALONE,
    BIAS,
    CLASSES,
    FEATURES,
    NUMBERS,
    REACH,
    Candidates,
    Printed,
    candidates,
    is_strewn,
    numbers,
)
from banmian.reading.columns.heads import NOTHING, Strands, head_numbers, possible
from banmian.reading.columns.network import GridNetwork
from banmian.reading.columns.rows import cut_rows

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]
Ints = NDArray[np.intp]

# One page in so many of each kind of raw text is fitted to: what is mixed, and some that is not.
SHARES = {"raster": 1, "rasterrow": 1, "layout": 2, "pdfminer": 2, "pdftotext": 5, "pdfium": 8}
# The same of each folder of printed pages: the first ones have pages of one paper alone, these many grids. Pages strewn
# with blank lines, as pdftotext leaves them where the leading is wide, are all fitted to: they are mixed.
PRINTED_SHARES = {"raster": 1, "layout": 2, "pdftotext": 6}
# For the ablation one page in so many of those is fitted to.
FEWER = 10
# The kind whose pages are composed anew, once in each way of reading them, of printed ones one in so many as an engine
# reads them; and of the lines that an engine reads as one the share that is not cut before columns are taken apart.
RECOMPOSED, PRINTED_RECOMPOSED = "raster", 3
LEFT_TOGETHER = 0.2
PENALTY = 2.0
ROUNDS = 8
# Numbers of each layer of the network over heads, which have fewer links.
HEADS_HIDDEN = 16


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """A page: its lines, its links, and what gold tells of them."""

    kind: str
    page: Printed
    links: Candidates
    truth: Truth

    def of_links(self) -> NDArray[np.int8]:
        """Whether each link is true."""
        there = self.links.grid(np.ones(len(self.links.lag), np.float32)) > 0
        return self.truth.grid(there)[self.links.second, self.links.lag - 1]

    def read(self, own: Floats32) -> Floats32:
        """What the network of the first look reads."""
        return numbers(self.links, own_odds(self.links, own), self.page.rows)


def sample(page: GoldPage, known: Statistics, about: Topics) -> Sample:
    """The links of a page with a gold page."""
    printed = Printed.of(cut_rows(page.page), known, about)
    return Sample(page.kind, printed, candidates(printed), truth(printed.texts, page.gold))


def again(page: Sample, known: Statistics, about: Topics, seed: int, reading: Reading) -> Sample:
    """A page with its stories in other places; of lines that ran together some are left so, as they would be."""
    new = recomposed(page.page.rows.lines, page.truth, seed=seed, reading=reading)
    if new.together.any():
        new, _ = as_one(new, LEFT_TOGETHER, seed=seed)
    printed = Printed.of(new.rows, known, about)
    return Sample("recomposed", printed, candidates(printed), new.truth)


def samples(root: Path, shares: Mapping[str, int], known: Statistics, about: Topics) -> Iterator[Sample]:
    """Those of the pages below `root` that are fitted to."""
    for start, (kind, share) in enumerate(shares.items()):
        for number, page in enumerate(gold_pages(root, (kind,), columns=False)):
            if number % share == start % share or is_strewn(page.page.lines):
                yield sample(page, known, about)


@dataclass(frozen=True, slots=True, eq=False)
class OfLines:
    """The weights of links of lines: by themselves, and the networks of both looks; what the second one read."""

    own: Floats32
    lines: GridNetwork
    again: GridNetwork
    read: tuple[Example, ...]


def fit_lines(
    pages: Sequence[Sample],
    rounds: int,
    off: frozenset[str],
    tell: Callable[[str], None],
    start: ColumnWeights | None = None,
    *,
    seed: int = 1,
) -> OfLines:
    """The weights of links of lines, as `fit` has them."""
    none = np.array([number for number, (name, _) in enumerate(ALONE) if name in off], dtype=np.intp)
    if start is None:
        own = _logistic([page.links.classes for page in pages], [page.of_links() for page in pages], none)
    else:
        own = start.own
    examples = []
    for page in pages:
        read = without(page.read(own), off)
        examples.append(Example(read.astype(np.float16), page.truth.grid(read[..., 0] > 0), page.truth.told))
    learn = partial(columns_network.fit, rounds=rounds, seed=seed, tell=tell)
    lines = learn(examples, start=None if start is None else start.lines)
    examples = [
        replace(example, numbers=_again(example.numbers.astype(np.float32), lines, page).astype(np.float16))
        for page, example in zip(pages, examples, strict=True)
    ]
    again = learn(examples, start=None if start is None else start.again)
    return OfLines(own, lines, again, tuple(examples))


def fit(
    pages: Sequence[Sample],
    rounds: int = ROUNDS,
    start: ColumnWeights | None = None,
    tell: Callable[[str], None] = lambda _: None,
    *,
    seed: int = 1,
) -> ColumnWeights:
    """The weights of links by themselves, and the networks over them.

    Args:
        pages: the links to fit to.
        rounds: how often the networks go through the pages.
        start: weights to go on from; those of links by themselves stay as they are.
        tell: what is done with a line that says how it goes.
        seed: of the networks, see `columns_network.fit`.
    """
    found = fit_lines(pages, rounds, frozenset(), tell, start, seed=seed)
    of_heads = []
    for page, example in zip(pages, found.read, strict=True):
        if page.kind in UNMIXED:
            continue
        read = example.numbers.astype(np.float32)
        before = assign(odds(read, found.again))
        wide = head_numbers(read[..., :FEATURES], Strands.follow(before), page.page)
        of_heads.append(Example(wide.astype(np.float16), page.truth.heads(possible(wide)), page.truth.told))
    before_heads = None if start is None else start.heads
    heads = columns_network.fit(of_heads, rounds=rounds, hidden=HEADS_HIDDEN, start=before_heads, tell=tell, seed=seed)
    return ColumnWeights(found.own, found.lines, found.again, heads)


def _again(read: Floats32, lines: GridNetwork, page: Sample) -> Floats32:
    return second_look(read, odds(read, lines), page.page)


def without(read: Floats32, off: frozenset[str]) -> Floats32:
    """Numbers without kinds of evidence."""
    kinds = [name for name, count in NUMBERS for _ in range(count)]
    return read * np.array([name not in off for name in kinds], dtype=np.float32)


def _logistic(tables: Sequence[Ints], truths: Sequence[NDArray[np.int8]], off: Ints) -> Floats32:
    """The weights of classes under which the truth is likeliest, with a quadratic penalty; the bias comes last."""
    truth = np.concatenate(truths)
    table = np.hstack(tables)
    classes = np.delete(table.T[truth != UNCLEAR], off[off < len(table)], axis=1)
    truth = truth[truth != UNCLEAR]
    count, kinds = classes.shape
    ones = np.ones(count * kinds, dtype=np.float32)
    table = csr_matrix(
        (ones, classes.astype(np.int32).ravel(), np.arange(0, count * kinds + 1, kinds)), (count, CLASSES)
    )
    back = table.T.tocsr()
    sign = (2 * truth - 1).astype(np.float32)

    def loss(theta: Floats) -> tuple[float, Floats]:
        small = theta.astype(np.float32)
        margin = sign * (table @ small[:BIAS] + small[BIAS])
        value = float(np.logaddexp(0, -margin).sum(dtype=np.float64)) + PENALTY * float((theta[:BIAS] ** 2).sum())
        push = -sign / (1 + np.exp(np.clip(margin, -30, 30)))
        slope = np.append(back @ push, push.sum()).astype(np.float64)
        slope[:BIAS] += 2 * PENALTY * theta[:BIAS]
        return value, slope

    result = minimize(loss, np.zeros(CLASSES + 1), jac=True, method="L-BFGS-B", options={"maxiter": 80, "maxcor": 12})
    theta: Floats = result.x
    return theta.astype(np.float32)


# Kinds of evidence that tell of one thing, for the links by themselves and for the network.
GROUPS: dict[str, frozenset[str]] = {
    "nothing": frozenset(),
    "joins of characters": frozenset(
        {"join", "better than other lines before", "better than other lines after", "better than others"}
    ),
    "starts and ends": frozenset(
        {"begins a paragraph", "ends a paragraph", "begins with, ends with", "begins and ends a paragraph", "ends"}
        | {"forms"}
    ),
    "widths": frozenset({"wider", "first short of measure", "second short of measure", "short of measure", "widths"}),
    "lag": frozenset({"lag", "odds of the next with the same lag"}),
    "blank lines": frozenset({"blank lines"}),
    "rows apart": frozenset({"rows apart"}),
    "horizontal place": frozenset({"to the right"}),
}
MIXED = ("raster", "rasterrow", "layout")


@dataclass(frozen=True, slots=True)
class Figures:
    """How right columns come apart.

    Args:
        found: of the true links the share that is found.
        true: of the links found the share that is true.
        heads: of the lines of heads the share that no line of text goes on from or in.
        begins: of the stories with a head the share whose text is the first that begins after their headline.
    """

    found: float
    true: float
    heads: float
    begins: float


def measure(pages: Sequence[Sample], separate: Callable[[Sample], Apart]) -> Figures:
    """How right pages come apart."""
    there = found = chosen = right = heads = alone = stories = begun = 0
    for page in pages:
        truth, apart = page.truth, separate(page)
        for line, place in enumerate(truth.places):
            if place is None:
                continue
            first, true = int(apart.before[line]), int(truth.before[line])
            wanted = true != NOTHING and truth.within(line) and 0 < line - true <= REACH
            there, found = there + wanted, found + (wanted and first == true)
            if first != NOTHING and truth.places[first] is not None and (first != true or wanted):
                chosen, right = chosen + 1, right + (first == true)
        following = {int(first): line for line, first in enumerate(apart.before) if first != NOTHING}
        roles = [None if place is None else place.role for place in truth.places]
        for line in (line for line, role in enumerate(roles) if role in HEADS):
            beside = (int(apart.before[line]), following.get(line, NOTHING))
            heads, alone = heads + 1, alone + all(at == NOTHING or roles[at] not in BODY for at in beside)
        told = _beginnings(page, apart)
        stories, begun = stories + len(told), begun + sum(told)
    return Figures(found / max(there, 1), right / max(chosen, 1), alone / max(heads, 1), begun / max(stories, 1))


def _beginnings(page: Sample, apart: Apart) -> list[bool]:
    """For each story with a head, whether its text is the first that begins after its headline."""
    number = {line.span.start: at for at, line in enumerate(page.page.rows.lines)}
    places = [page.truth.places[number[line.span.start]] for line in in_strands(page.page.rows.lines, apart)]
    first: dict[int, int] = {}  # the first part of the text of each story
    for place in places:
        if place is not None and place.role in BODY:
            first[place.article] = min(place.block, first.get(place.article, place.block))
    out: dict[int, bool] = {}
    waiting: int | None = None
    for place in places:
        if place is None or place.start:
            continue
        if place.role == "headline":
            waiting = place.article
            out[waiting] = False
        elif waiting is not None and place.role in BODY and first[place.article] == place.block:
            out[waiting] = waiting == place.article
            waiting = None
    return list(out.values())


def by_lines(fitted: OfLines, off: frozenset[str], looks: int) -> Callable[[Sample], Apart]:
    """How pages come apart by links of lines: by themselves alone (0 looks), or after the first or the second."""

    def separate(page: Sample) -> Apart:
        score = own = page.links.grid(own_odds(page.links, fitted.own), IMPOSSIBLE)
        read = without(page.read(fitted.own), off)
        if looks:
            score = odds(read, fitted.lines)
        if looks > 1:
            score = odds(second_look(read, score, page.page), fitted.again)
        return settle(assign(score), own, sure=True)

    return separate


def as_gold(page: Sample) -> Apart:
    """How a page should come apart."""
    lag = np.arange(len(page.truth.before)) - page.truth.before
    near = [
        before != NOTHING and 0 < lag[line] <= REACH and page.truth.within(line)
        for line, before in enumerate(page.truth.before.tolist())
    ]
    before = np.where(near, page.truth.before, NOTHING)
    there = page.links.grid(np.ones(len(page.links.lag), np.float32)) > 0
    strands = Strands.follow(before)
    begins, ends = np.zeros(len(before), bool), np.zeros(len(before), bool)
    begins[strands.first], ends[strands.last] = True, True
    second, place = np.nonzero(there)
    there[second, place] = begins[second] & ends[second - place - 1]
    apart = settle(before, np.zeros((len(lag), REACH), np.float32), sure=True)
    return replace(apart, under=page.truth.under(there))


app = typer.Typer(add_completion=False)
Pages = Annotated[Path, typer.Argument(help="A folder of gold pages with raw texts.", exists=True)]
Counts = Annotated[
    Path | None,
    typer.Option(help="A resource of banmian.language, counted without the month of the pages.", exists=True),
]
About = Annotated[Path | None, typer.Option("--topics", help="Topics learnt without it.", exists=True)]


@app.command("fit")
def fit_command(
    pages: Pages,
    *,
    counts: Counts = None,
    about: About = None,
    path: Path = RESOURCE,
    rounds: int = ROUNDS,
    start: Annotated[Path | None, typer.Option(help="Weights to go on from.", exists=True)] = None,
    fewer: Annotated[int, typer.Option(help="Take one page in so many, but of those of OCR engines all.")] = 1,
    printed: Annotated[
        list[Path],
        typer.Option(help="Folder of more pages (banmian.fit.printed_press); may be repeated.", exists=True),
    ] = [],  # noqa: B006
    seed: Annotated[int, typer.Option(help="Of the networks, and of the places that stories are put in.")] = 1,
) -> None:
    """Fit the weights and write them.

    Those that ship were gone on from (`--start`) with 1,000 printed pages: two with fewer of them, from the mean of
    these two with more and from their mean two with all, each with a seed; they are the `mean` of the last four.
    """
    known, topic = statistics(counts), topics(about)
    mixed = list(samples(pages, {RECOMPOSED: 1}, known, topic))
    more = [
        again(page, known, topic, seed * len(mixed) * len(Reading) + len(mixed) * reading.value + number, reading)
        for reading in Reading
        for number, page in enumerate(mixed)
        if reading is Reading.ENGINE or number % fewer == 0
    ]
    others = {kind: share * fewer for kind, share in SHARES.items() if kind != RECOMPOSED}
    some = [*mixed[::fewer], *samples(pages, others, known, topic)]
    shares = {kind: share * fewer for kind, share in PRINTED_SHARES.items()}
    laid = [page for folder in printed for page in samples(folder, shares, known, topic)]
    some += laid
    in_turn = [page for page in laid if page.kind == RECOMPOSED][::PRINTED_RECOMPOSED]
    more += [again(page, known, topic, seed + number, Reading.ENGINE) for number, page in enumerate(in_turn)]
    fit([*some, *more], rounds, None if start is None else weights(start), typer.echo, seed=seed).save(path)


@app.command("mean")
def mean_command(
    fitted: Annotated[list[Path], typer.Argument(help="Weights that were gone on from one start.", exists=True)],
    path: Path = RESOURCE,
) -> None:
    """Write the mean of weights: what one fit learnt by chance from its order of the pages, the others did not."""
    parts = []
    for each in fitted:
        with np.load(each) as arrays:
            parts.append(dict(arrays))
    mean = {name: np.mean([part[name] for part in parts], axis=0) for name in parts[0]}
    np.savez_compressed(path, allow_pickle=False, **mean)


@app.command("measure")
def measure_command(pages: Pages, counts: Counts = None, about: About = None, path: Path = RESOURCE) -> None:
    """Print how right columns come apart, and what gold itself would give."""
    fitted = weights(path)
    typer.echo(f"{'':12}{'links found':>13}{'links true':>13}{'heads alone':>13}{'heads before their text':>26}")
    for kind in MIXED:
        measured = list(samples(pages, {kind: 1}, statistics(counts), topics(about)))
        got, best = measure(measured, lambda page: take_apart(page.page, fitted, sure=True)), measure(measured, as_gold)
        typer.echo(
            f"{kind:12}{got.found:13.3f}{got.true:13.3f}{got.heads:13.3f}{got.begins:13.3f} of {best.begins:.3f}"
        )


@app.command("ablate")
def ablate_command(
    pages: Pages,
    dev: Path,
    *,
    counts: Counts = None,
    about: About = None,
    rounds: int = 6,
    share: Annotated[int, typer.Option(help="Measure on one page in so many of those for checking.")] = 2,
) -> None:
    """Print recall and precision of links with each kind of evidence off, one at a time."""
    few = {kind: FEWER * share for kind, share in SHARES.items()}
    fitted = list(samples(pages, few, statistics(counts), topics(about)))
    measured = {kind: list(samples(dev, {kind: share}, statistics(), topics())) for kind in MIXED}
    typer.echo(f"{'without':20}" + "".join(f"{kind:>16}" for kind in MIXED))

    def show(name: str, separate: Callable[[Sample], Apart]) -> None:
        figures = [measure(measured[kind], separate) for kind in MIXED]
        typer.echo(f"{name:20}" + "".join(f"{figure.found:10.3f} {figure.true:.3f}" for figure in figures))

    for name, off in GROUPS.items():
        found = fit_lines(fitted, rounds, off, lambda _: None)
        show(name, by_lines(found, off, looks=2))
        if not off:
            show("the second look", by_lines(found, off, looks=1))
            show("everything around", by_lines(found, off, looks=0))


if __name__ == "__main__":
    app()
