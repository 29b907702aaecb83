"""What the report is made of: journal and results. Both may have been damaged, and are read as far as they go."""

from __future__ import annotations

import errno
import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from banmian.archive.report.values import RESULT, ArticleNote, Failure, Noted, PageNote
from banmian.archive.store import JOURNAL, Store


class ReportError(ValueError):
    """A folder that no report can be made of; the message says why."""


@dataclass(frozen=True, slots=True)
class Record:
    """What the report needs of a record of the journal.

    `output` is the page JSON, a path within OUT; None if the run wrote other formats only.
    """

    page: str
    source: str
    state: str
    version: str
    config: str
    output: str | None
    articles: int
    chars: int
    lowest: float | None
    flags: Mapping[str, int]
    seconds: float
    kind: str
    message: str

    def failure(self) -> Failure:
        """Why the page has no result."""
        state = "skipped" if self.state == "skipped" else "failed"
        return Failure(self.page, self.source, state, self.kind or "unknown", self.message)

    def unreadable(self, error: Exception) -> Failure:
        """The failure of a page whose result is not what it should be."""
        why = error.strerror if isinstance(error, OSError) else "is no page JSON"
        what = f"{self.output}: {why}" if self.output else "the journal says that its result is not in this folder"
        return Failure(self.page, self.source, "failed", RESULT, f"{what}; run it again with --force")

    def note(self) -> PageNote:
        """The page by what the journal says of it."""
        doubt = 0.0 if self.lowest is None else round(1 - self.lowest, 4)
        return PageNote(self.page, "", self.articles, doubt, self.lowest, self.flags, ())


def records(store: Store) -> tuple[list[Record], int]:
    """The last record of each page in the journal, in the order of their names; and how many lines are none.

    Raises:
        ReportError: there is no journal, or it cannot be read.
    """
    found: dict[tuple[str, str], Record] = {}
    damaged = 0
    try:
        journal = store.read(JOURNAL)
    except OSError as error:
        raise ReportError(f"{store.address(JOURNAL)}: cannot be read: {error.strerror}") from error
    if journal is None:
        raise ReportError(f"{store.address('')}: has no {JOURNAL}, so it is no folder that `banmian run` wrote")
    for line in journal.splitlines():
        record = _record(line)
        if record is not None:
            found[record.page, record.source] = record
        damaged += record is None
    return [found[key] for key in sorted(found)], damaged


def _record(line: bytes) -> Record | None:
    """What a line of the journal says; None if it is no record. What is not as it should be counts as not said."""
    try:
        value = json.loads(line)
    except ValueError:
        return None
    if not isinstance(value, dict) or not isinstance(value.get("page"), str):
        return None
    error, flags = _object(value.get("error")), _object(value.get("flags"))
    lowest = value.get("confidence")
    return Record(
        page=value["page"],
        source=str(value.get("source") or ""),
        state=sys.intern(str(value.get("state"))),
        version=sys.intern(str(value.get("version") or "")),
        config=sys.intern(str(value.get("config") or "")),
        output=_output(value["page"], value.get("outputs")),
        articles=_whole(value.get("articles")),
        chars=_whole(value.get("chars")),
        lowest=_number(lowest) if isinstance(lowest, int | float) else None,
        flags={sys.intern(str(kind)): _whole(count) for kind, count in flags.items()},
        seconds=_number(value.get("seconds")),
        kind=str(error.get("kind") or ""),
        message=str(error.get("message") or ""),
    )


def _output(page: str, outputs: object) -> str | None:
    """The page JSON of a page, a path within OUT. A journal that names a file outside of OUT is not followed."""
    names = [name for name in outputs if isinstance(name, str)] if isinstance(outputs, list | dict) else []
    usual = f"{page}.json"
    others = (name for name in names if name.endswith(".json"))
    name = usual if usual in names or not names else next(others, None)
    path = PurePosixPath(name or "")
    return "" if path.is_absolute() or ".." in path.parts else name


def result(store: Store, page_id: str, output: str, known: dict[Noted, Noted]) -> tuple[PageNote, list[ArticleNote]]:
    """What a page JSON says of the page and of its articles.

    Not by `page_json.loads`, which reads the log of edits too, and takes three times as long.
    """
    data = store.read(output)
    if data is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    value = json.loads(data)
    articles = [
        ArticleNote(
            page_id,
            str(one["id"]),
            str(one["headline"] or ""),
            float(one["confidence"]),
            _noted(one["flags"], known),
        )
        for one in value["articles"]
    ]
    own = _noted(value["flags"], known)
    flags = Counter(flag.kind for flag in (*own, *(flag for one in articles for flag in one.flags)))
    page = PageNote(
        page=page_id,
        output=output,
        articles=len(articles),
        doubt=round(sum(1 - one.confidence for one in articles), 4),
        lowest=min((one.confidence for one in articles), default=None),
        flags=dict(sorted(flags.items())),
        own=own,
    )
    return page, articles


def _noted(flags: Iterable[Mapping[str, Any]], known: dict[Noted, Noted]) -> tuple[Noted, ...]:
    """Flags, those that say the same once in memory: an archive has a handful of kinds, a hundred thousand times."""
    noted = (Noted(str(flag["kind"]), str(flag["note"])) for flag in flags)
    return tuple(known.setdefault(flag, flag) for flag in noted)


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
