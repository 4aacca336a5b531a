"""The parts of the explorer that are words: rows, the details of one, and the line of code."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import anywidget
import pandas as pd
import traitlets

from analysis import schema
from analysis.doubts import BETWEEN
from analysis.faults import split
from analysis.load import Record
from analysis.replies import list_further

COLUMNS = ("Date", "Row", "What", "Said by", "Status")
NOUNS = {"events": "event", "statements": "statement", "casualties": "casualty claim"}
HINT = ("Click on a mark or a row for its details. Drag across the charts of time to choose days, over the map to choose places; "
        "the lasso, at the upper right of a chart, chooses marks. Undo takes it back.")  # fmt: skip
LISTED = 200
"""Rows of a list that are named at most."""


class Board(anywidget.AnyWidget):
    """Show rows, details or code (`part`) as text, whatever stands in it.

    `active` is the id of the row that is looked at, `shown` the numbers of the rows in `content` that are shown.
    """

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    part = traitlets.Unicode().tag(sync=True)
    content = traitlets.Dict().tag(sync=True)
    shown = traitlets.List().tag(sync=True)
    active = traitlets.Unicode().tag(sync=True)

    def __init__(self, **given: object) -> None:
        script, style = ((Path(__file__).parent / f"board.{kind}").read_text("utf-8") for kind in ("js", "css"))
        super().__init__(_esm=script, _css=style, **given)


def list_rows(items: pd.DataFrame, sides: dict[str, str]) -> dict[str, object]:
    """Return the cells of every row that may be shown, and the colour of the side that acts, which stands before the kind."""
    rows = [{"id": item.id, "color": sides.get(item.sides.partition("; ")[0], ""), "tinted": 1,
             "cells": [item.date, f"{NOUNS[item.table]}: {item.kind}", _name(item), item.said_by, item.status]}
            for item in items.itertuples()]  # fmt: skip
    return {"columns": list(COLUMNS), "rows": rows}


def _name(item: object) -> str:
    """Say what a row is about: a claim by its count, a statement by its words, an event by its title."""
    return {"casualties": f"{item.words}: {item.title}", "statements": item.words}.get(item.table, item.title)


def tell_answers(items: pd.DataFrame, record: Record) -> dict[str, list[str]]:
    """Return, by statement, what it answers, who answered it or what it puts forward, and what nobody answered."""
    whole, labels = record.whole, dict(zip(record.whole.proposals["proposal_id"], record.whole.proposals["label"], strict=True))
    named = labels | dict(zip(items["id"], items["title"] + ", " + items["date"], strict=True))
    given, told = {row.Index: row for row in whole.replies.itertuples()}, {}
    how = {number: f"({row.answer}, {row.basis}{'' if pd.isna(row.conditions) else f': {row.conditions}'})"
           for number, row in given.items()}  # fmt: skip
    for number, row in given.items():
        by, to = (named.get(one, one) for one in (row.statement_id, row.answers))
        told.setdefault(row.statement_id, []).append(f"It answers “{to}” {how[number]}.")
        if row.answers not in labels:
            told.setdefault(row.answers, []).append(f"“{by}” answers it {how[number]}.")
    for row in list_further(whole.statements, whole.replies).itertuples():
        put = "it" if pd.isna(row.proposal_id) else f"“{named[row.proposal_id]}”"
        if pd.isna(row.reply):
            words = f"No other side answered {put} in the record."
        else:
            by = given[row.reply].statement_id
            words = f"“{named.get(by, by)}” answers {put}, which it puts forward {how[row.reply]}."
        told.setdefault(row.statement_id, []).append(words)
    return told


def tell_row(item: object, record: Record, answers: Sequence[str] = ()) -> dict[str, object]:
    """Return what is known of a row: words, who said so, answers, status, what is disputed, and its sources."""
    pages = record.whole.sources.set_index("source_id")
    sources = [pages.loc[one] for one in split(item.sources)]
    lines = [["", item.date], ["", item.words], ["Said by:", item.said_by], ["Where:", item.place],
             *(["Answers:" if i == 0 else "", told] for i, told in enumerate(answers)),
             ["Status:", f"{item.status}. {schema.STATUSES[item.status]}"],
             ["Note:", "" if pd.isna(item.note) else item.note], ["Row:", f"{item.id} ({item.table})"]]  # fmt: skip
    doubts = [one.partition("): ") for one in item.doubts.split(BETWEEN) if one]
    return {
        "title": item.title, "lines": [line for line in lines if line[1]],
        "doubts": [{"topic": f"{topic}{end.strip()}", "versions": versions.split(" | ") if versions else []}
                   for topic, end, versions in doubts],
        "sources": [{"words": f"{page.publisher}, {'undated' if pd.isna(page.published) else page.published}:", "url": page.url}
                    for page in sources],
    }  # fmt: skip


def tell_place(point: object, items: pd.DataFrame) -> dict[str, object]:
    """Return what is at a point of the map: how closely it is known, and its rows."""
    ids = set(point.ids.split("; "))
    here = items[[not ids.isdisjoint(split(cell)) for cell in items["places"]]]
    return tell_rows(point.name, here) | {"lines": [["", "A region, known no closer."]] if point.area else []}


def tell_rows(title: str, rows: pd.DataFrame) -> dict[str, object]:
    """Return a list of rows, of which each leads to its details; of very many, the first ones."""
    told = [{"id": item.id, "words": f"{item.date}: {_name(item)}"} for item in rows.head(LISTED).itertuples()]
    return {"title": title, "rows": told, "number": len(rows)}
