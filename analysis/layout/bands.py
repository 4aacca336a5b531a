"""Bands of labelled marks along a time axis: which row each takes, so that no label covers another.

All is in mm on paper, y from the top; `grow` is by how much type and marks are larger than at page size.
"""

from __future__ import annotations

import re
import textwrap
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import count
from typing import NamedTuple

import pandas as pd
from matplotlib.dates import date2num

from analysis import theme
from analysis.layout.stretches import BREAK, Stretch, Window, find_stretches, name_days, spread
from analysis.theme import text_width, wrap

KINDS = (
    {"truce": ("d", True, "truces")},
    {"talks": ("o", True, "talks"), "meeting": ("s", True, "meetings"), "call": ("o", False, "calls"),
     "exchange": ("X", True, "exchanges")},
    {"statement": ("v", True, "remarks and reports"), "decision": ("^", False, "decisions"),
     "other": ("D", False, "other events")},
)  # fmt: skip
"""The bands above the axis; of each kind of event there: its shape, whether that is filled, its name."""
LOOKS = {kind: look for kinds in KINDS for kind, look in kinds.items()}
STRIKES = "DosP^v"
"""Shape of a strike, by its attacker's place in the list of sides."""
RANKS = ("talks", "strikes with deaths", "truces", "other strikes", "meetings", "calls", "exchanges", "decisions",
         "remarks and reports", "other events")  # fmt: skip
"""Which events keep their labels longest where there is no room for all."""
ROW, BARE, LANE, BAND, MARK = 2.8, 1.45, 1.0, 1.8, 1.5
"""In mm: a row of labels, of events without, of statements; the space between bands; the size of a mark."""
LONGEST, LEADING = 56.0, 2.35
"""In mm: the longest line of a label, and from line to line of it."""
BESIDE = 2
"""Lines of a label that finds no room beside a bar, after which it goes below that."""
AIRS = (*((air, False) for air in (1.35, 1.25, 1.15, 1.08, 1.0, 0.92)), *((air, True) for air in (1.0, 0.92, 0.86)))
"""How high rows are, the best first, and whether the layout is tight: there lanes and circles shrink, events share one
band and dates stand once."""
MOST_OF = 0.8
"""Share of events with labels below which other places are tried for them."""
FADED = 0.4
"""Opacity of what is about, and of the ends between which something began or ended."""
POINT = 72 * theme.MM
"""Points in a mm."""


class Look(NamedTuple):
    """Say how a mark looks; `long` is the length of the line behind it, an empty shape a bar."""

    shape: str
    size: float
    fill: bool = True
    color: str = theme.TEXT
    long: float = 0
    alpha: float = 1


Piece = tuple[Look | None, str]
"""A part of a key: a mark and its words."""


@dataclass
class Item:
    """Hold a mark on paper: its ends, its middle, its reach (half its size), and the rows and side of its label.

    `side` is 1 for a label to the right, -1 for one to the left, 0 for one in the rows below a bar that leaves no room.
    """

    mark: object
    stretch: Stretch
    left: float
    mid: float
    right: float
    reach: float
    words: str = ""
    lines: list[str] = field(default_factory=list)
    side: int = 1
    row: int = 0
    rows: int = 1


@dataclass
class Band:
    """Hold the items that share rows of one height, behind a key or the name of a side; `y` is the top."""

    items: list[Item]
    row: float
    key: list[Piece] = field(default_factory=list)
    side: str = ""
    y: float = 0
    high: float = 0


@dataclass
class Layout:
    """Hold the bands from top to bottom, the first `above` of them above the axis, the heights of axis and whole."""

    stretches: list[Stretch]
    bands: list[Band]
    above: int
    tight: bool
    axis: float = 0
    high: float = 0


def fit(marks: pd.DataFrame, sides: dict[str, str], window: Window, paper: tuple[float, float, float], *,
        airs: Sequence[tuple[float, bool]] = AIRS) -> Layout:  # fmt: skip
    """Return the layout with the most air that has every label and fits on paper (width, height, scale of type).

    If none does, the last of `airs` is taken, and labels are kept in the order of RANKS as long as there is room.
    """
    days = {
        "begin": marks["earliest"],
        "middle": marks["at"],
        "end": marks["latest"].fillna(pd.Timestamp("9000-01-01")),
    }
    rows = list(marks.assign(**{name: date2num(day) for name, day in days.items()}).itertuples())
    pieces = find_stretches(marks["earliest"], marks["latest"].clip(upper=window[1]), window)
    ranks = {row.id: (RANKS.index(_rank(row)), -row.killed if has_killed(row) else 0) for row in rows
             if row.mark != "statement"}  # fmt: skip
    for air in airs:
        layout = lay_out(rows, sides, pieces, (*paper, *air), labelled=set(ranks))
        if layout.high <= paper[1] + 0.01:
            return layout
    events = sorted(ranks, key=ranks.get)
    layout, kept = _keep_labels(rows, sides, pieces, (*paper, *airs[-1]), events)
    if kept < MOST_OF * len(ranks):
        # Where many labels have to go, placing marks by rank and not by time may leave more of them.
        ranked = sorted(rows, key=lambda row: ranks.get(row.id, (0, 0)))
        other, more = _keep_labels(ranked, sides, pieces, (*paper, *airs[-1]), events)
        layout = other if more > kept else layout
    return layout


