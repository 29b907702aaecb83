"""METS: an issue as libraries of newspapers keep it, with the ALTO file of each page (`banmian.formats.alto`).

| part | what is in it |
| --- | --- |
| `dmdSec` | MODS of the issue, and of each article: heads, people with their roles, pages, id, confidence and flags |
| `fileSec` | the ALTO files, with size and SHA-256 |
| `structMap` PHYSICAL | the pages in order, ORDERLABEL being the printed number |
| `structMap` LOGICAL | NEWSPAPER, ISSUE, CONTENT, and each ARTICLE in reading order |
| `structLink` | which pages an article stands on |

An ARTICLE has HEADING (OVERLINE, TITLE, SUBTITLE, AUTHOR for kicker, headline, deck, byline) and BODY with BODY_CONTENT
(PARAGRAPH, CROSSHEADING, CAPTION), words after those of docWorks, which many libraries know; each leaf points at
blocks of ALTO (`area`, BETYPE IDREF), never at regions of an image, so that nothing depends on boxes. A paragraph that
goes on over a jump (转版) is one `div` whose `seq` has two areas, and a jumping story one ARTICLE; heads of the later
parts, which repeat the headline, are CONTINUATION_HEADING in its HEADING. Areas are whole blocks: jump lines stand in
them as printed, and a block that is nothing else is a JUMP_LINE. Page furniture is under the ISSUE as PAGE_FURNITURE,
page by page, so that every block of every page is in the logical map.

Files are named by their ids: ISSUE_ID.mets.xml and PAGE_ID.alto.xml in one folder, and `href` says otherwise.
"""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from urllib.parse import quote

from banmian import __version__
from banmian.chains import Chain, Part, chains, whole, whole_blocks
from banmian.formats import alto
from banmian.formats.page_json import DIGITS
from banmian.formats.pieces import Piece, pieces
from banmian.formats.xml import DECLARATION, element, lines, text
from banmian.model import Issue, Page, PersonRole, Role

_NAMESPACES = {
    "xmlns": "http://www.loc.gov/METS/",
    "xmlns:mods": "http://www.loc.gov/mods/v3",
    "xmlns:xlink": "http://www.w3.org/1999/xlink",
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xsi:schemaLocation": "http://www.loc.gov/METS/ http://www.loc.gov/standards/mets/mets.xsd "
    "http://www.loc.gov/mods/v3 http://www.loc.gov/standards/mods/v3/mods-3-7.xsd",
}

_HEADS = {Role.KICKER: "OVERLINE", Role.HEADLINE: "TITLE", Role.DECK: "SUBTITLE", Role.BYLINE: "AUTHOR"}
_BODY = {Role.SUBHEAD: "CROSSHEADING", Role.CAPTION: "CAPTION"}

# The codes of MARC for who did what; a contributor (通讯员) is a correspondent who is not on the staff.
_RELATORS = {
    PersonRole.REPORTER: ("rpt", "reporter"),
    PersonRole.CONTRIBUTOR: ("crp", "correspondent"),
    PersonRole.PHOTOGRAPHER: ("pht", "photographer"),
    PersonRole.EDITOR: ("edt", "editor"),
}


def dumps(issue: Issue, *, href: Callable[[Page], str] | None = None) -> str:
    """An issue as METS.

    Args:
        issue: with its jumps joined, if they are to be (`banmian.join_jumps`).
        href: where the ALTO file of a page is, as a URL relative to the METS file; by default by the ids of both.
    """
    there = chains(issue)
    found = {page.id: pieces(page) for page in issue.pages}
    number = {page.id: place for place, page in enumerate(issue.pages, 1)}
    locate = href or (lambda page: _beside(issue, page))
    body = element(
        "mets",
        {**_NAMESPACES, "OBJID": issue.id, "LABEL": _label(issue), "TYPE": "Newspaper"},
        lines(
            _header(),
            _dmd("DMD_ISSUE", _issue_mods(issue)),
            *(_dmd(_id("DMD", place), _article_mods(chain)) for place, chain in enumerate(there, 1)),
            _files(issue, locate),
            _physical(issue),
            _logical(issue, there, found, number),
            _links(there, number),
        ),
    )
    return f"{DECLARATION}{body}\n"


