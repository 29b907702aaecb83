"""The best sequence of states."""

from itertools import pairwise, product

import numpy as np
import pytest

from banmian.reading.blocks.chain import best_path
from banmian.reading.blocks.states import FOLLOWS, IMPOSSIBLE, State, allowed, at_begin


@pytest.mark.parametrize("seed", range(12))
def test_the_best_path_is_the_best_of_all(seed: int) -> None:
    rng = np.random.default_rng(seed)
    lines = seed % 6 + 1
    emission, transition = rng.normal(size=(lines, 3)), rng.normal(size=(3, 3))
    begin = rng.normal(size=3)
    scores = {
        path: begin[path[0]]
        + sum(emission[i, s] for i, s in enumerate(path))
        + sum(transition[a, b] for a, b in pairwise(path))
        for path in product(range(3), repeat=lines)
    }
    found = best_path(*(table.astype(np.float32) for table in (emission, transition, begin)))
    assert tuple(found) == max(scores, key=lambda path: scores[path])


def test_no_lines_have_no_states() -> None:
    assert len(best_path(np.zeros((0, 3), np.float32), np.zeros((3, 3), np.float32), np.zeros(3, np.float32))) == 0


def test_a_state_that_goes_on_stands_behind_one_that_it_can_go_on_from() -> None:
    table = allowed()
    assert table[State.HEAD, State.HEAD_NEXT] == 0
    assert table[State.BYLINE, State.HEAD_NEXT] == IMPOSSIBLE
    assert all(at_begin()[state] == IMPOSSIBLE for state in FOLLOWS)
    assert at_begin()[State.START] == 0
