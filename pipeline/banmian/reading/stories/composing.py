"""Compose texts from lines: what stands between two lines that read on, and the edits that say so.

Chinese sets no space between words, so that a line break inside a text mostly becomes nothing. It becomes a space
where print has one: between two Latin words, between the names of a byline, behind a dateline, between the clauses of a
head.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise

import regex

from banmian.model import Block, Line
from banmian.rules import entries
from banmian.trace import Edit, Span, joined

_LATIN_END = regex.compile(r"[A-Za-z][A-Za-z'’.,;:!?]*$")
_LATIN_START = regex.compile(r"^[A-Za-z]")
# An address that the end of a line broke has no space, as words have.
_NO_ADDRESS = regex.compile(r"[^!-~]")
_ADDRESS = regex.compile(r"@|://|www\.|\.(?:com|cn|net|org)\b")
_DATELINE_END = regex.compile(
    r"^[^，。]{0,12}(?:月\d{1,2}日|[一二三四五六七八九十]日|新华社|中新社|报)[^，。]{0,4}[电電]$"
)
# （记者 李振涛） stands close behind its dateline; text, and names without a title, stand apart.
_TITLED_BRACKET = regex.compile(r"[（(].{0,6}(?:记者|記者|通讯员|通訊員|实习生)")
_OPEN_BRACKET = regex.compile(r"[（(][^（()）]*$")
_TITLE_START = regex.compile(r"^(?:本报|特约|实习|见习|首席)?(?:记者|記者|通讯员|通訊員|实习生|摄影|攝影|报道|文/图)")
_LAST_WORD = regex.compile(r"(?:^|[\s（(])(\p{Han}+)$")
_FIRST_WORD = regex.compile(r"^(\p{Han}+)(?=[\s）)]|$)")
_TITLES = ("记者", "記者", "通讯员", "通訊員", "实习生", "特约记者", "本报记者")
# An article of a law stands apart from its number, whatever line it is on.
_ARTICLE_NUMBER = regex.compile(r"第[一二三四五六七八九十百零〇\d]{1,7}[条條章]")
# Who took a picture is followed by the agency that has it: 甘小禾摄（影像中国）.
_AGENCY = regex.compile(r"[摄攝影图圖片绘繪发發供][（(]")
_LONE_CHARACTER = regex.compile(r"^\p{Han}(?=[\s）)、，摄攝文图圖]|$)")


def separator(before: str, after: str, *, names: bool = False, lone: bool = False) -> str:
    """What print has between two lines that read on: nothing or a space.

    Args:
        before: the text so far.
        after: the next line.
        names: whether both lines are a byline.
        lone: whether the line before is a single character.

    >>> separator("工业园区全面贯", "彻落实")
    ''
    >>> separator("the Belt", "and Road")
    ' '
    >>> separator("本报讯（记者 李振涛", "通讯员 张敬勇）")
    ' '
    >>> separator("本报讯（记者 李振涛 通讯", "员 张敬勇）")
    ''
    >>> separator("本报记者 李振涛 摄影报", "道", names=True)
    ''
    >>> separator("本报讯（记者李振涛通", "讯员张敬勇）")
    ''
    >>> separator("新华社北京3月2日电", "国务院总理")
    ' '
    >>> separator("甘小禾摄（影像", "中国）", names=True)
    ''
    >>> separator("邮箱：fer", "ry@example.com。")
    ''
    >>> separator("第十二条", "渡口应当设置救生设备。")
    ' '
    """
    if after[:1].isascii() and _LATIN_START.search(after) and _LATIN_END.search(before[-24:]):
        return "" if _ADDRESS.search(_word_across(before, after)) else " "
    if len(before) < 10 and before.endswith(("条", "條", "章")) and _ARTICLE_NUMBER.fullmatch(before):
        return " "
    ends = len(before) < 40 and before.endswith(("电", "電")) and _DATELINE_END.search(before)
    if ends and not _TITLED_BRACKET.match(after):
        return " "
    end = before[-40:]
    opened = _OPEN_BRACKET.search(end)
    if opened is not None and _AGENCY.match(end, max(0, opened.start() - 1)):
        return ""
    if names or (opened is not None and any(title in opened[0] for title in _TITLES)):
        return _between_names(before, after, lone=lone)
    return ""


def _word_across(before: str, after: str) -> str:
    """The word that the end of a line stands in, if it stands in one: what has no space and no Han around it."""
    word: str = _NO_ADDRESS.split(before[-48:])[-1] + _NO_ADDRESS.split(after, maxsplit=1)[0]
    return word


def _between_names(before: str, after: str, *, lone: bool) -> str:
    """Inside a byline: a space, unless the break cut a title or a name.

    A name of two characters has a space that some extractors see as the end of a line: of 24 characters alone on a
    line, on the pages for fitting, 22 stand apart from the next one in gold. At the end of a longer line 4 of 58 do.
    """
    if lone and _LONE_CHARACTER.search(after):
        return " "
    if any(before.endswith(start) and after.startswith(end) for start, end in _cut_words()):
        return ""
    last, first = _LAST_WORD.search(before), _FIRST_WORD.search(after)
    if _TITLE_START.search(after):
        return " " if last and len(last[1]) > 1 else ""
    if last is None or first is None:
        return ""
    if last[1] in _TITLES or last[1].endswith(("记者", "記者", "通讯员", "通訊員")):
        return " "
    return "" if len(last[1]) + len(first[1]) <= 3 or len(last[1]) == 1 else " "


@cache
def _cut_words() -> list[tuple[str, str]]:
    """The two ends of each title, and of each longer word for what people did (摄影报道), at each place in it."""
    words = (*_TITLES, *(word for word in entries("names", "work") if len(word) > 3))
    return [(word[:at], word[at:]) for word in words for at in range(1, len(word))]


def compose(
    blocks: Sequence[Block], rule: str, *, names: bool = False, between: str | None = None
) -> tuple[tuple[Span, ...], list[Edit]]:
    """The spans that blocks read as one text, and the edits of the line breaks inside.

    Args:
        blocks: in reading order.
        rule: name of the stage, for the edits.
        names: whether the text is a byline.
        between: what to put between blocks (not between the lines of one); None: as between lines.
    """
    lines = [line for block in blocks for line in block.lines]
    firsts = {id(block.lines[0]) for block in blocks} if between is not None else ()
    rule = f"{rule}/join"
    spans: list[Span] = []
    edits: list[Edit] = []
    text = ""
    for line, following in pairwise(lines):
        text += line.text
        if between is not None and id(following) in firsts:
            gap = between
        else:
            gap = separator(text, following.text, names=names, lone=len(line.text) == 1)
        start, end = line.span
        spans.append(Span(start, line.tail_end))
        if line.tail_end > end or gap:  # the characters of a head set from right to left have nothing between
            edits.append(Edit(Span(end, line.tail_end), gap, rule))
        text += gap
    spans += [line.span for line in lines[-1:]]
    return joined(spans), edits


def breaks(lines: Iterable[Line], inside: Iterable[Edit], rule: str) -> list[Edit]:
    """Edits that take away the line breaks that no text has inside."""
    done = {edit.span for edit in inside}
    rule = f"{rule}/break"
    tails = [line.tail for line in lines]
    return [Edit(tail, "", rule) for tail in tails if tail.end > tail.start and tail not in done]
