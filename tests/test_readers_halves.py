"""A page in two halves is the page again, wherever it was cut."""

from __future__ import annotations

import re
from base64 import b64decode
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from banmian import default_pipeline
from banmian.layout import Box, PageSize
from banmian.model import Page
from banmian.readers import Unreadable, pdf
from banmian.readers.halves import together
from banmian.readers.placing import Drawn, Placed, page_of
from sheets import BRIDGE, HEIGHT, LIBRARY, POND, WIDTH, Sheet, wrap
from test_cli import run

BAKERY = (
    "城东老面包房门前一早排起长队，店主说炉子是爷爷留下的，每天只烤三百个。",
    "附近中学的学生放学后常来这里，老师傅记得每个人爱吃的口味。",
)


def three_columns(start: int = 0, end: int = WIDTH) -> Sheet:
    """Two stories over three columns each, one head over all of them, and a rule; or what a scanner shows of them."""
    sheet = Sheet(size=(end - start, HEIGHT))
    sheet.line(40 - start, 40, "沿河六村有了新桥", size=36)
    columns = [40 - start, 220 - start, 400 - start]
    sheet.legs(columns, 100, wrap(BRIDGE + BAKERY, 16))
    sheet.rule(40 - start, 330, 560 - start, 330)
    sheet.line(100 - start, 350, "新图书馆开门", size=28)
    sheet.legs(columns, 400, wrap(LIBRARY + POND, 16))
    return sheet


@pytest.fixture(scope="module")
def page() -> Page:
    return pdf.read(three_columns().pdf(), "page.pdf").pages[0]


def seen(page: Page, window: Box, *, name: str, confidence: float | None = None) -> Page:
    """What a scanner shows of a page: the characters within a window, lines cut off at its sides."""
    assert page.layout is not None
    lines = []
    for line in page.layout.lines:
        text, box = page.source.text[line.span.start : line.span.end], line.box
        middles = [(one + two) / 2 for one, two in zip(line.chars, line.chars[1:], strict=False)]
        inside = [at for at, middle in enumerate(middles) if window.left < middle < window.right]
        if not inside or not window.top < (box.top + box.bottom) / 2 < window.bottom:
            continue
        first, last = inside[0], inside[-1] + 1
        edges = tuple(edge - window.left for edge in line.chars[first : last + 1])
        own = Box(edges[0], box.top - window.top, edges[-1], box.bottom - window.top)
        lines.append(Placed(text[first:last].strip(), own, line.size, line.font, confidence=confidence, chars=edges))
    rules = tuple(
        Box(max(rule.left, window.left) - window.left, rule.top - window.top, rule.right - window.left, rule.bottom)
        for rule in page.layout.rules
        if window.top < rule.top < window.bottom
    )
    size = PageSize(window.width, window.height)
    return page_of(lines, size, name=name, number=1, drawn=Drawn(rules=rules))


def beside(page: Page, left_end: float, right_start: float) -> tuple[Page, Page]:
    left = seen(page, Box(0, 0, left_end, HEIGHT), name="left")
    return left, seen(page, Box(right_start, 0, WIDTH, HEIGHT), name="right")


def whole(first: Page, second: Page) -> Page:
    return together(first, second).page


def told(page: Page) -> list[object]:
    done = default_pipeline()(page)
    return [
        (str(article.headline and article.headline.text), [block.text for block in article.blocks])
        for article in done.articles
    ]


@pytest.mark.parametrize(("end", "start"), [(400, 190), (330, 200), (395, 215), (500, 210), (480, 300), (310, 150)])
def test_halves_side_by_side_that_overlap_are_the_page_again(page: Page, end: float, start: float) -> None:
    put = whole(*beside(page, end, start))
    assert sorted(put.source.text.split("\n")) == sorted(page.source.text.split("\n"))
    assert told(put) == told(page)
    assert not put.flags
    assert put.layout is not None
    assert put.layout.size == PageSize(WIDTH, HEIGHT)


def test_which_half_is_the_left_one_is_found_out(page: Page) -> None:
    left, right = beside(page, 400, 190)
    assert told(whole(right, left)) == told(page)


@pytest.mark.parametrize(("end", "start"), [(300, 200), (420, 380), (520, 300)])
def test_halves_above_each_other_are_the_page_again(page: Page, end: float, start: float) -> None:
    upper = seen(page, Box(0, 0, WIDTH, end), name="upper")
    lower = seen(page, Box(0, start, WIDTH, HEIGHT), name="lower")
    put = whole(lower, upper)
    assert sorted(put.source.text.split("\n")) == sorted(page.source.text.split("\n"))
    assert told(put) == told(page)


def test_halves_that_lie_a_bit_askew_to_each_other_are_put_level(page: Page) -> None:
    left, right = seen(page, Box(0, 0, 400, HEIGHT), name="left"), seen(page, Box(190, 17, WIDTH, HEIGHT), name="right")
    assert told(whole(left, right)) == told(page)


def test_halves_cut_in_a_gutter_are_put_edge_to_edge_and_flagged(page: Page) -> None:
    put = whole(*beside(page, 210, 210))
    assert [flag.kind for flag in put.flags] == ["page.halves-apart"]
    assert told(put) == told(page)
    assert "沿河六村有了新桥" in put.source.text.split("\n")  # the head ran over the cut


