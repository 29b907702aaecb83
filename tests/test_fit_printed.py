"""The press that prints: pages as PDFs, with their raw texts and their gold."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import numpy as np
import pypdfium2
import pytest

from banmian.fit import faces, recognised
from banmian.fit.labels import bare, places
from banmian.fit.press import ORDERS, Grid, SetArticle, signed
from banmian.fit.printed_press import GRIDS, HEAVY, TEXT, advances, narrowed, page, pages, printed, set_line
from banmian.readers import pdf
from banmian.readers.pdf_glyphs import glyphs
from sheets import BRIDGE, LIBRARY, POND

STOCK = [
    SetArticle(heads, tuple(("paragraph", text) for text in story) + captions, byline)
    for heads, story, captions, byline in (
        ((("headline", "河东村修通便民桥"),), BRIDGE, (), "本报记者 陈一鸣"),
        ((("kicker", "十个月建成"), ("headline", "新图书馆开门迎客")), LIBRARY, (("caption", "图为新馆。"),), ""),
        ((("headline", "南山水库加强巡查"),), POND, (), "（周小棠）"),
        ((("headline", "桥头小集"),), BRIDGE[1:] + POND, (), ""),
        ((("headline", "老人爱上靠窗的座位"), ("deck", "——新馆见闻")), LIBRARY[1:], (), "记者 周小棠"),
    )
]
HAVE_POPPLER = shutil.which("pdftotext") is not None


def test_a_line_is_set_to_its_measure() -> None:
    text = "河东村通往镇上，新桥通车。"
    tight = set_line(text, 0.0, 0.0, 10.0, measure=12.0)
    wide = set_line(text, 0.0, 0.0, 10.0, measure=14.0)
    loose = set_line(text, 0.0, 0.0, 10.0, measure=14.0, full=False)
    comma = text.index("，")
    assert tight.edges[comma + 1] - tight.edges[comma] == pytest.approx(5.0)  # marks alone are set tighter
    assert tight.edges[1] == pytest.approx(10.0)
    assert wide.edges[-1] + 10 * 14 / 12 == pytest.approx(140.0, abs=2.0)
    assert loose.edges == tuple(10.0 * number for number in range(len(text)))


def test_there_is_room_between_han_and_digits() -> None:
    assert advances("桥长120米") == [1.0, 1.25, 0.5, 0.5, 0.75, 1.0]
    assert advances("长，1") == [1.0, 1.0, 0.5]


def test_a_space_may_be_half_as_wide() -> None:
    line = narrowed(set_line("张 娅 李 明", 0.0, 0.0, 10.0), 0.5)
    assert line.edges == (0.0, 10.0, 15.0, 25.0, 30.0, 40.0, 45.0)


def test_nobody_signs_what_is_signed_or_opens_with_a_dateline() -> None:
    rng = random.Random(1)
    heads = (("headline", "河东村修通便民桥"),)
    plain = SetArticle(heads, tuple(("paragraph", text) for text in BRIDGE))
    assert signed(plain, rng, 1.0).byline
    assert signed(plain, rng, 0.0) == plain
    told = SetArticle(heads, (("paragraph", "本报讯 （记者陈一鸣）" + BRIDGE[0]),), people=(("陈一鸣", "reporter"),))
    wired = SetArticle(heads, (("paragraph", "新华社河东3月2日电 " + BRIDGE[0]),))
    assert signed(told, rng, 1.0) == told
    assert signed(wired, rng, 1.0) == wired


def test_grids_fit_on_their_page() -> None:
    rng = random.Random(1)
    for _ in range(40):
        grid = Grid.drawn(rng, **GRIDS)
        assert 40 <= grid.left(0) < grid.left(grid.count - 1) + grid.width <= 960.5
        assert grid.pitch > grid.width + grid.em


@pytest.mark.parametrize("seed", range(6))
def test_all_of_a_page_is_printed_and_read_again(seed: int) -> None:
    frames, gold = page(STOCK, random.Random(seed), ["第3版 要闻"])
    assert gold["order"] in ORDERS
    said = "".join(
        bare("".join(filter(None, (article["kicker"], article["headline"], article["deck"], article["byline"]))))
        + "".join(bare(block["text"]) for block in article["blocks"])
        for article in gold["articles"]
    )
    said += bare(gold["furniture"][0]["text"])
    read = pdf.read(printed(frames), "page.pdf").pages[0].source.text
    assert sorted(bare(read)) == sorted(said)


def test_subheads_have_a_heavy_face_where_a_page_has_faces_of_its_own() -> None:
    blocks = (("paragraph", BRIDGE[0]), ("subhead", "桥头小集"), ("paragraph", BRIDGE[1]))
    stock = [SetArticle((("headline", "河东村修通便民桥"),), blocks)]
    found = set()
    for seed in range(12):
        layout = pdf.read(printed(page(stock, random.Random(seed))[0]), "page.pdf").pages[0]
        assert layout.layout is not None
        lines = {layout.source.text[slice(*line.span)]: (line.bold, line.font) for line in layout.layout.lines}
        assert not lines[next(text for text in lines if text.endswith("。"))][0]
        found.add(lines["桥头小集"])
    assert found == {(False, TEXT), (True, HEAVY)}


def test_the_same_seed_prints_the_same_page() -> None:
    once, again, other = (page(STOCK, random.Random(seed)) for seed in (3, 3, 4))
    assert once == again
    assert printed(once[0]) == printed(again[0])
    assert once != other


@pytest.mark.skipif(not HAVE_POPPLER, reason="pdftotext (poppler-utils) is not installed")
def test_each_extractor_reads_the_articles() -> None:
    data, texts, gold = next(pages(STOCK, 1))
    assert pdf.read(data, "page.pdf").pages[0].layout is not None
    assert set(texts) == {"pdfium", "pdftotext", "raw", "layout", "raster"}
    said = sorted(bare(texts["raster"]))
    assert all(sorted(bare(text)) == said for text in texts.values())  # in all faces
    for kind, text in texts.items():
        lines = [line for line in text.splitlines() if line.strip()]
        known = sum(place is not None for place in places(lines, gold))
        assert known >= (0.3 if kind == "layout" else 0.8) * len(lines), kind


def test_what_an_engine_reads_in_a_printed_page_comes_from_the_top_and_from_the_left(tmp_path: Path) -> None:
    path = tmp_path / "page.pdf"
    path.write_bytes(printed(page(STOCK, random.Random(3))[0]))
    with pypdfium2.PdfDocument(path) as document:
        found = glyphs(document[0])
    width, height = found.size.width, found.size.height
    assert (found.boxes > 0).all()
    assert (found.boxes < [width, height, width, height]).all()
    assert (found.sizes > 0).all()
    assert set(map(chr, found.codes.tolist())) >= set("新图书馆开门迎客")
    font = tmp_path / "song.ttf"
    font.write_bytes(faces.face(TEXT))
    image = recognised.picture(path, font, font)
    assert image.size == (round(width * 200 / 72), round(height * 200 / 72))
    dark = np.argwhere(np.asarray(image.convert("L")) < 128)
    assert dark[:, 1].min() == pytest.approx(found.boxes[:, 0].min() * 200 / 72, abs=30)

    def engine(picture: np.ndarray) -> tuple[list[tuple[list[list[float]], str, float]] | None, float]:
        assert picture.shape[2] == 3
        tops = {"右": (43.0, 300.0), "下": (90.0, 20.0), "左": (46.0, 20.0)}
        return [([[x, y], [x + 9, y], [x + 9, y + 9], [x, y + 9]], text, 0.9) for text, (y, x) in tops.items()], 0.1

    assert recognised.recognised(engine, image) == "左\n右\n下\n"
    assert recognised.recognised(lambda _: (None, 0.1), image) == ""
