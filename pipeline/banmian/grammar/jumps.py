"""Jumps (转版): where a text goes on on another page, and where it comes from.

下转第3版 stands behind the last line of a text that did not fit, 上接第1版 before the first line of the rest. Old
papers print 紧接一版 and 〔下文转入二版〕. A pointer to another text, （相关报道见第6版）, looks much the same and is
no jump.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import regex

from banmian.rules import pattern

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0}
_WIDE = str.maketrans("０１２３４５６７８９ＡＢＣＤＥＦＧＨ", "0123456789ABCDEFGH", " \u3000")
_LONGEST = 40


_OPENS = "（(〔【［[▼▲△▽◆→"
_CLOSES = frozenset("）)〕】］]▼▲△▽◆")
_QUOTES = str.maketrans("", "", "《》〈〉")


@dataclass(frozen=True, slots=True)
class Jump:
    """A jump line, and where it stands in the text.

    Args:
        direction: "to" the page where the text goes on, or "from" the page where it began.
        page: the number of that page, as digits, with its letter if it has one.
        heading: the headline that it names (上接第1版《…》), or "".
    """

    direction: Literal["to", "from"]
    page: str
    start: int
    end: int
    heading: str = ""


def find_jump(text: str) -> Jump | None:
    """The jump line that `text` is, or that it ends with (下转) or begins with (上接); or None.

    Behind or before other text it stands in brackets, or it is 下转 or 上接 in full.

    >>> find_jump("下转第三版")
    Jump(direction='to', page='3', start=0, end=5, heading='')
    >>> find_jump("渡口通航。（下转A5版）").page, find_jump("（上接第一版）渡口通航。").end
    ('A5', 7)
    >>> find_jump("上接第1版《渡口通航》").heading
    '渡口通航'
    >>> find_jump("（相关报道见第6版）") is None
    True
    """
    found = find_jumps(text)
    return found[-1] if found else None


def find_jumps(text: str) -> tuple[Jump, ...]:
    """The jump lines of a text in their order: of one that begins with 上接 and ends with 下转, both.

    >>> [jump.direction for jump in find_jumps("（上接第1版）渡口通航。（下转第3版）")]
    ['from', 'to']
    """
    if "版" not in text:
        return ()
    bare = text.strip()
    before = len(text) - len(text.lstrip())
    directions: tuple[Literal["to"], Literal["from"]] = ("to", "from")
    for direction in directions:
        if len(bare) <= _LONGEST and (match := pattern("jumps", direction).fullmatch(bare)):
            return (_jump(direction, match, before),)
    return tuple(filter(None, (_at_start(text), _at_end(text))))


def parse_jump_head(text: str) -> Jump | None:
    """The jump line that stands before, behind or alone in the place of a head; what else the head says is its heading.

    >>> parse_jump_head("上接第1版 渡口通航").heading, parse_jump_head("渡口通航（上接第一版）").heading
    ('渡口通航', '渡口通航')
    >>> parse_jump_head("渡口通航") is None
    True
    """
    jump = find_jump(text)
    if jump is None and "版" in text:
        jump = next(filter(None, (_at_end(text, direction="from"), _at_start(text, direction="to"))), None)
    if jump is None:
        return None
    rest = (text[: jump.start] + text[jump.end :]).translate(_QUOTES).strip()
    return replace(jump, heading=jump.heading or rest)


def _jump(direction: Literal["to", "from"], match: regex.Match[str], offset: int = 0) -> Jump:
    heading = match.groupdict().get("heading") or ""
    return Jump(direction, page_number(match["number"]), offset + match.start(), offset + match.end(), heading)


def _at_end(text: str, *, direction: Literal["to", "from"] = "to") -> Jump | None:
    """The jump line that a text ends with."""
    end = len(text.rstrip())
    first = max(0, end - _LONGEST)
    bracketed = text[end - 1] in _CLOSES
    for start in range(first, end):
        if bracketed and text[start] in _OPENS and (match := pattern("jumps", direction).fullmatch(text, start, end)):
            return _jump(direction, match)
        if text[start] in "下上" and (match := pattern("jumps", f"{direction}-bare").fullmatch(text, start, end)):
            return _jump(direction, match)
    return None


def _at_start(text: str, *, direction: Literal["to", "from"] = "from") -> Jump | None:
    """The jump line that a text begins with."""
    start = len(text) - len(text.lstrip())
    if text[start] in _OPENS:
        match = pattern("jumps", direction).match(text, start)
        return _jump(direction, match) if match and text[match.end() - 1] in _CLOSES else None
    match = pattern("jumps", f"{direction}-bare").match(text, start)
    return _jump(direction, match) if match else None


def page_number(printed: str) -> str:
    """The number of a page in digits, 十二 and １２ being 12.

    >>> page_number("十二"), page_number("二十"), page_number("A 5"), page_number("０3")
    ('12', '20', 'A5', '3')
    """
    text = printed.translate(_WIDE)
    if text and text[0] in "ABCDEFGH":
        return text
    if text.isdecimal():
        return str(int(text))
    if "十" in text:
        tens, _, ones = text.partition("十")
        return str(10 * _DIGITS.get(tens, 1) + _DIGITS.get(ones, 0))
    return "".join(str(_DIGITS.get(char, "")) for char in text)
