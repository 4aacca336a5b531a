"""How did each count change as claims came in?"""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from analysis import theme, toll, when
from analysis.doubts import add_doubts
from analysis.exhibit import MARKS, WIDTHS, Exhibit, cite
from analysis.exhibits import steps
from analysis.exhibits.steps import LINE, MARK, Place, Styles
from analysis.layout.stretches import Window, name_days, name_span, open_window
from analysis.load import Record
from analysis.marks import join, name_town
from analysis.theme import text_width, wrap
from analysis.words import say_number

MEASURES = ("killed", "injured")
SHAPES = "osDPX*"
"""Marks of the sides that gave counts, in the order of the episode's settings."""
HEAD, COLUMN, FOOT, AIR = 3.3, 3.4, 3.6, 1.9
"""In mm: a strike's name above its charts, the names of the columns, the axis, the space under charts."""
SCALE, SIDE = 5.0, 5.0
"""In mm: room for the scale at the left of a chart, between two blocks of charts."""
ROW, MOST = 16.9, {True: 206.0, False: 202.0}
"""In mm: the height of a strike's charts, and the greatest height of a drawing that is wide, or not."""
HOW = ("Time runs from the earliest moment at which a strike may have begun; its steps shrink after the first hour. "
       "Of marks that would hide each other, the earlier ones stand a little to the left. Names stand where they have room."
       )  # fmt: skip
OWN = ["event_id", "place", "day", "measure", "name", "wording", "low", "high", "timed", "disputed", "hours_low", "hours_high",
       "strike_hours", "since", "standing", "low_after", "best_after", "high_after", "stands", "fell", "change"]  # fmt: skip
"""The columns of marks beside MARKS, as `trace_claims` says."""


def revisions(record: Record, start: str | None = None, end: str | None = None) -> Exhibit:
    """Show how the counts of each strike changed, claim by claim, for strikes from the day `start` to `end` (by default all).

    A strike that touches these days comes with all its claims, later ones too: a count is shown to its end.
    """
    episode = record.episode
    window = open_window(episode, start, end, default="window")
    claims, others, single = pick_claims(record.events, record.whole.casualties, window, episode["zones"][0])
    marks = trace_claims(record.events, claims, record.whole.actors, episode["zones"])
    own = add_doubts(marks.assign(records=marks["id"]), record.whole.disagreements)["doubts"]  # not those of its whole strike
    marks = marks.assign(doubts=own)
    notes = explain(marks, others, single, record.whole.actors)
    return Exhibit(
        days=(start, end),
        name="revisions",
        title="How counts changed as claims came in",
        subtitle=_say_extent(marks, record.events, window, episode["zones"][0]),
        alt=describe(marks),
        marks=marks,
        evidence=cite(marks, record),
        colors=episode["sides"],
        paint=lambda ax: draw_revisions(marks, episode["sides"], notes, ax=ax),
        height=lambda size: fit(marks, WIDTHS[size]),
    )


def pick_claims(events: pd.DataFrame, claims: pd.DataFrame, window: Window, zone: str) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """Choose the claims on all people killed and injured in strikes that touch the window (local, closed).

    Returns the claims on strikes for which two or more count the same; all other claims on these strikes, as those on children
    or servicemen; the number of strikes that have no two claims on the same, which are left out.
    """
    first, last = when.span(*window, zone)
    strikes = events[(events["kind"] == "strike") & when.touches(events, first, last)]
    counted = claims[claims["event_id"].isin(strikes["event_id"])]
    whole = counted[(counted["population"] == "all") & counted["measure"].isin(MEASURES)]
    often = whole[whole.duplicated(["event_id", "measure"])]["event_id"]
    chosen = whole["event_id"].isin(often)
    others = counted[counted["event_id"].isin(often)].drop(whole.index, errors="ignore")
    return whole[chosen], others, whole.loc[~chosen, "event_id"].nunique()


