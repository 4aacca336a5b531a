"""A part of the record: what a choice keeps, that it is whole in itself, and that every exhibit draws it, however small."""

import re
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from analysis.exhibit import NOTHING
from analysis.exhibits import EXHIBITS
from analysis.faults import UNSEEN, split
from analysis.selection import Choice, choose, fold, list_items, select
from analysis.summary import summarize

WEEK = {"start": "2025-04-13", "end": "2025-04-19"}
quick = settings(deadline=None, max_examples=40, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def items(record):
    return list_items(record)


class Shop:
    """Hold the record, its items and a strategy of choices: of values that the record knows, and of any words."""

    def __init__(self, record, items):
        self.record, self.items = record, items
        days = st.dates(pd.Timestamp("2022-02-01").date(), pd.Timestamp("2025-07-31").date()).map(str)
        known = {"sides": list(record.episode["sides"]), "actors": list(record.actors["actor_id"]),
                 "kinds": sorted(set(items["kind"])), "statuses": sorted(set(items["status"])),
                 "places": list(record.locations["location_id"]), "ids": list(items["id"])}  # fmt: skip
        lists = {name: st.lists(st.sampled_from(values), max_size=3, unique=True).map(tuple) for name, values in known.items()}
        span = st.tuples(st.none() | days, st.none() | days).map(lambda ends: sorted(ends) if all(ends) else ends)
        words = st.sampled_from(["", "odesa", "CEASEFIRE", "zzz", "drone strike"]) | st.text(max_size=8)
        self.choices = st.builds(lambda ends, text, some: Choice(*ends, text=text, **some), span, words,
                                 st.fixed_dictionaries({}, optional=lists))  # fmt: skip


@pytest.fixture(scope="module")
def shop(record, items):
    return Shop(record, items)


def test_what_chooses_nothing_out_is_the_record_itself(record):
    assert select(record, Choice()) is record


def test_one_value_may_stand_without_a_list():
    assert Choice(sides="Ukraine", ids="") == Choice(sides=("Ukraine",)) == Choice(sides=["Ukraine"]) == Choice(sides={"Ukraine"})
    assert Choice(sides={"Ukraine", "Russia", "Europe"}).sides == ("Europe", "Russia", "Ukraine")
    assert Choice(text=None, start=None) == Choice()


def test_a_week_of_one_side_is_a_record_of_ordinary_tables(record):
    part = select(record, Choice(sides="Ukraine", **WEEK))
    assert part.statements["side"].unique().tolist() == ["Ukraine"]
    assert part.chosen == "Ukraine; 13 to 19 April 2025; 98 of 449 rows"
    assert (len(part.statements), len(part.casualties), len(part.events)) == (11, 73, 14 + 1)  # a strike comes with claims
    assert type(part.casualties) is pd.DataFrame and part.casualties.dtypes.equals(record.casualties.dtypes)
    assert part.whole is record and part.sha256 == record.sha256


def test_what_may_lie_within_the_days_is_chosen(record, items):
    zone = record.episode["zones"][0]
    on_a_day = items[choose(items, Choice(start="2025-04-13", end="2025-04-13"), zone)]
    day = pd.Timestamp("2025-04-13", tz=zone)
    assert (on_a_day["earliest"] < day + pd.Timedelta(days=1)).all() and ~(on_a_day["latest"] < day).any()
    outside = items.drop(on_a_day.index)
    assert ((outside["earliest"] >= day + pd.Timedelta(days=1)) | (outside["latest"] < day)).all()


def test_claims_on_an_event_stand_in_their_order_and_never_before_their_time(items):
    claims = items[items["seq"].notna()]
    assert all(own.is_monotonic_increasing for _, own in claims.groupby("event_id")["seq"])
    others = items[items["seq"].isna()]
    assert others["earliest"].is_monotonic_increasing
    for at, claim in claims.iterrows():
        after = others.loc[others.index > at, "earliest"]
        assert after.empty or claim["earliest"] <= after.iloc[0]


def test_a_strike_concerns_who_strikes_and_whose_country_is_struck_whoever_else_is_named(items, record):
    strikes = items[items["kind"] == "strike"].set_index("id")["sides"]
    assert strikes["sumy-strike-2025-04-13"] == "Russia; Ukraine"  # its actors are the forces of Russia alone
    assert strikes["kursk-brigade-strike-2025-04-15"].startswith("Ukraine; Russia")
    bare = replace(record, episode={key: value for key, value in record.episode.items() if key != "countries"})
    assert list_items(bare).set_index("id").loc["sumy-strike-2025-04-13", "sides"] == "Russia"


@pytest.mark.parametrize(("words", "found"), [
    ("strike Одеса", "odesa-drones-2025-05-01"), ("killed klymenko sumy", "sumy-0413-klymenko-21k-83i-killed"),
    ("defer missiles infrastructure", "putin-civilian-bilateral-2025-04-21"), ("strike Стамбул", None),
])  # fmt: skip
def test_words_are_looked_for_in_kinds_proposals_and_names_of_places(words, found, items, record):
    chosen = items.loc[choose(items, Choice(text=words), record.episode["zones"][0]), "id"]
    assert found in set(chosen) if found else chosen.empty


def test_words_are_found_without_case_and_accents(record, items):
    zone = record.episode["zones"][0]
    assert fold("Ćevapčići ЇЖАК") == "cevapcici іжак"
    assert fold("“It’s” – it\u2019s: 'U\u00adS'\u200b (перемир’я)") == "its its us перемиря"
    chosen = items[choose(items, Choice(text="  KYIV drónes "), zone)]
    assert len(chosen) and chosen["text"].str.contains("kyiv").all() and chosen["text"].str.contains("drones").all()


@pytest.mark.parametrize(("words", "found"), [
    ("US", "used us"), ("sum", "sumy"), ("30-day", "30 days"), ("“ceasefire", "ceasefire"), ("ukraine’s", "ukraines"),
    ("2,000", "2 000"),
])  # fmt: skip
def test_words_are_found_by_how_they_begin(words, found, record, items):
    some = items.iloc[:3].assign(text=[f" {found}", " russia assumes", " 230 day 12 000 unceasefire"])
    assert choose(some, Choice(text=words), record.episode["zones"][0]).tolist() == [True, False, False]


@pytest.mark.parametrize(("other", "own"), [("zelenskyy", "Zelensky"), ("odess", "Odesa")])
def test_words_are_found_in_other_spellings_too(other, own, record, items):
    zone = record.episode["zones"][0]
    chosen = choose(items, Choice(text=other), zone)
    assert chosen.any() and chosen.equals(choose(items, Choice(text=own), zone))


def test_days_and_statuses_are_found_and_clocks_are_not(record, items):
    zone = record.episode["zones"][0]
    found = items[choose(items, Choice(text="13 april single-origin"), zone)]
    assert len(found) and (found["status"] == "single-origin").all() and found["date"].str.contains("13 April").any()
    assert choose(items, Choice(text="kyiv"), zone).sum() < len(items) / 2


@pytest.mark.parametrize("text", [" ", "\t\u3000", "\u200b\u2060", "“ ”", "…"])
def test_text_without_a_word_is_no_filter(text):
    assert Choice(text=text) == Choice()


def test_of_values_one_must_fit_and_of_filters_all(record, items):
    zone = record.episode["zones"][0]
    both = choose(items, Choice(kinds=("killed", "injured")), zone)
    assert set(items.loc[both, "kind"]) == {"killed", "injured"}
    assert not (choose(items, Choice(kinds="killed", statuses="disputed"), zone) & (items["status"] != "disputed")).any()


def test_a_claim_brings_its_strike_and_a_reply_stays_with_both_its_ends(record):
    part = select(record, Choice(kinds="killed"))
    assert set(part.casualties["measure"]) == {"killed"} and set(part.events["event_id"]) == set(part.casualties["event_id"])
    answered = record.replies["statement_id"].iloc[0]
    alone = select(record, Choice(ids=answered))
    assert set(alone.replies["answers"]) <= set(record.proposals["proposal_id"])


def test_a_part_of_a_part_says_of_what_it_is_one(record):
    part = select(select(record, Choice(**WEEK)), Choice(sides="Ukraine"))
    assert part.chosen == "13 to 19 April 2025; 123 of 449 rows; of these Ukraine; 99 of 124 rows"  # a strike came with claims
    assert part.whole is record and repr(part).startswith("Talks and Strikes") and "(part: 13 to 19 April" in repr(part)


@pytest.mark.parametrize(("wrong", "says"), [
    ({"sides": "Ukrane"}, "sides 'Ukrane': not in the record (did you mean 'Ukraine'?)"),
    ({"actors": "putn"}, "actors 'putn': not in the record (did you mean 'putin'?)"),
    ({"kinds": "xyz"}, "kinds 'xyz': not in the record"),
    ({"places": "<b>"}, "places '<b>': not in the record"),
    ({"start": "13.4.2025"}, "start '13.4.2025': expected a day, as 2025-04-13"),
    ({"end": "2025-04"}, "end '2025-04': expected a day, as 2025-04-13"),
    ({"start": "0202-04-13"}, "start '0202-04-13': expected a day, as 2025-04-13"),
    ({"end": "3000-01-01"}, "end '3000-01-01': expected a day, as 2025-04-13"),
    ({"start": "2025-05-01", "end": "2025-04-01"}, "start '2025-05-01' is after end '2025-04-01'"),
])  # fmt: skip
def test_what_the_record_does_not_know_is_refused_with_a_guess(record, wrong, says):
    with pytest.raises(ValueError) as refused:
        select(record, Choice(**wrong))
    assert str(refused.value).startswith(says)


@quick
@given(data=st.data())
def test_the_code_of_a_choice_makes_the_same_choice(shop, data):
    choice = data.draw(shop.choices)
    made = eval(choice.code, {"explore": lambda record, **given: Choice(**given), "record": None})
    assert made == choice and not UNSEEN.search(choice.code) and "\n" not in choice.code


@quick
@given(data=st.data())
def test_a_part_is_whole_in_itself(shop, data):
    record = shop.record
    part = select(record, data.draw(shop.choices), shop.items)
    ids = {name: set(getattr(part, name).iloc[:, 0]) for name in ("events", "statements", "sources", "actors", "locations")}
    said = ids["statements"] | set(part.proposals["proposal_id"])
    assert set(part.casualties["event_id"]) <= ids["events"] >= set(part.statements["about_event"].dropna())
    assert set(part.replies["statement_id"]) <= ids["statements"] and set(part.replies["answers"]) <= said
    for rows in (part.events, part.statements, part.casualties):
        assert {one for cell in rows["sources"] for one in split(cell)} <= ids["sources"]
        assert {one for cell in rows["origins"] for one in split(cell)} & set(record.actors["actor_id"]) <= ids["actors"]
    assert {one for cell in part.statements["speaker"] for one in split(cell)} <= ids["actors"]
    assert {*part.events["location_id"].dropna(), *part.statements["location_id"].dropna()} <= ids["locations"]
    assert all(getattr(part, name).dtypes.equals(getattr(record, name).dtypes) for name in ("events", "statements", "casualties"))


@settings(quick, max_examples=4, phases=[Phase.explicit, Phase.generate])
@given(data=st.data())
def test_every_exhibit_makes_something_of_any_part(shop, data):
    choice = data.draw(shop.choices)
    part = select(shop.record, choice, shop.items)
    for name, make in EXHIBITS.items():
        exhibit = make(part) if name == "coverage" else make(part, choice.start, choice.end)
        assert not part.chosen or exhibit.alt.startswith(f"Part of the record: {part.chosen}.")
        assert exhibit.marks["id"].is_unique and exhibit.marks.empty == (NOTHING in exhibit.alt)


@pytest.fixture(scope="module", params=[
    {"text": "zzz"}, {"ids": "sumy-strike-2025-04-13"}, {"kinds": "propose"}, {"kinds": "killed", "places": "odesa"},
    {"statuses": "disputed"},
], ids=str)  # fmt: skip
def part(request, record, items):
    return select(record, Choice(**request.param), items)


@pytest.mark.parametrize("name", EXHIBITS)
def test_every_exhibit_draws_a_small_or_an_empty_part_and_looks_as_accepted(part, name, compare_look):
    exhibit = EXHIBITS[name](part)
    figure = exhibit.figure("column")
    assert exhibit.subtitle.startswith(f"Part of the record: {part.chosen}.")
    assert set(exhibit.twin("column", figure=figure)) == {"data", "layout", "config"}
    assert exhibit.marks.empty == (NOTHING in exhibit.alt)
    compare_look(summarize(figure))


@pytest.mark.parametrize("name", [name for name in EXHIBITS if name != "coverage"])
def test_every_exhibit_says_that_a_window_holds_nothing_and_looks_as_accepted(record, name, compare_look):
    exhibit = EXHIBITS[name](record, "2022-06-01", "2022-06-02")
    told = summarize(exhibit.figure("slide"))
    assert exhibit.marks.empty and re.search(r"\b[Nn]o(ne|thing)?\b", told)
    compare_look(told)


@pytest.mark.parametrize(("day", "last"), [("2031-03-30", "2031-03-30T21:59Z"), ("2031-10-26", "2031-10-26T22:59Z")])
def test_a_day_of_23_or_25_hours_is_chosen_whole_and_no_more(items, day, last):
    """Clocks are changed in Berlin on these days."""
    moments = pd.to_datetime([last, last]) + pd.to_timedelta([0, 1], unit="min")
    changed = items.head(2).assign(earliest=moments, latest=moments)
    assert choose(changed, Choice(end=day), "Europe/Berlin").tolist() == [True, False]
