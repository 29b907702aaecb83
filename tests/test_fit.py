"""The programs that fit the weights: truth read off gold pages, made pages, and the features of a choice."""

import gzip
import json
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from banmian import Page
from banmian.fit.headings import reading
from banmian.fit.labels import Place, bare, places
from banmian.fit.pages import WRITTEN, gold_pages, papers_made
from banmian.fit.press import LEAST_BRIEF, ORDERS, SetArticle, corpus_articles, furniture, gold_articles, pages, wrap
from banmian.fit.side_by_side import side_by_side
from banmian.fit.structure import features
from banmian.fit.truth import NOTHING, states, true_links
from banmian.language import statistics, topics
from banmian.reading.blocks.states import State
from banmian.reading.blocks.strands import strands
from banmian.reading.links import assignment
from banmian.reading.links import survey as links
from banmian.reading.links.kinds import ROWS
from banmian.reading.stories.headings import DECK, KICKER, SAME, readings
from banmian.reading.weights import weights
from banmian.stages.lines import Lines

GOLD: dict[str, Any] = {
    "articles": [
        {
            "headline": "青石峪核桃喜获丰收",
            "byline": "记者 陈一鸣",
            "blocks": [
                {"role": "paragraph", "text": "青石峪的核桃挂满枝头，乡亲们一早就上山采收。"},
                {"role": "paragraph", "text": "今年雨水好，核桃的个头比去年大。"},
            ],
        },
        {
            "headline": "少年合唱团登台演出",
            "blocks": [{"role": "paragraph", "text": "少年合唱团昨晚在县剧院登台，唱了十二首新歌。"}],
        },
    ],
    "furniture": [{"text": "第3版"}],
}
RAW = """第3版
青石峪的核桃挂满枝头，乡
亲们一早就上山采收。
今年雨水好，核桃的个头比
去年大。
少年合唱团昨晚在县剧院登
台，唱了十二首新歌。
青石峪核桃喜获丰收
记者 陈一鸣
少年合唱团登台演出
"""
STATES = [
    State.FURNITURE,
    *(State.START, State.NEXT) * 3,
    State.HEAD,
    State.BYLINE,
    State.HEAD,
]


def test_each_line_is_found_in_gold() -> None:
    found = places(RAW.splitlines(), GOLD)
    assert [place and place.article for place in found] == [-1, 0, 0, 0, 0, 1, 1, 0, 0, 1]
    assert [place and place.role for place in found][-3:] == ["headline", "byline", "headline"]
    assert found[2] is not None
    assert (found[2].start, found[2].end) == (12, 22)
    assert places(["没有这一行"], GOLD) == [None]


def test_the_states_of_lines_follow_from_their_places() -> None:
    assert list(states(places(RAW.splitlines(), GOLD))) == STATES
    cut = [RAW.splitlines()[i] for i in (1, 3, 2)]
    assert list(states(places(cut, GOLD))) == [State.START, State.START, State.OPEN]


def test_the_links_of_blocks_follow_from_their_places() -> None:
    at = places(RAW.splitlines(), GOLD)
    truth = true_links([(at[1], at[2]), (at[3], at[4]), (at[5], at[6])], [at[7], at[9]], GOLD)
    assert list(truth.before) == [NOTHING, 0, NOTHING]
    assert list(truth.article) == [0, -1, 1]
    assert list(truth.heads) == [0, 1]
    assert truth.main.all()


def test_the_true_reading_of_heads_follows_from_their_places() -> None:
    def way(*roles: str) -> tuple[list[int], list[int]] | None:
        blocks = {"kicker": 0, "headline": 1, "deck": 2}
        number = reading([Place(0, blocks[role], role, i, i + 1, 9) for i, role in enumerate(roles)])
        if number is None:
            return None
        return ways[len(roles)].order[number].tolist(), ways[len(roles)].marks[number].tolist()

    ways = {count: readings(count) for count in (2, 3)}
    assert way("kicker", "headline", "deck") == ([0, 1, 2], [KICKER, DECK])
    assert way("headline", "headline") == ([0, 1], [SAME])
    assert way("deck", "headline") == ([1, 0], [DECK])
    assert way("kicker", "deck") is None


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    articles = []
    for number in range(14):
        name = chr(0x7530 + number)
        body = f"{name}村的故事要从去年春天说起，那时渠水刚刚修通。" * 3
        articles.append(f"{name}村渠水修通\n{body}\n今年{name}村人又种下果树，等着第一个收成。")
    path = tmp_path / "corpus.txt.gz"
    path.write_bytes(gzip.compress("\n\n".join(articles).encode()))
    return path


