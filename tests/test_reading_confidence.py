"""How sure articles are that were put together from words, and the program that fits it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from banmian import Page
from banmian.fit import confidence as fitting
from banmian.fit.pages import gold_pages
from banmian.language import topics
from banmian.model import Block, Role
from banmian.reading.stories.assembling import Story
from banmian.reading.stories.confidence import NAMES, confidences, evidence
from banmian.reading.weights import Weights, weights
from banmian.stages.lines import Lines
from banmian.trace import Span
from made_stories import HEADS, SINGERS, WALNUTS


def story(head: str, *texts: str, odds: float = 0.98) -> Story:
    lines = Lines()(Page.of("\n".join((head, *texts)) + "\n")).lines
    blocks = [Block(Role.PARAGRAPH, (line,), confidence=0.99) for line in lines]
    heads = (replace(blocks[0], role=Role.HEADLINE),)
    return Story(heads, (), tuple(blocks[1:]), (odds,) * len(texts), ())


RIGHT = (story(HEADS[0], *WALNUTS), story(HEADS[1], *SINGERS))


def told(*found: Story, rest: tuple[Block, ...] = ()) -> list[float]:
    return confidences(evidence(found, rest, topics()), weights().confidence)


def column(name: str, *found: Story) -> list[float]:
    values: list[float] = evidence(found, (), topics())[:, NAMES.index(name)].tolist()
    return values


def test_a_page_without_stories_has_a_table_without_rows() -> None:
    assert evidence((), (), topics()).shape == (0, len(NAMES))
    assert told() == []


def test_each_story_has_its_own_confidence_whatever_the_order() -> None:
    assert told(*RIGHT) == pytest.approx(told(*RIGHT[::-1])[::-1])
    assert all(0.5 < odds < 1 for odds in told(*RIGHT))
    assert evidence(RIGHT[:1], (), topics()).shape == (1, len(NAMES))
    assert np.isfinite(evidence(RIGHT[:1], (), topics())).all()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda one: replace(one, odds=(0.98, 0.4)),
        lambda one: replace(one, doubts=(("head.apart", one.heads[0]),)),
        lambda one: replace(one, heads=()),
        lambda one: replace(one, body=(replace(one.body[0], starts=False), one.body[1])),
        lambda one: replace(one, body=tuple(replace(block, confidence=0.6) for block in one.body)),
        lambda _: story(HEADS[0], WALNUTS[0], WALNUTS[1].rstrip("。")),
        lambda _: story(HEADS[1], *WALNUTS),
        lambda _: story(HEADS[0], WALNUTS[0], SINGERS[1]),
    ],
    ids=[
        "a doubtful link",
        "a guess",
        "no head",
        "no beginning",
        "doubtful lines",
        "no end",
        "other head",
        "other part",
    ],
)
def test_what_speaks_against_a_story_makes_it_less_sure(spoil: Callable[[Story], Story]) -> None:
    assert told(spoil(RIGHT[0]), RIGHT[1])[0] < told(*RIGHT)[0] - 0.005


def test_a_story_is_less_sure_where_the_rest_of_its_page_is_doubtful() -> None:
    others = replace(RIGHT[1], odds=(0.3, 0.3), doubts=(("head.apart", RIGHT[1].heads[0]),))
    assert told(RIGHT[0], others)[0] < told(*RIGHT)[0]
    left = story("", *SINGERS).body
    assert told(*RIGHT, rest=left)[0] < told(*RIGHT)[0]
    furniture = tuple(replace(block, role=Role.FOLIO) for block in left)
    assert told(*RIGHT, rest=furniture) == told(*RIGHT)


def test_heads_and_paragraphs_are_compared_with_the_other_stories() -> None:
    changed = (story(HEADS[1], *WALNUTS), story(HEADS[0], *SINGERS))
    assert min(column("heads, margin", *RIGHT)) > 0 > max(column("heads, margin", *changed))
    mixed = (story(HEADS[0], *WALNUTS, SINGERS[0]), story(HEADS[1], *SINGERS))
    assert column("paragraphs, least margin", *mixed)[0] < column("paragraphs, least margin", *RIGHT)[0]


def test_a_story_of_one_paragraph_has_no_margin_of_its_paragraphs() -> None:
    assert column("paragraphs, least margin", story(HEADS[0], WALNUTS[0]), RIGHT[1])[0] == 0
    assert column("heads, margin", replace(RIGHT[0], heads=()), RIGHT[1])[0] == 0


def test_a_story_is_less_sure_on_a_page_that_an_engine_misread() -> None:
    found = [confidences(evidence(RIGHT, (), topics(), misread=count), weights().confidence)[0] for count in (0, 1, 8)]
    assert found[0] == told(*RIGHT)[0] > found[1] > found[2] + 0.1


def test_a_story_is_less_sure_where_lines_ran_together() -> None:
    first, second = RIGHT[0].body
    place = first.lines[0].span.end
    behind = replace(second.lines[0], span=Span(place, place + len(second.lines[0].text)))
    together = replace(RIGHT[0], body=(first, replace(second, lines=(behind,))))
    assert column("ran together", *RIGHT) == [0, 0]
    assert column("ran together", together) == [0.5]
    assert told(together)[0] < told(RIGHT[0])[0]


def test_what_goes_with_clean_articles_is_told_to_be_surer() -> None:
    rng = np.random.default_rng(1)
    table = np.zeros((2000, len(NAMES)))
    table[:, 0] = 1
    table[:, 3] = rng.uniform(-400, 400, len(table))
    clean = rng.random(len(table)) < 1 / (1 + np.exp(-(0.5 + table[:, 3] / 200)))
    found = fitting.fit(fitting.Examples(table, clean))
    assert found[0] == pytest.approx(0.5, abs=0.15)
    assert found[3] == pytest.approx(1 / 200, rel=0.15)
    assert not np.delete(found, [0, 3]).any()


def test_articles_are_clean_when_their_gold_says_so(tmp_path: Path) -> None:
    gold = {
        "articles": [
            {"headline": head, "blocks": [{"role": "paragraph", "text": text} for text in texts]}
            for head, texts in zip(HEADS, (WALNUTS, SINGERS), strict=True)
        ]
    }
    (tmp_path / "raw").mkdir()
    (tmp_path / "one.gold.json").write_text(json.dumps(gold), encoding="utf-8")
    text = "\n".join((HEADS[0], *WALNUTS, HEADS[1], *SINGERS)) + "\n"
    (tmp_path / "raw" / "one.txt").write_text(text, encoding="utf-8")
    (page,) = gold_pages(tmp_path, ("raw",))
    assert [fitting.is_clean(one, page) for one in RIGHT] == [True, True]
    assert not fitting.is_clean(story(HEADS[0], WALNUTS[0]), page)
    assert not fitting.is_clean(story(HEADS[0], *SINGERS), page)
    out = tmp_path / "weights.npz"
    fitting.fit_command([tmp_path], out=out)
    known = Weights.load(out)
    assert known.confidence.shape == (len(NAMES),)
    assert np.array_equal(known.links, weights().links)
