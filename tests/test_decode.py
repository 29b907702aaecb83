"""Every file gives its very bytes back, in the encoding that it is in, or is refused in words that help."""

from __future__ import annotations

import hashlib
import random

import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from banmian.decode import DecodeError, Problem, decode, detect
from banmian.stages.characters import report

TEXT = (
    "老街新颜 古镇新生\r\n本报讯（记者 李文 通讯员 张小山）4月6日，记者从县政府获悉，今年以来，全县修建水渠12公里，"
    "新增水田3.5万亩。\r\n“这里的水质好，种出来的稻米不愁卖。”村民们说，有了水，就有了希望。\r\n"
)
TRADITIONAL = opencc.OpenCC("s2t").convert(TEXT)
ENCODINGS = ["utf-8", "utf-16-le", "utf-16-be", "gb18030", "big5hkscs"]


def printed(encoding: str) -> str:
    return TRADITIONAL if encoding.startswith("big5") else TEXT


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("times", [1, 50])
def test_the_encoding_is_found_out(encoding: str, times: int) -> None:
    data = (printed(encoding) * times).encode(encoding)
    source = decode(data, name="page.txt")
    assert (source.text, source.encoding) == (printed(encoding) * times, encoding)
    assert source.data == data
    assert source.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("piece", ["新增水田，老街的人说", "今年以来\n", "一座水渠，"])
def test_a_line_is_enough_to_find_it_out(encoding: str, piece: str) -> None:
    data = piece.encode(encoding, "ignore")
    assert decode(data, name="page.txt").text == piece.encode(encoding, "ignore").decode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_a_byte_order_mark_stays_in_the_text(encoding: str) -> None:
    data = ("\ufeff" + TEXT).encode(encoding)
    source = decode(data, name="page.txt")
    assert (source.text, source.encoding) == ("\ufeff" + TEXT, encoding)
    assert source.data == data


@pytest.mark.parametrize(
    ("told", "used"),
    [
        ("UTF-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("gbk", "gb18030"),
        ("GB2312", "gb18030"),
        ("big5", "big5"),
        ("cp950", "cp950"),
        ("utf-16", "utf-16-le"),
    ],
)
def test_an_encoding_may_be_told(told: str, used: str) -> None:
    text = TRADITIONAL.replace("裏", "裡") if used in {"big5", "cp950"} else TEXT
    data = text.encode(used, "ignore")
    source = decode(data, name="page.txt", encoding=told)
    assert source.encoding == used
    assert source.data == data


def test_utf_16_that_is_told_is_read_the_way_its_mark_says() -> None:
    data = ("\ufeff" + TEXT).encode("utf-16-be")
    assert decode(data, name="page.txt", encoding="utf-16").encoding == "utf-16-be"


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_damage_does_not_refuse_a_page_and_is_reported(encoding: str) -> None:
    text = printed(encoding) * 5
    data = bytearray(text.encode(encoding))
    place = len(text[:30].encode(encoding))
    data[place : place + 2] = (
        b"\xdc\xff" if encoding == "utf-16-be" else b"\xff\xdc" if "16" in encoding else b"\xff\xff"
    )
    source = decode(bytes(data), name="page.txt")
    assert source.encoding == encoding
    assert source.data == bytes(data)
    assert source.text[:30] == text[:30]
    assert [flag.kind for flag in report(source.text)] == ["character.undecoded"]


def test_zero_bytes_that_an_extractor_left_are_text() -> None:
    text = TEXT[:40] + "\0" + TEXT * 3
    assert decode(text.encode(), name="page.txt").text == text


def test_a_character_that_big5_has_twice_comes_back_as_the_bytes_it_was() -> None:
    data = b"\xa4\xa4\xa4\xe5\n\xc9\x4a\xa6\xb3\xa4H\n"
    source = decode(TRADITIONAL.encode("big5hkscs", "ignore") + data, name="page.txt")
    assert source.encoding == "big5hkscs"
    assert source.data.endswith(data)
    assert source.text.endswith("有人\n")


@given(
    st.binary(min_size=1, max_size=200),
    st.sampled_from([None, "utf-8", "gb18030", "big5", "cp950", "utf-16", "latin-1", "punycode", "unicode_escape"]),
)
def test_any_bytes_come_back_or_are_refused(data: bytes, told: str | None) -> None:
    try:
        source = decode(data, name="page.txt", encoding=told)
    except DecodeError:
        return
    assert source.data == data


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1))
def test_whatever_is_utf_8_is_taken_for_it(text: str) -> None:
    assert detect(text.encode())[0] == "utf-8"


