"""White space inside lines: what the extractor put there, and what print has.

Chinese is set without spaces. An extractor that reads the distances between the characters of a page makes spaces of
them all the same: beside punctuation, whose glyphs leave half of their square empty; where digits or Latin letters,
which are narrower, meet Han characters; and between all characters of a line that was set wide, as heads often are
(从 复 工 复 产). These go.

A few spaces are print. Between the clauses of a head (a strong pause, no comma: 彰显忠诚底色 扛起时代担当), between the
names of a byline (记者 李振涛 通讯员 张敬勇) and inside a name of two characters set as wide as one of three (张　娅),
after a dateline (新华社北京1月15日电 中央…), between the fields of a folio, between Latin words. They stay, as one
plain space, however wide the extractor made them: the width is the extractor's. Where it is known how wide they are on
the page, a space of a whole character between words is print as well (`printed`).

On a page that was read row by row, several columns stand side by side in a line, with gaps between them. The gaps stay
as they are; only whoever takes the columns apart can tell which line they end.

All of it is about white space *inside* lines and at their edges. What ends a line is not ours.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from banmian.grammar.names import cut_names
from banmian.spacing.clauses import (
    MIN_CLAUSE,
    NEEDS_ANOTHER,
    between_quotes,
    in_slogan,
    is_pause,
    is_running,
    short_words,
)
from banmian.spacing.neighbours import rule_of
from banmian.spacing.row_gaps import wide_print
from banmian.spacing.set_apart import behind_datelines, behind_numbers, between_names
from banmian.spacing.tables import table_rows
from banmian.spacing.text import GAP_WIDTH, LINE, SEPARATOR_SHARE, WIDE_GAP, Text, rows
from banmian.spacing.white import BREAK, HAN, LONE, RUN, UNSEEN, WHITE, Gap, W, words_of
from banmian.trace import Edit, Span

RULE = "characters/"
# The words below are written in simplified characters, and read so in traditional text.
_SIMPLIFIED = str.maketrans(
    "與爲為習從們寫華參臺後嗎員圖實對報攝條電著組繪編節見訊記譯話該責輯採",
    "与为为习从们写华参台后吗员图实对报摄条电着组绘编节见讯记译话该责辑采",
)
_TRADITIONAL = re.compile(f"[{''.join(map(chr, _SIMPLIFIED))}]")
_PIECE = re.compile(f"[{WHITE}]+")
# Between the characters of a head that was spread in a row, in spaces: at most, and such that text is not set so loose.
FURTHEST_SPREAD, WIDE_SPREAD = 12, 3
# Two short words next to each other, without which no characters are set apart one by one.
_NEXT_SINGLES = re.compile(
    f"(?<![^{WHITE}{UNSEEN}{BREAK}])[^{WHITE}]{{1,2}}{W}+[^{WHITE}]{{1,2}}(?![^{WHITE}{UNSEEN}{BREAK}])"
)


def spaces(text: str, printed: frozenset[int] = frozenset()) -> list[Edit]:
    r"""The edits that take the extractor's spaces out of a text and leave those of print.

    Args:
        text: a page.
        printed: where white space begins that is print's by its width on the page.

    >>> from banmian.trace import Trace
    >>> def read(text: str) -> str:
    ...     return Trace(text).edit(spaces(text)).value
    >>> read("从 复 工 复 产 到 满 产 满 荷")
    '从复工复产到满产满荷'
    >>> read("图为 5 月 27 日，该公司 “80 后” 员工")
    '图为5月27日，该公司“80后”员工'
    >>> read("2 0 2 0 年5 月2 8 日   星期四")
    '2020年5月28日 星期四'

    Print spaces stay, as one:

    >>> read("强化政治担当 锻造高素质干部队伍")
    '强化政治担当 锻造高素质干部队伍'
    >>> read("本报讯（记者   李振涛 通\n讯员 张敬勇） 5 月 26 日， 记者自")
    '本报讯（记者 李振涛 通\n讯员 张敬勇）5月26日，记者自'
    >>> read("新华社北京 1 月 17 日电　　中央 17 日")
    '新华社北京1月17日电 中央17日'
    >>> read("使用 Internet Plus 平台")
    '使用Internet Plus平台'
    """
    if _TRADITIONAL.search(text):
        text = text.translate(_SIMPLIFIED)
    lines = [line.span() for line in LINE.finditer(text)]
    page = Text(text, lines, rows(text), printed)
    search = RUN.search
    return [edit for number, span in enumerate(lines) if search(text, *span) for edit in _line(page, number)]


def _line(page: Text, number: int) -> Iterator[Edit]:
    """The edits of one line, column by column."""
    text = page.text
    start, end = page.lines[number]
    gaps: list[Gap] = []
    for run in RUN.finditer(text, start, end):
        left, right = run.span()
        if left == start or right == end:
            yield from _remove(text, left, right, "space-edge")
        elif width := right - left - text.count(UNSEEN, left, right):
            gaps.append(Gap(left, right, width))
    if not gaps or number in page.tables:
        return
    spread = _spread(text, start, end, gaps)
    if page.rows:
        spread |= _spread_in_row(text, start, end, gaps)
    else:
        yield from _cell(page, number, (start, end), gaps, spread)
        return
    printed = wide_print(page, start, end, gaps)
    cell: list[Gap] = []
    cell_start = start
    for gap in gaps:
        if gap.width < GAP_WIDTH or gap.start in spread or gap.start in printed:
            cell.append(gap)
        else:
            yield from _cell(page, number, (cell_start, gap.start), cell, spread)
            cell, cell_start = [], gap.end
    yield from _cell(page, number, (cell_start, end), cell, spread)


def _spread(text: str, start: int, end: int, gaps: Sequence[Gap]) -> frozenset[int]:
    """Where the gaps begin that stand between characters set apart one by one (从 复 工 复 产, 3 9 6 6).

    Three or more single characters in a row at one distance, or two Han that are all of the line; a mark or a digit may
    stick to its character. Also every narrow gap of a line whose words are two characters long at most, on average, and
    some of them single: justification that the extractor saw here and there (们在 冰雪 中找 寻欢 乐 的 热).
    """
    if not _NEXT_SINGLES.search(text, start, end):
        return frozenset()
    words = words_of(text, (start, end), gaps)
    single = [_single(word) for word in words]
    if len(words) == 2 and all(single) and gaps[0].width == 1 and all(map(LONE.match, words)):
        return frozenset({gaps[0].start})
    out: set[int] = set()
    at = 0
    while at < len(gaps):
        stop = at
        while stop < len(gaps) and single[stop] and single[stop + 1] and gaps[stop].width == gaps[at].width:
            stop += 1
        if stop - at >= 2:
            out.update(gap.start for gap in gaps[at:stop])
        at = max(stop, at + 1)
    alone = sum(1 for word in words if len(word) == 1 and LONE.match(word))
    if len(words) >= 4 and alone >= 2 and sum(map(len, words)) <= 2 * len(words):
        narrow = min(gap.width for gap in gaps)
        out.update(gap.start for gap in gaps if gap.width == narrow)
    return frozenset(out)


def _spread_in_row(text: str, start: int, end: int, gaps: Sequence[Gap]) -> frozenset[int]:
    """Where the gaps begin between the characters of a head that was spread over its column (赶   大     集).

    Extractors that keep the place of what stands in a row round its distances, so that they are not equal. Three or
    more single Han, none further apart than `FURTHEST_SPREAD`. Of a line of text that was set loose and stands beside
    the end of another column (两 岸 来 往       愁) only one gap is wide: a head of three characters has one such at
    least, a longer one several. What stands beside a head is no nearer than its characters are to each other, as it is
    where they are names behind a title; nor are they the names of people.
    """
    if not _NEXT_SINGLES.search(text, start, end):
        return frozenset()
    words = words_of(text, (start, end), gaps)
    alone = [len(word) == 1 and LONE.match(word) is not None for word in words]
    out: set[int] = set()
    at = 0
    while at < len(gaps):
        stop = at
        while stop < len(gaps) and alone[stop] and alone[stop + 1] and gaps[stop].width <= FURTHEST_SPREAD:
            stop += 1
        wide = sum(gap.width >= WIDE_SPREAD for gap in gaps[at:stop])
        if (
            stop - at >= 2
            and wide >= min(stop - at - 1, 2)
            and _is_cell(gaps, at, stop)
            and not cut_names("".join(words[at : stop + 1]))
        ):
            out.update(gap.start for gap in gaps[at:stop])
        at = max(stop, at + 1)
    return frozenset(out)


def _is_cell(gaps: Sequence[Gap], first: int, end: int) -> bool:
    """Whether the gaps beside a run of them, which ends before `end`, are no narrower than those in it."""
    widest = max(gap.width for gap in gaps[first:end])
    return all(gap.width >= widest for gap in (*gaps[max(first - 1, 0) : first], *gaps[end : end + 1]))


def _single(word: str) -> bool:
    """Whether a word is one character, a mark or a digit that sticks to it aside.

    >>> [_single(word) for word in ("产", "年5", "荷，", "工业", "27", "Wi")]
    [True, True, True, False, False, False]
    """
    if len(word) == 2:
        return not word.isascii() and not (LONE.match(word[0]) and LONE.match(word[1]))
    return len(word) == 1


def _cell(
    page: Text, number: int, span: tuple[int, int], gaps: Sequence[Gap], spread: frozenset[int]
) -> Iterator[Edit]:
    """The edits of one line, or of the piece of it that belongs to one column."""
    if not gaps:
        return
    text, (start, end) = page.text, span
    between_han = {gap.start for gap in gaps if LONE.match(text, gap.start - 1) and LONE.match(text, gap.end)}
    names = between_names(text, start, end) if between_han else frozenset[int]()
    announced = {*behind_datelines(text, start, end), *behind_numbers(text, start, end)}
    printed: list[Gap] = []
    doubtful: list[Gap] = []
    for gap in gaps:
        if gap.start in announced or gap.start in names:
            printed.append(gap)
        elif gap.start in spread:
            yield from _remove(text, gap.start, gap.end, "space-spread")
        elif (rule := rule_of(page, gap)) is None:
            printed.append(gap)
        elif rule:
            yield from _remove(text, gap.start, gap.end, rule)
        else:
            doubtful.append(gap)
    if doubtful:
        running = is_running(page, number, span)
        short = len(doubtful) >= 2 and short_words(text, span, printed, doubtful)
        borders = [start, *sorted(at for gap in (*printed, *doubtful) for at in (gap.start, gap.end)), end]
        for gap in doubtful:
            place = bisect_left(borders, gap.start)
            loose = short or between_quotes(text, span, gap)
            left, right = borders[place - 1], borders[place + 2]
            pause = not loose and not running and is_pause(text, gap, left, right)
            if pause or in_slogan(page, number, gap, (left, right)):
                printed.append(gap)
            else:
                yield from _remove(
                    text, gap.start, gap.end, "space-han" if gap.start in between_han else "space-punctuation"
                )
    for gap in printed:
        yield from _keep(text, gap)


def _keep(text: str, gap: Gap) -> Iterator[Edit]:
    """One plain space for a gap that is print."""
    if text[gap.start : gap.end].strip(UNSEEN) != " ":
        first = next(_PIECE.finditer(text, gap.start, gap.end))
        yield Edit(Span(*first.span()), " ", f"{RULE}space-print")
        yield from _remove(text, first.end(), gap.end, "space-print")


def _remove(text: str, start: int, end: int, rule: str) -> Iterator[Edit]:
    """Nothing for white space; what has no width between it is left to its own rule."""
    for piece in _PIECE.finditer(text, start, end):
        yield Edit(Span(*piece.span()), "", f"{RULE}{rule}")


__all__ = [
    "BREAK",
    "HAN",
    "MIN_CLAUSE",
    "NEEDS_ANOTHER",
    "SEPARATOR_SHARE",
    "UNSEEN",
    "WHITE",
    "WIDE_GAP",
    "rows",
    "spaces",
    "table_rows",
]
