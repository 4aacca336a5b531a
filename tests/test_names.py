"""Nobody is named in the record but those who hold a public office or function, and they by way of `actors` alone.

Every word of a free text that looks like a name must be one of an actor, a place or a publisher, or belong to PROPER, a
closed list of other proper nouns, which holds no person. So the name of a victim or a bystander fails, in whatever script.
Ids are not read: they repeat words of the rows that they name.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import chain
from typing import NamedTuple

import pytest

from analysis import schema
from analysis.faults import Fault, show

DAYS = r"January|February|March|April|May|June|July|August|September|October|November|December|" \
       r"Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"  # fmt: skip
PROPER = (
    # holidays, wars, texts and offices
    "Easter", "Good Friday", "Palm Sunday", "Victory Day", "Second World War", "Article 5", "Crimea Declaration", "Constitution",
    "Pope", "GMT",
    # peoples
    "Americans", "Brazilian", "British", "Emirati", "Europeans", "French", "German", "Irish", "Polish", "Russians", "Ukrainians",
    "Western",
    # countries, regions, towns and rivers that are no rows of locations
    "Abu Dhabi", "America", "Belarus", "Berlin", "Black Sea", "Brest", "Bryansk", "Chauda", "Cherkasy", "Chernihiv", "Crimea",
    "Dnipro", "Dnipropetrovsk", "Donetsk", "Finland", "Germany", "Italy", "Kamyanyuki", "Kherson", "Khmelnytskyi",
    "Kirovohrad", "Konotop", "Mariupol", "Millerovo", "Mykolaiv", "Oryol", "Poland", "Poltava", "Primorsko-Akhtarsk",
    "Pripyat", "Rome", "Rostov", "Saudi Arabia", "South Africa", "Switzerland", "Türkiye", "United Kingdom", "Warsaw",
    # districts and buildings
    "Osnovianskyi", "Solomianskyi", "Sviatoshynskyi", "Çırağan Palace", "Dolmabahçe Palace", "Lancaster House", "Oval Office",
    "Presidential Library", "St Peter's Basilica",
    # bodies, papers, networks and programmes that are neither actors nor sources
    "CIA", "EU", "European Political Community", "NATO", "State Duma", "UN", "United Nations", "Rosselkhozbank", "SWIFT", "VGTRK",
    "Defence Blog", "Priamyi", "The Economist", "GeoNames", "Facebook", "Telegram", "Truth Social", "Twitter",
    "60 Minutes", "Face the Nation", "Meet the Press",
    # arms
    "EW", "Geran", "Iskander", "Kalibr", r"Kh-\d+P?", "KN-23", "Lancet", "Onyx", "Shaheds?",
    # words that speakers wrote large
    "CRAZY", "Peace", "Peace Negotiations", "STOP",
)  # fmt: skip
"""Proper nouns that name no person. Only what the record uses may stand here."""
OPENERS = """
    Agrees Anger Confirms Double Emotions Explains Hopes Invitation Issuer Length Less Member Members Objection
    Parliamentary Praises Prediction Pure Research Reverses Sends Speaking Special Successive Takes Treat Vice Weak
    Willingness
