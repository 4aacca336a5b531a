"""Another episode in a folder of the same shape: nothing in the code may know the first one."""

import json
import re

import frictionless
import pytest

from analysis import __main__ as cli
from analysis import codebook, findings, report
from analysis.exhibits import EXHIBITS
from analysis.limits import tell_limits
from analysis.load import Record
from analysis.schema import TABLES
from analysis.summary import find_collisions, summarize

EPISODE = """
title = "Tiny"
subject = "A made-up episode"
window = ["2031-01-01", "2031-01-31"]
focus = ["2031-01-05", "2031-01-12"]
zones = ["Europe/Berlin"]
borders = "As in Natural Earth"
licence = "CC0"
[signal]
event = "e-offer"
offer = "s-offer"
answer = "s-answer"
[sides]
North = "#0067a8"
South = "#b5450a"
[boxes]
DE = [5.8, 47.2, 15.1, 55.1]
PL = [14.0, 49.0, 24.2, 54.9]
"""
ROWS = {
    "sources": ["src,Paper,2031-01-09,en,https://example.org/a,newspaper,,"],
    "actors": ["n-office,North Office,Office,North,body", "s-office,South Office,Office,South,body"],
    "locations": ["berlin,Berlin,Berlin,DE,DE-BE,52.52437,13.41053,2950159,1,Europe/Berlin,",
                  "warsaw,Warsaw,Warszawa,PL,PL-14,52.22977,21.01178,756135,1,Europe/Warsaw,"],
    "events": ["e-offer,2031-01-08,statement,,An offer,North offers.,berlin,,n-office,n-office,src,single-origin,",
               "e-strike,2031-01-07T10:00+01:00,strike,South,A strike,A strike.,warsaw,,s-office,n-office,src,single-origin,",
               "e-talks,2031-01-10,talks,,Talks,Both talk.,berlin,,n-office; s-office,n-office,src,single-origin,"],
    "casualties": ["c-1,r-1,e-strike,killed,all,2,2,exact,2031-01-07,1,n-office,n-office,src,single-origin,"],
    "proposals": ["p-halt,A halt,n-office,2031-01-08,all,7,,"],
    "statements": ["s-answer,2031-01-09,s-office,,warsaw,defer,p-halt,e-offer,we see,It waits.,s-office,src,single-origin,",
                   "s-offer,2031-01-08,n-office,,berlin,propose,p-halt,e-offer,,It offers.,n-office,src,single-origin,"],
    "replies": ["s-answer,s-offer,defer,,explicit,"],
    "nights": ["2031-01-08,0,,,,,,n-office,src,1,"],
    "night_totals": ["2031-01-01,2031-01-31,n-office,3,exact,,,src,"],
    "passages": [f"1,1,{'a' * 64},10,e-offer,supported,As the row has it."],
    "disagreements": ["topic,e-strike,two | three,Both are kept."],
    "second_coding": ["s-answer,,act,defer,defer,high,"],
}  # fmt: skip


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return write(tmp_path_factory.mktemp("tiny"), EPISODE, ROWS)


