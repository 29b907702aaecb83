"""`python -m banmian.language`: count the statistics that ship with the package, and measure them."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from banmian.language import counting, measuring, resource, topic_measuring, topic_training
from banmian.language.corpus import articles, corpus_files, paragraphs
from banmian.language.statistics import RESOURCE, Statistics
from banmian.language.topics import RESOURCE as TOPICS
from banmian.language.topics import Topics

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
    steps: Annotated[
        int | None, typer.Option(help="Batches to learn vectors from; as many as each kind needs if not told.", min=0)
    ] = None,
) -> None:
    """Count a corpus, learn from it how lines and heads go on and how heads are worded, and write the resource.

    Only figures go in, no text.
    """
    began = time.monotonic()
    files = corpus_files(corpus, without)
    texts = (text for path in files for text in paragraphs(path))
    bare, spaced = ([article for path in files for article in articles(path, space)] for space in ("", " "))
    arrays, settings = counting.resource_of(texts, steps, bare, spaced)
    size = resource.write(out, arrays, settings)
    typer.echo(f"{out}: {size / 1e6:.1f} MB, {time.monotonic() - began:.0f} s; {dict(settings)}", err=True)


@app.command()
def learn_topics(
    corpus: Corpus,
    out: Annotated[Path, typer.Option(help="The resource to write.")] = TOPICS,
    without: Without = [],  # noqa: B006
    steps: Annotated[int, typer.Option(help="Batches to learn from.", min=0)] = topic_training.STEPS,
) -> None:
    """Learn what characters are about from heads and stories, and write the resource. No text goes in."""
    began = time.monotonic()
    arrays, settings = topic_training.resource_of(corpus_files(corpus, without), steps)
    size = resource.write(out, arrays, settings)
    typer.echo(f"{out}: {size / 1e6:.2f} MB, {time.monotonic() - began:.0f} s; {dict(settings)}", err=True)


@app.command()
def measure(
    corpus: Corpus,
    held_out: Annotated[str, typer.Option(help="The file to ask about, by its name without .txt.gz.")],
    path: Annotated[Path, typer.Option(help="A resource counted without that file.", exists=True)],
) -> None:
    """Print the share of true next lines ranked first, and the weights that would fit the file best."""
    known = Statistics.load(path)
    told = list(paragraphs(corpus / f"{held_out}.txt.gz"))
    among = "".join(f"  among {number:2}" for number in measuring.CANDIDATES)
    typer.echo(f"{'others from':24}{among}  n-grams  vectors  constant")
    for name, page, ask in (
        ("anywhere", False, measuring.odds_of),
        ("the page", True, measuring.odds_of),
        ("the page, its bigrams too", True, measuring.odds_with_pages),
    ):
        asked = measuring.questions(told, page=page)
        odds = ask(known, asked)
        shares = "".join(f"{measuring.first_share(odds, number):10.3f}" for number in measuring.CANDIDATES)
        ngrams, vector, constant = measuring.fitted_weights(known, asked)
        typer.echo(f"{name:24}{shares}{ngrams:9.2f}{vector:9.2f}{constant:10.2f}")


@app.command()
def measure_topics(
    pages: Annotated[list[Path], typer.Argument(help="Folders of *.gold.json files.", exists=True)],
    path: Annotated[Path, typer.Option(help="A resource learnt without their month.")] = TOPICS,
) -> None:
    """Print how often a head's own story is ranked first on its page, and how its odds should be scaled."""
    known = Topics.load(path)
    figures = topic_measuring.measure(known, (page for folder in pages for page in topic_measuring.pages(folder)))
    typer.echo(f"{figures.heads} heads: own story first {figures.whole:.3f}; by its first paragraph ", nl=False)
    typer.echo(f"{figures.all_first:.3f}, headline alone {figures.first:.3f}")
    typer.echo(f"next paragraph told from others {figures.next_told:.3f}")
    for name, (factor, constant) in (("heads", figures.head_fit), ("paragraphs", figures.body_fit)):
        typer.echo(f"the odds of {name} fit when multiplied by {factor:.2f} and {constant:+.2f} is added")


if __name__ == "__main__":
    app()
