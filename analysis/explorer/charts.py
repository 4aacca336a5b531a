"""Charts of plotly in a notebook: drawn again at once, and heard when a reader clicks on a mark or brushes over some."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import anywidget
import traitlets
from plotly.basedatatypes import Undefined
from plotly.graph_objects import FigureWidget

from analysis import theme

CONFIG = {"displaylogo": False, "showSendToCloud": False, "responsive": True, "typesetMath": False}
CHANGING = ("x", "y", "text", "textposition", "customdata", "hovertext", "marker.symbol", "marker.size", "marker.color",
            "marker.line.color")  # fmt: skip
"""What may differ from one drawing of a trace to the next."""
OUTLINE = ("type", "xref", "yref", "x0", "x1", "y0", "y1", "path")
"""What says where a reader brushed; plotly sends colours that are undefined with it, which it would refuse itself."""


class Chart(FigureWidget):
    """Show traces and layout of plotly, as wide as its place; `name` is what `Ear` calls it."""

    def __init__(self, name: str, traces: Sequence[dict], layout: Mapping[str, object], without: Sequence[str]) -> None:
        look = {key: value for key, value in theme.lay_out(0, 0).items() if key != "width"}
        super().__init__(data=traces, layout=look | {"autosize": True, "template": "none"} | layout)
        self._laid_out = _flatten(layout)
        self._config = CONFIG | {"modeBarButtonsToRemove": [*without]}
        self.add_class(f"ts-{name}")

    def redraw(self, traces: Sequence[dict], layout: Mapping[str, object], first: int = 0) -> None:
        """Show other traces of the same kinds, from the one with the number `first` on, and another layout, in one message.

        Of the layout, what is as it was is left out. The outline of what was brushed goes.
        """
        drawn = [_flatten(trace) for trace in traces]
        style = {key: [trace.get(key, Undefined) for trace in drawn] for key in CHANGING}
        other = {key: value for key, value in _flatten(layout).items() if self._laid_out.get(key, Undefined) != value}
        self._laid_out |= other
        self.plotly_update(style, other | {"selections": []}, [*range(first, first + len(traces))])

    @traitlets.observe("_js2py_pointsCallback")
    def _handler_js2py_pointsCallback(self, change: Mapping[str, object]) -> None:
        """Let go what a reader points at, clicks on or brushes, which `Ear` hears.

        plotly would tell each trace of it, and each would be drawn anew: most of a second.
        """
        if change["new"]:
            self._js2py_pointsCallback = None

    @traitlets.observe("_js2py_relayout")
    def _handler_js2py_relayout(self, change: Mapping[str, object]) -> None:
        if change["new"] and (brushed := change["new"]["relayout_data"].get("selections")):
            outlines = [{name: one[name] for name in OUTLINE if name in one} for one in brushed]
            change["new"]["relayout_data"]["selections"] = outlines
        super()._handler_js2py_relayout(change)


def _flatten(values: Mapping[str, object], before: str = "") -> dict[str, object]:
    """Return nested values by names with dots."""
    return {name: one for key, value in values.items() for name, one in (
        _flatten(value, f"{before}{key}.") if isinstance(value, Mapping) else {before + key: value}).items()}  # fmt: skip


class Ear(anywidget.AnyWidget):
    """Tell of what a reader does in the charts of the explorer in which it stands, as messages of its own.

    plotly's own way to tell loses a click if the pointer moves on before the last message is answered.
    """

    _esm = traitlets.Unicode().tag(sync=True)

    def __init__(self) -> None:
        super().__init__(_esm=(Path(__file__).parent / "ear.js").read_text("utf-8"))
