"""The shipped record, read once, copies of its files to change, and how its figures look in every size."""

from __future__ import annotations

import csv
import difflib
import gc
import io
import json
import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path

import matplotlib
import pytest
from matplotlib.figure import Figure

from analysis.exhibit import Exhibit
from analysis.exhibits import EXHIBITS
from analysis.load import DATA, Record
from analysis.manifest import digest
from analysis.words import say_number

ROOT = DATA.parent
LOOKS = ROOT / "tests/looks.json"
ACCEPTED = pytest.StashKey[dict[str, str]]()
"""What has changed in looks that are accepted, by test."""
SETTINGS = [name for name in matplotlib.rcParams if name != "backend"]  # asking for that would start pyplot
Row = tuple[str, int, dict[str, str]]
"""File, line and cells by column; for a document, a paragraph or a notebook's cell of words as the column `text`."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the tests in a browser be asked for, and looks be accepted."""
    parser.addoption("--browser", action="store_true", help="run the tests in tests/browser, which need Chromium")
    parser.addoption("--accept", action="store_true", help="take how figures look now into tests/looks.json")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to accept in several processes, of which the last one would undo what the others wrote."""
    if config.getoption("accept") and config.getoption("numprocesses", None):
        raise pytest.UsageError("--accept writes one file: leave out -n")


def pytest_collection_finish() -> None:
    """Look for garbage seldom, and not among what was imported: figures are many small objects, which take a tenth less so."""
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


def pytest_sessionfinish() -> None:
    """Look for no garbage at the end, which takes seconds among all figures that were kept."""
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what is accepted."""
    if config.getoption("accept"):
        accepted = config.stash.get(ACCEPTED, {})
        terminalreporter.section(f"{say_number(len(accepted), 'look')} accepted in tests/{LOOKS.name}")
        for test, what in accepted.items():
            terminalreporter.line(f"{test}: {what}")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Have one worker run all tests of an exhibit, or else of a file, so that each figure is made and drawn once."""
    from xdist.scheduler import LoadScopeScheduling

    class ByExhibit(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            path, _, test = nodeid.partition("::")
            name = Path(path).stem.removeprefix("test_")
            given = re.findall(r"\w+", test.partition("[")[2]) if name == "exhibit" else []
            return next((one for one in given if one in EXHIBITS), name if name in EXHIBITS else path)

    return ByExhibit(config, log) if config.getvalue("dist") == "loadscope" else None


@pytest.fixture(scope="session")
def record() -> Record:
    """Return the shipped record, whatever EPISODE says; nobody may change it."""
    return Record.read(DATA)


@pytest.fixture(scope="session")
def draw_once() -> Callable[[Exhibit], Exhibit]:
    """Return draw_once(exhibit), which has it keep its figures; nobody may change them."""

    def keep(exhibit: Exhibit) -> Exhibit:
        draw = cache(partial(_draw, exhibit))
        vars(exhibit)["figure"] = lambda size="page": draw(size)
        return exhibit

    return keep


@pytest.fixture(scope="session")
def gallery(record: Record, draw_once: Callable[[Exhibit], Exhibit]) -> Callable[[str], Exhibit]:
    """Return gallery(name): an exhibit of the shipped record, built once, its figures drawn once; nobody may change them."""
    return cache(lambda name: draw_once(EXHIBITS[name](record)))


def _draw(exhibit: Exhibit, size: str) -> Figure:
    before = {setting: matplotlib.rcParams[setting] for setting in SETTINGS}
    figure = Exhibit.figure(exhibit, size)
    assert before == {setting: matplotlib.rcParams[setting] for setting in SETTINGS}, "drawing changed matplotlib's settings"
    figure.draw_without_rendering()
    return figure


@pytest.fixture(scope="session")
def drawn(gallery: Callable[[str], Exhibit]) -> Callable[..., Figure]:
    """Return drawn(name, size): an exhibit's figure in a size."""
    return lambda name, size="page": gallery(name).figure(size)


@pytest.fixture(scope="session")
def looks(pytestconfig: pytest.Config) -> Iterator[dict[str, str]]:
    """Return the accepted looks of figures by test: a digest of each line of their summaries; --accept keeps those that ran."""
    kept = json.loads(LOOKS.read_text("utf-8"))
    yield kept
    if pytestconfig.getoption("accept"):
        LOOKS.write_text(json.dumps(kept, ensure_ascii=False, indent=0, sort_keys=True) + "\n", encoding="utf-8")


