"""Stories from the parts of a page: legs of text in reading order under their heads, with captions and bylines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from banmian.geometry.frame import hull, is_vertical, turned
from banmian.geometry.links.assignment import Link, link
from banmian.geometry.links.nodes import Drawn, Node
from banmian.geometry.stories.bylines import give_bylines
from banmian.geometry.stories.captions import give_captions
from banmian.geometry.stories.drafts import HEADS, UNDER_HEAD, Draft, Part, distance
from banmian.geometry.units.paragraphs import SENTENCE_ENDS
from banmian.language import Statistics
from banmian.language.topics import Topics
from banmian.layout import Layout
from banmian.model import Block, Role
from banmian.reading.links.survey import text_of
from banmian.reading.stories.assembling import Story

MEASURED = 3  # lines; with fewer the measure of a column does not show
ROW = 8.0  # em; stories that begin so nearly level are read from left to right
LEAST_EM = 0.01  # in the units of the page; boxes of no size, in damaged files, have less
DOUBTFUL = 0.6  # a link less probable than this is flagged


def stories(
    blocks: Sequence[Block], layout: Layout | None, statistics: Statistics, topics: Topics
) -> tuple[tuple[Story, ...], tuple[Block, ...]]:
    """The stories of a page whose lines carry boxes, and the blocks that belong to none (furniture).

    Args:
        blocks: as `banmian.geometry.units.gathering.blocks_of` makes them.
        layout: the rules and frames that are drawn on the page.
        statistics: of the language.
        topics: of the language.
    """
    vertical = is_vertical([line for block in blocks for line in block.lines])
    parts = _parts(blocks, vertical=vertical)
    legs = [part for part in parts if part.is_text]
    heads = [part for part in parts if part.is_heads]
    drawn = Drawn()
    if layout is not None:
        drawn = Drawn(
            tuple(turned(box, vertical=vertical) for box in layout.rules),
            tuple(turned(box, vertical=vertical) for box in layout.frames),
        )
    known = statistics.with_page([line.text for block in blocks for line in block.lines])
    links = link(
        [_node(part) for part in legs], [_head_node(part, vertical=vertical) for part in heads], drawn, known, topics
    )
    drafts = _chains(legs, heads, links)
    used = {id(part) for draft in drafts for part in draft.heads}
    rest = [block for part in parts if part.role is Role.FOLIO for block in part.blocks]
    spare = [part for part in heads if id(part) not in used]
    captions = [part for part in parts if part.role is Role.CAPTION]
    spare = _as_subheads(spare, drafts)
    spare = _picture_stories(spare, captions, drafts)
    rest += [block for part in spare for block in part.blocks]
    rest += give_bylines([part for part in parts if part.role is Role.BYLINE], drafts)
    loose = [part for part in captions if not any(part in draft.body for draft in drafts)]
    rest += give_captions(loose, drafts, topics)
    drafts.sort(key=_reading_place)
    return tuple(_story(draft) for draft in drafts), tuple(rest)


def _reading_place(draft: Draft) -> tuple[int, float, float]:
    """By rows from the top, and within a row from the left; what begins nearly level is one row."""
    first = (draft.heads or draft.body)[0]
    em = max(LEAST_EM, min(part.em for part in (*draft.heads, *draft.body)))
    return int(first.place.top // (ROW * em)), first.place.left, first.place.top


def _parts(blocks: Sequence[Block], *, vertical: bool) -> list[Part]:
    """The parts of a page: one begins with each block that stands behind a gap."""
    runs: list[list[Block]] = []
    for block in blocks:
        if not runs or block.lines[0].gap:
            runs.append([])
        runs[-1].append(block)
    found = []
    for run in runs:
        lines = [line for block in run for line in block.lines]
        place = turned(hull([line.box for line in lines if line.box is not None]), vertical=vertical)
        sizes = sorted(line.size or 1.0 for line in lines)
        found.append(Part(tuple(run), place, sizes[len(sizes) // 2]))
    return found


def _node(part: Part) -> Node:
    """A leg of text as linking sees it."""
    own = [block for block in part.blocks if block.role in (Role.PARAGRAPH, Role.SUBHEAD)]
    first, last = own[0], own[-1]
    end = last.lines[-1].text
    lines = sum(len(block.lines) for block in own)
    return Node(
        part.place,
        part.em,
        first.lines[0].text,
        end,
        "".join(text_of(block) for block in own),
        starts=first.starts,
        ends=end.endswith(SENTENCE_ENDS),
        full=last.role is Role.PARAGRAPH and not last.ends,
        right=part.place.right,
        measured=lines >= MEASURED,
    )


def _head_node(part: Part, *, vertical: bool) -> Node:
    text = "".join(line.text for block in part.blocks for line in block.lines)
    across = part.blocks[0].lines[0].vertical is not vertical
    return Node(part.place, part.em, text, text, text, across=across)


def _chains(legs: Sequence[Part], heads: Sequence[Part], links: Sequence[Link]) -> list[Draft]:
    """Stories of legs that go on in each other, each under its head or under none."""
    after = {found.leg: v for v, found in enumerate(links) if found.leg is not None}
    drafts = []
    for v, found in enumerate(links):
        if found.leg is not None:
            continue
        draft = Draft()
        if found.head is not None:
            draft.heads.append(heads[found.head])
        at: int | None = v
        while at is not None:
            part, odds = legs[at], links[at].odds
            goes_on = bool(draft.body)
            draft.body.append(_fitted(part, goes_on=goes_on))
            draft.odds.append(odds)
            if odds < DOUBTFUL:
                draft.doubts.append(("layout.ambiguous", part.blocks[0]))
            at = after.get(at)
        if not draft.heads:
            draft.doubts.append(("head.missing", draft.body[0].blocks[0]))
        drafts.append(draft)
    return drafts


def _fitted(part: Part, *, goes_on: bool) -> Part:
    """A leg whose first paragraph goes on from the leg before only if there is one."""
    blocks = list(part.blocks)
    at = next(place for place, block in enumerate(blocks) if block.role in (Role.PARAGRAPH, Role.SUBHEAD))
    if not goes_on and not blocks[at].starts:
        blocks[at] = replace(blocks[at], starts=True)
    return replace(part, blocks=tuple(blocks))


def _as_subheads(spare: Sequence[Part], drafts: Sequence[Draft]) -> list[Part]:
    """Put heads that stand over a leg in the middle of a story into it as subheads; those that do not are left."""
    left = []
    for part in spare:
        best: tuple[float, Draft, int] | None = None
        for draft in drafts:
            for at, leg in enumerate(draft.body):
                gap = (leg.place.top - part.place.bottom) / leg.em
                if at and 0 <= gap + 0.5 <= UNDER_HEAD and leg.place.beside(part.place) > 0 and _begins(leg):
                    best = min(best or (gap, draft, at), (gap, draft, at), key=lambda found: found[0])
        smaller = best is not None and best[1].heads and part.em < max(head.em for head in best[1].heads)
        if best is None or not smaller:
            left.append(part)
            continue
        blocks = tuple(
            block if block.role is Role.BYLINE else replace(block, role=Role.SUBHEAD) for block in part.blocks
        )
        best[1].body.insert(best[2], replace(part, blocks=blocks))
    return left


def _begins(part: Part) -> bool:
    return next((block.starts for block in part.blocks if block.role is not Role.BYLINE), True)


def _picture_stories(spare: Sequence[Part], captions: Sequence[Part], drafts: list[Draft]) -> list[Part]:
    """Stories of a head, a picture and its caption, without any text; and the heads that have no caption either."""
    left = []
    for head in spare:
        below = [
            part
            for part in captions
            if part.place.top >= head.place.bottom - part.em
            and part.place.beside(head.place) > 0
            and not any(part in draft.body for draft in drafts)
            and not any(
                place.top >= head.place.bottom - part.em
                and place.bottom <= part.place.top + part.em
                and place.beside(part.place) > 0
                for draft in drafts
                for place in draft.places
            )
        ]
        if not below:
            left.append(head)
            continue
        caption = min(below, key=lambda part: part.place.top)
        near = min((distance(caption.place, place) for draft in drafts for place in draft.places), default=1e9)
        if near < distance(caption.place, head.place) / 8:
            left.append(head)
            continue
        drafts.append(Draft([head], [caption], odds=[0.8]))
    return left


def _story(draft: Draft) -> Story:
    heads = [block for part in draft.heads for block in part.blocks if block.role in HEADS]
    bylines = [block for part in draft.heads for block in part.blocks if block.role not in HEADS]
    body = [block for part in draft.body for block in part.blocks]
    bylines += draft.bylines
    inside = [block for block in body if block.role is Role.BYLINE]
    # A story is signed once: under its head or at its end. Another byline in the middle of it is a line of its text.
    if inside and not bylines:
        bylines = inside[-1:]
    body = [
        replace(block, role=Role.SUBHEAD) if block.role is Role.BYLINE and block not in bylines else block
        for block in body
    ]
    return Story(
        heads=tuple(heads),
        bylines=tuple(bylines),
        body=tuple(_continued([block for block in body if block.role is not Role.BYLINE])),
        odds=tuple(draft.odds),
        doubts=tuple(draft.doubts),
    )


def _continued(body: Sequence[Block]) -> list[Block]:
    """The blocks of a body, captions behind the paragraph that goes on over them."""
    found: list[Block] = []
    waiting: list[Block] = []
    for number, block in enumerate(body):
        following = next((other for other in body[number + 1 :] if other.role is not Role.CAPTION), None)
        if block.role is Role.CAPTION and following is not None and not following.starts:
            waiting.append(block)
            continue
        found.append(block)
        if waiting and (following is None or following.starts):
            found += waiting
            waiting = []
    return found + waiting


def parts_by_role(heads: Sequence[Block]) -> list[tuple[Role, list[Block]]]:
    """The heads of a story by their roles, in reading order."""
    parts = [
        (role, [block for block in heads if block.role is role]) for role in (Role.KICKER, Role.HEADLINE, Role.DECK)
    ]
    return [(role, blocks) for role, blocks in parts if blocks]
