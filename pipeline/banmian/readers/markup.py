"""Know markup of a kind that no reader reads, and refuse it: as raw text its tags would come out among the articles."""

from __future__ import annotations

from banmian.model import Issue
from banmian.readers import HEAD, Unreadable
from banmian.readers.trees import root_of

_KNOWN = "banmian reads ALTO, METS, PAGE XML and hOCR"


def sniff(data: bytes) -> bool:
    """Whether a file opens as XML or HTML does. A raw text may well open with a sign like <."""
    head = data[:HEAD].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    return head.startswith((b"<?xml", b"<!doctype", b"<html", b"<svg"))


def read(data: bytes, name: str) -> Issue:  # noqa: ARG001  the same for all files
    """Nothing: raises Unreadable, which says what it is."""
    root = root_of(data)
    if root.lower() == "html":
        raise Unreadable(f"is HTML without the boxes of an OCR engine (hOCR); {_KNOWN}. Save it as plain text.")
    raise Unreadable(f"is XML of a kind that is not read{f' (<{root}>)' if root else ''}; {_KNOWN}.")
