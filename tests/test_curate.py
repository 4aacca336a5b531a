"""Adding rows: what is asked, what is refused, and that files are written whole, in place, or not at all."""

from __future__ import annotations

import csv
import os
import pty
import re
import select
import shlex
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis import __main__ as cli
from analysis import curate, files, insert, schema
from analysis.draft import Draft, Refused
from analysis.load import DATA, Record, RecordError

EVENT = {
    "when": "2025-05-15", "kind": "decision", "title": "A made-up decision", "summary": "Something was decided.",
    "actors": "zelensky; umerov", "origins": "ap; reuters", "sources": "asiaone-2025-05-16; press-tv-2025-05-15",
}  # fmt: skip
SOURCE = {"publisher": "Lviv Herald", "published": "2025-05-15", "url": "https://example.org/a"}
STATEMENT = {
    "when": "2025-05-16", "speaker": "macron", "act": "reject", "proposal_id": "p-istanbul-talks", "summary": "Said no.",
    "origins": "macron", "sources": "asiaone-2025-05-16",
}  # fmt: skip
REPLY = {"answers": "putin-istanbul-2025-05-11", "answer": "reject", "basis": "explicit"}
CLAIM = {
    "event_id": "sumy-strike-2025-04-13", "measure": "killed", "population": "all", "wording": "more than", "number": "36",
    "as_of": "2025-05-01", "claimed_by": "ua-ses", "origins": "ua-ses", "sources": "babel-2025-04-15",
}  # fmt: skip


WRITE = "Write? [Y/n, or the name of a column to change] "


class Person:
    """Answer each question by its field, in the order given; keep what was asked and said."""

    def __init__(self, **answers):
        self.answers = {field: [given] if isinstance(given, str) else list(given) for field, given in answers.items()}
        self.asked, self.told = [], []

    def ask(self, prompt):
        self.asked.append(prompt)
        assert self.asked.count(prompt) < 9, self.told[-3:]
        field = re.match(r"[\w-]+", prompt)[0]
        answers = self.answers.get(field, [])
        answer = answers.pop(0) if answers else ""
        if isinstance(answer, type):
            raise answer
        return answer() if callable(answer) else answer

    def talk(self):
        return curate.Talk(self.ask, self.told.append)


def words(fields):
    return [f"{name}={cell}" for name, cell in fields.items()]


def add(folder, kind, fields, person=None):
    """Run `add` in this process; return its exit code and what it told."""
    told = []
    code = curate.add_rows(kind, words(fields), folder, person and person.talk(), lambda text, wrong: told.append(text))
    return code, "\n".join(told)


@pytest.fixture(scope="module")
def opened():
    """Return the shipped record opened once, for what is never written."""
    return Draft.open(DATA)


def refuse(opened, kind, fields):
    """Return the sentences with which `add` refuses the fields."""
    with pytest.raises(Refused) as refusal:
        curate.fill_rows(replace(opened, rows=[]), kind, curate.read_fields(kind, words(fields)))
    return str(refusal.value).splitlines()


