"""The page of the whole record in a real browser, with the network closed: driven by mouse, keyboard and links."""

import csv
import io
import random
from urllib.parse import parse_qs

import pandas as pd
import pytest
from PIL import Image

from analysis.exhibits import EXHIBITS
from analysis.explorer import explore
from analysis.export import to_csv
from analysis.replies import pair_replies
from analysis.selection import Choice, choose, list_items

LISTS = ("sides", "actors", "kinds", "statuses", "places", "ids")


@pytest.fixture(scope="module")
def items(record):
    return list_items(record)


@pytest.fixture
def page(page_file, visit):
    """Return the page, opened at its explorer."""
    opened = visit(page_file)
    opened.locator("#explore").scroll_into_view_if_needed()
    yield opened
    assert (opened.asked, opened.errors) == ([], [])


def shown(page):
    """Return the ids that the explorer shows."""
    return page.evaluate("explorer.shown.map((i) => explorer.record.id[i])")


def chosen(items, record, **fields):
    """Return the ids that Python chooses."""
    return items.loc[choose(items, Choice(**fields), record.episode["zones"][0]), "id"].tolist()


def draw_choice(dice, items, record, days):
    """Return a choice of one to four filters, whose values the record knows."""
    known = {"sides": list(record.episode["sides"]), "actors": sorted(set(items["actors"].str.split("; ").explode())),
             "kinds": sorted(set(items["kind"])), "statuses": sorted(set(items["status"])), "ids": list(items["id"]),
             "places": sorted(set(items["places"].str.split("; ").explode()) - {""})}  # fmt: skip
    fields = {}
    for name in dice.sample([*known, "start", "end", "text"], dice.randint(1, 4)):
        if name in known:
            fields[name] = tuple(dice.sample(known[name], min(len(known[name]), dice.choice([1, 1, 2, 5, 40]))))
        elif name == "text":
            words = dice.choice(list(items["text"])).split()
            written = dice.choice([str.upper, str.title, str])
            fields[name] = " ".join(map(written, dice.sample(words, dice.randint(1, 2))))
        else:
            fields[name] = dice.choice(days)
    if "start" in fields and "end" in fields:
        fields["start"], fields["end"] = sorted((fields["start"], fields["end"]))
    return Choice(**fields)


def test_what_is_chosen_is_what_python_chooses_and_the_line_is_the_same(page, items, record):
    zone, dice = record.episode["zones"][0], random.Random(1)
    days = pd.date_range("2022-02-20", "2025-07-01", tz=zone)
    days = [f"{day:%Y-%m-%d}" for day in days if day + pd.Timedelta(days=1) == day + pd.DateOffset(days=1)]
    choices = [Choice(), *(draw_choice(dice, items, record, days) for _ in range(500))]
    given = [{name: value or ([] if name in LISTS else "") for name, value in vars(one).items()} for one in choices]
    found = page.evaluate(
        """(given) => given.map((choice) => [
            explorer.pick(explorer.weigh(choice)).map((i) => explorer.record.id[i]), explorer.sayCode(choice),
            JSON.stringify(explorer.fromHash(explorer.toHash(choice))) === JSON.stringify({choice, lost: []})])""",
        given)  # fmt: skip
    sizes = set()
    for choice, (ids, code, returns) in zip(choices, found, strict=True):
        assert ids == items.loc[choose(items, choice, zone), "id"].tolist(), choice
        assert (code, returns) == (choice.code, True)
        sizes.add(len(ids))
    assert len(sizes) > 60


def test_a_filter_shows_in_every_view_and_undo_and_reset_take_it_back(page, items, record):
    everything = page.locator("#count").inner_text()
    assert everything == "All 435 rows: 79 events, 156 statements, 200 casualty claims."
    page.get_by_role("checkbox", name="Europe").check()
    page.get_by_label("From", exact=True).fill("2025-04-13")
    wanted = chosen(items, record, sides=("Europe",), start="2025-04-13")
    assert shown(page) == wanted and f"{len(wanted)} of 435 rows" in page.locator("#count").inner_text()
    assert page.locator("#rows tr.row").count() == min(len(wanted), 50)
    assert "start=2025-04-13&sides=Europe" in page.url and page.locator("#chips li").count() == 2
    assert page.locator("#code").input_value() == 'explore(record, start="2025-04-13", sides=["Europe"])'
    page.get_by_role("button", name="Undo").click()
    assert shown(page) == chosen(items, record, sides=("Europe",)) and page.get_by_label("From", exact=True).input_value() == ""
    page.get_by_role("button", name="Take away: Side: Europe").click()
    assert page.locator("#count").inner_text() == everything and not page.get_by_role("checkbox", name="Europe").is_checked()
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Reset").click()
    assert page.locator("#count").inner_text() == everything and page.url.endswith("#explore")


