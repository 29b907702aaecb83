"""Captions find their stories: by their neighbours and their words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from banmian.model import Role
from banmian.reading.drafts import Draft, Placed
from banmian.reading.lexical import pair_codes, presence
from banmian.reading.links import text_of

# What standing right behind or right before a story is worth to a caption, in shares of its pairs of characters that
# a story has. On the pages for fitting the text that belongs to a caption follows it in 78 of 100 cases and comes
# before it in 57 (both in 48).
BEFORE_CAPTION, AFTER_CAPTION = 0.25, 0.45
# What it is worth in the same measure that a story beside a caption is short: of the stories of more than three
# paragraphs on the pages for fitting 1 in 520 has the credit of a picture, of the shorter ones 1 in 7.
SHORT_STORY, SHORT_PARAGRAPHS = 0.35, 3


def give_captions(placed: Placed, drafts: Sequence[Draft]) -> None:
    """Give captions to the stories that they stand beside and share words with."""
    captions = [(i, block) for i, block in enumerate(placed.blocks) if block.role is Role.CAPTION]
    if not captions or not drafts:
        return
    parts = [(number, i) for number, draft in enumerate(drafts) for i in [*draft.heads, *draft.order]]
    codes, part = pair_codes([text_of(placed.blocks[i]) for _, i in parts])
    owner = np.array([number for number, _ in parts], dtype=np.intp)[part]
    short = np.array([SHORT_STORY * _short(placed, draft) for draft in drafts])
    for i, block in captions:
        # A byline behind a caption ends what it belongs to; one before it stands under the head.
        sides = [
            placed.neighbour(i, -1, (Role.FOLIO, Role.BYLINE)),
            placed.neighbour(i, 1, (Role.FOLIO, Role.CAPTION)),
        ]
        near = [placed.owner.get(j) if j is not None else None for j in sides]
        own = np.unique(pair_codes([text_of(block)])[0])
        shared = presence(codes, owner, len(drafts), own).mean(axis=1) if own.size else np.zeros(len(drafts))
        beside = np.array([BEFORE_CAPTION * (d is near[0]) + AFTER_CAPTION * (d is near[1]) for d in drafts])
        best = drafts[int(np.argmax(shared + beside + short * (beside > 0)))]
        before, after = sides
        if after is not None and after in best.order:
            placed.place(best, i, best.order.index(after))
        elif before is not None and before in best.order:
            placed.place(best, i, best.order.index(before) + 1)
        else:
            placed.place(best, i)


def _short(placed: Placed, draft: Draft) -> bool:
    """Whether a story has few paragraphs, as those have that stand beside a picture."""
    return sum(placed.blocks[i].starts for i in draft.order) <= SHORT_PARAGRAPHS
