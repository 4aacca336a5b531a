"""Say of exported files whether they show the present record."""

from __future__ import annotations

import json
import re
from functools import cache, reduce
from pathlib import Path

from analysis import __version__
from analysis.exhibits import EXHIBITS
from analysis.export import make_stamp, render, to_csv
from analysis.files import FORMATS, PICTURES
from analysis.load import Record
from analysis.selection import Choice, select
from analysis.stamp import Stamp, digest_marks, read_stamp
from analysis.theme import SIZES
from analysis.words import say_list

NAMED = 8
"""Rows or marks that are named at most."""
ELSE = ("its rows and marks are those of the present record, but other code or libraries drew it, something else of the record "
        "that its words tell of changed, or it was edited since.")  # fmt: skip
UNKNOWN = "edited, of other days, of a part of the record, or data changed since"
WINDOW = re.compile(r"(?:-from-(\d{4}-\d\d-\d\d))?(?:-to-(\d{4}-\d\d-\d\d))?$")


class Verifier:
    """Compare exported files with one record; what several of them are made of is made once."""

    def __init__(self, record: Record) -> None:
        self.part = cache(lambda choices: reduce(lambda of, one: select(of, Choice(**one)), json.loads(choices), record))
        self.make = cache(lambda name, start, end, choices="[]": EXHIBITS[name](self.part(choices), start, end))
        self.draw = cache(lambda size, *of: self.make(*of).figure(size))

    def verify(self, path: Path) -> tuple[bool, str]:
        """Say whether a file was made of the record by this version, in a sentence; else why not.

        A CSV holds no stamp: it is compared with the exhibit that has its columns. Raises OSError if a file cannot be read.
        """
        data = path.read_bytes()
        kind = path.suffix[1:].lower()
        stamp = self._guess_stamp(path, data) if kind == "csv" else read_stamp(data)
        if stamp is None or stamp.exhibit not in EXHIBITS or kind not in FORMATS or (kind in PICTURES) != (stamp.size in SIZES):
            return False, (f"{path.name}: not ours, or no figure: it holds no facts of an exhibit. Saved rows and pages are not "
                           "compared.")  # fmt: skip
        of = stamp.exhibit, stamp.start, stamp.end, json.dumps(stamp.choices)
        try:
            exhibit = self.make(*of)
        except ValueError as error:  # what was chosen is no more
            return False, f"{path.name}: data changed since it was made: {error}."
        now = make_stamp(exhibit)
        other = f" It was made by version {stamp.version}; this is {__version__}." if stamp.version != __version__ else ""
        if (now.data_sha256, now.rows) != (stamp.data_sha256, stamp.rows):
            since = UNKNOWN if kind == "csv" else "data changed since it was made"
            return False, f"{path.name}: {since}: {_tell_changes(stamp, now)}.{other}"
        if other:
            return False, f"{path.name}: its data are those of the present record.{other}"
        ((_, fresh),) = render(exhibit, {path.name: (stamp.size, kind)}, lambda size: self.draw(size, *of))
        if fresh != data:
            return False, f"{path.name}: {ELSE}"
        return True, f"{path.name}: matches the present record."

    def _guess_stamp(self, path: Path, data: bytes) -> Stamp | None:
        """Return the stamp that a CSV of marks would have, from its columns and the days in its name."""
        try:
            table = data.decode()
        except UnicodeDecodeError:
            return None
        start, end = WINDOW.search(path.stem).groups()
        header = table.partition("\n")[0]
        for name in sorted(EXHIBITS, key=lambda name: not path.stem.startswith(name)):  # the likeliest first: each must be made
            try:
                exhibit = self.make(name, start, end)
            except ValueError:  # it takes no days, or there are no such days
                continue
            if header == ",".join(exhibit.marks.columns):
                digest = make_stamp(exhibit).data_sha256 if to_csv(exhibit) == table else ""
                return Stamp(name, __version__, digest, digest_marks(table), exhibit.evidence.rows, "", start, end)
        return None


def _tell_changes(made: Stamp, now: Stamp) -> str:
    """Name the rows that changed, came in or dropped out; the marks, where only what is joined to rows changed."""
    for kind, before, after in (("rows", made.rows, now.rows), ("marks", made.marks, now.marks)):
        found = [f"{name} {'came in' if name not in before else 'dropped out' if name not in after else 'changed'}"
                 for name in sorted(before.keys() | after.keys()) if before.get(name) != after.get(name)]  # fmt: skip
        if before and found:
            rest = len(found) - NAMED
            return f"of its {kind}, {say_list(found[:NAMED] + [f'{rest} more'] * (rest > 0))}"
    return "the order of its marks, or their columns"