def write(folder, episode, rows):
    """Write an episode into a folder, and return that."""
    (folder / "episode.toml").write_text(episode, encoding="utf-8")
    for table in TABLES:
        header = ",".join(column.name for column in table.columns)
        (folder / f"{table.name}.csv").write_text("\n".join([header, *sorted(rows[table.name])]) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def drawn_once(tiny, draw_once):
    """Return every exhibit of the episode by name, each figure of which is drawn once."""
    record = Record.read(tiny)
    return {name: draw_once(make(record)) for name, make in EXHIBITS.items()}


def test_it_is_read_and_checked_like_the_first(tiny, capsys):
    assert cli.main(["check", "--episode", str(tiny)]) == 0
    assert capsys.readouterr().out.startswith("Tiny: no fault in 18 rows.")


@pytest.mark.parametrize("name", EXHIBITS)
@pytest.mark.parametrize("size", ["column", "page"])
def test_every_exhibit_draws_it_without_a_word_of_the_first_and_looks_as_accepted(drawn_once, name, size, compare_look):
    figure = drawn_once[name].figure(size)
    assert find_collisions(figure) == []
    texts = figure.findobj(lambda artist: hasattr(artist, "get_text") and artist.get_gid() != "country")
    words = " ".join(text.get_text() for text in texts)
    assert not [word for word in ("Ukraine", "Russia", "Kyiv", "Moscow", "2025") if word in words]
    compare_look(summarize(figure))


def test_its_page_has_no_word_of_the_first(tiny, drawn_once):
    page = report.render_page(Record.read(tiny), drawn_once.values())
    told = re.sub(r"<text[^>]*>[^<]*</text>", "", page.partition("<main")[2].partition("</main>")[0])  # countries on the map
    told = told.replace("of Ukraine and its neighbours", "")  # the ground of the second map is the same in every episode
    assert "A made-up episode" in page and "2 killed" in told and "North Office" in told
    assert not [word for word in ("Ukraine", "Russia", "Kyiv", "Moscow", "2025", "BBC") if word in told]


def change(**cells):
    """Return the rows of the episode with other text in some: of each table, what is replaced, and by what."""
    rows = dict(ROWS)
    for table, changes in cells.items():
        for old, new in changes.items():
            assert any(old in row for row in rows[table])
            rows[table] = [row.replace(old, new) for row in rows[table]]
    return rows


def add(rows, **more):
    """Return rows and more of them."""
    return rows | {table: [*rows[table], *added] for table, added in more.items()}


CLAIM = "c-{n},r-{n},{event},{measure},all,{count},2031-01-07,{n},n-office,n-office,src,single-origin,"
STRIKE = "{id},2031-01-{day}T10:00+01:00,strike,South,Strike {id},A strike.,warsaw,,s-office,n-office,src,single-origin,"
LEGAL = {
    "nothing has a place": (EPISODE, change(
        events={",warsaw,,": ",,,", ",berlin,,": ",,,"}, statements={",warsaw,": ",,", ",berlin,": ",,"})),
    "counts without a bound": (EPISODE, add(
        change(casualties={",killed,all,2,2,exact,": ",killed,all,,2,up to,"}),
        events=[STRIKE.format(id=f"e-strike-{n}", day=f"0{n}") for n in (2, 3)],
        casualties=[CLAIM.format(n=n, event=f"e-strike-{n}", measure=measure, count=count) for n, measure, count in (
            (2, "killed", "3,,at least"), (3, "injured", ",5,up to"))])),
    "only more than": (EPISODE, change(casualties={",2,2,exact,": ",3,,more than,"})),
    "joint speakers, open truce, nobody counted": (EPISODE, add(
        change(statements={"s-answer,2031-01-09,s-office,": "s-answer,2031-01-09,s-office; n-office,"},
               nights={",n-office,": ",,"}, sources={",2031-01-09,": ",[2031-01-08..2031-01-09],"}),
        sources=["src-2,Paper,2031-01,en,https://example.org/b,newspaper,,"],
        events=["e-truce,2030-12-28/..,truce,,A truce,A truce.,berlin,,n-office,n-office,src; src-2,single-origin,"])),
    "a clock that skips midnight": (EPISODE.replace("Europe/Berlin", "Africa/Cairo").replace("2031-01-01", "2025-04-25").replace(
        "2031-01-05", "2025-04-25"), ROWS),
    "1914": (EPISODE.replace("2031", "1914").replace("Berlin", "Kyiv"), {
        table: [row.replace("2031-", "1914-") for row in own] for table, own in ROWS.items()}),
}  # fmt: skip


@pytest.mark.parametrize("name", LEGAL)
def test_what_check_lets_pass_is_drawn_and_told(name, tmp_path, capsys):
    folder = write(tmp_path, *LEGAL[name])
    assert cli.main(["check", "--episode", str(folder)]) == 0, capsys.readouterr()
    record = Record.read(folder)
    told = [*(sentence for say in findings.ALL for sentence in say(record)), *tell_limits(record)]
    for make in EXHIBITS.values():
        exhibit = make(record)
        told += [exhibit.title, exhibit.subtitle, exhibit.alt, exhibit.evidence.line, summarize(exhibit.figure("column"))]
    assert not [line for one in told for line in one.splitlines() if re.search(r"\bnan\b|\bNaT\b|<NA>", line)]


@pytest.mark.parametrize(("table", "old", "new", "says"), [
    ("statements", "2031-01-09,", "2031-01-09/..,", "has an open end"),
    ("proposals", "2031-01-08,", "2031-01-08/..,", "has an open end"),
    ("events", "+01:00,strike", "+01:00/..,strike", "only kind 'truce'"),
    ("events", "2031-01-10,talks", "2031-01-10/..,talks", "only kind 'truce'"),
])  # fmt: skip
def test_what_cannot_last_has_no_open_end(table, old, new, says, tmp_path, capsys):
    assert cli.main(["check", "--episode", str(write(tmp_path, EPISODE, change(**{table: {old: new}})))]) == 1
    assert says in capsys.readouterr().err


def test_talks_after_the_signal_are_those_that_it_names_whatever_their_id(tmp_path):
    talks = ROWS["events"][2]
    rows = add(ROWS, events=[talks.replace("e-talks", "e-before").replace("2031-01-10", "2031-01-02"),
                             STRIKE.format(id="e-strike-9", day="09")])  # fmt: skip
    episode = EPISODE.replace("[sides]", 'last_talks = "e-before"\nnext_talks = "e-talks"\n[sides]')
    told = findings.of_timeline(Record.read(write(tmp_path, episode, rows)))
    assert told[1:] == [
        "Direct talks followed 2 days after the signal, and 8 days after the last ones before it in the record.",
        "Between the signal and these talks the record follows 1 single strike by South; drones were reported launched in 0 of "
        "the 0 nights for which it has a count."]  # fmt: skip


def test_its_statements_and_strike_are_on_the_chart_of_answers(tiny):
    marks = EXHIBITS["exchange"](Record.read(tiny)).marks
    assert set(marks["id"]) == {"s-answer", "s-offer", "s-answer>s-offer", "e-strike"} and (marks["mark"] == "reply").sum() == 1


def test_it_is_described_in_its_own_words_and_its_package_is_valid(tiny):
    assert cli.main(["codebook", "--episode", str(tiny)]) == 0
    page = (tiny / "CODEBOOK.md").read_text("utf-8")
    assert page.startswith("# Code book: Tiny\n") and "North, South: as `episode.toml` names them" in page
    assert "Example: `s-answer` (9 January 2031, Warsaw time; South Office): It waits." in page
    assert page.count("No example in this record.") == 10 + 7 + 1
    assert (tiny / "datapackage.json").read_text("utf-8") == codebook.package(Record.read(tiny).episode)
    assert frictionless.validate(str(tiny / "datapackage.json")).valid
    assert json.loads((tiny / "datapackage.json").read_text("utf-8"))["name"] == "tiny"
