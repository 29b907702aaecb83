"""A press that prints: pages set as PDFs and read again by extractors, so that more raw texts have gold.

What `banmian.fit.press` writes is what we think extractors do; here they do it themselves. Stories are set in grids
that papers have, columns of one page of several measures, heads over their stories or at their side, holes where
pictures were, lines justified and punctuation set tight (标点挤压), and frames in the orders of `press.ORDERS`. PDFium
and poppler's `pdftotext` read the PDF; the lines as a picture would show them are known from the setting.

    python -m banmian.fit.printed_press OUT TRAIN CORPUS --count 400

writes the pages as a folder of the bench has them, NAME.gold.json and a folder of raw texts for each extractor, which
`python -m banmian.fit` takes beside its own. Needs `pip install banmian[dev]` and poppler (on Debian: poppler-utils).
"""

from __future__ import annotations

import io
import json
import random
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, groupby, pairwise
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from banmian.fit import faces
from banmian.fit.press import (
    BYLINES,
    DISPLAYED,
    MARGIN,
    PAGE_WIDTH,
    Grid,
    SetArticle,
    corpus_articles,
    furniture,
    gold_articles,
    in_order,
    signed,
    wrap,
)

HEIGHT, TOP, BOTTOM = 1420.0, 56.0, 1390.0  # points
# What `Grid.drawn` chooses from, as papers have it: six or seven columns mostly, of ten to seventeen characters.
GRIDS: Any = {
    "ems": (9.0, 9.5, 10.0, 10.5, 11.0),
    "counts": (4, 5, 6, 6, 7, 7, 8),
    "gutters": (1.3, 1.5, 1.8, 2.0, 2.5),
    "leadings": (1.3, 1.4, 1.5, 1.6),
}
LEAST_ROOM = 140.0  # points that a row of stories needs
# The faces of the text (宋体), of heads, bylines and captions (楷体), and of subheads (黑体).
TEXT, OTHER, HEAVY = "Song", "Kai", "Hei"
LATIN, BESIDE_HAN = 0.5, 0.25  # em: a digit or a letter, and the space between one and Han
TIGHTEST = 0.5  # em that a mark is set tighter at most
_MARKS = frozenset("，。、；：！？“”‘’（）《》「」")
LONGEST = 2600  # characters of an article

# Shares: of stories whose head stands at their side; of those whose legs are two columns wide; of captions with a hole
# above them; of short headlines that are spread (做 手 工); of leads that run over all columns of their story.
SIDE, MERGED, HOLE, SPREAD, WIDE_LEAD = 0.15, 0.25, 0.8, 0.4, 0.5
SPREAD_MOST = 5  # characters
FACES = 0.8  # share of the pages whose heads, bylines and captions have a face of their own, each kind of them mostly
FILLED = 0.94  # of the width of a story that its heads fill at most
# Between the names of a byline and the clauses of a head, in em: in the typeset pages of the bench nine in ten are half
# an em wide; papers that set a full one are not rare, and pdftotext takes it for the space between two columns.
SPACES = (0.5, 0.5, 1.0)

app = typer.Typer(add_completion=False)


@dataclass(frozen=True, slots=True)
class Set:
    """A line as it is set: each of its characters with its left edge, in points from the top left corner.

    `role` is that of what it is a line of, where that is not the kind of its frame: a subhead in a leg.
    """

    text: str
    edges: tuple[float, ...]
    top: float
    size: float
    role: str = ""


class Row(NamedTuple):
    """A line of a body before it is set: its text, how far it is set in (em), whether it fills its measure."""

    text: str
    indent: float
    full: bool
    role: str = ""


@dataclass(slots=True)
class Frame:
    """Lines that were set in one go (see `press.Kinded`), and their face and that of the subheads in them."""

    kind: str
    lines: list[Set] = field(default_factory=list)
    face: str = TEXT
    subheads: str = TEXT

    @property
    def bottom(self) -> float:
        """Where its last line ends."""
        return max((line.top + line.size for line in self.lines), default=0.0)


def advances(text: str) -> list[float]:
    """How far each character moves on, in em."""
    found = [LATIN if char.isascii() and char != " " else 1.0 for char in text]
    for at, (one, two) in enumerate(pairwise(text)):
        if " " not in (one, two) and one.isascii() != two.isascii() and not _MARKS.intersection((one, two)):
            found[at] += BESIDE_HAN
    return found


