"""A press: articles set into raw pages, so that more can be learnt than the few pages with gold have to show.

The articles of a corpus month (one paragraph a line, heads first, a blank line between articles) and those of gold
pages are put together at random, eight or so to a page, set in columns of a random measure with the indents lost, and
written out in the orders and in the manners of extractors: story by story, all bodies before all heads, or frame by
frame; with lines broken at punctuation, with blank lines between frames or anywhere. Nothing of it is kept: only the
weights that are fitted to it.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol, TypeVar

from banmian.fit.labels import bare
from banmian.grammar.captions import caption
from banmian.grammar.datelines import opens_story
from banmian.grammar.rubrics import ends_with_rubric, is_rubric, is_title_of_briefs
from banmian.language.corpus import HEADS, is_head

_NO_START = "，。、；：！？”’）》」』…—"
_NO_END = "“‘（《「『"
# Where `pdftotext -raw` breaks lines that were set tight or loose: behind punctuation, and before what it opens.
_MARK = re.compile(r"[，。、；：！？”’）》“‘（《]")
# Characters. Of the heads of the pages for fitting 1 in 250 is longer, of their subheads none; what is longer and ends
# without a stop, as in the summary of a story, is a paragraph.
LONGEST_HEAD, LONGEST_SUBHEAD = 34, 22
NARROW = 0.55  # em, of a digit or a letter
BROKEN = 0.12  # share of the lines with punctuation that are broken there
BLANK = 0.15  # share of lines followed by a stray blank line, on pages that have such
DISPLAYED = 0.3  # share of the stories whose subheads are frames of their own, in the layer of the heads
HEAPED = 0.5  # share of those whose subheads stand one behind the other there
BESIDE = 0.08  # share of heads that an extractor writes in one line with the head before
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建国文辉力云志鹏宇晨佳欣雨思远博"

# The ways in which streams put the frames of a page one after another; the common ones more often. What extractors
# make of a grid ("columns") and what programs write that keep all heads in a layer of their own is rarer, but as real.
ORDERS = (*["bodies-first"] * 3, "heads-first", *["frames"] * 2, *["columns"] * 2, "layout", "articles")
STACKED = 3  # most stories one below another in the same columns
ASTRAY = 0.08  # share of the heads that a stream leaves behind the first leg of their story
TRADITIONAL = 0.1  # share of the pages in traditional characters
_CORNERS = str.maketrans("“”‘’", "「」『』")


@dataclass(frozen=True, slots=True)
class SetArticle:
    """An article to set: its heads (role and text), its body, its byline where that has a line of its own.

    `people` are those who wrote it (name and role), where that is known.
    """

    heads: tuple[tuple[str, str], ...]
    blocks: tuple[tuple[str, str], ...]
    byline: str = ""
    people: tuple[tuple[str, str], ...] = ()

    @property
    def size(self) -> int:
        """Characters of the body."""
        return sum(len(text) for _, text in self.blocks)

    @property
    def signed_behind(self) -> bool:
        """Whether it is signed behind its text, in brackets."""
        return self.byline.startswith(("（", "("))

    @property
    def gold(self) -> dict[str, Any]:
        """The article as a gold page has it."""
        return {
            "kicker": None,
            "headline": None,
            "deck": None,
            **dict(self.heads),
            "byline": self.byline or None,
            "people": [{"name": name, "role": role} for name, role in self.people],
            "blocks": [{"role": role, "text": text} for role, text in self.blocks],
        }


def corpus_articles(path: Path) -> Iterator[SetArticle]:
    """The articles of a corpus file whose heads can be told from their paragraphs.

    The corpus does not say which of several heads is the headline: the one with a rubric in brackets is, or the
    shortest of those that do not look like a kicker or a deck, which are set smaller and have more to say.
    """
    text = gzip.decompress(path.read_bytes()).decode("utf-8")
    for part in text.split("\n\n"):
        lines = [line.strip() for line in part.split("\n") if line.strip()]
        count = _heads_before(lines)
        if count and count < len(lines) and _body_role(lines[-1]) == "paragraph":
            heads = _roles(lines[:count])
            if len(dict(heads)) == count:  # of two kickers or decks gold has room for one
                yield SetArticle(heads, tuple((_body_role(line), line) for line in lines[count:]))


def _heads_before(lines: Sequence[str]) -> int:
    """How many heads the lines of an article begin with.

    Its first line is one whatever it ends with; behind the headline that ends with its rubric stands a deck at most,
    and behind the title of briefs the head of the first of them, which is a subhead.
    """
    heads: list[str] = []
    for line in lines[:HEADS]:
        short = len(line) <= LONGEST_HEAD and "。" not in line and not opens_story(line) and not is_rubric(line)
        labelled, titled = (any(map(kind, heads)) for kind in (ends_with_rubric, is_title_of_briefs))
        if not short or titled or (heads and not is_head(line.rstrip("”"))) or (labelled and not line.startswith("——")):
            break
        heads.append(line)
    return len(heads)


def _body_role(line: str) -> str:
    """What a line of the body is: the corpus has captions (图为…, …摄) and subheads among the paragraphs."""
    if caption(line):
        return "caption"
    short = len(line) <= LONGEST_SUBHEAD and is_head(line) and not opens_story(line)
    return "subhead" if short or is_rubric(line) else "paragraph"


def _roles(heads: Sequence[str]) -> tuple[tuple[str, str], ...]:
    plain = [head for head in heads if not head.startswith("——") and not head.endswith(("——", "："))] or heads
    labelled = [head for head in plain if ends_with_rubric(head)]
    main = heads.index(labelled[0] if labelled else min(plain, key=len))
    return tuple(("headline" if i == main else "kicker" if i < main else "deck", text) for i, text in enumerate(heads))


def gold_articles(root: Path) -> Iterator[SetArticle]:
    """The articles of all gold pages below a folder."""
    for path in sorted(root.rglob("*.gold.json")):
        for article in json.loads(path.read_text(encoding="utf-8"))["articles"]:
            heads = tuple((role, article[role]) for role in ("kicker", "headline", "deck") if article.get(role))
            blocks = tuple((block["role"], block["text"]) for block in article["blocks"])
            byline = article.get("byline") or ""
            inside = bare(byline) in "".join(bare(text) for _, text in blocks[:2])
            if heads and blocks:
                people = tuple((person["name"], person["role"]) for person in article.get("people") or ())
                yield SetArticle(heads, blocks, "" if inside else byline, people)


def furniture(root: Path) -> list[str]:
    """The furniture of all gold pages below a folder."""
    paths = sorted(root.rglob("*.gold.json"))
    golds = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    return [item["text"] for gold in golds for item in gold.get("furniture") or []]


def wrap(text: str, measure: float, first: float | None = None) -> list[str]:
    """A text set in lines of a measure (em), the first one shorter where it is indented."""
    lines, line, width = [], "", 0.0
    room = measure if first is None else first
    for char in text:
        size = NARROW if char.isascii() else 1.0
        if width + size > room + 0.01 and char not in _NO_START and line:
            kept = line.rstrip(_NO_END) or line
            lines.append(kept)
            line = line[len(kept) :]
            width, room = float(len(line)), measure
        line += char
        width += size
    return [*lines, line] if line else lines


PAGE_WIDTH, MARGIN = 1000.0, 40.0  # points, of pages whose lines have places


@dataclass(frozen=True, slots=True)
class Grid:
    """The columns of a page, in points but `count`."""

    count: int
    em: float
    width: float
    pitch: float
    leading: float

    @classmethod
    def drawn(
        cls,
        rng: random.Random,
        *,
        ems: Sequence[float],
        counts: Sequence[int],
        gutters: Sequence[float],
        leadings: Sequence[float],
    ) -> Grid:
        """A grid on a page of `PAGE_WIDTH`; gutters and leadings in em."""
        em, count = rng.choice(ems), rng.choice(counts)
        gutter = em * rng.choice(gutters)
        whole = PAGE_WIDTH - 2 * MARGIN
        width = int((whole - (count - 1) * gutter) / count / em) * em
        return cls(count, em, width, (whole - width) / (count - 1), em * rng.choice(leadings))

    def left(self, column: int) -> float:
        """The left edge of a column."""
        return MARGIN + column * self.pitch

    def across(self, columns: int) -> float:
        """How wide so many columns are."""
        return (columns - 1) * self.pitch + self.width


class Kinded(Protocol):
    """A frame of either press."""

    @property
    def kind(self) -> str:
        """What it is: head, byline, subhead, leg, tagline, caption or furniture."""


Frame = TypeVar("Frame", bound=Kinded)


@dataclass(frozen=True, slots=True)
class _Frame:
    """Lines that stand together on the page: a head, a byline, a leg of the body, a caption."""

    article: int
    kind: str
    lines: list[str]


def signed(article: SetArticle, rng: random.Random, share: float) -> SetArticle:
    """An article; of those that want a byline this share get one, of people who are nobody.

    What somebody signs in the text wants none, nor does what opens with a dateline: who wrote it
    stands there, or nobody.
    """
    told = article.people or article.byline or any(opens_story(text) for _, text in article.blocks[:2])
    if told or rng.random() >= share:
        return article
    names = [
        rng.choice(_SURNAMES) + "".join(rng.choices(_GIVEN, k=rng.choice((1, 1, 2)))) for _ in range(rng.randint(1, 3))
    ]
    form = rng.choice(("本报记者 {}", "记者 {}", "□记者 {}", "（{}）", "□本报记者 {}"))
    byline = form.format(" ".join(name if len(name) > 2 else " ".join(name) for name in names))
    people = article.people + tuple((name, "reporter") for name in names)
    return replace(article, byline=byline, people=tuple(dict.fromkeys(people)))


def _frames(number: int, article: SetArticle, rng: random.Random) -> list[_Frame]:
    """An article set in type."""
    measure = rng.choice((9, 10, 11, 12, 13, 14, 15, 17, 18, 20, 21, 23, 26, 30))
    span = rng.choice((1, 2, 3)) * measure
    frames = [
        _Frame(number, "head", wrap(text, max(8.0, span / rng.choice((1.0, 1.4, 1.8))))) for _, text in article.heads
    ]
    if article.byline and not article.signed_behind:
        frames.append(_Frame(number, "byline", wrap(article.byline, float(span))))
    displayed = rng.random() < DISPLAYED
    sections: list[list[str]] = [[]]  # of the body, and between them the subheads that stand apart from it
    for role, text in article.blocks:
        if role == "caption":
            frames.append(_Frame(number, "caption", wrap(text, float(rng.choice((measure, 8, 12, 20))), None)))
        elif role == "lead":
            sections[-1] += wrap(text, float(span), span - 2.0)
        elif role == "subhead" and displayed:
            sections += [wrap(text, max(8.0, float(measure))), []]
        else:
            sections[-1] += wrap(text, measure, None if role == "subhead" else measure - 2)
    if article.signed_behind:
        sections[-1] += [article.byline]
    whole = sum(map(len, sections[::2]))
    leg = max(8, whole // rng.choice((1, 1, 2, 3)) + 1)
    for at, lines in enumerate(sections):
        kind, most = ("subhead", len(lines)) if at % 2 else ("leg", leg)
        frames += [_Frame(number, kind, lines[i : i + most]) for i in range(0, len(lines), most or 1)]
    return frames


BYLINES = 0.4  # share of the articles without a byline that get an invented one


def page(
    articles: Sequence[SetArticle], rng: random.Random, furniture: Sequence[str] = (), *, bylines: float = BYLINES
) -> tuple[str, dict[str, Any]]:
    """A raw page of these articles, and its gold; `bylines` is the share that get an invented one if they have none."""
    articles = [signed(article, rng, bylines) for article in articles]
    if rng.random() < TRADITIONAL:
        articles = _traditional(articles, corners=rng.random() < 0.5)
    frames = [_frames(number, article, rng) for number, article in enumerate(articles)]
    heads = [[f for f in story if f.kind in ("head", "byline")] for story in frames]
    others = [[f for f in story if f.kind not in ("head", "byline")] for story in frames]
    order, placed = in_order(heads, others, rng)
    for text in furniture:
        placed.insert(rng.choice((0, len(placed), rng.randint(0, len(placed)))), _Frame(-1, "furniture", [text]))
    gold = {"order": order, "articles": [a.gold for a in articles], "furniture": [{"text": t} for t in furniture]}
    return _extracted(placed, rng), gold


def in_order(
    heads: Sequence[list[Frame]], others: Sequence[list[Frame]], rng: random.Random
) -> tuple[str, list[Frame]]:
    """The frames of all stories one after another, in one of the `ORDERS`, and which.

    Args:
        heads: of each story, heads and byline.
        others: of each story, the rest.
        rng: decides.
    """
    order = rng.choice(ORDERS)
    numbers = list(range(len(heads)))
    rng.shuffle(numbers)
    if order == "bodies-first":
        placed = [f for n in numbers for f in _bodies(others[n])] + _layer(heads, others, rng)
    elif order == "heads-first":
        placed = _layer(heads, others, rng) + [f for n in numbers for f in _bodies(others[n])]
    elif order == "columns":
        placed = _by_columns([heads[n] for n in numbers], [others[n] for n in numbers], rng)
    elif order == "frames":
        whole = rng.random() < 0.5  # heads of a story in one frame
        units = [u for n in numbers for u in ([heads[n]] if whole else [[f] for f in heads[n]])]
        units += [[f] for n in numbers for f in _bodies(others[n])]
        units += [unit for n in numbers for unit in _displayed(others[n], rng)]
        rng.shuffle(units)
        placed = [f for unit in units for f in unit]
    else:
        placed = [f for n in numbers for f in _astray(heads[n], others[n], rng)]
    return order, placed


def _layer(heads: Sequence[list[Frame]], others: Sequence[list[Frame]], rng: random.Random) -> list[Frame]:
    """The heads of all stories from the top of the page, and subheads that are frames of their own anywhere there."""
    units = list(heads)
    for unit in [unit for rest in others for unit in _displayed(rest, rng)]:
        units.insert(rng.randint(0, len(units)), unit)
    return [f for unit in units for f in unit]


def _displayed(frames: Sequence[Frame], rng: random.Random) -> list[list[Frame]]:
    """The subheads of a story that are frames of their own, in a heap or one by one."""
    found = [f for f in frames if f.kind == "subhead"]
    return [found] if found and rng.random() < HEAPED else [[f] for f in found]


def _bodies(frames: Sequence[Frame]) -> list[Frame]:
    return [f for f in frames if f.kind != "subhead"]


def _by_columns(heads: Sequence[list[Frame]], others: Sequence[list[Frame]], rng: random.Random) -> list[Frame]:
    """Frames of stories that stand one below another, column by column: the first legs of all, then the second."""
    placed: list[Frame] = []
    first = 0
    while first < len(heads):
        last = min(len(heads), first + rng.randint(1, STACKED))
        for column in range(max(len(legs) for legs in others[first:last])):
            for number in range(first, last):
                placed += heads[number] * (column == 0) + others[number][column : column + 1]
        first = last
    return placed


def _astray(heads: list[Frame], others: list[Frame], rng: random.Random) -> list[Frame]:
    """The frames of a story, its heads first, or in the middle of it."""
    after = 1 if rng.random() < ASTRAY else 0
    return others[:after] + heads + others[after:]


def _traditional(articles: Sequence[SetArticle], *, corners: bool) -> list[SetArticle]:
    """The articles in traditional characters, with the quotation marks of Taiwan where asked for."""
    import opencc  # noqa: PLC0415  slow to import

    converted = opencc.OpenCC("s2t").convert

    def turned(text: str) -> str:
        out: str = converted(text)
        return out.translate(_CORNERS) if corners else out

    return [
        SetArticle(
            tuple((role, turned(text)) for role, text in article.heads),
            tuple((role, turned(text)) for role, text in article.blocks),
            turned(article.byline),
            tuple((turned(name), role) for name, role in article.people),
        )
        for article in articles
    ]


FEW = 0.4  # share of the pages that have three stories or fewer, as people try a program with
BRIEF = 0.5  # share of those whose stories are cut to their first sentences, so that the page is of a few lines
_SENTENCES = re.compile(r"[^。！？]*[。！？][”’》）]*")


def _extracted(frames: Sequence[_Frame], rng: random.Random) -> str:
    """The lines of frames as an extractor writes them."""
    manner = rng.choice(("rows", "rows", "gaps", "broken", "broken", "strewn"))
    gaps = manner == "gaps" or (manner == "strewn" and rng.random() < 0.5)
    beside = rng.random() < 0.5
    lines: list[str] = []
    before = _Frame(-1, "furniture", [])
    for frame in frames:
        part = list(frame.lines)
        if beside and lines and frame.kind == before.kind == "head" and rng.random() < BESIDE:
            lines[-1] += " " + part.pop(0)
        if gaps and lines and part and rng.random() < _gap(before, frame):
            lines.append("")
        for line in part:
            lines += _broken(line) if manner == "broken" and rng.random() < BROKEN else [line]
            if manner == "strewn" and rng.random() < BLANK:
                lines.append("")
        before = frame
    return "\n".join(lines) + "\n"


def _gap(before: _Frame, frame: _Frame) -> float:
    """How often pdftotext leaves a blank line between two frames, counted on the pages for fitting."""
    if before.article != frame.article or before.kind not in ("head", "byline"):
        return 0.95
    return 0.8 if frame.kind == "head" else 0.02


def _broken(line: str) -> list[str]:
    """A line broken behind its punctuation."""
    ends = [match.end() for match in _MARK.finditer(line)]
    edges = sorted({0, *ends, len(line)})
    return [line[a:b] for a, b in pairwise(edges)]


def _cut_short(article: SetArticle, rng: random.Random) -> SetArticle:
    """An article with one or two paragraphs of a sentence or two, and mostly its headline alone."""
    told = [text for role, text in article.blocks if role in ("lead", "paragraph")][: rng.randint(1, 2)]
    if not told:
        return article
    heads = [(role, text) for role, text in article.heads if role == "headline" or rng.random() < 0.3]
    sentences = [_SENTENCES.findall(text)[: rng.randint(1, 2)] or [text] for text in told]
    return replace(article, heads=tuple(heads), blocks=tuple(("paragraph", "".join(part)) for part in sentences))


def pages(
    stock: Sequence[SetArticle], count: int, *, furniture: Sequence[str] = (), seed: int = 1
) -> Iterator[tuple[str, dict[str, Any]]]:
    """So many pages of a stock of articles, the same for the same seed."""
    rng = random.Random(seed)  # noqa: S311  pages, not secrets
    short_ones, long_ones = ([a for a in stock if 80 <= a.size < most] for most in (900, 2600))
    for _ in range(count):
        kind = rng.random()
        if kind < FEW:
            chosen = rng.sample(short_ones, rng.randint(1, 3))
            if rng.random() < BRIEF:
                chosen = [_cut_short(article, rng) for article in chosen]
        elif kind < 0.8:
            chosen = rng.sample(short_ones, rng.randint(6, 12))
        else:
            chosen = rng.sample(long_ones, rng.randint(3, 6))
        aside = rng.sample(list(furniture), min(len(furniture), rng.choice((0, 1, 1, 2))))
        yield page(chosen, rng, aside)


# Of pages set from those written for the project: the size of the least story (a brief), how large a feature is, how
# many lines of furniture there may be, and how many articles of others are among theirs on how many pages. Their texts
# name who wrote them as such papers do; few need an invented byline.
LEAST_BRIEF, FEATURE = 25, 500
ASIDE, WITH_OTHERS, PAPERS_BYLINES = (1, 2, 4, 6, 8, 10), 0.3, 0.1


def papers_pages(
    stock: Sequence[SetArticle],
    others: Sequence[SetArticle],
    count: int,
    *,
    furniture: Sequence[str],
    seed: int = 1,
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Pages of a stock of articles of many papers: a few stories, many short ones, or a feature or two with others."""
    rng = random.Random(seed)  # noqa: S311  pages, not secrets
    stock = [article for article in stock if article.size >= LEAST_BRIEF]
    features = [article for article in stock if article.size >= FEATURE]
    for _ in range(count):
        kind = rng.random()
        if kind < 0.15:
            chosen = rng.sample(stock, rng.randint(1, 3))
        elif kind < 0.75:
            chosen = rng.sample(stock, rng.randint(5, 11))
        else:
            chosen = rng.sample(features, rng.randint(1, 2)) + rng.sample(stock, rng.randint(2, 6))
        if others and rng.random() < WITH_OTHERS:
            chosen += rng.sample(list(others), rng.randint(1, 3))
        aside = rng.sample(list(furniture), min(len(furniture), rng.choice(ASIDE)))
        yield page(list(dict.fromkeys(chosen)), rng, aside, bylines=PAPERS_BYLINES)
