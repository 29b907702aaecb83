"""Aligned tables (表格): rows of short cells, whose white space is print's.

Prices, weather, draws of the lottery: each row has as many cells as the row above, and most of them behind the first
have figures. Columns of text that stand side by side have much longer cells, and few figures.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from banmian.spacing.white import WHITE

FEWEST_ROWS = FEWEST_CELLS = 3
LONGEST_CELL = 8  # characters
FIGURES = 0.5  # share of the cells behind the first of a row, and below the first row, that have a digit
_GAP = re.compile(rf"[{WHITE}]*\u3000[{WHITE}]*|[ \t\xa0]{{2,}}")
_WIDE = re.compile("[ \t\xa0]{2}|\u3000")  # what every such gap has; most lines have none
_DIGIT = re.compile(r"\d")


def table_rows(lines: Sequence[str]) -> frozenset[int]:
    r"""The numbers of the lines that are rows of a table.

    >>> sorted(table_rows(["今日菜价", "品名　今日　昨日", "白菜　2.40　2.60", "土豆　3.20　3.20", "仅供参考。"]))
    [1, 2, 3]
    >>> table_rows(["张三　李四　王五", "甘小禾　佟一苇　方圆", "丁一　文其　何江"])
    frozenset()
    """
    cells = [_cells(line) if _WIDE.search(line) else () for line in lines]
    found: set[int] = set()
    for count, run in groupby(range(len(lines)), key=lambda number: len(cells[number])):
        rows = list(run)
        if count < FEWEST_CELLS or len(rows) < FEWEST_ROWS:
            continue
        inner = [cell for number in rows[1:] for cell in cells[number][1:]]
        if sum(_DIGIT.search(cell) is not None for cell in inner) >= FIGURES * len(inner):
            found.update(rows)
    return frozenset(found)


def _cells(line: str) -> tuple[str, ...]:
    """The cells of a row; none where one is too long for a table."""
    found = tuple(_GAP.split(line.strip()))
    return found if all(0 < len(cell) <= LONGEST_CELL for cell in found) else ()
