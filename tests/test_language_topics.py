"""What topics promise, for any text at all and for some heads and stories written here."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from banmian import language
from banmian.language import resource, topic_measuring, topic_training
from banmian.language.__main__ import app
from banmian.language.statistics import RESOURCE as STATISTICS
from banmian.language.topics import RESOURCE, Topics

KNOWN = language.topics()

# Written for this test: a head, and two paragraphs of its story that share few words with it or with each other.
STORIES = [
    (
        "田里麦苗壮 农民春管忙",
        "眼下正是小麦返青的时节，种粮大户们抓住晴好天气，给庄稼浇水、施肥，丰收有了指望。",
        "农技员也来到地头，手把手教大家防治病虫害。合作社准备了化肥和种子，价格比去年低一成。",
    ),
    (
        "主队逆转夺冠",
        "在昨晚结束的决赛中，他们先丢一球，下半场由替补前锋连进两球，最终捧起了奖杯。",
        "主教练赛后说，队员们拼到了最后一分钟。联赛下个赛季将在三月开打，外援名单还没有定。",
    ),
    (
        "名医进山 看病不用愁",
        "省城医院的专家每月到乡镇卫生院坐诊两天，为老人检查身体，开药方，疑难的病人可以转院治疗。",
        "护士们带来了新的仪器。以往要坐半天车才能做的手术，现在家门口就能做，费用由医保报销。",
    ),
    (
        "两国签署贸易协定",
        "外长在会谈后表示，双方将继续深化合作，扩大进口，降低关税，反对保护主义。",
        "出口企业普遍欢迎这一消息。去年，两国之间的货物往来增长两成，投资也达到历史最高水平。",
    ),
    (
        "老戏新唱 剧场一票难求",
        "青年演员们把传统曲目改编成现代舞台剧，音乐和服装都是新的，观众以年轻人居多。",
        "导演介绍，剧团花了三年整理老艺人的唱腔。文化馆还将举办展览，展出当年的剧照和道具。",
    ),
    (
        "校园足额配齐专职教师",
        "新学期开学，县教育局为山区小学招聘了六十名大学毕业生，孩子们终于有了音乐课和美术课。",
        "一位校长说，过去一个人要教三门课。如今学生愿意来上学，家长也放心，课堂上笑声多了。",
    ),
]
HEADS, FIRSTS, SECONDS = ([story[i] for story in STORIES] for i in range(3))

texts = st.lists(
    st.one_of(st.text(max_size=40), st.text(alphabet=st.sampled_from("我们在北京，。￥\ufffd\ud800𠀀 A"), max_size=40)),
    max_size=8,
)


@given(texts, texts)
def test_any_texts_have_finite_odds(lefts: list[str], rights: list[str]) -> None:
    left, right = language.topic_vectors(KNOWN, lefts), language.topic_vectors(KNOWN, rights)
    assert left.shape == (len(lefts), topic_training.DIMENSIONS)
    for odds in (
        language.head_topic_odds(left, right),
        language.body_topic_odds(left, right),
        language.head_topic_odds(left, right, right),
        language.body_topic_odds(right, left, left).T,
    ):
        assert odds.shape == (len(lefts), len(rights))
        assert odds.dtype == np.float32
        assert np.isfinite(odds).all()


@given(texts)
def test_the_vector_of_a_whole_is_the_sum_of_its_parts(parts: list[str]) -> None:
    whole = language.topic_vectors(KNOWN, ["".join(parts)])
    np.testing.assert_allclose(language.topic_vectors(KNOWN, parts).sum(axis=0), whole[0], rtol=1e-4, atol=1e-2)


def test_texts_without_known_characters_say_nothing() -> None:
    nothing = language.topic_vectors(KNOWN, ["", "\ufffd\ud800", "𠀀"])
    something = language.topic_vectors(KNOWN, HEADS)
    assert not nothing.any()
    assert not language.head_topic_odds(nothing, something).any()
    assert not language.body_topic_odds(something, nothing).any()


def test_a_head_finds_its_story() -> None:
    heads = language.topic_vectors(KNOWN, HEADS)
    stories = language.topic_vectors(KNOWN, FIRSTS) + language.topic_vectors(KNOWN, SECONDS)
    odds = language.head_topic_odds(heads, stories)
    assert odds.argmax(axis=1).tolist() == list(range(len(STORIES)))
    assert np.median(np.diag(odds)) > 0
    assert np.median(odds[~np.eye(len(odds), dtype=bool)]) < -1


def test_what_the_page_has_in_common_tells_less() -> None:
    about_farming = language.topic_vectors(KNOWN, [FIRSTS[0], SECONDS[0]])
    alone = language.body_topic_odds(about_farming[:1], about_farming[1:])
    on_a_page_of_it = language.body_topic_odds(about_farming[:1], about_farming[1:], about_farming)
    among_others = language.body_topic_odds(
        about_farming[:1], about_farming[1:], language.topic_vectors(KNOWN, FIRSTS + SECONDS)
    )
    assert on_a_page_of_it < among_others < alone


def test_a_paragraph_finds_the_next_of_its_story() -> None:
    odds = language.body_topic_odds(language.topic_vectors(KNOWN, FIRSTS), language.topic_vectors(KNOWN, SECONDS))
    assert (odds.argmax(axis=1) == np.arange(len(odds))).sum() >= len(odds) - 1


def test_traditional_and_simplified_printing_score_alike() -> None:
    convert = opencc.OpenCC("s2t").convert
    printed = [convert(text) for text in FIRSTS]
    assert printed != FIRSTS
    np.testing.assert_array_equal(language.topic_vectors(KNOWN, printed), language.topic_vectors(KNOWN, FIRSTS))


def test_both_resources_fit_the_wheel() -> None:
    assert RESOURCE.stat().st_size + STATISTICS.stat().st_size <= 12_000_000


def corpus(folder: Path) -> Path:
    """A corpus of the stories of this file in the forms that corpora have."""
    marked = "\n\n".join("\n".join(story) for story in STORIES)
    forms = {"marked": marked, "every": marked.replace("\n\n", "\n").replace("\n", "\n\n")}
    folder.mkdir()
    for name, text in forms.items():
        (folder / f"{name}.txt.gz").write_bytes(gzip.compress(text.encode()))
    return folder


@pytest.mark.parametrize("name", ["marked", "every"])
def test_heads_are_told_from_paragraphs_whether_articles_are_marked_or_not(name: str, tmp_path: Path) -> None:
    told = list(topic_training.stories(corpus(tmp_path / "corpus") / f"{name}.txt.gz"))
    assert [story.heads for story in told] == [("".join(head.split()),) for head in HEADS]
    assert [len(story.paragraphs) for story in told] == [
        sum(len(text) >= topic_training.LEAST_PARAGRAPH for text in story[1:]) for story in STORIES
    ]


def test_a_head_repeated_in_its_text_is_taken_out(tmp_path: Path) -> None:
    path = tmp_path / "old.txt.gz"
    path.write_bytes(gzip.compress(f"主队逆转夺冠\n第1版 主队逆转夺冠 {FIRSTS[1]}\n".encode()))
    (story,) = topic_training.stories(path)
    assert story.heads[0] not in "".join(story.paragraphs)


def test_the_command_learns_the_same_from_the_same_and_refuses_a_misspelt_name(tmp_path: Path) -> None:
    folder = corpus(tmp_path / "corpus")
    written = []
    for name in ("one.bin", "two.bin"):
        arguments = ["learn-topics", "--corpus", str(folder), "--out", str(tmp_path / name), "--steps", "3"]
        assert CliRunner().invoke(app, arguments).exit_code == 0
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]
    known = language.topics(tmp_path / "one.bin")
    assert known is language.topics(tmp_path / "one.bin")
    assert np.isfinite(language.topic_vectors(known, FIRSTS)).all()
    misspelt = ["learn-topics", "--corpus", str(folder), "--out", str(tmp_path / "x"), "--without", "markt"]
    assert isinstance(CliRunner().invoke(app, misspelt).exception, FileNotFoundError)


@pytest.mark.parametrize("lines", ["", "一\n", "今天天气很好\n\n明天也很好\n"])
def test_hardly_any_corpus_is_no_error(lines: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(lines.encode()))
    resource.write(tmp_path / "a.bin", *topic_training.resource_of([tmp_path / "a.txt.gz"], steps=2))
    assert not language.topic_vectors(Topics.load(tmp_path / "a.bin"), ["今天"]).any()


def test_pages_can_be_measured(tmp_path: Path) -> None:
    articles = [
        {
            "kicker": None,
            "headline": head,
            "deck": None,
            "blocks": [{"role": "paragraph", "text": first}, {"role": "paragraph", "text": second}],
        }
        for head, first, second in STORIES
    ]
    (tmp_path / "p1.gold.json").write_text(json.dumps({"articles": articles}), encoding="utf-8")
    figures = topic_measuring.measure(KNOWN, topic_measuring.pages(tmp_path))
    assert figures.heads == len(STORIES)
    assert figures.whole > 0.9
    assert 0.5 < figures.next_told <= 1
    assert CliRunner().invoke(app, ["measure-topics", str(tmp_path)]).exit_code == 0


def test_ties_count_in_part() -> None:
    assert topic_measuring.told_apart(np.array([1, 2], np.float32), np.array([1, 0], np.float32)) == 0.875
