"""What is drawn on a figure, artist by artist, as points and looks that another library can draw."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np
import shapely
from matplotlib import colors
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.cbook import STEP_LOOKUP_MAP
from matplotlib.collections import Collection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.markers import MarkerStyle
from matplotlib.patches import Patch
from matplotlib.spines import Spine
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from analysis import theme
from analysis.digits import few

SYMBOLS = {
    "o": ("circle", 1), "s": ("square", 1), "D": ("diamond", 1.09), "^": ("triangle-up", 0.9), "v": ("triangle-down", 0.9),
    "<": ("triangle-left", 0.9), ">": ("triangle-right", 0.9), "X": ("x", 0.9), "P": ("cross", 0.9), "*": ("star", 1),
    "d": ("diamond-tall", 1), "p": ("pentagon", 1), "h": ("hexagon2", 1),
    "x": ("x-thin-open", 0.72), "+": ("cross-thin-open", 0.72), "|": ("line-ns-open", 0.72), "_": ("line-ew-open", 0.72),
    8: ("triangle-left", 0.9), 9: ("triangle-right", 0.9),
}  # fmt: skip
"""Plotly's name for each marker of matplotlib, and by how much its size differs."""


BEYOND = 4
"""Room in px around a label beyond the limits of its Axes."""


@dataclass(frozen=True)
class Space:
    """Hold where artists lie: on the whole figure in px (no Axes), or on an Axes that can be zoomed, in its units."""

    number: int
    ax: Axes | None = None

    @property
    def suffix(self) -> str:
        return str(self.number) if self.number > 1 else ""

    @property
    def is_map(self) -> bool:
        return self.ax is not None and self.ax.get_aspect() != "auto"


@dataclass(frozen=True)
class Piece:
    """Hold one artist or a part of it: points in the units of its space, `style` for all of it, one `look` a point."""

    kind: str
    space: Space
    zorder: float
    gid: str
    points: list[tuple[float, float] | None]
    style: tuple = ()
    looks: list[dict[str, object]] = field(default_factory=list)


