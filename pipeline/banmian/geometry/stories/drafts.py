"""Stories while they are put together: their parts, which are what stands on a page as one thing."""

from __future__ import annotations

from dataclasses import dataclass, field

from banmian.layout import Box
from banmian.model import Block, Role

HEADS = frozenset((Role.KICKER, Role.HEADLINE, Role.DECK))
UNDER_HEAD = 3.2  # em of the text; how far below its head a byline or a leg stands


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A run of blocks that stand as one thing."""

    blocks: tuple[Block, ...]
    place: Box
    em: float

    @property
    def role(self) -> Role:
        """What it is: what its first block is, or the first that is no byline."""
        return next((block.role for block in self.blocks if block.role is not Role.BYLINE), Role.BYLINE)

    @property
    def is_heads(self) -> bool:
        """Whether it is a group of heads."""
        return self.role in HEADS

    @property
    def is_text(self) -> bool:
        """Whether it is a leg of text."""
        return self.role in (Role.PARAGRAPH, Role.SUBHEAD)


@dataclass(slots=True, eq=False)
class Draft:
    """A story while it is put together."""

    heads: list[Part] = field(default_factory=list)
    body: list[Part] = field(default_factory=list)
    bylines: list[Block] = field(default_factory=list)
    odds: list[float] = field(default_factory=list)
    doubts: list[tuple[str, Block]] = field(default_factory=list)

    @property
    def places(self) -> list[Box]:
        """Where its heads and its body stand."""
        return [part.place for part in (*self.heads, *self.body)]

    @property
    def signed(self) -> bool:
        """Whether it has a byline."""
        parts = (*self.heads, *self.body)
        return bool(self.bylines) or any(block.role is Role.BYLINE for part in parts for block in part.blocks)

    @property
    def text(self) -> list[Block]:
        """Its heads and its body, captions left out."""
        parts = (*self.heads, *self.body)
        return [block for part in parts for block in part.blocks if block.role is not Role.CAPTION]


def distance(one: Box, two: Box) -> float:
    """How far apart two places are."""
    return float(max(0.0, -one.beside(two)) + max(0.0, -one.level(two)))
