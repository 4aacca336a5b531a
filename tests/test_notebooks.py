"""What a notebook must be, beside giving the same outputs again (which nbval checks)."""

import json
import re
from pathlib import Path

import pytest

PATHS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))


@pytest.fixture(params=PATHS, ids=lambda path: path.stem)
def cells(request):
    return json.loads(request.param.read_text(encoding="utf-8"))["cells"]


def of_kind(cells, kind):
    return [cell for cell in cells if cell["cell_type"] == kind]


def source(cell):
    return "".join(cell["source"])


def test_there_are_five_notebooks():
    assert [path.stem for path in PATHS] == ["01-record", "02-places", "03-timeline", "04-statements", "05-casualties"]


def test_it_was_saved_after_one_clean_run_from_the_top(cells):
    code = of_kind(cells, "code")
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))


def test_every_code_cell_has_an_output_and_none_an_error_or_a_warning(cells):
    outputs = [cell["outputs"] for cell in of_kind(cells, "code")]
    assert all(outputs)
    assert {output["output_type"] for cell in outputs for output in cell} <= {"execute_result", "stream"}
    assert not [output for cell in outputs for output in cell if output.get("name") == "stderr"]


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
