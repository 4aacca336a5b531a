"""Reading refuses what is wrong with one sentence for each fault, all of them at once, and never otherwise fails."""

from __future__ import annotations

import random
import re
import tomllib

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from analysis import episode, load, schema
from analysis.load import DATA, Record, RecordError

ROWS = {  # one row of each table in which cells are changed below
    "sources": "bbc-news-2025-04-22",
    "actors": "zelensky",
    "locations": "sumy",
    "events": "sumy-strike-2025-04-13",
    "casualties": "sumy-0413-ua-prosecutor-35k-117i-killed",
    "statements": "putin-peace-initiatives-2025-04-21",
    "nights": "2025-04-14",
    "proposals": "p-bilateral-discussion",
    "disagreements": "putin-offer-novelty",
}
SPREADSHEET = "looks like a date changed by a spreadsheet; expected a form like 2025-04-13"
WHOLE = "expected a whole number in at most 15 digits"
SEPARATOR, EMPTY_ELEMENT = "expected a list separated by '; '", "an element of the list is empty"
SPACE = "begins or ends with a space"
ADDRESS = "expected an address that begins with http:// or https:// and holds no space, quote or angle bracket"


def unseen(code):
    return f"holds {code}, an unseen or control character; remove it"


def refusal(folder):
    """Return the sentences that reading the folder ends in."""
    with pytest.raises(RecordError) as caught:
        Record.read(folder)
    return str(caught.value).splitlines()


def table_refusal(folder, table):
    """Return the sentences on one table by itself, which is quicker."""
    faults = []
    episode = tomllib.loads((folder / "episode.toml").read_text("utf-8"))
    load.read_table(schema.BY_NAME[table], folder / f"{table}.csv", episode, faults)
    return [str(fault) for fault in faults]


def rewrite(path, old, new):
    """Replace bytes that stand in the file once."""
    data = path.read_bytes()
    assert data.count(old) == 1
    path.write_bytes(data.replace(old, new))


CELLS = [
    ("events", "when", "2025-02-30", "no such date"),
    ("events", "when", "2025-04-13T10:15", "a time needs its offset, as 2025-04-13T10:15+03:00"),
    ("events", "when", "2025-04-15/2025-04-13", "ends before it begins"),
    ("events", "when", "13.04.2025", SPREADSHEET),
    ("events", "when", "45760", SPREADSHEET),
    ("events", "when", "4/13/2025", SPREADSHEET),
    ("nights", "night", "2025-04", "expected a day, as 2025-04-13"),
    ("nights", "night", "13.04.2025", SPREADSHEET),
    ("events", "event_id", "Sumy Strike", "expected a slug of a-z, 0-9 and single hyphens"),
    ("events", "kind", "strikes",
     "expected one of talks, meeting, call, truce, strike, exchange, statement, decision, other "
     "(did you mean 'strike'?)"),
    ("events", "kind", "picnic",
     "expected one of talks, meeting, call, truce, strike, exchange, statement, decision, other"),
    ("actors", "side", "Ukrain",
     "expected one of Ukraine, Russia, United States, Europe, Others, Press (did you mean 'Ukraine'?)"),
    ("casualties", "low", "-1", "expected a number at least 1"),
    *(("casualties", "low", value, WHOLE)
      for value in ("35.0", "thirty", "3 5", "３５", "1e3", "+35", "035", "9" * 16)),
    ("casualties", "seq", "0", "expected a number at least 1"),
    ("locations", "lat", "91", "expected a number from -90 to 90"),
    ("locations", "lon", "-180.5", "expected a number from -180 to 180"),
    ("locations", "lat", "50,91741", "expected a number in digits, as 50.45"),
    ("locations", "lat", "nan", "expected a number in digits, as 50.45"),
    ("locations", "timezone", "Europe/Kiyv", "no such IANA zone (did you mean 'Europe/Kyiv'?)"),
    ("locations", "country", "ua", "expected a two-letter country code"),
    ("statements", "key_phrase", "one two three four five six seven", "at most 6 words may be quoted"),
    ("statements", "origins", "putin; ; tass", EMPTY_ELEMENT),
    ("statements", "origins", "putin;", EMPTY_ELEMENT),
    ("statements", "origins", "putin;tass", SEPARATOR),
    ("statements", "origins", "putin;  tass", SEPARATOR),
    ("statements", "origins", "putin ; tass", SEPARATOR),
    ("statements", "origins", "putin; tass; putin", "an element of the list stands there twice"),
    ("statements", "origins", "putin; ", SPACE),
    ("statements", "channel", " television", SPACE),
    ("statements", "channel", "television\u00a0", SPACE),
    ("sources", "url", "javascript:alert(1)", ADDRESS),
    ("sources", "url", "https://example.org/a b", ADDRESS),
    ("sources", "url", 'https://example.org/"onclick', ADDRESS),
]  # fmt: skip


