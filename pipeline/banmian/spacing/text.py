"""The text under study: its lines, whether they hold columns side by side, and how wide these are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from banmian.spacing.tables import table_rows
from banmian.spacing.white import BREAK, WHITE, width_of

# A page is read row by row when gaps of three spaces or more stand in this share of its lines. Measured on the typeset
# pages: at least 0.25 where columns stand side by side, at most 0.08 where they do not (there the gaps are print).
ROWS_SHARE = 0.15
# In fewer lines than these a wide gap says nothing: the folio has some, and a byline.
ROWS_LINES = 3
# On such a page a gap is this wide or wider (poppler's -layout never made a narrower one between columns).
GAP_WIDTH = 3
# Lines of one paragraph are equally wide but for a character that punctuation pushes over.
MEASURE_SLACK = 1.0
# Where more lines than this share have a blank line after them, blank lines part no paragraphs. Of the pages that
# pdfminer.six read, a third have 0.96 and more, the others 0.2; a real page has 0.22.
BLANK_SHARE = 0.5
# On a page of rows, a width that this share of the lines with commas have is the measure of a column.
MEASURE_SHARE = 0.15
# Where this share of all gaps have one width, the width was put there for a separator and tells no position. Measured
# on the typeset pages: 0.99 and more where gaps are separators, at most 0.53 where they keep positions.
SEPARATOR_SHARE = 0.97
LINE = re.compile(f"[^{BREAK}]+")
_ROW_LINE = re.compile(f"[^{WHITE}{BREAK}][{WHITE}]{{3,}}[^{WHITE}{BREAK}][^{BREAK}]*")
_BLANK = re.compile(r"\n\n|\r\n\r\n|\r\r")
WIDE_GAP = re.compile(rf"(?<=[^{WHITE}{BREAK}])[{WHITE}]{{{GAP_WIDTH},}}(?=[^{WHITE}{BREAK}])")
_COLUMNS = re.compile(rf"[{BREAK}]+|[{WHITE}]{{{GAP_WIDTH},}}")
# Where a sentence goes on or ends there is no head and no byline.
SENTENCE = re.compile("[，。；]")


@dataclass(frozen=True)  # no slots: the measures are only worked out where they are needed
class Text:
    """The text under study.

    Args:
        text: a page, in simplified characters.
        lines: where its lines begin and end.
        rows: whether they hold columns side by side, see `rows`.
        printed: where white space begins that is print's by its width on the page.
    """

    text: str
    lines: Sequence[tuple[int, int]]
    rows: bool
    printed: frozenset[int]

    @cached_property
    def apart(self) -> int:
        """How many line ends stand at most between two lines of a paragraph: two where blank lines are everywhere."""
        blank = len(_BLANK.findall(self.text))
        return 2 if blank > BLANK_SHARE * len(self.lines) else 1

    @cached_property
    def tables(self) -> frozenset[int]:
        """The numbers of the lines that are rows of a table."""
        return table_rows([self.text[start:end] for start, end in self.lines])

    @cached_property
    def separated(self) -> bool:
        """On a page of rows, whether nearly all gaps have one width, which was put there between the columns."""
        widths = Counter(gap.end() - gap.start() for gap in WIDE_GAP.finditer(self.text))
        return bool(widths) and widths.most_common(1)[0][1] >= SEPARATOR_SHARE * widths.total()

    @cached_property
    def measures(self) -> frozenset[float]:
        """On a page of rows, the widths that lines of running text have there, in em."""
        cells = _COLUMNS.split(self.text)
        widths = Counter(width_of(cell, (0, len(cell))) for cell in cells if SENTENCE.search(cell))
        common = MEASURE_SHARE * widths.total()
        return frozenset(width for width, times in widths.items() if times >= common)


def rows(text: str) -> bool:
    r"""Whether columns stand side by side in the lines of this text.

    >>> rows("一栏的第一行字    二栏的第一行字\n" * 3)
    True
    >>> rows("二〇一九年十月八日    星期二    责任编辑：周文\n一栏的第一行字\n一栏的第二行字")
    False
    """
    with_gap = len(_ROW_LINE.findall(text))
    return with_gap >= ROWS_LINES and with_gap >= ROWS_SHARE * sum(1 for _ in LINE.finditer(text))
