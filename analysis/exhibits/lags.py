"""How long did each side take to answer?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes

from analysis import replies, theme, when
from analysis.doubts import add_doubts, describe_labels
from analysis.exhibit import MARKS, WIDTHS, Exhibit, cite
from analysis.layout.cells import LOOKS, measure
from analysis.layout.stretches import find_ends, keep_touching, name_days, open_window
from analysis.load import Record
from analysis.marks import join, name_all, say_dates
from analysis.theme import wrap
from analysis.words import say_number

NONE = "No answer in this window to a proposal made in it."
SILENT = "No statement in answer"
TICKS = {0: "0", 24: "1 day", 168: "1 week", 720: "30 days", 2160: "90 days", 72: "3 days", 6: "6 h"}
"""Hours at which a tick stands, with its words, those first that stay where there is no room for all."""
BEND = 6
"""Hours up to which the scale is nearly even, and beyond which it is logarithmic."""
DASHED = (0, (2.2, 1.3))
LINE, AIR, HEAD, FOOT = 2.35, (0.2, 1.1), 4.4, 3.2
"""In mm: a line of a name, what is free between rows (least, best), the name of a side, the ticks."""
GAP, BARS = 5.0, 24.0
"""In mm: what is free between columns, the least width of the bars."""


def lags(record: Record, start: str | None = None, end: str | None = None) -> Exhibit:
    """Show the hours to the first answer of each side as intervals, for proposals first made from `start` to `end`."""
    sides, zones, whole = record.episode["sides"], record.episode["zones"], record.whole
    last = when.span(*open_window(record.episode, None, end, default="window"), zones[0])[1]
    made = keep_touching(record.proposals, record.episode, start, end)
    said = whole.statements[whole.statements["earliest"] <= last]
    given = whole.replies[whole.replies["statement_id"].isin(said["statement_id"])]
    side_of, parties = whole.actors.set_index("actor_id")["side"], find_parties(whole, record.episode)
    known = replies.find_positions(said, given, whole.proposals, side_of)
    open_ = made[~made["proposal_id"].isin(replies.find_shared(said, given))]
    until = find_ends(made.set_index("proposal_id")["latest"], said, last)
    first = replies.time_first_answers(known[known["proposal_id"].isin(made["proposal_id"])], made, side_of)
    marks = mark_lags(
        first[first["statement_id"].isin(record.statements["statement_id"])],
        replies.time_silences(known, said, open_, side_of, parties, until), known, said, made, whole.actors, until, zones,
    )  # fmt: skip
    told = add_doubts(marks, whole.disagreements, whole.second_coding)["doubts"]
    marks = add_doubts(marks, whole.disagreements)  # a silence has no label
    marks["doubts"] = told.where(marks["mark"] == "answer", marks["doubts"])
    window, count = _name_window(made, zones[0]), marks["mark"].value_counts()
    both, answers = " and ".join(dict.fromkeys(parties)), say_number(count.get("answer", 0), "first answer")
    arrow = f" Arrow: no statement in the record answers by its end ({both}); the table says what came of it."
    return Exhibit(
        days=(start, end),
        name="lags",
        title="How long each side took to give its first answer",
        subtitle=f"Time from when a proposal was first made ({window}) to the first answer of a side, from the least to the "
        f"most that can have passed; {answers}. Dashed line, grey words: inferred.{arrow * ('silence' in count)}"
        if len(marks) else NONE,
        alt=describe(marks, window) + describe_labels(marks),
        marks=marks,
        evidence=cite(marks, record, f"Scale logarithmic beyond {BEND} hours. The end is the last statement "
                      f"of the window, or before a gap of the record.{say_missing(marks, made)}"),
        colors=sides,
        paint=lambda ax: draw_lags(marks, sides, ax=ax),
        height=lambda size: lay_out(marks, sides, WIDTHS[size]).height,
    )  # fmt: skip


def say_missing(marks: pd.DataFrame, proposals: pd.DataFrame) -> str:
    """Say how many of the proposals have no row, and why; nothing where all have one."""
    left = int((~proposals["proposal_id"].isin(marks["proposal_id"])).sum())
    if not left:
        return ""
    return (f" No row for {left} of {len(proposals)} proposals: made jointly, made at the end, put forward by "
            "no statement, or answered together with others.")  # fmt: skip


def name_proposals(proposals: pd.DataFrame, zone: str) -> pd.Series:
    """Return the label of each proposal by its id, after the year where most were made in another."""
    year = proposals["latest"].dt.tz_convert(zone).dt.year
    common = year.isin(year.mode()[:1])
    names = proposals["label"].where(common, year.astype("str") + ": " + proposals["label"])
    return names.set_axis(proposals["proposal_id"])


def _name_window(made: pd.DataFrame, zone: str) -> str:
    """Say from which day to which proposals were made."""
    days = [made["latest"].agg(pick) for pick in ("min", "max")]
    return name_days(*(day.tz_convert(zone).tz_localize(None) for day in days)) if len(made) else ""


def find_parties(record: Record, episode: Mapping[str, object]) -> list[str]:
    """Return the sides that the record is about: who made the offer of its signal, and who answered it."""
    side = pd.concat([record.statements.set_index("statement_id")["side"], record.proposals.set_index("proposal_id")["side"]])
    return [*dict.fromkeys(side[episode["signal"][name]] for name in ("offer", "answer"))]


def mark_lags(
    first: pd.DataFrame,
    silent: pd.DataFrame,
    positions: pd.DataFrame,
    statements: pd.DataFrame,
    proposals: pd.DataFrame,
    actors: pd.DataFrame,
    until: pd.Series,
    zones: Sequence[str],
) -> pd.DataFrame:
    """Return one row per first answer and per silence (as of replies.time_first_answers and time_silences).

    Columns: MARKS; `mark` (answer, silence), `proposal_id, proposal, side, kind, basis` (both empty for a silence; several
    kinds where several answers may be the first), `lag_low, lag_high` (hours, Float64; of a silence `lag_low` is what has
    passed without an answer, `lag_high` NA), `lag` (in words); what became of a proposal stands in the `words` of a silence;
    by side, first what was answered soonest, silences last.
    """
    said = statements.set_index("statement_id")
    labels = proposals.set_index("proposal_id")["label"]
    became = ("; what became of it: " + proposals.set_index("proposal_id")["outcome"]).fillna("").astype("str")
    dates = say_dates(statements, zones).set_axis(statements["statement_id"])
    rows = []
    for (proposal, side), own in first.groupby(["proposal_id", "side"], sort=False):
        kinds, ids = dict.fromkeys(own["kind"]), list(dict.fromkeys(own["statement_id"]))
        sure = own.loc[own["latest"] == own["latest"].min(), "basis"]
        lag = say_lag(own["low"].iloc[0], own["high"].iloc[0])
        what = " or ".join(LOOKS[kind][1] for kind in kinds)
        terms = "; ".join(dict.fromkeys(own["conditions"].dropna()))
        rows.append({
            "mark": "answer", "proposal_id": proposal, "side": side, "title": f"{side} {what}: {labels[proposal]}",
            "date": "; ".join(dict.fromkeys(dates[ids])), "words": f"{lag}; {', '.join(kinds)}{f': {terms}' * bool(terms)}",
            "said_by": join(said.loc[ids, "speaker"]), "sources": join(said.loc[ids, "sources"]),
            "records": join([*ids, proposal]), "kind": "; ".join(kinds),
            "basis": "explicit" if "explicit" in set(sure) else "inferred",
            "lag_low": own["low"].iloc[0], "lag_high": own["high"].iloc[0], "lag": lag,
        })  # fmt: skip
    put = positions[positions["kind"].isin(replies.PUTS)].dropna(subset=["statement_id"])
    for row in silent.itertuples():
        ids = list(dict.fromkeys(put.loc[put["proposal_id"] == row.proposal_id, "statement_id"]))
        day = until[row.proposal_id].tz_convert(zones[0])
        lag = say_silence(row.low)
        rows.append({
            "mark": "silence", "proposal_id": row.proposal_id, "side": row.side, "date": f"up to {day.day} {day:%B %Y}",
            "title": f"{row.side}, no statement in answer by {day.day} {day:%B %Y}: {labels[row.proposal_id]}",
            "words": lag.replace("none in", "no statement in answer for at least") + became[row.proposal_id], "said_by": "",
            "sources": join(said.loc[ids, "sources"]), "records": join([*ids, row.proposal_id]), "kind": "",
            "basis": "", "lag_low": row.low, "lag_high": pd.NA, "lag": lag,
        })  # fmt: skip
    columns = [*MARKS, "mark", "proposal_id", "proposal", "side", "kind", "basis", "lag_low", "lag_high", "lag"]
    marks = pd.DataFrame(rows, columns=columns).astype({"lag_low": "Float64", "lag_high": "Float64"})
    marks["id"] = (marks["proposal_id"] + ":" + marks["side"]).str.replace(" ", "-")
    marks["proposal"] = marks["proposal_id"].map(name_proposals(proposals, zones[0])).astype("str")
    marks["group"] = marks["side"]
    marks["said_by"] = name_all(marks["said_by"], actors)
    middle = (marks["lag_low"] + marks["lag_high"]).fillna(math.inf)
    order = marks.assign(middle=middle).sort_values(["side", "middle", "lag_low", "proposal_id"])
    return marks.loc[order.index].reset_index(drop=True)


def say_lag(low: float, high: float) -> str:
    """Say how long it took, never more closely than known: `10 to 21 h`, `within 24 h`, `4.9 to 6 days`."""
    unit, each, parts = ("h", 1, 1) if high <= 96 else ("days", 24, 10)
    least, most = math.floor(low / each * parts) / parts, math.ceil(high / each * parts) / parts
    return f"{least:g} to {most:g} {unit}" if least else f"within {most:g} {unit}"


def say_silence(low: float) -> str:
    """Say for how long at least there was no answer."""
    return f"none in {math.floor(low)} h" if low < 72 else f"none in {math.floor(low / 24)} days"


def describe(marks: pd.DataFrame, window: str) -> str:
    """Say for those who cannot see it what the chart of lags shows."""
    if marks.empty:
        return f"Chart of the hours to the first answer of each side. {NONE}"
    given, silent = (marks[marks["mark"] == name] for name in ("answer", "silence"))
    answers = say_number(len(given), "first answer")
    words = [f"Chart of bars by side, on a logarithmic scale of hours: {answers} to proposals made {window}"
             f"{f' ({_count_sides(given)})' if len(given) else ''}."]  # fmt: skip
    if len(given):
        least, most = (given.loc[getattr(given[name], pick)()] for name, pick in (("lag_high", "idxmin"), ("lag_low", "idxmax")))
        words.append(f"The bar that ends first: {least['side']} on “{least['proposal']}”, {least['lag']}.")
        if most["lag_low"] > 0:  # else all begin at nothing
            words.append(f"The bar that begins last: {most['side']} on “{most['proposal']}”, {most['lag']}.")
    if weak := int((given["basis"] == "inferred").sum()):
        words.append(f"Answers that are inferred: {weak}.")
    if len(silent):
        one = silent.loc[silent["lag_low"].idxmax()]
        words.append(f"Arrows where no statement of the record answers by its end: {len(silent)} ({_count_sides(silent)}), the "
                     f"longest {one['side']} on “{one['proposal']}”, {one['lag']}; it may have answered elsewhere.")  # fmt: skip
    return " ".join(words)


def _count_sides(marks: pd.DataFrame) -> str:
    """Say how many of the marks are of each side: `Ukraine 13, Russia 9`."""
    return ", ".join(f"{side} {count}" for side, count in marks["side"].value_counts().items())


def bend(hours: float) -> float:
    """Return where hours stand on the scale: 0 at 0, nearly even up to BEND, logarithmic beyond."""
    return math.log10(1 + hours / BEND)


@dataclass
class Group:
    """Hold the rows of a side, each with the lines of its name: in which column it stands, and from where, in mm.

    A row without a mark is the heading of the silences below it.
    """

    side: str
    rows: list[tuple[object, list[str]]]
    column: int = 0
    top: float = 0

    def high(self, air: float) -> float:
        return HEAD + math.fsum(len(name) * LINE + air for _, name in self.rows) + 1.2


@dataclass
class Layout:
    """Hold the groups, the width of a column of them, of the names and of the words in it, and what is free between rows."""

    groups: list[Group]
    columns: int
    width: float
    names: float
    said: float
    air: float = 0
    height: float = 0


def lay_out(marks: pd.DataFrame, sides: Mapping[str, str], wide: float, high: float | None = None) -> Layout:
    """Return the groups for a width in mm (of type at page size), at their natural height or to fit the height given.

    Where that is too high, silences have no heading; then there are two columns, without it if need be; then names are cut.
    """
    for form in ((1, 2, True), (1, 2, False), (2, 2, True), (2, 2, False), (2, 1, False)):
        layout = _place(marks, sides, wide, form, AIR[1])
        if high is None or _place(marks, sides, wide, form, AIR[0]).height <= high:
            break
    if high is not None:
        least = _place(marks, sides, wide, form, 0)
        each = _place(marks, sides, wide, form, 1).height - least.height
        air = min((high - least.height) / each, 1.6) if each else 0
        layout = _place(marks, sides, wide, form, air)
    return layout


def _place(marks: pd.DataFrame, sides: Mapping[str, str], wide: float, form: tuple[int, int, bool], air: float) -> Layout:
    """Put the groups, in order, each below the column that is lowest by then.

    `form`: how many columns, how many lines a name has at most, and whether silences have a heading.
    """
    columns, lines, headed = form
    width = (wide - GAP * (columns - 1)) / columns
    said = max((measure(lag) for lag in marks["lag"]), default=0) + 1
    longest = max((measure(name) for name in marks["proposal"]), default=0) + 2
    names = min(longest, max(0.48 * width, width - said - BARS))
    groups = [Group(side, _list_rows(own, names - 1.5, lines, headed=headed))
              for side in sides if len(own := marks[marks["side"] == side])]  # fmt: skip
    ends = [0.0] * columns
    for group in groups:
        group.column = ends.index(min(ends))
        group.top = ends[group.column]
        ends[group.column] += group.high(air)
    return Layout(groups, columns, width, names, said, air, max(ends) + FOOT if groups else 10)


def _list_rows(marks: pd.DataFrame, names: float, lines: int, *, headed: bool) -> list[tuple[object, list[str]]]:
    """Return the rows of a side with their names, if `headed` with a heading before the first silence."""
    rows = [(row, _cut(row.proposal, names, lines)) for row in marks.itertuples()]
    answers = int((marks["mark"] == "answer").sum())
    return [*rows[:answers], *[(None, [SILENT])] * (headed and answers < len(rows)), *rows[answers:]]


def _cut(words: str, width: float, most: int) -> list[str]:
    """Break words into lines; what has no room in the last of them is left out, which an ellipsis says."""
    lines = wrap(words, width)
    if len(lines) <= most:
        return lines
    rest = " ".join(lines[most - 1 :]).split()
    while len(rest) > 1 and measure(" ".join(rest) + " …") > width:
        rest.pop()
    return [*lines[: most - 1], " ".join(rest).rstrip(",;") + " …"]


def draw_lags(marks: pd.DataFrame, sides: Mapping[str, str], *, ax: Axes) -> Axes:
    """Draw a group of rows per side: the name of the proposal, a bar from the least to the most hours, the same in words."""
    theme.quiet(ax)
    grow = theme.scale_of(ax.figure)
    wide, high = theme.width_mm(ax) / grow, theme.height_mm(ax) / grow
    ax.set(xlim=(0, wide), ylim=(high, 0))
    if marks.empty:
        theme.write(ax, 0, 1, NONE, color=theme.MUTED, va="top")
        return ax
    layout = lay_out(marks, sides, wide, high)
    most = bend(float(marks[["lag_low", "lag_high"]].max().max() or 1))  # all in the same minute need an axis too
    bars = layout.width - layout.names - layout.said
    for column in range(layout.columns):
        groups = [group for group in layout.groups if group.column == column]
        if groups:
            left = column * (layout.width + GAP) + layout.names
            foot = groups[-1].top + groups[-1].high(layout.air) + FOOT
            part = theme.quiet(ax.inset_axes((left / wide, 1 - foot / high, bars / wide, foot / high), gid=f"lags {column + 1}"))
            part.set(xlim=(0, most * 1.02), ylim=(foot, 0))
            _draw_scale(part, groups, bars, layout.air)
            for group in groups:
                _draw_group(ax, part, group, layout, sides)
    return ax


def _draw_scale(ax: Axes, groups: list[Group], wide: float, air: float) -> None:
    """Draw the ticks as faint lines through the groups of a column `wide` mm wide, with their words below."""
    grow, most, (foot, _) = theme.scale_of(ax.figure), ax.get_xlim()[1], ax.get_ylim()
    taken: list[tuple[float, float]] = []
    for hours, words in TICKS.items():
        x, half = bend(hours) / most * wide, measure(words) / 2
        if x > wide + 0.01 or any(x - half < b + 1 and a < x + half + 1 for a, b in taken):
            continue
        taken.append((x - half, x + half))
        for group in groups:
            ax.vlines([bend(hours)], group.top + HEAD - 0.6, group.top + group.high(air) - 1.2,
                      color=theme.FAINT if hours == 0 else theme.HAIR, linewidth=0.5 * grow, zorder=0)  # fmt: skip
        theme.write(ax, bend(hours), foot - FOOT / 2 - 0.6, words, size="small", color=theme.MUTED, ha="center", va="center")


def _draw_group(ax: Axes, part: Axes, group: Group, layout: Layout, sides: Mapping[str, str]) -> None:
    """Draw the name of a side and its rows."""
    left, color = group.column * (layout.width + GAP), sides[group.side]
    theme.write(ax, left, group.top + HEAD / 2 - 0.2, group.side, face="bold", color=color, va="center")
    y = group.top + HEAD
    for mark, name in group.rows:
        tall = len(name) * LINE + layout.air
        if mark is None:
            theme.write(ax, left, y + tall / 2, name[0], size="small", face="italic", color=theme.MUTED, va="center")
            y += tall
            continue
        for i, line in enumerate(name):
            at = y + layout.air / 2 + (i + 0.5) * LINE
            theme.write(ax, left, at, line, size="small", va="center", gid=mark.id)
        middle = y + tall / 2
        _draw_bar(part, mark, middle, color)
        theme.write(ax, left + layout.width, middle, mark.lag, size="small", ha="right", va="center", gid=mark.id,
                    face="regular" if mark.mark == "answer" else "italic",
                    color=theme.TEXT if mark.basis == "explicit" else theme.MUTED)  # fmt: skip
        y += tall


def _draw_bar(ax: Axes, mark: object, y: float, color: str) -> None:
    """Draw what is known of a lag: a bar with ends, or a dotted line with an arrow where no answer came."""
    grow, low = theme.scale_of(ax.figure), bend(mark.lag_low)
    style = {"color": color, "gid": mark.id, "clip_on": False, "solid_capstyle": "butt", "dash_capstyle": "butt"}
    if mark.mark == "silence":
        ax.plot([0, low], [y, y], linestyle=":", linewidth=0.9 * grow, **style)
        ax.plot([low], [y], linestyle="none", marker=">", markersize=3.6 * grow, markerfacecolor=theme.PAPER,
                markeredgewidth=0.8 * grow, **style)  # fmt: skip
        return
    high = bend(mark.lag_high)
    known = mark.basis == "explicit"
    ax.plot([low, high], [y, y], linestyle="-" if known else DASHED, linewidth=(1.8 if known else 1.2) * grow, **style)
    ax.plot([low, high], [y, y], linestyle="none", marker="|", markersize=5 * grow, markeredgewidth=0.9 * grow, **style)
