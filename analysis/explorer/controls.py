"""The filters of the explorer: days, sides, words, kinds, actors, places and statuses as widgets."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import ipywidgets as widgets
import pandas as pd

from analysis.explorer.board import NOUNS
from analysis.load import Record
from analysis.selection import Choice

MANY = {"kinds": ("kind", 6), "actors": ("actors", 6), "places": ("places", 6), "statuses": ("status", 3)}
"""Filters that are lists: the column of the items, and how many lines are seen at once."""
OFF, ON = "square-o", "check-square-o"


class Controls:
    """Hold the filters as a box of widgets; `hear` is told of each change that a reader makes, by the name of the filter."""

    def __init__(self, record: Record, items: pd.DataFrame, hear: Callable[[Mapping[str, object]], None]) -> None:
        zone, self.quiet = record.episode["zones"][0], False
        days = [moment.tz_convert(zone).date() for moment in (items["earliest"].min(), items["latest"].max())]
        self.days = {name: widgets.DatePicker(description=told, min=days[0], max=days[1])
                     for name, told in (("start", "From the day"), ("end", "To the day"))}  # fmt: skip
        self.sides = {side: widgets.ToggleButton(description=side, icon=OFF, layout={"width": "auto", "margin": "1px"})
                      for side in record.episode["sides"]}  # fmt: skip
        for side, button in self.sides.items():
            button.style.text_color = record.episode["sides"][side]
        self.text = widgets.Text(description="Words", placeholder="all of them; then Enter", continuous_update=False)
        self.many = {name: _list(name, items[column], items["table"], rows, record) for name, (column, rows) in MANY.items()}
        title, note = widgets.HTML("<b>Sides</b>"), widgets.HTML("In the lists: Ctrl or Cmd for several")
        buttons = widgets.Box([*self.sides.values()], layout={"flex_flow": "row wrap"})
        self.box = widgets.VBox([*self.days.values(), title, buttons, self.text, note, *self.many.values()],
                                layout={"width": "205px", "flex": "none"})  # fmt: skip
        self.box.add_class("ts-filters")
        for name, day in self.days.items():
            self._listen(day, lambda value, name=name: hear({name: value.isoformat() if value else None}))
        for button in self.sides.values():
            self._listen(button, lambda _: hear({"sides": tuple(side for side, own in self.sides.items() if own.value)}))
        self._listen(self.text, lambda value: hear({"text": value}))
        for name, values in self.many.items():
            self._listen(values, lambda value, name=name: hear({name: tuple(value)}))

    def _listen(self, control: widgets.Widget, hear: Callable[[object], None]) -> None:
        control.observe(lambda change: None if self.quiet else hear(change["new"]), "value")

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        self.quiet = True
        try:
            yield
        finally:
            self.quiet = False

    def show(self, choice: Choice) -> None:
        """Set the filters to a choice, without telling of it."""
        with self._quietly():
            for name, day in self.days.items():
                given = getattr(choice, name)
                day.value = datetime.date.fromisoformat(given) if given else None
            for side, button in self.sides.items():
                button.value = side in choice.sides
                button.icon = ON if button.value else OFF
            self.text.value = choice.text
            for name, values in self.many.items():
                known = {value for _, value in values.options}  # of a part of the record, which may lack what is chosen
                values.value = tuple(one for one in getattr(choice, name) if one in known)


def _list(name: str, cells: pd.Series, tables: pd.Series, rows: int, record: Record) -> widgets.SelectMultiple:
    """Return a list of the values of a column, with their names and how many rows have each; `tables` are those of the rows."""
    counts = cells.str.split("; ").explode().value_counts()
    known = {"actors": (record.actors, "actor_id"), "places": (record.locations, "location_id")}
    names = known[name][0].set_index(known[name][1])["name"].to_dict() if name in known else {}
    if name == "kinds":
        names = {kind: f"{NOUNS[table]}: {kind}" for kind, table in zip(cells, tables, strict=True)}
    options = [(f"{names.get(one, one)} ({number})", one) for one, number in counts.items() if one]
    options.sort(key=lambda pair: pair[0].casefold())
    return widgets.SelectMultiple(options=options, description=name.capitalize(), rows=rows)
