"""On how many independent origins does each claim rest?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes

from analysis import theme, when
from analysis.doubts import add_doubts
from analysis.exhibit import MARKS, Exhibit, cite
from analysis.layout.stretches import Window, name_days, open_window
from analysis.load import Record
from analysis.marks import say_counted
from analysis.theme import text_width, wrap
from analysis.words import say_list, say_number

KINDS = {"event": "events", "statement": "statements", "casualty claim": "casualty claims"}
STATUSES = {
    "single-origin": "single-origin",
    "corroborated": "corroborated: two origins or more",
    "disputed": "disputed: versions conflict",
}
"""What the key says of each status."""
SHAPES = "osD^v<"
"""Shape of a mark, by the place of its side in the list of sides; a mark without a side has the first."""
AREA = {"s": 0.88, "D": 0.84, "^": 1.06, "v": 1.06, "<": 1.06}
"""By how much a shape is larger than the circle, so that it looks as large."""
PAPER = {"column": (77, 195), "page": (162, 100)}
"""Width of the drawing in mm, and its greatest height."""
PITCH, DOT, POINT = 2.1, 0.8, 72 / 25.4
"""The greatest distance of marks in mm, a mark's share of it, points in a mm."""
LABEL, TOTAL, GAP, AIR, SLACK = 13.0, 6.5, 5.0, 0.9, 5.0
"""In mm, across: names of rows, counts of a panel, between panels, between cells, and what may be added to that."""
KEY, HEAD, STEP, FOOT, LEADING = 3.6, 5.5, 2.8, 6.6, 2.8
"""In mm, down: a line of the key, the name of a panel, between rows, the axis of a panel, a line of words."""
CELLS, ACROSS, TALLEST = 5, 2, 60
"""Cells that every panel has at least, so that its name has room; marks that stand beside each other in a cell at least, and
above each other at most."""
NOTHING = "In this window the record has no event, statement or casualty claim."


def independence(record: Record, start: str | None = None, end: str | None = None) -> Exhibit:
    """Show every event, statement and casualty claim by the number of its origins and of the pages that carry it.

    `start` and `end` are days; only what touches them is shown, without them the whole record.
    """
    zone, sides = record.episode["zones"][0], record.episode["sides"]
    window = open_window(record.episode, start, end, default="window")
    tables = record.events, record.statements, record.casualties
    if start or end:
        bounds = when.span(*window, zone)
        tables = tuple(table[when.touches(table, *bounds)] for table in tables)
    marks = count_origins(
        *tables,
        titles=record.whole.events.set_index("event_id")["title"],
        labels=record.whole.proposals.set_index("proposal_id")["label"],
        names=record.whole.actors.set_index("actor_id")["name"],
        zones=record.episode["zones"],
    )
    marks = add_doubts(marks, record.whole.disagreements)
    return Exhibit(
        days=(start, end),
        name="independence",
        title="Origins behind each claim",
        subtitle=_explain(marks, window),
        alt=describe(marks),
        marks=marks,
        evidence=cite(marks, record),
        colors={side: color for side, color in sides.items() if side in set(marks["group"])},
        paint=lambda ax: draw_independence(marks, sides, ax=ax),
        height=lambda size: fit(marks, sides, PAPER[size]).high,
    )


def count_origins(events: pd.DataFrame, statements: pd.DataFrame, claims: pd.DataFrame, *, titles: Mapping[str, str],
                  labels: Mapping[str, str], names: Mapping[str, str], zones: Sequence[str]) -> pd.DataFrame:  # fmt: skip
    """Return one row per event, statement and claim, by number of origins and of pages: MARKS, then `kind`, `status`,
    `origins` (names), `origin_count` and `pages` (how many origins and pages it has) and `lane` (kind and origins).

    `titles`, `labels` and `names` are those of events, proposals and actors by id; times are those of the first of `zones`.
    """
    happened = events.assign(kind="event", id=events["event_id"], group="", words=events["summary"], said_by="")
    said = statements.assign(
        kind="statement",
        id=statements["statement_id"],
        group=statements["side"],
        title=[_name_statement(row, labels, names) for row in statements.itertuples()],
        words=statements["summary"],
        said_by=_name_all(statements["speaker"], names),
    )
    counted = claims.assign(
        kind="casualty claim",
        id=claims["claim_id"],
        group=claims["side"],
        title=claims["event_id"].map(titles),
        words=say_counted(claims),
        said_by=_name_all(claims["claimed_by"], names),
    )
    marks = pd.concat([happened, said, counted], ignore_index=True)
    marks = marks.assign(
        date=[when.say(row, zones[0], home=zones) for row in marks.itertuples()],
        records=marks["id"],
        origin_count=[len(set(cell.split("; "))) for cell in marks["origins"]],
        pages=[len(set(cell.split("; "))) for cell in marks["sources"]],
        origins=_name_all(marks["origins"], names),
    )
    marks["lane"] = [f"{row.kind}, {say_number(row.origin_count, 'origin')}" for row in marks.itertuples()]
    marks = marks.astype({"origin_count": "int64", "pages": "int64"})
    order = marks.assign(place=marks["kind"].map(list(KINDS).index))
    order = order.sort_values(["place", "origin_count", "pages", "earliest", "id"], ignore_index=True)
    return order[[*MARKS, "kind", "status", "origins", "origin_count", "pages", "lane"]]


