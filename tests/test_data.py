"""The shipped record: what it holds, what it lost, and how its tables are typed; run over the tables of the schema."""

from __future__ import annotations

import csv
import re
import unicodedata
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

from analysis import schema, when
from analysis.faults import split
from analysis.load import DATA, DATED, Record

SHARED = Path(__file__).parents[2] / "shared"
ARTICLES = sorted((SHARED / "article").glob("*.txt"))
FACTS = SHARED / "facts"
RENAMED = {"pravda-network-pro-russian-aggregator-de-2025-04-20": "pravda-network-2025-04-20"}
LEFT_OUT = ("ndtv-marathi-2025-05",)  # a video of an attack
MOVED = {("zelensky-ready-today-2025-05-08", "trump-30day-2025-05-08"),
         ("zelensky-oval-office-2025-02-28", "trump-oval-office-2025-02-28")}  # fmt: skip
"""Its words accept the proposal, whether they came after the post is not known; he spoke before whom he was said to answer."""
PLACES = {"sumy": 692194, "odesa": 698740, "kyiv": 703448, "london": 2643743, "paris": 2988507}  # GeoNames

every_table = pytest.mark.parametrize("table", schema.TABLES, ids=lambda table: table.name)
needs_article = pytest.mark.skipif(not ARTICLES, reason="the article is not part of the repository")
needs_facts = pytest.mark.skipif(not FACTS.is_dir(), reason="the first compilation is not part of the repository")


def columns(*types):
    """Return every table and column of these types."""
    return pytest.mark.parametrize(
        ("table", "column"),
        [pytest.param(table.name, column.name, id=f"{table.name}.{column.name}")
         for table in schema.TABLES for column in table.columns if column.type in types],
    )  # fmt: skip


def read_rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def runs(text, length=8):
    """Return every run of so many words, without punctuation and capitals."""
    words = re.findall(r"\w+", unicodedata.normalize("NFC", text).casefold())
    return {tuple(words[at : at + length]) for at in range(len(words) - length + 1)}


def test_the_folder_holds_one_csv_for_every_table():
    assert {path.stem for path in DATA.glob("*.csv")} == {table.name for table in schema.TABLES}


