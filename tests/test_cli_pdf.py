"""The command with PDFs: alone, of many pages, among raw text, damaged, and without the extra."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from banmian import readers
from banmian.commands.console import ExitCode
from sheets import BRIDGE, LIBRARY, POND, Sheet, wrap
from test_cli import run


def issue(*stories: tuple[str, tuple[str, ...]]) -> bytes:
    """A PDF with a story a page."""
    sheet = Sheet()
    for number, (head, text) in enumerate(stories):
        if number:
            sheet.next_page()
        sheet.line(40, 40, head, size=22)
        sheet.legs((40, 210), 80, wrap(text, 15))
    return sheet.pdf()


@pytest.fixture
def one(tmp_path: Path) -> Path:
    path = tmp_path / "p3.pdf"
    path.write_bytes(issue(("河东村修通便民桥", BRIDGE)))
    return path


@pytest.fixture
def many(tmp_path: Path) -> Path:
    path = tmp_path / "day.pdf"
    path.write_bytes(issue(("河东村修通便民桥", BRIDGE), ("新图书馆开门迎客", LIBRARY), ("南山水库加强巡查", POND)))
    return path


def headlines(*paths: Path) -> list[str]:
    records = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    return [article["headline"] for record in records for article in record["articles"]]


def test_a_pdf_of_one_page_is_a_page(one: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    result = run("read", one, "-o", out)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
    record = json.loads(out.read_text(encoding="utf-8"))
    assert (record["id"], record["source"]["name"]) == ("p3", "p3.pdf")
    assert [block["text"] for block in record["articles"][0]["blocks"]] == list(BRIDGE)
    assert all(block["boxes"] for block in record["articles"][0]["blocks"])
    assert run("rebuild", out).stdout.splitlines()[0] == "河东村修通便民桥"


def test_a_pdf_of_many_pages_has_a_result_each(many: Path, tmp_path: Path) -> None:
    result = run("read", many, "-o", tmp_path / "out")
    assert (result.exit_code, result.stderr) == (0, f"banmian: 3 pages in {tmp_path / 'out'}\n")
    written = sorted((tmp_path / "out").iterdir())
    assert [path.name for path in written] == ["day-001.json", "day-002.json", "day-003.json"]
    assert headlines(*written) == ["河东村修通便民桥", "新图书馆开门迎客", "南山水库加强巡查"]


def test_many_pages_on_standard_output_are_a_line_of_json_each(many: Path) -> None:
    result = run("read", many)
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == ["day-001", "day-002", "day-003"]


def test_a_folder_may_mix_text_and_pdf(one: Path, many: Path, tmp_path: Path, page_text: str) -> None:
    (tmp_path / "text.txt").write_text(page_text, encoding="utf-8")
    result = run("read", tmp_path, "-o", tmp_path / "out")
    assert (result.exit_code, result.stderr) == (0, f"banmian: 5 pages in {tmp_path / 'out'}\n")
    assert one.is_file()
    assert many.is_file()


def test_a_damaged_pdf_costs_no_other(one: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(one.read_bytes()[:400])
    result = run("read", bad, one, "-o", tmp_path / "out")
    assert result.exit_code == ExitCode.SOME_FAILED
    assert result.stderr.splitlines() == [
        f"banmian: {bad}: is a damaged PDF; get the file again, or try to repair it: qpdf FILE NEW_FILE.",
        f"banmian: 1 page in {tmp_path / 'out'}; 1 page failed",
    ]


def test_without_the_extra_the_command_names_it(one: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "find_spec", lambda name: None if name == "pypdfium2" else find_spec(name))
    for command in ("read", "show"):
        result = run(command, one)
        assert (result.exit_code, result.stdout) == (ExitCode.INPUT, "")
        assert result.stderr == (
            f"banmian: {one}: is a PDF, and reading it needs an extra: pip install 'banmian[pdf]'\n"
        )


def test_a_pdf_passes_through_the_stages(one: Path) -> None:
    lines = run("stage", "lines", stdin=one.read_bytes())
    assert lines.exit_code == 0
    result = run("stage", "articles", "--format", "txt", stdin=lines.stdout)
    assert result.stdout.startswith("河东村修通便民桥\n")


def test_a_pdf_is_shown(many: Path) -> None:
    result = run("show", many)
    assert result.exit_code == 0
    for head in ("河东村修通便民桥", "新图书馆开门迎客", "南山水库加强巡查"):
        assert head in result.stdout
