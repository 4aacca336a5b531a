"""The two maps, read off the drawn artists."""

import math

import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from analysis import basemap, theme
from analysis.exhibits import places
from analysis.exhibits.maps import FLATTEST, TALLEST, lay_out
from analysis.exhibits.places import gather_places
from analysis.summary import _walk, find_collisions

ONE = "strike:kharkiv:russia killed"
"""The circle of one person."""


@pytest.fixture(scope="module")
def exhibit(gallery):
    return gallery("places")


@pytest.fixture(scope="module")
def panels(drawn):
    return {ax.get_gid(): ax for ax in _walk(drawn("places"))}


def circle(panel, gid):
    (points,) = [p for p in panel.collections if p.get_gid() == gid]
    return points


def radius(panel, gid):
    return math.sqrt(circle(panel, gid).get_sizes()[0])


def dashed(panel, gid):
    return bool(circle(panel, gid).get_linestyle()[0][1])


def is_semibold(text):
    return text.get_fontproperties().get_file().endswith("Semibold.ttf")


def marks_of(exhibit):
    return exhibit.marks.set_index(["mark", "place"])


# --- circles


def test_the_area_of_a_circle_is_the_count(panels):
    ukraine = panels["ukraine"]
    one = radius(ukraine, ONE)
    assert radius(ukraine, "strike:sumy:russia killed") / one == pytest.approx(math.sqrt(35))
    assert radius(ukraine, "strike:marhanets:russia injured") / one == pytest.approx(math.sqrt(54))


def test_the_key_has_the_scale_of_the_marks_and_the_colour_of_no_side(panels, record):
    ukraine = panels["ukraine"]
    keys = {p.get_gid(): p for p in ukraine.collections if str(p.get_gid()).startswith("key")}
    one = radius(ukraine, ONE)
    assert {gid: round((radius(ukraine, gid) / one) ** 2) for gid in keys} == {"key 100": 100, "key 30": 30, "key 10": 10}
    assert {to_hex(p.get_edgecolor()[0]) for p in keys.values()} & set(record.episode["sides"].values()) == set()


def test_a_circle_stands_where_its_place_is(panels, record):
    at = record.locations.set_index("location_id").loc["sumy"]
    x, y = basemap.project([at["lon"]], [at["lat"]], basemap.UKRAINE)
    assert tuple(circle(panels["ukraine"], "strike:sumy:russia killed").get_offsets()[0]) == pytest.approx((x[0], y[0]))


def test_killed_are_filled_and_injured_are_rings_in_the_colour_of_who_struck(panels, record):
    russia = record.episode["sides"]["Russia"]
    killed, injured = (circle(panels["ukraine"], f"strike:sumy:russia {measure}") for measure in ("killed", "injured"))
    assert to_hex(killed.get_facecolor()[0]) == russia and not len(injured.get_facecolor())
    assert to_hex(injured.get_edgecolor()[0]) == russia


def test_a_sum_without_an_upper_bound_is_dashed(panels):
    assert dashed(panels["ukraine"], "strike:kyiv:russia injured")
    assert not dashed(panels["ukraine"], "strike:sumy:russia injured")


def test_a_sum_that_leaves_strikes_out_is_dashed_and_says_so(panels, exhibit):
    assert dashed(panels["ukraine"], "strike:odesa:russia killed")
    assert marks_of(exhibit).loc[("strike", "Odesa"), "words"] == "4 strikes: 2 or 3 killed in 1 of them, 29 injured"


def test_nobody_counted_is_an_open_square_and_no_circle(panels, record):
    (square,) = [line for line in panels["ukraine"].lines if line.get_gid() == "strike:kursk-region:ukraine uncounted"]
    assert (square.get_marker(), to_hex(square.get_markerfacecolor())) == ("s", theme.PAPER)
    assert to_hex(square.get_markeredgecolor()) == record.episode["sides"]["Ukraine"]
    assert not [p for p in panels["ukraine"].collections if str(p.get_gid()).startswith("strike:kursk-region:")]


# --- places


