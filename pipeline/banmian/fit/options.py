"""Options of the programs that fit something to pages which the shipped weights read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

Roots: TypeAlias = Annotated[
    list[Path],
    typer.Argument(exists=True, file_okay=False, help="Folders of pages with gold, below them raw texts of any kind."),
]
StatisticsFile: TypeAlias = Annotated[
    Path | None, typer.Option("--statistics", help="N-grams that do not know the pages.")
]
TopicsFile: TypeAlias = Annotated[Path | None, typer.Option("--topics", help="Topics that do not know them.")]
Start: TypeAlias = Annotated[Path, typer.Option("--weights", help="The weights that read the pages.")]
Out: TypeAlias = Annotated[Path, typer.Option(help="Where to write them with what was fitted.")]
