"""Numbers with few digits, the same on every machine."""

from __future__ import annotations

EDGE = 1e-9
"""By how much of itself a number is moved before it is rounded: far more than machines differ, far less than is seen."""


def settle(value: float) -> float:
    """Move a number off the edge between two roundings: its last bits, which machines do not share, then decide nothing."""
    return value + abs(value) * EDGE


def few(value: float, places: int = 0) -> float:
    """Return a number with this many places after the point."""
    return round(float(settle(value)), places) + 0.0
