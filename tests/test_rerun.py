"""Rerunning notebooks in place, and what makes one unfit as a test."""

import base64
import io
import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

from analysis import __main__ as cli
from analysis import notebooks
from analysis.load import DATA
from analysis.manifest import MANIFEST
from analysis.notebooks import Run, find_unfit, tell_outputs

SPEC = {"name": "python3", "display_name": "Python 3", "language": "python"}


@pytest.fixture(autouse=True)
def episode(monkeypatch):
    """Keep what the command sets for its kernels out of the other tests."""
    monkeypatch.setenv("EPISODE", "")


def take(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.fixture
def write(tmp_path):
    def write(name, *sources):
        cells = [new_markdown_cell("# A title"), *map(new_code_cell, sources)]
        path = tmp_path / f"{name}.ipynb"
        nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": SPEC, "of_the_machine": 1}), path)
        return path

    return write


def test_outputs_are_accepted_and_a_second_run_changes_nothing(write, tmp_path, capsys):
    path = write("one", "1 + 1")
    assert cli.main(["notebooks", str(tmp_path), "--episode", str(DATA)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said == [f"There is no {MANIFEST} beside the notebooks that says of what their outputs were made.",
                    "one, cell 1 (1 + 1): 1 line of what it shows changed", "  +2", "1 notebook run; changed: one."]  # fmt: skip
    notebook = nbformat.read(path, as_version=4)
    assert notebook.cells[1].outputs[0].data["text/plain"] == "2" and notebook.cells[1].execution_count == 1
    assert notebook.metadata.keys() == {"kernelspec"} and "\n " not in path.read_text()
    assert cli.main(["notebooks", str(tmp_path), "--episode", str(DATA)]) == 0
    assert capsys.readouterr().out == "1 notebook run; changed: none.\n"
    assert find_unfit(path) == []


def test_what_changed_is_said_before_it_is_overwritten(write, tmp_path, folder, change, capsys, monkeypatch):
    """At a terminal a person is asked, and may say no; what a kernel would show is given here."""
    path = write("one", "shown")
    run = ["notebooks", str(tmp_path), "--episode", str(folder)]
    shows = ["35 killed"]

    def rerun(path):
        notebook = json.loads(path.read_text("utf-8"))
        output = new_output("execute_result", data={"text/plain": repr(shows[-1])}, execution_count=1)
        notebook["cells"][1] |= {"execution_count": 1, "outputs": [output]}
        return Run(path, path.read_bytes(), json.dumps(notebook).encode())

    monkeypatch.setattr(notebooks, "rerun", rerun)
    assert cli.main(run) == 0
    kept = take(tmp_path)
    capsys.readouterr()
    shows.append("36 killed")
    change("casualties", "sumy-0413-ua-ses-35k-129i-killed", low="36", high="36")
    asked = []
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda prompt: (asked.append((prompt, take(tmp_path))), "n")[1])
    assert cli.main(run) == 0 and asked == [("Accept? [Y/n] ", kept)]
    assert capsys.readouterr().out.splitlines() == [
        "Data changed since the outputs were saved: casualties sumy-0413-ua-ses-35k-129i-killed changed.",
        "one, cell 1 (shown): 2 lines of what it shows changed", "  -'35 killed'", "  +'36 killed'",
        "Nothing was written."]  # fmt: skip
    assert take(tmp_path) == kept
    assert cli.main([*run, "--yes"]) == 0 and "36 killed" in path.read_text() and len(asked) == 1
    assert cli.main(run) == 0 and capsys.readouterr().out.endswith("changed: none.\n")


def test_one_notebook_can_be_run_alone_and_leaves_the_manifest(write, tmp_path):
    path = write("one", "1 + 1")
    write("two", "2 + 2")
    assert cli.main(["notebooks", str(path), "--episode", str(DATA)]) == 0
    assert "execute_result" in path.read_text() and sorted(take(tmp_path)) == ["one.ipynb", "two.ipynb"]


def test_if_one_fails_all_stay_as_they_were_and_it_is_named_with_its_cell(write, tmp_path, capsys):
    write("a-good-one", "1 + 1")
    write("broken", "x = 1", "x.nothing\nx")
    before = take(tmp_path)
    assert cli.main(["notebooks", str(tmp_path), "--episode", str(DATA)]) == 1
    said = capsys.readouterr().err.splitlines()[-1]
    why = "AttributeError: 'int' object has no attribute 'nothing'"
    assert said == f"broken.ipynb: cell 2 (x.nothing) failed: {why}; nothing was written."
    assert take(tmp_path) == before


def test_a_folder_without_notebooks_is_one_sentence(tmp_path, capsys):
    for path in (tmp_path, tmp_path / "none.ipynb"):
        with pytest.raises(SystemExit) as stop:
            cli.main(["notebooks", str(path), "--episode", str(DATA)])
        assert stop.value.code == 1 and capsys.readouterr().err.startswith(f"{path} is no notebook and holds none")


# What nbval by itself would pass.


@pytest.fixture(scope="module")
def good(gallery):
    """Return a notebook that is fit, as JSON: a picture, and a number."""
    data, _ = gallery("coverage")._repr_mimebundle_()
    faces = {"text/plain": data["text/plain"], "image/png": base64.b64encode(data["image/png"]).decode()}
    shown = new_output("execute_result", data=faces, execution_count=1)
    number = new_output("execute_result", data={"text/plain": "2"}, execution_count=2)
    cells = [new_code_cell("coverage(record)", outputs=[shown], execution_count=1),
             new_code_cell("1 + 1", outputs=[number], execution_count=2)]  # fmt: skip
    return nbformat.writes(new_notebook(cells=cells, metadata={"kernelspec": SPEC}))


def swap_picture(cells):
    out = io.BytesIO()
    Image.new("RGB", (9, 9)).save(out, "PNG")
    cells[0]["outputs"][0]["data"]["image/png"] = base64.b64encode(out.getvalue()).decode()


def edit_words(cells):
    shown = cells[0]["outputs"][0]["data"]
    text = "".join(shown["text/plain"])
    shown["text/plain"] = text.replace("21 sentences", "22 sentences")
    assert shown["text/plain"] != text


def of_cell(number, says):
    return [f"one.ipynb: cell {number} ({['coverage(record)', '1 + 1'][number - 1]}): {says}"]


ERROR = {"output_type": "error", "ename": "ValueError", "evalue": "no", "traceback": []}
WARNING = {"output_type": "stream", "name": "stderr", "text": "careful"}


@pytest.mark.parametrize(("spoil", "says"), [
    (lambda cells: cells[1].update(execution_count=None), of_cell(2, "was never run")),
    (lambda cells: cells[1].update(outputs=[]), of_cell(2, "has no output to compare with")),
    (lambda cells: cells[1].update(execution_count=7), ["one.ipynb: its cells were not run once from the top, but as 1, 7"]),
    (lambda cells: cells.reverse(), ["one.ipynb: its cells were not run once from the top, but as 2, 1"]),
    (lambda cells: cells[1].update(outputs=[ERROR]), of_cell(2, "holds an error (ValueError)")),
    (lambda cells: cells[1].update(outputs=[WARNING]),
     of_cell(2, "holds what was written to stderr, as a warning or a progress bar is")),
    (lambda cells: cells[1].update(outputs=cells[1]["outputs"] * 2),
     of_cell(2, "has 2 outputs, whose order is not compared; make cells of them")),
    (lambda cells: cells[1].update(metadata={"tags": ["nbval-ignore-output"]}),
     of_cell(2, "'nbval-ignore-output' keeps it from being compared")),
    (lambda cells: cells[1].update(source=["1 + 1\n", "# NBVAL_IGNORE_OUTPUT"]),
     of_cell(2, "'# NBVAL_IGNORE_OUTPUT' keeps it from being compared")),
    (lambda cells: cells[1].update(metadata={"tags": ["raises-exception"]}),
     of_cell(2, "'raises-exception' keeps it from being compared")),
    (swap_picture, of_cell(1, "its picture is not that of its words")),
    (edit_words, of_cell(1, "its picture is not that of its words")),
])  # fmt: skip
def test_a_notebook_that_a_rerun_would_pass_unseen_is_unfit(spoil, says, good, tmp_path):
    notebook = json.loads(good)
    path = tmp_path / "one.ipynb"
    path.write_text(json.dumps(notebook))
    assert find_unfit(path) == []
    spoil(notebook["cells"])
    path.write_text(json.dumps(notebook))
    assert find_unfit(path) == says


def test_what_is_no_notebook_is_unfit(tmp_path):
    path = tmp_path / "one.ipynb"
    for text in ("half a", "[]", "{}"):
        path.write_text(text)
        assert find_unfit(path) == ["one.ipynb: not a notebook"]


def test_a_changed_picture_or_figure_is_told_without_words(good, tmp_path):
    was, now = json.loads(good), json.loads(good)
    swap_picture(now["cells"])
    run = Run(tmp_path / "one.ipynb", json.dumps(was).encode(), json.dumps(now).encode())
    assert tell_outputs(run) == ["one, cell 1 (coverage(record)): its picture or its interactive figure changed"]


def test_of_many_changed_lines_a_few_are_told(tmp_path):
    was, now = (new_notebook(cells=[new_code_cell("x", outputs=[new_output("stream", text=text)])])
                for text in ("\n".join("abcdefg"), "\n".join("hijklmn")))  # fmt: skip
    run = Run(tmp_path / "one.ipynb", *(nbformat.writes(notebook).encode() for notebook in (was, now)))
    head, *lines = tell_outputs(run)
    assert head == "one, cell 1 (x): 14 lines of what it shows changed" and len(lines) == 6 and lines[-1] == "  … and 9 more"
