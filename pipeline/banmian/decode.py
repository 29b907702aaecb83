"""Bytes to text, and never a byte lost.

Archives of newspaper text come in the encodings of forty years: UTF-8 with and without a byte order mark, UTF-16 from
Windows tools, GB18030 (and its subsets GBK and GB 2312) from the mainland, Big5 from Taiwan and Hong Kong. Files do not
say which, and a file of many megabytes may have one byte that is wrong.

We try what could be, in the order of how surely it can be told: a byte order mark; the zero bytes of UTF-16; UTF-8,
whose sequences nothing else imitates; then GB18030 against Big5, which accept most of each other's bytes, by which of
them makes the characters that Chinese is made of. A few bytes that do not fit are damage, not another encoding:
they are kept as lone surrogates (PEP 383), and the characters stage reports them. Whatever is chosen, the text gives
the very bytes back; an encoding that does not is not chosen.

What is no text at all is refused, in words that say what to do.
"""

from __future__ import annotations

import codecs
import hashlib
import re
import unicodedata
from enum import StrEnum
from typing import NamedTuple

from banmian.model import Source

# 64 MiB: a newspaper page is some tens of kilobytes, a year of a daily in one file some tens of megabytes.
MAX_BYTES = 64 * 1024 * 1024
# What is looked at to tell encodings apart; a page is shorter, and a longer file shows its encoding in this much.
SAMPLE_BYTES = 64 * 1024
# A text may have this share of its bytes (those of ASCII aside) wrong and still be in an encoding. Measured on pages
# read in the wrong one: as UTF-8 at least 0.6 of the bytes are wrong. GB18030 and Big5 accept nearly everything of each
# other, so that nothing but their plausibility tells them apart.
DAMAGE = 0.25
# In UTF-16 every line end, space and digit has a zero byte, always on the same side: at least this share of characters.
UTF16_ZEROS = 0.02
UTF16_ONE_SIDE = 5
# Zero bytes that an extractor may leave in a text; a binary file has many more.
TEXT_ZEROS = 0.005
# A third and more of the characters of running Chinese are frequent ones; where the encoding told makes less than a
# third of what another makes, and the other makes this much, it was told wrong.
PLAUSIBLE = 0.15
# The share of control characters, lone surrogates and codes that are no character. Random bytes read as UTF-16 have
# 0.05, as GB18030 0.25; no page that we know has any, but bytes that are damaged make such characters in GB18030.
UTF16_NOISE = 0.02
NOISE = 0.2
_NO_TEXT = frozenset({"Cc", "Cn", "Cs"})
_SET_APART = "\t\n\r\f"


class Problem(StrEnum):
    """Why bytes are not read as text."""

    EMPTY = "empty"
    TOO_LARGE = "too-large"
    NOT_TEXT = "not-text"
    UNKNOWN_ENCODING = "unknown-encoding"
    WRONG_ENCODING = "wrong-encoding"
    CUT_OFF = "cut-off"


class DecodeError(ValueError):
    """Bytes that are not read as text: the file, what is wrong with it, and what to do."""

    def __init__(self, name: str, problem: Problem, what: str, remedy: str) -> None:
        super().__init__(f"{name}: {what}\n{remedy}")
        self.name = name
        self.problem = problem
        self.what = what
        self.remedy = remedy


class _Kind(NamedTuple):
    """A kind of file that is no text: how it begins, what it is called, and what reads it."""

    magic: bytes
    name: str
    remedy: str


