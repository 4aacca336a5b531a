"""The record described: CODEBOOK.md and datapackage.json are those of the schema, and two checkers refuse the same."""

import dataclasses
import json
import re

import frictionless
import pytest

from analysis import __main__ as cli
from analysis import codebook, schema, vocabularies, when
from analysis.load import DATA, Record, RecordError

RUN = "run: python -m analysis codebook"
EPISODE = {"title": "A Tiny, Odd One", "subject": "Made up", "licence": "CC BY-SA 3.0", "sides": {"North": "#0067a8"}}
every_table = pytest.mark.parametrize("table", schema.TABLES, ids=lambda table: table.name)


@pytest.fixture(scope="module")
def page(record):
    return codebook.describe(record)


@pytest.fixture(scope="module")
def resources(record):
    """Return the resources of the package by name."""
    return {one["name"]: one for one in json.loads(codebook.package(record.episode))["resources"]}


def recode(record, chosen, **labels):
    """Return the record with other labels in the rows of second_coding that `chosen` picks."""
    codings = record.second_coding.copy()
    codings.loc[chosen(codings), list(labels)] = list(labels.values())
    return dataclasses.replace(record, second_coding=codings)


def section(page, heading):
    return page.split(f"\n{heading}\n")[1].split("\n## ")[0].split("\n### ")[0]


@pytest.mark.parametrize("name", ["CODEBOOK.md", "datapackage.json"])
def test_the_files_are_those_of_the_record(name, folder):
    (folder.parent / "CITATION.cff").write_bytes((DATA.parent / "CITATION.cff").read_bytes())
    (folder / "geo").mkdir()
    for path in DATA.glob("geo/*.geojson"):
        (folder / "geo" / path.name).touch()
    codebook.write(Record.read(folder))
    assert (DATA / name).read_text("utf-8") == (folder / name).read_text("utf-8"), RUN


def test_the_command_writes_both_and_then_has_nothing_to_do(folder, capsys):
    assert cli.main(["codebook", "--episode", str(folder)]) == 0
    assert capsys.readouterr().out == f"Wrote CODEBOOK.md and datapackage.json to {folder.resolve()}.\n"
    (folder / "CODEBOOK.md").write_text("old")
    assert cli.main(["codebook", "--episode", str(folder)]) == 0
    assert capsys.readouterr().out == f"Wrote CODEBOOK.md to {folder.resolve()}.\n"
    assert cli.main(["codebook", "--episode", str(folder)]) == 0
    assert capsys.readouterr().out == f"Nothing to do: the code book in {folder.resolve()} is up to date.\n"


def test_nothing_is_written_from_a_faulty_record(folder, change, capsys):
    change("events", "sumy-strike-2025-04-13", kind="storm")
    assert cli.main(["codebook", "--episode", str(folder)]) == 1
    assert "kind 'storm'" in capsys.readouterr().err and not (folder / "CODEBOOK.md").exists()


# The package


@every_table
def test_fields_are_the_columns_in_their_order(table, resources):
    fields = resources[table.name]["schema"]["fields"]
    assert [field["name"] for field in fields] == [column.name for column in table.columns]
    for field, column in zip(fields, table.columns, strict=True):
        assert field["description"].startswith(column.meaning)
        assert field["type"] == ("list" if column.many else codebook.TYPES[column.type])
        assert field.get("delimiter") == ("; " if column.many else None)
        assert (f"Unit: {column.unit}." in field["description"]) == bool(column.unit)


@every_table
def test_constraints_are_those_of_the_schema(table, resources, record):
    for field, column in zip(resources[table.name]["schema"]["fields"], table.columns, strict=True):
        stated = field.get("constraints", {})
        allowed = record.episode["sides"] if column.choices == schema.SIDES else column.choices
        assert stated.get("required", False) == column.required
        assert stated.get("enum", []) == list(allowed)
        assert (stated.get("minimum"), stated.get("maximum")) == (column.minimum, column.maximum)
        assert ("pattern" in stated) == (not column.many and bool(column.pattern or column.type == "when" or column.most_words))


@every_table
def test_keys_and_references_are_those_of_the_schema(table, resources):
    described = resources[table.name]["schema"]
    keyed = [described["primaryKey"]] if "primaryKey" in described else described["uniqueKeys"]
    assert keyed == [list(table.key)]
    assert ("primaryKey" in described) == all(table.column(part).required for part in table.key)
    stated = {(key["fields"][0], key["reference"]["resource"], *key["reference"]["fields"])
              for key in described.get("foreignKeys", [])}  # fmt: skip
    assert stated == {(column.name, target, schema.BY_NAME[target].key[0]) for column in table.columns
                      for target in column.refers if not column.many and len(column.refers) == 1}  # fmt: skip
    unstated = {column.name for column in table.columns if column.refers} - {name for name, *_ in stated}
    assert all("Refers to" in field["description"] for field in described["fields"] if field["name"] in unstated)


