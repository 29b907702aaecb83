"""Page furniture (版面附属文字): the lines of a page that belong to no story.

The running line at the top (folio, 报眉) has the date, the weekday, the number and the name of the page (第2版 经济)
and often its editors; the imprint (报尾) has the publisher's address and the price. Extractors cut them up, at every
gap of the line, and print justifies their digits (3 9 6 6 1 2 0).

We take a line apart into such pieces; it is furniture if nothing else is left. What kind it is follows from its
pieces. A date or 责任编辑 leave no doubt; a page name alone (专版) might be a head, and a number alone anything, so
those are not certain. A name alone, cut off from 责任编辑, cannot be known from the line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import regex

from banmian.model import Role
from banmian.rules import entries, pattern

_LONGEST = 90
_LONGEST_IMPRINT = 200
_LONGEST_TITLE = 10  # of a notice
_PIECES = ("date", "week", "issue", "editors", "published", "contact", "reward", "page", "paper", "name")
_GAP = frozenset(" \u3000\t|｜│丨·•/／，、；;■□◆●—-")
_DIGITS = frozenset("0123456789０１２３４５６７８９〇○")
_NUMERALS = _DIGITS | frozenset("一二三四五六七八九十")
_MARKERS = frozenset("年月版期：:")
_LONGEST_NUMBER = 12  # a longer line that begins with a number needs a word that tells what it counts
_FIRST = (
    _DIGITS
    | _GAP
    | frozenset("第一二三四五六七八九十星周礼禮农農夏总總今ABCDEFGHＡＢＣＤＥＦ民公甲乙丙丁戊己庚辛壬癸闰閏正冬腊臘")
)


@dataclass(frozen=True, slots=True)
class Guess:
    """What a line is as far as its words tell: its role, and whether they leave no doubt."""

    role: Role
    certain: bool


def furniture_role(text: str) -> Guess | None:
    """What kind of page furniture the whole of `text` is, or None.

    >>> furniture_role("2020年5月28日 星期四  责任编辑：甘小禾 电话：3960000")
    Guess(role=<Role.FOLIO: 'folio'>, certain=True)
    >>> furniture_role("本版编辑 甘小禾").role, furniture_role("新闻热线：0900-3960000").role
    (<Role.EDITOR: 'editor'>, <Role.NOTICE: 'notice'>)
    >>> furniture_role("02 综合新闻").certain, furniture_role("园区 专版").certain, furniture_role("渡口通航") is None
    (True, False, True)
    """
    size = len(text)
    if not size or not _may_be(text):
        return None
    if size > _LONGEST_IMPRINT or (size > 4 and ("，" in text or "。" in text) and not _labelled(text)):
        return None
    if size <= _LONGEST and pattern("furniture", "guide").fullmatch(text):
        return Guess(Role.NOTICE, certain=True)
    if size > _LONGEST_NUMBER and text[0] in _NUMERALS and _MARKERS.isdisjoint(text):
        return None
    if text[-1] in "、，；" or text[0] in "、，；":
        return None
    kinds = pieces(text) if size <= _LONGEST else None
    if kinds is None:
        if size <= _LONGEST and pattern("furniture", "running").fullmatch(text):
            return Guess(Role.FOLIO, certain=True)
        found = size > 4 and text[0] not in _DIGITS and pattern("furniture", "imprint").fullmatch(text.strip())
        return Guess(Role.IMPRINT, certain=True) if found else None
    return _judge(text, kinds)


def _may_be(text: str) -> bool:
    """Whether a quick look allows furniture: most lines are asked, and few are any."""
    near = text[2:8]
    return text[0] in _FIRST or "报" in near or "報" in near or _labelled(text) or _telling().search(text) is not None


@cache
def _telling() -> re.Pattern[str]:
    """What tells furniture wherever it stands in a line: some words, and letters as the name of a paper has them.

    The first characters are looked for before the words: most lines have none, and are done five times as fast.
    """
    words = entries("furniture", "telling")
    first = re.escape("".join(sorted({word[0] for word in words})))
    return re.compile(f"(?=[{first}宣A-Z])(?:{'|'.join([*map(re.escape, words), '宣$', '[A-Z]{3}'])})")


def is_title_of_notice(text: str) -> bool:
    """Whether the whole of `text` is the title of a paid or official announcement (公告, 启事).

    >>> is_title_of_notice("遗失声明"), is_title_of_notice("外交部声明")
    (True, False)
    """
    return 1 < len(text) <= _LONGEST_TITLE and pattern("furniture", "notice").fullmatch(text) is not None


def ends_notice(text: str) -> bool:
    """Whether `text` ends with the last words of a paid or official announcement.

    >>> ends_notice("渡口商店遗失发票一本，声明作废。"), ends_notice("渡口通航。")
    (True, False)
    """
    return pattern("furniture", "announces").fullmatch(text[-12:]) is not None


def pieces(text: str) -> tuple[str, ...] | None:
    """The kinds of the pieces of a running line, in order; None if anything in it is none of them.

    >>> pieces("第2版 经济  2020年5月28日 星期四")
    ('page', 'name', 'date', 'week')
    >>> pieces("2020年5月28日，渡口通航。") is None
    True
    """
    found = _taken_apart(text)
    return None if found is None else tuple(kind for kind, _ in found)


def printed_number(text: str) -> str | None:
    """The number of the page (版次) as a running line prints it, or None where it has none.

    A number alone might count anything: it has to say 版, or to stand beside a date or the name of the page.

    >>> printed_number("第2版 经济  2020年5月28日 星期四"), printed_number("A05 要闻"), printed_number("3960")
    ('第2版', 'A05', None)
    """
    if len(text) > _LONGEST:
        return None
    found = _taken_apart(text) or ()
    numbers = [piece for kind, piece in found if kind == "page"]
    if len(numbers) != 1 or (len(found) == 1 and "版" not in numbers[0]):
        return None
    return numbers[0].strip()


def _taken_apart(text: str) -> tuple[tuple[str, str], ...] | None:
    """The pieces of a running line with their kinds; None if anything in it is none of them."""
    found: list[tuple[str, str]] = []
    at, size = 0, len(text)
    while True:
        while at < size and text[at] in _GAP:
            at += 1
        if at >= size:
            return tuple(found) or None
        for kind, rule in _compiled():
            match = rule.match(text, at)
            if match and match.end() > at and (kind != "page" or not found or found[-1][0] != "page"):
                found.append((kind, match[0]))
                at = match.end()
                break
        else:
            return None


def _judge(text: str, kinds: tuple[str, ...]) -> Guess | None:
    """What pieces make together."""
    have = set(kinds)
    if have <= {"page"}:
        return Guess(Role.FOLIO, certain=False) if len(kinds) == 1 else None
    if kinds == ("date",):
        return Guess(Role.FOLIO, certain=False)  # it may as well be under a letter, or over a page of a diary
    if kinds == ("week",):
        return Guess(Role.FOLIO, certain=text[0] in "星农農")
    if have & {"date", "week", "published"} or have >= {"page", "name"} or have >= {"page", "paper"}:
        return Guess(Role.FOLIO, certain=True)
    if have == {"paper"} and not text.isascii() and text[-1].isascii():  # in characters and in letters
        return Guess(Role.FOLIO, certain=True)
    if "editors" in have:
        return Guess(Role.EDITOR, certain=True)
    if have & {"contact", "reward"}:
        return Guess(Role.NOTICE, certain=True)
    return Guess(Role.FOLIO, certain=False)


@cache
def _compiled() -> tuple[tuple[str, regex.Pattern[str]], ...]:
    return tuple((kind, pattern("furniture", kind)) for kind in _PIECES)


@cache
def _heads() -> dict[str, tuple[str, ...]]:
    """All labels and page names, by their first two characters."""
    words = {word for name in ("page_name", "label", "contact") for word in entries("furniture", name)}
    words |= {
        "社址",
        "报社",
        "報社",
        "国内统一",
        "國內統一",
        "邮发",
        "郵發",
        "法律顾问",
        "承印",
        "刊号",
        "刊號",
        "本报",
        "本報",
        "本版",
    }
    heads: dict[str, tuple[str, ...]] = {}
    for word in sorted(words):
        heads[word[:2]] = (*heads.get(word[:2], ()), word)
    return heads


def _labelled(text: str) -> bool:
    """Whether a label or the name of a page stands at the beginning."""
    words = _heads().get(text[:2])
    return words is not None and text.startswith(words)
