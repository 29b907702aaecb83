"""The end of a run: the report, and the archive that can be searched, made of all that is in OUT."""

from __future__ import annotations

import hashlib
import json
import tempfile
from contextlib import suppress
from pathlib import Path

from banmian import __version__
from banmian.archive.index import Index
from banmian.archive.issues import place
from banmian.archive.journal import JournalError
from banmian.archive.options import Options
from banmian.archive.remote import UrlStore
from banmian.archive.results import json_name
from banmian.archive.store import ARCHIVE, WORK, Folder, Store

# What the archive behind a URL was made of: to look into the archive itself one would have to fetch it.
_MADE_OF = f"{WORK}/{ARCHIVE}.made-of"


def write_report(store: Store, out: str) -> None:
    """Write the report of all that is in OUT.

    Raises:
        JournalError: it cannot be written.
    """
    from banmian.archive import report  # noqa: PLC0415  only the end of a run needs it

    try:
        report.write(store, name=Path(out).resolve().name if isinstance(store, Folder) else out)
    except (OSError, report.ReportError) as error:
        raise JournalError(None, f"{out}: the report cannot be written: {error}") from error


def fill_archive(store: Folder | UrlStore, index: Index, options: Options) -> None:
    """Put all that is in OUT into a SQLite archive, made anew if it is not what it would be made of.

    One that is there is kept true also where it is not asked for. SQLite writes to files of this machine alone; so the
    archive for a URL is made in a temporary file, and put there when it is whole.

    Raises:
        JournalError: it cannot be written.
    """
    from banmian.formats.sqlite_file import noted  # noqa: PLC0415  a run without it need not load it

    try:
        there = (store.root / ARCHIVE).is_file() if isinstance(store, Folder) else store.read(_MADE_OF) is not None
        if "sqlite" not in options.formats and not there:
            return
        made_of = _made_of(index)
        if isinstance(store, Folder):
            if noted(store.root / ARCHIVE, "made_of") != made_of:
                new = store.root / WORK / ARCHIVE
                try:
                    _build(new, made_of, store, index, options)
                    new.replace(store.root / ARCHIVE)
                finally:
                    with suppress(OSError):
                        new.unlink(missing_ok=True)
        elif store.read(_MADE_OF) != made_of.encode():
            with tempfile.TemporaryDirectory(prefix="banmian-") as folder:
                new = Path(folder) / ARCHIVE
                _build(new, made_of, store, index, options)
                store.remove(_MADE_OF)
                store.upload(new, ARCHIVE)
            store.write(_MADE_OF, made_of.encode())
    except (OSError, ValueError) as error:  # ValueError: of the archive, and of a result that is no page JSON
        raise JournalError(None, f"{store.address(ARCHIVE)} cannot be made: {error}") from error


def _made_of(index: Index) -> str:
    """The digest of all that an archive of what is done would be made of."""
    made_of = hashlib.sha256(__version__.encode())
    for record, where in index.done():
        made_of.update(repr((record.page, record.issue, where, record.outputs.get(json_name(record)))).encode())
    return made_of.hexdigest()


def _build(path: Path, made_of: str, store: Store, index: Index, options: Options) -> None:
    """Make an archive of all that is done."""
    from banmian.formats.sqlite import Archive  # noqa: PLC0415  as above

    path.unlink(missing_ok=True)
    with Archive.open(path, throwaway=True) as archive:
        archive.note("made_of", made_of)
        for record, where in index.done():
            data = store.read(json_name(record))
            if data is not None:
                known = where or place(record.page, options.patterns)
                archive.add(json.loads(data), known._replace(issue=record.issue))
