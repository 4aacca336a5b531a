"""In what order did things happen?"""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.dates import date2num, num2date

from analysis import theme, toll
from analysis.exhibit import Exhibit, cite, text_width, wrap
from analysis.load import Record
from analysis.stretches import BREAK, Stretch, Window, find_stretches, name_days, open_window, pick_ticks, spread

KINDS = (
    {"truce": ("d", True, "truces")},
    {"talks": ("o", True, "talks"), "meeting": ("s", True, "meetings"), "call": ("o", False, "calls"),
     "exchange": ("X", True, "exchanges")},
    {"statement": ("v", True, "statements"), "decision": ("^", False, "decisions"),
     "other": ("D", False, "other events")},
)  # fmt: skip
"""The bands above the axis; of each kind of event there: its shape, whether that is filled, its name."""
LOOKS = {kind: look for kinds in KINDS for kind, look in kinds.items()}
STRIKES = "DosP^v"
"""Shape of a strike, by its attacker's place in the list of sides."""
RANKS = ("talks", "strikes with deaths", "truces", "other strikes", "meetings", "calls", "exchanges", "decisions",
         "statements", "other events")  # fmt: skip
"""Which events keep their labels longest where there is no room for all."""
NOBODY = "no count found"
BOUNDS = ["earliest", "latest_start", "earliest_end", "latest"]
SIZES = {"column": (77, 235), "page": (162, 212)}
"""Width of the drawing in mm, and its greatest height."""
ROW, BARE, LANE, BAND, MARK = 2.8, 1.45, 1.0, 1.8, 1.5
"""In mm: a row of labels, of events without, of statements; the space between bands; the size of a mark."""
LONGEST, LEADING = 56.0, 2.35
"""In mm: the longest line of a label, and from line to line of it."""
TIGHT = 0.86
"""How high a row is where space is scarce; there lanes and circles shrink, events share one band, dates stand once."""
FADED = 0.4
"""Opacity of what is about, and of the ends between which something began or ended."""
POINT = 72 * theme.MM
"""Points in a mm."""


def timeline(record: Record, start: str | None = None, end: str | None = None) -> Exhibit:
    """Show events, statements and strikes in order of time, from the day `start` to `end` (by default the focus)."""
    zone, sides = record.episode["zones"][0], record.episode["sides"]
    window = open_window(record.episode, start, end)
    marks = order_marks(record.events, record.statements, record.casualties, zone=zone, window=window)
    number = marks["mark"].value_counts().reindex(["statement", "strike"], fill_value=0)
    tables = (record.events, "event_id"), (record.statements, "statement_id"), (record.casualties, "event_id")
    used = pd.concat([table.loc[table[key].isin(marks["id"]), "sources"] for table, key in tables])
    clock = f"{zone.rpartition('/')[2].replace('_', ' ')} time"
    airs = (1.0, 0.92, TIGHT)
    return Exhibit(
        name="timeline",
        title=f"Talks, truces and strikes, {name_days(*window)}",
        subtitle=f"{len(marks) - number['statement']} events, {number['strike']} of them strikes, and "
        f"{number['statement']} statements, in {clock}. Area of a strike's mark: people killed.",
        marks=marks,
        source=cite(used, record.sources, record.episode["licence"]),
        paint=lambda ax: draw_timeline(marks, sides, window=window, clock=clock, ax=ax),
        heights={size: fit(marks, sides, window, (*paper, 1.0), airs=airs).high for size, paper in SIZES.items()},
    )


