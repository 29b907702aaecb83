"""The report as JSON: `banmian.report/1`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from banmian import __version__
from banmian.archive.report.values import DOUBTFUL, SURE, Report, Speed
from banmian.search.words import storable

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

SCHEMA = "banmian.report/1"


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
