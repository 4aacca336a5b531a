"""The chart of nights: its marks, and what is drawn, read off the artists."""

import json
import re
from collections import defaultdict
from dataclasses import replace

import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.dates import date2num
from matplotlib.figure import Figure

from analysis import theme
from analysis.exhibit import MARKS
from analysis.exhibits import attacks, nights
from analysis.exhibits.nights import PARTS, draw_nights
from analysis.night import UNCOUNTED, find_tops
from analysis.summary import _walk, find_collisions

APRIL_24, MAY_21, MAY_29 = "night-2025-04-24", "night-2025-05-21", "night-2025-05-29"
EASTER, HALT, SIGNAL = "easter-truce-2025-04-19", "energy-strike-halt-2025-03-18", "putin-remarks-2025-04-21"
RUSSIA = "#b5450a"


@pytest.fixture(scope="module")
def less(record):
    """Return the record without the drones launched on 21 May, the parts of 26 May and all numbers of 29 May."""
    rows = record.nights.set_index("night", drop=False)
    rows.loc["2025-05-21", ["drones_launched"]] = pd.NA
    rows.loc["2025-05-26", ["drones_shot_down", "drones_lost"]] = pd.NA
    rows.loc["2025-05-29", ["drones_launched", "drones_shot_down", "drones_lost", "reported_by", "sources", "note"]] = pd.NA
    return replace(record, nights=rows.reset_index(drop=True))


@pytest.fixture(scope="module")
def exhibit(less):
    return nights(less)


@pytest.fixture(scope="module")
def marks(exhibit):
    return exhibit.marks.set_index("id")


def find_drawn(exhibit, size="page"):
    """Return the artists of each mark, by what stands behind its id in their gids, and the ticks of counts in mm."""
    figure = exhibit.figure(size)
    outer, part = _walk(figure)
    drawn = defaultdict(lambda: defaultdict(list))
    for artist in (*part.lines, *part.collections, *part.texts):
        mark, _, piece = (artist.get_gid() or "").partition(" ")
        drawn[mark][piece].append(artist)
    return drawn, outer


@pytest.fixture(scope="module")
def drawn(exhibit):
    return find_drawn(exhibit)[0]


@pytest.fixture(scope="module")
def scales(exhibit):
    """Return for drones and for missiles where zero lies, and the mm for each, read off the ticks beside the axis."""
    _, outer = find_drawn(exhibit)
    ticks = [(t.get_position()[1] + 0.7, int(t.get_text())) for t in outer.texts if t.get_text().isdigit()]
    feet = sorted(y for y, count in ticks if count == 0)
    tops = [max(tick for tick in ticks if tick[0] < feet[1]), max(ticks)]
    return [(foot, (top - foot) / count) for foot, (top, count) in zip(feet, tops, strict=True)][::-1]


def box(artists):
    (artist,) = artists
    (path,) = artist.get_paths()
    (x0, y0), (x1, y1) = path.get_extents().min, path.get_extents().max
    return x0, x1, y0, y1


def test_every_night_is_one_mark_with_the_numbers_of_the_record(marks, less):
    own = marks[marks["mark"] == "night"].set_index("records")
    assert list(own.index) == list(less.nights["night"])
    for column in ("drones_launched", "drones_shot_down", "drones_lost", "missiles_launched"):
        assert own[column].tolist() == less.nights[column].tolist()


def test_a_night_is_told_as_it_was_reported(marks):
    mark = marks.loc[APRIL_24]
    assert mark["date"] == "night to 24 April 2025, Kyiv time"
    assert mark["words"].startswith("145 drones launched, 64 shot down, 68 lost; 70 missiles")
    assert mark["said_by"] == "Air Force of Ukraine" and mark["group"] == "Russia"


def test_unknown_numbers_are_said_to_be_unknown(marks):
    assert marks.loc[MAY_21, "words"] == "drones launched: not reported, 22 shot down, 41 lost; missiles: no number found"
    assert marks.loc[MAY_29, ["words", "said_by", "sources"]].tolist() == ["no report found", "", ""]


def test_a_weak_zero_is_told_with_its_weakness(marks):
    told = marks.loc["night-2025-04-20"]
    assert told["words"].startswith("no drones by what others say; no count found; missiles: no number found. Called a night ")
    assert "no page with an Air Force figure was found. Weak zero: " in told["words"] and told["said_by"] == ""


def test_the_text_columns_are_whole(exhibit):
    own = exhibit.marks[list(MARKS)]
    assert own.notna().all(axis=None) and (own[["id", "title", "records"]] != "").all(axis=None)
    assert exhibit.marks["id"].is_unique and not exhibit.marks["id"].str.contains(" ").any()


