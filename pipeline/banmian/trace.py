"""Text that remembers where it came from.

A `Trace` is a source text and the edits made to it so far. It never loses the source: reading it gives the text as it
stands now, `undo` gives the source back, and every difference between the two is an `Edit` with the name of the rule
that made it. All offsets are code points of the *source*, half-open, so that an edit means the same before and after
other edits.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple


class Span(NamedTuple):
    """A half-open range of code points of the source."""

    start: int
    end: int


class Edit(NamedTuple):
    """One change: the source characters of `span` now read `text`, because of `rule`.

    `rule` is "stage/rule-id" ("characters/space"). An edit made on top of another names both, oldest first, with a
    plus between ("characters/space+repair/head"). `evidence` says in words what a repair rests on.
    """

    span: Span
    text: str
    rule: str
    evidence: str = ""


def _start(edit: Edit) -> Span:
    return edit.span


@dataclass(frozen=True, slots=True)
class Trace:
    """A source text and its edits, sorted and without overlap.

    >>> trace = Trace("从 复 工").edit([Edit(Span(1, 2), "", "characters/space")])
    >>> trace.value
    '从复 工'
    >>> trace.read(Span(0, 3))
    '从复'
    >>> trace.undo()
    '从 复 工'
    """

    source: str
    edits: tuple[Edit, ...] = ()

    @property
    def value(self) -> str:
        """The whole text as it reads now."""
        return self.read(Span(0, len(self.source)))

    def undo(self) -> str:
        """The source text, as if no edit had been made."""
        return self.source

    def within(self, span: Span) -> tuple[Edit, ...]:
        """The edits that begin inside `span`; at the end of the source, also an insertion right at the end."""
        first = self._first(span.start)
        last = len(self.edits) if span.end == len(self.source) else self._first(span.end)
        return self.edits[first:last]

    def read(self, span: Span) -> str:
        """The text that the source characters of `span` stand for now.

        An edit belongs to the span that it begins in, so that reading neighbouring spans and putting the results
        together gives the same as reading both at once.
        """
        first = self._first(span.start)
        last = self._first(span.end) if span.end < len(self.source) else len(self.edits)
        at = max(span.start, self.edits[first - 1].span.end) if first else span.start
        if first == last:
            return self.source[at : span.end]
        parts: list[str] = []
        for (start, end), text, _, _ in self.edits[first:last]:
            parts += (self.source[at:start], text)
            at = end
        parts.append(self.source[at : span.end])
        return "".join(parts)

    def readings(self, spans: Sequence[Span]) -> list[str]:
        """The readings of spans that stand in the order of the source and do not overlap, in one pass."""
        source, edits, number = self.source, self.edits, 0
        out: list[str] = []
        over = 0  # the end of the last edit seen, which may reach into the next span
        for start, end in spans:
            while number < len(edits) and edits[number].span.start < start:
                over = max(over, edits[number].span.end)
                number += 1
            at = max(start, over)
            parts: list[str] = []
            stop = end + (end == len(source))  # what was inserted at the end of the source belongs to the last span
            while number < len(edits) and edits[number].span.start < stop:
                edit = edits[number]
                parts += (source[at : edit.span.start], edit.text)
                at = over = edit.span.end
                number += 1
            out.append("".join((*parts, source[at:end])) if parts else source[at:end])
        return out

    def read_all(self, spans: Iterable[Span]) -> str:
        """The readings of several spans, put together in the order given."""
        return "".join([self.read(span) for span in spans])

    def locate(self, spans: Iterable[Span], start: int, end: int) -> tuple[Span, ...]:
        """Where characters `start` to `end` of `read_all(spans)` come from.

        Characters that an edit put there come from the whole span of the edit.
        """
        found: list[Span] = []
        at = 0  # characters read so far
        for span in spans:
            place = self._after(span.start)
            for edit in (*self.within(span), None):
                kept = (edit.span.start if edit else span.end) - place
                low, high = max(start - at, 0), min(end - at, kept)
                if low < high:
                    found.append(Span(place + low, place + high))
                at += max(kept, 0)
                if edit is not None:
                    if at < end and at + len(edit.text) > start and edit.text:
                        found.append(edit.span)
                    at += len(edit.text)
                    place = edit.span.end
        return joined(found)

    def _first(self, start: int) -> int:
        """The place of the first edit that begins at `start` or later."""
        return bisect_left(self.edits, ((start,),))  # a tuple that begins alike and is shorter comes before

    def _after(self, start: int) -> int:
        """`start`, or the end of an edit that began before `start` and reaches over it."""
        before = self._first(start) - 1
        return max(start, self.edits[before].span.end) if before >= 0 else start

    def edit(self, edits: Iterable[Edit]) -> Trace:
        """This trace with more edits.

        An edit may stand on top of older ones; it then speaks for all source characters that either covers. Of two
        new edits of which one begins inside the other, or two insertions at one place, the caller has made a
        mistake.

        Raises:
            ValueError: an edit lies outside the source, or two new edits overlap.
        """
        new = sorted(edits)
        if not new:
            return self
        if new[0].span.start < 0 or any(not e.span.start <= e.span.end <= len(self.source) for e in new):
            raise ValueError("an edit lies outside of the source text")
        for one, two in pairwise(new):
            if two.span.start < one.span.end or two.span == one.span:
                raise ValueError(f"two edits overlap: {one} and {two}")
        if not self.edits:
            return Trace(self.source, tuple(new))
        merged: list[Edit] = []
        for edit in sorted([*self.edits, *new], key=lambda e: (e.span.start, e.span.end)):
            if merged and _touch(merged[-1].span, edit.span):
                merged.append(self._on_top(merged.pop(), edit, new_edits=new))
            else:
                merged.append(edit)
        return Trace(self.source, tuple(merged))

    def _on_top(self, left: Edit, right: Edit, *, new_edits: list[Edit]) -> Edit:
        """One edit that says what two overlapping ones say, the new one having the last word."""
        hull = Span(left.span.start, max(left.span.end, right.span.end))
        place = bisect_left(new_edits, right.span, key=_start)
        right_is_new = place < len(new_edits) and new_edits[place] is right
        old, new = (left, right) if right_is_new else (right, left)
        before = old.text if old.span.start < new.span.start else ""
        after = old.text if old.span.start >= new.span.start and old.span.end > new.span.end else ""
        rule = old.rule if old.rule.split("+")[-1] == new.rule else f"{old.rule}+{new.rule}"
        evidence = "; ".join(filter(None, (old.evidence, new.evidence)))
        return Edit(hull, before + new.text + after, rule, evidence)


def _touch(left: Span, right: Span) -> bool:
    """Whether two spans, the left one beginning first, share a character or are the same place."""
    return right.start < left.end or left == right


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same spans in the same order, with those that follow each other in the source made one.

    >>> joined([Span(0, 2), Span(2, 5), Span(9, 11)])
    (Span(start=0, end=5), Span(start=9, end=11))
    """
    out: list[Span] = []
    for span in spans:
        if out and out[-1].end == span.start:
            out[-1] = Span(out[-1].start, span.end)
        else:
            out.append(span)
    return tuple(out)
