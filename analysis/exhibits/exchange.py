"""Who answered whom, and who did not?"""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.patches import FancyArrowPatch
from matplotlib.transforms import Bbox

from analysis import replies, theme
from analysis.bands import shape_of
from analysis.exhibit import Exhibit, cite, text_width
from analysis.labels import Label, box_around, place_labels
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

ANSWERS = {
    "accept": ("^", True, "accepts"), "accept-if": ("^", False, "accepts on terms"), "counter": ("D", False, "counters"),
    "defer": ("o", False, "defers, explains"), "deflect": ("o", False, "defers, explains"),
    "clarify": ("o", False, "defers, explains"), "reject": ("X", True, "rejects"), "condemn": ("s", True, "condemns"),
}  # fmt: skip
"""Shape of a statement that answers, by the kind of its answer, whether it is filled, and what the key calls it."""
DASHED, WITHIN = (0, (3, 2)), "in"
STRIP, STRIPS = 2.9, 5
"""Height of a row of strikes in mm, and rows at most in which strikes are named."""
LANES = 12
"""Lanes at most: speakers with few statements share the lane of their side."""


@dataclass(frozen=True)
class Lane:
    """A row of statements: the side, the speaker's id (empty: the others of the side) and the name shown."""

    side: str
    speaker: str
    name: str


def exchange(record: Record, start: str | None = None, end: str | None = None) -> Exhibit:
    """Show statements in lanes by speaker with arcs from answers to what they answer, from the day `start` to `end`."""
    window, zone = open_window(record.episode, start, end), record.episode["zones"][0]
    lanes, marks = trace_answers(record, window, zone)
    count = marks["mark"].value_counts().reindex(["statement", "reply", "unanswered", "strike"], fill_value=0)
    used = pd.concat([record.statements.loc[record.statements["statement_id"].isin(marks["id"]), "sources"],
                      record.events.loc[record.events["event_id"].isin(marks["id"]), "sources"]])  # fmt: skip
    silent = f"; {count['unanswered']} that propose or announce something had no answer by then" if count["unanswered"] else ""
    return Exhibit(
        name="exchange",
        title=f"Who answered whom, {name_days(*window)}",
        subtitle=f"{count['statement']} statements by {marks.loc[marks['mark'] == 'statement', 'speaker'].nunique()} "
        f"speakers and {count['reply']} answers, each with an arc to what it answers{silent}. Below, {count['strike']} strikes.",
        marks=marks,
        source=cite(used, record.sources, record.episode["licence"]),
        paint=lambda ax: draw_exchange(marks, lanes, record.episode, window=window, ax=ax),
        heights={"column": 110 + 0.6 * count["statement"], "page": 80 + 0.75 * count["statement"]},
    )


def trace_answers(record: Record, window: Window, zone: str) -> tuple[list[Lane], pd.DataFrame]:
    """Return the lanes, and one row per mark in the window: statement, reply (arc), unanswered, strike.

    Columns: `mark, id, answers` (the statement that an arc leads to; NA: to a proposal that no statement of the record
    put forward before), `answer, basis, lane` (number), `side, speaker, start, end, at` (local), `words, records`.
    """
    first, last = (moment.tz_localize(zone) for moment in window)
    inside = (record.statements["earliest"] <= last) & (record.statements["latest"] >= first)
    said = record.statements[inside]
    said = said.assign(speaker=said["speaker"].str.split("; ").str[0])
    lanes = arrange_lanes(said, record.actors, list(record.episode["sides"]))
    where = {(lane.side, lane.speaker): i for i, lane in enumerate(lanes)}
    label = record.proposals.set_index("proposal_id")["label"]
    given = record.replies.assign(target=replies.find_targets(record.replies, record.statements))
    given = given[given["statement_id"].isin(said["statement_id"])]
    kind = given.drop_duplicates("statement_id").set_index("statement_id")["answer"]
    statements = said.rename(columns={"statement_id": "id"}).assign(
        mark="statement", answer=lambda rows: rows["id"].map(kind), records=lambda rows: rows["id"],
        lane=[where.get((s, p), where.get((s, ""))) for s, p in zip(said["side"], said["speaker"], strict=True)],
        words=[_say(row, label, kind) for row in said.itertuples()],
    )  # fmt: skip
    arcs = given.assign(mark="reply", id=given["statement_id"], records=given["statement_id"] + "; " + given["answers"])
    what = pd.concat([label, _name_statements(record.statements, record.actors, zone)])
    gone = ~arcs["target"].isin(said["statement_id"])
    arcs["words"] = ("to: " + arcs["answers"].map(what)).where(gone, "")
    arcs = arcs.drop(columns="answers").rename(columns={"target": "answers"})
    arcs = arcs.merge(statements[["id", "lane", "side", "speaker"]], on="id", validate="many_to_one")
    known = record.statements[record.statements["earliest"] <= last]
    silent = replies.find_unanswered(known, record.replies[record.replies["statement_id"].isin(known["statement_id"])])
    open_ends = statements[statements["id"].isin(silent["statement_id"])].assign(mark="unanswered", words="")
    events = record.events
    strikes = events[(events["kind"] == "strike") & (events["earliest"] <= last) & (events["latest"] >= first)]
    strikes = strikes.rename(columns={"event_id": "id"}).assign(
        mark="strike",
        side=strikes["attacker"],
        records=strikes["event_id"],
        words=strikes["place"].str.split(",").str[0],
    )
    marks = pd.concat([statements, arcs, open_ends, strikes], ignore_index=True)
    for name, bound in (("start", "earliest"), ("end", "latest")):
        marks[name] = marks[bound].dt.tz_convert(zone).dt.tz_localize(None).clip(*window)
    marks["at"] = marks["start"] + (marks["end"] - marks["start"]) / 2
    columns = ["mark", "id", "answers", "answer", "basis", "lane", "side", "speaker", "start", "end", "at", "words", "records"]
    return lanes, marks[columns].astype({"lane": "Int64"})


