"""The stamp inside every exported file: of which exhibit, window, version and marks it was made."""

from __future__ import annotations

import base64
import binascii
import csv
import hashlib
import io
import json
import re
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

import pandas as pd

from analysis.schema import Table

SIGN, END = "talks-and-strikes-stamp:", ";"
FOUND = re.compile(rb"talks-and-strikes-stamp:([A-Za-z0-9+/=]+);")


@dataclass(frozen=True)
class Stamp:
    """Hold what a file says of itself; `size` is empty where a format has none.

    `marks` and `rows` have digests, by id, of the exhibit's marks and of the rows of the record that these name; `choices`
    say of which part of the record it was made (see analysis/selection.py), and are not written where that is the whole.
    """

    exhibit: str
    version: str
    data_sha256: str
    marks: Mapping[str, str]
    rows: Mapping[str, str]
    size: str = ""
    start: str | None = None
    end: str | None = None
    choices: Sequence[Mapping[str, object]] = ()

    def __str__(self) -> str:
        """Return letters and digits that stand uncompressed in a file of any format."""
        facts = {name: value for name, value in asdict(self).items() if value or name != "choices"}
        packed = zlib.compress(json.dumps(facts, separators=(",", ":"), sort_keys=True).encode(), 9)
        return SIGN + base64.b64encode(packed).decode() + END


def read_stamp(data: bytes) -> Stamp | None:
    """Return the stamp inside a file; None if there is none that can be read."""
    found = FOUND.search(data)
    try:
        return Stamp(**json.loads(zlib.decompress(base64.b64decode(found[1], validate=True)))) if found else None
    except (binascii.Error, zlib.error, ValueError, TypeError):
        return None


def digest_marks(table: str) -> dict[str, str]:
    """Return a digest of each row of a CSV of marks by its id, which comes first; a cell may have several lines."""
    rows = list(csv.reader(io.StringIO(table, newline="")))[1:]
    return {row[0]: _digest("\x1f".join(row[1:])) for row in rows if row}


def digest_rows(frame: pd.DataFrame, table: Table, named: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield id and digest of each row of a table whose id is in `named`: of the columns of the CSV, not of what was joined."""
    key, *others = (column.name for column in table.columns if column.name in frame)
    for row in frame.loc[frame[key].isin(named), [key, *others]].itertuples(index=False, name=None):
        yield row[0], _digest("\x1f".join("" if pd.isna(cell) else str(cell) for cell in row))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:6]
