"""A part of the record: chosen by date, side, actor, kind, status, place and words, and a Record of its own."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields, replace

import pandas as pd

from analysis import when
from analysis.doubts import add_doubts
from analysis.load import Record
from analysis.marks import join, name_all, of_events, of_statements, say_counted, say_dates
from analysis.rules import split

ITEMS = ("id", "table", "kind", "title", "date", "words", "said_by", "sides", "actors", "status", "places", "place", "lat", "lon",
         "where_prec", "earliest", "latest", "sources", "records", "doubts", "text")  # fmt: skip
"""Columns of `list_items`; lists stand in a cell, separated by "; "."""


@dataclass(frozen=True)
class Choice:
    """Say what is wanted; what is empty chooses nothing out. Of several values one must fit, of several filters all.

    `start` and `end` are days of the record's first zone, `sides` names, `actors` and `places` ids, `kinds` kinds of event,
    acts and measures, `text` words that all occur, `ids` rows of events, statements and casualties.
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

    @property
    def code(self) -> str:
        """Return the call that makes the same choice, for a cell of a notebook."""
        given = {field.name: getattr(self, field.name) for field in fields(self) if getattr(self, field.name)}
        words = [f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in given.items()]
        return f"explore({', '.join(['record', *words])})"


def list_items(record: Record) -> pd.DataFrame:
    """Return ITEMS: a row for each event, statement and casualty claim, in order of time.

    `kind` is the kind of event, the act or the measure; `text` is what words are looked for in, folded by `fold`.
    """
    zone = record.episode["zones"][0]
    sides = record.actors.set_index("actor_id")["side"]
    places = record.locations.set_index("location_id")
    events = of_events(record.events, record.actors, zone).assign(
        table="events", kind=record.events["kind"], actors=_join(record.events, "actors"), sides=record.events["attacker"],
        places=_join(record.events, "location_id", "other_locations"), status=record.events["status"], note=record.events["note"],
        earliest=record.events["earliest"], latest=record.events["latest"])  # fmt: skip
    statements = of_statements(record.statements, record.actors, zone).assign(
        table="statements", kind=record.statements["act"], actors=_join(record.statements, "speaker"), sides="",
        places=_join(record.statements, "location_id"), status=record.statements["status"], note=record.statements["note"],
        earliest=record.statements["earliest"], latest=record.statements["latest"])  # fmt: skip
    struck = record.events.set_index("event_id").loc[record.casualties["event_id"]].reset_index(drop=True)
    claims = pd.DataFrame({
        "id": record.casualties["claim_id"], "table": "casualties", "kind": record.casualties["measure"],
        "title": struck["title"], "date": say_dates(record.casualties, zone), "words": say_counted(record.casualties),
        "said_by": name_all(record.casualties["claimed_by"], record.actors), "actors": record.casualties["claimed_by"],
        "sides": "", "places": _join(struck, "location_id", "other_locations"), "status": record.casualties["status"],
        "note": record.casualties["note"], "earliest": record.casualties["earliest"], "latest": record.casualties["latest"],
        "sources": record.casualties["sources"], "records": record.casualties["claim_id"],
    })  # fmt: skip
    items = pd.concat([events, statements, claims], ignore_index=True)
    acting = [[sides[one] for one in split(cell) if one in sides.index] for cell in items["actors"]]
    items["sides"] = [join([side, *rest]) for side, rest in zip(items["sides"], acting, strict=True)]
    at = items["places"].str.split("; ").str[0].replace("", pd.NA)
    items = items.assign(place=at.map(places["name"]).fillna(""),
                         **{name: at.map(places[name]) for name in ("lat", "lon", "where_prec")})  # fmt: skip
    items = add_doubts(items, record.disagreements, record.second_coding, record.casualties)
    named = name_all(items["actors"], record.actors)
    sought = zip(*(items[name].fillna("") for name in ("title", "words", "said_by", "place", "note", "id")), named, strict=True)
    items["text"] = [fold(" ".join(words)) for words in sought]
    return items.sort_values(["earliest", "latest", "id"], ignore_index=True)[list(ITEMS)]


def _join(rows: pd.DataFrame, *names: str) -> pd.Series:
    return pd.Series([join(cells) for cells in zip(*(rows[name] for name in names), strict=True)], rows.index, dtype="str")


