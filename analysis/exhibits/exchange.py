"""Who answered whom, and who did not?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch

from analysis import theme
from analysis.doubts import add_doubts, describe_labels
from analysis.exhibit import Exhibit, cite
from analysis.exhibits.lanes import ANSWERS, NEVER, Lane, trace_answers
from analysis.exhibits.rows import (
    APART,
    Row,
    measure_names,
    measure_rows,
    name_statements,
    place_across,
    seat,
    stack_strikes,
)
from analysis.layout.arcs import Box, Spot, measure_bend, route, trace
from analysis.layout.bands import shape_of
from analysis.layout.stretches import (
    Window,
    draw_stretches,
    find_stretches,
    name_clock,
    name_days,
    name_gaps,
    open_window,
    spread,
)
from analysis.layout.tags import Tag, place_tags
from analysis.load import Record
from analysis.theme import text_width
from analysis.words import say_number

KINDS = ("statement", "reply", "unanswered", "strike")
INFERRED, OPEN = (0, (3, 1.8)), (0, (1, 1.6))
"""Dashes of the arc of an inferred answer, and of the line that no answer ends."""
POINTS = {"^": 4.6, "D": 3.8, "o": 4.2, "X": 4.6, "s": 3.7}
"""Size of the shapes in points, so that they look alike."""
DOT, STUB, STRIKE = ("o", True, 2.1), ("o", False, 2.4), 3.6
"""Of a statement that answers nothing, of what is answered but not shown: shape, filled, size; size of a strike."""
STRIP, AXIS, LINE = 2.75, 4.8, 2.8
"""In mm: height of a row of strikes, of the axis with its words, of a line of the key."""
EMPTY = 45
"""Height in mm of a drawing without a statement."""
SHORT = 5
"""Length in mm of the line of a statement that nothing follows in the record."""
STRIPS = 6
"""Rows of strikes at most."""
BEYOND = ((-5.0, -1.6), (-5.0, 1.6), (-4.0, -3.2), (-4.0, 3.2), (-5.0, 0.0))
"""Where in mm from an answer an arc to something that is not shown may lead."""


class Paper(NamedTuple):
    """Hold the area in which time runs, and the colours of the sides."""

    ax: Axes
    grow: float
    room: Box
    sides: Mapping[str, str]


def exchange(record: Record, start: str | None = None, end: str | None = None) -> Exhibit:
    """Show statements in lanes by speaker with arcs from answers to what they answer, from the day `start` to `end`."""
    window = open_window(record.episode, start, end)
    lanes, marks = trace_answers(record, window)
    whole = record.whole
    marks = add_doubts(marks, whole.disagreements, whole.second_coding, whole.casualties)
    said = (marks["mark"] == "statement").sum()
    return Exhibit(
        days=(start, end),
        name="exchange",
        title=f"Who answered whom, {name_days(*window)}",
        subtitle=count_marks(marks),
        alt=describe(marks, window) + describe_labels(marks),
        marks=marks,
        evidence=cite(marks, record),
        colors=record.episode["sides"],
        paint=lambda ax: draw_exchange(marks, lanes, record.episode, window=window, ax=ax),
        height=lambda size: {"column": min(108 + 0.95 * said, 225), "page": min(100 + 0.75 * said, 205)}[size] if said else EMPTY,
    )


def count_marks(marks: pd.DataFrame) -> str:
    """Say how many statements, speakers, answers and strikes there are, and what the lines mean."""
    count = marks["mark"].value_counts().reindex(KINDS, fill_value=0)
    if not count["statement"]:
        return f"No statement, {say_number(count['strike'], 'strike')}."
    speakers = marks.loc[marks["mark"] == "statement", "speaker"].str.split("; ").explode().nunique()
    words = f"{say_number(count['statement'], 'statement')} by {say_number(speakers, 'speaker')}"
    if count["reply"]:
        words += f"; {say_number(count['reply'], 'arc')} from answers to what they answer"
    if count["unanswered"]:
        words += f"; {say_number(count['unanswered'], 'statement')} with a proposal unanswered by the end"
    return f"{words}; {say_number(count['strike'], 'strike')}."


def describe(marks: pd.DataFrame, window: Window) -> str:
    """Say for those who cannot see it what the chart of answers shows."""
    said, given, opened, struck = (marks[marks["mark"] == kind] for kind in KINDS)
    words = [f"Chart of {say_number(len(said), 'statement')} in lanes by speaker, {name_days(*window)}, with "
             f"{say_number(len(given), 'arc')} from answers to what they answer and {say_number(len(struck), 'strike')} "
             "below."]  # fmt: skip
    if said.empty:
        return f"{words[0]} There is no statement, so nobody answers anybody."
    words.append(f"{_list_counts('Statements by side', said['side'])}.")
    if len(given):
        words += [f"{_list_counts('Answers by side', given['side'])}.", f"{_list_counts('Kinds', given['answer'])}.",
                  f"{(given['basis'] == 'inferred').sum()} of {len(given)} answers are inferred, not named by the "
                  "speaker."]  # fmt: skip
    if len(opened):
        words.append(f"Dotted lines: {say_number(len(opened), 'statement')} with a proposal that no other side had answered "
                     f"by the end. {_list_counts('By side', opened['side'])}. "
                     f"{_list_counts('What came later', opened['label'])}.")  # fmt: skip
    return " ".join(words)


def _list_counts(what: str, cells: pd.Series) -> str:
    """Say how often each value stands in a column, the most frequent first."""
    counts = cells.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    return f"{what}: {', '.join(f'{name} {count}' for name, count in counts.items())}"


def draw_exchange(marks: pd.DataFrame, lanes: Sequence[Lane], episode: Mapping, *, window: Window, ax: Axes) -> Axes:
    """Draw lanes, statements, arcs and open ends; strikes below; a key at the foot. Places are in mm on paper."""
    theme.quiet(ax)
    grow, wide, high = theme.scale_of(ax.figure), theme.width_mm(ax), theme.height_mm(ax)
    ax.set(xlim=(0, wide), ylim=(high, 0))
    parts = {kind: marks[marks["mark"] == kind] for kind in KINDS}
    sides = episode["sides"]
    rows, left = measure_names(lanes, (wide, high, grow))
    times = pd.concat([parts["statement"], parts["strike"]])
    pieces = find_stretches(times["start"], times["end"], window)
    stretches = spread(pieces, left, wide, grow)
    notes = [*(f"axis broken: nothing from {gap}" for gap in name_gaps(pieces)), _count_labels(999, 999)]
    silent = NEVER if set(parts["unanswered"]["label"]) == {NEVER} else "not answered by the end"
    key = fold_key(notes, silent, wide, grow) if len(parts["statement"]) else []
    foot = high - (len(key) * LINE + 2.0) * grow
    most = int(min(max((foot - sum(row.head + row.least for row in rows)) / grow - AXIS, 0) // STRIP, STRIPS))
    strikes = stack_strikes(place_across(parts["strike"], stretches), max(most, 2), (grow, left, wide))
    strips = max([1 + strikes["side"].nunique(), *(strikes["row"] + 1)])
    axis = foot - (AXIS + STRIP * strips) * grow
    # In the same mm as the Axes around it, but an area of its own, so that a reader can zoom into time.
    part = theme.quiet(ax.inset_axes((left / wide, 1 - foot / high, 1 - left / wide, foot / high), gid="time"))
    part.set(xlim=(left, wide), ylim=(foot, 0))
    draw_stretches(part, stretches, axis, ends=(0, foot))
    theme.write(ax, 0, axis + 2 * grow, name_clock(episode["zones"][0]), size="small", face="italic", color=theme.MUTED,
                va="center")  # fmt: skip
    said = seat(marks, place_across(parts["statement"], stretches), wide, grow)
    spots = _name_lanes(ax, said, rows, sides, axis)
    paper = Paper(part, grow, (left, 0.0, wide, axis), sides)
    shapes = {name: spot for mark in said.itertuples() for name, spot in _draw_statement(paper, mark, spots[mark.id]).items()}
    curves = _draw_arcs(paper, parts["reply"], spots, shapes)
    for mark in place_across(parts["unanswered"], stretches).itertuples():
        _draw_open_end(paper, mark, spots[mark.statement])
    _draw_strikes(ax, paper, strikes, axis + AXIS * grow)
    if said.empty:
        theme.write(ax, (left + wide) / 2, axis / 2, "no statement", size="small", face="italic",
                    color=theme.MUTED, ha="center", va="center")  # fmt: skip
    else:
        shown = _label(paper, said, marks, (spots, shapes, curves))
        key[-1][-1] = (None, _count_labels(shown, len(said)), *key[-1][-1][2:])
    _draw_key(ax, key, foot + 2.0 * grow)
    return ax


def _count_labels(shown: int, wanted: int) -> str:
    return f"{shown} of {wanted} statements labelled; the table has them all"


def _name_lanes(ax: Axes, said: pd.DataFrame, rows: Sequence[Row], sides: Mapping[str, str], foot: float) -> dict[str, Spot]:
    """Write the names of sides and speakers, draw a line between lanes; return where each statement stands."""
    grow, wide = theme.scale_of(ax.figure), ax.get_xlim()[1]
    middles, heights = measure_rows(said, foot - sum(row.head for row in rows), [row.least for row in rows])
    spots, y = {}, 0.0
    for i, row in enumerate(rows):
        if i:
            color, line = (theme.HAIR, 0.4) if rows[i - 1].lane.side == row.lane.side else (theme.FAINT, 0.6)
            ax.plot([0, wide], [y, y], color=color, linewidth=line * grow, zorder=0)
        style = {"size": "small", "color": sides[row.lane.side], "va": "top", "linespacing": 1.0}
        if row.first:
            theme.write(ax, 0, y + 0.4 * grow, row.lane.side, face="bold", **style)
        y += row.head
        face = "bold" if row.lane.name == row.lane.side else "regular"
        theme.write(ax, row.indent, y + (0.1 if row.head else 0.4) * grow, row.name, face=face, **style)
        for mark in said[said["lane"] == i].itertuples():
            spots[mark.id] = (mark.x, y + middles[i][mark.row])
        y += heights[i]
    return spots


def _draw_statement(paper: Paper, mark: object, spot: Spot) -> dict[tuple[str, str | None], Spot]:
    """Draw a line over the time within which it was said and a shape for each kind of answer, or a dot.

    Returns where the shape of each kind stands, by (statement, kind).
    """
    _draw_span(paper, mark, spot[1])
    kinds = [] if pd.isna(mark.answer) else [mark.answer, *(mark.also.split("; ") if pd.notna(mark.also) else [])]
    spots, last = {}, paper.room[2] - (1 + APART * (len(kinds) - 1)) * paper.grow
    for i, kind in enumerate(kinds or [None]):
        x = min(spot[0], last) if len(kinds) > 1 else spot[0]
        spots[mark.id, kind] = x + i * APART * paper.grow, spot[1]
        gid = mark.id if not i else f"{mark.id} also"
        _draw_shape(paper.ax, spots[mark.id, kind], look_of(kind), paper.sides[mark.side], gid)
    return spots


def look_of(kind: str | None) -> tuple[str, bool, float]:
    """Return shape, whether it is filled, and size in points of a kind of answer; a dot for none."""
    return (*ANSWERS[kind][:2], POINTS[ANSWERS[kind][0]]) if kind else DOT


def _draw_span(paper: Paper, mark: object, y: float) -> None:
    """Draw a line over the time within which something happened, with its ends in its name."""
    if mark.right - mark.left > 0.3 * paper.grow:
        paper.ax.plot([mark.left, mark.right], [y, y], color=paper.sides[mark.side], linewidth=0.6 * paper.grow, alpha=0.45,
                      zorder=1.5, solid_capstyle="butt",
                      gid=f"{mark.id} {mark.start:%Y-%m-%dT%H:%M}..{mark.end:%Y-%m-%dT%H:%M}")  # fmt: skip


def _draw_shape(ax: Axes, spot: Spot, look: tuple[str, bool, float], color: str, gid: str | None = None) -> None:
    (shape, fill, size), grow = look, theme.scale_of(ax.figure)
    edge = 0 if fill else 0.6 if look == STUB else 0.9
    ax.plot([spot[0]], [spot[1]], marker=shape, markersize=size * grow, color=color, linestyle="none", zorder=4,
            markerfacecolor=color if fill else theme.PAPER, markeredgewidth=edge * grow, clip_on=False, gid=gid)  # fmt: skip


def _draw_arcs(paper: Paper, arcs: pd.DataFrame, spots: Mapping[str, Spot], shapes: Mapping) -> dict[str, np.ndarray]:
    """Draw an arc from each answer to what it answers, a short one if that is not shown; return their points by id."""
    grow, ends, others = paper.grow, [], np.array(list(shapes.values())).reshape(-1, 2)
    for arc in arcs.itertuples():
        own = (i for i in shapes if i[0] == arc.statement and i[1] and look_of(i[1]) == look_of(arc.answer))
        x, y = start = shapes[next(own)]
        away = [(max(paper.room[0] + 0.5, x + across * grow), max(y + down * grow, 1.0)) for across, down in BEYOND]
        free = max(away, key=lambda spot: min(np.hypot(*(others - spot).T).min(), 3 * grow))
        ends.append((start, spots.get(arc.answers, free)))
    curves = route(ends, list(shapes.values()), paper.room, grow)
    for arc, curve in zip(arcs.itertuples(), curves, strict=True):
        shown, color = arc.answers in spots, paper.sides[arc.side]
        paper.ax.add_patch(FancyArrowPatch(
            curve[0], curve[2], connectionstyle=f"arc3,rad={measure_bend(curve):.4f}", mutation_scale=4.2 * grow,
            arrowstyle="-|>,head_length=0.45,head_width=0.2", shrinkA=2.8 * grow, shrinkB=(2.7 if shown else 1.5) * grow,
            color=color, linewidth=0.75 * grow, alpha=0.85, zorder=3, joinstyle="miter",
            linestyle="-" if arc.basis == "explicit" else INFERRED, gid=arc.id))  # fmt: skip
        if not shown:
            _draw_shape(paper.ax, curve[2], STUB, theme.MUTED, f"{arc.id} stub")
    return {arc.id: trace(curve) for arc, curve in zip(arcs.itertuples(), curves, strict=True)}


def _draw_open_end(paper: Paper, mark: object, spot: Spot) -> None:
    """Draw a dotted line with an open arrow from a statement to where the window ends, or the record before a gap."""
    end = max(mark.right, spot[0] + SHORT * paper.grow)
    paper.ax.add_patch(FancyArrowPatch(
        spot, (end, spot[1]), shrinkA=1.7 * paper.grow, shrinkB=0, mutation_scale=4.2 * paper.grow,
        arrowstyle="->,head_length=0.5,head_width=0.25", linewidth=0.8 * paper.grow, linestyle=OPEN,
        color=paper.sides[mark.side], zorder=2.5, gid=mark.id))  # fmt: skip


def _draw_strikes(ax: Axes, paper: Paper, strikes: pd.DataFrame, top: float) -> None:
    """Draw the strikes in rows, each with its name beside it as far as there is room, and name their sides."""
    grow, sides = paper.grow, paper.sides
    style = {"size": "small", "va": "center"}
    theme.write(ax, 0, top + STRIP * grow / 2, "Strikes" if len(strikes) else "No strike", face="bold", **style)
    for row, side in enumerate(side for side in sides if (strikes["side"] == side).any()):
        y = top + (row + 1.5) * STRIP * grow
        _draw_shape(ax, (0.8 * grow, y), (shape_of(side, sides), True, STRIKE), sides[side])
        theme.write(ax, 2.2 * grow, y, f"by {side}", color=sides[side], **style)
    for mark in strikes.itertuples():
        y = top + (mark.row + 0.5) * STRIP * grow
        _draw_span(paper, mark, y)
        _draw_shape(paper.ax, (mark.x, y), (shape_of(mark.side, sides), True, STRIKE), sides[mark.side], mark.id)
        if mark.way:
            theme.write(paper.ax, mark.beside, y, mark.label, color=sides[mark.side], ha="left" if mark.way > 0 else "right",
                        gid=mark.id, **style)  # fmt: skip


def _label(paper: Paper, said: pd.DataFrame, marks: pd.DataFrame, drawn: tuple) -> int:
    """Label statements as far as there is room, open ends and those with most arcs first; return how many have a label."""
    (spots, shapes, curves), grow = drawn, paper.grow
    named = name_statements(said, marks[marks["mark"] == "unanswered"])
    opened = set(marks.loc[marks["mark"] == "unanswered", "statement"])
    tags = [Tag(_spread(spots[mark.id], paper.room[2], grow) if mark.open else [spots[mark.id]], mark.words, 0.9 * grow,
                mark.id, paper.sides[mark.side], mark.needed) for mark in named.itertuples()]  # fmt: skip
    gone = marks[(marks["mark"] == "reply") & (marks["label"] != "")]
    heads = {arc.id: tuple(map(float, curves[arc.id][-1])) for arc in gone.itertuples()}
    stubs = [Tag([heads[arc.id]], arc.label, 0.5 * grow, arc.id, theme.MUTED) for arc in gone.itertuples()]
    held = [(x - 0.4 * grow, y - 0.4 * grow, x + 0.4 * grow, y + 0.4 * grow) for x, y in heads.values()]
    held += [(x - size, y - size, x + size, y + size) for (_, kind), (x, y) in shapes.items()
            for size in [grow * (1.0 if kind else 0.5)]]  # fmt: skip
    # An arrow's head counts for more than its line.
    lines = [np.vstack([curve, np.tile(curve[-2], (4, 1))]) for curve in curves.values()]
    for mark in said.itertuples():
        across = np.arange(mark.left, mark.finish if mark.id in opened else mark.right, 1.0)
        lines.append(np.column_stack([across, np.full(len(across), spots[mark.id][1])]))
    left, top, right, bottom = paper.room
    room = left, top - 1.5 * grow, right, bottom - 0.5 * grow
    return len(place_tags(paper.ax, [*tags, *stubs], np.vstack(lines), held, room) & set(said["id"]))


def _spread(spot: Spot, wide: float, grow: float) -> list[Spot]:
    """Return a spot and further ones to the right of it up to the edge: where a line may be labelled."""
    return [spot, *((x, spot[1]) for x in np.arange(spot[0] + 4 * grow, wide, 4 * grow).tolist())]


def fold_key(notes: Sequence[str], silent: str, wide: float, grow: float) -> list[list[tuple]]:
    """Return the pieces of the key, line by line: look (a shape, a dash, none), words, where it begins, length of the look.

    `silent` is what a dotted line says.
    """
    looks = {words: (shape, fill, POINTS[shape]) for shape, fill, words in ANSWERS.values()}
    pieces = [(DOT, "answers nothing"), *((look, words) for words, look in looks.items()),
              ("-", "names what it answers"), (INFERRED, "inferred"), (OPEN, silent),
              (STUB, "something not shown"), ("within", "said at some time within"),
              *((None, note) for note in notes)]  # fmt: skip
    lines: list[list[tuple]] = [[]]
    x = 0.0
    for look, words in pieces:
        long = (0 if look is None else 2.8 if isinstance(look, tuple) and len(look) == 3 else 6.5) * grow
        need = long + text_width(words, "small", scale=grow)
        if lines[-1] and x + need > wide:
            lines.append([])
            x = 0.0
        lines[-1].append((look, words, x, long))
        x += need + 3 * grow
    return lines


def _draw_key(ax: Axes, lines: Sequence[Sequence[tuple]], top: float) -> None:
    grow = theme.scale_of(ax.figure)
    for row, pieces in enumerate(lines):
        y = top + (row + 0.5) * LINE * grow
        for look, words, x, long in pieces:
            ends = [x, x + long - 1.2 * grow]
            if look == "within":
                ax.plot(ends, [y, y], color=theme.MUTED, linewidth=0.6 * grow, alpha=0.6, solid_capstyle="butt")
                _draw_shape(ax, (sum(ends) / 2, y), DOT, theme.MUTED)
            elif look in ("-", INFERRED, OPEN):
                ax.plot(ends, [y, y], color=theme.MUTED, linewidth=0.8 * grow, linestyle=look)
            elif look:
                _draw_shape(ax, (x + 1.0 * grow, y), look, theme.MUTED)
            theme.write(ax, x + long, y, words, size="small", color=theme.MUTED, va="center")
