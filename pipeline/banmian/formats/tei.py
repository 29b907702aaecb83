"""TEI P5: an issue as a text that scholars edit, cite and count.

| in the page | in TEI |
| --- | --- |
| page | `pb`, `n` being its number; its furniture as `fw` behind it |
| article | `div type="article"` with `xml:id`; `n` is the id that other formats have |
| kicker, headline, deck | `head type="kicker"`, `"main"`, `"deck"` |
| byline on a line of its own | `byline` |
| paragraph, subhead | `p` (`n` lead where it is one; `p` has no `type`), `ab type="subhead"` |
| caption | `figure` with `head type="caption"`: the printed words; nothing is said of the picture |
| dateline | `seg type="dateline"` where it is printed, with `orgName`, `placeName`, `date` |
| person | `persName` with `role` where the byline prints the name, else in `note type="people"` |
| confidence, flag | `certainty` with `degree`, `note type="flag"` with `subtype` |

A story that jumps (转版) is in parts, as TEI has it for texts that are not in one piece: each page has its `div`, with
`part` I, M or F, and `next` and `prev` lead from one to the other; so has a paragraph that goes on over the jump. A
jump line is a `ref type="jump"`, whose target is the other part where there is one. So the pages read as they were
printed, and nothing stands twice.

What XML cannot have (control characters, bytes that could not be decoded) is a `g` whose `n` is the code point.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from banmian import __version__
from banmian.chains import Chain, chains, whole_blocks
from banmian.formats.page_json import DIGITS
from banmian.formats.pieces import own_byline
from banmian.formats.xml import DECLARATION, ILLEGAL, element, lines, name_of, picture, text
from banmian.grammar.jumps import find_jumps, parse_jump_head
from banmian.model import Article, Dateline, Flag, Issue, Link, Page, Paragraph, Person, Role

_HEADS = (("kicker", "kicker"), ("headline", "main"), ("deck", "deck"))
_DAY = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
_KIND = re.compile(r"[A-Za-z0-9._-]+")
_VERSION = re.compile(r"\d+(\.\d+){0,3}")


@dataclass(frozen=True, slots=True)
class _Mark:
    """Characters of a text that get an element around them."""

    start: int
    end: int
    name: str
    attributes: Mapping[str, str | None]


def dumps(issue: Issue) -> str:
    """An issue as TEI."""
    parts: dict[tuple[str, int], str] = {}
    for chain in chains(issue):
        if len(chain.parts) > 1:
            parts |= _parts(chain)
    content = [item for page in issue.pages for item in _page(page, parts)]
    body = element("body", {}, lines(element("div", {"type": "issue", "n": issue.id}, lines(*content))))
    tei = element(
        "TEI",
        {"xmlns": "http://www.tei-c.org/ns/1.0"},
        lines(_header(issue), element("text", {"xml:lang": "zh"}, lines(body))),
    )
    return f"{DECLARATION}{tei}\n"


# In `_parts`, the place of the article itself, beside those of its blocks.
_WHOLE = -1


def _parts(chain: Chain) -> dict[tuple[str, int], str]:
    """What is only a part of something over a jump: articles, by their id, and paragraphs, by their place too."""
    last = len(chain.parts) - 1
    ids = [part.article.id for part in chain.parts]
    parts = {(ids[i], _WHOLE): "I" if i == 0 else "F" if i == last else "M" for i in range(last + 1)}
    for (before, at, _), (after, place, block) in pairwise(whole_blocks(chain)):
        if block.joins:
            parts[ids[before], at] = "M" if (ids[before], at) in parts else "I"
            parts[ids[after], place] = "F"
    return parts


def page_ref(page: str) -> str:
    """The xml:id of a page.

    >>> page_ref("2020-05-28/02")
    'page-n2020-05-28_2f_02'
    """
    return f"page-{name_of(page)}"


def article_ref(article: str) -> str:
    """The xml:id of an article."""
    return f"article-{name_of(article)}"


def _header(issue: Issue) -> str:
    title = element("title", {}, text(" ".join(filter(None, (issue.paper, issue.date))) or issue.id))
    made = element("p", {}, f"Articles found by banmian {text(__version__)} in the raw text of the pages.")
    scope = [element("title", {"level": "j"}, text(issue.paper))] if issue.paper else []
    if issue.date:
        when = issue.date if _DAY.fullmatch(issue.date) else None
        scope.append(element("date", {"when": when}, text(issue.date)))
    scope.append(element("idno", {"type": "issue"}, text(issue.id)))
    sources = [
        element(
            "bibl",
            {"type": "page", "corresp": f"#{page_ref(page.id)}"},
            element("idno", {"type": "page"}, text(page.id))
            + element("idno", {"type": "file"}, text(page.source.name))
            + (element("idno", {"type": "sha256"}, text(page.source.sha256)) if page.source.sha256 else ""),
        )
        for page in issue.pages
    ]
    version = _VERSION.match(__version__)
    application = element(
        "application",
        {"ident": "banmian", "version": version[0] if version else "0"},
        element("label", {}, "banmian"),
    )
    description = lines(
        element("titleStmt", {}, title),
        element("publicationStmt", {}, made),
        element("sourceDesc", {}, lines(element("listBibl", {}, lines(element("bibl", {}, *scope), *sources)))),
    )
    language = element("langUsage", {}, element("language", {"ident": "zh"}, "中文"))
    return element(
        "teiHeader",
        {},
        lines(
            element("fileDesc", {}, description),
            element("encodingDesc", {}, element("appInfo", {}, application)),
            element("profileDesc", {}, language),
        ),
    )


def _page(page: Page, parts: Mapping[tuple[str, int], str]) -> Iterator[str]:
    yield element("pb", {"xml:id": page_ref(page.id), "n": page.number or None})
    for item in page.furniture:
        yield element("fw", {"type": item.role.value}, _marked(item.text, _jump_marks(item.text, None)))
    yield from map(_flag, page.flags)
    for article in page.articles:
        yield _article(article, parts)


def _article(article: Article, parts: Mapping[tuple[str, int], str]) -> str:
    part = parts.get((article.id, _WHOLE))
    attributes = {
        "type": "article",
        "xml:id": article_ref(article.id),
        "n": article.id,
        "part": part,
        "prev": f"#{article_ref(article.continues.article)}" if part and article.continues else None,
        "next": f"#{article_ref(article.continued.article)}" if part and article.continued else None,
    }
    content: list[str] = []
    for key, kind in _HEADS:
        head = getattr(article, key)
        if head is not None:
            content.append(
                element("head", {"type": kind}, _marked(head.text, _jump_marks(head.text, article, head=True)))
            )
    named: set[Person] = set()
    byline = own_byline(article)
    if byline is not None:
        marks = list(_names(byline.text, article.people, 0, len(byline.text), named))
        content.append(element("byline", {}, _marked(byline.text, marks)))
    dateline = article.dateline
    for place, block in enumerate(article.blocks):
        marks = list(_jump_marks(block.text, article))
        if dateline is not None and block.role in (Role.PARAGRAPH, Role.LEAD) and dateline.text in block.text:
            marks += _dateline(block.text, dateline)
            dateline = None
        if article.byline is not None and byline is None and (at := block.text.find(article.byline.text)) >= 0:
            marks += _names(block.text, article.people, at, at + len(article.byline.text), named)
        content.append(_block(block, marks, parts.get((article.id, place))))
    rest = [person for person in article.people if person not in named]
    if rest:
        people = [element("persName", {"role": person.role.value}, _plain(person.name)) for person in rest]
        content.append(element("note", {"type": "people"}, "、".join(people)))
    content += map(_flag, article.flags)
    degree = str(round(min(max(article.confidence, 0.0), 1.0), DIGITS))
    content.append(element("certainty", {"locus": "value", "degree": degree}))
    return element("div", attributes, lines(*content))


def _block(block: Paragraph, marks: list[_Mark], part: str | None) -> str:
    shown = _marked(block.text, marks)
    match block.role:
        case Role.SUBHEAD:
            return element("ab", {"type": "subhead"}, shown)
        case Role.CAPTION:
            return element("figure", {}, element("head", {"type": "caption"}, shown))
        case role:
            return element("p", {"n": "lead" if role is Role.LEAD else None, "part": part}, shown)


def _flag(flag: Flag) -> str:
    kind = flag.kind if _KIND.fullmatch(flag.kind) else None
    note = flag.note if kind and flag.note else ": ".join(filter(None, (flag.kind, flag.note)))
    return element("note", {"type": "flag", "subtype": kind}, _plain(note))


def _jump_marks(value: str, article: Article | None, *, head: bool = False) -> Iterator[_Mark]:
    """The jump lines of a text, with the part that each leads to where one is known."""
    alone = parse_jump_head(value) if head or article is None else None
    for jump in [alone] if alone else find_jumps(value):
        link: Link | None = None
        if article is not None:
            link = article.continued if jump.direction == "to" else article.continues
        target = f"#{article_ref(link.article)}" if link else None
        yield _Mark(jump.start, jump.end, "ref", {"type": "jump", "target": target})


def _dateline(value: str, line: Dateline) -> Iterator[_Mark]:
    start = value.find(line.text)
    end = start + len(line.text)
    yield _Mark(start, end, "seg", {"type": "dateline"})
    at = start
    for name, part in (("orgName", line.agency), ("placeName", line.place), ("date", line.date)):
        place = value.find(part, at, end) if part else -1
        if part and place >= 0:
            at = place + len(part)
            yield _Mark(place, at, name, {})


def _names(value: str, people: tuple[Person, ...], start: int, end: int, named: set[Person]) -> Iterator[_Mark]:
    """The people who are named between two places of a text; print sets a space into a name of two characters."""
    at = start
    for person in people:
        found = re.compile(r"\s?".join(map(re.escape, person.name))).search(value, at, end) if person.name else None
        if found and found.end() > found.start():
            named.add(person)
            at = found.end()
            yield _Mark(found.start(), found.end(), "persName", {"role": person.role.value})


def _marked(value: str, marks: Iterator[_Mark] | list[_Mark]) -> str:
    """A text with elements around some of its characters; of two that overlap without nesting, the first."""
    at = 0
    out: list[str] = []
    todo = sorted(marks, key=lambda mark: (mark.start, -mark.end))
    while todo:
        mark = todo.pop(0)
        if mark.start < at:
            continue
        inner = [other for other in todo if mark.start <= other.start and other.end <= mark.end]
        inside = [_Mark(o.start - mark.start, o.end - mark.start, o.name, o.attributes) for o in inner]
        out.append(_plain(value[at : mark.start]))
        out.append(element(mark.name, mark.attributes, _marked(value[mark.start : mark.end], inside)))
        at = mark.end
        todo = [other for other in todo if other not in inner]
    out.append(_plain(value[at:]))
    return "".join(out)


def _plain(value: str) -> str:
    """A text with what XML cannot have in elements of its own."""
    out: list[str] = []
    at = 0
    for match in ILLEGAL.finditer(value):
        out.append(text(value[at : match.start()]))
        out.append(element("g", {"n": f"U+{ord(match[0]):04X}"}, picture(match[0])))
        at = match.end()
    out.append(text(value[at:]))
    return "".join(out)
