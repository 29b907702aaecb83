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
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from banmian import __version__
from banmian.formats.text import writable

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
        output: its page JSON, a path within OUT.
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
        versions, configs: those that results were made with; more than one of each is worth a look.
        damaged_lines: lines of the journal that are no record, as a run that was killed leaves.
        histogram: articles by confidence, in tenths.
    """

    pages: int
    done: int
    articles: int
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
    _save(out / HTML, page(report, name=out.resolve().name))


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
    for record in records:
        if record.get("state") != "done":
            failures.append(_failure(record))
            continue
        output = _output(record)
        try:
            page, some = _read(out / output, str(record["page"]), output)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            failures.append(_unreadable(record, output, error))
            continue
        pages.append(page)
        confidences += [one.confidence for one in some]
        articles += [one for one in some if one.flags or one.confidence < SURE]
        noted = [("", "", flag) for flag in page.own]
        noted += [(one.article, one.headline, flag) for one in some for flag in one.flags]
        jumps += [Jump(page.page, article, head, flag.note) for article, head, flag in noted if flag.kind == JUMP]
        _count(kinds, [flag for _, _, flag in noted])
        chars += _whole(record.get("chars"))
        seconds.append((_number(record.get("seconds")), page.page))
    return Report(
        pages=len(records),
        done=len(pages),
        articles=len(confidences),
        chars=chars,
        versions=_distinct(records, "version"),
        configs=_distinct(records, "config"),
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


def as_json(report: Report) -> str:
    """The report as JSON text: figures indented, and lists with an entry a line."""
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
    parts = [f"{_json(key)}: {_json(value)}" for key, value in figures.items()]
    for key, values in lists.items():
        rows = ",\n  ".join(_json(asdict(value)) for value in values)
        parts.append(f"{_json(key)}: [\n  {rows}\n ]" if rows else f"{_json(key)}: []")
    return writable("{\n " + ",\n ".join(parts) + "\n}\n")


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


def _records(path: Path) -> tuple[list[dict[str, Any]], int]:
    """The last record of each page, in the order of their names; and how many lines are none."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    damaged = 0
    try:
        with path.open("rb") as lines:
            for line in lines:
                record = _record(line)
                if record is not None:
                    found[record["page"], str(record.get("source"))] = record
                damaged += record is None
    except FileNotFoundError as error:
        raise ReportError(f"{path.parent}: has no {JOURNAL}, so it is no folder that `banmian run` wrote") from error
    except OSError as error:
        raise ReportError(f"{path}: cannot be read: {error.strerror}") from error
    return [found[key] for key in sorted(found)], damaged


def _record(line: bytes) -> dict[str, Any] | None:
    try:
        record = json.loads(line)
    except ValueError:
        return None
    return record if isinstance(record, dict) and isinstance(record.get("page"), str) else None


def _failure(record: Mapping[str, Any]) -> Failure:
    error = record.get("error")
    kind, message = (error.get("kind"), error.get("message")) if isinstance(error, dict) else (None, None)
    state = "skipped" if record.get("state") == "skipped" else "failed"
    return Failure(record["page"], str(record.get("source") or ""), state, str(kind or "unknown"), str(message or ""))


def _unreadable(record: Mapping[str, Any], output: str, error: Exception) -> Failure:
    why = error.strerror if isinstance(error, OSError) else "is no page JSON"
    message = f"{output}: {why}; run it again with --force"
    return Failure(record["page"], str(record.get("source") or ""), "failed", RESULT, message)


def _output(record: Mapping[str, Any]) -> str:
    """The page JSON of a page, a path within OUT. A journal that names a file outside of OUT is not followed."""
    outputs = record.get("outputs")
    names = [name for name in outputs if isinstance(name, str)] if isinstance(outputs, list | dict) else []
    usual = f"{record['page']}.json"
    name = usual if usual in names else next((name for name in names if name.endswith(".json")), usual)
    path = PurePosixPath(name)
    return "" if path.is_absolute() or ".." in path.parts else name


def _distinct(records: Iterable[Mapping[str, Any]], key: str) -> tuple[str, ...]:
    return tuple(sorted({str(record[key]) for record in records if record.get("state") == "done" and record.get(key)}))


# The results


def _read(path: Path, page_id: str, output: str) -> tuple[PageNote, list[ArticleNote]]:
    """What a page JSON says of the page and of its articles.

    Not by `page_json.loads`, which reads the log of edits too, and takes three times as long.
    """
    value = json.loads(path.read_bytes())
    articles = [
        ArticleNote(page_id, str(one["id"]), str(one["headline"] or ""), float(one["confidence"]), _noted(one["flags"]))
        for one in value["articles"]
    ]
    own = _noted(value["flags"])
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


def _noted(flags: Iterable[Mapping[str, Any]]) -> tuple[Noted, ...]:
    return tuple(Noted(str(flag["kind"]), str(flag["note"])) for flag in flags)


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


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def _save(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    new = path.with_name(f".{path.name}.new")
    try:
        with new.open("w", encoding="utf-8", newline="") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
