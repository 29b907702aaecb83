"""Plain text: a page's articles to read or to count words in; heads and paragraphs one a line, articles far apart.

Confidence, roles and page furniture are not in it; `page_json` has everything.
"""

from __future__ import annotations

import re

from banmian.model import Article, Page

_LONE = re.compile("[\ud800-\udfff]")


def dumps(page: Page) -> str:
    """The articles of a page, two empty lines between them."""
    return writable("\n\n".join(_article(article) for article in page.articles))


def writable(text: str) -> str:
    r"""A text that can be written as UTF-8: what could not be decoded, a lone surrogate, becomes U+FFFD.

    >>> writable("本报\udcff讯")
    '本报\ufffd讯'
    """
    return _LONE.sub("\N{REPLACEMENT CHARACTER}", text)


def _article(article: Article) -> str:
    heads = [head.text for head in (article.kicker, article.headline, article.deck, article.byline) if head]
    body = [block.text for block in article.blocks]
    return "".join(f"{line}\n" for line in [*heads, *([""] if heads and body else []), *body])
