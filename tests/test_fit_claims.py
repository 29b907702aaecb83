"""The claims that stories have to blocks that stand apart, and the program that fits what evidence is worth."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest

from banmian.fit.claims import Known, fit, known_claims, share_right, written
from banmian.fit.pages import gold_pages
from banmian.language import statistics, topics
from banmian.reading.stories.claims import Claim, Worths, worths

PAPERS = Path(__file__).parent.parent / "fixtures" / "papers" / "fit"
KINDS = ("caption", "byline", "tagline", "head")


@pytest.fixture(scope="module")
def known() -> list[Known]:
    """The claims of the pages that were written to fit to."""
    return [one for page in gold_pages(PAPERS, ("frames",)) for one in known_claims(page, (statistics(), topics()))]


def test_all_that_is_seen_has_a_worth_and_the_other_way_round(known: list[Known]) -> None:
    assert set(worths()) == set(KINDS)
    for one in known:
        worth = worths()[one.claim.kind]
        assert set(one.claim.evidence) == set(worth.stories)
        assert set(one.claim.nobody) == set(worth.nobody)
    assert {one.claim.kind for one in known} >= {"byline", "caption"}


def test_gold_tells_whose_most_blocks_are(known: list[Known]) -> None:
    for one in known:
        assert all(len(values) == len(one.right) for values in one.claim.evidence.values())
        assert any(one.right) or one.claim.nobody
    assert share_right(known_of(known, "byline"), worths()["byline"]) > 0.8


def known_of(known: list[Known], kind: str) -> list[Known]:
    return [one for one in known if one.claim.kind == kind]


def _drawn(count: int, true: Worths) -> list[Known]:
    """Blocks that each of three stories, or nobody, has by chance, as often as the worths say."""
    random = np.random.default_rng(0)
    found = []
    for _ in range(count):
        claim = Claim("head", (0,), {"near": random.normal(size=3), "like": random.normal(size=3)}, {"always": 1.0})
        scores = np.append(true.of_stories(claim), true.of_nobody(claim))
        odds = np.exp(scores - np.logaddexp.reduce(scores))
        owner = int(random.choice(4, p=odds))
        found.append(Known(claim, tuple(story == owner for story in range(3))))
    return found


def test_the_fit_finds_what_evidence_is_worth() -> None:
    true = Worths({"near": -1.5, "like": 0.5}, {"always": 0.8})
    known = _drawn(3000, true)
    fitted = fit(known, Worths(dict.fromkeys(true.stories, 0.0), dict.fromkeys(true.nobody, 0.0)))
    assert fitted.stories == pytest.approx(true.stories, abs=0.15)
    assert fitted.nobody == pytest.approx(true.nobody, abs=0.15)
    held = fit(known, Worths({"near": -1.0, "like": 0.0}, {"always": 0.0}), held=["near"])
    assert held.stories["near"] == -1.0
    assert held.stories["like"] == pytest.approx(0.5, abs=0.2)
    none = Worths({"near": 0.0, "like": 0.0}, {"always": 0.0})
    assert share_right(known, fitted) > share_right(known, none) + 0.1


def test_what_is_written_is_read_again() -> None:
    text = written(worths(), {"caption": ["fitted to: 3, right 1.000"]})
    assert "# fitted to: 3, right 1.000\n[caption]\n" in text
    sections = tomllib.loads(text)
    assert {kind: {k: v for k, v in section.items() if k != "nobody"} for kind, section in sections.items()} == {
        kind: dict(worth.stories) for kind, worth in worths().items()
    }
    assert sections["head"]["nobody"] == worths()["head"].nobody
