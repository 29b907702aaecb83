"""The pages that weights are fitted to and figures are measured on."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from banmian.fit.labels import Place, places
from banmian.fit.press import SetArticle, furniture, gold_articles, pages, papers_pages
from banmian.model import Block, Page
from banmian.stages.characters import Characters
from banmian.stages.columns import Columns
from banmian.stages.corrections import Corrections
from banmian.stages.lines import Lines

# The ways of getting raw text whose lines stand in the order of their columns.
UNMIXED = ("pdfium", "pdftotext", "raw")
# Those whose lines do not, in ways that are unlike each other: blocks out of order, rows with gaps, columns in turn.
MIXED = ("pdfminer", "layout", "raster")
# The unmixed ones with blank lines strewn in at random, as real pages have them: in the middle of sentences, not only
# between blocks (pdftotext leaves some between blocks, pdfium none).
STREWN = ("pdfium-strewn", "pdftotext-strewn")
# Pages written for the project (fixtures/papers), as they are and strewn.
WRITTEN = ("frames", "frames-strewn")
# What an OCR engine read in the pictures of pages, line by line from the top.
RECOGNISED = ("ocr",)
BLANK_SHARES = (0.05, 0.2)  # of the lines of a page, at least and at most


@dataclass(frozen=True, slots=True)
class GoldPage:
    """A page with its lines, and its gold."""

    name: str
    kind: str
    page: Page
    gold: dict[str, Any]
    places: tuple[Place | None, ...]


def strewn(text: str, *, seed: str) -> str:
    """A text with blank lines after some of its lines, the same for the same seed."""
    rng = random.Random(seed)  # noqa: S311  pages, not secrets
    share = rng.uniform(*BLANK_SHARES)
    return "".join(line + "\n" * (rng.random() < share) for line in text.splitlines(keepends=True))


def made_pages(
    stock: Sequence[SetArticle], count: int, *, furniture: Sequence[str] = (), seed: int = 1
) -> Iterator[GoldPage]:
    """Pages set from a stock of articles (`banmian.fit.press`)."""
    return _set(pages(stock, count, furniture=furniture, seed=seed), f"made{seed}")


def papers_made(root: Path, others: Sequence[SetArticle], count: int, *, seed: int = 1) -> Iterator[GoldPage]:
    """Pages set from the articles and the furniture of pages written for the project, with a few other articles."""
    stock = list(gold_articles(root))
    return _set(papers_pages(stock, others, count, furniture=furniture(root), seed=seed), f"papers{seed}")


def _set(printed: Iterator[tuple[str, dict[str, Any]]], name: str) -> Iterator[GoldPage]:
    """Raw pages with their gold, their lines read."""
    for number, (text, gold) in enumerate(printed):
        page = Columns()(Lines()(Characters()(Page.of(text, id=f"{name}-{number}"))))
        yield GoldPage(page.id, "made", page, gold, tuple(places([line.text for line in page.lines], gold)))


def gold_pages(root: Path, kinds: Sequence[str] = UNMIXED, *, columns: bool = True) -> Iterator[GoldPage]:
    """All pages below `root` that have a gold page, in each of `kinds` of raw text that there is.

    Args:
        root: a folder of the bench.
        kinds: names of sub-folders of raw texts.
        columns: whether mixed columns are taken apart.
    """
    for path in sorted(root.rglob("*.gold.json")):
        name = path.name.removesuffix(".gold.json")
        gold = json.loads(path.read_text(encoding="utf-8"))
        for kind in kinds:
            raw = path.parent / kind.removesuffix("-strewn") / f"{name}.txt"
            if raw.exists():
                text = raw.read_bytes().decode("utf-8")
                text = strewn(text, seed=name) if kind.endswith("-strewn") else text
                page = Lines()(Corrections()(Characters()(Page.of(text, id=name))))
                page = Columns()(page) if columns else page
                yield GoldPage(name, kind, page, gold, tuple(places([line.text for line in page.lines], gold)))


def block_places(blocks: Sequence[Block], page: GoldPage) -> dict[int, Place | None]:
    """The place in gold of each line of the blocks, by where the line begins in the source."""
    lines = [line for block in blocks for line in block.lines]
    return {
        line.span.start: place
        for line, place in zip(lines, places([line.text for line in lines], page.gold), strict=True)
    }
