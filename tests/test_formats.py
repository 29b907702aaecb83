"""Page JSON, Markdown, plain text, the picture for the terminal, and pages between stages."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from banmian import Page, read_text
from banmian.config import load_pipeline
from banmian.formats import FormatError, layers, markdown, page_json, terminal, text
from banmian.layout import Box
from banmian.model import (
    Article,
    Block,
    Dateline,
    Flag,
    Furniture,
    Line,
    Paragraph,
    Person,
    PersonRole,
    Role,
    Text,
)
from banmian.trace import Span


@pytest.fixture
def page(page_text: str, config: Path) -> Page:
    """A small page with its articles."""
    return read_text(page_text, page_id="p3", pipeline=load_pipeline(config))


def full_page() -> Page:
    """A page with a value in every place."""
    span = (Span(0, 2), Span(3, 4))
    article = Article(
        id="a1",
        headline=Text("主题", span),
        kicker=Text("引题", span),
        deck=Text("——副题", span),
        byline=Text("本报记者 王五", span),
        dateline=Dateline("据新华社北京3月2日电", "新华社", "北京", "3月2日", "电", abridged=True),
        people=(Person("王五", PersonRole.REPORTER),),
        blocks=(
            Paragraph(Role.LEAD, "1. 导语", span),
            Paragraph(Role.SUBHEAD, "小标题", span),
            Paragraph(Role.CAPTION, "图为*现场*", span),
        ),
        confidence=0.4,
        flags=(Flag("head.repaired", "稳", span),),
    )
    line = Line(Span(0, 2), 3, "主题", 2.0, gap=True, role=Role.HEADLINE, odds=1.5, box=Box(0.0, 1.0, 2.0, 3.0))
    return replace(
        Page.of("主题\n文", id="p1"),
        lines=(line,),
        blocks=(Block(Role.HEADLINE, (line,), ends=False, confidence=0.25),),
        articles=(article, Article(id="a2", confidence=1.0)),
        furniture=(Furniture(Role.FOLIO, "第3版", span),),
        flags=(Flag("page.mixed"),),
        stages=("lines",),
    )


def test_page_json_has_these_keys_in_this_order() -> None:
    value = json.loads(page_json.dumps(full_page(), config="abc"))
    assert list(value) == ["schema", "id", "source", "articles", "furniture", "flags", "edits", "pipeline"]
    assert list(value["source"]) == ["name", "sha256", "encoding", "chars"]
    article = value["articles"][0]
    assert list(article) == [
        "id", "kicker", "headline", "deck", "byline", "dateline", "people", "blocks", "confidence", "flags", "spans",
    ]  # fmt: skip
    assert article["spans"] == {key: [[0, 2], [3, 4]] for key in ("kicker", "headline", "deck", "byline")}
    assert article["dateline"] == {
        "text": "据新华社北京3月2日电",
        "agency": "新华社",
        "place": "北京",
        "date": "3月2日",
        "kind": "电",
        "abridged": True,
    }
    assert article["people"] == [{"name": "王五", "role": "reporter"}]
    assert article["blocks"][1] == {"role": "subhead", "text": "小标题", "spans": [[0, 2], [3, 4]]}
    assert value["articles"][1]["dateline"] is None
    assert value["pipeline"] == {"version": "0.1.0", "config": "abc", "stages": ["lines"]}


def test_page_json_reads_back_as_it_was_written() -> None:
    page = full_page()
    record = page_json.loads(page_json.dumps(page))
    assert (record.articles, record.furniture, record.flags) == (page.articles, page.furniture, page.flags)


def test_edits_that_are_alike_stand_in_the_log_once(page: Page) -> None:
    edits = json.loads(page_json.dumps(page))["edits"]
    assert edits[0] == {"rule": "standin/space", "was": " ", "now": "", "at": [3, 9, 11, 13, 15, 17]}
    assert [edit["rule"] for edit in edits] == ["standin/space", "standin/break", "standin/join", "standin/join"]


def test_both_layouts_of_page_json_say_the_same(page: Page) -> None:
    lines, line = page_json.dumps(page), page_json.dumps(page, one_line=True)
    assert json.loads(lines) == json.loads(line)
    assert line.count("\n") == 1
    assert any(row.strip().startswith('{"role": "paragraph", "text": ') for row in lines.splitlines())


def test_the_numbers_of_a_confidence_are_few() -> None:
    page = replace(Page.of(""), articles=(Article("a1", confidence=1 / 3),))
    assert json.loads(page_json.dumps(page))["articles"][0]["confidence"] == 0.3333


def test_a_byte_that_could_not_be_decoded_is_escaped_in_json() -> None:
    page = replace(Page.of("坏\udcff"), furniture=(Furniture(Role.UNPLACED, "坏\udcff", (Span(0, 2),)),))
    written = page_json.dumps(page)
    assert '"坏\\udcff"' in written
    assert json.loads(written.encode("utf-8"))["furniture"][0]["text"] == "坏\udcff"


def test_layers_carry_a_whole_page(page: Page) -> None:
    for each in (page, full_page(), Page.of("")):
        line = layers.dumps(each)
        assert line.count("\n") == 1
        assert layers.loads(line) == each
        assert layers.is_layers(line.encode())


@given(st.text(st.characters() | st.sampled_from("\udcff\u2028\r\n"), max_size=20))
def test_layers_carry_any_decoded_text(text: str) -> None:
    page = Page.of(text)
    assert layers.loads(layers.dumps(page).encode("utf-8")) == page


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("{", "^is not JSON"),
        ("[]", "^is of schema None; a stage reads 'banmian.layers/1' or raw text$"),
        ('{"schema": "banmian.page/1"}', "^is of schema 'banmian.page/1'"),
        ('{"schema": "banmian.layers/1", "id": 3}', "^page.id must be of type str, and is 3$"),
        ('{"schema": "banmian.layers/1", "id": "p"}', "^page lacks fields: .*'source' and 'trace'"),
        ('{"schema": "banmian.layers/1", "line": []}', "^page must be an object of id, source, trace, lines"),
        ('{"schema": "banmian.layers/1", "lines": 3}', "^page.lines must be a list$"),
        (
            '{"schema": "banmian.layers/1", "furniture": [{"role": "x"}]}',
            r"^page.furniture\[0\].role is 'x', which is none of body, ",
        ),
        (
            '{"schema": "banmian.layers/1", "flags": [{"kind": "x", "spans": [[1]]}]}',
            r"^page.flags\[0\].spans\[0\] must be a list of start, end$",
        ),
    ],
)
def test_layers_of_another_form_are_refused_with_the_place(value: str, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        layers.loads(value)


def test_markdown_is_pleasant_to_read() -> None:
    assert markdown.dumps(full_page()) == (
        "# p1\n\n"
        "**引题**\n\n## 主题\n\n**——副题**\n\n*本报记者 王五*\n\n> confidence 0.40\n\n> head.repaired: 稳\n\n"
        "1\\. 导语\n\n### 小标题\n\n> *图为\\*现场\\**\n\n"
        "## (a2)\n\n> page.mixed\n\n---\n\n*folio*: 第3版\n"
    )


def test_plain_text_has_the_articles_and_nothing_else(page: Page) -> None:
    assert text.dumps(page) == (
        "从复工到满产\n记者王五\n\n本报讯（记者王五）昨日，园区全面复工。\n\n\n暖心事\n\n老人过马路，众人让行。\n"
    )
    assert text.dumps(Page.of("")) == ""


@pytest.mark.parametrize("width", [40, 80, 200])
def test_the_picture_fits_the_terminal_and_needs_no_colour(page: Page, width: int) -> None:
    console = Console(file=io.StringIO(), width=width)
    with console.capture() as capture:
        console.print(terminal.picture(page))
    shown = capture.get()
    assert "\x1b" not in shown
    assert all(console.measure(row).maximum <= width for row in shown.splitlines())
    rows = shown.splitlines()
    assert any(" A 从 复 工" in row for row in rows)
    assert any(" A 从复工到满产" in row for row in rows)
    assert any(" · 第3版 要闻" in row for row in rows)
    assert width < 80 or "…" not in shown


def test_the_picture_gives_an_article_one_colour_on_both_sides(page: Page) -> None:
    console = Console(file=io.StringIO(), width=80, force_terminal=True, color_system="standard")
    with console.capture() as capture:
        console.print(terminal.picture(page))
    assert capture.get().count("\x1b[33mB 暖心事") + capture.get().count("\x1b[1;33mB 暖心事") == 2


def test_the_picture_lets_no_control_character_through() -> None:
    page = read_text("\x1b[31m红\x07\udcff", pipeline=lambda page: page)  # type: ignore[arg-type]
    console = Console(file=io.StringIO(), width=80)
    with console.capture() as capture:
        console.print(terminal.picture(page))
    assert not set("\x1b\x07\udcff") & set(capture.get())
