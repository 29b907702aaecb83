"""A table from 64-bit keys to small numbers that stores no keys: two bytes and a half for an n-gram.

Every key has three places in an array, one in each third of it. The exclusive or of what stands there is its value,
with some bits of the key's hash beside it (the *check*). A key that was never put in finds noise, and the check tells,
but for one in 2**bits. Looking up is three gathers and no loop, which suits numpy; sorted keys with `searchsorted` take
eight bytes a key and some twenty steps. Known as a Bloomier filter, or an xor filter with values.

Building finds, round by round, the places that only one key has left, and sets them last (peeling); it succeeds when
there are 1.23 places to a key, and tries another seed when it does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Keys: TypeAlias = NDArray[np.uint64]

PLACES_PER_KEY = 1.24  # peeling three places a key needs 1.222 in the limit
_FIELD_BITS = np.uint64(21)  # a hash of 64 bits gives three places of 21 bits: up to 6.2 million places
_FIELD_MASK = np.uint64((1 << 21) - 1)
_FIELDS = np.array([[0], [21], [42]], np.uint64)
_MIX_1 = np.uint64(0x9E3779B97F4A7C15)
_MIX_2 = np.uint64(0xD6E8FEB86659FD93)
_HALF = np.uint64(32)
_MOST_SEEDS = 64


@dataclass(frozen=True, slots=True, eq=False)
class XorTable:
    """What `build` makes and `look_up` reads.

    Attributes:
        places: shape (3 * third,), unsigned; the low `check_bits` of an entry are the check, the others the value.
        check_bits: how many bits tell a key from a stranger.
        seed: what is mixed into the keys.
    """

    places: NDArray[np.uint16] | NDArray[np.uint32]
    check_bits: int
    seed: int

    def look_up(self, keys: Keys) -> NDArray[np.int64]:
        """The value of every key, or -1 where the table has none; shape (len(keys),)."""
        mixed = _mixed(keys, self.seed)
        where = _places(mixed, len(self.places) // 3)
        found = np.bitwise_xor.reduce(self.places.take(where), axis=0)
        found ^= _checks(mixed, self.check_bits).astype(found.dtype)
        mask = (1 << self.check_bits) - 1
        return np.where(found & mask, -1, (found >> self.check_bits).astype(np.int64))


def build(keys: Keys, values: NDArray[np.int64], check_bits: int, dtype: type[np.uint16 | np.uint32]) -> XorTable:
    """The table of distinct keys and their values. The same arguments give the same table.

    Raises:
        ValueError: a value does not fit beside the check.
    """
    width = np.dtype(dtype).itemsize * 8
    if len(values) and (int(values.min()) < 0 or int(values.max()) >> (width - check_bits)):
        raise ValueError(
            f"values must be 0 to {(1 << (width - check_bits)) - 1} to stand beside {check_bits} check bits"
        )
    third = int(len(keys) * PLACES_PER_KEY / 3) + 32  # 32: small tables peel badly without slack
    for seed in range(_MOST_SEEDS):
        mixed = _mixed(keys, seed)
        where = _places(mixed, third)
        rounds = _peel(where, 3 * third)
        if rounds is None:
            continue
        wanted = (values.astype(np.uint64) << np.uint64(check_bits)) | _checks(mixed, check_bits)
        places = _fill(where, wanted, rounds, 3 * third)
        narrow = places.astype(np.uint16) if width == 16 else places.astype(np.uint32)
        return XorTable(narrow, check_bits, seed)
    raise ValueError(f"no seed below {_MOST_SEEDS} makes a table of {len(keys)} keys: are they distinct?")


def _mixed(keys: Keys, seed: int) -> Keys:
    mixed = (keys + np.uint64(seed << 56)) * _MIX_1
    mixed ^= mixed >> _HALF
    mixed *= _MIX_2
    mixed ^= mixed >> _HALF
    return mixed


def _places(mixed: Keys, third: int) -> NDArray[np.int64]:
    """The three places of each key, one in each third; shape (3, keys)."""
    where = (mixed >> _FIELDS) & _FIELD_MASK
    where *= np.uint64(third)
    where >>= _FIELD_BITS
    return where.view(np.int64) + third * np.arange(3)[:, None]


def _checks(mixed: Keys, bits: int) -> Keys:
    return (mixed * _MIX_1) >> np.uint64(64 - bits)


def _peel(where: NDArray[np.int64], size: int) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]] | None:
    """Rounds of (keys, the place that each has to itself), first peeled first; None when it gets stuck."""
    degree = np.bincount(where.ravel(), minlength=size)
    left = np.arange(where.shape[1])
    rounds = []
    while len(left):
        alone = degree[where[:, left]] == 1
        free = alone.any(axis=0)
        if not free.any():
            return None
        peeled = left[free]
        own = where[alone[:, free].argmax(axis=0), peeled]
        rounds.append((peeled, own))
        degree -= np.bincount(where[:, peeled].ravel(), minlength=size)
        left = left[~free]
    return rounds


def _fill(
    where: NDArray[np.int64],
    wanted: Keys,
    rounds: list[tuple[NDArray[np.int64], NDArray[np.int64]]],
    size: int,
) -> Keys:
    places = np.zeros(size, np.uint64)
    for peeled, own in reversed(rounds):
        one, two, three = where[:, peeled]
        # The own place is still zero, so all three may be taken together.
        places[own] = wanted[peeled] ^ places[one] ^ places[two] ^ places[three]
    return places
