"""Fit the weights that columns are taken apart by, and measure what each kind of evidence is worth.

`python -m banmian.fit.columns fit PAGES` writes `reading/columns.npz`; `... ablate PAGES DEV` prints the table that
stands in `banmian.reading.columns`. Both take `--counts`, a resource of `banmian.language` that was counted without the
month of the pages for fitting.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from banmian.fit.labels import GoldText, gold_text
from banmian.fit.pages import GoldPage, gold_pages
from banmian.language import Statistics, statistics
from banmian.reading.columns import HOPELESS, RESOURCE, assign, odds, own_odds, probability, total
from banmian.reading.columns_evidence import (
    AROUND_THEM,
    BIAS,
    CLASSES,
    KINDS,
    Candidates,
    around,
    bare_texts,
    candidates,
    rest,
)
from banmian.reading.rows import cut_rows

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]
Ints = NDArray[np.intp]

BODY = frozenset({"lead", "paragraph", "subhead"})
YES, NO, UNCLEAR = 1, 0, -1
# Places of one line in the gold page that are looked at.
MOST_PLACES = 40
# One page in so many of each kind of raw text is fitted to: what is mixed, and some that is not.
SHARES = {"raster": 1, "rasterrow": 3, "layout": 2, "pdfminer": 2, "pdftotext": 6, "pdfium": 6}
ROUNDS = 4
PENALTY = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """The links of one page, and which of them are true."""

    links: Candidates
    truth: Ints


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where the lines of a page stand in its gold page: all places of each, for a quotation may be printed twice."""

    whole: GoldText
    starts: tuple[frozenset[int], ...]
    sizes: tuple[int, ...]

    @classmethod
    def find(cls, texts: Sequence[str], gold: Mapping[str, Any]) -> Whereabouts:
        """Look up all lines; `texts` are without white space."""
        whole = gold_text(gold)
        return cls(whole, tuple(frozenset(_hits(text, whole.text)) for text in texts), tuple(map(len, texts)))

    def link(self, first: int, second: int) -> int:
        """Whether one line goes on from another: in its part, or as the next paragraph of its story."""
        ends = {at + self.sizes[first] for at in self.starts[first]}
        starts = self.starts[second]
        if not ends or not starts:
            return UNCLEAR
        if ends & starts:
            return NO if all(self.furniture(at) for at in ends & starts) else YES
        follows = [at for at in ends if at + 1 in starts]
        if not follows:
            return NO
        kinds = [self._next(at) for at in follows]
        return YES if YES in kinds else UNCLEAR if UNCLEAR in kinds else NO

    def furniture(self, at: int) -> bool:
        """Whether a place is in the furniture."""
        return self.part(at)[1] < 0

    def part(self, at: int) -> tuple[int, int, int, str]:
        """The part that a place is in."""
        return self.whole.parts[max(bisect_right(self.whole.parts, at, key=lambda part: part[0]) - 1, 0)]

    def _next(self, at: int) -> int:
        """Whether the part that begins behind the end of another goes on from it."""
        one, two = self.part(at), self.part(at + 1)
        if one[1] != two[1] or one[1] < 0:
            return NO
        return YES if one[3] in BODY and two[3] in BODY else UNCLEAR


def _hits(text: str, whole: str) -> Iterator[int]:
    at = whole.find(text) if text else -1
    for _ in range(MOST_PLACES):
        if at < 0:
            return
        yield at
        at = whole.find(text, at + 1)


def sample(page: GoldPage, known: Statistics) -> Sample:
    """The links of a page with a gold page."""
    rows = cut_rows(page.page)
    texts = bare_texts(rows)
    links = candidates(rows, texts, known.with_page(texts))
    where = Whereabouts.find(texts, page.gold)
    pairs = zip(links.first.tolist(), links.second.tolist(), strict=True)
    return Sample(links, np.array([where.link(first, second) for first, second in pairs], dtype=np.intp))


def samples(root: Path, shares: dict[str, int], known: Statistics) -> Iterator[Sample]:
    """Those of the pages below `root` that are fitted to."""
    for kind, share in shares.items():
        for number, page in enumerate(gold_pages(root, (kind,), columns=False)):
            if number % share == 0:
                yield sample(page, known)


