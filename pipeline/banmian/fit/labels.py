"""What each line of a raw page is, read off the gold page: the truth that weights are fitted to.

A gold page tells the articles, not where their lines stand in the raw text. Here each line is looked up in the gold
text (white space aside); where a short line stands there more than once, its neighbours decide.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple


class Place(NamedTuple):
    """Where a line stands in the gold page.

    Args:
        article: index of the article, -1 for furniture.
        block: index into the parts of the article in reading order (kicker, headline, deck, byline, blocks).
        role: role of that part ("kicker", "paragraph", ... or "furniture").
        start, end: offsets into the part's text, white space aside.
        size: length of the part's text, white space aside.
    """

    article: int
    block: int
    role: str
    start: int
    end: int
    size: int


@dataclass(frozen=True, slots=True)
class GoldText:
    """All parts of a gold page in one string, white space aside, each part closed by a newline."""

    text: str
    parts: tuple[tuple[int, int, int, str], ...]  # (offset, article, block, role)


def bare(text: str | None) -> str:
    """The text without white space."""
    return "".join((text or "").split())


def gold_text(gold: Mapping[str, Any]) -> GoldText:
    """Put the parts of a gold page into one string."""
    pieces: list[str] = []
    parts: list[tuple[int, int, int, str]] = []
    at = 0

    def add(article: int, block: int, role: str, text: str) -> None:
        nonlocal at
        if text:
            parts.append((at, article, block, role))
            pieces.append(text + "\n")
            at += len(text) + 1

    for number, article in enumerate(gold["articles"]):
        opening = "".join(bare(b["text"]) for b in article["blocks"][:2])
        byline = bare(article.get("byline"))
        fields = [
            ("kicker", article.get("kicker")),
            ("headline", article.get("headline")),
            ("deck", article.get("deck")),
        ]
        if byline and byline not in opening:
            fields.append(("byline", byline))
        fields += [(b["role"], b["text"]) for b in article["blocks"]]
        for block, (role, text) in enumerate(fields):
            add(number, block, role, bare(text))
    for number, item in enumerate(gold.get("furniture") or []):
        add(-1, number, "furniture", bare(item["text"]))
    return GoldText("".join(pieces), tuple(parts))


def places(lines: Sequence[str], gold: Mapping[str, Any]) -> list[Place | None]:
    """The place of each line in the gold page; None where it cannot be told.

    Args:
        lines: texts of the lines, in any order that keeps neighbours of a column mostly together.
        gold: the gold page.
    """
    whole = gold_text(gold)
    keys = [bare(line) for line in lines]
    found = [_hits(key, whole.text) for key in keys]
    chosen: list[int | None] = [hits[0] if len(hits) == 1 else None for hits in found]
    taken: set[int] = {c for c in chosen if c is not None}
    for order in (range(len(keys)), range(len(keys) - 1, -1, -1), range(len(keys))):
        for i in order:
            if chosen[i] is None and len(found[i]) > 1:
                chosen[i] = _by_neighbours(i, keys, whole.text, chosen, taken)
                if chosen[i] is not None:
                    taken.add(chosen[i])  # type: ignore[arg-type]
    aside = next((offset for offset, article, _, _ in whole.parts if article < 0), len(whole.text))
    for i, hits in enumerate(found):
        if chosen[i] is not None or not hits:
            continue
        likely = [h for h in hits if h >= aside or len(keys[i]) > SHORTEST]
        if likely:
            free = [h for h in likely if h not in taken]
            chosen[i] = min(free or likely, key=lambda h: _distance(i, h, chosen))
            taken.add(chosen[i])  # type: ignore[arg-type]
    return [None if c is None else _place(whole, c, len(key)) for c, key in zip(chosen, keys, strict=True)]


# A line of so few characters (经济, 3) that goes on from no line beside it is of the folio, if anything: its characters
# stand in the stories as well, by chance.
SHORTEST = 2
MOST_HITS = 40  # a line that stands in more places is a mark or two, and only its neighbours can tell which


def _hits(key: str, whole: str) -> list[int]:
    """Where a line stands in the gold text."""
    hits: list[int] = []
    at = whole.find(key) if key else -1
    while at >= 0 and len(hits) <= MOST_HITS:
        hits.append(at)
        at = whole.find(key, at + 1)
    return hits


def _by_neighbours(
    i: int, keys: Sequence[str], whole: str, chosen: Sequence[int | None], taken: set[int]
) -> int | None:
    """The place that follows on the line before, or is followed by the line after, if the line stands there."""
    for j, sign in ((i - 1, 1), (i + 1, -1)):
        if 0 <= j < len(keys) and (near := chosen[j]) is not None:
            want = near + len(keys[j]) if sign == 1 else near - len(keys[i])
            for hit in (want, want + sign):
                if hit >= 0 and hit not in taken and whole.startswith(keys[i], hit):
                    return hit
    return None


def _distance(i: int, hit: int, chosen: Sequence[int | None]) -> float:
    """How far a hit is from where the nearest placed lines are."""
    near = [c for c in chosen[max(0, i - 3) : i + 4] if c is not None]
    return min((abs(hit - c) for c in near), default=0)


def _place(whole: GoldText, at: int, size: int) -> Place:
    k = bisect_right(whole.parts, (at, 1 << 30, 1 << 30, "")) - 1
    offset, article, block, role = whole.parts[k]
    end = whole.parts[k + 1][0] - 1 if k + 1 < len(whole.parts) else len(whole.text) - 1
    return Place(article, block, role, at - offset, at - offset + size, end - offset)
