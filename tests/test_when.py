"""Dates as intervals: what each form means, what is refused, and that no order is ever invented."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from analysis import when

SPREADSHEET = "looks like a date changed by a spreadsheet; expected a form like 2025-04-13"
NO_DATE = "no such date"
NAIVE = "a time needs its offset, as 2025-04-13T10:15+03:00"
REVERSED = "ends before it begins"
OTHER = "expected an ISO 8601-2 date, as 2025-04-13, 2025-04, 2025-04-13T10:15+03:00, a/b, [a..b] or 2025-04-~13"

VALID = (
    "2025-04-13", "2024-02-29", "2025-04", "2025-04-13T10:15+03:00", "2025-04-13T00:00-12:00", "2025-04-13T23:59+14:00",
    "2025-04-13T10:15+00:00", "2025-04-13T10:15+05:45", "2025-04-13T10:15-03:30", "2025-04-19/2025-04-21",
    "2025-04-13/2025-04-13", "2025-04/2025-04-13", "2025-04-13/2025-04", "2025-05-12/..", "2025-05/..",
    "2025-04-19T18:00+03:00/2025-04-21T00:00+03:00", "2025-04-13T10:15+03:00/2025-04-13T08:15+01:00",
    "2025-04-13T10:15+03:00/2025-04-13T09:00+01:00", "2025-04-19T18:00+03:00/2025-04-19", "2025-04-19T18:00+03:00/..",
    "[2025-04-13..2025-04-15]", "[2025-04..2025-04-15]", "[2025-04-13T10:15+03:00..2025-04-14]", "2025-04-~13",
)  # fmt: skip
INVALID = {
    **dict.fromkeys(("13.04.2025", "4/13/2025", "13/04/25", "45760", "45760.43", "2025/4/13", "13-Apr-25", "Apr-25",
                     "13.04.2025 10:15"), SPREADSHEET),
    **dict.fromkeys(("2025-02-30", "2025-02-~30", "2025-13", "2025-00-10", "2025-04-13T25:00+03:00",
                     "2025-04-13T24:00+03:00", "2025-04-13T10:60+03:00", "2025-04-13/2025-04-31",
                     "[2025-02-29..2025-03-01]"), NO_DATE),
    **dict.fromkeys(("2025-04-13T10:15", "2025-04-13T10:15:30", "2025-04-13 10:15", "2025-04-13T10:15/..",
                     "2025-04-13T10:15/2025-04-13T11:15+03:00", "[2025-04-13T10:15+03:00..2025-04-13T11:15]"), NAIVE),
    **dict.fromkeys(("2025-04-21/2025-04-19", "2025-04-13/2025-03", "[2025-04-15..2025-04-13]", "[2025-04..2025-03-31]",
                     "2025-04-13T10:15+03:00/2025-04-13T10:14+03:00", "2025-04-13T10:15+03:00/2025-04-13T10:15+04:00",
                     "2025-04-13T10:15+03:00/2025-04-11", "2025-04-15/2025-04-13T10:15+03:00"), REVERSED),
    **dict.fromkeys(("", " ", "2025", "soon", "2025-4-13", "2025-04-13 ", "2025-04-13\n", "2025-04-13T10:15Z",
                     "2025-04-13T10:15:00+03:00", "2025-04-13T10:15+03", "2025-04-13T10:15+0300",
                     "2025-04-13T10:15+14:15", "2025-04-13T10:15-12:15", "2025-04-13T10:15+03:20",
                     "../2025-04-13", "2025-04-13/", "2025-04-13..2025-04-15", "[2025-04-13..]", "[2025-04-13]",
                     "[2025-04-13/2025-04-15]", "2025-04-~13/2025-04-15", "2025-~04", "2025-04-13~", "2025-04-13/../..",
                     "2025-04-1٣", "0025-04-13"), OTHER),
}  # fmt: skip


def read(*texts: str | None, zone: str | None = None) -> pd.DataFrame:
    return when.read(pd.Series(texts), pd.Series([zone] * len(texts), dtype="str"))


def bounds(text: str, zone: str | None = "Europe/Kyiv") -> list[str | None]:
    row = read(text, zone=zone)[list(when.BOUNDS)].iloc[0]
    assert all(moment == moment.floor("min") for moment in row.dropna())
    return [None if pd.isna(moment) else f"{moment:%m-%d %H:%M}" for moment in row]


def answers(series: pd.Series) -> list[bool | None]:
    assert series.dtype == "boolean"
    return [None if value is pd.NA else bool(value) for value in series]


def stamp(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


# What each form means


def test_a_day_a_month_and_a_minute_are_one_moment_within_their_closed_bounds():
    assert bounds("2025-04-13") == ["04-12 21:00", "04-13 20:59", "04-12 21:00", "04-13 20:59"]
    assert bounds("2025-02", "Asia/Kolkata") == ["01-31 18:30", "02-28 18:29", "01-31 18:30", "02-28 18:29"]
    assert bounds("2025-04-13T10:15+03:00", "Asia/Kolkata") == ["04-13 07:15"] * 4


def test_how_long_it_lasted_and_how_sure_we_are_stay_apart():
    assert bounds("2025-04-13/2025-04-15") == ["04-12 21:00", "04-13 20:59", "04-14 21:00", "04-15 20:59"]
    assert bounds("[2025-04-13..2025-04-15]") == ["04-12 21:00", "04-15 20:59", "04-12 21:00", "04-15 20:59"]


def test_an_open_end_is_unknown_but_not_before_the_beginning():
    assert bounds("2025-05-12/..") == ["05-11 21:00", "05-12 20:59", "05-11 21:00", None]


def test_about_a_day_is_one_day_either_side():
    assert bounds("2025-04-~13") == ["04-11 21:00", "04-14 20:59", "04-11 21:00", "04-14 20:59"]


def test_what_lasted_did_not_begin_after_it_ended():
    assert bounds("2025-04/2025-04-13") == ["03-31 21:00", "04-13 20:59", "04-12 21:00", "04-13 20:59"]
    assert bounds("2025-04-13/2025-04") == ["04-12 21:00", "04-13 20:59", "04-12 21:00", "04-30 20:59"]


def test_the_flags_say_what_lasted_what_is_about_and_what_is_exact():
    minute, later = "2025-04-13T10:15+03:00", "2025-04-13T11:15+03:00"
    flags = read("2025-04-13", "2025-04-~13", minute, f"{minute}/{later}", f"{minute}/..", f"[{minute}..{later}]",
                 f"{minute}/2025-04-13", "2025-04-13/..", None)  # fmt: skip
    assert flags["lasted"].tolist() == [False, False, False, True, True, False, True, True, False]
    assert flags["about"].tolist() == [False, True] + [False] * 7
    assert flags["exact"].tolist() == [False, False, True, True] + [False] * 5


def test_an_empty_text_has_no_bounds_and_keeps_its_place():
    frame = when.read(pd.Series([None, "2025-04-13", np.nan], index=[7, 7, 9]))
    assert frame.index.tolist() == [7, 7, 9]
    assert frame["earliest"].isna().tolist() == [True, False, True]
    assert frame.dtypes.astype(str).tolist() == ["datetime64[us, UTC]"] * 4 + ["bool"] * 3
    for nothing in (pd.Series([], dtype="str"), pd.Series([None, None])):
        assert when.read(nothing).dtypes.equals(frame.dtypes)
        assert len(when.read(nothing)) == len(nothing)


# Zones


def test_a_day_without_a_place_is_that_day_in_any_home_zone():
    assert bounds("2025-01-13", None) == ["01-12 21:00", "01-13 21:59"] * 2
    other = when.read(pd.Series(["2025-01-13"]), home=["America/New_York"])
    assert other["earliest"].tolist() == [stamp("2025-01-13 05:00")]


def test_each_row_is_read_in_its_own_zone():
    frame = when.read(pd.Series(["2025-04-13"] * 3), pd.Series(["America/New_York", None, "Asia/Kolkata"]))
    expected = ["2025-04-13 04:00", "2025-04-12 21:00", "2025-04-12 18:30"]
    assert frame["earliest"].tolist() == [stamp(moment) for moment in expected]


def test_zones_of_another_index_are_refused():
    with pytest.raises(ValueError, match="another index"):
        when.read(pd.Series(["2025-04-13"]), pd.Series(["Europe/Kyiv"], index=[5]))


@pytest.mark.parametrize(
    ("day", "zone", "first", "last"),
    [
        ("2025-03-30", "Europe/Kyiv", "03-29 22:00", "03-30 20:59"),
        ("2025-10-26", "Europe/Kyiv", "10-25 21:00", "10-26 21:59"),
        ("2025-03-09", "America/New_York", "03-09 05:00", "03-10 03:59"),
        ("2025-11-02", "America/New_York", "11-02 04:00", "11-03 04:59"),
        ("2025-03-09", "America/Havana", "03-09 05:00", "03-10 03:59"),  # no 00:00: the clock goes on at midnight
        ("2025-11-02", "America/Havana", "11-02 04:00", "11-03 04:59"),  # two 00:00
        ("2024-03-23", "America/Asuncion", "03-23 03:00", "03-24 03:59"),  # two 23:59
        ("2024-03-30", "America/Nuuk", "03-30 02:00", "03-31 00:59"),  # no 23:00 to 23:59
    ],
)
def test_a_day_on_which_the_clock_changes_has_all_its_hours(day, zone, first, last):
    assert bounds(day, zone)[:2] == [first, last]


def test_a_day_that_a_place_skipped_is_refused():
    with pytest.raises(ValueError, match=r"'2011-12-30'.*Pacific/Apia"):
        read("2011-12-29", "2011-12-30", zone="Pacific/Apia")


def test_the_zone_of_the_machine_changes_nothing(monkeypatch):
    texts = [text for text in VALID if text[-1] != "."]
    expected = read(*texts)
    for zone in ("Asia/Tokyo", "America/New_York"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        try:
            pd.testing.assert_frame_equal(read(*texts), expected)
        finally:
            monkeypatch.undo()
            time.tzset()


# What is refused


@pytest.mark.parametrize("text", VALID)
def test_a_valid_form_is_explained_by_nothing_and_read(text):
    assert when.explain(text) is None
    assert read(text)["earliest"].notna().all()


@pytest.mark.parametrize(("text", "clause"), INVALID.items())
def test_an_invalid_form_is_explained_in_a_clause_and_not_read(text, clause):
    assert when.explain(text) == clause
    with pytest.raises(ValueError) as error:
        read("2025-04-13", None, text, "also wrong")
    assert str(error.value) == f"'{text}': {clause}"


def test_a_range_reversed_only_in_its_own_zone_is_refused_when_read():
    text = "2025-04-13/2025-04-13T00:30+03:00"
    assert when.explain(text) is None
    assert len(read(text, zone="Europe/Kyiv")) == 1
    with pytest.raises(ValueError, match="ends before it begins in America/New_York"):
        read(text, zone="America/New_York")


def test_days_in_reverse_are_refused_even_between_distant_home_zones():
    with pytest.raises(ValueError, match=REVERSED):
        when.read(pd.Series(["2025-04-14/2025-04-13"]), home=["Asia/Tokyo", "America/New_York"])


@given(st.text(alphabet="0123456789-:T+./[]~Z ", max_size=24) | st.from_regex(
    r"\A\[?20\d\d-[01]\d-~?[0-3]\d(T[0-2]\d:\d\d[+-]1?\d:[0134][05])?((/|\.\.)20\d\d-[01]\d(-[0-3]\d)?)?\]?\Z"))
@settings(max_examples=300, deadline=None)
def test_what_is_explained_is_what_is_refused(text):
    try:
        read(text)
        refused = None
    except ValueError as error:
        refused = str(error)
    clause = when.explain(text)
    if clause is None and refused is not None:  # only a place can add a refusal: an order that is wrong there
        assert f"{REVERSED} in" in refused
    else:
        assert refused == (clause and f"'{text}': {clause}")


# Order


def test_before_is_yes_no_or_cannot_tell():
    a = read("2025-04-13", "2025-04-14", "2025-04-15", "2025-04-12/2025-04-14", "2025-04-14/..", "2025-04-15/..",
             None, zone="Europe/Kyiv").set_axis(list("abcdefg"))  # fmt: skip
    b = read("2025-04-14", zone="Europe/Kyiv")
    assert when.before(a, b).index.tolist() == list("abcdefg")
    assert answers(when.before(a, b)) == [True, None, False, None, None, False, None]
    assert answers(when.after(a, b)) == [False, None, True, False, None, True, None]
    assert when.after(a, b).index.tolist() == list("abcdefg")


def test_the_same_minute_cannot_be_ordered_and_the_next_one_can():
    a = read("2025-04-13T10:15+03:00", "2025-04-13T10:15+03:00", "2025-04-13T10:16+03:00")
    b = read("2025-04-13T09:15+02:00", "2025-04-13T10:16+03:00", "2025-04-13T10:15+03:00")
    assert answers(when.before(a, b)) == [None, True, False]
    assert answers(when.after(a, b)) == [None, False, True]


def test_days_of_unknown_places_an_hour_apart_cannot_be_ordered():
    assert answers(when.before(read("2025-01-13"), read("2025-01-14"))) == [None]
    kyiv = read("2025-01-13", "2025-01-14", zone="Europe/Kyiv")
    assert answers(when.before(kyiv[:1], kyiv[1:])) == [True]


def test_frames_of_other_lengths_are_refused():
    with pytest.raises(ValueError, match="1 rows against 2"):
        when.before(read("2025-04-13"), read("2025-04-13", "2025-04-14"))


def test_within_is_yes_no_or_cannot_tell_and_the_window_is_closed():
    start, end = stamp("2025-04-13 07:15"), stamp("2025-04-13 08:15")
    a = read("2025-04-13T10:15+03:00", "2025-04-13T11:15+03:00", "2025-04-13T10:14+03:00", "2025-04-13T11:16+03:00",
             "2025-04-13", "2025-04-11", "2025-04-13T10:30+03:00/..", "2025-04-13T10:30+03:00/2025-04-14",
             "2025-04-12/2025-04-13T10:30+03:00", None)  # fmt: skip
    assert answers(when.within(a, start, end)) == [True, True, False, False, None, False, None, False, False, None]


def test_touches_asks_whether_any_reading_overlaps_the_window():
    start, end = stamp("2025-04-13 07:15"), stamp("2025-04-13 08:15")
    a = read("2025-04-13T10:15+03:00", "2025-04-13T11:15+03:00", "2025-04-13T10:14+03:00", "2025-04-13T11:16+03:00",
             "2025-04", "2025-04-11/2025-04-14", "2025-04-01/..", "2025-04-14/..", None)  # fmt: skip
    touched = when.touches(a, start, end)
    assert touched.dtype == bool
    assert touched.tolist() == [True, True, False, False, True, True, True, False, False]


def test_a_window_without_a_zone_is_refused():
    naive = pd.Timestamp("2025-04-13")
    for ask in (when.within, when.touches):
        with pytest.raises(TypeError):
            ask(read("2025-04-13"), naive, naive)


# Properties

ZONES = st.sampled_from(["Europe/Kyiv", "America/New_York", "Asia/Kolkata", None])
MOMENTS = st.datetimes(datetime(2025, 3, 25), datetime(2025, 4, 5))
OFFSETS = st.sampled_from(["+03:00", "-04:00", "+05:30", "+00:00"])
DAYS = MOMENTS.map("{:%Y-%m-%d}".format)
PARTS = DAYS | MOMENTS.map("{:%Y-%m}".format) | st.builds("{:%Y-%m-%dT%H:%M}{}".format, MOMENTS, OFFSETS)
FORMS = (
    PARTS | DAYS.map(lambda day: f"{day[:8]}~{day[8:]}") | PARTS.map("{}/..".format)
    | st.builds("{}/{}".format, PARTS, PARTS) | st.builds("[{}..{}]".format, PARTS, PARTS)
)  # fmt: skip
HORIZON = stamp("2025-07-01")


@st.composite
def dates(draw: st.DrawFn) -> pd.DataFrame:
    """Draw some ten dates, less those that are wrong."""
    pairs = [pair for pair in draw(st.lists(st.tuples(FORMS, ZONES), min_size=2, max_size=16)) if when.explain(pair[0]) is None]
    while True:
        texts, zones = (pd.Series([pair[at] for pair in pairs], dtype="str") for at in (0, 1))
        try:
            return when.read(texts, zones)
        except ValueError as error:  # reversed in its own zone
            pairs = [pair for pair in pairs if f"'{pair[0]}': {REVERSED} in" not in str(error)]


@st.composite
def pairs_of_dates(draw: st.DrawFn) -> tuple[pd.DataFrame, pd.DataFrame]:
    a, b = draw(dates()), draw(dates())
    both = min(len(a), len(b))
    assume(both > 1)  # one row is compared with every other
    return a[:both], b[:both]


def minutes(start: pd.Timestamp, end: pd.Timestamp) -> st.SearchStrategy[pd.Timestamp]:
    span = int((end - start) / timedelta(minutes=1))
    return st.integers(0, span).map(lambda n: start + timedelta(minutes=n))


def readings(draw: st.DrawFn, frame: pd.DataFrame) -> pd.DataFrame:
    """Draw one begin and end that each date allows."""
    found = []
    for row in frame.itertuples():
        begin = end = draw(minutes(row.earliest, row.latest_start))
        if row.lasted:
            end = draw(minutes(max(begin, row.earliest_end), HORIZON if pd.isna(row.latest) else row.latest))
        found.append((begin, end))
    return pd.DataFrame(found, columns=["begin", "end"])


ten_dates = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@given(dates())
@ten_dates
def test_the_bounds_are_in_order(frame):
    for row in frame.itertuples():
        assert row.earliest <= row.latest_start
        assert row.earliest <= row.earliest_end
        assert pd.isna(row.latest) or (row.earliest_end <= row.latest and row.latest_start <= row.latest)


@given(pairs_of_dates())
@ten_dates
def test_before_and_after_are_never_both_true_and_mirror_each_other(pairs):
    a, b = pairs
    before, after = answers(when.before(a, b)), answers(when.after(a, b))
    assert (True, True) not in zip(before, after, strict=True)
    assert answers(when.after(b, a)) == before
    assert answers(when.before(b, a)) == after


@given(pairs_of_dates(), st.data())
@ten_dates
def test_no_reading_contradicts_an_order(pairs, data):
    ends, starts = readings(data.draw, pairs[0])["end"], readings(data.draw, pairs[1])["begin"]
    for before, end, start in zip(answers(when.before(*pairs)), ends, starts, strict=True):
        assert before in (end < start, None)


@given(dates(), minutes(stamp("2025-03-01"), stamp("2025-05-01")), st.integers(0, 40_000), st.data())
@ten_dates
def test_no_reading_contradicts_a_window(a, start, length, data):
    end = start + timedelta(minutes=length)
    within, touches = answers(when.within(a, start, end)), when.touches(a, start, end)
    for inside, touching, one in zip(within, touches, readings(data.draw, a).itertuples(), strict=True):
        assert inside in (start <= one.begin and one.end <= end, None)
        assert touching or one.end < start or end < one.begin


@given(st.lists(st.tuples(st.dates(datetime(1990, 1, 1).date(), datetime(2035, 1, 1).date()), st.sampled_from(
    ["Europe/Kyiv", "Europe/Moscow", "America/New_York", "Australia/Lord_Howe"])), min_size=1, max_size=10))
@ten_dates
def test_a_day_runs_from_its_local_midnight_to_its_last_local_minute(days):
    read = when.read(pd.Series([str(day) for day, _ in days]), pd.Series([zone for _, zone in days]))
    for row, (day, zone) in zip(read.itertuples(), days, strict=True):
        midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
        assert row.earliest == midnight
        assert row.latest == midnight.replace(hour=23, minute=59)


def test_a_hundred_thousand_rows_read_as_each_would_alone():
    texts = pd.Series(np.resize([*VALID, None], 100_000)).sample(frac=1, random_state=1)
    zones = pd.Series(np.resize(["Europe/Kyiv", None, "Asia/Kolkata"], 100_000), index=texts.index)
    frame = when.read(texts, zones)
    assert frame.index.equals(texts.index)
    apart = frame.assign(text=texts, zone=zones).drop_duplicates()
    assert len(apart) == 3 * (len(VALID) + 1)
    for label in apart.index:
        text, zone = (None if pd.isna(value) else value for value in apart.loc[label, ["text", "zone"]])
        pd.testing.assert_frame_equal(frame.loc[[label]], read(text, zone=zone).set_axis([label]))


SAID = {
    "2025-04-21": "21 April 2025, Kyiv time",
    "2025-02-12": "12 February 2025, Kyiv or Moscow time",
    "2025-04-21T10:20+03:00": "21 April 2025, 10:20, Kyiv time",
    "[2025-04-21T10:20+03:00..2025-04-21T16:48+03:00]": "21 April 2025, between 10:20 and 16:48, Kyiv time",
    "[2025-04-20T22:00+03:00..2025-04-21T06:00+03:00]": "between 20 April 2025, 22:00 and 21 April 2025, 06:00, Kyiv time",
    "[2025-04-13..2025-04-15]": "between 13 and 15 April 2025, Kyiv time",
    "[2025-04-29..2025-05-02]": "between 29 April and 2 May 2025, Kyiv time",
    "2025-04": "between 1 and 30 April 2025, Kyiv time",
    "2025-04-~13": "about 13 April 2025, Kyiv time",
    "2025-05-12/..": "from 12 May 2025, open end, Kyiv time",
    "2025-04-19T18:00+03:00/2025-04-21T00:00+03:00": "from 19 April 2025, 18:00 to 21 April 2025, 00:00, Kyiv time",
    "2025-04-19/2025-04-21": "from 19 April 2025 to 21 April 2025, Kyiv time",
}


@pytest.mark.parametrize("text", SAID)
def test_an_interval_is_put_into_words_with_its_zone(text):
    (row,) = when.read(pd.Series([text])).itertuples()
    assert when.say(row, "Europe/Kyiv") == SAID[text]


def test_a_day_is_that_of_its_place_and_a_time_that_of_the_zone_asked_for():
    texts = pd.Series(["2025-04-24", "2025-04-24T00:00-04:00"])
    rows = when.read(texts, pd.Series(["America/New_York"] * 2)).assign(timezone="America/New_York")
    said = [when.say(row, "Europe/Kyiv") for row in rows.itertuples()]
    assert said == ["24 April 2025, New York time", "24 April 2025, 07:00, Kyiv time"]


def test_what_has_no_date_says_so():
    (row,) = when.read(pd.Series([None], dtype="str")).itertuples()
    assert when.say(row, "Europe/Kyiv") == "date unknown"


@pytest.mark.parametrize(("text", "zone", "said"), [
    ("2025-10-~27", "Europe/Kyiv", "about 27 October 2025, Kyiv time"),
    ("2025-03-~31", "Europe/Kyiv", "about 31 March 2025, Kyiv time"),
    ("1914-07-28", "Europe/Kyiv", "28 July 1914, Kyiv time"), ("1914-07-28", "Europe/Amsterdam", "28 July 1914, Amsterdam time"),
    ("2025-04-25", "Africa/Cairo", "25 April 2025, Cairo time"),
])  # fmt: skip
def test_a_day_is_that_day_though_clocks_are_changed_beside_it_or_are_not_whole_minutes_off(text, zone, said):
    (row,) = when.read(pd.Series([text]), pd.Series([zone])).assign(timezone=zone).itertuples()
    assert when.say(row, zone) == said


def test_a_span_begins_and_ends_with_the_clock_of_its_place():
    """Cairo left out the first hour of 25 April 2025 and showed the last one of 30 October twice."""
    first, last = when.span(pd.Timestamp("2025-04-25"), pd.Timestamp("2025-10-30T23:59"), "Africa/Cairo")
    assert (f"{first.tz_convert('UTC'):%d %H:%M}", f"{last.tz_convert('UTC'):%d %H:%M}") == ("24 22:00", "30 21:59")
