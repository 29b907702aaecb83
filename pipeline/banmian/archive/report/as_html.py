"""The report as a page for a browser: one file, no script, nothing from the network.

It is built with `xml.etree.ElementTree`, which escapes every text and attribute by itself; no text of a page, a file
name or a message is ever put together with markup. Characters that nobody would see, or that turn the direction of what
follows, are shown by their codes, and a Content-Security-Policy forbids scripts and requests, should all else fail.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, tostring

from banmian import __version__
from banmian.archive.report.markup import (
    chance,
    chips,
    duration,
    el,
    folding,
    headline,
    link,
    local_id,
    more,
    notes,
    number,
    section,
    several,
    shown,
    sureness,
)
from banmian.archive.report.values import BUCKETS, DOUBTFUL, SURE, Failure, Jump, Report

# Entries of a list that are shown. A person looks at dozens; the lists of an archive have thousands, and are in
# report.json.
MOST = 100
_STYLE = Path(__file__).with_name("report.css")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def as_html(report: Report, *, name: str = "") -> str:
    """The report as HTML.

    Args:
        report: what `banmian.archive.report.gather` found.
        name: what the archive is called.
    """
    outputs = {note.page: note.output for note in report.page_notes}
    title = f"{shown(name)} · banmian" if name else "banmian"
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", **{"http-equiv": "Content-Security-Policy", "content": _POLICY}),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("meta", name="referrer", content="no-referrer"),
        el("title", title),
        el("style", _STYLE.read_text(encoding="utf-8")),
    )
    main = el(
        "main",
        _header(report, name),
        _tiles(report),
        _failures(report.failures),
        _confidence(report),
        _pages(report),
        _articles(report, outputs),
        _jumps(report.jumps, outputs),
        _flags(report),
        _speed(report),
        _footer(report),
    )
    html = el("html", head, el("body", main), lang="en")
    return f"<!DOCTYPE html>\n{tostring(html, encoding='unicode', method='html')}\n"


# The parts of the page, from the top


def _header(report: Report, name: str) -> Element:
    if not report.pages:
        state, verdict = "bad", "The journal has no pages."
    elif report.failed:
        state, verdict = "bad", f"{several(report.failed, 'page')} of {number(report.pages)} without a result."
    else:
        state, verdict = "good", f"Every page has a result: {several(report.pages, 'page')}."
    made = ", ".join(shown(version) for version in report.versions)
    mixed = len(report.versions) > 1 or len(report.configs) > 1
    return el(
        "header",
        el("p", el("span", "版面", class_="mark", lang="zh"), " banmian · report of a run", class_="brand"),
        el("h1", el("bdi", shown(name) or "Report")),
        el("p", verdict, class_=f"verdict {state}"),
        el("p", f"Made with banmian {made}.", class_="faint") if made and not mixed else None,
        el("p", "Not all results were made with the same version and configuration; --force makes them anew.")
        if mixed
        else None,
    )


def _tiles(report: Report) -> Element:
    wrong = round(report.doubt)
    tiles = [
        _tile(number(report.pages), "pages", "版面"),
        _tile(number(report.articles), "articles", "稿件"),
        _tile(number(report.chars), "characters", "字"),
        _tile(number(report.failed), "without a result", "失败", "bad" if report.failed else ""),
        _tile(f"≈ {number(wrong)}" if wrong else "0", "articles likely wrong", "疑误", "warn" if wrong else ""),
        _tile(number(len(report.jumps)), "unmatched jumps", "转版未接", "warn" if report.jumps else ""),
    ]
    return el("section", el("dl", *tiles, class_="tiles"), **{"aria-label": "Figures"})


def _tile(figure: str, label: str, chinese: str, state: str = "") -> Element:
    return el("div", el("dt", label, " ", el("span", chinese, lang="zh")), el("dd", figure), class_=f"tile {state}")


def _failures(failures: Sequence[Failure]) -> Element | None:
    if not failures:
        return None
    kinds = Counter(failure.kind for failure in failures)
    summary = [
        el("li", el("b", number(count)), " ", el("bdi", shown(kind)), class_="chip bad")
        for kind, count in sorted(kinds.items(), key=lambda item: (-item[1], item[0]))
    ]
    entries = [
        el(
            "li",
            el(
                "p",
                el("bdi", shown(failure.source or failure.page), class_="name"),
                f" {shown(failure.page)} " if failure.of_many else " ",
                el("span", shown(failure.kind), class_="chip bad"),
            ),
            el("p", el("bdi", _reason(failure)), class_="faint"),
        )
        for failure in failures[:MOST]
    ]
    return section(
        "Pages without a result",
        "失败",
        "Put right what the reason says and run it again: only these pages are done.",
        el("ul", *summary, class_="chips"),
        *folding(entries, len(failures), "failures"),
    )


def _reason(failure: Failure) -> str:
    """What a failure says, without the name of the page once more."""
    message = failure.message.removeprefix(f"{failure.source}: ").removeprefix(f"{failure.page}: ")
    return shown(message) or "no reason is recorded"


def _confidence(report: Report) -> Element | None:
    if not report.judged:
        return None
    most = max(report.histogram)
    rows = []
    for bucket in reversed(range(BUCKETS)):
        count = report.histogram[bucket]
        low, high = bucket / BUCKETS, (bucket + 1) / BUCKETS
        share = 100 * count / report.judged
        bar = el("span", class_=f"bar {sureness(low)}", style=f"width:{100 * count / most:.1f}%")
        rows.append(
            el(
                "tr",
                el("th", f"{low:.1f} – {high:.1f}", scope="row"),
                el("td", bar, class_="track"),
                el("td", number(count), class_="count"),
                el("td", f"{share:.1f} %", class_="count faint"),
            )
        )
    assert report.mean is not None
    assert report.median is not None
    return section(
        "Confidence",
        "置信度",
        f"{several(report.sure, 'article')} at {SURE} or above, {number(report.doubtful)} below {DOUBTFUL}; "
        f"mean {report.mean:.2f}, median {report.median:.2f}. The confidence of an article is the probability that its "
        "heads and its text are right.",
        el("table", el("tbody", *rows), class_="bars"),
    )


def _pages(report: Report) -> Element | None:
    notes = [note for note in report.page_notes if note.doubt or note.flags]
    if not notes:
        return None
    entries = [
        el(
            "li",
            el(
                "p",
                link(note.page, note.output),
                " ",
                chance(note.lowest) if note.lowest is not None else None,
            ),
            el(
                "p",
                f"about {note.doubt:.1f} of {several(note.articles, 'article')} likely wrong"
                if note.articles
                else "no article was found on it",
                class_="faint",
            ),
            chips(note.flags.items()),
        )
        for note in notes[:MOST]
    ]
    return section(
        "Pages to look at first",
        "先看的版面",
        "Those on which most articles are likely wrong. Beside the name the lowest confidence on the page.",
        *folding(entries, len(notes), "pages"),
    )


def _articles(report: Report, outputs: dict[str, str]) -> Element | None:
    if not report.to_look_at:
        return None
    entries = [
        el(
            "li",
            el("p", headline(note), " ", chance(note.confidence)),
            el("p", link(note.page, outputs.get(note.page, "")), " ", local_id(note), class_="faint"),
            notes(note.flags),
        )
        for note in report.to_look_at[:MOST]
    ]
    return section(
        "Articles to look at first",
        "先看的稿件",
        f"The least certain ones. Listed are all with a flag or a confidence below {SURE}.",
        *folding(entries, len(report.to_look_at), "articles"),
    )


def _jumps(jumps: Sequence[Jump], outputs: dict[str, str]) -> Element | None:
    if not jumps:
        return None
    entries = [
        el(
            "li",
            el("p", el("bdi", shown(jump.headline) or "(no headline)", lang="zh", class_="headline")),
            el("p", link(jump.page, outputs.get(jump.page, "")), class_="faint"),
            el("p", el("bdi", shown(jump.note)), class_="note") if jump.note else None,
        )
        for jump in jumps[:MOST]
    ]
    return section(
        "Unmatched jumps",
        "转版未接",
        "Stories that go on on another page, or come from one (下转, 上接), and whose other half was not found.",
        *folding(entries, len(jumps), "jumps"),
    )


def _flags(report: Report) -> Element | None:
    if not report.flags:
        return None
    most = max(flag.count for flag in report.flags)
    rows = [
        el(
            "tr",
            el("th", el("bdi", shown(flag.kind)), scope="row"),
            el("td", el("span", class_="bar warn", style=f"width:{100 * flag.count / most:.1f}%"), class_="track"),
            el("td", number(flag.count), class_="count"),
            el("td", "on ", several(flag.pages, "page"), class_="count faint"),
        )
        for flag in report.flags[:MOST]
    ]
    return section(
        "Flags",
        "待查",
        "What banmian was not sure of, or has repaired, by kind.",
        el("table", el("tbody", *rows), class_="bars kinds"),
        more(len(rows), len(report.flags), "kinds"),
    )


def _speed(report: Report) -> Element | None:
    speed = report.speed
    if speed is None or not speed.seconds:
        return None
    slowest = [
        el("li", el("p", el("bdi", shown(name), class_="name"), " ", el("span", f"{seconds:.2f} s", class_="chip")))
        for name, seconds in speed.slowest
    ]
    return section(
        "Speed",
        "速度",
        f"{speed.rate:.1f} pages a second and process; a page takes {1000 * speed.median:.0f} ms (median), nine in ten "
        f"less than {1000 * speed.ninetieth:.0f} ms. {duration(speed.seconds)} of work in all.",
        el("details", el("summary", "The slowest pages"), el("ol", *slowest, class_="entries")),
    )


def _footer(report: Report) -> Element:
    broken = (
        f" {several(report.damaged_lines, 'line')} of the journal could not be read, as a run that was killed leaves "
        "them; their pages are done again by the next run."
        if report.damaged_lines
        else ""
    )
    without = sum(not note.output for note in report.page_notes)
    unknown = (
        f" Not written as JSON: {several(without, 'page')}; of these the report knows what the journal says, and not "
        "the articles."
        if without
        else ""
    )
    return el(
        "footer",
        el("p", "The lists in full are in ", el("a", "report.json", href="report.json"), f".{broken}{unknown}"),
        el("p", f"banmian {__version__}"),
    )
