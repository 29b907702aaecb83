"""JSON Lines: the articles of an issue, one a line, each with the issue and the page that it is of.

A line (`banmian.article/1`) has what page JSON has of an article, and `issue`, `paper`, `date`, `page` and `number` (of
the page). A story that jumps (转版) is one line: `parts` are the articles of the pages that it is put together from,
and a block that stands on another page than the article has its `page`, with `joins` where it goes on in the middle of
the paragraph before it.
"""

from __future__ import annotations

import json
import re

from banmian.formats.records import records
from banmian.model import Issue

SCHEMA = "banmian.article/1"

_LONE = re.compile("[\ud800-\udfff]")


def dumps(issue: Issue) -> str:
    """The articles of an issue, a line of JSON each; nothing for an issue without articles.

    A byte that could not be decoded, a lone surrogate here, is escaped.
    """
    lines = (json.dumps({"schema": SCHEMA, **record}, ensure_ascii=False) + "\n" for record in records(issue))
    return _LONE.sub(lambda match: f"\\u{ord(match[0]):04x}", "".join(lines))
