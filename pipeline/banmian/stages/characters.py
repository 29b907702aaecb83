"""Take the damage of extraction out of the characters, and say where characters were lost.

The first stage: everything later may trust that two Han characters which stand side by side in print stand side by side
in the text, that each is under its own code point, and that a space is a space of print. What it changes and why is
told in `banmian.spacing` (white space) and `banmian.glyphs` (everything else). It leaves line ends alone, and the gaps
between columns that stand side by side.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import ClassVar

from banmian.glyphs import glyphs, lost, mend, odd
from banmian.layout import Layout
from banmian.model import Flag, Page
from banmian.spacing import UNSEEN, spaces
from banmian.spacing.white import HAN
from banmian.stage import Layer
from banmian.trace import Edit, Span, Trace

# Digits and Latin letters that are set on squares leave half of one; a space of print has a whole one, in a justified
# line a little less. Of 13 spaces as wide as this between words of text on the typeset pages, all were print's.
SPACE = 0.8  # em
# Han characters fill theirs: white between two is as wide as it looks, and half an em wide between names.
SPACE_BETWEEN_HAN = 0.4
_BETWEEN_HAN = re.compile(f"(?<=[{HAN}]) (?=[{HAN}])")


def decide(text: str, printed: frozenset[int] = frozenset()) -> list[Edit]:
    r"""The edits that take the damage of extraction out of a text, in order.

    Args:
        text: a page.
        printed: where white space begins that is print's by its width on the page.

    >>> Trace("\ufeff从 复 工 复 产 到 满 产 满 荷").edit(decide("\ufeff从 复 工 复 产 到 满 产 满 荷")).value
    '从复工复产到满产满荷'
    >>> decide("自我市按下复工复产键以来，濮阳工业园区")
    []
    """
    if not odd(text):
        return spaces(text, printed)
    return sorted([*glyphs(text), *spaces(mend(text, unseen=UNSEEN), printed)])


def report(text: str) -> list[Flag]:
    r"""What a person should look at: a flag for each kind of lost character, with all its places.

    >>> [(flag.kind, flag.spans) for flag in report("肺\ufffd疫情\ufffd\ufffd")]
    [('character.lost', (Span(start=1, end=2), Span(start=4, end=6)))]
    """
    if not odd(text):
        return []
    kinds: dict[str, list[Span]] = {}
    notes: dict[str, str] = {}
    for place in lost(text):
        kinds.setdefault(place.kind, []).append(place.span)
        notes[place.kind] = place.note
    return [Flag(f"character.{kind}", notes[kind], tuple(spans)) for kind, spans in kinds.items()]


@dataclass(frozen=True, slots=True)
class Characters:
    """Take the damage of extraction out of the characters, and say where characters were lost."""

    name: ClassVar[str] = "characters"
    requires: ClassVar[frozenset[Layer]] = frozenset()
    provides: ClassVar[frozenset[Layer]] = frozenset({Layer.CHARACTERS})

    def __call__(self, page: Page, /) -> Page:
        """The page with its characters put right; where an edit stands already, none is added."""
        source = page.trace.source
        edits = _new(decide(source, printed_spaces(source, page.layout)), page.trace)
        flags = [flag for flag in report(source) if flag not in page.flags]
        return replace(page, trace=page.trace.edit(edits), flags=(*page.flags, *flags))


def printed_spaces(text: str, layout: Layout | None) -> frozenset[int]:
    """Where spaces stand in the text of a page that are so wide in print that they are print's.

    Only of lines that were set, and whose characters have their places: an engine's are guesses.
    """
    found: list[int] = []
    for line in layout.lines if layout is not None else ():
        (start, end), chars = line.span, line.chars
        if line.confidence is not None or len(chars) != end - start + 1:
            continue
        at = text.find(" ", start, end)
        while at >= 0:
            least = SPACE_BETWEEN_HAN if _BETWEEN_HAN.match(text, at) else SPACE
            if chars[at - start + 1] - chars[at - start] >= least * line.size:
                found.append(at)
            at = text.find(" ", at + 1, end)
    return frozenset(found)


def _new(edits: list[Edit], trace: Trace) -> list[Edit]:
    """Those of the edits that touch nothing that was edited before."""
    if not trace.edits:
        return edits
    done = [edit.span for edit in trace.edits]
    out: list[Edit] = []
    at = 0
    for edit in edits:
        while at < len(done) and done[at].end <= edit.span.start:
            at += 1
        if at == len(done) or edit.span.end <= done[at].start:
            out.append(edit)
    return out
