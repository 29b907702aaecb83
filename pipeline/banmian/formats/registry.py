"""The table of formats: what each is called, what one file of it is about, and where its writer is.

A writer is a module with a function `dumps`, of a page or of an issue, that gives text or bytes and depends on nothing
else. Modules are imported when they are first used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Any, Literal


class MissingExtraError(ImportError):
    """A format needs a library that is not installed; the message says how to get it."""


@dataclass(frozen=True, slots=True)
class Writer:
    """A format.

    Args:
        name: what `--format` calls it.
        scope: what one file of it is about. A file of an issue is called ISSUE_ID + suffix, one of a page PAGE_ID +
            suffix, in one folder; so METS files find their ALTO files.
        suffix: how its files are called.
        module: the module with its writer.
        extra: the extra of banmian that it needs, if any.
    """

    name: str
    scope: Literal["page", "issue", "archive"]
    suffix: str
    module: str
    extra: str | None = None

    def load(self) -> Any:
        """The function that writes it: `dumps(page)` or `dumps(issue)`, to text or bytes; of an archive, its `Archive`.

        Raises:
            MissingExtraError: the extra is not installed.
        """
        try:
            return getattr(import_module(self.module), "Archive" if self.scope == "archive" else "dumps")
        except ModuleNotFoundError as error:
            if self.extra is None or (error.name or "").partition(".")[0] == "banmian":
                raise
            raise MissingExtraError(
                f"the format {self.name} needs {error.name}, which is not installed: pip install banmian[{self.extra}]"
            ) from error


WRITERS: Mapping[str, Writer] = MappingProxyType(
    {
        writer.name: writer
        for writer in (
            Writer("json", "page", ".json", "banmian.formats.page_json"),
            Writer("md", "page", ".md", "banmian.formats.markdown"),
            Writer("txt", "page", ".txt", "banmian.formats.text"),
            Writer("alto", "page", ".alto.xml", "banmian.formats.alto"),
            Writer("page-xml", "page", ".page.xml", "banmian.formats.page_xml"),
            Writer("hocr", "page", ".hocr", "banmian.formats.hocr"),
            Writer("mets", "issue", ".mets.xml", "banmian.formats.mets"),
            Writer("tei", "issue", ".tei.xml", "banmian.formats.tei"),
            Writer("jsonl", "issue", ".jsonl", "banmian.formats.jsonl"),
            Writer("csv", "issue", ".csv", "banmian.formats.csv"),
            Writer("parquet", "issue", ".parquet", "banmian.formats.parquet", "parquet"),
            Writer("sqlite", "archive", ".db", "banmian.formats.sqlite"),
        )
    }
)
