"""Restore what a head has lost and its story still has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from banmian.model import Page
from banmian.stage import Layer


@dataclass(frozen=True, slots=True)
class Repair:
    """Restore what a head has lost and its story still has."""

    name: ClassVar[str] = "repair"
    requires: ClassVar[frozenset[Layer]] = frozenset({Layer.ARTICLES})
    provides: ClassVar[frozenset[Layer]] = frozenset()

    def __call__(self, page: Page, /) -> Page:
        """The page with its heads repaired."""
        return page
