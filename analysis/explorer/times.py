"""The explorer's charts of time: events, strikes and counts over statements, as traces and layout of plotly in plain lists."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis import theme
from analysis.browse import escape
from analysis.exhibits.rows import place_across, take_row
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
HALF = 0.8
"""Half the width of a mark on the time axes."""
EVENTS = ("Truces", "Talks, exchanges", "Other events")
"""Names of the lanes of bands.KINDS."""
CLEAR = "rgba(0,0,0,0)"
Spots = Mapping[str, tuple[float, int, float]]
"""Where each row stands: x, number of the chart, y."""


class Base(NamedTuple):
    """Hold what the charts draw on: replies, places, sides with their colours, the zone of the clock, what hovering shows."""

    replies: pd.DataFrame
    locations: pd.DataFrame
    sides: Mapping[str, str]
    zone: str
    hovers: Mapping[str, str]


@dataclass(frozen=True)
class Times:
    """Hold the charts of time: traces, layout, where each row stands (x, chart, y), and the stretches of the axis."""

    traces: list[dict]
    layout: dict
    spots: Spots
    stretches: list[Stretch]

    def read_days(self, ends: Sequence[float]) -> tuple[str, str]:
        """Return the first and the last day of a span of the axis."""
        first, last = (self._day(x) for x in sorted(ends))
        return f"{first:%Y-%m-%d}", f"{max(first, last):%Y-%m-%d}"

    def _day(self, x: float) -> pd.Timestamp:
        near = min(self.stretches, key=lambda one: max(one.left - x, x - one.left - one.width, 0))
        day = min(max(near.day(x), near.start), near.end - 1 / 1440)
        return pd.Timestamp("1970-01-01") + pd.Timedelta(days=day)


def draw_times(items: pd.DataFrame, base: Base, window: Window) -> Times:
    """Return lanes of events, strikes and counts over lanes of statements by side, with an arc from answer to answered."""
    local = items.assign(**{name: items[bound].dt.tz_convert(base.zone).dt.tz_localize(None).clip(*window)
                            for name, bound in (("start", "earliest"), ("end", "latest"))})  # fmt: skip
    local["end"] = local["end"].fillna(window[1])
    local["at"] = local["start"] + (local["end"] - local["start"]) / 2
    stretches = spread(find_stretches(local["start"], local["end"], window), 0, WIDE, 1.0)
    placed = place_across(local, stretches).assign(side=local["sides"].str.split("; ").str[0])
    happened, said = (placed[(placed["table"] == "statements") == which] for which in (False, True))
    kinds = {kind: name for name, group in zip(EVENTS, KINDS, strict=True) for kind in group}
    lanes = happened["kind"].map(kinds | {"strike": "Strikes"}).where(happened["table"] == "events", "Casualty claims")
    upper = _stack(happened.assign(lane=lanes), [*EVENTS, "Strikes", "Casualty claims"])
    lower = _stack(said.assign(lane=said["side"]), [side for side in base.sides if (said["side"] == side).any()])
    spots = {row.id: (row.x, chart, row.y) for chart, (rows, _) in enumerate((upper, lower), 1) for row in rows.itertuples()}
    lasted = upper[0]["lasted"] & (upper[0]["table"] == "events")
    days = [stretch.mm(day) for stretch in stretches for day in np.arange(math.floor(stretch.start) + 0.5, stretch.end)]
    events, strikes, claims = (upper[0][rows] for rows in (
        (upper[0]["table"] == "events") & (upper[0]["kind"] != "strike"), (upper[0]["kind"] == "strike"),
        upper[0]["table"] == "casualties"))  # fmt: skip
    traces = [
        *(_target(days, high / 2, chart) for chart, high in ((1, _measure(upper[1])), (2, _measure(lower[1])))),
        _lines(upper[0][lasted], 1, {"color": theme.FAINT, "width": 6}),
        *(_lines(rows, chart, {"color": theme.FAINT, "width": 1.2}) for rows, chart in ((upper[0][~lasted], 1), (lower[0], 2))),
        *(_arcs(base.replies, spots, basis) for basis in ("explicit", "inferred")),
        _marks(events, 1, base, [name_shape(*LOOKS[kind][:2]) for kind in events["kind"]], [theme.TEXT] * len(events)),
        _marks(strikes, 1, base, [name_shape(shape_of(side, base.sides)) for side in strikes["side"]]),
        _marks(claims, 1, base, ["line-ns-open"] * len(claims), size=7),
        _marks(lower[0], 2, base, [name_shape(">") if kind in PUTS else "circle" for kind in lower[0]["kind"]]),
        *(draw_ring(chart) for chart in (1, 2)),
    ]  # fmt: skip
    return Times(traces, _lay_out((upper[1], lower[1]), stretches, base), spots, stretches)


def name_shape(shape: str, fill: bool = True) -> str:
    """Return plotly's name of a shape of matplotlib."""
    return SYMBOLS[shape][0] + "-open" * (not fill)


def _stack(rows: pd.DataFrame, lanes: Sequence[str]) -> tuple[pd.DataFrame, dict[str, float]]:
    """Give each row a height `y` at which it stands on no other of its lane, as far as there is room; return lanes' heights."""
    heights, top, at = {}, 0.0, {}
    for lane in lanes:
        taken: list[list] = []
        own = rows[rows["lane"] == lane].sort_values(["left", "id"])
        for number, mark in enumerate(own.itertuples()):
            row = take_row(taken, (min(mark.left, mark.x - HALF), max(mark.right, mark.x + HALF)), ROWS)
            at[mark.Index] = number % ROWS if row is None else row
        heights[lane] = max(len(taken), LEAST) + 0.6
        spare = (heights[lane] - len(taken)) / 2
        at |= {index: top + spare + 0.5 + at[index] for index in own.index}
        top += heights[lane]
    return rows.assign(y=pd.Series(at, dtype=float).reindex(rows.index)), heights


