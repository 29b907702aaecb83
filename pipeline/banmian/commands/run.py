"""`banmian run`: an archive, from the command line."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Annotated

import typer

from banmian.commands.console import ExitCode, pipeline_of, say
from banmian.commands.options import Config, Encoding, NoCorrect, Ocr

if TYPE_CHECKING:
    from banmian.archive.options import Engine, Options


def run_command(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE", help="A folder, a file, a zip or tar archive, a URL; - for a list of files on stdin."
        ),
    ],
    out: Annotated[str, typer.Argument(metavar="OUT", help="The folder for the results, or a URL.")],
    *,
    formats: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            "-f",
            metavar="NAME",
            help="A format besides json, which is always written: md, txt, alto, page-xml, hocr of pages; mets, tei, "
            "jsonl, csv, parquet of issues; sqlite of all. Several: -f tei -f sqlite.",
        ),
    ] = None,
    include: Annotated[
        list[str] | None,
        typer.Option(
            "--include",
            metavar="GLOB",
            help="Which files are pages; else *.txt, *.pdf, *.xml, *.tif ...",
        ),
    ] = None,
    exclude: Annotated[
        list[str] | None, typer.Option("--exclude", metavar="GLOB", help="Which files or folders to leave out.")
    ] = None,
    issue_pattern: Annotated[
        list[str] | None,
        typer.Option(
            "--issue-pattern",
            metavar="REGEX",
            help="Which pages are of one issue: a regular expression over path and name without suffix, with groups "
            "(?P<page>...) and (?P<date>...) or (?P<issue>...); else 2020-05-28/02, 20200528-02-* and the like.",
        ),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", min=1, metavar="N", help="Worker processes; else one a core.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Do again what is done already.")] = False,
    shard: Annotated[
        str | None, typer.Option("--shard", metavar="I/N", help="Do part I of N only; for job schedulers.")
    ] = None,
    fail_fast: Annotated[bool, typer.Option("--fail-fast", help="Stop at the first page that fails.")] = False,
    max_failures: Annotated[
        int | None, typer.Option("--max-failures", min=0, metavar="N", help="Stop when more pages than N have failed.")
    ] = None,
    max_size: Annotated[
        float | None,
        typer.Option(
            "--max-size",
            min=0.001,
            metavar="MB",
            help="How large a file may be, in megabytes; else raw text 10, XML and hOCR 100, PDF 500, pictures 1000.",
        ),
    ] = None,
    unpack_limit: Annotated[
        float, typer.Option("--unpack-limit", min=0.001, metavar="MB", help="How much an archive may unpack to.")
    ] = 10_000,
    engine: Annotated[
        str, typer.Option("--engine", metavar="processes|dask", help="Who works: this machine, or a dask cluster.")
    ] = "processes",
    scheduler: Annotated[
        str | None,
        typer.Option("--scheduler", metavar="ADDRESS", help="The dask scheduler; else a cluster on this machine."),
    ] = None,
    encoding: Encoding = None,
    ocr: Ocr = None,
    config: Config = None,
    no_correct: NoCorrect = False,
) -> None:
    """Do a whole archive: folders of pages, thousands at a time, each accounted for.

    Each page gets a result under OUT, in the folders that it has in SOURCE, and a line in OUT/journal.jsonl.
    A file of many pages is an issue, NAME-001 and so on.
    Pages of one issue are done together, so that stories that jump are joined. A bad file costs no other.
    At the end OUT/report.html says what failed and what a person should look at first.

    Stop it with Ctrl-C, or let it be killed: the same command goes on where it was.
    What is done and has not changed is not done again.

    Examples:
    banmian run pages/ out/ -f tei -f sqlite

    find pages -name '*.ocr' | banmian run - out/

    banmian run scans.zip out/ --exclude 'adverts/' --jobs 4
    """
    from banmian.archive.issues import PatternError, compile_patterns
    from banmian.archive.options import Options
    from banmian.archive.shards import Shard, ShardError

    try:
        options = Options(
            pipeline=pipeline_of(config, correct=not no_correct),
            formats=tuple(formats or ()),
            include=tuple(include or ()),
            exclude=tuple(exclude or ()),
            patterns=compile_patterns(issue_pattern or ()),
            encoding=encoding,
            jobs=jobs or _cores(),
            force=force,
            max_bytes=None if max_size is None else round(max_size * 10**6),
            ocr=ocr,
            unpack_limit=round(unpack_limit * 10**6),
            max_failures=0 if fail_fast else max_failures,
            shard=None if shard is None else Shard.parse(shard),
            engine=_engine(engine, scheduler),
            scheduler=scheduler,
        )
    except (PatternError, ShardError, _NotHere) as error:
        say(str(error))
        raise typer.Exit(ExitCode.USAGE) from None
    raise typer.Exit(run_archive(source, out, options))


def run_archive(source: str, out: str, options: Options) -> ExitCode:
    """Do an archive, show how it goes, and say how it ended."""
    from banmian.archive.journal import JournalError
    from banmian.archive.lock import Locked
    from banmian.archive.options import RunError
    from banmian.archive.progress import Bar, Lines, summary
    from banmian.archive.run import run
    from banmian.archive.work import WorkersFailed

    watch = Bar(say) if sys.stderr.isatty() else Lines(say)
    try:
        tally = run(source, out, options, watch=watch, stdin=sys.stdin.buffer)
    except RunError as error:
        watch.close()
        say(str(error))
        return ExitCode.INPUT if error.missing else ExitCode.USAGE
    except Locked as error:
        watch.close()
        say(str(error))
        return ExitCode.USAGE
    except WorkersFailed as error:
        watch.close()
        say(f"{error}; the run has stopped. Run the same command to go on when that is mended.")
        return ExitCode.SOME_FAILED
    except JournalError as error:
        watch.close()
        say(f"{error.strerror}; the run has stopped. Run the same command to go on when that is mended.")
        return ExitCode.SOME_FAILED
    except KeyboardInterrupt:
        watch.close()
        say(f"stopped; what is done is in {out}. Run the same command to go on.")
        return ExitCode.INTERRUPTED
    watch.close()
    say(summary(tally, _account(out, options)))
    if not tally.failed + tally.untried:
        return ExitCode.OK
    return ExitCode.INPUT if tally.unread == tally.pages else ExitCode.SOME_FAILED


def _account(out: str, options: Options) -> str:
    """The file that says what became of each page."""
    from banmian.archive.store import REPORT, WORK

    return f"{out.rstrip('/') or out}/{REPORT if options.shard is None else WORK}"


class _NotHere(ValueError):
    """An engine that there is not, or whose extra is not installed."""


def _engine(name: str, scheduler: str | None) -> Engine:
    """The engine that was asked for."""
    from banmian.archive.opening import needs_extra
    from banmian.archive.options import Engine

    if name not in list(Engine):
        raise _NotHere(f"there is no engine {name!r}; there are {', '.join(Engine)}")
    if Engine(name) is not Engine.DASK and scheduler is not None:
        raise _NotHere("--scheduler is the address of a dask cluster; say --engine dask as well")
    if Engine(name) is Engine.DASK:
        try:
            import_module("banmian.archive.cluster")
        except ModuleNotFoundError as error:
            raise _NotHere(needs_extra(error)) from error
    return Engine(name)


def _cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
