"""What every exhibit must do, whatever it shows."""

import csv
import hashlib
import io
import json
import random
import re
import shutil
import subprocess
import sys
from collections import Counter

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from PIL import Image

from analysis import theme, when
from analysis.exhibit import MARKS, NARROW, PLOTLY, WIDE, Evidence, Exhibit
from analysis.exhibits import EXHIBITS
from analysis.export import to_csv
from analysis.summary import find_collisions, summarize

SIZES = tuple(theme.SIZES)
NUMBER = re.compile(r"\d+(?:[,.]\d+)*")
KEYS = {"events": "event_id", "statements": "statement_id", "casualties": "claim_id", "proposals": "proposal_id",
        "nights": "night"}  # fmt: skip


@pytest.fixture(scope="module", params=EXHIBITS)
def shown(request, gallery):
    return gallery(request.param)


@pytest.fixture(scope="module")
def figures(shown, drawn):
    """Return every size, drawn once."""
    return {size: drawn(shown.name, size) for size in SIZES}


@pytest.fixture(scope="module")
def twin(shown, figures):
    return shown.twin(figure=figures["page"])


def artists(figure, mark):
    return [artist for artist in figure.findobj() if str(artist.get_gid()).split(" ")[0] == mark]


@pytest.mark.parametrize("size", SIZES)
def test_no_text_overlaps_another_or_leaves_the_figure(figures, size):
    assert find_collisions(figures[size]) == []


@pytest.mark.parametrize("size", SIZES)
def test_words_keep_the_margins(figures, size):
    figure, most = figures[size], 1  # mm: half the name of a day may stand out at the end of an axis
    mm, margin = figure.dpi * theme.MM, 4 * theme.scale_of(figures[size])
    ends = {text.get_text(): text.get_window_extent().intervalx / mm for text in figure.findobj(matplotlib.text.Text)
            if text.get_text().strip() and text.get_visible()}  # fmt: skip
    wide = figure.bbox.width / mm
    assert {words for words, (left, right) in ends.items() if left < margin - most or right > wide - margin + most} == set()


@pytest.mark.parametrize("size", SIZES)
def test_no_text_is_smaller_than_six_points(figures, size):
    small = {t.get_text() for t in figures[size].findobj(matplotlib.text.Text) if t.get_text() and t.get_fontsize() < 6}
    assert not small


@pytest.mark.parametrize("size", SIZES)
def test_every_mark_is_drawn(shown, figures, size):
    drawn = {str(artist.get_gid()).split(" ")[0] for artist in figures[size].findobj() if artist.get_gid()}
    assert set(shown.marks["id"]) - drawn == set()


@pytest.mark.parametrize("size", SIZES)
def test_every_size_is_told_in_words_and_looks_as_accepted(figures, size, compare_look):
    told = summarize(figures[size])
    assert told.startswith(f"figure {round(theme.SIZES[size][0])}")
    compare_look(told)


@pytest.mark.parametrize("size", SIZES)
def test_text_reads_against_its_paper(figures, size):
    colors = {to_hex(t.get_color()) for t in figures[size].findobj(matplotlib.text.Text) if t.get_text().strip()}
    assert {color: theme.contrast(color, theme.PAPER) for color in colors if theme.contrast(color, theme.PAPER) < 4.5} == {}


def test_all_text_is_in_the_project_s_typeface_and_plain(figures):
    texts = [t for t in figures["page"].findobj(matplotlib.text.Text) if t.get_visible() and t.get_text().strip()]
    assert {t.get_fontproperties().get_name() for t in texts} <= {
        "Source Sans Pro", "Source Sans Pro Semibold"}  # fmt: skip
    assert not any(t.get_parse_math() for t in texts)
    assert {t.get_language() for t in texts} == {"en"}, "letters would be those of the machine's language"


def test_it_draws_on_the_axes_given_to_it_and_on_no_other(shown, figures):
    assert {len(figure.axes) for figure in figures.values()} == {1}


