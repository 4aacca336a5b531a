"""Read the record, check it whole, and join it; the only module that opens data/."""

from __future__ import annotations

import csv
import hashlib
import io
import math
import os
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from pathlib import Path

import pandas as pd

from analysis import rules, schema, when
from analysis.episode import find_wrong
from analysis.faults import (
    DAY,
    NO_DAY,
    NO_ZONE,
    UNSEEN,
    Fault,
    compare_names,
    guess,
    known_zones,
    name_unseen,
    show,
    split,
)

DATA = Path(__file__).resolve().parents[1] / "data"
DATED = {table.name: column.name for table in schema.TABLES for column in table.columns if column.type == "when"}
ONE_OF = "expected one of"
NUMBERS = {
    "integer": (r"-?(0|[1-9][0-9]{0,14})", "a whole number in at most 15 digits"),
    "number": (r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?", "a number in digits, as 50.45"),
}
"""How a number is written, and what it is called."""
# Unseen characters, a space at an end, or a question mark within a word, unless it stands in an address.
ODD = re.compile(rf"\A\s|\s\Z|{UNSEEN.pattern}|(?:\A|\s)[^\s/]*\?[?\w]")
LOST = "has a question mark in place of letters, as a file saved without them; take the cell from before"
NOTHING: Mapping[str, bytes] = {}
EMPTY = "empty; expected the names of the columns"
SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "upright bars"}
"""What stands in place of the comma in files of some spreadsheets."""
Cell = tuple[int, str]
"""Line and column."""


