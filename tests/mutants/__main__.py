"""Change data and code in small ways, each in a copy, and say what catches each change and which survive.

    python tests/mutants data --count 300
    python tests/mutants code --count 100

A mutant of the data goes through `check`, the notebooks, and the test that notebooks/manifest.json has a digest of every row of
the record, which is counted apart: it says that a row changed, not that this is wrong. A mutant of the code goes through `check`,
the notebooks and all tests. Exit code 1 if more survive than ALLOWED; tests/mutants/equivalent.txt lists, with a reason each,
changes that change nothing.
"""

from __future__ import annotations

import argparse
import itertools
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import lines  # noqa: E402
import rows  # noqa: E402
from cells import find_difference  # noqa: E402
from lines import name_anywhere  # noqa: E402
from tqdm import tqdm  # noqa: E402

from analysis import manifest  # noqa: E402
from analysis.load import DATA, Record, RecordError  # noqa: E402

STAGES = ("check", "notebooks", "manifest", "tests", "equivalent", "survived")
MANIFEST = "tests/test_manifest.py::test_the_shipped_manifest_names_the_rows_of_the_shipped_record"
LISTED = "tests/test_mutants.py::test_every_change_that_changes_nothing_is_one_of_the_present_code_and_has_its_reason"
DESELECTED = [f"--deselect={test}" for test in (MANIFEST, LISTED)]
"""Tests that fail where anything is otherwise, and where a change that is listed as equivalent was made."""
PYTEST = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--tb=no"]
FIRST = {"locations": "02", "events": "03", "casualties": "05", "nights": "06", "night_totals": "06", "statements": "04",
         "replies": "04", "proposals": "04", "second_coding": "04"}  # fmt: skip
"""The notebook that most likely shows a change of a table."""
ALLOWED = {"data": 0.0, "code": 0.05}
MOST = 1800
"""Seconds after which a mutant has hung, and so is caught."""


