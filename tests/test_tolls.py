"""The chart of tolls, read off the drawn artists."""

import pandas as pd
import pytest
from matplotlib.colors import to_hex

from analysis import theme
from analysis.exhibits import tolls
from analysis.exhibits.tolls import ARROW, name_local_days
from analysis.summary import _walk

SUMY = "sumy-strike-2025-04-13"


@pytest.fixture(scope="module")
def exhibit(record):
    return tolls(record)


@pytest.fixture(scope="module")
def panels(exhibit):
    return {ax.get_gid(): ax for ax in _walk(exhibit.figure())}


def lines(panels, measure, event, population="all"):
    return [line for line in panels[measure].lines if line.get_gid() == f"{event} {measure} {population}"]


def dots(panels, measure, event, population="all"):
    """Return {x: filled?} of the round marks."""
    return {float(line.get_xdata()[0]): line.get_markerfacecolor() != "none"
            for line in lines(panels, measure, event, population) if line.get_marker() == "o"}  # fmt: skip


def test_best_is_a_dot_and_a_contesting_count_a_ring(panels):
    assert dots(panels, "killed", SUMY) == {35.0: True, 36.0: False}


def test_the_bar_runs_from_low_to_high(panels):
    (bar,) = [line for line in lines(panels, "injured", "kyiv-strike-2025-04-24") if line.get_linestyle() == "-"]
    assert list(bar.get_xdata()) == [87, 90]


def test_an_open_count_ends_in_an_arrow_of_fixed_length(panels):
    bar, tip = lines(panels, "injured", "kyiv-strike-2025-06-17")
    start, end = bar.get_xdata()
    mm = panels["injured"].get_xlim()[1] / (panels["injured"].get_window_extent().width / 150 / theme.MM)
    assert start == 141 and end - start == pytest.approx(ARROW * mm, rel=0.02)
    assert tip.get_marker() == ">" and not dots(panels, "injured", "kyiv-strike-2025-06-17")


def test_counts_of_servicemen_stand_apart_and_grey(panels):
    mine = lines(panels, "killed", SUMY, "military")
    assert mine and {to_hex(line.get_color()) for line in mine} == {theme.MUTED}
    assert not dots(panels, "killed", SUMY, "military")


def test_nobody_counted_is_words_and_never_a_mark_at_zero(panels):
    assert not lines(panels, "killed", "odesa-drones-2025-04-21")
    words = [t.get_text() for t in panels["killed"].texts if t.get_gid() == "odesa-drones-2025-04-21 killed all"]
    assert words == ["no count found"]


def test_axes_that_carry_counts_start_at_zero(panels):
    assert panels["killed"].get_xlim()[0] == panels["injured"].get_xlim()[0] == 0


def test_strikes_stand_in_order_of_time(exhibit, record):
    began = record.events.set_index("event_id")["earliest"]
    assert began.loc[exhibit.marks["event_id"].unique()].is_monotonic_increasing


def test_each_strike_is_named_in_the_colour_of_who_struck(panels, record):
    sides = record.episode["sides"]
    struck = record.events.set_index("event_id")["attacker"]
    places = [t for t in panels["strikes"].texts if t.get_position()[0] > 0]
    assert len(places) > 15 and all(t.get_color() == sides[struck[t.get_gid()]] for t in places)


def test_every_strike_of_the_record_has_a_row(exhibit, record):
    assert set(exhibit.marks["event_id"]) == set(record.events.loc[record.events["kind"] == "strike", "event_id"])


@pytest.mark.parametrize(("first", "last", "said"), [
    ("2025-04-13T07:00Z", "2025-04-13T07:30Z", "13 Apr"),
    ("2025-04-21T15:00Z", "2025-04-21T21:46Z", "21–22 Apr"),
    ("2025-04-30T20:00Z", "2025-05-01T02:00Z", "30 Apr–1 May"),
])  # fmt: skip
def test_a_night_is_named_by_both_its_local_days(first, last, said):
    days = name_local_days(pd.Timestamp(first), pd.Timestamp(last), "Europe/Kyiv")
    assert days == said
