"""Names of people: tell them from words, and take runs of them apart.

Print puts a space or 、 between names and sets a name of two characters with a space inside, 方 圆, so that it is as
wide as one of three. Extractors and OCR lose those spaces. Then surnames are the evidence: 王艳邹英明 can only be 王艳
and 邹英明, as no one is called 英明 with the surname 英. What cannot be told stays one name.
"""

from __future__ import annotations

import math
from functools import cache

from banmian.rules import entries

_SEPARATORS = str.maketrans(dict.fromkeys("、，,/／\u3000\u00a0", " "))
_DOTS = "·•・‧"
_ONE_DOT = str.maketrans(_DOTS, "·" * len(_DOTS))
LONGEST_NAME = 3  # characters, but for the few with a surname of two
_BEST_LEAD = 1.0  # in nats: how much better the best way to cut a run must be than the next


@cache
def _surnames() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Surnames, the hundred commonest of them, and surnames of two characters, in both scripts."""
    return tuple(frozenset(entries("names", key)) for key in ("surname", "common", "compound"))  # type: ignore[return-value]


@cache
def _not_names() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Words that look like names, the characters that no name has, and the words of bylines."""
    return tuple(frozenset(entries("names", key)) for key in ("never", "grammar", "part"))  # type: ignore[return-value]


def is_name(text: str, *, surname: bool = True, word: bool = False) -> bool:
    """Whether `text` looks like the name of one person.

    With `surname` it must begin with a surname (or have a · inside) and be none of the words that begin like a name,
    韩国 or 高铁; `word` lets those pass, for where only a name can stand. Without `surname` it need only be short
    enough and have none of the characters that sentences are made of.

    >>> is_name("李振涛"), is_name("欧阳小禾"), is_name("迪丽·买买提"), is_name("韩国"), is_name("思想")
    (True, True, True, False, False)
    >>> is_name("阿木尔", surname=False), is_name("从市政府", surname=False)
    (True, False)
    """
    never, grammar, parts = _not_names()
    if not grammar.isdisjoint(text) or text in parts:
        return False
    if any(dot in text for dot in _DOTS):
        return all(text.translate(_ONE_DOT).split("·")) and len(text) <= 18
    if not 2 <= len(text) <= 4 or (text in never and not word):
        return False
    if not surname:
        return True
    surnames, _, compound = _surnames()
    return text[:2] in compound if len(text) == 4 else text[0] in surnames or (len(text) == 3 and text[:2] in compound)


def read_names(text: str, *, surname: bool = True, word: bool = False) -> tuple[str, ...] | None:
    """The names that `text` consists of, without the spaces inside them; None if it has anything else in it.

    Two characters that stand alone side by side are one name. A run longer than a name is cut where the surnames say.

    >>> read_names("方 圆 佟一苇、甘小禾")
    ('方圆', '佟一苇', '甘小禾')
    >>> read_names("王艳邹英明")
    ('王艳', '邹英明')
    >>> read_names("思想 纵横") is None
    True
    """
    words: list[str] = []
    spaced: set[int] = set()
    half = False
    for part in text.translate(_SEPARATORS).split():
        if half:
            if len(part) != 1:
                return None
            words[-1] += part
            spaced.add(len(words) - 1)  # only names are set so: 高 峰 is a person where 高峰 is a word
            half = False
        else:
            words.append(part)
            half = len(part) == 1
    if half or not words:
        return None
    names: list[str] = []
    for place, part in enumerate(words):
        if is_name(part, surname=surname, word=word or place in spaced) and not (len(part) == 4 and cut_names(part)):
            names.append(part)
        else:
            several = cut_names(part)
            if not several:
                return None
            names += several
    return tuple(names)


def cut_names(run: str) -> tuple[str, ...]:
    """Two names or more that stand in one run, where surnames make it clear; otherwise none.

    >>> cut_names("覃静陶波辉"), cut_names("冯亦珍孙海龙"), cut_names("培训班开班")
    (('覃静', '陶波辉'), ('冯亦珍', '孙海龙'), ())
    """
    if not 4 <= len(run) <= 40 or any(dot in run for dot in _DOTS):
        return ()
    surnames, common, compound = _surnames()
    never, grammar, parts = _not_names()
    if run[0] not in surnames and run[:2] not in compound:
        return ()
    ways: list[list[tuple[float, tuple[str, ...]]]] = [[(0.0, ())]]
    for end in range(1, len(run) + 1):
        here: list[tuple[float, tuple[str, ...]]] = []
        for size in (2, 3, 4):
            if size > end or not ways[end - size]:
                continue
            name = run[end - size : end]
            if name in never or name in parts or not grammar.isdisjoint(name):
                continue
            if name[:2] in compound and size > 2:
                cost = 1.5
            elif size < 4 and name[0] in surnames:
                cost = (0.2 if name[0] in common else 3.0) + (1.0 if size == 2 else 0.3)
            else:
                continue
            here += [(cost + before, (*names, name)) for before, names in ways[end - size]]
        ways.append(sorted(here)[:2])
    best = ways[-1]
    if not best or len(best[0][1]) < 2:
        return ()
    lead = best[1][0] - best[0][0] if len(best) > 1 else math.inf
    return best[0][1] if lead >= _BEST_LEAD or len(run) > 4 else ()
