"""Time the rerun of the notebooks beside the usual way, and say where the time goes.

By hand, on a quiet machine: .venv/bin/python tests/bench/notebooks.py [ROUNDS]; writes notebooks.md beside itself.
The usual way is pytest --nbval in one process, on notebooks with the same cells that import pyplot, draw each exhibit with
it and show the interactive twin through plotly's own display; that twin is read from a file, so making it costs them nothing.
It has the packages that jupyterlab brings along and requirements.lock leaves out (GRAMMAR, from the network).
Ours is what `make test` runs. Both run in turns, so that a busy machine is busy for both.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SHOWN = re.compile(r"^(places|timeline|exchange|stances|lags|tolls|revisions|nights|coverage|independence)\(record.*\)$")
USUAL = ["import json", "import matplotlib.pyplot as plt", "import pandas as pd", "import plotly.graph_objects as go",
         "import plotly.io", "plotly.io.renderers.default = 'plotly_mimetype'"]  # fmt: skip
"""The display that JupyterLab shows; plotly's other ones write random ids, which no rerun repeats."""
GRAMMAR = ["rfc3987-syntax==1.1.0", "lark==1.3.1"]
PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval")
PARTS = """
from time import perf_counter
import json, sys
def note(part): marks.append((part, perf_counter()))
import IPython.display
import analysis.exhibits, analysis.findings, analysis.listing
marks = [("", perf_counter())]
record = analysis.load.Record.read()
note("reading")
for call in json.loads(sys.argv[1]):
    shown = eval(call, vars(analysis.exhibits) | {"record": record})
    note("exhibits: marks")
    figure = shown.figure()
    note("exhibits: drawing")
    twin = shown.twin(figure=figure)
    note("exhibits: interactive twin")
    words = analysis.summary.summarize(figure)
    note("exhibits: words")
    analysis.export.draw_thin(figure, 100, 1, words)
    note("exhibits: picture")
print(json.dumps([[part, at - before] for (_, before), (part, at) in zip(marks, marks[1:])]))
"""


def list_calls(notebook: Path) -> list[str]:
    """Return the cells of a notebook that show an exhibit."""
    return [cell for cell in map("".join, (one["source"] for one in read_cells(notebook))) if SHOWN.match(cell)]


def read_cells(notebook: Path) -> list[dict]:
    return [cell for cell in json.loads(notebook.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"]


def write_usual(folder: Path) -> None:
    """Write each notebook anew in the usual way, and run it once for its outputs."""
    import nbformat
    from nbclient import NotebookClient

    from analysis.exhibits import EXHIBITS
    from analysis.load import Record

    record = Record.read()
    for path in NOTEBOOKS:
        notebook = nbformat.read(path, as_version=4)
        cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
        for at, cell in enumerate(cells):
            if SHOWN.match(cell.source):
                twin = eval(cell.source, EXHIBITS | {"record": record}).twin()
                data = folder / f"{path.stem}-{at}.json"
                data.write_text(json.dumps({name: twin[name] for name in ("data", "layout")}), "utf-8")
                cell.source = (f"shown = {cell.source}\nplt.figure(figsize=(6.7, 6.7))\nshown.draw(plt.subplot())\nplt.show()\n"
                               f"go.Figure(json.load(open({str(data)!r}))).show()")  # fmt: skip
        cells[0].source = "\n".join([*USUAL, cells[0].source])
        NotebookClient(notebook, timeout=600, kernel_name="python3").execute(cwd=str(folder))
        nbformat.write(notebook, folder / path.name)


def run(words: Sequence[str], path: Path | None = None) -> tuple[float, float]:
    """Run Python in the project's folder; return the seconds it took, by the clock and of the processors."""
    before, start = os.times(), perf_counter()
    world = os.environ | ({"PYTHONPATH": str(path)} if path else {})
    done = subprocess.run([sys.executable, *words], cwd=ROOT, env=world, capture_output=True, text=True)
    seconds, after = perf_counter() - start, os.times()
    if done.returncode:
        raise SystemExit(done.stdout[-3000:] + done.stderr[-3000:])
    return seconds, sum(after[2:4]) - sum(before[2:4])


def start_kernels() -> dict[str, float]:
    """Return the seconds until kernels answer, one of each notebook: the first waits for what is imported once for all."""
    sys.path.insert(0, str(ROOT / "notebooks"))
    import kernels
    from nbval.kernel import RunningKernel

    took, start, close = [], perf_counter(), kernels.spare_starts()
    for _ in NOTEBOOKS:
        kernel = RunningKernel("python3", cwd=str(ROOT / "notebooks"))
        took.append(perf_counter() - start)
        kernel.stop()
        start = perf_counter()
    close()
    return {"kernels: the first, with the imports of all": took[0], "kernels: the others": sum(took[1:])}


def split_up() -> dict[str, float]:
    """Return the seconds that each part of our rerun takes, of all notebooks together, each measured alone."""
    parts = start_kernels()
    for path in NOTEBOOKS:
        done = subprocess.run([sys.executable, "-c", PARTS, json.dumps(list_calls(path))], cwd=ROOT, capture_output=True,
                              text=True, check=True)  # fmt: skip
        for part, seconds in json.loads(done.stdout):
            parts[part] = parts.get(part, 0) + seconds
    return parts


def main(rounds: int) -> str:
    """Return what was measured, as Markdown."""
    with tempfile.TemporaryDirectory() as name:
        folder, packages = Path(name, "notebooks"), Path(name, "packages")
        folder.mkdir()
        subprocess.run([sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-deps", "--target", packages, *GRAMMAR],
                       check=True)  # fmt: skip
        write_usual(folder)
        ways: dict[str, tuple[Sequence[str], Path | None, list[tuple[float, float]]]] = {
            "usual, one process": ((*PYTEST, "-p", "no:xdist", "--rootdir", str(folder), str(folder)), packages, []),
            "ours, two workers": ((*PYTEST, "-n", "2", "--dist", "loadscope", "notebooks"), None, []),
        }
        for _ in range(rounds):
            for words, path, taken in ways.values():
                taken.append(run(words, path))
    usual, ours = (sorted(taken)[0] for *_, taken in ways.values())
    rows = [
        "# Rerunning the notebooks: the last figures", "",
        f"Best of {rounds}, in turns; Python {sys.version.split()[0]}, {os.cpu_count()} cores.", "",
        "| way | s | s of processors |", "|---|---|---|",
        *(f"| {way} | {seconds:.1f} | {cpu:.1f} |" for way, (seconds, cpu) in zip(ways, (usual, ours), strict=True)),
        f"| ours / usual | {ours[0] / usual[0]:.2f} | {ours[1] / usual[1]:.2f} |", "",
        "Where ours goes (seconds, of all notebooks, each part measured alone; two workers share them):", "",
        "| part | s |", "|---|---|",
    ]  # fmt: skip
    parts = split_up()
    rows += [f"| {part} | {seconds:.1f} |" for part, seconds in parts.items()]
    return "\n".join([*rows, f"| the rest: pytest, tables, comparing | {max(ours[1] - sum(parts.values()), 0):.1f} |", ""])


if __name__ == "__main__":
    report = main(int(sys.argv[1]) if sys.argv[1:] else 3)
    Path(__file__).with_suffix(".md").write_text(report, "utf-8")
    print(report)
