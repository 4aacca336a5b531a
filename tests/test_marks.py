"""Rows of the record as marks, from small tables."""

import pandas as pd
import pytest

from analysis import marks, when
from analysis.exhibit import MARKS

ACTORS = pd.DataFrame({"actor_id": ["mayor", "rescue"], "name": ["The Mayor", "Rescue Service"], "role": ["Mayor", None]})
KYIV = "Europe/Kyiv"


def dated(frame):
    return frame.join(when.read(frame["when"], pd.Series(KYIV, index=frame.index)))


@pytest.fixture
def events():
    return dated(pd.DataFrame({
        "event_id": ["raid", "talks"], "when": ["2025-04-13T10:15+03:00", "2025-04-16"], "attacker": ["South", None],
        "title": ["A raid", "Talks"], "summary": ["It was hit.", None], "origins": ["rescue", "mayor; rescue"],
        "sources": ["p1; p2", "p3"],
    }))  # fmt: skip


@pytest.fixture
def claims():
    frame = pd.DataFrame({
        "claim_id": ["c1", "c2", "c3"], "event_id": "raid", "measure": ["killed", "killed", "injured"], "population": "all",
        "low": [4, 5, 9], "high": [4, 5, None], "wording": ["exact", "exact", "at least"], "seq": [1, 2, 1],
        "claimed_by": ["mayor", "rescue", "mayor"], "side": "North", "origins": ["mayor", "rescue", "mayor"],
        "status": ["single-origin", "disputed", "single-origin"], "sources": ["p2; p4", "p5", "p4"], "when": "2025-04-13",
    })  # fmt: skip
    return dated(frame).astype({"low": "Int64", "high": "Int64"})


def test_an_event_keeps_its_words_names_and_pages(events):
    found = marks.of_events(events, ACTORS, [KYIV])
    assert tuple(found.columns) == MARKS
    raid = ["raid", "South", "A raid", "13 April 2025, 10:15, Kyiv time", "It was hit.", "Rescue Service", "p1; p2", "raid"]
    assert found.iloc[0].tolist() == raid
    assert found.iloc[1][["group", "words", "said_by"]].tolist() == ["", "", "The Mayor, Rescue Service"]


def test_a_strike_says_its_counts_as_given_and_rests_on_the_claims_that_stand_or_contest(events, claims):
    (strike,) = marks.of_strikes(events.iloc[[0]], claims, ACTORS, [KYIV]).itertuples()
    assert strike.words == "4 or 5 killed, at least 9 injured" and strike.killed == 4
    assert strike.records == "raid; c1; c2; c3" and strike.sources == "p1; p2; p4; p5"
    assert strike.said_by == "The Mayor, Rescue Service"


def test_a_strike_that_nobody_counted_says_so(events, claims):
    (strike,) = marks.of_strikes(events.iloc[[0]], claims.iloc[:0], ACTORS, [KYIV]).itertuples()
    assert strike.words == marks.NOBODY and pd.isna(strike.killed) and strike.records == "raid"


def test_a_statement_begins_with_the_phrase_if_there_is_one():
    said = dated(pd.DataFrame({
        "statement_id": ["a", "b"], "when": "2025-04-13", "speaker": "mayor", "side": "North", "act": "appeal",
        "key_phrase": ["in any format", None], "summary": "Asked for talks.", "sources": "p1",
    }))  # fmt: skip
    found = marks.of_statements(said, ACTORS, [KYIV])
    assert tuple(found.columns) == MARKS
    assert found["words"].tolist() == ["“in any format” Asked for talks.", "Asked for talks."]
    assert found.loc[0, "title"] == "The Mayor: appeal" and found.loc[0, "group"] == "North"


def test_a_claim_says_its_count_in_its_wording(claims):
    assert marks.say_counted(claims).tolist() == ["4 killed", "5 killed", "at least 9 injured"]
    assert marks.say_counted(claims.assign(population="children"))[0] == "4 killed, children"


def test_ids_are_joined_once_and_in_order():
    assert marks.join(["a; b", None, "", "b; c", "a"]) == "a; b; c"
    assert marks.name_all(pd.Series(["mayor; nobody", None, ""]), ACTORS).tolist() == ["The Mayor, nobody", "", ""]


def test_a_day_without_a_place_is_one_of_the_record_s_own_zones():
    zones = ["Europe/London", "Europe/Paris"]
    rows = when.read(pd.Series(["2025-05-25", "2025-05-25T12:00+02:00"]), home=zones)
    assert marks.say_dates(rows, zones).tolist() == ["25 May 2025, London or Paris time", "25 May 2025, 11:00, London time"]
