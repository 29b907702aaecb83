"""How long it takes and how much memory: the pipeline, its stages, the commands, and other tools on the same pages."""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import opencc
import pypdfium2
import regex
from numpy.typing import NDArray

from banmian import Page, default_pipeline, read_text, rebuild
from banmian.decode import decode
from banmian.formats import page_json
from banmian.ocr import Engine, Seen
from banmian.ocr.pages import recognised
from banmian.ocr.scan import ready
from banmian.readers import pdf
from banmian.readers.pdf_pictures import drawn
from banmian.trace import Trace
from bench import made
from bench.accuracy import BENCH, FIXTURES, SHARED
from sheets import BRIDGE, LIBRARY, Sheet, wrap

# Spaces that an afternoon's script would take out: those beside a Han character or punctuation.
SPACE = regex.compile(r"(?<=[\p{Han}\p{P}])\s+|\s+(?=[\p{Han}\p{P}])")
SCAN_DPI = 200.0
LONG, SHORT = 10_000, 1_000  # lines of the pages that show how time grows


class Rate(NamedTuple):
    """How fast something is: seconds for all pages; that in pages, and in megabytes of UTF-8 text, a second."""

    name: str
    seconds: float
    pages: float
    megabytes: float


class Scanned(NamedTuple):
    """Scans: seconds a page that the OCR engine took, and those that all the rest took."""

    pages: int
    engine: float
    rest: float

    @property
    def share(self) -> float:
        """What the rest adds to the time of the engine."""
        return self.rest / self.engine


class Took(NamedTuple):
    """A command: the median of its times, and the most memory that it had, in megabytes."""

    name: str
    seconds: float
    memory: float


class Growth(NamedTuple):
    """What a made page takes, in seconds, when it has 1,000 lines and when it has 10,000."""

    name: str
    short: float
    long: float

    @property
    def factor(self) -> float:
        """How many times as long ten times the lines take."""
        return self.long / self.short


def sources() -> list[Path]:
    """The pages that speed is measured on: county/pdftotext, or our fixtures."""
    return sorted((BENCH / "dev" / "county" / "pdftotext").glob("*.txt")) or sorted(FIXTURES.rglob("page.txt"))


def mixed(count: int | None, repeats: int) -> list[Rate]:
    """The whole pipeline on `count` pages whose columns are mixed (page and county, raster); none without the bench."""
    paths = [path for pages in ("page", "county") for path in sorted((BENCH / "dev" / pages / "raster").glob("*.txt"))]
    return [rates(paths[:count], repeats)[0]._replace(name="columns mixed")] if paths else []


def real_page() -> Path:
    """The page that a command reads from a cold start: the real one, or the first fixture."""
    path = SHARED / "pages" / "puyang-2020" / "page.txt"
    return path if path.is_file() else sources()[0]


def rates(paths: Sequence[Path], repeats: int) -> list[Rate]:
    """The whole pipeline and each part of it, in this process: medians over repeats, all pages each time."""
    files = [(path.stem, path.read_bytes()) for path in paths]
    size = sum(len(data) for _, data in files)
    pipeline = default_pipeline()
    parts = ("decode", *(stage.name for stage in pipeline.stages), "page JSON", "rebuild")
    spent: dict[str, list[float]] = {name: [] for name in parts}
    for number in range(repeats + 1):  # the first opens what is opened once a process, and does not count
        took = dict.fromkeys(parts, 0.0)
        for name, data in files:
            clock = _Clock(took)
            source = decode(data, name=name)
            page = Page(id=name, source=source, trace=Trace(source.text))
            clock.lap("decode")
            for stage in pipeline.stages:
                page = replace(stage(page), stages=(*page.stages, stage.name))
                clock.lap(stage.name)
            written = page_json.dumps(page, config=pipeline.digest).encode()
            clock.lap("page JSON")
            rebuild(written)
            clock.lap("rebuild")
        for name in parts if number else ():
            spent[name].append(took[name])
    each = {name: statistics.median(times) for name, times in spent.items()}
    whole = statistics.median(sum(times) for times in zip(*(spent[n] for n in parts if n != "rebuild"), strict=True))
    return [_rate(name, seconds, len(files), size) for name, seconds in (("whole pipeline", whole), *each.items())]


