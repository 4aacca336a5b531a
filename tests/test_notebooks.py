"""What a notebook must be, beside giving the same outputs again (which nbval checks)."""

import json
import re
from pathlib import Path

import pytest
from nbconvert import HTMLExporter

from analysis.exhibit import PLOTLY
from analysis.exhibits import EXHIBITS
from analysis.notebooks import Run, find_unfit, tell_outputs

PATHS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))


@pytest.fixture(params=PATHS, ids=lambda path: path.stem)
def cells(request):
    return json.loads(request.param.read_text(encoding="utf-8"))["cells"]


@pytest.fixture
def path_of_places():
    return next(path for path in PATHS if path.stem == "02-places")


def of_kind(cells, kind):
    return [cell for cell in cells if cell["cell_type"] == kind]


def source(cell):
    return "".join(cell["source"])


def test_there_are_seven_notebooks():
    names = ["01-record", "02-places", "03-timeline", "04-statements", "05-casualties", "06-nights", "07-explore"]
    assert [path.stem for path in PATHS] == names


def test_together_they_show_every_exhibit():
    shown = {name for path in PATHS for name in EXHIBITS if f"{name}(record" in path.read_text("utf-8")}
    assert shown == set(EXHIBITS)


def test_every_exhibit_is_one_output_with_three_faces(cells):
    outputs = [output.get("data", {}) for cell in of_kind(cells, "code") for output in cell["outputs"]]
    faces = [set(data) for data in outputs if PLOTLY in data]
    assert faces and all(face == {PLOTLY, "image/png", "text/plain"} for face in faces)


def test_where_nothing_runs_the_picture_is_shown(path_of_places):
    """GitHub, nbviewer and nbconvert know no plotly: they show the picture."""
    page, _ = HTMLExporter().from_filename(str(path_of_places))
    assert len(re.findall(r'<img[^>]*src="data:image/png', page)) == 1 and "vnd.plotly" not in page and "hovertext" not in page


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_rerun_of_it_would_pass_nothing_unseen(path):
    assert find_unfit(path) == []


def test_it_opens_with_a_title_the_findings_and_what_the_data_cannot_show(cells):
    assert source(cells[0]).startswith("# ")
    assert re.search(r"^findings\.of_\w+\(record\)$", source(cells[1]), re.M)
    assert source(cells[2]).startswith("**What the data cannot show.**")


def test_headings_are_questions(cells):
    headings = re.findall(r"^##+ (.*)$", "\n".join(map(source, of_kind(cells, "markdown"))), re.M)
    assert len(headings) >= 3 and [heading for heading in headings if not heading.endswith("?")] == []


def test_code_is_short_and_defines_nothing(cells):
    code = [source(cell) for cell in of_kind(cells, "code")]
    assert all(text.count("\n") < 12 and not text.rstrip().endswith(";") for text in code)
    assert not re.search(r"^\s*(def|class|lambda) |\.\./|/home/|\bsavefig\b", "\n".join(code), re.M)


def test_there_are_three_words_of_prose_and_more_for_each_line_of_code(cells):
    words = sum(len(source(cell).split()) for cell in of_kind(cells, "markdown"))
    lines = sum(len(source(cell).splitlines()) for cell in of_kind(cells, "code"))
    assert words > 3 * lines


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_it_is_small_and_carries_nothing_of_the_machine(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.encode()) < 500_000
    assert json.loads(text)["metadata"].keys() == {"kernelspec"}
    assert str(path.parents[1]) not in text and "execution" not in json.loads(text)["cells"][1]["metadata"]


@pytest.mark.parametrize(("source", "named"), [
    ("import a\n\nb = 1\nc\n", "c"), ("from a import b\nc = 1\nd", "d"), ("b\nc\nd", "b")])
def test_a_cell_is_named_by_its_first_line_or_after_imports_by_its_last(source, named):
    before, after = (json.dumps({"cells": [{"cell_type": "code", "source": source, "outputs": [
        {"output_type": "execute_result", "data": {"text/plain": shown}}]}]}).encode() for shown in "12")  # fmt: skip
    told = tell_outputs(Run(Path("x.ipynb"), before, after))
    assert told == [f"x, cell 1 ({named}): 2 lines of what it shows changed", "  -1", "  +2"]
