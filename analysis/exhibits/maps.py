"""Two maps: venues in Europe and the Gulf, strikes in and around Ukraine."""

from __future__ import annotations

import math
from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.patches import Circle
from matplotlib.transforms import Bbox

from analysis import basemap, theme
from analysis.layout.labels import Label, box_around, place_labels
from analysis.theme import wrap

SCALE = 0.0043
"""Radius of the circle that stands for one person, as a share of the map's width; its area grows with the count."""
REACH = {2: 25, 3: 50, 4: 100, 5: 100}
"""Radius in km of the disc that shows how closely a place is known, by UCDP precision; 1 needs none, 6 has no place."""
MEASURES = ("killed", "injured")
SIZES = ((10, "killed"), (30, "killed"), (100, "injured"))
"""Counts whose circles are drawn as a key."""
HEAD, GAP, LINE, COLUMN = 5.0, 4.0, 2.8, 48.0
"""In mm: title of a map, space between maps, a line of small type, least width of a strike that is on no map."""
NONE = "none in the record in this window"
FLATTEST, TALLEST = 0.75, 1.05
"""Least height of the map of venues and most height of both, by width: the borders reach no farther."""


class Box(NamedTuple):
    """Hold where a part of the drawing lies, in mm from the upper left corner."""

    left: float
    top: float
    width: float
    height: float


def draw_places(marks: pd.DataFrame, sides: dict[str, str], *, ax: Axes) -> Axes:
    """Draw the map of venues and that of strikes, each with what is not on it below, and a key to the circles."""
    theme.quiet(ax)
    grow, borders = theme.scale_of(ax.figure), basemap.read_borders()
    venues, strikes = marks[marks["mark"] != "strike"], marks[marks["mark"] == "strike"]
    common = strikes.groupby("side")["events"].sum().idxmax() if len(strikes) else ""
    far = list_far(strikes)
    spots = lay_out(theme.width_mm(ax), theme.height_mm(ax), grow, [_measure(mark) for mark in far.itertuples()])
    one = SCALE * min(spots["strikes"].width, spots["strikes"].height / basemap.UKRAINE.aspect)
    more = "number: where more than one" if (venues["events"] > 1).any() else "" if len(venues) else NONE
    _write_title(ax, spots["venues"], "Talks and meetings", more)
    _write_title(ax, spots["strikes"], "Strikes", f"by {common} unless marked" if common else NONE)
    panel = _open_map(ax, basemap.EUROPE, spots["venues"], borders)
    _draw_venues(panel, venues[venues["mark"] == "venue"])
    _draw_note(ax, spots["note"], venues, panel)
    panel = _open_map(ax, basemap.UKRAINE, spots["strikes"], borders)
    key = _draw_key(panel, one) if len(strikes) else []
    circles = _draw_strikes(panel, strikes.drop(far.index), (sides, common), one, key)
    if circles:
        basemap.name_countries(_frame(basemap.UKRAINE, spots["strikes"]), borders, panel, [*circles, *key])
    if len(far):
        _draw_far(ax, spots["far"], far, sides, common, one)
    return ax


def lay_out(wide: float, high: float, grow: float, far: list[float]) -> dict[str, Box]:
    """Return the boxes of the maps and of what stands below each, for a room in mm.

    The maps stand above each other where the room is narrow, else beside each other. `far` holds the radii of the circles
    of strikes that are on no map, in that of one person.
    """
    head, gap, note = HEAD * grow, GAP * grow, 3.6 * LINE * grow
    if wide < 110 * grow:
        key = measure_key(wide, grow, far)
        room = high - 2 * head - 2 * gap - note - key
        first = _shape(Box(0, head, wide, 0.53 * room))
        second = Box(0, first.top + first.height + note + gap + head, wide, room - first.height)
        return {"venues": first, "note": _below(first, note, grow), "strikes": second, "far": _below(second, key, grow)}
    left = (0.43 if high > 0.7 * wide else 0.365) * wide
    right = wide - left - gap
    key = measure_key(right, grow, far)
    first = _shape(Box(0, head, left, high - head - note))
    second = Box(left + gap, head, right, min(high - head - key, right * TALLEST))
    return {"venues": first, "note": _below(first, note, grow), "strikes": second, "far": _below(second, key, grow)}


def _shape(box: Box) -> Box:
    """Return as much of a box as the borders fill."""
    return box._replace(width=min(box.width, box.height / FLATTEST), height=min(box.height, box.width * TALLEST))