def main() -> int:
    """Run a campaign, print its table and its survivors, and return 1 if there are more than allowed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("what", choices=("data", "code"))
    parser.add_argument("--count", type=int, default=0, help="mutants (default: 300 of data, 100 of code)")
    parser.add_argument("--skip", type=int, default=0, help="first mutants that are left out, to go on where a run was stopped")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--list", action="store_true", help="only say what would be changed")
    options = parser.parse_args()
    made = (rows.make_mutants(rows.read_rows(DATA), Record.read(DATA).episode, options.seed) if options.what == "data"
            else lines.make_mutants(ROOT / "analysis", options.seed))  # fmt: skip
    count = options.count or {"data": 300, "code": 100}[options.what]
    mutants = list(itertools.islice(made, options.skip, options.skip + count))
    if options.list:
        print(*(f"{mutant.kind}: {mutant.says}" for mutant in mutants), sep="\n")
        return 0
    if unlike := find_difference(sorted((ROOT / "notebooks").glob("*.ipynb"))):
        sys.exit(f"{unlike} shows something else than it has stored, before anything was changed")
    found = []
    with tempfile.TemporaryDirectory() as folder:
        start = multiprocessing.get_context("fork")
        trees = start.Queue()
        for number in range(options.jobs):
            trees.put(_copy_tree(Path(folder) / str(number)))
        with start.Pool(options.jobs, _keep, (trees,), maxtasksperchild=1) as pool:
            results = pool.imap(_catch_row if options.what == "data" else _catch_line, mutants)
            for mutant, caught in zip(mutants, tqdm(results, "mutants", len(mutants)), strict=True):
                found.append((mutant, *caught))
                print(f"{mutant.kind}: {mutant.says}: {': '.join(filter(None, caught))}", flush=True)
    print("", *_draw_table(found), sep="\n")
    lost = [f"{mutant.kind}: {mutant.says}" for mutant, stage, _ in found if stage == "survived"]
    print(f"\n{len(lost)} of {len(found)} survived" + ":" * bool(lost), *lost, sep="\n")
    return int(len(lost) > ALLOWED[options.what] * len(found))


def _copy_tree(folder: Path) -> Path:
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(".*", "figures", "report", "__pycache__", "*.egg-info"))
    for name in (".ci", ".github", ".gitignore"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name)
        elif (ROOT / name).is_file():
            shutil.copy(ROOT / name, folder / name)
    return folder


def _keep(trees: multiprocessing.Queue) -> None:
    global TREES
    TREES = trees


def _catch_row(mutant: rows.Mutant) -> tuple[str, str]:
    """Say at which stage a change of the data is caught, and by what."""
    tree = TREES.get()
    file = tree / "data" / mutant.file
    try:
        with _changed(file, mutant.data):
            try:
                Record.read(tree / "data")
            except RecordError as error:
                return "check", str(error.faults[0])
            os.environ["EPISODE"] = str(tree / "data")
            order = sorted((tree / "notebooks").glob("*.ipynb"), key=lambda path: path.stem[:2] != FIRST.get(file.stem))
            if differs := find_difference(order):
                return "notebooks", differs
            return _judge(mutant, "manifest", _compare_manifest(tree))
    finally:
        TREES.put(tree)


def _compare_manifest(tree: Path) -> str:
    """Say whether the manifest beside the notebooks has another digest of a row, as the test MANIFEST would."""
    kept = manifest.read_manifest(tree / "notebooks")["data"]
    return "" if manifest.list_inputs(tree / "data", [])["data"] == kept else "a row has another digest"


def _catch_line(mutant: rows.Mutant) -> tuple[str, str]:
    """Say at which stage a change of the code is caught, and by what."""
    tree = TREES.get()
    try:
        with _changed(tree / mutant.file, mutant.data):
            if caught := _run(tree, [sys.executable, "-m", "analysis", "check"]):
                return "check", caught
            stem = Path(mutant.file).stem
            notebooks = sorted((tree / "notebooks").glob("*.ipynb"), key=lambda path: stem not in path.read_text("utf-8"))
            if caught := _run(tree, [sys.executable, "tests/mutants/cells.py", *map(str, notebooks)]):
                return "notebooks", caught
            return _judge(mutant, "tests", _run(tree, [*PYTEST, *DESELECTED, *_order_tests(tree, mutant.file)]))
    finally:
        TREES.put(tree)


def _order_tests(tree: Path, file: str) -> list[str]:
    """Put tests first that are named after a module, then those that name it, then all others."""
    stem = Path(file).stem

    def far(path: Path) -> tuple[bool, bool, str]:
        return path.stem != f"test_{stem}", stem not in path.read_text("utf-8"), path.stem

    return [f"tests/{path.name}" for path in sorted((tree / "tests").glob("test_*.py"), key=far)]


def _judge(mutant: rows.Mutant, stage: str, caught: str) -> tuple[str, str]:
    if caught:
        return stage, caught
    return ("equivalent" if name_anywhere(mutant) in _read_equivalent() else "survived"), ""


def _run(tree: Path, command: list[str]) -> str:
    """Run a command in a copy of the project; return the last line it said if it failed, else nothing."""
    keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    with tempfile.TemporaryDirectory() as pyc:
        try:
            done = subprocess.run(command, cwd=tree, env={**keep, "PYTHONPATH": str(tree), "PYTHONPYCACHEPREFIX": pyc},
                                  capture_output=True, text=True, timeout=MOST)  # fmt: skip
        except subprocess.TimeoutExpired:
            return "hung"
    said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    named = [line for line in said if line.startswith(("FAILED", "ERROR"))]
    return (named or said or ["failed"])[-1][:160] if done.returncode else ""


class _changed:
    """Have a file hold other bytes for a while."""

    def __init__(self, path: Path, data: bytes) -> None:
        self.path, self.data, self.before = path, data, path.read_bytes()

    def __enter__(self) -> None:
        self.path.write_bytes(self.data)

    def __exit__(self, *_: object) -> None:
        self.path.write_bytes(self.before)


def _read_equivalent() -> set[str]:
    """Return the mutants that are known to change nothing; the line below each says why."""
    return set((Path(__file__).parent / "equivalent.txt").read_text("utf-8").splitlines())


def _draw_table(found: list[tuple[rows.Mutant, str, str]]) -> Iterator[str]:
    count = Counter((mutant.kind, stage) for mutant, stage, _ in found)
    kinds = list(dict.fromkeys(mutant.kind for mutant, _, _ in found))
    yield f"{'':12}" + "".join(f"{stage:>12}" for stage in STAGES) + f"{'all':>8}"
    for kind in [*kinds, "all"]:
        cells = [sum(n for (one, at), n in count.items() if at == stage and kind in (one, "all")) for stage in STAGES]
        yield f"{kind:12}" + "".join(f"{n or '':>12}" for n in cells) + f"{sum(cells):>8}"


if __name__ == "__main__":
    sys.exit(main())
