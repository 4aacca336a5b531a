"""The page of the whole record in a real browser, with the network closed: driven by mouse, keyboard and links."""

import csv
import io
import random
from functools import partial
from urllib.parse import parse_qs

import pandas as pd
import pytest
from payloads import PAYLOADS
from PIL import Image

from analysis import __version__
from analysis.exhibits import EXHIBITS
from analysis.explorer import explore
from analysis.export import to_csv
from analysis.replies import pair_replies
from analysis.selection import Choice, choose, list_items, seek

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


def test_words_are_folded_on_the_page_as_in_python(page, items):
    assert page.evaluate("explorer.foldAll()") == items["text"].tolist()
    texts = [*PAYLOADS.values(), "İSTANBUL ΣΊΣΥΦΟΣ ﬁne ½ x² 2,000", "\x1fa\x85b\u3000c", "“It’s” U\u00adS\u200b«перемир’я»"]
    assert page.evaluate("(texts) => texts.map(explorer.seek)", texts) == [seek(text) for text in texts]


def test_text_without_a_word_is_no_filter(page_file, visit):
    page = visit(page_file, "#explore?text=+%E2%80%8B")
    assert page.locator("#count").inner_text().startswith("All 449 rows: ") and page.evaluate("explorer.choice.text") == ""
    page.locator("#f-text").press_sequentially("“ sum")
    assert page.locator("#f-text").input_value() == "“ sum" and 0 < page.evaluate("explorer.shown.length") < 449


def test_the_lists_of_places_and_actors_are_searched_by_how_words_begin(page):
    page.locator("#filters summary", has_text="Places").click()
    page.get_by_label("Find among places").fill("k")
    found = page.locator("#filters details[open] .options label:visible .label").all_inner_texts()
    assert found and all(" k" in f" {name.lower()}" for name in found)
    page.get_by_label("Find among places").fill("Odess")
    assert "Odesa" in "".join(page.locator("#filters details[open] .options label:visible .label").all_inner_texts())


def test_a_filter_shows_in_every_view_and_undo_and_reset_take_it_back(page, items, record):
    everything = page.locator("#count").inner_text()
    assert everything == "All 449 rows: 79 events, 158 statements, 212 casualty claims."
    page.get_by_role("checkbox", name="Europe").check()
    page.get_by_label("From", exact=True).fill("2025-04-13")
    wanted = chosen(items, record, sides=("Europe",), start="2025-04-13")
    assert shown(page) == wanted and f"{len(wanted)} of 449 rows" in page.locator("#count").inner_text()
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
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] + 30, y, steps=5)
    page.mouse.up()
    assert page.evaluate("explorer.choice.end") == "2025-04-17" and page.evaluate("explorer.choice.start") > "2025-04-13"


def test_a_mark_that_is_pressed_filters_the_other_views(page, items, record):
    mark = page.locator("#map-ukraine-list [role=option][aria-label^='Kyiv:']")
    mark.click()
    wanted = chosen(items, record, places=("kyiv",))
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
    assert "No other side answered “Meeting on 20-30 June” in the record." in text


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
    left_out = "Left out of the link: "
    assert there.locator("#count").inner_text().endswith(f"{left_out}sides=Nowhere.")
    assert there.evaluate("document.activeElement.id") == "explore-title"
    again = visit(page_file, "#" + there.url.split("#")[1])
    assert shown(again) == shown(there) and "left out" not in again.locator("#count").inner_text()
    assert parse_qs(again.locator("#link").input_value().split("?")[1])["sides"] == ["Russia", "United States"]
    wrong = visit(page_file, "#explore?place=nowhere&start=2025-04-20&end=2025-04-13")
    assert wrong.locator("#count").inner_text().endswith(f"{left_out}place=nowhere; start=2025-04-20 after end=2025-04-13.")
    again.evaluate("location.hash = '#explore?places=sumy'")
    again.wait_for_function("explorer.choice.places.length === 1")
    assert shown(again) == chosen(items, record, places=("sumy",))


