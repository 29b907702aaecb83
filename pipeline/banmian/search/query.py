"""What somebody searches, in words: 疫情 复工, "复工 复产", -武汉."""

from __future__ import annotations

import re
from dataclasses import dataclass

from banmian.search.words import Folding, word_tokens

_OPENING, _CLOSING = '"“”„「『', '"“”„」』'
# An exclusion, then a phrase in quotes (the last need not be closed) or whatever has no space in it. White space before
# a minus makes it one: 2019-2020 has none, and is one word.
_PART = re.compile(
    rf"(?P<minus>(?:(?<=\s)|^)[-\u2212\uff0d])?"
    rf"(?:[{_OPENING}](?P<phrase>[^{_CLOSING}]*)(?:[{_CLOSING}]|$)|(?P<word>[^\s{_OPENING}{_CLOSING}]+))"
    rf"|[{_CLOSING}]"
)

# A sentence has some thirty characters; ten thousand are a page that was pasted by mistake.
LONGEST = 1_000


class QueryError(ValueError):
    """A query that asks for nothing; the message says what to ask."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word or a phrase: as it was typed, and its tokens."""

    text: str
    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """What an article must have, all of it, and what it must not have, any of it."""

    words: tuple[Word, ...]
    without: tuple[Word, ...] = ()

    @property
    def expression(self) -> str:
        """The same for FTS5. Tokens are letters, digits and `|`, so that no query is an error or more than a query.

        >>> Query((Word("复工", ("复", "工")),), (Word("36", ("36",)),)).expression
        '("复 工") NOT ("36")'
        """
        wanted = " AND ".join(_phrase(word) for word in self.words)
        unwanted = " OR ".join(_phrase(word) for word in self.without)
        return f"({wanted}) NOT ({unwanted})" if self.without else f"({wanted})"


def parse_query(text: str, fold: Folding) -> Query:
    """The query that a text is.

    >>> query = parse_query('疫情 “复工 复产” -武汉', Folding({}))
    >>> [word.text for word in query.words], [word.text for word in query.without]
    (['疫情', '复工 复产'], ['武汉'])

    Raises:
        QueryError: it has no word to search, or is too long.
    """
    if len(text) > LONGEST:
        raise QueryError(f"the query has {len(text)} characters, and {LONGEST} is the most; search a part of it")
    words: dict[tuple[str, ...], Word] = {}
    without: dict[tuple[str, ...], Word] = {}
    for match in _PART.finditer(text):
        printed = (match["phrase"] if match["word"] is None else match["word"]) or ""
        tokens = tuple(word_tokens(printed, fold))
        if tokens:
            (without if match["minus"] else words).setdefault(tokens, Word(printed, tokens))
    if not words and without:
        raise QueryError("the query says only what is not to be in an article; say a word that is, too")
    if not words:
        raise QueryError("the query has no word in it; say a character, a word or a phrase to search")
    return Query(tuple(words.values()), tuple(without.values()))


def _phrase(word: Word) -> str:
    return f'"{" ".join(word.tokens)}"'