def _name_all(cells: pd.Series, names: Mapping[str, str]) -> list[str]:
    return ["; ".join(names[one] for one in cell.split("; ")) for cell in cells]


def _name_statement(row: object, labels: Mapping[str, str], names: Mapping[str, str]) -> str:
    """Name a statement by who spoke and, if it is about any, of which proposals."""
    speakers = " and ".join(names[one] for one in row.speaker.split("; "))
    about = "" if pd.isna(row.proposal_id) else ", ".join(labels[one] for one in row.proposal_id.split("; "))
    return f"{speakers}: {about}" if about else speakers


def _count_kinds(marks: pd.DataFrame) -> str:
    kinds = marks["kind"].value_counts().reindex(list(KINDS)).dropna().astype(int)
    return say_list([say_number(count, kind) for kind, count in kinds.items()]) if len(kinds) else "No row"


def _explain(marks: pd.DataFrame, window: Window) -> str:
    """Say what is shown, and what an origin is."""
    return (
        f"{_count_kinds(marks)}, {name_days(*window)}; one mark each. Origin: the official, agency or document that a report "
        "goes back to; a page that repeats one adds a page, not an origin."
    )


def describe(marks: pd.DataFrame) -> str:
    """Say for those who cannot see it what the chart shows."""
    if marks.empty:
        return f"An empty chart. {NOTHING}"
    alone = marks[marks["origin_count"] == 1]
    shares = [f"{(of['origin_count'] == 1).sum() or 'none'} of {say_number(len(of), kind)}"
              for kind, of in marks.groupby("kind", sort=False)]  # fmt: skip
    disputed = (marks["status"] == "disputed").sum()
    return " ".join([
        f"Marks stacked by number of independent origins and by number of pages, one for each of {_count_kinds(marks)}.",
        f"Only one origin stands behind {say_list(shares)}; "
        f"no row has more than {say_number(marks['origin_count'].max(), 'origin')}.",
        *([_describe_pages(alone)] if len(alone) else []),
        f"{disputed or 'None'} of the rows {'are' if disputed > 1 else 'is'} disputed.",
        "That two origins agree does not make a claim true; whether origins took from each other unseen is unknown.",
    ])  # fmt: skip


def _describe_pages(alone: pd.DataFrame) -> str:
    """Say how many pages carry the rows that have one origin."""
    if len(alone) == 1:
        return f"The one row with one origin is carried by {say_number(alone['pages'].max(), 'page')}."
    least = alone["pages"].quantile(interpolation="lower")
    return (f"Many pages may go back to one origin: at least half of these {len(alone)} rows are carried by "
            f"{say_number(least, 'page')} or more, and up to {alone['pages'].max()}.")  # fmt: skip


class Panel(NamedTuple):
    """A panel on paper: its marks, its left and top edge and its height, its cells of a width with so many marks across,
    the base of each row from below, the words under its name."""

    kind: str
    marks: pd.DataFrame
    left: float
    top: float
    high: float
    cells: int
    cell: float
    across: int
    bases: dict[int, float]
    note: str


class Layout(NamedTuple):
    """Hold where everything stands, in mm at the size of type of a page, marks being `pitch` apart."""

    panels: list[Panel]
    key: list[list[tuple]]
    pitch: float
    high: float


def draw_independence(marks: pd.DataFrame, sides: Mapping[str, str], *, ax: Axes) -> Axes:
    """Draw a panel per kind: rows by number of origins, cells by number of pages, in each a stack of marks."""
    theme.quiet(ax)
    grow = theme.scale_of(ax.figure)
    wide, high = theme.width_mm(ax) / grow, theme.height_mm(ax) / grow
    ax.set(xlim=(0, wide), ylim=(high, 0))
    if marks.empty:
        _write(ax, 0, 3, NOTHING, face="italic", color=theme.MUTED)
        return ax
    layout = fit(marks, sides, (wide, high))
    _draw_key(ax, layout.key)
    for panel in layout.panels:
        _draw_panel(ax, panel, layout, sides)
    return ax