def test_a_meaning_stands_with_each_value_of_a_closed_list(resources):
    fields = {field["name"]: field for field in resources["statements"]["schema"]["fields"]}
    assert all(f"\n- {act}: {meaning}" in fields["act"]["description"] for act, meaning in schema.ACTS.items())


def test_adding_a_row_leaves_the_package_as_it_is(resources):
    assert {key for one in resources.values() for key in one} == {
        "name", "type", "path", "description", "format", "mediatype", "encoding", "schema"}  # fmt: skip


def test_patterns_are_written_as_xml_schema_has_them(resources):
    patterns = {field["constraints"]["pattern"] for one in resources.values() for field in one["schema"]["fields"]
                if "pattern" in field.get("constraints", {})}  # fmt: skip
    assert len(patterns) > 5
    for pattern in patterns:
        assert re.compile(pattern) and not re.search(r"\(\?|\\[AZbdw\"']|[\^$](?![^[]*\])", pattern)


@pytest.mark.parametrize("text", [
    "2025-04-13", "2025-04", "2025-04-~13", "2025-04-13T10:15+03:00", "2025-04-13/..", "2025-04-13/2025-04-14",
    "[2025-04-13..2025-04-14T10:00+03:00]", "13.04.2025", "2025-4-13", "2025-04-13T10:15", "2025-04-13T10:15+03:07", "",
    "[2025-04-13..]", "2025-04-13/", "about 2025-04-13", "2025-04-~", "x2025-04-13", "2025-04-13x",
])  # fmt: skip
def test_the_pattern_of_a_date_takes_what_the_record_takes(text):
    pattern = codebook._find_pattern(schema.BY_NAME["events"].column("when"))
    assert bool(re.fullmatch(pattern, text)) == (when.explain(text) is None)


def test_another_episode_has_its_own_name_licence_and_sides():
    described = json.loads(codebook.package(EPISODE, ["geo/a.geojson"]))
    assert (described["name"], described["licenses"]) == ("a-tiny-odd-one", [
        {"name": "CC-BY-SA-3.0", "title": "CC BY-SA 3.0", "path": "https://creativecommons.org/licenses/by-sa/3.0/legalcode"}])
    assert not {"version", "keywords", "contributors"} & described.keys()
    assert described["resources"][-1]["path"] == "geo/a.geojson"
    side = next(field for field in described["resources"][1]["schema"]["fields"] if field["name"] == "side")
    assert side["constraints"]["enum"] == ["North"]
    assert json.loads(codebook.package(EPISODE | {"licence": "Ask us"}))["licenses"] == [{"name": "Ask-us", "title": "Ask us"}]


def test_version_keywords_and_contributors_are_those_of_the_citation():
    text = 'version: 0.2.0\nauthors:\n  - name: "Ann Bee"\nlicense:\n  - MIT\nkeywords:\n  - war\n  - peace talks\n'
    described = json.loads(codebook.package(EPISODE, citation=text))
    assert (described["version"], described["keywords"]) == ("0.2.0", ["war", "peace talks"])
    assert described["contributors"] == [{"title": "Ann Bee", "roles": ["creator"]}]


# Two checkers


@pytest.fixture
def check_both(folder, record):
    """Return check_both(), which says what `analysis check` says of the copy, and what frictionless does.

    That is for each error its table, its line, its kind and the column, or columns, that it names.
    """

    def check_both():
        (folder / "datapackage.json").write_text(codebook.package(record.episode), "utf-8")
        report = frictionless.validate(str(folder / "datapackage.json"))
        assert not report.errors and len(report.tasks) == len(schema.TABLES)
        try:
            Record.read(folder)
            said = []
        except RecordError as error:
            said = str(error).splitlines()
        errors = [(task.name, error.to_descriptor()) for task in report.tasks for error in task.errors]
        return said, [(table, error["rowNumber"], error["type"], error.get("fieldName") or ", ".join(error.get("fieldNames", [])))
                      for table, error in errors]  # fmt: skip

    return check_both


