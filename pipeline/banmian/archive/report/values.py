"""What the report of a run says, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from banmian.archive.sources import page_id

# The confidences of the README: of the articles above the first, nine in ten are right; of those below the second, one
# in four or five.
SURE, DOUBTFUL = 0.9, 0.5
BUCKETS = 10

JUMP = "jump.unmatched"
RESULT = "result-unreadable"  # the reason of a page that the journal calls done, and whose result is no page JSON


@dataclass(frozen=True, slots=True)
class Noted:
    """A flag: its kind, and what it says."""

    kind: str
    note: str


@dataclass(frozen=True, slots=True)
class ArticleNote:
    """An article that a person should look at: where it is, how sure banmian is of it, and its flags."""

    page: str
    article: str
    headline: str
    confidence: float
    flags: tuple[Noted, ...]


@dataclass(frozen=True, slots=True)
class PageNote:
    """A page that was done.

    Args:
        page: its id.
        output: its page JSON, a path within OUT; empty if the run wrote other formats only, and then the rest is what
            the journal says.
        articles: how many it has.
        doubt: how many of them are likely wrong: the sum of what each lacks to a confidence of 1.
        lowest: the lowest confidence of them; None if it has no articles.
        flags: all flags, those of its articles too, by kind.
        own: the flags of the page that belong to no one article.
    """

    page: str
    output: str
    articles: int
    doubt: float
    lowest: float | None
    flags: Mapping[str, int]
    own: tuple[Noted, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """A page that has no result: why, and what to do. `state` is "failed" or "skipped"."""

    page: str
    source: str
    state: str
    kind: str
    message: str

    @property
    def of_many(self) -> bool:
        """Whether the name of its file does not say which page it is."""
        return bool(self.source) and self.page not in {self.source, page_id(self.source)}


@dataclass(frozen=True, slots=True)
class Jump:
    """A story that goes on on another page, or comes from one, where no other half was found."""

    page: str
    article: str
    headline: str
    note: str


@dataclass(frozen=True, slots=True)
class FlagCount:
    """A kind of flag: how many there are, on how many pages, and what one of them says."""

    kind: str
    count: int
    pages: int
    example: str


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast it went, by the pages that were done: seconds of work, not of waiting, of one process.

    `slowest` are pages and their seconds.
    """

    seconds: float
    median: float
    ninetieth: float
    slowest: tuple[tuple[str, float], ...]
    mean: float

    @property
    def rate(self) -> float:
        """Pages a second and process."""
        return 1 / self.mean if self.mean else 0.0


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that the report says. Lists are complete, the most urgent first.

    Args:
        judged: articles of which the confidence is known, because the run wrote page JSON.
        versions, configs: those that results were made with; more than one of each is worth a look.
        damaged_lines: lines of the journal that are no record, as a run that was killed leaves.
        histogram: articles by confidence, in tenths.
    """

    pages: int
    done: int
    articles: int
    judged: int
    chars: int
    versions: tuple[str, ...]
    configs: tuple[str, ...]
    damaged_lines: int
    mean: float | None
    median: float | None
    histogram: tuple[int, ...]
    sure: int
    doubtful: int
    flags: tuple[FlagCount, ...]
    failures: tuple[Failure, ...]
    jumps: tuple[Jump, ...]
    to_look_at: tuple[ArticleNote, ...]
    page_notes: tuple[PageNote, ...]
    speed: Speed | None

    @property
    def failed(self) -> int:
        """How many pages have no result, for whatever reason."""
        return self.pages - self.done

    @property
    def doubt(self) -> float:
        """How many articles are likely wrong."""
        return sum(note.doubt for note in self.page_notes)
