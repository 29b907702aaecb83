"""Captions (图片说明) and credit lines: text that belongs to a picture.

A caption points at its picture, 图为渡口的新船 or 左图：…, and a credit says who took it, 甘小禾摄（人民视觉）. Papers
set them under the picture in small type; in the raw text they stand between the lines of a story like its own. We
judge by the words alone: a caption that does not point at its picture is not found here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from banmian.grammar.names import read_names
from banmian.model import Person, PersonRole
from banmian.rules import pattern

_FIRST = frozenset("图圖左右上下中前后後照大小题題压壓资資组組（(以□◎○●◇◆■▲△▶►☆★※")
_PICTURE = frozenset("图圖")
_WORK = frozenset("摄攝供提绘繪画畫制製道发發图圖片觉觉覺国國料CI视視影照")
_REPORTED = ("摄影报道", "攝影報道", "攝影報導")
_TAKEN = frozenset(("摄", "攝", "摄影", "攝影", *_REPORTED))
_NO_NAME_BEFORE_TAKEN = frozenset("拍航统珍兼包勾如描图圖")  # 拍摄 and the like are words
_BRACKETS, _LONGEST_WORK = frozenset("（("), 40
CREDIT_LINES = 2  # most lines that a credit (某某摄) runs over
_CREDIT = ("摄", "攝", "供图", "供圖", "提供", "绘", "繪", "制图", "製圖", "画", "畫", "道")


@dataclass(frozen=True, slots=True)
class Caption:
    """Text of a picture.

    Args:
        kind: "caption" says what is to be seen, "credit" who took it.
        end: where the words end that show it: 图为 or 左图： of a caption, the whole of a credit.
        people: who took the picture, where a credit names them.
        certain: whether the words leave no doubt.
    """

    kind: Literal["caption", "credit"]
    end: int
    people: tuple[Person, ...] = ()
    certain: bool = True


def caption(text: str) -> Caption | None:
    """What the text of a picture begins with, or the credit that the whole of `text` is; None for other text.

    >>> caption("图为渡口的新船。").kind, caption("左图：渡口的新船。").kind
    ('caption', 'caption')
    >>> credit = caption("新华社记者 方 圆摄")
    >>> credit.kind, credit.people[0].name
    ('credit', '方圆')
    >>> caption("图书馆为读者开门。"), caption("本报记者 甘小禾")
    (None, None)
    """
    size = len(text)
    if size < 2:
        return None
    if text[0] in _FIRST and (match := pattern("captions", "shown").match(text)):
        return Caption("caption", match.end())
    if size <= _LONGEST_WORK and not _BRACKETS.isdisjoint(text[1:-2]) and (work := _work(text)) is not None:
        return work
    if size <= 60 and (text[-1] in _WORK or text[-1] in "）)。" or text[0] in "摄攝图圖制製供插漫绘繪（("):
        return _credit(text)
    return None


def signs_picture_story(text: str) -> bool:
    """Whether a text is the names of those who wrote and photographed a picture story (摄影报道), and nothing else.

    They close its text, as a dateline in brackets closes a dispatch. With an office before them they are a byline.

    >>> signs_picture_story("甘 禾 佟一苇摄影报道（人民视觉）"), signs_picture_story("本报记者 甘小禾 摄影报道")
    (True, False)
    """
    if not any(word in text for word in _REPORTED) or (match := pattern("captions", "credit").fullmatch(text)) is None:
        return False
    office = pattern("bylines", "roles").fullmatch(match["by"].strip())
    return office is None and _photographers(match["by"], loose=True) is not None


def is_credit(text: str) -> bool:
    """Whether a text says whose picture it is, and nothing else; what may be something else as well is not.

    >>> is_credit("甘 禾摄（人民视觉）"), is_credit("本报记者 甘 禾文 新华社记者 佟 苇摄"), is_credit("图为渡口。")
    (True, True, False)
    """
    seen = caption(text)
    return seen is not None and seen.kind == "credit" and seen.certain


def _work(text: str) -> Caption | None:
    """The title of a work of art that is shown, with who made it (渡口（国画） 甘小禾)."""
    match = pattern("captions", "work").fullmatch(text)
    names = read_names(match["who"]) if match is not None else None
    return (
        Caption("credit", len(text), tuple(Person(name, PersonRole.PHOTOGRAPHER) for name in names)) if names else None
    )


def _credit(text: str) -> Caption | None:
    """A credit line, which has to consist of names and titles but for the words that show it."""
    if any(word in text for word in _CREDIT) and (match := pattern("captions", "credit").fullmatch(text)):
        people = _photographers(match["by"], loose=match["did"] in _TAKEN)
        if people is not None:
            return Caption("credit", len(text), people)
    if pattern("captions", "cut").fullmatch(text):
        return Caption("credit", len(text))
    if match := pattern("captions", "label").fullmatch(text):
        names = read_names(match["who"])
        if names:
            return Caption("credit", len(text), tuple(Person(name, PersonRole.PHOTOGRAPHER) for name in names))
    if pattern("captions", "agency").fullmatch(text):
        return Caption("credit", len(text))
    return None


def _photographers(by: str, *, loose: bool) -> tuple[Person, ...] | None:
    """Who took the picture, from the words before 摄; None where those are no names.

    Of 本报记者 甘 禾文 新华社记者 佟 苇 the last one did, as the other wrote the words.

    >>> [person.name for person in _photographers("本报记者 甘 禾文 新华社记者 佟 苇", loose=True)]
    ['佟苇']
    >>> _photographers("在渡口拍", loose=True) is None
    True
    """
    by = by.strip()
    if by[-1:] in _NO_NAME_BEFORE_TAKEN:
        return None
    match = pattern("bylines", "roles").fullmatch(by)
    if match is not None:
        start, end = match.spans("who")[-1]
        names = read_names(by[start:end], word=True) or read_names(by[start:end], surname=False)
    else:
        names = read_names(by) or (read_names(by, surname=False) if loose else None)
    return tuple(Person(name, PersonRole.PHOTOGRAPHER) for name in names) if names else None


def points_at_picture(text: str) -> bool:
    """Whether a text points at a picture anywhere in it, as those of picture stories do.

    >>> points_at_picture("渡口有了新船。图为船工在检修。"), points_at_picture("渡口有了新船。")
    (True, False)
    """
    return not _PICTURE.isdisjoint(text) and pattern("captions", "pointer").search(text) is not None


def opens_with_day(text: str) -> bool:
    """Whether a text opens with the day, and with no dateline: those of picture stories tell first when it was taken.

    >>> opens_with_day("1月5日，船工在检修新船。"), opens_with_day("新华社柳湾1月5日电 渡口通航。")
    (True, False)
    """
    return pattern("captions", "day").match(text) is not None
