"""Say in plain text all that is seen on a figure, read off the drawn artists, the same on every machine."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import groupby
from pathlib import Path

import numpy as np
from matplotlib import colors
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.cbook import flatten
from matplotlib.collections import Collection
from matplotlib.dates import num2date
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch, Patch
from matplotlib.spines import Spine
from matplotlib.text import Text
from matplotlib.transforms import Transform
from matplotlib.units import registry

from analysis.digits import few, settle

LISTED = 12
"""Points that are listed at most; of more, the first stand there, and a digest of all."""
PLAIN = "Regular"
"""The face that is not named."""
Says = Callable[[float], str]
Place = Callable[[np.ndarray], list[str]]
"""Names points, one a row."""


def summarize(figure: Figure) -> str:
    """Return one line per artist, in the order in which they are drawn: what it is, whose it is (its gid), where, how it looks.

    Places are in the units of their Axes, or in mm on paper where they do not follow these; rounded to four digits, times to
    the minute as the axis shows them. Sizes and widths are in points. What cannot be seen is left out.
    """
    width, height = figure.get_size_inches() * 25.4
    lines = [f"figure {few(width, 1)} x {few(height, 1)} mm{_paper(figure.patch)}"]
    own = [artist for artist in figure.get_children() if artist is not figure.patch and not isinstance(artist, Axes)]
    lines += [f"  {_describe(artist, figure)}" for artist in _in_order(own)]
    for ax in _walk(figure):
        lines += _describe_axes(ax)
    return "\n".join(lines)


def _walk(figure: Figure) -> Iterator[Axes]:
    for ax in figure.axes:
        yield ax
        yield from (child for child in ax.child_axes if child not in figure.axes)


def _in_order(artists: Iterable[Artist]) -> list[Artist]:
    """Return the artists that are seen, in the order in which they are drawn."""
    seen = (artist for artist in artists if artist.get_visible() and not (isinstance(artist, Text) and not artist.get_text()))
    return sorted(seen, key=lambda artist: artist.get_zorder())


def _describe_axes(ax: Axes) -> Iterator[str]:
    x, y = (_reader(axis) for axis in (ax.xaxis, ax.yaxis))
    name = ax.get_gid() or "axes"
    box = ax.get_window_extent()
    left, bottom = _mm(box.x0, box.y0, ax.figure)
    size = " x ".join(_round(length * 25.4 / ax.figure.dpi) for length in (box.width, box.height))
    hidden = "" if ax.get_visible() else ", hidden"
    yield (f"{name} x {' .. '.join(map(x, ax.get_xlim()))}, y {' .. '.join(map(y, ax.get_ylim()))}, {size} mm at "
           f"{left}, {bottom}{_paper(ax.patch)}{hidden}")  # fmt: skip
    for axis in (ax.xaxis, ax.yaxis) if ax.axison and not hidden else ():
        yield from _describe_axis(axis, x if axis is ax.xaxis else y)
    for artist in _in_order(ax.get_children()) if not hidden else ():
        if artist is not ax.patch and not isinstance(artist, Axes | Axis):
            yield f"  {_describe(artist, ax.figure, ax, x, y)}"


def _describe_axis(axis: Axis, says: Says) -> Iterator[str]:
    ticks = [tick for tick in axis.get_major_ticks() if axis.get_visible()]
    low, high = sorted(axis.get_view_interval())
    for tick in (tick for tick in ticks if low <= tick.get_loc() <= high):
        label, mark = tick.label1, tick.tick1line
        parts = [f"{label.get_text()!r} {_type(label)}"] if label.get_visible() and label.get_text() else []
        parts += [f"mark {_line(mark)}"] if mark.get_visible() and mark.get_markersize() else []
        parts += [f"grid {_line(tick.gridline)}"] if tick.gridline.get_visible() else []
        if parts:
            yield f"  {axis.axis_name} tick {says(tick.get_loc())} {' '.join(parts)}"
    if axis.label.get_text():
        yield f"  {axis.axis_name} label {axis.label.get_text()!r} {_type(axis.label)}"


def _reader(axis: Axis) -> Says:
    if isinstance(axis.get_converter(), type(registry[datetime])):
        return lambda v: num2date(few(v * 1440) / 1440).strftime("%Y-%m-%dT%H:%M")
    return _round


def _round(value: float) -> str:
    """Return a number with four digits, and all of those before the point."""
    text = f"{few(value):.0f}" if abs(value) >= 1e4 else f"{settle(value):.4g}"
    return "0" if text == "-0" else text


def _slim(value: float) -> str:
    """Return a width or a size with three digits."""
    return f"{settle(float(value)):.3g}"


def _mm(x: float, y: float, figure: Figure) -> tuple[str, str]:
    """Return a place on the screen as mm on paper, from the lower left corner."""
    return tuple(_round(v * 25.4 / figure.dpi) for v in (x, y))


def _describe(artist: Artist, figure: Figure, ax: Axes | None = None, x: Says = _round, y: Says = _round) -> str:
    gid = f"{artist.get_gid()}: " if artist.get_gid() else ""

    def place(transform: Transform) -> Place:
        """Return what names points: in units of the Axes along each axis that they follow, else in mm."""
        follows = transform.contains_branch_seperately(ax.transData) if ax else (False, False)

        def name(points: np.ndarray) -> list[str]:
            on_paper = points if all(follows) else transform.transform(points) * 25.4 / figure.dpi
            columns = [[says(v) for v in on_axis] if data else [f"{_round(v)} mm" for v in in_mm] for data, says, on_axis, in_mm
                       in zip(follows, (x, y), points.T.tolist(), on_paper.T.tolist(), strict=True)]  # fmt: skip
            return [", ".join(pair) for pair in zip(*columns, strict=True)]

        return name

    if isinstance(artist, Text):
        says = f"text {artist.get_text()!r} {_type(artist)} at {place(artist.get_transform())(_rows(artist))[0]}"
        return gid + says + _extras(artist)
    if isinstance(artist, Line2D):
        every = "" if artist.get_markevery() is None else f" marked at {artist.get_markevery()}"
        steps = "" if artist.get_drawstyle() == "default" else f" {artist.get_drawstyle()}"
        says = f"line {_line(artist)}{steps}{every} {_path(artist.get_xydata(), place(artist.get_transform()))}"
        return gid + says + _extras(artist)
    if isinstance(artist, Collection):
        return gid + _describe_collection(artist, place) + _extras(artist)
    if isinstance(artist, Spine):
        return f"{artist.spine_type} spine {_edge(artist)}"
    if isinstance(artist, Patch):
        return gid + _describe_patch(artist, place) + _extras(artist)
    return f"{gid}{type(artist).__name__} {_box(artist, figure)}"


def _type(text: Text) -> str:
    """Say how words are written: colour, size, face, turn, and how they stand to their place."""
    file = text.get_fontproperties().get_file()
    face = Path(file).stem.rpartition("-")[2] if file else text.get_fontproperties().get_name()
    parts = [_hex(text.get_color(), text.get_alpha()), f"{_slim(text.get_fontsize())}pt", "" if face == PLAIN else face]
    parts += [f"turned {_slim(text.get_rotation())}"] if text.get_rotation() else []
    stand = text.get_horizontalalignment(), text.get_verticalalignment()
    parts += ["/".join(stand)] if stand != ("left", "baseline") else []
    parts += [f"spaced {_slim(text._linespacing)}"] if "\n" in text.get_text() and text._linespacing != "normal" else []
    parts += [f"boxed {_box_paint(text.get_bbox_patch())}"] if text.get_bbox_patch() else []
    return " ".join(filter(None, parts))


def _line(line: Line2D) -> str:
    marker = "" if line.get_marker() in ("None", "none", None, "", " ") else f" {line.get_marker()}"
    style = "None" if line.get_linestyle() == "None" else _dashes(line._unscaled_dash_pattern)
    paint = f"{_hex(line.get_color(), line.get_alpha())} {style}"
    if style != "None":
        paint += f" {_slim(line.get_linewidth())}"
        paint += "" if line.get_solid_capstyle() == "projecting" or style != "-" else f" {line.get_solid_capstyle()}"
    if marker:
        face, edge = line.get_markerfacecolor(), line.get_markeredgecolor()
        rim = f"{_hex(edge, line.get_alpha())} {_slim(line.get_markeredgewidth())}" if line.get_markeredgewidth() else "none"
        paint += f"{marker} {_hex(face, line.get_alpha())} {_slim(line.get_markersize())} edge {rim}"
    return paint


def _dashes(pattern: tuple) -> str:
    """Say `-` for a line without gaps, the lengths of its dashes and gaps for another."""
    lengths = [float(length) for length in flatten([pattern[1]]) if length is not None]
    return f"({' '.join(map(_slim, lengths))})" if lengths else "-"


def _describe_collection(artist: Collection, place: Callable[[Transform], Place]) -> str:
    faces = _runs([_hex(color) for color in artist.get_facecolor()])
    widths = np.atleast_1d(artist.get_linewidth())
    edges = _runs([_hex(color) for color in artist.get_edgecolor()]) if widths.any() else "none"
    dashes = _runs(map(_dashes, artist._us_linestyles))
    paint = f"{faces or 'open'} edge {edges or 'none'}"
    paint += f" {_runs(map(_slim, widths))}" if edges not in ("", "none") else ""
    paint += f" {dashes}" if dashes.strip("- x0123456789") else ""
    paint += f" hatch {artist.get_hatch()}" if artist.get_hatch() else ""
    offsets, paths = np.ma.getdata(artist.get_offsets()), artist.get_paths()
    if hasattr(artist, "get_sizes") and len(artist.get_sizes()) and artist.get_offset_transform() != artist.get_transform():
        kind = _digest(f"{_slim(vx)} {_slim(vy)}" for path in paths for vx, vy in path.vertices)
        return (f"points {paint} sizes {_runs([_round(size) for size in artist.get_sizes()])} shape {kind} "
                f"{_path(offsets, place(artist.get_offset_transform()))}")  # fmt: skip
    ends = np.concatenate([path.vertices for path in paths]) if paths else np.empty((0, 2))
    return f"{len(paths)} shapes {paint} {_extent(ends, place(artist.get_transform()))}"


def _describe_patch(artist: Patch, place: Callable[[Transform], Place]) -> str:
    if isinstance(artist, FancyArrowPatch):  # its path depends on the resolution
        ends = _path(np.array(artist._posA_posB), place(artist.get_transform()))
        bend = getattr(artist.get_connectionstyle(), "rad", 0)
        head = type(artist.get_arrowstyle()).__name__
        return f"arrow {_edge(artist)} bend {_slim(bend)} {head} {_slim(artist.get_mutation_scale())} {ends}"
    points = artist.get_patch_transform().transform(artist.get_path().vertices)
    return f"shape {_box_paint(artist)} {_extent(points, place(artist.get_data_transform()))}"


def _box_paint(patch: Patch) -> str:
    face = _hex(patch.get_facecolor()) if patch.get_fill() else "open"
    return f"{face} edge {_edge(patch)}" + (f" hatch {patch.get_hatch()}" if patch.get_hatch() else "")


def _edge(patch: Patch) -> str:
    name, width = _hex(patch.get_edgecolor()), patch.get_linewidth()
    return "none" if name == "open" or not width else f"{name} {_slim(width)} {_dashes(patch._unscaled_dash_pattern)}"


def _extras(artist: Artist) -> str:
    """Say what few artists have: a halo, and whether the frame cuts something off them."""
    effects = [f" halo {_hex(effect._gc.get('foreground', 'none'))} {_slim(effect._gc.get('linewidth', 0))}"
               for effect in artist.get_path_effects() or () if hasattr(effect, "_gc") and effect._gc]  # fmt: skip
    frame = artist.get_clip_box() if artist.get_clip_on() else None
    if frame is None:
        return "".join(effects)
    box = artist.get_window_extent()
    beyond = (frame.x0 - box.x0, frame.y0 - box.y0, box.x1 - frame.x1, box.y1 - frame.y1)
    return "".join(effects) + (" cut" if max(beyond) > 1 else "")


def _paper(patch: Patch) -> str:
    face = _hex(patch.get_facecolor()) if patch.get_visible() and patch.get_fill() else "open"
    return "" if face in ("open", "#ffffff") else f", paper {face}"


def _hex(color: object, alpha: float | None = None) -> str:
    """Return a colour as #rrggbb, with its opacity as aa where it lets shine through; `open` where nothing is seen."""
    rgba = colors.to_rgba("none" if isinstance(color, str) and color == "none" else color, alpha)
    if rgba[3] == 0 or (isinstance(color, str) and color == "none"):
        return "open"
    return colors.to_hex(rgba, keep_alpha=rgba[3] < 1)


