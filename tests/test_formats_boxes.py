"""PAGE XML, hOCR and the picture of a page: what they say of where things stand."""

from __future__ import annotations

import os
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from banmian import default_pipeline
from banmian.cli import app
from banmian.formats import hocr, page_xml, picture
from banmian.formats.registry import WRITERS
from banmian.model import Page
from banmian.readers import pdf, read_issue
from sheets import BRIDGE, LIBRARY, Sheet, wrap

SCHEMA = Path(__file__).parents[2] / "shared" / "schemas" / "page.xsd"
RAW = "从 复 工 到 满 产\n本报讯（记者 王五）昨日，园区\n全面复工。\n"


def sheet() -> Sheet:
    made = Sheet()
    made.line(40, 40, "沿河六村有了新桥", size=24)
    made.legs((40, 200), 80, wrap(BRIDGE, 14))
    made.rule(360, 40, 360, 500)
    made.line(380, 40, "新馆开门", size=20)
    made.column(380, 80, wrap(LIBRARY, 18))
    made.picture(40, 420, 180, 520)
    return made


@pytest.fixture(scope="module")
def printed() -> Page:
    return default_pipeline()(pdf.read(sheet().pdf(), "page.pdf").pages[0])


@pytest.fixture(scope="module")
def raw() -> Page:
    return default_pipeline()(Page.of(RAW))


def names(text: str, tag: str) -> list[ElementTree.Element]:
    return [each for each in ElementTree.fromstring(text.encode()).iter() if each.tag.rpartition("}")[2] == tag]


def test_page_xml_is_valid(printed: Page, raw: Page) -> None:
    if not SCHEMA.exists():
        assert not os.environ.get("CI"), "the schemas must be there"
        pytest.skip("no ../shared/schemas here")
    from lxml import etree  # noqa: PLC0415  only this test needs it

    schema = etree.XMLSchema(etree.parse(SCHEMA))
    for page in (printed, raw, default_pipeline()(Page.of(""))):
        schema.assertValid(etree.fromstring(page_xml.dumps(page).encode()))


def test_page_xml_has_the_articles_in_reading_order_and_where_they_stand(printed: Page) -> None:
    text = page_xml.dumps(printed)
    groups = names(text, "OrderedGroup")
    assert len(groups) == len(printed.articles) == 2
    regions = {region.get("id"): region for region in names(text, "TextRegion")}
    first = [regions[ref.get("regionRef")] for ref in groups[0]]
    assert [re.search(r"type:(\w+)", region.get("custom") or "")[1] for region in first] == [  # type: ignore[index]
        "headline",
        *["paragraph"] * 3,
    ]
    left, top, *_ = map(int, re.findall(r"\d+", first[0][0].get("points") or ""))
    assert (left, top) == pytest.approx((40 * 300 / 72, 40 * 300 / 72), abs=20)
    assert len(names(text, "SeparatorRegion")) == len(names(text, "ImageRegion")) == 1


@pytest.mark.parametrize("writer", [page_xml, hocr])
def test_what_is_written_is_read_again_with_its_boxes(printed: Page, writer: object) -> None:
    again = read_issue(writer.dumps(printed).encode(), "x").pages[0]  # type: ignore[attr-defined]
    assert again.layout is not None
    assert printed.layout is not None
    assert sorted(again.source.text.replace("\n", "")) == sorted(printed.source.text.replace("\n", ""))
    assert again.layout.size == pytest.approx(printed.layout.size, abs=0.5)
    tops = sorted(line.box.top for line in printed.layout.lines)
    assert sorted(line.box.top for line in again.layout.lines) == pytest.approx(tops, abs=0.3)


def test_a_page_of_raw_text_gets_no_boxes(raw: Page) -> None:
    assert set(re.findall(r'points="([^"]*)"', page_xml.dumps(raw))) == {"0,0 0,0"}
    assert "bbox" not in hocr.dumps(raw)
    assert "从复工到满产" in hocr.dumps(raw)
    with pytest.raises(picture.NoPlaces, match="has no boxes: nothing tells where its lines stand"):
        picture.dumps(raw)


def test_the_formats_are_offered() -> None:
    assert WRITERS["page-xml"].load() is page_xml.dumps
    assert WRITERS["hocr"].load() is hocr.dumps


def test_the_picture_of_a_page_numbers_each_story_in_one_colour(printed: Page) -> None:
    text = picture.dumps(printed)
    labels = [each.text for each in names(text, "text") if re.fullmatch(r"[A-Z]\d+", each.text or "")]
    assert labels == ["A1", "A2", "A3", "A4", "B1", "B2", "B3", "B4"]
    outlined = [each for each in names(text, "rect") if each.get("fill-opacity")]
    told = {each[0].text: each.get("stroke") for each in outlined}
    assert len({colour for what, colour in told.items() if (what or "").startswith("A")}) == 1
    assert len(set(told.values())) == 2
    assert any("headline: 沿河六村有了新桥" in (what or "") for what in told)


def test_show_draws_the_page_into_a_file(tmp_path: Path) -> None:
    (tmp_path / "page.pdf").write_bytes(sheet().pdf())
    drawing = tmp_path / "page.svg"
    result = CliRunner().invoke(app, ["show", str(tmp_path / "page.pdf"), "--image", str(drawing)])
    assert (result.exit_code, result.stderr, result.stdout) == (0, "", "")
    text = drawing.read_text(encoding="utf-8")
    assert "data:image/jpeg;base64," in text
    assert ElementTree.fromstring(text.encode()).get("viewBox") == "0 0 600 800"


def test_show_draws_every_page_of_a_file(tmp_path: Path) -> None:
    made = sheet()
    made.next_page()
    made.line(50, 50, "第二面的字")
    (tmp_path / "issue.pdf").write_bytes(made.pdf())
    result = CliRunner().invoke(app, ["show", str(tmp_path / "issue.pdf"), "--image", str(tmp_path / "o.svg")])
    assert result.exit_code == 0
    assert sorted(path.name for path in tmp_path.glob("*.svg")) == ["o-001.svg", "o-002.svg"]


@pytest.mark.parametrize(
    ("args", "code", "why"),
    [
        (("page.txt", "x.png"), 1, "x.png: pictures are written as SVG; give it a name that ends in .svg"),
        (("page.txt", "x.svg"), 2, "page: has no boxes: nothing tells where its lines stand; show it without --image"),
        (("none.txt", "x.svg"), 2, "none.txt: no such file or folder."),
    ],
)
def test_show_says_why_it_draws_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: tuple[str, str], code: int, why: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("page.txt").write_text(RAW, encoding="utf-8")
    result = CliRunner().invoke(app, ["show", args[0], "--image", args[1]])
    assert result.exit_code == code
    assert result.stderr == f"banmian: {why}\n"
    assert not Path("x.svg").exists()
