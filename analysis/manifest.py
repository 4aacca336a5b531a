"""Of what the outputs of the notebooks were made, kept beside them, and what of it has changed since."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import platform
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from analysis import schema
from analysis.words import say_list

PACKAGE = Path(__file__).parent
GEO = PACKAGE.parent / "data" / "geo"
MANIFEST = "manifest.json"
PACKAGES = ("anywidget", "fonttools", "geopandas", "ipykernel", "ipython", "ipywidgets", "jinja2", "matplotlib", "nbclient",
            "nbformat", "numpy", "pandas", "pillow", "plotly", "pyproj", "shapely", "statsmodels")  # fmt: skip
"""Packages whose version may change an output."""
NAMED = 8
"""Rows, files and packages that are named at most."""


def digest(text: str, length: int = 64) -> str:
    """Return the first digits of the SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def list_inputs(episode: Path, notebooks: Sequence[Path]) -> dict[str, dict[str, object]]:
    """Return of what outputs are made, by kind: rows of the data, files of code, packages, cells and outputs of notebooks."""
    data = {table.name: _list_rows(table, episode / f"{table.name}.csv") for table in schema.TABLES}
    settings = episode / "episode.toml"
    data["episode.toml"] = {line.strip(): "" for line in settings.read_text("utf-8").splitlines()} if settings.is_file() else {}
    files = [path for path in PACKAGE.rglob("*.*") if path.suffix in (".py", ".html", ".md", ".css", ".js")]
    code = {path.relative_to(PACKAGE.parent).as_posix(): _digest_file(path) for path in sorted([*files, *GEO.glob("*.geojson")])}
    return {"data": data, "code": code, "environment": {"Python": platform.python_version(), **dict(_list_packages())},
            "notebooks": {path.name: _digest_cells(path.read_bytes()) for path in notebooks}}  # fmt: skip


def _list_rows(table: schema.Table, path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    rows = csv.DictReader(io.StringIO(path.read_text("utf-8-sig", errors="replace")))
    return {" + ".join(filter(None, (row.get(part) for part in table.key))): digest("\x1f".join(map(str, row.values())), 8)
            for row in rows}  # fmt: skip


def _digest_file(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:8]


def _list_packages() -> Iterator[tuple[str, str]]:
    for name in PACKAGES:
        try:
            yield name, version(name)
        except PackageNotFoundError:
            continue


def _digest_cells(data: bytes) -> dict[str, str]:
    code = [cell for cell in json.loads(data)["cells"] if cell["cell_type"] == "code"]
    return {"cells": digest("\x1f".join("".join(cell["source"]) for cell in code), 8),
            "outputs": digest(json.dumps([cell["outputs"] for cell in code], sort_keys=True), 8)}  # fmt: skip


def write_manifest(inputs: Mapping[str, object]) -> bytes:
    """Return the manifest as JSON, a row a line."""
    return (json.dumps(inputs, ensure_ascii=False, indent=0, sort_keys=True) + "\n").encode()


def read_manifest(folder: Path) -> dict[str, dict[str, object]]:
    """Return the manifest beside the notebooks; nothing if there is none that can be read."""
    try:
        return json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return {}


def tell_inputs(saved: Mapping[str, Mapping], now: Mapping[str, Mapping]) -> list[str]:
    """Say in sentences which of data, code, environment and notebooks changed since the outputs were saved."""
    if not saved:
        return [f"There is no {MANIFEST} beside the notebooks that says of what their outputs were made."]
    rows = [f"{table} {key} {how}" for table in now["data"] for key, how in
            _compare(saved["data"].get(table, {}), now["data"][table])]  # fmt: skip
    code = [f"{name} {how}" for name, how in _compare(saved["code"], now["code"])]
    packages = [f"{name} {saved['environment'].get(name, 'none')} to {now['environment'].get(name, 'none')}"
                for name, _ in _compare(saved["environment"], now["environment"])]  # fmt: skip
    edited = [f"{part} of {name}" for name, parts in now["notebooks"].items()
              for part, _ in _compare(saved["notebooks"].get(name, {}), parts)]  # fmt: skip
    told = {"data": rows, "code": code, "environment": packages, "notebooks": edited}
    lines = [f"{kind.capitalize()} changed since the outputs were saved: {_cut(found)}." for kind, found in told.items() if found]
    return lines or ["Nothing changed since the outputs were saved, neither data nor code nor packages nor notebooks."]


def _compare(saved: Mapping[str, str], now: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name in sorted(saved.keys() | now.keys()):
        if saved.get(name) != now.get(name):
            yield name, "added" if name not in saved else "removed" if name not in now else "changed"


def _cut(words: Sequence[str]) -> str:
    return say_list(words) if len(words) <= NAMED else f"{', '.join(words[:NAMED])} and {len(words) - NAMED} more"
