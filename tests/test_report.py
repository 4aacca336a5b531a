"""The page of the whole record: what stands on it, how large it is, and when it is written."""

import gzip
import json
import os
import re
import subprocess
import sys
from base64 import b64decode
from dataclasses import replace

import pandas as pd
import pytest

from analysis import __main__ as cli
from analysis import __version__, report, theme
from analysis.exhibits import EXHIBITS
from analysis.export import read_library
from analysis.limits import tell_limits
from analysis.pack import LANGUAGES, pack_items, pack_names
from analysis.selection import list_items

MOST = 1_500_000
"""Bytes of the page without plotly.js."""


@pytest.fixture(scope="module")
def page(record, gallery):
    return report.render_page(record, map(gallery, EXHIBITS))


@pytest.fixture(scope="module")
def items(record):
    return list_items(record)


@pytest.fixture(scope="module")
def numbers(record):
    """Return the number that the page gives each source."""
    return {page.source_id: page.number for _, own in report.list_sources(record) for _, pages in own for page in pages}


def read_part(page, name):
    """Return what stands in the part of the page with an id."""
    return page.partition(f'<section id="{name}"')[2].partition("\n</section>")[0]


def test_the_page_without_plotly_is_small_and_has_plotly_once(page):
    library = read_library()
    assert page.count(library) == 1
    assert len(page.replace(library, "").encode()) < MOST


def test_the_page_asks_nothing_of_the_network(page):
    own = page.replace(read_library(), "")
    assert re.findall(r"""(?:src|srcset|action|data|poster)=["']?(?:https?:)?//""", own) == []
    assert re.findall(r"@import|url\((?!data:|#)", own) == []
    assert re.findall(r"<(?:link|iframe|img|object|embed)\b", own) == []
    assert "default-src 'none'" in own


def test_the_page_looks_as_accepted(page, compare_look):
    """All of it but what is compressed or a typeface, and its version."""
    own = page.replace(read_library(), "").replace(__version__, "").splitlines()
    compare_look("\n".join(line for line in own if not line.startswith(("@font-face", '<script id="bundle-'))))


@pytest.mark.parametrize("name", EXHIBITS)
def test_every_exhibit_has_its_picture_words_table_and_data(page, gallery, name):
    exhibit, part = gallery(name), read_part(page, name)
    assert part.count('<svg role="img"') == 2 and f'id="{name}-words">{report.Markup.escape(exhibit.alt)}</p>' in part
    assert f"<strong>{report.Markup.escape(exhibit.title)}.</strong>" in part
    assert part.count("<th scope=row>") == len(exhibit.marks)
    marked = {int(number) for number in re.findall(r"data-m=(\d+)", part.partition('class="picture narrow"')[0])}
    assert marked == set(range(len(exhibit.marks)))


def test_the_interactive_figure_and_the_csv_travel_compressed(page, gallery):
    packed = re.search(r'<script id="bundle-tolls" type="text/plain">(.*?)</script>', page)[1]
    bundle = json.loads(gzip.decompress(b64decode(packed)))
    rows = [row for trace in bundle["twin"]["data"] for row in trace.get("customdata", ())]
    assert set(rows) == set(range(len(gallery("tolls").marks)))
    assert bundle["columns"]["title"] is None and bundle["columns"]["id"] == list(gallery("tolls").marks["id"])


def test_sources_are_numbered_from_one_and_only_web_addresses_are_links(record, numbers):
    assert set(numbers) == set(record.sources["source_id"])
    assert sorted(numbers.values()) == list(range(1, len(record.sources) + 1))
    bad = record.sources.assign(url="javascript:alert(1)")
    pages = [page for _, own in report.list_sources(replace(record, sources=bad)) for _, pages in own for page in pages]
    assert {page.url for page in pages} == {""}


def test_each_sentence_of_the_article_has_its_verdict_and_reason(page, record):
    part = read_part(page, "article")
    assert part.count('<th scope="row">') == len(record.passages)
    for verdict, count in record.passages["verdict"].value_counts().items():
        assert part.count(f'<td class="{verdict}">') == count
    assert all(str(report.Markup.escape(note)) in part for note in record.passages["note"])


