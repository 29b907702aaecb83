"""What speaks for a body block going on from another: the evidence of bodies, one by one and in pairs.

All of it but two kinds stays the same whichever chains the blocks make; those two look at the blocks ahead of a
possible beginning of a story and at those behind it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from banmian.grammar.bylines import sign_off
from banmian.grammar.datelines import opens_story
from banmian.language import Side, Statistics, Tails, block_odds, edge_odds
from banmian.language.topics import Subjects, Topics, body_subject_odds, common_direction, subjects, topic_vectors
from banmian.model import Block, Role
from banmian.reading.links import items
from banmian.reading.links.kinds import (
    BETWEEN,
    COHESION,
    EDGE_ODDS,
    FAR,
    HEADS_A_RUN,
    HEADS_IN_PLACE,
    LIKENESS,
    MAKE_UPS,
    MARGIN,
    MEASURE_EM,
    NEXT_SHARE,
    ODDS,
    OPEN_SHARE,
    OPENING,
    REACH,
    SEAM,
    TOPIC,
    Evidence,
    Floats,
    Ints,
    bins,
)
from banmian.reading.marks import edge

SHORT_EM = 1.2  # em that a last line must be short of the measure to tell
_SENTENCE_ENDS = tuple(edge(char) for char in "。”）…")
_BEFORE = {Role.PARAGRAPH: 1, Role.HEADLINE: 2, Role.SUBHEAD: 3, Role.BYLINE: 4, Role.CAPTION: 5, Role.FOLIO: 6}
STEPS = 9  # bodies further apart than this are all alike
# The place of a body block by its distance from another, -STEPS to STEPS; right behind it (1) is looked at closely.
_PLACE = np.array([20, *[19] * 5, 18, 17, 16, 23, 23, 11, 12, 13, *[14] * 4, 15])


@dataclass(frozen=True, slots=True, eq=False)
class Bodies:
    """What the body blocks of a page show, whatever they go on from.

    Args:
        indices: of the body blocks.
        opens: (bodies,) whether a block opens a story with its dateline.
        open_start: (bodies,) whether it begins in the middle of a paragraph.
        begins: (bodies,) class of the odds that a paragraph begins there.
        after_what: (bodies,) what stands right before it.
        followed: (bodies,) what stands right behind it.
        end_class: (bodies,) what it ends with.
        short: (bodies,) whether its last line falls short of the measure.
        part: (bodies,) number of the part of the page, cut where a story certainly begins.
        make_up: how the frames of the page seem to follow each other.
        place: (bodies, bodies) class of where a block stands after another.
        vectors: (bodies, dimensions) topics.
        common: (dimensions,) what their topics have in common.
        subjects: of the bodies.
        likeness: (bodies, bodies) what two bodies share, in nats.
        pairs: the classes of the kinds of `BODY_KINDS`, None for those that hang on an earlier choice.
        near: (bodies, bodies) whether a block stands right behind another.
        opening: (bodies,) class of the odds that it is worded like the first paragraph of a story, times two, plus
            `open_start`.
        signed: (bodies,) whether it ends with the names of who wrote it, in brackets.
        items: (bodies,) what its opening says of a story that begins with it (see `banmian.reading.links.items`).
    """

    indices: tuple[int, ...]
    opens: Ints
    open_start: Ints
    begins: Ints
    after_what: Ints
    followed: Ints
    end_class: Ints
    short: Ints
    part: Ints
    make_up: int
    place: Ints
    vectors: Floats
    common: Floats
    subjects: Subjects
    likeness: Floats
    pairs: tuple[Ints | None, ...]
    near: Ints
    opening: Ints
    signed: Ints
    items: Ints


def bodies_of(
    blocks: Sequence[Block],
    runs: Sequence[tuple[int, ...]],
    texts: Sequence[str],
    likeness: Floats,
    sides: tuple[Tails, Side],
    *,
    statistics: Statistics,
    topics: Topics,
) -> Bodies:
    """What the body blocks show by themselves and in pairs.

    Args:
        blocks: all blocks of the page.
        runs: of heads, as indices of blocks.
        texts: of the body blocks, spaces left out.
        likeness: (bodies, bodies) what they share, in nats.
        sides: the ends of their last lines, and the starts of their first.
        statistics: of the language and of the page.
        topics: of the language.
    """
    roles = [block.role for block in blocks]
    indices = tuple(i for i, role in enumerate(roles) if role is Role.PARAGRAPH)
    m = len(indices)
    end_class = np.array([edge(text[-1]) for text in texts], dtype=np.intp)
    open_start = np.array([not blocks[i].starts for i in indices], dtype=np.intp)
    opens = np.array([opens_story(blocks[i].lines[0].text) for i in indices], dtype=np.intp)
    measure = np.array([max(line.width for line in blocks[i].lines) for i in indices], dtype=np.float32)
    last_width = np.array([blocks[i].lines[-1].width for i in indices], dtype=np.float32)
    around = np.array([measure[max(0, a - 1) : a + 2].max() for a in range(m)], dtype=np.float32)
    short = (around - last_width > SHORT_EM).astype(np.intp)
    begins = bins(edge_odds(statistics, *sides)[1], EDGE_ODDS)
    after_what, followed = _neighbours(roles, indices)
    part = np.cumsum((opens == 1) | (after_what == _BEFORE[Role.HEADLINE]) | (after_what == _BEFORE[Role.BYLINE]))
    make_up = _make_up(runs, open_start)
    vectors = topic_vectors(topics, texts)
    common = common_direction(vectors)
    about = subjects(vectors, common)
    joins = block_odds(statistics, *sides, texts, open_start > 0)
    place = _places(roles, indices, blocks)
    near = np.eye(m, k=1, dtype=np.intp)
    rivals = joins.copy()
    np.fill_diagonal(rivals, -30.0)
    closed = np.isin(end_class, _SENTENCE_ENDS).astype(np.intp)
    join_class = bins(joins, ODDS)
    opened = items.openings(texts)
    opening = bins(statistics.openings.odds(sides[1].vectors), OPENING)
    signed = np.array([sign_off(text, single=True) is not None for text in texts], dtype=np.intp)
    pairs = (
        place,
        None,
        end_class[:, None] * 4 + open_start[None, :] * 2 + short[:, None],
        join_class * 4 + (open_start[None, :] * 2 + closed[:, None]),
        join_class * 2 + near,
        bins(margin(rivals, 0), MARGIN) * 2 + open_start[None, :],
        bins(margin(rivals, 1), MARGIN) * 2 + open_start[None, :],
        bins(np.abs(measure[:, None] - measure[None, :]), MEASURE_EM) * 2 + near,
        bins(likeness, LIKENESS) * 2 + near,
        None,
        bins(body_subject_odds(about, about), TOPIC) * 2 + near,
        None,
        opens[None, :] * 2 + near,
        short[:, None] * 4 + open_start[None, :] * 2 + near,
        begins[None, :] * 2 + near,
        _seams(blocks, indices, open_start),
        items.pairs(opened) * 2 + near,
        signed[:, None] * 4 + open_start[None, :] * 2 + near,
        opening[None, :] * 4 + open_start[None, :] * 2 + near,
        followed[None, :] * 4 + open_start[None, :] * 2 + near,
    )
    return Bodies(
        indices=indices,
        opens=opens,
        open_start=open_start,
        begins=begins,
        after_what=after_what,
        followed=followed,
        end_class=end_class,
        short=short,
        part=part,
        make_up=make_up,
        place=place,
        vectors=vectors,
        common=common,
        subjects=about,
        likeness=likeness,
        pairs=pairs,
        near=near,
        opening=opening * 2 + open_start,
        signed=signed,
        items=items.starts(opened),
    )


def stories_about(bodies: Bodies, ahead: Floats, behind: Floats) -> tuple[Subjects, Subjects]:
    """What a story that began at each block would be about, and what the story before it would be."""
    first, second = (subjects(window @ bodies.vectors, bodies.common) for window in (ahead, behind))
    return first, second


def body_links(
    bodies: Bodies, ahead: Floats, behind: Floats, about: tuple[Subjects, Subjects], make_up: int
) -> Evidence:
    """The evidence for each body block going on from each other, shape (bodies, bodies).

    Args:
        bodies: what the blocks show.
        ahead: (bodies, bodies) which blocks a story would have that began at a block (see `nearby`, `chained`).
        behind: (bodies, bodies) which blocks the story before would have.
        about: what both would be about (see `stories_about`).
        make_up: how the frames of the page follow each other.
    """
    m = len(bodies.indices)
    cohesion = bins(_cohesion(bodies.likeness, ahead, behind), COHESION)
    subject_ahead, subject_behind = about
    topic = bins(body_subject_odds(subject_behind, subject_ahead).diagonal(), TOPIC)
    of_chains = iter(
        (bodies.place * MAKE_UPS + make_up, cohesion[None, :] * 2 + bodies.near, topic[None, :] * 2 + bodies.near)
    )
    classes = [next(of_chains) if found is None else found for found in bodies.pairs]
    return Evidence.of("body", classes, (m, m))


def first_links(bodies: Bodies) -> Evidence:
    """The evidence for a story that begins with a body block and has no head, shape (bodies,)."""
    return Evidence.of(
        "first", (bodies.opens, bodies.open_start, bodies.after_what, bodies.opening), bodies.opens.shape
    )


def last_links(bodies: Bodies) -> Evidence:
    """The evidence for a story that ends with a body block, shape (bodies,)."""
    return Evidence.of("last", (bodies.end_class, bodies.followed, bodies.short, bodies.signed), bodies.opens.shape)


def margin(values: Floats, axis: int) -> Floats:
    """How much each value is better than the best other one along an axis."""
    if values.shape[axis] < 2:
        return np.full_like(values, 9.0)
    ordered = np.partition(values, -2, axis=axis)
    best, second = np.take(ordered, [-1], axis=axis), np.take(ordered, [-2], axis=axis)
    return values - np.where(values >= best, second, best)


def nearby(part: Ints) -> tuple[Floats, Floats]:
    """Which blocks a story would have that began at each, and which the story before: the next few of its part."""
    m = len(part)
    step = np.arange(m)[None, :] - np.arange(m)[:, None]
    ahead = (step >= 0) & (step < REACH) & (part[None, :] == part[:, None])
    previous = np.concatenate([part[:1], part[:-1]]) if m else part
    behind = (step < 0) & (step >= -REACH) & (part[None, :] == previous[:, None])
    return ahead.astype(np.float32), behind.astype(np.float32)


def chained(before: Ints) -> tuple[Floats, Floats]:
    """The same from an earlier choice: the chain from each block on, and the chain up to it, `FAR` blocks at most."""
    m = len(before)
    back = before.tolist()
    pairs = []
    for v in range(m):
        at = v
        for _ in range(FAR):
            at = back[at]
            if not 0 <= at < m:
                break
            pairs.append((v, at))
    ahead, behind = np.eye(m, dtype=np.float32), np.zeros((m, m), dtype=np.float32)
    if pairs:
        later, earlier = np.array(pairs, dtype=np.intp).T
        behind[later, earlier] = 1.0
        ahead[earlier, later] = 1.0
    return ahead, behind


def _make_up(runs: Sequence[tuple[int, ...]], open_start: Ints) -> int:
    """How the frames of the page follow each other."""
    heads_a_run = sum(len(run) for run in runs) / max(len(runs), 1)
    share = float(open_start.mean()) if len(open_start) else 0.0
    row = int(np.searchsorted(HEADS_A_RUN, heads_a_run))
    return row * (len(OPEN_SHARE) + 1) + int(np.searchsorted(OPEN_SHARE, share))


def chosen_make_up(bodies: Sequence[int], before: Ints, lasts: Ints) -> int:
    """The same, as an earlier choice has it: stories right behind their heads or not, whole or in pieces.

    Args:
        bodies: indices of the body blocks.
        before: (bodies,) what each goes on from (see `banmian.reading.links.choice.Choice`).
        lasts: (chosen groups,) index of the last head of each group that was chosen.
    """
    m = len(bodies)
    under, after = np.flatnonzero(before >= m), np.flatnonzero((before >= 0) & (before < m))
    behind = np.searchsorted(np.array(bodies, dtype=np.intp), lasts[before[under] - m]) == under
    next_to = before[after] == after - 1
    row = int(np.searchsorted(HEADS_IN_PLACE, behind.mean())) if behind.size else 0
    return row * (len(NEXT_SHARE) + 1) + (int(np.searchsorted(NEXT_SHARE, next_to.mean())) if next_to.size else 0)


def _cohesion(likeness: Floats, ahead: Floats, behind: Floats) -> Floats:
    """How much the blocks behind each block share with those ahead of it, less than these share among themselves."""
    among = likeness - np.diag(likeness.diagonal()) if likeness.size else likeness
    count_ahead, count_behind = ahead.sum(axis=1), behind.sum(axis=1)
    across = ((behind @ likeness) * ahead).sum(axis=1) / np.maximum(count_ahead * count_behind, 1)
    inside = [
        ((window @ among) * window).sum(axis=1) / np.maximum(count * (count - 1), 1)
        for window, count in ((ahead, count_ahead), (behind, count_behind))
    ]
    kinds = (count_ahead > 1).astype(np.float32) + (count_behind > 1)
    out: Floats = (across - (inside[0] + inside[1]) / np.maximum(kinds, 1)).astype(np.float32)
    return out


def _neighbours(roles: Sequence[Role], indices: Sequence[int]) -> tuple[Ints, Ints]:
    """What stands right before and right after each body block (0: the page's edge)."""
    before = [_BEFORE.get(roles[i - 1], 7) if i else 0 for i in indices]
    after = [_BEFORE.get(roles[i + 1], 7) if i + 1 < len(roles) else 0 for i in indices]
    return np.array(before, dtype=np.intp), np.array(after, dtype=np.intp)


def _seams(blocks: Sequence[Block], indices: Sequence[int], open_start: Ints) -> Ints:
    """How surely a body block goes on in the one right behind it, which it was cut from; 0 for all other pairs."""
    odds = np.array([blocks[i].reads_on for i in indices], dtype=np.float32).clip(1e-6, 1 - 1e-6)
    found = 1 + bins(np.log(odds / (1 - odds)), SEAM) * 2 + open_start
    touching = np.diff(np.array(indices, dtype=np.intp), prepend=-2) == 1
    return np.eye(len(indices), k=1, dtype=np.intp) * np.where(touching, found, 0)[None, :]


def _places(roles: Sequence[Role], indices: Sequence[int], blocks: Sequence[Block]) -> Ints:
    """Where a body block stands after another: right behind it (and what is between), further on, or before it."""
    order = np.arange(len(indices))
    table: Ints = _PLACE[np.clip(order[None, :] - order[:, None], -STEPS, STEPS) + STEPS]
    for a, (one, two) in enumerate(pairwise(indices)):
        between = roles[one + 1 : two]
        code = next((n for n, role in enumerate(BETWEEN, 1) if role in between), 0) if between else 0
        table[a, a + 1] = code * 2 + any(block.lines[0].gap for block in blocks[one + 1 : two + 1])
    return table
