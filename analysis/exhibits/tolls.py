"""What did each strike cost, and how sure is that?"""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from analysis import theme, toll
from analysis.exhibit import Exhibit, cite
from analysis.load import Record

MEASURES = ("killed", "injured")


def tolls(record: Record) -> Exhibit:
    """Show the count of each strike, killed and injured, from low to high with a dot at best."""
    marks = count_strikes(record.events, record.casualties)
    strikes = marks["event_id"].nunique()
    zone = record.episode["zones"][0]
    marks["day"] = marks["earliest"].dt.tz_convert(zone).dt.tz_localize(None)
    counts = record.casualties[record.casualties["population"] == "all"]
    used = pd.concat([record.events.loc[record.events["kind"] == "strike", "sources"], record.casualties["sources"]])
    return Exhibit(
        name="tolls",
        title="Killed and injured in each strike, as reported",
        subtitle=f"People, by strike in order of time; {len(counts)} claims on {strikes} strikes, 4 April to 18 June 2025. "
        "Dot: latest count. Bar: from the least to the most that standing claims allow.",
        marks=marks,
        source=cite(used, record.sources, record.episode["licence"]),
        paint=lambda ax: draw_tolls(marks, record.episode["sides"], ax=ax),
        heights={"column": 118, "page": 108},
    )


def count_strikes(events: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Return one row per strike and measure: `low, best, high` (people), `words`, `records`; NA where nobody counted.

    Counts of servicemen by the side that struck stand in rows of their own, `population` military.
    """
    strikes = events.loc[events["kind"] == "strike", ["event_id", "title", "place", "attacker", "earliest"]]
    known = toll.as_known(claims[claims["population"] != "children"]).drop(columns=["earliest", "latest"])
    grid = strikes.merge(pd.DataFrame({"measure": MEASURES}), how="cross").assign(population="all")
    extra = known[known["population"] == "military"]
    grid = pd.concat([grid, strikes.merge(extra[["event_id", "measure", "population"]], on="event_id")])
    marks = grid.merge(known, on=["event_id", "measure", "population"], how="left", validate="one_to_one")
    standing = claims.set_index("claim_id").reindex(marks["claim_id"])
    bounds = zip(marks["wording"], standing["low"], standing["high"], strict=True)
    marks["words"] = ["no count found" if pd.isna(w) else toll.phrase(w, low, high) for w, low, high in bounds]
    marks["records"] = [
        "; ".join([claim, *contested]) if pd.notna(claim) else event
        for claim, contested, event in zip(marks["claim_id"], marks["contested_by"], marks["event_id"], strict=True)
    ]
    return marks.sort_values(["earliest", "event_id", "measure", "population"], ignore_index=True)


def draw_tolls(marks: pd.DataFrame, sides: dict[str, str], *, ax: Axes) -> Axes:
    """Draw a row per strike and a panel per measure; each panel has its own scale, from zero."""
    theme.quiet(ax)
    wide = theme.width_mm(ax)
    label = 33 if wide > 100 else 24
    label *= theme.scale_of(ax.figure)
    gap = 6 * theme.scale_of(ax.figure)
    each = (wide - label - gap) / 2
    strikes = marks.drop_duplicates("event_id", ignore_index=True)
    rows = {event: i for i, event in enumerate(strikes["event_id"])}
    low, foot = len(rows) - 0.4, 9 * theme.scale_of(ax.figure) / theme.height_mm(ax)
    names = ax.inset_axes((0, foot, label / wide, 1 - foot), gid="strikes")
    _frame(names, low)
    names.set_xlim(0, 1)
    for strike in strikes.itertuples():
        day = f"{strike.day:%-d %b}" if wide > 100 else f"{strike.day:%-d %b}"
        place = {"Ukraine": "Across Ukraine", "Russia": "Airbases in Russia"}.get(strike.place, strike.place)
        y = rows[strike.event_id]
        theme.write(names, 0, y, day, color=theme.MUTED, size="small", va="center", gid=strike.event_id)
        theme.write(names, 10.5 * theme.scale_of(ax.figure) / label, y, place.removesuffix(", near").removesuffix(", suburbs"),
                    face="semibold", color=sides[strike.attacker] if strike.attacker != "Russia" else theme.TEXT,
                    size="small" if wide < 100 else "label", va="center", gid=strike.event_id)  # fmt: skip
    for i, measure in enumerate(MEASURES):
        x = (label + i * (each + gap)) / wide
        panel = ax.inset_axes((x, foot, each / wide, 1 - foot), gid=measure)
        _frame(panel, low)
        _draw_panel(panel, marks[marks["measure"] == measure], rows)
        theme.write(panel, 0, 1.0, measure.capitalize(), face="semibold", transform=panel.transAxes, va="bottom")
    return ax


def _frame(ax: Axes, low: float) -> None:
    theme.quiet(ax)
    ax.set_ylim(low, -0.6)


def _draw_panel(ax: Axes, marks: pd.DataFrame, rows: dict[str, int]) -> None:
    most = marks[["low", "best", "high"]].max(axis=None)
    ax.set_xlim(0, most * 1.3)
    ticks = [t for t in MaxNLocator(4, integer=True).tick_values(0, most) if t <= most]
    theme.set_ticks(ax, "x", ticks, [f"{t:g}" for t in ticks])
    ax.vlines(ticks, -0.6, len(rows) - 0.4, color=theme.HAIR, linewidth=0.5, zorder=0)
    for mark in marks.itertuples():
        _draw_mark(ax, mark, rows[mark.event_id], most)


def _draw_mark(ax: Axes, mark: object, y: float, most: float) -> None:
    grow = theme.scale_of(ax.figure)
    gid = f"{mark.event_id} {mark.measure} {mark.population}"
    if pd.isna(mark.low) and pd.isna(mark.high):
        theme.write(ax, 0, y, "no count found", size="small", face="italic", color=theme.MUTED, va="center", gid=gid)
        return
    soldiers = mark.population == "military"
    y = y + (0.32 if soldiers else 0)
    color = theme.MUTED if soldiers else theme.TEXT
    start = 0 if pd.isna(mark.low) else mark.low
    end = most * 1.02 if pd.isna(mark.high) else mark.high
    style = {"color": color, "solid_capstyle": "butt", "zorder": 2, "gid": gid}
    ax.plot([start, end], [y, y], linewidth=(1 if soldiers else 2.6) * grow, alpha=0.45, **style)
    if pd.isna(mark.high) or pd.isna(mark.low):
        tip = (end, ">") if pd.isna(mark.high) else (start, "<")
        ax.plot([tip[0]], [y], marker=tip[1], markersize=3.2 * grow, markeredgewidth=0, **style)
    if pd.notna(mark.best):
        ax.plot([mark.best], [y], marker="o", markersize=4.2 * grow, markeredgewidth=0, **style)
    words = f"{mark.words} servicemen, says Moscow" if soldiers else mark.words
    theme.write(ax, end + most * 0.03, y, words, size="small", color=color, va="center", gid=gid)
