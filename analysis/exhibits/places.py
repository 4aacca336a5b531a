"""Where did it happen, and where was it talked about?"""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Circle
from matplotlib.transforms import Bbox

from analysis import basemap, theme, toll
from analysis.exhibit import Exhibit, cite, wrap
from analysis.labels import Label, place_labels
from analysis.load import Record
from analysis.stretches import name_days

VENUES = ("talks", "meeting")
SCALE = 0.0043
"""Radius of the circle that stands for one person, as a share of the map's width; its area grows with the count."""
REACH = {2: 25, 3: 50, 4: 100, 5: 100}
"""Radius in km of the disc that shows how closely a place is known, by UCDP precision; 1 needs none, 6 has no place."""
WINDS = ("east", "north-east", "north", "north-west", "west", "south-west", "south", "south-east")


def places(record: Record) -> Exhibit:
    """Show the venues of talks in Europe and the Gulf, and the strikes in and around Ukraine with their tolls."""
    marks = gather_places(record.events, record.casualties)
    counts = {}
    for mark, kinds in (("venue", VENUES), ("strike", ("strike",))):
        events = record.events[record.events["kind"].isin(kinds)]
        middle = (events["earliest"] + (events["latest"] - events["earliest"]) / 2).dt.tz_convert(record.episode["zones"][0])
        span = name_days(middle.min(), middle.max())
        counts[mark] = marks.loc[marks["mark"] == mark, "events"].sum(), span
    used = record.events.loc[record.events["kind"].isin([*VENUES, "strike"]), "sources"]
    return Exhibit(
        name="places",
        title="Where talks were held, and where strikes fell",
        subtitle=f"{counts['venue'][0]} talks and meetings, {counts['venue'][1]}; {counts['strike'][0]} strikes, "
        f"{counts['strike'][1]}. Area of a filled circle: killed; of a ring: injured, by the counts that stand. "
        "Dashed: no upper bound. Pale disc: known no closer.",
        marks=marks,
        source=cite(pd.concat([used, record.casualties["sources"]]), record.sources, record.episode["licence"])
        + f" Coordinates: GeoNames. {record.episode['borders']}. Map: Natural Earth.",
        paint=lambda ax: draw_places(marks, record.episode["sides"], ax=ax),
        heights={"column": 166, "page": 84},
    )