class RecordError(ValueError):
    """Say every fault of a record, one sentence a line; `faults` holds them."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("\n".join(map(str, faults)))


@dataclass(frozen=True, eq=False)
class Record:
    """Hold the tables of one episode as typed frames.

    Tables with a date carry its bounds in UTC (see analysis/when.py); events and statements carry the place;
    statements, proposals and casualties the side of who spoke first, proposed first or counted, and casualties whether that
    was an official or body rather than a news outlet. Rows with origins carry how many these are, `origin_count`, and on
    how many sides they stand, `origin_sides`. `sha256` is that of all the files read.

    A part of a record (see analysis/selection.py) has in `chosen` what it holds, in words, in `choices` what was asked for,
    one after the other, and in `part_of` the record itself: exhibits show the rows of the part, and say of them what the
    whole record says.
    """

    folder: Path
    episode: Mapping[str, object]
    sha256: str
    sources: pd.DataFrame
    actors: pd.DataFrame
    locations: pd.DataFrame
    events: pd.DataFrame
    casualties: pd.DataFrame
    proposals: pd.DataFrame
    statements: pd.DataFrame
    replies: pd.DataFrame
    nights: pd.DataFrame
    night_totals: pd.DataFrame
    passages: pd.DataFrame
    disagreements: pd.DataFrame
    second_coding: pd.DataFrame
    chosen: str = ""
    choices: tuple[Mapping[str, object], ...] = ()
    part_of: Record | None = None

    @property
    def whole(self) -> Record:
        """Return the record of which this is a part, or the record itself."""
        return self.part_of or self

    @classmethod
    def read(cls, folder: Path | str | None = None, instead: Mapping[str, bytes] = NOTHING) -> Record:
        """Read and check the record in `folder`: by default what EPISODE in the environment names, else data/.

        `instead` holds, by name, the bytes to read in place of a file: so a change is checked before it is written.
        Raises RecordError with every fault; nothing is guessed, dropped or partly loaded.
        """
        folder = Path(folder or os.environ.get("EPISODE") or DATA)
        if not folder.is_dir():
            raise RecordError([Fault(str(folder), 0, "no such folder; expected one with episode.toml and the CSVs")])
        faults: list[Fault] = []
        digest = hashlib.sha256()
        episode = _read_episode(folder / "episode.toml", faults, digest, instead)
        tables = {}
        for table in schema.TABLES:
            frame = read_table(table, folder / f"{table.name}.csv", episode, faults, digest, instead)
            if frame is not None:
                tables[table.name] = frame
        tables = _add_bounds(tables, episode, faults)
        faults.extend(rules.find_faults(tables, episode, {fault[:2] for fault in faults}))
        if faults:
            raise RecordError(sorted(set(faults)))
        return cls(folder, episode, digest.hexdigest(), **_join(tables))

    def __repr__(self) -> str:
        tables = ("events", "statements", "casualties", "sources")
        rows = ", ".join(f"{len(getattr(self, name))} {name}" for name in tables)
        part = f" (part: {self.chosen})" if self.part_of else ""
        return f"{self.episode['title']}{part}: {rows}"


def _read_bytes(path: Path, expected: str, faults: list[Fault], digest: hashlib._Hash,
                instead: Mapping[str, bytes]) -> bytes | None:  # fmt: skip
    try:
        data = instead[path.name] if path.name in instead else path.read_bytes()
    except OSError as error:
        says = f"missing; expected {expected}" if not path.exists() else f"cannot be read ({error.strerror})"
        faults.append(Fault(path.name, 0, says))
        return None
    digest.update(data)
    return data


def _read_episode(path: Path, faults: list[Fault], digest: hashlib._Hash,
                  instead: Mapping[str, bytes]) -> dict[str, object]:  # fmt: skip
    """Return the settings that hold; what is wrong with the others is added to `faults`."""
    data = _read_bytes(path, "one with title, window, zones, sides and boxes", faults, digest, instead)
    text = None if data is None else _decode(path.name, data, faults)
    if text is None:
        return {}
    try:
        episode = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        says, line = re.fullmatch(r"(.*?)(?: \(at line (\d+), column \d+\))?", str(error), re.DOTALL).groups()
        faults.append(Fault(path.name, int(line or 0), f"not TOML ({says})"))
        return {}
    wrong = list(find_wrong(episode))
    faults.extend(Fault(path.name, 0, says) for _, says in wrong)
    return {key: value for key, value in episode.items() if key not in dict(wrong)}


def read_table(table: schema.Table, path: Path, episode: Mapping[str, object], faults: list[Fault],
               digest: hashlib._Hash | None = None, instead: Mapping[str, bytes] = NOTHING) -> pd.DataFrame | None:  # fmt: skip
    """Return the typed rows by line, a cell with a fault missing; or None if not every row can be read."""
    data = _read_bytes(path, f"a CSV with the columns of {table.name}", faults, digest or hashlib.sha256(), instead)
    text = None if data is None else _decode(path.name, data, faults)
    if text is None:
        return None
    rows, found = _read_text(table, path.name, text, tuple(episode.get("sides", ())))
    faults.extend(found)
    return rows


@lru_cache(maxsize=64)  # so that checking a change of one table costs a third of checking all
def _read_text(table: schema.Table, file: str, text: str, sides: tuple[str, ...]) -> tuple[pd.DataFrame | None, list[Fault]]:
    """Return the typed rows of a table, or None, and its faults; the frame is shared, so nobody may change it."""
    faults: list[Fault] = []
    rows = _parse(table, file, text, faults)
    if rows is None:
        return None, faults
    whole = not faults
    wrong: dict[Cell, str] = {}
    for cell, says in (*_check_characters(rows), *_check_values(table, rows, {"sides": sides})):
        wrong.setdefault(cell, says)
    for (line, name), says in wrong.items():
        faults.append(Fault(file, line, f"{name}{says}"))
        rows.at[line, name] = pd.NA
    return (_type(table, rows) if whole else None), faults


def _decode(file: str, data: bytes, faults: list[Fault]) -> str | None:
    """Return the text with LF line ends and without a byte-order mark, or None and a fault."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        faults.append(Fault(file, 0, "looks like UTF-16; save it as UTF-8"))
        return None
    if b"\x00" in data:
        faults.append(Fault(file, data[: data.index(b"\x00")].count(b"\n") + 1, "holds a NUL byte; save it as UTF-8"))
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        byte = data[error.start]
        faults.append(Fault(file, line, f"byte 0x{byte:02x} is not UTF-8 (Windows-1252?); save the file from before as UTF-8"))
        return None
    text = text.replace("\r\n", "\n")
    if "\r" in text and "\n" not in text:
        faults.append(Fault(file, 1, "ends lines with CR alone, as old spreadsheets do; python -m analysis tidy mends it"))
        return None
    return text


