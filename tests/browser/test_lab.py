"""JupyterLab in a real browser: every notebook run from the top with the keyboard, the explorer driven, hostile texts."""

import ast
import json
import shutil
from pathlib import Path

import pytest
from jupyter import OUTPUT, Notebook, serve
from payloads import OUTSIDE, PAYLOADS, WATCH

from analysis.exhibit import PLOTLY
from analysis.selection import Choice

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
START = ["from analysis.explorer import explore", "from analysis.load import Record"]
HOSTILE = [*START[:1], "from analysis.exhibits import EXHIBITS", *START[1:], "from poison import poison"]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Return a JupyterLab on copies of the notebooks, and on some of our own; nothing of it stays."""
    home, folder = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("notebooks")
    for path in NOTEBOOKS:
        shutil.copy(path, folder)
    show = "explorer = explore(record)", "explorer"
    write(folder / "explore.ipynb", [*START, "record = Record.read()", *show])
    write(folder / "hostile.ipynb", [*HOSTILE, "record = poison(Record.read())", *show])
    write(folder / "figures.ipynb", [*HOSTILE, "record = poison(Record.read(), 20)"],
          *(f'EXHIBITS["{name}"](record)' for name in ("timeline", "exchange", "tolls", "places")),
          "record.events.head(40)")  # fmt: skip
    with serve(home, folder, PYTHONPATH=str(Path(__file__).parent)) as server:
        yield server
    assert server.process.poll() is not None and not list((home / "runtime").glob("jpserver-*.json"))


def write(path, *cells):
    """Write a notebook with cells of code."""
    code = [{"cell_type": "code", "execution_count": None, "id": f"c{n}", "metadata": {}, "outputs": [],
             "source": cell if isinstance(cell, str) else "\n".join(cell)} for n, cell in enumerate(cells)]  # fmt: skip
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    path.write_text(json.dumps({"cells": code, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}), "utf-8")


@pytest.fixture
def open_notebook(browser, server, request):
    """Return open_notebook(name): the notebook in a page of its own."""
    opened, request.node.pages = [], []

    def open_one(name, watch=""):
        notebook = Notebook(browser, server, name, watch=watch)
        opened.append(notebook)
        request.node.pages.append(notebook.page)
        return notebook

    yield open_one
    for notebook in opened:
        notebook.close()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_run_from_the_top_with_the_keyboard_shows_its_figures(path, open_notebook):
    notebook, cells = open_notebook(path.name), json.loads(path.read_text("utf-8"))["cells"]
    notebook.run()
    page, code = notebook.page, [cell for cell in cells if cell["cell_type"] == "code"]
    prompts = [text for text in page.locator(".jp-CodeCell .jp-InputPrompt").all_inner_texts() if text.strip()]
    assert prompts == [*(f"[{number}]:" for number in range(1, len(code) + 1)), "[ ]:"]  # running the last one adds one
    assert page.locator(f"{OUTPUT}[data-mime-type*='error'], {OUTPUT}[data-mime-type*='stderr']").count() == 0
    figures = sum(PLOTLY in output.get("data", {}) for cell in code for output in cell["outputs"])
    explorers = sum("explore(" in "".join(cell["source"]).splitlines()[0] for cell in code)
    page.wait_for_function("(n) => document.querySelectorAll('.jp-RenderedPlotly').length === n", arg=figures)
    page.wait_for_function("(n) => document.querySelectorAll('.ts-explorer .ts-rows tbody tr').length >= n", arg=30 * explorers)
    for figure in page.locator(".jp-RenderedPlotly").all():
        figure.scroll_into_view_if_needed()
        figure.hover()  # the picture turns interactive
        assert figure.bounding_box()["height"] > 100
    page.wait_for_function("(n) => document.querySelectorAll('.jp-RenderedPlotly .scatterlayer').length >= n", arg=figures)
    assert (notebook.errors, notebook.outside) == ([], [])


@pytest.fixture
def explorer(open_notebook):
    """Return a notebook with an open explorer on the whole record, and what drives it."""
    notebook = open_notebook("explore.ipynb")
    notebook.run()
    return Driver(notebook)


class Driver:
    """Drive an explorer with pointer and keyboard, and read it back."""

    def __init__(self, notebook):
        self.notebook, self.page = notebook, notebook.page
        self.box = self.page.locator(".ts-explorer").first
        self.page.wait_for_selector(".ts-rows tbody tr")
        self.page.wait_for_selector(".ts-times .scatterlayer .point", state="attached")
        self.page.wait_for_selector(".ts-map .scatterlayer .point", state="attached")
        self.box.scroll_into_view_if_needed()

    def count(self):
        return self.box.locator("b", has_text=" rows:").inner_text()

    def settle(self, before):
        """Wait until another count is told, and rows and kernel have followed."""
        self.page.wait_for_function("""(before) => [...document.querySelectorAll(".ts-explorer b")].some(
            (one) => / rows:/.test(one.textContent) && one.textContent !== before)""", arg=before)  # fmt: skip
        self.notebook.settle()

    def press(self, name):
        before = self.count()
        self.page.locator(".ts-explorer button.jupyter-button", has_text=name).first.click()
        self.settle(before)

    def brush(self, chart, left, right, top=0.4, bottom=0.45, number=0):
        """Drag across a part of a chart, of several that with a number, each end a share of its width or height."""
        before, box = self.count(), self.box.locator(f".ts-{chart} .nsewdrag").nth(number).bounding_box()
        points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in ((left, top), (right, bottom))]
        self.page.mouse.move(*points[0])
        self.page.mouse.down()
        self.page.mouse.move(*points[1], steps=8)
        self.page.mouse.up()
        self.settle(before)

    def ask(self, code):
        return ast.literal_eval(self.notebook.ask(code))

    def choice(self):
        return Choice(**self.ask("explorer.choice.given"))


def test_what_is_chosen_with_the_pointer_is_the_selection_in_python(explorer):
    explorer.press("Ukraine")
    assert explorer.count() == "318 of 449 rows: 56 events, 61 statements, 201 casualty claims"
    explorer.brush("times", 0.6, 0.75)
    chosen = explorer.choice()
    assert chosen.sides == ("Ukraine",) and "2025-03-25" < chosen.start < chosen.end < "2025-05-15"
    assert explorer.page.locator(".ts-explorer .select-outline").count() == 0  # what was brushed is seen by what is left
    told = explorer.count()
    tables, rows = explorer.ask("[len(explorer.selection.statements), len(explorer.selection.casualties)], len(explorer.shown)")
    assert f"{rows} of 449 rows" in told and f"{tables[0]} statements, {tables[1]} casualty claims" in told
    assert explorer.page.locator(".ts-rows tbody tr").count() == min(rows, 30)
    explorer.press("Undo")
    assert explorer.choice() == Choice(sides="Ukraine")
    explorer.press("Reset")
    assert explorer.choice() == Choice() and explorer.ask("explorer.selection is record")
    assert (explorer.notebook.errors, explorer.notebook.outside) == ([], [])


@pytest.mark.parametrize("number", [0, 1], ids=["beside marks", "where there are none at all"])
def test_days_without_a_row_can_be_brushed_too(explorer, number):
    ends = "ceasefire-deadline-2025-05-12", "trump-putin-call-2025-05-19"
    assert explorer.ask(f"explorer.apply(type(explorer.choice)(ids={ends})) or len(explorer.shown)") == 2
    explorer.brush("times", 0.3, 0.6, number=number)
    chosen = explorer.choice()
    assert "2025-05-12" < chosen.start <= chosen.end < "2025-05-19" and explorer.count().startswith("0 of 449 rows")


def test_what_is_brushed_on_the_map_is_chosen_by_place(explorer):
    explorer.press("Ukraine")
    explorer.box.get_by_role("button", name="Around Ukraine").click()
    explorer.page.wait_for_selector(".ts-map .textpoint:has-text('Kharkiv')", state="attached")
    explorer.brush("map", 0.35, 0.55, 0.6, 0.9)
    assert "odesa" in explorer.choice().places and "kyiv" not in explorer.choice().places


def test_a_click_and_the_keyboard_show_details_with_sources_and_disagreements(explorer):
    page = explorer.page
    page.locator(".ts-filters input[type=text]").fill("civilian infrastructure 30 days")
    before = explorer.count()
    page.keyboard.press("Enter")
    explorer.settle(before)
    mark = explorer.box.locator(".ts-times .scatterlayer .trace").last.locator("xpath=..").locator(".point").last
    box = mark.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=3)
    page.mouse.down()
    page.mouse.up()
    page.mouse.move(10, 10)  # at once, so that what plotly tells of hovering is not in the way
    page.wait_for_selector(".ts-details a[href^='https://']")
    page.wait_for_selector(".ts-rows tr[aria-selected=true]")
    page.locator(".ts-rows").focus()
    page.keyboard.press("Home")
    first = page.locator(".ts-rows tbody tr").first
    page.wait_for_function("() => document.querySelector('.ts-rows tbody tr').getAttribute('aria-selected') === 'true'")
    explorer.notebook.settle()
    active = explorer.ask("explorer.table.active")
    assert active == explorer.ask("explorer.shown['id'].iloc[0]") and active in page.locator(".ts-details").inner_text()
    assert first.locator("td").nth(2).inner_text()[:20] in page.locator(".ts-details").inner_text()


def test_the_code_is_copied_and_an_export_is_written_beside_the_notebook(explorer, server):
    page = explorer.page
    for label, day in (("From the day", "2025-04-13"), ("To the day", "2025-04-19")):
        before = explorer.count()
        page.get_by_label(label).fill(day)
        page.get_by_label(label).press("Tab")
        explorer.settle(before)
    explorer.press("Ukraine")
    assert explorer.count().startswith("98 of 449 rows")
    page.get_by_role("button", name="Copy code").click()
    page.wait_for_selector(".ts-code [role=status]:has-text('copied')")
    assert page.evaluate("navigator.clipboard.readText()") == (
        'explore(record, start="2025-04-13", end="2025-04-19", sides=["Ukraine"])')
    page.get_by_role("button", name="Export", exact=True).click()
    page.wait_for_selector(".ts-explorer :text('files are in')", timeout=60_000)
    names = {path.name for path in (server.folder / "view").iterdir()}
    assert {"places-page.png", "timeline-page.svg", "exchange-page.pdf", "rows.csv", "view.json"} <= names


@pytest.mark.parametrize("name", ["hostile", "figures"])
def test_of_hostile_texts_in_every_column_none_runs(name, open_notebook):
    notebook = open_notebook(f"{name}.ipynb", WATCH)
    notebook.run()
    page = notebook.page
    if name == "hostile":
        driver = Driver(notebook)
        seen = page.locator(".ts-rows").inner_text()
        assert sum(" ".join(text.split())[:30] in " ".join(seen.split()) for text in PAYLOADS.values()) > 20
        for row in page.locator(".ts-rows tbody tr").all()[:12]:
            row.click()
            page.wait_for_function("(row) => row.getAttribute('aria-selected') === 'true'", arg=row.element_handle())
            notebook.settle()
        driver.press("Ukraine")
    points = page.locator(".ts-times .point, .ts-map .point" if name == "hostile" else ".jp-RenderedPlotly")
    for point in points.all()[:25]:
        point.scroll_into_view_if_needed()
        point.hover(force=True)
        page.wait_for_timeout(60)
    assert page.evaluate("window.fired") == [] and not [url for url in notebook.outside if OUTSIDE in url]
    assert page.locator(".ts-explorer img, .ts-explorer iframe, .ts-explorer script, a[href^='javascript:']").count() == 0
    wide = page.evaluate("""() => [...document.querySelectorAll(".ts-explorer, .ts-details, .ts-rows")].map(
        (one) => one.scrollWidth - one.clientWidth)""")
    assert max(wide, default=0) <= 1  # no layout breaks
    assert notebook.errors == []
