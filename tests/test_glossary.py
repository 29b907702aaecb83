"""The words of types, output and README are those of the glossary."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from banmian.glossary import explain, near, terms
from banmian.model import PersonRole, Role


@pytest.mark.parametrize("role", [*Role, *PersonRole])
def test_every_role_is_explained(role: str) -> None:
    assert explain(role)


def test_a_key_is_said_once_and_every_term_has_both_languages() -> None:
    keys = [term.key for term in terms()]
    assert len(keys) == len(set(keys))
    for term in terms():
        assert term.english
        assert term.chinese
        assert all(re.search(r"\w", name) for name in term.names)
        assert term.means.endswith(".")


def test_the_readme_uses_the_words_of_the_glossary(root: Path) -> None:
    section = (root / "README.md").read_text(encoding="utf-8").partition("## Terms")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (\w+) \| ([^|]+) \|", section, re.MULTILINE)[1:]
    assert len(rows) >= 10
    for key, chinese in rows:
        term = next(term for term in terms() if term.key == key)
        assert tuple(chinese.strip().split("、")) == term.chinese[: len(chinese.split("、"))]


def test_a_word_is_found_in_either_language_and_script() -> None:
    for word in ("dateline", "电头", "電頭", "Dateline "):
        assert [term.key for term in explain(word)] == ["dateline"]
    assert [term.key for term in explain("flag")] == ["nameplate", "flag"]
    assert explain("nonsense") == ()


def test_a_word_that_is_not_known_gets_near_ones() -> None:
    assert near("datelin")[0] == "dateline"
    assert "小标题" in near("标题")
    assert near("qqqq") == ()
