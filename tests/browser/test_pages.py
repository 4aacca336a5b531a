"""The exported pages in a real browser, with the network closed."""

import os
from pathlib import Path

import pytest

from analysis.exhibit import NARROW, WIDE
from analysis.exhibits import EXHIBITS


@pytest.fixture(scope="module", params=EXHIBITS)
def exhibit(request, gallery):
    return gallery(request.param)


@pytest.fixture(scope="module", params=[1000, 360], ids=["desktop", "phone"])
def opened(request, exhibit, saved, browser):
    """Return the page on a screen of a width, what it asked of the network, and its errors."""
    page, asked, errors = open_page(browser, saved(exhibit.name)["html"], request.param)
    yield page, asked, errors, request.param
    page.close()


def open_page(browser, path, width):
    """Return the page, what it asked of the network, and its errors."""
    page = browser.new_page(viewport={"width": width, "height": 800}, offline=True)
    asked, errors = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda said: errors.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(Path(path).as_uri())
    page.wait_for_selector("#plot .scatterlayer", state="attached", timeout=20_000)
    return page, asked, errors


def test_a_page_shows_its_marks_without_a_request_or_an_error(exhibit, opened):
    page, asked, errors, width = opened
    outside = [url for url in asked if not url.startswith(("file:", "data:", "blob:"))]
    assert (outside, errors) == ([], [])
    # every mark that answers the pointer is in the document: as a point, a line or a text
    twin = exhibit.twin("page" if width > 770 else "column")
    wanted = {"markers": 0, "text": 0, "lines": 0}
    for trace in twin["data"]:
        if trace["x"] != [None]:
            wanted[trace["mode"]] += 1 if trace["mode"] == "lines" else len(trace["x"])
    assert page.locator("#plot .scatterlayer .point").count() == wanted["markers"]
    assert page.locator("#plot .scatterlayer .textpoint").count() == wanted["text"]
    drawn = page.locator("#plot .scatterlayer .js-line, #plot .scatterlayer .js-fill")
    assert drawn.count() >= wanted["lines"]
    box = page.locator("#plot svg.main-svg").first.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= width
    if os.environ.get("SHOTS"):
        page.screenshot(path=f"{os.environ['SHOTS']}/{exhibit.name}-{width}.png", full_page=True)


def test_the_pointer_shows_what_the_record_says_of_a_mark(exhibit, opened):
    page, *_, width = opened
    points = page.locator("#plot .scatterlayer .point")
    said = ""
    for i in range(min(points.count(), 60)):
        box = points.nth(i).bounding_box()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=2)
        page.wait_for_timeout(80)
        if said := " ".join(page.locator("#plot .hovertext tspan.line").all_text_contents()):
            break
    flat = {" ".join(text.split()) for text in exhibit.hovers(WIDE if width > 770 else NARROW).values()}
    assert " ".join(said.split()) in flat


def test_a_click_on_the_legend_hides_what_belongs_to_it(exhibit, opened):
    page, *_ = opened
    entries = page.locator("#plot .legendtoggle")
    if not entries.count():
        assert not any(trace["showlegend"] for trace in exhibit.twin()["data"])
        return
    shown = "#plot .scatterlayer .point, #plot .scatterlayer .textpoint, #plot .scatterlayer .js-line"
    before = page.locator(shown).count()
    entries.last.click()
    page.wait_for_timeout(700)
    assert page.locator(shown).count() < before
