"""Every character is accounted for, and a result gives its source back."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banmian import Damaged, Edit, Page, Span, account, read_text, rebuild
from banmian.config import parse_pipeline
from banmian.formats import FormatError, page_json
from banmian.ledger import Entry, Fate, restore
from banmian.model import Article, Furniture, Paragraph, Role, Text
from banmian.stage import Pipeline

pytestmark = pytest.mark.usefixtures("plugin")


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    """The stand-in stages."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(__file__.replace("test_rebuild.py", "plugin"))
        return parse_pipeline('[pipeline]\nstages = ["standin"]\n[stages.standin]\nkinds = []\n')


@pytest.fixture
def page(page_text: str, pipeline: Pipeline) -> Page:
    """A page with its articles."""
    return read_text(page_text, pipeline=pipeline)


@pytest.fixture
def record(page: Page) -> dict[str, Any]:
    """The page JSON of the page, to be damaged."""
    value: dict[str, Any] = json.loads(page_json.dumps(page))
    return value


def test_a_result_gives_its_source_back(page: Page, page_text: str) -> None:
    text = page_json.dumps(page)
    assert rebuild(text) == page_text.encode()
    assert rebuild(text.encode()) == page_text.encode()
    assert rebuild(json.loads(text)) == page_text.encode()
    assert page_text not in text


def test_a_record_gives_an_equal_page_back(page: Page) -> None:
    assert restore(page_json.loads(page_json.dumps(page))) == page


def test_every_character_has_one_fate(page: Page) -> None:
    entries = account(page)
    assert [i for entry in entries for i in range(*entry.span)] == list(range(len(page.source.text)))
    assert {entry.fate for entry in entries} == set(Fate)
    assert entries[0] == Entry(Span(0, 3), Fate.ASIDE, "furniture/0")
    assert Entry(Span(3, 4), Fate.REWRITTEN, "standin/space") in entries


def test_a_byline_inside_of_a_paragraph_counts_once(page: Page) -> None:
    byline = page.articles[0].byline
    assert byline is not None
    assert not any(entry.where.endswith("byline") for entry in account(page))
    alone = replace(page, articles=(replace(page.articles[0], blocks=()), *page.articles[1:]))
    with pytest.raises(Damaged, match="are in no text and no edit"):
        account(alone)


def test_a_byline_of_its_own_is_kept_by_the_byline() -> None:
    page = Page.of("记者王五")
    page = replace(page, articles=(Article("a1", byline=Text("记者王五", (Span(0, 4),))),))
    assert account(page) == (Entry(Span(0, 4), Fate.KEPT, "a1/byline"),)
    assert rebuild(page_json.dumps(page)) == "记者王五".encode()


def test_what_a_repair_inserts_is_in_the_text_and_not_in_the_source() -> None:
    page = Page.of("全力以“”换")
    page = replace(
        page,
        trace=page.trace.edit([Edit(Span(4, 4), "稳", "repair/head", "body: 全力以“稳”换")]),
        articles=(Article("a1", headline=Text("全力以“稳”换", (Span(0, 6),))),),
    )
    text = page_json.dumps(page)
    assert rebuild(text) == "全力以“”换".encode()
    assert '"evidence": "body: 全力以“稳”换"' in text
    assert restore(page_json.loads(text)).trace == page.trace


def test_an_insertion_at_the_very_end_belongs_to_the_last_text() -> None:
    page = Page.of("全文")
    page = replace(
        page,
        trace=page.trace.edit([Edit(Span(2, 2), "。", "repair/stop")]),
        furniture=(Furniture(Role.UNPLACED, "全文。", (Span(0, 2),)),),
    )
    assert rebuild(page_json.dumps(page)) == "全文".encode()


def test_an_edit_may_reach_over_the_end_of_its_span() -> None:
    page = Page.of("甲-\n乙丙")
    page = replace(
        page,
        trace=page.trace.edit([Edit(Span(1, 4), "一", "made/over")]),
        articles=(Article("a1", blocks=(Paragraph(Role.PARAGRAPH, "甲一丙", (Span(0, 3), Span(3, 5))),)),),
    )
    assert [entry.span for entry in account(page)] == [(0, 1), (1, 4), (4, 5)]
    assert rebuild(page_json.dumps(page)) == "甲-\n乙丙".encode()


