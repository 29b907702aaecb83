"""What the text of a page is set in: the size of its type, its faces and its leading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from banmian.geometry.legs.stacking import Leg

LEAST_FACE = 0.25  # a face with this share of the text is one of text, not of captions


@dataclass(frozen=True, slots=True)
class Type:
    """What the text of a page is set in.

    Args:
        size: of its type, in points.
        faces: its faces: those of the text, not of captions and bylines.
        leading: from the top of a line to the top of the next.
    """

    size: float
    faces: frozenset[tuple[str, bool]]
    leading: float


def text_type(found: Sequence[Leg]) -> Type:
    """The type of the text of a page: that which most of its characters are set in."""
    by_size: Counter[float] = Counter()
    for leg in found:
        # One line of large type says nothing; text runs over many lines.
        weight = min(len(leg.lines), 6)
        by_size[round(leg.size * 4) / 4] += weight * sum(len(line.text) for line in leg.lines)
    if not by_size:
        return Type(1.0, frozenset(), 1.5)
    size = max(by_size, key=lambda key: sum(count for near, count in by_size.items() if abs(near - key) <= 0.06 * key))
    faces: Counter[tuple[str, bool]] = Counter()
    steps: list[float] = []
    for leg in found:
        if abs(leg.size - size) <= 0.25 * size:
            for line in leg.lines:
                faces[line.face] += len(line.text)
            steps += [two.place.top - one.place.top for one, two in pairwise(leg.lines)]
    whole = sum(faces.values())
    own = frozenset(face for face, count in faces.items() if count >= LEAST_FACE * whole) or frozenset(faces)
    steps.sort()
    return Type(size, own, steps[len(steps) // 2] if steps else 1.5 * size)
