"""Exported files against the record: each says of itself of what it was made, and `verify` says whether that still holds."""

import base64
import zlib
from dataclasses import replace

import pytest

from analysis import __main__ as cli
from analysis import verify
from analysis.exhibits import EXHIBITS
from analysis.export import make_stamp
from analysis.files import FORMATS
from analysis.load import DATA, Record
from analysis.selection import Choice, select
from analysis.stamp import END, SIGN, Stamp, digest_marks, read_stamp
from analysis.verify import Verifier

NO_FACTS = "not ours, or no figure: it holds no facts of an exhibit. Saved rows and pages are not compared."
CLAIM = "sumy-0413-ua-sumy-city-council-36k-127i-killed"
PICTURES = ["png", "svg", "pdf", "html", "json"]


@pytest.fixture(scope="module")
def verifier(record):
    return Verifier(record)


@pytest.fixture
def edit(saved, tmp_path):
    """Return edit(kind, old, new): a copy of a file of tolls with bytes replaced."""

    def edit(kind, old, new):
        data = saved("tolls")[kind].read_bytes()
        assert old in data
        path = tmp_path / saved("tolls")[kind].name
        path.write_bytes(data.replace(old, new))
        return path

    return edit


def test_a_file_of_every_format_matches(saved, capsys):
    paths = saved("tolls")
    assert set(paths) == set(FORMATS)
    assert cli.main(["verify", *map(str, paths.values()), "--episode", str(DATA)]) == 0
    assert capsys.readouterr().out.splitlines() == [f"{path.name}: matches the present record." for path in paths.values()]


@pytest.mark.parametrize("name", EXHIBITS)
def test_rows_of_every_exhibit_match_whole_and_of_some_days(name, gallery, record, verifier, tmp_path):
    part = EXHIBITS[name](record, "2025-04-13", None) if name not in cli.UNDATED else gallery(name)
    paths = [*gallery(name).save(tmp_path, ["csv", "json"])]
    (tmp_path / "part").mkdir()
    paths += part.save(tmp_path / "part", ["json"])
    assert [verifier.verify(path) for path in paths] == [(True, f"{path.name}: matches the present record.") for path in paths]


def test_a_table_of_some_days_is_known_by_its_name(record, verifier, tmp_path):
    assert cli.main(["figures", "--only", "nights", "--from", "2025-04-13", "--to", "2025-04-20", "--format", "csv", "png",
                     "--out", str(tmp_path), "--episode", str(DATA)]) == 0  # fmt: skip
    paths = sorted(tmp_path.glob("nights*"))
    assert len(paths) == 2 and "from-2025-04-13" in paths[0].name
    assert all(verifier.verify(path)[0] for path in paths)


@pytest.mark.parametrize("kind", PICTURES)
def test_exactly_the_row_that_changed_is_named(kind, saved, change, folder, capsys):
    change("casualties", CLAIM, low="37", high="37")
    path = saved("tolls")[kind]
    before = path.read_bytes()
    assert cli.main(["verify", str(path), "--episode", str(folder)]) == 1
    assert capsys.readouterr().err == f"{path.name}: data changed since it was made: of its rows, {CLAIM} changed.\n"
    assert path.read_bytes() == before


def test_a_row_that_changed_is_named_though_no_mark_shows_it(gallery, change, folder, tmp_path):
    change("casualties", CLAIM, note="counted again")
    (path,) = gallery("coverage").save(tmp_path, ["json"])
    assert CLAIM in " ".join(gallery("coverage").marks["records"])
    assert Verifier(Record.read(folder)).verify(path)[1].endswith(f"since it was made: of its rows, {CLAIM} changed.")


def test_rows_that_came_and_went_are_named(saved, folder, capsys):
    claims, old = folder / "casualties.csv", "marhanets-0423-lysak-10k-killed"
    text = claims.read_text()
    assert f"\n{old}," in text
    claims.write_text(text.replace(f"\n{old},", f"\n{old}-again,"))
    assert cli.main(["verify", str(saved("tolls")["svg"]), "--episode", str(folder)]) == 1
    assert capsys.readouterr().err.endswith(f"since it was made: of its rows, {old} dropped out and {old}-again came in.\n")


def test_marks_are_named_where_only_what_is_joined_to_their_rows_changed(saved, change, folder):
    change("actors", "ua-ses", name="Rescuers of Ukraine")
    holds, says = Verifier(Record.read(folder)).verify(saved("tolls")["json"])
    assert not holds and says.startswith("tolls.json: data changed since it was made: of its marks, ")
    assert "sumy-strike-2025-04-13:killed changed" in says and says.count(" changed") <= 8


@pytest.mark.parametrize(("count", "end"), [(8, "{} changed."), (9, "changed and 1 more."), (11, "changed and 3 more.")])
def test_of_many_rows_eight_are_named(count, end, record, gallery, saved, change, folder):
    claims = sorted(set(make_stamp(gallery("tolls")).rows) & set(record.casualties["claim_id"]))[:count]
    for claim in claims:
        change("casualties", claim, note="counted again")
    says = Verifier(Record.read(folder)).verify(saved("tolls")["json"])[1]
    assert [claim for claim in claims if f"{claim} changed" in says] == claims[:8] and says.endswith(end.format(claims[-1]))


