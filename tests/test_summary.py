"""What is on a figure, in words."""

import random
import re

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import Collection, PathCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch, Patch, Rectangle
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from matplotlib.spines import Spine
from matplotlib.text import Text

from analysis import theme
from analysis.exhibit import Exhibit
from analysis.exhibits import EXHIBITS
from analysis.summary import summarize


@pytest.fixture
def ax():
    return Figure(figsize=(4, 3)).add_axes((0, 0, 1, 1))


def said(ax):
    return summarize(ax.figure)


def test_a_line_is_named_by_its_gid_with_place_colour_and_style(ax):
    ax.plot([1, 2], [3, 4], color="#0067a8", linestyle="--", gid="sumy")
    assert "sumy: line #0067a8 (3.7 1.6) 1.5 (1, 3) (2, 4)" in said(ax)


@pytest.mark.parametrize("change", [
    {"color": "#b5450a"}, {"linestyle": ":"}, {"linewidth": 3}, {"marker": "s"}, {"gid": "odesa"},
])  # fmt: skip
def test_a_changed_look_changes_the_words(change):
    texts = []
    for style in ({}, change):
        ax = Figure().add_axes((0, 0, 1, 1))
        ax.plot([1, 2], [3, 4], **{"color": "#0067a8", "gid": "sumy"} | style)
        texts.append(said(ax))
    assert texts[0] != texts[1]


def test_times_are_said_to_the_minute(ax):
    ax.plot(pd.to_datetime(["2025-04-13T10:15", "2025-04-21T10:20"]), [0, 1])
    assert "(2025-04-13T10:15, 0) (2025-04-21T10:20, 1)" in said(ax)


def test_points_are_said_with_their_sizes(ax):
    ax.scatter([1, 2], [3, 4], s=[35, 9], color="#b5450a", gid="strikes")
    assert re.search(r"strikes: points #b5450a edge #b5450a 1 sizes 35 9 shape [0-9a-f]{6} \(1, 3\) \(2, 4\)", said(ax))


def test_open_marks_differ_from_filled_ones(ax):
    ax.plot([1], [1], marker="o", markerfacecolor="none", gid="open")
    ax.plot([1], [1], marker="o", markerfacecolor="#0067a8", gid="full")
    assert "o open" in said(ax) and "o #0067a8" in said(ax)


def test_texts_stand_with_their_words_colour_and_place(ax):
    theme.write(ax, 0.25, 0.5, "Sumy", color=theme.MUTED, gid="sumy")
    assert "sumy: text 'Sumy' #6b6b6b 7pt at 0.25, 0.5" in said(ax)


def test_what_does_not_follow_the_axes_stands_in_mm_on_paper(ax):
    theme.write(ax.figure, 0.5, 0.5, "middle")
    assert "text 'middle' #222222 7pt at 50.8 mm, 38.1 mm" in said(ax)
    ax.text(0.5, 7, "half across", transform=ax.get_yaxis_transform(), color=theme.TEXT, fontproperties=theme.font())
    assert "text 'half across' #222222 7pt at 50.8 mm, 7" in said(ax)


def test_of_a_long_line_every_point_counts(ax):
    (line,) = ax.plot(range(40), range(40))
    before = said(ax)
    assert re.search(r"\(11, 11\) and 28 more, all [0-9a-f]{6}", before)
    line.set_ydata([*range(30), 30.5, *range(31, 40)])
    assert said(ax) != before


def test_what_is_drawn_later_is_said_later(ax):
    ax.plot([0, 1], [0, 1], gid="below", zorder=3)
    ax.plot([0, 1], [1, 0], gid="above", zorder=3)
    assert said(ax).index("below") < said(ax).index("above")
    ax.lines[0].set_zorder(4)
    assert said(ax).index("below") > said(ax).index("above")


def test_what_is_hidden_is_not_said(ax):
    ax.plot([1, 2], [3, 4], gid="hidden", visible=False)
    assert "hidden" not in said(ax)


def test_panels_inside_an_axes_are_said_once(ax):
    ax.inset_axes((0, 0, 0.5, 0.5), gid="panel").plot([0, 1], [0, 1], gid="mark")
    assert said(ax).count("panel x") == 1 and said(ax).count("mark: line") == 1


def test_an_arrow_is_said_by_its_ends_whatever_the_resolution(ax):
    arrow = FancyArrowPatch((0.1, 0.2), (0.3, 0.4), connectionstyle="arc3,rad=0.25", linestyle="--", color="#0067a8", gid="a > b")
    ax.add_patch(arrow)
    assert "a > b: arrow #0067a8 1 (3.7 1.6) bend 0.25 Simple 1 (0.1, 0.2) (0.3, 0.4)" in said(ax)
    before = said(ax)
    ax.figure.set_dpi(300)
    assert said(ax) == before


# Whatever of a drawn exhibit is changed so that it can be seen changes the words.

GREEN = (0.1, 0.7, 0.3, 1.0)


def has_stroke(line):
    return line.get_linestyle() != "None"


def has_marker(line):
    return line.get_marker() not in ("None", "none", None, "", " ")


