"""An Exhibit: one figure with everything that a reader, a test and a report need."""

from __future__ import annotations

import io
import os
import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from analysis import __version__, theme
from analysis.summary import summarize

FORMATS = ("png", "svg", "pdf")
DPI = {"layout": 150, "png": 300, "notebook": 170, "screen": 115}
LEADING = 1.25 * 25.4 / 72
"""Distance of lines of text in mm, for each point of size."""
# The same bytes everywhere: no style file, no clock, no random ids.
PLAIN = {"svg.hashsalt": "talks-and-strikes", "svg.fonttype": "path", "pdf.fonttype": 42, "path.simplify": False}


@dataclass(frozen=True)
class Exhibit:
    """Hold one figure: `marks` has one row per mark drawn, with the ids of the rows behind it in `records`.

    `paint` draws on an Axes whose size on paper is set; `heights` are those of the drawing in mm at `column` and `page`.
    """

    name: str
    title: str
    subtitle: str
    marks: pd.DataFrame
    source: str
    paint: Callable[[Axes], Axes]
    heights: dict[str, float]

    def draw(self, ax: Axes) -> Axes:
        """Draw the marks on a given Axes, without title and source line; set no global state."""
        return self.paint(ax)

    def figure(self, size: str = "page") -> Figure:
        """Return the whole figure: title, what is shown, the drawing, the source line."""
        width, height = theme.SIZES[size]
        figure = Figure(figsize=(width * theme.MM, 1), dpi=DPI["layout"], facecolor=theme.PAPER)
        scale = theme.scale_of(figure)
        margin = 4 * scale
        head = [(part, size_, face, color) for words, size_, face, color in (
                    (self.title, "title", "bold", theme.TEXT), (self.subtitle, "subtitle", "regular", theme.MUTED))
                for part in wrap(words, width - 2 * margin, size_, face, scale)]  # fmt: skip
        foot = wrap(self.source, width - 2 * margin, "small", "regular", scale)
        lead = {name: points * scale * LEADING for name, points in theme.POINTS.items()}
        top = margin + sum(lead[size_] for _, size_, _, _ in head) + 2.5 * scale
        bottom = margin + len(foot) * lead["small"] + 2 * scale
        height = height or self.heights[size] + top + bottom
        figure.set_size_inches(width * theme.MM, height * theme.MM)
        FigureCanvasAgg(figure)
        y = height - margin
        for part, size_, face, color in head:
            theme.write(figure, margin / width, y / height, part, size=size_, face=face, color=color, va="top")
            y -= lead[size_]
        for i, part in enumerate(reversed(foot)):
            theme.write(figure, margin / width, (margin + i * lead["small"]) / height, part, size="small",
                        color=theme.MUTED, va="bottom")  # fmt: skip
        ax = figure.add_axes((margin / width, bottom / height, 1 - 2 * margin / width, (height - top - bottom) / height))
        self.draw(ax)
        return figure

    def summary(self, size: str = "page") -> str:
        """Return what is drawn, read off the artists: places, colours, sizes, words."""
        return summarize(self.figure(size))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> tuple[dict, dict]:
        """Show the picture together with what is drawn, in words, which is what a rerun is compared with."""
        figure = self.figure()
        shown = {"image/png": _thin(_render(figure, "png", DPI["notebook"])), "text/plain": summarize(figure)}
        return shown, {"image/png": {"width": round(figure.get_size_inches()[0] * DPI["screen"])}}

    def save(self, folder: Path | str, formats: Iterable[str] = FORMATS, sizes: Sequence[str] = ("page",)) -> list[Path]:
        """Write the figure into `folder` as NAME-SIZE.FORMAT; each file appears whole or not at all."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        written = []
        for size in sizes:
            figure = self.figure(size)
            for kind in formats:
                path = folder / f"{self.name}-{size}.{kind}"
                _write_whole(path, _render(figure, kind, DPI["png"]))
                written.append(path)
        return written


def cite(rows: Iterable[str], sources: pd.DataFrame, licence: str) -> str:
    """Say on how many pages the rows rest (their `sources` cells), as of when, and the licence of the data."""
    ids = {source for cell in rows if pd.notna(cell) for source in cell.split("; ")}
    used = sources[sources["source_id"].isin(ids)]
    keep = licence.replace(" ", "\u00a0")
    dated = used["published"].dropna()
    latest = f", the latest of {dated.max()}" if len(dated) else ""
    return f"Sources: {len(used)} public pages{latest}. Data: Talks and Strikes {__version__}, {keep}."


def _render(figure: Figure, kind: str, dpi: int) -> bytes:
    out = io.BytesIO()
    metadata = {"png": {"Software": None}, "svg": {"Date": None, "Creator": None},
                "pdf": {"CreationDate": None, "Creator": None, "Producer": None}}  # fmt: skip
    with matplotlib.rc_context(PLAIN):
        figure.savefig(out, format=kind, dpi=dpi, metadata=metadata[kind], facecolor=theme.PAPER)
    return out.getvalue()


def _thin(png: bytes) -> bytes:
    """Reduce a picture to 255 colours, a quarter of the bytes: notebooks are kept in the history."""
    out = io.BytesIO()
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture.quantize(255, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def _write_whole(path: Path, data: bytes) -> None:
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(data)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def wrap(words: str, width: float, size: str = "small", face: str = "regular", scale: float = 1.0) -> list[str]:
    """Break words into lines of at most `width` mm."""
    most = len(words)
    while True:
        lines = textwrap.wrap(words, most, break_long_words=False)
        if most < 10 or max(map(len, lines), default=0) == 0:
            return lines
        if max(text_width(line, size, face, scale) for line in lines) <= width:
            return lines
        most = max(map(len, lines)) - 1


def text_width(words: str, size: str = "label", face: str = "regular", scale: float = 1.0) -> float:
    """Return the width of words on paper, in mm."""
    figure = Figure(dpi=DPI["layout"])
    text = theme.write(figure, 0, 0, words, size=size, face=face)
    text.set_fontproperties(theme.font(size, face, scale))
    box = text.get_window_extent(FigureCanvasAgg(figure).get_renderer())
    return box.width / DPI["layout"] / theme.MM


def find_collisions(figure: Figure) -> list[str]:
    """Return the pairs of texts whose boxes overlap, and the texts that leave the figure; an empty list is good."""
    figure.draw_without_rendering()
    page = figure.bbox
    shown = [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip()]
    boxes = [(t.get_text(), t.get_window_extent()) for t in shown]
    found = [f"'{words}' leaves the figure" for words, box in boxes
             if box.x0 < page.x0 or box.y0 < page.y0 or box.x1 > page.x1 or box.y1 > page.y1]  # fmt: skip
    for i, (words, box) in enumerate(boxes):
        for other, by in boxes[i + 1 :]:
            across = min(box.x1, by.x1) - max(box.x0, by.x0)
            down = min(box.y1, by.y1) - max(box.y0, by.y0)
            if across > 0.5 and down > 0.5:
                found.append(f"'{words}' overlaps '{other}'")
    return found
