"""The report of a run: what it counts, what it shows first, and that nothing it shows can do anything."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from html import escape
from html.parser import HTMLParser
from os import fsdecode
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banmian.archive import report
from banmian.archive.report import ReportError, gather
from banmian.archive.report.as_html import MOST, as_html
from banmian.archive.report.gathering import histogram
from banmian.archive.report.markup import shown
from banmian.archive.report.values import BUCKETS, RESULT, Failure, Report
from banmian.archive.store import Folder
from made_records import article, record

JUMP = ("jump.unmatched", "下转第3版: no story on page 3 goes on from here")

HOSTILE = (
    "<script>document.title='owned'</script>",
    '"><img src=x onerror="document.title=\'owned\'">',
    "'><svg onload=document.title='owned'>",
    "</title><style>*{display:none}</style><title>",
    "<!-- --><a href=javascript:alert(1)>x</a>",
    "&lt;b&gt; &amp; &#x3c;script&#62;",
    '<link rel=stylesheet href="http://evil.invalid/x.css"><img src="//evil.invalid/y.png">',
    "头\x00条\x1b[31m\x7f\x85\u202e条头\u2066\ufeff\u200b",
    "\udcff\udc80\ud800",
    "]]> ?> --> {{7*7}} ${x} %s {0}",
)


def put(out: Path, page: Mapping[str, Any], **more: object) -> dict[str, object]:
    """Write a page JSON into a folder, as a run does; the line of the journal for it."""
    name = f"{page['id']}.json"
    path = out / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(page), encoding="utf-8")
    line: dict[str, object] = {
        "page": page["id"],
        "source": f"{page['id']}.txt",
        "sha256": "",
        "config": "c0ffee",
        "version": "0.1.0",
        "state": "done",
        "seconds": 0.03,
        "articles": len(page["articles"]),
        "chars": page["source"]["chars"],
        "outputs": {name: "0"},
        "error": None,
    }
    return line | more


def failed(page: str, kind: str, message: str, **more: object) -> dict[str, object]:
    """The line of the journal for a page without a result."""
    return {
        "page": page,
        "source": f"{page}.txt",
        "state": "failed",
        "seconds": 0.0,
        "error": {"kind": kind, "message": message},
        **more,
    }


def journal(out: Path, *lines: Mapping[str, object]) -> Path:
    """A folder with a journal of these lines."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "journal.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return out


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """The result of a run over five pages."""
    out = tmp_path / "禾州"
    good = record("2020-05-28/01", article(1, "从复工到满产", "满产。" * 10, confidence=0.97))
    doubtful = record(
        "2020-05-28/02",
        article(1, "春耕忙", "插秧。", confidence=0.2, flags=(JUMP, ("head.apart", "stood apart"))),
        article(2, None, "众人让行。", confidence=0.4, flags=(("head.missing", ""),)),
        article(3, "暖心事", "让行。", confidence=0.93),
        flags=(("page.unplaced", "found no story for this text"),),
    )
    middling = record("2020-05-29/01", article(1, "水渠", "通水。", confidence=0.7, flags=(("head.apart", "apart"),)))
    return journal(
        out,
        put(out, good, seconds=0.01),
        failed("2020-05-28/02", "worker-died", "2020-05-28/02.txt: the worker died."),
        put(out, middling, seconds=0.05),
        failed("2020-05-29/02", "empty", "2020-05-29/02.txt: the file is empty."),
        failed("2020-05-29/03", "stopped", "was not tried: the run had been stopped; run it again.", state="skipped"),
        put(out, doubtful, seconds=0.09),  # tried again, and done
    )


def write(out: Path) -> None:
    """Make the report of a folder, as a run does."""
    report.write(Folder(out), name=out.name)


def made(out: Path) -> tuple[dict[str, Any], str]:
    """The report of a folder: the JSON and the HTML."""
    write(out)
    return json.loads((out / "report.json").read_bytes()), (out / "report.html").read_text(encoding="utf-8")


# What it counts


def test_the_last_record_of_a_page_counts(out: Path) -> None:
    told, _ = made(out)
    assert told["schema"] == "banmian.report/1"
    assert told["pages"] == {"total": 5, "done": 3, "failed": 1, "skipped": 1}
    assert told["articles"] == 5
    assert told["made_by"] == {"versions": ["0.1.0"], "configs": ["c0ffee"]}


