"""A time axis on paper, broken where nothing happened for long. Places are in mm; days are matplotlib's numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num, num2date

from analysis import theme, when
from analysis.theme import text_width

GAP = 90
"""Days without a mark for which the axis is broken."""
BREAK, LEAST = 5.0, 12.0
"""In mm: a break of the axis, the least width of a stretch."""
Window = tuple[pd.Timestamp, pd.Timestamp]


def open_window(episode: Mapping[str, object], start: str | None, end: str | None, *, default: str = "focus") -> Window:
    """Return the first and the last minute of a span of local days, by default those of the focus (or of the `window`).

    Where one day alone is given and lies beyond the other end, that is the end of the window.
    """
    own, whole = ([pd.Timestamp(day) for day in episode[name]] for name in (default, "window"))
    first, last = (pd.Timestamp(day or other) for day, other in zip((start, end), own, strict=True))
    if first > last and not end:  # one day alone that lies beyond the other end
        last = max(first, whole[1])
    elif first > last and not start:
        first = min(last, whole[0])
    return first, last + pd.Timedelta(days=1, minutes=-1)


def name_day(day: pd.Timestamp, near: pd.Timestamp) -> str:
    """Say on which day, with its year if that is not the year of a day near it."""
    return f"{day.day} {day:%B}{'' if day.year == near.year else f' {day.year}'}"


def keep_touching(rows: pd.DataFrame, episode: Mapping[str, object], start: str | None, end: str | None) -> pd.DataFrame:
    """Keep the rows with a date that may touch a span of local days; all rows where no day is given."""
    zone = episode["zones"][0]
    bounds = when.read(pd.Series([start, end]), pd.Series([zone, zone]))
    begun = bounds["earliest"][0] if start else rows["earliest"].min()
    over = bounds["latest"][1] if end else rows[["earliest", "latest"]].max().max()
    return rows[when.touches(rows, begun, over)] if start or end else rows


def name_span(rows: pd.DataFrame, zone: str) -> str:
    """Say from which day to which the rows with a date reach; nothing if there is none."""
    if rows.empty:
        return ""
    ends = rows["latest"].fillna(rows["earliest"])
    return name_days(rows["earliest"].min().tz_convert(zone), ends.max().tz_convert(zone))


def name_days(first: pd.Timestamp, last: pd.Timestamp) -> str:
    """Say from which day to which: `11 to 24 April 2025`."""
    if first.date() == last.date():
        return f"{last.day} {last:%B %Y}"
    begin = f"{first.day}"
    if (first.year, first.month) != (last.year, last.month):
        begin += f" {first:%B}" + ("" if first.year == last.year else f" {first.year}")
    return f"{begin} to {last.day} {last:%B %Y}"


def name_clock(zone: str) -> str:
    """Say whose time an axis shows: `Kyiv time`."""
    return f"{zone.rpartition('/')[2].replace('_', ' ')} time"


@dataclass(frozen=True)
class Stretch:
    """Hold an unbroken stretch of time: from day to day, and where it lies on paper."""

    start: float
    end: float
    left: float
    width: float

    @property
    def day_per_mm(self) -> float:
        """Return how much time a mm is, in days."""
        return (self.end - self.start) / self.width

    def mm(self, day: float) -> float:
        """Return where a day lies on paper, at the edge if it lies beyond."""
        return self.left + self.width * min(max((day - self.start) / (self.end - self.start), 0), 1)

    def day(self, mm: float) -> float:
        """Return the day at a place on paper."""
        return self.start + (mm - self.left) * self.day_per_mm


def find_stretches(starts: pd.Series, ends: pd.Series, window: Window) -> list[Window]:
    """Return the first and the last moment of each stretch of time that no gap interrupts."""
    if starts.empty:
        return [window]
    order = starts.argsort(kind="stable")
    begin, end = starts.iloc[order].clip(lower=window[0]), ends.fillna(window[1]).iloc[order].cummax()
    breaks = [0, *np.flatnonzero(begin.to_numpy()[1:] - end.to_numpy()[:-1] >= np.timedelta64(GAP, "D")) + 1, len(order)]
    pieces = [[begin.iloc[first], end.iloc[after - 1]] for first, after in pairwise(breaks)]
    pieces[0][0], pieces[-1][1] = min(window[0], pieces[0][0]), max(window[1], pieces[-1][1])
    return [(begin, end) for begin, end in pieces]


def find_ends(moments: pd.Series, statements: pd.DataFrame, last: pd.Timestamp) -> pd.Series:
    """Return, for each moment, up to when statements follow each other in the record without a long gap, `last` at most."""
    if statements.empty or moments.empty:
        return moments.clip(upper=last)
    window = statements["earliest"].min(), statements["latest"].max()
    ends = [end for _, end in find_stretches(statements["earliest"], statements["latest"], window)]
    found = [next((end for end in ends if end >= moment), moment) for moment in moments]
    return pd.Series(found, moments.index).clip(upper=last)


def name_gaps(pieces: list[Window]) -> list[str]:
    """Say for each break of the axis from which day to which nothing is drawn."""
    day = pd.Timedelta(days=1)
    return [f"{name_days(a + day, b - day)}" for (_, a), (b, _) in pairwise(pieces)]


def spread(pieces: list[Window], left: float, wide: float, grow: float) -> list[Stretch]:
    """Lay stretches of time side by side at one scale; a short one gets days on both sides, up to the least width.

    Where there is no room for that, all are equally wide.
    """
    # A moment that stands alone has no length.
    days = [max(date2num(end) - date2num(begin), 1 / 24) for begin, end in pieces]
    room, least = wide - left - BREAK * grow * (len(pieces) - 1), LEAST * grow
    scale, short = room / sum(days), set()
    while more := {i for i, n in enumerate(days) if n * scale < least} - short:
        short |= more
        if len(short) == len(days):
            least = room / len(days)
            scale = least / max(days)
            break
        scale = (room - least * len(short)) / sum(n for i, n in enumerate(days) if i not in short)
    out = []
    for (begin, _), n in zip(pieces, days, strict=True):
        width = max(n * scale, least)
        start = date2num(begin) - (width / scale - n) / 2
        out.append(Stretch(start, start + width / scale, left, width))
        left += width + BREAK * grow
    return out


def pick_ticks(stretch: Stretch, grow: float, *, years: bool, later: bool = False
               ) -> tuple[list[float], list[tuple[float, str]]]:  # fmt: skip
    """Return the days at which lines stand, and where labels stand with their words: days, weeks or months.

    The first label of a stretch may begin left of it, unless the stretch is a `later` one; `years` names each year once.
    """
    scale = stretch.width / (stretch.end - stretch.start) / grow
    first, last = (pd.Timestamp(num2date(day)).tz_localize(None) for day in (stretch.start, stretch.end))
    step = next((n for n in (1, 2, 4, 7) if n * scale > 7), None)
    days = pd.date_range(first.ceil("D"), last)
    every = days[::step] if step else _pick_months(days, scale)
    midday = pd.Timedelta(hours=12 if step in (1, 2) else 0)
    if (stretch.end - stretch.start) * scale < 2 * LEAST:
        every = every[abs((every - first) - (last - first) / 2).argsort()[:1]]
    labels, end, named = [], -2.6 if later else -6.0, None
    for day in every:
        said = f"{day.day} {day:%b}" + (f" {day.year}" if years and day.year != named else "")
        at, half = (day + midday - first) / pd.Timedelta(days=1) * scale, text_width(said, "small") / 2
        if at - half > end + 0.6 and at + half < (stretch.end - stretch.start) * scale + 2:
            labels.append((date2num(day + midday), said))
            end, named = at + half, day.year
    return list(date2num(days if midday else every)), labels


def _pick_months(days: pd.DatetimeIndex, scale: float) -> pd.DatetimeIndex:
    """Return the first days of as many months of a year as there is room for, each year the same ones."""
    step = next((n for n in (1, 2, 3, 6) if 30 * n * scale > 9), 12)
    firsts = days[days.day == 1]
    months = firsts[(firsts.month - 1) % step == 0]
    return next((found for found in (months, firsts[:1]) if len(found)), days[:1])


def draw_stretches(ax: Axes, stretches: list[Stretch], y: float, *, ends: tuple[float, float]) -> None:
    """Draw the axis at y, its ticks with faint lines between `ends`, strokes where it is broken."""
    grow = theme.scale_of(ax.figure)
    years = num2date(stretches[0].start).year != num2date(stretches[-1].end).year
    for stretch, after in zip(stretches, [*stretches[1:], None], strict=True):
        right = stretch.left + stretch.width
        ax.plot(
            [stretch.left, right], [y, y], color=theme.MUTED, linewidth=0.8 * grow, solid_capstyle="butt", gid="axis"
        )
        lines, labels = pick_ticks(stretch, grow, years=years, later=stretch is not stretches[0])
        ax.vlines([stretch.mm(day) for day in lines], *ends, color=theme.HAIR, linewidth=0.5 * grow, zorder=0)
        for day, said in labels:
            theme.write(
                ax, stretch.mm(day), y + 2 * grow, said, size="small", color=theme.MUTED, ha="center", va="center"
            )
        if after:
            for x in (right, after.left):
                ax.plot([x - 0.6 * grow, x + 0.6 * grow], [y + 1.4 * grow, y - 1.4 * grow], color=theme.MUTED,
                        linewidth=0.8 * grow, clip_on=False, gid="break")  # fmt: skip
