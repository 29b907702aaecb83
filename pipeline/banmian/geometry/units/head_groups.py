"""Groups of heads: kicker, headline and deck of one story, right below each other; the largest type is the headline."""

from __future__ import annotations

from collections.abc import Sequence

from banmian.geometry.frame import Printed
from banmian.geometry.legs.kinds import MEASURED_LARGER, Kinds, byline_of
from banmian.geometry.legs.stacking import LAPPED, Leg
from banmian.geometry.units.blocks import LIKELY, SURE, block_of
from banmian.geometry.units.head_lines import cut_heads
from banmian.grammar.captions import caption
from banmian.grammar.placed_bylines import may_sign
from banmian.grammar.rubrics import stands_over_head
from banmian.model import Block, Role

# As shares of a size of type: lines of one head differ by no more, and a kicker that is set hardly larger than text is
# larger by this; where the type was measured, both must allow for that.
SAME_HEAD, MEASURED_SAME, MEASURED_SMALL_HEAD = 1.08, 1.2, 1.15
# How far the heads of one story stand apart, in em of the larger.
STACKED = 1.4
# Lines of a kicker or a deck in type hardly larger than the text, and of one in the face of its head.
MOST_SMALL, MOST_ALIKE = 2, 4
MOST_SIGNED = 2  # lines of a byline


def head_groups(page: Kinds) -> list[list[int]]:
    """The legs of each group of heads: those right below each other, and kickers and decks in smaller type."""
    groups: list[list[int]] = []
    for number in sorted(page.heads, key=lambda number: page.legs[number].place.top):
        group = next((group for group in groups if _stacked(page, group[-1], number)), None)
        if group is None:
            groups.append([number])
        else:
            group.append(number)
    # A kicker or a deck may be set in type hardly larger than the text: few lines, right above or below a head.
    used = set(page.heads)
    for number in page.texts:
        leg = page.legs[number]
        larger = leg.size >= MEASURED_LARGER * page.type.size
        if number in used or len(leg.lines) > MOST_ALIKE or not (larger or page.all_odd(number)):
            continue
        for group in groups:
            upper, lower = page.legs[group[0]].place, page.legs[group[-1]].place
            above = 0 <= upper.top - leg.place.bottom <= 1.2 * leg.size
            below = 0 <= leg.place.top - lower.bottom <= 1.2 * leg.size
            centred = upper.beside(leg.place) >= 0.9 * min(leg.place.width, upper.width)
            rubric = above and larger and stands_over_head(leg.text)
            signed = not rubric and (page.byline(leg) or (below and _opens_signed(leg)))
            if not (above or below) or not centred or signed or caption(leg.text) or upper.height <= 0:
                continue
            measured = not page.known_faces and leg.size >= MEASURED_SMALL_HEAD * page.type.size
            if len(leg.lines) > MOST_SMALL and not (measured or _alike(page, number, group)):
                continue
            if below and len(leg.lines) <= MOST_SMALL and may_sign(leg.text):
                continue
            if _in_text(page, number):
                continue
            middle = abs(upper.left + upper.right - leg.place.left - leg.place.right) / 2
            flush = abs(upper.left - leg.place.left) <= leg.size
            if not page.known_faces and middle > 2 * leg.size and not flush:
                continue
            group.insert(0 if above else len(group), number)
            used.add(number)
            break
    return groups


def _opens_signed(leg: Leg) -> bool:
    """Whether a leg begins with a byline: one in the face of its head, and the caption of a picture right below it."""
    found = [byline_of(leg.lines[:count]) for count in range(1, min(MOST_SMALL, len(leg.lines)) + 1)]
    return any(byline is not None and byline.certain for byline in found)


def _alike(page: Kinds, number: int, group: Sequence[int]) -> bool:
    """Whether a leg is set in the faces of some heads, which are known."""
    faces = {line.face for head in group for line in page.legs[head].lines}
    return page.known_faces and faces.issuperset(line.face for line in page.legs[number].lines)


def _in_text(page: Kinds, number: int) -> bool:
    """Whether text of the same column stands right above and right below a leg."""
    place, em = page.legs[number].place, page.type.size
    near = [page.legs[other].place for other in page.texts if other != number]
    above = any(0 <= place.top - other.bottom <= em and other.beside(place) > 0 for other in near)
    below = any(0 <= other.top - place.bottom <= em and other.beside(place) > 0 for other in near)
    return above and below


def _stacked(page: Kinds, upper: int, lower: int) -> bool:
    """Whether a head stands below another as heads of one story do."""
    one, two = page.legs[upper], page.legs[lower]
    if one.across is not two.across:
        return False
    large = max(one.size, two.size)
    if one.across:
        # Heads across stand beside each other.
        gap = -one.place.beside(two.place)
        return -0.3 * large <= gap <= STACKED * large and one.place.level(two.place) > 0
    gap = two.place.top - one.place.bottom
    over = one.place.beside(two.place)
    return -LAPPED * large <= gap <= STACKED * min(large, 2.5 * min(one.size, two.size)) and over >= 0.6 * min(
        one.place.width, two.place.width
    )


def heads_of(page: Kinds, group: Sequence[int]) -> list[Block]:
    """The heads of a group by their roles: the largest type is the headline's."""
    if not page.known_faces and not any(page.legs[number].across for number in group):
        return _measured(page, group)
    found = [page.legs[number] for number in group]
    largest = max(leg.size for leg in found)
    same = SAME_HEAD if page.known_faces else MEASURED_SAME
    first = next(place for place, leg in enumerate(found) if leg.size * same >= largest)
    blocks: list[Block] = []
    for place, leg in enumerate(found):
        text = leg.text
        if leg.size * same >= largest and not (blocks and text.startswith("——")):
            role = Role.HEADLINE
        else:
            role = Role.KICKER if place < first else Role.DECK
        if role is Role.DECK and not text.startswith("—") and page.byline(leg):
            role = Role.BYLINE
        blocks.append(
            block_of(role, page.read(group[place]), SURE if leg.size < largest or len(found) == 1 else LIKELY)
        )
    return blocks


def _measured(page: Kinds, group: Sequence[int]) -> list[Block]:
    """The heads of a group whose type was measured, and the byline below them."""
    lines = [line for number in group for line in page.read(number)]
    signed = next((count for count in (MOST_SIGNED, 1) if _signs(lines[len(lines) - count :], lines)), 0)
    parts = cut_heads(lines[: len(lines) - signed], page.known)
    sizes = [sum(line.size for line in part) / len(part) for part in parts]
    headline = sizes.index(max(sizes))
    sure = LIKELY if len(parts) > 1 else SURE
    blocks = [
        block_of(Role.HEADLINE if at == headline else Role.KICKER if at < headline else Role.DECK, part, sure)
        for at, part in enumerate(parts)
    ]
    return [*blocks, block_of(Role.BYLINE, lines[len(lines) - signed :], LIKELY)] if signed else blocks


def _signs(some: Sequence[Printed], lines: Sequence[Printed]) -> bool:
    """Whether the last lines of a group are a byline: by their words, and no larger than what stands above them."""
    if len(some) >= len(lines) or some[0].text.startswith("—"):
        return False
    byline = byline_of(some)
    above = lines[: len(lines) - len(some)]
    return byline is not None and byline.certain and max(line.size for line in some) <= max(line.size for line in above)
