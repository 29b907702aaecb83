"""`banmian show --image`: the picture of a page with what was decided drawn on it."""

from __future__ import annotations

from pathlib import Path

from banmian.commands.console import ExitCode, describe, say
from banmian.commands.read import save
from banmian.files import Refused, load_file
from banmian.formats.picture import NoPlaces, dumps
from banmian.model import Page
from banmian.readers import Unreadable
from banmian.readers.views import view
from banmian.stage import Pipeline

SUFFIX = ".svg"


def draw_page(
    path: Path, image: Path, *, pipeline: Pipeline, encoding: str | None = None, ocr: str | None = None
) -> ExitCode:
    """Draw the pages of a file: one into the file named, of many each into one of its own, NAME-001.svg and so on."""
    if image.suffix.lower() != SUFFIX:
        say(f"{image}: pictures are written as SVG; give it a name that ends in {SUFFIX}")
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
        if not isinstance(result, Page):
            say(describe(result))
            failed += 1
            continue
        try:
            photo = None if result.layout is None else view(data, number, result.layout)
            drawing = dumps(result, picture=photo)
        except (NoPlaces, Unreadable) as error:
            say(f"{result.id}: {error}")
            failed += 1
            continue
        one = image if len(issue.pages) == 1 else image.with_name(f"{image.stem}-{number + 1:03d}{SUFFIX}")
        try:
            save(drawing, one)
        except OSError as error:
            say(f"{error.filename or one}: cannot be written: {error.strerror}")
            return ExitCode.SOME_FAILED
    if not failed:
        return ExitCode.OK
    return ExitCode.INPUT if failed == len(issue.pages) else ExitCode.SOME_FAILED
