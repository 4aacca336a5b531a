"""Statements and what they answer: pairs, lags as intervals, what nobody answered."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

HOUR = pd.Timedelta(hours=1)
BOUNDS = ["earliest", "latest"]
PUTS = ("propose", "announce")
"""Acts that put something forward which others can answer."""
STANDS = ("accept", "accept-if", "reject", "defer", "deflect", "condemn")
"""Acts that take a position on the proposals they apply to; to clarify, report, warn or appeal takes none."""


def pair_replies(replies: pd.DataFrame, statements: pd.DataFrame, proposals: pd.DataFrame) -> pd.DataFrame:
    """Join each reply to the statement that gives it and to the statement or proposal that it answers.

    Returns one row per reply with `earliest, latest, side, speaker, summary` of the answer; the same with `_answered` of
    what it answers; and the lag in hours, `lag_low` to `lag_high` (Float64; never below zero: an answer follows).
    """
    giving = statements[["statement_id", *BOUNDS, "side", "speaker", "summary"]]
    said = giving.rename(columns={"statement_id": "answers"})
    made = proposals[["proposal_id", *BOUNDS, "side", "proposed_by", "label"]]
    made = made.rename(columns={"proposal_id": "answers", "proposed_by": "speaker", "label": "summary"})
    answered = pd.concat([said, made], ignore_index=True)
    pairs = replies.merge(giving, on="statement_id", validate="many_to_one")
    pairs = pairs.merge(answered, on="answers", suffixes=("", "_answered"), validate="many_to_one")
    low = (pairs["earliest"] - pairs["latest_answered"]) / HOUR
    high = (pairs["latest"] - pairs["earliest_answered"]) / HOUR
    return pairs.assign(lag_low=low.clip(lower=0).astype("Float64"), lag_high=high.clip(lower=0).astype("Float64"))


def match_answers(statements: pd.DataFrame, replies: pd.DataFrame) -> pd.DataFrame:
    """Return what other sides answered to each proposal of each statement that proposes or announces something.

    A statement is answered by a reply to it, to a proposal that it puts forward or to another statement that puts the
    same one forward, if it comes from another side and was not certainly given earlier. Columns: `statement_id,
    proposal_id` (NA: it names none), `by`, the statement that answers, and its `earliest, latest`; one row with NA and
    NaT where none does.
    """
    puts = _put_forward(statements).rename(columns={"earliest": "put"})
    given = statements[["statement_id", "side", *BOUNDS]].rename(columns={"statement_id": "by", "side": "other"})
    answers = replies.rename(columns={"statement_id": "by"})[["by", "answers"]].merge(given, on="by", validate="many_to_one")
    through = answers.merge(puts[["statement_id", "proposal_id"]], left_on="answers", right_on="statement_id")
    to_proposals = pd.concat([answers.rename(columns={"answers": "proposal_id"}), through.drop(columns="statement_id")])
    met = pd.concat([
        puts.merge(answers, left_on="statement_id", right_on="answers"),
        puts.merge(to_proposals.dropna(subset=["proposal_id"]), on="proposal_id"),
    ])  # fmt: skip
    met = met[(met["other"] != met["side"]) & (met["latest"] >= met["put"])]
    met = met[["statement_id", "proposal_id", "by", *BOUNDS]].drop_duplicates()
    pair = ["statement_id", "proposal_id"]
    return puts[pair].merge(met, on=pair, how="left", validate="one_to_many")


def list_further(statements: pd.DataFrame, replies: pd.DataFrame) -> pd.DataFrame:
    """Return the answers that a statement met without being named: those to what it puts forward, and where none is known.

    A reply answers a proposal, or another statement that puts the same one forward. Columns: `statement_id, proposal_id` (NA:
    it names none), `reply`, the label of the reply in the index of `replies`; NA where no other side answered in any way.
    """
    matched = match_answers(statements, replies)
    putting = matched.dropna(subset=["proposal_id"]).groupby("proposal_id")["statement_id"].agg(set).to_dict()
    given: dict[str, dict[str, object]] = {}
    for reply, by, to in zip(replies.index, replies["statement_id"], replies["answers"], strict=True):
        given.setdefault(by, {})[to] = reply
    rows = []
    for own, proposal, by in zip(*(matched[name] for name in ("statement_id", "proposal_id", "by")), strict=True):
        if pd.isna(by):
            rows.append((own, proposal, pd.NA))
        elif own not in given[by]:
            same = putting.get(proposal, ())
            rows += [(own, proposal, reply) for to, reply in given[by].items() if to == proposal or to in same]
    return pd.DataFrame(rows, columns=["statement_id", "proposal_id", "reply"]).astype({"reply": "Int64"})


def find_unanswered(statements: pd.DataFrame, replies: pd.DataFrame) -> pd.DataFrame:
    """Return the statements that propose or announce something which no other side answered afterwards.

    One that puts forward several proposals is unanswered while one of them is. Returns rows of `statements`, with the
    same columns.
    """
    matched = match_answers(statements, replies)
    silent = matched.loc[matched["by"].isna(), "statement_id"]
    return statements[statements["statement_id"].isin(silent)].reset_index(drop=True)


def _put_forward(statements: pd.DataFrame) -> pd.DataFrame:
    """Return one row per statement and proposal that it puts forward, NA where it names none."""
    puts = statements.loc[statements["act"].isin(PUTS), ["statement_id", "proposal_id", "side", "earliest"]]
    return puts.assign(proposal_id=puts["proposal_id"].str.split("; ")).explode("proposal_id")


def find_targets(replies: pd.DataFrame, statements: pd.DataFrame) -> pd.Series:
    """Return, for each reply, the statement that it leads to: what it answers, or the first one to put the proposal
    forward that is not certainly later than the reply; NA if no statement of the record does.
    """
    puts = _put_forward(statements).drop(columns="side")
    first = puts.dropna(subset=["proposal_id"]).sort_values(["earliest", "statement_id"]).drop_duplicates("proposal_id")
    latest = statements.set_index("statement_id")["latest"]
    via = replies[["statement_id", "answers"]].merge(first, left_on="answers", right_on="proposal_id", how="left",
                                                     suffixes=("", "_first"), validate="many_to_one")  # fmt: skip
    fits = via["earliest"] <= via["statement_id"].map(latest)
    direct = replies["answers"].isin(statements["statement_id"]).to_numpy()
    target = via["statement_id_first"].where(fits).where(~direct, via["answers"])
    return target.set_axis(replies.index)


def find_positions(
    statements: pd.DataFrame, replies: pd.DataFrame, proposals: pd.DataFrame, side_of: pd.Series
) -> pd.DataFrame:
    """Return what each side made of each proposal, in order of time: one row per proposal, side, statement and kind.

    Columns: `proposal_id, side, kind, basis, conditions, statement_id, speaker, earliest, latest`. `kind` is

    - an act of PUTS: the statement puts the proposal forward;
    - an answer: a reply to the proposal, or to a statement that puts this one forward and no other (which of several
      an answer means, the record does not say);
    - an act of STANDS that applies to a proposal of another side, where no reply says so.

    A side that made a proposal without a statement of its own that puts it forward has a row `propose`, inferred, with
    no `statement_id`: with the date of the proposal, or with none if others put it forward. `side_of` gives the side of
    each actor; joint speakers make a row for each of their sides.
    """
    put = _put_forward(statements).dropna(subset=["proposal_id"])[["statement_id", "proposal_id"]]
    put = put.assign(kind=put["statement_id"].map(statements.set_index("statement_id")["act"]), basis="explicit")
    made = proposals[["proposal_id", "proposed_by", *BOUNDS]].rename(columns={"proposed_by": "speaker"})
    made = _split_sides(made.assign(kind="propose", basis="inferred"), side_of)
    made.loc[made["proposal_id"].isin(put["proposal_id"]), BOUNDS] = pd.NaT
    given = statements[["statement_id", "speaker", *BOUNDS]]
    put, answers, stands = (
        _split_sides(rows.merge(given, on="statement_id", validate="many_to_one"), side_of)
        for rows in (put, _answer_proposals(replies, put, proposals), _take_stands(statements, replies))
    )
    stands = _without(_without(stands, answers, ["proposal_id", "statement_id"]), made, ["proposal_id", "side"])
    rows = pd.concat([put, answers, stands, _without(made, put, ["proposal_id", "side"])], ignore_index=True)
    columns = ["proposal_id", "side", "kind", "basis", "conditions", "statement_id", "speaker", *BOUNDS]
    return rows.reindex(columns=columns).sort_values([*BOUNDS, "statement_id"], na_position="first", ignore_index=True)


def time_first_answers(positions: pd.DataFrame, proposals: pd.DataFrame, side_of: pd.Series) -> pd.DataFrame:
    """Return the positions that may be the first answer of a side to a proposal made by others, with the hours it took.

    `positions` are rows of find_positions; those that may be first were not certainly given after another of the side.
    Adds `low, high` (Float64, the same in each row of a proposal and side): the least and the most hours that can have
    passed from when the proposal was first made to the first answer, never below zero, as an answer follows.
    """
    made = proposals[["proposal_id", "proposed_by", *BOUNDS]].rename(columns={"proposed_by": "speaker"})
    key = ["proposal_id", "side"]
    given = _without(positions[~positions["kind"].isin(PUTS)], _split_sides(made, side_of), key)
    given = given.merge(made[["proposal_id", *BOUNDS]], on="proposal_id", suffixes=("", "_made"), validate="many_to_one")
    bounds = given.groupby(key)[BOUNDS].transform("min")
    low = ((bounds["earliest"] - given["latest_made"]) / HOUR).clip(lower=0).astype("Float64")
    high = ((bounds["latest"] - given["earliest_made"]) / HOUR).clip(lower=0).astype("Float64")
    given = given.assign(low=low, high=high)[given["earliest"] <= bounds["latest"]]
    return given.drop(columns=["earliest_made", "latest_made"]).reset_index(drop=True)


def time_silences(
    positions: pd.DataFrame, statements: pd.DataFrame, proposals: pd.DataFrame, side_of: pd.Series, sides: Iterable[str],
    until: pd.Series,
) -> pd.DataFrame:
    """Return `proposal_id, side, low`: proposals of others that a statement puts forward and a side of `sides` never answered.

    A side whose statements speak of the proposal, even if they only report, is not silent about it. `until` is the
    moment, by proposal, up to which the record would hold an answer; `low` (hours, Float64) what has certainly passed by then.
    Where nothing has, no silence is known.
    """
    made = proposals[["proposal_id", "proposed_by", *BOUNDS]].rename(columns={"proposed_by": "speaker"})
    put = positions.loc[positions["kind"].isin(PUTS) & positions["statement_id"].notna(), "proposal_id"]
    pairs = made[made["proposal_id"].isin(put)].merge(pd.DataFrame({"side": list(sides)}), how="cross")
    about = statements.assign(proposal_id=statements["proposal_id"].str.split("; ")).explode("proposal_id")
    for known in (_split_sides(made, side_of), positions, about):
        pairs = _without(pairs, known, ["proposal_id", "side"])
    ends = until.reindex(pairs["proposal_id"]).set_axis(pairs.index)
    low = ((ends - pairs["latest"]) / HOUR).astype("Float64")
    return pairs.assign(low=low)[low > 0][["proposal_id", "side", "low"]].reset_index(drop=True)


def find_shared(statements: pd.DataFrame, replies: pd.DataFrame) -> set[str]:
    """Return the proposals that one statement put forward together, where an answer to it does not say which it means."""
    put = _put_forward(statements).dropna(subset=["proposal_id"])
    several = put[put["statement_id"].duplicated(keep=False)]
    return set(several.loc[several["statement_id"].isin(replies["answers"]), "proposal_id"])


def _answer_proposals(replies: pd.DataFrame, put: pd.DataFrame, proposals: pd.DataFrame) -> pd.DataFrame:
    """Return the proposal that each reply answers, directly or through the one statement that puts it forward alone."""
    given = replies.reindex(columns=["statement_id", "answers", "answer", "basis", "conditions"])
    given = given.rename(columns={"answer": "kind"})
    alone = put.loc[~put["statement_id"].duplicated(keep=False), ["statement_id", "proposal_id"]]
    through = given.merge(alone.rename(columns={"statement_id": "answers"}), on="answers", validate="many_to_one")
    direct = given[given["answers"].isin(proposals["proposal_id"])].assign(proposal_id=lambda rows: rows["answers"])
    both = pd.concat([direct, through]).sort_values("basis", kind="stable")  # what is explicit stands before what is inferred
    return both.drop(columns="answers").drop_duplicates(["proposal_id", "statement_id", "kind"])


def _take_stands(statements: pd.DataFrame, replies: pd.DataFrame) -> pd.DataFrame:
    """Return the acts of STANDS with each proposal they apply to, inferred if the statement's reply of this kind is."""
    acts = statements.loc[statements["act"].isin(STANDS), ["statement_id", "act", "proposal_id"]]
    acts = acts.assign(proposal_id=acts["proposal_id"].str.split("; ")).explode("proposal_id").dropna(subset=["proposal_id"])
    weak = replies.loc[replies["basis"] == "inferred", ["statement_id", "answer"]].drop_duplicates()
    acts = acts.rename(columns={"act": "kind"}).merge(weak.rename(columns={"answer": "kind"}), how="left", indicator=True)
    basis = acts["_merge"].map({"both": "inferred", "left_only": "explicit"}).astype("str")
    return acts.assign(basis=basis).drop(columns="_merge")


def _split_sides(rows: pd.DataFrame, side_of: pd.Series) -> pd.DataFrame:
    """Return a row for each side among the speakers, with the speakers of that side."""
    pairs = [(i, side_of[one], one) for i, cell in zip(rows.index, rows["speaker"], strict=True) for one in cell.split("; ")]
    each = pd.DataFrame(pairs, columns=["row", "side", "speaker"]).groupby(["row", "side"], sort=False)["speaker"].agg("; ".join)
    return each.reset_index(["side"]).join(rows.drop(columns="speaker"), how="left").reset_index(drop=True)


def _without(rows: pd.DataFrame, others: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Return the rows whose key no row of `others` has."""
    known = set(zip(*(others[name] for name in key), strict=True))
    new = [one not in known for one in zip(*(rows[name] for name in key), strict=True)]
    return rows[pd.Series(new, rows.index, dtype=bool)]
