"""What the record comes to, in sentences whose every number is computed."""

from __future__ import annotations

from collections import UserList

import pandas as pd

from analysis import night, replies, toll, when
from analysis.layout.stretches import name_days
from analysis.load import Record
from analysis.marks import REMOTE, name_town
from analysis.selection import list_items
from analysis.words import say_list, say_number


class Findings(UserList):
    """Hold sentences; a notebook shows them as a list."""

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        lines = "\n".join(f"- {sentence}" for sentence in self)
        return {"text/markdown": lines, "text/plain": lines}


def of_record(record: Record) -> Findings:
    """Say how much the record holds, what it makes of the article, on how many origins it rests."""
    verdicts = record.passages["verdict"].value_counts()
    alone = record.statements[record.statements["status"] == "single-origin"]
    own = (alone["origins"] == alone["speaker"]).sum()
    several = record.casualties[record.casualties["origin_count"] > 1]
    across = int((several["origin_sides"] > 1).sum())
    disputed = (record.casualties["status"] == "disputed").sum()
    apart = record.casualties["claim_id"].isin(record.disagreements["records"].str.split("; ").explode()).sum()
    cells = pd.concat([record.events["sources"], record.statements["sources"], record.casualties["sources"]])
    cited = set(cells.str.split("; ").explode())
    wrong = record.passages.loc[record.passages["verdict"] == "contradicted", "note"]
    return Findings([
        f"{len(record.events)} events, {len(record.statements)} statements and {len(record.casualties)} casualty claims "
        f"rest on {len(cited)} public pages; {len(record.sources) - len(cited)} more carry the nights of air attacks "
        "and totals for longer periods.",
        f"Of the article's {len(record.passages)} sentences, {verdicts.get('supported', 0)} are supported by the record, "
        f"{verdicts.get('imprecise', 0)} are imprecise and {verdicts.get('contradicted', 0)} contradicted.",
        *(f"What contradicts it: {note[0].lower() if note[1:2].islower() else note[0]}{note[1:]}" for note in wrong),
        f"{len(alone)} of {len(record.statements)} statements go back to one origin, {own} of them to the speaker.",
        f"Of {len(record.casualties)} casualty claims, {len(several)} go back to two origins or more, "
        f"{len(record.casualties) - len(several)} to one; {apart} have part in a disagreement between sources, {disputed} are "
        f"marked as disputed. {across or 'None'} {'rest' if across > 1 else 'rests'} on origins from two sides.",
        f"{len(record.disagreements)} disagreements between sources are kept side by side.",
    ])  # fmt: skip


def of_places(record: Record) -> Findings:
    """Say where things happened and where they were talked about."""
    strikes = record.events[record.events["kind"] == "strike"]
    by = strikes["attacker"].value_counts()
    cities = name_town(strikes)
    often, each = "", [f"{say_number(count, 'strike')} by {side}" for side, count in by.items()]
    if len(most := cities.value_counts()):
        within = strikes.loc[cities == most.index[0], "place"].value_counts()
        parts = f" ({'; '.join(f'{place} {count}' for place, count in within.items())})" if len(within) > 1 else ""
        often = f"; {most.index[0]} was struck most often, {most.iloc[0]} times{parts}" if most.iloc[0] > 1 else ""
    met = record.events[record.events["kind"].isin(["talks", "meeting"])]
    remote = met["title"].str.contains(REMOTE)
    venues = met[~remote]
    hosts = venues.dropna(subset=["place"]).drop_duplicates("place")
    home = hosts["country"].isin(strikes.loc[strikes["attacker"] == by.index[0], "country"])
    return Findings([
        f"The record holds {say_list(each)}{often}.",
        f"{len(venues)} talks and meetings took place in {len(hosts)} places of {hosts['country'].nunique()} "
        f"countries, {remote.sum()} more by video; {home.sum()} of these places lies in the country that most strikes hit.",
        f"{(strikes['where_prec'] >= 4).sum()} strikes are placed no closer than a region or a country.",
    ])  # fmt: skip


