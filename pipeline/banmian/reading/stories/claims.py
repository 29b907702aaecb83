"""What speaks for each story of a page having a block that stands apart: a caption, a byline, a head of no beginning.

What is seen of such a block and of each story is evidence by name, and each kind of it is worth so many nats; the sum
is the claim that the story has to the block. It is a choice among all stories of the page (a conditional logit), and,
where a block may be nobody's, among these and nobody. The worths are in `claims.toml`, a section for each kind of
block; `python -m banmian.fit.claims` fits them and writes there how often they are right.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

RESOURCE = Path(__file__).with_name("claims.toml")
NOBODY = "nobody"  # the section, inside of that of a kind, of what speaks for a block being nobody's

Floats: TypeAlias = NDArray[np.float64]
Evidence: TypeAlias = Mapping[str, Sequence[float] | NDArray[Any]]  # by name, a number for each story, (stories,)


@dataclass(frozen=True, slots=True)
class Claim:
    """A block that stands apart, and what is seen of it and of each story.

    Args:
        kind: a section of `claims.toml`.
        blocks: the block, or those that go together, as indices.
        evidence: of each story.
        nobody: by name, what speaks for its being nobody's; empty where it must be somebody's.
    """

    kind: str
    blocks: tuple[int, ...]
    evidence: Evidence
    nobody: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Worths:
    """What evidence is worth, in nats, by its name.

    Args:
        stories: for a story having a block.
        nobody: for nobody having it.
    """

    stories: Mapping[str, float]
    nobody: Mapping[str, float]

    def of_stories(self, claim: Claim) -> Floats:
        """What speaks for each story having a block, (stories,)."""
        columns = [worth * np.asarray(claim.evidence[name], dtype=np.float64) for name, worth in self.stories.items()]
        found: Floats = np.sum(columns, axis=0)
        return found

    def of_nobody(self, claim: Claim) -> float:
        """What speaks for nobody having it."""
        return sum(worth * claim.nobody[name] for name, worth in self.nobody.items())


@cache
def worths(path: Path = RESOURCE) -> Mapping[str, Worths]:
    """The worths of each kind of block, read once a process.

    Raises:
        OSError: there is no such file.
    """
    sections = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        kind: Worths({name: worth for name, worth in section.items() if name != NOBODY}, section.get(NOBODY, {}))
        for kind, section in sections.items()
    }
