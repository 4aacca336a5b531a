"""Put labels beside marks so that none overlaps another, a mark or the edge."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from analysis import theme

ANGLES = (0, 180, 45, 315, 135, 225, 90, 270, 20, 340, 160, 200)
"""Where a label is tried, in degrees from the mark: right, left, then the corners, above, below."""


class Label(NamedTuple):
    """A label for a mark at x, y (data units) whose half-size on paper is `radius` mm."""

    x: float
    y: float
    words: str
    radius: float
    gid: str
    color: str = theme.TEXT


def place_labels(ax: Axes, labels: Sequence[Label], *, keep_off: Sequence[Bbox] = (), drop: bool = False) -> list[Text]:
    """Write the labels, the first ones nearest to their marks; one pushed away gets a thin leader.

    Labels keep off each other, texts that are there and the boxes of `keep_off` (display units), and off other marks
    where there is room. A label that finds no place is left out if `drop`, else raises ValueError.
    """
    dot = ax.figure.dpi * theme.MM
    renderer = ax.figure.canvas.get_renderer()
    ax.apply_aspect()
    room = ax.get_window_extent(renderer)
    centres = [ax.transData.transform((label.x, label.y)) for label in labels]
    marks = [_around(*xy, label.radius * dot * 0.8) for label, xy in zip(labels, centres, strict=True)]
    taken = [*keep_off, *(text.get_window_extent(renderer) for text in ax.texts)]
    texts = []
    for label, (x, y) in zip(labels, centres, strict=True):
        text = theme.write(ax, label.x, label.y, label.words, size="small", color=label.color, gid=label.gid,
                           ha="left", va="bottom", linespacing=1.05, zorder=6)  # fmt: skip
        text.set_path_effects([withStroke(linewidth=1.4, foreground=theme.FOCUS_LAND, alpha=0.85)])
        box = text.get_window_extent(renderer)
        spot = x, y, label.radius * dot, box
        found = _find(*spot, (room, [*taken, *marks]), dot) or _find(*spot, (room, taken), dot)
        if found is None and drop:
            text.remove()
            continue
        if found is None:
            raise ValueError(f"no room on the figure for the label {label.words!r}")
        place, away = found
        text.set_position(ax.transData.inverted().transform((place.x0, place.y0)))
        taken.append(place.padded(0.3 * dot))
        if away:
            near = min(max(x, place.x0), place.x1), min(max(y, place.y0), place.y1)
            (x0, y0), (x1, y1) = ax.transData.inverted().transform([(x, y), near])
            ax.plot(
                [x0, x1],
                [y0, y1],
                color=theme.MUTED,
                linewidth=0.4,
                zorder=5,
                gid=label.gid,
                scalex=False,
                scaley=False,
            )
        texts.append(text)
    return texts


def box_around(ax: Axes, x: float, y: float, radius: float) -> Bbox:
    """Return the box (display units) around a mark at x, y (data units) whose half-size is `radius` mm."""
    return _around(*ax.transData.transform((x, y)), radius * ax.figure.dpi * theme.MM)


def _around(x: float, y: float, radius: float) -> Bbox:
    return Bbox.from_extents(x - radius, y - radius, x + radius, y + radius)


def _find(
    x: float, y: float, radius: float, box: Bbox, held: tuple[Bbox, list[Bbox]], dot: float
) -> tuple[Bbox, bool] | None:
    """Return the first free place for a box beside a mark, going outwards, and whether it needs a leader."""
    room, taken = held
    for step in (0.6, 1.6, 3, 4.5, 6.5, 9, 12, 16):
        for angle in ANGLES:
            cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
            left = x + (radius + step * dot) * cos - box.width * (1 - cos) / 2
            low = y + (radius + step * dot) * sin - box.height * (1 - sin) / 2
            place = Bbox.from_bounds(left, low, box.width, box.height)
            inside = room.x0 <= place.x0 and place.x1 <= room.x1 and room.y0 <= place.y0 and place.y1 <= room.y1
            if inside and not any(_overlap(place, other) for other in taken):
                return place, step > 1.6
    return None


def _overlap(a: Bbox, b: Bbox) -> bool:
    return min(a.x1, b.x1) > max(a.x0, b.x0) and min(a.y1, b.y1) > max(a.y0, b.y0)
