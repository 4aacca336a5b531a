"""The look of every figure: colours that can be read and told apart, one typeface that comes with the project."""

from itertools import combinations

import numpy as np
import pytest
from matplotlib import rc_context
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font

from analysis import theme

# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
DEFICIENCIES = {
    "none": np.eye(3),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "deuteranopia": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                              [-0.011820, 0.042940, 0.968881]]),
}  # fmt: skip
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def lab(color, deficiency):
    """Return a colour in CIELAB as it is seen with a deficiency."""
    linear = np.array([v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in to_rgb(color)])
    xyz = TO_XYZ @ np.clip(DEFICIENCIES[deficiency] @ linear, 0, 1) / np.array([0.9505, 1, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_the_colours_of_sides_and_of_text_read_on_paper(record):
    colors = {**record.episode["sides"], "text": theme.TEXT, "muted": theme.MUTED}
    assert {name: theme.contrast(color, theme.PAPER) for name, color in colors.items()
            if theme.contrast(color, theme.PAPER) < 4.5} == {}  # fmt: skip


@pytest.mark.parametrize("dark", [False, True])
def test_the_ground_of_a_map_is_told_from_land_and_stays_behind_the_marks(dark):
    tones = theme.DARK if dark else {name: getattr(theme, name.upper()) for name in theme.DARK}
    told = {name: theme.contrast(tones[name], tones["land"]) for name in ("focus_land", "water", "river", "border")}
    assert min(told.values()) > 1.05 and max(told.values()) < 2.5
    assert told["border"] == max(told.values()) and told["river"] < 1.6


def test_contrast_is_counted_as_wcag_does():
    assert theme.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert theme.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert theme.contrast("#0067a8", "#0067a8") == 1


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_the_two_sides_at_war_and_the_united_states_are_told_apart_by_everybody(record, deficiency):
    sides = list(record.episode["sides"].items())[:3]
    near = {(a, b): np.linalg.norm(lab(one, deficiency) - lab(other, deficiency))
            for (a, one), (b, other) in combinations(sides, 2)}  # fmt: skip
    assert {pair: round(float(away)) for pair, away in near.items() if away < 20} == {}


@pytest.mark.parametrize("face", [face for face in theme.FACES if face != "italic"])
def test_every_face_carries_latin_and_ukrainian_and_russian_letters(face):
    path = theme.font(face=face).get_file()
    letters = FT2Font(path).get_charmap()
    assert all(ord(letter) in letters for letter in "Aé–“”≥ҐґІіЇїЄєЫыЭэЁё")
    assert "site-packages" in path and FontProperties(fname=path).get_name().startswith("Source Sans Pro")


def test_cyrillic_words_are_set_upright_as_the_italic_has_no_such_letters():
    figure = Figure()
    latin, cyrillic = (theme.write(figure, 0, 0, words, face="italic") for words in ("Sumy", "Суми"))
    assert latin.get_fontproperties().get_file() == theme.font(face="italic").get_file()
    assert cyrillic.get_fontproperties().get_file() == theme.font(face="regular").get_file()


def test_words_are_broken_to_their_width():
    lines = theme.wrap("one two three four five six seven eight nine ten", 20)
    assert len(lines) > 1 and all(theme.text_width(line, "small") <= 20 for line in lines)
    assert theme.wrap("", 20) == []


@pytest.mark.filterwarnings("ignore:Glyph")
def test_words_whose_letters_the_typeface_lacks_are_broken_to_their_width_too():
    lines = theme.wrap(9 * "one 漢字 \U0001f600 שלום مرحبا\u200b ", 60)
    assert len(lines) > 1 and all(theme.text_width(line, "small") <= 60 for line in lines)


@pytest.mark.parametrize("face", theme.FACES)
def test_what_is_told_by_letters_alone_is_what_measuring_tells(record, face):
    words = [*record.events["title"], *record.statements["summary"], *record.events["place"].dropna().unique()]
    for line in words[:: len(theme.FACES)]:
        width = theme.text_width(line, "small", face)
        assert [theme._fits(line, width + more, "small", face, 1.0) for more in (-0.01, 0, 0.01)] == [False, True, True], line
        far = 1.07 * width + 2, 0.9 * width - 2
        assert [theme._fits(line, one, "small", face, 1.0) for one in far] == [True, False], line


@pytest.mark.parametrize("dpi", [100, 150])
@pytest.mark.parametrize("size", [7, 20])
@pytest.mark.parametrize(("words", "ismath"), [("Sumy, 13 April", False), ("$x^2$ or more", True), ("$x^2$ or more", False)])
def test_words_are_measured_as_matplotlib_measures_them(dpi, size, words, ismath):
    renderer, prop = theme.Canvas(Figure(dpi=dpi)).get_renderer(), theme.font()
    renderer.get_text_width_height_descent(words, prop, ismath)
    prop.set_size(size)  # it is the same object, and so must not be known by itself
    with rc_context(theme.TYPE):
        expected = RendererAgg(1, 1, dpi).get_text_width_height_descent(words, prop, ismath)
        assert RendererAgg(1, 1, dpi).get_text_width_height_descent(words, theme.font("title"), ismath) != expected
    assert renderer.get_text_width_height_descent(words, prop, ismath) == expected


def test_words_are_as_wide_at_every_resolution():
    renderers = {dpi: theme.Canvas(Figure(dpi=dpi)).get_renderer() for dpi in (72, 100, 150, 300)}
    inches = [renderer.get_text_width_height_descent("Kyiv, the UK, US", theme.font("small"), False)[0] / dpi
              for dpi, renderer in renderers.items()]  # fmt: skip
    assert inches == [pytest.approx(inches[-1], rel=0.002)] * 4


def test_the_width_of_words_is_that_on_paper():
    figure = Figure(dpi=theme.DPI)
    theme.Canvas(figure)
    text = theme.write(figure, 0, 0, "at least 34 killed", size="title", face="bold")
    assert theme.text_width("at least 34 killed", "title", "bold") == text.get_window_extent().width / theme.DPI / theme.MM
