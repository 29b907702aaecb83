"""Weights that are kept in a file as arrays by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Arrays:
    """A dataclass all of whose fields are arrays."""

    @classmethod
    def of(cls, arrays: Mapping[str, Floats], prefix: str = "") -> Self:
        """That whose arrays are called as its fields, behind a prefix, in single precision."""
        return cls(*(np.asarray(arrays[prefix + field.name], np.float32) for field in fields(cls)))

    def arrays(self, prefix: str = "") -> dict[str, Floats]:
        """The arrays by name."""
        return {prefix + field.name: getattr(self, field.name) for field in fields(self)}
