"""Hostile texts in every cell: on the page, in exported pages, at the pointer and in CSVs all show as text and none runs."""

import csv
import io
import re
from urllib.parse import quote, urlsplit

import pytest
from payloads import PAYLOADS, WATCH
from poison import TEXTS, poison

from analysis import report
from analysis.exhibit import NARROW, WIDE
from analysis.exhibits import EXHIBITS
from analysis.export import to_csv, to_html
from analysis.words import FORMULA

TURNS = (0, pytest.param(20, marks=pytest.mark.slow))
"""First payloads of the copies: tables of 20 rows hold all 40 in two, longer ones in either."""
FOREIGN = "img, iframe, frame, object, embed, base, template, animate, input[autofocus], form:not(#filters), body style"
WIDTHS = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 360, "height": 780}}
every_width = pytest.mark.parametrize("viewport", WIDTHS.values(), ids=WIDTHS)


@pytest.fixture(scope="module", params=TURNS)
def exhibits(request, record):
    """Return a poisoned record's exhibits by name."""
    poisoned = poison(record, request.param)
    return poisoned, {name: make(poisoned) for name, make in EXHIBITS.items()}


@pytest.fixture(scope="module")
def poisoned_file(exhibits, tmp_path_factory):
    """Return the page of a poisoned record."""
    file = tmp_path_factory.mktemp("hostile") / report.INDEX
    file.write_text(report.render_page(exhibits[0], exhibits[1].values()), encoding="utf-8")
    return file


def refuse_harm(page, width):
    """Fail if anything ran, was asked for or made an element, or if the page is wider than the screen."""
    assert page.evaluate("window.fired") == []
    assert (page.asked, page.errors) == ([], [])
    assert page.locator(FOREIGN).count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    addresses = page.locator("a[href]").evaluate_all("(links) => links.map((link) => link.getAttribute('href'))")
    assert {urlsplit(one).scheme for one in addresses} <= {"", "http", "https"}


@pytest.mark.parametrize("name", ["script", "image", "svg", "open details", "frame", "script from outside", "style"])
def test_a_payload_that_is_taken_for_markup_is_noticed(visit, tmp_path, name):
    bait = tmp_path / "bait.html"
    bait.write_text(f"<!doctype html><body>{PAYLOADS[name]}", encoding="utf-8")
    page = visit(bait, first=WATCH)
    page.wait_for_timeout(300)
    assert page.evaluate("window.fired.length") or page.asked


@every_width
def test_the_page_shows_every_payload_as_text(poisoned_file, visit, viewport):
    page = visit(poisoned_file, first=WATCH, viewport=viewport)
    refuse_harm(page, viewport["width"])
    page.evaluate("document.querySelectorAll('details').forEach((details) => (details.open = true))")
    for text in TEXTS[::3]:
        page.locator("#f-text").fill(text)
        page.locator("#f-text").fill("")
    while page.locator("#rows > button").is_visible():
        page.locator("#rows > button").click()
    page.evaluate("document.querySelectorAll('#rows tr.row button').forEach((button) => button.click())")
    page.evaluate("""() => {
        const over = new PointerEvent("pointerover", {bubbles: true});
        for (const one of document.querySelectorAll("[data-m]")) one.dispatchEvent(over);
        for (const list of document.querySelectorAll("[role=listbox]")) {
            list.focus();
            for (const _ of list.querySelectorAll("[role=option]"))
                list.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowRight", bubbles: true}));
        }
    }""")
    refuse_harm(page, viewport["width"])
    shown = page.locator("#rows").text_content()
    assert [text for text in TEXTS if text not in shown] == []
    tables = " ".join(page.locator(".data tbody").all_text_contents())
    assert [text for text in TEXTS if text not in tables] == []


def test_a_link_with_a_payload_chooses_nothing_and_runs_nothing(page_file, visit):
    page = visit(page_file, f"#explore?text={quote(TEXTS[0])}", first=WATCH)
    assert page.evaluate("explorer.choice.text") == TEXTS[0]
    for text in TEXTS[1:]:
        query = "&".join(f"{name}={quote(text)}" for name in ("start", "end", "sides", "actors", "kinds", "text", "ids", "no"))
        page.evaluate("(hash) => { location.hash = hash; }", f"explore?{query}")
        page.wait_for_function("(text) => explorer.choice.text === text", arg=text)
        assert page.evaluate("[...explorer.choice.sides, ...explorer.choice.ids, explorer.choice.start]") == [""]
    refuse_harm(page, 1280)