def _measure(heights: Mapping[str, float]) -> float:
    return sum(heights.values()) or LEAST


def open_trace(chart: int) -> dict[str, object]:
    return {"type": "scatter", "xaxis": "x", "yaxis": f"y{name_chart(chart)}", "hoverinfo": "skip", "showlegend": False}


def name_chart(chart: int) -> str:
    """Return what plotly adds to the names of the axes of a chart."""
    return str(chart) if chart > 1 else ""


def _target(days: list[float], y: float, chart: int) -> dict[str, object]:
    """Return an unseen mark for each day, so that a span without a mark can be brushed too."""
    return open_trace(chart) | {"mode": "markers", "x": days, "y": [y] * len(days), "marker": {"color": CLEAR, "size": 1}}


def draw_ring(chart: int, spots: Iterable[tuple[float, float]] = ()) -> dict[str, object]:
    """Return rings around the marks whose details are shown."""
    x, y = zip(*spots, strict=True) if spots else ((), ())
    marker = {"symbol": "circle-open", "size": 19, "color": theme.TEXT, "line": {"width": 2}}
    return open_trace(chart) | {"mode": "markers", "x": list(x), "y": list(y), "marker": marker}


def _lines(rows: pd.DataFrame, chart: int, line: Mapping) -> dict[str, object]:
    """Return a level line from the left to the right end of each row."""
    x = [v for row in rows.itertuples() for v in (round(row.left, 2), round(row.right, 2), None)]
    y = [v for row in rows.itertuples() for v in (row.y, row.y, None)]
    return open_trace(chart) | {"mode": "lines", "x": x, "y": y, "line": dict(line)}


def _arcs(replies: pd.DataFrame, spots: Spots, basis: str) -> dict[str, object]:
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


def _marks(rows: pd.DataFrame, chart: int, base: Base, symbols: list[str], colors: list[str] | None = None, size: float = 9
           ) -> dict[str, object]:  # fmt: skip
    """Return a mark for each row, in the colour of its side unless `colors` are given."""
    colors = colors or [base.sides.get(side, theme.MUTED) for side in rows["side"]]
    return open_trace(chart) | {
        "mode": "markers", "x": rows["x"].round(2).tolist(), "y": rows["y"].round(2).tolist(), "customdata": rows["id"].tolist(),
        "hovertext": [base.hovers[one] for one in rows["id"]], "hoverinfo": "text", "cliponaxis": False, "selectedpoints": None,
        "marker": {"symbol": symbols, "color": colors, "size": size, "opacity": 1, "line": {"color": colors, "width": 1}},
    }  # fmt: skip


def _lay_out(heights: tuple[Mapping, Mapping], stretches: list[Stretch], base: Base) -> dict[str, object]:
    """Return axes, names of lanes, days and titles of both charts, which share the axis of time between them."""
    room, each = HIGH - TOP - BETWEEN - FOOT, [_measure(own) for own in heights]
    share = min(max(each[0] / sum(each), 0.42), 0.6)
    low = (1 - share) * room / (room + BETWEEN)
    domains = (1 - share * room / (room + BETWEEN), 1.0), (0.0, low)
    years = stretches[0].start // 365.25 != stretches[-1].end // 365.25
    ticks = [(round(stretch.mm(day), 2), words) for stretch in stretches
             for day, words in pick_ticks(stretch, 1.0, years=years, later=stretch is not stretches[0])[1]]  # fmt: skip
    layout = {
        "xaxis": {"range": [0, WIDE], "fixedrange": True, "zeroline": False, "showgrid": True, "gridcolor": theme.HAIR,
                  "tickvals": [x for x, _ in ticks], "ticktext": [words for _, words in ticks], "ticklen": 0, "tickangle": 0,
                  "tickfont": {"size": 11, "color": theme.MUTED}, "anchor": "y"},
        "shapes": [], "annotations": [],
    }  # fmt: skip
    titles = (f"<b>In what order?</b> {_explain(base.sides)}",
              "<b>Who answered whom?</b> ▸ puts something forward; arc: from an answer back to what it answers, dashed: "
              "inferred")  # fmt: skip
    for chart, (own, title, domain) in enumerate(zip(heights, titles, domains, strict=True), 1):
        axis, y = f"y{name_chart(chart)}", 0.0
        layout[f"yaxis{name_chart(chart)}"] = {"fixedrange": True, "visible": False, "anchor": "x", "domain": domain,
                                              "range": [_measure(own), -0.6]}  # fmt: skip
        layout["annotations"].append(write(title, 0, domain[1], yanchor="bottom", xshift=6 - LEFT))
        for lane, high in own.items():
            font = {"color": base.sides.get(lane, theme.TEXT), "size": 12}
            layout["annotations"].append(write(f"<b>{escape(lane)}</b>", 0, y + high / 2, yref=axis, xshift=6 - LEFT, font=font))
            y += high
            if y < _measure(own) - 0.01:
                layout["shapes"].append(_rule("line", (0, 1), (y, y), "paper", axis))
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
