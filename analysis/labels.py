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

TURNS = 24
"""How often labels are arranged anew in search of a better arrangement."""
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


def place_labels(
    ax: Axes, labels: Sequence[Label], *, keep_off: Sequence[Bbox] = (), lines: Sequence[Bbox] = (), drop: bool = False
) -> list[Text]:
    """Write the labels, the first ones nearest to their marks; one pushed away gets a thin leader.

    Labels keep off each other, texts that are there, marks and the boxes of `keep_off` (display units), and off those
    of `lines` where there is room. A label that finds no place is left out if `drop`; else it may cover a mark, and
    raises ValueError if that does not help.
    """
    dot = ax.figure.dpi * theme.MM
    renderer = ax.figure.canvas.get_renderer()
    ax.apply_aspect()
    room = ax.get_window_extent(renderer).padded(-0.5 * dot)
    held = [text.get_window_extent(renderer) for text in ax.texts]
    texts = [_write(ax, label) for label in labels]
    boxes = [text.get_window_extent(renderer) for text in texts]
    spots = [(*ax.transData.transform((label.x, label.y)), label.radius * dot) for label in labels]
    marks = [*keep_off, *(_around(*spot) for spot in spots)]
    tries = [([*marks, *lines], marks), (marks, marks), *([] if drop else [([], [])])]
    order = list(range(len(labels)))
    found = last = _arrange(order, spots, boxes, (room, held, tries), dot)
    for _ in range(0 if drop else TURNS):  # who came off badly chooses first next time
        bad = [i for i in order if last[i] is None or last[i][2] or last[i][1] > 3]
        if not bad:
            break
        order = [*bad, *(i for i in order if i not in bad)]
        last = _arrange(order, spots, boxes, (room, held, tries), dot)
        found = min(found, last, key=_cost)
    for i, text in enumerate(texts):
        if found[i] is None:
            if not drop:
                raise ValueError(f"no room on the figure for the label {labels[i].words!r}")
            text.remove()
            continue
        place, step, _ = found[i]
        text.set_position(ax.transData.inverted().transform((place.x0, place.y0)))
        if step > 1:
            (x0, y0), (x1, y1) = ax.transData.inverted().transform(_leader(*spots[i], place))
            ax.plot([x0, x1], [y0, y1], color=theme.MUTED, linewidth=0.4, zorder=5, gid=labels[i].gid, scalex=False, scaley=False)
    return [text for text in texts if text.axes is not None]


Found = dict[int, "tuple[Bbox, float, int] | None"]
"""Of each label: its place, how far away it is in mm, how many demands had to be given up for it."""


def _write(ax: Axes, label: Label) -> Text:
    text = theme.write(ax, label.x, label.y, label.words, size="small", color=label.color, gid=label.gid,
                       ha="left", va="bottom", linespacing=1.05, zorder=6)  # fmt: skip
    text.set_path_effects([withStroke(linewidth=1.4, foreground=theme.FOCUS_LAND, alpha=0.85)])
    return text


def _arrange(order: list[int], spots: list, boxes: list[Bbox], held: tuple, dot: float) -> Found:
    """Find a place for each label, one after the other."""
    room, taken, tries = held
    taken, found = list(taken), {}
    for i in order:
        found[i] = None
        for given_up, (avoid, off) in enumerate(tries):
            if place := _find(*spots[i], boxes[i], (room, [*taken, *avoid], off), dot):
                found[i] = (*place, given_up)
                taken.append(place[0].padded(0.3 * dot))
                break
    return found


def _cost(found: Found) -> float:
    """Return how bad an arrangement is: labels left out, labels that cover something, labels far away."""
    return sum(1000.0 if place is None else 150 * place[2] + place[1] ** 2 for place in found.values())


def _leader(x: float, y: float, radius: float, place: Bbox) -> list[tuple[float, float]]:
    """Return the ends of a line from the edge of a mark to the nearest point of its label."""
    near = min(max(x, place.x0), place.x1), min(max(y, place.y0), place.y1)
    long = math.hypot(near[0] - x, near[1] - y)
    share = min(radius / long, 1) if long else 0
    return [(x + (near[0] - x) * share, y + (near[1] - y) * share), near]


def box_around(ax: Axes, x: float, y: float, radius: float) -> Bbox:
    """Return the box (display units) around a mark at x, y (data units) whose half-size is `radius` mm."""
    return _around(*ax.transData.transform((x, y)), radius * ax.figure.dpi * theme.MM)


def _around(x: float, y: float, radius: float) -> Bbox:
    return Bbox.from_extents(x - radius, y - radius, x + radius, y + radius)


def _find(
    x: float, y: float, radius: float, box: Bbox, held: tuple[Bbox, list[Bbox], list[Bbox]], dot: float
) -> tuple[Bbox, float] | None:
    """Return the first free place for a box beside a mark, going outwards, and how far away it is in mm."""
    room, taken, marks = held
    others = [mark for mark in marks if not mark.contains(x, y)]
    for step in (0.8, 1.8, 3, 4.5, 6.5, 9, *(() if marks else (12, 16))):
        for angle in ANGLES:
            cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
            left = x + (radius + step * dot) * cos - box.width * (1 - cos) / 2
            low = y + (radius + step * dot) * sin - box.height * (1 - sin) / 2
            place = Bbox.from_bounds(left, low, box.width, box.height)
            inside = room.x0 <= place.x0 and place.x1 <= room.x1 and room.y0 <= place.y0 and place.y1 <= room.y1
            if not inside or any(_overlap(place, other) for other in taken):
                continue
            (x0, y0), (x1, y1) = _leader(x, y, radius, place)
            crossed = (other.contains(x0 + (x1 - x0) * t / 8, y0 + (y1 - y0) * t / 8) for other in others for t in range(9))
            if step < 1 or not any(crossed):
                return place, step
    return None


def _overlap(a: Bbox, b: Bbox) -> bool:
    return min(a.x1, b.x1) > max(a.x0, b.x0) and min(a.y1, b.y1) > max(a.y0, b.y0)