class _Clock:
    """Adds the time since the last lap to the name of each lap."""

    def __init__(self, took: dict[str, float]) -> None:
        self.took = took
        self.last = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.took[name] += now - self.last
        self.last = now


def _rate(name: str, seconds: float, pages: int, size: int) -> Rate:
    seconds = max(seconds, 1e-9)
    return Rate(name, seconds, pages / seconds, size / seconds / 1e6)


def others(paths: Sequence[Path], repeats: int) -> tuple[list[Rate], list[str]]:
    """Other tools on the same pages, and why some were left out."""
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in paths]
    size, rates, left_out = sum(path.stat().st_size for path in paths), [], []
    convert = opencc.OpenCC("t2s").convert
    passes: list[tuple[str, Callable[[str], object]]] = [
        ("opencc t2s", convert),
        ("regex space removal", lambda text: SPACE.sub("", text)),
    ]
    for name, do in passes:
        do(texts[0])  # loads its dictionaries
        seconds = _median(repeats, partial(_each, do, texts))
        rates.append(_rate(name, seconds, len(paths), size))
    pdfs = [path.parent.parent / f"{path.stem}.pdf" for path in paths]
    if not all(pdf.is_file() for pdf in pdfs):
        left_out.append("pdftotext: these pages are not there as PDF")
    elif (tool := shutil.which("pdftotext")) is None:
        left_out.append("pdftotext: it is not installed (on Debian and Ubuntu: apt-get install poppler-utils)")
    else:
        seconds = _median(
            repeats, lambda: [subprocess.run([tool, pdf, "-"], capture_output=True, check=True) for pdf in pdfs]
        )
        rates.append(_rate("pdftotext (a process a page)", seconds, len(pdfs), size))
    return rates, left_out


def _each(do: Callable[[str], object], texts: Sequence[str]) -> None:
    for text in texts:
        do(text)


def _median(repeats: int, do: Callable[[], object]) -> float:
    times = []
    for _ in range(repeats):
        begun = time.perf_counter()
        do()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def pdf_pages(count: int | None, repeats: int) -> list[Rate]:
    """PDF pages: their text by pypdfium2 alone, and beside it reading and reconstruction, all in turn in one run.

    The text by pypdfium2 is what a user of it does: open the file, load each page and its text, take all of it. The
    pages are those of the bench, the first so many of each kind, or one that the tests set.
    """
    folders = [BENCH / "dev" / kind for kind in ("page", "county")]
    paths = [path for folder in folders for path in sorted(folder.glob("*.pdf"))[:count]]
    files = [path.read_bytes() for path in paths] or [sheet_page()]
    pipeline = default_pipeline()
    parts = ("pypdfium2, text alone", "reading", "reconstruction")
    spent: dict[str, list[float]] = {name: [] for name in parts}
    size = 0
    for number in range(repeats + 1):  # the first opens what is opened once a process, and does not count
        took = dict.fromkeys(parts, 0.0)
        for data in files:
            clock = _Clock(took)
            text = _extracted(data)
            clock.lap(parts[0])
            pages = pdf.read(data, "page.pdf").pages
            clock.lap(parts[1])
            for page in pages:
                pipeline(page)
            clock.lap(parts[2])
            size += 0 if number else len(text.encode())
        for name in parts if number else ():
            spent[name].append(took[name])
    both = statistics.median(map(sum, zip(spent["reading"], spent["reconstruction"], strict=True)))
    each = {name: statistics.median(times) for name, times in spent.items()} | {"reading and reconstruction": both}
    return [_rate(name, seconds, len(files), size) for name, seconds in each.items()]


