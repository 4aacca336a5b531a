"""Notebooks as regression tests: what makes one unfit, running it anew, and what changed since its outputs were saved."""

from __future__ import annotations

import base64
import difflib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.files import SHOWS
from analysis.manifest import digest
from analysis.words import say_number

KEPT = "kernelspec"
"""The metadata of a notebook that stays; the rest tells of the machine on which it ran."""
WIDGET = "application/vnd.jupyter.widget-view+json"
"""What leads to a widget that is gone with its kernel; a saved output shows its picture instead."""
UNCOMPARED = ("nbval_ignore", "nbval_skip", "nbval_raises", "nbval-ignore", "nbval-skip", "raises-exception", "skip-execution")
"""Marks and tags that keep a cell from being compared."""
MOST, LONG = 5, 160
"""Lines, and letters of a line, of a difference that are told at most."""
Cells = Sequence[Mapping[str, object]]


class NotebookError(Exception):
    """Say in which notebook and cell a run failed, and with what."""


@dataclass(frozen=True)
class Run:
    """Hold a notebook before and after a run, as bytes."""

    path: Path
    before: bytes
    after: bytes

    @property
    def changed(self) -> bool:
        """Say whether the run changed anything."""
        return self.before != self.after


def rerun(path: Path) -> Run:
    """Run a notebook from the top in a kernel of its own; nothing is written.

    Lines are not indented, which would take a fifth of the file. Raises NotebookError if a cell fails.
    """
    import nbformat  # takes a second, as nbclient does, which a test that only reads notebooks can spare
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    before = path.read_bytes()
    notebook = nbformat.reads(before.decode("utf-8"), as_version=4)
    try:
        NotebookClient(notebook, record_timing=False, resources={"metadata": {"path": str(path.parent)}},
                       extra_arguments=["--log-level=ERROR"]).execute()  # a kernel warns that it speaks to this machine in clear
    except CellExecutionError as error:
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        failed = [n for n, cell in enumerate(code, 1) if any(output.output_type == "error" for output in cell.outputs)]
        said = f"{path.name}: cell {failed[0]} ({_first(code[failed[0] - 1])}) failed: {error.ename}: {error.evalue}"
        raise NotebookError(said) from None
    notebook.metadata = {KEPT: notebook.metadata[KEPT]}
    for cell in notebook.cells:
        cell.metadata = {}
        for output in cell.get("outputs", ()):
            output.get("data", {}).pop(WIDGET, None)
    text = json.dumps(json.loads(nbformat.writes(notebook)), ensure_ascii=False, indent=0, sort_keys=True)
    return Run(path, before, f"{text}\n".encode())


def find_unfit(path: Path) -> list[str]:
    """Say why a rerun of a notebook could pass unseen what changed: one sentence each; nothing if it is fit.

    nbval compares no picture, not the order of outputs of different kinds, no cell that a mark leaves out, and a cell that
    was never run with nothing.
    """
    try:
        cells = [cell for cell in json.loads(path.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError):
        return [f"{path.name}: not a notebook"]
    unfit = [f"cell {n} ({_first(cell)}): {says}" for n, cell in enumerate(cells, 1) for says in _find_unfit_cell(cell)]
    order = [cell.get("execution_count") for cell in cells]
    if None not in order and order != list(range(1, len(cells) + 1)):
        unfit.append(f"its cells were not run once from the top, but as {', '.join(map(str, order))}")
    return [f"{path.name}: {says}" for says in unfit]


def _find_unfit_cell(cell: Mapping[str, object]) -> Iterator[str]:
    outputs = cell.get("outputs", [])
    comments = [line for line in _text(cell["source"]).splitlines() if line.startswith("#")]
    for mark in (*cell.get("metadata", {}).get("tags", ()), *comments):
        if any(word in mark.lower() for word in UNCOMPARED):
            yield f"'{mark}' keeps it from being compared"
    if cell.get("execution_count") is None:
        yield "was never run"
    elif not outputs:
        yield "has no output to compare with"
    if len(outputs) > 1:
        yield f"has {len(outputs)} outputs, whose order is not compared; make cells of them"
    for output in outputs:
        if output["output_type"] == "error":
            yield f"holds an error ({output.get('ename')})"
        if output.get("name") == "stderr":
            yield "holds what was written to stderr, as a warning or a progress bar is"
        data = output.get("data", {})
        if "image/png" in data and _read_shown(data["image/png"]) != digest(_text(data.get("text/plain", ""))):
            yield "its picture is not that of its words"


def _read_shown(picture: str | list[str]) -> str:
    from PIL import Image

    try:
        return Image.open(io.BytesIO(base64.b64decode(_text(picture)))).text.get(SHOWS, "")
    except (OSError, ValueError, AttributeError):
        return ""


def _text(lines: str | list[str]) -> str:
    return lines if isinstance(lines, str) else "".join(lines)


def _first(cell: Mapping[str, object]) -> str:
    lines = [line for line in _text(cell["source"]).splitlines() if line.strip()] or [""]
    return lines[-1] if lines[0].startswith(("from ", "import ")) else lines[0]


def tell_outputs(run: Run) -> list[str]:
    """Say which cells of a notebook show something else after a run, with the lines that differ."""
    old, new = ([cell for cell in json.loads(data)["cells"] if cell["cell_type"] == "code"] for data in (run.before, run.after))
    told = []
    for n, (was, now) in enumerate(zip(old, new, strict=True), 1):
        if was["outputs"] == now["outputs"]:
            continue
        lines = [[line for output in cell["outputs"] for line in _show(output)] for cell in (was, now)]
        found = [line for line in difflib.unified_diff(*lines, lineterm="", n=0) if line[:3] not in ("---", "+++", "@@ ")
                 and not line.startswith("@@")]  # fmt: skip
        what = say_number(len(found), "line") + " of what it shows" if found else "its picture or its interactive figure"
        told.append(f"{run.path.stem}, cell {n} ({_first(now)}): {what} changed")
        told += [f"  {line[:LONG]}" for line in found[:MOST]] + [f"  … and {len(found) - MOST} more"] * (len(found) > MOST)
    return told


def _show(output: Mapping[str, object]) -> list[str]:
    data = output.get("data", {})
    return _text(output.get("text") or data.get("text/plain") or data.get("text/markdown", "")).splitlines()
