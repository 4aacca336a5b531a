"""The table of positions, read off the drawn artists."""

import pandas as pd
import pytest
from matplotlib.colors import to_hex

from analysis import theme
from analysis.exhibits import stances
from analysis.exhibits.stances import find_changes, list_positions, name_day
from analysis.layout.cells import DAYS, LOOKS, WORDS, lay_out
from analysis.replies import find_positions, find_shared
from analysis.summary import find_collisions

FULL, TRUCE, SIGNAL = "p-30day-full", "p-easter-truce", "p-bilateral-discussion"


@pytest.fixture(scope="module")
def exhibit(gallery):
    return gallery("stances")


@pytest.fixture(scope="module")
def ax(drawn):
    return drawn("stances").axes[0]


def positions_of(ax):
    """Return {id: shape} of the drawn positions."""
    (part,) = ax.child_axes
    return {line.get_gid(): line for line in part.lines if line.get_marker() != "None"}


def sequence(exhibit, proposal, side):
    own = exhibit.marks[(exhibit.marks["proposal_id"] == proposal) & (exhibit.marks["side"] == side)]
    return list(own["kind"])


SIDES = pd.Series({"ann": "North", "bob": "South", "cid": "East"})


def statements(*rows):
    """Make statements: id, speaker, act, proposals, hour."""
    frame = pd.DataFrame(rows, columns=["statement_id", "speaker", "act", "proposal_id", "hour"])
    at = pd.Timestamp("2031-01-01T00:00Z") + pd.to_timedelta(frame.pop("hour"), unit="h")
    return frame.assign(earliest=at, latest=at, side=frame["speaker"].str.split("; ").str[0].map(SIDES))


def proposals(*rows):
    frame = pd.DataFrame(rows, columns=["proposal_id", "proposed_by", "hour"])
    at = pd.Timestamp("2031-01-01T00:00Z") + pd.to_timedelta(frame.pop("hour"), unit="h")
    return frame.assign(earliest=at, latest=at)


def answers(*rows):
    return pd.DataFrame(rows, columns=["statement_id", "answers", "answer", "basis"])


def found(said, given, made):
    rows = find_positions(said, given, made, SIDES)
    return list(zip(rows["proposal_id"], rows["side"], rows["kind"], rows["basis"], strict=True))


OFFER, MADE = ("offer", "ann", "propose", "halt", 1), ("halt", "ann", 1)


def test_a_side_that_puts_a_proposal_forward_and_one_that_answers_have_a_position_each():
    said = statements(OFFER, ("later", "bob", "defer", None, 5))
    rows = found(said, answers(("later", "offer", "defer", "inferred")), proposals(MADE))
    assert rows == [("halt", "North", "propose", "explicit"), ("halt", "South", "defer", "inferred")]


def test_an_act_that_applies_to_a_proposal_of_another_side_is_a_position_without_any_reply():
    said = statements(OFFER, ("no", "bob", "reject", "halt", 5), ("tell", "bob", "report", "halt", 6))
    assert found(said, answers(), proposals(MADE))[1:] == [("halt", "South", "reject", "explicit")]


@pytest.mark.parametrize("explicit", ["halt", "offer"])
def test_of_an_answer_coded_to_a_proposal_and_to_its_offer_the_explicit_one_counts(explicit):
    said = statements(OFFER, ("no", "bob", "reject", None, 5))
    given = answers(*(("no", one, "reject", "explicit" if one == explicit else "inferred") for one in ("halt", "offer")))
    assert found(said, given, proposals(MADE))[1:] == [("halt", "South", "reject", "explicit")]


def test_an_act_about_a_proposal_of_one_s_own_side_is_no_position_on_it():
    said = statements(OFFER, ("terms", "ann", "defer", "halt", 5))
    assert found(said, answers(), proposals(MADE)) == [("halt", "North", "propose", "explicit")]


def test_a_position_is_not_taken_from_an_answer_to_an_answer():
    said = statements(OFFER, ("later", "bob", "defer", None, 5), ("angry", "ann", "condemn", None, 6))
    given = answers(("later", "offer", "defer", "explicit"), ("angry", "later", "condemn", "explicit"))
    assert [row[2] for row in found(said, given, proposals(MADE))] == ["propose", "defer"]


