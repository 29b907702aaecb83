"""Put lines together that were broken where no line of print ends (避头尾).

Chinese typesetting never ends a line with an opening mark (“ （ 《) and never begins one with a closing mark or a stop
(” ） ， 。). Some extractors break a line there all the same: poppler's `-raw` wherever a mark is set so tight
(标点挤压) that its square reaches into the one beside it. The line is put together again, so that it has the width that
it has on the page. Old papers, and text that was wrapped by a program, keep no such rule: they are left alone.
"""

from __future__ import annotations

from dataclasses import replace

from banmian.em import em
from banmian.model import Line, Page
from banmian.trace import Edit, Span

RULE = "columns/whole-line"
# Of 817 lines on the pages for fitting that end with one of the first, all but one go on in the next line; of 480 that
# begin with one of the second, 477 go on from the line before. Most were read by poppler's -raw, one line in 40.
NEVER_LAST = tuple("“‘（(《〈「『〔【")
NEVER_FIRST = tuple("，。、；：！？”’）)》〉」』〕】")
# Where more lines than this share, and one, begin with a mark, lines were broken wherever they were full. Of text that
# was broken so 0.07 to 0.09 do; of 460 pages that poppler's -raw read 0.01, and 455 have no more than 0.05.
MOST_MARKED = 0.06


def whole_lines(page: Page) -> Page:
    """The page with lines put together that were broken beside such a mark.

    Only lines that stand one after the other in the source as well, with no blank line between them; an edit takes the
    break away.
    """
    marked = sum(line.text.startswith(NEVER_FIRST) for line in page.lines)
    if marked > 1 + MOST_MARKED * len(page.lines):
        return page
    lines: list[Line] = []
    edits: list[Edit] = []
    for line in page.lines:
        before = lines[-1] if lines else None
        if before is None or not _broken(before, line):
            lines.append(line)
            continue
        text = before.text + line.text
        edits.append(Edit(before.tail, "", RULE))
        span = Span(before.span.start, line.span.end)
        lines[-1] = replace(before, span=span, tail_end=line.tail_end, text=text, width=em(text))
    if not edits:
        return page
    return replace(page, lines=tuple(lines), trace=page.trace.edit(edits))


def _broken(before: Line, line: Line) -> bool:
    beside = before.text.endswith(NEVER_LAST) or line.text.startswith(NEVER_FIRST)
    return beside and not line.gap and before.tail_end == line.span.start
