"""Files of many pages in a run, and METS with its pages: each page by itself, none twice, none lost."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import zipfile
from collections.abc import Mapping
from contextlib import closing, suppress
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile
from typer.testing import CliRunner

from archives import GOOD, archive, configuration, do, ended, errors, journal, made, start
from banmian.archive.options import Options
from banmian.archive.reading import fingerprint, read
from banmian.archive.records import Kind
from banmian.archive.run import run
from banmian.archive.shards import Shard
from banmian.cli import app
from banmian.commands.console import ExitCode
from banmian.config import default_pipeline
from sheets import BRIDGE, LIBRARY, POND, Sheet, wrap
from test_readers_boxes import mets
from test_readers_ocr import LINES, STANDIN, bars, saved


@pytest.fixture
def config(tmp_path: Path, plugin: Path) -> Path:
    """A configuration with the stages of the plug-in."""
    assert plugin.is_dir()
    return configuration(tmp_path / "standin.toml")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where results go."""
    return tmp_path / "out"


def pdf(*texts: str) -> bytes:
    """A PDF with a line a page; a page without text is a picture."""
    sheet = Sheet()
    for number, text in enumerate(texts):
        if number:
            sheet.next_page()
        if text:
            sheet.line(50, 50, text)
        else:
            sheet.picture(50, 50, 300, 300)
    return sheet.pdf()


def broken(data: bytes, page: int) -> bytes:
    """A PDF with one of its pages, counted from 1, damaged beyond reading."""
    at = [match.start() for match in re.finditer(rb"/Type /Page\s", data)][page - 1]
    return data[:at] + b"/Type /Nope" + data[at + 11 :]


def blank() -> Image.Image:
    """The back of a sheet."""
    return Image.new("L", (900, 600), 255)


def tiff(*, damaged: bool = False) -> bytes:
    """A picture of three pages; the second may be cut to pieces."""
    frames = [bars(many=many) for many in (1, 2, 3)]
    data = saved(frames[0], "TIFF", save_all=True, append_images=frames[1:], dpi=(300, 300), compression="tiff_lzw")
    if not damaged:
        return data
    with Image.open(BytesIO(data)) as image:
        image.seek(1)
        assert isinstance(image, TiffImageFile)
        at = image.tag_v2[273][0]  # where its first strip begins
    return data[:at] + b"\xff" * 60 + data[at + 60 :]


def alto(text: str) -> bytes:
    """ALTO with one line for each page, which are parted by |."""
    pages = "".join(f'<Page><TextLine><String CONTENT="{line}"/></TextLine></Page>' for line in text.split("|"))
    return f"<alto><Layout>{pages}</Layout></alto>".encode()


def texts(out: Path) -> dict[str, str]:
    """The first text of each page, of an article or of furniture, by the names of the results."""
    found = {}
    for path in sorted(out.rglob("*.json")):
        value = json.loads(path.read_bytes())
        if value.get("schema") == "banmian.page/1":
            some = [article["headline"] or article["blocks"][0]["text"] for article in value["articles"]]
            some += [piece["text"] for piece in value["furniture"]]
            found[path.relative_to(out).with_suffix("").as_posix()] = next(iter(some), "")
    return found


# Files of many pages


def test_each_page_of_a_file_has_a_record_and_a_result(tmp_path: Path, config: Path, out: Path) -> None:
    source = archive(
        tmp_path / "pages", {"a.txt": GOOD, "d/day.pdf": pdf("头版", "要闻", "体育"), "one.pdf": pdf("一")}
    )
    tally = do(source, out, config, formats=("jsonl",), jobs=2)
    assert (tally.pages, tally.done, tally.failed) == (5, 5, 0)
    records = journal(out)
    assert sorted(records) == ["a", "d/day-001", "d/day-002", "d/day-003", "one"]
    assert {records[page]["issue"] for page in records if "day" in page} == {"d/day"}
    assert {records[page]["source"] for page in records if "day" in page} == {"d/day.pdf"}
    assert list(records["d/day-002"]["outputs"]) == ["d/day-002.json"]
    assert list(records["d/day-002"]["issue_outputs"]) == ["d/day.jsonl"]
    assert texts(out)["d/day-002"] == "要闻"
    assert [json.loads((out / f"d/day-00{at}.json").read_bytes())["number"] for at in (1, 2, 3)] == ["1", "2", "3"]


