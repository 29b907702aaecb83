"""Put the blocks of a page into articles, each under its heads and in reading order.

A text extractor writes the frames of a page in any order: bodies before their heads, columns apart, the pieces of a
feature among other stories. Which block goes on in which, and which heads a story begins under, is decided for the
whole page at once (`banmian.reading.links.assignment`), from sentences left open, measures, and the words that blocks
share. What belongs to no article is set aside as furniture (版面附属文字), with its role.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from banmian.corrections import misread
from banmian.geometry.frame import has_boxes, is_vertical
from banmian.geometry.stories.assembling import parts_by_role
from banmian.geometry.stories.assembling import stories as placed_stories
from banmian.geometry.stories.confidence import placed_confidence
from banmian.geometry.stories.recognition import NOTES as RECOGNITION_NOTES
from banmian.geometry.stories.recognition import is_recognised, recognised
from banmian.grammar.captions import is_credit
from banmian.grammar.datelines import opens_story
from banmian.grammar.furniture import ends_notice, furniture_role, is_title_of_notice
from banmian.grammar.rubrics import is_title_of_briefs
from banmian.language import statistics, topics
from banmian.layout import Layout
from banmian.model import Article, Block, Flag, Furniture, Page, Paragraph, Role, Text
from banmian.reading.links.survey import text_of
from banmian.reading.stories.assembling import Story, stories
from banmian.reading.stories.composing import breaks, compose
from banmian.reading.stories.confidence import confidences, evidence
from banmian.reading.stories.headings import parts_of_heads
from banmian.reading.stories.paragraphs import paragraphs
from banmian.reading.weights import weights
from banmian.stage import Layer
from banmian.trace import Edit, Span, Trace

NAME = "articles"
BETWEEN = {Role.SUBHEAD: " "}  # the clauses of a head; what goes on inside of a paragraph reads on without a space
NOTES = {
    "body.joined": "this part has no head of its own and was put with the story that it is most like",
    "part.joined": "this part could be a story of its own; it was taken for a part of this one, since nobody signed it",
    "head.missing": "no head was found for this story",
    "head.apart": "this head stood apart and was given to the story that it shares most with",
    "head.beside": "no story began under this head; it was given to the story whose heads it stands beside",
    "layout.ambiguous": "what stands before this part could also go on elsewhere: place and words do not tell for sure",
    **RECOGNITION_NOTES,
    "byline.apart": "this byline stood apart and was given to the story that most speaks for",
}


@dataclass(frozen=True, slots=True)
class Articles:
    """Put the blocks of a page into articles, each under its heads and in reading order."""

    name: ClassVar[str] = NAME
    requires: ClassVar[frozenset[Layer]] = frozenset({Layer.BLOCKS})
    provides: ClassVar[frozenset[Layer]] = frozenset({Layer.ARTICLES})

    def __call__(self, page: Page, /) -> Page:
        """The page with its articles and its furniture; every line stands in one of them."""
        lines = [line for block in page.blocks for line in block.lines]
        if page.layout is not None and has_boxes(lines):
            found, rest = _notices_aside(*placed_stories(page.blocks, page.layout, statistics(), topics()))
            parts = [parts_by_role(story.heads) for story in found]
            sure = [placed_confidence(story, vertical=is_vertical(lines)) for story in found]
        else:
            found, rest = _notices_aside(*stories(page.blocks, statistics(), topics(), weights(), page))
            parts = parts_of_heads([story.heads for story in found], statistics(), weights().heads)
            sure = confidences(evidence(found, rest, topics(), misread(page)), weights().confidence)
        composed = [_Composed(story, part) for story, part in zip(found, parts, strict=True)]
        aside = [compose([block], NAME) for block in rest]
        edits = [edit for part in composed for edit in part.edits] + [edit for _, inside in aside for edit in inside]
        # Of the blocks as they are now: heads that stood in one row may have been cut.
        whole = (*(block for story in found for block in story.blocks), *rest)
        edits += breaks([line for block in whole for line in block.lines], edits, NAME)
        first = min((line.span.start for line in page.lines), default=0)
        if first > 0:
            edits.append(Edit(Span(0, first), "", f"{NAME}/blank"))
        elif not page.lines and page.source.text:
            edits.append(Edit(Span(0, len(page.source.text)), "", f"{NAME}/blank"))
        trace = page.trace.edit(edits)
        made = (part.article(page.id, trace, odds) for part, odds in zip(composed, sure, strict=True))
        if page.layout is not None and is_recognised(page.layout):
            articles = tuple(_as_recognised(article, page.layout) for article in made)
        else:
            articles = tuple(made)
        furniture = tuple(
            Furniture(_role_aside(block), trace.read_all(spans), spans)
            for block, (spans, _) in zip(rest, aside, strict=True)
        )
        lost = tuple(item.spans for item in furniture if item.role is Role.UNPLACED)
        flags = page.flags
        if lost:
            flag = Flag("page.unplaced", "found no story for this text", tuple(s for spans in lost for s in spans))
            flags = (*(other for other in flags if other.kind != flag.kind), flag)
        return replace(page, trace=trace, articles=articles, furniture=furniture, flags=flags)


def _notices_aside(found: Sequence[Story], rest: Sequence[Block]) -> tuple[tuple[Story, ...], tuple[Block, ...]]:
    """The stories that are articles, and all blocks that belong to none, those of notices with that role."""
    notices = [block for story in found if _is_notice(story) for block in story.blocks]
    articles = tuple(story for story in found if not _is_notice(story))
    return articles, (*rest, *(replace(block, role=Role.NOTICE) for block in notices))


def _is_notice(story: Story) -> bool:
    """Whether a story is a paid or official announcement (遗失声明): its head or its end says so, and nobody signed."""
    titled = len(story.heads) == 1 and is_title_of_notice(text_of(story.heads[0]))
    return (
        (titled or (not story.heads and bool(story.body) and ends_notice(text_of(story.body[-1]))))
        and not story.bylines
        and not (story.body and opens_story(story.body[0].lines[0].text))
    )


def _role_aside(block: Block) -> Role:
    """What a block is that belongs to no story."""
    if block.role is Role.NOTICE:
        return Role.NOTICE
    if is_title_of_briefs(text_of(block)):
        return Role.FOLIO
    if block.role is not Role.FOLIO:
        return Role.UNPLACED
    guess = furniture_role(block.lines[0].text)
    return guess.role if guess is not None else Role.FOLIO


def _as_recognised(article: Article, layout: Layout) -> Article:
    """An article as sure as the OCR engine is that read its characters."""
    texts = (article.kicker, article.headline, article.deck, article.byline, *article.blocks)
    found = recognised([span for text in texts if text is not None for span in text.spans], layout)
    flags = article.flags
    if found.doubtful:
        flags = (*flags, Flag("text.unsure", NOTES["text.unsure"], found.doubtful))
    return replace(article, confidence=article.confidence * found.confidence, flags=flags)


class _Composed:
    """The texts of one story, with the edits that they need."""

    def __init__(self, story: Story, heads: Sequence[tuple[Role, Sequence[Block]]]) -> None:
        self.story = story
        self.edits: list[Edit] = []
        self.heads: dict[Role, tuple[Span, ...]] = {}
        for role, blocks in heads:
            self.heads[role] = self._add(blocks, between=" ")
        self.byline = self._add(story.bylines, names=True, between=" ") if story.bylines else ()
        self.body = [
            (role, self._add(blocks, names=role is Role.CAPTION and _is_credit(blocks), between=BETWEEN.get(role)))
            for role, blocks in paragraphs(story.body, story.clauses)
        ]

    def _add(self, blocks: Sequence[Block], *, names: bool = False, between: str | None = None) -> tuple[Span, ...]:
        spans, edits = compose(blocks, NAME, names=names, between=between)
        self.edits += edits
        return spans

    def article(self, page_id: str, trace: Trace, sure: float) -> Article:
        """The article, read from the finished trace."""

        def text(role: Role) -> Text | None:
            spans = self.heads.get(role)
            return Text(trace.read_all(spans), spans) if spans else None

        spans = [*self.heads.values(), self.byline, *(spans for _, spans in self.body)]
        first = min((s.start for part in spans for s in part), default=0)
        flags = tuple(
            Flag(kind, NOTES[kind], tuple(line.span for line in block.lines)) for kind, block in self.story.doubts
        )
        return Article(
            id=f"{page_id}-a{first:05d}",
            headline=text(Role.HEADLINE),
            kicker=text(Role.KICKER),
            deck=text(Role.DECK),
            byline=Text(trace.read_all(self.byline), self.byline) if self.byline else None,
            blocks=tuple(Paragraph(role, trace.read_all(part), part) for role, part in self.body),
            confidence=sure,
            flags=flags,
        )


def _is_credit(blocks: Sequence[Block]) -> bool:
    """Whether a caption is nothing but the names of those who made it."""
    return is_credit(" ".join(line.text for block in blocks for line in block.lines))