_OCR_FIRST = "banmian reads text, not images: run an OCR engine over it first, and give banmian the text it writes."
_CUT_OFF = "Get the file again; or cut off its last byte, which is half a character: head -c -1 FILE > NEW_FILE."
_TO_UTF8 = "Convert it first: iconv -f UTF-32 -t UTF-8 FILE > NEW_FILE."
_UNPACK = "Unpack it, and give banmian the text files inside."
_KINDS = (
    _Kind(
        b"%PDF-",
        "a PDF",
        "Read it with the PDF extra: pip install 'banmian[pdf]'; or extract its text: pdftotext FILE.",
    ),
    _Kind(b"\x89PNG\r\n", "a PNG image", _OCR_FIRST),
    _Kind(b"\xff\xd8\xff", "a JPEG image", _OCR_FIRST),
    _Kind(b"II*\0", "a TIFF image", _OCR_FIRST),
    _Kind(b"MM\0*", "a TIFF image", _OCR_FIRST),
    _Kind(b"GIF8", "a GIF image", _OCR_FIRST),
    _Kind(b"AT&TFORM", "a DjVu document", "Extract its text first: djvutxt FILE."),
    _Kind(b"\0\0\0\x0cjP  ", "a JPEG 2000 image", _OCR_FIRST),
    _Kind(codecs.BOM_UTF32_LE, "text in UTF-32", _TO_UTF8),
    _Kind(codecs.BOM_UTF32_BE, "text in UTF-32", _TO_UTF8),
    _Kind(b"PK\x03\x04", "a ZIP archive (or a Word or EPUB document, which are such)", _UNPACK),
    _Kind(b"\x1f\x8b", "a gzip archive", "Unpack it first: gunzip FILE."),
    _Kind(b"7z\xbc\xaf", "a 7z archive", _UNPACK),
    _Kind(b"Rar!", "a RAR archive", _UNPACK),
    _Kind(b"\xd0\xcf\x11\xe0", "an old Word document", "Save it as text (UTF-8) in a word processor."),
    _Kind(b"{\\rtf", "an RTF document", "Save it as text (UTF-8) in a word processor."),
    _Kind(b"SQLite format 3", "a SQLite database", "Export its text to files first."),
)
_TEXT_ANYWAY = "If it is text in an encoding that banmian does not find out, say which: --encoding NAME."

# Byte order marks; the codec named reads the mark as U+FEFF, which stays in the text.
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# What we read with another codec: the name of one that eats the mark, and of subsets of one that holds them all.
_INSTEAD = {"utf-8-sig": "utf-8", "ascii": "utf-8", "gb2312": "gb18030", "gbk": "gb18030"}
# Where nothing tells one from the other, the first: more files are in GB18030. Of the kinds of Big5, big5hkscs knows
# most characters, and cp950 has those that Microsoft added.
_GUESSES = ("gb18030", "big5hkscs", "cp950", "utf-16-le", "utf-16-be")

# Characters that running Chinese is full of, in both scripts: together about a third of it. Read in the wrong encoding,
# a text has hardly any; it has rare Han characters and private-use code points instead.
_FREQUENT = re.compile(
    "[的一是在不了有和人这這中大为為上个個国國我以要他时時来來用们們生到作地于於出就分对對成会會可主发發年动動同工也能下过過"
    "子说說产產种種面而方后後多定行学學法所民得经經十三之进進着著等部度家电電力里裏裡如水化高自二理起小物现現实實加量都两兩"
    "日月本报報新市省县縣全政党黨记記者，。、；：？！“”‘’（）《》「」『』【】…—·　]"
)
# What Chinese text never has: bytes that did not fit, code points for private use, the second half of control codes.
_STRAY = re.compile("[\ud800-\udfff\ue000-\uf8ff\x80-\x9f]")
_ESCAPED = re.compile("[\udc80-\udcff]")


def decode(data: bytes, *, name: str, encoding: str | None = None, max_bytes: int = MAX_BYTES) -> Source:
    r"""The text of a file, and the encoding that it was read in.

    >>> decode("濮阳\r\n".encode(), name="page.txt").text
    '濮阳\r\n'
    >>> decode("自我市按下复工复产的启动键以来，".encode("gb18030"), name="page.txt").encoding
    'gb18030'
    >>> decode(b"\xe6\xbf\xae\xff\xe9\x98\xb3", name="page.txt", encoding="utf-8").text
    '濮\udcff阳'

    Raises:
        DecodeError: the bytes are no text, or not in the encoding told.
    """
    if not data:
        raise DecodeError(name, Problem.EMPTY, "the file is empty.", "Extract the page again, or leave the file out.")
    if len(data) > max_bytes:
        what = f"the file has {len(data):,} bytes, more than the limit of {max_bytes:,}."
        remedy = "A page of a newspaper is far smaller; cut the file into pages, or raise the limit."
        raise DecodeError(name, Problem.TOO_LARGE, what, remedy)
    _refuse_binary(name, data)
    text, used = _told(name, data, encoding) if encoding else _found_out(data)
    if not encoding and _is_noise(data[:SAMPLE_BYTES], text[:SAMPLE_BYTES], used):
        raise DecodeError(name, Problem.NOT_TEXT, "this is a binary file, not text.", _TEXT_ANYWAY)
    return Source(name=name, text=text, encoding=used, sha256=hashlib.sha256(data).hexdigest())


