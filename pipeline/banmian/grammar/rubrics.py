"""Rubrics of boxes (提要栏目): 核心阅读, 编者按, 相关链接 over a short text inside or before a story.

They look like heads and are none: they say nothing of the story, and every page of a paper may have the same.
"""

from __future__ import annotations

from banmian.rules import pattern

_LONGEST = 10


def is_rubric(text: str) -> bool:
    """Whether the whole of `text` is the rubric of a box.

    >>> is_rubric("核心阅读"), is_rubric("【编者按】"), is_rubric("编者按：渡口通航以来")
    (True, True, False)
    """
    return 2 < len(text) <= _LONGEST and pattern("rubrics", "box").fullmatch(text) is not None
