"""What newspaper Chinese looks like: odds that lines belong together, from counted character n-grams."""

from banmian.language.statistics import (
    Statistics,
    bigram_information,
    char_information,
    end_odds,
    join_matrix,
    join_odds,
    start_odds,
    statistics,
    text_odds,
)

__all__ = [
    "Statistics",
    "bigram_information",
    "char_information",
    "end_odds",
    "join_matrix",
    "join_odds",
    "start_odds",
    "statistics",
    "text_odds",
]
