"""Warnings that nothing stands behind: those are not shown, all others are."""

from __future__ import annotations

import warnings

import pytest

from banmian.spurious import SPURIOUS, ignore_spurious


@pytest.mark.parametrize(
    ("message", "kind", "shown"),
    [
        (SPURIOUS, RuntimeWarning, False),
        (SPURIOUS, UserWarning, True),
        ("invalid value encountered in divide", RuntimeWarning, True),
        ("overflow encountered in matmul", RuntimeWarning, True),
    ],
)
def test_only_what_the_algebra_says_for_nothing_is_ignored(message: str, kind: type[Warning], *, shown: bool) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        ignore_spurious()
        warnings.warn(message, kind, stacklevel=1)
    assert bool(caught) == shown
