"""Which block goes on in which: the evidence for every possible link on a page.

A body block is reached from another body block (the story goes on), from a head (a story begins under it), or from
nothing (a story without a head). Each of these links has evidence of its own, sorted into classes as in
`banmian.reading.evidence`; the classes of a link pick its weights, and the sum is the link's score.
`banmian.reading.assignment` then chooses links for the whole page at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from banmian.grammar.datelines import opens_story
from banmian.language import Statistics, join_matrix, join_odds, start_odds
from banmian.language.topics import Topics, body_topic_odds, head_topic_odds, topic_vectors
from banmian.model import Block, Role
from banmian.reading.evidence import CLASS_COUNT, EDGE_ODDS, ODDS, edge
from banmian.reading.lexical import compare

Floats = NDArray[np.float32]
Ints = NDArray[np.intp]

HEADS = (Role.HEADLINE, Role.SUBHEAD)
SHARE = (0.001, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.65, 0.8)  # of a head's weight that a text explains
LIFT = (-0.4, -0.2, -0.1, -0.03, 0.03, 0.1, 0.2, 0.3, 0.45, 0.6)
MARGIN = (-8.0, -4.0, -2.0, -0.5, 0.0, 0.5, 2.0, 4.0, 8.0)  # nats better than the best rival
MEASURE_EM = (0.3, 0.8, 1.3, 2.3, 4.0, 7.0)
AGREEMENT = (-0.3, 0.0, 0.2, 0.4, 0.6, 0.75, 0.9)  # correlation of two heads' shares over the page
# Ratio of the widest lines (in em) of two heads that both run over several lines: the wider is set in the smaller type.
TYPE_RATIO = (0.6, 0.8, 0.95, 1.05, 1.25, 1.6)
# Most heads that one story has: kicker, headline, deck and a label set apart.
MOST_HEADS = 6
LIKENESS = (0.5, 2.0, 5.0, 10.0, 20.0, 40.0)
# What the blocks before a break and those after it share, less what they share among themselves, in nats a block.
TOPIC = (-5.0, -3.5, -2.25, -1.25, -0.4, 0.4, 1.25, 2.25, 3.5, 5.0)  # nats
COHESION = (-12.0, -8.0, -5.0, -3.0, -1.5, 0.0, 2.0, 5.0, 10.0)
# Body blocks before and after a possible beginning of a story that a head is compared with.
REACH = 3
FAR = 12

# What stands between two neighbouring body blocks; the first that applies.
_BETWEEN = (Role.HEADLINE, Role.BYLINE, Role.SUBHEAD, Role.CAPTION, Role.FOLIO)
PLACES = 24
# How the frames of the page follow each other in the raw text: heads with their stories or in a heap (heads a run),
# stories whole or in pieces (share of body blocks that begin in the middle of a paragraph).
HEADS_A_RUN = (1.6, 2.6)
OPEN_SHARE = (0.04, 0.12)
MAKE_UPS = (len(HEADS_A_RUN) + 1) * (len(OPEN_SHARE) + 1)

BODY_KINDS: tuple[tuple[str, int], ...] = (
    ("place", PLACES),
    ("place, make-up", PLACES * MAKE_UPS),
    ("end and start", CLASS_COUNT * 4),
    ("join", (len(ODDS) + 1) * 4),
    ("join, neighbours", (len(ODDS) + 1) * 2),
    ("better than other ends", (len(MARGIN) + 1) * 2),
    ("better than other starts", (len(MARGIN) + 1) * 2),
    ("measure", (len(MEASURE_EM) + 1) * 2),
    ("likeness", (len(LIKENESS) + 1) * 2),
    ("cohesion", (len(COHESION) + 1) * 2),
    ("topic", (len(TOPIC) + 1) * 2),
    ("topic of what goes before and after", (len(TOPIC) + 1) * 2),
    ("opens a story", 4),
    ("last line short", 8),
    ("starts a paragraph", (len(EDGE_ODDS) + 1) * 2),
)
HEAD_KINDS: tuple[tuple[str, int], ...] = (
    ("place", PLACES * 2),
    ("place, make-up", PLACES * MAKE_UPS),
    ("share of the first block", len(SHARE) + 1),
    ("share of the first blocks", len(SHARE) + 1),
    ("lift over the blocks before", len(LIFT) + 1),
    ("rank of the start for the head", 5),
    ("likeliest of the heads for the start", 2),
    ("margin for the head", len(LIFT) + 1),
    ("margin for the start", len(LIFT) + 1),
    ("topic of the first block", len(TOPIC) + 1),
    ("topic of the first blocks", len(TOPIC) + 1),
    ("topic, lift over the blocks before", len(TOPIC) + 1),
    ("topic, margin for the head", len(TOPIC) + 1),
    ("topic, margin for the start", len(TOPIC) + 1),
    ("opens a story", 4),
    ("starts a paragraph", (len(EDGE_ODDS) + 1) * 2),
    ("after what", 8),
    ("subhead", 4),
)
LAST_KINDS: tuple[tuple[str, int], ...] = (("ends with", CLASS_COUNT), ("followed by", 10), ("last line short", 2))
LONE_KINDS: tuple[tuple[str, int], ...] = (
    ("neighbours", 9),
    ("neighbours, make-up", 9 * MAKE_UPS),
    ("subheads among them, heads in all", 9),
    ("form", 16),
    ("best share", len(SHARE) + 1),
    ("size", 6),
    ("heads in the run", 4),
)
CUT_KINDS: tuple[tuple[str, int], ...] = (
    ("forms", 64),
    ("gap", 3),
    ("sizes", 36),
    ("type", 12),
    ("about the same", len(AGREEMENT) + 1),
    ("shares", 16),
    ("states", 4),
    ("goes on", 8),
    ("balance", 18),
    ("reads on", (len(ODDS) + 1) * 3),
    ("run", 6),
    ("end and start", CLASS_COUNT * CLASS_COUNT),
)
FIRST_KINDS: tuple[tuple[str, int], ...] = (("opens a story", 2), ("starts a paragraph", 2), ("after what", 8))


def offsets(kinds: Sequence[tuple[str, int]], base: int = 0) -> Ints:
    """The first row of each kind of evidence."""
    return (np.concatenate([[0], np.cumsum([size for _, size in kinds])[:-1]]) + base).astype(np.intp)


def rows(kinds: Sequence[tuple[str, int]]) -> int:
    """The number of rows of all kinds together."""
    return sum(size for _, size in kinds)


ALL_KINDS = {
    "body": BODY_KINDS,
    "head": HEAD_KINDS,
    "last": LAST_KINDS,
    "lone": LONE_KINDS,
    "first": FIRST_KINDS,
    "cut": CUT_KINDS,
}
BASE: dict[str, int] = {}
_at = 0
for _name, _kinds in ALL_KINDS.items():
    BASE[_name] = _at
    _at += rows(_kinds)
ROWS = _at


@dataclass(frozen=True, slots=True)
class Links:
    """The evidence for all links of a page, as rows of the weights.

    Args:
        bodies: indices of the body blocks, in order.
        runs: runs of heads (and subheads) that follow each other with no body between, as indices of blocks; a byline
            ends a run.
        groups: all candidates for the heads of one story: up to `MOST_HEADS` neighbours of a run.
        body: (bodies, bodies, kinds) a body block after another.
        head: (groups, bodies, kinds) a story beginning under a group of heads.
        last: (bodies, kinds) a story ending with a block.
        lone: (groups, kinds) a group that no story begins under (a subhead, a kicker far from its headline).
        first: (bodies, kinds) a story that begins without a head.
        cut: (heads, kinds) between a head and the next of its run; one row for each but the last head of each run.
        share: (groups, bodies) how much of a group's weight the blocks from each start on explain.
        likeness: (bodies, bodies) what two bodies share, in nats.
    """

    bodies: Ints
    runs: tuple[tuple[int, ...], ...]
    groups: tuple[tuple[int, ...], ...]
    body: Ints
    head: Ints
    last: Ints
    lone: Ints
    first: Ints
    cut: Ints
    share: Floats
    likeness: Floats


def head_runs(roles: Sequence[Role]) -> tuple[tuple[int, ...], ...]:
    """Runs of heads and subheads with nothing between."""
    runs: list[list[int]] = []
    for i, role in enumerate(roles):
        if role in HEADS:
            if i and roles[i - 1] in HEADS:
                runs[-1].append(i)
            else:
                runs.append([i])
    return tuple(tuple(run) for run in runs)


def candidates(runs: Sequence[tuple[int, ...]]) -> tuple[tuple[int, ...], ...]:
    """All groups of neighbours within the runs."""
    return tuple(
        run[a:b] for run in runs for a in range(len(run)) for b in range(a + 1, min(a + MOST_HEADS, len(run)) + 1)
    )


def _bins(values: NDArray[np.floating], edges: Sequence[float]) -> Ints:
    return np.searchsorted(np.asarray(edges, dtype=np.float32), values.astype(np.float32), side="right").astype(np.intp)


def text_of(block: Block) -> str:
    """The letters of a block, spaces and line breaks left out."""
    return "".join("".join(line.text.split()) for line in block.lines)


def _rank(values: Floats, axis: int) -> Ints:
    """0 for the highest along an axis, 1 for the second, ... 4 for all further ones."""
    order = np.argsort(np.argsort(-values, axis=axis, kind="stable"), axis=axis, kind="stable")
    return np.minimum(order, 4).astype(np.intp)


def _margin(values: Floats, axis: int) -> Floats:
    """How much each value is better than the best other one along an axis."""
    if values.shape[axis] < 2:
        return np.full_like(values, 9.0)
    ordered = np.sort(values, axis=axis)
    best = np.take(ordered, [-1], axis=axis)
    second = np.take(ordered, [-2], axis=axis)
    return values - np.where(values >= best, second, best)


def gather(blocks: Sequence[Block], statistics: Statistics, topics: Topics, before: Ints | None = None) -> Links:
    """The evidence for all links between `blocks`, which stand in the order of the lines.

    Args:
        blocks: in the order of the lines.
        statistics, topics: of the language and of the page (`Statistics.with_page`).
        before: what each body block goes on from by an earlier choice (`banmian.reading.assignment.Choice`); a head
            is then compared with the whole of the story that would begin at a block. Without, with the next few blocks.
    """
    roles = [block.role for block in blocks]
    bodies = [i for i, role in enumerate(roles) if role is Role.PARAGRAPH]
    runs = head_runs(roles)
    heads = [i for run in runs for i in run]
    groups = candidates(runs)
    m, k = len(bodies), len(groups)
    body_texts = [text_of(blocks[i]) for i in bodies]
    head_texts = [text_of(blocks[i]) for i in heads]

    # --- what each block shows by itself
    lasts = ["".join(blocks[i].lines[-1].text.split()) for i in bodies]
    firsts = ["".join(blocks[i].lines[0].text.split()) for i in bodies]
    end_class = np.array([edge(t[-1]) for t in lasts], dtype=np.intp)
    open_start = np.array([not blocks[i].starts for i in bodies], dtype=np.intp)
    opens = np.array([opens_story(blocks[i].lines[0].text) for i in bodies], dtype=np.intp)
    measure = np.array([max(line.width for line in blocks[i].lines) for i in bodies], dtype=np.float32)
    last_width = np.array([blocks[i].lines[-1].width for i in bodies], dtype=np.float32)
    around = np.array([max(measure[max(0, a - 1) : a + 2], default=0.0) for a in range(m)], dtype=np.float32)
    short = (around - last_width > 1.2).astype(np.intp)
    begins = _bins(start_odds(statistics, firsts), EDGE_ODDS) if m else np.zeros(0, np.intp)
    after_what, followed = _neighbours(roles, bodies)

    make_up = _make_up(runs, open_start)

    # Stories that certainly begin here: what is behind them is another story.
    part = np.cumsum((opens == 1) | np.isin(after_what, (_KINDS_BEFORE[Role.HEADLINE], _KINDS_BEFORE[Role.BYLINE])))
    ahead, behind = _nearby(part) if before is None else _chained(before)
    vectors = topic_vectors(topics, body_texts)
    sums_ahead, sums_behind = ahead @ vectors, behind @ vectors

    # --- pairs of bodies
    joins = join_matrix(statistics, lasts, firsts).astype(np.float32) if m else np.zeros((0, 0), np.float32)
    in_heads, in_bodies, weights, between, between_weights = compare(head_texts, body_texts, statistics)
    likeness = ((between * between_weights) @ between.T).astype(np.float32) if m else joins
    place = _body_places(roles, bodies, blocks)
    near = (np.abs(np.arange(m)[None, :] - np.arange(m)[:, None] - 1) < 1).astype(np.intp)
    rivals = joins.copy()
    np.fill_diagonal(rivals, -30.0)
    column = np.broadcast_to
    shape = (m, m)
    closed = np.isin(end_class, (edge("。"), edge("”"), edge("）"), edge("…"))).astype(np.intp)
    both = open_start[None, :] * 2 + closed[:, None]
    body = np.stack(
        [
            place,
            place * MAKE_UPS + make_up,
            end_class[:, None] * 4 + open_start[None, :] * 2 + short[:, None],
            _bins(joins, ODDS) * 4 + both,
            _bins(joins, ODDS) * 2 + near,
            _bins(_margin(rivals, 0), MARGIN) * 2 + open_start[None, :],
            _bins(_margin(rivals, 1), MARGIN) * 2 + open_start[None, :],
            _bins(np.abs(measure[:, None] - measure[None, :]), MEASURE_EM) * 2 + near,
            _bins(likeness, LIKENESS) * 2 + near,
            column(_bins(_cohesion(likeness, ahead, behind), COHESION)[None, :], shape) * 2 + near,
            _bins(body_topic_odds(vectors, vectors, vectors), TOPIC) * 2 + near,
            _bins(body_topic_odds(sums_behind, sums_ahead, vectors).diagonal(), TOPIC)[None, :] * 2 + near,
            opens[None, :] * 2 + near,
            column(short[:, None], shape) * 4 + open_start[None, :] * 2 + near,
            begins[None, :] * 2 + near,
        ],
        axis=2,
    ) + offsets(BODY_KINDS, BASE["body"])

    # --- heads and bodies
    member = np.zeros((k, len(heads)), dtype=bool)
    row_of = {h: row for row, h in enumerate(heads)}
    for row, group in enumerate(groups):
        member[row, [row_of[h] for h in group]] = True
    weight = in_heads * weights  # (heads, pairs)
    group_weight = (member @ in_heads) * weights if k else weight
    after = ((ahead @ in_bodies) > 0).T.astype(np.float32)
    behind_has = ((behind @ in_bodies) > 0).T.astype(np.float32)
    share = _share(group_weight, in_bodies.T.astype(np.float32))
    share_after, share_before = _share(group_weight, after), _share(group_weight, behind_has)
    single = _share(weight, after) * 0.5 + _share(weight, in_bodies.T.astype(np.float32)) * 0.5
    both_share = (share + share_after) / 2
    rival = np.array([single[~inside].max(axis=0, initial=0.0) for inside in member]).reshape(k, m)
    subhead = np.array([roles[i] is Role.SUBHEAD for i in heads], dtype=np.intp)
    head_vectors = topic_vectors(topics, head_texts)
    group_vectors = member.astype(np.float32) @ head_vectors
    topic_first = head_topic_odds(group_vectors, vectors, vectors)
    topic_ahead = head_topic_odds(group_vectors, sums_ahead, vectors)
    topic_behind = head_topic_odds(group_vectors, sums_behind, vectors)
    topic_single = head_topic_odds(head_vectors, sums_ahead, vectors)
    topic_rival = np.array([topic_single[~inside].max(axis=0, initial=-9.0) for inside in member]).reshape(k, m)
    if k and m:
        shape = (k, m)
        head_place = _head_places(roles, bodies, [(g[0], g[-1]) for g in groups])
        many = np.minimum(member.sum(axis=1), 2) - 1
        all_sub = (member @ subhead == member.sum(axis=1)).astype(np.intp)
        head = np.stack(
            [
                head_place * 2 + many[:, None],
                head_place * MAKE_UPS + make_up,
                _bins(share, SHARE),
                _bins(share_after, SHARE),
                _bins(share_after - share_before, LIFT),
                _rank(both_share, 1),
                (both_share > rival).astype(np.intp),
                _bins(_margin(both_share, 1), LIFT),
                _bins(both_share - rival, LIFT),
                _bins(topic_first, TOPIC),
                _bins(topic_ahead, TOPIC),
                _bins(topic_ahead - topic_behind, TOPIC),
                _bins(_margin(topic_ahead, 1), TOPIC),
                _bins(topic_ahead - topic_rival, TOPIC),
                column(opens[None, :] * 2 + open_start[None, :], shape),
                column(begins[None, :] * 2 + open_start[None, :], shape),
                column(after_what[None, :], shape),
                column(all_sub[:, None] * 2 + open_start[None, :], shape),
            ],
            axis=2,
        ) + offsets(HEAD_KINDS, BASE["head"])
    else:
        head = np.zeros((k, m, len(HEAD_KINDS)), np.intp)
    last = (
        np.stack([end_class, followed, short], axis=1) + offsets(LAST_KINDS, BASE["last"])
        if m
        else np.zeros((0, len(LAST_KINDS)), np.intp)
    )
    first = (
        np.stack([opens, open_start, after_what], axis=1) + offsets(FIRST_KINDS, BASE["first"])
        if m
        else np.zeros((0, len(FIRST_KINDS)), np.intp)
    )
    texts = dict(zip(heads, head_texts, strict=True))
    lone = _lone(roles, runs, groups, texts, share_after, make_up)
    cut = _cuts(blocks, runs, texts, dict(zip(heads, single, strict=True)), statistics)
    return Links(
        np.array(bodies, np.intp),
        runs,
        groups,
        body,
        head,
        last,
        lone,
        first,
        cut,
        share_after.astype(np.float32),
        likeness,
    )


def _make_up(runs: Sequence[tuple[int, ...]], open_start: Ints) -> int:
    """How the frames of the page follow each other."""
    heads_a_run = sum(len(run) for run in runs) / max(len(runs), 1)
    share = float(open_start.mean()) if len(open_start) else 0.0
    return int(np.searchsorted(HEADS_A_RUN, heads_a_run)) * (len(OPEN_SHARE) + 1) + int(
        np.searchsorted(OPEN_SHARE, share)
    )


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


def _share(weights: Floats, table: Floats) -> Floats:
    """How much of the weight of each head the texts explain, shape (heads, texts)."""
    total = np.maximum(weights.sum(axis=1, keepdims=True), 1e-6)
    shares: Floats = (weights @ table / total).astype(np.float32)
    return shares


def _nearby(part: Ints) -> tuple[Floats, Floats]:
    """For each block, which blocks its story would have if it began there, and which the story before: the next few of its part."""
    m = len(part)
    step = np.arange(m)[None, :] - np.arange(m)[:, None]
    ahead = (step >= 0) & (step < REACH) & (part[None, :] == part[:, None])
    previous = np.concatenate([part[:1], part[:-1]]) if m else part
    behind = (step < 0) & (step >= -REACH) & (part[None, :] == previous[:, None])
    return ahead.astype(np.float32), behind.astype(np.float32)


def _chained(before: Ints) -> tuple[Floats, Floats]:
    """The same from an earlier choice: the rest of the chain from each block on, and the chain up to it, `FAR` blocks at most."""
    m = len(before)
    ahead, behind = np.eye(m, dtype=np.float32), np.zeros((m, m), dtype=np.float32)
    for v in range(m):
        at = v
        for _ in range(FAR):
            at = int(before[at])
            if not 0 <= at < m:
                break
            behind[v, at] = 1.0
            ahead[at, v] = 1.0
    return ahead, behind


_KINDS_BEFORE = {Role.PARAGRAPH: 1, Role.HEADLINE: 2, Role.SUBHEAD: 3, Role.BYLINE: 4, Role.CAPTION: 5, Role.FOLIO: 6}


def _neighbours(roles: Sequence[Role], bodies: Sequence[int]) -> tuple[Ints, Ints]:
    """What stands right before and right after each body block (0: the page's edge)."""
    before = [_KINDS_BEFORE.get(roles[i - 1], 7) if i else 0 for i in bodies]
    after = [_KINDS_BEFORE.get(roles[i + 1], 7) if i + 1 < len(roles) else 0 for i in bodies]
    return np.array(before, dtype=np.intp), np.array(after, dtype=np.intp)


def _body_places(roles: Sequence[Role], bodies: Sequence[int], blocks: Sequence[Block]) -> Ints:
    """Where a body block stands after another: right behind it (and what is between), further on, or before it."""
    m = len(bodies)
    step = np.arange(m)[None, :] - np.arange(m)[:, None]
    table = np.full((m, m), 23, dtype=np.intp)
    table[step >= 2] = 14
    for distance, code in ((2, 11), (3, 12), (4, 13)):
        table[step == distance] = code
    table[step > 8] = 15
    table[step <= -1] = 19
    for distance, code in ((-1, 16), (-2, 17), (-3, 18)):
        table[step == distance] = code
    table[step < -8] = 20
    for a in range(m - 1):
        between = set(roles[bodies[a] + 1 : bodies[a + 1]])
        code = next((n for n, role in enumerate(_BETWEEN, 1) if role in between), 0)
        gap = any(b.lines[0].gap for b in blocks[bodies[a] + 1 : bodies[a + 1] + 1])
        table[a, a + 1] = code * 2 + int(gap) if code else int(gap)
    return table


def _head_places(roles: Sequence[Role], bodies: Sequence[int], groups: Sequence[tuple[int, int]]) -> Ints:
    """Where a body block stands as seen from a head: right behind it (how many heads, and a byline, between), or elsewhere."""
    place = np.array(bodies)
    table = np.empty((len(groups), len(bodies)), dtype=np.intp)
    for row, (top, h) in enumerate(groups):
        ahead = np.searchsorted(place, h)  # number of bodies before the head
        step = np.arange(len(bodies)) - ahead  # 0: the next body behind the head; -1: the one before
        codes = np.full(len(bodies), 10, dtype=np.intp)
        codes[step > 0] = 6
        codes[step == 1] = 4
        codes[step == 2] = 5
        codes[step > 8] = 7
        codes[step == -1] = 8
        codes[step == -2] = 9
        codes[step < -8] = 11
        if ahead < len(bodies):
            between = roles[h + 1 : bodies[ahead]]
            others = sum(role in HEADS for role in between)
            codes[ahead] = 12 + min(others, 3) if Role.BYLINE not in between else 16 + min(others, 3)
            if others == 0 and not between:
                codes[ahead] = 0 if top == 0 or roles[top - 1] not in HEADS else 1
            elif others == 0 and top and roles[top - 1] in HEADS:
                codes[ahead] = 2
        table[row] = codes
    return table


_KICKER_ENDS = ("——", "：", "强调", "指出", "要求", "强调：", "主持", "召开", "会见")


def form(text: str) -> int:
    """What the form of a head tells, as bits: begins as a deck, ends as a kicker, ends with a label in brackets."""
    return (
        (1 if text.startswith(("——", "—", "－－")) else 0)
        | (2 if text.endswith(_KICKER_ENDS) else 0)
        | (4 if text.endswith(("）", ")")) else 0)
    )


def _lone(
    roles: Sequence[Role],
    runs: Sequence[tuple[int, ...]],
    groups: Sequence[tuple[int, ...]],
    texts: Mapping[int, str],
    share: Floats,
    make_up: int,
) -> Ints:
    """The evidence for a group of heads that no story begins under."""
    if not groups:
        return np.zeros((0, len(LONE_KINDS)), np.intp)
    run_size = {h: len(run) for run in runs for h in run}
    rows = []
    best = share.max(axis=1, initial=0.0)
    for group, explained in zip(groups, _bins(best, SHARE), strict=True):
        before = roles[group[0] - 1] if group[0] else None
        after = roles[group[-1] + 1] if group[-1] + 1 < len(roles) else None
        kinds = [2 if r in HEADS else 1 if r is Role.PARAGRAPH else 0 for r in (before, after)]
        subheads = sum(roles[h] is Role.SUBHEAD for h in group)
        size = sum(len(texts[h]) for h in group)
        rows.append(
            (
                kinds[0] * 3 + kinds[1],
                (kinds[0] * 3 + kinds[1]) * MAKE_UPS + make_up,
                min(subheads, 2) * 3 + min(len(group), 3) - 1,
                form(texts[group[-1]]) + 8 * (form(texts[group[0]]) & 1),
                explained,
                min(5, size // 5),
                min(run_size[group[0]], 4) - 1,
            )
        )
    out: Ints = np.array(rows, dtype=np.intp) + offsets(LONE_KINDS, BASE["lone"])
    return out


def _cuts(
    blocks: Sequence[Block],
    runs: Sequence[tuple[int, ...]],
    texts: Mapping[int, str],
    share: Mapping[int, Floats],
    statistics: Statistics,
) -> Ints:
    """The evidence for cutting a run of heads between one head and the next."""
    rows = []
    pairs = [pair for run in runs for pair in pairwise(run)]
    odds = join_odds(statistics, [texts[a][-16:] for a, _ in pairs], [texts[b][:16] for _, b in pairs]) if pairs else ()
    joins, number = np.digitize(odds, ODDS), -1
    for run in runs:
        for place, (one, two) in enumerate(pairwise(run)):
            number += 1
            first, second = blocks[one], blocks[two]
            beside = 2 if second.same_row else int(second.lines[0].gap)
            best = [int(np.argmax(share[h])) if share[h].size else 0 for h in (one, two)]
            peak = [float(share[h].max(initial=0.0)) for h in (one, two)]
            near = 0 if best[0] == best[1] else 1 if abs(best[0] - best[1]) <= REACH else 2
            rows.append(
                (
                    form(texts[one]) * 8 + form(texts[two]),
                    beside,
                    min(5, len(texts[one]) // 5) * 6 + min(5, len(texts[two]) // 5),
                    type_class(first, second),
                    int(_bins(np.array([_agreement(share[one], share[two])]), AGREEMENT)[0]),
                    near * 4 + 2 * (peak[0] > 0.3) + (peak[1] > 0.3),
                    2 * (first.role is Role.SUBHEAD) + (second.role is Role.SUBHEAD),
                    (0 if second.starts else 4) + int(np.searchsorted((0.5, 0.75, 0.9), second.confidence)),
                    beside * 6 + min(5, abs(len(texts[one]) - len(texts[two]))),
                    beside * (len(ODDS) + 1) + int(joins[number]),
                    (3 if len(run) > 3 else 0) + (0 if place == 0 else 1 if place + 2 < len(run) else 2),
                    edge(texts[one][-1:]) * CLASS_COUNT + edge(texts[two][:1]),
                )
            )
    if not rows:
        return np.zeros((0, len(CUT_KINDS)), np.intp)
    out: Ints = np.array(rows, dtype=np.intp) + offsets(CUT_KINDS, BASE["cut"])
    return out


def _agreement(one: Floats, two: Floats) -> float:
    """The correlation of two heads' shares over the page: whether they are about the same story."""
    if one.size < 2 or one.std() == 0 or two.std() == 0:
        return -1.0
    return float(np.corrcoef(one, two)[0, 1])


def type_class(first: Block, second: Block) -> int:
    """How the type of two heads compares, as far as their line lengths tell: 0 unknown, 1-4 one runs over, 5-11 both do."""
    over = len(first.lines) > 1, len(second.lines) > 1
    widest = [max(line.width for line in block.lines) for block in (first, second)]
    if not any(over):
        return 0
    if not all(over):
        longer = widest[0] > widest[1] + 0.5
        return 1 + 2 * over[0] + longer
    return 5 + int(_bins(np.array([widest[0] / max(widest[1], 0.5)]), TYPE_RATIO)[0])
