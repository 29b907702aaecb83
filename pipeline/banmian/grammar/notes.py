"""What stands at the edges of texts on a line of its own: notes in brackets, and the salutations of letters.

Notes tell who wrote the text above, what its author is, where it came from.
"""

from __future__ import annotations

import regex

# Of the 154 such paragraphs of the pages for fitting and for checking, none is the first of its story.
_NOTE = regex.compile(r"[（(][^（()）]*[)）]")
_SALUTATION = regex.compile(r"(?:尊敬的|敬爱的|亲爱的)?\p{Han}{2,6}(?:同志|先生|女士|小姐|部|社|台|报|報)们?：")


_EDITORS_NOTE = regex.compile(
    r"[【■●◆]?(?:[编編]者按|[编編]者的[话話]|[开開][栏欄]的[话話]|[开開][栏欄][语語])\s?[：:】]"
)


def is_editors_note(text: str) -> bool:
    """Whether a text begins as the note of the editors (编者按) that stands before a story.

    >>> is_editors_note("编者按：渡口通航以来"), is_editors_note("编者按语的写法")
    (True, False)
    """
    return _EDITORS_NOTE.match(text) is not None


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
