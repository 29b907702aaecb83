"""Jump lines (转版) on a page: nothing of the page goes on behind 下转第3版, and nothing comes before 上接第1版.

What the lines say is certain where they are read rightly, and the pages for fitting have none of them, so that they
are no evidence to be weighed: they cut blocks, and forbid links.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from banmian.grammar.jumps import find_jumps
from banmian.model import Block, Line, Role

# What other lines may be, folios and bylines, the grammar tells by other words.
_TEXT = (Role.PARAGRAPH, Role.CAPTION)
_HEADS = (Role.HEADLINE, Role.SUBHEAD)


def comes_from(text: str) -> bool:
    """Whether a text begins with a jump line that says where it comes from.

    >>> comes_from("（上接第一版）渡口通航。"), comes_from("渡口通航。（下转第3版）")
    (True, False)
    """
    return any(jump.direction == "from" for jump in find_jumps(text))


def goes_to(text: str) -> bool:
    """Whether a text ends with a jump line that says where it goes on.

    >>> goes_to("渡口通航。（下转第3版）"), goes_to("（上接第一版）渡口通航。")
    (True, False)
    """
    return any(jump.direction == "to" for jump in find_jumps(text))


def cut_at_jumps(blocks: Iterable[Block]) -> Iterator[Block]:
    """Blocks of text, cut before a line that comes from another page and behind one that goes to another.

    What comes from another page begins here, though in the middle of a sentence. What goes to another page is text, and
    no head, however short it is; alone, a jump line belongs to the text before it.
    """
    for given in blocks:
        block = given
        if block.role in _HEADS and goes_to(block.lines[-1].text):
            alone = any(jump.direction == "to" and jump.start == 0 for jump in find_jumps(block.lines[0].text))
            block = replace(block, role=Role.PARAGRAPH, starts=not alone)
        if block.role not in _TEXT or not any("版" in line.text for line in block.lines):
            yield block
            continue
        for number, lines in enumerate(_cut(block.lines)):
            begins = comes_from(lines[0].text)
            yield replace(
                block,
                role=Role.PARAGRAPH if begins else block.role,
                lines=lines,
                starts=begins or block.starts or number > 0,
                same_row=block.same_row and number == 0,
            )


def _cut(lines: Sequence[Line]) -> Iterator[tuple[Line, ...]]:
    first = 0
    for i, (line, after) in enumerate(pairwise(lines), 1):
        if goes_to(line.text) or comes_from(after.text):
            yield tuple(lines[first:i])
            first = i
    yield tuple(lines[first:])