def measure_key(width: float, grow: float, far: list[float]) -> float:
    """Return the height in mm that strikes on no map take below a map of strikes of some width."""
    rows = _set_rows(width, grow, [radius * SCALE * width for radius in far])
    return (sum(max(row) for row in rows) + (LINE + 1.5) * grow) if rows else 0.0


def _set_rows(width: float, grow: float, radii: list[float]) -> list[list[float]]:
    """Return the heights in mm of circles with their words, in rows of as many as fit."""
    heights, many = [max((2 * LINE + 1) * grow, 2 * radius + 1.5 * grow) for radius in radii], _count_columns(width, grow)
    return [heights[i : i + many] for i in range(0, len(heights), many)]


def _count_columns(width: float, grow: float) -> int:
    return max(int(width / (COLUMN * grow)), 1)


def _below(box: Box, height: float, grow: float) -> Box:
    return Box(box.left, box.top + box.height + 0.8 * grow, box.width, height - 0.8 * grow)


def _frame(frame: basemap.Frame, box: Box) -> basemap.Frame:
    return frame.fit(box.height / box.width)


def _open(ax: Axes, box: Box, gid: str) -> Axes:
    """Return Axes in a box."""
    wide, high = theme.width_mm(ax), theme.height_mm(ax)
    return ax.inset_axes((box.left / wide, 1 - (box.top + box.height) / high, box.width / wide, box.height / high), gid=gid)


def _open_map(ax: Axes, frame: basemap.Frame, box: Box, borders: basemap.Borders) -> Axes:
    frame = _frame(frame, box)
    return basemap.draw_scale_bar(frame, basemap.draw_basemap(frame, borders, _open(ax, box, frame.name)))


def _open_sheet(ax: Axes, box: Box, gid: str) -> Axes:
    """Return Axes for words and signs, in mm from its upper left corner."""
    sheet = theme.quiet(_open(ax, box, gid))
    sheet.set(xlim=(0, box.width), ylim=(box.height, 0))
    sheet.set_navigate(False)
    return sheet


def _write_title(ax: Axes, box: Box, title: str, more: str) -> None:
    grow, wide = theme.scale_of(ax.figure), theme.width_mm(ax)
    y = 1 - (box.top - HEAD * grow) / theme.height_mm(ax)
    theme.write(ax, box.left / wide, y, title, face="semibold", transform=ax.transAxes, va="top")
    x = box.left + theme.text_width(title, "label", "semibold", grow) + 1.5 * grow
    theme.write(ax, x / wide, y, more, color=theme.MUTED, transform=ax.transAxes, va="top")


def _locate(ax: Axes, marks: pd.DataFrame, frame: basemap.Frame) -> pd.DataFrame:
    """Add x and y in km, and whether they lie on the map."""
    x, y = basemap.project(marks["lon"], marks["lat"], frame)
    (left, right), (low, top) = ax.get_xlim(), ax.get_ylim()
    return marks.assign(x=x, y=y, inside=(x > left) & (x < right) & (y > low) & (y < top))


def _draw_reach(ax: Axes, mark: object, color: str, alpha: float) -> None:
    """Draw how closely a place is known, where that is no closer than some km."""
    if mark.where_prec in REACH:
        ax.add_patch(Circle((mark.x, mark.y), REACH[mark.where_prec], facecolor=color, alpha=alpha, linewidth=0, zorder=2,
                            gid=f"{mark.id} precision"))  # fmt: skip


def _draw_venues(ax: Axes, venues: pd.DataFrame) -> None:
    """Draw a diamond per venue, open where only its region is known, and a triangle at the edge for one beyond the map."""
    grow, labels = theme.scale_of(ax.figure), []
    for mark in _locate(ax, venues, basemap.EUROPE).itertuples():
        x, y, shape = (mark.x, mark.y, "D") if mark.inside else _move_to_edge(ax, mark.x, mark.y)
        vague = mark.where_prec >= 4
        if mark.inside:
            _draw_reach(ax, mark, theme.TEXT, 0.15)
        ax.plot([x], [y], marker=shape, markersize=(3.2 if mark.inside else 4.2) * grow, linestyle="none", color=theme.TEXT,
                markerfacecolor=theme.PAPER if vague else theme.TEXT, markeredgecolor=theme.TEXT if vague else theme.PAPER,
                markeredgewidth=(0.8 if vague else 0.4) * grow, zorder=4, gid=mark.id)  # fmt: skip
        labels.append(Label(x, y, mark.label, 0.8 * grow, mark.id))
    place_labels(ax, labels, own=True)


