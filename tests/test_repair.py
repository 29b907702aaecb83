"""What a head lost comes back where the story says it, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banmian import Article, Edit, Page, Span, account, rebuild
from banmian.formats import page_json
from banmian.model import Flag, Furniture, Paragraph, Role, Text
from banmian.stages.repair import Repair, gaps, restore

BODY = "该园区坚持“一企一策”，用全力以“服”换全力以“复”。"


def filled(head: str, *texts: str) -> str:
    """A head with what comes back in its place."""
    for found in reversed(restore(head, texts)):
        head = head[: found.gap.start] + found.text + head[found.gap.end :]
    return head


@pytest.mark.parametrize(
    ("head", "body", "right"),
    [
        ("全力以“ ” 换全力以“ ”", BODY, "全力以“服” 换全力以“复”"),
        ("“”让群众少跑腿", "县里推出的“一窗通办”让群众少跑腿，", "“一窗通办”让群众少跑腿"),
        ("《》入选书单", "长篇小说《岚溪谣》入选书单。", "《岚溪谣》入选书单"),
        ("我县推行『』服务", "今年以来，我县推行“店小二”服务，", "我县推行『店小二』服务"),
        ("禾州高新区智能装\ufffd产业园开工", "禾州高新区智能装备产业园开工仪式", "禾州高新区智能装备产业园开工"),
        ("禾州高新区智能□□产业园开工", "禾州高新区智能装备产业园开工仪式", "禾州高新区智能装备产业园开工"),
        ("禾州高新区智能装口产业园开工", "禾州高新区智能装备产业园开工仪式", "禾州高新区智能装备产业园开工"),
        ("禾州高新區智能裝\ufffd產業園開工", "禾州高新區智能裝備產業園開工儀式", "禾州高新區智能裝備產業園開工"),
    ],
)
def test_a_gap_is_filled_with_what_the_story_has(head: str, body: str, right: str) -> None:
    assert filled(head, "此前的一段，与此无关。", body) == right


@pytest.mark.parametrize(
    ("head", "texts"),
    [
        ("全力以“”换全力以“”", ()),
        ("我县开展“”活动", ("各校开展“小手拉大手”比赛。",)),  # too little in common
        ("我县开展“”活动", ("我县开展“春风”活动。", "去年，我县开展“送戏”活动。")),  # two that differ
        ("全县人口普查登记工作启动", ("全县人口普查登记工作启动以来，",)),  # 口 that is meant
        ("东口村修通致富路", ("东沟村修通致富路",)),  # ... or may be
        ("\ufffd州高新区智能装备产业园开工", ("禾州高新区智能装备产业园开工",)),  # nothing before the gap
        ("高新区的\ufffd能装备产业园", ("高新区的智能装备产业园", "高新区的节能装备产业园")),
        ("□ 本报记者", ("□ 本报记者",)),
        ("“", ("“服”",)),
        ("“”" * 9, (BODY,)),
    ],
)
def test_nothing_is_invented(head: str, texts: tuple[str, ...]) -> None:
    assert restore(head, texts) == []


@given(
    head=st.text("服复全力以换“”《》 \ufffd□口a", max_size=30),
    texts=st.lists(st.text("服复全力以换“”《》 \ufffd□口。", max_size=60), max_size=3),
)
def test_what_is_filled_in_stands_in_the_story(head: str, texts: list[str]) -> None:
    for found in restore(head, texts):
        assert any(found.text in text and found.passage in text for text in texts)
        assert found.gap in gaps(head)


def page_of(head: str, body: str, *, unplaced: bool = False, subhead: str = "") -> Page:
    """A page as the stage before leaves it: a head with its line break gone, and a body."""
    source = f"{head}\n{subhead}{body}"
    page = Page.of(source)
    spans = [
        Span(i, i + 1)
        for i in range(len(head))
        if source[i] == " " and (head[i - 1] in "“”" or head[i + 1 :][:1] in "“”")
    ]
    page = replace(
        page,
        trace=page.trace.edit(
            [
                *(Edit(span, "", "characters/space") for span in spans),
                Edit(Span(len(head), len(head) + 1), "", "articles/break"),
            ]
        ),
    )
    first = (Span(0, len(head)),)
    text = page.trace.read_all(first)
    at = len(head) + 1
    blocks: tuple[Paragraph, ...] = (Paragraph(Role.PARAGRAPH, body, (Span(at + len(subhead), len(source)),)),)
    if subhead:
        blocks = (Paragraph(Role.SUBHEAD, subhead, (Span(at, at + len(subhead)),)), *blocks)
    article = Article("a1", headline=None if unplaced else Text(text, first), blocks=blocks)
    return replace(page, articles=(article,), furniture=(Furniture(Role.UNPLACED, text, first),) if unplaced else ())


def test_the_head_reads_whole_and_the_log_has_the_evidence() -> None:
    page = Repair()(page_of("全力以“ ” 换全力以“”", BODY))
    assert page.articles[0].headline == Text("全力以“服”换全力以“复”", (Span(0, 13),))
    repairs = [edit for edit in page.trace.edits if "repair" in edit.rule]
    assert repairs == [
        Edit(
            Span(4, 5),
            "服",
            "characters/space+repair/lost",
            "the story has: 坚持“一企一策”，用全力以“服”换全力以“复”。",
        ),
        Edit(Span(12, 12), "复", "repair/lost", "the story has: ”，用全力以“服”换全力以“复”。"),
    ]
    assert page.articles[0].flags == (
        Flag("head.repaired", "the head has lost 服, which the story still has", (Span(4, 5),)),
        Flag("head.repaired", "the head has lost 复, which the story still has", (Span(12, 12),)),
    )
    assert account(page)
    assert rebuild(page_json.dumps(page)).decode() == page.source.text


def test_a_gap_without_evidence_stays_and_is_flagged() -> None:
    before = page_of("全力以“ ”换全力以“ ”", "该园区坚持“一企一策”。")
    page = Repair()(before)
    assert page.trace == before.trace
    assert [flag.kind for flag in page.articles[0].flags] == ["head.gap", "head.gap"]
    assert page.articles[0].flags[0].spans == (Span(4, 5),)


def test_a_subhead_is_repaired_as_well() -> None:
    page = Repair()(page_of("园区纪事", BODY, subhead="用全力以“”换"))
    assert page.articles[0].blocks[0].text == "用全力以“服”换"
    assert account(page)


def test_a_head_that_found_no_story_is_repaired_from_the_page() -> None:
    page = Repair()(page_of("全力以“ ”换全力以“ ”", BODY, unplaced=True))
    assert page.furniture[0].text == "全力以“服”换全力以“复”"
    assert [flag.kind for flag in page.flags] == ["head.repaired", "head.repaired"]
    assert account(page)


def test_what_a_body_lost_is_flagged_only() -> None:
    page = Repair()(page_of("园区纪事", "该园区坚持一\ufffd\ufffd策。"))
    assert page.articles[0].blocks[0].text == "该园区坚持一\ufffd\ufffd策。"
    assert page.articles[0].flags == (Flag("body.gap", "characters of this story are lost", (Span(11, 13),)),)


@pytest.mark.parametrize("body", [BODY, "该园区坚持“一\ufffd一策”。"])
def test_twice_is_once(body: str) -> None:
    page = Repair()(page_of("全力以“ ”换全力以“ ”", body))
    assert Repair()(page) == page


def test_the_head_above_and_below_count_as_text_around_a_gap() -> None:
    """Alone, 全力以“” could be either; with what stands below, it is the first."""
    assert restore("全力以“”", [BODY]) == []
    assert [found.text for found in restore("全力以“”", [BODY], below="换全力以“")] == ["服"]
    source = f"全力以“”\n换全力以“”\n{BODY}"
    page = Page.of(source)
    page = replace(
        page,
        trace=page.trace.edit([Edit(Span(5, 6), "", "articles/break"), Edit(Span(12, 13), "", "articles/break")]),
        articles=(
            Article(
                "a1",
                kicker=Text("全力以“”", (Span(0, 5),)),
                headline=Text("换全力以“”", (Span(6, 12),)),
                blocks=(Paragraph(Role.PARAGRAPH, BODY, (Span(13, len(source)),)),),
            ),
        ),
    )
    article = Repair()(page).articles[0]
    assert (article.kicker, article.headline) == (
        Text("全力以“服”", (Span(0, 5),)),
        Text("换全力以“复”", (Span(6, 12),)),
    )
