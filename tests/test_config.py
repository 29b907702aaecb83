"""Configuration: TOML in, pipeline out, and errors that name the key."""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import pytest

from banmian.config import ConfigError, _data_files, effective, load_pipeline, make_stage, options_of, parse_pipeline
from banmian.stages import NAMES

pytestmark = pytest.mark.usefixtures("plugin")

STANDIN = '[pipeline]\nstages = ["standin"]\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[pipelines]\n", "the configuration has no table pipelines; it takes pipeline, stages"),
        ("[pipeline]\nstage = []\n", "[pipeline] has no option stage; it takes stages"),
        ("pipeline = 3\n", "[pipeline] must be a table, not the number 3"),
        ('[pipeline]\nstages = "lines"\n', '[pipeline] stages must be a list of names, not the text "lines"'),
        ('[pipeline]\nstages = ["standin", "standin"]\n', "[pipeline] stages names 'standin' twice"),
        (
            '[pipeline]\nstages = ["heads"]\n',
            "[pipeline] stages names 'heads', which is neither a built-in stage "
            "(characters, corrections, lines, columns, blocks, articles, repair, credits) "
            "nor one of an installed plug-in",
        ),
        (
            '[pipeline]\nstages = ["lines"]\n',
            "[pipeline] stages: stage 'lines' needs [characters], which no earlier stage provides",
        ),
        (
            STANDIN + "[stages.standin]\nconfidense = 1\n",
            "[stages.standin] has no option confidense; it takes furniture, confidence, people, kinds, role, quiet",
        ),
        (STANDIN + "[stages.lines]\n", "[stages] has no table lines; it takes standin"),
        (STANDIN + "[stages]\nstandin = true\n", "[stages.standin] must be a table, not true"),
        (STANDIN + "[stages.standin]\nquiet = 1\n", "[stages.standin] quiet must be true or false, not the number 1"),
        (STANDIN + "[stages.standin]\npeople = true\n", "[stages.standin] people must be a whole number, not true"),
        (
            STANDIN + "[stages.standin]\npeople = 1.5\n",
            "[stages.standin] people must be a whole number, not the number 1.5",
        ),
        (
            STANDIN + '[stages.standin]\nconfidence = "high"\n',
            '[stages.standin] confidence must be a number, not the text "high"',
        ),
        (STANDIN + "[stages.standin]\nfurniture = ['第']\n", "[stages.standin] furniture must be a text, not a list"),
        (STANDIN + "[stages.standin]\nfurniture = {}\n", "[stages.standin] furniture must be a text, not a table"),
        (
            STANDIN + "[stages.standin]\nfurniture = 2020-01-01\n",
            "[stages.standin] furniture must be a text, not a date or time",
        ),
        (STANDIN + "[stages.standin]\nkinds = 'a'\n", '[stages.standin] kinds must be a list, not the text "a"'),
        (STANDIN + "[stages.standin]\nkinds = [1]\n", "[stages.standin] kinds must be a text, not the number 1"),
        (
            '[pipeline]\nstages = ["misnamed"]\n',
            "stage 'misnamed' of banmian-standin calls itself 'breaking'",
        ),
        (
            '[pipeline]\nstages = ["nothing"]\n',
            "stage 'nothing' of banmian-standin is no stage: a stage is a frozen dataclass (banmian.Stage)",
        ),
        (
            '[pipeline]\nstages = ["absent"]\n',
            "stage 'absent' of banmian-standin cannot be loaded: No module named 'banmian_absent'",
        ),
    ],
)
def test_an_error_names_the_key_and_says_what_it_takes(text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=f"^{re.escape(message)}$"):
        parse_pipeline(text)


def test_an_unknown_value_of_a_choice_lists_the_choices() -> None:
    with pytest.raises(ConfigError, match=r"^\[stages.standin\] role takes body, lead, .*, not the text \"head\"$"):
        parse_pipeline(STANDIN + "[stages.standin]\nrole = 'head'\n")


def test_what_is_not_toml_is_said_with_its_place() -> None:
    with pytest.raises(ConfigError, match=r"^is not TOML: .*line 1"):
        parse_pipeline("[pipeline\n")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError, match=re.escape(f"{tmp_path / 'no.toml'}: cannot be read: No such file or directory")
    ):
        load_pipeline(tmp_path / "no.toml")
    (tmp_path / "gbk.toml").write_bytes("# 版面\n".encode("gb18030"))
    with pytest.raises(ConfigError, match=r"gbk.toml: is not UTF-8 text, so it is no TOML$"):
        load_pipeline(tmp_path / "gbk.toml")


def test_an_error_in_a_file_starts_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text("[pipelines]\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=f"^{re.escape(str(path))}: the configuration has no table pipelines"):
        load_pipeline(path)


def test_options_become_the_fields_of_the_stage() -> None:
    stage = make_stage("standin", {"people": 2, "confidence": 1, "kinds": ["a", "b"], "role": "lead"})
    options = options_of(stage)
    assert options == {
        "furniture": "第",
        "confidence": 1.0,
        "people": 2,
        "kinds": ("a", "b"),
        "role": "lead",
        "quiet": False,
    }
    assert isinstance(options["confidence"], float)


def test_the_effective_configuration_makes_the_same_pipeline() -> None:
    text = STANDIN + '[stages.standin]\nfurniture = "引\\"号\\\\"\nkinds = []\nrole = "lead"\n'
    pipeline = parse_pipeline(text)
    again = parse_pipeline(effective(pipeline))
    assert again == pipeline
    assert effective(again) == effective(pipeline)


def test_the_digest_is_of_what_runs_not_of_how_it_is_written() -> None:
    plain = parse_pipeline(STANDIN)
    spelled_out = parse_pipeline("# a comment\n" + effective(plain))
    other = parse_pipeline(STANDIN + "[stages.standin]\npeople = 2\n")
    assert plain.digest == spelled_out.digest
    assert plain.digest != other.digest
    assert re.fullmatch("[0-9a-f]{64}", plain.digest)


def test_the_digest_is_of_all_weights_too_wherever_they_lie(root: Path) -> None:
    package = root / "pipeline/banmian"
    weights = {path for end in ("toml", "npz", "bin", "json") for path in package.rglob(f"*.{end}")}
    # Options have their part in the digest; the glossary is for people.
    assert weights - set(_data_files(package)) == {package / "default.toml", package / "glossary.toml"}


def test_a_plug_in_cannot_stand_in_for_a_built_in_stage() -> None:
    assert type(make_stage("lines")).__module__ == "banmian.stages.lines"


def test_a_pipeline_can_be_sent_to_another_process() -> None:
    pipeline = parse_pipeline(STANDIN)
    assert pickle.loads(pickle.dumps(pipeline)) == pipeline


def test_without_a_list_of_stages_all_built_in_ones_run() -> None:
    assert tuple(stage.name for stage in parse_pipeline("").stages) == NAMES
