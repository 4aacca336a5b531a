"""The sentences of the notebooks."""

import re

import pytest

from analysis import findings


@pytest.mark.parametrize("find", findings.ALL)
def test_findings_are_whole_sentences_with_numbers(find, record):
    found = find(record)
    assert len(found) >= 3
    assert all(
        re.fullmatch(r"[A-Z0-9].*\.", sentence) and "nan" not in sentence and "<NA>" not in sentence
        for sentence in found
    )
    assert sum(bool(re.search(r"\d", sentence)) for sentence in found) >= len(found) - 1


def test_findings_are_shown_as_a_list(record):
    shown = findings.of_places(record)._repr_mimebundle_()
    assert set(shown) == {"text/markdown", "text/plain"} and shown["text/plain"].startswith(
        "- The record holds 14 strikes"
    )


def test_a_lowered_count_is_told_with_both_numbers(record):
    assert (
        "A count of the killed was lowered after 2 strikes: Kyiv, 24 April (9 to 8) and Kyiv, 17 June (15 to 10)."
        in findings.of_casualties(record)
    )


def test_the_toll_of_the_focus_window_keeps_its_range(record):
    assert any("together 59 by the counts that stand, 59 to 60 with" in sentence for sentence in findings.of_casualties(record))
