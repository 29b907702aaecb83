"""The networks that take columns apart: what they score, that they learn, and the truth that they learn from."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from banmian.fit.columns import mean_command
from banmian.fit.columns_network import NO, UNCLEAR, YES, Example, blank, fit, loss, slopes
from banmian.fit.columns_truth import NOTHING, Truth, truth
from banmian.fit.recomposing import Reading, Recomposed, as_one, recomposed
from banmian.model import Line, Page
from banmian.reading.columns.apart import assign, weights
from banmian.reading.columns.heads import Strands
from banmian.reading.columns.network import STEPS, GridNetwork
from banmian.stages.lines import Lines

LAGS = 6


def example(seed: int = 0, lines: int = 24) -> Example:
    """Lines of two columns in turn; a number tells the true links, with noise on it."""
    rng = np.random.default_rng(seed)
    at = np.arange(lines)
    there = at[:, None] > np.arange(LAGS)
    is_true = there & (np.arange(1, LAGS + 1) == 2)
    numbers = rng.normal(0.0, 0.4, (lines, LAGS, 3)).astype(np.float16)
    numbers[..., 0] = 1
    numbers[..., 1] += is_true
    numbers[~there] = 0
    told = np.where(is_true, YES, np.where(there, NO, UNCLEAR)).astype(np.int8)
    return Example(numbers, told, np.ones(lines, bool))


@pytest.mark.parametrize("name", ["enter", "enter_bias", "layers", "biases", "leave", "shortcut", "bias"])
def test_slopes_are_those_of_the_loss(name: str) -> None:
    page, rng = example(), np.random.default_rng(1)
    page.truth[rng.random(page.truth.shape) < 0.1] = UNCLEAR
    network = blank(3, rng, hidden=4)
    masks = [np.ones((*page.truth.shape, 4), np.float32)] * len(STEPS)
    _, found = slopes(network, page, masks)
    at = np.unravel_index(np.abs(found[name]).argmax(), found[name].shape)
    values = []
    for step in (-1e-2, 1e-2):
        arrays = network.arrays()
        arrays[name] = arrays[name].copy()
        arrays[name][at] += step
        values.append(slopes(GridNetwork.of(arrays), page, masks)[0])
    assert (values[1] - values[0]) / 2e-2 == pytest.approx(float(found[name][at]), rel=0.1, abs=1e-3)


def test_the_loss_is_least_where_the_true_links_are_likely_and_nothing_else() -> None:
    page = example()
    right = np.where(page.truth == YES, 12.0, -12.0).astype(np.float32)
    assert loss(right, page.truth, page.told)[0] < 1e-3
    assert loss(-right, page.truth, page.told)[0] > 10


def test_a_network_learns_which_links_are_true() -> None:
    network = fit([example(seed) for seed in range(8)], rounds=30, hidden=4)
    page = example(99)
    numbers = page.numbers.astype(np.float32)
    there = numbers[..., 0]
    score = np.where(there > 0, network.odds(numbers, there), -30)
    before = assign(score)
    assert (before == np.maximum(np.arange(len(before)) - 2, -1))[2:].mean() > 0.9


def test_a_page_without_lines_has_no_odds() -> None:
    network = blank(3, np.random.default_rng(0), hidden=4)
    assert network.odds(np.zeros((0, LAGS, 3), np.float32), np.zeros((0, LAGS), np.float32)).shape == (0, LAGS)


GOLD: dict[str, Any] = {
    "articles": [
        {
            "headline": "村里修路",
            "blocks": [
                {"role": "paragraph", "text": "清晨，村里开始修路，大家都来了。"},
                {"role": "paragraph", "text": "路修好了。"},
            ],
        },
        {"headline": "球队获胜", "blocks": [{"role": "paragraph", "text": "昨晚的比赛，球队开始修整，随后获胜了。"}]},
    ],
    "furniture": [],
}
TEXTS = (
    "村里修路",
    "清晨，村里",
    "球队获胜",
    "开始修",
    "昨晚的比赛，球队",
    "路，大家都来",
    "开始修",
    "了。",
    "整，随后获胜",
    "路修好",
)


def lines_of(texts: tuple[str, ...]) -> tuple[Line, ...]:
    return Lines()(Page.of("\n".join(texts))).lines


def test_lines_are_laid_out_in_their_texts_each_once() -> None:
    told = truth((*TEXTS, "了。", "了。"), GOLD)
    assert told.told.all()
    follows = {(i, int(first)) for i, first in enumerate(told.before) if first != NOTHING}
    assert {(1, 0), (4, 2)} <= follows
    assert {int(told.before[line]) for line in (3, 6)} == {1, 4}  # 开始修 stands in both stories
    assert len({int(told.before[line]) for line in (7, 10, 11)}) == 3  # 了。 at the end of every paragraph
    assert told.within(3)
    assert not told.within(1)


def test_what_a_head_stands_over_is_the_first_of_its_text() -> None:
    told = truth(TEXTS, GOLD)
    possible = np.zeros((len(TEXTS), 9), bool)
    possible[1, 0] = possible[4, 1] = possible[4, 3] = True
    assert [int(told.under(possible)[line]) for line in (1, 4)] == [0, 2]
    assert told.heads(possible)[4].tolist() == [UNCLEAR, YES, UNCLEAR, NO, *[UNCLEAR] * 5]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("reading", list(Reading))
def test_a_page_composed_anew_has_the_same_lines_and_the_same_truth(reading: Reading, seed: int) -> None:
    lines = lines_of(TEXTS)
    told = truth(TEXTS, GOLD)
    new = recomposed(lines, told, seed=seed, reading=reading)
    there = [line.span for line in new.rows.lines]
    spans = [line.span for line in lines]
    assert len(there) == len(set(there))
    assert set(there) <= set(spans)
    assert reading is Reading.ENGINE or len(there) == len(spans)  # an engine loses some
    assert new.rows.cut == (reading is Reading.ROWS)
    where = {span: at for at, span in enumerate(there)}
    for old in range(len(spans)):
        first = int(told.before[old])
        while first != NOTHING and spans[first] not in where:
            first = int(told.before[first])
        if spans[old] in where:
            here = int(new.truth.before[where[spans[old]]])
            assert here == (NOTHING if first == NOTHING else where[spans[first]])
    assert recomposed(lines, told, seed=seed, reading=reading).rows.lines == new.rows.lines


def side_by_side(seed: int) -> Recomposed:
    """A page of one long text over columns of eight characters each, as an engine reads it."""
    text = "".join(chr(ord("一") + number) for number in range(160))
    texts = tuple(text[at : at + 8] for at in range(0, len(text), 8))
    gold = {"articles": [{"headline": "", "blocks": [{"role": "paragraph", "text": text}]}], "furniture": []}
    told = truth(texts, gold)
    before = told.before.copy()
    before[10] = NOTHING  # the second column
    return recomposed(lines_of(texts), Truth(told.places, before), seed=seed, reading=Reading.ENGINE)


def test_lines_that_stand_side_by_side_run_together_on_some_pages_and_are_known() -> None:
    pages = [side_by_side(seed) for seed in range(12)]
    assert 0 < sum(page.together.any() for page in pages) < len(pages)
    page = max(pages, key=lambda page: page.together.sum())
    one, cuts = as_one(page, 1.0, seed=1)
    assert len(one.rows.lines) == len(page.rows.lines) - page.together.sum()
    apart = [
        line.text[start:end]
        for line, where in zip(one.rows.lines, cuts, strict=True)
        for start, end in pairwise((0, *where, len(line.text)))
    ]
    assert apart == [line.text for line in page.rows.lines]
    assert [place is None for place in one.truth.places] == [bool(where) for where in cuts]


def test_lines_that_run_together_may_be_left_apart() -> None:
    page = side_by_side(1)
    same, cuts = as_one(page, 0.0, seed=1)
    assert same.rows.lines == page.rows.lines
    assert same.truth.before.tolist() == page.truth.before.tolist()
    assert not any(cuts)


def test_strands_follow_from_what_goes_on() -> None:
    strands = Strands.follow(np.array([-1, -1, 0, 1, 3, -1], dtype=np.intp))
    assert strands.lines == ((0, 2), (1, 3, 4), (5,))
    assert strands.of.tolist() == [0, 1, 0, 1, 1, 2]
    assert strands.first.tolist() == [0, 1, 5]
    assert strands.last.tolist() == [2, 4, 5]


def test_the_mean_of_weights_is_that_of_each_number(tmp_path: Path) -> None:
    shipped = weights()
    doubled = replace(shipped, own=2 * shipped.own)
    for name, part in (("one", shipped), ("two", doubled)):
        part.save(tmp_path / f"{name}.npz")
    mean_command([tmp_path / "one.npz", tmp_path / "two.npz"], tmp_path / "mean.npz")
    found = weights(tmp_path / "mean.npz")
    np.testing.assert_allclose(found.own, 1.5 * shipped.own, rtol=1e-6)
    np.testing.assert_array_equal(found.lines.enter, shipped.lines.enter)
