"""What several modules do with arrays of numbers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.intp]

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
