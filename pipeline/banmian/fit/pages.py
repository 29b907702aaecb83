"""The pages that weights are fitted to and figures are measured on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from banmian.fit.labels import Place, places
from banmian.model import Page
from banmian.stages.characters import Characters
from banmian.stages.lines import Lines

# The ways of getting raw text whose lines stand in the order of their columns.
UNMIXED = ("pdfium", "pdftotext", "raw")


@dataclass(frozen=True, slots=True)
class GoldPage:
    """A page with its lines, and its gold."""

    name: str
    kind: str
    page: Page
    gold: dict[str, Any]
    places: tuple[Place | None, ...]


def gold_pages(root: Path, kinds: Sequence[str] = UNMIXED) -> Iterator[GoldPage]:
    """All pages below `root` that have a gold page, in each of `kinds` of raw text that there is."""
    for path in sorted(root.rglob("*.gold.json")):
        name = path.name.removesuffix(".gold.json")
        gold = json.loads(path.read_text(encoding="utf-8"))
        for kind in kinds:
            raw = path.parent / kind / f"{name}.txt"
            if raw.exists():
                page = Lines()(Characters()(Page.of(raw.read_bytes().decode("utf-8"), id=name)))
                yield GoldPage(name, kind, page, gold, tuple(places([line.text for line in page.lines], gold)))
