"""The mutation campaigns themselves: each change is one small change, and the same ones come each time."""

import csv
import io
import itertools
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from analysis.load import DATA

HERE = Path(__file__).parent / "mutants"
sys.path.append(str(HERE))

import lines  # noqa: E402
import rows as mutant_rows  # noqa: E402


@pytest.fixture(scope="module")
def made(record):
    return list(itertools.islice(mutant_rows.make_mutants(mutant_rows.read_rows(DATA), record.episode, 1), 180))


@pytest.fixture(scope="module")
def changed():
    return list(itertools.islice(lines.make_mutants(DATA.parent / "analysis", 1), 100))


def read(data):
    return list(csv.reader(io.StringIO(data.decode())))


def test_every_kind_of_change_is_made_and_the_same_ones_again(made, record):
    again = mutant_rows.make_mutants(mutant_rows.read_rows(DATA), record.episode, 1)
    assert list(itertools.islice(again, 180)) == made
    counts = Counter(mutant.kind for mutant in made)
    assert counts.keys() == mutant_rows.KINDS.keys() and min(counts.values()) >= 15
    other = mutant_rows.make_mutants(mutant_rows.read_rows(DATA), record.episode, 2)
    assert list(itertools.islice(other, 180)) != made


def test_a_change_of_the_data_is_one_cell_or_one_row(made, shipped):
    for mutant in made:
        before, after = read(shipped[mutant.file]), read(mutant.data)
        if mutant.kind in ("dropped row", "doubled row"):
            more, less = (before, after) if mutant.kind == "dropped row" else (after, before)
            assert len(more) - len(less) == 1 == (Counter(map(tuple, more)) - Counter(map(tuple, less))).total(), mutant.says
        else:
            cells = [(a, b) for old, new in zip(before, after, strict=True) for a, b in zip(old, new, strict=True) if a != b]
            assert len(cells) == 1, mutant.says
        assert mutant.data.splitlines()[0] == shipped[mutant.file].splitlines()[0]


def test_a_change_of_the_code_is_one_place_and_still_python(changed):
    assert Counter(mutant.kind for mutant in changed).keys() == lines.KINDS.keys()
    for mutant in changed:
        before = (DATA.parent / mutant.file).read_bytes()
        compile(mutant.data, mutant.file, "exec")
        assert mutant.data != before and mutant.says.startswith(f"{mutant.file}:"), mutant.says
        at = next(n for n, (a, b) in enumerate(zip(before, mutant.data, strict=False)) if a != b)
        line = before[:at].count(b"\n") + 1
        assert line >= int(mutant.says.split(":")[1].split()[0]), mutant.says


def test_a_cell_that_shows_something_else_is_found(tmp_path):
    cases = [("x = 1", ["2"], ""), ("x = 1", ["3"], "b, cell 2"), ("x = 1; print(x)", ["2"], "c, cell 1"),
             ("x = 1\n1 / 0", ["2"], "d, cell 1")]  # fmt: skip
    paths = [str(tmp_path / f"{name}.ipynb") for name in "abcd"]
    for path, (first, stored, _) in zip(paths, cases, strict=True):
        cells = [{"cell_type": "code", "source": first, "outputs": []},
                 {"cell_type": "code", "source": "x + 1", "outputs": [{"data": {"text/plain": stored}}]}]  # fmt: skip
        Path(path).write_text(json.dumps({"cells": cells}))
    first = json.loads((DATA.parent / "notebooks/01-record.ipynb").read_text("utf-8"))["cells"]
    shown = tmp_path / "e.ipynb"  # as shipped, with a figure in its second cell
    shown.write_text(json.dumps({"cells": [cell for cell in first if cell["cell_type"] == "code"][:2]}))
    named = [*paths, str(shown)]
    each = f"import json, pathlib, cells; print(json.dumps([cells.find_difference([pathlib.Path(one)]) for one in {named}]))"
    ours = os.pathsep.join(filter(None, [str(HERE), os.environ.get("PYTHONPATH")]))
    done = subprocess.run([sys.executable, "-c", each], capture_output=True, text=True, check=True,
                          env={**os.environ, "PYTHONPATH": ours})  # fmt: skip
    assert json.loads(done.stdout.splitlines()[-1]) == [*(says for *_, says in cases), ""]
    done = subprocess.run([sys.executable, HERE / "cells.py", *paths], capture_output=True, text=True)
    assert (done.stderr, done.returncode) == ("b, cell 2\n", 1)


def test_every_change_that_changes_nothing_is_one_of_the_present_code_and_has_its_reason():
    told = (HERE / "equivalent.txt").read_text("utf-8").splitlines()
    made = Counter(map(lines.name_anywhere, lines.make_mutants(DATA.parent / "analysis", 1)))
    assert {made[name] for name in told[::2]} == {1} and len(told) % 2 == 0
    assert all(reason.startswith("    ") for reason in told[1::2])
