"""Orders that rows can be out of: that of their keys, and that of answers, which never lead back to where they began."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection
from graphlib import CycleError, TopologicalSorter


def find_ascent(keys: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """Return the most keys that stand in order as they are: the others are those to move (patience sorting)."""
    tops: list[tuple[object, ...]] = []
    below: dict[tuple[object, ...], tuple[object, ...] | None] = {}
    for key in keys:
        at = bisect_left(tops, key)
        below[key] = tops[at - 1] if at else None
        tops[at : at + 1] = [key]
    ascent, key = [], tops[-1] if tops else None
    while key is not None:
        ascent.append(key)
        key = below[key]
    return ascent[::-1]


def find_cycle(answers: Collection[tuple[str, str]]) -> list[str]:
    """Return the first circle of answers, its first statement repeated at the end; or nothing."""
    graph: dict[str, list[str]] = {}
    for statement, answered in answers:
        graph.setdefault(statement, []).append(answered)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1][::-1]
    return []
