"""What the record comes to, in sentences whose every number is computed."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from analysis import replies, toll, when
from analysis.load import Record


class Findings(list[str]):
    """Hold sentences; a notebook shows them as a list."""

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        lines = "\n".join(f"- {sentence}" for sentence in self)
        return {"text/markdown": lines, "text/plain": lines}


def of_record(record: Record) -> Findings:
    """Say how much the record holds, what it makes of the article, on how many origins it rests."""
    verdicts = record.passages["verdict"].value_counts()
    alone = (record.statements["status"] == "single-origin").sum()
    claims = record.casualties["status"].value_counts()
    wrong = record.passages.loc[record.passages["verdict"] == "contradicted", "note"]
    return Findings([
        f"{len(record.events)} events, {len(record.statements)} statements and {len(record.casualties)} casualty claims "
        f"rest on {len(record.sources)} public pages.",
        f"Of the article's {len(record.passages)} sentences, {verdicts['supported']} are supported by the record, "
        f"{verdicts['imprecise']} are imprecise and {verdicts['contradicted']} is contradicted.",
        *(f"The contradicted one: {note[0].lower()}{note[1:]}" for note in wrong),
        f"{alone} of {len(record.statements)} statements go back to one origin, mostly the speaker's own channel.",
        f"Of {len(record.casualties)} casualty claims, {claims['corroborated']} go back to two origins or more, "
        f"{claims['single-origin']} to one, and {claims['disputed']} are disputed.",
        f"{len(record.disagreements)} disagreements between sources are kept side by side.",
    ])  # fmt: skip


def of_places(record: Record) -> Findings:
    """Say where things happened and where they were talked about."""
    strikes = record.events[record.events["kind"] == "strike"]
    by = strikes["attacker"].value_counts()
    most = strikes["place"].str.partition(",")[0].value_counts()
    venues = record.events[record.events["kind"].isin(["talks", "meeting"])]
    hosts = venues.dropna(subset=["place"]).drop_duplicates("place")
    coarse = strikes[strikes["where_prec"] >= 4]
    return Findings([
        f"The record holds {by['Russia']} strikes by Russia and {by['Ukraine']} by Ukraine; "
        f"{most.index[0]} was struck most often, {most.iloc[0]} times.",
        f"{len(venues)} rounds of talks and meetings took place in {len(hosts)} places of {hosts['country'].nunique()} "
        f"countries, {len(hosts[hosts['country'] == 'UA'])} of them in Ukraine.",
        f"{len(coarse)} strikes are placed no closer than a region or a country.",
    ])  # fmt: skip


def of_timeline(record: Record) -> Findings:
    """Say what lies in the focus window, and how long it took from the signal to direct talks."""
    inside = _inside(record.events, record)
    kinds = inside["kind"].value_counts()
    talks = record.events[record.events["event_id"].str.startswith("talks-")].sort_values("earliest")
    signal = record.events.set_index("event_id").loc["putin-remarks-2025-04-21"]
    resumed = talks[talks["earliest"] > signal["latest"]].iloc[0]
    last = talks[talks["latest"] < signal["earliest"]].iloc[-1]
    strikes = record.events[(record.events["kind"] == "strike") & (record.events["attacker"] == "Russia")]
    between = (when.after(strikes, signal.to_frame().T) & when.before(strikes, resumed.to_frame().T)).fillna(False)
    days = [
        (_day(b["earliest"], record) - _day(a["earliest"], record)).days
        for a, b in ((signal, resumed), (last, resumed))
    ]
    start, end = (pd.Timestamp(day) for day in record.episode["focus"])
    return Findings([
        f"From {start.day} to {end.day} {end:%B %Y} the record has {len(inside)} events, "
        f"{kinds['strike']} strikes, {kinds['talks'] if 'talks' in kinds else 'no'} direct or mediated rounds of talks and "
        f"{kinds['meeting'] + kinds['call']} meetings and calls among them.",
        f"Direct talks followed {days[0]} days after the signal of 21 April, {days[1]} days after those of 29 March 2022.",
        f"In the {days[0]} days between, the record has {between.sum()} strikes by Russia.",
    ])  # fmt: skip


def of_statements(record: Record) -> Findings:
    """Say how answers were given, how long the central one took, and what went unanswered."""
    pairs = replies.pair_replies(record.replies, record.statements, record.proposals)
    offer = pairs.set_index(["statement_id", "answers"]).loc[
        ("putin-civilian-bilateral-2025-04-21", "zelensky-30day-civilian-2025-04-20")
    ]
    basis = record.replies["basis"].value_counts()
    kinds = {side: pairs.loc[pairs["side"] == side, "answer"].value_counts() for side in ("Ukraine", "Russia")}
    silent = _inside(replies.find_unanswered(record.statements, record.replies), record)
    put = _inside(record.statements[record.statements["act"].isin(replies.PUTS)], record)
    return Findings([
        f"{len(record.replies)} answers are coded; {basis['explicit']} name what they answer, {basis['inferred']} are inferred.",
        f"Putin answered the offer on civilian sites between {offer['lag_low']:.0f} and {offer['lag_high']:.0f} hours "
        f"after it was made, and neither accepted nor refused it ({offer['answer']}).",
        *(f"Answers from {side}: {_list(f'{count} {kind}' for kind, count in counts.items())}."
          for side, counts in kinds.items()),
        f"In the focus window, {len(silent)} of {len(put)} statements that propose or announce something "
        "met no answer from another side.",
    ])  # fmt: skip


def of_casualties(record: Record) -> Findings:
    """Say what the strikes of the focus window cost, and where counts fell or are contested."""
    strikes = _inside(record.events[record.events["kind"] == "strike"], record)
    known = toll.as_known(record.casualties)
    killed = known[(known["measure"] == "killed") & (known["population"] == "all")].set_index("event_id")
    here = killed[killed.index.isin(strikes["event_id"])]
    sumy = killed.loc["sumy-strike-2025-04-13"]
    fell = _fallen(record.casualties)
    places = record.events.set_index("event_id")["place"]
    open_ = here[here["high"].isna()]
    total = (
        f"{here['low'].sum()}"
        if here["low"].sum() == here["high"].sum()
        else f"{here['low'].sum()} to {here['high'].sum()}"
    )
    return Findings([
        f"The {len(here)} strikes of the focus window for which anyone counted the killed cost {total} lives"
        f"{' or more' if len(open_) else ''}, by the counts that stand; for {len(strikes) - len(here)} others no such count was found.",
        f"Sumy, 13 April: {sumy['best']} killed by the count that stands, {sumy['high']} by one that contests it.",
        f"The count of the killed fell at least once for {len(fell)} strikes: "
        f"{_list(f'{places[event]} ({high} to {low})' for event, high, low in fell)}.",
        f"{(record.casualties['population'] == 'military').sum()} counts of servicemen rest on the attacking side alone "
        "and are kept apart.",
    ])  # fmt: skip


def _fallen(claims: pd.DataFrame) -> list[tuple[str, int, int]]:
    """Return the strikes whose exact count of killed was followed by a lower one: event, before, after."""
    exact = claims[(claims["measure"] == "killed") & (claims["population"] == "all") & (claims["wording"] == "exact")]
    exact = exact[exact["status"] != "disputed"].sort_values(["earliest", "event_id", "seq"])
    fallen = []
    for event, group in exact.sort_values(["event_id", "seq"]).groupby("event_id", sort=True):
        drops = group["low"].diff()
        if (drops < 0).any():
            at = drops.idxmin()
            fallen.append((event, int(group.loc[at, "low"] - drops[at]), int(group.loc[at, "low"])))
    return fallen


def _inside(frame: pd.DataFrame, record: Record) -> pd.DataFrame:
    """Keep what may touch the focus window, whose days are those of the first zone."""
    window = when.read(pd.Series(["/".join(record.episode["focus"])]), home=record.episode["zones"][:1]).iloc[0]
    return frame[when.touches(frame, window["earliest"], window["latest"])]


def _day(moment: pd.Timestamp, record: Record) -> pd.Timestamp:
    return moment.tz_convert(record.episode["zones"][0]).normalize().tz_localize(None)


def _list(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


ALL = (of_record, of_places, of_timeline, of_statements, of_casualties)
