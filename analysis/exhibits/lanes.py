"""Statements in lanes by speaker, and what answers what: the marks of the chart of answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, permutations

import pandas as pd

from analysis import replies, when
from analysis.exhibit import MARKS
from analysis.layout.stretches import Window, find_ends
from analysis.load import Record
from analysis.marks import name_town, of_statements, of_strikes

ANSWERS = {
    "accept": ("^", True, "accepts"), "accept-if": ("^", False, "accepts on terms"), "counter": ("D", False, "counters"),
    "defer": ("o", False, "defers, explains"), "deflect": ("o", False, "defers, explains"),
    "clarify": ("o", False, "defers, explains"), "reject": ("X", True, "rejects"), "condemn": ("s", True, "condemns"),
}  # fmt: skip
"""Shape of a statement that answers, by the kind of its answer, whether it is filled, and what the key calls it."""
LANES = 12
"""Lanes at most: speakers with few statements share the lane of their side."""
MOST = 6
"""Lanes of a side at most for which every order is tried."""
LATER, NEVER = "first answer", "no answer in the record"


@dataclass(frozen=True)
class Lane:
    """A lane of statements: the side, the speaker's id (empty: the others of the side) and the name shown."""

    side: str
    speaker: str
    name: str


def trace_answers(record: Record, window: Window) -> tuple[list[Lane], pd.DataFrame]:
    """Return the lanes, and one row per mark in the window: statement, reply (arc), unanswered, strike.

    Columns: MARKS; `mark, statement` (id of who says it; NA for strikes), `answers` (the statement that an arc leads to;
    NA: to a proposal that no statement of the record put forward before), `act, answer` and `also` (the kinds of a statement's
    answers that have a shape of their own), `basis, lane` (number), `side, speaker` (ids), `start, end, at` (local), `label`.
    """
    zones = record.episode["zones"]
    zone = zones[0]
    first, last = when.span(*window, zone)
    inside = (record.statements["earliest"] <= last) & (record.statements["latest"] >= first)
    said, whole = record.statements[inside], record.whole
    given = whole.replies.assign(target=replies.find_targets(whole.replies, whole.statements))
    given = given[given["statement_id"].isin(said["statement_id"])]
    kinds = given.groupby("statement_id")["answer"].agg(_list_kinds)
    lanes, seats = seat_speakers(said, given, whole.actors, list(record.episode["sides"]))
    names = said["speaker"].str.split("; ").str[0].map(whole.actors.set_index("actor_id").apply(_family_name, axis=1))
    statements = said.drop(columns="sources").join(of_statements(said, whole.actors, zones)).assign(
        mark="statement", statement=lambda rows: rows["id"], lane=seats,
        answer=lambda rows: rows["id"].map(kinds.str[0]),
        also=lambda rows: rows["id"].map(kinds.str[1:].str.join("; ").replace("", pd.NA)),
        label=name_words(said, given, whole.proposals, names.where([not lanes[seat].speaker for seat in seats])),
    )  # fmt: skip
    named = pd.concat([whole.proposals.set_index("proposal_id")["label"],
                       _name_statements(whole.statements, whole.actors, zone)])  # fmt: skip
    arcs = _draw_up_arcs(given, statements, named)
    ends, strikes = _find_open_ends(whole, statements, last, zone), _list_strikes(record, first, last)
    marks = pd.concat([statements, arcs, ends, strikes], ignore_index=True)
    for name, bound in (("start", "earliest"), ("end", "latest")):
        marks[name] = marks[bound].dt.tz_convert(zone).dt.tz_localize(None).clip(*window)
    marks["at"] = marks["start"] + (marks["end"] - marks["start"]) / 2
    columns = [*MARKS, "mark", "statement", "answers", "act", "answer", "also", "basis", "lane", "side", "speaker", "start",
               "end", "at", "label"]  # fmt: skip
    marks = marks.reindex(columns=columns).astype({"lane": "Int64"})
    return lanes, marks.fillna({"label": ""})


def _list_kinds(answers: pd.Series) -> list[str]:
    """Return the kinds of answer that a statement gives, those of one shape once."""
    return list({ANSWERS[answer][:2]: answer for answer in reversed(answers.tolist())}.values())[::-1]


