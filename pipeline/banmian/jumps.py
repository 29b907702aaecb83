"""Join the stories of an issue that jump (转版) from page to page.

A story that does not fit ends with 下转第3版, and its rest begins on page 3 with 上接第1版, often under a short form of
its headline, sometimes with no words at all. Which rest belongs to which beginning is decided for the whole issue at
once: each pair of articles on two pages gets odds, from the page numbers that the jump lines give, the headlines, the
characters across the break, and the subjects of both. One assignment then takes the best set of pairs, in
which "this jump has no other part here" competes too. What is not matched is flagged and left as it is: a page may be
missing, or a line misread.

The odds are a logistic regression on the evidence (`FEATURES`), fitted by `python -m banmian.fit.jumps` to issues made
of pages with known answers, whose articles were cut up over pages; `reading/jumps.toml` has the weights, and how well
they do on pages that they were not fitted to.
"""

from __future__ import annotations

import posixpath
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from banmian.chains import is_open
from banmian.grammar.jumps import Jump, find_jumps, parse_jump_head
from banmian.language import (
    Statistics,
    Topics,
    body_topic_odds,
    join_matrix,
    start_odds,
    statistics,
    topic_vectors,
    topics,
)
from banmian.matching import best_pairs
from banmian.model import Article, Flag, Furniture, Issue, Link, Page
from banmian.page_numbers import numbered, plain_number, same_number
from banmian.trace import Span

Floats = NDArray[np.float64]

FEATURES = (
    "constant",
    "to",  # the beginning has a jump line
    "from",  # the rest has one
    "both",
    "number of to",  # the jump line's page is the page of the rest, known to be
    "number of from",
    "heading",  # how alike the heads are, 0 to 1
    "no heading",  # one of them has none
    "open",  # the beginning breaks off in a sentence
    "reads on",  # odds across the break, where it does
    "begins",  # odds that the rest begins a sentence, where it does not
    "topic",
)
RESOURCE = Path(__file__).parent / "reading" / "jumps.toml"
UNMATCHED, DOUBTFUL = "jump.unmatched", "jump.doubtful"
# Below this a join is flagged; it is what articles are looked at for, too.
SURE = 0.9

_NEAR = 16  # characters on each side of a break
_MOST = 6.0  # nats of odds that are believed
_BODY = 400  # characters of a part that are compared
_NEVER = -1e6


@dataclass(frozen=True, slots=True)
class Note:
    """A jump line, and where it is printed."""

    jump: Jump
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class End:
    """An article as one side of a jump may be: the page that it is on, its jump lines, and its words.

    Args:
        page: index in the issue.
        article: index on the page.
        number: of the page, "" where it is not known.
        to: where it goes on, if it says so.
        comes: where it comes from, if it says so.
        heading: its headline, or the heading of its jump line.
        text: its body without jump lines.
    """

    page: int
    article: int
    number: str
    to: Note | None
    comes: Note | None
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Match:
    """Two ends that are one story, as indices, and the probability of it."""

    before: int
    after: int
    confidence: float


def join_jumps(issue: Issue | Iterable[Page]) -> Issue:
    """The issue with the parts of each story that jumps linked, and what was not matched flagged.

    Args:
        issue: the issue, or its pages, which have been through a pipeline. Pages that know their number
            (`Page.number`) keep it; others get it from their folio, or else from their id.

    No text of any page changes. Linked parts have `continued` and `continues` set; `banmian.chains.whole` puts them
    together. Flags are "jump.unmatched" and "jump.doubtful". Joining again gives the same again.
    """
    if not isinstance(issue, Issue):
        pages = tuple(issue)
        issue = Issue(id=_common_name(pages), pages=pages)
    pages = tuple(_unjoined(page) for page in numbered(issue.pages))
    found, strays = ends(pages)
    matches = match(found, statistics(), topics())
    return replace(issue, pages=_linked(pages, found, matches, strays))


