"""Runs over archives: what is made, what is not made again, what goes wrong, and what that costs."""

from __future__ import annotations

import errno
import json
import os
import random
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from archives import GOOD, archive, configuration, do, ended, errors, journal, made, numbered, start
from banmian import read, rebuild
from banmian.archive import opening, records, store
from banmian.archive.issues import PatternError
from banmian.archive.journal import FileJournal, JournalError
from banmian.archive.lock import Locked, locked
from banmian.archive.options import RunError
from banmian.archive.shards import Shard, ShardError
from banmian.archive.store import Folder
from banmian.cli import app
from banmian.commands.console import ExitCode
from banmian.config import load_pipeline
from banmian.formats import page_json
from banmian.formats.registry import WRITERS, Writer


@pytest.fixture
def config(tmp_path: Path, plugin: Path) -> Path:
    """A configuration with the stages of the plug-in."""
    assert plugin.is_dir()
    return configuration(tmp_path / "standin.toml")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where results go."""
    return tmp_path / "out"


def test_a_run_keeps_the_folders_and_accounts_for_each_page(tmp_path: Path, config: Path, out: Path) -> None:
    source = archive(tmp_path / "pages", {**numbered(5), "notes.md": "no page", "loose.TXT": GOOD})
    tally = do(source, out, config, formats=("md",), jobs=2)
    assert (tally.pages, tally.done, tally.failed) == (6, 6, 0)
    pages = ["2020-01-01/01", "2020-01-01/02", "2020-01-01/03", "2020-01-01/04", "2020-01-02/01", "loose"]
    assert list(journal(out)) == pages
    assert sorted(made(out)) == sorted(
        ["journal.jsonl", *(f"{page}.{end}" for page in pages for end in ("json", "md"))]
    )
    record = journal(out)["2020-01-01/02"]
    data = (source / "2020-01-01/02.txt").read_bytes()
    result = (out / "2020-01-01/02.json").read_bytes()
    assert rebuild(result) == data
    assert record["sha256"] == store.digest(data)
    assert record["outputs"]["2020-01-01/02.json"] == store.digest(result)
    assert record["config"] == load_pipeline(config).digest
    assert (record["source"], record["state"], record["issue"]) == ("2020-01-01/02.txt", "done", "2020-01-01")
    assert (record["articles"], record["confidence"], record["flags"]) == (1, 0.5, {"standin.all": 1})
    assert record["chars"] == len(data.decode())
    assert record["error"] is None


def test_a_result_is_what_the_library_makes_of_the_page(tmp_path: Path, config: Path, out: Path) -> None:
    source = archive(tmp_path / "pages", {"p1.txt": GOOD.encode("gb18030")})
    do(source, out, config, formats=("json",))
    pipeline = load_pipeline(config)
    page = page_json.to_dict(read(source / "p1.txt", pipeline=pipeline), config=pipeline.digest)
    result = json.loads((out / "p1.json").read_bytes())
    for key in ("id", "source", "articles", "furniture", "edits", "pipeline"):  # an issue may tell a page its number
        assert result[key] == page[key]


def test_any_number_of_workers_and_any_order_of_files_gives_the_same_bytes(tmp_path: Path, config: Path) -> None:
    pages = numbered(12)
    forth = archive(tmp_path / "forth", pages)
    back = archive(tmp_path / "back", dict(reversed(pages.items())))
    do(forth, tmp_path / "one", config, jobs=1)
    do(back, tmp_path / "three", config, jobs=3)
    assert made(tmp_path / "one") == made(tmp_path / "three")


# resume


def test_what_is_done_is_not_done_again(tmp_path: Path, config: Path, out: Path) -> None:
    source = archive(tmp_path / "pages", {**numbered(8), "empty.txt": b""})
    first = do(source, out, config)
    before = made(out)
    times = {path: path.stat().st_mtime_ns for path in out.rglob("0*.json")}
    second = do(source, out, config)
    assert (first.done, first.failed) == (8, 1)
    assert (second.done, second.kept, second.failed) == (0, 8, 1)
    assert made(out) == before
    assert {path: path.stat().st_mtime_ns for path in out.rglob("0*.json")} == times
    assert do(source, out, config, force=True).done == 8
    assert made(out) == before


def test_an_issue_is_done_again_when_one_of_its_pages_changes(tmp_path: Path, config: Path, out: Path) -> None:
    source = archive(tmp_path / "pages", numbered(8))
    do(source, out, config)
    archive(source, {"2020-01-02/03.txt": "改了\n"})
    tally = do(source, out, config)
    assert (tally.done, tally.kept) == (4, 4)
    assert json.loads((out / "2020-01-02/03.json").read_bytes())["articles"][0]["headline"] == "改了"
    archive(source, {"2020-01-02/05.txt": "又一版\n"})
    assert do(source, out, config).done == 5


def test_pages_are_done_again_with_another_configuration(tmp_path: Path, config: Path, out: Path) -> None:
    source = archive(tmp_path / "pages", numbered(4))
    do(source, out, config)
    config.write_text(f"{config.read_text()}\n[stages.standin]\nconfidence = 0.7\n", encoding="utf-8")
    assert do(source, out, config).done == 4
    assert journal(out)["2020-01-01/01"]["confidence"] == 0.7


@pytest.mark.parametrize("harm", ["gone", "changed"])
def test_a_result_that_was_lost_or_changed_is_made_again(tmp_path: Path, config: Path, out: Path, harm: str) -> None:
    source = archive(tmp_path / "pages", {"a.txt": GOOD, "b.txt": GOOD})
    do(source, out, config)
    before = made(out)
    if harm == "gone":
        (out / "a.json").unlink()
    else:
        (out / "a.json").write_bytes(b"")
    tally = do(source, out, config)
    assert (tally.done, tally.kept) == (1, 1)
    assert made(out) == before


def test_results_of_other_formats_stay_while_they_hold_and_go_when_they_do_not(
    tmp_path: Path, config: Path, out: Path
) -> None:
    source = archive(tmp_path / "pages", {"a.txt": GOOD})
    do(source, out, config, formats=("md",))
    assert do(source, out, config).kept == 1
    do(source, out, config, formats=("txt",))
    assert sorted(journal(out)["a"]["outputs"]) == ["a.json", "a.md", "a.txt"]
    assert do(source, out, config, formats=("md", "txt")).kept == 1
    archive(source, {"a.txt": "改了\n"})
    do(source, out, config)
    assert sorted(journal(out)["a"]["outputs"]) == ["a.json"]
    assert sorted(path.name for path in out.glob("a.*")) == ["a.json"]


def test_the_record_of_a_page_that_was_done_stays_when_its_source_goes(tmp_path: Path, config: Path, out: Path) -> None:
    source = archive(tmp_path / "pages", {"a.txt": GOOD, "b.txt": GOOD, "bad.txt": b""})
    do(source, out, config)
    (source / "a.txt").unlink()
    (source / "bad.txt").unlink()
    tally = do(source, out, config)
    assert (tally.kept, tally.failed) == (1, 0)
    assert list(journal(out)) == ["a", "b"]


def test_half_a_line_of_a_journal_is_cut_off(tmp_path: Path, config: Path, out: Path) -> None:
    source = archive(tmp_path / "pages", {"a.txt": GOOD, "b.txt": GOOD})
    do(source, out, config)
    before = made(out)
    path = out / "journal.jsonl"
    path.write_bytes(path.read_bytes()[:-20])
    tally = do(source, out, config)
    assert (tally.done, tally.kept) == (1, 1)
    assert made(out) == before


def test_a_run_that_is_killed_again_and_again_gives_the_same_bytes(tmp_path: Path) -> None:
    config = configuration(tmp_path / "slow.toml", pause=0.01)
    source = archive(tmp_path / "pages", {**numbered(40), "bad.txt": b"", "dying/坏.txt": "坏\n"})
    args: list[str | Path] = ["run", source, "--config", config, "--jobs", "2", "-f", "md"]
    assert ended(start(*args, tmp_path / "whole")) == ExitCode.SOME_FAILED
    chance, kills = random.Random(0), 0
    for _ in range(6):
        process = start(*args, tmp_path / "killed", start_new_session=True)
        time.sleep(chance.uniform(0.3, 0.8))
        if process.poll() is None:
            kills += 1
            process.kill()
        ended(process)
    assert ended(start(*args, tmp_path / "killed")) == ExitCode.SOME_FAILED
    assert kills
    assert made(tmp_path / "killed") == made(tmp_path / "whole")
    assert sorted(path.name for path in (tmp_path / "killed" / ".banmian").iterdir()) == ["lock"]


def _heed() -> None:
    """Heed SIGINT, which a shell lets its background jobs ignore, and so all that they start."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.usefixtures("plugin")
