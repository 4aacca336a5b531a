"""The chart of answers, read off the drawn artists."""

import re
from itertools import pairwise

import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import FancyArrowPatch

from analysis.exhibits import exchange
from analysis.exhibits.exchange import SHORT, count_marks, describe
from analysis.exhibits.lanes import ANSWERS, LANES, Lane, arrange_lanes, name_words, order_lanes, trace_answers
from analysis.layout.stretches import open_window
from analysis.load import Record
from analysis.summary import find_collisions, summarize


@pytest.fixture(scope="module")
def exhibit(gallery):
    return gallery("exchange")


@pytest.fixture(scope="module")
def ax(drawn):
    return time_of(drawn("exchange"))


@pytest.fixture(scope="module")
def whole(record, draw_once):
    """Return the exhibit of the whole record."""
    return draw_once(exchange(record, *record.episode["window"]))


@pytest.fixture(scope="module")
def lanes(record):
    return trace_answers(record, open_window(record.episode, None, None))[0]


def time_of(figure):
    """Return the area in which statements and strikes stand."""
    return next(part for part in figure.axes[0].child_axes if part.get_gid() == "time")


def marks(exhibit, kind):
    return exhibit.marks[exhibit.marks["mark"] == kind]


def spots(ax, ids):
    """Return {id: (x, y)} of the marks of rows."""
    drawn = {}
    for line in ax.lines:
        if line.get_gid() in ids and line.get_marker() not in ("None", None):
            assert line.get_gid() not in drawn, "drawn twice"
            drawn[line.get_gid()] = (float(line.get_xdata()[0]), float(line.get_ydata()[0]))
    return drawn


def line_of(ax, gid):
    return next(line for line in ax.lines if line.get_gid() == gid)


def test_each_statement_of_the_window_is_drawn_once(exhibit, ax):
    ids = set(marks(exhibit, "statement")["id"])
    assert set(spots(ax, ids)) == ids and len(ids) == len(marks(exhibit, "statement"))


def test_each_statement_stands_in_its_lane_and_in_the_colour_of_its_side(exhibit, ax, lanes, record):
    said = marks(exhibit, "statement")
    drawn = spots(ax, set(said["id"]))
    spans = [(min(y), max(y)) for _, group in said.groupby("lane") if (y := [drawn[i][1] for i in group["id"]])]
    assert all(above[1] < below[0] for above, below in pairwise(spans))
    for mark in said.itertuples():
        assert lanes[mark.lane].side == mark.side
        assert lanes[mark.lane].speaker in ("", mark.speaker.split("; ")[0])
        assert to_hex(line_of(ax, mark.id).get_color()) == record.episode["sides"][mark.side]


def test_time_runs_across(exhibit, ax):
    said = marks(exhibit, "statement").sort_values("at")
    drawn = spots(ax, set(said["id"]))
    across = [drawn[i][0] for i in said["id"]]
    assert across == sorted(across)


def test_an_uncertain_time_is_a_line_as_long_as_its_interval(exhibit, ax):
    said = marks(exhibit, "statement").set_index("id")
    day = said.loc["zelensky-sumy-2025-04-13"]
    (line,) = [x for x in ax.lines if str(x.get_gid()).startswith("zelensky-sumy-2025-04-13 ")]
    left, right = line.get_xdata()
    other = next(x for x in ax.lines if str(x.get_gid()).startswith("peskov-no-extension-2025-04-20 "))
    a, b = other.get_xdata()
    hours = said.loc["peskov-no-extension-2025-04-20", "end"] - said.loc["peskov-no-extension-2025-04-20", "start"]
    assert (right - left) / (b - a) == pytest.approx((day["end"] - day["start"]) / hours, rel=1e-6)