def _parse(table: schema.Table, file: str, text: str, faults: list[Fault]) -> pd.DataFrame | None:
    """Return the rows of the right shape as text, empty cells missing, indexed by their line; None without a row."""
    known = [column.name for column in table.columns]
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines, rows, start = [], [], 1
    try:
        header = next(reader, [])
        if wrong := list(_check_header(file, header, known)):
            faults.extend(wrong)
            return None
        start = reader.line_num + 1
        before = len(faults)
        for row in reader:
            if len(row) == len(header) and not any(row):
                faults.append(Fault(file, start, "an empty row; remove it, or python -m analysis tidy does"))
            elif len(row) == len(header):
                lines.append(start)
                rows.append(row)
            else:
                found = f"{len(row)} cell{'s' * (len(row) > 1)}" if row else "an empty line"
                faults.append(Fault(file, start, f"{found} where the header has {len(header)} cells"))
            start = reader.line_num + 1
        if not rows and len(faults) == before:
            faults.append(Fault(file, 0, "no rows below the header"))
    except csv.Error as error:
        faults.append(Fault(file, start, f"not a CSV row ({error}); a quotation mark may be missing"))
    if not rows:
        return None
    frame = pd.DataFrame(rows, columns=header, index=pd.Index(lines, name="line"), dtype="str")
    return frame[known].replace("", pd.NA)


def _check_header(file: str, header: list[str], known: list[str]) -> Iterator[Fault]:
    if not any(header):
        yield Fault(file, 1, EMPTY)
        return
    if len(header) == 1 and (mark := next((mark for mark in ";\t|" if mark in header[0]), None)):
        yield Fault(file, 1, f"columns are parted by {SEPARATORS[mark]}; expected commas: python -m analysis tidy writes them so")
        return
    for _, says in compare_names("column", header, known):
        yield Fault(file, 1, says)
    for name in dict.fromkeys(header):
        if header.count(name) > 1:
            yield Fault(file, 1, f"column {show(name)} stands there {header.count(name)} times")


def _check_characters(rows: pd.DataFrame) -> Iterator[tuple[Cell, str]]:
    for name in rows.columns:
        for line, cell in rules.rows(rows, name):
            if cell is not None and ODD.search(cell):
                unseen = UNSEEN.search(cell)
                says = (name_unseen(unseen[0]) if unseen else "begins or ends with a space" if cell.strip() != cell else LOST)
                yield (line, name), f" {show(cell)}: {says}"


def _check_values(table: schema.Table, rows: pd.DataFrame, episode: Mapping[str, object]) -> Iterator[tuple[Cell, str]]:
    """Check every cell by itself against its column."""
    for column in table.columns:
        judge = cache(partial(_judge, column, _choices(column, episode)))  # many a cell stands in a column more than once
        for line, cell in rules.rows(rows, column.name):
            if cell is None and column.required:
                yield (line, column.name), ": empty, and it may not be"
            elif cell is not None and (says := judge(cell)):
                yield (line, column.name), f" {show(cell)}: {says}"


def _choices(column: schema.Column, episode: Mapping[str, object]) -> Collection[str]:
    """Return the closed list of a column; empty if any value will do, or the list could not be read."""
    if column.name == "timezone":
        return known_zones()
    return tuple(episode.get("sides", ()) if column.choices == schema.SIDES else column.choices)


def _judge(column: schema.Column, choices: Collection[str], cell: str) -> str | None:
    """Say in one clause what is wrong with a cell, the most basic first, or return None if nothing is."""
    if column.many:
        if re.search(r"^;|;$|;\s*;", cell):
            return "an element of the list is empty"
        if re.search(r";(?! \S)|\s;", cell):
            return "expected a list separated by '; '"
        if len(set(split(cell))) < len(split(cell)):
            return "an element of the list stands there twice"
    if column.pattern and not re.fullmatch(column.pattern, cell):
        return f"expected {column.expected}"
    if choices and cell not in choices:
        return f"{NO_ZONE if column.name == 'timezone' else f'{ONE_OF} ' + ', '.join(choices)}{guess(cell, choices)}"
    if column.type in ("when", "day") and (says := when.explain(cell)):
        return says
    if column.type == "when" and cell.endswith("/..") and not column.open_end:
        return "has an open end; expected one moment, as [a..b] if it is not known closer"
    if column.type == "day" and not re.fullmatch(DAY, cell):
        return NO_DAY
    if column.type in NUMBERS:
        digits, named = NUMBERS[column.type]
        least = -math.inf if column.minimum is None else column.minimum
        most = math.inf if column.maximum is None else column.maximum
        if not re.fullmatch(digits, cell):
            return f"expected {named}"
        if not least <= float(cell) <= most:
            return "expected a number " + (f"at least {least:g}" if most == math.inf else f"from {least:g} to {most:g}")
    if column.most_words and len(cell.split()) > column.most_words:
        return f"at most {column.most_words} words may be quoted"
    return None


