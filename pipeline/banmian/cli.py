"""The command `banmian`. Each command is a thin wrapper around a function that tests call.

Data goes to standard output, messages to standard error. What takes long to import is imported by the command that
needs it, so that `banmian --help` and shell completion answer at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from enum import IntEnum, StrEnum
from itertools import chain, islice
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer
from typer.core import TyperGroup

from banmian import __version__
from banmian.commands.options import Config, Encoding, Engine
from banmian.commands.run import run_command
from banmian.commands.search import search_command

if TYPE_CHECKING:
    from banmian.files import Refused
    from banmian.model import Page
    from banmian.stage import Failed, Pipeline, Stage


class ExitCode(IntEnum):
    """What the command tells the program that called it. A run with a failed page never ends with 0."""

    OK = 0
    USAGE = 1
    INPUT = 2
    SOME_FAILED = 3
    INTERRUPTED = 130  # what a shell reports of a program ended by Ctrl-C
    CLOSED = 141  # what a shell reports of a program ended by SIGPIPE


_EPILOG = (
    "Exit codes: 0 all done; 1 wrong usage or configuration; 2 nothing could be read; 3 some pages failed, the others "
    "are done; 130 stopped by Ctrl-C; 141 whoever read the output stopped reading."
)


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


class StageFormat(StrEnum):
    """How a stage writes its pages: `layers` for the next stage, the others as `banmian read` does."""

    LAYERS = "layers"
    JSON = "json"
    MD = "md"
    TXT = "txt"


class _Commands(TyperGroup):
    """Our exit codes in place of typer's, and a quiet end when nobody reads the output any more."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        with _usage_is_one():
            return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
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
    epilog=_EPILOG,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
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


# read


@app.command("read", epilog=_EPILOG)
def read_command(  # noqa: PLR0917  typer gives all by keyword
    pages: Annotated[list[Path], typer.Argument(metavar="PAGE...", help="Files or folders of pages; - for stdin.")],
    form: Annotated[Format, typer.Option("--format", "-f", help="How to write the articles.")] = Format.JSON,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE|DIR", help="Where to write; else standard output.")
    ] = None,
    encoding: Encoding = None,
    engine: Engine = None,
    config: Config = None,
) -> None:
    """Read pages and write their articles.

    A file is raw text (*.txt), a PDF (*.pdf, needs banmian[pdf]), ALTO, METS, PAGE XML (*.xml), hOCR (*.hocr, *.html),
    or a picture (*.png, *.jpg, *.tif, *.jp2, needs banmian[ocr]); what it is, is told by what is in it. A folder is
    searched for all of them, and gets one result a page under -o DIR: NAME.json, or NAME-001.json and so on for the
    pages of a file of many.
    Several pages on standard output are one line of JSON each.
    """
    raise typer.Exit(
        read_pages(pages, form=form, output=output, encoding=encoding, engine=engine, pipeline=_pipeline(config))
    )


