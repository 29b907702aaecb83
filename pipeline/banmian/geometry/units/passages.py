"""Legs of text cut into what stands in them: paragraphs, subheads, and bylines and captions above or below.

Type tells where text ends and something else begins; the words say what that is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from banmian.geometry.frame import Printed, hull, turned
from banmian.geometry.legs.columns import Column, ends_short
from banmian.geometry.legs.kinds import HasText, Kinds, byline_of
from banmian.geometry.legs.stacking import LONG, Leg
from banmian.geometry.units.blocks import GUESSED, LIKELY, SURE, block_of, captions, paragraph, points
from banmian.geometry.units.paragraphs import SENTENCE_ENDS, paragraphs
from banmian.grammar.broken_bylines import opens_byline
from banmian.grammar.captions import CREDIT_LINES, caption, is_credit, signs_picture_story
from banmian.grammar.placed_bylines import may_sign
from banmian.layout import Box
from banmian.model import Block, Role

# In em; `SIGNED_LINES` is a count.
NEAR_PICTURE = 3.0  # how far a caption stands from its picture
SIGNED_LINES = 2  # of a byline over the text
LEAST_LINE = 7  # text is set no narrower


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """What stands on a page as one thing: its blocks, and the rectangle around them."""

    place: Box
    blocks: list[Block]


def text_units(page: Kinds, chain: Sequence[int]) -> list[Unit]:
    """The units that a leg of text, or one with its subheads, makes: one, or more where stories begin inside."""
    column = next((page.columns[n] for n in chain if not page.all_odd(n)), page.columns[chain[0]])
    lines = [line for number in chain for line in page.legs[number].lines]
    face = [odd for number in chain for odd in page.odd(number)]
    below = page.under_head(chain[0])
    told = len(lines) <= LONG and _captioned(lines, column, any_face=page.faces_tell)
    told = told or (len(chain) == 1 and _signed(lines, below=below))
    if told or all(face):
        return _odd_units(page, chain[0])
    found: list[Unit] = []
    blocks: list[Block] = []
    apart = [
        (odd and page.short(line, column)) or page.centred(line, column) for line, odd in zip(lines, face, strict=True)
    ]
    opening = _opening(lines, column, below=below, by_words=not page.faces_tell)
    apart[:opening] = [True] * opening
    runs = _by_face(lines, apart)
    for number, (odd, part) in enumerate(runs):
        if not odd:
            blocks += [paragraph(run, column) for run in paragraphs(part, column)]
            continue
        last = number + 1 == len(runs)
        own = _inner(part, column, first=number == 0, last=last)
        shown = [block.role is Role.CAPTION for block in own]
        if number == 0 and own[0].role is Role.BYLINE:
            # A byline between a head and a leg: it may stand over all legs of the story.
            found.append(Unit(_hull(page, own[:1]), own[:1]))
            blocks += own[1:]
            continue
        if shown and all(shown) and (number == 0 or last):
            # A caption above or below the text, right next to it.
            found.append(Unit(hull([line.place for line in part]), own))
            continue
        blocks += own
    blocks = [part for block in blocks for part in _credited(block)]
    if blocks and blocks[0].role is Role.CAPTION and any(block.role is not Role.CAPTION for block in blocks):
        found.append(Unit(_hull(page, blocks[:1]), blocks[:1]))
        blocks = blocks[1:]
    if blocks:
        found.append(Unit(_hull(page, blocks), _bylines_inside(page, blocks, column)))
    return found


def _credited(block: Block) -> list[Block]:
    """A block, the credit (某某摄) that ends it or that it is told as a caption, in whatever face it is set."""
    lines = block.lines
    for cut in range(max(0, len(lines) - CREDIT_LINES), len(lines)) if block.role is Role.PARAGRAPH else ():
        text = "".join(line.text for line in lines[cut:])
        whole = not cut or lines[cut - 1].text.endswith(SENTENCE_ENDS)
        if whole and is_credit(text) and not signs_picture_story(text):
            credit = replace(block, role=Role.CAPTION, lines=lines[cut:], starts=True, ends=True)
            return [replace(block, lines=lines[:cut], ends=True), credit] if cut else [credit]
    return [block]


def _opening(lines: Sequence[Printed], column: Column, *, below: bool, by_words: bool) -> int:
    """How many lines at the top of a leg are a byline, or a caption where words alone tell, in the face of the text."""
    if len(lines) > SIGNED_LINES and ends_short(lines[1], column) and _signs(lines[:SIGNED_LINES], below=False):
        return SIGNED_LINES
    # What fills its column behind 记者： is a question.
    short = ends_short(lines[0], column)
    if len(lines) > 1 and _signs(lines[:1], below=below and short) and (short or "：" not in lines[0].text):
        return 1
    if not by_words:
        return 0
    runs = paragraphs(lines, column)
    return len(runs[0].lines) if len(runs) > 1 and points(runs[0]) else 0


def _by_face(lines: Sequence[Printed], odd: Sequence[bool]) -> list[tuple[bool, list[Printed]]]:
    """Lines in runs of text and of other faces."""
    found: list[tuple[bool, list[Printed]]] = []
    for line, is_odd in zip(lines, odd, strict=True):
        if found and found[-1][0] is is_odd:
            found[-1][1].append(line)
        else:
            found.append((is_odd, [line]))
    return found


def _signed(lines: Sequence[Printed], *, below: bool) -> bool:
    """Whether lines that stand by themselves are a byline by their words: the face of few may not be known."""
    return len(lines) <= SIGNED_LINES and _signs(lines, below=below)


def _signs(lines: Sequence[Printed], *, below: bool) -> bool:
    """Whether lines are a byline by their words, or by their place `below` a head."""
    byline, text = byline_of(lines), _joined(lines)
    below = below and not text.endswith(SENTENCE_ENDS)
    return (byline is not None and (byline.certain or below)) or (below and may_sign(text))


def _captioned(lines: Sequence[Printed], column: Column, *, any_face: bool) -> bool:
    """Whether the words of a short leg say that it is a caption: in the face of text only what begins with 图为."""
    runs = paragraphs(lines, column)
    if not any_face:
        return any(points(run) for run in runs)
    seen = caption(_joined(runs[0].lines))
    return seen is not None and seen.kind == "caption"


def _inner(lines: Sequence[Printed], column: Column, *, first: bool, last: bool) -> list[Block]:
    """What lines in another face are that stand in a leg of text."""
    text = " ".join(line.text for line in lines)
    if byline_of(lines) is not None:
        return [block_of(Role.BYLINE, lines, SURE)]
    if first or last:
        for cut in range(len(lines) - 1, 0, -1):
            if byline_of(lines[:cut]) is not None:
                rest = _inner(lines[cut:], column, first=first, last=last)
                return [block_of(Role.BYLINE, lines[:cut], SURE), *rest]
        if opens_byline(text) or (first and not last and len(lines) <= SIGNED_LINES and may_sign(_joined(lines))):
            return [block_of(Role.BYLINE, lines, LIKELY)]
    runs = paragraphs(lines, column)
    if any(points(run) for run in runs) or ((first or last) and caption(text) is not None):
        return captions(runs)
    if len(lines) >= 3 and sum(not ends_short(line, column) for line in lines) >= len(lines) / 2:
        return [paragraph(run, column) for run in runs]  # a passage set in another face: a letter, a quotation
    # Lines of a subhead are one where the first fills the column; else each stands by itself, as a signature does.
    found: list[list[Printed]] = []
    for line in lines:
        if found and found[-1][-1].place.width >= 0.75 * (column.right - column.left):
            found[-1].append(line)
        else:
            found.append([line])
    return [block_of(Role.SUBHEAD, part, LIKELY) for part in found]


def _odd_units(page: Kinds, number: int) -> list[Unit]:
    """A leg in another face than text: a byline, a caption, one over the other, or text all the same."""
    leg, column = page.legs[number], page.columns[number]
    whole = len(leg.lines) if byline_of(leg.lines) is None else 0
    for count in range(min(SIGNED_LINES, whole - 1), 0, -1):
        byline, over, rest = byline_of(leg.lines[:count]), Leg.of(leg.lines[:count]), Leg.of(leg.lines[count:])
        # A credit names several people, too.
        if byline is not None and byline.certain and not (page.byline(rest) or is_credit(rest.text)):
            return [Unit(over.place, [block_of(Role.BYLINE, over.lines, SURE)]), _odd_unit(page, rest, column)]
    unit = _odd_unit(page, leg, column, below=page.under_head(number))
    last = unit.blocks[-1]
    byline = byline_of(last.lines) if len(unit.blocks) > 1 else None
    if byline is None or not byline.certain or byline.kind != "tagline":
        return [unit]
    # Names in brackets below the caption of a picture sign its story.
    return [Unit(unit.place, [*unit.blocks[:-1], replace(last, role=Role.BYLINE)])]


def _odd_unit(page: Kinds, leg: Leg, column: Column, *, below: bool = False) -> Unit:
    """Lines in another face than text: a byline, a caption, or text all the same."""
    runs = paragraphs(leg.lines, column)
    pictured = any(points(run) for run in runs)
    if page.byline(leg) and (not pictured or (below and _signs(leg.lines, below=True))):
        return Unit(leg.place, [block_of(Role.BYLINE, leg.lines, SURE)])
    if pictured or caption(leg.text) is not None:
        return Unit(leg.place, captions(runs))
    if len(leg.lines) == 1 and may_sign(leg.text):
        return Unit(leg.place, [block_of(Role.BYLINE, leg.lines, LIKELY)])
    near = any(
        picture.beside(leg.place) > 0 and -picture.level(leg.place) <= NEAR_PICTURE * leg.size
        for picture in page.pictures
    )
    if not near and len(leg.lines) > LONG and column.right - column.left >= LEAST_LINE * leg.size:
        return Unit(leg.place, [paragraph(run, column) for run in runs])
    sure = LIKELY if near else GUESSED
    return Unit(leg.place, captions(runs, sure))


def _bylines_inside(page: Kinds, blocks: list[Block], column: Column) -> list[Block]:
    """The blocks of a leg, its first and its last told as bylines where they are: in the face of the text."""
    for place in {0, len(blocks) - 1}:
        block = blocks[place]
        if block.role is not Role.PARAGRAPH or len(block.lines) > 2 or len(blocks) == 1:
            continue
        byline = byline_of(block.lines)
        em = block.lines[0].size or 1.0
        # A byline is centred or set to the right; a paragraph begins two em in. Names in brackets close a story there.
        apart = _hull(page, [block]).left - column.left > 3 * em
        certain = byline is not None and byline.certain
        closes = place > 0 and byline is not None and certain and byline.kind == "tagline"
        # A name alone, in the middle of its column, is a subhead.
        right = block.lines[-1].box is not None and column.right - _hull(page, [block]).right <= 2 * em
        alone = right and len(block.lines) == 1 and may_sign(block.lines[0].text)
        if closes or (certain and place == 0) or (apart and (certain or alone)):
            blocks[place] = replace(block, role=Role.BYLINE, starts=True, ends=True)
    return blocks


def _joined(lines: Sequence[HasText]) -> str:
    """The text of lines in one."""
    return "".join(line.text for line in lines)


def _hull(page: Kinds, blocks: Sequence[Block]) -> Box:
    """The rectangle around the lines of blocks."""
    boxes = [line.box for block in blocks for line in block.lines if line.box is not None]
    return turned(hull(boxes), vertical=page.vertical)