def test_the_press_sets_the_same_pages_again(corpus: Path) -> None:
    stock = list(corpus_articles(corpus))
    once = list(pages(stock, 4, seed=3))
    assert once == list(pages(stock, 4, seed=3))
    assert once != list(pages(stock, 4, seed=4))


def test_the_gold_of_a_made_page_is_its_text(corpus: Path) -> None:
    for text, gold in pages(list(corpus_articles(corpus)), 8, furniture=["第3版 要闻"]):
        said = "".join(
            bare(article["headline"])
            + bare(article["byline"])
            + "".join(bare(block["text"]) for block in article["blocks"])
            for article in gold["articles"]
        )
        said += "".join(bare(item["text"]) for item in gold["furniture"])
        assert sorted(said) == sorted(bare(text))
        lines = [line for line in text.splitlines() if line]
        known = [place is not None for place in places(lines, gold)]
        assert sum(known) >= len(known) - 3  # heads that were set side by side stand in no one place


PAPERS = Path(__file__).parent.parent / "fixtures" / "papers"


@pytest.mark.parametrize("part", ["fit", "measure"])
def test_the_gold_of_the_papers_is_of_their_texts(part: str) -> None:
    known = total = 0
    for page in gold_pages(PAPERS / part, WRITTEN):
        for article in page.gold["articles"]:
            assert article["headline"]
            assert {block["role"] for block in article["blocks"]} <= {"lead", "paragraph", "subhead", "caption"}
            assert all(person["name"] for person in article["people"])
        known += sum(place is not None for place in page.places)
        total += len(page.places)
    assert known > 0.95 * total  # all but the texts of notices, and lines that the stray space of a name has changed


def test_no_page_of_the_papers_is_both_for_fitting_and_for_measuring() -> None:
    texts = [{bare(path.read_text("utf-8")) for path in (PAPERS / part).rglob("*.txt")} for part in ("fit", "measure")]
    assert all(texts)
    assert texts[0].isdisjoint(texts[1])
    heads = [
        {head for a in gold_articles(PAPERS / part) for head in a.heads if len(head[1]) > 8}
        for part in ("fit", "measure")
    ]
    assert heads[0].isdisjoint(heads[1])


def test_pages_are_set_from_the_papers_with_their_furniture() -> None:
    root = PAPERS / "measure"
    aside, heads = set(furniture(root)), {a.heads for a in gold_articles(root)}
    made = list(papers_made(root, [], 6, seed=2))
    assert [page.gold for page in made] == [page.gold for page in papers_made(root, [], 6, seed=2)]
    for page in made:
        assert {item["text"] for item in page.gold["furniture"]} <= aside
        for article in page.gold["articles"]:
            size = sum(len(block["text"]) for block in article["blocks"])
            assert size >= LEAST_BRIEF
    simplified = [page for page in made if page.gold["articles"][0]["headline"] in {dict(h)["headline"] for h in heads}]
    assert simplified


def test_the_press_sets_pages_in_all_orders_and_in_both_scripts(corpus: Path) -> None:
    made = list(pages(list(corpus_articles(corpus)), 60))
    assert {gold["order"] for _, gold in made} == set(ORDERS)
    assert 0 < sum("從去年" in text for text, _ in made) < len(made) / 2


def test_frames_of_stacked_stories_are_read_column_by_column(corpus: Path) -> None:
    """In at least one page a story goes on behind a piece of another."""
    turned = 0
    for text, gold in pages(list(corpus_articles(corpus)), 60):
        if gold["order"] == "columns":
            found = [place.article for place in places(text.splitlines(), gold) if place and place.role == "paragraph"]
            changes = sum(one != two for one, two in pairwise(found))
            turned += changes >= len(set(found))
    assert turned


