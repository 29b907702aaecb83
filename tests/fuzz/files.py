"""Try to crash the readers: PDFs, XML files and pictures that are damaged, by the thousand.

    python tests/fuzz/files.py [--number N] [--first N] [--quick]

Each file must be read and its articles put together, or refused in one line (`Unreadable`), within 20 seconds and 2 GB;
the process must live. They are read in processes of their own, so that a crash of a library is seen and told by the
number of the file. The same in every run: `--first 123 --number 1` is one file alone.
"""

from __future__ import annotations

import argparse
import faulthandler
import multiprocessing
import random
import re
import resource
import sys
import time
from collections import Counter
from functools import cache
from io import BytesIO
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "plugin"))
sys.path.insert(0, str(Path(__file__).parent.parent))

from PIL import Image, ImageDraw

from banmian import default_pipeline
from banmian.formats import page_json
from banmian.layout import Layout
from banmian.model import Page
from banmian.readers import Unreadable, pdf, read_issue
from banmian.stage import Pipeline
from exports import alto, hocr, page_xml
from sheets import BRIDGE, LIBRARY, Sheet, wrap

NUMBER, QUICK = 2000, 60
SECONDS, MEMORY = 20.0, 2_000_000_000
ENGINE = "standin:渡口昨天通航|村民一早过河|船票两元一张"

_SIZES = (0, 1, 2, 255, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_NUMBERS = (b"0", b"-1", b"1e308", b"99999999999999999999", b"nan", b"4294967296", b"", b"0x10", "４".encode())


def whole() -> dict[str, bytes]:
    """The files before they are damaged: each kind once or twice."""
    sheet = Sheet()
    sheet.line(40, 40, "沿河六村有了新桥", size=24)
    sheet.legs((40, 200), 80, wrap(BRIDGE, 14))
    sheet.rule(360, 40, 360, 500)
    sheet.picture(40, 420, 180, 520)
    sheet.column(380, 80, wrap(LIBRARY, 18))
    text = sheet.pdf()
    page = pdf.read(text, "page.pdf").pages[0]
    image = Image.new("L", (500, 360), 255)
    draw = ImageDraw.Draw(image)
    for at in range(3):
        draw.rectangle((60, 60 + 60 * at, 420, 84 + 60 * at), fill=0)
    found = {"pdf": text, "alto": alto(page), "page": page_xml(page), "hocr": hocr(page), "mets": _mets()}
    forms: list[tuple[str, str, dict[str, Any]]] = [
        ("png", "PNG", {}),
        ("jpeg", "JPEG", {}),
        ("jp2", "JPEG2000", {}),
        ("tiff", "TIFF", {"save_all": True, "append_images": [image]}),
        ("tiff-lzw", "TIFF", {"compression": "tiff_lzw"}),
        ("scan-pdf", "PDF", {"resolution": 100}),
    ]
    for name, form, options in forms:
        out = BytesIO()
        image.save(out, form, **options)
        found[name] = out.getvalue()
    out = BytesIO()
    image.convert("1").save(out, "TIFF", compression="group4")
    found["tiff-g4"] = out.getvalue()
    assert isinstance(page, Page)
    assert isinstance(page.layout, Layout)
    return found


def _mets() -> bytes:
    files = "".join(f'<file ID="F{at}"><FLocat href="{at}.xml"/></file>' for at in range(30))
    divs = "".join(f'<div ORDER="{at}"><fptr FILEID="F{at}"/></div>' for at in range(30))
    body = f'<fileSec><fileGrp USE="ALTO">{files}</fileGrp></fileSec><structMap TYPE="PHYSICAL">{divs}</structMap>'
    return f'<?xml version="1.0"?><mets>{body}</mets>'.encode()


def damaged(data: bytes, number: int) -> bytes:
    """A file damaged in one to four ways: bytes changed, cut off, left out, said twice, sizes that are wrong."""
    rng = random.Random(number)
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4))):
        if not out:
            break
        at = rng.randrange(len(out))
        length = rng.choice((1, 4, 64, 1000))
        match rng.randrange(8):
            case 0 | 1:
                for _ in range(rng.choice((1, 8, 100))):
                    out[rng.randrange(len(out))] = rng.randrange(256)
            case 2:
                del out[at:]
            case 3:
                del out[at : at + length]
            case 4:
                out[at:at] = out[at : at + length] * rng.choice((1, 50))
            case 5:
                out[at : at + length] = bytes(length)
            case 6:
                out[at : at + 4] = rng.choice(_SIZES).to_bytes(4, rng.choice(("big", "little")))
            case _:
                found = list(re.finditer(rb"-?\d+(?:\.\d+)?", bytes(out)))
                if found:
                    match = rng.choice(found)
                    out[match.start() : match.end()] = rng.choice(_NUMBERS)
    return bytes(out)


