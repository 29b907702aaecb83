"""What holds for any page at all: nothing is lost, nothing is invented, nothing depends on chance."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import opencc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banmian import Page, account, raw_page, read, read_text, rebuild, restore
from banmian.formats import layers, page_json, text
from banmian.model import Furniture, Paragraph, Text
from banmian.stages import NAMES
from cases import Case, cases, pipeline

DEV = Path(__file__).parent.parent.parent / "shared" / "bench" / "dev"
_HAN = re.compile("[\u3400-\u9fff]")

# Bits of newspaper, of damage, and of what no page should have, in any order.
_BITS = st.sampled_from(
    [
        *"版面县春日一二三的了是，。、；：？！“”《》（）0123456789 \n\n\u3000",
        *(
            "本报讯（记者 周晓棠）",
            "新华社北京3月2日电",
            "据新华社",
            "通讯员 何佩兰",
            "（记者 贺小满）",
            "记者从市政府获悉，",
        ),
        *(
            "春茶采摘忙",
            "石 塘 公 路 贯 通",
            "——桐湾镇纪实",
            "\ufffd———",
            "“ ”",
            "左图：",
            "责任编辑：乔木",
            "第3版 要闻",
        ),
        *(
            "七十多名采茶女工已经散开在茶垄之间，\n指尖翻飞，嫩芽一把一把落进竹篓。\n",
            "3 9 6 6 1 2 0",
            "the Belt and Road",
        ),
        *(
            "\ufffd",
            "□",
            "口",
            "\ufeff",
            "\0",
            "\x0c",
            "\r\n",
            "\r",
            "\u2028",
            "\x85",
            "\udcff",
            "\ud83d",
            "\U0001f600",
            "\ue000",
        ),
        *("⼈", "\uf9d1", "\u200b", "\t", "——", "·", "…", "a", "Ａ", "１"),
    ]
)
pages = st.lists(_BITS | st.text(max_size=3), max_size=60).map("".join) | st.text(
    st.characters(codec=None), max_size=40
)

moderate = settings(max_examples=120, deadline=None)


@moderate
@given(pages)
def test_every_character_is_kept_rewritten_or_set_aside_exactly_once(raw: str) -> None:
    page = read_text(raw, pipeline=pipeline())
    assert [i for entry in account(page) for i in range(*entry.span)] == list(range(len(raw)))


@moderate
@given(pages)
def test_the_source_comes_back(raw: str) -> None:
    page = read_text(raw, pipeline=pipeline())
    assert page.trace.undo() == raw
    assert rebuild(page_json.dumps(page).encode("utf-8")) == page.source.data


@moderate
@given(pages)
def test_what_is_written_reads_back_equal(raw: str) -> None:
    page = read_text(raw, pipeline=pipeline())
    again = restore(page_json.loads(page_json.dumps(page)))
    assert (again.source, again.trace, again.furniture, again.flags) == (
        page.source,
        page.trace,
        page.furniture,
        page.flags,
    )
    assert page_json.dumps(again) == page_json.dumps(page)
    assert layers.loads(layers.dumps(page)) == page


@moderate
@given(pages)
def test_the_same_page_gives_the_same_result_whatever_was_read_before(raw: str) -> None:
    first = read_text(raw, pipeline=pipeline())
    read_text("另一版\n本报讯（记者 谭守义）与此无关。", pipeline=pipeline())
    assert read_text(raw, pipeline=pipeline()) == first


@moderate
@given(pages)
def test_no_han_character_is_there_that_is_neither_in_the_source_nor_in_an_edit(raw: str) -> None:
    page = read_text(raw, pipeline=pipeline())
    written = {char for edit in page.trace.edits for char in edit.text}
    assert set(_HAN.findall(text.dumps(page))) <= set(raw) | written


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=60, deadline=None)
@given(raw=pages)
def test_a_stage_run_twice_equals_a_stage_run_once(name: str, raw: str) -> None:
    page = Page.of(raw)
    for stage in pipeline().stages:
        page = stage(page)
        if stage.name == name:
            assert stage(page) == page
            return


@moderate
@given(pages)
def test_spans_lie_in_the_source_and_read_as_the_text(raw: str) -> None:
    page = read_text(raw, pipeline=pipeline())
    for article in page.articles:
        heads = [head for head in (article.kicker, article.headline, article.deck) if head]
        pieces: list[Text | Paragraph | Furniture] = [*heads, *article.blocks, *page.furniture]
        for piece in pieces:
            assert page.trace.read_all(piece.spans) == piece.text


# Metamorphic: what may be done to a page without changing its articles.


@cache
def _traditional() -> opencc.OpenCC:
    return opencc.OpenCC("s2t")


def structure(page: Page) -> list[object]:
    """Of each article its spans and the roles of its texts, but not the texts."""
    return [
        (
            [head and head.spans for head in (article.kicker, article.headline, article.deck, article.byline)],
            [(block.role, block.spans) for block in article.blocks],
            [(len(person.name), person.role) for person in article.people],
        )
        for article in page.articles
    ]


SIMPLIFIED = [case for case in cases() if not {"traditional", "Big5"} & set(case.about["what"])]


@pytest.mark.parametrize("case", SIMPLIFIED, ids=lambda case: case.name)
def test_both_scripts_get_the_same_structure(case: Case) -> None:
    printed = case.read().source.text
    other = "".join(_traditional().convert(char) for char in printed)
    assert len(other) == len(printed)
    assert structure(read_text(other, pipeline=pipeline())) == structure(case.read())


SURE = [case for case in cases() if not case.known_failure and case.page.suffix == ".txt"]


@pytest.mark.parametrize("case", SURE, ids=lambda case: case.name)
def test_line_ends_do_not_matter(case: Case) -> None:
    printed = re.sub(r"\r\n?", "\n", case.read().source.text)
    for end in ("\r\n", "\r"):
        other = read_text(printed.replace("\n", end), pipeline=pipeline())
        assert text.dumps(other) == text.dumps(case.read())


@pytest.mark.parametrize("case", SURE, ids=lambda case: case.name)
def test_a_folio_more_changes_no_article(case: Case) -> None:
    printed = case.read().source.text.removeprefix("\ufeff")
    other = read_text(f"2021年6月5日 星期六\n第7版 综合\n\n{printed}", pipeline=pipeline())
    assert text.dumps(other) == text.dumps(case.read())


@pytest.mark.parametrize("case", SURE, ids=lambda case: case.name)
def test_wider_gaps_between_frames_change_no_article(case: Case) -> None:
    printed = re.sub(r"\r\n?", "\n", case.read().source.text)
    other = read_text(printed.replace("\n\n", "\n\n\n \n"), pipeline=pipeline())
    assert text.dumps(other) == text.dumps(case.read())


# Not by chance


def test_the_hash_seed_does_not_matter(tmp_path: Path) -> None:
    whole, fixtures = cases()[0].folder.parent.parent, tmp_path / "fixtures"
    shutil.copytree(whole, fixtures, ignore=shutil.ignore_patterns("fit", "printed"))  # three times takes minutes
    for printed in sorted(whole.rglob("*.pdf"))[:4]:
        shutil.copy(printed, fixtures)
    results = []
    for seed in ("0", "1", "4711"):
        out = tmp_path / seed
        command: list[str | Path] = [sys.executable, "-m", "banmian", "read", fixtures, "-o", out]
        subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": seed}, check=True, capture_output=True)
        results.append({path.relative_to(out): path.read_bytes() for path in sorted(out.rglob("*.json"))})
    files = [path for path in fixtures.rglob("*") if path.suffix in (".txt", ".xml", ".pdf")]
    assert len(results[0]) == len(files) > len(cases())
    assert results[0] == results[1] == results[2]


def test_pages_alone_and_in_a_stream_come_out_alike() -> None:
    paths = [case.page for case in cases()]
    stream = list(pipeline().stream(raw_page(path) for path in paths))
    assert [page.articles for page in stream if isinstance(page, Page)] == [case.read().articles for case in cases()]


# Pages of others


def _suites() -> list[Path]:
    return sorted({path.parent for path in DEV.rglob("*.txt")}) if DEV.is_dir() else []


@pytest.mark.parametrize("folder", _suites() or [DEV], ids=lambda path: path.relative_to(DEV).as_posix())
def test_the_pages_for_checking_come_back_byte_for_byte(folder: Path) -> None:
    if not DEV.is_dir():
        assert os.environ.get("CI") != "true", f"CI checks these pages, and {DEV} is not there"
        pytest.skip(f"{DEV} is not there: no pages but those of fixtures/ are checked")
    for path in sorted(folder.glob("*.txt")):
        page = read(path, pipeline=pipeline())
        assert page.stages == NAMES
        assert [i for entry in account(page) for i in range(*entry.span)] == list(range(len(page.source.text)))
        assert rebuild(page_json.dumps(page)) == path.read_bytes()