class Reader:
    """Read a drawn figure artist by artist."""

    def __init__(self, figure: Figure, scale: float) -> None:
        figure.draw_without_rendering()
        self.figure, self.px = figure, scale * 25.4 / figure.dpi
        self.width, self.height = (length * 25.4 * scale for length in figure.get_size_inches())
        self.whole = Space(1)
        self.spaces: dict[Axes, Space] = {}

    def read(self) -> Iterator[Piece]:
        """Yield every artist that is seen, in the order in which they are drawn."""
        for text in self.figure.texts:
            yield from self._read_text(text, self.whole)
        for ax in self.figure.axes:
            if ax not in self.spaces:
                yield from self._read_axes(ax)

    def _read_axes(self, ax: Axes) -> Iterator[Piece]:
        self.spaces[ax] = Space(len([s for s in self.spaces.values() if s.ax]) + 2, ax) if ax.get_navigate() else self.whole
        space = self.spaces[ax]
        for child in sorted(ax.get_children(), key=lambda artist: artist.get_zorder()):
            if isinstance(child, Axes):
                yield from self._read_axes(child)
            elif child.get_visible() and child is not ax.patch:
                yield from self._read_artist(child, space)
        for axis in (ax.xaxis, ax.yaxis):
            for label in axis.get_ticklabels():
                yield from self._read_text(label, space)

    def _read_artist(self, artist: Artist, space: Space) -> Iterator[Piece]:
        if isinstance(artist, Text):
            yield from self._read_text(artist, space)
        elif isinstance(artist, Line2D):
            yield from self._read_line(artist, space)
        elif isinstance(artist, Spine):
            paint = artist.get_edgecolor(), artist.get_linewidth(), "-"
            yield self._trace(artist, space, [artist.get_transform().transform(artist.get_path().vertices)], *paint)
        elif isinstance(artist, Patch):
            yield from self._read_patch(artist, space)
        elif isinstance(artist, Collection):
            yield from self._read_collection(artist, space)
        elif not artist.__class__.__module__.startswith("matplotlib.axis"):
            raise TypeError(f"a {type(artist).__name__} has no interactive counterpart")

    def frame(self, space: Space, points: list[tuple[float, float]]) -> tuple[list, list]:
        """Return the box of a space in px from the lower left corner, and its range: both across, then up.

        The box of an Axes grows to hold `points`, as labels may lie beyond its limits, but not beyond the figure.
        """
        if space.ax is None:
            return [(0, self.width), (0, self.height)], [(0, self.width), (0, self.height)]
        limits = space.ax.transScale.transform(np.column_stack([space.ax.get_xlim(), space.ax.get_ylim()]))
        sides, ranges = [], []
        for i, (low, high) in enumerate(((space.ax.bbox.x0, space.ax.bbox.x1), (space.ax.bbox.y0, space.ax.bbox.y1))):
            first, last = (float(v) for v in limits[:, i])
            low, high = low * self.px, high * self.px
            each = (last - first) / (high - low)
            at = [low + (point[i] - first) / each for point in points]
            least, most = min([low, *at]), max([high, *at])
            if not space.is_map and (least, most) != (low, high):
                least, most = max(least - BEYOND, 0), min(most + BEYOND, (self.width, self.height)[i])
                first, last = first + (least - low) * each, last + (most - high) * each
                low, high = least, most
            sides.append((low, high))
            ranges.append((first, last))
        return sides, ranges

    def _place(self, points: np.ndarray, space: Space) -> list[tuple[float, float]]:
        """Return points of the display in the units of a space, to a twentieth of a px."""
        points = np.asarray(points, dtype=float).reshape(-1, 2)
        if space.ax is None:
            return [(few(x * self.px, 1), few(y * self.px, 1)) for x, y in points]
        ax = space.ax
        x, y = (ax.transLimits + ax.transAxes).inverted().transform(points).T
        box, limits = ax.bbox, ax.transScale.transform(np.column_stack([ax.get_xlim(), ax.get_ylim()]))
        (x0, y0), (x1, y1) = limits
        digits = [max(0, math.ceil(-math.log10(abs(b - a) / (long * self.px) / 20)))
                  for a, b, long in ((x0, x1, box.width), (y0, y1, box.height))]  # fmt: skip
        return [(few(a, digits[0]), few(b, digits[1])) for a, b in zip(x, y, strict=True)]

    def _points(self, size: float) -> float:
        """Return a length in points as px."""
        return few(float(size) * self.figure.dpi / 72 * self.px, 2)

    def _trace(self, artist: Artist, space: Space, paths: list[np.ndarray], color: object, width: float, dash: object, *,
               fill: object = None) -> Piece:  # fmt: skip
        """Return lines, or shapes filled with a colour and a hatch, as one piece with gaps between them."""
        points: list = []
        for path in paths:
            line = self._place(path, space)
            line = [line[0], line[-1]] if len(line) == 3 and line[0][1] == line[1][1] == line[2][1] else line  # a level line
            points += [None, *line] if points else line
        style = _paint(color), self._points(width), _dash(dash), _paint(fill)
        hatch = "" if fill is None else (artist.get_hatch() or "")[:1]
        style += (hatch, _paint(artist.get_hatchcolor()) if hatch else "") if hasattr(artist, "get_hatchcolor") else ("", "")
        kind = "line" if fill is None else "fill"
        return Piece(kind, space, artist.get_zorder(), artist.get_gid() or "", points, style)

    def _read_line(self, line: Line2D, space: Space) -> Iterator[Piece]:
        data = np.asarray(line.get_xydata(), dtype=float)
        steps = STEP_LOOKUP_MAP[line.get_drawstyle()](*data.T)
        drawn = line.get_transform().transform(np.column_stack(steps))
        seen = line.get_linestyle() not in ("None", "none", "", " ") and line.get_linewidth() and len(drawn) > 1
        if seen:
            paths = [part for part in np.split(drawn, np.flatnonzero(np.isnan(drawn).any(axis=1))) if len(part)]
            paths = [part[~np.isnan(part).any(axis=1)] for part in paths]
            paint = colors.to_rgba(line.get_color(), line.get_alpha())
            yield self._trace(line, space, paths, paint, line.get_linewidth(), line._unscaled_dash_pattern)
        if line.get_marker() in ("None", "none", None, ""):
            return
        spots = line.get_transform().transform(data)[_every(line.get_markevery())]
        spots = spots[~np.isnan(spots).any(axis=1)]
        face, edge = (colors.to_rgba(c, line.get_alpha()) if c not in ("none", "None") else (0, 0, 0, 0)
                      for c in (line.get_markerfacecolor(), line.get_markeredgecolor()))  # fmt: skip
        look = self._look(line.get_marker(), line.get_markersize(), face, edge, line.get_markeredgewidth())
        yield Piece("marker", space, line.get_zorder(), line.get_gid() or "", self._place(spots, space), (), [look] * len(spots))

    def _look(self, marker: object, size: float, face: object, edge: object, width: float) -> dict[str, object]:
        symbol, factor = SYMBOLS[marker]
        thin = symbol.endswith("-open")
        return {"symbol": symbol, "size": self._points(size * factor), "color": _paint(edge if thin else face),
                "line.color": _paint(edge), "line.width": self._points(width)}  # fmt: skip

    def _read_patch(self, patch: Patch, space: Space) -> Iterator[Piece]:
        path = patch.get_transform().transform_path(patch.get_path())
        parts = [_thin(part, 0.35 / self.px) for part in path.to_polygons(closed_only=False)]
        closed = [len(part) > 3 and np.allclose(part[0], part[-1]) for part in parts]
        face = patch.get_facecolor() if patch.get_fill() and patch.get_facecolor()[3] else (0, 0, 0, 0)
        edge = patch.get_edgecolor(), patch.get_linewidth(), patch.get_linestyle()
        if opened := [part for part, whole in zip(parts, closed, strict=True) if not whole]:
            yield self._trace(patch, space, opened, *edge)
        if filled := [part for part, whole in zip(parts, closed, strict=True) if whole]:
            yield self._trace(patch, space, filled, *edge, fill=face)

    def _read_collection(self, artist: Collection, space: Space) -> Iterator[Piece]:
        sizes = artist.get_sizes() if hasattr(artist, "get_sizes") else []
        faces, edges, widths = artist.get_facecolor(), artist.get_edgecolor(), artist.get_linewidth()
        if len(sizes):
            spots = artist.get_offset_transform().transform(artist.get_offsets())
            marker = _name_marker(artist.get_paths()[0].vertices)
            faces, edges = (paints if len(paints) else [(0, 0, 0, 0)] for paints in (faces, edges))
            looks = [self._look(marker, math.sqrt(_cycle(sizes, i)), _cycle(faces, i), _cycle(edges, i), _cycle(widths, i))
                     for i in range(len(spots))]  # fmt: skip
            yield Piece("marker", space, artist.get_zorder(), artist.get_gid() or "", self._place(spots, space), (), looks)
            return
        paths = [artist.get_transform().transform_path(path) for path in artist.get_paths()]
        room = space.ax.bbox if space.is_map else None
        if not len(faces):
            lines = [part for path in paths for part in _simplify(path.to_polygons(closed_only=False), self.px, room)]
            if lines:
                yield self._trace(artist, space, lines, _cycle(edges, 0), widths[0], artist.get_linestyle()[0])
            return
        looks = [(tuple(_cycle(faces, i)), tuple(_cycle(edges, i)) if len(edges) else (0, 0, 0, 0)) for i in range(len(paths))]
        for (face, edge), same in groupby(range(len(paths)), key=lambda i: looks[i]):
            shapes = [part for i in same for part in _simplify(paths[i].to_polygons(), self.px, room)]
            if shapes:
                yield self._trace(artist, space, shapes, edge, _cycle(widths, 0), "-", fill=face)

    def _read_text(self, text: Text, space: Space) -> Iterator[Piece]:
        lines = text.get_text().split("\n")
        if not text.get_visible() or not text.get_text().strip():
            return
        box = text.get_window_extent()
        across = {"left": box.x0, "center": (box.x0 + box.x1) / 2, "right": box.x1}[text.get_ha()]
        each = box.height / len(lines)
        face = next(name for name in theme.FACES if theme.font(face=name).get_file() == text.get_fontproperties().get_file())
        style = face, bool(text.get_path_effects())
        position = {"left": "middle right", "center": "middle center", "right": "middle left"}[text.get_ha()]
        for i, line in enumerate(lines):
            look = {"text": line, "textposition": position, "textfont.size": self._points(text.get_fontsize()),
                    "textfont.color": _paint(colors.to_rgba(text.get_color(), text.get_alpha()))}  # fmt: skip
            spot = self._place([(across, box.y1 - (i + 0.5) * each)], space)
            yield Piece("text", space, text.get_zorder(), text.get_gid() or "", spot, style, [look])


