"""Which block goes on in which, chosen from made scores."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from banmian.reading.links.assignment import FORBIDDEN, Scores, choose, group, match
from banmian.reading.links.choice import NOTHING, Choice
from banmian.reading.links.heads import candidates
from banmian.reading.links.kinds import Evidence
from banmian.reading.links.survey import Links

EMPTY = Evidence((), (0,))


def links(bodies: int, *runs: tuple[int, ...]) -> Links:
    nothing = np.zeros((0, 0), np.float32)
    found = candidates(runs)
    return Links(
        tuple(range(bodies)), runs, found, EMPTY, EMPTY, EMPTY, EMPTY, EMPTY, EMPTY, share=nothing, likeness=nothing
    )


def scores(body: NDArray[np.float64], page: Links) -> Scores:
    m, k, h = len(body), len(page.groups), sum(len(run) - 1 for run in page.runs)
    table = body.astype(np.float64)
    np.fill_diagonal(table, FORBIDDEN)
    return Scores(table, np.full((k, m), -5.0), np.zeros(m), np.zeros(k), np.zeros(m), np.zeros(h))


def test_each_block_goes_on_from_the_one_that_fits() -> None:
    page = links(3)
    body = np.full((3, 3), -5.0)
    body[2, 0] = body[0, 1] = 3.0
    assert list(match(scores(body, page), ())) == [2, 0, NOTHING]


def test_a_ring_is_broken_at_its_weakest_link() -> None:
    page = links(3)
    body = np.full((3, 3), -5.0)
    body[0, 1], body[1, 2], body[2, 0] = 4.0, 4.0, 1.0
    assert list(match(scores(body, page), ())) == [NOTHING, 0, 1]


def test_a_block_never_goes_on_from_itself_nor_by_a_forbidden_link() -> None:
    page = links(2)
    before = match(scores(np.full((2, 2), FORBIDDEN), page), ())
    assert list(before) == [NOTHING, NOTHING]


def test_a_run_of_heads_is_cut_where_two_stories_begin() -> None:
    page = links(2, (10, 11, 12))
    made = scores(np.full((2, 2), -5.0), page)
    head = made.head.copy()
    head[page.groups.index((10, 11)), 0] = 6.0
    head[page.groups.index((12,)), 1] = 6.0
    head[page.groups.index((10, 11, 12)), 0] = 7.0
    made = replace(made, head=head)
    chosen = group(page, made)
    assert [page.groups[row] for row in chosen] == [(10, 11), (12,)]
    choice = choose(page, made)
    assert isinstance(choice, Choice)
    assert list(choice.before) == [2, 3]  # the first group, the second group
    assert ((choice.odds > 0.5) & (choice.odds <= 1)).all()


def test_a_cut_that_costs_more_than_a_story_is_worth_is_not_made() -> None:
    page = links(2, (10, 11))
    made = scores(np.full((2, 2), -5.0), page)
    head = made.head.copy()
    head[page.groups.index((10,)), 0] = head[page.groups.index((11,)), 1] = 1.0
    head[page.groups.index((10, 11)), 0] = 1.0
    made = replace(made, head=head, cut=np.array([-9.0]))
    assert [page.groups[row] for row in group(page, made)] == [(10, 11)]


def test_two_neighbouring_groups_do_not_begin_the_same_story() -> None:
    page = links(1, (10, 11))
    made = scores(np.full((1, 1), FORBIDDEN), page)
    head = made.head.copy()
    head[page.groups.index((10,)), 0] = head[page.groups.index((11,)), 0] = 5.0
    head[page.groups.index((10, 11)), 0] = 6.0
    assert [page.groups[row] for row in group(page, replace(made, head=head))] == [(10, 11)]


def test_a_page_without_bodies_still_has_groups() -> None:
    page = links(0, (0, 1))
    made = scores(np.zeros((0, 0)), page)
    choice = choose(page, made)
    assert [h for row in choice.groups for h in page.groups[row]] == [0, 1]
    assert len(choice.before) == 0
