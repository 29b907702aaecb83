"""Characters that nobody printed: marks without width, glyphs under wrong code points, characters that were lost.

An extractor reads code points out of a font, and fonts lie. Four things come of it. Characters that no reader of the
page could see: byte order marks, zero-width spaces, soft hyphens, control characters. Characters that look right and
are wrong: compatibility ideographs and radicals that share a glyph with a common Han character, so that a search for
民 does not find ⺠. Characters that are not there any more: U+FFFD, code points for private use, and bytes that no
encoding explains. And a long dash (——) of which the first half was lost.

What nobody could see goes. What looks like a Han character becomes that character. What was lost we cannot know; it
stays where it is and is reported. Letters and digits of full width, vertical forms, variant characters and the twelve
unified ideographs that stand in the compatibility block (U+FA0E and others) are as printed, and stay.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import NamedTuple

from banmian.trace import Edit, Span

RULE = "characters/"

# What goes, by the name of its rule. Line ends are not here, nor are variation selectors (they choose a printed form).
UNSEEN_KINDS: Mapping[str, str] = {
    "byte-order-mark": "\ufeff",
    "nul": "\0",
    "soft-hyphen": "\xad",
    "control": "\x01-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f",
    "zero-width": "\u180e\u200b-\u200d\u2060-\u2064",
    "direction": "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f",
}
_UNSEEN = re.compile("|".join(f"(?P<{kind.replace('-', '_')}>[{chars}]+)" for kind, chars in UNSEEN_KINDS.items()))
_COMPATIBLE = re.compile("[\uf900-\ufaff\U0002f800-\U0002fa1f]")
_RADICAL = re.compile("[\u2e80-\u2fd5]")
# One dash is two em long. What is left of it when its first half was lost is never two em dashes: where two follow, the
# dash is whole and the lost character was another one.
_HALF_DASH = re.compile(r"(?:^|(?<=\r))[ \t\xa0\u3000]*(?P<dash>\ufffd{1,2}(?:[—―]|[—―]{3,}))(?![—―])", re.MULTILINE)
_DASH = "——"
_LOST = re.compile(
    "(?P<lost>\ufffd+)|(?P<undecoded>[\ud800-\udfff]+)"
    "|(?P<private>[\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff\U000f0000-\U0010ffff]+)"
)
_NOTES = {
    "lost": "a character that the extractor could not read (U+FFFD)",
    "undecoded": "bytes that are no text in the encoding of the file",
    "private": "a code point that means a character in one font only",
}
# None of the characters that this module is about: the common case, found out in one pass.
_ODD = re.compile(
    "[\0-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2e80-\u2fd5"
    "\ud800-\uf8ff\uf900-\ufaff\ufdd0-\ufdef\ufeff\ufffd-\uffff\U0002f800-\U0002fa1f\U000f0000-\U0010ffff]"
)


class Lost(NamedTuple):
    """A place where characters are missing: `kind` is "lost", "undecoded" or "private", `note` says it in words."""

    kind: str
    span: Span
    note: str


def odd(text: str) -> bool:
    r"""Whether a text holds any character that this module is about.

    >>> odd("濮阳2020年"), odd("濮阳\u200b")
    (False, True)
    """
    return _ODD.search(text) is not None


def glyphs(text: str) -> list[Edit]:
    r"""The edits that put right what stands under a wrong code point and take out what nobody could see.

    >>> [(edit.text, edit.rule) for edit in glyphs("\ufeff⼈⺠\u200b政\uf96f")]  # doctest: +NORMALIZE_WHITESPACE
    [('', 'characters/byte-order-mark'), ('人', 'characters/radical'), ('民', 'characters/radical'),
     ('', 'characters/zero-width'), ('說', 'characters/compatibility')]
    >>> glyphs("\ufffd———2019年工作综述")[0].text
    '——'

    A whole dash beside a lost character, and a unified ideograph of the compatibility block, stay as they are.

    >>> glyphs("\ufffd——综述"), glyphs("\ufa0e")
    ([], [])
    """
    return sorted((*_unseen(text), *_wrong(text), *_dashes(text)))


def lost(text: str) -> list[Lost]:
    r"""Where characters are missing that nothing in the text tells.

    >>> [(place.kind, place.span.start) for place in lost("新冠肺\ufffd\ufffd疫情\ue001")]
    [('lost', 3), ('private', 7)]
    """
    repaired = {start for match in _HALF_DASH.finditer(text) for start in range(*match.span("dash"))}
    return [
        Lost(kind, Span(*match.span()), _NOTES[kind])
        for match in _LOST.finditer(text)
        if match.start() not in repaired and (kind := match.lastgroup)
    ]


def mend(text: str, *, unseen: str) -> str:
    r"""The same text, character for character, with what is wrong put right and `unseen` for what goes.

    For rules that look at neighbours and must not stumble over what will be gone; every offset stays what it was.

    >>> mend("⼈\u200b⺠", unseen="\0")
    '人\x00民'
    """
    text = _UNSEEN.sub(lambda match: unseen * len(match.group()), text)
    text = _HALF_DASH.sub(lambda match: match.group().replace("\ufffd", "—"), text)
    return _RADICAL.sub(_unified, _COMPATIBLE.sub(_unified, text))


def _unseen(text: str) -> Iterator[Edit]:
    for match in _UNSEEN.finditer(text):
        kind = (match.lastgroup or "").replace("_", "-")
        yield Edit(Span(*match.span()), "", f"{RULE}{kind}")


def _wrong(text: str) -> Iterator[Edit]:
    for pattern, rule in ((_COMPATIBLE, "compatibility"), (_RADICAL, "radical")):
        for match in pattern.finditer(text):
            if (right := _unified(match)) != match.group():
                yield Edit(Span(*match.span()), right, f"{RULE}{rule}")


def _dashes(text: str) -> Iterator[Edit]:
    for match in _HALF_DASH.finditer(text):
        evidence = f"a dash of {_DASH} begins the line, its first part was lost"
        yield Edit(Span(*match.span("dash")), _DASH, f"{RULE}half-dash", evidence)


def _unified(match: re.Match[str]) -> str:
    """The Han character that a radical or a compatibility ideograph stands for, or the same character."""
    char = match.group()
    return _radicals().get(char) or unicodedata.normalize("NFKC", char)


@cache
def _radicals() -> Mapping[str, str]:
    """The radicals that Unicode itself does not decompose, and their Han characters."""
    table = resources.files("banmian.rules").joinpath("radicals.toml").read_text(encoding="utf-8")
    radicals: dict[str, str] = tomllib.loads(table)["radicals"]
    return radicals
