"""The whole record as one page that works without a network: findings, figures, tables, explorer, sources, method."""

from __future__ import annotations

import base64
import csv
import hashlib
import inspect
import io
import json
import re
import zlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import jinja2
import pandas as pd
from markupsafe import Markup

from analysis import __version__, findings, schema, theme, toll
from analysis.agreement import OVERALL, measure_agreement
from analysis.doubts import BETWEEN
from analysis.exhibit import Exhibit
from analysis.exhibits import EXHIBITS
from analysis.export import as_script, embed_fonts, read_library, to_csv
from analysis.faults import split
from analysis.figures import LEDGER, digest_inputs, read_ledger, stands
from analysis.files import write_all
from analysis.layout.stretches import name_span
from analysis.limits import FIELDS, tell_limits
from analysis.load import Record
from analysis.pack import draw_maps, pack_items, pack_names
from analysis.selection import ROWS, fold_spellings, list_items
from analysis.vector import to_style, to_svg

INDEX = "index.html"
PAGE = Path(__file__).parent / "page"
SCRIPTS = ("data.js", "views.js", "maps.js", "rows.js", "explorer.js", "figures.js")
"""What makes the page answer, in order; together they are one script."""
TOPICS = {
    "The record": findings.of_record, "Places": findings.of_places, "Order in time": findings.of_timeline,
    "Statements and answers": findings.of_statements, "Casualties": findings.of_casualties,
    "Nights of air attacks": findings.of_nights,
}  # fmt: skip
TWIN = "page", 115 * theme.MM
"""Size of the interactive figures, and px for each mm."""
COLUMNS = {"title": "What", "date": "When", "words": "Words and counts", "said_by": "Said by", "doubts": "Disputed"}
INFERRED = "date inferred"
"""What the note of a source says if the page does not give its day."""
WEB = ("http://", "https://")
ASCII = frozenset(range(0x20, 0x7F))


class Picture(NamedTuple):
    """Hold an exhibit as the page shows it; `bundle` is its interactive figure and its CSV, compressed."""

    exhibit: Exhibit
    question: str
    wide: Markup
    narrow: Markup
    columns: list[str]
    rows: list[list[list[str]]]
    bundle: str


class Page(NamedTuple):
    """Hold a source as the page lists it."""

    number: int
    source_id: str
    day: str
    lang: str
    url: str
    inferred: bool


def render_page(record: Record, exhibits: Iterable[Exhibit] | None = None, items: pd.DataFrame | None = None,
                tell: Callable[[str], None] = lambda name: None) -> str:  # fmt: skip
    """Return the page; `exhibits` and `items` are those of the record, if they are there already, `tell` hears their names."""
    items = list_items(record) if items is None else items
    exhibits = exhibits or (make(record) for make in EXHIBITS.values())
    groups = list_sources(record)
    pages = {page.source_id: page.number for _, publishers in groups for _, own in publishers for page in own}
    looks: dict = {}
    pictures = [draw_picture(exhibit, pages, looks, tell) for exhibit in exhibits]
    sides, dates = record.episode["sides"], record.events[["earliest", "latest"]]
    # A day elsewhere begins on another one here, but has its middle on the same.
    middle = dates["earliest"] + (dates["latest"].fillna(dates["earliest"]) - dates["earliest"]) / 2
    light = _name_tokens({name: getattr(theme, name.upper()) for name in theme.DARK}, sides.values())
    names = pack_names(items, record, list(sides)) | {
        "light": light, "licence": record.episode["licence"], "rows": list(ROWS),
        "spellings": fold_spellings(record.episode)}  # fmt: skip
    context = {
        "episode": record.episode, "version": __version__, "sha256": record.sha256,
        "counts": {name: len(getattr(record, name)) for name in ("events", "statements", "casualties", "sources")},
        "span": name_span(record.events.assign(earliest=middle), record.episode["zones"][0]),
        "findings": [(topic, found) for topic, find in TOPICS.items() if (found := find(record))],
        "limits": tell_limits(record), "pictures": pictures, "article": judge_article(record, items, pictures, pages),
        "rule": read_rule(), "wordings": schema.WORDINGS, "statuses": schema.STATUSES, "verdicts": schema.VERDICTS,
        "agreement": say_agreement(record), "sources": groups, "maps": draw_maps(record.locations), "clock": names["clock"],
        "items": as_script(pack_items(items, record, pages)), "names": as_script(names), "light": light,
        "dark": _name_tokens(theme.DARK, (theme.lift(color, theme.DARK["paper"]) for color in sides.values())),
        "looks": to_style(looks), "family": theme.FAMILY, "style": read("report.css"), "view_style": read("view.css"),
        "script": "\n".join(map(read, SCRIPTS)), "library": read_library(),
    }  # fmt: skip
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined)
    template = environment.from_string(read("report.html"))
    letters = frozenset(map(ord, template.render(context | {"fonts": "", "library": ""})))
    return template.render(context | {"fonts": embed_fonts(letters | ASCII)})