def test_days_are_chosen_by_drawing_across_them(page, items, record):
    page.get_by_role("button", name="Focus").click()
    box = page.locator("#timeline-list").bounding_box()
    day = page.locator("#timeline-list text", has_text="13 Apr").bounding_box()
    other = page.locator("#timeline-list text", has_text="17 Apr").bounding_box()
    y = box["y"] + 8
    page.mouse.move(day["x"] + day["width"] / 2 + 4, y)
    page.mouse.down()
    page.mouse.move(other["x"] + other["width"] / 2 + 4, y, steps=5)
    page.mouse.up()
    assert [page.locator(f"#f-{name}").input_value() for name in ("start", "end")] == ["2025-04-13", "2025-04-17"]
    assert shown(page) == chosen(items, record, start="2025-04-13", end="2025-04-17")


def test_a_mark_that_is_pressed_filters_the_other_views(page, items, record):
    mark = page.locator("#map-ukraine-list [role=option][aria-label^='Sumy:']")
    mark.click()
    wanted = chosen(items, record, places=("sumy",))
    assert shown(page) == wanted and len(wanted) > 30
    assert mark.get_attribute("aria-selected") == "true"
    page.locator("#timeline-list [role=option][aria-label*='Statements']").first.click()
    ids = shown(page)
    assert ids and set(ids) <= set(wanted) and page.evaluate("explorer.choice.ids") == ids
    mark.click()
    page.get_by_role("button", name="Reset").click()
    page.locator("#exchange-list [role=option][aria-label='Russia answers Ukraine: 12 answers']").click()
    giving = set(record.replies["statement_id"])
    assert giving & set(shown(page)) and all(one in set(record.statements["statement_id"]) for one in shown(page))
    assert page.locator("#exchange-list [role=option][aria-selected=true]").count() >= 1


def test_every_answer_that_a_statement_shown_gives_is_counted(page, record):
    page.get_by_role("checkbox", name="Russia").check()
    given = pair_replies(record.replies, record.statements, record.proposals)
    given = given[given["side"] == "Russia"].groupby("side_answered").size()
    told = page.locator("#exchange-list text.count").all_text_contents()
    assert sorted(map(int, filter(lambda count: count != "0", told))) == sorted(given) and given.sum() > 20


def test_a_row_opens_to_its_sources_its_disputes_and_its_answers(page, record):
    page.evaluate("explorer.change({ids: ['putin-civilian-bilateral-2025-04-21']})")
    detail = page.locator("#rows tr.detail")
    text = detail.inner_text()
    assert "It answers “Volodymyr Zelensky: propose" in text and "putin-civilian-bilateral-2025-04-21" in text
    row = record.statements.set_index("statement_id").loc["putin-civilian-bilateral-2025-04-21"]
    urls = record.sources.set_index("source_id")["url"]
    links = detail.locator("a").evaluate_all("(links) => links.map((link) => link.getAttribute('href'))")
    assert sorted(links) == sorted(urls[one] for one in row["sources"].split("; "))
    page.evaluate("explorer.change({ids: ['sumy-strike-2025-04-13']})")
    disputes = detail.locator("dd > ul > li", has_text="Sources differ (")
    assert all(len(each.locator("li").all()) > 1 and "):" in each.inner_text() for each in disputes.all()) and disputes.count()
    assert detail.locator("span[lang=uk]").inner_text() == "Суми"


def test_a_row_tells_answers_to_what_it_puts_forward_and_where_there_are_none(page):
    page.evaluate("explorer.change({ids: ['zelensky-mirror-2025-04-19']})")
    text = page.locator("#rows tr.detail").inner_text()
    assert "answers “Extend the Easter truce”, which it puts forward (reject, inferred)." in text
    assert "answers “Extend the Easter truce”, which it puts forward (accept, explicit)." in text
    page.evaluate("explorer.change({ids: ['umerov-2025-06-02']})")
    text = page.locator("#rows tr.detail").inner_text()
    assert "No other side answered “Next meeting on 20-30 June” in the record." in text


@pytest.mark.parametrize(("width", "columns"), [(360, 2), (768, 2), (1280, 5)])
def test_a_row_that_opens_leaves_the_table_as_wide_as_it_was_and_says_who_counted(page_file, visit, width, columns):
    page = visit(page_file, "#explore?text=sumy+killed", viewport={"width": width, "height": 800})
    heads = "[...document.querySelectorAll('#rows thead th')].map((cell) => cell.getBoundingClientRect().width)"
    before = page.evaluate(heads)
    assert len([wide for wide in before if wide]) == columns and before[1] > 0.4 * sum(before)
    row = page.locator("#rows tr.row").filter(has_text="at least 31 killed")
    row.locator("button").click()
    assert page.evaluate(heads) == pytest.approx(before, abs=1)
    wide = page.locator("#rows tr.detail td").evaluate("(cell) => cell.getBoundingClientRect().width")
    assert wide == pytest.approx(sum(before), abs=2)
    assert "single-origin" in row.inner_text() and row.locator(".brief").is_visible() == (columns == 2)


