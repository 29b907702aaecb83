r"""The newspaper grammar as data: rules in TOML, each with examples that it must and must not match.

A rule file is one subject. It has named lists (`[lists]`, for `\L<agency>`), named parts of patterns (`[define]`, for
`(?&name)`), and rules (`[[rule]]`), whose `yes` and `no` are required: a rule without a counter-example is a rule that
nobody thought about. `uses` names the files whose lists and parts it takes as well.

Rules are written in simplified characters and match traditional printings too. The page is never converted: each
character of a pattern that has another spelling becomes a set of both (记 reads [记記]), and each entry of a list gets
its traditional form beside it. opencc finds those spellings, offline: they are pinned in `traditional.json`, which
`python -m banmian.rules.derive` writes and a test keeps up to date, so that nothing loads opencc to match a pattern.

Patterns are compiled when they are first asked for, each once.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import regex

SUBJECTS = (
    "agencies",
    "bylines",
    "captions",
    "confusions",
    "datelines",
    "furniture",
    "jumps",
    "names",
    "places",
    "rubrics",
)

_FOLDER = Path(__file__).parent
_FLAGS = regex.VERBOSE | regex.VERSION0
_KEYS = frozenset({"id", "pattern", "means", "match", "reads", "yes", "no", "since", "until", "source"})
_REFERENCE = regex.compile(r"\(\?&(\w+)\)")
_LIST = regex.compile(r"\\L<(\w+)>")


class RuleError(ValueError):
    """A rule file that cannot be used; the message names the file and the rule."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its pattern as written, what it means, and what it must and must not match.

    `match` is "whole", or "start" for a rule that says how a text begins. `reads` is what should stand there, of a rule
    for what was misread.
    """

    id: str
    pattern: str
    means: str
    yes: tuple[str, ...]
    no: tuple[str, ...]
    match: str = "whole"
    reads: str = ""


@dataclass(frozen=True, slots=True)
class RuleFile:
    """A subject: its named lists, its named parts, its rules, and the subjects whose lists and parts it uses."""

    subject: str
    lists: Mapping[str, tuple[str, ...]]
    define: Mapping[str, str]
    rules: tuple[Rule, ...]
    uses: tuple[str, ...] = ()

    def rule(self, rule_id: str) -> Rule:
        """The rule of that id.

        Raises:
            RuleError: there is none.
        """
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise RuleError(f"{self.subject}.toml has no rule '{rule_id}'; it has {', '.join(r.id for r in self.rules)}")


@cache
def load(subject: str) -> RuleFile:
    """The rule file of a subject, checked.

    >>> load("jumps").rule("to").means
    'the text goes on on another page (下转)'
    """
    return parse((_FOLDER / f"{subject}.toml").read_text(encoding="utf-8"), f"{subject}.toml")


def parse(text: str, name: str) -> RuleFile:
    """The rule file that `text` is; `name` is what errors call it.

    Raises:
        RuleError: it is no TOML, a key is missing or unknown, or a list is empty. An empty list would match the empty
            string everywhere.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RuleError(f"{name}: no valid TOML: {error}") from error
    unknown = sorted(data.keys() - {"lists", "define", "rule", "uses"})
    if unknown:
        raise RuleError(f"{name}: unknown keys {unknown}; a rule file has uses, lists, define and rule")
    lists = {key: _entries(value, f"{name}: list '{key}'") for key, value in data.get("lists", {}).items()}
    rules = tuple(_rule(table, name) for table in data.get("rule", []))
    twice = sorted({r.id for r in rules if sum(r.id == other.id for other in rules) > 1})
    if twice:
        raise RuleError(f"{name}: rule '{twice[0]}' is there twice")
    uses = tuple(data.get("uses", ()))
    return RuleFile(Path(name).stem, lists, dict(data.get("define", {})), rules, uses)


def _entries(value: Any, what: str) -> tuple[str, ...]:
    """The members of a list, which may be written as one string with white space between them."""
    entries = tuple(value.split()) if isinstance(value, str) else tuple(value)
    if not entries or not all(isinstance(e, str) and e for e in entries):
        raise RuleError(f"{what} is empty or has an empty entry, and would match nothing at all everywhere")
    return tuple(dict.fromkeys(entries))


