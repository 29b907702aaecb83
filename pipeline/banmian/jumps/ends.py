"""The articles of an issue as the two sides of a jump: where they say that they go on or come from, and their words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from banmian.grammar.jumps import Jump, find_jumps, parse_jump_head
from banmian.model import Furniture, Page
from banmian.page_numbers import plain_number
from banmian.trace import Span


@dataclass(frozen=True, slots=True)
class Note:
    """A jump line, and where it is printed."""

    jump: Jump
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class End:
    """An article as one side of a jump may be: the page that it is on, its jump lines, and its words.

    Args:
        page: index in the issue.
        article: index on the page.
        number: of the page, "" where it is not known.
        to: where it goes on, if it says so.
        comes: where it comes from, if it says so.
        heading: its headline, or the heading of its jump line.
        text: its body without jump lines.
    """

    page: int
    article: int
    number: str
    to: Note | None
    comes: Note | None
    heading: str
    text: str


def ends(pages: Sequence[Page]) -> tuple[list[End], list[tuple[int, Note]]]:
    """All articles of the pages as sides of jumps; and jump lines in the furniture that no article is near to.

    A jump line that was set aside as furniture belongs to the article that ends right before it (下转) or begins right
    behind it (上接).
    """
    found: list[End] = []
    strays: list[tuple[int, Note]] = []
    for number, page in enumerate(pages):
        own = [_end(page, number, place) for place in range(len(page.articles))]
        for piece in page.furniture:
            jump = parse_jump_head(piece.text)
            if jump is None:
                continue
            note = Note(jump, piece.spans)
            place = _nearest(page, piece, own, jump)
            if place is None:
                strays.append((number, note))
            elif jump.direction == "to":
                own[place] = replace(own[place], to=note)
            else:
                own[place] = replace(own[place], comes=note, heading=jump.heading or own[place].heading)
        found += own
    return found, strays


def _end(page: Page, number: int, place: int) -> End:
    """An article as a side of a jump."""
    article = page.articles[place]
    to = comes = None
    heading = article.headline.text if article.headline else ""
    for key in ("kicker", "headline", "deck"):
        head = getattr(article, key)
        jump = parse_jump_head(head.text) if head else None
        if jump is None:
            continue
        if key == "headline" or (jump.heading and not heading):
            heading = jump.heading
        note = Note(_plainly(jump), page.trace.locate(head.spans, jump.start, jump.end))
        to, comes = (note, comes) if jump.direction == "to" else (to, note)
    texts: list[str] = []
    for block in article.blocks:
        start, end = 0, len(block.text)
        for jump in find_jumps(block.text):
            note = Note(_plainly(jump), page.trace.locate(block.spans, jump.start, jump.end))
            if jump.direction == "to":
                to, end = note, jump.start
            else:
                comes, start = comes or note, jump.end
        texts.append(block.text[start:end])
    return End(number, place, page.number, to, comes, heading, "".join("".join(texts).split()))


def _plainly(jump: Jump) -> Jump:
    return replace(jump, page=plain_number(jump.page))


def _nearest(page: Page, piece: Furniture, own: Sequence[End], jump: Jump) -> int | None:
    """The article that a jump line in the furniture belongs to."""
    if not piece.spans:
        return None
    at = piece.spans[0].start
    places: list[tuple[int, int]] = []
    for end in own:
        spans = [span for block in page.articles[end.article].blocks for span in block.spans]
        if not spans or (end.to if jump.direction == "to" else end.comes):
            continue
        gap = at - max(s.end for s in spans) if jump.direction == "to" else min(s.start for s in spans) - at
        if gap >= 0:
            places.append((gap, end.article))
    return min(places)[1] if places else None
