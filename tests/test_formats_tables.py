"""JSON Lines, CSV and Parquet: one record an article; and the table of formats."""

from __future__ import annotations

import csv as reading
import hashlib
import io
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings

from banmian import Issue, Page, __version__, join_jumps
from banmian.chains import chains, whole_articles
from banmian.formats import csv, jsonl, markdown, parquet
from banmian.formats.page_json import to_dict
from banmian.formats.records import body_text
from banmian.formats.registry import WRITERS, MissingExtraError, Writer
from banmian.formats.text import writable
from banmian.model import Article
from made_issues import NAMES, issue_of, issues, misread

any_issue = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
every = pytest.mark.parametrize("name", NAMES)
# Those that are functions; what has a whole archive in one file is tested in test_sqlite.py.
FUNCTIONS = {name: writer for name, writer in WRITERS.items() if writer.scope != "archive"}


# JSON Lines


def test_a_line_has_these_keys_in_this_order() -> None:
    record = json.loads(jsonl.dumps(issue_of("bridge")).splitlines()[0])
    assert list(record) == [
        "schema", "id", "issue", "paper", "date", "page", "number", "parts", "kicker", "headline", "deck", "byline",
        "dateline", "people", "blocks", "confidence", "flags", "spans",
    ]  # fmt: skip
    assert record["schema"] == "banmian.article/1"
    assert (record["issue"], record["paper"], record["date"]) == ("made/bridge", "柳湾日报", "2021-04-12")
    assert record["number"] == "1"


@every
def test_an_article_on_one_page_is_as_in_page_json(name: str) -> None:
    issue = issue_of(name)
    on_pages = {article["id"]: article for page in issue.pages for article in to_dict(page)["articles"]}  # type: ignore[attr-defined]
    lines = [json.loads(line) for line in jsonl.dumps(issue).splitlines()]
    alone = [line for line in lines if len(line["parts"]) == 1]
    assert alone
    for line in alone:
        assert {key: line[key] for key in on_pages[line["id"]]} == on_pages[line["id"]]


@misread
def test_a_story_that_jumps_is_one_line_that_tells_its_pages() -> None:
    lines = [json.loads(line) for line in jsonl.dumps(issue_of("bridge")).splitlines()]
    assert len(lines) == 5
    first = lines[0]
    assert [(part["page"], part["number"], part["article"]) for part in first["parts"]] == [
        ("01", "1", "01-a00024"),
        ("03", "3", "03-a00113"),
    ]
    assert 0.5 < first["parts"][1]["confidence"] <= 1
    assert [block.get("page") for block in first["blocks"]] == [None, "03", "03", "03"]
    assert [block.get("joins", False) for block in first["blocks"]] == [False, True, False, False]


@any_issue
@given(issues())
def test_any_issue_is_lines_of_json_that_lose_nothing(issue: Issue) -> None:
    joined = join_jumps(issue)
    written = jsonl.dumps(joined)
    lines = [json.loads(line) for line in written.encode("utf-8").split(b"\n")[:-1]]
    assert [line["id"] for line in lines] == [article.id for _, article in whole_articles(joined)]
    for line, (_, article) in zip(lines, whole_articles(joined), strict=True):
        assert [block["text"] for block in line["blocks"]] == [block.text for block in article.blocks]
        assert line["headline"] == (article.headline.text if article.headline else None)


# CSV


def rows(data: bytes) -> list[dict[str, str]]:
    """The rows of a CSV file as Excel reads it."""
    return list(reading.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_csv_has_these_columns_and_a_byte_order_mark() -> None:
    data = csv.dumps(issue_of("bridge"))
    assert data.startswith(b"\xef\xbb\xbfid,issue,")
    assert csv.dumps(issue_of("bridge"), bom=False) == data[3:]
    assert data.count(b"\r\n") == 6
    (first, second, third, *_) = rows(data)
    assert list(first) == list(csv.COLUMNS)
    assert (first["pages"], first["reporters"], first["contributors"]) == ("1; 3", "甘小禾", "佟一苇")
    assert "到县城只要二十分钟，桃子当天就能进超市。\n" in first["text"]
    assert (first["dateline"], first["agency"]) == ("本报讯", "本报")
    assert second["pages"] == "1; 3"
    assert (third["pages"], third["flags"]) == ("1", "jump.unmatched")
    assert int(first["characters"]) == len("".join(first["text"].split()))


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-5℃", "@x", "＝1", "－5", "\tx", "\rx", "'90", "''"])
def test_no_cell_is_a_formula_and_each_can_be_had_back(cell: str) -> None:
    shown = csv.guarded(cell)
    assert shown[0] == "'"
    assert shown.removeprefix("'") == cell


@any_issue
@given(issues())
def test_any_issue_is_csv_that_loses_nothing_and_is_no_formula(issue: Issue) -> None:
    joined = join_jumps(issue)
    # Python's reader takes NUL for any other character; the rows of an article are told apart by quotes.
    found = rows(csv.dumps(joined))
    assert len(found) == len(chains(joined))
    for row, (_, article) in zip(found, whole_articles(joined), strict=True):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row.values())
        assert row["text"].removeprefix("'") == writable(body_text(article))
        assert row["headline"].removeprefix("'") == writable(article.headline.text if article.headline else "")


# Parquet


