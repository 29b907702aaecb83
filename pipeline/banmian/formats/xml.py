"""XML as text: elements, escaping, and the characters that XML cannot have.

Written with `xml.sax.saxutils` of the standard library: writing is the easy half of XML, and a library that reads and
validates it too (lxml) would be the heaviest part of the core. Tests validate with it.

XML 1.0 has no way to write most control characters, lone surrogates (bytes that could not be decoded), U+FFFE and
U+FFFF. `visible` shows a control character as the picture that Unicode has of it (U+0007 as ␇, U+2407) and the rest as
U+FFFD; formats that can say more do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'

ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

_BREAKS = {"\r": "&#13;"}  # a parser would make a line feed of it
_OUTSIDE = re.compile("[^A-Za-z0-9.-]")


def element(name: str, attributes: Mapping[str, str | None] | None = None, *content: str) -> str:
    """An element with its content, which is XML already; attributes that are None are left out.

    >>> element("p", {"n": "<1>", "rend": None}, text("a < b"))
    '<p n="&lt;1&gt;">a &lt; b</p>'
    """
    shown = "".join(
        f" {key}={quoteattr(visible(value))}" for key, value in (attributes or {}).items() if value is not None
    )
    inside = "".join(content)
    return f"<{name}{shown}>{inside}</{name}>" if inside else f"<{name}{shown}/>"


def lines(*content: str) -> str:
    """Elements on lines of their own, for content in which white space means nothing."""
    return "".join(f"\n{part}" for part in content if part) + ("\n" if any(content) else "")


def text(value: str) -> str:
    """Characters as the content of an element."""
    return escape(visible(value), _BREAKS)


def visible(value: str) -> str:
    r"""A text that XML can have: pictures for control characters, U+FFFD for what no Unicode text can have.

    >>> visible("渡\x07口\udcff")
    '渡␇口\ufffd'
    """
    return ILLEGAL.sub(lambda match: picture(match[0]), value)


def picture(char: str) -> str:
    """What stands for a character that XML cannot have."""
    return chr(0x2400 + ord(char)) if ord(char) < 0x20 else "\N{REPLACEMENT CHARACTER}"


def name_of(value: str) -> str:
    """Any text as a name (NCName) that no other text has, for ids: letters and digits stay, the rest is in hexadecimal.

    >>> name_of("2020-05-28/02-a00031"), name_of("版_1")
    ('n2020-05-28_2f_02-a00031', 'n_7248__5f_1')
    """
    return "n" + _OUTSIDE.sub(lambda match: f"_{ord(match[0]):x}_", value)
