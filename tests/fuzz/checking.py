"""What must hold for any input: it is refused with a reason, or read without loss."""

from __future__ import annotations

import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import AnyStr

from banmian import Page, account, read_text, rebuild
from banmian.decode import DecodeError, decode
from banmian.formats import page_json
from banmian.stage import Pipeline
from banmian.trace import Trace

# How often an input that fails is run again to make it smaller.
SHRINKING = 400


class LostError(AssertionError):
    """A page whose result does not account for its source."""


def check(data: bytes | str, pipeline: Pipeline) -> bool:
    """Whether an input is read, and then without loss; or refused by `decode`, which is no fault. All else raises.

    Warnings count as faults: who reads a page has nothing to do with a division by zero in it.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # Now and then OpenBLAS sets the flag of an invalid number for lanes beyond the end of a small matrix. A number
        # that is no number comes of a division, a logarithm or an overflow, and those are faults here by themselves.
        warnings.filterwarnings("ignore", "invalid value encountered in matmul", RuntimeWarning)
        return _check(data, pipeline)


def _check(data: bytes | str, pipeline: Pipeline) -> bool:
    if isinstance(data, str):
        page = read_text(data, pipeline=pipeline)
    else:
        try:
            source = decode(data, name="fuzz")
        except DecodeError:
            return False
        page = pipeline(Page(id="fuzz", source=source, trace=Trace(source.text)))
        if page.source.data != data:
            raise LostError("the source of the page has other bytes than the file")
    at = 0
    for entry in account(page):
        if entry.span.start != at:
            raise LostError(f"characters {at} to {entry.span.start} have no fate")
        at = entry.span.end
    if at != len(page.source.text):
        raise LostError(f"characters {at} to {len(page.source.text)} have no fate")
    written = page_json.dumps(page, config=pipeline.digest).encode("utf-8")
    if rebuild(written) != page.source.data:
        raise LostError("the page JSON gives other bytes back")
    return True


def place(error: BaseException) -> str:
    """What an exception is and where in banmian it was raised, which tells one fault from another."""
    frames = traceback.extract_tb(error.__traceback__)
    inside = [frame for frame in frames if "banmian" in Path(frame.filename).parts] or list(frames)
    last = inside[-1]
    return f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno} ({last.name}): {error}"[:300]


def fault(data: bytes | str, pipeline: Pipeline) -> str:
    """What goes wrong with an input; nothing if nothing does."""
    try:
        check(data, pipeline)
    except Exception as error:  # noqa: BLE001  whatever it is, it is what we are looking for
        return place(error)
    return ""


def kind(told: str) -> str:
    """A fault without its message, which may differ with the input."""
    return told.partition("): ")[0]


def smallest(data: AnyStr, failing: Callable[[AnyStr], bool], runs: int = SHRINKING) -> AnyStr:
    """A smaller input that fails alike: pieces are left out, lines and then characters, as long as it fails."""
    nothing = data[:0]
    for split in (_lines, _characters):
        parts = split(data)
        size = max(1, len(parts) // 2)
        while size and runs > 0:
            at = 0
            while at < len(parts) and runs > 0:
                fewer = parts[:at] + parts[at + size :]
                runs -= 1
                if fewer and failing(nothing.join(fewer)):
                    parts = fewer
                else:
                    at += size
            size //= 2
        data = nothing.join(parts)
    return data


def _lines(data: AnyStr) -> list[AnyStr]:
    return data.splitlines(keepends=True)


def _characters(data: AnyStr) -> list[AnyStr]:
    if isinstance(data, str):
        return list(data)
    text = data.decode("utf-8", "surrogateescape")
    return [char.encode("utf-8", "surrogateescape") for char in text]
