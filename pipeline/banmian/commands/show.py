"""`banmian show`: a page and its articles side by side."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Annotated

import typer

from banmian.commands.console import ExitCode, describe, pipeline_of, put, say
from banmian.commands.options import Config, Encoding, Halves, NoCorrect, Ocr
from banmian.commands.read import of_halves, results

if TYPE_CHECKING:
    from banmian.files import Refused
    from banmian.model import Page
    from banmian.stage import Failed, Pipeline


def show_command(  # noqa: PLR0917  typer gives all by keyword
    pages: Annotated[
        list[Path],
        typer.Argument(metavar="PAGE", help="A file with a page; - for stdin; two with --halves."),
    ],
    image: Annotated[
        Path | None, typer.Option("--image", metavar="FILE.svg", help="Draw the stories on the picture of the page.")
    ] = None,
    encoding: Encoding = None,
    ocr: Ocr = None,
    halves: Halves = False,
    config: Config = None,
    no_correct: NoCorrect = False,
) -> None:
    """Show a page: its raw lines on the left, its articles on the right, in the same colours.

    With --image it is drawn instead: each story outlined in one colour, its texts numbered in reading order.
    """
    if len(pages) > 1 and not halves:
        say(f"{pages[1]}: show takes one page; two files that are its halves need --halves")
        raise typer.Exit(ExitCode.USAGE)
    pipeline = pipeline_of(config, correct=not no_correct)
    if image is not None:
        from banmian.commands.drawing import draw_halves, draw_page

        if halves:
            raise typer.Exit(draw_halves(pages, image, pipeline=pipeline, ocr=ocr))
        raise typer.Exit(draw_page(pages[0], image, pipeline=pipeline, encoding=encoding, ocr=ocr))
    if halves:
        raise typer.Exit(show_all(of_halves(pages, pipeline=pipeline, ocr=ocr)))
    raise typer.Exit(show_page(pages[0], pipeline=pipeline, encoding=encoding, ocr=ocr))


def show_page(path: Path, *, pipeline: Pipeline, encoding: str | None = None, ocr: str | None = None) -> ExitCode:
    """Print the pages of a file, each beside its articles."""
    if path.is_dir():
        say(f"{path}: is a folder; show takes one page")
        return ExitCode.INPUT
    return show_all(results([path], pipeline=pipeline, encoding=encoding, ocr=ocr))


def show_all(found: Iterable[tuple[PurePath, Page | Refused | Failed]]) -> ExitCode:
    """Print pages beside their articles, as wide as the terminal, and without colour where there is none."""
    from rich.console import Console

    from banmian.formats.terminal import picture
    from banmian.model import Page
    from banmian.stage import Failed

    for number, (_, result) in enumerate(found):
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