def write_report(folder: Path, episode: Path, tell: Callable[[str], None] = lambda name: None) -> bool:
    """Write the page into `folder` and say whether that was needed: it stays if all that it was made of is as it was.

    Raises RecordError for a faulty record, OSError where the page cannot be written; then nothing appears.
    """
    made_of = [digest_inputs(episode)[1], *(read(path.name) for path in sorted(PAGE.iterdir()))]
    inputs = hashlib.sha256(json.dumps(made_of).encode()).hexdigest()
    if stands(folder, INDEX, read_ledger(folder / LEDGER), "inputs", inputs):
        return False
    page = render_page(Record.read(episode), tell=tell).encode()
    ledger = {INDEX: {"sha256": hashlib.sha256(page).hexdigest(), "inputs": inputs}}
    folder.mkdir(parents=True, exist_ok=True)
    write_all({folder / INDEX: page, folder / LEDGER: f"{json.dumps(ledger, indent=1)}\n".encode()})
    return True


def read(name: str) -> str:
    """Return a file of the folder `page`."""
    return (PAGE / name).read_text("utf-8")


def draw_picture(exhibit: Exhibit, pages: Mapping[str, int], looks: dict, tell: Callable[[str], None]) -> Picture:
    """Draw an exhibit for wide and narrow screens, and put its marks into words; `pages` has the number of each source."""
    size, scale = TWIN
    rows = {name: number for number, name in enumerate(exhibit.marks["id"])}
    figure = exhibit.figure(size)
    twin = _refer_to_rows(exhibit.twin(size, scale, figure), rows)
    wide, narrow = (_label(to_svg(one, rows, f"{exhibit.name}-{name}", looks), exhibit)
                    for name, one in (("wide", figure), ("narrow", exhibit.figure("column"))))  # fmt: skip
    columns = [name for name in COLUMNS if (exhibit.marks[name] != "").any()]
    words = [[[getattr(mark, name)] if name != "doubts" else mark.doubts.split(BETWEEN) for name in columns]
             + [[_number(mark.sources, pages)]] for mark in exhibit.marks.itertuples()]  # fmt: skip
    tell(exhibit.name)
    question = inspect.getmodule(EXHIBITS[exhibit.name]).__doc__.strip()
    bundle = _compress({"twin": twin, "columns": _keep_rest(exhibit)})
    return Picture(exhibit, question, wide, narrow, [*(COLUMNS[name] for name in columns), "Sources"], words, bundle)


def _label(svg: str, exhibit: Exhibit) -> Markup:
    """Return an SVG that is read out as one picture: its title, then what it shows."""
    named = Markup('<svg role="img" aria-label="{}" aria-describedby="{}-words"').format(exhibit.title, exhibit.name)
    return Markup(svg.replace("<svg", named, 1))


def _refer_to_rows(twin: dict[str, object], rows: Mapping[str, int]) -> dict[str, object]:
    """Leave to the table of the marks what the pointer shows, and name the number of the row instead; draw borders to a km."""
    for trace in twin["data"]:
        if trace.pop("hovertext", None):
            trace["customdata"] = [rows[name] for name in trace["customdata"]]
    for shape in twin["layout"]["shapes"]:
        shape["path"] = re.sub(r"-?\d+\.\d+", lambda number: f"{float(number[0]):.0f}", shape["path"])
    return twin