def double(folder, table, start):
    """Write the row that starts so twice, and return the line of the second."""
    path = folder / f"{table}.csv"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    (at,) = [at for at, line in enumerate(lines) if line.startswith(start)]
    path.write_text("".join([*lines[: at + 1], *lines[at:]]), "utf-8")
    return at + 2


def test_the_shipped_package_is_valid_for_whoever_has_frictionless():
    report = frictionless.validate(str(DATA / "datapackage.json"))
    assert report.valid and len(report.tasks) == len(schema.TABLES) + 5


def test_both_take_the_record(check_both):
    assert check_both() == ([], [])


BOTH_REFUSE = [
    ("events", "sumy-strike-2025-04-13", "location_id", "sumi", "location_id 'sumi': not in locations.csv", "foreign-key"),
    ("casualties", "sumy-0413-kobzar-20k-killed", "event_id", "sumy-strike", "event_id 'sumy-strike'", "foreign-key"),
    ("replies", "peskov-fakes-2025-04-22", "statement_id", "peskov-fake", "statement_id 'peskov-fake'", "foreign-key"),
    ("night_totals", ("2025-03-01", "2025-03-31"), "said_by", "ua-cc", "said_by 'ua-cc': not in", "foreign-key"),
    ("statements", "kuleba-2022-03-10", "act", "say", "act 'say': expected one of propose", "constraint-error"),
    ("actors", "putin", "side", "Rusia", "side 'Rusia': expected one of", "constraint-error"),
    ("casualties", "sumy-0413-kobzar-20k-killed", "low", "twenty", "low 'twenty': expected a whole", "type-error"),
    ("nights", "2025-03-04", "missiles_launched", "-1", "missiles_launched '-1'", "constraint-error"),
    ("locations", "sumy", "lat", "91", "lat '91': expected a number", "constraint-error"),
    ("events", "sumy-strike-2025-04-13", "title", "", "title: empty", "constraint-error"),
    ("proposals", "p-black-sea", "proposed_by", "", "proposed_by: empty", "constraint-error"),
    ("events", "sumy-strike-2025-04-13", "when", "13.04.2025", "when '13.04.2025'", "constraint-error"),
    ("nights", "2025-03-05", "night", "4 March", "night '4 March'", "type-error"),
    ("statements", "kuleba-2022-03-10", "key_phrase", "one two three four five six seven", "at most 6", "constraint-error"),
]


def test_both_refuse_the_same_cells(change, check_both):
    lines = [change(table, key, **{column: cell}) for table, key, column, cell, *_ in BOTH_REFUSE]
    said, found = check_both()
    for line, (table, _, column, _, ours, theirs) in zip(lines, BOTH_REFUSE, strict=True):
        assert [says for says in said if says.startswith(f"{table}.csv:{line} {column}") and ours in says]
        assert (table, line, theirs, column) in found
    assert {error[:2] for error in found} == {(table, line) for line, (table, *_) in zip(lines, BOTH_REFUSE, strict=True)}


def test_both_refuse_a_key_that_stands_there_twice(folder, check_both):
    starts = {"actors": "putin,", "replies": "barrot-2025-04-22,", "night_totals": "2025-03-01,2025-03-31,"}
    lines = {table: double(folder, table, start) for table, start in starts.items()}
    said, found = check_both()
    assert [says.split()[0] for says in said if "already on line" in says] == [
        f"{table}.csv:{lines[table]}" for table in sorted(lines)]  # fmt: skip
    assert {error[:3] for error in found} == {(table, line, "primary-key") for table, line in lines.items()}


ONLY_OURS = [
    ("statements", "kuleba-2022-03-10", "speaker", "kuleva", "speaker 'kuleva'"),  # a reference in a list
    ("replies", "barrot-2025-04-22", "answers", "putin", "answers 'putin'"),  # a reference to either of two
    ("statements", "kuleba-2022-03-10", "origins", "ani;daily-sabah", "separated by '; '"),
    ("events", "sumy-strike-2025-04-13", "when", "2025-02-30", "no such date"),
    ("locations", "sumy", "timezone", "Europe/Kiew", "no such IANA zone"),
    ("events", "kyiv-strike-2025-04-24", "status", "single-origin", "in origins make it"),
]


