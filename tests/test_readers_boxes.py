"""ALTO, PAGE XML, hOCR and METS: the same page in each of them is the same page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from banmian import default_pipeline, read_pages
from banmian.files import Refused, find
from banmian.layout import Box
from banmian.model import Issue, Page
from banmian.readers import Unreadable, pdf, read_issue, reader_of
from banmian.readers import alto as alto_reader
from banmian.readers.placing import Part, line_of
from exports import alto, hocr, page_xml
from sheets import BRIDGE, LIBRARY, OTHER, POND, Sheet, wrap

ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE alto [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>
<alto><Layout><Page><TextLine><String CONTENT="&b;"/></TextLine></Page></Layout></alto>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE PcGts [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<PcGts><Page><TextRegion><TextEquiv><Unicode>&a;</Unicode></TextEquiv></TextRegion></Page></PcGts>"""


def three_stories() -> Sheet:
    """A page with heads, columns, a rule, a picture with its caption, and a vertical head."""
    sheet = Sheet()
    sheet.line(40, 40, "沿河六村有了新桥", size=24)
    sheet.legs((40, 200), 80, wrap(BRIDGE, 14))
    sheet.rule(360, 40, 360, 500)
    sheet.line(380, 40, "新馆开门", size=20)
    sheet.column(380, 80, wrap(LIBRARY, 18))
    sheet.picture(40, 320, 180, 420)
    sheet.line(40, 430, "图为新桥通车。　王小河摄", font=OTHER)
    sheet.line(40, 520, "南山水库 提前蓄水", size=20)
    sheet.legs((40, 200, 360), 560, wrap(POND, 14))
    return sheet


@pytest.fixture(scope="module")
def printed() -> Page:
    return pdf.read(three_stories().pdf(), "page.pdf").pages[0]


def told(page: Page) -> list[tuple[object, ...]]:
    """What a page says, without where it is from."""
    done = default_pipeline()(page)
    return [
        (article.kicker, article.headline, article.deck, article.byline, article.people, article.blocks)
        for article in done.articles
    ] + [(item.role, item.text) for item in done.furniture]


WRITTEN: list[Callable[[Page], bytes]] = [
    alto,
    lambda page: alto(page, unit="mm10", version=2),
    lambda page: alto(page, version=3),
    page_xml,
    hocr,
]


@pytest.mark.parametrize("written", WRITTEN, ids=["alto", "alto-2-mm10", "alto-3", "page-xml", "hocr"])
def test_a_page_gives_the_same_articles_in_every_format(printed: Page, written: Callable[[Page], bytes]) -> None:
    again = read_issue(written(printed), "page.xml").pages[0]
    assert again.source.text == printed.source.text
    assert not again.flags
    assert told(again) == told(printed)
    assert len(told(printed)) >= 3


@pytest.mark.parametrize("written", [alto, page_xml, hocr])
def test_lines_stand_where_they_stood(printed: Page, written: Callable[[Page], bytes]) -> None:
    again = read_issue(written(printed), "page.xml").pages[0].layout
    before = printed.layout
    assert again is not None
    assert before is not None
    assert again.size == pytest.approx(before.size, abs=0.1)
    for one, two in zip(before.lines, again.lines, strict=True):
        assert two.box == pytest.approx(one.box, abs=0.02)
        assert two.chars == pytest.approx(one.chars, abs=0.02)
        assert (two.span, two.size, two.font, two.vertical) == (one.span, one.size, one.font, one.vertical)
    assert [box.left for box in again.rules] == pytest.approx([box.left for box in before.rules], abs=0.1)
    assert len(again.pictures) == len(before.pictures) == 1


@pytest.mark.parametrize(
    "data_of",
    [
        lambda page: alto(page, unit="pixel"),
        lambda page: page_xml(page, resolution=False),
        lambda page: hocr(page, resolution=False),
    ],
)
def test_pixels_of_no_known_size_are_those_of_300_dpi_and_the_page_says_so(
    printed: Page, data_of: Callable[[Page], bytes]
) -> None:
    page = read_issue(data_of(printed), "page.xml").pages[0]
    assert [flag.kind for flag in page.flags] == ["page.resolution-assumed"]
    assert page.layout is not None
    assert page.layout.size == pytest.approx((600, 800), abs=0.1)