def test_joint_speakers_make_a_position_for_each_of_their_sides():
    said = statements(("offer", "ann; cid", "propose", "halt", 1))
    assert [row[1] for row in found(said, answers(), proposals(("halt", "ann; cid", 1)))] == ["North", "East"]


def test_who_is_named_as_a_proposer_without_a_statement_is_inferred_and_has_a_date_only_if_nobody_put_it_forward():
    rows = find_positions(statements(OFFER), answers(), proposals(("halt", "ann; bob", 1), ("swap", "cid", 2)), SIDES)
    named = rows[rows["statement_id"].isna()].set_index("side")
    assert set(named.index) == {"South", "East"} and set(named["basis"]) == {"inferred"}
    assert pd.isna(named.loc["South", "earliest"]) and named.loc["East", "earliest"].hour == 2


def test_an_answer_to_several_proposals_at_once_is_no_position_on_any_of_them():
    said = statements(("offer", "ann", "propose", "halt; swap", 1), ("yes", "bob", "accept", None, 5))
    given = answers(("yes", "offer", "accept", "explicit"))
    made = proposals(MADE, ("swap", "ann", 1))
    assert {row[2] for row in found(said, given, made)} == {"propose"}
    assert find_shared(said, given) == {"halt", "swap"}


def test_proposals_that_nobody_answered_stand_last(record):
    said, given = record.statements, record.replies
    whole = find_positions(said, given, record.proposals, record.actors.set_index("actor_id")["side"])
    marks = list_positions(whole, said, record.proposals, record.actors, record.episode["zones"])
    rows = marks.drop_duplicates("row").set_index("row")
    assert rows.index.tolist() == list(range(1, len(rows) + 1)) and rows["status"].is_monotonic_increasing
    made = record.proposals.set_index("proposal_id")["earliest"]
    for _, own in rows.groupby("status"):
        assert made[own["proposal_id"]].is_monotonic_increasing


def test_a_change_of_position_is_there_in_order_of_time(exhibit):
    assert sequence(exhibit, TRUCE, "Ukraine") == ["condemn", "accept-if", "counter"]
    assert sequence(exhibit, FULL, "Ukraine")[0] == "accept-if" and sequence(exhibit, FULL, "Ukraine")[-1] == "accept"
    assert sequence(exhibit, FULL, "Russia")[-1] == "counter"


def changes(*rows):
    """Say what changed in one cell: kind, first and last hour of each position."""
    frame = pd.DataFrame(rows, columns=["kind", "earliest", "latest"])
    for bound in ("earliest", "latest"):
        frame[bound] = pd.Timestamp("2031-01-01T00:00Z") + pd.to_timedelta(frame[bound], unit="h")
    return find_changes(frame.assign(proposal_id="halt", side="North")).tolist()


def test_a_position_of_another_kind_than_the_one_before_is_a_change():
    assert changes(("reject", 1, 2), ("reject", 3, 4), ("accept", 5, 6)) == [False, False, True]
    assert changes(("accept", 1, 2), ("reject", 3, 4), ("reject", 5, 6)) == [False, True, False]


def test_to_announce_what_one_proposed_is_no_change():
    assert changes(("propose", 1, 2), ("announce", 3, 4)) == [False, False]


def test_no_change_is_said_where_the_dates_do_not_tell_which_position_came_first():
    assert changes(("reject", 0, 23), ("accept", 0, 23)) == [pd.NA, pd.NA]
    assert changes(("reject", 0, 23), ("accept", 0, 23), ("accept", 30, 31))[2] is pd.NA


def test_a_change_is_sure_where_every_position_that_may_have_come_before_is_of_another_kind():
    assert changes(("reject", 0, 23), ("condemn", 0, 23), ("accept", 30, 31))[2] is True


def test_the_first_of_several_of_one_kind_stands_for_all_where_their_order_is_not_known():
    assert changes(("accept", 1, 2), ("propose", 10, 20), ("announce", 10, 20)) == [False, True, pd.NA]
    assert changes(("reject", 0, 23), ("accept", 0, 23), ("reject", 0, 23)) == [pd.NA, pd.NA, pd.NA]


def test_a_position_without_a_date_leaves_it_open_what_changed():
    assert changes(("propose", None, None), ("reject", 1, 2)) == [pd.NA, pd.NA]


