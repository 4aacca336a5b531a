"""What checks of one cell cannot say: keys, references, cycles, the ledger, places in their country, dates in order."""

from __future__ import annotations

import difflib
import re
import zoneinfo
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import NamedTuple

import pandas as pd

from analysis import schema, when

Tables = Mapping[str, pd.DataFrame]
# Control characters, and the invisible or direction-changing ones that can make a cell read as what it is not.
UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffd\U000e0000-\U000e007f]"
)
LONGEST = 60
"""Characters of a cell that a sentence shows at most."""
MOVED = 5
"""Rows out of order that are named one by one at most."""
DAY, NO_DAY, NO_ZONE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "expected a day, as 2025-04-13", "no such IANA zone"


class Fault(NamedTuple):
    """One fault of the record: `line` is 0 where a whole file is meant."""

    file: str
    line: int
    says: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.says}" if self.line else f"{self.file}: {self.says}"


def split(cell: str | None) -> list[str]:
    """Split a list cell at its semicolons; an empty cell is an empty list."""
    return [] if cell is None or pd.isna(cell) else str(cell).split("; ")


def show(cell: object) -> str:
    """Quote a cell for a sentence, with unseen characters by their code and a long cell cut."""
    text = str(cell)
    text = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    return "'" + UNSEEN.sub(lambda found: f"<U+{ord(found[0]):04X}>", text) + "'"


def guess(value: str, known: Collection[str]) -> str:
    """Return ` (did you mean 'x'?)` for the nearest known value, or nothing."""
    near = difflib.get_close_matches(value, list(known), n=1, cutoff=0.75)
    return f" (did you mean {show(near[0])}?)" if near else ""


