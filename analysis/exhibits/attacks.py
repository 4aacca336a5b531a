"""Nights of air attacks, truces and proposals: the marks of the chart of nights, and what it shows in words."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis import night, replies, when
from analysis.exhibit import MARKS
from analysis.layout.stretches import name_clock, name_day, open_window
from analysis.load import Record
from analysis.marks import join, name_all, of_events, say_dates
from analysis.words import say_list, say_number

OWN = ["mark", "label", "start", "at", "end", *night.NUMBERS, "drones_neither", "drones_not_split", "report",
       "missiles_reported", "rank", "status", "missile_types", "hours", "publishers", "note"]  # fmt: skip
Span = tuple[pd.Timestamp, pd.Timestamp]


def gather_marks(record: Record, start: str | None, end: str | None) -> pd.DataFrame:
    """Return one row per mark by time: MARKS, then `mark` (night, truce, signal, proposal), `label`, `start, at, end` (local).

    Nights have the numbers as reported, `drones_neither, drones_not_split, report` (see night.split_drones),
    `missiles_reported`, `missile_types, hours, publishers, note`; proposals have the `rank` in which they are labelled,
    truces a `status`; all of these are NA for the other marks. Truces, proposals and the signal are those that touch the
    time from the first evening to the last day.
    """
    zones, events, whole = record.episode["zones"], record.events, record.whole
    zone = zones[0]
    chosen = keep_mornings(record.nights, start, end)
    reporters = set(chosen["reported_by"].dropna())
    sides = whole.actors.loc[whole.actors["actor_id"].isin(reporters), "side"]
    attacks = mark_nights(chosen, whole.actors, zone, find_attacker(whole.events, set(sides)))
    if attacks.empty:
        return attacks.reindex(columns=[*MARKS, *OWN])
    span = attacks["start"].min(), attacks["at"].max() + pd.Timedelta(days=1, minutes=-1)
    truces = _keep(events[(events["kind"] == "truce") & events["lasted"]], span, zone)
    signal = _keep(events[events["event_id"] == record.episode["signal"]["event"]], span, zone)
    proposals = _keep(record.proposals, span, zone)
    others = [
        _add_times(of_events(rows, whole.actors, zones), rows, zone, span).assign(
            mark=mark, label=rows["title"] + _name_beyond(rows, span, zone), status=rows["status"], rank=rank)
        for mark, rows, rank in (("truce", truces, pd.NA), ("signal", signal, -1))
    ]  # fmt: skip
    put = _add_times(mark_proposals(proposals, whole.statements, whole.actors, zones), proposals, zone, span)
    put = put.assign(rank=rank_proposals(proposals, whole))
    marks = pd.concat([attacks, *others, put], ignore_index=True).reindex(columns=[*MARKS, *OWN])
    kinds = dict.fromkeys((*night.NUMBERS, "drones_neither", "drones_not_split", "publishers", "rank"), "Int64")
    return marks.astype(kinds | {"missiles_reported": "boolean"}).sort_values(["start", "id"], ignore_index=True)


def keep_mornings(rows: pd.DataFrame, start: str | None, end: str | None) -> pd.DataFrame:
    """Keep the nights whose morning is one of the days from `start` to `end`, both included."""
    return rows[(rows["night"] >= (start or "")) & (rows["night"] <= (end or "9999"))]


def find_attacker(events: pd.DataFrame, reporters: set[str]) -> str:
    """Return the one side besides the reporters' own whose strikes are in the record, or nothing if it is not one."""
    others = set(events["attacker"].dropna()) - reporters
    return others.pop() if len(others) == 1 else ""


def mark_nights(rows: pd.DataFrame, actors: pd.DataFrame, zone: str, attacker: str) -> pd.DataFrame:
    """Return a mark for each night; what no report gives stays NA, and `words` says so."""
    rows = night.split_drones(rows)
    morning = pd.to_datetime(rows["night"])
    said = [say_night(row) for row in rows.itertuples()]
    return rows.assign(
        id="night-" + rows["night"], group=attacker, title="Air attacks of the night",
        date=[f"night to {day.day} {day:%B %Y}, {name_clock(zone)}" for day in morning], words=said,
        said_by=name_all(rows["reported_by"], actors), sources=rows["sources"].fillna(""), records=rows["night"],
        mark="night", label="", start=morning + night.DUSK, at=morning, end=morning + night.DAWN,
        missiles_reported=rows["missiles_launched"].notna(), hours=rows["window"],
    )  # fmt: skip


def say_night(row: object) -> str:
    """Put the numbers of a night into words: `145 drones launched, 64 shot down, 68 lost; 70 missiles`.

    The hours of the report follow where it names them; the zero of a night without drones has what its note begins with,
    as some zeros are weak.
    """
    if row.report == "no report":
        return "no report found"
    hours = f"; hours: {row.window}" if isinstance(row.window, str) else ""
    doubts = row.report in ("none launched", night.UNCOUNTED) and isinstance(row.note, str)
    note = f". {'. '.join(row.note.removesuffix('.').split('. ')[:2])}." if doubts else ""
    return f"{_say_drones(row)}; {_say_missiles(row)}{hours}{note}"


def _say_drones(row: object) -> str:
    if row.report == night.UNCOUNTED:
        return "no drones by what others say; no count found"
    known = pd.notna(row.drones_launched)
    words = [say_number(row.drones_launched, "drone") + " launched" if known else "drones launched: not reported"]
    parts = ((row.drones_shot_down, "shot down"), (row.drones_lost, "lost"))
    return ", ".join([*words, *(f"{number} {fate}" for number, fate in parts if pd.notna(number))])


