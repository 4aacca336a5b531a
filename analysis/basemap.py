"""Borders, projections and a quiet map under the marks. One unit on the axes of a map is one kilometre."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

import geopandas
import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.path import Path as Outline
from matplotlib.transforms import Bbox
from numpy.typing import ArrayLike
from pyproj import Proj

from analysis import theme

FOLDER = Path(__file__).parents[1] / "data" / "geo"
BORDER_WIDTH = 0.5
"""Width of a country's border in points; coasts, regions, lakes and rivers are thinner."""

GRID = 24
"""Columns and rows of the spots at which the name of a country is tried."""


class Borders(NamedTuple):
    """Hold the files of data/geo, in degrees.

    `europe` and `wide` (which reaches the Gulf and the Arctic) are countries with iso and name, `regions` those of
    Ukraine with code and name; rivers and lakes have no names.
    """

    europe: geopandas.GeoDataFrame
    wide: geopandas.GeoDataFrame
    regions: geopandas.GeoDataFrame
    rivers: geopandas.GeoDataFrame
    lakes: geopandas.GeoDataFrame


@dataclass(frozen=True)
class Frame:
    """Hold what a map shows: a window in degrees, as wide and high as it is along its middle parallel and meridian.

    `countries` names the field of Borders that is drawn. `detailed` adds regions and rivers. `bar_at` is where a scale
    bar crosses no border, in parts of the width and the height. `margin` is what the map shows beyond the window, in km
    on the left and the right, and below and above.
    """

    name: str
    west: float
    south: float
    east: float
    north: float
    countries: str
    detailed: bool
    bar_at: tuple[float, float]
    margin: tuple[float, float] = (0.0, 0.0)

    @property
    def middle(self) -> tuple[float, float]:
        """Return longitude and latitude of the point around which the map is projected."""
        return (self.west + self.east) / 2, (self.south + self.north) / 2

    @property
    def proj(self) -> str:
        """Return the projection as a PROJ string: azimuthal, equal-area, true to scale at the middle."""
        lon, lat = self.middle
        return f"+proj=laea +lon_0={lon} +lat_0={lat} +ellps=WGS84 +units=km"

    @property
    def limits(self) -> tuple[float, float, float, float]:
        """Return left, right, bottom and top of the map in km."""
        lon, lat = self.middle
        x, y = project([self.west, self.east, lon, lon], [lat, lat, self.south, self.north], self)
        across, along = self.margin
        return float(x[0] - across), float(x[1] + across), float(y[2] - along), float(y[3] + along)

    @property
    def aspect(self) -> float:
        """Return height by width."""
        left, right, bottom, top = self.limits
        return (top - bottom) / (right - left)

    def fit(self, aspect: float) -> Frame:
        """Return the frame with as much around it as gives it another ratio of height to width."""
        left, right, bottom, top = replace(self, margin=(0.0, 0.0)).limits
        wide, high = right - left, top - bottom
        return replace(self, margin=(max(high / aspect - wide, 0) / 2, max(wide * aspect - high, 0) / 2))


EUROPE = Frame("europe", -6, 20, 56, 62.5, countries="wide", detailed=False, bar_at=(0.03, 0.15))
"""From London to Moscow and from Saint Petersburg to Jeddah and Riyadh."""
UKRAINE = Frame("ukraine", 21.4, 43.9, 41, 52.9, countries="europe", detailed=True, bar_at=(0.4, 0.03))
"""Ukraine with a margin."""


def read_borders(folder: Path | None = None) -> Borders:
    """Read the borders that come with the record, or those of another folder with files of the same names."""
    return Borders(*(geopandas.read_file((folder or FOLDER) / f"{name}.geojson") for name in Borders._fields))


def project(lon: ArrayLike, lat: ArrayLike, frame: Frame) -> tuple[np.ndarray, np.ndarray]:
    """Return x and y, in km from the middle of a frame, of places in degrees."""
    x, y = _projection(frame.proj)(np.asarray(lon, dtype=float), np.asarray(lat, dtype=float))
    return x, y


