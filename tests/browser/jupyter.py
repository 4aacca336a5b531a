"""JupyterLab on a free port of the loopback, with a token, and a notebook in it, driven from the keyboard."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SETTINGS = {"@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False,
                                                            "doNotDisturbMode": True},
            "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none", "autoStartDefaultKernel": True}}  # fmt: skip
"""Nothing is asked of the network, and every cell is in the page, seen or not."""
OUTPUT = ".jp-OutputArea-output"
SCREEN = {"width": 1366, "height": 1500}
"""High enough for the whole explorer, so that nothing has to be scrolled."""
IDLE = """() => [...document.querySelectorAll(".jp-StatusBar-TextItem, .jp-StatusBar-Widget")]
        .some((one) => / \\| Idle$/.test(one.textContent))
    && ![...document.querySelectorAll(".jp-InputPrompt")].some((one) => one.textContent.includes("*"))"""


@dataclass
class Server:
    """Hold a running JupyterLab: its process, address, token and the folder that it serves."""

    process: subprocess.Popen
    url: str
    token: str
    folder: Path


@contextlib.contextmanager
def serve(home: Path, folder: Path, **environment: str) -> Iterator[Server]:
    """Serve `folder`; all that the server writes of its own goes below `home`. It is stopped by its id, with its kernels."""
    for name, settings in SETTINGS.items():
        path = home / "settings" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(settings))
    own = {f"JUPYTER_{name}_DIR": str(home / name.lower()) for name in ("RUNTIME", "CONFIG", "DATA")}
    own |= {"JUPYTERLAB_SETTINGS_DIR": str(home / "settings"), "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
            "IPYTHONDIR": str(home / "ipython"), "JUPYTER_PLATFORM_DIRS": "1"}  # fmt: skip
    token = secrets.token_hex(16)
    words = ["--no-browser", "--ServerApp.ip=127.0.0.1", "--ServerApp.port=0", f"--IdentityProvider.token={token}",
             f"--ServerApp.root_dir={folder}", "--LabApp.extension_manager=readonly", "--LabApp.news_url=",
             "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
             "--ServerApp.allow_root=True", "--ServerApp.terminals_enabled=False"]  # fmt: skip
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "jupyterlab", *words], env=os.environ | own | environment,
                                   stdout=log, stderr=log, start_new_session=True)  # fmt: skip
    try:
        yield Server(process, _find_url(process, home), token, folder)
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _find_url(process: subprocess.Popen, home: Path) -> str:
    """Wait for the server to say where it listens."""
    told = home / "runtime" / f"jpserver-{process.pid}.json"
    for _ in range(600):
        if process.poll() is not None:
            break
        if told.exists() and (text := told.read_text()):
            return json.loads(text)["url"]
        time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not start: {(home / 'server.log').read_text()[-2000:]}")


class Notebook:
    """Drive a notebook that is open in a page; what the page asks of others than the server, and its errors, are kept."""

    def __init__(self, browser: object, server: Server, name: str, *, watch: str = "") -> None:
        self.server = server
        self.context = browser.new_context(viewport=SCREEN, permissions=["clipboard-read", "clipboard-write"])
        self.page = self.context.new_page()
        self.outside, self.errors = [], []
        self.page.route(lambda url: not url.startswith((server.url, "data:", "blob:")), self._refuse)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        if watch:
            self.context.add_init_script(watch)
        self.page.goto(f"{server.url}lab/tree/{name}?reset&token={server.token}")
        self.page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=60_000)
        self.settle()

    def _refuse(self, route: object) -> None:
        self.outside.append(route.request.url)
        route.abort()

    def close(self) -> None:
        """Close the page, and stop its kernel."""
        kernels, own = f"{self.server.url}api/kernels", {"Authorization": f"token {self.server.token}"}
        for kernel in self.context.request.get(kernels, headers=own).json():
            self.context.request.delete(f"{kernels}/{kernel['id']}", headers=own)
        self.context.close()

    def run(self) -> None:
        """Run the notebook from the top with the keyboard: to the first cell, then Shift and Enter for each."""
        cells = self.page.locator(".jp-Notebook .jp-Cell")
        number = cells.count()
        cells.first.click()
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("Control+Home")
        for _ in range(number):
            self.page.keyboard.press("Shift+Enter")
        self.settle()

    def settle(self) -> None:
        """Wait until the kernel is there, nothing runs and nothing is queued."""
        self.page.wait_for_function(IDLE, timeout=180_000)

    def ask(self, code: str) -> str:
        """Run code in a new cell at the end, as a reader would, and return what it shows."""
        self.page.keyboard.press("Escape")
        last = self.page.locator(".jp-Notebook .jp-Cell").last
        last.locator(".jp-InputPrompt").click()
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("b")
        self.page.keyboard.press("Enter")
        self.page.keyboard.insert_text(code)
        self.page.keyboard.press("Shift+Enter")
        self.settle()
        cells = self.page.locator(".jp-Notebook .jp-CodeCell", has=self.page.locator(OUTPUT))
        return cells.last.locator(f"{OUTPUT}").last.inner_text()
