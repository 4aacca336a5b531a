"""A real browser, which never gets at the network; its tests run where it is asked for (make browser-test)."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from analysis import report
from analysis.exhibit import Exhibit
from analysis.exhibits import EXHIBITS
from analysis.load import Record

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
SHOTS = Path(os.environ.get("SHOTS") or "shots")
"""Where pages are kept as pictures when a test fails."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip the tests of this folder, with the reason, unless they are asked for and a browser is there."""
    why = ("no chromium on this machine" if CHROMIUM is None else
           "" if config.getoption("--browser") else "run by make browser-test")  # fmt: skip
    here = Path(__file__).parent
    for item in items:
        if why and item.path.is_relative_to(here):
            item.add_marker(pytest.mark.skip(reason=why))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Keep pictures of the pages that a test had open when it failed."""
    report = yield
    if report.when == "call" and report.failed:
        for number, page in enumerate(getattr(item, "pages", ())):
            SHOTS.mkdir(exist_ok=True)
            page.screenshot(path=SHOTS / f"{re.sub('[^a-z0-9]+', '-', item.name)}-{number}.png")
    return report


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """Return a browser with which pages are opened, closed at the end."""
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as driver:
        one = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield one
        one.close()


@pytest.fixture(scope="session")
def page_file(record: Record, gallery: Callable[[str], Exhibit], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of the whole record, written once."""
    file = tmp_path_factory.mktemp("report") / report.INDEX
    file.write_text(report.render_page(record, map(gallery, EXHIBITS)), encoding="utf-8")
    return file


@pytest.fixture
def visit(browser: object, request: pytest.FixtureRequest) -> Iterator[Callable[..., object]]:
    """Return visit(path, hash, first, **options): a page opened offline, with `asked` (addresses outside) and `errors`.

    `first` is a script that runs before those of the page, options are those of a browser context.
    """
    contexts, request.node.pages = [], []

    def open_page(path: Path, hash: str = "", first: str = "", **options: object) -> object:
        context = browser.new_context(offline=True, **{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        if first:
            page.add_init_script(first)
        page.asked, page.errors = [], []
        own = Path(path).as_uri(), "data:", "blob:"
        page.on("request", lambda asked: None if asked.url.startswith(own) else page.asked.append(asked.url))
        page.on("console", lambda said: page.errors.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.goto(Path(path).as_uri() + hash)
        request.node.pages.append(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