def test_the_rule_for_counts_is_told_as_the_code_tells_it():
    rules = report.read_rule()
    assert [rule.split()[0] for rule in rules] == ["A", "The", "A", "Other", "low", "best"]
    assert all(rule.endswith(".") and "`" not in rule for rule in rules)


def test_limits_count_what_is_missing(record):
    told = "\n".join(tell_limits(record))
    strikes = set(record.events.loc[record.events["kind"] == "strike", "event_id"])
    killed = record.casualties.query("measure == 'killed' and population == 'all'")["event_id"]
    assert f"For {len(strikes - set(killed))} of {len(strikes)} strikes no count of people killed was found." in told
    assert f"{(record.sources['lang'] == 'en').sum()} are known to be in English" in told
    none = tell_limits(replace(record, second_coding=record.second_coding.iloc[:0], nights=record.nights.iloc[:0]))
    assert len(none) == len(tell_limits(record)) - 2


def test_the_packed_rows_are_those_of_the_record(record, items, numbers):
    packed = pack_items(items, record, numbers)
    spread = {name: [column["of"][one] for one in column["at"]] for name, column in packed.items()
              if isinstance(column, dict) and not isinstance(column["at"][0], list)}  # fmt: skip
    assert packed["id"] == items["id"].tolist() and spread["title"] == items["title"].tolist()
    actors = ["; ".join(packed["actors"]["of"][one] for one in cell) for cell in packed["actors"]["at"]]
    assert actors == items["actors"].tolist()
    assert len(packed["title"]["of"]) == len(set(spread["title"]))
    pages = {number: one for one, number in numbers.items()}
    assert ["; ".join(pages[one] for one in cell) for cell in packed["sources"]] == items["sources"].tolist()


def test_times_are_minutes_of_the_local_clock_and_unknown_ends_stay_unknown(record, items, numbers):
    sumy = items.index[items["id"] == "sumy-strike-2025-04-13"][0]
    packed = pack_items(items, record, numbers)
    assert pd.Timestamp(packed["first"][sumy] * 60, unit="s") == pd.Timestamp("2025-04-13 10:00")
    open_end = items.assign(latest=items["latest"].mask(items.index == 0))
    assert pack_items(open_end, record, numbers)["last"][0] is None


def test_replies_point_at_rows_or_at_a_proposal(record, items, numbers):
    replies = pack_items(items, record, numbers)["replies"]
    assert len(replies) == len(record.replies)
    for giving, to, *_, label in replies:
        assert items["table"][giving] == "statements" and (items["table"][to] == "statements" if to >= 0 else label)


def test_what_a_statement_puts_forward_has_its_answers_and_its_silence(record, items, numbers):
    packed = pack_items(items, record, numbers)
    told = {}
    for putting, number, label in packed["further"]:
        by = items["id"][packed["replies"][number][0]] if number >= 0 else ""
        told.setdefault(items["id"][putting], []).append((by, label))
    truce = "Extend the Easter truce"
    assert told["zelensky-mirror-2025-04-19"] == [("peskov-no-extension-2025-04-20", truce),
                                                  ("us-department-of-state-2025-04-20", truce)]  # fmt: skip
    assert told["umerov-2025-06-02"] == [("", "Meeting on 20-30 June")]


def test_the_span_of_the_record_counts_days_where_they_were(page):
    assert "casualty claims, 28 February 2022 to 17 June 2025, gathered" in page


def test_filters_offer_only_what_some_row_has_by_name_and_names_know_their_language(record, items):
    names = pack_names(items, record, list(record.episode["sides"]))
    assert all(own == sorted(own, key=lambda one: (one[1], one[0])) for own in (names["actors"], names["places"]))
    kinds = {kind for _, own in names["kinds"] for kind, _ in own}
    assert kinds == set(items["kind"])
    langs = {place: lang for place, _, _, lang, *_ in names["places"]}
    assert (langs["sumy"], langs["moscow"], langs["brussels"]) == ("uk", "ru", "")
    assert set(langs.values()) <= {*LANGUAGES.values(), ""}


