"""The time axis on paper."""

from itertools import pairwise

import pandas as pd
import pytest
from matplotlib.dates import date2num, num2date

from analysis import when
from analysis.layout.stretches import (
    BREAK,
    GAP,
    LEAST,
    Stretch,
    find_stretches,
    keep_touching,
    name_clock,
    name_days,
    name_gaps,
    name_span,
    open_window,
    pick_ticks,
    spread,
)
from analysis.theme import text_width

EPISODE = {"focus": ["2025-04-11", "2025-04-24"], "window": ["2025-02-01", "2025-06-30"],
           "zones": ["Europe/Kyiv", "Europe/Moscow"]}  # fmt: skip


def day(text):
    return pd.Timestamp(text)


def found(*spans, window=("2022-03-01", "2025-06-18")):
    starts, ends = zip(*((day(a), day(b)) for a, b in spans), strict=True)
    return find_stretches(pd.Series(starts), pd.Series(ends), (day(window[0]), day(window[1])))


def test_the_window_is_the_focus_unless_days_are_given():
    assert open_window(EPISODE, None, None) == (day("2025-04-11"), day("2025-04-24T23:59"))
    assert open_window(EPISODE, "2025-04-13", None)[0] == day("2025-04-13")


@pytest.mark.parametrize(("start", "end", "window"), [
    ("2025-05-01", None, ("2025-05-01", "2025-06-30")), (None, "2025-03-01", ("2025-02-01", "2025-03-01")),
    ("2025-08-01", None, ("2025-08-01", "2025-08-01")), (None, "2024-08-01", ("2024-08-01", "2024-08-01")),
])  # fmt: skip
def test_one_day_alone_beyond_the_focus_reaches_to_the_end_of_the_record_there(start, end, window):
    assert open_window(EPISODE, start, end) == (day(window[0]), day(f"{window[1]}T23:59"))


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


@pytest.mark.parametrize("last", ["2025-03-09", "2025-04-01", "2025-08-20", "2026-09-03"])
def test_labels_stand_apart_on_any_width(last):
    for width in range(10, 160):
        (s,) = spread([(day("2025-02-28"), day(last))], 0, width, 1.0)
        ends = [(s.mm(at) - half, s.mm(at) + half) for at, said in pick_ticks(s, 1.0, years=True)[1]
                for half in [text_width(said, "small") / 2]]  # fmt: skip
        assert all(after[0] - before[1] > 0.6 for before, after in pairwise(ends)), width


def test_long_windows_are_labelled_at_the_same_months_of_each_year_as_far_as_there_is_room():
    (wide,) = spread([(day("2024-12-20"), day("2026-01-15"))], 0, 150, 1.0)
    (narrow,) = spread([(day("2024-12-20"), day("2026-01-15"))], 0, 50, 1.0)
    said = [said for _, said in pick_ticks(wide, 1.0, years=True)[1]]
    assert said[:3] == ["1 Jan 2025", "1 Feb", "1 Mar"] and said[-1] == "1 Jan 2026" and len(said) == 13
    assert [said for _, said in pick_ticks(narrow, 1.0, years=False)[1]] == ["1 Jan", "1 Apr", "1 Jul", "1 Oct", "1 Jan"]
    (least,) = spread([(day("2024-12-20"), day("2026-01-15"))], 0, 28, 1.0)
    assert [said for _, said in pick_ticks(least, 1.0, years=False)[1]] == ["1 Jan", "1 Jul", "1 Jan"]


def test_a_label_may_begin_left_of_the_first_stretch_but_not_of_a_later_one():
    (s,) = spread([(day("2025-02-28"), day("2025-06-18"))], 0, 85, 1.0)
    assert pick_ticks(s, 1.0, years=True)[1][0][1] == "1 Mar 2025"
    assert pick_ticks(s, 1.0, years=True, later=True)[1][0][1] == "1 Apr 2025"


def test_a_stretch_without_the_first_of_a_month_is_labelled_by_a_day():
    short = Stretch(date2num(day("2025-02-10")), date2num(day("2025-02-20")), 0, 9.0)
    assert [said for _, said in pick_ticks(short, 1.0, years=True)[1]] == ["10 Feb 2025"]


def test_stretches_that_are_all_too_short_share_the_room():
    days = ("2022-01-01", "2023-01-01", "2024-01-01", "2025-01-01", "2026-01-01")
    stretches = spread([(day(d), day(d) + pd.Timedelta(hours=i)) for i, d in enumerate(days)], 0, 60, 1.0)
    assert [s.width for s in stretches] == pytest.approx([8.0] * 5)
    assert stretches[-1].left + 8 == pytest.approx(60)
    assert len({round(s.end - s.start, 6) for s in stretches}) == 1


def dated(*texts):
    return when.read(pd.Series(texts), pd.Series("Europe/Kyiv", index=range(len(texts))))


@pytest.mark.parametrize(("start", "end", "kept"), [
    (None, None, [0, 1, 2, 3]), ("2025-04-12", "2025-04-13", [1, 2, 3]), ("2025-04-12", None, [1, 2, 3]),
    (None, "2025-04-11", [0, 1]), ("2030-01-01", "2030-01-02", [3]), ("2020-01-01", "2020-12-31", []),
])  # fmt: skip
def test_rows_are_kept_that_may_touch_the_days_and_those_without_an_end_go_on(start, end, kept):
    rows = dated("2025-04-11", "[2025-04-11..2025-04-12]", "2025-04-13T23:59+03:00", "2025-04-13/..")
    assert list(keep_touching(rows, EPISODE, start, end).index) == kept


def test_a_row_without_an_end_is_kept_though_it_begins_after_every_end():
    assert list(keep_touching(dated("2025-04-11", "2025-05-13/.."), EPISODE, "2025-04-12", None).index) == [1]


def test_no_rows_stay_no_rows_with_one_day_given():
    assert keep_touching(dated("2025-04-11").head(0), EPISODE, "2025-04-11", None).empty


def test_the_span_of_rows_is_named_in_local_days():
    assert name_span(dated("2025-04-11", "2025-04-13/2025-04-15"), "Europe/Kyiv") == "11 to 15 April 2025"
    assert name_span(dated("2025-04-11").head(0), "Europe/Kyiv") == ""


def test_a_gap_is_named_by_the_days_between_its_ends():
    pieces = [(day("2022-03-01"), day("2022-03-29T23:59")), (day("2025-02-12"), day("2025-06-18"))]
    assert name_gaps(pieces) == ["30 March 2022 to 11 February 2025"]
