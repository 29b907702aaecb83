"""Rubrics (栏题): of boxes, 核心阅读, 编者按 over a short text; of stories, over headlines or in brackets behind them.

Those of boxes look like heads and are none: they say nothing of the story, and every page of a paper may have the same.
Those over headlines (今日快评, 药师手记) are the kickers of their stories, and the headline where there is no other.
"""

from __future__ import annotations

import re
from functools import cache

from banmian.rules import entries, pattern

_LONGEST = 10
_MARKS = frozenset("■◆▲★")
_FRAMES = "】〕］]·"
_BEHIND = re.compile(r"[（(](?![\d０-９一二三四五六七八九十之]+[)）])[^（()）]{2,16}[)）]$")


def is_rubric(text: str) -> bool:
    """Whether the whole of `text` is the rubric of a box.

    >>> is_rubric("核心阅读"), is_rubric("【编者按】"), is_rubric("编者按：渡口通航以来")
    (True, True, False)
    """
    return 2 < len(text) <= _LONGEST and pattern("rubrics", "box").fullmatch(text) is not None


def stands_over_head(text: str) -> bool:
    """Whether the whole of `text` is a rubric such as stands over the headline of its story (栏目名).

    >>> [stands_over_head(text) for text in ("药师手记", "·短 评·", "连载１２", "渡口新船下水")]
    [True, True, True, False]
    """
    bare = "".join(text.split())
    if not 1 < len(bare) <= _LONGEST:
        return False
    # Most lines end with what no rubric does, and need no closer look.
    last = bare.rstrip(_FRAMES)[-1:]
    if not (last in _last_characters() or last.isnumeric() or bare[0] in _MARKS):
        return False
    return pattern("rubrics", "over").fullmatch(bare) is not None


@cache
def _last_characters() -> frozenset[str]:
    """The last characters of rubrics over heads that end with no number."""
    return frozenset(entry[-1] for name in ("over", "ending") for entry in entries("rubrics", name))


def ends_with_rubric(text: str) -> bool:
    """Whether a head ends with the rubric in brackets that its story stands under; not with the number of a part.

    A story stands under one: of 387 with such a head on the pages for fitting, no other head of the story has one.

    >>> [ends_with_rubric(text) for text in ("渡口新船下水（新春走基层）", "渡口百年（上）", "——渡口今昔（16）")]
    [True, False, False]
    """
    return text.endswith(("）", ")")) and _BEHIND.search(text) is not None


def is_title_of_briefs(text: str) -> bool:
    """Whether the whole of `text` is a title that briefs stand under (短讯栏题).

    >>> is_title_of_briefs("财经短波"), is_title_of_briefs("渡口新船下水")
    (True, False)
    """
    return 1 < len(text) <= _LONGEST and pattern("rubrics", "briefs").fullmatch(text) is not None
