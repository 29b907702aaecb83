"""Blocks cut from lines, and put together into stories."""

from dataclasses import replace

import numpy as np
import pytest

from banmian import Page, account, read_text
from banmian.language import statistics, topics
from banmian.model import Block, Role
from banmian.reading.blocks.pieces import ends_of_heads, pieces, split_byline, split_head
from banmian.reading.blocks.states import State
from banmian.reading.blocks.strands import label, strands
from banmian.reading.blocks.whole import whole_bylines
from banmian.reading.links import survey as links
from banmian.reading.links.assignment import FORBIDDEN
from banmian.reading.links.certain import AT_ITS_WORD, SIGNED_TWICE, certain
from banmian.reading.links.kinds import BODY_KINDS
from banmian.reading.stories.assembling import Story, stories
from banmian.reading.stories.captions import caption_claims, owners_of
from banmian.reading.stories.claims import worths
from banmian.reading.stories.drafts import Draft, Placed
from banmian.reading.weights import weights
from banmian.stage import Pipeline
from banmian.stages.articles import Articles
from banmian.stages.characters import Characters
from banmian.stages.lines import Lines
from made_stories import HEADS, SINGERS, WALNUTS


def blocks(*parts: tuple[Role, str]) -> tuple[Block, ...]:
    """One block for each text, a line each."""
    page = Lines()(Page.of("\n".join(text for _, text in parts) + "\n"))
    return tuple(Block(role, (line,)) for (role, _), line in zip(parts, page.lines, strict=True))


def read(found: tuple[Story, ...]) -> dict[str, list[str]]:
    """The texts of the bodies of stories by those of their heads."""
    return {
        "".join(head.lines[0].text for head in story.heads): [part.lines[0].text for part in story.body]
        for story in found
    }


def told(*parts: tuple[Role, str]) -> tuple[tuple[Story, ...], tuple[Block, ...]]:
    return stories(blocks(*parts), statistics(), topics(), weights())


def under(head: str, found: tuple[Story, ...]) -> Story:
    """The story under a head."""
    return next(story for story in found if story.heads[0].lines[0].text == head)


def body(*texts: str) -> list[tuple[Role, str]]:
    return [(Role.PARAGRAPH, text) for text in texts]


def test_heads_right_before_their_bodies() -> None:
    found, rest = told(
        (Role.HEADLINE, HEADS[0]), *body(*WALNUTS), (Role.HEADLINE, HEADS[1]), *body(*SINGERS), (Role.FOLIO, "第3版")
    )
    assert read(found) == {HEADS[0]: list(WALNUTS), HEADS[1]: list(SINGERS)}
    assert [block.lines[0].text for block in rest] == ["第3版"]


@pytest.mark.parametrize("turned", [False, True])
def test_heads_behind_all_bodies_find_their_stories_by_words(turned: bool) -> None:
    heads = [(Role.HEADLINE, text) for text in (HEADS[::-1] if turned else HEADS)]
    found, _ = told(*body(*WALNUTS, *SINGERS), *heads)
    assert {head: texts[0] for head, texts in read(found).items()} == {HEADS[0]: WALNUTS[0], HEADS[1]: SINGERS[0]}


def test_a_head_inside_of_another_story_goes_to_the_one_that_it_is_about() -> None:
    kicker = "少年宫里排练两年的合唱团"
    found, _ = told(
        (Role.HEADLINE, HEADS[0]),
        *body(WALNUTS[0]),
        (Role.HEADLINE, kicker),
        *body(WALNUTS[1]),
        (Role.HEADLINE, HEADS[1]),
        *body(*SINGERS),
    )
    heads = [[head.lines[0].text for head in story.heads] for story in found]
    assert sorted(heads) == sorted([[HEADS[0]], [kicker, HEADS[1]]])


def test_a_head_with_a_rubric_stands_in_the_text_of_a_story_whose_head_has_one() -> None:
    note = "一亩多卖八百元（记者手记）"
    found, _ = told(
        (Role.HEADLINE, f"{HEADS[0]}（乡村新事）"),
        *body(*WALNUTS),
        (Role.HEADLINE, HEADS[1]),
        *body(*SINGERS),
        (Role.HEADLINE, note),
    )
    walnuts = under(f"{HEADS[0]}（乡村新事）", found)
    assert [part.lines[0].text for part in walnuts.body] == [WALNUTS[0], note, WALNUTS[1]]