def test_a_link_says_what_it_holds_twice_and_may_write_its_question_mark_in_another_way(page_file, visit, items, record):
    page = visit(page_file, "#explore?text=sumy&text=odesa&end=2025-05-01&end=0202-05-01&start=0999-01-01")
    assert page.locator("#count").inner_text().endswith(
        "Left out of the link: start=0999-01-01; end=0202-05-01; text=odesa after text=sumy.")  # fmt: skip
    assert shown(page) == chosen(items, record, text="sumy", end="2025-05-01")
    page = visit(page_file, "#explore%3Fsides=Europe&places=sumy")
    assert shown(page) == chosen(items, record, sides=("Europe",), places=("sumy",))
    assert page.url.endswith("#explore?sides=Europe&places=sumy")


def test_a_link_within_the_page_leaves_the_view_and_its_link_as_they_are(page_file, visit, items, record):
    page = visit(page_file, "#explore?sides=Europe")
    europe = chosen(items, record, sides=("Europe",))
    page.locator("nav a[href='#method']").click()
    page.wait_for_function("history.state !== null")
    assert page.url.endswith("#method") and shown(page) == europe
    assert page.locator("#link").input_value().endswith("#explore?sides=Europe")
    page.locator("nav a[href='#explore']").click()
    page.wait_for_url("**#explore?sides=Europe")
    assert shown(page) == europe
    page.locator("nav a[href='#method']").click()
    page.get_by_role("checkbox", name="Russia").check()
    assert page.url.endswith("#explore?sides=Europe&sides=Russia")


def test_back_and_forward_go_from_view_to_view_and_stay_at_the_place_on_the_page(page_file, visit):
    page = visit(page_file, "#explore")
    views = ["#explore"]
    for step in (page.get_by_role("checkbox", name="Europe").check, partial(page.locator("#f-text").press_sequentially, "sumy"),
                 page.locator("nav a[href='#method']").click, page.locator("#reset").click):  # fmt: skip
        step()
        views.append("#" + page.url.split("#")[1])
    europe, sumy = "#explore?sides=Europe", "#explore?sides=Europe&text=sumy"
    assert views == ["#explore", europe, sumy, "#method", "#explore"]
    link = page.locator("#link")
    for address, view in (("#method", sumy), (sumy, sumy), (europe, europe), ("#explore", "#explore")):
        page.evaluate("document.getElementById('licence').scrollIntoView({behavior: 'instant'}), history.back()")
        page.wait_for_url(f"**{address}")
        page.wait_for_function("(view) => document.getElementById('link').value.endsWith(view)", arg=view)
        assert page.evaluate("document.activeElement.id") != "explore-title"
    assert page.locator("#count").inner_text().startswith("All 449 rows")
    page.evaluate("history.go(3)")
    page.wait_for_url("**#method")
    page.wait_for_function("explorer.choice.text === 'sumy'")
    page.reload()
    assert page.url.endswith("#method") and link.input_value().endswith(sumy)


def test_undo_knows_a_step_from_a_letter_and_a_change_from_none(page):
    text, undo = page.locator("#f-text"), page.get_by_role("button", name="Undo")
    text.press_sequentially("sumy")
    page.evaluate("location.hash = '#explore?text=odesa'")
    page.wait_for_function("explorer.choice.text === 'odesa'")
    text.press_sequentially("x")
    undo.click()
    assert text.input_value() == "odesa"
    undo.click()
    assert text.input_value() == "sumy"
    page.get_by_role("button", name="Take away: Words: sumy").click()
    text.press_sequentially("“ kyiv")
    page.evaluate("explorer.change({text: explorer.choice.text})")
    undo.click()
    assert text.input_value() == ""
    undo.click()
    assert text.input_value() == "sumy"
    undo.click()
    assert text.input_value() == "" and undo.get_attribute("aria-disabled") == "true"


def test_a_day_counts_once_its_year_is_whole(page):
    start, wrong = page.locator("#f-start"), page.locator("#wrong-days")
    page.locator("#f-end").fill("2025-05-01")
    start.focus()
    seen = []
    for key in "04132025":
        page.keyboard.press(key)
        seen.append((page.evaluate("explorer.choice.start"), wrong.is_visible()))
    assert set(seen[:-1]) == {("", False)} and seen[-1] == ("2025-04-13", False)
    assert "0202" not in page.url and page.url.endswith("start=2025-04-13&end=2025-05-01")
    start.fill("0202-04-13")
    page.locator("#f-end").focus()
    assert start.input_value() == "2025-04-13"