def test_a_file_of_many_pages_that_is_done_is_not_done_again(tmp_path: Path, config: Path, out: Path) -> None:
    source = archive(tmp_path / "pages", {"day.pdf": pdf("头版", "要闻", "体育"), "p.txt": GOOD})
    do(source, out, config)
    before = made(out)
    assert (do(source, out, config).kept, made(out)) == (4, before)
    (out / "day-002.json").unlink()
    assert (do(source, out, config).done, made(out)) == (3, before)
    (source / "day.pdf").write_bytes(pdf("头版", "改了", "体育"))
    assert (do(source, out, config).done, texts(out)["day-002"]) == (3, "改了")


@pytest.mark.parametrize("jobs", [1, 3])
def test_a_page_that_cannot_be_read_costs_only_itself(tmp_path: Path, config: Path, out: Path, jobs: int) -> None:
    pages = {
        "day.pdf": broken(pdf("头版", "要闻", "体育"), 2),
        "raises.pdf": pdf("头版", "坏", "体育"),
        "dies.pdf": pdf("头版", "死", "体育"),
        "scan.tif": tiff(damaged=True),
    }
    tally = do(archive(tmp_path / "pages", pages), out, config, jobs=jobs, ocr=STANDIN)
    assert errors(out) == {
        "day-002": "damaged",
        "raises-002": "stage",
        "dies-002": "worker-died",
        "scan-002": "damaged",
    }
    assert (tally.done, tally.failed) == (8, 4)
    assert "page of the PDF is damaged" in journal(out)["day-002"]["error"]["message"]
    assert texts(out)["scan-001"] == LINES[0]
    # What is damaged is so the next time, and costs nobody the same work again; the others are tried again.
    again = do(tmp_path / "pages", out, config, jobs=jobs, ocr=STANDIN)
    assert (again.kept, again.done, again.failed) == (4, 4, 4)


def test_a_blank_page_is_a_page_and_one_that_needs_ocr_is_a_failure(tmp_path: Path, config: Path, out: Path) -> None:
    source = archive(tmp_path / "pages", {"day.pdf": pdf("头版", "", "体育")})
    do(source, out, config, ocr="standin:failing")
    assert errors(out) == {"day-002": "unreadable"}
    assert journal(out)["day-002"]["error"]["message"].startswith("this page is a picture without a text layer, which")
    source = archive(
        tmp_path / "others", {"scan.tif": saved(bars(many=1), "TIFF", save_all=True, append_images=[blank()])}
    )
    do(source, tmp_path / "two", config, ocr=STANDIN)
    assert errors(tmp_path / "two") == {}
    assert journal(tmp_path / "two")["scan-002"]["flags"] == {"page.no-text": 1}


def test_another_ocr_engine_is_another_setting(tmp_path: Path, config: Path, out: Path) -> None:
    source = archive(tmp_path / "pages", {"scan.tif": tiff(), "p.txt": GOOD})
    do(source, out, config, ocr=STANDIN)
    assert do(source, out, config, ocr=STANDIN).kept == 4
    assert do(source, out, config, ocr="standin:甲|乙|丙").done == 4
    assert texts(out)["scan-001"] == "甲"


