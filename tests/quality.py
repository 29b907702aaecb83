"""Measure the accuracy, and compare it with what it was: `make quality`.

    python tests/quality.py                                  print the figures beside their floors
    python tests/quality.py --update                         raise the floors to what was measured
    python tests/quality.py --update --allow-regression      ... and lower those that were missed
    python tests/quality.py --gated                          only what must hold, as the tests do

Floors may rise and never sink by themselves. `floors.toml` also holds the digests of score.py and of all texts and
answers, so that a changed bench cannot pass for a better or worse banmian. Ends with 4 where the gate is shut.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from bench.accuracy import GATED, MIXED, REPORTED, Measured, Suite, have_bench, measure, scorer

FLOORS = Path(__file__).with_name("floors.toml")

# How far below its floor a figure may lie. Scores are sums of 32-bit floats, which another processor or another numpy
# adds up in another order, so that a decision on the edge may fall to the other side: one article may be lost by that.
# Where a suite has so few articles that this would let through what a person sees, nothing may be lost.
ARTICLES_LOST = 1
FEW_ARTICLES = 20
# What happens to characters and spaces is settled by rules alone, without any floats. Which blocks are right, and so
# have their spaces counted, is not: this much for one block of some tens of characters, all of whose spaces were wrong.
SPACES_LOST = 0.0005
ROUNDING = 0.00005  # figures have four digits

# What the project promised for the mean of the suites of page and county that are gated.
AIMS: Mapping[str, float] = {
    "kept": 1.0,
    "spaces": 0.998,
    "names": 0.97,
    "b3": 0.95,
    "paragraph": 0.93,
    "heads": 0.90,
    "clean": 0.80,
    "perfect": 0.60,
}

# ... for the mean of those whose columns alternate or stand side by side ...
MIXED_AIMS: Mapping[str, float] = {"b3": 0.90, "paragraph": 0.80, "heads": 0.75, "clean": 0.55}

# ... and for pages that are read from their PDFs.
PDF_AIMS: Mapping[str, float] = {"b3": 0.99, "paragraph": 0.97, "heads": 0.97, "clean": 0.93, "perfect": 0.80}

SHUT = 4
NOTHING = 2


class Floor(NamedTuple):
    """What a suite had: its figures, and the digest of its texts and answers. Only those gated must have it again."""

    gated: bool
    digest: str
    articles: int
    figures: Mapping[str, float]


class Floors(NamedTuple):
    """All floors, and the digest of the score.py that they were measured with."""

    score: str
    of: Mapping[Suite, Floor]


class RegressionError(ValueError):
    """Floors that would have to be lowered."""


def epsilon(figure: str, articles: int) -> float:
    """How far below its floor a figure of a suite of so many articles may lie."""
    if figure == "kept" or articles < FEW_ARTICLES:
        return ROUNDING
    if figure == "spaces":
        return SPACES_LOST + ROUNDING
    return ARTICLES_LOST / articles + ROUNDING


def faults(measured: Sequence[Measured], floors: Floors, score: str) -> list[str]:
    """What keeps the gate shut: a changed bench, a suite without floors, a gated figure below its floor."""
    out = []
    if score != floors.score:
        out.append("score.py is not the one that the floors were measured with")
    for one in measured:
        floor = floors.of.get(one.suite)
        if floor is None:
            out.append(f"{one.suite} has no floors")
        elif floor.digest != one.digest:
            out.append(f"{one.suite}: its texts or answers are not those that the floors were measured with")
        elif floor.gated:
            out += [f"{one.suite}: {what}" for what in _below(one, floor)]
    return out


def _below(one: Measured, floor: Floor) -> list[str]:
    return [
        f"{figure} is {one.figures[figure]:.4f}, below its floor of {least:.4f} (by more than {allowed:.4f})"
        for figure, least in floor.figures.items()
        if one.figures[figure] < least - (allowed := epsilon(figure, one.articles))
    ]


def updated(
    measured: Sequence[Measured],
    floors: Floors,
    score: str,
    *,
    gated: Sequence[Suite] = GATED,
    allow_regression: bool = False,
) -> Floors:
    """The floors with what was measured: raised, and the bench pinned anew.

    Raises:
        RegressionError: a figure lies below its floor, and lowering floors was not asked for.
    """
    lower = [
        f"{one.suite}: {figure} from {least:.4f} to {one.figures.get(figure, 0.0):.4f}"
        for one in measured
        if one.suite in floors.of
        for figure, least in floors.of[one.suite].figures.items()
        if one.figures.get(figure, 0.0) < least
    ]
    if lower and not allow_regression:
        raise RegressionError("\n".join(lower))
    new = {one.suite: Floor(one.suite in gated, one.digest, one.articles, one.figures) for one in measured}
    return Floors(score, {**floors.of, **new})


def load(path: Path) -> Floors:
    """The floors of a file; none where there is no file."""
    if not path.is_file():
        return Floors("", {})
    values = tomllib.loads(path.read_text(encoding="utf-8"))
    of = {}
    for pages, raws in values["suites"].items():
        for raw, row in raws.items():
            of[Suite(pages, raw)] = Floor(row["mode"] == "gate", row["digest"], row["articles"], row["figures"])
    return Floors(values["score"], of)


def text(floors: Floors) -> str:
    """Floors as TOML."""
    parts = [
        "# The floors of `make quality`: what the default pipeline reached, by suite and raw text. Written by\n"
        "# `python tests/quality.py --update`, which raises floors and lowers none unasked. mode: what is gated fails\n"
        "# the tests when it sinks, what is reported is printed. digest: of the texts and answers.\n"
        f'score = "{floors.score}"\n'
    ]
    for suite, floor in sorted(floors.of.items()):
        figures = "".join(f"{figure} = {value:.4f}\n" for figure, value in floor.figures.items())
        table = f"suites.{suite.pages}.{suite.raw}"
        mode = "gate" if floor.gated else "report"
        parts.append(
            f'[{table}]\nmode = "{mode}"\ndigest = "{floor.digest}"\narticles = {floor.articles}\n'
            f"[{table}.figures]\n{figures}"
        )
    return "\n".join(parts)


def save(floors: Floors, path: Path) -> None:
    """Write floors, all or nothing: who is interrupted keeps the old ones."""
    new = path.with_name(path.name + ".new")
    new.write_text(text(floors), encoding="utf-8", newline="\n")
    new.replace(path)


def table(measured: Sequence[Measured], floors: Floors) -> str:
    """The figures, with `<` behind those that are below their floors, and `+` behind those that could raise them."""
    names = list(measured[0].figures)
    out = [f"{'suite':<20} {'pages':>5} {'articles':>8} " + " ".join(f"{name:>10}" for name in names)]
    for one in measured:
        floor = floors.of.get(one.suite)
        cells = []
        for name in names:
            value, least = one.figures[name], floor.figures.get(name) if floor else None
            allowed = epsilon(name, one.articles)
            sign = (
                " "
                if least is None or value == least
                else "+"
                if value > least
                else "<"
                if value < least - allowed
                else "-"
            )
            cells.append(f"{value:>9.4f}{sign}")
        mode = "" if floor is None else "" if floor.gated else " report"
        out.append(f"{one.suite!s:<20} {one.pages:>5} {one.articles:>8} {' '.join(cells)}{mode}")
    return "\n".join(out)


def aims(measured: Sequence[Measured]) -> str:
    """The mean of the suites of page and county that are gated, beside what was promised."""
    held = [one for one in measured if one.suite in GATED and one.suite not in MIXED]
    some = [one for one in held if one.suite.pages in ("page", "county")]
    texts = [one for one in some if one.suite.raw not in ("pdf", "boxes")]
    parts = [_beside(AIMS, texts, f"mean of {len(texts)} (page and county, gated)")] if texts else []
    mixed = [one for one in measured if one.suite in MIXED and one.suite.raw in ("raster", "rasterrow", "layout")]
    parts += [_beside(MIXED_AIMS, mixed, f"mean of {len(mixed)} (page and county, mixed)")] if mixed else []
    parts += [_beside(PDF_AIMS, [one], str(one.suite)) for one in some if one.suite.raw == "pdf"]
    return "\n".join(parts)


def _beside(promised: Mapping[str, float], some: Sequence[Measured], what: str) -> str:
    told = []
    for figure, aim in ((f, aim) for f, aim in promised.items() if f in some[0].figures):
        value = sum(one.figures[figure] for one in some) / len(some)
        told.append(f"{figure} {value:.4f} ({'>=' if round(value, 4) >= aim else 'short of'} {aim})")
    return f"{what}: " + ", ".join(told)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and compare or update."""
    ask = argparse.ArgumentParser(description="Measure the accuracy, and compare it with its floors.")
    ask.add_argument("--update", action="store_true", help="raise the floors to what was measured, and pin the bench")
    ask.add_argument("--allow-regression", action="store_true", help="with --update: lower floors as well")
    ask.add_argument("--gated", action="store_true", help="only the suites that must hold")
    args = ask.parse_args(arguments)
    if not have_bench():
        print("quality: there is no ../shared/bench, so there is nothing to measure on", file=sys.stderr)
        return NOTHING
    floors, score = load(FLOORS), scorer().digest
    measured = measure(GATED if args.gated else (*GATED, *REPORTED))
    print(table(measured, floors))
    print("(+ above its floor, - below it within what is allowed, < below it)")
    print(aims(measured))
    if args.update:
        try:
            save(updated(measured, floors, score, allow_regression=args.allow_regression), FLOORS)
        except RegressionError as error:
            print(f"quality: these floors would sink; --allow-regression lowers them:\n{error}", file=sys.stderr)
            return SHUT
        print(f"quality: floors written to {FLOORS}")
        return 0
    wrong = faults(measured, floors, score)
    for line in wrong:
        print(f"quality: {line}", file=sys.stderr)
    return SHUT if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
