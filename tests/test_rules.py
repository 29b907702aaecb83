"""The rule files: each rule says what it must and must not match, and is held to it in both scripts."""

from __future__ import annotations

import subprocess
import sys

import pytest
from opencc import OpenCC

from banmian.rules import SUBJECTS, Rule, RuleError, compile_rule, load, parse, pattern
from banmian.rules.derive import PINNED, derived

RULES = [(subject, rule) for subject in SUBJECTS for rule in load(subject).rules]
NAMES = [f"{subject}.{rule.id}" for subject, rule in RULES]
HEAD = '[[rule]]\nid = "a"\nmeans = "m"\n'


def matches(subject: str, rule: Rule, text: str) -> bool:
    compiled = pattern(subject, rule.id)
    return bool(compiled.fullmatch(text) if rule.match == "whole" else compiled.match(text))


@pytest.mark.parametrize(("subject", "rule"), RULES, ids=NAMES)
def test_a_rule_matches_its_yes_and_none_of_its_no(subject: str, rule: Rule) -> None:
    assert [text for text in rule.yes if not matches(subject, rule, text)] == []
    assert [text for text in rule.no if matches(subject, rule, text)] == []


@pytest.mark.parametrize(("subject", "rule"), RULES, ids=NAMES)
@pytest.mark.parametrize("config", ["s2t", "s2tw", "s2hk"])
def test_a_rule_matches_traditional_printings_of_its_yes_and_of_no_no(subject: str, rule: Rule, config: str) -> None:
    printed = OpenCC(config).convert
    assert [text for text in rule.yes if not matches(subject, rule, printed(text))] == []
    assert [text for text in rule.no if matches(subject, rule, printed(text))] == []


def test_the_traditional_spellings_are_those_that_opencc_finds() -> None:
    """After a change of a rule file: python -m banmian.rules.derive."""
    assert PINNED.read_text(encoding="utf-8") == derived()


def test_matching_does_not_load_opencc() -> None:
    code = "import sys, banmian.grammar as g; g.parse_byline('本報記者 甘小禾'); sys.exit('opencc' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[rule]\n", "a.toml: no valid TOML"),
        ("[rules]\n", r"a.toml: unknown keys \['rules'\]; a rule file has uses, lists, define and rule"),
        ("[lists]\npaper = []\n", "a.toml: list 'paper' is empty"),
        ('[lists]\npaper = "  "\n', "a.toml: list 'paper' is empty"),
        ('[lists]\npaper = ["报", ""]\n', "a.toml: list 'paper' is empty or has an empty entry"),
        (HEAD + 'pattern = "报"\nno = ["刊"]\n', "a.toml: rule 'a' has no yes, or an empty one"),
        (HEAD + 'pattern = "报"\nyes = ["报"]\nno = []\n', "a.toml: rule 'a' has no no, or an empty one"),
        (HEAD + 'yes = ["报"]\nno = ["刊"]\n', "a.toml: rule 'a' has no pattern, or an empty one"),
        (HEAD + 'patern = "报"\n', r"a.toml: rule 'a' has unknown keys \['patern'\]"),
        (HEAD + 'pattern = "报"\nyes = ["报"]\nno = ["刊"]\nmatch = "end"\n', "a.toml: rule 'a' has match = 'end'"),
        ((HEAD + 'pattern = "报"\nyes = ["报"]\nno = ["刊"]\n') * 2, "a.toml: rule 'a' is there twice"),
    ],
)
def test_a_rule_file_that_cannot_be_used_is_refused_by_name(text: str, message: str) -> None:
    with pytest.raises(RuleError, match=message):
        parse(text, "a.toml")


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (r"\L<paper>", "a.toml: rule 'a' refers to a list 'paper' that no file has"),
        ("(?&paper)", "a.toml: rule 'a' refers to a part 'paper' that no file defines"),
        ("(?&loop)", "a.toml: rule 'a' refers to a part 'loop' that refers to itself"),
        ("(报", "a.toml: rule 'a' does not compile"),
    ],
)
def test_a_pattern_that_cannot_be_compiled_is_refused_by_name(written: str, message: str) -> None:
    text = f"[define]\nloop = '''(?&loop)'''\n{HEAD}pattern = '''{written}'''\nyes = ['报']\nno = ['刊']\n"
    with pytest.raises(RuleError, match=message):
        compile_rule(parse(text, "a.toml"), "a")


def test_asking_for_a_rule_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(RuleError, match="jumps.toml has no rule 'up'; it has to, from, to-bare, from-bare, related"):
        load("jumps").rule("up")
