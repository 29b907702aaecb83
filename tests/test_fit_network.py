"""The network of the states of lines: what it scores, its slopes, and that it learns."""

from dataclasses import replace
from itertools import pairwise, product

import numpy as np
import pytest

from banmian.fit.chain import closed, expect
from banmian.fit.network import WIDTHS, Batch, Example, blank, fit, slopes
from banmian.language import statistics, topics
from banmian.model import Page
from banmian.reading.blocks.evidence import FEATURES, NUMBERS, gather
from banmian.reading.blocks.network import Network, Networks, around
from banmian.reading.blocks.states import State, allowed, at_begin
from banmian.stages.lines import Lines

STATES = len(State)


def examples(count: int, seed: int = 0) -> list[Example]:
    """Pages of lines whose evidence tells their states: paragraphs of three lines."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        states = np.array([State.START, State.NEXT, State.NEXT] * 4, dtype=np.intp)
        evidence = rng.normal(0.0, 0.3, (len(states), 5)).astype(np.float32)
        evidence[:, 2] += states == State.START
        found.append(Example(evidence, states))
    return found


@pytest.mark.parametrize("whole", [True, False])
def test_the_sums_are_over_all_sequences(whole: bool) -> None:
    rng = np.random.default_rng(4)
    emission, transition = rng.normal(size=(3, 1, STATES)), rng.normal(size=(STATES, STATES))
    got = expect(emission, transition, np.array([3]), np.array([whole]))
    table, first = transition + allowed(), at_begin() * whole
    odds = {
        path: float(
            first[path[0]]
            + sum(emission[i, 0, s] for i, s in enumerate(path))
            + sum(table[a, b] for a, b in pairwise(path))
        )
        for path in product(range(STATES), repeat=3)
    }
    log_sum = float(np.logaddexp.reduce(list(odds.values())))
    assert got.log_sum == pytest.approx(log_sum)
    ends_as_head = sum(np.exp(value - log_sum) for path, value in odds.items() if path[2] == State.HEAD)
    assert got.states[2, 0, State.HEAD] == pytest.approx(ends_as_head)
    turns = sum(np.exp(v - log_sum) for p, v in odds.items() for a, b in pairwise(p) if (a, b) == (0, 1))
    assert got.pairs[0, 1] == pytest.approx(turns)


def test_chains_of_other_lengths_do_not_touch_each_other() -> None:
    rng = np.random.default_rng(5)
    emission, transition = rng.normal(size=(4, 2, STATES)), rng.normal(size=(STATES, STATES))
    both = expect(emission, transition, np.array([4, 2]), np.array([True, True]))
    one = expect(emission[:, :1], transition, np.array([4]), np.array([True]))
    two = expect(emission[:2, 1:], transition, np.array([2]), np.array([True]))
    assert both.log_sum == pytest.approx(one.log_sum + two.log_sum)
    assert np.allclose(both.states[:2, 1], two.states[:, 0])
    assert not both.states[2:, 1].any()


def test_each_row_stands_beside_its_neighbours() -> None:
    rows = np.arange(6, dtype=np.float32).reshape(3, 2)
    assert around(rows, 3).tolist() == [[0, 0, 0, 1, 2, 3], [0, 1, 2, 3, 4, 5], [2, 3, 4, 5, 0, 0]]
    assert around(rows[:1], 5).tolist() == [[0, 0, 0, 0, 0, 1, 0, 0, 0, 0]]
    assert around(rows[:0], 3).shape == (0, 6)


def test_the_slopes_are_those_of_the_loss() -> None:
    rng = np.random.default_rng(6)
    pages = examples(2)
    network = blank(pages, rng, hidden=4)
    read = np.stack([network.prepared(page.evidence) for page in pages])
    states = np.stack([page.states for page in pages])
    states[0, 5] = -1
    batch = Batch(closed(states.T, STATES), np.array([12, 9]), np.array([True, False]))
    masks = [np.ones((2, 12, 4), np.float32) for _ in WIDTHS]
    _, found = slopes(network, read, batch, masks)
    for name, slope in found.items():
        value = getattr(network, name)
        at = tuple(int(rng.integers(0, size)) for size in value.shape)
        step = 1e-3  # small, so that no rectifier switches on the way
        loss = []
        for sign in (1, -1):
            moved = value.copy()
            moved[at] += sign * step
            loss.append(slopes(replace(network, **{name: moved}), read, batch, masks)[0])
        assert slope[at] == pytest.approx((loss[0] - loss[1]) / (2 * step), abs=2e-3), name


def test_it_learns_what_evidence_tells() -> None:
    network = fit(examples(8), rounds=200, hidden=8)
    page = examples(1, seed=9)[0]
    scores = network.scores(page.evidence)
    assert (scores[:, [State.START, State.NEXT]].argmax(axis=1) == page.states).all()
    again = fit(examples(8), rounds=200, hidden=8)
    assert all(np.array_equal(value, again.arrays()[name]) for name, value in network.arrays().items())


def test_it_goes_on_from_another_network() -> None:
    begun = fit(examples(8), rounds=200, hidden=8)
    page = examples(1, seed=9)[0]
    gone_on = fit(examples(8), rounds=2, hidden=8, start=begun, rate=1e-4)
    assert (gone_on.scores(page.evidence)[:, [State.START, State.NEXT]].argmax(axis=1) == page.states).all()
    assert not np.array_equal(gone_on.first, begun.first)


def test_networks_come_back_by_name_and_say_their_mean() -> None:
    page = examples(1)[0].evidence
    one, two = (blank(examples(1), np.random.default_rng(seed), hidden=4) for seed in (1, 2))
    again = Networks.of(Networks((one, two)).arrays("x"), "x")
    assert np.allclose(again.scores(page), (one.scores(page) + two.scores(page)) / 2, atol=1e-6)
    assert np.array_equal(Network.of(one.arrays("y."), "y.").scores(page), one.scores(page))


def test_evidence_has_a_number_for_each_name() -> None:
    page = Lines()(Page.of("青石峪核桃喜获丰收\n记者 陈一鸣\n\n青石峪的核桃挂满枝头，乡\n亲们上山采收。"))
    found = gather(page.lines, statistics(), topics())
    assert found.shape == (4, FEATURES)
    assert found[:, NUMBERS.index("width")].tolist() == pytest.approx([line.width for line in page.lines])
    assert found[:, NUMBERS.index("blank line before")].tolist() == [0, 0, 1, 0]
    assert np.isfinite(found).all()
    assert gather((), statistics(), topics()).shape == (0, FEATURES)