def _draw_up_arcs(given: pd.DataFrame, statements: pd.DataFrame, what: pd.Series) -> pd.DataFrame:
    """Return a mark per reply; its label names what it answers where that is not in the picture."""
    shared = ["id", "group", "date", "said_by", "sources", "lane", "side", "speaker", "earliest", "latest"]
    arcs = given.merge(statements[shared].rename(columns={"id": "statement"}), left_on="statement_id", right_on="statement",
                       validate="many_to_one")  # fmt: skip
    named = arcs["answers"].map(what)
    gone = ~arcs["target"].isin(statements["id"])
    terms = (": " + arcs["conditions"]).fillna("")
    return arcs.assign(
        mark="reply", id=arcs["statement_id"] + ">" + arcs["answers"], records=arcs["statement_id"] + "; " + arcs["answers"],
        title="Answer to " + named, words=arcs["answer"] + ", " + arcs["basis"] + terms,
        label=("to: " + named).where(gone, ""), answers=arcs["target"],
    )  # fmt: skip


def _find_open_ends(record: Record, statements: pd.DataFrame, last: pd.Timestamp, zone: str) -> pd.DataFrame:
    """Return a mark per statement with a proposal that no other side had answered by the end; it says if one did later.

    It lasts as long as the record goes on without a long gap.
    """
    matched = replies.match_answers(record.statements, record.replies)
    matched = matched[matched["statement_id"].isin(statements["id"])]
    label = record.proposals.set_index("proposal_id")["label"]
    words, short = {}, {}
    for name, own in matched.groupby("statement_id"):
        first = own.groupby("proposal_id", dropna=False, sort=False)[["earliest", "latest"]].min()
        opened = first[~(first["earliest"] <= last)]
        each = [NEVER if pd.isna(row.earliest) else f"{LATER} {_name_days(row.earliest, row.latest, last, zone)}"
                for row in opened.itertuples()]  # fmt: skip
        if not each:
            continue
        named = [f"{label[i]}: {one}" if pd.notna(i) else one for i, one in zip(opened.index, each, strict=True)]
        words[name] = "; ".join(named)
        short[name] = each[0] if len(set(each)) == 1 and len(opened) == len(first) else words[name]
    ends = statements[statements["id"].isin(words)]
    return ends.assign(
        mark="unanswered", id=ends["id"] + "..", title=ends["title"] + ", not answered by the end of the window", answer=pd.NA,
        also=pd.NA, label=ends["id"].map(short), words=ends["id"].map(words),
        latest=find_ends(ends["latest"], record.statements, last),
    )  # fmt: skip


def _name_days(earliest: pd.Timestamp, latest: pd.Timestamp, last: pd.Timestamp, zone: str) -> str:
    """Say on which local day, or between which, something was said; with its year if that is not the year of `last`."""
    first, final = (moment.tz_convert(zone) for moment in (earliest, latest))
    begin = "" if first.date() == final.date() else f"{first.day}{'' if first.month == final.month else f' {first:%B}'}–"
    return f"{begin}{final.day} {final:%B}{'' if final.year == last.year else f' {final.year}'}"


def _list_strikes(record: Record, first: pd.Timestamp, last: pd.Timestamp) -> pd.DataFrame:
    """Return a mark per strike in the window, with its toll."""
    events = record.events
    strikes = events[(events["kind"] == "strike") & (events["earliest"] <= last) & (events["latest"] >= first)]
    rows = of_strikes(strikes, record.whole.casualties, record.whole.actors, record.episode["zones"]).drop(columns="killed")
    label = name_town(strikes).fillna(strikes["title"])
    return rows.assign(mark="strike", side=strikes["attacker"], label=label,
                       earliest=strikes["earliest"], latest=strikes["latest"])  # fmt: skip


def seat_speakers(said: pd.DataFrame, given: pd.DataFrame, actors: pd.DataFrame, sides: Sequence[str]
                  ) -> tuple[list[Lane], pd.Series]:  # fmt: skip
    """Return the lanes in the order in which arcs span few of them, and the number of each statement's lane.

    `given` are replies with the statement (`target`) that each leads to. Who speaks jointly sits with the first of them.
    """
    first = said["speaker"].str.split("; ").str[0]
    lanes = arrange_lanes(said.assign(speaker=first), actors, sides)
    own = {(lane.side, lane.speaker): lane for lane in lanes}
    seats = [own.get(pair) or own[pair[0], ""] for pair in zip(said["side"], first, strict=True)]
    seat = dict(zip(said["statement_id"], seats, strict=True))
    arcs = given[given["target"].isin(said["statement_id"])]
    lanes = order_lanes(lanes, [(seat[a], seat[b]) for a, b in zip(arcs["statement_id"], arcs["target"], strict=True)])
    return lanes, pd.Series([lanes.index(lane) for lane in seats], said.index, dtype="Int64")


