"""The linear assignment of scipy, without the rest of `scipy.optimize`.

What chooses links, jumps and columns is one compiled function of scipy. To import it by its name loads all solvers that
scipy has, which is 0.3 s, more than a quarter of what a command took for one page; its extension alone loads in 7 ms.
Where scipy keeps it elsewhere some day, it is imported by its name.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader, FileFinder
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.intp]


def best_pairs(worth: NDArray[np.floating]) -> tuple[Ints, Ints]:
    """The rows and the columns that belong together, each once, so that what they are worth together is the most.

    Args:
        worth: of each row with each column; finite.

    Returns:
        As many rows, in order, as columns, the smaller of both numbers.

    >>> rows, columns = best_pairs(np.array([[1.0, 3.0], [2.0, 5.0]]))
    >>> rows.tolist(), columns.tolist()
    ([0, 1], [0, 1])
    """
    rows, columns = solver()(worth, maximize=True)
    return rows, columns


@cache
def solver() -> Callable[..., Any]:
    """Scipy's `linear_sum_assignment`."""
    try:
        return _extension()
    except (ImportError, AttributeError):
        from scipy.optimize import linear_sum_assignment  # noqa: PLC0415  slow to import: where nothing else does

        return linear_sum_assignment  # type: ignore[no-any-return]


def _extension() -> Callable[..., Any]:
    """The function from its own extension, which needs nothing of scipy but its folder.

    Raises:
        ImportError: there is no such extension, or it cannot be loaded.
        AttributeError: it has no such function.
    """
    scipy = find_spec("scipy")
    folders = scipy.submodule_search_locations if scipy is not None else None
    for folder in folders or ():
        finder = FileFinder(str(Path(folder) / "optimize"), (ExtensionFileLoader, EXTENSION_SUFFIXES))
        spec = finder.find_spec("_lsap")
        if spec is not None and spec.loader is not None:
            module = module_from_spec(spec)
            spec.loader.exec_module(module)
            return module.linear_sum_assignment  # type: ignore[no-any-return]
    raise ImportError("scipy has no extension _lsap")