def test_confidence_is_summed_up(out: Path) -> None:
    confidence = made(out)[0]["confidence"]
    assert confidence["tenths"] == [0, 0, 1, 0, 1, 0, 0, 1, 0, 2]
    assert (confidence["mean"], confidence["median"]) == (0.64, 0.7)
    assert (confidence["at_least_0.9"], confidence["below_0.5"], confidence["likely_wrong"]) == (2, 2, 1.8)


@settings(deadline=None)
@given(st.lists(st.floats(0, 1)))
def test_each_confidence_is_counted_once(confidences: list[float]) -> None:
    assert sum(histogram(confidences)) == len(confidences)


def test_each_tenth_begins_where_it_says() -> None:
    assert histogram([tenth / BUCKETS for tenth in range(BUCKETS)]) == (1,) * BUCKETS


def test_what_needs_a_person_comes_first(out: Path) -> None:
    told, _ = made(out)
    assert [one["page"] for one in told["pages_to_look_at"]] == ["2020-05-28/02", "2020-05-29/01", "2020-05-28/01"]
    assert told["pages_to_look_at"][0]["lowest"] == 0.2
    assert told["pages_to_look_at"][0]["flags"] == {
        "head.apart": 1,
        "head.missing": 1,
        "jump.unmatched": 1,
        "page.unplaced": 1,
    }
    looks = [(one["page"], one["article"], one["confidence"]) for one in told["articles_to_look_at"]]
    assert looks == [("2020-05-28/02", "a1", 0.2), ("2020-05-28/02", "a2", 0.4), ("2020-05-29/01", "a1", 0.7)]


def test_jumps_that_match_nothing_have_a_list_of_their_own(out: Path) -> None:
    assert made(out)[0]["unmatched_jumps"] == [
        {"page": "2020-05-28/02", "article": "a1", "headline": "春耕忙", "note": JUMP[1]}
    ]


def test_flags_are_counted_by_kind(out: Path) -> None:
    flags = {one["kind"]: (one["count"], one["pages"]) for one in made(out)[0]["flags"]}
    assert flags == {"head.apart": (2, 2), "head.missing": (1, 1), "jump.unmatched": (1, 1), "page.unplaced": (1, 1)}


def test_failures_have_their_reasons(out: Path) -> None:
    failures = made(out)[0]["failures"]
    assert [(one["page"], one["state"], one["kind"]) for one in failures] == [
        ("2020-05-29/02", "failed", "empty"),
        ("2020-05-29/03", "skipped", "stopped"),
    ]
    assert failures[0]["message"] == "2020-05-29/02.txt: the file is empty."


def test_speed_is_that_of_pages_that_were_done(out: Path) -> None:
    speed = made(out)[0]["speed"]
    assert speed["seconds"] == 0.15
    assert speed["pages_a_second_and_process"] == 20
    assert speed["seconds_a_page"] == {"mean": 0.05, "median": 0.05, "ninetieth": 0.09}
    assert speed["slowest"][0] == {"page": "2020-05-28/02", "seconds": 0.09}


# What can be wrong with a folder


def test_a_folder_without_a_journal_is_told(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="has no journal.jsonl, so it is no folder that `banmian run` wrote$"):
        write(tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_journal_without_pages_has_a_report(tmp_path: Path) -> None:
    told, html = made(journal(tmp_path))
    assert told["pages"]["total"] == 0
    assert (told["speed"], told["confidence"]["mean"], told["failures"]) == (None, None, [])
    assert "The journal has no pages." in html


def test_lines_that_are_no_records_are_counted(out: Path) -> None:
    with (out / "journal.jsonl").open("ab") as stream:
        stream.write(b'null\n[1]\n{"state": "done"}\n\xff\xfe\n{"page": "2020-05-30/01", "sta')
    told, html = made(out)
    assert told["journal"] == {"damaged_lines": 5}
    assert told["pages"]["total"] == 5
    assert "5 lines of the journal could not be read" in html


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (None, "No such file or directory"),
        (b"", "is no page JSON"),
        (b"\xff\xfe", "is no page JSON"),
        (b"[]", "is no page JSON"),
        (b'{"articles": [{"id": 1}], "flags": []}', "is no page JSON"),
        (b'{"articles": [{"id": 1, "headline": "", "confidence": "x", "flags": []}], "flags": []}', "is no page JSON"),
        (b'{"articles": null, "flags": null}', "is no page JSON"),
    ],
)
def test_a_result_that_cannot_be_read_is_a_failure_of_its_page(out: Path, data: bytes | None, why: str) -> None:
    path = out / "2020-05-28/01.json"
    path.unlink()
    if data is not None:
        path.write_bytes(data)
    told, _ = made(out)
    assert told["pages"] == {"total": 5, "done": 2, "failed": 2, "skipped": 1}
    (bad,) = (one for one in told["failures"] if one["kind"] == RESULT)
    assert bad["message"] == f"2020-05-28/01.json: {why}; run it again with --force"


