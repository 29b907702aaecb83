"""What speaks for one line of a mixed page going on from another: the evidence that columns are taken apart by.

Lines of several columns stand in one sequence, from the top and from the left. Each line is compared with the `REACH`
lines before it; a comparison sorts into one class of every kind of evidence, and a class has a weight, fitted on
pages with known answers (`python -m banmian.fit.columns`). There are three sorts:

- what the two lines are: whether their characters read on, better than with any other line near; their widths and the
  measure; whether the first ends a sentence or a paragraph, and the second looks like the start of one;
- where they stand: how far apart, how many rows, whether one is below the other (where the raw text keeps positions);
- what goes on around them: in a zone of k columns all lines go on from the kth before, links do not cross (each
  column comes once in every round, in the same order), and columns have a measure. This is taken from the
  probabilities of all links in the round before, so that a page is read a few times, each time with more to go on.

Nothing depends on sizes in em or on a grid: widths are compared with each other only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from banmian.grammar.datelines import opens_story
from banmian.language import Statistics, edge_odds, heads, lag_odds, tails
from banmian.reading.evidence import CLASS_COUNT, edge
from banmian.reading.rows import Rows

Floats = NDArray[np.float32]
Ints = NDArray[np.intp]
Flags = NDArray[np.bool_]

# How many lines back a line may go on from. On the typeset pages, with up to seven columns, 99.9 % of the links are
# within 12.
REACH = 14
# Lines on either side that the lag around is taken from.
AROUND = 5
# Lines of a strand, up and down, that its measure is taken from; a power of two is cheapest.
STRAND = 4
# Lines on either side that the odds of a lag are averaged over, and the range that one link may have a say in.
NEAR, ZONE = 3, 9
LEAST, MOST = -7.0, 5.0
FAR = np.float32(-30.0)

ODDS = (-6.0, -4.0, -2.5, -1.5, -0.75, 0.0, 0.75, 1.5, 2.5, 4.0, 6.0)
RIVAL = (-8.0, -6.0, -4.0, -2.5, -1.5, -0.75, 0.0, 0.75, 1.5, 2.5, 4.0, 6.0, 9.0)
EDGES = (-4.0, -2.5, -1.5, -0.75, 0.0, 0.75, 1.5, 2.5, 4.0)
WIDTHS = (-9.0, -5.0, -3.0, -2.3, -1.8, -1.3, -0.8, -0.3, 0.3, 0.8, 1.3, 1.8, 2.3, 3.0, 5.0, 9.0)
SHORT = (0.3, 0.8, 1.3, 1.8, 2.3, 3.0, 5.0, 9.0)
OFFSETS = (-13.0, -7.0, -4.5, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 4.5, 7.0, 13.0)
MARGINS = (-4.0, -2.5, -1.5, -0.8, -0.3, 0.0, 0.3, 0.8, 1.5, 2.5, 4.0)
GATES = (0.15, 0.45)
SHARES = (0.01, 0.03, 0.08, 0.16, 0.3, 0.45, 0.6, 0.75, 0.87, 0.95)
CROSSINGS = (0.05, 0.15, 0.35, 0.7, 1.2, 2.0, 3.0, 5.0)
# Where more lines than this share have a blank line before them, blank lines part nothing.
BLANK_SHARE = 0.5

_ENDS, _FORMS = 3, 4
_OPENINGS = ("本", "新", "据", "人", "（", "(", "□", "■", "●", "记")
_CREDITS = ("本报记者", "□", "■", "记者", "本报通讯员", "通讯员", "（本报", "图为", "制图", "责编", "责任编辑")
_RUNNING = re.compile("[，。；、]")
_END_OF = np.array([1, 0, 2, 2, 2] + [0] * (CLASS_COUNT - 5), dtype=np.intp)

# What a line ends with (goes on, sentence, closing mark) is joined to most kinds: a full stop makes a weak join and a
# short line good.
ALONE: tuple[tuple[str, int], ...] = (
    ("join", (len(ODDS) + 1) * _ENDS),
    ("better than other lines before", (len(RIVAL) + 1) * _ENDS),
    ("better than other lines after", (len(RIVAL) + 1) * _ENDS),
    ("begins a paragraph", (len(EDGES) + 1) * _ENDS),
    ("ends a paragraph", (len(EDGES) + 1) * _ENDS),
    ("begins with, ends with", CLASS_COUNT * CLASS_COUNT),
    ("forms", _FORMS * _FORMS * _ENDS),
    ("wider", (len(WIDTHS) + 1) * _ENDS),
    ("first short of measure", (len(SHORT) + 1) * _ENDS),
    ("second short of measure", (len(SHORT) + 1) * _ENDS),
    ("lag", REACH),
    ("blank lines", 8),
    ("rows apart", 6),
    ("to the right", (len(OFFSETS) + 2) * _ENDS),
)
AROUND_THEM: tuple[tuple[str, int], ...] = (
    ("lag around", len(SHARES) + 1),
    ("odds of the lag near", len(MARGINS) + 1),
    ("odds of the lag in the zone", len(MARGINS) + 1),
    ("next lag up around", len(SHARES) + 1),
    ("next lag down around", len(SHARES) + 1),
    ("changed places with the next", (len(RIVAL) + 2) * 3),
    ("changed places with the one before", (len(RIVAL) + 2) * 3),
    ("kept place to the next", (len(RIVAL) + 2) * 3),
    ("kept place to the one before", (len(RIVAL) + 2) * 3),
    ("changed places, both likely", len(SHARES) + 1),
    ("lag above", len(SHARES) + 1),
    ("lag below", len(SHARES) + 1),
    ("crosses links before", len(CROSSINGS) + 1),
    ("crosses links after", len(CROSSINGS) + 1),
    ("taken by others", len(CROSSINGS) + 1),
    ("strand wider", len(WIDTHS) + 1),
    ("first short of strand", (len(SHORT) + 1) * _ENDS),
    ("second short of strand", (len(SHORT) + 1) * _ENDS),
)
KINDS = ALONE + AROUND_THEM
_STARTS = np.concatenate([[0], np.cumsum([size for _, size in KINDS])]).astype(np.intp)
CLASSES = int(_STARTS[-1])
# Index into the weights of what every link starts from.
BIAS = CLASSES


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """All links that a page could have, and what speaks for each by itself.

    Args:
        lag: (links,) how many lines the first line stands before the second.
        second: (links,) the index of the line that would go on.
        classes: (kinds of `ALONE`, links), indices into the weights.
        joins: (links,) the odds that the characters read on.
        ends: (lines,) what a line ends with: 0 goes on, 1 a sentence, 2 a closing mark.
        widths: (lines,).
    """

    lag: Ints
    second: Ints
    classes: Ints
    joins: Floats
    ends: Ints
    widths: Floats

    @property
    def first(self) -> Ints:
        """The index of the line that each would go on from."""
        return self.second - self.lag

    def take(self, kept: Flags) -> Candidates:
        """Some of the links."""
        return replace(
            self, lag=self.lag[kept], second=self.second[kept], classes=self.classes[:, kept], joins=self.joins[kept]
        )

    def grid(self, values: Floats, empty: float = 0.0) -> Floats:
        """Values of links in the shape (lines, lags), the second line and the lag less one telling the place."""
        out = np.full((len(self.widths), REACH), empty, dtype=np.float32)
        out[self.second, self.lag - 1] = values
        return out


def bare_texts(rows: Rows) -> list[str]:
    """The texts of the lines without spaces."""
    return ["".join(line.text.split()) if " " in line.text else line.text for line in rows.lines]


def candidates(rows: Rows, texts: Sequence[str], known: Statistics) -> Candidates:
    """All links of a page, each line with the lines before it that are no more than `REACH` away and in another row."""
    n = len(texts)
    second = np.repeat(np.arange(n), REACH)
    lag = np.tile(np.arange(1, REACH + 1), n)
    there = second >= lag
    there[there] = rows.row[second[there] - lag[there]] != rows.row[second[there]]
    second, lag = second[there], lag[there]
    first = second - lag

    widths = np.array([line.width for line in rows.lines], dtype=np.float32)
    begins = np.array([edge(text[:1]) for text in texts], dtype=np.intp)
    last = np.array([edge(text[-1:]) for text in texts], dtype=np.intp)
    ends = _END_OF[last]
    form = np.array([_form(text) for text in texts], dtype=np.intp)
    end = ends[first]
    left, right = tails(known, texts), heads(known, texts)
    joins = lag_odds(known, left, right, REACH)[lag - 1, second]
    closes, starts = (np.digitize(odds, EDGES) for odds in edge_odds(known, left, right))
    measure = _measure(widths, first, second, lag)
    rival_before, rival_after = _rivals(joins, first, second, lag, n)
    columns = [
        np.digitize(joins, ODDS) * _ENDS + end,
        np.digitize(rival_before, RIVAL) * _ENDS + end,
        np.digitize(rival_after, RIVAL) * _ENDS + end,
        starts[second] * _ENDS + end,
        closes[first] * _ENDS + end,
        last[first] * CLASS_COUNT + begins[second],
        (form[first] * _FORMS + form[second]) * _ENDS + end,
        np.digitize(widths[second] - widths[first], WIDTHS) * _ENDS + end,
        np.digitize(measure - widths[first], SHORT) * _ENDS + end,
        np.digitize(measure - widths[second], SHORT) * _ENDS + end,
        lag - 1,
        _blanks(rows, first, second, lag),
        np.minimum(rows.row[second] - rows.row[first], 5) if rows.cut else np.zeros(len(first), np.intp),
        _beside(rows, first, second) * _ENDS + end,
    ]
    classes = np.stack(columns) + _STARTS[: len(ALONE), None]
    return Candidates(lag, second, classes, joins, ends, widths)


def _form(text: str) -> int:
    """What a line looks like.

    0 running text, 1 neither stop nor comma in it, as in heads and ends of paragraphs, 2 the opening of a story,
    3 a byline or the like.
    """
    if text.startswith(_OPENINGS) and opens_story(text):
        return 2
    if text.startswith(_CREDITS):
        return 3
    return 0 if _RUNNING.search(text) else 1


def _measure(widths: Floats, first: Ints, second: Ints, lag: Ints) -> Floats:
    """The measure if both lines and those one lag further up and down stood in one column."""
    n = len(widths)
    up, down = first - lag, second + lag
    above = np.where(up >= 0, widths[up], 0)
    below = np.where(down < n, widths[np.minimum(down, n - 1)], 0)
    ordered = np.sort(np.stack([above, widths[first], widths[second], below]), axis=0)
    # the widest, unless it stands alone: then a head or a line of another column
    measure: Floats = np.where(ordered[3] - ordered[2] > 3.0, ordered[2], ordered[3])
    return measure


def _rivals(joins: Floats, first: Ints, second: Ints, lag: Ints, n: int) -> tuple[Floats, Floats]:
    """By how much each join is better than the best other for its second line, and for its first."""
    out: list[Floats] = []
    for line in (second, first):
        grid = np.full((n, REACH), FAR, dtype=np.float32)
        grid[line, lag - 1] = joins
        best = grid.max(axis=1)
        at = grid.argmax(axis=1)
        grid[np.arange(n), at] = FAR
        runner_up = grid.max(axis=1)
        out.append(joins - np.where(lag - 1 == at[line], runner_up[line], best[line]))
    return out[0], out[1]


def _blanks(rows: Rows, first: Ints, second: Ints, lag: Ints) -> Ints:
    """Blank lines right before the second, and anywhere between; on pages strewn with them they say little."""
    gaps = np.array([line.gap for line in rows.lines], dtype=np.intp)
    many = 4 * int(gaps.mean() > BLANK_SHARE) if len(gaps) else 0
    until = np.cumsum(gaps)
    between = until[second] > until[first]
    classes: Ints = np.where(between, np.where(lag == 1, 3, 1 + gaps[second]), 0) + many
    return classes


def _beside(rows: Rows, first: Ints, second: Ints) -> Ints:
    """How far to the right of the first the second stands; 0 where the text keeps no positions."""
    if not rows.placed:
        return np.zeros(len(first), dtype=np.intp)
    out: Ints = np.digitize(rows.offset[second] - rows.offset[first], OFFSETS) + 1
    return out


def around(links: Candidates, alone: Floats, probable: Floats) -> Ints:
    """What goes on around each link.

    Args:
        links: the links.
        alone: their log odds by their own evidence.
        probable: how probable the round before found them.

    Returns:
        (kinds of `AROUND_THEM`, links), indices into the weights.
    """
    n = len(links.widths)
    lag, first, second = links.lag, links.first, links.second
    grid = links.grid(probable)
    before, after = _crossings(grid)
    above = grid[first, lag - 1]
    down = second + lag
    below = np.where(down < n, grid[np.minimum(down, n - 1), lag - 1], 0)
    to_second = grid.sum(axis=1)
    from_first = np.bincount(first, weights=probable, minlength=n)
    taken = to_second[second] + from_first[first] - 2 * probable
    up_width, down_width = _strand_measures(links, grid)
    up, down_measure = up_width[first], down_width[second]
    measure = np.maximum(up, down_measure)
    end = links.ends[first]
    shares = np.pad(_lag_around(grid), ((0, 0), (1, 1)))
    here, less, more = shares[second, lag], shares[second, lag - 1], shares[second, lag + 1]
    scores = np.full((n + 2, REACH + 4), np.nan, dtype=np.float32)
    scores[second + 1, lag + 1] = alone

    def at(line: int, lags: int) -> Floats:
        out: Floats = scores[second + 1 + line, lag + 1 + lags]
        return out

    def gain(values: Floats, gate: Floats) -> Ints:
        out: Ints = np.where(np.isnan(values), len(RIVAL) + 1, np.digitize(values, RIVAL))
        return out * 3 + np.digitize(gate, GATES)

    own = at(0, 0)
    with_next = own + at(1, 2) - at(0, 1) - at(1, 1)
    with_last = own + at(-1, -2) - at(0, -1) - at(-1, -1)
    kept_next = own + at(1, 0) - at(0, -1) - at(1, 1)
    kept_last = own + at(-1, 0) - at(0, 1) - at(-1, -1)
    own_grid = np.clip(links.grid(alone, LEAST), LEAST, MOST)
    likely = np.pad(grid, ((1, 1), (2, 2)))
    partner = np.maximum(likely[second + 2, lag + 3], likely[second, lag - 1])
    columns = [
        np.digitize(here, SHARES),
        np.digitize(_lag_margin(own_grid, NEAR)[second, lag - 1], MARGINS),
        np.digitize(_lag_margin(own_grid, ZONE)[second, lag - 1], MARGINS),
        np.digitize(less, SHARES),
        np.digitize(more, SHARES),
        gain(with_next, more),
        gain(with_last, less),
        gain(kept_next, here),
        gain(kept_last, here),
        np.digitize(partner, SHARES),
        np.digitize(above, SHARES),
        np.digitize(below, SHARES),
        np.digitize(before[second, lag - 1], CROSSINGS),
        np.digitize(after[second, lag - 1], CROSSINGS),
        np.digitize(taken, CROSSINGS),
        np.digitize(down_measure - up, WIDTHS),
        np.digitize(measure - links.widths[first], SHORT) * _ENDS + end,
        np.digitize(measure - links.widths[second], SHORT) * _ENDS + end,
    ]
    return np.stack(columns) + _STARTS[len(ALONE) : -1, None]


def _lag_around(grid: Floats) -> Floats:
    """The share of each lag among the links of the lines around, the line itself left out."""
    n = len(grid)
    until = np.concatenate([np.zeros((1, REACH), np.float32), np.cumsum(grid, axis=0)])
    at = np.arange(n)
    sums = until[np.minimum(at + AROUND + 1, n)] - until[np.maximum(at - AROUND, 0)] - grid
    share: Floats = sums / np.maximum(sums.sum(axis=1, keepdims=True), 1e-3)
    return share


def _lag_margin(grid: Floats, reach: int) -> Floats:
    """By how much the lines around each line have better odds at each lag than at the best other one, on average."""
    n = len(grid)
    until = np.concatenate([np.zeros((1, REACH), np.float32), np.cumsum(grid, axis=0)])
    at = np.arange(n)
    low, high = np.maximum(at - reach, 0), np.minimum(at + reach + 1, n)
    means = (until[high] - until[low] - grid) / np.maximum(high - low - 1, 1)[:, None]
    best = means.argmax(axis=1)
    top = means[at, best]
    others = means.copy()
    others[at, best] = -np.inf
    margin: Floats = means - np.where(np.arange(REACH) == best[:, None], others.max(axis=1)[:, None], top[:, None])
    return margin


def _crossings(grid: Floats) -> tuple[Floats, Floats]:
    """How many links of the lines before, and of the lines after, a link at each place would cross.

    A link from a line further up to a line further down than another's crosses nothing only if it also starts further
    down.
    """
    n = len(grid)
    nearer = np.concatenate(
        [np.zeros((n, 1), np.float32), np.cumsum(grid, axis=1)], axis=1
    )  # [t, l]: links of lag <= l
    total = nearer[:, -1:]
    before, after = np.zeros_like(grid), np.zeros_like(grid)
    for d in range(1, REACH):
        # a line d before that goes on from a line after this link's first: its lag is less than lag - d
        before[d:, d:] += nearer[:-d, : REACH - d]
        # a line d after that goes on from a line before this link's first: its lag is more than lag + d
        after[:-d, : REACH - d] += total[d:] - nearer[d:, d + 1 :]
    return before, after


def _strand_measures(links: Candidates, grid: Floats) -> tuple[Floats, Floats]:
    """The widest of each line and those above it in its strand, and of it and those below, by the likeliest links."""
    n = len(links.widths)
    lines = np.arange(n)
    best = grid.argmax(axis=1)
    sure = grid[lines, best] > 0.5
    up = np.where(sure, lines - best - 1, lines)
    down = lines.copy()
    down[up[sure]] = lines[sure]
    out: list[Floats] = []
    for step in (up, down):
        widest, jump = links.widths.copy(), step
        for _ in range(STRAND.bit_length() - 1):
            widest = np.maximum(widest, widest[jump])
            jump = jump[jump]
        out.append(widest)
    return out[0], out[1]