def test_only_the_check_of_the_project_refuses_some(change, folder, check_both):
    """Which CODEBOOK.md says under its last heading: a Table Schema has no words for these."""
    lines = [change(table, key, **{column: cell}) for table, key, column, cell, _ in ONLY_OURS]
    twice = double(folder, "second_coding", "kuleba-2022-03-10,,act,")  # a key with an empty part
    said, found = check_both()
    for line, (table, _, column, _, ours) in zip(lines, ONLY_OURS, strict=True):
        assert [says for says in said if says.startswith(f"{table}.csv:{line} {column}") and ours in says]
    assert [says for says in said if says.startswith(f"second_coding.csv:{twice} ") and "already on line" in says]
    assert found == []


# The page


@every_table
def test_a_table_has_a_section_with_its_meaning_its_key_and_its_columns(table, page):
    own = section(page, f"## Table {table.name}")
    assert own.strip().startswith(f"{table.meaning} Key: `{' + '.join(table.key)}`.")
    rows = [line.split(" | ") for line in own.splitlines() if line.startswith("| `")]
    assert [row[0] for row in rows] == [f"| `{column.name}`" for column in table.columns]
    for row, column in zip(rows, table.columns, strict=True):
        assert (row[2], row[3]) == (column.unit, "yes" if column.required else "no")
        assert row[4].startswith(column.meaning.replace("|", r"\|"))
        assert all(f"{target}" in row[4] for target in column.refers)


def test_each_value_of_each_closed_list_has_its_meaning(page):
    lists = [column.choices for table in schema.TABLES for column in table.columns if isinstance(column.choices, dict)]
    assert len(lists) > 12
    for choices in lists:
        for value, meaning in choices.items():
            assert f"| {value} | {meaning} |" in page or f"- **{value}**: {meaning}\n" in page
    assert "\n### events.status, casualties.status, statements.status\n" in page  # one list, once


def test_links_lead_to_headings(page):
    headings = {codebook._anchor(line.lstrip("# ")) for line in page.splitlines() if line.startswith("#")}
    links = set(re.findall(r"\]\(#([^)]+)\)", page))
    assert len(links) > 25 and links <= headings


def test_no_heading_stands_there_twice(page):
    headings = [codebook._anchor(line.lstrip("# ")) for line in page.splitlines() if line.startswith("#")]
    assert len(headings) == len(set(headings))


def test_tables_of_the_page_are_whole(page):
    for table in re.findall(r"(?:^\|.*\n)+", page, re.MULTILINE):
        cells = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
        assert len(cells) == 1, table


def test_dates_have_the_bounds_that_the_record_gives_them(page):
    rows = [line for line in section(page, "## Dates").splitlines() if line.startswith("| `")]
    assert len(rows) == 7
    assert "| `2025-04-~11` | about that day: one day either side | 2025-04-10 00:00 | 2025-04-12 23:59 |" in rows
    assert rows[2].startswith("| `2025-04-11T10:15+03:00` |") and rows[2].endswith("| 2025-04-11 10:15 | 2025-04-11 10:15 |")
    assert rows[4].endswith("| 2025-04-11 00:00 | open |")


def test_an_example_is_the_first_on_which_both_agree_and_the_second_is_sure(record):
    entries = {entry.label: entry.example for entry in codebook._show_labels(record, "act")}
    rows = record.second_coding[record.second_coding["field"] == "act"]
    for act, example in entries.items():
        agreed = rows[(rows["first"] == act) & (rows["second"] == act) & (rows["sure"] == "high")]["statement_id"]
        chosen = record.episode["examples"].get(f"act {act}", [agreed.iloc[0]])
        assert example.startswith(f"`{chosen[0]}` (") and chosen[0] in set(agreed)
    doubted = recode(record, lambda rows: rows["statement_id"] == "kornelius-deadline-2025-05-12", sure="low")
    warn = next(entry for entry in codebook._show_labels(doubted, "act") if entry.label == "warn")
    assert warn.example.startswith("`rubio-brussels-2025-04-04` (4 April 2025")


def test_an_example_on_which_the_coders_never_agree_says_so(record):
    doubted = recode(record, lambda rows: rows["first"] == "warn", second="appeal")
    warn = next(entry for entry in codebook._show_labels(doubted, "act") if entry.label == "warn")
    assert warn.example.startswith("`kornelius-deadline-2025-05-12`") and warn.example.endswith(f"({codebook.REST})")


def test_an_example_of_an_answer_shows_what_it_answers(record):
    entries = {entry.label: entry.example for entry in codebook._show_labels(record, "answer")}
    assert entries["deflect"].startswith("`peskov-fakes-2025-04-22` (22 April 2025")
    assert " It answers `p-frontline-freeze` (" in entries["deflect"] and "Stop at the present front line." in entries["deflect"]