def test_what_the_engine_was_sure_of_stays_with_a_line_that_is_put_together(page: Page) -> None:
    left = seen(page, Box(0, 0, 210, HEIGHT), name="left", confidence=0.8)
    right = seen(page, Box(210, 0, WIDTH, HEIGHT), name="right", confidence=1.0)
    put = whole(left, right)
    assert put.layout is not None
    head = next(line for line in put.layout.lines if line.size > 30)
    assert head.confidence == pytest.approx((0.8 * 5 + 1.0 * 3) / 8)


@pytest.mark.parametrize("swapped", [False, True])
def test_it_is_told_where_the_halves_lie_and_what_is_taken_from_each(page: Page, swapped: bool) -> None:
    given = beside(page, 400, 190)
    halves = together(*(reversed(given) if swapped else given)).halves
    left, right = reversed(halves) if swapped else halves
    assert left.place == Box(0, 0, 400, HEIGHT)
    assert right.place == Box(190, 0, WIDTH, HEIGHT)
    cut = left.part.right
    assert 190 <= cut <= 400
    assert left.part == Box(0, 0, cut, HEIGHT)
    assert right.part == Box(cut, 0, WIDTH, HEIGHT)


def test_a_half_without_places_is_refused(page: Page) -> None:
    bare = replace(page, layout=None)
    with pytest.raises(Unreadable, match="page.pdf tells no places of its lines"):
        whole(page, bare)


def test_the_command_reads_the_two_pages_of_a_file_as_one(tmp_path: Path) -> None:
    sheet = Sheet(size=(300, 800))
    sheet.line(40, 40, "沿河六村有了新桥", size=24)
    sheet.column(40, 80, wrap(BRIDGE, 16))
    sheet.next_page()
    sheet.line(40, 40, "新图书馆开门", size=24)
    sheet.column(40, 80, wrap(LIBRARY, 16))
    path = tmp_path / "page.pdf"
    path.write_bytes(sheet.pdf())
    result = run("read", path, "--halves", "--format", "md")
    assert result.exit_code == 0, result.stderr
    assert result.stdout.index("沿河六村有了新桥") < result.stdout.index("新图书馆开门")


def test_the_command_says_what_halves_it_needs(tmp_path: Path) -> None:
    path = tmp_path / "page.pdf"
    path.write_bytes(three_columns().pdf())
    result = run("read", path, "--halves")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        f"banmian: {path}: a page has two halves, and 1 were given; name two files, or one of two pages.\n"
    )


def _photo(svg: str) -> Image.Image:
    """The picture that is inside of a drawing, in grey."""
    found = re.search(r'<image width="600" height="800" href="data:image/jpeg;base64,([^"]+)"', svg)
    assert found is not None
    return Image.open(BytesIO(b64decode(found[1]))).convert("L")


def _two_files(folder: Path) -> tuple[Path, Path]:
    left, right = folder / "left.pdf", folder / "right.pdf"
    left.write_bytes(three_columns(0, 395).pdf())
    right.write_bytes(three_columns(215).pdf())
    return left, right


def test_the_command_draws_the_page_that_halves_make(tmp_path: Path) -> None:
    left, right = _two_files(tmp_path)
    (tmp_path / "whole.pdf").write_bytes(three_columns().pdf())
    # The right one first: what is on both tells which is which, for the picture too.
    result = run("show", right, left, "--halves", "--image", tmp_path / "page.svg")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
    assert run("show", tmp_path / "whole.pdf", "--image", tmp_path / "whole.svg").exit_code == 0
    put, page = ((tmp_path / name).read_text(encoding="utf-8") for name in ("page.svg", "whole.svg"))
    outlines = [re.findall(r'<rect x="[^>]+ y="[^>]+stroke="[^"]+"', svg) for svg in (put, page)]
    assert len(outlines[0]) == len(outlines[1]) > 4
    # Coarse enough that half a pixel makes no difference, and fine enough that a missing line does.
    one, other = (np.asarray(_photo(svg).resize((100, 133), Image.Resampling.BOX), dtype=float) for svg in (put, page))
    assert np.abs(one - other).max() < 0.25 * (255 - other.min())


def test_the_command_shows_the_page_that_halves_make(tmp_path: Path) -> None:
    result = run("show", *_two_files(tmp_path), "--halves")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "2 articles" in result.stdout
    assert "沿河六村有了新桥" in result.stdout


def test_two_files_that_are_not_called_halves_are_not_shown(tmp_path: Path) -> None:
    left, right = _two_files(tmp_path)
    result = run("show", left, right)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"banmian: {right}: show takes one page; two files that are its halves need --halves\n"


def test_halves_that_cannot_be_drawn_are_refused_in_a_line(tmp_path: Path) -> None:
    left, _ = _two_files(tmp_path)
    result = run("show", left, "--halves", "--image", tmp_path / "page.svg")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        f"banmian: {left}: a page has two halves, and 1 were given; name two files, or one of two pages.\n"
    )
    assert not (tmp_path / "page.svg").exists()


def test_what_is_printed_on_both_halves_is_not_taken_for_one_place() -> None:
    sheet = Sheet()
    for x in (40, 320):
        sheet.column(x, 600, wrap(POND, 16))  # a notice that stands there twice
    sheet.column(40, 40, wrap(BRIDGE, 16))
    sheet.column(320, 40, wrap(LIBRARY, 16))
    page = pdf.read(sheet.pdf(), "page.pdf").pages[0]
    put = whole(*beside(page, 260, 260))
    assert [flag.kind for flag in put.flags] == ["page.halves-apart"]
    assert sorted(put.source.text.split("\n")) == sorted(page.source.text.split("\n"))
