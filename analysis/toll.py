"""Casualty claims to low, best and high, as known at a moment."""

from __future__ import annotations

import pandas as pd

COUNTED = ["event_id", "measure", "population"]
COLUMNS = [*COUNTED, "low", "best", "high", "wording", "claimed_by", "side", "claim_id", "contested_by", "claims",
           "earliest", "latest"]  # fmt: skip
NAMED = ("exact", "about", "at least")
"""Wordings that put forward a number which lies in the claim's own range."""
STANDING, LATEST = "standing", "latest official"


def as_known(claims: pd.DataFrame, at: pd.Timestamp | None = None, rule: str = STANDING) -> pd.DataFrame:
    """Reduce claims to one row per event, measure and population, as known at a moment (UTC; None: at the end).

    The rule `standing`, in words:

    1. A claim is known once the latest moment at which it may have been made has passed.
    2. The standing claim is the last known one in the order of the ledger (`seq`) that is not disputed;
       if all are disputed, the last of these.
    3. A lower count given before it has been overtaken, since counts grow as people are found.
    4. Other claims contest it: a disputed one, and a count given before it that lies wholly above it, unless the
       standing claim comes from the same claimant or has that claimant among its origins, who then corrected it.
       Of each claimant only the last claim counts.
    5. low and high are the least and the greatest that the standing and the contesting claims allow; empty is unbounded.
    6. best is the number put forward by the standing claim if it lies in the claim's own range (exact, about, at least);
       for "more than" and "up to" it is empty: no number was given that could stand.

    `rule` may name another of RULES, to see how much depends on it; a count for which a rule has no claim has no row.

    Returns `low, best, high` (Int64, people), `wording, claimed_by, side, claim_id` of the standing claim, `contested_by`
    (ids of the claims that contest it, tuple), `claims` (how many were known) and `as_of` (earliest, latest) of it.
    """
    known = claims if at is None else claims[claims["latest"] <= at]
    if rule == LATEST:
        known = known[known["official"]]
    reduce = RULES[rule]
    return _frame([reduce(group) for _, group in _in_order(known).groupby(COUNTED, sort=True)], COLUMNS)


def compare_rules(claims: pd.DataFrame, at: pd.Timestamp | None = None) -> pd.DataFrame:
    """Return the best count (Int64, people; NA: none) by each of RULES, a column each, on event, measure and population.

    `apart` is how far the highest of a row lies above the lowest.
    """
    best = pd.DataFrame({rule: as_known(claims, at, rule).set_index(COUNTED)["best"] for rule in RULES})
    return best.assign(apart=best.max(axis=1) - best.min(axis=1))


def replay(claims: pd.DataFrame) -> pd.DataFrame:
    """Reduce claims as `as_known` does, anew at each moment at which a claim became known.

    Returns the columns of `as_known` and `at` (that moment, UTC): one row per event, measure, population and moment.
    """
    rows = [
        {**_let_stand(group[group["latest"] <= at]), "at": at}
        for _, group in _in_order(claims).groupby(COUNTED, sort=True)
        for at in sorted(group["latest"].dropna().unique())
    ]
    return _frame(rows, [*COLUMNS, "at"]).astype({"at": claims["latest"].dtype})


def _in_order(claims: pd.DataFrame) -> pd.DataFrame:
    """Return the claims in the order of the ledger; those that stand outside it come first."""
    return claims.assign(seq=claims["seq"].fillna(0)).sort_values([*COUNTED, "seq", "claim_id"])


def _frame(rows: list[dict[str, object]], columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(("low", "best", "high", "claims"), "Int64"))


def _let_stand(group: pd.DataFrame) -> dict[str, object]:
    undisputed = group[group["status"] != "disputed"]
    standing = (undisputed if len(undisputed) else group).iloc[-1]
    last = group.drop_duplicates("claimed_by", keep="last")
    contests = [_contests(claim, standing) for _, claim in last.iterrows()]
    return _tell(standing, last[contests], group)


def _take_last(group: pd.DataFrame) -> dict[str, object]:
    return _tell(group.iloc[-1], group.iloc[:0], group)


