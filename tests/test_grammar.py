"""Bylines, datelines, captions, furniture and jumps, in lines of our own that are set as papers set them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banmian.grammar import (
    caption,
    find_jump,
    furniture_role,
    is_name,
    opens_byline,
    opens_story,
    parse_byline,
    parse_closing,
    parse_opening,
    read_names,
)
from banmian.grammar.placed_bylines import people_named
from banmian.model import Person, Role

PIECES = (
    "本报记者通讯员讯電电摄图为左：（）〔【】[]、，。 　\xa0·/□"
    "0123第版年月日星期四下转上接责任编辑甘小禾佟一苇韩国\ud800\x00A"
)
TEXTS = st.one_of(st.text(PIECES, max_size=40), st.text(max_size=40))


def said(people: tuple[Person, ...]) -> str:
    return " ".join(f"{person.name}:{person.role[:3]}" for person in people)


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("本报记者 甘小禾 通讯员 佟一苇 摄影报道", "甘小禾:rep 佟一苇:con"),
        ("本报记者 甘禾 通讯员 佟一苇 文/图", "甘禾:rep 佟一苇:con"),
        ("□ 本报记者 甘小禾 通讯员 佟苇", "甘小禾:rep 佟苇:con"),
        ("◎记者 甘小禾 报道", "甘小禾:rep"),
        ("记者 甘 禾 佟 苇 文/图", "甘禾:rep 佟苇:rep"),
        ("本报记者甘小禾通讯员佟一苇", "甘小禾:rep 佟一苇:con"),
        ("本报记者王小禾李一苇", "王小禾:rep 李一苇:rep"),
        ("记者 韩国 通讯员 佟一苇", "韩国:rep 佟一苇:con"),
        ("本报首席记者 甘小禾 实习生 佟一苇", "甘小禾:rep 佟一苇:rep"),
        ("摄影记者 甘小禾", "甘小禾:pho"),
        ("本报驻埃及记者 甘小禾", "甘小禾:rep"),
        ("本报记者 甘小禾，河滨晚报记者 佟一苇", "甘小禾:rep 佟一苇:rep"),
        ("（甘小禾 佟一苇）", "甘小禾:rep 佟一苇:rep"),
        ("（甘 禾）", "甘禾:rep"),
        ("（王静林波辉）", "王静:rep 林波辉:rep"),
        ("（综合本报记者甘小禾、佟一苇报道）", "甘小禾:rep 佟一苇:rep"),
        ("（本报记者 甘 禾整理）", "甘禾:rep"),
        ("甘小禾，佟一苇 整理", "甘小禾:rep 佟一苇:rep"),
        ("甘小禾 本报评论员", "甘小禾:rep"),
        ("本报评论员", ""),
        ("本報記者 甘小禾 通訊員 張一葦", "甘小禾:rep 張一葦:con"),
        ("報導•攝影╱張小禾", "張小禾:rep"),
        ("本报记者 迪丽·买买提 阿木尔丹", "迪丽·买买提:rep 阿木尔丹:rep"),
    ],
)
def test_a_byline_names_its_people_and_what_they_are(text: str, people: str) -> None:
    byline = parse_byline(text)
    assert byline is not None
    assert said(byline.people) == people
    assert (byline.start, byline.end) == (0, len(text))


@pytest.mark.parametrize(
    "text",
    [
        "记者从市政府获悉",
        "记者手记",
        "记者近日",
        "记者向他",
        "记者：渡口何时通航？",
        "记者甘小禾说，渡口通航了。",
        "通讯员培训班开班",
        "甘小禾摄",
        "甘小禾摄（人民视觉）",
        "本报记者 甘 禾文 新华社记者 佟 苇摄",
        "（本报记者甘小禾摄）",
        "本报记者 甘小禾 通讯",
        "（思想纵横）",
        "（韩国）",
        "（高原 平安）",
        "（作者为渡口小学教师）",
        "本报讯（记者 甘小禾）渡口通航。",
        "■小贴士·渡口",
        "第3版",
        "",
    ],
)
def test_what_is_no_byline_is_none(text: str) -> None:
    assert parse_byline(text) is None


@pytest.mark.parametrize("text", ["本报记者 甘小禾 通讯", "本报记者", "□本报记者 甘", "（记者 甘小禾 佟", "本报记"])
def test_a_line_may_begin_a_byline_that_the_next_one_ends(text: str) -> None:
    assert opens_byline(text)


@pytest.mark.parametrize("text", ["记者从市政府获悉", "新华社记者 甘 禾摄", "■柳湾博物馆", "渡口通航", "记者感言："])
def test_other_lines_begin_no_byline(text: str) -> None:
    assert not opens_byline(text)


@pytest.mark.parametrize(
    ("text", "dateline", "byline", "people"),
    [
        ("本报讯（记者 甘小禾 通讯员 佟一苇）渡口", "本报讯", "记者 甘小禾 通讯员 佟一苇", "甘小禾:rep 佟一苇:con"),
        ("本报柳湾1月24日电（记者甘禾、佟苇）渡口", "本报柳湾1月24日电", "记者甘禾、佟苇", "甘禾:rep 佟苇:rep"),
        ("本报柳湾1月5日电 （甘小禾、佟一苇）渡口", "本报柳湾1月5日电", "甘小禾、佟一苇", "甘小禾:rep 佟一苇:rep"),
        ("本报柳湾1月5日电 （记者江南）渡口", "本报柳湾1月5日电", "记者江南", "江南:rep"),
        ("新华社柳湾1月17日电 渡口", "新华社柳湾1月17日电", None, ""),
        ("据新华社电 （记者甘小禾）渡口", "据新华社电", "记者甘小禾", "甘小禾:rep"),
        ("【本报讯】渡口", "【本报讯】", None, ""),
        ("【路透社柳湾五日电】渡口", "【路透社柳湾五日电】", None, ""),
        ("本报柳湾1月12日电记者甘小禾报道：渡口", "本报柳湾1月12日电", "记者甘小禾报道", "甘小禾:rep"),
        ("〔記者張小禾／台北報導〕渡口", "〔記者張小禾／台北報導〕", "記者張小禾", "張小禾:rep"),
        ("本報訊（記者 甘小禾）渡口", "本報訊", "記者 甘小禾", "甘小禾:rep"),
        ("河滨晚报讯（记者 甘小禾）渡口", "河滨晚报讯", "记者 甘小禾", "甘小禾:rep"),
        ("新华社电（记者尕玛多吉）渡口", "新华社电", "记者尕玛多吉", "尕玛多吉:rep"),
        ("▲本市讯 渡口", "本市讯", None, ""),
        ("新华社电（记者甘禾、河滨报记者佟苇）渡口", "新华社电", "记者甘禾、河滨报记者佟苇", "甘禾:rep 佟苇:rep"),
    ],
)  # fmt: skip
def test_an_opening_has_a_dateline_a_byline_and_the_place_where_the_story_begins(
    text: str, dateline: str, byline: str | None, people: str
) -> None:
    opening = parse_opening(text)
    assert opening is not None
    assert opening.dateline.text == dateline
    assert opening.byline == byline
    assert said(opening.people) == people
    assert text[opening.end :] == "渡口"
    assert byline is None or text[opening.byline_start : opening.byline_end] == byline
    assert opens_story(text)


def test_a_dateline_has_agency_place_date_and_kind() -> None:
    opening = parse_opening("据中央社柳湾、长亭廿三日電，渡口")
    assert opening is not None
    parts = opening.dateline
    assert (parts.agency, parts.place, parts.date) == ("中央社", "柳湾、长亭", "廿三日")
    assert (parts.kind, parts.abridged) == ("电", True)


def test_names_without_a_title_are_reporters_but_not_titled() -> None:
    bare, titled = parse_opening("本报讯（甘小禾）渡口"), parse_opening("本报讯（记者甘小禾）渡口")
    assert bare is not None
    assert titled is not None
    assert bare.people == titled.people
    assert (bare.titled, titled.titled) == (False, True)


@pytest.mark.parametrize(
    "text",
    [
        "据报道，渡口通航",
        "记者从市政府获悉，",
        "新华社记者 甘小禾",
        "（本报柳湾1月5日电）",
        "中国新闻界聚会",
        "通讯",
        "电话：3960000",
        "",
    ],
)
def test_other_paragraphs_open_without_a_dateline(text: str) -> None:
    assert parse_opening(text) is None
    assert not opens_story(text)


@pytest.mark.parametrize(
    "line", ["本报讯（记者 甘小禾 通讯", "本报讯", "本报柳湾1月2", "新华社柳湾12月24日", "【本报讯】"]
)
def test_a_story_is_seen_to_open_though_the_line_ends_in_its_dateline(line: str) -> None:
    assert opens_story(line)


def test_a_dateline_may_stand_at_the_end() -> None:
    closing = parse_closing("渡口通航。（据新华社柳湾1月5日电 记者甘小禾、佟一苇）")
    assert closing is not None
    assert (closing.start, closing.dateline.place, said(closing.people)) == (5, "柳湾", "甘小禾:rep 佟一苇:rep")
    assert parse_closing("渡口通航（见图）") is None


@pytest.mark.parametrize(
    ("text", "kind", "people"),
    [
        ("图为渡口的新船。", "caption", ""),
        ("左图：渡口的新船。", "caption", ""),
        ("图①：渡口", "caption", ""),
        ("圖為渡口的新船。", "caption", ""),
        ("甘小禾摄（人民视觉）", "credit", "甘小禾:pho"),
        ("雒 禾摄(新华社发）", "credit", "雒禾:pho"),
        ("新华社记者 甘 禾摄", "credit", "甘禾:pho"),
        ("本报记者 甘 禾文 新华社记者 佟 苇摄", "credit", "佟苇:pho"),
        ("甘 禾 佟一苇摄影报道", "credit", "甘禾:pho 佟一苇:pho"),
        ("甘小禾供图", "credit", "甘小禾:pho"),
        ("库尔·马提摄", "credit", "库尔·马提:pho"),
        ("（新华社发）", "credit", ""),
        ("摄影：甘小禾", "credit", "甘小禾:pho"),
    ],
)
def test_captions_and_credits_are_told_from_text(text: str, kind: str, people: str) -> None:
    found = caption(text)
    assert found is not None
    assert (found.kind, said(found.people)) == (kind, people)


@pytest.mark.parametrize(
    "text",
    ["图书馆为读者开门", "右图右史", "今年拍摄", "江山如画（渡口札记）", "本报记者 甘小禾", "新华社", "在渡口提供", ""],
)
def test_what_belongs_to_no_picture_is_no_caption(text: str) -> None:
    assert caption(text) is None


@pytest.mark.parametrize(
    ("text", "role", "certain"),
    [
        ("2020年5月28日 星期四", Role.FOLIO, True),
        ("二〇一九年十月八日 星期二", Role.FOLIO, True),
        ("2021年3月16日 星期二  责任编辑：甘禾 电话：3 9 6 0 0 0 0", Role.FOLIO, True),
        ("2021年3月16日星期二责任编辑：甘禾电话：3960000", Role.FOLIO, True),
        ("电话：3960000 2020年5月28日 星期四", Role.FOLIO, True),
        ("04园区专版", Role.FOLIO, True),
        ("第2 版 经济", Role.FOLIO, True),
        ("02 综合新闻", Role.FOLIO, True),
        ("要闻3", Role.FOLIO, True),
        ("星期四", Role.FOLIO, True),
        ("2020年5月28日", Role.FOLIO, False),
        ("0 4", Role.FOLIO, False),
        ("A5", Role.FOLIO, False),
        ("园区 专版", Role.FOLIO, False),
        ("本版编辑 甘禾", Role.EDITOR, True),
        ("责编 甘禾 版式 佟苇 校对 甘小禾", Role.EDITOR, True),
        ("責任編輯：甘小禾", Role.EDITOR, True),
        ("新闻热线：0900-3960000", Role.NOTICE, True),
        ("社址：柳湾市渡口路1号 邮编：450000", Role.IMPRINT, True),
    ],
)
def test_furniture_is_known_by_its_words(text: str, role: Role, certain: bool) -> None:
    guess = furniture_role(text)
    assert guess is not None
    assert (guess.role, guess.certain) == (role, certain)


@pytest.mark.parametrize(
    "text",
    [
        "甘禾",
        "2020年5月28日，渡口通航。",
        "1500亿元",
        "要闻回放",
        "编辑部的故事",
        "文化、",
        "设计服务民生、解决难题",
        "渡口",
        "104",
        "",
    ],
)
def test_other_lines_are_no_furniture(text: str) -> None:
    assert furniture_role(text) is None


@pytest.mark.parametrize(
    ("text", "direction", "page"),
    [
        ("下转第3版", "to", "3"),
        ("渡口通航。（下转第十二版）", "to", "12"),
        ("（下文轉入二版）", "to", "2"),
        ("（上接第一版）渡口通航。", "from", "1"),
        ("紧接一版", "from", "1"),
        ("上接A01版", "from", "A01"),
    ],
)
def test_a_jump_names_its_page(text: str, direction: str, page: str) -> None:
    jump = find_jump(text)
    assert jump is not None
    assert (jump.direction, jump.page) == (direction, page)
    assert "版" in text[jump.start : jump.end]


@pytest.mark.parametrize("text", ["（相关报道见第6版）", "《柳湾志》出版", "下转", ""])
def test_other_pointers_are_no_jump(text: str) -> None:
    assert find_jump(text) is None


@given(TEXTS)
def test_no_text_makes_the_grammar_raise_and_offsets_lie_inside_it(text: str) -> None:
    byline, opening, closing, shown, jump = (
        parse_byline(text), parse_opening(text), parse_closing(text), caption(text), find_jump(text)
    )  # fmt: skip
    opens_byline(text)
    opens_story(text)
    furniture_role(text)
    read_names(text)
    is_name(text)
    for found in (byline, opening, closing, jump):
        assert found is None or 0 <= found.start <= found.end <= len(text)
    assert shown is None or 0 < shown.end <= len(text)


@given(st.lists(st.sampled_from(["甘小禾", "佟一苇", "林波", "欧阳小禾"]), min_size=1, max_size=5))
def test_names_that_print_sets_apart_are_read_as_they_are(names: list[str]) -> None:
    assert read_names(" ".join(names)) == read_names("、".join(names)) == tuple(names)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("李冬梅 汪洋 费立军 石宝山", ["李冬梅", "汪洋", "费立军", "石宝山"]),
        ("文/甘小禾 图/佟一苇", ["甘小禾", "佟一苇"]),
        ("柳湾稻种站 税红霞", ["税红霞"]),
        ("本版制图：甘小禾", []),
        ("市委 宣传部", []),
    ],
)
def test_what_stands_where_a_byline_does_names_people(text: str, names: list[str]) -> None:
    assert [person.name for person in people_named(text)] == names