def test_an_arc_leads_from_each_answer_to_what_it_answers(exhibit, ax):
    drawn = spots(ax, set(marks(exhibit, "statement")["id"]))
    given = marks(exhibit, "reply")
    arcs = {p.get_gid(): p._posA_posB for p in ax.patches if isinstance(p, FancyArrowPatch) and p.get_gid() in set(given["id"])}
    assert set(arcs) == set(given["id"]) and len(given) > 20
    for mark in given.itertuples():
        start, end = arcs[mark.id]
        own = [line for line in ax.lines if line.get_gid() in (mark.statement, f"{mark.statement} also")]
        (line,) = [line for line in own if line.get_marker() == ANSWERS[mark.answer][0]]
        assert tuple(start) == (line.get_xdata()[0], line.get_ydata()[0])
        if mark.answers in drawn:
            assert tuple(end) == drawn[mark.answers]
        else:
            assert mark.label.startswith("to: ")


def test_an_inferred_answer_is_dashed_and_an_explicit_one_solid(exhibit, ax):
    looks = {p.get_gid(): p.get_linestyle() for p in ax.patches if isinstance(p, FancyArrowPatch)}
    for mark in marks(exhibit, "reply").itertuples():
        solid = looks[mark.id] in ("-", "solid")
        assert solid == (mark.basis == "explicit")


def test_the_shape_of_a_mark_is_the_kind_of_its_answer(exhibit, ax):
    for mark in marks(exhibit, "statement").dropna(subset=["answer"]).itertuples():
        line = line_of(ax, mark.id)
        shape, fill, _ = ANSWERS[mark.answer]
        assert line.get_marker() == shape
        assert (to_hex(line.get_markerfacecolor()) != "#ffffff") == fill


def test_a_second_kind_of_answer_has_its_shape_beside_the_first(record):
    spring = exchange(record, "2025-04-25", "2025-06-02")
    ax = time_of(spring.figure())
    two = marks(spring, "statement").dropna(subset=["also"])
    assert "umerov-2025-06-02" in set(two["id"])
    for mark in two.itertuples():
        first, second = line_of(ax, mark.id), line_of(ax, f"{mark.id} also")
        assert (first.get_marker(), second.get_marker()) == (ANSWERS[mark.answer][0], ANSWERS[mark.also][0])
        assert second.get_xdata()[0] > first.get_xdata()[0] and second.get_ydata()[0] == first.get_ydata()[0]


def test_what_no_side_answered_by_the_end_runs_on_to_the_edge(exhibit, ax):
    open_ends = marks(exhibit, "unanswered")
    ends = {p.get_gid(): p._posA_posB[1][0] for p in ax.patches if p.get_gid() in set(open_ends["id"])}
    assert set(ends) == set(open_ends["id"]) and len(ends) == 3
    assert set(ends.values()) == {ax.get_xlim()[1]}


def test_an_open_line_ends_where_the_record_has_a_gap(record):
    early = exchange(record, "2022-02-24", "2022-04-30")
    open_ends, part = marks(early, "unanswered").set_index("id"), time_of(early.figure())
    assert set(open_ends["end"].dt.strftime("%Y-%m-%d")) == {"2022-03-29"} and len(open_ends) == 3
    (start, end), *rest = sorted([x for x, _ in p._posA_posB] for p in part.patches if p.get_gid() in open_ends.index)
    assert rest[0][0] < end < rest[0][0] + (rest[0][0] - start) / 29  # on the day of the last words
    assert [end - start for start, end in rest] == [SHORT] * 2


@pytest.mark.parametrize("size", ["column", "page", "slide", "square"])
def test_every_open_line_says_when_an_answer_came_later(exhibit, size):
    said = {t.get_gid(): " ".join(t.get_text().split()) for t in time_of(exhibit.figure(size)).texts}
    open_ends = marks(exhibit, "unanswered")
    assert set(open_ends["id"]) == {f"{name}.." for name in open_ends["statement"]}
    assert set(open_ends["label"]) == {"first answer 9–10 May"}
    assert {"first answer 9–10 May" in said[name] for name in open_ends["statement"]} == {True}


def test_the_key_says_where_no_open_line_was_ever_answered(whole):
    assert set(marks(whole, "unanswered")["label"]) == {"no answer in the record"}
    key = {t.get_text() for t in whole.figure().axes[0].texts}
    assert "no answer in the record" in key and "not answered by the end" not in key
    assert not [t for t in time_of(whole.figure()).texts if "no answer" in t.get_text()]


