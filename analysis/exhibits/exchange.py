"""Who answered whom, and who did not?"""

from __future__ import annotations

import math
import textwrap
from dataclasses import replace

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.patches import FancyArrowPatch
from matplotlib.transforms import Bbox

from analysis import theme
from analysis.bands import shape_of
from analysis.exhibit import Exhibit, cite
from analysis.labels import Label, box_around, place_labels
from analysis.lanes import ANSWERS, Lane, trace_answers
from analysis.load import Record
from analysis.stretches import (
    Stretch,
    Window,
    draw_stretches,
    find_stretches,
    name_clock,
    name_days,
    name_gaps,
    open_window,
    spread,
)
from analysis.theme import text_width

DASHED, WITHIN = (0, (3, 2)), "in"
STRIP, STRIPS = 2.9, 5
"""Height of a row of strikes in mm, and rows at most in which strikes are named."""
NOTE = 3.4
"""Height in mm of the line that says how many labels had room."""


def exchange(record: Record, start: str | None = None, end: str | None = None) -> Exhibit:
    """Show statements in lanes by speaker with arcs from answers to what they answer, from the day `start` to `end`."""
    window, zone = open_window(record.episode, start, end), record.episode["zones"][0]
    lanes, marks = trace_answers(record, window, zone)
    count = marks["mark"].value_counts().reindex(["statement", "reply", "unanswered", "strike"], fill_value=0)
    silent = f"; {count['unanswered']} that propose or announce something had no answer by then" if count["unanswered"] else ""
    return Exhibit(
        name="exchange",
        title=f"Who answered whom, {name_days(*window)}",
        subtitle=f"{count['statement']} statements by {marks.loc[marks['mark'] == 'statement', 'speaker'].nunique()} "
        f"speakers and {count['reply']} answers, each with an arc to what it answers{silent}. Below, {count['strike']} strikes.",
        alt=describe(marks, window),
        marks=marks,
        evidence=cite(marks, record),
        colors=record.episode["sides"],
        paint=lambda ax: draw_exchange(marks, lanes, record.episode, window=window, ax=ax),
        heights={"column": 114 + 0.6 * count["statement"], "page": 84 + 0.75 * count["statement"]},
    )


def describe(marks: pd.DataFrame, window: Window) -> str:
    """Say for those who cannot see it what the chart of answers shows."""
    part = {name: marks[marks["mark"] == name] for name in ("statement", "reply", "unanswered", "strike")}
    words = [f"Chart of {len(part['statement'])} statements in lanes by speaker, {name_days(*window)}, with "
             f"{len(part['reply'])} arcs from answers to what they answer and {len(part['strike'])} strikes below."]  # fmt: skip
    if len(part["reply"]):
        kinds, basis = (part["reply"][name].value_counts() for name in ("answer", "basis"))
        words.append(f"Kinds of answer: {', '.join(f'{kind} {count}' for kind, count in kinds.items())}.")
        words.append(f"{basis.get('inferred', 0)} of {len(part['reply'])} answers are inferred, not named by the speaker.")
    for mark in part["unanswered"].itertuples():
        words.append(f"Not answered by the end: {mark.said_by}, {mark.date} ({mark.words}).")
    return " ".join(words)


