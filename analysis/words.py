"""Numbers and lists in words."""

from __future__ import annotations

from collections.abc import Iterable


def say_number(number: int, what: str) -> str:
    """Return a number with what it counts: `1 strike`, `2 strikes`."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def say_list(words: Iterable[str]) -> str:
    """Return words as a sentence has them: `one`, `one and two`, `one, two and three`."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
