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
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from banmian.grammar.names import is_name
from banmian.trace import Edit, Span

RULE = "characters/"

# Ends of lines, the same set as str.splitlines knows. Left alone here.
BREAK = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
# The words below are written in simplified characters, and read so in traditional text.
_SIMPLIFIED = str.maketrans(
    "與爲為習從們寫華參臺後嗎員圖實對報攝條電著組繪編節見訊記譯話該責輯採",
    "与为为习从们写华参台后吗员图实对报摄条电着组绘编节见讯记译话该责辑采",
)
_TRADITIONAL = re.compile(f"[{''.join(map(chr, _SIMPLIFIED))}]")
# Stands for a character without width, so that it does not hide the white space beside it.
UNSEEN = "\0"
WHITE = " \t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
HAN = "々〆〇㐀-䶿一-鿿\uf900-\ufaff\U00020000-\U0003ffff"

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
_PLAIN_GAP = " " * GAP_WIDTH
# On a page of rows, a width that this share of the lines with commas have is the measure of a column.
MEASURE_SHARE = 0.15
# Where this share of all gaps have one width, the width was put there for a separator and tells no position. Measured
# on the typeset pages: 0.99 and more where gaps are separators, at most 0.53 where they keep positions.
SEPARATOR_SHARE = 0.97
# What the indent of a paragraph and the space behind a dateline take of the measure at most, in em.
MOST_INDENT = 5.0
# The shortest clause of a head that stands beside a longer one (侗家乐 盖瓦房).
MIN_CLAUSE = 3
# How far behind a line break the bracket of a sign-off may open: six names and the spaces between them.
SIGN_OFF_REACH = 40

_W = f"[{WHITE}{UNSEEN}]"
_H = f"[{HAN}]"
_LINE = re.compile(f"[^{BREAK}]+")
_RUN = re.compile(f"{_W}+")
_PIECE = re.compile(f"[{WHITE}]+")
_ROW_LINE = re.compile(f"[^{WHITE}{BREAK}][{WHITE}]{{3,}}[^{WHITE}{BREAK}][^{BREAK}]*")
_BLANK = re.compile(r"\n\n|\r\n\r\n|\r\r")
WIDE_GAP = re.compile(rf"(?<=[^{WHITE}{BREAK}])[{WHITE}]{{{GAP_WIDTH},}}(?=[^{WHITE}{BREAK}])")
_COLUMNS = re.compile(rf"[{BREAK}]+|[{WHITE}]{{{GAP_WIDTH},}}")
_LONE = re.compile(_H)
# Two short words next to each other, without which no characters are set apart one by one.
_NEXT_SINGLES = re.compile(
    f"(?<![^{WHITE}{UNSEEN}{BREAK}])[^{WHITE}]{{1,2}}{_W}+[^{WHITE}]{{1,2}}(?![^{WHITE}{UNSEEN}{BREAK}])"
)

# What takes a full square: Han, kana, hangul, CJK punctuation, full-width forms, and marks that Chinese shares with
# Latin but sets full width.
_SQUARE = re.compile(rf"[{HAN}\u2e80-\u33ff\ua960-\ua97f\uac00-\ud7ff\ufe30-\ufe4f\uff01-\uffef“”‘’…—·•∶]")
# Marks of arithmetic and measure, set close to their numbers.
_TIGHT = frozenset("+×÷=~～/%‰℃±<>")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u0370-\u03ff\u0400-\u04ff]")
# A quotation among Latin words, from the character before the mark to the one after it.
_LATIN_QUOTE = re.compile(r".?(?:(?<=[A-Za-z.,!?])[”’] +[A-Za-z]|[A-Za-z,.:] +[“‘][A-Za-z])")
_CLOSING = frozenset("”’》）】」』〕)")
_OPENING = frozenset("“‘《（【「『〔(")
# Where a sentence goes on or ends there is no head and no byline.
_SENTENCE = re.compile("[，。；]")
NEEDS_ANOTHER = "的地得和与及在是把被对从为"  # words with which no clause ends
# No clause of a head ends with a word that needs another, with a title or a bracket, with a sentence that is quoted, or
# with quotation marks that lost what stood in them; none begins with a particle or a bracket.
_NO_PAUSE_AFTER = (*NEEDS_ANOTHER, *"）)》", "！”", "？”", "。”", "…”", "“”")
_NO_PAUSE_BEFORE = tuple("的了着们吗吧呢（(")

