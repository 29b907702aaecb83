"""Bylines that stand apart find their stories: under a head, behind the last line of a story, or over its first."""

from __future__ import annotations

from collections.abc import Sequence

from banmian.geometry.legs.kinds import byline_of
from banmian.geometry.stories.drafts import UNDER_HEAD, Draft, Part, distance
from banmian.grammar.datelines import parse_opening
from banmian.model import Block, Role

# em that names in brackets may be further away from another story than from one that a dateline opens. Of 97 on printed
# pages 12 stood nearest to such a story, and none was of it.
ALREADY_SIGNED = 20.0
# em that a byline may stand further away from one place than from another: below a head, below text, over text; and
# beside either. Names in brackets close a text, other bylines stand below heads.
BYLINE, TAGLINE, BESIDE = (0.0, 1.5, 0.5), (3.0, 0.0, 3.0), 4.0


def give_bylines(bylines: Sequence[Part], drafts: Sequence[Draft]) -> list[Block]:
    """Give each byline to its story; what is left is of none.

    Those that stand below heads come first: what is signed there has no names behind it.
    """
    left: list[Block] = []
    for part in sorted(bylines, key=_is_tagline):
        if not _give(part, drafts):
            left += part.blocks
    return left


def _give(part: Part, drafts: Sequence[Draft]) -> bool:
    """Give a byline to the story that it stands nearest to, if there is any."""
    tagline = _is_tagline(part)
    best: tuple[float, Draft] | None = None
    for draft in drafts:
        signed = ALREADY_SIGNED if tagline and (_opens(draft) or draft.signed) else 0.0
        below_head, below, over = TAGLINE if tagline else BYLINE
        costs = [(head.place, part.place.top - head.place.bottom, below_head) for head in draft.heads]
        costs += [(leg.place, part.place.top - leg.place.bottom, below) for leg in draft.body]
        costs += [(leg.place, leg.place.top - part.place.bottom, over) for leg in draft.body]
        for place, gap, extra in costs:
            if place.beside(part.place) <= 0 or gap < -part.em:
                continue
            cost = max(0.0, gap) / part.em + extra + signed
            if best is None or cost < best[0]:
                best = (cost, draft)
        beside = [distance(part.place, place) / part.em + BESIDE + signed for place in draft.places]
        if beside and (best is None or min(beside) < best[0]):
            best = (min(beside), draft)
    if best is None:
        return False
    best[1].bylines += part.blocks
    if best[0] > UNDER_HEAD + 3.0:
        best[1].doubts.append(("byline.apart", part.blocks[0]))
    return True


def _is_tagline(part: Part) -> bool:
    """Whether a byline is names in brackets."""
    byline = byline_of([line for block in part.blocks for line in block.lines])
    return byline is not None and byline.kind == "tagline"


def _opens(draft: Draft) -> bool:
    """Whether a story opens with a dateline that names its reporters, or is that of a dispatch (电)."""
    first = next((block for block in draft.text if block.role is Role.PARAGRAPH), None)
    opening = parse_opening("".join(line.text for line in first.lines)) if first is not None else None
    return opening is not None and (opening.dateline.kind != "讯" or bool(opening.people))
