"""The linear assignment, loaded alone."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from banmian import matching


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (5, 5), (9, 4), (4, 9)])
def test_it_chooses_what_scipy_chooses(shape: tuple[int, int]) -> None:
    worth = np.random.default_rng(7).normal(size=shape)
    rows, columns = matching.best_pairs(worth)
    expected = linear_sum_assignment(worth, maximize=True)
    assert [rows.tolist(), columns.tolist()] == [part.tolist() for part in expected]


def test_where_there_is_no_such_extension_it_is_imported_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "EXTENSION_SUFFIXES", [".nowhere"])
    assert matching.solver.__wrapped__() is linear_sum_assignment


def test_a_page_is_read_without_the_other_solvers_of_scipy() -> None:
    """What they cost a command at its start is what this module is for."""
    code = "import sys, banmian; banmian.read_text({!r}); print('scipy.optimize' in sys.modules)"
    page = "渡口通航\n本报讯 渡口昨天通航。\n"
    ran = subprocess.run([sys.executable, "-c", code.format(page)], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"
