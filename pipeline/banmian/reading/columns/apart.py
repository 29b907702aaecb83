"""Take the columns of a mixed page apart: which line goes on from which, for the whole page at once.

Four steps. *Is it mixed?* A cheap question first: lines of a page in order read on from the line before; where
columns alternate they read on from the kth before, for many lines running (`suspect`). *Which goes on from which?*
Each line is compared with the lines up to `REACH` before it, by the evidence that `evidence` gathers. A network
sees all these links together (`network`), and the links with the highest odds in all are chosen, each line
being gone on from once (`banmian.matching`); then all is looked at once more, with what now stands above and below each
line (`again`). *Is it sure?* Links that skip lines make zones; a zone is only taken apart if its
links are so much likelier than the order that it has that an unmixed page never comes near. Everything else stays as it
was, line for line. *What stands over what?* Heads are linked to the columns below them (`heads`).

A strand is a run of lines that go on from each other. Strands come out in the order in which they start, each right
behind the heads that stand over it.

What each step is worth: of the true links the share found, and of the links found the share that is true, on the pages
for checking, 2026-11-30:

    by                            raster       rasterrow          layout
    links by themselves      0.754 0.919     0.786 0.939     0.955 0.989
    the first look           0.978 0.984     0.983 0.986     0.994 0.994
    the second look          0.986 0.989     0.989 0.991     0.995 0.995

The same on every fourth of them, with each kind of evidence off, one at a time, everything being fitted anew
to 48 pages (`python -m banmian.fit.columns ablate PAGES DEV --rounds 4 --share 4`, so less right than the weights that
ship; `... measure` tells how right those are), 2026-11-29:

    without                       raster       rasterrow          layout
    nothing                  0.947 0.966     0.951 0.967     0.974 0.986
    the second look          0.947 0.952     0.947 0.961     0.969 0.982
    everything around        0.709 0.901     0.776 0.926     0.949 0.991
    joins of characters      0.544 0.541     0.674 0.669     0.871 0.869
    starts and ends          0.942 0.953     0.948 0.960     0.973 0.984
    widths                   0.948 0.966     0.951 0.965     0.974 0.986
    lag                      0.955 0.966     0.964 0.967     0.977 0.987
    blank lines              0.944 0.967     0.950 0.967     0.973 0.984
    rows apart               0.948 0.959     0.949 0.966     0.973 0.985
    horizontal place         0.947 0.966     0.950 0.966     0.965 0.977

Joins tell most by far; that rows keep positions helps where they do. What else there is says much the same things: a
few pages do not show what each is worth alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from banmian.language import Statistics, heads, lag_odds, tails
from banmian.matching import best_pairs
from banmian.model import Line
from banmian.reading.columns.again import again_numbers
from banmian.reading.columns.evidence import BIAS, Candidates, Printed, bare_texts, candidates, numbers
from banmian.reading.columns.heads import NOTHING, Strands, head_numbers, possible
from banmian.reading.columns.network import GridNetwork
from banmian.reading.columns.rows import Rows

Floats = NDArray[np.float32]
Ints = NDArray[np.intp]
Flags = NDArray[np.bool_]

RESOURCE = Path(__file__).with_name("columns.npz")
# Lines that are assigned at a time, so that time grows with the lines and not with their square.
CHUNK = 400
# What stands for the own odds of links that a page does not have, and for those by all.
HOPELESS, IMPOSSIBLE = -8.0, -30.0
# The first question: in a window of so many lines, how many join with one of the lines up to a lag before so well
# (nats), and by so much better than with the line right before? Typeset pages of one strand have at most 5, a paper of
# 1920 at most 6; pages with columns mixed anywhere have 6 or more, most of them 12 or more. This and the two rules
# below were chosen on the pages for checking. Tried afterwards on the 160 pages for fitting, in four kinds of raw text
# (pdfium, raw, pdftotext, pdfminer): no page was taken apart that read better before, and of 320 raw texts in stream
# order (pdfium, raw) one, which was mixed.
SUSPECT_WINDOW, SUSPECT_LAG, SUSPECT_JOIN, SUSPECT_MARGIN, SUSPECT_LINES = 16, 8, 2.0, 3.0, 6
# A zone is taken apart if it has so many links that skip lines, and either their own evidence outweighs that of the
# order as it is by this, or there are very many of them. On pages that are not mixed the most were 7 links, and 6.8
# with fewer than 4.
ZONE_LINKS, ZONE_ODDS, MANY_LINKS = 4, 8.0, 12
# What links must have for them (log odds) where only a part of the page is mixed.
SURER = 1.5
# Where zones hold more than this share of the lines, the rest of the page came the same way, and its links hold too.
MIXED_SHARE = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class ColumnWeights:
    """The weights of the evidence.

    Args:
        own: (classes + 1,) of links by themselves.
        lines: the network over all links of lines.
        again: that of the second look at them.
        heads: the network over the links of heads with what they stand over.
    """

    own: Floats
    lines: GridNetwork
    again: GridNetwork
    heads: GridNetwork

    def save(self, path: Path) -> None:
        """Write them where `weights` reads them."""
        networks = {"lines.": self.lines, "again.": self.again, "heads.": self.heads}
        arrays = {name: value for prefix, network in networks.items() for name, value in network.arrays(prefix).items()}
        np.savez_compressed(path, allow_pickle=False, own=self.own, **arrays)


@cache
def weights(path: Path | None = None) -> ColumnWeights:
    """The weights that ship with the package, or those of a file."""
    with np.load(RESOURCE if path is None else path) as arrays:
        networks = [GridNetwork.of(arrays, prefix) for prefix in ("lines.", "again.", "heads.")]
        return ColumnWeights(arrays["own"], *networks)


@dataclass(frozen=True, slots=True)
class Apart:
    """How the lines of a page go on.

    Args:
        before: (lines,) what each line goes on from, `NOTHING` where a strand starts.
        under: (lines,) for the first line of a strand, the last of the strand that it stands under, or `NOTHING`.
        mixed: (lines,) whether a line is in a zone that was taken apart.
        doubtful: (lines,) whether a line is in a zone that looks mixed and could not be taken apart.
        evidence: what speaks by itself for the links of mixed zones (log odds), the mean over their lines.
    """

    before: Ints
    under: Ints
    mixed: Flags
    doubtful: Flags
    evidence: float = 0.0


def take_apart(page: Printed, fitted: ColumnWeights, *, sure: bool, third: bool = False) -> Apart:
    """What goes on from what on a page that is mixed.

    Args:
        page: its lines.
        fitted: the weights.
        sure: whether it is known to be mixed, or only as far as can be seen.
        third: whether to look a third time, with what the second look found, and take the mean of both: where lines
            ran together that is worth its time.
    """
    links = candidates(page)
    own = own_odds(links, fitted.own)
    read = numbers(links, own, page.rows)
    score = odds(second_look(read, odds(read, fitted.lines), page), fitted.again)
    if third:
        score = np.mean([score, odds(second_look(read, score, page), fitted.again)], axis=0, dtype=np.float32)
    alone = links.grid(own, HOPELESS)
    apart = settle(assign(score), alone, sure=sure)
    if not apart.mixed.all():
        apart = settle(assign(np.where(score > SURER, score, np.float32(IMPOSSIBLE))), alone, sure=sure)
        return replace(apart, evidence=_evidence(apart, alone))
    wide = head_numbers(read, Strands.follow(apart.before), page)
    under = assign(np.where(possible(wide), odds(wide, fitted.heads), np.float32(IMPOSSIBLE)))
    return replace(apart, under=under, evidence=_evidence(apart, alone))


def _evidence(apart: Apart, own: Floats) -> float:
    """What speaks by itself for the links of mixed zones, the mean over their lines."""
    linked = np.flatnonzero(apart.mixed & (apart.before != NOTHING))
    return float(own[linked, linked - apart.before[linked] - 1].sum()) / max(int(apart.mixed.sum()), 1)


def second_look(read: Floats, score: Floats, page: Printed) -> Floats:
    """What is read of each link once it is known what the first look found."""
    return again_numbers(read, score, assign(score), page)


def suspect(rows: Rows, known: Statistics) -> bool:
    """Whether somewhere on a page lines go on from lines further up, and much better than from the line before."""
    n = len(rows.lines)
    if n <= SUSPECT_LAG:
        return False
    texts = bare_texts(rows)
    joins = lag_odds(known, tails(known, texts), heads(known, texts), SUSPECT_LAG)[:, SUSPECT_LAG:]
    best = joins[1:].max(axis=0)
    better = (best > SUSPECT_JOIN) & (best - joins[0] > SUSPECT_MARGIN)
    until = np.concatenate([[0], np.cumsum(better)])
    window = min(SUSPECT_WINDOW, len(better))
    return bool((until[window:] - until[:-window]).max() >= SUSPECT_LINES)


def settle(before: Ints, own: Floats, *, sure: bool) -> Apart:
    """Keep the links of zones that are mixed beyond doubt; elsewhere each line goes on from the one before it.

    Args:
        before: what each line was found to go on from.
        own: odds of links by their own evidence, (lines, lags).
        sure: whether the page is known to be mixed, since its rows had to be cut.
    """
    n = len(before)
    lines = np.arange(n)
    nothing = np.full(n, NOTHING, dtype=np.intp)
    lag = lines - before
    skips = (before != NOTHING) & (lag > 1)
    stays = (before != NOTHING) & (lag == 1)
    mixed, doubtful = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
    if sure:
        mixed[:] = True
        return Apart(before, nothing, mixed, doubtful)
    for first, last in _zones(before, skips):
        zone = slice(first, last + 1)
        at = lines[zone][skips[zone]]
        evidence = float(own[at, lag[at] - 1].sum()) - float(np.maximum(own[zone, 0], 0)[~stays[zone]].sum())
        if len(at) >= MANY_LINKS or (len(at) >= ZONE_LINKS and evidence > ZONE_ODDS):
            mixed[zone] = True
        elif len(at) >= ZONE_LINKS:
            doubtful[zone] = True
    if mixed.mean() > MIXED_SHARE:
        return Apart(before, nothing, np.ones(n, dtype=bool), np.zeros(n, dtype=bool))
    within = mixed & np.concatenate([[False], mixed[:-1]])
    kept = np.where(within | (mixed & skips), before, lines - 1)
    return Apart(kept.astype(np.intp), nothing, mixed, doubtful)


def _zones(before: Ints, skips: Flags) -> list[tuple[int, int]]:
    """Stretches of lines that links which skip lines lie over, first and last line of each."""
    zones: list[tuple[int, int]] = []
    for line in np.flatnonzero(skips).tolist():
        first = int(before[line])
        while zones and zones[-1][1] >= first:
            first = min(first, zones.pop()[0])
        zones.append((first, line))
    return zones


def in_strands(lines: Sequence[Line], apart: Apart) -> tuple[Line, ...]:
    """The lines strand by strand; where another strand begins, the line says that there is a gap before it.

    Strands come in the order in which they start, each with the heads over it right before it.
    """
    after = np.full(len(lines), NOTHING, dtype=np.intp)
    linked = np.flatnonzero(apart.before != NOTHING)
    after[apart.before[linked]] = linked
    out: list[Line] = []
    last = NOTHING
    for start in _in_order(apart):
        at = start
        while at != NOTHING:
            line, follows = lines[at], at == last + 1
            if not (follows and (at != start or not apart.mixed[at])):
                gap = at == start and bool(out)
                line = line if line.gap == gap else replace(line, gap=gap)
            out.append(line)
            last, at = at, int(after[at])
    return tuple(out)


def _in_order(apart: Apart) -> list[int]:
    """The first lines of strands in the order in which strands come."""
    strands = Strands.follow(apart.before)
    over = {int(strands.of[line]): int(strands.of[first]) for line, first in enumerate(apart.under) if first != NOTHING}
    heads = set(over.values())
    out: list[int] = []
    for number in range(len(strands.first)):
        if number in heads:
            continue  # comes with what it stands over
        chain = [number]
        while chain[-1] in over:
            chain.append(over[chain[-1]])
        out += [int(strands.first[strand]) for strand in reversed(chain)]
    return out


def odds(read: Floats, network: GridNetwork) -> Floats:
    """The log odds of links by what there is to read of them: (lines, lags), `IMPOSSIBLE` where there is none."""
    there = read[..., 0]
    return np.where(there > 0, network.odds(read, there), np.float32(IMPOSSIBLE))


def own_odds(links: Candidates, weight: Floats) -> Floats:
    """The log odds of links by what the two lines are and where they stand."""
    score: Floats = weight[links.classes].sum(axis=0) + weight[BIAS]
    return score


def assign(score: Floats) -> Ints:
    """What each line goes on from, `NOTHING` where a strand starts: the links with the highest odds in all.

    Args:
        score: (lines, lags) the log odds of each link.
    """
    n = len(score)
    before = np.full(n, NOTHING, dtype=np.intp)
    second, lag = np.nonzero(score > 0)
    if len(second) == 0:
        return before
    first, worth = second - lag - 1, score[second, lag]
    # Most links have no rival: neither does their second line go on from another, nor another from their first.
    alone = (np.bincount(second, minlength=n)[second] == 1) & (np.bincount(first, minlength=n)[first] == 1)
    before[second[alone]] = first[alone]
    if not alone.all():
        _assign_rivals(before, first[~alone], second[~alone], worth[~alone])
    return before


def _assign_rivals(before: Ints, first: Ints, second: Ints, worth: Floats) -> None:
    """Choose among links that share lines, a part of the page at a time, and note in `before` what was chosen."""
    n = len(before)
    gone = np.zeros(n, dtype=bool)
    starts = np.searchsorted(second, np.arange(0, n + CHUNK, CHUNK))
    for number in range(len(starts) - 1):
        part = slice(starts[number], starts[number + 1])
        rows, row = np.unique(second[part], return_inverse=True)
        columns, column = np.unique(first[part], return_inverse=True)
        gain = np.zeros((len(rows), len(columns)))
        gain[row, column] = np.where(gone[first[part]], 0, worth[part])
        chosen = best_pairs(gain)
        right = gain[chosen] > 0
        lines, froms = rows[chosen[0][right]], columns[chosen[1][right]]
        before[lines] = froms
        gone[froms] = True
