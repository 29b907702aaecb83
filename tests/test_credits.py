"""Who wrote an article, read from its bylines, its dateline and the names that it ends with."""

from dataclasses import replace

import pytest

from banmian.model import Article, Page, Paragraph, Role, Text
from banmian.stages.credits import Credits
from banmian.trace import Span, Trace


def page(*articles: tuple[str, ...]) -> Page:
    """A page of articles, each of so many paragraphs."""
    source = "\n".join(text for texts in articles for text in texts)
    made, at = [], 0
    for number, texts in enumerate(articles):
        blocks = []
        for text in texts:
            span = Span(at, at + len(text))
            blocks.append(Paragraph(Role.PARAGRAPH, text, (span,)))
            at += len(text) + 1
        head = Text("渡口", (Span(0, 0),))
        made.append(Article(id=f"a{number}", headline=head, blocks=tuple(blocks), confidence=0.5))
    whole = Page.of(source)
    return Page(id="p", source=whole.source, trace=Trace(source), lines=whole.lines, articles=tuple(made))


def names(found: Page) -> list[list[str]]:
    return [[person.name for person in article.people] for article in found.articles]


BRIEFS = ("●新船下水。（甘小禾）", "●渡口通航。（佟一苇 甘小禾）", "●桥成。（通讯员 方圆）")


def test_all_who_sign_briefs_are_read() -> None:
    assert names(Credits()(page(BRIEFS))) == [["甘小禾", "佟一苇", "方圆"]]


def test_a_name_alone_in_brackets_signs_the_end_of_a_story() -> None:
    assert names(Credits()(page(("渡口通航。（甘小禾）",), ("新船下水。（老墨）",)))) == [["甘小禾"], ["老墨"]]


def test_a_name_alone_in_brackets_within_a_story_is_read_where_others_stand_so() -> None:
    assert names(Credits()(page(("渡口通航。（甘小禾）", "新船下水。")))) == [[]]
    assert names(Credits()(page(("渡口通航。（甘小禾）", "新船下水。（佟一苇）", "桥成。")))) == [["甘小禾", "佟一苇"]]


def test_a_name_alone_on_a_line_is_read_but_beside_broken_bylines() -> None:
    def signed(*bylines: str) -> list[list[str]]:
        source = "\n".join(bylines)
        made = page(*(("渡口通航。",) for _ in bylines))
        at = [source.index(text) for text in bylines]
        own = [Text(text, (Span(start, start + len(text)),)) for text, start in zip(bylines, at, strict=True)]
        articles = tuple(replace(article, byline=text) for article, text in zip(made.articles, own, strict=True))
        return names(Credits()(replace(made, source=Page.of(source).source, trace=Trace(source), articles=articles)))

    assert signed("老墨") == [["老墨"]]
    assert signed("甘小禾", "本报记者") == [[], []]
    assert signed("甘小禾", "佟一苇", "本报记者") == [["甘小禾"], ["佟一苇"], []]


@pytest.mark.parametrize("closing", ["（左一）", "（平安）", "（上）", "（待续）", "（工会）"])
def test_words_in_brackets_are_no_names(closing: str) -> None:
    assert names(Credits()(page((f"渡口通航。{closing}",), (f"新船下水。{closing}",)))) == [[], []]
