"""Where did it happen, and where was it talked about?"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis import toll
from analysis.doubts import add_doubts
from analysis.exhibit import MARKS, Exhibit, cite
from analysis.exhibits.maps import MEASURES, draw_places, list_far
from analysis.layout.stretches import keep_touching, name_span
from analysis.load import Record
from analysis.marks import NOBODY, REMOTE, join, of_events, of_strikes
from analysis.words import say_number

VENUES = ("talks", "meeting")
LONGEST = 24
"""Letters of a place's name on the map; the table has it whole."""


def places(record: Record, start: str | None = None, end: str | None = None) -> Exhibit:
    """Show the venues of talks in Europe and the Gulf, and the strikes in and around Ukraine with their tolls."""
    zones, sides, whole = record.episode["zones"], record.episode["sides"], record.whole
    events = keep_touching(record.events, record.episode, start, end)
    marks = gather_places(events, whole.casualties, whole.actors, zones)
    marks = add_doubts(marks, whole.disagreements, claims=whole.casualties)
    return Exhibit(
        days=(start, end),
        name="places",
        title="Where talks were held, and where strikes fell",
        subtitle=_say_scope(events, zones[0])
        + (" Area of a filled circle: killed; of a ring: injured. Dashed: no upper bound, or a strike without a count. "
           "Pale disc: known no closer." if marks["mark"].eq("strike").any() else ""),
        alt=describe(marks),
        marks=marks,
        evidence=cite(marks, record, f"Coordinates: GeoNames. {record.episode['borders']}. Map: Natural Earth."),
        colors=sides,
        paint=lambda ax: draw_places(marks, sides, ax=ax),
        height={"column": 176, "page": 90}.__getitem__,
    )


def _say_scope(events: pd.DataFrame, zone: str) -> str:
    """Say how many talks, meetings and strikes there are, and from which day to which."""
    met, struck, remote = events["kind"].isin(VENUES), events["kind"] == "strike", events["title"].str.contains(REMOTE)
    middle = events["earliest"] + (events["latest"] - events["earliest"]) / 2
    days = events.assign(earliest=middle, latest=middle)
    held, online = (met & ~remote).sum(), (met & remote).sum()
    talks = f"{held} talks and meetings" if held != 1 else "1 round of talks or meeting"
    talks += f" and {online} by video" if online else ""
    parts = [f"{words}, {name_span(days[rows], zone)}" if rows.any() else f"no {none}" for rows, words, none in (
                 (met, talks, "talks or meetings"), (struck, say_number(struck.sum(), "strike"), "strikes"))]  # fmt: skip
    said = "; ".join(parts)
    return f"{said[0].upper()}{said[1:]}."


def gather_places(events: pd.DataFrame, claims: pd.DataFrame, actors: pd.DataFrame, zones: Sequence[str]) -> pd.DataFrame:
    """Return one row per venue, and one per place struck and attacker with the sums of its counts.

    Columns: MARKS; `mark` (venue, video, strike), `location_id, place, lat, lon, where_prec, side, events`; for killed and
    injured `_low, _best, _high` (people), `_counted` (strikes that anyone counted) and `_said`; `label`. A meeting by video
    was in no one place: it is `video`, at the place under which the record has it, and no venue.
    """
    met = events[events["kind"].isin(VENUES) & events["location_id"].notna()]
    remote = met["title"].str.contains(REMOTE)
    struck = events[events["kind"] == "strike"]
    rows = pd.concat([of_strikes(struck, claims, actors, zones), of_events(met, actors, zones)])
    venues, videos = (_group(own.assign(side=""), rows, mark) for own, mark in ((met[~remote], "venue"), (met[remote], "video")))
    strikes = _group(struck.assign(side=struck["attacker"]), rows, "strike")
    strikes["at"] = strikes["location_id"] + ":" + strikes["side"]
    known = toll.as_known(claims[claims["population"] == "all"])
    known = known.assign(said=toll.say_counts(known, claims))
    for measure in MEASURES:
        mine = struck[["event_id", "location_id", "attacker"]].merge(
            known[known["measure"] == measure], on="event_id", how="left", validate="one_to_one"
        )
        mine["at"] = (mine["location_id"] + ":" + mine["attacker"]).astype("str")
        sums = toll.add_up(mine, "at").drop(columns="strikes")
        single = mine.dropna(subset=["said"]).drop_duplicates("at").set_index("at")["said"]
        sums.index = sums.index.astype("str").rename(None)
        said = [_say_sum(row, single.get(row.Index)) for row in sums.itertuples()]
        sums["said"] = pd.Series(said, sums.index, dtype="str")
        strikes = strikes.merge(sums.add_prefix(f"{measure}_"), left_on="at", right_index=True, validate="one_to_one")
    marks = pd.concat([venues, videos, strikes], ignore_index=True)
    marks = marks.fillna({"killed_said": "", "injured_said": ""})
    marks["label"] = [_say(mark) for mark in marks.itertuples()]
    struck_too = marks["mark"] == "strike"
    marks["words"] = [_count_words(mark) for mark in marks.itertuples()]
    marks["group"] = marks["side"]
    marks["title"] = [_name(mark) for mark in marks.itertuples()]
    sided = (":" + marks["side"].str.lower().str.replace(" ", "-")).where(struck_too, "")
    marks["id"] = marks["mark"] + ":" + marks["location_id"] + sided
    own = ["mark", "location_id", "place", "lat", "lon", "where_prec", "side", "events",
           *(f"{measure}_{name}" for measure in MEASURES for name in ("low", "best", "high", "counted", "said")),
           "label"]  # fmt: skip
    return marks[[*MARKS, *own]]


