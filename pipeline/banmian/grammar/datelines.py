"""Datelines (电头): what a news story opens with.

本报讯（记者 甘小禾） is the paper's own news; 新华社柳湾1月17日电 came from an agency, and 据 before it tells that the paper cut the
agency's text. Agency, place, date and 电 or 讯 stand in that order, brackets with the people behind them, and the story
follows without a break. Older papers put all of it in brackets, 【路透社柳湾五日电】, and those of Taiwan the reporter and the
place, 〔记者甘小禾／柳湾报导〕. 电 alone is a common word: we take it only where date, brackets or the end of the line follow.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from banmian.grammar.bylines import read_roles
from banmian.grammar.names import read_names
from banmian.model import Dateline, Person, PersonRole
from banmian.rules import entries, pattern

_LONGEST = 50  # no dateline is longer
_MARKS = frozenset("□◎○●◇◆■▲△▶►☆★※◘◙⊙")
_BRACKETS = frozenset("（(〔【［[")
_SIGNS = ("电", "電", "讯", "訊", "消息", "报导", "報導", "报道", "報道")


@dataclass(frozen=True, slots=True)
class Opening:
    """What a story opens with.

    Args:
        dateline: its parts, and its text as printed.
        dateline_end: where the dateline ends in the text; it begins at 0, marks before it left out of its text.
        end: where the story itself begins, behind the brackets with the people and the space that follows.
        byline: what the brackets say, without them (记者 甘小禾 通讯员 佟一苇), or None.
        byline_start: where that begins, and `byline_end` where it ends; both -1 without one.
        people: whom it names.
    """

    dateline: Dateline
    dateline_end: int
    end: int
    byline: str | None = None
    byline_start: int = -1
    byline_end: int = -1
    people: tuple[Person, ...] = ()


def parse_opening(text: str) -> Opening | None:
    """The dateline that a paragraph opens with, and the people behind it; None if it opens otherwise.

    >>> opening = parse_opening("本报柳湾1月24日电（记者甘小禾、佟一苇）渡口通航。")
    >>> opening.dateline.place, opening.dateline.date, opening.byline, [p.name for p in opening.people]
    ('柳湾', '1月24日', '记者甘小禾、佟一苇', ['甘小禾', '佟一苇'])
    >>> "本报讯（记者 甘小禾）渡口通航。"[parse_opening("本报讯（记者 甘小禾）渡口通航。").end:]
    '渡口通航。'
    >>> parse_opening("据新华社柳湾1月17日电  渡口通航。").dateline.abridged
    True
    >>> parse_opening("记者从市政府获悉，渡口通航。") is None
    True
    """
    if len(text) < 3 or not _may_open(text):
        return None
    match = pattern("datelines", "dateline").match(text, 0, min(len(text), _LONGEST + 40))
    if match is None:
        return _island(text)
    printed = match[0].lstrip("□◎○●◇◆■▲△▶►☆★※◘◙⊙ ")
    kind = "电" if match["sort"][-1] in "电電" else "讯"
    dateline = Dateline(printed, match["agency"], match["at"], match["on"], kind, bool(match["abridged"]))
    at = match.end()
    if match["inner"]:
        start, end = match.span("inner")
        byline = text[start:end].strip("（( ")
        start = text.index(byline, start)
        people = read_people(byline)
        if people:
            return Opening(dateline, at, _after_space(text, at), byline, start, start + len(byline), people)
    for rule in ("by", "plain"):
        behind = pattern("datelines", rule).match(text, at, at + 110)
        if behind is None:
            continue
        people = read_people(behind["by"])
        if people is None:
            continue
        start, end = behind.span("by")
        return Opening(dateline, at, _after_space(text, behind.end()), text[start:end], start, end, people)
    return Opening(dateline, at, _after_space(text, at))


def opens_story(line: str) -> bool:
    """Whether a line begins like a dateline, be its brackets, or its date, cut by the end of the line.

    >>> lines = ("本报讯（记者 甘小禾 通讯", "本报柳湾1月2", "【本报讯】渡口", "据悉，渡口通航", "新华社记者 甘小禾")
    >>> [opens_story(line) for line in lines]
    [True, True, True, False, False]
    """
    if len(line) < 3 or not _may_open(line):
        return False
    if pattern("datelines", "dateline").match(line, 0, min(len(line), _LONGEST + 40)):
        return True
    return pattern("datelines", "cut").fullmatch(line) is not None or _island(line) is not None


def ends_with_dateline(text: str) -> int | None:
    """Where a dateline in brackets begins that `text` ends with, （本报柳湾1月5日电）; None if there is none.

    Some papers put the dateline of a dispatch behind its last sentence.

    >>> ends_with_dateline("渡口通航。（本报柳湾1月5日电）"), ends_with_dateline("渡口通航。（据悉）")
    (5, None)
    """
    if len(text) < 5 or text[-1] not in "）)】〕":
        return None
    start = max(text.rfind(bracket, -_LONGEST) for bracket in "（(【〔")
    if start < 0:
        return None
    match = pattern("datelines", "dateline").fullmatch(text, start)
    return start if match else None


def read_people(text: str) -> tuple[Person, ...] | None:
    """The people in the brackets of a dateline, with titles or without; None if it is no list of people.

    >>> [person.name for person in read_people("甘小禾、佟一苇")]
    ['甘小禾', '佟一苇']
    >>> read_people("迟到") is None
    True
    """
    text = text.strip().removeprefix("综合").strip()
    people = read_roles(text)
    if people is not None:
        return people
    names = read_names(text)
    if names is None and ("、" in text or " " in text):
        names = read_names(text, surname=False)
    return tuple(Person(name, PersonRole.REPORTER) for name in names) if names else None


def _island(text: str) -> Opening | None:
    """An opening as papers of Taiwan have it: reporter and place in brackets."""
    if text[0] not in _BRACKETS:
        return None
    match = pattern("datelines", "island").match(text, 0, min(len(text), _LONGEST))
    people = read_people(match["by"]) if match else None
    if match is None or people is None:
        return None
    dateline = Dateline(match[0], None, match["at"], None, "讯")
    start, end = match.span("by")
    return Opening(dateline, match.end(), _after_space(text, match.end()), match["by"], start, end, people)


@cache
def _heads() -> tuple[frozenset[str], tuple[str, ...]]:
    """First two characters of everything that may open a dateline, for a quick look."""
    names = (*entries("agencies", "agency"), *entries("datelines", "own"))
    heads = frozenset(name[:2] for name in names) | {"又电", "又電"}
    return heads | {"据" + name[0] for name in names} | {"據" + name[0] for name in names}, names


def _may_open(text: str) -> bool:
    """Whether a look at the first characters allows a dateline."""
    first = text[0]
    if first in _BRACKETS or first in _MARKS:
        return True
    if text[:2] in _heads()[0]:
        return True
    head = text[:10]
    return "报讯" in head or "報訊" in head or "台讯" in head or "网讯" in head or "社讯" in head or "心讯" in head


def _after_space(text: str, at: int) -> int:
    """The place of the first character from `at` on that is no space; a colon behind a dateline goes with it."""
    while at < len(text) and text[at] in " \u3000：:":
        at += 1
    return at
