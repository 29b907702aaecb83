"""Parts of a feature (综述, 侧记): texts under subheads that look like stories under headlines.

A feature has a deck that begins with a dash, and is signed under its heads. Where its subheads (小标题) are frames of
their own, extractors may write them in a heap, one behind the other, and each part anywhere on the page. Nothing signs
a part, and no dateline opens it, as they do with the other stories of the page; and all that nobody signed stands under
heads of that heap. On 4,440 raw texts, of the pages for fitting, of dev and of 680 printed ones, that comes about
nowhere by chance; three subheads are asked for since with two it did. On 12 of 240 pages that were set with such a
feature it does: the figure b3 rose on 11 of them, and sank on none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from banmian.grammar.rubrics import ends_with_rubric
from banmian.model import Block, Role
from banmian.reading.links.kinds import MOST_HEADS
from banmian.reading.links.survey import Links, text_of
from banmian.reading.stories.bylines import closes, signs_itself
from banmian.reading.stories.drafts import Draft, Placed

# Odds below which a leg of text that stands elsewhere on the page is not of the part that it was chained to.
GOES_ON = 0.5
# Subheads that make a heap.
FEWEST_SUBHEADS = 3
# Em by which the measures of two parts differ.
OTHER_MEASURE = 3.0
# Share of a subhead's weight that a text must explain for it to be the part under it.
LEAST_SHARE = 0.12


def gather_parts(placed: Placed, drafts: list[Draft], links: Links) -> None:
    """Put the parts of a feature together under its heads, where the page has one whose subheads stand in a heap.

    The lead (导语) comes first, which no subhead is left for, then the parts in the order of their subheads.

    Args:
        placed: the blocks.
        drafts: the chains of body blocks, under heads or under none; changed in place.
        links: the evidence for links between the blocks.
    """
    features = [heads for run in links.runs if (heads := _feature(placed, run))]
    if len(features) != 1:
        return
    (heads,) = features
    hosts = [d for d in drafts if not set(d.heads).isdisjoint(heads)]
    others = [d for d in drafts if d.heads and d not in hosts]
    parts = [d for d in others if not _signed(placed, d)]
    heap = next((run for run in links.runs if _is_heap(placed, run, parts)), ())
    if not heap or not set(heap).isdisjoint(heads) or len(parts) == len(others):
        return
    members = [*parts, *hosts]
    chains = [_legs(placed, draft) for draft in members]
    # Where a part stands in several places, its other heads may be subheads further on.
    begun = {
        h: draft.order[0]
        for draft, legs in zip(parts, chains, strict=False)
        for h in (draft.heads if len(legs) == 1 else [_likeliest(draft, links)])
    }
    subheads = _dealt(_subheads(placed, heap), begun, [leg for chain in chains for leg in chain], links)
    feature = Draft(heads=list(heads))
    feature.odds = [odds for draft in members for odds in draft.odds]
    feature.doubts = [("part.joined", draft.order[0]) for draft in parts]
    # What stands right behind a part is of it, what stands elsewhere and has no subhead is the lead.
    texts: dict[int, list[int]] = {first: [] for first in subheads}
    lead: list[int] = []
    for chain in chains:
        text = lead
        for leg in chain:
            text = texts.get(leg[0], text if text and text[-1] + 1 == leg[0] else lead)
            text += leg
    feature.order = lead + [i for first, above in subheads.items() for i in [*above, *texts[first]]]
    feature.clauses |= _clauses(placed, list(subheads.values()))
    placed.owner |= dict.fromkeys([*feature.heads, *feature.order], feature)
    drafts[:] = [d for d in drafts if d not in parts and d not in hosts]
    drafts.append(feature)


def _feature(placed: Placed, run: Sequence[int]) -> tuple[int, ...]:
    """The heads of a run that have a deck among them and a byline under them; those of other stories are left out."""
    if placed.role(run[-1] + 1) is not Role.BYLINE:
        return ()
    decks = [at for at, h in enumerate(run) if at and text_of(placed.blocks[h]).startswith("—")]
    if not decks:
        return ()
    above = decks[-1] - 1  # the headline, or the first deck of two
    owner = placed.owner.get(run[decks[-1]], placed.owner.get(run[above]))
    while above and placed.owner.get(run[above - 1]) in (None, owner):
        above -= 1
    return tuple(run[above:])


def _signed(placed: Placed, draft: Draft) -> bool:
    """Whether a story is signed: by a dateline or names at its end, by a dateline or a byline at its beginning."""
    behind = placed.neighbour(draft.order[-1], 1, (Role.CAPTION,))
    return (
        signs_itself(placed, draft)
        or closes(placed, draft)
        or placed.role(draft.heads[-1] + 1) is Role.BYLINE
        or (behind is not None and placed.role(behind) is Role.BYLINE)
    )


def _is_heap(placed: Placed, run: Sequence[int], parts: Sequence[Draft]) -> bool:
    """Whether a run of heads is the heap of the subheads of all parts: its other heads begin no story.

    Headlines have rubrics, subheads none.
    """
    heads = {h for draft in parts for h in draft.heads}
    alone = [h for h in run if h not in heads]
    if not heads or not heads.issubset(run) or any(h in placed.owner for h in alone):
        return False
    return len(_subheads(placed, run)) >= FEWEST_SUBHEADS and not any(
        ends_with_rubric(text_of(placed.blocks[h])) for h in run
    )


def _subheads(placed: Placed, heap: Sequence[int]) -> list[list[int]]:
    """The heads of a heap, those together that stand in one row."""
    found: list[list[int]] = []
    for h in heap:
        if placed.blocks[h].same_row and found:
            found[-1].append(h)
        else:
            found.append([h])
    return found


def _likeliest(draft: Draft, links: Links) -> int:
    """The head of a part that its first block explains most of."""
    column = links.bodies.index(draft.order[0])
    return max(draft.heads, key=lambda h: float(links.share[links.groups.index((h,)), column]))


def _dealt(
    subheads: Sequence[list[int]], begun: Mapping[int, int], legs: Sequence[list[int]], links: Links
) -> dict[int, list[int]]:
    """The subheads of a heap, in its order, by the first block of the text that each stands over.

    One that begins a part stands over it. Each of the others goes to the text that explains most of it, a text to
    one, or to the text right behind that of the subhead before. What is left over makes one subhead with the next.

    Args:
        subheads: in the order of the heap.
        begun: the block that a head begins a part with, for those that do.
        legs: texts, parts of the chains of the parts and of the feature.
        links: the evidence for links between the blocks.
    """
    under = [next((begun[h] for h in subhead if h in begun), None) for subhead in subheads]
    free = [leg[0] for leg in legs if leg[0] not in under]
    alone = [number for number, first in enumerate(under) if first is None]
    rows = [links.groups.index(tuple(subheads[number][:MOST_HEADS])) for number in alone]
    share = links.share[np.ix_(rows, [links.bodies.index(i) for i in free])]
    for row, at in zip(*np.unravel_index(np.argsort(-share, axis=None), share.shape), strict=True):
        if share[row, at] >= LEAST_SHARE and under[alone[row]] is None and free[at] not in under:
            under[alone[row]] = free[at]
    begins = {leg[-1] + 1: leg[0] for leg in legs}
    behind = {begins[i]: i for i in free if i in begins and i not in under}
    for number in range(1, len(under)):
        before = under[number - 1]
        if under[number] is None and before is not None:
            under[number] = behind.get(before)
    found: dict[int, list[int]] = {}
    waiting: list[int] = []
    for subhead, first in zip(subheads, under, strict=True):
        waiting += subhead
        if first is not None:
            found.setdefault(first, []).extend(waiting)
            waiting = []
    next(reversed(found.values())).extend(waiting)
    return found


def _clauses(placed: Placed, subheads: Sequence[Sequence[int]]) -> set[int]:
    """The heads that are later clauses of subheads: those of a series are of one form, and most stand in one row."""
    wholes = [above for above in subheads if len(above) > 1 and all(placed.blocks[h].same_row for h in above[1:])]
    sizes = {len(above) for above in wholes}
    if len(wholes) * 2 <= len(subheads) or len(sizes) > 1:
        return set()
    return {h for above in subheads if len(above) in sizes for h in above[1:]}


def _legs(placed: Placed, draft: Draft) -> list[list[int]]:
    """The parts of a chain that stand in different places: elsewhere on the page, or set in another measure."""
    order = draft.order
    found = [order[:1]]
    for at, (before, i) in enumerate(pairwise(order), start=1):
        elsewhere = i != before + 1 and draft.odds[at] < GOES_ON
        if elsewhere or (placed.blocks[i].starts and _other_measure(placed.blocks[before], placed.blocks[i])):
            found.append([])
        found[-1].append(i)
    return found


def _other_measure(one: Block, two: Block) -> bool:
    """Whether the lines of two blocks are of different length; a single line tells nothing."""
    widths = [max(line.width for line in block.lines) for block in (one, two) if len(block.lines) > 1]
    return len(widths) > 1 and abs(widths[0] - widths[1]) > OTHER_MEASURE
