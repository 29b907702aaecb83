"""`banmian search`: find articles in an archive by their words."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from banmian.commands.console import ExitCode, put, say

if TYPE_CHECKING:
    from banmian.search.finding import Filters

LIMIT = 10


def search_command(
    archive: Annotated[
        Path,
        typer.Argument(
            metavar="ARCHIVE", help="A SQLite archive, or the folder that `banmian run --format sqlite` put it into."
        ),
    ],
    words: Annotated[
        list[str], typer.Argument(metavar="WORDS", help="What to find: 疫情, '\"复工 复产\"', -武汉 (without it).")
    ],
    *,
    since: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="The first day: 2020-05-28, 2020-05 or 2020.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="The last day, written in the same way.")
    ] = None,
    person: Annotated[
        str | None, typer.Option("--person", metavar="NAME", help="Somebody whom the byline names; the whole name.")
    ] = None,
    page: Annotated[str | None, typer.Option("--page", metavar="N", help="The number of the page: 2, A5.")] = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="How many articles to show.")] = LIMIT,
    json: Annotated[bool, typer.Option("--json", help="JSON, with the places of the words.")] = False,
) -> None:
    """Find the articles of an archive that have all of the words, the best first.

    Simplified finds traditional, and the other way round. A phrase in quotes has its words one after the other, -WORD
    is not to be in the article. Words are marked in colour on a terminal, else with «».
    """
    from banmian.search.finding import FilterError, Filters, first_day, last_day

    unknown = next((word for word in words if word.startswith("--")), None)
    if unknown:
        say(f"there is no option {unknown}; `banmian search --help` lists them")
        raise typer.Exit(ExitCode.USAGE)
    try:
        filters = Filters(
            None if since is None else first_day(since), None if until is None else last_day(until), person, page
        )
    except FilterError as error:
        say(str(error))
        raise typer.Exit(ExitCode.USAGE) from None
    raise typer.Exit(search_archive(archive, " ".join(words), filters, limit=limit, json=json))


def search_archive(path: Path, words: str, filters: Filters, *, limit: int = LIMIT, json: bool = False) -> ExitCode:
    """Search an archive and print what was found; a table on a terminal, else text."""
    from banmian.archive.store import ARCHIVE, is_url
    from banmian.formats.sqlite_file import ArchiveError
    from banmian.search import showing
    from banmian.search.finding import Reader
    from banmian.search.query import QueryError, parse_query

    if not path.exists() and is_url(str(path).replace(":/", "://", 1)):  # a path has no two slashes
        say(f"{path} is a URL, and SQLite reads files of this machine alone; fetch {ARCHIVE} from there first")
        return ExitCode.INPUT
    try:
        with Reader.open(path / ARCHIVE if (path / ARCHIVE).is_file() else path) as reader:
            query = parse_query(words, reader.fold)
            found = reader.search(query, filters, limit=limit)
    except QueryError as error:
        say(str(error))
        return ExitCode.USAGE
    except ArchiveError as error:
        say(str(error))
        return ExitCode.INPUT
    if json:
        put(showing.as_json(found, query, filters))
        return ExitCode.OK
    if sys.stdout.isatty():
        from rich.console import Console

        console = Console(file=sys.stdout, highlight=False, markup=False, emoji=False)
        if console.color_system is None:  # no colour to mark words with
            put(showing.as_text(found))
        else:
            with console.capture() as capture:
                console.print(showing.as_table(found))
            put("".join(f"{line}\n" for line in capture.get().splitlines()))
    else:
        put(showing.as_text(found))
    say(_told(found.total, len(found.hits)))
    return ExitCode.OK


def _told(total: int, shown: int) -> str:
    if not total:
        return "no article has that"
    count = "1 article" if total == 1 else f"{total:,} articles"
    return count if shown == total else f"{count}; shown are the best {shown}, --limit N shows more"
