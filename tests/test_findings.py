"""The sentences of the notebooks."""

import re
from dataclasses import replace

import pandas as pd
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


def set_focus(record, *days):
    return replace(record, episode=record.episode | {"focus": list(days)})


def test_a_focus_over_two_months_names_both(record):
    assert findings.of_timeline(set_focus(record, "2025-04-28", "2025-05-03"))[0].startswith("From 28 April to 3 May 2025 the ")


def test_a_focus_with_nothing_in_it_is_told(record):
    empty = set_focus(record, "2024-01-01", "2024-01-05")
    assert findings.of_timeline(empty)[0] == "From 1 to 5 January 2024 the record has 0 events."
    assert findings.of_casualties(empty) == []


def test_a_part_without_rows_has_none_to_explore(record):
    assert findings.of_rows(select(record, Choice(text="zzzzzz"))) == ["No row can be explored."]


def test_a_day_that_has_no_midnight_is_a_day(record):
    there = replace(record, episode=record.episode | {"zones": ["Africa/Cairo"]})
    assert findings._day(pd.Timestamp("2025-04-25T10:00Z"), there) == pd.Timestamp("2025-04-25")


def test_a_truce_without_an_end_goes_on(record):
    events = record.events.copy()
    events.loc[events["event_id"] == "victory-truce-2025-05-08", ["latest", "earliest_end"]] = pd.NaT
    told = [next(one for one in findings.of_nights(of) if "truce" in one) for of in (record, replace(record, events=events))]
    assert [int(re.match(r"Of (\d+) nights", one)[1]) for one in told] == [3, 26]  # of 9 May to 2 June, and of 20 April
