"""Rerun notebooks in place, to accept changed outputs."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from analysis.files import write_whole

KEPT = "kernelspec"
"""The metadata of a notebook that stays; the rest tells of the machine on which it ran."""


class NotebookError(Exception):
    """Say in which notebook and cell a run failed, and with what."""


def rerun(path: Path) -> bool:
    """Run a notebook from the top in a kernel of its own, write it with its outputs, and say whether it changed.

    Lines are not indented, which would take a fifth of the file. Raises NotebookError, and writes nothing, if a cell fails.
    """
    before = path.read_bytes()
    notebook = nbformat.reads(before.decode("utf-8"), as_version=4)
    try:
        NotebookClient(notebook, record_timing=False, resources={"metadata": {"path": str(path.parent)}}).execute()
    except CellExecutionError as error:
        number, source = _find_failed(notebook)
        raise NotebookError(f"{path.name}: cell {number} ({source}) failed: {error.ename}: {error.evalue}") from None
    notebook.metadata = {KEPT: notebook.metadata[KEPT]}
    for cell in notebook.cells:
        cell.metadata = {}
    after = (json.dumps(json.loads(nbformat.writes(notebook)), ensure_ascii=False, indent=0, sort_keys=True) + "\n").encode()
    if after != before:
        write_whole(path, after)
    return after != before


def _find_failed(notebook: nbformat.NotebookNode) -> tuple[int, str]:
    """Return the number of the cell that failed, and its first line."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    failed = [number for number, cell in enumerate(code, 1) if any(output.output_type == "error" for output in cell.outputs)]
    return failed[0], code[failed[0] - 1].source.splitlines()[0]
