"""XML of unknown origin as a tree, safely: no entities, nothing fetched, bounded in size and depth.

Why the parser of the standard library, with entity declarations refused, and not `defusedxml`: what that does to expat
is just this refusal, its last release is of 2021, and expat itself limits what entities may blow up to. Files of
libraries declare none: ALTO, METS and PAGE have schemas, not DTDs. `lxml` is quicker, but nothing here needs what it
has more, and it would be an extra.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from banmian.readers import Unreadable

# A page of a newspaper with a box for each of its characters has some 100 000 elements; METS of a thick issue the same.
MAX_ELEMENTS = 2_000_000
# ALTO and PAGE nest some ten deep.
MAX_DEPTH = 200

_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_PROLOG = re.compile(
    r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>\s*)*<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)[\s/>]",
    re.DOTALL | re.IGNORECASE,
)


def root_of(data: bytes) -> str:
    """The name of the outermost element of a file, without its prefix; empty where the file is no XML, or no HTML."""
    start = data[:8]
    encoding = next((name for mark, name in _MARKS if start.startswith(mark)), "")
    if not encoding:
        encoding = {b"<\0": "utf-16-le", b"\0<": "utf-16-be"}.get(start[:2], "latin-1")
    text = data.decode(encoding, "replace").lstrip("\ufeff")
    if not text.lstrip().startswith("<"):
        return ""
    found = _PROLOG.match(text)
    return found[2] if found else ""


def parse(data: bytes) -> Element:
    """The outermost element of an XML file, all names without their namespaces.

    Names of attributes have theirs taken off too, so that `xlink:href` is `href`: each format has its names in one
    namespace or in none, whose version differs from file to file.

    Raises:
        Unreadable: it is not well-formed, or declares entities, or is larger than any page.
    """
    data, encoding = _readable(data)
    builder = TreeBuilder()
    parser = expat.ParserCreate(encoding, namespace_separator="}")
    depth = elements = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, elements
        depth += 1
        elements += 1
        if depth > MAX_DEPTH or elements > MAX_ELEMENTS:
            raise Unreadable("is XML with more in it than a page can have.")
        builder.start(_local(name), {_local(key): value for key, value in attributes.items()})

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_local(name))

    def refuse(*_: object) -> int:
        raise Unreadable(
            "is XML that declares entities of its own, which is not read, to be safe; save it without them."
        )

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.buffer_text = True
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        why = expat.ErrorString(error.code)
        raise Unreadable(f"is damaged XML (line {error.lineno}: {why}); get the file again.") from error
    return builder.close()


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _readable(data: bytes) -> tuple[bytes, str | None]:
    """The data in an encoding that expat knows, and which, where it is not the one that the file tells."""
    declared = _DECLARED.match(data[:200])
    if declared is None:
        return data, None
    try:
        name = codecs.lookup(declared[1].decode("ascii")).name
    except LookupError:
        raise Unreadable(f"is XML in an encoding that is not known: {declared[1].decode('ascii')}.") from None
    if name in ("gbk", "gb2312", "gb18030", "big5", "big5hkscs", "cp950", "hz"):
        name = "gb18030" if name in ("gbk", "gb2312") else name
        try:
            return data.decode(name).encode("utf-8"), "utf-8"
        except UnicodeDecodeError as error:
            raise Unreadable(f"is damaged XML: it says that it is {name}, and is not; get the file again.") from error
    return data, None


def children(element: Element | None, *names: str) -> Iterator[Element]:
    """The children of an element that are called so."""
    return (child for child in (() if element is None else element) if child.tag in names)


def child(element: Element | None, *names: str) -> Element | None:
    """The first child of an element that is called so, if there is one."""
    return next(children(element, *names), None)


def number(value: str | None) -> float | None:
    """A number, if a text is one that a page can have: measures beyond a million units are damage.

    >>> number("12.5"), number("1e9"), number("nan"), number("wide"), number(None)
    (12.5, None, None, None, None)
    """
    try:
        found = float(value) if value else None
    except ValueError:
        return None
    return found if found is not None and -1e6 <= found <= 1e6 else None
