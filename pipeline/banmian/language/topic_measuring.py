"""How well topics tell whose head it is: on pages whose articles are known, is the right story ranked first?

Pages are gold files, a list of articles each with its kicker, headline, deck and blocks. Every head is offered all
stories of its page, and every paragraph the one that follows it in its story and those of the page's other stories.

`python -m banmian.language measure-topics`, 2026-11-22, gold pages in the layouts of People's Daily (page) and of a
county paper. *Pairs* are the rare pairs of characters that texts share (`banmian.reading.lexical`), *both* a regression
on topics and pairs, for heads fitted on other pages, for paragraphs (three weights) on the same. In each cell: pairs,
topics, both. February 2019 (958 heads, both layouts) was left out of what was learnt and counted; January 2020 (page 83
heads, county 239) is in no corpus file, and was measured once, at the end, with what is shipped.

| what is asked | February 2019 | January 2020, page | county |
| --- | --- | --- | --- |
| headline: own first paragraph ranked first | 0.727 0.784 0.841 | 0.848 0.880 0.892 | 0.803 0.858 0.874 |
| kicker, headline, deck: own first paragraph | 0.785 0.828 0.876 | 0.901 0.928 0.952 | 0.861 0.900 0.921 |
| kicker, headline, deck: whole own story | 0.908 0.907 0.959 | 0.972 0.976 0.976 | 0.915 0.929 0.950 |
| next paragraph told from those of other stories | 0.879 0.940 0.953 | 0.869 0.935 0.941 | 0.931 0.976 0.982 |
| a story going on told from the next beginning | 0.880 0.920 0.941 | 0.865 0.943 0.946 | 0.924 0.973 0.978 |

Calibration: the odds of January 2020 would fit best when multiplied by 0.93 (page, heads), 0.89 (page, paragraphs),
1.07 and 1.18 (county).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from banmian.language.measuring import balanced_weights
from banmian.language.statistics import Odds
from banmian.language.topics import Topics, body_topic_odds, head_topic_odds, topic_vectors

Flags: TypeAlias = NDArray[np.bool_]
SHORTEST = 8  # characters of a paragraph


@dataclass(frozen=True, slots=True)
class Article:
    """An article of a page: kicker, headline and deck as far as there are any, and its paragraphs, without spaces."""

    heads: tuple[str, ...]
    headline: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured.

    Attributes:
        heads: how many heads were asked about.
        first: share of headlines whose story is ranked first, by its first paragraph.
        all_first: the same for kicker, headline and deck together.
        whole: the same, by all paragraphs of the story.
        next_told: how often a next paragraph has higher odds than one of another story.
        head_fit: factor and constant that would make the odds of heads fit best, with whole stories and firsts.
        body_fit: the same for paragraphs.
    """

    heads: int
    first: float
    all_first: float
    whole: float
    next_told: float
    head_fit: tuple[float, float]
    body_fit: tuple[float, float]


def pages(folder: Path) -> Iterator[list[Article]]:
    """The pages of all *.gold.json files of a folder that have at least two articles with a head and a paragraph."""
    for path in sorted(folder.glob("*.gold.json")):
        page = [_article(entry) for entry in json.loads(path.read_text(encoding="utf-8"))["articles"]]
        page = [article for article in page if article.heads and article.paragraphs]
        if len(page) > 1:
            yield page


def _article(entry: dict[str, object]) -> Article:
    heads = {part: "".join(str(entry[part] or "").split()) for part in ("kicker", "headline", "deck")}
    blocks = entry["blocks"]
    assert isinstance(blocks, list)
    texts = ["".join(block["text"].split()) for block in blocks if block["role"] == "paragraph"]
    return Article(
        tuple(text for text in heads.values() if text),
        heads["headline"] or "".join(heads.values()),
        tuple(text for text in texts if len(text) >= SHORTEST),
    )


def measure(known: Topics, pages_: Iterable[Sequence[Article]]) -> Figures:
    """Ask the topics about all heads and paragraphs of some pages."""
    ranks: list[list[Odds]] = []
    whole: list[tuple[Odds, Flags]] = []
    bodies: list[tuple[Odds, Flags]] = []
    for page in pages_:
        headlines = topic_vectors(known, [article.headline for article in page])
        heads = topic_vectors(known, ["".join(article.heads) for article in page])
        paragraphs = topic_vectors(known, [text for article in page for text in article.paragraphs])
        owners = np.repeat(np.arange(len(page)), [len(article.paragraphs) for article in page])
        starts = np.flatnonzero(np.diff(owners, prepend=-1))
        stories = np.add.reduceat(paragraphs, starts, axis=0)
        first = paragraphs[starts]
        asked_heads = [
            head_topic_odds(left, right, paragraphs)
            for left, right in ((headlines, first), (heads, first), (heads, stories))
        ]
        ranks.append([_ranked(odds) for odds in asked_heads])
        whole += [(odds.ravel(), np.eye(len(page), dtype=bool).ravel()) for odds in asked_heads]
        follows = np.eye(len(owners), k=1, dtype=bool) & (owners[:, None] == owners)
        asked = follows | ((owners[:, None] != owners) & follows.any(axis=1)[:, None])
        bodies.append((body_topic_odds(paragraphs, paragraphs, paragraphs)[asked], follows[asked]))
    first, all_first, by_whole = (np.concatenate(column) for column in zip(*ranks, strict=True))
    odds, follows = (np.concatenate(column) for column in zip(*bodies, strict=True))
    return Figures(
        len(first),
        float(first.mean()),
        float(all_first.mean()),
        float(by_whole.mean()),
        told_apart(odds[follows], odds[~follows]),
        _fit(*(np.concatenate(column) for column in zip(*whole, strict=True))),
        _fit(odds, follows),
    )


def _ranked(odds: Odds) -> Odds:
    """For each row 1 when the entry on the diagonal is the highest, a share of 1 when others are as high, else 0."""
    own = np.diag(odds)
    ties = (odds == odds.max(axis=1, keepdims=True)).sum(axis=1)
    return np.where(own == odds.max(axis=1), 1 / ties, 0).astype(np.float32)


def told_apart(true: Odds, wrong: Odds) -> float:
    """The share of pairs of a true and a wrong one in which the true one is higher, ties counted as half."""
    ranked = np.sort(wrong)
    below = np.searchsorted(ranked, true, "left") + np.searchsorted(ranked, true, "right")
    return float(below.mean() / (2 * len(wrong)))


def _fit(odds: Odds, truth: Flags) -> tuple[float, float]:
    factor, constant = balanced_weights(odds[:, None].astype(np.float64), truth)
    return float(factor), float(constant)