def test_a_place_known_to_its_region_gets_a_disc_of_that_reach_on_both_maps(panels):
    reach = {p.get_gid(): p.get_radius() for name in ("ukraine", "europe") for p in panels[name].patches if isinstance(p, Circle)}
    assert reach["strike:kursk-region:ukraine precision"] == 100 and reach["strike:bilopillia:russia precision"] == 25
    assert reach["venue:gomel-region precision"] == 100 and "venue:istanbul precision" not in reach


def test_the_name_of_a_place_struck_has_the_colour_of_who_struck_it(panels, exhibit, record):
    marks = exhibit.marks.set_index("id")
    names = {t.get_gid(): t for t in panels["ukraine"].texts if t.get_gid() in marks.index and is_semibold(t)}
    assert len(names) == 10
    assert {gid: t.get_color() for gid, t in names.items()} == {gid: record.episode["sides"][marks["side"][gid]] for gid in names}
    assert all(t.get_text().startswith(marks["place"][gid]) for gid, t in names.items())


def test_a_strike_placed_only_in_a_country_stands_below_the_map_with_its_circles(panels):
    far, ukraine = panels["far"], panels["ukraine"]
    told = {}
    for text in far.texts:
        told[text.get_gid()] = f"{told.get(text.get_gid(), '')} {text.get_text()}".strip()
    assert told["strike:russia:ukraine"] == "Across Russia by Ukraine: no count found"
    assert told["strike:ukraine:russia"] == "Across Ukraine: 12 or at least 13 killed, at least 79 injured"
    assert radius(far, "strike:ukraine:russia killed") / radius(ukraine, ONE) == pytest.approx(math.sqrt(12))
    assert dashed(far, "strike:ukraine:russia killed")
    assert not [p for p in ukraine.collections if str(p.get_gid()).startswith("strike:ukraine:")]


def test_every_venue_is_on_the_map_or_a_triangle_at_its_edge(exhibit, panels):
    europe = panels["europe"]
    shapes = {line.get_gid(): (line.get_marker(), float(line.get_xdata()[0]), float(line.get_ydata()[0]))
              for line in europe.lines if str(line.get_gid()).startswith("venue:") and line.get_marker() != "None"}  # fmt: skip
    assert set(shapes) == set(exhibit.marks.loc[exhibit.marks["mark"] == "venue", "id"])
    assert {gid: shape for gid, (shape, *_) in shapes.items() if shape != "D"} == {"venue:pretoria": "v", "venue:washington": "<"}
    (left, right), (low, top) = europe.get_xlim(), europe.get_ylim()
    assert all(left < x < right and low < y < top for _, x, y in shapes.values())


def test_a_venue_known_to_its_region_is_an_open_diamond(panels):
    faces = {line.get_gid(): to_hex(line.get_markerfacecolor()) for line in panels["europe"].lines if line.get_marker() == "D"}
    assert {gid for gid, face in faces.items() if face == theme.PAPER} == {"venue:gomel-region", "venue:belovezhskaya-pushcha"}


def test_a_meeting_by_video_is_no_visit_to_a_place(exhibit, panels):
    marks = marks_of(exhibit)
    assert marks.loc[("venue", "London"), "title"] == "London: 2 meetings"
    assert marks.loc[("video", "London"), "records"] == "coalition-video-meeting-2025-03-15"
    (sign,) = [line for line in panels["note"].lines if line.get_gid() == "video:london"]
    assert sign.get_marker() == "o"


# --- sums


def test_sums_of_a_place_are_those_of_its_strikes(exhibit):
    kyiv = marks_of(exhibit).loc[("strike", "Kyiv")]
    assert (kyiv["events"], kyiv["killed_best"], kyiv["injured_low"]) == (2, 41, 228)
    assert pd.isna(kyiv["injured_best"])


def test_nobody_counted_is_not_zero(exhibit):
    suburbs = marks_of(exhibit).loc[("strike", "Odesa, suburbs")]
    assert pd.isna(suburbs["killed_low"]) and suburbs["label"] == "Odesa, suburbs\n2 injured"