def order_marks(events: pd.DataFrame, statements: pd.DataFrame, claims: pd.DataFrame, *, zone: str,
                window: Window) -> pd.DataFrame:  # fmt: skip
    """Return one row per mark, by time: `mark` (span, event, strike, statement), `id`, `kind`, the bounds and the
    middle `at` (local), `lasted`, `about`, `side`, `killed` (best), `words`, `records`.

    What lasted belongs to the window if it touches it, a moment if the middle of its interval lies there.
    """
    tolls = events[["event_id"]].merge(count_killed(claims), on="event_id", how="left", validate="one_to_one")
    tolls.index = events.index
    strikes = events["kind"] == "strike"
    coarse = events["place"].isna() | (events["where_prec"] >= 6).fillna(True)
    where = events["place"].str.partition(",")[0].mask(coarse, events["title"])
    happened = events.rename(columns={"event_id": "id", "attacker": "side"}).assign(
        mark=events["lasted"].map({True: "span", False: "event"}).mask(strikes, "strike"),
        killed=tolls["killed"],
        words=events["title"].mask(strikes, where + ": " + tolls["words"].fillna(NOBODY)),
        records=events["event_id"] + ("; " + tolls["claims"]).fillna(""),
    )
    said = statements.rename(columns={"statement_id": "id", "summary": "words"})
    said = said.assign(mark="statement", kind="statement", killed=pd.NA, records=said["id"])
    columns = ["mark", "id", "kind", *BOUNDS, "lasted", "about", "side", "killed", "words", "records"]
    marks = pd.concat([happened[columns], said[columns].astype({"killed": "Int64"})], ignore_index=True)
    for bound in BOUNDS:
        marks[bound] = marks[bound].dt.tz_convert(zone).dt.tz_localize(None)
    first, last = window
    marks.insert(7, "at", marks["earliest"] + (marks["latest"].fillna(last) - marks["earliest"]) / 2)
    touches = (marks["earliest"] <= last) & ((marks["latest"] >= first) | marks["latest"].isna())
    marks = marks[touches & (marks["lasted"] | marks["at"].between(first, last))]
    words = [_add_ends(mark, first, last) for mark in marks.itertuples()]
    return marks.assign(words=words).sort_values(["earliest", "latest", "id"], ignore_index=True)


def count_killed(claims: pd.DataFrame) -> pd.DataFrame:
    """Return per strike `killed` (best), `words` (the standing counts, as they were given) and `claims` (their ids)."""
    known = toll.as_known(claims[claims["population"] == "all"]).drop(columns=["low", "high"])
    known = known[known["measure"].isin(["killed", "injured"])].sort_values(["event_id", "measure"], ascending=False)
    known = known.merge(claims[["claim_id", "low", "high"]], on="claim_id", validate="one_to_one")
    known["words"] = [f"{toll.phrase(c.wording, c.low, c.high)} {c.measure}" for c in known.itertuples()]
    known["killed"] = known["best"].where(known["measure"] == "killed")
    strikes = known.groupby("event_id", as_index=False)
    return strikes.agg(killed=("killed", "first"), words=("words", ", ".join), claims=("claim_id", "; ".join))


def _add_ends(mark: object, first: pd.Timestamp, last: pd.Timestamp) -> str:
    """Say when something began or ended that reaches beyond the window."""
    begin = f", from {mark.earliest.day} {mark.earliest:%B}" if mark.lasted and mark.earliest < first else ""
    end = f", to {mark.latest.day} {mark.latest:%B}" if mark.lasted and mark.latest > last else ""
    return mark.words + begin + end


# Layout: in mm on paper, y from the top; `grow` is by how much type and marks are larger than at page size.


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
    """Hold a mark on paper: its ends, its middle, its reach (half its size), and the rows and side of its label."""

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
        airs: tuple[float, ...] = (1.35, 1.25, 1.15, 1.08, 1.0, 0.92, TIGHT)) -> Layout:  # fmt: skip
    """Return the layout with the most air that has every label and fits on paper (width, height, scale of type).

    If none does, the last of `airs` is taken, and labels are kept in the order of RANKS as long as there is room.
    """
    days = {
        "begin": marks["earliest"],
        "middle": marks["at"],
        "end": marks["latest"].fillna(pd.Timestamp("9000-01-01")),
    }
    rows = list(marks.assign(**{name: date2num(day) for name, day in days.items()}).itertuples())
    ends = marks["latest"].where(~marks["lasted"], marks["latest"].clip(upper=window[1]))
    pieces = find_stretches(marks["earliest"], ends, window)
    pieces[0] = (min([pieces[0][0], *marks.loc[~marks["lasted"], "earliest"]]), pieces[0][1])
    ranks = {row.id: (RANKS.index(_rank(row)), -row.killed if _has_killed(row) else 0) for row in rows
             if row.mark != "statement"}  # fmt: skip
    for air in airs:
        layout = lay_out(rows, sides, pieces, (*paper, air), labelled=set(ranks))
        if layout.high <= paper[1] + 0.01:
            return layout
    for order in (rows, sorted(rows, key=lambda row: ranks.get(row.id, (0, 0)))):
        layout, kept = _keep_labels(order, sides, pieces, (*paper, airs[-1]), sorted(ranks, key=ranks.get))
        # Where most labels have to go, those that stay are placed by rank and not by time, which leaves more of them.
        if kept > len(ranks) / 2:
            break
    return layout


