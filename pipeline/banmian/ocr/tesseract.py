"""Tesseract, through its program: for those who have it, and for scripts that RapidOCR's models do not know.

Why the program and not a binding (tesserocr, pytesseract): it is a call with a picture in and hOCR out, and hOCR is a
format that we read anyway.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from typing import TYPE_CHECKING

from banmian.layout import Box
from banmian.ocr import EngineError, Seen
from banmian.readers import Unreadable, hocr

if TYPE_CHECKING:
    from banmian.ocr import Picture

PROGRAM = "tesseract"
LANGUAGE = "chi_sim"
# A full page takes it two minutes on an old machine; what takes ten hangs.
TIMEOUT = 600


def make(language: str) -> Tesseract:
    """The engine, for a language of Tesseract; simplified Chinese if none is named.

    Raises:
        EngineError: the program is not there, or does not know the language.
    """
    program = shutil.which(PROGRAM)
    if program is None:
        raise EngineError(
            "needs the program tesseract, which is not there; on Debian: apt-get install tesseract-ocr-chi-sim."
        )
    language = language or LANGUAGE
    listed = _run([program, "--list-langs"])
    known = listed.stdout.decode("utf-8", "replace").split()
    missing = [each for each in language.split("+") if each not in known]
    if missing:
        package = missing[0].replace("_", "-")
        raise EngineError(
            f"needs data of tesseract for {missing[0]}; on Debian: apt-get install tesseract-ocr-{package}."
        )
    return Tesseract(program, language)


def _run(command: Sequence[str], data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(  # noqa: S603  the program is tesseract, and none of its arguments is a user's path
            command,
            input=data,
            capture_output=True,
            timeout=TIMEOUT,
            check=True,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},  # its threads wait for each other more than they work
        )
    except subprocess.CalledProcessError as error:
        why = error.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or ["no reason given"]
        raise EngineError(f"cannot be recognised: tesseract failed: {why[0].rstrip('.')}.") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EngineError(f"cannot be recognised: tesseract failed: {error}.") from error


class Tesseract:
    """The engine."""

    def __init__(self, program: str, language: str) -> None:
        self._program = program
        self._language = language

    def __call__(self, picture: Picture, dpi: float) -> Sequence[Seen]:
        """The lines of a picture."""
        height, width = picture.shape
        data = b"P5 %d %d 255\n" % (width, height) + picture.tobytes()
        # 3: find the columns of the page, but not how it is turned. hocr_char_boxes: where each character is.
        layout = ["--psm", "3", "-c", "hocr_char_boxes=1", "-c", "tessedit_create_hocr=1"]
        command = [self._program, "stdin", "stdout", "-l", self._language, "--dpi", str(round(dpi)), *layout]
        made = _run(command, data)
        try:
            issue = hocr.read(made.stdout, "page")
        except Unreadable:  # a page without text
            return []
        page = issue.pages[0]
        layout_ = page.layout
        if layout_ is None:
            return []
        # The reader turns pixels into points by the resolution that the page tells, or else by 300.
        assumed = any(flag.kind == "page.resolution-assumed" for flag in page.flags)
        unit = (300.0 if assumed else round(dpi)) / 72
        return [
            Seen(
                page.source.text[line.span.start : line.span.end],
                Box(*(side * unit for side in line.box)),
                line.confidence if line.confidence is not None else 0.0,
                tuple(edge * unit for edge in line.chars),
                None,
                line.vertical,
            )
            for line in layout_.lines
        ]
