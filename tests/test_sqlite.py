"""The SQLite archive: what is in it, what happens to a page that comes twice, and what files are refused."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from banmian import Issue, Page
from banmian.formats import FormatError
from banmian.formats.sqlite import Archive, build
from banmian.formats.sqlite_file import APPLICATION_ID, SCHEMA_VERSION, ArchiveError
from banmian.model import Link
from banmian.naming import Place, dateline_day, page_number, place
from banmian.search.finding import Filters, Reader
from banmian.search.query import parse_query
from banmian.search.words import folding
from made_records import article, issue, page, record


def rows(path: Path, query: str) -> list[Any]:
    """What a query gives, asked by Python's SQLite, as any program would."""
    with closing(sqlite3.connect(path)) as database:
        return database.execute(query).fetchall()


def everything(path: Path) -> dict[str, list[Any]]:
    """All rows but for the keys, which depend on the order in which pages came."""
    return {
        "pages": rows(path, "SELECT id, issue, date, number, source, chars, version, config FROM pages ORDER BY id"),
        "articles": rows(
            path,
            "SELECT p.id, a.position, a.id, a.headline, a.day, a.confidence FROM articles a JOIN pages p "
            "ON p.key = a.page ORDER BY 1, 2",
        ),
        "text": rows(
            path,
            "SELECT p.id, a.position, t.position, t.role, t.text FROM article_text t JOIN articles a ON a.key = "
            "t.article JOIN pages p ON p.key = a.page ORDER BY 1, 2, 3",
        ),
        "flags": rows(path, "SELECT p.id, kind, note FROM flags JOIN pages p ON p.key = flags.page ORDER BY 1, 2"),
    }


def found(path: Path, words: str) -> list[str]:
    """The articles that have some words, by page and id."""
    with Reader.open(path) as reader:
        hits = reader.search(parse_query(words, reader.fold), limit=100).hits
        return sorted(f"{hit.page}#{hit.article}" for hit in hits)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """An archive of three pages."""
    assert build(issue(), tmp_path / "a.db") == 3
    return tmp_path / "a.db"


def test_the_file_says_what_it_is(archive: Path) -> None:
    assert rows(archive, "PRAGMA application_id") == [(APPLICATION_ID,)]
    assert rows(archive, "PRAGMA user_version") == [(SCHEMA_VERSION,)]
    assert rows(archive, "SELECT value FROM about WHERE key = 'version'")[0][0]


def test_pages_have_their_issue_their_day_and_their_number(archive: Path) -> None:
    assert rows(archive, "SELECT id, issue, date, number, config FROM pages ORDER BY key") == [
        ("禾州日报/2020-05-28/01", "禾州日报/2020-05-28", "2020-05-28", "1", "c0ffee"),
        ("禾州日报/2020-05-28/02", "禾州日报/2020-05-28", "2020-05-28", "2", "c0ffee"),
        ("禾州晚報/1930-02-03/03", "禾州晚報/1930-02-03", "1930-02-03", "3", "c0ffee"),
    ]


def test_articles_have_their_text_and_their_people_as_printed(archive: Path) -> None:
    query = "SELECT headline, dateline, agency, place, dated, day FROM articles WHERE headline LIKE '工廠%'"
    assert rows(archive, query) == [("工廠復工紀", "本报禾州二月二日讯", "本报", "禾州", "1930-02-02", "1930-02-03")]
    assert rows(archive, "SELECT name, role, folded FROM people ORDER BY article, position") == [
        ("王芳", "reporter", "王芳"),
        ("贺小满", "reporter", "贺小满"),
        ("張漢卿", "reporter", "张汉卿"),
    ]
    text = (
        "SELECT role, text FROM article_text JOIN articles ON key = article WHERE headline = '从复工到满产' ORDER BY 1"
    )
    assert [role for role, _ in rows(archive, text)] == ["lead", "paragraph"]


