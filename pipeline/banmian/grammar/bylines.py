"""Bylines (署名): who wrote a story.

Papers print a byline between head and text, 本报记者 甘小禾 通讯员 佟一苇, in the brackets of a dateline, or as a
sign-off in brackets behind the last sentence (tagline, 文末署名). Titles in front of the names say what each person is
to the paper; who has none is a reporter. Words behind the names say what they did (文/图, 摄影报道) and change nothing
in that.

We read a byline only where the whole text is one. What leads on, 记者从市政府获悉, is none. Who only took the picture,
…摄, is no author: `banmian.grammar.captions` knows those lines.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

import regex

from banmian.grammar.names import LONGEST_NAME, is_name, read_names
from banmian.grammar.workplaces import is_of_a_sentence
from banmian.model import Person, PersonRole
from banmian.rules import entries, pattern

_LONGEST = 120
MARKS = "□◎○●◇◆■▲△▶►〇☆★※◘◙⊙☉◉▣◈▷·•"
BRACKETS = "（(〔【［["
_PAPER = frozenset("本综綜")
_LABELS = frozenset("撰文图圖摄攝报報采採整作执執")
_COLONS = frozenset("：:／/╱｜|")
SPACES = frozenset(" \u3000\u00a0")
# What a byline begins with and hardly anything else.
ODD = frozenset(MARKS + BRACKETS) | _PAPER | _LABELS | SPACES
# 刘晓宇文 behind a title is 刘晓宇, who wrote the words (文).
_WRITTEN = regex.compile(r"(?<=\b\p{Han}{3})[文图圖]$")
_WORKED = frozenset("理译譯笔筆稿写寫文合编編录錄述答")
_SHORTEST_APART = 5  # characters, of a name with what its bearer is or did
_SENTENCE_ENDS = frozenset("。！？…”")
_PICTURE = regex.compile(r"[摄攝]影|[图圖]")


@dataclass(frozen=True, slots=True)
class Byline:
    """A byline that was read.

    Args:
        people: whom it names, in order; empty where it names the paper alone (本报评论员).
        start: where it begins in the text, and `end` where it ends.
        kind: "byline", or "tagline" for a sign-off in brackets.
        certain: whether its words leave no doubt. Names alone might be something else.
    """

    people: tuple[Person, ...]
    start: int
    end: int
    kind: Literal["byline", "tagline"] = "byline"
    certain: bool = True


def parse_byline(text: str) -> Byline | None:
    """The byline that the whole of `text` is, or None.

    Where a line was broken, join its parts (with or without a space) before asking.

    >>> byline = parse_byline("本报记者 甘小禾 通讯员 佟一苇 摄影报道")
    >>> [(person.name, str(person.role)) for person in byline.people]
    [('甘小禾', 'reporter'), ('佟一苇', 'contributor')]
    >>> parse_byline("（方 圆 佟一苇）").kind
    'tagline'
    >>> [parse_byline(text) for text in ("记者从市政府获悉", "方圆摄（人民视觉）", "（思想纵横）", "《时报》记者李·甘")]
    [None, None, None, None]
    """
    size = len(text)
    shortest = 3 if text[:1] in MARKS else 4
    if size > _LONGEST or size < shortest or not _may_be(text) or tells_of_reporter(text):
        return None
    if text[0].isspace() or text[-1].isspace():
        bare = text.strip()
        found = parse_byline(bare) if len(bare) >= 4 else None
        if found is None:
            return None
        before = len(text) - len(text.lstrip())
        return Byline(found.people, before, before + len(bare), found.kind, found.certain)
    first = text[0]
    if text[-1] in "。！？…，；：”、摄攝" or text[-2] in "摄攝绘繪":
        return _written_and_taken(text)
    people = read_roles(text) if has_title(text) else None
    if people is not None:
        kind: Literal["byline", "tagline"] = "tagline" if first in BRACKETS else "byline"
        return Byline(people, 0, size, kind)
    if first in BRACKETS and (signed := _signed(text)):
        return signed
    if (many := _of_many(text)) is not None:
        return many
    if (apart := stands_apart(text)) is not None:
        return apart
    if first in MARKS and (match := pattern("bylines", "marked").fullmatch(text)):
        names = read_names(match["who"]) if "·" not in match["who"] else None
        return Byline(reporters(names), 0, size, certain=len(names) > 1) if names else None
    if _COLONS & set(text) and (match := pattern("bylines", "labelled").fullmatch(text)):
        return _labelled(match.captures("label"), match.captures("who"), size)
    if text[-1] in "员員者稿" and (match := pattern("bylines", "titled").fullmatch(text)):
        return Byline((Person(match["who"], PersonRole.REPORTER),), 0, size) if is_name(match["who"]) else None
    return None


def stands_apart(text: str) -> Byline | None:
    """A byline whose names stand apart from where people work, or from what they did, in text that has nothing else.

    >>> [stands_apart(text) is not None for text in ("柳湾县渡口乡农民 佟一苇", "甘小禾 整理", "柳湾 佟一苇")]
    [True, True, False]
    """
    if len(text) < _SHORTEST_APART:
        return None
    match = None
    if not _WORKED.isdisjoint(text[-2:]):
        match = pattern("bylines", "worked").fullmatch(text)
    if match is None and (" " in text[-LONGEST_NAME - 2 :] or text[-1] in "）)" or "等" in text):
        match = pattern("bylines", "affiliated").fullmatch(text)
    if match is None or is_of_a_sentence(match.groupdict().get("org") or ""):
        return None
    names = read_names(match["who"])
    if not names or any(name[:2] in entries("names", "never") for name in names):  # 甘肃站, 全面履
        return None
    kind: Literal["byline", "tagline"] = "tagline" if text[0] in BRACKETS else "byline"
    return Byline(reporters(names), 0, len(text), kind)


def _of_many(text: str) -> Byline | None:
    """The byline of the paper, which names nobody, or that of a group, with those of its people whom it names."""
    of_paper = text[0] in _PAPER or text[0] in MARKS or text.endswith("供稿")
    if of_paper and pattern("bylines", "nobody").fullmatch(text):
        return Byline((), 0, len(text))
    match = pattern("bylines", "group").fullmatch(text) if "组" in text or "組" in text else None
    if match is None:
        return None
    members = [read_names(who) for who in match.captures("who")]
    if None in members:
        return None
    once = dict.fromkeys(name for names in members if names is not None for name in names)
    return Byline(reporters(tuple(once)), 0, len(text))


def _labelled(labels: list[str], names: list[str], size: int) -> Byline | None:
    """The byline of labels and those behind each; one that tells only who took the picture is none."""
    people: list[Person] = []
    for label, who in zip(labels, names, strict=True):
        found = read_names(who) or _pen_name(who.strip())
        if not found:
            return None
        role = PersonRole.PHOTOGRAPHER if _PICTURE.fullmatch(label) else PersonRole.REPORTER
        people += [Person(name, role) for name in found]
    return Byline(tuple(people), 0, size) if any(not _PICTURE.fullmatch(label) for label in labels) else None


def _pen_name(who: str) -> tuple[str, ...] | None:
    """The one name that stands behind 文/ or 作者：, with a surname or none (老墨)."""
    return read_names(who, surname=False) if len(who) <= LONGEST_NAME else None


def sign_off(text: str, *, single: bool = False) -> Byline | None:
    """The names in brackets that a paragraph ends with, behind its last sentence; None if it ends with none.

    County papers sign their briefs so. In no paragraph of gold, on the pages for fitting and on dev, is something else
    read so. A single name without a title may be anything, and is read where the story ends or where others on the page
    stand so (`single`): of 41 such words behind the last sentence of a story, on the pages of papers for fitting, all
    but 未完待续 are names, pen names among them.

    >>> found = sign_off("渡口通航了。（记者 甘小禾）")
    >>> found.people[0].name, found.start
    ('甘小禾', 6)
    >>> sign_off("渡口通航了。（甘小禾）"), sign_off("渡口（记者 甘小禾）"), sign_off("（记者 甘小禾）")
    (None, None, None)
    >>> [sign_off(text, single=True) is not None for text in ("渡口通航了。（老墨）", "渡口通航了。（完）")]
    [True, False]
    """
    start = max(text.rfind(bracket) for bracket in "（(") if text.endswith(("）", ")")) else -1
    if start < 1 or not _SENTENCE_ENDS & set(text[:start].rstrip()[-1:]):
        return None
    found = parse_byline(text[start:]) or (_pen_name_behind(text[start:]) if single else None)
    if found is None or not found.people or not (found.certain or single):
        return None
    return replace(found, start=start, end=len(text))


def _pen_name_behind(text: str) -> Byline | None:
    """The byline of a pen name in brackets, which has no surname."""
    who = text.strip("（()） ")
    if len(who) > LONGEST_NAME or who in entries("bylines", "remark") or who.endswith(entries("names", "office")):
        return None
    names = _pen_name(who)
    return Byline(reporters(names), 0, len(text), "tagline", certain=False) if names else None


def has_title(text: str) -> bool:
    """Whether a title may be in `text`: every one ends in 者, 员 or one of a few rarer words."""
    return (
        "者" in text
        or "员" in text
        or "員" in text
        or (
            ("稿" in text or "生" in text or "笔" in text or "筆" in text or "编" in text or "編" in text)
            and any(title in text for title in entries("names", "title"))
        )
    )


def _may_be(text: str) -> bool:
    """Whether a look at single characters allows a byline: what most lines are asked, so it must be cheap.

    The first title of a byline stands near its beginning, the name of its paper before it.
    """
    return text[0] in ODD or ((has_title(text[:20]) or " " in text or text[-1] in "）)稿组組") and "。" not in text)


def _written_and_taken(text: str) -> Byline | None:
    """A byline that ends in 文/摄. What else ends in 摄 says who took a picture, or is a sentence."""
    if text.endswith(("文/摄", "文／摄", "文/攝", "文／攝", "文并摄", "文並攝")):
        people = read_roles(text)
        return Byline(people, 0, len(text)) if people else None
    return None


def read_roles(text: str, *, firm: bool = False) -> tuple[Person, ...] | None:
    """The people of a text that is nothing but titles and their names; None if it is anything else.

    It is what stands in a byline and also in the brackets of a dateline. Where that place shows it to be names
    (`firm`), words that look like names (江南, 温馨) are names, and so is what has no surname that we know.

    >>> [person.name for person in read_roles("记者甘小禾、佟一苇")]
    ['甘小禾', '佟一苇']
    >>> [person.name for person in read_roles("記者甘小禾／柳灣報導")]
    ['甘小禾']
    >>> read_roles("甘小禾、佟一苇") is None
    True
    """
    if (filed := pattern("bylines", "filed").fullmatch(text)) is not None:
        text = filed["by"] + filed["close"]
    match = pattern("bylines", "roles").fullmatch(text)
    if match is None or "摄" in match.captures("did") or "攝" in match.captures("did"):
        return None
    people: list[Person] = []
    titles = match.spans("as")
    apart, firm = firm, firm or len(titles) > 1 or text[titles[0][0]] == "本"
    for (start, end), (names_start, names_end) in zip(titles, match.spans("who"), strict=True):
        names = _names_behind(text[names_start:names_end], apart=apart or names_start > end, firm=firm)
        if not names:
            return None
        role = _role(text[start:end])
        people += [Person(name, role) for name in names]
    return tuple(people)


def _names_behind(who: str, *, apart: bool, firm: bool) -> tuple[str, ...] | None:
    """The names behind a title.

    Right behind it they need surnames (记者甘小禾, not 记者手记), `apart` from it they do not. Where other titles make
    it a byline for sure (`firm`), 韩国 may be someone's name.
    """
    who = _WRITTEN.sub("", who)
    names = read_names(who, word=firm)
    if names or not (apart or "、" in who):
        return names
    names = read_names(who, surname=False, word=firm) or ()
    return names if apart or 2 * sum(map(is_name, names)) > len(names) else None


def tells_of_reporter(text: str) -> bool:
    """Whether a text begins with the name of a paper in 《》 and has no space: it tells of another paper's reporter.

    A byline sets its names apart (《柳湾日报》记者 甘小禾).
    """
    return text[0] == "《" and SPACES.isdisjoint(text)


def _signed(text: str) -> Byline | None:
    """Names in brackets, which must all have surnames: （高原 平安） could be anything."""
    if pattern("bylines", "nobody").fullmatch(text):
        return Byline((), 0, len(text), "tagline")
    match = pattern("bylines", "signed").fullmatch(text)
    if match is None:
        return None
    who = match["who"].strip()
    if "·" in who and not set(who) & {" ", "、", "\u3000", "\u00a0"}:
        return None  # （渡口·新风） is a rubric much oftener than a person
    names = read_names(who)
    if names is None:
        for work in _works():
            if len(work) > 1 and who.endswith(work):
                names = read_names(who[: -len(work)])
                break
    if not names:
        return None
    if len(names) == 1 and names[0].endswith(entries("names", "office")):
        return None
    return Byline(reporters(names), 0, len(text), "tagline", certain=len(names) > 1)


def reporters(names: tuple[str, ...]) -> tuple[Person, ...]:
    """People without a title, who are reporters."""
    return tuple(Person(name, PersonRole.REPORTER) for name in names)


@cache
def _works() -> tuple[str, ...]:
    return tuple(sorted(entries("names", "work"), key=len, reverse=True))


@cache
def _titles(role: PersonRole) -> tuple[str, ...]:
    return entries("bylines", str(role))


def _role(title: str) -> PersonRole:
    """What a title makes of a person.

    >>> [str(_role(title)) for title in ("本报特约通讯员", "首席记者", "摄影记者")]
    ['contributor', 'reporter', 'photographer']
    """
    for role in (PersonRole.CONTRIBUTOR, PersonRole.PHOTOGRAPHER, PersonRole.EDITOR):
        if title.endswith(_titles(role)):
            return role
    return PersonRole.REPORTER
