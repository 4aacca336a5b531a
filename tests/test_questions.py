"""What is asked for a new row, and what is suggested."""

from __future__ import annotations

import pytest

from analysis import schema
from analysis.questions import KINDS, describe, list_fields, name_fields, order_columns, slug, suggest, suggest_bounds

EVENT = {"title": "The second missile strike on Sumy, 13 April", "when": "[2025-04-13T22:00+03:00..2025-04-14T06:00+03:00]"}


def suggested(record, table, name, *rows):
    """Return what is suggested for a column of the last of these new rows."""
    return suggest(schema.BY_NAME[table], name, rows[-1], record, rows)


@pytest.mark.parametrize("kind", KINDS)
def test_every_column_is_asked_once_and_ids_last(kind):
    table = schema.BY_NAME[KINDS[kind]]
    names = [column.name for column in order_columns(table)]
    assert sorted(names) == sorted([column.name for column in table.columns] + ["number"] * (kind == "claim"))
    assert names[-1] == table.key[0]


def test_columns_stand_in_the_order_of_the_schema_but_for_what_follows_from_others():
    names = [column.name for column in order_columns(schema.BY_NAME["events"])]
    assert [*names[-1:], *names[:-1]] == [column.name for column in schema.BY_NAME["events"].columns]
    claim = [column.name for column in order_columns(schema.BY_NAME["casualties"])]
    assert claim[:6] == ["event_id", "measure", "population", "wording", "number", "low"]


def test_a_column_is_described_with_form_unit_list_and_whether_it_may_be_empty():
    columns = {**name_fields("claim"), **name_fields("event")}
    assert describe(columns["low"]) == ("Lowest count that the wording allows; empty if it gives none. "
                                        "(a whole number; in people; may be left empty)")  # fmt: skip
    assert describe(columns["measure"]) == "What was counted. (one of killed, injured, missing)"
    assert describe(columns["attacker"], ["North", "South"]).endswith("(one of North, South; may be left empty)")
    assert "as 2025-04-13," in describe(columns["when"]) and describe(columns["title"]) == "One line for labels."
    assert describe(columns["actors"]) == "Who took part. (ids of actors.csv; several separated by '; ')"


def test_the_help_of_a_kind_lists_its_fields_and_those_of_a_reply():
    text = list_fields("statement")
    assert all(f"\n  {name} " in text for name in ("when", "speaker", "statement_id", "answers", "basis", "reply_note"))


def test_an_event_is_named_after_words_of_its_title_and_its_first_day(record):
    assert suggested(record, "events", "event_id", EVENT) == "second-missile-strike-sumy-2025-04-13"
    plain = {"title": "Сумы", "kind": "strike", "when": "2025-04-~13"}
    assert suggested(record, "events", "event_id", plain) == "strike-2025-04-13"


def test_an_id_that_is_taken_gets_a_number(record):
    taken = {"title": "Sumy strike", "when": "2025-04-13"}
    assert suggested(record, "events", "event_id", taken) == "sumy-strike-2025-04-13-2"
    babel = {"publisher": "Babel", "published": "2025-04-15"}
    of_day = [source for source in record.sources["source_id"] if source.startswith("babel-2025-04-15")]
    assert suggested(record, "sources", "source_id", babel) == f"babel-2025-04-15-{len(of_day) + 1}"


@pytest.mark.parametrize(("publisher", "published", "source"), [
    ("Lviv Herald", "2025-04-13", "lviv-herald-2025-04-13"),
    ("The Moscow Times", "2025-06-01", "moscow-times-2025-06-01"),  # as its other pages
    ("The Lviv Herald", "", "lviv-herald-undated"),
    ("People's Café", "2025-05", "peoples-cafe-2025-05"),
])  # fmt: skip
def test_a_source_is_named_after_publisher_and_day(record, publisher, published, source):
    assert suggested(record, "sources", "source_id", {"publisher": publisher, "published": published}) == source


@pytest.mark.parametrize(("cells", "statement"), [
    ({"proposal_id": "p-30day-full; p-easter-truce"}, "macron-30day-full-2025-06-03"),
    ({"proposal_id": "p22-corridors"}, "macron-corridors-2025-06-03"),
    ({"about_event": "sumy-strike-2025-04-13"}, "macron-sumy-2025-06-03"),
    ({"about_event": "air-attack-2025-05-24"}, "macron-air-attack-2025-06-03"),
    ({"key_phrase": "a strong reply now"}, "macron-strong-reply-now-2025-06-03"),
    ({"summary": "Said that pressure must grow."}, "macron-said-pressure-must-2025-06-03"),
])  # fmt: skip
def test_a_statement_is_named_after_speaker_subject_and_day(record, cells, statement):
    said = {"speaker": "macron; starmer", "when": "2025-06-03", **cells}
    assert suggested(record, "statements", "statement_id", said) == statement


