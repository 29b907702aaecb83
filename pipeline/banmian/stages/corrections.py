"""Put right the recognition errors of an OCR engine that are certain, and leave all others.

Engines take characters for others that look like them. Where rules, the language and the page leave no doubt about
what was printed, it is put back (`banmian.corrections` says when that is so): each time an edit, with what tells, and a
flag of the page names the places. Where nothing is to be put right, the flag alone says where. A page without such
errors stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from banmian.corrections import CORRECTED, MISREAD, edits
from banmian.language import statistics
from banmian.model import Flag, Page
from banmian.stage import Layer

NOTES = {
    CORRECTED: "characters that an OCR engine took for others were put right here",
    MISREAD: "an OCR engine seems to have taken these characters for others; they were left as they are",
}


@dataclass(frozen=True, slots=True)
class Corrections:
    """Put right the recognition errors of an OCR engine that are certain."""

    name: ClassVar[str] = "corrections"
    requires: ClassVar[frozenset[Layer]] = frozenset({Layer.CHARACTERS})
    provides: ClassVar[frozenset[Layer]] = frozenset()

    correct: bool = True

    def __call__(self, page: Page, /) -> Page:
        """The page with its recognition errors put right and flagged, only flagged, or the same page if it has none."""
        read = page.layout is not None and any(line.confidence is not None for line in page.layout.lines)
        found = edits(page.trace, statistics(), recognised=read)
        if not found:
            return page
        kind = CORRECTED if self.correct else MISREAD
        flag = Flag(kind, NOTES[kind], tuple(edit.span for edit in found))
        flags = page.flags if flag in page.flags else (*page.flags, flag)
        return replace(page, trace=page.trace.edit(found) if self.correct else page.trace, flags=flags)