def _beside(issue: Issue, page: Page) -> str:
    """The ALTO file of a page, seen from the folder of the METS file."""
    path = posixpath.relpath(f"/{page.id}.alto.xml", f"/{posixpath.dirname(issue.id)}")
    return quote(path.encode("utf-8", "surrogateescape"))


def _id(kind: str, place: int) -> str:
    return f"{kind}{place:04}"


def _label(issue: Issue) -> str:
    return " ".join(filter(None, (issue.paper, issue.date))) or issue.id


def _header() -> str:
    agent = {"ROLE": "CREATOR", "TYPE": "OTHER", "OTHERTYPE": "SOFTWARE"}
    return element("metsHdr", {}, lines(element("agent", agent, element("name", {}, f"banmian {__version__}"))))


def _dmd(name: str, mods: Iterable[str]) -> str:
    data = element("xmlData", {}, lines(element("mods:mods", {}, lines(*mods))))
    return element("dmdSec", {"ID": name}, lines(element("mdWrap", {"MDTYPE": "MODS"}, lines(data))))


def _issue_mods(issue: Issue) -> Iterator[str]:
    yield element("mods:titleInfo", {}, element("mods:title", {}, text(issue.paper or issue.id)))
    yield element("mods:genre", {"authority": "marcgt"}, "newspaper")
    if issue.date:
        date = element("mods:dateIssued", {"encoding": "w3cdtf"}, text(issue.date))
        yield element("mods:originInfo", {}, date)
    yield element("mods:identifier", {"type": "local"}, text(issue.id))


def _article_mods(chain: Chain) -> Iterator[str]:
    article = whole(chain)
    if article.headline or article.deck:
        title = element("mods:title", {}, text(article.headline.text)) if article.headline else ""
        deck = element("mods:subTitle", {}, text(article.deck.text)) if article.deck else ""
        yield element("mods:titleInfo", {}, title + deck)
    if article.kicker:
        yield element("mods:titleInfo", {"type": "alternative", "displayLabel": "kicker"}, _title(article.kicker.text))
    for person in article.people:
        code, term = _RELATORS[person.role]
        role = element("mods:roleTerm", {"type": "code", "authority": "marcrelator"}, code)
        role += element("mods:roleTerm", {"type": "text", "authority": "marcrelator"}, term)
        name = element("mods:namePart", {}, text(person.name))
        yield element("mods:name", {"type": "personal"}, name + element("mods:role", {}, role))
    yield element("mods:genre", {"authority": "marcgt"}, "article")
    if article.byline:
        yield element("mods:note", {"type": "statement of responsibility"}, text(article.byline.text))
    if article.dateline:
        yield element("mods:note", {"type": "dateline"}, text(article.dateline.text))
    yield element("mods:note", {"type": "confidence"}, str(round(article.confidence, DIGITS)))
    for flag in article.flags:
        yield element("mods:note", {"type": "flag"}, text(": ".join(filter(None, (flag.kind, flag.note)))))
    for part in chain.parts:
        start = element("mods:start", {}, text(part.page.number or part.page.id))
        yield element("mods:part", {}, element("mods:extent", {"unit": "page"}, start))
    yield element("mods:identifier", {"type": "local"}, text(article.id))


def _title(value: str) -> str:
    return element("mods:title", {}, text(value))


def _files(issue: Issue, href: Callable[[Page], str]) -> str:
    files = []
    for place, page in enumerate(issue.pages, 1):
        data = alto.dumps(page).encode("utf-8")
        attributes = {
            "ID": _id("ALTO", place),
            "MIMETYPE": "application/xml",
            "SEQ": str(place),
            "SIZE": str(len(data)),
            "CHECKSUM": hashlib.sha256(data).hexdigest(),
            "CHECKSUMTYPE": "SHA-256",
        }
        location = element("FLocat", {"LOCTYPE": "URL", "xlink:type": "simple", "xlink:href": href(page)})
        files.append(element("file", attributes, lines(location)))
    group = element("fileGrp", {"ID": "FULLTEXT", "USE": "FULLTEXT"}, lines(*files))
    return element("fileSec", {}, lines(group)) if files else ""