def test_an_open_line_names_its_proposal_where_another_one_of_the_statement_was_answered(change, folder):
    change("statements", "starmer-four-points-2025-03-02", proposal_id="p-coalition-force; p-30day-full")
    changed = marks(exchange(Record.read(folder), "2025-03-01", "2025-03-31"), "unanswered").set_index("statement")
    words = "Coalition of the willing and reassurance force: no answer in the record"
    assert changed.loc["starmer-four-points-2025-03-02", "label"] == words


@pytest.mark.parametrize("size", ["column", "page", "slide", "square"])
def test_the_figure_says_how_many_statements_it_labels(exhibit, size):
    figure = exhibit.figure(size)
    labelled = {t.get_gid() for t in time_of(figure).texts} & set(marks(exhibit, "statement")["id"])
    (note,) = [t.get_text() for t in figure.axes[0].texts if "labelled" in t.get_text()]
    assert note == f"{len(labelled)} of {len(marks(exhibit, 'statement'))} statements labelled; the table has them all"
    assert len(labelled) >= 15


def test_who_spoke_most_has_the_first_lane_of_a_side_and_of_equals_the_first_by_id():
    said = pd.DataFrame([("South" if one == "x" else "North", one) for one in "ccbbaadddx"], columns=["side", "speaker"])
    actors = pd.DataFrame({"actor_id": [*"abcdx"], "name": [f"Mr {one.upper()}" for one in "abcdx"], "kind": "person"})
    lanes = arrange_lanes(said, actors, ["South", "North"])
    assert [(lane.side, lane.speaker) for lane in lanes] == [("South", ""), *(("North", one) for one in "dabc")]


def test_lanes_of_a_side_are_ordered_so_that_arcs_span_few_lanes():
    a, b, c, d = Lane("North", "a", "A"), Lane("North", "b", "B"), Lane("South", "c", "C"), Lane("South", "d", "D")
    assert order_lanes([a, b, c, d], []) == [a, b, c, d]
    assert order_lanes([a, b, c, d], [(d, a), (d, a)]) == [b, a, d, c]


def test_a_label_is_the_proposal_the_words_or_the_terms_and_names_who_shares_a_lane():
    said = pd.DataFrame({
        "statement_id": ["offer", "answer", "terms", "aside"], "act": ["propose", "accept", "accept-if", "appeal"],
        "proposal_id": ["p-a; p-b", None, None, None], "key_phrase": [None, "we see", None, "not tied"],
    })  # fmt: skip
    given = pd.DataFrame({"statement_id": ["answer", "terms"], "target": ["offer", "offer"], "conditions": [None, "peace first"]})
    proposals = pd.DataFrame({"proposal_id": ["p-a", "p-b"], "label": ["A halt", "A swap"]})
    alone = name_words(said, given, proposals, pd.Series([None] * 4))
    assert alone == ["A halt; A swap", "“we see”", "terms: peace first", ""]
    shared = name_words(said, given, proposals, pd.Series(["Ann", "Bo", "Cy", "Di"]))
    assert shared == ["Ann: A halt; A swap", "Bo: “we see”", "Cy: terms: peace first", ""]


def test_there_are_at_most_a_dozen_lanes_in_order_of_the_sides(lanes, record):
    sides = list(record.episode["sides"])
    assert len(lanes) <= LANES == 12
    assert [sides.index(lane.side) for lane in lanes] == sorted(sides.index(lane.side) for lane in lanes)


def test_who_speaks_seldom_shares_the_lane_of_their_side(exhibit, lanes):
    count = marks(exhibit, "statement")["speaker"].value_counts()
    least = min(count[lane.speaker] for lane in lanes if lane.speaker)
    shared = {i for i, lane in enumerate(lanes) if not lane.speaker}
    seldom = marks(exhibit, "statement")[marks(exhibit, "statement")["lane"].isin(shared)]["speaker"]
    assert (count[seldom.unique()] < least).all()
    assert [lanes[i].name for i in sorted(shared)] == ["5 others", "2 others", "4 others", "Europe", "Others"]


