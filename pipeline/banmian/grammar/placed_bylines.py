"""Bylines by their place: what between a head and its story, or behind it, names who wrote it, whatever its words."""

from __future__ import annotations

import regex

from banmian.grammar.bylines import MARKS, ODD, parse_byline, read_roles, reporters
from banmian.grammar.names import LONGEST_NAME, read_names
from banmian.grammar.workplaces import (
    is_of_a_sentence,
    is_workplace,
    name_behind_workplace,
    signs_behind_workplace,
)
from banmian.model import Person
from banmian.rules import entries

# Where somebody works, in brackets behind the name.
_NOTES = regex.compile(r"[（(][^（()）]*(?:[：:][^（()）]*|\p{Han}{4,})[）)]")
MOST_PEN_NAMES = 2


def people_named(text: str) -> tuple[Person, ...]:
    """The people of what is a byline by its place, whatever its words: between a head and its story, behind it.

    Where a pen name or two stand there (老墨), without a surname that we know, they are names; of other words those at
    the end are, if they have surnames.

    >>> [person.name for person in people_named("□老墨")], [person.name for person in people_named("柳湾二中 甘小禾")]
    (['老墨'], ['甘小禾'])
    >>> [person.name for person in people_named("柳湾市第二中学高一（3）班佟一苇")]
    ['佟一苇']
    >>> [people_named(text) for text in ("本报评论员", "（作者单位：柳湾大学）", "柳湾市商业局办公室")]
    [(), (), ()]
    """
    found = parse_byline(text)
    if found is not None:
        return found.people
    bare = _NOTES.sub(" ", text).strip(MARKS + "（）()【】 \u3000")
    roles = read_roles(bare, firm=True)
    if roles is not None:
        return roles
    words = [word for word in bare.split() if word not in entries("names", "work")]
    if not words or words[-1].endswith(entries("names", "office")):
        return ()
    if len(words) == 1 and (name := name_behind_workplace(words[0])) is not None:
        return reporters((name,))
    if len(words) <= MOST_PEN_NAMES and all(1 < len(word) <= LONGEST_NAME for word in words):
        return reporters(read_names(" ".join(words), surname=False) or ())
    if is_of_a_sentence(words[0]):
        return ()
    most = len(words) if len(words) > MOST_PEN_NAMES else len(words) - 1
    for count in range(most, 0, -1):
        if names := read_names(" ".join(words[-count:])):
            return reporters(names)
    place = len(words) > 1 and len(words[-2]) > LONGEST_NAME  # 柳湾水稻研究所 税红霞
    return reporters((place and len(words[-1]) <= LONGEST_NAME and read_names(words[-1], surname=False)) or ())


def is_lone_name(text: str) -> bool:
    """Whether a byline is one or two names and nothing else, without a mark: its place alone says that they are.

    >>> [is_lone_name(text) for text in ("老墨", "方 圆", "□老墨", "（方圆）", "柳湾二中 甘小禾")]
    [True, True, False, False, False]
    """
    return text[:1] not in ODD and parse_byline(text) is None and len("".join(text.split())) <= 2 * LONGEST_NAME


def may_sign(text: str) -> bool:
    """Whether a short text may be a byline by its place alone: names, a pen name, or where somebody works or lives.

    >>> [may_sign(text) for text in ("老墨", "□老墨", "柳湾船厂甘小禾", "柳湾二中 佟一苇", "□柳湾船厂 税红")]
    [True, True, True, True, True]
    >>> may_sign("渡口新船下水"), may_sign("77")
    (False, False)
    """
    bare = text.strip(MARKS + "（()） ")
    # An engine reads quotation marks as digits (” as 77).
    short = len("".join(bare.split())) <= LONGEST_NAME and not bare.isdecimal()
    lone = short and read_names(bare, surname=False) is not None
    return lone or is_workplace(text) or signs_behind_workplace(text) or parse_byline(text) is not None
