"""The timeline: what is drawn where, in which colour and size, with which words."""

from itertools import pairwise

import matplotlib
import pandas as pd
import pytest
from matplotlib.colors import to_hex, to_rgba
from matplotlib.dates import date2num, num2date
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text

from analysis import theme, when
from analysis.exhibit import Exhibit
from analysis.exhibits.timeline import count_marks, describe, draw_timeline, order_marks, timeline
from analysis.layout.bands import FADED, Band, Item, _explain_sizes, pack
from analysis.layout.stretches import Stretch
from analysis.selection import Choice, select
from analysis.summary import find_collisions

SIZES = ("column", "page", "slide", "square")
SIDES = {"Ukraine": "#0067a8", "Russia": "#b5450a", "Press": "#7a6a00"}
KYIV = "Europe/Kyiv"
APRIL = (pd.Timestamp("2025-04-11"), pd.Timestamp("2025-04-20T23:59"))


def dated(key, rows, **columns):
    """Make a table of (id, when, ...) rows with its bounds, all places in Kyiv."""
    frame = pd.DataFrame(rows, columns=[key, "when", *columns])
    return frame.join(when.read(frame["when"], pd.Series(KYIV, index=frame.index)))


def events(*rows):
    """Make events of (id, when, kind, attacker)."""
    frame = dated("event_id", rows, kind=0, attacker=0)
    return frame.assign(title=frame["event_id"].str.capitalize() + " title", place="Town, region", where_prec=1,
                        summary="What happened.", origins="ses", sources="page-1")  # fmt: skip


def statements(*rows):
    """Make statements of (id, when, side)."""
    frame = dated("statement_id", rows, side=0)
    return frame.assign(summary="Said so.", speaker="someone", act="appeal", key_phrase=None, sources="page-2")


def claims(*rows):
    """Make exact counts of (event, measure, number)."""
    frame = pd.DataFrame(rows, columns=["event_id", "measure", "low"]).astype({"low": "Int64"})
    return frame.assign(claim_id=frame["event_id"] + "-" + frame["measure"], population="all", high=frame["low"], seq=1,
                        wording="exact", claimed_by="ses", side="Ukraine", origins="ses", status="single-origin",
                        earliest=pd.NaT, latest=pd.NaT, sources="page-3")  # fmt: skip


def marks_of(happened, said=None, counted=None, window=APRIL):
    none = statements(("x", "2025-04-11", "Russia")).head(0)
    counted = claims(("none", "killed", 1)) if counted is None else counted
    actors = pd.DataFrame({"actor_id": ["ses", "someone"], "name": ["Rescuers", "Some One"], "role": ["Service", "Head"]})
    return order_marks(happened, none if said is None else said, counted, actors, zones=[KYIV], window=window)


def draw(marks, window=APRIL, *, wide=162, high=150):
    """Draw marks on an Axes of so many mm."""
    figure = Figure(figsize=((wide + 8) * theme.MM, (high + 8) * theme.MM))
    ax = figure.add_axes((4 / (wide + 8), 4 / (high + 8), wide / (wide + 8), high / (high + 8)))
    return draw_timeline(marks, SIDES, window=window, clock="Kyiv time", ax=ax).figure


def panels(figure):
    return figure.axes[0].child_axes


def drawn(figure):
    """Return the marks by gid as lists of (left, middle, right, y, artist); days as matplotlib's numbers."""
    found = {}
    for part in panels(figure):
        for line in part.lines:
            if line.get_gid():
                x = line.get_xdata()
                found.setdefault(line.get_gid(), []).append((*x, line.get_ydata()[1], line))
        for bars in part.collections:
            if bars.get_gid():
                box = [path.get_extents() for path in bars.get_paths()]
                left, right = min(b.x0 for b in box), max(b.x1 for b in box)
                y = (box[0].y0 + box[0].y1) / 2
                found.setdefault(bars.get_gid(), []).append((left, (left + right) / 2, right, y, bars))
    return found


def only(figure, gid):
    (mark,) = drawn(figure)[gid]
    return mark