class TestRefusals:
    def refuse(self, data: bytes, *, encoding: str | None = None, max_bytes: int = 10_000) -> DecodeError:
        with pytest.raises(DecodeError) as caught:
            decode(data, name="p1.txt", encoding=encoding, max_bytes=max_bytes)
        return caught.value

    def test_an_empty_file(self) -> None:
        assert str(self.refuse(b"")) == "p1.txt: the file is empty.\nExtract the page again, or leave the file out."

    def test_an_enormous_file(self) -> None:
        assert str(self.refuse(b"a" * 1025, max_bytes=1024)) == (
            "p1.txt: the file has 1,025 bytes, more than the limit of 1,024.\n"
            "A page of a newspaper is far smaller; cut the file into pages, or raise the limit."
        )

    @pytest.mark.parametrize(
        ("data", "what", "remedy"),
        [
            (b"%PDF-1.7\n", "this is a PDF, not text.", "banmian[pdf]"),
            (b"\x89PNG\r\n\x1a\n", "this is a PNG image, not text.", "OCR"),
            (b"\xff\xd8\xff\xe0", "this is a JPEG image, not text.", "OCR"),
            (b"II*\0", "this is a TIFF image, not text.", "OCR"),
            (b"PK\x03\x04", "this is a ZIP archive", "Unpack"),
            (b"\x1f\x8b\x08", "this is a gzip archive", "gunzip"),
            ("老街".encode("utf-32"), "this is text in UTF-32, not text", "iconv"),
            (b"\x7fELF\x02\x01\x01" + bytes(20), "this is a binary file, not text.", "--encoding"),
        ],
    )
    @pytest.mark.parametrize("encoding", [None, "utf-8"])
    def test_a_file_that_is_no_text(self, data: bytes, what: str, remedy: str, encoding: str | None) -> None:
        error = self.refuse(data, encoding=encoding)
        assert error.problem is Problem.NOT_TEXT
        assert what in error.what
        assert remedy in error.remedy

    def test_an_encoding_that_is_none(self) -> None:
        for told in ("gb1803", "base64", "rot13", "idna"):
            error = self.refuse(TEXT.encode(), encoding=told)
            assert error.problem is Problem.UNKNOWN_ENCODING
            assert str(error) == (
                f"p1.txt: there is no encoding named {told!r}.\n"
                "Say utf-8, utf-16, gb18030 or big5, or leave the option out: banmian then finds out."
            )

    @pytest.mark.parametrize(
        ("true", "told"),
        [
            ("gb18030", "utf-8"),
            ("gb18030", "big5"),
            ("utf-8", "gb18030"),
            ("big5hkscs", "gb18030"),
            ("utf-8", "utf-16-le"),
            ("utf-8", "latin-1"),
        ],
    )
    def test_an_encoding_that_the_file_is_not_in(self, true: str, told: str) -> None:
        data = printed(true).encode(true)
        assert str(self.refuse(data[: len(data) // 2 * 2], encoding=told)) == (
            f"p1.txt: the file is not in {told}.\nIt reads as {true}: leave the option out, or say --encoding {true}."
        )

    def test_utf_16_that_was_cut_off(self) -> None:
        error = self.refuse(TEXT.encode("utf-16-le")[:-1])
        assert error.problem is Problem.CUT_OFF
        assert "head -c -1" in error.remedy


@pytest.mark.parametrize("size", [3000, 3001])
@pytest.mark.parametrize("seed", range(4))
def test_random_bytes_are_no_text(size: int, seed: int) -> None:
    with pytest.raises(DecodeError, match="this is a binary file, not text"):
        decode(random.Random(seed).randbytes(size), name="x")


def test_a_page_that_is_damaged_is_still_text() -> None:
    text = "禾州高新区围绕企业用工、用电、用钱三件难事，一家一策，上门服务。\n" * 40
    for encoding in ("utf-8", "gb18030", "big5", "utf-16-le"):
        data = bytearray(text.encode(encoding, "ignore"))
        for at in range(0, len(data), 50):
            data[at] = 0xFF
        assert decode(bytes(data), name="x").data == bytes(data)
