"""What lines begin and end with, and the marks inside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from banmian.language.folding import code_points

Ints = NDArray[np.intp]

# What a line begins or ends with. Classes are looked up in this order.
_CLASSES = (
    "。．！？!?",  # ends a sentence
    "，、；：,;:·",  # goes on
    "”’」』",  # closes a quotation
    "）)］】〕",  # closes a bracket
    "》〉",  # closes a title
    "“‘「『",
    "（(［【〔",
    "《〈",
    "—–-~～",
    "…",
    "%％°℃‰",
    "□◎●○■◆▲△▼▽★☆※",
)
CLASS_COUNT = len(_CLASSES) + 4
_CLASS_OF = {char: number + 1 for number, chars in enumerate(_CLASSES) for char in chars}
_LATIN, _DIGIT, _NUMERAL = len(_CLASSES) + 1, len(_CLASSES) + 2, len(_CLASSES) + 3
_CLASS_OF |= {chr(c): _LATIN for c in (*range(65, 91), *range(97, 123))}
_CLASS_OF |= dict.fromkeys("0123456789０１２３４５６７８９", _DIGIT)
_CLASS_OF |= dict.fromkeys("一二三四五六七八九十〇①②③④⑤⑥⑦⑧⑨⑩", _NUMERAL)

# What the last line of a sentence ends with.
SENTENCE_ENDS = tuple("。！？…”）")
_STOPS = "。！？"
_COMMAS = "，；：、"
_CODE_POINTS = 0x10000  # all marks are of the basic plane; its last code point is none and stands for those beyond it


def _table(values: Mapping[str, int]) -> NDArray[np.uint8]:
    """A value for each code point, 0 where none is given."""
    table = np.zeros(_CODE_POINTS, dtype=np.uint8)
    table[[ord(char) for char in values]] = list(values.values())
    return table


_CLASSES_BY_POINT = _table(_CLASS_OF)
_IS_STOP, _IS_COMMA = (_table(dict.fromkeys(marks, 1)) for marks in (_STOPS, _COMMAS))


def edge(char: str) -> int:
    """The class of a character at the beginning or the end of a line."""
    return _CLASS_OF.get(char, 0)


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """What lines begin and end with, and the marks in them.

    Args:
        first: (lines,) class of the first character.
        last: (lines,) class of the last.
        stops: (lines,) how many stops are inside of a line, its last character left out: none, one, or more (2).
        commas: (lines,) the same of commas and the like, the last character included.
    """

    first: Ints
    last: Ints
    stops: Ints
    commas: Ints


def marks_of(texts: Sequence[str]) -> Marks:
    """The marks of lines; an empty one begins and ends with nothing (class 0)."""
    points = np.minimum(code_points("".join(texts)), _CODE_POINTS - 1)
    lengths = np.array([len(text) for text in texts], dtype=np.intp)
    ends = np.cumsum(lengths)
    starts = ends - lengths
    classes = np.append(_CLASSES_BY_POINT[points], np.uint8(0)).astype(np.intp)
    stops, commas = (np.concatenate([[0], np.cumsum(table[points], dtype=np.intp)]) for table in (_IS_STOP, _IS_COMMA))
    return Marks(
        np.where(lengths, classes[starts], 0),
        np.where(lengths, classes[ends - 1], 0),
        np.where(lengths, np.minimum(2, stops[ends - 1] - stops[starts]), 0),
        np.minimum(2, commas[ends] - commas[starts]),
    )
