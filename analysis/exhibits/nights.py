"""How many drones and missiles came each night, against truces and proposals?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.dates import date2num
from matplotlib.ticker import MaxNLocator

from analysis import theme
from analysis.doubts import add_doubts
from analysis.exhibit import Exhibit, cite
from analysis.exhibits.attacks import count_nights, describe, gather_marks
from analysis.layout.bands import shape_of
from analysis.layout.flags import AIR, Flag, Place, settle, stack_marks
from analysis.layout.stretches import name_clock, name_days
from analysis.load import Record
from analysis.night import UNCOUNTED, find_tops
from analysis.theme import text_width

EDGE = 0.25
"""Days left free on both sides of the axis."""
LEFT, LEAD, HEAD, STEP, LEAST = 8.0, 2.7, 5.2, 1.5, 38.0
"""In mm: room for counts, from line to line of text, the line with the name of a panel, from proposal to
proposal of one day, the least height of both panels."""
ROWS = (5, 4, 3)
"""Rows of labels of proposals: the fewer, the less the height that is left."""
NAMED = 3
"""Rank of proposals (see attacks.rank_proposals) up to which they are named: those of the focus, and halts."""
DASHED = (0, (3, 2))
MOST = 5
"""Numbers that are written above bars where not every bar has room for its own."""
NUDGES, ROOM = (0.0, -0.4, 0.4), 2.1
"""How far, in mm, a number may stand off the middle of its bar; how far above another one it may overlap that in width."""
PARTS = (("drones_shot_down", "shot down", 1.0), ("drones_lost", "lost to jamming or off radar", 0.5),
         ("drones_neither", "neither", 0.2), ("drones_not_split", "parts not reported", 0.0))  # fmt: skip
"""Parts of a bar from below: column, name in the key, strength of the colour (0 is an open bar)."""


def nights(record: Record, start: str | None = None, end: str | None = None) -> Exhibit:
    """Show drones and missiles of each night, by the morning after it, from the day `start` to `end`."""
    episode, zone = record.episode, record.episode["zones"][0]
    marks = add_doubts(gather_marks(record, start, end), record.whole.disagreements)
    given = marks[marks["mark"] == "night"]
    who = [name for name in given["said_by"].unique() if name]
    span = name_days(given["at"].min(), given["at"].max()) if len(given) else ""
    launched = (given["drones_launched"].notna() & (given["report"] != UNCOUNTED)).sum()
    others = any(one.keys() - {"start", "end"} for one in record.choices)
    return Exhibit(
        days=(start, end),
        name="nights",
        title="Drones and missiles launched each night, as reported" + (f" by the {who[0]}" if len(who) == 1 else ""),
        subtitle=f"{'All nights of the days chosen. ' * others}Each bar is the night to the morning of its date, "
        f"{name_clock(zone)}. {count_nights(len(given))}, {span}; "
        f"{launched} with a count of drones, {given['missiles_launched'].notna().sum()} with one of missiles. "
        "Where no missile mark stands, no number was found."
        if len(given) else "No night in the record in this window.",
        alt=describe(marks, span),
        marks=marks,
        evidence=cite(marks, record),
        colors=episode["sides"],
        paint=lambda ax: draw_nights(marks, episode["sides"], ax=ax),
        height=lambda size: {"column": 112, "page": 98}[size] if len(given) else 12,
    )  # fmt: skip


@dataclass(frozen=True)
class Scale:
    """Say where counts lie on paper: the foot of a panel in mm, its height, the ticks of its axis."""

    foot: float
    high: float
    ticks: tuple[int, ...]

    def mm(self, count: float) -> float:
        """Return where a count lies; the axis starts at zero and ends at the highest tick."""
        return self.foot + self.high * count / self.ticks[-1]

    @property
    def top(self) -> float:
        return self.foot + self.high


@dataclass(frozen=True)
class Layout:
    """Hold where all stands, in mm: the days of the plot, the labels, what they stand on, and the scales.

    From above: truces stand on `roof`, labels of proposals on `base`, proposals (with their level) on `ledge`.
    """

    first: float
    mm: float
    bars: list[Place]
    flags: list[Place]
    levels: list[int]
    roof: float
    base: float
    ledge: float
    drones: Scale
    missiles: Scale

    @property
    def panels(self) -> list[tuple[float, float]]:
        """Return foot and top of both panels."""
        return [(scale.foot, scale.top) for scale in (self.drones, self.missiles)]


def draw_nights(marks: pd.DataFrame, sides: Mapping[str, str], *, ax: Axes) -> Axes:
    """Draw truces and proposals above, a bar per night, missiles below with their own scale. Places are in mm, y upwards."""
    theme.quiet(ax)
    grow, wide, high = theme.scale_of(ax.figure), theme.width_mm(ax), theme.height_mm(ax)
    ax.set(xlim=(0, wide), ylim=(0, high))
    given = marks[marks["mark"] == "night"]
    if given.empty:
        _write(ax, 0, high - LEAD * grow, "No night in the record in this window.", color=theme.MUTED)
        return ax
    color = sides.get(given["group"].iloc[0], theme.MUTED)
    parts, makers = (_wrap_key(entries, wide, grow) for entries in (_list_parts(given, color), _list_makers(marks, sides)))
    notes = len(_say_named(marks, 0, wide, grow)) * LEAD * grow
    foot = notes + (len(makers) * LEAD + 5.2) * grow
    layout = set_out(marks, (wide - LEFT * grow, high, grow), foot, len(parts))
    # In the same mm as the Axes around it, but an area of its own, so that a reader can zoom into time.
    box = (LEFT * grow / wide, foot / high, 1 - LEFT * grow / wide, 1 - foot / high)
    part = theme.quiet(ax.inset_axes(box, gid="time", zorder=0.5))
    part.xaxis_date()
    part.set(xlim=(layout.first, layout.first + (wide - LEFT * grow) / layout.mm), ylim=(foot, high))
    for scale, name, above in ((layout.drones, "Drones launched", len(parts)), (layout.missiles, "Missiles launched", 0)):
        _draw_scale(ax, part, scale)
        _write(ax, 0, scale.top + (above * LEAD + 2.2) * grow, name, "semibold")
    _draw_key(ax, parts, layout.drones.top + 0.9 * grow)
    _draw_key(ax, makers, notes)
    named = marks.loc[marks["mark"] == "proposal", "id"].isin([flag.flag.id for flag in layout.flags]).sum()
    for i, line in enumerate(_say_named(marks, named, wide, grow)):
        _write(ax, 0, notes - (i + 0.5) * LEAD * grow, line, "italic", color=theme.MUTED)
    _draw_days(part, given["at"], layout.mm)
    _draw_words(part, marks, layout, sides)
    _draw_drones(part, given, layout.drones, color)
    for m in given.itertuples():
        _draw_sign(part, m, layout.drones, layout.mm, color)
    for m in given.itertuples():
        _draw_missiles(part, m, layout.missiles, layout.mm, color)
    lines = list(date2num(marks.loc[marks["mark"] == "signal", "at"]))
    for scale, numbers in ((layout.drones, given["drones_launched"]), (layout.missiles, given["missiles_launched"])):
        _write_numbers(part, given.assign(number=numbers), scale, (layout.mm, lines))
    return ax


def set_out(marks: pd.DataFrame, paper: tuple[float, float, float], foot: float, keys: int) -> Layout:
    """Lay out what stands above `foot` on paper (width and height in mm, growth), with `keys` rows of a key.

    The labels of truces all find a place, those of proposals by rank as far as there is room.
    """
    wide, high, grow = paper
    given = marks[marks["mark"] == "night"]
    first, last = date2num(given["start"].min()) - EDGE, date2num(given["at"].max()) + 1 + EDGE
    mm = wide / (last - first)

    def ask(rows: pd.DataFrame, begin: str, end: str) -> list[Flag]:
        ends = zip((date2num(rows[begin]) - first) * mm, (date2num(rows[end]) - first) * mm, strict=True)
        return [Flag(m.id, left, right, m.label) for m, (left, right) in zip(rows.itertuples(), ends, strict=True)]

    truces = ask(marks[marks["mark"] == "truce"], "start", "end")
    bars = settle(truces, wide, 6 * len(truces), grow)
    roof = high - LEAD * grow * max((bar.top for bar in bars), default=0)
    levels = stack_marks((date2num(marks.loc[marks["mark"] == "proposal", "at"]) - first) * mm, 1.1 * grow)
    fixed = foot + (2 * HEAD + keys * LEAD + STEP * (max(levels, default=-1) + 1)) * grow
    most = next((rows for rows in ROWS if roof - fixed - rows * LEAD * grow > LEAST * grow), ROWS[-1])
    flags = settle(ask(marks[marks["rank"] <= NAMED].sort_values(["rank", "at", "id"]), "at", "at"), wide, most, grow)
    base = roof - LEAD * grow * max((flag.top for flag in flags), default=0)
    rest = base - fixed
    missiles = Scale(foot, 0.27 * rest, _pick_counts(given["missiles_launched"], 3))
    drones = Scale(missiles.top + HEAD * grow, 0.73 * rest, _pick_counts(find_tops(given), 5))
    ledge = base - STEP * grow * (max(levels, default=-1) + 1)
    return Layout(first, mm, bars, flags, levels, roof, base, ledge, drones, missiles)


def _draw_words(part: Axes, marks: pd.DataFrame, layout: Layout, sides: Mapping[str, str]) -> None:
    """Draw truces, proposals and the signal, with their labels."""
    rows, stand = {m.id: m for m in marks.itertuples()}, {flag.flag.id: flag for flag in layout.flags}
    for bar in layout.bars:
        _draw_truce(part, rows[bar.flag.id], bar, layout)
    for m, level in zip(marks[marks["mark"] == "proposal"].itertuples(), layout.levels, strict=True):
        y = layout.ledge + (level + 0.5) * STEP * theme.scale_of(part.figure)
        _draw_proposal(part, m, y, layout.base, stand.get(m.id), sides)
    for m in marks[marks["mark"] == "signal"].itertuples():
        _draw_signal(part, m, stand.get(m.id), layout)


def _write(ax: Axes, x: object, y: float, words: str, face: str = "regular", **style: object) -> None:
    """Write one line so that y goes through the middle of its capitals, whatever letters it has."""
    theme.write(ax, x, y - 0.7 * theme.scale_of(ax.figure), words, size="small", face=face, va="baseline", **style)


def _pick_counts(numbers: pd.Series, steps: int) -> tuple[int, ...]:
    """Return the ticks of an axis of counts, in so many steps at most: from zero to beyond the largest."""
    most = max(int(numbers.max()) if numbers.notna().any() else 0, 1)
    return tuple(int(tick) for tick in MaxNLocator(steps, steps=[1, 2, 4, 5, 10], integer=True).tick_values(0, most))


def _draw_scale(ax: Axes, part: Axes, scale: Scale) -> None:
    """Draw faint lines with their counts, the foot darker."""
    grow = theme.scale_of(ax.figure)
    for tick in scale.ticks:
        part.plot(part.get_xlim(), [scale.mm(tick)] * 2, color=theme.HAIR if tick else theme.MUTED,
                  linewidth=0.5 * grow, zorder=0.2)  # fmt: skip
        _write(ax, (LEFT - 1) * grow, scale.mm(tick), f"{tick}", color=theme.MUTED, ha="right")


def _draw_days(part: Axes, mornings: pd.Series, mm: float) -> None:
    """Name days below the axis, as many as have room; a bar stands over the midnight with which its day begins."""
    grow = theme.scale_of(part.figure)
    days = pd.date_range(mornings.min(), mornings.max())
    choices = [days, days[::2], days[days.day_of_week == 0], days[days.day.isin([1, 15])], days[days.day == 1]]
    steps = (1, 2, 7, 14, 28)
    fits = (some for step, some in zip(steps, choices, strict=True) if step * mm > 9 * grow and len(some))
    shown = next(fits, days[:1])
    years = days[0].year != days[-1].year
    words = [f"{day.day} {day:%b}" + f" {day.year}" * (years and day.month == 1) for day in shown]
    words[0] = f"night to {words[0]}"
    need = 0.4 + sum(text_width(said, "small", scale=grow) / 2 for said in words[:2])
    if len(words) > 1 and (shown[1] - shown[0]).days * mm < need:
        words[1] = ""
    theme.set_ticks(part, "x", list(date2num(shown)), words)
    part.tick_params(length=0, pad=4 * grow)


def _draw_truce(part: Axes, mark: object, place: Place, layout: Layout) -> None:
    """Draw a truce as a bar with its label, and shade the nights below; an open bar and no shade if its span is disputed."""
    grow = theme.scale_of(part.figure)
    y = layout.roof + (place.top - 0.5) * LEAD * grow
    span = [(date2num(mark.start), date2num(mark.end) - date2num(mark.start))]
    disputed = mark.status == "disputed"
    part.broken_barh(span, (y - 0.45 * grow, 0.9 * grow), facecolors=theme.PAPER if disputed else theme.MUTED,
                     edgecolors=theme.MUTED, linewidth=0.6 * grow, zorder=2, gid=mark.id)  # fmt: skip
    for low, high in [] if disputed else [(layout.ledge, y), *layout.panels]:
        part.broken_barh(span, (low, high - low), facecolors=theme.HAIR, linewidth=0, zorder=0, gid=f"{mark.id} shade")
    _label(part, place, layout.roof, theme.TEXT)


def _draw_proposal(part: Axes, mark: object, y: float, base: float, place: Place | None, sides: Mapping[str, str]) -> None:
    """Draw a proposal as a mark by side over the time in which it was made; on a stem with its label if that has a place."""
    grow, color = theme.scale_of(part.figure), sides.get(mark.group, theme.MUTED)
    shape = shape_of(mark.group, sides) if mark.group in sides else "o"
    part.plot([mark.start, mark.end], [y, y], color=color, linewidth=0.6 * grow, alpha=0.5, zorder=2, gid=mark.id)
    part.plot([mark.at], [y], marker=shape, markersize=3 * grow, color=color, markeredgewidth=0, linestyle="none", zorder=3,
              clip_on=False, gid=mark.id)  # fmt: skip
    if place:
        top = base + place.top * LEAD * grow
        part.plot([mark.at, mark.at], [y, top], color=color, linewidth=0.4 * grow, zorder=1, gid=mark.id)
        _label(part, place, base, color)


def _draw_signal(part: Axes, mark: object, place: Place | None, layout: Layout) -> None:
    """Draw the signal as a dashed line through the panels and up to its label."""
    grow = theme.scale_of(part.figure)
    up = (layout.ledge, layout.base + (place.top if place else 0) * LEAD * grow)
    for low, high in (up, *layout.panels):
        part.plot([mark.at, mark.at], [low, high], color=theme.TEXT, linewidth=0.6 * grow, linestyle=DASHED, zorder=1,
                  gid=mark.id)  # fmt: skip
    if place:
        _label(part, place, layout.base, theme.TEXT, "semibold")


def _label(part: Axes, place: Place, base: float, color: str, face: str = "regular") -> None:
    """Write the lines of a label where its place is, over `base` mm."""
    grow, (first, last) = theme.scale_of(part.figure), part.get_xlim()
    mm = theme.width_mm(part) / (last - first)
    x = first + (place.edge + AIR * grow * (-1 if place.side < 0 else 1)) / mm
    for i, line in enumerate(place.lines):
        _write(part, x, base + (place.top - i - 0.5) * LEAD * grow, line, face, color=color,
               ha="right" if place.side < 0 else "left", gid=place.flag.id)  # fmt: skip


def _draw_drones(part: Axes, given: pd.DataFrame, scale: Scale, color: str) -> None:
    """Draw the drones of each night in parts from below, open where their fate is not known."""
    grow, begin = theme.scale_of(part.figure), date2num(given["start"])
    long, below = date2num(given["end"]) - begin, pd.Series(0, given.index)
    for column, _, strength in PARTS:  # part by part, so that all that looks alike is one trace of the interactive figure
        numbers = given[column].fillna(0)
        foot, tall = scale.mm(below), scale.high * numbers / scale.ticks[-1]
        for night, number, *place in zip(given["id"], numbers, begin, long, foot, tall, strict=True):
            if number:
                part.broken_barh([place[:2]], place[2:], facecolors=_pale(color, strength), edgecolors=color, zorder=2,
                                 linewidth=0.4 * grow * (strength == 0), gid=f"{night} {column}")  # fmt: skip
        below = below + numbers


def _draw_sign(part: Axes, mark: object, scale: Scale, mm: float, color: str) -> None:
    """Draw a ring for a night without drones, a cross for one without a report, a triangle over parts without a total."""
    grow = theme.scale_of(part.figure)
    sign = {"color": color, "markersize": _size_signs(mm, grow), "markeredgewidth": 0.6 * grow, "linestyle": "none", "zorder": 4,
            "clip_on": False, "gid": mark.id}  # fmt: skip
    if mark.report == "no report":
        part.plot([mark.at], [scale.foot + 1.2 * grow], marker="x", **sign | {"color": theme.MUTED})
    elif mark.report in ("none launched", UNCOUNTED):
        edge = {"color": theme.MUTED} if mark.report == UNCOUNTED else {}
        part.plot([mark.at], [scale.foot], marker="o", markerfacecolor=theme.PAPER, **sign | edge)
    elif mark.report == "no launch total":
        y = scale.mm(sum(number for column, *_ in PARTS if pd.notna(number := getattr(mark, column))))
        part.plot([mark.at], [y + 1.3 * grow], marker="^", markerfacecolor=theme.PAPER, **sign)


def _draw_missiles(part: Axes, mark: object, scale: Scale, mm: float, color: str) -> None:
    """Draw the missiles of a night, a ring for none; the edge keeps a single one in sight."""
    grow = theme.scale_of(part.figure)
    if pd.isna(mark.missiles_launched):
        return
    if mark.missiles_launched == 0:
        part.plot([mark.at], [scale.foot], marker="o", markersize=_size_signs(mm, grow), color=color, markerfacecolor=theme.PAPER,
                  markeredgewidth=0.6 * grow, linestyle="none", zorder=4, clip_on=False, gid=f"{mark.id} missiles")  # fmt: skip
        return
    begin = date2num(mark.start)
    part.broken_barh([(begin, date2num(mark.end) - begin)], (scale.foot, scale.mm(mark.missiles_launched) - scale.foot),
                     facecolors=color, edgecolors=color, linewidth=0.5 * grow, zorder=2, gid=f"{mark.id} missiles")  # fmt: skip


def _size_signs(mm: float, grow: float) -> float:
    """Return the size of a ring or a cross in points: as wide as a night, within limits."""
    return min(max(0.85 * mm / theme.MM / 25.4 * 72 / 25.4, 1.8 * grow), 3.4 * grow)


def _pale(color: str, strength: float) -> str:
    """Return a colour on paper, thinned."""
    both = zip(to_rgb(color), to_rgb(theme.PAPER), strict=True)
    return to_hex([strength * own + (1 - strength) * paper for own, paper in both])


def _write_numbers(part: Axes, given: pd.DataFrame, scale: Scale, across: tuple[float, list[float]]) -> None:
    """Write numbers above the highest bars, none over a bar, a line or another number; above all where nights are few."""
    grow, (mm, lines) = theme.scale_of(part.figure), across
    known = given[given["number"].notna() & (given["number"] > 0)].sort_values(["number", "at"], ascending=[False, True])
    bars = [(date2num(m.start), date2num(m.end), scale.mm(m.number)) for m in known.itertuples()]
    taken: list[tuple[float, float, float]] = []

    def is_free(at: float, half: float, top: float) -> bool:
        return not (any(a < at + half and b > at - half and high > top for a, b, high in bars)
                    or any(abs(x - at) < half + 0.4 * grow / mm for x in lines)
                    or any(abs(x - at) < half + more and abs(y - top) < ROOM * grow for x, more, y in taken))  # fmt: skip

    for m, (begin, end, top) in zip(known.itertuples(), bars, strict=True):
        half = (text_width(f"{m.number}", "small", scale=grow) / 2 + 0.2 * grow) / mm
        if len(taken) >= MOST and 2 * half > 1:
            return
        spots = ((begin + end) / 2 + nudge * grow / mm for nudge in NUDGES)
        if (at := next((at for at in spots if is_free(at, half, top)), None)) is not None:
            _write(part, at, top + 1.6 * grow, f"{m.number}", color=theme.TEXT, ha="center", gid=m.id)
            taken.append((at, half, top))


Look = tuple[str, str, str, float]
"""Shape of an entry of the key, the colour inside, the colour of its edge, the width of its edge in points."""


def _list_parts(given: pd.DataFrame, color: str) -> list[tuple[Look, str]]:
    """Return what the key says of bars and signs that are drawn."""
    entries = [(("s", _pale(color, strength), color, 0.4 * (strength == 0)), words)
               for column, words, strength in PARTS if (given[column] > 0).any()]  # fmt: skip
    signs = {"no launch total": (("^", theme.PAPER, color, 0.6), "total not found"),
             "none launched": (("o", theme.PAPER, color, 0.6), "reported as none"),
             UNCOUNTED: (("o", theme.PAPER, theme.MUTED, 0.6), "called none, no count"),
             "no report": (("x", theme.MUTED, theme.MUTED, 0.6), "no report found")}  # fmt: skip
    return entries + [entry for report, entry in signs.items() if (given["report"] == report).any()]


def _list_makers(marks: pd.DataFrame, sides: Mapping[str, str]) -> list[tuple[Look, str]]:
    """Return what the key says of the proposals that are drawn, a shape for each side, and of truces drawn open."""
    by = set(marks.loc[marks["mark"] == "proposal", "group"])
    makers = [((shape_of(side, sides), sides[side], sides[side], 0.0), f"proposed by {side}") for side in sides if side in by]
    if ((marks["mark"] == "truce") & (marks["status"] == "disputed")).any():
        makers.append((("s", theme.PAPER, theme.MUTED, 0.6), "truce, its span disputed"))
    return makers


def _say_named(marks: pd.DataFrame, named: int, wide: float, grow: float) -> list[str]:
    """Say in lines how many proposals have a label, and whose mark those have that several made."""
    put = marks[marks["mark"] == "proposal"]
    if put.empty:
        return []
    joint = "; the mark is that of who is named first" if put["said_by"].str.contains(", ").any() else ""
    return theme.wrap(f"Named: {named} of {len(put)} proposals{joint}. The others stand in the table.", wide, scale=grow)


def _wrap_key(entries: list[tuple[Look, str]], wide: float, grow: float) -> list[list[tuple[float, Look, str]]]:
    """Lay out the key in rows: where each entry stands in mm."""
    rows: list[list[tuple[float, Look, str]]] = [[]]
    x = 0.0
    for look, words in entries:
        long = 2.4 * grow + text_width(words, "small", scale=grow)
        if rows[-1] and x + long > wide:
            rows.append([])
            x = 0.0
        rows[-1].append((x, look, words))
        x += long + 2.6 * grow
    return rows


def _draw_key(ax: Axes, rows: list[list[tuple[float, Look, str]]], foot: float) -> None:
    """Draw the rows of a key upwards from `foot` mm."""
    grow = theme.scale_of(ax.figure)
    for i, entries in enumerate(reversed(rows)):
        y = foot + (i + 0.5) * LEAD * grow
        for x, (shape, face, edge, width), words in entries:
            ax.plot([x + 0.9 * grow], [y], marker=shape, markersize=3.4 * grow, markerfacecolor=face, markeredgecolor=edge,
                    linestyle="none", markeredgewidth=width * grow)  # fmt: skip
            _write(ax, x + 2.4 * grow, y, words, color=theme.MUTED)
