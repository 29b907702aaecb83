"""A look at the blocks of a page: what links there are, and which were chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from banmian.language import Statistics
from banmian.language.topics import Topics
from banmian.model import Block
from banmian.reading.links import assignment
from banmian.reading.links import survey as links
from banmian.reading.links.certain import certain
from banmian.reading.links.choice import Choice
from banmian.reading.weights import Weights

# Looks at the stories of the look before, at most: the first mends the most, and from the third on nothing changes.
LOOKS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """Some blocks of a page, and what was chosen for them.

    Args:
        blocks: the blocks.
        seen: what they show whatever stories they make.
        links: the evidence for all links, as the stories of the look before tell it.
        scores: of all links.
        choice: the links that were chosen.
    """

    blocks: Sequence[Block]
    seen: links.Survey
    links: links.Links
    scores: assignment.Scores
    choice: Choice

    @property
    def total(self) -> float:
        """The score of the choice."""
        return assignment.total(self.links, self.scores, self.choice)

    def begun(self) -> dict[int, int]:
        """The heads under which stories begin, by the indices of their blocks: the body block that begins there."""
        before, m = self.choice.before.tolist(), len(self.links.bodies)
        groups = [self.links.groups[row] for row in self.choice.groups]
        return {h: self.links.bodies[v] for v, u in enumerate(before) if u >= m for h in groups[u - m]}


def page_statistics(blocks: Sequence[Block], statistics: Statistics) -> Statistics:
    """The statistics with the page's own words."""
    return statistics.with_page([line.text for block in blocks for line in block.lines])


def look(blocks: Sequence[Block], statistics: Statistics, topics: Topics, weights: Weights) -> Look:
    """The best choice for some blocks.

    Args:
        blocks: in the order of the lines.
        statistics: of the language.
        topics: of the language.
        weights: of the evidence.
    """
    seen = links.survey(blocks, page_statistics(blocks, statistics), topics)
    found = links.gather(seen)
    known = certain(blocks, seen)
    scores = known.added(assignment.score(found, weights.links))
    choice = assignment.choose(found, scores)
    # Again, with each head compared with the whole of the story that it would stand over, till no story changes.
    for _ in range(LOOKS):
        before = choice
        found = links.gather(seen, before)
        scores = known.added(assignment.score(found, weights.links_again))
        choice = assignment.choose(found, scores)
        if choice.same(before):
            break
    return Look(blocks, seen, found, scores, choice)
