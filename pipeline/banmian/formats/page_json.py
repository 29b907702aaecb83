"""Page JSON, the result of a page: its articles, what was set aside, and the log of all edits.

A record says for every text which spans of the source it was read from, and for every edit what stood there before.
Nothing of the source is in it twice, and all of it is in it: `banmian.rebuild` puts the source together from the record
alone. Where the page has a layout, every text has the boxes that it is printed in as well. Offsets are code points of
the decoded source, spans are half-open. Edits that are alike, and most are (a space
goes, two lines join), stand in the log once, with all their places.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar, cast

from banmian import __version__
from banmian.formats import FormatError
from banmian.geometry.boxes import boxes
from banmian.layout import Layout
from banmian.model import (
    Article,
    Dateline,
    Flag,
    Furniture,
    Link,
    Page,
    Paragraph,
    Person,
    PersonRole,
    Role,
    Source,
    Text,
)
from banmian.trace import Edit, Span

SCHEMA = "banmian.page/1"

# Where the texts of an article's heads are; in the order in which they are printed.
HEADS = ("kicker", "headline", "deck", "byline")

# Where an article's other parts are; only there for a story that jumps (转版).
LINKS = ("continues", "continued")

# Digits of a confidence that are written. More would differ from machine to machine, and nobody can read them.
DIGITS = 4

_T = TypeVar("_T")
_E = TypeVar("_E", bound=StrEnum)
_LONE = re.compile("[\ud800-\udfff]")
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")


class Change(NamedTuple):
    """An edit, and what the source had in its place."""

    edit: Edit
    was: str


@dataclass(frozen=True, slots=True)
class Record:
    """What a page JSON says: a page without its source, which `banmian.rebuild` finds again.

    `data` is the source itself; it is there only when the source has characters that JSON cannot carry.
    """

    id: str
    name: str
    sha256: str
    encoding: str
    chars: int
    articles: tuple[Article, ...]
    furniture: tuple[Furniture, ...]
    flags: tuple[Flag, ...]
    changes: tuple[Change, ...]
    version: str = ""
    config: str = ""
    stages: tuple[str, ...] = ()
    data: bytes | None = None
    number: str = ""


def to_dict(page: Page, *, config: str = "") -> dict[str, object]:
    """The record of a page as JSON values. `config` is the digest of the pipeline that made it (`Pipeline.digest`)."""
    source, layout = page.source, page.layout
    return {
        "schema": SCHEMA,
        "id": page.id,
        **({"number": page.number} if page.number else {}),
        "source": {
            "name": source.name,
            "sha256": source.sha256,
            "encoding": source.encoding,
            "chars": len(source.text),
        },
        **({"layout": _page_layout(layout)} if layout else {}),
        "articles": [_article(article, layout) for article in page.articles],
        "furniture": [_block(piece, layout) for piece in page.furniture],
        "flags": [_flag(flag) for flag in page.flags],
        "edits": _edits(page),
        "pipeline": {"version": __version__, "config": config, "stages": list(page.stages)},
    }


def dumps(page: Page, *, config: str = "", one_line: bool = False) -> str:
    """The record of a page as JSON text, a newline at its end: for people to read and compare, or in one line.

    The text can always be written as UTF-8: a byte that could not be decoded, a lone surrogate here, is escaped.
    """
    record = to_dict(page, config=config)
    text = _write(record, one_line=one_line)
    try:
        text.encode()
    except UnicodeEncodeError:
        # A high surrogate before a low one, once what stood between them is gone, would be read as one character.
        if _PAIR.search(text):
            cast("dict[str, object]", record["source"])["data"] = b64encode(page.source.data).decode("ascii")
            text = _write(record, one_line=one_line)
        text = _LONE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
    return text + "\n"


def loads(text: str | bytes) -> Record:
    """The record that a JSON text holds.

    Raises:
        FormatError: it is no page JSON; the message says where.
    """
    try:
        value = json.loads(text)
    except ValueError as error:
        raise FormatError(f"is not JSON: {error}") from error
    return parse(value)


def parse(value: object, *, edits: bool = True) -> Record:
    """The record that JSON values hold.

    Args:
        value: the values.
        edits: whether to read the log of edits, which is most of the work; without, `changes` is empty.

    Raises:
        FormatError: they are no page JSON; the message says where.
    """
    top = _At("", value)
    schema = top.get("schema", str)
    if schema != SCHEMA:
        raise FormatError(f"is of schema {schema!r}; this is banmian {__version__}, which reads {SCHEMA!r}")
    source, pipeline = top.at("source"), top.at("pipeline")
    data = source.get("data", str) if source.has("data") else None
    return Record(
        id=top.get("id", str),
        name=source.get("name", str),
        sha256=source.get("sha256", str),
        encoding=source.get("encoding", str),
        chars=source.get("chars", int),
        articles=top.each("articles", _read_article),
        furniture=top.each("furniture", lambda at: Furniture(at.role(Role), at.get("text", str), at.spans("spans"))),
        flags=top.each("flags", _read_flag),
        changes=_changes(top) if edits else (),
        version=pipeline.get("version", str),
        config=pipeline.get("config", str),
        stages=pipeline.each("stages", lambda at: at.of(str)),
        data=None if data is None else b64decode(data),
        number=top.get("number", str) if top.has("number") else "",
    )


def source_of(record: Record, text: str) -> Source:
    """The source that a record is about, given its text."""
    return Source(name=record.name, text=text, encoding=record.encoding, sha256=record.sha256)


# Values to JSON


def _page_layout(layout: Layout) -> dict[str, object]:
    """How boxes are to be read: `[left, top, right, bottom]` in points from the top left corner of the page."""
    return {"width": layout.size.width, "height": layout.size.height, "unit": "pt", "origin": "top-left"}


def _boxes(spans: Iterable[Span], layout: Layout) -> list[list[float]]:
    return [[round(side, 1) for side in box] for box in boxes(spans, layout)]


def _article(article: Article, layout: Layout | None = None) -> dict[str, object]:
    heads = {key: cast("Text | None", getattr(article, key)) for key in HEADS}
    return {
        "id": article.id,
        **{key: text.text if text else None for key, text in heads.items()},
        "dateline": dateline(article.dateline) if article.dateline else None,
        "people": [{"name": person.name, "role": person.role.value} for person in article.people],
        "blocks": [_block(block, layout) for block in article.blocks],
        "confidence": round(article.confidence, DIGITS),
        "flags": [_flag(flag) for flag in article.flags],
        "spans": {key: _spans(text.spans) for key, text in heads.items() if text},
        **({"boxes": {key: _boxes(text.spans, layout) for key, text in heads.items() if text}} if layout else {}),
        **{key: _link(link) for key in LINKS if (link := cast("Link | None", getattr(article, key)))},
    }


def _link(link: Link) -> dict[str, object]:
    return {"page": link.page, "article": link.article, "confidence": round(link.confidence, DIGITS)}


def dateline(line: Dateline) -> dict[str, object]:
    """A dateline by its parts."""
    return {
        "text": line.text,
        "agency": line.agency,
        "place": line.place,
        "date": line.date,
        "kind": line.kind,
        "abridged": line.abridged,
    }


def _block(block: Paragraph | Furniture, layout: Layout | None = None) -> dict[str, object]:
    """A block; with where it is printed, if that is known."""
    found: dict[str, object] = {"role": block.role.value, "text": block.text, "spans": _spans(block.spans)}
    return found if layout is None else {**found, "boxes": _boxes(block.spans, layout)}


def _flag(flag: Flag) -> dict[str, object]:
    return {"kind": flag.kind, "note": flag.note, "spans": _spans(flag.spans)}


def _spans(spans: Iterable[Span]) -> list[list[int]]:
    return [[start, end] for start, end in spans]


def _edits(page: Page) -> list[dict[str, object]]:
    """The edits of a page, those that are alike together, in the order in which each kind first occurs."""
    source, groups = page.source.text, dict[tuple[str, str, str, str], list[int]]()
    for (start, end), now, rule, evidence in page.trace.edits:
        groups.setdefault((rule, source[start:end], now, evidence), []).append(start)
    return [
        {"rule": rule, "was": was, "now": now, "at": at, **({"evidence": evidence} if evidence else {})}
        for (rule, was, now, evidence), at in groups.items()
    ]


def _write(value: object, *, one_line: bool) -> str:
    return _line(value) if one_line else layout(value)


# Made once: json.dumps makes one for each of the hundreds of lines.
_line = json.JSONEncoder(ensure_ascii=False, check_circular=False, allow_nan=False).encode


def layout(value: object, indent: str = "") -> str:
    """JSON text of values, each object that holds no other objects on a line of its own.

    So a paragraph is one line, and a diff of two results shows the paragraphs that differ.
    """
    if not _nested(value):
        return _line(value)
    deeper = indent + " "
    if isinstance(value, dict):
        parts = [f"{_line(key)}: {layout(item, deeper)}" for key, item in value.items()]
    else:
        parts = [layout(item, deeper) for item in cast("list[object]", value)]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return f"{opening}\n{deeper}" + f",\n{deeper}".join(parts) + f"\n{indent}{closing}"


def _nested(value: object) -> bool:
    if isinstance(value, dict):
        return any(isinstance(item, dict) or _nested(item) for item in value.values())
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)


# JSON to values


@dataclass(frozen=True, slots=True)
class _At:
    """A JSON value and where it stands, for messages that say so."""

    path: str
    value: object

    def of(self, kind: type[_T]) -> _T:
        """The value, which must be of this type."""
        if type(self.value) is not kind:
            raise FormatError(f"{self.path or 'the document'} must be {_KINDS[kind]}")
        return self.value

    def has(self, key: str) -> bool:
        return key in self.of(dict)

    def at(self, key: str) -> _At:
        if not self.has(key):
            raise FormatError(f"{self.path or 'the document'} has no {key!r}")
        return _At(f"{self.path}.{key}".lstrip("."), self.of(dict)[key])

    def get(self, key: str, kind: type[_T]) -> _T:
        return self.at(key).of(kind)

    def maybe(self, key: str) -> str | None:
        at = self.at(key)
        return None if at.value is None else at.of(str)

    def each(self, key: str, read: Callable[[_At], _T]) -> tuple[_T, ...]:
        at = self.at(key)
        return tuple(read(_At(f"{at.path}[{i}]", item)) for i, item in enumerate(at.of(list)))

    def spans(self, key: str) -> tuple[Span, ...]:
        return self.each(key, _read_span)

    def role(self, kind: type[_E]) -> _E:
        at = self.at("role")
        if at.value not in list(kind):
            raise FormatError(f"{at.path} is {at.value!r}, which is none of {', '.join(kind)}")
        return kind(at.of(str))


_KINDS: Mapping[type, str] = {
    dict: "an object",
    list: "a list",
    str: "a text",
    int: "a whole number",
    bool: "true or false",
}


def _read_span(at: _At) -> Span:
    ends = at.of(list)
    if len(ends) != 2 or not all(type(end) is int for end in ends) or not 0 <= ends[0] <= ends[1]:
        raise FormatError(f"{at.path} is no span: [start, end] with 0 <= start <= end")
    return Span(*cast("Sequence[int]", ends))


def _read_article(at: _At) -> Article:
    spans = at.at("spans")
    heads: dict[str, Any] = {}
    for key in HEADS:
        text = at.maybe(key)
        heads[key] = None if text is None else Text(text, spans.spans(key))
    confidence = at.at("confidence").value
    if not isinstance(confidence, int | float):
        raise FormatError(f"{at.path}.confidence must be a number")
    return Article(
        id=at.get("id", str),
        **heads,
        dateline=None if at.at("dateline").value is None else _read_dateline(at.at("dateline")),
        people=at.each("people", lambda person: Person(person.get("name", str), person.role(PersonRole))),
        blocks=at.each(
            "blocks", lambda block: Paragraph(block.role(Role), block.get("text", str), block.spans("spans"))
        ),
        confidence=float(confidence),
        flags=at.each("flags", _read_flag),
        continues=_read_link(at.at("continues")) if at.has("continues") else None,
        continued=_read_link(at.at("continued")) if at.has("continued") else None,
    )


def _read_link(at: _At) -> Link:
    confidence = at.at("confidence").value
    if not isinstance(confidence, int | float):
        raise FormatError(f"{at.path}.confidence must be a number")
    return Link(at.get("page", str), at.get("article", str), float(confidence))


def _read_dateline(at: _At) -> Dateline:
    return Dateline(
        text=at.get("text", str),
        agency=at.maybe("agency"),
        place=at.maybe("place"),
        date=at.maybe("date"),
        kind=at.maybe("kind"),
        abridged=at.get("abridged", bool),
    )


def _read_flag(at: _At) -> Flag:
    return Flag(at.get("kind", str), at.get("note", str), at.spans("spans"))


def _changes(top: _At) -> tuple[Change, ...]:
    return tuple(sorted((change for group in top.each("edits", _read_edits) for change in group), key=_place))


def _read_edits(at: _At) -> list[Change]:
    was, now, rule = at.get("was", str), at.get("now", str), at.get("rule", str)
    evidence = at.get("evidence", str) if at.has("evidence") else ""
    starts = at.each("at", lambda place: place.of(int))
    return [Change(Edit(Span(start, start + len(was)), now, rule, evidence), was) for start in starts]


def _place(change: Change) -> Span:
    return change.edit.span
