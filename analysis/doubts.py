"""What sources or coders dispute, in words, beside the marks that it touches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

import pandas as pd

from analysis.faults import split
from analysis.toll import COUNTED

CODERS = "Coders differ"
BETWEEN = " || "
NAMED = 8
"""Marks with a disputed label that an alt text names at most; of more it gives the number."""


def add_doubts(
    marks: pd.DataFrame, disagreements: pd.DataFrame, codings: pd.DataFrame | None = None, claims: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Add the column `doubts`: what sources dispute of the rows in `records` and (given `codings`) what coders do; or ''.

    Doubts are parted by ` || `, the versions of one by ` | `, as in `disagreements`.

    Given `claims`, a dispute over a casualty claim is told at every claim that counts the same. A disputed answer is told
    at the marks that name what it answers, and at those that name no coded answer.
    """
    counted = {} if claims is None else dict(zip(claims["claim_id"], claims[COUNTED].itertuples(index=False), strict=True))
    versions = [({*split(row.records), *_find_alike(split(row.records), counted)},
                 f"Sources differ ({row.topic}): {row.versions}") for row in disagreements.itertuples()]  # fmt: skip
    coded = defaultdict(list)
    for row in () if codings is None else codings.itertuples():
        coded[row.statement_id].append(row)
    told = [[*(says for rows, says in versions if not rows.isdisjoint(ids)), *_tell_labels(ids, coded)]
            for ids in map(split, marks["records"])]  # fmt: skip
    return marks.assign(doubts=pd.Series([BETWEEN.join(one) for one in told], marks.index, dtype="str"))


def describe_labels(marks: pd.DataFrame) -> str:
    """Say for an alt text at which marks, with their `doubts`, coders dispute a label: by name if they are few; '' if at none."""
    titles = marks.loc[marks["doubts"].str.contains(CODERS), "title"]
    if titles.empty:
        return ""
    where = f"{len(titles)} marks, named in the table" if len(titles) > NAMED else "; ".join(titles)
    return f" Labels that a second coder read otherwise: {where}."


def _find_alike(ids: list[str], counted: Mapping[str, tuple]) -> set[str]:
    """Return the claims that count the same as one of these, given what each counts: event, measure and population."""
    same = {counted[one] for one in ids if one in counted}
    return {one for one, what in counted.items() if what in same}


def _tell_labels(ids: list[str], coded: Mapping[str, list]) -> Iterator[str]:
    own = [row for one in ids for row in coded.get(one, ())]
    named = [row for row in own if row.answers in ids]
    for row in named or own:
        if row.first != row.second:
            yield f"{CODERS} on the {row.field}: {row.first} or {row.second}"
