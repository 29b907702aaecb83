"""Warnings that nothing stands behind, and that those who run the command are spared.

A library does not touch the filters of the process that it is in, so only the command and its worker processes do this.
"""

from __future__ import annotations

import warnings

# The linear algebra underneath numpy sets the processor's flag for an invalid operation now and then though no number
# is wrong, and numpy warns of the flag: https://github.com/numpy/numpy/issues/24067,
# https://github.com/OpenMathLib/OpenBLAS/issues/1924. The filter of the tests in pyproject.toml says the same.
SPURIOUS = "invalid value encountered in matmul"


def ignore_spurious() -> None:
    """Have this process say nothing of `SPURIOUS`, whoever causes it."""
    warnings.filterwarnings("ignore", message=SPURIOUS, category=RuntimeWarning)
