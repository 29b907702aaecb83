"""Stories from the units of a page: legs of text in reading order under their heads, with captions and bylines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, chain, pairwise

import numpy as np
from numpy.typing import NDArray

from banmian.geometry.columns import SENTENCE_ENDS
from banmian.geometry.frame import hull, is_vertical, turned
from banmian.geometry.kinds import byline_of
from banmian.geometry.linking import Link, link
from banmian.geometry.nodes import Drawn, Node
from banmian.grammar.captions import is_credit
from banmian.grammar.datelines import parse_opening
from banmian.language import Statistics
from banmian.language.topics import Topics, common_direction, subjects, topic_vectors
from banmian.layout import Box, Layout
from banmian.model import Block, Role
from banmian.reading.captions import SHORT_TITLE_LENGTH, about_the_same
from banmian.reading.links import text_of
from banmian.reading.stories import Story

HEADS = frozenset((Role.KICKER, Role.HEADLINE, Role.DECK))
UNDER_HEAD = 3.2  # em of the text; how far below its head a byline stands
MEASURED = 3  # lines; with fewer the measure of a column does not show
# em that names in brackets may be further away from another story than from one that a dateline opens. Of 97 on printed
# pages 12 stood nearest to such a story, and none was of it.
ALREADY_SIGNED = 20.0
# What speaks for a story having a caption, in nats: a choice among all stories of the page (a conditional logit) that
# was fitted to 276 captions of printed pages. It is right for 0.86 of them (0.67 when the nearest story had each), for
# 0.87 and 0.91 of those of other stories, and for all 48 of dev; of captions with words for 0.93 and 0.94 of those of
# other stories, where sharing pairs of characters instead of being about the same had 0.82 and 0.85.
AWAY = -0.09  # times em between both
INSIDE = 2.4  # the caption stands in the outline of the story
TOPIC = 0.4  # times the odds of being about the same as the paragraph of the story that is most like it
HEAD_TOPIC = 0.3  # times the odds of being about the same as its heads
FEW = (3.7, 3.7, 2.4, 2.4)  # the story has no paragraph, one, two, three: those of pictures are short
SHORT_TITLE = 1.05  # its heads are `SHORT_TITLE_LENGTH` characters or fewer
ROW = 8.0  # em; stories that begin so nearly level are read from left to right
LEAST_EM = 0.01  # in the units of the page; boxes of no size, in damaged files, have less
DOUBTFUL = 0.6  # a link less probable than this is flagged


@dataclass(frozen=True, slots=True, eq=False)
class _Unit:
    """A run of blocks that stand as one thing."""

    blocks: tuple[Block, ...]
    place: Box
    em: float

    @property
    def role(self) -> Role:
        """What it is: what its first block is, or the first that is no byline."""
        return next((block.role for block in self.blocks if block.role is not Role.BYLINE), Role.BYLINE)

    @property
    def is_heads(self) -> bool:
        """Whether it is a group of heads."""
        return self.role in HEADS

    @property
    def is_text(self) -> bool:
        """Whether it is a leg of text."""
        return self.role in (Role.PARAGRAPH, Role.SUBHEAD)


@dataclass(slots=True, eq=False)
class _Draft:
    """A story while it is put together."""

    heads: list[_Unit] = field(default_factory=list)
    body: list[_Unit] = field(default_factory=list)
    bylines: list[Block] = field(default_factory=list)
    odds: list[float] = field(default_factory=list)
    doubts: list[tuple[str, Block]] = field(default_factory=list)

    @property
    def places(self) -> list[Box]:
        return [unit.place for unit in (*self.heads, *self.body)]

    @property
    def signed(self) -> bool:
        """Whether it has a byline."""
        units = (*self.heads, *self.body)
        return bool(self.bylines) or any(block.role is Role.BYLINE for unit in units for block in unit.blocks)

    @property
    def text(self) -> list[Block]:
        """Its heads and its body, captions left out."""
        units = (*self.heads, *self.body)
        return [block for unit in units for block in unit.blocks if block.role is not Role.CAPTION]


def stories(
    blocks: Sequence[Block], layout: Layout | None, statistics: Statistics, topics: Topics
) -> tuple[tuple[Story, ...], tuple[Block, ...]]:
    """The stories of a page whose lines carry boxes, and the blocks that belong to none (furniture).

    Args:
        blocks: as `banmian.geometry.units.blocks_of` makes them.
        layout: the rules and frames that are drawn on the page.
        statistics: of the language.
        topics: of the language.
    """
    vertical = is_vertical([line for block in blocks for line in block.lines])
    units = _units(blocks, vertical=vertical)
    legs = [unit for unit in units if unit.is_text]
    heads = [unit for unit in units if unit.is_heads]
    drawn = Drawn()
    if layout is not None:
        drawn = Drawn(
            tuple(turned(box, vertical=vertical) for box in layout.rules),
            tuple(turned(box, vertical=vertical) for box in layout.frames),
        )
    known = statistics.with_page([line.text for block in blocks for line in block.lines])
    links = link(
        [_node(unit) for unit in legs], [_head_node(unit, vertical=vertical) for unit in heads], drawn, known, topics
    )
    drafts = _chains(legs, heads, links)
    used = {id(unit) for draft in drafts for unit in draft.heads}
    rest = [block for unit in units if unit.role is Role.FOLIO for block in unit.blocks]
    spare = [unit for unit in heads if id(unit) not in used]
    captions = [unit for unit in units if unit.role is Role.CAPTION]
    spare = _as_subheads(spare, drafts)
    spare = _picture_stories(spare, captions, drafts)
    rest += [block for unit in spare for block in unit.blocks]
    # Those that stand below heads first: what is signed there has no names behind it.
    for unit in sorted((unit for unit in units if unit.role is Role.BYLINE), key=_is_tagline):
        if not _signed(unit, drafts):
            rest += unit.blocks
    loose = [unit for unit in captions if not any(unit in draft.body for draft in drafts)]
    rest += [block for unit in _captioned(loose, drafts, topics) for block in unit.blocks]
    drafts.sort(key=_reading_place)
    return tuple(_story(draft) for draft in drafts), tuple(rest)


def _reading_place(draft: _Draft) -> tuple[int, float, float]:
    """By rows from the top, and within a row from the left; what begins nearly level is one row."""
    first = (draft.heads or draft.body)[0]
    em = max(LEAST_EM, min(unit.em for unit in (*draft.heads, *draft.body)))
    return int(first.place.top // (ROW * em)), first.place.left, first.place.top


def _units(blocks: Sequence[Block], *, vertical: bool) -> list[_Unit]:
    """The units that blocks are marked as."""
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
        found.append(_Unit(tuple(run), place, sizes[len(sizes) // 2]))
    return found


def _node(unit: _Unit) -> Node:
    """A leg of text as linking sees it."""
    own = [block for block in unit.blocks if block.role in (Role.PARAGRAPH, Role.SUBHEAD)]
    first, last = own[0], own[-1]
    end = last.lines[-1].text
    lines = sum(len(block.lines) for block in own)
    return Node(
        unit.place,
        unit.em,
        first.lines[0].text,
        end,
        "".join(text_of(block) for block in own),
        starts=first.starts,
        ends=end.endswith(SENTENCE_ENDS),
        full=last.role is Role.PARAGRAPH and not last.ends,
        right=unit.place.right,
        measured=lines >= MEASURED,
    )


def _head_node(unit: _Unit, *, vertical: bool) -> Node:
    text = "".join(line.text for block in unit.blocks for line in block.lines)
    across = unit.blocks[0].lines[0].vertical is not vertical
    return Node(unit.place, unit.em, text, text, text, across=across)


def _chains(legs: Sequence[_Unit], heads: Sequence[_Unit], links: Sequence[Link]) -> list[_Draft]:
    """Stories of legs that go on in each other, each under its head or under none."""
    after = {found.leg: v for v, found in enumerate(links) if found.leg is not None}
    drafts = []
    for v, found in enumerate(links):
        if found.leg is not None:
            continue
        draft = _Draft()
        if found.head is not None:
            draft.heads.append(heads[found.head])
        at: int | None = v
        while at is not None:
            unit, odds = legs[at], links[at].odds
            goes_on = bool(draft.body)
            draft.body.append(_fitted(unit, goes_on=goes_on))
            draft.odds.append(odds)
            if odds < DOUBTFUL:
                draft.doubts.append(("layout.ambiguous", unit.blocks[0]))
            at = after.get(at)
        if not draft.heads:
            draft.doubts.append(("head.missing", draft.body[0].blocks[0]))
        drafts.append(draft)
    return drafts


def _fitted(unit: _Unit, *, goes_on: bool) -> _Unit:
    """A leg whose first paragraph goes on from the leg before only if there is one."""
    blocks = list(unit.blocks)
    at = next(place for place, block in enumerate(blocks) if block.role in (Role.PARAGRAPH, Role.SUBHEAD))
    if not goes_on and not blocks[at].starts:
        blocks[at] = replace(blocks[at], starts=True)
    return replace(unit, blocks=tuple(blocks))


def _as_subheads(spare: Sequence[_Unit], drafts: Sequence[_Draft]) -> list[_Unit]:
    """Put heads that stand over a leg in the middle of a story into it as subheads; those that do not are left."""
    left = []
    for unit in spare:
        best: tuple[float, _Draft, int] | None = None
        for draft in drafts:
            for at, leg in enumerate(draft.body):
                gap = (leg.place.top - unit.place.bottom) / leg.em
                if at and 0 <= gap + 0.5 <= UNDER_HEAD and leg.place.beside(unit.place) > 0 and _begins(leg):
                    best = min(best or (gap, draft, at), (gap, draft, at), key=lambda found: found[0])
        smaller = best is not None and best[1].heads and unit.em < max(head.em for head in best[1].heads)
        if best is None or not smaller:
            left.append(unit)
            continue
        blocks = tuple(
            block if block.role is Role.BYLINE else replace(block, role=Role.SUBHEAD) for block in unit.blocks
        )
        best[1].body.insert(best[2], replace(unit, blocks=blocks))
    return left


def _begins(unit: _Unit) -> bool:
    return next((block.starts for block in unit.blocks if block.role is not Role.BYLINE), True)


def _picture_stories(spare: Sequence[_Unit], captions: Sequence[_Unit], drafts: list[_Draft]) -> list[_Unit]:
    """Stories of a head, a picture and its caption, without any text; and the heads that have no caption either."""
    left = []
    for head in spare:
        below = [
            unit
            for unit in captions
            if unit.place.top >= head.place.bottom - unit.em
            and unit.place.beside(head.place) > 0
            and not any(unit in draft.body for draft in drafts)
            and not any(
                place.top >= head.place.bottom - unit.em
                and place.bottom <= unit.place.top + unit.em
                and place.beside(unit.place) > 0
                for draft in drafts
                for place in draft.places
            )
        ]
        if not below:
            left.append(head)
            continue
        caption = min(below, key=lambda unit: unit.place.top)
        near = min((_distance(caption.place, place) for draft in drafts for place in draft.places), default=1e9)
        if near < _distance(caption.place, head.place) / 8:
            left.append(head)
            continue
        drafts.append(_Draft([head], [caption], odds=[0.8]))
    return left


def _distance(one: Box, two: Box) -> float:
    """How far apart two places are."""
    return float(max(0.0, -one.beside(two)) + max(0.0, -one.level(two)))


def _signed(unit: _Unit, drafts: Sequence[_Draft]) -> bool:
    """Give a byline that stands apart to its story: under its head, behind its last line, or over its first."""
    tagline = _is_tagline(unit)
    best: tuple[float, _Draft] | None = None
    for draft in drafts:
        signed = ALREADY_SIGNED if tagline and (_opens(draft) or draft.signed) else 0.0
        costs = [(head.place, 0.0, unit.place.top - head.place.bottom, 3.0 if tagline else 0.0) for head in draft.heads]
        costs += [(leg.place, 0.0, unit.place.top - leg.place.bottom, 0.0 if tagline else 1.5) for leg in draft.body]
        costs += [(leg.place, 0.0, leg.place.top - unit.place.bottom, 3.0 if tagline else 0.5) for leg in draft.body]
        for place, _, gap, extra in costs:
            if place.beside(unit.place) <= 0 or gap < -unit.em:
                continue
            cost = max(0.0, gap) / unit.em + extra + signed
            if best is None or cost < best[0]:
                best = (cost, draft)
        beside = [_distance(unit.place, place) / unit.em + 4.0 + signed for place in draft.places]
        if beside and (best is None or min(beside) < best[0]):
            best = (min(beside), draft)
    if best is None:
        return False
    best[1].bylines += unit.blocks
    if best[0] > UNDER_HEAD + 3.0:
        best[1].doubts.append(("byline.apart", unit.blocks[0]))
    return True


def _is_tagline(unit: _Unit) -> bool:
    """Whether a byline is names in brackets."""
    byline = byline_of([line for block in unit.blocks for line in block.lines])
    return byline is not None and byline.kind == "tagline"


def _opens(draft: _Draft) -> bool:
    """Whether a story opens with a dateline that names its reporters, or is that of a dispatch (电)."""
    first = next((block for block in draft.text if block.role is Role.PARAGRAPH), None)
    opening = parse_opening("".join(line.text for line in first.lines)) if first is not None else None
    return opening is not None and (opening.dateline.kind != "讯" or bool(opening.people))


def _captioned(captions: Sequence[_Unit], drafts: Sequence[_Draft], topics: Topics) -> Sequence[_Unit]:
    """Put each caption into the story that most speaks for; those that no story can have are left."""
    placed = [draft for draft in drafts if draft.places]
    if not captions or not placed:
        return captions
    fixed = np.array([_by_itself(draft) for draft in placed])
    about = _about([_words(unit) for unit in captions], placed, topics)
    for unit, words in zip(captions, about, strict=True):
        place = np.array([_by_place(unit, draft) for draft in placed])
        placed[int(np.argmax(words + (place + fixed)))].body.append(unit)
    return ()


def _words(unit: _Unit) -> str:
    """What a caption says; a credit is names, and says nothing."""
    return "".join(text for text in map(text_of, unit.blocks) if not is_credit(text))


def _about(captions: Sequence[str], drafts: Sequence[_Draft], topics: Topics) -> NDArray[np.float64]:
    """What speaks for each story by what captions are about, (captions, stories)."""
    if not any(captions):
        return np.zeros((len(captions), len(drafts)))
    heads = ["".join(text_of(block) for block in draft.text if block.role in HEADS) for draft in drafts]
    bodies = [[text_of(block) for block in draft.text if block.role is Role.PARAGRAPH] for draft in drafts]
    vectors = topic_vectors(topics, list(chain(*bodies)))
    common = common_direction(vectors)
    ends = list(accumulate((len(body) for body in bodies), initial=0))
    own = [range(*bounds) for bounds in pairwise(ends)]
    of_bodies, of_heads = about_the_same(captions, heads, own, subjects(vectors, common), common=common, topics=topics)
    found: NDArray[np.float64] = TOPIC * of_bodies.astype(np.float64) + HEAD_TOPIC * of_heads.astype(np.float64)
    return found


def _by_place(unit: _Unit, draft: _Draft) -> float:
    """What speaks for a story by where it and a caption stand."""
    outline = hull(draft.places)
    inside = outline.beside(unit.place) > 0.8 * unit.place.width and outline.level(unit.place) > 0
    return AWAY * min(_distance(unit.place, place) for place in draft.places) / unit.em + INSIDE * inside


def _by_itself(draft: _Draft) -> float:
    """What speaks for a story having any picture at all."""
    paragraphs = sum(block.starts for block in draft.text if block.role is Role.PARAGRAPH)
    title = sum(len(text_of(block)) for block in draft.text if block.role in HEADS)
    few = FEW[paragraphs] if paragraphs < len(FEW) else 0.0
    return few + SHORT_TITLE * (0 < title <= SHORT_TITLE_LENGTH)


def _story(draft: _Draft) -> Story:
    heads = [block for unit in draft.heads for block in unit.blocks if block.role in HEADS]
    bylines = [block for unit in draft.heads for block in unit.blocks if block.role not in HEADS]
    body = [block for unit in draft.body for block in unit.blocks]
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
