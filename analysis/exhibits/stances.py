"""What did each side make of each proposal, and when did that change?"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import groupby

import pandas as pd
from matplotlib.axes import Axes

from analysis import replies, theme
from analysis.doubts import add_doubts, describe_labels
from analysis.exhibit import WIDTHS, Exhibit, cite
from analysis.layout.cells import LOOKS, SHAPE, SIZES, SPACE, STROKE, Layout, Row, arrange, face_of, lay_out, measure
from analysis.layout.stretches import keep_touching, name_clock, name_days
from analysis.load import Record
from analysis.marks import name_all, of_statements, say_dates


def stances(record: Record, start: str | None = None, end: str | None = None) -> Exhibit:
    """Show what each side made of each proposal as a table of positions in order of time, from `start` to `end`."""
    sides = record.episode["sides"]
    zones, whole = record.episode["zones"], record.whole
    every = replies.find_positions(whole.statements, whole.replies, whole.proposals, whole.actors.set_index("actor_id")["side"])
    own = every["statement_id"].fillna(every["proposal_id"])
    chosen = every[own.isin([*record.statements["statement_id"], *record.proposals["proposal_id"]])]
    positions = keep_touching(chosen, record.episode, start, end)
    shared = replies.find_shared(whole.statements, whole.replies)
    marks = list_positions(positions, whole.statements, whole.proposals, whole.actors, zones,
                           elsewhere=find_answered(every), shared=shared)  # fmt: skip
    marks = add_doubts(marks, whole.disagreements, whole.second_coding)
    window = name_days(marks["first"].min(), marks["last"].max()) if marks["first"].notna().any() else ""
    return Exhibit(
        days=(start, end),
        name="stances",
        title="What each side made of each proposal, and when",
        subtitle=f"{len(marks)} positions on {marks['proposal_id'].nunique()} proposals, {window}, in order of time. "
        + "A line leads to one surely unlike the one before. " * bool(marks["changed"].any())
        + "Open, italics: inferred, or put forward with no statement in the record. Blank: none."
        if len(marks) else "No position on a proposal in the record in this window.",
        alt=describe(marks, window) + describe_labels(marks),
        marks=marks,
        evidence=cite(marks, record, f"Days are those of the place, or {name_clock(zones[0])}; the order within a day may "
                      "not be known."),
        colors=sides,
        paint=lambda ax: draw_stances(marks, sides, ax=ax),
        height=lambda size: max(lay_out(marks, sides, WIDTHS[size]).height, 10),
    )  # fmt: skip


def list_positions(
    positions: pd.DataFrame,
    statements: pd.DataFrame,
    proposals: pd.DataFrame,
    actors: pd.DataFrame,
    zones: Sequence[str],
    *,
    elsewhere: Collection[str] = (),
    shared: Collection[str] = (),
) -> pd.DataFrame:
    """Return one row per position (as of replies.find_positions), proposals in order of when they were first made.

    Columns: MARKS; `row` (place of the proposal; those without an answer stand last, and `words` say what became of them),
    `proposal_id, proposal` (its label), `status` (is it "answered"; else "later" if it is among `elsewhere`, "shared" if
    among `shared`, or "open"), `side, kind, basis, first, last` (days; NaT: not known), `day` (in short), `made` (year),
    `order` (place in its cell, from 1), `changed` (as of find_changes, among the positions given).
    """
    made = proposals.sort_values(["earliest", "latest", "proposal_id"])
    labels, met = made.set_index("proposal_id")["label"], find_answered(positions)
    shown = [one for one in made["proposal_id"] if one in set(positions["proposal_id"])]
    status = {one: "answered" if one in met else "later" if one in elsewhere else "shared" if one in shared else "open"
              for one in shown}  # fmt: skip
    order = sorted(shown, key=lambda one: ("answered", "later", "open", "shared").index(status[one]))
    about = ["statement_id", "about", "timezone", "latest_start", "earliest_end", "lasted"]
    rows = positions.merge(statements[about], on="statement_id", how="left")
    own = made[["proposal_id", "about"]].rename(columns={"about": "about_when"})
    rows = rows.merge(own, on="proposal_id", validate="many_to_one")
    rows["about"] = rows["about"].where(rows["statement_id"].notna(), rows["about_when"]).astype(bool)
    said = of_statements(statements, actors, zones).set_index("id").reindex(rows["statement_id"]).reset_index(drop=True)
    bare = rows["statement_id"].isna()
    terms = (": " + rows["conditions"].astype("str")).where(rows["conditions"].notna(), "")
    words = rows["kind"] + ", " + rows["basis"] + terms + ". " + said["words"].fillna("")
    words = words.where(~bare, "named as a proposer; no statement of this side is coded as putting it forward")
    became = ("; what became of it: " + made.set_index("proposal_id")["outcome"]).fillna("").astype("str")
    words += rows["proposal_id"].map(became).where(rows["proposal_id"].map(status) == "open", "")
    dates = say_dates(rows.assign(lasted=False), zones)
    first, last = _find_days(rows, zones)
    parts = zip(rows["proposal_id"], rows["side"], rows["statement_id"].fillna("made"), rows["kind"], strict=True)
    marks = pd.DataFrame({
        "id": [":".join(part).replace(" ", "-") for part in parts], "group": rows["side"],
        "title": rows["side"] + " " + rows["kind"].map(lambda kind: LOOKS[kind][1]) + ": " + rows["proposal_id"].map(labels),
        "date": dates.where(rows["earliest"].notna(), ""),
        "words": words,
        "said_by": name_all(rows["speaker"], actors), "sources": said["sources"].fillna(""),
        "records": (rows["statement_id"] + "; ").fillna("") + rows["proposal_id"],
        "row": [order.index(one) + 1 for one in rows["proposal_id"]], "proposal_id": rows["proposal_id"],
        "proposal": rows["proposal_id"].map(labels), "status": rows["proposal_id"].map(status), "side": rows["side"],
        "kind": rows["kind"], "basis": rows["basis"], "first": first, "last": last,
        "day": [name_day(*days) for days in zip(first, last, rows["about"], strict=True)],
        "made": rows["proposal_id"].map(_find_days(made, zones)[1].dt.year.set_axis(made["proposal_id"])),
        "order": rows.groupby(["proposal_id", "side"]).cumcount() + 1, "changed": find_changes(rows),
    })  # fmt: skip
    return marks.sort_values("row", kind="stable", ignore_index=True)


def find_changes(positions: pd.DataFrame) -> pd.Series:
    """Say of each position whether it is of another kind than the one before it of the same side on the same proposal.

    To propose and to announce are one kind; the first position changes nothing. NA where the dates do not tell which
    one came before; of several of one kind whose order is not known, the first row stands for all. Returns booleans with
    the index of `positions`, which has `proposal_id, side, kind, earliest, latest` and is in order of `earliest`.
    """
    told = {}
    kinds = positions["kind"].mask(positions["kind"].isin(replies.PUTS), replies.PUTS[0])
    for _, group in positions.assign(kind=kinds).groupby(["proposal_id", "side"]):
        own = list(group[["kind", "earliest", "latest"]].itertuples())
        for mark in own:
            before = [one for one in own if one.latest < mark.earliest]
            last = [one for one in before if not any(one.latest < other.earliest for other in before)]
            beside = [one for one in own if one not in before and not one.earliest > mark.latest and one.Index != mark.Index
                      and not (one.kind == mark.kind and one.Index > mark.Index)]  # fmt: skip
            differs = {one.kind != mark.kind for one in last + beside}
            if True not in differs:
                told[mark.Index] = False
            elif differs == {True} and last:
                told[mark.Index] = True
    return pd.Series(told, positions.index, dtype="boolean")


def find_answered(positions: pd.DataFrame) -> set[str]:
    """Return the proposals on which any side took a position other than to put them forward."""
    return set(positions.loc[~positions["kind"].isin(replies.PUTS), "proposal_id"])


def _find_days(rows: pd.DataFrame, zones: Sequence[str]) -> tuple[pd.Series, pd.Series]:
    """Return the first and the last local day on which each row may have been said: those of its place, or of `zones`."""
    own = rows.get("timezone", pd.Series(pd.NA, rows.index))
    homes = [[zone] if isinstance(zone, str) else zones for zone in own]
    first, last = (pd.Series([_find_day(moment, home, edge) for moment, home in zip(rows[bound], homes, strict=True)],
                             rows.index, dtype="datetime64[us]")
                   for bound, edge in (("earliest", "00:00"), ("latest", "23:59")))  # fmt: skip
    pad = pd.to_timedelta(rows["about"].astype(int), unit="D")
    return first + pad, last - pad


def _find_day(moment: pd.Timestamp, zones: Sequence[str], edge: str) -> pd.Timestamp:
    """Return the local day of a moment in the zone whose day begins or ends with it, else in the first zone."""
    if pd.isna(moment):
        return pd.NaT
    local = [moment.tz_convert(zone).tz_localize(None) for zone in zones]
    return next((at for at in local if f"{at:%H:%M}" == edge), local[0]).normalize()


def name_day(first: pd.Timestamp, last: pd.Timestamp, about: bool) -> str:
    """Say on which day something was said, or between which, as `21–22 Apr`; empty where no date is known."""
    if pd.isna(first):
        return ""
    begin = "" if first == last else f"{first.day}" + (f" {first:%b}" if first.month != last.month else "") + "–"
    return f"{'c. ' if about else ''}{begin}{last.day} {last:%b}"


def describe(marks: pd.DataFrame, window: str) -> str:
    """Say for those who cannot see it what the table of positions shows."""
    if marks.empty:
        return "Table of what each side made of each proposal. The record has no position in this window."
    met, unmet = (marks[marks["status"] == status] for status in ("answered", "open"))
    words = [f"Table of {marks['proposal_id'].nunique()} proposals by {marks['side'].nunique()} sides, {window}: "
             f"{len(marks)} positions in order of time."]  # fmt: skip
    kinds = marks.loc[~marks["kind"].isin(replies.PUTS), "kind"].value_counts()
    if len(kinds):
        words.append(f"Kinds of answer: {', '.join(f'{LOOKS[kind][1]} {count}' for kind, count in kinds.items())}.")
        rich = met[met["row"] == met["row"].mode()[0]]
        each = [f"{side} {', '.join(kind for kind, _ in groupby(LOOKS[kind][1] for kind in own['kind']))}"
                for side, own in rich.groupby("side", sort=False)]  # fmt: skip
        words.append(f"Most positions are on “{rich['proposal'].iloc[0]}”: {'; '.join(each)}.")
    if len(unmet):
        words.append(f"Proposals that no statement in the record answers: {unmet['proposal_id'].nunique()}.")
    if turned := int(marks["changed"].sum()):
        words.append(f"Positions surely unlike the same side's one before: {turned}.")
    if weak := int((marks["basis"] == "inferred").sum()):
        words.append(f"Positions that are inferred: {weak}.")
    return " ".join(words)


def draw_stances(marks: pd.DataFrame, sides: Mapping[str, str], *, ax: Axes) -> Axes:
    """Draw a row per answered proposal and a column per side; below, the proposals that nobody answered."""
    theme.quiet(ax)
    grow = theme.scale_of(ax.figure)
    wide, high = theme.width_mm(ax) / grow, theme.height_mm(ax) / grow
    ax.set(xlim=(0, wide), ylim=(high, 0))
    if marks.empty:
        theme.write(ax, 0, 1, "No position on a proposal in the record in this window.", color=theme.MUTED, va="top")
        return ax
    part = theme.quiet(ax.inset_axes((0, 0, 1, 1), gid="positions"))
    part.set(xlim=(0, wide), ylim=(high, 0))
    part.set_navigate(False)
    layout = lay_out(marks, sides, wide, high)
    for side, (x, _) in layout.cells.items():
        theme.write(ax, x, 1.4, side, face="bold", color=sides[side], va="center")
    year = 0
    for row in layout.rows:
        if layout.years and row.year != year:
            year, y = row.year, row.y - (layout.line + layout.pad) / 2
            theme.write(ax, 0, y, str(year), size="small", face="bold", color=theme.MUTED, va="center")
        _draw_row(ax, part, row, layout, sides)
    key = layout.height - len(layout.key) * layout.line
    _draw_foot(ax, part, layout, key - len(layout.foot) * layout.line - (layout.pad if layout.key else 0), sides)
    for i, line in enumerate(layout.key):
        y = key + (i + 0.5) * layout.line
        for x, shapes, words, _, _ in line:
            for shape in shapes:
                ax.plot([x + 1], [y], marker=shape, markersize=SIZES[shape] * grow, color=theme.MUTED, markeredgewidth=0,
                        linestyle="none")  # fmt: skip
            theme.write(ax, x + SHAPE * len(shapes), y, words, size="small", color=theme.MUTED, va="center")
    return ax


def _draw_foot(ax: Axes, part: Axes, layout: Layout, y: float, sides: Mapping[str, str]) -> None:
    """Draw from y on what nobody answered: the shape of each side that put it forward, its name, the days."""
    for i, line in enumerate(layout.foot):
        middle = y + (i + 0.5) * layout.line
        for x, own, words, days, face in line:
            for j, mark in enumerate(own):
                _draw_shape(part, mark, x + j * SHAPE, middle, sides[mark.side])
            left = x + len(own) * SHAPE
            if words:
                said = theme.write(ax, left, middle, words, size="small", face=face, va="center")
                left = ax.transData.inverted().transform((said.get_window_extent().x1, 0))[0] + SPACE
            if days:
                theme.write(ax, left, middle, days, size="small", color=theme.MUTED, va="center")


def _draw_row(ax: Axes, part: Axes, row: Row, layout: Layout, sides: Mapping[str, str]) -> None:
    """Draw the name of a proposal and the positions of each side on it, below a thin line."""
    grow = theme.scale_of(ax.figure)
    ax.plot([0, layout.wide], [row.y - layout.pad / 2] * 2, color=theme.FAINT, linewidth=0.4 * grow, zorder=0)
    for i, line in enumerate(row.title):
        theme.write(ax, 0, row.y + (i + 0.5) * layout.line, line, size="small", face="semibold", va="center")
    top = row.y + (0 if layout.beside else len(row.title) * layout.line)
    for side, marks in row.cells.items():
        left, cell = layout.cells[side]
        before = None
        for i, line in enumerate(arrange(marks, cell, row.form)):
            for mark, x, word, day in line:
                y = top + (i + 0.5) * layout.line
                _draw_position(part, mark, (left, x, y), (word, day), sides[side])
                if x is not None:
                    _draw_change(part, mark, before, (left + x + 1, y), sides[side])
                    before = (left + x + 1, y)


def _draw_position(ax: Axes, mark: object, spot: tuple, said: tuple, color: str) -> None:
    """Draw a position in a cell: its shape, unless that stands above, then its word and day as far as they are said."""
    (left, across, y), (word, day) = spot, said
    x = left + (across or 0)
    if across is not None:
        _draw_shape(ax, mark, x, y, color)
    x += SHAPE
    style = {"size": "small", "va": "center", "gid": mark.id}
    if word:
        known = mark.basis == "explicit"
        theme.write(ax, x, y, word, face=face_of(mark), color=theme.TEXT if known else theme.MUTED, **style)
        x += measure(word, face_of(mark)) + SPACE
    if day:
        theme.write(ax, x, y, day, color=theme.MUTED, **style)


def _draw_change(ax: Axes, mark: object, before: tuple | None, spot: tuple, color: str) -> None:
    """Draw a line to a position that is surely of another kind than the one before, from there if no word is between."""
    if before is None or pd.isna(mark.changed) or not mark.changed:
        return
    (x, y), (end, level) = before, spot
    if x != end and (y != level or end - x > SHAPE + 0.01):
        x, y = end - STROKE, level
    ax.plot([x, end], [y, level], color=color, linewidth=0.6 * theme.scale_of(ax.figure), solid_capstyle="butt", zorder=1,
            gid=f"{mark.id} change")  # fmt: skip


def _draw_shape(ax: Axes, mark: object, x: float, y: float, color: str) -> None:
    """Draw the shape of a position, filled if it was stated, open if it is inferred."""
    grow, shape = theme.scale_of(ax.figure), LOOKS[mark.kind][0]
    size, face, edge = (1, color, 0) if mark.basis == "explicit" else (0.85, theme.PAPER, 0.7)
    ax.plot([x + 1], [y], marker=shape, markersize=SIZES[shape] * size * grow, color=color, linestyle="none",
            markerfacecolor=face, markeredgewidth=edge * grow, gid=mark.id)  # fmt: skip
