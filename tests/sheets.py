"""Newspaper pages as PDF, set by a small press: texts of our own, columns, heads, captions, rules, in any order."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from reportlab.lib.colors import Color
from reportlab.pdfgen.canvas import Canvas

from banmian.fit import faces

TEXT, OTHER = "Song", "Kai"  # the second stands in for 楷体 and 黑体
WIDTH, HEIGHT = 600, 800
EM = 10

BRIDGE = (
    "河东村通往镇上的新桥昨天通车，村民进城的时间从一个小时缩短到二十分钟。",
    "桥长一百二十米，宽八米，去年三月动工。施工队在汛期前完成了桥墩，冬天没有停工。村里的菜农说，以后一早摘下的黄瓜，"
    "天亮前就能摆上城里的摊位。",
    "县里计划今年再修三座这样的桥，把沿河的六个村连起来。",
)
LIBRARY = (
    "市图书馆新馆上周开门，头三天办理借书证的读者超过两千人，其中一半是学生。",
    "新馆共有五层，藏书八十万册，孩子们有自己的一层。馆长说，书架和桌椅的高度都问过家长。许多老人带着孙子坐在窗边，"
    "一看就是半天。",
    "每周六下午这里还有讲座，由本地的作家和老师谈读书。",
)
POND = (
    "南山水库的水位比往年早十天开始上涨，工作人员每天沿大坝走两遍，记录渗水和位移。",
    "去年完成的加固工程经受住了考验。管理处提醒市民，近期不要到河道里游玩。",
)


def wrap(paragraphs: Sequence[str], measure: int) -> list[tuple[int, str]]:
    """The lines of a column, each with its indent in em."""
    lines = []
    for text in paragraphs:
        first = measure - 2
        lines.append((2, text[:first]))
        lines += [(0, text[at : at + measure]) for at in range(first, len(text), measure)]
    return lines


class Sheet:
    """A PDF page by page. Places are in points from the top left corner."""

    def __init__(self, *, size: tuple[int, int] = (WIDTH, HEIGHT)) -> None:
        faces.register(TEXT, OTHER)
        self._out = io.BytesIO()
        self.size = size
        self.canvas: Any = Canvas(self._out, pagesize=size, invariant=1)

    def line(self, x: float, y: float, text: str, *, size: float = EM, font: str = TEXT) -> None:
        """A line whose top is at y."""
        self.canvas.setFont(font, size)
        self.canvas.drawString(x, self.size[1] - y - 0.88 * size, text)

    def column(
        self, x: float, y: float, lines: Sequence[tuple[int, str]], *, leading: float = 15, font: str = TEXT
    ) -> float:
        """Lines below each other; the place of the next one."""
        for indent, text in lines:
            self.line(x + indent * EM, y, text, font=font)
            y += leading
        return y

    def legs(self, xs: Sequence[float], y: float, lines: Sequence[tuple[int, str]]) -> None:
        """Lines in columns side by side, filled from the left, as high as each other."""
        height = -(-len(lines) // len(xs))
        for number, x in enumerate(xs):
            self.column(x, y, lines[number * height : (number + 1) * height])

    def down(self, x: float, y: float, text: str, *, size: float = EM, step: float = 1.05) -> None:
        """A vertical line, character by character, x being its left edge."""
        for number, char in enumerate(text):
            self.line(x, y + number * step * size, char, size=size)

    def rule(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """A thin line."""
        self.canvas.setLineWidth(0.5)
        self.canvas.line(x0, self.size[1] - y0, x1, self.size[1] - y1)

    def picture(self, left: float, top: float, right: float, bottom: float) -> None:
        """A picture: grey, four pixels."""
        from reportlab.lib.utils import ImageReader  # noqa: PLC0415  with Pillow, which only this needs

        grey = io.BytesIO(b"P6 2 2 255\n" + bytes([128] * 12))
        self.canvas.drawImage(ImageReader(grey), left, self.size[1] - bottom, right - left, bottom - top)

    def invisible(self, x: float, y: float, text: str, *, size: float = EM) -> None:
        """A line of an OCR layer: text that is there and not seen."""
        line = self.canvas.beginText(x, self.size[1] - y - 0.88 * size)
        line.setFont(TEXT, size)
        line.setTextRenderMode(3)
        line.setFillColor(Color(0, 0, 0))
        line.textOut(text)
        self.canvas.drawText(line)

    def turn(self, degrees: int) -> None:
        """Store this page turned."""
        self.canvas.setPageRotation(degrees)

    def next_page(self) -> None:
        """Begin another page."""
        self.canvas.showPage()

    def pdf(self) -> bytes:
        """The file."""
        self.canvas.save()
        return self._out.getvalue()
