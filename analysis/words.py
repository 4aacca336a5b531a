"""Numbers and lists in words, and words in the cell of a table."""

from __future__ import annotations

import re
from collections.abc import Iterable

FORMULA = re.compile(r"^[=+\-@\t\r]")


def say_number(number: int, what: str) -> str:
    """Return a number with what it counts: `1 strike`, `2 strikes`."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def say_list(words: Iterable[str]) -> str:
    """Return words as a sentence has them: `one`, `one and two`, `one, two and three`."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def protect(text: str) -> str:
    """Return a text for a cell of a CSV: an apostrophe stands before what a spreadsheet would take for a formula."""
    return ("'" * bool(FORMULA.match(text)) + text).replace("\r", " ")
