"""One article of an issue as plain values: what the formats with one record an article write.

A story that jumps is one record, that of its first page; its texts from other pages tell their page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from banmian.chains import Chain, chains, paragraphs, whole
from banmian.formats.page_json import DIGITS, HEADS, dateline
from banmian.model import Article, Flag, Issue, Page, Paragraph, Role
from banmian.trace import Span


def records(issue: Issue) -> Iterator[dict[str, Any]]:
    """The articles of an issue in the order of their pages, as JSON values with their keys in this order."""
    for chain in chains(issue):
        yield record(issue, chain)


def record(issue: Issue, chain: Chain) -> dict[str, Any]:
    """One article as JSON values. Spans are of the source of `page`, or of the page that the text tells."""
    article, page = whole(chain), chain.page
    heads = {key: getattr(article, key) for key in HEADS}
    return {
        "id": article.id,
        "issue": issue.id,
        "paper": issue.paper or None,
        "date": issue.date or None,
        "page": page.id,
        "number": page.number or None,
        "parts": [_part(part.page, part.article) for part in chain.parts],
        **{key: text.text if text else None for key, text in heads.items()},
        "dateline": dateline(article.dateline) if article.dateline else None,
        "people": [{"name": person.name, "role": person.role.value} for person in article.people],
        "blocks": [_block(block) for block in article.blocks],
        "confidence": round(article.confidence, DIGITS),
        "flags": [_flag(flag) for flag in article.flags],
        "spans": {key: _spans(text.spans) for key, text in heads.items() if text},
    }


def body_text(article: Article, *, captions: bool = False) -> str:
    """The paragraphs and subheads of an article, or its captions, one a line.

    Paragraphs that go on over a jump are one.
    """
    return "\n".join(
        "".join(block.text for block in run) for role, run in paragraphs(article) if (role is Role.CAPTION) == captions
    )


def _part(page: Page, article: Article) -> dict[str, Any]:
    link = article.continues
    joined = {} if link is None else {"confidence": round(link.confidence, DIGITS)}
    return {"page": page.id, "number": page.number or None, "article": article.id, **joined}


def _block(block: Paragraph) -> dict[str, Any]:
    return {
        "role": block.role.value,
        "text": block.text,
        "spans": _spans(block.spans),
        **({"page": block.page} if block.page is not None else {}),
        **({"joins": True} if block.joins else {}),
    }


def _flag(flag: Flag) -> dict[str, Any]:
    elsewhere = {} if flag.page is None else {"page": flag.page}
    return {"kind": flag.kind, "note": flag.note, "spans": _spans(flag.spans), **elsewhere}


def _spans(spans: Iterable[Span]) -> list[list[int]]:
    return [[start, end] for start, end in spans]
