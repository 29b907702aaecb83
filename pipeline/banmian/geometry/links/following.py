"""What the places of two legs say about the one going on in the other: below it, or at the top of the next column.

All pairs of legs that could be are looked at at once; odds are in nats.
"""

from __future__ import annotations

import numpy as np

from banmian.geometry.links.covering import LEVEL, Covering
from banmian.geometry.links.nodes import Bools, Floats, Ints, Places

# Odds in nats. What is nearly always so in print has some 6 (0.998), what is mostly so 3 (0.95), a preference 1. Most
# of these and of those in `beginning` were tried at half as much again and at two thirds, on 100 pages that
# `banmian.fit.printed_press` prints; distance, and a head right over a leg, weigh more for it: what else gained there
# cost the pages for checking something.
BELOW, BESIDE = 4.0, 4.0  # right below in the column; at the top of the next column
BACK = 2.0  # to the left and down: a story set in two rows of columns, one below the other
PER_EM = 0.4  # of distance
HEAD_BETWEEN = 5.0  # a head stands between the two
SAME_HEAD = 1.0  # both stand under one head
TEXT_BETWEEN = 3.0  # other text does
COLUMN_BETWEEN = 1.5  # ... beside them
OTHER_TYPE = 4.0  # one is set in other type
OTHER_MEASURE = 2.0  # one column is wider
UPWARDS = 3.0  # all of a leg lies above all of the other
OTHER_FRAME = 6.0  # one stands in a frame (加框), the other not
EVEN, LEADING = 1.0, 1.5  # em between the edges of a lead and of the column that it goes on in, and between their lines
UNEVEN = 2.5  # the next column does not begin at the height of this one, nor below the head

# How much larger the type of a leg may be that is of one story with another.
_SAME_TYPE = 1.12
# In em: how far the columns of one story differ in width.
_SAME_WIDTH = 2.5


def possible(page: Covering) -> Bools:
    """Whether a reader could go on from each leg (a row) to each other (a column): downwards, or to the right."""
    one, two = page.places.column, page.places
    em = np.maximum(page.em[:, None], page.em)
    onwards = (two.top >= one.bottom - 0.5 * em) | (two.left >= one.right - 2 * em)
    found: Bools = onwards & (page.across[:, None] == page.across)
    return found


def follows(page: Covering, u: Ints, v: Ints) -> Floats:
    """What the places of some legs `u` say about each going on in the same one of the legs `v`."""
    one, two = page.places[u], page.places[v]
    em = np.maximum(page.em[u], page.em[v])
    value = np.zeros(len(u))
    value -= OTHER_TYPE * (em > _SAME_TYPE * np.minimum(page.em[u], page.em[v]))
    leads = _leads(page, u, v, em)
    value -= OTHER_MEASURE * (_other_measure(page, u, v, em) & ~leads)
    value -= page.drawn.ruled_off(one, two)
    value -= UPWARDS * (two.bottom <= one.top + 0.5 * em)
    value -= OTHER_FRAME * (page.frames[u] != page.frames[v])
    below = (two.top >= one.bottom - 0.5 * em) & (one.beside(two) > 0.5 * np.minimum(one.width, two.width))
    right = ~below & (two.left >= one.right - 2 * em)
    back = ~below & ~right
    leaves = _leaves(page, u, v)
    value[below] += _below(page, u[below], v[below], em[below], leaves[below]) + OTHER_MEASURE * leads[below]
    value[right] += _right(page, u[right], v[right], em[right], leaves[right])
    value[back] = value[back] - BACK + _down_left(page, u[back], v[back], em[back])
    return value


def _other_measure(page: Covering, u: Ints, v: Ints, em: Floats) -> Bools:
    """Whether one column is wider than the other, as far as they have lines enough to show it."""
    wider = (page.right[u] - page.places.left[u]) - (page.right[v] - page.places.left[v])
    much = _SAME_WIDTH * em
    one, two = page.measured[u], page.measured[v]
    found: Bools = np.where(one & two, np.abs(wider) > much, ((wider > much) & two) | ((-wider > much) & one))
    return found


def _leads(page: Covering, u: Ints, v: Ints, em: Floats) -> Bools:
    """Whether a leg runs over several columns, and the other is the first of them, right below it."""
    one, two = page.places[u], page.places[v]
    gap = (two.top - one.bottom) / em
    flush = np.abs(one.left - two.left) <= EVEN * em
    found: Bools = flush & (gap >= -EVEN) & (gap <= LEADING) & (page.right[u] - page.right[v] > _SAME_WIDTH * em)
    return found


