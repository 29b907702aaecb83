"""Shards: which part of an archive one job of several does."""

from __future__ import annotations

import hashlib
import re
from typing import NamedTuple


class ShardError(ValueError):
    """What was given is no shard; the message says what one is."""


class Shard(NamedTuple):
    """Part `number` of `parts`, counted from 1.

    >>> shard = Shard.parse("2/4")
    >>> str(shard), sum(Shard(i, 4).has("2020-05-28") for i in range(1, 5))
    ('2-of-4', 1)
    """

    number: int
    parts: int

    @classmethod
    def parse(cls, text: str) -> Shard:
        """The shard that I/N says.

        Raises:
            ShardError: it says none.
        """
        match = re.fullmatch(r"(\d+)/(\d+)", text)
        if match is None or not 1 <= int(match[1]) <= int(match[2]):
            raise ShardError(f"--shard takes I/N, 1/4 to 4/4 for the four parts of an archive, not {text!r}")
        return cls(int(match[1]), int(match[2]))

    def has(self, issue: str) -> bool:
        """Whether an issue is of this shard: by its id alone, so that it does not depend on what else is there."""
        told = hashlib.sha256(issue.encode("utf-8", "surrogateescape")).digest()
        return int.from_bytes(told[:8], "big") % self.parts == self.number - 1

    def __str__(self) -> str:
        return f"{self.number}-of-{self.parts}"
