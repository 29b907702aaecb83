"""What the two characters beside a space tell: that the extractor made it, that it is print, or neither."""

from __future__ import annotations

import re

from banmian.spacing.text import Text
from banmian.spacing.white import CLOSING, HAN, LONE, OPENING, Gap, is_typed

# What takes a full square: Han, kana, hangul, CJK punctuation, full-width forms, and marks that Chinese shares with
# Latin but sets full width.
_SQUARE = re.compile(rf"[{HAN}\u2e80-\u33ff\ua960-\ua97f\uac00-\ud7ff\ufe30-\ufe4f\uff01-\uffef“”‘’…—·•∶]")
# Marks of arithmetic and measure, set close to their numbers.
_TIGHT = frozenset("+×÷=~～/%‰℃±<>")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u0370-\u03ff\u0400-\u04ff]")
# A quotation among Latin words, from the character before the mark to the one after it.
_LATIN_QUOTE = re.compile(r".?(?:(?<=[A-Za-z.,!?])[”’] +[A-Za-z]|[A-Za-z,.:] +[“‘][A-Za-z])")


def rule_of(page: Text, gap: Gap) -> str | None:
    """The rule by which a space goes, by its neighbours and its width; None: it is print; "": they cannot tell."""
    if gap.start in page.printed and _between_words(page.text, gap):
        return None
    rule = _damage(page.text, gap)
    return None if rule == "" and is_typed(page.text, gap) else rule


def _damage(text: str, gap: Gap) -> str | None:
    """The same by its neighbours alone."""
    left, right = text[gap.start - 1], text[gap.end]
    if not (_SQUARE.match(left) or _SQUARE.match(right)):
        return _between_narrow(text, gap)
    if (left in "”’" or right in "“‘") and _LATIN_QUOTE.match(text, max(gap.start - 2, 0), gap.end + 2):
        return None
    if (LONE.match(left) or left in CLOSING) and (LONE.match(right) or right in OPENING):
        return ""
    return "space-mixed" if left.isalnum() and right.isalnum() else "space-punctuation"


def _between_words(text: str, gap: Gap) -> bool:
    """Whether no mark, which leaves white in its own square, stands beside a gap, and one of its sides is Han."""
    left, right = text[gap.start - 1], text[gap.end]
    return left.isalnum() and right.isalnum() and bool(LONE.match(left) or LONE.match(right))


def _between_narrow(text: str, gap: Gap) -> str | None:
    """The same where both neighbours are narrow: Latin words keep their spaces, single digits and signs do not."""
    left, right = text[gap.start - 1], text[gap.end]
    if left.isdecimal() and right.isdecimal():
        longer = text[max(gap.start - 2, 0)].isdecimal() or text[gap.end + 1 : gap.end + 2].isdecimal()
        return None if longer else "space-digits"
    if left in "([" or right in ")]" or (left == "." and right.isdecimal() and text[gap.start - 2].isdecimal()):
        return "space-punctuation"
    if (left in _TIGHT and not _LATIN.match(right)) or (right in _TIGHT and not _LATIN.match(left)):
        return "space-punctuation"
    return None
