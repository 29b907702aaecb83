"""A plug-in as somebody else would write one: the simplest stage that makes articles, and one that has a bug.

It is found by its metadata, as any installed plug-in, once this folder is on the path.
"""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from banmian.layout import Box
from banmian.model import Article, Flag, Furniture, Page, Paragraph, Person, PersonRole, Role, Text
from banmian.ocr import EngineError, Seen
from banmian.stage import Layer
from banmian.trace import Edit, Span


def cut(text: str) -> list[list[Span]]:
    """Groups of lines, parted by blank lines."""
    groups = [match.span() for match in re.finditer(r"[^\n]+(?:\n[^\n]+)*", text)]
    return [[Span(a + m.start(), a + m.end()) for m in re.finditer(r"[^\n]+", text[a:b])] for a, b in groups]


@dataclass(frozen=True, slots=True)
class Standin:
    """Take each group of lines for an article: its first line the headline, the others one paragraph.

    A group that starts with 第 is furniture. All spaces go.
    """

    furniture: str = "第"
    confidence: float = 0.5
    people: int = 1
    kinds: tuple[str, ...] = ("standin.all",)
    role: Role = Role.PARAGRAPH
    quiet: bool = False

    name: ClassVar[str] = "standin"
    requires: ClassVar[frozenset[Layer]] = frozenset()
    provides: ClassVar[frozenset[Layer]] = frozenset({Layer.ARTICLES})

    def __call__(self, page: Page, /) -> Page:
        """The page with an article for each group of lines."""
        source = page.source.text
        groups = cut(source)
        covered = {i for group in groups for i in range(group[0].start, group[0].end)}
        bodies = [Span(group[1].start, group[-1].end) for group in groups if len(group) > 1]
        covered |= {i for body in bodies for i in range(body.start, body.end)}
        inside = {i for body in bodies for i in range(body.start, body.end)}
        edits = [
            Edit(
                Span(i, i + 1),
                "",
                "standin/join" if i in inside else "standin/break" if char == "\n" else "standin/space",
            )
            for i, char in enumerate(source)
            if char in " \n" or i not in covered
        ]
        trace = page.trace.edit(edits)
        articles: list[Article] = []
        furniture: list[Furniture] = []
        for group in groups:
            head = trace.read(group[0])
            if self.furniture and head.startswith(self.furniture):
                spans = (Span(group[0].start, group[-1].end),)
                furniture.append(Furniture(Role.FOLIO, trace.read_all(spans), spans))
                continue
            body: tuple[Span, ...] = (Span(group[1].start, group[-1].end),) if len(group) > 1 else ()
            byline = re.search("记者 ?..", source[body[0].start : body[0].end]) if body else None
            at = (Span(body[0].start + byline.start(), body[0].start + byline.end()),) if byline else ()
            articles.append(
                Article(
                    id=f"a{len(articles) + 1}",
                    headline=Text(head, (group[0],)),
                    byline=Text(trace.read_all(at), at) if at else None,
                    people=(Person(trace.read_all(at)[2:], PersonRole.REPORTER),) * self.people if at else (),
                    blocks=(Paragraph(self.role, trace.read_all(body), body),) if body else (),
                    confidence=self.confidence,
                    flags=() if self.quiet else tuple(Flag(kind, "a stand-in", (group[0],)) for kind in self.kinds),
                )
            )
        return replace(page, trace=trace, articles=tuple(articles), furniture=tuple(furniture))


@dataclass(frozen=True, slots=True)
class Breaking:
    """Fail on every page that has the word in it."""

    word: str = "坏"

    name: ClassVar[str] = "breaking"
    requires: ClassVar[frozenset[Layer]] = frozenset({Layer.ARTICLES})
    provides: ClassVar[frozenset[Layer]] = frozenset()

    def __call__(self, page: Page, /) -> Page:
        """The page as it is."""
        if self.word in page.source.text:
            raise RuntimeError(f"{self.word} is on the page")
        return page


@dataclass(frozen=True, slots=True)
class Frail:
    """Let the process die on some pages, as a fault in a library or a system short of memory does; and take time."""

    pause: float = 0.0

    name: ClassVar[str] = "frail"
    requires: ClassVar[frozenset[Layer]] = frozenset()
    provides: ClassVar[frozenset[Layer]] = frozenset()

    def __call__(self, page: Page, /) -> Page:
        """The page as it is."""
        time.sleep(self.pause)
        for word, how in (("死", signal.SIGKILL), ("崩", signal.SIGSEGV)):
            if word in page.source.text:
                os.kill(os.getpid(), how)
        if "满" in page.source.text and "忆" in page.source.text:
            raise MemoryError
        return page


def make_engine(texts: str) -> Callable[[Any, float], list[Seen]]:
    """An OCR engine that knows what it is to read: its lines, parted by |, stand where the picture has bands of ink."""
    if texts == "broken":
        raise EngineError("cannot be recognised: the stand-in is broken.")

    def read(picture: Any, dpi: float) -> list[Seen]:
        del dpi
        if texts == "failing":
            raise EngineError("cannot be recognised: the stand-in failed.")
        found: list[Seen] = []
        dark = (picture < 128).any(axis=1).tolist()
        starts = [at for at, ink in enumerate(dark) if ink and not (at and dark[at - 1])]
        for text, top in zip(texts.split("|"), starts, strict=False):
            bottom = next(at for at in range(top, len(dark) + 1) if at == len(dark) or not dark[at])
            columns = (picture[top:bottom] < 128).any(axis=0).nonzero()[0].tolist()
            left, right = float(columns[0]), float(columns[-1] + 1)
            step = (right - left) / len(text)
            edges = tuple(left + at * step for at in range(len(text) + 1))
            found.append(Seen(text, Box(left, float(top), right, float(bottom)), 0.9, edges, float(bottom - top)))
        return found

    return read
