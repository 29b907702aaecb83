"""What speaks for a line being this or that: the evidence that its state is judged by.

Each kind of evidence sorts a line into one of a few classes: how far its width falls short of the measure, what it
begins and ends with, whether the characters across the break before it belong together, what the grammar sees in it.
A class has a weight for every state, fitted on pages with known answers (`banmian.fit`); the evidence itself knows no
weights.

Nothing here depends on the size of type or on coordinates, and lengths are taken relative to the lines around, so
that a paper of another grid gives the same classes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from banmian.grammar.bylines import opens_byline, parse_byline
from banmian.grammar.captions import caption
from banmian.grammar.datelines import opens_story, parse_opening
from banmian.grammar.furniture import furniture_role
from banmian.language import Side, Statistics, Tails, edge_odds, heads, lag_odds, matrix_odds, tails
from banmian.language.folding import code_points
from banmian.model import Line

Floats = NDArray[np.float32]
Ints = NDArray[np.intp]

# Lines before and after that the measure is taken from, and the share of them that may be short (last lines of
# paragraphs, fragments): the measure is the width that this share of the lines stays below.
WINDOW = 6
FULL_SHARE = 0.7

SHORTFALL_EM = (-3.0, -1.2, -0.3, 0.3, 0.8, 1.3, 1.8, 2.3, 3.0, 5.0, 9.0)
# How far pieces of lines that lie on both sides of a break are from filling a row of type together.
ROW_FIT_EM = (0.2, 0.45, 0.8, 1.3, 2.0, 3.0)
ROW_PIECES = 4
LONGEST_DATELINE = 30
ROW_SLACK = 0.8  # a line within this of its measure, in em, is full
WIDTH_EM = (2.5, 4.5, 6.5, 8.5, 10.5, 12.5, 14.5, 17.5, 21.5, 26.5, 34.5)
ODDS = (-6.0, -4.0, -2.5, -1.5, -0.75, 0.0, 0.75, 1.5, 2.5, 4.0, 6.0)
RIVAL = (-4.0, -2.0, -0.5, 0.5, 2.0, 4.0, 6.0, 9.0)
# A line whose join with the line before is below this (in nats) may belong elsewhere: it is compared with the ends of
# all other such lines. Nine in ten lines of a column join better.
WEAK_JOIN = 1.5
# Share of the blank lines of a page across which the text reads on: where it is high, as on pages with blank lines
# strewn in at random, a blank line says nothing. On pages that pdftotext read it is 0.04 to 0.39, on a real page with
# strewn ones 0.53.
STREWN = (0.45,)
TRUSTS = len(STREWN) + 1
READS_ON = 1.0  # nats
# Most lines compared with each other at a time: the weak joins of about two pages.
MOST_WEAK = 256
EDGE_ODDS = (-4.0, -2.5, -1.5, -0.75, 0.0, 0.75, 1.5, 2.5, 4.0)

# What a line begins or ends with. Classes are looked up in this order.
_CLASSES = (
    "。．！？!?",  # ends a sentence
    "，、；：,;:·",  # goes on
    "”’」』",  # closes a quotation
    "）)］】〕",  # closes a bracket
    "》〉",  # closes a title
    "“‘「『",
    "（(［【〔",
    "《〈",
    "—–-~～",
    "…",
    "%％°℃‰",
    "□◎●○■◆▲△▼▽★☆※",
)
CLASS_COUNT = len(_CLASSES) + 4
_CLASS_OF = {char: number + 1 for number, chars in enumerate(_CLASSES) for char in chars}
_LATIN, _DIGIT, _NUMERAL = len(_CLASSES) + 1, len(_CLASSES) + 2, len(_CLASSES) + 3
_CLASS_OF |= {chr(c): _LATIN for c in (*range(65, 91), *range(97, 123))}
_CLASS_OF |= dict.fromkeys("0123456789０１２３４５６７８９", _DIGIT)
_CLASS_OF |= dict.fromkeys("一二三四五六七八九十〇①②③④⑤⑥⑦⑧⑨⑩", _NUMERAL)

_STOPS = "。！？"
_COMMAS = "，；：、"
_CODE_POINTS = 0x10000  # all marks are of the basic plane; its last code point is none and stands for those beyond it


def _table(values: Mapping[str, int]) -> NDArray[np.uint8]:
    """A value for each code point, 0 where none is given."""
    table = np.zeros(_CODE_POINTS, dtype=np.uint8)
    table[[ord(char) for char in values]] = list(values.values())
    return table


_CLASSES_BY_POINT = _table(_CLASS_OF)
_IS_STOP, _IS_COMMA = (_table(dict.fromkeys(marks, 1)) for marks in (_STOPS, _COMMAS))
_CLAUSES = re.compile(r"[^\s（(]{2} +[^\s）)]{2}")
_BRACKETS = "）)"
_LABEL_END = re.compile(r"[（(][^（()）]{1,14}[)）]$")


def measures(widths: Floats) -> tuple[Floats, Floats]:
    """The measure in em before and after each line, from up to `WINDOW` lines on that side, the line included."""
    n = len(widths)
    padded = np.concatenate([np.full(WINDOW - 1, np.nan), widths, np.full(WINDOW - 1, np.nan)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)
    ordered = np.sort(windows, axis=1)  # NaN last
    have = WINDOW - np.isnan(ordered).sum(axis=1)
    pick = np.minimum((have - 1) * FULL_SHARE + 0.5, have - 1).astype(np.intp)
    values = ordered[np.arange(len(ordered)), pick].astype(np.float32)
    return values[:n], values[WINDOW - 1 :]


def row_fit(widths: Floats, hanging: Ints, measure: Floats) -> Floats:
    """How far from the measure the pieces are, at best, that would make one printed row with a break inside, in em.

    Some extractors end a line at every punctuation mark. The pieces of one row fill the measure together.

    Args:
        widths: of the lines, in em.
        hanging: whether each ends with a stop, counted as half its width at the end of a line but whole inside.
        measure: at each line.

    Returns:
        For the break before each line; a large number where no pieces fit.
    """
    n = len(widths)
    whole = widths + 0.5 * hanging
    total = np.concatenate([[0.0], np.cumsum(whole)])
    best = np.full(n, 99.0, dtype=np.float32)
    for size in range(2, ROW_PIECES + 1):
        if n < size:
            break
        first = np.arange(n - size + 1)
        last = first + size - 1
        row = total[last + 1] - total[first] - 0.5 * hanging[last]
        off = np.abs(measure[first] - row).astype(np.float32)
        for inside in range(1, size):
            np.minimum.at(best, first + inside, off)
    return best


def edge(char: str) -> int:
    """The class of a character at the beginning or the end of a line."""
    return _CLASS_OF.get(char, 0)


KINDS: tuple[tuple[str, int], ...] = (
    ("width", len(WIDTH_EM) + 1),
    ("short of measure after", len(SHORTFALL_EM) + 1),
    ("short of measure before", len(SHORTFALL_EM) + 1),
    ("line before short", len(SHORTFALL_EM) + 1),
    ("line after short", len(SHORTFALL_EM) + 1),
    ("wider than line before", len(SHORTFALL_EM) + 1),
    ("wider than line after", len(SHORTFALL_EM) + 1),
    ("fits with line before", len(SHORTFALL_EM) + 1),
    ("middle of a printed row", (len(ROW_FIT_EM) + 1) * 4),
    ("begins with", CLASS_COUNT),
    ("ends with", CLASS_COUNT),
    ("line before ends with", CLASS_COUNT),
    ("line after begins with", CLASS_COUNT),
    ("line before ends, this begins", CLASS_COUNT * CLASS_COUNT),
    ("this ends, line after begins", CLASS_COUNT * CLASS_COUNT),
    ("this ends, short after", CLASS_COUNT * (len(SHORTFALL_EM) + 1)),
    ("line before ends, short", CLASS_COUNT * (len(SHORTFALL_EM) + 1)),
    ("join", len(ODDS) + 1),
    ("next join", len(ODDS) + 1),
    ("skip join", len(ODDS) + 1),
    ("better with another line", (len(RIVAL) + 2) * 2),
    ("another goes on better", (len(RIVAL) + 2) * 2),
    ("both better elsewhere", (len(RIVAL) + 2) ** 2),
    ("begins a paragraph", len(EDGE_ODDS) + 1),
    ("ends a paragraph", len(EDGE_ODDS) + 1),
    ("line before ends a paragraph", len(EDGE_ODDS) + 1),
    ("line after begins a paragraph", len(EDGE_ODDS) + 1),
    ("join, line before ends with", (len(ODDS) + 1) * CLASS_COUNT),
    ("stops and commas", 9),
    ("head form", 16),
    ("head form of line before", 16),
    ("head form of line after", 16),
    ("gap before", 3 * TRUSTS),
    ("gap after", 3 * TRUSTS),
    ("gap before, ends of line before", 3 * CLASS_COUNT * TRUSTS),
    ("grammar", 16),
    ("grammar of line before", 16),
    ("grammar of line after", 16),
    ("short after, join", (len(SHORTFALL_EM) + 1) * (len(ODDS) + 1)),
)
OFFSETS = np.concatenate([[0], np.cumsum([size for _, size in KINDS])[:-1]]).astype(np.intp)
ROWS = sum(size for _, size in KINDS)


def _grammar(text: str) -> int:
    """What the grammar sees in a line.

    0 nothing, 1 opening of a story, 2 byline, 3 tagline, 4 unfinished byline, 5 caption, 6 credit, 7 certain furniture,
    8 possible furniture, 9 a dateline and nothing else.
    """
    if opens_story(text):
        opening = parse_opening(text) if len(text) < LONGEST_DATELINE else None
        return 9 if opening is not None and opening.end >= len(text) else 1
    byline = parse_byline(text)
    if byline is not None:
        return 3 if byline.kind == "tagline" else 2
    seen = caption(text)
    if seen is not None:
        return 6 if seen.kind == "credit" else 5
    if opens_byline(text):
        return 4
    furniture = furniture_role(text)
    if furniture is not None:
        return 7 if furniture.certain else 8
    return 0


def _head_form(text: str) -> int:
    """Signs of a head, as bits.

    Clauses set apart by a space, a label in brackets at the end, a dash at the end, no stop or comma.
    """
    return (
        (1 if " " in text and _CLAUSES.search(text) else 0)
        | (2 if text[-1] in _BRACKETS and _LABEL_END.search(text) else 0)
        | (4 if text.endswith(("——", "：")) or text.startswith("—") else 0)
        | (8 if "，" not in text and "。" not in text and "！" not in text and "？" not in text else 0)
    )


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """What lines begin and end with, and the marks in them.

    Args:
        first: (lines,) class of the first character.
        last: (lines,) class of the last.
        stops: (lines,) how many stops are inside of a line, its last character left out: none, one, or more (2).
        commas: (lines,) the same of commas and the like, the last character included.
    """

    first: Ints
    last: Ints
    stops: Ints
    commas: Ints


def marks_of(texts: Sequence[str]) -> Marks:
    """The marks of lines, none of which is empty."""
    points = np.minimum(code_points("".join(texts)), _CODE_POINTS - 1)
    ends = np.cumsum([len(text) for text in texts])
    starts = np.concatenate([[0], ends[:-1]])
    classes = _CLASSES_BY_POINT[points]
    stops = np.concatenate([[0], np.cumsum(_IS_STOP[points], dtype=np.intp)])
    commas = np.concatenate([[0], np.cumsum(_IS_COMMA[points], dtype=np.intp)])
    return Marks(
        classes[starts].astype(np.intp),
        classes[ends - 1].astype(np.intp),
        np.minimum(2, stops[ends - 1] - stops[starts]),
        np.minimum(2, commas[ends] - commas[starts]),
    )


def _before(values: Ints, outside: int) -> Ints:
    return np.concatenate([[outside], values[:-1]]).astype(np.intp)


def _after(values: Ints, outside: int) -> Ints:
    return np.concatenate([values[1:], [outside]]).astype(np.intp)


def rivals(ends: Tails, starts: Side, joins: Floats, statistics: Statistics) -> tuple[Ints, Ints]:
    """Classes of how much better another line would go before a line, and how much better another would follow on it.

    Class 0: the join is strong and was not put to the question.
    """
    n = len(joins)
    before, after = np.zeros(n, dtype=np.intp), np.zeros(n, dtype=np.intp)
    weak = np.flatnonzero(joins < WEAK_JOIN)
    weak = weak[weak > 0]
    for first in range(0, len(weak), MOST_WEAK):
        rows = weak[first : first + MOST_WEAK]
        table = matrix_odds(statistics, ends.take(rows - 1), starts.take(rows))
        own = table.diagonal().copy()
        np.fill_diagonal(table, -30.0)
        before[rows] = np.digitize(table.max(axis=0) - own, RIVAL) + 1
        after[rows] = np.digitize(table.max(axis=1) - own, RIVAL) + 1
    return before, after


def gather(lines: Sequence[Line], statistics: Statistics) -> Ints:
    """The evidence about each of `lines`, which stand in reading order as far as it is known.

    Returns:
        Classes of shape (lines, kinds), with `OFFSETS` added, so that each is a row of the weights.
    """
    n = len(lines)
    if n == 0:
        return np.zeros((0, len(KINDS)), np.intp)
    texts = [line.text for line in lines]
    statistics = statistics.with_page(texts)
    bare = ["".join(t.split()) if " " in t else t for t in texts]
    widths = np.array([line.width for line in lines], dtype=np.float32)
    measure_before, measure_after = measures(widths)

    marks = marks_of(texts)
    first, last = marks.first, marks.last
    ends_of, starts_of = tails(statistics, bare), heads(statistics, bare)
    joins, skips = lag_odds(statistics, ends_of, starts_of, lags=2)
    ends, starts = (np.digitize(odds, EDGE_ODDS) for odds in edge_odds(statistics, ends_of, starts_of))

    short_after = np.digitize(measure_after - widths, SHORTFALL_EM)
    short_before = np.digitize(measure_before - widths, SHORTFALL_EM)
    previous_width = np.concatenate([[0], widths[:-1]])
    next_width = np.concatenate([widths[1:], [0]])
    # the measure of the line before, seen from the lines before it alone
    previous_short = np.concatenate([[len(SHORTFALL_EM)], np.digitize(measure_before[:-1] - widths[:-1], SHORTFALL_EM)])
    next_short = np.concatenate([np.digitize(measure_after[1:] - widths[1:], SHORTFALL_EM), [len(SHORTFALL_EM)]])
    join_class, next_join = np.digitize(joins, ODDS), np.digitize(np.concatenate([joins[1:], [0.0]]), ODDS)

    form = np.array([_head_form(t) for t in texts], dtype=np.intp)
    grammar = np.array([_grammar(t) for t in texts], dtype=np.intp)
    gap = np.array([line.gap for line in lines], dtype=np.intp)
    gap[0] = 2
    blank = np.flatnonzero(gap[1:] == 1) + 1
    trust = int(np.searchsorted(STREWN, float((joins[blank] > READS_ON).mean()))) if len(blank) else 0
    gap_after = _after(gap, 2)
    last_before, first_after = _before(last, 0), _after(first, 0)

    wide = np.maximum(measure_before, measure_after)
    ends_with_mark = np.isin(last, (1, 2, 3, 4, 5)).astype(np.intp)
    rows = np.digitize(row_fit(widths, ends_with_mark, wide), ROW_FIT_EM)
    full_before = np.concatenate([[0], (np.abs(wide[:-1] - widths[:-1]) < ROW_SLACK).astype(np.intp)])
    pieced = np.concatenate([[0], ends_with_mark[:-1]])
    better_before, better_after = rivals(ends_of, starts_of, joins, statistics)
    sentence_end = np.isin(last_before, (1, 3, 4)).astype(np.intp)

    columns = [
        np.digitize(widths, WIDTH_EM),
        short_after,
        short_before,
        previous_short,
        next_short,
        np.digitize(previous_width - widths, SHORTFALL_EM),
        np.digitize(next_width - widths, SHORTFALL_EM),
        np.digitize(measure_after - widths - previous_width, SHORTFALL_EM),
        rows * 4 + full_before * 2 + pieced,
        first,
        last,
        last_before,
        first_after,
        last_before * CLASS_COUNT + first,
        last * CLASS_COUNT + first_after,
        last * (len(SHORTFALL_EM) + 1) + short_after,
        last_before * (len(SHORTFALL_EM) + 1) + previous_short,
        join_class,
        next_join,
        np.digitize(skips, ODDS),
        better_before * 2 + sentence_end,
        better_after * 2 + sentence_end,
        better_before * (len(RIVAL) + 2) + better_after,
        starts,
        ends,
        _before(ends, len(EDGE_ODDS)),
        _after(starts, len(EDGE_ODDS)),
        join_class * CLASS_COUNT + last_before,
        marks.stops * 3 + marks.commas,
        form,
        _before(form, 0),
        _after(form, 0),
        gap * TRUSTS + trust,
        gap_after * TRUSTS + trust,
        (gap * CLASS_COUNT + last_before) * TRUSTS + trust,
        grammar,
        _before(grammar, 10),
        _after(grammar, 10),
        short_after * (len(ODDS) + 1) + join_class,
    ]
    return np.stack(columns, axis=1).astype(np.intp) + OFFSETS
