"""The charts of how counts changed: their frame, and what is drawn, read off the artists."""

import re

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from analysis import theme
from analysis.exhibits.revisions import describe, draw_revisions, explain, pick_claims, revisions, trace_claims
from analysis.exhibits.steps import TIMES, set_apart, warp
from analysis.summary import _walk, find_collisions
from analysis.theme import MM

ZONES = ["Europe/Kyiv"]
KYIV = "kyiv-strike-2025-04-24"
KRYVYI_RIH = "kryvyi-rih-strike-2025-04-04"
ACTORS = pd.DataFrame({
    "actor_id": ["mayor", "ses", "paper"], "name": ["Ann Lee Mayor", "Rescue Service of North", "The Paper"],
    "side": ["North", "North", "Press"], "kind": ["person", "body", "body"],
})  # fmt: skip
SIDES = {"North": "#0067a8", "Press": "#7a6a00"}


def strike(event_id="e", at="2025-04-13T07:00Z", until=None, kind="strike"):
    at, until = pd.Timestamp(at), pd.Timestamp(until or at)
    return {"event_id": event_id, "kind": kind, "title": "A strike", "place": "Sumy, centre", "where_prec": 1,
            "sources": "paper-1; paper-2", "earliest": at, "latest": until}  # fmt: skip


def claim(name, seq, hours, low, by="ses", *, until=None, high=None, wording="exact", status="single-origin", **others):
    moments = (pd.Timestamp("2025-04-13T07:00Z") + pd.Timedelta(hours=h) for h in (hours, hours if until is None else until))
    return {"claim_id": name, "event_id": "e", "measure": "killed", "population": "all", "low": low, "wording": wording,
            "high": low if wording == "exact" else high, "seq": seq, "claimed_by": by, "origins": by, "status": status,
            "side": "Press" if by == "paper" else "North", "sources": f"paper-1; page-{name}", "lasted": False, "about": False,
            **dict(zip(("earliest", "latest"), moments, strict=True)), **others}  # fmt: skip


def ledger(*rows):
    frame = pd.DataFrame(list(rows) or [claim("a", 1, 1, 1)])
    return frame.astype({"low": "Int64", "high": "Int64", "seq": "Int64"}).iloc[: len(rows)]


def trace(*rows, events=None):
    return trace_claims(pd.DataFrame(events or [strike()]), ledger(*rows), ACTORS, ZONES).set_index("id", drop=False)


def axes_of(exhibit, size="page"):
    return {ax.get_gid(): ax for ax in _walk(exhibit.figure(size))}


def draw(marks, notes=""):
    figure = Figure(figsize=(170 * MM, 60 * MM), dpi=150)
    FigureCanvasAgg(figure)
    draw_revisions(marks.reset_index(drop=True), SIDES, notes, ax=figure.add_axes((0.03, 0.05, 0.94, 0.9)))
    return {ax.get_gid(): ax for ax in _walk(figure)}


def artists(ax, gid):
    return [line for line in ax.lines if line.get_gid() == gid]


def test_a_row_says_what_was_claimed_and_what_stood_after_it():
    marks = trace(claim("a", 1, 1, 21, "mayor"), claim("b", 2, 3, 34))
    first, then = ["words", "said_by", "name", "stands"], ["name", "hours_low", "hours_high", "best_after", "standing"]
    assert marks.loc["a", first].tolist() == ["21 killed", "Ann Lee Mayor", "Mayor", "21"]
    assert marks.loc["b", then].tolist() == ["Rescue Service", 3, 3, 34, "b"]


def test_a_row_rests_on_its_claim_and_on_its_strike_and_names_each_page_once():
    marks = trace(claim("a", 1, 1, 21), claim("b", 2, 3, 34))
    assert marks.loc["a", ["records", "sources"]].tolist() == ["a; e", "paper-1; page-a; paper-2"]


def test_hours_run_from_the_earliest_moment_of_the_strike_and_never_before_it():
    marks = trace(claim("a", 1, -7, 21, until=16), events=[strike(until="2025-04-13T09:30Z")])
    assert marks.loc["a", ["hours_low", "hours_high", "strike_hours"]].tolist() == [0, 16, 2.5]


def test_it_is_said_how_well_the_moment_of_a_claim_is_known():
    marks = trace(claim("a", 1, 1, 1), claim("b", 2, 1, 1, until=2), claim("c", 3, -10, 1, until=14))
    assert marks["timed"].tolist() == ["to the minute", "within hours", "to the day"]


def test_a_claim_that_lowers_the_count_says_from_which_to_which():
    marks = trace(claim("a", 1, 1, 9), claim("b", 2, 3, 8), claim("c", 3, 5, 9))
    assert marks["change"].tolist() == ["", "9 to 8", ""] and marks["fell"].tolist() == [False, True, False]


