"""Measure accuracy, speed, start-up and memory, beside other tools: `make bench`.

    python tests/bench/run.py [--quick] [--json]

The pages are those of ../shared/bench where it is, and those of fixtures/ otherwise. Times are of one core: all BLAS
threads are pinned to one. On a machine that does something else at the same time they say little.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))
# Before numpy is imported.
os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

from banmian.ocr import engine
from bench import speed
from bench.accuracy import GATED, OWN, REPORTED, Bucket, Measured, Suite, calibration, have_bench, measure, scorer
from quality import aims

SEVERAL, FEW = (5, 9), (1, 3)  # repeats of passes over all pages, and of commands
QUICK_PAGES = 6
SCANS = 3


def accuracy(suites: Sequence[Suite]) -> tuple[list[str], dict[str, Any]]:
    """The accuracy table and the calibration table."""
    measured = measure(suites)
    figures = scorer().figures
    lines = [f"{'suite':<20} {'pages':>5} {'articles':>8} " + " ".join(f"{figure:>9}" for figure in figures)]
    for one in measured:
        cells = " ".join(f"{one.figures[figure]:>9.4f}" for figure in figures)
        lines.append(f"{one.suite!s:<20} {one.pages:>5} {one.articles:>8} {cells}")
    if told := aims(measured):
        lines.append(told)
    groups = {"gated": [one for one in measured if one.suite in GATED], "all": measured}
    buckets = {name: calibration(verdict for one in some for verdict in one.verdicts) for name, some in groups.items()}
    for name, some in buckets.items():
        if any(bucket.articles for bucket in some):
            lines += ["", f"articles by confidence, {name} suites", *_calibration(some)]
    data = {
        "accuracy": [_values(one) for one in measured],
        "calibration": {name: [bucket._asdict() for bucket in some] for name, some in buckets.items()},
    }
    return lines, data


def _values(one: Measured) -> dict[str, Any]:
    return {"suite": str(one.suite), "pages": one.pages, "articles": one.articles, **one.figures}


def _calibration(buckets: Sequence[Bucket]) -> list[str]:
    lines = [f"{'confidence':<12} {'articles':>8} {'clean':>7} {'perfect':>7}"]
    lines += [f"{b.over:.2f} - {b.upto:.2f}  {b.articles:>8} {b.clean:>7.3f} {b.perfect:>7.3f}" for b in buckets]
    return lines


def times(*, quick: bool) -> tuple[list[str], dict[str, Any]]:
    """The tables of speed, start-up, memory and growth."""
    passes, starts = FEW if quick else SEVERAL
    paths = speed.sources()[: QUICK_PAGES if quick else None]
    if not paths:
        return ["speed: there are no pages, neither in ../shared/bench nor in fixtures/"], {}
    own = [*speed.rates(paths, passes), *speed.mixed(QUICK_PAGES if quick else None, passes)]
    pdfs = speed.pdf_pages(QUICK_PAGES // 2 if quick else None, passes)
    others, left_out = speed.others(paths, passes)
    took = speed.commands(paths, starts)
    grown = speed.growth(passes)
    where = "county/pdftotext" if have_bench() else "fixtures"
    lines = [
        f"speed: {len(paths)} pages of {where}, one core, BLAS pinned to one thread, median of {passes}",
        f"{'':<30} {'ms/page':>9} {'pages/s':>9} {'MB/s':>8}",
    ]
    lines += [
        f"{rate.name:<30} {1000 / rate.pages:>9.2f} {rate.pages:>9.1f} {rate.megabytes:>8.3f}"
        for rate in (*own, *others)
    ]
    lines += [f"left out: {why}" for why in left_out]
    alone = pdfs[0].seconds
    lines += ["", f"{'PDF pages, in the same run':<30} {'ms/page':>9} {'pages/s':>9} {'times':>8}"]
    lines += [
        f"{rate.name:<30} {1000 / rate.pages:>9.2f} {rate.pages:>9.1f} {rate.seconds / alone:>8.2f}" for rate in pdfs
    ]
    scanned = None if quick or find_spec("rapidocr") is None else speed.scans(SCANS, engine())
    if scanned is not None:
        lines += [
            "",
            f"scans: {scanned.pages} pages at {speed.SCAN_DPI:.0f} dpi; a page takes the OCR engine "
            f"{scanned.engine:.2f} s, all the rest {scanned.rest:.3f} s, {scanned.share:.1%} of it",
        ]
    lines += [
        "",
        f"commands: median of {starts} (the last: once), files in the cache",
        f"{'':<30} {'seconds':>9} {'MB':>9}",
    ]
    lines += [f"{one.name:<30} {one.seconds:>9.3f} {one.memory:>9.1f}" for one in took]
    lines += ["", f"made pages       {speed.SHORT:>7,} lines {speed.LONG:>7,} lines   factor"]
    lines += [f"{one.name:<15} {one.short:>12.3f} s {one.long:>12.3f} s {one.factor:>8.1f}" for one in grown]
    data = {
        "speed": [rate._asdict() for rate in (*own, *others)],
        "left_out": left_out,
        "pdf": [{**rate._asdict(), "times": rate.seconds / alone} for rate in pdfs],
        "scans": None if scanned is None else {**scanned._asdict(), "share": scanned.share},
        "commands": [one._asdict() for one in took],
        "growth": [{**one._asdict(), "factor": one.factor} for one in grown],
    }
    return lines, data


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    ask = argparse.ArgumentParser(description="Measure accuracy, speed, start-up and memory, beside other tools.")
    ask.add_argument("--quick", action="store_true", help="the gated suites, few pages, few repeats")
    ask.add_argument("--json", action="store_true", help="one JSON object instead of tables")
    ask.add_argument("--no-accuracy", action="store_true", help="only times")
    args = ask.parse_args(arguments)
    about = f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores"
    lines, data = [about], {"machine": about}
    timed, values = times(quick=args.quick)
    lines += ["", *timed]
    data |= values
    if not args.no_accuracy:
        suites = (OWN,) if not have_bench() else GATED if args.quick else (*GATED, *REPORTED)
        told, values = accuracy(suites)
        lines += ["", *told]
        data |= values
    print(json.dumps(data, ensure_ascii=False, indent=1) if args.json else "\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
