"""Try to crash banmian: thousands of inputs of hypothesis, and thousands of damaged pages.

    python tests/fuzz/run.py [--quick] [--made N] [--damaged N] [--jobs N]

Each input must be refused with a reason or read without loss (`checking.check`). The inputs are the same in every run.
A fault is printed with an input that is as small as we can make it, and the run ends with 1.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
# Before numpy is imported, here and in the processes that import this again: one thread for each of them.
os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

from fuzz.hunting import DAMAGED, MADE, QUICK, jobs, pages, run, summary


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all jobs and say what happened."""
    ask = argparse.ArgumentParser(description="Try to crash banmian.")
    ask.add_argument("--quick", action="store_true", help=f"{QUICK} inputs of each kind")
    ask.add_argument("--made", type=int, default=None, metavar="N", help=f"inputs of hypothesis ({MADE:,})")
    ask.add_argument("--damaged", type=int, default=None, metavar="N", help=f"damaged pages ({DAMAGED:,})")
    ask.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1), metavar="N", help="processes")
    args = ask.parse_args(arguments)
    made, damaged = [
        n if n is not None else QUICK if args.quick else d for n, d in ((args.made, MADE), (args.damaged, DAMAGED))
    ]
    todo = jobs(made, damaged if pages() else 0)
    begun, done, seen = time.perf_counter(), [], set()
    with ProcessPoolExecutor(args.jobs, mp_context=get_context("spawn")) as pool:
        for future in as_completed([pool.submit(run, job) for job in todo]):
            result = future.result()
            done.append(result)
            for known, found in result.faults.items():
                if known not in seen:
                    seen.add(known)
                    print(f"FAULT {found.what}\n  {found.where}, made smaller: {found.data!r:.2000}", flush=True)
            if len(done) % 10 == 0 or len(done) == len(todo):
                spent = time.perf_counter() - begun
                print(f"{len(done)}/{len(todo)} jobs, {spent:.0f} s, {len(seen)} faults", file=sys.stderr, flush=True)
    print(summary(done, time.perf_counter() - begun))
    return 1 if seen else 0


if __name__ == "__main__":
    sys.exit(main())
