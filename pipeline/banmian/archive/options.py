"""What a run does, and how."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from re import Pattern

from banmian.archive.shards import Shard
from banmian.archive.units import Settings
from banmian.formats.registry import WRITERS
from banmian.stage import Pipeline

UNPACK_LIMIT = 10_000_000_000  # a hundred thousand pages, each the fullest that we know


class RunError(ValueError):
    """A run that cannot begin; the message says what to do. `missing` tells that there is nothing to read."""

    def __init__(self, message: str, *, missing: bool = False) -> None:
        super().__init__(message)
        self.missing = missing


class Engine(StrEnum):
    """Who does the work."""

    PROCESSES = "processes"
    DASK = "dask"


@dataclass(frozen=True, slots=True)
class Options:
    """What a run does, and how.

    Args:
        pipeline: what each page is run through.
        formats: the formats to write; json is always among them.
        include, exclude: globs over the names in SOURCE. Without any, of folders and archives all files are taken that
            are called like one that can be read (`banmian.readers`), and of a list all that it names.
        patterns: how issues are recognised instead of by what we know of names; see `banmian.archive.issues`.
        encoding: of all pages of raw text; detected if not told.
        ocr: the name of the OCR engine for pictures (`banmian.ocr`); the default one if not told.
        jobs: how many worker processes.
        force: whether to do again what is done.
        max_bytes: how large a file may be; None for what is usual for its kind (`banmian.readers`).
        unpack_limit: how much an archive may unpack to, in bytes.
        max_failures: how many pages may fail before the run is stopped; None for any number.
        shard: the part of the archive to do; None for all.
        engine: who does the work: processes of this machine, or a dask cluster.
        scheduler: the address of the cluster; None for one on this machine, of `jobs` processes.
    """

    pipeline: Pipeline
    formats: tuple[str, ...] = ("json",)
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    patterns: tuple[Pattern[str], ...] = ()
    encoding: str | None = None
    ocr: str | None = None
    jobs: int = 1
    force: bool = False
    max_bytes: int | None = None
    unpack_limit: int = UNPACK_LIMIT
    max_failures: int | None = None
    shard: Shard | None = None
    engine: Engine = Engine.PROCESSES
    scheduler: str | None = None

    @property
    def settings(self) -> Settings:
        """What of it results depend on."""
        formats = tuple(
            name for name in WRITERS if name in {"json", *self.formats} and WRITERS[name].scope != "archive"
        )
        return Settings(self.pipeline, formats, self.encoding, self.ocr, self.max_bytes)