def arrange_lanes(said: pd.DataFrame, actors: pd.DataFrame, sides: list[str]) -> list[Lane]:
    """Give a lane to each speaker with enough statements and one to the others of each side, LANES in all at most."""
    count = said.groupby(["side", "speaker"]).size()
    names = actors.set_index("actor_id")
    lanes: list[Lane] = []
    for least in range(2, len(said) + 2):
        lanes = []
        for side in (side for side in sides if side in count.index.get_level_values("side")):
            own = count[side].sort_index().sort_values(ascending=False, kind="stable")
            lanes += [Lane(side, who, _family_name(names.loc[who])) for who in own.index[own >= least]]
            if (own < least).any():
                lanes.append(Lane(side, "", "others" if (own >= least).any() else side))
        if len(lanes) <= LANES:
            return lanes
    return lanes


def _name_statements(statements: pd.DataFrame, actors: pd.DataFrame, zone: str) -> pd.Series:
    """Return who said each statement and when, in a few words, by its id."""
    who = statements["speaker"].str.split("; ").str[0].map(actors.set_index("actor_id").apply(_family_name, axis=1))
    day = (statements["earliest"] + (statements["latest"] - statements["earliest"]) / 2).dt.tz_convert(zone)
    words = who + ", " + day.dt.day.astype("str") + " " + day.dt.strftime("%b %Y")
    return words.set_axis(statements["statement_id"])


def _family_name(actor: pd.Series) -> str:
    return actor["name"].rpartition(" ")[2] if actor["kind"] == "person" else actor["name"]


def _say(row: object, label: pd.Series, kind: pd.Series) -> str:
    """Return the words for a label: what is put forward, or an answer in the speaker's own words."""
    if row.act in replies.PUTS and pd.notna(row.proposal_id):
        return label[row.proposal_id.split("; ")[0]]
    return f"“{row.key_phrase}”" if row.statement_id in kind.index and pd.notna(row.key_phrase) else ""


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
    foot = high - _draw_key(ax, struck, [f"axis broken: nothing from {gap}" for gap in name_gaps(pieces)]) - 2 * grow
    stretches = spread(pieces, left, wide, grow)
    strikes = _place(marks[marks["mark"] == "strike"], stretches, wide, grow)
    axis = foot - (4.2 + STRIP * strikes["row"].max() + STRIP if len(strikes) else 4.2) * grow
    draw_stretches(ax, stretches, axis, ends=(0, foot), clock=name_clock(episode["zones"][0]))
    statements = _place(marks[marks["mark"] == "statement"], stretches, wide, grow)
    tops = _name_lanes(
        ax, [replace(lane, name="\n".join(textwrap.wrap(lane.name, most))) for lane in lanes], statements, sides, axis
    )
    spots = {}
    for mark in statements.itertuples():
        top, row = tops[mark.lane]
        spots[mark.id] = (mark.x, top + (mark.row + 0.5) * row)
        _draw_statement(ax, mark, spots[mark.id][1], sides[mark.side])
    stubs = []
    for mark in marks[marks["mark"] == "reply"].itertuples():
        head = _draw_arc(ax, mark, spots, left, sides[mark.side])
        if mark.words:
            stubs.append(Label(*head, "\n".join(textwrap.wrap(mark.words, 26)), 0.3 * grow, mark.id, theme.MUTED))
    for mark in marks[marks["mark"] == "unanswered"].itertuples():
        x, y = spots[mark.id]
        ax.add_patch(FancyArrowPatch(
            (x, y), (wide, y), arrowstyle="->", mutation_scale=5 * grow, linewidth=0.8 * grow, linestyle=":",
            color=sides[mark.side], shrinkA=2, shrinkB=0, gid=f"{mark.id} unanswered"))  # fmt: skip
    _draw_strikes(ax, strikes, sides, axis + 4.2 * grow)
    _label(ax, statements, spots, marks, sides, stubs)
    return ax


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
            long = text_width(mark.words, "small", scale=grow) + 1.2 * grow
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
    shape, fill, size = (*ANSWERS[mark.answer][:2], 4.2) if pd.notna(mark.answer) else ("o", True, 2.2)
    ax.plot([mark.x], [y], marker=shape, markersize=size * grow, color=color, zorder=4, linestyle="none", gid=mark.id,
            markerfacecolor=color if fill else theme.PAPER, markeredgewidth=(0 if fill else 0.9) * grow)  # fmt: skip