def test_the_axes_may_be_any(gallery):
    figure = Figure(figsize=(7, 6))
    FigureCanvasAgg(figure)
    ax = figure.add_axes((0.1, 0.1, 0.8, 0.8))
    assert gallery("tolls").draw(ax) is ax
    assert figure.axes == [ax]


def test_the_marks_have_the_columns_that_all_marks_have(shown):
    marks = shown.marks
    assert tuple(marks.columns[: len(MARKS)]) == MARKS and marks["id"].is_unique and len(marks)
    wrong = {name for name in (*MARKS, "doubts") for cell in marks[name] if not isinstance(cell, str)}
    assert wrong == set()
    assert all(marks[name].ne("").all() for name in ("id", "title", "records"))
    assert not marks["id"].str.contains(" ").any()
    lists = [name for name in marks for cell in marks[name] if isinstance(cell, (list, tuple, dict, set))]
    assert lists == []


def test_every_mark_names_rows_of_the_record_and_its_pages(shown, record):
    known = {one for table, key in KEYS.items() for one in getattr(record, table)[key]}
    named = {one for cell in shown.marks["records"] for one in cell.split("; ")}
    assert named <= known
    pages = {one for cell in shown.marks["sources"] for one in cell.split("; ") if one}
    assert pages <= set(record.sources["source_id"]) and pages == set(shown.evidence.sources["source_id"])


def test_every_group_has_a_colour(shown):
    assert set(shown.marks["group"]) - {""} <= set(shown.colors)


def test_the_source_line_gives_pages_date_and_licence(shown, record):
    assert "public pages" in shown.source and "CC\u00a0BY\u00a04.0" in shown.source and "2025" in shown.source


def numbers(text):
    return {found.replace(",", "") for found in NUMBER.findall(str(text))}


def test_every_number_of_the_alt_text_is_in_the_marks(shown):
    marks = shown.marks
    allowed = {str(len(marks))}
    for name in marks:
        cells = marks[name].dropna()
        allowed |= {str(len(cells)), str(cells.nunique()), str(len(marks) - len(cells)), *map(str, cells.value_counts())}
        allowed |= {one for cell in cells for one in numbers(cell.isoformat() if isinstance(cell, pd.Timestamp) else cell)}
        allowed |= {str(int(cell)) for cell in cells if isinstance(cell, (int, float)) and not isinstance(cell, bool)}
        for kind in ("mark", "measure", "kind", "population"):
            if kind in marks and kind != name:
                for _, group in marks.groupby(kind):
                    own = group[name]
                    allowed |= {str(own.notna().sum()), str(own.isna().sum()), str(own.nunique()), *map(str, own.value_counts())}
    allowed |= {str(marks["doubts"].str.contains("Coders differ").sum())}
    assert numbers(shown.alt) - allowed == set()
    assert 15 <= len(shown.alt.split()) <= 150


def test_the_three_faces_come_as_one_output(shown, figures, twin):
    data, metadata = shown._repr_mimebundle_()
    assert set(data) == {PLOTLY, "image/png", "text/plain"}
    assert data["text/plain"] == f"{summarize(figures['page'])}\nalt: {shown.alt}"
    assert data[PLOTLY] == twin
    picture = Image.open(io.BytesIO(data["image/png"]))
    layout, size = twin["layout"], metadata["image/png"]
    assert (size["width"], size["height"]) == (layout["width"], layout["height"])
    assert picture.height / picture.width == pytest.approx(layout["height"] / layout["width"], rel=2e-3)


def test_the_interactive_figure_is_plain_and_small(twin):
    text = json.dumps(twin, allow_nan=False, ensure_ascii=False)
    assert json.loads(text) == twin and len(text.encode()) < 300_000
    assert '"bdata":' not in text and '"uid":' not in text
    assert not re.search(r"\d\.\d{7}", text)


