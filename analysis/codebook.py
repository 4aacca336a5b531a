"""The record described for people (CODEBOOK.md) and for programs (datapackage.json), from the schema."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from analysis import schema, vocabularies, when
from analysis.agreement import count_confusions
from analysis.files import write_whole
from analysis.load import Record
from analysis.marks import name_all

TYPES = {"text": "string", "id": "string", "integer": "integer", "number": "number", "day": "date", "when": "string"}
"""The Table Schema type of each type of the schema; a list has its own."""
REST = "The first by id: there is none on which both coders agree and the second was sure."


class Entry(NamedTuple):
    """One label of the code book: its meaning and an example, or nothing if the record has none."""

    label: str
    meaning: str
    example: str


def write(record: Record) -> list[str]:
    """Write CODEBOOK.md and datapackage.json into the record's folder, and return the names of those that have changed."""
    stale = find_stale(record)
    for name, data in stale.items():
        write_whole(record.folder / name, data)
    return list(stale)


def find_stale(record: Record) -> dict[str, bytes]:
    """Return CODEBOOK.md and datapackage.json as they should be, by name, where the record's folder has them otherwise."""
    folder = record.folder
    maps = sorted(path.relative_to(folder).as_posix() for path in folder.glob("geo/*.geojson"))
    citation = folder.resolve().parent / "CITATION.cff"
    cited = citation.read_text("utf-8") if citation.is_file() else ""
    files = {"CODEBOOK.md": describe(record), "datapackage.json": package(record.episode, maps, cited)}
    found = {name: (folder / name).read_bytes() for name in files if (folder / name).is_file()}
    return {name: data for name, text in files.items() if found.get(name) != (data := text.encode())}


def describe(record: Record) -> str:
    """Return CODEBOOK.md: how to read the tables, their columns and closed lists, how to code, other vocabularies."""
    import jinja2

    environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined)
    environment.filters |= {"escape": _escape, "cell": lambda text: text.replace("|", r"\|"), "anchor": _anchor}
    template = environment.from_string((Path(__file__).parent / "codebook.md").read_text("utf-8"))
    codings = record.second_coding
    return template.render(
        episode=record.episode, tables=schema.TABLES, sides=schema.SIDES, lists=_find_lists(), dates=_show_dates(record.episode),
        entries={field: list(_show_labels(record, field)) for field in schema.LABELS}, rows=list(_show_answer(record)),
        agreed={field: _count_agreed(codings, field) for field in schema.LABELS},
        differences=list(_name_differences(codings)),
        worked=lambda name: _work(record, name), coded=schema.LABELS, either=_find_either(), wordings=schema.WORDINGS,
        books=vocabularies.VOCABULARIES, relations=vocabularies.RELATIONS, widths=vocabularies.WIDTHS,
        places=vocabularies.PLACES, matches={"kind of event": vocabularies.KINDS, "act": vocabularies.ACTS,
                                             "answer": vocabularies.ANSWERS, "column": vocabularies.COLUMNS},
    ) + "\n"  # fmt: skip


def find_shown(record: Record) -> set[str]:
    """Return the statements whose labels CODEBOOK.md shows to whoever is about to code: these are not coded blind."""
    before = describe(record).partition("## Where the coders differ")[0]
    return set(re.findall(r"`([a-z0-9-]+)`", before)) & set(record.statements["statement_id"])


def package(episode: Mapping[str, object], maps: Sequence[str] = (), citation: str = "") -> str:
    """Return datapackage.json: a Data Package (version 2) with a Table Schema for each table.

    `maps` are the paths of GeoJSON files beside the tables; `citation` is the text of CITATION.cff, which gives version,
    keywords and contributors.
    """
    title, licence = str(episode["title"]), str(episode["licence"])
    cited = _read_citation(citation)
    sources = [{"title": "Public pages, one row each", "path": "sources.csv"},
               {"title": "GeoNames (coordinates of places), CC BY 4.0", "path": "https://www.geonames.org"}]  # fmt: skip
    if maps:
        sources.append({"title": "Natural Earth (borders, rivers, lakes), public domain",
                        "path": "https://www.naturalearthdata.com"})  # fmt: skip
    descriptor = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-"),
        "title": title,
        "description": f"{episode['subject']}\n\nWhat each table, column and value means stands in CODEBOOK.md.",
        **{key: cited[key] for key in ("version", "keywords", "contributors") if key in cited},
        "licenses": [_name_licence(licence)],
        "sources": sources,
        "resources": [*(_describe_table(table, episode) for table in schema.TABLES), *map(_describe_map, maps)],
    }
    return json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n"


