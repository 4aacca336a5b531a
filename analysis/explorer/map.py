"""The explorer's map: what is at each place, as traces and layout of plotly in plain lists."""

from __future__ import annotations

import base64
import math
import textwrap
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from analysis import basemap, theme
from analysis.browse import HALO, browse, escape
from analysis.exhibit import SCREEN
from analysis.explorer.times import SAME, Base, draw_ring, name_shape, open_trace, write
from analysis.faults import split
from analysis.layout.bands import shape_of
from analysis.words import say_number

SIZE = (390, 360)
"""Width and height in px for which the names on the map are chosen: it is no narrower on a usual screen."""
VIEWS = {"Europe and the Gulf": basemap.EUROPE, "Around Ukraine": basemap.UKRAINE}
"""Parts of the map that can be shown, all in the projection of the first."""
RING, DOT, LARGEST = 5.2, 10.0, 44.0
"""Size in px of the ring of one row and of the mark of one strike at a place; the area grows with the number, up to rings of
the largest size: of more rows, all rings and marks are smaller."""
LETTER = 6.2
"""Width in px of a letter of a name, about."""
AWAY = 6
"""Places that are named as beyond the map, those with most rows first."""
LINE = 56
"""Letters in a line of the note on the map."""
REGION = 3
"""UCDP precision from which a place is an area and not a point; from 6 it has no place on the map."""


Box = tuple[float, float, float, float]


class Ground(NamedTuple):
    """Hold the points of the map, and which row of the record (`item`, its index) lies at which (`point`), `struck` by whom.

    `points` has `name, ids` (places), `x, y` (km), `area`.
    """

    points: pd.DataFrame
    pairs: pd.DataFrame


def prepare_map(items: pd.DataFrame, base: Base) -> Ground:
    """Return what of the map stays the same whatever is chosen. A row with several places lies at each."""
    each = items[["kind", "sides"]].assign(location_id=items["places"].str.split("; "), item=items.index).explode("location_id")
    each = each.merge(base.locations, on="location_id", validate="many_to_one")
    each = each[(each["where_prec"] < 6).fillna(False)].reset_index(drop=True)
    groups = each.groupby(["lat", "lon"], sort=True)
    points = groups.agg(name=("name", lambda names: names.value_counts().index[0]), area=("where_prec", "min"),
                        ids=("location_id", lambda ids: "; ".join(sorted(set(ids))))).reset_index()  # fmt: skip
    x, y = basemap.project(points["lon"], points["lat"], basemap.EUROPE)
    struck = each["sides"].str.split("; ").str[0].where(each["kind"] == "strike", "")
    pairs = pd.DataFrame({"item": each["item"], "point": groups.ngroup(), "struck": struck}).drop_duplicates(["item", "point"])
    return Ground(points.assign(x=np.round(x, 1), y=np.round(y, 1), area=points["area"] >= REGION), pairs)


def count_places(ground: Ground, chosen: pd.Series, sides: Iterable[str]) -> pd.DataFrame:
    """Return the points at which a chosen row lies, those with most rows first.

    Adds `rows`, `side` and `strikes` (of whom most are there, and how many; 0: none), `ring` and `disc` (sizes in px).
    """
    pairs = ground.pairs[chosen.to_numpy()[ground.pairs["item"]]]
    number, each = len(ground.points), {side: pairs.loc[pairs["struck"] == side, "point"] for side in sides}
    strikes = pd.DataFrame({side: np.bincount(at, minlength=number) for side, at in each.items()})
    points = ground.points.assign(rows=np.bincount(pairs["point"], minlength=number), side=strikes.idxmax(axis=1),
                                  strikes=strikes.max(axis=1))  # fmt: skip
    points = points[points["rows"] > 0].sort_values("rows", ascending=False, kind="stable", ignore_index=True)
    grow = min(1, LARGEST / RING / max(points["rows"].max(), 1) ** 0.5) if len(points) else 1
    ring = (grow * RING * points["rows"] ** 0.5).clip(lower=7).mask(points["area"], lambda size: size.clip(lower=14))
    return points.assign(ring=ring.round(1), disc=(grow * DOT * points["strikes"] ** 0.5).round(1))


def draw_map(points: pd.DataFrame, base: Base, view: str, active: str = "") -> tuple[list[dict], dict]:
    """Return rings with an area by the number of rows, marks of strikes inside them, as many names as have room, and a ring
    around the places (ids) of a row that is looked at.
    """
    struck = points[points["strikes"] > 0]
    ring = {"symbol": ["square-open" if area else "circle-open" for area in points["area"]], "color": theme.MUTED, "opacity": 1,
            "size": points["ring"].tolist(), "line": {"width": 1.6}}  # fmt: skip
    colors = [base.sides.get(side, theme.MUTED) for side in struck["side"]]
    disc = {"symbol": [name_shape(shape_of(side, base.sides)) for side in struck["side"]], "color": colors, "opacity": 1,
            "size": struck["disc"].tolist(), "line": {"width": 0, "color": colors}}  # fmt: skip
    named = _pick_names(points, _find_limits(view))
    shared, places = open_trace(1) | SAME, set(split(active))
    looked = [(p.x, p.y) for p in points.itertuples() if not places.isdisjoint(p.ids.split("; "))]
    traces = [
        shared | {"mode": "markers", "x": points["x"].tolist(), "y": points["y"].tolist(), "marker": ring, "hoverinfo": "text",
                  "customdata": points["ids"].tolist(), "hovertext": [_say(point) for point in points.itertuples()]},
        shared | {"mode": "markers", "x": struck["x"].tolist(), "y": struck["y"].tolist(), "marker": disc, "hoverinfo": "text",
                  "customdata": struck["ids"].tolist(), "hovertext": [_say(point) for point in struck.itertuples()]},
        open_trace(1) | {"mode": "text", "x": [p.x for p, _ in named], "y": [p.y for p, _ in named],
                    "textposition": [f"middle {way}" for _, way in named],
                    "text": [("{1}{0}" if way == "right" else "{0}{1}").format(escape(p.name), "&nbsp;" * _count_spaces(p))
                             for p, way in named],
                    "textfont": {"size": 12, "color": theme.TEXT, "shadow": HALO},
                    "unselected": {"textfont": {"color": theme.TEXT}}},
        draw_ring(1, looked),
    ]  # fmt: skip
    left, right, bottom, top = _find_limits(view)
    beyond = points[~(points["x"].between(left, right) & points["y"].between(bottom, top))]
    away = [f"{p.name} ({p.rows})" for p in beyond.head(AWAY).itertuples()]
    away += [say_number(len(beyond) - AWAY, "other place")] * (len(beyond) > AWAY)
    told = f"Beyond this map: {', '.join(away)}" if away else ""
    told = "\n".join(textwrap.wrap(told, LINE))
    return traces, {"annotations": [write(escape(told), 0.01, 0.01, yanchor="bottom",
                                           font={"size": 11, "color": theme.MUTED})] if told else []}  # fmt: skip


