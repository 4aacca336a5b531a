"""Write exhibits into a folder, and redraw only those whose inputs have changed since."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from analysis.files import FORMATS, name_files, write_whole

PACKAGE = Path(__file__).parent
GEO = PACKAGE.parent / "data" / "geo"
DRAWING = ("matplotlib", "pandas", "numpy", "geopandas", "shapely", "pyproj", "pillow", "plotly", "fonttools", "jinja2",
           "font-source-sans-pro")  # fmt: skip
"""Packages whose version may change a picture."""
LEDGER = ".made.json"
"""Says of each file in the folder of what it was made."""


@dataclass(frozen=True)
class Order:
    """Say what is wanted: names of exhibits, formats, sizes of pictures, the first and the last day where given."""

    names: Sequence[str]
    formats: Sequence[str] = FORMATS
    sizes: Sequence[str] = ("page",)
    start: str | None = None
    end: str | None = None

    def name_files(self, name: str) -> dict[str, tuple[str, str]]:
        """Return size and format of each file wanted of an exhibit, by the file's name."""
        window = f"-from-{self.start}" * bool(self.start) + f"-to-{self.end}" * bool(self.end)
        return name_files(name + window, self.formats, self.sizes)


def write_figures(order: Order, folder: Path, episode: Path, tell: Callable[[str, int], None]) -> tuple[int, int]:
    """Write what is wanted into `folder` and return how many files were written and how many were up to date.

    A file stays if all that it was made of is as it was; `tell` hears the name of each exhibit and how many of its files
    are done. Raises RecordError for a faulty record, OSError where a file cannot be written.
    """
    code, inputs = digest_inputs(episode)
    ledger = read_ledger(folder / LEDGER)
    wanted = {name: order.name_files(name) for name in order.names}
    stale = {name: {file for file in files if not stands(folder, file, ledger, "inputs", inputs)}
             for name, files in wanted.items()}  # fmt: skip
    for name, files in wanted.items():
        tell(name, len(files) - len(stale[name]))
    if not any(stale.values()):
        return 0, sum(map(len, wanted.values()))
    from analysis.exhibits import (
        EXHIBITS,  # matplotlib and pandas take a second, which a run with nothing to do can spare
    )
    from analysis.export import render, tell_facts
    from analysis.load import Record

    record, written = Record.read(episode), 0
    for name in (name for name in order.names if stale[name]):
        exhibit = EXHIBITS[name](record, order.start, order.end)
        made = hashlib.sha256(f"{code} {json.dumps(tell_facts(exhibit))}".encode()).hexdigest()
        folder.mkdir(parents=True, exist_ok=True)
        todo = {file: of for file, of in wanted[name].items() if file in stale[name]}
        kept = [file for file in todo if stands(folder, file, ledger, "made", made)]
        tell(name, len(kept))
        for file, data in render(exhibit, {file: of for file, of in todo.items() if file not in kept}):
            write_whole(folder / file, data)
            ledger[file] = {"sha256": hashlib.sha256(data).hexdigest()}
            written += 1
            tell(name, 1)
        for file in todo:
            ledger[file] |= {"inputs": inputs, "made": made}
        write_whole(folder / LEDGER, (json.dumps(ledger, indent=1, sort_keys=True) + "\n").encode())
    return written, sum(map(len, wanted.values())) - written


def digest_inputs(episode: Path) -> tuple[str, str]:
    """Return two SHA-256: of what draws (this package, the borders, the libraries), and of that with the record."""
    digest = hashlib.sha256(f"{sys.version_info[:2]} {[version(name) for name in DRAWING]}".encode())
    code = _add(digest, [*PACKAGE.rglob("*.py"), *PACKAGE.glob("*.html"), *GEO.glob("*.geojson")])
    return code, _add(digest, [*episode.glob("*.csv"), *episode.glob("episode.toml")])


def _add(digest: hashlib._Hash, paths: list[Path]) -> str:
    for path in sorted(paths):
        digest.update(f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def read_ledger(path: Path) -> dict[str, dict[str, object]]:
    """Return of what each file was made; nothing if that is not known, so that all is drawn."""
    try:
        ledger = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return ledger if isinstance(ledger, dict) and all(isinstance(entry, dict) for entry in ledger.values()) else {}


def stands(folder: Path, file: str, ledger: Mapping[str, Mapping], key: str, digest: str) -> bool:
    """Say whether a file is there, whole, and made of the same."""
    entry, path = ledger.get(file, {}), folder / file
    return entry.get(key) == digest and path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == entry.get("sha256")
