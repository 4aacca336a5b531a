"""Rows of the record as marks: the columns that every exhibit has (exhibit.MARKS), in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from analysis import toll, when

NOBODY = "no count found"
REMOTE = r"(?i)\b(?:video|online|virtual)\b"
"""What the title of a meeting says if those who met were not in one place."""


def of_events(events: pd.DataFrame, actors: pd.DataFrame, zones: Sequence[str]) -> pd.DataFrame:
    """Return MARKS for each event, on its index; `group` is the side that struck, `words` the summary."""
    return pd.DataFrame({
        "id": events["event_id"], "group": events["attacker"].fillna("").astype("str"), "title": events["title"],
        "date": say_dates(events, zones), "words": events["summary"].fillna(""), "said_by": name_all(events["origins"], actors),
        "sources": events["sources"].fillna(""), "records": events["event_id"],
    })  # fmt: skip


def of_strikes(strikes: pd.DataFrame, claims: pd.DataFrame, actors: pd.DataFrame, zones: Sequence[str]) -> pd.DataFrame:
    """Return MARKS for each strike, on its index: `words` are the counts of killed and injured that stand as the record ends.

    Pages, ids and names are those of the event and of the claims that stand or contest; a column `killed` (Int64) is
    the best count, NA where there is none.
    """
    known = toll.as_known(claims[claims["population"] == "all"])
    known = known[known["measure"].isin(["killed", "injured"])].sort_values(["event_id", "measure"], ascending=False)
    said = zip(toll.say_counts(known, claims), known["measure"], strict=True)
    known = known.assign(said=[f"{words} {measure}" for words, measure in said],
                         ids=[[row.claim_id, *row.contested_by] for row in known.itertuples()])  # fmt: skip
    given = claims.set_index("claim_id")[["claimed_by", "sources"]]
    marks = of_events(strikes, actors, zones)
    for strike in marks.itertuples():
        own = known[known["event_id"] == strike.id]
        ids = [i for cell in own["ids"] for i in cell]
        marks.loc[strike.Index, "words"] = ", ".join(own["said"]) or NOBODY
        marks.loc[strike.Index, "sources"] = join([strike.sources, *given["sources"].reindex(ids)])
        marks.loc[strike.Index, "records"] = join([strike.id, *ids])
        if ids:
            marks.loc[strike.Index, "said_by"] = name_all(pd.Series([join(given["claimed_by"].reindex(ids))]), actors).iloc[0]
    killed = known[known["measure"] == "killed"].set_index("event_id")["best"]
    return marks.assign(killed=marks["id"].map(killed).astype("Int64"))


def of_statements(statements: pd.DataFrame, actors: pd.DataFrame, zones: Sequence[str]) -> pd.DataFrame:
    """Return MARKS for each statement, on its index; `group` is the side of who speaks, `words` act, phrase, summary."""
    phrase = ("“" + statements["key_phrase"] + "” ").fillna("")
    return pd.DataFrame({
        "id": statements["statement_id"], "group": statements["side"].fillna("").astype("str"),
        "title": name_all(statements["speaker"], actors) + ": " + statements["act"], "date": say_dates(statements, zones),
        "words": phrase + statements["summary"].fillna(""), "said_by": name_all(statements["speaker"], actors),
        "sources": statements["sources"].fillna(""), "records": statements["statement_id"],
    })  # fmt: skip


def say_counted(claims: pd.DataFrame) -> pd.Series:
    """Return the count of each casualty claim as it was given, on its index: `at least 34 killed`, `3 injured, children`."""
    words = [f"{toll.phrase(row.wording, row.low, row.high)} {row.measure}" for row in claims.itertuples()]
    among = (", " + claims["population"]).mask(claims["population"] == "all", "")
    return pd.Series(words, claims.index, dtype="str") + among


def name_town(events: pd.DataFrame) -> pd.Series:
    """Return the place of each event without what stands after a comma, as a part of a town; NA where none is known."""
    return events["place"].str.replace(",.*", "", regex=True)


def say_dates(rows: pd.DataFrame, zones: Sequence[str]) -> pd.Series:
    """Return the date of each row in words, with its zone: times of the first of `zones`; days without a place are of all."""
    return pd.Series([when.say(row, zones[0], home=zones) for row in rows.itertuples()], rows.index, dtype="str")


def name_all(cells: pd.Series, actors: pd.DataFrame) -> pd.Series:
    """Return the names of the actors whose ids stand in each cell."""
    names = actors.set_index("actor_id")["name"]
    named = [", ".join(names.get(i, i) for i in cell.split("; ")) if isinstance(cell, str) and cell else "" for cell in cells]
    return pd.Series(named, cells.index, dtype="str")


def join(cells: Iterable[str]) -> str:
    """Return all ids of cells that are lists, each once, in order."""
    return "; ".join(dict.fromkeys(one for cell in cells if isinstance(cell, str) for one in cell.split("; ") if one))
