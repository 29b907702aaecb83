"""Which pages are of one issue (期): read from their paths and names.

Without a pattern of the user's, pages whose names have the same day of the calendar and each a number of a page
(`banmian.naming`) are of one issue. A page whose name lacks one of them is an issue of its own: that a day is all that
names have in common may as well be the day on which they were scanned.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from banmian import naming
from banmian.naming import Place, page_number

# Pages that an issue may have. An issue is done in one piece, so this bounds the memory; the thickest papers have some
# two hundred pages, and a "paper" with more is a pattern that takes other numbers for those of pages.
MAX_PAGES = 400


class PatternError(ValueError):
    """An issue pattern that cannot be used; the message says why."""


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


def place(page: str, patterns: Sequence[re.Pattern[str]] = ()) -> Place:
    r"""Where a page stands, by its id, the path without suffix.

    Args:
        page: the id.
        patterns: what the user says instead of what we know of names. The id of the issue is the path as far as the
            group `issue` goes, else `date`, else up to `page`; `paper` is a group, too. A `date` that is no day of the
            calendar, a month say, is none.

    >>> place("2020-05-28/02")
    Place(issue='2020-05-28', date='2020-05-28', number='2', paper='')
    >>> place("hezhou/20200528-A05-要闻").issue, place("2020/05/28/第03版").issue, place("2020-05-28/notes").issue
    ('hezhou/20200528', '2020/05/28', '2020-05-28/notes')
    >>> place("no12_3", compile_patterns([r"(?P<issue>no\d+)_(?P<page>\d)"]))
    Place(issue='no12', date='', number='3', paper='')
    """
    if not patterns:
        known = naming.place(page)
        return known if known.issue and known.number else known._replace(issue=page)
    for pattern in patterns:
        match = pattern.search(page)
        if match is None or match["page"] is None:
            continue
        groups = match.groupdict(default="")
        ends = [match.end(name) for name in ("issue", "date") if groups.get(name)]
        issue = page[: ends[0]] if ends else page[: match.start("page")].rstrip("/-_. ")
        return Place(
            issue=issue or page,
            date=naming.place(groups.get("date", "")).date,
            number=page_number(match["page"]),
            paper=groups.get("paper", "").strip("-_. "),
        )
    return Place(page)