@pytest.mark.parametrize("name", ["../secret.json", "/etc/secret.json", "a/../../secret.json"])
def test_no_file_outside_of_the_folder_is_read(tmp_path: Path, name: str) -> None:
    out = tmp_path / "out"
    line = put(out, record("p1", article(1, "甲", "一")))
    (tmp_path / "secret.json").write_bytes((out / "p1.json").read_bytes())
    told, html = made(journal(out, line | {"page": "p2", "outputs": [name]}))
    (failure,) = told["failures"]
    assert failure["message"] == "the journal says that its result is not in this folder; run it again with --force"
    assert "secret" not in html


def test_a_journal_with_odd_values_has_a_report(tmp_path: Path) -> None:
    out = tmp_path / "out"
    line = put(out, record("p1", article(1, "甲", "一")))
    odd: dict[str, object] = {"seconds": "fast", "chars": None, "outputs": 7, "version": ["x"], "config": {}}
    more: list[dict[str, object]] = [
        {"page": "p2", "state": "failed", "error": "no"},
        {"page": "p3", "state": 3, "error": {"kind": 1}},
    ]
    told, _ = made(journal(out, line | odd, *more))
    assert told["pages"] == {"total": 3, "done": 1, "failed": 2, "skipped": 0}
    assert told["made_by"]["versions"] == ["['x']"]


def test_a_run_without_json_has_the_figures_of_its_journal(tmp_path: Path) -> None:
    line = put(tmp_path, record("p1", article(1, "甲", "一")), confidence=0.3, flags={"head.apart": 2}, articles=7)
    told, html = made(journal(tmp_path, line | {"outputs": {"p1.md": "0"}}))
    assert told["pages"] == {"total": 1, "done": 1, "failed": 0, "skipped": 0}
    assert (told["articles"], told["articles_with_confidence"], told["articles_to_look_at"]) == (7, 0, [])
    assert told["pages_to_look_at"][0]["flags"] == {"head.apart": 2}
    assert told["pages_to_look_at"][0]["lowest"] == 0.3
    assert "of these the report knows what the journal says" in html


def test_the_same_folder_makes_the_same_report_and_nothing_else(out: Path) -> None:
    first = made(out)
    assert made(out) == first
    assert not [path for path in out.iterdir() if path.name.startswith(".")]


# The page for the browser


class Parsed(HTMLParser):
    """What an HTML text has: its tags and attributes, and its words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Note words."""
        self.words.append(data)


# All elements that the report has; none of them loads or runs anything but what stands in it.
TAGS = """
html head meta title style body main header section footer h1 h2 p span b bdi a ul ol li dl dt dd div
table tbody tr th td details summary
"""


def harmless(html: str) -> Parsed:
    """The page parsed, once it is sure that there is nothing in it that could do anything."""
    parsed = Parsed(html)
    assert {tag for tag, _ in parsed.tags} <= set(TAGS.split())
    for tag, attributes in parsed.tags:
        assert not any(name.startswith("on") for name in attributes)
        assert "src" not in attributes
        if "href" in attributes:
            assert tag == "a"
            assert re.fullmatch(r"report\.json|\./[\w./%~-]+\.json", attributes["href"] or "", re.ASCII)
        if "style" in attributes:
            assert re.fullmatch(r"width:[\d.]+%", attributes["style"] or "")
    assert not re.search(r"url\(|@import|expression|</style", "".join(re.findall("<style>(.*)</style>", html, re.S)))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]", html)
    assert "default-src 'none'" in html
    return parsed


