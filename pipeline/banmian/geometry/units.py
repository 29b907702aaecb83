"""Units: what stands on a page as one thing, by its type and its place; a group of heads, a leg of text, a caption.

Size tells heads from text, a face of its own tells captions, bylines and subheads from both, and the words confirm it.
A unit is a run of blocks, the first line of the first marked as standing behind a gap; so the units of a page can be
read off its blocks (`units_of`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from banmian.geometry.backwards import turned_round
from banmian.geometry.columns import Column, Run, columns, ends_short, paragraphs
from banmian.geometry.frame import Place, Printed, hull, is_vertical, printed, turned
from banmian.geometry.legs import LONG, Leg, Type, legs, text_type
from banmian.geometry.running import running_lines
from banmian.grammar.bylines import opens_byline, parse_byline
from banmian.grammar.captions import caption
from banmian.grammar.datelines import opens_story
from banmian.language import Statistics
from banmian.layout import OTHER_FACE
from banmian.model import Block, Line, Role

# As shares of the size of the text.
HEAD = 1.22  # type this large is that of heads
SUBHEAD = 1.3  # a head inside of a leg is at most this large
SAME_HEAD = 1.08  # lines of one head differ by no more
MEASURED_HEAD, MEASURED_SMALL, MEASURED_SAME, MEASURED_LARGER = (
    1.3,
    0.75,
    1.2,
    1.1,
)  # the same where the type was measured

# In em.
STACKED = 1.4  # how far the heads of one story stand apart, in em of the larger
UNDER_HEAD = 3.2  # how far below its head a byline stands, in em of the text
BRIDGED = 2.6  # the widest gap between a subhead and its text
EDGE = 0.8  # how exactly two legs of one column stand below each other
NEAR_PICTURE = 3.0  # how far a caption stands from its picture
LEADING_BREAK = 1.3  # a wider gap between two lines of text is no leading
LAPPED = 0.4  # how far the boxes of two lines may lie over each other

LEAST_LINE = 7  # em; text is set no narrower
LARGE_TEXT, LARGE_LINE = 1.6, 10  # text in large type is no larger than this share of other text, nor narrower, in em

# Odds, as probabilities, of what a line is: by type and words together, by type alone, by the words or the place alone.
SURE, LIKELY, GUESSED = 0.995, 0.95, 0.75


class Kind(StrEnum):
    """What a unit is."""

    HEADS = "heads"
    TEXT = "text"
    CAPTION = "caption"
    BYLINE = "byline"
    FURNITURE = "furniture"


@dataclass(slots=True, eq=False)
class _Unit:
    """A unit while it is put together."""

    kind: Kind
    place: Place
    legs: list[int]
    blocks: list[Block] = field(default_factory=list)


def blocks_of(lines: Sequence[Line], known: Statistics, pictures: Sequence[Place] = ()) -> tuple[Block, ...]:
    """The blocks of a page whose lines carry boxes, unit by unit.

    Args:
        lines: the lines of the page; all have boxes.
        known: the language.
        pictures: where its pictures are, in the frame of the page.
    """
    page = _Page(legs(printed(lines)), pictures, known, vertical=is_vertical(lines))
    found = page.units()
    return tuple(_marked(block, first=number == 0) for unit in found for number, block in enumerate(unit.blocks))


def _marked(block: Block, *, first: bool) -> Block:
    """A block whose first line is marked as standing behind a gap where it begins a unit; no other line is."""
    lines = [
        line if line.gap is (first and number == 0) else replace(line, gap=first and number == 0)
        for number, line in enumerate(block.lines)
    ]
    unchanged = all(line is other for line, other in zip(lines, block.lines, strict=True))
    return block if unchanged else replace(block, lines=tuple(lines))


class _Page:
    """The legs of one page, and what each is."""

    def __init__(self, found: list[Leg], pictures: Sequence[Place], known: Statistics, *, vertical: bool) -> None:
        self.known = known
        self.legs = found
        self.vertical = vertical
        self.pictures = pictures
        self.type: Type = text_type(found)
        # Without the names of fonts sizes were measured, mostly by an engine, and differ from line to line.
        self.known_faces = any(line.face[0] not in ("", OTHER_FACE) for leg in found for line in leg.lines)
        self.columns = columns(found)
        self.furniture = running_lines(found, self.type.size, known, vertical=vertical)
        self.heads = [number for number, leg in enumerate(found) if self._is_head(number, leg)]
        heads = set(self.heads)
        self.texts = [number for number in range(len(found)) if number not in heads and number not in self.furniture]

    # --- what each leg is

    def _is_head(self, number: int, leg: Leg) -> bool:
        if number in self.furniture:
            return False
        if leg.across:
            return len(leg.lines) < LONG or leg.size >= HEAD * self.type.size
        if leg.size < (HEAD if self.known_faces else MEASURED_HEAD) * self.type.size:
            return False
        # Text in larger type, as a leader is set in: lines that fill a column, not a head that runs over four lines.
        column = self.columns[number]
        full = sum(not ends_short(line, column) for line in leg.lines)
        return not (
            len(leg.lines) > LONG
            and full >= len(leg.lines) / 2
            and leg.size < LARGE_TEXT * self.type.size
            and column.right - column.left >= LARGE_LINE * leg.size
        )

    def _odd(self, line: Printed) -> bool:
        """Whether a line is in another face than text, or in smaller type; without fonts, whether its words say so."""
        if not self.known_faces:
            byline, seen = parse_byline(line.text), caption(line.text)
            told = (byline is not None and byline.certain) or (seen is not None and seen.certain)
            return told or line.size < MEASURED_SMALL * self.type.size
        return line.face not in self.type.faces or line.size < 0.93 * self.type.size

    def _opening(self, lines: Sequence[Printed], column: Column) -> int:
        """How many lines at the top of a leg are a byline or a caption, by their words alone."""
        for count in (1, 2):
            byline = parse_byline(" ".join(line.text for line in lines[:count]))
            if len(lines) > count and byline is not None and byline.certain:
                return count
        runs = paragraphs(lines, column)
        return len(runs[0].lines) if len(runs) > 1 and _points(runs[0]) else 0

    def _short(self, line: Printed, column: Column) -> bool:
        """Whether a line leaves room at an edge of its column; without a face, only such a line may be no text."""
        room = max(line.place.left - column.left, column.right - line.place.right)
        return self.known_faces or room >= 1.5 * line.size

    def _centred(self, line: Printed, column: Column) -> bool:
        """Whether a line stands in the middle of its column, as subheads do, where no face tells."""
        em, place = line.size, line.place
        before, behind = place.left - column.left, column.right - place.right
        return not self.known_faces and min(before, behind) >= 2.5 * em and abs(before - behind) <= 1.5 * em

    # --- units

    def units(self) -> list[_Unit]:
        """The units of the page, from the left and from the top."""
        found = self._head_units()
        taken = {number for unit in found for number in unit.legs}
        bridges = self._bridges(taken)
        inside = {number for chain in bridges for number in chain[1:]}
        for number in self.texts:
            if number in taken or number in inside:
                continue
            chain = next((chain for chain in bridges if chain[0] == number), [number])
            found += self._text_units(chain)
        found += [
            _Unit(Kind.FURNITURE, self.legs[number].place, [number], [_block(Role.FOLIO, self._read(number), SURE)])
            for number in self.furniture
        ]
        return sorted(found, key=lambda unit: (unit.place.left, unit.place.top))

    def _head_units(self) -> list[_Unit]:
        """Groups of heads: those that stand right below each other, with kickers and decks in smaller type."""
        groups: list[list[int]] = []
        for number in sorted(self.heads, key=lambda number: self.legs[number].place.top):
            group = next((group for group in groups if self._stacked(group[-1], number)), None)
            if group is None:
                groups.append([number])
            else:
                group.append(number)
        # A kicker or a deck may be set in type hardly larger than the text: one line, right above or below a head.
        used = set(self.heads)
        for number in self.texts:
            leg = self.legs[number]
            larger = not self.known_faces and leg.size >= MEASURED_LARGER * self.type.size
            if number in used or len(leg.lines) > 2 or not (larger or all(self._odd(line) for line in leg.lines)):
                continue
            for group in groups:
                upper, lower = self.legs[group[0]].place, self.legs[group[-1]].place
                above = 0 <= upper.top - leg.place.bottom <= 1.2 * leg.size
                below = 0 <= leg.place.top - lower.bottom <= 1.2 * leg.size
                centred = upper.beside(leg.place) >= 0.9 * min(leg.place.width, upper.width)
                if not (above or below) or not centred or self._byline(leg) or caption(leg.text) or upper.height <= 0:
                    continue
                if self._in_text(number):
                    continue
                middle = abs(upper.left + upper.right - leg.place.left - leg.place.right) / 2
                if not self.known_faces and middle > 2 * leg.size:
                    continue
                group.insert(0 if above else len(group), number)
                used.add(number)
                break
        return [
            _Unit(Kind.HEADS, hull([self.legs[number].place for number in group]), group, self._heads(group))
            for group in groups
        ]

    def _in_text(self, number: int) -> bool:
        """Whether text of the same column stands right above and right below a leg."""
        place, em = self.legs[number].place, self.type.size
        near = [self.legs[other].place for other in self.texts if other != number]
        above = any(0 <= place.top - other.bottom <= em and other.beside(place) > 0 for other in near)
        below = any(0 <= other.top - place.bottom <= em and other.beside(place) > 0 for other in near)
        return above and below

    def _stacked(self, upper: int, lower: int) -> bool:
        """Whether a head stands below another as heads of one story do."""
        one, two = self.legs[upper], self.legs[lower]
        if one.across is not two.across:
            return False
        large = max(one.size, two.size)
        if one.across:
            # Heads across stand beside each other.
            gap = -one.place.beside(two.place)
            return -0.3 * large <= gap <= STACKED * large and one.place.level(two.place) > 0
        gap = two.place.top - one.place.bottom
        over = one.place.beside(two.place)
        return -LAPPED * large <= gap <= STACKED * min(large, 2.5 * min(one.size, two.size)) and over >= 0.6 * min(
            one.place.width, two.place.width
        )

    def _heads(self, group: Sequence[int]) -> list[Block]:
        """The heads of a group by their roles: the largest type is the headline's."""
        found = [self.legs[number] for number in group]
        largest = max(leg.size for leg in found)
        same = SAME_HEAD if self.known_faces else MEASURED_SAME
        first = next(place for place, leg in enumerate(found) if leg.size * same >= largest)
        blocks: list[Block] = []
        for place, leg in enumerate(found):
            text = leg.text
            if leg.size * same >= largest and not (blocks and text.startswith("——")):
                role = Role.HEADLINE
            else:
                role = Role.KICKER if place < first else Role.DECK
            if role is Role.DECK and not text.startswith("—") and self._byline(leg):
                role = Role.BYLINE
            blocks.append(
                _block(role, self._read(group[place]), SURE if leg.size < largest or len(found) == 1 else LIKELY)
            )
        return blocks

    def _read(self, number: int) -> Sequence[Printed]:
        """The lines of a leg as they are read: on a page of vertical type horizontal ones may run from the right."""
        leg = self.legs[number]
        return turned_round(leg.lines, self.known) if self.vertical and leg.across else leg.lines

    def _byline(self, leg: Leg) -> bool:
        text = " ".join(line.text for line in leg.lines)
        return len(leg.lines) <= 3 and (parse_byline(text) is not None or opens_byline(text))

    def _bridges(self, taken: set[int]) -> list[list[int]]:
        """Legs of one column that a subhead stands between, with the subhead: each a run of legs from the top."""
        after: dict[int, int] = {}
        for number in self.texts:
            if number in taken:
                continue
            lower = self._right_below(number, taken)
            if lower is not None and lower not in after.values():
                after[number] = lower
        chains = []
        for number in self.texts:
            if number in after and number not in after.values():
                chain = [number]
                while chain[-1] in after:
                    chain.append(after[chain[-1]])
                chain = self._trimmed(chain)
                if len(chain) > 1:
                    chains.append(chain)
        return chains

    def _right_below(self, number: int, taken: set[int]) -> int | None:
        """The leg right below one, in the same column, be it that of a subhead or the text behind it."""
        leg, column = self.legs[number], self.columns[number]
        best: tuple[float, int] | None = None
        for other in self.texts:
            lower = self.legs[other]
            gap = lower.place.top - leg.place.bottom
            if other == number or lower.across or leg.place.beside(lower.place) <= 0:
                continue
            if -LAPPED * leg.size <= gap and (best is None or gap < best[0]):
                best = (gap, other)
        if best is None or best[0] > BRIDGED * self.type.size or best[1] in taken:
            return None
        lower, edges = self.legs[best[1]], self.columns[best[1]]
        for head in self.heads:
            place = self.legs[head].place
            if place.top < lower.place.top and place.bottom > leg.place.bottom and place.beside(lower.place) > 0:
                return None
        em = self.type.size
        within = lower.place.left >= column.left - EDGE * em and lower.place.right <= column.right + 1.5 * em
        around = leg.place.left >= edges.left - EDGE * em and leg.place.right <= edges.right + 1.5 * em
        return best[1] if within or around else None

    def _trimmed(self, chain: list[int]) -> list[int]:
        """A run of legs as far as each is text or the subhead between two texts of one column."""
        kept = [chain[0]]
        for place, number in enumerate(chain[1:], 1):
            leg = self.legs[number]
            odd = all(self._odd(line) for line in leg.lines)
            if not odd:
                last = self.legs[kept[-1]]
                before = next((n for n in reversed(kept) if not self._all_odd(n)), None)
                if before is None or not self._one_column(before, number):
                    break
                # Text below text, a line left out between them: one leg only if nothing says that a story begins.
                if not self._all_odd(kept[-1]) and leg.place.top - last.place.bottom > LEADING_BREAK * leg.size:
                    break
                if opens_story(leg.lines[0].text):
                    break
            elif len(leg.lines) > 2 or self._byline(leg) or caption(leg.text):
                if not self._tagline(leg):
                    break
            elif place + 1 >= len(chain):
                break
            kept.append(number)
        while len(kept) > 1 and self._all_odd(kept[-1]) and not self._tagline(self.legs[kept[-1]]):
            kept.pop()
        return [] if self._all_odd(kept[0]) else kept

    def _tagline(self, leg: Leg) -> bool:
        byline = parse_byline(" ".join(line.text for line in leg.lines))
        return byline is not None and byline.kind == "tagline"

    def _all_odd(self, number: int) -> bool:
        return all(self._odd(line) for line in self.legs[number].lines)

    def _one_column(self, upper: int, lower: int) -> bool:
        one, two, em = self.columns[upper], self.columns[lower], self.type.size
        return abs(one.left - two.left) <= EDGE * em and abs(one.right - two.right) <= 1.5 * em

    # --- legs of text

    def _text_units(self, chain: Sequence[int]) -> list[_Unit]:
        """The units that a leg of text, or one with its subheads, makes: one, or more where stories begin inside."""
        column = next((self.columns[n] for n in chain if not self._all_odd(n)), self.columns[chain[0]])
        lines = [line for number in chain for line in self.legs[number].lines]
        told = not self.known_faces and len(lines) <= LONG and self._captioned(lines, column)
        told = told or (len(chain) == 1 and self._signed(lines))
        if told or all(self._odd(line) for line in lines):
            return [self._odd_unit(chain[0])]
        found: list[_Unit] = []
        blocks: list[Block] = []
        apart = [(self._odd(line) and self._short(line, column)) or self._centred(line, column) for line in lines]
        if not self.known_faces:
            opening = self._opening(lines, column)
            apart[:opening] = [True] * opening
        runs = _by_face(lines, apart)
        for number, (odd, part) in enumerate(runs):
            if not odd:
                blocks += [_paragraph(run, column) for run in paragraphs(part, column)]
                continue
            last = number + 1 == len(runs)
            own = self._inner(part, column, first=number == 0, last=last)
            captions = [block.role is Role.CAPTION for block in own]
            if number == 0 and own[0].role is Role.BYLINE:
                # A byline between a head and a leg: it may stand over all legs of the story.
                found.append(_Unit(Kind.BYLINE, self._hull(own[:1]), list(chain), own[:1]))
                blocks += own[1:]
                continue
            if captions and all(captions) and (number == 0 or last):
                # A caption above or below the text, right next to it.
                unit = _Unit(Kind.CAPTION, hull([line.place for line in part]), list(chain), own)
                found.append(unit)
                continue
            blocks += own
        if blocks:
            found.append(_Unit(Kind.TEXT, self._hull(blocks), list(chain), self._bylines_inside(blocks, column)))
        return found

    def _signed(self, lines: Sequence[Printed]) -> bool:
        """Whether lines that stand by themselves are a byline by their words: the face of few may not be known."""
        byline = parse_byline(" ".join(line.text for line in lines)) if len(lines) <= 2 else None
        return byline is not None and byline.certain

    def _captioned(self, lines: Sequence[Printed], column: Column) -> bool:
        """Whether the words of a short leg say that it is a caption."""
        return any(_points(run) for run in paragraphs(lines, column))

    def _inner(self, lines: Sequence[Printed], column: Column, *, first: bool, last: bool) -> list[Block]:
        """What lines in another face are that stand in a leg of text."""
        text = " ".join(line.text for line in lines)
        if parse_byline(text) is not None:
            return [_block(Role.BYLINE, lines, SURE)]
        if first or last:
            for cut in range(len(lines) - 1, 0, -1):
                if parse_byline(" ".join(line.text for line in lines[:cut])) is not None:
                    rest = self._inner(lines[cut:], column, first=first, last=last)
                    return [_block(Role.BYLINE, lines[:cut], SURE), *rest]
            if opens_byline(text):
                return [_block(Role.BYLINE, lines, LIKELY)]
        runs = paragraphs(lines, column)
        if any(_points(run) for run in runs) or ((first or last) and caption(text) is not None):
            return _captions(runs)
        if len(lines) >= 3 and sum(not ends_short(line, column) for line in lines) >= len(lines) / 2:
            return [_paragraph(run, column) for run in runs]  # a passage set in another face: a letter, a quotation
        # Lines of a subhead are one where the first fills the column; else each stands by itself, as a signature does.
        found: list[list[Printed]] = []
        for line in lines:
            if found and found[-1][-1].place.width >= 0.75 * (column.right - column.left):
                found[-1].append(line)
            else:
                found.append([line])
        return [_block(Role.SUBHEAD, part, LIKELY) for part in found]

    def _odd_unit(self, number: int) -> _Unit:
        """A leg in another face than text: a byline, a caption, or text all the same."""
        leg, column = self.legs[number], self.columns[number]
        runs = paragraphs(leg.lines, column)
        if self._byline(leg) and not any(_points(run) for run in runs):
            return _Unit(Kind.BYLINE, leg.place, [number], [_block(Role.BYLINE, leg.lines, SURE)])
        if any(_points(run) for run in runs) or caption(leg.text) is not None:
            return _Unit(Kind.CAPTION, leg.place, [number], _captions(runs))
        near = any(
            picture.beside(leg.place) > 0 and -picture.level(leg.place) <= NEAR_PICTURE * leg.size
            for picture in self.pictures
        )
        if not near and len(leg.lines) > LONG and column.right - column.left >= LEAST_LINE * leg.size:
            return _Unit(Kind.TEXT, leg.place, [number], [_paragraph(run, column) for run in runs])
        sure = LIKELY if near else GUESSED
        return _Unit(Kind.CAPTION, leg.place, [number], _captions(runs, sure))

    def _bylines_inside(self, blocks: list[Block], column: Column) -> list[Block]:
        """The blocks of a leg, its first and its last told as bylines where they are: in the face of the text."""
        for place in {0, len(blocks) - 1}:
            block = blocks[place]
            if block.role is not Role.PARAGRAPH or len(block.lines) > 2 or len(blocks) == 1:
                continue
            byline = parse_byline(" ".join(line.text for line in block.lines))
            if byline is None or not byline.certain:
                continue
            left = self._hull([block]).left
            em = block.lines[0].size or 1.0
            # A byline is centred or set to the right; a paragraph begins two em in.
            if left - column.left > 3 * em or place == 0:
                blocks[place] = replace(block, role=Role.BYLINE, starts=True, ends=True)
        return blocks

    def _hull(self, blocks: Sequence[Block]) -> Place:
        """The rectangle around the lines of blocks."""
        boxes = [line.box for block in blocks for line in block.lines if line.box is not None]
        return hull([turned(box, vertical=self.vertical) for box in boxes])


