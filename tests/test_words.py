"""Numbers and lists in words."""

import pytest

from analysis.words import say_list, say_number


@pytest.mark.parametrize(("number", "said"), [(0, "0 strikes"), (1, "1 strike"), (2, "2 strikes")])
def test_a_number_agrees_with_what_it_counts(number, said):
    assert say_number(number, "strike") == said


def test_a_list_ends_with_and():
    assert [say_list(words) for words in (["a"], ["a", "b"], iter("abc"))] == ["a", "a and b", "a, b and c"]