@pytest.mark.parametrize(("table", "column", "value", "says"), CELLS)
def test_a_bad_cell_is_named_by_file_line_column_and_value(table, column, value, says, folder, change):
    line = change(table, ROWS[table], **{column: value})
    assert table_refusal(folder, table) == [f"{table}.csv:{line} {column} '{value}': {says}"]


@pytest.mark.parametrize(
    ("value", "shown", "code"),
    [("Sumy\u202eymuS", "Sumy<U+202E>ymuS", "U+202E"), ("Su\u200bmy", "Su<U+200B>my", "U+200B"),
     ("Su\tmy", "Su<U+0009>my", "U+0009"), ("Su\x1b[31mmy", "Su<U+001B>[31mmy", "U+001B"),
     ("Su\nmy", "Su<U+000A>my", "U+000A"), ("Su\u2028my", "Su<U+2028>my", "U+2028"),
     ("\ufeffSumy", "<U+FEFF>Sumy", "U+FEFF"), ("Su\U000e0041my", "Su<U+E0041>my", "U+E0041"),
     ("x" * 99 + "\u2066", "x" * 59 + "…", "U+2066")],
)  # fmt: skip
def test_characters_that_cannot_be_seen_are_named_and_not_printed(value, shown, code, folder, change):
    line = change("locations", "sumy", name=value)
    assert table_refusal(folder, "locations") == [f"locations.csv:{line} name '{shown}': {unseen(code)}"]


@pytest.mark.parametrize(
    ("table", "column"),
    [(table.name, column.name) for table in schema.TABLES for column in table.columns
     if column.required and table.name in ROWS],
)  # fmt: skip
def test_a_required_cell_may_not_be_empty(table, column, folder, change):
    line = change(table, ROWS[table], **{column: ""})
    assert table_refusal(folder, table) == [f"{table}.csv:{line} {column}: empty, and it may not be"]


def test_a_long_cell_is_cut_in_the_sentence(folder, change):
    line = change("events", ROWS["events"], when="x" * 100_000)
    (says,) = table_refusal(folder, "events")
    assert says.startswith(f"events.csv:{line} when '{'x' * 59}…': expected an ISO 8601-2 date")


def test_a_cell_that_fails_several_checks_gives_one_fault(folder, change):
    change("events", ROWS["events"], other_locations=" ;kyiv;; kyiv\u202e", kind="")
    assert len(refusal(folder)) == 2


def test_a_missing_file_is_named_alone(folder):
    (folder / "locations.csv").unlink()
    assert refusal(folder) == ["locations.csv: missing; expected a CSV with the columns of locations"]


def test_a_file_that_cannot_be_opened_is_named(folder):
    (folder / "replies.csv").unlink()
    (folder / "replies.csv").mkdir()
    assert refusal(folder) == ["replies.csv: cannot be read (Is a directory)"]


