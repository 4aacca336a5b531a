"""Labels beside marks."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from analysis import theme
from analysis.layout.labels import Label, box_around, place_labels
from analysis.summary import find_collisions


@pytest.fixture
def ax():
    figure = Figure(figsize=(4, 4))
    FigureCanvasAgg(figure)
    ax = figure.add_axes((0, 0, 1, 1))
    ax.axis("off")
    return ax


def label(x, y, words):
    return Label(x, y, words, 1, words)


def test_labels_of_marks_at_one_place_do_not_overlap(ax):
    place_labels(ax, [label(0.5, 0.5, f"a place called {i}") for i in range(6)])
    assert find_collisions(ax.figure) == []


def test_labels_on_one_line_stand_farther_apart_than_words(ax):
    texts = place_labels(ax, [label(0.45 + 0.05 * (i % 3), 0.5, f"name {i}") for i in range(15)])
    boxes = [text.get_window_extent() for text in texts]
    gaps = [b.x0 - a.x1 for a in boxes for b in boxes if a.x1 < b.x1 and a is not b and a.y0 < b.y1 and b.y0 < a.y1]
    space = theme.text_width("a b", "small") - theme.text_width("ab", "small")
    assert len(gaps) > 5 and min(gaps) > 2 * space * ax.figure.dpi * theme.MM


def test_a_label_keeps_off_the_edge(ax):
    (text,) = place_labels(ax, [label(0.99, 0.5, "at the edge")])
    assert text.get_window_extent().x1 <= ax.get_window_extent().x1


def test_a_label_keeps_off_a_text_that_is_there(ax):
    ax.text(0.53, 0.5, "already here", va="center")
    place_labels(ax, [label(0.5, 0.5, "new")])
    assert find_collisions(ax.figure) == []


def test_a_label_pushed_away_gets_a_leader_in_its_name(ax):
    texts = place_labels(ax, [label(0.5, 0.5, f"a place called {i}") for i in range(14)])
    assert len(texts) == 14
    assert {line.get_gid() for line in ax.lines} < {text.get_text() for text in texts}
    assert ax.lines


def test_a_leader_does_not_run_through_another_mark(ax):
    ring = [box_around(ax, 0.5 + 0.04 * x, 0.5 + 0.04 * y, 2) for x in (-1, 0, 1) for y in (-1, 0, 1) if x or y]
    assert place_labels(ax, [label(0.5, 0.5, "shut in")], keep_off=ring, drop=True) == []
    assert place_labels(ax, [label(0.5, 0.5, "let out")], keep_off=ring[1:], drop=True)


def test_no_room_is_said(ax):
    with pytest.raises(ValueError, match="no room on the figure for the label"):
        place_labels(ax, [label(0.5, 0.5, "far too long for the room that there is" * 5)])


def test_a_label_stands_nearer_to_its_own_mark_where_asked(ax):
    marks = [label(0.5, 0.5, "own"), label(0.572, 0.5, "other")]
    x = ax.transData.transform((0.5, 0.5))[0]
    (between, _) = place_labels(ax, marks)
    assert between.get_window_extent().x0 > x
    for text in list(ax.texts):
        text.remove()
    (apart, _) = place_labels(ax, marks, own=True)
    assert apart.get_window_extent().x1 < x


def test_a_name_stands_over_the_words_and_ends_at_the_side_of_its_mark(ax):
    ax.text(0.52, 0.4, "a wall of words\n" * 9)
    (words,) = place_labels(ax, [Label(0.5, 0.5, "many words", 1, "gid", color="#0067a8", name="Name")])
    (name,) = [t for t in ax.texts if t.get_text() == "Name"]
    below, over = words.get_window_extent(), name.get_window_extent()
    assert (name.get_color(), words.get_color()) == ("#0067a8", theme.TEXT)
    assert over.y0 >= below.y1 - 1 and over.x1 == pytest.approx(below.x1, abs=1)
    assert over.x1 < ax.transData.transform((0.5, 0.5))[0]


def test_the_corner_beside_a_round_mark_is_free(ax):
    wide = Label(0.5, 0.5, "", 20, "round")
    x, y = ax.transData.transform((0.5, 0.5))
    corner = x + 20 * 0.75 * ax.figure.dpi / 25.4, y + 20 * 0.75 * ax.figure.dpi / 25.4
    spot = ax.transData.inverted().transform(corner)
    texts = place_labels(ax, [wide, Label(*spot, "in the corner", 0.2, "corner")], drop=True)
    assert texts[1].get_window_extent().x0 < x + 20 * ax.figure.dpi / 25.4


def test_no_leader_runs_through_the_words_of_another_label():
    figure = Figure(figsize=(60 * theme.MM, 40 * theme.MM), dpi=theme.DPI)
    FigureCanvasAgg(figure)
    ax = theme.quiet(figure.add_axes((0, 0, 1, 1)))
    ax.set(xlim=(0, 60), ylim=(0, 40))
    spots = [(30, 20), (31, 20), (32, 20), (33, 20), (34, 20), (35, 20)]
    texts = place_labels(ax, [Label(x, y, f"a long label {i}", 0.5, f"m{i}") for i, (x, y) in enumerate(spots)], drop=True)
    boxes = {text.get_gid(): text.get_window_extent() for text in texts}
    leaders = [line for line in ax.lines if line.get_gid() in boxes]
    assert leaders
    for line in leaders:
        ends = ax.transData.transform(line.get_xydata())
        points = ends[0] + (ends[1] - ends[0]) * np.linspace(0, 1, 60)[:, None]
        crossed = [gid for gid, box in boxes.items() if gid != line.get_gid() and any(box.contains(*point) for point in points)]
        assert crossed == [], line.get_gid()
