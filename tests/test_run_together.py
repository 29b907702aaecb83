"""Lines that ran together: where they may be cut, and the weights of that."""

from __future__ import annotations

import random

import numpy as np
import pytest

from banmian.fit.run_together import Together, count, cut_some
from banmian.language import statistics
from banmian.reading.columns.run_together import NEVER_FIRST, NEVER_LAST, WEIGHTS, cut_texts, places

LEFT = (
    "禾州高新区今年以来围绕企业用工",
    "用电和用钱三件难事一家一策上门",
    "服务已经为三十六家企业送去技工",
    "一千一百八十人减免租金两千多万",
    "元，协调贷款八亿元，工人说，厂",
    "里的灯又亮到了晚上十点，车间里",
)
RIGHT = (
    "市图书馆昨天起恢复开放每天限流",
    "五百人进馆读者要先在网上预约再",
    "测量体温馆内座位隔开一米还书先",
    "要消毒孩子们说在家里等了三个月",
    "终于又能坐在窗边看书了，老人们",
    "则更想念报纸阅览室里的那杯热茶",
)


def page(*, together: bool) -> Together:
    """Two columns in turn, many lines of them, each two side by side as one line or not."""
    texts: list[str] = []
    cuts: list[tuple[int, ...]] = []
    for number in range(24):
        left, right = LEFT[number % 6], RIGHT[number % 6]
        if together and number % 3 == 0:
            texts.append(left + right)
            cuts.append((len(left),))
        else:
            texts += [left, right]
            cuts += [(), ()]
    return Together(tuple(texts), tuple(cuts))


def test_lines_that_ran_together_are_cut_where_the_columns_meet() -> None:
    seen = page(together=True)
    found, missed, made = count(seen, statistics())
    assert found >= 6
    assert missed <= 2
    assert made == 0


def test_lines_that_did_not_run_together_stay_whole() -> None:
    assert not any(cut_texts(page(together=False).texts, statistics()))
    assert cut_texts((), statistics()) == []


def test_no_line_begins_or_ends_with_what_print_never_sets_there() -> None:
    texts = page(together=True).texts
    found = places(texts, np.zeros(len(texts), bool), statistics())
    assert len(found.line)
    for line, at in zip(found.line, found.place, strict=True):
        assert texts[line][at] not in NEVER_FIRST
        assert texts[line][at - 1] not in NEVER_LAST


def test_what_cannot_be_sure_enough_is_left_out_and_the_rest_is_the_same() -> None:
    texts = page(together=True).texts
    lefts = np.zeros(len(texts), bool)
    weights = np.array(list(WEIGHTS.values()), dtype=np.float32)
    every, some = (places(texts, lefts, statistics(), hopeful=least) for least in (None, 4.0))
    good = every.numbers @ weights > 4.0
    odds = {(int(i), int(j)): n for i, j, n in zip(some.line, some.place, some.numbers @ weights, strict=True)}
    assert good.any()
    assert len(some.line) < len(every.line)
    for i, j, one in zip(every.line[good], every.place[good], (every.numbers @ weights)[good], strict=True):
        assert odds[int(i), int(j)] == pytest.approx(one, abs=1e-4)


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_cuts_that_are_made_leave_the_others_where_they_were(share: float) -> None:
    seen = page(together=True)
    after, lefts = cut_some(seen, share, random.Random(1))
    assert "".join(after.texts) == "".join(seen.texts)
    assert sum(map(len, after.cuts)) + lefts.sum() == sum(map(len, seen.cuts))
    for text, where in zip(after.texts, after.cuts, strict=True):
        assert all(text[:at] in LEFT for at in where)