def _below(page: Covering, u: Ints, v: Ints, em: Floats, leaves: Bools) -> Floats:
    one, two = page.places[u], page.places[v]
    value = BELOW - PER_EM * np.maximum(0.0, (two.top - one.bottom) / em - 2)
    value -= OTHER_MEASURE * ~page.one_column(u, v)
    room = Places(np.maximum(one.left, two.left), one.bottom, np.minimum(one.right, two.right), two.top).column
    value -= HEAD_BETWEEN * (_head_in(page, room) | leaves)
    return value - TEXT_BETWEEN * np.minimum(2, _legs_in(page, room, u, v))


def _head_in(page: Covering, room: Places) -> Bools:
    """Whether a head that has legs under it stands in a place."""
    used = np.array([bool(covered) for covered in page.under_head], dtype=np.bool_)
    heads = page.head_places
    return _any(used & (heads.level(room) > 0.5 * heads.height) & (heads.beside(room) > 0))


def _legs_in(page: Covering, room: Places, u: Ints, v: Ints) -> Ints:
    """How many legs but two stand in a place."""
    inside = (page.places.level(room) > 0) & (page.places.beside(room) > page.em)
    return _others(inside, u, v)


def _any(found: Bools) -> Bools:
    """Whether anything was found for each pair (a row)."""
    some: Bools = np.logical_or.reduce(found, axis=1)
    return some


def _others(found: Bools, u: Ints, v: Ints) -> Ints:
    """How many legs (columns) were found for each pair (a row), the two themselves left out."""
    rows = np.arange(len(u))
    found[rows, u] = False
    found[rows, v] = False
    counts: Ints = found.sum(axis=1)
    return counts


def _right(page: Covering, u: Ints, v: Ints, em: Floats, leaves: Bools) -> Floats:
    two, start = page.places[v], page.tops[u]
    value = BESIDE - PER_EM * np.maximum(0.0, (two.left - page.right[u]) / em - 3)
    even = np.abs(two.top - start) <= LEVEL * em
    under_head = ~even & (two.top > start) & page.under_a_head(v)
    inside = ~even & ~under_head & (np.abs(page.tops[v] - two.top) > em)  # it is not the first of its column
    higher = ~even & ~under_head & ~inside & (two.top < start) & ~_beside_own_head(page, u, v, em)
    own, other = page.heads_of[u], page.heads_of[v]
    both = even & _any(own) & _any(other)
    value -= UNEVEN * ~even
    value -= HEAD_BETWEEN * under_head
    value -= TEXT_BETWEEN * inside
    value -= UNEVEN * higher
    value += np.where(both, np.where(_any(own & other), SAME_HEAD, -HEAD_BETWEEN), 0.0)
    value -= HEAD_BETWEEN * (~even & leaves)
    value -= TEXT_BETWEEN * _goes_on_below(page)[u]  # a column that goes on below is read to its end first
    return value - COLUMN_BETWEEN * np.minimum(_columns_between(page, u, v, em), 3)


def _goes_on_below(page: Covering) -> Bools:
    """Which legs go on in the one that stands right below them."""
    found = np.zeros(len(page.legs), dtype=np.bool_)
    found[page.ceilings[page.goes_on_above & ~page.starts]] = True
    return found


def _beside_own_head(page: Covering, u: Ints, v: Ints, em: Floats) -> Bools:
    """Whether a leg begins higher than another because it stands beside the head, not under it."""
    level = np.abs(page.places.top[v][:, None] - page.head_places.top) <= 2 * em[:, None]
    return _any(level & page.heads_of[u])


def _columns_between(page: Covering, u: Ints, v: Ints, em: Floats) -> Ints:
    """How many legs stand between two that are beside each other, level with the column of the first."""
    start, em = page.tops[u], em[:, None]
    one, two = page.places[u].column, page.places[v].column
    reach = Places(one.left, start[:, None], one.right, np.maximum(one.bottom, start[:, None] + em))
    between = (page.places.left >= one.right - em) & (page.places.right <= two.left + em)
    return _others(between & (page.places.level(reach) > em), u, v)


def _leaves(page: Covering, u: Ints, v: Ints) -> Bools:
    """Whether a reader who goes from one leg to another leaves what stands under one head for what is above it."""
    swap = page.places.top[u] > page.places.top[v]
    upper, lower = np.where(swap, v, u), np.where(swap, u, v)
    em = np.array([head.em for head in page.heads], dtype=np.float64)
    above = page.places.bottom[upper][:, None] <= page.head_places.top + em
    return _any(above & page.heads_of[lower] & ~page.heads_of[upper])


def _down_left(page: Covering, u: Ints, v: Ints, em: Floats) -> Floats:
    value = -PER_EM * np.maximum(0.0, (page.places.top[v] - page.places.bottom[u]) / em)
    return value - HEAD_BETWEEN * page.under_a_head(v)
