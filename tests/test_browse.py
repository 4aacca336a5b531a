"""The interactive twin, against small figures whose every artist is known."""

import json

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, Rectangle

from analysis import theme
from analysis.browse import browse
from analysis.pieces import SYMBOLS

SIDES = {"North": "#0067a8", "South": "#b5450a"}
PX = 4.0


def draw(paint, limits=((0, 10), (0, 5))):
    """Return a figure of 100 x 50 mm with a plot area on its right half, painted by `paint`."""
    figure = Figure(figsize=(100 * theme.MM, 50 * theme.MM), dpi=theme.DPI)
    ax = theme.quiet(figure.add_axes((0, 0, 1, 1)))
    ax.set_navigate(False)
    part = theme.quiet(ax.inset_axes((0.5, 0, 0.5, 1), gid="plot"))
    part.set(xlim=limits[0], ylim=limits[1])
    paint(ax, part)
    return figure


def twin(paint, hovers=None, groups=None, **options):
    hovers = {"a": "what a is", "b": "what b is"} if hovers is None else hovers
    groups = {"a": "North", "b": "South"} if groups is None else groups
    return browse(draw(paint, **options), hovers=hovers, groups=groups, sides=SIDES, scale=PX)


def of(figure, mode):
    return [trace for trace in figure["data"] if trace["mode"] == mode and trace["x"] != [None]]


def test_a_mark_keeps_place_colour_size_and_shape():
    def paint(_, part):
        part.plot([3], [2], "D", gid="a", markersize=7.2, color=SIDES["North"], markeredgewidth=0)

    (trace,) = of(twin(paint), "markers")
    assert (trace["x"], trace["y"], trace["xaxis"]) == ([3.0], [2.0], "x2")
    marker = trace["marker"]
    assert (marker["symbol"], marker["color"]) == ("diamond", SIDES["North"])
    assert marker["size"] == pytest.approx(7.2 * 25.4 / 72 * PX * 1.09, abs=0.01)


def test_the_pointer_shows_what_is_said_of_a_mark_as_text():
    def paint(_, part):
        part.plot([3], [2], "o", gid="a part", color="k")

    (trace,) = of(twin(paint, hovers={"a": "<b>x</b>\n$1$ & more"}), "markers")
    assert trace["hovertext"] == ["&lt;b&gt;x&lt;/b&gt;<br>&#36;1&#36; &amp; more"]
    assert trace["customdata"] == ["a"] and trace["hoverinfo"] == "text"


def test_what_is_no_mark_does_not_answer_the_pointer():
    def paint(_, part):
        part.plot([3], [2], "o", color="k")
        part.plot([0, 1], [0, 1], color="k", gid="axis")

    assert {trace["hoverinfo"] for trace in twin(paint)["data"]} == {"skip"}


def test_only_the_marker_of_a_mark_answers_where_it_has_line_and_label_too():
    def paint(_, part):
        part.plot([1, 4], [2, 2], color="k", gid="a")
        part.plot([3], [2], "o", color="k", gid="a")
        theme.write(part, 3, 3, "label", gid="a")

    answering = [trace["mode"] for trace in twin(paint)["data"] if trace["hoverinfo"] == "text"]
    assert answering == ["markers"]


def test_a_line_answers_along_its_whole_length():
    def paint(_, part):
        part.plot([0, 8], [1, 1], color="k", gid="a")

    (trace,) = of(twin(paint), "lines")
    assert trace["x"] == [0, 2, 4, 6, 8] and set(trace["customdata"]) == {"a"}
    assert trace["hovertext"] == "what a is"


def test_a_filled_shape_answers_in_its_middle():
    def paint(_, part):
        part.add_patch(Rectangle((2, 1), 4, 2, facecolor=SIDES["South"], gid="b", linewidth=0))

    figure = twin(paint)
    (shape,), (target,) = of(figure, "lines"), of(figure, "markers")
    assert shape["fill"] == "toself" and shape["fillcolor"] == SIDES["South"] and shape["hoverinfo"] == "skip"
    assert (target["x"], target["y"], target["customdata"]) == ([4.0], [2.0], ["b"])


def test_the_legend_has_an_entry_for_each_side_and_what_belongs_to_it_goes_with_it():
    def paint(_, part):
        part.plot([3], [2], "o", gid="a", color=SIDES["North"])
        part.plot([4], [2], "o", gid="b", color=SIDES["South"])
        theme.write(part, 4, 3, "label", gid="b")

    data = twin(paint)["data"]
    entries = [(t["name"], t["marker"]["color"]) for t in data if t["showlegend"]]
    assert entries == list(SIDES.items())
    assert [t["legendgroup"] for t in data if t["mode"] == "text"] == ["South"]
    assert {t["customdata"][0]: t["legendgroup"] for t in data if "customdata" in t} == {"a": "North", "b": "South"}


def test_one_side_needs_no_legend():
    def paint(_, part):
        part.plot([3], [2], "o", gid="a", color=SIDES["North"])

    figure = twin(paint)
    assert not any(trace["showlegend"] for trace in figure["data"])
    assert figure["layout"]["height"] == 50 * PX


def test_only_plot_areas_can_be_zoomed_and_only_across():
    def paint(ax, part):
        theme.write(ax, 0.1, 0.5, "name of a row")
        part.plot([3], [2], "o", gid="a", color="k")

    layout = twin(paint)["layout"]
    assert layout["xaxis"]["fixedrange"] and layout["yaxis"]["fixedrange"] and layout["yaxis2"]["fixedrange"]
    assert not layout["xaxis2"]["fixedrange"]
    assert layout["xaxis2"]["domain"] == [0.5, 1.0] and layout["xaxis2"]["range"] == [0.0, 10.0]


