"""Archives on a dask cluster and behind URLs: the bytes of a run on this machine, whatever happens to workers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import dask
import fsspec
import pytest
from distributed import Client, LocalCluster
from distributed.scheduler import KilledWorker

from archives import GOOD, PLUGIN, archive, configuration, do, errors, journal, made, numbered
from banmian.archive import remote
from banmian.archive.cluster import alone
from banmian.archive.options import Engine, RunError
from banmian.archive.shards import Shard
from banmian.archive.store import Folder
from banmian.archive.units import Entry, Settings, Unit
from banmian.archive.work import WorkersFailed
from banmian.config import load_pipeline
from banmian.search.finding import Reader
from test_archive_many import alto, pdf
from test_readers_boxes import mets


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    """A cluster of two processes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(PLUGIN)
        with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0", silence_logs=50) as local:
            yield local


@pytest.fixture
def config(tmp_path: Path, plugin: Path) -> Path:
    """A configuration with the stages of the plug-in."""
    assert plugin.is_dir()
    return configuration(tmp_path / "standin.toml")


@pytest.fixture
def memory() -> Iterator[fsspec.AbstractFileSystem]:
    """The file system in memory, empty."""
    files = fsspec.filesystem("memory")
    files.store.clear()
    files.pseudo_dirs[:] = [""]
    yield files
    files.store.clear()


def on(cluster: LocalCluster) -> dict[str, Any]:
    """The options of a run on a cluster."""
    return {"engine": Engine.DASK, "scheduler": cluster.scheduler_address}


def test_a_cluster_makes_the_same_bytes(tmp_path: Path, config: Path, cluster: LocalCluster) -> None:
    source = archive(tmp_path / "pages", {**numbered(30), "bad.txt": b"", "raises.txt": "坏\n"})
    do(source, tmp_path / "here", config, formats=("md",))
    tally = do(source, tmp_path / "there", config, formats=("md",), **on(cluster))
    assert (tally.done, tally.failed) == (30, 2)
    assert made(tmp_path / "there") == made(tmp_path / "here")
    assert do(source, tmp_path / "there", config, **on(cluster)).kept == 30


def test_a_worker_that_is_killed_in_mid_run_costs_nothing(tmp_path: Path, plugin: Path, cluster: LocalCluster) -> None:
    assert plugin.is_dir()
    config = configuration(tmp_path / "slow.toml", pause=0.02)
    source = archive(tmp_path / "pages", numbered(60))
    do(source, tmp_path / "here", config)
    out = tmp_path / "there"
    killed: list[int] = []

    def kill() -> None:
        with Client(cluster, set_as_default=False) as client:
            while not list(out.rglob("*.json")):
                time.sleep(0.01)
            killed.extend(list(client.run(os.getpid).values())[:1])
        os.kill(killed[0], signal.SIGKILL)

    thread = threading.Thread(target=kill)
    thread.start()
    tally = do(source, out, config, **on(cluster))
    thread.join()
    assert killed
    assert (tally.done, tally.failed) == (60, 0)
    assert made(out) == made(tmp_path / "here")


def test_a_page_that_kills_workers_is_given_up(tmp_path: Path, config: Path) -> None:
    source = archive(tmp_path / "pages", {"a.txt": GOOD, "b.txt": "死\n", "c.txt": GOOD})
    tally = do(source, tmp_path / "out", config, engine=Engine.DASK, jobs=2)
    assert (tally.done, tally.failed) == (2, 1)
    assert errors(tmp_path / "out") == {"b": "worker-died"}


class Fake:
    """A cluster whose workers are lost with every task that has a page with 死 in its name."""

    def __init__(self) -> None:
        self.tasks: list[tuple[str, list[str]]] = []

    def submit(self, task: Callable[..., Any], unit: Unit, *args: Any, pure: bool) -> Future[Any]:
        """Do it at once."""
        assert not pure
        pages = [entry.page for entry in unit.pages if entry.page not in (unit.killed or {})]
        self.tasks.append((task.__name__, pages))
        future: Future[Any] = Future()
        if any("死" in page for page in pages) or (task.__name__ == "do" and {"c", "d"} <= set(pages)):
            future.set_exception(KilledWorker("task", None, 2))  # type: ignore[arg-type]
        else:
            future.set_result(task(unit, *args))
        return future


