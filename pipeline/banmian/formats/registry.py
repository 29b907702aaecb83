"""The table of formats: what each is called, what one file of it is about, and where its writer is.

A writer is a module with a function `dumps`, of a page or of an issue. Modules are imported when they are first used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Writer:
    """A format.

    Args:
        name: what `--format` calls it.
        scope: what one file of it is about.
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
        """The function that writes it."""
        return import_module(self.module).dumps


WRITERS: Mapping[str, Writer] = MappingProxyType(
    {
        writer.name: writer
        for writer in (
            Writer("json", "page", ".json", "banmian.formats.page_json"),
            Writer("md", "page", ".md", "banmian.formats.markdown"),
            Writer("txt", "page", ".txt", "banmian.formats.text"),
        )
    }
)
