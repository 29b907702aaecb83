"""How right the articles are: pages with known answers, read by the default pipeline and compared with the answers.

The pages are those of ../shared/bench, and so are the figures: its score.py is run as it stands. Where it is not there,
our own fixtures are read, and a few figures of our own say what they can.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from rapidfuzz.distance import Levenshtein

from banmian import default_pipeline, raw_page
from banmian.formats import page_json
from banmian.model import Page
from banmian.stage import Pipeline

ROOT = Path(__file__).parent.parent.parent
SHARED = ROOT.parent / "shared"
BENCH = SHARED / "bench"
FIXTURES = ROOT / "fixtures"

# Sums of floats depend on how many threads share the work; and two processes with two threads each are slower than one.
ONE_THREAD: Mapping[str, str] = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

# Upper ends of the buckets of confidence; the last holds its upper end.
BUCKETS = (0.5, 0.7, 0.9, 0.95, 1.0)

Json = dict[str, Any]
Rows = list[tuple[float, float]]  # values of a figure and their weights
OWN_FIGURES = ("perfect", "clean", "body", "heads", "names", "kept")


class Suite(NamedTuple):
    """Pages of one kind, and one way of getting raw text from them."""

    pages: str
    raw: str

    def __str__(self) -> str:
        return f"{self.pages}/{self.raw}"


# Pages whose columns come mixed.
MIXED = (
    *(Suite(pages, raw) for pages in ("page", "county") for raw in ("pdfminer", "raster", "rasterrow", "layout")),
    Suite("ocr", "ocr"),
)
# Pages of invented papers of many kinds, written for the project, and their stories printed in other make-ups: for
# measuring alone, see fixtures/README.md.
PAPERS = (
    Suite("papers", "frames"),
    *(Suite("printed", raw) for raw in ("pdfium", "pdftotext", "raw", "layout", "raster", "pdf", "boxes")),
)
_PAPERS = {"papers": FIXTURES / "papers" / "measure", "printed": FIXTURES / "papers" / "printed"}
# What must hold, and what is looked at.
GATED = (
    *(Suite(pages, raw) for pages in ("page", "county") for raw in ("pdfium", "pdftotext", "raw", "pdf", "boxes")),
    Suite("puyang-2020", "page"),
    *PAPERS,
    *MIXED,
)
REPORTED = (
    Suite("jingbao-1920", "plain"),
    Suite("jingbao-1930", "plain"),
)
OWN = Suite("fixtures", "page")


class Case(NamedTuple):
    """A page: its raw text, and the file with the answer."""

    suite: Suite
    text: Path
    gold: Path


class Scorer(NamedTuple):
    """How a page is compared with its answer, and its articles with those right (by number: right to found)."""

    figures: tuple[str, ...]
    score: Callable[[Json, Json], dict[str, Rows]]
    match: Callable[[list[Json], list[Json]], dict[int, int]]
    digest: str


class Verdict(NamedTuple):
    """An article of a result: how sure the pipeline was, and whether it was right."""

    confidence: float
    clean: float
    perfect: float


class Measured(NamedTuple):
    """The figures of a suite. `digest` is that of its texts and answers."""

    suite: Suite
    pages: int
    articles: int
    figures: dict[str, float]
    digest: str
    verdicts: tuple[Verdict, ...]


class Bucket(NamedTuple):
    """Articles of about the same confidence: how many, and the shares of them that are right."""

    over: float
    upto: float
    articles: int
    clean: float
    perfect: float


def have_bench() -> bool:
    """Whether ../shared/bench is there."""
    return (BENCH / "score.py").is_file()


def cases(suite: Suite) -> list[Case]:
    """The pages of a suite, in the order of their names; none where they are not there."""
    if suite == OWN:
        found = sorted(path.parent for path in FIXTURES.rglob("expected.json"))
        return [Case(suite, f / "page.txt", f / "expected.json") for f in found if (f / "page.txt").is_file()]
    if suite.raw == "page":
        folder = SHARED / "pages" / suite.pages
        return [Case(suite, folder / "page.txt", folder / "gold.json")] if folder.is_dir() else []
    folder = _PAPERS.get(suite.pages, BENCH / "dev" / suite.pages)
    golds = sorted(folder.glob("*.gold.json"))
    if suite.raw in ("pdf", "boxes"):  # the PDF itself, read with its layout
        return [Case(suite, gold.with_name(gold.name.replace(".gold.json", ".pdf")), gold) for gold in golds]
    return [Case(suite, folder / suite.raw / gold.name.replace(".gold.json", ".txt"), gold) for gold in golds]


def digest(some: Iterable[Case]) -> str:
    """The digest of the texts and answers of pages."""
    told = hashlib.sha256()
    for case in some:
        for path in (case.text, case.gold):
            told.update(f"{path.name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\0".encode())
    return told.hexdigest()


@cache
def scorer() -> Scorer:
    """That of the bench, from its own file; our small one where it is not there."""
    path = BENCH / "score.py"
    if not path.is_file():
        return Scorer(OWN_FIGURES, own_score, own_match, "own")
    source = path.read_bytes()
    module = ModuleType("score")
    exec(compile(source, str(path), "exec"), module.__dict__)  # an import would leave its bytecode beside it
    return Scorer(
        module.FIGURES,
        lambda gold, page: module.score_page(gold, page)[0],
        module.match,
        hashlib.sha256(source).hexdigest(),
    )


def mean(rows: Rows) -> float:
    """The weighted mean, 0 of nothing, to the digits that score.py prints."""
    weight = sum(w for _, w in rows)
    return round(sum(v * w for v, w in rows) / weight, 4) if weight else 0.0


class _Read(NamedTuple):
    """A page read and compared."""

    suite: Suite
    articles: int
    rows: dict[str, Rows]
    verdicts: tuple[Verdict, ...]


@cache
def _pipeline() -> Pipeline:
    return default_pipeline()


def _one_thread() -> None:
    """Set up a process, before it imports numpy."""
    os.environ.update(ONE_THREAD)


def as_measured(page: Page) -> Page:
    """A page of a PDF as an engine or a library's file tells it: no typefaces, sizes off by up to a twentieth."""
    assert page.layout is not None
    chance = random.Random(page.source.sha256)
    lines = tuple(
        replace(line, font="", bold=False, chars=(), size=round(line.size * chance.uniform(0.95, 1.05), 2))
        for line in page.layout.lines
    )
    return replace(page, layout=replace(page.layout, lines=lines))