@pytest.mark.parametrize("size", ["page", "column"])
def test_the_interactive_figure_answers_for_every_mark(shown, figures, size):
    data = shown.twin(size, figure=figures[size])["data"]
    asked = Counter(one for trace in data for one in set(trace.get("customdata", ())))
    assert set(asked) == set(shown.marks["id"])
    said = {i: text for trace in data if "customdata" in trace
            for i, text in zip(trace["customdata"], [trace["hovertext"]] * len(trace["customdata"])
                               if isinstance(trace["hovertext"], str) else trace["hovertext"], strict=True)}  # fmt: skip
    hovers = shown.hovers(NARROW if size == "column" else WIDE)
    assert all(said[i] == _escaped(text) for i, text in hovers.items())


def _escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("$", "&#36;").replace("\n", "<br>")


def test_the_twins_show_the_same_marks_in_the_same_colours_and_order(shown, figures, twin):
    """The markers of the picture, read off matplotlib's lines, are those of the interactive figure."""
    drawn = {}
    for line in figures["page"].findobj(Line2D):
        mark = str(line.get_gid()).split(" ")[0]
        if mark in set(shown.marks["id"]) and line.get_marker() not in ("None", "none", None, ""):
            color = line.get_markeredgecolor() if line.get_marker() in ("|", "_", "x", "+") else line.get_markerfacecolor()
            if color != "none" and matplotlib.colors.to_rgba(color, line.get_alpha())[3] == 1:
                every = line.get_markevery()
                spots = np.asarray(line.get_xdata())[slice(None) if every is None else every]
                drawn.setdefault(mark, Counter())[to_hex(color)] += len(spots)
    browsed = {}
    for trace in twin["data"]:
        if "markers" not in trace["mode"] or "customdata" not in trace:
            continue
        colors = trace["marker"]["color"]
        colors = [colors] * len(trace["x"]) if isinstance(colors, str) else colors
        for mark, color in zip(trace["customdata"], colors, strict=True):
            if color.startswith("#"):
                browsed.setdefault(mark, Counter())[color] += 1
    for mark, colors in drawn.items():
        assert browsed[mark] == colors, mark
    legend = [trace["name"] for trace in twin["data"] if trace["showlegend"]]
    assert legend == [name for name in shown.colors if name in legend]


def test_hover_csv_and_record_agree_for_ten_marks_chosen_at_random(shown, record):
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(to_csv(shown)))}
    hovers = shown.hovers()
    assert set(rows) == set(hovers) == set(shown.marks["id"])
    publishers = record.sources.set_index("source_id")["publisher"]
    tables = {key: getattr(record, table).set_index(key, drop=False) for table, key in KEYS.items()}
    for mark in random.Random(20250421).sample(sorted(rows), min(10, len(rows))):
        row = rows[mark]
        flat = hovers[mark].replace("-\n", "-").replace("\n", " ").replace("– ", "")  # a line may end at a hyphen
        for cell in (row["title"], row["date"], row["words"], row["said_by"], *re.split(r" \|\|? ", row["doubts"])):
            assert " ".join(cell.removeprefix("'").split()) in flat
        behind = [table.loc[one] for one in row["records"].split("; ") for table in tables.values() if one in table.index]
        assert behind
        pages = {page for source in behind if "sources" in source.index and isinstance(source["sources"], str)
                 for page in source["sources"].split("; ")}  # fmt: skip
        told = [page for page in row["sources"].split("; ") if page]
        assert not told or publishers[told[0]] in flat
        if shown.name != "coverage":  # it cites the article besides
            assert set(told) <= pages
        dates = {when.say(source, "Europe/Kyiv") for source in behind if "earliest" in source.index}
        if len(row["records"].split("; ")) == 1 and dates and shown.name not in ("coverage", "nights"):
            assert row["date"] in dates


@pytest.mark.parametrize("name", ["exchange", "places", "tolls"])
def test_the_digest_in_every_file_is_that_of_its_csv(name, saved):
    files = {kind: path.read_bytes() for kind, path in saved(name).items()}
    digest = f"sha256:{hashlib.sha256(files['csv']).hexdigest()}"
    assert f"sha256:{json.loads(files['json'])['data_sha256']}" == digest
    assert Image.open(io.BytesIO(files["png"])).text["Data"] == digest
    assert all(digest.encode() in files[kind] for kind in ("svg", "html", "pdf"))