def files(first: int, number: int) -> list[tuple[int, str, bytes]]:
    """Damaged files: their numbers, what each was, and its bytes."""
    kinds = sorted(whole().items())
    return [
        (at, kinds[at % len(kinds)][0], damaged(kinds[at % len(kinds)][1], at)) for at in range(first, first + number)
    ]


def attempt(data: bytes) -> str:
    """Read a file, and put its articles together: "read", or "refused". All else raises."""
    try:
        issue = read_issue(data, "fuzz.bin", ocr=ENGINE, beside=_beside)
    except Unreadable as error:
        if "\n" in str(error) or not str(error):
            raise AssertionError(f"no message in one line: {str(error)!r}") from error
        return "refused"
    for page in issue.pages:
        for line in page.layout.lines if page.layout else ():
            assert line.span.end <= len(page.source.text)
            assert all(side == side and abs(side) < 1e9 for side in line.box)  # noqa: PLR0124  not NaN
        page_json.dumps(_pipeline()(page))
    return "read"


@cache
def _pipeline() -> Pipeline:
    return default_pipeline()


def _beside(name: str) -> bytes:
    raise FileNotFoundError(name)


def _work(pipe: Connection) -> None:
    """Read what is sent, and say what became of it."""
    faulthandler.enable()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    while True:
        data = pipe.recv()
        if data is None:
            return
        try:
            result = attempt(data)
        except BaseException as error:  # noqa: BLE001  whatever it is, it is what we are looking for
            result = f"{type(error).__name__}: {error}"
        pipe.send((result, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024))


class _Reader:
    """A process that reads files, begun again when it dies."""

    def __init__(self) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._start()

    def _start(self) -> None:
        self._pipe, other = self._context.Pipe()
        self._process = self._context.Process(target=_work, args=(other,), daemon=True)
        self._process.start()
        other.close()

    def __call__(self, data: bytes) -> tuple[str, int]:
        """What became of a file, and the most memory that the process has had."""
        self._pipe.send(data)
        result = ("", 0)
        try:
            if self._pipe.poll(SECONDS):
                return self._pipe.recv()  # type: ignore[no-any-return]
            result = (f"hangs for more than {SECONDS:.0f} s", 0)
        except EOFError:
            self._process.join(5)
            result = (f"the process crashed ({self._process.exitcode})", 0)
        self.close()
        self._start()
        return result

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.join()
        self._pipe.close()


def main(arguments: list[str] | None = None) -> int:
    """Try all files and say what happened."""
    ask = argparse.ArgumentParser(description="Try to crash the readers.")
    ask.add_argument("--number", type=int, default=None, metavar="N", help=f"files ({NUMBER:,})")
    ask.add_argument("--first", type=int, default=0, metavar="N", help="the number of the first")
    ask.add_argument("--quick", action="store_true", help=f"{QUICK} files")
    args = ask.parse_args(arguments)
    number = args.number if args.number is not None else QUICK if args.quick else NUMBER
    counts: Counter[str] = Counter()
    faults = 0
    slowest, most = (0.0, ""), 0
    reader = _Reader()
    reader(whole()["alto"])  # the first loads what it needs
    begun = time.perf_counter()
    for at, kind, data in files(args.first, number):
        start = time.perf_counter()
        result, memory = reader(data)
        slowest = max(slowest, (time.perf_counter() - start, f"{kind} {at}"))
        most = max(most, memory)
        if memory > MEMORY:
            result = f"took {memory / 1e9:.1f} GB"
        if result in ("read", "refused"):
            counts[result] += 1
        else:
            faults += 1
            print(f"FAULT {kind} {at}: {result}", flush=True)
    reader.close()
    print(
        f"files: {number:,} tried, {counts['read']:,} read, {counts['refused']:,} refused, {faults} faults; "
        f"{time.perf_counter() - begun:.0f} s, slowest {slowest[0]:.1f} s ({slowest[1]}), at most {most / 1e6:.0f} MB"
    )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
