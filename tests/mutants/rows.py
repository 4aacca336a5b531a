"""Small changes to a record, one cell or row each, as a slip of the hand or a wrong edit would make them."""

from __future__ import annotations

import csv
import io
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from analysis import schema

TITLES = {"title", "label", "name", "summary", "publisher", "versions", "note", "resolution"}
DAY, HOUR = re.compile(r"\d{4}-\d\d-\d\d"), re.compile(r"(?<=T)\d\d(?=:)")


@dataclass(frozen=True)
class Mutant:
    """Hold one change: its kind, what it does in words, and the file with its new bytes."""

    kind: str
    says: str
    file: str
    data: bytes


Cell = tuple[schema.Table, int, schema.Column]
Rows = dict[str, list[dict[str, str]]]


def read_rows(folder: Path) -> Rows:
    """Return the rows of every table as they are written."""
    return {table.name: list(csv.DictReader(io.StringIO((folder / f"{table.name}.csv").read_text("utf-8"))))
            for table in schema.TABLES}  # fmt: skip


def make_mutants(rows: Rows, episode: dict, seed: int) -> Iterator[Mutant]:
    """Yield mutants without end, each kind in turn: the same for the same seed; none twice."""
    rng, seen = random.Random(seed), set()
    places = {kind: list(_find_cells(rows, kind)) for kind in KINDS}
    while True:
        for kind, change in KINDS.items():
            table, at, column = rng.choice(places[kind])
            changed = [dict(row) for row in rows[table.name]]
            says = change(changed, at, column, rng, rows, episode)
            if says is None or (table.name, at, says) in seen:
                continue
            seen.add((table.name, at, says))
            out = io.StringIO()
            writer = csv.DictWriter(out, [column.name for column in table.columns], lineterminator="\n")
            writer.writeheader()
            writer.writerows(changed)
            yield Mutant(kind, f"{table.name}.csv {_name_row(table, rows[table.name][at])}: {says}", f"{table.name}.csv",
                         out.getvalue().encode())  # fmt: skip


def _name_row(table: schema.Table, row: dict[str, str]) -> str:
    return " + ".join(filter(None, (row[part] for part in table.key)))


def _find_cells(rows: Rows, kind: str) -> Iterator[Cell]:
    for table in schema.TABLES:
        for at, row in enumerate(rows[table.name]):
            for column in table.columns if kind not in ("dropped row", "doubled row") else table.columns[:1]:
                if row[column.name] and _fits(kind, column, row[column.name]):
                    yield table, at, column


def _fits(kind: str, column: schema.Column, cell: str) -> bool:
    return {
        "count": column.type == "integer" and bool(column.unit),
        "day": column.type in ("day", "when") and bool(DAY.search(cell)),
        "hour": column.type == "when" and bool(HOUR.search(cell)),
        "coordinate": column.type == "number",
        "member": bool(column.choices),
        "reference": bool(column.refers),
        "dropped row": True,
        "doubled row": True,
        "title": column.name in TITLES,
    }[kind]


def _change_cell(write: Callable[..., str | None]) -> Callable[..., str | None]:
    def change(changed: list[dict[str, str]], at: int, column: schema.Column, rng, rows: Rows, episode: dict) -> str | None:
        old = changed[at][column.name]
        new = write(old, column, rng, rows, episode)
        if new is None or new == old:
            return None
        changed[at][column.name] = new
        told = _differ(old, new) if column.name in TITLES else f"{old[:60]!r} to {new[:60]!r}"
        return f"{column.name} {told}"

    return change


def _differ(old: str, new: str) -> str:
    at = next(i for i, (a, b) in enumerate(zip(old, new, strict=True)) if a != b)
    return f"letter {at + 1} {old[at]!r} to {new[at]!r}"


def _count(old, column, rng, rows, episode):
    return str(int(old) + rng.choice((-1, 1)))


def _day(old, column, rng, rows, episode):
    found = rng.choice(list(DAY.finditer(old)))
    moved = date.fromisoformat(found[0]) + timedelta(days=rng.choice((-1, 1)))
    return old[: found.start()] + moved.isoformat() + old[found.end() :]


def _hour(old, column, rng, rows, episode):
    found = rng.choice(list(HOUR.finditer(old)))
    moved = int(found[0]) + rng.choice((-1, 1))
    return old[: found.start()] + f"{moved:02}" + old[found.end() :] if 0 <= moved <= 23 else None


def _coordinate(old, column, rng, rows, episode):
    places = len(old.partition(".")[2])
    return f"{float(old) + rng.choice((-0.1, 0.1)):.{max(places, 1)}f}"


def _member(old, column, rng, rows, episode):
    return rng.choice([one for one in (episode["sides"] if column.choices == schema.SIDES else column.choices) if one != old])


def _reference(old, column, rng, rows, episode):
    ids = old.split("; ")
    at = rng.randrange(len(ids))
    for name in column.refers:
        others = [row[schema.BY_NAME[name].columns[0].name] for row in rows[name]]
        if ids[at] in others:
            ids[at] = rng.choice([one for one in others if one != ids[at]])
            return "; ".join(ids)
    raise AssertionError(f"{old} refers to nothing")


def _title(old, column, rng, rows, episode):
    letters = [at for at, letter in enumerate(old) if letter.isalpha()]
    if not letters:
        return None
    at = rng.choice(letters)
    return old[:at] + ("x" if old[at] != "x" else "y") + old[at + 1 :]


def _drop(changed, at, column, rng, rows, episode):
    del changed[at]
    return "dropped"


def _double(changed, at, column, rng, rows, episode):
    changed.insert(at, dict(changed[at]))
    return "doubled"


KINDS = {"count": _change_cell(_count), "day": _change_cell(_day), "hour": _change_cell(_hour),
         "coordinate": _change_cell(_coordinate), "member": _change_cell(_member), "reference": _change_cell(_reference),
         "dropped row": _drop, "doubled row": _double, "title": _change_cell(_title)}  # fmt: skip
