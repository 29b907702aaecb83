"""Which block goes on in which: the evidence for every possible link on a page.

A body block is reached from another body block (the story goes on), from a head (a story begins under it), or from
nothing (a story without a head). Each of these links has evidence of its own, sorted into classes as in
`banmian.reading.blocks.evidence`; the classes of a link pick its weights, and the sum is the link's score.
`banmian.reading.links.assignment` then chooses links for the whole page at once.

The evidence is gathered twice: first each head is compared with the next few blocks, then, once links have been
chosen, with the whole of the story that it would stand over. Most of it is the same both times (`Survey`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from banmian import language
from banmian.language import Statistics, pair_odds, tails
from banmian.language.topics import Topics
from banmian.model import Block, Role
from banmian.reading.lexical import compare, compare_characters
from banmian.reading.links.bodies import (
    Bodies,
    bodies_of,
    body_links,
    chained,
    chosen_make_up,
    first_links,
    last_links,
    nearby,
    stories_about,
)
from banmian.reading.links.choice import Choice
from banmian.reading.links.cuts import cut_links, fixed_cuts
from banmian.reading.links.heads import Beside, Heads, beside, head_links, heads_of, in_order, lone_links, shares_of
from banmian.reading.links.kinds import HEADS, Evidence, Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """The evidence for all links of a page.

    Args:
        bodies: indices of the body blocks, in order.
        runs: runs of heads (and subheads) that follow each other with nothing between, as indices of blocks.
        groups: all candidates for the heads of one story: up to `MOST_HEADS` neighbours of a run.
        body: (bodies, bodies) a body block after another.
        head: (groups, bodies) a story beginning under a group of heads.
        last: (bodies,) a story ending with a block.
        lone: (groups,) a group that no story begins under (a subhead, a kicker far from its headline).
        first: (bodies,) a story that begins without a head.
        cut: (heads - runs,) between a head and the next of its run.
        share: (groups, bodies) how much of a group's weight the blocks from each start on explain.
        likeness: (bodies, bodies) what two bodies share, in nats.
    """

    bodies: tuple[int, ...]
    runs: tuple[tuple[int, ...], ...]
    groups: tuple[tuple[int, ...], ...]
    body: Evidence
    head: Evidence
    last: Evidence
    lone: Evidence
    first: Evidence
    cut: Evidence
    share: Floats
    likeness: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """What the blocks of a page show whatever stories they make.

    Args:
        bodies: the body blocks.
        heads: the heads and their groups.
        beside: the heads beside the bodies.
        cuts: classes of the evidence for cuts, by name.
        in_bodies: (bodies, pairs) which bodies have which pairs of characters of the heads.
        with_characters: (bodies, characters) which have which single ones.
    """

    bodies: Bodies
    heads: Heads
    beside: Beside
    cuts: dict[str, Ints]
    in_bodies: Floats
    with_characters: Floats


def head_runs(roles: Sequence[Role]) -> tuple[tuple[int, ...], ...]:
    """Runs of heads and subheads with nothing between."""
    runs: list[list[int]] = []
    for i, role in enumerate(roles):
        if role in HEADS:
            if i and roles[i - 1] in HEADS:
                runs[-1].append(i)
            else:
                runs.append([i])
    return tuple(tuple(run) for run in runs)


def text_of(block: Block) -> str:
    """The letters of a block, spaces and line breaks left out."""
    return "".join("".join(line.text.split()) for line in block.lines)


def survey(blocks: Sequence[Block], statistics: Statistics, topics: Topics) -> Survey:
    """What blocks show whatever stories they make.

    Args:
        blocks: in the order of the lines.
        statistics: of the language and of the page (`Statistics.with_page`).
        topics: of the language.
    """
    roles = [block.role for block in blocks]
    runs = head_runs(roles)
    paragraphs = [block for block in blocks if block.role is Role.PARAGRAPH]
    body_texts = [text_of(block) for block in paragraphs]
    head_texts = [text_of(blocks[h]) for run in runs for h in run]
    words = compare(head_texts, body_texts, statistics)
    # What bodies and heads end and begin with, in one go: bodies first.
    ends = tails(statistics, [*("".join(block.lines[-1].text.split()) for block in paragraphs), *head_texts])
    starts = language.heads(statistics, [*("".join(block.lines[0].text.split()) for block in paragraphs), *head_texts])
    of_bodies, of_heads = np.split(np.arange(len(ends)), [len(paragraphs)])
    sides = ends.take(of_bodies), starts.take(of_bodies)
    bodies = bodies_of(blocks, runs, body_texts, words.likeness, sides, statistics=statistics, topics=topics)
    characters = compare_characters(head_texts, body_texts, statistics)
    heads = heads_of(blocks, runs, head_texts, words, characters, topics=topics, common=bodies.common)
    reads_on = pair_odds(statistics, ends.take(of_heads[:-1]), starts.take(of_heads[1:]))
    in_bodies = words.in_bodies.astype(np.float32)
    return Survey(
        bodies=bodies,
        heads=heads,
        beside=beside(heads, bodies, in_bodies),
        cuts=fixed_cuts(blocks, heads, reads_on),
        in_bodies=in_bodies,
        with_characters=characters.in_bodies.astype(np.float32),
    )


def gather(seen: Survey, choice: Choice | None = None) -> Links:
    """The evidence for all links between the blocks of a page.

    Args:
        seen: what the blocks show.
        choice: an earlier one. It tells how the frames of the page follow each other, and a head is compared with the
            whole of the story that would begin at a block; without, with the next few blocks.
    """
    bodies, heads = seen.bodies, seen.heads
    if choice is None:
        windows, make_up = nearby(bodies.part), bodies.make_up
    else:
        lasts = np.array([heads.groups[row][-1] for row in choice.groups], dtype=np.intp)
        windows, make_up = chained(choice.before), chosen_make_up(bodies.indices, choice.before, lasts)
    shares = shares_of(heads, seen.in_bodies, seen.with_characters, *windows)
    about = stories_about(bodies, *windows)
    return Links(
        bodies=bodies.indices,
        runs=heads.runs,
        groups=heads.groups,
        body=body_links(bodies, *windows, about, make_up),
        head=head_links(
            heads, seen.beside, shares, about, make_up=make_up, ordered=in_order(heads, bodies.indices, choice)
        ),
        last=last_links(bodies),
        lone=lone_links(heads, shares, make_up),
        first=first_links(bodies),
        cut=cut_links(heads, seen.cuts, shares),
        share=shares.ahead,
        likeness=bodies.likeness,
    )
