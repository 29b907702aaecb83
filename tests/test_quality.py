"""The accuracy does not sink: what was measured once is the floor. And the gate that says so does its work."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest

import quality
from bench.accuracy import (
    GATED,
    REPORTED,
    Case,
    Measured,
    Suite,
    Verdict,
    calibration,
    digest,
    have_bench,
    measure,
    own_score,
    scorer,
)
from quality import Floor, Floors, RegressionError, epsilon, faults, load, save, table, text, updated

NEAR = Suite("county", "raw")
LARGE, SMALL = 239, 5


def measured(value: float, *, suite: Suite = NEAR, articles: int = LARGE, told: str = "d") -> Measured:
    """A suite where every figure is the same."""
    return Measured(suite, 24, articles, {"perfect": value, "spaces": value, "kept": value}, told, ())


def floors(value: float, *, suite: Suite = NEAR, gated: bool = True) -> Floors:
    """Floors that are all the same."""
    return Floors("s", {suite: Floor(gated, "d", LARGE, {"perfect": value, "spaces": value, "kept": value})})


def test_no_figure_is_below_its_floor() -> None:
    if not have_bench():
        if os.environ.get("CI") == "true":
            pytest.fail("CI must measure the accuracy, and there is no ../shared/bench")
        pytest.skip("there is no ../shared/bench, so the accuracy is not measured")
    assert not faults(measure(GATED), load(quality.FLOORS), scorer().digest)


def test_the_floors_that_are_kept_are_those_of_all_suites() -> None:
    kept = load(quality.FLOORS)
    assert {suite for suite, floor in kept.of.items() if floor.gated} == set(GATED)
    assert set(kept.of) == {*GATED, *REPORTED}
    assert text(kept) == quality.FLOORS.read_text(encoding="utf-8")


def test_what_reaches_its_floor_passes() -> None:
    assert faults([measured(0.9)], floors(0.9), "s") == []
    assert faults([measured(0.95)], floors(0.9), "s") == []


def test_what_is_below_its_floor_is_named() -> None:
    told = faults([measured(0.8)], floors(0.9), "s")
    assert told[0] == "county/raw: perfect is 0.8000, below its floor of 0.9000 (by more than 0.0042)"
    assert len(told) == 3


def test_one_article_may_fall_to_the_other_side_but_not_two() -> None:
    assert [line for line in faults([measured(0.9 - 1 / LARGE)], floors(0.9), "s") if "perfect" in line] == []
    assert [line for line in faults([measured(0.9 - 2 / LARGE)], floors(0.9), "s") if "perfect" in line] != []


def test_no_character_may_be_lost_and_no_article_of_few() -> None:
    assert epsilon("kept", LARGE) < 0.0001
    assert epsilon("perfect", SMALL) < 0.0001
    assert epsilon("spaces", LARGE) < epsilon("perfect", LARGE)


def test_what_is_only_reported_may_sink() -> None:
    assert faults([measured(0.1)], floors(0.9, gated=False), "s") == []


def test_a_changed_bench_does_not_pass() -> None:
    assert faults([measured(1.0, told="other")], floors(0.9), "s") == [
        "county/raw: its texts or answers are not those that the floors were measured with"
    ]
    assert faults([measured(1.0)], floors(0.9), "other") == [
        "score.py is not the one that the floors were measured with"
    ]


def test_a_suite_without_floors_does_not_pass() -> None:
    assert faults([measured(1.0)], Floors("s", {}), "s") == ["county/raw has no floors"]


def test_floors_rise() -> None:
    assert updated([measured(0.95, told="new")], floors(0.9), "t") == Floors(
        "t", {NEAR: Floor(True, "new", LARGE, {"perfect": 0.95, "spaces": 0.95, "kept": 0.95})}
    )


def test_floors_do_not_sink_unasked() -> None:
    with pytest.raises(RegressionError, match="^county/raw: perfect from 0.9000 to 0.8999$"):
        updated([measured(0.9)._replace(figures={"perfect": 0.8999, "spaces": 1.0, "kept": 1.0})], floors(0.9), "s")
    lowered = updated([measured(0.5)], floors(0.9), "s", allow_regression=True)
    assert lowered.of[NEAR].figures["perfect"] == 0.5


def test_a_figure_that_is_no_longer_measured_is_a_regression() -> None:
    with pytest.raises(RegressionError, match="kept from 0.9000 to 0.0000"):
        updated([measured(1.0)._replace(figures={"perfect": 1.0, "spaces": 1.0})], floors(0.9), "s")


def test_floors_of_suites_that_were_not_measured_stay() -> None:
    other = Suite("page", "raw")
    new = updated([measured(0.95)], Floors("s", {**floors(0.9).of, **floors(0.7, suite=other).of}), "s")
    assert new.of[other].figures["perfect"] == 0.7


def test_a_new_suite_gets_its_mode() -> None:
    new = updated([measured(0.9), measured(0.5, suite=REPORTED[0])], Floors("", {}), "s")
    assert [floor.gated for floor in new.of.values()] == [True, False]


def test_floors_are_read_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "floors.toml"
    save(floors(0.9), path)
    assert load(path) == floors(0.9)
    assert tomllib.loads(path.read_text(encoding="utf-8"))["suites"]["county"]["raw"]["mode"] == "gate"
    assert load(tmp_path / "none.toml") == Floors("", {})


def test_floors_are_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "floors.toml"
    save(floors(0.9), path)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        save(floors(0.95), path)
    assert load(path) == floors(0.9)


def test_the_table_says_what_is_above_and_below() -> None:
    told = table([measured(0.9)._replace(figures={"perfect": 0.95, "spaces": 0.9, "kept": 0.5})], floors(0.9))
    assert told.splitlines()[1].split() == ["county/raw", "24", str(LARGE), "0.9500+", "0.9000", "0.5000<"]
    assert "0.8999-" in table([measured(0.8999)], floors(0.9))


def run_update(monkeypatch: pytest.MonkeyPatch, path: Path, value: float, *options: str) -> int:
    """Run `quality.py --update` on figures that are told."""
    monkeypatch.setattr(quality, "FLOORS", path)
    monkeypatch.setattr(quality, "have_bench", lambda: True)
    monkeypatch.setattr(quality, "measure", lambda _: [measured(value)])
    return quality.main(["--update", *options])


def test_the_command_raises_floors_and_refuses_to_lower_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "floors.toml"
    assert run_update(monkeypatch, path, 0.9) == 0
    assert run_update(monkeypatch, path, 0.8) == quality.SHUT
    assert "these floors would sink; --allow-regression lowers them:\ncounty/raw: perfect" in capsys.readouterr().err
    assert load(path).of[NEAR].figures["perfect"] == 0.9
    assert run_update(monkeypatch, path, 0.8, "--allow-regression") == 0
    assert load(path).of[NEAR].figures["perfect"] == 0.8


def test_the_command_says_that_there_is_nothing_to_measure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(quality, "have_bench", lambda: False)
    assert quality.main([]) == quality.NOTHING
    assert "there is no ../shared/bench" in capsys.readouterr().err


def test_the_digest_is_of_every_byte_of_texts_and_answers(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_bytes(b"1")
    (tmp_path / "gold.json").write_bytes(b"2")
    made = Case(NEAR, tmp_path / "page.txt", tmp_path / "gold.json")
    before = digest([made])
    assert before == digest([made])
    (tmp_path / "gold.json").write_bytes(b"3")
    assert digest([made]) != before


def test_articles_are_counted_by_confidence() -> None:
    told = [Verdict(0.0, 0, 0), Verdict(0.5, 1, 0), Verdict(0.93, 1, 1), Verdict(1.0, 1, 0)]
    buckets = calibration(told)
    assert [bucket.articles for bucket in buckets] == [2, 0, 0, 1, 1]
    assert [bucket.clean for bucket in buckets] == [0.5, 0, 0, 1, 1]
    assert buckets[3].perfect == 1


def test_our_own_figures_say_what_is_right() -> None:
    one = {"headline": "暖心 事", "people": [], "blocks": [{"role": "paragraph", "text": "老人过马路，众人让行。"}]}
    two = {
        "headline": "从复工到满产",
        "people": [{"name": "王五"}],
        "blocks": [{"role": "paragraph", "text": "昨日，复工。"}],
    }
    same = own_score({"articles": [one, two]}, {"articles": [two, one]})
    assert all(value == 1 for rows in same.values() for value, _ in rows)
    other = own_score({"articles": [one, two]}, {"articles": [{**one, "headline": "暖人心"}], "furniture": []})
    assert [sum(value for value, _ in other[figure]) for figure in ("perfect", "heads", "names")] == [0, 0, 1]
    assert other["kept"][0][0] < 1