def test_a_whole_row_is_that_of_the_answer_which_the_episode_names(page):
    rows = [line.strip("| ").split(" | ") for line in section(page, "### A whole row").splitlines() if line.startswith("| ")][1:]
    assert rows[0] == ["statements", "`statement_id`", "putin-civilian-bilateral-2025-04-21"]
    assert ["replies", "`answers`", "zelensky-30day-civilian-2025-04-20"] in rows and ["replies", "`basis`", "explicit"] in rows
    assert ["statements", "`key_phrase`", "this needs to be sorted out"] in rows and not [row for row in rows if row[2] == ""]


def test_words_of_the_record_are_shown_as_they_are(record):
    odd = record.statements.assign(summary="Said <b>no</b> | *never* `x` [y](z)")
    page = codebook.describe(dataclasses.replace(record, statements=odd))
    assert r"Said \<b\>no\</b\> \| \*never\* \`x\` [y\](z)." in page and "<b>" not in page and "[y](" not in page


def test_agreement_is_counted_from_the_codings(record):
    assert codebook._count_agreed(record.second_coding, "act") == (126, 158)
    alike = recode(record, lambda rows: rows["field"] == "act", first="report", second="report")
    assert codebook._count_agreed(alike.second_coding, "act") == (158, 158)
    assert [pair for pair in codebook._name_differences(alike.second_coding) if pair[0] == "act"] == []
    first = next(codebook._name_differences(record.second_coding))
    assert first[:3] == ("basis", "explicit / inferred", 15) and first[3].count("`") == 4 * 15


def test_where_the_coders_differ_is_told_at_the_end_and_only_there(record, page):
    rules, end = page.split("\n## Where the coders differ\n")
    apart = record.second_coding[record.second_coding["first"] != record.second_coding["second"]]
    assert len(apart) > 50 and end.count("; ") >= len(apart)
    for row in apart.itertuples():
        assert f"({row.first}; {row.second})" in end and f"`{row.statement_id}`" in end
        assert f"({row.first}; {row.second})" not in rules
    shown = codebook.find_shown(record)
    assert 20 < len(shown) < 40 and all(f"`{one}`" in rules for one in shown)


def test_where_labels_are_hard_to_tell_apart_an_example_is_worked(record, page):
    rules = section(page, "### Which act")
    for name in schema.HARD:
        for one in record.episode["examples"][name]:
            act = record.statements.set_index("statement_id").loc[one, "act"]
            assert f"- **{act}**, both coders: `{one}` (" in rules
    plain = dataclasses.replace(record, episode={k: v for k, v in record.episode.items() if k != "examples"})
    assert "both coders:" not in codebook.describe(plain) and "`peskov-deadline-2025-05-12`" in codebook.describe(plain)


def test_references_that_no_package_can_state_are_named(page):
    last = page.split("\n## What only the check can say\n")[1]
    unstated = {f"{table.name}.{column.name}" for table in schema.TABLES for column in table.columns
                if column.refers and (column.many or len(column.refers) > 1)}  # fmt: skip
    assert unstated == set(re.findall(r"\b\w+\.\w+(?=[,. ])", last)) - {"datapackage.json"}


# Other vocabularies


@pytest.mark.parametrize(("matches", "terms"), [
    (vocabularies.KINDS, schema.EVENT_KINDS), (vocabularies.ACTS, schema.ACTS), (vocabularies.ANSWERS, schema.ANSWERS),
])  # fmt: skip
def test_every_term_is_matched_or_has_none(matches, terms):
    assert list(matches) == list(terms)


def test_matches_name_columns_vocabularies_and_relations_that_there_are():
    known = {f"{table.name}.{column.name}" for table in schema.TABLES for column in table.columns}
    assert {name for term in vocabularies.COLUMNS for name in re.findall(r"\w+\.\w+", term)} <= known
    every = [vocabularies.KINDS, vocabularies.ACTS, vocabularies.ANSWERS, vocabularies.COLUMNS]
    found = [(name, match) for matches in every for term in matches.values() for name, match in term.items()]
    assert {name for name, _ in found} == {book.name for book in vocabularies.VOCABULARIES}
    assert {match.relation for _, match in found} <= set(vocabularies.RELATIONS) - {"none"}
    assert all(match.term for _, match in found)


def test_the_page_says_none_where_there_is_no_counterpart(page):
    acts = section(page, "### By act")
    assert "UCDP GED and ACLED: none." in acts and "| deflect | none |" in acts
    assert "| narrower: CONSULT, mode phone" in section(page, "### By kind of event")