def words(figure):
    """Return the words of each label by gid, its lines joined."""
    said = {}
    for part in panels(figure):
        for text in part.texts:
            if text.get_gid():
                said[text.get_gid()] = f"{said.get(text.get_gid(), '')} {text.get_text()}".strip()
    return said


def all_words(figure):
    return [text.get_text() for ax in (figure.axes[0], *panels(figure)) for text in ax.texts]


def axis_of(figure):
    return panels(figure)[0].spines["bottom"].get_position()[1]


def day(text):
    return date2num(pd.Timestamp(text))


@pytest.fixture(scope="module")
def focus(gallery):
    return gallery("timeline")


@pytest.fixture(scope="module")
def whole(record, draw_once):
    return draw_once(timeline(record, *record.episode["window"]))


@pytest.fixture(scope="module")
def figures(focus, whole):
    """Return every figure by window and size."""
    return {
        (name, size): exhibit.figure(size) for name, exhibit in (("focus", focus), ("whole", whole)) for size in SIZES
    }


every_figure = pytest.mark.parametrize("which", [(name, size) for name in ("focus", "whole") for size in SIZES])


@every_figure
def test_every_event_and_statement_is_drawn_exactly_once_at_its_time(figures, focus, whole, which):
    marks = {"focus": focus, "whole": whole}[which[0]].marks
    found = drawn(figures[which])
    assert set(found) == set(marks["id"])
    assert {gid for gid, artists in found.items() if len(artists) != 1} == set()
    moments = marks[marks["mark"] != "span"]
    late = {mark.id for mark in moments.itertuples() if abs(found[mark.id][0][1] - date2num(mark.at)) > 1 / 1440}
    assert late == set()


@every_figure
def test_strikes_stand_below_the_axis_and_everything_else_above(figures, focus, whole, which):
    marks = {"focus": focus, "whole": whole}[which[0]].marks
    axis = axis_of(figures[which])
    below = {gid for gid, [(_, _, _, y, _)] in drawn(figures[which]).items() if y > axis}
    assert below == set(marks.loc[marks["mark"] == "strike", "id"])


@every_figure
def test_no_text_overlaps_another_or_leaves_the_figure(figures, which):
    assert find_collisions(figures[which]) == []


@every_figure
def test_no_type_is_smaller_than_six_points(figures, which):
    assert min(text.get_fontsize() for text in figures[which].findobj(Text) if text.get_text()) >= 6


@pytest.mark.parametrize("size", SIZES)
def test_every_event_of_the_focus_is_labelled_with_its_own_words(figures, focus, size):
    shown = focus.marks[focus.marks["mark"] != "statement"].set_index("id")["label"]
    assert words(figures["focus", size]) == shown.to_dict()


@pytest.mark.parametrize("size", SIZES)
def test_the_figure_counts_the_labels_that_it_has_room_for(figures, whole, size):
    events_ = (whole.marks["mark"] != "statement").sum()
    labelled = len(words(figures["whole", size]))
    note = [said for said in all_words(figures["whole", size]) if "events are labelled" in said]
    assert bool(note) == (labelled < events_)
    assert all(said.startswith(f"{labelled} of {events_} events are labelled") for said in note)


def test_all_talks_and_all_strikes_with_deaths_are_labelled_even_on_a_slide(figures, whole):
    marks = whole.marks[(whole.marks["kind"] == "talks") | (whole.marks["killed"] > 0)]
    assert set(marks["id"]) <= set(words(figures["whole", "slide"]))


def test_titles_are_those_of_the_events(record, focus):
    titles = record.events.set_index("event_id")["title"]
    events_ = focus.marks[~focus.marks["mark"].isin(["statement", "strike"])]
    assert all(mark.label.startswith(titles[mark.id]) for mark in events_.itertuples())


def test_the_subtitle_counts_what_is_drawn(focus):
    number = focus.marks["mark"].value_counts()
    events_ = len(focus.marks) - number["statement"]
    assert focus.subtitle.startswith(
        f"{events_} events, {number['strike']} of them strikes, and {number['statement']} "
    )


