"""New rows put into the files of a record at their places, shown, and written whole."""

from __future__ import annotations

import csv
import difflib
import io
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from analysis import schema
from analysis.files import write_all

BOM = b"\xef\xbb\xbf"
LAST = "\U0010ffff"
"""Stands below every key: a row without one comes last."""
Files = Mapping[str, bytes]


def read_files(folder: Path) -> dict[str, bytes]:
    """Return the bytes of each file of a record by name; one that is missing is left out."""
    paths = [folder / name for name in ("episode.toml", *(f"{table.name}.csv" for table in schema.TABLES))]
    return {path.name: path.read_bytes() for path in paths if path.is_file()}


def insert_rows(table: schema.Table, data: bytes, rows: Sequence[Mapping[str, str]]) -> tuple[bytes, list[int]]:
    """Return a file of the record with new rows at their places by key, and the line that each has then.

    All other bytes stay: cells stand in the order of the file's header, lines end as the header does, and quotes stand
    only where they are needed.
    """
    lines = data.splitlines(keepends=True)
    end = b"\r\n" if lines[0].endswith(b"\r\n") else b"\n"
    if not lines[-1].endswith(b"\n"):
        lines[-1] += end
    header = _read_row(lines[0])
    at = [header.index(name) for name in table.key]
    keys = [tuple(_read_row(line)[i] for i in at) for line in lines[1:]]
    places: list[int] = []
    for row in rows:
        key = tuple(row.get(name, LAST) for name in table.key)
        place = bisect_right(keys, key)
        keys.insert(place, key)
        lines.insert(place + 1, _write_row([row.get(name, "") for name in header]) + end)
        places = [line + (line >= place + 2) for line in places] + [place + 2]
    return b"".join(lines), places


def _read_row(line: bytes) -> list[str]:
    return next(csv.reader([line.decode("utf-8-sig")]))


def _write_row(cells: Sequence[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)  # so that every Python quotes both in a cell
    return out.getvalue().removesuffix("\r\n").encode()


def show_added(folder: Path, before: Files, after: Files) -> Iterator[str]:
    """Yield the lines of a unified diff without context, file by file."""
    for name, data in after.items():
        old, new = (content.decode("utf-8-sig").replace("\r\n", "\n").removesuffix("\n").split("\n")
                    for content in (before[name], data))  # fmt: skip
        path = str(folder / name)
        yield from difflib.unified_diff(old, new, path, path, n=0, lineterm="")


def name_oddities(after: Files) -> Iterator[str]:
    """Say of each file in what it differs from the way in which the record is written; the rows fit the file as it is."""
    for name, data in after.items():
        odd = ["a byte-order mark"] * data.startswith(BOM) + ["CRLF line ends"] * (b"\r\n" in data)
        if odd:
            yield (f"{name} has {' and '.join(odd)}, as some spreadsheets write; both the old rows and the new ones keep to "
                   "that: save it as UTF-8 with LF line ends, or each line of it will count as changed.")  # fmt: skip


def write_files(folder: Path, after: Files) -> None:
    """Write the files, each whole, and what others refer to first: so the record holds after each of them."""
    names = [f"{table.name}.csv" for table in schema.TABLES]
    write_all({folder / name: after[name] for name in names if name in after})
