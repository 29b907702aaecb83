"""The cases of fixtures/: pages with what is right about them, and what the program prints."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from banmian import Page, Pipeline, default_pipeline, read
from banmian.formats import page_json
from banmian.model import Article, Role

FIXTURES = Path(__file__).parent.parent / "fixtures"
KINDS = ("made", "negative", "known-failures")


@dataclass(frozen=True, slots=True)
class Case:
    """A folder of fixtures/: its name is kind and folder, "made/captions"."""

    name: str
    folder: Path

    @property
    def known_failure(self) -> bool:
        """Whether the program does not get this page right yet."""
        return self.name.startswith("known-failures/")

    @property
    def page(self) -> Path:
        """The raw text, or the page in ALTO."""
        raw = self.folder / "page.txt"
        return raw if raw.is_file() else self.folder / "page.xml"

    @property
    def golden(self) -> Path:
        """What the program prints."""
        return self.folder / "golden.json"

    @property
    def about(self) -> Mapping[str, Any]:
        """What case.toml says."""
        return tomllib.loads((self.folder / "case.toml").read_text(encoding="utf-8"))

    @property
    def expected(self) -> Mapping[str, Any]:
        """What is right, written by hand."""
        value: Mapping[str, Any] = json.loads((self.folder / "expected.json").read_text(encoding="utf-8"))
        return value

    def read(self) -> Page:
        """The page as the program reads it; each case is read once a test run."""
        return _read(self.page)

    def printed(self) -> str:
        """What `banmian read` prints of the page, but for the digest of the configuration, which any change changes."""
        return page_json.dumps(self.read())


@cache
def pipeline() -> Pipeline:
    """The default pipeline, made once."""
    return default_pipeline()


@cache
def _read(path: Path) -> Page:
    return read(path, pipeline=pipeline())


def cases() -> list[Case]:
    """All cases, in the order of their names."""
    return [
        Case(f"{kind}/{folder.name}", folder)
        for kind in KINDS
        for folder in sorted((FIXTURES / kind).iterdir())
        if folder.is_dir()
    ]


def outcome(page: Page) -> list[dict[str, Any]]:
    """Of each article what expected.json says of it."""
    return sorted((_article(article) for article in page.articles), key=_key)


def right(expected: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The articles of an expected.json as `outcome` has them."""
    articles = [
        {
            **{key: article[key] for key in ("kicker", "headline", "deck")},
            "people": sorted((person["name"], person["role"]) for person in article["people"]),
            "blocks": [(_kind(Role(block["role"])), block["text"]) for block in article["blocks"]],
        }
        for article in expected["articles"]
    ]
    return sorted(articles, key=_key)


def bare(text: str) -> str:
    """A text without white space."""
    return "".join(text.split())


def _article(article: Article) -> dict[str, Any]:
    heads = {"kicker": article.kicker, "headline": article.headline, "deck": article.deck}
    return {
        **{key: head.text if head else None for key, head in heads.items()},
        "people": sorted((person.name, person.role.value) for person in article.people),
        "blocks": [(_kind(block.role), block.text) for block in article.blocks],
    }


def _kind(role: Role) -> str:
    """A lead is the first paragraph and more a matter of taste; what is a subhead or a caption is not."""
    return "paragraph" if role is Role.LEAD else role.value


def _key(article: Mapping[str, Any]) -> str:
    return f"{article['headline']} {article['blocks'][:1]}"


# Few, as each is read and validated: a plain page, lost characters, traditional characters, a whole page.
CASES_FOR_FORMATS = tuple(
    Case(name, FIXTURES / name)
    for name in ("made/before-after", "made/lost-characters", "made/traditional", "made/whole-page")
)
