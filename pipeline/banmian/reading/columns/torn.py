"""Bylines and credits in pieces: pdftotext takes a space an em wide for the gap between two columns.

Print sets the names of a byline an em apart (本报记者　甘小禾　通讯员　佟一苇), and a name of two characters as wide as
one of three (佟　苇). Where columns stand close to each other, poppler's default reading puts the pieces wherever it
comes upon them, with lines of other columns between: 本报记者 / 甘小禾 … 通讯员 … 佟一苇. What a piece lacks tells what
belongs to it: a title its names, names in a bracket its end, a credit the surname.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple

import regex

from banmian.grammar.broken_bylines import is_piece, opens_byline
from banmian.grammar.bylines import parse_byline
from banmian.grammar.captions import caption, signs_picture_story
from banmian.grammar.names import is_name, read_names
from banmian.model import Line, Page, Role
from banmian.rules import entries

LONGEST = 12  # characters of a piece: a title and two names
# How many lines a piece that a byline lacks may stand behind the last one, a title more that it need not have, and a
# name more. Of 63 bylines and credits that are put together so on 160 pages printed from articles of the pages for
# fitting, 47 are as they were printed; in most of the others two bylines stood too near to each other.
FAR, MORE_TITLES, MORE_NAMES = 60, 25, 3
NEAREST = 12  # bylines, and surnames on each side, that a piece is tried with
BESIDE = 12  # lines between a credit whose bracket was cut and the rest of it
_GIVEN = regex.compile(r"\p{Han}\s?[摄攝]")  # what is left of 佟 苇摄
_SURNAME = regex.compile(r"(?:.*\s)?\p{Han}")  # a character that stands alone, or behind other names
_CUT = regex.compile(r"[（(][^（()）]*$")
_END_OF_CUT = regex.compile(r"[^（()）]{1,6}[）)]")
_BRACKETS = ("（", "(")
_ANY_NAME = "王小禾"


class Torn(NamedTuple):
    """What was torn.

    Args:
        pieces: its lines, as indices, in reading order.
        role: a byline, a caption (a credit), or a paragraph (the names that sign a picture story).
        at: the piece that stands where the whole does.
    """

    pieces: tuple[int, ...]
    role: Role
    at: int

    @property
    def together(self) -> bool:
        """Whether its pieces stand next to each other, in order."""
        return list(self.pieces) == list(range(self.pieces[0], self.pieces[0] + len(self.pieces)))


def torn(texts: Sequence[str]) -> list[Torn]:
    """The bylines and credits that are in several pieces, next to each other or not.

    >>> [found.pieces for found in torn(["本报记者", "渡口的新船下水，", "甘小禾", "通讯员", "乡亲们来了。", "佟 苇"])]
    [(0, 2, 3, 5)]
    >>> [found.pieces for found in torn(["图为渡口的新船。", "佟", "苇摄（影像中国）"])]
    [(1, 2)]
    """
    credited = list(_credits(texts))
    return [*credited, *_bylines(texts, {i for found in credited for i in found.pieces})]


def put_together(page: Page) -> Page:
    """The page with the pieces of torn bylines and credits next to each other.

    Those of a byline stand where the first one does, those of a credit where its agency is. What stood around a piece
    that went elsewhere closes up.
    """
    apart = [found for found in torn([line.text for line in page.lines]) if not found.together]
    if not apart:
        return page
    at = {found.at: found.pieces for found in apart}
    moved = {i for found in apart for i in found.pieces}
    lines: list[Line] = []
    closed_up = False
    for i, line in enumerate(page.lines):
        if i in at:
            first, *rest = (page.lines[j] for j in at[i])
            lines += [replace(first, gap=True), *(replace(piece, gap=False) for piece in rest)]
        if i in moved:
            closed_up = closed_up or not line.gap
        else:
            lines.append(replace(line, gap=False) if closed_up else line)
            closed_up = False
    return replace(page, lines=tuple(lines))


def _credits(texts: Sequence[str]) -> Iterator[Torn]:
    """The pieces of credits: the surname, the rest, and the end of a bracket that was cut."""
    rests = [i for i, text in enumerate(texts) if _GIVEN.match(text) and not _names_photographer(text)]
    if not rests:
        return
    before_rest = {i - 1 for i in rests}
    names = [
        i for i, text in enumerate(texts) if _SURNAME.fullmatch(text) and (len(text) <= LONGEST or i in before_rest)
    ]
    used = set(rests)
    for rest in rests:
        at = bisect_left(names, rest)
        near = (*names[max(0, at - NEAREST) : at][::-1], *names[at : at + NEAREST])
        found = _whole_credit(texts, rest, [i for i in near if i not in used], used)
        if found is not None:
            used.update(found.pieces)
            yield found


def _whole_credit(texts: Sequence[str], rest: int, names: Sequence[int], used: set[int]) -> Torn | None:
    """A credit whose surname stands elsewhere.

    Args:
        texts: of all lines.
        rest: the line that it ends with.
        names: lines that end with a surname: those before it from the nearest on, and then those behind.
        used: lines that are pieces already.
    """
    ends: list[tuple[int, ...]] = [()]
    if _CUT.search(texts[rest]):
        near = sorted(range(max(0, rest - BESIDE), min(len(texts), rest + BESIDE + 1)), key=lambda i: abs(i - rest))
        ends = [(i,) for i in near if i not in used and _END_OF_CUT.fullmatch(texts[i])]
    given = texts[rest][0]
    for name in names:
        if not is_name(texts[name][-1] + given, word=True):
            continue
        for end in ends:
            text = f"{texts[name]} {texts[rest]}" + "".join(texts[i] for i in end)
            if signs_picture_story(text):
                return Torn((name, rest, *end), Role.PARAGRAPH, rest)
            if _names_photographer(text):
                return Torn((name, rest, *end), Role.CAPTION, rest)
    return None


def _names_photographer(text: str) -> bool:
    seen = caption(text)
    return seen is not None and seen.kind == "credit" and bool(seen.people)


class _Chain:
    """A byline while its pieces are found."""

    def __init__(self, first: int, text: str) -> None:
        self.pieces = [first]
        self.text = text
        self.whole = 0  # so many of its pieces make a byline

    def takes(self, i: int, text: str) -> bool:
        """Whether a piece goes on from those before it; if so, it is one of them."""
        half = self.text[-2:-1] == " "  # a name of two characters that lacks the second
        if half and i - self.pieces[-1] > MORE_NAMES:
            return False
        if len(text) == 1 and not half and not is_name(text * 2, word=True):
            return False
        # Nobody is named behind what was done (文/图), and no title stands in a byline twice.
        if self.text.split()[-1] in _works() or any(title in self.text for title in _titles() if title in text):
            return False
        joined = f"{self.text} {text}"
        whole = parse_byline(joined) is not None
        if not whole and not _lacks(joined):
            return False
        self.pieces.append(i)
        self.text = joined
        self.whole = len(self.pieces) if whole else self.whole
        return True

    @property
    def lacking(self) -> bool:
        """Whether it lacks a piece."""
        return self.whole < len(self.pieces)

    def reaches(self, i: int, *, title: bool) -> bool:
        """Whether a piece stands near enough."""
        far = FAR if self.lacking else MORE_TITLES if title else MORE_NAMES
        return i - self.pieces[-1] <= far


def _bylines(texts: Sequence[str], used: set[int]) -> Iterator[Torn]:
    """The pieces of bylines. A piece goes to the last byline that lacks one, or else to the last that takes it."""
    begun = {i for i, text in enumerate(texts) if i not in used and _begins(text)}
    if not begun:
        return
    chains: list[_Chain] = []
    for i in range(min(begun), len(texts)):
        text = texts[i]
        if len(text) > LONGEST or i in used or not (i in begun or _is_piece(text)):
            continue
        title = text.startswith(_titles() + _works())
        taken = (i not in begun or title) and any(
            chain.reaches(i, title=title) and chain.takes(i, text)
            for chain in sorted(chains[-NEAREST:], key=lambda chain: (not chain.lacking, -chain.pieces[-1]))
        )
        if i in begun and not taken:
            chains.append(_Chain(i, text))
    for chain in chains:
        if chain.whole > 1:
            yield Torn(tuple(chain.pieces[: chain.whole]), Role.BYLINE, chain.pieces[0])


def _is_piece(text: str) -> bool:
    """Whether a text may be a piece of a byline: titles, works and names, each whole but for one character alone."""
    return is_piece(text) and all(map(_is_word, text.strip("（()）□").split()))


def _is_word(word: str) -> bool:
    """Whether a word is whole: a title (or where its bearer works), a work, a name, or both; or one character."""
    if len(word) == 1 or word.endswith(_titles()) or word in _works() or is_name(word, word=True):
        return True
    return any(word.endswith(work) and is_name(word.removesuffix(work)) for work in _works() if len(work) > 1)


def _begins(text: str) -> bool:
    """Whether a line is a title without its names, or a name behind a bracket that is not closed."""
    if len(text) > LONGEST:
        return False
    # Who edited is named in the furniture; who only contributed (通讯员), behind a reporter whose line may have been
    # taken for another byline.
    title = text.endswith(_titles()) and not text.endswith(entries("bylines", "editor"))
    if title and text not in entries("bylines", "contributor"):
        return parse_byline(f"{text} {_ANY_NAME}") is not None
    return text.startswith(_BRACKETS) and is_piece(text) and _lacks(text)


def _lacks(text: str) -> bool:
    """Whether a text begins as a byline does and is none yet."""
    if parse_byline(text) is not None:
        return False
    if text.startswith(_BRACKETS):
        return not text.endswith(("）", ")")) and read_names(text[1:] if text[-2:-1] != " " else text[1:-2]) is not None
    return opens_byline(text)


@cache
def _titles() -> tuple[str, ...]:
    return entries("names", "title")


@cache
def _works() -> tuple[str, ...]:
    return entries("names", "work")
