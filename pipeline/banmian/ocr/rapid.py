"""RapidOCR 3: finds and reads lines of print with the models of PaddleOCR, on onnxruntime, without a GPU.

Why RapidOCR: of the engines for Chinese on PyPI it alone comes with its models (PP-OCRv6 small, in the wheel since
3.10), so that it runs where there is no network; Apache-2.0. Its other models would be fetched when they are first
used; that is refused here: models come from its package or from a folder that is named.

It is used in two steps, its own in one go being made for photos and forms, whose longer side it cuts down to 2,000
pixels: on a newspaper page the gaps between columns vanish. Lines are found at 200 dpi on the whole page, and each
is then read from the picture as fine as it is. Vertical lines are set horizontally for reading, character by character,
which is what the models are trained on.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from banmian.layout import Box
from banmian.ocr import EngineError, Seen
from banmian.ocr.cells import Cell, apart, cells, cut_at_gutters, set_in_row, widened

if TYPE_CHECKING:
    from banmian.ocr import Picture

# The resolution at which lines are found. Type of 9 points has 25 pixels then, about what the model was trained on.
FIND_DPI = 200.0
# Finding takes some 130 bytes a pixel: a page of 40 by 57 cm at 200 dpi has 14 million, and takes 2 GB.
FIND_PIXELS = 16_000_000
# A page has at most some 2,000 lines; RapidOCR itself stops at 1,000.
MAX_LINES = 5_000
# A line that is so much higher than wide is set from top to bottom.
UPRIGHT = 1.6
# Below this confidence a line is no text but a picture, a rule or dirt. RapidOCR's own limit.
LEAST_CONFIDENCE = 0.5


def make(models: str) -> RapidOcr:
    """The engine, with the models of its package or of a folder.

    Raises:
        EngineError: it is not installed, or there are no models.
    """
    if find_spec("rapidocr") is None or find_spec("onnxruntime") is None:
        raise EngineError("needs the OCR engine RapidOCR, an extra: pip install 'banmian[ocr]'.")
    import rapidocr  # noqa: PLC0415  an extra; it takes a second to load

    own = Path(rapidocr.__file__).parent / "models"
    folder = Path(models) if models else own
    if not folder.is_dir():
        raise EngineError(
            f"asks RapidOCR for the models {models!r}, which is no folder; banmian fetches none. Give a folder with a "
            "det and a rec model (.onnx), or leave it to the models of the package."
        )
    paths = {kind: sorted(folder.glob(f"*{kind}*.onnx")) for kind in ("det", "rec")}
    if not all(paths.values()):
        what = (
            "RapidOCR here comes without its models" if folder == own else f"{folder} has no models (*det*, *rec*.onnx)"
        )
        raise EngineError(f"cannot be recognised: {what}, and banmian fetches none; pip install 'rapidocr>=3.10'.")
    # Workers share the cores of a machine among them; alone, it takes all.
    threads = 1 if multiprocessing.parent_process() is not None else -1
    try:
        engine = rapidocr.RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.max_side_len": 100_000,
                "Global.use_cls": False,
                "Det.model_path": str(paths["det"][-1]),
                "Det.max_candidates": MAX_LINES,
                "Rec.model_path": str(paths["rec"][-1]),
                "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            }
        )
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise EngineError(f"cannot be recognised: RapidOCR does not start: {_short(error)}.") from error
    return RapidOcr(engine)


def _short(error: Exception) -> str:
    return (" ".join(str(error).split()) or type(error).__name__)[:200].rstrip(".")


class RapidOcr:
    """The engine."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine

    def __call__(self, picture: Picture, dpi: float) -> Sequence[Seen]:
        """The lines of a picture."""
        try:
            return list(self._lines(picture, dpi))
        except (ValueError, RuntimeError, MemoryError) as error:  # what numpy, OpenCV and onnxruntime raise
            raise EngineError(f"cannot be recognised: RapidOCR failed: {_short(error)}.") from error

    def _lines(self, picture: Picture, dpi: float) -> Iterator[Seen]:
        import cv2  # noqa: PLC0415  comes with RapidOCR

        height, width = picture.shape
        scale = min(1.0, FIND_DPI / dpi, (FIND_PIXELS / (height * width)) ** 0.5)
        small = picture
        if scale < 1:
            size = (max(1, round(width * scale)), max(1, round(height * scale)))
            small = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        found = self._engine(_colour(small), use_det=True, use_cls=False, use_rec=False)
        if found.boxes is None:
            return
        low, high = found.boxes.min(axis=1) / scale, found.boxes.max(axis=1) / scale
        sides = np.column_stack((np.floor(low), np.ceil(high))).clip(0, (width, height, width, height)).astype(int)
        boxes = widened(picture, apart(sides[((high - low) > 2).all(axis=1)]))
        for left, top, right, bottom in cut_at_gutters(picture, boxes):
            crop = picture[top:bottom, left:right]
            seen = self._vertical(crop) if _is_upright(crop) else self._horizontal(crop)
            if seen is not None:
                yield _moved(seen, left, top)

    def _read(self, row: Picture) -> tuple[str, float, list[float]]:
        """What a picture of one line reads, how sure, and where the middle of each character is, in pixels."""
        read = self._engine(_colour(row), use_det=False, use_cls=False, use_rec=True, return_word_box=True)
        text: str = full_width(read.txts[0]) if read.txts else ""
        if not text.strip():
            return "", 0.0, []
        info = read.word_results[0]
        columns = [column for word in info.word_cols for column in word]
        step = row.shape[1] / (info.line_txt_len or 1.0)
        return text, float(read.scores[0]), [(column + 0.5) * step for column in columns]

    def _horizontal(self, crop: Picture) -> Seen | None:
        text, sure, middles = self._read(crop)
        if not text or sure < LEAST_CONFIDENCE:
            return None
        height, width = crop.shape
        box = Box(0.0, 0.0, float(width), float(height))
        # RapidOCR tells no place for spaces.
        placed = [at for at, char in enumerate(text) if not char.isspace()]
        if len(placed) != len(middles):
            return Seen(text.strip(), box, sure)
        stripped = "".join(text[at] for at in placed)
        spaced = tuple(at > 0 and text[at - 1].isspace() for at in placed)
        return cells(stripped, middles, spaced, crop, sure)

    def _vertical(self, crop: Picture) -> Seen | None:
        own: list[Cell] = set_in_row(crop)
        if len(own) < 2:
            return self._horizontal(crop)
        side = max(cell.bottom - cell.top for cell in own)
        row = np.full((side, crop.shape[1] * len(own)), 255, dtype=np.uint8)
        for at, cell in enumerate(own):
            part = crop[cell.top : cell.bottom]
            start = (side - part.shape[0]) // 2
            row[start : start + part.shape[0], at * crop.shape[1] : (at + 1) * crop.shape[1]] = part
        text, sure, middles = self._read(row)
        chars = [char for char in text if not char.isspace()]
        if not chars or sure < LEAST_CONFIDENCE:
            return None
        height, width = crop.shape
        box = Box(0.0, 0.0, float(width), float(height))
        if len(chars) != len(middles):
            return Seen("".join(chars), box, sure, vertical=True)
        tops = []
        for middle in middles:
            cell = own[min(len(own) - 1, int(middle / crop.shape[1]))]
            tops.append(float(cell.top))
        edges = np.maximum.accumulate([*tops, float(own[-1].bottom)])
        return Seen("".join(chars), box, sure, tuple(edges.tolist()), float(width), vertical=True)


