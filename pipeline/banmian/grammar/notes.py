"""What stands at the edges of texts on a line of its own: notes in brackets, and the salutations of letters.

Notes tell who wrote the text above, what its author is, where it came from.
"""

from __future__ import annotations

import regex

# Of the 154 such paragraphs of the pages for fitting and for checking, none is the first of its story.
_NOTE = regex.compile(r"[（(][^（()）]*[)）]")
_SALUTATION = regex.compile(r"(?:尊敬的|敬爱的|亲爱的)?\p{Han}{2,6}(?:同志|先生|女士|小姐|部|社|台|报|報)们?：")


def is_note(text: str) -> bool:
    """Whether a text is nothing but a note in brackets.

    >>> is_note("（作者为柳湾中学校长）"), is_note("（一）渡口通航（下）")
    (True, False)
    """
    return _NOTE.fullmatch(text) is not None


def is_salutation(text: str) -> bool:
    """Whether a text is nothing but the salutation of a letter.

    >>> is_salutation("编辑同志："), is_salutation("编辑同志：渡口通航")
    (True, False)
    """
    return _SALUTATION.fullmatch(text) is not None
