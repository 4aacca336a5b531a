"""In what order did things happen?"""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.dates import date2num, num2date

from analysis import theme, toll
from analysis.bands import (
    FADED,
    LEADING,
    LOOKS,
    MARK,
    POINT,
    TIGHT,
    Band,
    Item,
    Layout,
    Look,
    fit,
    has_killed,
    measure,
    shape_of,
)
from analysis.exhibit import Exhibit, cite
from analysis.load import Record
from analysis.stretches import BREAK, Stretch, Window, name_clock, name_days, open_window, pick_ticks

NOBODY = "no count found"
BOUNDS = ["earliest", "latest_start", "earliest_end", "latest"]
SIZES = {"column": (77, 235), "page": (162, 212)}
"""Width of the drawing in mm, and its greatest height."""


def timeline(record: Record, start: str | None = None, end: str | None = None) -> Exhibit:
    """Show events, statements and strikes in order of time, from the day `start` to `end` (by default the focus)."""
    zone, sides = record.episode["zones"][0], record.episode["sides"]
    window = open_window(record.episode, start, end)
    marks = order_marks(record.events, record.statements, record.casualties, zone=zone, window=window)
    number = marks["mark"].value_counts().reindex(["statement", "strike"], fill_value=0)
    tables = (record.events, "event_id"), (record.statements, "statement_id"), (record.casualties, "event_id")
    used = pd.concat([table.loc[table[key].isin(marks["id"]), "sources"] for table, key in tables])
    clock = name_clock(zone)
    airs = (1.0, 0.92, TIGHT)
    return Exhibit(
        name="timeline",
        title=f"Talks, truces and strikes, {name_days(*window)}",
        subtitle=f"{len(marks) - number['statement']} events, {number['strike']} of them strikes, and "
        f"{number['statement']} statements, in {clock}. Area of a strike's mark: people killed.",
        marks=marks,
        source=cite(used, record.sources, record.episode["licence"]),
        paint=lambda ax: draw_timeline(marks, sides, window=window, clock=clock, ax=ax),
        heights={size: fit(marks, sides, window, (*paper, 1.0), airs=airs).high for size, paper in SIZES.items()},
    )


def order_marks(events: pd.DataFrame, statements: pd.DataFrame, claims: pd.DataFrame, *, zone: str,
                window: Window) -> pd.DataFrame:  # fmt: skip
    """Return one row per mark, by time: `mark` (span, event, strike, statement), `id`, `kind`, the bounds and the
    middle `at` (local), `lasted`, `about`, `side`, `killed` (best), `words`, `records`.

    What lasted belongs to the window if it touches it, a moment if the middle of its interval lies there.
    """
    tolls = events[["event_id"]].merge(count_killed(claims), on="event_id", how="left", validate="one_to_one")
    tolls.index = events.index
    strikes = events["kind"] == "strike"
    coarse = events["place"].isna() | (events["where_prec"] >= 6).fillna(True)
    where = events["place"].str.partition(",")[0].mask(coarse, events["title"])
    happened = events.rename(columns={"event_id": "id", "attacker": "side"}).assign(
        mark=events["lasted"].map({True: "span", False: "event"}).mask(strikes, "strike"),
        killed=tolls["killed"],
        words=events["title"].mask(strikes, where + ": " + tolls["words"].fillna(NOBODY)),
        records=events["event_id"] + ("; " + tolls["claims"]).fillna(""),
    )
    said = statements.rename(columns={"statement_id": "id", "summary": "words"})
    said = said.assign(mark="statement", kind="statement", killed=pd.NA, records=said["id"])
    columns = ["mark", "id", "kind", *BOUNDS, "lasted", "about", "side", "killed", "words", "records"]
    marks = pd.concat([happened[columns], said[columns].astype({"killed": "Int64"})], ignore_index=True)
    for bound in BOUNDS:
        marks[bound] = marks[bound].dt.tz_convert(zone).dt.tz_localize(None)
    first, last = window
    marks.insert(7, "at", marks["earliest"] + (marks["latest"].fillna(last) - marks["earliest"]) / 2)
    touches = (marks["earliest"] <= last) & ((marks["latest"] >= first) | marks["latest"].isna())
    marks = marks[touches & (marks["lasted"] | marks["at"].between(first, last))]
    words = [_add_ends(mark, first, last) for mark in marks.itertuples()]
    return marks.assign(words=words).sort_values(["earliest", "latest", "id"], ignore_index=True)


def count_killed(claims: pd.DataFrame) -> pd.DataFrame:
    """Return per strike `killed` (best), `words` (its counts, as they were given) and `claims` (their ids)."""
    known = toll.as_known(claims[claims["population"] == "all"])
    known = known[known["measure"].isin(["killed", "injured"])].sort_values(["event_id", "measure"], ascending=False)
    said = zip(toll.say_counts(known, claims), known["measure"], strict=True)
    known["words"] = [f"{words} {measure}" for words, measure in said]
    known["claims"] = ["; ".join([row.claim_id, *row.contested_by]) for row in known.itertuples()]
    known["killed"] = known["best"].where(known["measure"] == "killed")
    strikes = known.groupby("event_id", as_index=False)
    return strikes.agg(killed=("killed", "first"), words=("words", ", ".join), claims=("claims", "; ".join))