def test_a_page_that_no_name_places_has_the_day_of_its_dateline_if_that_has_a_year(tmp_path: Path) -> None:
    one, two = article(1, "甲", "一", dated="2020年1月5日"), article(2, "乙", "二", dated="1月5日")
    build([record("scan17", one, two)], tmp_path / "a.db")
    assert rows(tmp_path / "a.db", "SELECT issue, date, number FROM pages") == [("scan17", None, None)]
    assert rows(tmp_path / "a.db", "SELECT day FROM articles ORDER BY position") == [("2020-01-05",), (None,)]


def test_whoever_runs_may_say_where_a_page_belongs(tmp_path: Path) -> None:
    told = Place("rm/1998-03-02", "1998-03-02", "04")
    build([record("2020-05-28/02", article(1, "甲", "一"))], tmp_path / "a.db", where=lambda _: told)
    assert rows(tmp_path / "a.db", "SELECT issue, date, number FROM pages") == [("rm/1998-03-02", "1998-03-02", "4")]


def test_pages_and_issues_are_added_as_they_are(tmp_path: Path) -> None:
    pages: tuple[Page, ...] = (page("x/03", article(1, "甲", "一")), page("x/04", article(1, "乙", "二")))
    with Archive.open(tmp_path / "a.db") as archive:
        archive.add(Issue("晨报-17", pages, date="1931-09-18"))
        assert len(archive) == 2
    assert set(rows(tmp_path / "a.db", "SELECT issue, date FROM pages")) == {("晨报-17", "1931-09-18")}


def test_the_same_pages_make_the_same_file(tmp_path: Path, archive: Path) -> None:
    build(issue(), tmp_path / "b.db")
    assert (tmp_path / "b.db").read_bytes() == archive.read_bytes()


def test_a_page_that_comes_again_takes_the_place_of_the_first(tmp_path: Path, archive: Path) -> None:
    new = record("禾州日报/2020-05-28/01", article(1, "换了头条", "与从前不同。"), flags=(("page.unplaced", "甲"),))
    with Archive.open(archive) as again:
        again.add(new)
    build([new, *issue()[1:]], tmp_path / "fresh.db")
    assert everything(archive) == everything(tmp_path / "fresh.db")
    for words in ("复工", "换了头条", "高新区", "暖心", "马路", "贺小满", "不同", "插秧", "的"):
        assert found(archive, words) == found(tmp_path / "fresh.db", words)
    with closing(sqlite3.connect(archive)) as database:
        database.execute("INSERT INTO article_index (article_index) VALUES ('integrity-check')")
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []


def test_the_same_page_added_many_times_is_there_once(archive: Path) -> None:
    before = everything(archive)
    for _ in range(3):
        with Archive.open(archive) as again:
            for one in reversed(issue()):
                again.add(one)
    assert everything(archive) == before
    assert found(archive, "复工") == [
        "禾州日报/2020-05-28/01#a1",
        "禾州日报/2020-05-28/02#a1",
        "禾州晚報/1930-02-03/03#a1",
    ]


def test_what_is_there_can_be_asked(archive: Path) -> None:
    (sha256, version) = rows(archive, "SELECT sha256, version FROM pages")[0]
    with Archive.open(archive) as there:
        name = "禾州日报/2020-05-28/01"
        assert there.has(name, sha256=sha256, config="c0ffee", version=version)
        assert not there.has(name, sha256="another", config="c0ffee")
        assert not there.has("禾州日报/2020-05-28/09", sha256=sha256, config="c0ffee")


def test_a_page_that_is_none_leaves_the_archive_as_it_was(archive: Path) -> None:
    before = archive.read_bytes()
    broken = record("2020-05-29/01", article(1, "甲", "一"))
    broken["articles"].append({"id": "a2"})
    with Archive.open(archive) as there, pytest.raises(FormatError, match=r"^articles\[1\] has no 'spans'$"):
        there.add(broken)
    assert archive.read_bytes() == before


