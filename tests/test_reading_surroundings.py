"""What a line has to do with the text around it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from banmian.language import statistics, topics
from banmian.reading.blocks.surroundings import NUMBERS, surroundings

FARMING = [
    "今年全县小麦长势良好农民",
    "正忙着在田间施肥浇水防治",
    "病虫害县农技站派出技术员",
    "进村入户指导农民科学管理",
]
FOOTBALL = [
    "昨晚的联赛第三轮比赛中主",
    "队以二比一战胜客队上半场",
    "前锋接队友传球头球破门下",
    "半场守门员扑出对方的点球",
]


def of(name: str, texts: list[str]) -> list[float]:
    found = surroundings(texts, statistics(), topics())
    values: list[float] = found[:, NUMBERS.index(name)].tolist()
    return values


def test_a_change_of_subject_shows_between_two_stories() -> None:
    odds = of("one subject, few lines before and after", [*FARMING, *FOOTBALL])
    assert odds.index(min(odds[1:-1])) in (3, 4)


def test_a_head_is_about_its_own_story_wherever_that_stands() -> None:
    head = "主队二比一战胜客队"
    after = of("about what comes after", [*FARMING, head, *FOOTBALL])[4]
    before = of("about what comes before", [*FARMING, head, *FOOTBALL])[4]
    assert after > before + 3
    pad = [line for _ in range(5) for line in FARMING]
    far = of("about something further on or back", [head, *pad, *FOOTBALL])[0]
    assert far > of("about what comes after", [head, *pad, *FOOTBALL])[0] + 3


def test_shared_pairs_are_counted_near_and_far() -> None:
    words = "青石峪核桃"
    texts = [words, *["今天上午开会讨论"] * 3, words, *["明天下午休息一天"] * 12, words]
    assert of("pairs shared with the lines after", texts)[0] > 0
    assert of("pairs shared with the lines before", texts)[0] == 0
    assert of("pairs shared further on", texts)[4] > 0
    assert of("share of the pairs that stand nowhere else", texts)[0] == 0


def test_an_empty_page_and_one_line_have_their_numbers() -> None:
    assert surroundings(["。"], statistics(), topics()).shape == (1, len(NUMBERS))
    assert surroundings([], statistics(), topics()).shape == (0, len(NUMBERS))


@given(st.lists(st.text(min_size=1, max_size=12), max_size=30))
def test_any_lines_have_finite_numbers(texts: list[str]) -> None:
    found = surroundings(texts, statistics(), topics())
    assert found.shape == (len(texts), len(NUMBERS))
    assert np.isfinite(found).all()
    assert (found == surroundings(texts, statistics(), topics())).all()
