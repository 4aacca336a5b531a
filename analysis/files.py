"""Names of the files of an exhibit, and writing them whole."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

PICTURES = ("png", "svg", "pdf")
"""Formats of which each size is a file."""
SHOWS = "Shows"
"""In a picture of a notebook: the SHA-256 of the words that stand beside it."""
FORMATS = (*PICTURES, "html", "csv", "json")


def name_files(stem: str, formats: Iterable[str], sizes: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return size and format of each file of an exhibit, by the file's name: STEM-SIZE.FORMAT, or STEM.FORMAT."""
    wanted = [(size, kind) for kind in formats for size in (sizes if kind in PICTURES else ("",))]
    return {f"{stem}-{size}.{kind}" if size else f"{stem}.{kind}": (size, kind) for size, kind in sorted(wanted)}


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that appears whole or not at all."""
    write_all({path: data})


def write_all(files: Mapping[Path, bytes]) -> None:
    """Write files, in order, each of which appears whole or not at all; if there is no room for one, none appears.

    Raises OSError, which names the file, where one may not be written.
    """
    parts = {}
    try:
        for path, data in files.items():
            target = path.resolve()  # so that a link stays one
            parts[target] = target.with_name(f".{target.name}.part")
            with _naming(path):
                if target.exists() and not os.access(target, os.W_OK):
                    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
                parts[target].write_bytes(data)
                if target.exists():
                    shutil.copymode(target, parts[target])
        for target, part in parts.items():
            with _naming(target):
                os.replace(part, target)
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Name a file in what goes wrong with it."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None


@contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Keep a folder from others who hold it as well: they wait."""
    import fcntl  # which Windows lacks

    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