def read_pages(
    paths: Iterable[Path],
    *,
    pipeline: Pipeline,
    form: Format = Format.JSON,
    output: Path | None = None,
    encoding: str | None = None,
    engine: str | None = None,
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
    found = results(paths, pipeline=pipeline, encoding=encoding, engine=engine)
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
        what = [f"{_count(done)} in {output}"] if done else []
        say("; ".join([*what, f"{_count(failed + refused)} failed"] if failed + refused else what))
    if not failed + refused:
        return ExitCode.OK
    return ExitCode.SOME_FAILED if done or failed else ExitCode.INPUT


def results(
    paths: Iterable[Path], *, pipeline: Pipeline, encoding: str | None = None, engine: str | None = None
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
            issue = load(found, sys.stdin.buffer, encoding=encoding, engine=engine)
        except Refused as refused:
            yield found.stem, refused
        else:
            for page in issue.pages:
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


app.command("run", epilog=_EPILOG)(run_command)


# show


@app.command("show", epilog=_EPILOG)
def show_command(
    page: Annotated[Path, typer.Argument(metavar="PAGE", help="A file with a page; - for stdin.")],
    image: Annotated[
        Path | None, typer.Option("--image", metavar="FILE.svg", help="Draw the stories on the picture of the page.")
    ] = None,
    encoding: Encoding = None,
    engine: Engine = None,
    config: Config = None,
) -> None:
    """Show a page: its raw lines on the left, its articles on the right, in the same colours.

    With --image it is drawn instead: each story outlined in one colour, its texts numbered in reading order.
    """
    if image is not None:
        from banmian.commands.drawing import draw_page

        raise typer.Exit(draw_page(page, image, pipeline=_pipeline(config), encoding=encoding, engine=engine))
    raise typer.Exit(show_page(page, pipeline=_pipeline(config), encoding=encoding, engine=engine))


def show_page(path: Path, *, pipeline: Pipeline, encoding: str | None = None, engine: str | None = None) -> ExitCode:
    """Print the picture of a page, as wide as the terminal, and without colour where there is none."""
    from rich.console import Console

    from banmian.formats.terminal import picture
    from banmian.model import Page
    from banmian.stage import Failed

    if path.is_dir():
        say(f"{path}: is a folder; show takes one page")
        return ExitCode.INPUT
    for number, (_, result) in enumerate(results([path], pipeline=pipeline, encoding=encoding, engine=engine)):
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


# stage, stages


@app.command("stage", epilog=_EPILOG)
def stage_command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name of a stage; `banmian stages` lists them.")],
    form: Annotated[StageFormat, typer.Option("--format", "-f", help="How to write the page.")] = StageFormat.LAYERS,
    encoding: Encoding = None,
    config: Config = None,
) -> None:
    """Run one stage as a filter, from standard input to standard output.

    It reads raw text, or pages as another `banmian stage` writes them, one a line. What the stage requires and a page
    has not been through yet is run first, so that `banmian stage lines < page.txt` is enough.
    """
    pipeline = _pipeline(config)
    if name not in (stage.name for stage in pipeline.stages):
        names = ", ".join(stage.name for stage in pipeline.stages)
        say(f"there is no stage {name!r} in the pipeline; it has {names}")
        raise typer.Exit(ExitCode.USAGE)
    raise typer.Exit(run_stage(name, sys.stdin.buffer, pipeline=pipeline, form=form.value, encoding=encoding))


def run_stage(
    name: str, stream: BinaryIO, *, pipeline: Pipeline, form: str = "layers", encoding: str | None = None
) -> ExitCode:
    """Run one stage of a pipeline on each page of a stream, and first what it requires and the page lacks."""
    from banmian.files import Refused
    from banmian.formats import FormatError
    from banmian.stage import Failed

    code = ExitCode.OK
    try:
        for given in _pages_of(stream, encoding):
            page = given
            try:
                for stage in with_required(pipeline.stages, name, given.stages):
                    page = replace(stage(page), stages=(*page.stages, stage.name))
            except Exception as error:  # noqa: BLE001  as in Pipeline.stream: one page must not cost the others
                say(describe(Failed(given.id, name, error)))
                code = ExitCode.SOME_FAILED
            else:
                put(write(page, form, config=pipeline.digest, one_line=True))
    except (Refused, FormatError) as error:
        say(f"{error}" if isinstance(error, Refused) else f"stdin: {error}")
        return ExitCode.INPUT
    return code


def with_required(stages: Sequence[Stage], name: str, done: Collection[str]) -> tuple[Stage, ...]:
    """A stage, and before it those that provide what it requires, theirs too, but for what is done already."""
    at = next(i for i, stage in enumerate(stages) if stage.name == name)
    chosen, wanted = [stages[at]], set(stages[at].requires)
    for stage in reversed(stages[:at]):
        if stage.provides & wanted and stage.name not in done:
            chosen.append(stage)
            wanted |= stage.requires
    return tuple(reversed(chosen))


def _pages_of(stream: BinaryIO, encoding: str | None) -> Iterator[Page]:
    """The pages of a stream: of layers, one a line, or of raw text, which is one page."""
    from banmian.files import issue_of, read_stream
    from banmian.formats import layers

    first = stream.readline()
    if not layers.is_layers(first):
        data = read_stream(stream, "stdin", start=first)
        yield from issue_of(data, Path("stdin"), "stdin", encoding).pages
        return
    yield layers.loads(first)
    for line in stream:
        if line.strip():
            yield layers.loads(line)


@app.command("stages", epilog=_EPILOG)
def stages_command(config: Config = None) -> None:
    """List the stages: what each does, requires and provides, and its options."""
    put("\n".join(map(describe_stage, _pipeline(config).stages)))


def describe_stage(stage: Stage) -> str:
    """What a stage does, requires and provides, and how its options are set."""
    from banmian.config import effective_options

    first_line = (type(stage).__doc__ or "").strip().partition("\n")[0]
    lines = [f"{stage.name}: {first_line}"]
    lines.append(f"  requires {', '.join(sorted(stage.requires)) or 'nothing'}")
    lines.append(f"  provides {', '.join(sorted(stage.provides)) or 'nothing new'}")
    lines += [f"  option   {option}" for option in effective_options(stage)]
    return "".join(f"{line}\n" for line in lines)


# rebuild


@app.command("rebuild", epilog=_EPILOG)
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


# search

# -WORD is a word, not an option.
app.command("search", epilog=_EPILOG, context_settings={"ignore_unknown_options": True})(search_command)


# explain, config


@app.command("explain", epilog=_EPILOG)
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


@app.command("config", epilog=_EPILOG)
def config_command(
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="A configuration to check and fill in.")] = None,
) -> None:
    """Print the default configuration; with a FILE, check that and print it with every option written out."""
    from banmian.config import DEFAULT, effective

    put(DEFAULT.read_bytes() if file is None else effective(_pipeline(file)))


def _pipeline(path: Path | None) -> Pipeline:
    from banmian.config import ConfigError, default_pipeline, load_pipeline

    try:
        return default_pipeline() if path is None else load_pipeline(path)
    except ConfigError as error:
        say(str(error))
        raise typer.Exit(ExitCode.USAGE) from None


def _count(pages: int) -> str:
    return "1 page" if pages == 1 else f"{pages} pages"