def draw_exchange(marks: pd.DataFrame, lanes: list[Lane], episode: dict, *, window: Window, ax: Axes) -> Axes:
    """Draw lanes, statements, arcs and open ends; strikes below; a key at the foot. Places are in mm on paper."""
    theme.quiet(ax)
    grow, wide, high = theme.scale_of(ax.figure), theme.width_mm(ax), theme.height_mm(ax)
    ax.set(xlim=(0, wide), ylim=(high, 0))
    sides = episode["sides"]
    most = 14 if wide < 100 * grow else 40
    names = [line for lane in lanes for line in textwrap.wrap(lane.name, most)]
    widths = [text_width(line, "small", "bold" if line in sides else "regular", grow) for line in names]
    left = max(1.5 * grow + max(widths, default=0), 17 * grow)
    times = marks[marks["mark"].isin(["statement", "strike"])]
    pieces = find_stretches(times["start"], times["end"], window)
    by = marks.loc[marks["mark"] == "strike", "side"].unique()
    struck = {f"strike by {side}": (shape_of(side, sides), True, 3.8, sides[side]) for side in sides if side in by}
    gaps = [f"axis broken: nothing from {gap}" for gap in name_gaps(pieces)]
    foot = high - NOTE * grow - _draw_key(ax, struck, gaps, high - NOTE * grow) - 2 * grow
    stretches = spread(pieces, left, wide, grow)
    strikes = _place(marks[marks["mark"] == "strike"], stretches, wide, grow)
    axis = foot - (4.2 + STRIP * strikes["row"].max() + STRIP if len(strikes) else 4.2) * grow
    # In the same mm as the Axes around it, but an area of its own, so that a reader can zoom into time.
    part = theme.quiet(ax.inset_axes((left / wide, 1 - foot / high, 1 - left / wide, foot / high), gid="time"))
    part.set(xlim=(left, wide), ylim=(foot, 0))
    draw_stretches(part, stretches, axis, ends=(0, foot))
    theme.write(ax, 0, axis + 2 * grow, name_clock(episode["zones"][0]), size="small", face="italic", color=theme.MUTED,
                va="center")  # fmt: skip
    statements = _place(marks[marks["mark"] == "statement"], stretches, wide, grow)
    tops = _name_lanes(
        ax, [replace(lane, name="\n".join(textwrap.wrap(lane.name, most))) for lane in lanes], statements, sides, axis
    )
    spots = {}
    for mark in statements.itertuples():
        top, row = tops[mark.lane]
        spots[mark.id] = (mark.x, top + (mark.row + 0.5) * row)
        _draw_statement(part, mark, spots[mark.id][1], sides[mark.side])
    stubs = []
    for mark in marks[marks["mark"] == "reply"].itertuples():
        head = _draw_arc(part, mark, spots, left, sides[mark.side])
        if mark.label:
            stubs.append(Label(*head, "\n".join(textwrap.wrap(mark.label, 26)), 0.3 * grow, mark.id, theme.MUTED))
    open_ends = marks[marks["mark"] == "unanswered"]
    ends = [_draw_open_end(part, mark, spots[mark.statement], sides[mark.side]) for mark in open_ends.itertuples()]
    if len(strikes):
        theme.write(ax, 0, axis + (4.2 + STRIP / 2) * grow, "Strikes", size="small", face="bold", va="center")
    _draw_strikes(part, strikes, sides, axis + 4.2 * grow)
    shown, wanted = _label(part, statements, spots, marks, (sides, stubs, ends))
    note = f"{shown} of {wanted} labels had room; the others stand in the table." if shown < wanted else ""
    theme.write(ax, 0, high - NOTE * grow / 2, note, size="small", face="italic", color=theme.MUTED, va="center")
    return ax


def _draw_open_end(ax: Axes, mark: object, spot: tuple[float, float], color: str) -> Label:
    """Draw a dotted line to the end of the window; return the label that says when an answer came, if one did."""
    grow, (_, wide) = theme.scale_of(ax.figure), ax.get_xlim()
    ax.add_patch(FancyArrowPatch(
        spot, (wide, spot[1]), arrowstyle="->", mutation_scale=5 * grow, linewidth=0.8 * grow, linestyle=":",
        color=color, shrinkA=2, shrinkB=0, gid=mark.id))  # fmt: skip
    return Label((spot[0] + wide) / 2, spot[1], mark.label, 0.2 * grow, mark.id, color)


def _place(marks: pd.DataFrame, stretches: list[Stretch], wide: float, grow: float) -> pd.DataFrame:
    """Add where marks lie across (left, x, right in mm), in which row of their lane, on which side a strike is named (0: not)."""
    out = marks.assign(left=0.0, x=0.0, right=0.0, row=0, side_of_name=1)
    taken: dict[object, list[list[tuple[float, float]]]] = {}
    for mark in marks.sort_values(["at", "id"]).itertuples():
        stretch = next(s for s in stretches if date2num(mark.at) <= s.end or s is stretches[-1])
        left, x, right = (stretch.mm(date2num(moment)) for moment in (mark.start, mark.at, mark.end))
        ends, side = (min(left, x - 1.4 * grow), max(right, x + 1.4 * grow)), 0
        rows = taken.setdefault(None if pd.isna(mark.lane) else mark.lane, [])
        if mark.mark == "strike":
            long = text_width(mark.label, "small", scale=grow) + 1.2 * grow
            side = 1 if ends[1] + long < wide else -1
            named = (ends[0], ends[1] + long) if side > 0 else (ends[0] - long, ends[1])
            ends, side = (named, side) if _find_row(rows, named) < STRIPS else (ends, 0)
        row = _find_row(rows, ends)
        if row == len(rows):
            rows.append([])
        rows[row].append(ends)
        out.loc[mark.Index, ["left", "x", "right", "row", "side_of_name"]] = left, x, right, row, side
    return out


def _find_row(rows: list[list[tuple[float, float]]], ends: tuple[float, float]) -> int:
    """Return the first row in which nothing stands between two ends."""
    return next((i for i, row in enumerate(rows) if all(a > ends[1] or b < ends[0] for a, b in row)), len(rows))


