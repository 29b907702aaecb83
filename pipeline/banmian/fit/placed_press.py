"""A press whose lines have places: articles set into pages of columns, as PDFs and scans have them.

What the confidence of articles from boxes is fitted to (`banmian.fit.placed`). Pages come in many make-ups: five to
seven columns, heads over their stories, at their side (vertical or not) or in their middle, rules or none, and frames
in the order of the page, shuffled, heads last, or row by row. A part of the pages is as an engine sees them: without
faces, type measured line by line, places off by a little.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from banmian.fit.press import MARGIN, NARROW, PAGE_WIDTH, Grid, SetArticle, wrap
from banmian.layout import Box, PageSize
from banmian.model import Page
from banmian.readers.placing import Drawn, Placed, page_of

SIZE = PageSize(PAGE_WIDTH, 1420.0)
TOP, BOTTOM = 50.0, 1385.0
SONG, KAI, HEI = "song", "kai", "hei"
MAKE_UPS = ("over", "over", "side", "beside", "middle")
ORDERS = ("page", "shuffled", "shuffled", "heads last", "rows")
SEEN = 0.4  # share of the pages that are as an engine sees them
RULES = 0.4  # share of the pages with rules
OFF, MEASURED = 0.6, 0.04  # how far places are off then, in points, and sizes, as a share
# What `Grid.drawn` chooses from.
GRIDS: Any = {
    "ems": (9.0, 9.5, 10.0, 10.5),
    "counts": (5, 6, 7),
    "gutters": (1.2, 1.5, 1.8, 2.0),
    "leadings": (1.3, 1.4, 1.55),
}
LONGEST = 2500  # characters of an article


@dataclass(slots=True)
class _Frame:
    """Lines that were set in one go."""

    head: bool
    lines: list[Placed] = field(default_factory=list)


def _width(text: str, size: float) -> float:
    return size * sum(NARROW if char.isascii() else 1.0 for char in text)


def _line(text: str, x: float, y: float, size: float, face: str) -> Placed:
    """A line whose top left corner is told."""
    edges = [x]
    for char in text:
        edges.append(edges[-1] + size * (NARROW if char.isascii() else 1.0))
    return Placed(text, Box(x, y, edges[-1], y + size), size, face, face == HEI, chars=tuple(edges))


def _down(text: str, x: float, y: float, size: float) -> Placed:
    """A vertical line."""
    edges = tuple(y + 1.1 * size * at for at in range(len(text) + 1))
    return Placed(text, Box(x, y, x + size, edges[-1]), size, HEI, bold=True, vertical=True, chars=edges)


def _heads(article: SetArticle, grid: Grid, at: tuple[float, float], width: float, rng: random.Random) -> _Frame:
    """The heads of an article and its byline, below each other."""
    frame, em, (x, y) = _Frame(head=True), grid.em, at
    large = em * rng.choice((1.6, 2.0, 2.4, 2.8) if width > 25 * em else (1.5, 1.7, 1.9))
    centred = rng.random() < 0.6
    for role, text in (*article.heads, *([("byline", article.byline)] if article.byline else [])):
        size = large if role == "headline" else em if role == "byline" else max(1.25 * em, large / 2)
        for line in wrap(text, width / size):
            left = x + (width - _width(line, size)) / 2 if centred else x
            frame.lines.append(_line(line, left, y, size, HEI if role == "headline" else KAI))
            y += 1.15 * size
        y += 0.2 * size
    return frame


def _side_head(article: SetArticle, grid: Grid, at: tuple[float, float], rng: random.Random) -> _Frame:
    """A vertical headline in a column, its lines from the right."""
    x, y = at
    size, per = grid.em * rng.choice((1.8, 2.2, 2.6)), rng.choice((8, 10, 12))
    text = dict(article.heads)["headline"].replace(" ", "")
    parts = [text[first : first + per] for first in range(0, len(text), per)]
    left = x + max(0.0, (grid.width - 1.25 * size * len(parts)) / 2)
    lines = [_down(part, left + 1.25 * size * number, y, size) for number, part in enumerate(reversed(parts))]
    return _Frame(head=True, lines=lines)


def _body(article: SetArticle, grid: Grid) -> list[tuple[str, float, str]]:
    """The lines of a body: the text, how far it is set in, and the face."""
    measure, em = grid.width / grid.em, grid.em
    found: list[tuple[str, float, str]] = []
    for role, text in article.blocks:
        if role == "subhead":
            found += [(line, (grid.width - _width(line, em)) / 2, HEI) for line in wrap(text, measure)]
        elif role != "caption":
            lines = wrap(" ".join(text.split()), measure, measure - 2)
            found += [(line, 0.0 if at else 2 * em, SONG) for at, line in enumerate(lines)]
    return found


def _bottom(frames: Sequence[_Frame]) -> float:
    return max(line.box.bottom for frame in frames for line in frame.lines if line.box is not None)


def _story(
    article: SetArticle, grid: Grid, room: tuple[int, int, float], rng: random.Random
) -> tuple[list[_Frame], SetArticle]:
    """An article set; and what of it was printed. Its room is the first column, how many, and where they begin."""
    column, columns, top = room
    make_up = rng.choice(MAKE_UPS) if columns > 1 else "over"
    make_up = "over" if make_up == "middle" and columns < 3 else make_up
    x, lines = grid.left(column), _body(article, grid)
    first, start, hole = column, top, (0.0, 0.0)
    if make_up == "side":
        article = replace(article, heads=tuple(head for head in article.heads if head[0] == "headline"), byline="")
        frames = [_side_head(article, grid, (x, top), rng)]
        first += 1
    elif make_up == "beside":
        frames = [_heads(article, grid, (x, top), grid.width, rng)]
        first += 1
    elif make_up == "middle":
        each = max(4, len(lines) // columns // 3)
        begin = top + each * grid.leading + 0.6 * grid.em
        frames = [_heads(article, grid, (grid.left(column + 1), begin), grid.across(columns - 2), rng)]
        hole = (begin, _bottom(frames) + 0.6 * grid.em)
    else:
        frames = [_heads(article, grid, (x, top), grid.across(columns), rng)]
        start = _bottom(frames) + 0.5 * grid.em
    own = range(first, column + columns)
    inner = range(column + 1, column + columns - 1) if hole[1] else range(0)
    rest = len(lines) + (hole[1] - hole[0]) / grid.leading * len(inner)
    height = max(3, -(-int(rest) // len(own)) + 1, int((hole[1] - start) / grid.leading) + 3 if hole[1] else 0)
    waiting = iter(lines)
    for at in own:
        frame, y = _Frame(head=False), start
        while y < start + (height - 0.5) * grid.leading:
            if at in inner and y + grid.leading > hole[0] and y < hole[1]:
                frames.append(frame)
                frame, y = _Frame(head=False), hole[1]
                continue
            line = next(waiting, None)
            if line is None:
                break
            frame.lines.append(_line(line[0], grid.left(at) + line[1], y, grid.em, line[2]))
            y += grid.leading
        frames.append(frame)
    y = _bottom(frames)
    last = [_line(text, grid.left(own[-1]) + set_in, y + grid.leading * at, grid.em, face)
            for at, (text, set_in, face) in enumerate(waiting, 1)]  # fmt: skip
    frames[-1].lines += last
    return [frame for frame in frames if frame.lines], article


def page(articles: Sequence[SetArticle], rng: random.Random, name: str) -> tuple[Page, dict[str, Any]]:
    """A page of as many of these articles as it has room for, and its gold."""
    grid, ruled = Grid.drawn(rng, **GRIDS), rng.random() < RULES
    frames = [_Frame(head=False, lines=[_line("2019年10月8日 星期二", MARGIN, 20.0, 9.0, KAI)])]
    rules: list[Box] = []
    gold: list[dict[str, Any]] = []
    waiting, y = list(articles), TOP
    while waiting and y < BOTTOM - 150:
        column, bottoms = 0, [y]
        while column < grid.count and waiting:
            columns = min(rng.choice((1, 2, 2, 3, 3, 4)), grid.count - column)
            story, printed = _story(waiting.pop(0), grid, (column, columns, y), rng)
            if _bottom(story) <= BOTTOM:
                frames += story
                gold.append(printed.gold)
                bottoms.append(_bottom(story))
                if ruled and column + columns < grid.count:
                    x = (grid.left(column) + grid.across(columns) + grid.left(column + columns)) / 2
                    rules.append(Box(x, y, x + 0.5, bottoms[-1]))
            column += columns
        y = max(bottoms) + grid.em * rng.choice((2.0, 2.5, 3.5))
        if ruled:
            rules.append(Box(MARGIN, y - grid.em, SIZE.width - MARGIN, y - grid.em + 0.5))
        if len(bottoms) == 1:
            break
    lines = _in_order(frames, rng)
    if rng.random() < SEEN:
        lines, rules = [_seen(line, rng) for line in lines], []
    drawn = Drawn(rules=tuple(rules))
    return page_of(lines, SIZE, name=name, number=1, drawn=drawn), {"articles": gold, "furniture": []}


def _in_order(frames: Sequence[_Frame], rng: random.Random) -> list[Placed]:
    """The lines of a page in the order of its file."""
    order, found = rng.choice(ORDERS), list(frames)
    if order == "shuffled":
        rng.shuffle(found)
    elif order == "heads last":
        found.sort(key=lambda frame: frame.head)
    lines = [line for frame in found for line in frame.lines]
    if order == "rows":
        lines.sort(key=lambda line: (round(line.box.top / 3), line.box.left) if line.box is not None else (0, 0.0))
    return lines


def _seen(line: Placed, rng: random.Random) -> Placed:
    """A line as an engine sees it."""
    assert line.box is not None
    box = Box(*(side + rng.gauss(0, OFF) for side in line.box))
    size = line.size * (1 + rng.gauss(0, MEASURED))
    return replace(line, box=box, size=size, font="", bold=False, chars=(), confidence=1.0)


def pages(stock: Sequence[SetArticle], count: int, *, seed: int = 1) -> Iterator[tuple[Page, dict[str, Any]]]:
    """So many pages of a stock of articles, the same for the same seed."""
    rng = random.Random(seed)  # noqa: S311  pages, not secrets
    some = [article for article in stock if article.size < LONGEST and "headline" in dict(article.heads)]
    for number in range(count):
        chosen = rng.sample(some, min(len(some), 14))
        heads = [dict(article.heads)["headline"] for article in chosen]
        once = [article for article, head in zip(chosen, heads, strict=True) if heads.count(head) == 1]
        yield page(once, rng, f"placed{seed}-{number}")
