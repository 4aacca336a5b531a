"""Run the cells of notebooks in this process, and say at the first one that shows something else than it has stored."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

from analysis import export

export.draw_thin = lambda *_: ""  # a rerun compares words and the interactive figure, not the picture


def find_difference(notebooks: Iterable[Path]) -> str:
    """Return the notebook and the number of the first cell with another output; nothing if all are as stored."""
    shell = InteractiveShell.instance(user_module=ModuleType("cell"), config=Config({"HistoryManager": {"enabled": False}}))
    shell.displayhook.write_output_prompt = shell.displayhook.finish_displayhook = lambda: None
    shell.displayhook.write_format_data = lambda data, _=None: shown.update(data)
    for path in notebooks:
        shell.reset(new_session=False)
        for at, cell in enumerate(cell for cell in json.loads(path.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"):
            shown: dict[str, object] = {}
            with capture_output() as said:
                ran = shell.run_cell("".join(cell["source"]), store_history=False)
            if not ran.success or _list_faces(shown, said.stdout) != _read_faces(cell["outputs"]):
                return f"{path.stem}, cell {at + 1}"
    return ""


def _list_faces(shown: dict[str, object], said: str) -> dict[str, object]:
    return _leave_out(json.loads(json.dumps(shown | {"stdout": said} if said else shown)))


def _read_faces(outputs: list[dict]) -> dict[str, object]:
    faces = {}
    for output in outputs:
        for kind, value in output.get("data", {output.get("name"): output.get("text")}).items():
            faces[kind] = "".join(value) if isinstance(value, list) else value
    return _leave_out(faces)


def _leave_out(faces: dict[str, object]) -> dict[str, object]:
    """Leave out pictures, the id of a widget, and the plain form of a table, whose width is that of the terminal."""
    left = {"image/png", "application/vnd.jupyter.widget-view+json"} | ({"text/plain"} if "text/html" in faces else set())
    return {kind: face for kind, face in faces.items() if kind not in left}


if __name__ == "__main__":
    sys.exit(find_difference(map(Path, sys.argv[1:])) or 0)