@pytest.mark.parametrize(
    ("header", "sentences"),
    [("actor_id,name,role,side", ["column 'kind' is missing"]),
     ("actor_id,name,role,side,kind,born", ["unknown column 'born'"]),
     ("actor_id,name,rolle,side,kind", ["unknown column 'rolle' (did you mean 'role'?)"]),
     ("actor_id,name,office,side,kind", ["unknown column 'office'", "column 'role' is missing"]),
     ("actor_id,name,role,side,side,kind", ["column 'side' stands there 2 times"]),
     ("actor_id,name,role,\u202eside,kind", ["unknown column '<U+202E>side' (did you mean 'side'?)"]),
     ("", ["empty; expected the names of the columns"])],
)  # fmt: skip
def test_a_wrong_header_is_one_fault_a_column_whatever_stands_below(header, sentences, folder):
    rewrite(folder / "actors.csv", b"actor_id,name,role,side,kind", header.encode())
    assert table_refusal(folder, "actors") == [f"actors.csv:1 {says}" for says in sentences]


def test_the_order_of_the_columns_does_not_matter(folder, record):
    path = folder / "actors.csv"
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    table[["kind", "side", "actor_id", "name", "role"]].to_csv(path, index=False)
    assert_frame_equal(Record.read(folder).actors, record.actors)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [(b"", "actors.csv:1 empty; expected the names of the columns"),
     (b"\xef\xbb\xbf", "actors.csv:1 empty; expected the names of the columns"),
     (b"actor_id,name,role,side,kind\n", "actors.csv: no rows below the header"),
     ("actor_id,name\nputin,Putin\n".encode("utf-16"), "actors.csv: looks like UTF-16; save it as UTF-8"),
     ("actor_id,name\nputin,Putin\n".encode("utf-16-le"), "actors.csv:1 holds a NUL byte; save it as UTF-8"),
     (b"actor_id,name,role,side,kind\nputin,Pu\0tin,a,Russia,person\n",
      "actors.csv:2 holds a NUL byte; save it as UTF-8"),
     ("actor_id,name,role,side,kind\nmerz,März,a,Europe,person\n".encode("cp1252"),
      "actors.csv:2 byte 0xe4 is not UTF-8 (Windows-1252?); save the file from before as UTF-8")],
)  # fmt: skip
def test_a_file_that_is_no_table_in_utf_8_is_refused_whole(data, sentence, folder):
    (folder / "actors.csv").write_bytes(data)
    assert table_refusal(folder, "actors") == [sentence]


ROW = b"zelensky,"


@pytest.mark.parametrize(
    ("new", "sentence"),
    [(b"\nzelensky,", "an empty line where the header has 5 cells"),
     (b"short,row\nzelensky,", "2 cells where the header has 5 cells"),
     (b"x,zelensky,", "6 cells where the header has 5 cells"),
     (b'"zelensky,', "not a CSV row (unexpected end of data); a quotation mark may be missing"),
     (b'"zel"ensky,', "not a CSV row (',' expected after '\"'); a quotation mark may be missing")],
)  # fmt: skip
def test_a_row_of_another_shape_is_named_by_its_line(new, sentence, folder):
    path = folder / "actors.csv"
    line = path.read_bytes().split(b"\n" + ROW)[0].count(b"\n") + 2
    rewrite(path, b"\n" + ROW, b"\n" + new)
    assert table_refusal(folder, "actors") == [f"actors.csv:{line} {sentence}"]


def test_a_table_of_which_a_row_is_lost_is_not_blamed_on_those_that_refer_to_it(folder, change):
    rewrite(folder / "actors.csv", b"\n" + ROW, b"\nshort,zelensky,")
    line = change("statements", ROWS["statements"], location_id="moskow", speaker="putim")
    first, second = refusal(folder)
    assert re.fullmatch(r"actors.csv:\d+ 6 cells where the header has 5 cells", first)
    assert second == f"statements.csv:{line} location_id 'moskow': not in locations.csv (did you mean 'moscow'?)"


def test_the_other_cells_of_a_table_with_a_row_of_another_shape_are_still_checked(folder, change):
    line = change("actors", "putin", kind="ruler")
    rewrite(folder / "actors.csv", b"\n" + ROW, b"\nshort,zelensky,")
    says = f"actors.csv:{line} kind 'ruler': expected one of person, state, body, outlet"
    assert says in table_refusal(folder, "actors")


