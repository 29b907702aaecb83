"""Whether a line is worded like a head, like a subhead, or like a piece of running text.

A head (标题) leaves out what prose cannot do without: 的, 了, the subject, the measure word, the stop at its end; and
it has words of its own. Neither its length nor its marks show that alone, since a column breaks prose into lines that
are as short. The vectors of the two sides of a line (see `vectors`), which are there already for its joins, tell what
its beginning and its end are like; a small network on them, learnt from heads, subheads and pieces of paragraphs
(`wording_training`), tells the three apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from banmian.language.side_network import Floats, Judge

KINDS = ("prose", "head", "subhead")


@dataclass(frozen=True, slots=True, eq=False)
class Wording(Judge):
    """Tells heads and subheads from prose."""

    PREFIX: ClassVar[str] = "wording_"

    def odds(self, starts: Floats, ends: Floats) -> Floats:
        """The odds of a head and those of a subhead, each against prose, in nats; shape (lines, 2).

        Args:
            starts: (lines, dimensions), the vectors of the starts of lines (`Vectors.of_heads`).
            ends: (lines, dimensions), those of their ends (`Vectors.of_tails`).
        """
        return self.network.odds(np.hstack([starts, ends]))
