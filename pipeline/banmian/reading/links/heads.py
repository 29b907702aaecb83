"""What speaks for a story beginning under a group of heads, and for a group that no story begins under.

A group is compared with the block that its story would begin with, with the blocks that would follow, and with those
of the story before: by the rare words that they share, and by their topics. No other head of the page should fit
better.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from banmian.grammar.rubrics import is_rubric, is_title_of_briefs, stands_over_head
from banmian.language.topics import Subjects, Topics, head_subject_odds, subjects, topic_vectors
from banmian.model import Block, Role
from banmian.reading.lexical import Characters, Comparison
from banmian.reading.links.bodies import Bodies, margin
from banmian.reading.links.choice import Choice
from banmian.reading.links.kinds import (
    HEAD_KINDS,
    HEADS,
    IN_ORDER,
    LABELS,
    LIFT,
    MAKE_UPS,
    MOST_HEADS,
    SHARE,
    SUBHEAD,
    TOPIC,
    Evidence,
    Floats,
    Ints,
    bins,
)

_KICKER_ENDS = ("——", "：", "强调", "強調", "指出", "要求", "主持", "召开", "召開", "会见", "會見")
_DECK_STARTS = ("——", "—", "－－")
COLUMN, BRIEFS = 1, 2
LEAST_STORIES = 2  # other stories of a page that tell of its order
STEPS = 9  # bodies further from a head than this are all alike
# The place of a body block by how far behind the head it stands, -STEPS to STEPS; the next one (0) is looked at more
# closely.
_PLACE = np.array([11, *[10] * 6, 9, 8, 0, 4, 5, *[6] * 6, 7])


def form(text: str) -> int:
    """What the form of a head tells, as bits: begins as a deck, ends as a kicker, ends with a label in brackets."""
    return begins_as_deck(text) | ends_as_kicker(text) << 1 | text.endswith(("）", ")")) << 2


def begins_as_deck(text: str) -> bool:
    """Whether a head begins with a dash, as the deck of a feature does."""
    return text.startswith(_DECK_STARTS)


def ends_as_kicker(text: str) -> bool:
    """Whether a head ends with a dash, a colon or a word that introduces what somebody said or did."""
    return text.endswith(_KICKER_ENDS)


def label_of(text: str) -> int:
    """What a head is by its words: `COLUMN`, the name of a column, `BRIEFS`, the title of briefs, or 0.

    >>> [label_of(text) for text in ("药师手记", "核心阅读", "财经短波", "渡口新船下水")]
    [1, 1, 2, 0]
    """
    bare = "".join(text.split())
    if is_title_of_briefs(bare):
        return BRIEFS
    return COLUMN if stands_over_head(bare) or is_rubric(bare) else 0


@dataclass(frozen=True, slots=True, eq=False)
class Heads:
    """The heads of a page and their groups, whatever stories the blocks make.

    Args:
        roles: of all blocks.
        runs: of heads, as indices of blocks.
        groups: of heads, as indices of blocks.
        texts: of the heads, in order.
        likes: (heads,) how much each looks like a subhead, see `like_subhead`.
        forms: (heads,) of each, see `form`.
        labels: (heads,) of each, see `label_of`.
        bounds: (groups, 2) the first head of each group, and the one after its last, by their numbers.
        weight: (heads, pairs) the weight of each pair of characters that a head has.
        group_weight: (groups, pairs) the same of groups.
        characters: (heads, characters) the weight of each character that a head has.
        group_characters: (groups, characters) the same of groups.
        about: what the heads are about.
        group_about: what groups are about.
    """

    roles: tuple[Role, ...]
    runs: tuple[tuple[int, ...], ...]
    groups: tuple[tuple[int, ...], ...]
    texts: tuple[str, ...]
    likes: Ints
    forms: Ints
    labels: Ints
    bounds: Ints
    weight: Floats
    group_weight: Floats
    characters: Floats
    group_characters: Floats
    about: Subjects
    group_about: Subjects

    @property
    def sizes(self) -> Ints:
        """(groups,) how many heads each group has."""
        out: Ints = self.bounds[:, 1] - self.bounds[:, 0]
        return out

    @property
    def least_like(self) -> Ints:
        """(groups,) how much the one of each that looks least like a subhead does."""
        out: Ints = np.array([self.likes[a:b].min() for a, b in self.bounds.tolist()], dtype=np.intp)
        return out

    @property
    def subheads(self) -> Ints:
        """(groups,) how many of them are subheads."""
        return _sums([self.roles[h] is Role.SUBHEAD for run in self.runs for h in run], self.bounds)


def like_subhead(block: Block) -> int:
    """How much a head looks like a subhead by itself: from 0, surely a head, to `LIKE_SUBHEAD` - 1, surely a subhead.

    Which of the two it is, its line and its neighbours often do not tell; where a story begins does.
    """
    return bisect_right(SUBHEAD, float(block.role is Role.SUBHEAD) if block.subhead is None else block.subhead)


def candidates(runs: Sequence[tuple[int, ...]]) -> tuple[tuple[int, ...], ...]:
    """All groups of neighbours within the runs."""
    return tuple(
        run[a:b] for run in runs for a in range(len(run)) for b in range(a + 1, min(a + MOST_HEADS, len(run)) + 1)
    )


def heads_of(
    blocks: Sequence[Block],
    runs: tuple[tuple[int, ...], ...],
    texts: Sequence[str],
    words: Comparison,
    characters: Characters,
    *,
    topics: Topics,
    common: Floats,
) -> Heads:
    """What the heads show by themselves and in their groups.

    Args:
        blocks: all blocks of the page.
        runs: of heads, as indices of blocks.
        texts: of the heads, in order.
        words: what heads and bodies share.
        characters: the same, of single characters.
        topics: of the language.
        common: what the topics of the page have in common.
    """
    groups = candidates(runs)
    number = {h: row for row, h in enumerate(h for run in runs for h in run)}
    bounds = np.array([(number[g[0]], number[g[-1]] + 1) for g in groups], dtype=np.intp).reshape(-1, 2)
    row = np.arange(len(number))
    member = ((row >= bounds[:, :1]) & (row < bounds[:, 1:])).astype(np.float32)
    vectors = topic_vectors(topics, texts)
    labels = np.array([label_of(text) for text in texts], dtype=np.intp)
    # The name of a column says nothing of the story that stands under it.
    telling = member * ((labels != COLUMN) | ((bounds[:, 1] - bounds[:, 0]) < 2)[:, None])
    return Heads(
        roles=tuple(block.role for block in blocks),
        runs=runs,
        groups=groups,
        texts=tuple(texts),
        likes=np.array([like_subhead(blocks[h]) for h in number], dtype=np.intp),
        forms=np.array([form(text) for text in texts], dtype=np.intp),
        labels=labels,
        bounds=bounds,
        weight=words.in_heads * words.weights,
        group_weight=((telling @ words.in_heads) > 0) * words.weights,
        characters=characters.in_heads * characters.weights,
        group_characters=((telling @ characters.in_heads) > 0) * characters.weights,
        about=subjects(vectors, common),
        group_about=subjects(telling @ vectors, common),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """How much of the weight of heads the blocks of a story explain.

    Args:
        ahead: (groups, bodies) the blocks from each beginning on.
        behind: (groups, bodies) the blocks before it.
        single: (heads, bodies) for each head by itself, half by the first block and half by all.
        characters: (groups, bodies) half by the first block and half by the blocks from each beginning on, by single
            characters instead of pairs.
        single_characters: (heads, bodies) the same for each head by itself.
    """

    ahead: Floats
    behind: Floats
    single: Floats
    characters: Floats
    single_characters: Floats


def shares_of(heads: Heads, in_bodies: Floats, with_characters: Floats, ahead: Floats, behind: Floats) -> Shares:
    """The shares, for the blocks ahead and behind.

    Args:
        heads: the heads.
        in_bodies: (bodies, pairs) which body blocks have which pairs of characters.
        with_characters: (bodies, characters) which have which single ones.
        ahead: (bodies, bodies) which blocks a story would have that began at a block.
        behind: (bodies, bodies) which blocks the story before would have.
    """
    further = (with_characters.T @ ahead.T > 0).astype(np.float32) * np.float32(0.5)
    further += with_characters.T * np.float32(0.5)
    after = (in_bodies.T @ ahead.T > 0).astype(np.float32)
    before = (in_bodies.T @ behind.T > 0).astype(np.float32)
    single = share(heads.weight, after) * np.float32(0.5) + share(heads.weight, in_bodies.T) * np.float32(0.5)
    return Shares(
        ahead=share(heads.group_weight, after),
        behind=share(heads.group_weight, before),
        single=single,
        characters=share(heads.group_characters, further),
        single_characters=share(heads.characters, further),
    )


def share(weights: Floats, table: Floats) -> Floats:
    """How much of the weight of each head the texts explain, shape (heads, texts)."""
    total = np.maximum(weights.sum(axis=1, keepdims=True), np.float32(1e-6))
    shares: Floats = weights @ table / total
    return shares


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """The groups of heads beside each body block: what no chain changes.

    Args:
        share: (groups, bodies) how much of a group's weight each block explains.
        place: (groups, bodies) class of where each block stands.
        classes: by the names of the kinds of evidence.
    """

    share: Floats
    place: Ints
    classes: dict[str, Ints]


def beside(heads: Heads, bodies: Bodies, in_bodies: Floats) -> Beside:
    """What the groups show beside each body block."""
    place = _places(heads, bodies.indices)
    topic = head_subject_odds(heads.group_about, bodies.subjects)
    explained = share(heads.group_weight, in_bodies.T)
    titled = _sums((heads.labels == BRIEFS).astype(int).tolist(), heads.bounds) > 0
    classes = {
        "place": place * 2 + (np.minimum(heads.sizes, 2) - 1)[:, None],
        "share of the first block": bins(explained, SHARE),
        "topic of the first block": bins(topic, TOPIC),
        "opens a story": (bodies.opens * 2 + bodies.open_start)[None, :],
        "starts a paragraph": (bodies.begins * 2 + bodies.open_start)[None, :],
        "after what": bodies.after_what[None, :],
        "least like a subhead": heads.least_like[:, None] * 2 + bodies.open_start[None, :],
        "items": bodies.items[None, :] * 2 + titled[:, None],
        "labels": (_labels(heads) * 2 + (heads.sizes > 1))[:, None],
        "worded as an opening": bodies.opening[None, :],
        "before what": (bodies.followed * 2 + bodies.open_start)[None, :],
    }
    return Beside(explained, place, classes)


def in_order(heads: Heads, bodies: Sequence[int], choice: Choice | None) -> Ints:
    """Whether the other stories of a page stand in the order of their heads, as each link would have it.

    An extractor that puts heads apart from their stories mostly keeps both in the order of the page.

    Args:
        heads: the heads and their groups.
        bodies: indices of the body blocks.
        choice: an earlier one; None where there is none.

    Returns:
        Shape (groups, bodies): classes of the share of the stories chosen for other heads and beginnings that stand on
        the same side of both; 0 where fewer than `LEAST_STORIES` tell.
    """
    places = np.array(bodies, dtype=np.intp)
    groups = np.array([group[0] for group in heads.groups], dtype=np.intp)
    begun = np.flatnonzero(choice.before >= len(places)) if choice is not None else places[:0]
    if choice is None or len(begun) < LEAST_STORIES:
        return np.zeros((1, 1), dtype=np.intp)
    over = groups[np.array(choice.groups, dtype=np.intp)[choice.before[begun] - len(places)]]
    of_heads = np.sign(groups[:, None] - over).astype(np.float32)
    of_bodies = np.sign(places[:, None] - places[begun]).astype(np.float32)
    told = np.abs(of_heads) @ np.abs(of_bodies).T
    share = 0.5 + 0.5 * (of_heads @ of_bodies.T) / np.maximum(told, 1.0)
    out: Ints = np.where(told < LEAST_STORIES, 0, 1 + bins(share, IN_ORDER))
    return out


def head_links(
    heads: Heads, known: Beside, shares: Shares, about: tuple[Subjects, Subjects], *, make_up: int, ordered: Ints
) -> Evidence:
    """The evidence for each story that begins under a group of heads, shape (groups, bodies).

    Args:
        heads: the heads and their groups.
        known: what no chain changes.
        shares: how much of the weight of heads the stories explain.
        about: what the stories ahead of each beginning and behind it are about (see `bodies.stories_about`).
        make_up: how the frames of the page follow each other.
        ordered: whether the links keep the order of the page (see `in_order`).
    """
    both: Floats = (known.share + shares.ahead) * np.float32(0.5)
    rival = rivals(shares.single, heads.bounds, 0.0)
    letters = shares.characters
    letters_rival = rivals(shares.single_characters, heads.bounds, 0.0)
    ahead, behind = about
    topic = head_subject_odds(heads.group_about, ahead)
    topic_behind = head_subject_odds(heads.group_about, behind)
    topic_rival = rivals(head_subject_odds(heads.about, ahead), heads.bounds, -9.0)
    classes = known.classes | {
        "place, make-up": known.place * MAKE_UPS + make_up,
        "share of the first blocks": bins(shares.ahead, SHARE),
        "lift over the blocks before": bins(shares.ahead - shares.behind, LIFT),
        "rank of the start for the head": _rank(both),
        "likeliest of the heads for the start": (both > rival).astype(np.intp),
        "margin for the head": bins(margin(both, 1), LIFT),
        "margin for the start": bins(both - rival, LIFT),
        "characters of the first blocks": bins(letters, SHARE),
        "characters, margin for the head": bins(margin(letters, 1), LIFT),
        "characters, margin for the start": bins(letters - letters_rival, LIFT),
        "topic of the first blocks": bins(topic, TOPIC),
        "topic, lift over the blocks before": bins(topic - topic_behind, TOPIC),
        "topic, margin for the head": bins(margin(topic, 1), TOPIC),
        "topic, margin for the start": bins(topic - topic_rival, TOPIC),
        "in order": ordered,
    }
    return Evidence.of("head", [classes[name] for name, _ in HEAD_KINDS], both.shape)


def lone_links(heads: Heads, shares: Shares, make_up: int) -> Evidence:
    """The evidence for each group of heads that no story begins under, shape (groups,)."""
    first, end = heads.bounds.T
    around = _around(heads)
    run_sizes = np.array([len(run) for run in heads.runs for _ in run], dtype=np.intp)
    classes = (
        around,
        around * MAKE_UPS + make_up,
        np.minimum(heads.subheads, 2) * 3 + np.minimum(heads.sizes, 3) - 1,
        heads.least_like,
        heads.forms[end - 1] + 8 * (heads.forms[first] & 1),
        bins(shares.ahead.max(axis=1, initial=0.0), SHARE),
        np.minimum(5, _sums([len(text) for text in heads.texts], heads.bounds) // 5),
        np.minimum(run_sizes[first], 4) - 1,
        _labels(heads) * 2 + (heads.sizes > 1),
    )
    return Evidence.of("lone", classes, around.shape)


def rivals(single: Floats, bounds: Ints, nothing: float) -> Floats:
    """For each group, the most that a head outside of it reaches at each body block, shape (groups, bodies).

    Args:
        single: (heads, bodies) what each head reaches.
        bounds: (groups, 2) of the groups, see `Heads`.
        nothing: what a page without other heads reaches.
    """
    edge = np.full((1, single.shape[1]), nothing, np.float32)
    below = np.maximum.accumulate(np.concatenate([edge, single]))
    above = np.maximum.accumulate(np.concatenate([edge, single[::-1]]))[::-1]
    out: Floats = np.maximum(below[bounds[:, 0]], above[bounds[:, 1]])
    return out


def _rank(values: Floats) -> Ints:
    """0 for the highest of a row, 1 for the second, ... 4 for all further ones."""
    order = np.argsort(-values, axis=1, kind="stable")[:, :4]
    out = np.full(values.shape, 4, dtype=np.intp)
    np.put_along_axis(out, order, np.broadcast_to(np.arange(order.shape[1]), order.shape), axis=1)
    return out


def _sums(values: Sequence[int], bounds: Ints) -> Ints:
    """The sum of a value of heads over each group."""
    total = np.concatenate([[0], np.cumsum(values)]).astype(np.intp)
    out: Ints = total[bounds[:, 1]] - total[bounds[:, 0]]
    return out


def _labels(heads: Heads) -> Ints:
    """What the first and the last head of each group are by their words, as first * LABELS + last."""
    out: Ints = heads.labels[heads.bounds[:, 0]] * LABELS + heads.labels[heads.bounds[:, 1] - 1]
    return out


def _around(heads: Heads) -> Ints:
    """What stands before and behind each group: a head (2), body (1) or something else (0), as before * 3 + behind."""
    kinds = [0, *(2 if role in HEADS else 1 if role is Role.PARAGRAPH else 0 for role in heads.roles), 0]
    return np.array([kinds[group[0]] * 3 + kinds[group[-1] + 2] for group in heads.groups], dtype=np.intp)


def _places(heads: Heads, bodies: Sequence[int]) -> Ints:
    """Where a body block stands as seen from a group of heads.

    Right behind it (how many heads, and a byline, between), or further on, or before it.
    """
    place, roles = np.array(bodies, dtype=np.intp), heads.roles
    first = np.array([group[0] for group in heads.groups], dtype=np.intp)
    last = np.array([group[-1] for group in heads.groups], dtype=np.intp)
    passed = np.searchsorted(place, last)  # bodies before the group
    step = np.arange(len(place))[None, :] - passed[:, None]  # 0: the next body behind the group
    table: Ints = _PLACE[np.clip(step, -STEPS, STEPS) + STEPS]
    followed = np.flatnonzero(passed < len(place))
    if followed.size:
        first, last, at = first[followed], last[followed], passed[followed]
        is_head = np.array([role in HEADS for role in roles], dtype=np.intp)
        count = np.concatenate([[0], np.cumsum(is_head)])
        count_byline = np.concatenate([[0], np.cumsum([role is Role.BYLINE for role in roles])])
        following = place[at]
        others = count[following] - count[last + 1]
        signed = count_byline[following] > count_byline[last + 1]
        headed = (first > 0) & (is_head[first - 1] == 1)
        code = np.where(signed, 16, 12) + np.minimum(others, 3)
        code = np.where((others == 0) & headed, 2, code)
        table[followed, at] = np.where(following == last + 1, headed.astype(np.intp), code)
    return table
