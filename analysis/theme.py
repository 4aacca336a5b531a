"""One look for every figure: colours, type and sizes. Colours of sides come with the record (episode.toml)."""

from __future__ import annotations

from functools import cache
from importlib.metadata import files

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

MM = 1 / 25.4
"""Inches in a millimetre."""

SIZES: dict[str, tuple[float, float | None]] = {
    "column": (85, None), "page": (170, None), "slide": (254, 142.875), "square": (150, 150),
}  # fmt: skip
"""Width and height of a figure in mm; where the height is None, each exhibit sets its own."""

TEXT = "#222222"
MUTED = "#6b6b6b"
FAINT = "#c9c5bc"
HAIR = "#e6e3dc"
PAPER = "#ffffff"
LAND = "#f1efe9"
FOCUS_LAND = "#faf9f5"
WATER = "#ffffff"
BORDER = "#b9b4a7"
RIVER = "#dbe6ee"

POINTS = {"title": 10.5, "subtitle": 7.5, "label": 7.0, "small": 6.2}
"""Size of type at `column` and `page`; nothing is set smaller than `small`."""

FACES = {"regular": "Regular", "italic": "It", "semibold": "Semibold", "bold": "Bold"}


@cache
def _face(name: str) -> str:
    """Return the path of a face of Source Sans Pro (SIL OFL), which comes with an installed package."""
    wanted = f"SourceSansPro-{FACES[name]}.ttf"
    return str(next(f.locate() for f in files("font-source-sans-pro") or () if f.name == wanted))


def font(size: str = "label", face: str = "regular", scale: float = 1.0) -> FontProperties:
    """Return the typeface at a size named in POINTS, so that no font of the machine is ever used."""
    return FontProperties(fname=_face(face), size=POINTS[size] * scale)


def scale_of(figure: Figure) -> float:
    """Return by how much type and marks grow: slides are read from afar."""
    return 1.4 if figure.get_size_inches()[0] / MM > 200 else 1.0


def width_mm(ax: Axes) -> float:
    """Return the width of an Axes on paper, in mm."""
    return ax.get_position().width * ax.figure.get_size_inches()[0] / MM


def height_mm(ax: Axes) -> float:
    """Return the height of an Axes on paper, in mm."""
    return ax.get_position().height * ax.figure.get_size_inches()[1] / MM


def write(on: Axes | Figure, x: float, y: float, words: str, *, size: str = "label", face: str = "regular",
          color: str = TEXT, **options: object) -> Artist:  # fmt: skip
    """Write words as plain text (no math, no markup) at x, y; `options` go to matplotlib's Text."""
    figure = on if isinstance(on, Figure) else on.figure
    text = on.text(x, y, words, color=color, fontproperties=font(size, face, scale_of(figure)), **options)
    text.set_parse_math(False)
    return text


def quiet(ax: Axes, *, keep: str = "") -> Axes:
    """Take frame, ticks and tick labels off an Axes but for the sides named in `keep` ("bottom left")."""
    for side, spine in ax.spines.items():
        spine.set_visible(side in keep.split())
        spine.set(color=FAINT, linewidth=0.5)
    ax.tick_params(length=0, colors=MUTED, pad=2)
    ax.set_facecolor("none")
    if "bottom" not in keep:
        ax.set_xticks([])
    if "left" not in keep:
        ax.set_yticks([])
    return ax


def set_ticks(ax: Axes, axis: str, places: list[float], words: list[str], *, color: str = MUTED) -> None:
    """Set ticks and their labels in the project's typeface."""
    (ax.set_xticks if axis == "x" else ax.set_yticks)(places, words)
    for label in (ax.get_xticklabels if axis == "x" else ax.get_yticklabels)():
        label.set(fontproperties=font("small", scale=scale_of(ax.figure)), color=color, parse_math=False)