def test_ctrl_c_ends_a_run_and_the_next_goes_on(tmp_path: Path) -> None:
    config = configuration(tmp_path / "slow.toml", pause=0.2)  # slow enough that a busy machine meets it at work
    source = archive(tmp_path / "pages", numbered(30))
    out = tmp_path / "out"
    process = start("run", source, out, "--config", config, "--jobs", "2", start_new_session=True, preexec_fn=_heed)
    journaled = out / "journal.jsonl"
    while not (journaled.is_file() and journaled.stat().st_size) and process.poll() is None:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)  # as the terminal does: workers get it too
    _, err = process.communicate()
    assert process.returncode == ExitCode.INTERRUPTED
    assert err.decode() == f"banmian: stopped; what is done is in {out}. Run the same command to go on.\n"
    done = len(journaled.read_text(encoding="utf-8").splitlines())
    assert 0 < done < 30
    tally = do(source, out, config)
    assert (tally.kept, tally.done) == (done, 30 - done)


def test_two_runs_on_one_out_do_not_meet(tmp_path: Path, config: Path, out: Path) -> None:
    source = archive(tmp_path / "pages", {"a.txt": GOOD})
    (out / ".banmian").mkdir(parents=True)
    with (
        locked(out),
        pytest.raises(Locked, match=rf"another run is at work on it \(process {os.getpid()} on .*wait for"),
    ):
        do(source, out, config)
    with locked(out, "1-of-2"):
        assert do(source, out, config, shard=Shard(2, 2)).failed == 0
        for shard in (None, Shard(1, 2)):
            with pytest.raises(Locked):
                do(source, out, config, shard=shard)
    assert do(source, out, config).failed == 0