# Quotation marks with white space on their inner side: the extractor spaces them, so that a space on the outer side
# says nothing (“ 乡音版” 已在全国).
_LOOSE_QUOTE = re.compile(f"[“‘《「『]{_W}|{_W}[”’》」』]")
# Fields of a folio: the day of the week, the page number, who edited the page.
_FIELD = re.compile("^星期|^责|^本版|^第?[0-9]{1,2}版$|^0[0-9]$|^电话|^版式|^校对|^美编|^组版|版$|^[一-鿿]{2,4}[0-9]$")

_EDGE = f"(?:^|(?<={_W}))"
_ROLE = "记者|通讯员|讯员|通信员|摄影|撰稿|编译|编辑|责编|版式|校对|美编|组版|文/图|图/文"
_NAME = rf"(?:{_H}{{2,8}}(?:记者|通讯员)|{_H}{{1,4}})(?={_W}|[、）)（(/／]|$)"
_SLASH = rf"(?:{_W}+{_H}[/／]{_H})?"
# Names that a byline has before its role. Without a bound, a line of nothing but short words takes time that grows with
# the square of its length: each of them could begin a byline that goes on to the end.
MOST_NAMES = 24
# Names that stand in the order of a byline: after a role (also the end of one that a line break cut), before one, and
# before what its owner did.
_CREDITS = (
    re.compile(rf"(?:{_ROLE}|^[者员](?={_W}+{_H}{{2,3}}(?:{_W}|[）)])))(?:{_W}+{_NAME})+{_SLASH}"),
    re.compile(
        rf"(?:(?:{_EDGE}|(?<=[（(])){_H}{{1,4}}{_W}+){{1,{MOST_NAMES}}}(?:本报|新华社|特约|见习|实习)?(?:通讯员|记者|(?<={_H}{{2}}{_W})通讯?$|{_H}[/／]{_H})"
    ),
    re.compile(rf"{_EDGE}(?:{_H}{{1,4}}{_W}+){{1,5}}{_H}{{1,3}}(?:摄影报道?|摄影|摄|整理|供图)(?=$|[（({WHITE}])"),
)
# How a byline opens, and each word of it with the white space before it.
_BYLINE_OPENS = re.compile(rf"(?P<title>记者|通讯员|讯员)|[（(](?={_H}{{1,4}}{_W})")
_BYLINE_WORD = re.compile(rf"({_W}*)({_H}{{1,4}})(?=[{WHITE}{UNSEEN}）)]|$)")
_BYLINE_TITLES = frozenset(("通讯员", "讯员", "摄影", "摄影报道"))
_BRACKET_CLOSES = ("）", ")")
# A name of two characters as wide as three, where it cannot be two columns.
_WIDE_NAME = re.compile(
    rf"(?:(?<=[（(])|{_EDGE})(?P<first>{_H})(?P<gap>{_W}{{2,4}}){_H}(?:摄影报道|摄影|摄|整理|供图|文)?(?=[）)（(])"
)
# （张 娅整理）, （执笔：张 娅）
_NAME_IN_BRACKET = re.compile(rf"[（(：:](?P<name>{_H}{_W}+{_H}(?:参与采写|整理|编译|报道|摄|文|绘)?)[）)]")
# （杨萍 李四）, also across the end of a line.
_SIGN_OFF = re.compile(
    rf"[（(]{_H}{{1,4}}(?:[{WHITE}{UNSEEN}{BREAK}]+{_H}{{1,4}}){{1,6}}(?:摄影报道|摄影|摄|整理)?[）)]"
)
# 新华社北京1月17日电, and the same cut by a line break before 日 or 电.
_DATELINE = re.compile(
    rf"(?:(?:日|^{_W}*|(?:本报|新华社)(?:{_H}{{2,6}})?)电|(?:本报|本台)讯(?!{_W}+[（(]))(?P<gap>{_W}+)"
)
# 第三条, 第二章, and the number of the page (04 园区): what follows stands apart.
_NUMBERED = re.compile(
    rf"{_W}*(?:第[一二三四五六七八九十百零〇0-9]{{1,5}}[编章节条]|0{_W}?[1-9])(?P<gap>{_W}+)(?={_H})"
)
# A line that dates the page and says who edited it.
_FOLIO = re.compile("星期[一二三四五六日天].*(?:责|编辑|版)")


