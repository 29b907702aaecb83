"""Heads of two stories in one line, and heads of two clauses: the stories tell which is which."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

import banmian
from banmian import Page, account
from banmian.language import statistics
from banmian.language.topics import topics
from banmian.model import Block, Role
from banmian.reading.links import assignment
from banmian.reading.links.choice import NOTHING, Choice
from banmian.reading.links.looks import look
from banmian.reading.stories.heads_in_row import _of_two, _places, heads_apart
from banmian.reading.weights import weights
from banmian.stages.lines import Lines
from sheets import BRIDGE, LIBRARY, POND, wrap


def column(*stories: tuple[str, ...]) -> str:
    """Stories in lines, one after the other."""
    return "".join(line + "\n" for story in stories for _, line in wrap(story, 16))


def heads(text: str) -> list[tuple[str | None, int]]:
    """The headline of each article, and how many blocks it has."""
    articles = banmian.read_text(text).articles
    return [(article.headline.text if article.headline else None, len(article.blocks)) for article in articles]


@pytest.mark.parametrize(("one", "two"), [("新桥通了", "新馆开了"), ("河东村修通新桥", "新图书馆迎客")])
def test_two_heads_in_one_line_go_to_their_stories(one: str, two: str) -> None:
    text = column(BRIDGE, LIBRARY) + f"{one} {two}\n第3版 要闻\n"
    assert heads(text) == [(one, 3), (two, 3)]
    account(banmian.read_text(text))  # the space between them too


@pytest.mark.parametrize(
    ("line", "places"),
    [("企业简讯 众说纷纭", 1), ("秋粮归仓 新渠通水", 0), ("编后 渡口新船下水", 1)],
    ids=["a title of briefs", "clauses of one length", "of unlike length"],
)
def test_where_no_story_has_a_word_of_a_head_its_length_and_its_words_tell(line: str, places: int) -> None:
    page = Lines()(Page.of(line + "\n"))
    found = list(_places([Block(Role.HEADLINE, page.lines)], page))
    assert sum(_of_two(place, ["河东村修通便民桥，两岸来往不再绕路。"]) for place in found) == places


@pytest.mark.parametrize("head", ["沿河六村有新桥 菜农一早进县城", "新桥通了 路近了"])
def test_the_clauses_of_one_head_stay_together(head: str) -> None:
    assert heads(column(BRIDGE) + f"{head}\n南山水库水位涨\n" + column(POND)) == [(head, 3), ("南山水库水位涨", 2)]


def test_the_same_look_is_given_back_where_no_head_is_of_two() -> None:
    page = banmian.read_text("沿河六村有新桥 菜农一早进县城\n" + column(BRIDGE))
    look_at = partial(look, statistics=statistics(), topics=topics(), weights=weights())
    found = look_at(page.blocks)
    assert heads_apart(found, page, look_at) is found


def test_what_was_chosen_has_the_most_of_the_scores() -> None:
    page = banmian.read_text("河东村修通新桥\n" + column(BRIDGE) + "新图书馆迎客\n" + column(LIBRARY))
    found = look(page.blocks, statistics(), topics(), weights())
    apart = Choice(found.choice.groups, np.full_like(found.choice.before, NOTHING), found.choice.odds)
    assert found.total > assignment.total(found.links, found.scores, apart)
    assert found.choice.chains() == [[0, 1, 2], [3, 4, 5]]
    assert {page.blocks[h].lines[0].text: body for h, body in found.begun().items()} == {
        "河东村修通新桥": found.links.bodies[0],
        "新图书馆迎客": found.links.bodies[3],
    }