def test_building_is_all_or_nothing(tmp_path: Path, archive: Path) -> None:
    before = archive.read_bytes()

    def breaking() -> Iterator[dict[str, Any]]:
        yield from issue()
        raise RuntimeError("stopped")

    with pytest.raises(RuntimeError, match="^stopped$"):
        build(breaking(), archive)
    assert archive.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["a.db"]


def test_two_pages_with_one_id_are_an_error(tmp_path: Path) -> None:
    one = record("p1", article(1, "甲", "一"))
    with pytest.raises(ArchiveError, match="two pages have the id 'p1'; one would replace the other$"):
        build([one, one], tmp_path / "a.db")
    assert not list(tmp_path.iterdir())


def test_text_that_sqlite_cannot_hold_is_told_by_its_code(tmp_path: Path) -> None:
    odd = record(
        "p\udcff1", article(1, "头\udcff条", "甲\0乙\ud800丙", people=("王\udcff",)), flags=(("x\udcff", "\ud800"),)
    )
    build([odd], tmp_path / "a.db")
    assert rows(tmp_path / "a.db", "SELECT id FROM pages") == [("p\\udcff1",)]
    assert rows(tmp_path / "a.db", "SELECT text FROM article_text") == [("甲\0乙\\ud800丙",)]
    assert found(tmp_path / "a.db", "甲") == ["p\\udcff1#a1"]


# Files that are no archives


def refused(path: Path) -> str:
    """Why a file is refused, for reading and for writing alike."""
    with pytest.raises(ArchiveError) as reading:
        Reader.open(path)
    with pytest.raises(ArchiveError) as writing:
        Archive.open(path)
    assert str(reading.value) == str(writing.value)
    assert str(reading.value).count("\n") == 0
    return str(reading.value).removeprefix(f"{path}: ")


def test_a_text_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("禾州日报\n" * 500, encoding="utf-8")
    assert refused(path) == "is not a SQLite database"
    assert path.read_text(encoding="utf-8").startswith("禾州日报\n")


def test_a_database_of_others_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as database:
        database.execute("CREATE TABLE pages (id)")
    assert refused(tmp_path / "other.db") == "is a SQLite database, but no archive of banmian"


def test_an_archive_of_a_newer_banmian_is_refused(archive: Path) -> None:
    with closing(sqlite3.connect(archive)) as database:
        database.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    assert refused(archive) == (
        f"was made by a newer banmian (archive schema {SCHEMA_VERSION + 1}, this one reads {SCHEMA_VERSION}); "
        "update: pip install -U banmian"
    )


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE people RENAME TO persons; CREATE VIEW people AS SELECT * FROM persons",
        "DROP TABLE article_index",
        "DELETE FROM about",
        "UPDATE about SET value = substr(value, 2) WHERE key = 'folding.chars'",
        "UPDATE about SET value = x'ff' WHERE key = 'folding.chars'",
    ],
)
def test_an_archive_that_was_changed_is_refused(archive: Path, change: str) -> None:
    with closing(sqlite3.connect(archive)) as database:
        database.executescript(change)
    assert refused(archive) == (
        "is not as banmian made it, tables are missing or changed; make it anew with `banmian run --format sqlite`"
    )


def test_an_archive_of_which_the_end_is_lost_is_refused(archive: Path) -> None:
    archive.write_bytes(archive.read_bytes()[:5000])
    assert "is damaged" in refused(archive)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    path = tmp_path / "no" / "a.db"
    with pytest.raises(ArchiveError, match="no such file or folder"):
        Archive.open(path)
    with pytest.raises(ArchiveError, match="cannot be"):
        build(issue(), path)


def test_an_archive_that_another_program_writes_is_told(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connect: Any = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *args, **options: connect(*args, **options, timeout=0.01))
    with closing(connect(archive)) as database:
        database.execute("BEGIN EXCLUSIVE")
        assert refused(archive) == "is being written by another program; try again when that is done"


