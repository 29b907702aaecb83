"""Strands: what each line is, and which lines next to each other read on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from banmian.language import Statistics
from banmian.model import Block, Line, Role
from banmian.reading.chain import best_path
from banmian.reading.evidence import Floats, Ints, gather
from banmian.reading.states import FOLLOWS, State, allowed, at_begin
from banmian.reading.weights import Weights

# A line that goes on a head with less probability than this stands as a head of its own, marked as going on: which heads belong
# together is decided later with all that the page knows.
CERTAIN = 0.97

ROLE: dict[State, Role] = {
    State.START: Role.PARAGRAPH,
    State.OPEN: Role.PARAGRAPH,
    State.HEAD: Role.HEADLINE,
    State.HEAD_NEXT: Role.HEADLINE,
    State.SUBHEAD: Role.SUBHEAD,
    State.BYLINE: Role.BYLINE,
    State.CAPTION: Role.CAPTION,
    State.FURNITURE: Role.FOLIO,
}


def label(lines: Sequence[Line], statistics: Statistics, weights: Weights) -> tuple[Ints, Floats]:
    """The state of each line, decided for all lines together, and the probability of each state given its neighbours'."""
    if not lines:
        return np.zeros(0, np.intp), np.zeros(0, np.float32)
    emission = weights.states[gather(lines, statistics).classes].sum(axis=1)
    transition = weights.transition + allowed()
    path = best_path(emission, transition, at_begin())
    local = emission.copy()
    local[0] += at_begin()
    local[1:] += transition[path[:-1]]
    local[:-1] += transition.T[path[1:]]
    local -= local.max(axis=1, keepdims=True)
    odds = np.exp(local)
    return path, (odds[np.arange(len(path)), path] / odds.sum(axis=1)).astype(np.float32)


def strands(lines: Sequence[Line], statistics: Statistics, weights: Weights) -> tuple[Block, ...]:
    """The blocks that lines next to each other make up: paragraphs (or pieces of them), heads, bylines, captions, furniture."""
    path, odds = label(lines, statistics, weights)
    blocks: list[Block] = []
    begins = [
        i
        for i, state in enumerate(path)
        if State(state) not in FOLLOWS or (state == State.HEAD_NEXT and odds[i] < CERTAIN)
    ]
    for number, first in enumerate(begins):
        last = begins[number + 1] if number + 1 < len(begins) else len(lines)
        state = State(path[first])
        blocks.append(
            Block(
                role=ROLE[state],
                lines=tuple(lines[first:last]),
                starts=state not in (State.OPEN, State.HEAD_NEXT),
                confidence=float(odds[first:last].min()),
            )
        )
    return tuple(blocks)