@pytest.mark.parametrize("press", ["#filters input[value=Europe]", "#filters button", "#reset"])
def test_that_days_are_in_the_wrong_order_is_said_until_another_change(page, press):
    page.get_by_role("button", name="Focus").click()
    page.locator("#f-start").fill("2025-06-01")
    wrong = page.locator("#wrong-days")
    assert wrong.inner_text() == "The first day is after the last one." and page.evaluate("explorer.choice.start") == "2025-04-11"
    page.locator(press).click()
    assert not wrong.is_visible() and page.locator("#f-start").input_value() == page.evaluate("explorer.choice.start")


def test_a_change_keeps_the_focus_near_and_clears_what_is_no_longer_so(page):
    focused = "document.activeElement.id"
    page.locator("#filters summary", has_text="Places").click()
    find = page.get_by_label("Find among places")
    find.fill("sumy")
    page.get_by_role("checkbox", name="Sumy").check()
    page.locator("#share summary").click()
    page.locator("#copy-link").click()
    page.locator("#copied:not(:empty)").wait_for()
    page.locator("#rows tr.row button").first.click()
    page.get_by_role("button", name="Show this row alone").click()
    assert page.evaluate(focused) == "rows-title" and page.locator("#rows tr.row").count() == 1
    assert page.locator("#copied").inner_text() == ""
    title = page.locator("#rows-title").bounding_box()
    assert 0 <= title["y"] < 900
    for name, times in (("reset", 1), ("undo", 3)):
        for _ in range(times):
            page.locator(f"#{name}").press("Enter")
        assert page.evaluate(focused) == name and page.locator(f"#{name}").get_attribute("aria-disabled") == "true"
    assert find.input_value() == "" and page.locator("#filters input[value=odesa]").is_visible()


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


def draw(page):
    """Return the words of the picture of the view that stand in no part of it, line by line, if each has its own place in it."""
    page.evaluate("""() => {
      const make = URL.createObjectURL;
      URL.createObjectURL = (blob) => { if (blob.type === "image/svg+xml") window.drawn = blob; return make.call(URL, blob); };
    }""")
    download(page, page.locator("#picture"))
    words, right, covered = page.evaluate("""async () => {
      const svg = new DOMParser().parseFromString(await window.drawn.text(), "image/svg+xml").documentElement;
      document.body.append(svg);
      const texts = [...svg.querySelectorAll(":scope > text")];
      const boxes = texts.map((text) => text.getBBox());
      svg.remove();
      const covered = boxes.filter((one, k) => boxes.slice(k + 1).some((other) => one.x < other.x + other.width
        && other.x < one.x + one.width && Math.abs(one.y - other.y) < 10)).length;
      return [texts.map((text) => text.textContent), Math.max(...boxes.map((box) => box.x + box.width)), covered];
    }""")
    assert right <= 1200 - 20 and not covered
    return words


def test_the_picture_of_the_view_says_what_each_part_is_and_how_to_find_it_again(page, record):
    words = draw(page)
    at = [words.index(title) for title in ("When", "Where", "Who answered whom")]
    off = next(k for k, line in enumerate(words) if line.startswith("On these maps: "))
    rest = words[off:at[2]]
    parts = [" ".join(words[first + 1:last]) for first, last in zip(at, [at[1], off, -2], strict=True)]
    assert parts == ["Days in Kyiv time; the area of a circle is the number of rows; bar: as long as it lasted.",
                     "The area of a circle is the number of rows; dark: of rows that are shown, at each of their places; "
                     "pale: of rows that the choice of places leaves out.",
                     "Rows answer columns. The number, and the area of the circle, is how many answers the statements shown "
                     "give, whether or not what they answer is shown."]  # fmt: skip
    listed = page.locator("#elsewhere button").all_inner_texts()
    assert " ".join(rest) == f"{page.locator('#mapped').inner_text()} Places that are on no map: {'; '.join(listed)}."
    version = f"Talks and Strikes {__version__}, data sha256:{record.sha256}"
    assert words[-2:] == ["Talks and Strikes. CC BY 4.0.", f"{version}: #explore"]
    page.locator("#f-text").fill("Donaudampfschifffahrt" * 40)
    page.get_by_role("button", name="Focus").click()
    assert draw(page)[-1] == version
    page.evaluate("explorer.change({text: '', places: explorer.record.packed.places.of})")
    assert f"; … and {len(page.evaluate('explorer.choice.places')) + 2 - 12} more" in " ".join(draw(page))