def test_strikes_stand_below_every_lane(exhibit, ax, record):
    said = spots(ax, set(marks(exhibit, "statement")["id"]))
    struck = spots(ax, set(marks(exhibit, "strike")["id"]))
    assert set(struck) == set(marks(exhibit, "strike")["id"]) != set()
    assert min(y for _, y in struck.values()) > max(y for _, y in said.values())
    assert (
        line_of(ax, "kursk-brigade-strike-2025-04-15").get_marker()
        != line_of(ax, "sumy-strike-2025-04-13").get_marker()
    )


def test_the_central_chain_is_labelled(ax):
    words = {t.get_text().replace("\n", " ") for t in ax.texts}
    assert "Barrot: “a charm operation”" in words
    assert {"No missiles or long-range drones on civilian infrastructure", "“this needs to be sorted out”",
            "“sit down in any format”", "Easter truce"} <= words  # fmt: skip


def test_the_address_of_21_april_answers_nobody(exhibit):
    assert "zelensky-clear-answer-2025-04-21" not in set(marks(exhibit, "reply")["id"])


def test_another_window_shows_another_part(record):
    week = exchange(record, "2025-05-08", "2025-05-13")
    assert week.title == "Who answered whom, 8 to 13 May 2025"
    assert "putin-istanbul-2025-05-11" in set(week.marks["id"]) and "putin-easter-truce-2025-04-19" not in set(
        week.marks["id"]
    )


def test_the_break_in_the_whole_arc_looks_as_accepted_where_all_is_larger(whole, compare_look):
    compare_look(summarize(whole.figure("slide")))


def test_the_whole_arc_names_its_break(whole, record):
    figure = whole.figure()
    assert [line.get_gid() for line in time_of(figure).lines].count("break") == 2
    words = {t.get_text() for t in figure.axes[0].texts}
    assert "axis broken: nothing from 30 March 2022 to 11 February 2025" in words
    assert len(marks(whole, "reply")) == len(record.replies)


@pytest.mark.parametrize("window", [("2025-06-16", "2025-06-17"), ("2022-06-01", "2022-06-02")])
def test_a_window_without_statements_is_drawn_all_the_same(record, window):
    quiet = exchange(record, *window)
    assert marks(quiet, "statement").empty and quiet.title.startswith("Who answered whom, ")
    assert "nan" not in quiet.source
    figure = quiet.figure()
    assert find_collisions(figure) == [] == find_collisions(quiet.figure("column"))
    drawn = spots(time_of(figure), set(marks(quiet, "strike")["id"]))
    assert set(drawn) == set(marks(quiet, "strike")["id"])


def test_the_words_of_a_strike_are_its_toll_and_those_of_an_answer_its_kind_and_basis(exhibit):
    words = exhibit.marks.set_index("id")["words"]
    assert re.match(r".*killed, .*injured", words["sumy-strike-2025-04-13"])
    assert words["putin-civilian-bilateral-2025-04-21>zelensky-30day-civilian-2025-04-20"].startswith("defer, explicit")


def test_speakers_who_speak_together_are_counted_one_by_one():
    rows = pd.DataFrame({"mark": ["statement", "statement"], "speaker": ["a; b", "a"]})
    assert count_marks(rows) == "2 statements by 2 speakers; 0 strikes."


def test_the_alt_text_says_who_answers_how_and_what_is_open(exhibit, record):
    window = open_window(record.episode, None, None)
    words = describe(exhibit.marks, window)
    assert "Answers by side: Russia 11, Ukraine 8" in words and "6 of 23 answers are inferred" in words
    assert "What came later: first answer 9–10 May 3." in words
    assert "no statement" in describe(exhibit.marks.iloc[:0], window)


def test_on_a_slide_the_names_of_sides_stand_beside_those_of_speakers(exhibit):
    def places(size):
        figure = exhibit.figure(size)
        texts = {t.get_text(): t.get_position() for t in figure.axes[0].texts}
        return texts["United States"], texts["Trump"]

    side, speaker = places("page")
    assert side[0] == speaker[0] and side[1] < speaker[1]
    side, speaker = places("slide")
    assert side[0] < speaker[0] and side[1] == speaker[1]
