"""Stories that jump (转版): the parts of an issue's articles that belong together, and each such story as one article.

A page keeps what is printed on it: the part of a story that stands there is an article of that page, with spans of its
source, so that each page by itself accounts for all its characters. `banmian.jumps` finds which parts belong together
and links them (`Article.continued`, `Article.continues`). Here the links are followed: `chains` gives the stories of an
issue with their parts, and `whole` puts the parts of one together to the article that the reader of the paper reads.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from banmian.model import Article, Flag, Issue, Page, Paragraph, Role, Text
from banmian.trace import Span

# What a sentence ends with, before quotes that close; brackets that close mostly hold what is no sentence.
_ENDS = frozenset("。！？…!?；;：:）)】〕")
_CLOSES = "”’」』\"'"

_RUNNING = (Role.PARAGRAPH, Role.LEAD)

# What is found of a part by itself and is none of the whole story: the heads of a continuation are on another page.
_OF_PARTS = ("head.missing",)


@dataclass(frozen=True, slots=True)
class Part:
    """What one page has of a story."""

    page: Page
    article: Article


@dataclass(frozen=True, slots=True)
class Chain:
    """The parts of one story in reading order; most have one."""

    parts: tuple[Part, ...]

    @property
    def page(self) -> Page:
        """The page on which it begins, which is where it belongs."""
        return self.parts[0].page

    @property
    def id(self) -> str:
        """The id of its first part, which is that of the whole."""
        return self.parts[0].article.id


def chains(issue: Issue) -> tuple[Chain, ...]:
    """All stories of an issue in the order of their first parts; each article of each page is in exactly one.

    A link to what is not there, or that only one of both ends knows of, counts for none.
    """
    parts = {(page.id, article.id): Part(page, article) for page in issue.pages for article in page.articles}
    after: dict[tuple[str, str], tuple[str, str]] = {}
    for key, part in parts.items():
        link = part.article.continued
        other = parts.get((link.page, link.article)) if link else None
        back = other.article.continues if other else None
        if link and back and (back.page, back.article) == key:
            after[key] = (link.page, link.article)
    found: list[Chain] = []
    seen: set[tuple[str, str]] = set()
    # First those that nothing goes on in; what is left then are rings, which `join_jumps` never makes.
    for firsts in (parts.keys() - after.values(), parts.keys()):
        for key in (key for key in parts if key in firsts):
            run: list[Part] = []
            at: tuple[str, str] | None = key
            while at is not None and at not in seen:
                seen.add(at)
                run.append(parts[at])
                at = after.get(at)
            if run:
                found.append(Chain(tuple(run)))
    place = {key: number for number, key in enumerate(parts)}
    return tuple(sorted(found, key=lambda chain: place[chain.page.id, chain.id]))


def whole(chain: Chain) -> Article:
    """The story of a chain as one article, that of its first page.

    Heads and dateline are those of the first part, and so is the byline where it has one; people are those of all
    parts. The jump lines at the joints are left out, and so are the heads of the later parts, which repeat the first's
    or its words: on their pages they still are. Texts and flags of later parts tell their page. The confidence is that
    of all parts and all links together, taken to be independent.
    """
    first = chain.parts[0].article
    if len(chain.parts) == 1:
        return first
    confidence = 1.0
    flags: list[Flag] = []
    byline: Text | None = None
    for number, part in enumerate(chain.parts):
        page = part.page.id if number else None
        link = part.article.continues if number else None
        confidence *= part.article.confidence * (link.confidence if link else 1.0)
        flags += [replace(flag, page=page) for flag in part.article.flags if not (number and flag.kind in _OF_PARTS)]
        if byline is None and part.article.byline is not None:
            byline = replace(part.article.byline, page=page)
    people = dict.fromkeys(person for part in chain.parts for person in part.article.people)
    return replace(
        first,
        byline=byline,
        people=tuple(people),
        blocks=tuple(block for _, _, block in whole_blocks(chain)),
        confidence=confidence,
        flags=tuple(flags),
        continued=None,
    )


def whole_articles(issue: Issue) -> tuple[tuple[Page, Article], ...]:
    """All stories of an issue, each as one article with the page that it begins on."""
    return tuple((chain.page, whole(chain)) for chain in chains(issue))


def paragraphs(article: Article) -> Iterator[tuple[Role, tuple[Paragraph, ...]]]:
    """The blocks of an article, those together that are one paragraph over a jump."""
    run: list[Paragraph] = []
    for block in article.blocks:
        if run and not block.joins:
            yield run[0].role, tuple(run)
            run = []
        run.append(block)
    if run:
        yield run[0].role, tuple(run)


def whole_blocks(chain: Chain) -> tuple[tuple[int, int, Paragraph], ...]:
    """The blocks of a whole story: of each, in which part and in which place there it stands, and what it is.

    Jump lines at the joints are left out, and blocks that are nothing else.
    """
    found: list[tuple[int, int, Paragraph]] = []
    for number, part in enumerate(chain.parts):
        ways = {"from"} if number else set()
        ways |= {"to"} if number + 1 < len(chain.parts) else set()
        before = found[-1][2] if found else None
        begins = True
        for place, printed in enumerate(part.article.blocks):
            block = _without(printed, ways, part.page)
            if block is None:
                continue
            joins = number > 0 and begins and before is not None and _open(before) and block.role in _RUNNING
            begins = False
            found.append((number, place, replace(block, page=part.page.id if number else None, joins=joins)))
    return tuple(found)


def _without(block: Paragraph, ways: Collection[str], page: Page) -> Paragraph | None:
    """A block without its jump lines of these directions, which stand at its ends; None if it has nothing else."""
    from banmian.grammar.jumps import find_jumps  # noqa: PLC0415  only where a story jumps; searching is to be quick

    start, end = 0, len(block.text)
    for jump in find_jumps(block.text):
        if jump.direction in ways:
            start, end = (jump.end, end) if jump.direction == "from" else (start, jump.start)
    if (start, end) == (0, len(block.text)):
        return block
    if not block.text[start:end].strip():
        return None
    spans = _cut(page, block, start, end) if block.spans else ()  # an archive keeps texts without them
    return replace(block, text=block.text[start:end], spans=spans)


def _cut(page: Page, block: Paragraph, start: int, end: int) -> tuple[Span, ...]:
    """The spans of the first or the last characters of a block, in as few pieces as they were."""
    found = page.trace.locate(block.spans, start, end)
    low, high = found[0].start, found[-1].end
    first = next(i for i, span in enumerate(block.spans) if span.start <= low < span.end)
    last = next(i for i, span in enumerate(block.spans) if span.start < high <= span.end)
    spans = list(block.spans[first : last + 1])
    spans[-1] = Span(spans[-1].start, high)
    spans[0] = Span(low, spans[0].end)
    return tuple(spans) if page.trace.read_all(spans) == block.text[start:end] else found


def is_open(text: str) -> bool:
    """Whether a text ends in the middle of a sentence.

    >>> is_open("到县城只要二十分"), is_open("“一等就是半天。”")
    (True, False)
    """
    bare = text.rstrip().rstrip(_CLOSES)
    return bool(bare) and bare[-1] not in _ENDS


def _open(block: Paragraph) -> bool:
    return block.role in _RUNNING and is_open(block.text)
