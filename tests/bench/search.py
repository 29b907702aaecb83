"""Measure how long a search takes in an archive of 2,000 pages.

    python tests/bench/search.py [--pages N] [--archive FILE] [--json]

The pages are those of ../shared/bench where it is, and those of fixtures/ otherwise, run through the default pipeline
and added again and again under new names, so that each word has as many articles as in a large archive, and more of
them alike than in a real one. The archive is made in a temporary folder. A query is timed as `banmian search` does it:
parsed, counted, the ten best fetched, their passages marked. Words are drawn from the texts with a fixed seed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent))
# Before numpy is imported.
os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

from banmian import default_pipeline, raw_page
from banmian.formats import page_json, sqlite
from banmian.search.finding import Filters, Reader
from banmian.search.query import parse_query
from bench.accuracy import BENCH, FIXTURES

PAGES = 2_000
EACH = 40  # queries of a kind
REPEATS = 5
AIM = 50.0  # milliseconds a query, on 2,000 pages


class Timed(NamedTuple):
    """Queries of one kind: how many, the articles that they found, and milliseconds."""

    kind: str
    queries: int
    found: float
    median: float
    ninetieth: float
    slowest: float
    which: str


def records(most: int) -> list[dict[str, Any]]:
    """The page JSON of every page that there is, all raw texts of the same page among them; or of so many of them."""
    paths = sorted((BENCH / "dev").rglob("*.txt")) or sorted(FIXTURES.rglob("page.txt"))
    paths = paths[:: max(1, len(paths) // most)][:most]
    pipeline = default_pipeline()
    return [page_json.to_dict(pipeline(raw_page(path))) for path in paths]


def under_new_names(given: Sequence[dict[str, Any]], pages: int) -> Iterator[dict[str, Any]]:
    """So many pages: eight a day from the first of January 2000 on, the given ones again and again."""
    for number in range(pages):
        day, page = divmod(number, 8)
        name = f"{2000 + day // 336}-{day // 28 % 12 + 1:02}-{day % 28 + 1:02}/{page + 1:02}"
        yield {**given[number % len(given)], "id": name}


def queries(given: Sequence[dict[str, Any]], seed: int = 1) -> dict[str, list[tuple[str, Filters]]]:
    """Queries by kind: words as they stand somewhere in a text, from one character to eight, rare ones and common."""
    chance = random.Random(seed)
    texts = [block["text"] for record in given for article in record["articles"] for block in article["blocks"]]
    runs = [run for text in texts for run in re.findall("[\u4e00-\u9fff]{9,}", text)]
    together = "".join(runs)
    if len(runs) < EACH:
        raise RuntimeError("there is too little text to draw words from")

    def drawn(length: int) -> str:
        run = chance.choice(runs)
        at = chance.randrange(len(run) - length + 1)
        return str(run[at : at + length])

    counts = {char: together.count(char) for char in set(together)}
    by_count = sorted(counts, key=lambda char: (-counts[char], char))
    rare = [char for char in by_count if counts[char] <= 2] or by_count[-EACH:]
    plain = Filters()
    kinds: dict[str, list[str]] = {f"{n} characters": [drawn(n) for _ in range(EACH)] for n in (1, 2, 3, 4, 8)}
    kinds["the commonest characters"] = by_count[:EACH]
    kinds["the rarest characters"] = chance.sample(rare, min(EACH, len(rare)))
    kinds["in no article"] = [chance.choice(rare) + chance.choice(rare) for _ in range(EACH)]
    kinds["two words"] = [f"{drawn(2)} {drawn(2)}" for _ in range(EACH)]
    kinds["two common characters"] = [" ".join(chance.sample(by_count[:EACH], 2)) for _ in range(EACH)]
    kinds["five common characters"] = [" ".join(chance.sample(by_count[:EACH], 5)) for _ in range(EACH)]
    kinds["one word without another"] = [f"{drawn(2)} -{drawn(1)}" for _ in range(EACH)]
    out = {kind: [(word, plain) for word in words] for kind, words in kinds.items()}
    spring = Filters(since="2000-03-01", until="2000-05-31")
    out["2 characters, three months"] = [(drawn(2), spring) for _ in range(EACH)]
    out["common character, three months"] = [(char, spring) for char in by_count[:EACH]]
    return out


def measure(path: Path, asked: dict[str, list[tuple[str, Filters]]]) -> list[Timed]:
    """How long queries take: of each the median of several times, in a process that has the archive open."""
    out = []
    with Reader.open(path) as reader:
        for kind, some in asked.items():
            took: list[tuple[float, str]] = []
            found = []
            for text, filters in some:
                times = []
                for _ in range(REPEATS):
                    begun = time.perf_counter()
                    total = reader.search(parse_query(text, reader.fold), filters).total
                    times.append(1000 * (time.perf_counter() - begun))
                took.append((statistics.median(times), text))
                found.append(total)
            times = sorted(seconds for seconds, _ in took)
            out.append(
                Timed(
                    kind,
                    len(some),
                    statistics.median(found),
                    statistics.median(times),
                    times[int(0.9 * len(times))],
                    *max(took),
                )
            )
    return out


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 if a query takes longer than it may."""
    ask = argparse.ArgumentParser(description="Measure how long a search takes in an archive of 2,000 pages.")
    ask.add_argument("--pages", type=int, default=PAGES)
    ask.add_argument("--archive", type=Path, help="keep the archive in this file")
    ask.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    args = ask.parse_args(arguments)
    given = records(args.pages)
    with tempfile.TemporaryDirectory() as folder:
        path = args.archive or Path(folder, "archive.db")
        begun = time.perf_counter()
        sqlite.build(under_new_names(given, args.pages), path)
        built = time.perf_counter() - begun
        timed = measure(path, queries(given))
        size = path.stat().st_size
    slowest = max(one.slowest for one in timed)
    if args.json:
        told = {"pages": args.pages, "seconds": built, "bytes": size, "queries": [one._asdict() for one in timed]}
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        print(f"{args.pages:,} pages ({len(given)} different): made in {built:.1f} s, {size / 1e6:.1f} MB")
        print(f"{'milliseconds a query':<32} {'queries':>7} {'found':>8} {'median':>7} {'90 %':>7} {'slowest':>8}")
        for one in timed:
            print(
                f"{one.kind:<32} {one.queries:>7} {one.found:>8,.0f} {one.median:>7.2f} {one.ninetieth:>7.2f} "
                f"{one.slowest:>8.2f}  {one.which}"
            )
        print(f"the slowest query takes {slowest:.1f} ms; {AIM:.0f} is the aim for {PAGES:,} pages")
    return int(args.pages == PAGES and slowest > AIM)


if __name__ == "__main__":
    sys.exit(main())
