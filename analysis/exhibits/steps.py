"""Draw one count as steps through time, with a mark for each claim."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Bbox

from analysis import theme
from analysis.layout.labels import Label, place_labels
from analysis.theme import text_width

TIMES = {0: "0", 1: "1 h", 3: "3 h", 6: "6 h", 12: "12 h", 24: "1 day", 48: "2 days", 96: "4 days", 168: "1 week",
         336: "2 weeks", 720: "1 month", 2160: "3 months", 8760: "1 year", 87600: "10 years"}  # fmt: skip
"""Hours at which a line may stand, and its label."""
FIRST = (24, 0, 168, 6, 1, 720, 8760)
"""Hours that are labelled before others."""
SIGNS = {"more than ": ">", "at least ": "≥", "up to ": "≤", "about ": "c. "}
UNITS = {"days": "d", "day": "d", "weeks": "wk", "week": "wk", "months": "mo", "month": "mo", "years": "yr", "year": "yr"}
OPEN = {"at least": 1, "more than": 1, "up to": -1}
"""Where a count goes on that has but one bound: up or down."""
LEAST = 10
"""No scale of people ends below this, so that 1 does not look like many."""
LINE, SMALL, NARROW = 2.9, 24, 40
"""In mm: a line of text; widths of a chart below which times and words are shortened."""
MARK, APART = 2.9, 0.5
"""Size of a mark in points; share of it by which marks of one time stand apart."""
STUB, FADE, HEADROOM = 1.5, 3.0, 3.2
"""In mm: the stroke of a count that goes on, the reach of a range without bound, the room for words above the counts."""
MM_OF_POINT = 25.4 / 72
Styles = Mapping[str, dict[str, str]]


class Place(NamedTuple):
    """Where a chart stands on paper, in mm from the lower left corner of the drawing."""

    left: float
    low: float
    width: float
    high: float


class Chart(NamedTuple):
    """The Axes of one count: `mm` on paper for each unit across and up, the ends of its two scales."""

    ax: Axes
    mm: tuple[float, float]
    last: float
    reach: float
    grow: float

    def box(self, start: tuple[float, float], end: tuple[float, float], pad: float) -> Bbox:
        """Return the box (display units) of a line from one point to another (data units), wider by `pad` mm."""
        (a, b), (c, d) = self.ax.transData.transform([start, end])
        box = Bbox.from_extents(min(a, c), min(b, d), max(a, c), max(b, d))
        return box.padded(pad * self.grow * self.ax.figure.dpi * theme.MM)


def warp(hours: float | pd.Series) -> float | pd.Series:
    """Return where hours stand on the axis: 0 at 0, and ever closer together after the first hour."""
    return np.log1p(hours)


def counted(claim: pd.Series) -> float:
    """Return the number at which a claim stands: the least that it allows, or else the greatest."""
    return float(claim.high if pd.isna(claim.low) else claim.low)


def sign(words: str) -> str:
    """Put the words of counts as signs."""
    for long, sign in SIGNS.items():
        words = words.replace(long, sign)
    return words


def set_apart(x: list[float], y: list[float], pitch: float) -> list[float]:
    """Move marks (mm, in order of time) to the left, 0 at most, until none hides a later one; the last stays.

    None is moved past an earlier one.
    """
    out = list(x)
    for i in range(len(x) - 2, -1, -1):
        room = [out[j] - math.sqrt(max(pitch**2 - (y[i] - y[j]) ** 2, 0)) for j in range(i + 1, len(x))]
        out[i] = min(out[i], *room)
    return [max(at, 0.0) for at in out]


def open_chart(ax: Axes, claims: pd.DataFrame, place: Place, last: float) -> Chart:
    """Set the scales of a chart, from zero to where words above the highest count have room."""
    theme.quiet(ax)
    grow = theme.scale_of(ax.figure)
    most = max([LEAST, *claims[["low", "high", "low_after", "high_after"]].max().dropna()])
    reach = most / (1 - min(HEADROOM * grow / place.high, 0.25))
    return Chart(ax, (place.width / last, place.high / reach), last, reach, grow)


def _shorten(time: str) -> str:
    """Put the unit of a time as its sign."""
    amount, _, unit = time.partition(" ")
    return f"{amount} {UNITS.get(unit, unit)}".strip()


def draw_scales(chart: Chart, *, people: bool, times: bool) -> None:
    """Draw thin lines at times and numbers of people if there are any, and name the times if asked to."""
    ax, grow = chart.ax, chart.grow
    words = {hour: _shorten(said) if chart.last * chart.mm[0] < SMALL * grow else said for hour, said in TIMES.items()}
    half = {hour: text_width(said, "small", scale=grow) / 2 + 0.5 * grow for hour, said in words.items()}
    at = {hour: warp(hour) * chart.mm[0] for hour in TIMES if warp(hour) <= chart.last}
    named: list[float] = []
    for hour in sorted(at, key=lambda hour: (FIRST.index(hour) if hour in FIRST else len(FIRST), hour)):
        beyond = at[hour] + half[hour] - chart.last * chart.mm[0]  # right of a chart stands its count
        if beyond < 2 * grow and all(abs(at[hour] - at[other]) > half[hour] + half[other] for other in named):
            named.append(hour)
    if people:
        counts = _pick_counts(chart)
        theme.set_ticks(ax, "y", counts, [f"{n:,.10g}" for n in counts])
        style = {"color": theme.HAIR, "linewidth": 0.5 * grow, "zorder": 0}
        ax.hlines(counts, 0, chart.last, **style)
        ax.vlines([warp(hour) for hour in named], 0, chart.reach, **style)
    if times:
        theme.set_ticks(ax, "x", [warp(hour) for hour in sorted(named)], [words[hour] for hour in sorted(named)])
    ax.set(xlim=(0, chart.last), ylim=(0, chart.reach))


def _pick_counts(chart: Chart) -> list[float]:
    """Return some whole numbers from 0 on, of which more than one is below the top of a chart, where a tick would be cut."""
    few = 2 if chart.mm[1] * chart.reach < 14 * chart.grow else 3
    for most in (few, few + 1, few + 2):
        ticks = MaxNLocator(most, integer=True, steps=[1, 2, 5, 10]).tick_values(0, chart.reach)
        counts = [n for n in ticks if n >= 0 and (chart.reach - n) * chart.mm[1] > 1.2 * chart.grow]
        if len(counts) > 1:
            break
    return counts


def draw_count(chart: Chart, claims: pd.DataFrame, styles: Styles) -> None:
    """Draw one count through time: what stood from moment to moment, each claim, and who gave it."""
    ax, grow = chart.ax, chart.grow
    strike = warp(claims["strike_hours"].iloc[0])
    ax.plot([0, strike], [0, 0], color=theme.BORDER, linewidth=2.4 * grow, solid_capstyle="butt", zorder=1, clip_on=False)
    rows = list(claims.itertuples())
    lines = _draw_steps(chart, rows)
    numbers = [counted(claim) for claim in rows]
    ends = warp(claims["hours_high"]).to_numpy()
    shown = set_apart(list(ends * chart.mm[0]), [n * chart.mm[1] for n in numbers], APART * MARK * MM_OF_POINT * grow)
    spots = [(x / chart.mm[0], n) for x, n in zip(shown, numbers, strict=True)]
    marks, times = [], []
    for claim, spot, end in zip(rows, spots, ends, strict=True):
        times.append(_draw_time(chart, claim, spot, end, styles[claim.group]["color"]))
        marks.append(_draw_mark(chart, claim, spot, styles[claim.group]))
    _write_names(chart, claims, list(zip(rows, spots, strict=True)), styles, (marks, lines, times))


def _draw_time(chart: Chart, claim: object, spot: tuple[float, float], end: float, color: str) -> Bbox:
    """Draw the time within which a claim was made, up to the mark where it was set aside for another."""
    begin, y = min(warp(claim.hours_low), spot[0]), spot[1]
    if (end - begin) * chart.mm[0] > 0.1:
        chart.ax.plot([begin, end], [y, y], color=color, alpha=0.5, linewidth=0.6 * chart.grow, solid_capstyle="butt",
                      zorder=3, gid=f"{claim.id} time")  # fmt: skip
    return chart.box((begin, y), (end, y), 0.1)


def _draw_mark(chart: Chart, claim: object, spot: tuple[float, float], style: dict[str, str]) -> Bbox:
    """Draw the mark of a claim, open if it is disputed, with a stroke where the count goes on."""
    (x, y), grow = spot, chart.grow
    on = y + OPEN.get(claim.wording, 0) * STUB * grow / chart.mm[1]
    if on != y:
        chart.ax.plot([x, x], [y, on], color=style["color"], linewidth=0.8 * grow, solid_capstyle="butt", zorder=4.5,
                      gid=f"{claim.id} open")  # fmt: skip
    face, edge, width = (theme.PAPER, style["color"], 0.8) if claim.disputed else (style["color"], theme.PAPER, 0.3)
    chart.ax.plot([x], [y], **style, linestyle="none", markersize=MARK * grow, markerfacecolor=face, markeredgecolor=edge,
                  markeredgewidth=width * grow, zorder=5 + claim.disputed, clip_on=False, gid=claim.id)  # fmt: skip
    return chart.box((x, y), (x, on), MARK * MM_OF_POINT / 2 + 0.05)


def _draw_steps(chart: Chart, claims: Sequence[object]) -> list[Bbox]:
    """Draw the range that was open and the count that stood, from moment to moment; return the boxes of the lines."""
    moments = list({claim.hours_high: claim for claim in claims}.values())  # the last of each: they stand in order of time
    given = {claim.id: claim for claim in claims}
    style = {"color": theme.TEXT, "solid_capstyle": "butt", "zorder": 4}
    boxes = []

    def draw(start: tuple[float, float], end: tuple[float, float], width: float, gid: str) -> None:
        chart.ax.plot(*zip(start, end, strict=True), **style, linewidth=width * chart.grow, gid=gid)
        boxes.append(chart.box(start, end, 0.25))

    for now, after in pairwise([*moments, None]):
        begin, end = warp(now.hours_high), warp(after.hours_high) if after else chart.last
        _draw_range(chart, (begin, end), now)
        if pd.notna(now.best_after):
            draw((begin, now.best_after), (end, now.best_after), 1.0, f"{now.standing} stood")
    for before, now in pairwise(moments):
        old, new = counted(given[before.standing]), counted(given[now.standing])
        fell = given[now.standing].fell and before.standing != now.standing
        if fell or (pd.notna(before.best_after) and pd.notna(now.best_after) and old != new):
            x = warp(now.hours_high)
            draw((x, old), (x, new), 2.4 if fell else 1.0, f"{now.standing} step")
    return boxes


def _draw_range(chart: Chart, ends: tuple[float, float], now: object) -> None:
    """Draw the range that was open; it fades where no bound was given."""
    low, high = now.low_after, now.high_after
    style = {"color": theme.FAINT, "linewidth": 0, "zorder": 1, "gid": f"{now.standing} range"}
    if pd.notna(low) and pd.notna(high) and low < high:
        chart.ax.fill_between(ends, [low] * 2, [high] * 2, **style, alpha=0.75)
    step = FADE / 3 * chart.grow / chart.mm[1]
    for start, sign in [(low, 1)] * pd.isna(high) + [(high, -1)] * pd.isna(low):
        for i, alpha in enumerate((0.75, 0.45, 0.2)):
            edges = [max(start + sign * step * n, 0) for n in (i, i + 1)]
            chart.ax.fill_between(ends, *([edge] * 2 for edge in edges), **style, alpha=alpha)


def _write_names(chart: Chart, claims: pd.DataFrame, spotted: list[tuple[object, tuple[float, float]]], styles: Styles,
                 boxes: tuple[list[Bbox], list[Bbox], list[Bbox]]) -> None:  # fmt: skip
    """Write each change downwards, then as far as there is room who gave which count: the greatest steps first.

    Who gave several counts in a row is named at one of them, and where a count changed nothing only if not named before.
    """
    marks, lines, times = boxes
    best = claims["best_after"].astype("Float64")
    stands = claims["id"] == claims["standing"]
    jump = ((best - best.shift().fillna(0)).abs().fillna(1) * stands).astype(float)
    run = (claims["name"] != claims["name"].shift()).cumsum()
    told, labels = set(), []
    rows = zip(spotted, jump, run, strict=True)
    for (claim, spot), size, same in sorted(rows, key=lambda row: (not row[0][0].fell, not row[0][0].disputed, -row[1])):
        color = styles[claim.group]["color"]
        if claim.fell:
            told |= {same} if _write_change(chart, claim, color, [*marks, *lines]) else set()
        elif claim.disputed or not told & ({same} if size else {same, claim.name}):
            words = claim.name
            if claim.disputed:
                words = "disputed" if chart.last * chart.mm[0] < NARROW * chart.grow else f"{claim.name}: disputed"
            labels.append(Label(*spot, words, 0.5 * chart.grow, f"{claim.id} name", color))
            told |= {same, claim.name}
    place_labels(chart.ax, labels, keep_off=[*marks, *lines], lines=times, drop=True)


def _write_change(chart: Chart, claim: object, color: str, taken: list[Bbox]) -> bool:
    """Write from which count to which a claim lowered it, below the step; return whether its giver is named too.

    It stands where it covers least of `taken` (boxes in display units).
    """
    (across, up), grow = chart.mm, chart.grow
    wide = chart.last * across
    named = wide > NARROW * grow
    words = f"{claim.change}, {claim.name}" if named else sign(claim.change)
    width = text_width(words, "small", "semibold", grow)
    x, y = warp(claim.hours_high) * across, counted(claim) * up - 0.9 * grow
    places = [(min(max(left, 0), max(wide - width, 0)), y - down * LINE * grow)
              for down in (0, 0.4, 1, 2) for left in (x - grow, x - width / 2, x - width + grow)]  # fmt: skip
    places = [place for place in places if place[1] > LINE * grow * 0.8] or places[:1]

    def cost(place: tuple[float, float]) -> int:
        left, top = place[0] / across, place[1] / up
        box = chart.box((left, top - 2.3 * grow / up), (left + width / across, top), 0)
        return sum(box.overlaps(other) for other in taken)

    left, top = min(places, key=cost)
    theme.write(chart.ax, left / across, top / up, words, size="small", face="semibold", color=color, va="top",
                gid=f"{claim.id} name")  # fmt: skip
    return named
