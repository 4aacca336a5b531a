"""Borders on the right side, and maps to scale."""

import importlib.util
import re
from dataclasses import replace

import geopandas
import matplotlib
import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from pyproj import Geod, Proj
from shapely import Point

from analysis import basemap, theme
from analysis.basemap import EUROPE, FOLDER, UKRAINE
from analysis.exhibits.maps import FLATTEST, TALLEST

SPEC = importlib.util.spec_from_file_location("build", FOLDER / "build.py")
build = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(build)

EARTH = Geod(ellps="WGS84")
FILES = sorted(path.stem for path in FOLDER.glob("*.geojson"))
WINDOWS = {name: window for name, (window, _) in build.WINDOWS.items()}
KYIV, KHARKIV = (30.5238, 50.45466), (36.25475, 49.98177)
IN_UKRAINE = {
    "Simferopol": (34.10, 44.95), "Sevastopol": (33.52, 44.60), "Kerch": (36.47, 45.36), "Yalta": (34.16, 44.50),
    "Armiansk": (33.69, 46.11), "Donetsk": (37.80, 48.00), "Luhansk": (39.31, 48.57), "Mariupol": (37.55, 47.10),
    "Melitopol": (35.37, 46.85), "Sumy": (34.80, 50.92), "Kharkiv": KHARKIV, "Kyiv": KYIV, "Uzhhorod": (22.30, 48.62),
}  # fmt: skip
IN_RUSSIA = {
    "Belgorod": (36.58, 50.60), "Rostov": (39.72, 47.23), "Kursk": (36.19, 51.73), "Krasnodar": (38.98, 45.04),
    "Novorossiysk": (37.77, 44.72), "Taganrog": (38.90, 47.22), "Moscow": (37.62, 55.75),
}  # fmt: skip
SEATS = {
    "UA-43": IN_UKRAINE["Simferopol"], "UA-40": IN_UKRAINE["Sevastopol"], "UA-14": IN_UKRAINE["Donetsk"],
    "UA-30": KYIV, "UA-09": IN_UKRAINE["Luhansk"], "UA-23": (35.12, 47.85), "UA-65": (32.61, 46.64),
    "UA-59": IN_UKRAINE["Sumy"], "UA-63": KHARKIV, "UA-51": (30.72, 46.48), "UA-12": (35.04, 48.46),
    "UA-48": (31.99, 46.97), "UA-05": (28.47, 49.23), "UA-07": (25.33, 50.75), "UA-18": (28.66, 50.25),
    "UA-21": IN_UKRAINE["Uzhhorod"], "UA-26": (24.71, 48.92), "UA-32": (30.12, 49.80), "UA-35": (32.26, 48.51),
    "UA-46": (24.03, 49.84), "UA-53": (34.55, 49.59), "UA-56": (26.25, 50.62), "UA-61": (25.59, 49.55),
    "UA-68": (26.99, 49.42), "UA-71": (32.06, 49.44), "UA-74": (31.29, 51.50), "UA-77": (25.94, 48.29),
}  # fmt: skip
"""The seat of each region; for UA-32 Bila Tserkva, as Kyiv is a region of its own."""


@pytest.fixture(scope="module")
def borders():
    return basemap.read_borders()


@pytest.fixture(params=["europe", "wide"])
def countries(request, borders):
    return getattr(borders, request.param).set_index("iso").geometry


@pytest.fixture(params=[EUROPE, UKRAINE, *(frame.fit(aspect) for frame in (EUROPE, UKRAINE) for aspect in (FLATTEST, TALLEST))],
                ids=lambda frame: f"{frame.name}-{frame.aspect:.2f}")  # fmt: skip
def frame(request):
    return request.param


def draw(frame, borders):
    figure = Figure(figsize=(6, 6 * frame.aspect))
    return basemap.draw_basemap(frame, borders, figure.add_axes((0, 0, 1, 1)))


def drawn(ax):
    return {artist.get_gid(): artist for artist in (*ax.collections, *ax.lines)}


# --- whose land