def _name_lanes(ax: Axes, lanes: list[Lane], statements: pd.DataFrame, sides: dict[str, str], foot: float) -> dict:
    """Write the names of sides and speakers; return the top of each lane and the height of its rows, in mm."""
    grow, wide = theme.scale_of(ax.figure), ax.get_xlim()[1]
    rows = statements.groupby("lane")["row"].max().add(1)
    named = [i for i, lane in enumerate(lanes) if lane.name != lane.side and (not i or lanes[i - 1].side != lane.side)]
    pad, head, least = 0.5 * grow, 2.7 * grow, 1.6 * grow
    height = (foot - 1 - head * len(named) - (pad + least) * len(lanes)) / max(rows.sum(), 1)
    tops, y = {}, 1.0
    for i, lane in enumerate(lanes):
        style = {"size": "small", "color": sides[lane.side], "va": "center"}
        if i in named:
            theme.write(ax, 0, y + head / 2, lane.side, face="bold", **style)
            y += head
        own = least + rows[i] * height
        middle = y + own / 2
        theme.write(ax, 0, middle, lane.name, face="bold" if lane.name == lane.side else "regular", **style)
        ax.plot([0, wide], [y + own + pad / 2] * 2, color=theme.HAIR, linewidth=0.4 * grow, zorder=0)
        tops[i] = (y + (own - rows[i] * height) / 2, height)
        y += own + pad
    return tops


def _span(mark: object) -> str:
    """Name the line over the interval of a mark, with its ends."""
    return f"{mark.id} {mark.start:%Y-%m-%dT%H:%M}..{mark.end:%Y-%m-%dT%H:%M}"


def _draw_statement(ax: Axes, mark: object, y: float, color: str) -> None:
    grow = theme.scale_of(ax.figure)
    ax.plot(
        [mark.left, mark.right],
        [y, y],
        color=color,
        linewidth=0.7 * grow,
        alpha=0.4,
        zorder=2,
        gid=_span(mark),
    )
    for answer, x in ((mark.answer, mark.x), (mark.also, mark.x + 1.5 * grow)):
        if pd.isna(answer) and x > mark.x:
            continue
        shape, fill, size = (*ANSWERS[answer][:2], 4.2) if pd.notna(answer) else ("o", True, 2.2)
        ax.plot([x], [y], marker=shape, markersize=size * grow, color=color, zorder=4, linestyle="none",
                gid=mark.id if x == mark.x else f"{mark.id} also", markerfacecolor=color if fill else theme.PAPER,
                markeredgewidth=(0 if fill else 0.9) * grow)  # fmt: skip


def _draw_arc(ax: Axes, mark: object, spots: dict, left: float, color: str) -> tuple[float, float]:
    """Draw an arc with its head at what is answered, a short one if that is not in the picture; return its head."""
    grow, wide = theme.scale_of(ax.figure), ax.get_xlim()[1]
    x, y = spots[mark.statement]
    head = spots.get(mark.answers, (max(left, x - 4.5 * grow), y - 1.7 * grow))
    long = math.hypot(head[0] - x, head[1] - y)
    bulge = min(0.22 * long, 7 * grow)
    outside = max(x, head[0]) + bulge * abs(head[1] - y) / max(long, 1) > wide
    bend = bulge / max(long, 1) * (1 if (head[1] <= y) != outside else -1)
    ax.add_patch(FancyArrowPatch(
        (x, y), head, connectionstyle=f"arc3,rad={bend:.3f}", arrowstyle="-|>", mutation_scale=4.5 * grow, color=color,
        linewidth=0.8 * grow, linestyle="-" if mark.basis == "explicit" else DASHED, alpha=0.75, zorder=3,
        shrinkA=2 * grow, shrinkB=2 * grow, gid=mark.id))  # fmt: skip
    if mark.answers not in spots:
        ax.plot(*([v] for v in head), marker="o", markersize=2.6 * grow, color=theme.MUTED, markerfacecolor=theme.PAPER,
                markeredgewidth=0.6 * grow, linestyle="none", zorder=4, gid=f"{mark.id} stub")  # fmt: skip
    return head


def _draw_strikes(ax: Axes, strikes: pd.DataFrame, sides: dict[str, str], y: float) -> None:
    """Draw the strikes in rows, each with its name beside it."""
    grow = theme.scale_of(ax.figure)
    for mark in strikes.itertuples():
        color, at = sides[mark.side], y + (mark.row + 0.5) * STRIP * grow
        ax.plot([mark.left, mark.right], [at, at], color=color, linewidth=0.7 * grow, alpha=0.4, gid=_span(mark))
        ax.plot([mark.x], [at], marker=shape_of(mark.side, sides), markersize=3.8 * grow, color=color, markeredgewidth=0,
                linestyle="none", gid=mark.id)  # fmt: skip
        if not mark.side_of_name:
            continue
        first = mark.side_of_name < 0
        x = min(mark.left, mark.x - grow) - 0.5 * grow if first else max(mark.right, mark.x + grow) + 0.5 * grow
        theme.write(ax, x, at, mark.label, size="small", color=color, ha="right" if first else "left", va="center", gid=mark.id)


