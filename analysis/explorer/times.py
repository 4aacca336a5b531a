"""The explorer's charts of time: events, strikes and counts over statements, as traces and layout of plotly in plain lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.dates import date2num

from analysis import theme
from analysis.browse import escape
from analysis.layout.bands import KINDS, LOOKS, shape_of
from analysis.layout.stretches import GAP, Stretch, Window, find_stretches, name_clock, pick_ticks, spread
from analysis.pieces import SYMBOLS
from analysis.replies import PUTS

WIDE = 160.0
"""Units of the time axes from left to right."""
HIGH, LEFT, TOP, BETWEEN, FOOT = 520, 128, 22, 48, 22
"""In px: height of the charts of time, room for the names of lanes, above, between and below the charts."""
ROWS, LEAST = 7, 1.7
"""Rows of marks that a lane has at most, and the rows whose height it has at least."""
TICKS = 1.4
"""How much larger the names of days are than on paper of the width of the axes, as a narrow window shows them."""
HALF = 0.8
"""Half the width of a mark on the time axes."""
MANY, SLOT, LARGEST = 1200, 3.2, 22.0
"""Rows that have a mark of their own at most; of more, those of a lane and side in a slot of this width share one, whose
area tells how many they are; the size in px of the largest."""
EVENTS = ("Truces", "Talks, exchanges", "Other events")
"""Names of the lanes of bands.KINDS."""
RINGS = {1: 3, 2: 8}
"""Number of the trace that is the ring, by chart."""
SAME = {name: {"marker": {"opacity": 1}} for name in ("selected", "unselected")}
"""What is brushed looks as before; the charts that follow show what it is."""


class Base(NamedTuple):
    """Hold what the charts draw on: replies, places, sides with their colours, the zone of the clock, what hovering shows."""

    replies: pd.DataFrame
    locations: pd.DataFrame
    sides: Mapping[str, str]
    zone: str
    hover: Callable[[str], str]


@dataclass(frozen=True)
class Times:
    """Hold the charts of time: traces, layout, the stretches of the axis, the ids behind each mark, where rows stand."""

    traces: list[dict]
    layout: dict
    stretches: list[Stretch]
    members: Mapping[str, list[str]]
    spots: Mapping[str, tuple[float, int, float]]

    def read_days(self, ends: Sequence[float]) -> tuple[str, str]:
        """Return the first and the last day of a span of the axis."""
        first, last = (self._day(x) for x in sorted(ends))
        return f"{first:%Y-%m-%d}", f"{max(first, last):%Y-%m-%d}"

    def _day(self, x: float) -> pd.Timestamp:
        near = min(self.stretches, key=lambda one: max(one.left - x, x - one.left - one.width, 0))
        day = min(max(near.day(x), near.start), near.end - 1 / 1440)
        return pd.Timestamp("1970-01-01") + pd.Timedelta(days=day)


def prepare_times(items: pd.DataFrame, base: Base) -> pd.DataFrame:
    """Return what of the marks stays the same whatever is chosen, on the index of the items, in order of time.

    The columns are `id, chart, lane, side, symbol, color, size, lasted, start, end` (local, NaT where open).
    """
    kinds = {kind: name for name, group in zip(EVENTS, KINDS, strict=True) for kind in group} | {"strike": "Strikes"}
    side, said, counted = items["sides"].str.split("; ").str[0], items["table"] == "statements", items["table"] == "casualties"
    looks = [_look(*cells, base.sides) for cells in zip(items["table"], items["kind"], side, strict=True)]
    symbol, color, size = (list(column) for column in zip(*looks, strict=True)) if looks else ([], [], [])
    return pd.DataFrame({
        "id": items["id"], "chart": said + 1, "side": side, "symbol": symbol, "color": color, "size": size,
        "lane": items["kind"].map(kinds).mask(counted, "Casualty claims").mask(said, side),
        "lasted": items["lasted"] & ~said & ~counted,
        **{name: items[bound].dt.tz_convert(base.zone).dt.tz_localize(None) for name, bound in (
            ("start", "earliest"), ("end", "latest"))},
    }, index=items.index)  # fmt: skip


def _look(table: str, kind: str, side: str, sides: Mapping[str, str]) -> tuple[str, str, float]:
    """Return symbol, colour and size in px of the mark of a row."""
    color = sides.get(side, theme.MUTED)
    if table == "casualties":
        return "line-ns-open", color, 7.0
    if table == "statements":
        return name_shape(">") if kind in PUTS else "circle", color, 9.0
    if kind == "strike":
        return name_shape(shape_of(side, sides)), color, 9.0
    return name_shape(*LOOKS[kind][:2]), theme.TEXT, 9.0


def draw_times(rows: pd.DataFrame, base: Base, window: Window, active: str = "") -> Times:
    """Return lanes of events, strikes and counts over lanes of statements by side, with an arc from answer to answered.

    `rows` are of `prepare_times`; a ring is drawn around the row `active`.
    """
    start, end = (rows[name].fillna(window[1]).clip(*window) for name in ("start", "end"))
    stretches = spread(find_stretches(start, end, window), 0, WIDE, 1.0)
    days, edges = zip(*(corner for one in stretches for corner in ((one.start, one.left), (one.end, one.left + one.width))),
                      strict=True)  # fmt: skip
    places = {name: np.interp(date2num(moment), days, edges).round(2) for name, moment in (
        ("left", start), ("x", start + (end - start) / 2), ("right", end))}  # fmt: skip
    single = rows.assign(number=1, **places)
    marks, many = (_gather(single), True) if len(rows) > MANY else (single.assign(ids=[[one] for one in rows["id"]]), False)
    upper, lower = (marks[marks["chart"] == chart] for chart in (1, 2))
    upper, above = _stack(upper, [*EVENTS, "Strikes", "Casualty claims"])
    lower, below = _stack(lower, [side for side in base.sides if (lower["side"] == side).any()])
    spots = {one: (x, chart, y) for chart, own in ((1, upper), (2, lower))
             for x, y, ids in zip(own["x"], own["y"], own["ids"], strict=True) for one in ids}  # fmt: skip
    lasted, arcs = upper["lasted"], base.replies.iloc[:0] if many else base.replies
    x, chart, y = spots.get(active, (0, 0, 0))
    rings = [draw_ring(number, [(x, y)] if number == chart else ()) for number in (1, 2)]
    traces = [
        _lines(upper[lasted], 1, {"color": theme.FAINT, "width": 6}),
        _lines(upper[~lasted], 1, {"color": theme.FAINT, "width": 1.2}), _marks(upper, 1, base), rings[0],
        _lines(lower, 2, {"color": theme.FAINT, "width": 1.2}),
        *(_arcs(arcs, spots, basis) for basis in ("explicit", "inferred")), _marks(lower, 2, base), rings[1],
    ]  # fmt: skip
    members = {ids[0]: ids for ids in marks["ids"]}
    return Times(traces, _lay_out((above, below), stretches, base, many), stretches, members, spots)


def _gather(marks: pd.DataFrame) -> pd.DataFrame:
    """Return a mark for all rows of a lane and side in each slot of the axis: their `ids` and `number`, which its area tells."""
    slots = marks.assign(slot=(marks["x"] // SLOT + 0.5) * SLOT)
    groups = slots.groupby(["chart", "lane", "side", "slot"], as_index=False)
    gathered = groups.agg(id=("id", "first"), ids=("id", list), number=("id", "size"), symbol=("symbol", "first"),
                          mixed=("symbol", "nunique"), color=("color", "first"))  # fmt: skip
    size = (LARGEST * (gathered["number"] / gathered["number"].max()) ** 0.5).clip(lower=3).round(1)
    symbol = gathered["symbol"].mask(gathered["mixed"] > 1, "circle").replace("line-ns-open", "circle")
    return gathered.assign(symbol=symbol, size=size, lasted=False, **dict.fromkeys(("x", "left", "right"), gathered["slot"]))


def name_shape(shape: str, fill: bool = True) -> str:
    """Return plotly's name of a shape of matplotlib."""
    return SYMBOLS[shape][0] + "-open" * (not fill)


