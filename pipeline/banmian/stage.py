"""The contract of a stage, and pipelines made of stages.

A stage is a value: a frozen dataclass whose fields are its options. Calling it is running it, and it touches nothing
but its argument. It names the layers of a page that it needs and those that it makes, and a `Pipeline` whose stages
stand in an impossible order cannot be built.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar, Protocol, runtime_checkable

from banmian.model import Page


class Layer(StrEnum):
    """What a stage may add to a page."""

    CHARACTERS = "characters"
    LINES = "lines"
    COLUMNS = "columns"
    ROLES = "roles"
    BLOCKS = "blocks"
    ARTICLES = "articles"
    CREDITS = "credits"
    CONFIDENCE = "confidence"


@runtime_checkable
class Stage(Protocol):
    """A step of the pipeline, from page to page."""

    name: ClassVar[str]
    requires: ClassVar[frozenset[Layer]]
    provides: ClassVar[frozenset[Layer]]

    def __call__(self, page: Page, /) -> Page:
        """The page with what this stage adds. Never raises for any text."""
        ...


class StageOrderError(ValueError):
    """A stage stands before one whose result it needs."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A page that a stage could not do: which page, which stage, and the exception."""

    page_id: str
    stage: str
    error: Exception


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Stages run one after another; itself a stage.

    Raises:
        StageOrderError: a stage requires a layer that no earlier stage provides.
    """

    stages: tuple[Stage, ...]
    digest: str = ""

    name: ClassVar[str] = "pipeline"
    requires: ClassVar[frozenset[Layer]] = frozenset()
    provides: ClassVar[frozenset[Layer]] = frozenset()

    def __post_init__(self) -> None:
        have: set[Layer] = set()
        for stage in self.stages:
            missing = sorted(stage.requires - have)
            if missing:
                names = ", ".join(missing)
                raise StageOrderError(f"stage '{stage.name}' needs [{names}], which no earlier stage provides")
            have |= stage.provides

    def __call__(self, page: Page, /) -> Page:
        """Run all stages on one page. An exception of a stage is a bug, and is let through."""
        for stage in self.stages:
            page = replace(stage(page), stages=(*page.stages, stage.name))
        return page

    def stream(self, pages: Iterable[Page]) -> Iterator[Page | Failed]:
        """Run all stages on each page, lazily and in order: one result a page, `Failed` where a stage raised."""
        for page in pages:
            done, name = page, "read"
            try:
                for stage in self.stages:
                    name = stage.name
                    done = replace(stage(done), stages=(*done.stages, stage.name))
            except Exception as error:  # noqa: BLE001  one page must not cost the others; the error is passed on
                yield Failed(page.id, name, error)
            else:
                yield done
