"""Jumps (转版): where a text goes on on another page, and where it comes from.

下转第3版 stands behind the last line of a text that did not fit, 上接第1版 before the first line of the rest. Old
papers print 紧接一版 and 〔下文转入二版〕. A pointer to another text, （相关报道见第6版）, looks much the same and is
no jump.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from banmian.rules import pattern

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0}
_WIDE = str.maketrans("０１２３４５６７８９ＡＢＣＤＥＦＧＨ", "0123456789ABCDEFGH", " \u3000")
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Jump:
    """A jump line, and where it stands in the text.

    Args:
        direction: "to" the page where the text goes on, or "from" the page where it began.
        page: the number of that page, as digits, with its letter if it has one.
    """

    direction: Literal["to", "from"]
    page: str
    start: int
    end: int


def find_jump(text: str) -> Jump | None:
    """The jump line that `text` is, or that it ends with (下转) or begins with (上接) in brackets; or None.

    >>> find_jump("下转第三版")
    Jump(direction='to', page='3', start=0, end=5)
    >>> find_jump("渡口通航。（下转A5版）").page, find_jump("（上接第一版）渡口通航。").end
    ('A5', 7)
    >>> find_jump("（相关报道见第6版）") is None
    True
    """
    if "版" not in text:
        return None
    bare = text.strip()
    before = len(text) - len(text.lstrip())
    directions: tuple[Literal["to"], Literal["from"]] = ("to", "from")
    for direction in directions:
        if len(bare) <= _LONGEST and (match := pattern("jumps", direction).fullmatch(bare)):
            return Jump(direction, page_number(match["number"]), before, before + len(bare))
    if bare[-1] in "）)〕】］]▼◆":
        start = max(text.rfind(bracket, -_LONGEST) for bracket in "（(〔【［[▼◆")
        start = start if start >= 0 else len(text)
        if match := pattern("jumps", "to").fullmatch(text, start, before + len(bare)):
            return Jump("to", page_number(match["number"]), start, match.end())
    if bare[0] in "（(〔【［[▲◆" and (match := pattern("jumps", "from").match(bare)):
        return Jump("from", page_number(match["number"]), before, before + match.end())
    return None


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
