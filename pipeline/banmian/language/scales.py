"""How log odds are kept in a few bits: the scale of each kind of figure, and how they share one number.

Fine steps do not pay: odds are uncertain by more than a nat where an n-gram was seen once or twice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Scale:
    """Equal steps of log odds, in nats: `low`, `low + step`, ... in so many bits; beyond the ends, the ends."""

    bits: int
    low: float
    step: float

    def pack(self, odds: NDArray[np.float64]) -> NDArray[np.int64]:
        """The number of the nearest step."""
        top = (1 << self.bits) - 1
        return np.clip(np.rint((odds - self.low) / self.step), 0, top).astype(np.int64)

    def steps(self) -> NDArray[np.float32]:
        """The odds of every step; shape (2**bits,)."""
        return (self.low + self.step * np.arange(1 << self.bits)).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Layout:
    """What an entry of the table of one order holds, from the high bits: gain, backoff, check."""

    gain: Scale
    backoff: Scale
    check_bits: int

    def pack(self, gain: NDArray[np.float64], backoff: NDArray[np.float64]) -> NDArray[np.int64]:
        """Both figures in one number."""
        return (self.gain.pack(gain) << self.backoff.bits) | self.backoff.pack(backoff)

    @property
    def dtype(self) -> type[np.uint16 | np.uint32]:
        """The smallest type of an entry."""
        return np.uint16 if self.gain.bits + self.backoff.bits + self.check_bits <= 16 else np.uint32


NO_BACKOFF = Scale(bits=0, low=0.0, step=1.0)

# Bigrams are asked for at random (every line end with every line start), so a stranger must not pass: 16 bits of check.
# Longer ones are asked for only where their parts are known, so 7 and 10 bits do. Ranges: the 0.1 % and 99.9 %
# quantiles of the gains counted from the whole corpus.
LAYOUTS: dict[int, Layout] = {
    2: Layout(Scale(8, -6.0, 1 / 12), Scale(8, -6.0, 6 / 255), check_bits=16),
    3: Layout(Scale(6, -4.0, 0.2), Scale(3, -2.1, 0.3), check_bits=7),
    4: Layout(Scale(6, -4.0, 0.2), NO_BACKOFF, check_bits=10),
}
