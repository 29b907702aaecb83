"""The built-in stages, in running order: the table of contents of banmian.

They are named here and imported when they are asked for, so that a command that runs no stage does not wait for numpy.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import cast

from banmian.stage import Stage

STAGES: tuple[tuple[str, str], ...] = (
    ("characters", "banmian.stages.characters:Characters"),
    ("corrections", "banmian.stages.corrections:Corrections"),
    ("lines", "banmian.stages.lines:Lines"),
    ("columns", "banmian.stages.columns:Columns"),
    ("blocks", "banmian.stages.blocks:Blocks"),
    ("articles", "banmian.stages.articles:Articles"),
    ("repair", "banmian.stages.repair:Repair"),
    ("credits", "banmian.stages.credits:Credits"),
)

NAMES: tuple[str, ...] = tuple(name for name, _ in STAGES)

_PLACES: Mapping[str, str] = dict(STAGES)


def stage_class(name: str) -> type[Stage]:
    """The class of a built-in stage.

    Raises:
        KeyError: no built-in stage has this name.
    """
    module, _, class_name = _PLACES[name].partition(":")
    return cast("type[Stage]", getattr(import_module(module), class_name))
