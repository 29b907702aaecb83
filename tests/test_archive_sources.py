"""What an archive is made of: folders, lists, zip and tar archives; which of it are pages, and of which issue."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archives import GOOD, archive, configuration, do, errors, journal
from banmian.archive.globs import Wanted
from banmian.archive.index import Index
from banmian.archive.issues import MAX_PAGES, compile_patterns, place
from banmian.archive.records import Kind
from banmian.archive.sources import Found, NoPage, listed, walk
from banmian.archive.store import Folder, shown
from banmian.archive.unpack import Limits, unpack
from banmian.naming import Place

ALL = Wanted(("*.txt",))


@pytest.fixture
def config(tmp_path: Path, plugin: Path) -> Path:
    """A configuration with the stages of the plug-in."""
    assert plugin.is_dir()
    return configuration(tmp_path / "standin.toml")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where results go."""
    return tmp_path / "out"


def names(found: Iterable[Found | NoPage]) -> list[str]:
    """The pages among what was found; there must be nothing else."""
    found = list(found)
    assert not [item for item in found if isinstance(item, NoPage)]
    return sorted(item.name for item in found)


def kinds(found: Iterable[Found | NoPage]) -> dict[str, Kind]:
    """What was found to be no page, and why."""
    return {item.name: item.problem.kind for item in found if isinstance(item, NoPage)}


# globs


@pytest.mark.parametrize(
    ("glob", "yes", "no"),
    [
        ("*.txt", ["a.txt", "d/a.TXT"], ["a.txt.gz", "txt"]),
        ("2020-*/*.txt", ["2020-05/a.txt"], ["a.txt", "x/2020-05/a.txt", "2020-05/d/a.txt"]),
        ("**/0?.txt", ["01.txt", "d/e/02.txt"], ["d/012.txt", "d/x01.txt"]),
        ("[ab]*.txt", ["a1.txt", "d/b.txt"], ["c.txt"]),
        ("[!a]*.txt", ["b.txt"], ["a.txt"]),
        ("d/**", ["d/a", "d/e/f"], ["e/d"]),
        ("第*版.txt", ["d/第2版.txt"], ["第2版.md"]),
        ("a(1).txt", ["a(1).txt"], ["a1.txt"]),
    ],
)
def test_a_glob_is_about_the_name_or_the_path(glob: str, yes: list[str], no: list[str]) -> None:
    wanted = Wanted((glob,))
    assert [name for name in (*yes, *no) if wanted.file(name)] == yes


@given(st.text("ab/.*?[]!", min_size=1, max_size=12), st.text("ab/.", min_size=1, max_size=12))
def test_any_text_is_a_glob(glob: str, name: str) -> None:
    Wanted((glob,)).file(name)
    assert Wanted((name.strip("/") or "x",)).file(name.strip("/") or "x")


def test_what_is_excluded_is_excluded_with_all_that_is_in_it(tmp_path: Path) -> None:
    root = archive(tmp_path, dict.fromkeys(("a.txt", "old/b.txt", "c/old/d.txt", "c/ads-1.txt", "c/e.txt"), ""))
    wanted = Wanted(("*.txt",), ("old", "c/ads-*"))
    assert names(walk(root, wanted, out=None)) == ["a.txt", "c/e.txt"]
    assert [name for name in ("old/b.txt", "c/old/d.txt", "c/e.txt") if wanted.path(name)] == ["c/e.txt"]


# folders and lists


def test_links_to_folders_are_followed_once(tmp_path: Path) -> None:
    root = archive(tmp_path / "pages", {"2020/a.txt": ""})
    archive(tmp_path / "elsewhere", {"b.txt": ""})
    (root / "latest").symlink_to(root / "2020", target_is_directory=True)
    (root / "more").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (root / "more-again").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    found = list(walk(root, ALL, out=None))
    assert sorted(item.name for item in found if isinstance(item, Found)) == [
        "2020/a.txt",
        "latest/a.txt",
        "more/b.txt",
    ]
    assert kinds(found) == {"more-again/": Kind.LINK_LOOP}


def test_links_that_lead_to_links_do_not_multiply(tmp_path: Path) -> None:
    for i in range(12):
        archive(tmp_path / f"d{i}", {"p.txt": ""})
        for name in ("left", "right"):
            (tmp_path / f"d{i}" / name).symlink_to(tmp_path / f"d{i + 1}", target_is_directory=True)
    assert len(list(walk(tmp_path / "d0", ALL, out=None))) < 50


