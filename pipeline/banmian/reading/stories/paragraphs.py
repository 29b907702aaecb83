"""The paragraphs of a story: which blocks of its body make one text."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from banmian.grammar.datelines import is_opening
from banmian.model import Block, Role
from banmian.reading.links.survey import text_of
from banmian.spacing import NEEDS_ANOTHER

# Words that need another one behind them: of 8,373 paragraphs on the pages for fitting and on dev none ends with one,
# but for those that end other words as well (基地, 难得, 作为).
NEVER_LAST = tuple(char for char in f"{NEEDS_ANOTHER}将將與對從" if char not in "地得为")


def paragraphs(body: Sequence[Block], clauses: Collection[int] = ()) -> list[tuple[Role, list[Block]]]:
    """The blocks of a body as paragraphs: one that goes on from another makes one text with it.

    So does the one behind a dateline that stands alone (新华社柳湾1月15日电). A subhead is one with its later clauses.

    Args:
        body: the blocks in reading order.
        clauses: places in the body of those subheads that are the next clause of the subhead before.

    Returns:
        The role of each text and its blocks. What a body cannot have for a role, a head, is a subhead.
    """
    found: list[tuple[Role, list[Block]]] = []
    last: list[Block] | None = None  # the paragraph that a piece could go on from
    for place, block in enumerate(body):
        if block.role is Role.PARAGRAPH:
            alone = last is not None and len(last) == 1 and is_opening(text_of(last[0]))
            if last is not None and (alone or not block.starts or _broken_off(last[-1], block)):
                last.append(block)
            else:
                last = [block]
                found.append((Role.PARAGRAPH, last))
        elif place in clauses:
            found[-1][1].append(block)
        else:
            role = block.role if block.role in (Role.SUBHEAD, Role.CAPTION) else Role.SUBHEAD
            found.append((role, [block]))
    return found


def _broken_off(before: Block, block: Block) -> bool:
    """Whether a block stands right behind one that breaks off at a word which needs another (把)."""
    last, first = before.lines[-1], block.lines[0]
    return last.text.endswith(NEVER_LAST) and last.tail_end == first.span.start
