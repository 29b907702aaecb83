"""Kickers (引题) that say by their words that a headline follows: 某某在会上强调, 某地——, 某某指出：, 就…70周年."""

from __future__ import annotations

import re

# Of 958 articles on the pages for fitting, 107 have a head that ends with one of these: a kicker each time, one in an
# article, and never without a headline behind it.
_ENDS = ("——", "：", "强调", "強調", "指出")
# The occasion that a headline of greetings (互致贺电) is about, without a verb of its own.
_OCCASION = re.compile(r"就.{2,16}周年")


def introduces(text: str) -> bool:
    """Whether a head leads on to another one by its words.

    >>> introduces("甘小禾在柳湾调研时强调"), introduces("柳湾渡口——"), introduces("——柳湾渡口见闻")
    (True, True, False)
    >>> introduces("就柳湾通航70周年"), introduces("柳湾通航70周年")
    (True, False)
    """
    return text.endswith(_ENDS) or _OCCASION.fullmatch(text) is not None