def _say(point: object) -> str:
    strikes = f"\nmost strikes: {point.strikes} by {point.side}" if point.strikes else ""
    area = "\na region, known no closer" if point.area else ""
    return escape(f"{point.name}: {say_number(point.rows, 'row')}{strikes}{area}")


def _count_spaces(point: object) -> int:
    """Return how many spaces are as wide as the half of a ring."""
    return math.ceil((point.ring / 2 + 2) / 3.2)


def _pick_names(points: pd.DataFrame, frame: Box) -> list[tuple[object, str]]:
    """Return the points of which the name has room right or left of them, beside other names and marks, and on which side."""
    left, right, bottom, top = frame
    px = min(SIZE[0] / (right - left), SIZE[1] / (top - bottom))
    spots = [((p.x - left) * px, (p.y - bottom) * px) for p in points.itertuples()]
    taken, named = [(x - 5, y - 5, x + 5, y + 5) for x, y in spots], []
    for number, (point, (x, y)) in enumerate(zip(points.itertuples(), spots, strict=True)):
        off, wide = 3.2 * _count_spaces(point), LETTER * len(point.name)
        for way, start in (("right", x + off), ("left", x - off - wide)):
            box = start, y - 8, start + wide, y + 8
            inside = box[0] > 0 and box[2] < (right - left) * px and 0 < y < (top - bottom) * px
            others = taken[:number] + taken[number + 1:]
            if inside and not any(a < box[2] and c > box[0] and b < box[3] and d > box[1] for a, b, c, d in others):
                taken.append(box)
                named.append((point, way))
                break
    return named


@cache
def _find_limits(view: str) -> Box:
    """Return left, right, bottom and top of a view in the projection of the map, in km."""
    frame = VIEWS[view]
    if frame is basemap.EUROPE:
        return frame.limits
    lon, lat = np.meshgrid(np.linspace(frame.west, frame.east, 9), np.linspace(frame.south, frame.north, 9))
    x, y = basemap.project(lon.ravel(), lat.ravel(), basemap.EUROPE)
    return float(x.min()), float(x.max()), float(y.min()), float(y.max())


def show_view(view: str) -> dict[str, object]:
    """Return the axes of the map that show a view."""
    left, right, bottom, top = _find_limits(view)
    return {"xaxis": {"range": [left, right]}, "yaxis": {"range": [bottom, top]}}


def lay_out_map(view: str) -> dict[str, object]:
    """Return the layout of the map without marks: land, borders, the part that is shown."""
    hidden = {"visible": False, "constrain": "domain"}
    axes = show_view(view)
    return {"xaxis": hidden | axes["xaxis"], "yaxis": hidden | {"scaleanchor": "x"} | axes["yaxis"], "images": [_draw_ground()],
            "dragmode": "select", "height": SIZE[1], "margin": {"l": 0, "r": 0, "t": 0, "b": 0}}  # fmt: skip


@cache
def _draw_ground() -> dict[str, object]:
    """Return land, lakes and borders as a picture that plotly stretches under the marks; as shapes, it drew them each time."""
    figure = Figure(figsize=(240 * theme.MM, 240 * basemap.EUROPE.aspect * theme.MM), dpi=theme.DPI)
    basemap.draw_basemap(basemap.EUROPE, basemap.read_borders(), figure.add_axes((0, 0, 1, 1)))
    shapes = browse(figure, hovers={}, groups={}, sides={}, scale=SCREEN * theme.MM)["layout"]["shapes"]
    left, right, bottom, top = basemap.EUROPE.limits
    paths = "".join(f'<path d="{shape["path"]}" fill="{shape["fillcolor"]}" stroke="{shape["line"]["color"]}" '
                    'vector-effect="non-scaling-stroke"/>'
                    for shape in shapes)  # fmt: skip
    drawing = (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left} {-top} {right - left} {top - bottom}" '
               f'preserveAspectRatio="none"><g transform="scale(1,-1)" fill-rule="evenodd" stroke-width="0.7">{paths}</g></svg>')
    return {"source": f"data:image/svg+xml;base64,{base64.b64encode(drawing.encode()).decode()}", "layer": "below", "xref": "x",
            "yref": "y", "x": left, "y": top, "sizex": right - left, "sizey": top - bottom, "sizing": "stretch"}  # fmt: skip
