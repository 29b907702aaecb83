"""Put right the recognition errors of an OCR engine that are certain, and leave all others.

Engines take characters for others that look like them. Where rules, the language and the page leave no doubt about
what was printed, it is put back (`banmian.corrections` says when that is so): each time an edit, with what tells, and a
flag of the page names the places. A page without such errors stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from banmian.corrections import edits
from banmian.language import statistics
from banmian.model import Flag, Page
from banmian.stage import Layer

FLAG = "text.corrected"
NOTE = "characters that an OCR engine took for others were put right here"


@dataclass(frozen=True, slots=True)
class Corrections:
    """Put right the recognition errors of an OCR engine that are certain."""

    name: ClassVar[str] = "corrections"
    requires: ClassVar[frozenset[Layer]] = frozenset({Layer.CHARACTERS})
    provides: ClassVar[frozenset[Layer]] = frozenset()

    correct: bool = True

    def __call__(self, page: Page, /) -> Page:
        """The page with its recognition errors put right, or the same page."""
        read = page.layout is not None and any(line.confidence is not None for line in page.layout.lines)
        found = edits(page.trace, statistics(), recognised=read) if self.correct else []
        if not found:
            return page
        flag = Flag(FLAG, NOTE, tuple(edit.span for edit in found))
        return replace(page, trace=page.trace.edit(found), flags=(*page.flags, flag))
