"""Bylines find their stories: by where they stand, and by who has signed already."""

from __future__ import annotations

import re
from collections.abc import Sequence

from banmian.grammar.bylines import parse_byline, sign_off
from banmian.grammar.datelines import is_closing, opens_story
from banmian.grammar.names import read_names
from banmian.model import Role
from banmian.reading.drafts import Draft, Placed
from banmian.reading.links import text_of

# Who wrote and photographed a story of pictures signs behind its captions.
PICTURE_STORY = re.compile("摄影报道|攝影報道")

# How much further what stands behind a byline is than what stands as many blocks before it. A choice among all stories
# of the page that was fitted to the pages for fitting has 1.5 for bylines, and more for names in brackets.
AHEAD = 1.5


def give_bylines(placed: Placed, drafts: Sequence[Draft], *, pictures: bool) -> None:
    """Give bylines to their stories: those of picture stories once the captions have theirs, the others before.

    Bare names come first: in brackets they sign the text that they stand behind, where a byline may stand under a
    wrong head. Names of those who helped (某某参与采写) do not.
    """
    found = [
        i
        for i, block in enumerate(placed.blocks)
        if block.role is Role.BYLINE and bool(PICTURE_STORY.search(block.lines[-1].text)) is pictures
    ]
    waiting = []
    for i in sorted(found, key=lambda i: read_names(_byline_text(placed, i).strip("（()）")) is None):
        draft = _byline_owner(placed, i)
        if draft is None:
            waiting.append(i)
        else:
            draft.bylines.append(i)
            placed.owner[i] = draft
    for i in waiting:
        tagline = _is_tagline(placed, i)
        free = [d for d in drafts if d.heads and not d.bylines and not signs_itself(placed, d, closing=tagline)]
        if not free:
            continue
        draft = min(free, key=lambda d: min(_distance(i, j) for j in [*d.heads, *d.order]))
        draft.bylines.append(i)
        draft.doubts.append(("byline.apart", i))
        placed.owner[i] = draft


def _distance(byline: int, i: int) -> float:
    """How far a byline stands from a block."""
    return byline - i if i < byline else AHEAD * (i - byline)


def signs_itself(placed: Placed, draft: Draft, *, closing: bool = False) -> bool:
    """Whether a story opens with a dateline, which mostly names its reporters, or its last paragraph ends with names.

    With `closing` also whether it ends with a dateline in brackets: of 74 such stories with gold, on the pages for
    fitting and on dev, none is signed by names in brackets.
    """
    if draft.order and opens_story(placed.blocks[draft.order[0]].lines[0].text):
        return True
    if draft.order and sign_off(text_of(placed.blocks[draft.order[-1]])) is not None:
        return True
    return closing and any(is_closing(text_of(placed.blocks[i])) for i in draft.order[-2:])


def _is_tagline(placed: Placed, i: int) -> bool:
    """Whether a byline stands in brackets, as behind a text."""
    byline = parse_byline(_byline_text(placed, i))
    return byline is not None and byline.kind == "tagline"


def _byline_text(placed: Placed, i: int) -> str:
    return " ".join(line.text for line in placed.blocks[i].lines)


def _byline_owner(placed: Placed, i: int) -> Draft | None:
    """The story that a byline stands with: under its head, before its first paragraph, or behind its last."""
    tagline = _is_tagline(placed, i)
    if not tagline and (beside := _headed_in_turn(placed, i)) is not None:
        return beside
    before, after = placed.neighbour(i, -1, (Role.FOLIO,)), placed.neighbour(i, 1, (Role.FOLIO,))
    if before is not None and before in placed.owner:
        draft = placed.owner[before]
        role = placed.blocks[before].role
        if tagline and role is Role.PARAGRAPH and _last(draft, before):
            return None if signs_itself(placed, draft, closing=True) else draft
        if role is Role.CAPTION and not draft.bylines and PICTURE_STORY.search(placed.blocks[i].lines[-1].text):
            return draft
        if before in draft.heads and not draft.bylines and not signs_itself(placed, draft, closing=tagline):
            return draft
    if after is not None and after in placed.owner and not tagline:
        draft = placed.owner[after]
        if draft.order and draft.order[0] == after and not draft.bylines and not signs_itself(placed, draft):
            return draft
    if before is not None and before in placed.owner and placed.blocks[before].role is Role.PARAGRAPH:
        draft = placed.owner[before]
        if _last(draft, before) and not draft.bylines and not signs_itself(placed, draft):
            return draft
    return None


def _headed_in_turn(placed: Placed, i: int) -> Draft | None:
    """The story of a byline among others that follow the heads of as many stories: they do so in the same order."""
    first = last = i
    while placed.role(first - 1) is Role.BYLINE:
        first -= 1
    while placed.role(last + 1) is Role.BYLINE:
        last += 1
    headed: list[Draft] = []
    at = first - 1
    while (draft := placed.owner.get(at)) is not None and at in draft.heads:
        if draft not in headed and not signs_itself(placed, draft):
            headed.insert(0, draft)
        at -= 1
    if first == last or len(headed) != last - first + 1:
        return None
    draft = headed[i - first]
    return None if draft.bylines else draft


def _last(draft: Draft, i: int) -> bool:
    return bool(draft.order) and draft.order[-1] == i
