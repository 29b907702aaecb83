"""Results of a search as people and programs read them: a table on a terminal, plain text, JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from banmian.formats.page_json import layout
from banmian.formats.text import writable
from banmian.search.finding import Filters, Found, Hit, Passage
from banmian.search.query import Query

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

SCHEMA = "banmian.search/1"
_MARK = "bold yellow"


def as_json(found: Found, query: Query, filters: Filters) -> str:
    """The results as JSON text. Marks are places in the text that they stand beside, half-open."""
    value = {
        "schema": SCHEMA,
        "query": {
            "words": [word.text for word in query.words],
            "without": [word.text for word in query.without],
            "from": filters.since,
            "to": filters.until,
            "person": filters.person,
            "page": filters.number,
        },
        "total": found.total,
        "results": [_hit(hit) for hit in found.hits],
    }
    return writable(layout(value)) + "\n"


def _hit(hit: Hit) -> dict[str, object]:
    return {
        "page": hit.page,
        "issue": hit.issue or None,
        "date": hit.date or None,
        "number": hit.number or None,
        "article": hit.article,
        "goes_on": [
            {"page": page, "number": number or None, "article": article} for page, number, article in hit.goes_on
        ],
        "score": round(hit.score, 4),
        "confidence": hit.confidence,
        "headline": _passage(hit.headline),
        "people": [{"name": name, "role": role} for name, role in hit.people],
        "passages": [_passage(passage) for passage in hit.passages],
    }


def _passage(passage: Passage) -> dict[str, object]:
    return {
        "role": passage.role,
        "text": passage.text,
        "marks": [[mark.start, mark.end] for mark in passage.marks],
        "cut": [passage.cut_before, passage.cut_after],
    }


def as_text(found: Found) -> str:
    """The results as plain text: a line for the article, a line for each passage, the words in «»."""
    out = []
    for hit in found.hits:
        where = "  ".join(filter(None, (hit.date, f"p. {_pages(hit)}" if hit.number else "", clean(_name(hit)))))
        out += [where, f"  {_marked(hit.headline) or '(no headline)'}"]
        out += [f"    {_marked(passage)}" for passage in hit.passages]
    return "".join(f"{line}\n" for line in out)


def _marked(passage: Passage) -> str:
    out, at = [], 0
    for start, end, _ in passage.marks:
        out += [passage.text[at:start], "«", passage.text[start:end], "»"]
        at = end
    out.append(passage.text[at:])
    return clean(f"{'…' * passage.cut_before}{''.join(out)}{'…' * passage.cut_after}")


def as_table(found: Found) -> RenderableType:
    """The results for a rich console: the words in colour."""
    from rich.console import Group  # noqa: PLC0415  60 ms, and only a terminal needs it
    from rich.padding import Padding  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    def styled(passage: Passage, style: str = "") -> Text:
        text = Text(clean(f"{'…' * passage.cut_before}{passage.text}{'…' * passage.cut_after}"), style)
        for start, end, _ in passage.marks:
            text.stylize(_MARK, start + passage.cut_before, end + passage.cut_before)
        return text

    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False, pad_edge=False)
    table.add_column(no_wrap=True, style="dim")
    table.add_column(no_wrap=True, style="dim", justify="right")
    table.add_column(ratio=1, overflow="fold")
    for hit in found.hits:
        headline = styled(hit.headline, "bold") if hit.headline.text else Text("(no headline)", "italic")
        rows: list[RenderableType] = [headline, Text(clean(_name(hit)), "dim")]
        rows += [Padding(styled(passage), (0, 0, 0, 2)) for passage in hit.passages]
        table.add_row(hit.date, _pages(hit), Group(*rows, ""))
    return table


def _pages(hit: Hit) -> str:
    """The number of the page, and those of the pages that the story jumps to."""
    return " → ".join(filter(None, (hit.number, *(number for _, number, _ in hit.goes_on))))


def _name(hit: Hit) -> str:
    """The page and the article in one word; ids of articles have the page in them or not."""
    return hit.article if hit.article.startswith(hit.page) else f"{hit.page}#{hit.article}"


def clean(text: str) -> str:
    r"""A text without characters that would move the cursor or recolour the terminal; as long as before.

    >>> clean("新\x1b[31m闻\n")
    '新 [31m闻 '
    """
    return writable("".join(char if char.isprintable() or char == "\u3000" else " " for char in text))
