"""Rules across rows and tables: each fault has its sentence, and what could not be read is not judged."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis import rules, schema, when
from analysis.faults import show
from analysis.load import DATED

EPISODE = {"boxes": {"UA": [22.1, 44.3, 40.3, 52.4], "RU": [-180, 41.1, 180, 81.9]}}


def table(name, *rows):
    """Make a table as the reading makes it: typed, with the bounds of its date, lines from 2, other cells NA."""
    kinds = {"integer": "Int64", "number": "Float64"}
    frame = pd.DataFrame({column.name: pd.Series([row.get(column.name) for row in rows], range(2, len(rows) + 2),
                                                 dtype=kinds.get(column.type, "str"))
                          for column in schema.BY_NAME[name].columns})  # fmt: skip
    return frame.join(when.read(frame[DATED[name]])) if name in DATED else frame


def faults(*, unread=(), episode=EPISODE, **tables):
    """Return the sentences on tables given as lists of rows."""
    frames = {name: table(name, *rows) for name, rows in tables.items()}
    return [str(fault) for fault in sorted(rules.find_faults(frames, episode, unread))]


@pytest.mark.parametrize(("length", "shown"), [(60, "x" * 60), (61, "x" * 59 + "…"), (500, "x" * 59 + "…")])
def test_a_long_cell_is_cut_to_what_a_sentence_shows(length, shown):
    assert show("x" * length) == f"'{shown}'"


def actor(name):
    return {"actor_id": name}


def event(name="strike", kind="strike", attacker="Russia", on="2025-04-13", **cells):
    return {"event_id": name, "kind": kind, "attacker": attacker, "when": on, **cells}


def claim(name, low=35, high=35, wording="exact", seq=1, on="2025-04-13", report=None, **cells):
    return {"claim_id": name, "report_id": report or name, "event_id": "strike", "measure": "killed",
            "population": "all", "low": low, "high": high, "wording": wording, "seq": seq, "as_of": on,
            "claimed_by": "ses", "note": name, **cells}  # fmt: skip


def said(name, on, **cells):
    return {"statement_id": name, "when": on, "summary": name, **cells}


def reply(statement, answers, **cells):
    return {"statement_id": statement, "answers": answers, **cells}


def test_tables_without_a_fault_have_none():
    assert faults(
        actors=[actor("ses")], events=[event()],
        casualties=[claim("a", origins="ses", status="single-origin"),
                    claim("b", seq=2, on="2025-04-14", origins="ses", status="single-origin")],
        statements=[said("p", "2025-04-20"), said("q", "2025-04-21")], replies=[reply("q", "p")],
        nights=[{"night": "2025-04-14", "drones_launched": 62, "drones_shot_down": 40, "drones_lost": 22}],
    ) == []  # fmt: skip


def test_no_tables_have_no_fault():
    assert faults() == []


def test_a_key_stands_there_once():
    assert faults(actors=[actor("putin"), actor("putin"), actor("trump")]) == [
        "actors.csv:3 actor_id 'putin': already on line 2"]  # fmt: skip


def test_a_key_of_several_columns_stands_there_once():
    assert faults(replies=[reply("a", "b"), reply("a", "c"), reply("a", "c")]) == [
        "replies.csv:4 statement_id + answers 'a + c': already on line 3"]  # fmt: skip


@pytest.mark.parametrize(
    ("keys", "line", "says"),
    [("zelensky putin trump", 2, "'zelensky': out of order, belongs below 'trump'"),
     ("macron putin kellogg trump", 4, "'kellogg': out of order, belongs above 'macron'"),
     ("macron trump putin zelensky", 3, "'trump': out of order, belongs below 'putin'"),
     ("kellogg zelensky macron putin trump", 3, "'zelensky': out of order, belongs below 'trump'")],
)  # fmt: skip
def test_of_rows_out_of_order_those_to_move_are_named_and_where_to(keys, line, says):
    assert faults(actors=[actor(key) for key in keys.split()]) == [f"actors.csv:{line} actor_id {says}"]


def test_numbers_in_a_key_are_ordered_as_numbers():
    rows = [{"paragraph": paragraph, "sentence": 1} for paragraph in (2, 10)]
    assert faults(passages=rows) == []
    assert faults(passages=rows[::-1]) == [
        "passages.csv:2 paragraph + sentence '10 + 1': out of order, belongs below '2 + 1'"]  # fmt: skip


def test_a_reference_has_a_row():
    assert faults(actors=[actor("zelensky")], statements=[
        said("a", "2025-04-20", speaker="zelenskiy"), said("b", "2025-04-20", speaker="zelensky; tusk"),
    ]) == ["statements.csv:2 speaker 'zelenskiy': not in actors.csv (did you mean 'zelensky'?)",
           "statements.csv:3 speaker 'tusk': not in actors.csv"]  # fmt: skip


def test_a_reference_to_either_of_two_tables_names_both():
    assert faults(statements=[said("a", "2025-04-20")], proposals=[{"proposal_id": "p-a"}],
                  replies=[reply("a", "p-a"), reply("a", "x")]) == [
        "replies.csv:3 answers 'x': not in statements.csv or proposals.csv"]  # fmt: skip


def test_references_to_a_table_with_an_unread_key_are_not_judged():
    assert faults(actors=[actor(None)], statements=[said("a", "2025-04-20", speaker="putin")]) == []


def test_an_id_belongs_to_one_table():
    assert faults(events=[event("easter-truce", "truce", None)], statements=[said("easter-truce", "2025-04-20")]) == [
        "statements.csv:2 statement_id 'easter-truce': already the key of events.csv:2"]  # fmt: skip


def test_a_row_is_not_written_twice_under_two_names():
    assert faults(events=[event(), event("strike-again"), event("strike-later", on="2025-04-14")],
                  casualties=[claim("a"), claim("b", seq=2, note="a"), claim("c", seq=3)]) == [
        "casualties.csv:3 the same as casualties.csv:2 in all but its id; remove one, or note how they differ",
        "events.csv:3 the same as events.csv:2 in all but its id; remove one, or note how they differ"]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "origins", "says"),
    [("corroborated", "ses", "'corroborated': 1 in origins make it 'single-origin'"),
     ("single-origin", "ses; rma", "'single-origin': 2 in origins make it 'corroborated'"),
     ("disputed", "ses", "'disputed': no row of disagreements.csv names it")],
)  # fmt: skip
def test_status_follows_from_origins(status, origins, says):
    events = [event(status=status, origins=origins)]
    assert faults(events=events, disagreements=[{"topic": "a", "records": "other"}]) == [f"events.csv:2 status {says}"]


def test_a_disputed_row_is_named_in_disagreements():
    events = [event(status="disputed", origins="ses; rma")]
    assert faults(events=events, disagreements=[{"topic": "a", "records": "other; strike"}]) == []
    assert faults(events=events, disagreements=[{"topic": "a"}]) == []
    assert faults(events=events) == []


def test_an_answer_does_not_come_before_what_it_answers():
    statements = [said("a", "2025-04-21"), said("b", "2025-04-20"), said("c", "[2025-04-20..2025-04-22]")]
    replies = [reply("b", "a"), reply("b", "c"), reply("c", "a")]
    assert faults(statements=statements, replies=replies) == [
        "replies.csv:2 answers 'a': said later than the statement that answers it"]  # fmt: skip


def test_an_answer_does_not_come_before_the_proposal_that_it_answers():
    statements = [said("a", "2025-04-19"), said("b", "2025-04-20")]
    made = [{"proposal_id": "p", "label": "p", "first_made": "2025-04-20"}]
    assert faults(statements=statements, proposals=made, replies=[reply("a", "p"), reply("b", "p")]) == [
        "replies.csv:2 answers 'p': first made later than the statement that answers it"]  # fmt: skip


def test_a_yes_on_terms_has_its_terms():
    rows = [reply("a", "b") | {"answer": "accept-if", "conditions": terms} for terms in (None, "a ceasefire first")]
    assert faults(replies=rows[:1]) == ["replies.csv:2 conditions: empty, which the answer accept-if may not be"]
    assert faults(replies=rows[1:]) == []


def test_many_rows_out_of_order_are_one_sentence():
    rows = [{"location_id": name, "country": "UA", "lat": 50.0, "lon": 30.0} for name in "hgfedcb"]
    assert faults(locations=rows, episode={}) == [
        "locations.csv: 6 rows are out of the order of location_id; python -m analysis tidy sorts them"]  # fmt: skip


def test_answers_do_not_go_in_circles_and_each_circle_is_named():
    statements = [said(name, "2025-04-20") for name in "abcde"]
    replies = [reply("a", "b"), reply("b", "c"), reply("c", "a"), reply("c", "d"), reply("e", "e")]
    assert faults(statements=statements, replies=replies) == [
        "replies.csv:2 answers go in a circle: a -> b -> c -> a",
        "replies.csv:6 answers go in a circle: e -> e",
    ]


@pytest.mark.parametrize(
    ("low", "high", "wording", "says"),
    [(40, 35, "exact", "low '40' above high '35'"),
     (40, 35, "about", "low '40' above high '35'"),
     (34, 35, "exact", "wording 'exact': low '34' and high '35' must be equal"),
     (34, None, "exact", "wording 'exact': takes low and high, and equal"),
     (None, None, "about", "wording 'about': takes low and high, and equal"),
     (34, 40, "at least", "wording 'at least': takes low and no high"),
     (None, 34, "more than", "wording 'more than': takes low and no high"),
     (85, 85, "up to", "wording 'up to': takes high and no low")],
)  # fmt: skip
def test_low_and_high_follow_the_wording(low, high, wording, says):
    assert faults(casualties=[claim("a", low, high, wording)]) == [f"casualties.csv:2 {says}"]


@pytest.mark.parametrize(
    ("low", "high", "wording"),
    [(0, 0, "exact"), (120, 120, "about"), (34, None, "at least"), (101, None, "more than"), (None, 85, "up to")],
)
def test_each_wording_has_its_shape(low, high, wording):
    assert faults(casualties=[claim("a", low, high, wording)]) == []


@pytest.mark.parametrize(
    ("cells", "says"),
    [({"on": "2025-04-14"}, "as_of '2025-04-14': the other claims of report 'r' have '2025-04-13'"),
     ({"seq": 2}, "seq '2': the other claims of report 'r' have '1'"),
     ({"claimed_by": "rma"}, "claimed_by 'rma': the other claims of report 'r' have 'ses'"),
     ({"event_id": "raid"}, "event_id 'raid': the other claims of report 'r' have 'strike'")],
)  # fmt: skip
def test_claims_of_one_report_agree(cells, says):
    rows = [claim("a", report="r"), claim("b", report="r", **cells), claim("c", report="r")]
    assert faults(casualties=rows) == [f"casualties.csv:3 {says}"]


def test_an_unread_cell_does_not_differ_from_the_other_claims():
    rows = [claim("a", report="r"), claim("b", report="r", seq=None)]
    assert faults(casualties=rows, unread={("casualties.csv", 3)}) == []


def test_there_are_no_more_children_than_people():
    rows = [claim("a", 5, 5, report="r"), claim("b", 6, 6, report="r", population="children"),
            claim("c", 7, 7, report="r", population="children", measure="injured")]  # fmt: skip
    assert faults(casualties=rows) == ["casualties.csv:3 low '6': more children killed than people in all ('5')"]
    assert faults(casualties=[rows[0], rows[1] | {"low": 5, "high": 5}]) == []  # all may be children


def test_there_may_be_more_children_than_the_least_number_of_people():
    rows = [claim("a", 5, None, "at least", report="r"), claim("b", 6, 6, report="r", population="children")]
    assert faults(casualties=rows) == []


def test_only_counts_of_servicemen_stand_outside_the_order():
    rows = [claim("a", seq=None), claim("b", seq=None, population="military")]
    assert faults(casualties=rows) == ["casualties.csv:2 seq: empty, which only population 'military' may be"]


def test_two_reports_do_not_share_a_place_in_the_ledger():
    assert faults(casualties=[claim("a"), claim("b")]) == ["casualties.csv:3 seq '1': also that of report 'a'"]


def test_the_ledger_goes_forward_in_time():
    rows = [claim("a", on="2025-04-14"), claim("b", seq=2, on="2025-04-13"), claim("c", seq=3, on="2025-04")]
    assert faults(casualties=rows) == [
        "casualties.csv:3 seq '2' of 'strike': given earlier than report 'a', which has '1'"]  # fmt: skip


def test_a_report_of_uncertain_date_does_not_hide_a_step_back():
    rows = [claim("a", on="2025-04-14"), claim("b", seq=2, on="2025-04"), claim("c", seq=3, on="2025-04-13")]
    assert faults(casualties=rows) == [
        "casualties.csv:4 seq '3' of 'strike': given earlier than report 'a', which has '1'"]  # fmt: skip


def test_each_strike_has_its_own_ledger():
    rows = [claim("a", on="2025-04-14"), claim("b", on="2025-04-13", event_id="other")]
    assert faults(casualties=rows) == []


def test_strikes_and_only_strikes_have_an_attacker():
    events = [event("a", attacker=None), event("b", "talks"), event("c", "talks", None), event("d", None)]
    assert faults(events=events) == [
        "events.csv:2 attacker: empty, which a strike may not be",
        "events.csv:3 attacker 'Russia': strikes only",
    ]


def test_claims_are_on_strikes():
    assert faults(events=[event("strike", "talks", None)], casualties=[claim("a")]) == [
        "casualties.csv:2 event_id 'strike': not a strike"]  # fmt: skip


def test_claims_do_not_come_before_the_strike():
    rows = [claim("a", on="2025-04-12"), claim("b", seq=2, on="2025-04-13")]
    assert faults(events=[event()], casualties=rows) == [
        "casualties.csv:2 as_of '2025-04-12': before the strike 'strike'"]  # fmt: skip


@pytest.mark.parametrize(
    ("country", "lat", "lon", "says"),
    [("UA", 34.8, 50.9, "lat '34.8' lon '50.9': look swapped"),
     ("UA", 55.75, 37.62, "lat '55.75' lon '37.62': outside the box of UA in episode.toml"),
     ("PL", 52.2, 21.0, "country 'PL': no box in episode.toml")],
)  # fmt: skip
def test_a_place_lies_in_its_country(country, lat, lon, says):
    rows = [{"location_id": "a", "country": country, "lat": lat, "lon": lon}]
    assert faults(locations=rows) == [f"locations.csv:2 {says}"]
    assert faults(locations=rows, episode={}) == []


def test_no_more_drones_come_down_than_were_launched():
    down = {"drones_shot_down": 40, "drones_lost": 23}
    nights = [{"night": "2025-04-13", "drones_launched": 62, **down}, {"night": "2025-04-14", **down},
              {"night": "2025-04-15", "drones_launched": 0, "drones_lost": 1}]  # fmt: skip
    assert faults(nights=nights) == [
        "nights.csv:2 drones_launched '62': fewer than the 63 shot down or lost",
        "nights.csv:4 drones_launched '0': fewer than the 1 shot down or lost",
    ]


def test_a_total_ends_after_it_starts():
    rows = [{"start": "2025-03-01", "end": "2025-02-28", "said_by": "a"}, {"start": "2025-03-01", "said_by": "b"}]
    assert faults(night_totals=rows) == ["night_totals.csv:2 end '2025-02-28': before start '2025-03-01'"]


def test_a_total_of_missiles_says_how_it_was_put_and_nothing_is_put_without_one():
    rows = [{"start": "2025-03-01", "missiles": 0}, {"start": "2025-04-01", "missiles_wording": "exact"},
            {"start": "2025-05-01"}, {"start": "2025-06-01", "missiles": 8, "missiles_wording": "exact"}]  # fmt: skip
    assert faults(night_totals=rows) == ["night_totals.csv:2 missiles '0': needs missiles_wording",
                                         "night_totals.csv:3 missiles_wording 'exact': needs missiles"]  # fmt: skip


def test_the_first_coding_is_the_label_of_the_record():
    rows = [("a", None, "act", "warn"), ("a", "b", "basis", "inferred"), ("a", "c", "basis", "explicit"),
            ("b", None, "act", "defer")]  # fmt: skip
    coded = [dict(zip(("statement_id", "answers", "field", "first"), row, strict=True)) for row in rows]
    statements = [said("a", "2025-04-20", act="defer"), said("b", "2025-04-20")]
    replies = [reply("a", "b", answer="defer", basis="explicit")]
    assert faults(statements=statements, replies=replies, second_coding=coded) == [
        "second_coding.csv:2 first 'warn': the record has 'defer'",
        "second_coding.csv:3 first 'inferred': the record has 'explicit'",
        "second_coding.csv:4 basis of 'a': no such row in the record",
    ]


def test_the_signal_is_in_the_record():
    episode = {"signal": {"event": "remark", "answer": "answer", "offer": "offer"}}
    events, replies = [event("remarks", "statement", None)], [reply("answer", "other")]
    assert faults(episode=episode, events=events, replies=replies) == [
        "episode.toml: signal: answer 'answer': no row of replies.csv has it answer 'offer'",
        "episode.toml: signal: event 'remark': not in events.csv (did you mean 'remarks'?)",
    ]
    assert faults(episode=episode, events=[event("remark")], replies=[reply("answer", "offer")]) == []
    talks = {"signal": episode["signal"] | {"next_talks": "talk"}}
    both = [event("remark"), event("talks", "talks", None)]
    assert faults(episode=talks, events=both, replies=[reply("answer", "offer")]) == [
        "episode.toml: signal: next_talks 'talk': not in events.csv (did you mean 'talks'?)"]
    assert faults(episode=episode, events=[event(None)], replies=[reply("answer", None)]) == []


def test_a_coding_of_a_row_whose_key_could_not_be_read_is_not_judged():
    coded = [{"statement_id": "a", "field": "act", "first": "warn"}]
    assert faults(statements=[said(None, "2025-04-20")], replies=[reply("b", "c")], second_coding=coded) == []


@pytest.mark.parametrize("rule", [rule for rule, _ in rules.RULES])
def test_no_rule_fails_on_rows_of_which_no_cell_could_be_read(rule):
    frames = {each.name: table(each.name, {}, {}) for each in schema.TABLES}
    list(rule(frames, EPISODE))
    assert rules.find_faults(frames, EPISODE, {(f"{name}.csv", line) for name in frames for line in (2, 3)}) == []
