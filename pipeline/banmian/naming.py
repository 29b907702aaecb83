"""What the name of a page says: which issue it is of, the paper, the day, and the number of the page.

Archives name their files by date and page, in many ways: 2020-05-28/02.txt, 2020-05/28/02.txt, 20200528-02-头版.txt,
rmrb_2020_05_28_A05.txt, 2020年5月28日 第3版.txt. Only what is a day of the calendar is taken for a date, and only the
number right behind it, or one between 第 and 版, for the number of a page; what says neither says nothing. Which pages
are worked on together is a question of its own, see `banmian.archive.issues`.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from typing import NamedTuple

_DAY = re.compile(
    r"(?<!\d)(?P<year>1[6-9]\d\d|20\d\d)"
    r"(?:(?P<month>\d\d)(?P<day>\d\d)(?!\d)"
    r"|(?P<month2>\d\d)/(?P<day2>\d\d)(?!\d)"
    r"|(?:[-_./]|年)(?P<month3>\d\d?)(?:[-_./]|月)(?P<day3>\d\d?)(?!\d)日?)"
)
_BEHIND = re.compile(r"[-_./ ]*(?:第|p|P|page|Page|版)?[-_ ]?(?P<number>[A-Za-z]?\d{1,3})(?![0-9A-Za-z])")
_BETWEEN = "-_. "  # what names have between their parts
_PRINTED = re.compile(r"第\s*(?P<number>[A-Za-z]?\d{1,3})\s*版")

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0}
_NUMBER = r"(?:\d{1,2}|[一二三四五六七八九十廿卅]{1,3})"
_DATELINE = re.compile(
    rf"(?:(?P<year>\d{{4}}|[零〇○一二三四五六七八九]{{4}})年)?(?:(?P<month>{_NUMBER})月(?:份)?)?(?P<day>{_NUMBER})日?"
)
_WIDE = str.maketrans("０１２３４５６７８９", "0123456789")


class Place(NamedTuple):
    """Where a page belongs. What is not known is empty.

    Args:
        issue: the name of the issue, the same for all its pages: what the names of the pages have in common.
        date: the day, as YYYY-MM-DD.
        number: the number of the page, without leading zeros: 2, A5.
        paper: what stands before the date in the name of a file or a folder.
    """

    issue: str = ""
    date: str = ""
    number: str = ""
    paper: str = ""

    @property
    def order(self) -> str:
        """What pages of an issue are sorted by: 2 before 10, A before B."""
        letters = self.number.rstrip("0123456789")
        digits = self.number[len(letters) :]
        return f"{letters:<1}{int(digits) if digits.isdecimal() else 0:06}"


def place(name: str) -> Place:
    """What the name of a page says, a path within its archive.

    >>> place("hezhou/rb_2020-05-28/02")
    Place(issue='hezhou/rb_2020-05-28', date='2020-05-28', number='2', paper='rb')
    >>> place("20200528-A05-要闻").number, place("2020年5月28日 第3版").number, place("p12001") == Place()
    ('A5', '3', True)
    """
    printed = _PRINTED.search(name)
    for match in _DAY.finditer(name):
        month, day = (next(filter(None, match.group(*(f"{part}{i}" for i in ("", 2, 3))))) for part in ("month", "day"))
        date = _iso(int(match["year"]), int(month), int(day))
        if date:
            behind = printed or _BEHIND.match(name, match.end())
            paper = name[: match.start()].rpartition("/")[2].strip(_BETWEEN)
            return Place(name[: match.end()], date, page_number(behind["number"]) if behind else "", paper)
    return Place(number=page_number(printed["number"]) if printed else "")


def page_number(text: str) -> str:
    """The number of a page as we write it, however it is written: 02 is 2, a05 is A5.

    >>> page_number("02"), page_number("a05"), page_number("第3版"), page_number("0")
    ('2', 'A5', '3', '0')
    """
    bare = unicodedata.normalize("NFKC", text).strip().removeprefix("第").removesuffix("版").strip().upper()
    letter = bare.rstrip("0123456789")
    return letter + (bare[len(letter) :].lstrip("0") or bare[len(letter) :][:1])


def dateline_day(printed: str, issue: str = "") -> str:
    """The day that a dateline names, as YYYY-MM-DD; empty if it does not say and the day of the issue does not either.

    A year or a month that is not printed is the last one before the paper came out.

    >>> dateline_day("12月30日", "2020-01-02"), dateline_day("一九三〇年二月廿三日"), dateline_day("二日", "2020-01-02")
    ('2019-12-30', '1930-02-23', '2020-01-02')
    >>> dateline_day("1月2日")
    ''
    """
    match = _DATELINE.fullmatch("".join(printed.translate(_WIDE).split()))
    if not match:
        return ""
    day = _number(match["day"])
    month = _number(match["month"]) if match["month"] else 0
    if match["year"]:
        digits = "".join(str(_DIGITS.get(char, char)) for char in match["year"])
        return _iso(int(digits), month, day)
    if not issue:
        return ""
    out = datetime.date.fromisoformat(issue)
    if month:
        years = (out.year, out.year - 1)
        days = [_iso(year, month, day) for year in years]
    else:
        before = (out.year, out.month - 1) if out.month > 1 else (out.year - 1, 12)
        days = [_iso(out.year, out.month, day), _iso(*before, day)]
    return next((found for found in days if found and found <= issue), "")


def _number(text: str) -> int:
    """A number up to 99, in digits or in Chinese: 二十三, 廿三, 十."""
    if text.isdigit():
        return int(text)
    tens, _, ones = text.replace("廿", "二十").replace("卅", "三十").rpartition("十")
    if "十" not in text and "廿" not in text and "卅" not in text:
        return sum(_DIGITS[char] * 10**at for at, char in enumerate(reversed(text)))
    return 10 * (_DIGITS.get(tens, 1) if tens else 1) + (_DIGITS.get(ones, 0) if ones else 0)


def _iso(year: int, month: int, day: int) -> str:
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return ""
