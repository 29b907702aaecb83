"""What extractors break of bylines: lines that begin one, and pieces of titles and names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import regex

from banmian.grammar.bylines import BRACKETS, MARKS, SPACES, has_title, parse_byline, tells_of_reporter
from banmian.grammar.names import cut_names, is_name, read_names
from banmian.rules import entries, pattern

MOST_LINES = 3  # of a byline that a narrow measure broke
LONGEST_REST = 14  # characters of each of its lines but the first
_ENDS_IN_NAME = regex.compile(r"\s\p{Han}$")
_CUT_TITLE = 8  # a line this short may end before the title does
_CUT = ("本报", "本報", "本刊", "记者", "記者", "通讯", "通訊", "新华社记", "新華社記")
_BEGIN = frozenset(MARKS + BRACKETS) | SPACES
_ALONE = ("□", "◎")  # marks that stand before bylines and no heads
_BETWEEN = regex.compile(rf"[\s、{MARKS}（）()〔〕【】［］\[\]]+")
_FIRST_NAME = regex.compile(r"[\p{Han}·]+")


def opens_byline(text: str) -> bool:
    """Whether a line begins like a byline, be it whole or cut by the end of the line.

    A yes says only that the next line may belong to it: join the two and ask `parse_byline`.

    >>> [opens_byline(text) for text in ("本报记者 甘小禾 通讯", "本报记者", "（记者 甘小禾 佟", "记者从市政府获悉")]
    [True, True, True, False]
    """
    size = len(text)
    if not 2 <= size <= 60:
        return False
    if text[0] not in _BEGIN and not has_title(text[:14]) and (size > _CUT_TITLE or text[:2] not in _heads()):
        return False
    text = text.strip()
    if len(text) < 2 or text[-1] in "。！？…；：”摄攝" or text[-2] in "摄攝" or tells_of_reporter(text):
        return False
    match = pattern("bylines", "roles").fullmatch(text, partial=True)
    if match is None:
        return _opens_signed(text)
    titles = match.spans("as")
    if not titles:  # the title itself is cut
        bare = text.lstrip(MARKS + BRACKETS + " ")
        return len(text) <= _CUT_TITLE and bare.startswith(_CUT)
    end = titles[0][1]
    names = match.spans("who")
    behind = text[names[0][0] : names[0][1]] if names else text[end:].strip(" \u3000\u00a0：:、")
    first = _FIRST_NAME.match(behind)
    if not behind or len(titles) > 1 or (first and len(first[0]) == 1):
        return True
    apart = text[end] in SPACES
    return bool(first and (read_names(first[0], word=True) or (apart and is_name(first[0], surname=False))))


def wrapped(texts: Sequence[str]) -> Iterator[range]:
    """The lines next to each other that are one byline, which a narrow measure broke inside of a name.

    >>> list(wrapped(["本报记者 甘小禾 通讯员 佟", "一苇", "渡口新船下水", "本报记者 甘小禾", "渡口"]))
    [range(0, 2)]
    """
    for i, text in enumerate(texts):
        if not (_ENDS_IN_NAME.search(text) and opens_byline(text)):
            continue
        whole = text
        for at in range(i + 1, min(i + MOST_LINES, len(texts))):
            if len(texts[at]) > LONGEST_REST:
                break
            whole += texts[at]
            if parse_byline(whole) is not None:
                yield range(i, at + 1)
                break


def is_piece(text: str) -> bool:
    """Whether a text may be a piece of a byline that an extractor broke: names and titles, or what was left of them.

    A single character may be of a name that is set as wide as one of three. A head may have the looks of a name
    (花卉俏): ask only where more speaks for a byline than its words.

    >>> [is_piece(text) for text in ("佟一苇", "（方 圆", "苇）", "讯员 甘小禾", "佟一苇 文/图", "□", "渡口新船", "")]
    [True, True, True, True, True, True, False, False]
    """
    words = _BETWEEN.sub(" ", text).split()
    return (bool(words) or text in _ALONE) and all(
        len(word) == 1 or word in _pieces_of_titles() or is_name(word) or cut_names(word) != () for word in words
    )


def is_broken(text: str) -> bool:
    """Whether a byline is a piece that an extractor broke off: a title without its names, or part of a name.

    >>> [is_broken(text) for text in ("新华社记者", "苇", "讯员", "老墨", "柳湾二中 甘小禾")]
    [True, True, True, False, False]
    """
    bare = "".join(text.split())
    return len(bare) < 2 or bare in _pieces_of_titles() or bare.endswith(entries("names", "title"))


def _opens_signed(text: str) -> bool:
    """Whether a line is the beginning of names in brackets."""
    if text[0] not in BRACKETS or text[-1] in "）)〕】］]":
        return False
    names = text[1:].replace("、", " ").split()
    return len(names) > 1 and all(is_name(name) for name in names[:-1]) and len(names[-1]) <= 3


@cache
def _heads() -> frozenset[str]:
    """The first two characters of agencies and titles, and what is left of a title at the end of a line."""
    more = ("本报", "本報", "本刊", "本台", "见习", "見習", "实习", "實習", "首席", "特约", "特約")
    return frozenset(name[:2] for name in (*entries("agencies", "agency"), *entries("names", "title"), *more))


@cache
def _pieces_of_titles() -> frozenset[str]:
    """Titles and works, whole or as a break leaves them."""
    titles = [paper + title for title in entries("names", "title") for paper in ("", "本报", "本報", "特约", "特約")]
    cut = {piece for title in titles for at in range(len(title)) for piece in (title[at:], title[: at + 1])}
    return frozenset(cut).union(entries("names", "work"))
