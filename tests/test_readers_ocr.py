"""Pictures, and PDFs of pictures: through an engine that stands in for a real one, and once through a real one."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from banmian import default_pipeline, ocr
from banmian.layout import OTHER_FACE, Box
from banmian.model import Article
from banmian.ocr import EngineError, Seen, cells, faces
from banmian.ocr.marks import with_marks
from banmian.ocr.pages import joined, kept_in_column, one_of_alike, recognised
from banmian.ocr.rapid import full_width
from banmian.ocr.scan import Scan, ready, skew
from banmian.readers import MissingExtra, Unreadable, pdf, read_issue
from banmian.readers.placing import Placed
from sheets import Sheet

LINES = ("渡口昨天通航", "村民一早过河", "船票两元一张")
STANDIN = "standin:" + "|".join(LINES)


def bars(*, skewed: float = 0.0, size: tuple[int, int] = (900, 600), many: int = 3) -> Image.Image:
    """A page whose lines are bars of ink."""
    image = Image.new("L", size, 255)
    draw = ImageDraw.Draw(image)
    for at in range(many):
        draw.rectangle((100, 100 + 60 * at, 700, 129 + 60 * at), fill=0)
    return image.rotate(skewed, Image.Resampling.BICUBIC, expand=True, fillcolor=255) if skewed else image


def saved(image: Image.Image, form: str, **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


@pytest.mark.usefixtures("plugin")
@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF", "JPEG2000"])
@pytest.mark.parametrize("mode", ["L", "1", "RGB"])
def test_pictures_of_all_kinds_are_read(form: str, mode: str) -> None:
    if (form, mode) in {("JPEG", "1"), ("JPEG2000", "1")}:
        pytest.skip("there are no bitonal pictures of this kind")
    options: dict[str, Any] = {} if form == "JPEG2000" else {"dpi": (300, 300)}
    page = read_issue(saved(bars().convert(mode), form, **options), "scan.bin", ocr=STANDIN).pages[0]
    assert page.source.text.split("\n") == list(LINES)
    assert page.layout is not None
    assert page.layout.size == (900 * 0.24, 600 * 0.24)
    assert page.layout.lines[0].box.left == pytest.approx(24, abs=0.5)
    assert page.layout.lines[0].confidence == 0.9
    assert [flag.kind for flag in page.flags] == (["page.resolution-assumed"] if form == "JPEG2000" else [])


@pytest.mark.usefixtures("plugin")
def test_a_tiff_of_many_pages_is_an_issue() -> None:
    data = saved(bars(many=1), "TIFF", save_all=True, append_images=[bars(many=2)], dpi=(300, 300))
    issue = read_issue(data, "scan.tif", ocr=STANDIN)
    assert [page.source.text for page in issue.pages] == [LINES[0], "\n".join(LINES[:2])]


@pytest.mark.usefixtures("plugin")
def test_transparent_and_deep_and_turned_pictures_are_what_a_reader_sees() -> None:
    clear = Image.new("RGBA", (900, 600), (0, 0, 0, 0))
    ImageDraw.Draw(clear).rectangle((100, 100, 700, 130), fill=(0, 0, 0, 255))
    deep = Image.fromarray(np.asarray(bars(many=1)).astype(np.uint16) * 257)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown turned by a quarter
    turned = saved(bars(many=1).rotate(90, expand=True), "JPEG", exif=exif)
    for data in (saved(clear, "PNG"), saved(deep, "PNG"), turned):
        page = read_issue(data, "scan", ocr=STANDIN).pages[0]
        assert page.source.text == LINES[0]
        assert page.layout is not None
        assert page.layout.size.width > page.layout.size.height


@pytest.mark.usefixtures("plugin")
@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\x89PNG\r\n\x1a\n", r"^is a damaged picture \(its format is broken\); get the file again\.$"),
        (saved(bars(), "PNG")[:200], r"^is a damaged picture \("),
        (saved(bars(), "JPEG")[:2000], r"^is a damaged picture \("),
        (b"II*\0\x08\0\0\0", r"^is a damaged picture \("),
        (saved(Image.new("L", (300, 300), 255), "PNG"), r"^is a picture on which no text was found"),
    ],
)
def test_pictures_that_cannot_be_read_are_refused(data: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        read_issue(data, "scan.png", ocr=STANDIN)


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked() -> None:
    data = saved(Image.new("1", (20_000, 20_000), 1), "PNG")
    assert len(data) < 100_000
    with pytest.raises(
        Unreadable, match=r"^is a picture of more than 175 million pixels; scan it at 300 to 400 dpi\.$"
    ):
        read_issue(data, "scan.png", ocr="standin")


def test_a_picture_without_pillow_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    from banmian import readers  # noqa: PLC0415

    monkeypatch.setattr(readers, "find_spec", lambda name: None if name == "PIL" else find_spec(name))
    with pytest.raises(
        MissingExtra, match=r"is a picture, and reading it needs an extra: pip install 'banmian\[ocr\]'"
    ):
        read_issue(saved(bars(), "PNG"), "scan.png")


# Engines


def test_an_engine_that_is_not_known_is_refused() -> None:
    with pytest.raises(EngineError, match=r"^the OCR engine 'abbyy' is not known; there are .*rapidocr.*tesseract"):
        ocr.engine("abbyy")


@pytest.mark.usefixtures("plugin")
def test_an_engine_of_a_plugin_is_found_and_its_failure_told() -> None:
    assert len(ocr.engine("standin:一")(np.asarray(bars()), 300)) == 1
    with pytest.raises(Unreadable, match=r"^cannot be recognised: the stand-in failed\.$"):
        read_issue(saved(bars(), "PNG"), "scan.png", ocr="standin:failing")
    with pytest.raises(Unreadable, match=r"^cannot be recognised: the stand-in is broken\.$"):
        read_issue(saved(bars(), "PNG"), "scan.png", ocr="standin:broken")


def test_rapidocr_without_its_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    from banmian.ocr import rapid  # noqa: PLC0415

    monkeypatch.setattr(rapid, "find_spec", lambda _: None)
    with pytest.raises(EngineError, match=r"needs the OCR engine RapidOCR, an extra: pip install 'banmian\[ocr\]'"):
        rapid.make("")


def test_tesseract_without_its_program_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from banmian.ocr import tesseract  # noqa: PLC0415

    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        EngineError, match=r"needs the program tesseract, which is not there; on Debian: apt-get install"
    ):
        tesseract.make("")


# PDFs of pictures


def scanned() -> bytes:
    """A PDF whose one page is a picture."""
    return saved(bars(), "PDF", resolution=100)


@pytest.mark.usefixtures("plugin")
def test_a_pdf_of_pictures_is_read_by_an_engine() -> None:
    page = read_issue(scanned(), "scan.pdf", ocr=STANDIN).pages[0]
    assert page.source.text.split("\n") == list(LINES)
    assert page.layout is not None
    assert page.layout.size == pytest.approx((648, 432), abs=0.5)
    assert page.layout.lines[0].box.left == pytest.approx(72, abs=0.5)
    assert not page.flags


@pytest.mark.usefixtures("plugin")
def test_a_pdf_of_pictures_that_no_engine_reads_is_refused_with_the_reason() -> None:
    with pytest.raises(
        Unreadable, match=r"^is a PDF of pictures without a text layer, which cannot be recognised: the"
    ):
        read_issue(scanned(), "scan.pdf", ocr="standin:failing")


@pytest.mark.usefixtures("plugin")
def test_the_text_layer_of_a_pdf_is_not_recognised_again() -> None:
    sheet = Sheet()
    sheet.line(50, 50, "自己的文字")
    assert read_issue(sheet.pdf(), "x.pdf", ocr="standin:别的").pages[0].source.text == "自己的文字"


@pytest.mark.usefixtures("plugin")
def test_pages_without_text_stay_flagged_where_others_have_text() -> None:
    sheet = Sheet()
    sheet.line(50, 50, "第一面")
    sheet.next_page()
    sheet.picture(50, 50, 300, 300)
    issue = pdf.read(sheet.pdf(), "x.pdf", ocr="standin:failing")
    assert [[flag.kind for flag in page.flags] for page in issue.pages] == [[], ["page.no-text"]]


# Making ready


@pytest.mark.parametrize("angle", [-5.0, -2.0, -0.5, 0.0, 1.3, 4.6])
def test_skew_is_found(angle: float) -> None:
    image = bars(size=(1200, 1600), many=20)
    turned = image.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    assert skew(np.asarray(turned)) == pytest.approx(-angle, abs=0.15)


def test_a_page_is_put_straight() -> None:
    scan = ready(bars(skewed=3.0, many=8, size=(900, 700)), 200)
    rows = np.flatnonzero((scan.picture < 128).any(axis=1))
    runs = np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1)
    assert [len(run) for run in runs] == pytest.approx([30] * 8, abs=3)


def test_an_empty_page_has_no_skew() -> None:
    assert skew(np.full((400, 400), 255, dtype=np.uint8)) == 0.0


def test_a_resolution_that_makes_a_page_of_a_metre_is_none() -> None:
    image = bars(size=(3000, 4000))
    image.info["dpi"] = (72, 72)
    assert ready(image)[1:] == (300.0, True)
    image.info["dpi"] = (200, 200)
    assert ready(image)[1:] == (200, False)


# Cells


def squares(text: str, *, size: int = 24, gap: dict[int, int] | None = None) -> tuple[np.ndarray, list[float]]:
    """A line of squares, and the middles of its characters; stops have their ink at the lower left."""
    crop = np.full((size + 6, size * len(text) + sum((gap or {}).values()) + 8), 255, dtype=np.uint8)
    middles, left = [], 4
    for at, char in enumerate(text):
        left += (gap or {}).get(at, 0)
        if char in "，。":
            crop[size - 6 : size, left + 2 : left + 8] = 0
            middles.append(left + 5.0)
        else:
            crop[3 : size + 3 : 3, left + 1 : left + size - 1] = 0
            middles.append(left + size / 2)
        left += size
    return crop, middles


def seen(text: str, **options: Any) -> Seen:
    crop, middles = squares(text, **options)
    return cells.cells(text, middles, (False,) * len(text), crop, 0.9)


def test_a_line_is_as_wide_as_its_squares() -> None:
    found = seen("渡口昨天通航")
    assert found.size == pytest.approx(24, abs=0.5)
    assert (found.box.left, found.box.right) == pytest.approx((5, 147), abs=1)
    assert found.edges[1:-1] == pytest.approx([28, 52, 76, 100, 124], abs=1.5)


def test_a_stop_at_the_end_of_a_line_has_its_square() -> None:
    found = seen("渡口昨天通航。")
    assert found.box.right == pytest.approx(172, abs=3)


def test_a_space_is_a_gap_of_half_a_square() -> None:
    assert seen("记者王五", gap={2: 14}).text == "记者 王五"
    assert seen("记者王五", gap={2: 4}).text == "记者王五"
    assert seen("渡，口昨天").text == "渡，口昨天"


@pytest.mark.parametrize(("wide", "mark"), [(2, "，"), (7, "、")])
def test_a_comma_that_has_lost_its_tail_is_no_comma_of_lists(wide: int, mark: str) -> None:
    line = seen("过河、买票、上船")
    picture, _ = squares("过河　买票　上船")
    for at in (2, 5):
        picture[:, 4 + 24 * at : 4 + 24 * (at + 1)] = 255
        picture[18:22, 7 + 24 * at : 7 + 24 * at + wide] = 0
    found = with_marks([line, replace(line, edges=()), replace(line, vertical=True)], picture)
    assert found[0].text == f"过河{mark}买票{mark}上船"
    assert {one.text for one in found[1:]} == {line.text}
    assert with_marks([replace(line, box=Box(0, 500, 90, 524))], picture) == [replace(line, box=Box(0, 500, 90, 524))]


def test_a_line_over_a_gutter_is_cut() -> None:
    picture = np.full((300, 500), 255, dtype=np.uint8)
    boxes = []
    for at in range(8):
        top = 10 + 30 * at
        picture[top + 2 : top + 22, 20:220:3] = 0
        picture[top + 2 : top + 22, 250:460:3] = 0
        boxes += [(20, top, 460, top + 24)] if at == 4 else [(20, top, 220, top + 24), (250, top, 460, top + 24)]
    found = list(cells.cut_at_gutters(picture, np.array(boxes)))
    assert len(found) == 16
    cut = sorted(box for box in found if box[1] == 130)
    assert [(left, right) for left, _, right, _ in cut] == [(20, 220), (249, 460)]


def test_a_gap_that_no_other_line_has_is_no_gutter() -> None:
    picture = np.full((40, 500), 255, dtype=np.uint8)
    picture[5:25, 20:220:3] = 0
    picture[5:25, 260:460:3] = 0
    assert list(cells.cut_at_gutters(picture, np.array([(20, 3, 460, 27)]))) == [(20, 3, 460, 27)]


def test_a_vertical_line_is_cut_into_its_characters() -> None:
    crop = np.full((130, 30), 255, dtype=np.uint8)
    for top in (2, 32, 62, 92):
        crop[top : top + 26, 3:27:3] = 0
    crop[40:46] = 255  # a character of two parts
    found = cells.set_in_row(crop)
    assert [cell.top for cell in found] == [2, 32, 62, 92]


def test_marks_get_the_width_of_what_they_stand_by() -> None:
    assert full_width("(戴丽 莫洋)") == "（戴丽 莫洋）"
    assert full_width("走了!我不好,是吗?") == "走了！我不好，是吗？"
    assert full_width("A(b) 3:15") == "A(b) 3:15"


# Pages of an engine


def placed(text: str, left: float, top: float, *, size: float = 10, right: float | None = None) -> Placed:
    width = size * len(text)
    box = Box(left, top, right or left + width, top + size)
    edges = tuple(left + at * (box.width / len(text)) for at in range(len(text) + 1))
    return Placed(text, box, size, confidence=0.9, chars=edges)


def test_sizes_that_are_nearly_one_are_one() -> None:
    assert one_of_alike([25.0, 25.5, 24.8, 48.0], [10, 10, 10, 4]) == [25.0, 25.0, 25.0, 48.0]
    assert one_of_alike([]) == []


def test_the_clauses_of_a_head_are_one_line_and_columns_of_text_are_not() -> None:
    text = [placed("正文一行一行正文", 0, 100 + 15 * at) for at in range(6)]
    head = [placed("广东醒狮", 0, 20, size=30), placed("威猛提气", 150, 21, size=30)]
    beside = [placed("正文一行一行正文", 92, 100 + 15 * at) for at in range(6)]
    lines = joined([*head, *text, *beside])
    assert lines[0].text == "广东醒狮 威猛提气"
    assert len(lines[0].chars) == len(lines[0].text) + 1
    assert len(lines) == 13


def test_a_mark_does_not_reach_out_of_its_column() -> None:
    lines = [placed("一二三四五六七八九十", 0, 15 * at) for at in range(4)]
    last = placed("一二三四五六七八九，", 0, 60, right=104)
    found = kept_in_column([*lines, last])[-1]
    assert found.box is not None
    assert found.box.right == 100
    assert found.chars[-1] == 100


def test_the_confidence_of_an_engine_is_that_of_its_lines() -> None:
    def engine(_: object, __: float) -> list[Seen]:
        return [Seen("一行字", Box(0, 0, 30, 10), 1.7), Seen(" \n ", Box(0, 20, 30, 30), 0.5)]

    page = recognised(Scan(np.full((100, 100), 255, dtype=np.uint8), 72.0, False), engine, name="x", number=1)
    assert page.source.text == "一行字"
    assert page.layout is not None
    assert page.layout.lines[0].confidence == 1.0


def test_an_article_is_no_surer_than_its_characters() -> None:
    def done(confidence: float) -> Article:
        def engine(_: object, __: float) -> list[Seen]:
            head = Seen("南山水库提前蓄水", Box(0, 0, 160, 20), 0.99, size=20)
            body = [
                Seen(
                    "一二三四五六七八九十天地玄黄"[at:] + "宇宙洪荒"[:at],
                    Box(0, 40 + 15 * at, 140, 50 + 15 * at),
                    sure,
                    size=10,
                )
                for at, sure in enumerate((0.99, confidence, 0.99, 0.99))
            ]
            return [head, *body]

        scan = Scan(np.full((200, 200), 255, dtype=np.uint8), 72.0, False)
        (article,) = default_pipeline()(recognised(scan, engine, name="x", number=1)).articles
        return article

    sure, unsure = done(0.99), done(0.4)
    assert unsure.confidence < 0.95 * sure.confidence
    assert [flag.kind for flag in sure.flags if flag.kind == "text.unsure"] == []
    (flag,) = (flag for flag in unsure.flags if flag.kind == "text.unsure")
    assert len(flag.spans) == 1


# Faces


def glyph(char: str, face: int) -> np.ndarray:
    """How a character looks in a face: noise that is always the same."""
    return (np.random.default_rng(ord(char) * 7 + face).random((20, 20)) < 0.4).astype(np.uint8)


def test_lines_in_another_face_are_told_by_their_characters() -> None:
    chars = "的一是在不了有和人这中大为上个国我以要他"
    picture = np.full((900, 500), 255, dtype=np.uint8)
    lines = []
    rng = np.random.default_rng(5)
    for at in range(30):
        text = "".join(rng.permutation(list(chars))[:14])
        face = 1 if at in {7, 19} else 0
        for number, char in enumerate(text):
            top, left = 20 + 28 * at, 20 + 24 * number
            picture[top : top + 20, left : left + 20] = 255 - 255 * glyph(char, face)
        edges = tuple(float(20 + 24 * number - 2) for number in range(15))
        lines.append(Placed(text, Box(18, 18 + 28 * at, 354, 42 + 28 * at), 24.0, chars=edges))
    found = faces.with_faces(lines, picture, 1.0)
    assert [at for at, line in enumerate(found) if line.font == OTHER_FACE] == [7, 19]
    assert not any(line.bold for line in found)


def test_heavy_lines_are_bold() -> None:
    picture = np.full((700, 400), 255, dtype=np.uint8)
    lines = []
    for at in range(25):
        for x in range(20, 380, 12):
            picture[20 + 26 * at : 40 + 26 * at, x : x + (6 if at == 9 else 2)] = 0
        lines.append(Placed("十" * 15, Box(20, 20 + 26 * at, 380, 40 + 26 * at), 24.0))
    found = faces.with_faces(lines, picture, 1.0)
    assert [at for at, line in enumerate(found) if line.bold] == [9]
    assert found[9].font == OTHER_FACE


# A real engine

FONTS = [
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
]


@pytest.mark.skipif(find_spec("rapidocr") is None, reason="RapidOCR is not installed: pip install 'banmian[ocr]'")
def test_rapidocr_reads_a_line_of_print() -> None:
    font = next((path for path in FONTS if Path(path).exists()), None)
    if font is None:
        pytest.skip("no Chinese font here: apt-get install fonts-wqy-zenhei")
    image = Image.new("L", (900, 300), 255)
    draw = ImageDraw.Draw(image)
    draw.text((60, 60), "渡口昨天通航", font=ImageFont.truetype(font, 48), fill=0)
    draw.text((60, 180), "村民一早过河，船票两元。", font=ImageFont.truetype(font, 30), fill=0)
    page = read_issue(saved(image, "PNG", dpi=(300, 300)), "scan.png").pages[0]
    assert page.source.text.split("\n") == ["渡口昨天通航", "村民一早过河，船票两元。"]
    assert page.layout is not None
    head, text = page.layout.lines
    assert head.size == pytest.approx(48 * 0.24, rel=0.08)
    assert text.size == pytest.approx(30 * 0.24, rel=0.08)
    assert text.box.left == pytest.approx(60 * 0.24, abs=1)
    assert text.confidence is not None
    assert text.confidence > 0.9


@pytest.mark.skipif(find_spec("rapidocr") is None, reason="RapidOCR is not installed: pip install 'banmian[ocr]'")
def test_models_that_rapidocr_would_fetch_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="which is no folder; banmian fetches none"):
        ocr.engine("rapidocr:PP-OCRv5-server")
    with pytest.raises(EngineError, match="has no models"):
        ocr.engine(f"rapidocr:{tmp_path}")


def columns_of_boxes(*rows: tuple[int, ...]) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """Boxes of lines, 10 pixels high: left, top and right of each."""
    return np.array([(left, top, right, top + 10) for left, top, right in rows], dtype=np.int64)


def test_a_line_over_a_gutter_that_is_not_white_is_cut_between_two_columns() -> None:
    picture = np.full((100, 300), 255, dtype=np.uint8)
    picture[35:45, 10:280:2] = 0  # something is printed over the gutter
    two = [(10, 20, 130), (150, 20, 280), (10, 50, 130), (150, 50, 280)]
    cut = list(cells.cut_at_gutters(picture, columns_of_boxes(*two, (10, 35, 280))))
    assert (10, 35, 131, 45) in cut
    assert (149, 35, 280, 45) in cut
    alone = list(cells.cut_at_gutters(picture, columns_of_boxes(*two[:2], (10, 35, 280))))
    assert (10, 35, 280, 45) in alone  # nothing below: a kicker, say


def test_a_kicker_that_is_set_wide_above_a_gutter_is_not_cut() -> None:
    picture = np.full((200, 300), 255, dtype=np.uint8)
    picture[5:15, 10:136:2] = picture[5:15, 141:280:2] = 0
    below = [(left, 30 + 15 * at, right) for at in range(4) for left, right in ((10, 130), (145, 280))]
    assert (10, 5, 280, 15) in list(cells.cut_at_gutters(picture, columns_of_boxes((10, 5, 280), *below)))
    picture[5:15, 130:145] = 255
    assert (10, 5, 130, 15) in list(cells.cut_at_gutters(picture, columns_of_boxes((10, 5, 280), *below)))


def test_heads_of_stories_side_by_side_are_not_one_where_a_line_below_shows_where_one_ends() -> None:
    text = [Placed("村" * 14, Box(0, 100 + 15 * at, 140, 110 + 15 * at), 10) for at in range(6)]
    left, right = Placed("沿河六村有了新的", Box(0, 0, 240, 30), 30), Placed("流动光影", Box(265, 0, 385, 30), 29)
    below = Placed("桥，进城不再绕路", Box(0, 35, 240, 65), 30)
    assert joined([left, right, *text])[0].text == "沿河六村有了新的 流动光影"
    assert [line.text for line in joined([left, right, below, *text])][:2] == ["沿河六村有了新的", "流动光影"]
