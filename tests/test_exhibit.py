"""What every exhibit must do, whatever it shows."""

import io
import subprocess
import sys
import xml.etree.ElementTree as ET

import matplotlib
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from analysis import exhibit, theme
from analysis.exhibit import Exhibit, find_collisions
from analysis.exhibits import EXHIBITS

SIZES = tuple(theme.SIZES)


@pytest.fixture(scope="module", params=EXHIBITS)
def shown(request, record):
    return EXHIBITS[request.param](record)


@pytest.mark.parametrize("size", SIZES)
def test_no_text_overlaps_another_or_leaves_the_figure(shown, size):
    assert find_collisions(shown.figure(size)) == []


@pytest.mark.parametrize("size", SIZES)
def test_no_text_is_smaller_than_six_points(shown, size):
    figure = shown.figure(size)
    figure.draw_without_rendering()
    small = {t.get_text() for t in figure.findobj(matplotlib.text.Text) if t.get_text() and t.get_fontsize() < 6}
    assert not small


def test_all_text_is_in_the_project_s_typeface_and_plain(shown):
    figure = shown.figure()
    figure.draw_without_rendering()
    texts = [t for t in figure.findobj(matplotlib.text.Text) if t.get_visible() and t.get_text().strip()]
    assert {t.get_fontproperties().get_name() for t in texts} <= {
        "Source Sans Pro", "Source Sans Pro Semibold"}  # fmt: skip
    assert not any(t.get_parse_math() for t in texts)


def test_drawing_leaves_the_settings_of_matplotlib_alone(shown):
    names = [name for name in matplotlib.rcParams if name != "backend"]
    before = {name: matplotlib.rcParams[name] for name in names}
    shown.figure()
    assert {name: matplotlib.rcParams[name] for name in names} == before


def test_it_draws_on_any_axes_given_to_it(shown):
    figure = Figure(figsize=(7, 6))
    FigureCanvasAgg(figure)
    ax = figure.add_axes((0.1, 0.1, 0.8, 0.8))
    assert shown.draw(ax) is ax
    assert figure.axes == [ax]


def test_every_mark_names_rows_of_the_record(shown, record):
    known = {
        *record.events["event_id"], *record.statements["statement_id"], *record.casualties["claim_id"],
        *record.proposals["proposal_id"], *record.locations["location_id"],
    }  # fmt: skip
    named = {one for cell in shown.marks["records"] for one in cell.split("; ")}
    assert len(shown.marks) and named <= known


def test_the_source_line_gives_pages_date_and_licence(shown, record):
    assert "public pages" in shown.source and "CC\u00a0BY\u00a04.0" in shown.source and "2025" in shown.source


def test_the_picture_and_its_words_come_as_one_output(shown):
    data, _ = shown._repr_mimebundle_()
    assert set(data) == {"image/png", "text/plain"}
    assert Image.open(io.BytesIO(data["image/png"])).size[0] > 900
    assert data["text/plain"] == shown.summary()


def test_saving_twice_gives_the_same_bytes(shown, tmp_path):
    first = [path.read_bytes() for path in shown.save(tmp_path / "a")]
    again = [path.read_bytes() for path in shown.save(tmp_path / "b")]
    assert first == again


def test_saved_files_are_what_they_say(shown, tmp_path):
    png, svg, pdf = shown.save(tmp_path, ["png", "svg", "pdf"], ["column"])
    assert Image.open(png).size[0] == round(85 / 25.4 * 300) - 1
    assert ET.parse(svg).getroot().tag.endswith("svg")
    assert pdf.read_bytes().startswith(b"%PDF")


def test_a_file_appears_whole_or_not_at_all(tmp_path, monkeypatch):
    target = tmp_path / "old.png"
    target.write_bytes(b"old")

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exhibit.os, "replace", fail)
    with pytest.raises(OSError, match="No space"):
        exhibit._write_whole(target, b"new")
    assert [p.name for p in tmp_path.iterdir()] == ["old.png"] and target.read_bytes() == b"old"


def tiny(paint):
    return Exhibit("tiny", "A title", "What is shown", pd.DataFrame(), "Source", paint, {"column": 40, "page": 40})


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
import hashlib, sys
from analysis.load import Record
from analysis.exhibits import EXHIBITS
from pathlib import Path
record = Record.read()
for name in sorted(EXHIBITS):
    for path in EXHIBITS[name](record).save(sys.argv[1], ["png", "svg", "pdf"]):
        print(path.name, hashlib.sha256(path.read_bytes()).hexdigest())
"""


def test_the_same_bytes_in_another_time_zone_locale_hash_seed_and_folder(tmp_path):
    def run(folder, **environment):
        command = [sys.executable, "-c", CHILD, str(tmp_path / folder)]
        bare = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), **environment}
        return subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path, env=bare).stdout

    one = run("one", TZ="UTC", PYTHONHASHSEED="1", LANG="C")
    two = run("два", TZ="America/St_Johns", PYTHONHASHSEED="2", LANG="tr_TR.UTF-8", PYTHONUTF8="1")
    assert one == two and one.count("\n") == 3 * len(EXHIBITS)
