"""What is asked for a new row, in which order, and what is suggested from the cells that are known."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from analysis import schema
from analysis.schema import Column, Table

if TYPE_CHECKING:  # reading the record costs a second, which --help can spare
    from analysis.load import Record

Cells = Mapping[str, str]
KINDS = {"event": "events", "statement": "statements", "claim": "casualties", "source": "sources"}
"""Tables that `add` adds to, by what it calls one row."""
REPLY = {"answers": "answers", "answer": "answer", "conditions": "conditions", "basis": "basis", "reply_note": "note"}
"""Fields of a statement that make a row of replies.csv, with the column that each fills."""
NUMBER = Column("number", "integer", "The number as it was put; low and high follow from it and from wording.",
                required=False, unit="people")  # fmt: skip
OF_REPORT = ("event_id", "as_of", "seq", "claimed_by")
"""What all claims of a report have in common."""
AGAIN = ("origins", "sources", "note")
"""What a further claim of a report most likely repeats."""
SMALL = {"a", "an", "and", "as", "at", "by", "for", "from", "in", "is", "its", "of", "on", "or", "says", "that", "the", "to",
         "with"}  # fmt: skip
HOW = """Asks for each field that is not given as field=value; Enter takes what stands
in brackets. Where input is no terminal, or with --yes, nothing is asked: what is not given follows from the rest or is empty.
Only a person who agrees, or --yes, has the rows written."""
IDS = ("events", "casualties", "proposals", "statements")
"""Tables whose ids differ from each other."""


def list_ids(table: Table) -> tuple[str, ...]:
    """Return the columns that name a row, and are asked last since they follow from others."""
    return ("report_id", "claim_id") if table.name == "casualties" else table.key if len(table.key) == 1 else ()


def order_columns(table: Table) -> list[Column]:
    """Return the columns as they are asked: as in the schema, but the key last and low and high after their wording."""
    late = list_ids(table)
    columns = [column for column in table.columns if column.name not in late]
    if table.name == "casualties":
        bounds = [table.column("wording"), NUMBER, table.column("low"), table.column("high")]
        columns = [column for column in columns if column not in bounds]
        at = columns.index(table.column("population")) + 1
        columns[at:at] = bounds
    return [*columns, *(table.column(name) for name in late)]


def name_fields(kind: str) -> dict[str, Column]:
    """Return what may be given as field=value, in the order in which it is asked."""
    fields = {column.name: column for column in order_columns(schema.BY_NAME[KINDS[kind]])}
    if kind == "statement":
        fields |= {field: schema.BY_NAME["replies"].column(name) for field, name in REPLY.items()}
    return fields


def list_fields(kind: str) -> str:
    """Return the fields of a kind with what each holds, for its help."""
    fields = name_fields(kind)
    width = max(map(len, fields)) + 4
    lines = (textwrap.fill(describe(column), 118, initial_indent=f"  {name}".ljust(width), subsequent_indent=" " * width)
             for name, column in fields.items())  # fmt: skip
    return "\n".join(["fields:", *lines])


def describe(column: Column, sides: Iterable[str] = ()) -> str:
    """Say in a line what a column holds: meaning, form, unit, closed list, whether it may be left empty."""
    choices = tuple(sides) if column.choices == schema.SIDES else column.choices
    forms = {"when": "as 2025-04-13, 2025-04-13T10:15+03:00, [a..b] sometime within, a/b lasted, 2025-04-~13 about",
             "day": "as 2025-04-13", "integer": "a whole number", "number": "a number"}  # fmt: skip
    says = [forms[column.type]] if column.type in forms else []
    if column.choices:
        says.append(f"one of {', '.join(choices)}" if choices else "a side that episode.toml names")
    elif column.refers:
        says.append(("ids" if column.many else "an id") + f" of {' or '.join(f'{name}.csv' for name in column.refers)}")
    elif column.expected:
        says.append(column.expected.removeprefix("a slug of "))
    if column.many:
        says.append("several separated by '; '")
    says += [f"in {column.unit}"] * bool(column.unit) + [f"at most {column.most_words} words"] * bool(column.most_words)
    return f"{column.meaning} ({'; '.join([*says, 'may be left empty'] if not column.required else says)})".replace(" ()", "")


def suggest(table: Table, name: str, cells: Cells, record: Record, rows: Sequence[Cells] = ()) -> str:
    """Suggest what a column of a new row holds, from the cells that are known; empty if nothing follows.

    `rows` are all the new rows of the table.
    """
    if name == "status":
        return suggest_status(cells.get("origins", ""))
    found = SUGGEST.get((table.name, name))
    return found(cells, record, rows or [cells]) if found else ""


def suggest_status(origins: str) -> str:
    """Return the status that follows from origins: disputed is what only a reader can tell."""
    return "" if not origins else "corroborated" if len(origins.split("; ")) > 1 else "single-origin"


def suggest_bounds(wording: str, number: str) -> tuple[str, str]:
    """Return low and high as the wording and the number put make them: `more than`, `100` is 101 and no high."""
    if not number.isdecimal() or wording not in schema.WORDINGS:
        return "", ""
    least = str(int(number) + 1) if wording == "more than" else number
    return "" if wording == "up to" else least, "" if wording in ("at least", "more than") else number


def _suggest_event(cells: Cells, record: Record, _: Sequence[Cells]) -> str:
    words = _words(cells.get("title", ""), 4) or _words(cells.get("kind", ""), 1)
    return _free([*words, _day(cells.get("when", ""))], _taken(record, IDS))


def _suggest_source(cells: Cells, record: Record, _: Sequence[Cells]) -> str:
    """Return publisher and day, the publisher as its other pages have it."""
    name = cells.get("publisher", "")
    others = record.sources.loc[record.sources["publisher"] == name, "source_id"]
    stems = Counter(re.sub(r"-(\d{4}-\d\d.*|undated.*)", "", source) for source in others)
    publisher = stems.most_common(1)[0][0] if stems else slug(name.removeprefix("The "))
    if not publisher:  # a name in another script: its reader knows best how to spell it
        return ""
    return _free([publisher, _day(cells.get("published", "")) or "undated"], _taken(record, ["sources"]))


def _suggest_statement(cells: Cells, record: Record, _: Sequence[Cells]) -> str:
    about = cells.get("about_event", "")
    subject = re.sub(r"^p\d*-", "", cells.get("proposal_id", "").split("; ")[0]) or _name_strike(about, record)
    words = [subject] if subject else _words(cells.get("key_phrase") or cells.get("summary", ""), 3)
    speaker = cells.get("speaker", "").split("; ")[0]
    return _free([speaker, *words, _day(cells.get("when", ""))], _taken(record, IDS))


def _suggest_report(cells: Cells, record: Record, rows: Sequence[Cells]) -> str:
    """Return place, day, claimant and counts: sumy-0413-ua-ses-34k-117i."""
    event, claimant = cells.get("event_id", ""), cells.get("claimed_by", "")
    reports = record.casualties.loc[record.casualties["event_id"] == event, "report_id"]
    found = [match[0] for match in (re.match(r".+?-\d{4}(?=-)", report) for report in reports) if match]
    stem = found[0] if found else f"{_name_strike(event, record)}-{''.join(_day(event).split('-')[1:])}"
    return _free([stem, claimant, *_name_counts(rows)], set(record.casualties["report_id"]))


def _suggest_claim(cells: Cells, record: Record, _: Sequence[Cells]) -> str:
    population = cells.get("population", "all")
    parts = [cells.get("report_id", ""), cells.get("measure", ""), "" if population == "all" else population]
    return "-".join(filter(None, parts))


def _suggest_seq(cells: Cells, record: Record, _: Sequence[Cells]) -> str:
    """Return the place after the last report on the strike; the counts of servicemen stand outside this order."""
    same = _shared(cells, record)
    if same.get("seq") or cells.get("population") == "military":
        return same.get("seq", "")
    of_strike = record.casualties.loc[record.casualties["event_id"] == cells.get("event_id"), "seq"].dropna()
    return str(of_strike.max() + 1 if len(of_strike) else 1)


def _suggest_low(cells: Cells, _: Record, __: Sequence[Cells]) -> str:
    return suggest_bounds(cells.get("wording", ""), cells.get("number", ""))[0]


def _suggest_high(cells: Cells, _: Record, __: Sequence[Cells]) -> str:
    return suggest_bounds(cells.get("wording", ""), cells.get("number", ""))[1]


def _suggest_shared(name: str) -> Callable[[Cells, Record, Sequence[Cells]], str]:
    return lambda cells, record, _: _shared(cells, record).get(name, "")


def _shared(cells: Cells, record: Record) -> dict[str, str]:
    """Return what the claims of the same report that the record holds have in common."""
    claims = record.casualties[record.casualties["report_id"] == cells.get("report_id", "")].head(1)
    known = claims[[*OF_REPORT, "origins", "sources"]].dropna(axis="columns")
    return {name: str(known[name].iloc[0]) for name in known if len(known)}


def _name_counts(rows: Sequence[Cells]) -> list[str]:
    """Return the counts of a report as its id has them: `34k`, `117i`; those of children only if it has no others."""
    counts: dict[bool, dict[str, str]] = {True: {}, False: {}}
    for row in rows:
        if row.get("low") or row.get("high"):
            low = row.get("low") and str(int(row["low"]) - (row.get("wording") == "more than"))
            children = row.get("population") == "children"
            counts[children].setdefault(row.get("measure", "")[:1], low or row["high"])
    order = [measure[0] for measure in schema.BY_NAME["casualties"].column("measure").choices]
    named = [f"{of[letter]}{letter}" for of in (counts[False] or counts[True],) for letter in order if letter in of]
    return named if counts[False] or not named else [*named, "children"]


def _name_strike(event: str, record: Record) -> str:
    """Return the words of an event's id that name its place, or all of them, without the day."""
    words = re.sub(r"-?\d{4}-\d\d-\d\d(-\d+)?$", "", event).split("-")
    places = record.events.loc[record.events["event_id"] == event, "location_id"].dropna()
    place = places.iloc[0].split("-") if len(places) else []
    common = [a for a, b in zip(words, place, strict=False) if a == b]
    return "-".join(common if common == words[: len(common)] and common else words)