def take(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def find_new_lines(before, after):
    """Return the lines that were added to each file, after making sure that all others stayed in their order."""
    found = {}
    assert before.keys() == after.keys()
    for name, data in after.items():
        rest, old = data.splitlines(keepends=True), before[name].splitlines(keepends=True)
        new = [line for line in rest if line not in old]
        assert [line for line in rest if line in old] == old
        if new:
            found[name] = b"".join(new).decode()
    return found


def read_rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_an_event_comes_to_its_place_and_every_other_byte_stays(folder):
    before = take(folder)
    code, told = add(folder, "event", EVENT)
    assert code == 0
    row = ("made-up-decision-2025-05-15,2025-05-15,decision,,A made-up decision,Something was decided.,,,zelensky; umerov,"
           "ap; reuters,asiaone-2025-05-16; press-tv-2025-05-15,corroborated,\n")  # fmt: skip
    assert find_new_lines(before, take(folder)) == {"events.csv": row}
    ids = [row["event_id"] for row in read_rows(folder / "events.csv")]
    assert ids == sorted(ids) and len(Record.read(folder).events) == len(ids)
    place = ids.index("made-up-decision-2025-05-15") + 2
    head = [f"--- {folder / 'events.csv'}", f"+++ {folder / 'events.csv'}", f"@@ -{place - 1},0 +{place} @@", f"+{row.strip()}"]
    assert told.splitlines()[:4] == head
    assert "make check" in told and "CONTRIBUTING" in told and "Added 1 row to" in told


@pytest.mark.parametrize(("source", "place"), [("056-a", 0), ("zzz", -1)])
def test_the_first_and_the_last_place_are_places_too(folder, source, place):
    assert add(folder, "source", SOURCE | {"source_id": source})[0] == 0
    assert read_rows(folder / "sources.csv")[place]["source_id"] == source
    Record.read(folder)


def test_a_statement_that_answers_gets_a_row_of_replies_too(folder):
    before = take(folder)
    code, _ = add(folder, "statement", STATEMENT | REPLY | {"conditions": "a, b", "reply_note": "seen", "note": "heard"})
    assert code == 0 and find_new_lines(before, take(folder)) == {
        "statements.csv": "macron-istanbul-talks-2025-05-16,2025-05-16,macron,,,reject,p-istanbul-talks,,,Said no.,macron,"
                          "asiaone-2025-05-16,single-origin,heard\n",
        "replies.csv": 'macron-istanbul-talks-2025-05-16,putin-istanbul-2025-05-11,reject,"a, b",explicit,seen\n',
    }  # fmt: skip


def test_a_claim_gets_bounds_order_and_ids(folder):
    before = take(folder)
    code, _ = add(folder, "claim", CLAIM)
    assert code == 0 and find_new_lines(before, take(folder)) == {
        "casualties.csv": "sumy-0413-ua-ses-36k-killed,sumy-0413-ua-ses-36k,sumy-strike-2025-04-13,killed,all,37,,more than,"
                          "2025-05-01,14,ua-ses,ua-ses,babel-2025-04-15,single-origin,\n",
    }  # fmt: skip


HOSTILE = ['He said "no", twice', "=HYPERLINK(1;2)", "+1", "-1", "@sum", "Суми, Україна", "שלום", "مرحبا", "'quoted'", "100 %",
           "a\\nb", "a;b", '"']  # fmt: skip


@pytest.mark.parametrize("cell", HOSTILE)
def test_a_cell_is_written_as_it_was_given_with_quotes_only_where_needed(shipped, cell):
    row = SOURCE | {"note": cell, "source_id": "lviv"}
    data, (place,) = insert.insert_rows(schema.BY_NAME["sources"], shipped["sources.csv"], [row])
    line = data.decode().splitlines()[place - 1]
    assert next(csv.reader([line]))[-1] == cell
    assert (',"' in line) == ("," in cell or '"' in cell)


def test_hostile_cells_go_through_the_record_unchanged(folder):
    before = take(folder)
    assert add(folder, "source", SOURCE | {"publisher": HOSTILE[1], "note": " ".join(HOSTILE)})[0] == 0
    assert list(find_new_lines(before, take(folder))) == ["sources.csv"]
    row = Record.read(folder).sources.set_index("publisher").loc[HOSTILE[1]]
    assert row["note"] == " ".join(HOSTILE) and row.name == HOSTILE[1]


@pytest.mark.parametrize(("cell", "says"), [
    ("a\nb", "U+000A"), ("a\r\nb", "U+000A"), ("a\rb", "U+000D"), ("a\tb", "U+0009"), ("a\x1b[31mb", "U+001B"),
    ("a\u202eb", "U+202E"), ("a\u2028b", "U+2028"), ("a\u200fb", "U+200F"), ("\ufeffa", "U+FEFF"),
    (" a", "begins or ends with a space"), ("a\xa0", "begins or ends with a space"), ("a\udcffb", "not UTF-8"),
])  # fmt: skip
def test_what_cannot_be_seen_is_refused(opened, cell, says):
    (told,) = refuse(opened, "source", SOURCE | {"note": cell})
    assert told.startswith("note") and says in told


@pytest.mark.parametrize(("kind", "fields", "says"), [
    ("event", EVENT | {"when": "13.04.2025"}, "when '13.04.2025': looks like a date changed by a spreadsheet"),
    ("event", EVENT | {"kind": "strike"}, "attacker: empty, which a strike may not be"),
    ("event", EVENT | {"sources": "asiaone-2025-05-17; zzz"},
     "sources 'asiaone-2025-05-17': not in sources.csv (did you mean 'asiaone-2025-05-16'?)\n"
     "sources 'zzz': not in sources.csv"),
    ("event", EVENT | {"event_id": "p-black-sea"}, "event_id 'p-black-sea': already the key of proposals.csv:"),
    ("event", EVENT | {"status": "single-origin"}, "status 'single-origin': 2 in origins make it 'corroborated'"),
    ("statement", STATEMENT | REPLY | {"when": "2025-05-01"}, "answers 'putin-istanbul-2025-05-11': said later than"),
    ("statement", STATEMENT | {"answer": "reject"}, "answers: missing; give it as answers=...\nbasis: missing; give it as basis"),
    ("claim", CLAIM | {"event_id": "sumy-mourning-2025-04-14"}, "event_id 'sumy-mourning-2025-04-14': not a strike"),
    ("claim", CLAIM | {"as_of": "2025-04-12"}, "as_of '2025-04-12': before the strike"),
    ("claim", CLAIM | {"number": "many"}, "number 'many': expected a whole number"),
    ("claim", CLAIM | {"number": "0"}, "number '0': expected a number at least 1"),
    ("statement", STATEMENT | REPLY | {"when": "2025-03-01", "answers": "p-30day-civilian"},
     "answers 'p-30day-civilian': first made later than the statement that answers it"),
    ("statement", STATEMENT | REPLY | {"answer": "accept-if"}, "conditions: empty, which the answer accept-if may not be"),
    ("source", SOURCE | {"publisher": "Українська правда"}, "source_id: missing; give it as source_id="),
    ("claim", CLAIM | {"number": "٣"}, "number '٣': expected a whole number"),
    ("claim", CLAIM | {"low": "3"}, "number: low and high follow from it"),
    ("claim", CLAIM | {"seq": "13"}, "seq '13': also that of report"),
    ("source", SOURCE | {"url": "javascript:alert(1)"}, "url 'javascript:alert(1)': expected an address"),
    ("source", SOURCE | {"titel": "x"}, "source has no field 'titel'"),
])  # fmt: skip
def test_what_the_record_would_refuse_is_refused_in_its_words(opened, kind, fields, says):
    assert says in "\n".join(refuse(opened, kind, fields))


def test_a_key_that_is_taken_is_named_with_its_line(opened):
    lines = [row["event_id"] for row in read_rows(DATA / "events.csv")]
    (told,) = refuse(opened, "event", EVENT | {"event_id": "sumy-strike-2025-04-13"})
    assert told == f"event_id 'sumy-strike-2025-04-13': already on line {lines.index('sumy-strike-2025-04-13') + 2}"


def test_a_fault_that_shows_at_a_row_of_the_record_is_named_with_the_line_it_has_in_the_file(opened):
    reports = [row["report_id"] for row in read_rows(DATA / "casualties.csv")]
    (told,) = refuse(opened, "claim", CLAIM | {"seq": "13"})
    line = reports.index("sumy-0413-ua-sumy-city-council-36k-127i") + 2
    assert told == f"casualties.csv:{line} seq '13': also that of report 'sumy-0413-ua-ses-36k'"


def test_a_refusal_writes_nothing(folder):
    before = take(folder)
    code, told = add(folder, "event", EVENT | {"kind": "strike"})
    assert code == 1 and told == "attacker: empty, which a strike may not be\nnothing was written."
    assert take(folder) == before


def test_each_missing_field_has_its_sentence_and_what_follows_from_it_none(opened):
    names = ("when", "kind", "summary", "actors", "origins", "sources")
    assert refuse(opened, "event", {"title": "x"}) == [f"{name}: missing; give it as {name}=..." for name in names]


def test_words_that_are_no_fields_are_refused_together(folder):
    with pytest.raises(Refused) as refusal:
        curate.read_fields("event", ["titel=x", "foo", "when=1", "when=2"])
    assert str(refusal.value).splitlines() == [
        "event has no field 'titel' (did you mean 'title'?)", "'foo': expected field=value, as when=...", "when: given twice",
    ]  # fmt: skip
    assert curate.read_fields("event", ["title==SUM(A1)=2"]) == {"title": "=SUM(A1)=2"}


def test_a_faulty_record_is_told_and_left_alone(folder, change):
    change("casualties", "sumy-0413-kobzar-20k-killed", low="2x")
    before = take(folder)
    with pytest.raises(RecordError, match="low '2x'"):
        add(folder, "event", EVENT)
    assert take(folder) == before


def test_a_wrong_answer_is_one_sentence_and_asked_again(folder):
    person = Person(kind=["decison", "decision"], title=["", "A\udcff", "A made-up decision"])
    rest = {name: cell for name, cell in EVENT.items() if name not in ("kind", "title")}
    assert add(folder, "event", rest | {"attacker": "", "location_id": "", "other_locations": "", "note": ""}, person)[0] == 0
    assert [prompt for prompt in person.asked if prompt.startswith(("kind", "title"))] == ["kind: "] * 2 + ["title: "] * 3
    told = "\n".join(person.told)
    assert "kind 'decison': expected one of talks," in told and "(did you mean 'decision'?)" in told
    assert "title: empty, and it may not be" in told and "title: not UTF-8" in told
    assert "What kind of event. (one of talks, meeting," in told


def test_enter_takes_the_suggestion_and_a_dash_leaves_a_cell_empty(folder):
    person = Person(high=["-", ""], which="high")
    claim = {name: cell for name, cell in CLAIM.items() if name not in ("wording", "number")}
    assert add(folder, "claim", claim | {"wording": "exact", "number": "40", "seq": "14", "note": ""}, person)[0] == 0
    assert [prompt for prompt in person.asked if "[" in prompt] == [
        "low [40]: ", "high [40]: ", "status [single-origin]: ", "another count of the same report? [y/N] ",
        "report_id [sumy-0413-ua-ses-40k]: ", "claim_id [sumy-0413-ua-ses-40k-killed]: ",
        "which column of casualties.csv is to be changed? [wording]: ", "high [40]: ", WRITE,
    ]  # fmt: skip


def test_a_wrong_field_of_the_command_line_is_asked_for(folder):
    person = Person(kind="newspaper")
    code, _ = add(folder, "source", SOURCE | {"kind": "paper", "lang": "en", "origin": "", "note": ""}, person)
    assert code == 0 and "kind 'paper': expected one of agency" in person.told[1]
    assert [row["kind"] for row in read_rows(folder / "sources.csv") if row["publisher"] == "Lviv Herald"] == ["newspaper"]


def test_a_page_that_is_not_there_can_be_added_on_the_way(folder):
    person = Person(sources=["lviv-2025-05-15", "lviv-2025-05-15; press-tv-2025-05-15"], add=["n", "perhaps", "y"],
                    publisher="Lviv", published="2025-05-15", url="https://example.org/a")  # fmt: skip
    before = take(folder)
    fields = {name: cell for name, cell in EVENT.items() if name != "sources"}
    assert add(folder, "event", fields, person)[0] == 0
    new = find_new_lines(before, take(folder))
    assert set(new) == {"sources.csv", "events.csv"}
    assert new["sources.csv"] == "lviv-2025-05-15,Lviv,2025-05-15,,https://example.org/a,,,\n"
    assert "lviv-2025-05-15; press-tv-2025-05-15" in new["events.csv"] and "expected y or n" in person.told


def test_an_actor_that_is_not_there_can_be_added_in_another_window(folder):
    def edit():
        path = folder / "actors.csv"
        text = path.read_text("utf-8").replace("\numerov,", "\numer,Umer,Envoy,Ukraina,person\numerov,")
        path.write_text(text, "utf-8")
        return "umer"

    def correct():
        path = folder / "actors.csv"
        path.write_text(path.read_text("utf-8").replace("Ukraina", "Ukraine"), "utf-8")
        return "umer"

    person = Person(actors=["umer", edit, correct])
    fields = {name: cell for name, cell in EVENT.items() if name != "actors"}
    assert add(folder, "event", fields, person)[0] == 0
    assert any(says.startswith("actors 'umer': not in actors.csv") for says in person.told)
    assert "If it is new, add its row to actors.csv (in another window) and answer again." in person.told
    assert any("side 'Ukraina': expected one of" in says and "changed meanwhile" in says for says in person.told)
    assert "umer" in set(Record.read(folder).actors["actor_id"])


def test_a_statement_can_answer_several_and_a_wrong_one_is_asked_again(folder):
    person = Person(answers=["putin-istanbul-2025-05-12", "putin-istanbul-2025-05-11", "putin-istanbul-2025-05-11",
                             "p-30day-civilian", ""], answer=["no", "reject", "counter"], basis=["explicit", "inferred"],
                    conditions=["", "talks"], note=["", "", "late"])  # fmt: skip
    before = take(folder)
    assert add(folder, "statement", STATEMENT, person)[0] == 0
    assert find_new_lines(before, take(folder))["replies.csv"] == (
        "macron-istanbul-talks-2025-05-16,p-30day-civilian,counter,talks,inferred,late\n"
        "macron-istanbul-talks-2025-05-16,putin-istanbul-2025-05-11,reject,,explicit,\n")  # fmt: skip
    told = "\n".join(person.told)
    assert "(did you mean 'putin-istanbul-2025-05-11'?)" in told and "given already" in told


def test_further_counts_of_a_report_share_its_cells_and_its_id(folder):
    person = Person(another=["y", "y", "n"], measure=["injured", "killed"], population=["all", "children"],
                    wording=["exact", "exact"], number=["140", "3"], report_id="sumy-0413-ua-ses-may")  # fmt: skip
    before = take(folder)
    assert add(folder, "claim", CLAIM, person)[0] == 0
    lines = find_new_lines(before, take(folder))["casualties.csv"].splitlines()
    assert [prompt for prompt in person.asked if "report_id" in prompt] == ["report_id [sumy-0413-ua-ses-36k-140i]: "]
    report, rest = "sumy-0413-ua-ses-may", "2025-05-01,14,ua-ses,ua-ses,babel-2025-04-15,single-origin,"
    assert lines == [
        f"{report}-injured,{report},sumy-strike-2025-04-13,injured,all,140,140,exact,{rest}",
        f"{report}-killed,{report},sumy-strike-2025-04-13,killed,all,37,,more than,{rest}",
        f"{report}-killed-children,{report},sumy-strike-2025-04-13,killed,children,3,3,exact,{rest}",
    ]


def test_what_shows_only_in_the_end_is_put_right_in_the_end(folder):
    """A seq is wrong only once the report is known, whose id comes last: the person is asked which column to change."""
    person = Person(report_id="sumy-0413-ua-ses-99k", which=["sequence", ""], seq="14")
    assert add(folder, "claim", CLAIM | {"seq": "3", "note": ""}, person)[0] == 0
    asked = [prompt for prompt in person.asked if prompt.startswith(("which", "seq"))]
    assert asked == ["which column of casualties.csv is to be changed? [seq]: "] * 2 + ["seq [14]: "]
    told = "\n".join(person.told)
    assert "seq '3': also that of report 'sumy-0413-klymenko-21k-83i'" in told and "no column 'sequence'" in told


def test_an_answer_that_leads_nowhere_can_be_left_by_going_back(folder):
    """`<` goes back to the question before, and at the first one nowhere."""
    person = Person(publisher=["<", "Lviv Heral", "Lviv Herald"], published=["<", "2025-05-15"], lang=["english", "<", "uk"],
                    url="https://example.org/a")  # fmt: skip
    assert add(folder, "source", {}, person)[0] == 0
    questions = [prompt.split()[0].rstrip(":") for prompt in person.asked]
    assert questions[:9] == ["publisher", "publisher", "published", "publisher", "published", "lang", "lang", "published", "lang"]
    (row,) = (row for row in read_rows(folder / "sources.csv") if row["publisher"] == "Lviv Herald")
    assert (row["published"], row["lang"]) == ("2025-05-15", "uk") and "published [2025-05-15]: " in person.asked


def test_who_goes_back_and_stops_loses_no_answer(folder):
    person = Person(publisher=["Lviv Herald", KeyboardInterrupt], published=["2025-05-15", "<"], lang=["<"])
    _, told = add(folder, "source", {}, person)
    assert {"publisher=Lviv Herald", "published=2025-05-15"} <= set(shlex.split(told.splitlines()[-1]))


def test_the_command_that_goes_on_is_one_that_holds(folder):
    person = Person(number="37", as_of=[KeyboardInterrupt])
    _, told = add(folder, "claim", {name: CLAIM[name] for name in ("event_id", "measure", "population", "wording")}, person)
    again = shlex.split(told.splitlines()[-1])[4:]
    assert "number=37" in again and not any(word.startswith(("low=", "high=")) for word in again)
    assert curate.read_fields("claim", again[again.index(str(folder)) + 1:])["number"] == "37"


def test_before_writing_any_column_of_any_row_can_be_changed(folder):
    person = Person(Write=["titel", "when", "answer", "y"], when="2025-05-17", answers=[REPLY["answers"], "p-30day-civilian", ""],
                    answer=["reject", "reject", "defer"], basis=["explicit", "explicit"], conditions=["", ""],
                    **{"in": ["3", "2"]})  # fmt: skip
    before = take(folder)
    assert add(folder, "statement", STATEMENT, person)[0] == 0
    new = find_new_lines(before, take(folder))
    assert ",2025-05-17,macron" in new["statements.csv"]
    assert [line.split(",")[1:3] for line in new["replies.csv"].splitlines()] == [
        ["p-30day-civilian", "defer"], ["putin-istanbul-2025-05-11", "reject"]]  # fmt: skip
    told = "\n".join(person.told)
    assert "expected y, n or a column: 'titel' is none" in told and "expected one of 1, 2" in told


def test_a_doubtful_row_is_shown_with_what_deserves_a_look(folder):
    claim = CLAIM | {"number": "60", "population": "children", "wording": "exact", "as_of": "2025-05-01"}
    _, told = add(folder, "claim", claim)
    assert "look at this: casualties.csv:" in told and "more children killed than any claim has people in all ('36')" in told


AGAIN = "\nTo go on from here:\npython -m analysis add source --episode "


def test_no_to_writing_writes_nothing_and_loses_no_answer(folder, capsys):
    before = take(folder)
    code, told = add(folder, "source", SOURCE, Person(Write="n", note="it's"))
    assert code == 0 and f"\nNothing was written.{AGAIN}" in told and take(folder) == before
    again = shlex.split(told.splitlines()[-1])[3:]
    assert cli.main([*again, "--yes"]) == 0
    (row,) = (row for row in read_rows(folder / "sources.csv") if row["publisher"] == "Lviv Herald")
    assert row["note"] == "it's"


@pytest.mark.parametrize(("stop", "code"), [(KeyboardInterrupt, 130), (EOFError, 1)])
def test_stopping_writes_nothing_and_loses_no_answer(folder, stop, code):
    before = take(folder)
    stopped = f"\nstopped; nothing was written.{AGAIN}{shlex.quote(str(folder))} publisher=x"
    assert add(folder, "source", {"publisher": "x"}, Person(url=[stop])) == (code, stopped)
    assert take(folder) == before


def test_every_row_of_a_conversation_is_given_again(folder):
    person = Person(answers=[REPLY["answers"], "p-30day-civilian", ""], answer=["reject", "counter"],
                    basis=["explicit", "inferred"], Write="n")  # fmt: skip
    _, told = add(folder, "statement", STATEMENT, person)
    first, second = told.splitlines()[-2:]
    assert "answers=putin-istanbul-2025-05-11 answer=reject basis=explicit" in first and "speaker=macron" in first
    assert second.startswith("# one more row of replies.csv:") and "answers=p-30day-civilian answer=counter" in second


def test_what_somebody_else_wrote_meanwhile_is_kept(folder):
    draft = Draft.open(folder)
    curate.fill_rows(draft, "event", EVENT)
    path = folder / "events.csv"
    path.write_bytes(path.read_bytes().replace(b"Days of mourning", b"Three days of mourning", 1))
    draft.write()
    assert "Three days of mourning" in path.read_text("utf-8") and "made-up-decision-2025-05-15" in path.read_text("utf-8")
    again = Draft.open(folder)
    other = EVENT | {"event_id": "other-2025-05-15", "title": "Another one"}
    curate.fill_rows(again, "event", other)
    assert add(folder, "event", other)[0] == 0
    before = take(folder)
    with pytest.raises(Refused, match=r"event_id 'other-2025-05-15': already"):
        again.write()
    (folder / "actors.csv").unlink()
    with pytest.raises(RecordError, match=r"actors.csv: missing"):
        again.write()
    assert take(folder) == {name: data for name, data in before.items() if name != "actors.csv"}


def test_a_command_that_is_given_again_writes_no_second_row(folder):
    assert add(folder, "event", EVENT)[0] == 0
    before = take(folder)
    code, said = add(folder, "event", EVENT | {"event_id": "made-up-again-2025-05-15"})[:2]
    assert code == 1 and "in all but its id; remove one, or note how they differ" in str(said) and take(folder) == before


def test_many_at_once_lose_no_row(folder):
    """Four processes add a page each at the same time."""
    words = ["add", "source", "--yes", "--episode", str(folder), "url=https://example.org/"]
    code = f"""
import os
from analysis import __main__ as cli, curate
for at in "1234":
    if not os.fork():
        os._exit(cli.main([*{words}, "publisher=Paper " + at]))
assert [os.wait()[1] for _ in "1234"] == [0] * 4
"""
    subprocess.run([sys.executable, "-c", code], cwd=DATA.parent, stdout=subprocess.DEVNULL, check=True)
    assert {f"Paper {at}" for at in "1234"} <= {row["publisher"] for row in read_rows(folder / "sources.csv")}


@pytest.mark.parametrize("calls", [1, 2, 3])
def test_a_crash_between_files_leaves_each_whole_and_the_record_valid(folder, monkeypatch, calls):
    draft = Draft.open(folder)
    draft.add("sources", SOURCE | {"source_id": "lviv-2025-05-15"})
    curate.fill_rows(draft, "statement", STATEMENT | REPLY | {"sources": "lviv-2025-05-15"})
    before, (after, _), done, move = take(folder), draft.put(), [], os.replace

    def crash(part, path):
        done.append(path)
        if len(done) == calls:
            raise OSError(28, "No space left on device", str(path))
        move(part, path)

    monkeypatch.setattr(files.os, "replace", crash)
    with pytest.raises(OSError, match="No space left"):
        draft.write()
    order = ["sources.csv", "statements.csv", "replies.csv"]
    assert [path.name for path in done] == order[:calls]
    assert take(folder) == before | {name: after[name] for name in order[: calls - 1]}
    Record.read(folder)


def test_what_a_killed_run_left_behind_disturbs_nobody(folder):
    (folder / ".events.csv.part").write_bytes(b"half a li")
    assert cli.main(["check", "--episode", str(folder)]) == 0
    assert add(folder, "event", EVENT)[0] == 0 and not (folder / ".events.csv.part").exists()


def test_a_file_keeps_its_mode(folder):
    (folder / "sources.csv").chmod(0o664)
    assert add(folder, "source", SOURCE)[0] == 0
    assert (folder / "sources.csv").stat().st_mode & 0o777 == 0o664


def test_a_file_that_a_spreadsheet_saved_stays_as_it_is_and_that_is_said(folder):
    path = folder / "sources.csv"
    path.write_bytes(insert.BOM + path.read_bytes().replace(b"\n", b"\r\n"))
    before = take(folder)
    code, told = add(folder, "source", SOURCE)
    assert code == 0 and told.startswith("sources.csv has a byte-order mark and CRLF line ends, as some spreadsheets write;")
    assert find_new_lines(before, take(folder)) == {
        "sources.csv": "lviv-herald-2025-05-15,Lviv Herald,2025-05-15,,https://example.org/a,,,\r\n"}  # fmt: skip
    assert path.read_bytes().startswith(insert.BOM)
    Record.read(folder)


def test_columns_in_another_order_and_a_last_line_without_end_are_no_trouble(folder):
    rows = read_rows(folder / "sources.csv")
    names = [*list(rows[0])[1:], "source_id"]
    with (folder / "sources.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    data = (folder / "sources.csv").read_bytes().removesuffix(b"\n")
    (folder / "sources.csv").write_bytes(data)
    assert add(folder, "source", SOURCE | {"source_id": "zzz"})[0] == 0
    assert (folder / "sources.csv").read_bytes() == data + b"\nLviv Herald,2025-05-15,,https://example.org/a,,,,zzz\n"


# Rows taken out of a copy and added again: whatever they hold, the folder is the same as before.


def drop(folder, name, gone):
    """Take rows out of a file and return them."""
    path = folder / f"{name}.csv"
    lines = path.read_bytes().splitlines(keepends=True)
    rows = read_rows(path)
    out = [row for row in rows if gone(row)]
    path.write_bytes(lines[0] + b"".join(line for line, row in zip(lines[1:], rows, strict=True) if row not in out))
    return out


def find_referred(record):
    """Return every id that a row refers to, or the signal of the episode, by the table that does."""
    found = {table.name: {one for column in table.columns if column.refers
                          for cell in getattr(record, table.name)[column.name].dropna() for one in cell.split("; ")}
             for table in schema.TABLES}  # fmt: skip
    shown = {one for ids in record.episode["examples"].values() for one in ids}
    return found | {"episode": {*record.episode["signal"].values(), *shown}}


@pytest.fixture(scope="module")
def free(record):
    """Return the ids of events, statements and reports to which no row refers that could not be taken out with them."""
    referred = find_referred(record)

    def find_held(*but):
        return set().union(*(ids for name, ids in referred.items() if name not in but))

    held = find_held("second_coding", "replies") | set(record.replies["answers"])
    claims = record.casualties
    reports = set(claims["report_id"]) - set(claims.loc[claims["claim_id"].isin(find_held()), "report_id"])
    return {"event": sorted(set(record.events["event_id"]) - find_held()), "claim": sorted(reports),
            "statement": sorted(set(record.statements["statement_id"]) - held)}  # fmt: skip


def copy_record(tmp_path_factory):
    return shutil.copytree(DATA, tmp_path_factory.mktemp("again") / "copy", ignore=shutil.ignore_patterns("geo", "*.md"))


again = settings(max_examples=3, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@again
@given(data=st.data())
def test_an_event_taken_out_with_its_pages_and_added_again_gives_the_same_bytes(free, tmp_path_factory, data):
    folder = copy_record(tmp_path_factory)
    before = take(folder)
    one = data.draw(st.sampled_from(free["event"]))
    (event,) = drop(folder, "events", lambda row: row["event_id"] == one)
    used = {word for path in folder.glob("*.csv") if path.name != "sources.csv"
            for word in re.findall(r"[\w-]+", path.read_text("utf-8"))}  # fmt: skip
    alone = [row["source_id"] for row in read_rows(folder / "sources.csv") if row["source_id"] not in used]
    pages = drop(folder, "sources", lambda row: row["source_id"] in alone[:2])
    for page in pages:
        assert add(folder, "source", page)[0] == 0
    assert add(folder, "event", event)[0] == 0
    assert take(folder) == before


@again
@given(data=st.data())
def test_a_statement_taken_out_with_its_replies_and_added_again_gives_the_same_bytes(free, tmp_path_factory, data):
    folder = copy_record(tmp_path_factory)
    one = data.draw(st.sampled_from(free["statement"]))
    drop(folder, "second_coding", lambda row: one in (row["statement_id"], row["answers"]))
    before = take(folder)
    (statement,) = drop(folder, "statements", lambda row: row["statement_id"] == one)
    replies = drop(folder, "replies", lambda row: row["statement_id"] == one)
    answers = {name: [reply[name] for reply in replies] for name in ("answers", "answer", "conditions", "basis")}
    person = Person(**answers, note=[reply["note"] for reply in replies])
    assert add(folder, "statement", statement, person)[0] == 0
    assert take(folder) == before


@again
@given(data=st.data())
def test_a_report_taken_out_and_added_again_gives_the_same_bytes(free, tmp_path_factory, data):
    folder = copy_record(tmp_path_factory)
    before = take(folder)
    report = data.draw(st.sampled_from(free["claim"]))
    claims = drop(folder, "casualties", lambda row: row["report_id"] == report)
    for claim in data.draw(st.permutations(claims)):
        assert add(folder, "claim", claim)[0] == 0
    assert take(folder) == before


@pytest.mark.parametrize("language", ["C", "C.UTF-8"])
def test_a_person_at_a_terminal_is_asked_and_the_row_is_written(folder, language):
    """The same through a real terminal: prompts are seen, a suggestion is taken, the row stands in the file."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "analysis", "add", "source", "--episode", str(folder), "published=2025-05-15"]
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True, cwd=DATA.parent,
                               env={**os.environ, "TERM": "dumb", "LC_ALL": language})  # fmt: skip
    os.close(theirs)
    seen = b""

    def answer(prompt, text):
        nonlocal seen
        while not seen.endswith(prompt):
            assert select.select([ours], [], [], 60)[0], seen
            seen += os.read(ours, 4096)
        os.write(ours, text + b"\n")

    answer(b"publisher: ", b"Lviv Herald")
    answer(b"lang: ", b"english")
    answer(b"lang: ", b"en")
    answer(b"url: ", b"https://example.org/a")
    answer(b"kind: ", b"")
    answer(b"origin: ", b"")
    answer(b"note: ", "Львів".encode())
    answer(b"source_id [lviv-herald-2025-05-15]: ", b"")
    answer(WRITE.encode(), b"")
    assert process.wait(60) == 0
    os.close(ours)
    assert b"lang 'english': expected a two-letter language code" in seen
    row = "lviv-herald-2025-05-15,Lviv Herald,2025-05-15,en,https://example.org/a,,,Львів"
    assert row in (folder / "sources.csv").read_text("utf-8").splitlines()


def test_yes_and_a_script_ask_nothing(folder, capsys, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda prompt: pytest.fail("asked"))
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    name, *rest = words(SOURCE)
    assert cli.main(["add", "source", name, "--episode", str(folder), "--yes", *rest]) == 0
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    assert cli.main(["add", "source", "--episode", str(folder), "publisher=x"]) == 1
    assert capsys.readouterr().err == "url: missing; give it as url=...\nnothing was written.\n"
    before = take(folder)
    assert cli.main(["add", "source", "--episode", str(folder), *words(SOURCE | {"publisher": "Other"})]) == 1
    said = capsys.readouterr()
    assert "+other-2025-05-15,Other," in said.out and said.err == "Nothing was written; --yes writes without asking.\n"
    assert take(folder) == before


def test_help_names_kinds_and_fields(capsys):
    for line in (["add", "--help"], ["add", "event", "--help"]):
        with pytest.raises(SystemExit) as stop:
            cli.main(line)
        assert stop.value.code == 0
    out = capsys.readouterr().out
    assert all(word in out for word in ("statement", "claim", "casualties.csv", "--yes", "field=value", "other_locations"))