def test_a_map_is_zoomed_as_a_whole():
    def paint(_, part):
        part.set_aspect("equal", adjustable="box")
        part.plot([3], [2], "o", gid="a", color="k")

    layout = twin(paint)["layout"]
    assert layout["yaxis2"]["scaleanchor"] == "x2" and not layout["yaxis2"]["fixedrange"]


def test_a_label_beyond_the_limits_of_its_plot_area_is_kept():
    def paint(_, part):
        theme.write(part, -4, 0.3, "far left", va="center")

    figure = twin(paint)
    (text,) = of(figure, "text")
    low, high = figure["layout"]["xaxis2"]["range"]
    assert low < text["x"][0] == -4 and high == 10
    # what is in the plot area stays where it was
    share = (figure["layout"]["xaxis2"]["domain"][1] - figure["layout"]["xaxis2"]["domain"][0]) * 100 * PX
    assert share / (high - low) == pytest.approx(50 * PX / 10, rel=1e-3)


def test_an_axis_that_runs_down_still_does():
    def paint(_, part):
        part.plot([3], [1], "o", gid="a", color="k")

    figure = twin(paint, limits=((0, 10), (5, 0)))
    assert figure["layout"]["yaxis2"]["range"] == [5.0, 0.0] and of(figure, "markers")[0]["y"] == [1.0]


def test_a_logarithmic_axis_keeps_the_places_of_its_marks():
    def paint(_, part):
        part.set_xscale("log")
        part.set_xlim(1, 1000)
        part.set_xticks([])
        part.plot([100], [1], "o", gid="a", color="k")

    figure = twin(paint, limits=((1, 1000), (0, 5)))
    assert figure["layout"]["xaxis2"]["range"] == [0.0, 3.0] and of(figure, "markers")[0]["x"] == [2.0]


def test_text_keeps_its_words_colour_side_and_lines():
    def paint(_, part):
        theme.write(part, 5, 2, "one\n<two>", size="small", face="bold", color=SIDES["South"], ha="right", va="center")

    (trace,) = of(twin(paint), "text")
    assert trace["text"] == ["one", "&lt;two&gt;"] and trace["textposition"] == "middle left"
    assert trace["textfont"]["color"] == SIDES["South"] and trace["textfont"]["weight"] == 700
    assert trace["y"][0] > 2 > trace["y"][1] and trace["x"] == [5.0, 5.0]


def test_ticks_are_words_where_they_stand():
    def paint(_, part):
        theme.set_ticks(part, "x", [0, 5], ["zero", "five"])

    (trace,) = of(twin(paint), "text")
    assert trace["text"] == ["zero", "five"] and trace["x"] == [0.0, 5.0]


def test_dashes_pale_colours_gaps_and_hatches_are_kept():
    def paint(_, part):
        part.plot([0, 1, np.nan, 3, 4], [1, 1, 1, 1, 1], color="#ff0000", alpha=0.5, linestyle=(0, (3, 2)))
        part.add_patch(Rectangle((2, 2), 1, 1, facecolor="#dddddd", hatch="///", edgecolor="#222222"))
        part.vlines([7], 0, 5, color="#00ff00", linestyle=":")

    lines = {trace["line"].get("dash", "solid"): trace for trace in of(twin(paint), "lines")}
    assert lines["dash"]["line"]["color"] == "rgba(255,0,0,0.5)" and lines["dash"]["x"] == [0, 1, None, 3, 4]
    assert lines["dot"]["x"] == [7.0, 7.0] and lines["solid"]["fillpattern"]["shape"] == "/"


def test_an_arc_ends_where_it_is_drawn_to_end():
    def paint(_, part):
        part.add_patch(FancyArrowPatch((1, 1), (8, 4), connectionstyle="arc3,rad=0.3", arrowstyle="-|>", shrinkA=0, shrinkB=0,
                                       mutation_scale=5, gid="a"))  # fmt: skip

    figure = twin(paint)
    line = next(trace for trace in of(figure, "lines") if "fill" not in trace)
    assert (line["x"][0], line["y"][0]) == pytest.approx((1, 1), abs=0.05)
    assert (line["x"][-1], line["y"][-1]) == pytest.approx((8, 4), abs=0.6) and len(line["x"]) > 5
    assert any("fill" in trace for trace in of(figure, "lines"))


@pytest.mark.parametrize("marker", SYMBOLS)
def test_every_marker_of_a_scatter_is_told_apart(marker):
    def paint(_, part):
        part.scatter([1, 2], [1, 2], s=[10, 40], marker=marker, color=SIDES["North"], gid="a")

    (trace,) = of(twin(paint), "markers")
    assert trace["marker"]["symbol"] == SYMBOLS[marker][0]
    small, large = trace["marker"]["size"]
    assert large == pytest.approx(2 * small, abs=0.02)


def test_a_circle_in_the_units_of_a_map_is_a_shape():
    def paint(_, part):
        part.add_patch(Circle((4, 2), 1, facecolor="#0067a822", linewidth=0))

    (trace,) = of(twin(paint), "lines")
    assert (min(trace["x"]), max(trace["x"])) == (3.0, 5.0) and trace["fillcolor"].startswith("rgba(0,103,168,")


def test_an_artist_without_a_counterpart_is_refused():
    def paint(_, part):
        part.imshow([[0, 1]])

    with pytest.raises(TypeError, match="AxesImage"):
        twin(paint)


def test_the_figure_is_plain_and_the_same_each_time():
    def paint(_, part):
        part.plot([3.14159265358], [2], "o", gid="a", color="k")

    figure = twin(paint)
    assert json.loads(json.dumps(figure, allow_nan=False)) == figure == twin(paint)
    assert of(figure, "markers")[0]["x"] == [3.142]
    assert figure["config"]["showSendToCloud"] is False
