"""A run over thousands of pages: how fast, how much memory, and whether kills leave a trace.

    python tests/bench/archive.py [--pages 3000] [--jobs 1 2] [--kills 20] [--kill-pages 400]

The pages are those of ../shared/bench/dev (or, where that is not, of fixtures/) under new names, eight to an issue.
They are written to a temporary folder, and so are all results.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent.parent
SHARED = ROOT.parent / "shared" / "bench" / "dev"
FIXTURES = ROOT / "fixtures"
COMMAND = Path(sys.executable).with_name("banmian")
BETWEEN = 0.1  # seconds between two looks at the memory
PAGES_A_DAY = 8


class Ran(NamedTuple):
    """A run: its exit code, seconds, the memory of its main process over time in megabytes, and seconds of CPU."""

    code: int
    seconds: float
    memory: tuple[float, ...]
    main_cpu: float
    all_cpu: float

    @property
    def ceiling(self) -> float:
        """How many times as fast two cores can be with two workers as one is with one, the main process at its side."""
        workers = self.all_cpu - self.main_cpu
        return 2 * workers / self.all_cpu


class Flat(NamedTuple):
    """Memory at the beginning and at the end: the medians of the first and the last tenth of a run."""

    first: float
    last: float

    @property
    def growth(self) -> float:
        """By how much it has grown, as a share."""
        return self.last / self.first - 1


def make_archive(root: Path, count: int) -> Path:
    """A folder of that many pages: a folder a year, one a day in it, eight pages a day."""
    texts = sorted(SHARED.rglob("*.txt")) or sorted(FIXTURES.rglob("page.txt"))
    for i in range(count):
        day = datetime.date(2001, 1, 1) + datetime.timedelta(days=i // PAGES_A_DAY)
        path = root / f"{day:%Y}" / f"{day:%Y-%m-%d}" / f"{i % PAGES_A_DAY + 1:02}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(texts[i * 7 % len(texts)].read_bytes())
    return root


def measured(source: Path, out: Path, jobs: int) -> Ran:
    """Run, and look at the memory of the main process meanwhile, from when the first result is there."""
    begun = time.monotonic()
    process = subprocess.Popen([COMMAND, "run", source, out, "--jobs", str(jobs)], stderr=subprocess.DEVNULL)
    memory: list[float] = []
    main_cpu = 0.0
    journal = out / "journal.jsonl"
    while True:
        pid, status, used = os.wait4(process.pid, os.WNOHANG)  # what its workers used is in it
        if pid:
            break
        if journal.is_file() and journal.stat().st_size:
            memory.append(resident(process.pid))
            main_cpu = max(main_cpu, cpu(process.pid))
        time.sleep(BETWEEN)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - begun
    return Ran(
        process.returncode, seconds, tuple(size for size in memory if size), main_cpu, used.ru_utime + used.ru_stime
    )


def resident(pid: int) -> float:
    """The memory that a process has in megabytes; 0 if it is gone, or there is no /proc."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    lines = [line for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(lines[0].split()[1]) / 1024 if lines else 0.0


def cpu(pid: int) -> float:
    """The seconds of CPU that a process has used, without those of its children; 0 if it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def flat(memory: Sequence[float]) -> Flat:
    """The memory at both ends of a run."""
    tenth = max(1, len(memory) // 10)
    return Flat(statistics.median(memory[:tenth]), statistics.median(memory[-tenth:]))


def killed(source: Path, out: Path, jobs: int, *, kills: int, seconds: float, seed: int) -> int:
    """Run until it is killed, as often as asked, then to the end; returns how many runs were killed in the middle.

    Each is left for a random time, so long that together they come about halfway.
    """
    chance, in_the_middle = random.Random(seed), 0
    command: list[str | Path] = [COMMAND, "run", source, out, "--jobs", str(jobs)]
    for _ in range(kills):
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.2, 1.0 + seconds / kills))
        in_the_middle += process.poll() is None
        process.kill()
        process.wait()
    subprocess.run(command, stderr=subprocess.DEVNULL, check=False)
    return in_the_middle


def digest(out: Path) -> str:
    """The digest of all that a run has made, but for its working folder, and for how long pages took."""
    told = hashlib.sha256()
    for path in sorted(path for path in out.rglob("*") if path.is_file() and ".banmian" not in path.parts):
        data = path.read_bytes()
        if path.name == "journal.jsonl":
            data = repr([{**json.loads(line), "seconds": 0} for line in data.splitlines()]).encode()
        elif path.name.startswith("report."):
            continue  # it has the speed in it
        told.update(path.relative_to(out).as_posix().encode() + b"\0" + data)
    return told.hexdigest()


def main() -> None:
    """Measure, and print a line for each figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=3000)
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--kill-pages", type=int, default=400)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        rates: dict[int, float] = {}
        if args.pages:
            source = make_archive(root / "pages", args.pages)
        for jobs in args.jobs if args.pages else ():
            ran = measured(source, root / f"out-{jobs}", jobs)
            ends = flat(ran.memory)
            rates[jobs] = args.pages / ran.seconds
            print(
                f"{args.pages} pages, --jobs {jobs}: exit {ran.code}, {ran.seconds:.0f} s, {rates[jobs]:.1f} pages/s; "
                f"memory {ends.first:.1f} MB in the first tenth, {ends.last:.1f} in the last ({ends.growth:+.1%}); "
                f"CPU {ran.all_cpu:.0f} s, {ran.main_cpu / ran.all_cpu:.1%} of it in the main process, so that two "
                f"workers can be up to {ran.ceiling:.2f} times one",
                flush=True,
            )
        for jobs, rate in rates.items():
            print(f"--jobs {jobs} is {rate / rates[min(rates)]:.2f} times --jobs {min(rates)}")
        if len({digest(root / f"out-{jobs}") for jobs in rates}) > 1:
            print("the results differ")
        if args.kills:
            source = make_archive(root / "killed", args.kill_pages)
            whole = measured(source, root / "whole", max(args.jobs))
            count = killed(
                source, root / "again", max(args.jobs), kills=args.kills, seconds=whole.seconds, seed=args.seed
            )
            same = "same bytes" if digest(root / "whole") == digest(root / "again") else "NOT THE SAME BYTES"
            print(f"{args.kill_pages} pages, {count} of {args.kills} kills in mid-run: {same}")


if __name__ == "__main__":
    main()