@pytest.fixture
def compare_look(looks: dict[str, str], request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Return compare_look(summary), which fails with the lines that are not as they were accepted; once a test."""

    def compare(summary: str) -> None:
        lines, test = summary.splitlines(), request.node.name
        was, now = looks.get(test, "").split(), [digest(line, 4) for line in lines]
        parts = [part for part in difflib.SequenceMatcher(None, was, now, autojunk=False).get_opcodes() if part[0] != "equal"]
        told = [f"{start + 1}: {lines[start].strip()[:160]}" if start < end else f"{start + 1}: {gone - at} left out before"
                for _, at, gone, start, end in parts]  # fmt: skip
        what = "\n".join([f"otherwise than accepted in {say_number(len(told), 'place')}, from line:", *told[:8]])
        if told and request.config.getoption("accept"):
            looks[test] = " ".join(now)
            request.config.stash.setdefault(ACCEPTED, {})[test] = what
        elif told:
            pytest.fail(f"{what}\nmake notebooks accepts what is right", pytrace=False)

    return compare


@pytest.fixture(scope="session")
def saved(gallery: Callable[[str], Exhibit], tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dict[str, Path]]:
    """Return saved(name): the files of an exhibit by format, written once."""

    def save(name: str) -> dict[str, Path]:
        return {path.suffix[1:]: path for path in gallery(name).save(tmp_path_factory.mktemp(name))}

    return cache(save)


@pytest.fixture(scope="session")
def shipped() -> dict[str, bytes]:
    """Return the shipped files of the record by name."""
    return {path.name: path.read_bytes() for path in (*DATA.glob("*.csv"), DATA / "episode.toml")}


@pytest.fixture
def folder(shipped: dict[str, bytes], tmp_path: Path) -> Path:
    """Return a folder with a copy of the record."""
    copy = tmp_path / "copy"
    copy.mkdir()
    for name, data in shipped.items():
        (copy / name).write_bytes(data)
    return copy


@pytest.fixture
def change(folder: Path) -> Callable[..., int]:
    """Return change(table, key, column=value, ...), which sets cells of one row of the copy and returns the row's line.

    `key` is the row's first key cell, or a tuple of key cells; all other bytes of the file stay.
    """

    def change(table: str, key: str | tuple[str, ...], **cells: str) -> int:
        wanted = [key] if isinstance(key, str) else list(key)
        path = folder / f"{table}.csv"
        lines = path.read_bytes().splitlines(keepends=True)
        header = lines[0].decode().strip().split(",")
        for at, line in enumerate(lines):
            row = next(csv.reader([line.decode()]))
            if row[: len(wanted)] == wanted:
                for name, value in cells.items():
                    row[header.index(name)] = value
                out = io.StringIO()
                csv.writer(out, lineterminator="\n").writerow(row)
                lines[at] = out.getvalue().encode()
                path.write_bytes(b"".join(lines))
                return at + 1
        raise LookupError(f"{table}.csv has no row {key!r}")

    return change


@pytest.fixture(scope="session")
def rows(shipped: dict[str, bytes]) -> list[Row]:
    """Return every row of the shipped tables as it is written."""
    texts = {name: data.decode() for name, data in sorted(shipped.items()) if name.endswith(".csv")}
    return [(name, line, row) for name, text in texts.items()
            for line, row in enumerate(csv.DictReader(io.StringIO(text)), 2)]  # fmt: skip


@pytest.fixture(scope="session")
def documents() -> list[Row]:
    """Return what the project says in words around its tables; a notebook's cell has its number as line."""
    found = []
    for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "data/README.md", "data/episode.toml"):
        found += [(name, line, {"text": text}) for line, text in _cut((ROOT / name).read_text("utf-8"))]
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = enumerate(json.loads(path.read_text("utf-8"))["cells"], 1)
        found += [(path.name, number, {"text": "".join(cell["source"])}) for number, cell in cells
                  if cell["cell_type"] == "markdown"]  # fmt: skip
    return found


def _cut(text: str) -> Iterator[tuple[int, str]]:
    """Cut a text at its blank lines; yield each paragraph after its first line."""
    lines = text.splitlines()
    starts = [at for at, line in enumerate(lines) if line.strip() and not (at and lines[at - 1].strip())]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        yield start + 1, "\n".join(lines[start:end])
