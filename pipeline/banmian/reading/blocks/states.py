"""The states of a line: what it is, and whether it goes on from the line before."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

IMPOSSIBLE = -1e4  # a log potential that no evidence can make up for


class State(IntEnum):
    """What a line is, seen in its place among the other lines."""

    START = 0  # body: the first line of a paragraph
    NEXT = 1  # body: goes on from the line before
    OPEN = 2  # body: in the middle of a paragraph, but of another one than the line before
    HEAD = 3  # first line of a head: kicker, headline or deck
    HEAD_NEXT = 4
    SUBHEAD = 5
    SUBHEAD_NEXT = 6
    BYLINE = 7  # a byline or a tagline
    BYLINE_NEXT = 8
    CAPTION = 9
    CAPTION_NEXT = 10
    FURNITURE = 11


# A state that goes on can only follow one of these.
FOLLOWS: dict[State, tuple[State, ...]] = {
    State.NEXT: (State.START, State.NEXT, State.OPEN),
    State.HEAD_NEXT: (State.HEAD, State.HEAD_NEXT),
    State.SUBHEAD_NEXT: (State.SUBHEAD, State.SUBHEAD_NEXT),
    State.BYLINE_NEXT: (State.BYLINE, State.BYLINE_NEXT),
    State.CAPTION_NEXT: (State.CAPTION, State.CAPTION_NEXT),
}

HEADLINES, SUBHEADS = (State.HEAD, State.HEAD_NEXT), (State.SUBHEAD, State.SUBHEAD_NEXT)
HEADS = (*HEADLINES, *SUBHEADS)
HEADING_ROLES = ("kicker", "headline", "deck")


def allowed() -> NDArray[np.float32]:
    """0 where one state may follow another, `IMPOSSIBLE` where it may not; shape (from, to)."""
    table = np.zeros((len(State), len(State)), dtype=np.float32)
    for state, before in FOLLOWS.items():
        for other in State:
            if other not in before:
                table[other, state] = IMPOSSIBLE
    return table


def at_begin() -> NDArray[np.float32]:
    """The same for the first line of a page."""
    row = np.zeros(len(State), dtype=np.float32)
    row[list(FOLLOWS)] = IMPOSSIBLE
    return row
