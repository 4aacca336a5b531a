"""The interactive twin of a figure: a plotly figure read off the drawn artists, so that both show the same marks."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping
from dataclasses import replace
from itertools import groupby

import numpy as np
from matplotlib.figure import Figure

from analysis import theme
from analysis.digits import few
from analysis.pieces import Piece, Reader

KINDS = ("fill", "line", "marker", "text")
"""What lies over what where matplotlib's zorder is the same."""
HOVERED = ("marker", "fill", "line", "text")
"""Which artists of a mark answer the pointer: those of the first kind that it has."""
ON_TOP = 1000
"""Zorder of all text: it lies over everything, and so makes few traces."""
TARGET = 12
"""Size in px of the unseen marker that answers the pointer for a filled shape."""
CLEAR = "rgba(0,0,0,0)"
HALO = "0 0 2px #ffffff, 0 0 2px #ffffff, 0 0 3px #ffffff"
"""What stands in for the pale edge of labels on a map."""
CONFIG = {"displaylogo": False, "showSendToCloud": False, "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"]}


def browse(figure: Figure, *, hovers: Mapping[str, str], groups: Mapping[str, str], sides: Mapping[str, str],
           scale: float) -> dict[str, object]:  # fmt: skip
    """Return the figure for plotly as plain lists, texts and numbers: `data`, `layout` and `config`.

    `hovers` says for each mark, by its id, what the pointer shows (plain text, lines apart by newlines), `groups` which
    entry of the legend it belongs to, `sides` the colour of each entry in order; `scale` is px for each mm. An artist
    belongs to the mark whose id begins its gid. Raises TypeError for an artist that has no counterpart.
    """
    reader = Reader(figure, scale)
    pieces = [replace(piece, gid=mark if (mark := piece.gid.partition(" ")[0]) in hovers else "") for piece in reader.read()]
    answering: dict[str, str] = {}
    for piece in sorted(pieces, key=lambda piece: HOVERED.index(piece.kind)):
        answering.setdefault(piece.gid, piece.kind)
    filled = [piece for piece in pieces if piece.gid and piece.kind == answering[piece.gid] == "fill"]
    answering |= {piece.gid: "marker" for piece in filled}
    pieces += [_add_target(piece) for piece in filled]
    named = {groups[piece.gid] for piece in pieces if piece.gid}
    entries = [side for side in sides if side in named] if len(named & set(sides)) > 1 else []
    strip = _measure_legend(entries, reader.width)
    pieces = [replace(piece, zorder=ON_TOP) if piece.kind == "text" else piece for piece in pieces]
    ground, pieces = ([piece for piece in pieces if _is_ground(piece) is wanted] for wanted in (True, False))

    def key(piece: Piece) -> tuple:
        answers = bool(piece.gid) and piece.kind == answering[piece.gid]
        group = groups.get(piece.gid, "")
        alone = piece.gid if answers and piece.kind in ("line", "fill") else ""
        depth = piece.space.number, piece.zorder, KINDS.index(piece.kind)
        return *depth, tuple(map(str, piece.style)), group if group in entries else "", answers, alone

    pieces.sort(key=key)
    traces = [_draw(list(same), group, hovers if answers else {})
              for (*_, group, answers, _), same in groupby(pieces, key=key)]  # fmt: skip
    legend = [_draw_entry(side, sides[side]) for side in entries]
    layout = _lay_out(reader, pieces, strip) | {"shapes": [_draw_shape(piece) for piece in ground]}
    return {"data": [*legend, *traces], "layout": layout, "config": CONFIG}


def escape(words: str) -> str:
    """Return text that plotly shows as it is: no markup, no mathematics."""
    return html.escape(words, quote=False).replace("$", "&#36;").replace("\n", "<br>")


def _add_target(piece: Piece) -> Piece:
    """Return an unseen marker in the middle of a filled shape, to answer the pointer."""
    spots = [spot for spot in piece.points if spot is not None]
    middle = tuple(few((min(v) + max(v)) / 2, 4) for v in zip(*spots, strict=True))
    clear = {"symbol": "square", "size": TARGET, "color": CLEAR, "line.color": CLEAR, "line.width": 0}
    return replace(piece, kind="marker", points=[middle], looks=[clear], style=(), zorder=piece.zorder + 100)


def _draw_entry(side: str, color: str) -> dict[str, object]:
    """Return an entry of the legend, which shows and hides what belongs to it."""
    return {"mode": "markers", "x": [None], "y": [None], "name": escape(side), "legendgroup": side,
            "showlegend": True, "hoverinfo": "skip", "marker": {"color": color, "size": 9, "symbol": "square"}}  # fmt: skip


def _measure_legend(entries: list[str], width: float) -> float:
    """Return the height in px that the legend takes below the figure."""
    if not entries:
        return 0
    rows = math.ceil(sum(9 * len(entry) + 50 for entry in entries) / width)
    return 12 + 20 * rows


