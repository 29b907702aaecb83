"""`python -m banmian.language`: count the statistics that ship with the package, and measure them."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from banmian.language import counting, measuring, resource, vectors
from banmian.language.statistics import RESOURCE, Statistics

app = typer.Typer(
    help="Count n-grams of newspaper Chinese, and measure how well they join lines.", add_completion=False
)

Corpus = Annotated[Path, typer.Option(help="A folder of .txt.gz files, one paragraph a line.", exists=True)]
Without = Annotated[list[str], typer.Option(help="A file to leave out, by its name without .txt.gz; may be repeated.")]


@app.command()
def count(
    corpus: Corpus,
    out: Annotated[Path, typer.Option(help="The resource to write.")] = RESOURCE,
    without: Without = [],  # noqa: B006
    steps: Annotated[int, typer.Option(help="Batches to learn vectors from.", min=0)] = vectors.STEPS,
) -> None:
    """Count a corpus and write the resource. Only figures go in, no text."""
    began = time.monotonic()
    files = counting.corpus_files(corpus, without)
    arrays, settings = counting.resource_of((text for path in files for text in counting.paragraphs(path)), steps)
    size = resource.write(out, arrays, settings)
    typer.echo(f"{out}: {size / 1e6:.1f} MB, {time.monotonic() - began:.0f} s; {dict(settings)}", err=True)


@app.command()
def measure(
    corpus: Corpus,
    held_out: Annotated[str, typer.Option(help="The file to ask about, by its name without .txt.gz.")],
    path: Annotated[Path, typer.Option(help="A resource counted without that file.", exists=True)],
) -> None:
    """Print the share of true next lines ranked first, and the weights that would fit the file best."""
    known = Statistics.load(path)
    paragraphs = list(counting.paragraphs(corpus / f"{held_out}.txt.gz"))
    among = "".join(f"  among {number:2}" for number in measuring.CANDIDATES)
    typer.echo(f"{'others from':24}{among}  n-grams  vectors  constant")
    for name, page, ask in (
        ("anywhere", False, measuring.odds_of),
        ("the page", True, measuring.odds_of),
        ("the page, its bigrams too", True, measuring.odds_with_pages),
    ):
        asked = measuring.questions(paragraphs, page=page)
        odds = ask(known, asked)
        shares = "".join(f"{measuring.first_share(odds, number):10.3f}" for number in measuring.CANDIDATES)
        ngrams, vector, constant = measuring.fitted_weights(known, asked)
        typer.echo(f"{name:24}{shares}{ngrams:9.2f}{vector:9.2f}{constant:10.2f}")


if __name__ == "__main__":
    app()
