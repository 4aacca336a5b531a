"""Statements in lanes by speaker, and what answers what: the marks of the chart of answers."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis import replies
from analysis.exhibit import MARKS
from analysis.load import Record
from analysis.marks import of_statements, of_strikes
from analysis.stretches import Window

ANSWERS = {
    "accept": ("^", True, "accepts"), "accept-if": ("^", False, "accepts on terms"), "counter": ("D", False, "counters"),
    "defer": ("o", False, "defers, explains"), "deflect": ("o", False, "defers, explains"),
    "clarify": ("o", False, "defers, explains"), "reject": ("X", True, "rejects"), "condemn": ("s", True, "condemns"),
}  # fmt: skip
"""Shape of a statement that answers, by the kind of its answer, whether it is filled, and what the key calls it."""
LANES = 12
"""Lanes at most: speakers with few statements share the lane of their side."""


@dataclass(frozen=True)
class Lane:
    """A row of statements: the side, the speaker's id (empty: the others of the side) and the name shown."""

    side: str
    speaker: str
    name: str


def trace_answers(record: Record, window: Window, zone: str) -> tuple[list[Lane], pd.DataFrame]:
    """Return the lanes, and one row per mark in the window: statement, reply (arc), unanswered, strike.

    Columns: MARKS; `mark, statement` (id of who says it; NA for strikes), `answers` (the statement that an arc leads to;
    NA: to a proposal that no statement of the record put forward before), `answer` and `also` (kinds), `basis, lane`
    (number), `side, speaker, start, end, at` (local), `label`.
    """
    first, last = (moment.tz_localize(zone) for moment in window)
    inside = (record.statements["earliest"] <= last) & (record.statements["latest"] >= first)
    said = record.statements[inside]
    whole = said["speaker"]
    said = said.assign(speaker=whole.str.split("; ").str[0])
    lanes = arrange_lanes(said, record.actors, list(record.episode["sides"]))
    where = {(lane.side, lane.speaker): i for i, lane in enumerate(lanes)}
    label = record.proposals.set_index("proposal_id")["label"]
    given = record.replies.assign(target=replies.find_targets(record.replies, record.statements))
    given = given[given["statement_id"].isin(said["statement_id"])]
    kinds = given.groupby("statement_id")["answer"].agg(_list_kinds)
    statements = said.drop(columns="sources").join(of_statements(said.assign(speaker=whole), record.actors, zone)).assign(
        mark="statement", statement=lambda rows: rows["id"],
        answer=lambda rows: rows["id"].map(kinds.str[0]), also=lambda rows: rows["id"].map(kinds.str[1]),
        lane=[where.get((s, p), where.get((s, ""))) for s, p in zip(said["side"], said["speaker"], strict=True)],
        label=[_say(row, label, kinds) for row in said.itertuples()],
    )  # fmt: skip
    arcs = _draw_up_arcs(given, statements, pd.concat([label, _name_statements(record.statements, record.actors, zone)]))
    ends, strikes = _find_open_ends(record, statements, last, zone), _list_strikes(record, first, last, zone)
    marks = pd.concat([statements, arcs, ends, strikes], ignore_index=True)
    for name, bound in (("start", "earliest"), ("end", "latest")):
        marks[name] = marks[bound].dt.tz_convert(zone).dt.tz_localize(None).clip(*window)
    marks["at"] = marks["start"] + (marks["end"] - marks["start"]) / 2
    columns = [*MARKS, "mark", "statement", "answers", "answer", "also", "basis", "lane", "side", "speaker", "start", "end", "at",
               "label"]  # fmt: skip
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
    """Return a mark per statement that no other side had answered by the end; its label says when one did later."""
    known = record.statements[record.statements["earliest"] <= last]
    silent = replies.find_unanswered(known, record.replies[record.replies["statement_id"].isin(known["statement_id"])])
    met = replies.match_answers(record.statements, record.replies)
    later = met[met["earliest"] > last].groupby("statement_id")["earliest"].min().dt.tz_convert(zone).to_dict()
    ends = statements[statements["id"].isin(silent["statement_id"])]
    words = [f"first answer {later[i].day} {later[i]:%B}" if i in later else "no answer in the record" for i in ends["id"]]
    return ends.assign(mark="unanswered", id=ends["id"] + ">", title=ends["title"] + ", not answered by the end of the window",
                       answer=pd.NA, also=pd.NA, label=words, words=words)  # fmt: skip


def _list_strikes(record: Record, first: pd.Timestamp, last: pd.Timestamp, zone: str) -> pd.DataFrame:
    """Return a mark per strike in the window, with its toll."""
    events = record.events
    strikes = events[(events["kind"] == "strike") & (events["earliest"] <= last) & (events["latest"] >= first)]
    rows = of_strikes(strikes, record.casualties, record.actors, zone).drop(columns="killed")
    return rows.assign(mark="strike", side=strikes["attacker"], label=strikes["place"].str.split(",").str[0],
                       earliest=strikes["earliest"], latest=strikes["latest"])  # fmt: skip


def arrange_lanes(said: pd.DataFrame, actors: pd.DataFrame, sides: list[str]) -> list[Lane]:
    """Give a lane to each speaker with enough statements and one to the others of each side, LANES in all at most."""
    count = said.groupby(["side", "speaker"]).size()
    names = actors.set_index("actor_id")
    lanes: list[Lane] = []
    for least in range(2, len(said) + 2):
        lanes = []
        for side in (side for side in sides if side in count.index.get_level_values("side")):
            own = count[side].sort_index().sort_values(ascending=False, kind="stable")
            lanes += [Lane(side, who, _family_name(names.loc[who])) for who in own.index[own >= least]]
            if (own < least).any():
                lanes.append(Lane(side, "", "others" if (own >= least).any() else side))
        if len(lanes) <= LANES:
            return lanes
    return lanes


def _name_statements(statements: pd.DataFrame, actors: pd.DataFrame, zone: str) -> pd.Series:
    """Return who said each statement and when, in a few words, by its id."""
    who = statements["speaker"].str.split("; ").str[0].map(actors.set_index("actor_id").apply(_family_name, axis=1))
    day = (statements["earliest"] + (statements["latest"] - statements["earliest"]) / 2).dt.tz_convert(zone)
    words = who + ", " + day.dt.day.astype("str") + " " + day.dt.strftime("%b %Y")
    return words.set_axis(statements["statement_id"])


def _family_name(actor: pd.Series) -> str:
    return actor["name"].rpartition(" ")[2] if actor["kind"] == "person" else actor["name"]


def _say(row: object, label: pd.Series, kinds: pd.Series) -> str:
    """Return the words for a label: what is put forward, or an answer in the speaker's own words."""
    if row.act in replies.PUTS and pd.notna(row.proposal_id):
        return label[row.proposal_id.split("; ")[0]]
    return f"“{row.key_phrase}”" if row.statement_id in kinds.index and pd.notna(row.key_phrase) else ""
