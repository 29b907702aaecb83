"""Heads that no story begins under find their story: subheads inside of one, a kicker or a deck that stood apart.

A head right before a paragraph in the middle of a story is its subhead, and subheads that stand in a heap are dealt to
the paragraphs that explain them. What else is left is mostly a head of a story that has others, or of one whose
beginning was missed: what speaks for each story of the page is added up (`banmian.reading.stories.claims`), and that
with the most has it:

- `shared`: the share of the words of the head that one block of the story explains;
- `better`: how much more that is than in any other story;
- `most`: no other story explains as much;
- `topic`: the odds of being about the same;
- `beside`: a head of the story stands beside it, and `cut`: the evidence for a cut between the two;
- `over text`: the text of the story stands right behind it;
- `two heads`, `more heads`: the story has so many already;
- `far from head`, `far`: log(1 + blocks) to the nearest head of the story, and to the nearest of all its blocks;
- `read far from head`, `read far`: log(1 + lines) to the same as the extractor read them, columns mixed;

and for its being the head of no story, or of one that was not found: `always`, and that it begins as a `deck` or ends
as a `kicker`. When these heads went to the heads beside them, and to the story that shared most words else, 0.66 found
theirs on printed pages of other make-ups, and 0.40 of those of other papers; with claims 0.73 and 0.56. Tried besides
and worth nothing: what breaks between the heads are like, whether the story has any, whether a dateline opens it, how
much better its topic fits than that of others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from math import log, log1p

import numpy as np
from numpy.typing import NDArray

from banmian.grammar.kickers import introduces
from banmian.grammar.rubrics import ends_with_rubric, is_rubric, is_title_of_briefs, stands_over_head
from banmian.language.topics import head_subject_odds, subjects
from banmian.model import Role
from banmian.reading.links.heads import begins_as_deck, ends_as_kicker
from banmian.reading.links.kinds import HEADS
from banmian.reading.links.looks import Look
from banmian.reading.links.survey import text_of
from banmian.reading.stories.briefs import opens_own_story
from banmian.reading.stories.claims import Claim, Evidence, worths
from banmian.reading.stories.drafts import NOWHERE, Draft, Placed, nearest

# Share of a head's weight that a story must explain for subheads that stand in a heap to be its own, and how much
# better another story must explain what looks like a headline, and stands in a story, for it to be no subhead there.
# 0.02 to 0.15 were tried on dev: all within half a point of clean.
LEAST_SHARE, FAR_BETTER = 0.12, 0.1

# What goes to a story with less probability is left: given to a wrong one it makes that wrong too. 0.4 to 0.6 were
# tried: all within a point of clean.
LEAST = 0.4


def give_heads(placed: Placed, found: Look, drafts: Sequence[Draft]) -> None:
    """Give heads that no story begins under to stories: as subheads, or as a kicker or deck.

    What had to be guessed is a doubt more of its story.

    Args:
        placed: the blocks, those of `drafts` among them.
        found: what was chosen for them.
        drafts: the stories, as chains of body blocks with the heads that they begin under.
    """
    if drafts:
        _Lone(placed, found, drafts).give()


def head_claims(placed: Placed, found: Look, drafts: Sequence[Draft]) -> list[Claim]:
    """What speaks for each story having each head that no story begins under, before any has one.

    Subheads that stand where they belong are put there. The arguments are those of `give_heads`.
    """
    if not drafts:
        return []
    lone = _Lone(placed, found, drafts)
    return [lone.claim(group, row) for row, group in lone.apart()]


class _Lone:
    """The heads of a page that no story begins under, while they are given to stories."""

    def __init__(self, placed: Placed, found: Look, drafts: Sequence[Draft]) -> None:
        self.placed, self.blocks, self.owner = placed, placed.blocks, placed.owner
        self.found, self.links, self.drafts = found, found.links, drafts
        self.alone = found.seen.beside.share  # (groups, bodies) how much of a group's weight each block alone explains
        self.rows = {i: row for row, i in enumerate(self.links.bodies)}
        # Where a run of heads could be cut: the row of the evidence, by the block that the cut is behind.
        self.gaps = {h: row for row, h in enumerate(h for run in self.links.runs for h in run[:-1])}

    def give(self) -> None:
        """Give all of them."""
        apart = self.apart()
        # Those first that the page explains best: what they are the kicker of takes no other one.
        apart.sort(key=lambda found: -float(self.links.share[found[0]].max(initial=0.0)))
        for row, group in apart:
            if not self._is_title_of_stories(group) and not self._inside(group, row):
                self._as_head(group, row)

    def apart(self) -> list[tuple[int, tuple[int, ...]]]:
        """Those that are no subheads where they stand, each with its number; the others are placed."""
        apart = []
        for row in self.found.choice.groups:
            group = self.links.groups[row]
            if group[0] not in self.owner and not self._as_subhead(group, row):
                apart.append((row, group))
        return apart

    @cached_property
    def _topic(self) -> NDArray[np.float32]:
        """The odds that each group and each story are about the same, shape (groups, stories), before any is given."""
        bodies = self.found.seen.bodies
        member = np.zeros((len(self.drafts), len(self.links.bodies)), dtype=np.float32)
        for number, draft in enumerate(self.drafts):
            member[number, self._rows(draft)] = 1.0
        return head_subject_odds(self.found.seen.heads.group_about, subjects(member @ bodies.vectors, bodies.common))

    def _rows(self, draft: Draft) -> list[int]:
        """The body blocks of a story, as rows of `Links.bodies`."""
        return [self.rows[i] for i in draft.order if i in self.rows]

    # --- subheads

    def _as_subhead(self, group: tuple[int, ...], row: int) -> bool:
        """Heads right before a paragraph in the middle of a story are its subheads (小标题); there may be several.

        What looks like a headline is none where another story explains it much better.
        """
        skipped = (Role.FOLIO, Role.CAPTION, Role.BYLINE, Role.SUBHEAD)
        after = self.placed.neighbour(group[-1], 1, skipped)
        if after is None or self.blocks[after].role is not Role.PARAGRAPH:
            return False
        boxed = self._is_boxed(group)
        if not self.blocks[after].starts and not boxed:
            return False
        draft = self.owner.get(after)  # none: a scrap of a line, left for the furniture
        if draft is None:
            return False
        at = draft.order.index(after)
        before = self.placed.neighbour(group[0], -1, skipped)
        same = before is not None and self.owner.get(before) is draft
        sub = any(self.blocks[h].role is Role.SUBHEAD for h in group)
        if not sub and (not same or self._far_better(row, draft)):
            return False
        if at == 0 and not ((sub or boxed) and draft.heads):
            return False
        self._put_inside(draft, group, at)
        return True

    def _inside(self, group: tuple[int, ...], row: int) -> bool:
        """Subheads that stand in a heap are dealt to the paragraphs of the story that explains most of them all."""
        share = self.links.share[row]
        likely = [i for i, body in enumerate(self.links.bodies) if body in self.owner and share[i] >= LEAST_SHARE]
        if not likely or any(self.blocks[h].role is not Role.SUBHEAD for h in group):
            return False
        draft = self.owner[self.links.bodies[max(likely, key=lambda i: float(share[i]))]]
        places = [i for i in draft.order if i in self.rows and self.blocks[i].starts]
        if not places:
            return False
        for h in group:
            own = self.alone[self.links.groups.index((h,))]
            under = max(places, key=lambda i: float(own[self.rows[i]]))
            self.placed.place(draft, h, draft.order.index(under))
        draft.doubts.append(("head.apart", group[0]))
        return True

    def _put_inside(self, draft: Draft, group: Sequence[int], at: int) -> None:
        for offset, h in enumerate(group):
            self.placed.place(draft, h, at + offset)

    def _own_share(self, row: int, draft: Draft) -> float:
        """The largest share of some heads that a block of a story explains."""
        return max((float(self.links.share[row, i]) for i in self._rows(draft)), default=0.0)

    def _far_better(self, row: int, draft: Draft) -> bool:
        """Whether any block explains some heads much better than a story does."""
        return float(self.links.share[row].max(initial=0.0)) - self._own_share(row, draft) > FAR_BETTER

    # --- kickers and decks

    def _as_head(self, group: tuple[int, ...], row: int) -> None:
        """A head that stands apart goes to the story that most speaks for; it may be a subhead inside of it.

        Args:
            group: the heads.
            row: their number.
        """
        claim = self.claim(group, row)
        score = worths()[claim.kind].of_stories(claim)
        # No second kicker for what a kicker leads on to.
        score[[self._both(introduces, group, draft) for draft in self.drafts]] = -np.inf
        nobody = worths()[claim.kind].of_nobody(claim)
        if max(score) - np.logaddexp.reduce([*score, nobody]) < log(LEAST):
            return
        best = int(np.argmax(score))
        draft, beside = self.drafts[best], bool(claim.evidence["beside"][best])
        rows = self._rows(draft)
        at = draft.order.index(self.links.bodies[max(rows, key=lambda i: float(self.alone[row, i]))]) if rows else 0
        sub = any(self.blocks[h].role is Role.SUBHEAD for h in group) or self._both(ends_with_rubric, group, draft)
        if (sub and at > 0 and not beside) or self._is_boxed(group):
            self._put_inside(draft, group, at)
        else:
            draft.heads += group
            self.owner |= dict.fromkeys(group, draft)
        draft.doubts.append(("head.beside" if beside else "head.apart", group[0]))

    def claim(self, group: tuple[int, ...], row: int) -> Claim:
        """What speaks for each story having some heads, and for none.

        Args:
            group: the heads.
            row: their number.
        """
        sides, away = self._sides(group), self.placed.lines_away(group)
        cuts = [next((cut for near, cut in sides if near in draft.heads), None) for draft in self.drafts]
        shares = [self._own_share(row, draft) for draft in self.drafts]
        best, second = [*sorted(shares, reverse=True), 0.0][:2]
        heads = np.array([len(draft.heads) for draft in self.drafts])
        evidence: Evidence = {
            "shared": shares,
            "better": [share - (second if share == best else best) for share in shares],
            "most": [share == best and share > 0.0 for share in shares],
            "topic": self._topic[row],
            "beside": [cut is not None for cut in cuts],
            "cut": [cut or 0.0 for cut in cuts],
            "over text": [draft.order[:1] == [group[-1] + 1] for draft in self.drafts],
            "two heads": heads == 2,
            "more heads": heads > 2,
            "far from head": [_distance(group, draft.heads) for draft in self.drafts],
            "far": [_distance(group, [*draft.heads, *draft.order]) for draft in self.drafts],
            "read far from head": [nearest(away, draft.heads) for draft in self.drafts],
            "read far": [nearest(away, [*draft.heads, *draft.order]) for draft in self.drafts],
        }
        first, last = text_of(self.blocks[group[0]]), text_of(self.blocks[group[-1]])
        nobody = {"always": 1.0, "deck": begins_as_deck(first), "kicker": ends_as_kicker(last)}
        return Claim("head", group, evidence, nobody)

    def _sides(self, group: tuple[int, ...]) -> list[tuple[int, float]]:
        """The heads beside some heads in their run, each with the evidence for a cut between.

        What stands over heads (药师手记) is beside those behind it alone; titles and rubrics of boxes are beside none.
        """
        texts = [text_of(self.blocks[h]) for h in group]
        if self._is_boxed(group) or any(map(is_title_of_briefs, texts)):
            return []
        # Each head beside, and the block that the cut would be behind.
        sides = ((group[0] - 1, group[0] - 1), (group[-1] + 1, group[-1]))[stands_over_head(texts[-1]) :]
        return [(near, float(self.found.scores.cut[self.gaps[gap]])) for near, gap in sides if gap in self.gaps]

    def _is_boxed(self, group: tuple[int, ...]) -> bool:
        """Whether heads are rubrics of boxes (核心阅读), which are never among the heads of a story."""
        return all(is_rubric(text_of(self.blocks[h])) for h in group)

    def _is_title_of_stories(self, group: tuple[int, ...]) -> bool:
        """Whether heads are a title such as briefs stand under, but over stories, of none of which it is a head."""
        if not all(is_title_of_briefs(text_of(self.blocks[h])) for h in group):
            return False
        below = self.placed.neighbour(group[-1], 1, HEADS)
        return below is not None and opens_own_story(self.blocks[below].lines[0].text)

    def _both(self, kind: Callable[[str], bool], group: Sequence[int], draft: Draft) -> bool:
        """Whether there is a head of a kind both among some and among those of a story, which has one at most."""
        return all(any(kind(text_of(self.blocks[h])) for h in heads) for heads in (group, draft.heads))


def _distance(group: Sequence[int], others: Sequence[int]) -> float:
    """Log(1 + blocks) between some heads and the nearest of other blocks."""
    return log1p(min((abs(h - other) for h in group for other in others), default=NOWHERE))
