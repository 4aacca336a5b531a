"""What became of the drones of a night, and how nights compare with totals."""

import pandas as pd
import pytest

from analysis.night import UNCOUNTED, bound_nights, compare_totals, split_drones


def nights(*rows):
    columns = ["night", "drones_launched", "drones_shot_down", "drones_lost", "missiles_launched"]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[1:], "Int64")).assign(reported_by="force")


def totals(**cells):
    row = {"start": "2031-01-01", "end": "2031-01-03", "said_by": "office", "drones": 100, "drones_wording": "exact",
           "missiles": pd.NA, "missiles_wording": pd.NA}  # fmt: skip
    return pd.DataFrame([row | cells])


THREE = nights(("2031-01-01", 50, 30, 15, 2), ("2031-01-02", 20, 20, 0, None), ("2031-01-03", 10, None, None, 0))


def test_what_is_neither_shot_down_nor_lost_is_known_only_where_all_parts_are():
    split = split_drones(nights(("2031-01-01", 50, 30, 15, None), ("2031-01-02", 50, 30, None, None)))
    assert split["drones_neither"].tolist() == [5, pd.NA]
    assert split["drones_not_split"].tolist() == [pd.NA, 20]
    assert split["report"].tolist() == ["in parts", "not in parts"]


def test_none_launched_no_total_and_no_report_are_kept_apart():
    split = split_drones(nights(("2031-01-01", 0, None, None, 2), ("2031-01-02", None, 3, 4, None), ("2031-01-03", *[None] * 4)))
    assert split["report"].tolist() == ["none launched", "no launch total", "no report"]
    assert split[["drones_neither", "drones_not_split"]].isna().all(axis=None)


def test_a_zero_that_nobody_is_known_to_have_counted_is_kept_apart():
    given = nights(("2031-01-01", 0, None, None, 2), ("2031-01-02", 9, None, None, 2)).assign(reported_by=pd.NA)
    assert split_drones(given)["report"].tolist() == [UNCOUNTED, "not in parts"]


def test_a_night_of_which_only_missiles_are_known_is_not_without_a_report():
    assert split_drones(nights(("2031-01-01", None, None, None, 2)))["report"].tolist() == ["no launch total"]


def test_splitting_changes_nothing_that_it_is_given():
    given = THREE.copy()
    split_drones(given)
    pd.testing.assert_frame_equal(given, THREE)


def test_a_total_stands_beside_the_sum_of_its_nights():
    (row,) = compare_totals(THREE, totals()).itertuples()
    assert (row.measure, row.total, row.summed, row.difference) == ("drones", 100, 80, 20)
    assert (row.nights, row.counted, row.missing, row.why_not) == (3, 3, 0, "")


def test_a_night_without_a_number_is_missing_and_not_zero():
    drones, missiles = compare_totals(THREE, totals(missiles=2, missiles_wording="about")).itertuples()
    assert (missiles.measure, missiles.wording, missiles.summed) == ("missiles", "about", 2)
    assert (missiles.counted, missiles.missing) == (2, 1) and drones.missing == 0


def test_a_night_that_is_not_in_the_table_is_missing_too():
    (row,) = compare_totals(THREE.drop(index=1), totals()).itertuples()
    assert (row.nights, row.counted, row.missing, row.summed) == (3, 2, 1, 60)


def test_the_night_after_the_last_day_is_told_as_it_began_on_that_day():
    (row,) = compare_totals(THREE, totals(end="2031-01-02")).itertuples()
    assert (row.summed, row.after) == (70, 10)


@pytest.mark.parametrize(("days", "why"), [
    ({"start": "2030-12-30"}, "begins before the first night"),
    ({"end": "2031-01-04"}, "ends after the last night"),
])  # fmt: skip
def test_a_total_that_the_nights_cannot_cover_has_no_difference_but_a_reason(days, why):
    (row,) = compare_totals(THREE, totals(**days)).itertuples()
    assert row.why_not == why and row.difference is pd.NA


def test_where_no_night_has_a_number_there_is_no_sum():
    (row,) = compare_totals(THREE.assign(drones_launched=pd.array([pd.NA] * 3, dtype="Int64")), totals()).itertuples()
    assert row.summed is pd.NA and row.difference is pd.NA and row.why_not == "no night has a number"


def test_a_night_lasts_from_the_evening_before_by_the_local_clock():
    (row,) = bound_nights(THREE.iloc[:1], "Europe/Kyiv").itertuples()
    assert (row.earliest, row.latest) == (pd.Timestamp("2030-12-31T16:00Z"), pd.Timestamp("2031-01-01T04:00Z"))


def test_the_drones_of_the_nights_of_march_come_to_the_total_that_was_given_for_the_month(record):
    found = compare_totals(record.nights, record.night_totals).set_index(["start", "end", "measure"])
    march = found.loc[("2025-03-01", "2025-03-31")]
    assert march["difference"].tolist() == [0, -6] and march["missing"].tolist() == [0, 18]
    april = found.loc[("2025-04-01", "2025-04-30", "drones")]
    assert (april["summed"], april["total"], april["counted"], april["nights"]) == (2399, 2560, 28, 30)
