"""Tables that a spreadsheet or an editor wrote otherwise come back to the bytes of the record, and nothing else moves."""

from __future__ import annotations

import csv
import io
import random

import pytest

from analysis import __main__ as cli
from analysis import schema
from analysis.load import DATA, Record, RecordError
from analysis.tidy import find_untidy


def rewrite(data, **how):
    """Return a CSV written in another dialect."""
    out = io.StringIO()
    csv.writer(out, lineterminator=how.pop("end", "\n"), **how).writerows(csv.reader(io.StringIO(data.decode())))
    return out.getvalue().encode()


def shuffle(data):
    head, *rows = data.splitlines(keepends=True)
    random.Random(1).shuffle(rows)
    return head + b"".join(rows)


def turn(data):
    """Return a CSV with its columns in another order."""
    rows = [row[::-1] for row in csv.reader(io.StringIO(data.decode()))]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


HABITS = {
    "mark": lambda data: b"\xef\xbb\xbf" + data, "crlf": lambda data: data.replace(b"\n", b"\r\n"),
    "cr": lambda data: data.replace(b"\n", b"\r"), "quoted": lambda data: rewrite(data, quoting=csv.QUOTE_ALL),
    "semicolons": lambda data: rewrite(data, delimiter=";", end="\r\n"), "tabs": lambda data: rewrite(data, delimiter="\t"),
    "shuffled": shuffle, "turned": turn, "empty rows": lambda data: data + b"," * data.splitlines()[0].count(b",") + b"\n\n",
    "no last end": lambda data: data[:-1],
}  # fmt: skip


@pytest.mark.parametrize("habit", HABITS)
@pytest.mark.parametrize("table", ["events", "passages", "second_coding"])
def test_what_a_spreadsheet_made_of_a_table_comes_back_to_its_bytes(habit, table, folder, shipped):
    path = folder / f"{table}.csv"
    path.write_bytes(HABITS[habit](shipped[path.name]))
    assert path.read_bytes() != shipped[path.name]
    assert find_untidy(folder) == {path.name: shipped[path.name]}


def test_the_shipped_tables_are_tidy():
    assert find_untidy(DATA) == {} and len(schema.TABLES) == 13


def test_the_command_writes_what_is_untidy_and_says_so(folder, shipped, capsys):
    (folder / "events.csv").write_bytes(shuffle(shipped["events.csv"]))
    assert cli.main(["check", "--episode", str(folder)]) == 1
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 2 and "rows are out of the order of event_id; python -m analysis tidy sorts them" in said[0]
    assert cli.main(["tidy", "--episode", str(folder)]) == 0
    assert capsys.readouterr().out.startswith("Wrote events.csv; python -m analysis check says")
    assert cli.main(["tidy", "--episode", str(folder)]) == 0
    assert capsys.readouterr().out == "Nothing to do: every table is written as it should be.\n"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == shipped


@pytest.mark.parametrize(("spoil", "says"), [
    (lambda data: data.replace(b"title,", b"titel,", 1), "events.csv: unknown column 'titel' (did you mean 'title'?)"),
    (lambda data: data + b"x,y\n", "events.csv: a row of 2 cells where the header has 13"),
    (lambda data: data.decode().encode("utf-16"), "events.csv:1 not UTF-8; save it as UTF-8"),
    (lambda data: data + b'a,"b\n', "events.csv: not a CSV (unexpected end of data)"),
    (lambda data: b"", "events.csv:1 empty; expected the names of the columns"),
])  # fmt: skip
def test_what_cannot_be_read_is_named_and_no_file_is_touched(spoil, says, folder, shipped, capsys):
    (folder / "actors.csv").write_bytes(shuffle(shipped["actors.csv"]))
    (folder / "events.csv").write_bytes(spoil(shipped["events.csv"]))
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(RecordError) as error:
        find_untidy(folder)
    assert says in str(error.value)
    assert cli.main(["tidy", "--episode", str(folder)]) == 1 and "nothing was written" in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_table_that_is_missing_is_no_tidy_one(folder, tmp_path, capsys):
    (folder / "nights.csv").unlink()
    assert cli.main(["tidy", "--episode", str(folder)]) == 1
    out, err = capsys.readouterr()
    assert (out, err.splitlines()[0]) == ("", "nights.csv: missing; expected a CSV with the columns of nights")
    assert cli.main(["tidy", "--episode", str(tmp_path)]) == 1
    assert capsys.readouterr().err.endswith(f"13 faults in {tmp_path}; nothing was written.\n")


@pytest.mark.parametrize(("habit", "says"), [
    ("semicolons", "events.csv:1 columns are parted by semicolons; expected commas: python -m analysis tidy writes them so"),
    ("tabs", "events.csv:1 columns are parted by tabs; expected commas: python -m analysis tidy writes them so"),
    ("cr", "events.csv:1 ends lines with CR alone, as old spreadsheets do; python -m analysis tidy mends it"),
])
def test_a_habit_that_check_refuses_is_one_sentence_that_names_the_mend(habit, says, folder, shipped):
    (folder / "events.csv").write_bytes(HABITS[habit](shipped["events.csv"]))
    with pytest.raises(RecordError) as error:
        Record.read(folder)
    assert str(error.value) == says


def test_a_habit_that_does_no_harm_is_a_warning(folder, shipped, capsys):
    (folder / "events.csv").write_bytes(HABITS["crlf"](shipped["events.csv"]))
    assert cli.main(["check", "--episode", str(folder)]) == 0
    assert "events.csv: not written as tables are (order, line ends, quotation marks); python -m" in capsys.readouterr().out