def test_a_byline_under_a_head_and_a_caption_of_its_words() -> None:
    caption = "图为青石峪乡亲采收核桃。"
    found, rest = told(
        (Role.HEADLINE, HEADS[0]),
        (Role.BYLINE, "记者 陈一鸣"),
        *body(*WALNUTS),
        (Role.CAPTION, caption),
        (Role.HEADLINE, HEADS[1]),
        *body(*SINGERS),
    )
    walnuts = under(HEADS[0], found)
    assert [block.lines[0].text for block in walnuts.bylines] == ["记者 陈一鸣"]
    assert caption in [block.lines[0].text for block in walnuts.body]
    assert rest == ()


@pytest.mark.parametrize("caption", ["图为果农抢在霜前打下满树果实。", "图为农户丰收时节喜摘果实。"])
def test_a_caption_in_other_words_is_of_the_story_that_it_is_about(caption: str) -> None:
    found, _ = told(
        (Role.HEADLINE, HEADS[1]),
        *body(*SINGERS),
        (Role.HEADLINE, HEADS[0]),
        *body(*WALNUTS),
        (Role.CAPTION, caption),
    )
    other, _ = told(
        (Role.HEADLINE, HEADS[0]),
        *body(*WALNUTS),
        (Role.HEADLINE, HEADS[1]),
        *body(*SINGERS),
        (Role.CAPTION, caption),
    )
    for page in (found, other):
        assert caption in [block.lines[0].text for block in under(HEADS[0], page).body]


def test_a_caption_before_a_head_is_of_the_short_story_before_it() -> None:
    caption = "佟一苇摄（影像中国）"
    found, _ = told(
        (Role.HEADLINE, "采核桃"),
        (Role.PARAGRAPH, WALNUTS[0]),
        (Role.CAPTION, caption),
        (Role.HEADLINE, HEADS[1]),
        *body(*SINGERS, *SINGERS),
    )
    assert caption in [block.lines[0].text for block in under("采核桃", found).body]


@pytest.mark.parametrize("over", [True, False])
def test_a_caption_before_a_text_is_of_its_story_however_far_its_head_is(over: bool) -> None:
    credit = "佟一苇摄（影像中国）"
    heads = [(Role.HEADLINE, HEADS[0]), (Role.HEADLINE, HEADS[1])]
    found, _ = told(*(heads if over else heads[::-1]), *body(*WALNUTS), (Role.CAPTION, credit), *body(*SINGERS))
    assert credit in [block.lines[0].text for block in under(HEADS[1], found).body]


@pytest.mark.parametrize(("closing", "signed"), [("（佟一苇 甘小禾）", 1), ("（甘小禾参与采写）", 2)])
def test_a_story_that_a_byline_stands_over_is_not_signed_behind_its_text(closing: str, signed: int) -> None:
    found, _ = told(
        (Role.HEADLINE, HEADS[0]),
        (Role.BYLINE, "记者 陈一鸣"),
        *body(*WALNUTS),
        (Role.BYLINE, closing),
        (Role.HEADLINE, HEADS[1]),
        *body(*SINGERS),
    )
    walnuts = under(HEADS[0], found)
    names = ["记者 陈一鸣", closing][:signed]
    assert [block.lines[0].text for block in walnuts.bylines] == names


@pytest.mark.parametrize(
    ("opening", "closing", "alone"),
    [
        ("本报讯（记者 陈一鸣）", "", True),
        ("新华社青石峪1月5日电 ", "", True),
        ("", "（新华社青石峪1月5日电）", True),
        ("本报讯 ", "", False),
        ("", "", False),
    ],
)
def test_names_in_brackets_sign_the_text_before_them_but_none_that_is_signed(
    opening: str, closing: str, alone: bool
) -> None:
    names = "（佟一苇 甘小禾）"
    found, left = told(
        (Role.HEADLINE, HEADS[0]),
        *body(opening + WALNUTS[0], WALNUTS[1], *([closing] if closing else [])),
        (Role.BYLINE, names),
        (Role.HEADLINE, HEADS[1]),
        *body(*SINGERS),
    )
    assert [block.lines[0].text for block in under(HEADS[0], found).bylines] == [names] * (not alone)
    assert [block.lines[0].text for block in left] == [names] * alone