def fold(text: str) -> str:
    """Return a text for searching: without case and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def choose(items: pd.DataFrame, choice: Choice, zone: str) -> pd.Series:
    """Say of each item whether it is chosen; one that may lie within the days is."""
    chosen = pd.Series(True, items.index)
    if choice.start:
        chosen &= (items["latest"] >= pd.Timestamp(choice.start, tz=zone)) | items["latest"].isna()
    if choice.end:
        chosen &= items["earliest"] < pd.Timestamp(choice.end, tz=zone) + pd.Timedelta(days=1)
    for name, wanted in (("sides", choice.sides), ("actors", choice.actors), ("places", choice.places), ("kind", choice.kinds),
                         ("status", choice.statuses), ("id", choice.ids)):  # fmt: skip
        if wanted:
            chosen &= pd.Series([not set(wanted).isdisjoint(cell.split("; ")) for cell in items[name]], items.index)
    for word in fold(choice.text).split():
        chosen &= items["text"].str.contains(word, regex=False)
    return chosen


def select(record: Record, choice: Choice, items: pd.DataFrame | None = None) -> Record:
    """Return what is chosen as a Record: its tables are ordinary DataFrames, and every exhibit draws it.

    A claim brings its strike along; a reply is kept if its statement and what it answers are; proposals, actors, places and
    pages if a row names them; nights if they lie within the days. Rows of passages and disagreements are kept whole if they
    touch the selection. `items` are those of the record, if they are there already. Raises ValueError for a value that the
    record does not know.
    """
    items = list_items(record) if items is None else items
    _refuse_unknown(record, choice, items)
    ids = set(items.loc[choose(items, choice, record.episode["zones"][0]), "id"])
    claims = _keep(record.casualties, "claim_id", ids)
    events = _keep(record.events, "event_id", ids | set(claims["event_id"]))
    statements = _keep(record.statements, "statement_id", ids)
    said = set(statements["statement_id"])
    replies = _keep(_keep(record.replies, "statement_id", said), "answers", said | set(record.proposals["proposal_id"]))
    proposals = _keep(record.proposals, "proposal_id", {*_list(statements["proposal_id"]), *replies["answers"]})
    about = statements["about_event"].where(statements["about_event"].isin(events["event_id"]))
    nights = record.nights[(record.nights["night"] >= (choice.start or "")) & (record.nights["night"] <= (choice.end or "9999"))]
    nights = nights.reset_index(drop=True)
    kept = {*events["event_id"], *said, *claims["claim_id"], *proposals["proposal_id"]}
    cited = {page for rows in (events, statements, claims, nights) for page in _list(rows["sources"])}
    people = {*_list(events["actors"]), *_list(statements["speaker"]), *_list(proposals["proposed_by"]), *claims["claimed_by"],
              *nights["reported_by"].dropna(), *(one for rows in (events, statements, claims) for one in _list(rows["origins"]))}
    places = {*_list(events["location_id"]), *_list(events["other_locations"]), *_list(statements["location_id"])}
    coded = _keep(record.second_coding, "statement_id", said)
    return replace(
        record, events=events, statements=statements.assign(about_event=about), casualties=claims, replies=replies,
        proposals=proposals, nights=nights, sources=_keep(record.sources, "source_id", cited),
        actors=_keep(record.actors, "actor_id", people), locations=_keep(record.locations, "location_id", places),
        passages=_touch(record.passages, kept), disagreements=_touch(record.disagreements, kept),
        second_coding=coded[coded["answers"].isna() | coded["answers"].isin(kept)].reset_index(drop=True),
    )  # fmt: skip


def _refuse_unknown(record: Record, choice: Choice, items: pd.DataFrame) -> None:
    known = {"sides": set(record.episode["sides"]), "actors": set(record.actors["actor_id"]), "kinds": set(items["kind"]),
             "statuses": set(items["status"]), "ids": set(items["id"]),
             "places": set(record.locations["location_id"])}  # fmt: skip
    for name, values in known.items():
        for one in getattr(choice, name):
            if one not in values:
                raise ValueError(f"{name} '{one}': not in the record; expected one of {', '.join(sorted(values)[:12])} ...")
    for name in ("start", "end"):
        day = getattr(choice, name)
        if day and (when.explain(day) or len(day) != len("2025-04-13")):
            raise ValueError(f"{name} '{day}': expected a day, as 2025-04-13")
    if choice.start and choice.end and choice.start > choice.end:
        raise ValueError(f"start '{choice.start}' is after end '{choice.end}'")


def _keep(rows: pd.DataFrame, name: str, values: Collection[str]) -> pd.DataFrame:
    return rows[rows[name].isin(list(values))].reset_index(drop=True)


def _touch(rows: pd.DataFrame, values: Collection[str]) -> pd.DataFrame:
    return rows[[not set(split(cell)).isdisjoint(values) for cell in rows["records"]]].reset_index(drop=True)


def _list(cells: Sequence[str]) -> set[str]:
    return {one for cell in cells for one in split(cell)}