def test_a_story_that_jumps_within_a_file_is_one(tmp_path: Path, out: Path) -> None:
    bridge = "河东村修通便民桥"
    pages = (
        ((bridge, (*BRIDGE[:2], "（下转第2版）")), ("新图书馆开门迎客", LIBRARY)),
        ((bridge, ("（上接第1版）" + BRIDGE[2], *POND)),),
    )
    sheet = Sheet()
    for number, stories in enumerate(pages):
        if number:
            sheet.next_page()
        for place, (head, text) in enumerate(stories):
            sheet.line(40, 40 + 300 * place, head, size=22)
            sheet.legs((40, 210), 80 + 300 * place, wrap(text, 15))
    source = archive(tmp_path / "pages", {"day.pdf": sheet.pdf()})
    run(str(source), str(out), Options(default_pipeline(), formats=("jsonl",)))
    articles = [json.loads(line) for line in (out / "day.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [article["headline"] for article in articles] == [bridge, "新图书馆开门迎客"]
    assert [block["text"] for block in articles[0]["blocks"]] == [*BRIDGE, *POND]


def test_a_picture_of_many_pages_alto_and_hocr_are_issues_too(tmp_path: Path, config: Path, out: Path) -> None:
    hocr = "".join(f"<div class='ocr_page'><span class='ocr_line'>{text}</span></div>" for text in "甲乙")
    pages: dict[str, str | bytes] = {
        "scan.tif": tiff(),
        "a.xml": alto("渡口|通航"),
        "b.xml": alto("只有一面"),
        "h.hocr": f"<html><body>{hocr}</body></html>".encode(),
    }
    do(archive(tmp_path / "pages", pages), out, config, ocr=STANDIN)
    assert not errors(out)
    assert sorted(journal(out)) == ["a-001", "a-002", "b", "h-001", "h-002", "scan-001", "scan-002", "scan-003"]
    assert (texts(out)["a-002"], texts(out)["h-001"]) == ("通航", "甲")


def test_any_number_of_workers_shards_and_kills_give_the_same_bytes(tmp_path: Path, config: Path, out: Path) -> None:
    pages = {f"2020-05-{day:02}.pdf": pdf(*(f"第{day}日{at}" for at in range(1, 5))) for day in range(1, 7)}
    source = archive(tmp_path / "pages", pages)
    do(source, out, config, formats=("jsonl", "mets"))
    do(source, tmp_path / "two", config, formats=("jsonl", "mets"), jobs=2)
    for number in (1, 2):
        do(source, tmp_path / "parts", config, formats=("jsonl", "mets"), shard=Shard(number, 2))
    assert do(source, tmp_path / "parts", config, formats=("jsonl", "mets")).kept == 24
    slow = configuration(tmp_path / "slow.toml", pause=0.02)
    for seconds in (0.7, 1.1):
        process = start("run", source, tmp_path / "killed", "-f", "jsonl", "-f", "mets", "-j", "1", "--config", slow)
        with suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
        process.kill()
        ended(process)
    do(source, tmp_path / "killed", config, formats=("jsonl", "mets"))
    assert made(tmp_path / "two") == made(out)
    assert made(tmp_path / "parts") == made(out)
    assert made(tmp_path / "killed") == made(out)


def test_names_of_pages_of_files_may_collide_and_none_is_lost(tmp_path: Path, config: Path, out: Path) -> None:
    pages: dict[str, str | bytes] = {"day.pdf": pdf("头版", "要闻"), "day.tif": tiff(), "day-001.txt": GOOD}
    tally = do(archive(tmp_path / "pages", pages), out, config, ocr=STANDIN)
    assert errors(out) == {"day.pdf#1": "duplicate", "day.tif#1": "duplicate", "day.tif#2": "duplicate"}
    assert (tally.pages, tally.done, tally.failed) == (6, 3, 3)
    assert "day-001.txt" in journal(out)["day.pdf#1"]["error"]["message"]


def test_files_are_as_large_as_their_kind_may_be(tmp_path: Path, config: Path, out: Path) -> None:
    path = tmp_path / "p.pdf"
    path.write_bytes(b"%PDF-1.7\n" + bytes(11_000_000))
    data = read(str(path), None)
    assert isinstance(data, bytes)
    assert len(fingerprint(str(path), None)) == 64
    told = read(str(path), 10_000_000)
    assert not isinstance(told, bytes)
    assert told.message == "is larger than 10 MB, as large as a PDF may be; cut it up, or raise --max-size."
    assert not fingerprint(str(path), 10_000_000)
    source = archive(tmp_path / "pages", {"p.txt": b"a" * 10_000_001, "q.txt": GOOD})
    do(source, out, config)
    assert journal(out)["p"]["error"] == {
        "kind": Kind.TOO_LARGE.value,
        "message": "is larger than 10 MB, so it is not one page; give each page a file, or raise --max-size.",
    }


# METS

ISSUE = {
    "d/issue.xml": mets("alto/2.xml", "alto/1.xml").encode(),
    "d/alto/1.xml": alto("第一面"),
    "d/alto/2.xml": alto("第二面"),
    "d/alto/alone.xml": alto("单独"),
}


def packed(path: Path, files: Mapping[str, bytes]) -> Path:
    """A zip archive."""
    with zipfile.ZipFile(path, "w") as file:
        for name, data in files.items():
            file.writestr(name, data)
    return path


@pytest.mark.parametrize("kind", ["folder", "zip", "list", "file"])
def test_the_pages_that_mets_names_are_read_with_their_issue_and_once(
    tmp_path: Path, config: Path, out: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = archive(tmp_path / "pages", ISSUE)
    monkeypatch.chdir(folder)
    source: Path | str = {
        "folder": str(folder),
        "zip": str(packed(tmp_path / "a.zip", ISSUE)),
        "list": "-",
        "file": str(folder / "d/issue.xml"),
    }[kind]
    names = ["d/alto/1.xml", "d/issue.xml", "d/alto/alone.xml"]
    do(source, out, config, formats=("jsonl", "sqlite"), stdin=[f"{name}\n".encode() for name in names])
    assert not errors(out)
    prefix = "issue" if kind == "file" else "d/issue"
    with closing(sqlite3.connect(out / "archive.db")) as archived:
        days = dict(archived.execute("SELECT id, date FROM pages"))
    assert days[f"{prefix}-001"] == "1936-05-28", "the day is the one that METS tells"
    expected = {f"{prefix}-001": "第二面", f"{prefix}-002": "第一面"}
    assert texts(out) == (expected if kind == "file" else {"d/alto/alone": "单独", **expected})
    records = journal(out)
    assert records[f"{prefix}-001"]["issue"] == prefix
    assert records[f"{prefix}-001"]["source"] == f"{prefix[:-5]}alto/2.xml"
    assert (out / f"{prefix}.jsonl").is_file()


def test_a_page_of_mets_that_changes_is_done_again(tmp_path: Path, config: Path, out: Path) -> None:
    source = archive(tmp_path / "pages", ISSUE)
    do(source, out, config)
    assert do(source, out, config).kept == 3
    (source / "d/alto/1.xml").write_bytes(alto("改了"))
    assert (do(source, out, config).done, texts(out)["d/issue-002"]) == (2, "改了")


def test_mets_in_shards_has_all_of_its_pages(tmp_path: Path, config: Path, out: Path) -> None:
    source = archive(tmp_path / "pages", {**ISSUE, "p.txt": GOOD})
    do(source, out, config)
    done = [do(source, tmp_path / "parts", config, shard=Shard(number, 3)).done for number in (1, 2, 3)]
    assert sum(done) == 4
    do(source, tmp_path / "parts", config)
    assert made(tmp_path / "parts") == made(out)


@pytest.mark.parametrize("packing", [False, True])
def test_what_is_wrong_with_mets_costs_only_what_it_must(
    tmp_path: Path, config: Path, out: Path, packing: bool
) -> None:
    files = {
        "damaged.xml": b"<mets><fileSec>",
        "gaps.xml": mets("1.xml", "gone.xml", "3.xml").encode(),
        "twin.xml": mets("1.xml").encode(),
        "1.xml": alto("第一面"),
        "2.xml": alto("第二面"),
        "3.xml": alto("第三面"),
        "many.xml": mets("m/1.xml").encode(),
        "m/1.xml": alto("甲|乙"),
    }
    source = packed(tmp_path / "a.zip", files) if packing else archive(tmp_path / "pages", files)
    do(source, out, config)
    gone = "gaps.xml#gone.xml" if packing else "gaps-002"
    assert errors(out) == {"damaged.xml": "damaged", gone: "missing", "twin.xml#1.xml": "duplicate"}
    assert texts(out) == {"2": "第二面", "gaps-001": "第一面", "gaps-003": "第三面", "many-001": "甲", "many-002": "乙"}


@pytest.mark.parametrize("command", ["run", "read"])
def test_the_command_says_which_page_of_a_file_failed(tmp_path: Path, config: Path, out: Path, command: str) -> None:
    source = archive(tmp_path / "pages", {"day.pdf": broken(pdf("头版", "要闻", "体育"), 2)})
    args = [str(source), str(out)] if command == "run" else [str(source), "-o", str(out)]
    result = CliRunner().invoke(app, [command, *args, "--config", str(config)])
    assert result.exit_code == ExitCode.SOME_FAILED
    assert "day.pdf (day-002): this page of the PDF is damaged" in result.stderr.splitlines()[0]
    assert sorted(path.name for path in out.glob("day*")) == ["day-001.json", "day-003.json"]


@pytest.mark.parametrize("command", ["run", "read"])
def test_an_ocr_engine_that_there_is_not_is_said_before_the_work_begins(tmp_path: Path, command: str) -> None:
    source = archive(tmp_path / "pages", {"p.txt": GOOD})
    result = CliRunner().invoke(app, [command, str(source), str(tmp_path / "out"), "--ocr", "abbyy"])
    assert result.exit_code == ExitCode.USAGE
    assert "abbyy" in result.stderr
    assert not (tmp_path / "out").exists()
