"""Put blocks together into stories: chains of paragraphs under their heads, and all that goes with them.

First the links of the page are chosen (`banmian.reading.assignment`): they give chains of body blocks, each under a
group of heads or under none; those that are parts of a feature are put together (`banmian.reading.feature_parts`). Then
everything else finds its story: a head that begins nothing is a subhead where the
text goes on around it, or a kicker or deck that stands apart; bylines go by their neighbours and by who has signed
(`banmian.reading.bylines`), captions by their neighbours and their words (`banmian.reading.captions`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from banmian.grammar.datelines import is_closing, opens_story
from banmian.grammar.kickers import introduces
from banmian.grammar.notes import is_note
from banmian.grammar.rubrics import ends_with_rubric, is_rubric, is_title_of_briefs, stands_over_head
from banmian.language import Statistics
from banmian.language.topics import Topics
from banmian.model import Block, Page, Role
from banmian.reading import links
from banmian.reading.briefs import opens_own_story
from banmian.reading.bylines import give_bylines
from banmian.reading.captions import give_captions
from banmian.reading.drafts import Draft, Placed
from banmian.reading.feature_parts import gather_parts
from banmian.reading.heads_in_row import heads_apart
from banmian.reading.jump_lines import comes_from
from banmian.reading.links_heads import COLUMN, label_of
from banmian.reading.links_kinds import HEADS
from banmian.reading.looks import Look, look
from banmian.reading.marks import SENTENCE_ENDS
from banmian.reading.weights import Weights
from banmian.stages.lines import em

# Share of a head's weight that a story must explain for a head that stands apart to be taken for its kicker, deck or
# subhead.
LEAST_SHARE = 0.12
# What a share of 1 is worth against the evidence for a cut, and how much better another story must explain a head that
# stands beside the heads of one, or inside of it, for it to go there. 0.02 to 0.15 were tried on dev: all within half a
# point of clean.
SHARE_NATS, FAR_BETTER = 4.0, 0.1
# Likeness, in nats, that a chain without a head must have to a story to join it. 16 is better than 6, and no worse
# than 10, on the pages for fitting, on dev and on printed pages; 25 is no better on the last two.
LEAST_LIKENESS = 16.0
# A single line no longer than this, with no stop, is a piece of a folio or of a rubric (版次, 栏题).
SCRAP_EM = 4.0
# Body blocks linked at a time: no newspaper page holds more paragraphs, and the work grows with their square.
MOST_BLOCKS = 320


@dataclass(frozen=True, slots=True)
class Story:
    """A story: blocks by what they are.

    Args:
        heads: its heads in the order of the text; which is kicker, headline or deck is told later
            (`banmian.reading.headings`).
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
    look_at = partial(look, statistics=statistics, topics=topics, weights=weights)
    found: list[Story] = []
    left: list[Block] = []
    for part in _parts(blocks):
        seen = look_at(part)
        if page is not None:
            seen = heads_apart(seen, page, look_at)
        drafts, rest = _Page(seen).drafts(seen)
        found += [_story(draft, seen.blocks) for draft in drafts]
        left += [seen.blocks[i] for i in rest]
    return tuple(found), tuple(left)


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


