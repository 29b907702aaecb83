"""`banmian explain` and `banmian config`: what words mean, and how the pipeline is set."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from banmian.commands.console import ExitCode, pipeline_of, put, say


def explain_command(
    term: Annotated[str | None, typer.Argument(metavar="TERM", help="A word in English or Chinese.")] = None,
) -> None:
    """Say what a newspaper term means, in English or Chinese; without a term, list all of them."""
    raise typer.Exit(explain_term(term))


def explain_term(word: str | None) -> ExitCode:
    """Print what the glossary says of a word, or all words that it has."""
    from banmian.glossary import explain, near, terms

    if word is None:
        put("".join(f"{term.key:<17}{', '.join(term.chinese)}\n" for term in terms()))
        return ExitCode.OK
    found = explain(word)
    if found:
        put(
            "\n".join(
                f"{term.key}: {', '.join(term.english)}; {', '.join(term.chinese)}\n  {term.means}\n" for term in found
            )
        )
        return ExitCode.OK
    like = near(word)
    say(f"the glossary has no {word!r}" + (f"; near it: {', '.join(like)}" if like else "; `banmian explain` lists it"))
    return ExitCode.USAGE


def config_command(
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="A configuration to check and fill in.")] = None,
) -> None:
    """Print the default configuration; with a FILE, check that and print it with every option written out."""
    from banmian.config import DEFAULT, effective

    put(DEFAULT.read_bytes() if file is None else effective(pipeline_of(file)))
