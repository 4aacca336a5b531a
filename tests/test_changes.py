"""What is told of two versions of a record: tolls, statuses, rows, cells, settings."""

from __future__ import annotations

import shutil
import subprocess

import pandas as pd
import pytest

from analysis import __main__ as cli
from analysis import changes, schema
from analysis.load import DATA, Record, RecordError

CLAIM = {"event_id": "e", "measure": "killed", "population": "all", "low": 34, "high": 34, "wording": "exact",
         "as_of": "2031-01-01", "seq": 1, "claimed_by": "a", "origins": "a", "sources": "s", "status": "single-origin",
         "note": pd.NA, "side": "North",
         "earliest": pd.Timestamp("2031-01-01", tz="UTC"), "latest": pd.Timestamp("2031-01-01", tz="UTC")}  # fmt: skip
COLUMNS = [column.name for column in schema.BY_NAME["casualties"].columns]


def claims(**rows):
    """Return claims by their id, each CLAIM with some cells of its own; every claim is a report."""
    named = [CLAIM | {"claim_id": name.replace("_", "-"), "report_id": name} | cells for name, cells in rows.items()]
    frame = pd.DataFrame(named, columns=[*COLUMNS, "side", "earliest", "latest"])
    return frame.astype({"low": "Int64", "high": "Int64", "seq": "Int64"})


def tolls(old, new):
    return list(changes.tell_tolls(claims(**old), claims(**new)))


def test_a_count_that_rose_is_told_with_the_claim_that_was_added():
    new = {"c_1": {}, "c_2": {"seq": 2, "low": 35, "high": 35}}
    assert tolls({"c_1": {}}, new) == [
        "e killed: low 34 to 35, best 34 to 35, high 34 to 35, because claim c-2 was added."]  # fmt: skip
    assert tolls(new, {"c_1": {}}) == [
        "e killed: low 35 to 34, best 35 to 34, high 35 to 34, because claim c-2 was removed."]  # fmt: skip


def test_only_bounds_that_moved_are_told_and_an_open_one_as_open():
    contested = {"c_1": {}, "c_2": {"seq": 2, "low": 36, "high": 36, "status": "disputed", "claimed_by": "b"}}
    assert tolls({"c_1": {}}, contested) == ["e killed: high 34 to 36, because claim c-2 was added."]
    at_least = {"c_1": {"wording": "at least", "high": None}}
    assert tolls({"c_1": {}}, at_least) == ["e killed: high 34 to open, because claim c-1 was changed."]
    more_than = {"c_1": {"wording": "more than", "high": None, "low": 35}}
    assert tolls(at_least, more_than) == ["e killed: low 34 to 35, best 34 to none, because claim c-1 was changed."]


def test_a_new_count_and_one_that_is_gone_have_their_own_words():
    assert tolls({}, {"c_1": {"low": 3, "high": 3}}) == [
        "e killed: now 3 (no count before), because claim c-1 was added."]  # fmt: skip
    up_to = {"c_1": {"wording": "up to", "low": None, "population": "military"}}
    assert tolls(up_to, {}) == [
        "e killed (military): no count now (low open, best none, high 34 before), because claim c-1 was removed."]  # fmt: skip


def test_all_claims_that_explain_are_named_and_no_others():
    old = {"c_1": {}, "c_2": {"seq": 2}, "other": {"event_id": "f"}}
    new = {"c_1": {"low": 30, "high": 30}, "c_3": {"seq": 3, "low": 40, "high": 40}, "c_4": {"seq": 4, "low": 41, "high": 41},
           "other": {"event_id": "f", "note": "read again"}}  # fmt: skip
    (told,) = tolls(old, new)
    assert told.endswith("because claims c-3 and c-4 were added, claim c-2 was removed and claim c-1 was changed.")


def test_a_claim_of_which_only_the_note_changed_explains_nothing():
    old, new = {"c_1": {}}, {"c_1": {"note": "x"}, "c_2": {"seq": 2, "low": 35, "high": 35}}
    assert tolls(old, new)[0].endswith("because claim c-2 was added.")
    assert tolls({"c_1": {}}, {"c_1": {"note": "x"}}) == []


def test_tolls_come_by_event_then_killed_injured_missing():
    new = {"c_1": {"event_id": "f"}, "c_2": {"measure": "missing"}, "c_3": {"measure": "injured"}, "c_4": {}}
    assert [says.split(":")[0] for says in tolls({}, new)] == ["e killed", "e injured", "e missing", "f killed"]