def test_lines_are_counted_through_line_breaks_in_cells(folder, change):
    first = change("locations", "kyiv", note="two\nlines")
    change("locations", "sumy", lat="91")
    path = folder / "locations.csv"
    second = path.read_bytes().split(b"\nsumy,")[0].count(b"\n") + 2
    assert [says.split()[0] for says in table_refusal(folder, "locations")] == [
        f"locations.csv:{first}", f"locations.csv:{second}"]  # fmt: skip


@pytest.mark.parametrize(
    "rewritten",
    [lambda data: b"\xef\xbb\xbf" + data, lambda data: data.replace(b"\n", b"\r\n"), lambda data: data.rstrip(b"\n")],
    ids=["byte-order mark", "CRLF", "no line end at the end"],
)
def test_what_a_spreadsheet_does_to_a_file_changes_no_table(rewritten, folder, record):
    for path in folder.iterdir():
        path.write_bytes(rewritten(path.read_bytes()))
    again = Record.read(folder)
    assert again.episode == record.episode
    for table in schema.TABLES:
        assert_frame_equal(getattr(again, table.name), getattr(record, table.name))


TITLE = b'title = "Talks and Strikes"'
SETTINGS = [
    (b'titel = "Talks and Strikes"', ["unknown key 'titel' (did you mean 'title'?)"]),
    (b'"T\\u202E" = 1', ["unknown key 'T<U+202E>'", "key 'title' is missing"]),
    (b"", ["key 'title' is missing"]),
    (b'title = ""', ["title: expected text"]),
    (b'title = "Talks\\u202E"', [f"title: 'Talks<U+202E>' {unseen('U+202E')}"]),
    (b"title = 5", ["title: expected text"]),
]


@pytest.mark.parametrize(
    ("old", "new", "sentences"),
    [*((TITLE, *case) for case in SETTINGS),
     (b'Ukraine = "#0067a8"', b'Ukraine = "blue"',
      ["sides: 'Ukraine' has 'blue'; expected a colour, as '#0067a8'"]),
     (b"[sides]", b'[sides]\n"North; West" = "#0067a8"',
      ["sides: 'North; West' holds a semicolon, which parts the elements of a list"]),
     (b'zones = ["Europe/Kyiv", "Europe/Moscow"]', b'zones = ["Europe/Kyiw", "Europe/Moscow"]',
      ["zones: 'Europe/Kyiw': no such IANA zone (did you mean 'Europe/Kyiv'?)"]),
     (b'zones = ["Europe/Kyiv", "Europe/Moscow"]', b"zones = []",
      ["zones: expected a list of IANA zones, as ['Europe/Kyiv']"]),
     (b'zones = ["Europe/Kyiv", "Europe/Moscow"]', b"zones = [[1]]",
      ["zones: expected a list of IANA zones, as ['Europe/Kyiv']"]),
     (b'focus = ["2025-04-11", "2025-04-24"]', b'focus = ["2025-04-24", "2025-04-11"]',
      ["focus: '2025-04-24/2025-04-11': ends before it begins"]),
     (b'focus = ["2025-04-11", "2025-04-24"]', b'focus = ["2025-04", "2025-02-30"]',
      ["focus: '2025-04': expected a day, as 2025-04-13", "focus: '2025-02-30': no such date"]),
     (b'focus = ["2025-04-11", "2025-04-24"]', b"focus = 2025-04-11",
      ["focus: expected two days, as ['2025-04-11', '2025-04-24']"]),
     (b"[boxes]", b"[boxes]\nZZ = [1, 2, 3]",
      ["boxes: 'ZZ' has '[1, 2, 3]'; expected [west, south, east, north] in degrees"]),
     (b"[boxes]", b"[boxes]\nZZ = [9.0, 1, 3, 2]",
      ["boxes: 'ZZ' has '[9.0, 1, 3, 2]'; expected [west, south, east, north] in degrees"]),
     (b"[boxes]", b"[boxen]", ["unknown key 'boxen' (did you mean 'boxes'?)"]),
     (b"[signal]\nevent =", b"[signal]\nevents =", ["signal: unknown key 'events' (did you mean 'event'?)"]),
     (b"[signal]\nevent =", b"[signal]\nevent = [1] #", ["signal: event: expected text"]),
     (b"[signal]\nevent =", b"signal = 1\n[signals]\nevent =",
      ["signal: expected a table with event, offer and answer", "unknown key 'signals'"]),
     (b"[sides]", b"[colours]", ["key 'sides' is missing", "unknown key 'colours'"])],
)  # fmt: skip
def test_a_wrong_setting_is_one_fault_and_the_tables_are_not_blamed(old, new, sentences, folder):
    rewrite(folder / "episode.toml", old, new)
    assert refusal(folder) == [f"episode.toml: {says}" for says in sorted(sentences)]


