"""The time axis on paper."""

import pandas as pd
import pytest
from matplotlib.dates import date2num, num2date

from analysis.stretches import BREAK, GAP, LEAST, find_stretches, name_clock, name_days, open_window, pick_ticks, spread

EPISODE = {"focus": ["2025-04-11", "2025-04-24"]}


def day(text):
    return pd.Timestamp(text)


def found(*spans, window=("2022-03-01", "2025-06-18")):
    starts, ends = zip(*((day(a), day(b)) for a, b in spans), strict=True)
    return find_stretches(pd.Series(starts), pd.Series(ends), (day(window[0]), day(window[1])))


def test_the_window_is_the_focus_unless_days_are_given():
    assert open_window(EPISODE, None, None) == (day("2025-04-11"), day("2025-04-24T23:59"))
    assert open_window(EPISODE, "2025-04-13", None)[0] == day("2025-04-13")


@pytest.mark.parametrize(("first", "last", "said"), [
    ("2025-04-11", "2025-04-24T23:59", "11 to 24 April 2025"),
    ("2025-04-28", "2025-05-11", "28 April to 11 May 2025"),
    ("2022-02-28", "2025-06-18", "28 February 2022 to 18 June 2025"),
    ("2025-04-13", "2025-04-13T23:59", "13 April 2025"),
])  # fmt: skip
def test_days_are_named_without_saying_anything_twice(first, last, said):
    assert name_days(day(first), day(last)) == said


def test_the_clock_is_named_after_its_city():
    assert (name_clock("Europe/Kyiv"), name_clock("America/New_York")) == ("Kyiv time", "New York time")


def test_a_long_gap_breaks_the_axis_and_a_short_one_does_not():
    pieces = found(("2022-03-01", "2022-03-29"), ("2025-02-12", "2025-02-12"), ("2025-04-01", "2025-06-18"))
    assert pieces == [(day("2022-03-01"), day("2022-03-29")), (day("2025-02-12"), day("2025-06-18"))]


@pytest.mark.parametrize(("day_after", "stretches"), [("2025-03-31", 1), ("2025-04-01", 2)])
def test_the_axis_is_broken_from_ninety_empty_days_on(day_after, stretches):
    assert len(found(("2025-01-01", "2025-01-01"), (day_after, day_after), window=("2025-01-01", "2025-04-01"))) == stretches


def test_a_gap_is_measured_from_the_end_of_what_lasted_longest():
    pieces = found(("2025-01-01", "2025-06-01"), ("2025-01-02", "2025-01-03"), ("2025-06-10", "2025-06-11"))
    assert len(pieces) == 1 and GAP == 90


def test_what_has_no_end_goes_on_to_the_end_of_the_window():
    pieces = find_stretches(pd.Series([day("2025-01-01"), day("2025-06-01")]), pd.Series([pd.NaT, day("2025-06-02")]),
                            (day("2025-01-01"), day("2025-06-18")))  # fmt: skip
    assert pieces == [(day("2025-01-01"), day("2025-06-18"))]


def test_stretches_fill_the_room_at_one_scale_with_breaks_between():
    pieces = [(day("2025-01-01"), day("2025-02-01")), (day("2025-06-01"), day("2025-09-01"))]
    a, b = spread(pieces, 20, 160, 1.0)
    assert a.left == 20 and b.left == pytest.approx(a.left + a.width + BREAK) and b.left + b.width == pytest.approx(160)
    assert a.width / (a.end - a.start) == pytest.approx(b.width / (b.end - b.start))


def test_a_short_stretch_gets_its_least_width_at_the_same_scale():
    a, b = spread([(day("2022-09-30"), day("2022-09-30T23:59")), (day("2025-02-01"), day("2025-06-01"))], 0, 160, 1.0)
    assert a.width == LEAST and a.width / (a.end - a.start) == pytest.approx(b.width / (b.end - b.start))


def test_a_day_is_found_where_it_lies_and_at_the_edge_beyond():
    (s,) = spread([(day("2025-04-11"), day("2025-04-21"))], 10, 110, 1.0)
    assert s.mm(date2num(day("2025-04-16"))) == pytest.approx(60)
    assert s.mm(date2num(day("2025-05-16"))) == 110
    assert s.day(60) == pytest.approx(date2num(day("2025-04-16")))


def test_days_are_labelled_at_midday_between_their_lines():
    (s,) = spread([(day("2025-04-11"), day("2025-04-24T23:59"))], 0, 160, 1.0)
    lines, labels = pick_ticks(s, 1.0, years=False)
    assert [said for _, said in labels][:2] == ["11 Apr", "12 Apr"] and len(lines) == 14
    assert num2date(labels[0][0]).hour == 12


def test_long_stretches_are_labelled_by_month_and_name_the_year_once():
    (s,) = spread([(day("2025-01-15"), day("2025-06-18"))], 0, 150, 1.0)
    assert [said for _, said in pick_ticks(s, 1.0, years=True)[1]] == ["1 Feb 2025", "1 Mar", "1 Apr", "1 May", "1 Jun"]