def test_the_area_of_a_strike_is_in_proportion_to_the_killed_whichever_the_shape():
    happened = events(("a", "2025-04-13T10:15+03:00", "strike", "Russia"), ("b", "2025-04-16", "strike", "Russia"),
                      ("c", "2025-04-18", "strike", "Ukraine"))  # fmt: skip
    figure = draw(marks_of(happened, counted=claims(("a", "killed", 36), ("b", "killed", 9), ("c", "killed", 9))))
    lines = {gid: only(figure, gid)[4] for gid in "abc"}
    assert [lines[gid].get_marker() for gid in "abc"] == ["o", "o", "D"]
    area = {gid: line.get_markersize() ** 2 * (3.14159 / 4 if line.get_marker() == "o" else 1)
            for gid, line in lines.items()}  # fmt: skip
    assert area["a"] == pytest.approx(4 * area["b"]) and area["c"] == pytest.approx(area["b"], rel=1e-4)
    assert all(line.get_markeredgewidth() == 0 for line in lines.values())


def test_areas_follow_the_best_count_of_the_record(figures, focus):
    killed = focus.marks[focus.marks["killed"] > 0].set_index("id")["killed"]
    size = {gid: only(figures["focus", "page"], gid)[4].get_markersize() ** 2 / count for gid, count in killed.items()}
    assert len(size) >= 4 and max(size.values()) == pytest.approx(min(size.values()))


def test_strikes_have_the_colour_and_the_shape_of_the_attacker(figures, focus, record):
    strikes = focus.marks[focus.marks["mark"] == "strike"].set_index("id")["group"]
    looks = {gid: only(figures["focus", "page"], gid)[4] for gid in strikes.index}
    assert {(strikes[gid], to_hex(line.get_color()), line.get_marker()) for gid, line in looks.items()} == {
        ("Russia", record.episode["sides"]["Russia"], "o"), ("Ukraine", record.episode["sides"]["Ukraine"], "D")}  # fmt: skip


def test_an_unknown_number_of_killed_is_an_open_mark_and_nobody_killed_a_cross():
    happened = events(("a", "2025-04-13", "strike", "Russia"), ("b", "2025-04-15", "strike", "Russia"),
                      ("c", "2025-04-17", "strike", "Russia"))  # fmt: skip
    figure = draw(marks_of(happened, counted=claims(("a", "injured", 3), ("b", "killed", 0))))
    assert to_hex(only(figure, "a")[4].get_markerfacecolor()) == to_hex(theme.PAPER)
    assert [only(figure, gid)[4].get_marker() for gid in "abc"] == ["o", "x", "o"]
    assert words(figure) == {"a": "Town: 3 injured", "b": "Town: 0 killed", "c": "Town: no count found"}
    assert {"number killed not found", "nobody killed"} <= set(all_words(figure))


def test_the_toll_is_put_as_it_was_given():
    counted = claims(("a", "killed", 34), ("a", "injured", 90)).assign(wording=["at least", "about"])
    marks = marks_of(events(("a", "2025-04-13", "strike", "Russia")), counted=counted)
    assert marks.loc[0, "label"] == "Town: at least 34 killed, about 90 injured"
    assert marks.loc[0, "records"] == "a; a-killed; a-injured"


def test_a_strike_on_a_whole_country_is_called_by_its_title():
    happened = events(("a", "2025-04-13", "strike", "Russia")).assign(place="Ukraine", where_prec=6)
    assert marks_of(happened).loc[0, "label"] == "A title: no count found"


def test_an_uncertain_event_has_the_width_of_its_interval_and_an_exact_one_none():
    happened = events(("day", "2025-04-13", "call", None), ("within", "[2025-04-14..2025-04-16]", "meeting", None),
                      ("exact", "2025-04-18T10:15+03:00", "talks", None))  # fmt: skip
    figure = draw(marks_of(happened))
    ends = {gid: only(figure, gid)[:3] for gid in ("day", "within", "exact")}
    assert ends["day"] == pytest.approx((day("2025-04-13"), day("2025-04-13T11:59:30"), day("2025-04-13T23:59")))
    assert ends["within"][::2] == pytest.approx((day("2025-04-14"), day("2025-04-16T23:59")))
    assert ends["exact"] == pytest.approx((day("2025-04-18T10:15"),) * 3)


