"""Labels in rows over a time axis, on stems or beside bars, none over another. Places across are in mm."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from analysis.theme import text_width

AIR = 0.8
"""Room in mm between a stem or a bar and its label, and around labels."""
LETTERS = {True: (40, 30, 22), False: (60, 46, 30, 22)}
"""Letters in a line at which a label is tried, on a stem or beside a bar."""


@dataclass(frozen=True)
class Flag:
    """A label wanted: for a moment on a stem from below (`left` is `right`), or for a bar from left to right."""

    id: str
    left: float
    right: float
    words: str

    @property
    def stem(self) -> bool:
        return self.left == self.right


@dataclass(frozen=True)
class Place:
    """Where a label stands: its lines, the row of the lowest one (from 0 at the foot), its ends in mm with its mark.

    `side` is 1 for a label that begins to the right of its mark, -1 for one that ends to the left, 0 for one below a bar,
    whose first line is then empty.
    """

    flag: Flag
    lines: tuple[str, ...]
    row: int
    left: float
    right: float
    side: int

    @property
    def top(self) -> int:
        return self.row + len(self.lines)

    @property
    def edge(self) -> float:
        """Return where in mm the words begin (or end, to the left of a mark), but for the air."""
        return {1: self.flag.right, 0: self.left, -1: self.flag.left}[self.side]

    def hides(self, other: Place) -> bool:
        """Say whether this label, or the bar it stands beside, covers another's label or stem."""
        if self.row < other.top and other.row < self.top and self.left < other.right and other.left < self.right:
            return True
        return other.flag.stem and self.left < other.flag.left < self.right and self.row < other.top


def settle(flags: Sequence[Flag], wide: float, rows: int, grow: float) -> list[Place]:
    """Place labels in so many rows over `wide` mm, as low as may be: the first have a place before any that come later.

    Where one finds none, others are tried at other places, but never at the cost of one that comes before it.
    """
    ways = {flag.id: _break(flag, grow) for flag in flags}
    paper, given = (wide, rows, grow), [(flag, (1, -1)) for flag in flags]
    order, best = given, _arrange(given, ways, paper)
    for flag in (flag for flag in flags if flag.id not in best):
        for base, sides in product((order, given), ((1, -1), (-1, 1))):
            turned = [(flag, sides), *(other for other in base if other[0] is not flag)]
            found = _arrange(turned, ways, paper)
            if [other.id in found for other in flags] > [other.id in best for other in flags]:
                order, best = turned, found
    return list(best.values())


def _arrange(order: Sequence[tuple[Flag, tuple[int, int]]], ways: dict[str, list],
             paper: tuple[float, int, float]) -> dict[str, Place]:  # fmt: skip
    """Place one label after the other, by id; those without room are left out."""
    placed: dict[str, Place] = {}
    for flag, sides in order:
        tries = _list_places(flag, ways[flag.id], sides, paper)
        free = (place for place in tries if not any(place.hides(other) or other.hides(place) for other in placed.values()))
        if place := next(free, None):
            placed[flag.id] = place
    return placed


def _list_places(flag: Flag, ways: list, sides: tuple[int, int], paper: tuple[float, int, float]) -> Iterator[Place]:
    """Yield the places of a label that lie on the paper, the best first: low, in few lines, on the side named first."""
    wide, rows, grow = paper
    for row in range(rows):
        for lines, long in ways:
            for side in sides:
                left, right = _find_ends(flag, side, long, grow)
                if row + len(lines) <= rows and left >= 0 and right <= wide + AIR * grow:
                    yield Place(flag, lines, row, left, right, side)
    for row in [] if flag.stem else range(rows):
        for lines, long in ways:
            beyond = long + 2 * AIR * grow
            left = max(min(flag.left, wide - beyond), 0)
            if row + len(lines) < rows and beyond <= wide:
                yield Place(flag, ("", *lines), row, left, max(flag.right, left + beyond), 0)


def _break(flag: Flag, grow: float) -> list[tuple[tuple[str, ...], float]]:
    """Return the ways to break a label into lines of like length, the fewest lines first, each with its length in mm."""
    ways = dict.fromkeys(_even_out(flag.words, letters) for letters in LETTERS[flag.stem])
    return [(lines, max(text_width(line, "small", scale=grow) for line in lines)) for lines in ways]


def _even_out(words: str, most: int) -> tuple[str, ...]:
    """Break words into as few lines as lines of `most` letters need, and these as short as may be."""
    need = len(textwrap.wrap(words, most))
    ways = (tuple(textwrap.wrap(words, letters)) for letters in range(1, most + 1))
    return next((lines for lines in ways if len(lines) == need), ())


def _find_ends(flag: Flag, side: int, long: float, grow: float) -> tuple[float, float]:
    """Return where a label lies to the right (1) or the left (-1) of its mark, with air; a bar belongs to its label."""
    beyond = long + 2 * AIR * grow
    if side > 0:
        return flag.right if flag.stem else flag.left, flag.right + beyond
    return flag.left - beyond, flag.left if flag.stem else flag.right


def stack_marks(places: Iterable[float], least: float) -> list[int]:
    """Return a level for each mark, from 0, so that marks of one level lie at least so far apart."""
    taken: list[list[float]] = []
    levels = []
    for x in places:
        level = next((i for i, row in enumerate(taken) if all(abs(x - other) >= least for other in row)), len(taken))
        taken += [[]] * (level == len(taken))
        taken[level] = [*taken[level], x]
        levels.append(level)
    return levels
