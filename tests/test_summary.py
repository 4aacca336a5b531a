"""What is on a figure, in words."""

import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch

from analysis import theme
from analysis.summary import summarize


@pytest.fixture
def ax():
    return Figure(figsize=(4, 3)).add_axes((0, 0, 1, 1))


def said(ax):
    return summarize(ax.figure)


def test_a_line_is_named_by_its_gid_with_place_colour_and_style(ax):
    ax.plot([1, 2], [3, 4], color="#0067a8", linestyle="--", gid="sumy")
    assert "sumy: line #0067a8 -- 1.5 (1, 3) (2, 4)" in said(ax)


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
    assert "strikes: points #b5450a edge #b5450a sizes [35.0, 9.0] (1, 3) (2, 4)" in said(ax)


def test_open_marks_differ_from_filled_ones(ax):
    ax.plot([1], [1], marker="o", markerfacecolor="none", gid="open")
    ax.plot([1], [1], marker="o", markerfacecolor="#0067a8", gid="full")
    assert "o open" in said(ax) and "o #0067a8" in said(ax)


def test_texts_stand_with_their_words_colour_and_place(ax):
    theme.write(ax, 0.25, 0.5, "Sumy", color=theme.MUTED, gid="sumy")
    assert "sumy: text 'Sumy' #6b6b6b at 0.25, 0.5" in said(ax)


def test_what_is_hidden_is_not_said(ax):
    ax.plot([1, 2], [3, 4], gid="hidden", visible=False)
    assert "hidden" not in said(ax)


def test_panels_inside_an_axes_are_said_once(ax):
    ax.inset_axes((0, 0, 0.5, 0.5), gid="panel").plot([0, 1], [0, 1], gid="mark")
    assert said(ax).count("panel x") == 1 and said(ax).count("mark: line") == 1


def test_an_arrow_is_said_by_its_ends_whatever_the_resolution(ax):
    arrow = FancyArrowPatch((0.1, 0.2), (0.3, 0.4), connectionstyle="arc3,rad=0.25", linestyle="--", color="#0067a8", gid="a > b")
    ax.add_patch(arrow)
    assert "a > b: arrow #0067a8 -- bend 0.25 (0.1, 0.2) (0.3, 0.4)" in said(ax)
    before = said(ax)
    ax.figure.set_dpi(300)
    assert said(ax) == before
