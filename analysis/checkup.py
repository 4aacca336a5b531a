"""What `check` says of a record that holds: its rows, how far claims are corroborated, and what deserves a look."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pandas as pd

from analysis import schema, when
from analysis.codebook import find_stale
from analysis.faults import Fault, show, split
from analysis.load import DATED, Record
from analysis.rules import rows
from analysis.tidy import find_untidy

TRACKING = re.compile(r"[?&](?:utm_\w+|fbclid|gclid|mc_[ce]id|igshid)=", re.IGNORECASE)
USED = ("sources", "actors", "locations", "proposals")
"""Tables whose rows are there for others to name."""
CLAIMING = ("events", "statements", "casualties")
"""Tables whose rows rest on origins."""
TWINS = {"events": ("when", "kind", "title"), "statements": ("when", "speaker", "act", "summary")}
"""Columns in which two rows of a table do not agree, unless they say the same."""
OF_REPORT, COUNT = ("event_id", "as_of", "claimed_by"), ("measure", "population", "low", "high")
"""The same of a report, and of each of its counts."""
STANDS = ("accept", "accept-if", "reject", "defer")
"""Acts that take a stand on something."""


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
    untidy = [f"{name}: not written as tables are (order, line ends, quotation marks); python -m analysis tidy does"
              for name in find_untidy(record.folder)]  # fmt: skip
    stale = find_stale(record)  # datapackage.json also takes in CITATION.cff, which does not go with a copy of the folder
    book = ["CODEBOOK.md: not that of this record; python -m analysis codebook writes it"] if "CODEBOOK.md" in stale else []
    return [*map(str, find_warnings(record)), *untidy, *book, *_find_gaps(record)]


def find_warnings(record: Record) -> list[Fault]:
    """Return what is no fault of a row and yet deserves a look."""
    finds = (_find_unused, _find_addresses, _find_twins, _find_outside, _find_late, _find_children, _find_idle, _find_uncoded)
    return sorted(fault for find in finds for fault in find(record))


def _line(index: int) -> int:
    """Return the line of a row in its CSV: below the header, counted from 1."""
    return index + 2


def _find_unused(record: Record) -> Iterator[Fault]:
    columns = [(table.name, column) for table in schema.TABLES for column in table.columns]
    for name in USED:
        key = schema.BY_NAME[name].key[0]
        named = {one for table, column in columns if name in column.refers
                 for _, cell in rows(getattr(record, table), column.name) for one in split(cell)}  # fmt: skip
        for index, value in rows(getattr(record, name), key):
            if value not in named:
                yield Fault(f"{name}.csv", _line(index), f"{key} {show(value)}: no row names it")


def _find_addresses(record: Record) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for index, url in rows(record.sources, "url"):
        if TRACKING.search(url):
            yield Fault("sources.csv", _line(index), f"url {show(url)}: holds a tracking parameter")
        if first.setdefault(url, index) != index:
            yield Fault("sources.csv", _line(index), f"url {show(url)}: also that of line {_line(first[url])}")


def _find_twins(record: Record) -> Iterator[Fault]:
    """Yield events, statements and reports of counts that say the same as another."""
    for name, columns in TWINS.items():
        table, key = getattr(record, name), schema.BY_NAME[name].key[0]
        first: dict[object, int] = {}
        for index, said in zip(table.index, _as_text(table, columns), strict=True):
            if (before := first.setdefault(said, index)) != index:
                yield Fault(f"{name}.csv", _line(index), f"{key} {show(table.at[index, key])}: says the same as line "
                            f"{_line(before)}")  # fmt: skip
    counts: dict[str, list[tuple[str, ...]]] = {}
    for report, count in zip(record.casualties["report_id"], _as_text(record.casualties, COUNT), strict=True):
        counts.setdefault(report, []).append(count)
    reports: dict[object, int] = {}
    firsts = record.casualties.drop_duplicates("report_id")
    for index, report, of in zip(firsts.index, firsts["report_id"], _as_text(firsts, OF_REPORT), strict=True):
        if (before := reports.setdefault((of, frozenset(counts[report])), index)) != index:
            yield Fault("casualties.csv", _line(index), f"report_id {show(report)}: says the same as the report on line "
                        f"{_line(before)}")  # fmt: skip


def _as_text(rows: pd.DataFrame, columns: Sequence[str]) -> list[tuple[str, ...]]:
    return list(zip(*(rows[name].astype("str").tolist() for name in columns), strict=True))


def _find_late(record: Record) -> Iterator[Fault]:
    """Yield rows all of whose dated pages are from before what they carry."""
    published = record.sources.dropna(subset=["published"])
    pages = dict(zip(published["source_id"], published["latest"], strict=True))
    for name in CLAIMING:
        for index, sources, earliest, date in rows(getattr(record, name), "sources", "earliest", DATED[name]):
            dated = [pages[page] for page in split(sources) if page in pages]
            if dated and max(dated) < earliest:
                yield Fault(f"{name}.csv", _line(index), f"sources: the latest of its pages is of "
                            f"{max(dated):%Y-%m-%d}, before {DATED[name]} {show(date)}")  # fmt: skip


def _find_children(record: Record) -> Iterator[Fault]:
    """Yield counts of children above every count of all, of the same strike and measure."""
    counts = list(rows(record.casualties, "population", "event_id", "measure", "low", "high"))
    most: dict[tuple[str, str], int] = {}
    for _index, population, event, measure, low, high in counts:
        if population == "all":
            most[event, measure] = max(most.get((event, measure), 0), low or 0, high or 0)
    for index, population, event, measure, low, _high in counts:
        if population == "children" and low is not None and low > most.get((event, measure), low):
            yield Fault("casualties.csv", _line(index), f"low '{low}': more children {measure} than any claim has "
                        f"people in all ('{most[event, measure]}')")  # fmt: skip


def _find_idle(record: Record) -> Iterator[Fault]:
    """Yield statements that take a stand on nothing that the record names."""
    answering = set(record.replies["statement_id"])
    for index, act, statement, *named in rows(record.statements, "act", "statement_id", "proposal_id", "about_event"):
        if act in STANDS and named == [None, None] and statement not in answering:
            yield Fault("statements.csv", _line(index), f"act '{act}': neither proposal_id nor about_event nor a row of "
                        "replies.csv says of what")  # fmt: skip


def _find_outside(record: Record) -> Iterator[Fault]:
    window = when.read(pd.Series(["/".join(record.episode["window"])]), home=record.episode["zones"][:1]).iloc[0]
    for name in CLAIMING:
        dated = getattr(record, name)
        for index, date in dated.loc[~when.touches(dated, window["earliest"], window["latest"]), DATED[name]].items():
            yield Fault(f"{name}.csv", _line(index), f"{DATED[name]} {show(date)}: outside the window of episode.toml")


def _find_uncoded(record: Record) -> Iterator[Fault]:
    coded = set(record.second_coding[record.second_coding["field"] == "act"]["statement_id"])
    for index, statement in rows(record.statements, "statement_id"):
        if statement not in coded:
            yield Fault("statements.csv", _line(index), f"statement_id {show(statement)}: no second coder has coded its act")
    answers = record.second_coding[record.second_coding["field"] == "answer"]
    pairs = {*zip(answers["statement_id"], answers["answers"], strict=True)}
    for index, statement, answered in rows(record.replies, "statement_id", "answers"):
        if (statement, answered) not in pairs:
            says = f"{show(statement)} to {show(answered)}: no second coder has coded the answer"
            yield Fault("replies.csv", _line(index), says)


def _find_gaps(record: Record) -> Iterator[str]:
    for column in ("kind", "published", "lang"):
        missing = int(record.sources[column].isna().sum())
        if missing:
            yield f"sources.csv: {column} is not known of {missing} of {len(record.sources)} pages"