def _move_to_edge(ax: Axes, x: float, y: float) -> tuple[float, float, str]:
    """Return where the line from the middle to a place leaves the map, a little inside, and a triangle that points on."""
    (left, right), (low, top) = ax.get_xlim(), ax.get_ylim()
    across, up = x / (0.97 * (right if x > 0 else left)), y / (0.97 * (top if y > 0 else low))
    shape = ("<>"[x > 0] if across > up else "v^"[y > 0]) if across > 0 or up > 0 else "o"
    return x / max(across, up), y / max(across, up), shape


def _draw_note(ax: Axes, box: Box, venues: pd.DataFrame, panel: Axes) -> None:
    """Explain the shapes on the map of venues, and name below it what was held by video."""
    grow, sheet = theme.scale_of(ax.figure), _open_sheet(ax, box, "note")
    venue = venues["mark"] == "venue"
    shown = _locate(panel, venues[venue], basemap.EUROPE)
    notes = ["Open diamond: known no closer than its region."] * bool((shown["inside"] & (shown["where_prec"] >= 4)).any())
    notes += ["Triangle: beyond the map, in that direction."] * (not all(shown["inside"]))
    y = LINE * grow / 2
    for line in wrap(" ".join(notes), box.width, scale=grow) if notes else []:
        theme.write(sheet, 0, y, line, size="small", color=theme.MUTED, va="center")
        y += LINE * grow
    for mark in venues[~venue].itertuples():
        sheet.plot([1.2 * grow], [y], marker="o", markersize=3.2 * grow, color=theme.TEXT, markerfacecolor=theme.PAPER,
                   markeredgewidth=0.8 * grow, linestyle="none", gid=mark.id)  # fmt: skip
        theme.write(sheet, 3 * grow, y, mark.label, size="small", va="center", gid=mark.id)
        y += LINE * grow


def _draw_strikes(ax: Axes, strikes: pd.DataFrame, whose: tuple[dict[str, str], str], one: float,
                  keep_off: list[Bbox]) -> list[Bbox]:  # fmt: skip
    """Draw a filled circle for the killed and a ring for the injured at each place; return the boxes of the circles.

    `whose` holds the colours of the sides and the side that needs no naming, `one` is the radius in mm of one person.
    """
    grow, (sides, common) = theme.scale_of(ax.figure), whose
    placed = _locate(ax, strikes, basemap.UKRAINE)
    order = placed.assign(order=placed["injured_low"].fillna(0)).sort_values(["order", "place"])
    labels = []
    for mark in order.itertuples():
        color = sides[mark.side]
        _draw_reach(ax, mark, color, 0.13)
        radius = max(_draw_counts(ax, (mark.x, mark.y), mark, color, one), 0.8 * grow)
        by = f"by {mark.side}\n" * (mark.side != common)
        name, counts = mark.label.split("\n", 1)
        labels.append(Label(mark.x, mark.y, by + counts, radius, mark.id, name=name, color=color))
    km = theme.width_mm(ax) / (ax.get_xlim()[1] - ax.get_xlim()[0])
    discs = [box_around(ax, mark.x, mark.y, 0.8 * REACH[mark.where_prec] * km) for mark in order.itertuples()
             if mark.where_prec > 2 and mark.where_prec in REACH]  # fmt: skip
    place_labels(ax, labels, keep_off=keep_off, lines=discs, own=True)
    return [box_around(ax, label.x, label.y, label.radius) for label in labels]


def _draw_counts(ax: Axes, at: tuple[float, float], mark: object, color: str, one: float) -> float:
    """Draw the sums of a place, or an open square where nobody counted; return the larger radius in mm."""
    grow = theme.scale_of(ax.figure)
    radii = {measure: math.sqrt(count) * one for measure, count in _pick(mark).items()}
    for measure, radius in radii.items():
        bounded = pd.notna(getattr(mark, f"{measure}_low")) and pd.notna(getattr(mark, f"{measure}_high"))
        known = bounded and getattr(mark, f"{measure}_counted") == mark.events
        hidden = measure == "injured" and radius < radii.get("killed", 0)
        draw_circle(ax, at, radius, measure, color, known=known, edge=theme.PAPER if hidden else color, over=hidden,
                    gid=f"{mark.id} {measure}")  # fmt: skip
    if not radii:
        ax.plot(*([v] for v in at), marker="s", markersize=2.8 * grow, color=color, markerfacecolor=theme.PAPER,
                markeredgewidth=0.8 * grow, linestyle="none", zorder=4, gid=f"{mark.id} uncounted")  # fmt: skip
    return max(radii.values(), default=0.8 * grow)


