"""Rows on paper: which statement stands in which row of its lane, how high lanes are, what is named where.

Places are in mm, y downwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.dates import date2num

from analysis import theme
from analysis.exhibits.lanes import NEVER, Lane
from analysis.layout.stretches import Stretch
from analysis.replies import PUTS
from analysis.theme import text_width

HEAD, LINE, APART = 3.1, 2.6, 1.9
"""In mm: height of a side's name, of a line of a speaker's, distance of two shapes of one statement."""
FLAT = 2
"""How many times as wide as high a chart is that has the names of sides beside those of speakers."""
TALL = 2.5
"""How much higher a row is in which statements answer, are answered or carry a label."""
Span = tuple[float, float]


class Row(NamedTuple):
    """Hold what is written beside a lane: its name, where it begins, the heights of the side's name above it (0: none there)
    and of its own at least (mm), and whether it is the first one below the name of its side.
    """

    lane: Lane
    name: str
    indent: float
    head: float
    least: float
    first: bool


def measure_names(lanes: Sequence[Lane], paper: tuple[float, float, float]) -> tuple[list[Row], float]:
    """Return for each lane what is written beside it, and how wide that is in all; `paper` is width, height, scale of type.

    The name of a side stands above those of its speakers, or left of them where there is more width than height.
    """
    wide, high, grow = paper
    flat, most = wide > FLAT * high, 15 if wide < 100 * grow else 32
    bold = {lane.side: text_width(lane.side, "small", "bold", grow) for lane in lanes}
    indent = max(bold.values(), default=0) + 2 * grow if flat else 0.0
    rows = []
    for i, lane in enumerate(lanes):
        lines = theme.wrap(lane.name, (18 if flat else most) * grow, scale=grow)
        first = lane.name != lane.side and (i == 0 or lanes[i - 1].side != lane.side)
        x = indent if lane.name != lane.side else 0.0
        rows.append(Row(lane, "\n".join(lines), x, HEAD * grow * (first and not flat), (0.6 + LINE * len(lines)) * grow, first))
    long = [row.indent + text_width(line, "small", scale=grow) for row in rows for line in row.name.split("\n")]
    return rows, 2 * grow + max([14 * grow, *long, *bold.values()])


def place_across(marks: pd.DataFrame, stretches: Sequence[Stretch]) -> pd.DataFrame:
    """Add where marks lie across: `left` and `right` (`start` and `end`), and `x` (`at`)."""
    spots = []
    for mark in marks.itertuples():
        stretch = next((s for s in stretches if date2num(mark.at) <= s.end), stretches[-1])
        spots.append([stretch.mm(date2num(moment)) for moment in (mark.start, mark.at, mark.end)])
    return marks.assign(**{name: [spot[i] for spot in spots] for i, name in enumerate(("left", "x", "right"))})


def seat(marks: pd.DataFrame, said: pd.DataFrame, wide: float, grow: float) -> pd.DataFrame:
    """Give statements rows in their lanes: those with arcs near where these lead to, those without answer free to the edge.

    Adds `weight` (number of arcs, a little for a label and an open end) and the columns of `pack`.
    """
    arcs = marks.loc[(marks["mark"] == "reply") & marks["answers"].isin(said["id"]), ["statement", "answers"]]
    ends = pd.concat([marks.loc[marks["mark"] == "reply", "statement"], arcs["answers"]]).value_counts()
    lane = said.set_index("id")["lane"]
    pairs = pd.concat([arcs, arcs.set_axis(["answers", "statement"], axis=1)])
    ways = np.sign((pairs["answers"].map(lane) - pairs["statement"].map(lane)).astype("float"))
    ways = ways.groupby(pairs["statement"].map(lane)).sum()
    opened = said["id"].isin(marks.loc[marks["mark"] == "unanswered", "statement"])
    weight = said["id"].map(ends).fillna(0) + 0.2 * (said["label"] != "") + 0.1 * opened
    half = grow * (0.5 + (weight > 0))
    shapes = 1 + said["also"].fillna("").str.split("; ").map(lambda kinds: len([kind for kind in kinds if kind]))
    return pack(said.assign(
        weight=weight, below=said["lane"].map(ways).fillna(0) > 0,
        begin=np.minimum(said["left"], said["x"] - half),
        finish=np.maximum(said["right"], said["x"] + half + (shapes - 1) * APART * grow).where(~opened, wide),
    ), 0.1 * grow)  # fmt: skip


def pack(marks: pd.DataFrame, gap: float) -> pd.DataFrame:
    """Add the `row` of each mark in its lane so that none touches another, and whether the row is `tall`.

    `marks` has `lane, begin, finish` (mm), `weight` (its arcs and label; 0: a plain dot) and `below` (its lane's arcs lead
    down). The marks with most arcs come next to where the arcs lead; plain ones have rows of their own, behind them.
    """
    out = marks.assign(row=0, tall=marks["weight"] > 0)
    for _, lane in out.groupby("lane"):
        rows: dict[bool, list[list[Span]]] = {True: [], False: []}
        spots = {}
        for mark in lane.sort_values(["weight", "begin", "id"], ascending=[False, True, True]).itertuples():
            row = take_row(rows[mark.tall], (mark.begin - gap, mark.finish + gap))
            spots[mark.Index] = row if mark.tall else len(lane) + row
        order = {row: i for i, row in enumerate(sorted(set(spots.values()), reverse=bool(lane["below"].any())))}
        for index, row in spots.items():
            out.loc[index, "row"] = order[row]
    return out


def take_row(rows: list[list[Span]], ends: Span, most: int | None = None) -> int | None:
    """Put a span into the first row in which nothing stands in its way, at most the last of `most`; return its number.

    Returns None where there is no such row.
    """
    row = next((i for i, row in enumerate(rows) if all(a > ends[1] or b < ends[0] for a, b in row)), len(rows))
    if row == most:
        return None
    if row == len(rows):
        rows.append([])
    rows[row].append(ends)
    return row


def measure_rows(packed: pd.DataFrame, high: float, least: Sequence[float]) -> tuple[dict[int, list[float]], list[float]]:
    """Share a height among lanes: return the middle of each row from the top of its lane, and the lanes' heights.

    A lane is as high as its rows, at least what `least` says for it.
    """
    tall = {lane: rows.groupby("row")["tall"].any().tolist() for lane, rows in packed.groupby("lane")}
    shares = {lane: [TALL if row else 1.0 for row in tall.get(lane, [])] for lane in range(len(least))}

    def measure(unit: float) -> list[float]:
        return [max(low, (sum(shares[lane]) + 0.5) * unit) for lane, low in enumerate(least)]

    unit, beyond = 0.0, high
    for _ in range(40):
        middle = (unit + beyond) / 2
        unit, beyond = (middle, beyond) if sum(measure(middle)) <= high else (unit, middle)
    heights, middles = measure(unit), {}
    for lane, share in shares.items():
        y, middles[lane] = (heights[lane] - sum(share) * unit) / 2, []
        for row in share:
            middles[lane].append(y + row * unit / 2)
            y += row * unit
    return middles, heights


def stack_strikes(strikes: pd.DataFrame, most: int, paper: tuple[float, float, float]) -> pd.DataFrame:
    """Give each strike the first row in which it fits with its name, at the right of it or, at the edge, at the left.

    There are `most` rows, in the last of which strikes have no name; `paper` is the scale of type, the left and the right
    edge. Adds `row`, `way` (1: at the right, -1: at the left, 0: no row had room for the name), `beside` (where the name stands).
    """
    rows: list[list[Span]] = []
    grow, left, wide = paper
    out = strikes.assign(row=most - 1, beside=0.0, way=0)
    for mark in out.sort_values(["x", "id"]).itertuples():
        begin, end = min(mark.left, mark.x - grow), max(mark.right, mark.x + grow)
        long = text_width(mark.label, "small", scale=grow) + 0.5 * grow
        way = 1 if end + long <= wide or begin - long < left else -1
        ends = (begin, end + long) if way > 0 else (begin - long, end)
        row = take_row(rows, (ends[0] - grow / 2, ends[1] + grow / 2), most - 1)
        if row is not None:
            out.loc[mark.Index, ["row", "beside", "way"]] = row, end + 0.5 * grow if way > 0 else begin - 0.5 * grow, way
    return out


def name_statements(said: pd.DataFrame, opened: pd.DataFrame) -> pd.DataFrame:
    """Return the statements to label, the first ones first, with `words`, whether they are `open`, and `needed`.

    What a speaker repeats is not named again. An open end says when it was answered later, if any was; else the key does.
    """
    late = {} if set(opened["label"]) == {NEVER} else dict(zip(opened["statement"], opened["label"], strict=True))
    named = said[said["label"] != ""].sort_values(["at", "id"])
    again, later = named.duplicated(["speaker", "label"]), pd.Series([late.get(i, "") for i in named["id"]], named.index, "str")
    words = (named["label"] + (" (" + later + ")").where(later != "", "")).where(~again, later)
    named = named.assign(words=words, open=named["id"].isin(opened["statement"]))
    named["needed"] = named["open"] | (named["act"].isin(PUTS) & (named["weight"] >= 1))
    named = named[named["words"] != ""]
    return named.sort_values(["needed", "weight", "at", "id"], ascending=[False, False, True, True])
