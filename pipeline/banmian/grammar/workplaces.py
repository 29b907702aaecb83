"""Where people work or live, as stands before their names in bylines: 柳湾水稻研究所 税红霞."""

from __future__ import annotations

from banmian.grammar.names import LONGEST_NAME, is_name, read_names
from banmian.rules import entries, pattern


def is_workplace(text: str) -> bool:
    """Whether a text may be where somebody works or lives, as stands before the name in a byline; heads may end so too.

    The name may stand behind it without a space, as a PDF has it.

    >>> [is_workplace(text) for text in ("□柳湾水稻研究所", "高一（3）班甘小禾", "让文化走进了校园", "渡口通航")]
    [True, True, False, False]
    """
    if "，" in text or "。" in text or is_of_a_sentence(text):
        return False
    return _is_workplace_alone(text) or name_behind_workplace(text) is not None


def name_behind_workplace(text: str) -> str | None:
    """The name that stands right behind where its bearer works."""
    for size in (LONGEST_NAME, LONGEST_NAME - 1):
        if is_name(text[-size:]) and _is_workplace_alone(text[:-size]):
            return text[-size:]
    return None


def signs_behind_workplace(text: str) -> bool:
    """Whether a name stands behind where its bearer works, whatever its surname."""
    place, _, name = text.rpartition(" ")
    return 1 < len(name) <= LONGEST_NAME and _is_workplace_alone(place) and bool(read_names(name, surname=False))


def _is_workplace_alone(text: str) -> bool:
    """Whether a text is where somebody works. What most lines end with tells at once that they are none."""
    end = len(text) - text.endswith(("）", ")"))
    return text.endswith(entries("bylines", "belongs"), 0, end) and (
        pattern("bylines", "workplace").fullmatch(text) is not None
    )


def is_of_a_sentence(text: str) -> bool:
    """Whether a text has characters that no place of work has (力量藏在这里 甘小禾)."""
    return not frozenset(text).isdisjoint(entries("names", "sentence"))
