"""Notes in brackets on a line of their own: who wrote the text above, what its author is, where it came from."""

from __future__ import annotations

import re

# Of the 154 such paragraphs of the pages for fitting and for checking, none is the first of its story.
_NOTE = re.compile(r"[（(][^（()）]*[)）]")


def is_note(text: str) -> bool:
    """Whether a text is nothing but a note in brackets.

    >>> is_note("（作者为柳湾中学校长）"), is_note("（一）渡口通航（下）")
    (True, False)
    """
    return _NOTE.fullmatch(text) is not None
