"""The wide gaps of a page read row by row that are print and part no columns.

A space behind a dateline, between the titles and names of a byline, or between the fields of a folio may come out as
wide as a gap between columns. What stands there, in which order and how wide it is, tells them apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from banmian.grammar.names import is_name
from banmian.spacing.set_apart import EDGE, behind_datelines, behind_numbers, between_names
from banmian.spacing.text import GAP_WIDTH, MEASURE_SLACK, Text
from banmian.spacing.white import UNSEEN, WHITE, Gap, H, W, is_typed, width_of

_PLAIN_GAP = " " * GAP_WIDTH
# What the indent of a paragraph and the space behind a dateline take of the measure at most, in em.
MOST_INDENT = 5.0
# How a byline opens, and each word of it with the white space before it.
_BYLINE_OPENS = re.compile(rf"(?P<title>记者|通讯员|讯员)|[（(](?={H}{{1,4}}{W})")
_BYLINE_WORD = re.compile(rf"({W}*)({H}{{1,4}})(?=[{WHITE}{UNSEEN}）)]|$)")
_BYLINE_TITLES = frozenset(("通讯员", "讯员", "摄影", "摄影报道"))
_BRACKET_CLOSES = ("）", ")")
# A name of two characters as wide as three, where it cannot be two columns.
_WIDE_NAME = re.compile(
    rf"(?:(?<=[（(])|{EDGE})(?P<first>{H})(?P<gap>{W}{{2,4}}){H}(?:摄影报道|摄影|摄|整理|供图|文)?(?=[）)（(])"
)
# A line that dates the page and says who edited it.
_FOLIO = re.compile("星期[一二三四五六日天].*(?:责|编辑|版)")


def wide_print(page: Text, start: int, end: int, gaps: Sequence[Gap]) -> frozenset[int]:
    """Where the wide gaps of a line begin that are print even on a page of rows; narrow ones may be among them.

    Behind the number of an article of law, inside a name, between the titles and names of a byline, and where somebody
    typed them, they may be of any width; behind a dateline where the text that follows fills the measure with it;
    between other names and between the fields of a folio only as wide as the narrowest gap between columns, where their
    order tells them from that.
    """
    text = page.text
    wide = [gap for gap in gaps if gap.width >= GAP_WIDTH]
    if not wide:
        return frozenset()
    line = text[start:end]
    out = set(behind_numbers(text, start, end))
    # At the end of a line of a column, or at its start, what was typed stands beside the plain spaces of a gap.
    out.update(gap.start for gap in wide if is_typed(text, gap) and text.find(_PLAIN_GAP, gap.start, gap.end) < 0)
    datelines = behind_datelines(text, start, end)
    out.update(gap.start for gap in wide if gap.start in datelines and _fills_measure(page, (start, end), wide, gap))
    if "（" in line or "(" in line or "摄" in line:
        out.update(start + match.start("gap") for match in _WIDE_NAME.finditer(line))
    if "者" in line or "员" in line or "（" in line or "(" in line:
        out.update(_byline_gaps(text, start, end))
    if any(gap.width == GAP_WIDTH for gap in wide):
        folio = _FOLIO.search(line) is not None
        names = between_names(text, start, end)
        out.update(gap.start for gap in wide if gap.width == GAP_WIDTH and (folio or gap.start in names))
    return frozenset(out)


def _byline_gaps(text: str, start: int, end: int) -> Iterator[int]:
    """Where white space begins that stands inside of a byline, or of the names in brackets that sign a text.

    Behind a title stands a name, of any width: 163 of 164 such gaps on the pages for fitting are print.
    """
    for opening in _BYLINE_OPENS.finditer(text, start, end):
        at, gaps = opening.end(), []
        while (word := _BYLINE_WORD.match(text, at, end)) is not None and (at == opening.end() or _of_byline(word[2])):
            gaps.append(word.start())
            at = word.end()
        if opening["title"] is not None or text[at : at + 1] in _BRACKET_CLOSES:
            yield from gaps


def _of_byline(word: str) -> bool:
    """Whether a word is a title or a name, or one half of a name that is set as wide as one of three."""
    return len(word) == 1 or word in _BYLINE_TITLES or is_name(word, word=True)


def _fills_measure(page: Text, span: tuple[int, int], wide: Sequence[Gap], gap: Gap) -> bool:
    """Whether a dateline and what stands behind its gap are as wide as a column, and the latter alone is not.

    Otherwise the dateline ends its line, and what follows is of the column beside it. Of the gaps behind datelines on
    the pages for fitting it tells 119 of 123 between columns, and all 12 that are print. Where no measure is known
    they are print; where gaps are separators (`Text.separated`) none is.
    """
    if page.separated:
        return False
    if not page.measures:
        return True
    place = wide.index(gap)
    left = (wide[place - 1].end if place else span[0], gap.start)
    right = (gap.end, wide[place + 1].start if place + 1 < len(wide) else span[1])
    alone = width_of(page.text, right)
    both = alone + width_of(page.text, left)
    fills = any(0 <= measure - both <= MOST_INDENT for measure in page.measures)
    return fills and not any(abs(measure - alone) <= 0.5 * MEASURE_SLACK for measure in page.measures)
