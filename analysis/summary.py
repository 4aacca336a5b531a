"""Say in plain text what is on a figure, read off the drawn artists, the same on every machine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import numpy as np
from matplotlib import colors
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import Collection
from matplotlib.dates import num2date
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch, Patch
from matplotlib.text import Text
from matplotlib.units import registry


def summarize(figure: Figure) -> str:
    """Return one line per artist: what it is, whose it is (its gid), where, what colour and size, which words.

    Places are in data units, rounded to four digits, times to the minute as the axis shows them.
    """
    width, height = figure.get_size_inches() * 25.4
    lines = [f"figure {width:.0f} x {height:.0f} mm"]
    lines += [f"  text {t.get_text()!r}" for t in figure.texts]
    for ax in _walk(figure):
        lines += _describe_axes(ax)
    return "\n".join(lines)


def _walk(figure: Figure) -> Iterator[Axes]:
    for ax in figure.axes:
        yield ax
        yield from (child for child in ax.child_axes if child not in figure.axes)


def _describe_axes(ax: Axes) -> Iterator[str]:
    x, y = (_reader(axis) for axis in (ax.xaxis, ax.yaxis))
    name = ax.get_gid() or "axes"
    yield f"{name} x {' .. '.join(map(x, ax.get_xlim()))}, y {' .. '.join(map(y, ax.get_ylim()))}"
    for axis in (ax.xaxis, ax.yaxis):
        words = [t.get_text() for t in axis.get_ticklabels() if t.get_text() and t.get_visible()]
        if words:
            yield f"  {axis.axis_name} ticks {words}"
    for artist in sorted(_marks(ax), key=lambda a: (a.get_zorder(), a.get_gid() or "")):
        yield f"  {_describe(artist, ax, x, y)}"


def _marks(ax: Axes) -> list[Artist]:
    return [a for a in (*ax.lines, *ax.collections, *ax.patches, *ax.texts) if a.get_visible()]


def _reader(axis: object) -> object:
    if isinstance(axis.get_converter(), type(registry[datetime])):
        return lambda v: num2date(round(v * 1440) / 1440).strftime("%Y-%m-%dT%H:%M")
    return lambda v: f"{float(v):.4g}"


def _describe(artist: Artist, ax: Axes, x: object, y: object) -> str:
    gid = f"{artist.get_gid()}: " if artist.get_gid() else ""
    if isinstance(artist, Text):
        px, py = artist.get_position()
        words = f"text {artist.get_text()!r} {colors.to_hex(artist.get_color())}"
        inside = artist.get_transform().contains_branch(ax.transData)
        return f"{gid}{words} at {x(px)}, {y(py)}" if inside else gid + words
    if isinstance(artist, Line2D):
        points = artist.get_xydata()
        marker = "" if artist.get_marker() in ("None", "none", None) else f" {artist.get_marker()}"
        paint = f"{colors.to_hex(artist.get_color())} {artist.get_linestyle()} {artist.get_linewidth():.2g}{marker}"
        if marker:
            face = artist.get_markerfacecolor()
            paint += f" {'open' if _is_open(face) else colors.to_hex(face)} {artist.get_markersize():.3g}"
        return f"{gid}line {paint} {_path(points, x, y)}"
    if isinstance(artist, Collection):
        return f"{gid}{_describe_collection(artist, x, y)}"
    return f"{gid}{_describe_patch(artist, x, y)}"


def _describe_collection(artist: Collection, x: object, y: object) -> str:
    faces = sorted({colors.to_hex(c) if c[3] else "open" for c in artist.get_facecolor()})
    edges = sorted({colors.to_hex(c) for c in artist.get_edgecolor()})
    offsets = np.ma.getdata(artist.get_offsets())
    paint = f"{' '.join(faces) or 'open'} edge {' '.join(edges) or 'none'}"
    if hasattr(artist, "get_sizes") and len(artist.get_sizes()) and len(offsets):
        return f"points {paint} sizes {[float(f'{s:.4g}') for s in artist.get_sizes()]} {_path(offsets, x, y)}"
    paths = artist.get_paths()
    ends = np.concatenate([p.vertices for p in paths]) if paths else np.empty((0, 2))
    return f"{len(paths)} shapes {paint} {_extent(ends, x, y)}"


def _describe_patch(artist: Patch, x: object, y: object) -> str:
    if isinstance(artist, FancyArrowPatch):  # its path depends on the resolution
        ends = _path(np.array(artist._posA_posB), x, y)
        bend = getattr(artist.get_connectionstyle(), "rad", 0)
        return f"arrow {colors.to_hex(artist.get_edgecolor())} {artist.get_linestyle()} bend {bend:.2g} {ends}"
    face = "open" if _is_open(artist.get_facecolor()) or not artist.get_fill() else colors.to_hex(artist.get_facecolor())
    edge = colors.to_hex(artist.get_edgecolor())
    points = artist.get_patch_transform().transform(artist.get_path().vertices)
    hatch = f" hatch {artist.get_hatch()}" if artist.get_hatch() else ""
    return f"shape {face} edge {edge} {artist.get_linestyle()}{hatch} {_extent(points, x, y)}"


def _is_open(color: object) -> bool:
    return (isinstance(color, str) and color == "none") or colors.to_rgba(color)[3] == 0


def _path(points: np.ndarray, x: object, y: object) -> str:
    level = 1 < len(points) <= 12 and len({y(py) for _, py in points}) == 1 and np.isfinite(points).all()
    if level:
        return f"({', '.join(dict.fromkeys(x(px) for px, _ in points))}; {y(points[0][1])})"
    shown = [f"({x(px)}, {y(py)})" for px, py in points[:12] if np.isfinite([px, py]).all()]
    rest = f" and {len(points) - 12} more, {_extent(points, x, y)}" if len(points) > 12 else ""
    return " ".join(shown) + rest


def _extent(points: np.ndarray, x: object, y: object) -> str:
    points = points[np.isfinite(points).all(axis=1)] if len(points) else points
    if not len(points):
        return "nowhere"
    (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
    return f"from ({x(x0)}, {y(y0)}) to ({x(x1)}, {y(y1)})"


def find_collisions(figure: Figure) -> list[str]:
    """Return the pairs of texts whose boxes overlap, and the texts that leave the figure; an empty list is good."""
    figure.draw_without_rendering()
    page = figure.bbox
    shown = [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip()]
    boxes = [(t.get_text(), t.get_window_extent()) for t in shown]
    found = [f"'{words}' leaves the figure" for words, box in boxes
             if box.x0 < page.x0 or box.y0 < page.y0 or box.x1 > page.x1 or box.y1 > page.y1]  # fmt: skip
    for i, (words, box) in enumerate(boxes):
        for other, by in boxes[i + 1 :]:
            across = min(box.x1, by.x1) - max(box.x0, by.x0)
            down = min(box.y1, by.y1) - max(box.y0, by.y0)
            if across > 0.5 and down > 0.5:
                found.append(f"'{words}' overlaps '{other}'")
    return found
