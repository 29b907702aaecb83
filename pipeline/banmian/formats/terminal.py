"""A picture of a page for the terminal: the raw lines on the left, the articles on the right, in the same colours.

Without colour the letter before each line says as much: A is the first article, and · is page furniture.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.style import Style
from rich.table import Table
from rich.text import Text

from banmian.formats.text import writable
from banmian.model import Article, Page, Paragraph, Role
from banmian.trace import Span

# Told apart on dark and on light grounds; after the last the first comes again.
_COLOURS = ("cyan", "yellow", "magenta", "green", "blue", "red", "bright_cyan", "bright_magenta")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

# What a line may break after: any Chinese character, and a whole Latin word or number.
_PIECES = re.compile(r"[\w.%'’-]+\s*|.\s*", re.ASCII)
# What no line begins with.
_CLOSING = frozenset("，。、；：？！”’）》〉」』】〕…—％·")

# Below this an article's confidence is shown as a warning.
_SURE = 0.9


def picture(page: Page) -> RenderableType:
    """What `banmian show` prints, for a rich console of any width."""
    grid = Table(box=None, padding=(0, 1), expand=True, show_edge=False, title=_clean(page.id), title_justify="left")
    grid.add_column(f"{_clean(page.source.name)} ({page.source.encoding})", ratio=1, no_wrap=True, overflow="ellipsis")
    count = len(page.articles)
    grid.add_column("1 article" if count == 1 else f"{count} articles", ratio=1)
    grid.add_row(_raw(page), Group(*_articles(page)))
    return grid


def _raw(page: Page) -> Text:
    """The source line by line, each with its number and the mark of the text that has most of it."""
    lines = page.source.text.splitlines(keepends=True)
    owners = _owners(page, list(accumulate((len(line) for line in lines), initial=0)))
    digits = len(str(len(lines)))
    out = Text(no_wrap=True, overflow="ellipsis")
    for number, line in enumerate(lines, 1):
        owner = owners.get(number - 1)
        out.append(f"{number:>{digits}} ", Style(dim=True))
        out.append(f"{_mark(owner)} {_clean(line.rstrip())}\n", _style(owner))
    return out


def _owners(page: Page, starts: list[int]) -> dict[int, int]:
    """Which text has most characters of each line: the number of an article, -1 for furniture."""
    counts: dict[int, dict[int, int]] = {}
    for owner, span in _spans(page):
        for line in range(bisect_right(starts, span.start) - 1, len(starts) - 1):
            if starts[line] >= span.end:
                break
            size = min(span.end, starts[line + 1]) - max(span.start, starts[line])
            count = counts.setdefault(line, {})
            count[owner] = count.get(owner, 0) + size
    return {line: max(sorted(count), key=lambda owner: count[owner]) for line, count in counts.items()}


def _spans(page: Page) -> Iterator[tuple[int, Span]]:
    for number, article in enumerate(page.articles):
        heads = (article.kicker, article.headline, article.deck, article.byline)
        spans = (*(head.spans for head in heads if head), *(block.spans for block in article.blocks))
        yield from ((number, span) for piece in spans for span in piece)
    for furniture in page.furniture:
        yield from ((-1, span) for span in furniture.spans)


def _articles(page: Page) -> Iterator[RenderableType]:
    for number, article in enumerate(page.articles):
        yield from _article(article, number)
        yield Text("")
    for piece in page.furniture:
        yield Folded(f"{piece.role}: {piece.text}", _style(-1), first=f"{_mark(-1)} ", rest="  ")
    for flag in page.flags:
        yield Folded(f"{flag.kind}: {flag.note}".rstrip(" :"), Style(color="red"), first="! ", rest="  ")


def _article(article: Article, number: int) -> Iterator[RenderableType]:
    style = _style(number)
    if article.kicker:
        yield Padding(Folded(article.kicker.text, style), (0, 0, 0, 2))
    headline = article.headline.text if article.headline else "(no headline)"
    yield Folded(headline, style + Style(bold=True), first=f"{_mark(number)} ", rest="  ")
    for text in filter(None, (article.deck, article.byline)):
        yield Padding(Folded(text.text, style), (0, 0, 0, 2))
    if article.confidence < _SURE:
        yield Text(f"  confidence {article.confidence:.2f}", Style(color="red"))
    for flag in article.flags:
        yield Padding(Folded(f"! {flag.kind}: {flag.note}".rstrip(" :"), Style(color="red"), rest="  "), (0, 0, 0, 2))
    for block in article.blocks:
        yield Padding(_block(block), (0, 0, 0, 2))


def _block(block: Paragraph) -> RenderableType:
    match block.role:
        case Role.SUBHEAD:
            return Folded(f"[{block.text}]", Style(bold=True))
        case Role.CAPTION:
            return Folded(f"{block.role}: {block.text}", Style(italic=True))
        case _:
            return Folded(block.text, first="\u3000\u3000")


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in lines as wide as there is room, as Chinese is set.

    Rich breaks lines at spaces, of which Chinese has next to none, or else anywhere.

    Args:
        text: what to show.
        style: how.
        first: what stands before the first line.
        rest: what stands before the others.
    """

    text: str
    style: Style | str = ""
    first: str = ""
    rest: str = ""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The lines."""
        for line in fold(_clean(self.text), options.max_width, first=self.first, rest=self.rest):
            yield Text(line, self.style, no_wrap=True, overflow="crop")


def fold(text: str, width: int, *, first: str = "", rest: str = "") -> list[str]:
    """A text in lines of at most `width` cells: none begins with a closing stop, no number or Latin word is cut.

    >>> fold("采摘期将持续到五月，共45天。", 10)
    ['采摘期将持', '续到五月，', '共45天。']
    """
    lines: list[str] = []
    now: list[str] = []
    room = width - cell_len(first)
    for piece in _PIECES.findall(text):
        if now and cell_len("".join(now) + piece.rstrip()) > room:
            carried = [now.pop()] if piece[0] in _CLOSING and len(now) > 1 else []
            lines.append("".join(now).rstrip())
            now, room = carried, width - cell_len(rest)
        now.append(piece)
    lines.append("".join(now).rstrip())
    return [f"{rest if number else first}{line}" for number, line in enumerate(lines)]


def _mark(owner: int | None) -> str:
    if owner is None:
        return " "
    return "·" if owner < 0 else _LETTERS[owner % len(_LETTERS)]


def _style(owner: int | None) -> Style:
    if owner is None or owner < 0:
        return Style(dim=True)
    return Style(color=_COLOURS[owner % len(_COLOURS)])


def _clean(text: str) -> str:
    """A text without characters that would move the cursor or recolour the terminal."""
    return writable("".join(char if char.isprintable() or char == "\u3000" else " " for char in text))