def draw_basemap(frame: Frame, borders: Borders, ax: Axes) -> Axes:
    """Draw land, waters and borders of a frame, without box or ticks, and set the limits of the Axes to it.

    The Axes shrinks to the shape of the frame (`frame.aspect`). All is drawn below zorder 1.
    """
    theme.quiet(ax).set_facecolor(theme.WATER)
    thin = BORDER_WIDTH * theme.scale_of(ax.figure)
    countries = getattr(borders, frame.countries)
    _fill(ax, "land", countries, frame, facecolor=theme.LAND, edgecolor="none", zorder=0.1)
    if frame.detailed:
        focus = {"facecolor": theme.FOCUS_LAND, "edgecolor": theme.BORDER, "linewidth": thin * 0.5}
        _fill(ax, "regions", borders.regions, frame, zorder=0.2, **focus)
        lines = [shapely.get_coordinates(line) for line in _parts(borders.rivers.geometry, frame)]
        style = {"colors": theme.RIVER, "linewidths": thin * 1.2, "capstyle": "round", "joinstyle": "round"}
        ax.add_collection(LineCollection(lines, gid="rivers", zorder=0.3, **style), autolim=False)
    lakes = {"facecolor": theme.WATER, "edgecolor": theme.RIVER, "linewidth": thin * 0.8}
    _fill(ax, "lakes", borders.lakes, frame, zorder=0.4, **lakes)
    _fill(ax, "borders", countries, frame, facecolor="none", edgecolor=theme.BORDER, linewidth=thin, zorder=0.5)
    left, right, bottom, top = frame.limits
    ax.set(xlim=(left, right), ylim=(bottom, top))
    ax.set_aspect("equal", adjustable="box")
    return ax


def draw_scale_bar(frame: Frame, ax: Axes, km: float | None = None) -> Axes:
    """Draw a labelled bar of a length that is true at the middle of the frame.

    Without `km`, it is the longest of 1, 2 or 5 times a power of ten that fits a sixth of the width.
    """
    left, right, bottom, top = replace(frame, margin=(0.0, 0.0)).limits
    if km is None:
        most = (right - left) / 6
        power = 10 ** np.floor(np.log10(most))
        km = float(power * max(step for step in (1, 2, 5) if step * power <= most))
    x, y = left + frame.bar_at[0] * (right - left), bottom + frame.bar_at[1] * (top - bottom)
    grow = theme.scale_of(ax.figure)
    ax.plot([x, x + km], [y, y], color=theme.MUTED, linewidth=1.2 * grow, solid_capstyle="butt", gid="scale bar")
    above = y + 0.01 * (top - bottom)
    theme.write(ax, x, above, f"{km:,.0f} km", size="small", color=theme.MUTED, va="bottom", gid="scale bar")
    return ax


def name_countries(frame: Frame, borders: Borders, ax: Axes, keep_off: Sequence[Bbox] = ()) -> Axes:
    """Write the name of each country, in italics, at its roomiest spot off the boxes of `keep_off` (display units) and off
    texts that are there; a country that has no such spot stays without.
    """
    grow, (left, right, bottom, top) = theme.scale_of(ax.figure), frame.limits
    mm = (right - left) / theme.width_mm(ax)
    inverse, pad = ax.transData.inverted(), 0.8 * grow * mm
    texts = [text.get_window_extent() for text in ax.texts]
    taken = shapely.union_all([shapely.box(*inverse.transform_bbox(box).extents).buffer(pad) for box in (*keep_off, *texts)])
    view = shapely.box(left, bottom, right, top)
    for country in getattr(borders, frame.countries).itertuples():
        room = shapely.union_all(_parts([country.geometry], frame)).intersection(view).difference(taken).buffer(-pad)
        half = theme.text_width(country.name, "small", "italic", grow) * mm / 2, 1.2 * grow * mm
        if room.area < 16 * half[0] * half[1]:
            continue
        west, south, east, north = room.bounds
        x, y = (v.ravel() for v in np.meshgrid(np.linspace(west, east, GRID), np.linspace(south, north, GRID)))
        boxes = shapely.box(x - half[0], y - half[1], x + half[0], y + half[1])
        shapely.prepare(room)
        free = np.flatnonzero(shapely.contains(room, boxes))
        if len(free):
            best = free[shapely.distance(boxes[free], room.boundary).argmax()]
            theme.write(ax, x[best], y[best], country.name, size="small", face="italic", color=theme.MUTED, ha="center",
                        va="center", gid="country")  # fmt: skip
    return ax


@cache
def _projection(proj: str) -> Proj:
    return Proj(proj)


def _parts(shapes: ArrayLike, frame: Frame) -> np.ndarray:
    """Return the single lines or polygons of shapes, projected."""
    parts = shapely.get_parts(shapes)
    return shapely.transform(parts, lambda at: np.column_stack(project(at[:, 0], at[:, 1], frame)))


def _fill(ax: Axes, gid: str, shapes: geopandas.GeoDataFrame, frame: Frame, **style: object) -> None:
    """Add the polygons of a table to an Axes as one collection, with their holes left open."""
    outlines = [
        Outline.make_compound_path(*(Outline(ring.coords, closed=True) for ring in (part.exterior, *part.interiors)))
        for part in shapely.orient_polygons(_parts(shapes.geometry, frame))
    ]
    ax.add_collection(PathCollection(outlines, gid=gid, joinstyle="round", **style), autolim=False)