def _stack(marks: pd.DataFrame, lanes: Sequence[str]) -> tuple[pd.DataFrame, dict[str, float]]:
    """Give each mark a height `y` at which it stands on no other of its lane, as far as there is room; return lanes' heights."""
    heights, top, y = {}, 0.0, np.zeros(len(marks))
    ends = marks[["left", "x", "right"]].to_numpy(float)
    own = marks.assign(at=np.arange(len(marks))).sort_values(["left", "id"]).groupby("lane")["at"].agg(list)
    for lane in lanes:
        taken, rows = [], []
        for left, x, right in ends[at := own.get(lane, [])].tolist():
            row = next((row for row, end in enumerate(taken) if end < min(left, x - HALF)), len(taken))
            row = len(rows) % ROWS if row == ROWS else row
            taken[row:row + 1] = [max(right, x + HALF, *taken[row:row + 1])]
            rows.append(row)
        heights[lane] = max(len(taken), LEAST) + 0.6
        y[at] = top + (heights[lane] - len(taken)) / 2 + 0.5 + np.array(rows)
        top += heights[lane]
    return marks.assign(y=y), heights


def _measure(heights: Mapping[str, float]) -> float:
    return sum(heights.values()) or LEAST


def open_trace(chart: int) -> dict[str, object]:
    return {"type": "scatter", "xaxis": "x", "yaxis": f"y{name_chart(chart)}", "hoverinfo": "skip", "showlegend": False}