def _rule(table: Mapping[str, Any], name: str) -> Rule:
    """One rule from its table."""
    what = f"{name}: rule '{table.get('id', '?')}'"
    unknown = sorted(table.keys() - _KEYS)
    if unknown:
        raise RuleError(f"{what} has unknown keys {unknown}; it takes {', '.join(sorted(_KEYS))}")
    for key in ("id", "pattern", "means", "yes", "no"):
        if not table.get(key):
            raise RuleError(f"{what} has no {key}, or an empty one")
    match = table.get("match", "whole")
    if match not in ("whole", "start"):
        raise RuleError(f"{what} has match = '{match}'; it may be whole or start")
    return Rule(
        table["id"],
        table["pattern"],
        table["means"],
        tuple(table["yes"]),
        tuple(table["no"]),
        match,
        table.get("reads", ""),
    )


@cache
def traditional() -> tuple[Mapping[str, str], Mapping[str, tuple[str, ...]]]:
    """The pinned traditional spellings: of the characters of patterns, and of the entries of lists."""
    data = json.loads((_FOLDER / "traditional.json").read_text(encoding="utf-8"))
    return data["characters"], {key: tuple(value) for key, value in data["entries"].items()}


def both_scripts(pattern: str, spellings: Mapping[str, str]) -> str:
    r"""A pattern that matches traditional spellings as well.

    >>> both_scripts(r"记者\s?[电讯]", {"记": "記", "电": "電", "讯": "訊"})
    '[记記]者\\s?[电電讯訊]'
    """
    out: list[str] = []
    inside = escaped = False
    for char in pattern:
        more = spellings.get(char, "")
        out.append(char + more if inside or not more else f"[{char}{more}]")
        if not escaped:
            inside = (inside or char == "[") and char != "]"
        escaped = char == "\\" and not escaped
    return "".join(out)


def _unfolded(text: str, parts: Mapping[str, str], what: str, inside: tuple[str, ...] = ()) -> str:
    """A pattern with what stands for the parts that it refers to.

    `regex` can call a part by itself, as (?(DEFINE)...) has it. A pattern that does so matches six times slower.
    """

    def part(match: regex.Match[str]) -> str:
        name = match[1]
        if name not in parts:
            raise RuleError(f"{what} refers to a part '{name}' that no file defines")
        if name in inside:
            raise RuleError(f"{what} refers to a part '{name}' that refers to itself")
        return f"(?:{_unfolded(parts[name], parts, what, (*inside, name))})"

    unfolded: str = _REFERENCE.sub(part, text)
    return unfolded


@cache
def entries(subject: str, name: str) -> tuple[str, ...]:
    """The entries of a list, as written and as traditional printings have them.

    >>> entries("agencies", "agency")[:2], "新華社" in entries("agencies", "agency")
    (('新华社', '新华网'), True)
    """
    own = load(subject).lists[name]
    _, spellings = traditional()
    return own + tuple(other for entry in own for other in spellings.get(entry, ()))


@cache
def pattern(subject: str, rule_id: str) -> regex.Pattern[str]:
    """A rule compiled, for both scripts.

    >>> bool(pattern("jumps", "to").fullmatch("（下轉第三版）"))
    True
    """
    return compile_rule(load(subject), rule_id)


def compile_rule(rules: RuleFile, rule_id: str) -> regex.Pattern[str]:
    """A rule of a rule file compiled, with the lists and parts that it refers to and no others.

    Raises:
        RuleError: it refers to a list or a part that is not there, or `regex` does not understand it.
    """
    files = [rules, *(load(subject) for subject in rules.uses)]
    what = f"{rules.subject}.toml: rule '{rule_id}'"
    parts = {name: text for file in reversed(files) for name, text in file.define.items()}
    whole = _unfolded(rules.rule(rule_id).pattern, parts, what)
    lists: dict[str, tuple[str, ...]] = {}
    for name in set(_LIST.findall(whole)):
        file = next((file for file in files if name in file.lists), None)
        if file is None:
            raise RuleError(f"{what} refers to a list '{name}' that no file has")
        _, spellings = traditional()
        lists[name] = file.lists[name] + tuple(o for entry in file.lists[name] for o in spellings.get(entry, ()))
    try:
        return regex.compile(both_scripts(whole, traditional()[0]), _FLAGS, **lists)
    except regex.error as error:
        raise RuleError(f"{what} does not compile: {error}") from error