@pytest.mark.parametrize("place", IN_UKRAINE)
def test_a_place_in_ukraine_lies_in_ukraine_and_not_in_russia(countries, place):
    assert list(countries.index[countries.contains(Point(IN_UKRAINE[place]))]) == ["UA"]


@pytest.mark.parametrize("place", IN_RUSSIA)
def test_a_place_in_russia_lies_in_russia_and_not_in_ukraine(countries, place):
    assert list(countries.index[countries.contains(Point(IN_RUSSIA[place]))]) == ["RU"]


def test_kherson_at_the_water_is_ukraines_and_far_from_russia(countries):
    place = Point(32.61, 46.64)
    assert countries["UA"].distance(place) < 0.1
    assert countries["RU"].distance(place) > 1


def test_crimea_touches_ukraine_and_not_russia(borders, countries):
    regions = borders.regions.set_index("code").geometry
    assert regions["UA-43"].intersection(regions["UA-65"]).length > 0.5
    assert min(regions[code].distance(countries["RU"]) for code in ("UA-43", "UA-40")) > 0.02


def test_the_buffer_zone_does_not_divide_cyprus(countries):
    nicosia, kyrenia, paphos = Point(33.36, 35.17), Point(33.3, 35.3), Point(32.5, 34.85)
    assert all(countries["CY"].contains(place) for place in (nicosia, kyrenia, paphos))


def test_every_place_of_the_record_lies_in_or_beside_its_country_and_region(record, borders):
    window = shapely.box(*WINDOWS["wide"])
    land = {**borders.wide.dropna().set_index("iso").geometry, **borders.regions.set_index("code").geometry}
    checked = []
    for place in record.locations.itertuples():
        at = Point(place.lon, place.lat)
        named = [place.adm_1] if place.country == "UA" and pd.notna(place.adm_1) else []
        codes = [place.country, *named] if window.contains(at) and place.country in land else []
        assert all(land[code].distance(at) < 0.1 for code in codes), place.location_id
        checked += codes
    assert len(checked) > 30


# --- sound polygons


@pytest.mark.parametrize("name", FILES)
def test_every_shape_is_valid(borders, name):
    shapes = getattr(borders, name).geometry
    assert shapes.is_valid.all()
    assert not shapes.is_empty.any()


@pytest.mark.parametrize("name", ["europe", "wide", "regions"])
def test_neighbours_share_every_vertex_and_leave_no_gap(borders, name):
    shapes = getattr(borders, name).geometry.to_numpy()
    assert shapely.coverage_is_valid(shapes)
    holes = [ring for land in shapely.get_parts(shapely.union_all(shapes)) for ring in land.interiors]
    assert all(shapely.maximum_inscribed_circle(shapely.Polygon(hole)).length > 0.01 for hole in holes)


def test_ukraine_and_russia_share_one_border_vertex_for_vertex(countries):
    ukraine, russia = countries["UA"], countries["RU"]
    border = ukraine.boundary.intersection(russia.boundary)
    assert ukraine.intersection(russia).area == 0
    assert EARTH.geometry_length(border) > 1_300_000
    vertices = set(map(tuple, shapely.get_coordinates(border)))
    assert all(vertices <= set(map(tuple, shapely.get_coordinates(land))) for land in (ukraine, russia))


def test_ukraine_is_its_regions(borders):
    ukraine = borders.europe.set_index("iso").geometry["UA"]
    assert ukraine.normalize() == shapely.coverage_union_all(borders.regions.geometry.to_numpy()).normalize()


@pytest.mark.parametrize("name", ["europe", "wide", "regions"])
def test_no_crumbs_are_left_of_simplifying(borders, name):
    for shape in getattr(borders, name).geometry:
        areas = shapely.area(shapely.get_parts(shape))
        assert len(areas) == 1 or areas.min() > build.CRUMB


# --- the files


def test_each_of_27_regions_stands_once_and_holds_its_seat(borders):
    regions = borders.regions.set_index("code").geometry
    assert sorted(regions.index) == sorted(SEATS)
    assert len(set(borders.regions["name"])) == 27
    for code, seat in SEATS.items():
        assert min(regions.index, key=lambda other: regions[other].distance(Point(seat))) == code