def _add_ends(mark: object, first: pd.Timestamp, last: pd.Timestamp) -> str:
    """Say when something began or ended that reaches beyond the window."""
    begin = f", from {mark.earliest.day} {mark.earliest:%B}" if mark.lasted and mark.earliest < first else ""
    end = f", to {mark.latest.day} {mark.latest:%B}" if mark.lasted and mark.latest > last else ""
    return mark.words + begin + end


def draw_timeline(marks: pd.DataFrame, sides: dict[str, str], *, window: Window, clock: str, ax: Axes) -> Axes:
    """Draw events in bands and statements in lanes above the axis, strikes below it; labels as far as there is room."""
    theme.quiet(ax)
    grow, wide, high = theme.scale_of(ax.figure), theme.width_mm(ax), theme.height_mm(ax)
    layout = fit(marks, sides, window, (wide, high, grow))
    ax.set(xlim=(0, wide), ylim=(high, 0))
    panels = {stretch: _draw_axis(ax, stretch, layout) for stretch in layout.stretches}
    for stretch in layout.stretches[:-1]:
        for x in (stretch.left + stretch.width, stretch.left + stretch.width + BREAK * grow):
            _draw_stroke(ax, (x - 0.6 * grow, x + 0.6 * grow), layout.axis, 1.4 * grow)
    _write(ax, 0, layout.axis + 2.2 * grow, clock, "italic", color=theme.MUTED)
    for band in layout.bands:
        _draw_key(ax, band, sides)
        for item in band.items:
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
    part.tick_params(length=0, pad=2 * grow)
    years = num2date(layout.stretches[0].start).year != num2date(layout.stretches[-1].end).year
    lines, labels = pick_ticks(stretch, grow, years=years)
    theme.set_ticks(part, "x", [day for day, _ in labels], [words for _, words in labels])
    part.set(xlim=(stretch.start, stretch.end), ylim=ax.get_ylim())
    bottom = max([band.y + band.high for band in layout.bands if band.items], default=layout.axis)
    part.vlines(lines, 0 if layout.tight else 3.2 * grow, bottom, color=theme.HAIR, linewidth=0.5 * grow, zorder=0)
    for day, words in [] if layout.tight else labels:
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


def _draw_item(ax: Axes, item: Item, band: Band, sides: dict[str, str]) -> None:
    """Draw a mark in its row, and its label."""
    grow, mark, stretch = theme.scale_of(ax.figure), item.mark, item.stretch
    size, y = min(MARK * grow, 0.85 * band.row), band.y + (item.row + 0.5) * band.row
    if mark is None:
        look = Look("", 0, color=theme.MUTED)
        for x in (item.mid - 0.35 * grow, item.mid + 0.35 * grow):
            _draw_stroke(ax, (stretch.day(x - 0.3 * grow), stretch.day(x + 0.3 * grow)), y, 0.8 * grow)
    elif mark.mark == "statement":
        y = band.y + band.high - (item.row + 0.7) * band.row
        look = Look("|", 0.9 * band.row, color=sides[mark.side])
    elif mark.mark == "strike":
        y = band.y + (item.row + item.rows / 2) * band.row
        shape = "x" if pd.notna(mark.killed) and mark.killed == 0 else shape_of(mark.side, sides)
        look = Look(shape, 2 * item.reach, has_killed(mark), sides[mark.side])
    else:
        look = Look(LOOKS[mark.kind][0], size, LOOKS[mark.kind][1])
    if mark is not None and mark.mark == "span" and not item.reach:
        _draw_span(ax, item, y, size)
    elif mark is not None:
        ends = [stretch.day(stretch.mm(day)) for day in (mark.begin, mark.middle, mark.end)]
        _draw_mark(ax, ends, y, look._replace(alpha=FADED if mark.about else 1), mark.id)
    if item.words:
        x = stretch.day(item.right + 0.8 * grow if item.side > 0 else item.left - 0.8 * grow)
        y -= (len(item.lines) - 1) * LEADING * grow / 2 if mark is not None and mark.mark == "strike" else 0
        style = {"color": look.color, "ha": "left" if item.side > 0 else "right", "gid": mark and mark.id}
        for i, line in enumerate(item.lines):
            _write(ax, x, y + i * LEADING * grow, line, "italic" if mark is None else "regular", **style)


def _draw_span(ax: Axes, item: Item, y: float, high: float) -> None:
    """Draw what lasted as a bar, pale where it may have begun or ended, with an arrow where it goes on."""
    mark, stretch = item.mark, item.stretch
    bounds = [mark.end if pd.isna(bound) else date2num(bound) for bound in (getattr(mark, name) for name in BOUNDS)]
    edges = sorted(stretch.day(stretch.mm(day)) for day in bounds)
    core = FADED if mark.about or bounds[1] > bounds[2] else 1
    parts = [(x, to - x, to_rgba(theme.MUTED, alpha))
             for x, to, alpha in zip(edges, edges[1:], (FADED, core, FADED), strict=False) if to > x]  # fmt: skip
    ax.broken_barh([part[:2] for part in parts], (y - high / 2, high), linewidth=0, gid=mark.id, zorder=2,
                   facecolors=[part[2] for part in parts])  # fmt: skip
    for beyond, x, shape in ((mark.begin < stretch.start, edges[0], 8), (mark.end > stretch.end, edges[3], 9)):
        if beyond:
            ax.plot([x], [y], marker=shape, color=theme.MUTED, markersize=1.7 * high * POINT, markeredgewidth=0,
                    clip_on=False)  # fmt: skip
