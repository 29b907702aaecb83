"""Fit the odds that one part of a story goes on in another (`banmian.jumps`) to issues with known answers.

`python -m banmian.fit.jumps fit TRAIN --statistics … --topics …` writes `jumps/weights.toml`; `measure DEV` prints how
well the weights do. Real issues with jumps and known answers there are none to be had, so they are made: the pages with
known answers are put together by fours, and some of their articles are cut up, the rest moved to another page. Where
they are cut, which of the jump lines are printed (or lost by the reader), how the rest is headed, and whether the page
of the other part is missing, is drawn at random, in the shares of `Shares`.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from banmian.fit.logistic import logistic
from banmian.grammar.jumps import Jump
from banmian.jumps.ends import End, Note
from banmian.jumps.evidence import FEATURES, RESOURCE, Floats, evidence
from banmian.jumps.links_and_flags import SURE
from banmian.jumps.matching import Match, candidates, match, possible
from banmian.language import Statistics, Topics
from banmian.language.statistics import statistics
from banmian.language.topics import topics

app = typer.Typer(add_completion=False)

PAGES = 4  # pages of an issue
PENALTY = 1.0


@dataclass(frozen=True, slots=True)
class Shares:
    """How the made issues are: probabilities. Judged from a few papers, not counted."""

    jumps: float = 0.25  # of an article, to be cut up
    inside: float = 0.6  # of a cut, to be inside of a sentence
    no_to: float = 0.12  # of a jump line, to be lost
    no_from: float = 0.12
    no_number: float = 0.1  # of a page, to be unnumbered
    missing: float = 0.15  # of a part, to be on a page that is not there
    same_head: float = 0.3  # of a rest, to be headed like its beginning
    short_head: float = 0.3  # ... with a part of the headline


@dataclass(frozen=True, slots=True)
class MadeIssue:
    """Ends, and which of them truly go on in which, by index."""

    ends: tuple[End, ...]
    truth: dict[int, int]


def issues(root: Path, seed: int = 1, shares: Shares | None = None) -> Iterator[MadeIssue]:
    """Made issues of the gold pages below a folder, each page in one of them; the same for the same seed."""
    rng = random.Random(seed)  # noqa: S311  pages, not secrets
    golds = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(root.rglob("*.gold.json"))]
    rng.shuffle(golds)
    for first in range(0, len(golds) - PAGES + 1, PAGES):
        yield _issue(golds[first : first + PAGES], rng, shares or Shares())


def _issue(golds: Sequence[dict[str, Any]], rng: random.Random, shares: Shares) -> MadeIssue:
    numbers = ["" if rng.random() < shares.no_number else str(page + 1) for page in range(len(golds))]
    pages: list[list[End]] = [[] for _ in golds]
    pairs: list[tuple[End, End]] = []
    for page, gold in enumerate(golds):
        for article in gold["articles"]:
            text = "".join("".join(block["text"].split()) for block in article["blocks"])
            end = End(page, -1, numbers[page], None, None, article.get("headline") or "", text)
            if len(text) < 120 or rng.random() >= shares.jumps:
                pages[page].append(end)
                continue
            other = rng.choice([number for number in range(len(golds)) if number != page])
            one, two = _cut_up(end, other, numbers[other], rng, shares)
            gone = rng.random()
            if gone >= shares.missing / 2:
                pages[page].append(one)
            if not shares.missing / 2 <= gone < shares.missing:
                pages[other].append(two)
            if gone >= shares.missing and (one.to or two.comes):
                pairs.append((one, two))
    for own in pages:
        rng.shuffle(own)
    ends = [end for own in pages for end in own]
    place = {id(end): i for i, end in enumerate(ends)}
    truth = {place[id(one)]: place[id(two)] for one, two in pairs}
    return MadeIssue(tuple(replace(end, article=i) for i, end in enumerate(ends)), truth)


def _cut_up(end: End, other: int, number: str, rng: random.Random, shares: Shares) -> tuple[End, End]:
    """The two parts of an article of which the rest stands on another page."""
    text = end.text
    at = rng.randint(len(text) // 4, 3 * len(text) // 4)
    if rng.random() >= shares.inside:
        at = text.find("。", at) + 1 or at
    head = end.heading
    draw = rng.random()
    if draw < shares.same_head:
        heading = head
    elif draw < shares.same_head + shares.short_head and len(head) > 6:
        size = rng.randint(4, max(4, len(head) // 2))
        start = rng.randint(0, len(head) - size)
        heading = head[start : start + size]
    else:
        heading = ""
    to = None if rng.random() < shares.no_to else Note(Jump("to", str(other + 1), 0, 0), ())
    comes = None if rng.random() < shares.no_from else Note(Jump("from", str(end.page + 1), 0, 0), ())
    return replace(end, text=text[:at], to=to), End(other, -1, number, None, comes, heading, text[at:])


def fit(made: Sequence[MadeIssue], known: Statistics, about: Topics) -> Floats:
    """The weights of the logistic regression, in the order of `FEATURES`.

    Every pair that could be is one example. Notes that both name the right page leave one pair in doubt mostly, so
    that the pairs weigh as they come.
    """
    values: list[Floats] = []
    answers: list[float] = []
    for issue in made:
        before, after = candidates(issue.ends)
        sides = [issue.ends[i] for i in before], [issue.ends[j] for j in after]
        there = possible(*sides)
        values.append(evidence(*sides, known, about)[there])
        answers += (
            np.array([[issue.truth.get(i) == j for j in after] for i in before], dtype=float)
            .reshape(there.shape)[there]
            .tolist()
        )
    table = np.concatenate(values)
    penalty = np.where(np.arange(table.shape[1]) == 0, 0.0, PENALTY / 2)
    return logistic(table, np.array(answers, dtype=bool), penalty)


@dataclass(slots=True)
class Figures:
    """Counts over issues: jumps that could be joined, those that were and rightly, and how sure."""

    true: int = 0
    joined: int = 0
    right: int = 0
    sure: int = 0
    sure_right: int = 0
    promised: float = 0.0

    def add(self, issue: MadeIssue, matches: Sequence[Match]) -> None:
        """Count one issue."""
        self.true += len(issue.truth)
        for pair in matches:
            right = issue.truth.get(pair.before) == pair.after
            self.joined += 1
            self.right += right
            self.promised += pair.confidence
            self.sure += pair.confidence >= SURE
            self.sure_right += right and pair.confidence >= SURE

    def __str__(self) -> str:
        joined = max(self.joined, 1)
        return (
            f"{self.true} jumps, {self.joined} joined, {self.right} rightly: "
            f"recall {self.right / max(self.true, 1):.3f}, "
            f"precision {self.right / joined:.3f} (promised {self.promised / joined:.3f}); "
            f"of the {self.sure} surer than {SURE}, {self.sure_right} are right"
        )


def measure(made: Sequence[MadeIssue], known: Statistics, about: Topics, weights: Floats | None = None) -> Figures:
    """How well weights join the jumps of made issues."""
    figures = Figures()
    for issue in made:
        figures.add(issue, match(issue.ends, known, about, weights))
    return figures


@app.command("fit")
def fit_command(
    train: Path,
    statistics_file: Annotated[
        Path | None, typer.Option("--statistics", help="N-grams that do not know TRAIN.")
    ] = None,
    topics_file: Annotated[Path | None, typer.Option("--topics", help="Topics that do not know TRAIN.")] = None,
    check: Annotated[Path | None, typer.Option(help="Other pages, to measure on and say so in the file.")] = None,
    rounds: Annotated[int, typer.Option(help="How often the pages are put together anew.")] = 8,
) -> None:
    """Fit the weights to issues made of the pages below TRAIN, and write them where the package reads them."""
    known, about = statistics(statistics_file), topics(topics_file)
    weights = fit([issue for seed in range(rounds) for issue in issues(train, seed)], known, about).round(3)
    figures = [f"fitted to: {measure(list(issues(train, rounds)), known, about, weights)}"]
    if check is not None:
        made = [issue for seed in range(rounds) for issue in issues(check, seed)]
        figures.append(f"other pages: {measure(made, statistics(), topics(), weights)}")
    lines = ["# Written by `python -m banmian.fit.jumps fit`; what the names mean, jumps/evidence.py says.", "#"]
    lines += [f"# {figure}" for figure in figures]
    lines += ["", "[weights]", *(f'"{name}" = {value}' for name, value in zip(FEATURES, weights.tolist(), strict=True))]
    RESOURCE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    typer.echo("\n".join(figures))


@app.command("measure")
def measure_command(pages: Path, rounds: int = 8) -> None:
    """Print how well the weights of the package join issues made of the pages below PAGES."""
    made = [issue for seed in range(rounds) for issue in issues(pages, seed)]
    typer.echo(str(measure(made, statistics(), topics())))


if __name__ == "__main__":
    app()
