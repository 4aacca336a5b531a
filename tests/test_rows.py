"""Rows of lanes and of strikes, on paper."""

import pandas as pd
import pytest

from analysis.exhibits.lanes import Lane
from analysis.exhibits.rows import measure_names, measure_rows, name_statements, pack, stack_strikes, take_row


def packed(*rows):
    """Each row: lane, begin, finish, weight; whether arcs lead down is said by lane 1."""
    frame = pd.DataFrame(rows, columns=["lane", "begin", "finish", "weight"])
    return pack(frame.assign(id=[f"m{i}" for i in range(len(frame))], below=frame["lane"] == 1), 0.1)


def test_marks_that_touch_get_rows_of_their_own():
    assert packed((0, 0, 2, 1), (0, 1, 3, 1), (0, 4, 5, 1))["row"].tolist() == [0, 1, 0]


def test_marks_with_arcs_stand_on_the_side_to_which_arcs_lead():
    assert packed((0, 0, 1, 2), (0, 0, 1, 0))["row"].tolist() == [0, 1]
    assert packed((1, 0, 1, 2), (1, 0, 1, 0))["row"].tolist() == [1, 0]


def test_plain_marks_never_share_a_row_with_those_that_have_arcs():
    rows = packed((0, 0, 1, 2), (0, 5, 6, 0))
    assert rows["row"].tolist() == [0, 1] and rows["tall"].tolist() == [True, False]


def test_a_row_is_refused_beyond_the_most():
    rows = []
    assert [take_row(rows, (0, 1), 2) for _ in range(3)] == [0, 1, None]


def test_lanes_share_the_height_by_their_rows_and_have_at_least_their_name():
    rows = packed((0, 0, 1, 1), (0, 0, 1, 1), (0, 0, 1, 1), (1, 0, 1, 0))
    middles, heights = measure_rows(rows, 40, [3, 3])
    assert sum(heights) == pytest.approx(40) and heights[0] > 4 * heights[1] and heights[1] >= 3
    assert middles[0] == sorted(middles[0]) and len(middles[0]) == 3 and 0 < middles[0][0] < middles[0][2] < heights[0]


def strikes(*places):
    return pd.DataFrame({"id": [f"s{i}" for i in range(len(places))], "label": "Town", "x": places, "left": places,
                         "right": places})  # fmt: skip


def test_a_strike_is_named_at_its_right_or_at_the_edge_at_its_left():
    rows = stack_strikes(strikes(20.0, 99.0), 4, (1, 0, 100))
    assert rows["way"].tolist() == [1, -1] and rows["row"].tolist() == [0, 0]
    assert rows["beside"][0] > 20 and rows["beside"][1] < 99


def test_a_strike_whose_name_fits_on_neither_side_has_it_at_its_right():
    rows = stack_strikes(strikes(4.0).assign(label="A town of a very long name"), 4, (1, 0, 8))
    assert rows["way"].tolist() == [1] and rows["row"].tolist() == [0]


def test_strikes_that_stand_close_get_rows_and_the_last_row_no_names():
    rows = stack_strikes(strikes(20.0, 20.5, 21.0), 3, (1, 0, 100))
    assert rows["row"].tolist() == [0, 1, 2] and rows["way"].tolist() == [1, 1, 0]


LANES = [Lane("North", "a", "Ann"), Lane("North", "", "2 others"), Lane("South", "", "South")]


def test_the_name_of_a_side_stands_above_its_first_speaker():
    rows, _ = measure_names(LANES, (170, 160, 1))
    assert [row.head > 0 for row in rows] == [True, False, False] and {row.indent for row in rows} == {0}


def test_on_flat_paper_the_names_of_speakers_stand_beside_that_of_their_side():
    rows, _ = measure_names(LANES, (240, 90, 1))
    assert {row.head for row in rows} == {0} and [row.indent > 0 for row in rows] == [True, True, False]
    assert [row.first for row in rows] == [True, False, False]


def said(*rows):
    """Each row: id, speaker, label, act, weight."""
    frame = pd.DataFrame(rows, columns=["id", "speaker", "label", "act", "weight"])
    return frame.assign(at=pd.date_range("2025-04-11", periods=len(frame)))


def opened(**labels):
    return pd.DataFrame({"statement": list(labels), "label": list(labels.values())})


def test_a_repeated_proposal_is_named_once_and_every_later_answer():
    frame = said(*((name, "a", "A halt", "propose", 0.3) for name in ("one", "two", "three")))
    named = name_statements(frame, opened(one="first answer 9 May", two="first answer 9 May"))
    assert dict(zip(named["id"], named["words"], strict=True)) == {
        "one": "A halt (first answer 9 May)", "two": "first answer 9 May"}  # fmt: skip


def test_what_is_put_forward_and_answered_is_needed_and_comes_first():
    frame = said(
        ("word", "a", "“yes”", "accept", 3.2), ("offer", "b", "A halt", "propose", 1.2), ("more", "c", "A swap", "propose", 0)
    )
    named = name_statements(frame, opened())
    assert named["id"].tolist() == ["offer", "word", "more"] and named["needed"].tolist() == [True, False, False]
