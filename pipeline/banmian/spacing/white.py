"""White space and what stands beside it: the characters, a gap, and how wide a text is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

# Ends of lines, the same set as str.splitlines knows. Left alone here.
BREAK = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
# Stands for a character without width, so that it does not hide the white space beside it.
UNSEEN = "\0"
# For use inside of a character class.
WHITE = " \t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
HAN = "々〆〇㐀-䶿一-鿿\uf900-\ufaff\U00020000-\U0003ffff"
# The same as classes of their own, for patterns: one character of white space, one Han character.
W = f"[{WHITE}{UNSEEN}]"
H = f"[{HAN}]"
RUN = re.compile(f"{W}+")
LONE = re.compile(H)
CLOSING = frozenset("”’》）】」』〕)")
OPENING = frozenset("“‘《（【「『〔(")


class Gap(NamedTuple):
    """White space between two characters of one line."""

    start: int
    end: int
    width: int


def is_typed(text: str, gap: Gap) -> bool:
    """Whether somebody typed this space: extractors make plain spaces of distances, never these two."""
    return text.find("\u3000", gap.start, gap.end) >= 0 or text.find("\xa0", gap.start, gap.end) >= 0


def words_of(text: str, span: tuple[int, int], gaps: Sequence[Gap]) -> list[str]:
    """The pieces between the gaps of a cell, in which what white space there still is does not count."""
    starts = [span[0], *[gap.end for gap in gaps]]
    ends = [*[gap.start for gap in gaps], span[1]]
    return [RUN.sub("", text[start:end]) for start, end in zip(starts, ends, strict=True)]


def width_of(text: str, span: tuple[int, int]) -> float:
    """The width of a line in em, without its white space."""
    bare = RUN.sub("", text[span[0] : span[1]])
    return len(bare) - 0.5 * len(bare.encode("ascii", "ignore"))