def trace_claims(events: pd.DataFrame, claims: pd.DataFrame, actors: pd.DataFrame, zones: list[str]) -> pd.DataFrame:
    """Return one row per claim, by strike and by the moment from which it counts: MARKS, then OWN.

    Of the claim: `low, high` (people), `timed` (as words: to the minute, within hours, to the day), `disputed`, `name`
    (of who made it, short), `hours_low, hours_high` (between which it was made, from the earliest moment of the strike,
    `since` (local), which may have lasted or be uncertain for `strike_hours`). Of what was known once it was made:
    `standing` (the claim that stood), `low_after, best_after, high_after` (people), `stands` (these in words), `fell`
    (this claim lowered the count) and `change` (from which count to which, in words).
    """
    if claims.empty:
        return pd.DataFrame(columns=[*MARKS, *OWN])
    strikes = events.set_index("event_id").loc[lambda table: table.index.isin(claims["event_id"])]
    marks = claims.merge(_step(toll.replay(claims), claims), on=["event_id", "measure", "latest"], validate="many_to_one")
    of, by = (table.loc[marks[key]].reset_index(drop=True) for table, key in (
        (strikes, "event_id"), (actors.set_index("actor_id"), "claimed_by")))  # fmt: skip
    dates = of.assign(**{bound: of[bound].dt.tz_convert(zones[0]) for bound in ("earliest", "latest")})
    counts = [toll.phrase(*row) for row in marks[["wording", "low", "high"]].itertuples(index=False, name=None)]
    fell = marks["fell"] & (marks["claim_id"] == marks["standing"])
    marks = marks.assign(
        id=marks["claim_id"], group=marks["side"], title=of["title"] + ": " + marks["measure"],
        date=[when.say(row, zones[0], home=zones) for row in marks.itertuples()],
        disputed=marks["status"] == "disputed", said_by=by["name"], name=_shorten(by),
        sources=[join(cells) for cells in zip(marks["sources"], of["sources"], strict=True)],
        records=marks["claim_id"] + "; " + marks["event_id"],
        place=_name_place(of),
        day=[name_days(*days) for days in zip(dates["earliest"], dates["latest"], strict=True)],
        timed=_say_precision(marks), hours_low=_hours(marks["earliest"], of["earliest"]).clip(lower=0),
        hours_high=_hours(marks["latest"], of["earliest"]), strike_hours=_hours(of["latest"], of["earliest"]),
        fell=fell, change=marks["change"].where(fell, ""), since=dates["earliest"].dt.tz_localize(None),
    )  # fmt: skip
    disputed = marks["disputed"].map({True: ", disputed", False: ""})
    marks["words"] = pd.Series(counts, dtype="str") + " " + marks["measure"] + disputed
    order = ["since", "event_id", "measure", "hours_high", "seq", "claim_id"]
    return marks.sort_values(order, key=_rank, ignore_index=True)[[*MARKS, *OWN]]