def compare(case: Case) -> _Read:
    """Read a page, and compare the result with the answer."""
    raw = raw_page(case.text)
    raw = as_measured(raw) if case.suite.raw == "boxes" else raw
    page = json.loads(page_json.dumps(_pipeline()(raw)))
    gold = json.loads(case.gold.read_text(encoding="utf-8"))
    how = scorer()
    return _Read(
        case.suite, len(gold["articles"]), how.score(gold, page), verdicts(how, gold["articles"], page["articles"])
    )


def verdicts(how: Scorer, gold: list[Json], found: list[Json]) -> tuple[Verdict, ...]:
    """What the articles found are: each compared with the article that it is most like, and wrong if with none."""
    right_of = {found_number: number for number, found_number in how.match(gold, found).items()}
    out = []
    for number, article in enumerate(found):
        clean = perfect = 0.0
        if number in right_of:
            rows = how.score({"articles": [gold[right_of[number]]]}, {"articles": [article]})
            clean, perfect = rows["clean"][0][0], rows["perfect"][0][0]
        out.append(Verdict(article["confidence"], clean, perfect))
    return tuple(out)


def measure(suites: Sequence[Suite], jobs: int = 2) -> list[Measured]:
    """The figures of suites, in the order given, without those that are not there; `jobs` processes share the pages."""
    todo = {suite: cases(suite) for suite in suites}
    every = [case for some in todo.values() for case in some]
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_one_thread) as pool:
        read = list(pool.map(compare, every, chunksize=6))
    return [_together(todo[suite], list(some)) for suite, some in groupby(read, lambda r: r.suite)]


def _together(some: list[Case], read: list[_Read]) -> Measured:
    figures = {f: mean([row for page in read for row in page.rows[f]]) for f in scorer().figures}
    told = tuple(verdict for page in read for verdict in page.verdicts)
    return Measured(read[0].suite, len(read), sum(page.articles for page in read), figures, digest(some), told)


def calibration(told: Iterable[Verdict]) -> list[Bucket]:
    """Articles by confidence."""
    told, out, over = list(told), [], 0.0
    for upto in BUCKETS:
        some = [v for v in told if over < v.confidence <= upto or (over == 0.0 and v.confidence == 0.0)]
        count = len(some)
        shares = [sum(getattr(v, name) for v in some) / max(count, 1) for name in ("clean", "perfect")]
        out.append(Bucket(over, upto, count, *shares))
        over = upto
    return out


# For fixtures alone: figures in the sense of score.py where they are easily told.


def _bare(text: str | None) -> str:
    return "".join((text or "").split())


def _heads(article: Json) -> str:
    return "".join(_bare(article.get(head)) for head in ("kicker", "headline", "deck"))


def _texts(article: Json) -> list[str]:
    return [_bare(block["text"]) for block in article.get("blocks") or []]


def _names(article: Json) -> set[str]:
    return {_bare(person["name"]) for person in article.get("people") or []}


def own_match(gold: list[Json], found: list[Json]) -> dict[int, int]:
    """Pairs of articles, the most alike first."""
    texts = [["".join((_heads(a), *_texts(a))) for a in articles] for articles in (gold, found)]
    alike = [
        (Levenshtein.normalized_similarity(g, f), i, j) for i, g in enumerate(texts[0]) for j, f in enumerate(texts[1])
    ]
    pairs: dict[int, int] = {}
    for likeness, i, j in sorted(alike, reverse=True):
        if likeness >= 0.2 and i not in pairs and j not in pairs.values():
            pairs[i] = j
    return pairs


def own_score(gold: Json, page: Json) -> dict[str, Rows]:
    """Figures of a page: whether heads, names and body of each article are right, and which characters are kept."""
    out: dict[str, Rows] = {figure: [] for figure in OWN_FIGURES}
    right, found = gold["articles"], page.get("articles") or []
    pairs = own_match(right, found)
    for number, article in enumerate(right):
        other = found[pairs[number]] if number in pairs else {}
        body = Levenshtein.normalized_similarity("".join(_texts(article)), "".join(_texts(other)))
        heads = _heads(article) == _heads(other)
        names = _names(article) == _names(other)
        out["perfect"].append((float(heads and names and _texts(article) == _texts(other)), 1))
        out["clean"].append((float(heads and body >= 0.99), 1))
        out["body"].append((body, 1))
        out["heads"].append((float(heads), 1))
        out["names"].append((float(names), 1))
    wanted = Counter("".join("".join((_heads(a), *_texts(a))) for a in right))
    aside = "".join(_bare(piece["text"]) for piece in page.get("furniture") or [])
    have = Counter(aside + "".join("".join((_heads(a), *_texts(a))) for a in found))
    out["kept"].append(((wanted & have).total() / max(wanted.total(), 1), wanted.total()))
    return out
