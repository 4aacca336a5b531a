"""The shipped record, read once, and copies of its files to change."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.load import DATA, Record


@pytest.fixture(scope="session")
def record() -> Record:
    """Return the shipped record, whatever EPISODE says; nobody may change it."""
    return Record.read(DATA)


@pytest.fixture(scope="session")
def shipped() -> dict[str, bytes]:
    """Return the shipped files of the record by name."""
    return {path.name: path.read_bytes() for path in (*DATA.glob("*.csv"), DATA / "episode.toml")}


@pytest.fixture
def folder(shipped: dict[str, bytes], tmp_path: Path) -> Path:
    """Return a folder with a copy of the record."""
    copy = tmp_path / "copy"
    copy.mkdir()
    for name, data in shipped.items():
        (copy / name).write_bytes(data)
    return copy


@pytest.fixture
def change(folder: Path) -> Callable[..., int]:
    """Return change(table, key, column=value, ...), which sets cells of one row of the copy and returns the row's line.

    `key` is the row's first key cell, or a tuple of key cells; all other bytes of the file stay.
    """

    def change(table: str, key: str | tuple[str, ...], **cells: str) -> int:
        wanted = [key] if isinstance(key, str) else list(key)
        path = folder / f"{table}.csv"
        lines = path.read_bytes().splitlines(keepends=True)
        header = lines[0].decode().strip().split(",")
        for at, line in enumerate(lines):
            row = next(csv.reader([line.decode()]))
            if row[: len(wanted)] == wanted:
                for name, value in cells.items():
                    row[header.index(name)] = value
                out = io.StringIO()
                csv.writer(out, lineterminator="\n").writerow(row)
                lines[at] = out.getvalue().encode()
                path.write_bytes(b"".join(lines))
                return at + 1
        raise LookupError(f"{table}.csv has no row {key!r}")

    return change
