"""A few of the inputs of `make fuzz`, in every run of the tests."""

from __future__ import annotations

import random

import pytest

from banmian.stage import Pipeline
from fuzz.checking import LostError, smallest
from fuzz.damage import KINDS, Damage, mutated
from fuzz.files import attempt, files, whole
from fuzz.hunting import QUICK, Done, Job, jobs, pages, run, summary

# Pages that are damaged where there are no others: a folio and two articles.
PAGE = (
    "第3版 要闻\n\n从 复 工 到 满 产\n本报讯（记者 王五）昨日，园区\n全面复工。\n\n暖心事\n老人过马路，\n众人让行。\n"
)


def told(done: Done) -> str:
    """All faults of a job, to be read."""
    return "\n".join(f"{fault.what}\n  {fault.where}: {fault.data!r:.1000}" for fault in done.faults.values())


def test_made_inputs_are_read_without_loss_or_refused() -> None:
    done = run(Job("made", 0, QUICK))
    assert not done.faults, told(done)
    assert done.tried == QUICK
    assert done.read > done.tried / 2


def test_damaged_pages_are_read_without_loss_or_refused() -> None:
    done = run(Job("damaged", 0, QUICK if pages() else 0))
    assert not done.faults, told(done)
    assert done.tried in (0, QUICK)


@pytest.mark.usefixtures("plugin")
def test_damaged_files_of_all_kinds_are_read_or_refused() -> None:
    results = {(kind, attempt(data)) for _, kind, data in files(0, QUICK)}
    assert {result for _, result in results} == {"read", "refused"}
    assert {kind for kind, _ in results} == set(whole())


@pytest.mark.parametrize("damage", KINDS, ids=lambda damage: damage.__name__)
@pytest.mark.parametrize("page", [b"", b"\n", PAGE.encode(), PAGE.encode("utf-16"), b"\xff\n\xe6"])
def test_any_page_can_be_damaged(damage: Damage, page: bytes) -> None:
    for seed in range(8):
        assert damage(page, random.Random(seed)) == damage(page, random.Random(seed))


def test_a_seed_gives_the_same_page() -> None:
    assert mutated([PAGE.encode()], 7) == mutated([PAGE.encode()], 7)
    assert len({mutated([PAGE.encode()], seed) for seed in range(50)}) > 25


def test_every_input_is_in_one_job() -> None:
    some = jobs(1234, 101)
    assert sum(job.number for job in some if job.what == "made") == 1234
    assert [i for job in some if job.what == "damaged" for i in range(job.first, job.first + job.number)] == [
        *range(101)
    ]


def test_a_faulty_input_is_made_small() -> None:
    assert smallest(PAGE.encode(), lambda data: "王".encode() in data) == "王".encode()


def test_a_fault_is_noted_with_a_small_input(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(data: bytes | str, _: Pipeline) -> bool:
        if (b"0" if isinstance(data, bytes) else "0") in data:  # type: ignore[operator]
            raise LostError("a zero")
        return True

    monkeypatch.setattr("fuzz.hunting.check", stumble)
    monkeypatch.setattr("fuzz.checking.check", stumble)
    done = run(Job("made", 0, 200))
    assert done.tried == 200
    assert [fault.data for fault in done.faults.values()] in (["0"], [b"0"])
    assert "1 faults" in summary([done], 0.0)
