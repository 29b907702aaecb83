"""Recognition errors: those that are certain are put right, everything else stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from banmian import default_pipeline
from banmian.cli import app
from banmian.config import options_of, parse_pipeline, uncorrected
from banmian.corrections import CORRECTED, MISREAD, corrections, edits, look_alikes, misread
from banmian.fit.corrections import MADE, OPEN, REMOVED, judge
from banmian.fit.corrections import app as measuring
from banmian.language import statistics
from banmian.layout import Box, Layout, PageSize, PlacedLine
from banmian.model import Page
from banmian.stages.characters import Characters
from banmian.stages.corrections import Corrections
from banmian.trace import Edit, Span, Trace
from bench.accuracy import BENCH, have_bench


def corrected(text: str) -> str:
    trace = Trace(text)
    return trace.edit(edits(trace, statistics())).value


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("种了黄瓜丶豆角丶茄子", "种了黄瓜、豆角、茄子"),
        ("大桥于3月5曰通车", "大桥于3月5日通车"),
        ("2O20年，3l日，2l5人", "2020年，31日，215人"),
        ("二〇二○年春天", "二〇二〇年春天"),
        ("（图）（表）本报讯（记者林小禾)昨天，", "（图）（表）本报讯（记者林小禾）昨天，"),
        ("（图）（表）本报讯(记者林小禾）昨天，", "（图）（表）本报讯（记者林小禾）昨天，"),
        ("种了黄瓜丶豆角，他由衷感概：变化真大", "种了黄瓜、豆角，他由衷感慨：变化真大"),
    ],
)
def test_what_nobody_prints_is_put_right(text: str, right: str) -> None:
    assert corrected(text) == right


@pytest.mark.parametrize(
    "text",
    [
        "种了黄瓜、豆角、茄子",
        "大桥于3月5日通车，3目的不明",
        "CO2排放下降，5OK，iPhone",
        "二○二○年春天",
        "（今日谈）(CGAS)通路",
        "记者(林小禾)报道",
        "沈从文曾到曹家，太太说大伯喜欢犬",
        "达·芬奇：意大利画家",
        "",
        "\n丶\n",
    ],
)
def test_what_may_be_printed_stays(text: str) -> None:
    assert corrected(text) == text


def test_brackets_of_half_width_stay_where_the_page_has_no_others_and_where_no_engine_was() -> None:
    assert corrected("记者(林小禾)丶记者(王北川)") == "记者(林小禾)、记者(王北川)"
    assert corrected("（图）（表）（画）（字）（记者林小禾)(王北川)").endswith("（王北川）")
    assert corrected("（图）（表）（记者林小禾）(王北川)") == "（图）（表）（记者林小禾）(王北川)"


def test_words_must_be_surer_where_nothing_tells_of_an_engine() -> None:
    text = "他随若音乐起舞"
    (one,) = look_alikes(text, statistics(), recognised=True)
    assert (one.start, one.text) == (2, "着")
    assert not list(look_alikes(text, statistics()))
    assert corrections(text, statistics()) == []
    assert corrections(text, statistics(), recognised=True) == [one]


def test_a_strange_word_that_the_page_has_twice_stays_unless_an_engine_read_it() -> None:
    text = "他由哀地说：变化真大"
    assert [one.text for one in corrections(text, statistics())] == ["衷"]
    assert corrections(f"{text}\n{text}", statistics()) == []
    assert [one.start for one in corrections(f"{text}\n{text}", statistics(), recognised=True)] == [2, 13]


def test_what_an_engine_misreads_again_and_again_is_put_right_the_sooner() -> None:
    sure, likely = "截至日前，渡口正常\n修桥项日已经完工\n", "歌舞类节日有新意"
    assert corrections(likely, statistics(), recognised=True) == []
    assert [one.start for one in corrections(sure + likely, statistics(), recognised=True)] == [2, 13, 23]
    assert [one.start for one in corrections(sure[:10] + likely, statistics(), recognised=True)] == [2]
    assert corrections("村里一住就是儿个月", statistics(), recognised=True)[0].text == "几"


def test_an_engine_that_tells_how_sure_it_is_has_read_the_page() -> None:
    text = "（图）（表）（记者林小禾）(王北川)"
    page = Page.of(text)
    line = PlacedLine(Span(0, len(text)), Box(0, 0, 90, 10), 9, confidence=0.9)
    placed = Page(page.id, page.source, page.trace, layout=Layout(PageSize(100, 100), (line,)))
    assert Corrections()(page) is page
    assert Corrections()(placed).trace.value.endswith("（王北川）")


def test_each_correction_is_an_edit_with_its_evidence_and_the_page_says_where() -> None:
    page = Corrections()(Characters()(Page.of("种了黄瓜丶豆 角")))
    made = [edit for edit in page.trace.edits if edit.rule.startswith("corrections/")]
    assert [(edit.span, edit.text, edit.rule) for edit in made] == [(Span(4, 5), "、", "corrections/comma-stroke")]
    assert made[0].evidence.startswith("瓜丶: ")
    assert [(flag.kind, flag.spans) for flag in page.flags] == [(CORRECTED, (Span(4, 5),))]
    assert misread(page) == 1
    assert Corrections()(page).trace == page.trace


def test_a_character_that_was_edited_before_stays() -> None:
    trace = Trace("黄瓜X豆角").edit([Edit(Span(2, 3), "丶", "test/x")])
    assert edits(trace, statistics()) == []


def test_corrections_can_be_switched_off() -> None:
    page = Corrections(correct=False)(Page.of("种了黄瓜丶豆角"))
    assert page.trace == Page.of("种了黄瓜丶豆角").trace
    assert [(flag.kind, flag.spans) for flag in page.flags] == [(MISREAD, (Span(4, 5),))]
    assert misread(page) == 1
    assert Corrections(correct=False)(page) == page
    off = parse_pipeline("[stages.corrections]\ncorrect = false\n")
    assert off == uncorrected(default_pipeline())
    assert off.digest != default_pipeline().digest
    assert options_of(off.stages[1]) == {"correct": False}


@pytest.mark.parametrize("command", [["read", "-f", "txt"], ["show"]])
def test_the_commands_can_leave_errors_alone(command: list[str], tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text("市民种菜\n今年春天，市民在阳台上种了黄瓜丶豆角和茄子，长势很好。\n", encoding="utf-8")
    done = CliRunner().invoke(app, [*command, str(page)])
    left = CliRunner().invoke(app, [*command, str(page), "--no-correct"])
    assert done.exit_code == left.exit_code == 0
    assert "黄瓜、豆角" in "".join(done.stdout.split())
    assert "黄瓜丶豆角" in "".join(left.stdout.split())


def test_a_run_can_leave_errors_alone(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "page.txt").write_text("今年春天，市民在阳台上种了黄瓜丶豆角。\n", encoding="utf-8")
    arguments = ["run", str(tmp_path / "pages"), str(tmp_path / "out"), "--jobs", "1", "--no-correct"]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    assert "黄瓜丶豆角" in (tmp_path / "out" / "page.json").read_text(encoding="utf-8")


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_no_text_is_too_strange(text: str) -> None:
    page = Corrections()(Page.of(text))
    assert len(page.trace.value) == len(text)
    assert page.trace.undo() == text


def test_an_edit_is_judged_by_the_text_around_it() -> None:
    page = Page.of("种了黄瓜丶豆角和茄子")
    edit = Edit(Span(4, 5), "、", "r")
    assert judge(page, edit, "市民种了黄瓜、豆角和茄子\n") == REMOVED
    assert judge(page, edit, "市民种了黄瓜丶豆角和茄子\n") == MADE
    assert judge(page, edit, "球队昨晚赢了一场比赛\n") == OPEN


def test_pages_of_an_engine_lose_more_errors_than_they_gain_and_others_gain_none() -> None:
    if not have_bench():
        pytest.skip("there is no ../shared/bench, so there are no pages to count on")
    told = CliRunner().invoke(measuring, ["measure", str(BENCH / "dev" / "ocr")])
    removed, made, _ = (int(count) for count in told.stdout.splitlines()[-1].split()[1:])
    assert removed >= 50
    assert made <= 3
    for raw in ("pdfium", "pdftotext", "raw"):
        told = CliRunner().invoke(measuring, ["measure", str(BENCH / "dev"), "--raw", raw])
        assert told.stdout.splitlines()[-1].split()[1:] == ["0", "0", "0"]
