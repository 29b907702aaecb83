"""Fit what evidence is worth where a block that stands apart finds its story (`banmian.reading.stories.claims`).

`python -m banmian.fit.claims fit TRAIN… --statistics … --topics …` writes `reading/stories/claims.toml`; `measure DEV…`
prints how often the claims are right. Each page is read up to where captions, bylines or lone heads are given to
stories; gold tells whose they are. A story is taken for the article that most of its body is of, or, where it has none,
its heads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray
from scipy.optimize import minimize

from banmian.fit.labels import Place
from banmian.fit.pages import MIXED, UNMIXED, WRITTEN, GoldPage, block_places, gold_pages
from banmian.fit.side_by_side import side_by_side
from banmian.fit.truth import HEADS
from banmian.language import Statistics
from banmian.language.statistics import statistics
from banmian.language.topics import Topics, topics
from banmian.reading.blocks.strands import strands
from banmian.reading.links.looks import Look
from banmian.reading.stories.assembling import Drafting, Step, looks
from banmian.reading.stories.bylines import byline_claims
from banmian.reading.stories.captions import caption_claims
from banmian.reading.stories.claims import NOBODY, RESOURCE, Claim, Worths, worths
from banmian.reading.stories.drafts import Draft
from banmian.reading.stories.lone_heads import head_claims
from banmian.reading.weights import weights

Floats = NDArray[np.float64]

app = typer.Typer(add_completion=False)

# Worths that stay as they are. Fitted they are -2.7 and -3.2: gold does not always tell whose a byline is where stories
# were put together wrongly. Of 8 that a byline stood over and that named its reporters itself none was its story, and
# with -2.7 and -3.2 names are 1.2 points fewer on printed pages of other make-ups.
HELD = {"byline": ("signed",), "tagline": ("signed",)}
PENALTY = 0.25  # half the inverse variance of the prior on each worth, per nat
DIGITS = 2  # of a worth, behind the point
KINDS = (*UNMIXED, *MIXED, *WRITTEN)  # of raw text


@dataclass(frozen=True, slots=True)
class Known:
    """A claim, and which of the stories truly have the block; none where nobody has it."""

    claim: Claim
    right: tuple[bool, ...]


def known_claims(page: GoldPage, about: tuple[Statistics, Topics]) -> list[Known]:
    """The claims to the blocks of a page that stand apart, as far as gold tells whose these are.

    Args:
        page: with its gold.
        about: statistics and topics of the language.
    """
    if not page.page.lines:
        return []
    found = strands(page.page, *about, weights())
    return [known for seen in looks(found, *about, weights(), page.page) for known in _of_look(seen, page, about[1])]


def _of_look(seen: Look, page: GoldPage, about: Topics) -> list[Known]:
    of_lines = block_places(seen.blocks, page)
    where = [of_lines[block.lines[0].span.start] for block in seen.blocks]
    drafting = Drafting(seen)
    known: list[Known] = []
    for step, drafts in drafting.steps(about):
        if step is Step.HEADS:
            claims = head_claims(drafting, seen, drafts)
        elif step is Step.CAPTIONS:
            claims = caption_claims(drafting, drafts, seen.seen.bodies, about)
        elif step is Step.DONE:
            claims = []
        else:
            claims = byline_claims(drafting, drafts, pictures=step is Step.BYLINES_OF_PICTURES)
        articles = [_article(draft, where) for draft in drafts]
        known += filter(None, (_told(claim, where, articles) for claim in claims))
    return known


def _article(draft: Draft, where: Sequence[Place | None]) -> int | None:
    """The article that most of the body of a story is of, or its heads; None where gold does not tell."""
    for part in (draft.order, draft.heads):
        counted = Counter(place.article for i in part if (place := where[i]) and place.article >= 0)
        if counted:
            return counted.most_common(1)[0][0]
    return None


def _told(claim: Claim, where: Sequence[Place | None], articles: Sequence[int | None]) -> Known | None:
    """A claim with whose the block truly is; None where gold does not tell, or has it in no story of the page.

    What may be nobody's is: what is no head in gold. A head that gold has as a subhead is neither.
    """
    stand = [where[i] for i in claim.blocks]
    if not claim.nobody:
        place = stand[0]
        right = tuple(place is not None and article == place.article for article in articles)
        return Known(claim, right) if any(right) else None
    roles = {place.role if place else None for place in stand}
    if roles <= set(HEADS):
        own = {place.article for place in stand if place}
        right = tuple(len(own) == 1 and article in own for article in articles)
        return Known(claim, right) if any(right) else None
    if len(roles) == 1 and roles.isdisjoint((*HEADS, "subhead")):
        return Known(claim, (False,) * len(articles))
    return None


def fit(known: Sequence[Known], now: Worths, held: Collection[str] = ()) -> Worths:
    """The worths under which true stories are most likely to have their blocks.

    Args:
        known: claims of one kind.
        now: the evidence by name; what it is worth now does not matter but where it is held.
        held: names of what stays worth as much.
    """
    tables = [_table(one.claim, now) for one in known]
    begun = np.array([*now.stories.values(), *now.nobody.values()])
    free = np.array([name not in held for name in (*now.stories, *now.nobody)])
    choice = np.repeat(np.arange(len(tables)), [len(table) for table in tables])
    first = np.flatnonzero(np.diff(choice, prepend=-1))
    evidence = np.concatenate(tables)
    right = np.concatenate(
        [[*one.right, not any(one.right)][: len(table)] for one, table in zip(known, tables, strict=True)]
    )
    fixed = evidence[:, ~free] @ begun[~free]
    evidence = evidence[:, free]

    def loss(worth: Floats) -> tuple[float, Floats]:
        scores = evidence @ worth + fixed
        odds = np.exp(scores - np.maximum.reduceat(scores, first)[choice])
        all_of, true = np.add.reduceat(odds, first), np.add.reduceat(odds * right, first)
        slope = evidence.T @ (odds / all_of[choice] - odds * right / true[choice])
        value = float(np.log(all_of / true).sum())
        return value + PENALTY * float(worth @ worth), slope + 2 * PENALTY * worth

    begun[free] = minimize(loss, np.zeros(evidence.shape[1]), jac=True, method="L-BFGS-B").x.round(DIGITS)
    of_stories, of_nobody = np.split(begun, [len(now.stories)])
    return Worths(
        dict(zip(now.stories, of_stories.tolist(), strict=True)), dict(zip(now.nobody, of_nobody.tolist(), strict=True))
    )


def _table(claim: Claim, names: Worths) -> Floats:
    """The evidence of a claim as a table: a row for each story, and one for nobody where the block may be nobody's."""
    of_stories = np.array([np.asarray(claim.evidence[name], dtype=np.float64) for name in names.stories]).T
    of_nobody = np.array([claim.nobody[name] for name in names.nobody], dtype=np.float64)
    table = np.zeros((len(of_stories) + bool(claim.nobody), len(names.stories) + len(of_nobody)))
    table[: len(of_stories), : len(names.stories)] = of_stories
    if claim.nobody:
        table[-1, len(names.stories) :] = of_nobody
    return table


