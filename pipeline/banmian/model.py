"""The values that stages pass on: a page, its lines and blocks, its articles.

Everything here is frozen and made of tuples; a stage makes a new `Page`. Where a value is text of the page it carries
the `Span`s of the source that it was read from, so that each character leads back to where it was printed. Names are
those of the glossary (`banmian explain`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from banmian.layout import Box as Box  # noqa: PLC0414  it is a value of the model, and others ask for it here
from banmian.layout import Layout
from banmian.trace import Span, Trace


class Role(StrEnum):
    """What a line or a block is on the page."""

    BODY = "body"
    LEAD = "lead"
    PARAGRAPH = "paragraph"
    SUBHEAD = "subhead"
    CAPTION = "caption"
    KICKER = "kicker"
    HEADLINE = "headline"
    DECK = "deck"
    BYLINE = "byline"
    TAGLINE = "tagline"
    FOLIO = "folio"
    IMPRINT = "imprint"
    EDITOR = "editor"
    NOTICE = "notice"
    ADVERT = "advert"
    UNPLACED = "unplaced"


class PersonRole(StrEnum):
    """What a person named in a byline did for the article."""

    REPORTER = "reporter"
    CONTRIBUTOR = "contributor"
    PHOTOGRAPHER = "photographer"
    EDITOR = "editor"


@dataclass(frozen=True, slots=True)
class Source:
    """The text that was read, and how it was decoded.

    `text` keeps every character, a byte order mark and all line ends included; bytes that could not be decoded stand
    in it as lone surrogates (PEP 383), so that `data` gives the very bytes back.
    """

    name: str
    text: str
    encoding: str = "utf-8"
    sha256: str = ""

    @property
    def data(self) -> bytes:
        """The bytes that were read."""
        errors = "surrogatepass" if self.encoding.startswith("utf-16") else "surrogateescape"
        return self.text.encode(self.encoding, errors)


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line, as far as the raw text shows it.

    Args:
        span: its characters in the source, white space around them left out.
        tail_end: where the next line begins in the source; from `span.end` to here lies the line break (and blank
            lines), or the gap between two columns of one row.
        text: how it reads now.
        width: its length in em, 全角 characters counting one and others a half.
        gap: whether a blank line (or a change of column) stands before it.
        role: what it is, where a stage has found out.
        odds: log odds that `role` is right.
        box: where it stands on the page, where the reader knows; so with what follows.
        size: the size of its type in points: of the font, or else the height of the line.
        font: the name of its font.
        bold: whether it is set in a heavy weight.
        vertical: whether its characters stand below each other.
    """

    span: Span
    tail_end: int
    text: str
    width: float
    gap: bool = False
    role: Role | None = None
    odds: float = 0.0
    box: Box | None = None
    size: float | None = None
    font: str | None = None
    bold: bool = False
    vertical: bool = False

    @property
    def tail(self) -> Span:
        """The source characters between this line and the next."""
        return Span(self.span.end, self.tail_end)


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together, read as one text: a paragraph, a head, a caption, a folio.

    Args:
        role: what it is.
        lines: its lines in reading order.
        starts: whether it begins where a sentence begins (False: it goes on from another block).
        ends: whether it ends where a sentence ends (False: it goes on in another block).
        same_row: whether it stands in one row with the block before it, a space between.
        confidence: the odds, as a probability, that these lines belong together and are what `role` says.
        reads_on: the same, that it goes on from the line that stands right before it.
        subhead: the same, that it is a subhead, if it is a head at all; None: as `role` says.
    """

    role: Role
    lines: tuple[Line, ...]
    starts: bool = True
    ends: bool = True
    same_row: bool = False
    confidence: float = 1.0
    reads_on: float = 0.0
    subhead: float | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of an article: how it reads, and the spans of the source that it is read from, in reading order.

    `page` is the id of the page whose source the spans are of, where that is not the page of the article.
    """

    text: str
    spans: tuple[Span, ...] = ()
    page: str | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One block of an article's body: its role (lead, paragraph, subhead or caption) and its text.

    In an article that jumps (`banmian.chains.whole`) a block may stand on another page than the article: `page` is then
    the id of that page, and `joins` tells that it goes on in the middle of the paragraph before it.
    """

    role: Role
    text: str
    spans: tuple[Span, ...] = ()
    page: str | None = None
    joins: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom the byline names. `name` is without spaces."""

    name: str
    role: PersonRole


@dataclass(frozen=True, slots=True)
class Dateline:
    """A dateline (电头): its text as printed, and its parts.

    `kind` is 电 or 讯; `abridged` tells that it opens with 据.
    """

    text: str
    agency: str | None = None
    place: str | None = None
    date: str | None = None
    kind: str | None = None
    abridged: bool = False


@dataclass(frozen=True, slots=True)
class Flag:
    """Something that a person should look at: a kind ("head.repaired"), what it is about in words, and where.

    `page` is the id of the page whose source the spans are of, where that is not the page of the article.
    """

    kind: str
    note: str = ""
    spans: tuple[Span, ...] = ()
    page: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """Where a story that jumps (转版) has its other part: the page and the article, and the probability that it is."""

    page: str
    article: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Article:
    """A story: its heads, its credits, and its body in reading order.

    What a page has of a story that jumps (转版) is an article of that page; `continues` is the part that it goes on
    from, `continued` the part that it goes on in.
    """

    id: str
    headline: Text | None = None
    kicker: Text | None = None
    deck: Text | None = None
    byline: Text | None = None
    dateline: Dateline | None = None
    people: tuple[Person, ...] = ()
    blocks: tuple[Paragraph, ...] = ()
    confidence: float = 0.0
    flags: tuple[Flag, ...] = ()
    continues: Link | None = None
    continued: Link | None = None


@dataclass(frozen=True, slots=True)
class Furniture:
    """Text of the page that is no article, set aside with what it is."""

    role: Role
    text: str
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A newspaper page, as far as the stages so far have understood it.

    Args:
        id: the name that results carry; stable from run to run.
        source: the text that was read.
        trace: the same text with all edits so far.
        lines: in the order of the source, or, once columns have been taken apart, of the columns.
        blocks: paragraphs, heads and the rest, in the order found.
        articles, furniture: the result.
        flags: what a person should look at and that belongs to no one article.
        stages: names of the stages that this page went through.
        number: its number in the issue (版次) as digits, with its letter if it has one: "3", "A5"; "" where not told.
        layout: where the lines of the source are printed, where the reader knows.
    """

    id: str
    source: Source
    trace: Trace
    lines: tuple[Line, ...] = ()
    blocks: tuple[Block, ...] = ()
    articles: tuple[Article, ...] = ()
    furniture: tuple[Furniture, ...] = ()
    flags: tuple[Flag, ...] = ()
    stages: tuple[str, ...] = ()
    number: str = ""
    layout: Layout | None = None

    @classmethod
    def of(cls, text: str, *, id: str = "page") -> Page:  # noqa: A002  the name that the JSON has
        """A page of a text that is already decoded."""
        return cls(id=id, source=Source(name=id, text=text), trace=Trace(text))


@dataclass(frozen=True, slots=True)
class Issue:
    """The pages of one day's paper, in the order of their numbers."""

    id: str
    pages: tuple[Page, ...] = ()
    paper: str = ""
    date: str = ""
