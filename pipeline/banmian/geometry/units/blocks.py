"""Blocks of printed lines: paragraphs by their indents, captions, and how sure it is what they are."""

from __future__ import annotations

from collections.abc import Sequence

from banmian.geometry.frame import Printed
from banmian.geometry.legs.columns import Column
from banmian.geometry.units.paragraphs import Run
from banmian.grammar.captions import caption
from banmian.model import Block, Role

# Odds, as probabilities, of what a line is: by type and words together, by type alone, by the words or the place alone.
SURE, LIKELY, GUESSED = 0.995, 0.95, 0.75


def block_of(
    role: Role, lines: Sequence[Printed], confidence: float, *, starts: bool = True, ends: bool = True
) -> Block:
    """Lines as a block of some role."""
    return Block(role, tuple(line.line for line in lines), starts=starts, ends=ends, confidence=confidence)


def paragraph(run: Run, column: Column) -> Block:
    """A paragraph, or a piece of one; its confidence is how clearly its indent says whether it begins."""
    first = run.lines[0]
    indent = (first.place.left - column.left) / first.size
    clear = min(abs(indent - 0.9), 1.0)
    confidence = 0.8 + 0.19 * clear if column.sure else 0.7 + 0.2 * clear
    return block_of(Role.PARAGRAPH, run.lines, confidence, starts=run.starts, ends=run.ends)


def captions(runs: Sequence[Run], sure: float = SURE) -> list[Block]:
    """The paragraphs of a caption, the credit line a paragraph of its own."""
    found = []
    for run in runs:
        lines = run.lines
        for cut in range(1, len(lines)):
            seen = caption("".join(line.text for line in lines[cut:]))
            if lines[cut - 1].text.endswith("。") and seen is not None and seen.kind == "credit":
                found.append(block_of(Role.CAPTION, lines[:cut], sure))
                lines = lines[cut:]
                break
        found.append(block_of(Role.CAPTION, lines, sure))
    return found


def points(run: Run) -> bool:
    """Whether a paragraph points at a picture, as only captions do."""
    seen = caption("".join(line.text for line in run.lines[:2]))
    return seen is not None and seen.certain
