"""Rethink the links that are least sure, by what stories they make.

Links are chosen for what they score together, and each scores what it shows by itself. What no single link shows is
what the stories are like: whether each part has more in common with its own story than with any other, how they end,
how many there are and how many of them have no heads. So what is chosen is looked at once more: the links that are
least sure are forbidden one at a time, the best choice without them is made, and it is taken where it is worth more, by
a linear measure of the links' scores and of the stories (`python -m banmian.fit.rethinking fit`).

Of 100 articles of pages in other make-ups that were not fitted to, 2 more come out clean, of those of dev and of
invented papers 1 more. It costs as much as one more look.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from banmian.language.topics import subjects
from banmian.reading.links import assignment
from banmian.reading.links.belonging import above_others, parts_margins
from banmian.reading.links.choice import Choice
from banmian.reading.links.looks import Look
from banmian.reading.links.survey import text_of

Floats: TypeAlias = NDArray[np.float64]

# What a choice is measured by, each summed over the stories that it makes.
NAMES = (
    "links",  # their score, nats
    "stories",
    "without heads",
    "lone heads",  # heads of groups that begin nothing
    "lone subheads",  # groups that begin nothing and look like subheads
    "heads, margin",  # nats of the rare words that heads share with their story more than with any other
    "parts, least margin",  # nats that the body block that is least so is more about its story than about any other
    "parts, margin",  # the same of all body blocks
    "likeness, margin",  # nats of the rare words that body blocks share with their story more than with any other
    "short",  # whether its body is too short to be told from another
    "characters",  # the logarithm of their number
    "heads",  # kicker, headline, deck and what was taken for one
    "least link",  # log probability of the one that is least sure
    "all links",  # the same of all of them together
    "measures",  # body blocks that are set in another measure than most of it
)
DOUBTFUL = 0.9  # probability of a link below which it is rethought
TRIES = 6  # links that are rethought at a time: further ones gain next to nothing
ROUNDS = 4  # choices that are made one from another
LEAST_GAIN = 0.8  # log odds that a choice is better; what is worth hardly more is left as it is
SHORT = 60  # characters
LIKE_SUBHEADS = 4  # from which class of `banmian.reading.links.heads.like_subhead` on heads look like subheads
OTHER_MEASURE = 1.3  # em
# Bounds of what one story, part or pair of blocks counts, in nats, so that none outweighs all others.
HEADS_MARGIN, LEAST_MARGIN, LIKENESS_MARGIN = (-20.0, 20.0), (-8.0, 6.0), (-10.0, 5.0)
MOST_MARGIN, MOST_LIKENESS, MOST_MEASURES = 2.0, 20.0, 3
LEAST_ODDS = 1e-4


class Measure:
    """Measures choices for the blocks of a page.

    Args:
        seen: a look at them.
    """

    def __init__(self, seen: Look) -> None:
        self._seen = seen
        blocks = [seen.blocks[i] for i in seen.links.bodies]
        self._characters = np.array([len(text_of(block)) for block in blocks], dtype=float)
        # A block of one line does not tell its measure.
        self._measures = [max(line.width for line in block.lines) if len(block.lines) > 1 else None for block in blocks]
        self._like_subheads = seen.seen.heads.least_like >= LIKE_SUBHEADS
        self._likeness = np.minimum(seen.links.likeness, MOST_LIKENESS).astype(float)
        np.fill_diagonal(self._likeness, 0.0)

    def __call__(self, choice: Choice) -> Floats:
        """What a choice shows, one for each of NAMES."""
        seen, bodies, heads = self._seen, self._seen.seen.bodies, self._seen.seen.heads
        chains = choice.chains()
        count, m = len(chains), len(choice.before)
        own = np.empty(m, dtype=np.intp)
        for number, chain in enumerate(chains):
            own[chain] = number
        member = (own == np.arange(count)[:, None]).astype(np.float32)
        sizes = member.sum(axis=1)
        under = choice.before[[chain[0] for chain in chains]] - m
        headed = np.flatnonzero(under >= 0)
        groups = np.array(choice.groups, dtype=np.intp)
        over = groups[under[headed]]
        lone = np.delete(groups, under[headed])
        like_subheads = self._like_subheads[lone]
        words = heads.group_weight[over] @ (member @ seen.seen.in_bodies > 0).T.astype(np.float32)
        sums = member @ bodies.vectors
        parts = np.flatnonzero(sizes[own] > 1)
        about = subjects(sums, bodies.common)
        margins = np.clip(parts_margins(bodies.vectors[parts], sums, about, own[parts], bodies.common), *LEAST_MARGIN)
        least = np.full(count, LEAST_MARGIN[1])
        np.minimum.at(least, own[parts], margins)
        sure = np.log(np.clip(choice.odds, LEAST_ODDS, 1.0))
        least_sure = np.zeros(count)
        np.minimum.at(least_sure, own, sure)
        characters = member @ self._characters
        return np.array(
            [
                assignment.total(seen.links, seen.scores, choice),
                count,
                count - len(headed),
                heads.sizes[lone[~like_subheads]].sum(),
                like_subheads.sum(),
                np.clip(above_others(words, headed), *HEADS_MARGIN).sum(),
                least[sizes > 1].sum(),
                np.minimum(margins, MOST_MARGIN).sum(),
                np.clip(above_others(self._likeness @ member.T, own), *LIKENESS_MARGIN).sum(),
                (characters < SHORT).sum(),
                np.log1p(characters).sum(),
                heads.sizes[over].sum(),
                least_sure.sum(),
                sure.sum(),
                sum(self._of_other_measure(chain) for chain in chains),
            ],
            dtype=float,
        )

    def _of_other_measure(self, chain: Sequence[int]) -> int:
        """How many blocks of a story are set in another measure than most of it."""
        told = [measure for v in chain if (measure := self._measures[v]) is not None]
        middle = median(told) if told else 0.0
        return min(sum(abs(measure - middle) > OTHER_MEASURE for measure in told), MOST_MEASURES)


def alternatives(seen: Look, choice: Choice, scores: assignment.Scores) -> Iterator[tuple[Choice, assignment.Scores]]:
    """The best choices without one of the links that are least sure, with the scores that they were made from.

    Args:
        seen: the look whose choice is rethought.
        choice: that choice, or what was made of it.
        scores: of all links, those forbidden that were given up before.
    """
    doubtful = [v for v in np.argsort(choice.odds, kind="stable").tolist() if choice.odds[v] < DOUBTFUL]
    for v in doubtful[:TRIES]:
        rest = assignment.without(scores, choice, v)
        # With the same groups of heads, and with heads grouped anew: a group may be what is wrong.
        for groups in dict.fromkeys((choice.groups, assignment.group(seen.links, rest))):
            before = assignment.match(rest, groups)
            other = Choice(groups, before, assignment.odds_of(seen.scores, groups, before))
            if not other.same(choice):
                yield other, rest


def rethought(seen: Look, worth: NDArray[np.float32]) -> Look:
    """A look with the best choice that is found from the one that it has.

    Args:
        seen: the look.
        worth: what the evidence of NAMES is worth.
    """
    choice, scores = seen.choice, seen.scores
    if not len(choice.before) or choice.odds.min() >= DOUBTFUL:
        return seen
    measure = Measure(seen)
    has = float(measure(choice) @ worth)
    for _ in range(ROUNDS):
        others = [(float(measure(other) @ worth), other, rest) for other, rest in alternatives(seen, choice, scores)]
        best = max(others, key=lambda one: one[0], default=None)
        if best is None or best[0] < has + LEAST_GAIN:
            break
        has, choice, scores = best
    return seen if choice is seen.choice else replace(seen, choice=choice)