def of_timeline(record: Record) -> Findings:
    """Say what lies in the focus window, and how long it took from the signal to direct talks."""
    inside = _inside(record.events, record)
    kinds = inside["kind"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
    signal = _signal(record)
    resumed, last = (record.events[record.events["event_id"] == record.episode["signal"].get(f"{which}_talks")]
                     for which in ("next", "last"))  # fmt: skip
    start, end = (pd.Timestamp(day) for day in record.episode["focus"])
    by_kind = f", by kind: {say_list(f'{kind} {number}' for kind, number in kinds.items())}" if len(kinds) else ""
    counted = f"From {name_days(start, end)} the record has {say_number(len(inside), 'event')}{by_kind}."
    strikes = record.events[record.events["kind"] == "strike"]
    if resumed.empty or last.empty or strikes.empty:
        return Findings([counted])
    strikes = strikes[strikes["attacker"] == strikes["attacker"].mode()[0]]
    between = (when.after(strikes, signal) & when.before(strikes, resumed)).fillna(False)
    said, then, before = (_day(event["earliest"].iloc[0], record) for event in (signal, resumed, last))
    mornings = pd.to_datetime(record.nights["night"])
    reported = record.nights["drones_launched"].where(record.nights["reported_by"].notna())
    nights = reported[(mornings > said) & (mornings <= then)].dropna()
    return Findings([
        counted,
        f"Direct talks followed {(then - said).days} days after the signal, and {(then - before).days:,} days after the "
        "last ones before it in the record.",
        f"Between the signal and these talks the record follows {say_number(between.sum(), 'single strike')} by "
        f"{strikes['attacker'].iloc[0]}; drones were reported launched in {(nights > 0).sum()} of the {len(nights)} nights "
        "for which it has a count.",
    ])  # fmt: skip


def of_statements(record: Record) -> Findings:
    """Say how answers were given, how long the central one took, and what went unanswered."""
    pairs = replies.pair_replies(record.replies, record.statements, record.proposals)
    signal = record.episode["signal"]
    offer = pairs.set_index(["statement_id", "answers"]).loc[(signal["answer"], signal["offer"])]
    names = record.actors.set_index("actor_id")["name"]
    basis = record.replies["basis"].value_counts()
    most = pairs["side"].value_counts().index[:2]
    kinds = {side: pairs.loc[pairs["side"] == side, "answer"].value_counts() for side in most}
    window = _window(record)
    said = record.statements[record.statements["earliest"] <= window["latest"]]
    given = record.replies[record.replies["statement_id"].isin(said["statement_id"])]
    put = _inside(said[said["act"].isin(replies.PUTS)], record)
    silent = _inside(replies.find_unanswered(said, given), record)
    label = record.proposals.set_index("proposal_id")["label"]
    met = set(replies.match_answers(said, given).dropna(subset=["by"])["proposal_id"])
    ids = set(silent["proposal_id"].str.split("; ").explode().dropna())
    put_forward = {label[i] + " (answered when it was put forward before)" * (i in met) for i in ids} or {"nothing"}
    return Findings([
        f"{len(pairs)} answers are coded: {basis.get('explicit', 0)} name what they answer, {basis.get('inferred', 0)} are "
        "inferred.",
        f"{_name(offer['speaker'], names)} answered the offer of {_name(offer['speaker_answered'], names)} between "
        f"{offer['lag_low']:.0f} and {offer['lag_high']:.0f} hours after it was made; the answer is coded as {offer['answer']}.",
        *(f"Answers from {side}: {say_list(f'{count} {kind}' for kind, count in counts.items())}."
          for side, counts in kinds.items()),
        f"Of {len(put)} statements of the focus window that propose or announce something, {len(silent)} had met no answer "
        f"from another side by its end; they put forward: {say_list(sorted(put_forward))}.",
    ])  # fmt: skip


def _name(ids: str, names: pd.Series) -> str:
    """Name those who speak, of whom there may be several."""
    return say_list(names[one] for one in ids.split("; "))


def of_casualties(record: Record) -> Findings:
    """Say what the strikes of the focus window cost, and where counts fell or are contested."""
    strikes = _inside(record.events[record.events["kind"] == "strike"], record)
    known = toll.as_known(record.casualties)
    killed = known[(known["measure"] == "killed") & (known["population"] == "all")].set_index("event_id")
    here = killed[killed.index.isin(strikes["event_id"])]
    if here["best"].isna().all():
        return Findings()
    cost = toll.add_up(here.assign(all="all"), "all").loc["all"]
    bare = len(strikes) - len(here)
    deadliest = here.loc[here["best"].astype("Float64").idxmax()]
    places = record.events.set_index("event_id")["place"].fillna(record.events.set_index("event_id")["title"])
    began = record.events.set_index("event_id")["latest"]
    fell = [f"{places[event]}, {_day(began[event], record):%-d %B} ({high} to {low})"
            for event, high, low in _fallen(record.casualties)]  # fmt: skip
    return Findings([
        f"{say_number(len(here), 'strike')} of the focus window have a count of the killed: together {_say(cost['best'])} by the "
        f"counts that stand as the record ends, {_say(cost['low'])} to {_say(cost['high'])} with those that contest them. "
        f"For {bare} others no such count was found.",
        f"By other rules than that of this project the same counts come to {say_list(_sum_by_rules(here, record))}.",
        f"The deadliest was that on {places[deadliest.name]}: {deadliest['best']} killed by the count that stands, "
        f"{_say(deadliest['low'])} to {_say(deadliest['high'])} with those that contest it.",
        *([f"A count of the killed was lowered after {len(fell)} strikes: {say_list(fell)}."] if fell else []),
        f"{(record.casualties['population'] == 'military').sum()} counts of servicemen rest on the side that struck alone "
        "and are kept apart.",
    ])  # fmt: skip


def of_nights(record: Record) -> Findings:
    """Say how many drones and missiles were reported, what became of them, what truces changed, how totals compare."""
    nights = night.split_drones(record.nights).join(night.bound_nights(record.nights, record.episode["zones"][0]))
    nights.index = pd.to_datetime(nights["night"])
    names = record.actors.set_index("actor_id")["name"]
    counted_by = nights["reported_by"].dropna().unique()
    launched, missiles = nights["drones_launched"], nights["missiles_launched"]
    split = nights[nights["report"] == "in parts"]
    shot, lost, neither, whole = (split[name].sum() for name in (*night.PARTS, "drones_neither", "drones_launched"))
    if launched.isna().all() or missiles.isna().all() or not len(counted_by):
        return Findings()
    who = say_list(f"the {names[one]}" for one in counted_by)
    most, heaviest = (numbers.astype("Float64").idxmax() for numbers in (launched, missiles))
    later = heaviest - _day(_signal(record)["earliest"].iloc[0], record)
    return Findings([
        f"{who[0].upper()}{who[1:]} reported {launched.sum():,} drones launched in {(launched > 0).sum()} of {len(nights)} "
        f"nights, {name_days(nights.index.min(), nights.index.max())}. {(launched == 0).sum()} nights are recorded as without "
        f"drones{_say_uncounted(nights)}; for {launched.isna().sum()} no total was found, and for {missiles.isna().sum()} no "
        "number of missiles.",
        f"Of the {whole:,} drones in the {len(split)} nights whose report gives all parts, {shot:,} are reported as shot down "
        f"and {lost:,} as lost; {neither:,} as neither, which does not say that they hit.",
        f"Most drones were reported for the night to {most:%-d %B} ({launched[most]}), most missiles for the night to "
        f"{heaviest:%-d %B} ({missiles[heaviest]}), {abs(later.days)} days {'before' if later.days < 0 else 'after'} the day of "
        "the signal.",
        *_set_against_truces(nights, record),
        *_check_totals(record),
    ])  # fmt: skip


def _set_against_truces(nights: pd.DataFrame, record: Record) -> list[str]:
    """Say how many nights that an undisputed truce covers, wholly or in part, had drones; nothing where none had in part."""
    events = record.events
    truces = events[(events["kind"] == "truce") & events["lasted"] & (events["status"] != "disputed")]
    wholly, partly = pd.Series(False, nights.index), pd.Series(False, nights.index)
    for truce in truces.assign(latest=truces["latest"].fillna(nights["latest"].max())).itertuples():
        wholly |= (nights["earliest"] >= truce.earliest) & (nights["latest"] <= truce.latest)
        partly |= (nights["latest"] > truce.earliest) & (nights["earliest"] < truce.latest)
    inside, across = nights.loc[wholly, "drones_launched"], nights.loc[partly & ~wholly, "drones_launched"]
    came = across[across > 0]
    if inside.empty or came.empty:
        return []
    return [f"Of {len(inside)} nights (18:00 to 06:00) wholly within a truce whose span is undisputed, {(inside == 0).sum()} are "
            f"recorded as without drones{_say_uncounted(nights[wholly])}; of {len(across)} partly within one, {len(came)} had "
            f"drones: those to {say_list(f'{day:%-d %B} ({count})' for day, count in came.items())}."]  # fmt: skip


def _say_uncounted(nights: pd.DataFrame) -> str:
    """Say of how many nights without drones nobody is known to have counted none."""
    uncounted = (nights["report"] == night.UNCOUNTED).sum()
    return f", {uncounted} of these by no count that was found" if uncounted else ""


def _check_totals(record: Record) -> list[str]:
    """Say what the nights come to where an exact total of drones was given; nothing where none was."""
    totals = night.compare_totals(record.nights, record.night_totals)
    exact = totals[(totals["measure"] == "drones") & (totals["wording"] == "exact") & totals["difference"].notna()]
    if exact.empty:
        return []
    return ["Where an exact total of drones was given for a longer period, the nights come to "
            f"{say_list(map(_compare, exact.itertuples()))}."]  # fmt: skip


def _compare(total: object) -> str:
    """Say what the nights come to against an exact total."""
    missing = f", {total.counted} of {total.nights} nights" if total.missing else ""
    span = name_days(pd.Timestamp(total.start), pd.Timestamp(total.end))
    return f"{total.summed:,} of {total.total:,} ({span}{missing})"


def _say(count: object) -> str:
    """Put a count into words that may have no bound."""
    return "an unknown number" if pd.isna(count) else f"{count}"


def _sum_by_rules(tolls: pd.DataFrame, record: Record) -> list[str]:
    """Say what counts add up to by each rule but the standing one, as `60 (highest)`."""
    best = toll.compare_rules(record.casualties).loc[list(tolls[toll.COUNTED[1:]].set_index(toll.COUNTED[1:], append=True).index)]
    sums = {rule: best[rule].sum(skipna=False) for rule in toll.RULES if rule != toll.STANDING}
    return [f"{_say(total)} ({rule})" for rule, total in sums.items()]


def _fallen(claims: pd.DataFrame) -> list[tuple[str, int, int]]:
    """Return the strikes whose exact count of killed was followed by a lower one: event, before, after."""
    exact = claims[(claims["measure"] == "killed") & (claims["population"] == "all") & (claims["wording"] == "exact")]
    exact = exact[exact["status"] != "disputed"].sort_values(["event_id", "seq"])
    fallen = []
    for event, group in exact.groupby("event_id"):
        drops = group["low"].diff()
        if (drops < 0).any():
            at = drops.idxmin()
            fallen.append((event, int(group.loc[at, "low"] - drops[at]), int(group.loc[at, "low"])))
    return fallen


def of_rows(record: Record) -> Findings:
    """Say how many rows of the record, or of a part of it, can be explored: their time, their sides, their places."""
    items = list_items(record)
    if items.empty:
        return Findings(["No row can be explored."])
    first, last = (_day(moment, record) for moment in (items["latest"].min(), items["latest"].max()))
    start, end = (pd.Timestamp(day) for day in record.episode["focus"])
    sides = items["sides"].str.split("; ").explode().value_counts().reindex(list(record.episode["sides"])).dropna().astype(int)
    exact = items["where_prec"] < 3
    return Findings([
        f"{len(items)} rows can be explored: {say_number(len(record.events), 'event')}, "
        f"{say_number(len(record.statements), 'statement')} and {say_number(len(record.casualties), 'casualty claim')}, from "
        f"{name_days(first, last)}; {len(_inside(items, record))} of them may lie in the days {name_days(start, end)}.",
        f"Rows by the sides that act, are struck, speak or count in them, of which there may be several: "
        f"{say_list(f'{side} {count}' for side, count in sides.items())}.",
        f"{exact.sum()} rows are placed at a town or near one, {(items['where_prec'] >= 3).sum()} no closer than a region or a "
        f"country, {items['where_prec'].isna().sum()} nowhere; {(items['status'] == 'disputed').sum()} are disputed.",
    ])  # fmt: skip


def _signal(record: Record) -> pd.DataFrame:
    """Return the event from which the record counts, as a frame of one row."""
    return record.events[record.events["event_id"] == record.episode["signal"]["event"]]


def _window(record: Record) -> pd.Series:
    """Return the bounds of the focus window, whose days are those of the first zone."""
    return when.read(pd.Series(["/".join(record.episode["focus"])]), home=record.episode["zones"][:1]).iloc[0]


def _inside(frame: pd.DataFrame, record: Record) -> pd.DataFrame:
    """Keep what may touch the focus window."""
    window = _window(record)
    return frame[when.touches(frame, window["earliest"], window["latest"])]


def _day(moment: pd.Timestamp, record: Record) -> pd.Timestamp:
    return moment.tz_convert(record.episode["zones"][0]).tz_localize(None).normalize()  # there may be no midnight


ALL = (of_record, of_places, of_timeline, of_statements, of_casualties, of_nights, of_rows)