def set_line(
    text: str, left: float, top: float, size: float, *, measure: float | None = None, full: bool = True
) -> Set:
    """A line set as it comes, or to a measure (em): its marks are set tighter, or all wider if it is to be full."""
    steps = advances(text)
    if measure is not None and len(text) > 1:
        over = sum(steps) - measure
        marks = [number for number, char in enumerate(text) if char in _MARKS]
        if over > 0:
            for number in marks:
                steps[number] -= min(TIGHTEST, over / len(marks))
            over = sum(steps) - measure
            steps = [step * measure / (measure + over) for step in steps] if over > 0 else steps
        elif full:
            steps = [step - over / (len(text) - 1) for step in steps]
    edges: list[float] = []
    at = left
    for step in steps:
        edges.append(at)
        at += step * size
    return Set(text, tuple(edges), top, size)


def narrowed(line: Set, space: float) -> Set:
    """A line with each of its spaces, which were set an em wide, so wide (em)."""
    saved = (1.0 - space) * line.size
    before = accumulate(line.text, lambda count, char: count + (char == " "), initial=0)
    edges = tuple(edge - count * saved for edge, count in zip(line.edges, before, strict=False))
    return replace(line, edges=edges)


def _heads(article: SetArticle, room: tuple[float, float, float], em: float, rng: random.Random) -> list[Frame]:
    """The heads of an article and its byline, one below another; `room` is left, top and width."""
    left, y, width = room
    large = em * rng.choice((1.6, 2.0, 2.4, 2.8, 3.4) if width > 22 * em else (1.5, 1.7, 1.9))
    centred = rng.random() < 0.7
    frames = []
    signed = [("byline", article.byline)] if article.byline and not article.signed_behind else []
    for role, text in (*article.heads, *signed):
        size = large if role == "headline" else em if role == "byline" else max(1.2 * em, 0.55 * large)
        spread = role == "headline" and len(text) <= SPREAD_MOST and rng.random() < SPREAD and text.isalpha()
        frame = Frame("byline" if role == "byline" else "head")
        for line in wrap(" ".join(text) if spread else text, FILLED * width / size):
            measure = sum(advances(line))
            indent = max(0.0, width - measure * size) / 2 if centred else 0.0
            frame.lines.append(set_line(line.strip(), left + indent, y, size))
            y += 1.2 * size
        y += 0.3 * size
        frames.append(frame)
    return frames


def _lines(article: SetArticle, measure: float, *, lead: bool) -> list[Row]:
    """The lines of a body."""
    found: list[Row] = []
    for role, text in article.blocks:
        if role == "caption" or (role == "lead" and lead):
            continue
        if role == "subhead":
            centred = [(line, max(0.0, measure - sum(advances(line))) / 2) for line in wrap(text, measure)]
            found += [Row(line, indent, full=False, role=role) for line, indent in centred]
            continue
        found += _paragraph(text, measure)
    return found


def _paragraph(text: str, measure: float) -> list[Row]:
    lines = wrap(" ".join(text.split()), measure, measure - 2)
    return [Row(line.strip(), 0.0 if at else 2.0, at < len(lines) - 1) for at, line in enumerate(lines)]


def _leg(rows: Sequence[Row], at: tuple[float, float], grid: Grid, measure: float) -> Frame:
    left, top = at
    frame = Frame("leg")
    for number, row in enumerate(rows):
        start, step = left + row.indent * grid.em, top + number * grid.leading
        line = set_line(row.text, start, step, grid.em, measure=measure - row.indent, full=row.full)
        frame.lines.append(replace(line, role=row.role))
    return frame