def has_edge(artist):
    return len(artist.get_edgecolor()) and np.atleast_2d(artist.get_edgecolor())[:, 3].any() and np.any(artist.get_linewidth())


def is_below(artist):
    """Say whether something on its Axes is drawn after it."""
    return artist.axes is not None and any(
        other.get_zorder() > artist.get_zorder() for other in artist.axes.get_children()
        if other.get_visible() and isinstance(other, (Text, Line2D, Collection))
        and not (isinstance(other, Text) and not other.get_text()))  # fmt: skip


def is_painted(patch):
    return patch.get_fill() or has_edge(patch)


def shift_point(line):
    x, y = (np.array(values) for values in line.get_data(orig=False))
    at = len(x) // 2
    x[at] += 0.01 * np.ptp(line.axes.get_xlim())
    line.set_data(x, y)


def shift_vertex(collection):
    paths = [Path(path.vertices.copy(), path.codes) for path in collection.get_paths()]
    paths[-1].vertices[0, 0] += 0.02 * (np.ptp(collection.axes.get_xlim()))
    collection._paths = paths


def shift_offset(collection):
    offsets = np.array(collection.get_offsets())
    offsets[-1, 1] += 0.01 * np.ptp(collection.axes.get_ylim())
    collection.set_offsets(offsets)


def one_of(colors):
    new = np.array(colors)
    new[-1] = GREEN
    return new


def move_text(text):
    x, y = text.get_position()
    text.set_position((x, float(text.convert_yunits(y)) + 0.01 * (np.ptp(text.axes.get_ylim()) if text.axes else 1)))


CHANGES = {
    "text words": (Text, None, lambda a: a.set_text(a.get_text() + ".")),
    "text colour": (Text, None, lambda a: a.set_color(GREEN)),
    "text opacity": (Text, None, lambda a: a.set_alpha(0.5)),
    "text size": (Text, None, lambda a: a.set_fontsize(a.get_fontsize() + 0.5)),
    "text face": (Text, None, lambda a: a.set_fontproperties(theme.font("label", "italic"))),
    "text turned": (Text, None, lambda a: a.set_rotation(a.get_rotation() + 5)),
    "text across": (Text, None, lambda a: a.set_ha("right" if a.get_ha() == "left" else "left")),
    "text up": (Text, None, lambda a: a.set_va("top" if a.get_va() == "bottom" else "bottom")),
    "text moved": (Text, None, move_text),
    "text halo": (Text, None, lambda a: a.set_path_effects([withStroke(linewidth=3, foreground="#00ff00")])),
    "text boxed": (Text, None, lambda a: a.set_bbox({"facecolor": GREEN})),
    "line colour": (Line2D, has_stroke, lambda a: a.set_color(GREEN)),
    "line opacity": (Line2D, None, lambda a: a.set_alpha(0.31)),
    "line width": (Line2D, has_stroke, lambda a: a.set_linewidth(a.get_linewidth() + 0.3)),
    "line style": (Line2D, has_stroke, lambda a: a.set_linestyle((0, (5, 2.5)))),
    "line steps": (Line2D, lambda a: has_stroke(a) and len(a.get_xdata()) > 1 and np.ptp(a.get_xydata(), axis=0).all(),
                   lambda a: a.set_drawstyle("steps")),
    "line ends": (Line2D, lambda a: has_stroke(a) and a.get_linestyle() == "-", lambda a: a.set_solid_capstyle("round")),
    "marker": (Line2D, has_marker, lambda a: a.set_marker("p" if a.get_marker() != "p" else "v")),
    "marker size": (Line2D, has_marker, lambda a: a.set_markersize(a.get_markersize() + 0.5)),
    "marker face": (Line2D, lambda a: has_marker(a) and a.get_marker() not in ("|", "_", "x", "+"),
                    lambda a: a.set_markerfacecolor(GREEN)),
    "marker edge": (Line2D, lambda a: has_marker(a) and a.get_markeredgewidth(), lambda a: a.set_markeredgecolor(GREEN)),
    "marker edge width": (Line2D, has_marker, lambda a: a.set_markeredgewidth(a.get_markeredgewidth() + 0.5)),
    "marker left out": (Line2D, lambda a: has_marker(a) and len(a.get_xdata()) > 1, lambda a: a.set_markevery([0])),
    "line moved": (Line2D, None, shift_point),
    "face of one": (Collection, lambda a: len(a.get_facecolor()), lambda a: a.set_facecolor(one_of(a.get_facecolor()))),
    "edge of one": (Collection, has_edge, lambda a: a.set_edgecolor(one_of(a.get_edgecolor()))),
    "edge width": (Collection, has_edge, lambda a: a.set_linewidth(np.array(a.get_linewidth()) + 0.4)),
    "edge style": (Collection, has_edge, lambda a: a.set_linestyle([(0, (4, 3))])),
    "hatch": (Collection, None, lambda a: a.set_hatch("xx")),
    "opacity": (Collection, None, lambda a: a.set_alpha(0.37)),
    "vertex": (Collection, lambda a: not isinstance(a, PathCollection), shift_vertex),
    "point": (PathCollection, None, shift_offset),
    "size of one": (PathCollection, lambda a: len(a.get_sizes()),
                    lambda a: a.set_sizes([*a.get_sizes()[:-1], a.get_sizes()[-1] * 1.1])),
    "patch face": (Patch, lambda a: a.get_fill() and not isinstance(a, FancyArrowPatch), lambda a: a.set_facecolor(GREEN)),
    "patch filled": (Patch, lambda a: not isinstance(a, FancyArrowPatch),
                     lambda a: (a.set_fill(not a.get_fill()), a.set_facecolor(GREEN))),
    "patch edge": (Patch, has_edge, lambda a: a.set_edgecolor(GREEN)),
    "patch edge width": (Patch, has_edge, lambda a: a.set_linewidth(a.get_linewidth() + 0.4)),
    "patch edge style": (Patch, has_edge, lambda a: a.set_linestyle((0, (4, 3)))),
    "patch hatch": (Patch, lambda a: not isinstance(a, FancyArrowPatch), lambda a: a.set_hatch("xx")),
    "patch opacity": (Patch, is_painted, lambda a: a.set_alpha(0.37)),
    "patch moved": (Rectangle, None, lambda a: a.set_x(a.get_x() + 0.01 * np.ptp(a.axes.get_xlim()))),
    "patch wider": (Rectangle, None, lambda a: a.set_width(a.get_width() * 1.1)),
    "arrow moved": (FancyArrowPatch, None, lambda a: a.set_positions(a._posA_posB[1], a._posA_posB[0])),
    "arrow bent": (FancyArrowPatch, None, lambda a: a.set_connectionstyle("arc3,rad=0.4")),
    "arrow head": (FancyArrowPatch, None, lambda a: a.set_arrowstyle("-[")),
    "arrow size": (FancyArrowPatch, None, lambda a: a.set_mutation_scale(a.get_mutation_scale() + 2)),
    "spine": (Spine, None, lambda a: a.set_color(GREEN)),
    "gone": ((Text, Line2D, Collection, Patch), None, lambda a: a.set_visible(False)),
    "on top": ((Text, Line2D, Collection, Patch), is_below, lambda a: a.set_zorder(99)),
    "window across": (Axes, None, lambda a: a.set_xlim(a.get_xlim()[0], a.get_xlim()[1] + 0.01 * np.ptp(a.get_xlim()))),
    "window up": (Axes, None, lambda a: a.set_ylim(a.get_ylim()[0] - 0.01 * np.ptp(a.get_ylim()), a.get_ylim()[1])),
    "paper": (Axes, None, lambda a: a.set_facecolor(GREEN)),
    "axes gone": (Axes, None, lambda a: a.set_visible(False)),
    "tick words": (Axes, lambda a: len(a.get_xticks()), lambda a: a.set_xticks(a.get_xticks(), ["?"] * len(a.get_xticks()))),
    "ticks gone": (Axes, lambda a: any(t.get_text() for t in a.get_xticklabels()), lambda a: a.set_xticks([])),
    "grid": (Axes, lambda a: len(a.get_xticks()), lambda a: a.grid(True, axis="x")),
    "label": (Axes, None, lambda a: a.set_xlabel("across")),
}  # fmt: skip


