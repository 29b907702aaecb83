"""The words of banmian, in English and Chinese: what `banmian explain` knows."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

# How alike two words are, of 100, for the one to be offered in place of the other: one letter of five may be wrong.
_LIKE = 70.0


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the glossary: the key that code and JSON use, what people call it, and what we mean by it."""

    key: str
    english: tuple[str, ...]
    chinese: tuple[str, ...]
    means: str

    @property
    def names(self) -> Iterator[str]:
        """All words for it."""
        yield self.key
        yield from self.english
        yield from self.chinese


@cache
def terms() -> tuple[Term, ...]:
    """All terms, in the order of the glossary."""
    entries = tomllib.loads(Path(__file__).with_name("glossary.toml").read_text(encoding="utf-8"))["term"]
    return tuple(Term(e["key"], tuple(e["english"]), tuple(e["chinese"]), e["means"]) for e in entries)


def explain(word: str) -> tuple[Term, ...]:
    """The terms that a word stands for: in English or Chinese, simplified or traditional; none if it is not known.

    >>> [term.key for term in explain("电头")], [term.key for term in explain("電頭")]
    (['dateline'], ['dateline'])
    >>> [term.key for term in explain("Drop head")]
    ['deck']
    """
    found = tuple(term for term in terms() if _plain(word) in map(_plain, term.names))
    return found or tuple(term for term in terms() if _simplified(word) in term.names)


def near(word: str, *, limit: int = 5) -> tuple[str, ...]:
    """Words of the glossary that look like this one, the most alike first.

    >>> near("headlin")[0]
    'headline'
    >>> near("记着")[0]
    '记者'
    """
    from rapidfuzz import fuzz, process  # noqa: PLC0415  only for a word that is not known

    names = list(dict.fromkeys(name for term in terms() for name in term.names))
    found = process.extract(_plain(word), names, scorer=fuzz.ratio, processor=_plain, limit=limit)
    like = [name for name, score, _ in found if score >= _LIKE]
    return (
        tuple(like)
        or tuple(name for name in names if set(_simplified(word)) & set(name) and not name.isascii())[:limit]
    )


def _plain(word: str) -> str:
    return word.casefold().replace("_", " ").replace("-", " ").strip()


def _simplified(word: str) -> str:
    if word.isascii():
        return word
    from opencc import OpenCC  # noqa: PLC0415  its dictionaries take a tenth of a second to load

    return str(OpenCC("t2s").convert(word))
