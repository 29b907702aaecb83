"""What newspaper Chinese looks like: odds that lines belong together, from counted n-grams and learnt vectors."""

from banmian.language.information import bigram_information, char_information, log_odds, text_odds
from banmian.language.joining import (
    Side,
    Tails,
    block_odds,
    block_pair_odds,
    edge_odds,
    end_odds,
    heads,
    join_matrix,
    join_odds,
    lag_odds,
    matrix_odds,
    pair_odds,
    passages,
    start_odds,
    tails,
)
from banmian.language.statistics import Statistics, statistics
from banmian.language.topics import Topics, body_topic_odds, head_topic_odds, topic_vectors, topics

__all__ = [
    "Side",
    "Statistics",
    "Tails",
    "Topics",
    "bigram_information",
    "block_odds",
    "block_pair_odds",
    "body_topic_odds",
    "char_information",
    "edge_odds",
    "end_odds",
    "head_topic_odds",
    "heads",
    "join_matrix",
    "join_odds",
    "lag_odds",
    "log_odds",
    "matrix_odds",
    "pair_odds",
    "passages",
    "start_odds",
    "statistics",
    "tails",
    "text_odds",
    "topic_vectors",
    "topics",
]
