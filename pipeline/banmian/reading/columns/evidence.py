"""What speaks for one line of a mixed page going on from another: the evidence that columns are taken apart by.

Lines of several columns stand in one sequence, from the top and from the left. Each line is compared with the `REACH`
lines before it. A comparison sorts into one class of every kind of evidence, and a class has a weight, fitted on pages
with known answers (`python -m banmian.fit.columns`); the sum is what speaks for a link by itself:

- what the two lines are: whether their characters read on, better than with any other line near; their widths and the
  measure; whether the first ends a sentence or a paragraph, and the second looks like the start of one;
- where they stand: how far apart, how many rows, whether one is below the other (where the raw text keeps positions).

What goes on around a link is left to a network (`banmian.reading.columns.network`), which reads `numbers` of each.

Nothing depends on sizes in em or on a grid: widths are compared with each other only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from banmian.grammar.datelines import opens_story
from banmian.language import Statistics, Topics, edge_odds, heads, lag_odds, tails, topic_vectors
from banmian.model import Line
from banmian.reading.columns.rows import Rows
from banmian.reading.marks import CLASS_COUNT, marks_of

Floats = NDArray[np.float32]
Ints = NDArray[np.intp]
Flags = NDArray[np.bool_]

# How many lines back a line may go on from. On the typeset pages, with up to seven columns, 99.9 % of the links are
# within 12.
REACH = 14
FAR = np.float32(-30.0)

ODDS = (-6.0, -4.0, -2.5, -1.5, -0.75, 0.0, 0.75, 1.5, 2.5, 4.0, 6.0)
RIVAL = (-8.0, -6.0, -4.0, -2.5, -1.5, -0.75, 0.0, 0.75, 1.5, 2.5, 4.0, 6.0, 9.0)
EDGES = (-4.0, -2.5, -1.5, -0.75, 0.0, 0.75, 1.5, 2.5, 4.0)
WIDTHS = (-9.0, -5.0, -3.0, -2.3, -1.8, -1.3, -0.8, -0.3, 0.3, 0.8, 1.3, 1.8, 2.3, 3.0, 5.0, 9.0)
SHORT = (0.3, 0.8, 1.3, 1.8, 2.3, 3.0, 5.0, 9.0)
OFFSETS = (-13.0, -7.0, -4.5, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 4.5, 7.0, 13.0)
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
_STARTS = np.concatenate([[0], np.cumsum([size for _, size in ALONE])]).astype(np.intp)
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
        better: (2, links) by how much, than the best other for the second line, and for the first.
        measure: (links,) the measure of the column that both would stand in.
        ends: (lines,) what a line ends with: 0 goes on, 1 a sentence, 2 a closing mark.
        forms: (lines,) what a line looks like.
        starts, closes: (lines,) the odds that a paragraph begins with a line, and that one ends with it.
        widths: (lines,).
    """

    lag: Ints
    second: Ints
    classes: Ints
    joins: Floats
    better: Floats
    measure: Floats
    ends: Ints
    forms: Ints
    starts: Floats
    closes: Floats
    widths: Floats

    @property
    def first(self) -> Ints:
        """The index of the line that each would go on from."""
        return self.second - self.lag

    def grid(self, values: Floats, empty: float = 0.0) -> Floats:
        """Values of links in the shape (lines, lags), the second line and the lag less one telling the place."""
        out = np.full((len(self.widths), REACH, *values.shape[1:]), empty, dtype=np.float32)
        out[self.second, self.lag - 1] = values
        return out


@dataclass(frozen=True, slots=True, eq=False)
class Printed:
    """The lines of a page, and what evidence is taken from.

    Args:
        rows: the lines.
        texts: their texts without spaces.
        known: the statistics, with the bigrams of the page.
        vectors: (lines, dimensions) what each line is about.
    """

    rows: Rows
    texts: tuple[str, ...]
    known: Statistics
    vectors: Floats

    @classmethod
    def of(cls, rows: Rows, known: Statistics, about: Topics) -> Printed:
        """What the lines of a page tell."""
        texts = tuple(bare_texts(rows))
        return cls(rows, texts, known.with_page(texts), topic_vectors(about, texts))


def bare_texts(rows: Rows) -> list[str]:
    """The texts of the lines without spaces."""
    return ["".join(line.text.split()) if " " in line.text else line.text for line in rows.lines]


