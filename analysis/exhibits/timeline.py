"""In what order did things happen?"""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.dates import date2num, num2date

from analysis import theme
from analysis.doubts import add_doubts, describe_labels
from analysis.exhibit import MARKS, Exhibit, cite
from analysis.layout.bands import (
    FADED,
    LEADING,
    LOOKS,
    MARK,
    POINT,
    Band,
    Item,
    Layout,
    Look,
    fit,
    has_killed,
    measure,
    shape_of,
)
from analysis.layout.stretches import BREAK, Stretch, Window, name_clock, name_day, name_days, open_window, pick_ticks
from analysis.load import Record
from analysis.marks import name_town, of_events, of_statements, of_strikes
from analysis.when import BOUNDS
from analysis.words import say_number

SIZES = {"column": (77, 235), "page": (162, 212)}
"""Width of the drawing in mm, and its greatest height."""
AIRS = ((1.0, False), (0.92, False), (0.92, True), (0.86, True))
"""What of bands.AIRS sets the height where it is free."""


def timeline(record: Record, start: str | None = None, end: str | None = None) -> Exhibit:
    """Show events, statements and strikes in order of time, from the day `start` to `end` (by default the focus)."""
    zones, sides, whole = record.episode["zones"], record.episode["sides"], record.whole
    window = open_window(record.episode, start, end)
    marks = order_marks(record.events, record.statements, whole.casualties, whole.actors, zones=zones, window=window)
    marks = add_doubts(marks, whole.disagreements, whole.second_coding, whole.casualties)
    clock = name_clock(zones[0])
    return Exhibit(
        days=(start, end),
        name="timeline",
        title=f"Talks, truces and strikes, {name_days(*window)}",
        subtitle=count_marks(marks, clock),
        alt=describe(marks, window) + describe_labels(marks),
        marks=marks,
        evidence=cite(marks, record),
        colors=sides,
        paint=lambda ax: draw_timeline(marks, sides, window=window, clock=clock, ax=ax),
        height=lambda size: fit(marks, sides, window, (*SIZES[size], 1.0), airs=AIRS).high,
    )


def order_marks(events: pd.DataFrame, statements: pd.DataFrame, claims: pd.DataFrame, actors: pd.DataFrame, *,
                zones: Sequence[str], window: Window) -> pd.DataFrame:  # fmt: skip
    """Return one row per mark, by time: the columns MARKS, then `mark` (span, event, strike, statement), `kind`, the
    bounds and the middle `at` (local), `lasted`, `about`, `exact` (to the minute), `killed` (best), `label`.

    What lasted or may have happened in the window belongs to it; the middle is that of what lies in the window.
    """
    struck = events["kind"] == "strike"
    coarse = events["place"].isna() | (events["where_prec"] >= 6).fillna(True)
    where = name_town(events).mask(coarse, events["title"])
    counts = of_strikes(events[struck], claims, actors, zones)
    happened = pd.concat([counts, of_events(events[~struck], actors, zones)]).reindex(events.index)
    dates = [*BOUNDS, "lasted", "about", "exact"]
    happened = happened.join(events[["kind", *dates]]).assign(
        mark=events["lasted"].map({True: "span", False: "event"}).mask(struck, "strike"),
        label=events["title"].mask(struck, where + ": " + counts["words"]),
    )
    said = of_statements(statements, actors, zones).join(statements[dates])
    said = said.assign(mark="statement", kind="statement", label="")
    columns = [*MARKS, "mark", "kind", *dates, "killed", "label"]
    marks = pd.concat([happened, said], ignore_index=True)[columns].astype({"killed": "Int64"})
    for bound in BOUNDS:
        marks[bound] = marks[bound].dt.tz_convert(zones[0]).dt.tz_localize(None)
    first, last = window
    begin, end = marks["earliest"].clip(first, last), marks["latest"].fillna(last).clip(first, last)
    marks.insert(len(MARKS) + 2, "at", begin + (end - begin) / 2)
    marks = marks[(marks["earliest"] <= last) & ((marks["latest"] >= first) | marks["latest"].isna())]
    labels = [_add_ends(mark, first, last) for mark in marks.itertuples()]
    return marks.assign(label=labels).sort_values(["earliest", "latest", "id"], ignore_index=True)


