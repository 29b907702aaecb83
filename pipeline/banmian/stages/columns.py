"""Take columns apart that the extractor mixed, so that each line follows the one that it goes on from.

Extractors that read a page from the top and from the left give one line of each column in turn, or several side by side
in one row with gaps between them. Rows are cut at their gaps (`banmian.reading.columns.rows`), and lines are put into
strands (`banmian.reading.columns.apart`): a strand is a run of lines that read on. A page, or a part of it, that is not
mixed beyond doubt keeps its lines and their order. A change of strand is marked as a gap before the line.

Once lines stand in their order, those that were broken where print breaks none are put together
(`banmian.reading.columns.whole_lines`), and so are the pieces of bylines and credits (`banmian.reading.columns.torn`).

Left alone: which strand follows which. That is settled later, with the heads, for the whole page.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from banmian.geometry.frame import has_boxes
from banmian.language import statistics, topics
from banmian.model import Flag, Page
from banmian.reading.columns.apart import in_strands, suspect, take_apart, weights
from banmian.reading.columns.evidence import Printed
from banmian.reading.columns.rows import cut_rows
from banmian.reading.columns.run_together import cut_run_together
from banmian.reading.columns.torn import put_together
from banmian.reading.columns.whole_lines import whole_lines
from banmian.stage import Layer
from banmian.trace import joined

# Where less than this speaks for what lines that are mixed go on from (log odds, the mean over the lines), the page has
# not been understood (a table, a page of adverts), and keeps its order. Of the pages for checking the least has 0.7.
LEAST_EVIDENCE = 0.2
NOTE = "lines of several columns may be mixed here"


@dataclass(frozen=True, slots=True)
class Columns:
    """Take columns apart that the extractor mixed."""

    name: ClassVar[str] = "columns"
    requires: ClassVar[frozenset[Layer]] = frozenset({Layer.LINES})
    provides: ClassVar[frozenset[Layer]] = frozenset({Layer.COLUMNS})

    def __call__(self, page: Page, /) -> Page:
        """The page with its lines strand by strand; the same order if no columns are mixed."""
        if page.layout is not None and has_boxes(page.lines):
            return page  # where lines stand is known: which follows which is settled with that
        return put_together(whole_lines(_in_order(page)))


def _in_order(page: Page) -> Page:
    """The page with its lines strand by strand; the same page if no columns are mixed."""
    known = statistics()
    rows = whole = cut_rows(page)
    if not rows.cut:
        if not suspect(rows, known):
            return page
        rows = cut_run_together(page, rows, known)
    apart = take_apart(Printed.of(rows, known, topics()), weights(), sure=rows.cut, third=rows is not whole)
    doubtful = apart.doubtful | (apart.mixed & (apart.evidence < LEAST_EVIDENCE))
    if doubtful.any():
        spans = joined(line.span for line, doubt in zip(rows.lines, doubtful, strict=True) if doubt)
        page = replace(page, flags=(*page.flags, Flag("columns.mixed", NOTE, spans)))
    if not apart.mixed.any() or apart.evidence < LEAST_EVIDENCE:
        return page
    return replace(page, lines=in_strands(rows.lines, apart))
