"""The chart of lags, read off the drawn artists."""

import pandas as pd
import pytest
from matplotlib.colors import to_hex

from analysis import theme
from analysis.exhibits import lags
from analysis.exhibits.lags import (
    DASHED,
    bend,
    find_ends,
    find_parties,
    lay_out,
    name_proposals,
    say_lag,
    say_missing,
    say_silence,
)
from analysis.replies import find_positions, time_first_answers, time_silences
from analysis.summary import find_collisions

SIDES = pd.Series({"ann": "North", "bob": "South", "cid": "East"})
START = pd.Timestamp("2031-01-01T00:00Z")


@pytest.fixture(scope="module")
def exhibit(gallery):
    return gallery("lags")


def hours(frame, first="first", last="last"):
    bounds = (START + pd.to_timedelta(frame.pop(name), unit="h") for name in (first, last))
    return frame.assign(**dict(zip(("earliest", "latest"), bounds, strict=True)))


def statements(*rows):
    """Make statements: id, speaker, act, proposals, first and last hour at which it may have been made."""
    frame = hours(pd.DataFrame(rows, columns=["statement_id", "speaker", "act", "proposal_id", "first", "last"]))
    return frame.assign(side=frame["speaker"].map(SIDES))


def proposals(*rows):
    return hours(pd.DataFrame(rows, columns=["proposal_id", "proposed_by", "first", "last"]))


def answers(*rows):
    return pd.DataFrame(rows, columns=["statement_id", "answers", "answer", "basis"])


OFFER, MADE = ("offer", "ann", "propose", "halt", 1, 4), ("halt", "ann", 1, 4)


def first_of(said, given, made):
    rows = time_first_answers(find_positions(said, given, made, SIDES), made, SIDES)
    return [tuple(row) for row in rows[["side", "statement_id", "low", "high"]].values.tolist()]


def test_a_lag_runs_from_the_least_to_the_most_time_since_the_proposal_was_first_made():
    said = statements(OFFER, ("later", "bob", "defer", None, 10, 12))
    assert first_of(said, answers(("later", "offer", "defer", "explicit")), proposals(MADE)) == [("South", "later", 6, 11)]


def test_a_lag_is_never_below_zero():
    said = statements(OFFER, ("later", "bob", "defer", None, 1, 4))
    assert first_of(said, answers(("later", "halt", "defer", "explicit")), proposals(MADE)) == [("South", "later", 0, 3)]


def test_only_what_may_be_the_first_answer_of_a_side_counts():
    said = statements(OFFER, ("a", "bob", "defer", None, 10, 14), ("b", "bob", "reject", None, 12, 13),
                      ("c", "bob", "accept", None, 20, 21), ("d", "cid", "accept", None, 30, 30))  # fmt: skip
    given = answers(*((name, "halt", "defer", "explicit") for name in "abcd"))
    assert first_of(said, given, proposals(MADE)) == [("South", "a", 6, 12), ("South", "b", 6, 12), ("East", "d", 26, 29)]


def test_who_made_a_proposal_does_not_answer_it():
    said = statements(OFFER, ("twist", "ann", "deflect", None, 10, 12))
    assert first_of(said, answers(("twist", "halt", "deflect", "explicit")), proposals(MADE)) == []


def silences(said, given, made, until=100, sides=("North", "South")):
    ends = pd.Series({one: START + pd.Timedelta(hours=until) for one in made["proposal_id"]})
    rows = time_silences(find_positions(said, given, made, SIDES), said, made, SIDES, sides, ends)
    return [tuple(row) for row in rows.values.tolist()]


def test_a_party_without_any_position_on_a_proposal_of_others_is_silent_until_the_end():
    assert silences(statements(OFFER), answers(), proposals(MADE)) == [("halt", "South", 96)]


def test_a_party_that_answered_or_put_the_same_forward_is_not_silent():
    answered = statements(OFFER, ("later", "bob", "defer", "halt", 10, 12))
    again = statements(OFFER, ("again", "bob", "propose", "halt", 10, 12))
    spoken = statements(OFFER, ("told", "bob", "report", "other; halt", 10, 12))
    assert silences(spoken, answers(), proposals(MADE)) == []
    assert silences(answered, answers(), proposals(MADE)) == silences(again, answers(), proposals(MADE)) == []


def test_there_is_no_silence_about_what_no_statement_puts_forward():
    assert silences(statements(("other", "ann", "report", "halt", 1, 4)), answers(), proposals(MADE)) == []


def test_there_is_no_silence_where_the_record_ends_with_the_proposal():
    assert silences(statements(OFFER), answers(), proposals(MADE), until=4) == []