@pytest.mark.parametrize("name", ["europe", "wide"])
def test_each_country_code_stands_once(borders, name):
    codes = getattr(borders, name)["iso"].dropna()
    assert codes.is_unique
    assert codes.str.fullmatch("[A-Z]{2}").all()
    assert {"UA", "RU", "BY", "MD", "PL", "TR", "GB", "FR"} <= set(codes)


@pytest.mark.parametrize("name", FILES)
def test_coordinates_stay_in_their_window_with_three_decimals(name):
    west, south, east, north = WINDOWS["wide" if name in ("wide", "lakes") else "europe"]
    text = (FOLDER / f"{name}.geojson").read_text()
    at = shapely.get_coordinates(shapely.from_geojson(text))
    assert (at >= (west, south)).all() and (at <= (east, north)).all()
    assert not re.search(r"\d\.\d{4}", text)


def test_the_files_are_small():
    sizes = {path.name: path.stat().st_size for path in FOLDER.iterdir() if path.is_file()}
    assert max(sizes.values()) <= 400_000
    assert sum(sizes.values()) <= 600_000


def test_the_readme_names_the_inputs_that_the_build_asks_for():
    rows = re.findall(r"^\| (\S+\.tgz) \| ([0-9a-f]{64}) \| (\S+) \|", (FOLDER / "README.md").read_text(), re.M)
    asked = {name: (sha256, member) for name, (member, sha256) in build.INPUTS.items()}
    assert {name: (sha256, f"package/{member}") for name, sha256, member in rows} == asked


def test_the_readme_names_the_windows_and_tolerances_of_the_build():
    text = (FOLDER / "README.md").read_text()
    for name, (window, tolerance) in build.WINDOWS.items():
        assert f"| {name}.geojson | {', '.join(map(str, window))} | {tolerance}° |" in text


def test_the_build_refuses_another_archive(tmp_path):
    (tmp_path / "world-atlas-2.0.2.tgz").write_bytes(b"something else")
    with pytest.raises(SystemExit, match=r"world-atlas-2\.0\.2\.tgz: SHA-256 is [0-9a-f]{64}, expected 032e7765"):
        build.main(tmp_path)


def atlas(**countries):
    """Make a TopoJSON of countries, each a list of boxes, on a grid of half a degree."""
    arcs, shapes = [], []
    for name, boxes in countries.items():
        rings = [np.array(shapely.box(*box).exterior.coords) * 2 for box in boxes]
        numbers = [[[len(arcs) + i]] for i in range(len(rings))]
        arcs += [np.diff(ring, axis=0, prepend=0).tolist() for ring in rings]
        shapes.append({"type": "MultiPolygon", "arcs": numbers, "properties": {"name": name}})
    return {"transform": {"scale": [0.5, 0.5], "translate": [0, 0]}, "arcs": arcs,
            "objects": {"countries": {"geometries": shapes}}}  # fmt: skip


def test_the_build_takes_crimea_and_nothing_else_from_russia(monkeypatch):
    monkeypatch.setattr(build, "JOINED", {})
    crimea, rest, island = (33, 44, 35, 46), (37, 44, 80, 70), (20, 54, 22, 55)
    found = build.decode_countries(atlas(Russia=[rest, crimea, island], Ukraine=[(22, 46, 40, 52)]))
    assert found.keys() == {"Russia"}
    assert [part.bounds for part in found["Russia"]] == [rest, island]


def test_the_build_refuses_an_atlas_where_crimea_is_no_part_of_its_own(monkeypatch):
    monkeypatch.setattr(build, "JOINED", {})
    for russia in ([(33, 44, 80, 70)], [(37, 44, 80, 70)]):
        with pytest.raises(SystemExit, match="Crimea is not one polygon of its own"):
            build.decode_countries(atlas(Russia=russia, Ukraine=[(22, 46, 40, 52)]))


