"""Names of the files of an exhibit, and writing them whole."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

PICTURES = ("png", "svg", "pdf")
"""Formats of which each size is a file."""
FORMATS = (*PICTURES, "html", "csv", "json")


def name_files(stem: str, formats: Iterable[str], sizes: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return size and format of each file of an exhibit, by the file's name: STEM-SIZE.FORMAT, or STEM.FORMAT."""
    wanted = [(size, kind) for kind in formats for size in (sizes if kind in PICTURES else ("",))]
    return {f"{stem}-{size}.{kind}" if size else f"{stem}.{kind}": (size, kind) for size, kind in sorted(wanted)}


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that appears whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(data)
        if path.exists():
            shutil.copymode(path, part)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