@pytest.mark.parametrize(
    ("pages", "lost"), [(["a", "b"], []), (["a", "死", "b"], ["死"]), (["死"], ["死"]), (["c", "d"], ["c", "d"])]
)
def test_the_pages_that_workers_are_lost_with_are_found(
    tmp_path: Path, config: Path, pages: list[str], lost: list[str]
) -> None:
    source = archive(tmp_path / "pages", {f"{page}.txt": GOOD for page in pages})
    unit = Unit("issue", tuple(Entry(page, f"{page}.txt", str(source / f"{page}.txt")) for page in pages))
    out = Folder(tmp_path)
    records = alone(Fake(), unit, Settings(load_pipeline(config)), out, dict.fromkeys(pages))
    assert [record.page for record in records] == pages
    assert [record.page for record in records if record.state == "failed"] == lost
    assert sorted(path.stem for path in tmp_path.glob("*.json")) == sorted(set(pages) - set(lost))


def test_a_task_that_raises_says_what_the_cluster_may_lack(tmp_path: Path, config: Path) -> None:
    class Broken:
        def submit(self, *_: Any, **__: Any) -> Future[Any]:
            future: Future[Any] = Future()
            future.set_exception(ModuleNotFoundError("No module named 'banmian'"))
            return future

    with pytest.raises(WorkersFailed, match="No module named 'banmian'; do its workers have the same banmian"):
        alone(Broken(), Unit("issue", ()), Settings(load_pipeline(config)), Folder(tmp_path), {})


def test_pages_and_results_behind_urls(tmp_path: Path, config: Path, memory: fsspec.AbstractFileSystem) -> None:
    pages: dict[str, str | bytes] = {**numbered(10), "bad.txt": b"", "notes.md": "no page"}
    source = archive(tmp_path / "pages", pages)
    do(source, tmp_path / "here", config, formats=("md",))
    memory.put(f"{source}/", "/pages/", recursive=True)
    with LocalCluster(n_workers=1, processes=False, dashboard_address="127.0.0.1:0") as local:
        options = {"engine": Engine.DASK, "scheduler": local.scheduler_address, "formats": ("md",)}
        tally = do("memory://pages", "memory://pages/out", config, **options)
        assert (tally.done, tally.failed) == (10, 1)
        memory.get("/pages/out/", str(tmp_path / "there"), recursive=True)
        assert made(tmp_path / "there") == made(tmp_path / "here")
        assert not memory.find("/pages/out/.banmian")
        again = do("memory://pages", "memory://pages/out", config, **options)
        assert (again.done, again.kept, again.failed) == (0, 10, 1)
        memory.pipe_file("/pages/2020-01-01/02.txt", "改了\n".encode())
        assert do("memory://pages", "memory://pages/out", config, **options).done == 4