def _thin(part: np.ndarray, most: float) -> np.ndarray:
    """Return a curve with fewer points, nowhere further than `most` (display units) from where it was."""
    return part if len(part) < 8 else shapely.get_coordinates(shapely.simplify(shapely.LineString(part), most))


def _simplify(parts: list[np.ndarray], px: float, room: Bbox | None) -> list[np.ndarray]:
    """Return lines and outlines on a map without what lies beyond it and without bends of less than 0.6 px."""
    if room is None:
        return parts
    x0, y0, x1, y1 = room.padded(0.02 * room.width).extents
    out = []
    for part in parts:
        closed = len(part) > 3 and np.array_equal(part[0], part[-1])
        shape = shapely.Polygon(part) if closed else shapely.LineString(part)
        kept = shapely.clip_by_rect(shapely.simplify(shape, 0.6 / px, preserve_topology=False), x0, y0, x1, y1)
        rings = (shapely.get_exterior_ring(one) if closed else one for one in shapely.get_parts(kept))
        out += [shapely.get_coordinates(ring) for ring in rings if not shapely.is_empty(ring)]
    return [part for part in out if len(part) > 1]


def _cycle(values: object, i: int) -> object:
    return values[i % len(values)]


def _every(which: object) -> object:
    """Return an index for the points of a line that have a marker."""
    return slice(None) if which is None else which


def _name_marker(vertices: np.ndarray) -> str:
    """Return the marker whose outline this is."""
    for marker in SYMBOLS:
        style = MarkerStyle(marker)
        outline = style.get_transform().transform(style.get_path().vertices)
        if outline.shape == vertices.shape and np.allclose(outline, vertices):
            return marker
    raise TypeError("a marker of an unknown shape has no interactive counterpart")


def _paint(color: object) -> str:
    """Return a colour as plotly reads it."""
    if color is None:
        return ""
    r, g, b, a = colors.to_rgba(color)
    if a == 1:
        return colors.to_hex(color)
    return f"rgba({round(r * 255)},{round(g * 255)},{round(b * 255)},{a:.3g})"


def _dash(pattern: object) -> str:
    """Return a line style of matplotlib as a dash of plotly."""
    if isinstance(pattern, str):
        return {"-": "solid", "solid": "solid", "--": "dash", "dashed": "dash", ":": "dot", "dotted": "dot"}[pattern]
    lengths = pattern[1]
    if not lengths:
        return "solid"
    return "dot" if lengths[0] < 2 else "dash"
