"""Fit the weights of `banmian.reading` to pages with known answers: `python -m banmian.fit`."""
