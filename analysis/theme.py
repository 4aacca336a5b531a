"""One look for every figure: colours, type and sizes. Colours of sides come with the record (episode.toml)."""

from __future__ import annotations

import locale
import textwrap
from functools import cache, lru_cache, partial
from importlib.metadata import files
from math import nan

from matplotlib import rcParams
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font, LoadFlags

MM = 1 / 25.4
"""Inches in a millimetre."""
DPI = 150
"""Resolution at which figures are laid out; saving may use another."""

TYPE = {"text.hinting": "none"}
"""Settings of matplotlib with which words are as wide at every resolution, and as in SVG and PDF; else up to 6 % off."""
LANGUAGE = "en"
"""Language of all words; else letters would have the shapes of the language of the machine, as the Turkish i."""
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

DARK = {"text": "#ece9e3", "muted": "#b0aca3", "faint": "#77736b", "hair": "#3a3c40", "paper": "#17191c", "land": "#222529",
        "focus_land": "#2a2d32", "water": "#17191c", "border": "#5c5f66", "river": "#2b3a45"}  # fmt: skip
"""The same on a dark page; figures keep their white paper."""

POINTS = {"title": 10.5, "subtitle": 7.5, "label": 7.0, "small": 6.2}
"""Size of type at `column` and `page`; nothing is set smaller than `small`."""

FACES = {"regular": "Regular", "italic": "It", "semibold": "Semibold", "bold": "Bold"}


FACES_ON_SCREEN = {
    "regular": {}, "italic": {"style": "italic"}, "semibold": {"weight": 600}, "bold": {"weight": 700},
}  # fmt: skip
"""How plotly is told of a face."""
FAMILY = "'Source Sans Pro', 'Source Sans 3', 'Noto Sans', Arial, sans-serif"
"""The typeface in a browser; exported pages bring it with them."""


@cache
def _face(name: str) -> str:
    """Return the path of a face of Source Sans Pro (SIL OFL), which comes with an installed package."""
    wanted = f"SourceSansPro-{FACES[name]}.ttf"
    return str(next(f.locate() for f in files("font-source-sans-pro") or () if f.name == wanted))


@cache
def _letters(face: str) -> frozenset[int]:
    """Return the code points that a face has."""
    return frozenset(FT2Font(_face(face)).get_charmap())


def font(size: str = "label", face: str = "regular", scale: float = 1.0) -> FontProperties:
    """Return the typeface at a size named in POINTS, so that no font of the machine is ever used."""
    _forget_language()
    return FontProperties(fname=_face(face), size=POINTS[size] * scale)


@cache
def _forget_language() -> None:
    """Have letters no language of their own where they are told none, which matplotlib does for words of several lines.

    HarfBuzz then takes the language of the machine, and keeps the one that it finds first.
    """
    before = locale.setlocale(locale.LC_CTYPE)
    locale.setlocale(locale.LC_CTYPE, "C")
    FT2Font(_face("regular")).set_text("i")
    locale.setlocale(locale.LC_CTYPE, before)


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
    if not {ord(letter) for letter in words} - {10} <= _letters(face):
        face = "regular"  # the italic has no Cyrillic letters
    text = on.text(x, y, words, color=color, fontproperties=font(size, face, scale_of(figure)), **options)
    text.set(parse_math=False, language=LANGUAGE)
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
        label.set(fontproperties=font("small", scale=scale_of(ax.figure)), color=color, parse_math=False, language=LANGUAGE)


def wrap(words: str, width: float, size: str = "small", face: str = "regular", scale: float = 1.0) -> list[str]:
    """Break words into lines of at most `width` mm; a word that is wider is broken too."""
    fits = partial(_fits, width=width, size=size, face=face, scale=scale)
    wide = not all(map(fits, words.split()))
    most = max(min(len(words), int(100 * width / text_width(50 * " i", size, face, scale))), 1)  # of the narrowest letters
    while True:
        lines = textwrap.wrap(words, most, break_long_words=wide)
        if most < 10 or all(map(fits, lines)):
            return lines
        most = min(most, max(map(len, lines))) - 1