def test_what_is_about_is_faint_and_what_is_certain_is_not():
    happened = events(("about", "2025-04-~13", "call", None), ("day", "2025-04-16", "call", None))
    figure = draw(marks_of(happened))
    assert only(figure, "about")[4].get_markeredgecolor() == to_rgba(theme.TEXT, FADED)
    assert only(figure, "day")[4].get_markeredgecolor() == to_rgba(theme.TEXT)
    assert "about then" in all_words(figure)


def test_what_lasted_is_a_bar_that_is_pale_where_its_ends_are_uncertain():
    happened = events(("sure", "2025-04-12T18:00+03:00/2025-04-14T00:00+03:00", "truce", None),
                      ("days", "2025-04-16/2025-04-19", "truce", None),
                      ("hours", "2025-04-17/2025-04-17", "truce", None))  # fmt: skip
    figure = draw(marks_of(happened))
    assert {colour[3] for colour in only(figure, "hours")[4].get_facecolor()} == {FADED}
    sure, days = only(figure, "sure"), only(figure, "days")
    assert sure[:3:2] == pytest.approx((day("2025-04-12T18:00"), day("2025-04-14")))
    assert days[:3:2] == pytest.approx((day("2025-04-16"), day("2025-04-19T23:59")))
    assert [colour[3] for colour in sure[4].get_facecolor()] == [1]
    assert [colour[3] for colour in days[4].get_facecolor()] == [FADED, 1, FADED]


@pytest.mark.parametrize(("span", "tips", "said"), [
    ("2025-03-18/2025-04-16", ["2025-04-11"], "A title, from 18 March"),
    ("2025-04-16/2025-05-02", ["2025-04-20T23:59"], "A title, to 2 May"),
    ("2025-03-18/2025-05-02", ["2025-04-11", "2025-04-20T23:59"], "A title, from 18 March, to 2 May"),
    ("2025-04-16/..", ["2025-04-20T23:59"], "A title"),
    ("2025-04-12/2025-04-16", [], "A title"), ("2025-04-11/2025-04-20", [], "A title"),
    ("2024-12-30/2025-04-16", ["2025-04-11"], "A title, from 30 December 2024"),
])  # fmt: skip
def test_what_goes_on_beyond_the_window_has_an_arrow_there_and_says_from_when_or_to_when(span, tips, said):
    figure = draw(marks_of(events(("a", span, "truce", None))))
    arrows = [patch.get_xy() for part in panels(figure) for patch in part.patches if patch.get_gid() == "a beyond"]
    assert [xy[0][0] for xy in arrows] == pytest.approx([day(tip) for tip in tips])
    assert words(figure) == {"a": said}
    left, _, right, _, _ = only(figure, "a")
    assert left >= day("2025-04-11") and right <= day("2025-04-21")
    assert {left, right} >= {xy[1][0] for xy in arrows}


def test_a_statement_stands_in_the_lane_and_the_colour_of_its_side():
    said = statements(("u1", "2025-04-13", "Ukraine"), ("u2", "2025-04-13", "Ukraine"), ("r1", "2025-04-14", "Russia"))
    figure = draw(marks_of(events(("a", "2025-04-13", "call", None)), said))
    names = {text.get_text(): text for text in figure.axes[0].texts}
    assert "Press" not in names
    for gid, side in (("u1", "Ukraine"), ("u2", "Ukraine"), ("r1", "Russia")):
        *_, y, line = only(figure, gid)
        assert to_hex(line.get_markeredgecolor()) == SIDES[side] == names[side].get_color()
        assert abs(y - names[side].get_position()[1]) < 3
    assert only(figure, "u1")[3] < names["Ukraine"].get_position()[1] + 1 < only(figure, "r1")[3]
    assert only(figure, "u1")[3] != only(figure, "u2")[3]


