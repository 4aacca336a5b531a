"""Arcs between marks that keep out of each other's way. Places are in mm on paper, y downwards."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

BENDS = (0.12, 0.2, 0.28, 0.06, 0.36, -0.06, -0.12, -0.2)
"""How far an arc bulges towards later times, as a share of its length; the first that costs least is taken."""
BULGE = 9.0
"""How far it bulges at most, in mm."""
NEAR = 1.4
"""Distance in mm below which an arc disturbs a mark or another arc."""
OWN = 2.5
"""Distance in mm from its own ends at which an arc disturbs nothing."""
MARK, EDGE, ARC, ASTRAY, BENT = 12.0, 8.0, 0.6, 0.1, 0.15
"""Costs: of a mark that an arc hides; of each mm beyond the edge, along another arc, outside its lanes, of bulge."""

Spot = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


def route(ends: Sequence[tuple[Spot, Spot]], marks: Sequence[Spot], room: Box, grow: float) -> list[np.ndarray]:
    """Return for each pair (from, to) the three points of an arc that keeps off marks, other arcs and the edges.

    Short arcs are laid first, as they have the least choice.
    """
    spots = np.array(marks, dtype=float).reshape(-1, 2)
    laid: dict[int, np.ndarray] = {}
    passed = np.empty((0, 2))
    for i in sorted(range(len(ends)), key=lambda i: (math.dist(*ends[i]), i)):
        tries = [_bend(*ends[i], share, grow) for share in BENDS]
        costs = [_cost(arc, spots, passed, room, grow) for arc in tries]
        laid[i] = tries[int(np.argmin(costs))]
        passed = np.vstack([passed, trace(laid[i])])
    return [laid[i] for i in range(len(ends))]


def trace(arc: np.ndarray) -> np.ndarray:
    """Return points on an arc, about one a mm."""
    t = np.linspace(0, 1, max(8, int(math.dist(arc[0], arc[2]))))[:, None]
    return (1 - t) ** 2 * arc[0] + 2 * t * (1 - t) * arc[1] + t**2 * arc[2]


def measure_bend(arc: np.ndarray) -> float:
    """Return the bend of an arc as matplotlib's connection style arc3 counts it, on an Axes whose y runs down."""
    across, down = arc[2] - arc[0]
    away = arc[1] - (arc[0] + arc[2]) / 2
    return float((across * away[1] - down * away[0]) / max(across**2 + down**2, 1e-9))


def _bend(start: Spot, end: Spot, share: float, grow: float) -> np.ndarray:
    """Bend an arc to the right (later), or above the line where it runs along a lane."""
    (x0, y0), (x1, y1) = start, end
    across, down = x1 - x0, y1 - y0
    share = math.copysign(min(abs(share), BULGE * grow / max(math.dist(start, end), 1e-6)), share)
    sign = (1 if down < 0 else -1) if abs(down) > 1e-6 else 1
    return np.array([start, ((x0 + x1) / 2 - 2 * share * down * sign, (y0 + y1) / 2 + 2 * share * across * sign), end])


def _cost(arc: np.ndarray, marks: np.ndarray, passed: np.ndarray, room: Box, grow: float) -> float:
    """Say how much an arc disturbs: marks that it hides, arcs that it runs along, edges that it crosses."""
    points = trace(arc)
    ends = arc[[0, 2]]
    own = points[_measure_gaps(points, ends) > OWN * grow]
    others = marks[_measure_gaps(marks, ends) > 0.1]
    low, high = sorted((arc[0][1], arc[2][1]))
    astray = (points[:, 1] < low - 2 * grow) | (points[:, 1] > high + 2 * grow)
    outside = (points < room[:2]).any(axis=1) | (points > room[2:]).any(axis=1)
    disturbed = MARK * _close(others, own, grow).sum() + ARC * _close(own, passed, grow).sum()
    bulge = math.dist(arc[1], (arc[0] + arc[2]) / 2)
    return disturbed + EDGE * outside.sum() + ASTRAY * astray.sum() + BENT * bulge


def _close(points: np.ndarray, others: np.ndarray, grow: float) -> np.ndarray:
    """Return for each point how near the nearest other is: 1 where they touch, 0 beyond NEAR."""
    return np.clip(1 - _measure_gaps(points, others) / (NEAR * grow), 0, 1)


def _measure_gaps(points: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return for each point the distance to the nearest other, infinite if there is none."""
    apart = points[:, None] - others[None]
    return np.hypot(apart[..., 0], apart[..., 1]).min(axis=1, initial=np.inf)