def ends(pages: Sequence[Page]) -> tuple[list[End], list[tuple[int, Note]]]:
    """All articles of the pages as sides of jumps; and jump lines in the furniture that no article is near to.

    A jump line that was set aside as furniture belongs to the article that ends right before it (下转) or begins right
    behind it (上接).
    """
    found: list[End] = []
    strays: list[tuple[int, Note]] = []
    for number, page in enumerate(pages):
        own = [_end(page, number, place) for place in range(len(page.articles))]
        for piece in page.furniture:
            jump = parse_jump_head(piece.text)
            if jump is None:
                continue
            note = Note(jump, piece.spans)
            place = _nearest(page, piece, own, jump)
            if place is None:
                strays.append((number, note))
            elif jump.direction == "to":
                own[place] = replace(own[place], to=note)
            else:
                own[place] = replace(own[place], comes=note, heading=jump.heading or own[place].heading)
        found += own
    return found, strays


def match(found: Sequence[End], known: Statistics, about: Topics, weights: Floats | None = None) -> list[Match]:
    """The best set of pairs for a whole issue, with how probable each is among all that its ends could be."""
    before, after = candidates(found)
    if not before:
        return []
    sides = [found[i] for i in before], [found[j] for j in after]
    scores = odds(*sides, known, about, weights)
    # Each beginning may go on nowhere, and each rest come from nowhere, at odds of one to one.
    m = len(before)
    rows, columns = best_pairs(np.hstack([scores, np.where(np.eye(m) > 0, 0.0, _NEVER)]))
    by_row = scores - np.logaddexp(0.0, np.logaddexp.reduce(scores, axis=1))[:, None]
    by_column = scores - np.logaddexp(0.0, np.logaddexp.reduce(scores, axis=0))[None, :]
    sure = np.exp(0.5 * (by_row + by_column))
    pairs = [
        Match(before[i], after[j], float(sure[i, j]))
        for i, j in zip(rows.tolist(), columns.tolist(), strict=True)
        if j < len(after) and scores[i, j] > 0
    ]
    return _without_rings(pairs)


def candidates(found: Sequence[End]) -> tuple[list[int], list[int]]:
    """The ends that may be beginnings, and those that may be rests: all that a jump line may speak of."""
    if not any(end.to or end.comes for end in found):
        return [], []
    there = possible(found, found)
    return np.flatnonzero(there.any(axis=1)).tolist(), np.flatnonzero(there.any(axis=0)).tolist()


def possible(before: Sequence[End], after: Sequence[End]) -> NDArray[np.bool_]:
    """Which ends may go on in which, shape (len(before), len(after)).

    One of both has to have a jump line, they have to stand on two pages, and on those that their jump lines give.
    """
    fits = cache(same_number)
    table = [
        [
            one.page != two.page
            and not (one.to and two.number and not fits(one.to.jump.page, two.number))
            and not (two.comes and one.number and not fits(two.comes.jump.page, one.number))
            for two in after
        ]
        for one in before
    ]
    noted = np.logical_or(
        np.array([one.to is not None for one in before], dtype=bool)[:, None],
        np.array([two.comes is not None for two in after], dtype=bool),
    )
    out: NDArray[np.bool_] = np.array(table, dtype=bool).reshape(len(before), len(after)) & noted
    return out


def odds(
    before: Sequence[End], after: Sequence[End], known: Statistics, about: Topics, weights: Floats | None = None
) -> Floats:
    """The log odds of each pair, shape (len(before), len(after)); far below zero where it cannot be."""
    scores: Floats = evidence(before, after, known, about) @ (fitted() if weights is None else weights)
    return np.where(possible(before, after), scores, _NEVER)


