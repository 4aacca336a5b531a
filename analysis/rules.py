"""What column checks cannot say: references, cycles, dates in order, the ledger, places in their country."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

import pandas as pd

from analysis import schema, when

Tables = Mapping[str, pd.DataFrame]


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


def guess(value: str, known: Mapping[str, object] | set[str] | tuple[str, ...]) -> str:
    """Return ` (did you mean 'x'?)` for the nearest known value, or nothing."""
    near = difflib.get_close_matches(value, list(known), n=1, cutoff=0.75)
    return f" (did you mean '{near[0]}'?)" if near else ""


def find_faults(tables: Tables, episode: Mapping[str, object]) -> list[Fault]:
    """Return every fault across rows and tables.

    `tables` hold typed frames with the bounds of their dates, whose index is the line in the CSV; a table that
    could not be read is absent, and what depends on it is not judged.
    """
    faults: list[Fault] = []
    for rule, needs in RULES:
        if all(name in tables for name in needs):
            faults.extend(rule(tables, episode))
    return faults


def _dangling(tables: Tables, _: Mapping[str, object]) -> Iterator[Fault]:
    for table in schema.TABLES:
        for column in table.columns if table.name in tables else ():
            if not column.refers or not all(name in tables for name in column.refers):
                continue
            known = {key for name in column.refers for key in tables[name][schema.BY_NAME[name].key[0]]}
            for line, cell in tables[table.name][column.name].dropna().items():
                for value in split(cell) if column.many else [cell]:
                    if value not in known:
                        files = " or ".join(f"{name}.csv" for name in column.refers)
                        yield Fault(f"{table.name}.csv", line,
                                    f"{column.name} '{value}': not in {files}{guess(value, known)}")  # fmt: skip


def _shared_ids(tables: Tables, _: Mapping[str, object]) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for name in ("events", "casualties", "proposals", "statements"):
        key = schema.BY_NAME[name].key[0]
        for line, value in tables[name][key].items():
            if value in seen and not seen[value].startswith(f"{name}.csv"):
                yield Fault(f"{name}.csv", line, f"{key} '{value}': already the key of {seen[value]}")
            seen[value] = f"{name}.csv:{line}"


def _status(tables: Tables, _: Mapping[str, object]) -> Iterator[Fault]:
    named = {value for cell in tables["disagreements"]["records"] for value in split(cell)}
    for name in ("events", "casualties", "statements"):
        key = schema.BY_NAME[name].key[0]
        for line, row in tables[name].iterrows():
            origins = len(split(row["origins"]))
            follows = "corroborated" if origins > 1 else "single-origin"
            if row["status"] == "disputed":
                if row[key] not in named:
                    yield Fault(f"{name}.csv", line, "status 'disputed': no row of disagreements.csv names it")
            elif row["status"] != follows:
                yield Fault(f"{name}.csv", line,
                            f"status '{row['status']}': {origins} in origins make it '{follows}'")  # fmt: skip


def _replies(tables: Tables, _: Mapping[str, object]) -> Iterator[Fault]:
    said = tables["statements"].set_index("statement_id")[list(when.BOUNDS)]
    replies = tables["replies"]
    known = replies[replies["statement_id"].isin(said.index) & replies["answers"].isin(said.index)]
    earlier = when.before(said.loc[known["statement_id"]], said.loc[known["answers"]])
    for line, answers, wrong in zip(known.index, known["answers"], earlier, strict=True):
        if wrong is not pd.NA and wrong:
            yield Fault("replies.csv", line, f"answers '{answers}': said later than the statement that answers it")
    graph: dict[str, set[str]] = {}
    for statement, answers in zip(known["statement_id"], known["answers"], strict=True):
        graph.setdefault(statement, set()).add(answers)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        cycle = error.args[1]
        inside = known[known["statement_id"].isin(cycle) & known["answers"].isin(cycle)]
        yield Fault("replies.csv", inside.index[0], "answers go in a circle: " + " -> ".join(reversed(cycle)))


def _wording(tables: Tables, _: Mapping[str, object]) -> Iterator[Fault]:
    shape = {"exact": "both, and equal", "about": "both, and equal", "at least": "low and no high",
             "more than": "low and no high", "up to": "high and no low"}  # fmt: skip
    for line, row in tables["casualties"].iterrows():
        low, high, wording = row["low"], row["high"], row["wording"]
        has = pd.notna(low), pd.notna(high)
        if all(has) and low > high:
            yield Fault("casualties.csv", line, f"low '{low}' above high '{high}'")
        elif wording in shape and has != (wording != "up to", wording in ("exact", "about", "up to")):
            yield Fault("casualties.csv", line, f"wording '{wording}': takes {shape[wording]}")
        elif wording in ("exact", "about") and low != high:
            yield Fault("casualties.csv", line, f"wording '{wording}': low '{low}' and high '{high}' must be equal")


def _ledger(tables: Tables, _: Mapping[str, object]) -> Iterator[Fault]:
    claims = tables["casualties"]
    for report, group in claims.groupby("report_id", sort=False):
        for column in ("event_id", "as_of", "seq", "claimed_by"):
            if group[column].nunique(dropna=False) > 1:
                yield Fault("casualties.csv", group.index[-1],
                            f"{column}: differs from the other claims of report '{report}'")  # fmt: skip
        for measure, part in group.groupby("measure", sort=False):
            everyone = part.loc[part["population"] == "all", "high"].max()
            for line, low in part.loc[part["population"] == "children", "low"].items():
                if pd.notna(everyone) and pd.notna(low) and low > everyone:
                    yield Fault("casualties.csv", line,
                                f"low '{low}': more children {measure} than people in all ('{everyone}')")  # fmt: skip
    for line in claims.index[claims["seq"].isna() & (claims["population"] != "military")]:
        yield Fault("casualties.csv", line, "seq: empty, which only population 'military' may be")
    for event, group in claims.dropna(subset=["seq"]).groupby("event_id", sort=False):
        before = latest = None
        for line, row in group.drop_duplicates("report_id").sort_values(["seq", "claim_id"]).iterrows():
            if before is not None and row["seq"] == before["seq"]:
                yield Fault("casualties.csv", line, f"seq '{row['seq']}': also that of report '{before['report_id']}'")
            elif latest is not None and row["latest"] < latest["earliest"]:
                yield Fault("casualties.csv", line, f"seq '{row['seq']}' of '{event}': given earlier than "
                            f"report '{latest['report_id']}', which has '{latest['seq']}'")  # fmt: skip
            before = row
            latest = row if latest is None or row["earliest"] > latest["earliest"] else latest


def _strikes(tables: Tables, _: Mapping[str, object]) -> Iterator[Fault]:
    events = tables["events"].set_index("event_id", drop=False)
    for line, row in tables["events"].iterrows():
        if (row["kind"] == "strike") != pd.notna(row["attacker"]):
            says = "empty, which a strike may not be" if row["kind"] == "strike" else f"'{row['attacker']}': strikes only"
            yield Fault("events.csv", line, f"attacker {says}")
    for line, claim in tables["casualties"].iterrows():
        event = claim["event_id"]
        if event not in events.index:
            continue
        if events.at[event, "kind"] != "strike":
            yield Fault("casualties.csv", line, f"event_id '{event}': not a strike")
        elif claim["latest"] < events.at[event, "earliest"]:
            yield Fault("casualties.csv", line, f"as_of '{claim['as_of']}': before the strike '{event}'")


def _places(tables: Tables, episode: Mapping[str, object]) -> Iterator[Fault]:
    boxes = episode["boxes"]
    for line, row in tables["locations"].iterrows():
        country, lat, lon = row["country"], row["lat"], row["lon"]
        if pd.isna(country) or country not in boxes:
            yield Fault("locations.csv", line, f"country '{country}': no box in episode.toml{guess(country, boxes)}")
            continue
        west, south, east, north = boxes[country]
        if pd.isna(lat) or pd.isna(lon) or (west <= lon <= east and south <= lat <= north):
            continue
        swapped = west <= lat <= east and south <= lon <= north
        says = "lat and lon look swapped" if swapped else f"outside the box of {country}"
        yield Fault("locations.csv", line, f"lat '{lat}' lon '{lon}': {says}")


def _nights(tables: Tables, _: Mapping[str, object]) -> Iterator[Fault]:
    for line, row in tables["nights"].iterrows():
        downed = row[["drones_shot_down", "drones_lost"]].sum()
        if pd.notna(row["drones_launched"]) and downed > row["drones_launched"]:
            yield Fault("nights.csv", line, f"drones_launched '{row['drones_launched']}': fewer than the "
                        f"{downed} shot down or lost")  # fmt: skip
    for line, row in tables["night_totals"].iterrows():
        if row["end"] < row["start"]:
            yield Fault("night_totals.csv", line, f"end '{row['end']}': before start '{row['start']}'")


def _codings(tables: Tables, _: Mapping[str, object]) -> Iterator[Fault]:
    acts = tables["statements"].set_index("statement_id")["act"]
    replies = tables["replies"].set_index(["statement_id", "answers"])
    for line, row in tables["second_coding"].iterrows():
        if row["field"] == "act":
            label = acts.get(row["statement_id"])
        else:
            pair = (row["statement_id"], row["answers"])
            label = replies.at[pair, row["field"]] if pair in replies.index else None
        if label is None:
            yield Fault("second_coding.csv", line, f"{row['field']} of '{row['statement_id']}': no such row in the record")
        elif row["first"] != label:
            yield Fault("second_coding.csv", line, f"first '{row['first']}': the record has '{label}'")


Rule = Callable[[Tables, Mapping[str, object]], Iterator[Fault]]
RULES: tuple[tuple[Rule, tuple[str, ...]], ...] = (
    (_dangling, ()),
    (_shared_ids, ("events", "casualties", "proposals", "statements")),
    (_status, ("events", "casualties", "statements", "disagreements")),
    (_replies, ("statements", "replies")),
    (_wording, ("casualties",)),
    (_ledger, ("casualties",)),
    (_strikes, ("events", "casualties")),
    (_places, ("locations",)),
    (_nights, ("nights", "night_totals")),
    (_codings, ("statements", "replies", "second_coding")),
)
