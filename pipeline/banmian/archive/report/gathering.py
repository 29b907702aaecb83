"""The report gathered: what became of every page, and what a person should look at first."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Iterator

from banmian.archive.report import reading
from banmian.archive.report.values import (
    BUCKETS,
    DOUBTFUL,
    JUMP,
    SURE,
    ArticleNote,
    Failure,
    FlagCount,
    Jump,
    Noted,
    PageNote,
    Report,
    Speed,
)
from banmian.archive.store import Store

SLOWEST = 10


def gather(store: Store) -> Report:
    """What the journal and the results in OUT say.

    Raises:
        ReportError: there is no journal, or it cannot be read.
    """
    records, damaged = reading.records(store)
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
                page, some = reading.result(store, record.page, record.output, known)
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