def test_a_count_that_had_no_bound_above_can_be_lowered_too():
    marks = trace(claim("a", 1, 1, 91, wording="more than"), claim("b", 2, 3, 75))
    assert marks.loc["b", "change"] == "more than 90 to 75"


def test_a_count_that_was_overtaken_before_it_was_known_lowers_nothing():
    marks = trace(claim("a", 1, -10, 8, until=14), claim("b", 2, 3, 9))
    assert not marks["fell"].any() and marks.loc["a", "best_after"] == 9


def test_of_claims_known_at_one_moment_only_the_one_that_stands_lowers():
    marks = trace(claim("a", 1, 1, 9), claim("b", 2, -10, 8, until=14), claim("c", 3, -10, 7, until=14))
    assert marks["change"].tolist() == ["", "", "9 to 7"]


def test_a_disputed_claim_leaves_the_count_and_widens_the_range():
    marks = trace(claim("a", 1, 1, 35), claim("b", 2, 3, 36, "paper", status="disputed"))
    after = ["disputed", "low_after", "best_after", "high_after", "stands"]
    assert marks.loc["b", after].tolist() == [True, 35, 35, 36, "35 or 36"]
    assert marks.loc["b", "words"] == "36 killed, disputed" and not marks["fell"].any()


def test_the_argument_is_not_changed():
    claims = ledger(claim("a", 1, 1, 9), claim("b", 2, 3, 8))
    before = claims.copy(deep=True)
    trace_claims(pd.DataFrame([strike()]), claims, ACTORS, ZONES)
    pd.testing.assert_frame_equal(claims, before)


def pick(*rows, events=None, window=("2025-04-01", "2025-04-30")):
    return pick_claims(pd.DataFrame(events or [strike()]), ledger(*rows), tuple(map(pd.Timestamp, window)), "Europe/Kyiv")


def test_a_strike_counted_once_is_left_out_and_said_to_be():
    claims, _, single = pick(claim("a", 1, 1, 9), claim("b", 2, 3, 8), claim("c", 1, 1, 4, event_id="f"),
                             claim("d", 1, 1, 4, event_id="f", measure="injured"), events=[strike(), strike("f")])  # fmt: skip
    assert claims["claim_id"].tolist() == ["a", "b"] and single == 1
    assert "1 strike with no two counts of the same" in explain(trace(), claims.iloc[:0], 1, ACTORS)


def test_a_strike_with_two_counts_of_one_measure_keeps_the_single_count_of_the_other():
    claims, _, single = pick(claim("a", 1, 1, 9), claim("b", 2, 3, 8), claim("c", 1, 1, 4, measure="injured"))
    assert len(claims) == 3 and single == 0


def test_counts_of_children_and_servicemen_stand_apart_and_are_named_below():
    rows = [claim("a", 1, 1, 9), claim("b", 2, 3, 8), claim("c", 2, 3, 1, population="children"),
            claim("e", 2, 3, 1, measure="missing", population="children"), claim("f", 2, 3, 2, measure="missing"),
            claim("d", None, 3, 61, "paper", wording="more than", population="military", status="disputed")]  # fmt: skip
    claims, others, _ = pick(*rows)
    assert claims["claim_id"].tolist() == ["a", "b"]
    said = explain(trace(*rows[:2]), others, 0, ACTORS)
    assert said.endswith("Not drawn: 2 counts of children; 1 count of the missing; "
                         "counts of servicemen alone by The Paper: more than 60 killed (Sumy).")  # fmt: skip


def test_a_strike_outside_the_days_is_left_out_and_one_inside_keeps_its_later_claims():
    rows = claim("a", 1, 1, 9), claim("b", 2, 300, 8)
    assert len(pick(*rows, window=("2025-04-13", "2025-04-13T23:59"))[0]) == 2
    assert pick(*rows, window=("2025-04-14", "2025-04-30"))[0].empty


def test_marks_that_would_hide_each_other_stand_side_by_side_and_the_last_stays():
    assert set_apart([10, 10, 10], [5, 5, 5], 1) == [8, 9, 10]
    assert set_apart([10, 10], [5, 9], 1) == [10, 10]
    assert set_apart([10, 10, 10], [5, 9, 5], 1) == [9, 10, 10]
    assert set_apart([0, 0], [5, 5], 1) == [0, 0]


def test_no_mark_is_moved_past_an_earlier_one():
    assert set_apart([4.0, 5.0, 5.1], [2, 9, 9], 2) == [pytest.approx(3.1), pytest.approx(3.1), 5.1]
    assert set_apart([1, 2, 3], [9, 5, 5], 2) == [1, 1, 3]


def test_the_axis_of_time_starts_at_zero_and_closes_up():
    assert warp(0) == 0
    steps = np.diff([warp(hours) for hours in range(10)])
    assert (np.diff(steps) < 0).all()