def _take_highest(group: pd.DataFrame) -> dict[str, object]:
    reach = group["high"].fillna(group["low"])
    return _tell(group.loc[reach[::-1].idxmax()], group.iloc[:0], group)


def _take_median(group: pd.DataFrame) -> dict[str, object]:
    """Take the claim in the middle, by its number, of the last claim of each independent origin (of two, the lower)."""
    voices, heard = [], set()
    for at, origins in group["origins"][::-1].items():
        if heard.isdisjoint(origins.split("; ")):
            voices.append(at)
            heard |= set(origins.split("; "))
    voiced = group.loc[voices]
    named = voiced[voiced["wording"].isin(NAMED)]
    middle = (named if len(named) else voiced).sort_values(["low", "high"])
    chosen = middle.iloc[(len(middle) - 1) // 2]
    return _tell(chosen, voiced[voiced["claim_id"] != chosen["claim_id"]], group)


def _tell(standing: pd.Series, contesting: pd.DataFrame, group: pd.DataFrame) -> dict[str, object]:
    """Return what the count comes to if one claim stands and others contest it."""
    lows = [standing["low"], *contesting["low"]]
    highs = [standing["high"], *contesting["high"]]
    return {
        **{name: standing[name] for name in COUNTED},
        "low": pd.NA if any(map(pd.isna, lows)) else min(lows),
        "best": standing["low"] if standing["wording"] in NAMED else pd.NA,
        "high": pd.NA if any(map(pd.isna, highs)) else max(highs),
        **{name: standing[name] for name in ("wording", "claimed_by", "side", "claim_id", "earliest", "latest")},
        "contested_by": tuple(sorted(contesting["claim_id"])),
        "claims": len(group),
    }


RULES = {STANDING: _let_stand, LATEST: _take_last, "highest": _take_highest, "median of independent": _take_median}
"""Ways to take one claim for what is known: by the rule of this project; the last by an official or body, disputed or not;
the one that reaches highest; the middle one of the last claims of each independent origin, those that name a number before
others. Claims are independent if they share no origin."""


def _contests(claim: pd.Series, standing: pd.Series) -> bool:
    if claim["claim_id"] == standing["claim_id"]:
        return False
    if claim["status"] == "disputed":
        return True
    corrected = claim["claimed_by"] in (standing["claimed_by"], *str(standing["origins"]).split("; "))
    above = pd.notna(claim["low"]) and pd.notna(standing["high"]) and claim["low"] > standing["high"]
    return bool(above and not corrected)


def add_up(tolls: pd.DataFrame, by: str) -> pd.DataFrame:
    """Sum tolls of several strikes by a column; what one of them leaves unknown, the sum leaves unknown.

    `tolls` has one row per strike, whose bounds are NA where nobody counted: such a strike adds nothing and is not in
    `counted`. Returns `low, best, high` (Int64, people), `counted` and `strikes` on the values of `by`.
    """
    rows = {}
    for value, group in tolls.groupby(by, sort=True):
        found = group[group[["low", "best", "high"]].notna().any(axis=1)]
        sums = {name: found[name].sum(skipna=False) if len(found) else pd.NA for name in ("low", "best", "high")}
        rows[value] = sums | {"counted": len(found), "strikes": len(group)}
    columns = ["low", "best", "high", "counted", "strikes"]
    out = pd.DataFrame.from_dict(rows, orient="index", columns=None if rows else columns).rename_axis(by)
    return out.astype("Int64")


def say_counts(tolls: pd.DataFrame, claims: pd.DataFrame) -> list[str]:
    """Put the standing claim of each toll into words, then those that contest it: `35 or 36`."""
    given = claims.set_index("claim_id")[["wording", "low", "high"]]
    named = zip(tolls["claim_id"], tolls["contested_by"], strict=True)
    return [" or ".join(dict.fromkeys(phrase(*given.loc[i]) for i in (standing, *others))) for standing, others in named]


def phrase(wording: str, low: int | None, high: int | None) -> str:
    """Put a count into words as it was given, from its bounds: `more than 100` for 101 or more."""
    if wording == "more than":
        return f"more than {low - 1}"
    if wording == "up to":
        return f"up to {high}"
    return f"{low}" if wording == "exact" else f"{wording} {low}"
