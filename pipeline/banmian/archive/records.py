"""What became of a page, as the journal says it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any, NamedTuple

# Digits of the seconds that a page took. They are for people, and more of them would only make the journal longer.
_DIGITS = 3


class State(StrEnum):
    """What became of a page."""

    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"  # found, but the run was stopped (--fail-fast, --max-failures) before it


class Kind(StrEnum):
    """Why a page has no result. The first six are those of `banmian.decode.Problem`."""

    EMPTY = "empty"
    TOO_LARGE = "too-large"
    NOT_TEXT = "not-text"
    UNKNOWN_ENCODING = "unknown-encoding"
    WRONG_ENCODING = "wrong-encoding"
    CUT_OFF = "cut-off"
    DAMAGED = "damaged"
    MISSING = "missing"
    NO_PERMISSION = "no-permission"
    UNREADABLE = "unreadable"
    NOT_A_FILE = "not-a-file"
    LINK_LOOP = "link-loop"
    OUTSIDE = "outside"
    DUPLICATE = "duplicate"
    RESERVED = "reserved-name"
    DAMAGED_ARCHIVE = "damaged-archive"
    UNPACK_LIMIT = "unpack-limit"
    STAGE = "stage"
    WRITER = "writer"
    WORKER_DIED = "worker-died"
    DISK_FULL = "disk-full"
    UNWRITABLE = "unwritable"
    STOPPED = "stopped"


# What a file is refused for is in its bytes, so that the same bytes will be refused again.
REFUSALS = frozenset(
    {
        Kind.EMPTY,
        Kind.TOO_LARGE,
        Kind.NOT_TEXT,
        Kind.UNKNOWN_ENCODING,
        Kind.WRONG_ENCODING,
        Kind.CUT_OFF,
        Kind.DAMAGED,
    }
)


# What has nothing to do with whether a file can be read.
_READ = frozenset(
    {
        Kind.RESERVED,
        Kind.STAGE,
        Kind.WRITER,
        Kind.WORKER_DIED,
        Kind.DISK_FULL,
        Kind.UNWRITABLE,
        Kind.STOPPED,
    }
)


class Problem(NamedTuple):
    """Why something has no result: the kind, and a sentence that says what to do."""

    kind: Kind
    message: str


@dataclass(frozen=True, slots=True)
class PageRecord:
    """One line of the journal.

    Args:
        page: the id of the page; of what is no page (a folder that cannot be read) its name.
        source: the name of the file within SOURCE.
        state: what became of it.
        issue: the id of its issue.
        sha256: of its bytes; "" where they could not be read.
        basis: the digest of all that its result was made from (`units.basis`); a page is done again when this changes.
        config, version: what it was made with; both are in `basis`.
        formats: the formats that its results are in.
        seconds: how long it took. The one thing in a record that is not the same in every run.
        articles: how many it has.
        chars: how many characters its source has.
        confidence: the lowest of its articles.
        flags: how many of each kind, those of the page and of its articles.
        outputs: the files made of it alone, by their names within OUT, and their sha256.
        issue_outputs: the files made of its issue, in the same way.
        error: why it has no result.
    """

    page: str
    source: str
    state: State
    issue: str = ""
    sha256: str = ""
    basis: str = ""
    config: str = ""
    version: str = ""
    formats: tuple[str, ...] = ()
    seconds: float = 0.0
    articles: int = 0
    chars: int = 0
    confidence: float | None = None
    flags: Mapping[str, int] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    issue_outputs: Mapping[str, str] = field(default_factory=dict)
    error: Problem | None = None

    @property
    def unread(self) -> bool:
        """Whether it has no result because it could not be read."""
        return self.error is not None and self.error.kind not in _READ

    def failed(self, problem: Problem) -> PageRecord:
        """The same page without a result."""
        return replace(
            self,
            state=State.FAILED,
            error=problem,
            formats=(),
            articles=0,
            confidence=None,
            flags={},
            outputs={},
            issue_outputs={},
        )


def failure(page: str, source: str, problem: Problem, *, issue: str = "") -> PageRecord:
    """The record of something that could not even be read."""
    return PageRecord(page, source, State.FAILED, issue=issue, error=problem)


def dumps(record: PageRecord) -> bytes:
    r"""A record as a line of JSON. Names that are no UTF-8 have their bytes as lone surrogates, escaped.

    >>> dumps(failure("p\udcff", "p\udcff.txt", Problem(Kind.EMPTY, "the file is empty.")))[:42]
    b'{"page": "p\\udcff", "source": "p\\udcff.txt'
    """
    value = asdict(record)
    value["formats"] = list(record.formats)
    value["seconds"] = round(record.seconds, _DIGITS)
    value["error"] = None if record.error is None else {"kind": record.error.kind, "message": record.error.message}
    text = json.dumps(value, ensure_ascii=False)
    try:
        return f"{text}\n".encode()
    except UnicodeEncodeError:
        return f"{json.dumps(value)}\n".encode()


def loads(line: bytes | str) -> PageRecord:
    """The record that a line of JSON holds.

    Raises:
        ValueError: it is no record.
    """
    try:
        value: dict[str, Any] = json.loads(line)
        error = value.pop("error")
        return PageRecord(
            **{
                **value,
                "state": State(value["state"]),
                "formats": tuple(value["formats"]),
                "error": None if error is None else Problem(Kind(error["kind"]), error["message"]),
            }
        )
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"is no record of a page: {error}") from error
