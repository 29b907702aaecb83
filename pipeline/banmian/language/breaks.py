"""What a break between two lines of heads is: inside of one head, between two heads of a story, or between two stories.

A head (标题) is set in as many lines as it takes, and a line ends wherever the measure does; a kicker, a headline and a
deck begin lines of their own, and so do the heads of the story beside. Joins of lines (see `joining`) are learnt from
running text, where no break is like those between heads: 某某出席 goes on, 某某出席座谈会 does not. The vectors of the
two sides of a break (see `vectors`), which are there already for the joins, tell more when asked the right question: a
small network on both and on their product, learnt from the heads of a corpus (`breaks_training`), answers it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from banmian.language.side_network import Floats, Judge

KINDS = ("inside a head", "between heads", "between stories")


@dataclass(frozen=True, slots=True, eq=False)
class Breaks(Judge):
    """Tells what breaks between lines of heads are."""

    PREFIX: ClassVar[str] = "breaks_"

    def odds(self, ends: Floats, starts: Floats) -> Floats:
        """The odds of a break between heads and of one between stories, each against one inside a head, in nats.

        Args:
            ends: (breaks, dimensions), the vectors of the ends of the lines before (`Vectors.of_tails`).
            starts: (breaks, dimensions), those of the starts of the lines behind (`Vectors.of_heads`).

        Returns:
            Shape (breaks, 2).
        """
        return self.network.odds(both_sides(ends, starts))


def both_sides(ends: Floats, starts: Floats) -> Floats:
    """What the network reads of each break, shape (breaks, 3 * dimensions)."""
    return np.hstack([ends, starts, ends * starts])
