"""Words beside marks: free of each other and of marks, off lines where that costs little."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from analysis import theme
from analysis.layout.tags import Tag, place_tags
from analysis.summary import find_collisions

ROOM = (0, 0, 100, 100)
NO_LINES = np.empty((0, 2))


@pytest.fixture
def ax():
    figure = Figure(figsize=(100 * theme.MM, 100 * theme.MM), dpi=theme.DPI)
    FigureCanvasAgg(figure)
    ax = theme.quiet(figure.add_axes((0, 0, 1, 1)))
    ax.set(xlim=(0, 100), ylim=(100, 0))
    return ax


def tag(x, y, words="some words", needed=False, gid="a"):
    return Tag([(x, y)], words, 0.5, gid, theme.TEXT, needed)


def test_a_free_text_stands_at_its_mark_without_a_leader(ax):
    assert place_tags(ax, [tag(50, 50)], NO_LINES, [(49.5, 49.5, 50.5, 50.5)], ROOM) == {"a"}
    box = ax.texts[0].get_window_extent().padded(theme.DPI * theme.MM)
    assert box.contains(*ax.transData.transform((50, 50))) and not ax.lines


def test_texts_of_neighbours_do_not_overlap(ax):
    tags = [tag(50, 50 + i, gid=f"t{i}") for i in range(5)]
    assert len(place_tags(ax, tags, NO_LINES, [], ROOM)) == 5
    assert find_collisions(ax.figure) == []


def test_a_text_at_the_edge_stands_left_of_its_mark(ax):
    place_tags(ax, [tag(99, 50)], NO_LINES, [], ROOM)
    assert ax.texts[0].get_position()[0] < 90


def test_a_text_keeps_off_a_line(ax):
    line = np.column_stack([np.arange(51.0, 70.0), np.full(19, 50.0)])
    place_tags(ax, [tag(50, 50)], line, [], ROOM)
    box = ax.texts[0].get_window_extent()
    assert not any(box.contains(*point) for point in ax.transData.transform(line))


def test_only_a_needed_text_hides_much_of_a_line(ax):
    lines = np.column_stack([part.ravel() for part in np.meshgrid(np.arange(0.0, 100, 0.5), np.arange(0.0, 100, 0.5))])
    assert place_tags(ax, [tag(50, 50), tag(20, 20, needed=True, gid="b")], lines, [], ROOM) == {"b"}


def test_a_text_nearer_to_another_mark_gets_a_leader(ax):
    walls = [(30, 47, 49, 53), (51, 47, 70, 53), (30, 30, 70, 46.5), (30, 53.5, 70, 70)]
    assert place_tags(ax, [tag(50, 50, "far", needed=True)], NO_LINES, walls, ROOM) in ({"a"}, set())
    assert len(ax.lines) == len(ax.texts)


def test_a_text_that_covers_marks_everywhere_is_left_out(ax):
    assert place_tags(ax, [tag(50, 50, needed=True)], NO_LINES, [(0, 0, 100, 100)], ROOM) == set()
    assert not ax.texts


def test_a_line_may_be_named_anywhere_along_it(ax):
    spots = [(float(x), 50.0) for x in range(10, 90, 4)]
    assert place_tags(ax, [Tag(spots, "along", 0.5, "a", theme.TEXT)], NO_LINES, [(0, 40, 60, 60)], ROOM) == {"a"}
    assert ax.texts[0].get_position()[0] > 55
