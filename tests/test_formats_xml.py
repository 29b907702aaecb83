"""ALTO, METS and TEI: valid by their schemas for any page, and nothing of a page is missing from them."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from banmian import Issue, Page, join_jumps
from banmian.formats import alto, mets, tei
from banmian.formats.pieces import own_byline, pieces
from banmian.formats.xml import ILLEGAL, element, name_of, text, visible
from banmian.layout import Box
from banmian.model import Article, Line, Paragraph, Person, PersonRole, Role, Text
from banmian.trace import Span, Trace
from cases import CASES_FOR_FORMATS
from made_issues import NAMES, issue_of, issues, pages

SCHEMAS = Path(__file__).parent.parent.parent / "shared" / "schemas"
A, M, T = (f"{{{name}}}" for name in (alto.NAMESPACE, "http://www.loc.gov/METS/", "http://www.tei-c.org/ns/1.0"))
MODS = "{http://www.loc.gov/mods/v3}"
XLINK = "{http://www.w3.org/1999/xlink}"
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"

any_page = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)


class _Local(etree.Resolver):  # type: ignore[misc]  # lxml ships no types
    """The schema of XLink is where the others are, and not on the network."""

    def resolve(self, url: str, public: str, context: Any) -> Any:  # noqa: ARG002  lxml calls it so
        return self.resolve_filename(str(SCHEMAS / "xlink.xsd"), context) if url.endswith("xlink.xsd") else None


@cache
def schema(name: str) -> Any:
    """A schema of ../shared/schemas."""
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Local())
    tree = etree.parse(SCHEMAS / name, parser)
    return etree.RelaxNG(tree) if name.endswith(".rng") else etree.XMLSchema(tree)


def valid(written: str, name: str) -> Any:
    """The XML, which must be valid where there is the schema; with CI=true there has to be."""
    tree = etree.fromstring(written.encode("utf-8"))
    if SCHEMAS.is_dir():
        schema(name).assertValid(tree)
    elif os.environ.get("CI"):
        pytest.fail("CI must validate XML, and there is no ../shared/schemas")
    return tree


ALTO, METS, TEI = "alto-4-4.xsd", "mets.xsd", "tei_all-4.3.0.rng"
every = pytest.mark.parametrize("name", NAMES)


def test_the_schemas_are_there() -> None:
    """Without them the other tests of this file only see that the XML is well-formed."""
    if not SCHEMAS.is_dir():
        pytest.skip("there is no ../shared/schemas, so no XML is validated")
    assert all((SCHEMAS / name).is_file() for name in (ALTO, METS, TEI, "xlink.xsd"))


def test_the_validation_finds_what_is_wrong() -> None:
    if not SCHEMAS.is_dir():
        pytest.skip("there is no ../shared/schemas, so no XML is validated")
    page = issue_of("bridge").pages[0]
    with pytest.raises(etree.DocumentInvalid):
        valid(alto.dumps(page).replace("TextBlock ID=", "TextBlock NAME="), ALTO)
    with pytest.raises(etree.DocumentInvalid):
        valid(mets.dumps(Issue("i", (page,))).replace('BETYPE="IDREF"', 'BETYPE="LINE"'), METS)


# ALTO


def said(block: Any) -> str:
    """The text of a block of ALTO."""
    return "".join(" " if part.tag == f"{A}SP" else part.get("CONTENT") for part in block.iter(f"{A}String", f"{A}SP"))


@every
def test_alto_has_every_text_of_a_page(name: str) -> None:
    for page in issue_of(name).pages:
        tree = valid(alto.dumps(page), ALTO)
        assert {b.get("ID"): said(b) for b in tree.iter(f"{A}TextBlock")} == {p.id: p.text for p in pieces(page)}


def test_alto_has_the_lines_as_they_were_printed() -> None:
    page = issue_of("bridge").pages[0]
    tree = valid(alto.dumps(page), ALTO)
    lines = ["".join(line.xpath("*/@CONTENT")) for line in tree.iter(f"{A}TextLine")]
    printed = {re.sub(r"\s", "", line) for line in page.source.text.splitlines()}
    assert {re.sub(r"\s", "", line) for line in lines} == printed - {""}
    without = replace(page, lines=())
    assert alto.dumps(without) == alto.dumps(page)


def test_alto_reads_article_by_article() -> None:
    page = issue_of("bridge").pages[0]
    tree = valid(alto.dumps(page), ALTO)
    groups = [[ref.get("REF") for ref in group] for group in tree.iter(f"{A}OrderedGroup")]
    assert groups == [[p.id for p in pieces(page) if p.article == number] for number in range(len(page.articles))]
    blocks = {block.get("ID"): block for block in tree.iter(f"{A}TextBlock")}
    assert [blocks[one].get("IDNEXT") for one in groups[0]] == [*groups[0][1:], None]
    labels = {tag.get("ID"): tag.get("LABEL") for tag in tree.iter(f"{A}StructureTag")}
    assert list(labels.values()) == [article.id for article in page.articles]


def test_alto_makes_up_no_places_and_gives_those_that_are_known() -> None:
    page = issue_of("traditional").pages[0]
    assert not any(mark in alto.dumps(page) for mark in ("HPOS", "VPOS", "WIDTH", "HEIGHT"))
    lines = tuple(replace(line, box=Box(72.0, 36.0 + n, 144.0, 46.0 + n)) for n, line in enumerate(page.lines))
    tree = valid(alto.dumps(replace(page, lines=lines)), ALTO)
    assert tree.find(f".//{A}MeasurementUnit").text == "inch1200"
    line = next(tree.iter(f"{A}TextLine"))
    assert (line.get("HPOS"), line.get("WIDTH")) == ("1200.0", "1200.0")
    for block in tree.iter(f"{A}TextBlock"):
        tops = [float(line.get("VPOS")) for line in block]
        assert float(block.get("VPOS")) == min(tops)
        assert float(block.get("HEIGHT")) >= max(tops) - min(tops)


@any_page
@given(pages())
def test_alto_is_valid_and_whole_for_any_page(page: Page) -> None:
    tree = valid(alto.dumps(page), ALTO)
    found = {block.get("ID"): said(block) for block in tree.iter(f"{A}TextBlock")}
    assert found == {piece.id: visible(piece.text) for piece in pieces(page)}


# METS


@every
def test_mets_has_every_block_of_every_page_in_its_logical_map(name: str) -> None:
    issue = issue_of(name)
    tree = valid(mets.dumps(issue), METS)
    files = {f"ALTO{number:04}": page for number, page in enumerate(issue.pages, 1)}
    logical = tree.xpath("//*[local-name()='structMap'][@TYPE='LOGICAL']")[0]
    areas = [(area.get("FILEID"), area.get("BEGIN")) for area in logical.iter(f"{M}area")]
    assert sorted(areas) == sorted((file, piece.id) for file, page in files.items() for piece in pieces(page))
    assert {area.get("BETYPE") for area in logical.iter(f"{M}area")} == {"IDREF"}
    for file in tree.iter(f"{M}file"):
        data = alto.dumps(files[file.get("ID")]).encode("utf-8")
        assert (file.get("SIZE"), file.get("CHECKSUM")) == (str(len(data)), hashlib.sha256(data).hexdigest())


def test_mets_has_a_story_that_jumps_as_one_article_on_two_pages() -> None:
    issue = issue_of("bridge")
    tree = valid(mets.dumps(issue), METS)
    first, second = [div for div in tree.iter(f"{M}div") if div.get("TYPE") == "ARTICLE"][:2]
    assert first.get("LABEL") == "柳湾大桥顺利合龙"
    (seq,) = first.iter(f"{M}seq")
    assert [area.get("FILEID") for area in seq] == ["ALTO0001", "ALTO0002"]
    kinds = [div.get("TYPE") for div in second.iter(f"{M}div")]
    assert kinds[:4] == ["ARTICLE", "HEADING", "TITLE", "CONTINUATION_HEADING"]
    links = [(link.get(f"{XLINK}from"), link.get(f"{XLINK}to")) for link in tree.iter(f"{M}smLink")]
    assert links[:4] == [(f"LOG000{n}", f"PHYS000{p}") for n in (1, 2) for p in (1, 2)]
    starts = [start.text for start in tree.findall(f".//{M}dmdSec[@ID='DMD0001']//{MODS}start")]
    assert starts == ["1", "3"]
    orders = [div.get("ORDERLABEL") for div in tree.iter(f"{M}div") if div.get("TYPE") == "PAGE"]
    assert orders == ["1", "3"]


def test_mets_says_who_made_an_article_and_what_is_doubtful() -> None:
    tree = valid(mets.dumps(issue_of("bridge")), METS)
    mods = tree.find(f".//{M}dmdSec[@ID='DMD0001']//{MODS}mods")
    assert [part.text for part in mods.iter(f"{MODS}namePart")] == ["甘小禾", "佟一苇"]
    assert [t.text for t in mods.iter(f"{MODS}roleTerm") if t.get("type") == "code"] == ["rpt", "crp"]
    flags = [note.text for note in tree.iter(f"{MODS}note") if note.get("type") == "flag"]
    assert flags == ["jump.unmatched: goes on on page 5, which is not in the issue"]


@pytest.mark.parametrize(
    ("issue_id", "page_id", "href"),
    [
        ("2020-05-28", "2020-05-28/02", "2020-05-28/02.alto.xml"),
        ("a/2020-05-28", "a/2020-05-28/02", "2020-05-28/02.alto.xml"),
        ("a/20200528", "a/20200528-02-要 闻", "20200528-02-%E8%A6%81%20%E9%97%BB.alto.xml"),
        ("a/x", "b/02", "../b/02.alto.xml"),
    ],
)
def test_mets_finds_the_files_of_its_pages(issue_id: str, page_id: str, href: str) -> None:
    issue = Issue(issue_id, (Page.of("", id=page_id),))
    found = [location.get(f"{XLINK}href") for location in valid(mets.dumps(issue), METS).iter(f"{M}FLocat")]
    assert found == [href]
    elsewhere = etree.fromstring(mets.dumps(issue, href=lambda page: f"alto/{len(page.id)}.xml").encode())
    assert next(elsewhere.iter(f"{M}FLocat")).get(f"{XLINK}href") == f"alto/{len(page_id)}.xml"


@any_page
@given(issues())
def test_mets_is_valid_for_any_issue(issue: Issue) -> None:
    joined = join_jumps(issue)
    tree = valid(mets.dumps(joined), METS)
    articles = [div for div in tree.iter(f"{M}div") if div.get("TYPE") == "ARTICLE"]
    links = sum(article.continued is not None for page in joined.pages for article in page.articles)
    assert len(articles) == sum(len(page.articles) for page in issue.pages) - links
    pointed = len(tree.findall(f".//{M}area"))
    assert pointed == sum(len(pieces(page)) for page in issue.pages)


# TEI


def words(tree: Any) -> str:
    """The characters of a TEI text, those that XML cannot have too; no white space, which XML may change."""

    def inside(part: Any) -> str:
        if part.tag == f"{T}g":
            return chr(int(part.get("n")[2:], 16))
        return (part.text or "") + "".join(inside(child) + (child.tail or "") for child in part)

    return re.sub(r"[\s\x1c-\x1f\x85]", "", inside(tree))


def printed_words(page: Page) -> str:
    """The texts of a page in the order of TEI: furniture, then articles with their heads, own bylines and blocks."""
    out = [piece.text for piece in page.furniture]
    for article in page.articles:
        heads = (article.kicker, article.headline, article.deck, own_byline(article))
        out += [head.text for head in heads if head]
        out += [block.text for block in article.blocks]
    return re.sub(r"[\s\x1c-\x1f\x85]", "", "".join(out))


def without_notes(written: str) -> Any:
    """The body of a TEI text without what is not printed."""
    tree = etree.fromstring(written.encode("utf-8"))
    body = tree.find(f".//{T}body")
    for note in list(body.iter(f"{T}note")):
        note.getparent().remove(note)
    return body


@every
def test_tei_has_every_text_of_an_issue_once(name: str) -> None:
    issue = issue_of(name)
    assert words(without_notes(tei.dumps(issue))) == "".join(printed_words(page) for page in issue.pages)


def test_tei_has_the_parts_of_a_story_that_jumps_with_links() -> None:
    tree = etree.fromstring(tei.dumps(issue_of("bridge")).encode("utf-8"))
    first, rest = (tree.find(f".//{T}div[@n='{n}']") for n in ("01-a00024", "03-a00113"))
    assert (first.get("part"), rest.get("part")) == ("I", "F")
    assert (first.get("next"), rest.get("prev")) == (f"#{rest.get(XML_ID)}", f"#{first.get(XML_ID)}")
    assert [ref.get("target") for ref in first.iter(f"{T}ref")] == [f"#{rest.get(XML_ID)}"]
    assert [p.get("part") for p in first.iter(f"{T}p")][-1] == "I"
    assert next(rest.iter(f"{T}p")).get("part") == "F"
    lost = tree.find(f".//{T}div[@n='01-a00401']")
    assert lost.get("part") is None
    assert [ref.get("target") for ref in lost.iter(f"{T}ref")] == [None]
    assert [note.get("subtype") for note in lost.iter(f"{T}note")] == ["jump.unmatched"]


def test_tei_marks_people_datelines_pages_and_furniture() -> None:
    tree = etree.fromstring(tei.dumps(issue_of("bridge")).encode("utf-8"))
    first = tree.find(f".//{T}div[@n='01-a00024']")
    assert [(name.text, name.get("role")) for name in first.iter(f"{T}persName")] == [
        ("甘小禾", "reporter"),
        ("佟一苇", "contributor"),
    ]
    assert ["".join(seg.itertext()) for seg in first.iter(f"{T}seg")] == ["本报讯"]
    assert [pb.get("n") for pb in tree.iter(f"{T}pb")] == ["1", "3"]
    assert [fw.get("type") for fw in tree.iter(f"{T}fw")] == ["folio", "folio"]
    assert 0 < float(next(first.iter(f"{T}certainty")).get("degree")) < 1


def credited_page() -> Page:
    """A page with every role of a block, a byline on its own with spaces in a name, and a person who is not in it."""
    text_of_page = "记者 甘 禾 佟一苇\n题\n第一段。\n图为渡口。\n小标题\n"
    spans = [Span(0, 10), Span(11, 12), Span(13, 17), Span(18, 23), Span(24, 27)]
    article = Article(
        "a1",
        byline=Text(text_of_page[0:10], (spans[0],)),
        deck=Text("题", (spans[1],)),
        people=(
            Person("甘禾", PersonRole.REPORTER),
            Person("佟一苇", PersonRole.REPORTER),
            Person("冯有田", PersonRole.PHOTOGRAPHER),
        ),
        blocks=(
            Paragraph(Role.LEAD, "第一段。", (spans[2],)),
            Paragraph(Role.CAPTION, "图为渡口。", (spans[3],)),
            Paragraph(Role.SUBHEAD, "小标题", (spans[4],)),
        ),
    )
    return replace(Page.of(text_of_page), trace=Trace(text_of_page), articles=(article,))


def test_tei_marks_names_that_are_printed_with_spaces_and_notes_those_that_are_not_printed() -> None:
    tree = etree.fromstring(tei.dumps(Issue("i", (credited_page(),))).encode("utf-8"))
    byline = next(tree.iter(f"{T}byline"))
    assert [name.text for name in byline] == ["甘 禾", "佟一苇"]
    assert [n.text for n in tree.iterfind(f".//{T}note[@type='people']/{T}persName[@role='photographer']")] == [
        "冯有田"
    ]
    assert tree.find(f".//{T}body//{T}p").get("n") == "lead"
    assert next(tree.iter(f"{T}figure"))[0].text == "图为渡口。"
    assert next(tree.iter(f"{T}ab")).text == "小标题"


@any_page
@given(issues())
def test_tei_is_whole_for_any_issue(issue: Issue) -> None:
    written = tei.dumps(join_jumps(issue))
    assert words(without_notes(written)) == "".join(printed_words(page) for page in issue.pages)


def test_tei_is_valid_for_any_issue() -> None:
    """All in one test: the schema takes longer to load than all else here, and each process would load it."""
    read = [Issue("i", (case.read(),)) for case in CASES_FOR_FORMATS]
    for issue in (*map(issue_of, NAMES), *read, Issue("i", (credited_page(),)), Issue("i"), Issue("i", (Page.of(""),))):
        valid(tei.dumps(issue), TEI)
    if SCHEMAS.is_dir():
        with pytest.raises(etree.DocumentInvalid):
            valid(tei.dumps(issue_of("bridge")).replace("<certainty ", "<certain "), TEI)

    @any_page
    @given(issues())
    def each(issue: Issue) -> None:
        valid(tei.dumps(join_jumps(issue)), TEI)

    each()


# All of them


@pytest.mark.parametrize("case", CASES_FOR_FORMATS, ids=lambda case: case.name)
def test_the_pages_of_the_fixtures_are_valid(case: Any) -> None:
    page = case.read()
    valid(alto.dumps(page), ALTO)
    valid(mets.dumps(Issue("one", (page,))), METS)


def test_names_are_names_and_no_two_texts_have_one() -> None:
    texts = ["", "a", "A", "版", "_", "a_b", "a/b", "_7248_", "版_", " ", "1", "\udcff", "\x00"]
    names = [name_of(value) for value in texts]
    assert len(set(names)) == len(texts)
    assert all(re.fullmatch(r"[A-Za-z_][A-Za-z0-9._-]*", name) for name in names)


def test_what_xml_cannot_have_is_shown() -> None:
    assert visible("a\x00b\x1fc\ud800d\uffff") == "a␀b␟c\ufffdd\ufffd"
    assert not ILLEGAL.search(visible("".join(map(chr, range(0x20000)))))
    assert etree.fromstring(element("p", {"n": "\n\t<"}, text("a\r\n&"))).text == "a\r\n&"


def test_the_same_page_gives_the_same_bytes_whatever_line_objects_it_has() -> None:
    page = issue_of("traditional").pages[0]
    lines = tuple(Line(line.span, line.tail_end, line.text, line.width) for line in page.lines)
    assert alto.dumps(replace(page, lines=lines)) == alto.dumps(page)
