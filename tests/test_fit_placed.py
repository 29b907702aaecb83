"""The press whose lines have places, and the confidence that is fitted to its pages."""

from __future__ import annotations

import random

import numpy as np
import pytest

from banmian.fit.calibration import calibration
from banmian.fit.labels import bare
from banmian.fit.placed import Example, examples, fit
from banmian.fit.placed_press import SIZE, pages
from banmian.fit.press import SetArticle
from banmian.language import statistics
from sheets import BRIDGE, LIBRARY, POND

STOCK = [
    SetArticle((("headline", head),), tuple(("paragraph", text) for text in story), byline)
    for head, story, byline in (
        ("河东村修通便民桥", BRIDGE, "本报记者 陈一鸣"),
        ("新图书馆开门迎客", LIBRARY, ""),
        ("南山水库加强巡查", POND, ""),
        ("桥头小集又热闹起来", BRIDGE[1:] + POND, ""),
        ("老人爱上靠窗的座位", LIBRARY[1:], "记者 周小棠"),
    )
]


def test_pages_are_the_same_for_the_same_seed_and_have_their_articles() -> None:
    made, again = list(pages(STOCK, 12)), list(pages(STOCK, 12))
    assert made == again
    for page, gold in made:
        assert gold["articles"]
        printed = sorted(bare(page.source.text))
        for article in gold["articles"]:
            for block in article["blocks"]:
                assert not set(bare(block["text"])) - set(printed)
        assert page.layout is not None
        assert "".join(page.source.text.split("\n")) == "".join(
            page.source.text[line.span.start : line.span.end] for line in page.layout.lines
        )
        assert all(line.box.left > -5 and line.box.right < SIZE.width + 5 for line in page.layout.lines)


def test_most_articles_of_such_pages_are_put_together_again() -> None:
    some = list(examples(pages(STOCK, 12), statistics()))
    assert len(some) > 20
    assert sum(one.right for one in some) > 0.6 * len(some)


def test_what_is_right_more_often_is_told_to_be_surer() -> None:
    rng = random.Random(1)
    some = [Example((1.0, x, 0, 0, 0, 0, 0, 0), rng.random() < 1 / (1 + np.exp(-x))) for x in np.linspace(-4, 4, 400)]
    theta = fit(some)
    assert theta[1] == pytest.approx(1.0, abs=0.35)
    assert abs(theta[0]) < 0.4


def test_the_table_counts_every_article_once() -> None:
    lines = calibration([0.1, 0.95, 1.0, 0.3], [False, True, True, False])
    assert lines[0] == "4 articles, 0.500 right"
    assert sum(int(line.split()[3]) for line in lines[1:]) == 4