def arrange_lanes(said: pd.DataFrame, actors: pd.DataFrame, sides: Sequence[str]) -> list[Lane]:
    """Give a lane to each speaker with enough statements and one to the others of each side, LANES in all at most."""
    count = said.groupby(["side", "speaker"]).size()
    names = actors.set_index("actor_id")
    lanes: list[Lane] = []
    for least in range(2, len(said) + 2):
        lanes = []
        for side in (side for side in sides if side in count.index.get_level_values("side")):
            own = count[side].sort_index().sort_values(ascending=False, kind="stable")
            lanes += [Lane(side, who, _family_name(names.loc[who])) for who in own.index[own >= least]]
            if rest := int((own < least).sum()):
                others = f"{rest} other{'s' if rest > 1 else ''}"
                lanes.append(Lane(side, "", others if (own >= least).any() else side))
        if len(lanes) <= LANES:
            return lanes
    return lanes


def order_lanes(lanes: Sequence[Lane], arcs: Sequence[tuple[Lane, Lane]]) -> list[Lane]:
    """Return the lanes, each side's together and the sides in the order given, so that arcs span few lanes."""
    blocks = [list(block) for _, block in groupby(lanes, key=lambda lane: lane.side)]

    def span(tried: list[list[Lane]]) -> int:
        at = {lane: i for i, lane in enumerate(lane for block in tried for lane in block)}
        return sum(abs(at[a] - at[b]) for a, b in arcs)

    for _ in blocks:
        for i, block in enumerate(blocks):
            if len(block) <= MOST:
                tries = [[*blocks[:i], list(order), *blocks[i + 1 :]] for order in permutations(block)]
                blocks = min(tries, key=span)
    return [lane for block in blocks for lane in block]


def _name_statements(statements: pd.DataFrame, actors: pd.DataFrame, zone: str) -> pd.Series:
    """Return who said each statement and when, in a few words, by its id."""
    who = statements["speaker"].str.split("; ").str[0].map(actors.set_index("actor_id").apply(_family_name, axis=1))
    day = (statements["earliest"] + (statements["latest"] - statements["earliest"]) / 2).dt.tz_convert(zone)
    words = who + ", " + day.dt.day.astype("str") + " " + day.dt.strftime("%b %Y")
    return words.set_axis(statements["statement_id"])


def _family_name(actor: pd.Series) -> str:
    """Return the last word of a person's name, unless it stands in brackets; the whole name of others."""
    last = actor["name"].rpartition(" ")[2]
    return last if actor["kind"] == "person" and not last.endswith(")") else actor["name"]


def name_words(said: pd.DataFrame, given: pd.DataFrame, proposals: pd.DataFrame, names: pd.Series) -> list[str]:
    """Return the words for the label of each statement, empty if it has none.

    What a speaker puts forward carries the label of the proposal, an answer and what is answered the speaker's own words,
    an answer without these its terms. Before them stands the name of who shares a lane with others (`names`, else NA).
    """
    label = proposals.set_index("proposal_id")["label"]
    terms = given.dropna(subset=["conditions"]).drop_duplicates("statement_id").set_index("statement_id")["conditions"]
    tied = {*given["statement_id"], *given["target"].dropna()}
    words = []
    for row, name in zip(said.itertuples(), names, strict=True):
        if row.act in replies.PUTS and pd.notna(row.proposal_id):
            words.append("; ".join(label[i] for i in row.proposal_id.split("; ")))
        elif row.statement_id in tied and pd.notna(row.key_phrase):
            words.append(f"“{row.key_phrase}”")
        else:
            words.append(f"terms: {terms[row.statement_id]}" if row.statement_id in terms.index else "")
        if pd.notna(name) and (words[-1] or row.statement_id in tied):
            words[-1] = f"{name}: {words[-1]}" if words[-1] else name
    return words
