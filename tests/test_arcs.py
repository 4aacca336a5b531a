"""Arcs that keep off marks, other arcs and the edges."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import ConnectionStyle

from analysis.layout.arcs import measure_bend, route, trace

ROOM = (0, 0, 100, 100)


def test_an_arc_begins_and_ends_where_it_should_and_bulges_towards_later_times():
    (arc,) = route([((50, 20), (50, 60))], [], ROOM, 1)
    assert arc[0].tolist() == [50, 20] and arc[2].tolist() == [50, 60]
    assert arc[1][0] > 50


def test_an_arc_keeps_off_a_mark_in_its_way():
    ends = [((50, 20), (50, 60))]
    (free,) = route(ends, [], ROOM, 1)
    middle = tuple(trace(free)[20])
    (other,) = route(ends, [middle], ROOM, 1)
    assert np.hypot(*(trace(other) - middle).T).min() > 1


def test_an_arc_stays_inside():
    (arc,) = route([((99, 20), (99, 60))], [], ROOM, 1)
    assert trace(arc)[:, 0].max() <= 100


def test_two_arcs_between_the_same_marks_do_not_lie_on_each_other():
    one, other = route([((50, 20), (50, 60))] * 2, [], ROOM, 1)
    assert np.abs(one - other).max() > 1


@pytest.mark.parametrize("start, end", [((10, 20), (40, 60)), ((40, 60), (10, 20)), ((10, 30), (60, 30))])
def test_the_bend_gives_matplotlib_the_same_arc(start, end):
    (arc,) = route([(start, end)], [], ROOM, 1)
    ax = Figure(figsize=(4, 4)).add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, 100), ylim=(100, 0))
    ends = ax.transData.transform(arc[[0, 2]])
    drawn = ConnectionStyle("arc3", rad=measure_bend(arc))(*ends, shrinkA=0, shrinkB=0)
    assert ax.transData.inverted().transform(drawn.vertices) == pytest.approx(arc)