def gather_places(events: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Return one row per venue, and one per place struck and attacker with the sums of its counts.

    Columns: `mark` (venue, strike), `place, lat, lon, where_prec, side, events`; for killed and injured `_low, _best,
    _high` (people), `_counted` (strikes that anyone counted) and `_said`; `words`, `records`.
    """
    venues = events[events["kind"].isin(VENUES) & events["location_id"].notna()]
    venues = _group(venues.assign(side=pd.NA), "venue")
    strikes = _group(events[events["kind"] == "strike"].rename(columns={"attacker": "side"}), "strike")
    known = toll.as_known(claims[claims["population"] == "all"])
    known = known.assign(said=toll.say_counts(known, claims))
    struck = events.loc[events["kind"] == "strike", ["event_id", "location_id"]]
    for measure in ("killed", "injured"):
        mine = struck.merge(known[known["measure"] == measure], on="event_id", how="left", validate="one_to_one")
        sums = toll.add_up(mine, "location_id").drop(columns="strikes")
        single = mine.dropna(subset=["said"]).drop_duplicates("location_id").set_index("location_id")["said"]
        sums["said"] = [_say_sum(row, single.get(row.Index)) for row in sums.itertuples()]
        strikes = strikes.merge(sums.add_prefix(f"{measure}_"), left_on="location_id", right_index=True, validate="many_to_one")
    marks = pd.concat([venues.astype({"side": "str"}), strikes], ignore_index=True)
    return marks.assign(words=[_say(mark) for mark in marks.itertuples()])


def _say_sum(row: object, single: str | None) -> str:
    """Put a sum into words; a count that is not a sum keeps those in which it was given."""
    if row.counted < 2:
        return single or ""
    if pd.isna(row.high):
        return f"at least {row.low}"
    return f"{row.low}" if row.low == row.high else f"{row.low} to {row.high}"


def _group(events: pd.DataFrame, mark: str) -> pd.DataFrame:
    by = ["location_id", "place", "country", "lat", "lon", "where_prec", "side"]
    groups = events.sort_values("earliest").groupby(by, sort=True, dropna=False)["event_id"]
    return groups.agg(events="size", records="; ".join).reset_index().assign(mark=mark)


def _say(mark: object, between: str = ", ") -> str:
    if mark.mark == "venue":
        return f"{mark.place} {mark.events}" if mark.events > 1 else mark.place
    counts = [f"{said} {measure}" for measure in ("killed", "injured") if (said := getattr(mark, f"{measure}_said"))]
    name = f"{mark.place}, {mark.events} strikes" if mark.events > 1 else mark.place
    return f"{name}\n{between.join(counts) or 'no count found'}"


def draw_places(marks: pd.DataFrame, sides: dict[str, str], *, ax: Axes) -> Axes:
    """Draw two maps: venues in Europe and the Gulf, strikes in and around Ukraine."""
    theme.quiet(ax)
    wide, high, grow = theme.width_mm(ax), theme.height_mm(ax), theme.scale_of(ax.figure)
    borders = basemap.read_borders()
    head, foot, gap = (mm * grow for mm in (5, 9, 4))
    parts = (("Talks and meetings", basemap.EUROPE, _draw_venues, "venue"),
             ("Strikes", basemap.UKRAINE, _draw_strikes, "strike"))  # fmt: skip
    spots = _lay_out([frame.aspect for _, frame, _, _ in parts], (wide, high), (head, foot, gap))
    for (title, frame, draw, mark), (x, top, w) in zip(parts, spots, strict=True):
        h = w * frame.aspect
        theme.write(ax, x / wide, top / high, title, face="semibold", transform=ax.transAxes, va="top")
        panel = ax.inset_axes((x / wide, (top - head - h) / high, w / wide, h / high), gid=frame.name)
        basemap.draw_scale_bar(frame, basemap.draw_basemap(frame, borders, panel))
        note = "\n".join(wrap(draw(panel, marks[marks["mark"] == mark], sides, frame), w, face="italic", scale=grow))
        theme.write(ax, x / wide, (top - head - h - 0.8 * grow) / high, note, size="small", face="italic",
                    color=theme.MUTED, transform=ax.transAxes, va="top")  # fmt: skip
    return ax


def _lay_out(aspects: list[float], room: tuple[float, float], space: tuple[float, float, float]) -> list[tuple]:
    """Return left, top and width in mm of two panels, beside or above each other, whichever makes them larger."""
    (wide, high), (head, foot, gap) = room, space
    flat = sum(1 / aspect for aspect in aspects)
    tall = min((wide - gap) / flat, high - head - foot)
    broad = min(wide, (high - 2 * (head + foot)) / sum(aspects))
    if tall**2 * flat > broad**2 * sum(aspects):
        top = high - (high - head - foot - tall) / 2
        return [(0, top, tall / aspects[0]), (tall / aspects[0] + gap, top, tall / aspects[1])]
    return [(0, high, broad), (0, high - head - foot - broad * aspects[0], broad)]


def _locate(ax: Axes, marks: pd.DataFrame, frame: basemap.Frame) -> pd.DataFrame:
    """Add x and y in km, and whether they lie on the map."""
    x, y = basemap.project(marks["lon"], marks["lat"], frame)
    (left, right), (low, top) = ax.get_xlim(), ax.get_ylim()
    return marks.assign(x=x, y=y, inside=(x > left) & (x < right) & (y > low) & (y < top))


def _draw_venues(ax: Axes, venues: pd.DataFrame, _: dict[str, str], frame: basemap.Frame) -> str:
    """Draw a diamond per venue; return a note on those off the map."""
    grow = theme.scale_of(ax.figure)
    venues = _locate(ax, venues, frame)
    on = venues[venues["inside"]]
    for mark in on.itertuples():
        ax.plot([mark.x], [mark.y], marker="D", markersize=3.4 * grow, color=theme.TEXT, markeredgecolor=theme.PAPER,
                markeredgewidth=0.4, linestyle="none", zorder=4, gid=mark.location_id)  # fmt: skip
    place_labels(ax, [Label(m.x, m.y, m.words, 0.8 * grow, m.location_id) for m in on.itertuples()])
    away = [
        f"{m.words} ({WINDS[round(math.degrees(math.atan2(m.y, m.x)) / 45) % 8]})"
        for m in venues[~venues["inside"]].itertuples()
    ]
    return (
        f"Number: meetings at a place with more than one. Beyond the map: {', '.join(away)}."
        if away
        else "Number: meetings at a place with more than one."
    )


def _draw_strikes(ax: Axes, strikes: pd.DataFrame, sides: dict[str, str], frame: basemap.Frame) -> str:
    """Draw a filled circle for the killed and a ring for the injured at each place; return a note on what has none."""
    km = SCALE * (ax.get_xlim()[1] - ax.get_xlim()[0])
    mm = SCALE * theme.width_mm(ax.figure.axes[0]) * _share(ax)
    order = strikes.assign(order=strikes["injured_low"].fillna(0)).sort_values(["order", "place"])
    placed = _locate(ax, order[order["where_prec"] < 6], frame)
    common = strikes.groupby("side")["events"].sum().idxmax()
    labels, between = [], "\n" if mm / SCALE < 80 * theme.scale_of(ax.figure) else ", "
    for mark in placed[placed["inside"]].itertuples():
        color = sides[mark.side]
        if mark.where_prec in REACH:
            ax.add_patch(Circle((mark.x, mark.y), REACH[mark.where_prec], facecolor=color, alpha=0.13, linewidth=0, zorder=2,
                                gid=f"{mark.location_id} precision"))  # fmt: skip
        most = max(_draw_count(ax, mark, measure, color, km) for measure in ("injured", "killed"))
        words = _say(mark, between)
        if mark.side != common:
            name, counts = words.split("\n", 1)
            words = f"{name}{between}by {mark.side}\n{counts}"
        labels.append(Label(mark.x, mark.y, words, max(most * mm, 0.8), mark.location_id))
    place_labels(ax, labels, keep_off=_draw_key(ax, sides[common], km))
    rest = [
        mark.words.replace("\n", ": ")
        for mark in [*order[order["where_prec"] == 6].itertuples(), *placed[~placed["inside"]].itertuples()]
    ]
    return f"Strikes by {common} unless marked. Without a closer place: {'; '.join(rest)}."


def _share(ax: Axes) -> float:
    box, whole = ax.get_window_extent(), ax.figure.axes[0].get_window_extent()
    return box.width / whole.width


def _draw_count(ax: Axes, mark: object, measure: str, color: str, km: float) -> float:
    """Draw one sum as a circle of its area; return its radius in units of a person's."""
    low, best, high = (getattr(mark, f"{measure}_{name}") for name in ("low", "best", "high"))
    filled, grow = measure == "killed", theme.scale_of(ax.figure)
    gid = f"{mark.location_id} {measure}"
    if pd.isna(low):
        if filled and pd.isna(mark.injured_low):
            ax.plot([mark.x], [mark.y], marker="s", markersize=2.8 * grow, color=color, markerfacecolor=theme.PAPER,
                    markeredgewidth=0.8 * grow, linestyle="none", zorder=4, gid=gid)  # fmt: skip
        return 0.0
    radius = math.sqrt(low if pd.isna(best) else best)
    hidden = not filled and pd.notna(mark.killed_low) and radius < math.sqrt(mark.killed_low)
    ax.add_patch(Circle((mark.x, mark.y), radius * km, facecolor=color if filled else "none", zorder=3.5 if hidden else 3,
                        edgecolor=theme.PAPER if filled or hidden else color, linewidth=(0.3 if filled else 0.8) * grow,
                        linestyle="--" if pd.isna(high) else "-", gid=gid))  # fmt: skip
    return radius


def _draw_key(ax: Axes, color: str, km: float) -> list[Bbox]:
    """Draw circles of known size in the lower left corner; return the box that they take."""
    (left, _), (low, top) = ax.get_xlim(), ax.get_ylim()
    grow = theme.scale_of(ax.figure)
    y = low + 0.03 * (top - low)
    texts = []
    for count, filled in ((100, False), (30, True), (10, True)):
        radius = math.sqrt(count) * km
        ax.add_patch(Circle((left + 12 * km, y + radius), radius, facecolor=color if filled else "none", edgecolor=color,
                            linewidth=0 if filled else 0.8 * grow, zorder=3, gid=f"key {count}"))  # fmt: skip
        words = f"{count} {'killed' if filled else 'injured'}"
        texts.append(theme.write(ax, left + 25 * km, y + radius, words, size="small", color=theme.MUTED, va="center"))
        y += 2 * radius + 0.015 * (top - low)
    box = Bbox.union([text.get_window_extent() for text in texts])
    return [Bbox.from_extents(ax.get_window_extent().x0, box.y0, box.x1, box.y1)]