def _points(run: Run) -> bool:
    """Whether a paragraph points at a picture, as only captions do."""
    seen = caption("".join(line.text for line in run.lines[:2]))
    return seen is not None and seen.certain


def _captions(runs: Sequence[Run], sure: float = SURE) -> list[Block]:
    """The paragraphs of a caption, the credit line a paragraph of its own."""
    found = []
    for run in runs:
        lines = run.lines
        for cut in range(1, len(lines)):
            seen = caption("".join(line.text for line in lines[cut:]))
            if lines[cut - 1].text.endswith("。") and seen is not None and seen.kind == "credit":
                found.append(_block(Role.CAPTION, lines[:cut], sure))
                lines = lines[cut:]
                break
        found.append(_block(Role.CAPTION, lines, sure))
    return found


def _by_face(lines: Sequence[Printed], odd: Sequence[bool]) -> list[tuple[bool, list[Printed]]]:
    """Lines in runs of text and of other faces."""
    found: list[tuple[bool, list[Printed]]] = []
    for line, is_odd in zip(lines, odd, strict=True):
        if found and found[-1][0] is is_odd:
            found[-1][1].append(line)
        else:
            found.append((is_odd, [line]))
    return found


def _paragraph(run: Run, column: Column) -> Block:
    """A paragraph, or a piece of one; its confidence is how clearly its indent says whether it begins."""
    first = run.lines[0]
    indent = (first.place.left - column.left) / first.size
    clear = min(abs(indent - 0.9), 1.0)
    confidence = 0.8 + 0.19 * clear if column.sure else 0.7 + 0.2 * clear
    return _block(Role.PARAGRAPH, run.lines, confidence, starts=run.starts, ends=run.ends)


def _block(role: Role, lines: Sequence[Printed], confidence: float, *, starts: bool = True, ends: bool = True) -> Block:
    return Block(role, tuple(line.line for line in lines), starts=starts, ends=ends, confidence=confidence)
