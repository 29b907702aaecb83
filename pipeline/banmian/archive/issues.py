"""Which pages are of one issue (期): read from their paths and names.

A page whose name says nothing is an issue of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

_YEAR, _MONTH, _DAY = r"(?:1[89]|20)\d\d", "(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
_DATE = rf"(?<!\d)(?P<date>{_YEAR}[-._]?{_MONTH}[-._]?{_DAY})(?!\d)"
_PAGE = r"(?:第|[Pp](?:age)?[-_ ]?)?(?P<page>[A-Za-z]?\d{1,3})版?"
_REST = r"(?:(?<=版)|[-_. ]|$)[^/]*"
_PAPER = r"(?:.*/)?(?P<paper>[^/]*?)[-_. ]?"

# How archives name pages: a folder a day, a file a page; the day and the page in the name of the file; folders for the
# year, the month and the day.
DEFAULT = (
    rf"^{_PAPER}{_DATE}/{_PAGE}{_REST}$",
    rf"^{_PAPER}{_DATE}[-_. ]{_PAGE}{_REST}$",
    rf"^(?:.*/)?(?P<date>{_YEAR}[-/]?{_MONTH}/{_DAY})/{_PAGE}{_REST}$",
)

# Pages that an issue may have. An issue is done in one piece, so this bounds the memory; the thickest papers have some
# two hundred pages, and a "paper" with more is a pattern that takes other numbers for those of pages.
MAX_PAGES = 400


class PatternError(ValueError):
    """An issue pattern that cannot be used; the message says why."""


class Place(NamedTuple):
    """Where a page stands: the id of its issue, its number in it, and what the path says of paper and date."""

    issue: str
    number: str = ""
    paper: str = ""
    date: str = ""

    @property
    def order(self) -> str:
        """What pages of an issue are sorted by: 2 before 10, A before B."""
        letters = self.number.rstrip("0123456789")
        return f"{letters:<1}{int(self.number[len(letters) :] or 0):06}"


def compile_patterns(patterns: Sequence[str]) -> tuple[re.Pattern[str], ...]:
    """The patterns that a user gave, ready for use.

    Raises:
        PatternError: one is no regular expression, or does not say which part is the page.
    """
    compiled = []
    for pattern in patterns:
        try:
            compiled.append(re.compile(pattern))
        except re.error as error:
            raise PatternError(f"--issue-pattern {pattern!r} is no regular expression: {error}") from error
        if "page" not in compiled[-1].groupindex:
            raise PatternError(
                f"--issue-pattern {pattern!r} does not say which part is the number of the page: "
                r"name it (?P<page>...), and the date (?P<date>...), as in '(?P<date>\d{8})-(?P<page>\d\d)'"
            )
    return tuple(compiled)


def place(page: str, patterns: Sequence[re.Pattern[str]]) -> Place:
    r"""Where a page stands, by its id, the path without suffix.

    The id of the issue is the path as far as the group `issue` goes, else `date`, else up to `page`.

    >>> patterns = compile_patterns(DEFAULT)
    >>> place("2020-05-28/02", patterns)
    Place(issue='2020-05-28', number='2', paper='', date='2020-05-28')
    >>> place("hezhou/20200528-A05-要闻", patterns)
    Place(issue='hezhou/20200528', number='A5', paper='', date='2020-05-28')
    >>> place("2020/05/28/第03版", patterns).issue, place("notes", patterns).issue
    ('2020/05/28', 'notes')
    """
    for pattern in patterns:
        match = pattern.search(page)
        if match is None or match["page"] is None:
            continue
        groups = match.groupdict(default="")
        ends = [match.end(name) for name in ("issue", "date") if groups.get(name)]
        issue = page[: ends[0]] if ends else page[: match.start("page")].rstrip("/-_. ")
        return Place(
            issue or page, _number(match["page"]), groups.get("paper", "").strip("-_. "), _iso(groups.get("date", ""))
        )
    return Place(page)


def _number(printed: str) -> str:
    """The number of a page as it is sorted and looked up: A05 is A5, 02 is 2."""
    letters = printed.rstrip("0123456789")
    digits = printed[len(letters) :]
    return letters.upper() + (str(int(digits)) if digits else "")


def _iso(date: str) -> str:
    digits = re.sub(r"\D", "", date)
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}" if len(digits) == len("YYYYMMDD") else date
