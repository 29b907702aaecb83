"""The weights of the evidence, as they ship: numbers fitted by `python -m banmian.fit`.

`weights.npz` beside this module holds the networks that read the lines and, for each other decision, one array whose
rows are the classes of its evidence in the order of the `KINDS` of the module that gathers it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from banmian.reading.blocks.network import Networks

Floats = NDArray[np.float32]

STATES = "states"  # the names of the arrays of the networks begin so
RESOURCE = Path(__file__).with_name("weights.npz")


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """All weights.

    Args:
        states: the networks that score the states of lines.
        links: (classes of a link,), and `links_again` for the second look, with whole stories.
        rethinking: what the evidence about stories is worth (`banmian.reading.links.rethinking`).
        heads: (classes of a head in its group,).
        confidence: coefficients of the calibration.
    """

    states: Networks
    links: Floats
    links_again: Floats
    rethinking: Floats
    heads: Floats
    confidence: Floats

    @classmethod
    def load(cls, path: Path) -> Weights:
        """The weights in a file that `python -m banmian.fit` wrote."""
        with np.load(path) as arrays:
            return cls(Networks.of(arrays, STATES), *(arrays[name] for name in cls.__slots__[1:]))

    def save(self, path: Path) -> None:
        """Write the weights to a file."""
        rest = {name: getattr(self, name) for name in self.__slots__[1:]}
        # Half precision moves no score by more than a hundredth of a nat.
        states = {name: value.astype(np.float16) for name, value in self.states.arrays(STATES).items()}
        arrays: dict[str, Any] = {**states, **rest}
        np.savez_compressed(path, **arrays)


@cache
def weights(path: Path | None = None) -> Weights:
    """The weights that ship with the package, or those of a file; each is read once a process."""
    return Weights.load(RESOURCE if path is None else path)
