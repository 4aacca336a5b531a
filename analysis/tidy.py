"""The files of a record as the project writes them, whatever wrote them last."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from analysis import schema
from analysis.faults import Fault, compare_names
from analysis.load import EMPTY, SEPARATORS, RecordError

BOM = "\ufeff"


def find_untidy(folder: Path) -> dict[str, bytes]:
    """Return each CSV of a record as the project writes it, by name, where the folder has it otherwise.

    That is UTF-8 without a mark, commas, LF, quotation marks only where needed, columns in the order of the schema, rows in
    that of their keys, none of them empty. No cell changes. Raises RecordError for a file that is
    missing or whose rows cannot be told apart.
    """
    faults: list[Fault] = []
    found = {}
    for table in schema.TABLES:
        path = folder / f"{table.name}.csv"
        if not path.is_file():
            faults.append(Fault(path.name, 0, f"missing; expected a CSV with the columns of {table.name}"))
        elif (data := path.read_bytes()) != (tidied := _tidy(table, path.name, data, faults)):
            found[path.name] = tidied
    if faults:
        raise RecordError(faults)
    return found


def _tidy(table: schema.Table, file: str, data: bytes, faults: list[Fault]) -> bytes:
    """Return a file as it is written; as it is, and a fault, if it cannot be read."""
    known = [column.name for column in table.columns]
    try:
        text = data.decode("utf-8").removeprefix(BOM).replace("\r\n", "\n").replace("\r", "\n")
        first = text.partition("\n")[0]
        mark = next((mark for mark in SEPARATORS if mark in first and "," not in first), ",")
        if not text.strip():
            faults.append(Fault(file, 1, EMPTY))
            return data
        header, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    except UnicodeDecodeError as error:
        faults.append(Fault(file, data[: error.start].count(b"\n") + 1, "not UTF-8; save it as UTF-8"))
        return data
    except (csv.Error, ValueError) as error:
        faults.append(Fault(file, 0, f"not a CSV ({error})"))
        return data
    rows = [row for row in rows if any(row)]
    wrong = [says for _, says in compare_names("column", header, known)]
    wrong += [f"a row of {len(row)} cells where the header has {len(header)}" for row in rows if len(row) != len(header)]
    if wrong:
        faults.extend(Fault(file, 0, says) for says in dict.fromkeys(wrong))
        return data
    cells = [dict(zip(header, row, strict=True)) for row in rows]
    out = io.StringIO()
    writer = csv.DictWriter(out, known, lineterminator="\r\n")  # so that every Python quotes both in a cell
    writer.writeheader()
    writer.writerows(sorted(cells, key=lambda row: _place(table, row)))
    return out.getvalue().replace("\r\n", "\n").encode()


def _place(table: schema.Table, row: Mapping[str, str]) -> tuple[tuple[int, str], ...]:
    """Return where a row stands: a number by its size, text by its letters."""
    whole = {part for part in table.key if table.column(part).type == "integer"}
    return tuple((int(row[part]), "") if part in whole and row[part].isdecimal() else (0, row[part]) for part in table.key)
