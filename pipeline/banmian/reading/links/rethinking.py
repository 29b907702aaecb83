"""Rethink the links that are least sure, by what stories they make.

Links are chosen for what they score together, and each scores what it shows by itself. What no single link shows is
what the stories are like: whether each part has more in common with its own story than with any other, how long they
are, how often the page goes from one to another, how many have no heads and how many heads no story. So what is chosen
is looked at once more: the links that are least sure are forbidden one at a time, the best choice without them is made,
and it is taken where it is worth more, by a linear measure of the links' scores and of the stories
(`python -m banmian.fit.rethinking fit`).

Of 100 articles of pages in other make-ups that were not fitted to, 2 more come out clean, of those of dev and of
invented papers 1 more. It costs as much as one more look.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from banmian.language.topics import subjects
from banmian.reading.links import assignment
from banmian.reading.links.belonging import above_others, parts_margins
from banmian.reading.links.choice import NOTHING, Choice
from banmian.reading.links.looks import Look
from banmian.reading.links.survey import text_of

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.intp]
Vectors: TypeAlias = NDArray[np.float32]

# What a choice is measured by, each summed over the stories that it makes.
NAMES = (
    "links",  # their score, nats
    "without heads",  # whether it has none
    "lone heads",  # groups of heads that begin nothing
    "lone subheads",  # the same of those that look like subheads
    "heads, margin",  # nats of the rare words that heads share with their story more than with any other
    "parts, least margin",  # nats that the body block that is least so is more about its story than about any other
    "parts, margin",  # the same of all body blocks
    "likeness, margin",  # nats of the rare words that body blocks share with their story more than with any other
    "short",  # whether its body is too short to be told from another
    "characters",  # the logarithm of their number: a story more is worth so much
    "heads",  # kicker, headline, deck and what was taken for one
    "least link",  # log probability of the one that is least sure
    "all links",  # the same of all of them together
    "measures",  # body blocks that are set in another measure than most of it
    "changes",  # of story, between body blocks next to each other
)
DOUBTFUL = 0.9  # probability of a link below which it is rethought
TRIES = 6  # links that are rethought at a time: further ones gain next to nothing
ROUNDS = 4  # choices that are made one from another
# Body blocks, more than any page has (of those of the bench 141 at most): each choice costs the square of their number.
MOST_BODIES = 160
# Nats that a choice may score less: of those that are worth more in the end next to none loses as much, of all half do.
MOST_LOST = 3.0
# Log odds that a choice is better, from which it is taken; and from which it is where it has a story without heads
# more, or parts a head so that a further story begins under half of it with which that shares no word. What stands
# together is mostly one head, and may well have such a half (两岸来往不愁 渡口新船下水).
LEAST_GAIN, LEAST_GAIN_HEADLESS, LEAST_GAIN_PARTED = 0.8, 1.2, 3.0
SHORT = 60  # characters
LIKE_SUBHEADS = 4  # from which class of `banmian.reading.links.heads.like_subhead` on heads look like subheads
OTHER_MEASURE = 1.3  # em
# Bounds of what one story, part or pair of blocks counts, in nats, so that none outweighs all others.
HEADS_MARGIN, LEAST_MARGIN, LIKENESS_MARGIN = (-20.0, 20.0), (-8.0, 6.0), (-10.0, 5.0)
MOST_MARGIN, MOST_LIKENESS, MOST_MEASURES = 2.0, 20.0, 3
LEAST_ODDS = 1e-4


@dataclass(frozen=True, slots=True, eq=False)
class _Stories:
    """The stories that a choice makes.

    Args:
        chains: the places of the body blocks of each, in its order.
        own: (bodies,) the number of the story of each body block.
        member: (stories, bodies) which body blocks each has.
        headed: the numbers of those under heads.
        over: their groups of heads.
        lone: the groups that begin nothing.
    """

    chains: list[list[int]]
    own: Ints
    member: Vectors
    headed: Ints
    over: Ints
    lone: Ints

    @classmethod
    def of(cls, choice: Choice) -> Self:
        chains, m = choice.chains(), len(choice.before)
        own = np.empty(m, dtype=np.intp)
        for number, chain in enumerate(chains):
            own[chain] = number
        under = choice.before[[chain[0] for chain in chains]] - m
        headed = np.flatnonzero(under >= 0)
        groups = np.array(choice.groups, dtype=np.intp)
        member = (own == np.arange(len(chains))[:, None]).astype(np.float32)
        return cls(chains, own, member, headed, groups[under[headed]], np.delete(groups, under[headed]))

    def least(self, values: Floats, default: float) -> Floats:
        """(stories,) the least value of the body blocks of each; `default` where none is less."""
        found = np.full(len(self.chains), default)
        np.minimum.at(found, self.own, values)
        return found


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
        made = _Stories.of(choice)
        several = made.member.sum(axis=1) > 1
        margins = self._margins(made, several)
        like_subheads = self._like_subheads[made.lone]
        sure = np.log(np.clip(choice.odds, LEAST_ODDS, 1.0))
        characters = made.member @ self._characters
        likeness = above_others(self._likeness @ made.member.T, made.own)
        return np.array(
            [
                assignment.total(self._seen.links, self._seen.scores, choice),
                len(made.chains) - len(made.headed),
                (~like_subheads).sum(),
                like_subheads.sum(),
                np.clip(above_others(self._words(made), made.headed), *HEADS_MARGIN).sum(),
                made.least(margins, LEAST_MARGIN[1])[several].sum(),
                np.minimum(margins, MOST_MARGIN)[several[made.own]].sum(),
                np.clip(likeness, *LIKENESS_MARGIN).sum(),
                (characters < SHORT).sum(),
                np.log1p(characters).sum(),
                self._seen.seen.heads.sizes[made.over].sum(),
                made.least(sure, 0.0).sum(),
                sure.sum(),
                sum(self._of_other_measure(chain) for chain in made.chains),
                np.count_nonzero(np.diff(made.own)),
            ],
            dtype=float,
        )

    def strange(self, choice: Choice) -> int:
        """How many stories stand under heads that share no rare word with them."""
        made = _Stories.of(choice)
        return int((self._words(made)[np.arange(len(made.over)), made.headed] <= 0).sum())

    def _margins(self, made: _Stories, several: NDArray[np.bool_]) -> Floats:
        """(bodies,) the margin of each body block; all that counts for the only one of its story."""
        bodies = self._seen.seen.bodies
        sums = made.member @ bodies.vectors
        parts = np.flatnonzero(several[made.own])
        found = np.full(len(made.own), LEAST_MARGIN[1])
        about = subjects(sums, bodies.common)
        told = parts_margins(bodies.vectors[parts], sums, about, made.own[parts], bodies.common)
        found[parts] = np.clip(told, *LEAST_MARGIN)
        return found

    def _words(self, made: _Stories) -> Vectors:
        """(groups over stories, stories) the weight of the rare words that they have in common."""
        shared = (made.member @ self._seen.seen.in_bodies > 0).astype(np.float32)
        found: Vectors = self._seen.seen.heads.group_weight[made.over] @ shared.T
        return found

    def _of_other_measure(self, chain: Sequence[int]) -> int:
        """How many blocks of a story are set in another measure than most of it."""
        told = [measure for v in chain if (measure := self._measures[v]) is not None]
        middle = median(told) if told else 0.0
        return min(sum(abs(measure - middle) > OTHER_MEASURE for measure in told), MOST_MEASURES)


def alternatives(seen: Look, choice: Choice, scores: assignment.Scores) -> Iterator[tuple[Choice, assignment.Scores]]:
    """The best choices without one of the links that are least sure, with the scores that they were made from.

    Those that score much less than what was chosen are left out.

    Args:
        seen: the look whose choice is rethought.
        choice: that choice, or what was made of it.
        scores: of all links, those forbidden that were given up before.
    """
    least = assignment.total(seen.links, seen.scores, choice) - MOST_LOST
    doubtful = [v for v in np.argsort(choice.odds, kind="stable").tolist() if choice.odds[v] < DOUBTFUL]
    for v in doubtful[:TRIES]:
        rest = assignment.without(scores, choice, v)
        # With the same groups of heads, and with heads grouped anew: a group may be what is wrong.
        for groups in dict.fromkeys((choice.groups, assignment.group(seen.links, rest))):
            before = assignment.match(rest, groups)
            other = Choice(groups, before, np.ones(len(before)))
            if not other.same(choice) and assignment.total(seen.links, seen.scores, other) >= least:
                yield replace(other, odds=assignment.odds_of(seen.scores, groups, before)), rest


def rethought(seen: Look, worth: NDArray[np.float32]) -> Look:
    """A look with the best choice that is found from the one that it has.

    Args:
        seen: the look.
        worth: what the evidence of NAMES is worth.
    """
    choice, scores = seen.choice, seen.scores
    if not 0 < len(choice.before) <= MOST_BODIES or choice.odds.min() >= DOUBTFUL:
        return seen
    measure = Measure(seen)
    has = float(measure(choice) @ worth)
    for _ in range(ROUNDS):
        better = []
        for other, rest in alternatives(seen, choice, scores):
            gain = float(measure(other) @ worth) - has
            if gain > _least_gain(measure, seen, choice, other):
                better.append((gain, other, rest))
        if not better:
            break
        gain, choice, scores = max(better, key=lambda one: one[0])
        has += gain
    return seen if choice is seen.choice else replace(seen, choice=choice)


def _least_gain(measure: Measure, seen: Look, choice: Choice, other: Choice) -> float:
    """What another choice must be worth more, to be taken."""
    headless, others_headless = (int((made.before == NOTHING).sum()) for made in (choice, other))
    if others_headless > headless:
        return LEAST_GAIN_HEADLESS
    ends, others_ends = ({seen.links.groups[group][-1] for group in made.groups} for made in (choice, other))
    parted = others_ends - ends and measure.strange(other) > measure.strange(choice)
    return LEAST_GAIN_PARTED if parted else LEAST_GAIN
