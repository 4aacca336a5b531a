"""A part of the record: chosen by date, side, actor, kind, status, place and words, and a Record of its own."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cache

import pandas as pd

from analysis import when
from analysis.doubts import add_doubts
from analysis.faults import DAY, UNSEEN, guess, show, split
from analysis.layout.stretches import name_days
from analysis.load import Record
from analysis.marks import join, name_all, of_events, of_statements, say_counted, say_dates
from analysis.words import say_number

COUNTS = ("population", "low", "high", "wording", "seq")
"""What a claim counts, as casualties.csv has it; empty in other rows."""
ROWS = ("id", "table", "kind", "title", "date", "earliest", "latest", "lasted", "words", "said_by", "sides", "actors", "status",
        "places", "place", "lat", "lon", "where_prec", "event_id", *COUNTS, "proposals", "note", "doubts", "sources",
        "addresses")  # fmt: skip
"""Columns of the rows that a reader takes along, from JupyterLab as from the page."""
ITEMS = (*ROWS[:-1], "records", "text")
"""Columns of `list_items`; lists stand in a cell, separated by "; "."""
SOUGHT = ("title", "kind", "words", "said_by", "proposals", "note", "status", "date", "id")
"""Columns in which words are looked for; names of places and actors are too. Of a date, the clock by which it is told is not."""
CLOCK = r", [^,]+ time$"
"""The end of a date in words."""
QUOTES = frozenset("'\"`´‘’‚‛“”„‟«»‹›ʹʼ′″")
"""Quotation marks and apostrophes, of which no search depends."""
NAMED = 4
"""Values of a filter that are named one by one at most."""
LONGEST = 40
"""Letters of the words looked for that are shown at most."""


@dataclass(frozen=True)
class Choice:
    """Say what is wanted; what is empty chooses nothing out. Of several values one must fit, of several filters all.

    `start` and `end` are days of the record's first zone (`2025-04-13`, or a date), `sides` names, `actors` and `places` ids,
    `kinds` kinds of event, acts and measures, `text` words that all occur, or their beginnings, `ids` rows of events, statements
    and casualties. One value may be given without a list.
    """

    start: str | None = None
    end: str | None = None
    sides: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    text: str = ""
    ids: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Bring values into one form; raise ValueError for one that is no text."""
        for field in fields(self):
            name, value = field.name, getattr(self, field.name)
            if isinstance(value, date):
                value = f"{value:%Y-%m-%d}"
            if isinstance(value, (set, frozenset)):
                value = sorted(value)  # a set has another order each time
            if name in LISTS:
                value = (value,) if isinstance(value, str) and value else tuple(value or ())
            for one in value if name in LISTS else [value or ""]:
                if not isinstance(one, str):
                    raise ValueError(f"{name} {one!r}: expected text in quotation marks")
            object.__setattr__(self, name, value if name != "text" or seek(value or "") else "")

    @property
    def given(self) -> dict[str, str | list[str]]:
        """Return the filters that choose something out, with their values."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value if isinstance(value, str) else [*value] for name, value in values.items() if value}

    @property
    def code(self) -> str:
        """Return the call that makes the same choice, for a cell of a notebook."""
        words = [f"{name}={_quote(value)}" for name, value in self.given.items()]
        return f"explore({', '.join(['record', *words])})"


LISTS = tuple(field.name for field in fields(Choice) if field.type.startswith("tuple"))
"""Filters that hold several values."""


def _quote(value: str | list[str]) -> str:
    """Return text or texts as Python has them; what is not seen on a page is written as its number."""
    return UNSEEN.sub(lambda found: f"\\U{ord(found[0]):08x}", json.dumps(value, ensure_ascii=False))


def list_items(record: Record) -> pd.DataFrame:
    """Return ITEMS: a row for each event, statement and casualty claim, in order of time.

    `kind` is the kind of event, the act or the measure, `event_id` the event itself or what a row is about, `proposals` are
    what proposals of a statement are called; `text` is what words are looked for in, as `fold` has it. Claims on an event
    stand in their order (`seq`), at the earliest moment at which one may have been given after those before it.
    """
    zones = record.episode["zones"]
    sides = record.actors.set_index("actor_id")["side"]
    places = record.locations.set_index("location_id")
    labels = record.whole.proposals.set_index("proposal_id")["label"]
    events = of_events(record.events, record.actors, zones).assign(
        table="events", kind=record.events["kind"], actors=_join(record.events, "actors"), sides=_find_struck(record),
        event_id=record.events["event_id"],
        places=_join(record.events, "location_id", "other_locations"), status=record.events["status"], note=record.events["note"],
        **_dates(record.events))  # fmt: skip
    statements = of_statements(record.statements, record.actors, zones).assign(
        table="statements", kind=record.statements["act"], actors=_join(record.statements, "speaker"), sides="",
        event_id=record.statements["about_event"],
        proposals=[join([labels[one] for one in split(cell)]) for cell in record.statements["proposal_id"]],
        places=_join(record.statements, "location_id"), status=record.statements["status"], note=record.statements["note"],
        **_dates(record.statements))  # fmt: skip
    struck = record.events.set_index("event_id").loc[record.casualties["event_id"]].reset_index(drop=True)
    claims = pd.DataFrame({
        "id": record.casualties["claim_id"], "table": "casualties", "kind": record.casualties["measure"],
        "title": struck["title"], "date": say_dates(record.casualties, zones), "words": say_counted(record.casualties),
        "said_by": name_all(record.casualties["claimed_by"], record.actors), "actors": record.casualties["claimed_by"],
        "sides": "", "places": _join(struck, "location_id", "other_locations"), "status": record.casualties["status"],
        "note": record.casualties["note"], "sources": record.casualties["sources"], "records": record.casualties["claim_id"],
        "event_id": record.casualties["event_id"], **record.casualties[list(COUNTS)], **_dates(record.casualties),
    })  # fmt: skip
    items = pd.concat([events, statements, claims], ignore_index=True)
    acting = [[sides[one] for one in split(cell) if one in sides.index] for cell in items["actors"]]
    items["sides"] = [join([*split(own), *rest]) for own, rest in zip(items["sides"].fillna(""), acting, strict=True)]
    at = items["places"].str.split("; ").str[0].replace("", pd.NA)
    items = items.assign(place=at.map(places["name"]).fillna(""),
                         **{name: at.map(places[name]) for name in ("lat", "lon", "where_prec")})  # fmt: skip
    items = add_doubts(items, record.disagreements, record.second_coding, record.casualties)
    called = places["name"] + " " + places["name_local"].fillna("")
    where = [" ".join(called[one] for one in split(cell or None)) for cell in items["places"]]
    sought = items.assign(date=items["date"].str.replace(CLOCK, "", regex=True))[list(SOUGHT)].astype("str").fillna("")
    rows = zip(*(sought[name] for name in SOUGHT), where, name_all(items["actors"], record.actors), strict=True)
    spellings = fold_spellings(record.episode)
    items["text"] = [_spell(f" {fold(' '.join(words))}", spellings) for words in rows]
    items = items.sort_values(["event_id", "seq"])
    items["at"] = items["earliest"].where(items["seq"].isna(), items.groupby("event_id")["earliest"].cummax())
    items["then"] = items["seq"].fillna(0)
    return items.sort_values(["at", "then", "latest", "id"], ignore_index=True)[list(ITEMS)]


def _find_struck(record: Record) -> list[str]:
    """Return for each event the side that strikes and those on whose countries the strike falls; nothing for other events."""
    events, of_country = record.events, record.episode.get("countries", {})
    side_of = record.locations.set_index("location_id")["country"].map(of_country).dropna()
    places = _join(events, "location_id", "other_locations")
    return [join([attacker, *(side_of[one] for one in split(cell) if one in side_of.index)]) if isinstance(attacker, str) else ""
            for attacker, cell in zip(events["attacker"], places, strict=True)]  # fmt: skip


def take_rows(items: pd.DataFrame, record: Record) -> pd.DataFrame:
    """Return items with ROWS as columns; `addresses` are those of their sources, as far as these are on the web."""
    urls = record.whole.sources.set_index("source_id")["url"].dropna()
    addresses = ["; ".join(urls[one] for one in split(cell) if one in urls.index) for cell in items["sources"]]
    return items.assign(addresses=addresses)[list(ROWS)]


def _dates(rows: pd.DataFrame) -> dict[str, pd.Series]:
    return {name: rows[name] for name in ("earliest", "latest", "lasted")}


def _join(rows: pd.DataFrame, *names: str) -> pd.Series:
    return pd.Series([join(cells) for cells in zip(*(rows[name] for name in names), strict=True)], rows.index, dtype="str")


def fold_spellings(episode: Mapping[str, object]) -> list[tuple[str, str]]:
    """Return the spellings under which a word of the record is looked for too: the other one and its own, as `fold` has them."""
    return [(fold(other), fold(own)) for other, own in episode.get("spellings", {}).items()]


def _spell(text: str, spellings: Sequence[tuple[str, str]]) -> str:
    """Return a folded text with the other spellings of its words after it, as the page does in JavaScript (data.js)."""
    return text + "".join(f" {other}" for other, own in spellings if f" {own}" in text)


def fold(text: str) -> str:
    """Return a text for searching: its words, with a space between, without case, accents, quotation marks and unseen signs.

    The page does the same in JavaScript (data.js).
    """
    return " ".join("".join(map(_fold_sign, unicodedata.normalize("NFKD", text).lower())).split())


@cache
def _fold_sign(sign: str) -> str:
    kind = unicodedata.category(sign)
    return "" if kind[0] == "M" or kind == "Cf" or sign in QUOTES else sign if kind[0] in "LN" else " "


def seek(text: str) -> list[str]:
    """Return what is looked for in the column `text`: beginnings of words; `drone-strike` is two that follow each other."""
    return [f" {word}" for part in text.split() if (word := fold(part))]


def choose(items: pd.DataFrame, choice: Choice, zone: str) -> pd.Series:
    """Say of each item whether it is chosen; one that may lie within the days is."""
    chosen = pd.Series(True, items.index)
    first, last = when.span(*(pd.Timestamp(day or "2000-01-01") for day in (choice.start, choice.end)), zone)
    if choice.start:
        chosen &= (items["latest"] >= first) | items["latest"].isna()
    if choice.end:
        chosen &= items["earliest"] <= last
    for name, wanted in (("sides", choice.sides), ("actors", choice.actors), ("places", choice.places), ("kind", choice.kinds),
                         ("status", choice.statuses), ("id", choice.ids)):  # fmt: skip
        if wanted:
            chosen &= pd.Series([not set(wanted).isdisjoint(cell.split("; ")) for cell in items[name]], items.index)
    for word in seek(choice.text):
        chosen &= items["text"].str.contains(word, regex=False)
    return chosen


def select(record: Record, choice: Choice, items: pd.DataFrame | None = None) -> Record:
    """Return what is chosen as a Record: its tables are ordinary DataFrames, and every exhibit draws it.

    A claim brings its strike along; a reply is kept if its statement and what it answers are; proposals, actors, places and
    pages if a row names them; nights and their totals if they lie within the days, whatever else is chosen. Rows of
    passages and disagreements are kept whole if they touch the selection. Nothing chosen out is the record itself. `items`
    are those of the record, if they are there already. Raises ValueError for a value that the record does not know.
    """
    if choice == Choice():
        return record
    items = list_items(record) if items is None else items
    refuse_unknown(record, choice)
    chosen = choose(items, choice, record.episode["zones"][0])
    ids = set(items.loc[chosen, "id"])
    claims = _keep(record.casualties, "claim_id", ids)
    events = _keep(record.events, "event_id", ids | set(claims["event_id"]))
    statements = _keep(record.statements, "statement_id", ids)
    said = set(statements["statement_id"])
    replies = _keep(_keep(record.replies, "statement_id", said), "answers", said | set(record.proposals["proposal_id"]))
    proposals = _keep(record.proposals, "proposal_id", {*_list(statements["proposal_id"]), *replies["answers"]})
    about = statements["about_event"].where(statements["about_event"].isin(events["event_id"]))
    nights, totals = (_keep_days(rows, *days, choice) for rows, days in (
        (record.nights, ("night", "night")), (record.night_totals, ("start", "end"))))  # fmt: skip
    kept = {*events["event_id"], *said, *claims["claim_id"], *proposals["proposal_id"]}
    coded = _keep(record.second_coding, "statement_id", said)
    named = [events["actors"], statements["speaker"], proposals["proposed_by"], claims["claimed_by"], nights["reported_by"],
             totals["said_by"], *(rows["origins"] for rows in (events, statements, claims))]  # fmt: skip
    cited = [rows["sources"] for rows in (events, statements, claims, nights, totals)]
    places = [events["location_id"], events["other_locations"], statements["location_id"]]
    told = describe(record, choice, int(chosen.sum()), len(items))
    return replace(
        record, chosen=f"{record.chosen}; of these {told}" if record.chosen else told, part_of=record.whole,
        choices=(*record.choices, choice.given), events=events, statements=statements.assign(about_event=about),
        casualties=claims, replies=replies, proposals=proposals, nights=nights, night_totals=totals,
        sources=_keep(record.sources, "source_id", _list(*cited)),
        actors=_keep(record.actors, "actor_id", _list(*named)), locations=_keep(record.locations, "location_id", _list(*places)),
        passages=_touch(record.passages, kept), disagreements=_touch(record.disagreements, kept),
        second_coding=coded[coded["answers"].isna() | coded["answers"].isin(kept)].reset_index(drop=True),
    )  # fmt: skip


def describe(record: Record, choice: Choice, number: int, of: int) -> str:
    """Say in words what is chosen: `Ukraine; 13 to 19 April 2025; 34 of 435 rows`."""
    actors, places = (rows.set_index(key)["name"].to_dict() for rows, key in (
        (record.whole.actors, "actor_id"), (record.whole.locations, "location_id")))  # fmt: skip
    first, last = (pd.Timestamp(day) if day else None for day in (choice.start, choice.end))
    days = name_days(first, last) if first and last else ""
    days = days or (f"from {name_days(first, first)}" if first else f"up to {name_days(last, last)}" if last else "")
    text = choice.text if len(choice.text) <= LONGEST else f"{choice.text[:LONGEST]} …"
    parts = [_name(choice.sides, "sides"), _name([actors[one] for one in choice.actors], "actors"), days,
             _name(choice.kinds, "kinds"), _name(choice.statuses, "statuses"),
             _name([places[one] for one in choice.places], "places"), f"“{text}”" if text else "",
             f"{say_number(len(choice.ids), 'row')} picked" if choice.ids else "", f"{number} of {of} rows"]  # fmt: skip
    return "; ".join(part for part in parts if part)


def _name(values: Sequence[str], what: str) -> str:
    """Name values, of which one is enough, or say how many they are."""
    return f"{len(values)} {what}" if len(values) > NAMED else " or ".join(values)


def refuse_unknown(record: Record, choice: Choice) -> None:
    """Raise ValueError for a value that the record does not know, or days that are none."""
    record = record.whole
    tables = (record.events, "kind"), (record.statements, "act"), (record.casualties, "measure")
    known = {"sides": lambda: record.episode["sides"], "actors": lambda: record.actors["actor_id"],
             "kinds": lambda: (one for rows, name in tables for one in rows[name]),
             "statuses": lambda: (one for rows, _ in tables for one in rows["status"]),
             "places": lambda: record.locations["location_id"],
             "ids": lambda: (one for rows, _ in tables for one in rows.iloc[:, 0])}  # fmt: skip
    for name in (name for name in known if getattr(choice, name)):
        values = set(known[name]())
        for one in getattr(choice, name):
            if one not in values:
                listed = f"; expected one of {', '.join(sorted(values))}" if len(values) <= 30 else ""
                raise ValueError(f"{name} {show(str(one))}: not in the record{guess(str(one), values) or listed}")
    for name in ("start", "end"):
        day = getattr(choice, name)
        if day and (when.explain(day) or not re.fullmatch(DAY, day)):
            raise ValueError(f"{name} {show(day)}: expected a day, as 2025-04-13")
    if choice.start and choice.end and choice.start > choice.end:
        raise ValueError(f"start '{choice.start}' is after end '{choice.end}'")


def _keep_days(rows: pd.DataFrame, first: str, last: str, choice: Choice) -> pd.DataFrame:
    """Keep the rows whose days lie within those of a choice."""
    inside = (rows[first] >= (choice.start or "")) & (rows[last] <= (choice.end or "9999"))
    return rows[inside].reset_index(drop=True)


def _keep(rows: pd.DataFrame, name: str, values: Collection[str]) -> pd.DataFrame:
    return rows[rows[name].isin(list(values))].reset_index(drop=True)


def _touch(rows: pd.DataFrame, values: Collection[str]) -> pd.DataFrame:
    return rows[[not set(split(cell)).isdisjoint(values) for cell in rows["records"]]].reset_index(drop=True)


def _list(*columns: Sequence[str]) -> set[str]:
    """Return what stands in columns of lists."""
    return {one for cells in columns for cell in cells for one in split(cell)}
