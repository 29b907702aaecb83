"""SOURCE and OUT before a run: whether they can be what they are, and what SOURCE has."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from banmian.archive import remote, sources
from banmian.archive.globs import Wanted
from banmian.archive.index import Index
from banmian.archive.journal import Journal
from banmian.archive.options import Options, RunError
from banmian.archive.sources import Found, NoPage
from banmian.archive.store import WORK, Store, is_url
from banmian.archive.unpack import Limits, unpack
from banmian.files import PAGE_SUFFIXES
from banmian.formats.registry import WRITERS, MissingExtraError

# Whether a file of a name is wanted.
Keep = Callable[[str], bool]

STDIN = "-"
PAGES = tuple(f"*{suffix}" for suffix in PAGE_SUFFIXES)


def formats_are_there(names: Iterable[str]) -> None:
    """Raises RunError if a format cannot be written here."""
    for name in names:
        if name not in WRITERS:
            raise RunError(f"there is no format {name!r}; there are {', '.join(WRITERS)}")
        try:
            WRITERS[name].load()
        except MissingExtraError as error:
            raise RunError(str(error)) from error


def source_is_there(source: str) -> None:
    """Raises RunError if it is not."""
    if source == STDIN:
        return
    try:
        there = remote.exists(source) if is_url(source) else os.path.lexists(source)
    except ModuleNotFoundError as error:
        raise RunError(needs_extra(error)) from error
    except OSError as error:
        raise RunError(f"{source}: cannot be read: {error.strerror}", missing=True) from error
    if not there:
        raise RunError(f"{source}: no such file or folder.", missing=True)


def needs_extra(error: ModuleNotFoundError) -> str:
    """What to install for URLs and clusters."""
    if error.name in ("fsspec", "dask", "distributed"):
        return f"this needs {error.name}, which is not installed: pip install 'banmian[dask]'"
    return f"{error.msg}; URLs of this kind need a library of their own, as s3:// needs s3fs: pip install s3fs"


def prepare(source: str, out: str) -> Path:
    """The folder of the results, made; neither it nor SOURCE may lie in the way of the other.

    Raises:
        RunError: they do, or OUT cannot be made.
    """
    root = Path(out).resolve()
    if source != STDIN and not is_url(source) and Path(source).resolve().is_relative_to(root):
        raise RunError(f"{source} is or lies in {out}, where results would overwrite it; choose another OUT.")
    work = root / WORK
    try:
        work.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(f"{out}: cannot be made a folder for results: {error.strerror}.") from error
    if work.is_symlink():
        raise RunError(f"{work} is a link, and results are only written inside of OUT; take the link away.")
    return root


def behind_url(out: str, shard: str) -> tuple[remote.UrlStore, Journal, Index]:
    """Where results and journal go behind a URL; the index is a temporary file of the system's.

    Raises:
        RunError: the libraries for it are not installed.
    """
    store = remote.UrlStore(out)
    try:
        return store, remote.UrlJournal(store, shard), Index(None)
    except ModuleNotFoundError as error:
        raise RunError(needs_extra(error)) from error


def find(
    source: str, out: str, options: Options, stdin: Iterable[bytes], *, spool: str, store: Store, keep: Keep
) -> Iterator[Found | NoPage]:
    """What SOURCE has."""
    here = None if is_url(out) else Path(out).resolve()
    if source == STDIN:
        return sources.listed(stdin, Wanted(options.include or ("*",), options.exclude), out=here)
    wanted = Wanted(options.include or PAGES, options.exclude)
    if is_url(source):
        return remote.walk_url(source, wanted, out=out if is_url(out) else None)
    path = Path(source).resolve()
    if path.is_dir():
        return sources.walk(path, wanted, out=here)
    if sources.is_archive(path):
        limits = Limits(options.max_bytes, options.unpack_limit)
        return unpack(path, wanted, limits, store=store, into=spool, keep=keep)
    return sources.single(path)


@contextmanager
def emptied(folder: Path) -> Iterator[None]:
    """A folder that is gone before and after."""
    shutil.rmtree(folder, ignore_errors=True)
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)
