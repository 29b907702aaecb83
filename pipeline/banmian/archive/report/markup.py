"""What the parts of the report are put together from: elements, texts from outside, lists that fold away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from urllib.parse import quote
from xml.etree.ElementTree import Element

from banmian.archive.report.values import DOUBTFUL, JUMP, SURE, ArticleNote, Noted

OPEN = 10  # entries before the rest folds away
LONGEST = 300  # characters of a text

Child = Element | str | None


def el(tag: str, *children: Child, **attributes: str) -> Element:
    """An element with its children, texts or elements; `class_` is the attribute class.

    >>> from xml.etree.ElementTree import tostring
    >>> tostring(el("p", "1 < 2 ", el("b", "<script>"), title='"'), encoding="unicode", method="html")
    '<p title="&quot;">1 &lt; 2 <b>&lt;script&gt;</b></p>'
    """
    out = Element(tag, {key.rstrip("_"): value for key, value in attributes.items()})
    last: Element | None = None
    for child in children:
        if isinstance(child, Element):
            out.append(child)
            last = child
        elif child and last is None:
            out.text = (out.text or "") + child
        elif child and last is not None:
            last.tail = (last.tail or "") + child
    return out


def shown(text: str, most: int = LONGEST) -> str:
    r"""A text from outside as the report shows it: in one line, nothing hidden in it, not endless.

    >>> shown("第\x1b版\u202e\udcff\n头条")
    '第␛版[U+202E][U+DCFF]␊头条'
    """
    cut = text if len(text) <= most else text[: most - 1] + "…"
    return "".join(map(_visible, cut))


def _visible(char: str) -> str:
    if char.isprintable() or char == "\u3000":
        return char
    code = ord(char)
    return chr(0x2400 + code) if code < 0x20 else f"[U+{code:04X}]"


def number(count: int) -> str:
    """A count as people read it.

    >>> number(12345)
    '12,345'
    """
    return f"{count:,}"


def several(count: int, one: str, many: str = "") -> str:
    """A count with its noun.

    >>> several(1, "page"), several(2000, "page"), several(2, "story", "stories")
    ('1 page', '2,000 pages', '2 stories')
    """
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def duration(seconds: float) -> str:
    """A time as people say it.

    >>> duration(3.21), duration(75), duration(7384)
    ('3.2 s', '1 min 15 s', '2 h 3 min')
    """
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def section(title: str, chinese: str, about: str, *children: Child) -> Element:
    """A part of the report: its title in both languages, and a sentence about it."""
    return el(
        "section", el("h2", title, " ", el("span", chinese, lang="zh")), el("p", about, class_="about"), *children
    )


def folding(entries: Sequence[Element], total: int, what: str) -> list[Child]:
    """The entries, the first open and the others folded away, and how many there are besides."""
    parts: list[Child] = [el("ol", *entries[:OPEN], class_="entries")]
    if entries[OPEN:]:
        rest = el("ol", *entries[OPEN:], class_="entries", start=str(OPEN + 1))
        parts.append(el("details", el("summary", f"{number(len(entries) - OPEN)} more"), rest))
    parts.append(more(len(entries), total, what))
    return parts


def more(listed: int, total: int, what: str) -> Child:
    """How many entries there are that are not shown, and where they are."""
    if listed == total:
        return None
    told = f"Here are {number(listed)} of {number(total)} {what}; all are in "
    return el("p", told, el("a", "report.json", href="report.json"), ".", class_="faint")


def link(name: str, output: str) -> Element:
    """A name that leads to a file in OUT, if there is one."""
    if not output:
        return el("bdi", shown(name), class_="name")
    # "./" keeps a name with a colon from being taken for another kind of address.
    address = "./" + quote(output.encode("utf-8", "surrogateescape" if _bytes(output) else "backslashreplace"))
    return el("a", el("bdi", shown(name)), href=address, class_="name")


def _bytes(name: str) -> bool:
    """Whether a name can be written as the bytes that it is on the disk."""
    try:
        name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return False
    return True


def headline(note: ArticleNote) -> Element:
    """The headline of an article."""
    if note.headline:
        return el("bdi", shown(note.headline, 80), lang="zh", class_="headline")
    return el("span", "(no headline)", class_="headline faint")


def local_id(note: ArticleNote) -> str:
    """The id of an article without that of its page."""
    return shown(note.article.removeprefix(note.page).lstrip("-#/"))


def chance(confidence: float) -> Element:
    """A confidence, coloured."""
    return el("span", f"{confidence:.2f}", class_=f"chip {sureness(confidence)}", title="confidence")


def sureness(confidence: float) -> str:
    """The class of a confidence in the style sheet."""
    return "good" if confidence >= SURE else "warn" if confidence >= DOUBTFUL else "bad"


def chips(kinds: Iterable[tuple[str, int]]) -> Element | None:
    """Kinds of flags and how many there are of each."""
    chips = [
        el("li", el("bdi", shown(kind)), f" × {number(count)}" if count > 1 else None, class_=_chip(kind))
        for kind, count in kinds
    ]
    return el("ul", *chips, class_="chips") if chips else None


def _chip(kind: str) -> str:
    return "chip bad" if kind == JUMP else "chip"


def notes(flags: Sequence[Noted]) -> Element | None:
    """What flags say, those that say the same once."""
    counts = Counter(flags)
    notes = [
        el(
            "li",
            el(
                "span",
                el("bdi", shown(flag.kind)),
                f" × {number(count)}" if count > 1 else None,
                class_=_chip(flag.kind),
            ),
            " ",
            el("bdi", shown(flag.note)),
        )
        for flag, count in list(counts.items())[:OPEN]
    ]
    if len(counts) > OPEN:
        notes.append(el("li", f"and {number(len(counts) - OPEN)} more"))
    return el("ul", *notes, class_="notes") if notes else None