# The folding


def test_folding_is_done_when_it_is_done_once_and_keeps_the_length() -> None:
    fold = folding()
    for char, folded in fold.table.items():
        assert len(char) == len(folded) == 1
        assert fold(folded) == folded
    assert fold("瞭解麵粉廠，ＡＢ１２，囘鄕") == "了解面粉厂，ab12，回乡"


# Names


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("2020-05-28/02", Place("2020-05-28", "2020-05-28", "2")),
        ("rmrb/2020-05/28/A05-要闻", Place("rmrb/2020-05/28", "2020-05-28", "A5")),
        ("2020/5/8/3", Place("2020/5/8", "2020-05-08", "3")),
        ("20200528-02-头版", Place("20200528", "2020-05-28", "2")),
        ("hzrb_2020_05_28_12", Place("hzrb_2020_05_28", "2020-05-28", "12", "hzrb")),
        ("hzrb20200528p3", Place("hzrb20200528", "2020-05-28", "3", "hzrb")),
        ("2020年5月28日 第03版", Place("2020年5月28日", "2020-05-28", "3")),
        ("2020-05-28", Place("2020-05-28", "2020-05-28", "")),
        ("2020-05-28/index", Place("2020-05-28", "2020-05-28", "")),
        ("20201341-02", Place()),
        ("1202005281", Place()),
        ("p12001", Place()),
        ("第4版", Place(number="4")),
    ],
)
def test_names_say_where_a_page_belongs(name: str, expected: Place) -> None:
    assert place(name) == expected


@pytest.mark.parametrize(
    ("printed", "issue_day", "day"),
    [
        ("5月26日", "2020-05-28", "2020-05-26"),
        ("12月31日", "2020-01-02", "2019-12-31"),
        ("三十日", "1930-03-02", ""),  # February has none
        ("三十一日", "1930-02-02", "1930-01-31"),
        ("廿三日", "1930-02-24", "1930-02-23"),
        ("十日", "1930-02-24", "1930-02-10"),
        ("２月３日", "2020-02-04", "2020-02-03"),
        ("2月30日", "2020-03-04", ""),
        ("昨日", "2020-03-04", ""),
        ("2020年1月5日", "", "2020-01-05"),
    ],
)
def test_datelines_say_a_day(printed: str, issue_day: str, day: str) -> None:
    assert dateline_day(printed, issue_day) == day


def test_page_numbers_are_written_in_one_way() -> None:
    assert [page_number(text) for text in ("2", "02", "a05", "Ａ05", "第3版", "０７", "", "版")] == (
        ["2", "2", "A5", "A5", "3", "7", "", ""]
    )


# Stories that jump


ALL = Filters()


def jumping() -> tuple[dict[str, Any], ...]:
    """An issue with a story on three pages, the second break of which is in the middle of a word; and another story."""
    first = replace(
        article(1, "大桥通车", "昨日，禾州大桥通车。（下转第3版）", people=("王芳",)),
        continued=Link("2020-05-28/03", "a1", 0.9),
    )
    second = replace(
        article(
            1, "大桥", "（上接第1版）到县城只要二十分，沿河各村从此告（下转第4版）", people=("孙平",), confidence=0.9
        ),
        continues=Link("2020-05-28/01", "a1", 0.9),
        continued=Link("2020-05-28/04", "a1", 0.8),
    )
    third = replace(
        article(1, None, "（上接第3版）别渡船。", flags=(("head.missing", ""),)),
        continues=Link("2020-05-28/03", "a1", 0.8),
    )
    other = article(2, "渡船停航", "渡船今日停航。")
    pages = ("2020-05-28/01", (first,)), ("2020-05-28/03", (second, other)), ("2020-05-28/04", (third,))
    return tuple(record(name, *articles) for name, articles in pages)


