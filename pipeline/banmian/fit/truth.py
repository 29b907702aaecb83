"""The true states of the lines of a page, and the true links of its blocks, from where they stand in the gold page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from banmian.fit.labels import Place, gold_text
from banmian.reading.blocks.states import State

UNKNOWN = -1
_FIRST = {
    "kicker": State.HEAD,
    "headline": State.HEAD,
    "deck": State.HEAD,
    "subhead": State.SUBHEAD,
    "byline": State.BYLINE,
    "caption": State.CAPTION,
    "furniture": State.FURNITURE,
}
_GOES_ON = {
    State.HEAD: State.HEAD_NEXT,
    State.SUBHEAD: State.SUBHEAD_NEXT,
    State.BYLINE: State.BYLINE_NEXT,
    State.CAPTION: State.CAPTION_NEXT,
}


def continues(before: Place | None, place: Place) -> bool:
    """Whether one line goes on where another ended."""
    return before is not None and before[:2] == place[:2] and before.end == place.start and before.article >= 0


def states(places: Sequence[Place | None]) -> NDArray[np.intp]:
    """The state of each line, `UNKNOWN` where the gold page does not tell."""
    out = np.full(len(places), UNKNOWN, dtype=np.intp)
    for i, place in enumerate(places):
        if place is None:
            continue
        before = places[i - 1] if i else None
        on = continues(before, place)
        if place.role in _FIRST:
            first = _FIRST[place.role]
            out[i] = _GOES_ON.get(first, first) if on else first
        elif place.start == 0:
            out[i] = State.START
        else:
            out[i] = State.NEXT if on else State.OPEN
    return out


BODY = ("lead", "paragraph")
HEADS = ("kicker", "headline", "deck")
NOTHING = -1
UNCLEAR = -2


@dataclass(frozen=True, slots=True)
class TrueLinks:
    """What goes on from what, in the terms of `banmian.reading.links.survey`.

    Args:
        before: (bodies,) the body that each body goes on from; `NOTHING` where a story begins, `UNCLEAR` where gold
            does not tell.
        article: (bodies,) the article whose beginning a body is, or -1.
        heads: (heads,) the article that a head belongs to, -1 for a subhead, `UNCLEAR` where gold does not tell.
        main: (heads,) whether the head is the headline, the one that the story is taken to begin under.
    """

    before: NDArray[np.intp]
    article: NDArray[np.intp]
    heads: NDArray[np.intp]
    main: NDArray[np.bool_]


def true_links(
    bodies: Sequence[tuple[Place | None, Place | None]], heads: Sequence[Place | None], gold: Mapping[str, Any]
) -> TrueLinks:
    """The true links, from the places of the first and last lines of bodies and of the first lines of heads."""
    earlier: dict[tuple[int, int], tuple[int, int] | None] = {}
    previous: tuple[int, int] | None = None
    for _, article, block, role in gold_text(gold).parts:
        if role in BODY:
            same = previous is not None and previous[0] == article
            earlier[article, block] = previous if same else None
            previous = (article, block)
    ends = {(last.article, last.block, last.end): i for i, (_, last) in enumerate(bodies) if last and last.role in BODY}
    sizes = {(p.article, p.block): p.size for pair in bodies for p in pair if p is not None}
    before = np.full(len(bodies), UNCLEAR, dtype=np.intp)
    begins = np.full(len(bodies), -1, dtype=np.intp)
    for i, (first, _) in enumerate(bodies):
        if first is None or first.role not in BODY:
            continue
        if first.start > 0:
            before[i] = ends.get((first.article, first.block, first.start), UNCLEAR)
        elif (back := earlier[first.article, first.block]) is None:
            before[i], begins[i] = NOTHING, first.article
        else:
            before[i] = ends.get((*back, sizes.get(back, -1)), UNCLEAR)
    of_heads = [UNCLEAR if p is None else p.article if p.role in HEADS else -1 for p in heads]
    main = [p is not None and p.role == "headline" and p.start == 0 for p in heads]
    return TrueLinks(before, begins, np.array(of_heads, dtype=np.intp), np.array(main, dtype=bool))
