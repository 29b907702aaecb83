"""What is as good as certain about the links of a page, and no page for fitting could teach: signatures and jump lines.

A story is signed once, by a byline under its heads or by the dateline that it opens with. And what a jump line (转版)
says is true: what comes from another page goes on from nothing here, and what goes to one in nothing. A dateline in
brackets of its own (（本报柳湾1月5日电）) ends a story, and so do the names under a picture story (某某摄影报道). No
story begins with a paragraph that is nothing but a note in brackets (（作者为柳湾中学校长）). The rubric of a box
(核心阅读) is a subhead, and stands among no other heads of a story; of those, no two end with a rubric in brackets.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from banmian.grammar.captions import signs_picture_story
from banmian.grammar.datelines import is_closing
from banmian.grammar.rubrics import ends_with_rubric, is_rubric
from banmian.model import Block, Role
from banmian.reading.assignment import FORBIDDEN, Floats, Scores
from banmian.reading.jump_lines import comes_from, goes_to
from banmian.reading.links import Survey, text_of

# How much less a head with a byline is taken to stand over a body that opens with a dateline.
SIGNED_TWICE = 2.0
# How much less a head is taken to stand over what comes from another page (上接第1版), if not right before it.
HEAD_OF_REST = 4.0
# More than any evidence, for what a jump line says.
AT_ITS_WORD = 30.0


@dataclass(frozen=True, slots=True, eq=False)
class Certain:
    """What to add to the scores of the links of a page (see `Scores` for the shapes)."""

    body: Floats
    head: Floats

    def added(self, scores: Scores) -> Scores:
        """The scores, and this with them."""
        return replace(scores, body=scores.body + self.body, head=scores.head + self.head)


def certain(blocks: Sequence[Block], seen: Survey) -> Certain:
    """What is certain about the links between blocks, whatever has been chosen before."""
    bodies, groups = seen.bodies.indices, seen.heads.groups
    rest = [comes_from(blocks[i].lines[0].text) for i in bodies]
    leaving = [goes_to(blocks[i].lines[-1].text) for i in bodies]
    # A jump line in the place of a head (上接第1版《…》) stands over the block behind it, and over no other.
    texts = {h: text_of(blocks[h]) for run in seen.heads.runs for h in run}
    under = {h + 1 for h, text in texts.items() if comes_from(text)}
    body = np.zeros((len(bodies), len(bodies)))
    body[:, rest] = FORBIDDEN
    body[:, [i in under for i in bodies]] = FORBIDDEN
    body[leaving, :] = FORBIDDEN
    told = [text_of(blocks[i]) for i in bodies]
    closing = [_closes(text) for text in told]
    body[closing, :] = FORBIDDEN
    head = np.zeros((len(groups), len(bodies)))
    head[:, [closes or is_note(text) for closes, text in zip(closing, told, strict=True)]] = FORBIDDEN
    behind = np.array([group[-1] + 1 for group in groups], dtype=np.intp)
    signed = [i < len(blocks) and blocks[i].role is Role.BYLINE for i in behind.tolist()]
    head[np.ix_(signed, seen.bodies.opens == 1)] -= SIGNED_TWICE
    right_behind = behind[:, None] == np.array(bodies, dtype=np.intp)
    head[~right_behind & np.array(rest, dtype=bool)] -= HEAD_OF_REST
    rubrics = {h for h, text in texts.items() if is_rubric(text)}
    labelled = {h for h, text in texts.items() if ends_with_rubric(text)}
    for row, group in enumerate(groups):
        if len(group) > 1 and (not rubrics.isdisjoint(group) or len(labelled.intersection(group)) > 1):
            head[row] = FORBIDDEN
        if any(h + 1 in under for h in group):
            head[row] = np.where(right_behind[row], head[row] + AT_ITS_WORD, FORBIDDEN)
    return Certain(body, head)


# Of the 154 such paragraphs of the pages for fitting and for checking, none is the first of its story.
_NOTE = re.compile(r"[（(][^（()）]*[)）]")


def is_note(text: str) -> bool:
    """Whether a text is nothing but a note in brackets.

    >>> is_note("（作者为柳湾中学校长）"), is_note("（一）渡口通航（下）")
    (True, False)
    """
    return _NOTE.fullmatch(text) is not None


def _closes(text: str) -> bool:
    """Whether a text is the dateline in brackets that ends a story, or the names that do, and nothing else."""
    return is_closing(text) or signs_picture_story(text)