def test_positions_are_numbered_and_compared_within_their_cell_only(exhibit):
    for _, own in exhibit.marks.groupby(["proposal_id", "side"]):
        assert own["order"].tolist() == list(range(1, len(own) + 1))
    own = exhibit.marks[(exhibit.marks["proposal_id"] == TRUCE) & (exhibit.marks["side"] == "Ukraine")]
    assert own["changed"].tolist() == [False, True, True]


@pytest.mark.parametrize("size", theme.SIZES)
def test_a_line_leads_to_each_position_that_surely_changed_and_to_no_other(exhibit, record, size):
    (part,) = exhibit.figure(size).axes[0].child_axes
    lines = {line.get_gid(): line for line in part.lines if line.get_marker() == "None"}
    changed = exhibit.marks[exhibit.marks["changed"].fillna(False)]
    assert set(lines) == set(changed["id"] + " change") and len(lines) > 2
    drawn = {line.get_gid(): line.get_xydata()[0] for line in part.lines}
    for mark in changed.itertuples():
        line = lines[mark.id + " change"]
        assert line.get_xydata()[1].tolist() == drawn[mark.id].tolist()
        assert to_hex(line.get_color()) == record.episode["sides"][mark.side]


def test_a_line_begins_at_the_position_before_where_both_stand_below_each_other(exhibit, ax):
    (part,) = ax.child_axes
    drawn = {line.get_gid(): line.get_xydata() for line in part.lines}
    first, second, third = exhibit.marks.loc[
        (exhibit.marks["proposal_id"] == TRUCE) & (exhibit.marks["side"] == "Ukraine"), "id"]
    assert (drawn[f"{second} change"][0] == drawn[first][0]).all() and (drawn[f"{third} change"][0] == drawn[second][0]).all()


def test_a_line_crosses_no_day_beside_the_position_before(exhibit):
    (part,) = exhibit.figure("slide").axes[0].child_axes
    figure = part.figure
    figure.draw_without_rendering()
    words = [text.get_window_extent() for text in part.texts]
    for line in part.lines:
        if line.get_marker() == "None":
            (x0, y0), (x1, y1) = part.transData.transform(line.get_xydata())
            assert not any(box.x0 < x1 and box.x1 > x0 and box.y0 < y0 and box.y1 > y1 for box in words)


def test_where_days_had_no_room_the_key_says_so(exhibit):
    told = {size: "Some days are left out." in [text.get_text() for text in exhibit.figure(size).axes[0].texts]
            for size in theme.SIZES}  # fmt: skip
    assert told == {"column": False, "page": False, "slide": True, "square": True}


def test_the_proposal_that_no_statement_puts_forward_is_open(exhibit, ax):
    own = exhibit.marks[exhibit.marks["proposal_id"] == SIGNAL].set_index("side")
    assert own.loc["Russia", "kind"] == "propose" and own.loc["Russia", "basis"] == "inferred"
    assert to_hex(positions_of(ax)[own.loc["Russia", "id"]].get_markerfacecolor()) == theme.PAPER


@pytest.mark.parametrize("size", theme.SIZES)
def test_each_position_has_one_shape_in_the_colour_of_its_side_filled_if_it_was_stated(exhibit, record, size):
    (part,) = exhibit.figure(size).axes[0].child_axes
    shapes = [line for line in part.lines if line.get_marker() != "None"]
    drawn = {line.get_gid(): line for line in shapes}
    assert len(drawn) == len(shapes) and set(drawn) == set(exhibit.marks["id"])
    for mark in exhibit.marks.itertuples():
        color = record.episode["sides"][mark.side]
        assert drawn[mark.id].get_marker() == LOOKS[mark.kind][0] and to_hex(drawn[mark.id].get_color()) == color
        assert to_hex(drawn[mark.id].get_markerfacecolor()) == (color if mark.basis == "explicit" else theme.PAPER)


def test_each_side_keeps_its_column_and_positions_of_a_cell_follow_downwards(exhibit, ax):
    drawn = positions_of(ax)
    heads = {text.get_text(): text.get_position()[0] for text in ax.texts if text.get_text() in set(exhibit.marks["side"])}
    assert len(set(heads.values())) == len(heads) == exhibit.marks["side"].nunique()
    for (_, side), own in exhibit.marks[exhibit.marks["status"] == "answered"].groupby(["row", "side"]):
        x, y = zip(*(drawn[one].get_xydata()[0] for one in own["id"]), strict=True)
        assert set(x) == {heads[side] + 1} and list(y) == sorted(y)


