"""Imports run one way, importing does no work, and only the command line prints."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "analysis"
RECORD = {"schema", "when", "order", "faults", "rules", "episode", "load"}
DRAWING = {"theme", "basemap", "summary", "exhibit", "layout", "marks", "words", "doubts"}
MAY = {  # what a module may import of the package; one that is not named stands above all of these
    "": set(),
    "schema": set(),
    "when": set(),
    "theme": set(),
    "digits": set(),
    "summary": {"digits"},
    "manifest": {"schema", "words"},
    "order": set(),
    "faults": set(),
    "rules": {"schema", "faults", "order"},
    "episode": {"schema", "when", "faults"},
    "load": {"schema", "when", "faults", "rules", "episode"},
    "toll": {"when"},
    "replies": {"when"},
    "basemap": {"theme"},
    "vector": {"theme"},
    "limits": {"load", "faults", "words", "agreement", "findings"},
    "pack": {"schema", "load", "faults", "theme", "basemap", "vector", "doubts", "listing", "replies", "export", "layout"},
    "files": set(),
    "words": set(),
    "night": set(),
    "pieces": {"theme", "digits"},
    "browse": {"theme", "pieces", "digits"},
    "stamp": {"schema"},
    "export": {"theme", "files", "digits", "stamp", "words"},
    "questions": {"schema", "load"},
    "insert": {"schema", "files"},
    "tidy": {"schema", "load", "faults"},
    "draft": {"schema", "faults", "load", "insert", "files", "checkup"},
    "changes": {"schema", "faults", "load", "toll", "words"},
    "exhibit": {"schema", "theme", "summary", "browse", "export", "files", "stamp"},
    "layout": {"theme", "when", "layout"},
    "marks": {"toll", "when"},
    "article": set(),
    "listing": set(),
    "notebooks": {"files", "manifest", "words"},
    "checkup": {*RECORD, "codebook", "tidy"},
    "agreement": {*RECORD, "marks", "words"},
    "doubts": {"faults", "toll"},
    "vocabularies": set(),
    "codebook": {"schema", "when", "load", "marks", "files", "vocabularies", "agreement"},
    "selection": {*RECORD, "doubts", "layout", "marks", "words"},
    "explorer": {*RECORD, *DRAWING, "browse", "export", "files", "pieces", "replies", "selection", "notebooks", "exhibits",
                 "explorer"},
    "exhibits": {*RECORD, *DRAWING, "toll", "replies", "night", "exhibits"},
}
READS = re.compile(r"^open$|(?<!when)\.(?:open|read|read_(?:bytes|csv|json|table|text))$")
"""Calls that read a file, or the record."""


def name_module(path):
    """Return the name below `analysis`: '' for the package itself, 'exhibits.tolls' for a module in exhibits."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


MODULES = {name_module(path): ast.parse(path.read_text("utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}
every_module = pytest.mark.parametrize("module", MODULES, ids=lambda name: name or "analysis")


def find_imports(tree):
    """Return the full name of everything that the code imports, wherever the import stands."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports name the whole module"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def find_own(tree):
    """Return the modules of the package that the code imports."""
    own = {name.removeprefix("analysis").lstrip(".") for name in find_imports(tree)
           if name.split(".")[0] == "analysis"}  # fmt: skip
    return {name if name in MODULES else name.rpartition(".")[0] for name in own}


def run(code):
    """Run code in a fresh interpreter and return the JSON that it prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=PACKAGE.parent)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


WATCH = """
import functools, json, os, sys
opened = []
find = functools.cache(os.path.realpath)
sys.addaudithook(lambda event, args: opened.append(os.path.join(find(os.path.dirname(args[0])), os.path.basename(args[0])))
                 if event == "open" and isinstance(args[0], str) else None)
"""


@every_module
def test_a_module_imports_only_what_stands_below_it(module):
    layer = module.split(".")[0]
    if layer in MAY:
        found = {name.split(".")[0] for name in find_own(MODULES[module])} - {""}
        assert found <= MAY[layer]


def test_imports_do_not_run_in_circles():
    graph = {name: find_own(tree) - {name} for name, tree in MODULES.items()}
    TopologicalSorter(graph).prepare()


def test_drawing_takes_the_record_and_does_not_read_it():
    drawing = {name: tree for name, tree in MODULES.items() if name.startswith(("exhibits", "layout"))}
    called = {(name, ast.unparse(node.func)) for name, tree in drawing.items() for node in ast.walk(tree)
              if isinstance(node, ast.Call)}  # fmt: skip
    assert len(drawing) > 20 and not [call for call in called if READS.search(call[1])]


@every_module
def test_a_module_leaves_pyplot_alone(module):
    assert not {name for name in find_imports(MODULES[module]) if name.startswith(("matplotlib.pyplot", "pylab"))}


@every_module
def test_only_the_command_line_prints(module):
    calls = {node.func.id for node in ast.walk(MODULES[module])
             if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}  # fmt: skip
    assert "print" not in calls or module == "__main__"


def test_importing_the_package_opens_nothing_and_pulls_nothing_in():
    opened, heavy = run(WATCH + """
import analysis
print(json.dumps([opened, sorted({"pandas", "numpy", "matplotlib", "plotly", "geopandas"} & sys.modules.keys())]))
""")
    assert {Path(name).stem.split(".")[0] for name in opened} <= {"__init__"}
    assert heavy == []


@pytest.mark.parametrize(("use", "spares"), [
    ("from analysis import agreement, changes, checkup, codebook, curate, tidy",
     {"fontTools", "geopandas", "jinja2", "matplotlib", "pandera", "plotly"}),
    ("from analysis.exhibits import EXHIBITS",
     {"fontTools.subset", "IPython", "jinja2", "matplotlib.pyplot", "nbformat", "plotly", "scipy", "statsmodels"}),
])  # fmt: skip
def test_nobody_waits_for_what_is_not_used(use, spares):
    loaded = run(f"{use}\nimport json, sys\nprint(json.dumps(list(sys.modules)))")
    assert "pandas" in loaded and spares & set(loaded) == set()


def test_importing_every_module_reads_no_data_and_starts_no_pyplot():
    modules = [f"analysis.{name}".rstrip(".") for name in MODULES if name != "__main__"]
    opened, pyplot, settings = run(WATCH + f"""
import importlib
import matplotlib
names = matplotlib.rcParams.keys() - {{"backend"}}  # asking for it would start pyplot
before = {{name: matplotlib.rcParams[name] for name in names}}
for name in {modules}:
    importlib.import_module(name)
changed = [name for name in names if before[name] != matplotlib.rcParams[name]]
print(json.dumps([opened, "matplotlib.pyplot" in sys.modules, changed]))
""")
    assert [name for name in opened if Path(name).is_relative_to(PACKAGE.parent / "data")] == []
    assert not pyplot
    assert settings == []