def _keep_labels(rows: list, sides: dict[str, str], pieces: list[Window], paper: tuple, events: list[str]) -> tuple:
    """Return the layout in which events get labels, one after the other, as long as all fits; and how many did."""
    kept: set[str] = set()
    for event in events * 2:
        if event not in kept:
            layout = lay_out(rows, sides, pieces, paper, labelled=kept | {event})
            kept |= {event} if layout.high <= paper[1] + 0.01 else set()
    return lay_out(rows, sides, pieces, paper, labelled=kept), len(kept)


def _rank(mark: object) -> str:
    if mark.kind == "strike":
        return "strikes with deaths" if _has_killed(mark) else "other strikes"
    return LOOKS[mark.kind][2]


def _has_killed(mark: object) -> bool:
    return pd.notna(mark.killed) and mark.killed > 0


def lay_out(rows: list, sides: dict[str, str], pieces: list[Window], paper: tuple, *, labelled: set[str]) -> Layout:
    """Place every mark on paper (width, height, scale of type, air); the events in `labelled` get labels."""
    wide, _, grow, air = paper
    tight = air <= TIGHT
    lanes = [side for side in sides if any(row.mark == "statement" and row.side == side for row in rows)]
    left = max([_measure(side, grow, "semibold") for side in lanes] + [10 * grow]) + 2 * grow
    most = max([float(row.killed) for row in rows if _has_killed(row)], default=1)
    deaths = (0.4 if tight else 0.78) * min(1, 10 / most**0.5) * grow
    over = 0.0
    for _ in range(3):  # a circle at the end may need room beyond it
        stretches = spread(pieces, left, wide - over, grow)
        items = [_place(row, stretches, deaths, grow) for row in rows]
        over += max([item.right - wide for item in items] + [0])
    for item in items:
        item.words = item.mark.words if item.mark.id in labelled else ""
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
        bands.append(Band([], row, [(None, "All statements in the record, by side of the speaker")]))
    for side in lanes:
        own = [item for item in items if item.mark.mark == "statement" and item.mark.side == side]
        bands.append(Band(own, (0.5 if tight else 1) * LANE * grow, side=side))
    above = len(bands)
    attackers, sizes = _name_attackers(strikes, sides, grow), _explain_sizes(strikes, deaths, grow)
    beside = tight and len(pieces) > 1 and wide > 120 * grow
    gaps = _name_gaps(pieces, stretches, grow)
    bands.append(Band([*strikes, *gaps] if beside else [*gaps, *strikes], row, attackers + sizes if beside else attackers))
    key = _explain_lines(items, tight and bool(lanes), grow) + _count_labels(items, wide, grow)
    bands += [Band([], 0, line) for line in _fold(key if beside else sizes + key, wide, grow)]
    return _stack(Layout(stretches, bands, above, tight), wide, grow)


def _place(row: object, stretches: list[Stretch], deaths: float, grow: float) -> Item:
    """Put a mark on its stretch; `deaths` is the radius for one person killed."""
    stretch = next((s for s in stretches if row.middle <= s.end), stretches[-1])
    left, mid, right = (stretch.mm(day) for day in (row.begin, row.middle, row.end))
    reach = {"statement": 0.25, "span": 0.75 * (right - left < MARK * grow)}.get(row.mark, 0.75) * grow
    reach = deaths * row.killed**0.5 if _has_killed(row) else reach
    return Item(row, stretch, min(left, mid - reach), mid, max(right, mid + reach), reach)