def test_no_position_is_drawn_where_none_was_stated(exhibit, record):
    said = record.statements.set_index("statement_id")
    for mark in exhibit.marks.itertuples():
        first, *rest = mark.records.split("; ")
        if not rest:
            assert first == mark.proposal_id and mark.kind == "propose" and mark.basis == "inferred"
        elif mark.kind in ("propose", "announce"):
            assert said.loc[first, "act"] == mark.kind and mark.proposal_id in said.loc[first, "proposal_id"]
        else:
            replied = record.replies[(record.replies["statement_id"] == first) & (record.replies["answer"] == mark.kind)]
            assert len(replied) or said.loc[first, "act"] == mark.kind


def test_words_and_day_stand_beside_each_shape_where_there_is_room(exhibit, ax):
    words = {}
    for text in ax.child_axes[0].texts:
        words.setdefault(text.get_gid(), []).append(text.get_text())
    for mark in exhibit.marks[exhibit.marks["status"] == "answered"].itertuples():
        assert words[mark.id] == [LOOKS[mark.kind][1], mark.day]


def test_a_low_figure_drops_words_before_days_and_names_the_shapes_in_a_key(exhibit, record):
    sides = record.episode["sides"]
    natural = lay_out(exhibit.marks, sides, 162)
    some = lay_out(exhibit.marks, sides, 162, 0.7 * natural.height)
    assert {row.form for row in some.rows} == {WORDS, DAYS} and some.key
    low = lay_out(exhibit.marks, sides, 162, 0.55 * natural.height)
    assert {row.form for row in natural.rows} == {WORDS} and not natural.key
    assert max(row.form for row in low.rows) > WORDS and low.key
    assert low.height <= 0.55 * natural.height


def test_the_picture_says_which_proposals_nobody_answered(exhibit, ax):
    words = [text.get_text() for text in ax.texts]
    unmet = exhibit.marks.loc[exhibit.marks["status"] == "open", "proposal"].unique()
    assert words.index("No statement in the record answers:") < min(words.index(label) for label in unmet)
    assert "Answered together, which one is not said:" in words


def test_words_say_what_became_of_a_proposal_that_no_statement_answers(exhibit, record):
    outcome = record.proposals.set_index("proposal_id")["outcome"]
    for mark in exhibit.marks.itertuples():
        told = "; what became of it: " in mark.words
        assert told == (mark.status == "open") and (not told or mark.words.endswith(outcome[mark.proposal_id]))


@pytest.mark.parametrize(("first", "last", "about", "said"), [
    ("2025-04-13", "2025-04-13", False, "13 Apr"), ("2025-04-21", "2025-04-22", False, "21–22 Apr"),
    ("2025-04-30", "2025-05-01", False, "30 Apr–1 May"), ("2025-05-28", "2025-05-28", True, "c. 28 May"),
])  # fmt: skip
def test_a_day_is_named_in_short(first, last, about, said):
    assert name_day(pd.Timestamp(first), pd.Timestamp(last), about) == said


def test_a_day_without_a_date_is_empty():
    assert name_day(pd.NaT, pd.NaT, False) == ""


def test_a_window_keeps_the_positions_that_touch_it(record):
    day = stances(record, "2025-04-21", "2025-04-21").marks
    assert set(day["first"].dt.day) | set(day["last"].dt.day) <= {20, 21, 22} and 2 < len(day) < 12
    assert "later" in set(day["status"])


@pytest.mark.parametrize("size", theme.SIZES)
def test_an_empty_window_says_so(record, size):
    empty = stances(record, "2023-01-01", "2023-01-31")
    assert empty.marks.empty and "No position on a proposal in the record" in empty.summary(size)
    assert find_collisions(empty.figure(size)) == [] and empty.twin(size)


def test_the_alt_text_has_the_numbers_of_the_marks(exhibit):
    assert f"{len(exhibit.marks)} positions" in exhibit.alt and 50 <= len(exhibit.alt.split()) <= 120
    assert "inferred" in exhibit.alt and "Full unconditional ceasefire" in exhibit.alt