def count_marks(marks: pd.DataFrame, clock: str) -> str:
    """Say how many events, strikes and statements there are, by whose clock, and what an area means."""
    if marks.empty:
        return f"No event or statement in the record, in {clock}."
    number = marks["mark"].value_counts().reindex(["statement", "strike"], fill_value=0)
    struck = {0: "", 1: "1 of them a strike, "}.get(number["strike"], f"{number['strike']} of them strikes, ")
    areas = " Areas below the axis: people killed." if marks["killed"].gt(0).any() else ""
    return (f"{say_number(len(marks) - number['statement'], 'event')}, {struck}"
            f"and {say_number(number['statement'], 'statement')}, in {clock}.{areas}")  # fmt: skip


def describe(marks: pd.DataFrame, window: Window) -> str:
    """Say for those who cannot see it what the timeline shows."""
    if marks.empty:
        return f"Timeline without a mark: the record has no event or statement from {name_days(*window)}."
    number = marks["mark"].value_counts().reindex(["span", "event", "statement", "strike"], fill_value=0)
    strikes = marks[marks["mark"] == "strike"]
    unknown = strikes["killed"].isna().sum()
    words = [f"Timeline from {name_days(*window)}. Above the axis, {say_number(number['span'], 'span')} such as a truce, "
             f"{say_number(number['event'], 'event')} such as a meeting, and {say_number(number['statement'], 'statement')}; "
             f"below it, {say_number(number['strike'], 'strike')}.",
             _count_sides("Statements by the speaker's side", marks[marks["mark"] == "statement"]),
             _count_sides("Strikes by side", strikes)]  # fmt: skip
    if strikes["killed"].gt(0).any():
        worst = strikes.loc[strikes["killed"].astype("Float64").idxmax()]
        words.append(f"The deadliest is {worst['label']} ({worst['date']}).")
    if unknown:
        words.append(f"Open marks: strikes for which no count of people killed was found, {unknown} of {len(strikes)}.")
    words.append(f"{say_number(marks['exact'].sum(), 'mark')} of {len(marks)} dated to the minute; "
                 "a line or a pale end shows how uncertain each other date is.")  # fmt: skip
    return " ".join(part for part in words if part)


def _count_sides(what: str, marks: pd.DataFrame) -> str:
    """Say how many marks each side has, the most first; nothing if there is none."""
    counts = marks["group"].value_counts().sort_index(kind="stable").sort_values(ascending=False, kind="stable")
    return f"{what}: {', '.join(f'{side} {count}' for side, count in counts.items())}." if len(counts) else ""


def _add_ends(mark: object, first: pd.Timestamp, last: pd.Timestamp) -> str:
    """Say when something began or ended that reaches beyond the window."""
    begin = f", from {name_day(mark.earliest, first)}" if mark.lasted and mark.earliest < first else ""
    end = f", to {name_day(mark.latest, last)}" if mark.lasted and mark.latest > last else ""
    return mark.label + begin + end


def draw_timeline(marks: pd.DataFrame, sides: dict[str, str], *, window: Window, clock: str, ax: Axes) -> Axes:
    """Draw events in bands and statements in lanes above the axis, strikes below it; labels as far as there is room."""
    theme.quiet(ax)
    grow, wide, high = theme.scale_of(ax.figure), theme.width_mm(ax), theme.height_mm(ax)
    layout = fit(marks, sides, window, (wide, high, grow))
    ax.set(xlim=(0, wide), ylim=(high, 0))
    panels = {stretch: _draw_axis(ax, stretch, layout) for stretch in layout.stretches}
    for stretch in layout.stretches[:-1]:
        for x in (stretch.left + stretch.width, stretch.left + stretch.width + BREAK * grow):
            _draw_stroke(ax, (x - 0.6 * grow, x + 0.6 * grow), layout.axis, 1.1 * grow)
    _write(ax, 0, layout.axis + 2.0 * grow, clock, "italic", color=theme.MUTED)
    for band in layout.bands:
        _draw_key(ax, band, sides)
        for item in band.items:
            if item.mark is None:
                _draw_gap(ax, item, band)
            else:
                _draw_item(panels[item.stretch], item, band, sides)
    return ax