def test_bylines_that_stand_together_are_in_the_order_of_the_heads_before_them() -> None:
    names = ("记者 陈一鸣", "记者 甘小禾")
    found, _ = told(
        (Role.HEADLINE, HEADS[0]),
        (Role.HEADLINE, HEADS[1]),
        *((Role.BYLINE, name) for name in names),
        *body(*WALNUTS, *SINGERS),
    )
    told_of = {head: [block.lines[0].text for block in under(head, found).bylines] for head in HEADS}
    assert told_of == {HEADS[0]: [names[0]], HEADS[1]: [names[1]]}


def test_every_block_stands_in_one_story_or_is_left() -> None:
    parts = blocks((Role.BYLINE, "记者 陈一鸣"), (Role.CAPTION, "图为采收。"), (Role.SUBHEAD, "一"), *body(*SINGERS))
    found, rest = stories(parts, statistics(), topics(), weights())
    placed = [block for story in found for block in (*story.heads, *story.bylines, *story.body)]
    assert sorted(block.lines[0].span.start for block in (*placed, *rest)) == [b.lines[0].span.start for b in parts]


def test_a_page_without_blocks_has_no_stories() -> None:
    assert told() == ((), ())


def test_every_line_stands_in_one_block() -> None:
    page = Lines()(Page.of("\n".join((HEADS[0], *WALNUTS, "", HEADS[1], *SINGERS)) + "\n"))
    path, odds = label(page.lines, statistics(), topics(), weights())
    assert len(path) == len(odds) == len(page.lines)
    assert ((odds >= 0) & (odds <= 1)).all()
    assert odds.sum(axis=1) == pytest.approx(1, abs=1e-5)
    found = strands(page, statistics(), topics(), weights())
    assert tuple(line for block in found for line in block.lines) == page.lines
    assert all(block.subhead is not None and 0 <= block.subhead <= 1 for block in found)


def test_frames_that_stood_side_by_side_are_cut_at_their_space() -> None:
    page = Lines()(Page.of("全县春耕备耕工作全面展开 少年合唱团登台\n"))
    found = split_head(Block(Role.HEADLINE, page.lines), page)
    assert [block.lines[0].text for block in found] == ["全县春耕备耕工作全面展开", "少年合唱团登台"]
    assert [block.same_row for block in found] == [False, True]
    assert found[-1].lines[0].tail_end == page.lines[-1].tail_end


def test_clauses_of_one_head_stay_together() -> None:
    page = Lines()(Page.of("田里麦苗正壮 农民春管正忙\n"))
    assert [line.text for line in pieces(page.lines[0], page)] == ["田里麦苗正壮 农民春管正忙"]


@pytest.mark.parametrize("subhead", ["本报记者 佟 苇", "第一章 总 则", "河滨市渡口乡 甘 苗"])
def test_a_subhead_that_is_a_byline_or_a_chapter_is_not_cut(subhead: str) -> None:
    page = Lines()(Page.of(f"{subhead}\n"))
    assert [line.text for line in pieces(page.lines[0], page)] == [subhead]


def test_a_head_of_dashes_alone_stands_in_its_story_once() -> None:
    found, rest = told((Role.HEADLINE, HEADS[0]), (Role.HEADLINE, "——————"), *body(*WALNUTS))
    (story,) = found
    assert [block.lines[0].text for block in (*story.heads, *rest)].count("——————") == 1


def test_a_scrap_that_nothing_leads_to_is_no_story() -> None:
    found, rest = told((Role.HEADLINE, HEADS[0]), *body(*WALNUTS, "（下转第3版）", "经济"))
    assert list(read(found)) == [HEADS[0]]
    assert [block.lines[0].text for block in rest] == ["经济"]


def test_a_head_before_a_scrap_that_has_no_story() -> None:
    # Found by fuzzing: 本报讯 is a scrap here, and nothing is the story that a head before it could stand in.
    heads = "》新华社北京1月4日电\n\n—摄影报一）\f本报讯\n\n"
    source = f"本报讯昨区。）是这了人这（和有。{heads}不是这有的不，，，（的和这◎\n摄影报\f本报讯日电"
    page = read_text(source)
    assert "".join(source[entry.span.start : entry.span.end] for entry in account(page)) == source


