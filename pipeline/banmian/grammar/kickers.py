"""Kickers (引题) that say by their last word that a headline follows: 某某在会上强调, 某地——, 某某指出：."""

from __future__ import annotations

# Of 958 articles on the pages for fitting, 107 have a head that ends with one of these: a kicker each time, one in an
# article, and never without a headline behind it.
_ENDS = ("——", "：", "强调", "強調", "指出")


def introduces(text: str) -> bool:
    """Whether a head leads on to another one by its last word.

    >>> introduces("甘小禾在柳湾调研时强调"), introduces("柳湾渡口——"), introduces("——柳湾渡口见闻")
    (True, True, False)
    """
    return text.endswith(_ENDS)
