"""The command line, as a user types it."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from analysis import __main__ as cli

DATA = Path(cli.__file__).parents[1] / "data"
FIRST, LAST = tomllib.loads((DATA / "episode.toml").read_text("utf-8"))["window"]


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(DATA, tmp_path / "copy"))


def test_check_says_how_many_rows_hold(capsys):
    assert cli.main(["check", "--episode", str(DATA)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Talks and Strikes: no fault in 2005 rows.") and "casualties       212" in out


def test_a_fault_gives_its_sentence_exit_code_one_and_no_traceback(folder):
    cells = (folder / "casualties.csv").read_text()
    (folder / "casualties.csv").write_text(cells.replace("killed,all,35,35,exact", "killed,all,40,35,exact", 1))
    done = subprocess.run([sys.executable, "-m", "analysis", "check", "--episode", folder], capture_output=True, text=True)
    assert done.returncode == 1 and done.stdout == ""
    first, last = done.stderr.splitlines()
    assert first.startswith("casualties.csv:") and first.endswith("low '40' above high '35'")
    assert last == f"1 fault in {folder}; nothing was written."


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_stops_early_is_no_fault_and_a_full_disk_is_one(unbuffered, monkeypatch):
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    reads_a_line = f"'{sys.executable}' -u -m analysis check | head -1"
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {reads_a_line}"], capture_output=True, text=True)
    assert (done.returncode, done.stderr, done.stdout.count("\n")) == (0, "", 1)
    with Path("/dev/full").open("w") as full:  # as on Linux
        done = subprocess.run([sys.executable, "-m", "analysis", "check"], stdout=full, stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr) == (1, "output: No space left on device.\n")


def test_figures_writes_nothing_from_a_faulty_record(folder, tmp_path, capsys):
    (folder / "events.csv").unlink()
    assert cli.main(["figures", "--episode", str(folder), "--out", str(tmp_path / "out")]) == 1
    assert "events.csv: missing" in capsys.readouterr().err and not (tmp_path / "out").exists()


def test_one_figure_in_one_size_format_and_window(tmp_path, capsys):
    words = ["--only", "tolls", "--size", "slide", "--format", "svg", "--from", "2025-04-11", "--to", "2025-04-24"]
    assert cli.main(["figures", *words, "--out", str(tmp_path)]) == 0
    made = tmp_path / "tolls-from-2025-04-11-to-2025-04-24-slide.svg"
    assert {p.name for p in tmp_path.iterdir()} == {made.name, ".made.json"}
    said = capsys.readouterr()
    assert said.out == f"Wrote 1 file to {tmp_path.resolve()}.\n" and "tolls" in said.err
    assert cli.main(["figures", *words, "--out", str(tmp_path)]) == 0
    assert capsys.readouterr().out == f"Nothing to do: 1 file in {tmp_path.resolve()} is up to date.\n"


@pytest.mark.parametrize(("words", "says"), [
    (["--from", "2025-13-11"], "argument --from: '2025-13-11' is not a day; expected one as 2025-04-11"),
    (["--from", "2025-04-12", "--to", "2025-04-11"], "--from 2025-04-12 is after --to 2025-04-11"),
    (["--from", "2052-04-12"], f"--from 2052-04-12 is after the last day of the record, {LAST}"),
    (["--to", "1925-04-12"], f"--to 1925-04-12 is before the first day of the record, {FIRST}"),
    (["--only", "coverage", "--to", "2025-04-11"], "coverage has no dates: leave out --from and --to"),
    (["--only", "nothing"], "argument --only: invalid choice: 'nothing'"),
    (["--size", "large"], "argument --size: invalid choice: 'large'"),
    (["--format", "gif"], "argument --format: invalid choice: 'gif'"),
])  # fmt: skip
def test_wrong_words_are_one_sentence_and_exit_code_one(words, says, tmp_path, capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main(["figures", *words, "--out", str(tmp_path / "out")])
    err = capsys.readouterr().err
    assert stop.value.code == 1 and err.startswith(says) and err.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_a_window_leaves_out_what_has_no_dates(tmp_path, capsys):
    assert cli.main(["figures", "--format", "json", "--from", "2025-04-11", "--out", str(tmp_path)]) == 0
    assert len(list(tmp_path.glob("*.json"))) == len(cli.EXHIBIT_NAMES) - 1 + 1  # less coverage, with the ledger
    assert not list(tmp_path.glob("coverage*"))
    assert capsys.readouterr().out.startswith("Left out, as it has no dates: coverage.\nWrote 9 files to ")


def test_an_option_may_be_given_several_times(tmp_path, capsys):
    words = ["--only", "tolls", "--only", "lags", "--only", "tolls", "--format", "csv", "--format", "json"]
    assert cli.main(["figures", *words, "--out", str(tmp_path)]) == 0
    assert {path.name for path in tmp_path.glob("[!.]*")} == {"tolls.csv", "tolls.json", "lags.csv", "lags.json"}


def test_a_python_without_the_packages_is_told_of_the_one_with_them():
    done = subprocess.run([sys.executable, "-S", "-m", "analysis", "check"], capture_output=True, text=True, cwd=DATA.parent)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"{sys.executable} has no pandas. Run make env, then .venv/bin/python -m analysis instead.\n"


def test_a_file_where_a_folder_is_wanted_is_refused_before_anything_is_drawn(tmp_path, capsys):
    (tmp_path / "taken").write_text("kept")
    with pytest.raises(SystemExit) as stop:
        cli.main(["figures", "--only", "tolls", "--format", "png", "--out", str(tmp_path / "taken")])
    assert stop.value.code == 1 and (tmp_path / "taken").read_text() == "kept"
    assert capsys.readouterr().err.startswith(f"--out {tmp_path / 'taken'} is a file; expected a folder")


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path, capsys):
    (tmp_path / "taken").write_text("")
    words = ["figures", "--only", "tolls", "--format", "png", "--out", str(tmp_path / "taken" / "below")]
    assert cli.main(words) == 1
    assert capsys.readouterr().err.strip().splitlines()[-1].endswith("Not a directory; nothing more was written.")


def test_a_missing_folder_is_one_sentence(capsys):
    assert cli.main(["check", "--episode", "nowhere"]) == 1
    assert capsys.readouterr().err.startswith("nowhere: no such folder")


def test_help_names_every_command_and_every_exhibit(capsys):
    for words in (["--help"], ["figures", "--help"]):
        with pytest.raises(SystemExit):
            cli.main(words)
    out = capsys.readouterr().out
    assert all(word in out for word in ("check", "figures", "places", "timeline", "exchange", "tolls", "--episode"))


def test_the_names_of_the_exhibits_are_those_there_are():
    from analysis.exhibits import EXHIBITS

    assert tuple(EXHIBITS) == cli.EXHIBIT_NAMES
