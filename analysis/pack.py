"""What the explorer of a page needs of a record, as small as JSON can have it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd
from matplotlib.figure import Figure

from analysis import basemap, schema, theme
from analysis.doubts import BETWEEN
from analysis.export import write_cell
from analysis.faults import split
from analysis.layout.stretches import name_clock
from analysis.listing import BETWEEN as VERSIONS
from analysis.load import Record
from analysis.replies import list_further, pair_replies
from analysis.vector import FINE, to_svg

FRAMES = (basemap.EUROPE, basemap.UKRAINE)
MAP = 70, 107
"""Width in mm and px for each inch of a map, which settle how much of the borders' bends is kept."""
VAGUE = 6
"""Precision of a place that is no point on a map (UCDP)."""
TEXTS = ("title", "date", "words", "said_by", "note")
VALUES = ("table", "kind", "status", "place", "event_id", "population", "wording", "proposals")
NUMBERS = ("low", "high", "seq")
LANGUAGES = {
    "AL": "sq", "AT": "de", "BG": "bg", "BY": "be", "CN": "zh", "CZ": "cs", "DE": "de", "DK": "da", "EE": "et",
    "EG": "ar", "ES": "es", "FR": "fr", "GB": "en", "GE": "ka", "GR": "el", "HR": "hr", "HU": "hu", "IL": "he",
    "IN": "hi", "IR": "fa", "IS": "is", "IT": "it", "JO": "ar", "JP": "ja", "LT": "lt", "LV": "lv", "MD": "ro",
    "NL": "nl", "NO": "no", "PL": "pl", "PS": "ar", "PT": "pt", "QA": "ar", "RO": "ro", "RU": "ru", "SA": "ar",
    "SE": "sv", "SI": "sl", "SK": "sk", "SY": "ar", "TR": "tr", "UA": "uk", "US": "en", "VA": "it",
}  # fmt: skip
"""The language of local names by country, where that is no question (ISO 3166-1 to ISO 639-1)."""


def pack_items(items: pd.DataFrame, record: Record, pages: Mapping[str, int]) -> dict[str, object]:
    """Return the items and all that they name; `pages` has the number of each source on the page.

    Times are minutes on the clock of the record's first zone, so that a day is the same here and in Python; `ahead` says by
    how many that clock is before UTC at the first and at the last. Values that come back are there once: see `_once`.
    """
    zone = record.episode["zones"][0]
    return {
        "id": items["id"].tolist(),
        **{name: _once(items[name].fillna("")) for name in (*TEXTS, *VALUES)},
        **{name: [None if pd.isna(one) else int(one) for one in items[name]] for name in NUMBERS},
        **{name: _once_each(map(split, items[name])) for name in ("sides", "actors", "places")},
        "doubts": _once_each(cell.split(BETWEEN) for cell in items["doubts"]),
        "sources": [[pages[one] for one in split(cell)] for cell in items["sources"]],
        "lasted": items["lasted"].astype("int").tolist(),
        "first": _count_minutes(items["earliest"], zone),
        "last": _count_minutes(items["latest"], zone),
        "ahead": [_once(_count_ahead(items[name], zone)) for name in ("earliest", "latest")],
        "replies": pack_replies(items, record),
        "further": pack_further(items, record),
    }


def pack_names(items: pd.DataFrame, record: Record, sides: Sequence[str]) -> dict[str, object]:
    """Return what ids and values are called, in the order in which they are offered."""
    used = {name: {one for cell in items[name] for one in split(cell)} for name in ("actors", "places")}
    actors = record.actors[record.actors["actor_id"].isin(used["actors"])].sort_values(["name", "actor_id"])
    places = record.locations[record.locations["location_id"].isin(used["places"])].sort_values(["name", "location_id"])
    kinds = {"events": schema.EVENT_KINDS, "statements": schema.ACTS, "casualties": schema.MEASURES}
    there = {table: set(own["kind"]) for table, own in items.groupby("table")}
    return {
        "sides": list(sides),
        "kinds": [[table, [[kind, meaning] for kind, meaning in known.items() if kind in there.get(table, ())]]
                  for table, known in kinds.items()],
        "statuses": [[status, meaning] for status, meaning in schema.STATUSES.items() if status in set(items["status"])],
        "actors": [[row.actor_id, row.name, row.role] for row in actors.itertuples(index=False)],
        "places": [[row.location_id, row.name, row.name_local, LANGUAGES.get(row.country, ""),
                    schema.BY_NAME["locations"].column("where_prec").meaning if row.where_prec >= VAGUE else "",
                    *(None if pd.isna(one) else float(write_cell(one)) for one in (row.lat, row.lon, row.where_prec))]
                   for row in places.itertuples(index=False)],
        "versions": VERSIONS,
        "clock": name_clock(record.episode["zones"][0]),
        "window": record.episode["window"],
        "focus": record.episode["focus"],
    }  # fmt: skip