@every_figure
def test_lanes_keep_apart_in_the_order_of_the_sides(figures, focus, whole, record, which):
    marks = {"focus": focus, "whole": whole}[which[0]].marks
    found = drawn(figures[which])
    said = marks[marks["mark"] == "statement"]
    said = said.assign(y=[found[gid][0][3] for gid in said["id"]])
    lanes = said.groupby("group")["y"].agg(["min", "max"])
    lanes = lanes.loc[[side for side in record.episode["sides"] if side in lanes.index]]
    assert (lanes["min"].iloc[1:].to_numpy() > lanes["max"].iloc[:-1].to_numpy()).all()
    colours = {(mark.group, to_hex(found[mark.id][0][4].get_markeredgecolor())) for mark in said.itertuples()}
    assert colours == {(side, record.episode["sides"][side]) for side in lanes.index}


def test_what_may_lie_in_the_window_belongs_to_it_and_is_drawn_to_its_edges():
    happened = events(("before", "2025-04-10", "call", None), ("astride", "[2025-04-08..2025-04-11]", "call", None),
                      ("in", "2025-04-11", "call", None), ("runs", "2025-04-01/2025-04-11", "truce", None),
                      ("over", "2025-04-01/2025-04-10", "truce", None), ("after", "2025-04-21", "call", None),
                      ("late", "[2025-04-20..2025-04-23]", "call", None),
                      ("early", "[2025-04-10..2025-04-14]", "call", None))  # fmt: skip
    marks = marks_of(happened)
    assert list(marks["id"]) == ["runs", "astride", "early", "in", "late"]
    drawn = draw(marks)
    assert only(drawn, "early")[:3:2] == pytest.approx((day("2025-04-11"), day("2025-04-14T23:59")))
    assert only(drawn, "astride")[1] == pytest.approx(day("2025-04-11T12:00"), abs=0.001)


def test_a_week_has_the_axis_of_a_week_whenever_its_rows_may_have_begun(record):
    week = select(record, Choice(start="2025-04-13", end="2025-04-19"))
    for of in (record, week):
        (part,) = panels(timeline(of, "2025-04-13", "2025-04-19").figure())
        assert part.get_xlim() == pytest.approx((day("2025-04-13"), day("2025-04-19T23:59")))


def test_the_window_can_be_given_as_days(record):
    exhibit = timeline(record, "2025-05-08", "2025-05-12")
    assert exhibit.title == "Talks, truces and strikes, 8 to 12 May 2025"
    moments = exhibit.marks[exhibit.marks["mark"] != "span"]
    assert moments["at"].between("2025-05-08", "2025-05-12T23:59").all()
    assert {"victory-truce-2025-05-08", "ceasefire-deadline-2025-05-12"} <= set(exhibit.marks["id"])
    assert "sumy-strike-2025-04-13" not in set(exhibit.marks["id"])


def test_times_are_those_of_the_zone_that_the_figure_names(focus, record):
    strike = focus.marks.set_index("id").loc["kharkiv-missiles-2025-04-18"]
    assert strike["earliest"] == pd.Timestamp("2025-04-18T05:00")
    assert "Kyiv time" in all_words(focus.figure("page"))


def test_the_axis_is_a_date_axis_with_days_by_name(figures):
    (part,) = panels(figures["focus", "page"])
    assert part.xaxis.get_label_text() == "" and part.xaxis.get_converter() is not None
    assert "13 Apr" in [label.get_text() for label in part.get_xticklabels()]
    assert num2date(part.get_xlim()[0]).isoformat() == "2025-04-11T00:00:00+00:00"


def test_a_broken_axis_names_its_gap_and_hides_nothing():
    happened = events(("a", "2024-03-01", "talks", None), ("b", "2024-09-30", "talks", None),
                      ("c", "2025-04-13", "talks", None), ("d", "2025-05-13", "talks", None))  # fmt: skip
    window = (pd.Timestamp("2024-02-25"), pd.Timestamp("2025-05-20T23:59"))
    figure = draw(marks_of(happened, window=window), window)
    assert len(panels(figure)) == 3
    said = " ".join(all_words(figure))
    assert "no event or statement from 2 March to 29 September 2024" in said
    assert "no event or statement from 1 October 2024 to 12 April 2025" in said
    assert set(drawn(figure)) == set("abcd")
    scale = [part.get_position().width / (part.get_xlim()[1] - part.get_xlim()[0]) for part in panels(figure)]
    assert scale == pytest.approx([scale[0]] * 3)