def test_settings_that_are_no_toml_are_named_by_their_line(folder):
    rewrite(folder / "episode.toml", TITLE, b"title Talks and Strikes")
    assert refusal(folder) == ["episode.toml:2 not TOML (Expected '=' after a key in a key/value pair)"]


def test_settings_in_another_encoding_are_refused(folder):
    rewrite(folder / "episode.toml", TITLE, 'title = "Gespräche"'.encode("cp1252"))
    assert refusal(folder) == ["episode.toml:2 byte 0xe4 is not UTF-8 (Windows-1252?); save the file from before as UTF-8"]


def test_missing_settings_are_named_alone(folder):
    (folder / "episode.toml").unlink()
    assert refusal(folder) == ["episode.toml: missing; expected one with title, window, zones, sides and boxes"]


def test_a_missing_folder_is_named(tmp_path):
    says = f"{tmp_path / 'nowhere'}: no such folder; expected one with episode.toml and the CSVs"
    assert refusal(tmp_path / "nowhere") == [says]


def test_a_date_that_ends_before_it_begins_only_in_the_zone_of_its_place_is_refused(folder, change):
    when = "2025-04-13T10:15+03:00/2025-04-12"
    line = change("events", ROWS["events"], when=when)
    other = change("proposals", ROWS["proposals"], first_made=when)
    assert [says for says in refusal(folder) if "as_of" not in says] == [
        f"events.csv:{line} when '{when}': ends before it begins in Europe/Kyiv",
        f"proposals.csv:{other} first_made '{when}': ends before it begins in Europe/Kyiv or Europe/Moscow",
    ]


def test_faults_of_all_files_come_in_one_error_sorted_and_each_once(folder, change):
    rewrite(folder / "episode.toml", TITLE, b'titel = "Talks and Strikes"')
    (folder / "nights.csv").write_bytes(b"")
    claim = change("casualties", ROWS["casualties"], low="40", high="35")
    killed = change("casualties", "sumy-0413-kobzar-20k-killed", low="twenty")
    speaker = change("statements", ROWS["statements"], speaker="putim", act="say")
    place = change("locations", "sumy", lat="34.79906", lon="50.91741")
    other = change("locations", "kyiv", where_prec="9")
    acts = ", ".join(schema.ACTS)
    assert refusal(folder) == [
        f"casualties.csv:{killed} low 'twenty': {WHOLE}",
        f"casualties.csv:{claim} low '40' above high '35'",
        "episode.toml: unknown key 'titel' (did you mean 'title'?)",
        f"locations.csv:{other} where_prec '9': expected a number from 1 to 7",
        f"locations.csv:{place} lat '34.79906' lon '50.91741': look swapped",
        "nights.csv:1 empty; expected the names of the columns",
        f"statements.csv:{speaker} act 'say': expected one of {acts}",
        f"statements.csv:{speaker} speaker 'putim': not in actors.csv (did you mean 'putin'?)",
    ]


def test_the_faults_are_also_there_for_a_program(folder, change):
    line = change("locations", "sumy", lat="91")
    with pytest.raises(RecordError) as caught:
        Record.read(folder)
    assert caught.value.faults == [("locations.csv", line, "lat '91': expected a number from -90 to 90")]