def test_subheads_one_under_the_other_stay_where_they_stand() -> None:
    parts = (
        (Role.HEADLINE, HEADS[0]),
        *body(WALNUTS[0]),
        (Role.SUBHEAD, "收成好——"),
        (Role.SUBHEAD, "一亩多卖八百元"),
        *body(WALNUTS[1]),
    )
    found, rest = told(*parts)
    assert read(found) == {HEADS[0]: [WALNUTS[0], "收成好——", "一亩多卖八百元", WALNUTS[1]]}
    assert rest == ()


@pytest.mark.parametrize("last", ["（本报柳湾1月5日电）", "甘 禾 佟一苇摄影报道（人民视觉）"])
def test_nothing_goes_on_from_what_ends_a_story(last: str) -> None:
    parts = blocks((Role.HEADLINE, HEADS[0]), *body(WALNUTS[0], last, SINGERS[0]))
    seen = links.survey(parts, statistics(), topics())
    told = certain(parts, seen)
    assert (told.body[1] == FORBIDDEN).all()
    assert told.head[:, 1].tolist() == [FORBIDDEN]
    assert (told.body[[0, 2]][:, [0, 1, 2]] == 0).all()


def test_a_letter_stands_behind_the_note_of_the_editors_and_its_salutation() -> None:
    parts = blocks(*body(WALNUTS[0], "编者按：渡口通航以来，来信不断。", "编辑同志：", WALNUTS[1]))
    told = certain(parts, links.survey(parts, statistics(), topics())).body
    assert (told[:, 1] == FORBIDDEN).all()
    assert told[0, 2] == -AT_ITS_WORD
    assert told[1, 2] == 0.0
    assert told[2, 3] == AT_ITS_WORD


def test_a_head_goes_on_where_it_closes_its_brackets() -> None:
    lines = "核桃品种要有新名堂（新\n论）\n青石峪核桃喜获丰收\n"
    page = Lines()(Page.of(lines + "\n".join((*WALNUTS, *SINGERS)) + "\n"))
    found = strands(page, statistics(), topics(), weights())
    assert ["核桃品种要有新名堂（新", "论）"] in [[line.text for line in block.lines] for block in found]


def test_what_closes_a_bracket_is_the_end_of_a_head() -> None:
    page = Lines()(Page.of("论） 少年合唱团登台演出\n"))
    assert [line.text for line in pieces(page.lines[0], page)] == ["论）", "少年合唱团登台演出"]


@pytest.mark.parametrize(
    ("line", "names", "heads"),
    [
        ("佟苇 渡口新船下水", ["本报记者 甘小禾 通讯员", "佟苇"], ["渡口新船下水"]),
        ("佟一苇", ["本报记者 甘小禾 通讯员", "佟一苇"], []),
        ("渡口 新船", ["本报记者 甘小禾 通讯员"], ["渡口 新船"]),
    ],
)
def test_a_byline_without_a_name_goes_on_with_it(line: str, names: list[str], heads: list[str]) -> None:
    page = Lines()(Page.of(f"本报记者 甘小禾 通讯员\n{line}\n"))
    first, second = page.lines
    found = whole_bylines([Block(Role.BYLINE, (first,)), Block(Role.HEADLINE, (second,))], page)
    assert [part.text for part in found[0].lines] == names
    assert [part.text for block in found[1:] for part in block.lines] == heads


def test_a_rubric_in_brackets_ends_a_head_before_one_as_long() -> None:
    page = Lines()(Page.of("核桃挂满枝头（新论） 少年合唱团登台演唱\n"))
    assert [line.text for line in pieces(page.lines[0], page)] == ["核桃挂满枝头（新论）", "少年合唱团登台演唱"]


def test_of_heads_side_by_side_the_one_broken_in_a_bracket_goes_on() -> None:
    page = Lines()(Page.of("青石峪核桃喜获丰收（乡村 少年合唱团登台演出（走基层）\n纪事） 县剧院座无虚席\n"))
    found = split_head(Block(Role.HEADLINE, page.lines), page)
    assert [links.text_of(block) for block in found] == [
        "青石峪核桃喜获丰收（乡村纪事）",
        "少年合唱团登台演出（走基层）",
        "县剧院座无虚席",
    ]


