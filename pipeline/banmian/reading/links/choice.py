"""What was chosen for a page: the heads of each story, and what each body block goes on from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NOTHING = -1


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen.

    Args:
        groups: indices (into `Links.groups`) of the groups of heads that were chosen.
        before: (bodies,) what each body block goes on from: a body block, `bodies` + the place of a group in
            `groups`, or `NOTHING`.
        odds: (bodies,) the probability of that choice among all that the block could have gone on from.
    """

    groups: tuple[int, ...]
    before: NDArray[np.intp]
    odds: NDArray[np.float64]

    def same(self, other: Choice) -> bool:
        """Whether the stories are the same, however sure they are."""
        return self.groups == other.groups and bool((self.before == other.before).all())

    def chains(self) -> list[list[int]]:
        """The body blocks of each story in its order, by their places in `before`; the stories by their first ones."""
        before, m = self.before.tolist(), len(self.before)
        after = {u: v for v, u in enumerate(before) if 0 <= u < m}
        found = []
        for first in (v for v, u in enumerate(before) if not 0 <= u < m):
            found.append([first])
            while found[-1][-1] in after:
                found[-1].append(after[found[-1][-1]])
        return found