def detect(data: bytes) -> tuple[str, ...]:
    r"""The encodings that bytes may be in, the most likely first.

    >>> detect("全力以服\n".encode("utf-16-le"))[0], detect("的一是在不了有和人".encode("big5"))[0]
    ('utf-16-le', 'big5hkscs')
    """
    if 0 not in data and _is_utf8(data):
        return ("utf-8",)
    sample = data[:SAMPLE_BYTES]
    found = [encoding for mark, encoding in _MARKS if data.startswith(mark)]
    if (wide := _utf16_by_zeros(sample)) is not None:
        found.append(wide)
    if _damage(sample, "utf-8") <= DAMAGE:
        found.append("utf-8")
    guesses = [encoding for encoding in _GUESSES if _damage(sample, encoding) <= DAMAGE]
    found += sorted(guesses, key=lambda encoding: -plausibility(sample, encoding))
    return tuple(dict.fromkeys((*found, "utf-8")))


def _is_utf8(data: bytes) -> bool:
    """Whether bytes are UTF-8 without a fault, which nothing but UTF-8 is by chance."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def plausibility(data: bytes, encoding: str) -> float:
    """How much like Chinese bytes read in an encoding: the share of frequent characters, less what text never has.

    >>> told = "濮阳工业园区的复工复产".encode("gb18030")
    >>> plausibility(told, "gb18030") > plausibility(told, "big5hkscs")
    True
    """
    text = _sample(data, encoding)
    wide = len(text) - len(text.encode("ascii", "ignore"))
    return (len(_FREQUENT.findall(text)) - 2 * len(_STRAY.findall(text))) / max(wide, 1)


def _refuse_binary(name: str, data: bytes) -> None:
    """Nothing, for what may be text.

    Raises:
        DecodeError: the bytes begin like a known kind of file, have as many zero bytes as no text has, or are UTF-16
            that ends in the middle of a character (of which no encoding could give the half back).
    """
    for magic, kind, remedy in _KINDS:
        if data.startswith(magic):
            raise DecodeError(name, Problem.NOT_TEXT, f"this is {kind}, not text.", remedy)
    sample = data[:SAMPLE_BYTES]
    whole = sample[: len(sample) // 2 * 2]
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or _utf16_by_zeros(whole)
    if wide and len(data) % 2:
        what = "this is text in UTF-16, and it ends in the middle of a character."
        raise DecodeError(name, Problem.CUT_OFF, what, _CUT_OFF)
    if not wide and sample.count(0) > TEXT_ZEROS * len(sample):
        raise DecodeError(name, Problem.NOT_TEXT, "this is a binary file, not text.", _TEXT_ANYWAY)


def _is_noise(data: bytes, text: str, encoding: str) -> bool:
    """Whether what was read has characters that no text has, and does not read like Chinese either.

    UTF-16 and GB18030 make characters of nearly all bytes, and so of compressed or encrypted ones, too.
    """
    odd = sum(unicodedata.category(char) in _NO_TEXT and char not in _SET_APART for char in text)
    few = UTF16_NOISE if encoding.startswith("utf-16") else NOISE
    return odd > few * len(text) and plausibility(data, encoding) < PLAUSIBLE


def _found_out(data: bytes) -> tuple[str, str]:
    """The text, and the first encoding that gives the bytes back."""
    for encoding in detect(data):
        if (text := _exact(data, encoding)) is not None:
            return text, encoding
    return data.decode("utf-8", "surrogateescape"), "utf-8"  # which always gives them back


def _told(name: str, data: bytes, told: str) -> tuple[str, str]:
    """The text in the encoding that the caller knows.

    Raises:
        DecodeError: there is no such encoding, or the bytes are not in it.
    """
    encoding = _codec(name, data, told)
    sample = data[:SAMPLE_BYTES]
    best = detect(data)[0]
    here, there = plausibility(sample, encoding), plausibility(sample, best)
    if _damage(sample, encoding) > DAMAGE or (best != encoding and there >= PLAUSIBLE and here < there / 3):
        seems = f"It reads as {best}: leave the option out, or say --encoding {best}."
        raise DecodeError(name, Problem.WRONG_ENCODING, f"the file is not in {told}.", seems)
    text = _exact(data, encoding)
    if text is None:
        remedy = "Leave the option out: banmian then finds out how to read the file without losing a byte."
        what = f"read as {told}, the file could not be written back byte for byte."
        raise DecodeError(name, Problem.WRONG_ENCODING, what, remedy)
    return text, encoding


# Ways of writing source code that Python calls encodings.
_ESCAPES = frozenset({"unicode-escape", "raw-unicode-escape", "unicode_escape", "raw_unicode_escape"})


def _codec(name: str, data: bytes, told: str) -> str:
    """The codec for an encoding that was told: one that keeps byte order marks."""
    try:
        b"a\xff".decode(
            told, "replace"
        )  # refuses what Python knows and is no encoding of files, such as base64 and idna
        codec = codecs.lookup(told).name
        if codec in _ESCAPES:
            raise LookupError(told)
    except (LookupError, UnicodeError):
        remedy = "Say utf-8, utf-16, gb18030 or big5, or leave the option out: banmian then finds out."
        raise DecodeError(name, Problem.UNKNOWN_ENCODING, f"there is no encoding named {told!r}.", remedy) from None
    if codec == "utf-16":
        return next((found for found in detect(data) if found.startswith("utf-16-")), "utf-16-le")
    return _INSTEAD.get(codec, codec)


def _errors(encoding: str) -> str:
    """How lone surrogates are read and written, as `Source.data` does."""
    return "surrogatepass" if encoding.startswith("utf-16") else "surrogateescape"


def _exact(data: bytes, encoding: str) -> str | None:
    """The text, if it gives the very bytes back.

    Big5 has a few characters twice. Where one of them stands, the line is read character by character, and the bytes
    that would come back as others are kept as lone surrogates.
    """
    errors = _errors(encoding)
    try:
        text = data.decode(encoding, errors)
        if text.encode(encoding, errors) == data:
            return text
        if errors == "surrogateescape":
            text = "".join(_line_exact(line, encoding) for line in data.splitlines(keepends=True))
            if text.encode(encoding, errors) == data:
                return text
    except UnicodeError:
        pass
    return None


def _line_exact(line: bytes, encoding: str) -> str:
    """One line, in which every character gives its bytes back."""
    text = line.decode(encoding, "surrogateescape")
    if text.encode(encoding, "surrogateescape") == line:
        return text
    out: list[str] = []
    at = 0
    while at < len(line):
        char, size = _character(line[at : at + 4], encoding)
        out.append(char)
        at += size
    return "".join(out)


def _character(data: bytes, encoding: str) -> tuple[str, int]:
    """The first character of some bytes and how many of them it takes; a byte that does not fit is one by itself."""
    for size in range(1, len(data) + 1):
        try:
            char = data[:size].decode(encoding)
            if char.encode(encoding) == data[:size]:
                return char, size
        except UnicodeError:
            continue
    return data[:1].decode("ascii", "surrogateescape"), 1


def _sample(data: bytes, encoding: str) -> str:
    """Bytes read in an encoding, what is cut off at their end left out."""
    errors = _errors(encoding)
    try:
        return codecs.getincrementaldecoder(encoding)(errors).decode(data)
    except (UnicodeError, LookupError):
        return data.decode(encoding, "replace")


def _damage(data: bytes, encoding: str) -> float:
    """The share of bytes, those of ASCII aside, that do not fit an encoding."""
    beyond_ascii = len(data) - len(data.decode("ascii", "ignore"))
    wrong = len(_ESCAPED.findall(_sample(data, encoding)))
    return wrong / max(beyond_ascii, 1)


def _utf16_by_zeros(data: bytes) -> str | None:
    """Which UTF-16 bytes without a mark are in, if they have zero bytes as it has them, and not as UTF-8 may have some.

    Line ends, spaces and digits have theirs on one side, but 一 and two hundred others have it on the other. So what
    reads like Chinese comes first, and the side counts where the zero bytes are nearly all on one.
    """
    few = data.count(0) <= TEXT_ZEROS * len(data)
    if 0 not in data or (few and _damage(data, "utf-8") <= DAMAGE):
        return None
    likely = max(("utf-16-le", "utf-16-be"), key=lambda encoding: plausibility(data, encoding))
    if plausibility(data, likely) >= PLAUSIBLE:
        return likely
    even, odd = data[::2].count(0), data[1::2].count(0)
    if max(even, odd) > max(UTF16_ZEROS * len(data) / 2, UTF16_ONE_SIDE * min(even, odd)):
        return "utf-16-le" if odd > even else "utf-16-be"
    return None