def _keep_labels(rows: list, sides: dict[str, str], pieces: list[Window], paper: tuple, events: list[str]) -> tuple:
    """Return the layout in which events get labels, one after the other, as long as all fits; and how many did."""

    def fits(labelled: set[str]) -> bool:
        return lay_out(rows, sides, pieces, paper, labelled=labelled).high <= paper[1] + 0.01

    # The first so many fit: found by halving, which spares most of the layouts.
    first = bisect(range(1, len(events) + 1), 0, key=lambda n: not fits(set(events[:n])))
    kept = set(events[:first])
    for event in events[first:]:
        if event not in kept:
            kept |= {event} if fits(kept | {event}) else set()
    return lay_out(rows, sides, pieces, paper, labelled=kept), len(kept)


def _rank(mark: object) -> str:
    if mark.kind == "strike":
        return "strikes with deaths" if has_killed(mark) else "other strikes"
    return LOOKS[mark.kind][2]


def has_killed(mark: object) -> bool:
    return pd.notna(mark.killed) and mark.killed > 0


def lay_out(rows: list, sides: dict[str, str], pieces: list[Window], paper: tuple, *, labelled: set[str]) -> Layout:
    """Place every mark on paper (width, height, scale of type, air, tight); the events in `labelled` get labels."""
    wide, _, grow, air, tight = paper
    lanes = [side for side in sides if any(row.mark == "statement" and row.group == side for row in rows)]
    left = max([measure(side, grow, "semibold") for side in lanes] + [10 * grow]) + 2 * grow
    most = max([float(row.killed) for row in rows if has_killed(row)], default=1)
    deaths = (0.4 if tight else 0.78) * min(1, 10 / most**0.5) * grow
    over = 0.0
    for _ in range(3):  # a circle at the end may need room beyond it
        stretches = spread(pieces, left, wide - over, grow)
        items = [_place(row, stretches, deaths, grow) for row in rows]
        over += max([item.right - wide for item in items] + [0])
    for item in items:
        item.words = item.mark.label if item.mark.id in labelled else ""
    row, bands = ROW * air * grow, []
    events = [item for item in items if item.mark.mark in ("span", "event")]
    strikes = [item for item in items if item.mark.mark == "strike"]
    if tight and events:
        key = [piece for kinds in KINDS for piece in _name_kinds(kinds, events, grow)]
        bands += [Band([], 0, line) for line in _fold(_capitalize(key), wide, grow)]
        bands.append(Band([item for item in events if item.words], row))
        bands.append(Band([item for item in events if not item.words], BARE * grow))
    for kinds in () if tight else KINDS:
        if own := [item for item in events if item.mark.kind in kinds]:
            bands.append(Band(own, row, _capitalize(_name_kinds(kinds, own, grow))))
    if lanes and not tight:
        tick = Look("|", 0.9 * LANE * grow, long=5 * grow)
        bands.append(Band([], row, [(tick, "Statements in the record, by side of the speaker")]))
    if not events and not lanes:
        bands.append(Band([], row, [(None, f"No {'other ' * bool(strikes)}event or statement in the record")]))
    if not rows:
        return _stack(Layout(stretches, bands, above=0, tight=True), wide, grow)
    for side in lanes:
        own = [item for item in items if item.mark.mark == "statement" and item.mark.group == side]
        bands.append(Band(own, (0.5 if tight else 1) * LANE * grow, side=side))
    above = len(bands)
    attackers, sizes = _name_attackers(strikes, sides, grow), _explain_sizes(strikes, deaths, grow)
    beside = tight and len(pieces) > 1 and wide > 120 * grow
    gaps = _name_gaps(pieces, stretches, grow)
    if not tight and strikes:
        bands.append(Band([], row, attackers))  # a row of its own, so that no strike reads as part of the key
    key = [] if not tight and strikes else attackers + sizes if beside else attackers
    bands.append(Band([*strikes, *gaps] if beside else [*gaps, *strikes], row, key))
    key = _explain_lines(items, tight and bool(lanes), grow) + _count_labels(items, wide, grow)
    bands += [Band([], 0, line) for line in _fold(key if beside else sizes + key, wide, grow)]
    return _stack(Layout(stretches, bands, above, tight), wide, grow)


