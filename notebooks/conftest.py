"""How pytest reruns the notebooks of this folder: every cell compared, and a failure that says why."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

import kernels
import nbval.kernel
import pytest

from analysis.manifest import list_inputs, read_manifest, tell_inputs

DATA = Path(__file__).parents[1] / "data"


def pytest_configure(config: pytest.Config) -> None:
    """Refuse the option of nbval that compares nothing, and spare what takes time at each kernel or message."""
    if getattr(config.option, "nbval_lax", False):
        raise pytest.UsageError("--nbval-lax compares no output; leave it out, or use --nbval")
    if not getattr(config.option, "nbval", False):
        return
    nbval.kernel.pformat = lambda message: message  # pprint takes seconds for the state of a widget, in a log that nobody keeps
    config.add_cleanup(kernels.spare_starts(hasattr(config, "workerinput")))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Where a notebook failed, say what of its inputs changed since its outputs were saved, and how to accept that."""
    failed = {report.nodeid.partition("::")[0] for report in terminalreporter.getreports("failed") if ".ipynb::" in report.nodeid}
    if not failed:
        return
    folder, episode = Path(__file__).parent, Path(os.environ.get("EPISODE") or DATA)
    terminalreporter.section("why a notebook shows something else")
    for line in tell_inputs(read_manifest(folder), list_inputs(episode, sorted(folder.glob("*.ipynb")))):
        terminalreporter.line(line)
    terminalreporter.line("If that is as it should be: make notebooks runs them, says which outputs changed, and accepts them.")


@pytest.hookimpl(tryfirst=True)  # before cells are left out by -k or by a node that is named
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse a run in which a cell of code would not be compared."""
    for path, cells in Counter(item.path for item in items if item.path.suffix == ".ipynb").items():
        code = sum(cell["cell_type"] == "code" for cell in json.loads(path.read_text("utf-8"))["cells"])
        if cells != code and not any("::" in word for word in config.args):
            raise pytest.UsageError(f"{path.name}: {cells} of its {code} cells of code would be compared")
