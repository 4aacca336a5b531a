"""The explorer without a browser: filters, marks and rows that choose together, undo, details, code, export, many rows."""

import csv
import datetime
import json
from dataclasses import replace
from itertools import pairwise

import pandas as pd
import pytest

from analysis.exhibits import EXHIBITS
from analysis.explorer import explore
from analysis.explorer.board import LISTED
from analysis.explorer.times import MANY, RINGS
from analysis.load import Record
from analysis.manifest import digest
from analysis.selection import Choice, select
from analysis.verify import Verifier

WEEK = {"start": "2025-04-13", "end": "2025-04-19"}
MARKS = {1: 2, 2: 7}
"""Number of the trace that holds the marks, by chart."""


@pytest.fixture
def explorer(record):
    return explore(record)


def drawn(explorer):
    """Return the ids behind all marks of the charts of time, as plotly has them."""
    heads = [one for number in MARKS.values() for one in explorer.charts.data[number].customdata]
    return {one for head in heads for one in explorer.times.members[head]}


def shown(explorer):
    """Return the ids in the table."""
    rows = explorer.table.content["rows"]
    return [rows[number]["id"] for number in explorer.table.shown]


def test_it_opens_on_the_whole_record_or_on_what_is_chosen(record, explorer):
    assert explorer.selection is record and explorer.code == "explore(record)"
    week = explore(record, sides="Ukraine", **WEEK)
    assert week.code == 'explore(record, start="2025-04-13", end="2025-04-19", sides=["Ukraine"])'
    assert eval(week.code, {"explore": explore, "record": record}).choice == week.choice
    assert type(week.selection.casualties) is pd.DataFrame and len(week.selection.casualties) == 73
    assert week.selection.events.equals(select(record, week.choice).events)


@pytest.mark.parametrize("chosen", [{}, {"sides": "Ukraine", **WEEK}], ids=["all", "week"])
def test_what_its_charts_show_looks_as_accepted(record, chosen, compare_look):
    made = explore(record, **chosen)
    charts = [chart.to_dict() for chart in (made.charts, made.map)]
    parts = [part for one in charts for part in (*one["data"], *one["layout"].items())]
    offered = [(name, *lists.options) for name, lists in made.controls.many.items()]
    rounded = json.loads(json.dumps([*parts, *offered]), parse_float=lambda number: round(float(number), 3))
    for trace in (part for part in rounded if isinstance(part, dict)):
        del trace["uid"]
    compare_look("\n".join(map(json.dumps, rounded)))


def test_a_choice_looks_the_same_whatever_was_shown_before(record, explorer):
    def read(chart):
        data, layout = (chart.to_dict()[part] for part in ("data", "layout"))
        return [trace | {"uid": ""} for trace in data], {name: value for name, value in layout.items() if value != []}

    for choice in (Choice(sides="Ukraine", **WEEK), Choice(text="zzz"), Choice(kinds="propose"), Choice()):
        explorer.apply(choice)
        anew = explore(record, **choice.given)
        assert read(explorer.charts) == read(anew.charts) and read(explorer.map) == read(anew.map)


@pytest.mark.parametrize(("wrong", "says"), [
    ({"side": "Ukraine"}, "no filter 'side' (did you mean 'sides'?)"),
    ({"xyz": "Ukraine"}, "no filter 'xyz'; expected one of start, end, sides, actors, kinds, statuses, places, text, ids"),
    ({"sides": ["Ukrain"]}, "sides 'Ukrain': not in the record (did you mean 'Ukraine'?)"),
    ({"text": 5}, "text 5: expected text in quotation marks"),
    ({"places": ["kyiv", 5]}, "places 5: expected text in quotation marks"),
])  # fmt: skip
def test_a_filter_or_a_value_that_is_unknown_is_refused_with_a_guess(record, wrong, says):
    with pytest.raises(ValueError) as refused:
        explore(record, **wrong)
    assert str(refused.value) == says