@pytest.mark.parametrize(("origins", "status"), [("", ""), ("ap", "single-origin"), ("ap; reuters", "corroborated")])
@pytest.mark.parametrize("table", ["events", "statements", "casualties"])
def test_status_follows_from_the_number_of_origins(record, table, origins, status):
    assert suggested(record, table, "status", {"origins": origins}) == status


@pytest.mark.parametrize(("wording", "number", "bounds"), [
    ("exact", "35", ("35", "35")), ("about", "120", ("120", "120")), ("at least", "34", ("34", "")),
    ("more than", "100", ("101", "")), ("up to", "85", ("", "85")), ("exact", "", ("", "")),
    ("exact", "many", ("", "")), ("some", "3", ("", "")), ("more than", "0", ("1", "")),
])  # fmt: skip
def test_low_and_high_follow_from_the_wording_and_one_number(record, wording, number, bounds):
    cells = {"wording": wording, "number": number}
    assert suggest_bounds(wording, number) == bounds
    assert tuple(suggested(record, "casualties", name, cells) for name in ("low", "high")) == bounds


def count(measure, low, population="all", wording="exact"):
    high = "" if wording in ("at least", "more than") else low
    return {"event_id": "sumy-strike-2025-04-13", "claimed_by": "ua-ses", "measure": measure, "population": population,
            "low": low, "high": high, "wording": wording}  # fmt: skip


def test_a_report_is_named_after_strike_claimant_and_all_its_counts(record):
    rows = [count("injured", "130"), count("killed", "41", wording="more than"), count("killed", "2", "children")]
    assert suggested(record, "casualties", "report_id", *rows) == "sumy-0413-ua-ses-40k-130i"
    assert suggested(record, "casualties", "report_id", count("missing", "2", "children")) == "sumy-0413-ua-ses-2m-children"
    assert suggested(record, "casualties", "report_id", count("killed", "3", "military")) == "sumy-0413-ua-ses-3k"


def test_a_report_on_a_strike_without_claims_is_named_after_its_place(record):
    cells = count("killed", "1") | {"event_id": "kursk-brigade-strike-2025-04-15"}
    assert suggested(record, "casualties", "report_id", cells) == "kursk-0415-ua-ses-1k"
    cells = count("killed", "1") | {"event_id": "airbase-drones-2025-06-01"}
    assert suggested(record, "casualties", "report_id", cells) == "airbase-drones-0601-ua-ses-1k"


def test_a_claim_is_named_as_those_of_the_record(record):
    """All ids of claims follow from report, measure and population, and nearly all of reports from their counts."""
    claims = record.casualties[["claim_id", "report_id", "event_id", "measure", "population", "low", "high", "wording",
                                "claimed_by"]].astype("object").fillna("").astype("str").to_dict("records")  # fmt: skip
    assert [suggested(record, "casualties", "claim_id", row) for row in claims] == list(record.casualties["claim_id"])
    reports = {row["report_id"]: [other for other in claims if other["report_id"] == row["report_id"]] for row in claims}
    named = {report: suggested(record, "casualties", "report_id", *rows) for report, rows in reports.items()}
    others = {report for report, name in named.items() if name not in (report, f"{report}-2")}
    assert len(others) < len(reports) / 20


def test_a_new_report_comes_after_the_last_of_its_strike(record):
    last = record.casualties.loc[record.casualties["event_id"] == "sumy-strike-2025-04-13", "seq"].max()
    assert suggested(record, "casualties", "seq", count("killed", "37")) == str(last + 1)
    assert suggested(record, "casualties", "seq", {"event_id": "kursk-brigade-strike-2025-04-15"}) == "1"
    assert suggested(record, "casualties", "seq", count("killed", "3", "military")) == ""


def test_a_claim_of_a_report_that_is_there_takes_over_what_its_claims_share(record):
    cells = {"report_id": "odesa-0413-kiper-4i"}
    shared = {name: suggested(record, "casualties", name, cells) for name in
              ("event_id", "as_of", "seq", "claimed_by", "origins", "sources")}  # fmt: skip
    assert shared == {"event_id": "odesa-drones-2025-04-13", "as_of": "2025-04-13", "seq": "1", "claimed_by": "kiper",
                      "origins": "kiper", "sources": "rbc-ukraine-2025-04-13"}  # fmt: skip
    servicemen = {"report_id": "sumy-0413-ru-mod-60k", "population": "military"}
    assert suggested(record, "casualties", "seq", servicemen) == ""


def test_a_slug_holds_letters_digits_and_single_hyphens():
    assert slug("Erdoğan’s  «Élysée», 100 %") == "erdogans-elysee-100" and slug("Суми") == ""