def compare_names(kind: str, found: Collection[str], known: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield each name that is unknown or missing, with the sentence that says so; a misspelt one counts once."""
    missing = [name for name in known if name not in found]
    for name in dict.fromkeys(found):
        if name not in known:
            near = guess(name, missing)
            missing = [other for other in missing if show(other) not in near]
            yield name, f"unknown {kind} {show(name)}{near}"
    for name in missing:
        yield name, f"{kind} '{name}' is missing"


@cache
def known_zones() -> frozenset[str]:
    """Return the names of all IANA zones (which takes 20 ms, so once)."""
    return frozenset(zoneinfo.available_timezones())


def name_unseen(character: str) -> str:
    """Say what is wrong with a cell that holds a character of UNSEEN."""
    return f"holds U+{ord(character):04X}, an unseen or control character; remove it"


def find_faults(tables: Tables, episode: Mapping[str, object], unread: Collection[tuple[str, int]] = ()) -> list[Fault]:
    """Return every fault across rows and tables.

    `tables` hold typed frames with the bounds of their dates, whose index is the line in the CSV. A table that could
    not be read is absent, a cell that could not be read is NA and its file and line are in `unread`; what depends on
    them is not judged.
    """
    faults: list[Fault] = []
    for rule, needs in RULES:
        if all(name in tables for name in needs):
            alone = rule in (_keys, _dangling, _shared_ids)
            faults.extend(fault for fault in rule(tables, episode) if alone or fault[:2] not in unread)
    return faults


def _whole(tables: Tables, name: str) -> bool:
    """Say whether every row of a table can be found by its key."""
    return name in tables and bool(tables[name][schema.BY_NAME[name].key[0]].notna().all())


def by_key(tables: Tables, name: str) -> pd.DataFrame:
    """Return a table indexed by its (first) key, the first row of each."""
    key = schema.BY_NAME[name].key[0]
    return tables[name].dropna(subset=[key]).drop_duplicates(key).set_index(key)


def _keys(tables: Tables, _: Mapping[str, object]) -> Iterator[Fault]:
    for name in tables:
        table, lines = schema.BY_NAME[name], {}
        file, named = f"{name}.csv", " + ".join(table.key)
        required = [part for part in table.key if table.column(part).required]
        for line, *parts in tables[name][list(table.key)].dropna(subset=required).itertuples(name=None):
            key = tuple("" if pd.isna(part) else part for part in parts)
            if key in lines:
                yield Fault(file, line, f"{named} {_show_key(key)}: already on line {lines[key]}")
            lines.setdefault(key, line)
        kept = _find_ascent(list(lines))
        moved = sorted(lines.keys() - set(kept))
        if len(moved) > MOVED:
            yield Fault(file, 0, f"{len(moved)} rows are out of the order of {named}; python -m analysis tidy sorts them")
            continue
        for key in moved:
            at = bisect_left(kept, key)
            place = f"below {_show_key(kept[at - 1])}" if at else f"above {_show_key(kept[0])}"
            yield Fault(file, lines[key], f"{named} {_show_key(key)}: out of order, belongs {place}")


def _show_key(key: tuple[object, ...]) -> str:
    return show(" + ".join(str(part) for part in key if part != ""))


def _find_ascent(keys: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """Return the most keys that stand in order as they are: the others are those to move (patience sorting)."""
    tops: list[tuple[object, ...]] = []
    below: dict[tuple[object, ...], tuple[object, ...] | None] = {}
    for key in keys:
        at = bisect_left(tops, key)
        below[key] = tops[at - 1] if at else None
        tops[at : at + 1] = [key]
    ascent, key = [], tops[-1] if tops else None
    while key is not None:
        ascent.append(key)
        key = below[key]
    return ascent[::-1]


def _dangling(tables: Tables, _: Mapping[str, object]) -> Iterator[Fault]:
    for table in schema.TABLES:
        for column in table.columns if table.name in tables else ():
            if not column.refers or not all(_whole(tables, name) for name in column.refers):
                continue
            known = {key for name in column.refers for key in tables[name][schema.BY_NAME[name].key[0]]}
            for line, cell in tables[table.name][column.name].dropna().items():
                for value in split(cell) if column.many else [cell]:
                    if value not in known:
                        files = " or ".join(f"{name}.csv" for name in column.refers)
                        yield Fault(f"{table.name}.csv", line,
                                    f"{column.name} {show(value)}: not in {files}{guess(value, known)}")  # fmt: skip


def _shared_ids(tables: Tables, _: Mapping[str, object]) -> Iterator[Fault]:
    seen: dict[str, tuple[str, int]] = {}
    for name in ("events", "casualties", "proposals", "statements"):
        key = schema.BY_NAME[name].key[0]
        for line, value in tables[name][key].dropna().items() if name in tables else ():
            file, above = seen.setdefault(value, (f"{name}.csv", line))
            if file != f"{name}.csv":
                yield Fault(f"{name}.csv", line, f"{key} {show(value)}: already the key of {file}:{above}")


def _status(tables: Tables, _: Mapping[str, object]) -> Iterator[Fault]:
    named = tables["disagreements"]["records"] if "disagreements" in tables else pd.Series([pd.NA])
    disputed = {value for cell in named for value in split(cell)} if named.notna().all() else None
    for name in ("events", "casualties", "statements"):
        key = schema.BY_NAME[name].key[0]
        rows = tables[name][[key, "status", "origins"]].dropna() if name in tables else pd.DataFrame()
        for line, value, status, cell in rows.itertuples(name=None):
            origins = len(split(cell))
            follows = "corroborated" if origins > 1 else "single-origin"
            if status == "disputed":
                if disputed is not None and value not in disputed:
                    yield Fault(f"{name}.csv", line, "status 'disputed': no row of disagreements.csv names it")
            elif status != follows:
                yield Fault(f"{name}.csv", line, f"status '{status}': {origins} in origins make it '{follows}'")


def _replies(tables: Tables, _: Mapping[str, object]) -> Iterator[Fault]:
    yield from _find_early(tables, "statements", "said")
    said = by_key(tables, "statements")
    replies = tables["replies"]
    known = replies[replies["statement_id"].isin(said.index) & replies["answers"].isin(said.index)]
    lines = {(row.statement_id, row.answers): row.Index for row in known.itertuples()}
    while cycle := _find_cycle(lines):
        first = min(pairwise(cycle), key=lines.__getitem__)
        yield Fault("replies.csv", lines.pop(first), "answers go in a circle: " + " -> ".join(cycle))


def _proposals(tables: Tables, _: Mapping[str, object]) -> Iterator[Fault]:
    yield from _find_early(tables, "proposals", "first made")


def _find_early(tables: Tables, name: str, how: str) -> Iterator[Fault]:
    """Yield answers that were given before what they answer, of one table, was there."""
    bounds, replies = list(when.BOUNDS), tables["replies"]
    said, answered = by_key(tables, "statements")[bounds], by_key(tables, name)[bounds]
    known = replies[replies["statement_id"].isin(said.index) & replies["answers"].isin(answered.index)]
    early = when.before(said.loc[known["statement_id"]], answered.loc[known["answers"]])
    for line, answers in known.loc[early.fillna(False).to_numpy(bool), "answers"].items():
        yield Fault("replies.csv", line, f"answers {show(answers)}: {how} later than the statement that answers it")


def _conditions(tables: Tables, _: Mapping[str, object]) -> Iterator[Fault]:
    replies = tables["replies"]
    for line in replies.index[(replies["answer"] == "accept-if").fillna(False) & replies["conditions"].isna()]:
        yield Fault("replies.csv", line, "conditions: empty, which the answer accept-if may not be")


def _find_cycle(answers: Collection[tuple[str, str]]) -> list[str]:
    """Return the first circle of answers, its first statement repeated at the end; or nothing."""
    graph: dict[str, list[str]] = {}
    for statement, answered in answers:
        graph.setdefault(statement, []).append(answered)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1][::-1]
    return []


def _wording(tables: Tables, _: Mapping[str, object]) -> Iterator[Fault]:
    both, low_only = "low and high, and equal", "low and no high"
    takes = {"exact": both, "about": both, "at least": low_only, "more than": low_only, "up to": "high and no low"}
    for row in tables["casualties"].dropna(subset=["wording"]).itertuples():
        has = pd.notna(row.low), pd.notna(row.high)
        if all(has) and row.low > row.high:
            yield Fault("casualties.csv", row.Index, f"low '{row.low}' above high '{row.high}'")
        elif has != (row.wording != "up to", takes[row.wording] != low_only):
            yield Fault("casualties.csv", row.Index, f"wording '{row.wording}': takes {takes[row.wording]}")
        elif takes[row.wording] == both and row.low != row.high:
            yield Fault("casualties.csv", row.Index,
                        f"wording '{row.wording}': low '{row.low}' and high '{row.high}' must be equal")  # fmt: skip


def _reports(tables: Tables, _: Mapping[str, object]) -> Iterator[Fault]:
    claims = tables["casualties"]
    for column in ("event_id", "as_of", "seq", "claimed_by"):
        known = claims.dropna(subset=["report_id", column])
        several = known.groupby("report_id")[column].transform("nunique") > 1
        for report, values in known[several].groupby("report_id", sort=False)[column]:
            usual = Counter(values).most_common(1)[0][0]
            for line, value in values[values != usual].items():
                yield Fault("casualties.csv", line, f"{column} {show(value)}: the other claims of report "
                            f"{show(report)} have {show(usual)}")  # fmt: skip
    of_all = claims[claims["population"] == "all"].groupby(["report_id", "measure"])["high"].max().rename("of_all")
    children = claims[claims["population"] == "children"].join(of_all, on=["report_id", "measure"])
    for row in children[(children["low"] > children["of_all"]).fillna(False)].itertuples():
        yield Fault("casualties.csv", row.Index,
                    f"low '{row.low}': more children {row.measure} than people in all ('{row.of_all}')")  # fmt: skip


def _ledger(tables: Tables, _: Mapping[str, object]) -> Iterator[Fault]:
    claims = tables["casualties"]
    for line in claims.index[claims["seq"].isna() & (claims["population"] != "military")]:
        yield Fault("casualties.csv", line, "seq: empty, which only population 'military' may be")
    reports = claims.dropna(subset=["event_id", "report_id", "seq"]).drop_duplicates("report_id")
    for event, group in reports.sort_values(["seq", "claim_id"]).groupby("event_id", sort=False):
        rows = list(group.itertuples())
        latest = rows[0]
        for before, row in pairwise(rows):
            if row.seq == before.seq:
                yield Fault("casualties.csv", row.Index,
                            f"seq '{row.seq}': also that of report {show(before.report_id)}")  # fmt: skip
            elif row.latest < latest.earliest:
                yield Fault("casualties.csv", row.Index, f"seq '{row.seq}' of {show(event)}: given earlier than "
                            f"report {show(latest.report_id)}, which has '{latest.seq}'")  # fmt: skip
            latest = row if row.earliest > latest.earliest else latest


def _attackers(tables: Tables, _: Mapping[str, object]) -> Iterator[Fault]:
    events = tables["events"].dropna(subset=["kind"])
    strike = events["kind"] == "strike"
    for line in events.index[strike & events["attacker"].isna()]:
        yield Fault("events.csv", line, "attacker: empty, which a strike may not be")
    for line, attacker in events.loc[~strike, "attacker"].dropna().items():
        yield Fault("events.csv", line, f"attacker {show(attacker)}: strikes only")


def _claims(tables: Tables, _: Mapping[str, object]) -> Iterator[Fault]:
    struck = by_key(tables, "events")[["kind", "earliest"]].rename(columns={"earliest": "struck"})
    claims = tables["casualties"].join(struck.dropna(subset=["kind"]), on="event_id").dropna(subset=["kind"])
    strike = claims["kind"] == "strike"
    for line, event in claims.loc[~strike, "event_id"].items():
        yield Fault("casualties.csv", line, f"event_id {show(event)}: not a strike")
    for row in claims[strike & (claims["latest"] < claims["struck"])].itertuples():
        yield Fault("casualties.csv", row.Index, f"as_of {show(row.as_of)}: before the strike {show(row.event_id)}")


def _places(tables: Tables, episode: Mapping[str, object]) -> Iterator[Fault]:
    boxes = episode.get("boxes")
    known = tables["locations"].dropna(subset=["country"]) if boxes is not None else pd.DataFrame()
    for row in known.itertuples():
        if row.country not in boxes:
            yield Fault("locations.csv", row.Index, f"country '{row.country}': no box in episode.toml")
            continue
        west, south, east, north = boxes[row.country]
        if pd.isna(row.lat) or pd.isna(row.lon) or (west <= row.lon <= east and south <= row.lat <= north):
            continue
        swapped = west <= row.lat <= east and south <= row.lon <= north
        says = "look swapped" if swapped else f"outside the box of {row.country} in episode.toml"
        yield Fault("locations.csv", row.Index, f"lat '{row.lat}' lon '{row.lon}': {says}")


def _nights(tables: Tables, _: Mapping[str, object]) -> Iterator[Fault]:
    nights = tables["nights"]
    downed = nights[["drones_shot_down", "drones_lost"]].sum(axis=1)
    for line, launched in nights.loc[(downed > nights["drones_launched"]).fillna(False), "drones_launched"].items():
        yield Fault("nights.csv", line,
                    f"drones_launched '{launched}': fewer than the {downed[line]} shot down or lost")  # fmt: skip


def _night_totals(tables: Tables, _: Mapping[str, object]) -> Iterator[Fault]:
    totals = tables["night_totals"].dropna(subset=["start", "end"])
    for row in totals[totals["end"] < totals["start"]].itertuples():
        yield Fault("night_totals.csv", row.Index, f"end '{row.end}': before start '{row.start}'")


def _codings(tables: Tables, _: Mapping[str, object]) -> Iterator[Fault]:
    labels = {(row.statement_id, "act", None): row.act for row in tables["statements"].itertuples()}
    for row in tables["replies"].itertuples():
        labels |= {(row.statement_id, field, row.answers): getattr(row, field) for field in ("answer", "basis")}
    whole = all(tables["replies"][key].notna().all() for key in ("statement_id", "answers"))
    whole = whole and _whole(tables, "statements")
    for row in tables["second_coding"].dropna(subset=["statement_id", "field", "first"]).itertuples():
        label = (row.statement_id, row.field, None if row.field == "act" else row.answers)
        if label not in labels:
            if whole:
                yield Fault("second_coding.csv", row.Index,
                            f"{row.field} of {show(row.statement_id)}: no such row in the record")  # fmt: skip
        elif pd.notna(labels[label]) and row.first != labels[label]:
            says = f"first {show(row.first)}: the record has {show(labels[label])}"
            yield Fault("second_coding.csv", row.Index, says)


def _signal(tables: Tables, episode: Mapping[str, object]) -> Iterator[Fault]:
    signal = episode.get("signal")
    if signal and _whole(tables, "events"):
        known = set(tables["events"]["event_id"])
        if signal["event"] not in known:
            yield Fault("episode.toml", 0, f"signal: event {show(signal['event'])}: not in events.csv"
                        f"{guess(signal['event'], known)}")  # fmt: skip
    if signal and "replies" in tables and tables["replies"][["statement_id", "answers"]].notna().all(axis=None):
        pairs = set(tables["replies"][["statement_id", "answers"]].itertuples(index=False, name=None))
        if (signal["answer"], signal["offer"]) not in pairs:
            yield Fault("episode.toml", 0, f"signal: answer {show(signal['answer'])}: no row of replies.csv has it "
                        f"answer {show(signal['offer'])}")  # fmt: skip


def _examples(tables: Tables, episode: Mapping[str, object]) -> Iterator[Fault]:
    codings = tables["second_coding"]
    alike = codings[codings["first"] == codings["second"]]
    for name, ids in episode.get("examples", {}).items() if _whole(tables, "statements") else ():
        field, _, label = name.partition(" ")
        labelled = name not in schema.HARD
        agreed = set(alike.loc[(alike["field"] == field) & (alike["first"] == label) if labelled else alike["field"] == "act",
                               "statement_id"])  # fmt: skip
        for one in ids:
            if one not in agreed:
                yield Fault("episode.toml", 0, f"examples: {name} {show(one)}: expected a statement to which both coders gave "
                            f"{'this label' if labelled else 'the same act'}")  # fmt: skip


Rule = Callable[[Tables, Mapping[str, object]], Iterator[Fault]]
RULES: tuple[tuple[Rule, tuple[str, ...]], ...] = (
    (_keys, ()),
    (_dangling, ()),
    (_shared_ids, ()),
    (_status, ()),
    (_replies, ("statements", "replies")),
    (_proposals, ("proposals", "statements", "replies")),
    (_conditions, ("replies",)),
    (_wording, ("casualties",)),
    (_reports, ("casualties",)),
    (_ledger, ("casualties",)),
    (_attackers, ("events",)),
    (_claims, ("events", "casualties")),
    (_places, ("locations",)),
    (_nights, ("nights",)),
    (_night_totals, ("night_totals",)),
    (_signal, ()),
    (_examples, ("statements", "second_coding")),
    (_codings, ("statements", "replies", "second_coding")),
)
