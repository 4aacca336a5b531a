"""Measure the page in Chromium: until it can be used, and how long a filter takes, for the record and for fifty of it.

Run by hand: .venv/bin/python tests/bench/page.py
"""

import shutil
import statistics
import tempfile
from dataclasses import replace
from pathlib import Path

import pandas as pd
from playwright.sync_api import Page, sync_playwright

from analysis.exhibits import EXHIBITS
from analysis.load import DATA, Record
from analysis.report import INDEX, render_page
from analysis.selection import list_items

TIMES = 50
KEYS = {"events": ["event_id"], "casualties": ["claim_id", "report_id", "event_id"],
        "statements": ["statement_id", "about_event"], "replies": ["statement_id", "answers"]}  # fmt: skip
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
CHOICES = {
    "one side": '{sides: ["Ukraine"]}', "a week": '{start: "2025-04-13", end: "2025-04-19"}', "a place": '{places: ["sumy"]}',
    "a kind": '{kinds: ["strike", "killed"]}', "words": '{text: "ceasefire"}', "an actor": '{actors: ["zelensky"]}',
    "all": "{}",
}  # fmt: skip
MEASURE = """
async (patch) => {
  const nothing = {start: "", end: "", sides: [], actors: [], kinds: [], statuses: [], places: [], text: "", ids: []};
  const start = performance.now();
  explorer.change({...nothing, ...patch});
  document.body.getBoundingClientRect();
  const answered = performance.now() - start;
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return [answered, performance.now() - start, explorer.shown.length];
}"""
"""Until rows and views stand as they should, and until they are painted, in ms; and how many rows are shown."""


def multiply(record: Record, times: int) -> Record:
    """Return a record with so many copies of its events, statements, claims and answers."""
    proposals = set(record.proposals["proposal_id"])

    def copy(name: str, number: int) -> pd.DataFrame:
        def rename(one: object) -> object:
            return one if pd.isna(one) or not number or one in proposals else f"{one}-copy-{number}"

        rows = getattr(record, name)
        return rows.assign(**{key: rows[key].map(rename) for key in KEYS[name]})

    return replace(record, **{name: pd.concat([copy(name, i) for i in range(times)], ignore_index=True) for name in KEYS})


def measure(page: Page, path: Path) -> None:
    """Print the time until the page can be used, and that of each filter: median and most of nine."""
    ready = []
    for _ in range(5):
        page.goto(path.as_uri())
        ready.append(page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"))
    print(f"  usable after {statistics.median(ready):.0f} ms, at most {max(ready):.0f} ms")
    for name, patch in CHOICES.items():
        page.evaluate(f"explorer.change({{ids: []}}), ({MEASURE})({patch})")
        taken = [page.evaluate(f"({MEASURE})({patch})") for _ in range(9)]
        answered, painted = ([round(one[i]) for one in taken] for i in (0, 1))
        print(f"  {name:10} {taken[0][2]:6} rows: {statistics.median(answered):.0f} ms, at most {max(answered)} ms;"
              f" painted after {statistics.median(painted):.0f} ms, at most {max(painted)} ms")  # fmt: skip


def main() -> None:
    """Measure both pages."""
    record = Record.read(DATA)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(offline=True, viewport={"width": 1280, "height": 900})
        exhibits = [make(record) for make in EXHIBITS.values()]
        for times in (1, TIMES):
            many = record if times == 1 else multiply(record, times)
            items = list_items(many)
            path = Path(folder) / INDEX
            path.write_text(render_page(many, exhibits, items), encoding="utf-8")
            print(f"{len(items):,} rows, {path.stat().st_size:,} bytes")
            measure(page, path)
        browser.close()


if __name__ == "__main__":
    main()