def _step(known: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Return what was known after each moment, in words too, and whether the count that stood fell then."""
    given = claims.set_index("claim_id").loc[known["claim_id"], ["wording", "low", "high"]].reset_index(drop=True)
    said = pd.Series([toll.phrase(*row) for row in given.itertuples(index=False, name=None)], dtype="str")
    before = known.groupby(["event_id", "measure"]).shift()
    earlier = given.groupby([known["event_id"], known["measure"]]).shift()
    lower = (known["best"] < before["best"]).fillna(given["high"] < earlier["low"]).fillna(False)
    change = said.groupby([known["event_id"], known["measure"]]).shift() + " to " + said
    out = known.assign(stands=toll.say_counts(known, claims), fell=lower.astype(bool), change=change)
    names = {"at": "latest", "claim_id": "standing", "low": "low_after", "best": "best_after", "high": "high_after"}
    return out[["event_id", "measure", *names, "stands", "fell", "change"]].rename(columns=names)


def _rank(column: pd.Series) -> pd.Series:
    """Return what to sort by: killed before injured; claims outside the ledger's order first."""
    if column.name == "measure":
        return column.map(MEASURES.index)
    return column.fillna(0) if column.name == "seq" else column


def _name_place(strikes: pd.DataFrame) -> pd.Series:
    """Return the place of each strike in a few words, its title if the record has no place."""
    near, wide = name_town(strikes), (strikes["where_prec"] >= 6).fillna(False).astype(bool)
    return near.mask(wide, "Across " + strikes["place"]).fillna(strikes["title"])


def _hours(moment: pd.Series, since: pd.Series) -> pd.Series:
    return (moment - since) / pd.Timedelta(hours=1)


def _say_precision(claims: pd.DataFrame) -> pd.Series:
    """Say how well the moment of each claim is known."""
    wide = (claims["latest"] - claims["earliest"]) >= pd.Timedelta(hours=23)
    words = wide.map({True: "to the day", False: "within hours"})
    return words.mask(claims["latest"] == claims["earliest"], "to the minute")


def _shorten(actors: pd.DataFrame) -> list[str]:
    """Return the family name of a person, the name of a body without the side that it belongs to."""
    return [name.rpartition(" ")[2] if kind == "person" else name.removesuffix(f" of {side}")
            for name, kind, side in zip(actors["name"], actors["kind"], actors["side"], strict=True)]  # fmt: skip


def explain(marks: pd.DataFrame, others: pd.DataFrame, single: int, actors: pd.DataFrame) -> str:
    """Say how time runs, and what is left out of the drawing."""
    parts = []
    if single:
        parts.append(f"{say_number(single, 'strike')} with no two counts of the same")
    if children := (others["population"] == "children").sum():
        parts.append(f"{say_number(children, 'count')} of children")
    if missing := (others["population"] == "all").sum():
        parts.append(f"{say_number(missing, 'count')} of the missing")
    military = others[others["population"] == "military"]
    if len(military):
        names, places = actors.set_index("actor_id")["name"], marks.groupby("event_id")["place"].first()
        for by, claims in military.groupby("claimed_by"):
            said = [f"{toll.phrase(row.wording, row.low, row.high)} {row.measure} ({places[row.event_id]})"
                    for row in claims.itertuples()]  # fmt: skip
            parts.append(f"counts of servicemen alone by {names[by]}: {', '.join(said)}")
    left = f"Not drawn: {'; '.join(parts)}." if parts else ""
    return f"{HOW} {left}".strip() if len(marks) else left


def _say_extent(marks: pd.DataFrame, events: pd.DataFrame, window: Window, zone: str) -> str:
    strikes = events[events["event_id"].isin(marks["event_id"])]
    if strikes.empty:
        return f"No strike of {name_days(*window)} has two claims of the same count in the record."
    return (f"People killed and injured, by time since the strike; {len(marks)} claims on {say_number(len(strikes), 'strike')}, "
            f"{name_span(strikes, zone)}. Each chart has its own scale.")  # fmt: skip


def describe(marks: pd.DataFrame) -> str:
    """Say for those who cannot see it what the chart shows; every number stands in the marks."""
    if marks.empty:
        return "An empty chart: for these days the record holds no strike of which the same count was given twice."
    killed = marks[marks["measure"] == "killed"]
    strikes = say_number(marks["event_id"].nunique(), "strike")
    words = [f"Small step charts of {len(marks)} claims on {strikes}: killed and injured, against time since the strike."]
    if len(killed):
        most = killed[killed["event_id"] == killed["event_id"].value_counts(sort=True).index[0]]
        first, last = most.iloc[0], most.iloc[-1]
        words.append(f"Most often counted were those killed in {first['place']}, {first['day']}: "
                     f"{first['stands']} stood first, {last['stands']} last, of what had surely been claimed.")
    fell = marks[marks["fell"]]
    told = "; ".join(f"{row.place}, {row.day}, {row.measure}: {row.change}" for row in fell.itertuples())
    words.append(f"The count that stood fell: {told}." if told else "No count that stood fell.")
    disputed, days = marks["disputed"].sum(), (marks["timed"] == "to the day").sum()
    words.append(f"Disputed: {say_number(disputed, 'claim')}." if disputed else "No claim is disputed.")
    words.append(f"Of {say_number(days, 'claim')} only the day is known." if days else "")
    return " ".join(filter(None, words))


def fit(marks: pd.DataFrame, wide: float) -> float:
    """Return the height in mm that the charts need on paper of this width."""
    rows = marks["event_id"].nunique()
    return min(rows * ROW + 26, MOST[wide > 100]) if rows else 8


def draw_revisions(marks: pd.DataFrame, sides: Mapping[str, str], notes: str, *, ax: Axes) -> Axes:
    """Draw two charts for each strike, killed and injured: the count that stood, and the claims behind it."""
    theme.quiet(ax)
    grow, wide, high = theme.scale_of(ax.figure), theme.width_mm(ax), theme.height_mm(ax)
    ax.set(xlim=(0, wide), ylim=(0, high))
    lines = wrap(notes, wide, scale=grow) if notes else []
    for i, line in enumerate(reversed(lines)):
        theme.write(ax, 0, i * LINE * grow, line, size="small", color=theme.MUTED, va="bottom")
    if marks.empty:
        return ax
    spoke = [side for side in sides if (marks["group"] == side).any()]
    styles = {side: {"color": sides[side], "marker": SHAPES[i % len(SHAPES)]} for i, side in enumerate(spoke)}
    top = _draw_key(ax, marks, styles) - grow
    ends = {key: _end(group, shorten=wide < 200 * grow) for key, group in marks.groupby(["event_id", "measure"], sort=False)}
    places = _lay_out(marks, ends, (wide, top, (len(lines) * LINE + 1) * grow), grow)
    last = steps.warp(marks["hours_high"].max()) * 1.02
    lowest, highest = ({left: pick(other.low for other in places.values() if other.left == left)
                        for left in {place.left for place in places.values()}} for pick in (min, max))  # fmt: skip
    for (event, measure), place in places.items():
        part = ax.inset_axes((place.left / wide, place.low / high, place.width / wide, place.high / high),
                             gid=f"{event} {measure} chart")  # fmt: skip
        mine = marks[(marks["event_id"] == event) & (marks["measure"] == measure)]
        if place.low == highest[place.left]:
            theme.write(ax, place.left, top, measure.capitalize(), face="semibold", va="top")
        if measure == MEASURES[0]:
            _name_strike(ax, marks[marks["event_id"] == event].iloc[0], place, grow)
        chart = steps.open_chart(part, mine, place, last)
        steps.draw_scales(chart, people=len(mine) > 0, times=place.low == lowest[place.left])
        if mine.empty:
            theme.write(ax, place.left + grow, place.low + place.high / 2, f"no count of {measure} found", size="small",
                        face="italic", color=theme.MUTED, va="center")  # fmt: skip
            continue
        steps.draw_count(chart, mine, styles)
        _write_end(ax, place, *ends[event, measure], mm=chart.mm[1])
    return ax


def _end(claims: pd.DataFrame, *, shorten: bool) -> tuple[str, str, float]:
    """Return what stood in the end: in words (in two lines if short), which claim, which number."""
    last = claims.iloc[-1]
    words = steps.sign(last["stands"]) if shorten else last["stands"]
    standing = claims[claims["id"] == last["standing"]].iloc[0]
    return words.replace(" or ", "\nor ", 1), standing["id"], steps.counted(standing)


def _lay_out(marks: pd.DataFrame, ends: dict, body: tuple[float, float, float], grow: float) -> dict[tuple[str, str], Place]:
    """Return the place of each chart: strikes run down in one to three blocks, whichever leaves the charts largest.

    `body` is the width, the top and the foot in mm. A strike with more claims gets higher charts.
    """
    wide, top, foot = body
    room = dict.fromkeys(MEASURES, 2 * grow)
    for (_, measure), (words, *_) in ends.items():
        width = max(text_width(line, "label", "semibold", grow) for line in words.split("\n"))
        room[measure] = max(room[measure], width + 2 * grow)
    claims = marks["event_id"].value_counts(sort=False)
    sizes = {}
    for blocks in (1, 2, 3):
        rows, block = math.ceil(len(claims) / blocks), (wide - SIDE * grow * (blocks - 1)) / blocks
        width = (block - sum(room.values())) / 2 - SCALE * grow
        high = (top - foot - (COLUMN + FOOT) * grow) / rows - (HEAD + AIR) * grow
        sizes[min(width / 2.5, high)] = rows, block, width
    rows, block, width = sizes[max(sizes)]
    out = {}
    for i in range(0, len(claims), rows):
        weights = claims.iloc[i : i + rows] + 2 * claims.mean()
        free = top - foot - (COLUMN + FOOT + len(weights) * (HEAD + AIR)) * grow
        y = top - COLUMN * grow
        for event, high in (weights / weights.sum() * free).items():
            y -= HEAD * grow + high
            left = i // rows * (block + SIDE * grow)
            for measure in MEASURES:
                out[event, measure] = Place(left + SCALE * grow, y, width, high)
                left += SCALE * grow + width + room[measure]
            y -= AIR * grow
    return out


def _name_strike(ax: Axes, strike: pd.Series, place: Place, grow: float) -> None:
    """Write where and when it was, above the charts."""
    y, left = place.low + place.high + HEAD * 0.45 * grow, place.left - SCALE * grow
    theme.write(ax, left, y, strike["place"], face="semibold", va="center")
    beside = left + text_width(strike["place"], "label", "semibold", grow) + 1.2 * grow
    theme.write(ax, beside, y, strike["day"], size="small", color=theme.MUTED, va="center")


def _write_end(ax: Axes, place: Place, words: str, claim: str, number: float, *, mm: float) -> None:
    """Write what stood in the end beside its line, and what contests it below that."""
    grow, (stands, *rest) = theme.scale_of(ax.figure), words.split("\n")
    x, y = place.left + place.width + grow, place.low + max(number * mm, LINE * grow * len(rest))
    style = {"va": "center", "gid": f"{claim} stands"}
    theme.write(ax, x, y, stands, face="semibold", **style)
    for line in rest:
        y -= LINE * grow
        theme.write(ax, x, y, line, size="small", color=theme.MUTED, **style)


def _draw_key(ax: Axes, marks: pd.DataFrame, styles: Styles) -> float:
    """Explain the marks above the charts, in as many lines as it takes; return where the last one ends (mm)."""
    grow, wide, high = theme.scale_of(ax.figure), ax.get_xlim()[1], ax.get_ylim()[1]
    dot = {"linestyle": "none", "marker": "o", "markersize": MARK * grow, "markeredgewidth": 0, "color": theme.MUTED}
    ring = {**dot, "markerfacecolor": theme.PAPER, "markeredgewidth": 0.7 * grow}
    line, thin, thick = ({"linewidth": width * grow, "color": color, "solid_capstyle": "butt"} for width, color in (
        (1.0, theme.TEXT), (0.6, theme.MUTED), (2.4, theme.TEXT)))  # fmt: skip
    band, bar = line | {"linewidth": 4 * grow, "color": theme.FAINT, "alpha": 0.75}, thick | {"color": theme.BORDER}
    stub, wording = line | {"color": theme.MUTED}, set(marks["wording"])
    contested = (marks["low_after"] != marks["high_after"]).fillna(True)
    items = [
        *((True, side if i else f"count given by {side}", 2, [([1], [0], dot | style)])
          for i, (side, style) in enumerate(styles.items())),
        ({"at least", "more than"} & wording, "at least, more than", 2, [([1, 1], [0, steps.STUB], stub), ([1], [0], dot)]),
        ("up to" in wording, "up to", 2, [([1, 1], [0, -steps.STUB], stub), ([1], [0], dot)]),
        (marks["disputed"].any(), "disputed", 2, [([1], [0], ring)]),
        ((marks["hours_low"] < marks["hours_high"]).any(), "given within this time, known from its end", 4,
         [([0, 3.5], [0, 0], thin), ([3.5], [0], dot)]),
        (True, "count that stood", 4, [([0, 2, 2, 4], [-0.7, -0.7, 0.7, 0.7], line)]),
        (marks["fell"].any(), "lower than before", 4,
         [([0, 2, 2, 4], [0.8, 0.8, -0.8, -0.8], line), ([2, 2], [0.8, -0.8], thick)]),
        (contested.any(), "range left open by the counts", 4, [([0, 4], [0, 0], band)]),
        ((marks["strike_hours"] > 0).any(), "the strike was within this time", 4, [([0, 4], [0, 0], bar)]),
    ]  # fmt: skip
    x, y = 0.0, high - 1.4 * grow
    for words, room, parts in (item for there, *item in items if there):
        width = room * grow + 1.2 * grow + text_width(words, "small", scale=grow)
        if x and x + width > wide:
            x, y = 0.0, y - 3.2 * grow
        for xs, ys, style in parts:
            ax.plot([x + v * grow for v in xs], [y + v * grow for v in ys], **style)
        theme.write(ax, x + (room + 1) * grow, y, words, size="small", color=theme.MUTED, va="center")
        x += width + 3.5 * grow
    ax.set(xlim=(0, wide), ylim=(0, high))
    return y - 1.7 * grow
