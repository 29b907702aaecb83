"""`banmian stage` and `banmian stages`: one stage as a filter, and which there are."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from banmian.commands.console import ExitCode, describe, pipeline_of, put, say
from banmian.commands.options import Config, Encoding, NoCorrect
from banmian.commands.read import write

if TYPE_CHECKING:
    from banmian.model import Page
    from banmian.stage import Pipeline, Stage


class StageFormat(StrEnum):
    """How a stage writes its pages: `layers` for the next stage, the others as `banmian read` does."""

    LAYERS = "layers"
    JSON = "json"
    MD = "md"
    TXT = "txt"


def stage_command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name of a stage; `banmian stages` lists them.")],
    form: Annotated[StageFormat, typer.Option("--format", "-f", help="How to write the page.")] = StageFormat.LAYERS,
    encoding: Encoding = None,
    config: Config = None,
    no_correct: NoCorrect = False,
) -> None:
    """Run one stage as a filter, from standard input to standard output.

    It reads raw text, or pages as another `banmian stage` writes them, one a line. What the stage requires and a page
    has not been through yet is run first, so that `banmian stage lines < page.txt` is enough.
    """
    pipeline = pipeline_of(config, correct=not no_correct)
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


def stages_command(config: Config = None) -> None:
    """List the stages: what each does, requires and provides, and its options."""
    put("\n".join(map(describe_stage, pipeline_of(config).stages)))


def describe_stage(stage: Stage) -> str:
    """What a stage does, requires and provides, and how its options are set."""
    from banmian.config import effective_options

    first_line = (type(stage).__doc__ or "").strip().partition("\n")[0]
    lines = [f"{stage.name}: {first_line}"]
    lines.append(f"  requires {', '.join(sorted(stage.requires)) or 'nothing'}")
    lines.append(f"  provides {', '.join(sorted(stage.provides)) or 'nothing new'}")
    lines += [f"  option   {option}" for option in effective_options(stage)]
    return "".join(f"{line}\n" for line in lines)