def test_a_bad_key_is_one_fault_and_not_one_for_each_row_that_refers_to_it(folder, change):
    line = change("locations", "kyiv", location_id="Kyiv")
    assert refusal(folder) == [
        f"locations.csv:{line} location_id 'Kyiv': expected a slug of a-z, 0-9 and single hyphens"
    ]


JUNK = ("", "x", "-1", "2025-13-01", "💥", "; ", "x" * 200_000, "9" * 5000, '"', "\0", "a\nb", "NA", "2025-04-13/..",
        "2999-12-31", "1000-01", "0", "١", "kyiv; kyiv")  # fmt: skip


def named(sentences, file, line, ids):
    """Say whether a sentence names the place, or the row by an id in it."""
    return any(f"{says} ".startswith((f"{file}:{line} ", f"{file}: ")) or any(f"'{i}'" in says for i in ids)
               for says in sentences)  # fmt: skip


@pytest.mark.parametrize("seed", range(40))
def test_junk_in_random_cells_either_loads_or_is_refused_by_its_place(seed, folder, change):
    chance = random.Random(seed)
    changed = []
    for table in chance.sample(schema.TABLES, chance.randint(1, 3)):
        rows = pd.read_csv(folder / f"{table.name}.csv", dtype=str, keep_default_na=False)
        row = rows.iloc[chance.randrange(len(rows))]
        column, value = chance.choice(table.columns).name, chance.choice(JUNK)
        key = tuple(row[name] for name in table.key)
        line = change(table.name, key, **{column: value})
        changed.append((f"{table.name}.csv", line, {*key, value} - {""}))
    try:
        Record.read(folder)
    except RecordError as error:
        sentences = str(error).splitlines()
        assert any(named(sentences, *place) for place in changed)
        assert all(re.match(r"[a-z_]+\.(csv|toml)(:\d+)?:? \S", says) and len(says) < 1000 for says in sentences)
        assert not re.search("[\x00-\x09\x0b-\x1f\u2028]", str(error))


def test_bytes_are_read_in_place_of_a_file_and_checked_like_it(folder, record):
    data = (folder / "actors.csv").read_bytes()
    (folder / "actors.csv").unlink()
    assert Record.read(folder, {"actors.csv": data}).sha256 == record.sha256
    with pytest.raises(RecordError, match=r"^actors.csv:2 kind 'thing': expected one of"):
        Record.read(folder, {"actors.csv": data.replace(b"outlet", b"thing", 1)})


def test_a_frame_that_somebody_changes_is_nobody_elses():
    first = Record.read(DATA)
    first.actors.loc[0, "name"] = "changed"
    first.events.loc[:, "title"] = "changed"
    second = Record.read(DATA)
    assert second.actors.loc[0, "name"] != "changed" and "changed" not in set(second.events["title"])


@pytest.mark.parametrize(("key", "value", "says"), [
    ("sides", {}, "expected a table of sides and their colours"),
    ("boxes", [[1, 2, 3, 4]], "expected a table of countries and their boxes"),
    ("examples", ["kuleba-2022-03-10"], "expected a table of labels, each with a list of statements"),
    ("examples", {"act rejct": ["a"]}, "unknown label 'act rejct' (did you mean 'act reject'?)"),
    ("examples", {"act reject": "a"}, "'act reject' has 'a'; expected a list of statements, as ['kuleba-2022-03-10']"),
    ("spellings", ["Kiev"], "expected a table of other spellings, each with that of the record, as Kiev = 'Kyiv'"),
    ("spellings", {"Kiev": ""}, "expected text"),
    ("countries", {"UA": 1}, "expected a table of countries, each with its side, as UA = 'Ukraine'"),
    ("countries", {"UA": "Ukrane"}, "UA has 'Ukrane'; expected one of sides (did you mean 'Ukraine'?)"),
    ("examples", {"act reject": []}, "'act reject' has '[]'; expected a list of statements, as ['kuleba-2022-03-10']"),
])  # fmt: skip
def test_a_setting_of_another_shape_is_told_with_what_was_expected(record, key, value, says):
    assert list(episode.find_wrong({**record.episode, key: value})) == [(key, f"{key}: {says}")]