def _label(ax: Axes, statements: pd.DataFrame, spots: dict, marks: pd.DataFrame, more: tuple) -> tuple[int, int]:
    """Label what is put forward and the answers, as far as there is room: those with most arcs and open ends first.

    Returns how many labels found room, and of how many.
    """
    (sides, stubs, ends), grow = more, theme.scale_of(ax.figure)
    given = marks[marks["mark"] == "reply"]
    silent = marks.loc[marks["mark"] == "unanswered", "statement"]
    count = pd.concat([given["statement"], given["answers"], silent]).value_counts()
    named = statements[statements["label"] != ""].assign(ends=lambda rows: rows["id"].map(count).fillna(0))
    labels = [Label(*spots[m.id], "\n".join(textwrap.wrap(m.label, 26)), 0.9 * grow, m.id, sides[m.side])
              for m in named.sort_values(["ends", "at", "id"], ascending=[False, True, True]).itertuples()]  # fmt: skip
    lines = [Bbox.union([box_around(ax, x + 2 * grow, y, 0.5 * grow), box_around(ax, ax.get_xlim()[1], y, 0.5 * grow)])
             for x, y in (spots[i] for i in silent)]  # fmt: skip
    dots = [box_around(ax, *spot, 0.7 * grow) for spot in spots.values()]
    arcs = _trace_arcs(ax)
    shown = []
    for some in (labels, ends, stubs):
        shown += place_labels(ax, some, keep_off=[*dots, *lines], lines=arcs, drop=True)
    return len(shown), len(labels) + len(stubs) + len(ends)


def _trace_arcs(ax: Axes) -> list[Bbox]:
    """Return small boxes (display units) along the arcs that are drawn."""
    arcs = [p for p in ax.patches if isinstance(p, FancyArrowPatch)]
    points = np.concatenate([p.get_path().interpolated(8).vertices for p in arcs]) if arcs else np.empty((0, 2))
    return [box_around(ax, x, y, 0.15) for x, y in points]


def _draw_key(ax: Axes, struck: dict[str, tuple], notes: list[str], high: float) -> float:
    """Draw the key above `high`: answers, lines, the sides that struck, notes; return its height in mm."""
    grow, (_, wide) = theme.scale_of(ax.figure), ax.get_xlim()
    dots = {words: (shape, fill, 4.2, theme.MUTED) for shape, fill, words in ANSWERS.values()}
    lines = {"names what it answers": "-", "inferred": DASHED, "no answer by then": ":"}
    pieces = [("answers nothing", ("o", True, 2.2, theme.MUTED)), *dots.items(), *lines.items(),
              ("at some time within", WITHIN), ("to something not shown", ("o", False, 2.6, theme.MUTED)),
              *struck.items(), *((note, None) for note in notes)]  # fmt: skip
    x, row, spots = 0.0, 0, []
    for words, look in pieces:
        size = (0 if look is None else 3 if len(look) == 4 else 7) * grow
        need = size + text_width(words, "small", scale=grow) + 2.6 * grow
        if x and x + need > wide + 2.6 * grow:
            x, row = 0.0, row + 1
        spots.append((x, row, size, words, look))
        x += need
    tall = (row + 1) * 3.2 * grow
    for x, row, size, words, look in spots:
        y = high - tall + (row + 0.5) * 3.2 * grow
        if size == 3 * grow:
            shape, fill, points, color = look
            ax.plot([x + 1.2 * grow], [y], marker=shape, markersize=points * grow, color=color, linestyle="none",
                    markerfacecolor=color if fill else theme.PAPER, markeredgewidth=(0 if fill else 0.9) * grow)  # fmt: skip
        elif look == WITHIN:
            ax.plot([x, x + 2.75 * grow, x + 5.5 * grow], [y] * 3, color=theme.FAINT, linewidth=0.7 * grow, marker="o",
                    markevery=[1], markersize=2.2 * grow, markerfacecolor=theme.MUTED, markeredgewidth=0)  # fmt: skip
        elif look:
            ax.plot([x, x + 5.5 * grow], [y, y], color=theme.MUTED, linewidth=0.8 * grow, linestyle=look)
        theme.write(ax, x + size, y, words, size="small", color=theme.MUTED, va="center")
    return tall