def test_the_line_steps_at_the_end_of_the_time_within_which_a_claim_was_made():
    chart = draw(trace(claim("a", 1, 1, 21), claim("b", 2, 2, 34, until=14)))["e killed chart"]
    (old,), (new,), (rise,) = (artists(chart, gid) for gid in ("a stood", "b stood", "b step"))
    assert list(old.get_xdata()) == [warp(1), warp(14)] and set(old.get_ydata()) == {21}
    assert new.get_xdata()[0] == warp(14) and set(new.get_ydata()) == {34}
    assert list(rise.get_xydata().ravel()) == [warp(14), 21, warp(14), 34]
    (time,) = artists(chart, "b time")
    assert list(time.get_xydata().ravel()) == [warp(2), 34, warp(14), 34]


def test_a_claim_is_a_mark_at_its_number_in_its_side_s_colour_and_shape():
    chart = draw(trace(claim("a", 1, 1, 21), claim("b", 2, 3, 34, "paper")))["e killed chart"]
    (a,), (b,) = artists(chart, "a"), artists(chart, "b")
    assert a.get_xydata().ravel() == pytest.approx([warp(1), 21]) and b.get_xydata().ravel() == pytest.approx([warp(3), 34])
    assert [to_hex(mark.get_markerfacecolor()) for mark in (a, b)] == [SIDES["North"], SIDES["Press"]]
    assert a.get_marker() != b.get_marker()


def test_a_disputed_claim_is_open_and_moves_no_line():
    chart = draw(trace(claim("a", 1, 1, 35), claim("b", 2, 3, 36, "paper", status="disputed")))["e killed chart"]
    (ring,) = artists(chart, "b")
    assert to_hex(ring.get_markerfacecolor()) == theme.PAPER and to_hex(ring.get_markeredgecolor()) == SIDES["Press"]
    assert {tuple(line.get_ydata()) for line in artists(chart, "a stood")} == {(35, 35)} and not artists(chart, "b stood")
    (band,) = [c for c in chart.collections if c.get_gid() == "a range"]
    assert band.get_paths()[0].vertices[:, 1].min() == 35 and band.get_paths()[0].vertices[:, 1].max() == 36


def test_a_lowered_count_is_a_heavy_step_with_its_change_in_words():
    chart = draw(trace(claim("a", 1, 1, 9), claim("b", 2, 3, 8), claim("c", 3, 5, 12)))["e killed chart"]
    (down,), (up,) = artists(chart, "b step"), artists(chart, "c step")
    assert list(down.get_ydata()) == [9, 8] and down.get_linewidth() > 2 * up.get_linewidth()
    assert [t.get_text() for t in chart.texts if t.get_gid() == "b name"] == ["9 to 8, Rescue Service"]


def test_a_count_with_no_number_that_can_stand_draws_no_line_but_an_open_range():
    chart = draw(trace(claim("a", 1, 1, 51, wording="more than"), claim("b", 2, 3, 56)))["e killed chart"]
    assert not artists(chart, "a stood") and not artists(chart, "b step") and artists(chart, "b stood")
    assert artists(chart, "a open")[0].get_ydata()[1] > 51
    alphas = [c.get_alpha() for c in chart.collections if c.get_gid() == "a range"]
    assert alphas == sorted(alphas, reverse=True) and len(set(alphas)) == 3


def test_scales_of_people_start_at_zero_and_one_death_does_not_fill_a_chart():
    chart = draw(trace(claim("a", 1, 1, 1), claim("b", 2, 3, 1)))["e killed chart"]
    low, high = chart.get_ylim()
    assert low == 0 and high >= 10


def test_what_stands_in_the_end_is_written_beside_the_line_and_what_contests_it_below():
    sheet = draw(trace(claim("a", 1, 1, 35), claim("b", 2, 3, 36, "paper", status="disputed")))[None]
    assert [t.get_text() for t in sheet.texts if t.get_gid() == "a stands"] == ["35", "or 36"]


def test_a_measure_that_nobody_counted_is_words_and_no_line_at_zero():
    drawn = draw(trace(claim("a", 1, 1, 9), claim("b", 2, 3, 8)))
    assert not drawn["e injured chart"].lines
    assert "no count of injured found" in [t.get_text() for t in drawn[None].texts]


def test_one_claimant_of_several_counts_in_a_row_is_named_once():
    chart = draw(trace(*(claim(name, i, i, 10 * i) for i, name in enumerate("abc", 1))))["e killed chart"]
    assert [t.get_text() for t in chart.texts] == ["Rescue Service"]


def test_nothing_to_draw_is_said_and_drawn():
    marks = trace()
    assert marks.empty and describe(marks).startswith("An empty chart")
    draw(marks, "Not drawn: 1 strike.")


