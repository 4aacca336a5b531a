"""Dates as intervals: a subset of ISO 8601-2 (EDTF), at the resolution of a minute, with closed bounds in UTC."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from functools import lru_cache, reduce

import numpy as np
import pandas as pd

HOME = ("Europe/Kyiv", "Europe/Moscow")
"""The zones of a day or month whose place is unknown: it is that day in any of them."""
BOUNDS = ("earliest", "latest_start", "earliest_end", "latest")

_DAY = r"[12]\d{3}-\d\d-\d\d"
_OFFSET = r"(?:(?:[+-](?:0\d|1[01])|\+1[23]):(?:00|15|30|45)|\+14:00|-12:00)"
_PART = rf"(?:{_DAY}T\d\d:\d\d{_OFFSET}|{_DAY}|[12]\d{{3}}-\d\d)"
FORM = re.compile(
    r"\A(?:(?P<about>[12]\d{3}-\d\d-~\d\d)"
    rf"|(?P<begin>{_PART})(?:/(?P<end>{_PART}|\.\.))?"
    rf"|\[(?P<lower>{_PART})\.\.(?P<upper>{_PART})\])\Z",
    re.ASCII,
)
"""A date of the subset; whether it exists and ends after it begins is another question."""
_NAIVE = re.compile(rf"{_DAY}[T ]\d\d:\d\d(?::\d\d)?(?:\Z|/|\.\.|\])", re.ASCII)
_MANGLED = re.compile(  # 13.04.2025, 4/13/25 10:15, 2025/4/13, 13-Apr-25, Apr-25, 45760, 45760.43
    r"(?:\d{1,2}([./-])\d{1,2}\1(?:\d{4}|\d\d)|\d{4}([./])\d{1,2}\2\d{1,2}|(?:\d{1,2}-)?[A-Z][a-z]{2}-(?:\d{4}|\d\d))"
    r"(?:,? \d{1,2}:\d\d.*)?|\d{5}(?:[.,]\d+)?",
    re.ASCII,
)
_LEN_DAY, _LEN_MINUTE = len("2025-04-13"), len("2025-04-13T10:15+03:00")
_EAST, _WEST = timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))
_REVERSED = "ends before it begins"


def explain(text: str) -> str | None:
    """Say in one clause what is wrong with a date, or return None if it is valid.

    The order of a range is judged without a place: it is wrong only if it would be wrong in every zone.
    """
    found = FORM.match(text)
    if found is None:
        if _MANGLED.fullmatch(text):
            return "looks like a date changed by a spreadsheet; expected a form like 2025-04-13"
        if _NAIVE.search(text):
            return "a time needs its offset, as 2025-04-13T10:15+03:00"
        return (
            "expected an ISO 8601-2 date, as 2025-04-13, 2025-04, 2025-04-13T10:15+03:00, a/b, [a..b] or 2025-04-~13"
        )
    a, b = _part(found)
    try:
        first, last = _clock(a, last=False), _clock(b or a, last=True)
    except ValueError:
        return "no such date"
    if (first.tzinfo is None) != (last.tzinfo is None):
        first = first.replace(tzinfo=first.tzinfo or _EAST)
        last = last.replace(tzinfo=last.tzinfo or _WEST)
    return _REVERSED if last < first else None


def read(texts: pd.Series, zones: pd.Series | None = None, *, home: Sequence[str] = HOME) -> pd.DataFrame:
    """Read dates into the bounds of when they began and ended.

    `zones` holds the IANA zone of each text's place, on the same index; without one (NA or None) a day or month is
    that of any zone in `home`. Returns, on the index of `texts`, the BOUNDS in UTC (NaT: no text, or an open end) and
    the booleans `lasted` (a/b: began in a, ended in b; the others are one moment), `about` and `exact` (to the minute).
    Raises ValueError with the first invalid text, or one that ends before it begins in its own zone.
    """
    if zones is not None and not zones.index.equals(texts.index):
        raise ValueError("zones have another index than texts; expected one zone, or NA, for each text")
    codes, distinct = pd.factorize(texts, use_na_sentinel=False)
    forms = [FORM.match(text) if isinstance(text, str) else None for text in distinct]
    about, lasted, ranged = (np.array([form is not None and form[name] is not None for form in forms], bool)
                             for name in ("about", "end", "lower"))  # fmt: skip
    parts = [_part(form) if form else (None, None) for form in forms]
    opened = np.array([a is not None and b is None for a, b in parts], bool)
    a_first, a_last, a_offset = _clocks([a for a, _ in parts])
    b_first, b_last, b_offset = _clocks([b for _, b in parts])
    a_minute, b_minute = ~np.isnat(a_offset), ~np.isnat(b_offset)
    exact = a_minute & b_minute & ~ranged
    day = about * np.timedelta64(1, "D")
    wrong = np.isnat(a_first) | (np.isnat(b_last) & ~opened) | (~a_minute & ~b_minute & (b_last < a_first))

    zone_codes, names = (np.full(len(texts), -1), []) if zones is None else pd.factorize(zones)
    places = [tuple(home), *((name,) for name in names)]

    def utc(clock: np.ndarray, offset: np.ndarray, last: bool) -> np.ndarray:
        moment = (clock - offset)[codes]
        for code, place in enumerate(places, start=-1):
            rows = (zone_codes == code) & np.isnat(offset)[codes]
            if rows.any():
                moment[rows] = _localize(clock[codes[rows]], place, last)
        return moment

    earliest, latest = utc(a_first - day, a_offset, False), utc(b_last + day, b_offset, True)
    bad = texts.notna().to_numpy() & (wrong[codes] | (latest < earliest))
    if bad.any():
        row = int(bad.argmax())
        text, place = str(texts.iloc[row]), " or ".join(places[zone_codes[row] + 1])
        raise ValueError(f"'{text}': {explain(text) or f'{_REVERSED} in {place}'}")
    # It cannot begin after it ended, which tightens a range such as 2025-04/2025-04-13 and closes one side of a/..
    latest_start = np.where(lasted[codes], np.fmin(utc(a_last, a_offset, True), latest), latest)
    earliest_end = np.where(lasted[codes], np.fmax(utc(b_first, b_offset, False), earliest), earliest)
    bounds = zip(BOUNDS, (earliest, latest_start, earliest_end, latest), strict=True)
    columns = {name: pd.DatetimeIndex(moment).tz_localize("UTC") for name, moment in bounds}
    return pd.DataFrame(
        {**columns, "lasted": lasted[codes], "about": about[codes], "exact": exact[codes]}, index=texts.index
    )


def first_minutes(days: pd.DatetimeIndex, zone: str) -> pd.DatetimeIndex:
    """Return the first minute in a zone of days, which need have no midnight, or may have two, or one between two minutes."""
    moments = days.tz_localize(zone, ambiguous=np.ones(len(days), bool), nonexistent="shift_forward")
    return moments.tz_convert("UTC").ceil("min").tz_convert(zone)


def span(first: pd.Timestamp, last: pd.Timestamp, zone: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return the first minute of one local day, and the last one of another, in a zone."""
    begun, over = first_minutes(pd.DatetimeIndex([first.normalize(), last.normalize() + pd.Timedelta(days=1)]), zone)
    return begun, over - pd.Timedelta(minutes=1)