def fit(marks: pd.DataFrame, sides: Mapping[str, str], paper: tuple[float, float]) -> Layout:
    """Return the layout with the largest marks, panels beside or below each other, and of these the lowest."""
    if marks.empty:
        return Layout([], [], PITCH, 6.0)
    kinds = [_Kind(kind, marks[marks["kind"] == kind]) for kind in KINDS]
    key = _lay_key(marks, sides, paper[0])
    tries = (_lay_out(bands, key, paper, tallest) for bands in ([kinds], [[kind] for kind in kinds])
             for tallest in range(4, TALLEST + 1))  # fmt: skip
    return max(tries, key=lambda layout: (round(layout.pitch, 2), -layout.high))


class _Kind:
    """Hold the marks of one kind, and what does not depend on the paper."""

    def __init__(self, name: str, marks: pd.DataFrame) -> None:
        self.name, self.marks, self.note = name, marks, _sum_up(marks)
        self.long = text_width(self.note, "small")
        self.counts = marks.groupby(["origin_count", "pages"]).size().to_dict()
        self.cells = max([CELLS, *marks["pages"]])
        self.rows = max([1, *marks["origin_count"]])

    def lines(self, width: float) -> int:
        """Return how many lines the note takes at most, without measuring each."""
        return 1 if self.long < width else math.ceil(1.2 * self.long / width)

    def across(self, tallest: int) -> int:
        """Return how many marks stand beside each other if at most so many stand above each other."""
        return max([ACROSS, *(-(-count // tallest) for count in self.counts.values())])

    def stack(self, row: int, across: int) -> int:
        """Return how many marks stand above each other in the fullest cell of a row, at least one."""
        return max([1, *(-(-count // across) for (origins, _), count in self.counts.items() if origins == row)])


def _lay_out(bands: list[list[_Kind]], key: list, paper: tuple[float, float], tallest: int) -> Layout:
    """Place the panels in bands from above, with the largest marks for which there is room on paper (mm)."""
    wide, high = paper
    rows = range(1, max(kind.rows for band in bands for kind in band) + 1)
    free = [wide - LABEL + GAP - sum(TOTAL + GAP + AIR * kind.cells for kind in band) for band in bands]
    units = [sum(kind.cells * kind.across(tallest) for kind in band) for band in bands]
    pitch = min(PITCH, *(room / need for room, need in zip(free, units, strict=True)))
    plans = []
    for band, room, need in zip(bands, free, units, strict=True):
        slack = min((room - need * pitch) / sum(kind.cells for kind in band), SLACK)
        widths = [kind.across(tallest) * pitch + AIR + slack for kind in band]
        lines = max(kind.lines(TOTAL + kind.cells * cell) for kind, cell in zip(band, widths, strict=True))
        stacks = {row: max(kind.stack(row, kind.across(tallest)) for kind in band) for row in rows}
        plans.append((band, widths, stacks, HEAD + LEADING * lines))
    fixed = len(key) * KEY + sum(head + STEP * len(rows) + FOOT for *_, head in plans)
    pitch = min(pitch, (high - fixed) / sum(sum(stacks.values()) for _, _, stacks, _ in plans))
    panels, top = [], len(key) * KEY
    for band, widths, stacks, head in plans:
        left, y, bases = LABEL, FOOT, {}
        for row, count in stacks.items():
            bases[row] = y
            y += count * pitch + STEP
        for kind, cell in zip(band, widths, strict=True):
            box = left, top, y + head, kind.cells, cell, kind.across(tallest)
            panels.append(Panel(kind.name, kind.marks, *box, bases, kind.note))
            left += TOTAL + kind.cells * cell + GAP
        top += y + head
    return Layout(panels, key, pitch, top)


def _sum_up(marks: pd.DataFrame) -> str:
    """Say how many rows have one origin, and how many of these more than one page."""
    alone = marks[marks["origin_count"] == 1]
    if alone.empty:
        return "None goes back to one origin." if len(marks) else "None in this window."
    if len(alone) == 1:
        return f"1 goes back to one origin, on {say_number(alone['pages'].iloc[0], 'page')}."
    return f"{len(alone)} go back to one origin, {(alone['pages'] > 1).sum()} of these on two pages or more."


def _lay_key(marks: pd.DataFrame, sides: Mapping[str, str], wide: float) -> list[list[tuple]]:
    """Break the key into lines: of each entry where it begins, its shape, colour and status, and its words."""
    found = [status for status in STATUSES if status in set(marks["status"])]
    groups = [("o", theme.MUTED, status, STATUSES[status]) for status in found]
    speakers = [(_shape(side, sides), sides[side], "corroborated", side) for side in sides if side in set(marks["group"])]
    if speakers:
        speakers.insert(0, ("", theme.MUTED, "", "said or counted by"))
    if "" in set(marks["group"]):
        speakers.append((SHAPES[0], theme.MUTED, "corroborated", "event: no side"))
    lines = []
    for entries in (groups, speakers):
        x, line = 0.0, []
        for shape, *look, words in entries:
            long = (2.8 if shape else 0) + text_width(words, "small")
            if line and x + long > wide:
                lines.append(line)
                x, line = 0.0, []
            line.append((x, shape, *look, words))
            x += long + 4.0
        lines.append(line)
    return lines


def _shape(side: str, sides: Mapping[str, str]) -> str:
    return SHAPES[list(sides).index(side) % len(SHAPES)] if side else SHAPES[0]


def _draw_key(ax: Axes, key: list[list[tuple]]) -> None:
    for i, line in enumerate(key):
        y = (i + 0.5) * KEY
        for x, shape, color, status, words in line:
            if shape:
                _draw_mark(ax, x + 0.9, y, PITCH, (shape, color, status))
            _write(ax, x + (2.8 if shape else 0), y, words, color=theme.TEXT if color == theme.MUTED and shape else color)


def _draw_mark(ax: Axes, x: float, y: float, pitch: float, look: tuple[str, str, str], gid: str | None = None) -> None:
    """Draw a mark: filled if corroborated, open if not, crossed if disputed."""
    shape, color, status = look
    grow = theme.scale_of(ax.figure)
    size = pitch * DOT * POINT * grow * AREA.get(shape, 1)
    edge = min(0.7 * grow, 0.2 * size)
    style = {"linestyle": "none", "color": color, "markeredgecolor": color, "markeredgewidth": edge, "clip_on": False}
    face = color if status == "corroborated" else theme.PAPER
    ax.plot([x], [y], marker=shape, markersize=size - edge, markerfacecolor=face, gid=gid, **style)
    if status == "disputed":
        cross = style | {"markeredgewidth": 0.7 * edge}
        ax.plot([x], [y], marker="x", markersize=0.5 * (size - edge), gid=gid and f"{gid} disputed", **cross)


def _draw_panel(ax: Axes, panel: Panel, layout: Layout, sides: Mapping[str, str]) -> None:
    """Draw one kind: its name and sum, its rows, its marks and the axis of pages."""
    (_, wide), (high, _) = ax.get_xlim(), ax.get_ylim()
    left, right = panel.left + TOTAL, panel.left + TOTAL + panel.cells * panel.cell
    bottom = panel.top + panel.high
    _write(ax, panel.left, panel.top + HEAD - 1.9, say_number(len(panel.marks), panel.kind), size="label", face="semibold")
    for i, line in enumerate(wrap(panel.note, right - panel.left)):
        _write(ax, panel.left, panel.top + HEAD + (i + 0.5) * LEADING, line)
    number = panel.marks["origin_count"].value_counts()
    for row, base in panel.bases.items():
        count = number.get(row, 0)
        if panel.left == LABEL:
            _write(ax, 0, bottom - base - 1.2, say_number(row, "origin"))
        _write(ax, left - 1, bottom - base - 1.2, f"{count}", face="semibold" if count else "regular", ha="right",
               color=theme.TEXT if count else theme.MUTED)  # fmt: skip
    box = (left / wide, 1 - bottom / high, (right - left) / wide, panel.high / high)
    part = theme.quiet(ax.inset_axes(box, gid=f"{panel.kind} panel"))
    part.set(xlim=(0.5, panel.cells + 0.5), ylim=(0, panel.high), navigate=False)
    part.hlines(list(panel.bases.values()), 0.5, panel.cells + 0.5, color=theme.FAINT, linewidth=0.5, zorder=0)
    pages = range(1, panel.cells + 1)
    for page in pages:
        _write(part, page, FOOT - 1.8, f"{page}", color=theme.MUTED, ha="center")
    _write(part, 0.5, FOOT - 4.4, "pages that carry it", face="italic", color=theme.MUTED)
    order = panel.marks["group"].map({side: i for i, side in enumerate(sides)})
    order = order.mask(panel.marks["status"] == "disputed", len(sides))  # where they are seen, on top
    marks = panel.marks.assign(order=order).sort_values("order", kind="stable")
    marks["place"] = marks.groupby(["origin_count", "pages"]).cumcount()
    for mark in marks.itertuples():
        up, aside = divmod(mark.place, panel.across)
        x = mark.pages + (aside - (panel.across - 1) / 2) * layout.pitch / panel.cell
        y = panel.bases[mark.origin_count] + (up + 0.5) * layout.pitch + 0.3
        color = sides[mark.group] if mark.group else theme.MUTED
        _draw_mark(part, x, y, layout.pitch, (_shape(mark.group, sides), color, mark.status), mark.id)


def _write(ax: Axes, x: float, y: float, words: str, *, size: str = "small", **style: object) -> None:
    """Write one line so that y goes through the middle of its capitals, whatever letters it has."""
    drop = 0.72 if ax.yaxis_inverted() else -0.72
    theme.write(ax, x, y + drop, words, size=size, va="baseline", **style)
