"""Search: what is found and what is not, where it is marked, and how the command behaves."""

from __future__ import annotations

import json
import os
import random
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from banmian.cli import app
from banmian.commands.console import ExitCode
from banmian.formats.sqlite import Archive, build
from banmian.formats.sqlite_file import ArchiveError
from banmian.search import showing
from banmian.search.finding import PASSAGE, FilterError, Filters, Passage, Reader, first_day, last_day, passages
from banmian.search.query import LONGEST, QueryError, parse_query
from banmian.search.words import Folding, finder, folding, indexed, marks, word_tokens
from made_records import article, issue, record

FACTORY, WARM, SPRING = "2020-05-28/01#a1", "2020-05-28/01#a2", "2020-05-28/02#a1"
OLD, OPERA = "1930-02-03/03#a1", "1930-02-03/03#a2"

ALL = Filters()


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of three pages."""
    path = tmp_path_factory.mktemp("archive") / "a.db"
    build(issue(), path)
    return path


@pytest.fixture(scope="module")
def reader(archive: Path) -> Iterator[Reader]:
    """The same, open."""
    with Reader.open(archive) as reader:
        yield reader


@pytest.fixture(scope="module")
def fold() -> Folding:
    """The folding of new archives."""
    return folding()


def names(reader: Reader, words: str, filters: Filters = ALL) -> list[str]:
    """What is found, the best first, without the name of the paper."""
    hits = reader.search(words, filters, limit=100).hits
    return [f"{hit.page.partition('/')[2]}#{hit.article}" for hit in hits]


def marked(passage: Passage) -> str:
    """A passage with its marks."""
    return showing._marked(passage)


# What is found


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("复工", {FACTORY, SPRING, OLD}),  # two characters
        ("水", {SPRING}),  # one
        ("高新区36家", {FACTORY}),  # over a number
        ("復工", {FACTORY, SPRING, OLD}),  # traditional finds simplified
        ("了解", {SPRING, OLD}),  # simplified finds traditional 瞭解, which is no 了 by itself
        ("麵粉廠", {SPRING, OLD}),
        ("王芳", {FACTORY}),  # printed 王　芳
        ("王 芳", {FACTORY}),
        ("一带一路倡议", {FACTORY}),  # printed with quotes
        ("《牡丹亭》", {OPERA}),
        ("卡尔马克", {OPERA}),  # printed with a dot
        ("贺小满", {WARM}),  # in a byline of its own line
        ("36", {FACTORY}),
        ("３６", {FACTORY}),
        ("360", set()),
        ("136", set()),  # 1360 has no 136 in it
        ("工复", set()),
        ("车忙", set()),  # in two heads
        ("路众", set()),  # 马路，众人
        ("马路，众人", {WARM}),
        ("马路。众人", {WARM}),
        ("记者 复工", {FACTORY, SPRING}),  # both
        ("复工 插秧", {SPRING}),
        ("复工 -插秧", {FACTORY, OLD}),
        ("复工 -插秧 −“全面复工”", {OLD}),
        ('"复工 不复产"', {FACTORY}),
        ("“复工 不复产", {FACTORY}),  # nobody closes it
        ("复工不复产 没复工 市长", {FACTORY}),
        ("龘", set()),
    ],
)
def test_words_find_the_articles_that_have_them(reader: Reader, words: str, expected: set[str]) -> None:
    assert set(names(reader, words)) == expected


def test_a_word_in_the_headline_weighs_more(tmp_path: Path) -> None:
    texts = [f"第{number}天，水库管理处照常巡查。" for number in range(20)]
    plain = [article(number, "日志", text) for number, text in enumerate(texts)]
    build(
        [
            record(
                "p",
                article(100, "通告", "渠成之日，水到。渠成之后，渠边植树。"),
                article(101, "渠成", "昨日完工。"),
                article(102, "昨日完工", "庆典在村口举行，鼓乐齐鸣。", deck="渠成"),
                *plain,
            )
        ],
        tmp_path / "a.db",
    )
    with Reader.open(tmp_path / "a.db") as other:
        found = other.search(parse_query("渠成", other.fold)).hits
        assert [hit.article for hit in found] == ["a101", "a102", "a100"]
        assert found[0].score > found[1].score > found[2].score > 0


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(since="2020-05-28"), {FACTORY, SPRING}),
        (Filters(until="2020-05-27"), {OLD}),
        (Filters(since="1930-02-03", until="1930-02-03"), {OLD}),
        (Filters(person="王 芳"), {FACTORY}),
        (Filters(person="张汉卿"), {OLD}),
        (Filters(person="张汉"), set()),
        (Filters(number="02"), {SPRING}),
        (Filters(number="第1版", person="王芳"), {FACTORY}),
        (Filters(person="x' OR 1=1 --"), set()),
        (Filters(number="\udcff", person="\udcff"), set()),
    ],
)
def test_filters_narrow_it_down(reader: Reader, filters: Filters, expected: set[str]) -> None:
    assert set(names(reader, "复工", filters)) == expected
    assert reader.search(parse_query("复工", reader.fold), filters).total == len(expected)


def test_the_total_counts_what_the_limit_cuts(reader: Reader) -> None:
    found = reader.search(parse_query("复工", reader.fold), limit=1)
    assert (found.total, len(found.hits)) == (3, 1)


HAN = st.text(st.sampled_from("复復工厂廠，。·“” "), max_size=30)


@settings(max_examples=150, deadline=None)
@given(texts=st.lists(HAN, max_size=3), word=st.text(st.sampled_from("复復工厂廠"), min_size=1, max_size=4))
def test_the_index_finds_exactly_what_stands_there(texts: list[str], word: str) -> None:
    """Against plain search in texts without the characters that do not count."""
    database, fold = _index()
    plain = str.maketrans("復廠", "复厂", "·“” ")
    expected = any(word.translate(plain) in text.translate(plain) for text in texts)
    with database:
        database.execute("INSERT INTO i (rowid, t) VALUES (1, ?)", (indexed(texts, fold),))
        query = parse_query(word, fold)
        found = database.execute("SELECT rowid FROM i WHERE i MATCH ?", (query.expression,)).fetchall()
        database.execute("INSERT INTO i (i, rowid, t) VALUES ('delete', 1, ?)", (indexed(texts, fold),))
    assert bool(found) == expected
    # What is found is marked, and nothing else.
    assert any(marks(text, [finder(query.words[0].tokens)], fold) for text in texts) == expected


def _index() -> tuple[sqlite3.Connection, Folding]:
    """An index like that of an archive, kept from one example to the next."""
    if not _KEPT:
        database = sqlite3.connect(":memory:")
        database.execute("""CREATE VIRTUAL TABLE i USING fts5(t, content='', tokenize="ascii tokenchars '|'")""")
        _KEPT.append((database, folding()))
    return _KEPT[0]


_KEPT: list[tuple[sqlite3.Connection, Folding]] = []


# Queries


@settings(max_examples=300, deadline=None)
@given(
    text=st.text(max_size=40)
    | st.text(st.sampled_from("复工a1\"“”'*()^:-+ANDORNOTEAR{}|\\\0\n\udcff「」 "), max_size=40)
)
def test_no_query_is_an_error_of_the_database(reader: Reader, text: str) -> None:
    try:
        query = parse_query(text, reader.fold)
    except QueryError:
        return
    reader.search(query)


@pytest.mark.parametrize(
    "words",
    [
        "复工*",
        "复工 OR 插秧",
        "NEAR(复工 插秧)",
        "headline:复工",
        "复工) OR (插秧",
        '复工" OR "插秧',
        "^复工",
        "{headline}: 复工",
    ],
)
def test_the_syntax_of_the_index_is_text(reader: Reader, words: str) -> None:
    assert SPRING not in names(reader, words.replace("复工", "马路"))


@pytest.mark.parametrize(
    ("text", "words", "without"),
    [
        ("疫情 复工", ["疫情", "复工"], []),
        ("疫情　复工", ["疫情", "复工"], []),
        ("疫情 疫情 疫情", ["疫情"], []),
        ("-武汉 疫情", ["疫情"], ["武汉"]),
        ("疫情 －武汉 −湖北", ["疫情"], ["武汉", "湖北"]),
        ("2019-2020", ["2019-2020"], []),
        ('疫情 -"复工 复产"', ["疫情"], ["复工 复产"]),
        ("「复工 复产」", ["复工 复产"], []),
        ("疫情，", ["疫情，"], []),
        ("疫情 ， - —", ["疫情"], []),
    ],
)
def test_queries_are_read_as_people_write_them(text: str, words: list[str], without: list[str]) -> None:
    query = parse_query(text, Folding({}))
    assert [word.text for word in query.words] == words
    assert [word.text for word in query.without] == without


@pytest.mark.parametrize("text", ["", "   ", "，。", '""', "-武汉", "一" * (LONGEST + 1)])
def test_a_query_without_a_word_is_told(text: str) -> None:
    with pytest.raises(QueryError, match=r"^the query (has|says) "):
        parse_query(text, Folding({}))


@pytest.mark.parametrize("text", ["2020", "2020-02", "2020-02-29"])
def test_days_months_and_years_are_dates(text: str) -> None:
    assert first_day(text)[:7] <= "2020-02-29"[: len(text)] + "-99"[: 10 - len(text)]
    assert first_day(text).startswith(text)
    assert last_day(text).startswith(text)
    assert first_day(text) <= last_day(text)


@pytest.mark.parametrize(
    "text", ["", "20", "2020-13", "2020-00", "2020-05-32", "2020/05/28", "28.5.2020", "2020-05-28x"]
)
def test_what_is_no_date_is_told(text: str) -> None:
    with pytest.raises(FilterError, match="is no date; write a day, a month or a year: 2020-05-28, 2020-05, 2020$"):
        last_day(text)


# Marks and passages


def test_marks_stand_in_the_text_as_printed(reader: Reader) -> None:
    (hit,) = reader.search(parse_query("复工 面粉厂 县政府", reader.fold)).hits
    assert marked(hit.headline) == "工廠«復工»紀"
    assert [marked(passage) for passage in hit.passages] == ["«縣政府»派員瞭解«麵粉廠»情形，昨已«復工»，餘俟後報。"]


@settings(deadline=None)
@given(
    text=st.text(st.sampled_from("复復工厂廠３6a ，·“"), max_size=60),
    word=st.text(st.sampled_from("复復工厂３6a"), min_size=1, max_size=3),
)
def test_what_is_marked_is_the_word(text: str, word: str) -> None:
    fold = _index()[1]
    tokens = word_tokens(word, fold)
    for mark in marks(text, [finder(tokens)], fold):
        inside = word_tokens(text[mark.start : mark.end], fold)
        # Of words that overlap, 工工 in 工工工, the mark is one.
        assert len(inside) >= len(tokens)
        assert inside[: len(tokens)] == tokens


def test_marks_that_overlap_are_one(fold: Folding) -> None:
    words = [finder(word_tokens(word, fold)) for word in ("人民", "民日报", "日")]
    assert [mark[:2] for mark in marks("看人民日报，日报", words, fold)] == [(1, 5), (6, 7)]


def test_passages_show_all_words_in_few_places(fold: Folding) -> None:
    far = "。" * 200
    words = [finder(word_tokens(word, fold)) for word in ("甲", "乙", "丙")]
    blocks = [("lead", f"甲{far}"), ("paragraph", f"{far}甲乙{far}"), ("paragraph", f"丙{far}"), ("paragraph", "丁")]
    found = passages(blocks, words, fold)
    assert [passage.text.strip("。") for passage in found] == ["甲乙", "丙"]
    assert (found[0].cut_before, found[0].cut_after) == (True, True)
    assert (found[1].cut_before, found[1].cut_after) == (False, True)
    assert all(len(passage.text) <= PASSAGE for passage in found)
    for passage in found:
        assert [passage.text[mark.start : mark.end] for mark in passage.marks] == list(passage.text.strip("。"))
    # A word that a head shows needs no passage of its own, but some of the text is always shown.
    assert [one.text.strip("。") for one in passages(blocks, words, fold, have=[2])] == ["甲乙"]
    assert len(passages(blocks, words, fold, have=[0, 1, 2])) == 1


def test_a_word_that_is_longer_than_a_passage_is_shown_whole(fold: Folding) -> None:
    long = "复工" * PASSAGE
    (passage,) = passages([("lead", f"前文{long}后文")], [finder(word_tokens(long, fold))], fold)
    assert long in passage.text


# The command


def run(*args: str | Path) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(app, ["search", *(str(arg) for arg in args)])


def test_the_command_prints_what_was_found(archive: Path) -> None:
    result = run(archive, "复工", "-插秧", "--to", "2019")
    assert (result.exit_code, result.stderr) == (0, "banmian: 1 article\n")
    assert result.stdout.splitlines() == [
        "1930-02-03  p. 3  禾州晚報/1930-02-03/03#a1",
        "  工廠«復工»紀",
        "    縣政府派員瞭解麵粉廠情形，昨已«復工»，餘俟後報。",
    ]


def test_an_article_without_a_headline_says_so(archive: Path) -> None:
    assert "(no headline)" in run(archive, "牡丹亭").stdout


def test_the_command_prints_json(archive: Path) -> None:
    result = run(archive, "復工", "--from", "2020", "--person", "王芳", "--page", "1", "--json", "--limit", "3")
    assert (result.exit_code, result.stderr) == (0, "")
    value = json.loads(result.stdout)
    assert (value["schema"], value["total"]) == ("banmian.search/1", 1)
    assert value["query"] == {
        "words": ["復工"],
        "without": [],
        "from": "2020-01-01",
        "to": None,
        "person": "王芳",
        "page": "1",
    }
    (hit,) = value["results"]
    assert (hit["page"], hit["issue"], hit["date"]) == ("禾州日报/2020-05-28/01", "禾州日报/2020-05-28", "2020-05-28")
    assert (hit["number"], hit["article"], hit["people"]) == ("1", "a1", [{"name": "王芳", "role": "reporter"}])
    for passage in (hit["headline"], *hit["passages"]):
        assert passage["marks"]
        assert {passage["text"][start:end] for start, end in passage["marks"]} == {"复工"}


@pytest.mark.parametrize(("args", "shown"), [(["复工", "--limit", "2"], 2), (["复工"], 3), (["龘"], 0)])
def test_the_command_says_how_many_there_are(archive: Path, args: list[str], shown: int) -> None:
    result = run(archive, *args)
    assert result.exit_code == 0
    assert result.stdout.count("\n    ") >= shown
    expected = {
        2: "banmian: 3 articles; shown are the best 2, --limit N shows more\n",
        3: "banmian: 3 articles\n",
        0: "banmian: no article has that\n",
    }
    assert result.stderr == expected[shown]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["-插秧"], "the query says only what is not to be in an article; say a word that is, too"),
        (["，"], "the query has no word in it; say a character, a word or a phrase to search"),
        (["复工", "--from", "x"], "'x' is no date; write a day, a month or a year: 2020-05-28, 2020-05, 2020"),
        (["复工", "--form", "2020"], "there is no option --form; `banmian search --help` lists them"),
    ],
)
def test_what_cannot_be_asked_ends_with_1(archive: Path, args: list[str], message: str) -> None:
    result = run(archive, *args)
    assert (result.exit_code, result.stdout, result.stderr) == (ExitCode.USAGE, "", f"banmian: {message}\n")


@pytest.mark.parametrize("args", [[], ["--limit", "0", "复工"], ["--limit", "x", "复工"]])
def test_wrong_usage_ends_with_1(archive: Path, args: list[str]) -> None:
    assert run(archive, *args).exit_code == ExitCode.USAGE


def test_what_is_no_archive_ends_with_2(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("本报讯", encoding="utf-8")
    (tmp_path / "empty.db").touch()
    for name, message in (
        ("no.db", "no such file"),
        ("page.txt", "is not a SQLite database"),
        ("empty.db", "is a SQLite database, but no archive of banmian"),
        ("", "is a folder; say the file, which `banmian run --format sqlite` has put there"),
    ):
        result = run(tmp_path / name, "复工")
        assert (result.exit_code, result.stdout) == (ExitCode.INPUT, "")
        assert result.stderr == f"banmian: {tmp_path / name}: {message}\n"


def test_a_search_changes_nothing_and_needs_no_permission_to(archive: Path, tmp_path: Path) -> None:
    there = tmp_path / "锁 ?#%25\udcff"
    there.mkdir()
    copy = there / "a.db"
    copy.write_bytes(archive.read_bytes())
    copy.chmod(0o444)
    there.chmod(0o555)
    try:
        assert run(copy, "复工").exit_code == 0
        assert [path.name for path in there.iterdir()] == ["a.db"]
        assert copy.read_bytes() == archive.read_bytes()
    finally:
        there.chmod(0o755)


def test_a_damaged_archive_is_an_answer_or_one_line(archive: Path, tmp_path: Path) -> None:
    """Wherever a disk has gone bad: the words are found, or it is said that the file is damaged; never a traceback."""
    data, chance, said = archive.read_bytes(), random.Random(5), set()
    path = tmp_path / "bad.db"
    for _ in range(150):
        at, size = chance.randrange(100, len(data)), chance.choice((1, 16, 4096))
        at = at if chance.random() < 0.5 else chance.randrange(100, 8192)  # the schema
        path.write_bytes(data[:at] + chance.randbytes(min(size, len(data) - at)) + data[at + size :])
        try:
            with Reader.open(path) as reader:
                reader.search(parse_query("复工", reader.fold), Filters(person="王芳"))
                reader.search(parse_query("的", reader.fold))
        except (ArchiveError, QueryError) as error:
            said.add(str(error).removeprefix(f"{path}: "))
    assert not any("\n" in message for message in said)
    assert any(message.startswith("is damaged") for message in said)


def test_texts_cannot_play_with_the_terminal(tmp_path: Path) -> None:
    build([record("p\x1b[31m", article(1, "红\x1b[31m字", "复工\x07\r\n第二行"))], tmp_path / "a.db")
    result = run(tmp_path / "a.db", "复工")
    assert re.findall(r"[\x00-\x09\x0b-\x1f]", result.stdout) == []
    assert "    «复工»   第二行\n" in result.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_on_a_terminal_words_are_coloured_and_lines_fit(archive: Path) -> None:
    import pty  # noqa: PLC0415

    ours, theirs = pty.openpty()
    env = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "60"}
    env.pop("NO_COLOR", None)
    command = [str(Path(sys.executable).with_name("banmian")), "search", str(archive), "復工"]
    done = subprocess.run(command, stdout=theirs, stderr=subprocess.PIPE, env=env, check=True)
    os.close(theirs)
    data = b""
    while chunk := _read(ours):
        data += chunk
    os.close(ours)
    text = data.decode()
    assert "\x1b[1;33m复工\x1b[0m" in text
    assert "«" not in text
    plain = re.sub(r"\x1b\[[\d;]*m", "", text)
    assert "2020-05-28" in plain
    assert max(sum(2 if ord(char) > 0x2E80 else 1 for char in line.rstrip()) for line in plain.splitlines()) <= 60
    assert done.stderr.decode() == "banmian: 3 articles\n"


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # Linux: the other end is closed
        return b""


def test_an_archive_is_searched_while_pages_are_added(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    build(issue(), path)
    with Archive.open(path) as writer:
        writer.add(record("2020-05-29/01", article(1, "复工", "复工。")))
        assert run(path, "复工").stderr == "banmian: 3 articles\n"
    assert run(path, "复工").stderr == "banmian: 4 articles\n"


def test_searching_loads_neither_the_pipeline_nor_opencc(archive: Path) -> None:
    code = (
        "import sys; from banmian.cli import app; app(['search', sys.argv[1], '复工'], standalone_mode=False); "
        "print(*(name for name in ('opencc', 'numpy', 'regex', 'banmian.config') if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code, archive], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == ""


def test_an_archive_behind_a_url_is_to_be_fetched() -> None:
    result = run("s3://bucket/out", "桥")
    assert result.exit_code == ExitCode.INPUT
    assert "is a URL" in result.stderr
    assert "fetch archive.db from there first" in result.stderr
