"""What is kept of the inputs of the notebooks, and what is said of those that changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analysis import manifest
from analysis.load import DATA
from analysis.schema import BY_NAME

NOTEBOOKS = sorted((DATA.parent / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="module")
def saved():
    return manifest.list_inputs(DATA, NOTEBOOKS)


def test_it_holds_every_row_every_file_of_code_and_every_notebook(saved, record):
    assert {name: len(rows) for name, rows in saved["data"].items() if name in BY_NAME} == {
        name: len(getattr(record, name)) for name in BY_NAME}  # fmt: skip
    assert {"analysis/toll.py", "analysis/exhibits/tolls.py", "data/geo/wide.geojson"} <= saved["code"].keys()
    assert {"Python", "matplotlib", "pandas"} <= saved["environment"].keys()
    assert list(saved["notebooks"]) == [path.name for path in NOTEBOOKS]


def test_nothing_changed_is_said(saved):
    assert manifest.tell_inputs(saved, saved) == [
        "Nothing changed since the outputs were saved, neither data nor code nor packages nor notebooks."]  # fmt: skip


def test_rows_are_named_by_table_and_key(saved, folder, change):
    change("nights", "2025-04-20", drones_launched="1")
    change("passages", ("17", "1"), verdict="imprecise")
    (folder / "replies.csv").write_text((folder / "replies.csv").read_text().rsplit("\n", 2)[0] + "\n")
    (folder / "episode.toml").write_text((folder / "episode.toml").read_text().replace("#0067a8", "#0067a9"))
    (told,) = manifest.tell_inputs(saved, manifest.list_inputs(folder, NOTEBOOKS))
    assert told == ("Data changed since the outputs were saved: replies zelensky-victory-truce-2025-05-02 + "
                    "putin-victory-truce-2025-04-28 removed, nights 2025-04-20 changed, passages 17 + 1 changed, episode.toml "
                    'Ukraine = "#0067a8" removed and episode.toml Ukraine = "#0067a9" added.')  # fmt: skip


def test_code_packages_and_notebooks_are_named(saved, tmp_path):
    now = json.loads(json.dumps(saved))
    now["code"]["analysis/toll.py"] = "0"
    now["environment"] |= {"matplotlib": "4.0"}
    del now["environment"]["pyproj"]
    now["notebooks"]["01-record.ipynb"]["outputs"] = "0"
    version = {name: saved["environment"][name] for name in ("matplotlib", "pyproj")}
    since = "changed since the outputs were saved"
    assert manifest.tell_inputs(saved, now) == [
        f"Code {since}: analysis/toll.py changed.",
        f"Environment {since}: matplotlib {version['matplotlib']} to 4.0 and pyproj {version['pyproj']} to none.",
        f"Notebooks {since}: outputs of 01-record.ipynb.",
    ]


def test_of_many_rows_a_few_are_named(saved):
    now = json.loads(json.dumps(saved))
    now["data"]["sources"] = {}
    (told,) = manifest.tell_inputs(saved, now)
    assert told.endswith(f" removed and {len(saved['data']['sources']) - manifest.NAMED} more.")


def test_a_manifest_is_written_and_read_and_one_that_is_missing_or_broken_is_said(saved, tmp_path):
    path = tmp_path / manifest.MANIFEST
    path.write_bytes(manifest.write_manifest(saved))
    assert manifest.read_manifest(tmp_path) == json.loads(json.dumps(saved)) and path.stat().st_size < 120_000
    for spoil in (lambda: path.write_text("half"), path.unlink):
        spoil()
        assert manifest.tell_inputs(manifest.read_manifest(tmp_path), saved) == [
            "There is no manifest.json beside the notebooks that says of what their outputs were made."]  # fmt: skip


def test_the_shipped_manifest_names_the_rows_of_the_shipped_record(saved):
    """So that what a failure says is true."""
    kept = manifest.read_manifest(Path(NOTEBOOKS[0]).parent)
    assert kept["data"] == saved["data"], "the data changed since: make notebooks"
    assert kept["notebooks"] == saved["notebooks"], "a notebook was edited since it was saved: make notebooks"