def test_a_rubric_of_two_clauses_that_a_line_breaks_is_not_cut() -> None:
    page = Lines()(Page.of("柳湾村条条小路铺水泥（应修尽修 刻\n不容缓）\n"))
    found = split_head(Block(Role.HEADLINE, page.lines), page)
    assert [links.text_of(block) for block in found] == ["柳湾村条条小路铺水泥（应修尽修刻不容缓）"]


def test_heads_under_two_rubrics_begin_no_story_together() -> None:
    heads = [
        (Role.HEADLINE, f"{HEADS[0]}（新论）"),
        (Role.HEADLINE, f"{HEADS[1]}（走基层）"),
        (Role.SUBHEAD, "核心阅读"),
    ]
    parts = blocks(*heads, *body(*WALNUTS))
    seen = links.survey(parts, statistics(), topics())
    found = certain(parts, seen).head
    forbidden = {group for row, group in enumerate(seen.heads.groups) if (found[row] == FORBIDDEN).all()}
    assert forbidden == {(0, 1), (1, 2), (0, 1, 2)}


def test_two_kickers_that_lead_on_begin_no_story_together() -> None:
    heads = [(Role.HEADLINE, "县长在青石峪强调"), (Role.HEADLINE, "合唱团团长指出"), (Role.HEADLINE, HEADS[0])]
    parts = blocks(*heads, *body(*WALNUTS))
    seen = links.survey(parts, statistics(), topics())
    found = certain(parts, seen).head
    forbidden = {group for row, group in enumerate(seen.heads.groups) if (found[row] == FORBIDDEN).all()}
    assert forbidden == {(0,), (1,), (0, 1), (0, 1, 2)}


def test_no_story_begins_under_a_kicker_without_the_head_behind_it() -> None:
    heads = [(Role.HEADLINE, "柳湾乡亲一起努力——"), (Role.HEADLINE, HEADS[0])]
    for behind in ([], [(Role.SUBHEAD, "核心阅读")]):
        parts = blocks(*heads, *behind, *body(*WALNUTS))
        seen = links.survey(parts, statistics(), topics())
        found = certain(parts, seen).head
        assert (found[seen.heads.groups.index((0,))] == FORBIDDEN).all()
        assert (found[seen.heads.groups.index((0, 1))] != FORBIDDEN).any()
    parts = blocks(heads[0], (Role.SUBHEAD, "核心阅读"), *body(*WALNUTS))
    seen = links.survey(parts, statistics(), topics())
    assert (certain(parts, seen).head[seen.heads.groups.index((0,))] != FORBIDDEN).any()


@pytest.mark.parametrize(
    ("rows", "heads"),
    [
        (
            "张明会见柬埔寨国会外委会代\n表团 青石峪核桃喜获丰收\n",
            ["张明会见柬埔寨国会外委会代表团", "青石峪核桃喜获丰收"],
        ),
        ("张明会见柬埔寨国会外委会代\n表团（今 日谈）\n", None),
        ("精准防控有序推进疫情防\n控 有序\n", None),
    ],
)
def test_the_end_of_a_head_in_a_row_with_another_is_cut_off(rows: str, heads: list[str] | None) -> None:
    page = Lines()(Page.of(rows))
    cut = ends_of_heads(page, np.array([True, True]), statistics())
    if heads is None:
        assert cut == {}
        return
    end, rest = cut[1]
    assert [page.lines[0].text + end.text, rest.text] == heads
    assert (end.span.start, rest.tail_end) == (page.lines[1].span.start, page.lines[1].tail_end)
    assert end.tail_end == rest.span.start
    assert ends_of_heads(page, np.array([True, False]), statistics()) == {}


def test_a_story_with_a_kicker_that_leads_on_takes_no_other_one() -> None:
    kickers = ("县长走访青石峪核桃合作社时强调", "县长走访少年合唱团和青石峪时强调")
    found, _ = told(
        (Role.HEADLINE, kickers[0]),
        (Role.HEADLINE, HEADS[0]),
        *body(*WALNUTS),
        (Role.HEADLINE, HEADS[1]),
        *body(*SINGERS),
        (Role.HEADLINE, kickers[1]),
    )
    leading = [[h.lines[0].text for h in story.heads if h.lines[0].text in kickers] for story in found]
    assert all(len(part) < 2 for part in leading)