def test_the_build_moves_regions_to_the_grid_of_the_countries():
    boxes = [shapely.geometry.mapping(shapely.box(i + 0.1, 0.1, i + 0.9, 0.9)) for i in range(27)]
    named = zip(build.REGIONS, boxes, strict=True)
    features = [{"properties": {"name": name}, "geometry": box} for name, box in named]
    regions = build.decode_regions({"features": features}, atlas())
    assert [regions[name][0].bounds for name in build.REGIONS] == [(i, 0, i + 1, 1) for i in range(27)]


def test_the_build_refuses_neighbours_that_do_not_fit_and_a_narrow_gap_but_not_a_lake():
    left, right = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)
    build.check_coverage({"left": left, "right": right})
    build.check_coverage({"left": left.difference(shapely.box(0.3, 0.3, 0.7, 0.7)), "right": right})
    with pytest.raises(SystemExit, match="left"):
        build.check_coverage({"left": left, "right": shapely.box(0.9, 0, 2, 1)})
    with pytest.raises(SystemExit, match="gap"):
        build.check_coverage({"left": left.difference(shapely.box(0.3, 0.3, 0.302, 0.7)), "right": right})


def test_a_ring_that_crosses_the_antimeridian_runs_on_and_is_no_band_across_the_map():
    ring = build.join_arcs([0], [np.array([[170.0, 60], [-170, 60], [-170, 70], [170, 70], [170, 60]])])
    assert np.ptp(ring[:, 0]) == 20


# --- the maps


def test_one_unit_is_one_kilometre():
    x, y = basemap.project(*zip(KYIV, KHARKIV, strict=True), UKRAINE)
    assert np.hypot(*(np.diff(x), np.diff(y)))[0] == pytest.approx(EARTH.inv(*KYIV, *KHARKIV)[2] / 1000, rel=0.01)


def test_no_edge_of_the_data_is_in_view(frame):
    left, right, bottom, top = frame.limits
    along = np.linspace(0, 1, 200)
    x, y = left + along * (right - left), bottom + along * (top - bottom)
    edge = np.concatenate([[x, 0 * x + bottom], [x, 0 * x + top], [0 * y + left, y], [0 * y + right, y]], axis=1)
    lon, lat = Proj(frame.proj)(*edge, inverse=True)
    west, south, east, north = WINDOWS[frame.countries]
    assert west + 1 < lon.min() and lon.max() < east - 1
    assert south + 1 < lat.min() and lat.max() < north - 1


def test_europe_shows_the_venues_and_ukraine_the_whole_of_ukraine(borders):
    venues = {"London": (-0.13, 51.51), "Riyadh": (46.72, 24.69), "Jeddah": (39.19, 21.49), "Moscow": IN_RUSSIA["Moscow"],
              "Saint Petersburg": (30.31, 59.94), "Ankara": (32.85, 39.92), "Kyiv": KYIV}  # fmt: skip
    shown = {EUROPE: np.array(list(venues.values())), UKRAINE: shapely.get_coordinates(borders.regions.geometry)}
    for frame, places in shown.items():
        left, right, bottom, top = frame.limits
        x, y = basemap.project(*places.T, frame)
        assert (x > left + 30).all() and (x < right - 30).all() and (y > bottom + 30).all() and (y < top - 30).all()


@pytest.mark.parametrize("aspect", [0.4, 0.8, 1.2])
def test_a_frame_fitted_to_a_room_shows_more_and_nothing_less(frame, aspect):
    frame, fitted = replace(frame, margin=(0.0, 0.0)), frame.fit(aspect)
    assert fitted.aspect == pytest.approx(aspect)
    inner, outer = np.array(frame.limits), np.array(fitted.limits)
    assert (outer[[0, 2]] <= inner[[0, 2]]).all() and (outer[[1, 3]] >= inner[[1, 3]]).all()
    assert fitted.proj == frame.proj and fitted.fit(aspect) == fitted


