"""The project's own files: packages in step, README true, nothing of one machine."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from analysis import __version__, findings, limits
from analysis.agreement import OVERALL, measure_agreement
from analysis.words import say_list

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LOCK = (ROOT / "requirements.lock").read_text()
README = (ROOT / "README.md").read_text()
CONDA_NAMES = {"matplotlib": "matplotlib-base"}


def wanted():
    """Return {package: minor version} as pyproject.toml asks for it."""
    asked = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["test"]]
    found = (re.match(r"([\w-]+)(?:\[\w+\])?[=>]=([\d.]+)", line) for line in asked)
    return {m[1]: m[2] for m in found}


def test_environment_yml_holds_the_packages_of_pyproject_with_minor_versions_pinned():
    lines = re.findall(r"^ +- ([\w-]+)==?([\d.]+)$", (ROOT / "environment.yml").read_text(), re.M)
    conda = {name: version for name, version in lines if name != "python"}
    assert conda == {CONDA_NAMES.get(name, name): version for name, version in wanted().items()}


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a checkout of git")
def test_no_file_that_git_should_ignore_is_kept():
    kept = subprocess.run(["git", "ls-files", "-ci", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert kept.stdout == ""


def test_environment_yml_ends_with_the_package_itself():
    assert (ROOT / "environment.yml").read_text().rstrip().endswith("- -e .")


@pytest.mark.parametrize("name", wanted())
def test_the_lock_holds_each_package_in_the_version_asked_for(name):
    version = wanted()[name]
    assert re.search(rf"^{name}=={re.escape(version)}(\.|\b)", LOCK, re.M)


def test_every_line_of_the_lock_has_a_hash_and_none_an_address():
    blocks = re.split(r"\n(?=[a-z])", LOCK.strip())
    assert len(blocks) > 100 and all("--hash=sha256:" in block for block in blocks)
    assert "://" not in LOCK


def test_versions_agree():
    assert PROJECT["version"] == __version__
    assert f"version: {__version__}" in (ROOT / "CITATION.cff").read_text()
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text()


def test_the_findings_of_the_readme_are_those_of_the_record(record):
    computed = [sentence for find in findings.ALL for sentence in find(record)]
    section = README.split("## What was found")[1].split("![")[0]
    told = [line[2:] for line in section.splitlines() if line.startswith("- ")]
    assert len(told) >= 6 and all(sentence in computed for sentence in told)


def test_what_is_said_of_coders_and_of_dates_is_that_of_the_record(record):
    agreed = measure_agreement(record.second_coding).xs(OVERALL, level="label")
    shares = [f"{100 * agreed['same'][field]:.0f} % of {words}" for field, words in limits.FIELDS.items()]
    assert f"Two coders gave the same label to {say_list(shares)}." in README
    told = " ".join((ROOT / "data/README.md").read_text("utf-8").split())
    kappas = [f"{agreed['kappa'][field]:.2f}" for field in limits.FIELDS]
    assert f"{shares[0]} (kappa {kappas[0]}), {shares[1]} ({kappas[1]}), {shares[2]} ({kappas[2]})" in told
    inferred = record.sources["note"].str.contains("date inferred", na=False).sum()
    assert f"{inferred} dates of pages are inferred" in told


def test_links_and_pictures_of_the_readme_lead_somewhere():
    links = [link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link]
    assert links and [link for link in links if not (ROOT / link).exists()] == []


def test_the_readme_has_a_line_for_each_notebook():
    notebooks = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
    assert re.findall(r"\]\(notebooks/([\w-]+\.ipynb)\)", README) == notebooks


def test_contributing_says_where_each_module_lives():
    table = (ROOT / "CONTRIBUTING.md").read_text().split("| where in `analysis/`")[1].split("\n\n")[0]
    named = set(re.findall(r"`([\w/]+)`", table))
    top = {path.stem for path in (ROOT / "analysis").glob("*.py")} - {"__init__"} | {"layout/", "exhibits/", "explorer/"}
    from analysis.exhibits import EXHIBITS

    serving = {path.stem for path in (ROOT / "analysis" / "exhibits").glob("*.py")} - {"__init__", *EXHIBITS}
    assert named == top | serving
