"""What the program prints of the pages of fixtures/, to the letter.

`make golden` writes the golden files anew; the difference is what a reviewer reads.
"""

from __future__ import annotations

import os

import pytest

from cases import Case, cases

WRITE = os.environ.get("BANMIAN_GOLDEN", "")


def test_the_switch_that_writes_the_golden_files_is_off() -> None:
    """With it on, the other tests here would find everything right."""
    if WRITE == "write" and "CI" not in os.environ:
        pytest.skip("golden files are written, not compared")
    assert WRITE == ""


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_a_page_prints_what_its_golden_file_has(case: Case) -> None:
    printed = case.printed()
    if WRITE == "write":
        case.golden.write_text(printed, encoding="utf-8", newline="")
    assert printed == case.golden.read_text(encoding="utf-8"), "if this is meant, run `make golden` and read the diff"
