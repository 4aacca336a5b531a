"""Casualty claims to low, best and high, as known at a moment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from math import inf
from typing import NamedTuple

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
    4. Other claims contest it: a disputed one, and a count given before it that lies wholly above it, unless its claimant
       corrected it: gave a count after it that lies wholly below it, or is among the origins of one; what was corrected
       stays so. Of each claimant only the last claim counts.
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
    return _frame([RULES[rule](group) for group in _in_order(known)], COLUMNS)


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
        {**_let_stand([claim for claim in group if claim.latest <= at]), "at": at}
        for group in _in_order(claims.dropna(subset=["latest"]))
        for at in sorted({claim.latest for claim in group})
    ]
    return _frame(rows, [*COLUMNS, "at"]).astype({"at": claims["latest"].dtype})


class Claim(NamedTuple):
    """Hold what the rules ask of a claim; a bound that it leaves open is None, and `seq` if it stands outside the ledger."""

    event_id: str
    measure: str
    population: str
    low: int | None
    high: int | None
    wording: str
    claimed_by: str
    side: str
    claim_id: str
    origins: str
    status: str
    earliest: pd.Timestamp
    latest: pd.Timestamp
    seq: int | None

    @property
    def counted(self) -> tuple[str, str, str]:
        """Return what it counts: event, measure, population."""
        return self[: len(COUNTED)]

    @property
    def voices(self) -> set[str]:
        """Return the ids of its origins."""
        return set(self.origins.split("; "))


def _in_order(claims: pd.DataFrame) -> Iterator[list[Claim]]:
    """Yield the claims on each count in the order of the ledger; those that stand outside it come first."""
    cells = {name: claims[name].tolist() for name in Claim._fields}
    cells |= {name: claims[name].to_numpy(object, na_value=None).tolist() for name in ("low", "high", "seq")}
    rows = sorted(map(Claim, *cells.values()), key=lambda claim: (claim.counted, claim.seq or 0, claim.claim_id))
    for _, group in groupby(rows, key=lambda claim: claim.counted):
        yield list(group)


def _frame(rows: list[dict[str, object]], columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(("low", "best", "high", "claims"), "Int64"))


def _let_stand(group: Sequence[Claim]) -> dict[str, object]:
    standing = ([claim for claim in group if claim.status != "disputed"] or group)[-1]
    last = {claim.claimed_by: at for at, claim in enumerate(group)}
    return _tell(standing, [group[at] for at in last.values() if _contests(group[at], standing, group[at + 1:])], group)


def _take_last(group: Sequence[Claim]) -> dict[str, object]:
    return _tell(group[-1], [], group)


def _take_highest(group: Sequence[Claim]) -> dict[str, object]:
    """Take the last of those that reach highest; an open count reaches its low."""
    return _tell(max(reversed(group), key=lambda claim: claim.low if claim.high is None else claim.high), [], group)


def _take_median(group: Sequence[Claim]) -> dict[str, object]:
    """Take the claim in the middle, by its number, of the last claim of each independent origin (of two, the lower)."""
    voiced: list[Claim] = []
    for claim in reversed(group):
        if all(claim.voices.isdisjoint(heard.voices) for heard in voiced):
            voiced.append(claim)
    named = [claim for claim in voiced if claim.wording in NAMED] or voiced
    named = sorted(named, key=lambda claim: tuple(inf if bound is None else bound for bound in (claim.low, claim.high)))
    chosen = named[(len(named) - 1) // 2]
    return _tell(chosen, [claim for claim in voiced if claim != chosen], group)


def _tell(standing: Claim, contesting: Sequence[Claim], group: Sequence[Claim]) -> dict[str, object]:
    """Return what the count comes to if one claim stands and others contest it."""
    lows, highs = ([getattr(claim, name) for claim in (standing, *contesting)] for name in ("low", "high"))
    return {
        **{name: getattr(standing, name) for name in COUNTED},
        "low": None if None in lows else min(lows),
        "best": standing.low if standing.wording in NAMED else None,
        "high": None if None in highs else max(highs),
        **{name: getattr(standing, name) for name in ("wording", "claimed_by", "side", "claim_id", "earliest", "latest")},
        "contested_by": tuple(sorted(claim.claim_id for claim in contesting)),
        "claims": len(group),
    }


RULES = {STANDING: _let_stand, LATEST: _take_last, "highest": _take_highest, "median of independent": _take_median}
"""Ways to take one claim for what is known: by the rule of this project; the last by an official or body, disputed or not;
the one that reaches highest; the middle one of the last claims of each independent origin, those that name a number before
others. Claims are independent if they share no origin."""


def _contests(claim: Claim, standing: Claim, later: Sequence[Claim]) -> bool:
    if claim.claim_id == standing.claim_id:
        return False
    if claim.status == "disputed":
        return True
    corrected = any(_is_above(claim, one) and claim.claimed_by in {one.claimed_by, *one.voices}
                    for one in later if one.status != "disputed")  # fmt: skip
    return _is_above(claim, standing) and not corrected


def _is_above(claim: Claim, other: Claim) -> bool:
    return None not in (claim.low, other.high) and claim.low > other.high


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
