"""Items (条目) and turns of a talk (问答): paragraphs of one story that begin alike, ●, ▲, 问：, 答：.

Briefs under a common title open with one mark each, and an interview with who speaks; nothing else that such
paragraphs share may tell that they are of one story.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import regex

from banmian.reading.links.kinds import ITEMS, Ints

# A mark counts where it opens so many paragraphs of a page: a single one is an ornament of one story.
LEAST = 2
_MARK = regex.compile(r"[●○■□◆◇▲△★☆◎▼▽▶►◤⊙✦※·•]|【(?=[^】]{2,24}】)")
_SPEAKER = regex.compile(r"(?:\p{Han}{1,4}|[A-Z]|《\p{Han}{2,10}》)[：:]")
NOTHING, SAME, OTHER, BEGUN, ANSWERED, TURN = range(ITEMS)


def openings(texts: Sequence[str]) -> list[str]:
    """What each text opens with as an item or a turn: its mark, ： for whoever speaks, or nothing.

    >>> openings(["●新船下水", "渡口通航", "●桥成", "■路通", "问：何时？", "答：明年。"])
    ['●', '', '●', '', '：', '：']
    """
    found = []
    for text in texts:
        mark = _MARK.match(text)
        found.append(mark[0] if mark else "：" if _SPEAKER.match(text) else "")
    many = {opening for opening, count in Counter(found).items() if count >= LEAST}
    return [opening if opening in many else "" for opening in found]


def pairs(found: Sequence[str]) -> Ints:
    """What the `openings` of two texts say of the second going on from the first, shape (texts, texts).

    `SAME` mark, `OTHER` mark, a mark behind none (`BEGUN`, or the first ends an item of several columns), a turn behind
    none (`ANSWERED`), a turn behind a turn (`TURN`); `NOTHING` where the second opens with none.
    """
    kinds = {opening: number for number, opening in enumerate(dict.fromkeys(["", "：", *found]))}
    numbers = np.array([kinds[opening] for opening in found], dtype=np.intp)
    first, second = numbers[:, None], numbers[None, :]
    marked = np.where(first == second, SAME, np.where(first > 1, OTHER, BEGUN))
    turned = np.where(first == 1, TURN, ANSWERED)
    out: Ints = np.where(second > 1, marked, np.where(second == 1, turned, NOTHING))
    return out


def starts(found: Sequence[str]) -> Ints:
    """What the opening of each text, of the `openings` of a page, says of a story that begins with it, shape (texts,).

    `BEGUN` with the first of its mark on the page, `OTHER` with a later one; `ANSWERED` with the first turn, `TURN`
    with a later one; `NOTHING` with neither.
    """
    first = {opening: found.index(opening) for opening in found}
    kinds = {False: (OTHER, BEGUN), True: (TURN, ANSWERED)}
    out = [kinds[opening == "："][first[opening] == i] if opening else NOTHING for i, opening in enumerate(found)]
    return np.array(out, dtype=np.intp)