def _pick(mark: object) -> dict[str, int]:
    """Return the counts whose circles are drawn: the best, else the lowest, else the highest, where anyone gave one."""
    sums = {measure: [getattr(mark, f"{measure}_{name}") for name in ("best", "low", "high")] for measure in MEASURES}
    return {measure: next(count for count in counts if pd.notna(count)) for measure, counts in sums.items()
            if any(map(pd.notna, counts))}  # fmt: skip


def _measure(mark: object) -> float:
    """Return the radius of the larger circle of a place, in that of one person."""
    return math.sqrt(max(_pick(mark).values(), default=0))


def draw_circle(ax: Axes, at: tuple[float, float], radius: float, measure: str, color: str, *, known: bool, edge: str,
                over: bool, gid: str) -> None:  # fmt: skip
    """Draw a circle whose radius is in mm, so that it keeps its size where a map is zoomed.

    The killed are filled, the injured a ring; a sum that is not wholly known is dashed, and pale where it is filled. A ring
    that lies `over` the filled circle is thin, so that this keeps its edge.
    """
    filled, grow = measure == "killed", theme.scale_of(ax.figure)
    width = 0.3 if filled and known else 0.4 if over else 0.8
    face = to_rgba(color, 1 if known else 0.45)
    ax.scatter(*at, s=(2 * radius / 25.4 * 72) ** 2, marker="o", facecolor=face if filled else "none",
               edgecolor=theme.PAPER if filled and known else edge, linewidth=width * grow,
               linestyle="-" if known else "--", zorder=3.5 if over else 3 + 0.2 * filled, gid=gid)  # fmt: skip


def list_far(strikes: pd.DataFrame) -> pd.DataFrame:
    """Return the strikes that no map shows: those placed no closer than a country, and those far away."""
    left, right, bottom, top = basemap.UKRAINE.limits
    x, y = basemap.project(strikes["lon"], strikes["lat"], basemap.UKRAINE)
    away = (x < left) | (x > right) | (y < bottom) | (y > top)
    return strikes[(strikes["where_prec"] >= 6) | away]


def _draw_key(ax: Axes, one: float) -> list[Bbox]:
    """Draw circles of known size in the lower left corner of a map, under a heading; return the box that they take."""
    (left, right), (low, _) = ax.get_xlim(), ax.get_ylim()
    grow, km = theme.scale_of(ax.figure), (right - left) / theme.width_mm(ax)
    middle, y, boxes = left + (math.sqrt(max(count for count, _ in SIZES)) * one + 1.5 * grow) * km, low + 1.5 * grow * km, []
    for count, measure in reversed(SIZES):
        radius = math.sqrt(count) * one
        y += radius * km
        draw_circle(ax, (middle, y), radius, measure, theme.MUTED, known=True, edge=theme.MUTED, over=False, gid=f"key {count}")
        text = theme.write(ax, 2 * middle - left + 0.5 * grow * km, y, f"{count} {measure}", size="small", color=theme.MUTED,
                           va="center")  # fmt: skip
        boxes += [box_around(ax, middle, y, radius), text.get_window_extent()]
        y += (radius + 1.2 * grow) * km
    text = theme.write(ax, left + 1.5 * grow * km, y, "Sizes", size="small", face="semibold", color=theme.MUTED)
    return [Bbox.union([*boxes, text.get_window_extent()])]


def _draw_far(ax: Axes, box: Box, far: pd.DataFrame, sides: dict[str, str], common: str, one: float) -> None:
    """Draw the circles of strikes that no map shows, with their words."""
    grow, sheet = theme.scale_of(ax.figure), _open_sheet(ax, box, "far")
    theme.write(sheet, 0, LINE * grow / 2, "Not on the map:", size="small", color=theme.MUTED, va="center")
    many, radii, y = _count_columns(box.width, grow), [_measure(mark) * one for mark in far.itertuples()], LINE * grow
    rows, broad = _set_rows(box.width, grow, radii), max(4 * grow, *radii)
    for i, mark in enumerate(far.itertuples()):
        left, row = i % many * box.width / many, max(rows[i // many])
        _draw_counts(sheet, (left + broad, y + row / 2), mark, sides[mark.side], one)
        by = f" by {mark.side}" * (mark.side != common)
        name, *counts = mark.label.split("\n")
        words = f"{'Across ' if mark.where_prec >= 6 else ''}{name}{by}: {', '.join(counts)}"
        lines = wrap(words, box.width / many - 2 * broad - 3 * grow, scale=grow)
        for n, line in enumerate(lines):
            theme.write(sheet, left + 2 * broad + grow, y + row / 2 + (n - (len(lines) - 1) / 2) * LINE * grow, line,
                        size="small", va="center", gid=mark.id)  # fmt: skip
        y += row * (i % many == many - 1)
