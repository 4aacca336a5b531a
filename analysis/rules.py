"""What checks of one cell cannot say: keys, references, cycles, the ledger, places in their country, dates in order."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import pairwise
from operator import itemgetter

import pandas as pd

from analysis import schema
from analysis.faults import Fault, guess, show, split
from analysis.order import find_ascent, find_cycle

Tables = Mapping[str, pd.DataFrame]
LAST = "\U0010ffff"
"""Stands below every id: a claim without one comes last."""
MOVED = 5
"""Rows out of order that are named one by one at most."""


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


def rows(frame: pd.DataFrame, *columns: str) -> Iterator[tuple[object, ...]]:
    """Yield each row's index and cells as plain values, a missing one as None: ten times as fast as itertuples."""
    cells = (frame[column].to_numpy(object, na_value=None).tolist() for column in columns)
    return zip(frame.index.tolist(), *cells, strict=True)


def by_key(tables: Tables, name: str, column: str) -> dict[str, object]:
    """Return a column's cells by the (first) key of their rows; of rows with the same, the first's."""
    cells = [(key, cell) for _, key, cell in rows(tables[name], schema.BY_NAME[name].key[0], column) if key is not None]
    return dict(reversed(cells))


def _keys(tables: Tables, _: Mapping[str, object]) -> Iterator[Fault]:
    for name in tables:
        table, lines = schema.BY_NAME[name], {}
        file, named = f"{name}.csv", " + ".join(table.key)
        optional = [part for part in table.key if not table.column(part).required]
        filled = tables[name].fillna(dict.fromkeys(optional, "")) if optional else tables[name]
        for line, *parts in rows(filled, *table.key):
            if None in (key := tuple(parts)):
                continue
            if key in lines:
                yield Fault(file, line, f"{named} {_show_key(key)}: already on line {lines[key]}")
            lines.setdefault(key, line)
        found, ordered = list(lines), sorted(lines)
        kept = ordered if found == ordered else find_ascent(found)
        moved = sorted(lines.keys() - kept)
        if len(moved) > MOVED:
            yield Fault(file, 0, f"{len(moved)} rows are out of the order of {named}; python -m analysis tidy sorts them")
            continue
        for key in moved:
            at = bisect_left(kept, key)
            place = f"below {_show_key(kept[at - 1])}" if at else f"above {_show_key(kept[0])}"
            yield Fault(file, lines[key], f"{named} {_show_key(key)}: out of order, belongs {place}")


def _show_key(key: tuple[object, ...]) -> str:
    return show(" + ".join(str(part) for part in key if part != ""))


def _dangling(tables: Tables, _: Mapping[str, object]) -> Iterator[Fault]:
    ids = {name: {key for _, key in rows(tables[name], schema.BY_NAME[name].key[0])} for name in tables}
    whole = {name for name, known in ids.items() if None not in known}
    for table in schema.TABLES:
        for column in table.columns if table.name in tables else ():
            if not column.refers or not whole.issuperset(column.refers):
                continue
            known = set().union(*(ids[name] for name in column.refers))
            for line, cell in rows(tables[table.name], column.name):
                for value in split(cell) if column.many or cell is None else [cell]:
                    if value not in known:
                        files = " or ".join(f"{name}.csv" for name in column.refers)
                        yield Fault(f"{table.name}.csv", line,
                                    f"{column.name} {show(value)}: not in {files}{guess(value, known)}")  # fmt: skip


def _shared_ids(tables: Tables, _: Mapping[str, object]) -> Iterator[Fault]:
    seen: dict[str, tuple[str, int]] = {}
    for name in ("events", "casualties", "proposals", "statements"):
        key = schema.BY_NAME[name].key[0]
        for line, value in rows(tables[name], key) if name in tables else ():
            file, above = seen.setdefault(value, (f"{name}.csv", line))
            if value is not None and file != f"{name}.csv":
                yield Fault(f"{name}.csv", line, f"{key} {show(value)}: already the key of {file}:{above}")


