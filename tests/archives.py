"""What tests of archives share: folders of small pages, and what a run made of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from banmian.archive.issues import compile_patterns
from banmian.archive.options import Options
from banmian.archive.run import run
from banmian.archive.watching import Tally
from banmian.config import load_pipeline

PLUGIN = Path(__file__).parent / "plugin"
STANDIN = '[pipeline]\nstages = ["frail", "standin", "breaking"]\n\n[stages.frail]\npause = {pause}\n'

GOOD = "第3版 要闻\n\n从 复 工 到 满 产\n本报讯（记者 王五）昨日，园区\n全面复工。\n"


def configuration(path: Path, *, pause: float = 0.0) -> Path:
    """A configuration with the stages of the plug-in, which take `pause` seconds a page."""
    path.write_text(STANDIN.format(pause=pause), encoding="utf-8")
    return path


def archive(root: Path, pages: Mapping[str, str | bytes]) -> Path:
    """A folder of files."""
    for name, text in pages.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return root


def numbered(count: int) -> dict[str, str]:
    """Pages that differ, four to an issue."""
    return {
        f"2020-01-{i // 4 + 1:02}/{i % 4 + 1:02}.txt": f"{GOOD}\n第{i}件事\n老人过马路{i}。\n" for i in range(count)
    }


def do(source: Path | str, out: Path | str, config: Path, *, stdin: Iterable[bytes] = (), **options: Any) -> Tally:
    """A run in this process (and in worker processes)."""
    patterns = compile_patterns(options.pop("patterns", ()))
    return run(str(source), str(out), Options(load_pipeline(config), patterns=patterns, **options), stdin=stdin)


def journal(out: Path) -> dict[str, dict[str, Any]]:
    """The records of a run by the ids of their pages; there is one each."""
    lines = (out / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    records = {record["page"]: record for record in map(json.loads, lines)}
    assert len(records) == len(lines)
    return records


def errors(out: Path) -> dict[str, str]:
    """The kinds of errors by what they are of."""
    return {page: record["error"]["kind"] for page, record in journal(out).items() if record["error"]}


def made(out: Path) -> dict[str, bytes]:
    """All that a run has made, but for its working folder, and for how long it took: the report is about that too."""
    files = {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in out.rglob("*")
        if path.is_file() and ".banmian" not in path.parts and path.stem != "report"
    }
    records = (json.loads(line) for line in files["journal.jsonl"].splitlines())
    files["journal.jsonl"] = json.dumps([{**record, "seconds": 0} for record in records]).encode()
    return files


def start(*args: str | Path, **options: Any) -> subprocess.Popen[bytes]:
    """Start the installed command, the plug-in installed."""
    command = Path(sys.executable).with_name("banmian")
    env = {**os.environ, "PYTHONPATH": str(PLUGIN)}
    return subprocess.Popen([command, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env, **options)


def ended(process: subprocess.Popen[bytes]) -> int:
    """How a command ended."""
    process.communicate()
    return process.returncode
