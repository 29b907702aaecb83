"""Heads that run from right to left (横排右起), as papers with vertical type set them until the 1950s.

A text layer and an OCR engine have their characters from left to right. Which way they are to be read, their words
tell: the one way neighbours belong together, the other way they do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from banmian.em import em
from banmian.geometry.frame import Printed
from banmian.language import Statistics, join_odds
from banmian.trace import Span

SURE = 2.0  # nats by which the one way must be likelier than the other
LEAST = 3  # characters


def runs_backwards(text: str, known: Statistics) -> bool:
    """Whether a text reads better from its end.

    >>> from banmian.language import statistics
    >>> [runs_backwards(text, statistics()) for text in ("会大表代民人国全", "全国人民代表大会")]
    [True, False]
    """
    if len(text) < LEAST:
        return False
    pairs = [*pairwise(text), *pairwise(text[::-1])]
    odds = join_odds(known, [one for one, _ in pairs], [two for _, two in pairs])
    half = len(pairs) // 2
    return float(odds[half:].sum() - odds[:half].sum()) > SURE


def turned_round(lines: Sequence[Printed], known: Statistics) -> list[Printed]:
    """Lines with those that run from right to left cut into their characters, from the right."""
    found: list[Printed] = []
    for item in lines:
        line = item.line
        if len(line.text) != line.span.end - line.span.start or not runs_backwards(line.text, known):
            found.append(item)
            continue
        for place in range(len(line.text) - 1, -1, -1):
            start, char = line.span.start + place, line.text[place]
            tail_end = line.tail_end if place + 1 == len(line.text) else start + 1
            one = replace(line, span=Span(start, start + 1), tail_end=tail_end, text=char, width=em(char))
            found.append(item._replace(line=one))
    return found