def test_a_credit_beside_a_head_is_a_caption() -> None:
    page = Lines()(Page.of("柳湾村里忙春耕 甘小禾摄（人民视觉）\n"))
    found = split_head(Block(Role.HEADLINE, page.lines), page)
    assert [(block.role, block.lines[0].text) for block in found] == [
        (Role.HEADLINE, "柳湾村里忙春耕"),
        (Role.CAPTION, "甘小禾摄（人民视觉）"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "本报记者 甘 禾文\n新华社记者 佟 苇摄\n",
        "本报记者 甘 禾文 新华社记者 佟 苇摄\n",
    ],
)
def test_who_wrote_and_who_photographed_is_one_caption(text: str) -> None:
    page = read_text(f"图为渡口的新船。\n{text}本报讯（记者 甘小禾）渡口的新船今天下水。\n")
    captions = [part.text for story in page.articles for part in story.blocks if part.role is Role.CAPTION]
    assert captions == ["图为渡口的新船。", "本报记者 甘 禾文 新华社记者 佟 苇摄"]


@pytest.mark.parametrize("sign", ["1月5日，", "", "图为船工在检修新船。"])
def test_a_credit_goes_to_the_story_that_tells_of_a_picture(sign: str) -> None:
    credit, texts = "甘小禾摄（人民视觉）", ("渡口的船工趁着天晴检修新船。", "少年合唱团昨晚在市民中心演唱。")
    told_of = [sign + texts[0] if sign.endswith("，") else texts[0] + sign, texts[1]]
    claims = {}
    for order in (told_of, told_of[::-1]):
        page = blocks(*[(Role.PARAGRAPH, text) for text in order], (Role.FOLIO, "第2版"), (Role.CAPTION, credit))
        placed, drafts = Placed(page), [Draft(order=[0]), Draft(order=[1])]
        found = links.survey(page, statistics(), topics())
        (claim,) = caption_claims(placed, drafts, found.bodies, topics())
        claims[order[0]] = worths()["caption"].of_stories(claim)
    first, second = claims[told_of[0]][0] - claims[texts[1]][0], claims[texts[1]][1] - claims[told_of[0]][1]
    assert (first > 0.5, second > 0.5) == (bool(sign), bool(sign))


def test_two_credits_go_to_two_stories_that_are_nearly_alike() -> None:
    score = np.array([[2.0, 1.5], [2.0, 1.6], [2.0, 1.9]])
    assert owners_of(score, np.array([True, True, False])).tolist() == [0, 1, 0]
    assert owners_of(score - [[0.0, 9.0]], np.array([True, True, False])).tolist() == [0, 0, 0]


def test_a_credit_goes_to_the_short_story_beside_it() -> None:
    credit = "甘小禾摄（人民视觉）"
    found, _ = told(
        (Role.HEADLINE, HEADS[0]),
        *body(WALNUTS[0]),
        (Role.CAPTION, credit),
        (Role.HEADLINE, HEADS[1]),
        *body(*SINGERS, *SINGERS),
    )
    assert {head: credit in texts for head, texts in read(found).items()} == {HEADS[0]: True, HEADS[1]: False}


def test_a_dateline_alone_opens_the_paragraph_that_was_set_behind_it() -> None:
    parts = blocks((Role.HEADLINE, "渡口新船下水"), *body("新华社柳湾1月11日电", "渡口的新船今天下水。"))
    page = Articles()(
        replace(Lines()(Page.of("渡口新船下水\n新华社柳湾1月11日电\n渡口的新船今天下水。\n")), blocks=parts)
    )
    assert [part.text for part in page.articles[0].blocks] == ["新华社柳湾1月11日电 渡口的新船今天下水。"]


def test_a_block_knows_how_surely_it_goes_on_from_the_line_before() -> None:
    first, second = blocks(*body(*WALNUTS))
    odds = (0.02, 0.6, 0.999)
    classes = []
    for likely in odds:
        seen = links.survey((first, replace(second, starts=False, reads_on=likely)), statistics(), topics())
        kind = [name for name, _ in BODY_KINDS].index("goes on in the next line")
        found = seen.bodies.pairs[kind]
        assert found is not None
        assert found[1, 0] == 0
        classes.append(int(found[0, 1]))
    assert classes == sorted(set(classes))
    assert classes[0] > 0


