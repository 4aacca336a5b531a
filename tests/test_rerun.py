"""Rerunning notebooks in place."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from analysis import __main__ as cli

SPEC = {"name": "python3", "display_name": "Python 3", "language": "python"}


@pytest.fixture(autouse=True)
def episode(monkeypatch):
    """Keep what the command sets for its kernels out of the other tests."""
    monkeypatch.setenv("EPISODE", "")


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
    assert cli.main(["notebooks", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "1 notebook run; changed: one.\n"
    notebook = nbformat.read(path, as_version=4)
    assert notebook.cells[1].outputs[0].data["text/plain"] == "2" and notebook.cells[1].execution_count == 1
    assert notebook.metadata.keys() == {"kernelspec"} and "\n " not in path.read_text()
    assert cli.main(["notebooks", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "1 notebook run; changed: none.\n"


def test_a_notebook_that_fails_stays_as_it_was_and_is_named_with_its_cell(write, tmp_path, capsys):
    path = write("broken", "x = 1", "x.nothing\nx")
    before = path.read_bytes()
    assert cli.main(["notebooks", str(tmp_path)]) == 1
    said = capsys.readouterr().err.splitlines()[-1]
    why = "AttributeError: 'int' object has no attribute 'nothing'"
    assert said == f"broken.ipynb: cell 2 (x.nothing) failed: {why}; it stays as it was."
    assert path.read_bytes() == before


def test_a_folder_without_notebooks_is_one_sentence(tmp_path, capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main(["notebooks", str(tmp_path)])
    assert stop.value.code == 1 and capsys.readouterr().err.startswith(f"{tmp_path} holds no notebook")
