"""Markdown: a page as a person likes to read it.

Heads are heads, the byline and captions stand in italics, what is not certain has a note right under the head, the
parts of a story that jumps name each other, and the page furniture stands at the end. Whatever of the text could be
taken for Markdown is escaped.
"""

from __future__ import annotations

import re

from banmian.formats.text import writable
from banmian.model import Article, Flag, Page, Paragraph, Role

# Below this an article carries its confidence; above, nearly all are right, and the number would only disturb.
SURE = 0.9

_SPECIAL = re.compile(r"[\\`*_\[\]<>|~]")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_LINE_START = re.compile(r"^(?=[#+=-])|^(\d{1,9})(?=[.)](?:\s|$))")
_SPACE = re.compile(r"[\s\x1c-\x1f]+")


def dumps(page: Page) -> str:
    """A page as Markdown."""
    parts = [f"# {escape(page.id)}"]
    for article in page.articles:
        parts += _article(article)
    parts += [_note(flag) for flag in page.flags]
    if page.furniture:
        parts.append("---")
        parts += [f"*{piece.role}*: {escape(piece.text)}" for piece in page.furniture]
    return writable("\n\n".join(parts) + "\n")


def escape(text: str) -> str:
    r"""A text in one line that Markdown shows as it is.

    >>> escape("1. *新*闻 [1] 5*3")
    '1\\. \\*新\\*闻 \\[1\\] 5\\*3'
    >>> escape("—— 2019年")
    '—— 2019年'
    """
    line = _ENTITY.sub("&amp;", _SPECIAL.sub(r"\\\g<0>", _SPACE.sub(" ", text).strip()))
    return _LINE_START.sub(lambda match: f"{match[1] or ''}\\", line)


def _article(article: Article) -> list[str]:
    parts = [f"**{escape(article.kicker.text)}**"] if article.kicker else []
    parts.append(f"## {escape(article.headline.text) if article.headline else f'({escape(article.id)})'}")
    if article.deck:
        parts.append(f"**{escape(article.deck.text)}**")
    if article.byline:
        parts.append(f"*{escape(article.byline.text)}*")
    if article.confidence < SURE:
        parts.append(f"> confidence {article.confidence:.2f}")
    parts += [_note(flag) for flag in article.flags]
    if article.continues:
        parts.append(f"> continues {escape(article.continues.article)}")
    parts += [_block(block) for block in article.blocks]
    if article.continued:
        parts.append(f"> continued in {escape(article.continued.article)}")
    return parts


def _block(block: Paragraph) -> str:
    text = escape(block.text)
    match block.role:
        case Role.SUBHEAD:
            return f"### {text}"
        case Role.CAPTION:
            return f"> *{text}*"
        case _:
            return text


def _note(flag: Flag) -> str:
    return f"> {escape(flag.kind)}" + (f": {escape(flag.note)}" if flag.note else "")
