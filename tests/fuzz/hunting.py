"""Jobs of the hunt for faults: which inputs, run where, and what became of them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple, cast

from hypothesis import HealthCheck, Phase, given, seed, settings

from banmian import default_pipeline, read_text
from banmian.stage import Pipeline
from fuzz.checking import check, fault, kind, place, smallest
from fuzz.damage import mutated
from fuzz.inputs import INPUTS

ROOT = Path(__file__).parent.parent.parent
MADE, DAMAGED = 20_000, 5_000
QUICK = 150
# Inputs that one job tries: some seconds of work, so that progress is seen and no process waits long for another.
MADE_AT_ONCE, DAMAGED_AT_ONCE = 500, 50


class Job(NamedTuple):
    """So many inputs of a kind, "made" or "damaged", from a seed on."""

    what: str
    first: int
    number: int


class Fault(NamedTuple):
    """Something wrong in banmian: where it came up, what it is, and the smallest input that brings it out."""

    where: str
    what: str
    data: bytes | str


@dataclass(slots=True)
class Done:
    """What became of a job: inputs tried, how many of them were read (not refused), the seconds, and the slowest."""

    job: Job
    tried: int = 0
    read: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    slowest_at: str = ""
    faults: dict[str, Fault] = field(default_factory=dict)

    def try_input(self, data: bytes | str, where: str) -> None:
        """Try an input, and note what happens. Of faults of one kind the smallest is noted."""
        begun = time.perf_counter()
        self.tried += 1
        try:
            self.read += check(data, _pipeline())
        except Exception as error:  # noqa: BLE001  whatever it is, it is what we are looking for
            what = place(error)
            known = self.faults.get(kind(what))
            if known is None or len(data) < len(known.data):
                self.faults[kind(what)] = Fault(where, what, data)
        spent = time.perf_counter() - begun
        self.seconds += spent
        if spent > self.slowest:
            self.slowest, self.slowest_at = spent, f"{where}, {len(data):,} {type(data).__name__}"


def pages() -> list[bytes]:
    """The pages to damage: those of the bench where it is, and otherwise our own."""
    dev, fixtures = ROOT.parent / "shared" / "bench" / "dev", ROOT / "fixtures"
    return [path.read_bytes() for path in sorted((dev if dev.is_dir() else fixtures).rglob("*.txt"))]


@cache
def _pages() -> list[bytes]:
    return pages()


@cache
def _pipeline() -> Pipeline:
    """The pipeline, once it has opened what it opens once a process: the first input is not the slowest for that."""
    pipeline = default_pipeline()
    read_text("暖心事\n老人过马路，众人让行。\n复工\n昨日复工。", pipeline=pipeline)
    return pipeline


def run(job: Job) -> Done:
    """Try the inputs of a job."""
    done = Done(job)
    if job.what == "made":
        _made(done)
    else:
        for number in range(job.first, job.first + job.number):
            done.try_input(mutated(_pages(), number), f"damaged page {number}")
    for known, found in done.faults.items():
        whole = cast("bytes", found.data)  # or a str: it is made smaller just so
        small = smallest(whole, partial(_fails, known))
        done.faults[known] = found._replace(data=small)
    return done


def _fails(known: str, data: bytes | str) -> bool:
    return kind(fault(data, _pipeline())) == known


def _made(done: Done) -> None:
    @seed(done.job.first)
    @settings(
        max_examples=done.job.number,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),
    )
    @given(INPUTS)
    def every(data: bytes | str) -> None:
        done.try_input(data, f"made from seed {done.job.first}")

    every()


def jobs(made: int, damaged: int) -> list[Job]:
    """The inputs in jobs, the slow ones first."""
    return [*_cut("damaged", damaged, DAMAGED_AT_ONCE), *_cut("made", made, MADE_AT_ONCE)]


def _cut(what: str, total: int, at_once: int) -> Iterator[Job]:
    return (Job(what, first, min(at_once, total - first)) for first in range(0, total, at_once))


def summary(done: Sequence[Done], seconds: float) -> str:
    """One line about all jobs."""
    parts = []
    for what in ("made", "damaged"):
        some = [d for d in done if d.job.what == what]
        tried, spent = sum(d.tried for d in some), sum(d.seconds for d in some)
        each = 1000 * spent / max(tried, 1)
        parts.append(f"{tried:,} {what} ({sum(d.read for d in some):,} read, the others refused; {each:.1f} ms each)")
    slowest = max(done, key=lambda d: d.slowest)
    faults = {known for d in done for known in d.faults}
    return (
        f"fuzz: {', '.join(parts)}; slowest {slowest.slowest:.1f} s ({slowest.slowest_at}); "
        f"{len(faults)} faults; {seconds:.0f} s"
    )