def candidates(page: Printed) -> Candidates:
    """All links of a page, each line with the lines before it that are no more than `REACH` away and in another row."""
    rows, texts, known = page.rows, page.texts, page.known
    n = len(texts)
    second = np.repeat(np.arange(n), REACH)
    lag = np.tile(np.arange(1, REACH + 1), n)
    there = second >= lag
    there[there] = rows.row[second[there] - lag[there]] != rows.row[second[there]]
    second, lag = second[there], lag[there]
    first = second - lag

    widths = np.array([line.width for line in rows.lines], dtype=np.float32)
    marks = marks_of(texts)
    begins, last = marks.first, marks.last
    ends = _END_OF[last]
    form = np.array([_form(text) for text in texts], dtype=np.intp)
    end = ends[first]
    left, right = tails(known, texts), heads(known, texts)
    joins = lag_odds(known, left, right, REACH)[lag - 1, second]
    closes, starts = edge_odds(known, left, right)
    measure = _measure(widths, first, second, lag)
    better = _rivals(joins, first, second, lag, n)
    columns = [
        np.digitize(joins, ODDS) * _ENDS + end,
        np.digitize(better[0], RIVAL) * _ENDS + end,
        np.digitize(better[1], RIVAL) * _ENDS + end,
        np.digitize(starts, EDGES)[second] * _ENDS + end,
        np.digitize(closes, EDGES)[first] * _ENDS + end,
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
    classes = np.stack(columns) + _STARTS[:-1, None]
    return Candidates(lag, second, classes, joins, better, measure, ends, form, starts, closes, widths)


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


def _rivals(joins: Floats, first: Ints, second: Ints, lag: Ints, n: int) -> Floats:
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
    return np.stack(out)


def _blanks(rows: Rows, first: Ints, second: Ints, lag: Ints) -> Ints:
    """Blank lines right before the second, and anywhere between; on pages strewn with them they say little."""
    gaps = np.array([line.gap for line in rows.lines], dtype=np.intp)
    many = 4 * is_strewn(rows.lines)
    until = np.cumsum(gaps)
    between = until[second] > until[first]
    classes: Ints = np.where(between, np.where(lag == 1, 3, 1 + gaps[second]), 0) + many
    return classes


def is_strewn(lines: Sequence[Line]) -> bool:
    """Whether blank lines are everywhere on a page."""
    return sum(line.gap for line in lines) > BLANK_SHARE * len(lines)


def _beside(rows: Rows, first: Ints, second: Ints) -> Ints:
    """How far to the right of the first the second stands; 0 where the text keeps no positions."""
    if not rows.placed:
        return np.zeros(len(first), dtype=np.intp)
    out: Ints = np.digitize(rows.offset[second] - rows.offset[first], OFFSETS) + 1
    return out


# What the network reads of a link, by kind of evidence: how many numbers each kind has.
NUMBERS: tuple[tuple[str, int], ...] = (
    ("there", 1),
    ("own odds", 1),
    ("join", 1),
    ("better than others", 2),
    ("wider", 2),
    ("short of measure", 2),
    ("blank lines", 2),
    ("rows apart", 2),
    ("to the right", 4),
    ("odds of the next with the same lag", 2),
    ("lag", 2),
    ("begins and ends a paragraph", 2),
    ("widths", 2),
    ("forms", 2 * _FORMS),
    ("ends", 2),
    ("best odds of the line", 2),
)
FEATURES = sum(count for _, count in NUMBERS)
# Odds beyond this say no more; and what the numbers are divided by, so that most lie between -1 and 1.
CERTAIN = 12.0
ODDS_SCALE, EDGE_SCALE, WIDTH_SCALE = 4.0, 3.0, 15.0


def numbers(links: Candidates, own: Floats, rows: Rows) -> Floats:
    """What the network reads of each link, (lines, lags, FEATURES); zeros where there is none.

    Args:
        links: the links of a page.
        own: (links,) the log odds of each by itself.
        rows: the lines.
    """
    n = len(links.widths)
    first, second, lag, widths = links.first, links.second, links.lag, links.widths
    own = np.clip(own, -CERTAIN, CERTAIN)
    grid = links.grid(own, -CERTAIN)
    below = np.where(second + lag < n, grid[np.minimum(second + lag, n - 1), lag - 1], -CERTAIN)
    best_from = np.full(n, -CERTAIN, np.float32)
    np.maximum.at(best_from, first, own)
    between, gaps = _blank_lines(rows, first, second)
    wider = widths[second] - widths[first]
    right = rows.offset[second] - rows.offset[first]  # all 0 where the text keeps no positions
    form = np.eye(_FORMS, dtype=np.float32)[links.forms]
    of_line = np.column_stack(
        [links.starts / EDGE_SCALE, widths / WIDTH_SCALE, form, grid.max(axis=1) / ODDS_SCALE, gaps]
    )
    of_first = np.column_stack([links.closes / EDGE_SCALE, widths / WIDTH_SCALE, form, best_from / ODDS_SCALE])
    starts, width, forms, best, gap = np.split(of_line[second], [1, 2, 2 + _FORMS, 3 + _FORMS], axis=1)
    closes, first_width, first_forms, first_best = np.split(of_first[first], [1, 2, 2 + _FORMS], axis=1)
    columns = [
        np.ones(len(lag)),
        own / ODDS_SCALE,
        links.joins / ODDS_SCALE,
        np.clip(links.better.T, -8, 8) / ODDS_SCALE,
        np.tanh(wider),
        np.tanh(wider / 4),
        np.tanh(links.measure - widths[first]),
        np.tanh(links.measure - widths[second]),
        between,
        gap,
        np.full(len(lag), float(rows.cut)),
        np.minimum(rows.row[second] - rows.row[first], 5) / 5 if rows.cut else np.zeros(len(lag)),
        np.tanh(right / 2),
        np.tanh(np.abs(right)),
        np.tanh(right / 12),
        np.full(len(lag), float(rows.placed)),
        below / ODDS_SCALE,
        grid[first, lag - 1] / ODDS_SCALE,
        lag == 1,
        lag / REACH,
        starts,
        closes,
        width,
        first_width,
        forms,
        first_forms,
        np.eye(_ENDS, dtype=np.float32)[links.ends][first, 1:],
        best,
        first_best,
    ]
    return links.grid(np.column_stack(columns).astype(np.float32))


def _blank_lines(rows: Rows, first: Ints, second: Ints) -> tuple[Floats, Floats]:
    """Whether a blank line stands between the lines of each link (links,), and right before each line (lines,).

    1 where there is one, else 0. On a page strewn with them (poppler's pdftotext leaves one after every line where the
    leading is wide) it is their absence that tells, -1: lines without one between them, as those of a head, are one
    block.
    """
    gaps = np.array([line.gap for line in rows.lines], dtype=np.float32)
    strewn = np.float32(is_strewn(rows.lines))
    until = np.cumsum(gaps)
    return (until[second] > until[first]) - strewn, gaps - strewn