def test_a_filter_changes_charts_map_rows_code_and_count_together(explorer):
    explorer.controls.sides["Ukraine"].value = True
    explorer.controls.many["kinds"].value = ("killed", "strike")
    ids = set(explorer.items.loc[explorer.items["kind"].isin(["killed", "strike"])
                                 & explorer.items["sides"].str.contains("Ukraine"), "id"])  # fmt: skip
    assert ids and set(shown(explorer)) == drawn(explorer) == ids == set(explorer.shown["id"])
    assert list(explorer.map.data[0].customdata) == explorer.points["ids"].tolist()
    assert explorer.points.loc[explorer.points["name"] == "Sumy", "rows"].item() == explorer.shown["places"].eq("sumy").sum()
    assert explorer.line.content["code"] == 'explore(record, sides=["Ukraine"], kinds=["killed", "strike"])'
    assert explorer.status.value.startswith(f"<b>{len(ids)} of 449 rows: 16 events, 0 statements, 96 casualty claims<")


def test_what_is_brushed_over_time_is_chosen_by_day_and_over_the_map_by_place(explorer):
    first, last = (explorer.times.spots[one][0] for one in ("sumy-strike-2025-04-13", "easter-truce-announcement-2025-04-19"))
    explorer._hear("times", [], [last + 0.1, first - 0.1], brushed=True)  # from right to left
    assert explorer.choice.start <= "2025-04-13" and explorer.choice.end >= "2025-04-19"
    assert explorer.controls.days["start"].value.isoformat() == explorer.choice.start
    explorer._hear("map", ["kyiv", "odesa; odesa-suburbs"], None, brushed=True)
    assert explorer.choice.places == ("kyiv", "odesa", "odesa-suburbs")
    assert explorer.controls.many["places"].value == explorer.choice.places
    explorer.reset()
    explorer._hear("times", ["sumy-strike-2025-04-13"], None, brushed=True)  # with the lasso
    assert explorer.choice.ids == ("sumy-strike-2025-04-13",)


def test_an_empty_brush_or_a_mark_that_is_gone_changes_nothing(explorer):
    before = explorer.choice
    explorer._hear("map", [], [-100.0, 100.0], brushed=True)
    explorer._hear("times", [], None, brushed=True)
    explorer._hear("times", ["gone"], None, brushed=False)
    explorer._hear("map", ["gone"], None, brushed=False)
    assert explorer.choice == before and explorer.past == []


def test_undo_and_reset_take_back_what_was_chosen(record, explorer):
    assert explorer.buttons["Undo"].disabled and explorer.buttons["Reset"].disabled
    explorer.controls.text.value = "odesa"
    explorer.controls.sides["Russia"].value = True
    explorer.buttons["Undo"].click()
    assert explorer.choice == Choice(text="odesa") and not explorer.controls.sides["Russia"].value
    explorer.buttons["Reset"].click()
    assert explorer.selection is record and explorer.controls.text.value == ""
    explorer.undo()
    explorer.undo()
    assert explorer.choice == Choice() and explorer.past == [] and drawn(explorer) == set(explorer.items["id"])
    explorer.undo()
    assert explorer.choice == Choice()


def test_days_the_wrong_way_round_are_told_and_change_nothing(explorer):
    explorer.apply(Choice(start="2025-05-01"))
    explorer.apply(replace(explorer.choice, end="2025-04-01"))
    assert explorer.status.value == "<b>start &#x27;2025-05-01&#x27; is after end &#x27;2025-04-01&#x27;</b>"
    assert explorer.choice == Choice(start="2025-05-01") and len(explorer.past) == 1