def scans(count: int, engine: Engine) -> Scanned:
    """Pictures of pages, 200 dpi in grey: what an engine takes, and what making ready and reconstruction add to it.

    The pages are the first so many of dev/ocr, or one that the tests set. That they are drawn from PDFs does not count.
    """
    paths = sorted((BENCH / "dev" / "ocr").glob("*.pdf"))[:count]
    files = [path.read_bytes() for path in paths] or [sheet_page()]
    pipeline = default_pipeline()
    took = {"engine": 0.0, "rest": 0.0}

    def timed(picture: NDArray[np.uint8], dpi: float) -> Sequence[Seen]:
        clock.lap("rest")
        found = list(engine(picture, dpi))
        clock.lap("engine")
        return found

    pipeline(pdf.read(sheet_page(), "page.pdf").pages[0])  # opens what is opened once a process
    for data in files:
        with pypdfium2.PdfDocument(data) as document:
            image, dpi = drawn(document, 0, SCAN_DPI)
        clock = _Clock(took)
        pipeline(recognised(ready(image, dpi), timed, name="page.png", number=1))
        clock.lap("rest")
    return Scanned(len(files), took["engine"] / len(files), took["rest"] / len(files))


def _extracted(data: bytes) -> str:
    """The text of a PDF, by pypdfium2 alone."""
    document = pypdfium2.PdfDocument(data)
    texts = []
    for number in range(len(document)):
        page = document[number]
        text = page.get_textpage()
        texts.append(text.get_text_range())
        text.close()
        page.close()
    document.close()
    return "".join(texts)


def sheet_page() -> bytes:
    """A page that the tests set, for want of others."""
    sheet = Sheet()
    for number, story in enumerate((BRIDGE, LIBRARY)):
        top = 40 + 380 * number
        sheet.line(40, top, story[0][:12], size=24)
        sheet.legs((40, 220, 400), top + 40, wrap(story * 4, 16))
    return sheet.pdf()


def commands(paths: Sequence[Path], repeats: int) -> list[Took]:
    """Commands in processes of their own, on files that have been read before: medians, and the most memory."""
    python, banmian = sys.executable, str(Path(sys.executable).with_name("banmian"))
    with tempfile.TemporaryDirectory() as folder:
        pages, out = Path(folder, "pages"), Path(folder, "out")
        pages.mkdir()
        for number, path in enumerate(paths):  # under names of their own: fixtures are all called page.txt
            (pages / f"{number:03}.txt").write_bytes(path.read_bytes())
        some: list[tuple[str, list[str], int]] = [
            ("python -c pass", [python, "-c", "pass"], repeats),
            ("import banmian", [python, "-c", "import banmian"], repeats),
            ("banmian --help", [banmian, "--help"], repeats),
            (
                f"banmian read {real_page().parent.name}/{real_page().name}",
                [banmian, "read", str(real_page())],
                repeats,
            ),
            (f"banmian read, {len(paths)} pages", [banmian, "read", str(pages), "-o", str(out)], 1),
        ]
        return [Took(name, *_spawn(arguments, times)) for name, arguments, times in some]


# Runs a command several times and prints what each took, as JSON. A process of its own, because Linux counts what the
# parent has in memory as the child's: this has next to nothing.
_SPAWN = """
import json, os, sys, time
out, quiet = [], [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_WRONLY, 0) for fd in (1, 2)]
for _ in range(int(sys.argv[1])):
    begun = time.perf_counter()
    child = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ, file_actions=quiet)
    _, status, used = os.wait4(child, 0)
    out.append((time.perf_counter() - begun, used.ru_maxrss, os.waitstatus_to_exitcode(status)))
print(json.dumps(out))
"""


def _spawn(arguments: Sequence[str], repeats: int) -> tuple[float, float]:
    """The median of the seconds of a command, and the most megabytes that it ever had."""
    launch = [sys.executable, "-I", "-S", "-c", _SPAWN, str(repeats), *arguments]
    told = json.loads(subprocess.run(launch, capture_output=True, check=True).stdout)
    times, memory, codes = zip(*told, strict=True)
    if any(codes):
        raise RuntimeError(f"{' '.join(arguments)} ended with {codes}")
    unit = 1e6 if sys.platform == "darwin" else 1e3  # bytes, elsewhere kilobytes
    return statistics.median(times), max(memory) / unit


def growth(repeats: int) -> list[Growth]:
    """What made pages take, by lines: one in order, and one whose columns alternate."""
    pipeline = default_pipeline()

    def seconds(text: str) -> float:
        return _median(repeats, lambda: page_json.dumps(read_text(text, pipeline=pipeline)))

    return [
        Growth(name, seconds(make(SHORT)), seconds(make(LONG)))
        for name, make in (("in order", made.page), ("columns mixed", made.mixed))
    ]
