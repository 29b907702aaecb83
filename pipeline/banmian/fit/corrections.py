"""Count the recognition errors that corrections remove, and those that they make.

`python -m banmian.fit.corrections measure FOLDER` reads pages with gold: of an OCR engine (`--raw ocr`), and of others,
on which every edit is an error.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from banmian.corrections import edits
from banmian.fit.labels import gold_text
from banmian.language import Statistics, statistics
from banmian.model import Page
from banmian.stages.characters import Characters
from banmian.trace import Edit, Span

# Characters on each side of an edit that are compared with gold; the column that stands beside may be nearer.
AROUND = (5, 3, 2, 1)
# How alike (of 100) a place in gold must be to be the place.
ALIKE = 60
REMOVED, MADE, OPEN = "removed", "made", "open"


class Judged(NamedTuple):
    """An edit of a page, and whether an error went (`REMOVED`), came (`MADE`), or gold does not tell (`OPEN`)."""

    page: str
    edit: Edit
    read: str
    became: str


def judge(page: Page, edit: Edit, gold: str) -> str:
    """Whether an edit brings a page nearer to its gold text or away from it."""
    source = page.trace.source
    low, high = source.rfind("\n", 0, edit.span.start) + 1, source.find("\n", edit.span.end)
    before = "".join(page.trace.read(Span(low, edit.span.start)).split())
    after = "".join(page.trace.read(Span(edit.span.end, high if high >= 0 else len(source))).split())
    read = source[edit.span.start : edit.span.end]
    for size in AROUND:
        left, right = before[-size:], after[:size]
        was, now = left + read + right in gold, left + edit.text + right in gold
        if was != now:
            return REMOVED if now else MADE
    window = before[-AROUND[0] :] + read + after[: AROUND[0]]
    place = fuzz.partial_ratio_alignment(window, gold)
    if place is None or place.score < ALIKE:
        return OPEN
    true = gold[place.dest_start : place.dest_end]
    new = before[-AROUND[0] :] + edit.text + after[: AROUND[0]]
    less = Levenshtein.distance(window, true) - Levenshtein.distance(new, true)
    return REMOVED if less > 0 else MADE if less < 0 else OPEN


def judged(root: Path, raw: str, known: Statistics) -> Iterator[Judged]:
    """All corrections of the pages below a folder."""
    for path in sorted(root.rglob("*.gold.json")):
        name = path.name.removesuffix(".gold.json")
        text = path.parent / raw / f"{name}.txt"
        if not text.exists():
            continue
        gold: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        page = Characters()(Page.of(text.read_bytes().decode("utf-8"), id=name))
        whole = gold_text(gold).text
        for edit in edits(page.trace, known):
            yield Judged(name, edit, page.trace.source[edit.span.start : edit.span.end], judge(page, edit, whole))


app = typer.Typer(add_completion=False)


@app.callback()
def _one_command() -> None:
    """Measure corrections."""


@app.command()
def measure(
    pages: Annotated[Path, typer.Argument(help="A folder of gold pages with raw texts.", exists=True)],
    raw: Annotated[str, typer.Option(help="The kind of raw text: ocr, or one without recognition errors.")] = "ocr",
    *,
    counts: Annotated[Path | None, typer.Option(help="A resource of banmian.language.", exists=True)] = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="Print each edit as well.")] = False,
) -> None:
    """Print how many errors corrections remove and how many they make, by rule."""
    of_rules: dict[str, Counter[str]] = {}
    for one in judged(pages, raw, statistics(counts)):
        of_rules.setdefault(one.edit.rule, Counter())[one.became] += 1
        if verbose:
            typer.echo(f"{one.became:8} {one.page} {one.read} -> {one.edit.text}  {one.edit.evidence}")
    typer.echo(f"{'':28}{'removed':>8}{'made':>8}{'open':>8}")
    for rule, counted in sorted(of_rules.items()):
        typer.echo(f"{rule:28}{counted[REMOVED]:8}{counted[MADE]:8}{counted[OPEN]:8}")
    total = sum(of_rules.values(), Counter[str]())
    typer.echo(f"{'all':28}{total[REMOVED]:8}{total[MADE]:8}{total[OPEN]:8}")


if __name__ == "__main__":
    app()
