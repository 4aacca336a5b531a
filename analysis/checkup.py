"""What `check` says of a record that holds: its rows, how far claims are corroborated, and what deserves a look."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from analysis import schema, when
from analysis.codebook import find_stale
from analysis.load import DATED, Record
from analysis.rules import Fault, show, split

TRACKING = re.compile(r"[?&](?:utm_\w+|fbclid|gclid|mc_[ce]id|igshid)=", re.IGNORECASE)
USED = ("sources", "actors", "locations", "proposals")
"""Tables whose rows are there for others to name."""
CLAIMING = ("events", "statements", "casualties")
"""Tables whose rows rest on origins."""


def say_rows(record: Record) -> list[str]:
    """Say how many rows there are, in all and in each table."""
    rows = {table.name: len(getattr(record, table.name)) for table in schema.TABLES}
    return [f"{record.episode['title']}: no fault in {sum(rows.values())} rows.",
            *(f"  {name:<14}{count:>6}" for name, count in rows.items())]  # fmt: skip


def say_statuses(record: Record) -> list[str]:
    """Say how many rows have each status, for the tables whose rows rest on origins."""
    counts = pd.DataFrame({name: getattr(record, name)["status"].value_counts() for name in CLAIMING})
    counts = counts.reindex(list(schema.STATUSES)).fillna(0).astype("int64")
    head = f"  {'status':<14}" + "".join(f"{name:>12}" for name in CLAIMING)
    return [head, *(f"  {status:<14}" + "".join(f"{n:>12}" for n in row) for status, row in zip(counts.index, counts.to_numpy(),
                                                                                         strict=True))]  # fmt: skip


def say_warnings(record: Record) -> list[str]:
    """Say what is no fault and yet deserves a look, a sentence each: by file and line, or of a whole column."""
    found = [*_find_unused(record), *_find_addresses(record), *_find_outside(record), *_find_uncoded(record)]
    stale = find_stale(record)  # datapackage.json also takes in CITATION.cff, which does not go with a copy of the folder
    book = ["CODEBOOK.md: not that of this record; python -m analysis codebook writes it"] if "CODEBOOK.md" in stale else []
    return [*map(str, sorted(found)), *book, *_find_gaps(record)]


def _line(index: int) -> int:
    """Return the line of a row in its CSV: below the header, counted from 1."""
    return index + 2


def _find_unused(record: Record) -> Iterator[Fault]:
    columns = [(table.name, column) for table in schema.TABLES for column in table.columns]
    for name in USED:
        key = schema.BY_NAME[name].key[0]
        named = {one for table, column in columns if name in column.refers
                 for cell in getattr(record, table)[column.name] for one in split(cell)}  # fmt: skip
        for index, value in getattr(record, name)[key].items():
            if value not in named:
                yield Fault(f"{name}.csv", _line(index), f"{key} {show(value)}: no row names it")


def _find_addresses(record: Record) -> Iterator[Fault]:
    urls = record.sources["url"]
    for index, url in urls.items():
        if TRACKING.search(url):
            yield Fault("sources.csv", _line(index), f"url {show(url)}: holds a tracking parameter")
        first = urls.eq(url).idxmax()
        if first != index:
            yield Fault("sources.csv", _line(index), f"url {show(url)}: also that of line {_line(first)}")


def _find_outside(record: Record) -> Iterator[Fault]:
    window = when.read(pd.Series(["/".join(record.episode["window"])]), home=record.episode["zones"][:1]).iloc[0]
    for name in CLAIMING:
        rows = getattr(record, name)
        for row in rows[~when.touches(rows, window["earliest"], window["latest"])].itertuples():
            says = f"{DATED[name]} {show(getattr(row, DATED[name]))}: outside the window of episode.toml"
            yield Fault(f"{name}.csv", _line(row.Index), says)


def _find_uncoded(record: Record) -> Iterator[Fault]:
    coded = record.second_coding[record.second_coding["field"] == "act"]["statement_id"]
    for index, statement in record.statements["statement_id"].items():
        if statement not in set(coded):
            yield Fault("statements.csv", _line(index), f"statement_id {show(statement)}: no second coder has coded its act")


def _find_gaps(record: Record) -> Iterator[str]:
    for column in ("kind", "published", "lang"):
        missing = int(record.sources[column].isna().sum())
        if missing:
            yield f"sources.csv: {column} is not known of {missing} of {len(record.sources)} pages"
