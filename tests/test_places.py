"""The two maps, read off the drawn artists."""

import math

import pandas as pd
import pytest
from matplotlib.patches import Circle

from analysis import basemap
from analysis.exhibits import places
from analysis.exhibits.places import _lay_out, gather_places
from analysis.summary import _walk


@pytest.fixture(scope="module")
def exhibit(record):
    return places(record)


@pytest.fixture(scope="module")
def panels(exhibit):
    return {ax.get_gid(): ax for ax in _walk(exhibit.figure())}


def circle(panel, gid):
    (patch,) = [p for p in panel.patches if p.get_gid() == gid]
    return patch


def radius(panel, gid):
    return circle(panel, gid).get_radius()


def marks_of(exhibit):
    return exhibit.marks.set_index(["mark", "place"])


def test_the_area_of_a_circle_is_the_count(panels):
    ukraine = panels["ukraine"]
    one = radius(ukraine, "kharkiv killed")
    assert radius(ukraine, "sumy killed") / one == pytest.approx(math.sqrt(35))
    assert radius(ukraine, "marhanets injured") / one == pytest.approx(math.sqrt(54))


def test_the_key_has_the_scale_of_the_marks(panels):
    ukraine = panels["ukraine"]
    keys = [p for p in ukraine.patches if isinstance(p, Circle) and str(p.get_gid()).startswith("key")]
    one = radius(ukraine, "kharkiv killed")
    assert {p.get_gid(): round((p.get_radius() / one) ** 2) for p in keys} == {"key 100": 100, "key 30": 30, "key 10": 10}


def test_a_circle_stands_where_its_place_is(panels, record):
    at = record.locations.set_index("location_id").loc["sumy"]
    x, y = basemap.project([at["lon"]], [at["lat"]], basemap.UKRAINE)
    assert circle(panels["ukraine"], "sumy killed").get_center() == pytest.approx((x[0], y[0]))


def test_killed_are_filled_and_injured_are_rings_in_the_colour_of_who_struck(panels, record):
    russia = record.episode["sides"]["Russia"]
    from matplotlib.colors import to_hex

    killed, injured = (circle(panels["ukraine"], f"sumy {measure}") for measure in ("killed", "injured"))
    assert to_hex(killed.get_facecolor()) == russia and injured.get_facecolor()[3] == 0
    assert to_hex(injured.get_edgecolor()) == russia


def test_a_sum_without_an_upper_bound_is_dashed(panels):
    assert circle(panels["ukraine"], "kyiv injured").get_linestyle() == "--"
    assert circle(panels["ukraine"], "sumy injured").get_linestyle() == "-"


def test_a_place_known_to_its_region_gets_a_disc_of_that_reach(panels):
    assert radius(panels["ukraine"], "kursk-region precision") == 100
    assert radius(panels["ukraine"], "bilopillia precision") == 25


def test_a_strike_placed_only_in_a_country_is_told_and_not_drawn(exhibit, panels):
    words = exhibit.summary()
    assert "Without a closer place: Russia: no count found; Ukraine: at least 13 killed" in words.replace("\\n", " ")
    assert not [p for p in panels["ukraine"].patches if str(p.get_gid()).startswith("ukraine ")]


def test_every_venue_is_on_the_map_or_named_beyond_it(exhibit, panels):
    venues = exhibit.marks[exhibit.marks["mark"] == "venue"]
    drawn = {line.get_gid() for line in panels["europe"].lines}
    missing = set(venues["location_id"]) - drawn
    assert missing == {"pretoria", "washington"}
    words = exhibit.summary().replace("\\n", " ")
    assert "Beyond the map: Pretoria (south), Washington 2 (north-west)." in words


def test_sums_of_a_place_are_those_of_its_strikes(exhibit):
    kyiv = marks_of(exhibit).loc[("strike", "Kyiv")]
    assert (kyiv["events"], kyiv["killed_best"], kyiv["injured_low"]) == (2, 41, 228)
    assert pd.isna(kyiv["injured_best"])


def test_nobody_counted_is_not_zero(exhibit):
    suburbs = marks_of(exhibit).loc[("strike", "Odesa, suburbs")]
    assert pd.isna(suburbs["killed_low"]) and suburbs["words"] == "Odesa, suburbs\n2 injured"


def test_about_stays_about(exhibit):
    assert marks_of(exhibit).loc[("strike", "Kharkiv"), "words"] == "Kharkiv\n1 killed, about 120 injured"


def test_every_strike_and_every_placed_venue_is_counted_once(exhibit, record):
    counted = exhibit.marks.groupby("mark")["events"].sum()
    kinds = record.events["kind"].value_counts()
    assert counted["strike"] == kinds["strike"] and counted["venue"] == kinds["talks"] + kinds["meeting"]


def test_arguments_are_not_changed(record):
    events, claims = record.events.copy(deep=True), record.casualties.copy(deep=True)
    gather_places(events, claims)
    pd.testing.assert_frame_equal(events, record.events)
    pd.testing.assert_frame_equal(claims, record.casualties)


def test_panels_stand_beside_each_other_where_wide_and_above_where_tall():
    (_, top, _), (x, beside, _) = _lay_out([1.1, 0.7], (162, 80), (5, 9, 4))
    assert top == beside and x > 0
    (_, top, _), (x, below, _) = _lay_out([1.1, 0.7], (77, 166), (5, 9, 4))
    assert below < top and x == 0