def hits(path: Path, words: str, filters: Filters = ALL) -> list[tuple[str, list[str]]]:
    """Of each article that has some words the page, and the numbers of the pages on which it goes on."""
    with Reader.open(path) as reader:
        found = reader.search(words, filters)
        assert found.total == len(found.hits)
        return [(hit.page, [number for _, number, _ in hit.goes_on]) for hit in found.hits]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_story_that_jumps_is_found_once_by_the_words_of_all_its_pages(tmp_path: Path, order: tuple[int, ...]) -> None:
    pages = jumping()
    build([pages[i] for i in order], tmp_path / "a.db")
    whole = [("2020-05-28/01", ["3", "4"])]
    assert hits(tmp_path / "a.db", "通车 县城 渡船") == whole
    assert hits(tmp_path / "a.db", "告别渡船") == whole  # over the break
    assert hits(tmp_path / "a.db", "上接") == hits(tmp_path / "a.db", "下转") == []
    assert len(hits(tmp_path / "a.db", "渡船")) == 2
    assert hits(tmp_path / "a.db", "县城", Filters(number="04")) == hits(
        tmp_path / "a.db", "县城", Filters(person="孙平")
    )
    assert hits(tmp_path / "a.db", "县城", Filters(number="4")) == whole
    assert (
        hits(tmp_path / "a.db", "县城", Filters(number="2"))
        == hits(tmp_path / "a.db", "停航", Filters(number="4"))
        == []
    )
    with Reader.open(tmp_path / "a.db") as reader:
        (hit,) = reader.search("告别渡船").hits
    assert [passage.text for passage in hit.passages] == ["到县城只要二十分，沿河各村从此告别渡船。"]
    assert hit.people == (("王芳", "reporter"), ("孙平", "reporter"))
    assert hit.confidence == pytest.approx(0.95 * 0.9 * 0.9 * 0.8 * 0.95)


@pytest.mark.parametrize("again", range(3))
def test_a_page_of_a_story_can_come_again_and_lose_its_links(tmp_path: Path, again: int) -> None:
    pages, path = jumping(), tmp_path / "a.db"
    build(pages, path)
    build(pages, tmp_path / "b.db")
    with Archive.open(path) as archive:
        archive.add(pages[again])
    words = ("告别渡船", "县城", "渡船", "通车", "停航")
    assert [hits(path, word) for word in words] == [hits(tmp_path / "b.db", word) for word in words]
    with Archive.open(path) as archive:
        archive.add(record("2020-05-28/03", article(1, "大桥", "到县城只要二十分，从此告")))
    assert hits(path, "告别渡船") == hits(path, "停航") == []
    assert hits(path, "通车") == [("2020-05-28/01", [])]
    assert hits(path, "渡船") == [("2020-05-28/04", [])]
    with Archive.open(path) as archive:
        archive.add(pages[1])
    assert [hits(path, word) for word in words] == [hits(tmp_path / "b.db", word) for word in words]
    assert rows(path, "INSERT INTO article_index (article_index) VALUES ('integrity-check')") == []


def test_links_that_only_one_end_has_or_that_go_in_a_ring_lose_nothing(tmp_path: Path) -> None:
    one, two = Link("p1", "a1", 0.9), Link("p2", "a1", 0.9)
    build(
        [
            record("p1", replace(article(1, None, "甲甲"), continued=two)),
            record("p2", article(1, None, "乙乙")),
        ],
        tmp_path / "a.db",
    )
    assert hits(tmp_path / "a.db", "甲甲") + hits(tmp_path / "a.db", "乙乙") == [("p1", []), ("p2", [])]
    build(
        [
            record("p1", replace(article(1, None, "甲甲。"), continued=two, continues=two)),
            record("p2", replace(article(1, None, "乙乙。"), continued=one, continues=one)),
        ],
        tmp_path / "b.db",
    )
    assert hits(tmp_path / "b.db", "甲甲 乙乙") == [("p1", [""])]