def hostile(out: Path) -> Path:
    """A run whose names, texts and messages all want to be more than text."""
    lines: list[Mapping[str, object]] = []
    for number, text in enumerate(HOSTILE):
        flags = ((text, text), ("jump.unmatched", text))
        page = record("x", article(1, text, text, confidence=0.1, flags=flags), flags=flags)
        line = put(out, page | {"id": f"p{number}"})
        lines.append(line | {"page": text, "version": text, "config": text})
        lines.append(failed(f"f{text}", text, text, source=text))
    lines.append(failed("javascript:alert(1)", "x", "y", outputs=["javascript:alert(1).json"]))
    odd = put(out, record("javascript:alert(1)//x", article(1, "甲", "一", confidence=0.3)))
    return journal(out, *lines, odd)


def test_whatever_it_shows_is_text(tmp_path: Path) -> None:
    told, html = made(hostile(tmp_path / "<b>&\"'"))
    parsed = harmless(html)
    words = " ".join("".join(parsed.words).split())
    for text in HOSTILE:
        assert " ".join(shown(text).split()) in words
    assert {one["kind"] for one in told["failures"]} >= set(HOSTILE)


@settings(deadline=None)
@given(st.text(max_size=20))
def test_no_text_is_more_than_text(text: str) -> None:
    parsed = harmless(as_html(_report_of(text), name=text))
    assert shown(text).strip() in "".join(parsed.words)


def test_links_lead_to_the_results(tmp_path: Path) -> None:
    names = ["2020-05-28/02", "头版 #1?%25", "a:b", "p\udcff", 'it\'s "so"']
    out = journal(tmp_path, *[put(tmp_path, record(name, article(1, "甲", "一", confidence=0.1))) for name in names])
    links = {attributes["href"] or "" for tag, attributes in harmless(made(out)[1]).tags if tag == "a"}
    links -= {"report.json"}
    assert len(links) == len(names)
    for link in links:
        assert (out / fsdecode(unquote_to_bytes(link))).is_file()


def _report_of(text: str) -> Report:
    """The report of a run with one page that is called `text`, and failed."""
    nothing: dict[str, Any] = dict.fromkeys(
        ("articles", "judged", "chars", "damaged_lines", "sure", "doubtful", "done"), 0
    )
    lists: dict[str, Any] = dict.fromkeys(("configs", "flags", "jumps", "to_look_at", "page_notes"), ())
    return Report(
        pages=1,
        versions=(text,),
        mean=None,
        median=None,
        histogram=(0,) * BUCKETS,
        failures=(Failure(text, text, "failed", text, text),),
        speed=None,
        **nothing,
        **lists,
    )


def test_a_page_of_a_file_of_many_is_named(tmp_path: Path) -> None:
    lines = [
        failed("day-002", "damaged", "is damaged.", source="day.pdf"),
        failed("p", "empty", "is empty.", source="p.txt"),
    ]
    words = " ".join("".join(harmless(made(journal(tmp_path, *lines))[1]).words).split())
    assert "day.pdf day-002 damaged" in words
    assert "p.txt empty" in words


def test_long_lists_are_cut_and_say_so(tmp_path: Path) -> None:
    out = tmp_path / "out"
    flags = (JUMP,)
    lines = [
        put(out, record(f"p{number:04}", article(1, "头" * 500, "一", confidence=0.2, flags=flags)))
        for number in range(MOST + 20)
    ]
    lines += [failed(f"x{number:04}", "empty", "the file is empty. " * 100) for number in range(1_000)]
    told, html = made(journal(out, *lines))
    for what in ("failures", "pages_to_look_at", "articles_to_look_at", "unmatched_jumps"):
        assert len(told[what]) == (1_000 if what == "failures" else MOST + 20)
    assert "Here are 100 of 1,000 failures; all are in " in html
    assert html.count("Here are 100 of 120 ") == 3
    assert html.count("<li>") == 4 * MOST + 10 + 2 * MOST - 100  # entries, the slowest, and a note for each article
    assert len(html) < 500_000


