"""The chart of origins, read off the drawn artists."""

import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from analysis import theme, when
from analysis.exhibits.independence import (
    NOTHING,
    SHAPES,
    count_origins,
    describe,
    draw_independence,
    fit,
    independence,
)
from analysis.summary import _walk, find_collisions

SIDES = {"North": "#0067a8", "South": "#b5450a"}
TITLES, LABELS = {"e1": "A strike", "e2": "Talks"}, {"p1": "A halt"}
NAMES = {"n": "North Office", "s": "South Office", "w": "A Wire"}


def dated(**columns):
    frame = pd.DataFrame(columns)
    return frame.join(when.read(pd.Series(["2031-01-07"] * len(frame)), home=["Europe/Berlin"]))


@pytest.fixture
def marks():
    events = dated(event_id=["e1", "e2"], title=["A strike", "Talks"], summary=["It fell.", "They met."],
                   origins=["n; s; w", "n; n"], sources=["a; b; c", "a"], status=["disputed", "single-origin"])  # fmt: skip
    statements = dated(statement_id=["s1", "s2"], speaker=["n", "s; n"], side=["North", "South"], proposal_id=["p1", pd.NA],
                       summary=["It offers.", "They wait."], origins=["n", "n; s"], sources=["a; b; c; d", "a; b"],
                       status=["single-origin", "corroborated"])  # fmt: skip
    claims = dated(claim_id=["c1", "c2"], event_id=["e1", "e1"], measure=["killed", "killed"],
                   population=["all", "children"], low=[34, 3], high=[pd.NA, 3], wording=["at least", "exact"],
                   claimed_by=["n", "s"], side=["North", "South"], origins=["w", "w"], sources=["a", "a"],
                   status=["single-origin", "disputed"])  # fmt: skip
    return count_origins(events, statements, claims, titles=pd.Series(TITLES), labels=LABELS, names=NAMES,
                         zones=["Europe/Berlin"])  # fmt: skip


@pytest.fixture(scope="module")
def exhibit(gallery):
    return gallery("independence")


def draw(marks, wide=162, high=100):
    figure = Figure(figsize=(wide * theme.MM, high * theme.MM))
    draw_independence(marks, SIDES, ax=figure.add_axes((0, 0, 1, 1)))
    return figure


def read_points(figure):
    """Return per mark: its panel, its pages by its place, shape, colour, whether it is filled."""
    points = {}
    for ax in _walk(figure):
        for line in ax.lines:
            if line.get_gid() and " " not in line.get_gid():
                filled = to_hex(line.get_markerfacecolor()) != theme.PAPER
                points[line.get_gid()] = (ax.get_gid().removesuffix(" panel"), round(float(line.get_xdata()[0])),
                                          line.get_marker(), to_hex(line.get_color()), filled)  # fmt: skip
    return points


def crossed(figure):
    return {line.get_gid().split(" ")[0] for ax in _walk(figure) for line in ax.lines
            if (line.get_gid() or "").endswith(" disputed") and line.get_marker() == "x"}  # fmt: skip


def heights(figure):
    return {line.get_gid(): float(line.get_ydata()[0]) for ax in _walk(figure) for line in ax.lines
            if line.get_gid() and " " not in line.get_gid()}  # fmt: skip


def test_origins_and_pages_are_counted_and_none_twice(marks):
    counts = marks.set_index("id")[["origin_count", "pages"]].T.to_dict("list")
    assert counts == {"e1": [3, 3], "e2": [1, 1], "s1": [1, 4], "s2": [2, 2], "c1": [1, 1], "c2": [1, 1]}


def test_a_mark_says_what_it_is_how_it_was_put_and_who_said_so(marks):
    said = marks.set_index("id")[["title", "words", "said_by"]].T.to_dict("list")
    assert said["e1"] == ["A strike", "It fell.", ""]
    assert said["s1"] == ["North Office: A halt", "It offers.", "North Office"]
    assert said["s2"] == ["South Office and North Office", "They wait.", "South Office; North Office"]
    assert said["c1"] == ["A strike", "at least 34 killed", "North Office"]
    assert said["c2"][1] == "3 killed, children"


def test_a_mark_has_its_date_and_the_names_of_its_origins(marks):
    row = marks.set_index("id").loc["e1"]
    assert row["date"] == "7 January 2031, Berlin time"
    assert row["origins"] == "North Office; South Office; A Wire"


def test_a_mark_stands_in_its_panel_over_its_number_of_pages(marks):
    assert {mark: point[:2] for mark, point in read_points(draw(marks)).items()} == {
        "e1": ("event", 3), "e2": ("event", 1), "s1": ("statement", 4), "s2": ("statement", 2),
        "c1": ("casualty claim", 1), "c2": ("casualty claim", 1)}  # fmt: skip


