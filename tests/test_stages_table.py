"""The table of stages: names, docstrings, configuration and README agree."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from banmian.config import DEFAULT, default_pipeline, effective, options_of, parse_pipeline
from banmian.stage import Stage
from banmian.stages import NAMES, STAGES, stage_class


def test_names_are_unique_and_those_of_the_modules() -> None:
    assert len(set(NAMES)) == len(NAMES)
    for name, place in STAGES:
        assert place == f"banmian.stages.{name}:{name.capitalize()}"


@pytest.mark.parametrize("name", NAMES)
def test_a_stage_is_described_in_one_sentence(name: str) -> None:
    cls = stage_class(name)
    assert cls.name == name
    assert isinstance(cls(), Stage)
    first, _, rest = (cls.__doc__ or "").partition("\n")
    assert first.endswith(".")
    assert ". " not in first
    assert not rest.strip() or rest.startswith("\n")


@pytest.mark.parametrize("name", NAMES)
def test_the_readme_has_a_row_for_the_stage_with_its_layers_and_options(name: str, root: Path) -> None:
    cls = stage_class(name)
    row = re.search(
        rf"^\| `{name}` \|(.*)\|(.*)\|(.*)\|(.*)\|$", (root / "README.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert row is not None
    assert row[2].strip() == (", ".join(sorted(cls.requires)) or "nothing")
    assert row[3].strip() == (", ".join(sorted(cls.provides)) or "nothing new")
    assert row[4].strip() == (", ".join(f"`{option}`" for option in options_of(cls())) or "none")


def test_the_default_configuration_names_all_stages_and_shows_every_option() -> None:
    text = DEFAULT.read_text(encoding="utf-8")
    pipeline = default_pipeline()
    assert tuple(stage.name for stage in pipeline.stages) == NAMES
    assert pipeline == parse_pipeline("")
    assert effective(pipeline).split() == re.sub("#.*", "", text).split()