class _Gap(NamedTuple):
    """White space between two characters of one line."""

    start: int
    end: int
    width: int


@dataclass(frozen=True)  # no slots: the measures are only worked out where they are needed
class _Text:
    """The text under study: its lines, and whether they hold columns side by side."""

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
    def separated(self) -> bool:
        """On a page of rows, whether nearly all gaps have one width, which was put there between the columns."""
        widths = Counter(gap.end() - gap.start() for gap in WIDE_GAP.finditer(self.text))
        return bool(widths) and widths.most_common(1)[0][1] >= SEPARATOR_SHARE * widths.total()

    @cached_property
    def measures(self) -> frozenset[float]:
        """On a page of rows, the widths that lines of running text have there, in em."""
        cells = _COLUMNS.split(self.text)
        widths = Counter(_width(cell, (0, len(cell))) for cell in cells if _SENTENCE.search(cell))
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
    return with_gap >= ROWS_LINES and with_gap >= ROWS_SHARE * sum(1 for _ in _LINE.finditer(text))


def spaces(text: str, printed: frozenset[int] = frozenset()) -> list[Edit]:
    r"""The edits that take the extractor's spaces out of a text and leave those of print.

    Args:
        text: a page.
        printed: where white space begins that is as wide on the page as a character.

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
    lines = [line.span() for line in _LINE.finditer(text)]
    page = _Text(text, lines, rows(text), printed)
    search = _RUN.search
    return [edit for number, span in enumerate(lines) if search(text, *span) for edit in _line(page, number)]


def _line(page: _Text, number: int) -> Iterator[Edit]:
    """The edits of one line, column by column."""
    text = page.text
    start, end = page.lines[number]
    gaps: list[_Gap] = []
    for run in _RUN.finditer(text, start, end):
        left, right = run.span()
        if left == start or right == end:
            yield from _remove(text, left, right, "space-edge")
        elif width := right - left - text.count(UNSEEN, left, right):
            gaps.append(_Gap(left, right, width))
    if not gaps:
        return
    spread = _spread(text, start, end, gaps)
    if not page.rows:
        yield from _cell(page, number, (start, end), gaps, spread)
        return
    printed = _wide_print(page, start, end, gaps)
    cell: list[_Gap] = []
    cell_start = start
    for gap in gaps:
        if gap.width < GAP_WIDTH or gap.start in spread or gap.start in printed or _hard(text, gap):
            cell.append(gap)
        else:
            yield from _cell(page, number, (cell_start, gap.start), cell, spread)
            cell, cell_start = [], gap.end
    yield from _cell(page, number, (cell_start, end), cell, spread)


def _spread(text: str, start: int, end: int, gaps: Sequence[_Gap]) -> frozenset[int]:
    """Where the gaps begin that stand between characters set apart one by one (从 复 工 复 产, 3 9 6 6).

    Three or more single characters in a row at one distance, or two Han that are all of the line; a mark or a digit may
    stick to its character. Also every narrow gap of a line whose words are two characters long at most, on average, and
    some of them single: justification that the extractor saw here and there (们在 冰雪 中找 寻欢 乐 的 热).
    """
    if not _NEXT_SINGLES.search(text, start, end):
        return frozenset()
    words = _words(text, (start, end), gaps)
    single = [_single(word) for word in words]
    if len(words) == 2 and all(single) and gaps[0].width == 1 and all(map(_LONE.match, words)):
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
    alone = sum(1 for word in words if len(word) == 1 and _LONE.match(word))
    if len(words) >= 4 and alone >= 2 and sum(map(len, words)) <= 2 * len(words):
        narrow = min(gap.width for gap in gaps)
        out.update(gap.start for gap in gaps if gap.width == narrow)
    return frozenset(out)


def _words(text: str, span: tuple[int, int], gaps: Sequence[_Gap]) -> list[str]:
    """The pieces between the gaps of a cell, in which what white space there still is does not count."""
    starts = [span[0], *[gap.end for gap in gaps]]
    ends = [*[gap.start for gap in gaps], span[1]]
    return [_RUN.sub("", text[start:end]) for start, end in zip(starts, ends, strict=True)]


def _single(word: str) -> bool:
    """Whether a word is one character, a mark or a digit that sticks to it aside.

    >>> [_single(word) for word in ("产", "年5", "荷，", "工业", "27", "Wi")]
    [True, True, True, False, False, False]
    """
    if len(word) == 2:
        return not word.isascii() and not (_LONE.match(word[0]) and _LONE.match(word[1]))
    return len(word) == 1


def _hard(text: str, gap: _Gap) -> bool:
    """Whether somebody typed this space: extractors make plain spaces of distances, never these two.

    At the end of a line of a column, or at its start, what was typed stands beside the plain spaces of a gap.
    """
    if text.find(_PLAIN_GAP, gap.start, gap.end) >= 0:
        return False
    return text.find("\u3000", gap.start, gap.end) >= 0 or text.find("\xa0", gap.start, gap.end) >= 0


def _wide_print(page: _Text, start: int, end: int, gaps: Sequence[_Gap]) -> frozenset[int]:
    """Where wide gaps begin that are print even on a page of rows.

    Behind the number of an article of law, and inside a name, they may be of any width; behind a dateline where the
    text that follows fills the measure with it; between names and between the fields of a folio only as wide as the
    narrowest gap between columns, where their order tells them from that.
    """
    text = page.text
    line = text[start:end]
    out = set(_numbers(text, start, end))
    wide = [gap for gap in gaps if gap.width >= GAP_WIDTH]
    datelines = _datelines(text, start, end) if wide else []
    out.update(gap.start for gap in wide if gap.start in datelines and _fills_measure(page, (start, end), wide, gap))
    if "（" in line or "(" in line or "摄" in line:
        out.update(start + match.start("gap") for match in _WIDE_NAME.finditer(line))
    if "者" in line or "员" in line or "（" in line or "(" in line:
        out.update(_byline_gaps(text, start, end))
    if any(gap.width == GAP_WIDTH for gap in gaps):
        folio = _FOLIO.search(line) is not None
        names = _credits(text, start, end)
        out.update(gap.start for gap in gaps if gap.width == GAP_WIDTH and (folio or gap.start in names))
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


def _fills_measure(page: _Text, span: tuple[int, int], wide: Sequence[_Gap], gap: _Gap) -> bool:
    """Whether a dateline and what stands behind its gap are as wide as a column, and the latter alone is not.

    Otherwise the dateline ends its line, and what follows is of the column beside it. Of the gaps behind datelines on
    the pages for fitting it tells 119 of 123 between columns, and all 12 that are print. Where no measure is known
    they are print; where gaps are separators (`_Text.separated`) none is.
    """
    if page.separated:
        return False
    if not page.measures:
        return True
    place = wide.index(gap)
    left = (wide[place - 1].end if place else span[0], gap.start)
    right = (gap.end, wide[place + 1].start if place + 1 < len(wide) else span[1])
    alone = _width(page.text, right)
    both = alone + _width(page.text, left)
    fills = any(0 <= measure - both <= MOST_INDENT for measure in page.measures)
    return fills and not any(abs(measure - alone) <= 0.5 * MEASURE_SLACK for measure in page.measures)


def _datelines(text: str, start: int, end: int) -> list[int]:
    """Where the white space begins that stands after a dateline."""
    line = text[start:end]
    if "电" not in line and "讯" not in line:
        return []
    return [start + match.start("gap") for match in _DATELINE.finditer(line)]


def _numbers(text: str, start: int, end: int) -> list[int]:
    """Where the white space begins that stands after the number of an article of law, or of the page."""
    number = _NUMBERED.match(text[start:end])
    return [start + number.start("gap")] if number is not None else []


def _between_quotes(text: str, span: tuple[int, int], gap: _Gap) -> bool:
    """Whether a gap stands beside a quotation mark in a cell whose quotation marks the extractor spaces."""
    beside = text[gap.start - 1] in _CLOSING or text[gap.end] in _OPENING
    return beside and _LOOSE_QUOTE.search(text, *span) is not None


def _cell(
    page: _Text, number: int, span: tuple[int, int], gaps: Sequence[_Gap], spread: frozenset[int]
) -> Iterator[Edit]:
    """The edits of one line, or of the piece of it that belongs to one column."""
    if not gaps:
        return
    text, (start, end) = page.text, span
    between_han = {gap.start for gap in gaps if _LONE.match(text, gap.start - 1) and _LONE.match(text, gap.end)}
    names = _credits(text, start, end) if between_han else frozenset[int]()
    announced = {*_datelines(text, start, end), *_numbers(text, start, end)}
    printed: list[_Gap] = []
    doubtful: list[_Gap] = []
    for gap in gaps:
        if gap.start in announced or gap.start in names:
            printed.append(gap)
        elif gap.start in spread:
            yield from _remove(text, gap.start, gap.end, "space-spread")
        elif (rule := _rule(page, gap)) is None:
            printed.append(gap)
        elif rule:
            yield from _remove(text, gap.start, gap.end, rule)
        else:
            doubtful.append(gap)
    if doubtful:
        running = _running(page, number, span)
        short = len(doubtful) >= 2 and _short_words(text, span, printed, doubtful)
        borders = [start, *sorted(at for gap in (*printed, *doubtful) for at in (gap.start, gap.end)), end]
        for gap in doubtful:
            place = bisect_left(borders, gap.start)
            loose = short or _between_quotes(text, span, gap)
            left, right = borders[place - 1], borders[place + 2]
            pause = not loose and not running and _pauses(text, gap, left, right)
            if pause or _slogan(page, number, gap, (left, right)):
                printed.append(gap)
            else:
                yield from _remove(
                    text, gap.start, gap.end, "space-han" if gap.start in between_han else "space-punctuation"
                )
    for gap in printed:
        yield from _keep(text, gap)


def _short_words(text: str, span: tuple[int, int], printed: Sequence[_Gap], doubtful: Sequence[_Gap]) -> bool:
    """Whether several gaps cut a cell into words too short for clauses: justification (现代 化建设 作出 更大贡).

    Not so if the cell has fields of a folio, or all its words are equally long.
    """
    words = _words(text, span, sorted((*printed, *doubtful)))
    lengths = {len(word) for word in words}
    return min(lengths) < MIN_CLAUSE and len(lengths) > 1 and not any(map(_FIELD.search, words))


def _rule(page: _Text, gap: _Gap) -> str | None:
    """The rule by which a space goes, by its neighbours and its width; None: it is print; "": they cannot tell."""
    if gap.start in page.printed and _between_words(page.text, gap):
        return None
    rule = _damage(page.text, gap)
    return None if rule == "" and _hard(page.text, gap) else rule


def _damage(text: str, gap: _Gap) -> str | None:
    """The same by its neighbours alone."""
    left, right = text[gap.start - 1], text[gap.end]
    if not (_SQUARE.match(left) or _SQUARE.match(right)):
        return _between_narrow(text, gap)
    if (left in "”’" or right in "“‘") and _LATIN_QUOTE.match(text, max(gap.start - 2, 0), gap.end + 2):
        return None
    if (_LONE.match(left) or left in _CLOSING) and (_LONE.match(right) or right in _OPENING):
        return ""
    return "space-mixed" if left.isalnum() and right.isalnum() else "space-punctuation"


def _between_words(text: str, gap: _Gap) -> bool:
    """Whether no mark, which leaves white in its own square, stands beside a gap, and one of its sides is Han."""
    left, right = text[gap.start - 1], text[gap.end]
    return left.isalnum() and right.isalnum() and bool(_LONE.match(left) or _LONE.match(right))


def _between_narrow(text: str, gap: _Gap) -> str | None:
    """The same where both neighbours are narrow: Latin words keep their spaces, single digits and signs do not."""
    left, right = text[gap.start - 1], text[gap.end]
    if left.isdecimal() and right.isdecimal():
        longer = text[max(gap.start - 2, 0)].isdecimal() or text[gap.end + 1 : gap.end + 2].isdecimal()
        return None if longer else "space-digits"
    if left in "([" or right in ")]" or (left == "." and right.isdecimal() and text[gap.start - 2].isdecimal()):
        return "space-punctuation"
    if (left in _TIGHT and not _LATIN.match(right)) or (right in _TIGHT and not _LATIN.match(left)):
        return "space-punctuation"
    return None


def _credits(text: str, start: int, end: int) -> frozenset[int]:
    """Where the white space of a cell begins that stands between names."""
    cell = text[start:end]
    spans = [(start + match.start(), start + match.end()) for pattern in _CREDITS for match in pattern.finditer(cell)]
    spans += [(start + match.start("name"), start + match.end("name")) for match in _NAME_IN_BRACKET.finditer(cell)]
    bracket = max(text.rfind(mark, max(0, start - SIGN_OFF_REACH), end) for mark in "（(")
    if bracket >= 0 and (sign_off := _SIGN_OFF.match(text, bracket)):
        spans.append(sign_off.span())
    return frozenset(run.start() for a, b in spans for run in _RUN.finditer(text, a, b))


def _running(page: _Text, number: int, span: tuple[int, int]) -> bool:
    """Whether a line is running text: it has a comma or the like, or a line beside it is as wide and has one.

    Lines of a paragraph are all as wide as their column; a head hardly ever is as wide as the line before or after it.
    """
    text = page.text
    if _SENTENCE.search(text, *span):
        return True
    width = _width(text, span)
    if page.rows:
        return width in page.measures
    for other in (number - 1, number + 1):
        if 0 <= other < len(page.lines):
            beside = page.lines[other]
            between = text[min(beside[1], span[1]) : max(beside[0], span[0])]
            if (
                len(between.replace("\r\n", "\n")) <= page.apart
                and _SENTENCE.search(text, *beside)
                and abs(_width(text, beside) - width) <= MEASURE_SLACK
            ):
                return True
    return False


def _width(text: str, span: tuple[int, int]) -> float:
    """The width of a line in em, without its white space."""
    bare = _RUN.sub("", text[span[0] : span[1]])
    return len(bare) - 0.5 * len(bare.encode("ascii", "ignore"))


def _pauses(text: str, gap: _Gap, left: int, right: int) -> bool:
    """Whether a space stands for a pause between two clauses of a head: `left` to the gap, and the gap to `right`.

    The clauses are of three characters or more, or equally long; no quotation is open between them; and neither stops
    or starts where no clause does.
    """
    before, after = _RUN.sub("", text[left : gap.start]), _RUN.sub("", text[gap.end : right])
    if _FIELD.search(before) or _FIELD.search(after):
        return True
    shorter, longer = sorted((len(before), len(after)))
    if shorter < MIN_CLAUSE and not 2 <= shorter == longer:
        return False
    if before.endswith(_NO_PAUSE_AFTER) or after.startswith(_NO_PAUSE_BEFORE):
        return False
    return _balanced(before) and _balanced(after)


def _slogan(page: _Text, number: int, gap: _Gap, piece: tuple[int, int]) -> bool:
    """Whether a space parts the two clauses of a slogan: of one length, in quotation marks (“春风送岗位 就业暖民心”).

    Other spaces in running text are none of print. A clause may have begun in the line before, or end in the next.
    """
    text, (left, right) = page.text, piece
    before, after = _RUN.sub("", text[left : gap.start]), _RUN.sub("", text[gap.end : right])
    if not page.rows:
        first, last = page.lines[number]
        if left == first and "“" not in before:
            before = _beside(page, number, -1) + before
        if right == last and "”" not in after:
            after += _beside(page, number, 1)
    open_at, close_at = before.rfind("“"), after.find("”")
    one, two = before[open_at + 1 :], after[:close_at]
    return open_at >= 0 and close_at >= 0 and len(one) == len(two) >= MIN_CLAUSE and f"{one}{two}".isalpha()


def _beside(page: _Text, number: int, step: int) -> str:
    """The line before (-1) or after (1) one, without its white space; nothing where there is none close by."""
    other = number + step
    if not 0 <= other < len(page.lines):
        return ""
    (_, end), (start, _) = sorted((page.lines[number], page.lines[other]))
    near = len(page.text[end:start].replace("\r\n", "\n")) <= page.apart
    return _RUN.sub("", page.text[slice(*page.lines[other])]) if near else ""


def _balanced(text: str) -> bool:
    """Whether every quotation that opens in a text closes in it."""
    return all(text.count(opens) == text.count(closes) for opens, closes in ("“”", "《》"))


def _keep(text: str, gap: _Gap) -> Iterator[Edit]:
    """One plain space for a gap that is print."""
    if text[gap.start : gap.end].strip(UNSEEN) != " ":
        first = next(_PIECE.finditer(text, gap.start, gap.end))
        yield Edit(Span(*first.span()), " ", f"{RULE}space-print")
        yield from _remove(text, first.end(), gap.end, "space-print")


def _remove(text: str, start: int, end: int, rule: str) -> Iterator[Edit]:
    """Nothing for white space; what has no width between it is left to its own rule."""
    for piece in _PIECE.finditer(text, start, end):
        yield Edit(Span(*piece.span()), "", f"{RULE}{rule}")