def test_a_dateline_of_its_own_line_opens_a_paragraph() -> None:
    page = Lines()(Page.of("新华社柳湾1月11日电\n渡口的新船今天下水，乡亲们站满了两岸。\n"))
    path, _ = label(page.lines, statistics(), topics(), weights())
    assert path.tolist() == [State.START, State.NEXT]


def test_a_story_is_signed_once_and_jump_lines_are_true() -> None:
    parts = blocks(
        (Role.HEADLINE, HEADS[0]),
        (Role.BYLINE, "记者 陈一鸣"),
        *body(f"本报讯 {WALNUTS[0]}", f"{WALNUTS[1]}（下转第3版）", SINGERS[0]),
        (Role.HEADLINE, "上接第1版"),
        *body(SINGERS[1]),
    )
    seen = links.survey(parts, statistics(), topics())
    found = links.gather(seen)
    told = certain(parts, seen)
    assert told.head[found.groups.index((0,))].tolist() == [-SIGNED_TWICE, 0, 0, 0]
    assert (told.body[1] == FORBIDDEN).all()
    assert (told.body[:, 3] == FORBIDDEN).all()
    assert told.body[0, 1] == told.body[0, 2] == 0
    assert told.head[found.groups.index((5,))].tolist() == [*[FORBIDDEN] * 3, AT_ITS_WORD]


def test_a_head_set_letter_by_letter_is_cut_off_from_the_bracket_before_it() -> None:
    page = Pipeline((Characters(), Lines()))(Page.of("柳湾渡口新船下水（新\n论） 青 石 峪 核 桃\n熟 了\n"))
    found = split_head(Block(Role.HEADLINE, page.lines), page)
    assert [links.text_of(block) for block in found] == ["柳湾渡口新船下水（新论）", "青石峪核桃熟了"]


@pytest.mark.parametrize(
    ("text", "heads"),
    [
        ("柳湾渡口新船下水（新论） 青 石 峪\n", ["柳湾渡口新船下水（新论）", "青石峪"]),
        ("柳湾村忙修路，合作社收核桃了\n修新路 收核桃 柳湾合作社今天开门\n", ["修新路收核桃", "柳湾合作社今天开门"]),
        ("修新路 收核桃（新春走基层）\n", ["修新路收核桃（新春走基层）"]),
        ("柳湾渡口新船下水（新春 青石峪合作社今天收核桃\n", ["柳湾渡口新船下水（新春", "青石峪合作社今天收核桃"]),
        ("渡 口 新 船 下 水 青石峪收核桃\n", ["渡口新船下水", "青石峪收核桃"]),
        ("青石峪收核桃 渡 口 新 船\n", ["青石峪收核桃", "渡口新船"]),
    ],
)
def test_heads_in_a_row_are_cut_behind_a_rubric_and_between_clauses_of_other_lengths(
    text: str, heads: list[str]
) -> None:
    page = Pipeline((Characters(), Lines()))(Page.of(text))
    found = split_head(Block(Role.HEADLINE, page.lines[-1:]), page)
    assert [links.text_of(block) for block in found] == heads


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("佟一苇\n", Role.BYLINE),
        ("（方 圆\n", Role.BYLINE),
        ("讯员 佟一苇\n", Role.BYLINE),
        ("□记者 方 圆 佟\n苇\n", Role.BYLINE),
        ("渡口新船\n", Role.HEADLINE),
        ("甘小禾强调\n", Role.HEADLINE),
    ],
)
def test_what_is_left_of_a_broken_byline_is_no_head(text: str, role: Role) -> None:
    page = Pipeline((Characters(), Lines()))(Page.of(text))
    assert [block.role for block in split_byline(Block(Role.BYLINE, page.lines), page)] == [role]


@pytest.mark.parametrize("heads", [(HEADS[0], "核心阅读"), ("核心阅读", HEADS[0])])
def test_the_rubric_of_a_box_is_never_among_the_heads_of_a_story(heads: tuple[str, str]) -> None:
    found, _ = told(*((Role.HEADLINE, head) for head in heads), *body(*WALNUTS))
    assert [[head.lines[0].text for head in story.heads] for story in found] == [[HEADS[0]]]