@every_table
def test_a_file_is_written_in_one_way(table):
    """UTF-8, LF, columns as in the schema, quotes only where needed: so that a diff shows only what changed."""
    data = (DATA / f"{table.name}.csv").read_bytes()
    rows = list(csv.reader(data.decode().splitlines()))
    assert rows[0] == [column.name for column in table.columns]
    quoted = ("".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' if re.search('[",]', cell) else cell) for row in rows
              for cell in row)  # fmt: skip
    width = len(table.columns)
    cells = list(quoted)
    assert data.decode() == "".join(",".join(cells[at : at + width]) + "\n" for at in range(0, len(cells), width))


@pytest.mark.parametrize("name", ["sources", "actors", "locations"])
def test_every_row_is_used(name, record):
    used = {value for table in schema.TABLES for column in table.columns if name in column.refers
            for cell in getattr(record, table.name)[column.name] for value in split(cell)}  # fmt: skip
    assert set(getattr(record, name)[schema.BY_NAME[name].key[0]]) - used == set()


def test_the_places_of_the_episode_are_those_of_geonames(record):
    ids = record.locations.set_index("location_id")["geonames_id"]
    assert ids[list(PLACES)].to_dict() == PLACES


@needs_article
@pytest.mark.parametrize("path", sorted(DATA.glob("*.*")), ids=lambda path: path.name)
def test_no_eight_words_in_a_row_are_those_of_the_article(path):
    article = set().union(*(runs(article.read_text("utf-8")) for article in ARTICLES))
    rows = [[path.read_text("utf-8")]] if path.suffix != ".csv" else [row.values() for row in read_rows(path)]
    assert [found for row in rows for cell in row for found in runs(cell) & article] == []


@needs_facts
@every_table
def test_no_row_of_the_first_compilation_is_lost(table):
    facts, kept = (read_rows(folder / f"{table.name}.csv") for folder in (FACTS, DATA))
    key = name_coding if table.name == "second_coding" else lambda row: tuple(row[name] for name in table.key)
    lost = {key(row) for row in facts} - {key(row) for row in kept}
    given_up = {"sources": {(old,) for old in (*RENAMED, *LEFT_OUT)}, "actors": {("ukrainska-pravda",)}, "replies": {*MOVED},
                "second_coding": {(pair, field) for pair in MOVED for field in ("answer", "basis")}}  # fmt: skip
    assert lost == given_up.get(table.name, set())
    assert {(RENAMED[one],) for one, *_ in lost if one in RENAMED} <= {key(row) for row in kept}


def name_coding(row):
    """Return what was coded; in the first compilation, `record` held what statement_id and answers hold now."""
    pair = [row["statement_id"], row["answers"]] if "answers" in row else row["record"].split(" > ")
    return tuple(filter(None, pair)), row["field"]


@needs_facts
def test_no_count_differs_from_the_first_compilation():
    facts, kept = ({row["claim_id"]: [row[name] for name in ("low", "high", "wording")]
                    for row in read_rows(folder / "casualties.csv")} for folder in (FACTS, DATA))  # fmt: skip
    assert {claim: kept.get(claim) for claim in facts} == facts


@columns("integer")
def test_an_empty_count_is_unknown_and_never_zero(table, column, record):
    written = [row[column] for row in read_rows(DATA / f"{table}.csv")]
    typed = getattr(record, table)[column]
    assert typed.dtype == "Int64"
    assert ["" if pd.isna(value) else str(value) for value in typed] == written


@columns("number")
def test_an_empty_number_is_unknown(table, column, record):
    written = [row[column] for row in read_rows(DATA / f"{table}.csv")]
    typed = getattr(record, table)[column]
    assert typed.dtype == "Float64"
    assert [None if pd.isna(value) else value for value in typed] == [float(cell) if cell else None for cell in written]


@columns("text", "id", "day", "when")
def test_text_is_read_as_it_is_written(table, column, record):
    written = [row[column] for row in read_rows(DATA / f"{table}.csv")]
    assert getattr(record, table)[column].fillna("").tolist() == written


@pytest.mark.parametrize("name", DATED)
def test_the_bounds_of_dates_are_utc_and_in_order(name, record):
    frame = getattr(record, name)
    assert {str(frame[bound].dtype.tz) for bound in when.BOUNDS} == {"UTC"}
    assert (frame["earliest"].notna() == frame[DATED[name]].notna()).all()
    for sooner, later in pairwise(("earliest", "latest_start", "latest")):
        assert not (frame[sooner] > frame[later]).any()


def test_a_day_in_london_is_the_local_day_of_london(folder, change):
    change("events", "sumy-mourning-2025-04-14", when="2025-04-13", location_id="london")
    event = Record.read(folder).events.set_index("event_id").loc["sumy-mourning-2025-04-14"]
    assert (event["earliest"], event["latest"]) == (
        pd.Timestamp("2025-04-13T00:00+01:00"), pd.Timestamp("2025-04-13T23:59+01:00"))  # fmt: skip


def test_a_day_without_a_place_is_that_day_in_either_home_zone(folder, change):
    change("events", "sumy-mourning-2025-04-14", when="2025-01-13", location_id="")
    event = Record.read(folder).events.set_index("event_id").loc["sumy-mourning-2025-04-14"]
    assert pd.isna(event["place"])
    assert (event["earliest"], event["latest"]) == (
        pd.Timestamp("2025-01-13T00:00+03:00"), pd.Timestamp("2025-01-13T23:59+02:00"))  # fmt: skip


def test_home_zones_are_those_of_the_episode(folder, change):
    path = folder / "episode.toml"
    path.write_text(path.read_text("utf-8").replace("Europe/Moscow", "Asia/Tokyo"), "utf-8")
    change("proposals", "p-bilateral-discussion", first_made="2025-04-21")
    proposal = Record.read(folder).proposals.set_index("proposal_id").loc["p-bilateral-discussion"]
    assert (proposal["earliest"], proposal["latest"]) == (
        pd.Timestamp("2025-04-21T00:00+09:00"), pd.Timestamp("2025-04-21T23:59+03:00"))  # fmt: skip


@pytest.mark.parametrize(("name", "actor"), [("statements", "speaker"), ("proposals", "proposed_by"),
                                             ("casualties", "claimed_by")])  # fmt: skip
def test_rows_carry_the_side_of_their_first_actor(name, actor, record):
    sides = record.actors.set_index("actor_id")["side"].to_dict()
    frame = getattr(record, name)
    assert frame["side"].tolist() == [sides[split(cell)[0]] for cell in frame[actor]]


@pytest.mark.parametrize("name", ["events", "statements"])
def test_rows_carry_their_place(name, record):
    places = record.locations.set_index("location_id")
    for row in getattr(record, name).dropna(subset=["location_id"]).itertuples():
        place = places.loc[row.location_id]
        assert (row.place, row.country, row.lat, row.lon, row.where_prec) == (
            place["name"], place["country"], place["lat"], place["lon"], place["where_prec"])  # fmt: skip
    unplaced = getattr(record, name)[lambda frame: frame["location_id"].isna()]
    assert unplaced[["place", "country", "lat", "lon", "where_prec"]].isna().all(axis=None)


@every_table
def test_joining_keeps_the_rows_and_their_order(table, record):
    written = [tuple(row[name] for name in table.key) for row in read_rows(DATA / f"{table.name}.csv")]
    frame = getattr(record, table.name)
    assert list(frame[list(table.key)].astype("str").fillna("").itertuples(index=False, name=None)) == written
    assert frame.index.equals(pd.RangeIndex(len(written)))


def test_the_hash_is_that_of_the_bytes_and_not_of_the_folder(folder, record, tmp_path):
    assert Record.read(folder).sha256 == record.sha256
    moved = folder.rename(tmp_path / "another name")
    assert Record.read(moved).sha256 == record.sha256
    path = moved / "actors.csv"
    path.write_bytes(path.read_bytes().replace(b"Broadcaster", b"broadcaster", 1))
    assert Record.read(moved).sha256 != record.sha256
    (folder.parent / "another name" / "actors.csv").write_bytes((DATA / "actors.csv").read_bytes())
    (moved / "episode.toml").write_bytes((DATA / "episode.toml").read_bytes() + b"\n")
    assert Record.read(moved).sha256 != record.sha256


def test_the_environment_names_the_episode_unless_the_call_does(folder, monkeypatch):
    monkeypatch.setenv("EPISODE", str(folder))
    assert Record.read().folder == folder
    assert Record.read(DATA).folder == DATA
    monkeypatch.delenv("EPISODE")
    assert Record.read().folder == DATA


def test_a_record_names_itself_in_one_line(record):
    assert re.fullmatch(r"Talks and Strikes: \d+ events, \d+ statements, \d+ casualties, \d+ sources", repr(record))
