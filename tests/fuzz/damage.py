"""Damage to pages: what goes wrong on the way from the press to a file, and what only chance can think of.

Each kind of damage is a function of a page and a source of chance, so that a seed gives the same page on any machine.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

Damage = Callable[[bytes, random.Random], bytes]

# At most this many kinds of damage to one page, and lines of a page that damage may make (pages are never longer).
MOST_KINDS = 4
MOST_LINES = 1500

# Characters that have a meaning of their own to a decoder, a line breaker or a regular expression.
ODD = (
    "\0\t\v\f\r\x1b\x7f\x85\xa0\xad\u200b\u200e\u2028\u2029\u3000\ufeff\ufffd\ue000\uf8ff\uff0e\u0301\ufe0f"
    "\U0001f600\U00020000\U000e0001（）“”《》【】—……·．０1a"
)
ENCODINGS = ("gb18030", "big5hkscs", "utf-16", "utf-16-be", "utf-8-sig")


def mutated(pages: Sequence[bytes], seed: int) -> bytes:
    """The damaged page of a number."""
    chance = random.Random(seed)
    page = pages[seed % len(pages)]
    for _ in range(chance.randint(1, MOST_KINDS)):
        page = chance.choice(KINDS)(page, chance)
    if chance.random() < 0.1:
        page = cut_bytes(page, chance)
    return page


def _lines(page: bytes) -> list[bytes]:
    return page.splitlines(keepends=True)


def _some(count: int, chance: random.Random) -> set[int]:
    """Some of so many things: few, many, or nearly all of them."""
    share = chance.choice((0.02, 0.1, 0.5, 0.95))
    return {i for i in range(count) if chance.random() < share}


def _text(page: bytes) -> str:
    return page.decode("utf-8", "surrogateescape")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def drop_lines(page: bytes, chance: random.Random) -> bytes:
    lines = _lines(page)
    gone = _some(len(lines), chance)
    return b"".join(line for i, line in enumerate(lines) if i not in gone)


def double_lines(page: bytes, chance: random.Random) -> bytes:
    lines = _lines(page)[: MOST_LINES // 2]
    twice = _some(len(lines), chance)
    return b"".join(line * (1 + (i in twice)) for i, line in enumerate(lines))


def shuffle_lines(page: bytes, chance: random.Random) -> bytes:
    lines = _lines(page)
    first = chance.randrange(len(lines) + 1)
    some = lines[first : first + chance.choice((3, 20, len(lines)))]
    chance.shuffle(some)
    lines[first : first + len(some)] = some
    return b"".join(lines)


def reverse_lines(page: bytes, _: random.Random) -> bytes:
    return b"".join(reversed(_lines(page)))


def join_lines(page: bytes, chance: random.Random) -> bytes:
    lines = _lines(page)
    ends = _some(len(lines), chance)
    return b"".join(line.rstrip(b"\r\n") if i in ends else line for i, line in enumerate(lines))


def break_lines(page: bytes, chance: random.Random) -> bytes:
    text = _text(page)
    places = sorted(chance.randrange(len(text) + 1) for _ in range(chance.choice((1, 10, 100))))
    pieces = [text[a:b] for a, b in zip([0, *places], [*places, len(text)], strict=True)]
    return _bytes(chance.choice(("\n", "\r\n", "\r", "\n\n")).join(pieces))


def spread(page: bytes, chance: random.Random) -> bytes:
    lines = _lines(page)
    some = _some(len(lines), chance)
    space = chance.choice((" ", "  ", "\u3000", "\t"))
    return b"".join(
        _bytes(space.join(_text(line).rstrip("\r\n")) + "\n") if i in some else line for i, line in enumerate(lines)
    )


def side_by_side(page: bytes, chance: random.Random) -> bytes:
    lines = [line.rstrip(b"\r\n") for line in _lines(page)]
    columns = chance.randint(2, 5)
    depth = -(-len(lines) // columns)
    gap = b" " * chance.choice((0, 1, 4, 12))
    return b"".join(gap.join(lines[row::depth]) + b"\n" for row in range(depth))


def alternate(page: bytes, chance: random.Random) -> bytes:
    lines = _lines(page)
    columns = chance.randint(2, 7)
    depth = -(-len(lines) // columns)
    return b"".join(line for row in range(depth) for line in lines[row::depth])


def odd_characters(page: bytes, chance: random.Random) -> bytes:
    text = list(_text(page))
    for _ in range(chance.choice((1, 10, 300))):
        if text:
            at = chance.randrange(len(text))
            text[at : at + chance.choice((0, 1))] = chance.choice(ODD) * chance.choice((1, 1, 1, 40))
    return _bytes("".join(text))


def damage_bytes(page: bytes, chance: random.Random) -> bytes:
    data = bytearray(page)
    for _ in range(chance.choice((1, 10, 300, 3000))):
        if data:
            at = chance.randrange(len(data))
            how = chance.randrange(3)
            if how == 0:
                data[at] = chance.randrange(256)
            elif how == 1:
                del data[at]
            else:
                data.insert(at, chance.choice((0, 0x20, 0x80, 0xFF, chance.randrange(256))))
    return bytes(data)


def cut_bytes(page: bytes, chance: random.Random) -> bytes:
    return page[: chance.randrange(len(page) + 1)]


def keep_little(page: bytes, chance: random.Random) -> bytes:
    lines = _lines(page)
    first = chance.randrange(len(lines) + 1)
    return b"".join(lines[first : first + chance.randint(1, 4)])


def repeat_line(page: bytes, chance: random.Random) -> bytes:
    lines = _lines(page)
    if not lines:
        return page
    at = chance.randrange(len(lines))
    lines[at:at] = [lines[at]] * chance.choice((2, 30, 400))
    return b"".join(lines)


def long_line(page: bytes, chance: random.Random) -> bytes:
    text = _text(page).replace("\n", "")
    return page + _bytes(text[: chance.choice((200, 3000, 20000))] + "\n")


def encode_anew(page: bytes, chance: random.Random) -> bytes:
    return _text(page).encode(chance.choice(ENCODINGS), "replace")


KINDS: tuple[Damage, ...] = (
    drop_lines,
    double_lines,
    shuffle_lines,
    reverse_lines,
    join_lines,
    break_lines,
    spread,
    side_by_side,
    alternate,
    odd_characters,
    damage_bytes,
    cut_bytes,
    keep_little,
    repeat_line,
    long_line,
    encode_anew,
)
