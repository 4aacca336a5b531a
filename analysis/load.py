"""Read the record, check it whole, and join it; the only module that opens data/."""

from __future__ import annotations

import csv
import hashlib
import io
import math
import os
import re
import tomllib
import zoneinfo
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from analysis import rules, schema, when
from analysis.rules import Fault, guess, split

DATA = Path(__file__).resolve().parents[1] / "data"
DATED = {table.name: column.name for table in schema.TABLES for column in table.columns if column.type == "when"}
EPISODE = {
    "title": str, "subject": str, "window": list, "focus": list, "zones": list,
    "borders": str, "licence": str, "sides": dict, "boxes": dict,
}  # fmt: skip
DATE = "a date of the schema"
# Control characters, and the invisible or direction-changing ones that can make a cell read as what it is not.
UNSEEN = "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffd]"


class RecordError(ValueError):
    """Say every fault of a record, one sentence a line; `faults` holds them."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("\n".join(map(str, faults)))


@dataclass(frozen=True)
class Record:
    """Hold the tables of one episode as typed frames.

    Tables with a date carry its bounds in UTC (see analysis/when.py); events and statements carry the place, statements,
    proposals and casualties the side of who spoke first, proposed first or counted. `sha256` is that of all the files read.
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

    @classmethod
    def read(cls, folder: Path | str | None = None) -> Record:
        """Read and check the record in `folder`: by default what EPISODE in the environment names, else data/.

        Raises RecordError with every fault; nothing is guessed, dropped or partly loaded.
        """
        folder = Path(folder or os.environ.get("EPISODE") or DATA)
        if not folder.is_dir():
            raise RecordError([Fault(str(folder), 0, "no such folder; expected one with episode.toml and the CSVs")])
        faults: list[Fault] = []
        digest = hashlib.sha256()
        episode = _read_episode(folder / "episode.toml", faults, digest)
        tables = {}
        for table in schema.TABLES:
            before = len(faults)
            frame = _read_table(table, folder / f"{table.name}.csv", episode, faults, digest)
            if len(faults) == before:
                tables[table.name] = frame
        _add_bounds(tables, episode)
        faults.extend(rules.find_faults(tables, episode))
        if faults:
            raise RecordError(sorted(dict.fromkeys(faults)))
        return cls(folder, episode, digest.hexdigest(), **_join(tables))

    def __repr__(self) -> str:
        tables = ("events", "statements", "casualties", "sources")
        rows = ", ".join(f"{len(getattr(self, name))} {name}" for name in tables)
        return f"{self.episode['title']}: {rows}"