def place_sets(items):
    return items["places"].str.split("; ").map(set)


def test_rows_that_are_on_no_map_are_counted_as_all_and_as_shown(page, items, record):
    spots = page.locator(".map").evaluate_all("(maps) => maps.flatMap((map) => Object.keys(JSON.parse(map.dataset.spots)))")
    for text, places in (("", []), ("", ["sumy"]), ("ceasefire", ["washington", "sumy"])):
        page.evaluate("(patch) => explorer.change(patch)", {"text": text, "places": places})
        every = place_sets(items[items["id"].isin(chosen(items, record, text=text))])
        some = place_sets(items[items["id"].isin(shown(page))])
        off = set().union(*every) - set(spots) - {""}
        counts = {page.evaluate("(id) => `place-${id}`", one): (sum(one in own for own in some), sum(one in own for own in every))
                  for one in off}  # fmt: skip
        told = page.locator("#elsewhere button").evaluate_all(
            "(all) => all.map((one) => [one.id, one.textContent, one.className])")  # fmt: skip
        assert {one for one, *_ in told} == set(counts)
        for one, words, style in told:
            here, all_ = counts[one]
            assert words.endswith(f" {all_}" if here == all_ else f" {here} of {all_}") and (style == "none") == (here == 0)
        bare = sum(own == {""} for own in some)
        mapped = sum(not own.isdisjoint(spots) for own in some)
        rest = [f"; without a place: {bare}" * bool(bare),
                f"; only at places on no map: {len(some) - bare - mapped}" * (len(some) > bare + mapped)]  # fmt: skip
        assert page.locator("#mapped").inner_text() == f"On these maps: {mapped} of {len(some)} rows{''.join(rest)}."


def test_a_mark_says_the_number_that_it_shows(page):
    page.get_by_role("checkbox", name="Russia").check()
    base = set(shown(page))
    page.locator("#exchange-list [role=option][aria-label^='Russia answers Ukraine']").click()
    picked = page.evaluate("explorer.choice.ids")
    assert set(picked) <= base and set(picked) == set(shown(page))
    assert f"{len(picked)} rows picked" in page.locator("#chips").inner_text()
    marks = page.locator("#exchange-list").evaluate("""(list) => [...list.querySelectorAll("[role=option]")].map((mark) =>
        [mark.getAttribute("aria-label").split(": ")[1], mark.nextElementSibling.textContent])""")
    assert any(" of " in told for told, _ in marks) and all(told.split()[0] == count for told, count in marks)
    marks = page.locator("#timeline-list .mark").evaluate_all("(all) => all.map((one) => [one.ariaLabel, one.r.baseVal.value])")
    assert all((": 0 of " in told) == (r == 0) for told, r in marks) and any(": 0 of " in told for told, _ in marks)


def test_a_bar_of_a_row_that_is_not_shown_is_pale(page, items):
    lasted = items[items["lasted"]]
    page.evaluate("(id) => explorer.change({ids: [id]})", lasted["id"].iloc[0])
    colours = page.locator("#timeline-list .lasting").evaluate_all("(all) => all.map((bar) => bar.style.stroke)")
    sides = len(lasted["sides"].iloc[0].split("; "))
    assert len(colours) > sides and sum(colour != "var(--faint)" for colour in colours) == sides


def test_what_only_reaches_into_the_chosen_days_stands_within_them(page, items, record):
    zone = record.episode["zones"][0]
    row = items[items["lasted"] & (items["latest"] - items["earliest"] > pd.Timedelta(days=4))].iloc[0]
    start = row["latest"].tz_convert(zone).normalize() - pd.Timedelta(days=1)
    page.evaluate("(patch) => explorer.change(patch)", {
        "start": f"{start:%Y-%m-%d}", "end": f"{start + pd.Timedelta(days=6):%Y-%m-%d}", "places": row["places"].split("; "),
        "kinds": [row["kind"]], "text": row["id"]})  # fmt: skip
    assert shown(page) == [row["id"]]
    bar = page.locator("#timeline-list .lasting").first.evaluate("(one) => [one.x1.baseVal.value, one.x2.baseVal.value]")
    at = page.locator("#timeline-list .mark").first.evaluate("(one) => one.cx.baseVal.value")
    assert bar[1] - bar[0] > 50 and at == pytest.approx(sum(bar) / 2, abs=1)