@misread
def test_parquet_has_typed_columns_with_lists() -> None:
    data = parquet.dumps(issue_of("bridge"))
    table = pq.read_table(io.BytesIO(data))
    assert table.schema.equals(parquet.SCHEMA)
    assert table.schema.metadata[b"banmian.version"].decode() == __version__
    first = table.to_pylist()[0]
    lines = [json.loads(line) for line in jsonl.dumps(issue_of("bridge")).splitlines()]
    for key in ("id", "issue", "paper", "date", "headline", "people", "confidence", "dateline"):
        assert [row[key] for row in table.to_pylist()] == [line[key] for line in lines]
    assert [block["joins"] for block in first["blocks"]] == [False, True, False, False]
    assert first["blocks"][1]["page"] == "03"
    start, end = lines[0]["blocks"][0]["spans"][0]
    assert first["blocks"][0]["spans"][0] == {"start": start, "end": end}
    assert first["text"].endswith("给游客讲讲渡口的故事。")


@any_issue
@given(issues())
def test_any_issue_is_parquet(issue: Issue) -> None:
    joined = join_jumps(issue)
    table = pq.read_table(io.BytesIO(parquet.dumps(joined)))
    assert table.schema.equals(parquet.SCHEMA)
    assert table.column("text").to_pylist() == [writable(body_text(article)) for _, article in whole_articles(joined)]


# All of them


def test_the_table_of_formats_is_complete() -> None:
    assert {name: (writer.scope, writer.suffix) for name, writer in WRITERS.items()} == {
        "json": ("page", ".json"),
        "md": ("page", ".md"),
        "txt": ("page", ".txt"),
        "alto": ("page", ".alto.xml"),
        "page-xml": ("page", ".page.xml"),
        "hocr": ("page", ".hocr"),
        "mets": ("issue", ".mets.xml"),
        "tei": ("issue", ".tei.xml"),
        "jsonl": ("issue", ".jsonl"),
        "csv": ("issue", ".csv"),
        "parquet": ("issue", ".parquet"),
        "sqlite": ("archive", ".db"),
    }
    assert all(writer.name == name for name, writer in WRITERS.items())


def test_the_readme_lists_the_formats(root: Path) -> None:
    table = (root / "README.md").read_text(encoding="utf-8").partition("| format |")[2].partition("\n\n")[0]
    rows_of = [[cell.strip() for cell in line.split("|")[1:4]] for line in table.splitlines()[2:]]
    listed = {
        name.strip("`"): (scope, suffix.strip("`"))
        for names, scope, suffixes in rows_of
        for name, suffix in zip(names.split(", "), suffixes.split(", "), strict=True)
    }
    assert listed == {name: (writer.scope, writer.suffix) for name, writer in WRITERS.items()}


def test_markdown_names_the_other_part_of_a_story_that_jumps() -> None:
    first, second = (markdown.dumps(page) for page in issue_of("bridge").pages)
    assert "\n> continued in 03-a00113\n" in first
    assert "\n> continues 01-a00024\n" in second


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_format_writes_an_empty_page_and_an_empty_issue(name: str) -> None:
    writer = WRITERS[name]
    page = Page.of("", id="p")
    if writer.scope == "page":
        assert isinstance(writer.load()(page), str)
    else:
        for issue in (Issue("i"), Issue("i", (page,))):
            assert isinstance(writer.load()(issue), str | bytes)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_format_writes_the_same_again(name: str) -> None:
    writer, issue = WRITERS[name], issue_of("told-apart")
    given_ = issue.pages[0] if writer.scope == "page" else issue
    assert writer.load()(given_) == writer.load()(given_)


def digests() -> dict[str, str]:
    """What each format makes of an issue with jumps, page by page or as a whole, as digests."""
    issue = issue_of("bridge")
    found = {}
    for name, writer in FUNCTIONS.items():
        written = [writer.load()(each) for each in (issue.pages if writer.scope == "page" else [issue])]
        told = b"".join(part if isinstance(part, bytes) else part.encode() for part in written)
        found[name] = hashlib.sha256(told).hexdigest()
    return found


def test_every_format_writes_the_same_in_another_process_with_another_hash_seed(root: Path) -> None:
    program = (
        "import sys, json; sys.path.insert(0, 'tests')\n"
        "from test_formats_tables import digests; print(json.dumps(digests()))"
    )
    env = {**os.environ, "PYTHONHASHSEED": "4711"}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, env=env, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == digests()


def test_a_format_without_its_library_says_which_extra_to_install() -> None:
    writer = Writer("parquet", "issue", ".parquet", "no_such_library", extra="parquet")
    with pytest.raises(MissingExtraError, match=r"^the format parquet needs no_such_library, which is not installed: "):
        writer.load()
    with pytest.raises(MissingExtraError, match=r"pip install banmian\[parquet\]$"):
        writer.load()
    with pytest.raises(ModuleNotFoundError):
        Writer("x", "page", ".x", "banmian.formats.nothing", extra="parquet").load()


def test_formats_are_not_loaded_before_they_are_needed() -> None:
    program = (
        "import sys, banmian.cli, banmian.formats.registry\n"
        "print([name for name in sys.modules if 'pyarrow' in name or 'formats.tei' in name])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_articles_of_one_page_need_no_issue_to_be_written() -> None:
    page = replace(Page.of("题"), articles=(Article("a1", confidence=0.5),))
    assert json.loads(jsonl.dumps(Issue("p", (page,))))["confidence"] == 0.5