def _name_kinds(kinds: dict[str, tuple], items: list[Item], grow: float) -> list[Piece]:
    """Name the kinds of events that there are beside their shapes."""
    present = {item.mark.kind for item in items}
    return [(Look(shape, MARK * grow, fill), words) for kind, (shape, fill, words) in kinds.items() if kind in present]


def _capitalize(key: list[Piece]) -> list[Piece]:
    return [(look, words if i else words.capitalize()) for i, (look, words) in enumerate(key)]


def _name_attackers(strikes: list[Item], sides: dict[str, str], grow: float) -> list[Piece]:
    """Name the sides that struck beside their shapes and colours."""
    struck = {item.mark.side for item in strikes}
    key = [(Look(_shape(side, sides), 1.8 * grow, color=sides[side]), f"by {side}") for side in sides if side in struck]
    return [(None, "Strikes" if key else "No strike in the record"), *key]


def _shape(side: str, sides: dict[str, str]) -> str:
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
    most = max([int(item.mark.killed) for item in strikes if _has_killed(item.mark)], default=0)
    shown = [n for n in (1, 3, 10, 30, 100, 300, 1000) if n <= max(0.6 * most, min(most, 1))][-3::2]
    key = [(Look("o", 2 * deaths * n**0.5), f"{n} killed") for n in shown]
    unknown = any(pd.isna(item.mark.killed) for item in strikes)
    none = any(pd.notna(item.mark.killed) and item.mark.killed == 0 for item in strikes)
    key += [(Look("x", MARK * grow, fill=False), "nobody killed")] * none
    return key + [(Look("o", MARK * grow, fill=False), "number killed not found")] * unknown