def test_a_statement_in_a_gap_between_events_is_not_cut_away():
    happened = events(("a", "2025-01-10", "talks", None), ("b", "2025-04-25", "talks", None))
    window = (pd.Timestamp("2025-01-01"), pd.Timestamp("2025-04-30T23:59"))
    said = statements(("s", "2025-03-01", "Russia"))
    assert len(panels(draw(marks_of(happened, window=window), window))) == 2
    assert len(panels(draw(marks_of(happened, said, window=window), window))) == 1


def test_labels_take_the_first_row_that_is_free_and_go_left_at_the_edge():
    stretch = Stretch(0, 100, 0, 100)
    items = [
        Item(None, stretch, x, x, x, 0, label) for x, label in ((10, "abcdefgh"), (12, "abcdefgh"), (99, "abcdefgh"))
    ]
    pack(Band(items, 3.0), 100, 1.0)
    assert [(item.row, item.side) for item in items] == [(0, 1), (1, 1), (0, -1)]


def test_a_window_without_a_mark_is_an_axis_that_says_so():
    figure = draw(marks_of(events(("a", "2020-01-01", "call", None))))
    assert drawn(figure) == {} and all_words(figure) == ["Kyiv time", "No event or statement in the record"]
    assert "12 Apr" in [label.get_text() for label in panels(figure)[0].get_xticklabels()]


def test_a_window_with_a_strike_alone_says_that_there_is_nothing_else_and_one_without_says_so_too():
    strike = draw(marks_of(events(("a", "2025-04-13", "strike", "Russia"))))
    assert "No other event or statement in the record" in all_words(strike)
    call = draw(marks_of(events(("a", "2025-04-13", "call", None))))
    assert "No strike in the record" in all_words(call)


@pytest.mark.parametrize("days", [("2025-05-08", "2025-05-20"), ("2023-01-01", "2023-12-31"), ("2025-04-11", "2025-04-12"),
                                  ("2025-04-20", "2025-04-20")])  # fmt: skip
@pytest.mark.parametrize("size", SIZES)
def test_any_window_fits_on_any_paper(record, days, size):
    exhibit = timeline(record, *days)
    figure = exhibit.figure(size)
    assert find_collisions(figure) == [] and set(drawn(figure)) == set(exhibit.marks["id"])
    assert exhibit.twin(size, figure=figure)["data"]


def test_the_label_of_a_bar_that_leaves_no_room_stands_below_it(record):
    exhibit = timeline(record, "2025-04-11", "2025-04-12")
    mark = next(mark.id for mark in exhibit.marks.itertuples() if mark.lasted)
    (part,) = panels(exhibit.figure())
    (label,) = (text for text in part.texts if text.get_gid() == mark)
    (bar,) = (bar for bar in part.collections if bar.get_gid() == mark)
    assert label.get_text().endswith("from 18 March, to 16 April")
    assert label.get_position()[0] > part.get_xlim()[0] and label.get_position()[1] > bar.get_datalim(part.transData).y1


def test_the_subtitle_counts_one_of_a_kind_in_the_singular():
    counted = claims(("a", "killed", 2))
    marks = marks_of(events(("a", "2025-04-13", "strike", "Russia")), statements(("s", "2025-04-13", "Press")), counted)
    said = "1 event, 1 of them a strike, and 1 statement, in Kyiv time. Areas below the axis: people killed."
    assert count_marks(marks, "Kyiv time") == said
    assert count_marks(marks[marks["mark"] == "statement"], "X time") == "0 events, and 1 statement, in X time."
    assert count_marks(marks.head(0), "Kyiv time") == "No event or statement in the record, in Kyiv time."