def _describe_table(table: schema.Table, episode: Mapping[str, object]) -> dict[str, object]:
    keyed = all(table.column(part).required for part in table.key)
    foreign = [{"fields": [column.name], "reference": {"resource": target, "fields": [schema.BY_NAME[target].key[0]]}}
               for column in table.columns if len(column.refers) == 1 and not column.many
               for target in column.refers]  # fmt: skip
    return {
        "name": table.name, "type": "table", "path": f"{table.name}.csv", "description": table.meaning,
        "format": "csv", "mediatype": "text/csv", "encoding": "utf-8",
        "schema": {
            "fields": [_describe_field(column, episode) for column in table.columns],
            "missingValues": [""],
            # a key with a part that may be empty is no primary key, which holds no null
            **({"primaryKey": list(table.key)} if keyed else {"uniqueKeys": [list(table.key)]}),
            **({"foreignKeys": foreign} if foreign else {}),
        },
    }  # fmt: skip


def _describe_field(column: schema.Column, episode: Mapping[str, object]) -> dict[str, object]:
    meanings = column.choices if isinstance(column.choices, Mapping) else {}
    single = len(column.refers) == 1 and not column.many  # a foreign key says the same
    refers = f" Refers to {' or '.join(column.refers)}." if column.refers and not single else ""
    unit = f"\n\nUnit: {column.unit}." if column.unit else ""
    constraints: dict[str, object] = {"required": True} if column.required else {}
    if column.choices:
        constraints["enum"] = list(episode["sides"] if column.choices == schema.SIDES else column.choices)
    if not column.many and (pattern := _find_pattern(column)):
        constraints["pattern"] = pattern
    constraints |= {name: value for name in ("minimum", "maximum") if (value := getattr(column, name)) is not None}
    return {
        "name": column.name,
        **({"type": "list", "delimiter": "; ", "itemType": "string"} if column.many else {"type": TYPES[column.type]}),
        "description": column.meaning + refers + unit + "\n" * bool(meanings)
                       + "".join(f"\n- {value}: {meaning}" for value, meaning in meanings.items()),
        **({"constraints": constraints} if constraints else {}),
    }  # fmt: skip


def _find_pattern(column: schema.Column) -> str:
    """Return the pattern of a column's cells as XML Schema writes it: without anchors, names and groups that keep nothing."""
    if column.most_words:
        return rf"(\S+\s+){{0,{column.most_words - 1}}}\S+"
    pattern = when.FORM.pattern if column.type == "when" else column.pattern
    plain = re.sub(r"\(\?(?:P<\w+>|:)", "(", pattern.removeprefix(r"\A").removesuffix(r"\Z"))
    return plain.replace(r"\d", "[0-9]")


def _describe_map(path: str) -> dict[str, object]:
    return {
        "name": re.sub(r"[^a-z0-9]+", "-", path.removesuffix(".geojson").lower()), "path": path,
        "description": "Shapes for maps; geo/README.md says where they come from and what was done to them.",
        "format": "geojson", "mediatype": "application/geo+json", "encoding": "utf-8",
    }  # fmt: skip


def _name_licence(licence: str) -> dict[str, str]:
    """Return a licence with its identifier and, for Creative Commons, its address."""
    named = {"name": licence.replace(" ", "-"), "title": licence}
    if found := re.fullmatch(r"CC (BY(?:-[A-Z]+)*) (\d\.\d)", licence):
        named["path"] = f"https://creativecommons.org/licenses/{found[1].lower()}/{found[2]}/legalcode"
    return named


def _read_citation(text: str) -> dict[str, object]:
    """Return version, keywords and contributors of a CITATION.cff, as far as it has them."""
    blocks = {key: re.findall(r"^ +- +(?:name: +)?\"?(.*?)\"?$", block, re.MULTILINE)
              for key, block in re.findall(r"^(\w+):\n((?: +- .*\n?)+)", text, re.MULTILINE)}  # fmt: skip
    version = re.search(r"^version: +(\S+)$", text, re.MULTILINE)
    authors = [{"title": name, "roles": ["creator"]} for name in blocks.get("authors", [])]
    found = {"version": version and version[1], "keywords": blocks.get("keywords"), "contributors": authors}
    return {key: value for key, value in found.items() if value}


def _find_lists() -> list[tuple[str, Mapping[str, str]]]:
    """Return each closed list that is not coded, under the names of the columns that have it."""
    found: list[tuple[list[str], Mapping[str, str]]] = []
    for table in schema.TABLES:
        for column in table.columns:
            if isinstance(column.choices, Mapping) and not any(column.choices is coded for coded in schema.LABELS.values()):
                names = next((names for names, choices in found if choices is column.choices), None)
                if names is None:
                    found.append((names := [], column.choices))
                names.append(f"{table.name}.{column.name}")
    return [(", ".join(names), choices) for names, choices in found]


def _find_either() -> list[str]:
    """Return the columns that refer to a row of one of several tables."""
    return [f"{table.name}.{column.name}" for table in schema.TABLES for column in table.columns
            if len(column.refers) > 1 and not column.many]  # fmt: skip