def test_a_table_with_another_count_names_its_mark(edit, verifier):
    path = edit("csv", b"sumy-strike-2025-04-13:killed,", b"sumy-strike-2025-04-13:killed,x")
    assert verifier.verify(path) == (
        False, f"{path.name}: {verify.UNKNOWN}: of its marks, sumy-strike-2025-04-13:killed changed.")


def test_a_table_in_another_order_is_told(saved, verifier, tmp_path):
    head, *lines = saved("tolls")["csv"].read_text().splitlines(keepends=True)
    path = tmp_path / "tolls.csv"
    path.write_text("".join([head, *reversed(lines)]))
    assert verifier.verify(path)[1].endswith("since: the order of its marks, or their columns.")


@pytest.mark.parametrize("kind", PICTURES)
def test_an_edited_file_is_told(kind, edit, verifier):
    path = edit(kind, b"Killed and injured", b"Killed or injured.")
    assert verifier.verify(path) == (False, f"{path.name}: {verify.ELSE}")


def test_a_claim_that_moves_but_a_number_in_its_words_is_not_called_an_edit(saved, folder):
    words = ["report_id=odesa-0501-trukhanov-3i", "event_id=odesa-drones-2025-05-01", "measure=missing", "population=all",
             "wording=exact", "number=2"]  # fmt: skip
    assert cli.main(["add", "claim", "--episode", str(folder), "--yes", *words]) == 0
    assert Verifier(Record.read(folder)).verify(saved("tolls")["json"]) == (False, f"tolls.json: {verify.ELSE}")


def test_another_version_is_told(saved, record, monkeypatch):
    monkeypatch.setattr(verify, "__version__", "9.9.9")
    path = saved("tolls")["png"]
    made = read_stamp(path.read_bytes()).version
    assert Verifier(record).verify(path) == (
        False, f"{path.name}: its data are those of the present record. It was made by version {made}; this is 9.9.9.")


@pytest.mark.parametrize("kind", PICTURES)
def test_a_file_without_its_stamp_is_not_ours(kind, edit, verifier):
    path = edit(kind, SIGN.encode(), b"other-" + SIGN.encode()[6:])
    assert verifier.verify(path) == (False, f"{path.name}: {NO_FACTS}")


@pytest.mark.parametrize(("name", "data"), [
    ("a.png", b"\x89PNG"), ("a.csv", b"id,group\nx,y\n"), ("a.csv", b"\xff\xfe"), ("a.html", b""), ("README.md", b"# A"),
    ("tolls-from-2025-02-30.csv", b"a,b\n1,2\n"), ("rows-from-2025-04-11-to-2025-04-24.csv", b"a,b\n1,2\n"),
    ("a.svg", f"{SIGN}AAAA{END}".encode()),
    ("a.svg", f"{SIGN}{'A' * 5}{END}".encode()),
    ("a.svg", SIGN.encode() + base64.b64encode(zlib.compress(b'{"exhibit": "tolls"}')) + END.encode()),
    ("a.svg", SIGN.encode() + base64.b64encode(zlib.compress(b"[]")) + END.encode()),
    ("a.svg", str(Stamp("pies", "1.0.0", "", {}, {})).encode()),
    ("a.png", str(Stamp("tolls", "1.0.0", "", {}, {})).encode()),  # of a file without a size, under another name
])  # fmt: skip
def test_what_is_not_of_the_project_is_not_ours(name, data, verifier, tmp_path):
    (tmp_path / name).write_bytes(data)
    assert verifier.verify(tmp_path / name) == (False, f"{name}: {NO_FACTS}")


def test_a_part_of_which_a_row_has_another_name_now_is_told(record, tmp_path):
    part = select(record, Choice(ids=("artiukh-2025-04-14", "sumy-strike-2025-04-13")))
    (path,) = EXHIBITS["timeline"](part).save(tmp_path, ["json"])
    renamed = replace(record, statements=record.statements.replace({"statement_id": {"artiukh-2025-04-14": "artiukh-award"}}))
    found, says = Verifier(renamed).verify(path)
    assert not found and says.startswith("timeline.json: data changed since it was made: ids 'artiukh-2025-04-14'"), says


def test_a_mark_of_several_lines_is_one_mark():
    assert set(digest_marks('id,label\na,"one\ntwo, three"\nb,four\n')) == {"a", "b"}
    assert digest_marks('id,label\na,"one\ntwo"\n') != digest_marks('id,label\na,"one\nthree"\n')


def test_every_file_is_told_of_though_one_is_missing(saved, tmp_path, capsys):
    path = saved("tolls")["json"]
    assert cli.main(["verify", str(tmp_path / "none.png"), str(path), "--episode", str(DATA)]) == 1
    said = capsys.readouterr()
    assert said.err == f"{tmp_path / 'none.png'}: No such file or directory.\n" and said.out.endswith("present record.\n")


def test_a_stamp_is_read_as_it_was_written(gallery):
    stamp = make_stamp(gallery("tolls"), "page")
    assert read_stamp(b"\x00 before " + str(stamp).encode() + b" after") == stamp
    assert CLAIM in stamp.rows and len(stamp.marks) == len(gallery("tolls").marks)