def _draw_axis(ax: Axes, stretch: Stretch, layout: Layout) -> Axes:
    """Draw a stretch of time: its own date axis, with a faint line per day, week or month."""
    grow, wide = theme.scale_of(ax.figure), ax.get_xlim()[1]
    first, last = (num2date(day).date() for day in (stretch.start, stretch.end))
    box = (stretch.left / wide, 0, stretch.width / wide, 1)
    part = theme.quiet(ax.inset_axes(box, gid=f"{first} to {last}", zorder=0.5), keep="bottom")
    part.xaxis_date()
    part.spines["bottom"].set(position=("data", layout.axis), color=theme.MUTED, linewidth=0.8 * grow)
    part.tick_params(length=0, pad=3 * grow)
    years = num2date(layout.stretches[0].start).year != num2date(layout.stretches[-1].end).year
    lines, labels = pick_ticks(stretch, grow, years=years, later=stretch is not layout.stretches[0])
    theme.set_ticks(part, "x", [day for day, _ in labels], [words for _, words in labels])
    part.set(xlim=(stretch.start, stretch.end), ylim=ax.get_ylim())
    bottom = max([band.y + band.high for band in layout.bands if band.items], default=layout.axis)
    above = [band.y for band in layout.bands[: layout.above] if band.items]
    top = 3.2 * grow if not layout.tight else min(above, default=layout.axis)
    part.vlines(lines, top, bottom, color=theme.HAIR, linewidth=0.5 * grow, zorder=0)
    for day, words in labels if above and not layout.tight else []:
        _write(part, day, 1.4 * grow, words, color=theme.MUTED, ha="center")
    return part


def _write(ax: Axes, x: float, y: float, words: str, face: str = "regular", **style: object) -> None:
    """Write one line so that y goes through the middle of its capitals, whatever letters it has."""
    theme.write(ax, x, y + 0.7 * theme.scale_of(ax.figure), words, size="small", face=face, va="baseline", **style)


def _draw_stroke(ax: Axes, ends: tuple[float, float], y: float, high: float) -> None:
    """Draw one of the two slanted strokes that say that the axis is broken."""
    ax.plot(ends, (y + high, y - high), color=theme.MUTED, linewidth=0.8 * theme.scale_of(ax.figure), clip_on=False)


def _draw_key(ax: Axes, band: Band, sides: dict[str, str]) -> None:
    """Write the name of a lane, the key of a band, or a line of the key at the foot."""
    grow, x, y = theme.scale_of(ax.figure), 0, band.y + (band.row or band.high) / 2
    if band.side:
        _write(ax, 0, band.y + band.high - 1.3 * grow, band.side, "semibold", color=sides[band.side])
    for look, words in band.key:
        if look:
            mid = x + max(look.long, look.size) / 2
            _draw_mark(ax, (mid - look.long / 2, mid, mid + look.long / 2), y, look)
            x += max(look.long, look.size) + 0.8 * grow
        color = look.color if look else theme.TEXT
        _write(ax, x, y, words, "semibold" if band.row else "regular", color=color if band.row else theme.MUTED)
        x += measure(words, grow, "semibold") + 2 * grow


def _draw_mark(ax: Axes, ends: tuple[float, float, float], y: float, look: Look, gid: str | None = None) -> None:
    """Draw a thin line over an interval with a mark inside it, or a bar if the look has no shape."""
    grow, paint = theme.scale_of(ax.figure), to_rgba(look.color, look.alpha)
    if not look.shape:
        ax.plot(ends, [y] * 3, color=theme.MUTED, linewidth=look.size * POINT, solid_capstyle="butt")
        return
    stroke = look.shape == "|"
    # A diamond of this size has sides, not a diagonal, of it: it is given the area of the circle.
    width = look.size * POINT * (math.pi**0.5 / 2 if look.shape == "D" else 1)
    edge = 0.7 * grow if stroke or not look.fill else 0
    ax.plot(ends, [y] * 3, color=to_rgba(look.color, look.alpha * (0.45 if stroke else 1)), linewidth=0.6 * grow,
            marker=look.shape, markevery=[1], markersize=width - edge * (not stroke), markeredgewidth=edge,
            markeredgecolor=paint, markerfacecolor=paint if look.fill else theme.PAPER, solid_capstyle="butt",
            clip_on=False, gid=gid)  # fmt: skip