def test_days_far_away_leave_the_axis_to_the_rows(page, items):
    page.evaluate("explorer.change({start: '1000-01-01', end: '2999-12-31'})")
    years = set(filter(str.isdigit, page.locator("#timeline-list text.quiet").all_text_contents()))
    assert len(shown(page)) == len(items) and years <= {"2021", "2022", "2024", "2025"}
    page.evaluate("explorer.change({text: 'zzz'})")
    assert page.locator("#timeline-list text.quiet").count() < 30 and "Apr" in page.locator("#timeline-view").inner_text()


def test_the_mark_at_which_the_arrow_keys_are_is_in_view(page_file, visit):
    page = visit(page_file, viewport={"width": 700, "height": 300})
    page.locator("#timeline-list").focus()
    for key in ("End", "Home"):
        page.keyboard.press(key)
        box = page.locator(f"#{page.locator('#timeline-list').get_attribute('aria-activedescendant')}").bounding_box()
        assert box["y"] >= -1 and box["y"] + box["height"] <= 301  # what scrolls stops at whole px


def test_names_and_words_of_a_reader_are_kept_apart_from_the_lines_around_them(page_file, visit):
    page = visit(page_file, "#explore?text=%E2%80%AEsumy&sides=%E2%80%AEno")
    assert page.locator("#chips bdi").all_text_contents() == ["\u202esumy"]
    assert page.locator("#count bdi").inner_text() == "sides=\u202eno"


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


def test_an_interactive_figure_opens_once_however_it_is_pressed(page):
    button = page.locator("[data-open=tolls]")
    button.dblclick()
    button.evaluate("(one) => [one.click(), one.click()]")
    page.locator("#tolls .twin .scatterlayer .point").first.wait_for(state="attached")
    assert page.locator("#tolls .twin").count() == 1 and button.inner_text() == "Back to the picture"


@pytest.mark.parametrize("width", [700, 760, 900])
def test_an_interactive_figure_can_be_seen_to_its_right_edge(page_file, visit, width):
    page = visit(page_file, viewport={"width": width, "height": 800})
    page.locator("[data-open=tolls]").click()
    page.locator("#tolls .twin .scatterlayer .point").first.wait_for(state="attached")
    twin = page.locator("#tolls .twin")
    twin.evaluate("(one) => one.scrollTo({left: one.scrollWidth, behavior: 'instant'})")
    drawn = twin.locator(".main-svg").first.bounding_box()
    assert drawn["x"] + drawn["width"] <= width and page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_row_that_is_open_fits_the_table_at_every_width(page_file, visit):
    page = visit(page_file, "#explore?ids=sumy-strike-2025-04-13")
    for width, columns in ((800, 2), (1280, 5), (400, 2)):
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_function("(columns) => document.querySelector('.detail > td').colSpan === columns", arg=columns)
        heads = page.locator("#rows thead th:visible").evaluate_all("(all) => all.map((one) => one.offsetWidth)")
        table = page.locator("#rows table").bounding_box()["width"]
        assert len(heads) == columns and sum(heads) == pytest.approx(table, abs=2)


def test_the_words_beside_a_mark_let_the_pointer_through(page):
    page.locator("#timeline-list").focus()
    page.keyboard.press("End")
    page.locator("#tip").evaluate("(tip) => tip.scrollIntoView({behavior: 'instant', block: 'nearest'})")
    below = page.locator("#tip").evaluate("""(tip) => { const box = tip.getBoundingClientRect();
        return document.elementsFromPoint(box.left + 5, box.top + 5).map((one) => one.id); }""")
    assert page.locator("#tip").is_visible() and "main" in below and "tip" not in below


def test_on_paper_stand_the_rows_that_are_chosen_and_by_which_filters(page):
    page.emulate_media(media="print")
    assert page.locator("#explore").is_hidden()
    page.emulate_media(media="screen")
    page.locator("#f-text").fill("sumy")
    page.emulate_media(media="print")
    assert page.locator("#count").is_visible() and page.locator("#rows tr.row").first.is_visible()
    assert "sumy" in page.locator("#chips").inner_text()
    assert not any(page.locator(each).is_visible() for each in ("#filters", "#views", "#share", "#undo"))
