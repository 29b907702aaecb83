"""Places and offices that heads name: a kicker (引题) often says no more than where a story happened, or who did it."""

from __future__ import annotations

from enum import IntEnum

from banmian.rules import pattern


class PlaceName(IntEnum):
    """What a head says of a place."""

    NONE = 0
    OPENS = 1  # it begins with one
    WHOLE = 2  # it is nothing but one, or an office


def place_name(text: str) -> PlaceName:
    """What a head says of a place; `text` is without spaces.

    >>> place_name("青川大桥"), place_name("江苏渡口复航"), place_name("渡口复航")
    (<PlaceName.WHOLE: 2>, <PlaceName.OPENS: 1>, <PlaceName.NONE: 0>)
    """
    if pattern("places", "site").fullmatch(text):
        return PlaceName.WHOLE
    return PlaceName.OPENS if pattern("places", "opens").match(text) else PlaceName.NONE
