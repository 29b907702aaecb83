"""The report of a run: what became of every page, and what a person should look at first.

It is made of the journal and of the results, when the run is done or whenever one likes:

- `report.json` (`banmian.report/1`) has everything, lists in full;
- `report.html` is for reading: one file that asks for nothing from anywhere, with the beginnings of the lists.

A page whose result is missing or damaged is a failure like the others: the report says so, and goes on.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from banmian import __version__
from banmian.search.words import storable

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

SCHEMA = "banmian.report/1"
JOURNAL, HTML, JSON = "journal.jsonl", "report.html", "report.json"

# The confidences of the README: of the articles above the first, nine in ten are right; of those below the second, one
# in four or five.
SURE, DOUBTFUL = 0.9, 0.5
BUCKETS = 10

JUMP = "jump.unmatched"
RESULT = "result-unreadable"  # the reason of a page that the journal calls done, and whose result is no page JSON

SLOWEST = 10


class ReportError(ValueError):
    """A folder that no report can be made of; the message says why."""


@dataclass(frozen=True, slots=True)
class Noted:
    """A flag: its kind, and what it says."""

    kind: str
    note: str


@dataclass(frozen=True, slots=True)
class ArticleNote:
    """An article that a person should look at: where it is, how sure banmian is of it, and its flags."""

    page: str
    article: str
    headline: str
    confidence: float
    flags: tuple[Noted, ...]


@dataclass(frozen=True, slots=True)
class PageNote:
    """A page that was done.

    Args:
        page: its id.
        output: its page JSON, a path within OUT; empty if the run wrote other formats only, and then the rest is what
            the journal says.
        articles: how many it has.
        doubt: how many of them are likely wrong: the sum of what each lacks to a confidence of 1.
        lowest: the lowest confidence of them; None if it has no articles.
        flags: all flags, those of its articles too, by kind.
        own: the flags of the page that belong to no one article.
    """

    page: str
    output: str
    articles: int
    doubt: float
    lowest: float | None
    flags: Mapping[str, int]
    own: tuple[Noted, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """A page that has no result: why, and what to do. `state` is "failed" or "skipped"."""

    page: str
    source: str
    state: str
    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class Jump:
    """A story that goes on on another page, or comes from one, where no other half was found."""

    page: str
    article: str
    headline: str
    note: str


@dataclass(frozen=True, slots=True)
class FlagCount:
    """A kind of flag: how many there are, on how many pages, and what one of them says."""

    kind: str
    count: int
    pages: int
    example: str


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast it went, by the pages that were done: seconds of work, not of waiting, of one process.

    `slowest` are pages and their seconds.
    """

    seconds: float
    median: float
    ninetieth: float
    slowest: tuple[tuple[str, float], ...]
    mean: float

    @property
    def rate(self) -> float:
        """Pages a second and process."""
        return 1 / self.mean if self.mean else 0.0


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that the report says. Lists are complete, the most urgent first.

    Args:
        judged: articles of which the confidence is known, because the run wrote page JSON.
        versions, configs: those that results were made with; more than one of each is worth a look.
        damaged_lines: lines of the journal that are no record, as a run that was killed leaves.
        histogram: articles by confidence, in tenths.
    """

    pages: int
    done: int
    articles: int
    judged: int
    chars: int
    versions: tuple[str, ...]
    configs: tuple[str, ...]
    damaged_lines: int
    mean: float | None
    median: float | None
    histogram: tuple[int, ...]
    sure: int
    doubtful: int
    flags: tuple[FlagCount, ...]
    failures: tuple[Failure, ...]
    jumps: tuple[Jump, ...]
    to_look_at: tuple[ArticleNote, ...]
    page_notes: tuple[PageNote, ...]
    speed: Speed | None

    @property
    def failed(self) -> int:
        """How many pages have no result, for whatever reason."""
        return self.pages - self.done

    @property
    def doubt(self) -> float:
        """How many articles are likely wrong."""
        return sum(note.doubt for note in self.page_notes)


def write(out: Path) -> None:
    """Make OUT/report.html and OUT/report.json of the journal and the results in OUT.

    Raises:
        ReportError: there is no journal, or it cannot be read.
        OSError: a file cannot be written.
    """
    from banmian.archive.report_html import page  # noqa: PLC0415  it shows what this module gathers

    report = gather(out)
    _save(out / JSON, as_json(report))
    _save(out / HTML, [page(report, name=out.resolve().name)])


def gather(out: Path) -> Report:
    """What the journal and the results in a folder say.

    Raises:
        ReportError: there is no journal, or it cannot be read.
    """
    records, damaged = _records(out / JOURNAL)
    failures: list[Failure] = []
    articles: list[ArticleNote] = []
    jumps: list[Jump] = []
    pages: list[PageNote] = []
    confidences: list[float] = []
    kinds: dict[str, FlagCount] = {}
    seconds: list[tuple[float, str]] = []
    chars = 0
    known: dict[Noted, Noted] = {}
    count = 0
    for record in records:
        if record.state != "done":
            failures.append(record.failure())
            continue
        some: list[ArticleNote] = []
        try:
            if record.output is None:
                page = record.note()
            else:
                page, some = _read(out / record.output, record.page, record.output, known)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            failures.append(record.unreadable(error))
            continue
        pages.append(page)
        count += page.articles
        confidences += [one.confidence for one in some]
        articles += [one for one in some if one.flags or one.confidence < SURE]
        noted = [("", "", flag) for flag in page.own]
        noted += [(one.article, one.headline, flag) for one in some for flag in one.flags]
        jumps += [Jump(page.page, article, head, flag.note) for article, head, flag in noted if flag.kind == JUMP]
        _count(kinds, [flag for _, _, flag in noted])
        chars += record.chars
        seconds.append((record.seconds, page.page))
    return Report(
        pages=len(records),
        done=len(pages),
        articles=count,
        judged=len(confidences),
        chars=chars,
        versions=tuple(sorted({record.version for record in records if record.state == "done" and record.version})),
        configs=tuple(sorted({record.config for record in records if record.state == "done" and record.config})),
        damaged_lines=damaged,
        mean=round(statistics.fmean(confidences), 4) if confidences else None,
        median=round(statistics.median(confidences), 4) if confidences else None,
        histogram=histogram(confidences),
        sure=sum(one >= SURE for one in confidences),
        doubtful=sum(one < DOUBTFUL for one in confidences),
        flags=tuple(sorted(kinds.values(), key=lambda flag: (-flag.count, flag.kind))),
        failures=tuple(sorted(failures, key=lambda one: (one.state, one.kind, one.page, one.source))),
        jumps=tuple(sorted(jumps, key=lambda one: (one.page, one.article))),
        to_look_at=tuple(sorted(articles, key=lambda one: (one.confidence, -len(one.flags), one.page, one.article))),
        page_notes=tuple(sorted(pages, key=lambda one: (-one.doubt, one.page))),
        speed=_speed(seconds),
    )


def histogram(confidences: Iterable[float]) -> tuple[int, ...]:
    """How many lie in each tenth, 1 in the last.

    >>> histogram([0.05, 0.9, 0.95, 1.0])
    (1, 0, 0, 0, 0, 0, 0, 0, 0, 3)
    """
    # Rounded first: 0.3 * 10 is less than 3.
    counts = Counter(min(max(int(round(one * BUCKETS, 6)), 0), BUCKETS - 1) for one in confidences)
    return tuple(counts[bucket] for bucket in range(BUCKETS))


def as_json(report: Report) -> Iterator[str]:
    """The report as JSON text, in pieces: a figure a line, and lists with an entry a line.

    In pieces, because the lists of 10,000 pages are 14 MB.
    """
    figures: dict[str, object] = {
        "schema": SCHEMA,
        "version": __version__,
        "pages": {
            "total": report.pages,
            "done": report.done,
            "failed": sum(one.state == "failed" for one in report.failures),
            "skipped": sum(one.state == "skipped" for one in report.failures),
        },
        "articles": report.articles,
        "articles_with_confidence": report.judged,
        "chars": report.chars,
        "made_by": {"versions": list(report.versions), "configs": list(report.configs)},
        "journal": {"damaged_lines": report.damaged_lines},
        "confidence": {
            "mean": report.mean,
            "median": report.median,
            "likely_wrong": round(report.doubt, 1),
            "tenths": list(report.histogram),
            f"at_least_{SURE}": report.sure,
            f"below_{DOUBTFUL}": report.doubtful,
        },
        "speed": _speed_json(report.speed),
    }
    lists: dict[str, Sequence[DataclassInstance]] = {
        "flags": report.flags,
        "failures": report.failures,
        "unmatched_jumps": report.jumps,
        "pages_to_look_at": [page for page in report.page_notes if page.doubt or page.flags],
        "articles_to_look_at": report.to_look_at,
    }
    for number, (key, value) in enumerate(figures.items()):
        yield storable(f"{',' if number else '{'}\n {_json(key)}: {_json(value)}")
    for key, values in lists.items():
        yield f",\n {_json(key)}: ["
        for number, entry in enumerate(values):
            yield storable(f"{',' if number else ''}\n  {_json(asdict(entry))}")
        yield "\n ]" if values else "]"
    yield "\n}\n"


def _speed_json(speed: Speed | None) -> dict[str, object] | None:
    if speed is None:
        return None
    return {
        "seconds": round(speed.seconds, 3),
        "pages_a_second_and_process": round(speed.rate, 2),
        "seconds_a_page": {"mean": round(speed.mean, 4), "median": speed.median, "ninetieth": speed.ninetieth},
        "slowest": [{"page": page, "seconds": seconds} for page, seconds in speed.slowest],
    }


_json = json.JSONEncoder(ensure_ascii=False).encode


# The journal


@dataclass(frozen=True, slots=True)
class _Record:
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


def _records(path: Path) -> tuple[list[_Record], int]:
    """The last record of each page, in the order of their names; and how many lines are none."""
    found: dict[tuple[str, str], _Record] = {}
    damaged = 0
    try:
        with path.open("rb") as lines:
            for line in lines:
                record = _record(line)
                if record is not None:
                    found[record.page, record.source] = record
                damaged += record is None
    except FileNotFoundError as error:
        raise ReportError(f"{path.parent}: has no {JOURNAL}, so it is no folder that `banmian run` wrote") from error
    except OSError as error:
        raise ReportError(f"{path}: cannot be read: {error.strerror}") from error
    return [found[key] for key in sorted(found)], damaged


def _record(line: bytes) -> _Record | None:
    """What a line of the journal says; None if it is no record. What is not as it should be counts as not said."""
    try:
        value = json.loads(line)
    except ValueError:
        return None
    if not isinstance(value, dict) or not isinstance(value.get("page"), str):
        return None
    error, flags = _object(value.get("error")), _object(value.get("flags"))
    lowest = value.get("confidence")
    return _Record(
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


# The results


def _read(path: Path, page_id: str, output: str, known: dict[Noted, Noted]) -> tuple[PageNote, list[ArticleNote]]:
    """What a page JSON says of the page and of its articles.

    Not by `page_json.loads`, which reads the log of edits too, and takes three times as long.
    """
    value = json.loads(path.read_bytes())
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


def _count(kinds: dict[str, FlagCount], flags: Iterable[Noted]) -> None:
    """Count the flags of a page."""
    for kind, some in _by_kind(flags):
        before = kinds.get(kind) or FlagCount(kind, 0, 0, next((flag.note for flag in some if flag.note), ""))
        kinds[kind] = FlagCount(kind, before.count + len(some), before.pages + 1, before.example)


def _by_kind(flags: Iterable[Noted]) -> Iterator[tuple[str, list[Noted]]]:
    groups: dict[str, list[Noted]] = {}
    for flag in flags:
        groups.setdefault(flag.kind, []).append(flag)
    yield from groups.items()


def _speed(taken: list[tuple[float, str]]) -> Speed | None:
    if not taken:
        return None
    taken = sorted(taken, key=lambda one: (-one[0], one[1]))
    seconds = [one for one, _ in taken]
    return Speed(
        seconds=sum(seconds),
        median=round(statistics.median(seconds), 4),
        ninetieth=seconds[len(seconds) // 10],
        slowest=tuple((page, one) for one, page in taken[:SLOWEST]),
        mean=statistics.fmean(seconds),
    )


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def _save(path: Path, text: Iterable[str]) -> None:
    """Write a file whole or not at all."""
    new = path.with_name(f".{path.name}.new")
    try:
        with new.open("w", encoding="utf-8", newline="") as stream:
            stream.writelines(text)
            stream.flush()
            os.fsync(stream.fileno())
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