def _twins(tables: Tables, _: Mapping[str, object]) -> Iterator[Fault]:
    for name in (name for name in ("events", "casualties", "proposals", "statements", "sources") if name in tables):
        table, seen = schema.BY_NAME[name], {}
        own = {table.key[0], "report_id", "seq"}  # what a row that is written a second time has of its own
        for line, *cells in rows(tables[name], *(column.name for column in table.columns if column.name not in own)):
            above = seen.setdefault(tuple(cells), line)
            if above != line:
                says = f"the same as {name}.csv:{above} in all but its id; remove one, or note how they differ"
                yield Fault(f"{name}.csv", line, says)


def _status(tables: Tables, _: Mapping[str, object]) -> Iterator[Fault]:
    named = tables["disagreements"]["records"] if "disagreements" in tables else pd.Series([pd.NA])
    disputed = {value for cell in named for value in split(cell)} if named.notna().all() else None
    for name in ("events", "casualties", "statements"):
        key = schema.BY_NAME[name].key[0]
        for line, value, status, cell in rows(tables[name], key, "status", "origins") if name in tables else ():
            if None in (value, status, cell):
                continue
            origins = len(split(cell))
            follows = "corroborated" if origins > 1 else "single-origin"
            if status == "disputed":
                if disputed is not None and value not in disputed:
                    yield Fault(f"{name}.csv", line, "status 'disputed': no row of disagreements.csv names it")
            elif status != follows:
                yield Fault(f"{name}.csv", line, f"status '{status}': {origins} in origins make it '{follows}'")


def _replies(tables: Tables, _: Mapping[str, object]) -> Iterator[Fault]:
    yield from _find_early(tables, "statements", "said")
    said = set(tables["statements"]["statement_id"].dropna())
    lines = {(statement, answers): line for line, statement, answers in rows(tables["replies"], "statement_id", "answers")
             if {statement, answers} <= said}  # fmt: skip
    while cycle := find_cycle(lines):
        first = min(pairwise(cycle), key=lines.__getitem__)
        yield Fault("replies.csv", lines.pop(first), "answers go in a circle: " + " -> ".join(cycle))


def _proposals(tables: Tables, _: Mapping[str, object]) -> Iterator[Fault]:
    yield from _find_early(tables, "proposals", "first made")


def _find_early(tables: Tables, name: str, how: str) -> Iterator[Fault]:
    """Yield answers that were given before what they answer, of one table, was there."""
    said, made = by_key(tables, "statements", "latest"), by_key(tables, name, "earliest")
    for line, statement, answers in rows(tables["replies"], "statement_id", "answers"):
        given, there = said.get(statement), made.get(answers)
        if None not in (given, there) and given < there:
            yield Fault("replies.csv", line, f"answers {show(answers)}: {how} later than the statement that answers it")


def _open_ends(tables: Tables, _: Mapping[str, object]) -> Iterator[Fault]:
    for line, kind, moment in rows(tables["events"], "kind", "when"):
        if kind not in (None, "truce") and moment is not None and moment.endswith("/.."):
            yield Fault("events.csv", line, f"when {show(moment)}: has an open end, which only kind 'truce' may have")


def _conditions(tables: Tables, _: Mapping[str, object]) -> Iterator[Fault]:
    for line, answer, conditions in rows(tables["replies"], "answer", "conditions"):
        if answer == "accept-if" and conditions is None:
            yield Fault("replies.csv", line, "conditions: empty, which the answer accept-if may not be")


def _wording(tables: Tables, _: Mapping[str, object]) -> Iterator[Fault]:
    both, low_only = "low and high, and equal", "low and no high"
    takes = {"exact": both, "about": both, "at least": low_only, "more than": low_only, "up to": "high and no low"}
    for line, wording, low, high in rows(tables["casualties"], "wording", "low", "high"):
        has = low is not None, high is not None
        if wording is None:
            continue
        if all(has) and low > high:
            yield Fault("casualties.csv", line, f"low '{low}' above high '{high}'")
        elif has != (wording != "up to", takes[wording] != low_only):
            yield Fault("casualties.csv", line, f"wording '{wording}': takes {takes[wording]}")
        elif takes[wording] == both and low != high:
            yield Fault("casualties.csv", line, f"wording '{wording}': low '{low}' and high '{high}' must be equal")


