"""Datelines (电头): what a news story opens with.

本报讯（记者 甘小禾） is the paper's own news; 新华社柳湾1月17日电 came from an agency, and 据 before it tells that the
paper cut the agency's text. Agency, place, date and 电 or 讯 stand in that order, brackets with the people behind
them, and the story follows without a break. Older papers put all of it in brackets, 【路透社柳湾五日电】, and those of
Taiwan the reporter and the place, 〔记者甘小禾／柳湾报导〕. 电 alone is a common word: we take it only where date,
brackets or the end of the line follow.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import regex

from banmian.grammar.bylines import read_roles
from banmian.grammar.names import is_name, read_names
from banmian.model import Dateline, Person, PersonRole
from banmian.rules import entries, pattern

_LONGEST = 50  # no dateline is longer
_LONGEST_ALONE = 30  # with the people behind it, in a line of its own
_MARKS = frozenset("□◎○●◇◆■▲△▶►☆★※◘◙⊙")
_BRACKETS = frozenset("（(〔【［[")
_BEGIN = _BRACKETS | _MARKS
_SIGNS = frozenset("电電讯訊消报報访訪")
_DATE = frozenset("0123456789年月日零一二三四五六七八九十廿")
_TITLES = ("记者", "記者", "通讯员", "通訊員", "实习生", "實習生", "特派员", "特派員")


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
        start: where it begins in the text: 0 but for a dateline at the end (`parse_closing`).
    """

    dateline: Dateline
    dateline_end: int
    end: int
    byline: str | None = None
    byline_start: int = -1
    byline_end: int = -1
    people: tuple[Person, ...] = ()
    start: int = 0

    @property
    def titled(self) -> bool:
        """Whether a title (记者, 通讯员) stands before the names. Who has none is a reporter as well, but unsaid."""
        return self.byline is not None and any(title in self.byline for title in _TITLES)