def test_a_click_tells_words_sources_and_disagreements(explorer):
    explorer._hear("times", ["zelensky-30day-civilian-2025-04-20"], None, brushed=False)
    told = explorer.details.content
    assert told["title"] == "Volodymyr Zelensky: propose" and explorer.table.active == "zelensky-30day-civilian-2025-04-20"
    assert {"topic": "Sources differ (civilian-offer-date):", "versions": told["doubts"][0]["versions"]} == told["doubts"][0]
    assert len(told["doubts"][0]["versions"]) == 2 and len(told["sources"]) == 4
    assert ["Status:", "single-origin. One origin vouches for it, however many pages carry it."] in told["lines"]
    x, chart, y = explorer.times.spots["zelensky-30day-civilian-2025-04-20"]
    ring, other = (explorer.charts.data[RINGS[number]] for number in (chart, 3 - chart))
    assert (list(ring.x), list(ring.y), list(other.x)) == ([x], [y], [])
    assert len(explorer.map.data[3].x) == 1  # Kyiv
    explorer.apply(Choice(text="zzz"))
    assert explorer.table.active == "" and list(explorer.charts.data[RINGS[2]].x) == []
    assert explorer.details.content["title"] == "Details"  # of what is not shown there are none


def test_the_map_names_the_places_with_most_rows_that_its_view_leaves_out(explorer):
    def told():
        return explorer.map.layout.annotations[0].text.replace("<br>", " ")

    assert told().startswith("Beyond this map: Washington (") and "other place" not in told()
    explorer.views.value = "Around Ukraine"
    assert told().startswith("Beyond this map: Moscow (") and told().endswith(" other places") and told().count("(") == 6
    explorer.views.value = "Europe and the Gulf"


def test_the_names_of_days_are_far_enough_apart_for_a_narrow_window(explorer):
    explorer.apply(Choice(start="2025-04-11", end="2025-04-30"))
    at = sorted(explorer.charts.layout.xaxis.tickvals)
    assert min(after - one for one, after in pairwise(at)) > 9.5  # of 160 units in 600 px, in which a name has 35


def test_the_details_of_a_statement_say_who_answered_it_or_what_it_puts_forward(explorer):
    explorer.look("zelensky-mirror-2025-04-19")
    lines = explorer.details.content["lines"]
    first = next(at for at, (label, _) in enumerate(lines) if label == "Answers:")
    own, *others = [words for _, words in lines[first:first + 3]]
    assert own.startswith("It answers “Vladimir Putin: announce, 19 April 2025") and "(accept-if, explicit: " in own
    assert [others[0][:22], others[1][:25]] == ["“Dmitry Peskov: reject", "“US Department of State: "]
    assert others[0].endswith("answers “Extend the Easter truce”, which it puts forward (reject, inferred).")
    explorer.look("putin-easter-truce-2025-04-19")
    assert "” answers it (accept-if, explicit: complete calm" in " ".join(words for _, words in explorer.details.content["lines"])
    explorer.look("umerov-2025-06-02")
    told = [words for _, words in explorer.details.content["lines"]]
    assert "No other side answered “Meeting on 20-30 June” in the record." in told


def test_a_click_on_a_place_lists_what_is_there_and_a_row_of_the_list_leads_on(explorer):
    explorer._hear("map", ["sumy"], None, brushed=False)
    told = explorer.details.content
    assert told["title"] == "Sumy" and {row["id"] for row in told["rows"]} == set(
        explorer.items.loc[explorer.items["places"].str.split("; ").map(lambda ids: "sumy" in ids), "id"])
    explorer.details.active = "sumy-strike-2025-04-13"
    note = explorer.record.events.set_index("event_id").loc["sumy-strike-2025-04-13", "note"]
    assert explorer.details.content["lines"][-2:] == [["Note:", note], ["Row:", "sumy-strike-2025-04-13 (events)"]]


def test_an_answer_is_joined_with_what_it_answers_while_both_are_shown(explorer):
    def count():
        return [sum(x is None for x in explorer.charts.data[number].x) for number in (5, 6)]

    replies, said = explorer.record.replies, set(explorer.record.statements["statement_id"])
    both = replies[replies["answers"].isin(said)]["basis"].value_counts()
    assert count() == [both["explicit"], both["inferred"]]
    explorer.apply(Choice(ids=replies["statement_id"].iloc[0]))
    assert count() == [0, 0]


