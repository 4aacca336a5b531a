"""Explore the record in JupyterLab: filters, a map, charts of time and rows that choose together, and a selection for pandas."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from html import escape as escape_html
from pathlib import Path

import ipywidgets as widgets
import pandas as pd
from plotly.graph_objects import FigureWidget

from analysis import export, schema, theme
from analysis.browse import escape
from analysis.exhibit import SCREEN, WIDE, say_mark
from analysis.exhibits import EXHIBITS
from analysis.explorer.board import HINT, NOUNS, Board, list_rows, tell_place, tell_row
from analysis.explorer.controls import Controls
from analysis.explorer.map import VIEWS, count_places, draw_map, lay_out_map, show_view
from analysis.explorer.times import FOOT, HIGH, LEFT, TOP, Base, draw_ring, draw_times
from analysis.files import name_files, write_all
from analysis.layout.stretches import Window
from analysis.load import Record
from analysis.rules import guess, show
from analysis.selection import Choice, choose, list_items, refuse_unknown, select
from analysis.words import say_number

DEFAULT = ("places", "timeline", "exchange")
"""Exhibits that are exported unless others are asked for."""
FORMATS = ("png", "svg", "pdf", "json")
VIEW = "application/vnd.jupyter.widget-view+json"
CONFIG = {"displaylogo": False, "showSendToCloud": False, "responsive": True, "typesetMath": False}
ROOM = {"flex": "1 1 0", "min_width": "0", "overflow": "hidden"}


def explore(record: Record, **choice: str | Sequence[str]) -> Explorer:
    """Return an Explorer of the record, or of what is chosen of it: `explore(record, start="2025-04-13", sides=["Ukraine"])`.

    Filters are those of analysis.selection.Choice: start, end, sides, actors, kinds, statuses, places, text, ids. Raises
    ValueError for a filter or a value that is unknown.
    """
    known = [field.name for field in fields(Choice)]
    for name in choice:
        if name not in known:
            raise ValueError(f"no filter {show(name)}{guess(name, known) or '; expected one of ' + ', '.join(known)}")
    return Explorer(record, Choice(**choice))


class Explorer:
    """Hold a view of the record: `choice`, the `selection` as a Record, the `code` that recreates it, and how to `export` it."""

    def __init__(self, record: Record, choice: Choice) -> None:
        refuse_unknown(record, choice)
        self.record, self.items, self.zone = record, list_items(record), record.episode["zones"][0]
        publishers = record.whole.sources.set_index("source_id")["publisher"]
        hovers = {item.id: escape(say_mark(item, publishers, WIDE)) for item in self.items.itertuples()}
        self.base = Base(record.replies, record.locations, record.episode["sides"], self.zone, hovers)
        self.past: list[Choice] = []
        self._set(choice)
        self._build()
        self._listen()
        self._show()

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
        begin, end = self.shown["earliest"].min(), self.shown["latest"].fillna(self.shown["earliest"]).max()
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
        for board in (self.rows, self.details):
            board.active = row if len(known) else ""
        if len(known):
            self.details.content = tell_row(next(known.itertuples()), self.record)
        self._ring()

    def export(self, folder: Path | str = "view", exhibits: Sequence[str] = DEFAULT,
               formats: Iterable[str] = FORMATS) -> list[Path]:  # fmt: skip
        """Write the view into `folder`: the exhibits asked for, drawn on the selection, and its rows; all of it or nothing.

        rows.csv has the rows of the table, TABLE.csv those of each table of the selection, view.json says what it is. A
        text that a spreadsheet would take for a formula has an apostrophe before it.
        """
        part, days = self.selection, [f"{day:%Y-%m-%d}" for day in self.window]
        files = {"rows.csv": _to_csv(self.shown.drop(columns="text"))}
        for name in exhibits:
            exhibit = EXHIBITS[name](part, *([] if name == "coverage" else days))
            files |= dict(export.render(exhibit, name_files(name, formats, ("page",))))
        files |= {f"{table.name}.csv": _to_csv(getattr(part, table.name)[[column.name for column in table.columns]])
                  for table in schema.TABLES}  # fmt: skip
        facts = {"code": self.code, "shown": part.chosen or "the whole record", "record_sha256": part.sha256,
                 "files": sorted(files)}  # fmt: skip
        files["view.json"] = (json.dumps(facts, ensure_ascii=False, indent=1) + "\n").encode()
        Path(folder).mkdir(parents=True, exist_ok=True)
        paths = {Path(folder) / name: data for name, data in files.items()}
        write_all(paths)
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
        widget = self.box._repr_mimebundle_()
        figure, words = EXHIBITS["places"](self.selection).figure(), self.summary()
        width, height = (round(length * SCREEN) for length in figure.get_size_inches())
        shown = {VIEW: widget[VIEW], "text/plain": words}
        shown["image/png"] = export.thin(export.draw(figure, "png", SCREEN), height / width, words)
        return shown, {"image/png": {"width": width, "height": height}}

    def _set(self, choice: Choice) -> None:
        self.choice, self.shown = choice, self.items[choose(self.items, choice, self.zone)]

    def _count(self) -> str:
        number = self.shown["table"].value_counts()
        each = ", ".join(say_number(number.get(table, 0), noun) for table, noun in NOUNS.items())
        return f"{len(self.shown)} of {len(self.items)} rows: {each}"

    def _build(self) -> None:
        """Make filters, charts, rows and buttons, and put them together."""
        self.controls = Controls(self.record, self.items, lambda change: self.apply(replace(self.choice, **change)))
        view = next(iter(VIEWS))
        self.views = widgets.ToggleButtons(options=list(VIEWS), style={"button_width": "auto"})
        self._draw()
        self.map = _open_chart(draw_map(self.points, self.base, view)[0], lay_out_map(view), ["autoScale2d", "toImage"])
        room = {"l": LEFT, "r": 12, "t": TOP, "b": FOOT}
        space = {"height": HIGH, "margin": room, "dragmode": "select", "selectdirection": "h"}
        self.charts = _open_chart(self.times.traces, space | self.times.layout, [
            "zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "autoScale2d", "resetScale2d", "toImage"])  # fmt: skip
        self.rows = Board(part="rows", content=list_rows(self.items, self.base.sides))
        self.details = Board(part="details", content={"title": "Details", "lines": [["", HINT]]})
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
        right = widgets.VBox([head, above, widgets.Box([self.charts], layout={"overflow": "hidden"}), self.rows], layout=ROOM)
        foot = widgets.HBox([self.buttons["Export"], self.folder, self.told], layout={"align_items": "center"})
        self.box = widgets.VBox([widgets.HBox([self.controls.box, right]), self.line, foot])
        self.box.add_class("ts-explorer")

    def _listen(self) -> None:
        """Let buttons, marks and rows do something."""
        for name, act in (("Undo", self.undo), ("Reset", self.reset), ("Export", self._export_by_button)):
            self.buttons[name].on_click(lambda _, act=act: act())
        self.views.observe(lambda change: self._turn(change["new"]), "value")
        for board in (self.rows, self.details):
            board.observe(lambda change: self.look(change["new"]), "active")
        picked: list[str] = []

        def pick(trace: object, points: object, selector: object) -> None:
            """Hear of each trace in turn what was chosen of it; the last one acts."""
            if points.trace_index == 0:
                picked.clear()
            picked.extend(_read(trace, points))
            if points.trace_index == len(self.charts.data) - 1:
                if getattr(selector, "xrange", None):
                    start, end = self.times.read_days(selector.xrange)
                    self.apply(replace(self.choice, start=start, end=end))
                elif picked:
                    self.apply(replace(self.choice, ids=tuple(sorted(picked))))

        def pick_places(trace: object, points: object, selector: object) -> None:
            if points.trace_index == 0 and points.point_inds:
                ids = {one for cell in _read(trace, points) for one in cell.split("; ")}
                self.apply(replace(self.choice, places=tuple(sorted(ids))))

        for trace in self.charts.data:
            trace.on_click(lambda trace, points, _: [self.look(one) for one in _read(trace, points)[:1]])
            trace.on_selection(pick)
        for trace in self.map.data:
            trace.on_click(lambda trace, points, _: [self._look_at_place(one) for one in _read(trace, points)[:1]])
            trace.on_selection(pick_places)

    def _draw(self) -> None:
        self.points = count_places(self.shown, self.base)
        self.times = draw_times(self.shown, self.base, self.window)

    def _show(self) -> None:
        """Show the choice everywhere."""
        self.controls.show(self.choice)
        self.status.value = f"<b>{self._count()}</b>"
        self.buttons["Undo"].disabled, self.buttons["Reset"].disabled = not self.past, self.choice == Choice()
        self._draw()
        _redraw(self.charts, self.times.traces, self.times.layout)
        _redraw(self.map, *draw_map(self.points, self.base, self.views.value))
        self.rows.shown = self.shown["id"].tolist()
        self.line.content = {"code": self.code}
        self.told.value = ""
        self.look(self.rows.active)

    def _turn(self, view: str) -> None:
        """Show another part of the map."""
        traces, layout = draw_map(self.points, self.base, view)
        _redraw(self.map, traces, layout | show_view(view))
        self._ring()

    def _ring(self) -> None:
        """Draw a ring around the marks of the row that is looked at."""
        row = self.rows.active
        x, chart, y = self.times.spots.get(row, (0, 0, 0))
        for number in (1, 2):
            ring = draw_ring(number, [(x, y)] if number == chart else ())
            self.charts.data[number - 3].update(x=ring["x"], y=ring["y"])
        places = set("; ".join(self.shown.loc[self.shown["id"] == row, "places"]).split("; "))
        spots = [(point.x, point.y) for point in self.points.itertuples() if not places.isdisjoint(point.ids.split("; "))]
        ring = draw_ring(1, spots)
        self.map.data[-1].update(x=ring["x"], y=ring["y"])

    def _look_at_place(self, ids: str) -> None:
        self.look("")
        self.details.content = tell_place(next(self.points[self.points["ids"] == ids].itertuples()), self.shown)

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


def _open_chart(traces: list[dict], layout: Mapping[str, object], without: list[str]) -> FigureWidget:
    """Return a chart as wide as its place, with the buttons that are not in `without`."""
    look = {name: value for name, value in theme.lay_out(0, 0).items() if name != "width"}
    chart = FigureWidget(data=traces, layout=look | {"autosize": True, "template": "none"} | layout)
    chart._config = CONFIG | {"modeBarButtonsToRemove": without}
    return chart


def _redraw(chart: FigureWidget, traces: list[dict], layout: Mapping[str, object]) -> None:
    """Show other traces and another layout in a chart, in one message; what was brushed goes."""
    with chart.batch_update():
        for old, new in zip(chart.data, traces, strict=True):
            old.update(new)
        for name, value in layout.items():
            if name in ("annotations", "shapes"):
                chart.layout[name] = value
            else:
                chart.layout[name].update(value)
        chart.layout.selections = ()


def _read(trace: object, points: object) -> list[str]:
    """Return what the marks that were chosen of a trace stand for."""
    return [trace.customdata[i] for i in points.point_inds] if trace.customdata is not None else []


def _to_csv(rows: pd.DataFrame) -> bytes:
    """Return rows as CSV, safe for a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(rows.columns)
    writer.writerows([export.write_cell(value) for value in row] for row in rows.itertuples(index=False, name=None))
    return out.getvalue().encode()
