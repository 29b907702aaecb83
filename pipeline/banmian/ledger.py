"""The account of a page: what became of every character of its source.

Each character is kept (in a text of an article), set aside (in the furniture, with its role for a reason) or rewritten
(by an edit, with its rule for a reason), exactly once. The texts and the edits together are then enough to write the
source again, which is the proof that nothing was lost: `rebuild` does it, from a page JSON alone.

A byline may be printed inside of a paragraph (本报讯（记者 李振涛）) and is then in both; it counts as part of the
paragraph.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from banmian.formats.page_json import Record, loads, parse, source_of
from banmian.model import Article, Furniture, Page
from banmian.trace import Edit, Span, Trace


class Damaged(ValueError):
    """A record or a page that does not account for its source; the message says where."""


class Fate(StrEnum):
    """What became of a character."""

    KEPT = "kept"
    REWRITTEN = "rewritten"
    ASIDE = "set aside"


class Entry(NamedTuple):
    """A run of source characters with one fate.

    `where` is the text that has them ("a1/headline", "a1/blocks/3", "furniture/0"), or the rule of the edit that
    rewrote them ("characters/space").
    """

    span: Span
    fate: Fate
    where: str


class _Placed(NamedTuple):
    """A text of the result, and the spans that it was read from."""

    where: str
    text: str
    spans: tuple[Span, ...]
    aside: bool = False
    shared: bool = False  # may lie inside of other texts: a byline


class _Run(NamedTuple):
    """Source characters that a text has unchanged, and where in the text they are."""

    placed: _Placed
    span: Span
    offset: int


def account(page: Page) -> tuple[Entry, ...]:
    """What became of every character of a page's source, in the order of the source.

    >>> page = Page.of("从 复 工")
    >>> account(page)
    Traceback (most recent call last):
    ...
    banmian.ledger.Damaged: characters 0 to 5 are in no text and no edit

    Raises:
        Damaged: characters are unaccounted for or counted twice, or a text does not read as its spans do.
    """
    source, edits = page.source.text, page.trace.edits
    if page.trace.source != source:
        raise Damaged("the trace is of another text than the source")
    seen = bytearray(len(source))
    entries = [Entry(edit.span, Fate.REWRITTEN, edit.rule) for edit in edits if edit.span.start < edit.span.end]
    for entry in entries:
        _mark(seen, entry.span, entry.where)
    for run in _runs(page.articles, page.furniture, edits, len(source)):
        placed, span = run.placed, run.span
        if source[span.start : span.end] != placed.text[run.offset : run.offset + span.end - span.start]:
            raise Damaged(f"{placed.where} does not read as characters {span.start} to {span.end} do")
        fate = Fate.ASIDE if placed.aside else Fate.KEPT
        new = _unseen(seen, span) if placed.shared else [span]
        for part in new:
            _mark(seen, part, placed.where)
            entries.append(Entry(part, fate, placed.where))
    _complete(seen)
    return tuple(sorted(entries))


def rebuild(record: Record | Mapping[str, object] | str | bytes) -> bytes:
    """The bytes of the source that a page JSON was made from, put together from that JSON alone.

    Args:
        record: the JSON as text, as bytes, as values, or already parsed.

    Raises:
        FormatError: it is no page JSON.
        Damaged: the record does not account for its source.
    """
    if isinstance(record, str | bytes):
        record = loads(record)
    elif not isinstance(record, Record):
        record = parse(record)
    data = record.data if record.data is not None else source_of(record, source_text(record)).data
    if record.sha256 and hashlib.sha256(data).hexdigest() != record.sha256:  # a page made of a text alone has none
        raise Damaged("the source that the record gives has another sha256 than the record says: a text was changed")
    return data


def restore(record: Record) -> Page:
    """The page that a record was made from, but for its lines and blocks, which records do not have.

    Raises:
        Damaged: the record does not account for its source.
    """
    text = source_text(record)
    return Page(
        id=record.id,
        source=source_of(record, text),
        trace=Trace(text, tuple(change.edit for change in record.changes)),
        articles=record.articles,
        furniture=record.furniture,
        flags=record.flags,
        stages=record.stages,
        number=record.number,
    )


def source_text(record: Record) -> str:
    """The decoded source of a record.

    Raises:
        Damaged: characters are unaccounted for or counted twice.
    """
    characters = [""] * record.chars
    seen = bytearray(record.chars)
    for change in record.changes:
        _mark(seen, change.edit.span, change.edit.rule)
        characters[change.edit.span.start : change.edit.span.end] = change.was
    edits = tuple(change.edit for change in record.changes)
    for run in _runs(record.articles, record.furniture, edits, record.chars):
        text = run.placed.text[run.offset : run.offset + run.span.end - run.span.start]
        for part in _unseen(seen, run.span) if run.placed.shared else [run.span]:
            _mark(seen, part, run.placed.where)
            characters[part.start : part.end] = text[part.start - run.span.start : part.end - run.span.start]
    _complete(seen)
    return "".join(characters)


def _placed(articles: Iterable[Article], furniture: Iterable[Furniture]) -> Iterator[_Placed]:
    """All texts of a result; those that may lie inside of others come last."""
    bylines: list[_Placed] = []
    for article in articles:
        for key, head in (("kicker", article.kicker), ("headline", article.headline), ("deck", article.deck)):
            if head:
                yield _Placed(f"{article.id}/{key}", head.text, head.spans)
        for i, block in enumerate(article.blocks):
            yield _Placed(f"{article.id}/blocks/{i}", block.text, block.spans)
        if article.byline:
            bylines.append(_Placed(f"{article.id}/byline", article.byline.text, article.byline.spans, shared=True))
    for i, piece in enumerate(furniture):
        yield _Placed(f"furniture/{i}", piece.text, piece.spans, aside=True)
    yield from bylines


def _runs(
    articles: Iterable[Article], furniture: Iterable[Furniture], edits: Sequence[Edit], chars: int
) -> Iterator[_Run]:
    """The source characters that the texts have unchanged: what lies in their spans and in no edit.

    Raises:
        Damaged: a text is not as long as its spans and the edits in them say, or does not have what they wrote.
    """
    starts = [edit.span.start for edit in edits]
    for placed in _placed(articles, furniture):
        offset = 0
        for span in placed.spans:
            for piece in _pieces(span, edits, starts, chars):
                if isinstance(piece, Span):
                    yield _Run(placed, piece, offset)
                    offset += piece.end - piece.start
                elif placed.text.startswith(piece.text, offset):
                    offset += len(piece.text)
                else:
                    raise Damaged(f"{placed.where} does not have what {piece.rule} wrote at {piece.span.start}")
        if offset != len(placed.text):
            raise Damaged(f"{placed.where} is {len(placed.text)} characters long; its spans and edits make {offset}")


def _pieces(span: Span, edits: Sequence[Edit], starts: Sequence[int], chars: int) -> Iterator[Span | Edit]:
    """A span cut into what was left alone and the edits that begin in it, as `Trace.read` reads them."""
    first = bisect_left(starts, span.start)
    last = len(starts) if span.end == chars else bisect_left(starts, span.end)
    at = max(span.start, edits[first - 1].span.end) if first else span.start
    for edit in edits[first:last]:
        if at < edit.span.start:
            yield Span(at, edit.span.start)
        yield edit
        at = edit.span.end
    if at < span.end:
        yield Span(at, span.end)


def _mark(seen: bytearray, span: Span, where: str) -> None:
    if span.end > len(seen):
        raise Damaged(f"{where} has characters up to {span.end} of a source of {len(seen)}")
    twice = seen.find(1, span.start, span.end)
    if twice >= 0:
        raise Damaged(f"character {twice} is counted twice, the second time in {where}")
    seen[span.start : span.end] = b"\1" * (span.end - span.start)


def _unseen(seen: bytearray, span: Span) -> Iterator[Span]:
    """The parts of a span that nothing has yet."""
    start = seen.find(0, span.start, span.end)
    while start >= 0:
        end = seen.find(1, start, span.end)
        yield Span(start, end if end >= 0 else span.end)
        start = seen.find(0, end, span.end) if end >= 0 else -1


def _complete(seen: bytearray) -> None:
    start = seen.find(0)
    if start >= 0:
        end = seen.find(1, start)
        raise Damaged(f"characters {start} to {end if end >= 0 else len(seen)} are in no text and no edit")
