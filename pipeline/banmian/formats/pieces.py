"""The texts of a page as the formats of libraries see them: a list of pieces, each with an id that is the same in all.

ALTO has the pieces as blocks of text, METS puts them together to articles.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from banmian.model import Article, Page, Role, Text
from banmian.trace import Span


@dataclass(frozen=True, slots=True)
class Piece:
    """A text of a page.

    Args:
        id: "B0001" is the first of the page.
        role: what it is.
        text: how it reads.
        spans: where it stands in the source.
        article: index of the article that has it; None for furniture.
        block: index of the block of the article that it is; None for heads and furniture.
    """

    id: str
    role: Role
    text: str
    spans: tuple[Span, ...]
    article: int | None = None
    block: int | None = None


def pieces(page: Page) -> tuple[Piece, ...]:
    """The texts of a page: its articles in their order, each in reading order, then the furniture. Empty ones too."""
    found: list[tuple[Role, str, tuple[Span, ...], int | None, int | None]] = []
    for number, article in enumerate(page.articles):
        heads = ((Role.KICKER, article.kicker), (Role.HEADLINE, article.headline), (Role.DECK, article.deck))
        for role, head in (*heads, (Role.BYLINE, own_byline(article))):
            if head is not None:
                found.append((role, head.text, head.spans, number, None))
        for place, block in enumerate(article.blocks):
            found.append((block.role, block.text, block.spans, number, place))
    found += [(item.role, item.text, item.spans, None, None) for item in page.furniture]
    return tuple(Piece(f"B{place:04}", *values) for place, values in enumerate(found, 1))


def own_byline(article: Article) -> Text | None:
    """The byline of an article where it stands on a line of its own, and not within a paragraph."""
    byline = article.byline
    if byline is None:
        return None
    blocks = [span for block in article.blocks for span in block.spans if block.page == byline.page]
    inside = all(any(b.start <= span.start and span.end <= b.end for b in blocks) for span in byline.spans)
    return None if inside and byline.spans else byline


def printed_lines(page: Page, piece: Piece) -> Iterator[tuple[str, Sequence[Span]]]:
    """The lines of a piece as they were printed, as far as the raw text shows: how each reads, and where it stands.

    Together they read as the piece does.
    """
    starts = {line.span.start for line in page.lines} or {
        place + 1 for place, char in enumerate(page.source.text) if char == "\n"
    }
    line: list[Span] = []
    for span in piece.spans:
        cuts = sorted(place for place in starts if span.start < place < span.end)
        for start, end in zip([span.start, *cuts], [*cuts, span.end], strict=True):
            if line and (start in starts or start != line[-1].end):
                yield page.trace.read_all(line), tuple(line)
                line = []
            line.append(Span(start, end))
    if line:
        yield page.trace.read_all(line), tuple(line)