def rows(path: Path, query: str) -> list[Any]:
    """What a query gives."""
    with closing(sqlite3.connect(path)) as database:
        return database.execute(query).fetchall()


def test_an_archive_that_can_be_searched_is_made_of_all_that_is_done(tmp_path: Path, config: Path, out: Path) -> None:
    source = archive(tmp_path / "pages", {**numbered(6), "x.txt": GOOD, "bad.txt": b""})
    do(source, out, config)
    tally = do(source, out, config, formats=("sqlite",))
    assert (tally.done, tally.kept) == (0, 7)
    assert rows(out / "archive.db", "SELECT id, issue, date, number FROM pages ORDER BY key") == [
        *((f"2020-01-01/0{i}", "2020-01-01", "2020-01-01", f"{i}") for i in (1, 2, 3, 4)),
        *((f"2020-01-02/0{i}", "2020-01-02", "2020-01-02", f"{i}") for i in (1, 2)),
        ("x", "x", None, "3"),  # by its folio
    ]
    before = made(out)["archive.db"]
    archive(source, {"2020-01-02/03.txt": GOOD})
    do(source, out, config)
    assert rows(out / "archive.db", "SELECT count(*) FROM pages") == [(8,)]  # one that is there is kept true
    stamp = (out / "archive.db").stat().st_mtime_ns
    do(source, out, config, formats=("sqlite",))
    assert (out / "archive.db").stat().st_mtime_ns == stamp  # and not made again
    (source / "2020-01-02/03.txt").unlink()
    do(source, tmp_path / "other", config, formats=("sqlite",))
    assert made(tmp_path / "other")["archive.db"] == before