def test_more_origins_stand_higher(marks):
    y = heights(draw(marks))
    assert y["e2"] < y["e1"] and y["s1"] < y["s2"] and y["s1"] == y["e2"] == y["c1"]


def test_side_is_shape_and_colour_and_events_have_none(marks):
    looks = {mark: point[2:4] for mark, point in read_points(draw(marks)).items()}
    assert looks["s1"] == looks["c1"] == (SHAPES[0], SIDES["North"])
    assert looks["s2"] == looks["c2"] == (SHAPES[1], SIDES["South"])
    assert looks["e1"] == (SHAPES[0], theme.MUTED)


def test_corroborated_is_filled_single_is_open_and_disputed_is_crossed(marks):
    figure = draw(marks)
    assert {mark for mark, point in read_points(figure).items() if point[4]} == {"s2"}
    assert crossed(figure) == {"e1", "c2"}


def test_the_number_of_rows_stands_at_every_number_of_origins(marks):
    figure = draw(marks)
    numbers = [text.get_text() for text in figure.axes[0].texts if text.get_text().isdigit()]
    assert numbers == ["1", "0", "1", "1", "1", "0", "2", "0", "0"]


@pytest.mark.parametrize("size", theme.SIZES)
def test_no_mark_hides_another(exhibit, size):
    figure = exhibit.figure(size)
    places = [(ax.get_gid(), float(line.get_xdata()[0]), float(line.get_ydata()[0])) for ax in _walk(figure)
              for line in ax.lines if line.get_gid() and " " not in line.get_gid()]  # fmt: skip
    assert len(places) == len(set(places)) == len(exhibit.marks)


@pytest.mark.parametrize("size", theme.SIZES)
def test_every_mark_stands_over_its_own_number_of_pages(exhibit, size):
    points = read_points(exhibit.figure(size))
    assert {mark: point[1] for mark, point in points.items()} == exhibit.marks.set_index("id")["pages"].to_dict()


def test_marks_of_a_cell_stay_clear_of_the_row_above(exhibit):
    layout = fit(exhibit.marks, dict.fromkeys(exhibit.colors, "#000000"), (162, exhibit.height("page")))
    for panel in layout.panels:
        cells = panel.marks.groupby(["origin_count", "pages"]).size()
        for (row, _), count in cells.items():
            top = panel.bases[row] + -(-count // panel.across) * layout.pitch
            assert top < panel.bases.get(row + 1, panel.high)


def test_every_row_of_the_record_is_one_mark(exhibit, record):
    rows = [*record.events["event_id"], *record.statements["statement_id"], *record.casualties["claim_id"]]
    assert sorted(exhibit.marks["id"]) == sorted(rows)


def test_status_follows_from_the_number_of_origins(exhibit):
    agreed = exhibit.marks[exhibit.marks["status"] != "disputed"]
    assert ((agreed["origin_count"] > 1) == (agreed["status"] == "corroborated")).all()


def test_the_description_gives_the_share_with_one_origin(exhibit):
    lanes = exhibit.marks["lane"].value_counts()
    for kind in ("statement", "casualty claim"):
        assert f"{lanes[f'{kind}, 1 origin']} of {(exhibit.marks['kind'] == kind).sum()} {kind}s" in exhibit.alt
    assert 50 <= len(exhibit.alt.split()) <= 120


def test_half_or_more_of_the_single_origin_rows_have_the_pages_that_the_description_says():
    alone = pd.DataFrame({"kind": "event", "origin_count": 1, "pages": [1, 2, 3, 5], "status": "single-origin"})
    assert "at least half of these 4 rows are carried by 2 pages or more, and up to 5" in describe(alone)


def test_a_window_keeps_only_what_touches_it(record):
    marks = independence(record, "2025-04-21", "2025-04-21").marks
    assert record.episode["signal"]["event"] in set(marks["id"])
    days = record.events.set_index("event_id")
    early = days["latest"] < pd.Timestamp("2025-04-21", tz="Europe/Kyiv")
    assert 0 < len(marks) < 40 and not set(marks["id"]) & set(days.index[early.fillna(False)])


def test_one_day_given_leaves_the_other_end_at_the_end_of_the_record(record):
    late = independence(record, start="2025-06-10")
    assert len(late.marks) and "10 to 18 June 2025" in late.subtitle


@pytest.mark.parametrize("size", theme.SIZES)
def test_a_window_with_nothing_says_so(record, size):
    empty = independence(record, "1999-01-01", "1999-01-02")
    figure = empty.figure(size)
    assert NOTHING in {text.get_text() for text in figure.axes[0].texts} and find_collisions(figure) == []
    assert empty.marks.empty and NOTHING in empty.alt
