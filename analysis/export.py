"""An exhibit as the bytes of files: pictures with its facts inside, a page that works offline, its marks, its facts."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import matplotlib
import pandas as pd
from matplotlib.figure import Figure
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from analysis import __version__, theme
from analysis.digits import settle
from analysis.files import PICTURES, SHOWS
from analysis.stamp import Stamp, digest_marks
from analysis.words import protect

DPI = 300
NARROW = {"wide": ("page", 115), "narrow": ("column", 102)}
"""Sizes of the figure on a page, and px for each inch: the narrow one fits a phone of 360 px."""
# The same bytes everywhere: no style file, no clock, no random ids.
PLAIN = theme.TYPE | {"svg.hashsalt": "talks-and-strikes", "svg.fonttype": "path", "pdf.fonttype": 42, "path.simplify": False}
LETTERS = (range(0x20, 0x180), range(0x400, 0x460), (0x490, 0x491), range(0x2010, 0x2030), range(0x2190, 0x2194),
           (0x20AC, 0x2116, 0x2212, 0x2264, 0x2265))  # fmt: skip
"""Latin and Cyrillic letters, punctuation, arrows and signs that a page brings with it."""


class Exhibit(Protocol):
    """What is written of an exhibit (the class itself stands above, in analysis/exhibit.py)."""

    days: tuple[str | None, str | None]
    name: str
    title: str
    subtitle: str
    alt: str
    caption: str
    marks: pd.DataFrame
    evidence: Any

    def figure(self, size: str) -> Figure: ...
    def twin(self, size: str, scale: float, figure: Figure | None = None) -> dict[str, object]: ...


Drawn = Callable[[str], Figure]


def render(exhibit: Exhibit, files: Mapping[str, tuple[str, str]], drawn: Drawn | None = None) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the bytes of each file of an exhibit, given the size (of a picture) and the format of each.

    `drawn` gives the figure of a size, if that has been drawn already.
    """
    facts, drawn = tell_facts(exhibit), drawn or cache(exhibit.figure)  # a size that a picture and a page share is drawn once
    for file, (size, kind) in files.items():
        if kind in PICTURES:
            yield file, draw(drawn(size), kind, DPI, facts | {"stamp": str(make_stamp(exhibit, size))})
        else:
            yield file, WRITERS[kind](exhibit, drawn).encode()


def draw(figure: Figure, kind: str, dpi: int, facts: dict[str, object] | None = None) -> bytes:
    """Return a figure as a PNG, SVG or PDF with the facts of its exhibit inside or, without facts, as `rgba`: its pixels."""
    out = io.BytesIO()
    with matplotlib.rc_context(PLAIN):
        figure.savefig(out, format=kind, dpi=dpi, metadata=facts and _embed(kind, facts), facecolor=theme.PAPER)
    return out.getvalue()


def tell_facts(exhibit: Exhibit) -> dict[str, object]:
    """Return the facts of an exhibit: title, alt text, caption, ids, sources, digest of the marks, version, borders."""
    evidence = exhibit.evidence
    records = sorted({one for cell in exhibit.marks["records"] for one in cell.split("; ") if one})
    columns = ["source_id", "publisher", "published", "url"]
    sources = evidence.sources[columns].astype("object").where(evidence.sources[columns].notna(), None)
    return {
        "name": exhibit.name,
        "title": exhibit.title,
        "subtitle": exhibit.subtitle,
        "alt": exhibit.alt,
        "caption": exhibit.caption,
        "version": __version__,
        "data_sha256": make_stamp(exhibit).data_sha256,
        "stamp": str(make_stamp(exhibit)),
        "licence": evidence.licence,
        "borders": evidence.borders,
        "records": records,
        "sources": sources.to_dict("records"),
    }


def make_stamp(exhibit: Exhibit, size: str = "") -> Stamp:
    """Return the stamp of a file of an exhibit."""
    table = to_csv(exhibit)
    digest = hashlib.sha256(table.encode()).hexdigest()
    return Stamp(exhibit.name, __version__, digest, digest_marks(table), exhibit.evidence.rows, size, *exhibit.days,
                 exhibit.evidence.choices)  # fmt: skip


def _embed(kind: str, facts: dict[str, object]) -> dict[str, object]:
    """Return the metadata of a picture, without the clock."""
    made = f"Talks and Strikes {facts['version']}"
    digest = f"sha256:{facts['data_sha256']}"
    source = facts["caption"].removeprefix(f"{facts['title']}. {facts['subtitle']} ")
    if kind == "png":
        return {"Title": facts["title"], "Description": facts["alt"], "Source": source, "Copyright": facts["licence"],
                "Software": made, "Exhibit": facts["name"], "Data": digest, "Borders": facts["borders"],
                "Stamp": facts["stamp"]}  # fmt: skip
    if kind == "svg":
        return {"Date": None, "Creator": None, "Title": facts["title"], "Description": facts["alt"], "Source": source,
                "Rights": facts["licence"], "Publisher": made, "Identifier": digest, "Coverage": facts["borders"],
                "Keywords": [facts["name"]], "Language": "en", "Relation": facts["stamp"]}  # fmt: skip
    return {"CreationDate": None, "Creator": None, "Title": facts["title"], "Subject": facts["alt"], "Author": made,
            "Producer": facts["stamp"],
            "Keywords": f"{facts['name']}; {digest}; {facts['licence']}; {facts['borders']}"}  # fmt: skip


