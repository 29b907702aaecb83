"""Spaces between Han characters: a pause between two clauses of a head, or the extractor's.

Neighbours do not tell. The lines around, the lengths of the clauses and the words they end and begin with do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from banmian.spacing.text import MEASURE_SLACK, SENTENCE, Text
from banmian.spacing.white import CLOSING, OPENING, RUN, Gap, W, width_of, words_of

# The shortest clause of a head that stands beside a longer one (侗家乐 盖瓦房).
MIN_CLAUSE = 3
NEEDS_ANOTHER = "的地得和与及在是把被对从为"  # words with which no clause ends
# No clause of a head ends with a word that needs another, with a title or a bracket, with a sentence that is quoted, or
# with quotation marks that lost what stood in them; none begins with a particle or a bracket.
_NO_PAUSE_AFTER = (*NEEDS_ANOTHER, *"）)》", "！”", "？”", "。”", "…”", "“”")
_NO_PAUSE_BEFORE = tuple("的了着们吗吧呢（(")
# Quotation marks with white space on their inner side: the extractor spaces them, so that a space on the outer side
# says nothing (“ 乡音版” 已在全国).
_LOOSE_QUOTE = re.compile(f"[“‘《「『]{W}|{W}[”’》」』]")
# Fields of a folio: the day of the week, the page number, who edited the page.
_FIELD = re.compile("^星期|^责|^本版|^第?[0-9]{1,2}版$|^0[0-9]$|^电话|^版式|^校对|^美编|^组版|版$|^[一-鿿]{2,4}[0-9]$")


def between_quotes(text: str, span: tuple[int, int], gap: Gap) -> bool:
    """Whether a gap stands beside a quotation mark in a cell whose quotation marks the extractor spaces."""
    beside = text[gap.start - 1] in CLOSING or text[gap.end] in OPENING
    return beside and _LOOSE_QUOTE.search(text, *span) is not None


def short_words(text: str, span: tuple[int, int], printed: Sequence[Gap], doubtful: Sequence[Gap]) -> bool:
    """Whether several gaps cut a cell into words too short for clauses: justification (现代 化建设 作出 更大贡).

    Not so if the cell has fields of a folio, or all its words are equally long.
    """
    words = words_of(text, span, sorted((*printed, *doubtful)))
    lengths = {len(word) for word in words}
    return min(lengths) < MIN_CLAUSE and len(lengths) > 1 and not any(map(_FIELD.search, words))


def is_running(page: Text, number: int, span: tuple[int, int]) -> bool:
    """Whether a line is running text: it has a comma or the like, or a line beside it is as wide and has one.

    Lines of a paragraph are all as wide as their column; a head hardly ever is as wide as the line before or after it.
    """
    text = page.text
    if SENTENCE.search(text, *span):
        return True
    width = width_of(text, span)
    if page.rows:
        return width in page.measures
    for other in (number - 1, number + 1):
        if 0 <= other < len(page.lines):
            beside = page.lines[other]
            between = text[min(beside[1], span[1]) : max(beside[0], span[0])]
            if (
                len(between.replace("\r\n", "\n")) <= page.apart
                and SENTENCE.search(text, *beside)
                and abs(width_of(text, beside) - width) <= MEASURE_SLACK
            ):
                return True
    return False


def is_pause(text: str, gap: Gap, left: int, right: int) -> bool:
    """Whether a space stands for a pause between two clauses of a head: `left` to the gap, and the gap to `right`.

    The clauses are of three characters or more, or equally long; no quotation is open between them; and neither stops
    or starts where no clause does.
    """
    before, after = RUN.sub("", text[left : gap.start]), RUN.sub("", text[gap.end : right])
    if _FIELD.search(before) or _FIELD.search(after):
        return True
    shorter, longer = sorted((len(before), len(after)))
    if shorter < MIN_CLAUSE and not 2 <= shorter == longer:
        return False
    if before.endswith(_NO_PAUSE_AFTER) or after.startswith(_NO_PAUSE_BEFORE):
        return False
    return _balanced(before) and _balanced(after)


def in_slogan(page: Text, number: int, gap: Gap, piece: tuple[int, int]) -> bool:
    """Whether a space parts the two clauses of a slogan: of one length, in quotation marks (“春风送岗位 就业暖民心”).

    Other spaces in running text are none of print. A clause may have begun in the line before, or end in the next.
    """
    text, (left, right) = page.text, piece
    before, after = RUN.sub("", text[left : gap.start]), RUN.sub("", text[gap.end : right])
    if not page.rows:
        first, last = page.lines[number]
        if left == first and "“" not in before:
            before = _beside(page, number, -1) + before
        if right == last and "”" not in after:
            after += _beside(page, number, 1)
    open_at, close_at = before.rfind("“"), after.find("”")
    one, two = before[open_at + 1 :], after[:close_at]
    return open_at >= 0 and close_at >= 0 and len(one) == len(two) >= MIN_CLAUSE and f"{one}{two}".isalpha()


def _beside(page: Text, number: int, step: int) -> str:
    """The line before (-1) or after (1) one, without its white space; nothing where there is none close by."""
    other = number + step
    if not 0 <= other < len(page.lines):
        return ""
    (_, end), (start, _) = sorted((page.lines[number], page.lines[other]))
    near = len(page.text[end:start].replace("\r\n", "\n")) <= page.apart
    return RUN.sub("", page.text[slice(*page.lines[other])]) if near else ""


def _balanced(text: str) -> bool:
    """Whether every quotation that opens in a text closes in it."""
    return all(text.count(opens) == text.count(closes) for opens, closes in ("“”", "《》"))