def _fits(words: str, width: float, size: str, face: str, scale: float) -> bool:
    """Say whether words are at most `width` mm wide; they are measured only where their letters, one by one, come near that."""
    about = sum(_advance(letter, face) for letter in words) * POINTS[size] * scale / 72 / MM
    near = 0.5 + 0.03 * about  # letters of a pair stand closer, by 2 % of a line at most
    return about < width if abs(about - width) > near else text_width(words, size, face, scale) <= width  # also where NaN


@cache
def _advance(letter: str, face: str) -> float:
    """Return the width of a letter on its own, as a part of the size of its type; NaN if the face lacks it."""
    if ord(letter) not in _letters(face):
        return nan
    font = FT2Font(_face(face))
    font.set_size(1000, 72)
    return font.load_char(ord(letter), LoadFlags.NO_HINTING).linearHoriAdvance / 2**16 / 1000


def text_width(words: str, size: str = "label", face: str = "regular", scale: float = 1.0) -> float:
    """Return the width of words on paper, in mm."""
    return _measure(words, font(size, face, scale), DPI, False)[0] / DPI / MM


class Canvas(FigureCanvasAgg):
    """Paper for figures, on which words are measured once for all figures and not at each drawing anew."""

    def get_renderer(self) -> RendererAgg:
        renderer = super().get_renderer()
        dpi = renderer.dpi
        renderer.get_text_width_height_descent = lambda words, prop, ismath: _measure(words, prop, dpi, ismath)
        return renderer


@lru_cache(2**16)
def _measure(words: str, prop: FontProperties, dpi: float, ismath: object) -> tuple[float, float, float]:
    """Return width, height and descent of a line of words in px, as matplotlib does with TYPE."""
    before = {name: rcParams[name] for name in TYPE}
    rcParams.update(TYPE)  # as rc_context does, which takes half as long again as the measuring, since it copies all settings
    try:
        return RendererAgg(1, 1, dpi).get_text_width_height_descent(words, prop, ismath)
    finally:
        rcParams.update(before)


def lay_out(width: int, height: int) -> dict[str, object]:
    """Return what every interactive figure of this size in px has in common, as plotly's layout."""
    return {
        "width": width, "height": height, "autosize": False, "margin": {"l": 0, "r": 0, "t": 0, "b": 0, "pad": 0},
        "paper_bgcolor": PAPER, "plot_bgcolor": "rgba(0,0,0,0)", "font": {"family": FAMILY, "color": TEXT},
        "hovermode": "closest", "hoverdistance": 12,
        "hoverlabel": {"bgcolor": PAPER, "bordercolor": MUTED, "align": "left",
                       "font": {"family": FAMILY, "size": 13, "color": TEXT}},
        "legend": {"orientation": "h", "x": 0.012, "xanchor": "left", "y": 0, "yanchor": "bottom", "bgcolor": "rgba(0,0,0,0)",
                   "font": {"size": 12}, "itemsizing": "constant"},
    }  # fmt: skip


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21, as WCAG 2.2 counts it."""
    dark, light = sorted(_luminance(color) for color in (one, other))
    return (light + 0.05) / (dark + 0.05)


def lift(color: str, paper: str, least: float = 4.5) -> str:
    """Return a colour with as much white in it as makes it read on a dark paper."""
    for white in range(101):
        mixed = to_hex([part + (1 - part) * white / 100 for part in to_rgb(color)])
        if contrast(mixed, paper) >= least:
            return mixed
    return "#ffffff"


def _luminance(color: str) -> float:
    parts = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in to_rgb(color)]
    return sum(weight * v for weight, v in zip((0.2126, 0.7152, 0.0722), parts, strict=True))