def test_the_output_is_a_widget_a_picture_and_the_same_words_each_time(record):
    (first, size), (second, _) = (explore(record, sides="Ukraine", **WEEK)._repr_mimebundle_() for _ in "ab")
    assert set(first) == {"application/vnd.jupyter.widget-view+json", "image/png", "text/plain"}
    assert first["text/plain"] == second["text/plain"] and first["image/png"] == second["image/png"]
    assert first["text/plain"].splitlines()[1] == "98 of 449 rows: 14 events, 11 statements, 73 casualty claims"
    assert size["image/png"]["width"] > 700 and digest(first["text/plain"]) in first["image/png"].decode("latin-1")


def read(path):
    return list(csv.DictReader(path.read_text("utf-8").splitlines()))


def test_an_export_is_the_figures_and_exactly_the_rows_of_the_view(record, tmp_path):
    explorer = explore(record, sides="Ukraine", **WEEK)
    paths = explorer.export(tmp_path / "new" / "view", ["tolls"], ["png", "json"])
    folder = tmp_path / "new" / "view"
    assert sorted(paths) == sorted(folder.iterdir()) and {"tolls-page.png", "tolls.json", "rows.csv"} <= {p.name for p in paths}
    assert [row["id"] for row in read(folder / "rows.csv")] == explorer.shown["id"].tolist()
    assert [row["claim_id"] for row in read(folder / "casualties.csv")] == explorer.selection.casualties["claim_id"].tolist()
    facts = json.loads((folder / "view.json").read_text("utf-8"))
    assert facts["code"] == explorer.code and facts["shown"] == "Ukraine; 13 to 19 April 2025; 98 of 449 rows"
    assert facts["files"] == sorted(path.name for path in paths)
    assert "13 to 19 April 2025; 98 of 449 rows" in json.loads((folder / "tolls.json").read_text("utf-8"))["alt"]
    verifier = Verifier(record)
    assert [verifier.verify(folder / name)[0] for name in ("tolls-page.png", "tolls.json")] == [True, True]
    before = {path.name: path.read_bytes() for path in paths}
    explorer.export(folder, "tolls", ["png", "json"])  # one name needs no list
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_what_is_brushed_or_let_go_has_no_trace_drawn_anew(explorer, monkeypatch):
    sent = []
    for chart in (explorer.map, explorer.charts):
        monkeypatch.setattr(chart, "_send_restyle_msg", lambda *told, **_: sent.append(told))
        for event in ("plotly_selected", "plotly_deselect"):
            points = {name: [] for name in ("xs", "ys", "point_indexes", "trace_indexes")}
            chart._js2py_pointsCallback = {"event_type": event, "points": points}
            assert chart._js2py_pointsCallback is None
    assert sent == []


def test_a_day_may_be_a_date_and_what_is_no_record_is_refused(record):
    explorer = explore(record, start=datetime.date(2025, 4, 13), end=pd.Timestamp("2025-04-19"))
    assert explorer.code == 'explore(record, start="2025-04-13", end="2025-04-19")'
    with pytest.raises(TypeError, match=r"^explore needs a Record, as Record.read\(\) returns it, not str 'data'$"):
        explore("data")


def test_what_cannot_be_exported_is_refused_and_nothing_is_written(record, tmp_path):
    explorer = explore(record, text="zzz")
    for exhibits, formats, says in (
        (["tols"], ["png"], "no exhibit 'tols' (did you mean 'tolls'?)"),
        (["tolls"], ["gif"], "no format 'gif'; expected one of png, svg, pdf, html, csv, json"),
    ):
        with pytest.raises(ValueError) as refused:
            explorer.export(tmp_path / "view", exhibits, formats)
        assert str(refused.value) == says
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").write_text("")
    explorer.folder.value = str(tmp_path / "file")
    explorer.buttons["Export"].click()
    assert explorer.told.value.startswith("Nothing was written: ") and not explorer.buttons["Export"].disabled


