"""What sources or coders dispute, in words, beside the marks that it touches."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from analysis.rules import split
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
    wide = [{*split(cell), *_find_alike(split(cell), claims)} for cell in disagreements["records"]]
    told = [[*_tell_versions(ids, disagreements, wide), *_tell_labels(ids, codings)] for ids in map(split, marks["records"])]
    return marks.assign(doubts=pd.Series([BETWEEN.join(one) for one in told], marks.index, dtype="str"))


def describe_labels(marks: pd.DataFrame) -> str:
    """Say for an alt text at which marks, with their `doubts`, coders dispute a label: by name if they are few; '' if at none."""
    titles = marks.loc[marks["doubts"].str.contains(CODERS), "title"]
    if titles.empty:
        return ""
    where = f"{len(titles)} marks, named in the table" if len(titles) > NAMED else "; ".join(titles)
    return f" Labels that a second coder read otherwise: {where}."


def find_disputed(codings: pd.DataFrame) -> pd.DataFrame:
    """Return the codings on which the two coders differ."""
    return codings[codings["first"] != codings["second"]]


def _find_alike(ids: list[str], claims: pd.DataFrame | None) -> set[str]:
    """Return the claims that count the same as one of these: of the same event, measure and population."""
    if claims is None:
        return set()
    counted = list(zip(*(claims[name] for name in COUNTED), strict=True))
    same = {what for what, one in zip(counted, claims["claim_id"], strict=True) if one in ids}
    return {one for what, one in zip(counted, claims["claim_id"], strict=True) if what in same}


def _tell_versions(ids: list[str], disagreements: pd.DataFrame, wide: list[set[str]]) -> Iterator[str]:
    for topic, versions, touched in zip(disagreements["topic"], disagreements["versions"], wide, strict=True):
        if not touched.isdisjoint(ids):
            yield f"Sources differ ({topic}): {versions}"


def _tell_labels(ids: list[str], codings: pd.DataFrame | None) -> Iterator[str]:
    if codings is None:
        return
    own = codings[codings["statement_id"].isin(ids)]
    named = own[own["answers"].isin(ids)]
    for row in find_disputed(named if len(named) else own).itertuples():
        yield f"{CODERS} on the {row.field}: {row.first} or {row.second}"
