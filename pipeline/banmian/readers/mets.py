"""Read METS: an issue whose pages are files of ALTO or PAGE XML beside it.

The physical structure of the issue tells the order of its pages (`structMap`, TYPE PHYSICAL); without one, it is that
of the files. Files are looked for only beside the METS file and below, whatever their links say, and nothing is fetched
from elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path, PurePath, PurePosixPath
from typing import NamedTuple
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

from banmian.model import Issue, Page
from banmian.readers import Unreadable
from banmian.readers.trees import child, children, number, parse, root_of

# The largest Sunday paper had some 1600 pages.
MAX_PAGES = 2000

_TEXT_USE = re.compile(r"alto|page|full.?text|ocr|text", re.IGNORECASE)
_TEXT_TYPE = re.compile(r"xml|alto|page|hocr|html", re.IGNORECASE)
_DATE = re.compile(r"\b(1[6-9]\d\d|20\d\d)-(\d\d)-(\d\d)\b")


class IssueInfo(NamedTuple):
    """What a METS file tells: the paths of the pages as seen from it, in their order, the paper, and the day."""

    paths: tuple[str, ...]
    paper: str
    date: str


def sniff(data: bytes) -> bool:
    """Whether a file is METS."""
    return b"mets" in data[:4096].replace(b"\0", b"").lower() and root_of(data) == "mets"


def read(data: bytes, name: str, *, beside: Callable[[str], bytes] | None = None) -> Issue:
    """The pages of an issue.

    Args:
        data: the bytes of the METS file.
        name: what it is called.
        beside: gives the bytes of a file by its path, as seen from the METS file; raises OSError if there is none.

    Raises:
        Unreadable: it is damaged, names no pages with text, or one of them is not there or cannot be read.
    """
    from banmian.readers import alto, hocr, page_xml  # noqa: PLC0415  only who reads an issue needs all three

    info = issue_info(data)
    if beside is None:
        raise Unreadable("is METS, whose pages are files beside it; give its path, or give the pages themselves.")
    pages: list[Page] = []
    for path in info.paths:
        try:
            page = beside(path)
        except OSError as error:
            raise Unreadable(f"names the page {path}, which is not there; put it beside the METS file.") from error
        kind = next((kind for kind in (alto, page_xml, hocr) if kind.sniff(page)), None)
        if kind is None:
            raise Unreadable(f"names the page {path}, which is neither ALTO nor PAGE XML nor hOCR.")
        try:
            pages += kind.read(page, PurePosixPath(path).name).pages
        except Unreadable as error:
            raise Unreadable(f"names the page {path}, which {error}") from error
    stem = PurePath(name).stem
    numbered = tuple(replace(page, id=f"{stem}-{place:03d}") for place, page in enumerate(pages, 1))
    return Issue(id=stem, pages=numbered, paper=info.paper, date=info.date)


def issue_info(data: bytes) -> IssueInfo:
    """What a METS file tells of its issue; its pages are not looked at.

    Raises:
        Unreadable: it is damaged, or names no pages with text.
    """
    root = parse(data)
    if root.tag != "mets":
        raise Unreadable("is no METS after all; get the file again.")
    paths = page_paths(root)
    if not paths:
        raise Unreadable("is METS without pages of text (ALTO, PAGE XML or hOCR); were its pages recognised?")
    if len(paths) > MAX_PAGES:
        raise Unreadable(f"has {len(paths):,} pages, more than {MAX_PAGES:,}; give banmian one issue a file.")
    return IssueInfo(tuple(paths), _title(root), _date(root))


def pages_named(path: Path) -> list[str]:
    """The files of the pages of an issue, as paths from its METS file; none if that cannot be read."""
    try:
        return page_paths(parse(path.read_bytes()))
    except (OSError, Unreadable):  # said when the METS file itself is to be read
        return []


def page_paths(root: Element) -> list[str]:
    """The files of the pages of an issue, in the order of the pages, as paths from the METS file."""
    links = {}
    for file in _files(child(root, "fileSec")):
        place = child(file, "FLocat")
        path = _path(place.get("href", "")) if place is not None else None
        if path:
            links[file.get("ID", path)] = path
    maps = list(children(root, "structMap"))
    physical = [each for each in maps if each.get("TYPE", "").upper() == "PHYSICAL"] or maps[:1]
    refs = [ref for each in physical for ref in _pointers(each)]
    ordered = [links[ref] for ref in dict.fromkeys(refs) if ref in links]
    return list(dict.fromkeys(ordered or links.values()))


def _files(section: Element | None) -> Iterator[Element]:
    """The files that may have the text of pages: those of groups that say so, else all that are XML or HTML."""
    if section is None:
        return
    groups = [group for group in section.iter("fileGrp") if any(children(group, "file"))]
    told = [
        group
        for group in groups
        if _TEXT_USE.search(group.get("USE") or group.get("ID") or "") and any(map(_may_be_text, group))
    ]
    for group in told or groups:
        yield from (file for file in children(group, "file") if _may_be_text(file))


def _may_be_text(file: Element) -> bool:
    place = child(file, "FLocat")
    path = "" if place is None else place.get("href", "").lower()
    kind = file.get("MIMETYPE", "")
    return path.endswith((".xml", ".html", ".hocr", ".htm")) and (not kind or _TEXT_TYPE.search(kind) is not None)


def _path(link: str) -> str | None:
    """The path of a link, if it is one to a file beside or below.

    >>> _path("file://./alto/0001.xml"), _path("alto%2F1.xml"), _path("../1.xml"), _path("https://example.org/1.xml")
    ('alto/0001.xml', 'alto/1.xml', None, None)
    """
    try:
        parts = urlsplit(link.strip())
    except ValueError:
        return None
    if parts.scheme not in ("", "file"):
        return None
    host = parts.netloc if parts.netloc not in ("localhost", ".") else ""
    path = PurePosixPath(unquote(f"{host}/{parts.path}" if host else parts.path).replace("\\", "/"))
    if parts.netloc:  # file://./alto/1.xml: what stands behind the host is meant from here
        path = PurePosixPath(str(path).lstrip("/"))
    if path.is_absolute() or ".." in path.parts or not path.parts or ":" in path.parts[0] or "\0" in str(path):
        return None
    return str(path)


def _pointers(struct: Element) -> Iterator[str]:
    """The ids of the files that a structure names, in its order."""
    for div in _in_order(struct):
        for pointer in children(div, "fptr"):
            yield pointer.get("FILEID", "")
            yield from (area.get("FILEID", "") for area in pointer.iter("area"))


def _in_order(struct: Element) -> Iterator[Element]:
    """The divisions of a structure, those within them included, by their ORDER where they have one."""
    inner = list(children(struct, "div"))
    orders = [number(div.get("ORDER")) for div in inner]
    if all(order is not None for order in orders):
        inner = [div for _, div in sorted(zip(orders, inner, strict=True), key=lambda pair: pair[0] or 0.0)]
    for div in inner:
        yield div
        yield from _in_order(div)


def _title(root: Element) -> str:
    """The name of the paper, if the file tells it (MODS)."""
    about = child(root, "dmdSec")
    found = next(about.iter("title"), None) if about is not None else None
    return " ".join((found.text or "").split()) if found is not None else ""


def _date(root: Element) -> str:
    """The date of the issue, if the file tells it (MODS)."""
    about = child(root, "dmdSec")
    for name in ("dateIssued", "dateCreated"):
        for each in about.iter(name) if about is not None else ():
            match = _DATE.search(each.text or "")
            if match:
                return match[0]
    return ""
