"""A figure as a light SVG: its words stay words, its shapes stay where they are, its marks name their rows."""

import re
from xml.etree import ElementTree

import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle

from analysis import theme
from analysis.exhibit import Exhibit
from analysis.summary import summarize
from analysis.vector import FINE, to_style, to_svg

ROWS = {"one": 0, "two": 1}


@pytest.fixture
def figure():
    return Figure(figsize=(2, 1), dpi=100, facecolor="none")


@pytest.fixture
def ax(figure):
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, 200), ylim=(0, 100))
    axes.set_axis_off()
    return axes


def read(svg):
    """Return the elements of an SVG by tag."""
    found = {}
    for element in ElementTree.fromstring(re.sub(r"=([\w.-]+)(?=[ />])", r'="\1"', svg)).iter():
        found.setdefault(element.tag, []).append(element)
    return found


def test_a_circle_stays_a_circle_where_it_was_and_names_its_row(figure, ax):
    ax.add_patch(Circle((50, 20), 10, gid="two ring"))
    circle = read(to_svg(figure, ROWS, "f"))["circle"][0]
    assert circle.attrib["data-m"] == "1"
    assert [float(circle.attrib[name]) for name in ("cx", "cy", "r")] == [50 * FINE, 80 * FINE, 10 * FINE]


def test_words_stay_words_and_are_escaped(figure, ax):
    theme.write(ax, 10, 10, "<b>5 & 6</b> $x$", size="small", gid="one")
    text = read(to_svg(figure, ROWS, "f"))["text"][0]
    assert text.text == "<b>5 & 6</b> $x$" and text.attrib["data-m"] == "0"


def test_what_belongs_to_no_mark_names_no_row_and_titles_are_left_out(figure, ax):
    figure.text(0.1, 0.9, "Title")
    ax.plot([0, 100], [50, 50], gid="three")
    svg = to_svg(figure, ROWS, "f")
    assert "Title" not in svg and "data-m" not in svg and "<path" in svg


def test_a_line_is_drawn_in_whole_numbers_from_where_the_last_piece_ended(figure, ax):
    ax.plot([0, 100, 100], [0, 0, 50], gid="one")
    assert read(to_svg(figure, ROWS, "f"))["path"][0].attrib["d"] == "M0 400l400 0 0-200"


def test_a_long_path_is_written_once_however_often_it_is_drawn(figure, ax):
    x = [2 * k for k in range(100)]
    for _ in range(3):
        ax.plot(x, [50 + k % 2 * 20 + k % 3 for k in range(100)], gid="one")
    found = read(to_svg(figure, ROWS, "f"))
    assert len(found["path"]) == 1 and len(found["use"]) == 2
    assert {use.attrib["href"] for use in found["use"]} == {f"#{found['path'][0].attrib['id']}"}


def test_what_leaves_its_room_is_cut_off_there(figure, ax):
    ax.add_patch(Rectangle((150, 20), 100, 20, gid="one"))
    found = read(to_svg(figure, ROWS, "f"))
    box = found["clipPath"][0].find("rect").attrib
    assert (box["x"], box["width"]) == ("0", "800")


def test_looks_are_gathered_as_classes_and_hatches_as_patterns(figure, ax):
    looks = {}
    for x in (0, 40):
        ax.add_patch(Rectangle((x, 0), 20, 20, facecolor="#ff0000", linewidth=0, hatch="//" if x else None, gid="one"))
    svg = to_svg(figure, ROWS, "f", looks)
    assert set(re.findall(r"class=(k\d+)", svg)) == set(looks.values()) and "fill=\"#ff0000\"" not in svg.partition("</defs>")[2]
    assert ".k0{fill:#ff0000}" in to_style(looks) and "<pattern" in svg


def test_the_same_figure_gives_the_same_bytes_and_stays_as_it_was(gallery):
    figure, again = gallery("tolls").figure("column"), Exhibit.figure(gallery("tolls"), "column")
    before = summarize(figure)
    one, other = to_svg(figure, {}, "f"), to_svg(again, {}, "f")
    assert one == other == to_svg(figure, {}, "f") and len(one) > 5000 and summarize(figure) == before
