"""What each leg of a page is, by the type that it is set in: a head, text, or a running line.

Size tells heads from text, a face of its own tells captions, bylines and subheads from both. Where an engine has read
the page no faces are known and sizes are measured: then words decide more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from banmian.geometry.frame import Printed
from banmian.geometry.legs.backwards import turned_round
from banmian.geometry.legs.columns import Column, columns, ends_short
from banmian.geometry.legs.running import running_lines
from banmian.geometry.legs.stacking import LAPPED, LONG, MEASURED_HEAD, Leg
from banmian.geometry.legs.text_type import Type, text_type
from banmian.grammar.broken_bylines import opens_byline
from banmian.grammar.bylines import Byline, parse_byline
from banmian.grammar.captions import caption, signs_picture_story
from banmian.language import Statistics
from banmian.layout import Box

# As shares of the size of the text: type this large is that of heads, and type this small that of captions; where the
# type was measured, differences must be larger (`MEASURED_HEAD`), but not those of every line of a head.
HEAD, MEASURED_LARGER = 1.22, 1.1
SMALL, MEASURED_SMALL = 0.93, 0.75
# Text in large type is no larger than this share of other text, nor its column narrower, in em.
LARGE_TEXT, LARGE_LINE = 1.6, 10
# How far below its head a byline stands: in em of its own type, or of the head, whose lines have their leading.
BYLINE_STEP, HEAD_STEP = 1.5, 0.7


class HasText(Protocol):
    """What reads as something: a line, printed or not."""

    @property
    def text(self) -> str:
        """How it reads."""


def byline_of(lines: Sequence[HasText]) -> Byline | None:
    """The byline that lines are; a line of names is broken between two of them, or inside of a name or a title."""
    texts = [line.text for line in lines]
    return parse_byline(" ".join(texts)) or (parse_byline("".join(texts)) if len(texts) > 1 else None)


class Kinds:
    """The legs of one page, and what each is.

    Attributes:
        legs: from the left and from the top.
        pictures: where pictures are, in the frame of the page.
        known: the language.
        vertical: whether the lines of the page run downwards.
        type: what its text is set in.
        known_faces: whether the fonts of its lines are known; else sizes were measured, and differ from line to line.
        faces_tell: whether bylines, captions or subheads are set in faces of their own: the page has some line that is.
        columns: that of each leg.
        furniture: the numbers of the legs that are running lines.
        heads, texts: the numbers of those that are heads, and of all others.
    """

    def __init__(self, legs: Sequence[Leg], pictures: Sequence[Box], known: Statistics, *, vertical: bool) -> None:
        self.legs = legs
        self.pictures = pictures
        self.known = known
        self.vertical = vertical
        self.type: Type = text_type(legs)
        self.known_faces = any(line.names_face for leg in legs for line in leg.lines)
        self.columns = columns(legs)
        self.furniture = running_lines(legs, self.type.size, known, vertical=vertical)
        self.heads = [number for number, leg in enumerate(legs) if self._is_head(number, leg)]
        small = [line for leg in legs for line in leg.lines if line.size < HEAD * self.type.size]
        self.faces_tell = self.known_faces and any(line.face not in self.type.faces for line in small)
        self._odd_lines: dict[int, list[bool]] = {}
        others = {*self.heads, *self.furniture}
        self.texts = [number for number in range(len(legs)) if number not in others]

    def _is_head(self, number: int, leg: Leg) -> bool:
        if number in self.furniture:
            return False
        if leg.across:
            return len(leg.lines) < LONG or leg.size >= HEAD * self.type.size
        if not self._is_large(leg):
            return False
        # Text in larger type, as a leader is set in: lines that fill a column, not a head that runs over four lines.
        column = self.columns[number]
        full = sum(not ends_short(line, column) for line in leg.lines)
        return not (
            len(leg.lines) > LONG
            and full >= len(leg.lines) / 2
            and leg.size < LARGE_TEXT * self.type.size
            and column.right - column.left >= LARGE_LINE * leg.size
        )

    def _is_large(self, leg: Leg) -> bool:
        """Whether a leg is set in the type of heads; of heads whose type was measured, whether one of its lines is."""
        if self.known_faces:
            return leg.size >= HEAD * self.type.size
        largest = max(line.size for line in leg.lines)
        return largest >= MEASURED_HEAD * self.type.size and leg.size >= MEASURED_LARGER * self.type.size

    def _odd(self, line: Printed) -> bool:
        if not self.known_faces:
            byline, seen = parse_byline(line.text), caption(line.text)
            shown = seen is not None and seen.certain and not signs_picture_story(line.text)
            told = (byline is not None and byline.certain) or shown
            return told or line.size < MEASURED_SMALL * self.type.size
        return line.face not in self.type.faces or line.size < SMALL * self.type.size

    def odd(self, number: int) -> list[bool]:
        """Which lines of a leg are in another face than text, or smaller; without fonts, of which the words say so."""
        if number not in self._odd_lines:
            self._odd_lines[number] = [self._odd(line) for line in self.legs[number].lines]
        return self._odd_lines[number]

    def all_odd(self, number: int) -> bool:
        """Whether all lines of a leg are."""
        return all(self.odd(number))

    def byline(self, leg: Leg) -> bool:
        """Whether a leg reads as a byline does."""
        text = " ".join(line.text for line in leg.lines)
        return len(leg.lines) <= 3 and (byline_of(leg.lines) is not None or opens_byline(text))

    def under_head(self, number: int) -> bool:
        """Whether a leg stands right below a head, as the byline of its story does."""
        leg = self.legs[number]
        step = BYLINE_STEP * leg.size
        return any(
            -LAPPED * leg.size <= leg.place.top - head.place.bottom <= max(step, HEAD_STEP * head.size)
            and head.place.beside(leg.place) >= 0.5 * min(head.place.width, leg.place.width)
            and not head.across
            for head in (self.legs[head] for head in self.heads)
        )

    def short(self, line: Printed, column: Column) -> bool:
        """Whether a line leaves room at an edge of its column; without a face, only such a line may be no text."""
        room = max(line.place.left - column.left, column.right - line.place.right)
        return self.known_faces or room >= 1.5 * line.size

    def centred(self, line: Printed, column: Column) -> bool:
        """Whether a line stands in the middle of its column, as subheads do, where no face tells."""
        em, place = line.size, line.place
        before, behind = place.left - column.left, column.right - place.right
        return not self.known_faces and min(before, behind) >= 2.5 * em and abs(before - behind) <= 1.5 * em

    def read(self, number: int) -> Sequence[Printed]:
        """The lines of a leg as they are read: on a page of vertical type horizontal ones may run from the right."""
        leg = self.legs[number]
        return turned_round(leg.lines, self.known) if self.vertical and leg.across else leg.lines
