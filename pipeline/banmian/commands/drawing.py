"""`banmian show --image`: the picture of a page with what was decided drawn on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from banmian.commands.console import ExitCode, describe, say
from banmian.commands.read import save
from banmian.files import Refused, load_file, load_halves
from banmian.formats.picture import NoPlaces, dumps
from banmian.layout import Layout
from banmian.model import Page
from banmian.readers import Unreadable
from banmian.readers.views import View, view, view_of_halves
from banmian.stage import Failed, Pipeline

SUFFIX = ".svg"


def draw_page(
    path: Path, image: Path, *, pipeline: Pipeline, encoding: str | None = None, ocr: str | None = None
) -> ExitCode:
    """Draw the pages of a file: one into the file named, of many each into one of its own, NAME-001.svg and so on."""
    if not _is_svg(image):
        return ExitCode.USAGE
    if str(path) == "-" or path.is_dir():
        say(f"{path}: show --image takes one file")
        return ExitCode.INPUT
    try:
        data, issue = load_file(path, encoding=encoding, ocr=ocr)
    except Refused as refused:
        say(str(refused))
        return ExitCode.INPUT
    failed = 0
    for number, result in enumerate(pipeline.stream(issue.pages)):

        def photo(layout: Layout, number: int = number) -> bytes | None:
            return view(View(data, number, layout))

        one = image if len(issue.pages) == 1 else image.with_name(f"{image.stem}-{number + 1:03d}{SUFFIX}")
        try:
            failed += not _drawn(result, photo, one)
        except OSError as error:
            return _unwritten(error, one)
    if not failed:
        return ExitCode.OK
    return ExitCode.INPUT if failed == len(issue.pages) else ExitCode.SOME_FAILED


def draw_halves(paths: Sequence[Path], image: Path, *, pipeline: Pipeline, ocr: str | None = None) -> ExitCode:
    """Draw the page that two halves make, their pictures put together as their lines are."""
    if not _is_svg(image):
        return ExitCode.USAGE
    try:
        page, shown, halves = load_halves(paths, ocr=ocr)
    except Refused as refused:
        say(str(refused))
        return ExitCode.INPUT

    def photo(layout: Layout) -> bytes | None:
        views = [View(half.data, half.number, half.page.layout) for half in halves if half.page.layout is not None]
        return view_of_halves(views, shown, layout.size)

    try:
        drawn = [_drawn(result, photo, image) for result in pipeline.stream([page])]
    except OSError as error:
        return _unwritten(error, image)
    return ExitCode.OK if all(drawn) else ExitCode.INPUT


def _is_svg(image: Path) -> bool:
    if image.suffix.lower() == SUFFIX:
        return True
    say(f"{image}: pictures are written as SVG; give it a name that ends in {SUFFIX}")
    return False


def _drawn(result: Page | Failed, photo: Callable[[Layout], bytes | None], image: Path) -> bool:
    """Whether a page could be drawn; if not, it is said why.

    Args:
        result: the page, or why there is none.
        photo: makes the picture of a page of some layout.
        image: the file to write.

    Raises:
        OSError: it cannot be written.
    """
    if not isinstance(result, Page):
        say(describe(result))
        return False
    try:
        drawing = dumps(result, picture=None if result.layout is None else photo(result.layout))
    except (NoPlaces, Unreadable) as error:
        say(f"{result.id}: {error}")
        return False
    save(drawing, image)
    return True


def _unwritten(error: OSError, image: Path) -> ExitCode:
    say(f"{error.filename or image}: cannot be written: {error.strerror}")
    return ExitCode.SOME_FAILED