def _reports(tables: Tables, _: Mapping[str, object]) -> Iterator[Fault]:
    claims = tables["casualties"]
    for column in ("event_id", "as_of", "seq", "claimed_by"):
        values: dict[str, dict[int, object]] = {}
        for line, report, value in rows(claims, "report_id", column):
            if report is not None and value is not None:
                values.setdefault(report, {})[line] = value
        for report, given in values.items():
            usual = Counter(given.values()).most_common(1)[0][0]
            for line, value in given.items():
                if value != usual:
                    yield Fault("casualties.csv", line, f"{column} {show(value)}: the other claims of report "
                                f"{show(report)} have {show(usual)}")  # fmt: skip
    counts = list(rows(claims, "population", "report_id", "measure", "low", "high"))
    of_all: dict[tuple[str, str], int] = {}
    for _line, population, report, measure, _low, high in counts:
        if population == "all" and None not in (report, measure, high):
            of_all[report, measure] = max(high, of_all.get((report, measure), high))
    for line, population, report, measure, low, _high in counts:
        most = of_all.get((report, measure))
        if population == "children" and low is not None and most is not None and low > most:
            yield Fault("casualties.csv", line, f"low '{low}': more children {measure} than people in all ('{most}')")


def _ledger(tables: Tables, _: Mapping[str, object]) -> Iterator[Fault]:
    claims = tables["casualties"]
    for line, seq, population in rows(claims, "seq", "population"):
        if seq is None and population != "military":
            yield Fault("casualties.csv", line, "seq: empty, which only population 'military' may be")
    reports: dict[str, tuple[object, ...]] = {}
    columns = ("seq", "claim_id", "event_id", "report_id", "earliest", "latest")
    for line, seq, claim, event, report, *bounds in rows(claims, *columns):
        if None not in (event, report, seq):
            reports.setdefault(report, (seq, claim or LAST, line, event, report, *bounds))
    former: dict[str, tuple[object, ...]] = {}
    newest: dict[str, tuple[object, ...]] = {}
    for seq, _claim, line, event, report, first, last in sorted(reports.values(), key=itemgetter(0, 1)):
        (before, number), (known, of_known, since) = former.get(event, (None,) * 2), newest.get(event, (None,) * 3)
        if seq == number:
            yield Fault("casualties.csv", line, f"seq '{seq}': also that of report {show(before)}")
        elif None not in (last, since) and last < since:
            yield Fault("casualties.csv", line, f"seq '{seq}' of {show(event)}: given earlier than report {show(known)}, "
                        f"which has '{of_known}'")  # fmt: skip
        former[event] = report, seq
        if event not in newest or (None not in (first, since) and first > since):
            newest[event] = report, seq, first


def _attackers(tables: Tables, _: Mapping[str, object]) -> Iterator[Fault]:
    for line, kind, attacker in rows(tables["events"], "kind", "attacker"):
        if kind == "strike" and attacker is None:
            yield Fault("events.csv", line, "attacker: empty, which a strike may not be")
        elif kind not in (None, "strike") and attacker is not None:
            yield Fault("events.csv", line, f"attacker {show(attacker)}: strikes only")


def _claims(tables: Tables, _: Mapping[str, object]) -> Iterator[Fault]:
    kinds, begun = by_key(tables, "events", "kind"), by_key(tables, "events", "earliest")
    for line, event, as_of, latest in rows(tables["casualties"], "event_id", "as_of", "latest"):
        kind, struck = kinds.get(event), begun.get(event)
        if kind not in (None, "strike"):
            yield Fault("casualties.csv", line, f"event_id {show(event)}: not a strike")
        elif kind and None not in (latest, struck) and latest < struck:
            yield Fault("casualties.csv", line, f"as_of {show(as_of)}: before the strike {show(event)}")


def _places(tables: Tables, episode: Mapping[str, object]) -> Iterator[Fault]:
    boxes = episode.get("boxes")
    for line, country, lat, lon in rows(tables["locations"], "country", "lat", "lon") if boxes is not None else ():
        if country is not None and country not in boxes:
            yield Fault("locations.csv", line, f"country '{country}': no box in episode.toml")
        if country not in boxes or None in (lat, lon):
            continue
        west, south, east, north = boxes[country]
        if west <= lon <= east and south <= lat <= north:
            continue
        swapped = west <= lat <= east and south <= lon <= north
        says = "look swapped" if swapped else f"outside the box of {country} in episode.toml"
        yield Fault("locations.csv", line, f"lat '{lat}' lon '{lon}': {says}")


