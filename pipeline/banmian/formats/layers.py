"""Layers: a page between two stages, as one line of JSON.

`banmian stage characters < page.txt | banmian stage lines` passes pages on in this form. It holds all that a
`Page` holds, its source included, so that a stage cannot tell whether it runs alone or in a pipeline. The keys are the
names of the fields in `banmian.model`; spans and edits, of which there are thousands, are lists. It is for pipes, not
for keeping: it changes whenever the model does, and page JSON is the form to keep.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from banmian.formats import FormatError
from banmian.model import Page

SCHEMA = "banmian.layers/1"

_LONE = re.compile("[\ud800-\udfff]")


def dumps(page: Page) -> str:
    """A page as one line of JSON, a newline at its end."""
    text = json.dumps({"schema": SCHEMA, **_plain(page)}, ensure_ascii=False, separators=(",", ":"))
    return _LONE.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n"


def loads(text: str | bytes) -> Page:
    """The page that a line of JSON holds.

    Raises:
        FormatError: it is no page between stages; the message says where.
    """
    try:
        value = json.loads(text)
    except ValueError as error:
        raise FormatError(f"is not JSON: {error}") from error
    schema = value.get("schema") if isinstance(value, dict) else None
    if schema != SCHEMA:
        raise FormatError(f"is of schema {schema!r}; a stage reads {SCHEMA!r} or raw text")
    return cast("Page", _read(Page, {key: item for key, item in value.items() if key != "schema"}, "page"))


def is_layers(data: bytes) -> bool:
    """Whether what a stage was given is in this form, and not raw text.

    >>> is_layers(b'{"schema":"banmian.layers/1","id":"page"}')
    True
    >>> is_layers("本报讯".encode())
    False
    """
    return re.match(rb'\s*\{\s*"schema"\s*:\s*"banmian\.', data) is not None


def _plain(value: Any) -> Any:
    """A value of the model as JSON has it."""
    if is_dataclass(value):
        return {name: _plain(getattr(value, name)) for name in _hints(cast("type", type(value)))}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value.value if isinstance(value, Enum) else value


def _read(hint: Any, value: Any, where: str) -> Any:
    """What JSON has as a value of the model, of the type that it should be."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        if value is None and NoneType in inner:
            return None
        return _read(next(kind for kind in inner if kind is not NoneType), value, where)
    if is_dataclass(hint):
        return _read_fields(cast("type", hint), value, where)
    if origin is tuple or (isinstance(hint, type) and issubclass(hint, tuple)):
        return _read_items(hint, value, where)
    if isinstance(hint, type) and issubclass(hint, Enum):
        if value not in [item.value for item in hint]:
            raise FormatError(f"{where} is {value!r}, which is none of {', '.join(str(item.value) for item in hint)}")
        return hint(value)
    if hint is float and type(value) is int:
        return float(value)
    if type(value) is not hint:
        raise FormatError(f"{where} must be of type {hint.__name__}, and is {value!r:.40}")
    return value


def _read_fields(cls: type, value: Any, where: str) -> Any:
    hints = _hints(cls)
    if not isinstance(value, dict) or set(value) - set(hints):
        raise FormatError(f"{where} must be an object of {', '.join(hints)}")
    try:
        return cls(**{name: _read(hints[name], item, f"{where}.{name}") for name, item in value.items()})
    except TypeError as error:
        raise FormatError(f"{where} lacks fields: {error}") from error


def _read_items(hint: Any, value: Any, where: str) -> Any:
    if not isinstance(value, list):
        raise FormatError(f"{where} must be a list")
    if get_origin(hint) is tuple:
        return tuple(_read(get_args(hint)[0], item, f"{where}[{i}]") for i, item in enumerate(value))
    kinds = _hints(hint)
    if len(value) != len(kinds):
        raise FormatError(f"{where} must be a list of {', '.join(kinds)}")
    return hint(
        *(_read(kind, item, f"{where}.{name}") for (name, kind), item in zip(kinds.items(), value, strict=True))
    )


@cache
def _hints(cls: type) -> Mapping[str, Any]:
    """The fields of a dataclass or a named tuple, and their types."""
    hints = get_type_hints(cls)
    names = [field.name for field in fields(cls)] if is_dataclass(cls) else cast("Any", cls)._fields
    return {name: hints[name] for name in names}