def seen(figure):
    """Return the artists on a figure that are seen, in no particular order, with what holds them."""
    every = [artist for artist in figure.findobj() if artist.get_visible() and artist is not figure.patch]
    axes = [artist for artist in every if isinstance(artist, Axes)]
    held = {child for ax in axes for child in ax.get_children()} | set(figure.get_children())
    papers = {ax.patch for ax in axes}
    return [artist for artist in every if artist in held and artist not in papers and not isinstance(artist, Axes)
            and not (isinstance(artist, Text) and not artist.get_text())], axes  # fmt: skip


def choose(figure, change, chance):
    """Choose two artists on a figure that can be changed so."""
    kind, applies, _ = CHANGES[change]
    artists, axes = seen(figure)
    fit = [artist for artist in (axes if kind is Axes else artists) if isinstance(artist, kind)
           and (kind is Spine or not isinstance(artist, Spine)) and (applies is None or applies(artist))]  # fmt: skip
    return chance.sample(fit, min(2, len(fit)))


@pytest.mark.parametrize("name", EXHIBITS)
def test_nothing_that_is_seen_changes_unsaid(name, gallery):
    figure, chance, tried = Exhibit.figure(gallery(name)), random.Random(name), set()
    for shapes in figure.findobj(Collection):
        shapes._paths = shapes.get_paths()[-20:]  # of a map, whose points are a hundred times as many as all others
    figure.draw_without_rendering()
    kept = {artist for change in CHANGES for artist in choose(figure, change, chance)}
    for artist in set(seen(figure)[0]) - kept:  # which would say the same each time
        if isinstance(artist, (Text, Line2D, Collection, Patch)):
            artist.set_visible(False)
    before = summarize(figure)
    for change, (*_, make) in CHANGES.items():
        for artist in choose(figure, change, chance):
            make(artist)
            after = summarize(figure)
            assert after != before, f"{change}: {artist}"
            before = after
            tried.add(change)
    assert len(tried) > 25
