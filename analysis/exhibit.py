"""An Exhibit: one figure with everything that a reader, a test and a report need."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import fsum
from pathlib import Path
from typing import Protocol

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis import __version__, export, schema, theme
from analysis.browse import browse
from analysis.files import FORMATS, name_files, write_whole
from analysis.stamp import digest_rows
from analysis.summary import summarize

SCREEN = 110
"""Px for each inch in a notebook, of the picture as of the interactive figure, so that nothing jumps from one to the other."""
LEADING = 1.25 * 25.4 / 72
"""Distance of lines of text in mm, for each point of size."""
PLOTLY = "application/vnd.plotly.v1+json"
MOST = 3
"""Publishers that the pointer shows at most."""
NOTHING = "Nothing of what is chosen belongs in this figure."
"""What a figure of a part of the record says that holds no mark for it."""
WHOLE = "Of each row, all that the whole record has on it is shown."
"""What a figure of a part of the record says of counts and answers that are no part of it, as those by another side."""
EMPTY = 4
"""Height in mm of a drawing without a mark."""
WIDTHS = {"column": 77, "page": 162}
"""Width of a drawing in mm, by size."""
WIDE, NARROW = 72, 46
"""Letters in a line of what the pointer shows; fewer beside a figure of one column, for a phone."""
MARKS = ("id", "group", "title", "date", "words", "said_by", "sources", "records")
"""Columns that the marks of every exhibit have, as text: `id` (unique, without spaces; the artists of a mark have it as
gid, alone or before a space), `group` (what an entry of the legend stands for, as the side), `title`, `date` (in words,
with its zone), `words` (the count or answer as it was given), `said_by` (names), `sources` and `records` (ids, separated
by "; ": pages, and rows of the record). Empty where it does not apply; `id`, `title` and `records` never are.
Every exhibit adds `doubts` at the end: what sources or coders dispute of it."""


@dataclass(frozen=True)
class Evidence:
    """Hold what an exhibit rests on: rows of `sources`, what else it uses (`note`), licence, borders, digest of the record.

    `rows` has a digest of each row that the marks name in `records`, by id; `chosen` says which part of the record is shown
    and `choices` how it was chosen, both empty where that is the whole.
    """

    sources: pd.DataFrame
    note: str
    licence: str
    borders: str
    sha256: str
    rows: Mapping[str, str] = field(default_factory=dict)
    chosen: str = ""
    choices: Sequence[Mapping[str, object]] = ()

    @property
    def line(self) -> str:
        """Say on how many pages the marks rest, as of when, and the licence of the data."""
        dated = self.sources.dropna(subset=["published", "latest"])
        latest = f", the latest of {dated.loc[dated['latest'].idxmax(), 'published']}" if len(dated) else ""
        keep = self.licence.replace(" ", "\u00a0")
        note = f" {self.note}" if self.note else ""
        return f"Sources: {len(self.sources)} public pages{latest}. Data: Talks and Strikes {__version__}, {keep}.{note}"


class Origin(Protocol):
    """What `cite` needs of a record."""

    sources: pd.DataFrame
    episode: Mapping[str, object]
    sha256: str
    chosen: str
    choices: Sequence[Mapping[str, object]]

    @property
    def whole(self) -> Origin: ...


def cite(marks: pd.DataFrame, record: Origin, note: str = "") -> Evidence:
    """Gather the pages that the marks name in `sources`; `note` says what else the figure rests on."""
    ids, named = ({part for cell in marks[name].dropna() for part in cell.split("; ")} for name in ("sources", "records"))
    whole = record.whole
    used = whole.sources[whole.sources["source_id"].isin(ids)].reset_index(drop=True)
    tables = [table for table in schema.TABLES if len(table.key) == 1]
    rows = {name: digest for table in tables for name, digest in digest_rows(getattr(whole, table.name), table, named)}
    return Evidence(used, note, record.episode["licence"], record.episode["borders"], record.sha256, rows, record.chosen,
                    record.choices)  # fmt: skip


@dataclass(frozen=True)
class Exhibit:
    """Hold one figure: `marks` has one row per mark drawn, the columns MARKS first, then its own, then `doubts`.

    `alt` says for those who cannot see it what the figure shows, with numbers that are all in `marks`. `paint` draws on an
    Axes whose size on paper is set; `height` gives that of the drawing in mm at `column` and `page`. `colors` are those of
    the groups, in the order of the legend; `days` are the first and the last day that were asked for, None where not.
    """

    name: str
    title: str
    subtitle: str
    alt: str
    marks: pd.DataFrame
    evidence: Evidence
    colors: Mapping[str, str]
    paint: Callable[[Axes], Axes]
    height: Callable[[str], float]
    days: tuple[str | None, str | None] = (None, None)

    def __post_init__(self) -> None:
        """Let an exhibit of a part of the record say which; one without a mark shows nothing else.

        Raises ValueError for a day that is none, or for days in the wrong order.
        """
        for day in self.days:
            if day is not None and not _is_day(day):
                raise ValueError(f"{day!r} is not a day; expected one as '2025-04-11'")
        if all(self.days) and self.days[0] > self.days[1]:
            raise ValueError(f"the first day, {self.days[0]}, is after the last one, {self.days[1]}")
        if not self.evidence.chosen:
            return
        told, empty = f"Part of the record: {self.evidence.chosen}.", self.marks.empty
        set_ = {name: f"{told} {NOTHING if empty else f'{WHOLE} {getattr(self, name)}'}" for name in ("subtitle", "alt")}
        if empty:
            set_ |= {"paint": theme.quiet, "height": lambda size: EMPTY}
        for name, value in set_.items():
            object.__setattr__(self, name, value)  # the class is frozen for others

    @property
    def source(self) -> str:
        """Return the source line."""
        return self.evidence.line

    def draw(self, ax: Axes) -> Axes:
        """Draw the marks on a given Axes, without title and source line; set no global state."""
        return self.paint(ax)

    def figure(self, size: str = "page") -> Figure:
        """Return the whole figure: title, what is shown, the drawing, the source line."""
        if size not in theme.SIZES:
            raise ValueError(f"no size {size!r}; expected one of {', '.join(theme.SIZES)}")
        width, height = theme.SIZES[size]
        figure = Figure(figsize=(width * theme.MM, 1), dpi=theme.DPI, facecolor=theme.PAPER)
        scale = theme.scale_of(figure)
        margin = 4 * scale
        head = [(part, size_, face, color) for words, size_, face, color in (
                    (self.title, "title", "bold", theme.TEXT), (self.subtitle, "subtitle", "regular", theme.MUTED))
                for part in theme.wrap(words, width - 2 * margin, size_, face, scale)]  # fmt: skip
        foot = theme.wrap(self.source, width - 2 * margin, "small", "regular", scale)
        lead = {name: points * scale * LEADING for name, points in theme.POINTS.items()}
        top = margin + fsum(lead[size_] for _, size_, _, _ in head) + 2.5 * scale
        bottom = margin + len(foot) * lead["small"] + 2 * scale
        height = height or self.height(size) + top + bottom
        figure.set_size_inches(width * theme.MM, height * theme.MM)
        theme.Canvas(figure)
        y = height - margin
        for part, size_, face, color in head:
            theme.write(figure, margin / width, y / height, part, size=size_, face=face, color=color, va="top")
            y -= lead[size_]
        for i, part in enumerate(reversed(foot)):
            theme.write(figure, margin / width, (margin + i * lead["small"]) / height, part, size="small",
                        color=theme.MUTED, va="bottom")  # fmt: skip
        ax = figure.add_axes((margin / width, bottom / height, 1 - 2 * margin / width, (height - top - bottom) / height))
        ax.set_navigate(False)
        self.draw(ax)
        return figure

    @property
    def caption(self) -> str:
        """Return title, what is shown and the source line as running text."""
        return f"{self.title}. {self.subtitle} {self.source}"

    def summary(self, size: str = "page") -> str:
        """Return what is drawn, read off the artists: places, colours, sizes, words; then the alt text."""
        return f"{summarize(self.figure(size))}\nalt: {self.alt}"

    def hovers(self, wide: int = WIDE) -> dict[str, str]:
        """Return what the pointer shows at each mark, by its id: title, date, count, who said so, what is disputed, sources."""
        publishers = self.evidence.sources.set_index("source_id")["publisher"]
        return {mark.id: say_mark(mark, publishers, wide) for mark in self.marks.itertuples()}

    def twin(self, size: str = "page", scale: float = SCREEN * theme.MM, figure: Figure | None = None) -> dict[str, object]:
        """Return the interactive figure for plotly (data, layout, config), `scale` px for each mm.

        `figure` is the one of this size, if it has been drawn already.
        """
        return self._browse(figure or self.figure(size), scale, NARROW if size == "column" else WIDE)

    def _browse(self, figure: Figure, scale: float, wide: int = WIDE) -> dict[str, object]:
        groups = dict(zip(self.marks["id"], self.marks["group"], strict=True))
        return browse(figure, hovers=self.hovers(wide), groups=groups, sides=self.colors, scale=scale)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> tuple[dict, dict]:
        """Show one output with three faces: interactive figure, picture, and what is drawn in words.

        A rerun is compared with the words and the interactive figure. Both pictures have one size, so that nothing jumps.
        """
        figure = self.figure()
        twin = self._browse(figure, SCREEN * theme.MM)
        width, height = (twin["layout"][name] for name in ("width", "height"))
        words = f"{summarize(figure)}\nalt: {self.alt}"
        picture = export.draw_thin(figure, SCREEN, height / width, words)
        shown = {PLOTLY: twin, "image/png": picture, "text/plain": words}
        return shown, {"image/png": {"width": width, "height": height}}

    def save(self, folder: Path | str, formats: str | Iterable[str] = FORMATS,
             sizes: str | Iterable[str] = ("page",)) -> list[Path]:  # fmt: skip
        """Write the figure into `folder`, in each format; each file appears whole or not at all.

        PNG, SVG and PDF are NAME-SIZE.FORMAT; HTML (for wide and narrow screens), CSV and JSON have no size: NAME.FORMAT.
        """
        formats, sizes = ([names] if isinstance(names, str) else [*names] for names in (formats, sizes))
        for what, names, known in (("format", formats, FORMATS), ("size", sizes, theme.SIZES)):
            if wrong := [name for name in names if name not in known]:
                raise ValueError(f"no {what} {wrong[0]!r}; expected one of {', '.join(known)}")
        files = name_files(self.name, formats, sizes)
        Path(folder).mkdir(parents=True, exist_ok=True)
        for file, data in export.render(self, files):
            write_whole(Path(folder) / file, data)
        return [Path(folder) / file for file in files]


def _is_day(day: object) -> bool:
    try:
        return date.fromisoformat(day).isoformat() == day
    except (TypeError, ValueError):
        return False


def say_mark(mark: object, publishers: pd.Series, wide: int) -> str:
    """Put a mark into lines of words, each doubt and each of its versions on lines of its own."""
    pages = list(dict.fromkeys(publishers[source] for source in mark.sources.split("; "))) if mark.sources else []
    more = f" and {len(pages) - MOST} more" if len(pages) > MOST else ""
    named = mark.title.startswith(mark.said_by)  # as in `Dmitry Peskov: clarify`
    lines = [mark.title, mark.date, mark.words, "" if named else f"Said by: {mark.said_by}",
             *mark.doubts.replace(" || ", "\n").replace("): ", "):\n– ").replace(" | ", "\n– ").split("\n"),
             f"Sources: {', '.join(pages[:MOST])}{more}" if pages else ""]  # fmt: skip
    return "\n".join(part for line in lines if line for part in textwrap.wrap(line, wide))