def fit(
    pages: Sequence[Sample], rounds: int = ROUNDS, penalty: float = PENALTY, off: frozenset[str] = frozenset()
) -> Floats32:
    """The weights of all rounds, each fitted to what the round before it makes of the pages.

    Args:
        pages: the links to fit to.
        rounds: how often a page is read.
        penalty: half the inverse variance of the prior on each weight.
        off: names of kinds of evidence that are not to count.
    """
    none = np.array([number for number, (name, _) in enumerate(KINDS) if name in off], dtype=np.intp)
    first = _logistic([page.links.classes for page in pages], [page.truth for page in pages], penalty, none)
    out, kept, scores = [first], [], []
    for page in pages:
        own = own_odds(page.links, first)
        keep = own > HOPELESS
        kept.append(Sample(page.links.take(keep), page.truth[keep]))
        scores.append((own[keep], own[keep]))
    truths = [page.truth for page in kept]
    for _ in range(1, rounds):
        tables = [
            np.vstack([page.links.classes, around(page.links, rest(page.links, own), probability(score))])
            for page, (own, score) in zip(kept, scores, strict=True)
        ]
        weight = _logistic(tables, truths, penalty, none)
        out.append(weight)
        scores = [(own, total(weight, table) + weight[BIAS]) for table, (own, _) in zip(tables, scores, strict=True)]
    return np.stack(out)


def _logistic(tables: Sequence[Ints], truths: Sequence[Ints], penalty: float, off: Ints) -> Floats32:
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
        value = float(np.logaddexp(0, -margin).sum(dtype=np.float64)) + penalty * float((theta[:BIAS] ** 2).sum())
        push = -sign / (1 + np.exp(np.clip(margin, -30, 30)))
        slope = np.append(back @ push, push.sum()).astype(np.float64)
        slope[:BIAS] += 2 * penalty * theta[:BIAS]
        return value, slope

    result = minimize(loss, np.zeros(CLASSES + 1), jac=True, method="L-BFGS-B", options={"maxiter": 80, "maxcor": 12})
    theta: Floats = result.x
    return theta.astype(np.float32)


# Kinds of evidence that tell of one thing.
GROUPS: dict[str, tuple[str, ...]] = {
    "nothing": (),
    "joins of characters": ("join", "better than other lines before", "better than other lines after"),
    "starts and ends": ("begins a paragraph", "ends a paragraph", "begins with, ends with", "forms"),
    "widths": (
        "wider",
        "first short of measure",
        "second short of measure",
        "strand wider",
        "first short of strand",
        "second short of strand",
    ),
    "lag": (
        "lag",
        "lag around",
        "odds of the lag near",
        "odds of the lag in the zone",
        "next lag up around",
        "next lag down around",
        "lag above",
        "lag below",
    ),
    "crossing links": ("crosses links before", "crosses links after", "taken by others"),
    "changed places": (
        "changed places with the next",
        "changed places with the one before",
        "kept place to the next",
        "kept place to the one before",
        "changed places, both likely",
    ),
    "blank lines": ("blank lines",),
    "rows apart": ("rows apart",),
    "horizontal place": ("to the right",),
    "everything around": tuple(name for name, _ in AROUND_THEM),
}


def score(pages: Sequence[Sample], rounds: Floats32) -> tuple[float, float]:
    """Of the true links the share that is found, and of the links found the share that is true."""
    there = found = right = known = 0
    for page in pages:
        links, _, likely = odds(page.links, rounds)
        before = assign(links, likely)
        chosen = before[page.links.second] == page.links.first
        has = np.unique(page.links.second[page.truth == YES])
        there += len(has)
        found += len(np.intersect1d(has, page.links.second[chosen & (page.truth == YES)]))
        right += int((chosen & (page.truth == YES)).sum())
        known += int((chosen & (page.truth != UNCLEAR)).sum())
    return found / max(there, 1), right / max(known, 1)


app = typer.Typer(add_completion=False)
Pages = Annotated[Path, typer.Argument(help="A folder of gold pages with raw texts, for fitting.", exists=True)]
Counts = Annotated[Path | None, typer.Option(help="A resource of banmian.language to fit with.", exists=True)]


@app.command("fit")
def fit_command(pages: Pages, counts: Counts = None, path: Path = RESOURCE) -> None:
    """Fit the weights and write them."""
    np.savez_compressed(path, columns=fit(list(samples(pages, SHARES, statistics(counts)))))


@app.command("ablate")
def ablate_command(pages: Pages, dev: Path, counts: Counts = None) -> None:
    """Print recall and precision of links with each kind of evidence off, one at a time."""
    fitted = list(samples(pages, {kind: 4 * share for kind, share in SHARES.items()}, statistics(counts)))
    kinds = ("raster", "rasterrow", "layout")
    measured = {kind: list(samples(dev, {kind: 1}, statistics())) for kind in kinds}
    typer.echo(f"{'without':20}" + "".join(f"{kind:>16}" for kind in kinds))
    for name, off in GROUPS.items():
        rounds = fit(fitted, off=frozenset(off))
        figures = [score(measured[kind], rounds) for kind in kinds]
        typer.echo(f"{name:20}" + "".join(f"{recall:10.3f} {precision:.3f}" for recall, precision in figures))


if __name__ == "__main__":
    app()