def _draw_arc(ax: Axes, mark: object, spots: dict, left: float, color: str) -> tuple[float, float]:
    """Draw an arc with its head at what is answered, a short one if that is not in the picture; return its head."""
    grow, wide = theme.scale_of(ax.figure), ax.get_xlim()[1]
    x, y = spots[mark.id]
    head = spots.get(mark.answers, (max(left, x - 4.5 * grow), y - 1.7 * grow))
    long = math.hypot(head[0] - x, head[1] - y)
    bulge = min(0.22 * long, 7 * grow)
    outside = max(x, head[0]) + bulge * abs(head[1] - y) / max(long, 1) > wide
    bend = bulge / max(long, 1) * (1 if (head[1] <= y) != outside else -1)
    ax.add_patch(FancyArrowPatch(
        (x, y), head, connectionstyle=f"arc3,rad={bend:.3f}", arrowstyle="-|>", mutation_scale=4.5 * grow, color=color,
        linewidth=0.8 * grow, linestyle="-" if mark.basis == "explicit" else DASHED, alpha=0.75, zorder=3,
        shrinkA=2 * grow, shrinkB=2 * grow, gid=mark.records.replace("; ", " > ")))  # fmt: skip
    if mark.answers not in spots:
        ax.plot(*([v] for v in head), marker="o", markersize=2.6 * grow, color=theme.MUTED, markerfacecolor=theme.PAPER,
                markeredgewidth=0.6 * grow, linestyle="none", zorder=4, gid=f"{mark.id} stub")  # fmt: skip
    return head


def _draw_strikes(ax: Axes, strikes: pd.DataFrame, sides: dict[str, str], y: float) -> None:
    """Draw the strikes in rows, each with its name beside it."""
    grow = theme.scale_of(ax.figure)
    theme.write(ax, 0, y + STRIP * grow / 2, "Strikes", size="small", face="bold", va="center")
    for mark in strikes.itertuples():
        color, at = sides[mark.side], y + (mark.row + 0.5) * STRIP * grow
        ax.plot([mark.left, mark.right], [at, at], color=color, linewidth=0.7 * grow, alpha=0.4, gid=_span(mark))
        ax.plot([mark.x], [at], marker=shape_of(mark.side, sides), markersize=3.8 * grow, color=color, markeredgewidth=0,
                linestyle="none", gid=mark.id)  # fmt: skip
        if not mark.side_of_name:
            continue
        first = mark.side_of_name < 0
        x = min(mark.left, mark.x - grow) - 0.5 * grow if first else max(mark.right, mark.x + grow) + 0.5 * grow
        theme.write(ax, x, at, mark.words, size="small", color=color, ha="right" if first else "left", va="center", gid=mark.id)


def _label(
    ax: Axes, statements: pd.DataFrame, spots: dict, marks: pd.DataFrame, sides: dict[str, str], stubs: list[Label]
) -> None:
    """Label what is put forward and the answers, as far as there is room: those with most arcs and open ends first."""
    grow = theme.scale_of(ax.figure)
    given = marks[marks["mark"] == "reply"]
    ends = pd.concat([given["id"], given["answers"]]).value_counts()
    named = statements[statements["words"] != ""].assign(ends=lambda rows: rows["id"].map(ends).fillna(0))
    named.loc[named["id"].isin(marks.loc[marks["mark"] == "unanswered", "id"]), "ends"] += 1
    labels = [Label(*spots[m.id], "\n".join(textwrap.wrap(m.words, 26)), 0.9 * grow, m.id, sides[m.side])
              for m in named.sort_values(["ends", "at", "id"], ascending=[False, True, True]).itertuples()]  # fmt: skip
    open_ends = [Bbox.union([box_around(ax, x + 2 * grow, y, 0.5 * grow), box_around(ax, ax.get_xlim()[1], y, 0.5 * grow)])
                 for x, y in (spots[i] for i in marks.loc[marks["mark"] == "unanswered", "id"])]  # fmt: skip
    dots = [box_around(ax, *spot, 0.7 * grow) for spot in spots.values()]
    arcs = _trace_arcs(ax)
    place_labels(ax, labels, keep_off=[*dots, *open_ends], lines=arcs, drop=True)
    place_labels(ax, stubs, keep_off=[*dots, *open_ends], lines=arcs, drop=True)


def _trace_arcs(ax: Axes) -> list[Bbox]:
    """Return small boxes (display units) along the arcs that are drawn."""
    arcs = [p for p in ax.patches if isinstance(p, FancyArrowPatch)]
    points = np.concatenate([p.get_path().interpolated(8).vertices for p in arcs]) if arcs else np.empty((0, 2))
    return [box_around(ax, x, y, 0.15) for x, y in points]


def _draw_key(ax: Axes, struck: dict[str, tuple], notes: list[str]) -> float:
    """Draw the key at the foot: answers, lines, the sides that struck, notes; return its height in mm."""
    grow, (_, wide), (high, _) = theme.scale_of(ax.figure), ax.get_xlim(), ax.get_ylim()
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
