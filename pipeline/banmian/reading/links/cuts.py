"""What speaks for cutting a run of heads between one head and the next: that they belong to different stories."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from banmian.model import Block
from banmian.reading.links.heads import Heads, Shares, like_subhead
from banmian.reading.links.kinds import (
    AGREEMENT,
    CUT_KINDS,
    LABELS,
    LIKE_SUBHEAD,
    ODDS,
    REACH,
    TYPE_RATIO,
    Evidence,
    Floats,
    Ints,
    bins,
)
from banmian.reading.marks import CLASS_COUNT, edge

SURE = (0.5, 0.75, 0.9)  # confidence of a block
PEAK = 0.3  # share of a head's weight
NO_AGREEMENT = -1.0
_TYPE_RATIO = tuple(float(np.float32(ratio)) for ratio in TYPE_RATIO)


def fixed_cuts(blocks: Sequence[Block], heads: Heads, reads_on: Floats) -> dict[str, Ints]:
    """The classes of the kinds of evidence for each cut that no chain changes, by the names of the kinds.

    Args:
        blocks: all blocks of the page.
        heads: the heads.
        reads_on: (heads - 1,) the odds that each head goes on in the next.
    """
    texts = dict(zip((h for run in heads.runs for h in run), heads.texts, strict=True))
    forms = dict(zip(texts, heads.forms.tolist(), strict=True))
    pairs = [pair for run in heads.runs for pair in pairwise(run)]
    joins = np.digitize(reads_on[_inner(heads.runs)], ODDS)
    found: dict[str, list[int]] = {
        name: [] for name, _ in CUT_KINDS if name not in ("about the same", "shares", "labels")
    }
    for (one, two), join in zip(pairs, joins.tolist(), strict=True):
        first, second = blocks[one], blocks[two]
        sizes = len(texts[one]), len(texts[two])
        beside = 2 if second.same_row else int(second.lines[0].gap)
        found["forms"].append(forms[one] * 8 + forms[two])
        found["gap"].append(beside)
        found["sizes"].append(min(5, sizes[0] // 5) * 6 + min(5, sizes[1] // 5))
        found["type"].append(type_class(first, second))
        like = like_subhead(first) // 2, like_subhead(second) // 2
        found["like subheads"].append(LIKE_SUBHEAD // 2 * like[0] + like[1])
        found["goes on"].append(goes_on(second))
        found["balance"].append(beside * 6 + min(5, abs(sizes[0] - sizes[1])))
        found["reads on"].append(beside * (len(ODDS) + 1) + join)
        found["end and start"].append(edge(texts[one][-1:]) * CLASS_COUNT + edge(texts[two][:1]))
    for run in heads.runs:
        for place in range(len(run) - 1):
            long = 3 if len(run) > 3 else 0
            found["run"].append(long + (0 if place == 0 else 1 if place + 2 < len(run) else 2))
    inner = _inner(heads.runs)
    labels = heads.labels[inner] * LABELS + heads.labels[inner + 1]
    return {name: np.array(classes, dtype=np.intp) for name, classes in found.items()} | {"labels": labels}


def cut_links(heads: Heads, fixed: dict[str, Ints], shares: Shares) -> Evidence:
    """The evidence for cutting between each head and the next of its run, shape (heads - runs,)."""
    one = _inner(heads.runs)
    single = shares.single
    best = single.argmax(axis=1) if single.size else np.zeros(len(single), np.intp)
    peak = single.max(axis=1, initial=0.0) > PEAK
    apart = np.abs(best[one] - best[one + 1])
    near = np.where(apart == 0, 0, np.where(apart <= REACH, 1, 2))
    classes = fixed | {
        "about the same": bins(_agreement(single, one), AGREEMENT),
        "shares": near * 4 + 2 * peak[one] + peak[one + 1],
    }
    return Evidence.of("cut", [classes[name] for name, _ in CUT_KINDS], one.shape)


def _inner(runs: Sequence[tuple[int, ...]]) -> Ints:
    """The numbers of the heads that another one of their run follows on."""
    return np.flatnonzero([place + 1 < len(run) for run in runs for place in range(len(run))])


# Shares that spread no wider than rounding does say nothing.
LEAST_SPREAD = 1e-9


def _agreement(single: Floats, one: Ints) -> Floats:
    """The correlation of the shares of a head and the next over the page: whether they are about the same story."""
    if single.shape[1] < 2:
        return np.full(len(one), NO_AGREEMENT, np.float32)
    spread = single.astype(np.float64)
    spread -= spread.mean(axis=1, keepdims=True)
    power = (spread**2).sum(axis=1)
    both = np.sqrt(power[one] * power[one + 1])
    told = both > LEAST_SPREAD
    product = (spread[one] * spread[one + 1]).sum(axis=1)
    out: Floats = np.where(told, product / np.where(told, both, 1.0), NO_AGREEMENT).astype(np.float32)
    return out


def goes_on(block: Block) -> int:
    """Whether a head goes on from the one before, as its line by itself tells, and how surely."""
    return (0 if block.starts else 4) + int(np.searchsorted(SURE, block.confidence))


def type_class(first: Block, second: Block) -> int:
    """How the type of two heads compares, as far as their line lengths tell.

    0 unknown, 1 to 4 one of them runs over several lines, 5 to 11 both do.
    """
    over = len(first.lines) > 1, len(second.lines) > 1
    if not any(over):
        return 0
    widest = [max(line.width for line in block.lines) for block in (first, second)]
    if not all(over):
        return 1 + 2 * over[0] + (widest[0] > widest[1] + 0.5)
    return 5 + bisect_right(_TYPE_RATIO, float(np.float32(widest[0] / max(widest[1], 0.5))))
