"""Labels in rows over a time axis."""

from itertools import permutations

import pytest

from analysis.layout.flags import AIR, Flag, settle, stack_marks
from analysis.theme import text_width


def flag(name, left, right=None, words="Some words"):
    return Flag(name, left, left if right is None else right, words)


def settled(*flags, wide=100, rows=4):
    return {place.flag.id: place for place in settle(flags, wide, rows, 1.0)}


def test_a_lone_label_stands_lowest_to_the_right_of_its_stem():
    place = settled(flag("a", 10))["a"]
    assert (place.row, place.side, place.left, place.edge) == (0, 1, 10, 10)


def test_a_label_at_the_right_edge_stands_to_the_left():
    place = settled(flag("a", 99))["a"]
    assert place.side == -1 and place.right == place.edge == 99


def test_of_two_close_stems_the_left_one_carries_its_label_higher():
    left, right = settled(flag("a", 10), flag("b", 14), wide=40).values()
    assert {left.row, right.row} == {0, 1} or left.side != right.side


@pytest.mark.parametrize("order", list(permutations("abcd")))
def test_no_label_covers_another_or_the_stem_of_another(order):
    at = {"a": 10, "b": 13, "c": 20, "d": 24}
    places = list(settled(*(flag(name, at[name], words="Words that take some room") for name in order)).values())
    assert len(places) > 1
    for one, two in permutations(places, 2):
        beside = one.right <= two.left or two.right <= one.left
        assert beside or one.row >= two.top or two.row >= one.top
        assert not one.left < two.flag.left < one.right or one.row >= two.top


def test_a_label_comes_before_those_after_it_where_only_one_has_room():
    words = "Words that fill the only row there is"
    assert list(settled(flag("a", 40, words=words), flag("b", 30, words=words), wide=80, rows=1)) == ["a"]
    assert list(settled(flag("b", 30, words=words), flag("a", 40, words=words), wide=80, rows=1)) == ["b"]


def test_a_label_makes_room_for_a_later_one_if_it_has_another_place():
    early, late = flag("early", 48, words="Left"), flag("late", 50, words="Right of both")
    assert set(settled(early, late, rows=1)) == set(settled(late, early, rows=1)) == {"late", "early"}


def test_the_label_of_a_bar_keeps_off_the_bar_of_another():
    places = settled(flag("a", 0, 40, "Label of the first"), flag("b", 45, 60, "Label of the second"))
    assert places["a"].row != places["b"].row


def test_a_bar_as_wide_as_the_paper_has_its_label_below():
    place = settled(flag("a", 0, 100, "A label"))["a"]
    assert (place.side, place.lines, place.edge) == (0, ("", "A label"), 0)


def test_a_label_below_its_bar_that_is_longer_begins_before_the_bar_and_ends_on_the_paper():
    words = "A label that is somewhat longer now"
    place = settled(flag("a", 10, 40, words), wide=40, rows=2)["a"]
    assert (place.side, place.lines, place.right) == (0, ("", words), 40)
    assert place.left == pytest.approx(40 - text_width(words, "small") - 2 * AIR) and 0 < place.left < 10


def test_lines_of_a_label_are_of_like_length():
    (place,) = settle([flag("a", 10, words="Truce in the air, at sea and on energy sites")], 60, 4, 1.0)
    assert len(place.lines) == 2 and min(map(len, place.lines)) > 15


def test_marks_too_close_for_one_level_are_stacked():
    assert stack_marks([0, 0.5, 2, 2, 2.5], 1) == [0, 1, 0, 1, 2]
