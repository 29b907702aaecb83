"""`banmian show`: a page and its articles side by side."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from banmian.commands.console import ExitCode, describe, pipeline_of, put, say
from banmian.commands.options import Config, Encoding, NoCorrect, Ocr
from banmian.commands.read import results

if TYPE_CHECKING:
    from banmian.stage import Pipeline


def show_command(  # noqa: PLR0917  typer gives all by keyword
    page: Annotated[Path, typer.Argument(metavar="PAGE", help="A file with a page; - for stdin.")],
    image: Annotated[
        Path | None, typer.Option("--image", metavar="FILE.svg", help="Draw the stories on the picture of the page.")
    ] = None,
    encoding: Encoding = None,
    ocr: Ocr = None,
    config: Config = None,
    no_correct: NoCorrect = False,
) -> None:
    """Show a page: its raw lines on the left, its articles on the right, in the same colours.

    With --image it is drawn instead: each story outlined in one colour, its texts numbered in reading order.
    """
    pipeline = pipeline_of(config, correct=not no_correct)
    if image is not None:
        from banmian.commands.drawing import draw_page

        raise typer.Exit(draw_page(page, image, pipeline=pipeline, encoding=encoding, ocr=ocr))
    raise typer.Exit(show_page(page, pipeline=pipeline, encoding=encoding, ocr=ocr))


def show_page(path: Path, *, pipeline: Pipeline, encoding: str | None = None, ocr: str | None = None) -> ExitCode:
    """Print the picture of a page, as wide as the terminal, and without colour where there is none."""
    from rich.console import Console

    from banmian.formats.terminal import picture
    from banmian.model import Page
    from banmian.stage import Failed

    if path.is_dir():
        say(f"{path}: is a folder; show takes one page")
        return ExitCode.INPUT
    for number, (_, result) in enumerate(results([path], pipeline=pipeline, encoding=encoding, ocr=ocr)):
        if number:
            put("\n")
        if not isinstance(result, Page):
            say(describe(result))
            return ExitCode.SOME_FAILED if isinstance(result, Failed) else ExitCode.INPUT
        console = Console(file=sys.stdout, highlight=False, markup=False, emoji=False)
        with console.capture() as capture:
            console.print(picture(result))
        # Rich fills each line up to the width; the spaces would only wrap when the window gets smaller.
        put("".join(f"{line.rstrip()}\n" for line in capture.get().splitlines()))
    return ExitCode.OK
