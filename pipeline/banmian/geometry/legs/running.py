"""Running lines (报眉, 报尾): the folio above all text, the imprint and the page credits below it.

On a page of vertical type they run across, along the top of the sheet, and mostly from right to left.
"""

from __future__ import annotations

from collections.abc import Sequence

from banmian.geometry.legs.backwards import turned_round
from banmian.geometry.legs.stacking import LONG, Leg
from banmian.grammar.furniture import furniture_role
from banmian.language import Statistics
from banmian.layout import Box
from banmian.model import Role

LARGEST = 1.6  # how large the type of what stands beside a running line is at most, as a share of the text
MOST_LINES = 3
OVER, LEAST_TEXT = 1.2, 3  # how far a head stands over its text at most, as a share of its size; lines of text
LARGER = 1.15  # how much larger the type of a headline is than that of its kicker at least
MARGIN = 0.5  # em that a running line may reach into the text


def running_lines(found: Sequence[Leg], size: float, known: Statistics, *, vertical: bool) -> dict[int, Role]:
    """The legs of a page that are running lines, by their numbers, and what they are.

    Args:
        found: the legs.
        size: of the type of the text.
        known: the language.
        vertical: whether the lines of the page run downwards.
    """
    body = [leg.place for leg in found if len(leg.lines) >= LONG] or [leg.place for leg in found]
    if not body:
        return {}
    first, last = min(place.top for place in body), max(place.bottom for place in body)
    begin, end = min(place.left for place in body), max(place.right for place in body)
    roles: dict[int, Role] = {}
    outermost: list[int] = []
    for number, leg in enumerate(found):
        if leg.across and not vertical:
            continue
        low, high = (begin, end) if leg.across else (first, last)
        start, stop = _sides(leg.place, across=leg.across)
        if stop <= low or start >= high:
            outermost.append(number)
        margin = stop <= low + MARGIN * leg.size or start >= high - MARGIN * leg.size
        if len(leg.lines) > MOST_LINES:
            continue
        guesses = [furniture_role(text) for text in _texts(leg, known)]
        told = [guess for guess in guesses if guess is not None]
        if len(told) != len(guesses):
            continue
        head = _stands_over_head(leg, found, vertical=vertical)
        head = head or (leg.size >= LARGER * size and _stands_over_text(leg, found, vertical=vertical))
        if all(guess.certain for guess in told) or (margin and not head):
            roles[number] = told[0].role
    # What stands in one row with a running line on the edge of the page, in type no larger, is one too.
    rows = [found[number] for number in roles]
    for number in outermost:
        leg = found[number]
        if number in roles or len(leg.lines) > 1 or leg.size > LARGEST * size:
            continue
        if _stands_over_text(leg, found, vertical=vertical) or _stands_over_head(leg, found, vertical=vertical):
            continue
        if any(row.across is leg.across and _in_row(leg, row) for row in rows):
            roles[number] = Role.FOLIO
    return roles


def _stands_over_text(leg: Leg, found: Sequence[Leg], *, vertical: bool) -> bool:
    """Whether a leg stands right over text of its own width, as the head of a story at the top of a page does."""
    return not vertical and any(
        0 <= other.place.top - leg.place.bottom <= OVER * leg.size
        and other.place.beside(leg.place) >= 0.5 * leg.place.width
        for other in found
        if len(other.lines) >= LEAST_TEXT and other is not leg
    )


def _stands_over_head(leg: Leg, found: Sequence[Leg], *, vertical: bool) -> bool:
    """Whether a leg stands right over larger type, as the kicker of a story at the top of a page does."""
    return not vertical and any(
        other.size >= LARGER * leg.size
        and 0 <= other.place.top - leg.place.bottom <= OVER * leg.size
        and other.place.beside(leg.place) >= 0.8 * leg.place.width
        for other in found
        if other is not leg
    )


def _sides(place: Box, *, across: bool) -> tuple[float, float]:
    """Where a leg begins and ends across its own lines."""
    return (place.left, place.right) if across else (place.top, place.bottom)


def _in_row(one: Leg, two: Leg) -> bool:
    """Whether two legs stand in one row."""
    (start, stop), (begin, end) = _sides(one.place, across=one.across), _sides(two.place, across=two.across)
    return min(stop, end) - max(start, begin) > 0.5 * min(stop - start, end - begin)


def _texts(leg: Leg, known: Statistics) -> list[str]:
    """How the lines of a leg read; those across, which may run from right to left, the way that they make sense."""
    if not leg.across:
        return [line.text for line in leg.lines]
    return ["".join(part.text for part in turned_round([line], known)) for line in leg.lines]
