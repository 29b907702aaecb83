"""Which reader a file gets, and what a reader says where it cannot read."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from banmian import Page, Refused, raw_page, read_pages, readers
from banmian.model import Issue
from banmian.readers import READERS, MissingExtra, Unreadable, named, read_issue, reader_of
from sheets import Sheet


def one_page(text: str = "渡口通航") -> bytes:
    sheet = Sheet()
    sheet.line(50, 50, text)
    return sheet.pdf()


def test_every_reader_of_the_table_has_its_module() -> None:
    for reader in READERS:
        assert callable(reader.module.sniff), reader.name
        assert callable(reader.module.read), reader.name
        assert all(suffix.startswith(".") for suffix in reader.suffixes)


def test_the_last_reader_takes_anything() -> None:
    assert READERS[-1].name == "text"
    assert READERS[-1].module.sniff(b"\0\1\2")


@pytest.mark.parametrize(
    ("data", "name"),
    [(b"%PDF-1.4\n", "pdf"), (b"\n\n%PDF-1.7", "pdf"), ("版面".encode(), "text"), (b"", "text"), (b"PDF-1.4", "text")],
)
def test_a_reader_is_chosen_by_what_is_in_the_file(data: bytes, name: str) -> None:
    assert reader_of(data).name == name


def test_a_reader_whose_library_is_missing_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "find_spec", lambda name: None if name == "pypdfium2" else find_spec(name))
    with pytest.raises(MissingExtra, match=r"is a PDF, and reading it needs an extra: pip install 'banmian\[pdf\]'"):
        read_issue(one_page(), "page.pdf")


def test_a_file_may_be_called_anything(tmp_path: Path) -> None:
    path = tmp_path / "page.dat"
    path.write_bytes(one_page())
    page = raw_page(path)
    assert (page.id, page.source.name, page.source.text) == ("page", "page.dat", "渡口通航")
    assert page.layout is not None


def test_many_pages_are_numbered_and_one_is_not() -> None:
    one, two = Page.of("一"), Page.of("二")
    assert [page.id for page in named(Issue("x", (one,)), "day/p").pages] == ["day/p"]
    assert [page.id for page in named(Issue("x", (one, two)), "day/p").pages] == ["day/p-001", "day/p-002"]


def test_a_file_of_many_pages_is_no_page_but_may_be_read(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.line(50, 50, "第一面的字")
    sheet.next_page()
    sheet.line(50, 50, "第二面的字")
    path = tmp_path / "issue.pdf"
    path.write_bytes(sheet.pdf())
    with pytest.raises(Refused, match=r"issue.pdf: has 2 pages; read_pages reads them all\.$"):
        raw_page(path)
    issue = read_pages(path)
    assert [page.id for page in issue.pages] == ["issue-001", "issue-002"]
    assert [page.source.text for page in issue.pages] == ["第一面的字", "第二面的字"]


def test_what_cannot_be_read_is_unreadable_in_one_line() -> None:
    with pytest.raises(Unreadable) as caught:
        read_issue(b"%PDF-1.4 and then nothing", "page.pdf")
    assert str(caught.value) == ("is a damaged PDF; get the file again, or try to repair it: qpdf FILE NEW_FILE.")
