"""Claims to low, best and high."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import toll

COLUMNS = ["claim_id", "seq", "low", "high", "wording", "claimed_by", "origins", "status"]


def ledger(*rows):
    """Make claims on one strike, an hour apart."""
    frame = pd.DataFrame(rows, columns=COLUMNS).astype({"seq": "Int64", "low": "Int64", "high": "Int64"})
    hours = pd.Timestamp("2025-04-13T08:00Z") + pd.to_timedelta(range(len(frame)), unit="h")
    return frame.assign(event_id="sumy", measure="killed", population="all", side="Ukraine", earliest=hours, latest=hours,
                        official=frame["claimed_by"] != "paper")  # fmt: skip


def claim(name, seq, low, high, by="ses", *, wording="exact", origins=None, status="single-origin"):
    return (name, seq, low, high, wording, by, origins or by, status)


def toll_of(claims, at=None, rule=toll.STANDING):
    (row,) = toll.as_known(claims, at, rule).to_dict("records")
    return tuple(None if pd.isna(row[name]) else row[name] for name in ("low", "best", "high"))


def test_a_later_higher_count_overtakes_an_earlier_one():
    claims = ledger(claim("a", 1, 21, 21, "mayor"), claim("b", 2, 34, 34))
    assert toll_of(claims) == (34, 34, 34)


def test_the_order_of_the_ledger_decides_and_not_the_order_of_the_rows():
    claims = ledger(claim("a", 2, 34, 34), claim("b", 1, 21, 21, "mayor"))
    assert toll_of(claims) == (34, 34, 34)


def test_an_earlier_higher_count_of_another_claimant_contests():
    claims = ledger(claim("a", 1, 90, 90, "ministry"), claim("b", 2, 87, 87))
    assert toll_of(claims) == (87, 87, 90)


def test_a_claimant_who_lowers_a_count_corrects_it():
    claims = ledger(claim("a", 1, 9, 9), claim("b", 2, 8, 8))
    assert toll_of(claims) == (8, 8, 8)


def test_an_origin_of_the_lower_count_corrects_its_own_higher_one():
    claims = ledger(claim("a", 1, 9, 9, "ses"), claim("b", 2, 8, 8, "mayor", origins="mayor; ses"))
    assert toll_of(claims) == (8, 8, 8)


def test_what_was_corrected_stays_so_when_somebody_else_repeats_the_correction():
    corrected = claim("a", 1, 9, 9), claim("b", 2, 8, 8, "mayor", origins="mayor; ses")
    assert toll_of(ledger(*corrected, claim("c", 3, 8, 8, "ministry"))) == (8, 8, 8)
    assert toll_of(ledger(*corrected, claim("c", 3, 9, 9), claim("d", 4, 8, 8, "ministry"))) == (8, 8, 9)


def test_a_contesting_claim_without_a_bound_leaves_the_toll_without_it():
    claims = ledger(claim("a", 1, 35, 35), claim("b", 2, None, 40, "council", wording="up to", status="disputed"))
    assert toll_of(claims) == (None, 35, 40)


def test_a_disputed_count_corrects_nothing():
    withdrawn = claim("b", 2, 8, 8, "mayor", origins="mayor; ses", status="disputed")
    assert toll_of(ledger(claim("a", 1, 9, 9), withdrawn, claim("c", 3, 8, 8, "press"))) == (8, 8, 9)


def test_a_disputed_claim_widens_the_range_and_never_stands():
    claims = ledger(claim("a", 1, 35, 35), claim("b", 2, 36, 36, "council", status="disputed"))
    assert toll_of(claims) == (35, 35, 36)


def test_a_disputed_claim_stands_where_there_is_no_other():
    assert toll_of(ledger(claim("a", 1, 36, 36, status="disputed"))) == (36, 36, 36)


def test_at_least_has_a_best_and_no_high():
    assert toll_of(ledger(claim("a", 1, 13, None, wording="at least"))) == (13, 13, None)


def test_more_than_has_no_best():
    assert toll_of(ledger(claim("a", 1, 101, None, wording="more than"))) == (101, None, None)


def test_up_to_has_neither_low_nor_best():
    assert toll_of(ledger(claim("a", 1, None, 85, wording="up to"))) == (None, None, 85)


def test_an_open_count_that_reaches_the_standing_one_does_not_contest_it():
    claims = ledger(claim("a", 1, 81, None, "president", wording="more than"), claim("b", 2, 87, 87))
    assert toll_of(claims) == (87, 87, 87)


def test_the_same_number_from_another_claimant_does_not_contest():
    claims = ledger(claim("a", 1, 87, None, "president", wording="at least"), claim("b", 2, 87, 87))
    assert toll_of(claims) == (87, 87, 87)


def test_of_a_claimant_only_the_last_claim_contests():
    claims = ledger(claim("a", 1, 99, 99, "mayor"), claim("b", 2, 90, 90, "mayor"), claim("c", 3, 87, 87))
    assert toll_of(claims) == (87, 87, 90)


def test_a_claim_is_unknown_until_the_last_moment_at_which_it_may_have_been_made():
    claims = ledger(claim("a", 1, 21, 21), claim("b", 2, 34, 34))
    claims["latest"] += pd.Timedelta(minutes=30)
    assert toll_of(claims, pd.Timestamp("2025-04-13T09:29Z")) == (21, 21, 21)
    assert toll_of(claims, pd.Timestamp("2025-04-13T09:30Z")) == (34, 34, 34)


def test_nothing_is_known_before_the_first_claim():
    assert toll.as_known(ledger(claim("a", 1, 21, 21)), pd.Timestamp("2025-04-13T07:59Z")).empty


def test_measures_and_populations_are_kept_apart():
    claims = pd.concat([ledger(claim("a", 1, 35, 35)), ledger(claim("b", 1, 2, 2)).assign(population="children"),
                        ledger(claim("c", 1, 117, 117)).assign(measure="injured")])  # fmt: skip
    got = toll.as_known(claims).set_index(["measure", "population"])["best"].to_dict()
    assert got == {("injured", "all"): 117, ("killed", "all"): 35, ("killed", "children"): 2}


def add_up(*rows):
    tolls = pd.DataFrame(rows, columns=["place", "low", "best", "high"]).astype(dict.fromkeys(["low", "best", "high"], "Int64"))
    return toll.add_up(tolls, "place").loc["Odesa"].tolist()


def test_counts_of_several_strikes_add_up_bound_by_bound():
    assert add_up(("Odesa", 2, 2, 3), ("Odesa", 5, 5, 5), ("Kyiv", 9, 9, 9)) == [7, 7, 8, 2, 2]


def test_a_sum_leaves_unknown_what_one_strike_leaves_unknown():
    assert add_up(("Odesa", 2, 2, 2), ("Odesa", 101, None, None)) == [103, pd.NA, pd.NA, 2, 2]


def test_a_strike_that_nobody_counted_adds_nothing_and_is_not_counted():
    assert add_up(("Odesa", 2, 2, 3), ("Odesa", None, None, None)) == [2, 2, 3, 1, 2]


def test_a_place_where_nobody_counted_has_no_sum():
    assert add_up(("Odesa", None, None, None)) == [pd.NA, pd.NA, pd.NA, 0, 1]


@pytest.mark.parametrize(("words", "low", "high", "said"), [
    ("exact", 35, 35, "35"), ("at least", 34, None, "at least 34"), ("more than", 101, None, "more than 100"),
    ("about", 120, 120, "about 120"), ("up to", None, 85, "up to 85"),
])  # fmt: skip
def test_a_count_is_put_as_it_was_given(words, low, high, said):
    assert toll.phrase(words, low, high) == said


claims_strategy = st.lists(
    st.tuples(st.integers(0, 200), st.sampled_from(["ses", "mayor", "ministry"]), st.booleans(), st.booleans()),
    min_size=1, max_size=6,
)  # fmt: skip
NOW = pd.Timestamp("2025-04-13T20:00Z")


def drawn(strikes):
    """Make the claims on several strikes, an hour apart; of each strike, so many come up to NOW and the others after it."""
    rows = [(strike, at - known + 1, claim(f"{strike}-{at}", at + 1, n, None if opened else n, by, wording="at least" if opened
                                           else "exact", status="disputed" if disputed else "single-origin"))
            for strike, (claims, known) in enumerate(strikes)
            for at, (n, by, opened, disputed) in enumerate(claims)]  # fmt: skip
    moments = NOW + pd.to_timedelta([after for _, after, _ in rows], unit="h")
    return ledger(*(one for *_, one in rows)).assign(event_id=[f"strike-{strike}" for strike, *_ in rows], earliest=moments,
                                                     latest=moments)  # fmt: skip


ten_strikes = settings(max_examples=20, deadline=None)


@ten_strikes
@given(st.lists(st.tuples(claims_strategy, claims_strategy), min_size=1, max_size=10))
def test_a_later_claim_never_changes_an_earlier_replay(strikes):
    known = drawn([(now, len(now)) for now, _ in strikes])
    grown = drawn([([*now, *later], len(now)) for now, later in strikes])
    assert known["latest"].max() == NOW < grown["latest"].max()
    for rule in toll.RULES:
        pd.testing.assert_frame_equal(toll.as_known(known, NOW, rule), toll.as_known(grown, NOW, rule))


THREE_VOICES = [claim("a", 1, 20, 20, "mayor"), claim("b", 2, 30, 30, "ses"), claim("c", 3, 24, 24, "paper"),
                claim("d", 4, 31, 31, "ministry", origins="ministry; ses"),
                claim("e", 5, 33, 33, "council", status="disputed")]  # fmt: skip


@pytest.mark.parametrize(("rule", "expected"), [
    ("standing", (31, 31, 33)), ("latest official", (33, 33, 33)), ("highest", (33, 33, 33)),
    ("median of independent", (20, 24, 33)),  # of 20, 24, 31 and 33: the rescue service is behind the ministry's 31
])  # fmt: skip
def test_each_rule_takes_its_own_claim(rule, expected):
    assert toll_of(ledger(*THREE_VOICES), rule=rule) == expected


def test_the_latest_official_is_never_a_news_outlet():
    claims = ledger(claim("a", 1, 20, 20, "mayor"), claim("b", 2, 24, 24, "paper"))
    assert toll_of(claims, rule="latest official") == (20, 20, 20)
    assert toll.as_known(claims.iloc[[1]], rule="latest official").empty


def test_the_highest_of_equal_counts_is_the_last_and_open_counts_reach_their_low():
    claims = ledger(claim("a", 1, 20, 20), claim("b", 2, 21, None, "mayor", wording="more than"), claim("c", 3, 21, 21))
    assert toll.as_known(claims, rule="highest")["claim_id"].tolist() == ["c"]
    assert toll_of(claims.iloc[:2], rule="highest") == (21, None, None)


def test_a_count_that_names_no_number_is_the_median_only_where_no_other_is():
    claims = ledger(claim("a", 1, 20, 20, "mayor"), claim("b", 2, 101, None, "ses", wording="more than"))
    assert toll_of(claims, rule="median of independent") == (20, 20, None)
    assert toll_of(claims.iloc[[1]], rule="median of independent") == (101, None, None)


def test_rules_are_compared_side_by_side():
    compared = toll.compare_rules(ledger(*THREE_VOICES))
    assert compared.columns.tolist() == [*toll.RULES, "apart"]
    assert compared.iloc[0].tolist() == [31, 33, 33, 24, 9]


@ten_strikes
@given(st.lists(st.tuples(claims_strategy, st.integers(0, 6)), min_size=1, max_size=10))
def test_a_replay_is_what_was_known_at_each_moment(strikes):
    claims = drawn(strikes)
    replayed = toll.replay(claims)
    stepped = [*zip(replayed["event_id"], replayed["at"], strict=True)]
    assert stepped == sorted(zip(claims["event_id"], claims["latest"], strict=True))
    for at in claims["latest"].unique():
        known = toll.as_known(claims, at).set_index("event_id")
        then = replayed[replayed["at"] <= at].drop_duplicates("event_id", keep="last").set_index("event_id")
        pd.testing.assert_frame_equal(then.drop(columns="at"), known)


def test_claims_of_one_moment_are_one_step_of_a_replay():
    claims = ledger(claim("a", 1, 21, 21), claim("b", 2, 34, 34), claim("c", 3, 35, 35))
    claims["latest"] = claims["latest"].iloc[[0, 2, 2]].to_numpy()
    assert toll.replay(claims)["best"].tolist() == [21, 35]


def test_a_replay_of_no_claims_is_empty():
    assert toll.replay(ledger()).empty


@ten_strikes
@given(st.lists(st.tuples(claims_strategy, st.just(0)), min_size=1, max_size=10))
def test_best_lies_between_low_and_high(strikes):
    claims = drawn(strikes)
    for rule in toll.RULES:
        counts = toll.as_known(claims, rule=rule)
        assert len(counts) == len(strikes)
        for count in counts.itertuples():
            assert count.low <= count.best and (pd.isna(count.high) or count.best <= count.high)


def test_no_argument_is_changed():
    claims = ledger(claim("a", 1, 21, 21), claim("b", 2, 34, 34))
    before = claims.copy(deep=True)
    toll.as_known(claims)
    pd.testing.assert_frame_equal(claims, before)


@pytest.mark.parametrize(("event", "measure", "expected"), [
    ("sumy-strike-2025-04-13", "killed", (35, 35, 36)),
    ("sumy-strike-2025-04-13", "injured", (127, 127, 129)),
    ("kyiv-strike-2025-04-24", "killed", (13, 13, 13)),
    ("kyiv-strike-2025-04-24", "injured", (87, 87, 90)),
    ("kyiv-strike-2025-06-17", "injured", (141, None, None)),
    ("odesa-drones-2025-05-01", "killed", (2, 2, 3)),
    ("kryvyi-rih-strike-2025-04-04", "killed", (21, 21, 21)),
    ("air-attack-2025-05-24", "killed", (12, 12, None)),
])  # fmt: skip
def test_the_record_comes_to_these_tolls(record, event, measure, expected):
    claims = record.casualties
    mine = (claims["event_id"] == event) & (claims["measure"] == measure) & (claims["population"] == "all")
    assert toll_of(claims[mine]) == expected


def test_the_correction_of_24_april_in_kyiv_is_seen_at_its_hour(record):
    claims = record.casualties
    mine = claims[(claims["event_id"] == "kyiv-strike-2025-04-24") & (claims["measure"] == "killed")]
    at = {hour: toll_of(mine, pd.Timestamp(f"2025-04-24T{hour}+03:00")) for hour in ("08:00", "12:00", "17:00")}
    assert at == {"08:00": (9, 9, 9), "12:00": (8, 8, 9), "17:00": (10, 10, 10)}