FEATURE = ("一条水渠连起三个村", "——桐湾镇破解用水难题纪实")
PARTS = {
    "板凳上开的会": "联合党委的第一次会是在渠边开的，三个村的支书一人一条板凳，先不谈分水，只谈各自的难处。",
    "账本摆在渠头": "每一笔开支都由群众代表签字，工程验收那天账本摆在渠头，谁都可以翻看。",
    "水流到了田尾": "种粮大户蹲在田尾的田埂上，看着清水流到最远的一块田，用手捧起水来尝了一口。",
}
LETTERS = (
    "本报讯（记者 丁一鸣）县图书馆昨天给山区小学送去图书两千册，孩子们围着书箱挑了一上午。",
    "馆长说，图书每季度换一次，哪所小学想看什么书，写封信来就行。",
)


def cut_feature(*others: tuple[Role, str], byline: bool = True) -> dict[str, list[str]]:
    """The stories of a page with a feature, one part of which stands before its heads and one at the end."""
    signed = [(Role.BYLINE, "本报记者 谭守义 通讯员 罗启明")] if byline else []
    found, _ = told(
        (Role.PARAGRAPH, PARTS["账本摆在渠头"]),
        *((Role.HEADLINE, head) for head in FEATURE),
        *signed,
        (Role.PARAGRAPH, PARTS["板凳上开的会"]),
        *others,
        *((Role.HEADLINE, subhead) for subhead in PARTS),
        (Role.PARAGRAPH, LETTERS[0]),
        (Role.PARAGRAPH, LETTERS[1]),
        (Role.HEADLINE, "县图书馆给山区小学送书"),
        (Role.PARAGRAPH, PARTS["水流到了田尾"]),
    )
    return read(found)


def test_parts_of_a_feature_stand_under_their_subheads() -> None:
    found = cut_feature()
    assert found["".join(FEATURE)] == [part for pair in PARTS.items() for part in pair]
    assert set(found) == {"".join(FEATURE), "县图书馆给山区小学送书"}


def test_a_deck_that_nobody_signed_has_no_parts() -> None:
    assert cut_feature(byline=False)["账本摆在渠头"] == [PARTS["账本摆在渠头"]]


def test_where_a_story_elsewhere_is_unsigned_as_well_nothing_is_taken_for_a_part() -> None:
    found = cut_feature((Role.HEADLINE, HEADS[0]), *body(*WALNUTS))
    assert found[HEADS[0]] == list(WALNUTS)
    assert found["".join(FEATURE)] == [PARTS["板凳上开的会"]]
    assert [PARTS["账本摆在渠头"]] in found.values()
    assert [PARTS["水流到了田尾"]] in found.values()


@pytest.mark.parametrize(("end", "count"), [("把", 1), ("。", 2)])
def test_a_paragraph_that_breaks_off_at_a_word_which_needs_another_goes_on(end: str, count: int) -> None:
    texts = (HEADS[0], WALNUTS[0][:-1] + end, WALNUTS[1])
    page = Lines()(Page.of("\n".join(texts) + "\n"))
    roles = (Role.HEADLINE, Role.PARAGRAPH, Role.PARAGRAPH)
    page = replace(page, blocks=tuple(Block(role, (line,)) for role, line in zip(roles, page.lines, strict=True)))
    assert len(Articles()(page).articles[0].blocks) == count


@pytest.mark.parametrize("opening", ["本报讯（记者 丁一鸣）", ""])
def test_a_byline_before_a_text_that_others_have_signed_is_of_another_story(opening: str) -> None:
    closing = "" if opening else "（记者 丁一鸣）"
    found, _ = told(
        (Role.HEADLINE, HEADS[0]),
        *body(*WALNUTS),
        (Role.HEADLINE, HEADS[1]),
        (Role.BYLINE, "本报记者 谭守义 通讯员 罗启明"),
        (Role.PARAGRAPH, f"{opening}{SINGERS[0]}{closing}"),
    )
    assert [bool(under(head, found).bylines) for head in HEADS] == [True, False]


def test_two_letters_at_the_beginning_of_a_line_are_a_head_of_their_own() -> None:
    page = Pipeline((Characters(), Lines()))(Page.of("早 市 渡口新船下水\n"))
    assert ["".join(piece.text.split()) for piece in pieces(page.lines[0], page)] == ["早市", "渡口新船下水"]
