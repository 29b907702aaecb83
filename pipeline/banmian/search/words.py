"""Words for a full-text index of Chinese: one token a character, scripts and widths folded.

Chinese has no spaces between words, and half of its words have two characters, many of them one. So the index has every
character as a token of its own, and a word is a phrase: 复工 is 复 right before 工. That finds words of any length,
and nothing else. Measured on 2,000 pages (13,300 articles, 7.5 million characters), with SQLite 3.40, two cores:

| tokens | index | made in | 1 character | 2 characters | 4 characters |
| --- | --- | --- | --- | --- | --- |
| `trigram` of SQLite | 52 MB | 7.6 s | finds none | finds none | 0.1 ms |
| pairs, spaces between | 39 MB | 7.5 s | 8.4 ms, 50 at most | 0.1 ms, 4 at most | 0.2 ms |
| pairs, with `prefix='1'` | 60 MB | 8.5 s | 5.7 ms, 10 at most | 0.1 ms, 4 at most | 0.2 ms |
| single characters | 26 MB | 4.0 s | 5.1 ms, 10 at most | 0.8 ms, 8 at most | 0.8 ms |

Segmentation into words by a dictionary would be smaller still, but what one sentence cuts as 濮阳市|长 the next cuts as
濮阳|市长, and a search that misses what stands on the page is of no use to an archive.

Texts are folded before: traditional characters to simplified, full width to half, capitals to small letters. Folding
goes character by character and *keeps the length*, so that what is found in the folded text is marked in the printed
text at the same place. It asks OpenCC for one character at a time, texts and queries alike, so that both printings of a
word meet, right or wrong: 乾 reads as 干, in 乾隆 as well as in 餅乾.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

# Spellings that OpenCC leaves alone, because it decides by the word (瞭解, 瞭望) or takes them for letters of their
# own. Who searches a word wants it however it was set; papers before 1950 are full of the last ones.
_VARIANTS = dict(
    zip(
        "瞭著覆藉祇甦衞汚竝妳牠馀薰靑淸鄕囘囬廻徧畧効眞敎",
        "了着复借只苏卫污并你它余熏青清乡回回回遍略效真教",
        strict=True,
    )
)

# Characters that are a token each: of Chinese, Japanese and Korean, which set no spaces, and of private use, which are
# Chinese characters that only the font of the page knows.
_SINGLE = (
    "[\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3040-\u30fa\u30fc-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\ue000-\ufaff\U00020000-\U0003fffd]"
)
# A number or a Latin word is one token: 36 is no part of 1360.
_RUN = rf"(?:(?!{_SINGLE})[^\W_])+"
# What stands inside of words, and does not part them: the space in 王　芳, the dot in 卡尔·马克思, the quotes in
# “一带一路”倡议. Whoever searches leaves them out, or sets others.
_SKIPPED = "[\\s\xb7\u2027\u2022\u30fb\uff65\"'\u2018-\u201f\u300a-\u300f\u3008\u3009\ufe41-\ufe44]"
_PARTING = rf"(?:(?!{_SINGLE}|{_SKIPPED})[\W_])"

# The token for punctuation, any of it: 新闻，报道 has no 闻报 in it.
PARTED = "|"

_PARTINGS = re.compile(rf"(?:{_PARTING}{_SKIPPED}*)+")
_TOKENS = re.compile(rf"{_SINGLE}|{_RUN}|\|")
_LONE = re.compile("[\ud800-\udfff]")


class Mark(NamedTuple):
    """A place in a text where a word stands, half-open; `word` is the number of the word that was searched."""

    start: int
    end: int
    word: int


@dataclass(frozen=True)
class Folding:
    """Which characters read as which others.

    Args:
        table: a character for each that is not read as itself. An archive keeps the table that it was made with, so
            that it finds the same with any version of OpenCC, or none.
    """

    table: Mapping[str, str]

    @cached_property
    def _codes(self) -> dict[int, str]:
        return {ord(char): folded for char, folded in self.table.items()}

    def __call__(self, text: str) -> str:
        """The text with every character folded; as long as before."""
        return text.translate(self._codes)


def folding() -> Folding:
    """The folding for a new archive. Takes OpenCC and 0.2 s.

    >>> fold = folding()
    >>> fold("濮陽市政協ＡＢ１２")
    '濮阳市政协ab12'
    """
    import opencc  # noqa: PLC0415  only who makes an archive needs it

    simplify = opencc.OpenCC("t2s").convert
    chars = [chr(code) for code in (*range(0x21, 0xD800), *range(0xE000, 0x10000), *range(0x20000, 0x32400))]
    # One character a line: a line has no words that OpenCC could know.
    plain = [_one(unicodedata.normalize("NFKC", char), char) for char in chars]
    simple = simplify("\n".join(plain)).split("\n")
    table = {}
    for char, known, found in zip(chars, plain, simple, strict=True):
        folded = _one(found, known)
        folded = _VARIANTS.get(folded, folded)
        folded = _one(folded.lower(), folded)
        if folded != char and _kind(char) == _kind(folded) != "between":
            table[char] = folded
    return Folding({char: table.get(folded, folded) for char, folded in table.items()})


def _one(text: str, instead: str) -> str:
    return text if len(text) == 1 and not text.isspace() else instead


def _kind(char: str) -> str:
    """Whether a character is a token, part of a token, or stands between; folding must leave that as it is."""
    return next(name for name, pattern in _KINDS.items() if pattern.fullmatch(char))


_KINDS = {
    "single": re.compile(_SINGLE),
    "run": re.compile(_RUN),
    "between": re.compile(r"[\s\S]"),
}


def tokens(folded: str) -> list[str]:
    """The tokens of a folded text.

    >>> tokens("王 芳，复工36家")
    ['王', '芳', '|', '复', '工', '36', '家']
    """
    return _TOKENS.findall(_PARTINGS.sub(PARTED, folded))


def indexed(texts: Iterable[str], fold: Folding) -> str:
    """Texts as the index takes them in, tokens with spaces between; no word goes from one text on into the next."""
    return f" {PARTED} ".join(" ".join(tokens(fold(text))) for text in texts)


def word_tokens(word: str, fold: Folding) -> list[str]:
    """The tokens of a word that somebody searches; none if it is nothing but punctuation.

    >>> word_tokens("《濮阳日报》", Folding({}))
    ['濮', '阳', '日', '报']
    """
    found = tokens(fold(word))
    while found and found[0] == PARTED:
        found.pop(0)
    while found and found[-1] == PARTED:
        found.pop()
    return found


def finder(word: Sequence[str]) -> re.Pattern[str]:
    """The pattern that finds in a folded text what the index finds.

    >>> finder(["36", "家"]).findall("136家，36 家")
    ['36 家']
    """
    between, parted = rf"{_SKIPPED}*", rf"{_SKIPPED}*(?:{_PARTING}{_SKIPPED}*)+"
    pattern, joint = "", ""
    for token in word:
        if token == PARTED:
            joint = parted
            continue
        single = re.fullmatch(_SINGLE, token)
        pattern += joint + (re.escape(token) if single else rf"(?<!{_IN_RUN}){re.escape(token)}(?!{_IN_RUN})")
        joint = between
    return re.compile(pattern)


_IN_RUN = rf"(?:(?!{_SINGLE})[^\W_])"


def marks(text: str, words: Sequence[re.Pattern[str]], fold: Folding) -> list[Mark]:
    """Where words stand in a printed text, in order; words that overlap are one mark, of the first."""
    folded = fold(text)
    found = sorted(
        (Mark(*match.span(), number) for number, word in enumerate(words) for match in word.finditer(folded)),
        key=lambda mark: (mark.start, -mark.end, mark.word),
    )
    out: list[Mark] = []
    for mark in found:
        if out and mark.start < out[-1].end:
            out[-1] = out[-1]._replace(end=max(mark.end, out[-1].end))
        else:
            out.append(mark)
    return out


def storable(text: str) -> str:
    r"""A text as SQLite can hold it: a lone surrogate, a byte that nobody could decode, is written as its code.

    >>> storable("p\udcff1")
    'p\\udcff1'
    """
    return _LONE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
