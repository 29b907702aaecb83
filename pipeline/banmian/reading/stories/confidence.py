"""How sure an article is: the evidence of its decisions, weighed into one probability.

The probability that an article came out clean (its heads right, its body whole and in order) is a logistic function
of what its decisions looked like, of whether the story that they made hangs together, and of how the rest of its page
went: where the stories beside it are doubtful, or text is left over, something of it may be missing here. The
coefficients are fitted (`banmian.fit.confidence`) to pages where it is known which articles came out clean.

Measured as the loss (nats an article) on pages not fitted to, the articles of dev, of dev's stories in other make-ups
and of invented papers in print: .35, .36 and .50; with the evidence of its own links and lines alone, fitted to the
same pages, .42, .41 and .53. What an OCR engine made of pictures of dev's pages and of those other make-ups has .38 and
.52; without the evidence that it was misread and ran together .58 and .79.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from banmian.language.topics import Topics, common_direction, subjects, topic_vectors
from banmian.model import Block, Role
from banmian.reading.links.belonging import heads_margins, parts_margins
from banmian.reading.links.survey import text_of
from banmian.reading.marks import SENTENCE_ENDS
from banmian.reading.stories.assembling import Story
from banmian.reading.stories.paragraphs import paragraphs

Floats: TypeAlias = NDArray[np.float64]

NAMES = (
    "constant",
    "least link",
    "mean link",
    "doubtful links",
    "mean block",
    "short",
    "pieces of head",
    "doubts",
    "no heads",
    "begins a paragraph",
    "ends open",
    "mean link of the others",
    "doubts of the others",
    "unplaced",
    "heads, margin",
    "paragraphs, least margin",
    "misread",
    "ran together",
)
# Probabilities below count as no less: of links, and of what a block is.
LEAST_LINK, LEAST_BLOCK = 1e-4, 1e-3
NO_LINKS, NO_BLOCKS = -9.0, -7.0  # log probability where a story has none
LEAST_OF_OTHERS = -3.0  # no page is worse than that
DOUBTFUL = 0.9  # probability of a link below which it may well be wrong
SHORT = 60  # characters of a body that can hardly be told from another by its words
MOST_DOUBTS, MOST_HEADS = 3, 4
MOST_MISREAD = 3  # characters of a page; so many leave no doubt that an engine read it
# Nats that tell heads from those of other stories at most, and a paragraph from the rest of the page.
HEADS_MARGIN, PARAGRAPHS_MARGIN = (-6.0, 6.0), (-8.0, 6.0)


def evidence(stories: Sequence[Story], rest: Sequence[Block], topics: Topics, misread: int = 0) -> Floats:
    """What the confidence of the articles of a page rests on, shape (stories, len(NAMES)).

    Args:
        stories: all stories of the page.
        rest: the blocks that belong to none.
        topics: of the language.
        misread: how many characters of the page an OCR engine is known to have taken for others. Where some were
            found more were not, and lines are lost besides.
    """
    if not stories:
        return np.zeros((0, len(NAMES)))
    links = [_logs(story.odds, LEAST_LINK, NO_LINKS) for story in stories]
    means = np.array([own.mean() for own in links])
    doubts = np.minimum([len(story.doubts) for story in stories], MOST_DOUBTS).astype(float)
    left = sum(len(text_of(block)) for block in rest if block.role not in (Role.FOLIO, Role.NOTICE))
    texts = [_texts(story) for story in stories]
    heads_margin, paragraphs_margin = _margins(stories, texts, topics)
    columns = {
        "constant": np.ones(len(stories)),
        "least link": [own.min() for own in links],
        "mean link": means,
        "doubtful links": np.log1p([(np.asarray(story.odds) < DOUBTFUL).sum() for story in stories]),
        "mean block": [
            _logs([block.confidence for block in (*story.heads, *story.body)], LEAST_BLOCK, NO_BLOCKS).mean()
            for story in stories
        ],
        "short": [sum(len(text) for text in own) < SHORT for own in texts],
        "pieces of head": [min(len(story.heads), MOST_HEADS) for story in stories],
        "doubts": doubts,
        "no heads": [not story.heads for story in stories],
        "begins a paragraph": [bool(story.body) and story.body[0].starts for story in stories],
        "ends open": [bool(own) and not own[-1].endswith(SENTENCE_ENDS) for own in texts],
        "mean link of the others": np.maximum(_of_others(means), LEAST_OF_OTHERS),
        "doubts of the others": _of_others(doubts),
        "unplaced": np.full(len(stories), np.log1p(left)),
        "heads, margin": heads_margin,
        "paragraphs, least margin": paragraphs_margin,
        "misread": np.full(len(stories), np.log1p(min(misread, MOST_MISREAD))),
        "ran together": np.full(len(stories), _ran_together(stories, rest)),
    }
    return np.stack([np.asarray(columns[name], dtype=float) for name in NAMES], axis=1)


def confidences(table: Floats, weights: NDArray[np.float32]) -> list[float]:
    """The probability of each article to be clean.

    >>> confidences(np.zeros((1, len(NAMES))), np.zeros(len(NAMES), np.float32))
    [0.5]
    """
    odds: list[float] = (1.0 / (1.0 + np.exp(-(table @ weights)))).tolist()
    return odds


def _ran_together(stories: Sequence[Story], rest: Sequence[Block]) -> float:
    """The share of the lines of a page that stood in the source with nothing between them and the one before.

    An engine took them for one line with another column's; others of its lines it lost, or took for one unseen.
    """
    blocks = [*(block for story in stories for block in story.blocks), *rest]
    spans = np.sort([line.span for block in blocks for line in block.lines], axis=0)
    return float((spans[1:, 0] == spans[:-1, 1]).mean()) if len(spans) > 1 else 0.0


def _logs(odds: Sequence[float], least: float, none: float) -> Floats:
    """The logarithms of probabilities, and `none` where there are none."""
    return np.log(np.clip(odds, least, 1.0)) if len(odds) else np.array([none])


def _of_others(values: Floats) -> Floats:
    """The mean of the values of all other stories; 0 for a story that stands alone."""
    others: Floats = (values.sum() - values) / max(len(values) - 1, 1)
    return others


def _texts(story: Story) -> list[str]:
    """The paragraphs of a story."""
    return [
        "".join(text_of(block) for block in blocks)
        for role, blocks in paragraphs(story.body, story.clauses)
        if role is Role.PARAGRAPH
    ]


def _margins(stories: Sequence[Story], texts: Sequence[Sequence[str]], topics: Topics) -> tuple[Floats, Floats]:
    """By how much heads and paragraphs are more about their own story than about any other, in nats.

    Returns:
        For each story the margin of its heads, and that of the paragraph that has the least.
    """
    counts = np.array([len(own) for own in texts])
    owners = np.repeat(np.arange(len(stories)), counts)
    parts = topic_vectors(topics, [text for own in texts for text in own])
    common = common_direction(parts)
    sums = np.zeros((len(stories), parts.shape[1]), np.float32)
    np.add.at(sums, owners, parts)
    about = subjects(sums, common)
    heads = subjects(topic_vectors(topics, ["".join(map(text_of, story.heads)) for story in stories]), common)
    of_heads = np.clip(heads_margins(heads, about, np.arange(len(stories))), *HEADS_MARGIN)
    of_heads[[not story.heads for story in stories]] = 0.0
    least = np.where(counts > 1, PARAGRAPHS_MARGIN[1], 0.0)
    several = counts[owners] > 1
    told = parts_margins(parts[several], sums, about, owners[several], common)
    np.minimum.at(least, owners[several], np.clip(told, *PARAGRAPHS_MARGIN))
    return of_heads, least