def test_a_silence_ends_where_the_record_has_a_gap_or_the_window_ends():
    said = statements(OFFER, ("more", "ann", "report", None, 50, 60), ("year", "ann", "report", None, 9000, 9001),
                      ("last", "ann", "report", None, 9100, 9101))  # fmt: skip
    made = proposals(MADE, ("late", "ann", 9000, 9001))
    last = START + pd.Timedelta(hours=9050)
    ends = (find_ends(made.set_index("proposal_id")["latest"], said, last) - START) / pd.Timedelta(hours=1)
    assert ends.to_dict() == {"halt": 60, "late": 9050}


@pytest.mark.parametrize(("low", "high", "said"), [
    (0.0, 23.98, "within 24 h"), (10.35, 20.8, "10 to 21 h"), (24.02, 71.98, "24 to 72 h"),
    (96.02, 143.98, "4 to 6 days"), (119.02, 168.98, "4.9 to 7.1 days"), (0.0, 100.0, "within 4.2 days"),
    (1631.0, 1680.0, "67.9 to 70 days"),
])  # fmt: skip
def test_a_lag_is_said_no_more_closely_than_it_is_known(low, high, said):
    assert say_lag(low, high) == said


def test_a_silence_is_said_by_what_has_certainly_passed():
    assert [say_silence(low) for low in (0.5, 71.9, 100.0)] == ["none in 0 h", "none in 71 h", "none in 4 days"]


def test_the_parties_are_those_of_the_signal(record):
    assert find_parties(record, record.episode) == ["Ukraine", "Russia"]
    offered = record.episode["signal"] | {"offer": "p-30day-full"}  # by the United States
    assert find_parties(record, {"signal": offered}) == ["United States", "Russia"]
    alone = record.episode["signal"] | {"offer": record.episode["signal"]["answer"]}
    assert find_parties(record, {"signal": alone}) == ["Russia"]


def test_the_answer_to_the_offer_of_the_signal_took_10_to_21_hours(exhibit):
    mark = exhibit.marks.set_index("id").loc["p-30day-civilian:Russia"]
    assert (mark["lag"], mark["basis"], mark["mark"]) == ("10 to 21 h", "explicit", "answer")
    assert 10 < mark["lag_low"] < 11 and 20 < mark["lag_high"] < 21


def test_each_side_has_one_first_answer_or_silence_on_a_proposal(exhibit):
    marks = exhibit.marks
    assert not marks.duplicated(["proposal_id", "side"]).any()
    assert (marks["mark"] == "silence").eq(marks["lag_high"].isna()).all()
    assert set(marks.loc[marks["mark"] == "silence", "side"]) <= {"Ukraine", "Russia"}


def test_a_silence_says_what_became_of_the_proposal(exhibit, record):
    outcome = record.proposals.set_index("proposal_id")["outcome"]
    silent = exhibit.marks[exhibit.marks["mark"] == "silence"]
    assert len(silent) and all(mark.words.endswith(outcome[mark.proposal_id]) for mark in silent.itertuples())


def test_what_was_answered_together_is_neither_an_answer_nor_a_silence(exhibit):
    assert "p-local-truce" not in set(exhibit.marks["proposal_id"])


def bars(figure):
    """Return {id: lines} of all areas."""
    drawn = {}
    for part in figure.axes[0].child_axes:
        for line in part.lines:
            drawn.setdefault(line.get_gid(), []).append(line)
    return drawn


@pytest.mark.parametrize("size", theme.SIZES)
def test_a_bar_runs_from_low_to_high_in_the_colour_of_who_answered_dashed_if_inferred(exhibit, record, size):
    drawn = bars(exhibit.figure(size))
    assert set(drawn) == set(exhibit.marks["id"])
    for mark in exhibit.marks[exhibit.marks["mark"] == "answer"].itertuples():
        bar, ends = drawn[mark.id]
        assert list(bar.get_xdata()) == list(ends.get_xdata()) == [bend(mark.lag_low), bend(mark.lag_high)]
        assert to_hex(bar.get_color()) == record.episode["sides"][mark.side] and ends.get_marker() == "|"
        assert (bar.get_linestyle() == "-") == (mark.basis == "explicit")
    assert len(DASHED[1]) == 2


def test_a_silence_is_a_dotted_line_from_zero_with_an_open_arrow(exhibit):
    drawn = bars(exhibit.figure())
    for mark in exhibit.marks[exhibit.marks["mark"] == "silence"].itertuples():
        line, tip = drawn[mark.id]
        assert line.get_linestyle() == ":" and list(line.get_xdata()) == [0, bend(mark.lag_low)]
        assert tip.get_marker() == ">" and to_hex(tip.get_markerfacecolor()) == theme.PAPER


