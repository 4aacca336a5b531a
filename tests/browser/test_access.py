"""The page for everyone: the rules of WCAG 2.2 AA by axe-core, the keyboard alone, no JavaScript, no motion, paper."""

from itertools import pairwise
from pathlib import Path

import pytest

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SCREENS = {
    "desktop": {"viewport": {"width": 1280, "height": 900}},
    "phone": {"viewport": {"width": 360, "height": 780}, "is_mobile": True, "has_touch": True},
}
every_screen = pytest.mark.parametrize("screen", SCREENS.values(), ids=SCREENS)
BUSY = """
() => {
  document.querySelectorAll("details").forEach((details) => (details.open = true));
  explorer.change({text: "ceasefire", sides: ["Ukraine", "Russia"]});
  document.querySelectorAll("#rows tr.row button").forEach((button, k) => k < 3 && button.click());
  document.getElementById("timeline-list").focus();
}"""
"""All that can be opened is open, rows are chosen and told, the pointer's words are shown."""


@every_screen
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_rule_of_wcag_is_broken(page_file, visit, screen, scheme):
    if not AXE.exists():
        pytest.skip("axe-core is not installed: npm ci --prefix tests/browser")
    page = visit(page_file, color_scheme=scheme, **screen)
    page.evaluate(AXE.read_text("utf-8"))
    for state in ("() => {}", BUSY):
        page.evaluate(state)
        found = page.evaluate("(tags) => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", RULES)
        assert [(one["id"], [node["html"][:200] for node in one["nodes"][:5]]) for one in found["violations"]] == []
        assert len(found["passes"]) > 15


@every_screen
def test_no_word_leaves_the_screen_and_no_target_is_too_small(page_file, visit, screen):
    page = visit(page_file, **screen)
    for state in ("() => {}", BUSY):
        page.evaluate(state)
        assert page.evaluate("document.documentElement.scrollWidth") <= screen["viewport"]["width"]
    small = page.evaluate("""[...document.querySelectorAll("button, input, summary")].filter((one) => one.checkVisibility()
        && !one.closest("label:has(input[type=checkbox])"))
        .map((one) => [one.outerHTML.slice(0, 99), one.getBoundingClientRect()])
        .filter(([, box]) => Math.min(box.width, box.height) < 24)""")
    assert small == []


def test_all_can_be_read_without_javascript(page_file, visit, gallery, record):
    page = visit(page_file, java_script_enabled=False)
    for name in ("findings", "limits", "article", "sources", "method", "licence"):
        assert page.locator(f"#{name}").is_visible()
    for section in page.locator(".exhibit").all():
        exhibit = gallery(section.get_attribute("id"))
        assert section.locator(".wide svg[role=img]").is_visible()
        section.locator("summary").first.click()
        assert section.locator("details p").inner_text() == exhibit.alt
        section.locator("summary").last.click()
        assert section.locator("tbody tr").count() == len(exhibit.marks) and section.locator("table").is_visible()
    assert not page.locator("#explorer").is_visible() and "needs JavaScript" in page.locator("#explore").inner_text()
    assert page.locator("#sources .pages a, #sources .pages span[id]").count() == len(record.sources)
    assert not page.locator("button:visible").count()


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def focused(page):
    return page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()")


def test_the_explorer_needs_no_pointer(page_file, visit, record):
    page = visit(page_file)
    press(page, "Tab")
    assert focused(page) == "Skip to the content"
    press(page, "Enter", "Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    page.locator("#timeline-list").focus()
    press(page, "End", "ArrowLeft", "ArrowUp", "Home", "ArrowDown")
    told = page.locator("#tip").inner_text()
    mark = page.locator(f"#{page.locator('#timeline-list').get_attribute('aria-activedescendant')}")
    assert told.startswith(mark.get_attribute("aria-label"))
    press(page, "Escape")
    assert not page.locator("#tip").is_visible()
    press(page, "Enter")
    shown = page.evaluate("explorer.shown.length")
    assert 0 < shown < 449 and focused(page) == "timeline-list"
    page.locator("#rows tr.row button").first.focus()
    if page.locator("#rows tr.detail").count():
        press(page, "Enter")
    press(page, "Space")
    assert page.locator("#rows tr.detail").is_visible()
    page.locator("#reset").focus()
    press(page, "Enter")
    assert page.evaluate("explorer.shown.length") == 449 and focused(page) != ""


def test_what_has_the_focus_is_seen_to_have_it(page_file, visit):
    page = visit(page_file, "#explore")
    page.evaluate("document.querySelectorAll('#explore details').forEach((details) => (details.open = true))")
    page.locator("#explore-title").focus()
    seen = set()
    for _ in range(40):
        press(page, "Tab")
        style, tag = page.evaluate("""() => { const one = document.activeElement, style = getComputedStyle(one);
            return [[style.outlineStyle, style.outlineWidth], one.tagName]; }""")
        assert style == ["solid", "3px"], focused(page)
        seen.add(tag)
    assert {"BUTTON", "INPUT", "SUMMARY"} <= seen


@pytest.mark.parametrize(("motion", "scroll"), [("no-preference", "smooth"), ("reduce", "auto")])
def test_nothing_glides_where_motion_is_not_wanted(page_file, visit, motion, scroll):
    page = visit(page_file, reduced_motion=motion)
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == scroll
    moving = """[...document.querySelectorAll("*")].filter((one) => { const style = getComputedStyle(one);
        return style.animationName !== "none" || style.transitionDuration.split(", ").some((time) => time !== "0s"); }).length"""
    assert page.evaluate(moving) == 0


def test_names_carry_their_language(page_file, visit):
    page = visit(page_file, "#explore?ids=sumy-strike-2025-04-13")
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.locator("#rows [lang=uk]").inner_text() == "Суми"
    assert "Москва" in page.locator("#filters [lang=ru]").all_text_contents()


def test_the_order_of_headings_skips_no_level(page_file, visit):
    levels = visit(page_file).evaluate("[...document.querySelectorAll('h1, h2, h3')].map((one) => Number(one.tagName[1]))")
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_paper_has_figures_words_and_open_tables_and_no_controls(page_file, visit, tmp_path):
    page = visit(page_file)
    page.locator("#tolls summary").last.click()
    page.emulate_media(media="print")
    assert page.locator("#tolls table").is_visible() and not page.locator("#nights table").is_visible()
    assert page.locator("#nights-words").is_visible() and page.locator("#nights .wide svg").is_visible()
    assert not page.locator("#explore").is_visible() and not page.locator("button:visible").count()
    pages = page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True).count(b"/Type /Page\n")
    assert 15 < pages < 60
