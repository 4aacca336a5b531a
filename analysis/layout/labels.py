"""Put labels beside marks so that none overlaps another, a mark or the edge."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from random import Random
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from analysis import theme

TURNS = 60
"""How often labels are arranged anew in search of a better arrangement."""
GOOD = 250
"""Cost of an arrangement (`_cost`) that needs no better one: one label gives up a demand, and none is far away."""
ANGLES = (0, 180, 45, 315, 135, 225, 90, 270, 20, 340, 160, 200, 70, 110, 250, 290)
"""Where a label is tried, in degrees from the mark: right, left, then the corners, above, below."""

APART = 1.5
"""How far a label should at least be from marks that are not its own, in mm."""
BESIDE = 0.9
"""How far apart labels stand at least on one line, in mm: twice a space, so that they do not read as one."""
STEPS = (0.8, 1.8, 3, 4.5, 6.5, 9, 12, 16)
"""How far from its mark a label is tried, in mm."""


class Label(NamedTuple):
    """A label for a mark at x, y (data units) whose half-size on paper is `radius` mm; `name` stands over the words, in
    semibold and in `color`, which is else that of the words.
    """

    x: float
    y: float
    words: str
    radius: float
    gid: str
    color: str = theme.TEXT
    name: str = ""


def place_labels(
    ax: Axes, labels: Sequence[Label], *, keep_off: Sequence[Bbox] = (), lines: Sequence[Bbox] = (), own: bool = False,
    drop: bool = False,
) -> list[Text]:  # fmt: skip
    """Write the labels, the first ones nearest to their marks; one pushed away gets a thin leader.

    Labels keep off each other, texts that are there, marks and the boxes of `keep_off` (display units), and off those of
    `lines` where there is room. With `own` they also stand nearer to their own mark than to any other where there is room.
    A label that finds no place is left out if `drop`; else it may cover a mark, and raises ValueError if that does not help.
    """
    dot = ax.figure.dpi * theme.MM
    renderer = ax.figure.canvas.get_renderer()
    ax.apply_aspect()
    room = ax.get_window_extent(renderer).padded(-0.5 * dot)
    held = _round([text.get_window_extent(renderer) for text in ax.texts])
    parts = [_write(ax, label) for label in labels]
    boxes = [_stack([text.get_window_extent(renderer) for text in texts]) for texts in parts]
    spots = [(*ax.transData.transform((label.x, label.y)), label.radius * dot) for label in labels]
    discs = np.array([(x, y, x, y, radius) for x, y, radius in spots]).reshape(-1, 5)
    marks = np.concatenate([_round(keep_off), discs])
    kept = [np.concatenate([marks, _round(lines)]), marks] if lines else [marks]
    tries = [(avoid, marks, apart) for apart in ((math.inf, APART * dot, 0) if own else (0,)) for avoid in kept]
    tries += [] if drop else [(marks[:0], marks[:0], 0)]
    found = _search(spots, boxes, (room, held, tries), dot, turns=0 if drop else TURNS)
    for i, label in enumerate(labels):
        if found[i] is None and not drop:
            raise ValueError(f"no room on the figure for the label {label.words!r}")
        _settle(ax, label, parts[i], spots[i], found[i])
    return [text for text, *_ in parts if text.axes is not None]


class Choices(NamedTuple):
    """Hold the places where a label may stand, nearest first, and how far they are from its mark in mm.

    A leader crosses none of the `others`, the marks that are not its own, and, if it is `strict`, no text.
    """

    places: np.ndarray
    steps: np.ndarray
    others: np.ndarray
    strict: bool


Found = dict[int, "tuple[Bbox, float, int] | None"]
"""Of each label: its place, how far away it is in mm, how many demands had to be given up for it."""


def _write(ax: Axes, label: Label) -> list[Text]:
    """Write the words of a label, then its name."""
    style = {"size": "small", "gid": label.gid, "ha": "left", "zorder": 6}
    words = theme.TEXT if label.name else label.color
    texts = [theme.write(ax, label.x, label.y, label.words, color=words, va="bottom", linespacing=1.05, **style)]
    if label.name:
        texts.append(theme.write(ax, label.x, label.y, label.name, color=label.color, face="semibold", va="top", **style))
    for text in texts:
        text.set_path_effects([withStroke(linewidth=1.4, foreground=theme.FOCUS_LAND, alpha=0.85)])
    return texts


def _stack(boxes: list[Bbox]) -> Bbox:
    """Return the box of boxes on top of each other."""
    return Bbox.from_bounds(*boxes[0].min, max(box.width for box in boxes), sum(box.height for box in boxes))


def _search(spots: list, boxes: list[Bbox], held: tuple, dot: float, turns: int) -> Found:
    """Return the best of some arrangements: who came off badly chooses first next time."""
    room, texts, tries = held
    choices = cache(lambda i, demand: _list_places(*spots[i], boxes[i], room, *tries[demand], dot))

    def arrange() -> Found:
        return _arrange(order, spots, lambda i: (choices(i, demand) for demand in range(len(tries))), texts, dot)

    order, seen, chance = list(range(len(spots))), set(), Random(0)
    found = last = arrange()
    for _ in range(turns):
        bad = [i for i in order if last[i] is None or last[i][2] or last[i][1] > 3]
        if not bad:
            break
        order = [*bad, *(i for i in order if i not in bad)]
        if tuple(order) in seen:
            if _cost(found) < GOOD:
                break
            chance.shuffle(order)
        seen.add(tuple(order))
        last = arrange()
        found = min(found, last, key=_cost)
    return found


def _settle(ax: Axes, label: Label, texts: list[Text], spot: tuple[float, float, float], found: tuple | None) -> None:
    """Move the texts of a label to their place, flush with the side of the mark if it has a name; draw its leader."""
    if found is None:
        for text in texts:
            text.remove()
        return
    place, step, _ = found
    back = ax.transData.inverted()
    side = "right" if label.name and (place.x0 + place.x1) / 2 < spot[0] else "left"
    for text, y in zip(texts, (place.y0, place.y1), strict=False):
        text.set(ha=side, multialignment=side, position=back.transform((place.x1 if side == "right" else place.x0, y)))
    if step > 1:
        (x0, y0), (x1, y1) = back.transform(_leader(*spot, place))
        ax.plot([x0, x1], [y0, y1], color=theme.MUTED, linewidth=0.4, zorder=5, gid=label.gid, scalex=False, scaley=False)


def _arrange(order: list[int], spots: list, choices: Callable[[int], Iterable[Choices]], texts: np.ndarray, dot: float) -> Found:
    """Find a place for each label, one after the other; `choices` has the places of a label for each demand given up."""
    found = {}
    for i in order:
        places = ((_find(spots[i], one, texts), demand) for demand, one in enumerate(choices(i)))
        found[i] = next(((*place, demand) for place, demand in places if place), None)
        if found[i]:
            box, step, _ = found[i]
            line = _trace(*spots[i], box) if step > 1 else np.empty((0, 5))
            texts = np.concatenate([texts, _round([box.padded(BESIDE * dot, 0.3 * dot)]), line])
    return found


def _cost(found: Found) -> float:
    """Return how bad an arrangement is: labels left out, labels that cover something, labels far away."""
    return sum(1000.0 if place is None else 150 * place[2] + 2 * place[1] ** 2 for place in found.values())


def _leader(x: float, y: float, radius: float, place: Bbox) -> list[tuple[float, float]]:
    """Return the ends of a line from the edge of a mark to the nearest point of its label."""
    near = min(max(x, place.x0), place.x1), min(max(y, place.y0), place.y1)
    long = math.hypot(near[0] - x, near[1] - y)
    share = min(radius / long, 1) if long else 0
    return [(x + (near[0] - x) * share, y + (near[1] - y) * share), near]


def box_around(ax: Axes, x: float, y: float, radius: float) -> Bbox:
    """Return the box (display units) around a mark at x, y (data units) whose half-size is `radius` mm."""
    (x, y), radius = ax.transData.transform((x, y)), radius * ax.figure.dpi * theme.MM
    return Bbox.from_extents(x - radius, y - radius, x + radius, y + radius)


def _trace(x: float, y: float, radius: float, place: Bbox) -> np.ndarray:
    """Return points along the leader of a label, as boxes without size."""
    line = np.linspace(*_leader(x, y, radius, place), 25)
    return np.hstack([line, line, np.zeros((25, 1))])


def _list_places(x: float, y: float, radius: float, box: Bbox, room: Bbox, avoid: np.ndarray, marks: np.ndarray, apart: float,
                 dot: float) -> Choices:  # fmt: skip
    """Return where a box beside a mark stands in the room and off all that is to be avoided, going outwards.

    It is farther from other marks than from its own, or at least `apart`.
    """
    others = marks[_measure_gaps(np.array([[x, y, x, y]]), marks)[0] > 0]
    step, angle = (v.ravel() for v in np.meshgrid(STEPS, np.radians(ANGLES), indexing="ij"))
    cos, sin = np.cos(angle), np.sin(angle)
    left = x + (radius + step * dot) * cos - box.width * (1 - cos) / 2
    low = y + (radius + step * dot) * sin - box.height * (1 - sin) / 2
    places = np.column_stack([left, low, left + box.width, low + box.height])

    def keep(fits: np.ndarray) -> None:
        nonlocal step, places
        step, places = step[fits], places[fits]

    keep((places[:, :2] >= room.min).all(axis=1) & (places[:, 2:] <= room.max).all(axis=1))
    keep((_measure_gaps(places, avoid) >= 0).all(axis=1))
    near = np.clip([x, y], places[:, :2], places[:, 2:])
    least = np.minimum(np.maximum(np.hypot(*(near - [x, y]).T) - radius, 0), apart)
    keep((_measure_gaps(places, others) >= least[:, None]).all(axis=1) | (least == 0))
    return Choices(places, step, others, len(marks) > 0)


def _find(spot: tuple[float, float, float], choices: Choices, texts: np.ndarray) -> tuple[Bbox, float] | None:
    """Return the first place that is free of texts and leaders, and how far away it is in mm.

    A line to the mark crosses no other mark and, while marks count, no text.
    """
    for i in np.flatnonzero((_measure_gaps(choices.places, texts) >= 0).all(axis=1)):
        place, step = Bbox.from_extents(choices.places[i]), float(choices.steps[i])
        crossed = np.concatenate([choices.others, texts]) if choices.strict else choices.others
        if step < 1 or (_measure_gaps(_trace(*spot, place)[:, :4], crossed) > 0).all():
            return place, step
    return None


def _round(boxes: Sequence[Bbox]) -> np.ndarray:
    """Return boxes as rows of left, low, right, top and by how much they reach farther all around, as discs do."""
    return np.array([(*box.extents, 0) for box in boxes]).reshape(-1, 5)


def _measure_gaps(places: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return how far boxes are from others, below 0 where they overlap: a row for each place."""
    x = np.maximum(places[:, None, 0] - others[:, 2], others[:, 0] - places[:, None, 2])
    y = np.maximum(places[:, None, 1] - others[:, 3], others[:, 1] - places[:, None, 3])
    return np.hypot(np.maximum(x, 0), np.maximum(y, 0)) + np.minimum(np.maximum(x, y), 0) - others[:, 4]