def _story(article: SetArticle, grid: Grid, room: tuple[int, int, float], rng: random.Random) -> list[Frame]:
    """The frames of an article. Its room is the first column, how many, and where they begin."""
    column, columns, top = room
    side = columns > 2 and rng.random() < SIDE
    width = grid.across(1 if side else columns)
    frames = _heads(article, (grid.left(column), top, width), grid.em, rng)
    y = top if side else max(frame.bottom for frame in frames) + 0.8 * grid.em
    first, count = (column + 1, columns - 1) if side else (column, columns)
    merged = 2 if count % 2 == 0 and rng.random() < MERGED else 1
    measure = grid.across(merged) / grid.em // 1
    leads = [text for role, text in article.blocks if role == "lead"]
    wide = bool(leads) and count > 1 and rng.random() < WIDE_LEAD
    if wide:
        broad = grid.across(count) / grid.em // 1
        frames.append(
            _leg([line for text in leads for line in _paragraph(text, broad)], (grid.left(first), y), grid, broad)
        )
        y = frames[-1].bottom + 0.5 * grid.em
    body = _lines(article, measure, lead=wide)
    captions = [text for role, text in article.blocks if role == "caption"]
    picture = _picture(captions, grid, (grid.left(first + count - merged), y, measure), rng)
    hole = -(-int(picture.bottom + 0.8 * grid.em - y) // int(grid.leading)) if picture.lines else 0
    legs = count // merged
    height = max(1, -(-(len(body) + hole) // legs), hole)
    if picture.lines:
        frames.append(picture)
    done = 0
    apart = _subheads(article, measure) if rng.random() < DISPLAYED else frozenset()
    for leg in range(legs):
        down = hole if leg == legs - 1 else 0
        part = body[done : done + height - down] if leg < legs - 1 else body[done:]
        done += len(part)
        if part:
            whole = _leg(part, (grid.left(first + leg * merged), y + down * grid.leading), grid, measure)
            frames += _cut(whole, apart)
    if article.signed_behind:
        last = frames[-1].lines[-1]
        left = grid.left(first + (legs - 1) * merged) if frames[-1].kind == "leg" else last.edges[0]
        text = Row(article.byline, max(0.0, measure - len(article.byline) - 1), full=False)
        frames.append(replace(_leg([text], (left, last.top + grid.leading), grid, measure), kind="tagline"))
    return frames


def _subheads(article: SetArticle, measure: float) -> frozenset[str]:
    """The lines of the subheads of an article."""
    return frozenset(line for role, text in article.blocks if role == "subhead" for line in wrap(text, measure))


def _cut(leg: Frame, apart: frozenset[str]) -> list[Frame]:
    """A leg cut where lines stand in it that are frames of their own."""
    return [
        Frame("subhead" if own else "leg", list(lines))
        for own, lines in groupby(leg.lines, lambda line: line.text in apart)
    ]


def _picture(captions: Sequence[str], grid: Grid, room: tuple[float, float, float], rng: random.Random) -> Frame:
    """The captions of a story, below the hole that their picture left; `room` is left, top and measure."""
    left, y, measure = room
    frame = Frame("caption")
    size = grid.em * rng.choice((0.9, 1.0))
    for text in captions:
        if rng.random() < HOLE:
            y += grid.em * rng.uniform(4, 14)
        lines = wrap(text, measure * grid.em / size, None if len(text) < measure else measure * grid.em / size - 2)
        for number, line in enumerate(lines):
            full = number < len(lines) - 1
            indent = 2 * size if not number and len(lines) > 1 else 0.0
            to = (measure * grid.em - indent) / size
            frame.lines.append(set_line(line.strip(), left + indent, y, size, measure=to, full=full))
            y += 1.3 * size
    return frame


def page(
    articles: Sequence[SetArticle], rng: random.Random, aside: Sequence[str] = (), *, bylines: float = BYLINES
) -> tuple[list[Frame], dict[str, Any]]:
    """The frames of a page, in the order in which its PDF has them, and its gold.

    Args:
        articles: set one after the other as long as there is room; the page has at least one.
        rng: decides.
        aside: furniture, set along the top.
        bylines: share of the articles without a byline that get an invented one.
    """
    grid = Grid.drawn(rng, **GRIDS)
    waiting = [signed(article, rng, bylines) for article in articles]
    stories: list[list[Frame]] = []
    fitting: list[SetArticle] = []
    y = TOP
    while waiting and y < BOTTOM - LEAST_ROOM:
        column, bottoms = 0, [y]
        while column < grid.count and waiting:
            article = waiting.pop(0)
            lone = not fitting and not waiting  # whatever its length, a page has a story
            columns = grid.count if lone else min(rng.choice((1, 2, 2, 3, 3, 4)), grid.count - column)
            story = _story(article, grid, (column, columns, y), rng)
            bottom = max(frame.bottom for frame in story)
            if bottom <= BOTTOM or lone:
                stories.append(story)
                fitting.append(article)
                bottoms.append(bottom)
                column += columns
        if len(bottoms) == 1:
            break
        y = max(bottoms) + grid.em * rng.choice((1.6, 2.0, 2.5, 3.5))
    heads = [[frame for frame in story if frame.kind in ("head", "byline")] for story in stories]
    others = [[frame for frame in story if frame.kind not in ("head", "byline")] for story in stories]
    order, placed = in_order(heads, others, rng)
    space = rng.choice(SPACES)
    for frame in placed:
        if frame.kind in ("head", "byline", "tagline"):
            frame.lines = [narrowed(line, space) for line in frame.lines]
    other = {kind: OTHER for kind in ("head", "byline", "caption") if rng.random() < FACES}
    if rng.random() < FACES:
        for frame in placed:
            frame.face = other.get("byline" if frame.kind == "tagline" else frame.kind, TEXT)
            frame.subheads = HEAVY
    x = MARGIN
    for text in aside:
        size = rng.choice((8.0, 9.0, 10.0, 14.0))
        line = set_line(text, min(x, PAGE_WIDTH - MARGIN - sum(advances(text)) * size), 24.0, size)
        x = line.edges[-1] + 3 * size
        placed.insert(rng.choice((0, len(placed), rng.randint(0, len(placed)))), Frame("furniture", [line]))
    gold = {"order": order, "articles": [a.gold for a in fitting], "furniture": [{"text": text} for text in aside]}
    return placed, gold


def printed(frames: Sequence[Frame]) -> bytes:
    """The PDF of a page: each character an object of its own, spaces left out, as programs for papers write them."""
    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415  an extra

    faces.register(TEXT, OTHER, HEAVY)
    out = io.BytesIO()
    canvas: Any = Canvas(out, pagesize=(PAGE_WIDTH, HEIGHT), invariant=1)
    for frame in frames:
        for line in frame.lines:
            canvas.setFont(frame.subheads if line.role == "subhead" else frame.face, line.size)
            for char, x in zip(line.text, line.edges, strict=True):
                if not char.isspace():
                    canvas.drawString(x, HEIGHT - line.top - 0.88 * line.size, char)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _pdfium(pdf: bytes) -> str:
    import pypdfium2  # noqa: PLC0415  an extra

    with pypdfium2.PdfDocument(pdf) as document:
        text: str = document[0].get_textpage().get_text_range()
    return text.replace("\r\n", "\n")


def _poppler(pdf: bytes, *options: str) -> str:
    command = ["pdftotext", "-enc", "UTF-8", "-nopgbrk", *options, "-", "-"]
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode("utf-8")  # noqa: S603


def _rows(frames: Sequence[Frame]) -> list[list[Set]]:
    """The lines of a page from the top, those at one height from the left."""
    lines = sorted((line for frame in frames for line in frame.lines), key=lambda line: (line.top, line.edges[0]))
    rows: list[list[Set]] = []
    for line in lines:
        if rows and line.top - rows[-1][0].top < 0.5 * line.size:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.edges[0]) for row in rows]


def raw_texts(frames: Sequence[Frame], pdf: bytes) -> dict[str, str]:
    """The raw texts of a page and of its PDF by the names that the bench has for them."""
    rows = _rows(frames)
    return {
        "pdfium": _pdfium(pdf),
        "pdftotext": _poppler(pdf),
        "raw": _poppler(pdf, "-raw"),
        "layout": _poppler(pdf, "-layout"),
        "raster": "".join(line.text + "\n" for row in rows for line in row),
    }


def pages(
    stock: Sequence[SetArticle],
    count: int,
    *,
    aside: Sequence[str] = (),
    seed: int = 1,
    bylines: float = BYLINES,
) -> Iterator[tuple[bytes, dict[str, str], dict[str, Any]]]:
    """So many pages of a stock of articles, their PDFs, raw texts and gold, the same for the same seed."""
    rng = random.Random(seed)  # noqa: S311  pages, not secrets
    some = [a for a in stock if a.size < LONGEST and "headline" in dict(a.heads)]
    short = [a for a in some if 60 <= a.size < 700]
    for _ in range(count):
        chosen = rng.sample(short, min(len(short), 16)) if rng.random() < 0.6 else rng.sample(some, min(len(some), 8))
        told = {dict(a.heads)["headline"]: a for a in chosen}
        around = rng.sample(list(aside), min(len(aside), rng.choice((0, 1, 2, 3))))
        frames, gold = page(list(told.values()), rng, around, bylines=bylines)
        pdf = printed(frames)
        yield pdf, raw_texts(frames, pdf), gold


@app.command()
def main(
    out: Annotated[Path, typer.Argument(help="Folder to write the pages to.")],
    train: Annotated[Path, typer.Argument(help="Folder with pages and their gold, whose articles are set.")],
    corpus: Annotated[Path | None, typer.Argument(help="Corpus file whose articles are set as well.")] = None,
    *,
    count: Annotated[int, typer.Option(help="Pages to print, half of them from each.")] = 400,
    seed: Annotated[int, typer.Option(help="Other numbers give other pages.")] = 1,
    bylines: Annotated[
        float, typer.Option(help="Share of the unsigned articles that get an invented byline.")
    ] = BYLINES,
    pdfs: Annotated[bool, typer.Option("--pdfs", help="Keep the PDFs, too.")] = False,
) -> None:
    """Print pages and write their raw texts and gold, in the manner of the bench."""
    aside = furniture(train)
    stocks = {"gold": gold_articles(train)} | ({"corpus": corpus_articles(corpus)} if corpus else {})
    for name, stock in stocks.items():
        made = pages(list(stock), count // len(stocks), aside=aside, seed=seed, bylines=bylines)
        for number, (pdf, texts, gold) in enumerate(made):
            stem = f"{name}{seed}-{number:04}"
            if pdfs:
                out.mkdir(parents=True, exist_ok=True)
                (out / f"{stem}.pdf").write_bytes(pdf)
            for kind, text in texts.items():
                (out / kind).mkdir(parents=True, exist_ok=True)
                (out / kind / f"{stem}.txt").write_text(text, encoding="utf-8")
            (out / f"{stem}.gold.json").write_text(json.dumps(gold, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    app()