def test_a_space_is_told_by_the_gap_between_chinese_words_not_by_the_file() -> None:
    def parts(gap: float) -> list[Part]:
        return [Part("记者", Box(0, 0, 20, 10)), Part("王五", Box(20 + gap, 0, 40 + gap, 10), space=True)]

    def reads(words: list[Part]) -> str:
        line = line_of(words)
        assert line is not None
        return line.text

    assert reads(parts(1)) == "记者王五"
    assert reads(parts(6)) == "记者 王五"
    latin = [Part("The", Box(0, 0, 15, 10)), Part("Times", Box(17.5, 0, 40, 10), space=True)]
    assert reads(latin) == "The Times"
    spaced_out = [Part(char, Box(20 * at, 0, 20 * at + 10, 10)) for at, char in enumerate("全力以赴")]
    assert reads(spaced_out) == "全力以赴"


def test_files_without_boxes_are_read_as_text_without_a_layout() -> None:
    rows = "".join(f'<TextLine><String CONTENT="{word}"/></TextLine>' for word in ("渡口通航", "今年以来"))
    page = alto_reader.read(f"<alto><Layout><Page>{rows}</Page></Layout></alto>".encode(), "a.xml").pages[0]
    assert page.source.text == "渡口通航\n今年以来"
    assert page.layout is None


def test_white_space_between_the_elements_of_hocr_is_none_of_the_page() -> None:
    def char(text: str, left: int) -> str:
        return f"<span class='ocrx_cinfo' title='x_bboxes {left} 0 {left + 10} 10; x_conf 90'>{text}</span>"

    chars = "\n      ".join(char(text, 10 * at) for at, text in enumerate("渡口通航"))
    word = f"<span class='ocrx_word' title='bbox 0 0 40 10; x_wconf 80'>\n      {chars}\n     </span>"
    line = f"<span class='ocr_line' title='bbox 0 0 40 10'>\n     {word}\n    </span>"
    page = read_issue(f"<html><div class='ocr_page' title='bbox 0 0 100 100'>{line}</div></html>".encode(), "x").pages[
        0
    ]
    assert page.source.text == "渡口通航"
    assert page.layout is not None
    assert page.layout.lines[0].chars == pytest.approx([at * 2.4 for at in range(5)], abs=0.01)
    assert page.layout.lines[0].confidence == pytest.approx(0.9)


def test_our_own_alto_is_read_again() -> None:
    from banmian.formats import alto as writer  # noqa: PLC0415

    page = default_pipeline()(Page.of("从 复 工 到 满 产\n本报讯（记者 王五）昨日，园区\n全面复工。\n"))
    again = read_issue(writer.dumps(page).encode(), "page.alto.xml").pages[0]
    assert "昨日，园区" in again.source.text
    assert again.layout is None


def test_a_region_of_page_xml_may_have_its_text_as_a_whole_and_an_order() -> None:
    def region(name: str, text: str, top: int) -> str:
        points = f"0,{top} 100,{top} 100,{top + 40} 0,{top + 40}"
        worse = '<TextEquiv index="1"><Unicode>没用</Unicode></TextEquiv>'
        better = f'<TextEquiv index="0"><Unicode>{text}</Unicode></TextEquiv>'
        return f'<TextRegion id="{name}"><Coords points="{points}"/>{worse}{better}</TextRegion>'

    order = '<RegionRefIndexed index="1" regionRef="a"/><RegionRefIndexed index="0" regionRef="b"/>'
    regions = region("a", "第二段", 100) + region("b", "第一行&#10;第二行", 0) + region("c", "最后", 150)
    data = (
        f'<PcGts><Page imageWidth="200" imageHeight="200"><ReadingOrder><OrderedGroup id="g">{order}</OrderedGroup>'
        f"</ReadingOrder>{regions}</Page></PcGts>"
    )
    page = read_issue(data.encode(), "p.xml").pages[0]
    assert page.source.text.split("\n") == ["第一行", "第二行", "第二段", "最后"]
    assert page.layout is not None
    assert [round(line.box.top) for line in page.layout.lines[:2]] == [0, 5]