def rows(name, *cells):
    table = schema.BY_NAME[name]
    return pd.DataFrame(cells, columns=[column.name for column in table.columns]).replace("", pd.NA)


def tell(name, old, new):
    return list(changes.tell_rows(schema.BY_NAME[name], rows(name, *old), rows(name, *new)))


ACTOR = ("ann", "Ann", "Envoy", "North", "person")


def test_rows_are_added_removed_and_changed_in_the_order_of_their_keys():
    old = [ACTOR, ("bob", "Bob", "Envoy", "North", "person"), ("cid", "Cid", "Aide", "South", "person")]
    new = [("abe", "Abe", "Clerk", "South", "person"), ACTOR, ("cid", "Cid", "Envoy", "North", "person")]
    assert tell("actors", old, new) == [
        "actors abe: added.", "actors bob: removed.",
        "actors cid: role 'Aide' to 'Envoy'.", "actors cid: side 'South' to 'North'.",
    ]  # fmt: skip
    assert tell("actors", old, old[::-1]) == []


def test_an_empty_cell_is_told_as_empty():
    old, new = ("s", "p", "reject", "", "explicit", "x"), ("s", "p", "reject", "terms", "explicit", "")
    assert tell("replies", [old], [new]) == ["replies s + p: conditions empty to 'terms'.", "replies s + p: note 'x' to empty."]


def test_a_row_with_another_key_and_the_same_cells_was_renamed():
    renamed = [("eva", *ACTOR[1:])]
    assert tell("actors", [ACTOR], renamed) == ["actors ann: renamed to eva."]
    assert tell("actors", [ACTOR], [("eva", "Eva", *ACTOR[2:])]) == ["actors ann: removed.", "actors eva: added."]
    twice = [*renamed, ("fay", *ACTOR[1:])]
    assert tell("actors", [ACTOR], twice) == ["actors ann: removed.", "actors eva: added.", "actors fay: added."]


def test_of_a_list_is_told_what_it_lost_and_what_it_gained():
    night = ("2031-01-02", "", "", "", "", "", "", "", "a; b", "", "")
    other = (*night[:8], "b; c; d", *night[9:])
    assert tell("nights", [night], [other]) == ["nights 2031-01-02: sources now without 'a' and with 'c' and 'd'."]
    turned = (*night[:8], "b; a", *night[9:])
    assert tell("nights", [night], [turned]) == ["nights 2031-01-02: sources 'a; b' to 'b; a'."]


def test_long_cells_are_cut_where_they_differ():
    long = "A sentence that goes on and on for more than sixty characters, and ends with "
    told = changes.tell_move(f"{long}yes", f"{long}no")
    assert told == "'…ters, and ends with yes' to '…ters, and ends with no'"
    assert changes.tell_move("x" * 99, "y") == f"'{'x' * 59}…' to 'y'" and changes.tell_move("", "y") == "empty to 'y'"
    assert changes.tell_move("a\u202eb", "ab") == "'a<U+202E>b' to 'ab'"


def test_settings_are_told_with_their_table():
    old = {"title": "One", "sides": {"North": "#000000", "South": "#111111"}, "zones": ["Europe/Kyiv"]}
    new = {"title": "Two", "sides": {"North": "#000000"}, "zones": ["Europe/Kyiv"], "window": ["2031-01-01", "2031-01-02"]}
    assert list(changes.tell_settings(old, new)) == [
        "episode.toml sides.South: '#111111' to empty.", "episode.toml title: 'One' to 'Two'.",
        "episode.toml window: empty to '['2031-01-01', '2031-01-02']'.",
    ]  # fmt: skip