def _say_missiles(row: object) -> str:
    known = pd.notna(row.missiles_launched)
    return say_number(row.missiles_launched, "missile") if known else "missiles: no number found"


def mark_proposals(proposals: pd.DataFrame, statements: pd.DataFrame, actors: pd.DataFrame, zones: Sequence[str]) -> pd.DataFrame:
    """Return a mark for each proposal; its pages are those of the statements that put it forward when it was first made.

    Where the record has none that did, they are those of the statements of that day, or of all, that speak of it.
    """
    named = statements.dropna(subset=["proposal_id"])
    found = []
    for row in proposals.itertuples():
        about = named[[row.proposal_id in cell.split("; ") for cell in named["proposal_id"]]]
        then = about[when.touches(about, row.earliest, row.latest)]
        found.append(next((some for some in (then[then["act"].isin(replies.PUTS)], then) if len(some)), about))
    names = name_all(proposals["proposed_by"], actors)
    return pd.DataFrame({
        "id": proposals["proposal_id"], "group": proposals["side"].fillna("").astype("str"),
        "title": names + ": " + proposals["label"], "date": say_dates(proposals, zones),
        "words": ("Outcome: " + proposals["outcome"]).fillna(""), "said_by": names,
        "sources": [join(some["sources"]) for some in found],
        "records": [join([i, *some["statement_id"]]) for i, some in zip(proposals["proposal_id"], found, strict=True)],
        "mark": "proposal", "label": proposals["label"],
    })  # fmt: skip


def rank_proposals(proposals: pd.DataFrame, record: Record) -> pd.Series:
    """Return how early each is to be labelled, from 0: the offer before the signal, those of the focus (halts first), other
    halts (3), the others; what was proposed at the moment of the signal comes last, as the signal has a label.
    """
    zone = record.episode["zones"][0]
    first, last = when.span(*open_window(record.episode, None, None), zone)
    offer = record.statements.loc[record.statements["statement_id"] == record.episode["signal"]["offer"], "proposal_id"]
    offered = proposals["proposal_id"].isin(offer.str.split("; ").explode())
    late = 2 * (~when.touches(proposals, first, last)) + proposals["duration_days"].isna()
    signal = record.events[record.events["event_id"] == record.episode["signal"]["event"]]
    said = proposals["earliest"].isin(signal["earliest"]) & proposals["latest"].isin(signal["latest"])
    return (late + 1).mask(said, 5).mask(offered, 0)


def _keep(rows: pd.DataFrame, span: Span, zone: str) -> pd.DataFrame:
    """Keep the rows that touch the days of the span, but for what was over before its first evening."""
    rows = rows[when.touches(rows, *when.span(*span, zone))]
    return rows[~(rows["latest"].dt.tz_convert(zone).dt.tz_localize(None) < span[0])]


def _name_beyond(rows: pd.DataFrame, span: Span, zone: str) -> list[str]:
    """Say of each row when it began or ended if that lies outside the span that is drawn."""
    begin, end = (rows[bound].dt.tz_convert(zone).dt.tz_localize(None) for bound in ("earliest", "latest"))
    last = span[1] + pd.Timedelta(minutes=1)
    return [(f", from {name_day(a, span[0])}" if a < span[0] else "") + (f", to {name_day(b, span[1])}" if b > last else "")
            for a, b in zip(begin, end, strict=True)]  # fmt: skip


def _add_times(marks: pd.DataFrame, rows: pd.DataFrame, zone: str, span: Span) -> pd.DataFrame:
    """Add when each mark began, its middle and its end, on the local clock and within the span that is drawn."""
    start, end = (rows[bound].dt.tz_convert(zone).dt.tz_localize(None) for bound in ("earliest", "latest"))
    at = start + (end - start) / 2
    first, last = span
    return marks.assign(start=start.clip(first, last), at=at.clip(first, last), end=end.fillna(last).clip(first, last))


def describe(marks: pd.DataFrame, span: str) -> str:
    """Say for those who cannot see it what the chart of nights shows."""
    given = marks[marks["mark"] == "night"]
    if given.empty:
        return "Chart of the drones and missiles of each night. The record has no night in this window."
    report = given["report"].value_counts()
    who = " and ".join(name for name in given["said_by"].unique() if name)
    by = f", as reported by {who}" if who else ""
    words = [f"Bar chart of the drones launched in each of {count_nights(len(given))}, {span}{by}: shot down, lost, and the "
             "rest; below it the missiles."]  # fmt: skip
    for measure, say in (("drones", _say_drones), ("missiles", _say_missiles)):
        numbers = given[f"{measure}_launched"].astype("Float64")
        if (numbers > 0).any():
            most = given.loc[numbers.idxmax()]
            words.append(f"Most {measure}: {say(most)}, {most['date'].partition(',')[0]}.")
    for kind, told in (("none launched", "No drones were reported launched in {}"),
                       (night.UNCOUNTED, "Called none, no count: {}")):  # fmt: skip
        if len(none := given[given["report"] == kind]):
            words.append(f"{told.format(count_nights(len(none)))}: to {', '.join(map(_day, none['at']))}.")
    missing = {"reports": report.get("no report", 0), "missiles": int((~given["missiles_reported"].astype(bool)).sum())}
    if any(missing.values()):
        words.append(f"Not found: {say_list(f'{what} of {count_nights(of)}' for what, of in missing.items() if of)}.")
    truces = marks[marks["mark"] == "truce"]
    if len(truces):
        words.append(f"Truces above: {'; '.join(truces['label'])}.")
    return " ".join(words)


def count_nights(count: int) -> str:
    """Return a number of nights in words."""
    return say_number(count, "night")


def _day(moment: pd.Timestamp) -> str:
    return f"{moment.day} {moment:%B}"