def test_hostile_text_stays_text(folder, change, tmp_path):
    change("events", "sumy-strike-2025-04-13", title="<img src=x onerror=canary()>", summary="=1+1 $x$ <b>")
    explorer = explore(Record.read(folder), ids="sumy-strike-2025-04-13")
    hover = explorer.charts.data[MARKS[1]].hovertext[0]
    assert "&lt;img" in hover and "<img" not in hover and "$" not in hover
    assert explorer.table.content["rows"][explorer.table.shown[0]]["cells"][2] == "<img src=x onerror=canary()>"  # set as text
    explorer.export(tmp_path / "view", [], [])
    assert read(tmp_path / "view" / "events.csv")[0]["summary"] == "'=1+1 $x$ <b>"
    explorer.apply(Choice(text="<script>'"))
    assert "&lt;" not in explorer.line.content["code"] and explorer.code == 'explore(record, text="<script>\'")'


@pytest.fixture(scope="module")
def large(record):
    """Return a record five times as large, of copies with other ids."""
    tables = {}
    for name, key in (("events", "event_id"), ("statements", "statement_id"), ("casualties", "claim_id")):
        rows = getattr(record, name)
        copies = [rows.assign(**{key: rows[key] + f"-{n}" if n else rows[key]}) for n in range(5)]
        tables[name] = pd.concat(copies, ignore_index=True)
    return replace(record, **tables)


def test_of_very_many_rows_those_that_lie_close_share_a_mark(large):
    explorer = explore(large)
    marks = [explorer.charts.data[number] for number in MARKS.values()]
    members = explorer.times.members
    assert len(explorer.items) == 5 * 449 > MANY > 3 * sum(len(trace.x) for trace in marks)
    assert sorted(one for ids in members.values() for one in ids) == sorted(explorer.items["id"])
    size, number = zip(*((size, len(members[one])) for trace in marks for size, one in zip(trace.marker.size, trace.customdata,
                                                                                          strict=True)), strict=True)  # fmt: skip
    most = max(number)
    assert all(abs(s - max(22 * (n / most) ** 0.5, 3)) < 0.06 for s, n in zip(size, number, strict=True))  # area, not radius
    one = max(members, key=lambda head: len(members[head]))
    explorer._hear("times", [one], None, brushed=False)
    told = explorer.details.content
    assert told["number"] == len(members[one]) and [row["id"] for row in told["rows"]] == [
        i for i in explorer.shown["id"] if i in members[one]][:LISTED]
    explorer.apply(Choice(**WEEK))
    assert len(explorer.shown) == 5 * 123 and all(len(ids) == 1 for ids in explorer.times.members.values())


def test_where_no_picture_can_be_drawn_it_opens_without_one(record, monkeypatch):
    def draw(part):
        raise ValueError("no room on the figure")

    monkeypatch.setitem(EXHIBITS, "places", draw)
    shown, _ = explore(record)._repr_mimebundle_()
    assert set(shown) == {"application/vnd.jupyter.widget-view+json", "text/plain"}


def test_a_table_with_the_name_of_an_exhibit_does_not_take_its_place(record, tmp_path):
    explorer = explore(record, **WEEK)
    explorer.export(tmp_path, ["nights"], ["csv"])
    assert [row["night"] for row in read(tmp_path / "nights.csv")] == explorer.selection.nights["night"].tolist()
    assert "night-2025-04-13" in {row["id"] for row in read(tmp_path / "nights-marks.csv")}


def test_a_part_is_explored_by_what_the_whole_knows_and_an_empty_one_is_refused(record):
    strikes = select(record, Choice(kinds=("strike",)))
    assert len(explore(strikes, kinds=["talks"]).shown) == 0
    with pytest.raises(ValueError, match="nothing to explore"):
        explore(select(record, Choice(text="zzzzzz")))
