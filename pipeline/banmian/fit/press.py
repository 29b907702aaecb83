"""A press: articles set into raw pages, so that heads and stories can be learnt from more than the few pages with gold.

The articles of a corpus month (one paragraph a line, heads first, a blank line between articles) are put together at
random, eight or so to a page, set in columns of a random measure with the indents lost, and written out in the orders
that extractors
use: story by story, all bodies before all heads, or frame by frame. Nothing of it is kept: only the weights that are
    fitted to it.
"""

from __future__ import annotations

import gzip
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_NO_START = "，。、；：！？”’）》」』…—"
_SENTENCE_END = re.compile(r"[。！？…；”）]$")
LONGEST_HEAD = 34  # characters; longer first lines are paragraphs
NARROW = 0.55  # em, of a digit or a letter

ORDERS = ("bodies-first", "bodies-first", "bodies-first", "frames", "frames", "layout", "articles")


@dataclass(frozen=True, slots=True)
class CorpusArticle:
    """An article of the corpus: its heads and its paragraphs, subheads among them."""

    heads: tuple[str, ...]
    paragraphs: tuple[str, ...]

    @property
    def size(self) -> int:
        """Characters of the body."""
        return sum(map(len, self.paragraphs))


def corpus_articles(path: Path) -> Iterator[CorpusArticle]:
    """The articles of a corpus file whose heads can be told from their paragraphs."""
    text = gzip.decompress(path.read_bytes()).decode("utf-8")
    for part in text.split("\n\n"):
        lines = [line.strip() for line in part.split("\n") if line.strip()]
        count = 0
        while count < min(4, len(lines)) and _is_head(lines[count]):
            count += 1
        if count and count < len(lines) and not _is_head(lines[-1]):
            yield CorpusArticle(tuple(lines[:count]), tuple(lines[count:]))


def _is_head(line: str) -> bool:
    return len(line) <= LONGEST_HEAD and not _SENTENCE_END.search(line) and "电" not in line[:12]


def wrap(text: str, measure: float, first: float | None = None) -> list[str]:
    """A text set in lines of a measure (em), the first one shorter where it is indented."""
    lines, line, width = [], "", 0.0
    room = measure if first is None else first
    for char in text:
        size = NARROW if char.isascii() else 1.0
        if width + size > room + 0.01 and char not in _NO_START and line:
            lines.append(line)
            line, width, room = "", 0.0, measure
        line += char
        width += size
    return [*lines, line] if line else lines


def page(articles: list[CorpusArticle], rng: random.Random) -> tuple[str, dict[str, Any]]:
    """A raw page of these articles, and its gold."""
    order = rng.choice(ORDERS)
    gap = rng.random() < 0.3  # some extractors leave a blank line between frames
    frames: list[tuple[int, str, list[str]]] = []  # (article, kind, lines)
    for number, article in enumerate(articles):
        measure = rng.choice((11, 13, 14, 17, 20, 23))
        span = rng.choice((1, 2, 3)) * measure
        size = rng.choice((1.0, 1.4, 1.8))
        for head in article.heads:
            frames.append((number, "head", wrap(head, max(8.0, span / size))))
            size = rng.choice((1.0, 1.4, 1.8))
        body: list[str] = []
        for paragraph in article.paragraphs:
            body += wrap(paragraph, measure, None if _is_head(paragraph) else measure - 2)
        leg = max(8, len(body) // rng.choice((1, 1, 2, 3)) + 1)
        frames += [(number, "leg", body[i : i + leg]) for i in range(0, len(body), leg)]
    numbers = list(range(len(articles)))
    heads = {n: [f for f in frames if f[0] == n and f[1] == "head"] for n in numbers}
    legs = {n: [f for f in frames if f[0] == n and f[1] == "leg"] for n in numbers}
    rng.shuffle(numbers)
    if order == "bodies-first":
        placed = [f for n in numbers for f in legs[n]] + [f for n in sorted(numbers) for f in heads[n]]
    elif order == "frames":
        placed = frames[:]
        rng.shuffle(placed)
    else:
        placed = [f for n in numbers for f in heads[n] + legs[n]]
    text = ("\n\n" if gap else "\n").join("\n".join(lines) for _, _, lines in placed) + "\n"
    gold = {"order": order, "articles": [_gold(a) for a in articles], "furniture": []}
    return text, gold


def _gold(article: CorpusArticle) -> dict[str, Any]:
    """The gold of an article. Which of its heads is the headline the corpus does not tell; they count as one."""
    return {
        "kicker": None,
        "headline": "".join(article.heads),
        "deck": None,
        "byline": None,
        "people": [],
        "blocks": [{"role": "subhead" if _is_head(p) else "paragraph", "text": p} for p in article.paragraphs],
    }


def pages(path: Path, count: int, seed: int = 1) -> Iterator[tuple[str, dict[str, Any]]]:
    """So many pages of a corpus file, the same for the same seed."""
    rng = random.Random(seed)  # noqa: S311  pages, not secrets
    stock = [a for a in corpus_articles(path) if 80 <= a.size <= 2600]
    for _ in range(count):
        short = rng.random() < 0.7
        usable = [a for a in stock if a.size < (900 if short else 2600)]
        yield page(rng.sample(usable, rng.randint(6, 12) if short else rng.randint(3, 6)), rng)
