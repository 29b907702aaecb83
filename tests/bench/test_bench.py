"""The benchmark runs, and its made pages are what they say. What it measures is no matter of tests."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from banmian.layout import Box
from banmian.ocr import Seen
from bench import made, speed

LINES = ("渡口昨天通航", "村民一早过河，", "船票两元一张。")


def test_the_benchmark_runs_and_prints_json() -> None:
    script = Path(__file__).with_name("run.py")
    done = subprocess.run(
        [sys.executable, script, "--quick", "--json", "--no-accuracy"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert {"machine", "speed", "left_out", "commands", "growth", "pdf"} <= set(told)
    assert told["speed"][0]["name"] == "whole pipeline"
    assert all(rate["pages"] > 0 for rate in (*told["speed"], *told["pdf"]))
    assert told["pdf"][0]["times"] == 1.0


def test_what_a_scan_takes_is_that_of_the_engine_and_the_rest() -> None:
    seen = [Seen(text, Box(60, 60 + 40 * at, 60 + 30 * len(text), 90 + 40 * at), 0.9) for at, text in enumerate(LINES)]
    told = speed.scans(1, lambda *_: seen)
    assert told.pages == 1
    assert told.share == told.rest / told.engine > 0


def test_the_benchmark_of_search_runs_and_prints_json() -> None:
    script = Path(__file__).with_name("search.py")
    done = subprocess.run(
        [sys.executable, script, "--pages", "16", "--json"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["pages"], told["bytes"] > 0) == (16, True)
    kinds = {one["kind"]: one for one in told["queries"]}
    assert kinds["2 characters"]["found"] >= 1  # words are drawn from the pages
    assert kinds["in no article"]["found"] == 0


def test_a_made_page_has_the_lines_asked_for_and_is_always_the_same() -> None:
    assert made.page(1000).count("\n") == 1000
    assert made.page(1000) == made.page(1000)
    assert made.page(1000).startswith(made.page(100))
    assert made.page(1000, seed=2) != made.page(1000)


def test_a_mixed_page_has_the_lines_of_the_page() -> None:
    assert made.mixed(1037) != made.page(1037)
    assert sorted(made.mixed(1037).splitlines()) == sorted(made.page(1037).splitlines())
