"""Put blocks together into stories: chains of paragraphs under their heads, and all that goes with them.

First the links of the page are chosen (`banmian.reading.links.assignment`): they give chains of body blocks, each under
a group of heads or under none; those that are parts of a feature are put together
(`banmian.reading.stories.feature_parts`). Then everything else finds its story: heads that begin nothing
(`banmian.reading.stories.lone_heads`), bylines (`banmian.reading.stories.bylines`) and captions
(`banmian.reading.stories.captions`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial

import numpy as np

from banmian.em import em
from banmian.grammar.datelines import is_closing, opens_story
from banmian.grammar.notes import is_note
from banmian.language import Statistics
from banmian.language.topics import Topics
from banmian.model import Block, Page, Role
from banmian.reading.jump_lines import comes_from
from banmian.reading.links import survey as links
from banmian.reading.links.kinds import MOST_BLOCKS
from banmian.reading.links.looks import Look, look
from banmian.reading.links.rethinking import rethought
from banmian.reading.marks import SENTENCE_ENDS
from banmian.reading.stories.bylines import give_bylines
from banmian.reading.stories.captions import give_captions
from banmian.reading.stories.drafts import Draft, Placed
from banmian.reading.stories.feature_parts import gather_parts
from banmian.reading.stories.heads_in_row import heads_apart
from banmian.reading.stories.lone_heads import give_heads
from banmian.reading.weights import Weights

# Likeness, in nats, that a chain without a head must have to a story to join it. 16 is better than 6, and no worse
# than 10, on the pages for fitting, on dev and on printed pages; 25 is no better on the last two.
LEAST_LIKENESS = 16.0
# A single line no longer than this, with no stop, is a piece of a folio or of a rubric (版次, 栏题).
SCRAP_EM = 4.0


@dataclass(frozen=True, slots=True)
class Story:
    """A story: blocks by what they are.

    Args:
        heads: its heads in the order of the text; which is kicker, headline or deck is told later
            (`banmian.reading.stories.headings`).
        bylines: lines that name who wrote it, taglines too.
        body: paragraphs, subheads and captions in reading order; a paragraph that goes on in another block stands
            right before it.
        odds: the probability of each link, the first being that of its heads with its first block.
        doubts: kinds of flags, each with the block that it is about.
        clauses: places in the body of those subheads that are the next clause of the subhead before.
    """

    heads: tuple[Block, ...]
    bylines: tuple[Block, ...]
    body: tuple[Block, ...]
    odds: tuple[float, ...]
    doubts: tuple[tuple[str, Block], ...]
    clauses: frozenset[int] = frozenset()

    @property
    def blocks(self) -> tuple[Block, ...]:
        """All its blocks: heads, bylines, body."""
        return (*self.heads, *self.bylines, *self.body)


def stories(
    blocks: Sequence[Block], statistics: Statistics, topics: Topics, weights: Weights, page: Page | None = None
) -> tuple[tuple[Story, ...], tuple[Block, ...]]:
    """The stories of a page, in the order of their first blocks, and the blocks that belong to none (furniture).

    Args:
        blocks: in the order of the lines.
        statistics: of the language.
        topics: of the language.
        weights: of the evidence.
        page: where the blocks are from. Without it no heads are looked for that stood in one row.
    """
    found: list[Story] = []
    left: list[Block] = []
    for seen in looks(blocks, statistics, topics, weights, page):
        told, rest = stories_of(seen, topics)
        found += told
        left += rest
    return tuple(found), tuple(left)


def stories_of(seen: Look, topics: Topics) -> tuple[list[Story], list[Block]]:
    """The stories of a look in the order of their first blocks, and the blocks that belong to none."""
    drafts, rest = Drafting(seen).drafts(topics)
    return [_story(draft, seen.blocks) for draft in drafts], [seen.blocks[i] for i in rest]


def looks(
    blocks: Sequence[Block], statistics: Statistics, topics: Topics, weights: Weights, page: Page | None = None
) -> Iterator[Look]:
    """The best choice for the blocks of each part of a page; the arguments are those of `stories`."""
    look_at = partial(look, statistics=statistics, topics=topics, weights=weights)
    for part in _parts(blocks):
        seen = look_at(part)
        seen = seen if page is None else heads_apart(seen, page, look_at)
        yield rethought(seen, weights.rethinking)


def _parts(blocks: Sequence[Block]) -> list[Sequence[Block]]:
    """The blocks, cut before a head where there are more than any page holds."""
    if len(blocks) <= MOST_BLOCKS:
        return [blocks]
    parts: list[Sequence[Block]] = []
    first = 0
    while first < len(blocks):
        last = min(first + MOST_BLOCKS, len(blocks))
        heads = [i for i in range(first + MOST_BLOCKS // 2, last) if blocks[i].role is Role.HEADLINE]
        if last < len(blocks) and heads:
            last = heads[-1]
        parts.append(blocks[first:last])
        first = last
    return parts


def _story(draft: Draft, blocks: Sequence[Block]) -> Story:
    def take(indices: Sequence[int]) -> tuple[Block, ...]:
        return tuple(blocks[i] for i in indices)

    return Story(
        heads=tuple(sorted(take(draft.heads), key=lambda block: block.lines[0].span.start)),
        bylines=take(draft.bylines),
        body=take(draft.order),
        odds=tuple(draft.odds),
        doubts=tuple((kind, blocks[i]) for kind, i in draft.doubts),
        clauses=frozenset(at for at, i in enumerate(draft.order) if i in draft.clauses),
    )


class Step(Enum):
    """What blocks that stand apart find their stories next."""

    HEADS = auto()
    BYLINES = auto()
    CAPTIONS = auto()
    BYLINES_OF_PICTURES = auto()
    DONE = auto()


class Drafting(Placed):
    """The blocks of one page while they are put together.

    Args:
        found: what was chosen for them.
    """

    def __init__(self, found: Look) -> None:
        super().__init__(found.blocks)
        self.found, self.choice, self.links = found, found.choice, found.links
        self.bodies = self.links.bodies
        self.rows = {i: row for row, i in enumerate(self.bodies)}

    def _comes_from(self, i: int) -> bool:
        return comes_from(self.blocks[i].lines[0].text)

    def drafts(self, topics: Topics) -> tuple[list[Draft], list[int]]:
        """The stories in the order of the page, and the blocks that are left."""
        *_, (_, drafts) = self.steps(topics)
        rest = [i for i in range(len(self.blocks)) if i not in self.owner]
        drafts.sort(key=lambda draft: min([*draft.heads, *draft.order, *draft.bylines]))
        return drafts, rest

    def steps(self, topics: Topics) -> Iterator[tuple[Step, list[Draft]]]:
        """The stories as they are before each step, and in the end."""
        drafts = self._drafts()
        gather_parts(self, drafts, self.links)
        yield Step.HEADS, drafts
        give_heads(self, self.found, drafts)
        yield Step.BYLINES, drafts
        give_bylines(self, drafts, pictures=False)
        yield Step.CAPTIONS, drafts
        give_captions(self, drafts, self.found.seen.bodies, topics)
        yield Step.BYLINES_OF_PICTURES, drafts
        give_bylines(self, drafts, pictures=True)
        yield Step.DONE, drafts

    def _drafts(self) -> list[Draft]:
        """The chains of body blocks, each begun by a group of heads or by nothing."""
        m = len(self.bodies)
        drafts: list[Draft] = []
        orphans: list[Draft] = []
        for chain in self.choice.chains():
            draft = Draft()
            for row in chain:
                self.place(draft, self.bodies[row])
                draft.odds.append(float(self.choice.odds[row]))
            under = int(self.choice.before[chain[0]]) - m
            if under >= 0:
                group = self.links.groups[self.choice.groups[under]]
                draft.heads = list(group)
                self.owner |= dict.fromkeys(group, draft)
                drafts.append(draft)
            else:
                orphans.append(draft)
        for orphan in orphans:
            self._adopt(orphan, drafts)
        return drafts

    def _adopt(self, orphan: Draft, drafts: list[Draft]) -> None:
        """A chain without a head joins the story that it is most like, or stands alone; either is worth a look.

        Behind what comes from another page, whose heads are there, it is the rest of that. A dateline or another note
        in brackets closes the story that it stands behind. A scrap of a line is no story, and left for the furniture.
        """
        first = orphan.order[0]
        if self._comes_from(first):  # its heads are on another page
            drafts.append(orphan)
            return
        begins = self.blocks[first].starts and opens_story(self.blocks[first].lines[0].text)
        line = self.blocks[first].lines[0].text if self._lines(orphan) == 1 else ""
        if line and em(line) <= SCRAP_EM and not line.endswith(SENTENCE_ENDS):
            del self.owner[first]
            return
        before = self.owner.get(first - 1)
        text = links.text_of(self.blocks[first])
        closing = len(orphan.order) == 1 and (is_closing(text) or is_note(text))
        if before and closing and first - 1 in before.order:
            self._join(orphan, before)
            return
        if before and not begins and before.order[-1:] == [first - 1] and self._comes_from(before.order[0]):
            self._join(orphan, before)
            return
        alike = [self._likeness(orphan, draft) for draft in drafts]
        best = int(np.argmax(alike)) if alike else -1
        if best >= 0 and not begins and alike[best] >= LEAST_LIKENESS:
            self._join(orphan, drafts[best])
        else:
            orphan.doubts.append(("head.missing", first))
            drafts.append(orphan)

    def _lines(self, draft: Draft) -> int:
        return sum(len(self.blocks[i].lines) for i in draft.order)

    def _join(self, orphan: Draft, host: Draft) -> None:
        """Put a chain without a head behind a story."""
        for i in orphan.order:
            self.place(host, i)
        host.odds += [min(0.5, odds) for odds in orphan.odds]
        host.doubts.append(("body.joined", orphan.order[0]))

    def _likeness(self, one: Draft, two: Draft) -> float:
        """The most that a block of one story shares with a block of another, in nats."""
        rows = [self.rows[i] for i in one.order if self.blocks[i].role is Role.PARAGRAPH]
        columns = [self.rows[i] for i in two.order if self.blocks[i].role is Role.PARAGRAPH]
        if not rows or not columns:
            return 0.0
        return float(self.links.likeness[np.ix_(rows, columns)].max())
