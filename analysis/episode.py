"""The settings of an episode, as its episode.toml gives them, and what may be wrong with each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from analysis import schema, when
from analysis.faults import DAY, NO_DAY, NO_ZONE, UNSEEN, compare_names, guess, known_zones, name_unseen, show

OPTIONAL = ("examples", "countries", "spellings")
TALKS = ("last_talks", "next_talks")
"""What `signal` may name besides: the last direct talks before it, and the first ones after it."""
EXAMPLES = (*(f"{field} {label}" for field, labels in schema.LABELS.items() for label in labels), *schema.HARD)
"""What the code book can show a statement for."""


def find_wrong(episode: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Yield each key of episode.toml that is unknown, missing or wrong, with the sentence that says so."""
    yield from compare_names("key", episode, [key for key in SETTINGS if key in episode or key not in OPTIONAL])
    for key in [key for key in SETTINGS if key in episode]:
        for says in SETTINGS[key](episode[key]):
            yield key, f"{key}: {says}"
    countries, sides = (episode.get(key) for key in ("countries", "sides"))
    for country, side in countries.items() if isinstance(countries, dict) and sides and isinstance(sides, dict) else ():
        if isinstance(side, str) and side not in sides:
            yield "countries", f"countries: {country} has {show(side)}; expected one of sides{guess(side, sides)}"


def _check_text(value: object) -> Iterator[str]:
    if not isinstance(value, str) or not value.strip():
        yield "expected text"
    elif unseen := UNSEEN.search(value):
        yield f"{show(value)} {name_unseen(unseen[0])}"


def _check_days(value: object) -> Iterator[str]:
    if not (isinstance(value, list) and len(value) == 2 and all(isinstance(day, str) for day in value)):
        yield "expected two days, as ['2025-04-11', '2025-04-24']"
        return
    wrong = [f"{show(day)}: {when.explain(day) or NO_DAY}" for day in value
             if when.explain(day) or not re.fullmatch(DAY, day)]  # fmt: skip
    yield from wrong or ([f"{show('/'.join(value))}: ends before it begins"] if value[1] < value[0] else [])


def _check_zones(value: object) -> Iterator[str]:
    if not (isinstance(value, list) and value and all(isinstance(zone, str) for zone in value)):
        yield "expected a list of IANA zones, as ['Europe/Kyiv']"
        return
    for zone in value:
        if zone not in known_zones():
            yield f"{show(zone)}: {NO_ZONE}{guess(zone, known_zones())}"


def _check_sides(value: object) -> Iterator[str]:
    if not isinstance(value, dict) or not value:
        yield "expected a table of sides and their colours"
        return
    for side, colour in value.items():
        yield from _check_text(side)
        if ";" in side:
            yield f"{show(side)} holds a semicolon, which parts the elements of a list"
        if not (isinstance(colour, str) and re.fullmatch("#[0-9a-f]{6}", colour)):
            yield f"{show(side)} has {show(colour)}; expected a colour, as '#0067a8'"


def _check_signal(value: object) -> Iterator[str]:
    if not isinstance(value, dict):
        yield "expected a table with event, offer and answer"
        return
    talks = [name for name in TALKS if name in value]
    yield from (says for _, says in compare_names("key", value, ("event", "offer", "answer", *talks)))
    yield from (f"{name}: {says}" for name, text in value.items() for says in _check_text(text))


def _check_examples(value: object) -> Iterator[str]:
    if not isinstance(value, dict):
        yield "expected a table of labels, each with a list of statements"
        return
    for name, ids in value.items():
        if name not in EXAMPLES:
            yield f"unknown label {show(name)}{guess(name, EXAMPLES)}"
        elif not (isinstance(ids, list) and ids and all(isinstance(one, str) for one in ids)):
            yield f"{show(name)} has {show(ids)}; expected a list of statements, as ['kuleba-2022-03-10']"


def _check_countries(value: object) -> Iterator[str]:
    if not (isinstance(value, dict) and all(isinstance(side, str) for side in value.values())):
        yield "expected a table of countries, each with its side, as UA = 'Ukraine'"


def _check_spellings(value: object) -> Iterator[str]:
    if not isinstance(value, dict):
        yield "expected a table of other spellings, each with that of the record, as Kiev = 'Kyiv'"
        return
    yield from (says for pair in value.items() for text in pair for says in _check_text(text))


def _check_boxes(value: object) -> Iterator[str]:
    if not isinstance(value, dict):
        yield "expected a table of countries and their boxes"
        return
    for country, box in value.items():
        if not (isinstance(box, list) and len(box) == 4 and all(type(degrees) in (int, float) for degrees in box)
                and -180 <= box[0] < box[2] <= 180 and -90 <= box[1] < box[3] <= 90):  # fmt: skip
            yield f"{show(country)} has {show(box)}; expected [west, south, east, north] in degrees"


SETTINGS: dict[str, Callable[[object], Iterator[str]]] = {
    "title": _check_text, "subject": _check_text, "window": _check_days, "focus": _check_days, "zones": _check_zones,
    "borders": _check_text, "licence": _check_text, "sides": _check_sides, "boxes": _check_boxes,
    "signal": _check_signal, "examples": _check_examples, "countries": _check_countries,
    "spellings": _check_spellings,
}  # fmt: skip
"""What episode.toml says, each key with the check that yields what is wrong with its value."""