def pack_replies(items: pd.DataFrame, record: Record) -> list[list[object]]:
    """Return, for each answer, the item that gives it and the item that it answers (-1: a proposal), both sides, and words."""
    at = {one: number for number, one in enumerate(items["id"])}
    pairs = pair_replies(record.replies, record.statements, record.proposals)
    pairs = pairs[pairs["statement_id"].isin(list(at))]
    label = record.proposals.set_index("proposal_id")["label"]
    return [[at[row.statement_id], at.get(row.answers, -1), row.side, row.side_answered, row.answer, row.basis,
             "" if pd.isna(row.conditions) else row.conditions, label.get(row.answers, "")]
            for row in pairs.itertuples()]  # fmt: skip


def pack_further(items: pd.DataFrame, record: Record) -> list[list[object]]:
    """Return, for each proposal that a statement puts forward, the item, the number of a reply that does not name it (-1: no
    other side answered), and the proposal's label.
    """
    at = {one: number for number, one in enumerate(items["id"])}
    label = record.proposals.set_index("proposal_id")["label"]
    rows = list_further(record.statements, record.replies)
    return [[at[row.statement_id], -1 if pd.isna(row.reply) else record.replies.index.get_loc(row.reply),
             label.get(row.proposal_id, "")] for row in rows.itertuples()]  # fmt: skip


def draw_maps(locations: pd.DataFrame) -> list[dict[str, object]]:
    """Return the maps on which a place of the record lies: `ground`, an SVG, and `spots`, where places stand in its units."""
    points = locations[locations["where_prec"] < VAGUE]
    borders, maps = basemap.read_borders(), []
    width, dpi = MAP
    for frame in FRAMES:
        left, right, low, high = frame.limits
        x, y = basemap.project(points["lon"], points["lat"], frame)
        inside = (x > left) & (x < right) & (y > low) & (y < high)
        if not inside.any():
            continue
        figure = Figure(figsize=(width * theme.MM, width * frame.aspect * theme.MM), dpi=dpi)
        ax = figure.add_axes((0, 0, 1, 1))
        basemap.draw_scale_bar(frame, basemap.draw_basemap(frame, borders, ax))
        spots = ax.transData.transform(list(zip(x, y, strict=True)))
        maps.append({
            "name": frame.name,
            "ground": to_svg(figure, {}, f"ground-{frame.name}").replace("<svg", '<svg aria-hidden="true"', 1),
            "spots": {one: [round(px * FINE), round((figure.bbox.height - py) * FINE)]
                      for one, (px, py), there in zip(points["location_id"], spots, inside, strict=True) if there},
        })  # fmt: skip
    return maps


def _once(values: Iterable[str]) -> dict[str, list]:
    """Return values that come back as `of`, each once, and `at`, which of them stands where."""
    values = list(values)
    known = {value: number for number, value in enumerate(dict.fromkeys(values))}
    return {"of": list(known), "at": [known[value] for value in values]}


def _once_each(lists: Iterable[Sequence[str]]) -> dict[str, list]:
    """Return lists of values that come back likewise; `at` has a list for each."""
    lists = [list(filter(None, one)) for one in lists]
    known = {value: number for number, value in enumerate(dict.fromkeys(value for one in lists for value in one))}
    return {"of": list(known), "at": [[known[value] for value in one] for one in lists]}


def _count_ahead(moments: pd.Series, zone: str) -> list[int]:
    """Return the minutes by which a local clock is ahead of UTC; 0 where there is no moment."""
    return [0 if pd.isna(one) else int(one.utcoffset().total_seconds() // 60) for one in moments.dt.tz_convert(zone)]


def _count_minutes(moments: pd.Series, zone: str) -> list[int | None]:
    """Return moments as minutes since 1970 on a local clock; None where there is none."""
    local = moments.dt.tz_convert(zone).dt.tz_localize(None)
    return [None if pd.isna(one) else int(one.timestamp() // 60) for one in local]