def test_xml_in_the_encodings_of_china_is_read() -> None:
    rows = '<TextLine><String CONTENT="渡口通航"/></TextLine>'
    text = f'<?xml version="1.0" encoding="GB2312"?><alto><Layout><Page>{rows}</Page></Layout></alto>'
    for encoding in ("GB2312", "GBK", "gb18030", "Big5", "utf-16"):
        data = text.replace("GB2312", encoding).encode(encoding)
        assert read_issue(data, "p.xml").pages[0].source.text == "渡口通航", encoding


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (ENTITIES, r"^is XML that declares entities"),
        (OUTSIDE, r"^is XML that declares entities"),
        (b"<alto><Layout>", r"^is damaged XML \(line 1: no element found\); get the file again\.$"),
        (b"<alto/>", r"^is ALTO without any text"),
        (b"<PcGts/>", r"^is PAGE XML without any text"),
        (b"<html><div class='ocr_page'></div></html>", r"^is hOCR without any text"),
        (b"<mets/>", r"^is METS without pages of text"),
        (b"<?xml version='1.0'?><TEI/>", r"^is XML of a kind that is not read \(<TEI>\); banmian reads ALTO, METS"),
        (b"<!DOCTYPE html><html><p>\xe6\xb8\xa1</p></html>", r"^is HTML without the boxes of an OCR engine"),
        (b"<alto>" + b"<a>" * 300 + b"</a>" * 300 + b"</alto>", r"^is XML with more in it than a page can have"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(data: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why) as caught:
        read_issue(data, "page.xml")
    assert "\n" not in str(caught.value)


def test_a_text_that_opens_with_a_bracket_is_text() -> None:
    assert reader_of("<启事>本店迁址".encode()).name == "text"


# METS


def mets(*links: str, order: tuple[int, ...] = ()) -> str:
    files = "".join(
        f'<file ID="F{at}" MIMETYPE="text/xml"><FLocat LOCTYPE="URL" xlink:href="{link}"/></file>'
        for at, link in enumerate(links)
    )
    divs = "".join(
        f'<div TYPE="PAGE" ORDER="{order[at] if order else at + 1}"><fptr><area FILEID="F{at}"/></fptr></div>'
        for at in range(len(links))
    )
    return (
        '<mets xmlns="http://www.loc.gov/METS/" xmlns:xlink="http://www.w3.org/1999/xlink" '
        'xmlns:mods="http://www.loc.gov/mods/v3"><dmdSec><mods:title>渡口日报</mods:title>'
        "<mods:dateIssued>1936-05-28</mods:dateIssued></dmdSec>"
        f'<fileSec><fileGrp USE="ALTO">{files}</fileGrp></fileSec>'
        f'<structMap TYPE="PHYSICAL"><div>{divs}</div></structMap></mets>'
    )


def one_line(text: str) -> bytes:
    sheet = Sheet()
    sheet.line(50, 50, text)
    return alto(pdf.read(sheet.pdf(), "x.pdf").pages[0])


def issue_in(folder: Path) -> Path:
    (folder / "alto").mkdir()
    (folder / "alto" / "0001.xml").write_bytes(one_line("第二面的字"))
    (folder / "alto" / "0002.xml").write_bytes(one_line("第一面的字"))
    path = folder / "issue.mets.xml"
    path.write_text(mets("file://./alto/0001.xml", "alto/0002.xml", order=(2, 1)), encoding="utf-8")
    return path


def test_an_issue_has_its_pages_in_the_order_of_the_issue(tmp_path: Path) -> None:
    issue: Issue = read_pages(issue_in(tmp_path))
    assert [page.source.text for page in issue.pages] == ["第一面的字", "第二面的字"]
    assert [page.id for page in issue.pages] == ["issue.mets-001", "issue.mets-002"]
    assert (issue.paper, issue.date) == ("渡口日报", "1936-05-28")
    assert issue.pages[0].source.name == "0002.xml"


def test_in_a_folder_the_pages_of_an_issue_are_read_once(tmp_path: Path) -> None:
    path = issue_in(tmp_path)
    (tmp_path / "alone.xml").write_bytes(one_line("另一面"))
    found = [file if isinstance(file, Refused) else file.path for file in find([tmp_path])]
    assert found == [tmp_path / "alone.xml", path]


@pytest.mark.parametrize(
    "link", ["../secret.xml", "/etc/passwd.xml", "https://example.org/1.xml", "c:/x.xml", "file:///x.xml"]
)
def test_an_issue_takes_no_files_from_elsewhere(tmp_path: Path, link: str) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "secret.xml").write_bytes(one_line("秘密"))
    path = tmp_path / "in" / "issue.xml"
    path.write_text(mets(link), encoding="utf-8")
    with pytest.raises(Refused, match="is METS without pages of text"):
        read_pages(path)


def test_an_issue_that_lacks_a_page_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "issue.xml"
    path.write_text(mets("1.xml"), encoding="utf-8")
    with pytest.raises(Refused, match=r"names the page 1\.xml, which is not there; put it beside the METS file\.$"):
        read_pages(path)
    (tmp_path / "1.xml").write_bytes(b"<alto>")
    with pytest.raises(Refused, match=r"names the page 1\.xml, which is damaged XML"):
        read_pages(path)
    with pytest.raises(Unreadable, match="whose pages are files beside it"):
        read_issue(path.read_bytes(), "issue.xml")