"""
"""Ordinary words with which a text begins, and which stand nowhere else in small letters."""
KNOWN = re.compile(rf"(?<!\w)(?:{'|'.join(sorted((*PROPER, *DAYS.split('|')), key=len, reverse=True))})(?!\w)")
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
START = re.compile(r"(?:^|[.!?|]['’\")]*\s+)['\"(‘“]*$")
TITLED = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Dame|Lord|Lady|Herr|Frau|Monsieur|Madame|Signora?|Señora?|Pani?|"
    r"Пані?|[Гг]осподин|[Гг]оспожа|г-н|г-жа)\b\.?\s+([^\W\d_]\w*)"
)
OFFICE = re.compile(
    r"\b(?:president|presidential (?:aide|envoy)|minister|secretary|chancellor|mayor|head of|chief of|leader|commander|director|"
    r"adviser|envoy|delegate|spokes\w+|representative|member of parliament|state television reporter)\b",
    re.IGNORECASE,
)
PRIVATE = re.compile(
    r"\b(?:victim|survivor|wounded|killed|witness|resident|neighbour|passenger|driver|worker|teacher|student|pupil|doctor|nurse|"
    r"pensioner|civilian|soldier|serviceman|prisoner|family|household|mother|father|wife|husband|widow|son|daughter|child)\b",
    re.IGNORECASE,
)
DO = "a victim or private person is not named, say what they are; an official needs a row in actors.csv; another proper noun " \
     "belongs into PROPER of tests/test_names.py"  # fmt: skip


class Names(NamedTuple):
    """What the record knows: surnames, places and publishers; persons in full and their given names; ordinary words."""

    words: frozenset[str]
    persons: tuple[str, ...]
    given: frozenset[str]
    ordinary: frozenset[str]


def free(file):
    """Return the free-text columns of a table: text in words, without a closed list or a pattern."""
    table = schema.BY_NAME[file.removesuffix(".csv")]
    lent = ("publisher", "origin", "name_local", "url")
    return [c.name for c in table.columns if c.type == "text" and not c.choices and not c.pattern and c.name not in lent]


def cut(text):
    """Return the words of a text, without a possessive ending."""
    return [re.sub(r"['’]s?$", "", word) for word in WORD.findall(text)]


def read_names(rows, documents):
    """Gather what the rows know by name, and the words that they and the documents write in small letters."""
    words, persons = set(), []
    for file, _, row in rows:
        if file == "actors.csv" and row["kind"] == "person" and not row["name"].endswith("(unnamed)"):
            persons.append(row["name"])
            words.add(cut(row["name"])[-1])
        elif file in ("actors.csv", "locations.csv", "sources.csv"):
            lent = ("name", "name_local", "publisher", "origin")
            words.update(*(cut(row[column]) for column in lent if column in row))
    texts = [row[column] for file, _, row in rows for column in free(file)] + [row["text"] for _, _, row in documents]
    ordinary = {word for text in texts for word in cut(text) if word.islower()} | {word.lower() for word in OPENERS.split()}
    given = {word for name in persons for word in cut(name)[:-1]}
    return Names(frozenset(words), tuple(persons), frozenset(given - words), frozenset(ordinary))


def find_names(rows, names):
    """Yield each word that looks like a name, and is none that the record knows.

    A word does if it holds a capital or is not in Latin letters; the first word of a sentence only if it is nowhere an
    ordinary word. A given name must be followed by the rest of an actor's name, unless a speaker is quoted.
    """
    for file, line, row in rows:
        for column in (column for column in free(file) if column in row):
            cell = row[column]
            text = KNOWN.sub(lambda found: " " * len(found[0]), cell)
            for found in WORD.finditer(text):
                (word,) = cut(found[0]) or [""]
                latin = unicodedata.name(word[0], "").startswith("LATIN") if word else True
                if len(word) < 2 or word in names.words or (latin and word.islower()):
                    continue
                if word in names.given:
                    rests = [name[name.index(word) :] for name in names.persons if word in name]
                    spared = column == "key_phrase" or cell.startswith(tuple(rests), found.start())
                    says = "is a given name, and the rest is no actor's"
                else:
                    spared = START.search(cell[: found.start()]) and word.istitle() and word.lower() in names.ordinary
                    says = "looks like a name, and is none that the record knows"
                if not spared:
                    yield Fault(file, line, f"{column} {show(cell)}: {show(word)} {says}; {DO}")


def find_titles(rows):
    """Yield each name with a form of address."""
    for file, line, row in rows:
        for column, cell in row.items():
            for found in TITLED.finditer(cell):
                if found[1][0].isupper():
                    yield Fault(file, line, f"{column} {show(cell)}: {show(found[0])}: no form of address; "
                                "give the name as in actors.csv, or leave it out")  # fmt: skip


def find_private_persons(rows):
    """Yield each person of actors whose role is no public office or function."""
    for file, line, row in rows:
        if row["kind"] == "person" and not row["name"].endswith("(unnamed)"):
            role = row["role"]
            if not OFFICE.search(role) or PRIVATE.search(role):
                yield Fault(file, line, f"role {show(role)}: no public office or function; a private person is not named")


@pytest.fixture(scope="module")
def names(rows, documents):
    return read_names(rows, documents)


def pick(rows, name):
    return [row for row in rows if row[0] == name]


def test_no_text_names_anybody_but_actors(rows, names):
    assert list(map(str, find_names(rows, names))) == []


def test_no_text_and_no_document_uses_a_form_of_address(rows, documents):
    assert list(map(str, find_titles(chain(rows, documents)))) == []


def test_every_person_of_actors_holds_a_public_office_or_function(rows):
    assert list(map(str, find_private_persons(pick(rows, "actors.csv")))) == []


def test_the_closed_lists_hold_nothing_that_the_record_does_not_use(rows):
    texts = "\n".join(row[column] for file, _, row in rows for column in free(file))
    unused = [noun for noun in (*PROPER, *OPENERS.split()) if not re.search(rf"(?<!\w){noun}(?!\w)", texts)]
    assert unused == []


def test_the_columns_read_are_those_of_free_text():
    read = {column for table in schema.TABLES for column in free(f"{table.name}.csv")}
    assert {"title", "summary", "note", "role", "name", "label", "scope", "outcome", "conditions", "versions", "resolution",
            "reason", "key_phrase", "window", "missile_types", "channel"} <= read  # fmt: skip


@pytest.mark.parametrize(("file", "column", "cell", "word"), [
    ("events.csv", "summary", "A drone killed Mykola at home.", "Mykola"),
    ("events.csv", "summary", "A drone hit a house. Petrenko died in it.", "Petrenko"),
    ("events.csv", "title", "Petrenko is buried in Sumy", "Petrenko"),
    ("events.csv", "note", "the commander was IVANCHENKO", "IVANCHENKO"),
    ("events.csv", "note", "the commander was iVanchenko", "iVanchenko"),
    ("casualties.csv", "note", "one of them O'Hara's daughter", "O'Hara"),
    ("casualties.csv", "note", "загинув Петренко", "загинув"),
    ("casualties.csv", "note", "among them Петренко", "Петренко"),
    ("casualties.csv", "note", "among them محمد", "محمد"),
    ("casualties.csv", "note", "a sailor, Black, at sea", "Black"),
    ("disagreements.csv", "versions", "two: mayor | three: Shevchenko", "Shevchenko"),
    ("statements.csv", "key_phrase", "for Petrenko", "Petrenko"),
    ("statements.csv", "channel", "X; Petrenko's blog", "Petrenko"),
    ("second_coding.csv", "reason", "Praises Petrenko", "Petrenko"),
    ("nights.csv", "missile_types", "3 Petrenko-M", "Petrenko"),
    ("actors.csv", "role", "Secretary of Petrenko", "Petrenko"),
])  # fmt: skip
def test_a_name_that_the_record_does_not_know_is_found_and_named(file, column, cell, word, names):
    faults = list(find_names([(file, 5, {column: cell})], names))
    says = f"{show(word)} looks like a name, and is none that the record knows; {DO}"
    assert str(faults[0]) == f"{file}:5 {column} {show(cell)}: {says}"


@pytest.mark.parametrize("cell", ["killed Oleksandr Kobzar", "killed Maria and a child", "Maria died.", "Jean-Noël's bus"])
def test_a_given_name_without_its_actor_is_found_and_named(cell, names):
    fault, *_ = find_names([("events.csv", 5, {"note": cell})], names)
    assert fault.says.startswith(f"note {show(cell)}: '") and "' is a given name, and the rest is no actor's" in fault.says


@pytest.mark.parametrize(("column", "cell"), [
    ("summary", "Volodymyr Zelensky met Macron's and Starmer's teams in Kyiv. Kobzar and Jean-Noël Barrot spoke on 3 May."),
    ("summary", "Missiles hit a house near the Black Sea. “Nobody was there,” it said."),
    ("note", "Iskander-M/KN-23, Kh-59/69; St Peter's Basilica; Kyiv Independent"),
])  # fmt: skip
def test_actors_places_publishers_and_other_proper_nouns_pass(column, cell, names):
    assert list(find_names([("events.csv", 5, {column: cell})], names)) == []


def test_a_speaker_may_call_somebody_by_a_given_name(names):
    assert list(find_names([("statements.csv", 5, {"key_phrase": "Vladimir, STOP!"})], names)) == []


@pytest.mark.parametrize("cell", ["told Mr Petrenko", "Mrs. Petrenko said", "Dr Petrenko", "г-н Петренко", "Sir Keir Starmer"])
def test_a_form_of_address_is_found_and_named(cell):
    (fault,) = find_titles([("README.md", 3, {"text": cell})])
    assert str(fault).startswith(f"README.md:3 text {show(cell)}: '") and "no form of address" in fault.says


@pytest.mark.parametrize("role", ["", "Resident of Sumy", "Teacher", "Head of a household", "Wife of the mayor of Sumy"])
def test_a_person_without_public_office_is_found_and_named(role):
    row = {"kind": "person", "name": "Petro Petrenko", "role": role}
    assert list(map(str, find_private_persons([("actors.csv", 4, row)]))) == [
        f"actors.csv:4 role {show(role)}: no public office or function; a private person is not named"]  # fmt: skip
    assert list(find_private_persons([("actors.csv", 4, row | {"role": "Mayor of Sumy"})])) == []