@pytest.mark.parametrize("tone", ["text", "muted"])
def test_words_on_a_dark_page_read_as_well_as_on_a_light_one(record, tone):
    assert theme.contrast(theme.DARK[tone], theme.DARK["paper"]) >= 4.5
    assert theme.contrast(theme.DARK[tone], theme.DARK["land"]) >= 4.5
    lifted = [theme.lift(color, theme.DARK["paper"]) for color in record.episode["sides"].values()]
    assert min(theme.contrast(color, theme.DARK["paper"]) for color in lifted) >= 4.5
    assert theme.lift("#ffffff", theme.DARK["paper"]) == "#ffffff" and len(set(lifted)) == len(lifted)


def test_text_of_the_record_cannot_become_markup(record, gallery):
    title = "</script><b>x</b>{{ 7 * 7 }}"
    rows = record.events.assign(title=title, summary=title)
    hostile = replace(record, events=rows, episode={**record.episode, "subject": title})
    page = report.render_page(hostile, [gallery("coverage")]).replace(read_library(), "")
    assert "<b>x</b>" not in page and "49" not in re.findall(r"<h1>.*?</header>", page, re.S)[0]
    assert page.count("</script>") == page.count("<script")


def test_the_page_is_written_once_and_then_stays(tmp_path, folder, monkeypatch, capsys):
    made = []
    monkeypatch.setattr(report, "render_page", lambda record, tell: made.append(record) or "page")
    words = ["report", "--episode", str(folder), "--out", str(tmp_path / "out")]
    assert cli.main(words) == 0 and (tmp_path / "out" / "index.html").read_text() == "page"
    assert capsys.readouterr().out == f"Wrote {tmp_path / 'out' / 'index.html'}: open it in a browser, or send it as it is.\n"
    assert cli.main(words) == 0 and capsys.readouterr().out.startswith("Nothing to do:")
    (folder / "events.csv").write_bytes((folder / "events.csv").read_bytes().replace(b"Odesa", b"Odessa", 1))
    (tmp_path / "out" / "index.html").write_text("cut")
    assert cli.main(words) == 0 and len(made) == 2


def test_a_faulty_record_leaves_no_page(tmp_path, change, folder, capsys):
    change("casualties", "sumy-0413-ua-sumy-city-council-36k-127i-killed", low="40")
    assert cli.main(["report", "--episode", str(folder), "--out", str(tmp_path / "out")]) == 1
    assert "above high" in capsys.readouterr().err and not (tmp_path / "out").exists()


def test_a_file_where_the_folder_should_be_is_refused(tmp_path, capsys):
    (tmp_path / "taken").write_text("kept")
    with pytest.raises(SystemExit) as stop:
        cli.main(["report", "--out", str(tmp_path / "taken")])
    assert stop.value.code == 1 and (tmp_path / "taken").read_text() == "kept"
    assert capsys.readouterr().err.startswith(f"--out {tmp_path / 'taken'} is a file; expected a folder")


RENDER = """
import sys
from analysis import report
from analysis.exhibits import EXHIBITS
from analysis.load import DATA, Record
record = Record.read(DATA)
some = [EXHIBITS[name](record) for name in ("tolls", "coverage")]
sys.stdout.buffer.write(report.render_page(record, some).encode())
"""


def test_the_same_record_gives_the_same_bytes_anywhere(record, gallery):
    place = {"PYTHONHASHSEED": "2", "TZ": "America/Lima", "LC_ALL": "C"}
    there = subprocess.run([sys.executable, "-c", RENDER], env={**os.environ, **place}, capture_output=True, check=True).stdout
    here = report.render_page(record, [gallery("tolls"), gallery("coverage")]).encode()
    assert len(here) > 1_000_000 and here == there