def _physical(issue: Issue) -> str:
    pages = [
        element(
            "div",
            {
                "ID": _id("PHYS", place),
                "TYPE": "PAGE",
                "ORDER": str(place),
                "ORDERLABEL": page.number or None,
                "LABEL": page.id,
                "xlink:label": _id("PHYS", place),
            },
            lines(element("fptr", {"FILEID": _id("ALTO", place)})),
        )
        for place, page in enumerate(issue.pages, 1)
    ]
    return element("structMap", {"TYPE": "PHYSICAL"}, lines(_div("NEWSPAPER", {"ID": "PHYS_ISSUE"}, *pages)))


def _logical(
    issue: Issue, there: Sequence[Chain], found: Mapping[str, Sequence[Piece]], number: Mapping[str, int]
) -> str:
    articles = [_article(place, chain, found, number) for place, chain in enumerate(there, 1)]
    furniture = []
    for page in issue.pages:
        aside = [
            _div(piece.role.name, {}, _pointer([(page.id, piece.id)], number))
            for piece in found[page.id]
            if piece.article is None
        ]
        if aside:
            furniture.append(_div("PAGE_FURNITURE", {"LABEL": page.number or page.id}, *aside))
    content = _div("CONTENT", {}, *articles)
    day = _div("ISSUE", {"DMDID": "DMD_ISSUE", "LABEL": _label(issue)}, content, *furniture)
    return element("structMap", {"TYPE": "LOGICAL"}, lines(_div("NEWSPAPER", {}, day)))


def _article(place: int, chain: Chain, found: Mapping[str, Sequence[Piece]], number: Mapping[str, int]) -> str:
    heads: list[str] = []
    blocks: list[tuple[str, list[tuple[str, str]]]] = []  # blocks that are one paragraph over a jump stand together
    kept = {(number, block): paragraph for number, block, paragraph in whole_blocks(chain)}
    running = blocks  # the last paragraph, at the end
    for part_number, part in enumerate(chain.parts):
        for piece in _of(part, found):
            area = (part.page.id, piece.id)
            if piece.block is None:
                again = part_number and piece.role is not Role.BYLINE
                heads.append(
                    _div("CONTINUATION_HEADING" if again else _HEADS[piece.role], {}, _pointer([area], number))
                )
                continue
            block = kept.get((part_number, piece.block))
            if block is None:
                blocks.append(("JUMP_LINE", [area]))
            elif block.joins:
                running[-1][1].append(area)
            else:
                blocks.append((_BODY.get(piece.role, "PARAGRAPH"), [area]))
                running = blocks[-1:]
    body = [_div(kind, {"ORDER": str(order)}, _pointer(areas, number)) for order, (kind, areas) in enumerate(blocks, 1)]
    first = chain.parts[0].article
    attributes = {
        "ID": _id("LOG", place),
        "DMDID": _id("DMD", place),
        "ORDER": str(place),
        "LABEL": first.headline.text if first.headline else None,
        "xlink:label": _id("LOG", place),
    }
    heading = _div("HEADING", {}, *heads) if heads else ""
    content = _div("BODY", {}, _div("BODY_CONTENT", {}, *body)) if body else ""
    return _div("ARTICLE", attributes, heading, content)


def _of(part: Part, found: Mapping[str, Sequence[Piece]]) -> list[Piece]:
    place = next(i for i, article in enumerate(part.page.articles) if article is part.article)
    return [piece for piece in found[part.page.id] if piece.article == place]


def _div(kind: str, attributes: Mapping[str, str | None], *content: str) -> str:
    return element("div", {**attributes, "TYPE": kind}, lines(*content))


def _pointer(areas: Sequence[tuple[str, str]], number: Mapping[str, int]) -> str:
    shown = [
        element("area", {"FILEID": _id("ALTO", number[page]), "BETYPE": "IDREF", "BEGIN": block})
        for page, block in areas
    ]
    return element("fptr", {}, shown[0] if len(shown) == 1 else element("seq", {}, lines(*shown)))


def _links(there: Sequence[Chain], number: Mapping[str, int]) -> str:
    links = [
        element("smLink", {"xlink:from": _id("LOG", place), "xlink:to": _id("PHYS", number[page])})
        for place, chain in enumerate(there, 1)
        for page in dict.fromkeys(part.page.id for part in chain.parts)
    ]
    return element("structLink", {}, lines(*links)) if links else ""
