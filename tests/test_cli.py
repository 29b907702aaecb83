"""The command: what it prints where, and how it ends."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from banmian import __version__
from banmian.cli import app
from banmian.commands.console import ExitCode
from banmian.commands.read import Format, read_pages
from banmian.commands.stage import run_stage, with_required
from banmian.config import load_pipeline
from banmian.formats import layers
from banmian.stages import STAGES, stage_class


@pytest.fixture
def page(tmp_path: Path, page_text: str) -> Path:
    """A page in a file."""
    path = tmp_path / "p3.txt"
    path.write_text(page_text, encoding="utf-8", newline="")
    return path


def run(*args: str | Path, stdin: str | bytes | None = None) -> Result:
    """Run the command in this process, standard output and standard error apart."""
    return CliRunner().invoke(app, [str(arg) for arg in args], input=stdin)


def test_help_lists_the_commands_and_the_exit_codes() -> None:
    result = run("--help")
    assert result.exit_code == 0
    for word in ("read", "show", "stage", "stages", "rebuild", "search", "explain", "config", "--install-completion"):
        assert word in result.stdout
    assert "Exit codes: 0 all done; 1 wrong usage or configuration; 2 nothing could be" in result.stdout


@pytest.mark.parametrize("command", ["read", "show", "stage", "stages", "rebuild", "search", "explain", "config"])
def test_each_command_has_help_with_the_exit_codes(command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert "Exit codes: 0 all done" in result.stdout


def test_the_version_is_data() -> None:
    assert run("--version").stdout == f"banmian {__version__}\n"


@pytest.mark.parametrize("args", [["red"], ["read"], ["read", "--format", "xml", "x"], ["--colour"], []])
def test_wrong_usage_ends_with_1(args: list[str]) -> None:
    assert run(*args).exit_code == ExitCode.USAGE


# read


def test_one_page_goes_to_standard_output(page: Path, config: Path) -> None:
    result = run("read", page, "--config", config)
    assert (result.exit_code, result.stderr) == (0, "")
    value = json.loads(result.stdout)
    assert (value["id"], value["source"]["name"]) == ("p3", "p3.txt")
    assert [article["headline"] for article in value["articles"]] == ["从复工到满产", "暖心事"]
    assert value["pipeline"]["config"] == load_pipeline(config).digest
    assert value["pipeline"]["stages"] == ["standin", "breaking"]


def test_standard_input_is_a_page(page_text: str, config: Path) -> None:
    result = run("read", "-", "--format", "txt", "--config", config, stdin=page_text)
    assert result.stdout.startswith("从复工到满产\n记者王五\n\n本报讯")
    value = json.loads(run("read", "-", "--config", config, stdin=page_text).stdout)
    assert (value["id"], value["source"]["name"]) == ("stdin", "stdin")


def test_the_encoding_is_found_out_or_told(tmp_path: Path, page_text: str, config: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_bytes(page_text.encode("gb18030"))
    for args in ([], ["--encoding", "gb18030"]):
        value = json.loads(run("read", path, "--config", config, *args).stdout)
        assert value["source"]["encoding"] == "gb18030"
        assert value["articles"][1]["headline"] == "暖心事"
    result = run("read", path, "--config", config, "--encoding", "klingon")
    assert result.exit_code == ExitCode.INPUT
    assert "klingon" in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_file_can_be_named_for_the_result(page: Path, tmp_path: Path, config: Path) -> None:
    result = run("read", page, "-f", "md", "-o", tmp_path / "new" / "p3.md", "--config", config)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
    assert (tmp_path / "new" / "p3.md").read_text(encoding="utf-8").startswith("# p3\n\n## 从复工到满产\n")
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["p3.md"]


def test_a_folder_gets_one_result_a_page(page: Path, tmp_path: Path, config: Path) -> None:
    pages = tmp_path / "pages"
    (pages / "day").mkdir(parents=True)
    for name in ("p1.txt", "day/p2.TXT", "notes.md"):
        (pages / name).write_bytes(page.read_bytes())
    result = run("read", pages, "-o", tmp_path / "out", "--config", config)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == f"banmian: 2 pages in {tmp_path / 'out'}\n"
    written = sorted(path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.*"))
    assert written == ["day/p2.json", "p1.json"]
    assert json.loads((tmp_path / "out/day/p2.json").read_text(encoding="utf-8"))["id"] == "day/p2"


def test_several_pages_on_standard_output_are_a_line_of_json_each(page: Path, tmp_path: Path, config: Path) -> None:
    (tmp_path / "p4.txt").write_text("暖心事\n", encoding="utf-8")
    result = run("read", page, tmp_path / "p4.txt", "--config", config)
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == ["p3", "p4"]


def test_one_bad_page_does_not_cost_the_others(page: Path, tmp_path: Path, config: Path) -> None:
    (tmp_path / "bad.txt").write_text("坏\n", encoding="utf-8")
    result = run("read", tmp_path / "bad.txt", tmp_path / "no.txt", page, "-o", tmp_path / "out", "--config", config)
    assert result.exit_code == ExitCode.SOME_FAILED
    assert result.stderr.splitlines() == [
        "banmian: bad: stage 'breaking' failed with RuntimeError: 坏 is on the page; "
        "this is a fault of the stage, please report it",
        f"banmian: {tmp_path / 'no.txt'}: no such file or folder.",
        f"banmian: 1 page in {tmp_path / 'out'}; 2 pages failed",
    ]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["p3.json"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty."),
        (b"%PDF-1.7\n\xe2\xe3\n", "is a damaged PDF; get the file again"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "is a damaged picture (its format is broken); get the file again."),
        (b"\x7fELF\2\1\1" + bytes(500) + b"\1\2\3" * 40, "binary file, not text"),
        (b"a" * 10_000_001, "is larger than 10 MB, so it is not one page; give each page a file."),
    ],
    ids=["empty", "pdf", "png", "binary", "enormous"],
)
def test_what_is_no_page_gets_one_clear_line(tmp_path: Path, config: Path, data: bytes, message: str) -> None:
    path = tmp_path / "page.txt"
    path.write_bytes(data)
    commands: list[list[str | Path]] = [["read", path], ["show", path], ["read", path, "-o", tmp_path / "out"]]
    for args in commands:
        result = run(*args, "--config", config)
        assert (result.exit_code, result.stdout) == (ExitCode.INPUT, "")
        assert result.stderr.startswith(f"banmian: {path}: ")
        assert message in result.stderr
        assert "Traceback" not in result.stderr
        assert len(result.stderr.splitlines()) == 1


def test_a_folder_without_pages_is_said(tmp_path: Path, config: Path) -> None:
    result = run("read", tmp_path, "--config", config)
    assert result.exit_code == ExitCode.INPUT
    names = "*.pdf, *.png, *.jpg, *.jpeg, *.tif, *.tiff, *.jp2, *.xml, *.hocr, *.html, *.txt"
    assert result.stderr == f"banmian: {tmp_path}: has no pages in it, that is, no files like these: {names}.\n"
    result = run("show", tmp_path, "--config", config)
    assert result.stderr == f"banmian: {tmp_path}: is a folder; show takes one page\n"


def test_two_pages_of_one_name_do_not_overwrite_each_other(page: Path, tmp_path: Path, config: Path) -> None:
    (tmp_path / "b").mkdir()
    other = tmp_path / "b" / "p3.txt"
    other.write_text("暖心事\n", encoding="utf-8")
    result = run("read", page, other, "-o", tmp_path / "out", "--config", config)
    assert result.exit_code == ExitCode.SOME_FAILED
    assert f"{other}: has the name of {page}, and one result would overwrite the other." in result.stderr
    assert len(json.loads((tmp_path / "out/p3.json").read_text(encoding="utf-8"))["articles"]) == 2


def test_several_pages_need_a_folder(page: Path, tmp_path: Path, config: Path) -> None:
    result = run("read", page, page, "-o", page, "--config", config)
    assert result.exit_code == ExitCode.USAGE
    assert result.stderr == f"banmian: {page} is a file, and several pages need a folder; say another with -o\n"
    assert tmp_path.is_dir()


def test_a_result_that_cannot_be_written_is_said(page: Path, config: Path) -> None:
    result = run("read", page, "-o", page / "out.json", "--config", config)
    assert result.exit_code == ExitCode.SOME_FAILED
    assert "cannot be written" in result.stderr


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_said(page: Path, config: Path) -> None:
    page.chmod(0)
    result = run("read", page, "--config", config)
    assert result.exit_code == ExitCode.INPUT
    assert result.stderr == f"banmian: {page}: cannot be read: Permission denied.\n"


def test_a_wrong_configuration_is_wrong_usage(page: Path, tmp_path: Path) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text("[stages.line]\n", encoding="utf-8")
    for command in (["read", page], ["show", page], ["stage", "lines"], ["stages"]):
        result = run(*command, "--config", path)
        assert result.exit_code == ExitCode.USAGE
        assert result.stderr.startswith(f"banmian: {path}: [stages] has no table line; it takes ")


def test_the_function_behind_read_needs_no_command_line(page: Path, tmp_path: Path, config: Path) -> None:
    code = read_pages([page], pipeline=load_pipeline(config), form=Format.TXT, output=tmp_path / "p3.out")
    assert code is ExitCode.OK
    assert (tmp_path / "p3.out").read_text(encoding="utf-8").startswith("从复工到满产\n")


# show, stage, stages


@pytest.mark.parametrize("width", [80, 200])
def test_show_prints_a_picture_as_wide_as_the_terminal(
    page: Path, config: Path, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    result = run("show", page, "--config", config)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "\x1b" not in result.stdout
    row = next(row for row in result.stdout.splitlines() if "A 从 复 工 到 满 产" in row)
    assert row.index("A 从 复 工 到 满 产") < width // 4
    assert len(max(result.stdout.splitlines(), key=len)) <= width


def test_a_stage_is_a_filter(page_text: str, config: Path) -> None:
    first = run("stage", "standin", "--config", config, stdin=page_text)
    assert (first.exit_code, first.stderr) == (0, "")
    passed_on = layers.loads(first.stdout)
    assert passed_on.stages == ("standin",)
    second = run("stage", "breaking", "--config", config, stdin=first.stdout * 2)
    assert [layers.loads(line).stages for line in second.stdout.splitlines()] == [("standin", "breaking")] * 2
    last = run("stage", "breaking", "--format", "txt", "--config", config, stdin=first.stdout)
    assert last.stdout.startswith("从复工到满产\n")


def test_a_stage_on_raw_text_first_runs_what_it_requires(page_text: str, config: Path) -> None:
    result = run("stage", "breaking", "--config", config, stdin=page_text)
    assert layers.loads(result.stdout).stages == ("standin", "breaking")


def test_only_what_a_stage_requires_is_run_before_it() -> None:
    stages = [stage_class(name)() for name, _ in STAGES[:3]]
    assert [stage.name for stage in with_required(stages, "lines", ())] == ["characters", "lines"]
    assert [stage.name for stage in with_required(stages, "lines", ["characters"])] == ["lines"]
    assert [stage.name for stage in with_required(stages, "characters", ())] == ["characters"]


def test_a_stage_goes_on_after_a_page_that_it_fails_on(page_text: str, config: Path) -> None:
    lines = "".join(run("stage", "standin", "--config", config, stdin=text).stdout for text in ("坏\n", page_text))
    result = run("stage", "breaking", "--config", config, stdin=lines)
    assert result.exit_code == ExitCode.SOME_FAILED
    assert len(result.stdout.splitlines()) == 1
    assert "stage 'breaking' failed with RuntimeError" in result.stderr


def test_a_stage_that_is_not_there_is_wrong_usage(config: Path) -> None:
    result = run("stage", "head", "--config", config, stdin="")
    assert result.exit_code == ExitCode.USAGE
    assert result.stderr == "banmian: there is no stage 'head' in the pipeline; it has standin, breaking\n"


def test_a_stage_refuses_what_is_neither_text_nor_layers(config: Path) -> None:
    pipeline = load_pipeline(config)
    assert run_stage("standin", io.BytesIO(b""), pipeline=pipeline) is ExitCode.INPUT
    result = run("stage", "standin", "--config", config, stdin='{"schema": "banmian.page/1"}')
    assert result.exit_code == ExitCode.INPUT
    assert result.stderr.startswith("banmian: stdin: is of schema 'banmian.page/1'; a stage reads 'banmian.layers/1'")


def test_stages_are_listed_with_their_options(config: Path) -> None:
    result = run("stages", "--config", config)
    assert result.stdout.startswith(
        "standin: Take each group of lines for an article: its first line the headline, the others one paragraph.\n"
        "  requires nothing\n"
        "  provides articles\n"
        '  option   furniture = "第"\n'
        "  option   confidence = 0.5\n"
    )


# rebuild, explain, config


def test_rebuild_prints_the_source(page: Path, config: Path, tmp_path: Path) -> None:
    source = page.read_text(encoding="utf-8").replace("\n", "\r\n").encode("gb18030")
    page.write_bytes(source)
    run("read", page, "-o", tmp_path / "p3.json", "--config", config)
    assert run("rebuild", tmp_path / "p3.json").stdout_bytes == source
    assert run("rebuild", "-", stdin=(tmp_path / "p3.json").read_bytes()).stdout_bytes == source


def test_rebuild_says_what_is_wrong_with_a_record(tmp_path: Path, page: Path) -> None:
    assert run("rebuild", tmp_path / "no.json").stderr.endswith("no.json: cannot be read: No such file or directory\n")
    result = run("rebuild", page)
    assert (result.exit_code, result.stdout) == (ExitCode.INPUT, "")
    assert result.stderr.startswith(f"banmian: {page}: is not JSON: ")


def test_explain_knows_both_languages() -> None:
    result = run("explain", "电头")
    assert result.stdout.startswith(
        "dateline: dateline; 电头, 消息头, 讯头\n  How a news item says where it comes from"
    )
    assert result.stdout == run("explain", "dateline").stdout == run("explain", "電頭").stdout


def test_explain_offers_near_words() -> None:
    result = run("explain", "headlin")
    assert (result.exit_code, result.stdout) == (ExitCode.USAGE, "")
    assert result.stderr.startswith("banmian: the glossary has no 'headlin'; near it: headline")
    assert run("explain", "qqqq").stderr == "banmian: the glossary has no 'qqqq'; `banmian explain` lists it\n"


def test_explain_without_a_word_lists_all() -> None:
    assert re.search("^dateline +电头, 消息头, 讯头$", run("explain").stdout, re.MULTILINE)


def test_config_prints_the_default_or_a_filled_in_one(root: Path, config: Path) -> None:
    assert run("config").stdout == (root / "pipeline/banmian/default.toml").read_text(encoding="utf-8")
    assert '[stages.standin]\nfurniture = "第"\nconfidence = 0.5\n' in run("config", config).stdout


# the installed command


def banmian(*args: str | Path, plugin: Path, stdout: int = subprocess.PIPE) -> subprocess.Popen[bytes]:
    """Start the installed command."""
    command = Path(sys.executable).with_name("banmian")
    env = {**os.environ, "PYTHONPATH": str(plugin), "LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
    return subprocess.Popen([command, *args], stdout=stdout, stderr=subprocess.PIPE, env=env)


def test_the_installed_command_writes_utf_8_in_any_locale(page: Path, config: Path, plugin: Path) -> None:
    out, err = banmian("read", page, "--config", config, plugin=plugin).communicate()
    assert err == b""
    assert "从复工到满产" in out.decode("utf-8")


def test_a_reader_that_stops_is_no_error(tmp_path: Path, page: Path, config: Path, plugin: Path) -> None:
    page.write_text(page.read_text(encoding="utf-8") * 5000, encoding="utf-8")
    read_end, write_end = os.pipe()
    process = banmian("read", page, "--config", config, plugin=plugin, stdout=write_end)
    os.close(write_end)
    os.close(read_end)
    assert process.communicate()[1] == b""
    assert process.returncode == ExitCode.CLOSED
    assert tmp_path.is_dir()


@pytest.mark.parametrize("module", ["numpy", "scipy", "regex", "opencc", "rapidfuzz", "rich", "banmian.model"])
def test_the_command_line_imports_nothing_heavy(module: str) -> None:
    code = f"import sys, banmian.cli; sys.exit({module!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# formats of libraries and tables


@pytest.mark.parametrize("form", ["alto", "mets", "tei", "jsonl", "csv"])
def test_a_page_can_be_written_in_other_formats(page: Path, config: Path, form: str) -> None:
    result = run("read", page, "--format", form, "--config", config)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "从复工到满产" in result.stdout


def test_files_are_named_after_their_formats(page: Path, tmp_path: Path, config: Path) -> None:
    for form, suffix in (("alto", ".alto.xml"), ("mets", ".mets.xml"), ("parquet", ".parquet"), ("csv", ".csv")):
        out = tmp_path / form
        out.mkdir()
        assert run("read", page, "-f", form, "-o", out, "--config", config).exit_code == 0
        assert [path.name for path in out.iterdir()] == [f"p3{suffix}"]
    assert (tmp_path / "parquet" / "p3.parquet").read_bytes().startswith(b"PAR1")


def test_several_documents_are_no_stream(page: Path, tmp_path: Path, config: Path) -> None:
    (tmp_path / "p4.txt").write_text("暖心事\n", encoding="utf-8")
    result = run("read", page, tmp_path / "p4.txt", "--format", "tei", "--config", config)
    assert (result.exit_code, result.stdout) == (ExitCode.USAGE, "")
    assert result.stderr == "banmian: several pages as tei need a folder; say which with -o\n"
    lines = run("read", page, tmp_path / "p4.txt", "--format", "jsonl", "--config", config).stdout.splitlines()
    assert {json.loads(line)["issue"] for line in lines} == {"p3", "p4"}


def test_without_a_library_the_command_says_what_to_install(
    page: Path, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.delitem(sys.modules, "banmian.formats.parquet", raising=False)
    result = run("read", page, "--format", "parquet", "--config", config)
    assert (result.exit_code, result.stdout) == (ExitCode.USAGE, "")
    assert result.stderr == (
        "banmian: the format parquet needs pyarrow, which is not installed: pip install banmian[parquet]\n"
    )