def _keep_rest(exhibit: Exhibit) -> dict[str, list[str] | None]:
    """Return the columns of the exhibit's CSV, as they stand in it; None for those that stand in the table on the page."""
    head, *rows = csv.reader(io.StringIO(to_csv(exhibit)))
    return {name: None if name in (*COLUMNS, "sources") else [row[i] for row in rows] for i, name in enumerate(head)}


def _number(sources: str, pages: Mapping[str, int]) -> str:
    """Return the numbers of sources."""
    return ", ".join(str(pages[one]) for one in split(sources) if one)


def _compress(data: object) -> str:
    """Return data as text that the page takes apart when it is asked for."""
    plain = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    packer = zlib.compressobj(9, wbits=31)  # as gzip has it, which browsers read; without a clock
    return base64.b64encode(packer.compress(plain) + packer.flush()).decode()


def list_sources(record: Record) -> list[tuple[str, list[tuple[str, list[Page]]]]]:
    """Return the pages by kind and publisher, numbered in this order."""
    rows = record.sources.fillna({"kind": "", "published": "", "lang": "", "note": ""})
    order = {kind: number for number, kind in enumerate(schema.PAGE_KINDS)}
    rows = rows.assign(order=rows["kind"].map(order).fillna(len(order)), folded=rows["publisher"].str.casefold())
    rows = rows.sort_values(["order", "folded", "publisher", "published", "source_id"], ignore_index=True)
    groups: dict[str, dict[str, list[Page]]] = {}
    for number, row in enumerate(rows.itertuples(), 1):
        meaning = schema.PAGE_KINDS.get(row.kind, "Kind of page not noted.").rstrip(".")
        url = row.url if row.url.startswith(WEB) else ""
        page = Page(number, row.source_id, row.published, row.lang, url, INFERRED in row.note)
        groups.setdefault(meaning, {}).setdefault(row.publisher, []).append(page)
    return [(meaning, list(publishers.items())) for meaning, publishers in groups.items()]


def judge_article(record: Record, items: pd.DataFrame, pictures: Iterable[Picture], pages: Mapping[str, int]
                  ) -> dict[str, object]:  # fmt: skip
    """Return the article's page, and of each sentence its number, verdict, reason, the rows that code it and their pages."""
    exhibit = next(picture.exhibit for picture in pictures if picture.exhibit.name == "coverage")
    named = {**dict(zip(items["id"], items["title"], strict=True)),
             **dict(zip(record.proposals["proposal_id"], record.proposals["label"], strict=True))}  # fmt: skip
    rows = [{"number": mark.number, "verdict": mark.verdict, "note": mark.note,
             "records": list(dict.fromkeys(named.get(one, one) for one in split(mark.records))),
             "sources": _number(mark.sources, pages)} for mark in exhibit.marks.itertuples()]  # fmt: skip
    return {"subtitle": exhibit.subtitle.partition(" A block")[0], "rows": rows}  # blocks are of the figure


def read_rule() -> list[str]:
    """Return the rule for low, best and high, a sentence each, as toll.as_known tells it."""
    told = inspect.getdoc(toll.as_known).split("\n\n")
    listed = next(part for part in told if part.startswith("1. "))
    return [" ".join(rule.split()).replace("`", "") for rule in re.split(r"(?m)^\d+\. ", listed) if rule]


def say_agreement(record: Record) -> list[list[str]]:
    """Return, for each field that was coded twice, how many labels, how many the same, kappa and its interval."""
    agreed = measure_agreement(record.second_coding)
    rows = []
    for field in (field for field in FIELDS if (field, OVERALL) in agreed.index):
        row = agreed.loc[(field, OVERALL)]
        kappa = "no kappa" if pd.isna(row["kappa"]) else f"{row['kappa']:.2f}"
        span = "" if pd.isna(row["low"]) else f"{row['low']:.2f} to {row['high']:.2f}"
        rows.append([FIELDS[field], str(int(row["coded"])), f"{100 * row['same']:.0f} %", kappa, span])
    return rows


def _name_tokens(tones: Mapping[str, str], sides: Iterable[str]) -> dict[str, str]:
    """Return colours by the name that the style calls them."""
    return {name.replace("_", "-"): tone for name, tone in tones.items()} | {f"side-{i}": color for i, color in enumerate(sides)}
