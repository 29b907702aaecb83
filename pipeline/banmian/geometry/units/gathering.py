"""All units of a page: what stands on it as one thing, by type and place; a group of heads, a leg of text, a caption.

A unit is a run of blocks, the first line of the first marked as standing behind a gap; so the units of a page can be
read off its blocks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from banmian.geometry.frame import hull, is_vertical, printed
from banmian.geometry.legs.kinds import Kinds
from banmian.geometry.legs.stacking import legs
from banmian.geometry.units.blocks import SURE, block_of
from banmian.geometry.units.bridges import bridges
from banmian.geometry.units.head_groups import head_groups, heads_of
from banmian.geometry.units.passages import Unit, text_units
from banmian.language import Statistics
from banmian.layout import Box
from banmian.model import Block, Line, Role


def blocks_of(lines: Sequence[Line], known: Statistics, pictures: Sequence[Box] = ()) -> tuple[Block, ...]:
    """The blocks of a page whose lines carry boxes, unit by unit.

    Args:
        lines: the lines of the page; all have boxes.
        known: the language.
        pictures: where its pictures are, in the frame of the page.
    """
    found = _units(Kinds(legs(printed(lines)), pictures, known, vertical=is_vertical(lines)))
    return tuple(_marked(block, first=number == 0) for unit in found for number, block in enumerate(unit.blocks))


def _units(page: Kinds) -> list[Unit]:
    """The units of a page, from the left and from the top."""
    groups = head_groups(page)
    found = [Unit(hull([page.legs[number].place for number in group]), heads_of(page, group)) for group in groups]
    taken = {number for group in groups for number in group}
    chains = bridges(page, taken)
    inside = {number for chain in chains for number in chain[1:]}
    whole = {chain[0]: chain for chain in chains}
    for number in page.texts:
        if number not in taken and number not in inside:
            found += text_units(page, whole.get(number, [number]))
    for number in page.furniture:
        found.append(Unit(page.legs[number].place, [block_of(Role.FOLIO, page.read(number), SURE)]))
    return sorted(found, key=lambda unit: (unit.place.left, unit.place.top))


def _marked(block: Block, *, first: bool) -> Block:
    """A block whose first line is marked as standing behind a gap where it begins a unit; no other line is."""
    lines = [
        line if line.gap is (first and number == 0) else replace(line, gap=first and number == 0)
        for number, line in enumerate(block.lines)
    ]
    unchanged = all(line is other for line, other in zip(lines, block.lines, strict=True))
    return block if unchanged else replace(block, lines=tuple(lines))
