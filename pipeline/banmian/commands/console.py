"""What all commands share: exit codes, and how they say something.

Data goes to standard output, messages to standard error.
"""

from __future__ import annotations

import sys
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from banmian.files import Refused
    from banmian.stage import Failed, Pipeline


class ExitCode(IntEnum):
    """What the command tells the program that called it. A run with a failed page never ends with 0."""

    OK = 0
    USAGE = 1
    INPUT = 2
    SOME_FAILED = 3
    INTERRUPTED = 130  # what a shell reports of a program ended by Ctrl-C
    CLOSED = 141  # what a shell reports of a program ended by SIGPIPE


EPILOG = (
    "Exit codes: 0 all done; 1 wrong usage or configuration; 2 nothing could be read; 3 some pages failed, or were not "
    "come to, the others are done; 130 stopped by Ctrl-C; 141 whoever read the output stopped reading."
)


def say(message: str) -> None:
    """Tell the user something: one line on standard error."""
    typer.echo(f"banmian: {_printable(message)}", err=True)


def put(text: str | bytes) -> None:
    """Write data to standard output, in UTF-8 whatever the terminal is set to."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text if isinstance(text, bytes) else text.encode("utf-8"))
    sys.stdout.buffer.flush()


def _printable(message: str) -> str:
    return message.encode("utf-8", "backslashreplace").decode("utf-8")


def describe(problem: Refused | Failed) -> str:
    """What went wrong with a page, in one line."""
    from banmian.stage import Failed

    if isinstance(problem, Failed):
        error = " ".join(str(problem.error).split())
        return (
            f"{problem.page_id}: stage {problem.stage!r} failed with {type(problem.error).__name__}: {error}; "
            "this is a fault of the stage, please report it"
        )
    return str(problem)


def pipeline_of(path: Path | None, *, correct: bool = True) -> Pipeline:
    """The pipeline of a configuration, the default one without; says what is wrong with it, and ends the command.

    Args:
        path: the configuration.
        correct: whether recognition errors are put right where the configuration says so.
    """
    from banmian.config import ConfigError, default_pipeline, load_pipeline, uncorrected

    try:
        pipeline = default_pipeline() if path is None else load_pipeline(path)
        return pipeline if correct else uncorrected(pipeline)
    except ConfigError as error:
        say(str(error))
        raise typer.Exit(ExitCode.USAGE) from None


def count(pages: int) -> str:
    """How many pages, in words."""
    return "1 page" if pages == 1 else f"{pages} pages"
