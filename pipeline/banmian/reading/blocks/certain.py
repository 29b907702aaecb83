"""What is as good as certain about the states of lines by their words, and no page for fitting could teach.

The networks weigh signs; some words leave no doubt, and stand on too few pages to learn it from.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import regex

from banmian.grammar.broken_bylines import wrapped
from banmian.grammar.bylines import parse_byline
from banmian.grammar.captions import caption, signs_picture_story
from banmian.grammar.furniture import furniture_role
from banmian.grammar.names import read_names
from banmian.grammar.rubrics import ends_with_rubric
from banmian.language import Statistics, heads, pair_odds, tails
from banmian.model import Line, Role
from banmian.reading.blocks.evidence import (
    CREDIT,
    CREDIT_REST,
    DATELINE_ALONE,
    JOIN,
    OPENS_STORY,
    OVER_HEAD,
    RUBRIC,
    SEEN_CAPTION,
    SKIP,
    TITLE_OF_BRIEFS,
    UNTOLD,
    Floats,
)
from banmian.reading.blocks.pieces import EMPTY_QUOTES
from banmian.reading.blocks.states import HEADLINES, HEADS, SUBHEADS, State
from banmian.reading.columns.torn import torn
from banmian.reading.marks import SENTENCE_ENDS, Ints
from banmian.reading.stories.briefs import briefs
from banmian.spacing import HAN, table_rows

UNLIKELY, CERTAIN = 10.0, 30.0  # nats
_BODY = (State.START, State.NEXT, State.OPEN)
# The first line of each and the others.
_BEGUN = {
    Role.BYLINE: (State.BYLINE, State.BYLINE_NEXT),
    Role.CAPTION: (State.CAPTION, State.CAPTION_NEXT),
    Role.PARAGRAPH: (State.START, State.NEXT),
}
# What stands alone in the text and is none of it.
NO_TEXT = (*HEADS, State.CAPTION, State.CAPTION_NEXT)
# Lines of a caption that the text may read on through, and how much better it must, in nats. Of the few captions that
# stand in the middle of a sentence on the pages for fitting, and that the grammar does not see, it does so in none.
MOST_LINES, TOGETHER_BETTER = 4, 1.0
_NOT_CAPTION = tuple(state for state in State if state not in (State.CAPTION, State.CAPTION_NEXT))
_NOT_REST_OF_CREDIT = tuple(state for state in State if state not in (State.NEXT, State.CAPTION_NEXT))
# Heads have no full stop (标题不用句号): 1 of 1,245 heads and none of 435 subheads on the pages for fitting. The
# networks see it among the other stops only. Nor do they end as a dateline in brackets does, that closes a story.
_FULL_STOP, _CLOSING_DATELINE = "。", ("电）", "电)", "電）", "電)")
# What is not known as furniture and tells no number is none, unless it is short, as names are that were cut off from
# 责任编辑: 216 such lines on the pages for fitting, all names. Of 10,000 shorter ones of five em or more that are all
# Han and no names, 2 are furniture (the name of a paper, an advertisement); of 360 that are the name of a column or the
# title of briefs, and no name of a page, 1.
LEAST_EM, SHORT_EM = 4.5, 9.0
# The line behind one that text reads on through joins it by so much, and by so much better than the line before it. No
# head on the pages for fitting that stands alone in text does so; of a real page, a line beside a picture did.
READS_ON, READS_BETTER = 2.0, 5.0
_HAN = regex.compile(r"(?![（(])[\p{Han}\p{P}\s]+")
_MARK = regex.compile(r"\p{P}$")
# Two clauses, and what stands in lines of that form that name somebody: credits, datelines, bylines.
_CLAUSES = regex.compile(rf"[{HAN}]{{4}} +[{HAN}]{{2}}\S*$")
_NAMES = regex.compile("摄|攝|电|電|记者|記者|讯|訊")
_EDITED = regex.compile("编|編|版式|校|美")
_COLON = ("：", ":")
_DONE = ("文/图", "文/圖", "文图", "摄影报道", "攝影報道")
_BOTH = regex.compile("[记記]者.*通[讯訊][员員]")
_IN_BRACKETS = regex.compile(r"[（(][\p{Han} ]{4,20}[）)]")
_DIGIT = regex.compile(r"\d")


def settle(emission: Floats, lines: Sequence[Line], found: Floats) -> None:
    """Change the scores where the words of a line leave no doubt what it is, or is not, whatever the networks say.

    Args:
        emission: (lines, states), changed in place.
        lines: the lines.
        found: the evidence about them, see `banmian.reading.blocks.evidence`.
    """
    _heads(emission, lines, found)
    # A row of a table is a paragraph of its own.
    emission[sorted(table_rows([line.text for line in lines])), State.START] += CERTAIN
    _bylines(emission, lines)
    _torn(emission, lines)
    _captions(emission, lines)
    _credits(emission, lines, found)
    _briefs(emission, lines)
    # Who edited the page (本版编辑 甘小禾) is named as reporters are, and the word says who it was.
    editors = [i for i, line in enumerate(lines) if _EDITED.search(line.text) and _is_editor(line.text)]
    emission[editors, State.FURNITURE] += CERTAIN
    # A dateline that has a line to itself (新华社北京1月15日电) opens the paragraph that comes behind it.
    emission[1:][found[:-1, DATELINE_ALONE] == 1, State.START] -= UNLIKELY
    words = np.array([told > 0 and _says_something(line) for told, line in zip(found[:, UNTOLD], lines, strict=True)])
    # 评论 and 观点 may be the name of the page too.
    named = found[:, RUBRIC] + found[:, OVER_HEAD] + found[:, TITLE_OF_BRIEFS]
    labels = np.array([seen > 0 and furniture_role(line.text) is None for seen, line in zip(named, lines, strict=True)])
    no_furniture = (found[:, OPENS_STORY] == 1) | words | labels
    emission[no_furniture, State.FURNITURE] -= UNLIKELY


def _says_something(line: Line) -> bool:
    """Whether a line tells no number and is longer than a few names are, or none that may be names."""
    if line.width <= LEAST_EM or _DIGIT.search(line.text):
        return False
    return line.width > SHORT_EM or (_HAN.fullmatch(line.text) is not None and not read_names(line.text, surname=False))


def read_through(path: Ints, lines: Sequence[Line], found: Floats, statistics: Statistics) -> Ints:
    """The lines that were taken for heads or captions, between two of text, that the text reads on through.

    Beside a picture lines are short and stand apart, as heads do. A head that stands in the middle of a sentence leaves
    the line behind it to go on from the line before.

    Args:
        path: (lines,) the state that each line was taken for.
        lines: the lines.
        found: the evidence about them, see `banmian.reading.blocks.evidence`.
        statistics: of the language.

    Returns:
        The numbers of the lines.
    """
    alone = np.flatnonzero(np.isin(path[1:-1], HEADS) & np.isin(path[:-2], _BODY) & np.isin(path[2:], _BODY)) + 1
    joins, skips = found[:, JOIN], found[:, SKIP]
    on = (joins[alone] > 0) & (joins[alone + 1] > READS_ON) & (joins[alone + 1] - skips[alone + 1] > READS_BETTER)
    of_heads = [i for i in alone[on].tolist() if not _MARK.search(lines[i - 1].text)]
    captions = [
        i for run in _captions_in_text(path, lines, found) if _reads_through(run, lines, found, statistics) for i in run
    ]
    return np.array([*of_heads, *captions], dtype=np.intp)


def _captions_in_text(path: Ints, lines: Sequence[Line], found: Floats) -> list[range]:
    """The captions that a sentence breaks off before, and that their words do not tell, but for the longest."""
    runs = []
    for first in (np.flatnonzero(path[1:-1] == State.CAPTION) + 1).tolist():
        end = first + 1
        while end < len(path) and path[end] == State.CAPTION_NEXT:
            end += 1
        told = found[first:end, [SEEN_CAPTION, CREDIT, CREDIT_REST]].any()
        inside = end < len(path) and path[first - 1] in _BODY and path[end] in (State.NEXT, State.OPEN)
        if inside and not told and end - first <= MOST_LINES and not lines[first - 1].text.endswith(SENTENCE_ENDS):
            runs.append(range(first, end))
    return runs


def _reads_through(run: range, lines: Sequence[Line], found: Floats, statistics: Statistics) -> bool:
    """Whether some lines go on from the line before them, and the line behind from them, and less well without them."""
    onto, on = found[[run.start, run.stop], JOIN].tolist()
    if min(onto, on) <= 0.0:
        return False
    before, behind = ("".join(lines[i].text.split()) for i in (run.start - 1, run.stop))
    without = float(pair_odds(statistics, tails(statistics, [before]), heads(statistics, [behind]))[0])
    return bool(onto + on > without + TOGETHER_BETTER)


def _is_editor(text: str) -> bool:
    guess = furniture_role(text)
    return guess is not None and guess.role is Role.EDITOR and guess.certain


def _heads(emission: Floats, lines: Sequence[Line], found: Floats) -> None:
    """What is no head, what is no text, and where a head ends: with its rubric, 656 of 656 on the pages for fitting."""
    no_head = [i for i, line in enumerate(lines) if _FULL_STOP in line.text or line.text.endswith(_CLOSING_DATELINE)]
    emission[np.ix_(no_head, HEADS)] -= UNLIKELY
    no_body = [i for i, line in enumerate(lines) if EMPTY_QUOTES.search(line.text) or _two_clauses(line.text)]
    emission[np.ix_(no_body, (*_BODY, State.BYLINE, State.BYLINE_NEXT))] -= UNLIKELY
    emission[np.ix_(found[:, RUBRIC] == 1, HEADLINES)] -= UNLIKELY
    behind_rubric = [i for i in range(1, len(lines)) if ends_with_rubric(lines[i - 1].text)]
    emission[behind_rubric, State.HEAD_NEXT] -= UNLIKELY
    over_head = np.flatnonzero(found[:, OVER_HEAD])  # is a head of its own, and so is what stands behind it
    emission[over_head, State.HEAD_NEXT] -= UNLIKELY
    emission[1:][found[:-1, OVER_HEAD] == 1, State.HEAD_NEXT] -= UNLIKELY


def _two_clauses(text: str) -> bool:
    """Whether a line is two clauses with a rubric behind them (船靠岸 人上街（今日谈）), and names nobody.

    Of 78 such lines on the pages for fitting none is of a paragraph, however well it reads on.
    """
    return ends_with_rubric(text) and _CLAUSES.search(text) is not None and not _NAMES.search(text)


def _bylines(emission: Floats, lines: Sequence[Line]) -> None:
    """A line that names a reporter and a contributor, or several people in brackets, and nothing else, is a byline.

    Gold knows 679 of 680 lines of the first kind on the pages for fitting as bylines, and all of 268 on dev; the
    networks took a few, of other pages, for subheads. Of the second kind, with no title and no 、 as the brackets
    behind a dateline have them, it knows all, 308 and 147; some that an OCR engine had read were taken for text.
    """
    named = [i for i, line in enumerate(lines) if _signs(line.text) and parse_byline(line.text) is not None]
    emission[np.ix_(named, (*HEADS, *_BODY))] -= UNLIKELY
    # Nobody is named behind what was done by all of them.
    done = [i + 1 for i in named if i + 1 < len(lines) and lines[i].text.endswith(_DONE)]
    emission[done, State.BYLINE_NEXT] -= UNLIKELY
    for broken in wrapped([line.text for line in lines]):
        emission[broken.start, State.BYLINE] += CERTAIN
        emission[broken[1:], State.BYLINE_NEXT] += CERTAIN


def _signs(text: str) -> bool:
    return _BOTH.search(text) is not None or (
        _IN_BRACKETS.fullmatch(text) is not None and len(read_names(text[1:-1]) or ()) > 1
    )


def _torn(emission: Floats, lines: Sequence[Line]) -> None:
    """Pieces that make a byline or a credit together are one."""
    for found in torn([line.text for line in lines]):
        if found.together:
            first, further = _BEGUN[found.role]
            emission[found.pieces[0], [first, further]] += CERTAIN  # a mark (□) may stand on a line of its own before
            emission[list(found.pieces[1:]), further] += CERTAIN


def _captions(emission: Floats, lines: Sequence[Line]) -> None:
    """A line that points at its picture with a colon (左图：) begins a caption, behind what ends a sentence."""
    begun = [
        i
        for i in range(1, len(lines))
        if lines[i - 1].text.endswith(SENTENCE_ENDS)
        and (seen := caption(lines[i].text)) is not None
        and seen.kind == "caption"
        and lines[i].text[seen.end - 1] in _COLON
    ]
    emission[begun, State.CAPTION] += CERTAIN


def _credits(emission: Floats, lines: Sequence[Line], found: Floats) -> None:
    """A credit is of a caption, but for the names that sign a picture story, which are text."""
    emission[np.ix_(found[:, CREDIT_REST] == 1, _NOT_REST_OF_CREDIT)] -= UNLIKELY
    rest = frozenset(np.flatnonzero(found[:, CREDIT_REST]).tolist())
    for i in np.flatnonzero(found[:, CREDIT]).tolist():
        text = lines[i].text + (lines[i + 1].text if i + 1 in rest else "")
        emission[i, list(HEADS if signs_picture_story(text) else _NOT_CAPTION)] -= UNLIKELY


def _briefs(emission: Floats, lines: Sequence[Line]) -> None:
    """The title of briefs is a head, the heads of briefs are subheads, and the names behind them are text."""
    found = briefs([line.text for line in lines])
    emission[list(found.titles), State.HEAD] += CERTAIN
    emission[np.ix_(found.heads, SUBHEADS)] += CERTAIN
    emission[list(found.notes), State.START] += CERTAIN