def test_rows_of_a_side_stand_by_how_long_it_took_and_silences_last(exhibit):
    drawn = bars(exhibit.figure())
    for _, own in exhibit.marks.groupby("side"):
        y = [drawn[one][0].get_ydata()[0] for one in own["id"]]
        assert y == sorted(y)
        answered = own[own["mark"] == "answer"]
        assert (answered["lag_low"] + answered["lag_high"]).is_monotonic_increasing
        assert own["mark"].is_monotonic_increasing


def test_the_scale_begins_at_zero_and_never_turns_back(exhibit):
    part = exhibit.figure().axes[0].child_axes[0]
    assert part.get_xlim()[0] == bend(0) == 0 < bend(0.5) < bend(24) < bend(2400)
    at = {text.get_text(): text.get_position()[0] for text in part.texts}
    assert at["0"] == 0 and at["1 day"] == bend(24)


def test_a_proposal_of_another_year_than_most_has_its_year_before_its_name():
    made = pd.DataFrame({"proposal_id": ["a", "b", "c"], "label": ["Halt", "Pause", "Talks"],
                         "latest": pd.to_datetime(["2031-05-01", "2031-06-01", "2028-01-01"], utc=True)})  # fmt: skip
    assert name_proposals(made, "UTC").to_dict() == {"a": "Halt", "b": "Pause", "c": "2028: Talks"}


def test_proposals_without_a_row_are_counted():
    made = pd.DataFrame({"proposal_id": ["a", "b", "c"]})
    assert say_missing(made.head(1), made).startswith(" No row for 2 of 3 proposals:")
    assert say_missing(made, made) == ""


@pytest.mark.parametrize(("size", "headings"), [("page", 2), ("column", 2), ("slide", 0), ("square", 2)])
def test_silences_have_a_heading_where_there_is_room(exhibit, size, headings):
    texts = [text.get_text() for text in exhibit.figure(size).axes[0].texts]
    assert texts.count("No statement in answer") == headings
    assert not any(text.endswith("…") for text in texts if text.startswith("2022"))


def test_each_row_says_the_proposal_and_the_lag_in_words(exhibit):
    words = {}
    for text in exhibit.figure().axes[0].texts:
        words.setdefault(text.get_gid(), []).append(text.get_text())
    assert all(words[mark.id] == [mark.proposal, mark.lag] for mark in exhibit.marks.itertuples())


def test_a_low_figure_has_two_columns_and_cuts_long_names(exhibit, record):
    sides = record.episode["sides"]
    whole, low = lay_out(exhibit.marks, sides, 162), lay_out(exhibit.marks, sides, 162, 76)
    assert (whole.columns, low.columns) == (1, 2) and low.height <= 76.01
    assert any(name[-1].endswith(" …") for group in low.groups for _, name in group.rows)
    assert not any(name[-1].endswith("…") for group in whole.groups for _, name in group.rows)


def test_what_was_said_after_the_window_is_not_known(record):
    early = lags(record, "2025-04-20", "2025-04-20").marks.set_index("id")
    assert "p-30day-civilian:Russia" not in early.index or early.loc["p-30day-civilian:Russia", "mark"] == "silence"


@pytest.mark.parametrize("size", theme.SIZES)
def test_an_empty_window_says_so(record, size):
    empty = lags(record, "2023-01-01", "2023-01-31")
    assert empty.marks.empty and "No answer in this window" in empty.summary(size)
    assert find_collisions(empty.figure(size)) == [] and empty.twin(size)


def test_the_alt_text_has_the_numbers_of_the_marks(exhibit):
    assert f"{(exhibit.marks['mark'] == 'answer').sum()} first answers" in exhibit.alt
    assert 50 <= len(exhibit.alt.split()) <= 150


@pytest.mark.parametrize("size", theme.SIZES)
def test_the_bars_of_each_column_stand_between_their_names_and_their_lags(exhibit, size):
    figure = exhibit.figure(size)
    words = {}
    for text in figure.axes[0].texts:
        words.setdefault(text.get_gid(), []).append((text.get_ha(), text.get_window_extent()))
    for ax in figure.axes[0].child_axes:
        room = ax.get_window_extent()
        for mark in {line.get_gid() for line in ax.lines} - {None}:
            assert max(box.x1 for side, box in words[mark] if side == "left") < room.x0
            assert min(box.x0 for side, box in words[mark] if side == "right") > room.x1


def test_a_part_without_silence_speaks_of_no_arrow_and_one_in_which_all_begin_at_nothing_of_no_last_bar(record):
    assert "Arrow" not in lags(record, "2025-04-20", "2025-04-24").subtitle + lags(record, "2025-04-20", "2025-04-24").alt
    week = lags(record, "2025-04-13", "2025-04-19")
    assert "Arrow" in week.subtitle and week.marks["lag_low"].where(week.marks["mark"] == "answer").max() == 0
    assert "begins last" not in week.alt
