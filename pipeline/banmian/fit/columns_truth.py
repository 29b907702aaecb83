"""Which line of a mixed page goes on from which, read off its gold page.

A line may be printed in more than one place of a page, and a short one stands inside of many: which of them it is only
the lines around could tell, and on a mixed page those are of other columns. But lines fill the texts of gold without a
rest, and each once: a text is laid out with lines of the page from its first character to its last, and a line that was
laid is gone. What no text could be laid out with is looked up line by line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from banmian.fit.labels import Place, bare, gold_text, places

Ints = NDArray[np.intp]

BODY = frozenset({"lead", "paragraph"})
HEADS = frozenset({"kicker", "headline", "deck"})
OVER = HEADS | {"byline"}
YES, NO, UNCLEAR = 1, 0, -1
NOTHING = -1
# Steps after which laying out a text is given up.
MOST_STEPS = 20_000
# Lines from one line to the next in its column, about: of lines that read alike the one nearest to this is taken.
USUAL_STEP = 4


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """What gold tells of the lines of a page.

    Args:
        places: (lines,) where each stands in the gold page, None where it does not.
        before: (lines,) what each goes on from, or `NOTHING`: in its part, or as the next part of its story.
    """

    places: tuple[Place | None, ...]
    before: Ints

    @property
    def told(self) -> NDArray[np.bool_]:
        """(lines,) whether gold tells of each."""
        return np.array([place is not None for place in self.places], dtype=bool)

    def grid(self, there: NDArray[np.bool_]) -> NDArray[np.int8]:
        """Whether links are true, (lines, lags), `UNCLEAR` where there is none or gold does not tell."""
        n, lags = there.shape
        told, at = self.told, np.arange(n)
        out = np.full((n, lags), UNCLEAR, dtype=np.int8)
        for lag in range(1, min(lags, n - 1) + 1):
            first, second = at[:-lag], at[lag:]
            out[lag:, lag - 1] = np.where(told[first] & told[second], NO, UNCLEAR)
            out[lag:, lag - 1][self.before[second] == first] = YES
        for line in np.flatnonzero(self.before != NOTHING).tolist():
            back = line - int(self.before[line])
            if 0 < back <= lags and not self.within(line):
                out[line, back - 1] = UNCLEAR
        out[~there] = UNCLEAR
        return out

    def under(self, possible: NDArray[np.bool_]) -> Ints:
        """What each line stands under, or `NOTHING`: of the heads and the byline over it in its story the nearest one.

        Args:
            possible: (lines, lags) which links there are to choose from.
        """
        parts = {(p.article, p.block): p.role for p in self.places if p is not None}
        begins: dict[int, int] = {}  # the part in which the text of each story begins
        for (article, block), role in sorted(parts.items()):
            if role not in OVER:
                begins.setdefault(article, block)
        out = np.full(len(self.places), NOTHING, dtype=np.intp)
        nearest: dict[int, int] = {}
        for second, place in np.argwhere(possible).tolist():
            over, here = self.places[second - place - 1], self.places[second]
            if over is None or here is None or over.article != here.article or here.start or over.end < over.size:
                continue
            starts = here.role in OVER or here.block == begins.get(here.article)
            if starts and over.role in OVER and nearest.get(second, -1) < over.block < here.block:
                out[second], nearest[second] = second - place - 1, over.block
        return out

    def heads(self, possible: NDArray[np.bool_]) -> NDArray[np.int8]:
        """Whether links of strands that end with strands that begin are true: a head and what it stands over.

        So are links of lines that go on from each other, which should have been found before.
        """
        told, under = self.told, self.under(possible)
        out = np.full(possible.shape, UNCLEAR, dtype=np.int8)
        for second, place in np.argwhere(possible).tolist():
            first = second - place - 1
            if not (told[first] and told[second]):
                continue
            if under[second] == first or (under[second] == NOTHING and self.before[second] == first):
                out[second, place] = YES
            else:
                here, over = self.places[second], self.places[first]
                same = here is not None and over is not None and here.article == over.article
                out[second, place] = UNCLEAR if same else NO
        return out

    def within(self, line: int) -> bool:
        """Whether a line goes on from one of its kind: text from text, a head from its own first line.

        The first paragraph of a story and its heads stand in no column together, or they do.
        """
        here, last = self.places[line], self.places[int(self.before[line])]
        if here is None or last is None:
            return False
        return here.block == last.block or {here.role, last.role} <= BODY | {"subhead"}


def truth(texts: Sequence[str], gold: Mapping[str, Any]) -> Truth:
    """What a gold page tells of lines."""
    laid = _laid_out(texts, gold)
    found = tuple(one or other for one, other in zip(laid, places(texts, gold), strict=True))
    ends = {(p.article, p.block, p.end): i for i, p in enumerate(found) if p is not None}
    lasts = {(p.article, p.block): i for i, p in enumerate(found) if p is not None and p.end == p.size}
    earlier = {
        (article, block): (article, last)
        for (_, before, last, _), (_, article, block, _) in pairwise(gold_text(gold).parts)
        if before == article >= 0
    }
    before = np.full(len(texts), NOTHING, dtype=np.intp)
    for i, p in enumerate(found):
        if p is not None and p.article >= 0:
            last = earlier.get((p.article, p.block))
            if p.start:
                before[i] = ends.get((p.article, p.block, p.start), NOTHING)
            elif last is not None:
                before[i] = lasts.get(last, NOTHING)
    return Truth(found, before)


def _laid_out(texts: Sequence[str], gold: Mapping[str, Any]) -> list[Place | None]:
    """The place of each line that a text of gold is laid out with."""
    left: dict[str, list[int]] = defaultdict(list)
    for i, text in enumerate(texts):
        left[bare(text)].append(i)
    left.pop("", None)
    whole = gold_text(gold)
    ends = [offset - 1 for offset, *_ in whole.parts[1:]] + [len(whole.text) - 1]
    out: list[Place | None] = [None] * len(texts)
    for (offset, article, block, role), end in zip(whole.parts, ends, strict=True):
        text = whole.text[offset:end]
        last, at = 0, 0
        for key in _layout(text, left):
            line = min(left[key], key=lambda i: abs(i - last - USUAL_STEP) + (len(texts) if i < last else 0))
            left[key].remove(line)
            out[line] = Place(article, block, role, at, at + len(key), len(text))
            last, at = line, at + len(key)
    return out


def _layout(text: str, left: Mapping[str, Sequence[int]]) -> list[str]:
    """Lines that make up a text, the longest that fit first; none where there is no way to lay it out."""
    sizes = sorted({len(key) for key, lines in left.items() if lines}, reverse=True)
    used: dict[str, int] = defaultdict(int)
    chosen: list[tuple[str, int]] = []  # lines so far, and how many sizes were tried before each
    dead: set[int] = set()
    at, tried = 0, 0
    for _ in range(MOST_STEPS):
        if at == len(text):
            return [key for key, _ in chosen]
        for number in range(tried, len(sizes)) if at not in dead else ():
            key = text[at : at + sizes[number]]
            if len(key) == sizes[number] and len(left.get(key, ())) > used[key]:
                used[key] += 1
                chosen.append((key, number))
                at, tried = at + len(key), 0
                break
        else:
            dead.add(at)
            if not chosen:
                return []
            key, number = chosen.pop()
            used[key] -= 1
            at, tried = at - len(key), number + 1
    return []
