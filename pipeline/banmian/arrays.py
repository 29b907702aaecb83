"""What several modules do with arrays of numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.intp]
_BASIC = 0x10000  # code points of the basic plane

# Pairs that are looked at together; a page has some thousands. Each takes some 100 bytes.
MOST = 1_000_000


def pairs(begins: Places, ends: Places) -> Iterator[tuple[Places, Places]]:
    """Each number from 0 with each of those from its begin to its end, as two arrays.

    So things sorted along one side are compared with those near them, all at once; on a page of very many things in
    several parts, all pairs of one number in one part. Where an end lies before its begin, there are none.

    >>> [[side.tolist() for side in part] for part in pairs(np.array([1, 0]), np.array([3, 1]))]
    [[[0, 0, 1], [1, 2, 0]]]
    """
    counts = np.maximum(ends - begins, 0)
    behind = np.cumsum(counts)
    first = 0
    while first < len(counts):
        before = int(behind[first] - counts[first])
        stop = max(first + 1, int(np.searchsorted(behind, before + MOST, side="right")))
        own = counts[first:stop]
        one = np.repeat(np.arange(first, stop), own)
        two = np.arange(len(one)) + np.repeat(begins[first:stop] - (np.cumsum(own) - own), own)
        yield one, two
        first = stop


class Characters:
    """A set of characters of the basic plane, to tell all at once which code points are in it.

    >>> Characters("，。").has(np.array([ord(char) for char in "桥，🚲"])).tolist()
    [False, True, False]
    """

    def __init__(self, characters: Iterable[str]) -> None:
        self._table = np.zeros(_BASIC, dtype=bool)
        self._table[[ord(char) for char in characters]] = True

    def has(self, codes: NDArray[np.integer[Any]]) -> NDArray[np.bool_]:
        """Whether each code point is that of one of the characters."""
        # What lies beyond is none: U+FFFF is no character.
        found: NDArray[np.bool_] = self._table.take(np.minimum(codes, _BASIC - 1))
        return found
