"""Find the traditional spellings of everything in the rule files, and pin them.

`python -m banmian.rules.derive` writes `traditional.json` anew. Look at the difference before it goes in: conversion is
one-to-many, and 台 is printed as 台, 臺 or 颱.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import regex

from banmian.rules import SUBJECTS, load

PINNED = Path(__file__).with_name("traditional.json")
_RUN = regex.compile(r"\p{Han}+")
_CONFIGS = ("s2t", "s2tw", "s2hk")


def derived() -> str:
    """What `traditional.json` ought to say."""
    from opencc import OpenCC  # noqa: PLC0415  loading it costs as much as reading a page, and only this tool needs it

    converters = [OpenCC(config) for config in _CONFIGS]

    def spellings(text: str) -> list[str]:
        found = dict.fromkeys(converter.convert(text) for converter in converters)
        return [other for other in found if other != text and len(other) == len(text)]

    characters: dict[str, set[str]] = {}
    for run in sorted(_runs()):
        for other in spellings(run):
            for one, two in zip(run, other, strict=True):
                if one != two:
                    characters.setdefault(one, set()).add(two)
    entries = {
        entry: spellings(entry) for subject in SUBJECTS for names in load(subject).lists.values() for entry in names
    }
    pinned = {
        "characters": {key: "".join(sorted(value)) for key, value in sorted(characters.items())},
        "entries": {key: value for key, value in sorted(entries.items()) if value},
    }
    return json.dumps(pinned, ensure_ascii=False, indent=1) + "\n"


def _runs() -> Iterable[str]:
    """Every run of Han characters in a pattern or a part of one."""
    for subject in SUBJECTS:
        rules = load(subject)
        for text in (*rules.define.values(), *(rule.pattern for rule in rules.rules)):
            yield from _RUN.findall(text)


if __name__ == "__main__":
    PINNED.write_text(derived(), encoding="utf-8")
