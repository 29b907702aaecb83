"""The files of a corpus: one paragraph a line, a blank line between articles; an article begins with its heads.

Files differ: one has a blank line behind every line, one has whole articles in a paragraph, one no heads at all.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

HEAD_LENGTHS = (4, 45)  # characters of a head
HEADS = 3  # lines: kicker, headline, deck
_STOPS = tuple("。！？”…；：，、")


def corpus_files(folder: Path, without: Iterable[str] = ()) -> list[Path]:
    """The .txt.gz files of a folder in order of name, but for those named (without their endings).

    Raises:
        FileNotFoundError: nothing to count, or a name in `without` is no file: a typing error must not let the month
            that weights are fitted on slip in.
    """
    files = {path.name.removesuffix(".txt.gz"): path for path in sorted(folder.glob("*.txt.gz"))}
    missing = sorted(set(without) - set(files))
    if missing or not files:
        raise FileNotFoundError(
            f"{folder} has no {', '.join(missing) or '*.txt.gz'}; it has {', '.join(files) or 'nothing'}"
        )
    return [path for name, path in files.items() if name not in set(without)]


def _lines(path: Path, space: str = "") -> Iterator[str]:
    """The lines of a file, with this for their spaces."""
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        for line in lines:
            yield space.join(line.split())


def paragraphs(path: Path) -> Iterator[str]:
    """The paragraphs of a file, one a line, their spaces dropped, empty ones left out."""
    return filter(None, _lines(path))


def articles(path: Path, space: str = "") -> Iterator[list[str]]:
    """The lines of each article of a file, heads first, with this for their spaces: with none they are dropped.

    An article stands between blank lines, or, where a blank line follows every line, goes from head to head.
    """
    lines = list(_lines(path, space))
    marked = any(one and other for one, other in pairwise(lines))
    run: list[str] = []
    for line in lines:
        if not line and not marked:
            continue
        ends = not line if marked else is_head(line) and not all(map(is_head, run))
        if ends and run:
            yield run
            run = []
        if line:
            run.append(line)
    if run:
        yield run


def is_head(text: str) -> bool:
    """Whether a line has the form of a head: short, without a full stop in it or any stop at its end.

    >>> is_head("我市新建三座过街天桥"), is_head("他说，今年的收成很好。"), is_head("编者")
    (True, False, False)
    """
    return HEAD_LENGTHS[0] <= len(text) <= HEAD_LENGTHS[1] and "。" not in text and not text.endswith(_STOPS)


def heads_before(lines: Sequence[str]) -> int:
    """How many heads the lines of an article begin with, `HEADS` at most.

    >>> heads_before(["柳湾今日通车", "他说，今年的收成很好。", "渡口旧貌换新颜"])
    1
    """
    return next((count for count, line in enumerate(lines[:HEADS]) if not is_head(line)), min(HEADS, len(lines)))
