"""Bylines find their stories: by where they stand, and by who has signed already.

A byline stands under the head of its story and over the text, or behind the text in brackets (tagline). But heads that
stand together put a wrong one right before it, and a text that another story ran into a wrong one right behind it. So
what speaks for each story of the page is added up, and all bylines of the page find their stories at once, each story
one if that may be. What speaks for a story (`banmian.reading.stories.claims`):

- `under head`: its head stands right before the byline;
- `over text`: its text stands right behind it;
- `in turn`: it is the story whose turn it is (see `_headed_in_turn`);
- `signed`: it names its reporters itself, or ends with a dateline in brackets;
- `far from head`, `far from text`: log(1 + blocks) to the next head before it, and to the first of its text;

and for its having names in brackets (`tagline`), besides `under head` and `signed`:

- `report`: it opens with a 本报讯 that names nobody;
- `behind text`: the last block of its text stands right before them;
- `far behind`, `far from end`: log(1 + blocks) to the next block before them, and to the last of its text.

When each went to what stood beside it, and to the nearest story else, 0.84 of 3,604 bylines on the pages for fitting
and on printed ones found theirs, with claims 0.88. Tried besides and worth nothing: how many paragraphs a story has,
whether it has a head, what stands beyond other bylines and captions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from banmian.grammar.bylines import parse_byline, sign_off
from banmian.grammar.datelines import is_closing, opens_story, parse_opening
from banmian.grammar.names import read_names
from banmian.matching import best_pairs
from banmian.model import Role
from banmian.reading.links.survey import text_of
from banmian.reading.stories.claims import Claim, Evidence, worths
from banmian.reading.stories.drafts import NOWHERE, Draft, Placed, blocks_behind

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

# Who wrote and photographed a story of pictures signs behind its captions.
PICTURE_STORY = re.compile("摄影报道|攝影報道")
_OPEN, _BRACKETS = ("（", "("), "（()）"

# What a second byline of a story costs, and how many more it may have: an extractor broke one in pieces.
AGAIN, MORE = 2.5, 2
# A byline that no story has so much for stays alone: given to a wrong one it makes two stories wrong.
LEAST, NEVER = -3.5, -1e6


def give_bylines(placed: Placed, drafts: Sequence[Draft], *, pictures: bool) -> None:
    """Give bylines to their stories: those of picture stories once the captions have theirs, the others before.

    A story that a byline does not stand beside has a doubt more; what no story has enough for is given to none.
    """
    claims = byline_claims(placed, drafts, pictures=pictures)
    if not claims:
        return
    found = [claim.blocks[0] for claim in claims]
    score = np.array([worths()[claim.kind].of_stories(claim) for claim in claims])
    taken = np.array([len(draft.bylines) for draft in drafts])
    taglines = [_is_tagline(placed, i) for i in found]
    for row, story in _owners(score, taken, taglines).items():
        i, draft = found[row], drafts[story]
        if not _stands_beside(placed, i, draft):
            draft.doubts.append(("byline.apart", i))
        draft.bylines.append(i)
        placed.owner[i] = draft


def _owners(score: Floats, taken: Ints, taglines: Sequence[bool]) -> dict[int, int]:
    """The story of each byline that has one: those that are worth the most together.

    Of 71 stories that a byline stands over and names in brackets behind, 7 have both: of others the less likely goes.

    Args:
        score: (bylines, stories) what speaks for each.
        taken: (stories,) how many each has already.
        taglines: which bylines are names in brackets.
    """
    count, stories = score.shape
    nobody = np.where(np.eye(count, dtype=bool), LEAST, NEVER)
    score = score.copy()
    while True:
        gain = np.hstack([*(score - AGAIN * (taken + more) for more in range(MORE + 1)), nobody])
        rows, columns = best_pairs(gain)
        given = {int(r): int(c) % stories for r, c in zip(rows, columns, strict=True) if c < stories * (MORE + 1)}
        rivals: dict[int, list[int]] = {}
        for row, story in given.items():
            rivals.setdefault(story, []).append(row)
        lost = [
            (row, story)
            for story, of in rivals.items()
            for row in of
            if taglines[row] != taglines[max(of, key=lambda other: float(score[other, story]))]
        ]
        if not lost:
            return given
        for row, story in lost:
            score[row, story] = NEVER


def byline_claims(placed: Placed, drafts: Sequence[Draft], *, pictures: bool) -> list[Claim]:
    """What speaks for each story having each byline, of picture stories or of others."""
    found = [
        i
        for i, block in enumerate(placed.blocks)
        if block.role is Role.BYLINE and bool(PICTURE_STORY.search(block.lines[-1].text)) is pictures
    ]
    if not found or not drafts:
        return []
    signed = np.array([signs_itself(placed, draft) for draft in drafts])
    brackets = [_in_brackets(placed, i) for i in found]
    behind = _signed_behind(placed, drafts, signed) if any(brackets) else {}
    return [
        _tagline_claim(placed, i, drafts, behind) if in_brackets else _byline_claim(placed, i, drafts, signed)
        for i, in_brackets in zip(found, brackets, strict=True)
    ]


def _signed_behind(placed: Placed, drafts: Sequence[Draft], signed: NDArray[np.bool_]) -> Evidence:
    """Whether stories that names in brackets stand behind are signed already, or are such as are signed so."""
    closed = np.array([closes(placed, draft) for draft in drafts])
    report = np.array([_is_unsigned_report(placed, draft) for draft in drafts])
    return {"signed": (signed & ~report) | closed, "report": report & ~closed}


def _byline_claim(placed: Placed, i: int, drafts: Sequence[Draft], signed: NDArray[np.bool_]) -> Claim:
    before, after = placed.neighbour(i, -1, (Role.FOLIO,)), placed.neighbour(i, 1, (Role.FOLIO,))
    over = after is not None and placed.role(after) is Role.PARAGRAPH
    turn = _headed_in_turn(placed, i)
    evidence: Evidence = {
        "under head": [_is_under(placed, before, draft) for draft in drafts],
        "over text": [over and after in draft.order for draft in drafts],
        "in turn": [draft is turn for draft in drafts],
        "signed": signed,
        "far from head": np.log1p([blocks_behind(i, draft.heads) for draft in drafts]),
        "far from text": np.log1p([abs(i - draft.order[0]) if draft.order else NOWHERE for draft in drafts]),
    }
    return Claim("byline", (i,), evidence)


def _tagline_claim(placed: Placed, i: int, drafts: Sequence[Draft], signed: Evidence) -> Claim:
    before = placed.neighbour(i, -1, (Role.FOLIO,))
    evidence: Evidence = {
        "under head": [before in draft.heads for draft in drafts],
        "behind text": [before in draft.order[-1:] for draft in drafts],
        **signed,
        "far behind": np.log1p([blocks_behind(i, [*draft.heads, *draft.order]) for draft in drafts]),
        "far from end": np.log1p([abs(i - draft.order[-1]) if draft.order else NOWHERE for draft in drafts]),
    }
    return Claim("tagline", (i,), evidence)


def _is_under(placed: Placed, before: int | None, draft: Draft) -> bool:
    """Whether what stands before a byline is a head of a story, or a caption that the story has already."""
    return before in draft.heads or (
        before is not None and before in draft.order and placed.blocks[before].role is Role.CAPTION
    )


def _stands_beside(placed: Placed, i: int, draft: Draft) -> bool:
    """Whether a byline stands under the head of a story or with other bylines under it, over its text or behind it."""
    before, after = placed.neighbour(i, -1, (Role.FOLIO, Role.BYLINE)), placed.neighbour(i, 1, (Role.FOLIO,))
    return (
        before in draft.heads
        or before in draft.order[-1:]
        or after in draft.order[:1]
        or _is_under(placed, before, draft)
    )


def signs_itself(placed: Placed, draft: Draft) -> bool:
    """Whether a story opens with a dateline, which mostly names its reporters, or its last paragraph ends in names."""
    if draft.order and opens_story(placed.blocks[draft.order[0]].lines[0].text):
        return True
    return bool(draft.order) and sign_off(text_of(placed.blocks[draft.order[-1]])) is not None


def _is_unsigned_report(placed: Placed, draft: Draft) -> bool:
    """Whether a story opens with a 本报讯 that names nobody: names stand at its end; of a dispatch (电), none."""
    if not draft.order:
        return False
    opening = parse_opening("".join(line.text for line in placed.blocks[draft.order[0]].lines))
    return opening is not None and opening.dateline.kind == "讯" and not opening.people


def closes(placed: Placed, draft: Draft) -> bool:
    """Whether a story ends with a dateline in brackets.

    Of 74 such stories with gold, on the pages for fitting and on dev, none is signed by names in brackets.
    """
    return any(is_closing(text_of(placed.blocks[i])) for i in draft.order[-2:])


def _in_brackets(placed: Placed, i: int) -> bool:
    """Whether a byline stands in brackets, as behind a text: names, or who helped (（甘小禾参与采写）)."""
    text = _text(placed, i)
    byline = parse_byline(text)
    return text.startswith(_OPEN) if byline is None else byline.kind == "tagline"


def _is_tagline(placed: Placed, i: int) -> bool:
    """Whether a byline is names in brackets and nothing else."""
    text = _text(placed, i)
    return text.startswith(_OPEN) and read_names(text.strip(_BRACKETS)) is not None


def _text(placed: Placed, i: int) -> str:
    return " ".join(line.text for line in placed.blocks[i].lines)


def _headed_in_turn(placed: Placed, i: int) -> Draft | None:
    """The story of a byline among others that follow the heads of as many stories: they do so in the same order."""
    first = last = i
    while placed.role(first - 1) is Role.BYLINE:
        first -= 1
    while placed.role(last + 1) is Role.BYLINE:
        last += 1
    if first == last:
        return None
    headed: list[Draft] = []
    at = first - 1
    while (draft := placed.owner.get(at)) is not None and at in draft.heads:
        if draft not in headed and not signs_itself(placed, draft):
            headed.insert(0, draft)
        at -= 1
    return headed[i - first] if len(headed) == last - first + 1 else None
