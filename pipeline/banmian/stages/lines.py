"""Cut the text into printed lines and measure them in em.

A raw text shows lines as its extractor saw them: ended by any of the line ends in use, with blank lines where the
extractor thought that a block ends (often it does not), and with white space around them. Each line keeps its place
in the source and the span up to the next line, so that what lies between two lines is accounted for wherever the
lines go.

Widths are in em (全角), the width of a Han character.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import ClassVar

from banmian.em import em
from banmian.layout import PlacedLine
from banmian.model import Line, Page
from banmian.spacing import BREAK
from banmian.stage import Layer
from banmian.trace import Span

_CONTENT = re.compile(rf"[^\s{BREAK}](?:[^{BREAK}]*[^\s{BREAK}])?")


def cut(page: Page) -> tuple[Line, ...]:
    """The lines of a page in the order of its source, blank ones left out (they lie in the tail of the line before)."""
    source = page.source.text
    spans = [Span(*match.span()) for match in _CONTENT.finditer(source)]
    readings = page.trace.readings(spans)
    kept = [(span, text) for span, text in zip(spans, readings, strict=True) if text]
    placed = _placed(page)
    lines: list[Line] = []
    for number, (span, text) in enumerate(kept):
        tail_end = kept[number + 1][0].start if number + 1 < len(kept) else len(source)
        gap = number > 0 and _blank_between(source, kept[number - 1][0].end, span.start)
        at = placed.get(source.rfind("\n", 0, span.start) + 1) if placed else None
        if at is None:
            lines.append(Line(span, tail_end, text, em(text), gap=gap))
        else:
            lines.append(
                Line(
                    span,
                    tail_end,
                    text,
                    em(text),
                    gap=gap,
                    box=at.box,
                    size=at.size,
                    font=at.font,
                    bold=at.bold,
                    vertical=at.vertical,
                )
            )
    return tuple(lines)


def _placed(page: Page) -> dict[int, PlacedLine]:
    """Where lines are printed, by the place in the source where each begins."""
    if page.layout is None:
        return {}
    return {page.source.text.rfind("\n", 0, line.span.start) + 1: line for line in page.layout.lines}


def _blank_between(source: str, end: int, start: int) -> bool:
    """Whether a blank line or a form feed stands between two lines."""
    tail = source[end:start]
    if tail == "\n":
        return False
    return tail.count("\n") > 1 or tail.count("\r") > max(1, tail.count("\n")) or "\f" in tail


@dataclass(frozen=True, slots=True)
class Lines:
    """Cut the text into printed lines and measure them in em."""

    name: ClassVar[str] = "lines"
    requires: ClassVar[frozenset[Layer]] = frozenset({Layer.CHARACTERS})
    provides: ClassVar[frozenset[Layer]] = frozenset({Layer.LINES})

    def __call__(self, page: Page, /) -> Page:
        """The page with its lines."""
        return replace(page, lines=cut(page))