def test_what_follows_comes_first_and_identical_records_have_no_change(record, folder, change, capsys):
    change("casualties", "sumy-0413-ua-sumy-city-council-36k-127i-killed", status="single-origin")
    change("statements", "putin-nuances-2025-03-13", key_phrase="")
    change("events", "sumy-strike-2025-04-13", title="Missiles hit Sumy")
    path = folder / "disagreements.csv"
    path.write_bytes(path.read_bytes().replace(b"Not settled. Later reports", b"Open. Later reports"))
    title = record.events.set_index("event_id")["title"]["sumy-strike-2025-04-13"]
    single, disputed = ((record.casualties["status"] == status).sum() for status in ("single-origin", "disputed"))
    assert cli.main(["diff", str(DATA), str(folder)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "sumy-strike-2025-04-13 killed: low 35 to 36, best 35 to 36, "
        "because claim sumy-0413-ua-sumy-city-council-36k-127i-killed was changed.",
        f"casualties with status single-origin: {single} to {single + 1}.",
        f"casualties with status disputed: {disputed} to {disputed - 1}.",
        f"events sumy-strike-2025-04-13: title '{title}' to 'Missiles hit Sumy'.",
        "casualties sumy-0413-ua-sumy-city-council-36k-127i-killed: status 'disputed' to 'single-origin'.",
        "statements putin-nuances-2025-03-13: key_phrase '30 days be used?' to empty.",
        "disagreements sumy-death-toll: resolution 'Not settled. Later reports on 17 and 21 April still have 35.' to "
        "'Open. Later reports on 17 and 21 April still have 35.'.",
    ]  # fmt: skip
    assert cli.main(["diff", str(folder), str(folder)]) == 0 and capsys.readouterr().out == "No change.\n"


def test_every_table_is_compared(record):
    """Each first row, taken out, is told as added."""
    for table in schema.TABLES:
        frame = getattr(record, table.name)
        (told,) = changes.tell_rows(table, frame.iloc[1:], frame)
        assert told.startswith(f"{table.name} ") and told.endswith(": added.")


def test_a_faulty_side_is_told_and_named(folder, change, capsys):
    change("events", "sumy-strike-2025-04-13", kind="strik")
    for words in (["diff", str(DATA), str(folder)], ["diff", str(folder), str(DATA)]):
        assert cli.main(words) == 1
        err = capsys.readouterr().err
        assert "kind 'strik': expected one of" in err and f"in {folder};" in err


@pytest.mark.parametrize("version", ["nowhere", "HEAD:data", "a b", ""])
def test_what_is_neither_folder_nor_revision_is_one_sentence(version, tmp_path, monkeypatch):
    monkeypatch.setattr(changes, "ROOT", tmp_path)
    with pytest.raises(RecordError, match=rf"^{version}: neither a folder nor a git revision that has data/$"):
        changes.read_version(version)


def test_a_word_that_begins_with_a_hyphen_is_no_option_of_git(tmp_path, monkeypatch):
    monkeypatch.setattr(changes.subprocess, "run", lambda *words, **options: pytest.fail("git was run"))
    with pytest.raises(RecordError, match="neither a folder nor a git revision"):
        changes.read_version(f"--output={tmp_path / 'x'}")


def test_without_git_a_revision_is_one_sentence(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(RecordError, match="neither a folder nor a git revision"):
        changes.read_version("HEAD")


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_a_revision_means_its_data(record, tmp_path, monkeypatch):
    shutil.copytree(DATA, tmp_path / "data")

    def git(*words):
        subprocess.run(["git", "-c", "user.name=x", "-c", "user.email=x@example.org", *words], cwd=tmp_path, check=True,
                       capture_output=True)  # fmt: skip

    git("init", "-q")
    git("add", "data")
    git("commit", "-q", "-m", "one")
    git("tag", "first")
    path = tmp_path / "data" / "actors.csv"
    path.write_bytes(path.read_bytes().replace(b"Broadcaster", b"broadcaster", 1))
    git("commit", "-q", "-a", "-m", "two")
    monkeypatch.setattr(changes, "ROOT", tmp_path)
    path = tmp_path / "data" / "passages.csv"
    path.write_bytes(path.read_bytes().replace(b",imprecise,", b",vague,", 1))
    (tmp_path / "data" / "replies.csv").write_text("statement_id,to\na,b\n")
    git("commit", "-q", "-a", "-m", "three")
    third = changes.read_version("HEAD")
    told = ["HEAD: 7 faults by the rules of today, so cells are compared as text, and no counts.",
            "Not compared, as they had other columns or were not there: replies.",
            "actors abc-news: role 'broadcaster' to 'Broadcaster'.",
            "passages 1 + 1: verdict 'vague' to 'imprecise'."]  # fmt: skip
    assert changes.tell_changes(third, record) == told and changes.tell_changes(third, third)[:1] == told[:1]
    git("checkout", "-q", "HEAD~")
    first, second = changes.read_version("first"), changes.read_version("HEAD")
    assert first.sha256 == record.sha256 and second.sha256 == Record.read(tmp_path / "data").sha256
    assert changes.tell_changes(first, second) == ["actors abc-news: role 'Broadcaster' to 'broadcaster'."]
