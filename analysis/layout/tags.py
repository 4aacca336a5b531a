"""Words beside marks that lines run between: none covers another or a mark, nor more of a line than it must.

Places are in mm on paper, y downwards.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from analysis import theme
from analysis.layout.arcs import Box, Spot

STEPS = (0.5, 1.2, 2, 3, 4, 5, 6.5, 8, 10, 13, 16)
"""How far from its mark a text is tried, in mm."""
ANGLES = (0, 180, 45, 315, 135, 225, 90, 270, *(angle for angle in range(0, 360, 15) if angle % 45))
"""Where it is tried, in degrees: right, left, the corners, above, below, then between."""
WRAPS = (26, 18, 44, 64)
"""Lengths of line at which it is tried, in letters."""
LEAD = 2.2
"""Distance in mm from which it has a thin leader to its mark."""
LEADING, AIR = 1.02, 0.5
"""Distance of its lines, as a share of the font's; space beside it, in mm."""
FAR, FARTHER, ALIEN, TURN = 0.9, 0.06, 8.0, 0.02
"""Costs: of a mm from its mark or of line that it hides, of the square of these, of standing nearer to another mark than to
its own, of a place later in ANGLES."""
WORST, LOST, NEEDED = 17.0, 25.0, 4
"""Cost at most of a text, of one left out, and how many times that counts for one that is needed."""
TURNS, BAD = 30, 4.0
"""How often texts are arranged anew in search of a better arrangement, and from which cost on one chooses before others."""


class Tag(NamedTuple):
    """Words for the mark of half-size `radius` at any of `spots`; `needed` ones stand even where they hide lines."""

    spots: Sequence[Spot]
    words: str
    radius: float
    gid: str
    color: str
    needed: bool = False


class Place(NamedTuple):
    """Where a text may stand, at what cost, and whether only a leader says to which mark it belongs."""

    cost: float
    words: str
    box: Box
    led: bool


def place_tags(ax: Axes, tags: Sequence[Tag], lines: np.ndarray, held: Sequence[Box], room: Box) -> set[str]:
    """Write the words beside their marks, the first ones with the first choice; return the gids of those with room.

    A text covers no other and no box of `held`; it keeps off the points of `lines`, about one a mm, where that costs little.
    """
    grow, held = theme.scale_of(ax.figure), np.array(held).reshape(-1, 4)
    places = [_find_places(ax, tag, lines, held, room) for tag in tags]
    order = list(range(len(tags)))
    seen = {tuple(order)}
    found = last = _arrange(tags, places, order, held, grow)
    for _ in range(TURNS):  # who came off badly chooses first next time
        order = sorted(order, key=lambda i: -sum(_rate(last[i], tags[i]) > cost for cost in (BAD, LOST)))
        if tuple(order) in seen:
            break
        seen.add(tuple(order))
        last = _arrange(tags, places, order, held, grow)
        found = min(found, last, key=lambda one: sum(_rate(one[i], tag) for i, tag in enumerate(tags)))
    for i, tag in enumerate(tags):
        if found[i]:
            _write(ax, tag, found[i])
    return {tag.gid for i, tag in enumerate(tags) if found[i]}


def _find_places(ax: Axes, tag: Tag, lines: np.ndarray, held: np.ndarray, room: Box) -> list[Place]:
    """Return all places for a text that are free before any other text stands, the best ones first."""
    found, grow = [], theme.scale_of(ax.figure)
    for words in dict.fromkeys(_break(tag.words, most) for most in WRAPS):
        boxes, turns = _try(tag, _measure(ax, words), grow)
        free = (boxes[:, :2] >= room[:2]).all(axis=1) & (boxes[:, 2:] <= room[2:]).all(axis=1)
        free &= ~_cover(boxes, held, grow)
        costs, led = _weigh(boxes[free], tag, lines, held, grow)
        rated = zip((costs + TURN * turns[free]).tolist(), boxes[free].tolist(), led.tolist(), strict=True)
        found += [Place(round(cost, 3), words, tuple(box), far) for cost, box, far in rated]
    return sorted(place for place in found if tag.needed or place.cost <= WORST)


def _break(words: str, most: int) -> str:
    """Break words into lines of about equal length."""
    count = math.ceil(len(words) / most)
    lines, length = [""], len(words) / count
    for word in words.split():
        if lines[-1] and len(lines) < count and len(lines[-1]) + len(word) / 2 > length:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)


def _measure(ax: Axes, words: str) -> Spot:
    """Return the width and the height of words in mm."""
    text = theme.write(ax, 0, 0, words, size="small", va="top", linespacing=LEADING)
    box = text.get_window_extent(ax.figure.canvas.get_renderer())
    text.remove()
    return box.width / ax.figure.dpi / theme.MM, box.height / ax.figure.dpi / theme.MM


