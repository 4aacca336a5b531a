"""Kernels that are forked for the rerun of notebooks."""

from __future__ import annotations

import importlib
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from jupyter_client.blocking import BlockingKernelClient

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux alone")


@pytest.fixture
def kernels(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the module, with no other process of kernels in sight."""
    monkeypatch.syspath_prepend(NOTEBOOKS)
    module = importlib.import_module("kernels")
    monkeypatch.delenv(module.SOCKET, raising=False)
    return module


SAYS = {"new": "'mine' not in globals()", "folder": "os.getcwd()", "name": "os.environ['NAME']", "process": "os.getpid()"}


def test_each_kernel_is_a_process_of_its_own_with_its_folder_and_ends_with_that_which_forked_it(
        kernels: ModuleType, tmp_path: Path) -> None:  # fmt: skip
    nursery, started = kernels.Nursery(), []
    try:
        for name in ("one", "other"):
            file, folder = tmp_path / f"{name}.json", tmp_path / name
            folder.mkdir()
            command = ["python", "-m", kernels.KERNEL, "-f", str(file)]
            kernel = kernels.Kernel(command, cwd=str(folder), env={**os.environ, "NAME": name})
            client = BlockingKernelClient(connection_file=str(file))
            started.append((kernel, client))
            _wait(lambda file=file: file.exists() and file.read_text().endswith("}"))
            client.load_connection_file()
            client.start_channels()
            client.wait_for_ready(timeout=60)
            told = client.execute_interactive("import os", user_expressions=SAYS)["content"]["user_expressions"]
            said = [one["data"]["text/plain"] for one in told.values()]
            assert said == ["True", repr(str(folder)), repr(name), str(kernel.pid)] and kernel.poll() is None
            client.execute_interactive("mine = 1")
    finally:
        for _, client in started:
            client.stop_channels()
        nursery.close()
    assert [kernel.poll() for kernel, _ in started] == [0, 0]
    assert not Path(nursery.folder.name).exists()


def _wait(done: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not done():
        assert time.monotonic() < end, "not within 30 seconds"
        time.sleep(0.02)