def _draw_gap(ax: Axes, item: Item, band: Band) -> None:
    """Draw the strokes of a broken axis, and name the days that are left out there."""
    grow, y = theme.scale_of(ax.figure), band.y + (item.row + 0.5) * band.row
    for x in (item.mid - 0.35 * grow, item.mid + 0.35 * grow):
        _draw_stroke(ax, (x - 0.3 * grow, x + 0.3 * grow), y, 0.8 * grow)
    x = item.right + 0.8 * grow if item.side > 0 else item.left - 0.8 * grow
    _write_label(ax, item, y, x, "italic", color=theme.MUTED)


def _draw_item(ax: Axes, item: Item, band: Band, sides: dict[str, str]) -> None:
    """Draw a mark in its row, and its label."""
    grow, mark, stretch = theme.scale_of(ax.figure), item.mark, item.stretch
    size, y = min(MARK * grow, 0.85 * band.row), band.y + (item.row + 0.5) * band.row
    if mark.mark == "statement":
        y = band.y + band.high - (item.row + 0.7) * band.row
        look = Look("|", 0.9 * band.row, color=sides[mark.group])
    elif mark.mark == "strike":
        y = band.y + (item.row + item.rows / 2) * band.row
        shape = "x" if pd.notna(mark.killed) and mark.killed == 0 else shape_of(mark.group, sides)
        look = Look(shape, 2 * item.reach, has_killed(mark), sides[mark.group])
    else:
        look = Look(LOOKS[mark.kind][0], size, LOOKS[mark.kind][1])
    if mark.mark == "span" and not item.reach:
        _draw_span(ax, item, y, size)
    else:
        ends = [stretch.day(stretch.mm(day)) for day in (mark.begin, mark.middle, mark.end)]
        _draw_mark(ax, ends, y, look._replace(alpha=FADED if mark.about else 1), mark.id)
    y -= (len(item.lines) - 1) * LEADING * grow / 2 if mark.mark == "strike" else 0
    y += band.row if item.side == 0 else 0
    x = stretch.day({1: item.right + 0.8 * grow, -1: item.left - 0.8 * grow, 0: item.left + 0.8 * grow}[item.side])
    _write_label(ax, item, y, x, color=look.color, gid=mark.id)


def _write_label(ax: Axes, item: Item, y: float, x: float, face: str = "regular", **style: object) -> None:
    """Write the lines of a label beside its mark, from x on or up to x."""
    for i, line in enumerate(item.lines if item.words else []):
        lower = y + i * LEADING * theme.scale_of(ax.figure)
        _write(ax, x, lower, line, face, ha="right" if item.side < 0 else "left", **style)


def _draw_span(ax: Axes, item: Item, y: float, high: float) -> None:
    """Draw what lasted as a bar, pale where it may have begun or ended, with an arrow where it goes on."""
    mark, stretch = item.mark, item.stretch
    bounds = [mark.end if pd.isna(bound) else date2num(bound) for bound in (getattr(mark, name) for name in BOUNDS)]
    edges = sorted(stretch.day(stretch.mm(day)) for day in bounds)
    core = FADED if mark.about or bounds[1] > bounds[2] else 1
    ends, tip = [edges[0], edges[3]], min(1.5 * high * stretch.day_per_mm, (edges[3] - edges[0]) / 2)
    for i, beyond in enumerate((mark.begin < stretch.start, mark.end > stretch.end)):
        if beyond:
            ends[i] += tip if i == 0 else -tip
            ax.fill([edges[3 * i], ends[i], ends[i]], [y, y - high, y + high], color=theme.MUTED, linewidth=0,
                    zorder=2, gid=f"{mark.id} beyond")  # fmt: skip
    edges = [min(max(edge, ends[0]), ends[1]) for edge in edges]
    parts = [(x, to - x, to_rgba(theme.MUTED, alpha))
             for x, to, alpha in zip(edges, edges[1:], (FADED, core, FADED), strict=False) if to > x]  # fmt: skip
    ax.broken_barh([part[:2] for part in parts], (y - high / 2, high), linewidth=0, gid=mark.id, zorder=2,
                   facecolors=[part[2] for part in parts])  # fmt: skip
