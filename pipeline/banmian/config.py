"""Configuration: a TOML file in, a pipeline out.

`[pipeline]` names the stages in running order and `[stages.NAME]` gives the options of one of them. The options are
the fields of the stage's dataclass, so that no list of options is kept twice; whatever is unknown is an error that says
what is known. There is no inheritance, no interpolation and no environment variable: what the file says is what runs.

A stage of somebody else's is a class in the entry-point group "banmian.stages". It is looked up by name, and only when
a configuration names it; the names of built-in stages are taken first, so that no plug-in can stand in for one.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import Field, fields, is_dataclass
from enum import Enum
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from os import PathLike
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from banmian import __version__
from banmian.stage import Pipeline, Stage, StageOrderError
from banmian.stages import NAMES, stage_class

ENTRY_POINTS = "banmian.stages"
DEFAULT = Path(__file__).with_name("default.toml")

# What the results rest on besides code and options: rules, statistics, fitted weights.
_DATA_FOLDERS = ("rules", "language", "reading", "jumps")


class ConfigError(ValueError):
    """A configuration that cannot be used; the message names the key and says what it takes."""


def default_pipeline() -> Pipeline:
    """The pipeline of the default configuration, which `banmian config` prints."""
    return load_pipeline(DEFAULT)


def load_pipeline(path: str | PathLike[str]) -> Pipeline:
    """The pipeline that a configuration file describes.

    Raises:
        ConfigError: the file cannot be read or used.
    """
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8 text, so it is no TOML") from error
    try:
        return parse_pipeline(text)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from error.__cause__


def parse_pipeline(text: str) -> Pipeline:
    r"""The pipeline that the text of a configuration describes.

    >>> parse_pipeline("[pipeline]\nstage = []")
    Traceback (most recent call last):
    ...
    banmian.config.ConfigError: [pipeline] has no option stage; it takes stages

    Raises:
        ConfigError: it says what is wrong and what would be right.
    """
    try:
        settings = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"is not TOML: {error}") from error
    _known(settings, ("pipeline", "stages"), "the configuration", "table")
    pipeline = _table(settings, "pipeline", "[pipeline]")
    _known(pipeline, ("stages",), "[pipeline]", "option")
    names = _stage_names(pipeline.get("stages", list(NAMES)))
    options = _table(settings, "stages", "[stages]")
    _known(options, names, "[stages]", "table")
    stages = tuple(make_stage(name, _table(options, name, f"[stages.{name}]")) for name in names)
    try:
        return Pipeline(stages, digest=_digest(stages))
    except StageOrderError as error:
        raise ConfigError(f"[pipeline] stages: {error}") from error


def uncorrected(pipeline: Pipeline) -> Pipeline:
    """The same pipeline, but that recognition errors stay as they are.

    >>> [options_of(stage) for stage in uncorrected(default_pipeline()).stages if stage.name == "corrections"]
    [{'correct': False}]
    """
    stages = tuple(make_stage(s.name, {"correct": False}) if s.name == "corrections" else s for s in pipeline.stages)
    return Pipeline(stages, digest=_digest(stages))


def make_stage(name: str, options: Mapping[str, object] | None = None) -> Stage:
    """The stage of a name, built in or of a plug-in, with options as TOML has them.

    Raises:
        ConfigError: there is no such stage, or an option is not one of its own or has another type.
    """
    cls = stage_class(name) if name in NAMES else _plugged_in(name)
    known = _options(cls)
    _known(options or {}, tuple(known), f"[stages.{name}]", "option")
    hints = get_type_hints(cls)
    values = {key: _value(value, hints[key], f"[stages.{name}] {key}") for key, value in (options or {}).items()}
    try:
        return cls(**values)
    except (TypeError, ValueError) as error:
        raise ConfigError(f"[stages.{name}]: {error}") from error


def options_of(stage: Stage) -> dict[str, object]:
    """The options of a stage and what they are set to, in the order of its fields."""
    return {name: getattr(stage, name) for name in _options(type(stage))}


def effective(pipeline: Pipeline) -> str:
    """A pipeline as TOML with every option written out; `parse_pipeline` makes the same pipeline of it."""
    names = ", ".join(_toml(stage.name) for stage in pipeline.stages)
    parts = [f"[pipeline]\nstages = [{names}]\n"]
    for stage in pipeline.stages:
        options = effective_options(stage)
        if options:
            parts.append(f"[stages.{stage.name}]\n" + "".join(f"{option}\n" for option in options))
    return "\n".join(parts)


def effective_options(stage: Stage) -> list[str]:
    """The options of a stage as TOML, one a line. An option that is None is one that is left out."""
    return [f"{key} = {_toml(value)}" for key, value in options_of(stage).items() if value is not None]


def _stage_names(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise ConfigError(f"[pipeline] stages must be a list of names, not {_show(value)}")
    names = tuple(cast("list[str]", value))
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ConfigError(f"[pipeline] stages names {twice!r} twice")
    return names


def _table(settings: Mapping[str, object], key: str, where: str) -> dict[str, object]:
    value = settings.get(key, {})
    if not isinstance(value, dict):
        raise ConfigError(f"{where} must be a table, not {_show(value)}")
    return cast("dict[str, object]", value)


def _known(given: Mapping[str, object], known: tuple[str, ...], where: str, what: str) -> None:
    for key in given:
        if key not in known:
            takes = f"it takes {', '.join(known)}" if known else "it takes none"
            raise ConfigError(f"{where} has no {what} {key}; {takes}")


def _options(cls: type[Stage]) -> dict[str, Field[Any]]:
    """The fields of a stage that are options: all that its constructor takes."""
    return {field.name: field for field in fields(cast("Any", cls)) if field.init}


def _plugged_in(name: str) -> type[Stage]:
    found = list(entry_points(group=ENTRY_POINTS, name=name))
    if not found:
        raise ConfigError(
            f"[pipeline] stages names {name!r}, which is neither a built-in stage ({', '.join(NAMES)}) "
            "nor one of an installed plug-in"
        )
    if len(found) > 1:
        raise ConfigError(
            f"[pipeline] stages names {name!r}, which {_owners(found)} all provide; uninstall all but one"
        )
    try:
        cls = found[0].load()
    except Exception as error:
        raise ConfigError(f"stage {name!r} of {_owners(found)} cannot be loaded: {error}") from error
    if not is_dataclass(cls) or not all(hasattr(cls, key) for key in ("name", "requires", "provides", "__call__")):
        raise ConfigError(
            f"stage {name!r} of {_owners(found)} is no stage: a stage is a frozen dataclass (banmian.Stage)"
        )
    stage = cast("type[Stage]", cls)
    if stage.name != name:
        raise ConfigError(f"stage {name!r} of {_owners(found)} calls itself {stage.name!r}")
    return stage


def _owners(found: list[EntryPoint]) -> str:
    return ", ".join(sorted(point.dist.name if point.dist else point.value for point in found))


def _value(value: object, hint: Any, where: str) -> object:
    """A value from TOML as the type that the option is annotated with."""
    if get_origin(hint) in (Union, UnionType):
        kinds = [kind for kind in get_args(hint) if kind is not NoneType]
        if len(kinds) == 1:
            return _value(value, kinds[0], where)
    if get_origin(hint) is tuple and isinstance(value, list):
        return tuple(_value(item, get_args(hint)[0], where) for item in value)
    if hint is float and type(value) is int:
        return float(value)
    if isinstance(hint, type) and issubclass(hint, Enum) and isinstance(value, str):
        if value not in [item.value for item in hint]:
            raise ConfigError(f"{where} takes {', '.join(str(item.value) for item in hint)}, not {_show(value)}")
        return hint(value)
    if hint is Path and isinstance(value, str):
        return Path(value)
    if type(value) is not hint:
        raise ConfigError(
            f"{where} must be {_KINDS.get(get_origin(hint) or hint, 'something else')}, not {_show(value)}"
        )
    return value


_KINDS: Mapping[object, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text",
    tuple: "a list",
    Path: "a path",
}


def _show(value: object) -> str:
    kind = {bool: "", int: "the number ", float: "the number ", str: "the text "}.get(type(value))
    if kind is not None:
        return f"{kind}{_toml(value)}"
    return "a list" if isinstance(value, list) else "a table" if isinstance(value, dict) else "a date or time"


def _toml(value: object) -> str:
    """A value as TOML writes it. The escapes of JSON's texts are escapes of TOML's as well."""
    if isinstance(value, tuple | list):
        return f"[{', '.join(_toml(item) for item in value)}]"
    if isinstance(value, Enum):
        return _toml(value.value)
    if isinstance(value, Path):
        return _toml(str(value))
    return str(json.dumps(value, ensure_ascii=False))


def _digest(stages: tuple[Stage, ...]) -> str:
    """What a result depends on besides its page: the options, the version, and the data that ships with the code."""
    told = hashlib.sha256(effective(Pipeline(stages)).encode())
    told.update(f"\nbanmian {__version__}\n{_data_digest()}".encode())
    return told.hexdigest()


@cache
def _data_digest() -> str:
    """The digest of all rules, counts and weights in the package; they do not change while a program runs."""
    told = hashlib.sha256()
    root = Path(__file__).parent
    for path in _data_files(root):
        told.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return told.hexdigest()


def _data_files(root: Path) -> Iterator[Path]:
    for folder in _DATA_FOLDERS:
        files = (path for path in (root / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
        yield from sorted(path for path in files if path.suffix not in (".py", ".pyc", ".pyi", ".md"))
