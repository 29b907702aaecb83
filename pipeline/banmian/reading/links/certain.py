"""What is as good as certain about the links of a page, and no page for fitting could teach: signatures and jump lines.

A story is signed once, by a byline under its heads or by the dateline that it opens with. And what a jump line (转版)
says is true: what comes from another page goes on from nothing here, and what goes to one in nothing. A dateline in
brackets of its own (（本报柳湾1月5日电）) ends a story, and so do the names under a picture story (某某摄影报道). No
story begins with a paragraph that is nothing but a note in brackets (（作者为柳湾中学校长）). The rubric of a box
(核心阅读) is a subhead, and stands among no other heads of a story, nor does the title that briefs stand under
(资讯速递); of those heads, no two end with a rubric in brackets, and the rubric is no head by itself; no two are
kickers that lead on to a headline (某某强调), and no story begins under such a kicker without the head behind it. The
note of the editors (编者按：) opens its story, and nothing else stands before the salutation of a letter. The text of
briefs goes on from one to the next under their common title.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from banmian.grammar.captions import signs_picture_story
from banmian.grammar.datelines import is_closing
from banmian.grammar.kickers import introduces
from banmian.grammar.notes import is_editors_note, is_note, is_salutation
from banmian.grammar.rubrics import ends_with_rubric, is_rubric, is_title_of_briefs
from banmian.model import Block, Role
from banmian.reading.jump_lines import comes_from, goes_to
from banmian.reading.links import items
from banmian.reading.links.assignment import FORBIDDEN, Floats, Scores
from banmian.reading.links.survey import Survey, text_of
from banmian.reading.stories.briefs import briefs

# How much less a head with a byline is taken to stand over a body that opens with a dateline.
SIGNED_TWICE = 2.0
# How much less a head is taken to stand over what comes from another page (上接第1版), if not right before it.
HEAD_OF_REST = 4.0
# How much less heads are taken to begin no story than the weights have it. They were fitted to pages read by a network
# each that had not seen them, where more lines are wrongly heads than several networks find. 0.3 and 0.4 are better
# than nothing on dev, on printed pages and on the pages for fitting; 0.8 is worse on pages whose columns were mixed.
ALONE = 0.3
# How much more the title of briefs (一句话新闻) is taken to stand over the first of some items (●).
OVER_ITEMS = 4.0
# More than any evidence, for what a jump line says.
AT_ITS_WORD = 30.0


@dataclass(frozen=True, slots=True, eq=False)
class Certain:
    """What to add to the scores of the links of a page (see `Scores` for the shapes)."""

    body: Floats
    head: Floats

    def added(self, scores: Scores) -> Scores:
        """The scores with this, and with what heads that begin no story are worth less."""
        return replace(scores, body=scores.body + self.body, head=scores.head + self.head, lone=scores.lone - ALONE)


def certain(blocks: Sequence[Block], seen: Survey) -> Certain:
    """What is certain about the links between blocks, whatever has been chosen before."""
    bodies, groups = seen.bodies.indices, seen.heads.groups
    body = np.zeros((len(bodies), len(bodies)))
    head = np.zeros((len(groups), len(bodies)))
    texts = {h: text_of(blocks[h]) for run in seen.heads.runs for h in run}
    told = [text_of(blocks[i]) for i in bodies]
    closing = [_closes(text) for text in told]
    body[closing, :] = FORBIDDEN
    head[:, [closes or is_note(text) for closes, text in zip(closing, told, strict=True)]] = FORBIDDEN
    head[_impossible(groups, texts)] = FORBIDDEN
    behind = np.array([group[-1] + 1 for group in groups], dtype=np.intp)
    signed = [i < len(blocks) and blocks[i].role is Role.BYLINE for i in behind.tolist()]
    head[np.ix_(signed, seen.bodies.opens == 1)] -= SIGNED_TWICE
    found = Certain(body, head)
    _follow_items(found, seen, texts)
    _follow_salutations(found, bodies, told)
    _follow_jumps(found, blocks, seen, texts)
    _follow_briefs(found, blocks, seen)
    return found


def _follow_items(found: Certain, seen: Survey, texts: Mapping[int, str]) -> None:
    """Add that the title of briefs stands over items."""
    titled = [any(is_title_of_briefs(texts[h]) for h in group) for group in seen.heads.groups]
    found.head[np.ix_(titled, seen.bodies.items == items.BEGUN)] += OVER_ITEMS


def _follow_salutations(found: Certain, bodies: Sequence[int], told: Sequence[str]) -> None:
    """Add that a letter goes on behind its salutation (编辑同志：), and that only a note (编者按：) stands before that.

    Of 7 notes and 13 salutations on the pages for fitting, no other one stands within a story.
    """
    noted = np.array([is_editors_note(text) for text in told], dtype=bool)
    found.body[:, noted] = FORBIDDEN
    for row, text in enumerate(told):
        if not is_salutation(text):
            continue
        found.body[~noted, row] -= AT_ITS_WORD
        if row + 1 < len(bodies) and bodies[row + 1] == bodies[row] + 1:
            found.body[row, row + 1] += AT_ITS_WORD


def _impossible(groups: Sequence[tuple[int, ...]], texts: Mapping[int, str]) -> list[bool]:
    """Which heads begin no story together, by their words; a jump line in the place of a head may begin one."""
    notes = {h for h, text in texts.items() if is_note(text) and not comes_from(text)}
    alone = {h for h, text in texts.items() if is_rubric(text) or is_title_of_briefs(text)}
    others = texts.keys() - alone
    leading = {h for h, text in texts.items() if introduces(text)}
    one_each = ({h for h, text in texts.items() if ends_with_rubric(text)}, leading)
    return [
        notes.issuperset(group)
        or (leading.issuperset(group) and group[-1] + 1 in others)
        or (len(group) > 1 and not alone.isdisjoint(group))
        or any(len(kind.intersection(group)) > 1 for kind in one_each)
        for group in groups
    ]


def _follow_jumps(found: Certain, blocks: Sequence[Block], seen: Survey, texts: Mapping[int, str]) -> None:
    """Add what jump lines say: one in the place of a head (上接第1版《…》) stands over the block behind it alone."""
    bodies = seen.bodies.indices
    rest = [comes_from(blocks[i].lines[0].text) for i in bodies]
    under = {h + 1 for h, text in texts.items() if comes_from(text)}
    found.body[:, [comes or i in under for i, comes in zip(bodies, rest, strict=True)]] = FORBIDDEN
    found.body[[goes_to(blocks[i].lines[-1].text) for i in bodies], :] = FORBIDDEN
    behind = np.array([group[-1] + 1 for group in seen.heads.groups], dtype=np.intp)
    right_behind = behind[:, None] == np.array(bodies, dtype=np.intp)
    found.head[~right_behind & np.array(rest, dtype=bool)] -= HEAD_OF_REST
    for row, group in enumerate(seen.heads.groups):
        if any(h + 1 in under for h in group):
            found.head[row] = np.where(right_behind[row], found.head[row] + AT_ITS_WORD, FORBIDDEN)


def _follow_briefs(found: Certain, blocks: Sequence[Block], seen: Survey) -> None:
    """Add that the text of briefs goes on from one to the next, below their common title and over their heads."""
    owners = [i for i, block in enumerate(blocks) for _ in block.lines]
    lines = [line.text for block in blocks for line in block.lines]
    heads = {owners[line] for line in briefs(lines).heads if blocks[owners[line]].role is Role.SUBHEAD}
    if not heads:
        return
    row = {group: number for number, group in enumerate(seen.heads.groups)}
    column = {i: number for number, i in enumerate(seen.bodies.indices)}
    above = -1  # the common title, or the end of the brief before
    for i in sorted(heads):
        above = above if i - 1 in heads else i - 1
        if i + 1 in column and above in column:
            found.body[column[above], column[i + 1]] += AT_ITS_WORD
        elif i + 1 in column and (above,) in row:
            found.head[row[above,], column[i + 1]] += AT_ITS_WORD
    for group, number in row.items():
        if not heads.isdisjoint(group):
            found.head[number] = FORBIDDEN


def _closes(text: str) -> bool:
    """Whether a text is the dateline in brackets that ends a story, or the names that do, and nothing else."""
    return is_closing(text) or signs_picture_story(text)
