"""What newspaper Chinese looks like: odds that lines belong together, from counted n-grams and learnt vectors."""

from banmian.language.information import bigram_information, char_information, text_odds
from banmian.language.joining import (
    Side,
    end_odds,
    heads,
    join_matrix,
    join_odds,
    matrix_odds,
    pair_odds,
    start_odds,
    tails,
)
from banmian.language.statistics import Statistics, statistics

__all__ = [
    "Side",
    "Statistics",
    "bigram_information",
    "char_information",
    "end_odds",
    "heads",
    "join_matrix",
    "join_odds",
    "matrix_odds",
    "pair_odds",
    "start_odds",
    "statistics",
    "tails",
    "text_odds",
]
