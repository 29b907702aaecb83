"""Strands: what each line is, and which lines next to each other read on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from banmian.grammar.bylines import opens_byline, parse_byline
from banmian.grammar.captions import caption, is_credit, signs_picture_story
from banmian.grammar.names import read_names
from banmian.grammar.rubrics import ends_with_rubric
from banmian.language import Statistics
from banmian.language.topics import Topics
from banmian.model import Block, Line, Page, Role
from banmian.reading.chain import best_path
from banmian.reading.evidence import CREDIT, DATELINE_ALONE, OPENS_STORY, RUBRIC, UNTOLD, Floats, gather
from banmian.reading.jump_lines import cut_at_jumps
from banmian.reading.marks import SENTENCE_ENDS, Ints
from banmian.reading.states import FOLLOWS, State, allowed, at_begin
from banmian.reading.weights import Weights
from banmian.stages.lines import em
from banmian.trace import Span

# A line that goes on a head or a paragraph with less probability than this begins a block of its own, marked as going
# on: what belongs together is decided later with all that the page knows.
GOES_ON: Mapping[State, float] = {State.HEAD_NEXT: 0.97, State.NEXT: 0.95}

# Heads have no full stop (标题不用句号): 1 of 1,245 heads and none of 435 subheads on the pages for fitting. The
# networks see it among the other stops only.
FULL_STOP, UNLIKELY = "。", 10.0  # nats
_HEADS = (State.HEAD, State.HEAD_NEXT, State.SUBHEAD, State.SUBHEAD_NEXT)
# Only in display type are characters set as pictures, which extractors lose: quotation marks with nothing in them.
_EMPTY = re.compile(r"[“‘《（「『]\s*[”’》）」』]")
_DIGIT = re.compile(r"\d")
_BODY = (State.START, State.NEXT, State.OPEN)
# A dateline that has a line to itself (新华社北京1月15日电) opens the paragraph that comes behind it, and is none. A
# line that opens a story is no furniture. Nor is one that the grammar does not know as such and that tells no number,
# unless it is short, as names are that were cut off from 责任编辑: 216 such lines on the pages for fitting, all names.
SHORT_EM = 9.0

ROLE: dict[State, Role] = {
    State.START: Role.PARAGRAPH,
    State.NEXT: Role.PARAGRAPH,
    State.OPEN: Role.PARAGRAPH,
    State.HEAD: Role.HEADLINE,
    State.HEAD_NEXT: Role.HEADLINE,
    State.SUBHEAD: Role.SUBHEAD,
    State.BYLINE: Role.BYLINE,
    State.CAPTION: Role.CAPTION,
    State.FURNITURE: Role.FOLIO,
}


def label(lines: Sequence[Line], statistics: Statistics, topics: Topics, weights: Weights) -> tuple[Ints, Floats]:
    """The state of each line, decided for all lines together, and the odds of all states given the neighbours'.

    Returns:
        Shape (lines,), and probabilities, shape (lines, states).
    """
    if not lines:
        return np.zeros(0, np.intp), np.zeros((0, len(State)), np.float32)
    found = gather(lines, statistics, topics)
    emission = weights.states.scores(found)
    stopped = [i for i, line in enumerate(lines) if FULL_STOP in line.text]
    emission[np.ix_(stopped, _HEADS)] -= UNLIKELY
    lost = [i for i, line in enumerate(lines) if _EMPTY.search(line.text)]
    emission[np.ix_(lost, _BODY)] -= UNLIKELY
    emission[1:][found[:-1, DATELINE_ALONE] == 1, State.START] -= UNLIKELY
    emission[np.ix_(found[:, CREDIT] == 1, _HEADS)] -= UNLIKELY
    emission[np.ix_(found[:, RUBRIC] == 1, (State.HEAD, State.HEAD_NEXT))] -= UNLIKELY
    words = np.array([line.width > SHORT_EM and not _DIGIT.search(line.text) for line in lines])
    emission[(found[:, OPENS_STORY] == 1) | (found[:, UNTOLD] == 1) & words, State.FURNITURE] -= UNLIKELY
    transition = weights.states.transition + allowed()
    path = best_path(emission, transition, at_begin())
    local = emission.copy()
    local[0] += at_begin()
    local[1:] += transition[path[:-1]]
    local[:-1] += transition.T[path[1:]]
    local -= local.max(axis=1, keepdims=True)
    odds = np.exp(local)
    return path, (odds / odds.sum(axis=1, keepdims=True)).astype(np.float32)


def strands(page: Page, statistics: Statistics, topics: Topics, weights: Weights) -> tuple[Block, ...]:
    """The blocks of lines next to each other: paragraphs (or pieces of them), heads, bylines, captions, furniture."""
    lines = page.lines
    path, table = label(lines, statistics, topics, weights)
    odds, reads_on = table[np.arange(len(path)), path], table[:, State.NEXT]
    inside = _inside_brackets(lines, path)
    blocks: list[Block] = []
    begins = [
        i
        for i, state in enumerate(path.tolist())
        if (state not in FOLLOWS or odds[i] < GOES_ON.get(State(state), 0.0)) and i not in inside
    ]
    for number, first in enumerate(begins):
        last = begins[number + 1] if number + 1 < len(begins) else len(lines)
        state = State(path[first])
        here = tuple(lines[first:last])
        block = Block(
            role=_role(state, here),
            lines=here,
            starts=state not in (State.OPEN, *GOES_ON),
            confidence=float(odds[first:last].min()),
            reads_on=float(reads_on[first]),
        )
        if block.role in (Role.HEADLINE, Role.SUBHEAD):
            blocks += split_head(block, page)
        elif block.role is Role.BYLINE:
            blocks += split_byline(block, page)
        else:
            blocks.append(block)
    return tuple(cut_at_jumps(_whole_captions(whole_bylines(blocks, page))))


# What a head may be broken inside of, at the end of its line: it goes on in the next one then.
_OPENED = re.compile(r"[（(《“「『【][^（(《“「『【）)》”」』】]*$")
_CLOSED = re.compile(r"^[^（(《“「『【）)》”」』】]*[）)》”」』】]")


def _inside_brackets(lines: Sequence[Line], path: Ints) -> frozenset[int]:
    """The lines of heads that close a bracket, or a quotation mark, which the line of a head before them has opened."""
    heads = np.flatnonzero(np.isin(path, _HEADS)).tolist()
    return frozenset(
        i
        for before, i in pairwise(heads)
        if i == before + 1 and _OPENED.search(lines[before].text) and _CLOSED.search(lines[i].text)
    )


_FIRST_LINES = (State.START, State.HEAD, State.SUBHEAD)
CREDIT_LINES = 2  # most lines that a credit (某某摄) runs over


def _role(state: State, lines: Sequence[Line]) -> Role:
    """What lines are that begin in a state: what their words leave no doubt about goes before what they look like.

    Pages for fitting have too few captions and credits to learn it from.
    """
    if state in _FIRST_LINES and _points_at_picture(lines[0].text):
        return Role.CAPTION
    text = "".join(line.text for line in lines) if len(lines) <= CREDIT_LINES else ""
    if signs_picture_story(text):
        return Role.PARAGRAPH
    named = state in _HEADS or (state is State.BYLINE and parse_byline(text) is None)
    return Role.CAPTION if named and is_credit(text) else ROLE[state]


# A byline that says what somebody is and not who (本报记者 李振涛 通讯员). Of 47 on the pages for fitting that a name
# follows, 45 go on with it.
_NO_NAME = re.compile(r"^[^（(]*(?:记者|記者|通[讯信]员|通[訊信]員)$")


def whole_bylines(blocks: Sequence[Block], page: Page) -> list[Block]:
    """The blocks with bylines that lack a name put together with the name that the head behind them begins with.

    Some extractors write the second line of a byline in one line with the head of the story beside it.
    """
    found: list[Block] = []
    for block in blocks:
        name = rest = None
        if found and block.role in (Role.HEADLINE, Role.SUBHEAD) and _lacks_name(found[-1]):
            name, rest = _leading_name(block.lines[0], page)
        if name is None:
            found.append(block)
            continue
        found[-1] = replace(found[-1], lines=(*found[-1].lines, name))
        lines = block.lines[1:] if rest is None else (rest, *block.lines[1:])
        if lines:
            found.append(replace(block, lines=lines, starts=True, same_row=rest is not None))
    return found


def _lacks_name(block: Block) -> bool:
    return block.role is Role.BYLINE and _NO_NAME.search(block.lines[-1].text) is not None


def _leading_name(line: Line, page: Page) -> tuple[Line | None, Line | None]:
    """The name that a line begins with, up to its first space, and the rest; None and None if it begins with none."""
    if len(line.text) > 1 and read_names(line.text):
        return line, None
    space = next(_inner_spaces(page.source.text[line.span.start : line.span.end]), None)
    if space is None:
        return None, None
    name, rest = _cut(line, page, [Span(line.span.start + space.start(), line.span.start + space.end())])
    return (name, rest) if len(name.text) > 1 and read_names(name.text) else (None, None)


def _whole_captions(blocks: list[Block]) -> list[Block]:
    """The blocks with captions that were broken off put together.

    One that ends in the middle of a sentence goes on, and who wrote it (某某文) stands before whose picture it is.
    """
    found: list[Block] = []
    for block in blocks:
        before = found[-1] if found else None
        if (
            before is not None
            and before.role is Role.CAPTION
            and block.role is Role.PARAGRAPH
            and not before.lines[-1].text.endswith(SENTENCE_ENDS)
            and _points_at_picture(before.lines[0].text)
        ):
            found[-1] = replace(before, lines=before.lines + block.lines)
        elif before is not None and before.role is Role.BYLINE and _signs_text(before) and _signs_picture(block):
            found[-1] = replace(before, role=Role.CAPTION, lines=before.lines + block.lines)
        else:
            found.append(block)
    return found


def _signs_text(block: Block) -> bool:
    """Whether a byline says who wrote the words, as the first half of a credit does (某某文 某某摄)."""
    return len(block.lines) == 1 and block.lines[0].text.endswith("文")


def _signs_picture(block: Block) -> bool:
    return block.role is Role.CAPTION and len(block.lines) == 1 and is_credit(block.lines[0].text)


def _points_at_picture(text: str) -> bool:
    """Whether a paragraph begins as only captions (图片说明) do: 图为, 左图：."""
    seen = caption(text)
    return seen is not None and seen.kind == "caption" and seen.certain


_SPACES = re.compile(r"\s+")
_CLOSING = "）)”’》】！？…"
LEAST_HEAD = 5  # characters; what is shorter beside a bracket is a part of a head


def pieces(line: Line, page: Page) -> list[Line]:
    """A line of heads cut at its spaces: frames that stood side by side come out of some extractors as one line.

    Cut is where print may have a space, and where the source has one beside a bracket or a quotation mark. A head set
    letter by letter is cut at the spaces that print has alone.
    """
    source = page.source.text
    text = source[line.span.start : line.span.end]
    spaces = list(_inner_spaces(text))
    if not spaces:
        return [line]
    spread = len(spaces) > 0.4 * len(text.replace(" ", ""))
    cuts = []
    for space in spaces:
        before, after = text[space.start() - 1], text[space.end()]
        span = Span(line.span.start + space.start(), line.span.start + space.end())
        kept = page.trace.read(span).isspace()
        beside = before in _CLOSING and not after.isascii() and not spread and _whole(text, space)
        if (kept or beside) and not _parallel(text, space):
            cuts.append(span)
    return _cut(line, page, cuts)


def _inner_spaces(text: str) -> Iterator[re.Match[str]]:
    """The white space inside a line of the source.

    A line of columns that were taken apart may have spaces at its edges, with nothing beyond to be cut off.
    """
    return (space for space in _SPACES.finditer(text) if space.start() > 0 and space.end() < len(text))


def _cut(line: Line, page: Page, cuts: Sequence[Span]) -> list[Line]:
    """A line cut where spaces stand in the source: these are the tails of the pieces."""
    edges = [line.span.start, *(edge for cut in cuts for edge in cut), line.span.end]
    found = []
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        reading = page.trace.read(Span(start, end))
        tail_end = line.tail_end if end == line.span.end else next(cut.end for cut in cuts if cut.start == end)
        found.append(Line(Span(start, end), tail_end, reading, em(reading), gap=line.gap and start == line.span.start))
    return found


def _whole(text: str, space: re.Match[str]) -> bool:
    """Whether what stands on each side of a space may be a head by itself, or the end of one in brackets."""
    before, after = ("".join(side.split()) for side in (text[: space.start()], text[space.end() :]))
    ends = len(before) < LEAST_HEAD and _CLOSED.search(before)
    return all((len(side) >= LEAST_HEAD or ends) and not _EMPTY.search(side) for side in (before, after))


def _parallel(text: str, space: re.Match[str]) -> bool:
    """Whether the clauses on both sides of a space are as long as each other, as clauses of one head mostly are.

    A rubric in brackets (（新论）) ends a head, however long the next one is.
    """
    before, after = text[: space.start()].rsplit(None, 1)[-1], text[space.end() :].split(None, 1)[0]
    return abs(len(before) - len(after)) <= 1 and not ends_with_rubric(before)


def split_head(block: Block, page: Page) -> list[Block]:
    """A head as blocks of one piece each: which pieces belong together is decided with all that the page knows.

    Of two heads side by side, the one that is broken inside a bracket goes on in the line that closes it.
    """
    found: list[list[Line]] = [[]]
    row = 0  # the first piece of the line before
    for line in block.lines:
        parts = pieces(line, page)
        opened = [piece for piece in found[row:-1] if _OPENED.search(piece[-1].text)]
        if opened and _CLOSED.search(parts[0].text) and not _OPENED.search(found[-1][-1].text):
            opened[-1].append(parts[0])
        else:
            found[-1].append(parts[0])
        row = len(found) - 1
        found += [[part] for part in parts[1:]]
    return [_piece(block, piece, first=not number) for number, piece in enumerate(found)] if len(found) > 1 else [block]


def _piece(block: Block, lines: list[Line], *, first: bool) -> Block:
    if first:
        return replace(block, lines=tuple(lines))
    role = Role.CAPTION if len(lines) == 1 and is_credit(lines[0].text) else block.role
    return replace(block, role=role, lines=tuple(lines), starts=True, same_row=True)


def split_byline(block: Block, page: Page) -> list[Block]:
    """A byline, and the head that stood beside it in its row, where there is one.

    What the grammar cannot read as a byline is none: short heads look like names.
    """
    parts = [part for line in block.lines for part in pieces(line, page)]
    text = " ".join(part.text for part in parts)
    if parse_byline(text) is not None:
        return [block]
    for count in range(len(parts) - 1, 0, -1):
        names, rest = parts[:count], parts[count:]
        if parse_byline(" ".join(part.text for part in names)) is not None:
            head = replace(block, role=Role.HEADLINE, lines=tuple(rest), starts=True, same_row=True)
            return [replace(block, lines=tuple(names)), head]
    return [block] if opens_byline(text) else [replace(block, role=Role.HEADLINE)]
