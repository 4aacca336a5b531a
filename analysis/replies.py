"""Statements and what they answer: pairs, lags as intervals, what nobody answered."""

from __future__ import annotations

import pandas as pd

HOUR = pd.Timedelta(hours=1)
BOUNDS = ["earliest", "latest"]


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


def find_unanswered(statements: pd.DataFrame, replies: pd.DataFrame, proposals: pd.DataFrame) -> pd.DataFrame:
    """Return the statements that propose or announce something which no other side answered.

    A proposal is answered by a reply to it, or to any statement that puts it forward, given by another side than that of
    the statement; a statement that puts forward several is unanswered while one of them is.
    """
    sides = statements.set_index("statement_id")["side"]
    puts = statements.loc[statements["act"].isin(["propose", "announce"]), ["statement_id", "proposal_id"]]
    puts = puts.assign(proposal_id=puts["proposal_id"].str.split("; ")).explode("proposal_id")
    answers = replies.assign(by=replies["statement_id"].map(sides))[["answers", "by"]]
    direct = answers.rename(columns={"answers": "proposal_id"})
    through = answers.merge(puts, left_on="answers", right_on="statement_id", how="inner")[["proposal_id", "by"]]
    heard = pd.concat([direct[direct["proposal_id"].isin(proposals["proposal_id"])], through]).drop_duplicates()
    met = puts.merge(heard, on="proposal_id", how="left", validate="many_to_many")
    met["other"] = met["by"].notna() & (met["by"] != met["statement_id"].map(sides))
    answered = met.groupby(["statement_id", "proposal_id"], dropna=False)["other"].any().groupby("statement_id").all()
    silent = answered.index[~answered]
    return statements[statements["statement_id"].isin(silent)].reset_index(drop=True)
