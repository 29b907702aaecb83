"""Join the stories of an issue that jump (转版) from page to page.

A story that does not fit ends with 下转第3版, and its rest begins on page 3 with 上接第1版, often under a short form of
its headline, sometimes with no words at all. Which rest belongs to which beginning is decided for the whole issue at
once: each pair of articles on two pages gets odds, from the page numbers that the jump lines give, the headlines, the
characters across the break, and the subjects of both. One assignment then takes the best set of pairs, in
which "this jump has no other part here" competes too. What is not matched is flagged and left as it is: a page may be
missing, or a line misread.

`ends` reads articles as sides of a jump, `evidence` weighs what speaks for each pair of them, `matching` takes the best
pairs, and `links_and_flags` writes on the pages what was found.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from dataclasses import replace

from banmian.jumps.ends import ends
from banmian.jumps.links_and_flags import linked, unjoined
from banmian.jumps.matching import match
from banmian.language import statistics, topics
from banmian.model import Issue, Page
from banmian.page_numbers import numbered


def join_jumps(issue: Issue | Iterable[Page]) -> Issue:
    """The issue with the parts of each story that jumps linked, and what was not matched flagged.

    Args:
        issue: the issue, or its pages, which have been through a pipeline. Pages that know their number
            (`Page.number`) keep it; others get it from their folio, or else from their id.

    No text of any page changes. Linked parts have `continued` and `continues` set; `banmian.chains.whole` puts them
    together. Flags are "jump.unmatched" and "jump.doubtful". Joining again gives the same again.
    """
    if not isinstance(issue, Issue):
        pages = tuple(issue)
        issue = Issue(id=_common_name(pages), pages=pages)
    pages = tuple(unjoined(page) for page in numbered(issue.pages))
    found, strays = ends(pages)
    matches = match(found, statistics(), topics())
    return replace(issue, pages=linked(pages, found, matches, strays))


def _common_name(pages: Sequence[Page]) -> str:
    """What to call an issue that has no id: the folder that its pages are in."""
    folders = {posixpath.dirname(page.id) for page in pages}
    return (folders.pop() if len(folders) == 1 else "") or "issue"