def test_every_mark_is_drawn_in_every_size(exhibit):
    for size in theme.SIZES:
        drawn, _ = find_drawn(exhibit, size)
        assert set(exhibit.marks["id"]) <= set(drawn)


@pytest.mark.parametrize("window", [("2025-04-11", "2025-04-24"), ("2025-05-01", None), ("2025-05-29",) * 2])
@pytest.mark.parametrize("size", theme.SIZES)
def test_no_text_overlaps_in_any_other_window(record, window, size):
    assert find_collisions(nights(record, *window).figure(size)) == []


def test_the_parts_of_a_bar_stand_on_each_other_up_to_the_launches(drawn, marks, scales):
    foot, each = scales[0]
    shot, lost, neither = (box(drawn["night-2025-06-01"][part]) for part in ("drones_shot_down", "drones_lost", "drones_neither"))
    assert [shot[2], lost[2], neither[2], neither[3]] == pytest.approx([foot + each * n for n in (0, 210, 382, 472)])


def test_a_bar_stands_over_the_midnight_of_its_date(drawn):
    x0, x1, *_ = box(drawn[APRIL_24]["drones_lost"])
    assert (x0 + x1) / 2 == date2num(pd.Timestamp("2025-04-24")) and x1 - x0 == 0.5


def test_missiles_have_a_scale_of_their_own_from_zero(drawn, scales):
    foot, each = scales[1]
    _, _, low, high = box(drawn[APRIL_24]["missiles"])
    assert (low, high) == pytest.approx((foot, foot + 70 * each)) and scales[0][1] < scales[1][1]


def test_parts_are_told_apart_by_tone_and_open_where_they_are_not_known(drawn):
    faces = [drawn["night-2025-06-01"][part][0].get_facecolor()[0] for part, *_ in PARTS[:3]]
    tones = [0.3 * r + 0.59 * g + 0.11 * b for r, g, b, _ in faces]
    assert to_hex(faces[0]) == RUSSIA and tones[1] - tones[0] > 0.15 and tones[2] - tones[1] > 0.15
    (rest,) = drawn["night-2025-05-26"]["drones_not_split"]
    assert to_hex(rest.get_facecolor()[0]) == theme.PAPER and to_hex(rest.get_edgecolor()[0]) == RUSSIA


def test_none_launched_is_a_ring_on_the_foot_and_no_bar(drawn, scales, marks):
    rings = marks[marks["report"].isin(["none launched", UNCOUNTED])]
    for night, report in rings["report"].items():
        ring = next(line for line in drawn[night][""] if line.get_marker() == "o")
        assert ring.get_color() == (theme.MUTED if report == UNCOUNTED else RUSSIA)
        assert ring.get_ydata()[0] == pytest.approx(scales[0][0]) and ring.get_markerfacecolor() == theme.PAPER
        assert not any(drawn[night][part] for part, *_ in PARTS)


def test_a_night_without_a_report_is_a_gap_with_a_grey_cross(drawn, marks):
    for night in marks.index[marks["report"] == "no report"]:
        (cross,) = drawn[night][""]
        assert cross.get_marker() == "x" and cross.get_color() == theme.MUTED and len(drawn[night]) == 1


def test_parts_without_a_total_have_a_triangle_above_them(drawn, scales):
    foot, each = scales[0]
    (sign,) = drawn[MAY_21][""]
    assert box(drawn[MAY_21]["drones_lost"])[3] == pytest.approx(foot + 63 * each)
    assert sign.get_marker() == "^" and sign.get_ydata()[0] > foot + 63 * each


def test_no_number_of_missiles_is_no_mark_and_none_is_a_ring(drawn, scales):
    assert not drawn["night-2025-04-25"]["missiles"]
    (ring,) = drawn["night-2025-05-08"]["missiles"]
    assert ring.get_marker() == "o" and ring.get_ydata()[0] == pytest.approx(scales[1][0])


def test_a_truce_shades_its_own_hours(drawn):
    ends = [date2num(pd.Timestamp(moment)) for moment in ("2025-04-19T18:00", "2025-04-21T00:00")]
    assert len(drawn[EASTER]["shade"]) == 3
    assert all(box([shade])[:2] == pytest.approx(ends) for shade in drawn[EASTER]["shade"])


def test_a_truce_whose_span_is_disputed_is_an_open_bar_without_shade(drawn):
    bar = next(artist for artist in drawn[HALT][""] if hasattr(artist, "get_facecolor"))
    assert to_hex(bar.get_facecolor()[0]) == theme.PAPER and not drawn[HALT]["shade"]


