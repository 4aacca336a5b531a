"""Time the answers of the explorer, with this record and with one many times its size: in Python, then in JupyterLab.

Run by hand: `.venv/bin/python tests/bench/explorer.py [TIMES]` (50 by default).
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd

from analysis.explorer import explore
from analysis.load import Record
from analysis.selection import Choice

BROWSER = Path(__file__).parents[1] / "browser"
KEYS = {"events": "event_id", "statements": "statement_id", "casualties": "claim_id"}
CHOICES = {"a side": Choice(sides="Ukraine"), "a week": Choice(start="2025-04-13", end="2025-04-19"),
           "words": Choice(text="odesa"), "a kind": Choice(kinds="killed"), "a place": Choice(places="kyiv")}  # fmt: skip
WATCH = """
addEventListener("click", (event) => {
  if (!event.target.closest(".ts-explorer button")) return;
  const told = window.answer = { start: performance.now() }, note = (what) => () => { told[what] = performance.now(); };
  new MutationObserver(note("rows")).observe(document.querySelector(".ts-rows tbody"), { childList: true });
  for (const chart of ["map", "times"]) {
    const plot = document.querySelector(`.ts-${chart} .js-plotly-plot, .ts-${chart}.js-plotly-plot`);
    plot.removeAllListeners("plotly_afterplot");
    plot.on("plotly_afterplot", note(chart));
  }
}, true);
"""
"""Notes when a button is pressed, and when each part of the explorer has last changed after that."""


def enlarge(record: Record, times: int) -> Record:
    """Return a record many times as large: copies with ids of their own, each a day later than the one before."""
    return replace(record, **{name: pd.concat([_copy(getattr(record, name), n) for n in range(times)], ignore_index=True)
                              for name in (*KEYS, "replies")})  # fmt: skip


def _copy(rows: pd.DataFrame, n: int) -> pd.DataFrame:
    ids = [name for name in rows if name in ("event_id", "statement_id", "claim_id", "answers")]
    later = {name: rows[name] + pd.Timedelta(days=n) for name in ("earliest", "latest") if name in rows}
    return rows.assign(**{name: rows[name] + f"-{n}" for name in ids}, **later) if n else rows


def time_python(record: Record) -> None:
    """Print how long the kernel takes for each choice, from one on nothing and back."""
    started = time.perf_counter()
    explorer = explore(record)
    print(f"{len(explorer.items)} rows; made in {time.perf_counter() - started:.1f} s")
    for name, choice in CHOICES.items():
        taken = {"there": [], "back": []}
        for _ in range(5):
            for way, one in (("there", choice), ("back", Choice())):
                started = time.perf_counter()
                explorer.apply(one)
                taken[way].append(1000 * (time.perf_counter() - started))
        print(f"  kernel, {name}: {_say(taken['there'])}, back to all {_say(taken['back'])}")


def time_browser(times: int) -> None:
    """Print how long it takes in Chromium from the press of a button until the explorer has changed."""
    sys.path.insert(0, str(BROWSER))
    from conftest import CHROMIUM, FLAGS
    from jupyter import Notebook, serve
    from playwright.sync_api import sync_playwright
    from test_lab import Driver, write

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        home = Path(folder) / "home"
        home.mkdir()
        show = f"record = enlarge(Record.read(), {times})", "explore(record)"
        write(Path(folder) / "bench.ipynb", "from explorer import *", *show)
        with serve(home, Path(folder), PYTHONPATH=str(Path(__file__).parent)) as server:
            chromium = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            notebook = Notebook(chromium, server, "bench.ipynb", watch=WATCH)
            notebook.run()
            opened, answers = Driver(notebook), {"rows": [], "times": [], "map": []}
            for _ in range(5):
                for name in ("Ukraine", "Undo"):
                    opened.press(name)
                    notebook.page.wait_for_timeout(1500)
                    told = notebook.page.evaluate("window.answer")
                    for what, all_ in answers.items():
                        all_.append(told[what] - told["start"])
            print(f"  browser, a side: {', '.join(f'{what} {_say(all_)}' for what, all_ in answers.items())}")
            chromium.close()


def _say(times: list[float]) -> str:
    return f"{statistics.median(times):.0f} ms (at most {max(times):.0f})"


if __name__ == "__main__":
    record = Record.read()
    for times in (1, int(sys.argv[1]) if len(sys.argv) > 1 else 50):
        time_python(enlarge(record, times))
        time_browser(times)
