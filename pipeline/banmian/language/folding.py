"""Which characters count as one: scripts, widths, digits and letters are folded into symbols.

A page may be printed in traditional or simplified characters, with full-width or half-width digits and commas; the
odds that two characters belong together hardly differ. So statistics are made of *symbols*: small numbers, each
standing for a character in simplified form, for "a digit", or for "a Latin letter". One table over code points does all
of this at once; OpenCC is needed to make the table (when counting), not to use it (when reading pages).

Why character by character, where OpenCC knows words: 乾 alone may be 干 or 乾, and only the word decides. Counting and
scoring fold in the same way, so the two printings of a sentence meet in the same symbols, right or wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Symbols: TypeAlias = NDArray[np.uint16]

UNKNOWN = 0  # what the table does not know: gives no evidence
BOUNDARY = 1  # ¶, between two paragraphs
RARE = 2  # any Han character too rare to have a symbol of its own
FIRST_FREE = 3

# Thirteen bits a symbol let four of them, and nothing else, share the 52 bits that a key has to spare. The corpus knows
# some 6,200 characters that occur twice.
SYMBOL_BITS = 13
MOST_SYMBOLS = 1 << SYMBOL_BITS

CODE_POINTS = 0x10000  # beyond the basic plane everything is UNKNOWN
BOUNDARY_CHARACTER = "\u00b6"

HAN_RANGES = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00))
DIGIT_RANGES = ((0x30, 0x3A), (0xFF10, 0xFF1A))
LETTER_RANGES = ((0x41, 0x5B), (0x61, 0x7B), (0xFF21, 0xFF3B), (0xFF41, 0xFF5B))
# Quotes of vertical and of Taiwan printing, and the many dots of foreign names, to the ones that the corpus has most.
VARIANTS = dict(zip("「」『』﹁﹂﹃﹄．‧・•", "“”‘’“”‘’····", strict=True))


def folded_code_points() -> NDArray[np.uint32]:
    """The code point that stands for each code point of the basic plane; shape (65536,). Needs OpenCC."""
    import opencc  # noqa: PLC0415 - takes 60 to 120 ms, and only counting needs it

    folded = np.arange(CODE_POINTS, dtype=np.uint32)
    simplify = opencc.OpenCC("t2s").convert
    for start, stop in HAN_RANGES:
        for code in range(start, stop):
            simple = simplify(chr(code))
            if len(simple) == 1 and ord(simple) < CODE_POINTS:
                folded[code] = ord(simple)
    for code in range(0x21, 0x7F):  # half-width punctuation to full-width
        folded[code] = code + 0xFEE0
    for character, standard in VARIANTS.items():
        folded[ord(character)] = ord(standard)
    for ranges, standard in ((DIGIT_RANGES, "0"), (LETTER_RANGES, "a")):
        for start, stop in ranges:
            folded[start:stop] = ord(standard)
    return folded


def symbol_table(folded: NDArray[np.uint32], frequent: NDArray[np.uint32]) -> Symbols:
    """The symbol of each code point, shape (65537,): the last is for all code points beyond the basic plane.

    Args:
        folded: the result of `folded_code_points`.
        frequent: folded code points that get a symbol of their own, in the order of their symbols.
    """
    if len(frequent) > MOST_SYMBOLS - FIRST_FREE:
        raise ValueError(f"{len(frequent)} characters do not fit {SYMBOL_BITS} bits; keep only the more frequent ones")
    own = np.zeros(CODE_POINTS, np.uint16)
    for start, stop in HAN_RANGES:
        own[start:stop] = RARE
    own[frequent] = np.arange(FIRST_FREE, FIRST_FREE + len(frequent), dtype=np.uint16)
    own[ord(BOUNDARY_CHARACTER)] = BOUNDARY
    table = np.zeros(CODE_POINTS + 1, np.uint16)
    table[:CODE_POINTS] = own[folded]
    table[0] = UNKNOWN
    return table


def code_points(text: str) -> NDArray[np.uint32]:
    """The code points of a text, lone surrogates too.

    >>> code_points("版面").tolist()
    [29256, 38754]
    """
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def symbols(text: str, table: Symbols) -> Symbols:
    """The symbol of every character of a text; shape (len(text),)."""
    return table[np.minimum(code_points(text), CODE_POINTS)]


def first_symbols(texts: Sequence[str], table: Symbols, reach: int) -> Symbols:
    """The first symbols of every text, UNKNOWN where it has no more; shape (reach, len(texts))."""
    padding = "\x00" * reach
    first = "".join([(text[:reach] + padding)[:reach] for text in texts])
    return np.ascontiguousarray(symbols(first, table).reshape(-1, reach).T)


def last_symbols(texts: Sequence[str], table: Symbols, reach: int) -> Symbols:
    """The last symbols of every text, the very last first, UNKNOWN where it has no more; shape (reach, len(texts))."""
    padding = "\x00" * reach
    last = "".join([(padding + text[-reach:])[-reach:] for text in texts])
    return np.ascontiguousarray(symbols(last, table).reshape(-1, reach)[:, ::-1].T)