def _name(mark: object) -> str:
    """Say of which place a mark is, and what happened there."""
    if mark.mark == "strike":
        return f"{mark.place}, struck by {mark.side}"
    kinds = pd.Series(mark.kinds.split("; ")).value_counts(sort=False)
    held = ", ".join(say_number(n, kind) if kind == "meeting" else f"{n} talks" if n > 1 else kind for kind, n in kinds.items())
    return f"By video: {held}" if mark.mark == "video" else f"{mark.place}: {held}"


def _count_words(mark: object) -> str:
    """Say what happened at a place: which talks, or the counts."""
    if mark.mark != "strike":
        return mark.titles
    return (f"{mark.events} strikes: " if mark.events > 1 else "") + (", ".join(_list_counts(mark)) or NOBODY)


def _list_counts(mark: object) -> list[str]:
    """Return the counts of a place in words, and of how many of its strikes they are if not of all."""
    counts = []
    for measure in MEASURES:
        said, counted = getattr(mark, f"{measure}_said"), getattr(mark, f"{measure}_counted")
        if said:
            counts.append(f"{said} {measure}" + f" in {counted} of them" * int(counted < mark.events))
    return counts


def describe(marks: pd.DataFrame) -> str:
    """Say for those who cannot see it what the maps show."""
    venues, videos, strikes = (marks[marks["mark"] == mark] for mark in ("venue", "video", "strike"))
    first = f"shows {say_number(len(venues), 'place')} of talks and meetings" if len(venues) else "shows no talks or meetings"
    if len(venues) and venues["events"].max() > 1:
        often = venues[venues["events"] == venues["events"].max()]
        first += f", most often {' and '.join(often['place'])}: {often['events'].iloc[0]} times"
    far = len(list_far(strikes))
    near = len(strikes) - far
    second = f"{say_number(near, 'place')} struck, with circles for the counts" if near else "no strikes"
    second += f"; {far} more, far off or placed no closer than a country, stand apart" * bool(far)
    words = [f"Two maps. The first, of Europe and the Gulf, {first}; below it stand meetings by video." if len(videos) else
             f"Two maps. The first, of Europe and the Gulf, {first}.",
             f"The second, of Ukraine and its neighbours, shows {second}."]  # fmt: skip
    order = strikes.assign(most=strikes["killed_best"].fillna(strikes["killed_low"]).fillna(strikes["killed_high"]))
    order = order.dropna(subset=["most"])
    if len(order):
        order = order.sort_values("most", ascending=False, kind="stable").head(3)
        words.append(f"Most were killed in {'; '.join(f'{m.place} ({m.killed_said})' for m in order.itertuples())}.")
    if unknown := int((strikes["killed_counted"] == 0).sum()):
        words.append(f"For {unknown} of the places struck no count of the killed was found.")
    return " ".join(words)


def _say_sum(row: object, single: str | None) -> str:
    """Put a sum into words; a count that is not a sum keeps those in which it was given."""
    if row.counted < 2:
        return single or ""
    if pd.isna(row.low) and pd.isna(row.high):
        return "an unknown number"
    if pd.isna(row.low) or pd.isna(row.high):
        return f"up to {row.high}" if pd.isna(row.low) else f"at least {row.low}"
    return f"{row.low}" if row.low == row.high else f"{row.low} to {row.high}"


def _group(events: pd.DataFrame, rows: pd.DataFrame, mark: str) -> pd.DataFrame:
    """Return one row per place and side, with what is said of the events there (`rows`, of the same index) put together."""
    by = ["location_id", "place", "lat", "lon", "where_prec", "side"]
    events = events.sort_values(["earliest", "event_id"])
    said = rows.loc[events.index, ["title", "date", "said_by", "sources", "records"]]
    groups = events[[*by, "kind"]].join(said).groupby(by, sort=True, dropna=False)
    out = groups.agg(
        events=("title", "size"), kinds=("kind", "; ".join), titles=("title", "; ".join), date=("date", "; ".join),
        said_by=("said_by", _unite), sources=("sources", join), records=("records", join),
    )  # fmt: skip
    return out.reset_index().assign(mark=mark)


def _unite(names: pd.Series) -> str:
    return ", ".join(dict.fromkeys(name for cell in names for name in cell.split(", ") if name))


def _say(mark: object) -> str:
    """Return the label of a mark; that of a place struck has a line for the place and one for each count."""
    place = mark.place if len(mark.place) <= LONGEST else f"{mark.place[: LONGEST - 1]}…"
    if mark.mark == "video":
        return f"By video, entered under {place}" + f": {mark.events} meetings" * (mark.events > 1)
    if mark.mark == "venue":
        return f"{place} {mark.events}" if mark.events > 1 else place
    name = f"{place}, {mark.events} strikes" if mark.events > 1 else place
    return "\n".join([name, *(_list_counts(mark) or [NOBODY])])