def tiny(paint):
    marks = pd.DataFrame({name: pd.Series(dtype="str") for name in (*MARKS, "doubts")})
    sources = pd.DataFrame(columns=["source_id", "publisher", "published", "latest", "url"])
    evidence = Evidence(sources, "", "CC BY 4.0", "as recognised", "")
    return Exhibit("tiny", "A title", "What is shown", "Nothing.", marks, evidence, {}, paint, lambda size: 40)


def test_an_overlap_is_found():
    def paint(ax):
        theme.quiet(ax)
        theme.write(ax, 0.5, 0.5, "one")
        theme.write(ax, 0.5, 0.5, "two")
        return ax

    assert find_collisions(tiny(paint).figure()) == ["'one' overlaps 'two'"]


def test_a_text_that_leaves_the_figure_is_found():
    def paint(ax):
        theme.quiet(ax)
        theme.write(ax, 0.99, 0.5, "far too long for this place")
        return ax

    assert find_collisions(tiny(paint).figure()) == ["'far too long for this place' leaves the figure"]


def test_text_from_data_is_never_read_as_mathematics():
    words = "$\\frac{1}{2}$ <b>bold</b>"

    def paint(ax):
        theme.quiet(ax)
        theme.write(ax, 0, 0.5, words)
        return ax

    assert words in tiny(paint).summary().replace("\\\\", "\\")


CHILD = """
import sys
from analysis.load import Record
from analysis.exhibits import EXHIBITS
EXHIBITS["exchange"](Record.read()).save(sys.argv[1])
"""


def test_the_same_bytes_in_another_time_zone_locale_hash_seed_and_folder(saved, tmp_path):
    """Of one exhibit; make hostile has them all, and each run of the notebooks has another hash seed."""
    if shutil.which("localedef"):  # a language with letters of its own for the child to find
        subprocess.run(["localedef", "-i", "tr_TR", "-f", "UTF-8", str(tmp_path / "tr_TR.UTF-8")], capture_output=True)
    elsewhere = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "TZ": "America/St_Johns", "PYTHONHASHSEED": "2",
                 "LC_ALL": "tr_TR.UTF-8", "LOCPATH": str(tmp_path), "PYTHONUTF8": "1"}  # fmt: skip
    there = tmp_path / "інша тека"
    subprocess.run([sys.executable, "-c", CHILD, str(there)], check=True, cwd=tmp_path, env=elsewhere)
    here = {path.name: path.read_bytes() for path in saved("exchange").values()}
    assert {path.name: path.read_bytes() for path in there.iterdir()} == here and len(here) == 6


@pytest.mark.parametrize(("days", "says"), [
    (("April", None), "'April' is not a day"), (("2025-4-1", None), "'2025-4-1' is not a day"),
    ((None, "2025-02-30"), "'2025-02-30' is not a day"), (("2025-05-01", "2025-04-01"), "is after the last one, 2025-04-01"),
])  # fmt: skip
@pytest.mark.parametrize("name", ["nights", "timeline", "independence"])
def test_days_that_are_none_or_in_the_wrong_order_are_refused(record, name, days, says):
    with pytest.raises(ValueError, match=says if name == "nights" else None):
        EXHIBITS[name](record, *days)


def test_a_size_or_a_format_that_is_unknown_is_refused_before_a_folder_is_made(gallery, tmp_path):
    tolls = gallery("tolls")
    with pytest.raises(ValueError, match="no size 'A4'; expected one of column, page"):
        Exhibit.figure(tolls, "A4")
    with pytest.raises(ValueError, match="no format 'PNG'; expected one of png, svg"):
        tolls.save(tmp_path / "new", ["PNG"])
    assert not (tmp_path / "new").exists()
    assert [path.name for path in tolls.save(tmp_path, "svg", "column")] == ["tolls-column.svg"]
