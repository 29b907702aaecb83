"""CSV: one row an article, for spreadsheets and catalogues; a story that jumps (转版) is one row.

| column | what is in it |
| --- | --- |
| `id`, `issue`, `paper`, `date`, `page`, `number` | as in JSON Lines: of the article, its issue, its first page |
| `pages` | numbers of the pages that it stands on, or their ids where they have none |
| `kicker`, `headline`, `deck`, `byline` | as printed |
| `dateline`, `agency`, `place`, `dated` | the dateline as printed, and its parts |
| `reporters`, `contributors`, `photographers`, `editors` | names |
| `text`, `captions` | paragraphs and subheads, one a line; captions, one a line |
| `characters` | of `text`, white space not counted |
| `confidence`, `flags` | flags as their kinds |

Lists are set off by "; ". Columns stay: new ones will come behind the last. The encoding is UTF-8 with a byte order
mark, without which Excel takes it for the encoding of the computer; lines end in CRLF (RFC 4180).

A cell that a spreadsheet would take for a formula (one that begins with =, +, -, @, their 全角 forms, or a tab or
carriage
return) has an apostrophe before it, and so has one that begins with an apostrophe: taking one apostrophe away from each
cell that begins with one gives the text as it was. What could not be decoded is U+FFFD. Excel cuts cells after
32,767 characters; no other program that we know does.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from banmian.chains import Chain, chains, whole
from banmian.formats.page_json import DIGITS
from banmian.formats.records import body_text
from banmian.formats.text import writable
from banmian.model import Issue, PersonRole

COLUMNS = (
    *("id", "issue", "paper", "date", "page", "number", "pages", "kicker", "headline", "deck", "byline"),
    *("dateline", "agency", "place", "dated", "reporters", "contributors", "photographers", "editors"),
    *("text", "captions", "characters", "confidence", "flags"),
)

_FORMULA = tuple("=+-@＝＋－＠\t\r'")


def dumps(issue: Issue, *, bom: bool = True) -> bytes:
    """The articles of an issue as CSV, a line of column names first; `bom` tells whether with a byte order mark."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for chain in chains(issue):
        writer.writerow([guarded(writable(cell)) for cell in _row(issue, chain)])
    return out.getvalue().encode("utf-8-sig" if bom else "utf-8")


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula.

    >>> guarded("=1+1"), guarded("-5℃"), guarded("——副题"), guarded("'90年代")
    ("'=1+1", "'-5℃", '——副题', "''90年代")
    """
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _row(issue: Issue, chain: Chain) -> Iterator[str]:
    article, page, text = whole(chain), chain.page, body_text(whole(chain))
    yield from (article.id, issue.id, issue.paper, issue.date, page.id, page.number)
    yield _listed(dict.fromkeys(part.page.number or part.page.id for part in chain.parts))
    for head in (article.kicker, article.headline, article.deck, article.byline):
        yield head.text if head else ""
    line = article.dateline
    yield from ("", "", "", "") if line is None else (line.text, line.agency or "", line.place or "", line.date or "")
    for role in (PersonRole.REPORTER, PersonRole.CONTRIBUTOR, PersonRole.PHOTOGRAPHER, PersonRole.EDITOR):
        yield _listed(person.name for person in article.people if person.role is role)
    yield text
    yield body_text(article, captions=True)
    yield str(len("".join(text.split())))
    yield str(round(article.confidence, DIGITS))
    yield _listed(dict.fromkeys(flag.kind for flag in article.flags))


def _listed(items: Iterable[str]) -> str:
    return "; ".join(items)
