"""What check says of a record that holds."""

import shutil

import pytest

from analysis import __main__ as cli
from analysis import checkup
from analysis.faults import show
from analysis.load import DATA, Record


def test_the_shipped_record_has_no_warning_by_line(record):
    """Kind, date and language of some pages are not known: that stays in sight, a line each."""
    said = checkup.say_warnings(record)
    assert len(said) == 3 and all(line.startswith("sources.csv: ") and "is not known of" in line for line in said)


def test_a_code_book_that_is_not_current_is_named(folder, record):
    said = checkup.say_warnings(Record.read(folder))
    assert "CODEBOOK.md: not that of this record; python -m analysis codebook writes it" in said
    assert not any("CODEBOOK" in line for line in checkup.say_warnings(record))


def test_statuses_are_counted_for_each_table_with_origins(record):
    head, *lines = checkup.say_statuses(record)
    assert head.split() == ["status", "events", "statements", "casualties"]
    assert [line.split()[0] for line in lines] == ["corroborated", "single-origin", "disputed"]
    for i, name in enumerate(head.split()[1:], 1):
        assert sum(int(line.split()[i]) for line in lines) == len(getattr(record, name))


def test_warnings_stand_in_the_order_of_files_and_lines(folder, change):
    pages = ("unn-2025-06-02", "bbc-news-2025-04-22")
    lines = [change("sources", page, url=f"https://example.org/{page}?fbclid=x") for page in pages]
    change("events", "putin-remarks-2025-04-21", when="2027-01-01")
    found = checkup.find_warnings(Record.read(folder))
    assert [(one.file, one.line) for one in found if "tracking" in one.says] == [("sources.csv", line) for line in sorted(lines)]
    assert [one.file for one in found] == sorted(one.file for one in found) and found[0].file == "events.csv"


@pytest.mark.parametrize(("table", "key", "cells", "says"), [
    ("sources", "bbc-news-2025-04-22", {"url": "https://example.org/a?utm_source=x"},
     "url 'https://example.org/a?utm_source=x': holds a tracking parameter"),
    ("sources", "bbc-news-2025-04-22", {"url": "https://example.org/a?id=1&fbclid=x"}, "holds a tracking parameter"),
    ("events", "putin-remarks-2025-04-21", {"when": "2027-01-01"}, "when '2027-01-01': outside the window of episode.toml"),
    ("statements", "kuleba-2022-03-10", {"when": "2025-05-01"}, "before when '2025-05-01'"),
    ("statements", "zelensky-video-2025-03-11", {"proposal_id": "", "about_event": ""},
     "act 'accept-if': neither proposal_id nor about_event nor a row of replies.csv says of what"),
    ("events", "artiukh-decree-2025-04-17", {"when": "2025-04-15", "kind": "decision",
                                             "title": "Cabinet backs dismissal of the head of Sumy region"},
     "event_id 'artiukh-decree-2025-04-17': says the same as line 5"),
])  # fmt: skip
def test_what_deserves_a_look_is_named_by_file_and_line(table, key, cells, says, folder, change):
    line = change(table, key, **cells)
    found = [one for one in checkup.say_warnings(Record.read(folder)) if one.startswith(f"{table}.csv:{line} ")]
    assert sum(one.endswith(says) for one in found) == 1 and len(found) <= 2


def test_a_page_that_no_row_names_and_an_address_that_stands_twice_are_named(folder, record):
    path = folder / "sources.csv"
    url = record.sources["url"].iloc[-1]
    path.write_text(path.read_text("utf-8") + f"zzz-2025-04-22,ZZZ,2025-04-22,en,{url},newspaper,,\n", "utf-8")
    end = len(record.sources) + 2
    said = checkup.say_warnings(Record.read(folder))
    assert f"sources.csv:{end} source_id 'zzz-2025-04-22': no row names it" in said
    assert f"sources.csv:{end} url {show(url)}: also that of line {end - 1}" in said


def test_a_statement_that_nobody_coded_twice_is_named(folder):
    path = folder / "second_coding.csv"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith("barrot-2025-04-22,,act")), "utf-8")
    (said,) = [one for one in checkup.say_warnings(Record.read(folder)) if one.startswith("statements.csv")]
    assert said.endswith("statement_id 'barrot-2025-04-22': no second coder has coded its act")


def test_an_answer_that_nobody_coded_twice_is_named(folder):
    path = folder / "second_coding.csv"
    lines, reply = path.read_text("utf-8").splitlines(keepends=True), "barrot-2025-04-22,putin-easter-truce-2025-04-19,"
    path.write_text("".join(line for line in lines if not line.startswith(reply)), "utf-8")
    (said,) = [one for one in checkup.say_warnings(Record.read(folder)) if "'barrot-2025-04-22'" in one]
    assert said.startswith("replies.csv:")
    assert said.endswith("'barrot-2025-04-22' to 'putin-easter-truce-2025-04-19': no second coder has coded the answer")


def test_a_terminal_gets_colour_unless_it_asks_for_none(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert cli.main(["check", "--episode", str(DATA)]) == 0
    assert capsys.readouterr().out.startswith("\x1b[32mTalks and Strikes: no fault in")
    monkeypatch.setenv("NO_COLOR", "1")
    assert cli.main(["check", "--episode", str(DATA)]) == 0
    assert "\x1b" not in capsys.readouterr().out


def test_faults_are_counted_in_red(folder, monkeypatch, capsys):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    (folder / "events.csv").unlink()
    assert cli.main(["check", "--episode", str(folder)]) == 1
    assert "\x1b[31m1 fault in " in capsys.readouterr().err


def test_warnings_do_not_fail_a_check(tmp_path, capsys):
    copy = shutil.copytree(DATA, tmp_path / "copy")
    assert cli.main(["check", "--episode", str(copy)]) == 0
    assert "3 warnings: the record holds, but look at these." in capsys.readouterr().out
