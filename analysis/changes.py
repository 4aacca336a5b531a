"""What changed between two versions of a record, in sentences: what follows from it first, then each row."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis import schema, toll
from analysis.faults import LONGEST, Fault, show, split
from analysis.load import Record, RecordError
from analysis.schema import Column, Table
from analysis.words import say_list, say_number

ROOT = Path(__file__).resolve().parents[1]
BOUNDS = ("low", "best", "high")
COUNTED = ["event_id", "measure", "population"]
DECIDING = (*COUNTED, "low", "high", "wording", "seq", "claimed_by", "origins", "status")
"""Columns of a claim on which a toll depends."""
Key = tuple[str, ...]
Rows = Mapping[Key, Mapping[str, object]]


@dataclass(frozen=True)
class Older:
    """Hold an older version that the rules of today refuse: the cells of its tables as text, and how many faults these find.

    A table that had other columns for its key then is left out.
    """

    name: str
    tables: Mapping[str, Rows]
    faults: int


def read_version(version: str) -> Record | Older:
    """Read a record from a folder, or from data/ as it is in a revision of the project's git repository.

    Raises RecordError for a faulty folder; a revision, which nobody can mend any more, is read as text then.
    """
    if version and Path(version).is_dir():
        return Record.read(version)
    packed = None if version.startswith("-") or not version else _archive(version)
    if packed is None:
        raise RecordError([Fault(version, 0, "neither a folder nor a git revision that has data/")])
    with tempfile.TemporaryDirectory() as folder, tarfile.open(fileobj=io.BytesIO(packed)) as files:
        for member in files:
            if member.isfile() and "/" not in member.name:
                (Path(folder) / member.name).write_bytes(files.extractfile(member).read())
        try:
            return Record.read(folder)
        except RecordError as error:
            return Older(version, {table.name: rows for table in schema.TABLES
                                   if (rows := _read_text(table, Path(folder))) is not None}, len(error.faults))  # fmt: skip


def _read_text(table: Table, folder: Path) -> Rows | None:
    """Return the cells of a table as they are written; None if there is no such table with such a key."""
    path = folder / f"{table.name}.csv"
    if not path.is_file():
        return None
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig", errors="replace"))))
    if not rows or not set(table.key) <= rows[0].keys():
        return None
    cells = [{column.name: _read_cell(column, row.get(column.name) or "") for column in table.columns} for row in rows]
    return {tuple(row[part] for part in table.key): row for row in cells}


def _read_cell(column: Column, text: str) -> str:
    """Return a cell as `_text` has it of a record: numbers without zeros at the end."""
    return _text(float(text)) if column.type == "number" and re.fullmatch(r"-?\d+(\.\d+)?", text) else text


def _archive(revision: str) -> bytes | None:
    """Return data/ of a revision as a tar archive; None if there is none, or no git."""
    try:
        done = subprocess.run(["git", "-C", ROOT, "archive", "--format=tar", f"{revision}:data"], capture_output=True)
    except OSError:
        return None
    return None if done.returncode else done.stdout


def tell_changes(old: Record | Older, new: Record | Older) -> list[str]:
    """Return a sentence for each change: tolls and statuses that moved, rows of each table, settings.

    Of versions that are not whole by the rules of today, only the cells of the tables that both have are compared.
    """
    if older := [version for version in (old, new) if isinstance(version, Older)]:
        known = [version.tables if isinstance(version, Older) else
                 {table.name: read_rows(table, getattr(version, table.name)) for table in schema.TABLES}
                 for version in (old, new)]  # fmt: skip
        both = [table for table in schema.TABLES if all(table.name in tables for tables in known)]
        left = [table.name for table in schema.TABLES if table not in both]
        return [*(f"{one.name}: {say_number(one.faults, 'fault')} by the rules of today, so cells are compared as text, and no "
                  "counts." for one in older),
                *([f"Not compared, as they had other columns or were not there: {say_list(left)}."] if left else []),
                *(says for table in both for says in tell_cells(table, *(tables[table.name] for tables in known)))]  # fmt: skip
    return [*tell_tolls(old.casualties, new.casualties), *tell_statuses(old, new),
            *(says for table in schema.TABLES for says in tell_rows(table, getattr(old, table.name), getattr(new, table.name))),
            *tell_settings(old.episode, new.episode)]  # fmt: skip


def tell_tolls(old: pd.DataFrame, new: pd.DataFrame) -> Iterator[str]:
    """Say which toll moved, from what to what, and the claims that it moved with."""
    tolls = [toll.as_known(claims).set_index(COUNTED)[list(BOUNDS)].to_dict("index") for claims in (old, new)]
    table = schema.BY_NAME["casualties"]
    before, after = read_rows(table, old), read_rows(table, new)
    for counted in sorted(tolls[0].keys() | tolls[1].keys(), key=_place):
        was, now = (known.get(counted) for known in tolls)
        moved = [name for name in BOUNDS if was and now and _text(was[name]) != _text(now[name])]
        if was and now and not moved:
            continue
        event, measure, population = counted
        if was and now:
            says = ", ".join(f"{name} {_bound(name, was[name])} to {_bound(name, now[name])}" for name in moved)
        elif now:
            says = f"now {_say_toll(now)} (no count before)"
        else:
            says = f"no count now ({_say_toll(was)} before)"
        among = "" if population == "all" else f" ({population})"
        why = _explain(counted, before, after)
        yield f"{event} {measure}{among}: {says}" + (f", because {why}." if why else ".")


def _explain(counted: Key, before: Rows, after: Rows) -> str:
    """Name the claims of a toll that were added, removed or changed."""
    def counts(row: Mapping[str, object] | None) -> bool:
        return row is not None and tuple(row[name] for name in COUNTED) == counted

    kinds: dict[str, list[str]] = {"added": [], "removed": [], "changed": []}
    for key in sorted(before.keys() | after.keys()):
        was, now = before.get(key), after.get(key)
        same = was and now and all(was[name] == now[name] for name in DECIDING)
        if (counts(was) or counts(now)) and not same:
            kinds["added" if was is None else "removed" if now is None else "changed"].append(key[0])
    return say_list(f"claim{'s' * (len(claims) > 1)} {say_list(claims)} {'were' if len(claims) > 1 else 'was'} {how}"
                    for how, claims in kinds.items() if claims) if any(kinds.values()) else ""  # fmt: skip


def _place(counted: Key) -> tuple[object, ...]:
    event, *others = counted
    names = ("measure", "population")
    columns = [schema.BY_NAME["casualties"].column(name).choices for name in names]
    return event, *(list(choices).index(value) for choices, value in zip(columns, others, strict=True))


def _bound(name: str, value: object) -> str:
    return _text(value) if pd.notna(value) else "none" if name == "best" else "open"


def _say_toll(known: Mapping[str, object]) -> str:
    if len({_text(known[name]) for name in BOUNDS}) == 1:
        return _text(known["best"])
    return ", ".join(f"{name} {_bound(name, known[name])}" for name in BOUNDS)


def tell_statuses(old: Record, new: Record) -> Iterator[str]:
    """Say how many rows of each status there were and are, where that moved."""
    for table in schema.TABLES:
        if "status" not in [column.name for column in table.columns]:
            continue
        was, now = (getattr(record, table.name)["status"].value_counts() for record in (old, new))
        for status in schema.STATUSES:
            if was.get(status, 0) != now.get(status, 0):
                yield f"{table.name} with status {status}: {was.get(status, 0)} to {now.get(status, 0)}."


def tell_rows(table: Table, old: pd.DataFrame, new: pd.DataFrame) -> Iterator[str]:
    """Say which rows of a table were added, removed or renamed, and each cell that changed."""
    return tell_cells(table, read_rows(table, old), read_rows(table, new))


def tell_cells(table: Table, before: Rows, after: Rows) -> Iterator[str]:
    """Say the same of the cells as text."""
    renamed = _find_renamed(table, before, after)
    for key in sorted(before.keys() | after.keys()):
        named = f"{table.name} {' + '.join(part for part in key if part)}"
        was, now = before.get(key), after.get(key)
        if key in renamed:
            yield f"{named}: renamed to {' + '.join(renamed[key])}."
        elif was is None and key not in renamed.values():
            yield f"{named}: added."
        elif now is None:
            yield f"{named}: removed."
        elif was is not None:
            yield from (f"{named}: {says}." for column in table.columns if (says := _tell_cell(column, was, now)))


def read_rows(table: Table, frame: pd.DataFrame) -> dict[Key, dict[str, str]]:
    """Return the cells of a table as text, an empty one as empty text, by key."""
    names = [column.name for column in table.columns]
    rows = ({name: _text(cell) for name, cell in zip(names, cells, strict=True)}
            for cells in frame[names].itertuples(index=False, name=None))  # fmt: skip
    return {tuple(row[name] for name in table.key): row for row in rows}


def _text(cell: object) -> str:
    if pd.isna(cell):
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _find_renamed(table: Table, before: Rows, after: Rows) -> dict[Key, Key]:
    """Return the new key of each row that was removed, where one row with the same cells was added, and no other."""
    def content(row: Mapping[str, object]) -> Key:
        return tuple(cell for name, cell in row.items() if name not in table.key)

    gone: dict[Key, list[Key]] = {}
    come: dict[Key, list[Key]] = {}
    for found, rows, others in ((gone, before, after), (come, after, before)):
        for key in rows.keys() - others.keys():
            found.setdefault(content(rows[key]), []).append(key)
    return {keys[0]: come[cells][0] for cells, keys in gone.items() if len(keys) == 1 == len(come.get(cells, []))}


def _tell_cell(column: Column, before: Mapping[str, str], after: Mapping[str, str]) -> str:
    was, now = before[column.name], after[column.name]
    if was == now:
        return ""
    if column.many and was and now:
        lost, found = ([one for one in split(a) if one not in split(b)] for a, b in ((was, now), (now, was)))
        says = [f"{how} {say_list(map(show, some))}" for how, some in (("without", lost), ("with", found)) if some]
        if says:
            return f"{column.name} now {' and '.join(says)}"
    return f"{column.name} {tell_move(was, now)}"


def tell_move(was: str, now: str) -> str:
    """Say `'a' to 'b'`; cells too long to be shown whole begin shortly before they differ."""
    at = next((i for i, (a, b) in enumerate(zip(was, now, strict=False)) if a != b), min(len(was), len(now)))
    cut = max(0, at - LONGEST // 3) if max(len(was), len(now)) > LONGEST else 0
    words = (show(f"…{cell[cut:]}" if cut else cell) if cell else "empty" for cell in (was, now))
    return " to ".join(words)


def tell_settings(old: Mapping[str, object], new: Mapping[str, object]) -> Iterator[str]:
    """Say which settings of episode.toml were added, removed or changed."""
    was, now = (dict(_flatten(episode)) for episode in (old, new))
    for name in sorted(was.keys() | now.keys()):
        if was.get(name) != now.get(name):
            yield f"episode.toml {name}: {tell_move(was.get(name, ''), now.get(name, ''))}."


def _flatten(settings: Mapping[str, object], stem: str = "") -> Iterator[tuple[str, str]]:
    for name, value in settings.items():
        if isinstance(value, dict):
            yield from _flatten(value, f"{stem}{name}.")
        else:
            yield f"{stem}{name}", str(value)
