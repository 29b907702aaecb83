"""Pipelines: their order is checked when they are built, and a stream goes on after a failure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import pytest

from banmian import Failed, Page, Pipeline
from banmian.stage import Layer, Stage, StageOrderError


@dataclass(frozen=True, slots=True)
class First:
    """Fail on a page that says so."""

    name: ClassVar[str] = "first"
    requires: ClassVar[frozenset[Layer]] = frozenset()
    provides: ClassVar[frozenset[Layer]] = frozenset({Layer.CHARACTERS, Layer.LINES})

    def __call__(self, page: Page, /) -> Page:
        if page.source.text == "坏":
            raise ValueError("bad page")
        return page


@dataclass(frozen=True, slots=True)
class Second:
    """Need what First makes."""

    name: ClassVar[str] = "second"
    requires: ClassVar[frozenset[Layer]] = frozenset({Layer.LINES, Layer.CHARACTERS})
    provides: ClassVar[frozenset[Layer]] = frozenset({Layer.BLOCKS})

    def __call__(self, page: Page, /) -> Page:
        return page


def test_a_stage_is_a_stage_without_inheriting_anything() -> None:
    assert isinstance(First(), Stage)
    assert First() == First()


def test_an_impossible_order_cannot_be_built() -> None:
    message = r"^stage 'second' needs \[characters, lines\], which no earlier stage provides$"
    with pytest.raises(StageOrderError, match=message):
        Pipeline((Second(), First()))
    Pipeline((First(), Second()))


def test_a_page_remembers_its_stages() -> None:
    assert Pipeline((First(), Second()))(Page.of("好")).stages == ("first", "second")


def test_a_pipeline_lets_an_exception_through() -> None:
    with pytest.raises(ValueError, match="bad page"):
        Pipeline((First(),))(Page.of("坏"))


def test_a_stream_gives_one_result_a_page_in_order_failures_included() -> None:
    pages = [Page.of(text, id=f"p{i}") for i, text in enumerate(["好", "坏", "好"])]
    good, bad, last = Pipeline((First(), Second())).stream(pages)
    assert isinstance(good, Page)
    assert isinstance(last, Page)
    assert (good.id, last.id) == ("p0", "p2")
    assert isinstance(bad, Failed)
    assert (bad.page_id, bad.stage, str(bad.error)) == ("p1", "first", "bad page")


def test_a_stream_is_lazy() -> None:
    taken: list[str] = []

    def pages() -> Iterator[Page]:
        for text in "一二三":
            taken.append(text)
            yield Page.of(text)

    stream = Pipeline((First(),)).stream(pages())
    assert taken == []
    next(stream)
    assert taken == ["一"]
