"""Read raw text: one page, without a layout."""

from __future__ import annotations

from pathlib import PurePath

from banmian.decode import DecodeError, decode
from banmian.model import Issue, Page
from banmian.readers import Unreadable
from banmian.trace import Trace


def sniff(data: bytes) -> bool:  # noqa: ARG001  what no other reader knows is text, or refused as none
    """Whether a file may be raw text: any may."""
    return True


def read(data: bytes, name: str, *, encoding: str | None = None) -> Issue:
    """The one page of a raw text.

    Args:
        data: the bytes of the file.
        name: what the file is called.
        encoding: how the text is encoded; detected if not told.

    Raises:
        Unreadable: the bytes are no text in the encoding given, or in any that is known.
    """
    try:
        source = decode(data, name=name, encoding=encoding)
    except DecodeError as error:
        raise Unreadable(f"{error.what} {error.remedy}") from error
    stem = PurePath(name).stem
    return Issue(id=stem, pages=(Page(id=stem, source=source, trace=Trace(source.text)),))