def _nights(tables: Tables, _: Mapping[str, object]) -> Iterator[Fault]:
    for line, launched, *downed in rows(tables["nights"], "drones_launched", "drones_shot_down", "drones_lost"):
        down = sum(count or 0 for count in downed)
        if launched is not None and launched < down:
            yield Fault("nights.csv", line, f"drones_launched '{launched}': fewer than the {down} shot down or lost")


def _night_totals(tables: Tables, _: Mapping[str, object]) -> Iterator[Fault]:
    for line, start, end in rows(tables["night_totals"], "start", "end"):
        if None not in (start, end) and end < start:
            yield Fault("night_totals.csv", line, f"end '{end}': before start '{start}'")
    for line, missiles, wording in rows(tables["night_totals"], "missiles", "missiles_wording"):
        if (missiles is None) != (wording is None):
            has, lacks = ("missiles", "missiles_wording") if wording is None else ("missiles_wording", "missiles")
            yield Fault("night_totals.csv", line, f"{has} {show(wording if missiles is None else missiles)}: needs {lacks}")


def _codings(tables: Tables, _: Mapping[str, object]) -> Iterator[Fault]:
    labels = {(statement, "act", None): act for _, statement, act in rows(tables["statements"], "statement_id", "act")}
    for _, statement, answers, *given in rows(tables["replies"], "statement_id", "answers", "answer", "basis"):
        labels |= {(statement, field, answers): label for field, label in zip(("answer", "basis"), given, strict=True)}
    whole = all(tables["replies"][key].notna().all() for key in ("statement_id", "answers"))
    whole = whole and _whole(tables, "statements")
    for line, statement, field, answers, first in rows(tables["second_coding"], "statement_id", "field", "answers", "first"):
        if None in (statement, field, first):
            continue
        coded = statement, field, None if field == "act" else answers
        if coded not in labels:
            if whole:
                yield Fault("second_coding.csv", line, f"{field} of {show(statement)}: no such row in the record")
        elif labels[coded] not in (None, first):
            yield Fault("second_coding.csv", line, f"first {show(first)}: the record has {show(labels[coded])}")


def _signal(tables: Tables, episode: Mapping[str, object]) -> Iterator[Fault]:
    signal = episode.get("signal")
    if signal and _whole(tables, "events"):
        known = set(tables["events"]["event_id"])
        for name in signal.keys() - {"offer", "answer"}:
            if signal[name] not in known:
                yield Fault("episode.toml", 0, f"signal: {name} {show(signal[name])}: not in events.csv"
                            f"{guess(signal[name], known)}")  # fmt: skip
    if signal and "replies" in tables and tables["replies"][["statement_id", "answers"]].notna().all(axis=None):
        pairs = {tuple(pair) for _, *pair in rows(tables["replies"], "statement_id", "answers")}
        if (signal["answer"], signal["offer"]) not in pairs:
            yield Fault("episode.toml", 0, f"signal: answer {show(signal['answer'])}: no row of replies.csv has it "
                        f"answer {show(signal['offer'])}")  # fmt: skip


def _examples(tables: Tables, episode: Mapping[str, object]) -> Iterator[Fault]:
    codings = rows(tables["second_coding"], "statement_id", "field", "first", "second")
    alike = [(statement, field, first) for _, statement, field, first, second in codings if first == second is not None]
    for name, ids in episode.get("examples", {}).items() if _whole(tables, "statements") else ():
        field, _, label = name.partition(" ")
        labelled = name not in schema.HARD
        agreed = {one for one, *given in alike if (given == [field, label] if labelled else given[0] == "act")}
        for one in ids:
            if one not in agreed:
                yield Fault("episode.toml", 0, f"examples: {name} {show(one)}: expected a statement to which both coders gave "
                            f"{'this label' if labelled else 'the same act'}")  # fmt: skip


Rule = Callable[[Tables, Mapping[str, object]], Iterator[Fault]]
RULES: tuple[tuple[Rule, tuple[str, ...]], ...] = (
    (_keys, ()),
    (_dangling, ()),
    (_shared_ids, ()),
    (_twins, ()),
    (_status, ()),
    (_replies, ("statements", "replies")),
    (_proposals, ("proposals", "statements", "replies")),
    (_open_ends, ("events",)),
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