def test_some_pages_have_a_few_lines(corpus: Path) -> None:
    sizes = [sum(bool(line) for line in text.splitlines()) for text, _ in pages(list(corpus_articles(corpus)), 60)]
    assert 0 < sum(size < 16 for size in sizes) < len(sizes) / 2


def test_some_subheads_stand_with_the_heads_away_from_their_paragraphs() -> None:
    parts = (("水来了", "渠水三年前修通，村里的旱地成了水田。"), ("果熟了", "果树今年第一次挂果，收成比去年好。"))
    stock = [
        SetArticle(
            (("headline", f"{village}村的三年"),),
            tuple(
                block
                for head, text in parts
                for block in (("subhead", f"{village}村{head}"), ("paragraph", f"{village}村{text}" * 4))
            ),
        )
        for village in "赵钱孙李周吴郑王冯陈褚卫"
    ]
    inside = []
    for text, gold in pages(stock, 30, seed=2):
        known = list(enumerate(places(text.splitlines(), gold)))
        for number in range(len(gold["articles"])):
            body, heads = (
                [at for at, place in known if place and (place.article, place.role) == (number, role)]
                for role in ("paragraph", "subhead")
            )
            inside += [min(body) < at < max(body) for at in heads[1:]]
    assert 0.1 < sum(inside) / len(inside) < 0.95


def test_tasks_side_by_side_give_their_results_in_order() -> None:
    tasks = [partial(pow, 2, number) for number in range(5)]
    assert side_by_side(tasks, 1) == side_by_side(tasks, 2) == [1, 2, 4, 8, 16]


def test_a_task_that_fails_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RuntimeError, match="a task failed"):
        side_by_side([partial(divmod, 1, 0), partial(divmod, 4, 2)], 2)
    assert "ZeroDivisionError" in capfd.readouterr().err


def test_articles_of_gold_pages_are_set_with_their_roles(tmp_path: Path) -> None:
    (tmp_path / "p1.gold.json").write_text(json.dumps(GOLD), encoding="utf-8")
    walnuts, choir = gold_articles(tmp_path)
    assert walnuts.heads == (("headline", "青石峪核桃喜获丰收"),)
    assert (walnuts.byline, choir.byline) == ("记者 陈一鸣", "")
    assert [role for role, _ in walnuts.blocks] == ["paragraph", "paragraph"]


def test_no_line_begins_with_a_stop_or_ends_with_an_opening_mark() -> None:
    assert wrap("春耕时节，田里忙。", 4) == ["春耕时节，", "田里忙。"]
    assert wrap("他们说“好”。", 4) == ["他们说", "“好”。"]


def test_the_score_of_a_choice_is_its_features_times_the_weights() -> None:
    page = Lines()(Page.of(RAW))
    blocks = strands(page, statistics(), topics(), weights())
    found = links.gather(links.survey(blocks, statistics(), topics()))
    random = np.random.default_rng(1).normal(size=ROWS).astype(np.float32)
    scores = assignment.score(found, random)
    groups = assignment.group(found, scores)
    before = assignment.match(scores, groups)
    m, ends, total = len(found.bodies), set(range(len(found.bodies))), 0.0
    lone = set(range(len(groups)))
    for v, u in enumerate(before.tolist()):
        if u == NOTHING:
            total += scores.first[v]
        elif u < m:
            total += scores.body[u, v]
            ends.discard(u)
        else:
            total += scores.head[groups[u - m], v]
            lone.discard(u - m)
    total += sum(scores.last[u] for u in ends) + sum(scores.lone[groups[g]] for g in lone)
    heads = [h for run in found.runs for h in run[:-1]]
    last_of_group = {found.groups[g][-1] for g in groups}
    total += sum(scores.cut[i] for i, h in enumerate(heads) if h in last_of_group)
    assert features(found, groups, before) @ random == pytest.approx(total, abs=1e-4)
