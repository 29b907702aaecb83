"""`banmian read`: pages in, their articles out."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import chain, islice
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Annotated

import typer

from banmian.commands.console import ExitCode, count, describe, pipeline_of, put, say
from banmian.commands.options import Config, Encoding, Halves, NoCorrect, Ocr

if TYPE_CHECKING:
    from banmian.files import Refused
    from banmian.model import Page
    from banmian.stage import Failed, Pipeline


class Format(StrEnum):
    """How a result is written."""

    JSON = "json"
    MD = "md"
    TXT = "txt"
    ALTO = "alto"
    PAGE_XML = "page-xml"
    HOCR = "hocr"
    METS = "mets"
    TEI = "tei"
    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


# Formats of which several results can stand one after the other.
_STREAMED = (Format.JSON, Format.MD, Format.TXT, Format.JSONL)


def read_command(  # noqa: PLR0917  typer gives all by keyword
    pages: Annotated[list[Path], typer.Argument(metavar="PAGE...", help="Files or folders of pages; - for stdin.")],
    form: Annotated[Format, typer.Option("--format", "-f", help="How to write the articles.")] = Format.JSON,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE|DIR", help="Where to write; else standard output.")
    ] = None,
    encoding: Encoding = None,
    ocr: Ocr = None,
    halves: Halves = False,
    config: Config = None,
    no_correct: NoCorrect = False,
) -> None:
    """Read pages and write their articles.

    A file is raw text (*.txt), a PDF (*.pdf, needs banmian[pdf]), ALTO, METS, PAGE XML (*.xml), hOCR (*.hocr, *.html),
    or a picture (*.png, *.jpg, *.tif, *.jp2, needs banmian[ocr]); what it is, is told by what is in it. A folder is
    searched for all of them, and gets one result a page under -o DIR: NAME.json, or NAME-001.json and so on for the
    pages of a file of many.
    Several pages on standard output are one line of JSON each.
    """
    raise typer.Exit(
        read_pages(
            pages,
            form=form,
            output=output,
            encoding=encoding,
            ocr=ocr,
            halves=halves,
            pipeline=pipeline_of(config, correct=not no_correct),
        )
    )


def read_pages(
    paths: Iterable[Path],
    *,
    pipeline: Pipeline,
    form: Format = Format.JSON,
    output: Path | None = None,
    encoding: str | None = None,
    ocr: str | None = None,
    halves: bool = False,
) -> ExitCode:
    """Read pages, write their articles, and say what could not be done."""
    from banmian.formats.registry import WRITERS, MissingExtraError
    from banmian.model import Page
    from banmian.stage import Failed

    paths = list(paths)
    try:
        WRITERS[form].load()
    except MissingExtraError as error:
        say(str(error))
        return ExitCode.USAGE
    found = results(paths, pipeline=pipeline, encoding=encoding, ocr=ocr)
    if halves:
        found = of_halves(paths, pipeline=pipeline, ocr=ocr)
        paths = paths[:1]
    first = list(islice(found, 2))  # one file may hold many pages
    several = len(paths) > 1 or any(path.is_dir() for path in paths) or len(first) > 1
    if several and output is None and form not in _STREAMED:
        say(f"several pages as {form} need a folder; say which with -o")
        return ExitCode.USAGE
    into_folder = output is not None and (several or output.is_dir() or str(output).endswith("/"))
    if output is not None and into_folder and output.exists() and not output.is_dir():
        say(f"{output} is a file, and several pages need a folder; say another with -o")
        return ExitCode.USAGE
    done = failed = refused = 0
    for stem, result in chain(first, found):
        if not isinstance(result, Page):
            failed += isinstance(result, Failed)
            refused += not isinstance(result, Failed)
            say(describe(result))
            continue
        text = write(result, form.value, config=pipeline.digest, one_line=several and output is None)
        if output is None:
            if done and form in (Format.MD, Format.TXT):
                put("\n")
            put(text)
        else:
            try:
                save(text, output / f"{stem}{WRITERS[form].suffix}" if into_folder else output)
            except OSError as error:
                say(f"{error.filename or output}: cannot be written: {error.strerror}")
                return ExitCode.SOME_FAILED
        done += 1
    if into_folder:
        what = [f"{count(done)} in {output}"] if done else []
        say("; ".join([*what, f"{count(failed + refused)} failed"] if failed + refused else what))
    if not failed + refused:
        return ExitCode.OK
    return ExitCode.SOME_FAILED if done or failed else ExitCode.INPUT


def results(
    paths: Iterable[Path], *, pipeline: Pipeline, encoding: str | None = None, ocr: str | None = None
) -> Iterator[tuple[PurePath, Page | Refused | Failed]]:
    """The pages of files and folders, lazily and in order, each run through a pipeline; or why there is none.

    With each comes the name of its result, a relative path without suffix. The path - is standard input.
    """
    from banmian.files import Refused, find, load

    for found in find(paths):
        if isinstance(found, Refused):
            yield PurePath(found.name), found
            continue
        try:
            for page in load(found, sys.stdin.buffer, encoding=encoding, ocr=ocr):
                if isinstance(page, Refused):
                    yield found.stem, page
                else:
                    yield from ((PurePath(page.id), result) for result in pipeline.stream([page]))
        except Refused as refused:
            yield found.stem, refused


def of_halves(
    paths: Iterable[Path], *, pipeline: Pipeline, ocr: str | None = None
) -> Iterator[tuple[PurePath, Page | Refused | Failed]]:
    """The page whose halves two files are, or the two pages of one, run through a pipeline; or why there is none."""
    from banmian.files import Refused, raw_halves

    try:
        page = raw_halves(*paths, ocr=ocr)
    except Refused as refused:
        yield PurePath(refused.name), refused
    else:
        yield from ((PurePath(page.id), result) for result in pipeline.stream([page]))


def write(page: Page, form: str, *, config: str = "", one_line: bool = False) -> str | bytes:
    """A page in one of the formats; for those of issues it is an issue of one page."""
    from banmian.formats import layers, page_json
    from banmian.formats.registry import WRITERS
    from banmian.model import Issue

    if form == "layers":
        return layers.dumps(page)
    if form == "json":
        return page_json.dumps(page, config=config, one_line=one_line)
    writer = WRITERS[form]
    result: str | bytes = writer.load()(page if writer.scope == "page" else Issue(page.id, (page,)))
    return result


def save(text: str | bytes, path: Path) -> None:
    """Write a file whole or not at all: a run that is stopped leaves no half result behind."""
    data = text.encode("utf-8") if isinstance(text, str) else text
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and not path.is_file():  # a device or a pipe
        path.write_bytes(data)
        return
    new = path.with_name(f".{path.name}.new")
    new.write_bytes(data)
    new.replace(path)
