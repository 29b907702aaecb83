"""The pages of fixtures/: what is right comes out, and nothing of any of them is lost."""

from __future__ import annotations

import re
from typing import Any

import pytest

from banmian import account, rebuild
from banmian.formats import page_json
from cases import KINDS, Case, bare, cases, outcome, right

CASES = cases()
_KEYS = {"label", "comment", "source", "licence", "what"}


def _param(case: Case) -> Any:
    # Strict (pyproject.toml): who makes one of them right must move it to made/ or negative/.
    marks = [pytest.mark.xfail(reason="known failure")] if case.known_failure else []
    return pytest.param(case, id=case.name, marks=marks)


every = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def test_there_are_cases_of_every_kind() -> None:
    assert {case.name.partition("/")[0] for case in CASES} == set(KINDS)
    assert len(CASES) >= 18


@pytest.mark.parametrize("case", [_param(case) for case in CASES])
def test_a_page_gives_the_articles_that_are_right(case: Case) -> None:
    page = case.read()
    assert outcome(page) == right(case.expected)
    aside = [piece["text"] for piece in case.expected["furniture"]]
    assert sorted(bare("".join(piece.text for piece in page.furniture))) == sorted(bare("".join(aside)))


@every
def test_every_character_is_accounted_for(case: Case) -> None:
    page = case.read()
    assert [i for entry in account(page) for i in range(*entry.span)] == list(range(len(page.source.text)))


@every
def test_the_file_comes_back_byte_for_byte(case: Case) -> None:
    raw = case.page.suffix == ".txt"  # of other files, the source is the text of their lines
    assert rebuild(page_json.dumps(case.read())) == (
        case.page.read_bytes() if raw else case.read().source.text.encode()
    )


@every
def test_expected_and_page_have_the_same_text(case: Case) -> None:
    """A slip of the pen in expected.json would be taken for a fault of the program."""
    expected = case.expected
    texts = [piece["text"] for piece in expected["furniture"]]
    for article in expected["articles"]:
        texts += [article[key] for key in ("kicker", "headline", "deck") if article[key]]
        texts += [block["text"] for block in article["blocks"]]
    printed = _letters(case.read().source.text)
    named = "".join(person["name"] for article in expected["articles"] for person in article["people"])
    missing = set(_letters("".join(texts)) + named) - set(printed)
    assert missing <= set("稳进备"), missing  # what made/lost-characters restores
    assert 0.9 <= len(_letters("".join(texts))) / len(printed) <= 1.02


@every
def test_a_case_says_what_it_is(case: Case) -> None:
    assert set(case.about) == _KEYS
    assert case.about["source"] == "written for banmian"
    assert case.about["licence"] == "Apache-2.0"
    files = {case.page.name, "case.toml", "expected.json", "golden.json"}
    assert {path.name for path in case.folder.iterdir()} == files


def test_the_readme_lists_the_cases() -> None:
    table = (CASES[0].folder.parent.parent / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([a-z-]+/[^`]+)` \|", table, re.MULTILINE)
    # The issues are tested in test_jumps.py.
    assert [name for name in listed if not name.startswith("issues/")] == [case.name for case in CASES]


def _letters(text: str) -> str:
    return re.sub(r"[\s—\ufffd\ufeff]", "", text)
