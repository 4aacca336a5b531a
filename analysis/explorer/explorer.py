"""Explore the record in JupyterLab: filters, a map, charts of time and rows that choose together, and a selection for pandas."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from functools import cache, cached_property
from html import escape as escape_html
from pathlib import Path

import ipywidgets as widgets
import numpy as np
import pandas as pd

from analysis import export, files, schema
from analysis.browse import escape
from analysis.exhibit import SCREEN, WIDE, say_mark
from analysis.exhibits import EXHIBITS
from analysis.explorer.board import HINT, NOUNS, Board, list_rows, tell_answers, tell_place, tell_row, tell_rows
from analysis.explorer.charts import Chart, Ear
from analysis.explorer.controls import Controls
from analysis.explorer.map import VIEWS, count_places, draw_map, lay_out_map, prepare_map, show_view
from analysis.explorer.times import FOOT, HIGH, LEFT, RINGS, TOP, Base, draw_ring, draw_times, prepare_times
from analysis.faults import guess, show
from analysis.layout.stretches import Window
from analysis.load import Record
from analysis.notebooks import WIDGET
from analysis.selection import Choice, choose, list_items, refuse_unknown, select, take_rows
from analysis.words import say_number

DEFAULT = ("places", "timeline", "exchange")
"""Exhibits that are exported unless others are asked for."""
EMPTY = {"title": "Details", "lines": [["", HINT]]}
FORMATS = ("png", "svg", "pdf", "json")
ROOM = {"flex": "1 1 0", "min_width": "0", "overflow": "hidden"}


def explore(record: Record, **choice: str | Sequence[str]) -> Explorer:
    """Return an Explorer of the record, or of what is chosen of it: `explore(record, start="2025-04-13", sides=["Ukraine"])`.

    Filters are those of analysis.selection.Choice: start, end, sides, actors, kinds, statuses, places, text, ids. Raises
    ValueError for a filter or a value that is unknown and for a record without rows, TypeError for what is no Record.
    """
    if not isinstance(record, Record):
        raise TypeError(f"explore needs a Record, as Record.read() returns it, not {type(record).__name__} {record!r:.40}")
    _refuse("filter", choice, [field.name for field in fields(Choice)])
    return Explorer(record, Choice(**choice))


def _refuse(what: str, names: Iterable[str], known: Iterable[str]) -> None:
    """Raise ValueError for a name that is unknown."""
    for name in names:
        if name not in known:
            raise ValueError(f"no {what} {show(name)}{guess(name, known) or '; expected one of ' + ', '.join(known)}")


class Explorer:
    """Hold a view of the record: `choice`, the `selection` as a Record, the `code` that recreates it, and how to `export` it."""

    def __init__(self, record: Record, choice: Choice) -> None:
        refuse_unknown(record, choice)
        self.record, self.items, self.zone = record, list_items(record), record.episode["zones"][0]
        if self.items.empty:
            raise ValueError("nothing to explore: no event, statement or casualty claim is in this record, or part of it")
        publishers = record.whole.sources.set_index("source_id")["publisher"]
        by_id = self.items.set_index("id", drop=False)
        hover = cache(lambda one: escape(say_mark(by_id.loc[one], publishers, WIDE)))
        self.base = Base(record.replies, record.locations, record.episode["sides"], self.zone, hover)
        self.rows, self.ground = prepare_times(self.items, self.base), prepare_map(self.items, self.base)
        self.past: list[Choice] = []
        self._set(choice)
        self._build()
        self._listen()
        self._tell()

    @cached_property
    def answers(self) -> dict[str, list[str]]:
        """Return what is told of the answers of each statement; made when a row is first looked at."""
        return tell_answers(self.items, self.record)

    @property
    def selection(self) -> Record:
        """Return what is shown as a Record whose tables are ordinary DataFrames."""
        return select(self.record, self.choice, self.items)

    @property
    def code(self) -> str:
        """Return the line of code that recreates the view."""
        return self.choice.code

    @property
    def window(self) -> Window:
        """Return the first and the last minute of the days chosen or, where none are, of the rows shown."""
        last = self.shown["latest"].fillna(self.shown["earliest"])
        # A day elsewhere begins on another one here, but has its middle on the same.
        begin, end = (self.shown["earliest"] + (last - self.shown["earliest"]) / 2).min(), last.max()
        own = self.record.episode["focus"] if self.shown.empty else [moment.tz_convert(self.zone).tz_localize(None).normalize()
                                                                     for moment in (begin, end)]  # fmt: skip
        first, last = (pd.Timestamp(day or other) for day, other in zip((self.choice.start, self.choice.end), own, strict=True))
        return first, max(first, last) + pd.Timedelta(days=1, minutes=-1)

    def apply(self, choice: Choice) -> None:
        """Show another choice; `undo` takes it back. What the record does not know is refused in words, and changes nothing."""
        if choice == self.choice:
            return
        try:
            refuse_unknown(self.record, choice)
        except ValueError as error:
            self.status.value = f"<b>{escape_html(str(error))}</b>"
            return
        self.past.append(self.choice)
        self._set(choice)
        self._show()

    def undo(self) -> None:
        """Show what was shown before."""
        if self.past:
            self._set(self.past.pop())
            self._show()

    def reset(self) -> None:
        """Show the whole record."""
        self.apply(Choice())

    def look(self, row: str) -> None:
        """Show the details of a row that is shown, by its id; of none for an empty one."""
        known = self.shown[self.shown["id"] == row]
        for board in (self.table, self.details):
            board.active = row if len(known) else ""
        if len(known):
            self.details.content = tell_row(next(known.itertuples()), self.record, self.answers.get(row, ()))
        x, chart, y = self.times.spots.get(self.table.active, (0, 0, 0))
        for number, at in RINGS.items():
            self.charts.redraw([draw_ring(number, [(x, y)] if number == chart else ())], {}, at)
        traces, _ = self._draw_map()
        self.map.redraw(traces[-1:], {}, len(traces) - 1)

    def export(self, folder: Path | str = "view", exhibits: str | Sequence[str] = DEFAULT,
               formats: str | Iterable[str] = FORMATS) -> list[Path]:  # fmt: skip
        """Write the view into `folder`: the exhibits asked for, drawn on the selection, and its rows; all of it or nothing.

        rows.csv has the rows of the table, TABLE.csv those of each table of the selection, EXHIBIT-marks.csv the marks of an
        exhibit, view.json says what it is. A
        text that a spreadsheet would take for a formula has an apostrophe before it. Raises ValueError for an exhibit or a
        format that is unknown, OSError where a file cannot be written.
        """
        exhibits, formats = ([names] if isinstance(names, str) else [*names] for names in (exhibits, formats))
        _refuse("exhibit", exhibits, EXHIBITS)
        _refuse("format", formats, files.FORMATS)
        part, days = self.selection, [f"{day:%Y-%m-%d}" for day in self.window]
        made = {"rows.csv": _to_csv(take_rows(self.shown, self.record))}
        for name in exhibits:
            exhibit = EXHIBITS[name](part, *([] if name == "coverage" else days))
            wanted = files.name_files(name, formats, ("page",))  # a table of the record may have the name of an exhibit
            wanted = {file.replace(".csv", "-marks.csv"): of for file, of in wanted.items()}
            made |= dict(export.render(exhibit, wanted))
        made |= {f"{table.name}.csv": _to_csv(getattr(part, table.name)[[column.name for column in table.columns]])
                  for table in schema.TABLES}  # fmt: skip
        facts = {"code": self.code, "shown": part.chosen or "the whole record", "record_sha256": part.sha256,
                 "files": sorted([*made, "view.json"])}  # fmt: skip
        made["view.json"] = (json.dumps(facts, ensure_ascii=False, indent=1) + "\n").encode()
        Path(folder).mkdir(parents=True, exist_ok=True)
        paths = {Path(folder) / name: data for name, data in made.items()}
        files.write_all(paths)
        return list(paths)

    def summary(self) -> str:
        """Return the view as text: its code, and how many rows there are of each table, kind, side, status and place."""
        lines = [self.code, self._count()]
        for name, column in (("kinds", "kind"), ("sides", "sides"), ("statuses", "status"), ("places", "places")):
            counts = self.shown[column].str.split("; ").explode().replace("", pd.NA).value_counts()
            counts = counts.sort_index().sort_values(ascending=False, kind="stable")
            lines.append(f"{name}: {', '.join(f'{value} {number}' for value, number in counts.items()) or 'none'}")
        return "\n".join(lines)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> tuple[dict, dict]:
        """Show one output with three faces: the widget; where none runs, a map of what is shown; and a summary in words."""
        words = self.summary()
        shown = {WIDGET: self.box.get_view_spec(), "text/plain": words}
        try:
            figure = EXHIBITS["places"](self.selection).figure()
        except ValueError:  # on a sheet there may be no room for the names of very many places
            return shown, {}
        width, height = (round(length * SCREEN) for length in figure.get_size_inches())
        shown["image/png"] = export.draw_thin(figure, SCREEN, height / width, words)
        return shown, {"image/png": {"width": width, "height": height}}

    def _set(self, choice: Choice) -> None:
        self.choice, self.chosen = choice, choose(self.items, choice, self.zone)
        self.shown = self.items[self.chosen]

    def _count(self) -> str:
        number = self.shown["table"].value_counts()
        each = ", ".join(say_number(number.get(table, 0), noun) for table, noun in NOUNS.items())
        return f"{len(self.shown)} of {len(self.items)} rows: {each}"

    def _build(self) -> None:
        """Make filters, charts, rows and buttons, and put them together."""
        self.controls = Controls(self.record, self.items, lambda change: self.apply(replace(self.choice, **change)))
        view = next(iter(VIEWS))
        self.views = widgets.ToggleButtons(options=list(VIEWS), style={"button_width": "auto"})
        self.table, self.ear = Board(part="rows", content=list_rows(self.items, self.base.sides)), Ear()
        self._count_places()
        self._draw_times()
        traces, layout = draw_map(self.points, self.base, view)
        self.map = Chart("map", traces, lay_out_map(view) | layout, ["autoScale2d", "toImage"])
        room = {"l": LEFT, "r": 12, "t": TOP, "b": FOOT}
        space = {"height": HIGH, "margin": room, "dragmode": "select", "selectdirection": "h"}
        self.charts = Chart("times", self.times.traces, space | self.times.layout, [
            "zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "autoScale2d", "resetScale2d", "toImage"])  # fmt: skip
        self.details = Board(part="details", content=EMPTY)
        self.line = Board(part="code", content={"code": self.code})
        self.status, self.told = widgets.HTML(layout={"flex": "1 1 auto"}), widgets.HTML()
        self.buttons = {name: widgets.Button(description=name, tooltip=told, layout={"width": "auto"}) for name, told in (
            ("Undo", "Back to what was shown before"), ("Reset", "Show the whole record"),
            ("Export", "Write figures and rows of this view into the folder"))}  # fmt: skip
        self.folder = widgets.Text("view", description="figures and rows into the folder", style={"description_width": "initial"},
                                   layout={"width": "380px"})
        head = widgets.HBox([self.status, self.buttons["Undo"], self.buttons["Reset"]], layout={"align_items": "center"})
        above = widgets.HBox([widgets.VBox([self.views, self.map], layout=ROOM | {"flex": "1.25 1 0"}),
                              widgets.Box([self.details], layout=ROOM)])  # fmt: skip
        right = widgets.VBox([head, above, widgets.Box([self.charts], layout={"overflow": "hidden"}), self.table], layout=ROOM)
        foot = widgets.HBox([self.buttons["Export"], self.folder, self.told], layout={"align_items": "center"})
        self.box = widgets.VBox([widgets.HBox([self.controls.box, right]), self.line, foot, self.ear])
        self.box.add_class("ts-explorer")

    def _listen(self) -> None:
        """Let buttons, marks and rows do something."""
        for name, act in (("Undo", self.undo), ("Reset", self.reset), ("Export", self._export_by_button)):
            self.buttons[name].on_click(lambda _, act=act: act())
        self.views.observe(lambda change: self._turn(change["new"]), "value")
        for board in (self.table, self.details):
            board.observe(lambda change: self.look(change["new"]), "active")
        self.ear.on_msg(lambda _, said, __: self._hear(**said))

    def _hear(self, chart: str, marks: Sequence[str], days: Sequence[float] | None = None, *, brushed: bool) -> None:
        """Do what a click on a mark or a brush over marks means: of the map (`map`) or the charts of time (`times`)."""
        if not brushed and chart == "map":
            self._look_at_place(marks[0])
        elif not brushed:
            self._look_at_rows(self.times.members.get(marks[0], []))
        elif chart == "map" and marks:
            self.apply(replace(self.choice, places=tuple(sorted({one for ids in marks for one in ids.split("; ")}))))
        elif chart == "map":
            self.map.redraw([], {})  # an outline around nothing goes
        elif days:
            start, end = self.times.read_days(days)
            self.apply(replace(self.choice, start=start, end=end))
        elif marks:
            ids = {one for mark in marks for one in self.times.members.get(mark, [])}
            self.apply(replace(self.choice, ids=tuple(sorted(ids))))

    def _count_places(self) -> None:
        self.points = count_places(self.ground, self.chosen, self.base.sides)

    def _draw_times(self) -> None:
        self.times = draw_times(self.rows[self.chosen], self.base, self.window, self.table.active)

    def _draw_map(self) -> tuple[list[dict], dict]:
        places = self.items.loc[self.items["id"] == self.table.active, "places"]
        return draw_map(self.points, self.base, self.views.value, "; ".join(places))

    def _show(self) -> None:
        """Show the choice everywhere."""
        self._tell()
        self._count_places()
        self.map.redraw(*self._draw_map())  # the page draws the map while the charts of time are made
        self._draw_times()
        self.charts.redraw(self.times.traces, self.times.layout)

    def _tell(self) -> None:
        """Show the choice in filters, count, buttons, rows and code."""
        self.controls.show(self.choice)
        self.status.value = f"<b>{self._count()}</b>"
        self.buttons["Undo"].disabled, self.buttons["Reset"].disabled = not self.past, self.choice == Choice()
        self.table.shown = np.flatnonzero(self.chosen).tolist()
        self.line.content = {"code": self.code}
        self.told.value = ""
        if self.table.active and self.table.active not in set(self.shown["id"]):
            self.table.active, self.details.content = "", EMPTY

    def _turn(self, view: str) -> None:
        """Show another part of the map."""
        traces, layout = self._draw_map()
        self.map.redraw(traces, layout | show_view(view))

    def _look_at_place(self, ids: str) -> None:
        self.look("")
        if (point := self.points[self.points["ids"] == ids]).size:
            self.details.content = tell_place(next(point.itertuples()), self.shown)

    def _look_at_rows(self, ids: Sequence[str]) -> None:
        """Show the details of the row behind a mark, or a list of the rows if there are several."""
        self.look(ids[0] if len(ids) == 1 else "")
        if len(ids) > 1:
            self.details.content = tell_rows(f"{len(ids)} rows", self.shown[self.shown["id"].isin(ids)])

    def _export_by_button(self) -> None:
        """Export the view, and say where it is or why it is nowhere."""
        self.buttons["Export"].disabled, self.told.value = True, "Drawing; this takes some seconds."
        try:
            paths = self.export(self.folder.value.strip() or "view")
            self.told.value = escape_html(f"{len(paths)} files are in {paths[0].parent.resolve()}.")
        except OSError as error:
            self.told.value = escape_html(f"Nothing was written: {error.filename}: {error.strerror}.")
        finally:
            self.buttons["Export"].disabled = False


def _to_csv(rows: pd.DataFrame) -> bytes:
    """Return rows as CSV, safe for a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(rows.columns)
    writer.writerows([export.write_cell(value) for value in row] for row in rows.itertuples(index=False, name=None))
    return out.getvalue().encode()
