"""The README's commands run, and its Python does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")

# What a test should not do: install from the network, or run itself.
_NOT_HERE = ("pip install", "make ", "banmian --install-completion")


def blocks(language: str) -> list[str]:
    """The code blocks of the README in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path, page_text: str) -> Path:
    """A folder with what the README speaks of: page.txt and pages/."""
    (tmp_path / "pages").mkdir()
    for name in ("page.txt", "pages/p1.txt", "pages/p2.txt"):
        (tmp_path / name).write_text(page_text, encoding="utf-8", newline="")
    return tmp_path


def test_the_commands_run(folder: Path) -> None:
    script = "\n".join(
        line for block in blocks("sh") for line in block.splitlines() if not line.startswith((*_NOT_HERE, "#"))
    )
    assert script.count("banmian ") >= 10
    env = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-euxo", "pipefail", "-c", script], cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert (folder / "out" / "p1.json").is_file()
    assert "dateline" in done.stdout


def test_the_python_runs(folder: Path) -> None:
    for block in blocks("python"):
        done = subprocess.run([sys.executable, "-c", block], cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith("从复工到满产\n")


def test_the_exit_codes_are_those_of_the_command() -> None:
    from banmian.commands.console import ExitCode  # noqa: PLC0415

    table = README.partition("| exit code |")[2].partition("\n\n")[0]
    assert [int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)] == list(ExitCode)
