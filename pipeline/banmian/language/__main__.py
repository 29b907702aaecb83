"""`python -m banmian.language`: count the statistics that ship with the package, and measure them."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from banmian.language import counting, resource
from banmian.language.statistics import RESOURCE

app = typer.Typer(
    help="Count n-grams of newspaper Chinese, and measure how well they join lines.", add_completion=False
)

Corpus = Annotated[Path, typer.Option(help="A folder of .txt.gz files, one paragraph a line.", exists=True)]
Without = Annotated[list[str], typer.Option(help="A file to leave out, by its name without .txt.gz; may be repeated.")]


@app.callback()
def _commands() -> None:
    """Keep `count` a command by name, also while it is the only one."""


@app.command()
def count(corpus: Corpus, out: Annotated[Path, typer.Option()] = RESOURCE, without: Without = []) -> None:  # noqa: B006
    """Count a corpus and write the resource. Only figures go in, no text."""
    began = time.monotonic()
    files = counting.corpus_files(corpus, without)
    arrays, settings = counting.resource_of(text for path in files for text in counting.paragraphs(path))
    size = resource.write(out, arrays, settings)
    typer.echo(f"{out}: {size / 1e6:.1f} MB, {time.monotonic() - began:.0f} s; {dict(settings)}", err=True)


if __name__ == "__main__":
    app()