def name_chart(chart: int) -> str:
    """Return what plotly adds to the names of the axes of a chart."""
    return str(chart) if chart > 1 else ""


def draw_ring(chart: int, spots: Iterable[tuple[float, float]] = ()) -> dict[str, object]:
    """Return rings around the marks whose details are shown."""
    x, y = zip(*spots, strict=True) if spots else ((), ())
    marker = {"symbol": "circle-open", "size": 19, "color": theme.TEXT, "line": {"width": 2}}
    return open_trace(chart) | {"mode": "markers", "x": list(x), "y": list(y), "marker": marker}


def _lines(marks: pd.DataFrame, chart: int, line: Mapping) -> dict[str, object]:
    """Return a level line from the left to the right end of each mark that has a length."""
    long = marks[marks["right"] > marks["left"]]
    x = [end for pair in zip(long["left"], long["right"], strict=True) for end in (*pair, None)]
    y = [end for height in long["y"] for end in (height, height, None)]
    return open_trace(chart) | {"mode": "lines", "x": x, "y": y, "line": dict(line)}


def _arcs(replies: pd.DataFrame, spots: Mapping[str, tuple[float, int, float]], basis: str) -> dict[str, object]:
    """Return a curve from each answer of a basis to the statement that it answers, where both are shown."""
    x, y, turn = [], [], np.linspace(0, 1, 13)
    given = replies[(replies["basis"] == basis) & replies["statement_id"].isin(spots) & replies["answers"].isin(spots)]
    for reply in given.itertuples():
        (x0, _, y0), (x1, _, y1) = spots[reply.statement_id], spots[reply.answers]
        lift = min(0.8 + 0.05 * abs(x0 - x1), 3)
        x += [*np.round(x0 + (x1 - x0) * turn, 2).tolist(), None]
        y += [*np.round(y0 + (y1 - y0) * turn - lift * 4 * turn * (1 - turn), 2).tolist(), None]
    line = {"color": theme.MUTED, "width": 1, "dash": "solid" if basis == "explicit" else "dash"}
    return open_trace(2) | {"mode": "lines", "x": x, "y": y, "line": line}


def _marks(marks: pd.DataFrame, chart: int, base: Base) -> dict[str, object]:
    """Return the marks of a chart; `customdata` is the first id behind each."""
    hovers = [base.hover(one) if number == 1 else escape(f"{number} rows: {lane}\nClick for a list of them.")
              for one, number, lane in zip(marks["id"], marks["number"], marks["lane"], strict=True)]  # fmt: skip
    colors = marks["color"].tolist()
    return open_trace(chart) | {
        "mode": "markers", "x": marks["x"].tolist(), "y": marks["y"].tolist(), "customdata": marks["id"].tolist(),
        "hovertext": hovers, "hoverinfo": "text", "cliponaxis": False, **SAME,
        "marker": {"symbol": marks["symbol"].tolist(), "color": colors, "size": marks["size"].tolist(), "opacity": 1,
                   "line": {"color": colors, "width": 1}},
    }  # fmt: skip