def _explain_lines(items: list[Item], statements: bool, grow: float) -> list[Piece]:
    """Say what lines, bars and faint marks are, as far as there are any."""
    look = Look("s", MARK * grow, long=5 * grow)
    about, lasted = any(item.mark.about for item in items), any(item.mark.mark == "span" for item in items)
    return [
        *[(look._replace(shape="|"), "statement")] * statements,
        (look, "at some time within the line"),
        *[(look._replace(alpha=FADED), "about then")] * about,
        *[(look._replace(shape=""), "lasted; pale: not certain")] * lasted,
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
        # Type set for another resolution is up to a fiftieth wider.
        long = 1.02 * max(_measure(line, grow) for line in lines) + 0.8 * grow
        for side in (1, -1):
            left, right = item.left - long * (side < 0), item.right + long * (side > 0)
            if left >= -0.01 and right <= wide + 0.01 and (long < most or n > 2):
                found = found or n
                yield left, right, max(tall, len(lines)), lines, side
        if found and n > found:
            return
    if not found:
        yield item.left, item.right + long, max(tall, len(lines)), lines, 1


@cache
def _measure(words: str, grow: float, face: str = "regular") -> float:
    return text_width(words, "small", face, grow)


def _measure_piece(piece: Piece, grow: float) -> float:
    look, words = piece
    return (max(look.long, look.size) + 0.8 * grow if look else 0) + _measure(words, grow, "semibold") + 2 * grow


@cache
def _break(words: str, lines: int) -> list[str]:
    """Break words into at most so many lines of about one length, not between a number and its word."""
    words = re.sub(r"(?<=\d) (?=\w)", "\xa0", words)
    for most in range(max(1, len(words) // lines), len(words) + 1):
        parts = textwrap.wrap(words, most, break_long_words=False)
        if len(parts) <= lines:
            return [part.replace("\xa0", " ") for part in parts]
    return [words]


# Drawing.


def draw_timeline(marks: pd.DataFrame, sides: dict[str, str], *, window: Window, clock: str, ax: Axes) -> Axes:
    """Draw events in bands and statements in lanes above the axis, strikes below it; labels as far as there is room."""
    theme.quiet(ax)
    grow, wide, high = theme.scale_of(ax.figure), theme.width_mm(ax), theme.height_mm(ax)
    layout = fit(marks, sides, window, (wide, high, grow))
    ax.set(xlim=(0, wide), ylim=(high, 0))
    panels = {stretch: _draw_axis(ax, stretch, layout) for stretch in layout.stretches}
    for stretch in layout.stretches[:-1]:
        for x in (stretch.left + stretch.width, stretch.left + stretch.width + BREAK * grow):
            _draw_stroke(ax, (x - 0.6 * grow, x + 0.6 * grow), layout.axis, 1.4 * grow)
    _write(ax, 0, layout.axis + 2.2 * grow, clock, "italic", color=theme.MUTED)
    for band in layout.bands:
        _draw_key(ax, band, sides)
        for item in band.items:
            _draw_item(panels[item.stretch], item, band, sides)
    return ax


def _draw_axis(ax: Axes, stretch: Stretch, layout: Layout) -> Axes:
    """Draw a stretch of time: its own date axis, with a faint line per day, week or month."""
    grow, wide = theme.scale_of(ax.figure), ax.get_xlim()[1]
    first, last = (num2date(day).date() for day in (stretch.start, stretch.end))
    box = (stretch.left / wide, 0, stretch.width / wide, 1)
    part = theme.quiet(ax.inset_axes(box, gid=f"{first} to {last}", zorder=0.5), keep="bottom")
    part.xaxis_date()
    part.spines["bottom"].set(position=("data", layout.axis), color=theme.MUTED, linewidth=0.8 * grow)
    part.tick_params(length=0, pad=2 * grow)
    years = num2date(layout.stretches[0].start).year != num2date(layout.stretches[-1].end).year
    lines, labels = pick_ticks(stretch, grow, years=years)
    theme.set_ticks(part, "x", [day for day, _ in labels], [words for _, words in labels])
    part.set(xlim=(stretch.start, stretch.end), ylim=ax.get_ylim())
    bottom = max([band.y + band.high for band in layout.bands if band.items], default=layout.axis)
    part.vlines(lines, 0 if layout.tight else 3.2 * grow, bottom, color=theme.HAIR, linewidth=0.5 * grow, zorder=0)
    for day, words in [] if layout.tight else labels:
        _write(part, day, 1.4 * grow, words, color=theme.MUTED, ha="center")
    return part


def _write(ax: Axes, x: float, y: float, words: str, face: str = "regular", **style: object) -> None:
    """Write one line so that y goes through the middle of its capitals, whatever letters it has."""
    theme.write(ax, x, y + 0.7 * theme.scale_of(ax.figure), words, size="small", face=face, va="baseline", **style)


def _draw_stroke(ax: Axes, ends: tuple[float, float], y: float, high: float) -> None:
    """Draw one of the two slanted strokes that say that the axis is broken."""
    ax.plot(ends, (y + high, y - high), color=theme.MUTED, linewidth=0.8 * theme.scale_of(ax.figure), clip_on=False)


def _draw_key(ax: Axes, band: Band, sides: dict[str, str]) -> None:
    """Write the name of a lane, the key of a band, or a line of the key at the foot."""
    grow, x, y = theme.scale_of(ax.figure), 0, band.y + (band.row or band.high) / 2
    if band.side:
        _write(ax, 0, band.y + band.high - 1.3 * grow, band.side, "semibold", color=sides[band.side])
    for look, words in band.key:
        if look:
            mid = x + max(look.long, look.size) / 2
            _draw_mark(ax, (mid - look.long / 2, mid, mid + look.long / 2), y, look)
            x += max(look.long, look.size) + 0.8 * grow
        color = look.color if look else theme.TEXT
        _write(ax, x, y, words, "semibold" if band.row else "regular", color=color if band.row else theme.MUTED)
        x += _measure(words, grow, "semibold") + 2 * grow


def _draw_mark(ax: Axes, ends: tuple[float, float, float], y: float, look: Look, gid: str | None = None) -> None:
    """Draw a thin line over an interval with a mark inside it, or a bar if the look has no shape."""
    grow, paint = theme.scale_of(ax.figure), to_rgba(look.color, look.alpha)
    if not look.shape:
        ax.plot(ends, [y] * 3, color=theme.MUTED, linewidth=look.size * POINT, solid_capstyle="butt")
        return
    stroke = look.shape == "|"
    # A diamond of this size has sides, not a diagonal, of it: it is given the area of the circle.
    width = look.size * POINT * (math.pi**0.5 / 2 if look.shape == "D" else 1)
    edge = 0.7 * grow if stroke or not look.fill else 0
    ax.plot(ends, [y] * 3, color=to_rgba(look.color, look.alpha * (0.45 if stroke else 1)), linewidth=0.6 * grow,
            marker=look.shape, markevery=[1], markersize=width - edge * (not stroke), markeredgewidth=edge,
            markeredgecolor=paint, markerfacecolor=paint if look.fill else theme.PAPER, solid_capstyle="butt",
            clip_on=False, gid=gid)  # fmt: skip


def _draw_item(ax: Axes, item: Item, band: Band, sides: dict[str, str]) -> None:
    """Draw a mark in its row, and its label."""
    grow, mark, stretch = theme.scale_of(ax.figure), item.mark, item.stretch
    size, y = min(MARK * grow, 0.85 * band.row), band.y + (item.row + 0.5) * band.row
    if mark is None:
        look = Look("", 0, color=theme.MUTED)
        for x in (item.mid - 0.35 * grow, item.mid + 0.35 * grow):
            _draw_stroke(ax, (stretch.day(x - 0.3 * grow), stretch.day(x + 0.3 * grow)), y, 0.8 * grow)
    elif mark.mark == "statement":
        y = band.y + band.high - (item.row + 0.7) * band.row
        look = Look("|", 0.9 * band.row, color=sides[mark.side])
    elif mark.mark == "strike":
        y = band.y + (item.row + item.rows / 2) * band.row
        shape = "x" if pd.notna(mark.killed) and mark.killed == 0 else _shape(mark.side, sides)
        look = Look(shape, 2 * item.reach, _has_killed(mark), sides[mark.side])
    else:
        look = Look(LOOKS[mark.kind][0], size, LOOKS[mark.kind][1])
    if mark is not None and mark.mark == "span" and not item.reach:
        _draw_span(ax, item, y, size)
    elif mark is not None:
        ends = [stretch.day(stretch.mm(day)) for day in (mark.begin, mark.middle, mark.end)]
        _draw_mark(ax, ends, y, look._replace(alpha=FADED if mark.about else 1), mark.id)
    if item.words:
        x = stretch.day(item.right + 0.8 * grow if item.side > 0 else item.left - 0.8 * grow)
        y -= (len(item.lines) - 1) * LEADING * grow / 2 if mark is not None and mark.mark == "strike" else 0
        style = {"color": look.color, "ha": "left" if item.side > 0 else "right", "gid": mark and mark.id}
        for i, line in enumerate(item.lines):
            _write(ax, x, y + i * LEADING * grow, line, "italic" if mark is None else "regular", **style)


def _draw_span(ax: Axes, item: Item, y: float, high: float) -> None:
    """Draw what lasted as a bar, pale where it may have begun or ended, with an arrow where it goes on."""
    mark, stretch = item.mark, item.stretch
    bounds = [mark.end if pd.isna(bound) else date2num(bound) for bound in (getattr(mark, name) for name in BOUNDS)]
    edges = sorted(stretch.day(stretch.mm(day)) for day in bounds)
    core = FADED if mark.about or bounds[1] > bounds[2] else 1
    parts = [(x, to - x, to_rgba(theme.MUTED, alpha))
             for x, to, alpha in zip(edges, edges[1:], (FADED, core, FADED), strict=False) if to > x]  # fmt: skip
    ax.broken_barh([part[:2] for part in parts], (y - high / 2, high), linewidth=0, gid=mark.id, zorder=2,
                   facecolors=[part[2] for part in parts])  # fmt: skip
    for beyond, x, shape in ((mark.begin < stretch.start, edges[0], 8), (mark.end > stretch.end, edges[3], 9)):
        if beyond:
            ax.plot([x], [y], marker=shape, color=theme.MUTED, markersize=1.7 * high * POINT, markeredgewidth=0,
                    clip_on=False)  # fmt: skip
