"""Pages for tests of archives: made up, small, as the page JSON has them."""

from __future__ import annotations

from typing import Any

from banmian.formats import page_json
from banmian.model import Article, Dateline, Flag, Page, Paragraph, Person, PersonRole, Role, Text


def article(
    number: int,
    headline: str | None = None,
    *texts: str,
    people: tuple[str, ...] = (),
    byline: str | None = None,
    deck: str | None = None,
    dated: str | None = None,
    confidence: float = 0.95,
    flags: tuple[tuple[str, str], ...] = (),
) -> Article:
    """An article of paragraphs, the first of them its lead."""
    return Article(
        id=f"a{number}",
        headline=None if headline is None else Text(headline),
        deck=None if deck is None else Text(deck),
        byline=None if byline is None else Text(byline),
        dateline=None if dated is None else Dateline(f"本报禾州{dated}讯", "本报", "禾州", dated, "讯"),
        people=tuple(Person(name, PersonRole.REPORTER) for name in people),
        blocks=tuple(Paragraph(Role.PARAGRAPH if at else Role.LEAD, text) for at, text in enumerate(texts)),
        confidence=confidence,
        flags=tuple(Flag(kind, note) for kind, note in flags),
    )


def page(name: str, *articles: Article, flags: tuple[tuple[str, str], ...] = ()) -> Page:
    """A page of articles."""
    bare = Page.of("\n".join(block.text for one in articles for block in one.blocks), id=name)
    return Page(
        id=name,
        source=bare.source,
        trace=bare.trace,
        articles=articles,
        flags=tuple(Flag(kind, note) for kind, note in flags),
        stages=("made",),
    )


def record(name: str, *articles: Article, flags: tuple[tuple[str, str], ...] = ()) -> dict[str, Any]:
    """The page JSON of a page of articles."""
    return page_json.to_dict(page(name, *articles, flags=flags), config="c0ffee")


def issue() -> list[dict[str, Any]]:
    """Three pages of two days, simplified and traditional: what searches are tried on."""
    return [
        record(
            "禾州日报/2020-05-28/01",
            article(
                1,
                "从复工到满产",
                "本报讯（记者 王　芳）昨日，禾州高新区36家企业全面复工，“一带一路”倡议带来新订单。",
                "市长说：“复工不复产，等于没复工。”",
                people=("王芳",),
            ),
            article(
                2, "暖心事", "老人过马路，众人让行。交警说，没有人按喇叭。", byline="通讯员 贺小满", people=("贺小满",)
            ),
        ),
        record(
            "禾州日报/2020-05-28/02",
            article(1, "春耕忙", "东湾村新修的水渠通了水，1360亩水田开始插秧。记者从县里了解到，复工的还有面粉厂。"),
        ),
        record(
            "禾州晚報/1930-02-03/03",
            article(
                1, "工廠復工紀", "縣政府派員瞭解麵粉廠情形，昨已復工，餘俟後報。", people=("張漢卿",), dated="二月二日"
            ),
            article(2, None, "戲院今晚開演《牡丹亭》，著名伶人卡爾·馬克登臺。"),
        ),
    ]
