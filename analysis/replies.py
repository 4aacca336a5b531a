"""Statements and what they answer: pairs, lags as intervals, what nobody answered."""

from __future__ import annotations

import pandas as pd

HOUR = pd.Timedelta(hours=1)
BOUNDS = ["earliest", "latest"]
PUTS = ("propose", "announce")
"""Acts that put something forward which others can answer."""


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


def find_unanswered(statements: pd.DataFrame, replies: pd.DataFrame) -> pd.DataFrame:
    """Return the statements that propose or announce something which no other side answered afterwards.

    A statement is answered by a reply to it, to a proposal that it puts forward or to another statement that puts the
    same one forward, if it comes from another side and was not certainly given earlier. One that puts forward several
    proposals is unanswered while one of them is. Returns rows of `statements`, with the same columns.
    """
    puts = statements.loc[statements["act"].isin(PUTS), ["statement_id", "proposal_id", "side", "earliest"]]
    puts = puts.assign(proposal_id=puts["proposal_id"].str.split("; ")).explode("proposal_id")
    given = statements[["statement_id", "side", "latest"]].rename(columns={"statement_id": "by", "side": "other"})
    answers = replies.rename(columns={"statement_id": "by"})[["by", "answers"]].merge(given, on="by")
    through = answers.merge(puts[["statement_id", "proposal_id"]], left_on="answers", right_on="statement_id")
    to_proposals = pd.concat([answers.rename(columns={"answers": "proposal_id"}), through.drop(columns="statement_id")])
    met = pd.concat([
        puts.merge(answers, left_on="statement_id", right_on="answers"),
        puts.dropna(subset=["proposal_id"]).merge(to_proposals, on="proposal_id"),
    ])  # fmt: skip
    met = met[(met["other"] != met["side"]) & (met["latest"] >= met["earliest"])]
    heard = met[["statement_id", "proposal_id"]].drop_duplicates()
    left = puts.merge(heard, on=["statement_id", "proposal_id"], how="left", indicator=True)
    silent = left.loc[left["_merge"] == "left_only", "statement_id"]
    return statements[statements["statement_id"].isin(silent)].reset_index(drop=True)


def find_targets(replies: pd.DataFrame, statements: pd.DataFrame) -> pd.Series:
    """Return, for each reply, the statement that it leads to: what it answers, or the first one to put the proposal
    forward that is not certainly later than the reply; NA if no statement of the record does.
    """
    puts = statements.loc[statements["act"].isin(PUTS), ["statement_id", "proposal_id", "earliest"]]
    puts = puts.assign(proposal_id=puts["proposal_id"].str.split("; ")).explode("proposal_id")
    first = puts.dropna(subset=["proposal_id"]).sort_values(["earliest", "statement_id"]).drop_duplicates("proposal_id")
    latest = statements.set_index("statement_id")["latest"]
    via = replies[["statement_id", "answers"]].merge(first, left_on="answers", right_on="proposal_id", how="left",
                                                     suffixes=("", "_first"), validate="many_to_one")  # fmt: skip
    fits = via["earliest"] <= via["statement_id"].map(latest)
    direct = replies["answers"].isin(statements["statement_id"]).to_numpy()
    target = via["statement_id_first"].where(fits).where(~direct, via["answers"])
    return target.set_axis(replies.index)
