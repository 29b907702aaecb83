"""The kinds of evidence about links between blocks, the classes of each, and where their weights stand.

A link's evidence is one class of each kind; the classes pick weights, and the sum of these is the link's score.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from banmian.model import Role
from banmian.reading.marks import CLASS_COUNT

Floats = NDArray[np.float32]
Ints = NDArray[np.intp]

HEADS = (Role.HEADLINE, Role.SUBHEAD)
ODDS = (-6.0, -4.0, -2.5, -1.5, -0.75, 0.0, 0.75, 1.5, 2.5, 4.0, 6.0)  # nats, of a join
EDGE_ODDS = (-4.0, -2.5, -1.5, -0.75, 0.0, 0.75, 1.5, 2.5, 4.0)  # nats, of beginning a paragraph
SHARE = (0.001, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.65, 0.8)  # of a head's weight that a text explains
LIFT = (-0.4, -0.2, -0.1, -0.03, 0.03, 0.1, 0.2, 0.3, 0.45, 0.6)
MARGIN = (-8.0, -4.0, -2.0, -0.5, 0.0, 0.5, 2.0, 4.0, 8.0)  # nats better than the best rival
MEASURE_EM = (0.3, 0.8, 1.3, 2.3, 4.0, 7.0)
AGREEMENT = (-0.3, 0.0, 0.2, 0.4, 0.6, 0.75, 0.9)  # correlation of two heads' shares over the page
# Log odds (nats) that a line goes on in the next one, as the networks see it.
SEAM = (-6.0, -4.0, -2.5, -1.0, 0.0, 1.0, 2.0, 3.0)
# Ratio of the widest lines (in em) of two heads that both run over several lines: the wider is set in the smaller type.
TYPE_RATIO = (0.6, 0.8, 0.95, 1.05, 1.25, 1.6)
# Probability that a head is a subhead, as its line and its neighbours tell it.
SUBHEAD = (0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98)
LIKE_SUBHEAD = len(SUBHEAD) + 1
# Share of the stories that stand in the order of their heads.
IN_ORDER = (0.15, 0.4, 0.6, 0.75, 0.85, 0.95)
# Body blocks linked at a time: no newspaper page holds more paragraphs, and the work grows with their square.
MOST_BLOCKS = 320
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
BETWEEN = (Role.HEADLINE, Role.BYLINE, Role.SUBHEAD, Role.CAPTION, Role.FOLIO)
PLACES = 24
# How the frames of the page follow each other in the raw text: heads with their stories or in a heap (heads a run),
# stories whole or in pieces (share of body blocks that begin in the middle of a paragraph).
HEADS_A_RUN = (1.6, 2.6)
OPEN_SHARE = (0.04, 0.12)
# The same once links have been chosen: the share of stories that begin right behind their heads, and of the blocks that
# go on from the one right before them. As many classes.
HEADS_IN_PLACE = (0.35, 0.8)
NEXT_SHARE = (0.8, 0.95)
MAKE_UPS = (len(HEADS_A_RUN) + 1) * (len(OPEN_SHARE) + 1)

OPENING = (-2.5, -2.0, -1.5, -1.0, -0.5, 0.0, 0.5)  # nats, of being worded like the first paragraph of a story
AFTER = 8  # what may stand right behind a block, see `bodies`
# What a head is by its words: none of these, the name of a column that stories stand under, the title of briefs.
LABELS = 3
# Items of a list (●, ▲) and the turns of a talk (问：, 答：), see `banmian.reading.links.items`.
ITEMS = 6

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
    ("goes on in the next line", 1 + (len(SEAM) + 1) * 2),
    ("items", ITEMS * 2),
    ("behind a signature", 8),
    ("worded as an opening", (len(OPENING) + 1) * 4),
    ("before what", AFTER * 4),
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
    ("characters of the first blocks", len(SHARE) + 1),
    ("characters, margin for the head", len(LIFT) + 1),
    ("characters, margin for the start", len(LIFT) + 1),
    ("topic of the first block", len(TOPIC) + 1),
    ("topic of the first blocks", len(TOPIC) + 1),
    ("topic, lift over the blocks before", len(TOPIC) + 1),
    ("topic, margin for the head", len(TOPIC) + 1),
    ("topic, margin for the start", len(TOPIC) + 1),
    ("opens a story", 4),
    ("starts a paragraph", (len(EDGE_ODDS) + 1) * 2),
    ("after what", 8),
    ("least like a subhead", LIKE_SUBHEAD * 2),
    ("in order", len(IN_ORDER) + 2),
    ("items", ITEMS * 2),
    ("labels", LABELS * LABELS * 2),
    ("worded as an opening", (len(OPENING) + 1) * 2),
    ("before what", AFTER * 2),
)
LAST_KINDS: tuple[tuple[str, int], ...] = (
    ("ends with", CLASS_COUNT),
    ("followed by", 10),
    ("last line short", 2),
    ("signed", 2),
)
LONE_KINDS: tuple[tuple[str, int], ...] = (
    ("neighbours", 9),
    ("neighbours, make-up", 9 * MAKE_UPS),
    ("subheads among them, heads in all", 9),
    ("least like a subhead", LIKE_SUBHEAD),
    ("form", 16),
    ("best share", len(SHARE) + 1),
    ("size", 6),
    ("heads in the run", 4),
    ("labels", LABELS * LABELS * 2),
)
CUT_KINDS: tuple[tuple[str, int], ...] = (
    ("forms", 64),
    ("gap", 3),
    ("sizes", 36),
    ("type", 12),
    ("about the same", len(AGREEMENT) + 1),
    ("shares", 16),
    ("like subheads", (LIKE_SUBHEAD // 2) ** 2),
    ("goes on", 8),
    ("balance", 18),
    ("reads on", (len(ODDS) + 1) * 3),
    ("run", 6),
    ("end and start", CLASS_COUNT * CLASS_COUNT),
    ("labels", LABELS * LABELS),
)
FIRST_KINDS: tuple[tuple[str, int], ...] = (
    ("opens a story", 2),
    ("starts a paragraph", 2),
    ("after what", 8),
    ("worded as an opening", (len(OPENING) + 1) * 2),
)


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


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """The evidence about many links of one sort, kind by kind.

    Args:
        kinds: one array a kind, all of which broadcast to `shape`: the row of the weights.
        shape: of the links, such as (bodies, bodies).
    """

    kinds: tuple[Ints, ...]
    shape: tuple[int, ...]

    @classmethod
    def of(cls, name: str, classes: Sequence[Ints], shape: tuple[int, ...]) -> Evidence:
        """Evidence from the classes of each of the kinds of links called `name`."""
        firsts = offsets(ALL_KINDS[name], BASE[name])
        return cls(tuple(found + first for found, first in zip(classes, firsts, strict=True)), shape)

    def scores(self, weights: NDArray[np.float32]) -> NDArray[np.float64]:
        """The score of each link: the sum of its weights."""
        total = np.zeros(self.shape)
        for rows_of_kind in self.kinds:
            total += weights[rows_of_kind]
        return total

    def __getitem__(self, index: Any) -> Ints:
        """The rows of some links, the kinds along the last axis: for fitting."""
        return np.stack([np.broadcast_to(found, self.shape)[index] for found in self.kinds], axis=-1)

    def __len__(self) -> int:
        return self.shape[0]


def bins(values: NDArray[np.floating], edges: Sequence[float]) -> Ints:
    """The class of each value: how many of the edges it has reached."""
    return np.searchsorted(np.asarray(edges, np.float32), np.asarray(values, np.float32), side="right")
