"""What the statistics of newspaper Chinese promise, for any text at all and for some sentences written here."""

from __future__ import annotations

import gzip
import random
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from banmian import language
from banmian.language import corpus, counting, measuring, resource, table
from banmian.language.__main__ import app
from banmian.language.statistics import RESOURCE, Statistics

KNOWN = language.statistics()

# Written for this test; each is cut where | stands.
SENTENCES = [
    "昨天下午市气象台发布大风黄色预|警信号，提醒市民减少外出",
    "全县今年新修乡村公路一百二十公|里，二十个村的村民告别了泥泞路",
    "这家工厂的负责人告诉记者，生产|线已经全部恢复运转",
    "参加会议的代表一致认为，粮食安|全是头等大事",
    "老人把保存了四十年的奖章捐给了|博物馆，工作人员为他颁发了证书",
    "图书馆每个周末都为孩子们举办阅|读活动，吸引了不少家长",
    "经过三个小时的紧急抢修，受影响|的居民楼全部恢复供电",
    "学校食堂推出了新的菜单，学生们|纷纷表示饭菜比以前可口",
    "两国外长在会谈后共同会见了记|者，并回答了提问",
    "运动员在最后一轮比赛中发挥出|色，夺得了本届锦标赛的金牌",
]
LEFTS = [sentence.split("|")[0] for sentence in SENTENCES]
RIGHTS = [sentence.split("|")[1] for sentence in SENTENCES]

han = st.text(
    alphabet=st.sampled_from("我们在北京市人民大会堂，。：“”本报讯记者一二三年月日ＡA1１ \u00b6\ufffd\ud800𠀀"),
    max_size=40,
)
anything = st.one_of(st.text(alphabet=st.characters(), max_size=40), han)


@given(st.lists(st.tuples(anything, anything), max_size=12))
def test_any_texts_have_finite_odds(pairs: list[tuple[str, str]]) -> None:
    lefts, rights = [left for left, _ in pairs], [right for _, right in pairs]
    for odds in (
        language.join_odds(KNOWN, lefts, rights),
        language.start_odds(KNOWN, rights),
        language.end_odds(KNOWN, lefts),
    ):
        assert odds.shape == (len(pairs),)
        assert np.isfinite(odds).all()


@given(anything)
def test_any_text_has_finite_information(text: str) -> None:
    assert language.char_information(KNOWN, text).shape == (len(text),)
    assert language.bigram_information(KNOWN, text).shape == (max(len(text) - 1, 0),)
    assert np.isfinite(language.char_information(KNOWN, text)).all()
    assert np.isfinite(language.bigram_information(KNOWN, text)).all()
    assert np.isfinite(language.text_odds(KNOWN, text))


@given(st.lists(anything, max_size=6))
def test_texts_that_are_looked_up_together_have_the_odds_of_each(texts: list[str]) -> None:
    each = [language.text_odds(KNOWN, text) * len(text) for text in texts]
    assert language.log_odds(KNOWN, texts) == pytest.approx(each, abs=1e-9)


@given(st.lists(anything, max_size=6), st.lists(anything, max_size=6))
def test_the_matrix_holds_the_odds_of_the_pairs(lefts: list[str], rights: list[str]) -> None:
    matrix = language.join_matrix(KNOWN, lefts, rights)
    assert matrix.shape == (len(lefts), len(rights))
    pairs = [(left, right) for left in lefts for right in rights]
    odds = language.join_odds(KNOWN, [left for left, _ in pairs], [right for _, right in pairs])
    np.testing.assert_allclose(matrix.ravel(), odds, rtol=1e-4, atol=1e-3)


@given(st.lists(anything, min_size=1, max_size=6), st.data())
def test_the_odds_of_a_pair_do_not_depend_on_the_others(texts: list[str], data: st.DataObject) -> None:
    i = data.draw(st.integers(0, len(texts) - 1))
    together = language.join_odds(KNOWN, texts, texts[::-1])
    alone = language.join_odds(KNOWN, [texts[i]], [texts[::-1][i]])
    np.testing.assert_allclose(together[i], alone[0], rtol=1e-4, atol=1e-3)