def test_the_alt_text_compares_the_sides_and_names_the_deadliest_strike_and_what_is_unknown():
    happened = events(("a", "2025-04-13T10:15+03:00", "strike", "Russia"), ("b", "2025-04-16", "strike", "Ukraine"),
                      ("c", "2025-04-17", "strike", "Russia"), ("d", "2025-04-17/2025-04-18", "truce", None))  # fmt: skip
    said = statements(("s", "2025-04-13", "Press"), ("t", "2025-04-14", "Russia"), ("u", "2025-04-14", "Russia"))
    alt = describe(marks_of(happened, said, claims(("a", "killed", 4), ("b", "killed", 3))), APRIL)
    assert "1 span such as a truce, 0 events such as a meeting, and 3 statements; below it, 3 strikes." in alt
    assert "Statements by the speaker's side: Russia 2, Press 1. Strikes by side: Russia 2, Ukraine 1." in alt
    assert "The deadliest is Town: 4 killed (13 April 2025, 10:15, Kyiv time)." in alt
    assert "no count of people killed was found, 1 of 3." in alt and "1 mark of 7 dated to the minute" in alt
    assert "without a mark" in describe(marks_of(happened).head(0), APRIL)


@pytest.mark.parametrize(("most", "said"), [
    (1, ["1 killed"]), (4, ["1 killed"]), (5, ["1 killed", "3 killed"]), (34, ["1 killed", "10 killed"]),
    (170, ["10 killed", "100 killed"]), (1700, ["100 killed", "1000 killed"]), (90_000, ["100 killed", "1000 killed"]),
])  # fmt: skip
def test_the_two_areas_of_the_key_are_those_of_numbers_that_the_figure_has(most, said):
    strike = Item(pd.Series({"mark": "strike", "killed": most}), None, 0, 0, 0, 0, "")
    assert [piece[1] for piece in _explain_sizes([strike], 0.5, 1)] == said


def test_the_key_shows_two_areas_and_explains_lines_only_where_there_are_any():
    strike = events(("a", "2025-04-13T10:15+03:00", "strike", "Russia"))
    said = all_words(draw(marks_of(strike, counted=claims(("a", "killed", 9)))))
    assert {"1 killed", "3 killed"} <= set(said) and "at some time within the line" not in said
    day_long = all_words(draw(marks_of(events(("a", "2025-04-13", "call", None)))))
    assert "at some time within the line" in day_long


def test_data_are_drawn_in_the_panels_and_nothing_else_has_the_id_of_a_mark(figures, focus, whole):
    for (name, _), figure in figures.items():
        ids = set({"focus": focus, "whole": whole}[name].marks["id"])
        furniture = [artist.get_gid() for artist in figure.axes[0].get_children() if artist not in panels(figure)]
        assert {str(gid).split(" ")[0] for gid in (*furniture, *(part.get_gid() for part in panels(figure)))} & ids == set()
        labels = {text.get_gid() for part in panels(figure) for text in part.texts if text.get_gid()}
        assert labels <= ids


def test_the_panels_of_a_broken_axis_keep_apart_in_the_interactive_figure(whole):
    layout = whole.twin()["layout"]
    boxes = sorted(axis["domain"] for name, axis in layout.items() if name.startswith("xaxis") and name != "xaxis")
    assert len(boxes) == 3 and all(left[1] <= right[0] for left, right in pairwise(boxes))


def test_drawing_leaves_the_global_state_and_the_marks_alone(focus):
    before, marks = dict(matplotlib.rcParams), focus.marks.copy()
    Exhibit.figure(focus, "slide")
    assert dict(matplotlib.rcParams) == before
    pd.testing.assert_frame_equal(focus.marks, marks)


def test_the_summary_names_the_rows_and_their_times(focus):
    line = next(line for line in focus.summary().splitlines() if line.startswith("  sumy-strike-2025-04-13: line"))
    assert "#b5450a" in line and "2025-04-13T10:15" in line


def test_events_have_no_colour_of_a_side(figures, focus, record):
    gids = set(focus.marks.loc[focus.marks["mark"].isin(["span", "event"]), "id"])
    artists = [only(figures["focus", "page"], gid)[4] for gid in gids]
    used = {to_hex(a.get_color() if isinstance(a, Line2D) else a.get_facecolor()[0]) for a in artists}
    assert used.isdisjoint(record.episode["sides"].values())
