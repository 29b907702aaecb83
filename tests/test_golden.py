"""What the program prints of the pages of fixtures/, to the letter.

`make golden` writes the golden files anew; the difference is what a reviewer reads.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from banmian.cli import app
from cases import FIXTURES, Case, cases

WRITE = os.environ.get("BANMIAN_GOLDEN", "")
SHOWN = "made/before-after/page.txt"


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


def test_the_readme_shows_what_the_command_prints(root: Path) -> None:
    shown = CliRunner().invoke(app, ["show", str(FIXTURES / SHOWN)], env={"COLUMNS": "84", "NO_COLOR": "1"})
    assert shown.exit_code == 0
    readme = root / "README.md"
    text = readme.read_text(encoding="utf-8")
    block = re.compile(rf"(\$ banmian show fixtures/{SHOWN}\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)
    assert len(block.findall(text)) == 1
    right = block.sub(lambda match: match[1] + shown.stdout, text)
    if WRITE == "write":
        readme.write_text(right, encoding="utf-8", newline="")
    assert readme.read_text(encoding="utf-8") == right, "if this is meant, run `make golden` and read the diff"
