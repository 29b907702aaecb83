"""Fit the weights of places where lines that ran together are cut.

`python -m banmian.fit.run_together fit PAGES` prints the weights that stand in `banmian.reading.columns.run_together`;
`... measure PAGES` counts places found and places made up. Both on pages with gold whose stories are placed anew and
read as an OCR engine reads them (`banmian.fit.recomposing`): each line that is two is known there. A line has places
where it may be cut, and one more answer: nowhere. As the first cuts tell of the next ones, half of the pages are seen
with some of their lines cut.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray
from scipy.optimize import minimize

from banmian.fit.columns_truth import truth
from banmian.fit.pages import gold_pages
from banmian.fit.recomposing import Reading, Recomposed, as_one, recomposed
from banmian.language import Statistics, statistics
from banmian.reading.columns.run_together import WEIGHTS, cut_texts, places

Floats = NDArray[np.float64]

KIND = "raster"
# The share of the true cuts that is made already, on pages that are seen as the later passes see them.
CUT = 0.6
PENALTY = 1.0


@dataclass(frozen=True, slots=True)
class Together:
    """A page as an engine reads it.

    Args:
        texts: of its lines.
        cuts: where each is two: offsets into its text.
    """

    texts: tuple[str, ...]
    cuts: tuple[tuple[int, ...], ...]


def together(root: Path, *, seed: int) -> Iterator[Together]:
    """The pages below a folder, placed anew and read as an engine reads them."""
    for number, page in enumerate(gold_pages(root, (KIND,), columns=False)):
        told = truth([line.text for line in page.page.lines], page.gold)
        new = recomposed(page.page.lines, told, seed=seed + number, reading=Reading.ENGINE)
        yield _as_read(new, seed + number)


def _as_read(page: Recomposed, seed: int) -> Together:
    one, cuts = as_one(page, 1.0, seed=seed)
    return _bare(Together(tuple(line.text for line in one.rows.lines), cuts))


def _bare(page: Together) -> Together:
    """The page without spaces."""
    cuts = [
        tuple(len("".join(text[:at].split())) for at in where)
        for text, where in zip(page.texts, page.cuts, strict=True)
    ]
    return Together(tuple("".join(text.split()) for text in page.texts), tuple(cuts))


def cut_some(page: Together, share: float, chance: random.Random) -> tuple[Together, NDArray[np.bool_]]:
    """The page with a share of its cuts made, and which of its lines are the left part of one."""
    texts: list[str] = []
    cuts: list[tuple[int, ...]] = []
    lefts: list[bool] = []
    for text, where in zip(page.texts, page.cuts, strict=True):
        made = [at for at in where if chance.random() < share]
        for start, end in zip([0, *made], [*made, len(text)], strict=True):
            texts.append(text[start:end])
            cuts.append(tuple(at - start for at in where if start < at < end))
            lefts.append(end < len(text))
    return Together(tuple(texts), tuple(cuts)), np.array(lefts, dtype=bool)


def fit(pages: Sequence[Together], known: Statistics, *, seed: int = 1) -> dict[str, float]:
    """The weights under which lines are likely to be cut where they should be, with a quadratic penalty."""
    chance = random.Random(seed)  # noqa: S311  pages, not secrets
    numbers, right, line, base = [], [], [], 0
    for page in pages:
        for share in (0.0, CUT):
            seen, lefts = cut_some(page, share, chance)
            found = places(seen.texts, lefts, known)
            numbers.append(found.numbers)
            right.append([int(at) in seen.cuts[i] for i, at in zip(found.line, found.place, strict=True)])
            line.append(found.line + base)
            base += len(seen.texts)
    table, true = np.concatenate(numbers).astype(np.float64), np.concatenate(right).astype(np.float64)
    which, of = np.unique(np.concatenate(line), return_inverse=True)
    told = np.bincount(of, true, len(which)) > 0  # lines that are to be cut, at a place that was looked at

    def loss(theta: Floats) -> tuple[float, Floats]:
        odds = np.exp(np.clip(table @ theta, -30, 30))
        every = 1 + np.bincount(of, odds, len(which))
        wanted = np.where(told, np.bincount(of, odds * true, len(which)), 1.0)
        value = float(np.log(every).sum() - np.log(wanted).sum()) + PENALTY * float((theta[1:] ** 2).sum())
        push = odds / every[of] - np.where(told[of], odds * true / wanted[of], 0.0)
        slope = table.T @ push
        slope[1:] += 2 * PENALTY * theta[1:]
        return value, slope

    result = minimize(loss, np.zeros(len(WEIGHTS)), jac=True, method="L-BFGS-B", options={"maxiter": 300})
    return dict(zip(WEIGHTS, (round(float(value), 2) for value in result.x), strict=True))


def count(page: Together, known: Statistics) -> tuple[int, int, int]:
    """How many places of a page are found, are missed, and are made up."""
    found = [set(cuts) for cuts in cut_texts(page.texts, known)]
    pairs = list(zip(found, map(set, page.cuts), strict=True))
    return (
        sum(len(made & true) for made, true in pairs),
        sum(len(true - made) for made, true in pairs),
        sum(len(made - true) for made, true in pairs),
    )


app = typer.Typer(add_completion=False)
Pages = Annotated[Path, typer.Argument(help="A folder of gold pages with raw texts.", exists=True)]
Counts = Annotated[
    Path | None,
    typer.Option(help="A resource of banmian.language, counted without the month of the pages.", exists=True),
]


@app.command("fit")
def fit_command(pages: Pages, counts: Counts = None, seed: int = 1) -> None:
    """Print the weights."""
    for name, weight in fit(list(together(pages, seed=seed)), statistics(counts)).items():
        typer.echo(f'    "{name}": {weight},')


@app.command("measure")
def measure_command(pages: Pages, counts: Counts = None, seed: int = 10_000) -> None:
    """Print how many places are found, are missed, and are made up."""
    known = statistics(counts)
    counted = np.array([count(page, known) for page in together(pages, seed=seed)]).sum(axis=0)
    typer.echo("found {}, missed {}, made up {}".format(*counted))


if __name__ == "__main__":
    app()