def _lay_out(heights: tuple[Mapping, Mapping], stretches: list[Stretch], base: Base, many: bool
             ) -> dict[str, object]:  # fmt: skip
    """Return axes, names of lanes, days and titles of both charts, which share the axis of time between them."""
    room, each = HIGH - TOP - BETWEEN - FOOT, [_measure(own) for own in heights]
    share = min(max(each[0] / sum(each), 0.42), 0.6)
    low = (1 - share) * room / (room + BETWEEN)
    domains = (1 - share * room / (room + BETWEEN), 1.0), (0.0, low)
    years = stretches[0].start // 365.25 != stretches[-1].end // 365.25
    ticks = [(round(stretch.mm(day), 2), words) for stretch in stretches
             for day, words in pick_ticks(stretch, TICKS, years=years, later=stretch is not stretches[0])[1]]  # fmt: skip
    layout = {
        "xaxis": {"range": [0, WIDE], "fixedrange": True, "zeroline": False, "showgrid": True, "gridcolor": theme.HAIR,
                  "tickvals": [x for x, _ in ticks], "ticktext": [words for _, words in ticks], "ticklen": 0, "tickangle": 0,
                  "tickfont": {"size": 11, "color": theme.MUTED}, "anchor": "y"},
        "shapes": [], "annotations": [],
    }  # fmt: skip
    arcs = "▸ puts something forward; arc: from an answer back to what it answers, dashed: inferred"
    told = f"more than {MANY:,} rows: a mark stands for several, its area for how many; choose fewer for arcs"
    titles = f"<b>In what order?</b> {_explain(base.sides)}", f"<b>Who answered whom?</b> {told if many else arcs}"
    for chart, (own, title, domain) in enumerate(zip(heights, titles, domains, strict=True), 1):
        axis, y = f"y{name_chart(chart)}", 0.0
        layout["annotations"].append(write(title, 0, domain[1], yanchor="bottom", xshift=6 - LEFT))
        named = []
        for lane, high in own.items():
            color = base.sides.get(lane, theme.TEXT)
            named.append((round(y + high / 2, 2), f'<b style="color:{color}">{escape(lane)}</b>'))
            y += high
            if y < _measure(own) - 0.01:
                layout["shapes"].append(_rule("line", (0, 1), (y, y), "paper", axis))
        layout[f"yaxis{name_chart(chart)}"] = {
            "fixedrange": True, "showgrid": False, "zeroline": False, "ticklen": 0, "anchor": "x", "domain": [*domain],
            "range": [_measure(own), -0.6], "tickfont": {"size": 12, "color": theme.TEXT},
            "tickvals": [at for at, _ in named], "ticktext": [words for _, words in named]}  # fmt: skip
        if not own:
            layout["annotations"].append(write("no statement among the rows shown", 0.5, sum(domain) / 2, xanchor="center"))
    layout["shapes"] += [_rule("rect", (one.left + one.width, after.left), (0, 1), "x", "paper")
                         for one, after in pairwise(stretches)]  # fmt: skip
    gaps = f"; grey bar: axis broken, {GAP} days or more without a row" if len(stretches) > 1 else ""
    told = f"{name_clock(base.zone)}; pale line: at some time within{gaps}"
    layout["annotations"].append(write(f"<i>{escape(told)}</i>", 0, 0, yanchor="top", xshift=6 - LEFT, yshift=-4,
                                       font={"color": theme.MUTED, "size": 11}))  # fmt: skip
    return layout


def _rule(kind: str, x: tuple[float, float], y: tuple[float, float], xref: str, yref: str) -> dict[str, object]:
    """Return a line between lanes, or the bar of a break of the axis."""
    return {"type": kind, "layer": "below", "xref": xref, "x0": x[0], "x1": x[1], "yref": yref, "y0": y[0], "y1": y[1],
            "line": {"color": theme.HAIR, "width": 1 if kind == "line" else 0}, "fillcolor": theme.HAIR}  # fmt: skip


def _explain(sides: Mapping[str, str]) -> str:
    """Say which marks stand for strikes of the first two sides, and how casualty claims look."""
    signs = {"D": "◆", "o": "●"}
    told = ", ".join(f'<span style="color:{color}">{signs[shape_of(side, sides)]} {escape(side)}</span>'
                     for side, color in list(sides.items())[:2])  # fmt: skip
    return f"Strikes by {told}; casualty claims in the colour of who counted"


def write(words: str, x: float, y: float, **style: object) -> dict[str, object]:
    """Return words at a place of a chart, or of all of them (`yref` paper)."""
    return {"text": words, "x": x, "y": y, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "middle",
            "showarrow": False, "align": "left", "font": {"color": theme.TEXT, "size": 12}} | style  # fmt: skip