def test_about_stays_about(exhibit):
    assert marks_of(exhibit).loc[("strike", "Kharkiv"), "label"] == "Kharkiv\n1 killed\nabout 120 injured"


def test_every_strike_and_every_meeting_with_a_place_is_counted_once(exhibit, record):
    counted = exhibit.marks.groupby("mark")["events"].sum()
    kinds = record.events["kind"].value_counts()
    assert counted["strike"] == kinds["strike"]
    assert counted["venue"] + counted["video"] == kinds["talks"] + kinds["meeting"]


def test_arguments_are_not_changed(record):
    events, claims = record.events.copy(deep=True), record.casualties.copy(deep=True)
    gather_places(events, claims, record.actors, ["Europe/Kyiv"])
    pd.testing.assert_frame_equal(events, record.events)
    pd.testing.assert_frame_equal(claims, record.casualties)


# --- the drawing


def test_maps_stand_beside_each_other_where_wide_and_above_where_narrow():
    wide = lay_out(162, 90, 1.0, [8.9, 0])
    assert wide["venues"].top == wide["strikes"].top and wide["strikes"].left > wide["venues"].width
    narrow = lay_out(77, 176, 1.0, [8.9, 0])
    assert narrow["strikes"].left == 0 and narrow["strikes"].top > narrow["venues"].top + narrow["venues"].height


ROOMS = [(77, 176, 1.0), (77, 110, 1.0), (162, 90, 1.0), (162, 60, 1.0), (245, 105, 1.4), (142, 118, 1.0), (142, 200, 1.0)]


@pytest.mark.parametrize(("wide", "high", "grow"), ROOMS)
def test_nothing_leaves_the_room_and_no_map_shows_the_edge_of_the_data(wide, high, grow):
    boxes = lay_out(wide, high, grow, [8.9, 0])
    assert all(box.left >= 0 and box.left + box.width <= wide + 1e-6 and box.height > 0 for box in boxes.values())
    assert max(box.top + box.height for box in boxes.values()) <= high + 1e-6
    assert FLATTEST - 1e-6 <= boxes["venues"].height / boxes["venues"].width <= TALLEST + 1e-6
    assert boxes["strikes"].height / boxes["strikes"].width <= TALLEST + 1e-6


def test_an_empty_window_says_that_the_record_has_nothing_there(record):
    empty = places(record, "2023-01-01", "2023-01-31")
    figure = empty.figure()
    assert empty.subtitle == "No talks or meetings; no strikes."
    assert empty.summary().count("none in the record in this window") == 2 and find_collisions(figure) == []


def test_a_window_keeps_what_touches_it(record):
    week = places(record, "2025-04-21", "2025-04-24")
    assert set(week.marks["id"]) == {"venue:london", "venue:pretoria", "strike:odesa:russia", "strike:odesa-suburbs:russia",
                                     "strike:zaporizhzhia:russia", "strike:marhanets:russia", "strike:kyiv:russia"}  # fmt: skip


def test_neighbours_are_named_where_no_label_or_circle_stands(panels):
    named = {t.get_text() for t in panels["ukraine"].texts if t.get_gid() == "country"}
    assert {"Belarus", "Russia", "Romania"} <= named


def test_a_country_whose_land_is_taken_stays_without_a_name():
    ax = Figure(figsize=(4, 3)).add_axes((0, 0, 1, 1))
    borders = basemap.read_borders()
    basemap.draw_basemap(basemap.UKRAINE, borders, ax)
    basemap.name_countries(basemap.UKRAINE, borders, ax, [ax.get_window_extent()])
    assert not ax.texts


def test_places_struck_that_stand_beside_the_map_are_not_said_to_be_on_it(record):
    marks = places(record).marks
    far = ((marks["mark"] == "strike") & (marks["where_prec"] >= 6)).sum()
    on = (marks["mark"] == "strike").sum() - far
    assert far and f"shows {on} places struck, with circles for the counts; {far} more, far off or" in places(record).alt