def _place(row: object, stretches: list[Stretch], deaths: float, grow: float) -> Item:
    """Put a mark on its stretch; `deaths` is the radius for one person killed."""
    stretch = next((s for s in stretches if row.middle <= s.end), stretches[-1])
    left, mid, right = (stretch.mm(day) for day in (row.begin, row.middle, row.end))
    reach = {"statement": 0.25, "span": 0.75 * (right - left < MARK * grow)}.get(row.mark, 0.75) * grow
    if row.mark == "strike":  # what is not known must not look larger than one
        reach = deaths * row.killed**0.5 if has_killed(row) else max(min(0.75 * grow, deaths), 0.5 * grow)
    return Item(row, stretch, min(left, mid - reach), mid, max(right, mid + reach), reach)


def _name_kinds(kinds: dict[str, tuple], items: list[Item], grow: float) -> list[Piece]:
    """Name the kinds of events that there are beside their shapes."""
    present = {item.mark.kind for item in items}
    shaped = {item.mark.kind for item in items if item.mark.mark != "span" or item.reach}
    return [(Look(shape, MARK * grow, fill) if kind in shaped else None, words)
            for kind, (shape, fill, words) in kinds.items() if kind in (shaped or present)]  # fmt: skip


def _capitalize(key: list[Piece]) -> list[Piece]:
    return [(look, words if i else words.capitalize()) for i, (look, words) in enumerate(key)]


def _name_attackers(strikes: list[Item], sides: dict[str, str], grow: float) -> list[Piece]:
    """Name the sides that struck beside their shapes and colours."""
    struck = {item.mark.group for item in strikes}
    key = [(Look(shape_of(side, sides), 1.8 * grow, color=sides[side]), f"by {side}") for side in sides if side in struck]
    return [(None, "Strikes" if key else "No strike in the record"), *key]


def shape_of(side: str, sides: dict[str, str]) -> str:
    return STRIKES[list(sides).index(side) % len(STRIKES)]


def _name_gaps(pieces: list[Window], stretches: list[Stretch], grow: float) -> list[Item]:
    """Say at each break of the axis between which days nothing is in the record."""
    items, day = [], pd.Timedelta(days=1)
    for (_, last), (first, _), stretch in zip(pieces, pieces[1:], stretches, strict=False):
        x = stretch.left + stretch.width + BREAK * grow / 2
        words = f"no event or statement from {name_days(last + day, first - day)}"
        items.append(Item(None, stretch, x - grow, x, x + grow, 0, words))
    return items


def _explain_sizes(strikes: list[Item], deaths: float, grow: float) -> list[Piece]:
    """Say how many people two areas stand for, and what an open mark is."""
    most = max([int(item.mark.killed) for item in strikes if has_killed(item.mark)], default=0)
    shown = [n for n in (1, 3, 10, 30, 100, 300, 1000) if n <= max(0.6 * most, min(most, 1))][-3:]
    key = [(Look("o", 2 * deaths * n**0.5), f"{n} killed") for n in dict.fromkeys(shown[:1] + shown[-1:])]
    unknown = any(pd.isna(item.mark.killed) for item in strikes)
    none = any(pd.notna(item.mark.killed) and item.mark.killed == 0 for item in strikes)
    key += [(Look("x", MARK * grow, fill=False), "nobody killed")] * none
    size = 2 * max(min(0.75 * grow, deaths), 0.5 * grow)
    return key + [(Look("o", size, fill=False), "number killed not found")] * unknown


def _explain_lines(items: list[Item], statements: bool, grow: float) -> list[Piece]:
    """Say what lines, bars and faint marks are, as far as there are any."""
    look = Look("s", MARK * grow, long=5 * grow)
    about, lasted = any(item.mark.about for item in items), any(item.mark.mark == "span" for item in items)
    within = any(item.mark.mark != "span" and item.mark.begin < item.mark.end for item in items)
    return [
        *[(look._replace(shape="|"), "statement")] * statements,
        *[(look, "at some time within the line")] * within,
        *[(look._replace(alpha=FADED), "about then")] * about,
        *[(look._replace(shape=""), "lasted; pale: began or ended within")] * lasted,
    ]


def _count_labels(items: list[Item], wide: float, grow: float) -> list[Piece]:
    """Say how many events are labelled, and of which kinds all are, unless every event is."""
    events = [item for item in items if item.mark.mark != "statement"]
    bare = {_rank(item.mark) for item in events if not item.words}
    whole = [rank for rank in RANKS if rank in {_rank(item.mark) for item in events} - bare]
    words = f"{sum(bool(item.words) for item in events)} of {len(events)} events are labelled"
    words += f": all {', '.join(whole)}; others where there is room" if whole else ", where there is room"
    return [(None, line) for line in wrap(words, wide, scale=grow)] if bare else []


