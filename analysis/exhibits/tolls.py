"""What did each strike cost, and how sure is that?"""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from analysis import theme, toll
from analysis.exhibit import Exhibit, cite, text_width, wrap
from analysis.load import Record
from analysis.stretches import name_days

MEASURES = ("killed", "injured")
NOBODY = "no count found"
SHORT = {"more than ": ">", "at least ": "≥", "up to ": "≤", "about ": "c. ", NOBODY: "no count"}
ARROW = 5
"""Length of an open end on paper, in mm: no number gives it."""


def tolls(record: Record) -> Exhibit:
    """Show the count of each strike, killed and injured, from low to high with a dot at best."""
    marks = count_strikes(record.events, record.casualties, record.actors, record.episode["zones"][0])
    claims = (record.casualties["population"] != "children").sum()
    window = marks["earliest"].min(), marks["latest"].max()
    used = pd.concat([record.events.loc[record.events["kind"] == "strike", "sources"], record.casualties["sources"]])
    return Exhibit(
        name="tolls",
        title="Killed and injured in each strike, as reported",
        subtitle=f"People, {name_days(*window)}; {claims} claims on {marks['event_id'].nunique()} strikes. Dot: the count that "
        "stands at the end; ring: one that contests it; arrow: no bound was given. Each panel has its own scale.",
        marks=marks,
        source=cite(used, record.sources, record.episode["licence"]),
        paint=lambda ax: draw_tolls(marks, record.episode["sides"], ax=ax),
        heights={"column": 110, "page": 100},
    )


def count_strikes(events: pd.DataFrame, claims: pd.DataFrame, actors: pd.DataFrame, zone: str) -> pd.DataFrame:
    """Return one row per strike, measure and population: `low, best, high` (people), `contested` (the numbers given by
    claims that contest), `words`, `day`, `said_by`, `records`.

    Where nobody counted, the counts are NA and `words` says so. Counts of servicemen by the side that struck stand in
    rows of their own, `population` military.
    """
    strikes = events.loc[events["kind"] == "strike", ["event_id", "place", "where_prec", "attacker", "earliest", "latest"]]
    strikes = strikes.assign(place=strikes["place"].mask(strikes["where_prec"] >= 6, "Across " + strikes["place"]))
    strikes = strikes.assign(day=strikes.apply(lambda row: name_local_days(row["earliest"], row["latest"], zone), axis=1))
    known = toll.as_known(claims[claims["population"] != "children"]).drop(columns=["earliest", "latest"])
    grid = strikes.merge(pd.DataFrame({"measure": MEASURES}), how="cross").assign(population="all")
    military = known.loc[known["population"] == "military", toll.COUNTED]
    marks = pd.concat([grid, strikes.merge(military, on="event_id")])
    marks = marks.merge(known, on=toll.COUNTED, how="left", validate="one_to_one")
    marks["said_by"] = marks["claimed_by"].map(actors.set_index("actor_id")["name"])
    counted = marks["claim_id"].notna()
    marks["words"] = NOBODY
    marks.loc[counted, "words"] = toll.say_counts(marks[counted], claims)
    given = claims.set_index("claim_id")
    named = given["low"].fillna(given["high"])
    others = [ids if isinstance(ids, tuple) else () for ids in marks["contested_by"]]
    marks["contested"] = [tuple(sorted({int(named[i]) for i in ids})) for ids in others]
    marks["records"] = ["; ".join([standing, *ids]) if pd.notna(standing) else event
                        for standing, ids, event in zip(marks["claim_id"], others, marks["event_id"], strict=True)]  # fmt: skip
    return marks.sort_values(["earliest", "event_id", "measure", "population"], ignore_index=True)


def name_local_days(earliest: pd.Timestamp, latest: pd.Timestamp, zone: str) -> str:
    """Say on which local day something happened, or in the night between which days."""
    first, last = (moment.tz_convert(zone) for moment in (earliest, latest))
    if first.date() == last.date():
        return f"{first.day} {first:%b}"
    return f"{first.day}{'' if first.month == last.month else f' {first:%b}'}–{last.day} {last:%b}"


def draw_tolls(marks: pd.DataFrame, sides: dict[str, str], *, ax: Axes) -> Axes:
    """Draw a row per strike and a panel per measure; each panel has its own scale, from zero."""
    theme.quiet(ax)
    grow, wide, high = theme.scale_of(ax.figure), theme.width_mm(ax), theme.height_mm(ax)
    days, names, gap = (mm * grow for mm in ((14, 27, 5) if wide > 100 else (11.5, 16.5, 3)))
    each = (wide - days - names - gap) / 2
    rows = {event: i for i, event in enumerate(marks["event_id"].unique())}
    strikes = marks.drop_duplicates("event_id")
    common = strikes["attacker"].mode()[0]
    note = wrap(_explain(marks, common), wide, scale=grow)
    head, foot = 4.5 * grow / high, (4.8 + 2.8 * len(note)) * grow / high
    theme.write(ax, 0, 0, "\n".join(note), size="small", color=theme.MUTED, transform=ax.transAxes, va="bottom")

    def panel(left: float, width: float, gid: str) -> Axes:
        part = theme.quiet(ax.inset_axes((left / wide, foot, width / wide, 1 - head - foot), gid=gid))
        part.set_ylim(len(rows) - 0.5, -0.5)
        return part

    _name_strikes(panel(0, days + names, "strikes"), strikes, sides, common, (days, names))
    for i, measure in enumerate(MEASURES):
        left = days + names + i * (each + gap)
        _draw_panel(panel(left, each, measure), marks[marks["measure"] == measure], rows, each)
        theme.write(ax, left / wide, 1, measure.capitalize(), face="semibold", transform=ax.transAxes, va="top")
    return ax


