"""The results of an issue in OUT: written, found to hold still, taken away when they do not."""

from __future__ import annotations

from dataclasses import replace

from banmian.archive.index import Index
from banmian.archive.reading import fingerprints
from banmian.archive.records import REFUSALS, PageRecord, Problem, State
from banmian.archive.store import Store, digest, problem_of
from banmian.archive.units import Outcome, Settings, Unit, basis
from banmian.formats.registry import WRITERS


def settled(unit: Unit, settings: Settings, store: Store, index: Index) -> list[PageRecord] | None:
    """The records of an issue that need not be done again, or None.

    Each of its pages has the bytes, and was done with the configuration and version, that its results were made from,
    and the results are still there; or it was refused for what is in its bytes, and they are the same.
    """
    kept: list[PageRecord] = []
    for entry in unit.pages:
        record = index.get(entry.page, entry.source)
        if record is None:
            return None
        done = record.state is State.DONE and set(settings.formats) <= set(record.formats)
        if not done and not (record.state is State.FAILED and record.error and record.error.kind in REFUSALS):
            return None
        kept.append(record)
    told = basis(unit, settings, fingerprints(unit, settings))
    if any(record.basis != told for record in kept):
        return None
    files = {name: sha for record in kept for name, sha in (*record.outputs.items(), *record.issue_outputs.items())}
    return kept if all(_is_there(store, name, sha) for name, sha in files.items()) else None


def write(outcome: Outcome, store: Store, before: dict[str, PageRecord | None]) -> list[PageRecord]:
    """Write the files of an issue; returns the records, with what could not be written in them.

    A file of an earlier run that no longer holds is taken away: one of a format that is not asked for any more, made
    from other bytes or with another configuration. One that still holds stays, and stays in the record.

    Args:
        outcome: what to write.
        store: where to.
        before: the record that each page had.
    """
    wrong: dict[str, Problem] = {}
    for record in outcome.records:
        for name in (*record.outputs, *record.issue_outputs):
            if name in wrong or (name in record.issue_outputs and record.page != _first(outcome)):
                continue
            try:
                store.write(name, outcome.files[name])
            except OSError as error:
                wrong[name] = problem_of(error, name)
    records: list[PageRecord] = []
    for record in outcome.records:
        problem = next((wrong[name] for name in (*record.outputs, *record.issue_outputs) if name in wrong), None)
        records.append(_with_earlier(record if problem is None else record.failed(problem), before[record.page], store))
    return records


def json_name(record: PageRecord) -> str:
    """The page JSON of a page."""
    return f"{record.page}{WRITERS['json'].suffix}"


def _first(outcome: Outcome) -> str:
    """The page that the files of the whole issue are written with."""
    return next((record.page for record in outcome.records if record.issue_outputs), "")


def _with_earlier(record: PageRecord, before: PageRecord | None, store: Store) -> PageRecord:
    """A record with the files of an earlier one that still hold; those that do not are taken away."""
    if before is None or before.state is not State.DONE or not record.sha256:
        return record
    holds = record.state is State.DONE and record.basis == before.basis
    outputs, issue_outputs = dict(record.outputs), dict(record.issue_outputs)
    for now, then in ((outputs, before.outputs), (issue_outputs, before.issue_outputs)):
        for name, sha in then.items():
            if name in now:
                continue
            if holds and _is_there(store, name, sha):
                now[name] = sha
            elif not holds:
                store.remove(name)
    formats = tuple(name for name in WRITERS if name in {*record.formats, *(before.formats if holds else ())})
    return replace(record, outputs=outputs, issue_outputs=issue_outputs, formats=formats)


def _is_there(store: Store, name: str, sha: str) -> bool:
    try:
        data = store.read(name)
    except OSError:
        return False
    return data is not None and digest(data) == sha
