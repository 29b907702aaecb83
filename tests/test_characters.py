"""Spaces, glyphs and lost characters: what must change, what must not, and what holds for any text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banmian.glyphs import glyphs
from banmian.layout import Box, Layout, PageSize, PlacedLine
from banmian.model import Page
from banmian.spacing import BREAK, rows, spaces
from banmian.stage import Layer, Stage
from banmian.stages.characters import Characters, decide, printed_spaces, report
from banmian.trace import Edit, Span, Trace


def read(text: str) -> str:
    return Trace(text).edit(decide(text)).value


def rules(text: str) -> set[str]:
    return {edit.rule.removeprefix("characters/") for edit in decide(text)}


DAMAGE = [
    ("a headline set wide", "让 老 街 焕 发 新 生", "让老街焕发新生"),
    ("a headline of two characters set wide", "春 耕", "春耕"),
    ("a headline set wide with a clause space", "老 街 新 颜   古 镇 新 生", "老街新颜 古镇新生"),
    ("digits set wide", "电话：8 8 2 0 1 3 5", "电话：8820135"),
    ("a date of which some digits are set wide", "2 0 2 1 年4 月1 9 日", "2021年4月19日"),
    ("a decimal number set wide", "4 0 7 . 2 亿件", "407.2亿件"),
    ("digits among Han", "全县 12 个乡镇新增水田 3.5 万亩", "全县12个乡镇新增水田3.5万亩"),
    ("Latin among Han", "村里通了 5G 和 Wi-Fi 信号", "村里通了5G和Wi-Fi信号"),
    ("commas", "古镇、 老街、 码头， 都在变", "古镇、老街、码头，都在变"),
    ("spaces before commas", "机器轰鸣 、 人来车往 ，", "机器轰鸣、人来车往，"),
    ("quotation marks", "“ 一件事” 改革， 减了 “ 多头跑 ”", "“一件事”改革，减了“多头跑”"),
    ("a quotation that the line does not close", "自全县推出便民服务 “一件", "自全县推出便民服务“一件"),
    ("a quotation spaced on both sides", "那盏“ 鲤鱼” 花灯由老匠人手工扎成", "那盏“鲤鱼”花灯由老匠人手工扎成"),
    ("quotation marks that lost what stood in them", "全心为“ ” 换得民心“ ”", "全心为“”换得民心“”"),
    ("a middle dot", "寻找身边的手艺· 竹编", "寻找身边的手艺·竹编"),
    ("a foreign name", "画家列奥纳多· 达· 芬奇", "画家列奥纳多·达·芬奇"),
    ("signs of arithmetic", "这套“互联网 + 政务”平台，1 + 1 大于 2", "这套“互联网+政务”平台，1+1大于2"),
    ("per cent and slash", "提高 9.8 % ，30 元 / 斤", "提高9.8%，30元/斤"),
    ("Han in the middle of a sentence", "新修的水渠通到了 田头，乡亲们都说好", "新修的水渠通到了田头，乡亲们都说好"),
    ("justification seen here and there", "他们 在 田 埂 边忙 着", "他们在田埂边忙着"),
    ("the edges of lines", "  　新修的水渠\t\n 通到田头  ", "新修的水渠\n通到田头"),
    ("ideographic space at the edges", "　　新修的水渠，\n通到田头。　", "新修的水渠，\n通到田头。"),
    ("before the bracket of a byline", "本报讯 （记者 李文 通讯员 张小山）", "本报讯（记者 李文 通讯员 张小山）"),
    ("ASCII brackets", "我县造林忙( 绿色田野)", "我县造林忙(绿色田野)"),
]
PRINT = [
    ("the clauses of a head", "守住一江清水 护好两岸青山"),
    ("three clauses", "修渠引水上山 种果栽茶下田 开店迎客进村"),
    ("short clauses of one length", "护林 护水"),
    ("a head that quotes", "办好“一件事” 温暖千万家"),
    ("a byline", "本报记者 李文 通讯员 张小山 文/图"),
    ("a byline with a mark", "□本报记者 李文 通讯员 张小山"),
    ("a byline with photographs", "本报记者 李文 通讯员 王远 摄影报道"),
    ("a byline in brackets", "本报讯（记者 李文 通讯员 张小山）连日来，"),
    ("a byline cut in a word", "本报讯（记者 李文清 通\n讯员 张小山）连日来，"),
    ("a byline cut before its end", "本报讯（记者 李文 通讯\n员 张小山）5月6日，"),
    ("a byline cut in a name", "本报讯（记者 李文\n清 通讯员 张小山）连日来，"),
    ("a sign-off", "（李文 张小山）"),
    ("a sign-off over two lines", "（李文 张小山\n王远 赵一平）"),
    ("a wide name in a byline", "本报记者 张 娅 李 文清"),
    ("a wide name under a picture", "张 娅摄（县融媒体中心）"),
    ("a wide name in brackets", "（张 娅整理）"),
    ("a dateline", "新华社南京4月6日电 江苏省气象台6日发布"),
    ("a dateline before a bracket", "本报苏州4月6日电 （李文、张小山）连日来，"),
    ("a dateline cut by a line break", "新华社南京4月6日\n电 江苏省气象台6日发布"),
    ("a folio", "二〇二一年四月六日 星期二 责任编辑：李文 电话：8820135"),
    ("a page number", "第3版 要闻"),
    ("an article of law", "第三条 地方各级政府应当加强领导"),
    ("Latin words", "这款名为Green Field Plus的软件"),
    ("Latin sentences", "He said: “It is time to go, now.” And left."),
    ("telephone numbers", "0512 8820135"),
    ("a slogan in running text", "4月6日，“春风送岗位 就业暖民心”招聘会举行"),
    ("a slogan in a line without a comma", "县里的“春风送岗位 就业暖民心”招聘会"),
    ("a slogan that began in the line before", "4月6日，县里的“春风送\n岗位 就业暖民心”招聘会，设了二十个摊位"),
    ("a slogan that ends in the next line", "县里举行“春风送岗位 就业\n暖民心”招聘会，设了二十个摊位"),
]


@pytest.mark.parametrize(("text", "expected"), [case[1:] for case in DAMAGE], ids=[case[0] for case in DAMAGE])
def test_spaces_of_the_extractor_go(text: str, expected: str) -> None:
    assert read(text) == expected


@pytest.mark.parametrize("text", [case[1] for case in PRINT], ids=[case[0] for case in PRINT])
def test_spaces_of_print_stay(text: str) -> None:
    assert read(text) == text


@pytest.mark.parametrize("text", [case[1] for case in PRINT], ids=[case[0] for case in PRINT])
@pytest.mark.parametrize("white", ["  ", "   ", "\xa0", "\u3000", "\xa0\xa0"])
def test_a_space_of_print_is_one_space_however_wide(text: str, white: str) -> None:
    if "Green" not in text and "It is" not in text:
        assert read(text.replace(" ", white)) == text


@pytest.mark.parametrize("text", [case[1] for case in PRINT], ids=[case[0] for case in PRINT])
def test_a_line_that_is_print_has_no_edits(text: str) -> None:
    assert decide(text) == []


def test_a_line_as_wide_as_the_paragraph_beside_it_is_no_head() -> None:
    head, body = "护林护水不能停 岁岁年年", "村里的老人说，山上的树"
    assert read(head) == head
    assert read(f"{head}\n{body}") == f"护林护水不能停岁岁年年\n{body}"
    assert read(f"{head}\n\n{body}") == f"{head}\n\n{body}"


def test_what_somebody_typed_is_print_with_plain_spaces_beside_it() -> None:
    assert read("好\u3000   新船") == "好 新船"


@pytest.mark.parametrize("gap", ["\u3000\u3000", "    ", "  \u3000"])
def test_the_white_space_of_a_table_stays(gap: str) -> None:
    table = "\n".join(
        gap.join(row) for row in (("品名", "今日", "昨日"), ("白菜", "2.40", "2.60"), ("土豆", "3.20", "3.20"))
    )
    assert read(f"今日菜价\n{table}\n仅供参考。\n") == f"今日菜价\n{table}\n仅供参考。\n"
    assert read(table.replace("2.40", "很贵").replace("2.60", "更贵").replace("3.20", "便宜")) != table  # names, say


def test_line_ends_of_every_kind_stay() -> None:
    for end in ("\n", "\r\n", "\r", "\f", "\v", "\x85", "\u2028", "\u2029", "\n\n"):
        assert read(f"护林 。{end} 护水") == f"护林。{end}护水"


class TestRows:
    ROW = "村里新修的水渠通到    老街上的石板路重新\n"
    PLACED = "".join(f"村里新修的水渠通到{' ' * width}老街上的石板路重新\n" for width in range(4, 8))

    def test_gaps_between_columns_stay(self) -> None:
        text = self.ROW * 4
        assert rows(text)
        assert read(text) == text

    def test_what_is_inside_of_a_column_is_put_right(self) -> None:
        damaged = self.ROW * 4 + "铺好， 灯笼挂 起来    共 3 公里， 住着\n"
        assert read(damaged) == self.ROW * 4 + "铺好，灯笼挂起来    共3公里，住着\n"

    def test_wide_print_is_no_gap(self) -> None:
        dateline = "新华社南京 4 月 6 日电    江苏省气象    老街上的石板路重新\n"
        assert read(self.PLACED + dateline).endswith("新华社南京4月6日电 江苏省气象    老街上的石板路重新\n")
        byline = "本报讯（记者   李文   通讯员   张小山）    老街上的石板路重新\n"
        assert read(self.PLACED + byline).endswith("本报讯（记者 李文 通讯员 张小山）    老街上的石板路重新\n")
        name = "张   娅摄（新华社发）    老街上的石板路重新\n"
        assert read(self.PLACED + name).endswith("张 娅摄（新华社发）    老街上的石板路重新\n")

    def test_a_gap_behind_a_dateline_is_print_where_the_text_behind_it_fills_the_measure(self) -> None:
        column = "".join(f"村里新修的水渠，通到田头{' ' * width}老街上的石板路，重新铺\n" for width in range(4, 8))
        inside = "新华社南京 4 月 6 日电    江苏    老街上的石板路，重新铺\n"
        assert read(column + inside).endswith("新华社南京4月6日电 江苏    老街上的石板路，重新铺\n")
        between = "新华社南京 4 月 6 日电    老街上的石板路，重新铺\n"
        assert read(column + between).endswith("新华社南京4月6日电    老街上的石板路，重新铺\n")
        long = "新华社南京 4 月 6 日电    老街上的石板路铺好\n"
        assert read(column + long).endswith("新华社南京4月6日电    老街上的石板路铺好\n")

    def test_a_gap_as_wide_as_all_others_parts_columns_even_behind_a_dateline(self) -> None:
        text = self.ROW * 4 + "新华社南京4月6日电    江苏    老街上的石板路重新\n"
        assert read(text) == text

    def test_wide_gaps_inside_of_a_byline_are_print(self) -> None:
        byline = "□本报记者     李文      通讯员   张     山      老街上的石板路重新\n"
        assert read(self.ROW * 4 + byline).endswith("□本报记者 李文 通讯员 张 山      老街上的石板路重新\n")
        signed = "（李文      张小山）    老街上的石板路重新\n"
        assert read(self.ROW * 4 + signed).endswith("（李文 张小山）    老街上的石板路重新\n")
        told = "（李文说     老街上的石板路重新\n"
        assert read(self.ROW * 4 + told).endswith(told)

    def test_what_was_typed_beside_a_gap_is_no_print(self) -> None:
        text = self.ROW * 4 + "铺好了，村里人都来看。\xa0    \u3000\u3000老街上的石板路重新\n"
        assert read(text) == text

    def test_a_folio_alone_makes_no_page_of_rows(self) -> None:
        assert not rows("二〇二一年四月六日    星期二    责任编辑：李文\n" + "村里新修的水渠\n" * 20)


class TestGlyphs:
    @pytest.mark.parametrize(
        ("rule", "text", "expected"),
        [
            ("byte-order-mark", "\ufeff老街", "老街"),
            ("zero-width", "老\u200b街\u2060", "老街"),
            ("soft-hyphen", "news\xadpaper", "newspaper"),
            ("nul", "老\0街", "老街"),
            ("control", "老\x07街\x1f", "老街"),
            ("direction", "\u200e老街\u202c", "老街"),
            ("compatibility", "\uf914山\U0002f80a", "樂山㒞"),
            ("radical", "⽼街⼈⺠", "老街人民"),
            ("half-dash", "\ufffd———老街改造纪事", "——老街改造纪事"),
            ("half-dash", "老街新生\n\ufffd—老街改造纪事", "老街新生\n——老街改造纪事"),
            ("half-dash", "老街新生\r\ufffd—老街改造纪事", "老街新生\r——老街改造纪事"),
        ],
    )
    def test_what_nobody_printed_is_put_right(self, rule: str, text: str, expected: str) -> None:
        if "\U0002f80a" in text:
            expected = "樂山" + unicodedata.normalize("NFC", "\U0002f80a")
        assert read(text) == expected
        assert rule in rules(text)

    @pytest.mark.parametrize(
        "text",
        [
            "ＡＢＣ１２３，",  # full width is as printed
            "﨎﨏﨑﨓﨔﨟﨡﨣﨤﨧﨨﨩",  # unified ideographs that stand among the compatibility ones
            "新冠肺\ufffd疫情",
            "\ufffd——老街改造纪事",  # the dash is whole: another character was lost
            "他说\ufffd———",  # in the middle of a line it may be
            "\ue001老街",
            "葛\U000e0100城",  # a variant that somebody chose
            "老街\udc80",
        ],
    )
    def test_what_is_printed_or_lost_stays(self, text: str) -> None:
        assert glyphs(text) == []
        assert read(text) == text

    def test_what_cannot_be_seen_hides_no_space(self) -> None:
        assert read("老\u200b 街， \u200b古镇") == "老街，古镇"
        assert read("守住一江清水 \u200b护好两岸青山") == "守住一江清水 护好两岸青山"

    def test_lost_characters_are_reported_with_their_places(self) -> None:
        flags = report("\ufffd———老\ufffd\ufffd街\ue001\ue002古\udc80\udc81镇\ufffd")
        assert {flag.kind: flag.spans for flag in flags} == {
            "character.lost": (Span(5, 7), Span(14, 15)),
            "character.private": (Span(8, 10),),
            "character.undecoded": (Span(11, 13),),
        }
        assert all(flag.note for flag in flags)


ODD = (
    "从复工 1A,，。“”（）《》·—…\t\n\r\f\u2028\u3000\xa0\ufeff\u200b\0\x1c\x85\ufffd\ue000\ud800\udc80⼈⺠\uf96f"
    "记者通讯员摄电日第条版星期二"
)
texts = st.one_of(st.text(ODD, max_size=60), st.text(max_size=40), st.text(st.characters(codec=None), max_size=20))


@given(texts)
def test_any_text_is_read_and_can_be_undone(text: str) -> None:
    page = Characters()(Page.of(text))
    assert page.trace.undo() == page.source.text == text


@given(texts)
def test_run_twice_is_run_once(text: str) -> None:
    once = Characters()(Page.of(text))
    assert Characters()(once) == once


@given(texts)
def test_line_ends_are_neither_made_nor_lost(text: str) -> None:
    assert re.findall(f"[{BREAK}]", read(text)) == re.findall(f"[{BREAK}]", text)


@given(texts)
def test_no_character_appears_that_the_source_does_not_stand_for(text: str) -> None:
    for edit in decide(text):
        source = text[slice(*edit.span)]
        assert edit.text in {"", " ", "——"} or edit.text == unicodedata.normalize("NFKC", source) or source in "⺠"
        assert edit.rule.startswith("characters/")


@given(texts)
def test_spaces_change_nothing_but_white_space(text: str) -> None:
    for edit in spaces(text):
        assert not text[slice(*edit.span)].strip()
        assert edit.text in {"", " "}


def test_the_stage_touches_nothing_but_trace_and_flags() -> None:
    page = Page.of("从 复 工\ufffd到 满 产")
    assert replace(Characters()(page), trace=page.trace, flags=()) == page


def test_an_edit_that_stands_already_is_left_alone() -> None:
    page = Page.of("从 复 工 到 满 产")
    page = replace(page, trace=page.trace.edit([Edit(Span(0, 3), "自复", "other/rule")]))
    assert Characters()(page).trace.value == "自复工到满产"


def test_it_is_a_stage() -> None:
    stage = Characters()
    assert isinstance(stage, Stage)
    assert stage.provides == {Layer.CHARACTERS}
    assert stage == Characters()


def test_a_space_as_wide_in_print_as_a_character_is_print() -> None:
    text = "他 说“金桥 落成”，客服 电 话"
    at = [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 130, 140, 150, 153, 163]
    layout = Layout(
        PageSize(200, 20), (PlacedLine(Span(0, len(text)), Box(0, 0, 163, 10), 10, chars=tuple(map(float, at))),)
    )
    page = replace(Page.of(text), layout=layout)
    assert Characters()(page).trace.value == "他 说“金桥 落成”，客服 电话"
    assert Characters()(Page.of(text)).trace.value == "他说“金桥落成”，客服电话"


def test_half_a_character_between_han_is_print_and_beside_a_digit_it_is_not() -> None:
    text = "科 马千里 3 楼"
    at = (0, 10, 15, 25, 35, 45, 50, 55, 60, 70)
    layout = Layout(
        PageSize(200, 20), (PlacedLine(Span(0, len(text)), Box(0, 0, 70, 10), 10, chars=tuple(map(float, at))),)
    )
    assert printed_spaces(text, layout) == {1}


def test_an_engine_does_not_know_how_wide_a_space_is() -> None:
    text = "河东村的桥 通车了"
    line = PlacedLine(Span(0, 9), Box(0, 0, 90, 10), 10, confidence=0.9, chars=tuple(10.0 * at for at in range(10)))
    page = replace(Page.of(text), layout=Layout(PageSize(200, 20), (line,)))
    assert printed_spaces(text, page.layout) == frozenset()


ROW = "河东村修通便民桥，两岸来往        新图书馆昨天开门，读者排起        南山水库加强巡查，水位回落\n"


@pytest.mark.parametrize(
    ("row", "want"),
    [
        ("赶   大     集        新图书馆昨天开门", "赶大集        新图书馆昨天开门"),
        ("记者   黄    敏   吴   芳        新图书馆昨天开门", "记者 黄 敏 吴 芳        新图书馆昨天开门"),
        ("修桥以后 两 岸 来       往        新图书馆开门", "修桥以后 两岸来       往        新图书馆开门"),
    ],
    ids=["a head", "names", "loose text beside the end of a column"],
)
def test_only_a_head_is_spread_over_its_column_in_a_row(row: str, want: str) -> None:
    text = ROW * 8 + row + "\n"
    assert Trace(text).edit(spaces(text)).value.split("\n")[8] == want
