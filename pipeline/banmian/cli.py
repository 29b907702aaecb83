"""The command `banmian`. Each command is a thin wrapper around a function that tests call; see `banmian.commands`.

What takes long to import is imported by the command that needs it, so that `banmian --help` and shell completion answer
at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from banmian import __version__
from banmian.commands.console import EPILOG, ExitCode, put
from banmian.commands.explain import config_command, explain_command
from banmian.commands.read import read_command
from banmian.commands.rebuild import rebuild_command
from banmian.commands.run import run_command
from banmian.commands.search import search_command
from banmian.commands.show import show_command
from banmian.commands.stage import stage_command, stages_command
from banmian.spurious import ignore_spurious


class _Commands(TyperGroup):
    """Our exit codes in place of typer's, and a quiet end when nobody reads the output any more."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        with _usage_is_one():
            return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        ignore_spurious()
        try:
            with _usage_is_one():
                result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            # What is still in the buffer would raise again when Python closes the stream at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(ExitCode.CLOSED) from None
        except KeyboardInterrupt:
            raise typer.Exit(ExitCode.INTERRUPTED) from None
        return result


# The error of anything that is wrong with the command line. Typer has it in different places from version to version.
_UsageError: type[Any] = typer.BadParameter.__mro__[1]


@contextmanager
def _usage_is_one() -> Iterator[None]:
    """Give usage errors the exit code 1; typer's own, 2, means here that nothing could be read."""
    try:
        yield
    except _UsageError as error:
        error.exit_code = ExitCode.USAGE
        raise


app = typer.Typer(
    name="banmian",
    cls=_Commands,
    help="Give Chinese newspaper pages (版面) their articles back: raw text in, articles out, every character traced.",
    epilog=EPILOG,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=lambda on: _version(on=on), help="Print the version.")
    ] = False,
) -> None:
    pass


def _version(*, on: bool) -> None:
    if on:
        put(f"banmian {__version__}\n")
        raise typer.Exit(ExitCode.OK)


app.command("read", epilog=EPILOG)(read_command)
app.command("run", epilog=EPILOG)(run_command)
# -WORD is a word, not an option.
app.command("search", epilog=EPILOG, context_settings={"ignore_unknown_options": True})(search_command)
app.command("show", epilog=EPILOG)(show_command)
app.command("rebuild", epilog=EPILOG)(rebuild_command)
app.command("stage", epilog=EPILOG)(stage_command)
app.command("stages", epilog=EPILOG)(stages_command)
app.command("explain", epilog=EPILOG)(explain_command)
app.command("config", epilog=EPILOG)(config_command)