def _runs(words: Iterable[str]) -> str:
    """Return words in order, those that repeat once with their number: `#aaaaaa x3 #bbbbbb`."""
    counted = [(word, len(list(group))) for word, group in groupby(words)]
    return " ".join(word if count == 1 or len(counted) == 1 else f"{word} x{count}" for word, count in counted)


def _rows(text: Text) -> np.ndarray:
    """Return the place of a text as it is drawn, in the units of its Axes."""
    return np.array([[float(text.convert_xunits(text._x)), float(text.convert_yunits(text._y))]])


def _path(points: np.ndarray, place: Place) -> str:
    shown = place(points[np.isfinite(points).all(axis=1)])
    if len(shown) <= LISTED:
        return " ".join(f"({words})" for words in shown) or "nowhere"
    return f"{' '.join(f'({words})' for words in shown[:LISTED])} and {len(shown) - LISTED} more, all {_digest(shown)}"


def _extent(points: np.ndarray, place: Place) -> str:
    points = points[np.isfinite(points).all(axis=1)]
    if not len(points):
        return "nowhere"
    corners = points.min(axis=0), points.max(axis=0)
    if len(points) <= 3:
        return _path(points, place)
    low, high = place(np.array(corners))
    box = {(x, y) for x in (corners[0][0], corners[1][0]) for y in (corners[0][1], corners[1][1])}
    whole = "" if set(map(tuple, points.tolist())) == box else f", all {_digest(place(points))}"
    return f"from ({low}) to ({high}){whole}"


def _digest(words: Iterable[str]) -> str:
    """Return a short digest of words, for what is too long to be listed."""
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:6]


def _box(artist: Artist, figure: Figure) -> str:
    box = artist.get_window_extent()
    return f"from {', '.join(_mm(box.x0, box.y0, figure))} mm to {', '.join(_mm(box.x1, box.y1, figure))} mm"


def find_collisions(figure: Figure) -> list[str]:
    """Return the pairs of texts whose boxes overlap, and the texts that leave the figure; an empty list is good."""
    figure.draw_without_rendering()
    page = figure.bbox
    shown = [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip()]
    words, boxes = [t.get_text() for t in shown], np.array([t.get_window_extent().extents for t in shown]).reshape(-1, 4)
    low, high = boxes[:, :2], boxes[:, 2:]
    beyond = ((low < page.min) | (high > page.max)).any(axis=1)
    shared = np.minimum(high[:, None], high) - np.maximum(low[:, None], low)
    pairs = np.argwhere(np.triu((shared > 0.5).all(axis=2), k=1))
    return [*(f"'{words[i]}' leaves the figure" for i in np.flatnonzero(beyond)),
            *(f"'{words[i]}' overlaps '{words[j]}'" for i, j in pairs)]  # fmt: skip