def parse_opening(text: str) -> Opening | None:
    """The dateline that a paragraph opens with, and the people behind it; None if it opens otherwise.

    A paragraph that is nothing but a dateline in round brackets is the end of a story: see `parse_closing`.

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
    if match["open"] in ("（", "(") and match.end() >= len(text.rstrip()):
        return None
    opening = _opening(text, match, 0)
    if opening.people:
        return opening
    dateline, at = opening.dateline, opening.dateline_end
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


def _opening(text: str, match: regex.Match[str], start: int) -> Opening:
    """What a match of a dateline says, with the people that stand in its own brackets."""
    printed = match[0].lstrip("".join(_MARKS) + " ")
    kind = "电" if match["sort"][-1] in "电電" else "讯"
    dateline = Dateline(printed, match["agency"], match["at"], match["on"], kind, bool(match["abridged"]))
    at = match.end()
    byline = match["inner"].strip("（( \u3000\u00a0") if match["inner"] else ""
    people = read_people(byline) if byline else None
    if not people:
        return Opening(dateline, at, _after_space(text, at), start=start)
    begin = text.index(byline, match.start("inner"))
    return Opening(dateline, at, _after_space(text, at), byline, begin, begin + len(byline), people, start)


def opens_story(line: str) -> bool:
    """Whether a line begins like a dateline, be its brackets, or its date, cut by the end of the line.

    >>> lines = ("本报讯（记者 甘小禾 通讯", "本报柳湾1月2", "【本报讯】渡口", "据悉，渡口通航", "新华社记者 甘小禾")
    >>> [opens_story(line) for line in lines]
    [True, True, True, False, False]
    """
    if len(line) < 3 or not _may_open(line):
        return False
    if _SIGNS.isdisjoint(line[:_LONGEST]):
        return len(line) <= _LONGEST and pattern("datelines", "cut").fullmatch(line) is not None
    match = pattern("datelines", "dateline").match(line, 0, min(len(line), _LONGEST + 40))
    if match:
        return match["open"] not in ("（", "(") or match.end() < len(line.rstrip())
    return pattern("datelines", "cut").fullmatch(line) is not None or _island(line) is not None


def parse_closing(text: str) -> Opening | None:
    """The dateline in brackets that `text` ends with, or is, （本报柳湾1月5日电）; None if there is none.

    Some papers put it behind the last sentence of a dispatch, with the people in the same brackets. `start` is where
    the brackets begin, and `end` where they end.

    >>> closing = parse_closing("渡口通航。（据新华社柳湾电 记者甘小禾）")
    >>> closing.start, closing.dateline.place, closing.people[0].name
    (5, '柳湾', '甘小禾')
    >>> parse_closing("渡口通航。（据悉）") is None
    True
    """
    if len(text) < 5 or text[-1] not in "）)】〕":
        return None
    start = max(text.rfind(bracket, 0, len(text)) for bracket in "（(【〔")
    if start < 0 or len(text) - start > 90:
        return None
    match = pattern("datelines", "dateline").fullmatch(text, start)
    return _opening(text, match, start) if match else None


def is_closing(text: str) -> bool:
    """Whether the whole of `text` is the dateline in brackets that ends a story.

    >>> is_closing("（本报柳湾1月5日电）"), is_closing("渡口通航。（本报柳湾1月5日电）")
    (True, False)
    """
    closing = parse_closing(text)
    return closing is not None and closing.start == 0


def is_opening(text: str) -> bool:
    """Whether the whole of `text` is the dateline that opens a story, with the people behind it.

    >>> is_opening("新华社柳湾1月15日电"), is_opening("新华社柳湾1月15日电 渡口通航。")
    (True, False)
    """
    opening = parse_opening(text) if len(text) < _LONGEST_ALONE else None
    return opening is not None and opening.end >= len(text)


def read_people(text: str) -> tuple[Person, ...] | None:
    """The people in the brackets of a dateline, with titles or without; None if it is no list of people.

    >>> [person.name for person in read_people("甘小禾、佟一苇")]
    ['甘小禾', '佟一苇']
    >>> read_people("急件") is None
    True
    """
    text = text.strip().removeprefix("综合").strip()
    people = read_roles(text, firm=True)
    if people is not None:
        return people
    names = read_names(text, word="、" in text)
    if names is None and any(space in text for space in "、 \u3000\u00a0"):
        names = read_names(text, surname=False)
    return tuple(Person(name, PersonRole.REPORTER) for name in names) if names else None


def _island(text: str) -> Opening | None:
    """An opening as papers of Taiwan and Hong Kong have it: the reporter in its brackets, mostly with a place."""
    if text[0] not in _BRACKETS:
        return None
    for rule in ("island", "wire"):
        match = pattern("datelines", rule).match(text, 0, min(len(text), _LONGEST))
        if match is not None:
            break
    else:
        return None
    told = match.groupdict()
    by, end = match["by"], match.end("by")
    if rule == "wire" and len(by) - len("记者") == 2 and is_name(by[-2:] + match["at"][:1]) and len(match["at"]) > 2:
        by, end = text[match.start("by") : end + 1], end + 1  # most names have three characters
    people = read_people(by)
    if people is None:
        return None
    place = match["at"][end - match.end("by") :] if match["at"] else None
    kind = "电" if match["sort"][-1] in "电電" else "讯"
    dateline = Dateline(match[0], told.get("agency"), place, told.get("on"), kind)
    return Opening(dateline, match.end(), _after_space(text, match.end()), by, match.start("by"), end, people)


@cache
def _heads() -> dict[str, tuple[str, ...]]:
    """Everything that may open a dateline, by its first two characters."""
    names = {*entries("agencies", "agency"), *entries("datelines", "own"), "又电", "又電"}
    names |= {given + name for given in "据據" for name in names}
    heads: dict[str, tuple[str, ...]] = {}
    for name in sorted(names):
        heads[name[:2]] = (*heads.get(name[:2], ()), name)
    return heads


def _may_open(text: str) -> bool:
    """Whether a look at a few characters allows a dateline: what every line is asked, so it must be cheap."""
    if text[0] in _BEGIN:
        head = text[:_LONGEST]
        return not _SIGNS.isdisjoint(head) or (len(text) <= _LONGEST and text[-1] in _DATE)
    names = _heads().get(text[:2])
    if names is not None and text.startswith(names):
        return True
    near = text[2:10]
    return (
        "讯" in near
        or "訊" in near
        or (("报" in near or "報" in near) and ("日电" in text[:_LONGEST] or "日電" in text[:_LONGEST]))
    )


def _after_space(text: str, at: int) -> int:
    """The place of the first character from `at` on that is no space; a colon behind a dateline goes with it."""
    while at < len(text) and text[at] in " \u3000\u00a0：:":
        at += 1
    return at