def test_the_map_has_equal_scales_its_own_limits_and_neither_box_nor_ticks(frame, borders):
    ax = draw(frame, borders)
    left, right, bottom, top = frame.limits
    assert (*ax.get_xlim(), *ax.get_ylim()) == (left, right, bottom, top)
    assert ax.get_aspect() == 1
    assert not any(spine.get_visible() for spine in ax.spines.values())
    assert len(ax.get_xticks()) == len(ax.get_yticks()) == 0


def test_each_layer_has_its_colour_and_only_ukraine_shows_regions(borders):
    colours = {"land": theme.LAND, "lakes": theme.WATER, "regions": theme.FOCUS_LAND}
    for frame, layers in ((EUROPE, {"land", "lakes", "borders"}), (UKRAINE, {*colours, "rivers", "borders"})):
        on_map = drawn(draw(frame, borders))
        assert on_map.keys() == layers
        for layer in layers & colours.keys():
            assert [to_hex(colour) for colour in on_map[layer].get_facecolor()] == [colours[layer]]
        assert [to_hex(colour) for colour in on_map["borders"].get_edgecolor()] == [theme.BORDER]


def test_a_country_is_drawn_where_it_lies_with_its_holes_open(borders):
    square = shapely.Polygon(shapely.box(30, 47, 33, 50).exterior, [shapely.box(31, 48, 32, 49).exterior])
    table = geopandas.GeoDataFrame({"iso": ["XX"]}, geometry=[square], crs=4326)
    (path,) = drawn(draw(UKRAINE, borders._replace(europe=table)))["land"].get_paths()
    outer, inner = sorted((shapely.Polygon(ring) for ring in path.to_polygons()), key=lambda ring: -ring.area)
    assert inner.contains(Point(basemap.project(31.5, 48.5, UKRAINE)))
    assert outer.contains(Point(basemap.project(30.5, 48.5, UKRAINE)))
    assert outer.exterior.is_ccw != inner.exterior.is_ccw


def test_a_scale_bar_is_as_long_as_it_says(frame, borders):
    ax = basemap.draw_scale_bar(frame, draw(frame, borders), km=100)
    (label,) = ax.texts
    (x0, y0), (x1, y1) = drawn(ax)["scale bar"].get_xydata()
    half = (x1 - x0) / 2
    lon, lat = Proj(frame.proj)([-half, half], [0, 0], inverse=True)
    assert label.get_text() == "100 km"
    assert y0 == y1
    assert EARTH.inv(lon[0], lat[0], lon[1], lat[1])[2] == pytest.approx(100_000, rel=0.02)
    left, right, bottom, top = frame.limits
    assert left < x0 < x1 < right and bottom < y0 < top


def test_without_a_length_the_scale_bar_takes_a_round_one(borders):
    said = {f.name: basemap.draw_scale_bar(f, draw(f, borders)).texts[0].get_text() for f in (EUROPE, UKRAINE)}
    assert said == {"europe": "500 km", "ukraine": "200 km"}


def test_the_scale_bar_crosses_no_border(frame, borders):
    ax = basemap.draw_scale_bar(frame, draw(frame, borders))
    (x0, y0), (x1, _) = drawn(ax)["scale bar"].get_xydata()
    bar = shapely.box(x0, y0, x1, y0 + 0.03 * (frame.limits[3] - frame.limits[2]))
    assert not any(bar.intersects(shapely.LineString(ring)) for path in drawn(ax)["borders"].get_paths()
                   for ring in path.to_polygons(closed_only=False))  # fmt: skip


def test_the_middle_of_a_frame_follows_its_window():
    near = replace(UKRAINE, west=35, east=39, south=49, north=51)
    assert near.middle == (37, 50)
    assert basemap.project(37, 50, near) == pytest.approx((0, 0), abs=1e-6)


def test_drawing_leaves_the_settings_of_matplotlib_and_the_borders_as_they_were(frame, borders):
    before = [table.copy() for table in borders]
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        settings = matplotlib.rcParams.copy()
        basemap.draw_scale_bar(frame, draw(frame, borders))
        assert matplotlib.rcParams.copy() == settings
    assert all(was.equals(table) for was, table in zip(before, borders, strict=True))
