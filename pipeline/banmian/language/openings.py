"""Whether a paragraph is worded like the first of its article.

A story that no dateline opens (本报讯) still begins in its own way, with a day, with somebody who is told of for the
first time; what goes on from something says 据介绍 or 与此同时, or names with a surname who was named before. The
vectors of the starts of lines (see `vectors`), which are there already for their joins, carry some of that: of two
paragraphs, one of which is the first of its story and has no dateline, the first is found two times in three on pages
that were written for the project, four times in five in papers of the kind that it was learnt from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from banmian.language.side_network import Floats, Judge


@dataclass(frozen=True, slots=True, eq=False)
class Openings(Judge):
    """Tells the first paragraphs of articles from the others."""

    PREFIX: ClassVar[str] = "openings_"

    def odds(self, starts: Floats) -> Floats:
        """The odds that paragraphs are the first of their article, in nats; shape (paragraphs,).

        Args:
            starts: (paragraphs, dimensions), the vectors of their starts (`Vectors.of_heads`).
        """
        return self.network.odds(starts)[:, 0]
