"""Briefs (短讯): short items under a common title, 资讯速递, each with a head of its own and the same dateline.

They are one article: its headline is the common title, the head of each item a subhead, and the name in brackets
behind an item is of its text. Their heads look like headlines, and pages for fitting have too few to learn it from. An
item that has a place, a day or a reporter in its dateline (本报讯（记者 甘小禾）) is a story of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from banmian.grammar.datelines import Opening, parse_opening
from banmian.grammar.notes import is_note
from banmian.grammar.rubrics import is_title_of_briefs
from banmian.reading.marks import SENTENCE_ENDS

MOST_HEAD_LINES = 3  # of a brief, set in one column
MOST_LINES = 60  # of a brief, its note in brackets included


@dataclass(frozen=True, slots=True)
class Briefs:
    """Lines of briefs, by their numbers.

    Args:
        titles: the titles that briefs stand under.
        heads: the lines of the heads of briefs.
        notes: those that are nothing but a note in brackets behind a brief.
    """

    titles: tuple[int, ...] = ()
    heads: tuple[int, ...] = ()
    notes: tuple[int, ...] = ()


def briefs(texts: Sequence[str]) -> Briefs:
    """The briefs among lines that stand in reading order.

    >>> found = briefs(["资讯速递", "渡口新船下水", "本报电 新船日前下水。", "（甘小禾）", "柳湾通公交", "本报电 柳湾"])
    >>> found.titles, found.heads, found.notes
    ((0,), (1, 4), (3,))
    """
    titles: list[int] = []
    heads: list[int] = []
    notes: list[int] = []
    for title in (i for i, text in enumerate(texts) if is_title_of_briefs(text)):
        at: int | None = title + 1
        dateline = None
        while at is not None:
            body = _body_below(texts, at, dateline)
            if body is None:
                break
            dateline = _dateline(texts[body])
            heads += range(at, body)
            at = _next_head(texts, body, dateline)
            note = _note_behind(texts, body, at)
            notes += [] if note is None else [note]
        if dateline is not None:
            titles.append(title)
    return Briefs(tuple(titles), tuple(heads), tuple(notes))


def opens_own_story(text: str) -> bool:
    """Whether a line opens a text with a dateline that no brief has: with a place, a day or a reporter.

    >>> [opens_own_story(text) for text in ("本报讯（记者 甘小禾）新船下水。", "本报电 新船下水。", "新船下水。")]
    [True, False, False]
    """
    opening = parse_opening(text)
    return opening is not None and _is_of_a_story(opening)


def _is_of_a_story(opening: Opening) -> bool:
    return bool(opening.people or opening.dateline.place or opening.dateline.date)


def _dateline(text: str) -> str | None:
    """The words that a line opens a brief with (本报电)."""
    opening = parse_opening(text)
    if opening is None or _is_of_a_story(opening):
        return None
    return opening.dateline.text if opening.end < len(text) else None


def _body_below(texts: Sequence[str], head: int, dateline: str | None) -> int | None:
    """The first line of the text under a head that begins here, where it opens like the brief before."""
    for body in range(head + 1, min(head + 1 + MOST_HEAD_LINES, len(texts))):
        if texts[body - 1].endswith(SENTENCE_ENDS):
            return None
        found = _dateline(texts[body])
        if found is not None:
            return body if dateline in (None, found) else None
    return None


def _next_head(texts: Sequence[str], body: int, dateline: str | None) -> int | None:
    """Where the head of the next brief begins: below a line that ends a text, above one that opens like this brief."""
    for at in range(body + 1, min(body + MOST_LINES, len(texts))):
        if texts[at - 1].endswith(SENTENCE_ENDS) and _body_below(texts, at, dateline) is not None:
            return at
    return None


def _note_behind(texts: Sequence[str], body: int, end: int | None) -> int | None:
    """The note in brackets that a brief closes with: the line before the next brief, or the first that ends a text."""
    if end is not None:
        return end - 1 if is_note(texts[end - 1]) else None
    for at in range(body + 1, min(body + MOST_LINES, len(texts))):
        if is_note(texts[at]) and texts[at - 1].endswith(SENTENCE_ENDS):
            return at
    return None
