"""What did each strike cost, and how sure is that?"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from analysis import theme, toll
from analysis.doubts import add_doubts
from analysis.exhibit import MARKS, Exhibit, cite
from analysis.layout.stretches import keep_touching, name_span
from analysis.load import Record
from analysis.marks import NOBODY, join, name_all, say_dates
from analysis.theme import text_width, wrap
from analysis.words import say_number

MEASURES = ("killed", "injured")
SHORT = {"more than ": ">", "at least ": "≥", "up to ": "≤", "about ": "c. ", NOBODY: "no count"}
FADED = 0.45
"""Opacity of a count that was given as about so many."""
LEAST = 0.25
"""Share of the width of a panel that its largest number has at least, however long the words beside it are."""
ARROW = 5
"""Length of an open end on paper, in mm: no number gives it."""


def tolls(record: Record, start: str | None = None, end: str | None = None) -> Exhibit:
    """Show the count of each strike, killed and injured, from low to high with a dot at best, from `start` to `end`."""
    zones, sides, whole = record.episode["zones"], record.episode["sides"], record.whole
    strikes = keep_touching(record.events[record.events["kind"] == "strike"], record.episode, start, end)
    claims = whole.casualties[whole.casualties["event_id"].isin(strikes["event_id"])]
    marks = add_doubts(count_strikes(strikes, claims, whole.actors, zones), whole.disagreements, claims=whole.casualties)
    window, rows = name_span(strikes, zones[0]), max(len(list_rows(marks)), 3)
    given, counted = say_number((claims["population"] != "children").sum(), "claim"), claims["event_id"].nunique()
    on = f"{counted} of " * (counted < len(strikes)) + say_number(len(strikes), "strike")
    return Exhibit(
        days=(start, end),
        name="tolls",
        title="Killed and injured in each strike, as reported",
        subtitle=f"People, {window}; {given} on {on}. Dot: the count that stands as the record ends; "
        "ring: one that contests it; arrow: open on that side, however long; pale: about. Colour: who struck. Each panel has its "
        "own scale."
        if len(strikes) else "No strike in the record in this window.",
        alt=describe(marks, window),
        marks=marks,
        evidence=cite(marks, record),
        colors=sides,
        paint=lambda ax: draw_tolls(marks, sides, ax=ax),
        height=lambda size: 14 + 6 * rows if size == "column" else 12 + 5.5 * rows,
    )  # fmt: skip


def count_strikes(strikes: pd.DataFrame, claims: pd.DataFrame, actors: pd.DataFrame, zones: Sequence[str]) -> pd.DataFrame:
    """Return one row per strike, measure and population: MARKS; `event_id, place, attacker, day` (in words, short),
    `measure, population`; `low, best, high` (people), `contested_low, contested_high` (the least and the largest number
    given by claims that contest), `said` (the count in words) and `side` of who gave the standing count.

    Where nobody counted, the counts are NA and the words say so. Counts of servicemen alone stand in rows of their own,
    `population` military.
    """
    wide = (strikes["where_prec"] >= 6).fillna(False)
    place = strikes["place"].mask(wide, "Across " + strikes["place"]).fillna(strikes["title"])
    year = strikes["latest"].dt.tz_convert(zones[0]).dt.year.nunique() > 1
    days = [name_local_days(row.earliest, row.latest, zones[0], year=year) for row in strikes.itertuples()]
    base = strikes[["event_id", "title", "attacker", "earliest"]].assign(
        place=place, day=days, date=say_dates(strikes, zones), group=strikes["attacker"], pages=strikes["sources"])  # fmt: skip
    known = toll.as_known(claims[claims["population"] != "children"]).drop(columns=["earliest", "latest"])
    grid = base.merge(pd.DataFrame({"measure": MEASURES}), how="cross").assign(population="all")
    alone = known.loc[known["population"] == "military", toll.COUNTED]
    marks = pd.concat([grid, base.merge(alone, on="event_id")])
    marks = marks.merge(known, on=toll.COUNTED, how="left", validate="one_to_one")
    counted = marks["claim_id"].notna()
    marks["said"] = NOBODY
    marks.loc[counted, "said"] = toll.say_counts(marks[counted], claims)
    military = (marks["population"] == "military").map({True: " (servicemen alone)", False: ""})
    nothing = "no count of the " + marks["measure"] + " found"
    marks["words"] = (marks["said"] + " " + marks["measure"]).where(counted, nothing) + military
    given = claims.set_index("claim_id")
    ids = [[mark.claim_id, *mark.contested_by] if isinstance(mark.claim_id, str) else [] for mark in marks.itertuples()]
    named = given["low"].fillna(given["high"])
    for column, pick in (("contested_low", min), ("contested_high", max)):
        marks[column] = pd.array([pick((int(named[i]) for i in cell[1:]), default=pd.NA) for cell in ids], dtype="Int64")
    marks["records"] = [join([event, *cell]) for event, cell in zip(marks["event_id"], ids, strict=True)]
    marks["sources"] = [join([own, *given["sources"].reindex(cell)]) for own, cell in zip(marks["pages"], ids, strict=True)]
    marks["said_by"] = name_all(pd.Series([join(given["claimed_by"].reindex(cell)) for cell in ids], dtype="str"), actors)
    parts = zip(marks["event_id"], marks["measure"], marks["population"], strict=True)
    marks["id"] = [":".join([event, measure] + [population] * (population != "all")) for event, measure, population in parts]
    marks = marks.sort_values(["earliest", "event_id", "measure", "population"], ignore_index=True)
    own = ["event_id", "place", "attacker", "day", "measure", "population", "low", "best", "high", "contested_low",
           "contested_high", "said", "side"]  # fmt: skip
    return marks[[*MARKS, *own]]


def describe(marks: pd.DataFrame, window: str) -> str:
    """Say for those who cannot see it what the chart of tolls shows."""
    strikes = marks["event_id"].nunique()
    if not strikes:
        return "Chart of the killed and injured in each strike. The record has no strike in this window."
    every = marks[marks["population"] == "all"]
    words = [f"Chart with a row for each of {strikes} strikes, {window}, and two panels: people killed, and injured."
             if strikes > 1 else f"Chart of 1 strike, {window}, with two panels: people killed, and injured."]
    for measure in MEASURES:
        mine = every[every["measure"] == measure]
        unknown = mine["low"].isna() & mine["high"].isna()
        if not unknown.all():
            most = mine.loc[mine["low"].fillna(mine["high"]).astype("Float64").idxmax()]
            words.append(f"Most {measure}: {most['said']}, {most['place']}, {most['day']}.")
        if unknown.any():
            words.append(f"No count of the {measure} was found for {unknown.sum()} of {say_number(strikes, 'strike')}.")
    if contested := int(every["contested_low"].notna().sum()):
        words.append(f"Contested, and drawn with a ring: {say_number(contested, 'count')}.")
    if apart := int((marks["population"] == "military").sum()):
        words.append(f"In rows of their own: {say_number(apart, 'count')} of servicemen alone.")
    return " ".join(words)


def list_rows(marks: pd.DataFrame) -> pd.DataFrame:
    """Return a row per strike, in order, and below it one for counts of servicemen alone (`population` military)."""
    return marks.drop_duplicates(["event_id", "population"])


def name_local_days(earliest: pd.Timestamp, latest: pd.Timestamp, zone: str, *, year: bool = False) -> str:
    """Say on which local day something happened, or in the night between which days; in which year if need be."""
    first, last = (moment.tz_convert(zone) for moment in (earliest, latest))
    end = f"{last.day} {last:%b}{f' {last.year}' if year else ''}"
    if first.date() == last.date():
        return end
    return f"{first.day}{'' if first.month == last.month else f' {first:%b}'}–{end}"


def draw_tolls(marks: pd.DataFrame, sides: dict[str, str], *, ax: Axes) -> Axes:
    """Draw a row per strike and a panel per measure; each panel has its own scale, from zero."""
    theme.quiet(ax)
    grow, wide, high = theme.scale_of(ax.figure), theme.width_mm(ax), theme.height_mm(ax)
    days, names, gap = (mm * grow for mm in ((14, 32, 5) if wide > 100 else (11.5, 16.5, 3)))
    each = (wide - days - names - gap) / 2
    if marks.empty:
        theme.write(ax, 0, 1, "No strike in the record in this window.", color=theme.MUTED, transform=ax.transAxes, va="top")
        return ax
    rows = list_rows(marks)
    at = {(row.event_id, row.population): y for y, row in enumerate(rows.itertuples())}
    common = rows["attacker"].mode()[0]
    note = wrap(_explain(marks, common), wide, scale=grow)
    head, foot = 4.5 * grow / high, (4.8 + 2.8 * len(note)) * grow / high
    theme.write(ax, 0, 0, "\n".join(note), size="small", color=theme.MUTED, transform=ax.transAxes, va="bottom")

    def panel(left: float, width: float, gid: str) -> Axes:
        part = theme.quiet(ax.inset_axes((left / wide, foot, width / wide, 1 - head - foot), gid=gid))
        part.set_ylim(len(rows) - 0.5, -0.5)
        return part

    names_of = panel(0, days + names, "strikes")
    names_of.set_navigate(False)
    _name_rows(names_of, rows, sides, common, (days, names))
    for i, measure in enumerate(MEASURES):
        left = days + names + i * (each + gap)
        _draw_panel(panel(left, each, measure), marks[marks["measure"] == measure], at, each, sides)
        theme.write(ax, left / wide, 1, measure.capitalize(), face="semibold", transform=ax.transAxes, va="top")
    return ax


def _explain(marks: pd.DataFrame, common: str) -> str:
    """Say who struck, and who gave the counts."""
    sides = marks.loc[marks["population"] == "all", "side"].value_counts()
    note = f"Strikes by {common} unless marked."
    note += f" Standing counts given by: {', '.join(f'{s} ({n})' for s, n in sides.items())}." * (len(sides) > 0)
    military = marks.loc[marks["population"] == "military", "said_by"].unique()
    return note + (f" Counts of servicemen alone given by: {', '.join(military)}." if len(military) else "")


def _name_rows(ax: Axes, rows: pd.DataFrame, sides: dict[str, str], common: str, widths: tuple[float, float]) -> None:
    """Write day and place of each strike, and who struck where it is not the common attacker."""
    days, names = widths
    ax.set_xlim(0, days + names)
    for y, row in enumerate(rows.itertuples()):
        if row.population != "all":
            _write_pair(ax, (days, y), "Servicemen,", f"count by {row.side}", names, color=theme.MUTED, gap=0.5)
            continue
        theme.write(ax, 0, y, row.day, size="small", color=theme.MUTED, va="center")
        by = f"by {row.attacker}" if row.attacker != common else ""
        _write_pair(ax, (days, y), row.place.partition(",")[0], by, names, face="semibold", color=sides[row.attacker])


def _write_pair(ax: Axes, at: tuple[float, float], name: str, more: str, width: float, *, color: str,
                face: str = "italic", gap: float = 1.0) -> None:  # fmt: skip
    """Write a name and, in italics, what is added to it: beside it, after a gap in mm, where that fits, else below."""
    (x, y), grow = at, theme.scale_of(ax.figure)
    beside = text_width(name, "small", face, grow) + gap * grow
    fits = beside + text_width(more, "small", "italic", grow) < width - grow
    apart = 0 if fits or not more else 0.24
    theme.write(ax, x, y - apart, name, size="small", face=face, color=color, va="center")
    if more:
        theme.write(ax, x + (beside if fits else 0), y + apart, more, size="small", face="italic", color=color, va="center")


def _draw_panel(ax: Axes, marks: pd.DataFrame, rows: dict[tuple[str, str], int], width: float, sides: dict[str, str]) -> None:
    """Draw one measure; the scale is the largest at which every number still fits beside its mark, but not a tiny one.

    `rows` says in which row an event and a population stand.
    """
    grow = theme.scale_of(ax.figure)
    narrow = width < 40 * grow
    words = [_say(mark, short=narrow or text_width(mark.said, "small", scale=grow) > 0.6 * width) for mark in marks.itertuples()]
    room = [
        (width - (ARROW * pd.isna(mark.high) + 2.5) * grow - text_width(said, "small", scale=grow)) / _end(mark)
        for mark, said in zip(marks.itertuples(), words, strict=True)
        if _end(mark)
    ]
    largest = max((end for mark in marks.itertuples() if (end := _end(mark))), default=0)
    mm = 1 / max(min(room), LEAST * width / largest) if largest else 1.0
    ax.set_xlim(0, width * mm)
    ticks = MaxNLocator(4, steps=[1, 2, 5, 10]).tick_values(0, width * mm)
    ticks = [tick for tick in ticks if 0 <= tick <= width * mm]
    theme.set_ticks(ax, "x", ticks, [f"{tick:,.10g}" for tick in ticks])
    ax.set_xlim(0, width * mm)
    ax.vlines(ticks, -0.5, len(rows) - 0.5, color=theme.HAIR, linewidth=0.5, zorder=0)
    for mark, said in zip(marks.itertuples(), words, strict=True):
        _draw_mark(ax, mark, said, rows[mark.event_id, mark.population], mm * grow, sides[mark.attacker])


def _end(mark: object) -> int | None:
    """Return the largest number that was given, if one was."""
    return max((v for v in (mark.low, mark.high, mark.contested_high) if pd.notna(v)), default=None)


def _say(mark: object, *, short: bool) -> str:
    words = mark.said
    for long, sign in SHORT.items() if short else ():
        words = words.replace(long, sign)
    return words


def _draw_mark(ax: Axes, mark: object, words: str, y: float, mm: float, color: str) -> None:
    """Draw one count: a bar from low to high, a dot at best, rings for claims that contest, arrows for open bounds."""
    grow = theme.scale_of(ax.figure)
    gid, end, apart = mark.id, _end(mark), mark.population == "military"
    if end is None:
        theme.write(ax, 0, y, words, size="small", face="italic", color=theme.MUTED, va="center", gid=gid)
        return
    left = end - ARROW * mm if pd.isna(mark.low) else mark.low
    right = end + ARROW * mm if pd.isna(mark.high) else end
    style = {"color": color, "zorder": 2, "clip_on": False, "gid": gid}
    dot = style | {"linestyle": "none", "marker": "o", "markersize": 4 * grow}
    # Where only a claim that contests is open, the strong bar begins at that claim and a hairline leads to it.
    loose = end if pd.isna(mark.high) and mark.said[:1].isdigit() else left
    for a, b, strong in ((left, loose, False), (loose, right, not apart)):
        if a < b or (a == b == right):
            ax.plot([a, b], [y, y], linewidth=(2 if strong else 0.8) * grow, alpha=0.5, solid_capstyle="butt", **style)
    for x, shape, bound in ((left, "<", mark.low), (right, ">", mark.high)):
        if pd.isna(bound):
            ax.plot([x], [y], **dot | {"marker": shape, "markersize": 3 * grow, "markeredgewidth": 0})
    if pd.notna(mark.best):
        about = {"alpha": FADED} if mark.said.startswith("about") else {}
        ax.plot([mark.best], [y], markeredgewidth=0, **dot | about)
    for x in sorted({x for x in (mark.contested_low, mark.contested_high) if pd.notna(x)}):
        ax.plot([x], [y], **dot | {"markersize": 5.2 * grow, "markerfacecolor": "none", "markeredgewidth": 0.7 * grow})
    theme.write(ax, right + 2 * mm, y, words, size="small", color=theme.MUTED if apart else theme.TEXT, va="center", gid=gid)
