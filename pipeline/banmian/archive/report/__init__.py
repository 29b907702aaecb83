"""The report of a run: what became of every page, and what a person should look at first.

It is made of the journal and of the results, when the run is done or whenever one likes:

- `report.json` (`banmian.report/1`) has everything, lists in full;
- `report.html` is for reading: one file that asks for nothing from anywhere, with the beginnings of the lists.

A page whose result is missing or damaged is a failure like the others: the report says so, and goes on.
"""

from __future__ import annotations

from banmian.archive.report.as_html import as_html
from banmian.archive.report.as_json import as_json
from banmian.archive.report.gathering import gather
from banmian.archive.report.reading import ReportError
from banmian.archive.store import REPORT, REPORT_JSON, Store

__all__ = ["ReportError", "gather", "write"]


def write(store: Store, *, name: str) -> None:
    """Make report.html and report.json in OUT of the journal and the results in it.

    Args:
        store: OUT.
        name: what it is called.

    Raises:
        ReportError: there is no journal, or it cannot be read.
        OSError: a file cannot be written.
    """
    report = gather(store)
    store.write(REPORT_JSON, "".join(as_json(report)).encode())
    store.write(REPORT, as_html(report, name=name).encode())
