"""What speaks for a line being this or that: the evidence that its state is judged by.

Each line gets a row of numbers: how far its width falls short of the measure, whether the characters across the break
before it belong together, whether printed rows begin or end with it; and, as ones and zeros, what it begins and ends
with and what the grammar sees in it. A small network (`banmian.reading.blocks.network`) reads the row of a line and
those of its neighbours; the evidence itself knows no weights.

Nothing here depends on the size of type or on coordinates, and lengths are taken relative to the lines around, so
that a paper of another grid gives the same numbers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from banmian.grammar.broken_bylines import opens_byline
from banmian.grammar.bylines import parse_byline
from banmian.grammar.captions import caption, is_credit
from banmian.grammar.datelines import is_opening, opens_story
from banmian.grammar.furniture import furniture_role
from banmian.grammar.names import read_names
from banmian.grammar.rubrics import is_rubric, is_title_of_briefs, stands_over_head
from banmian.grammar.workplaces import is_workplace
from banmian.language import Side, Statistics, Tails, edge_odds, heads, lag_odds, log_odds, matrix_odds, tails
from banmian.language.topics import Topics
from banmian.model import Line
from banmian.reading.blocks import surroundings
from banmian.reading.blocks.measures import common_measures, measures, rows
from banmian.reading.marks import CLASS_COUNT, marks_of
from banmian.spacing import NEEDS_ANOTHER

Floats = NDArray[np.float32]

# A line whose join with the line before is below this (in nats) may belong elsewhere: it is compared with the ends of
# all other such lines. Nine in ten lines of a column join better.
WEAK_JOIN = 1.5
# Most lines compared with each other at a time: the weak joins of about two pages.
MOST_WEAK = 256
READS_ON = 1.0  # nats, of a join that reads on
INDENT_EM = np.float32(2.0)
LONGEST_NAME = 4  # characters, with a space inside (方 圆)
MEAN_NATS = 4.7  # of a character of newspaper text (`banmian.language.text_odds`)
SHORT_EM = 3.0  # what is shorter is a piece of a line
GRAMMAR = 17  # see `_grammar`
FORMS = 4  # see `_head_form`
# Marks that are set narrower at the end of a line: stops, commas, closing quotation marks, brackets and titles.
_NARROWED = (1, 2, 3, 4, 5)

# The numbers of a line in order. Odds in nats, lengths in em.
NUMBERS = (
    "width",
    "short of the measure before",
    "short of the measure after",
    "width by the measure",
    "short of the nearest measure of the page",
    "as an indented line of a measure of the page",
    "join with the line before",
    "join with the line before that",
    "another line goes better before",
    "another line goes on better from the line before",
    "weak join",
    "begins a paragraph",
    "ends a paragraph",
    "row begun",
    "row ended",
    "row inside",
    "pieces of the row",
    "indented row begun",
    "pieces of the indented row",
    "row begun, by the measure after",
    "row ended, by the measure before",
    "stops inside",
    "commas",
    "characters",
    "blank line before",
    "blank lines of the page",
    "blank lines that text reads across",
    "median width of the page",
    "short lines of the page",
    "marks at line ends of the page",
    "bad joins of the page",
    "worded like a head",
    "worded like a subhead",
    "as long as the line before, without marks and rubric",
    "longer than the line before, without marks and rubric",
    "ends with a word that needs another",
    "characters that seldom stand together",
)
JOIN, SKIP = NUMBERS.index("join with the line before"), NUMBERS.index("join with the line before that")
FEATURES = len(NUMBERS) + len(surroundings.NUMBERS) + 2 * CLASS_COUNT + GRAMMAR + FORMS
# The numbers of a line in which the grammar sees nothing, the opening of a story, a caption, a credit, a dateline alone
# on its line, a rubric, the rest of a credit, a rubric over a head, the title of briefs.
_CREDIT, _CREDIT_REST = 6, 11
UNTOLD, OPENS_STORY, SEEN_CAPTION, CREDIT, DATELINE_ALONE, RUBRIC, CREDIT_REST, OVER_HEAD, TITLE_OF_BRIEFS = (
    FEATURES - FORMS - GRAMMAR + kind for kind in (0, 1, 5, _CREDIT, 9, 10, _CREDIT_REST, 12, 16)
)
_CREDIT_ENDS, _LONGEST_CREDIT = frozenset("）)摄攝绘繪图圖供画畫道觉覺国國"), 40
_CLAUSES = re.compile(r"[^\s（(]{2} +[^\s）)]{2}")
_BRACKETS = "）)"
_BRACKETED = "（()）□◎■ "
# Clauses of a head are as long as each other (对仗), not counting marks and the rubric in brackets behind the last one.
_UNCOUNTED = re.compile(r"[（(][^（()）]{2,16}[)）]?$|[，、：；！？“”‘’《》·\s]")
MOST_LONGER = 4  # characters
# Words that need another behind them, in either script: no head ends with one.
_NEEDS_MORE = tuple(NEEDS_ANOTHER + "與對從為向将將以于於")
_LABEL_END = re.compile(r"[（(][^（()）]{1,14}[)）]$")


def _grammar(text: str) -> int:
    """What the grammar sees in a line.

    0 nothing, 1 opening of a story, 2 byline, 3 tagline, 4 unfinished byline, 5 caption, 6 credit, 7 certain furniture,
    8 possible furniture, 9 a dateline and nothing else, 10 the rubric of a box, 12 a rubric over a head, 13 what may be
    one name, 14 what may be a pen name, 15 where somebody may work, 16 the title of briefs; 11 is the rest of a credit
    (see `_credits`).
    """
    if opens_story(text):
        return 9 if is_opening(text) else 1
    byline = parse_byline(text)
    if byline is not None:
        return 3 if byline.kind == "tagline" else 2
    seen = caption(text)
    if seen is not None:
        return 6 if seen.kind == "credit" else 5
    if opens_byline(text):
        return 4
    if is_rubric(text):
        return 10
    if is_title_of_briefs(text):
        return 16
    if stands_over_head(text):
        return 12
    furniture = furniture_role(text)
    if furniture is not None:
        return 7 if furniture.certain else 8
    if len(text) > LONGEST_NAME + 2 * (text[0] in _BRACKETED):
        return 15 if is_workplace(text) else 0
    name = text.strip(_BRACKETED)
    return 13 if read_names(name) else 14 if read_names(name, surname=False) else 0


def _credits(texts: Sequence[str]) -> list[int]:
    """The lines that with the next one are a credit: 本报记者 甘 禾文 / 新华社记者 佟 苇摄, 甘小禾摄 / （人民视觉）.

    Not those before a credit that names somebody by itself.
    """
    found = []
    for i in range(len(texts) - 1):
        text, following = texts[i : i + 2]
        if following[-1] not in _CREDIT_ENDS or len(text) + len(following) > _LONGEST_CREDIT:
            continue
        alone = caption(following) if not text.endswith("文") else None
        if not (alone and alone.people) and is_credit(text + following):
            found.append(i)
    return found


def _seldom_together(texts: Sequence[str], statistics: Statistics) -> Floats:
    """How much less likely the characters of short lines are than those of text, in nats each; 0 for longer lines.

    A pen name is no word: of lines of two or three characters on the pages for fitting, in nine of ten times a name is
    less likely than a head, and with no surname nothing else tells it.
    """
    short = np.array([i for i, text in enumerate(texts) if 1 < len(text) < LONGEST_NAME], dtype=np.intp)
    out = np.zeros(len(texts), np.float32)
    few = [texts[i] for i in short.tolist()]
    out[short] = -log_odds(statistics, few) / np.array([len(text) for text in few]) - MEAN_NATS
    return out


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


def rivals(ends: Tails, starts: Side, joins: Floats, statistics: Statistics) -> tuple[Floats, Floats]:
    """How much better another line would go before each line, and another follow on the line before it, in nats.

    Zero where the join is strong and was not put to the question.
    """
    before, after = np.zeros_like(joins), np.zeros_like(joins)
    weak = np.flatnonzero(joins < WEAK_JOIN)
    weak = weak[weak > 0]
    for first in range(0, len(weak), MOST_WEAK):
        at = weak[first : first + MOST_WEAK]
        table = matrix_odds(statistics, ends.take(at - 1), starts.take(at))
        own = table.diagonal().copy()
        np.fill_diagonal(table, -30.0)
        before[at] = table.max(axis=0) - own
        after[at] = table.max(axis=1) - own
    return before, after


def gather(lines: Sequence[Line], statistics: Statistics, topics: Topics) -> Floats:
    """The evidence about each of `lines`, which stand in reading order as far as it is known.

    Returns:
        Shape (lines, FEATURES): `NUMBERS`, those of `surroundings`, then ones and zeros.
    """
    n = len(lines)
    if n == 0:
        return np.zeros((0, FEATURES), np.float32)
    texts = [line.text for line in lines]
    statistics = statistics.with_page(texts)
    bare = ["".join(t.split()) if " " in t else t for t in texts]
    widths = np.array([line.width for line in lines], dtype=np.float32)
    marks = marks_of(texts)
    ends_of, starts_of = tails(statistics, bare), heads(statistics, bare)
    joins, skips = lag_odds(statistics, ends_of, starts_of, lags=2)
    ends, starts = edge_odds(statistics, ends_of, starts_of)
    better_before, better_after = rivals(ends_of, starts_of, joins, statistics)
    gap = np.array([line.gap for line in lines], dtype=np.float32)
    across = joins[1:][gap[1:] == 1]
    longer = np.diff([len(_UNCOUNTED.sub("", text)) for text in texts], prepend=0)

    before, after = measures(widths)
    wide = np.maximum(before, after)
    narrowed = np.isin(marks.last, _NARROWED).astype(np.intp)
    full, indented = rows(widths, narrowed, wide), rows(widths, narrowed, wide - INDENT_EM)
    by_after, by_before = rows(widths, narrowed, after), rows(widths, narrowed, before)
    off = common_measures(widths)[None, :] - widths[:, None]
    nearest = np.take_along_axis(off, np.abs(off).argmin(axis=1)[:, None], axis=1)[:, 0]

    numbers = np.empty((n, len(NUMBERS)), dtype=np.float32)
    columns = (
        widths,
        before - widths,
        after - widths,
        widths / np.maximum(wide, 1.0),
        nearest,
        np.minimum(np.abs(off - INDENT_EM).min(axis=1), 3.0),
        np.clip(joins, -10.0, 12.0),
        np.clip(skips, -10.0, 12.0),
        np.clip(better_before, -5.0, 15.0),
        np.clip(better_after, -5.0, 15.0),
        joins < WEAK_JOIN,
        np.clip(starts, -8.0, 8.0),
        np.clip(ends, -8.0, 8.0),
        np.minimum(full.begun, 3.0),
        np.minimum(full.ended, 3.0),
        full.inside,
        full.pieces,
        np.minimum(indented.begun, 3.0),
        indented.pieces,
        np.minimum(by_after.begun, 3.0),
        np.minimum(by_before.ended, 3.0),
        marks.stops,
        marks.commas,
        np.array([len(text) for text in bare]),
        gap,
        gap.mean(),
        (across > READS_ON).mean() if len(across) else 0.0,
        np.median(widths),
        (widths < SHORT_EM).mean(),
        narrowed.mean(),
        (joins < 0).mean(),
        *statistics.wording.odds(starts_of.vectors, ends_of.vectors).T,
        longer == 0,
        np.clip(longer, -MOST_LONGER, MOST_LONGER),
        [text.endswith(_NEEDS_MORE) for text in texts],
        _seldom_together(bare, statistics),
    )
    for number, column in enumerate(columns):
        numbers[:, number] = column
    forms = np.array([_head_form(text) for text in texts], dtype=np.intp)
    grammar = np.array([_grammar(text) for text in texts], dtype=np.intp)
    credit = np.array(_credits(texts), dtype=np.intp)
    grammar[credit], grammar[credit + 1] = _CREDIT, _CREDIT_REST
    told = (
        _ones(marks.first, CLASS_COUNT),
        _ones(marks.last, CLASS_COUNT),
        _ones(grammar, GRAMMAR),
        ((forms[:, None] >> np.arange(FORMS)) & 1).astype(np.float32),
    )
    return np.hstack([numbers, surroundings.surroundings(bare, statistics, topics), *told])


def _ones(classes: NDArray[np.intp], count: int) -> Floats:
    """A one in the column of the class of each line, zeros elsewhere."""
    return np.eye(count, dtype=np.float32)[classes]