@given(st.lists(anything, max_size=6))
def test_the_matrix_holds_the_odds_of_the_pairs_on_a_page_too(lines: list[str]) -> None:
    adapted = KNOWN.with_page(lines)
    matrix = language.join_matrix(adapted, lines, lines)
    odds = language.join_odds(adapted, [left for left in lines for _ in lines], lines * len(lines))
    np.testing.assert_allclose(matrix.ravel(), odds, rtol=1e-4, atol=1e-3)


def test_a_name_that_the_page_has_elsewhere_makes_a_join_likelier() -> None:
    adapted = KNOWN.with_page(["记者濮岚瑾报道", "濮岚瑾说"])
    assert (
        language.join_odds(adapted, ["记者濮岚"], ["瑾报道"]) > language.join_odds(KNOWN, ["记者濮岚"], ["瑾报道"]) + 1
    )
    assert language.join_odds(adapted, ["昨天"], ["下午"]) == language.join_odds(KNOWN, ["昨天"], ["下午"])


def test_nothing_says_nothing() -> None:
    assert language.join_odds(KNOWN, [], []).shape == (0,)
    assert language.join_matrix(KNOWN, [], ["一"]).shape == (0, 1)
    assert language.join_odds(KNOWN, ["", "会议", ""], ["会议", "", ""]).tolist() == [0, 0, 0]
    assert language.join_odds(KNOWN, ["会议\ufffd"], ["\ud800召开"]).tolist() == [0]
    assert language.text_odds(KNOWN, "") == 0


def test_lefts_and_rights_of_different_number_are_refused() -> None:
    with pytest.raises(ValueError, match="2 lefts and 1 rights are not pairs"):
        language.join_odds(KNOWN, ["一", "二"], ["三"])


def test_true_joins_beat_others() -> None:
    matrix = language.join_matrix(KNOWN, LEFTS, RIGHTS)
    truth = np.arange(len(LEFTS))
    others = matrix[~np.eye(len(LEFTS), dtype=bool)]
    # Not all: what was given to whom, a museum or a library, no statistics know.
    assert (matrix.argmax(axis=1) == truth).sum() >= 8
    assert (matrix.argmax(axis=0) == truth).sum() >= 8
    assert np.median(np.diag(matrix)) > 2
    assert np.median(others) < 0


def test_prepared_lines_have_the_odds_of_their_texts() -> None:
    left, right = language.tails(KNOWN, LEFTS), language.heads(KNOWN, RIGHTS)
    order = np.array([3, 1, 1])
    odds = language.pair_odds(KNOWN, left.take(order), right.take(order))
    np.testing.assert_allclose(odds, np.diag(language.matrix_odds(KNOWN, left, right))[order], rtol=1e-4, atol=1e-3)


def _block_odds(known: Statistics, texts: list[str], asked: list[bool]) -> np.ndarray:
    sides = language.tails(known, texts), language.heads(known, texts)
    return language.block_odds(known, *sides, texts, np.array(asked, dtype=bool))


@given(st.lists(st.tuples(anything, st.booleans()), max_size=6))
def test_blocks_that_are_not_asked_about_have_the_odds_of_lines(told: list[tuple[str, bool]]) -> None:
    texts, asked = [text for text, _ in told], [closely for _, closely in told]
    odds = _block_odds(KNOWN, texts, asked)
    assert odds.shape == (len(texts), len(texts))
    assert np.isfinite(odds).all()
    others = [i for i, closely in enumerate(asked) if not closely]
    np.testing.assert_array_equal(odds[:, others], language.join_matrix(KNOWN, texts, texts)[:, others])


def test_what_stands_further_on_in_a_block_tells_where_its_first_words_do_not() -> None:
    ends = [
        "渔船清早出港，渔民在码头补网，等待海上的风浪小下来。船老大说，",
        "音乐会昨晚举行，合唱团演唱了民歌，观众掌声不断。指挥告诉记者，",
    ]
    starts = ["今年要多撒几网，把鱼虾早些运到市场。", "今年要多排几首新歌，请乐队伴奏，到各地的剧院演出。"]
    texts = [*ends, *starts]
    odds = _block_odds(KNOWN, texts, [False, False, True, True])[:2, 2:]
    lines = language.join_matrix(KNOWN, ends, starts)
    assert (odds.argmax(axis=1) == [0, 1]).all()
    assert np.trace(odds) - np.trace(odds[::-1]) > np.trace(lines) - np.trace(lines[::-1])


