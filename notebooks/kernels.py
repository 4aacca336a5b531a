"""Kernels for a rerun of the notebooks: forks of one process that has imported, once, what each of them imports.

On Linux alone; elsewhere a fork after such imports is not safe, and kernels start as ever. `make notebooks`, which writes
the outputs that a rerun is compared with, always starts them as ever.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from queue import Empty
from typing import TYPE_CHECKING, NoReturn
from unittest.mock import patch

if TYPE_CHECKING:
    from jupyter_client.blocking import BlockingKernelClient

SOCKET = "NOTEBOOK_KERNELS"
"""The variable that tells workers of pytest where kernels are asked for."""
KERNEL = "ipykernel_launcher"


class Nursery:
    """Hold the process whose forks are kernels; both end with it."""

    def __init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory()  # nobody else may look into it
        path = str(Path(self.folder.name, "socket"))
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(path)
            listener.listen()
            command = [sys.executable, "-P", __file__, str(listener.fileno())]
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=[listener.fileno()])
        os.environ[SOCKET] = path

    def close(self) -> None:
        """End the process, and the kernels that are left."""
        del os.environ[SOCKET]
        self.process.communicate()
        self.folder.cleanup()


class Kernel:
    """Start a kernel, and be to jupyter_client what its `subprocess.Popen` would be."""

    stdin = stdout = stderr = None

    def __init__(self, command: Sequence[str], *, cwd: str, env: Mapping[str, str], **_: object) -> None:
        """Take a command `python -m ipykernel_launcher ARGUMENTS`, the folder to run it in, and its environment."""
        with socket.socket(socket.AF_UNIX) as server, server.makefile("rw") as talk:
            server.connect(os.environ[SOCKET])
            arguments = command[command.index(KERNEL) + 1 :]
            print(json.dumps([arguments, cwd, dict(env)]), file=talk, flush=True)
            self.pid = int(talk.readline())

    def poll(self) -> int | None:
        """Return 0 if the process has ended, None while it has not."""
        with contextlib.suppress(ProcessLookupError):
            return os.kill(self.pid, 0)
        return 0

    wait = poll  # the process that forked it waits for it

    def send_signal(self, number: int) -> None:
        """Send a signal to the process."""
        os.kill(self.pid, number)


def spare_starts(of_worker: bool = False) -> Callable[[], None]:
    """Have nbval fork its kernels, in workers as their controller does; return what ends that."""
    import nbval.kernel
    from jupyter_client.blocking import BlockingKernelClient
    from jupyter_client.provisioning import local_provisioner

    start, nursery = nbval.kernel.start_new_kernel, None
    if sys.platform == "linux" and not of_worker:
        with contextlib.suppress(OSError):  # as where the path of a socket is too long: kernels start as ever
            nursery = Nursery()
    launch = Kernel if SOCKET in os.environ else local_provisioner.launch_kernel

    def start_new_kernel(*args: object, **options: object) -> object:
        with patch.object(local_provisioner, "launch_kernel", launch), \
                patch.object(BlockingKernelClient, "wait_for_ready", _await_first_word):  # fmt: skip
            return start(*args, **options)

    nbval.kernel.start_new_kernel = start_new_kernel
    return nursery.close if nursery else lambda: None


def _await_first_word(client: BlockingKernelClient, timeout: float | None = None) -> None:
    """Wait until a kernel answers; jupyter_client waits a fifth of a second more, for its silence."""
    try:
        client.get_iopub_msg(timeout=timeout)
    except Empty:
        raise RuntimeError(f"a kernel said nothing for {timeout} seconds") from None


def serve(listener: socket.socket) -> None:
    """Fork a kernel for whoever asks, until the standard input is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(Exception):  # a notebook's cell that imports the same will say what is wrong
        import ipykernel.kernelapp  # noqa: F401
        import IPython.display  # noqa: F401
        import pandas as pd

        pd.set_option("display.max_columns", 20)  # as pandas does where it finds itself imported by a kernel

        import analysis.exhibits
        import analysis.findings
        import analysis.listing  # noqa: F401
    alive: set[int] = set()

    def reap(*_: object) -> None:
        with contextlib.suppress(ChildProcessError):
            while ended := os.waitpid(-1, os.WNOHANG)[0]:
                alive.discard(ended)

    signal.signal(signal.SIGCHLD, reap)
    gc.freeze()
    while listener in select.select([listener, sys.stdin], [], [])[0]:
        with contextlib.suppress(OSError, ValueError), listener.accept()[0] as caller, caller.makefile("rw") as talk:
            asked = json.loads(talk.readline())  # nothing, if the caller has gone
            pid = os.fork()
            if not pid:
                os.close(listener.detach())
                os.close(caller.detach())
                _be_kernel(*asked)
            alive.add(pid)
            with contextlib.suppress(OSError):  # it has ended already
                os.setpgid(pid, pid)  # before the caller learns of it, who sends signals to the whole group
            print(pid, file=talk, flush=True)
    for pid in tuple(alive):
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _be_kernel(arguments: list[str], folder: str, environment: dict[str, str]) -> NoReturn:
    """Be a kernel, and never return to what was forked."""
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(nowhere, stream)
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        time.tzset()
        sys.argv = [KERNEL, *arguments, f"--IPKernelApp.parent_handle={os.getppid()}"]  # it ends when that one does

        from ipykernel import kernelapp

        kernelapp.launch_new_instance()
    finally:
        os._exit(0)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