def test_a_store_behind_a_url_is_done_in_shards_and_goes_on_after_a_stop(
    tmp_path: Path, config: Path, memory: fsspec.AbstractFileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "_BATCH", 3)
    assert not memory.find("/")
    source = archive(tmp_path / "pages", numbered(24))
    do(source, tmp_path / "here", config)
    with monkeypatch.context() as patch:
        patch.setattr(remote.UrlJournal, "finish", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            do(source, "memory://out", config, shard=Shard(1, 2))
    first = do(source, "memory://out", config, shard=Shard(1, 2))
    second = do(source, "memory://out", config, shard=Shard(2, 2))
    assert (first.done, first.kept + second.done) == (0, 24)
    assert do(source, "memory://out", config).kept == 24
    memory.get("/out/", str(tmp_path / "there"), recursive=True)
    assert made(tmp_path / "there") == made(tmp_path / "here")


def test_report_and_archive_are_made_behind_a_url(
    tmp_path: Path, config: Path, memory: fsspec.AbstractFileSystem
) -> None:
    source = archive(tmp_path / "pages", {**numbered(6), "bad.txt": b""})
    for out in (str(tmp_path / "here"), "memory://out"):
        do(source, out, config, formats=("sqlite",))
    there, here = (
        json.loads(data) for data in (memory.cat_file("/out/report.json"), (tmp_path / "here/report.json").read_bytes())
    )
    assert (there["pages"], there["failures"]) == (here["pages"], here["failures"])
    assert b"memory://out" in memory.cat_file("/out/report.html")
    memory.get("/out/archive.db", str(tmp_path / "archive.db"))
    hits = []
    for path in (tmp_path / "archive.db", tmp_path / "here/archive.db"):
        with Reader.open(path) as archived:
            hits.append([hit.headline.text for hit in archived.search("全面").hits])
    assert len(hits[0]) == 6
    assert hits[0] == hits[1]
    before = memory.info("/out/archive.db")["created"]
    do(source, "memory://out", config)
    assert memory.info("/out/archive.db")["created"] == before, "what has not changed is not made again"
    (source / "2020-01-01/01.txt").write_text(GOOD.replace("全面", "局部"), encoding="utf-8")
    do(source, "memory://out", config)
    memory.get("/out/archive.db", str(tmp_path / "archive.db"))
    with Reader.open(tmp_path / "archive.db") as archived:
        assert len(archived.search("全面").hits) == 5


def test_a_file_of_many_pages_behind_a_url_is_an_issue(
    tmp_path: Path, config: Path, memory: fsspec.AbstractFileSystem
) -> None:
    memory.pipe_file("/pages/day.pdf", pdf("头版", "要闻"))
    memory.pipe_file("/pages/issue.xml", mets("alto/2.xml", "alto/1.xml").encode())
    for number in (1, 2):
        memory.pipe_file(f"/pages/alto/{number}.xml", alto(f"第{number}面"))
    with LocalCluster(n_workers=1, processes=False, dashboard_address="127.0.0.1:0") as local:
        do("memory://pages", tmp_path / "out", config, **on(local))
    assert sorted(journal(tmp_path / "out")) == ["day-001", "day-002", "issue-001", "issue-002"]
    assert not errors(tmp_path / "out")


def test_a_url_of_files_is_written_whole_or_not_at_all(tmp_path: Path, config: Path) -> None:
    source = archive(tmp_path / "pages", numbered(5))
    do(source, tmp_path / "here", config)
    do(f"file://{source}", f"file://{tmp_path}/there", config)
    assert made(tmp_path / "there") == made(tmp_path / "here")


def test_what_a_url_lacks_is_said(tmp_path: Path, config: Path, memory: fsspec.AbstractFileSystem) -> None:
    assert not memory.exists("/nowhere")
    with pytest.raises(RunError, match="memory://nowhere: no such file or folder"):
        do("memory://nowhere", tmp_path / "out", config)
    with pytest.raises(RunError, match="xyz://a: Protocol not known: xyz; URLs of this kind need a library"):
        do("xyz://a", tmp_path / "out", config)


def test_a_cluster_that_is_not_there_is_said(tmp_path: Path, config: Path) -> None:
    source = archive(tmp_path / "pages", {"a.txt": GOOD})
    with (
        dask.config.set({"distributed.comm.timeouts.connect": "0.3s"}),
        pytest.raises(RunError, match="no dask scheduler answers at tcp://127.0.0.1:1"),
    ):
        do(source, tmp_path / "out", config, engine=Engine.DASK, scheduler="tcp://127.0.0.1:1")
    assert journal(tmp_path / "out") == {}


@pytest.mark.parametrize("module", ["fsspec", "distributed", "dask"])
def test_paths_need_neither_fsspec_nor_dask(module: str) -> None:
    code = f"import sys, banmian.archive.run, banmian.archive.work; sys.exit({module!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