def _fold(key: list[Piece], wide: float, grow: float) -> list[list[Piece]]:
    """Break a key into lines."""
    lines: list[list[Piece]] = [[]]
    for piece in key:
        if lines[-1] and sum(_measure_piece(p, grow) for p in [*lines[-1], piece]) > wide + 2 * grow:
            lines.append([])
        lines[-1].append(piece)
    return lines


def _stack(layout: Layout, wide: float, grow: float) -> Layout:
    """Put the bands below each other, with the axis after those above it."""
    tight = layout.tight
    y = (0.4 if tight else 3.6) * grow
    for i, band in enumerate(layout.bands):
        if i == layout.above:
            layout.axis, y = y, y + (4.1 if tight else 4.4) * grow
        pack(band, wide, grow)
        after = 0.0
        if band.side:
            band.high = max(band.high, 2.1 * grow) + (0.2 if tight else 0.6) * grow
        elif not band.row:
            band.high = max([2.5 * grow, *(look.size + 0.4 * grow for look, _ in band.key if look)])
        elif band.items:
            after = BAND * (0.4 if tight else 1) * grow
        band.y, y = y, y + band.high + after
    layout.high = y
    return layout


def pack(band: Band, wide: float, grow: float) -> None:
    """Give each item, in order, the first row in which it fits with its label, beside the key of the band."""
    rows: list[list[tuple]] = [[(-9.0, sum(_measure_piece(piece, grow) for piece in band.key), 0.0)]]
    for item in sorted(band.items, key=lambda item: not item.words):
        pad = (1.8 if item.words else 0.15 if band.side else 0.4) * grow
        offers = list(_offer(item, wide, band.row, grow))
        for item.row in count():
            rows += [[] for _ in range(item.row + max(offer[2] for offer in offers) - len(rows))]
            free = (offer for offer in offers if _is_free(rows[item.row : item.row + offer[2]], offer, pad))
            if offer := next(free, None):
                break
        left, right, item.rows, item.lines, item.side = offer
        for row in rows[item.row : item.row + item.rows]:
            row.append((left, right, pad))
    band.high = band.row * max((item.row + item.rows for item in band.items), default=1 if band.key else 0)


def _is_free(rows: list[list[tuple]], offer: tuple, pad: float) -> bool:
    return all(left > offer[1] + max(pad, other) or right < offer[0] - max(pad, other)
               for row in rows for left, right, other in row)  # fmt: skip


def _offer(item: Item, wide: float, row: float, grow: float) -> Iterator[tuple]:
    """Yield how an item could stand, the best first: left and right end, rows, lines of its label, side of it."""
    tall, found = max(1, round(2 * item.reach / row + 0.42)), 0
    if not item.words:
        yield item.left, item.right, tall, [], 1
        return
    most = max(LONGEST * grow, 0.45 * wide)
    for n in range(1, 9):
        lines = _break(item.words, n)
        long = max(measure(line, grow) for line in lines) + 0.8 * grow
        for side in (1, -1):
            left, right = item.left - long * (side < 0), item.right + long * (side > 0)
            if left >= -0.01 and right <= wide + 0.01 and (long < most or n > 2):
                found = found or n
                yield left, right, max(tall, len(lines)), lines, side
        if found and n > found:
            return
        if n == BESIDE and not found and item.mark is not None and item.mark.mark == "span" and not item.reach:
            for lines in map(partial(_break, item.words), range(1, n + 1)):
                if (right := item.left + 0.8 * grow + max(measure(line, grow) for line in lines)) <= wide + 0.01:
                    yield item.left, max(item.right, right), 1 + len(lines), lines, 0
                    return
    if not found:
        yield item.left, item.right + long, max(tall, len(lines)), lines, 1


@cache
def measure(words: str, grow: float, face: str = "regular") -> float:
    return text_width(words, "small", face, grow)


def _measure_piece(piece: Piece, grow: float) -> float:
    look, words = piece
    return (max(look.long, look.size) + 0.8 * grow if look else 0) + measure(words, grow, "semibold") + 2 * grow


@cache
def _break(words: str, lines: int) -> list[str]:
    """Break words into at most so many lines of about one length, not between a number and its word."""
    words = re.sub(r"(?<=\d) (?=\w)", "\xa0", words)
    for most in range(max(1, len(words) // lines), len(words) + 1):
        parts = textwrap.wrap(words, most, break_long_words=False)
        if len(parts) <= lines:
            return [part.replace("\xa0", " ") for part in parts]
    return [words]
