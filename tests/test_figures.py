"""Writing figures into a folder, and only those whose inputs have changed."""

import hashlib
import json
import shutil

import pytest

from analysis import figures
from analysis.figures import LEDGER, Order, digest_inputs, write_figures
from analysis.load import DATA, RecordError

TOLLS = Order(("tolls",), ("png", "csv"), ("column",))


@pytest.fixture
def write(folder, tmp_path):
    """Return write(order), which writes into one folder from a copy of the record and returns what was written and kept."""
    heard = []

    def write(order=TOLLS):
        heard.clear()
        done = write_figures(order, tmp_path / "out", folder, lambda name, count: heard.append((name, count)))
        assert sum(count for _, count in heard) == sum(done)
        return done

    write.out = tmp_path / "out"
    return write


def test_files_are_named_after_exhibit_size_and_window():
    order = Order(("tolls",), ("svg", "html"), ("page", "slide"), "2025-04-11", "2025-04-24")
    assert order.name_files("tolls") == {
        "tolls-from-2025-04-11-to-2025-04-24-page.svg": ("page", "svg"),
        "tolls-from-2025-04-11-to-2025-04-24-slide.svg": ("slide", "svg"),
        "tolls-from-2025-04-11-to-2025-04-24.html": ("", "html"),
    }


def test_a_second_run_has_nothing_to_do_and_does_not_read_the_record(write, monkeypatch):
    assert write() == (2, 0)
    before = {path.name: path.stat().st_mtime_ns for path in write.out.iterdir()}
    monkeypatch.setattr("analysis.load.Record.read", lambda *_: pytest.fail("read"))
    assert write() == (0, 2)
    assert before == {path.name: path.stat().st_mtime_ns for path in write.out.iterdir()}


def test_only_what_a_change_touches_is_written_anew(write, change):
    both = Order(("tolls", "nights"), ("csv",))
    assert write(both) == (2, 0)
    change("casualties", "sumy-0413-ua-sumy-city-council-36k-127i-killed", low="37", high="37")
    assert write(both) == (1, 1)
    assert "35 or 37" in (write.out / "tolls.csv").read_text()
    assert write(both) == (0, 2)


def test_a_lost_or_cut_file_is_written_again(write):
    write()
    (write.out / "tolls.csv").unlink()
    (write.out / "tolls-column.png").write_bytes(b"cut")
    assert write() == (2, 0)


def test_another_version_of_the_code_draws_all_anew(write, monkeypatch):
    write()
    monkeypatch.setattr(figures, "version", lambda name: "0")
    assert write() == (2, 0)


def test_a_ledger_that_cannot_be_read_costs_time_and_nothing_else(write):
    write()
    for text in ("{", "[]", "\x00", '{"tolls.csv": 1}'):
        (write.out / LEDGER).write_text(text)
        assert figures.read_ledger(write.out / LEDGER) == {}
    assert write() == (2, 0)
    digest = hashlib.sha256((write.out / "tolls.csv").read_bytes()).hexdigest()
    assert json.loads((write.out / LEDGER).read_text())["tolls.csv"]["sha256"] == digest


def test_a_file_that_is_as_long_as_the_one_that_was_made_is_not_taken_for_it(write):
    write()
    path = write.out / "tolls.csv"
    made = path.read_bytes()
    path.write_bytes(made.replace(b"35", b"34"))
    assert len(made) == path.stat().st_size and write() == (1, 1) and path.read_bytes() == made


def test_what_was_drawn_before_an_interruption_is_not_drawn_again(write, monkeypatch):
    from analysis import exhibits

    def stop(*_):
        raise KeyboardInterrupt

    both = Order(("coverage", "tolls"), ("csv",))
    with monkeypatch.context() as patch:
        patch.setitem(exhibits.EXHIBITS, "tolls", stop)
        with pytest.raises(KeyboardInterrupt):
            write(both)
    assert write(both) == (1, 1)


def test_a_faulty_record_writes_nothing(write, change):
    change("casualties", "sumy-0413-ua-sumy-city-council-36k-127i-killed", low="40")
    with pytest.raises(RecordError):
        write()
    assert not write.out.exists()


def test_every_input_counts(folder):
    _, whole = digest_inputs(folder)
    for name in ("events.csv", "episode.toml"):
        path = folder / name
        path.write_bytes(path.read_bytes() + b"\n")
        _, now = digest_inputs(folder)
        assert now != whole
        whole = now


def test_the_digest_does_not_depend_on_the_folder(tmp_path):
    copy = shutil.copytree(DATA, tmp_path / "another name", ignore=shutil.ignore_patterns("geo"))
    assert digest_inputs(copy) == digest_inputs(DATA)
