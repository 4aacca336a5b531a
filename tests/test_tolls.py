"""The chart of tolls, read off the drawn artists."""

import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from analysis import theme
from analysis.exhibits import tolls
from analysis.exhibits.tolls import ARROW, FADED, count_strikes, draw_tolls, list_rows, name_local_days
from analysis.summary import _walk

SUMY = "sumy-strike-2025-04-13"


@pytest.fixture(scope="module")
def exhibit(gallery):
    return gallery("tolls")


@pytest.fixture(scope="module")
def panels(drawn):
    return {ax.get_gid(): ax for ax in _walk(drawn("tolls"))}


def lines(panels, measure, event, population="all"):
    gid = f"{event}:{measure}" + f":{population}" * (population != "all")
    return [line for line in panels[measure].lines if line.get_gid() == gid]


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


def test_counts_of_servicemen_stand_in_a_row_of_their_own_below_the_strike(panels):
    (whole, *_), (apart, *_) = lines(panels, "killed", SUMY), lines(panels, "killed", SUMY, "military")
    assert float(apart.get_ydata()[0]) == float(whole.get_ydata()[0]) + 1
    assert not dots(panels, "killed", SUMY, "military")
    row = [t.get_text() for t in panels["strikes"].texts if round(t.get_position()[1]) == apart.get_ydata()[0]]
    assert row == ["Servicemen,", "count by Russia"]


def test_a_count_of_zero_is_a_dot_at_zero(record):
    strikes = record.events[record.events["event_id"] == "kharkiv-missiles-2025-04-18"]
    claims = record.casualties[record.casualties["event_id"].isin(strikes["event_id"])].copy()
    claims = claims.drop_duplicates("measure").assign(low=0, high=0, wording="exact", status="corroborated")
    marks = count_strikes(strikes, claims.astype({"low": "Int64", "high": "Int64"}), record.actors, ["Europe/Kyiv"])
    ax = Figure(figsize=(6, 3)).add_axes((0, 0, 1, 1))
    draw_tolls(marks, record.episode["sides"], ax=ax)
    panels = {part.get_gid(): part for part in ax.child_axes}
    assert dots(panels, "killed", "kharkiv-missiles-2025-04-18") == {0.0: True}
    assert marks["words"].tolist() == ["0 injured", "0 killed"]


def test_nobody_counted_is_words_and_never_a_mark_at_zero(panels):
    assert not lines(panels, "killed", "odesa-drones-2025-04-21")
    words = [t.get_text() for t in panels["killed"].texts if t.get_gid() == "odesa-drones-2025-04-21:killed"]
    assert words == ["no count found"]


def test_axes_that_carry_counts_start_at_zero(panels):
    assert panels["killed"].get_xlim()[0] == panels["injured"].get_xlim()[0] == 0


def test_strikes_stand_in_order_of_time(exhibit, record):
    began = record.events.set_index("event_id")["earliest"]
    assert began.loc[exhibit.marks["event_id"].unique()].is_monotonic_increasing


def test_each_strike_is_named_in_the_colour_of_who_struck(panels, exhibit, record):
    sides = record.episode["sides"]
    rows = list_rows(exhibit.marks)
    names = {round(t.get_position()[1]): t.get_color() for t in panels["strikes"].texts if t.get_position()[0] > 0}
    assert list(names.values()) == [sides[row.attacker] if row.population == "all" else theme.MUTED for row in rows.itertuples()]


def test_a_count_has_the_colour_of_who_struck(panels, exhibit, record):
    sides = record.episode["sides"]
    for mark in exhibit.marks.itertuples():
        colors = {to_hex(line.get_color()) for line in lines(panels, mark.measure, mark.event_id, mark.population)}
        counted = pd.notna(mark.low) or pd.notna(mark.high)
        assert colors == ({sides[mark.group]} if counted else set())


def test_a_window_keeps_the_strikes_that_touch_it_and_an_empty_one_says_so(record):
    week = tolls(record, "2025-04-21", "2025-04-22")
    assert set(week.marks["event_id"]) == {"odesa-drones-2025-04-21", "zaporizhzhia-bombs-2025-04-22",
                                           "odesa-drones-2025-04-22"}  # fmt: skip
    empty = tolls(record, "2023-01-01", "2023-01-31")
    assert empty.marks.empty and "No strike in the record" in empty.summary()


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


def test_days_of_several_years_have_their_year():
    first, last = pd.Timestamp("2024-12-31T20:00Z"), pd.Timestamp("2025-01-01T02:00Z")
    assert name_local_days(first, last, "Europe/Kyiv", year=True) == "31 Dec–1 Jan 2025"


def test_pages_and_names_behind_a_count_are_those_of_the_event_and_of_its_claims(exhibit, record):
    mark = exhibit.marks.set_index("id").loc[f"{SUMY}:killed"]
    event, *claims = mark["records"].split("; ")
    assert event == SUMY and len(claims) > 1
    behind = record.casualties.set_index("claim_id").loc[claims, "sources"].str.split("; ").explode()
    own = record.events.set_index("event_id").loc[SUMY, "sources"].split("; ")
    assert set(mark["sources"].split("; ")) == {*behind, *own}


def test_words_say_what_was_counted(exhibit):
    words = exhibit.marks.set_index("id")["words"]
    assert words[f"{SUMY}:injured"] == "127 or 129 injured"
    assert words[f"{SUMY}:killed:military"] == "more than 60 killed (servicemen alone)"
    assert words["odesa-drones-2025-04-21:killed"] == "no count of the killed found"


def test_where_only_a_contesting_claim_is_open_the_strong_bar_begins_there(panels):
    bars = [line for line in lines(panels, "injured", "kryvyi-rih-strike-2025-04-04") if line.get_linestyle() == "-"]
    ends = {round(line.get_linewidth(), 1): [float(x) for x in line.get_xdata()] for line in bars}
    assert ends[0.8] == [75, 91] and ends[2.0][0] == 91


def test_about_so_many_is_pale(panels):
    shades = {event: {line.get_alpha() for line in lines(panels, "injured", event) if line.get_marker() == "o"}
              for event in ("kharkiv-missiles-2025-04-18", SUMY)}  # fmt: skip
    assert shades["kharkiv-missiles-2025-04-18"] == {FADED} and FADED not in shades[SUMY]


@pytest.mark.parametrize("wide", [160, 77])
def test_words_too_long_for_a_panel_leave_its_scale_upright(exhibit, record, wide):
    said = "127 or about 125 or up to 130 or at least 121"
    marks = exhibit.marks.assign(said=exhibit.marks["said"].mask(exhibit.marks["id"] == f"{SUMY}:injured", said))
    ax = Figure(figsize=(wide * theme.MM, 100 * theme.MM)).add_axes((0, 0, 1, 1))
    (part,) = [one for one in draw_tolls(marks, record.episode["sides"], ax=ax).child_axes if one.get_gid() == "injured"]
    left, right = part.get_xlim()
    assert left == 0 and 150 < right < 800 and len(part.get_xticks()) > 2