class _Page(Placed):
    """The blocks of one page while they are put together."""

    def __init__(self, found: Look) -> None:
        super().__init__(found.blocks)
        self.choice, self.links, self.scores = found.choice, found.links, found.scores
        self.bodies = self.links.bodies
        self.alone = found.seen.beside.share  # (groups, bodies) how much of a group's weight each block alone explains
        self.rows = {i: row for row, i in enumerate(self.bodies)}
        # Where a run of heads could be cut: the row of the evidence, by the block that the cut is behind.
        self.gaps = {h: row for row, h in enumerate(h for run in self.links.runs for h in run[:-1])}

    def _comes_from(self, i: int) -> bool:
        return comes_from(self.blocks[i].lines[0].text)

    def drafts(self, found: Look) -> tuple[list[Draft], list[int]]:
        """The stories in the order of the page, and the blocks that are left."""
        drafts = self._drafts(found)
        gather_parts(self, drafts, self.links)
        self._heads(drafts)
        give_bylines(self, drafts, pictures=False)
        give_captions(self, drafts)
        give_bylines(self, drafts, pictures=True)
        rest = [i for i in range(len(self.blocks)) if i not in self.owner]
        drafts.sort(key=lambda draft: min([*draft.heads, *draft.order, *draft.bylines]))
        return drafts, rest

    def _drafts(self, found: Look) -> list[Draft]:
        """The chains of body blocks, each begun by a group of heads or by nothing."""
        m = len(self.bodies)
        drafts: list[Draft] = []
        orphans: list[Draft] = []
        for chain in found.chains():
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
        rows = [self._row(i) for i in one.order if self.blocks[i].role is Role.PARAGRAPH]
        columns = [self._row(i) for i in two.order if self.blocks[i].role is Role.PARAGRAPH]
        if not rows or not columns:
            return 0.0
        return float(self.links.likeness[np.ix_(rows, columns)].max())

    def _row(self, i: int) -> int:
        return self.rows[i]

    # --- heads that no story begins under

    def _heads(self, drafts: list[Draft]) -> None:
        """Heads that no story begins under become subheads, or go to a story that they stand by or are most about."""
        apart = []
        for row in self.choice.groups:
            group = self.links.groups[row]
            if group[0] not in self.owner and not self._as_subhead(group, row):
                apart.append((row, group))
        # Those first that the page explains best: what they are the kicker of takes no other one.
        apart.sort(key=lambda found: -float(self.links.share[found[0]].max(initial=0.0)))
        for row, group in apart:
            if self._is_title_of_stories(group):
                continue
            if not self._inside(group, row) and not self._beside(group, row):
                self._as_head(group, row, drafts)

    def _explains(self, row: int, group: tuple[int, ...]) -> int | None:
        """The body block that explains most of some heads, in the story that explains most; None if none does much.

        A story that has a kicker which leads on to its headline takes no other one.
        """
        share = self.links.share[row]
        likely = [i for i, body in enumerate(self.bodies) if body in self.owner and share[i] >= LEAST_SHARE]
        owned = [i for i in likely if not self._both(introduces, group, self.owner[self.bodies[i]].heads)]
        if not owned:
            return None
        draft = self.owner[self.bodies[max(owned, key=lambda i: float(share[i]))]]
        return max((i for i in draft.order if i in self.rows), key=lambda i: float(self.alone[row, self._row(i)]))

    def _named(self, group: tuple[int, ...]) -> int | None:
        """The first body block of the story right behind the name of a column, whose own words tell nothing."""
        draft = self.owner.get(group[-1] + 1)
        if draft is None or draft.order[:1] != [group[-1] + 1] or not self._is_column(group):
            return None
        return draft.order[0]

    def _is_column(self, group: tuple[int, ...]) -> bool:
        return all(label_of(links.text_of(self.blocks[h])) == COLUMN for h in group)

    def _inside(self, group: tuple[int, ...], row: int) -> bool:
        """Subheads that stand in a heap are dealt to the paragraphs of the story that explains most of them all."""
        best = self._explains(row, group)
        if best is None or any(self.blocks[h].role is not Role.SUBHEAD for h in group):
            return False
        draft = self.owner[best]
        places = [i for i in draft.order if i in self.rows and self.blocks[i].starts]
        if not places:
            return False
        for h in group:
            own = self.alone[self.links.groups.index((h,))]
            under = max(places, key=lambda i: float(own[self._row(i)]))
            self.place(draft, h, draft.order.index(under))
        draft.doubts.append(("head.apart", group[0]))
        return True

    def _beside(self, group: tuple[int, ...], row: int) -> bool:
        """A head next to the heads of a story belongs to it, where no other story explains it much better."""
        texts = [links.text_of(self.blocks[h]) for h in group]
        if self._is_boxed(group) or any(map(is_title_of_briefs, texts)):
            return False
        over = stands_over_head(texts[-1])  # what it stands over is behind it
        found: list[tuple[float, Draft]] = []
        for near, gap in ((group[0] - 1, group[0] - 1), (group[-1] + 1, group[-1]))[over:]:
            draft = self.owner.get(near)
            if draft is None or near not in draft.heads or gap not in self.gaps:
                continue
            if self._both(ends_with_rubric, group, draft.heads) or self._both(introduces, group, draft.heads):
                continue
            worth = SHARE_NATS * self._own_share(row, draft) - float(self.scores.cut[self.gaps[gap]])
            found.append((worth, draft))
        if not found:
            return False
        _, draft = max(found, key=lambda side: side[0])
        if self._far_better(row, draft):
            return False
        draft.heads += group
        self.owner |= dict.fromkeys(group, draft)
        draft.doubts.append(("head.beside", group[0]))
        return True

    def _as_subhead(self, group: tuple[int, ...], row: int) -> bool:
        """Heads right before a paragraph in the middle of a story are its subheads (小标题); there may be several.

        What looks like a headline is none where another story explains it much better.
        """
        skipped = (Role.FOLIO, Role.CAPTION, Role.BYLINE, Role.SUBHEAD)
        after = self.neighbour(group[-1], 1, skipped)
        if after is None or self.blocks[after].role is not Role.PARAGRAPH:
            return False
        boxed = self._is_boxed(group)
        if not self.blocks[after].starts and not boxed:
            return False
        draft = self.owner.get(after)  # none: a scrap of a line, left for the furniture
        if draft is None:
            return False
        at = draft.order.index(after)
        before = self.neighbour(group[0], -1, skipped)
        same = before is not None and self.owner.get(before) is draft
        sub = any(self.blocks[h].role is Role.SUBHEAD for h in group)
        if not sub and (not same or self._far_better(row, draft)):
            return False
        if at == 0 and not ((sub or boxed) and draft.heads):
            return False
        for offset, h in enumerate(group):
            self.place(draft, h, at + offset)
        return True

    def _is_boxed(self, group: tuple[int, ...]) -> bool:
        """Whether heads are rubrics of boxes (核心阅读), which are never among the heads of a story."""
        return all(is_rubric(links.text_of(self.blocks[h])) for h in group)

    def _is_title_of_stories(self, group: tuple[int, ...]) -> bool:
        """Whether heads are a title such as briefs stand under, but over stories, of none of which it is a head."""
        if not all(is_title_of_briefs(links.text_of(self.blocks[h])) for h in group):
            return False
        below = self.neighbour(group[-1], 1, HEADS)
        return below is not None and opens_own_story(self.blocks[below].lines[0].text)

    def _own_share(self, row: int, draft: Draft) -> float:
        """The largest share of some heads that a block of a story explains."""
        return max((float(self.links.share[row, self._row(i)]) for i in draft.order if i in self.rows), default=0.0)

    def _far_better(self, row: int, draft: Draft) -> bool:
        """Whether any block explains some heads much better than a story does."""
        return float(self.links.share[row].max(initial=0.0)) - self._own_share(row, draft) > FAR_BETTER

    def _both(self, kind: Callable[[str], bool], one: Sequence[int], two: Sequence[int]) -> bool:
        """Whether there is a head of a kind both among some and among others: a story has one of these at most."""
        return all(any(kind(links.text_of(self.blocks[h])) for h in heads) for heads in (one, two))

    def _as_head(self, group: tuple[int, ...], row: int, drafts: list[Draft]) -> None:
        """A head that stands apart goes to the story that explains most of it.

        It stands there as a subhead inside, or on top as a kicker or deck.
        """
        best = self._explains(row, group)
        best = self._named(group) if best is None else best
        if best is None or not drafts:
            return
        draft = self.owner[best]
        at = draft.order.index(best)
        inside = any(self.blocks[h].role is Role.SUBHEAD for h in group)
        inside = inside or self._both(ends_with_rubric, group, draft.heads)
        if (inside and at > 0) or self._is_boxed(group):
            for offset, h in enumerate(group):
                self.place(draft, h, at + offset)
        else:
            draft.heads += group
        self.owner |= dict.fromkeys(group, draft)
        draft.doubts.append(("head.apart", group[0]))
