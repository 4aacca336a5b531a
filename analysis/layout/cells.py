"""Positions in the cells of a table, proposals by sides: what has room on paper. All is in mm, of type at page size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

import pandas as pd

from analysis import theme
from analysis.theme import wrap

LOOKS = {
    "propose": (">", "proposes"), "announce": (">", "announces"), "accept": ("^", "accepts"), "accept-if": ("*", "accepts if"),
    "counter": ("D", "counters"), "defer": ("o", "defers"), "deflect": ("o", "deflects"), "clarify": ("o", "explains"),
    "reject": ("X", "rejects"), "condemn": ("s", "condemns"),
}  # fmt: skip
"""Shape of each kind of position, and its word."""
SIZES = {">": 4.4, "^": 4.6, "*": 6.4, "D": 3.6, "o": 4.3, "X": 4.8, "s": 3.9}
"""Size of each shape in points, so that all look equally large."""
LINE, PAD = (2.25, 2.75), (0.45, 1.3)
"""In mm, the least and the best: height of a line, what is free between proposals."""
SHAPE, SPACE, GAP, STROKE = 2.7, 0.9, 1.6, 1.5
"""In mm: the room of a shape, what is free between a word and a day and between cells, a line that leads to a shape."""
NARROW = 100
"""Width in mm below which the names of proposals stand above their cells and not beside them."""
CLOSE = 0.4
"""How much of the difference between the least and the best is kept where names stand above."""
WORDS, DAYS, SHAPES = range(3)
"""What a row says beside each shape: its word and day, its day only, nothing."""
OPEN = {"later": "Answered outside what is shown:", "open": "No statement in the record answers:",
        "shared": "Answered together, which one is not said:"}  # fmt: skip
"""What stands before the proposals of each status that have no row."""
LESS = "Some days are left out."
"""What the key says where days had no room."""


@dataclass
class Row:
    """Hold a proposal: its name in lines, the positions of each side, what is said of them, and where it stands in mm."""

    name: str
    cells: dict[str, list]
    year: int
    form: int = WORDS
    title: tuple[str, ...] = ()
    lines: int = 1
    y: float = 0


@dataclass
class Layout:
    """Hold the table in mm: the width of the names, where each side begins and how wide it is, the rows, what is below."""

    left: float
    cells: dict[str, tuple[float, float]]
    rows: list[Row]
    wide: float
    years: bool = False
    foot: list[list[tuple]] = field(default_factory=list)
    key: list[list[tuple]] = field(default_factory=list)
    air: float = 1
    height: float = 0

    @property
    def line(self) -> float:
        return LINE[0] + (LINE[1] - LINE[0]) * self.air

    @property
    def pad(self) -> float:
        return PAD[0] + (PAD[1] - PAD[0]) * self.air

    @property
    def beside(self) -> bool:
        return self.left > 0


@cache
def measure(words: str, face: str = "regular") -> float:
    return theme.text_width(words, "small", face)


def face_of(mark: object) -> str:
    return "regular" if mark.basis == "explicit" else "italic"


def _measure_position(mark: object) -> float:
    """Return the width of a position with its word and day on one line."""
    return SHAPE + measure(LOOKS[mark.kind][1], face_of(mark)) + (measure(mark.day) + SPACE if mark.day else 0)


def lay_out(marks: pd.DataFrame, sides: Mapping[str, str], wide: float, high: float | None = None) -> Layout:
    """Return the table for a width in mm (of type at page size), at its natural height or to fit the height given.

    Where that is too small, the headings of years and the days of what nobody answered go first; then the rows with most
    lines lose the words beside their shapes, and then the days. A key names the shapes, and says that days are left out.
    """
    met = marks[marks["status"] == "answered"]
    cells: dict[int, dict[str, list]] = {}
    for mark in met.itertuples():
        cells.setdefault(mark.row, {}).setdefault(mark.side, []).append(mark)
    firsts = {row: next(iter(own.values()))[0] for row, own in cells.items()}
    rows = [Row(firsts[row].proposal, cells[row], int(firsts[row].made)) for row in sorted(cells)]
    layout = Layout(*_fit_columns(rows, [side for side in sides if side in set(met["side"])], wide), rows, wide)
    layout.years = met["made"].nunique() > 1
    layout.foot = _flow(_name_open(marks), wide)
    if high is None:
        _stack(layout, 1 if layout.beside else CLOSE)
        return layout
    if _stack(layout, 0) > high:
        layout.years, layout.foot = False, _flow(_name_open(marks, short=True), wide)
        layout.key = _flow([([], LESS, "")], wide) if layout.foot else []
    for form in (DAYS, SHAPES):
        while _stack(layout, 0) > high:
            longer = [row for row in rows if row.form < form and _count_lines(row, layout, form) < row.lines]
            if not longer:
                break
            max(longer, key=lambda row: row.lines).form = form
            less = [([], LESS, "")] if layout.foot or form == SHAPES else []
            layout.key = _flow(_name_shapes(met) + less, wide)
    least = _stack(layout, 0)
    _stack(layout, min((high - least) / (_stack(layout, 1) - least), 1.5))
    return layout


def _fit_columns(rows: list[Row], there: list[str], wide: float) -> tuple[float, dict[str, tuple[float, float]]]:
    """Return the width of the names (0: they stand above) and where the cells of each side begin, with their width.

    Where not every position has room on one line, those columns shrink in which least positions have to be broken.
    """
    marks = [mark for row in rows for own in row.cells.values() for mark in own]
    needs = {side: sorted(_measure_position(mark) for mark in marks if mark.side == side) for side in there}
    least = {side: max(measure(side, "bold") * 1.15, *(SHAPE + measure(LOOKS[mark.kind][1], face_of(mark)) for mark in marks
                                                      if mark.side == side)) for side in there}  # fmt: skip
    widths = {side: max(need[-1], least[side]) for side, need in needs.items()}
    names = max((measure(row.name, "semibold") for row in rows), default=0.0) + GAP
    room = wide - GAP * (len(there) - 1)
    left = 0.0 if wide < NARROW else max(min(names, room - sum(widths.values())), 0.25 * wide)
    while sum(widths.values()) > room - left + 0.01:
        offers = [(sum(need >= widths[side] - 0.01 for need in needs[side]) / (widths[side] - lower), side, lower)
                  for side in there if (lower := _lower(needs[side], widths[side], least[side])) < widths[side]]  # fmt: skip
        if not offers:
            break
        _, side, lower = min(offers)
        widths[side] = lower
    spare = (room - left - sum(widths.values())) / max(len(there), 1)
    cells, x = {}, left
    for side in there:
        cells[side] = (x, widths[side] + spare)
        x += widths[side] + spare + GAP
    return left, cells


def _lower(needs: list[float], width: float, least: float) -> float:
    """Return the next width below one at which more positions have to be broken."""
    return max([need for need in needs if least <= need < width - 0.01], default=least)


def _stack(layout: Layout, air: float) -> float:
    """Put the rows below each other, with more or less air, from the names of the sides to the key; return the height."""
    layout.air = air
    y, year = 4.3 if layout.rows else 0.0, 0
    for row in layout.rows:
        late = row.year == max(one.year for one in layout.rows)
        name = row.name if layout.years or late else f"{row.name}, {row.year}"
        row.title = tuple(wrap(name, (layout.left or layout.wide) - GAP, face="semibold"))
        if layout.years and row.year != year:
            year = row.year
            y += layout.line + layout.pad / 2
        row.y, row.lines = y, _count_lines(row, layout, row.form)
        y += row.lines * layout.line + layout.pad
    y += len(layout.foot) * layout.line + layout.pad if layout.foot else 0
    y += len(layout.key) * layout.line + layout.pad if layout.key else 0
    layout.height = y
    return y


def _count_lines(row: Row, layout: Layout, form: int) -> int:
    """Return how many lines of text a row takes."""
    most = max(len(arrange(marks, layout.cells[side][1], form)) for side, marks in row.cells.items())
    return max(most, len(row.title)) if layout.beside else most + len(row.title)


def arrange(marks: list, cell: float, form: int) -> list[list[tuple]]:
    """Return the lines of a cell: positions, each with its place across (none: its shape is above), its word, its day."""
    lines: list[list[tuple]] = []
    if form == WORDS or (len(marks) == 1 and _measure_position(marks[0]) <= cell + 0.02):
        for mark in marks:
            word, fits = LOOKS[mark.kind][1], _measure_position(mark) <= cell + 0.02
            lines.append([(mark, 0.0, word, mark.day if fits else "")])
            lines += [] if fits else [[(mark, None, "", mark.day)]]
        return lines
    x = cell
    for mark in marks:
        day = mark.day if form == DAYS else ""
        need = SHAPE + measure(day) if day else SHAPE
        if not lines or x + need > cell:
            lines.append([])
            x = 0.0
        lines[-1].append((mark, x, "", day))
        x += need + (SPACE if day else 0)
    return lines


def _name_open(marks: pd.DataFrame, *, short: bool = False) -> list[tuple]:
    """Return what is written of each proposal that has no row: its marks, its name, who made it, its days if not `short`."""
    many = marks["made"].nunique() > 1
    pieces: list[tuple] = []
    for (status, _), own in marks[marks["status"] != "answered"].groupby(["status", "row"]):
        if not any(words == OPEN[status] for _, words, _ in pieces):
            pieces.append(([], OPEN[status], ""))
        made = own["made"].iloc[0]
        late = f" {made}" if many and made != marks["made"].max() else ""
        days = dict.fromkeys(f"{day}{late}" for day in own["day"] if day)
        by = dict.fromkeys([*own["side"], *([str(made)] if short and late else ())])
        pieces.append((list(own.itertuples()), own["proposal"].iloc[0], ", ".join([*by, *(() if short else days)])))
    return pieces


def _name_shapes(marks: pd.DataFrame) -> list[tuple]:
    """Return the pieces of the key: each shape with the words for it."""
    words: dict[str, list[str]] = {}
    for kind, (shape, word) in LOOKS.items():
        if kind in set(marks["kind"]):
            words.setdefault(shape, []).append(word)
    return [([shape], ", ".join(each), "") for shape, each in words.items()]


def _flow(pieces: list[tuple], wide: float) -> list[list[tuple]]:
    """Break pieces (shapes, words, days) into lines, each piece with its place across."""
    lines: list[list[tuple]] = [[]]
    x = 0.0
    for shapes, words, days in pieces:
        face = "semibold" if words in OPEN.values() else "regular"
        need = len(shapes) * SHAPE + measure(words, face) + (measure(days) + SPACE if days else 0)
        if lines[-1] and (x + need > wide or face == "semibold"):
            lines.append([])
            x = 0.0
        if days and need > wide:  # too long for any line: the days stand below the words
            lines[-1].append((0.0, shapes, words, "", face))
            lines.append([(len(shapes) * SHAPE, [], "", days, face)])
        else:
            lines[-1].append((x, shapes, words, days, face))
        x += need + 3
    return lines if pieces else []