def _draw(pieces: list[Piece], group: str, hovers: Mapping[str, str]) -> dict[str, object]:
    """Return pieces of one kind and style as one trace; those in `hovers` answer the pointer."""
    first = pieces[0]
    trace = {"xaxis": f"x{first.space.suffix}", "yaxis": f"y{first.space.suffix}", "hoverinfo": "skip", "showlegend": False}
    if first.kind in ("marker", "text"):
        trace["cliponaxis"] = False
    if group:
        trace["legendgroup"] = group
    points: list = []
    for piece in pieces:
        line = _thicken(piece.points) if hovers and first.kind == "line" else piece.points
        points += [None, *line] if points and first.kind in ("line", "fill") else line
    trace["x"], trace["y"] = ([None if point is None else point[i] for point in points] for i in (0, 1))
    if first.kind in ("line", "fill"):
        edge, width, dash, face, hatch, ink = first.style
        trace |= {"mode": "lines", "line": {"color": edge, "width": width} | ({} if dash == "solid" else {"dash": dash})}
        trace |= {"fill": "toself", "fillcolor": face} if first.kind == "fill" else {}
        if hatch:
            trace["fillpattern"] = {"shape": hatch, "fgcolor": ink, "bgcolor": face, "size": 5, "solidity": 0.35}
    else:
        looks = [look for piece in pieces for look in piece.looks]
        if first.kind == "marker" and not any(look["line.width"] for look in looks):
            looks = [{name: value for name, value in look.items() if name != "line.color"} for look in looks]
        for name in looks[0]:
            values = [look[name] for look in looks]
            _set(trace, name if first.kind == "text" else f"marker.{name}", values[0] if len(set(values)) == 1 else values)
        trace["mode"] = "text" if first.kind == "text" else "markers"
        if first.kind == "marker":
            trace["marker"]["opacity"] = 1
    if first.kind == "text":
        face, halo = first.style
        trace["textfont"] |= theme.FACES_ON_SCREEN[face] | ({"shadow": HALO} if halo else {})
        trace["text"] = [escape(look["text"]) for look in looks]
    if hovers:
        ids = [first.gid] if first.kind == "line" else [p.gid for p in pieces for _ in p.points]
        said = [escape(hovers[gid]) for gid in ids]
        trace |= {"hoverinfo": "text", "customdata": ids, "hovertext": said[0] if first.kind == "line" else said}
    return trace


def _is_ground(piece: Piece) -> bool:
    """Say whether a piece is part of a map below its marks: as one text it takes far less room than as points."""
    return piece.space.is_map and not piece.gid and piece.kind in ("line", "fill")


def _draw_shape(piece: Piece) -> dict[str, object]:
    """Return lines or outlines as one shape below all marks."""
    parts: list[list[str]] = [[]]
    for point in piece.points:
        if point is None:
            parts.append([])
        else:
            parts[-1].append(f"{point[0]:g},{point[1]:g}")
    edge, width, dash, face, *_ = piece.style
    path = "".join(f"M{'L'.join(part)}{'Z' * (piece.kind == 'fill')}" for part in parts if part)
    return {"type": "path", "path": path, "layer": "below", "xref": f"x{piece.space.suffix}", "yref": f"y{piece.space.suffix}",
            "fillcolor": face or "rgba(0,0,0,0)", "line": {"color": edge, "width": width, "dash": dash}}  # fmt: skip


def _set(trace: dict, name: str, value: object) -> None:
    """Set `marker.line.color` as trace["marker"]["line"]["color"]."""
    *parents, last = name.split(".")
    for parent in parents:
        trace = trace.setdefault(parent, {})
    trace[last] = value


def _thicken(points: list[tuple[float, float] | None]) -> list[tuple[float, float] | None]:
    """Add points within a line of few, so that the pointer need not find its ends."""
    if len(points) > 6 or None in points:
        return points
    x, y = zip(*points, strict=True)
    at = np.linspace(0, len(points) - 1, 4 * (len(points) - 1) + 1)
    return [tuple(few(np.interp(t, range(len(v)), v), 4) for v in (x, y)) for t in at]


def _lay_out(reader: Reader, pieces: list[Piece], strip: float) -> dict[str, object]:
    """Return size, axes and type; a strip of `strip` px below the figure is kept for the legend."""
    layout = theme.lay_out(round(few(reader.width)), round(few(reader.height + strip)))
    for space in sorted({piece.space for piece in pieces}, key=lambda space: space.number):
        loose = [point for piece in pieces if piece.space == space and piece.kind in ("marker", "text") for point in piece.points]
        box, ranges = reader.frame(space, loose)
        for i, (name, other) in enumerate((("x", "y"), ("y", "x"))):
            most, below = ((reader.width, 0), (reader.height, strip))[i]
            layout[f"{name}axis{space.suffix}"] = {
                "anchor": f"{other}{space.suffix}", "visible": False, "range": [few(v, 6) for v in ranges[i]],
                "domain": [few((end + below) / (most + below), 5) for end in box[i]],
                "fixedrange": space.ax is None or (name == "y" and not space.is_map),
                **({"scaleanchor": f"x{space.suffix}"} if space.is_map and name == "y" else {}),
            }  # fmt: skip
    layout["dragmode"] = "zoom" if any(piece.space.ax for piece in pieces) else False
    return layout