def test_it_says_what_is_the_matter(out: Path) -> None:
    _, html = made(out)
    assert "2 pages of 5 without a result." in html
    for line in (out / "journal.jsonl").read_text(encoding="utf-8").splitlines():
        assert escape(json.loads(line)["page"]) in html
    good = journal(out, put(out, record("2020-05-28/01", article(1, "甲", "一", confidence=0.99))))
    assert "Every page has a result: 1 page." in made(good)[1]


def test_results_of_two_versions_are_told(out: Path) -> None:
    line = put(out, record("2020-05-30/01", article(1, "甲", "一")), version="0.0.9")
    with (out / "journal.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(line) + "\n")
    assert "Not all results were made with the same version and configuration" in made(out)[1]
    assert gather(Folder(out)).versions == ("0.0.9", "0.1.0")


# In a real browser

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
in_a_browser = pytest.mark.skipif(BROWSER is None, reason="no Chromium here: apt-get install chromium")
_QUIET = """
--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync --disable-dev-shm-usage --enable-logging=stderr
"""


def browse(page: Path, profile: Path) -> tuple[str, str, str]:
    """What Chromium makes of a page: the document, its messages, and what it asked the network for."""
    assert BROWSER
    log = profile.with_suffix(".netlog")
    options = (*_QUIET.split(), f"--user-data-dir={profile}", f"--log-net-log={log}")
    done = subprocess.run(
        [BROWSER, *options, "--dump-dom", page.as_uri()],
        capture_output=True,
        text=True,
        timeout=90,
        check=True,
    )
    messages = "\n".join(line for line in done.stderr.splitlines() if "CONSOLE" in line)
    return done.stdout, messages, log.read_text(encoding="utf-8", errors="replace")


@in_a_browser
def test_a_browser_shows_it_as_text_and_asks_for_nothing(tmp_path: Path) -> None:
    out = hostile(tmp_path / "out")
    write(out)
    document, messages, asked = browse(out / "report.html", tmp_path / "profile")
    assert messages == ""
    assert "evil.invalid" not in asked
    parsed = harmless(document)
    assert "owned" not in re.findall("<title>(.*?)</title>", document)[0]
    for text in HOSTILE[:4]:
        assert text in "".join(parsed.words)


@in_a_browser
def test_nothing_runs_even_if_it_were_in_the_page(tmp_path: Path) -> None:
    """The policy in the page is one that browsers understand: without escaping it would still hold."""
    journal(tmp_path / "out", failed("p", "empty", "HERE"))
    write(tmp_path / "out")
    page = tmp_path / "out" / "report.html"
    attack = "<script>document.title='owned'</script><img src='http://evil.invalid/x.png'>"
    page.write_text(page.read_text(encoding="utf-8").replace("HERE", attack), encoding="utf-8")
    document, messages, asked = browse(page, tmp_path / "profile")
    assert "<title>owned</title>" not in document
    assert "Content Security Policy" in messages
    assert "evil.invalid" not in re.sub(r"file:[^\"]*", "", asked)


@in_a_browser
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_it_fits_a_phone(tmp_path: Path, width: int) -> None:
    """Nothing is wider than the screen, be names as long as they like."""
    out = tmp_path / "out"
    long = "2020-05-28/" + "很长的名字" * 30 + "x" * 60
    flags = (("jump.unmatched", "a" * 200), ("y" * 90, "下转"))
    page = record("p1", article(1, "头条" * 60, "一", confidence=0.1, flags=flags))
    write(journal(out, put(out, page) | {"page": long}, failed(long + "z", "empty", "w" * 300)))
    html = (out / "report.html").read_text(encoding="utf-8")
    wrapper = tmp_path / "wrapper.html"
    measured = (
        "const it = this.contentDocument.documentElement; document.title = 'over ' + (it.scrollWidth - it.clientWidth)"
    )
    wrapper.write_text(
        f'<!DOCTYPE html><meta charset="utf-8"><iframe width="{width}" height="800" style="border:0" '
        f'srcdoc="{escape(html)}" onload="{measured}"></iframe>',
        encoding="utf-8",
    )
    document, _, _ = browse(wrapper, tmp_path / "profile")
    assert "<title>over 0</title>" in document