def evidence(before: Sequence[End], after: Sequence[End], known: Statistics, about: Topics) -> Floats:
    """The evidence that each end goes on in each other, shape (len(before), len(after), len(FEATURES))."""
    shape = (len(before), len(after))
    if 0 in shape:
        return np.zeros((*shape, len(FEATURES)))

    def rows(values: Iterable[float]) -> Floats:
        return np.broadcast_to(np.fromiter(values, np.float64, shape[0])[:, None], shape)

    def columns(values: Iterable[float]) -> Floats:
        return np.broadcast_to(np.fromiter(values, np.float64, shape[1])[None, :], shape)

    opened = rows(is_open(end.text) for end in before)
    to, comes = rows(end.to is not None for end in before), columns(end.comes is not None for end in after)
    reads_on = join_matrix(known, [end.text[-_NEAR:] for end in before], [end.text[:_NEAR] for end in after])
    begins = columns(start_odds(known, [end.text[:_NEAR] for end in after]))
    vectors = [topic_vectors(about, [end.text[:_BODY] for end in side]) for side in (before, after)]
    heading = _alike(before, after)
    found = {
        "constant": np.ones(shape),
        "to": to,
        "from": comes,
        "both": to * comes,
        "number of to": to * columns(bool(end.number) for end in after),
        "number of from": comes * rows(bool(end.number) for end in before),
        "heading": np.nan_to_num(heading),
        "no heading": np.isnan(heading),
        "open": opened,
        "reads on": opened * np.clip(reads_on, -_MOST, _MOST),
        "begins": (1 - opened) * np.clip(begins, -_MOST, _MOST),
        "topic": np.clip(body_topic_odds(*vectors), -_MOST, _MOST),
    }
    return np.stack([found[name] for name in FEATURES], axis=-1).astype(np.float64)


@cache
def fitted() -> Floats:
    """The weights that ship with the package, in the order of `FEATURES`."""
    told = tomllib.loads(RESOURCE.read_text(encoding="utf-8"))["weights"]
    return np.array([told[name] for name in FEATURES], dtype=np.float64)


def _alike(before: Sequence[End], after: Sequence[End]) -> Floats:
    """How alike the heads of each pair are, 0 to 1; NaN where one of them has none.

    A continuation's heading is mostly shorter than the headline, so that a part of it may be enough.
    """
    heads = [(end.heading, end.to.jump.heading if end.to else "") for end in before]
    names = [(end.heading, end.comes.jump.heading if end.comes else "") for end in after]
    best = np.full((len(before), len(after)), np.nan)
    for k, m in product(range(2), range(2)):
        left, right = [_letters(pair[k]) for pair in heads], [_letters(pair[m]) for pair in names]
        there = np.array([bool(word) for word in left])[:, None] & np.array([bool(word) for word in right])
        if there.any():
            alike = process.cdist(left, right, scorer=fuzz.ratio, dtype=np.float32)
            alike = (alike + process.cdist(left, right, scorer=fuzz.partial_ratio, dtype=np.float32)) / 200
            best = np.where(there, np.fmax(best, alike), best)
    return best


def _letters(text: str) -> str:
    return "".join(char for char in text if char.isalnum())


def _end(page: Page, number: int, place: int) -> End:
    """An article as a side of a jump."""
    article = page.articles[place]
    to = comes = None
    heading = article.headline.text if article.headline else ""
    for key in ("kicker", "headline", "deck"):
        head = getattr(article, key)
        jump = parse_jump_head(head.text) if head else None
        if jump is None:
            continue
        if key == "headline" or (jump.heading and not heading):
            heading = jump.heading
        note = Note(_plainly(jump), page.trace.locate(head.spans, jump.start, jump.end))
        to, comes = (note, comes) if jump.direction == "to" else (to, note)
    texts: list[str] = []
    for block in article.blocks:
        start, end = 0, len(block.text)
        for jump in find_jumps(block.text):
            note = Note(_plainly(jump), page.trace.locate(block.spans, jump.start, jump.end))
            if jump.direction == "to":
                to, end = note, jump.start
            else:
                comes, start = comes or note, jump.end
        texts.append(block.text[start:end])
    return End(number, place, page.number, to, comes, heading, "".join("".join(texts).split()))


def _plainly(jump: Jump) -> Jump:
    return replace(jump, page=plain_number(jump.page))


