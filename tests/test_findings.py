"""The sentences of the notebooks."""

import re

import pytest

from analysis import findings
from analysis.selection import Choice, select


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
    said = "together 60 by the counts that stand as the record ends, 60 to 61 with"
    assert any(said in sentence for sentence in findings.of_casualties(record))


def test_nights_without_drones_are_not_counted_as_nights_with_them(record):
    assert findings.of_nights(record)[0] == (
        "The Air Force of Ukraine reported 11,123 drones launched in 88 of 94 nights, 1 March to 2 June 2025. 5 nights are "
        "recorded as without drones, 2 of these by no count that was found; for 1 no total was found, and for 54 no number of "
        "missiles."
    )


def test_a_zero_that_nobody_counted_is_no_count_of_a_night(record):
    nights = record.nights[record.nights["night"].between("2025-04-22", "2025-05-16")].dropna(subset=["drones_launched"])
    counted = nights["reported_by"].notna().sum()
    assert counted == len(nights) - 1  # 10 May
    assert any(f"in 22 of the {counted} nights for which it has a count" in told for told in findings.of_timeline(record))


def test_what_became_of_drones_is_added_up_only_where_all_parts_are_known(record):
    whole = record.nights.dropna(subset=["drones_launched", "drones_shot_down", "drones_lost"])
    whole = whole[whole["drones_launched"] > 0]
    sent, shot, lost = whole[["drones_launched", "drones_shot_down", "drones_lost"]].sum()
    assert findings.of_nights(record)[1].startswith(
        f"Of the {sent:,} drones in the {len(whole)} nights whose report gives all parts, {shot:,} are reported as shot down and "
        f"{lost:,} as lost; {sent - shot - lost:,} as neither"
    )


def test_totals_stand_beside_their_nights_with_what_is_missing(record):
    said = findings.of_nights(record)[-1]
    assert "4,198 of 4,198 (1 to 31 March 2025), 2,399 of 2,560 (1 to 30 April 2025, 28 of 30 nights)" in said


def test_a_night_in_which_a_truce_ended_is_not_called_a_night_of_truce(record):
    told = next(sentence for sentence in findings.of_nights(record) if "truce" in sentence)
    assert told == (
        "Of 3 nights (18:00 to 06:00) wholly within a truce whose span is undisputed, 3 are recorded as without drones, 2 of "
        "these by no count that was found; of 3 partly within one, 2 had drones: those to 21 April (96) and 11 May (108)."
    )


def test_what_can_be_explored_is_counted_in_a_part_too(record):
    found = findings.of_rows(select(record, Choice(start="2025-04-13", end="2025-04-19", sides="Ukraine")))
    assert found[0].startswith("99 rows can be explored: 15 events, 11 statements and 73 casualty claims, from ")
    assert "Ukraine 99, " in found[1]  # a strike comes with claims