def _show_dates(episode: Mapping[str, object]) -> list[tuple[str, str, str, str]]:
    """Return an example of each form of a date, what it means, and its bounds on the first clock of the episode."""
    zones, (first, last) = episode["zones"], episode["focus"]
    clock = pd.Timestamp(f"{first}T10:15", tz=zones[0])
    clock = (clock.tz_convert("UTC") if clock.utcoffset().seconds % 900 else clock).isoformat(timespec="minutes")  # as in 1914
    forms = {
        first: "that day",
        first[:7]: "some time in that month",
        clock: "that minute; a clock time carries its offset",
        f"{first}/{last}": "lasted: began on the first day and ended on the second",
        f"{first}/..": "began on that day; when it ended is open",
        f"[{first}..{last}]": "one moment, sometime within",
        f"{first[:8]}~{first[8:]}": "about that day: one day either side",
    }
    texts = pd.Series(list(forms))
    bounds = when.read(texts, pd.Series([zones[0]] * len(texts)), home=zones)
    shown = [["open" if pd.isna(moment) else moment.tz_convert(zones[0]).strftime("%Y-%m-%d %H:%M") for moment in pair]
             for pair in zip(bounds["earliest"], bounds["latest"], strict=True)]  # fmt: skip
    return [(text, forms[text], *pair) for text, pair in zip(texts, shown, strict=True)]


def _show_labels(record: Record, field: str) -> Iterator[Entry]:
    """Yield each label of act, answer or basis with the first row by id on which the coders agree, the second being sure."""
    rows = record.statements if field == "act" else record.replies
    key = ["statement_id"] if field == "act" else ["statement_id", "answers"]
    own = record.second_coding[record.second_coding["field"] == field]
    sure = own[(own["first"] == own["second"]) & (own["sure"] == "high")]
    agreed = set(sure[key].itertuples(index=False, name=None))
    said = _show_rows(record)
    for label, meaning in schema.LABELS[field].items():
        keys = list(rows.loc[rows[field] == label, key].itertuples(index=False, name=None))
        chosen = record.episode.get("examples", {}).get(f"{field} {label}", ())
        first = next((one for one in keys if one[0] in chosen), None) or next((one for one in keys if one in agreed), None)
        first = first or next(iter(keys), None)
        example = " It answers ".join(said[one] for one in first) if first else ""
        yield Entry(label, meaning, example and example + ("" if first in agreed or first[0] in chosen else f" ({REST})"))


@lru_cache(maxsize=1)  # a book shows some of them in ten places
def _show_rows(record: Record) -> dict[str, str]:
    """Return each statement and proposal as id, date, who and our summary, by id."""
    shown = {}
    for frame, key, who, words in ((record.statements, "statement_id", "speaker", "summary"),
                                   (record.proposals, "proposal_id", "proposed_by", "label")):  # fmt: skip
        for row, names in zip(frame.itertuples(), name_all(frame[who], record.actors), strict=True):
            date = when.say(row, record.episode["zones"][0], home=record.episode["zones"])
            text = str(getattr(row, words)).rstrip(".")
            shown[getattr(row, key)] = f"`{getattr(row, key)}` ({date}; {_escape(names)}): {_escape(text)}."
    return shown


def _show_answer(record: Record) -> Iterator[tuple[str, str, str]]:
    """Yield table, column and cell of the answer that episode.toml names, as they are written."""
    answer, offer = record.episode["signal"]["answer"], record.episode["signal"]["offer"]
    said = record.statements.set_index("statement_id", drop=False).loc[answer]
    given = record.replies.set_index(["statement_id", "answers"], drop=False).loc[(answer, offer)]
    for name, row in (("statements", said), ("replies", given)):
        for column in schema.BY_NAME[name].columns:
            if pd.notna(row[column.name]):
                yield name, column.name, _escape(str(row[column.name]))


def _count_agreed(codings: pd.DataFrame, field: str) -> tuple[int, int]:
    """Return how many labels of a field both coders gave alike, and how many they gave."""
    own = codings[codings["field"] == field]
    return int((own["first"] == own["second"]).sum()), len(own)


def _work(record: Record, name: str) -> str:
    """Show the statements that episode.toml names where acts are hard to tell apart, with the act that both coders gave."""
    said, acts = _show_rows(record), record.statements.set_index("statement_id")["act"]
    ids = record.episode.get("examples", {}).get(name, ())
    return "".join(f"\n- **{acts[one]}**, both coders: {said[one]}" for one in ids)


def _name_differences(codings: pd.DataFrame) -> Iterator[tuple[str, str, int, str]]:
    """Yield field, two labels, how often the coders gave one and the other, and where, most often first."""
    for pair in count_confusions(codings).itertuples():
        wanted, own = set(pair.labels.split(" / ")), codings[codings["field"] == pair.field]
        rows = own[[{first, second} == wanted for first, second in zip(own["first"], own["second"], strict=True)]]
        where = [f"`{row.statement_id}`{'' if pd.isna(row.answers) else f' to `{row.answers}`'} ({row.first}; {row.second})"
                 for row in rows.itertuples()]  # fmt: skip
        yield pair.field, pair.labels, pair.times, ", ".join(where)


def _escape(text: str) -> str:
    """Return text of the record that Markdown shows as it is."""
    return re.sub(r"([\\`*_<>|]|\](?=\())", r"\\\1", text)


def _anchor(heading: str) -> str:
    """Return the address of a heading within the page."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
