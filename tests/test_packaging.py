"""What users install: the package with its data, its types, its licence and one command."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from email.parser import Parser
from importlib.metadata import version
from pathlib import Path

import pytest

import banmian


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel, built from the work tree without asking any index."""
    folder = tmp_path_factory.mktemp("dist")
    build = "import hatchling.build, sys; hatchling.build.build_wheel(sys.argv[1])"
    root = Path(__file__).parent.parent
    subprocess.run([sys.executable, "-c", build, folder], cwd=root, check=True, capture_output=True)
    return zipfile.ZipFile(next(folder.glob("*.whl")))


def test_the_wheel_has_the_package_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert tops == {"banmian", f"banmian-{banmian.__version__}.dist-info"}


def test_the_wheel_has_all_data_of_the_package(wheel: zipfile.ZipFile, root: Path) -> None:
    package = root / "pipeline/banmian"
    data = {
        path.relative_to(package.parent).as_posix()
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert data <= set(wheel.namelist())
    assert {"banmian/py.typed", "banmian/default.toml", "banmian/glossary.toml"} <= data
    assert any(name.startswith("banmian/rules/") and name.endswith(".toml") for name in data)


def test_the_metadata_are_complete(wheel: zipfile.ZipFile) -> None:
    info = f"banmian-{banmian.__version__}.dist-info"
    metadata = Parser().parsestr(wheel.read(f"{info}/METADATA").decode("utf-8"))
    assert metadata["Name"] == "banmian"
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.11"
    assert "版面" in metadata["Summary"]
    assert f"{info}/licenses/LICENSE" in wheel.namelist()
    assert wheel.read(f"{info}/entry_points.txt").decode("utf-8") == "[console_scripts]\nbanmian = banmian.cli:app\n"


def test_the_version_is_said_once(root: Path) -> None:
    assert version("banmian") == banmian.__version__
    assert f"## {banmian.__version__}" in (root / "CHANGELOG.md").read_text(encoding="utf-8")


def test_every_public_name_is_there() -> None:
    for name in banmian.__all__:
        assert getattr(banmian, name) is not None
    with pytest.raises(AttributeError, match="^module 'banmian' has no attribute 'reed'$"):
        _ = banmian.reed  # type: ignore[attr-defined]
    assert set(banmian.__all__) <= set(dir(banmian))