def _explain(marks: pd.DataFrame, common: str) -> str:
    """Say who struck, and who gave the counts."""
    sides = marks.loc[marks["population"] == "all", "side"].value_counts()
    note = f"Strikes by {common} unless marked. Standing counts given by: {', '.join(f'{s} ({n})' for s, n in sides.items())}."
    military = marks.loc[marks["population"] == "military", "said_by"].unique()
    return note + (f" * Military losses only, said by: {', '.join(military)}." if len(military) else "")


def _name_strikes(ax: Axes, strikes: pd.DataFrame, sides: dict[str, str], common: str, widths: tuple) -> None:
    """Write day and place of each strike, and who struck where it is not the common attacker."""
    days, names = widths
    ax.set_xlim(0, days + names)
    grow = theme.scale_of(ax.figure)
    for y, strike in enumerate(strikes.itertuples()):
        place, by = strike.place.partition(",")[0], f"by {strike.attacker}"
        style = {"size": "small", "color": sides[strike.attacker], "va": "center", "gid": strike.event_id}
        theme.write(ax, 0, y, strike.day, **style | {"color": theme.MUTED})
        if strike.attacker == common:
            theme.write(ax, days, y, place, face="semibold", **style)
            continue
        beside = text_width(place, "small", "semibold", grow) + grow
        fits = beside + text_width(by, "small", "italic", grow) < names - 2 * grow
        theme.write(ax, days, y - (0 if fits else 0.24), place, face="semibold", **style)
        theme.write(ax, days + (beside if fits else 0), y + (0 if fits else 0.24), by, face="italic", **style)


def _draw_panel(ax: Axes, marks: pd.DataFrame, rows: dict[str, int], width: float) -> None:
    """Draw one measure; the scale is the largest at which every number still fits beside its mark."""
    grow = theme.scale_of(ax.figure)
    words = [_say(mark, short=width < 40 * grow) for mark in marks.itertuples()]
    room = [
        (width - (ARROW * pd.isna(mark.high) + 2.5) * grow - text_width(said, "small", scale=grow)) / _end(mark)
        for mark, said in zip(marks.itertuples(), words, strict=True)
        if _end(mark)
    ]
    mm = 1 / min(room, default=1.0)
    ax.set_xlim(0, width * mm)
    ticks = MaxNLocator(4, steps=[1, 2, 5, 10]).tick_values(0, width * mm)
    ticks = [tick for tick in ticks if 0 <= tick <= width * mm]
    theme.set_ticks(ax, "x", ticks, [f"{tick:g}" for tick in ticks])
    ax.set_xlim(0, width * mm)
    ax.vlines(ticks, -0.5, len(rows) - 0.5, color=theme.HAIR, linewidth=0.5, zorder=0)
    for mark, said in zip(marks.itertuples(), words, strict=True):
        _draw_mark(ax, mark, said, rows[mark.event_id], mm * grow)


def _end(mark: object) -> float:
    """Return the largest number that was given, 0 where none was."""
    return max((v for v in (mark.low, mark.high, *mark.contested) if pd.notna(v)), default=0)


def _say(mark: object, *, short: bool) -> str:
    words = f"{mark.words}*" if mark.population == "military" else mark.words
    for long, sign in SHORT.items() if short else ():
        words = words.replace(long, sign)
    return words


def _draw_mark(ax: Axes, mark: object, words: str, y: float, mm: float) -> None:
    """Draw one count: a bar from low to high, a dot at best, rings for claims that contest, arrows for open bounds."""
    grow = theme.scale_of(ax.figure)
    gid = f"{mark.event_id} {mark.measure} {mark.population}"
    end = _end(mark)
    if not end:
        theme.write(ax, 0, y, words, size="small", face="italic", color=theme.MUTED, va="center", gid=gid)
        return
    apart = mark.population == "military"
    y += 0.36 if apart else 0
    left = end - ARROW * mm if pd.isna(mark.low) else mark.low
    right = end + ARROW * mm if pd.isna(mark.high) else end
    style = {"color": theme.MUTED if apart else theme.TEXT, "zorder": 2, "clip_on": False, "gid": gid}
    dot = style | {"linestyle": "none", "marker": "o", "markersize": 4 * grow}
    ax.plot([left, right], [y, y], linewidth=(0.8 if apart else 2) * grow, alpha=0.5, solid_capstyle="butt", **style)
    for x, shape, bound in ((left, "<", mark.low), (right, ">", mark.high)):
        if pd.isna(bound):
            ax.plot([x], [y], **dot | {"marker": shape, "markersize": 3 * grow, "markeredgewidth": 0})
    if pd.notna(mark.best):
        ax.plot([mark.best], [y], markeredgewidth=0, **dot)
    for x in mark.contested:
        ax.plot([x], [y], **dot | {"markersize": 5.2 * grow, "markerfacecolor": "none", "markeredgewidth": 0.7 * grow})
    theme.write(ax, right + 2 * mm, y, words, size="small", color=style["color"], va="center", gid=gid)
