"""New rows beside a record: what is wrong with them as the record is checked, how they show, and writing all or none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from analysis import insert, schema
from analysis.checkup import find_warnings
from analysis.faults import Fault, show
from analysis.files import hold
from analysis.load import Record, RecordError
from analysis.schema import Table


class Refused(ValueError):
    """Say why nothing is added, one sentence a line."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__("\n".join(dict.fromkeys(sentences)))


@dataclass(eq=False)
class Row:
    """Hold a new row: the cells that are known so far, an empty one as empty text; `given` are answers that a person went
    back over, and may take again.
    """

    table: Table
    cells: dict[str, str]
    given: dict[str, str] = field(default_factory=dict)


class Wrong(NamedTuple):
    """Say what is wrong with a column of a new row; `row` is None if it shows at a row that the record had."""

    row: Row | None
    column: str
    says: str


@dataclass(eq=False)
class Draft:
    """Hold the files of a record as they were read, and the rows to put into them."""

    folder: Path
    files: dict[str, bytes]
    record: Record
    rows: list[Row] = field(default_factory=list)
    grown: Record | None = None
    """The record with the new rows, once they were found to hold."""

    @classmethod
    def open(cls, folder: Path) -> Draft:
        """Read the record; raise RecordError if it has a fault before anything is added."""
        files = insert.read_files(folder)
        return cls(folder, files, Record.read(folder, files))

    def add(self, name: str, cells: Mapping[str, str]) -> Row:
        """Add a row to a table, with the cells that are known already."""
        row = Row(schema.BY_NAME[name], dict(cells))
        self.rows.append(row)
        return row

    def in_table(self, name: str) -> list[Row]:
        """Return the new rows of a table."""
        return [row for row in self.rows if row.table.name == name]

    def put(self) -> tuple[dict[str, bytes], dict[tuple[str, int], Row]]:
        """Return the files that change, with the new rows in their places, and each new row by its file and line."""
        after, at = {}, {}
        for table in schema.TABLES:
            if rows := self.in_table(table.name):
                name = f"{table.name}.csv"
                after[name], lines = insert.insert_rows(table, self.files[name], [row.cells for row in rows])
                at |= {(name, line): row for line, row in zip(lines, rows, strict=True)}
        return after, at

    def find_wrong(self, whole: bool = False) -> list[Wrong]:
        """Check the whole record with the new rows; while these are not whole, only what is said of cells that are known."""
        after, at = self.put()
        try:
            self.grown = Record.read(self.folder, self.files | after)
        except RecordError as error:
            wrong = [_attribute(fault, at) for fault in error.faults]
            return [one for one in wrong if whole or _is_known(one, at.values())]
        return []

    def show(self) -> list[str]:
        """Return what is odd about the files that change, and the lines that they get."""
        after, _ = self.put()
        return [*insert.name_oddities(after), *insert.show_added(self.folder, self.files, after)]

    def reread(self) -> bool:
        """Read the files again if somebody has changed them, and say whether; raise RecordError if they are faulty now."""
        files = insert.read_files(self.folder)
        if files == self.files:
            return False
        self.files, self.record = files, Record.read(self.folder, files)
        return True

    def warn(self) -> list[str]:
        """Say what is no fault of new rows that were found to hold, and yet deserves a look."""
        known = {(fault.file, fault.says) for fault in find_warnings(self.record)}
        return [str(fault) for fault in find_warnings(self.grown) if (fault.file, fault.says) not in known]

    def write(self) -> dict[str, int]:
        """Write the files and return how many rows each has got.

        What others wrote meanwhile is kept. Raises Refused if the rows do not fit it, RecordError if it has faults.
        """
        with hold(self.folder):
            if self.reread() and (wrong := self.find_wrong(whole=True)):
                raise Refused([one.says for one in wrong])
            after, _ = self.put()
            insert.write_files(self.folder, after)
        return {name: len(self.in_table(name.removesuffix(".csv"))) for name in after}


def _attribute(fault: Fault, at: Mapping[tuple[str, int], Row]) -> Wrong:
    """Find the new row and the column that a fault is about."""
    column = re.match(r"\w*", fault.says)[0]
    if row := at.get((fault.file, fault.line)):
        return Wrong(row, column, fault.says)
    line = fault.line - sum(file == fault.file and line < fault.line for file, line in at)
    taken = re.search(r"'(.*)': already the key of (\S+):(\d+)$", fault.says)
    if taken and (row := at.get((taken[2], int(taken[3])))):
        key = row.table.key[0]
        return Wrong(row, key, f"{key} {show(taken[1])}: already the key of {fault.file}:{line}")
    return Wrong(None, column, str(fault._replace(line=line)))


def _is_known(wrong: Wrong, rows: Iterable[Row]) -> bool:
    return any(wrong.column in row.cells for row in ([wrong.row] if wrong.row else rows))
