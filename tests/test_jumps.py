"""Stories that jump from page to page: found, joined, told apart, and left alone where nothing fits."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from banmian import Issue, Page, account, join_jumps, read, rebuild, restore, whole_articles
from banmian.chains import chains, paragraphs, whole
from banmian.fit import jumps as fitting
from banmian.formats import page_json
from banmian.jumps.ends import ends
from banmian.jumps.evidence import FEATURES, fitted
from banmian.jumps.links_and_flags import DOUBTFUL, UNMATCHED
from banmian.jumps.matching import Match, _without_rings, match
from banmian.language import statistics, topics
from banmian.model import Article, Furniture, Paragraph, Role, Text
from banmian.page_numbers import number_in_name, number_of, same_number
from banmian.trace import Span, Trace
from cases import pipeline
from made_issues import FOLDER, NAMES, IssueCase, issue_of, issues, misread, pages_of

DEV = Path(__file__).parent.parent.parent / "shared" / "bench" / "dev"

every = pytest.mark.parametrize("name", NAMES)


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=misread) if name == "traditional" else name for name in NAMES],
)
def test_the_stories_of_an_issue_are_whole(name: str) -> None:
    expected, issue = IssueCase(FOLDER / name).expected, issue_of(name)
    assert {page.id: page.number for page in issue.pages} == expected["numbers"]
    found = []
    for chain in (chain for chain in chains(issue) if len(chain.parts) > 1):
        article = whole(chain)
        texts = ["".join(block.text for block in run) for _, run in paragraphs(article)]
        wanted = next(
            jump for jump in expected["jumps"] if article.headline and jump["headline"] == article.headline.text
        )
        assert [part.page.id for part in chain.parts] == wanted["pages"]
        assert texts[-1].endswith(wanted["ends"])
        assert any(block.joins for block in article.blocks) == bool(wanted["join"])
        assert not wanted["join"] or any(wanted["join"] in text for text in texts)
        assert "版）" not in "".join(texts)
        found.append(wanted["headline"])
    assert found == [jump["headline"] for jump in expected["jumps"]]


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=misread) if name == "traditional" else name for name in NAMES]
)
def test_a_jump_without_a_match_is_flagged_and_says_why(name: str) -> None:
    flags = [
        {"headline": article.headline.text if article.headline else None, "note": flag.note}
        for page in issue_of(name).pages
        for article in page.articles
        for flag in article.flags
        if flag.kind == UNMATCHED
    ]
    assert flags == IssueCase(FOLDER / name).expected["unmatched"]


@every
def test_pages_that_were_joined_still_account_for_all_their_characters(name: str) -> None:
    case = IssueCase(FOLDER / name)
    for page, path in zip(issue_of(name).pages, case.files, strict=True):
        assert [i for entry in account(page) for i in range(*entry.span)] == list(range(len(page.source.text)))
        written = page_json.dumps(page)
        assert rebuild(written) == path.read_bytes()
        again = restore(page_json.loads(written))
        assert [(a.continues, a.continued) for a in again.articles] == [
            (a.continues, a.continued) for a in page.articles
        ]
        assert again.number == page.number


@every
def test_every_text_of_a_whole_article_reads_as_its_spans_do(name: str) -> None:
    issue = issue_of(name)
    pages = {page.id: page for page in issue.pages}
    for page, article in whole_articles(issue):
        for block in article.blocks:
            assert pages[block.page or page.id].trace.read_all(block.spans) == block.text


@every
def test_joining_again_or_in_another_order_gives_the_same(name: str) -> None:
    issue = issue_of(name)
    assert join_jumps(issue) == issue
    turned = join_jumps(replace(issue, pages=tuple(reversed(pages_of(name)))))
    assert sorted(turned.pages, key=lambda page: page.id) == sorted(issue.pages, key=lambda page: page.id)


@every
def test_ids_are_those_of_the_page_alone_and_unlike_each_other(name: str) -> None:
    case, found = IssueCase(FOLDER / name), issue_of(name)
    alone = [article.id for path in case.files for article in read(path, pipeline=pipeline()).articles]
    assert [article.id for page in found.pages for article in page.articles] == alone
    assert len(set(alone)) == len(alone)


@every
def test_an_issue_case_says_what_it_is(name: str) -> None:
    case = IssueCase(FOLDER / name)
    assert set(case.about) == {"label", "comment", "source", "licence", "what"}
    assert (case.about["source"], case.about["licence"]) == ("written for banmian", "Apache-2.0")
    listed = (FOLDER.parent / "README.md").read_text(encoding="utf-8")
    assert f"| `issues/{name}` | {case.about['label']} |" in listed


def made(page_id: str, *articles: tuple[str, str], furniture: tuple[str, ...] = ()) -> Page:
    """A page of articles, each a headline and a body; the furniture stands behind the last."""
    source, found, aside = "", [], []
    for headline, body in articles:
        head = Span(len(source), len(source) + len(headline))
        block = Span(head.end + 1, head.end + 1 + len(body))
        source += f"{headline}\n{body}\n"
        found.append(
            Article(
                f"{page_id}-a{head.start:05}",
                headline=Text(headline, (head,)) if headline else None,
                blocks=(Paragraph(Role.PARAGRAPH, body, (block,)),),
                confidence=0.9,
            )
        )
    for text in furniture:
        aside.append(Furniture(Role.UNPLACED, text, (Span(len(source), len(source) + len(text)),)))
        source += f"{text}\n"
    page = Page.of(source, id=page_id)
    return replace(page, trace=Trace(source), articles=tuple(found), furniture=tuple(aside))


BEGINNING = "昨日上午，柳湾渡口的最后一班渡船靠岸，摆渡四十年的佟老大系好缆绳，把竹篙靠在船舷，"
REST = "对着空船站了很久。船客们在渡口照相留念，佟老大说，往后改撑游船，给游客讲渡口的故事。"
OTHER = "市气象台预报，明天多云转阴，最高气温二十三度，最低气温十一度，请市民注意增减衣物。"


def jumps_of(issue: Issue) -> list[tuple[str, str]]:
    """The links of an issue, as pairs of ids."""
    return [(a.id, a.continued.article) for page in issue.pages for a in page.articles if a.continued]


def kinds_of(issue: Issue) -> list[str]:
    """The kinds of all flags of an issue."""
    return [f.kind for p in issue.pages for f in (*p.flags, *(f for a in p.articles for f in a.flags))]


def test_a_rest_whose_jump_line_is_lost_is_found_by_its_head() -> None:
    pages = [
        made("p1", ("最后一班渡船", f"{BEGINNING}（下转第3版）")),
        made("p3", ("最后一班渡船", REST), ("明天转阴", OTHER)),
    ]
    assert jumps_of(join_jumps(pages)) == [("p1-a00000", "p3-a00000")]


def test_a_beginning_whose_jump_line_is_lost_is_found_by_its_words() -> None:
    pages = [
        made("p1", ("最后一班渡船", BEGINNING), ("明天转阴", OTHER)),
        made("p3", ("最后一班渡船", f"（上接第1版）{REST}")),
    ]
    assert jumps_of(join_jumps(pages)) == [("p1-a00000", "p3-a00000")]


def test_a_jump_is_not_forced_upon_what_stands_there() -> None:
    issue = join_jumps([made("p1", ("最后一班渡船", f"{BEGINNING}（下转第3版）")), made("p3", ("明天转阴", OTHER))])
    assert jumps_of(issue) == []
    flag = issue.pages[0].articles[0].flags[0]
    assert (flag.kind, flag.note) == (UNMATCHED, "goes on on page 3, but no rest was found there")
    assert issue.pages[0].trace.read_all(flag.spans) == "（下转第3版）"


def test_jump_lines_that_name_other_pages_are_never_joined() -> None:
    issue = join_jumps(
        [made("p1", ("渡船", f"{BEGINNING}（下转第3版）")), made("p2", ("渡船", f"（上接第4版）{REST}"))]
    )
    assert jumps_of(issue) == []
    assert kinds_of(issue) == [UNMATCHED, UNMATCHED]


def test_a_story_may_go_over_three_pages() -> None:
    middle = f"（上接第1版）对着空船站了很久。{OTHER}大桥通车以后，（下转第3版）"
    issue = join_jumps(
        [
            made("p1", ("最后一班渡船", f"{BEGINNING}（下转第2版）")),
            made("p2", ("最后一班渡船", middle)),
            made("p3", ("最后一班渡船", f"（上接第2版）渡船改作游船。{REST}")),
        ]
    )
    (chain,) = chains(issue)
    article = whole(chain)
    assert [part.page.id for part in chain.parts] == ["p1", "p2", "p3"]
    assert [block.page for block in article.blocks] == [None, "p2", "p3"]
    assert [block.joins for block in article.blocks] == [False, True, True]
    assert "".join(block.text for block in article.blocks).count("版）") == 0
    links = [part.article.continues for part in chain.parts]
    assert article.confidence == pytest.approx(0.9**3 * (links[1].confidence * links[2].confidence))  # type: ignore[union-attr]


def test_a_jump_line_that_was_set_aside_belongs_to_the_article_before_it() -> None:
    pages = [
        made("p1", ("最后一班渡船", BEGINNING), furniture=("（下转第3版）",)),
        made("p3", ("明天转阴", OTHER), ("最后一班渡船", f"（上接第1版）{REST}")),
    ]
    assert jumps_of(join_jumps(pages)) == [("p1-a00000", f"p3-a{len('明天转阴') + len(OTHER) + 2:05}")]
    stray = join_jumps([made("p1", furniture=("（下转第3版）",))])
    assert kinds_of(stray) == [UNMATCHED]


def test_what_is_less_sure_is_flagged_as_doubtful() -> None:
    found, _ = ends(issue_of("bridge").pages)
    weights = fitted() * 0.25
    sure = match(found, statistics(), topics())
    unsure = match(found, statistics(), topics(), weights)
    assert {(m.before, m.after) for m in unsure} <= {(m.before, m.after) for m in sure}
    assert max(m.confidence for m in unsure) < min(m.confidence for m in sure)
    issue = join_jumps([made("x1", ("渡船", f"{BEGINNING}（下转第3版）")), made("x2", ("", f"（上接第1版）{OTHER}"))])
    joined = [a.continued.confidence for p in issue.pages for a in p.articles if a.continued]
    assert (DOUBTFUL in kinds_of(issue)) == (bool(joined) and joined[0] < 0.9)


def test_no_story_goes_on_in_its_own_beginning() -> None:
    ring = [Match(0, 1, 0.9), Match(1, 2, 0.8), Match(2, 0, 0.7), Match(5, 6, 0.1)]
    assert _without_rings(ring) == [Match(0, 1, 0.9), Match(1, 2, 0.8), Match(5, 6, 0.1)]


@pytest.mark.parametrize(
    ("name", "number"),
    [("02", "2"), ("p3", "3"), ("page-12", "12"), ("A05", "A5"), ("2020.05.28-03", "3"), ("20200528-04-要闻", "4"),
     ("第十二版", "12"), ("20200528", ""), ("notes", ""), ("a1b2", ""), ("", ""), ("2020-05-28", "")],
)  # fmt: skip
def test_the_number_of_a_page_in_its_name(name: str, number: str) -> None:
    assert number_in_name(name) == number


def test_the_folio_tells_the_number_before_the_name_does() -> None:
    page = made("day/07", furniture=("2021年4月12日 星期一 第3版 综合",))
    assert number_of(page) == "3"
    two = made("day/07", furniture=("第3版 综合", "第4版 综合"))
    assert number_of(two) == "7"
    assert join_jumps([replace(page, number="A9")]).pages[0].number == "A9"
    assert not same_number("A3", "B3")


def test_pages_without_an_issue_get_the_name_of_their_folder() -> None:
    assert join_jumps([made("2021-04-12/1"), made("2021-04-12/2")]).id == "2021-04-12"
    assert join_jumps([made("a/1"), made("b/2")]).id == "issue"
    assert join_jumps([]) == Issue("issue")


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=40)
@given(issues())
def test_any_issue_can_be_joined_and_loses_nothing(issue: Issue) -> None:
    joined = join_jumps(issue)
    bare = [
        replace(
            page,
            number="",
            flags=(),
            articles=tuple(replace(a, continues=None, continued=None, flags=()) for a in page.articles),
        )
        for page in (*issue.pages, *joined.pages)
    ]
    assert bare[: len(bare) // 2] == bare[len(bare) // 2 :]
    parts = [(part.page.id, part.article.id) for chain in chains(joined) for part in chain.parts]
    assert sorted(parts) == sorted((page.id, article.id) for page in issue.pages for article in page.articles)
    for chain in chains(joined):
        whole(chain)


def test_a_link_that_only_one_end_knows_counts_for_none() -> None:
    first, second = issue_of("traditional").pages
    half = replace(second, articles=tuple(replace(article, continues=None) for article in second.articles))
    assert all(len(chain.parts) == 1 for chain in chains(Issue("x", (first, half))))
    assert all(len(chain.parts) == 1 for chain in chains(Issue("x", (first,))))


# The weights


def test_the_weights_are_those_of_the_evidence() -> None:
    assert fitted().shape == (len(FEATURES),)


def gold(tmp_path: Path) -> Path:
    """Pages with known answers: eight, each of four stories of its own words."""
    places = ["柳湾", "禾州", "高坡", "石桥", "东岸", "渡口", "云台", "沙河"]
    things = [("大桥", "钢梁"), ("大棚", "黄瓜"), ("学堂", "课本"), ("水库", "闸门")]
    for number, place in enumerate(places):
        articles = [
            {
                "headline": f"{place}{one}见闻",
                "blocks": [
                    {"text": "".join(f"{place}的{one}里，第{i}回说到{two}，{place}人记得{one}旧事。" for i in range(9))}
                ],
            }
            for one, two in things
        ]
        path = tmp_path / f"p{number}.gold.json"
        path.write_text(json.dumps({"articles": articles}, ensure_ascii=False), encoding="utf-8")
    return tmp_path


def test_weights_can_be_fitted_and_join_what_they_were_fitted_to(tmp_path: Path) -> None:
    folder = gold(tmp_path)
    shares = fitting.Shares(jumps=0.6)
    issues_made = [issue for seed in range(6) for issue in fitting.issues(folder, seed, shares)]
    assert issues_made == [issue for seed in range(6) for issue in fitting.issues(folder, seed, shares)]
    weights = fitting.fit(issues_made, statistics(), topics())
    figures = fitting.measure(issues_made, statistics(), topics(), weights)
    assert figures.true >= 20
    assert figures.right / figures.true > 0.7
    assert figures.right / figures.joined > 0.9
    assert f"{figures.true} jumps, {figures.joined} joined, {figures.right} rightly" in str(figures)


@pytest.mark.parametrize(("kind", "recall", "precision"), [("page", 0.93, 0.97), ("county", 0.9, 0.95)])
def test_the_weights_join_issues_that_they_were_not_fitted_to(kind: str, recall: float, precision: float) -> None:
    if not DEV.is_dir():
        if os.environ.get("CI"):
            pytest.fail("CI must measure how jumps are joined, and there is no ../shared/bench")
        pytest.skip("there is no ../shared/bench")
    found = [issue for seed in range(3) for issue in fitting.issues(DEV / kind, seed)]
    figures = fitting.measure(found, statistics(), topics())
    assert figures.true >= 30
    assert figures.right / figures.true >= recall, figures
    assert figures.right / figures.joined >= precision, figures
    assert abs(figures.promised / figures.joined - figures.right / figures.joined) < 0.07, figures