def test_nights_that_nobody_counted_are_no_count_in_the_subtitle(exhibit, marks):
    counted = marks["drones_launched"].notna() & (marks["report"] != UNCOUNTED)
    assert f"; {counted.sum()} with a count of drones, " in exhibit.subtitle and counted.sum() == 89


def test_the_key_has_an_open_truce_where_one_is_drawn(record):
    for days, there in ((("2025-04-01", "2025-04-14"), True), (("2025-05-01", "2025-05-14"), False)):
        exhibit = nights(record, *days)
        words = [text.get_text() for ax in _walk(exhibit.figure()) for text in ax.texts]
        assert (HALT in set(exhibit.marks["id"])) == ("truce, its span disputed" in words) == there


def test_every_truce_and_the_signal_have_their_words(drawn, marks):
    for mark in marks.index[marks["mark"].isin(["truce", "signal"])]:
        assert " ".join(t.get_text() for t in drawn[mark][""] if hasattr(t, "get_text")) == marks.loc[mark, "label"]


def test_a_proposal_has_the_shape_and_colour_of_who_made_it(drawn, marks, record):
    sides = record.episode["sides"]
    shapes = defaultdict(set)
    for mark in marks[marks["mark"] == "proposal"].itertuples():
        (dot,) = [line for line in drawn[mark.Index][""] if hasattr(line, "get_marker") and line.get_marker() != "None"]
        assert dot.get_color() == sides[mark.group]
        shapes[mark.group] |= {dot.get_marker()}
    assert len(set.union(*shapes.values())) == len(shapes) == 4


def test_proposals_of_one_day_do_not_hide_each_other(drawn, marks):
    spots = [dot.get_xydata()[0] for mark in marks.index[marks["mark"] == "proposal"] for dot in drawn[mark][""]
             if hasattr(dot, "get_marker") and dot.get_marker() != "None"]  # fmt: skip
    assert len({(round(x, 2), round(y, 2)) for x, y in spots}) == len(spots)


def test_the_pages_of_a_proposal_are_those_of_who_put_it_forward(marks, record):
    said = record.statements.set_index("statement_id").loc["putin-easter-truce-2025-04-19"]
    assert marks.loc["p-easter-truce", "sources"] == said["sources"]
    assert marks.loc["p-easter-truce", "records"] == "p-easter-truce; putin-easter-truce-2025-04-19"


def test_the_offer_and_the_focus_are_named_before_what_the_signal_says_itself(marks):
    rank = marks["rank"].dropna()
    named = rank[[SIGNAL, "p-30day-civilian", "p-easter-truce", "p-crimea-recognition", "p-30day-full", "p-un-admin",
                  "p-bilateral-discussion"]]  # fmt: skip
    assert named.tolist() == [-1, 0, 1, 2, 3, 4, 5]


def test_who_attacks_is_said_only_if_one_other_side_strikes():
    def struck(*sides):
        return pd.DataFrame({"attacker": [*sides, None]})

    assert attacks.find_attacker(struck("North", "South", "South"), {"North"}) == "South"
    assert attacks.find_attacker(struck("South", "East"), {"North"}) == ""
    assert attacks.find_attacker(struck("North"), {"North"}) == ""


def test_a_window_keeps_its_mornings_and_says_what_goes_on_beyond(record):
    week = nights(record, "2025-04-11", "2025-04-24").marks.set_index("id")
    own = week[week["mark"] == "night"]
    assert [own["records"].iloc[0], own["records"].iloc[-1], len(own)] == ["2025-04-11", "2025-04-24", 14]
    assert week.loc[HALT, "label"].endswith(", from 18 March") and EASTER in week.index
    assert "p-victory-truce" not in week.index


def test_a_truce_over_the_whole_window_still_has_its_words(record):
    exhibit = nights(record, "2025-04-13", "2025-04-13")
    drawn, _ = find_drawn(exhibit, "column")
    assert "from 18 March, to 16 April" in " ".join(t.get_text() for t in drawn[HALT][""] if hasattr(t, "get_text"))


def test_an_empty_window_says_so(record):
    empty = nights(record, "2024-01-01", "2024-02-01")
    assert empty.marks.empty and list(empty.marks.columns[: len(MARKS)]) == list(MARKS)
    assert "No night in the record" in empty.summary() and "no night" in empty.alt
    assert empty.twin()