def full_width(text: str) -> str:
    """A line with the marks of Chinese where they stand by Chinese characters: the models mix up the two widths.

    >>> full_width("(戴丽 莫洋)"), full_width("评论?"), full_width("约5.7万(15:30)")
    ('（戴丽 莫洋）', '评论？', '约5.7万(15:30)')
    """
    wide = {"(": "（", ")": "）", "?": "？", "!": "！", ",": "，", ":": "：", ";": "；"}
    chars = list(text)
    bracket: list[bool] = []
    for at, char in enumerate(text):
        if char not in wide:
            continue
        before, after = text[:at].rstrip()[-1:], text[at + 1 :].lstrip()[:1]
        han = any(side and not side.isascii() for side in (before, after))
        digits = before.isascii() and before.isalnum() and after.isascii() and after.isalnum()
        if char == "(":
            bracket.append(bool(after) and not after.isascii())
            change = bracket[-1]
        elif char == ")":
            change = bracket.pop() if bracket else han
        else:
            change = han and not digits
        chars[at] = wide[char] if change else char
    return "".join(chars)


def _is_upright(crop: Picture) -> bool:
    height, width = crop.shape
    return bool(height > UPRIGHT * width)


def _moved(seen: Seen, left: int, top: int) -> Seen:
    """A line of a crop as one of the picture."""
    box = Box(seen.box.left + left, seen.box.top + top, seen.box.right + left, seen.box.bottom + top)
    by = top if seen.vertical else left
    return Seen(seen.text, box, seen.confidence, tuple(edge + by for edge in seen.edges), seen.size, seen.vertical)


def _colour(picture: Picture) -> Picture:
    """A grey picture as one of three colours, which the models take."""
    return np.ascontiguousarray(np.repeat(picture[:, :, None], 3, axis=2))
