"""Restore what a head (标题) has lost and its story still has.

Headlines are set large, in display faces, and what an extractor has no letter for it leaves out: a word set as a
picture leaves its quotes empty, 全力以“ ”换全力以“ ”; a glyph without a code point becomes U+FFFD, a box (□), or the
character that looks like a box (口). The story mostly says the same once more in plain type: 用全力以“服”换全力以“复”.

A gap is filled where a text of the same article (for a head that has found no story: of the page) has a passage that
reads as the head does on both sides of the gap, for long enough that chance is no explanation, and where no other
passage says anything else. The passage goes into the edit log as evidence, and the article is flagged. A gap that
nothing fills stays as it is and is flagged too: nothing is invented. A body that lost characters is only flagged, since
nothing on the page says its sentences again.

Left alone: 口 where nothing shows that it is a box, since it is mostly the word for mouth; brackets that are empty in
the body.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import takewhile
from typing import ClassVar, NamedTuple, cast

import regex
from rapidfuzz.distance import Postfix, Prefix

from banmian.model import Article, Flag, Furniture, Page, Paragraph, Role, Text
from banmian.stage import Layer
from banmian.trace import Edit, Span, Trace

RULE = "repair/lost"
NOTES = {
    "head.repaired": "the head has lost {}, which the story still has",
    "head.gap": "characters of this head are lost, and nothing on the page says which",
    "body.gap": "characters of this story are lost",
}

# What a head and a passage must share on both sides of a gap, in letters. Measured on the 958 stories of the pages for
# fitting, from whose headlines a character, two, or a bracketed word were taken out and looked for in the story. With 7
# letters all of 404 fillings were right (with 6, 6 of 462 were wrong: 再获两金 filled as 再添两金); between brackets,
# which are evidence themselves, 3 are enough: but for 《熊出没》, whose story has a longer name, 19 were right.
LEAST_AROUND = 7
LEAST_BESIDE = 2  # ... of them on either side
LEAST_AROUND_BRACKETS = 3
LEAST_AHEAD = 2  # characters that it must share more than a passage that says something else
MOST_GAPS = 8  # a head with more is no head but a row of boxes
LONGEST_WORD = 24  # characters between brackets; what is longer is a sentence, not a word of a headline
CONTEXT = 16  # how far from a gap head and passage are compared, and how much of the passage is quoted

_PAIRS = ("“”", "‘’", "「」", "『』", "《》", "〈〉", "（）", "()", "【】", "〔〕")
_OPENING, _CLOSING = ("".join(pair[side] for pair in _PAIRS) for side in (0, 1))
# Brackets that print uses one for another: a quote inside of a quote, or of the other script.
_KINDS = ("“‘「『", "”’」』", "《〈", "》〉", "（(", "）)", "【〔", "】〕")
_FOLD = str.maketrans({char: kind[0] for kind in _KINDS for char in kind})
_EMPTY = "|".join(f"(?<=[{pair[0]}])[\\s\ufffd□]*(?=[{pair[1]}])" for pair in _PAIRS)
_GAP = regex.compile(rf"(?P<empty>{_EMPTY})|(?P<lost>\ufffd+)|(?<=\p{{Han}})(?:(?P<box>□+)|(?P<mouth>口))(?=\p{{Han}})")
_WORD = regex.compile(rf"(?<=[{_OPENING}])[^{_OPENING}{_CLOSING}\ufffd□。！？；\n]{{1,{LONGEST_WORD}}}(?=[{_CLOSING}])")
_FILL = regex.compile(r"[\p{Han}\p{Letter}\p{Number}·—、]+")
_LOST = regex.compile(r"\ufffd+")
_LETTER = regex.compile(r"[\p{Letter}\p{Number}]")


class Kind(StrEnum):
    """What shows that something was lost."""

    EMPTY = "empty"  # brackets with nothing inside
    LOST = "lost"  # U+FFFD
    BOX = "box"  # □ between Han characters
    MOUTH = "mouth"  # 口 between Han characters, which may also be just that


class Gap(NamedTuple):
    """A place of a head where something was lost: `start` to `end` is what stands there instead, perhaps nothing."""

    start: int
    end: int
    kind: Kind


class Restored(NamedTuple):
    """What a gap had: its text, and the passage that says so."""

    gap: Gap
    text: str
    passage: str


class _Found(NamedTuple):
    """A passage that could fill a gap, and how many characters around it the head shares."""

    shared: int
    text: str
    passage: str


def gaps(head: str) -> list[Gap]:
    r"""The places of a head where something was lost, or (口) may have been.

    >>> [gap.kind.value for gap in gaps("全力以“ ”换全力以“”")]
    ['empty', 'empty']
    >>> [head[gap.start : gap.end] for head in ["园区\ufffd\ufffd开工"] for gap in gaps(head)] == ["\ufffd\ufffd"]
    True
    >>> gaps("“两会”在京开幕")
    []
    """
    return [Gap(match.start(), match.end(), Kind(match.lastgroup)) for match in _GAP.finditer(head)]


def restore(head: str, texts: Sequence[str], *, above: str = "", below: str = "") -> list[Restored]:
    """What the gaps of a head had, as far as texts of the same story tell.

    The surest gap comes first, and then counts as text around the others. So does the head above or below, as far as
    it is whole: a story often has both in one sentence.

    >>> body = "该园区坚持“一企一策”，用全力以“服”换全力以“复”。"
    >>> [(found.text, found.passage) for found in restore("全力以“”换全力以“”", [body])]
    [('服', '坚持“一企一策”，用全力以“服”换全力以“复”。'), ('复', '”，用全力以“服”换全力以“复”。')]

    Nothing comes of a passage that shares too little with the head, or of two that differ.

    >>> restore("我县开展“”活动", ["各校开展“小手拉大手”比赛。"])
    []
    >>> restore("我县开展“”活动", ["我县开展“春风”活动。", "去年我县开展“送戏”活动。"])
    []
    """
    pieces = _pieces(head)
    pieces[0], pieces[-1] = f"{above}{pieces[0]}", f"{pieces[-1]}{below}"
    if len(pieces) > 2 * MOST_GAPS + 1:
        return []
    bodies = [_Bare.of(text) for text in texts]
    filled: dict[Gap, _Found] = {}
    while True:
        passages = [
            (found.shared, -place, gap, found)
            for place, gap in enumerate(pieces)
            if isinstance(gap, Gap) and (found := _surest(gap, *_around(pieces, place), bodies)) is not None
        ]
        if not passages:
            break
        _, place, gap, best = max(passages)
        filled[gap] = best
        pieces[-place] = best.text
    return [
        Restored(gap, found.text, found.passage)
        for gap, found in sorted(filled.items())
        if found.text != head[gap.start : gap.end]  # 口 that is 口 in the story too
    ]


def _pieces(head: str) -> list[str | Gap]:
    """A head cut at its gaps."""
    pieces: list[str | Gap] = []
    at = 0
    for gap in gaps(head):
        pieces += (head[at : gap.start], gap)
        at = gap.end
    return [*pieces, head[at:]]


def _around(pieces: Sequence[str | Gap], place: int) -> tuple[str, str]:
    """What a head has on both sides of a gap, up to the next gap that is not filled yet."""
    return _fold(_whole_end(pieces[:place]))[-CONTEXT:], _fold(_whole_start(pieces[place + 1 :]))[:CONTEXT]


def _whole_start(pieces: Iterable[str | Gap]) -> str:
    """The text up to the first gap."""
    return "".join(cast("Iterable[str]", takewhile(lambda piece: isinstance(piece, str), pieces)))


def _whole_end(pieces: Sequence[str | Gap]) -> str:
    """The text behind the last gap."""
    last = max((i for i, piece in enumerate(pieces) if isinstance(piece, Gap)), default=-1)
    return _whole_start(pieces[last + 1 :])


def _surest(gap: Gap, before: str, after: str, bodies: Sequence[_Bare]) -> _Found | None:
    """The passage that fills a gap, if it shares enough with the head and none that is as good says anything else."""
    best: dict[str, _Found] = {}
    for body in bodies:
        for start, end in _places(gap, before, body):
            left = Postfix.similarity(before, body.folded[max(0, start - CONTEXT) : start])
            right = Prefix.similarity(after, body.folded[end : end + CONTEXT])
            sides = _letters(before[len(before) - left :]), _letters(after[:right])
            if not _enough(gap, sides):
                continue
            found = _Found(left + right, body.text[body.at[start] : body.at[end - 1] + 1], body.quote(start, end))
            if found.text not in best or found.shared > best[found.text].shared:
                best[found.text] = found
    ranked = sorted(best.values(), key=lambda found: -found.shared)
    if not ranked or (len(ranked) > 1 and ranked[0].shared - ranked[1].shared < LEAST_AHEAD):
        return None
    return ranked[0]


def _places(gap: Gap, before: str, body: _Bare) -> Iterator[tuple[int, int]]:
    """Where in a body that which was lost could stand."""
    if gap.kind is Kind.EMPTY:
        yield from (match.span() for match in _WORD.finditer(body.folded))
        return
    size = gap.end - gap.start
    sizes = range(1, size + 1) if gap.kind is Kind.LOST else (size,)
    seed = before[-LEAST_BESIDE:]
    place = body.folded.find(seed) if len(seed) == LEAST_BESIDE else -1
    while place >= 0:
        start = place + LEAST_BESIDE
        for end in (start + size for size in sizes if start + size <= len(body.folded)):
            if _FILL.fullmatch(body.folded, start, end):
                yield start, end
        place = body.folded.find(seed, place + 1)


def _enough(gap: Gap, shared: tuple[int, int]) -> bool:
    """Whether so many letters shared on both sides are more than chance."""
    if gap.kind is Kind.EMPTY:
        return sum(shared) >= LEAST_AROUND_BRACKETS
    return min(shared) >= LEAST_BESIDE and sum(shared) >= LEAST_AROUND


class _Bare(NamedTuple):
    """A text without its spaces, folded for comparing: `at` says where each character stands in the text."""

    text: str
    folded: str
    at: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> _Bare:
        at = tuple(i for i, char in enumerate(text) if not char.isspace())
        return cls(text, _fold(text), at)

    def quote(self, start: int, end: int) -> str:
        """The passage around a place, as printed."""
        first, last = max(0, start - CONTEXT + 2), min(len(self.at), end + CONTEXT - 2)
        return self.text[self.at[first] : self.at[last - 1] + 1]


def _fold(text: str) -> str:
    return "".join(text.split()).translate(_FOLD)


def _letters(text: str) -> int:
    return len(_LETTER.findall(text))


@dataclass(frozen=True, slots=True)
class Repair:
    """Restore what a head has lost and its story still has."""

    name: ClassVar[str] = "repair"
    requires: ClassVar[frozenset[Layer]] = frozenset({Layer.ARTICLES})
    provides: ClassVar[frozenset[Layer]] = frozenset()

    def __call__(self, page: Page, /) -> Page:
        """The page with its heads repaired as far as there is evidence, and flags where they were and were not."""
        bodies = [_body(article) for article in page.articles]
        own = [_decide(_heads(article), body, page.trace) for article, body in zip(page.articles, bodies, strict=True)]
        lost = [piece for piece in page.furniture if piece.role is Role.UNPLACED]
        astray = _decide(lost, [text for body in bodies for text in body], page.trace)
        edits = [edit for edits, _ in (*own, astray) for edit in edits]
        trace = page.trace.edit(edits)
        articles = tuple(
            _flagged(_reread(article, trace) if done else article, (*flags, *_body_gaps(article, page.trace)))
            for article, (done, flags) in zip(page.articles, own, strict=True)
        )
        furniture = tuple(replace(f, text=trace.read_all(f.spans)) if f in lost else f for f in page.furniture)
        flags = tuple(dict.fromkeys((*page.flags, *astray[1])))
        return replace(page, trace=trace, articles=articles, furniture=furniture, flags=flags)


def _heads(article: Article) -> list[Text | Paragraph]:
    heads = (article.kicker, article.headline, article.deck)
    return [*(head for head in heads if head), *(block for block in article.blocks if block.role is Role.SUBHEAD)]


def _body(article: Article) -> list[str]:
    return [block.text for block in article.blocks if block.role is not Role.SUBHEAD]


def _decide(
    heads: Sequence[Text | Paragraph | Furniture], body: Sequence[str], trace: Trace
) -> tuple[list[Edit], list[Flag]]:
    """The edits that repair heads, and what a person should know of their gaps."""
    edits: list[Edit] = []
    flags: list[Flag] = []
    whole = [_pieces(head.text) for head in heads]
    for number, head in enumerate(heads):
        found = gaps(head.text)
        if not found:
            continue
        above = _whole_end(whole[number - 1]) if number else ""
        below = _whole_start(whole[number + 1]) if number + 1 < len(heads) else ""
        fillings = {filling.gap: filling for filling in restore(head.text, body, above=above, below=below)}
        whole[number] = [fillings[piece].text if piece in fillings else piece for piece in whole[number]]
        for gap in found:
            span, filling = _place(gap, head, trace), fillings.get(gap)
            if filling is not None and span is not None:
                edits.append(Edit(span, filling.text, RULE, f"the story has: {filling.passage}"))
                flags.append(Flag("head.repaired", NOTES["head.repaired"].format(filling.text), (span,)))
            elif gap.kind is not Kind.MOUTH:
                flags.append(Flag("head.gap", NOTES["head.gap"], (span,) if span else head.spans))
    return edits, flags


def _place(gap: Gap, head: Text | Paragraph | Furniture, trace: Trace) -> Span | None:
    """The source characters of a gap; between brackets, what stands there, be it only spaces that were taken out.

    None if they do not stand together in the source.
    """
    if gap.kind is not Kind.EMPTY:
        spans = trace.locate(head.spans, gap.start, gap.end)
        whole = len(spans) == 1 and trace.source[slice(*spans[0])] == head.text[gap.start : gap.end]
        return spans[0] if whole else None
    opening = trace.locate(head.spans, gap.start - 1, gap.start)
    closing = trace.locate(head.spans, gap.end, gap.end + 1)
    if len(opening) != 1 or len(closing) != 1:
        return None
    span = Span(opening[0].end, closing[0].start)
    plain = all(
        trace.source[slice(*bracket)] == head.text[at]
        for bracket, at in ((opening[0], gap.start - 1), (closing[0], gap.end))
    )
    inside = any(outer.start <= opening[0].start and closing[0].end <= outer.end for outer in head.spans)
    return span if plain and inside and span.start <= span.end else None


def _body_gaps(article: Article, trace: Trace) -> list[Flag]:
    """What a person should know of the characters that a body lost."""
    flags = []
    for block in article.blocks:
        places = [match.span() for match in _LOST.finditer(block.text)] if block.role is not Role.SUBHEAD else []
        if places:
            spans = tuple(span for place in places for span in trace.locate(block.spans, *place))
            flags.append(Flag("body.gap", NOTES["body.gap"], spans))
    return flags


def _reread(article: Article, trace: Trace) -> Article:
    """An article whose heads read as the trace has them now."""

    def text(head: Text | None) -> Text | None:
        return replace(head, text=trace.read_all(head.spans)) if head else None

    blocks = tuple(replace(b, text=trace.read_all(b.spans)) if b.role is Role.SUBHEAD else b for b in article.blocks)
    return replace(
        article, kicker=text(article.kicker), headline=text(article.headline), deck=text(article.deck), blocks=blocks
    )


def _flagged(article: Article, flags: Iterable[Flag]) -> Article:
    """An article with more flags, each once."""
    return replace(article, flags=tuple(dict.fromkeys((*article.flags, *flags))))