@given(st.lists(st.tuples(anything, st.booleans()), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_pairs_of_blocks_have_the_odds_of_all_of_them(told: list[tuple[str, bool]], rng: random.Random) -> None:
    texts, asked = [text for text, _ in told], np.array([closely for _, closely in told], dtype=bool)
    sides = language.tails(KNOWN, texts), language.heads(KNOWN, texts)
    first, second = (np.array([rng.randrange(len(texts)) for _ in range(9)]) for _ in range(2))
    odds = language.block_pair_odds(
        KNOWN, *sides, language.passages(KNOWN, texts, asked), asked=asked, pairs=(first, second)
    )
    whole = language.block_odds(KNOWN, *sides, texts, asked)
    np.testing.assert_allclose(odds, whole[first, second], rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize("lags", [1, 2, 9])
def test_lines_a_few_apart_have_the_odds_of_the_same_pairs(lags: int) -> None:
    lines = ["会议于9月", "3日召开", "", "\ufffd各地", "市气象台", "发布预警"]
    known = KNOWN.with_page(lines)
    left, right = language.tails(known, lines), language.heads(known, lines)
    odds = language.lag_odds(known, left, right, lags)
    assert odds.shape == (lags, len(lines))
    for lag, i in np.ndindex(*odds.shape):
        before = i - lag - 1
        expected = language.join_odds(known, [lines[before]], [lines[i]])[0] if before >= 0 else 0
        assert odds[lag, i] == pytest.approx(expected, rel=1e-5), (before, i)
    assert language.lag_odds(known, left.take(np.arange(0)), right.take(np.arange(0)), lags).shape == (lags, 0)


def test_the_edges_of_paragraphs_do_not_depend_on_the_page() -> None:
    known = KNOWN.with_page(["本报讯（记者", "会议顺利结束。"] * 9)
    starts, ends = ["本报讯（记者", "们的", ""], ["会议顺利结束。", "他们的", "", "了。"]
    at_end, at_start = language.edge_odds(known, language.tails(known, ends), language.heads(known, starts))
    assert at_end.tolist() == language.end_odds(KNOWN, ends).tolist()
    assert at_start.tolist() == language.start_odds(KNOWN, starts).tolist()


def test_traditional_and_simplified_printing_score_alike() -> None:
    convert = opencc.OpenCC("s2t").convert
    lefts, rights = [convert(text) for text in LEFTS], [convert(text) for text in RIGHTS]
    assert lefts != LEFTS
    np.testing.assert_allclose(
        language.join_odds(KNOWN, lefts, rights), language.join_odds(KNOWN, LEFTS, RIGHTS), rtol=1e-5
    )


def test_widths_digits_and_letters_count_as_one() -> None:
    odds = language.join_odds(KNOWN, ["会议于9", "会议于８", "版本A"], ["月3日召开,", "月５日召开，", "股上市"])
    assert odds[0] == odds[1]
    assert odds[2] == language.join_odds(KNOWN, ["版本Ｂ"], ["股上市"])[0]


def test_paragraphs_start_and_end_where_they_look_like_it() -> None:
    starts = language.start_odds(KNOWN, ["本报讯（记者", "新华社北京", "，并且", "们的"])
    ends = language.end_odds(KNOWN, ["会议顺利结束。", "他说。”", "他们的", "，"])
    assert starts[:2].min() > 2
    assert starts[2:].max() < 0
    assert ends[:2].min() > 2
    assert ends[2:].max() < 0


def test_rare_characters_tell_more() -> None:
    common, rare = language.char_information(KNOWN, "的濮")
    assert rare > common + 4
    assert language.bigram_information(KNOWN, "中国")[0] < language.bigram_information(KNOWN, "国中")[0]


def test_sentences_are_likelier_than_their_characters_in_disorder() -> None:
    text = "".join(SENTENCES).replace("|", "")
    shuffled = "".join(np.random.default_rng(0).permutation(list(text)))
    assert language.text_odds(KNOWN, text) > language.text_odds(KNOWN, shuffled) + 2


def test_the_resource_fits_the_wheel() -> None:
    assert RESOURCE.stat().st_size <= 12_000_000


def test_opening_the_statistics_does_not_load_opencc() -> None:
    code = "import sys; from banmian import language; language.statistics(); print('opencc' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_another_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_text("版面", encoding="utf-8")
    with pytest.raises(resource.ResourceError, match="make it again with `count`"):
        Statistics.load(path)


@cache
def small_resource(folder: Path) -> Path:
    """A resource counted from the sentences of this file."""
    path = folder / "small.bin"
    arrays, settings = counting.resource_of([sentence.replace("|", "") for sentence in SENTENCES * 3], steps=5)
    resource.write(path, arrays, settings)
    return path


def test_the_same_corpus_gives_the_same_bytes(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    assert small_resource(one).read_bytes() == small_resource(two).read_bytes()


def test_a_small_corpus_can_be_counted_and_asked(tmp_path: Path) -> None:
    known = language.statistics(small_resource(tmp_path))
    assert known is language.statistics(small_resource(tmp_path))
    seen, unseen = language.join_odds(known, ["昨天下午", "昨天下午"], ["市气象台", "颁发了证书"])
    assert seen > unseen


@pytest.mark.parametrize("texts", [[], ["一"], ["今天", "明天"]])
def test_hardly_any_corpus_is_no_error(texts: list[str], tmp_path: Path) -> None:
    path = tmp_path / "tiny.bin"
    resource.write(path, *counting.resource_of(texts, steps=2))
    assert np.isfinite(language.join_matrix(Statistics.load(path), ["今", "一"], ["天", ""])).all()


def test_the_command_counts_a_folder_and_leaves_out_what_it_is_told(tmp_path: Path) -> None:
    for name, text in (("a", "今天天气很好。\n\n明天也很好。\n"), ("b", "后天下雨。\n")):
        (tmp_path / f"{name}.txt.gz").write_bytes(gzip.compress(text.encode()))
    sizes = {}
    for without in ((), ("--without", "b")):
        out = tmp_path / "out.bin"
        arguments = ["count", "--corpus", str(tmp_path), "--out", str(out), "--steps", "2", *without]
        assert CliRunner().invoke(app, arguments).exit_code == 0
        sizes[without] = resource.read(out)[1]["characters"]
    assert sizes[()] == len("¶今天天气很好。¶明天也很好。¶后天下雨。¶")
    assert sizes["--without", "b"] == len("¶今天天气很好。¶明天也很好。¶")


def test_a_misspelt_file_to_leave_out_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.txt.gz").touch()
    with pytest.raises(FileNotFoundError, match="has no rmrb-2091; it has a"):
        corpus.corpus_files(tmp_path, ["rmrb-2091"])


def test_next_lines_can_be_asked_about() -> None:
    paragraphs = ["".join(LEFTS) * 2, "".join(RIGHTS) * 2]
    asked = measuring.questions(paragraphs, page=False)
    odds = measuring.odds_of(KNOWN, asked)
    assert odds.shape == asked.candidates.shape
    assert 0 <= measuring.first_share(odds, 6) <= 1
    assert np.isfinite(measuring.fitted_weights(KNOWN, asked)).all()


@given(st.sets(st.integers(0, 2**52 - 1), max_size=300))
def test_the_table_gives_back_what_was_put_in(keys: set[int]) -> None:
    known = np.array(sorted(keys), np.uint64)
    values = np.arange(len(known)) % 256
    built = table.build(known, values, 16, np.uint32)
    assert built.look_up(known).tolist() == values.tolist()
    strangers = (known + np.uint64(1))[~np.isin(known + np.uint64(1), known)]
    assert (built.look_up(strangers) >= 0).sum() <= 3


def test_the_table_refuses_values_that_do_not_fit() -> None:
    with pytest.raises(ValueError, match="values must be 0 to 63 to stand beside 10 check bits"):
        table.build(np.arange(2, dtype=np.uint64), np.array([0, 64]), 10, np.uint16)
