"""Statements and what they answer."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.replies import find_targets, find_unanswered, list_further, match_answers, pair_replies

HOUR = pd.Timedelta(hours=1)


def statements(*rows):
    """Make statements: id, act, proposals, side, first and last hour at which it may have been made."""
    frame = pd.DataFrame(rows, columns=["statement_id", "act", "proposal_id", "side", "first", "last"])
    start = pd.Timestamp("2025-04-20T00:00Z")
    frame["earliest"], frame["latest"] = (
        start + pd.to_timedelta(frame.pop(name), unit="h") for name in ("first", "last")
    )
    return frame.assign(speaker=frame["side"].str.lower(), summary="said")


def answers(*rows):
    return pd.DataFrame(rows, columns=["statement_id", "answers", "answer", "basis"])


def proposals(*rows):
    frame = statements(*((name, "propose", None, side, first, last) for name, side, first, last in rows))
    frame = frame.drop(columns="proposal_id")
    return frame.rename(columns={"statement_id": "proposal_id", "speaker": "proposed_by", "summary": "label"})[
        ["proposal_id", "earliest", "latest", "side", "proposed_by", "label"]]  # fmt: skip


OFFER = ("offer", "propose", "p-halt", "Ukraine", 20, 23)
ANSWER = ("answer", "defer", "p-halt", "Russia", 34, 40)


def silent(said, given):
    return list(find_unanswered(said, given)["statement_id"])


def test_a_lag_runs_from_the_least_to_the_most_time_that_can_have_passed():
    pairs = pair_replies(answers(("answer", "offer", "defer", "explicit")), statements(OFFER, ANSWER),
                         proposals(("p-halt", "Ukraine", 20, 23)))  # fmt: skip
    assert pairs[["lag_low", "lag_high", "side", "side_answered"]].values.tolist() == [[11, 20, "Russia", "Ukraine"]]


def test_a_lag_is_never_below_zero():
    said = statements(("offer", "propose", "p-halt", "Ukraine", 0, 24), ("answer", "defer", "p-halt", "Russia", 0, 24))
    pairs = pair_replies(
        answers(("answer", "offer", "defer", "explicit")), said, proposals(("p-halt", "Ukraine", 0, 24))
    )
    assert pairs[["lag_low", "lag_high"]].values.tolist() == [[0, 24]]


def test_an_answer_to_a_proposal_is_timed_from_when_it_was_first_made():
    pairs = pair_replies(answers(("answer", "p-halt", "defer", "explicit")), statements(OFFER, ANSWER),
                         proposals(("p-halt", "Ukraine", 10, 10)))  # fmt: skip
    assert pairs[["lag_low", "lag_high"]].values.tolist() == [[24, 30]]


def test_an_offer_without_an_answer_is_unanswered():
    assert silent(statements(OFFER, ANSWER), answers()) == ["offer"]


@pytest.mark.parametrize("target", ["offer", "p-halt"])
def test_an_answer_to_the_statement_or_to_its_proposal_counts(target):
    assert silent(statements(OFFER, ANSWER), answers(("answer", target, "defer", "explicit"))) == []


def test_an_answer_from_the_same_side_does_not_count():
    said = statements(OFFER, ("echo", "clarify", "p-halt", "Ukraine", 34, 40))
    assert silent(said, answers(("echo", "offer", "clarify", "explicit"))) == ["offer"]


def test_an_answer_given_before_an_offer_was_repeated_does_not_answer_the_repetition():
    said = statements(OFFER, ANSWER, ("again", "propose", "p-halt", "Ukraine", 50, 51))
    assert silent(said, answers(("answer", "offer", "defer", "explicit"))) == ["again"]


def test_an_answer_to_another_statement_with_the_same_proposal_counts():
    said = statements(OFFER, ("again", "propose", "p-halt", "Ukraine", 25, 26), ANSWER)
    assert silent(said, answers(("answer", "offer", "defer", "explicit"))) == []


def test_one_of_two_proposals_left_unanswered_leaves_the_statement_unanswered():
    said = statements(
        ("both", "propose", "p-halt; p-swap", "Russia", 0, 1), ("answer", "accept", "p-swap", "Ukraine", 2, 3)
    )
    assert silent(said, answers(("answer", "p-swap", "accept", "explicit"))) == ["both"]


def test_answers_are_matched_to_each_proposal_of_a_statement():
    said = statements(
        ("both", "propose", "p-halt; p-swap", "Russia", 0, 1), ("answer", "accept", "p-swap", "Ukraine", 2, 3)
    )
    matched = match_answers(said, answers(("answer", "p-swap", "accept", "explicit")))
    assert list(matched["proposal_id"]) == ["p-halt", "p-swap"] and set(matched["statement_id"]) == {"both"}
    assert matched["by"].isna().tolist() == [True, False] and matched["by"][1] == "answer"
    assert matched["latest"].isna().tolist() == [True, False]


def test_only_what_is_put_forward_can_be_unanswered():
    assert silent(statements(ANSWER), answers()) == []


def test_a_reply_to_a_proposal_leads_to_the_first_statement_that_put_it_forward():
    said = statements(("again", "propose", "p-halt", "Ukraine", 25, 26), OFFER, ANSWER)
    given = answers(("answer", "p-halt", "defer", "explicit"), ("answer", "again", "defer", "explicit"))
    assert list(find_targets(given, said)) == ["offer", "again"]


def test_a_reply_to_a_proposal_that_no_statement_put_forward_before_leads_nowhere():
    said = statements(("late", "propose", "p-halt", "Ukraine", 50, 51), ANSWER)
    assert find_targets(answers(("answer", "p-halt", "defer", "explicit")), said).isna().all()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 90), st.integers(0, 9)), min_size=2, max_size=12))
def test_a_further_reply_changes_no_other_pair_and_no_lag_is_turned_round(hours):
    said = statements(*((f"s{i}", "report", None, "Ukraine", a, a + b) for i, (a, b) in enumerate(hours)))
    given = answers(*((f"s{i}", f"s{i - 1}", "clarify", "explicit") for i in range(1, len(hours))))
    made = proposals(("p-halt", "Ukraine", 0, 1))
    pairs = pair_replies(given, said, made)
    fewer = pair_replies(given.iloc[:-1], said, made)
    pd.testing.assert_frame_equal(pairs.iloc[:-1], fewer)
    assert (pairs["lag_low"] <= pairs["lag_high"]).all()


def test_the_answer_to_the_offer_of_20_april_took_between_10_and_21_hours(record):
    pairs = pair_replies(record.replies, record.statements, record.proposals).set_index(["statement_id", "answers"])
    pair = pairs.loc[("putin-civilian-bilateral-2025-04-21", "zelensky-30day-civilian-2025-04-20")]
    assert (round(pair["lag_low"], 2), round(pair["lag_high"], 2)) == (10.35, 20.8)


def test_further_answers_are_those_to_what_a_statement_puts_forward_and_silence_is_named():
    again = ("again", "propose", "p-halt", "Ukraine", 30, 31)
    alone = ("alone", "propose", "p-halt; p-more", "Ukraine", 1, 2)
    said = statements(OFFER, again, alone, ANSWER, ("own", "accept", "p-halt", "Ukraine", 50, 51))
    given = answers(("own", "offer", "accept", "explicit"), ("answer", "again", "defer", "explicit"),
                    ("answer", "p-halt", "reject", "inferred")).set_axis([5, 6, 7])  # fmt: skip
    found = list_further(said, given).astype("object").where(lambda rows: rows.notna(), None)
    assert sorted(map(tuple, found.to_numpy()), key=str) == [  # `again` is named by the one, and so has no further answer
        ("alone", "p-halt", 6), ("alone", "p-halt", 7), ("alone", "p-more", None), ("offer", "p-halt", 6), ("offer", "p-halt", 7)]