@pytest.fixture(scope="module")
def exhibit(gallery):
    return gallery("revisions")


def test_the_record_s_corrections_are_seen(exhibit):
    fell = exhibit.marks[exhibit.marks["fell"]].set_index(["event_id", "measure"])["change"].to_dict()
    assert fell == {(KYIV, "killed"): "9 to 8", (KYIV, "injured"): "90 to 87", (KRYVYI_RIH, "injured"): "more than 90 to 75",
                    ("kyiv-strike-2025-06-17", "killed"): "15 to 10"}  # fmt: skip


@pytest.mark.parametrize("size", list(theme.SIZES))
def test_every_claim_has_a_mark_and_every_correction_its_words_in_every_size(exhibit, size):
    drawn = axes_of(exhibit, size).values()
    marks = {line.get_gid() for ax in drawn for line in ax.lines}
    assert set(exhibit.marks["id"]) <= marks
    words = {text.get_gid(): text.get_text() for ax in drawn for text in ax.texts}
    changes = exhibit.marks[exhibit.marks["fell"]].set_index("id")["change"].str.replace("more than ", ">")
    assert all(words[f"{i} name"].replace("more than ", ">").startswith(change) for i, change in changes.items())


@pytest.mark.parametrize("size", list(theme.SIZES))
def test_every_scale_of_people_has_a_number_above_zero(exhibit, size):
    charts = {gid: ax for gid, ax in axes_of(exhibit, size).items() if (gid or "").endswith(" chart")}
    said = {gid: [float(text.get_text()) for text in ax.get_yticklabels()] for gid, ax in charts.items()}
    assert len(said) > 15 and {gid for gid, counts in said.items() if counts and max(counts) <= 0} == set()
    assert sum(map(bool, said.values())) > 15


def test_what_is_written_at_the_end_is_what_the_record_comes_to(exhibit):
    sheet = axes_of(exhibit)[None]
    said = {}
    for text in sheet.texts:
        if (text.get_gid() or "").endswith(" stands"):
            said.setdefault(text.get_gid().removesuffix(" stands"), []).append(text.get_text())
    of = exhibit.marks.set_index("id")
    assert {" ".join(words) for i, words in said.items() if of.loc[i, "event_id"] == KYIV} == {"13", "87 or 90"}


def test_all_claims_on_all_people_are_drawn_or_said_not_to_be(exhibit, record):
    claims = record.casualties[record.casualties["population"] == "all"]
    left = claims[~claims["claim_id"].isin(exhibit.marks["id"])]
    assert left["event_id"].nunique() == 3 and not left.duplicated(["event_id", "measure"]).any()
    words = " ".join(text.get_text() for text in reversed(axes_of(exhibit)[None].texts[:4]))
    assert "Not drawn: 3 strikes with no two counts of the same" in words


def test_days_narrow_it_to_their_strikes(record):
    marks = revisions(record, "2025-04-24", "2025-04-24").marks
    assert set(marks["event_id"]) == {KYIV} and marks["hours_high"].max() > 100


def test_days_without_strikes_give_an_honest_empty_figure(record):
    empty = revisions(record, "2025-06-05", "2025-06-06")
    assert empty.marks.empty and "No strike of 5 to 6 June 2025" in empty.subtitle
    assert find_collisions(empty.figure("column")) == []


def test_the_alt_text_has_its_numbers_in_the_marks(exhibit):
    marks = exhibit.marks
    sums = len(marks), marks["event_id"].nunique(), marks["disputed"].sum(), (marks["timed"] == "to the day").sum()
    known = set(map(str, sums))
    for column in ("place", "day", "stands", "change"):
        known |= {n for cell in marks[column] for n in re.findall(r"\d+", cell)}
    assert set(re.findall(r"\d+", exhibit.alt)) <= known
    assert 50 <= len(exhibit.alt.split()) <= 120


def test_lines_stand_at_the_hours_that_their_words_say():
    hours = {"h": 1, "day": 24, "week": 7 * 24, "month": 30 * 24, "year": 365 * 24}
    said = {words: [int(words.split()[0]), *words.split()[1:]] for words in TIMES.values()}
    assert {words: number * hours[unit[0].removesuffix("s")] if unit else 0 for words, (number, *unit) in said.items()} == {
        words: hour for hour, words in TIMES.items()}  # fmt: skip


def test_a_part_says_of_the_count_that_stood_whether_it_fell_and_not_of_its_claims(record):
    """Near Sumy 119 injured were followed by 117, both known to the day alone; the count that stood never was 119."""
    assert "No count that stood fell." in revisions(record, "2025-04-13", "2025-04-19").alt
    assert "The count that stood fell: Kyiv, 24 April 2025, killed: 9 to 8;" in revisions(record, "2025-04-20", "2025-04-24").alt
