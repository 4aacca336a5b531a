"""The files of an exhibit: what is inside them, and that nothing in them can run or be taken for a formula."""

import io
import json
import re
import xml.etree.ElementTree as ET

import pandas as pd
import pytest
from PIL import Image

from analysis import theme
from analysis.exhibit import MARKS, Evidence, Exhibit
from analysis.exhibits import tolls
from analysis.export import draw_thin
from analysis.files import FORMATS, name_files, write_whole

HOSTILE = '</script><script>alert(1)</script><img src=x onerror=alert(1)> $x$ & "q"'


@pytest.fixture(scope="module")
def exhibit(record):
    return tolls(record)


@pytest.fixture(scope="module")
def files(exhibit, tmp_path_factory):
    return {path.suffix[1:]: path.read_bytes() for path in exhibit.save(tmp_path_factory.mktemp("out"))}


def made_of(*rows, title="A title"):
    """Return an exhibit with marks of (id, words)."""
    marks = pd.DataFrame([dict.fromkeys((*MARKS, "doubts"), "") | {"id": i, "title": f"Mark {i}", "words": words, "records": i}
                          for i, words in rows], columns=[*MARKS, "doubts"])  # fmt: skip
    sources = pd.DataFrame(columns=["source_id", "publisher", "published", "latest", "url"])

    def paint(ax):
        theme.quiet(ax)
        for n, mark in enumerate(marks.itertuples()):
            theme.write(ax, 0.1, 0.1 + 0.2 * n, mark.words[:30], gid=mark.id)
        return ax

    evidence = Evidence(sources, "", "CC BY 4.0", "as recognised", "")
    return Exhibit("made", title, "What is shown", "Alt.", marks, evidence, {}, paint, lambda size: 40)


def test_a_picture_carries_its_facts(exhibit, files):
    text = Image.open(io.BytesIO(files["png"])).text
    assert (text["Title"], text["Description"], text["Exhibit"]) == (exhibit.title, exhibit.alt, "tolls")
    assert "CC\u00a0BY\u00a04.0" in text["Source"] and "Crimea" in text["Borders"] and text["Copyright"] == "CC BY 4.0"


def test_the_paper_of_a_notebooks_picture_goes_on_below_what_is_drawn():
    figure = made_of(("a", "words")).figure()
    width, height = (int(inches * 50) for inches in figure.get_size_inches())
    picture = Image.open(io.BytesIO(draw_thin(figure, 50, 2 * height / width, ""))).convert("RGB")
    assert picture.size == (width, 2 * height)
    below = picture.crop((0, height, width, 2 * height))
    assert [color for _, color in below.getcolors()] == [picture.getpixel((0, 0))]


def test_a_drawing_carries_its_facts(exhibit, files):
    root = ET.fromstring(files["svg"])
    words = {element.tag.rpartition("}")[2]: element.text for element in root.iter() if element.text}
    assert words["description"] == exhibit.alt and words["coverage"].startswith("Ukraine in its")
    assert root.find("{http://www.w3.org/2000/svg}title").text == exhibit.title


def test_a_print_carries_its_facts(files):
    assert b"/Title (Killed and injured in each strike, as reported)" in files["pdf"]
    assert b"CreationDate" not in files["pdf"] and b"Crimea" in files["pdf"]


def test_the_facts_name_rows_pages_and_borders(exhibit, files, record):
    facts = json.loads(files["json"])
    assert facts["alt"] == exhibit.alt and facts["caption"].startswith(exhibit.title)
    assert set(facts["records"]) >= {"sumy-strike-2025-04-13", "sumy-0413-ua-sumy-city-council-36k-127i-killed"}
    urls = dict(zip(record.sources["source_id"], record.sources["url"], strict=True))
    assert len(facts["sources"]) > 50 and all(urls[page["source_id"]] == page["url"] for page in facts["sources"])


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_formula_is_neutralised(text, tmp_path):
    (path,) = made_of(("a", text)).save(tmp_path, ["csv"])
    frame = pd.read_csv(path, keep_default_na=False)
    assert frame.loc[0, "words"] == f"'{text}".replace("\r", " ")


def test_other_text_and_numbers_stand_as_they_are(files, exhibit):
    frame = pd.read_csv(io.BytesIO(files["csv"]), keep_default_na=False, dtype="str")
    assert frame["words"].tolist() == exhibit.marks["words"].tolist()
    sumy = frame.set_index("id").loc["sumy-strike-2025-04-13:killed"]
    assert sumy[["low", "best", "high"]].tolist() == ["35", "35", "36"]


def test_text_from_data_cannot_run_in_a_page(tmp_path):
    (path,) = made_of(("a", HOSTILE), title=HOSTILE).save(tmp_path, ["html"])
    page = path.read_text()
    ours = page.replace(re.search(r"<script>/\*\*.*?</script>", page, re.S)[0], "")
    assert "<img" not in ours and "alert(1)</script>" not in ours
    assert len(re.findall("<script", ours)) == 2
    twins = json.loads(re.search(r'<script id="twins" type="application/json">(.*?)</script>', page, re.S)[1])
    said = [t["hovertext"][0] for t in twins["wide"]["data"] if "hovertext" in t]
    assert said and "&lt;script&gt;" in said[0] and "<img" not in said[0] and "&#36;x&#36;" in said[0]


def test_a_page_needs_nothing_from_outside(files):
    page = files["html"].decode()
    ours = page.replace(re.search(r"<script>/\*\*.*?</script>", page, re.S)[0], "")
    assert "default-src 'none'" in ours and "http" not in re.sub(r'http-equiv="Content-Security-Policy"', "", ours)
    assert ours.count("@font-face") == 4 and not re.search(r'(src|href)="(?!data:)', ours)


def test_a_page_has_a_table_of_its_marks(files, exhibit):
    page = files["html"].decode()
    assert page.count("<tr>") == len(exhibit.marks) + 1 and f"Table of the {len(exhibit.marks)} marks" in page


def test_names_of_files():
    assert name_files("tolls", FORMATS, ["page", "column"]) == {
        "tolls-page.png": ("page", "png"), "tolls-page.svg": ("page", "svg"), "tolls-page.pdf": ("page", "pdf"),
        "tolls-column.png": ("column", "png"), "tolls-column.svg": ("column", "svg"), "tolls-column.pdf": ("column", "pdf"),
        "tolls.html": ("", "html"), "tolls.csv": ("", "csv"), "tolls.json": ("", "json"),
    }  # fmt: skip
    assert list(name_files("tolls", ("svg", "png", "csv"), ["page", "column"])) == [
        "tolls.csv", "tolls-column.png", "tolls-column.svg", "tolls-page.png", "tolls-page.svg"]  # fmt: skip


def test_a_file_appears_whole_or_not_at_all(tmp_path, monkeypatch):
    target = tmp_path / "old.png"
    target.write_bytes(b"old")

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("analysis.files.os.replace", fail)
    with pytest.raises(OSError, match="No space"):
        write_whole(target, b"new")
    assert [p.name for p in tmp_path.iterdir()] == ["old.png"] and target.read_bytes() == b"old"
