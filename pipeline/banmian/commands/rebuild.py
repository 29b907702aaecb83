"""`banmian rebuild`: the source of a result, from the result alone."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from banmian.commands.console import ExitCode, put, say


def rebuild_command(
    result: Annotated[Path, typer.Argument(metavar="RESULT.json", help="What `banmian read` wrote; - for stdin.")],
) -> None:
    """Print the source that a result was made from, byte for byte, from the result alone."""
    raise typer.Exit(rebuild_source(result))


def rebuild_source(path: Path) -> ExitCode:
    """Print the source that a result was made from."""
    from banmian.formats import FormatError
    from banmian.ledger import Damaged, rebuild

    try:
        put(rebuild(sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()))
    except OSError as error:
        say(f"{path}: cannot be read: {error.strerror}")
    except (FormatError, Damaged) as error:
        say(f"{path}: {error}")
    else:
        return ExitCode.OK
    return ExitCode.INPUT