def _read_episode(path: Path, faults: list[Fault], digest: hashlib._Hash) -> dict[str, object]:
    try:
        data = path.read_bytes()
        episode = tomllib.loads(data.decode("utf-8-sig"))
        digest.update(data)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        says = "missing" if isinstance(error, FileNotFoundError) else f"cannot be read as TOML in UTF-8 ({error})"
        faults.append(Fault(path.name, 0, says))
        return {"zones": list(when.HOME), "sides": {}, "boxes": {}}
    for key in episode.keys() - EPISODE.keys():
        faults.append(Fault(path.name, 0, f"unknown key '{key}'{guess(key, EPISODE)}"))
    for key, kind in EPISODE.items():
        if not isinstance(episode.get(key), kind):
            faults.append(Fault(path.name, 0, f"key '{key}': expected a {kind.__name__}"))
            episode[key] = kind()
    for key in ("window", "focus"):
        days = episode[key]
        if len(days) != 2 or not all(isinstance(d, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", d) for d in days):
            faults.append(Fault(path.name, 0, f"key '{key}': expected two days, as ['2025-04-11', '2025-04-24']"))
        elif says := when.explain("/".join(days)):
            faults.append(Fault(path.name, 0, f"key '{key}': {says}"))
    for zone in set(episode["zones"]) - zoneinfo.available_timezones():
        faults.append(Fault(path.name, 0, f"key 'zones': '{zone}' is no IANA zone"))
    for side, colour in episode["sides"].items():
        if not re.fullmatch("#[0-9a-f]{6}", str(colour)):
            faults.append(Fault(path.name, 0, f"side '{side}': expected a colour as #0067a8, found '{colour}'"))
    for country, box in episode["boxes"].items():
        if not (isinstance(box, list) and len(box) == 4 and all(isinstance(x, float | int) for x in box)):
            faults.append(Fault(path.name, 0, f"box '{country}': expected [west, south, east, north]"))
            episode["boxes"][country] = [-180, -90, 180, 90]
    return episode


def _read_table(table: schema.Table, path: Path, episode: Mapping[str, object], faults: list[Fault],
                digest: hashlib._Hash) -> pd.DataFrame | None:  # fmt: skip
    if not path.is_file():
        faults.append(Fault(path.name, 0, "missing; expected one file for every table"))
        return None
    data = path.read_bytes()
    digest.update(data)
    text = _decode(path.name, data, faults)
    rows = None if text is None else _parse(table, path.name, text, faults)
    if rows is None:
        return None
    faults.extend(_check_values(table, rows, episode))
    faults.extend(_check_keys(table, rows))
    return _type(table, rows)


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
        faults.append(Fault(file, line, f"byte 0x{byte:02x} is not UTF-8 (Windows-1252?); save it as UTF-8"))
        return None
    return text.replace("\r\n", "\n")


def _parse(table: schema.Table, file: str, text: str, faults: list[Fault]) -> pd.DataFrame | None:
    """Return the rows as text, empty cells missing, indexed by their line; or None and what is wrong with the shape."""
    known = [column.name for column in table.columns]
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines, rows, header, start = [], [], None, 1
    before = len(faults)
    try:
        for row in reader:
            if header is None:
                header = row
                faults.extend(_check_header(file, header, known))
            elif len(row) != len(header):
                found = "an empty line" if not row else f"{len(row)} cells"
                faults.append(Fault(file, start, f"{found} where the header has {len(header)} cells"))
            else:
                lines.append(start)
                rows.append(row)
            start = reader.line_num + 1
    except csv.Error as error:
        faults.append(Fault(file, start, f"not a CSV row ({error})"))
    if len(faults) == before and not rows:
        faults.append(Fault(file, 0, "no rows below the header" if header else "empty file"))
    if len(faults) > before:
        return None
    frame = pd.DataFrame(rows, columns=header, index=pd.Index(lines, name="line"), dtype="str")
    return frame[known].replace("", pd.NA)


def _check_header(file: str, header: list[str], known: list[str]) -> Iterator[Fault]:
    for name in dict.fromkeys(header):
        if name not in known:
            yield Fault(file, 1, f"unknown column '{name}'{guess(name, tuple(set(known) - set(header)))}")
        elif header.count(name) > 1:
            yield Fault(file, 1, f"column '{name}' stands there {header.count(name)} times")
    for name in known:
        if name not in header:
            yield Fault(file, 1, f"column '{name}' is missing")


def _check_keys(table: schema.Table, rows: pd.DataFrame) -> Iterator[Fault]:
    file, named = f"{table.name}.csv", " + ".join(table.key)
    keys = [tuple(int(v) if k in ("paragraph", "sentence") and v.isdecimal() else v for k, v in zip(table.key, key))
            for key in rows[list(table.key)].fillna("").itertuples(index=False, name=None)]  # fmt: skip
    first: dict[tuple[object, ...], int] = {}
    for line, key, above in zip(rows.index, keys, [None, *keys], strict=False):
        shown = " + ".join(map(str, key))
        if key in first:
            yield Fault(file, line, f"{named} '{shown}': already on line {first[key]}")
        elif above is not None and key < above:
            yield Fault(file, line, f"{named} '{shown}': out of order, belongs above '{' + '.join(map(str, above))}'")
        first.setdefault(key, line)


def _check_values(table: schema.Table, rows: pd.DataFrame, episode: Mapping[str, object]) -> Iterator[Fault]:
    """Check every cell by itself with pandera; its checks are built from the schema. One fault a cell."""
    columns = {c.name: pa.Column(None, _checks(c, episode), nullable=not c.required) for c in table.columns}
    try:
        pa.DataFrameSchema(columns, strict=True).validate(rows, lazy=True)
    except pa.errors.SchemaErrors as errors:
        for failure in errors.failure_cases.drop_duplicates(["index", "column"]).itertuples():
            name, cell, says = failure.column, failure.failure_case, failure.check
            if says == "not_nullable":
                yield Fault(f"{table.name}.csv", failure.index, f"{name}: empty, and it may not be")
                continue
            if says == DATE:
                says = when.explain(cell)
            elif says.startswith("expected one of"):
                says += guess(cell, tuple(says.removeprefix("expected one of ").split(", ")))
            shown = re.sub(UNSEEN, lambda found: f"<U+{ord(found[0]):04X}>", cell)
            yield Fault(f"{table.name}.csv", failure.index, f"{name} '{shown}': {says}")


def _checks(column: schema.Column, episode: Mapping[str, object]) -> list[pa.Check]:
    """Build the checks of one column of text cells, the most basic first."""

    def no(pattern: str, error: str) -> pa.Check:
        return pa.Check(lambda cells: ~cells.str.contains(pattern, regex=True), error=error)

    def number(least: float, most: float, error: str) -> pa.Check:
        return pa.Check(lambda cells: pd.to_numeric(cells, errors="coerce").fillna(least).between(least, most),
                        error=error)  # fmt: skip

    checks = [no(UNSEEN, "holds an unseen or control character; remove it"),
              no(r"^\s|\s$", "begins or ends with a space")]  # fmt: skip
    if column.many:
        checks.append(no(r"^;|;$|;\s*;", "an element of the list is empty"))
        checks.append(no(r";(?! \S)|\s;", "expected a list separated by '; '"))
        checks.append(pa.Check(lambda cells: ~cells.map(lambda cell: len(set(split(cell))) < len(split(cell))),
                               error="an element of the list stands there twice"))  # fmt: skip
    if column.choices:
        choices = tuple(episode["sides"]) if column.choices == schema.SIDES else column.choices
        checks.append(pa.Check.isin(choices, error=f"expected one of {', '.join(choices)}"))
    if column.type in ("when", "day"):
        checks.append(pa.Check(lambda cells: cells.map(when.explain).isna(), error=DATE))
    if column.type == "day":
        checks.append(pa.Check.str_matches(r"^\d{4}-\d\d-\d\d$", error="expected a day, as 2025-04-13"))
    if column.type in ("integer", "number"):
        whole = column.type == "integer"
        checks.append(pa.Check.str_matches(r"^-?[0-9]+$" if whole else r"^-?[0-9]+(\.[0-9]+)?$",
                                           error=f"expected a {'whole number' if whole else 'number'} in digits"))
        least = -math.inf if column.minimum is None else column.minimum
        most = math.inf if column.maximum is None else column.maximum
        bounds = f"at least {least:g}" if most == math.inf else f"from {least:g} to {most:g}"
        checks.append(number(least, most, f"expected a number {bounds}"))
    if column.pattern:
        checks.append(pa.Check.str_matches(f"^(?:{column.pattern})$", error=f"expected {column.expected}"))
    if column.name == "timezone":
        checks.append(pa.Check.isin(zoneinfo.available_timezones(), error="no such IANA zone"))
    if column.most_words:
        checks.append(pa.Check(lambda cells: cells.str.split().str.len() <= column.most_words,
                               error=f"at most {column.most_words} words may be quoted"))
    return checks


def _type(table: schema.Table, rows: pd.DataFrame) -> pd.DataFrame:
    typed = {"integer": "Int64", "number": "Float64"}
    out = rows.copy()
    for column in table.columns:
        if column.type in typed:
            out[column.name] = pd.to_numeric(rows[column.name], errors="coerce").astype(typed[column.type])
    return out


def _add_bounds(tables: dict[str, pd.DataFrame], episode: Mapping[str, object]) -> None:
    """Add the bounds of each table's date; a day is that of its place, or of any home zone where none is known."""
    zones = pd.Series(dtype="str")
    if "locations" in tables:
        zones = tables["locations"].drop_duplicates("location_id").set_index("location_id")["timezone"]
    for name, column in DATED.items():
        if name in tables:
            frame = tables[name]
            own = frame["location_id"].map(zones) if "location_id" in frame else None
            tables[name] = frame.join(when.read(frame[column], own, home=episode["zones"]))


def _join(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Give events and statements their place; statements, proposals and claims the side of who stands first."""
    places = tables["locations"][["location_id", "name", "country", "lat", "lon", "where_prec"]]
    places = places.rename(columns={"name": "place"})
    sides = tables["actors"].set_index("actor_id")["side"]
    for name in ("events", "statements"):
        tables[name] = tables[name].merge(places, on="location_id", how="left", validate="many_to_one")
    tables["statements"]["side"] = tables["statements"]["speaker"].map(lambda cell: sides[split(cell)[0]])
    tables["proposals"]["side"] = tables["proposals"]["proposed_by"].map(lambda cell: sides[split(cell)[0]])
    tables["casualties"]["side"] = tables["casualties"]["claimed_by"].map(sides)
    return {name: frame.reset_index(drop=True) for name, frame in tables.items()}
