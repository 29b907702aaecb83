"""What tests share: pages, and a plug-in whose stages stand in for the real ones.

Tests of the machinery (configuration, formats, commands) run on the plug-in's two small stages, so that they say what
is wrong with the machinery and nothing else; tests that read real pages use the default pipeline.
"""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PLUGIN = Path(__file__).parent / "plugin"

# Two articles and a folio; spaces that go, a line break that goes, a byline inside of a paragraph.
PAGE = (
    "第3版 要闻\n\n从 复 工 到 满 产\n本报讯（记者 王五）昨日，园区\n全面复工。\n\n暖心事\n老人过马路，\n众人让行。\n"
)


@pytest.fixture
def root() -> Path:
    """The project."""
    return ROOT


@pytest.fixture
def plugin(monkeypatch: pytest.MonkeyPatch) -> Path:
    """The plug-in of tests/plugin is installed."""
    monkeypatch.syspath_prepend(PLUGIN)
    return PLUGIN


@pytest.fixture
def config(tmp_path: Path, plugin: Path) -> Path:
    """A configuration with the stages of the plug-in."""
    assert plugin.is_dir()
    path = tmp_path / "standin.toml"
    path.write_text('[pipeline]\nstages = ["standin", "breaking"]\n', encoding="utf-8")
    return path


@pytest.fixture
def page_text() -> str:
    """The raw text of a small page: a folio and two articles."""
    return PAGE