def before(a: pd.DataFrame, b: pd.DataFrame) -> pd.Series:
    """Say whether all of each `a` came before all of its `b`: True, False, or NA where the bounds cannot tell.

    Frames as from `read`, paired by position; a `b` of one row is compared with every `a`. The same minute is NA.
    Returns booleans on the index of `a`; raises ValueError on other lengths.
    """
    return _order(a, b, a, b)


def after(a: pd.DataFrame, b: pd.DataFrame) -> pd.Series:
    """Say whether all of each `a` came after all of its `b`; otherwise as `before`."""
    return _order(a, b, b, a)


def within(a: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> pd.Series:
    """Say whether each `a` lies wholly in the closed window: True, False, or NA where the bounds cannot tell.

    `start` and `end` carry a zone (TypeError if not).
    """
    yes = (a["earliest"] >= start) & (a["latest"] <= end)
    no = (a["latest_start"] < start) | (a["earliest_end"] > end)
    return _answer(yes.to_numpy(), no.to_numpy(), a.index)


def touches(a: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> pd.Series:
    """Say whether any reading of each `a` overlaps the closed window: True or False; an open end goes on.

    `start` and `end` carry a zone (TypeError if not); a row without a date overlaps nothing.
    """
    return (a["earliest"] <= end) & ((a["latest"] >= start) | a["latest"].isna())


def say(bounds: object, zone: str, *, home: Sequence[str] = HOME) -> str:
    """Put an interval into words with its zone: `21 April 2025, between 10:20 and 16:48, Kyiv time`.

    `bounds` has the columns of `read` as attributes, and may have `timezone`, that of its place (a row of events or
    statements does). Whole days are those of the place, or of `home` where there is none; times are those of `zone`.
    """
    place = getattr(bounds, "timezone", None)
    own = (place,) if isinstance(place, str) else tuple(home)
    if pd.isna(bounds.earliest):
        return "date unknown"
    if not bounds.lasted:
        first, last = bounds.earliest, bounds.latest
        if bounds.about:  # a day either side is one of the calendar, which may have another length
            day = pd.DateOffset(days=1)
            first, last = first.tz_convert(own[0]) + day, last.tz_convert(own[-1]) - day
        words, clock = _say_between(first.tz_convert("UTC"), last.tz_convert("UTC"), zone, own)
        return f"{'about ' if bounds.about else ''}{words}, {clock}"
    begin, clock = _say_between(bounds.earliest, bounds.latest_start, zone, own)
    if pd.isna(bounds.latest):
        return f"from {begin}, open end, {clock}"
    end, other = _say_between(bounds.earliest_end, bounds.latest, zone, own)
    return f"from {begin}{'' if clock == other else f', {clock},'} to {end}, {other}"


@lru_cache(maxsize=4096)  # many rows have one date, and each figure says them all again
def _say_between(first: pd.Timestamp, last: pd.Timestamp, zone: str, own: tuple[str, ...]) -> tuple[str, str]:
    """Return the words for a moment between two others, and the name of the clock."""
    if clock := _find_days(first, last, own):
        a, b = first.tz_convert(clock[0]), last.tz_convert(clock[-1])
        day, named = f"{b.day} {b:%B %Y}", _name_clock([name for name in own if name in clock])
        if a.date() == b.date():
            return day, named
        begin = f"{a.day}" + (f" {a:%B}" if a.month != b.month or a.year != b.year else "")
        return f"between {begin}{f' {a.year}' if a.year != b.year else ''} and {day}", named
    a, b = first.tz_convert(zone), last.tz_convert(zone)
    if a == b:
        return f"{a.day} {a:%B %Y, %H:%M}", _name_clock([zone])
    if a.date() == b.date():
        return f"{a.day} {a:%B %Y}, between {a:%H:%M} and {b:%H:%M}", _name_clock([zone])
    return f"between {a.day} {a:%B %Y, %H:%M} and {b.day} {b:%B %Y, %H:%M}", _name_clock([zone])


def _find_days(first: pd.Timestamp, last: pd.Timestamp, own: Sequence[str]) -> list[str]:
    """Return the zone in which an interval is whole days, or those of its first and its last midnight; or none."""
    days = {name: span(*(moment.tz_convert(name).tz_localize(None) for moment in (first, last)), name) for name in own}
    starts, ends = ([name for name in own if days[name][at] == moment] for at, moment in enumerate((first, last)))
    both = [name for name in own if name in starts and name in ends]
    return both[:1] or (list(dict.fromkeys([starts[0], ends[-1]])) if starts and ends else [])


def _name_clock(zones: Sequence[str]) -> str:
    """Say whose time it is: `Kyiv or Moscow time`."""
    return " or ".join(zone.rpartition("/")[2].replace("_", " ") for zone in zones) + " time"


def _part(found: re.Match[str]) -> tuple[str, str | None]:
    """Return the two parts of a date of FORM, alike if there is one; the second is None for an open end."""
    about, begin, end, lower, upper = found.groups()
    a = about.replace("~", "") if about else begin or lower
    return a, None if end == ".." else end or upper or a


def _clock(part: str, *, last: bool) -> datetime:
    """Return the first or last minute of a day, month or minute; aware only for a minute."""
    at = datetime.fromisoformat(part if len(part) >= _LEN_DAY else f"{part}-01")
    if not last or len(part) == _LEN_MINUTE:
        return at
    following = at + timedelta(days=1) if len(part) == _LEN_DAY else (at + timedelta(days=31)).replace(day=1)
    return following - timedelta(minutes=1)


def _clocks(parts: Sequence[str | None]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return first and last minute on the local clock, and the offset (NaT for a day or month); NaT where there is none."""
    found: list[tuple[datetime, datetime, timedelta | None] | tuple[None, None, None]] = []
    for part in parts:
        try:
            first, last = (_clock(part or "", last=end) for end in (False, True))
            found.append((first.replace(tzinfo=None), last.replace(tzinfo=None), first.utcoffset()))
        except ValueError:
            found.append((None, None, None))
    first, last, offset = (np.array([row[at] for row in found], kind) for at, kind in enumerate(("M8[us]", "M8[us]", "m8[us]")))
    return first, last, offset


def _localize(clock: np.ndarray, zones: Sequence[str], last: bool) -> np.ndarray:
    """Return local clock times in UTC, the first (or last) moment at which any of the zones shows them."""
    codes, distinct = pd.factorize(clock, use_na_sentinel=False)
    step = np.timedelta64(int(last), "m")  # the last minute of a day is the one before the next day
    moments = (first_minutes(pd.DatetimeIndex(distinct + step), zone).tz_convert(None) for zone in zones)
    return reduce(np.maximum if last else np.minimum, (m.to_numpy("M8[us]") - step for m in moments))[codes]


def _order(a: pd.DataFrame, b: pd.DataFrame, first: pd.DataFrame, second: pd.DataFrame) -> pd.Series:
    if len(b) not in (1, len(a)):
        raise ValueError(f"found {len(a)} rows against {len(b)}; expected as many, or one")
    end, earliest_end = (first[name].to_numpy("M8[us]") for name in ("latest", "earliest_end"))
    start, latest_start = (second[name].to_numpy("M8[us]") for name in ("earliest", "latest_start"))
    return _answer(end < start, earliest_end > latest_start, a.index)


def _answer(yes: np.ndarray, no: np.ndarray, index: pd.Index) -> pd.Series:
    return pd.Series(pd.arrays.BooleanArray(yes, ~(yes | no)), index=index)