def _try(tag: Tag, size: Spot, grow: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the places that are tried for a text of this size, and the rank of their direction."""
    turn, step, spot = (part.ravel() for part in np.meshgrid(np.arange(len(ANGLES)), STEPS, np.arange(len(tag.spots))))
    away, angle = step * grow + tag.radius, np.radians(np.array(ANGLES)[turn])
    x, y = np.array(tag.spots)[spot].T
    left = x + away * np.cos(angle) - size[0] * (1 - np.cos(angle)) / 2
    top = y - away * np.sin(angle) - size[1] * (1 + np.sin(angle)) / 2
    return np.column_stack([left, top, left + size[0], top + size[1]]), turn


def _cover(boxes: np.ndarray, taken: np.ndarray, grow: float) -> np.ndarray:
    """Say of each box whether it covers one that is taken, or stands too close beside it."""
    (a, b, c, d), (x0, y0, x1, y1) = boxes.T[:, :, None], taken.T
    across = np.minimum(c, x1) > np.maximum(a, x0) - AIR * grow
    return (across & (np.minimum(d, y1) > np.maximum(b, y0))).any(axis=1)


def _weigh(boxes: np.ndarray, tag: Tag, lines: np.ndarray, held: np.ndarray, grow: float
           ) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Return what each place costs and whether it needs a leader.

    It costs how far it is from its mark, how much of the lines it hides, and that it stands nearer to another mark.
    """
    (a, b, c, d), (x, y) = boxes.T[:, :, None], lines.T
    hidden = ((x > a) & (x < c) & (y > b) & (y < d)).sum(axis=1) / grow
    away = np.maximum(_measure_gaps(boxes, np.array([(*spot, *spot) for spot in tag.spots])) - tag.radius, 0) / grow
    alien = _measure_gaps(boxes, _leave_out(held, tag)) / grow < away + AIR
    return sum(FAR * mm + FARTHER * mm**2 for mm in (away, hidden)) + ALIEN * alien, alien | (away > LEAD)


def _measure_gaps(boxes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return how far each box is from the nearest of others, infinite if there is none."""
    (a, b, c, d), (x0, y0, x1, y1) = boxes.T[:, :, None], others.T
    across, down = np.maximum(np.maximum(x0 - c, a - x1), 0), np.maximum(np.maximum(y0 - d, b - y1), 0)
    return np.hypot(across, down).min(axis=1, initial=np.inf)


def _leave_out(held: np.ndarray, tag: Tag) -> np.ndarray:
    """Return the boxes of `held` that are not of the tag's own mark."""
    (a, b, c, d), (x, y) = held.T[:, :, None], np.array(tag.spots).T
    return held[~((a <= x) & (x <= c) & (b <= y) & (y <= d)).any(axis=1)]


def _arrange(tags: Sequence[Tag], places: Sequence[list[Place]], order: Sequence[int], held: np.ndarray, grow: float
             ) -> dict[int, Place | None]:  # fmt: skip
    """Give each text in order the best place that is left."""
    found: dict[int, Place | None] = {}
    taken = np.empty((0, 4))
    for i in order:
        boxes = np.array([place.box for place in places[i]]).reshape(-1, 4)
        in_way = _leave_out(np.concatenate([held, taken]), tags[i])
        free = (place for place, covers in zip(places[i], _cover(boxes, taken, grow), strict=True) if not covers)
        found[i] = next((place for place in free if not place.led or _reaches(tags[i], place.box, in_way)), None)
        if found[i]:
            taken = np.concatenate([taken, [found[i].box]])
    return found


def _rate(place: Place | None, tag: Tag) -> float:
    return place.cost if place else LOST * (NEEDED if tag.needed else 1)


def _reaches(tag: Tag, box: Box, in_way: np.ndarray) -> bool:
    """Say whether a leader from a mark to its text crosses nothing that is in its way."""
    x, y = np.linspace(*_link(tag, box), 12).T[:, :, None]
    x0, y0, x1, y1 = in_way.T
    return not ((x0 <= x) & (x <= x1) & (y0 <= y) & (y <= y1)).any()


def _write(ax: Axes, tag: Tag, place: Place) -> None:
    """Write the words, with a leader if they need one."""
    grow, box = theme.scale_of(ax.figure), place.box
    text = theme.write(ax, box[0], box[1], place.words, size="small", gid=tag.gid, color=tag.color, va="top",
                       linespacing=LEADING, zorder=6)  # fmt: skip
    text.set_path_effects([withStroke(linewidth=1.6 * grow, foreground=theme.PAPER, alpha=0.9)])
    if place.led:
        ax.plot(*zip(*_link(tag, box), strict=True), color=theme.MUTED, linewidth=0.35 * grow, zorder=2,
                gid=f"{tag.gid} leader", scalex=False, scaley=False)  # fmt: skip


def _link(tag: Tag, box: Box) -> tuple[Spot, Spot]:
    """Return the shortest way from a mark to its text."""
    ways = [((x, y), (min(max(x, box[0]), box[2]), min(max(y, box[1]), box[3]))) for x, y in tag.spots]
    return min(ways, key=lambda way: math.dist(*way))