def test_a_story_that_jumps_is_one_in_all_that_a_run_makes(tmp_path: Path, config: Path, out: Path) -> None:
    bridge = {
        "2020-05-28/01.txt": "禾州大桥通车\n昨日，禾州大桥通车。到县城只要二十分钟，沿河各村从此告（下转第3版）\n",
        "2020-05-28/03.txt": "禾州大桥\n（上接第1版）别渡船，老人过马路。\n\n春耕忙\n东湾村插秧。（下转第4版）\n",
    }
    do(archive(tmp_path / "pages", bridge), out, config, formats=("jsonl", "sqlite"))
    stories = [json.loads(line) for line in (out / "2020-05-28.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [part["page"] for part in stories[0]["parts"]] == [name.removesuffix(".txt") for name in bridge]
    result = CliRunner().invoke(app, ["search", str(out), "告别渡船", "--json"])
    (hit,) = json.loads(result.stdout)["results"]
    assert (hit["article"], hit["goes_on"][0]["number"]) == (stories[0]["id"], "3")
    report = json.loads((out / "report.json").read_bytes())
    (jump,) = report["unmatched_jumps"]
    assert (jump["page"], report["pages"]["done"]) == ("2020-05-28/03", 2)
    assert json.loads((out / "2020-05-28/01.json").read_bytes())["articles"][0]["continued"]["page"] == "2020-05-28/03"


def test_an_archive_that_cannot_be_written_is_said_and_the_results_stay(
    tmp_path: Path, config: Path, out: Path
) -> None:
    source = archive(tmp_path / "pages", numbered(2))
    (out / "archive.db" / "x").mkdir(parents=True)
    result = CliRunner().invoke(app, ["run", str(source), str(out), "--config", str(config), "-f", "sqlite"])
    assert result.exit_code == ExitCode.SOME_FAILED
    assert result.stderr.startswith(f"banmian: {out}/archive.db cannot be made: ")
    assert result.stderr.count("\n") == 1
    assert len(journal(out)) == 2
    assert (out / "report.html").is_file()
    assert sorted(path.name for path in (out / ".banmian").iterdir()) == ["lock"]


def test_a_format_whose_library_is_missing_is_said_before_the_work_begins(
    tmp_path: Path, config: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = Writer("parquet", "issue", ".parquet", "no_such_library", "parquet")
    monkeypatch.setattr(opening, "WRITERS", {**WRITERS, "parquet": missing})
    with pytest.raises(RunError, match=r"pip install banmian\[parquet\]$"):
        do(archive(tmp_path / "pages", numbered(2)), out, config, formats=("parquet",))
    assert not out.exists()


# failures


def test_a_worker_that_dies_costs_the_page_that_it_died_of(tmp_path: Path, config: Path, out: Path) -> None:
    pages = numbered(8)
    source = archive(tmp_path / "pages", {**pages, "2020-01-01/02.txt": "死\n", "2020-01-02/03.txt": "崩\n"})
    tally = do(source, out, config, jobs=2)
    assert (tally.done, tally.failed) == (6, 2)
    assert errors(out) == {"2020-01-01/02": "worker-died", "2020-01-02/03": "worker-died"}
    messages = [journal(out)[page]["error"]["message"] for page in ("2020-01-01/02", "2020-01-02/03")]
    assert "was killed by SIGKILL, as by a system short of memory, 2 times" in messages[0]
    assert "was killed by SIGSEGV, 2 times" in messages[1]
    archive(source, pages)
    assert do(source, out, config).failed == 0


def test_hostile_files_cost_nothing_but_themselves(tmp_path: Path, config: Path, out: Path) -> None:
    whole = archive(tmp_path / "whole", numbered(6))
    do(whole, tmp_path / "undisturbed", config)
    source = archive(
        tmp_path / "pages",
        {
            **numbered(6),
            "empty.txt": b"",
            "binary.txt": b"\x7fELF\2\1\1" + bytes(500) + b"\1\2\3" * 40,
            "pdf.txt": b"%PDF-1.7\n\xe2\xe3\n",
            "truncated.txt": (GOOD * 3).encode("utf-16")[:-1],
            "large.txt": b"a" * 20_001,
            "raises.txt": "坏\n",
            "memory.txt": "满 忆\n",
            "report.txt": GOOD,
            "twice.txt": GOOD,
            "twice.TXT": GOOD,
            ".banmian/p.txt": GOOD,
            "lines\nin\x1bname.txt": b"",
        },
    )
    (source / "loop").mkdir()
    (source / "loop" / "again").symlink_to(source, target_is_directory=True)
    (source / "self.txt").symlink_to(source / "self.txt")
    (source / "gone.txt").symlink_to(source / "nowhere.txt")
    os.mkfifo(source / "pipe.txt")
    strange = os.fsencode(source) + "/名字".encode("gb18030") + b".txt"
    Path(os.fsdecode(strange)).write_text(GOOD, encoding="utf-8")
    tally = do(source, out, config, formats=("md", "txt"), max_bytes=20_000, jobs=2)
    found = errors(out)
    assert found == {
        "empty": "empty",
        "binary": "not-text",
        "pdf": "damaged",
        "truncated": "cut-off",
        "large": "too-large",
        "raises": "stage",
        "memory": "stage",
        "report": "reserved-name",
        "twice.txt": "duplicate",
        ".banmian/p": "reserved-name",
        "lines\nin\x1bname": "empty",
        "loop/again/": "link-loop",
        "self.txt": "link-loop",
        "gone.txt": "missing",
        "pipe.txt": "not-a-file",
    }
    assert tally.failed == len(found)
    assert tally.pages == tally.done + tally.failed
    name = os.fsdecode("名字".encode("gb18030"))
    assert journal(out)[name]["state"] == "done"
    assert Path(os.fsdecode(os.fsencode(out) + b"/" + "名字".encode("gb18030") + b".md")).is_file()
    undisturbed = made(tmp_path / "undisturbed")
    assert all(made(out)[page] == data for page, data in undisturbed.items() if page != "journal.jsonl")
    again = do(source, out, config, formats=("md", "txt"), max_bytes=20_000, jobs=2)
    assert (again.done, again.kept, again.failed) == (0, tally.done, tally.failed)


def test_each_failure_is_one_line_on_standard_error(tmp_path: Path, config: Path, out: Path) -> None:
    source = archive(tmp_path / "pages", {"a.txt": GOOD, "b\n1.txt": b"", "c.txt": "坏\n"})
    result = CliRunner().invoke(app, ["run", str(source), str(out), "--config", str(config)])
    assert (result.exit_code, result.stdout) == (ExitCode.SOME_FAILED, "")
    lines = sorted(result.stderr.splitlines())
    assert lines[0].startswith("banmian: 1 page done, 2 failed, in ")
    assert lines[1].startswith(r"banmian: b\n1.txt: the file is empty.")
    assert lines[2].startswith(
        "banmian: c.txt: stage 'breaking' failed with RuntimeError: 坏 is on the page; this is a"
    )
    assert len(lines) == 3


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_a_failure(tmp_path: Path, config: Path, out: Path) -> None:
    source = archive(tmp_path / "pages", {"a.txt": GOOD, "b.txt": GOOD, "c/d.txt": GOOD})
    (source / "b.txt").chmod(0)
    (source / "c").chmod(0)
    do(source, out, config)
    (source / "c").chmod(0o700)
    assert errors(out) == {"b": "no-permission", "c/": "no-permission"}


def test_a_full_disk_fails_the_pages_that_it_is_full_for(
    tmp_path: Path, config: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = archive(tmp_path / "pages", {"a.txt": GOOD, "b.txt": GOOD, "c.txt": GOOD})
    write = Folder.write

    def full(self: Folder, name: str, data: bytes) -> None:
        if name == "b.md":
            raise OSError(errno.ENOSPC, "No space left on device")
        write(self, name, data)

    monkeypatch.setattr(Folder, "write", full)
    tally = do(source, out, config, formats=("md",))
    assert (tally.done, tally.failed, errors(out)) == (2, 1, {"b": "disk-full"})
    monkeypatch.undo()
    monkeypatch.syspath_prepend(Path(__file__).parent / "plugin")
    assert (do(source, out, config, formats=("md",)).done, errors(out)) == (1, {})


def test_a_journal_that_cannot_be_written_ends_the_run_and_stays_true(
    tmp_path: Path, config: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = archive(tmp_path / "pages", numbered(12))
    write = os.write

    def full(file: int, data: bytes) -> int:
        if b"2020-01-02/03" in data:
            write(file, data[: len(data) // 2])
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(file, data)

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(JournalError, match="journal.jsonl cannot be written: No space left on device"):
        do(source, out, config)
    monkeypatch.undo()
    monkeypatch.syspath_prepend(Path(__file__).parent / "plugin")
    lines = (out / "journal.jsonl").read_bytes().splitlines()
    assert all(records.loads(line).state == "done" for line in lines)
    tally = do(source, out, config)
    assert (tally.kept, tally.done) == (len(lines), 12 - len(lines))


def test_nothing_is_written_through_links_in_out(tmp_path: Path, config: Path, out: Path) -> None:
    source = archive(tmp_path / "pages", {"a.txt": GOOD, "day/b.txt": GOOD})
    elsewhere = archive(tmp_path / "elsewhere", {"a.json": "mine", "journal.jsonl": "mine"})
    out.mkdir()
    (out / "day").symlink_to(elsewhere, target_is_directory=True)
    (out / "a.json").symlink_to(elsewhere / "a.json")
    do(source, out, config)
    assert errors(out) == {"day/b": "unwritable"}
    assert "is a link, and results are only written inside of OUT" in journal(out)["day/b"]["error"]["message"]
    assert not (out / "a.json").is_symlink()
    assert {path.name: path.read_bytes() for path in elsewhere.iterdir()} == {
        "a.json": b"mine",
        "journal.jsonl": b"mine",
    }


@pytest.mark.parametrize("name", ["journal.jsonl", ".banmian"])
def test_the_files_of_a_run_are_no_links(tmp_path: Path, config: Path, out: Path, name: str) -> None:
    source = archive(tmp_path / "pages", {"a.txt": GOOD})
    elsewhere = archive(tmp_path / "elsewhere", {"file": ""})
    out.mkdir()
    (out / name).symlink_to(elsewhere / "file" if name == "journal.jsonl" else elsewhere)
    with pytest.raises((RunError, JournalError)):
        do(source, out, config)
    assert {path.name: path.read_bytes() for path in elsewhere.iterdir()} == {"file": b""}


def test_out_within_source_is_not_read(tmp_path: Path, config: Path) -> None:
    source = archive(tmp_path / "pages", {"a.txt": GOOD})
    for _ in range(2):
        tally = do(source, source / "out", config, formats=("txt",))
        assert tally.pages == 1


@pytest.mark.parametrize("source", ["pages", "pages/a.txt"])
def test_source_within_out_is_refused(tmp_path: Path, config: Path, source: str) -> None:
    archive(tmp_path, {"pages/a.txt": GOOD})
    with pytest.raises(RunError, match="is or lies in .* where results would overwrite it; choose another OUT"):
        do(tmp_path / source, tmp_path / "pages", config)


def test_a_run_stops_when_too_many_pages_have_failed(tmp_path: Path, config: Path, out: Path) -> None:
    source = archive(tmp_path / "pages", {f"{i:02}.txt": "坏\n" if i % 2 else GOOD for i in range(20)})
    tally = do(source, out, config, max_failures=2)
    assert tally.failed == 3
    assert tally.untried > 5
    states = [record["state"] for record in journal(out).values()]
    assert (states.count("failed"), states.count("skipped"), len(states)) == (3, tally.untried, 20)
    assert do(source, tmp_path / "fast", config, max_failures=0).failed == 1
    assert do(source, out, config).failed == 10
    assert "skipped" not in {record["state"] for record in journal(out).values()}
    result = CliRunner().invoke(app, ["run", str(source), str(tmp_path / "x"), "--config", str(config), "--fail-fast"])
    assert result.exit_code == ExitCode.SOME_FAILED
    assert "1 failed" in result.stderr
    assert "not tried, because the run was stopped" in result.stderr


# shards


def test_shards_put_together_are_the_whole(tmp_path: Path, config: Path, out: Path) -> None:
    source = archive(tmp_path / "pages", {**numbered(40), "bad.txt": b""})
    do(source, tmp_path / "whole", config)
    tallies = [do(source, out, config, shard=Shard(i, 3)) for i in (1, 2, 3)]
    assert sum(tally.done for tally in tallies) == 40
    assert sum(tally.failed for tally in tallies) == 1
    assert all(tally.done % 4 == 0 for tally in tallies)  # an issue is in one shard
    tally = do(source, out, config)
    assert (tally.done, tally.kept, tally.failed) == (0, 40, 1)
    assert made(out) == made(tmp_path / "whole")
    assert not list((out / ".banmian").glob("journal*"))


def test_a_run_and_read_end_alike_where_nothing_can_be_read(tmp_path: Path, config: Path, out: Path) -> None:
    def code(command: str, pages: dict[str, str | bytes]) -> int:
        source = archive(tmp_path / f"{len(pages)}", pages)
        args = [str(source), *(["-o"] if command == "read" else []), str(out / command)]
        return CliRunner().invoke(app, [command, *args, "--config", str(config)]).exit_code

    for command in ("run", "read"):
        assert code(command, {"a.txt": b""}) == ExitCode.INPUT
        assert code(command, {"a.txt": b"", "b.txt": GOOD}) == ExitCode.SOME_FAILED
        assert code(command, {"a.txt": "坏\n", "b.txt": "坏\n", "c.txt": "坏\n"}) == ExitCode.SOME_FAILED


@pytest.mark.parametrize("name", ["lock", "index.db"])
def test_an_out_that_cannot_be_written_is_said_in_one_line(tmp_path: Path, config: Path, out: Path, name: str) -> None:
    source = archive(tmp_path / "pages", {"a.txt": GOOD})
    (out / ".banmian" / name / "x").mkdir(parents=True)
    result = CliRunner().invoke(app, ["run", str(source), str(out), "--config", str(config)])
    assert result.exit_code in {ExitCode.USAGE, ExitCode.SOME_FAILED}
    assert result.stderr.count("\n") == 1
    assert isinstance(result.exception, SystemExit)


@pytest.mark.parametrize("text", ["0/4", "5/4", "1", "a/b", "1/0"])
def test_what_is_no_shard_is_said(text: str) -> None:
    with pytest.raises(ShardError, match=f"--shard takes I/N, .*, not '{text}'"):
        Shard.parse(text)


# the command


def test_the_command_says_in_a_line_what_it_did(tmp_path: Path, config: Path, out: Path) -> None:
    source = archive(tmp_path / "pages", numbered(3))
    result = CliRunner().invoke(app, ["run", str(source), str(out), "--config", str(config), "-f", "md", "-j", "2"])
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.startswith("banmian: 3 pages done, in ")
    assert result.stderr.endswith(f"see {out}/report.html\n")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["nowhere", "out"], ExitCode.INPUT, "nowhere: no such file or folder."),
        (
            ["pages", "out", "--include", "*.xml"],
            ExitCode.INPUT,
            "pages: there are no pages in it, that is, no files *.xml",
        ),
        (["pages", "pages/a.txt"], ExitCode.USAGE, "pages/a.txt: cannot be made a folder for results: "),
        (["pages", "out", "-f", "doc"], ExitCode.USAGE, "there is no format 'doc'; there are json, md, txt"),
        (["pages", "out", "--shard", "3/2"], ExitCode.USAGE, "--shard takes I/N"),
        (["pages", "out", "--issue-pattern", "("], ExitCode.USAGE, "--issue-pattern '(' is no regular expression"),
        (["pages", "out", "--issue-pattern", "x"], ExitCode.USAGE, "name it (?P<page>...)"),
        (["pages", "out", "--engine", "ray"], ExitCode.USAGE, "there is no engine 'ray'; there are processes, dask"),
        (["pages", "out", "--scheduler", "tcp://x"], ExitCode.USAGE, "say --engine dask as well"),
        (["pages", "out", "--config", "no.toml"], ExitCode.USAGE, "no.toml: cannot be read"),
    ],
)
def test_wrong_usage_is_said_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: list[str], code: ExitCode, message: str
) -> None:
    archive(tmp_path, {"pages/a.txt": GOOD})
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["run", *args])
    assert (result.exit_code, result.stdout) == (code, "")
    assert message in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_pattern_must_say_which_part_is_the_page() -> None:
    with pytest.raises(PatternError):
        do("x", "y", Path("z"), patterns=(r"(?P<date>\d+)",))


def test_a_journal_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / ".banmian").mkdir()
    journal = FileJournal(tmp_path)
    failure = records.failure("p", "p.txt", records.Problem(records.Kind.EMPTY, "空"))
    journal.append([failure, failure])
    with pytest.raises(ZeroDivisionError):
        journal.finish(line for line in [b"x\n", 1 // 0])  # type: ignore[misc]
    assert [records.loads(line) for line in journal.lines()] == [failure, failure]
    journal.finish([records.dumps(failure)])
    journal.close()
    assert (tmp_path / "journal.jsonl").read_bytes() == records.dumps(failure)