@given(text=st.text(st.characters(codec=None) | st.sampled_from(" \n第记者张王五\udcff\ufeff\r\x00"), max_size=60))
def test_any_text_comes_back_byte_for_byte(pipeline: Pipeline, text: str) -> None:
    page = read_text(text, pipeline=pipeline)
    written = page_json.dumps(page).encode("utf-8")
    assert rebuild(written) == page.source.data
    assert [i for entry in account(page) for i in range(*entry.span)] == list(range(len(text)))


def test_surrogates_that_json_would_make_one_character_come_back() -> None:
    page = read_text("\ud83d \ude00", pipeline=parse_pipeline('[pipeline]\nstages = ["standin"]\n'))
    assert page.articles[0].headline == Text("\ud83d\ude00", (Span(0, 3),))
    assert rebuild(page_json.dumps(page)) == "\ud83d \ude00".encode("utf-16-le", "surrogatepass")


def test_a_changed_text_is_found_out(record: dict[str, Any]) -> None:
    record["articles"][1]["headline"] = "暖人事"
    with pytest.raises(Damaged, match="has another sha256 than the record says"):
        rebuild(record)


def test_a_shortened_text_is_found_out(record: dict[str, Any]) -> None:
    record["articles"][1]["headline"] = "暖心"
    with pytest.raises(Damaged, match="^a2/headline is 2 characters long; its spans and edits make 3$"):
        rebuild(record)


def test_a_lost_text_is_found_out(record: dict[str, Any]) -> None:
    del record["furniture"][0]
    with pytest.raises(Damaged, match="^characters 0 to 3 are in no text and no edit$"):
        rebuild(record)


def test_a_doubled_text_is_found_out(record: dict[str, Any]) -> None:
    record["furniture"] *= 2
    with pytest.raises(Damaged, match="^character 0 is counted twice, the second time in furniture/1$"):
        rebuild(record)


def test_a_lost_edit_is_found_out(record: dict[str, Any]) -> None:
    record["edits"] = [edit for edit in record["edits"] if edit["rule"] != "standin/join"]
    with pytest.raises(Damaged, match="^a1/blocks/0 is 19 characters long; its spans and edits make 21$"):
        rebuild(record)


def test_an_edit_whose_text_is_not_there_is_found_out(record: dict[str, Any]) -> None:
    record["edits"][0]["now"] = "x"
    with pytest.raises(Damaged, match="^a1/headline does not have what standin/space wrote at 9$"):
        rebuild(record)


def test_an_edit_outside_of_the_source_is_found_out(record: dict[str, Any]) -> None:
    record["edits"][0]["at"].append(5000)
    with pytest.raises(Damaged, match="^standin/space has characters up to 5001 of a source of "):
        rebuild(record)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (
            ["schema"],
            "banmian.page/9",
            "is of schema 'banmian.page/9'; this is banmian 0.1.0, which reads 'banmian.page/1'",
        ),
        (["source", "chars"], "many", "source.chars must be a whole number"),
        (["articles"], {}, "articles must be a list"),
        (["articles", 0], [], "articles[0].spans"),
        (["articles", 0, "headline"], 3, "articles[0].headline must be a text"),
        (["articles", 0, "confidence"], None, "articles[0].confidence must be a number"),
        (["articles", 0, "blocks", 0, "role"], "head", "articles[0].blocks[0].role is 'head', which is none of body, "),
        (["articles", 0, "blocks", 0, "spans", 0], [3, 1], "articles[0].blocks[0].spans[0] is no span: [start, end]"),
        (["furniture", 0], {}, "furniture[0] has no 'role'"),
        (["edits", 0, "at", 0], 1.5, "edits[0].at[0] must be a whole number"),
    ],
)
def test_a_record_of_another_form_is_refused_with_the_place(
    record: dict[str, Any], path: list[str | int], value: object, message: str
) -> None:
    place: Any = record
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    if message == "articles[0].spans":
        message = "articles[0] must be an object"
    with pytest.raises(FormatError, match=re.escape(message)):
        rebuild(record)


@pytest.mark.parametrize("text", ["", "本报讯", "[1, 2", "\ufeff{}"])
def test_what_is_not_json_is_refused(text: str) -> None:
    with pytest.raises(FormatError, match="^is not JSON: "):
        rebuild(text)


def test_a_page_whose_text_differs_from_its_spans_is_found_out(page: Page) -> None:
    wrong = replace(page.articles[1], headline=Text("暖人事", (Span(31, 34),)))
    with pytest.raises(Damaged, match="does not read as characters"):
        account(replace(page, articles=(page.articles[0], wrong)))
