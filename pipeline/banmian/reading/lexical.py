"""What texts of a page have in common: the rare character pairs that a head shares with its story.

A pair of characters (bigram) that is rare in newspapers and stands in few blocks of the page ties the texts that have
it together: names, places, the terms of a story. Its weight is its information in newspaper text (−log p, in nats),
less what any two texts share, and divided among the blocks that have it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from banmian.language import Statistics, bigram_information, char_information

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]

# Pairs with less information than this (in nats) stand in every story: 的一, 中国, 工作.
COMMON_NATS = 6.0


# A character with less information than this stands everywhere: 的, 一, 国.
COMMON_CHARACTER_NATS = 5.0


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """What heads and bodies share.

    Args:
        in_heads: (heads, pairs) which heads have which pairs of characters; the pairs are all those of the heads.
        in_bodies: (bodies, pairs) which bodies have them.
        weights: (pairs,) what sharing each is worth, in nats.
        likeness: (bodies, bodies) what bodies share with each other, in nats, by all pairs.
    """

    in_heads: Flags
    in_bodies: Flags
    weights: Floats
    likeness: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Characters:
    """The single characters that heads share with bodies: a head shortens words that its story writes out.

    Args:
        in_heads: (heads, characters) which heads have which; the characters are all those of the heads.
        in_bodies: (bodies, characters) which bodies have them.
        weights: (characters,) what sharing each is worth, in nats.
    """

    in_heads: Flags
    in_bodies: Flags
    weights: Floats


def character_codes(texts: Sequence[str]) -> tuple[Ints, Ints]:
    """The letters, digits and Han of all texts as codes, and the number of the text that each is from."""
    points = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.int64)
    owner = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    word = _is_word(points)
    return points[word], owner[word]


def _is_word(points: Ints) -> Flags:
    """Letters, digits and Han; punctuation, spaces and breaks tie nothing together."""
    return (points >= 0x3400) & (points < 0xFF00) | (points >= 0x20000) | (points >= 0x30) & (points < 0x7F)


def compare_characters(heads: Sequence[str], bodies: Sequence[str], statistics: Statistics) -> Characters:
    """What single characters the texts of heads and bodies share."""
    codes, owner = character_codes(heads)
    of_heads = np.unique(codes)
    in_bodies = presence(*character_codes(bodies), len(bodies), of_heads)
    known = "".join(map(chr, of_heads.tolist()))
    told = np.maximum(char_information(statistics, known) - COMMON_CHARACTER_NATS, 0.0)
    weights = (told / np.sqrt(np.maximum(in_bodies.sum(axis=0), 1))).astype(np.float32)
    return Characters(presence(codes, owner, len(heads), of_heads), in_bodies, weights)


def pair_codes(texts: Sequence[str]) -> tuple[Ints, Ints]:
    """The character pairs of all texts as codes, and the number of the text that each is from."""
    joined = "\n".join(texts)
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.int64)
    if len(points) < 2:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    lengths = np.array([len(text) + 1 for text in texts], dtype=np.int64)
    owner = np.repeat(np.arange(len(texts)), lengths)[: len(points) - 1]
    word = _is_word(points)
    good = word[:-1] & word[1:]
    codes = points[:-1] << 21 | points[1:]
    return codes[good], owner[good]


def presence(codes: Ints, owner: Ints, count: int, vocabulary: Ints) -> Flags:
    """Which texts have which pairs of a vocabulary, shape (count, pairs)."""
    table = np.zeros((count, len(vocabulary)), dtype=bool)
    if len(vocabulary) and len(codes):
        at = np.searchsorted(vocabulary, codes)
        at[at == len(vocabulary)] = 0
        hit = vocabulary[at] == codes
        table[owner[hit], at[hit]] = True
    return table


def information(codes: Ints, statistics: Statistics) -> Floats:
    """The information of each pair in newspaper text, in nats."""
    points = np.stack([codes >> 21, codes & 0x1FFFFF, np.full(len(codes), 10)], axis=1).astype(np.uint32).ravel()
    text = points.tobytes().decode("utf-32-le", "surrogatepass")
    return bigram_information(statistics, text)[::3].astype(np.float32)


def compare(heads: Sequence[str], bodies: Sequence[str], statistics: Statistics) -> Comparison:
    """What the texts of heads and bodies share."""
    head_codes, head_owner = pair_codes(heads)
    body_codes, body_owner = pair_codes(bodies)
    of_heads = np.unique(head_codes)
    in_heads = presence(head_codes, head_owner, len(heads), of_heads)
    in_bodies = presence(body_codes, body_owner, len(bodies), of_heads)
    several = _several(body_codes, body_owner)
    between = presence(body_codes, body_owner, len(bodies), several)
    shared = between.astype(np.float32)
    likeness = ((shared * _weights(several, between, statistics)) @ shared.T).astype(np.float32, copy=False)
    return Comparison(in_heads, in_bodies, _weights(of_heads, in_bodies, statistics), likeness)


def _several(codes: Ints, owner: Ints) -> Ints:
    """The pairs that stand in at least two texts."""
    order = np.argsort(codes, kind="stable")  # the texts of a pair stay in order
    codes, owner = codes[order], owner[order]
    again = (codes[1:] == codes[:-1]) & (owner[1:] != owner[:-1])
    return np.unique(codes[1:][again])


def _weights(codes: Ints, table: Flags, statistics: Statistics) -> Floats:
    if not len(codes):
        return np.zeros(0, dtype=np.float32)
    return pair_weights(codes, np.maximum(table.sum(axis=0), 1), statistics)


def pair_weights(codes: Ints, have: NDArray[np.integer], statistics: Statistics) -> Floats:
    """What sharing each pair is worth, in nats, of pairs that so many texts have (`have`, at least 1)."""
    weights: Floats = (np.maximum(information(codes, statistics) - COMMON_NATS, 0.0) / np.sqrt(have)).astype(np.float32)
    return weights
