"""Links that are least sure, rethought by what stories they make."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from banmian import Page
from banmian.fit import rethinking as fitting
from banmian.language import statistics, topics
from banmian.model import Block, Role
from banmian.reading.links import assignment, rethinking
from banmian.reading.links.belonging import above_others
from banmian.reading.links.choice import NOTHING, Choice
from banmian.reading.links.looks import Look, look
from banmian.reading.links.rethinking import DOUBTFUL, NAMES, Measure, alternatives, rethought
from banmian.reading.weights import weights
from banmian.stages.lines import Lines
from made_stories import HEADS, SINGERS, WALNUTS

ROLES = (*[Role.PARAGRAPH] * 4, Role.HEADLINE, Role.CAPTION, Role.HEADLINE)
TEXTS = (*WALNUTS, *SINGERS, HEADS[0], "图为县剧院", HEADS[1])


@pytest.fixture
def seen() -> Look:
    """Two stories of two paragraphs, their heads behind them and apart from each other."""
    lines = Lines()(Page.of("\n".join(TEXTS) + "\n")).lines
    blocks = [Block(role, (line,)) for role, line in zip(ROLES, lines, strict=True)]
    return look(blocks, statistics(), topics(), weights())


def choice(seen: Look, groups: tuple[int, ...], *before: int) -> Choice:
    given = np.array(before, dtype=np.intp)
    return Choice(groups, given, assignment.odds_of(seen.scores, groups, given))


def right(seen: Look) -> Choice:
    return choice(seen, (0, 1), 4, 0, 5, 2)


def exchanged(seen: Look) -> Choice:
    """Each story under the head of the other."""
    return choice(seen, (0, 1), 5, 0, 4, 2)


def shown(seen: Look, made: Choice) -> dict[str, float]:
    return dict(zip(NAMES, Measure(seen)(made).tolist(), strict=True))


def test_what_is_sure_is_not_rethought(seen: Look) -> None:
    assert seen.choice.same(right(seen))
    sure = replace(seen, choice=replace(seen.choice, odds=np.full(4, DOUBTFUL)))
    assert rethought(sure, weights().rethinking) is sure


def test_heads_that_were_exchanged_are_put_right(seen: Look) -> None:
    wrong = replace(seen, choice=exchanged(seen))
    assert rethought(wrong, weights().rethinking).choice.same(right(seen))


def test_what_nothing_is_worth_more_than_stays(seen: Look) -> None:
    wrong = replace(seen, choice=exchanged(seen))
    assert rethought(wrong, np.zeros(len(NAMES), np.float32)) is wrong
    assert rethought(seen, weights().rethinking) is seen


def test_a_page_of_more_blocks_than_any_has_is_left_as_it_is(seen: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = replace(seen, choice=exchanged(seen))
    monkeypatch.setattr(rethinking, "MOST_BODIES", 3)
    assert rethought(wrong, weights().rethinking) is wrong


def test_a_page_without_bodies_is_given_back() -> None:
    lines = Lines()(Page.of(HEADS[0] + "\n")).lines
    alone = look([Block(Role.HEADLINE, lines)], statistics(), topics(), weights())
    assert rethought(alone, weights().rethinking) is alone


def test_a_choice_is_measured_by_its_stories(seen: Look) -> None:
    told = shown(seen, right(seen))
    assert (told["without heads"], told["lone heads"], told["heads"], told["changes"]) == (0, 0, 2, 1)
    assert (told["short"], told["measures"]) == (0, 0)
    apart = shown(seen, choice(seen, (0, 1), 4, NOTHING, 5, NOTHING))
    assert (apart["without heads"], apart["short"], apart["changes"]) == (2, 4, 3)
    assert apart["all links"] < told["all links"]
    whole = shown(seen, choice(seen, (0, 1), 4, 0, 1, 2))
    assert (whole["lone heads"], whole["changes"]) == (1, 0)


def test_what_belongs_together_has_the_greater_margins(seen: Look) -> None:
    told, wrong = shown(seen, right(seen)), shown(seen, exchanged(seen))
    assert told["heads, margin"] > 0 > wrong["heads, margin"]
    assert told["links"] > wrong["links"]
    mixed = shown(seen, choice(seen, (0, 1), 4, 3, 5, 0))
    assert told["parts, margin"] > mixed["parts, margin"]
    assert told["parts, least margin"] > mixed["parts, least margin"]
    assert told["likeness, margin"] > mixed["likeness, margin"]


def test_alternatives_lack_the_link_that_was_forbidden(seen: Look) -> None:
    wrong = exchanged(seen)
    found = list(alternatives(replace(seen, choice=wrong), wrong, seen.scores))
    assert found
    for other, scores in found:
        assert not other.same(wrong)
        links = other.before[other.before != NOTHING].tolist()
        assert len(set(links)) == len(links)
        assert assignment.total(seen.links, scores, other) > assignment.FORBIDDEN / 2
        assert assignment.total(seen.links, scores, wrong) < assignment.FORBIDDEN / 2


@pytest.mark.parametrize("block", range(4))
def test_one_link_is_forbidden_and_no_other(seen: Look, block: int) -> None:
    made = choice(seen, (0, 1), 4, 0, NOTHING, 2)
    rest = assignment.without(seen.scores, made, block)
    changed = [
        (name, np.argwhere(getattr(rest, name) != getattr(seen.scores, name)).tolist())
        for name in ("body", "head", "last", "lone", "first", "cut")
    ]
    want = {0: ("head", [[0, 0]]), 1: ("body", [[0, 1]]), 2: ("first", [[2]]), 3: ("body", [[2, 3]])}
    assert [part for part in changed if part[1]] == [want[block]]


def test_a_place_without_rivals_has_all_that_it_has() -> None:
    assert above_others(np.array([[3.0]]), np.array([0])).tolist() == [3.0]
    assert above_others(np.zeros((0, 2)), np.zeros(0, np.intp)).tolist() == []


def test_what_goes_with_better_choices_is_worth_more() -> None:
    rng = np.random.default_rng(1)
    table = rng.normal(size=(3000, len(NAMES)))
    better = rng.random(len(table)) < 1 / (1 + np.exp(-2 * table[:, 3] + table[:, 5]))
    found = fitting.fit(fitting.Examples(table, np.where(better, 1, -1)))
    assert found[3] == pytest.approx(2, abs=0.3)
    assert found[5] == pytest.approx(-1, abs=0.2)
    assert np.abs(np.delete(found, [3, 5])).max() < 0.2


def test_heads_without_a_word_of_their_story_are_strange_to_it(seen: Look) -> None:
    measure = Measure(seen)
    assert [measure.strange(made) for made in (right(seen), exchanged(seen))] == [0, 2]
    assert measure.strange(choice(seen, (0, 1), NOTHING, 0, NOTHING, 2)) == 0


def test_what_was_rethought_still_has_every_block_once(seen: Look) -> None:
    found = rethought(replace(seen, choice=exchanged(seen)), weights().rethinking).choice
    assert sorted(v for chain in found.chains() for v in chain) == [0, 1, 2, 3]
