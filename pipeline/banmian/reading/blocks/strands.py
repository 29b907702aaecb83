"""Strands: what each line is, and which lines next to each other read on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from banmian.grammar.captions import CREDIT_LINES, caption, is_credit, signs_picture_story
from banmian.language import Statistics
from banmian.language.topics import Topics
from banmian.model import Block, Line, Page, Role
from banmian.reading.blocks.certain import NO_TEXT, UNLIKELY, read_through, settle
from banmian.reading.blocks.chain import best_path
from banmian.reading.blocks.evidence import Floats, gather
from banmian.reading.blocks.pieces import CLOSED, OPENED, ends_of_heads, split_byline, split_head
from banmian.reading.blocks.states import FOLLOWS, HEADLINES, HEADS, SUBHEADS, State, allowed, at_begin
from banmian.reading.blocks.whole import interrupted_heads, whole_bylines, whole_heads
from banmian.reading.jump_lines import cut_at_jumps
from banmian.reading.links.alike import subheads_alike
from banmian.reading.marks import SENTENCE_ENDS, Ints
from banmian.reading.weights import Weights

# A line that goes on a head or a paragraph with less probability than this begins a block of its own, marked as going
# on: what belongs together is decided later with all that the page knows.
GOES_ON: Mapping[State, float] = {State.HEAD_NEXT: 0.97, State.NEXT: 0.95}

GOES_ON_HEAD = (State.HEAD_NEXT, State.SUBHEAD_NEXT)

LEAST = 1e-6  # probability of any state: what is neither a head nor a subhead is as much the one as the other

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
    settle(emission, lines, found)
    transition = weights.states.transition + allowed()
    path = best_path(emission, transition, at_begin())
    if (misread := read_through(path, lines, found, statistics)).size:
        emission[np.ix_(misread.tolist(), NO_TEXT)] -= UNLIKELY
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
    lines, path, table, beside = _ends_cut_off(page, path, table, statistics)
    odds, reads_on = table[np.arange(len(path)), path], table[:, State.NEXT]
    heads, subheads = (table[:, pair].sum(axis=1) + LEAST for pair in (HEADLINES, SUBHEADS))
    like_subhead = subheads / (heads + subheads)
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
            subhead=float(like_subhead[first]),
            same_row=first in beside,
        )
        if block.role in (Role.HEADLINE, Role.SUBHEAD):
            blocks += split_head(block, page)
        elif block.role is Role.BYLINE:
            blocks += split_byline(block, page)
        else:
            blocks.append(block)
    whole = interrupted_heads(whole_heads(whole_bylines(blocks, page)), page, statistics)
    return tuple(subheads_alike(cut_at_jumps(_whole_captions(whole))))


def _ends_cut_off(
    page: Page, path: Ints, table: Floats, statistics: Statistics
) -> tuple[tuple[Line, ...], Ints, Floats, frozenset[int]]:
    """The lines of a page, those cut that begin with the end of the head before and go on with another head.

    Returns:
        The lines, their states, the odds of all states, and the numbers of the lines that stand behind such an end.
    """
    found = ends_of_heads(page, np.isin(path, HEADS), statistics)
    if not found:
        return page.lines, path, table, frozenset()
    lines: list[Line] = []
    states: list[int] = []
    odds: list[Floats] = []
    beside: list[int] = []
    for i, line in enumerate(page.lines):
        if i not in found:
            lines.append(line)
            states.append(int(path[i]))
            odds.append(table[i])
            continue
        lines += found[i]
        beside.append(len(lines) - 1)
        for state in (State.SUBHEAD_NEXT if path[i - 1] in SUBHEADS else State.HEAD_NEXT, State.HEAD):
            states.append(state)
            odds.append(table[i, list(HEADS)].sum() * (np.arange(len(State)) == state).astype(np.float32))
    return tuple(lines), np.array(states, dtype=np.intp), np.array(odds), frozenset(beside)


def _inside_brackets(lines: Sequence[Line], path: Ints) -> frozenset[int]:
    """The lines of heads that close a bracket, or a quotation mark, which a line of a head before them has opened.

    A rubric may run over three lines (（新春走基层 / ·渡口 / 见闻）): what is in the middle has no marks.
    """
    heads = np.isin(path, HEADS).tolist()
    inside: list[int] = []
    for i in range(len(lines) - 1):
        if not (heads[i] and heads[i + 1] and OPENED.search(lines[i].text)):
            continue
        if CLOSED.search(lines[i + 1].text):
            inside.append(i + 1)
        elif (
            i + 2 < len(lines)
            and heads[i + 2]
            and (path[i + 1] in GOES_ON_HEAD or lines[i + 1].text.startswith("·"))
            and CLOSED.search(lines[i + 1].text + lines[i + 2].text)
        ):
            inside += [i + 1, i + 2]
    return frozenset(inside)


_FIRST_LINES = (State.START, State.HEAD, State.SUBHEAD)


def _role(state: State, lines: Sequence[Line]) -> Role:
    """What lines are that begin in a state: what their words leave no doubt about goes before what they look like.

    Pages for fitting have too few captions and credits to learn it from.
    """
    if state in _FIRST_LINES and _points_at_picture(lines[0].text):
        return Role.CAPTION
    text = "".join(line.text for line in lines) if len(lines) <= CREDIT_LINES else ""
    if signs_picture_story(text):
        return Role.PARAGRAPH
    return Role.CAPTION if state in HEADS and is_credit(text) else ROLE[state]


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
