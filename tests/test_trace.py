"""A trace against naive string editing, with edit histories that nobody would think of."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banmian.trace import Edit, Span, Trace, joined

SOURCES = st.text("从复工到满产，。 \n\ud800\U00020000", max_size=30)
TEXTS = st.text("甲乙丙", max_size=3)


@st.composite
def spans(draw: st.DrawFn, source: str) -> Span:
    start = draw(st.integers(0, len(source)))
    return Span(start, draw(st.integers(start, min(len(source), start + 6))))


@st.composite
def batches(draw: st.DrawFn, source: str) -> list[Edit]:
    """Edits that do not overlap, as one stage makes them, in any order."""
    edits: list[Edit] = []
    for number, span in enumerate(sorted(draw(st.lists(spans(source), max_size=8)))):
        if not edits or (span.start >= edits[-1].span.end and span != edits[-1].span):
            edits.append(Edit(span, draw(TEXTS), f"stage/{number}"))
    return draw(st.permutations(edits))


@st.composite
def histories(draw: st.DrawFn) -> tuple[str, list[list[Edit]]]:
    source = draw(SOURCES)
    return source, draw(st.lists(batches(source), max_size=4))


def naive(source: str, edits: list[Edit]) -> str:
    """The source with the edits made from its end to its beginning, so that no offset moves."""
    for edit in sorted(edits, reverse=True):
        source = source[: edit.span.start] + edit.text + source[edit.span.end :]
    return source


def on_top(old: list[Edit], new: Edit) -> list[Edit]:
    """The edits after one more: it takes the place of what it covers, and keeps the text of what it covers in part."""
    under = [
        edit
        for edit in old
        if edit.span == new.span or (edit.span.start < new.span.end and new.span.start < edit.span.end)
    ]
    before = "".join(edit.text for edit in under if edit.span.start < new.span.start)
    after = "".join(edit.text for edit in under if edit.span.start >= new.span.start and edit.span.end > new.span.end)
    start = min(edit.span.start for edit in [*under, new])
    end = max(edit.span.end for edit in [*under, new])
    rest = [edit for edit in old if edit not in under]
    return sorted([*rest, Edit(Span(start, end), before + new.text + after, new.rule)])


def run(source: str, history: list[list[Edit]]) -> Trace:
    trace = Trace(source)
    for batch in history:
        trace = trace.edit(batch)
    return trace


@given(st.data(), SOURCES)
def test_edits_read_as_naive_string_editing_does(data: st.DataObject, source: str) -> None:
    edits = data.draw(batches(source))
    assert Trace(source).edit(edits).value == naive(source, edits)


@given(histories())
def test_a_history_of_edits_reads_as_one_edit_after_the_other(made: tuple[str, list[list[Edit]]]) -> None:
    source, history = made
    edits: list[Edit] = []
    for batch in history:
        for edit in sorted(batch):
            edits = on_top(edits, edit)
    trace = run(source, history)
    assert [(edit.span, edit.text) for edit in trace.edits] == [(edit.span, edit.text) for edit in edits]
    assert trace.value == naive(source, edits)


@given(histories())
def test_undoing_gives_the_source_back(made: tuple[str, list[list[Edit]]]) -> None:
    source, history = made
    assert run(source, history).undo() == source


@given(histories())
def test_edits_stay_sorted_inside_the_source_and_apart(made: tuple[str, list[list[Edit]]]) -> None:
    source, history = made
    edits = run(source, history).edits
    assert list(edits) == sorted(edits)
    assert all(0 <= edit.span.start <= edit.span.end <= len(source) for edit in edits)
    assert all(one.span.end <= two.span.start and one.span != two.span for one, two in pairwise(edits))


@given(histories(), st.data())
def test_pieces_side_by_side_read_as_the_whole(made: tuple[str, list[list[Edit]]], data: st.DataObject) -> None:
    source, history = made
    trace = run(source, history)
    cuts = sorted(data.draw(st.sets(st.integers(1, max(1, len(source) - 1)), max_size=5))) if len(source) > 1 else []
    pieces = [Span(*ends) for ends in pairwise([0, *cuts, len(source)])]
    assert trace.read_all(pieces) == trace.value
    assert trace.readings(pieces) == [trace.read(piece) for piece in pieces]


@given(histories())
def test_untouched_source_reads_as_it_is(made: tuple[str, list[list[Edit]]]) -> None:
    source, history = made
    trace = run(source, history)
    touched = {at for edit in trace.edits for at in range(*edit.span)}
    for at in range(len(source) - 1):
        if at not in touched and not trace.within(Span(at, at + 1)):
            assert trace.read(Span(at, at + 1)) == source[at]


def test_an_edit_on_top_of_another_names_both_rules_and_both_reasons() -> None:
    trace = Trace("全力以 “ ”").edit([Edit(Span(3, 4), "", "characters/space", "one")])
    (edit,) = trace.edit([Edit(Span(3, 7), "“服”", "repair/head", "two")]).edits
    assert edit == Edit(Span(3, 7), "“服”", "characters/space+repair/head", "one; two")


def test_the_same_rule_on_top_of_itself_is_named_once() -> None:
    trace = Trace("甲乙").edit([Edit(Span(0, 1), "丙", "a/b")])
    assert trace.edit([Edit(Span(0, 1), "丁", "a/b")]).edits == (Edit(Span(0, 1), "丁", "a/b"),)


def test_what_is_inserted_at_the_end_belongs_to_the_last_span() -> None:
    trace = Trace("甲乙").edit([Edit(Span(2, 2), "。", "repair/stop")])
    assert trace.read(Span(0, 1)) == "甲"
    assert trace.read(Span(1, 2)) == "乙。"
    assert trace.readings([Span(0, 1), Span(1, 2)]) == ["甲", "乙。"]


def test_no_edits_leave_the_very_trace() -> None:
    trace = Trace("甲")
    assert trace.edit([]) is trace


@pytest.mark.parametrize("span", [Span(-1, 1), Span(0, 3), Span(2, 1)])
def test_an_edit_outside_of_the_source_is_a_mistake(span: Span) -> None:
    with pytest.raises(ValueError, match="outside"):
        Trace("甲乙").edit([Edit(span, "", "a/b")])


@pytest.mark.parametrize("two", [Span(0, 2), Span(1, 2), Span(1, 1)])
def test_two_new_edits_in_one_place_are_a_mistake(two: Span) -> None:
    with pytest.raises(ValueError, match="overlap"):
        Trace("甲乙丙").edit([Edit(Span(0, 2), "", "a/b"), Edit(two, "", "a/c")])


def test_neighbouring_spans_are_joined_and_others_kept_in_order() -> None:
    assert joined([Span(5, 7), Span(0, 2), Span(2, 3)]) == (Span(5, 7), Span(0, 3))