def _type(table: schema.Table, rows: pd.DataFrame) -> pd.DataFrame:
    typed = {"integer": "Int64", "number": "Float64"}
    out = rows.copy()
    for column in table.columns:
        if column.type in typed:
            out[column.name] = pd.to_numeric(rows[column.name], errors="coerce").astype(typed[column.type])
    return out


def _add_bounds(tables: Mapping[str, pd.DataFrame], episode: Mapping[str, object],
                faults: list[Fault]) -> dict[str, pd.DataFrame]:  # fmt: skip
    """Add the bounds of each table's date; a day is that of its place, or of any home zone where none is known."""
    home = episode.get("zones", when.HOME)
    zones = rules.by_key(tables, "locations", "timezone") if "locations" in tables else None
    out = dict(tables)
    for name, column in DATED.items():
        if name not in tables:
            continue
        frame, own = tables[name], None
        if "location_id" in frame and zones is not None:
            own = frame["location_id"].map(zones)
        bounds, wrong = _read_dates(tuple(frame.index), tuple(frame[column]), None if own is None else tuple(own), tuple(home))
        if "location_id" not in frame or zones is not None:
            faults.extend(Fault(f"{name}.csv", line, f"{column} {says}") for line, says in wrong.items())
        out[name] = frame.join(bounds)
    return out


@lru_cache(maxsize=64)
def _read_dates(lines: Sequence[int], cells: Sequence[str], places: Sequence[str] | None,
                home: Sequence[str]) -> tuple[pd.DataFrame, dict[int, str]]:  # fmt: skip
    """Return the bounds and, by line, what is wrong with a date that ends before it begins in the zone of its place."""
    texts = pd.Series(cells, lines, dtype="str")
    zones = None if places is None else pd.Series(places, lines, dtype="str")
    try:
        return when.read(texts, zones, home=home), {}
    except ValueError:
        wrong = {}
        for line in texts.index:
            try:
                when.read(texts.loc[[line]], None if zones is None else zones.loc[[line]], home=home)
            except ValueError as error:
                wrong[line] = str(error)
        return when.read(texts.mask(texts.index.isin(list(wrong))), zones, home=home), wrong


def _join(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Give events and statements their place; statements, proposals and claims the side of who stands first."""
    places = tables["locations"][["location_id", "name", "country", "lat", "lon", "where_prec", "timezone"]]
    places = places.rename(columns={"name": "place"})
    sides = rules.by_key(tables, "actors", "side")
    out = dict(tables)
    for name in ("events", "statements"):
        out[name] = tables[name].merge(places, on="location_id", how="left", validate="many_to_one").astype({"place": "str"})
    for name, actor in (("statements", "speaker"), ("proposals", "proposed_by"), ("casualties", "claimed_by")):
        out[name] = out[name].assign(side=out[name][actor].str.split("; ").str[0].map(sides))
    for name in ("events", "statements", "casualties"):
        origins = out[name]["origins"].map(split)
        counts = {"origin_count": origins.map(len), "origin_sides": origins.map(lambda ids: len({sides[one] for one in ids}))}
        out[name] = out[name].assign(**{column: count.astype("Int64") for column, count in counts.items()})
    kinds = tables["actors"].set_index("actor_id")["kind"]
    out["casualties"] = out["casualties"].assign(official=out["casualties"]["claimed_by"].map(kinds) != "outlet")
    return {name: frame.reset_index(drop=True) for name, frame in out.items()}
