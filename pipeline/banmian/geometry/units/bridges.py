"""Bridges: legs of one column between which a subhead stands, or a line left out; they are read as one leg."""

from __future__ import annotations

from banmian.geometry.legs.kinds import Kinds
from banmian.geometry.legs.stacking import LAPPED, LEADING, Leg
from banmian.grammar.bylines import parse_byline
from banmian.grammar.captions import caption
from banmian.grammar.datelines import opens_story

# In em.
BRIDGED = 2.6  # the widest gap between a subhead and its text
EDGE = 0.8  # how exactly two legs of one column stand below each other


def bridges(page: Kinds, taken: set[int]) -> list[list[int]]:
    """Legs of one column that a subhead stands between, with the subhead: each a run of legs from the top."""
    after: dict[int, int] = {}
    for number in page.texts:
        if number in taken:
            continue
        lower = _right_below(page, number, taken)
        if lower is not None and lower not in after.values():
            after[number] = lower
    chains = []
    for number in page.texts:
        if number in after and number not in after.values():
            chain = [number]
            while chain[-1] in after:
                chain.append(after[chain[-1]])
            chain = _trimmed(page, chain)
            if len(chain) > 1:
                chains.append(chain)
    return chains


def _right_below(page: Kinds, number: int, taken: set[int]) -> int | None:
    """The leg right below one, in the same column, be it that of a subhead or the text behind it."""
    leg, column = page.legs[number], page.columns[number]
    best: tuple[float, int] | None = None
    for other in page.texts:
        lower = page.legs[other]
        gap = lower.place.top - leg.place.bottom
        if other == number or lower.across or leg.place.beside(lower.place) <= 0:
            continue
        if -LAPPED * leg.size <= gap and (best is None or gap < best[0]):
            best = (gap, other)
    if best is None or best[0] > BRIDGED * page.type.size or best[1] in taken:
        return None
    lower, edges = page.legs[best[1]], page.columns[best[1]]
    for head in page.heads:
        place = page.legs[head].place
        if place.top < lower.place.top and place.bottom > leg.place.bottom and place.beside(lower.place) > 0:
            return None
    em = page.type.size
    within = lower.place.left >= column.left - EDGE * em and lower.place.right <= column.right + 1.5 * em
    around = leg.place.left >= edges.left - EDGE * em and leg.place.right <= edges.right + 1.5 * em
    return best[1] if within or around else None


def _trimmed(page: Kinds, chain: list[int]) -> list[int]:
    """A run of legs as far as each is text or the subhead between two texts of one column."""
    kept = [chain[0]]
    for place, number in enumerate(chain[1:], 1):
        leg = page.legs[number]
        if not page.all_odd(number):
            last = page.legs[kept[-1]]
            before = next((n for n in reversed(kept) if not page.all_odd(n)), None)
            if before is None or not _one_column(page, before, number):
                break
            # Text below text, a line left out between them: one leg only if nothing says that a story begins.
            if not page.all_odd(kept[-1]) and leg.place.top - last.place.bottom > LEADING * leg.size:
                break
            if opens_story(leg.lines[0].text):
                break
        elif len(leg.lines) > 2 or page.byline(leg) or caption(leg.text):
            if not _tagline(leg):
                break
        elif place + 1 >= len(chain):
            break
        kept.append(number)
    while len(kept) > 1 and page.all_odd(kept[-1]) and not _tagline(page.legs[kept[-1]]):
        kept.pop()
    return [] if page.all_odd(kept[0]) else kept


def _tagline(leg: Leg) -> bool:
    byline = parse_byline(" ".join(line.text for line in leg.lines))
    return byline is not None and byline.kind == "tagline"


def _one_column(page: Kinds, upper: int, lower: int) -> bool:
    one, two, em = page.columns[upper], page.columns[lower], page.type.size
    return abs(one.left - two.left) <= EDGE * em and abs(one.right - two.right) <= 1.5 * em
