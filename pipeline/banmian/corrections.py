"""Recognition errors (识别错误): characters that an OCR engine took for others, where that is certain.

Two kinds of evidence make it so. Some readings nobody prints: 丶 for the comma of lists, 3月5曰, 2O20年; rules say what
they should be (`rules/confusions.toml`). Others are words that are none: of characters that look alike (the list
`alike`), another one fits so much better than the one that was read that no page without recognition errors comes near.

What the page itself has counts too. Brackets of half width are only wrong on a page that prints those of full width
and on which an engine has left other traces; without any, words must be surer as well. In raw text the character must
go with neither neighbour, in any newspaper nor elsewhere on the page: a strange pair of characters that it has twice is
a name, or a word of the trade, and stays. Where it is known that an engine read the page, and where each line stands,
that is not asked, and what was misread again and again is put right the sooner.

We leave alone what could be either, what was lost, and what was added: no character is put where there was none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

import numpy as np

from banmian.arrays import Characters
from banmian.language import Statistics, folding, log_odds
from banmian.model import Page
from banmian.rules import Rule, entries, load, pattern
from banmian.trace import Edit, Span, Trace

RULE = "corrections/"
# Kinds of flags of a page: what was put right, and what would have been (`--no-correct`).
CORRECTED, MISREAD = "text.corrected", "text.misread"
LOOK_ALIKE = "look-alike"
# What another character must gain (nats) over the one that was read, with up to `AROUND` characters on each side: on a
# page that an engine has left its traces on, and on any other. On the 160 pages for fitting, which have no errors, two
# characters of 40,000 gain more than the first (8.5 and 9.3), and none more than the second. On dev/ocr, as text and
# read from pictures in two tones, all that gained 8 or more was right.
THRESHOLD, UNTRACED = 8.0, 12.0
# What is too thin for a scan is lost wherever it stands (目 reads 日, 日 reads 口): where a page shows one misreading
# so often, the same must gain no more than this. On those 160 pages some twenty characters do, of all pairs.
OFTEN, AGAIN = 2, 4.0
AROUND = 4
# Half-width marks are wrong where the page has more than this share of its own in full width.
FULL_SHARE = 0.6
_HALF = {"half-comma": ("，", ","), "half-opening": ("（", "("), "half-closing": ("）", ")")}
# Brackets that open in one width and close in the other: set by nobody.
_MIXED_PAIR = re.compile(r"（[^（）()\n]{1,40}\)|\([^（）()\n]{1,40}）")


class Correction(NamedTuple):
    """What should be corrected: the place in the text, what it should read, because of which rule, and what tells."""

    start: int
    text: str
    rule: str
    evidence: str


def corrections(text: str, known: Statistics, *, recognised: bool = False) -> list[Correction]:
    """The recognition errors of a text, in order; each is one character.

    Args:
        text: of a page.
        known: the statistics.
        recognised: whether it is known that an engine read the page; else its traces tell.

    >>> from banmian.language import statistics
    >>> [(c.start, c.text, c.rule) for c in corrections("村里修了路丶装了灯，3月5曰通车", statistics())]
    [(5, '、', 'comma-stroke'), (13, '日', 'day')]
    >>> corrections("村里修了路、装了灯，3月5日通车", statistics())
    []
    """
    by_rule = {rule.id: list(_matches(text, rule)) for rule in load("confusions").rules}
    sure = {one.start: one for rule, found in by_rule.items() if rule not in _HALF for one in found}
    traced = recognised or bool(sure) or _MIXED_PAIR.search(text) is not None
    found = {one.start: one for one in look_alikes(text, known, traced=traced, recognised=recognised)}
    for rule, (full, half) in _HALF.items() if traced else ():
        if _prints(text, full, half):
            found.update((one.start, one) for one in by_rule[rule])
    return sorted({**found, **sure}.values())


def _matches(text: str, rule: Rule) -> Iterator[Correction]:
    """Where a rule finds that something was misread."""
    for match in pattern("confusions", rule.id).finditer(text, overlapped=True):
        yield Correction(match.start("wrong"), rule.reads, rule.id, f"{match.group()}: {rule.means}")


def _prints(text: str, full: str, half: str) -> bool:
    """Whether a page prints a mark in full width."""
    count = text.count(full)
    return count > FULL_SHARE * (count + text.count(half))


def look_alikes(
    text: str, known: Statistics, *, traced: bool = False, recognised: bool = False
) -> Iterator[Correction]:
    """Characters for which one that looks alike fits so much better that it must have been printed.

    Args:
        text: of a page.
        known: the statistics.
        traced: whether the page has traces of an engine.
        recognised: whether it is known that one read the page. If not, only what fits on neither side is doubted: in
            raw text, whose columns may be mixed, what stands beside a character may be of another story.
    """
    doubted = _doubted(text) if recognised else _strange(text, known)
    # How each is read, and how it could be, side by side.
    windows = [(at, *_window(text, at)) for at in doubted]
    readings = [text[at] + _alike()[text[at]] for at in doubted]
    texts = [
        text[low:at] + char + text[at + 1 : high]
        for (at, low, high), chars in zip(windows, readings, strict=True)
        for char in chars
    ]
    odds = iter(log_odds(known, texts).tolist())
    found = []
    for (at, low, high), chars in zip(windows, readings, strict=True):
        as_read, own = chars[0], next(odds)
        gain, char = max((next(odds) - own, other) for other in chars[1:])
        before, after = text[low:at], text[at + 1 : high]
        evidence = f"{before}{char}{after} is likelier than {before}{as_read}{after} by {gain:.1f} nats"
        found.append((gain, as_read, Correction(at, char, LOOK_ALIKE, evidence)))
    threshold = THRESHOLD if traced or recognised else UNTRACED
    often = Counter((as_read, one.text) for gain, as_read, one in found if gain >= threshold) if recognised else {}
    for gain, as_read, one in found:
        if gain >= (AGAIN if often.get((as_read, one.text), 0) >= OFTEN else threshold):
            yield one


def _doubted(text: str) -> list[int]:
    """The places of all characters that look like others, with something beside them."""
    others = _alike()
    places = (at for at, char in enumerate(text) if char in others)
    return [at for at in places if len(range(*_window(text, at))) > 1]


def _strange(text: str, known: Statistics) -> list[int]:
    """The places of those that go with neither neighbour, in newspapers nor elsewhere on the page."""
    if not text:
        return []
    symbols = folding.symbols(text, known.symbol_of)
    told = known.bigrams.find(symbols[:-1], symbols[1:]) >= 0
    pairs = Counter(text[at : at + 2] for at in np.flatnonzero(~told).tolist())
    # A bigram that the language knows counts unless it goes over a break.
    ends = _BREAKS_TOLD.has(np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4"))
    fits = told & ~ends[1:] & ~ends[:-1]
    alone = np.flatnonzero(~(np.append(False, fits) | np.append(fits, False))).tolist()
    found = []
    for at in (at for at in alone if text[at] in _alike()):
        left, right = at > 0 and not ends[at - 1], at + 1 < len(text) and not ends[at + 1]
        twice = (left and pairs[text[at - 1 : at + 1]] > 1) or (right and pairs[text[at : at + 2]] > 1)
        if (left or right) and not twice:
            found.append(at)
    return found


_BREAKS = frozenset("\n\r\f\v\x1c\x1d\x1e\x85\u2028\u2029 \t\u3000")
_BREAKS_TOLD = Characters(_BREAKS)


def _window(text: str, at: int) -> tuple[int, int]:
    """The characters around a place, up to `AROUND` on each side and none beyond a space or the end of the line."""
    low, high = at, at + 1
    while low > max(at - AROUND, 0) and text[low - 1] not in _BREAKS:
        low -= 1
    while high < min(at + AROUND + 1, len(text)) and text[high] not in _BREAKS:
        high += 1
    return low, high


@cache
def _alike() -> Mapping[str, str]:
    """The characters that each looks like."""
    found: dict[str, str] = {}
    for group in entries("confusions", "alike"):
        for char in group:
            found[char] = "".join(dict.fromkeys(found.get(char, "") + group.replace(char, "")))
    return found


def edits(trace: Trace, known: Statistics, *, recognised: bool = False) -> list[Edit]:
    """The corrections of a text as edits of its source, where no other edit has changed the character."""
    whole = (Span(0, len(trace.source)),)
    out = []
    for start, text, rule, evidence in corrections(trace.value, known, recognised=recognised):
        places = trace.locate(whole, start, start + 1)
        if len(places) == 1 and len(range(*places[0])) == 1 and not trace.within(places[0]):
            out.append(Edit(places[0], text, f"{RULE}{rule}", evidence))
    return out


def misread(page: Page) -> int:
    """How many characters of a page an OCR engine took for others, as far as they were found (see `CORRECTED`)."""
    return sum(len(flag.spans) for flag in page.flags if flag.kind in (CORRECTED, MISREAD))