def _nearest(page: Page, piece: Furniture, own: Sequence[End], jump: Jump) -> int | None:
    """The article that a jump line in the furniture belongs to."""
    if not piece.spans:
        return None
    at = piece.spans[0].start
    places: list[tuple[int, int]] = []
    for end in own:
        spans = [span for block in page.articles[end.article].blocks for span in block.spans]
        if not spans or (end.to if jump.direction == "to" else end.comes):
            continue
        gap = at - max(s.end for s in spans) if jump.direction == "to" else min(s.start for s in spans) - at
        if gap >= 0:
            places.append((gap, end.article))
    return min(places)[1] if places else None


def _without_rings(pairs: list[Match]) -> list[Match]:
    """The pairs without the least sure one of each ring: no story goes on in its own beginning."""
    kept: dict[int, Match] = {}
    for pair in sorted(pairs, key=lambda pair: (-pair.confidence, pair.before)):
        at, ring = pair.after, False
        while at in kept and not ring:
            at = kept[at].after
            ring = at == pair.before
        if not ring:
            kept[pair.before] = pair
    return sorted(kept.values(), key=lambda pair: pair.before)


def _unjoined(page: Page) -> Page:
    """A page as if no jumps had been joined."""
    articles = tuple(
        replace(article, continues=None, continued=None, flags=_other_flags(article.flags)) for article in page.articles
    )
    return replace(page, articles=articles, flags=_other_flags(page.flags))


def _other_flags(flags: tuple[Flag, ...]) -> tuple[Flag, ...]:
    return tuple(flag for flag in flags if flag.kind not in (UNMATCHED, DOUBTFUL))


def _linked(
    pages: Sequence[Page], found: Sequence[End], matches: Sequence[Match], strays: Sequence[tuple[int, Note]]
) -> tuple[Page, ...]:
    """The pages with links and flags."""
    articles = [list(page.articles) for page in pages]

    def link(end: End, confidence: float) -> Link:
        return Link(pages[end.page].id, pages[end.page].articles[end.article].id, round(confidence, 4))

    goes = {pair.before: pair for pair in matches}
    comes = {pair.after: pair for pair in matches}
    for i, end in enumerate(found):
        article: Article = articles[end.page][end.article]
        flags = list(article.flags)
        if i in goes:
            pair = goes[i]
            other = found[pair.after]
            article = replace(article, continued=link(other, pair.confidence))
            if pair.confidence < SURE:
                where = pages[other.page].id
                note = f"that it goes on in {link(other, 0).article} on {where} is not certain ({pair.confidence:.2f})"
                flags.append(Flag(DOUBTFUL, note, end.to.spans if end.to else ()))
        elif end.to:
            flags.append(Flag(UNMATCHED, _unmatched(end.to, pages), end.to.spans))
        if i in comes:
            article = replace(article, continues=link(found[comes[i].before], comes[i].confidence))
        elif end.comes:
            flags.append(Flag(UNMATCHED, _unmatched(end.comes, pages), end.comes.spans))
        articles[end.page][end.article] = replace(article, flags=tuple(flags))
    aside: list[list[Flag]] = [[] for _ in pages]
    for number, stray in strays:
        aside[number].append(Flag(UNMATCHED, "this jump line stands by no story", stray.spans))
    return tuple(
        replace(page, articles=tuple(own), flags=(*page.flags, *more))
        for page, own, more in zip(pages, articles, aside, strict=True)
    )


def _unmatched(note: Note, pages: Sequence[Page]) -> str:
    """Why a jump has no other part, as far as that can be told."""
    number = note.jump.page
    there = any(not page.number or same_number(page.number, number) for page in pages)
    what, part = ("goes on on", "rest") if note.jump.direction == "to" else ("comes from", "beginning")
    if not there:
        return f"{what} page {number}, which is not in the issue"
    return f"{what} page {number}, but no {part} was found there"


def _common_name(pages: Sequence[Page]) -> str:
    """What to call an issue that has no id: the folder that its pages are in."""
    folders = {posixpath.dirname(page.id) for page in pages}
    return (folders.pop() if len(folders) == 1 else "") or "issue"