@pytest.mark.parametrize("window", [(None, None), ("2025-04-11", "2025-04-24"), ("2025-05-29", "2025-05-29")])
def test_every_number_of_the_alt_text_is_in_the_marks(record, window):
    exhibit = nights(record, *window)
    own = exhibit.marks
    cells = " ".join(str(cell) for column in own for cell in own[column])
    known = set(re.findall(r"\d+", cells))
    counts = {str(n) for column in ("mark", "report", "missiles_reported") for n in own[column].value_counts()}
    assert set(re.findall(r"\d+", exhibit.alt)) <= known | counts


def test_the_alt_text_is_of_a_length_to_be_read_out(exhibit):
    assert 50 <= len(exhibit.alt.split()) <= 120


def test_the_twin_answers_at_every_mark_and_stays_small(exhibit):
    twin = exhibit.twin()
    hovered = {gid for trace in twin["data"] for gid in trace.get("customdata", [])}
    assert hovered == set(exhibit.marks["id"]) and len(json.dumps(twin)) < 300_000


def test_a_number_stands_over_its_own_bar(exhibit, marks):
    for size in ("page", "slide"):
        told = [text for kinds in find_drawn(exhibit, size)[0].values() for texts in kinds.values() for text in texts
                if hasattr(text, "get_text") and text.get_text().isdigit()]  # fmt: skip
        assert {"472", "355", "70"} <= {text.get_text() for text in told}
        for text in told:
            mark = marks.loc[text.get_gid()]
            assert int(text.get_text()) in (mark["drones_launched"], mark["missiles_launched"])
            assert date2num(mark["start"]) <= text.get_position()[0] <= date2num(mark["end"])


def test_on_a_page_no_bar_of_missiles_lacks_its_number(drawn, marks):
    told = {(gid, text.get_text()) for gid, kinds in drawn.items() for text in kinds[""] if hasattr(text, "get_text")}
    assert {(gid, str(number)) for gid, number in marks["missiles_launched"].dropna().items() if number} <= told


def test_few_nights_have_wide_bars_each_with_its_number(record):
    few = nights(record, "2025-04-11", "2025-04-17")
    _, part = _walk(few.figure())
    assert part.get_xlim()[1] - part.get_xlim()[0] < 9
    mine = few.marks[few.marks["mark"] == "night"]
    wanted = [count for name in ("drones_launched", "missiles_launched") for count in mine[name].dropna() if count]
    assert sorted(int(text.get_text()) for text in part.texts if text.get_text().isdigit()) == sorted(wanted)


@pytest.mark.parametrize("day", ["2025-05-21", "2025-05-29", "2025-05-10"])
def test_a_night_without_a_number_stands_alone_too(record, day):
    alone = nights(record, day, day)
    assert f"night-{day}" in find_drawn(alone)[0] and "nan" not in alone.alt + alone.subtitle
    assert find_collisions(alone.figure()) == find_collisions(alone.figure("column")) == []


def test_the_scale_holds_bars_whose_launches_are_not_known(less, marks):
    assert find_tops(marks).loc[[MAY_21, APRIL_24]].tolist() == [63, 145] and pd.isna(find_tops(marks)[MAY_29])
    drawn, outer = find_drawn(nights(less, "2025-05-21", "2025-05-21"))
    *_, top = box(drawn[MAY_21]["drones_lost"])
    ticks = {t.get_text(): t.get_position()[1] + 0.7 for t in outer.texts if t.get_text().isdigit()}
    assert "80" in ticks and top < ticks["80"]


def test_nights_of_an_attacker_without_a_colour_are_grey(exhibit, record):
    other = exhibit.marks["group"].mask(exhibit.marks["mark"] == "night", "Elsewhere")
    figure = Figure(figsize=(8, 6))
    ax = draw_nights(exhibit.marks.assign(group=other), record.episode["sides"], ax=figure.add_axes((0, 0, 1, 1)))
    bars = [one for one in ax.child_axes[0].collections if (one.get_gid() or "").endswith(" missiles")]
    assert bars and {to_hex(bar.get_facecolor()[0]) for bar in bars} == {theme.MUTED}


def test_a_night_that_nobody_counted_is_called_so_where_no_other_was_reported_as_none(record):
    alt = nights(record, "2025-04-19", "2025-04-20").alt
    assert "reported launched" not in alt and "Called none, no count: 1 night: to 20 April." in alt


def test_what_was_over_before_the_first_evening_is_not_drawn(record):
    marks = nights(record, "2025-04-22", "2025-04-30").marks
    assert marks["start"].min() == pd.Timestamp("2025-04-21T18:00")
    assert not {"easter-truce-2025-04-19", record.episode["signal"]["event"]} & set(marks["id"])
    assert {"easter-truce-2025-04-19", record.episode["signal"]["event"]} <= set(nights(record, "2025-04-21", None).marks["id"])