def share_right(known: Sequence[Known], worth: Worths) -> float:
    """How often the story that most speaks for, or nobody, truly has the block."""
    hits = []
    for one in known:
        scores = worth.of_stories(one.claim)
        best = int(np.argmax(scores))
        nobody = bool(one.claim.nobody) and worth.of_nobody(one.claim) > scores[best]
        hits.append(not any(one.right) if nobody else one.right[best])
    return float(np.mean(hits)) if hits else float("nan")


def read(folders: Iterable[Path], about: tuple[Statistics, Topics], jobs: int) -> dict[str, list[Known]]:
    """The known claims of the pages below some folders, by their kind.

    Args:
        folders: of a bench, with gold.
        about: statistics and topics of the language.
        jobs: pages that are read side by side.
    """
    pages = [page for folder in folders for page in gold_pages(folder, KINDS)]

    def part(number: int) -> list[Known]:
        return [known for page in pages[number::jobs] for known in known_claims(page, about)]

    found: dict[str, list[Known]] = {kind: [] for kind in worths()}
    for some in side_by_side([partial(part, number) for number in range(jobs)], jobs):
        for known in some:
            found[known.claim.kind].append(known)
    return found


def written(fitted: Mapping[str, Worths], notes: Mapping[str, Sequence[str]]) -> str:
    """The text of `claims.toml`, with some notes over each section."""
    lines = [
        "# Written by `python -m banmian.fit.claims fit`; what the names mean, captions.py, bylines.py and",
        "# lone_heads.py beside it say. In nats; and how often the story that most speaks for has the block.",
    ]
    for kind, worth in fitted.items():
        lines += ["", *(f"# {note}" for note in notes.get(kind, ())), f"[{kind}]"]
        lines += [f'"{name}" = {value}' for name, value in worth.stories.items()]
        if worth.nobody:
            lines += ["", f"[{kind}.{NOBODY}]", *(f'"{name}" = {value}' for name, value in worth.nobody.items())]
    return "\n".join(lines) + "\n"


_Statistics = Annotated[Path | None, typer.Option("--statistics", help="N-grams that do not know TRAIN.")]
_Topics = Annotated[Path | None, typer.Option("--topics", help="Topics that do not know TRAIN.")]
_Jobs = Annotated[int, typer.Option(help="Pages that are read side by side.")]


@app.command("fit")
def fit_command(
    train: Annotated[list[Path], typer.Argument(help="Folders with pages and their gold.")],
    statistics_file: _Statistics = None,
    topics_file: _Topics = None,
    check: Annotated[list[Path], typer.Option(help="Other pages, to measure on and say so in the file.")] = [],  # noqa: B006
    jobs: _Jobs = 2,
) -> None:
    """Fit the worths to the pages below TRAIN, and write them where the package reads them."""
    told = read(train, (statistics(statistics_file), topics(topics_file)), jobs)
    others = {folder.name: read([folder], (statistics(), topics()), jobs) for folder in check}
    fitted = {
        kind: fit(known, worths()[kind], HELD.get(kind, ())) if known else worths()[kind]
        for kind, known in told.items()
    }
    notes = {
        kind: [
            f"{name}: {len(known[kind])}, right {share_right(known[kind], worth):.3f}"
            f" (before {share_right(known[kind], worths()[kind]):.3f})"
            for name, known in {"fitted to": told, **others}.items()
        ]
        for kind, worth in fitted.items()
    }
    RESOURCE.write_text(written(fitted, notes), encoding="utf-8")
    typer.echo("\n".join(f"{kind}: {note}" for kind, some in notes.items() for note in some))


@app.command("measure")
def measure_command(
    folders: Annotated[list[Path], typer.Argument(help="Folders with pages and their gold.")], jobs: _Jobs = 2
) -> None:
    """Print how often the story that most speaks for has a block, for each kind of them."""
    for kind, known in read(folders, (statistics(), topics()), jobs).items():
        typer.echo(f"{kind}: {len(known)}, right {share_right(known, worths()[kind]):.3f}")


if __name__ == "__main__":
    app()