def test_where_no_row_fits_time_is_that_of_the_focus(page, record):
    page.evaluate("explorer.change({text: 'zzz'})")
    assert shown(page) == []
    drawn = page.locator("#timeline-view").inner_text()
    assert "1970" not in drawn and "11 Apr" in drawn


def test_a_link_opens_the_view_that_it_holds_and_says_what_it_does_not_know(page_file, visit, items, record):
    wanted = Choice(start="2025-04-11", end="2025-04-24", sides=("Russia", "United States"), text="ceasefire")
    query = "start=2025-04-11&end=2025-04-24&sides=Russia&sides=United+States&sides=Nowhere&text=ceasefire"
    there = visit(page_file, f"#explore?{query}")
    assert shown(there) == items.loc[choose(items, wanted, record.episode["zones"][0]), "id"].tolist()
    left_out = "Left out of the link, as this record does not know it: "
    assert there.locator("#count").inner_text().endswith(f"{left_out}sides=Nowhere.")
    assert there.evaluate("document.activeElement.id") == "explore-title"
    again = visit(page_file, "#" + there.url.split("#")[1])
    assert shown(again) == shown(there) and "left out" not in again.locator("#count").inner_text()
    assert parse_qs(again.locator("#link").input_value().split("?")[1])["sides"] == ["Russia", "United States"]
    wrong = visit(page_file, "#explore?place=nowhere&start=2025-04-20&end=2025-04-13")
    assert wrong.locator("#count").inner_text().endswith(f"{left_out}place=nowhere, start=2025-04-20 after end=2025-04-13.")
    again.evaluate("location.hash = '#explore?places=sumy'")
    again.wait_for_function("explorer.choice.places.length === 1")
    assert shown(again) == chosen(items, record, places=("sumy",))


def download(page, button):
    with page.expect_download() as waited:
        button.click()
    return waited.value


def test_the_rows_and_the_view_can_be_downloaded_as_jupyterlab_exports_them(page, record, tmp_path):
    for sides in ([], ["Europe"]):
        for side in sides:
            page.get_by_role("checkbox", name=side).check()
        text = download(page, page.locator("#rows-csv")).path().read_text("utf-8")
        assert [row["id"] for row in csv.DictReader(io.StringIO(text))] == shown(page)
        explore(record, sides=sides).export(tmp_path, exhibits=())
        assert text == (tmp_path / "rows.csv").read_text("utf-8")
    picture = Image.open(download(page, page.locator("#picture")).path())
    colours = {tuple(pixel[:3]) for pixel in picture.convert("RGB").get_flattened_data()}
    assert picture.format == "PNG" and picture.width == 2400 and picture.height > 1000
    assert {(255, 255, 255), (0x22, 0x22, 0x22)} <= colours and len(colours) > 100


def test_the_picture_of_the_view_says_what_each_part_is(page):
    page.evaluate("""() => {
      const make = URL.createObjectURL;
      URL.createObjectURL = (blob) => { window.drawn ??= blob; return make.call(URL, blob); };
    }""")
    download(page, page.locator("#picture"))
    words = page.evaluate("""async () => {
      const svg = new DOMParser().parseFromString(await window.drawn.text(), "image/svg+xml").documentElement;
      return [...svg.querySelectorAll(":scope > text")].map((text) => text.textContent);
    }""")
    at = [words.index(title) for title in ("When", "Where", "Who answered whom")]
    parts = [" ".join(words[first + 1:last]) for first, last in zip(at, [*at[1:], -1], strict=True)]
    assert parts == ["Days in Kyiv time; the area of a circle is the number of rows; bar: as long as it lasted.",
                     "The area of a circle is the number of rows; pale: of places that are not chosen.",
                     "Rows answer columns. The number, and the area of the circle, is how many answers the statements shown "
                     "give, whether or not what they answer is shown."]  # fmt: skip
    assert words[-1] == "Talks and Strikes. CC BY 4.0."


@pytest.mark.parametrize("name", EXHIBITS)
def test_the_data_of_a_figure_are_those_that_the_project_writes(page, gallery, name):
    text = download(page, page.locator(f"[data-csv={name}]")).path().read_text("utf-8")
    assert text == to_csv(gallery(name))


def test_a_figure_answers_the_pointer_and_opens_as_an_interactive_one(page, gallery):
    section = page.locator("#tolls")
    section.scroll_into_view_if_needed()
    section.locator(".wide circle[data-m]").first.hover()
    tip = page.locator("#tip")
    assert tip.is_visible() and any(title in tip.inner_text() for title in gallery("tolls").marks["title"])
    page.keyboard.press("Escape")
    assert not tip.is_visible()
    section.get_by_role("button", name="Open the interactive figure").click()
    section.locator(".twin .scatterlayer .point").first.wait_for(state="attached")
    assert section.locator(".twin .hoverlayer").count() == 1 and not section.locator("svg[role=img]").first.is_visible()
    section.get_by_role("button", name="Back to the picture").click()
    assert section.locator("svg[role=img]").first.is_visible() and section.locator(".twin").count() == 0
