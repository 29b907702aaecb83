"""Pieces of lines: heads and bylines that stood side by side, and come out of some extractors as one line.

Where such a line is cut is told by the spaces of the source, by brackets, by names and by what reads on from the line
before. Which pieces belong together is decided later with all that the page knows; only what was broken in two for sure
is put together before (`banmian.reading.blocks.whole`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from banmian.em import em
from banmian.grammar.broken_bylines import is_piece, opens_byline
from banmian.grammar.bylines import has_title, parse_byline
from banmian.grammar.captions import is_credit
from banmian.grammar.kickers import introduces
from banmian.grammar.rubrics import ends_with_rubric
from banmian.language import Statistics, pair_odds, tails
from banmian.language import heads as starts
from banmian.model import Block, Line, Page, Role
from banmian.spacing import BREAK, HAN, MIN_CLAUSE, WHITE
from banmian.trace import Span

# What a head may be broken inside of, at the end of its line: it goes on in the next one then.
OPENED = re.compile(r"[（(《“「『【][^（(《“「『【）)》”」』】]*$")
CLOSED = re.compile(r"^[^（(《“「『【）)》”」』】]*[）)》”」』】]")
# Only in display type are characters set as pictures, which extractors lose: quotation marks with nothing in them.
EMPTY_QUOTES = re.compile(r"[“‘《（「『]\s*[”’》）」』]")
_SPACES = re.compile(rf"[{WHITE}]+")
WORDS = re.compile(rf"[^{WHITE}{BREAK}]+")
_LETTER = re.compile(f"[{HAN}·]")
# Single characters in a row that are set letter by letter, and as many at the beginning of a line (早 市 渡口新船下水).
LETTERS, FIRST_LETTERS = 3, 2
_BREAKS = re.compile(rf"[{WHITE}]*[{BREAK}][{WHITE}{BREAK}]*")  # that a line was put together over
_HAN_TWICE = re.compile(f"[{HAN}]{{2}}")
_LABEL = re.compile(r"[（(][^（()）]*[)）]?$")
_CHAPTER = re.compile(r"第[一二三四五六七八九十百\d]{1,4}[章节節编編篇部]")
_CLOSING = "）)”’》】！？…"
# The end of a head that stands in a row with another: so many characters at most, and so many nats that it goes on from
# the line before, and more than the other goes on from it. On the typeset pages for fitting 3 such rows are cut, each
# of two heads.
LONGEST_END, ENDS, ENDS_BETTER = 5, 5.0, 3.5
TITLE_WITHIN = 14  # characters from its beginning on, the title of a byline
LEAST_HEAD = 5  # characters; what is shorter beside a bracket is a part of a head


def pieces(line: Line, page: Page) -> list[Line]:
    """A line of heads cut at its spaces: frames that stood side by side come out of some extractors as one line.

    Cut is where print may have a space, and where the source has one between clauses, beside a bracket or a quotation
    mark, or beside a head that is set letter by letter; such a head itself is cut at the spaces that print has alone.
    A chapter stands with its number in one row (第一章 总 则), and a reporter with his title (本报记者 佟 苇).
    """
    source = page.source.text
    text = source[line.span.start : line.span.end]
    spaces = list(inner_spaces(text))
    if not spaces or _CHAPTER.match(text) or parse_byline(line.text) is not None:
        return [line]
    spread = len(spaces) > 0.4 * len(text.replace(" ", ""))
    edges = _edges_of_letters(text)
    cuts = []
    for space in spaces:
        before, after = text[space.start() - 1], text[space.end()]
        span = Span(line.span.start + space.start(), line.span.start + space.end())
        kept = page.trace.read(span).isspace()
        edge = not edges.isdisjoint((space.start(), space.end()))
        beside = before in _CLOSING and not after.isascii() and (edge or not spread) and _whole(text, space)
        may_be = kept or edge or beside or _between_clauses(text, space)
        other = edge or _breaks_bracket(text, space) or not parallel(text, space)
        if may_be and other and not in_rubric(text, space):
            cuts.append(span)
    return cut_line(line, page, cuts)


def ends_of_heads(page: Page, heads: NDArray[np.bool_], statistics: Statistics) -> dict[int, list[Line]]:
    """The rows of heads that begin with the end of the head in the line before, each cut in two behind it.

    Of two heads side by side, the one that runs over two lines has its end in one row with the other:
    渡口新船今日首 / 航 柳湾小学开学.

    Args:
        page: the page.
        heads: (lines,) whether each line is one of a head.
        statistics: of the language.
    """
    lines, source = page.lines, page.source.text
    cuts: dict[int, Span] = {}
    for i in (np.flatnonzero(heads[1:] & heads[:-1]) + 1).tolist():
        start = lines[i].span.start
        text = source[start : lines[i].span.end]
        space = next(inner_spaces(text), None)
        if space is None or space.start() > LONGEST_END or OPENED.search(lines[i - 1].text + text[: space.start()]):
            continue
        rest = "".join(text[space.end() :].split())
        if len(rest) >= LEAST_HEAD and not _LABEL.match(rest):
            cuts[i] = Span(start + space.start(), start + space.end())
    if not cuts:
        return {}
    befores = ["".join(lines[i - 1].text.split()) for i in cuts]
    both = [cut_line(lines[i], page, [cut]) for i, cut in cuts.items()]
    known = statistics.with_page([line.text for line in lines])
    ends, rests = [end.text for end, _ in both], ["".join(rest.text.split()) for _, rest in both]
    whole = [before + end for before, end in zip(befores, ends, strict=True)]
    odds = pair_odds(known, tails(known, befores + whole), starts(known, ends + rests))
    reads_on, goes_on = odds.reshape(2, -1)
    sure = (reads_on >= ENDS) & (reads_on - goes_on >= ENDS_BETTER)
    return {i: parts for i, parts, cut in zip(cuts, both, sure.tolist(), strict=True) if cut}


def _edges_of_letters(text: str) -> frozenset[int]:
    """Where white space begins or ends that parts what is set letter by letter from what is not, in a line of a head.

    Nobody sets half a head so: of 41 such lines on the pages for fitting each is of two heads, and so are all 12 that
    begin with two letters, on these pages printed anew.
    """
    words = list(WORDS.finditer(text))
    edges = []
    for single, run in groupby(words, key=lambda word: _LETTER.fullmatch(word[0]) is not None):
        letters = list(run)
        if single and len(letters) >= (FIRST_LETTERS if letters[0] is words[0] else LETTERS):
            edges += [letters[0].start(), letters[-1].end()]
    return frozenset(edge for edge in edges if 0 < edge < len(text))


def spaced_out(words: Sequence[re.Match[str]], space: re.Match[str]) -> bool:
    """Whether a space stands between two characters of what is set letter by letter."""
    before = next((word for word in words if word.end() == space.start()), None)
    after = next((word for word in words if word.start() == space.end()), None)
    return all(word is not None and _LETTER.fullmatch(word[0]) for word in (before, after))


def inner_spaces(text: str) -> Iterator[re.Match[str]]:
    """The white space inside a line of the source.

    A line of columns that were taken apart may have spaces at its edges, with nothing beyond to be cut off.
    """
    return (space for space in _SPACES.finditer(text) if space.start() > 0 and space.end() < len(text))


def cut_line(line: Line, page: Page, cuts: Sequence[Span]) -> list[Line]:
    """A line cut where spaces stand in the source: these are the tails of the pieces."""
    edges = [line.span.start, *(edge for cut in cuts for edge in cut), line.span.end]
    found = []
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        reading = page.trace.read(Span(start, end))
        tail_end = line.tail_end if end == line.span.end else next(cut.end for cut in cuts if cut.start == end)
        found.append(Line(Span(start, end), tail_end, reading, em(reading), gap=line.gap and start == line.span.start))
    return found


def _between_clauses(text: str, space: re.Match[str]) -> bool:
    """Whether a space parts what may be two clauses: print has it in a head, whatever the lines beside it look like."""
    before, after = _SPACES.split(text[: space.start()])[-1], _SPACES.split(text[space.end() :])[0]
    return min(len(before), len(after)) >= MIN_CLAUSE and _HAN_TWICE.match(before[-1] + after[0]) is not None


def _whole(text: str, space: re.Match[str]) -> bool:
    """Whether what stands on each side of a space may be a head by itself, or the end of one in brackets."""
    before, after = ("".join(side.split()) for side in (text[: space.start()], text[space.end() :]))
    ends = ends_with_rubric(before) or (len(before) < LEAST_HEAD and CLOSED.search(before))
    return all((len(side) >= LEAST_HEAD or ends) and not EMPTY_QUOTES.search(side) for side in (before, after))


def parallel(text: str, space: re.Match[str]) -> bool:
    """Whether the clauses on both sides of a space are as long as each other, as clauses of one head mostly are.

    A rubric in brackets (（新论）) ends a head, however long the next one is, and is no part of its last clause.
    """
    whole, rest = (_BREAKS.sub("", side) for side in (text[: space.start()], text[space.end() :]))
    before, after = _SPACES.split(whole)[-1], _LABEL.sub("", _SPACES.split(rest)[0])
    return abs(len(before) - len(after)) <= 1 and not ends_with_rubric(_SPACES.sub("", whole))


def _breaks_bracket(text: str, space: re.Match[str]) -> bool:
    """Whether a bracket that is open before a space does not close behind it: the next line does, for a head of two."""
    before, after = text[: space.start()], text[space.end() :]
    return OPENED.search(before) is not None and CLOSED.search(after) is None


def in_rubric(text: str, space: re.Match[str]) -> bool:
    """Whether a line ends inside of a bracket, with less behind a space in it than any head has: （应收尽收 刻."""
    opened, rest = OPENED.search(text), "".join(text[space.end() :].split())
    return opened is not None and opened.start() < space.start() and len(rest) < LEAST_HEAD


def split_head(block: Block, page: Page) -> list[Block]:
    """A head as blocks of one piece each: which pieces belong together is decided with all that the page knows.

    Of two heads side by side, the one that is broken inside a bracket goes on in the line that closes it. A byline may
    stand before the head in its row.
    """
    byline, rest = _leading_byline(block.lines[0], page)
    if byline is not None:
        head = replace(block, lines=(rest, *block.lines[1:]), starts=True, same_row=True)
        return [replace(block, role=Role.BYLINE, lines=(byline,)), *split_head(head, page)]
    found: list[list[Line]] = [[]]
    row = 0  # the first piece of the line before
    for line in block.lines:
        parts = pieces(line, page)
        opened = [piece for piece in found[row:-1] if OPENED.search(piece[-1].text)]
        if opened and CLOSED.search(parts[0].text) and not OPENED.search(found[-1][-1].text):
            opened[-1].append(parts[0])
        else:
            found[-1].append(parts[0])
        row = len(found) - 1
        found += [[part] for part in parts[1:]]
    return [_piece(block, piece, first=not number) for number, piece in enumerate(found)] if len(found) > 1 else [block]


def _leading_byline(line: Line, page: Page) -> tuple[Line | None, Line]:
    """The byline that a line of heads begins with, and the rest; None and the whole line if it begins with none."""
    if not has_title(line.text[:TITLE_WITHIN]):
        return None, line
    start = line.span.start
    for space in reversed(list(inner_spaces(page.source.text[start : line.span.end]))):
        byline, rest = cut_line(line, page, [Span(start + space.start(), start + space.end())])
        if len(rest.text) > 1 and parse_byline(byline.text) is not None:
            return byline, rest
    return None, line


def _piece(block: Block, lines: list[Line], *, first: bool) -> Block:
    if first:
        return replace(block, lines=tuple(lines))
    role = Role.CAPTION if len(lines) == 1 and is_credit(lines[0].text) else block.role
    return replace(block, role=role, lines=tuple(lines), starts=True, same_row=True)


def split_byline(block: Block, page: Page) -> list[Block]:
    """A byline, and the head that stood beside it in its row, where there is one.

    What the grammar cannot read as a byline is none: a credit (某某文 某某摄) is a caption, and short heads look like
    names.
    """
    parts = [part for line in block.lines for part in pieces(line, page)]
    text = " ".join(part.text for part in parts)
    unbroken = "".join(line.text for line in block.lines)
    if any(parse_byline(whole) is not None for whole in (text, unbroken)) or (is_piece(text) and not introduces(text)):
        return [block]
    if is_credit(text):
        return [replace(block, role=Role.CAPTION)]
    for count in range(len(parts) - 1, 0, -1):
        names, rest = parts[:count], parts[count:]
        if parse_byline(" ".join(part.text for part in names)) is not None:
            head = replace(block, role=Role.HEADLINE, lines=tuple(rest), starts=True, same_row=True)
            return [replace(block, lines=tuple(names)), head]
    return [block] if opens_byline(text) else [replace(block, role=Role.HEADLINE)]
