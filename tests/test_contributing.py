"""The contributor's guide: its examples work as they are typed, on a copy, and their facts stand in the record."""

from __future__ import annotations

import contextlib
import io
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from analysis import __main__ as cli
from analysis.load import DATA, Record
from analysis.questions import KINDS

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
SECTIONS = re.split(r"^## ", GUIDE, flags=re.M)[1:]
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", GUIDE, re.M | re.S)
PYTHON = ".venv/bin/python"


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """Return a folder with a copy of data/, in which every example was run in order, and what each printed.

    A shell reads the examples; what it would have Python run is run here.
    """
    folder = tmp_path_factory.mktemp("clone")
    shutil.copytree(DATA, folder / "data", ignore=shutil.ignore_patterns("geo"))
    said = []
    for block in BLOCKS:
        typed = block.replace(f"{PYTHON} -m analysis", r"printf '\n%s'; printf '%s\0'")
        done = subprocess.run(["sh", "-e", "-c", typed], cwd=folder, capture_output=True, text=True, check=True)
        said.append(io.StringIO())
        for command in done.stdout.split("\n")[1:]:
            with contextlib.chdir(folder), contextlib.redirect_stdout(said[-1]):
                assert cli.main(command.split("\0")[:-1]) == 0, block
    return folder, [out.getvalue() for out in said]


def test_it_opens_with_an_event_a_statement_a_claim_and_a_source():
    assert [section.splitlines()[0] for section in SECTIONS[:4]] == [
        "To add an event", "To add a statement", "To add a claim", "To add a source"]  # fmt: skip
    for section, kind in zip(SECTIONS, KINDS, strict=False):
        assert section.count("```sh") == 1 and f"{PYTHON} -m analysis add {kind} --episode copy" in section


def test_every_command_of_an_example_is_one_that_a_fresh_clone_has():
    commands = re.sub(r"\\\n", " ", "".join(BLOCKS)).splitlines()
    assert all(command.startswith((f"{PYTHON} -m analysis ", "rm -rf copy && cp -r data copy")) for command in commands)
    assert len(commands) == 7


def test_the_examples_add_a_row_each_to_the_copy_and_leave_data_alone(clone, record):
    folder, _ = clone
    copy = Record.read(folder / "copy")
    added = {name: len(getattr(copy, name)) - len(getattr(record, name)) for name in (*KINDS.values(), "replies")}
    assert added == {"events": 1, "statements": 1, "casualties": 1, "sources": 1, "replies": 1}
    assert Record.read(folder / "data").sha256 == record.sha256


def test_check_passes_and_diff_tells_of_each_row(clone):
    _, said = clone
    assert "no fault in" in said[-1]
    for row in ("events zelensky-names-umerov", "statements ua-state-30day-full", "replies ua-state-30day-full",
                "casualties odesa-0501-trukhanov-3i-missing", "sources natural-earth-undated"):  # fmt: skip
        assert re.search(rf"^{row}.*: added\.$", said[-1], re.M)
    moved = "odesa-drones-2025-05-01 missing: now 2 (no count before), because claim odesa-0501-trukhanov-3i-missing was added."
    assert moved in said[-1].splitlines()


def test_the_facts_of_the_examples_stand_in_the_record(record):
    """In the summaries that the guide names, and on the pages that these rows cite; the page, in data/geo."""
    events, statements = record.events.set_index("event_id"), record.statements.set_index("statement_id")
    assert "named Umerov to lead" in events.loc["ankara-and-istanbul-2025-05-15", "summary"]
    assert "a full ceasefire first" in events.loc["reuters-plan-texts-2025-04-25", "summary"]
    claim = record.casualties.set_index("claim_id").loc["odesa-0501-trukhanov-3i-injured"]
    assert "a couple not yet accounted for" in claim["note"] and claim["report_id"] in BLOCKS[2]
    shown = (statements.loc["zelensky-ankara-2025-05-15"], events.loc["reuters-plan-texts-2025-04-25"])
    for block, row in zip(BLOCKS, shown, strict=False):
        origins = re.search(r'origins="?([^"\n]*?)"?(?: sources| \\?$)', block, re.M)[1]
        assert (origins, re.search(r'sources="(.*?)"', block)[1]) == (row["origins"], row["sources"])
    address = re.search(r"url=(\S+)", BLOCKS[3])[1]
    assert f"({address})" in (ROOT / "data" / "geo" / "README.md").read_text("utf-8")