def to_csv(exhibit: Exhibit) -> str:
    """Return the marks as CSV; a text that a spreadsheet would take for a formula gets an apostrophe before it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(exhibit.marks.columns)
    writer.writerows([write_cell(value) for value in row] for row in exhibit.marks.itertuples(index=False, name=None))
    return out.getvalue()


def write_cell(value: object) -> str:
    """Return a value for a cell of a CSV: nothing where it is unknown, a text as `protect` has it."""
    if not isinstance(value, str) and pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return value.isoformat(timespec="minutes")
    if isinstance(value, float):
        return f"{settle(value):.6g}"
    return protect(value) if isinstance(value, str) else str(value)


def to_json(exhibit: Exhibit) -> str:
    """Return the facts of an exhibit as JSON."""
    return json.dumps(tell_facts(exhibit), ensure_ascii=False, indent=1) + "\n"


def to_html(exhibit: Exhibit, drawn: Drawn | None = None) -> str:
    """Return a page with the interactive figure, its alt text and a table of its marks, that needs no network.

    `drawn` gives the figure of a size, if that has been drawn already.
    """
    import jinja2  # half a second with fontTools: only who writes a page pays for it

    publishers = exhibit.evidence.sources.set_index("source_id")["publisher"]
    rows = [{"title": mark.title, "date": mark.date, "words": mark.words, "said_by": mark.said_by, "doubts": mark.doubts,
             "sources": ", ".join(dict.fromkeys(publishers[one] for one in mark.sources.split("; ") if one))}
            for mark in exhibit.marks.itertuples()]  # fmt: skip
    twins = {name: exhibit.twin(size, dpi * theme.MM, drawn(size) if drawn else None) for name, (size, dpi) in NARROW.items()}
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined)
    template = environment.from_string((Path(__file__).parent / "export.html").read_text("utf-8"))
    return template.render(
        facts=tell_facts(exhibit), rows=rows, twins=as_script(twins), library=read_library(), fonts=embed_fonts(),
        family=theme.FAMILY, theme={name.lower(): getattr(theme, name) for name in ("TEXT", "MUTED", "PAPER", "HAIR")},
    ) + "\n"  # fmt: skip


WRITERS = {"html": to_html, "csv": lambda exhibit, _: to_csv(exhibit), "json": lambda exhibit, _: to_json(exhibit)}


def read_library() -> str:
    """Return plotly.js as the installed package has it."""
    return (Path(find_spec("plotly").origin).parent / "package_data" / "plotly.min.js").read_text("utf-8")


def as_script(data: object) -> str:
    """Return data as JSON that cannot end the script that it stands in."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True).replace("<", "\\u003c")


@cache
def embed_fonts(letters: frozenset[int] | None = None) -> str:
    """Return the typeface as CSS that holds it, with no more letters than LETTERS or, of these, the code points given."""
    from fontTools import subset, ttLib

    known = {letter for some in LETTERS for letter in some}
    wanted, rules = sorted(known if letters is None else known & letters), []
    for face, style in theme.FACES_ON_SCREEN.items():
        font = ttLib.TTFont(theme.font(face=face).get_file(), recalcTimestamp=False, lazy=True)
        options = subset.Options(hinting=False, layout_features=["kern", "mark"])
        shaper = subset.Subsetter(options)
        shaper.populate(unicodes=wanted)
        shaper.subset(font)
        font.flavor = "woff"
        out = io.BytesIO()
        font.save(out)
        kind = f"font-weight:{style.get('weight', 400)};font-style:{style.get('style', 'normal')}"
        data = base64.b64encode(out.getvalue()).decode()
        rules.append(f"@font-face{{font-family:'Source Sans Pro';{kind};src:url(data:font/woff;base64,{data})}}")
    return "\n".join(rules)


def draw_thin(figure: Figure, dpi: int, aspect: float, words: str) -> bytes:
    """Return a figure as a PNG of 255 colours, a quarter of the bytes, with white below it up to a height by width.

    Inside stands the SHA-256 of the words that are shown with it.
    """
    width, height = (int(inches * dpi) for inches in figure.get_size_inches())  # as matplotlib counts them
    drawn = Image.frombytes("RGBA", (width, height), draw(figure, "rgba", dpi)).convert("RGB")
    whole = Image.new("RGB", (width, max(round(width * aspect), height)), theme.PAPER)
    whole.paste(drawn)
    few = whole.quantize(255, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    out, inside = io.BytesIO(), PngInfo()
    inside.add_text(SHOWS, hashlib.sha256(words.encode()).hexdigest())
    few.save(out, "PNG", compress_level=8, pnginfo=inside)  # 9 takes almost three times as long for one byte in a hundred
    return out.getvalue()
