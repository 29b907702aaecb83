"""The number of a page in its issue (版次): as its folio prints it, or as its file is called."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from dataclasses import replace

import regex

from banmian.grammar.furniture import printed_number
from banmian.grammar.jumps import page_number
from banmian.model import Page
from banmian.naming import place

_NUMBER = regex.compile(r"(?i:p|page|pg|第)?[-_.\s]*(?P<number>[A-H]?\d{1,2}|[一二三四五六七八九十]{1,3})\s*版?")


def numbered(pages: Sequence[Page]) -> tuple[Page, ...]:
    """The pages with their numbers, as far as they are told: by `Page.number`, the folio, or the id."""
    return tuple(page if page.number else replace(page, number=number_of(page)) for page in pages)


def number_of(page: Page) -> str:
    """The number of a page by its folio or else by its id; "" where neither tells.

    >>> number_of(Page.of("", id="2020-05-28/A03")), number_of(Page.of("", id="2020-05-28"))
    ('A3', '')
    """
    told = {plain_number(number) for piece in page.furniture if (number := printed_number(piece.text))}
    if len(told) == 1:
        return told.pop()
    return number_in_name(posixpath.basename(page.id))


def number_in_name(name: str) -> str:
    """The number of a page in the name of a file, where it is clear; else "".

    >>> [number_in_name(name) for name in ("02", "p3", "20200528-04-news", "2020-05-28_A05", "第三版", "20200528")]
    ['2', '3', '4', 'A5', '3', '']
    """
    told = place(name)
    if told.date or told.number:
        return told.number
    for piece in (name, regex.split(r"[-_.\s]+", name)[-1]):
        found = _NUMBER.fullmatch(piece)
        if found:
            return plain_number(found["number"])
    return ""


def same_number(one: str, two: str) -> bool:
    """Whether two page numbers are the same, one of which may lack the letter of its section.

    >>> same_number("3", "A3"), same_number("A3", "B3"), same_number("3", "4")
    (True, False, False)
    """
    letters = [number[:1] if number[:1].isalpha() else "" for number in (one, two)]
    return one[len(letters[0]) :] == two[len(letters[1]) :] and ("" in letters or letters[0] == letters[1])


def plain_number(printed: str) -> str:
    """A printed page number as digits, without leading zeros.

    >>> plain_number("第03版"), plain_number("A05"), plain_number("第 十二 版")
    ('3', 'A5', '12')
    """
    number = page_number("".join(printed.split()).removeprefix("第").removesuffix("版"))
    return number[:1] + (number[1:].lstrip("0") or "0") if number[:1].isalpha() else number