def test_a_list_names_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive(tmp_path, dict.fromkeys(("here/a.txt", "here/d/b.ocr", "there/c.txt", "here/out/d.txt"), ""))
    monkeypatch.chdir(tmp_path / "here")
    away = (tmp_path / "there/c.txt").as_posix().lstrip("/")
    lines = [b"a.txt\n", b"./d/b.ocr\r\n", b"../there/c.txt\n", b"\n", b"d\n", b"no.txt\n", b"out/d.txt"]
    found = list(listed(lines, Wanted(("*",)), out=tmp_path / "here/out"))
    assert [item.name for item in found if isinstance(item, Found)] == ["a.txt", "d/b.ocr", away]
    assert kinds(found) == {"d": Kind.NOT_A_FILE, "no.txt": Kind.MISSING, "out/d.txt": Kind.RESERVED}
    assert names(listed([b"a.txt\0d/b.ocr\0"], Wanted(("*",)), out=None)) == ["a.txt", "d/b.ocr"]


def test_a_list_and_a_file_are_run(tmp_path: Path, config: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive(tmp_path, {"day/a.ocr": GOOD, "b.txt": GOOD})
    monkeypatch.chdir(tmp_path)
    do("-", out, config, stdin=[b"day/a.ocr\n", b"b.txt\n"])
    assert list(journal(out)) == ["b", "day/a"]
    do(tmp_path / "day/a.ocr", tmp_path / "one", config)
    assert (tmp_path / "one/a.json").is_file()


# archives


def zipped(path: Path, files: Mapping[str, bytes]) -> Path:
    """A zip archive."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in files.items():
            file.writestr(name, data)
    return path


def tarred(path: Path, files: Mapping[str, bytes], mode: str = "w:gz") -> Path:
    """A tar archive."""
    with tarfile.open(path, mode) as file:  # type: ignore[call-overload]
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            file.addfile(info, io.BytesIO(data))
    return path


def unpacked(path: Path, root: Path, *, file: int = 10_000, whole: int = 10**6) -> list[Found | NoPage]:
    """What an archive has."""
    (root / "spool").mkdir(parents=True)
    return list(
        unpack(path, ALL, Limits(file, whole), store=Folder(root), into="spool", keep=lambda name: "other" not in name)
    )


FILES = {"2020-05-28/01.txt": b"one", "./2020-05-28/02.txt": b"two", "notes.md": b"no", "other/p.txt": b"no"}


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.tgz", "a.tar.bz2", "a.tar.xz"])
def test_archives_give_their_pages(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name == "a.zip":
        zipped(path, FILES)
    else:
        tarred(path, FILES, "w:" + {"tar": "", "tgz": "gz"}.get(name.rpartition(".")[2], name.rpartition(".")[2]))
    found = unpacked(path, tmp_path / "out")
    assert names(found) == ["2020-05-28/01.txt", "2020-05-28/02.txt"]
    assert sorted(Path(item.address).read_bytes() for item in found if isinstance(item, Found)) == [b"one", b"two"]


HOSTILE = {
    "../../out.txt": b"x",
    "/etc/out.txt": b"x",
    "a/../../b.txt": b"x",
    "C:/out.txt": b"x",
    "large.txt": b"a" * 10_001,
    "good.txt": b"good",
}


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz"])
def test_names_that_lead_out_of_an_archive_are_not_unpacked(tmp_path: Path, name: str) -> None:
    path = zipped(tmp_path / name, HOSTILE) if name == "a.zip" else tarred(tmp_path / name, HOSTILE)
    found = unpacked(path, tmp_path / "out")
    assert [item.name for item in found if isinstance(item, Found)] == ["good.txt"]
    assert kinds(found) == dict.fromkeys(list(HOSTILE)[:4], Kind.OUTSIDE) | {"large.txt": Kind.TOO_LARGE}
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == ["00000005", name]


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz"])
def test_an_archive_that_unpacks_to_more_than_its_limit_is_left_there(tmp_path: Path, name: str) -> None:
    files = {f"{i:03}.txt": b"a" * 9_000 for i in range(100)}
    path = zipped(tmp_path / name, files) if name == "a.zip" else tarred(tmp_path / name, files)
    found = unpacked(path, tmp_path / "out", whole=100_000)
    assert kinds(found) == {name: Kind.UNPACK_LIMIT}
    assert 5 <= len(found) <= 12


def test_a_bomb_is_not_decompressed(tmp_path: Path) -> None:
    path = tmp_path / "bomb.tar.gz"
    header = tarfile.TarInfo("zeros.txt")
    header.size = 1 << 40
    with gzip.open(path, "wb") as stream:
        stream.write(header.tobuf())
        stream.write(bytes(1 << 20))
    assert kinds(unpacked(path, tmp_path / "out")) == {"zeros.txt": Kind.TOO_LARGE, "bomb.tar.gz": Kind.UNPACK_LIMIT}
    long_name = tarfile.TarInfo("././@LongLink")
    long_name.type, long_name.size = tarfile.GNUTYPE_LONGNAME, 1 << 33
    with gzip.open(path, "wb") as stream:
        stream.write(long_name.tobuf() + bytes(1 << 20))
    assert kinds(unpacked(path, tmp_path / "two")) == {"bomb.tar.gz": Kind.DAMAGED_ARCHIVE}


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.tar.xz"])
def test_a_damaged_archive_gives_what_is_before_the_damage(tmp_path: Path, name: str) -> None:
    files = {f"{i}.txt": os.urandom(5_000) for i in range(20)}
    mode = "w:" + {"tar": ""}.get(name.rpartition(".")[2], name.rpartition(".")[2])
    path = zipped(tmp_path / name, files) if name == "a.zip" else tarred(tmp_path / name, files, mode)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    found = unpacked(path, tmp_path / "out")
    assert name in kinds(found)
    assert set(kinds(found).values()) == {Kind.DAMAGED_ARCHIVE}
    assert name == "a.zip" or len([item for item in found if isinstance(item, Found)]) >= 5
    path.write_bytes(b"")
    assert kinds(unpacked(path, tmp_path / "two")) == {name: Kind.DAMAGED_ARCHIVE}


def test_a_file_of_a_zip_that_is_damaged_or_locked_costs_no_other(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a.txt": b"first" * 50, "b.txt": b"second" * 50, "c.txt": b"third"})
    data = bytearray(path.read_bytes())
    at = data.index(b"b.txt") + 10
    data[at : at + 4] = b"\xff\xff\xff\xff"
    at = data.rindex(b"c.txt") - 46 + 8  # its entry in the directory: the flags
    data[at] |= 1
    path.write_bytes(data)
    found = unpacked(path, tmp_path / "out")
    assert [item.name for item in found if isinstance(item, Found)] == ["a.txt"]
    assert kinds(found) == {"b.txt": Kind.DAMAGED_ARCHIVE, "c.txt": Kind.DAMAGED_ARCHIVE}


def test_links_and_twins_in_a_tar_are_said(tmp_path: Path) -> None:
    path = tmp_path / "a.tar"
    with tarfile.open(path, "w") as file:
        for name in ("a.txt", "a.txt"):
            file.addfile(tarfile.TarInfo(name), io.BytesIO())
        link = tarfile.TarInfo("link.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        file.addfile(link)
    assert kinds(unpacked(path, tmp_path / "out")) == {"a.txt#2": Kind.DUPLICATE, "link.txt": Kind.NOT_A_FILE}


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_names_in_a_zip_are_read_in_their_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.zip"

    class Raw(zipfile.ZipInfo):
        def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802  zipfile's name
            return "第二版\\要闻.txt".encode(encoding), 0

    with zipfile.ZipFile(path, "w") as file:
        file.writestr(Raw("x"), b"page")
    assert names(unpacked(path, tmp_path / "out")) == ["第二版/要闻.txt"]


def test_an_archive_is_run_and_nothing_unpacked_is_left(tmp_path: Path, config: Path, out: Path) -> None:
    pages = {"2020-05-28/01.txt": GOOD.encode(), "2020-05-28/02.txt": GOOD.encode(), "../x.txt": b"x", "e.txt": b""}
    path = zipped(tmp_path / "a.zip", pages)
    tally = do(path, out, config)
    assert (tally.done, tally.failed) == (2, 2)
    assert errors(out) == {"../x.txt": "outside", "e": "empty"}
    assert [file.name for file in (out / ".banmian").iterdir()] == ["lock"]
    assert not (tmp_path / "x.txt").exists()
    archive(tmp_path / "pages", {name: data for name, data in pages.items() if ".." not in name})
    do(tmp_path / "pages", tmp_path / "other", config)
    for name in ("2020-05-28/01.json", "2020-05-28/02.json"):
        assert (out / name).read_bytes() == (tmp_path / "other" / name).read_bytes()
    assert do(path, out, config).kept == 2


# issues


@pytest.mark.parametrize(
    ("page", "where"),
    [
        ("2020-05-28/02", Place("2020-05-28", "2020-05-28", "2")),
        ("rmrb/20200528/A05", Place("rmrb/20200528", "2020-05-28", "A5")),
        ("rmrb-2020.05.28/p12-国际", Place("rmrb-2020.05.28", "2020-05-28", "12", "rmrb")),
        ("20200528-02-要闻", Place("20200528", "2020-05-28", "2")),
        ("pdf/禾州日报_2020-05-28_第03版", Place("pdf/禾州日报_2020-05-28", "2020-05-28", "3", "禾州日报")),
        ("2020/05/28/04", Place("2020/05/28", "2020-05-28", "4")),
        ("2020-05/28/04_1", Place("2020-05/28", "2020-05-28", "4")),
        ("p12001", Place("p12001")),
        ("2020-13-28/02", Place("2020-13-28/02")),
        ("120200528-02", Place("120200528-02")),
        ("2020-05-28", Place("2020-05-28", "2020-05-28")),
        ("2020-05-28/notes", Place("2020-05-28/notes", "2020-05-28")),
        ("2020-05-28/1234", Place("2020-05-28/1234", "2020-05-28")),
        ("scans/20200528_0012", Place("scans/20200528_0012", "2020-05-28")),
        ("2020-05-28/2nd", Place("2020-05-28/2nd", "2020-05-28")),
        ("202005/28/04", Place("202005/28", "2020-05-28", "4")),
        ("rmrb_2020-05-28 第3版", Place("rmrb_2020-05-28", "2020-05-28", "3", "rmrb")),
    ],
)
def test_pages_of_an_issue_are_known_by_their_paths(page: str, where: Place) -> None:
    assert place(page) == where


@given(st.text("0123456789-/.版第AP年x", max_size=24))
def test_any_path_has_a_place(page: str) -> None:
    where = place(page)
    assert page.startswith(where.issue)
    assert where.order


def test_a_pattern_of_the_user_replaces_ours() -> None:
    (pattern,) = compile_patterns([r"(?P<issue>no\d+)_(?P<page>\d+)"])
    assert place("x/no12_03", [pattern]) == Place("x/no12", number="3")
    assert place("2020-05-28/02", [pattern]) == Place("2020-05-28/02")
    dated = compile_patterns([r"(?P<paper>\w+) (?P<date>.+) p(?P<page>\w+)$"])
    assert place("禾州 2020.5.28 pa02", dated) == Place("禾州 2020.5.28", "2020-05-28", "A2", "禾州")
    assert place("禾州 2020.5 p2", dated) == Place("禾州 2020.5", "", "2", "禾州")  # no day
    assert place("a/12", compile_patterns([r"(?P<page>\d+)$"])) == Place("a", number="12")


def test_pages_are_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    index = Index(tmp_path / "index.db")
    for name in ("d/2020-05-28/10", "d/2020-05-28/B1", "d/2020-05-28/2", "d/2020-05-28/A2", "e"):
        assert index.add(Found(f"{name}.txt", name), place(name)) is None
    assert index.ready() == 5
    units = list(index.units())
    assert [[entry.number for entry in unit.pages] for unit in units] == [["2", "10", "A2", "B1"], [""]]
    assert (units[0].issue, units[0].date) == ("d/2020-05-28", "2020-05-28")
    index.close()
    assert not (tmp_path / "index.db").exists()


@given(st.permutations(["p.txt", "p.TXT", "p.ocr", "q.txt"]))
def test_of_pages_with_one_name_the_same_is_taken_in_any_order(order: list[str]) -> None:
    index = Index(None)
    problems = [index.add(Found(name, name), Place("p")) for name in order]
    index.ready()
    assert sorted(problem.name for problem in problems if problem) == ["p.ocr", "p.txt"]
    assert sorted(entry.source for unit in index.units() for entry in unit.pages) == ["p.TXT", "q.txt"]
    index.close()


def test_more_pages_than_an_issue_can_have_are_taken_one_by_one(tmp_path: Path) -> None:
    index = Index(None)
    for i in range(MAX_PAGES + 1):
        index.add(Found(f"2020-05-28/1-{i}.txt", ""), place(f"2020-05-28/1-{i}"))
    index.ready()
    assert index.overfull() == [("2020-05-28", MAX_PAGES + 1)]
    index.split("2020-05-28")
    assert {len(unit.pages) for unit in index.units()} == {1}
    assert index.overfull() == []
    index.close()
    assert tmp_path.is_dir()


@given(st.text(st.characters(exclude_categories=[]) | st.sampled_from("\n\x1b\u2028\udcff版"), max_size=8))
def test_any_name_is_shown_in_one_line(name: str) -> None:
    try:
        name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return
    assert len(shown(name).splitlines()) <= 1
