"""What is wrong, in a sentence: faults, and how values are shown, guessed and taken apart for them."""

from __future__ import annotations

import difflib
import re
import zoneinfo
from collections.abc import Collection, Iterator
from functools import cache
from typing import NamedTuple

# Control characters, and the invisible or direction-changing ones that can make a cell read as what it is not.
UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffd\U000e0000-\U000e007f]"
)
LONGEST = 60
"""Characters of a cell that a sentence shows at most."""
DAY, NO_DAY, NO_ZONE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "expected a day, as 2025-04-13", "no such IANA zone"


class Fault(NamedTuple):
    """One fault of the record: `line` is 0 where a whole file is meant."""

    file: str
    line: int
    says: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.says}" if self.line else f"{self.file}: {self.says}"


def split(cell: str | None) -> list[str]:
    """Split a list cell at its semicolons; an empty cell is an empty list."""
    return cell.split("; ") if isinstance(cell, str) else []


def show(cell: object) -> str:
    """Quote a cell for a sentence, with unseen characters by their code and a long cell cut."""
    text = str(cell)
    text = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    return "'" + UNSEEN.sub(lambda found: f"<U+{ord(found[0]):04X}>", text) + "'"


def guess(value: str, known: Collection[str]) -> str:
    """Return ` (did you mean 'x'?)` for the nearest known value, or nothing."""
    near = difflib.get_close_matches(value, list(known), n=1, cutoff=0.75)
    return f" (did you mean {show(near[0])}?)" if near else ""


def compare_names(kind: str, found: Collection[str], known: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield each name that is unknown or missing, with the sentence that says so; a misspelt one counts once."""
    missing = [name for name in known if name not in found]
    for name in dict.fromkeys(found):
        if name not in known:
            near = guess(name, missing)
            missing = [other for other in missing if show(other) not in near]
            yield name, f"unknown {kind} {show(name)}{near}"
    for name in missing:
        yield name, f"{kind} '{name}' is missing"


@cache
def known_zones() -> frozenset[str]:
    """Return the names of all IANA zones (which takes 20 ms, so once)."""
    return frozenset(zoneinfo.available_timezones())


def name_unseen(character: str) -> str:
    """Say what is wrong with a cell that holds a character of UNSEEN."""
    return f"holds U+{ord(character):04X}, an unseen or control character; remove it"
