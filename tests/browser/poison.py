"""A copy of the record with a hostile text in every cell that may hold any text."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
from payloads import PAYLOADS

from analysis.load import Record
from analysis.schema import TABLES

TEXTS = list(PAYLOADS.values())
LABELS = {"actors": "name", "locations": "name", "events": "title", "proposals": "label", "statements": "key_phrase"}
"""Columns that figures write beside marks, where there is no room for more than LONGEST letters."""
LONGEST = 60


def poison(record: Record, turn: int = 0) -> Record:
    """Return the record with a payload as each text, so that a column of 40 rows holds all; `turn` says which is the first.

    Empty cells are filled too, addresses become those that run scripts. The record would not be read so from its files,
    as unseen characters and such addresses are refused there.
    """
    tables = {}
    for at, table in enumerate(TABLES):
        rows = getattr(record, table.name)
        free = [column.name for column in table.columns if column.type == "text" and not (column.choices or column.pattern)]
        first = turn + 7 * at
        texts = {name: pd.Series([TEXTS[(first + 3 * k + i) % len(TEXTS)] for i in range(len(rows))], rows.index, dtype="str")
                 for k, name in enumerate(free)}  # fmt: skip
        if name := LABELS.get(table.name):
            texts[name] = texts[name].str[:LONGEST].str.strip()
        if table.name == "locations":  # a map has no room for a long name at every place
            texts["name"] = texts["name"].where([(i + turn) % 3 == 0 for i in range(len(rows))], rows["name"])
        if table.name == "sources":
            texts["url"] = "javascript:canary()//" + rows["url"]
        tables[table.name] = rows.assign(**texts)
    places = tables["locations"].set_index("location_id")["name"]
    for name in ("events", "statements"):
        tables[name] = tables[name].assign(place=tables[name]["location_id"].map(places).fillna(""))
    episode = {**record.episode, "title": TEXTS[turn], "subject": TEXTS[turn + 1]}
    return replace(record, **tables, episode=episode)
