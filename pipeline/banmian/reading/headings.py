"""Tell the heads of one story apart: kicker (引题), headline (主题) and deck (副题).

Size of type would tell at once, and a raw text has none. What is left: a deck of a feature begins with a dash; a kicker ends with one, or
with a colon or the word that introduces what somebody said; a label in brackets stands behind the headline; and where heads
run over two lines, the one with fewer characters a line is set larger.
"""

from __future__ import annotations

from collections.abc import Sequence

from banmian.model import Block, Role
from banmian.reading.links import text_of

_DASHES = ("——", "—", "－－", "――")
_KICKER_ENDS = ("——", "：", "强调", "强调：", "指出", "要求", "表示")
_LABEL_ENDS = ("）", ")")


def parts_of_head(heads: Sequence[Block]) -> list[tuple[Role, list[Block]]]:
    """The heads of a story by their roles, in reading order.

    >>> parts_of_head([])
    []
    """
    if not heads:
        return []
    texts = [text_of(block) for block in heads]
    main = _headline(heads, texts)
    parts: list[tuple[Role, list[Block]]] = []
    if main > 0:
        parts.append((Role.KICKER, list(heads[:main])))
    parts.append((Role.HEADLINE, [heads[main]]))
    if main + 1 < len(heads):
        parts.append((Role.DECK, list(heads[main + 1 :])))
    return parts


def _headline(heads: Sequence[Block], texts: Sequence[str]) -> int:
    """The index of the headline."""
    if len(heads) == 1:
        return 0
    for i, text in enumerate(texts[1:], 1):
        if text.startswith(_DASHES):
            return i - 1
    for i, text in enumerate(texts[:-1]):
        if text.endswith(_KICKER_ENDS):
            return i + 1
    labelled = [i for i, text in enumerate(texts) if text.endswith(_LABEL_ENDS)]
    if labelled:
        return labelled[0]
    return 1