def test_the_view_and_its_rows_can_be_saved(poisoned_file, visit):
    page = visit(poisoned_file, first=WATCH)
    files = []
    for button in ("#rows-csv", "#picture"):
        with page.expect_download() as waited:
            page.locator(button).click()
        files.append(waited.value.path())
    rows = list(csv.DictReader(io.StringIO(files[0].read_bytes().decode())))
    assert len(rows) == 449 and not find_formulas(row.values() for row in rows)
    words = [row["words"] for row in rows]
    for text in TEXTS:
        assert ("'" * bool(FORMULA.match(text)) + text) in words
    assert files[1].read_bytes().startswith(b"\x89PNG")
    refuse_harm(page, 1280)


@pytest.mark.parametrize("name", EXHIBITS)
def test_an_interactive_figure_of_the_page_shows_payloads_as_text(poisoned_file, visit, name):
    page = visit(poisoned_file, first=WATCH)
    page.locator(f"[data-open={name}]").click()
    assert hover_some(page, f"#{name} .twin")
    refuse_harm(page, 1280)


def hover_some(page, plot):
    """Let the pointer rest on marks of an interactive figure; return what was shown. Fail if any has markup for it."""
    page.locator(f"{plot} .scatterlayer").first.wait_for(state="attached")
    return page.evaluate("""async (plot) => {
        const figure = document.querySelector(plot), said = [];
        const answering = [...figure.data.entries()].filter(([, trace]) => trace.customdata);
        const markup = answering.flatMap(([, trace]) => [trace.hovertext].flat()).filter((text) => /<(?!br>)/.test(text));
        if (markup.length) throw Error(markup[0]);
        for (const [curveNumber, trace] of answering.filter((_, k) => k % Math.ceil(answering.length / 12) === 0)) {
            const pointNumber = trace.x.findLastIndex((x) => x !== null);
            Plotly.Fx.hover(figure, [{curveNumber, pointNumber}], Object.keys(figure._fullLayout._plots));
            await new Promise((done) => setTimeout(done, 70)); // plotly answers 50 ms after it has last answered
            said.push(...[...figure.querySelectorAll(".hovertext text.nums")].map((text) => text.textContent));
        }
        return said;
    }""", plot)


def find_formulas(rows):
    """Return the cells that a spreadsheet would take for a formula, and no negative numbers."""
    return [cell for row in rows for cell in row if FORMULA.match(cell) and not re.fullmatch(r"-[\d.e-]+", cell)]


@pytest.mark.slow
@pytest.mark.parametrize("name", EXHIBITS)
def test_an_exported_page_shows_payloads_as_text(exhibits, visit, tmp_path, name):
    file, viewport = tmp_path / "exhibit.html", WIDTHS["desktop" if exhibits[0].episode["title"] == TEXTS[0] else "phone"]
    file.write_text(to_html(exhibits[1][name]), encoding="utf-8")
    page = visit(file, first=WATCH, viewport=viewport)
    page.evaluate("document.querySelectorAll('details').forEach((details) => (details.open = true))")
    said = {"".join(text.split()) for text in hover_some(page, "#plot")}
    wide = WIDE if viewport["width"] > 770 else NARROW
    wanted = {"".join(text.split()) for text in exhibits[1][name].hovers(wide).values()}
    assert said and said <= wanted
    refuse_harm(page, viewport["width"])
    assert page.locator("tbody tr td:first-child").all_text_contents() == list(exhibits[1][name].marks["title"])


@pytest.mark.parametrize("name", EXHIBITS)
def test_no_cell_of_a_csv_is_a_formula(exhibits, name):
    rows = list(csv.reader(io.StringIO(to_csv(exhibits[1][name]))))
    assert len(rows) > 1 and not find_formulas(rows)