def _words(text: str, most: int) -> list[str]:
    return [word for word in slug(text).split("-") if word and not word.isdigit() and word not in SMALL][:most]


def slug(text: str) -> str:
    """Return text in a-z, 0-9 and hyphens: accents dropped, other scripts left out."""
    plain = unicodedata.normalize("NFKD", text.replace("'", "").replace("’", ""))
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return re.sub(r"[^a-z0-9]+", "-", letters.lower()).strip("-")


def _day(text: str) -> str:
    """Return the first day, or month, that a date or an id names; or nothing."""
    found = re.search(r"\d{4}-\d\d(?:-\d\d)?", text.replace("~", ""))
    return found[0] if found else ""


def _taken(record: Record, tables: Iterable[str]) -> set[str]:
    return {key for name in tables for key in getattr(record, name)[schema.BY_NAME[name].key[0]]}


def _free(parts: Iterable[str], taken: Collection[str]) -> str:
    """Join parts to an id that is not taken, numbered from 2 where need be."""
    name = "-".join(filter(None, parts))
    at = 2
    while f"{name}-{at}" in taken:
        at += 1
    return f"{name}-{at}" if name in taken else name


SUGGEST: dict[tuple[str, str], Callable[[Cells, Record, Sequence[Cells]], str]] = {
    ("events", "event_id"): _suggest_event,
    ("sources", "source_id"): _suggest_source,
    ("statements", "statement_id"): _suggest_statement,
    ("casualties", "report_id"): _suggest_report,
    ("casualties", "claim_id"): _suggest_claim,
    ("casualties", "seq"): _suggest_seq,
    ("casualties", "low"): _suggest_low,
    ("casualties", "high"): _suggest_high,
    **{("casualties", name): _suggest_shared(name) for name in ("event_id", "as_of", "claimed_by", "origins", "sources")},
}
