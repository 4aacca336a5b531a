"""Nights of air attacks: what became of the drones, and how the nights compare with totals given for longer periods."""

from __future__ import annotations

import pandas as pd

DUSK, DAWN = pd.Timedelta(hours=-6), pd.Timedelta(hours=6)
"""The hours for which a night stands, from midnight: most reports count from the evening to 08:00 or 09:00."""
PARTS = ["drones_shot_down", "drones_lost"]
NUMBERS = ["drones_launched", *PARTS, "missiles_launched"]
UNCOUNTED = "none by no count"
TOTALS = ["start", "end", "said_by", "measure", "wording", "total", "nights", "counted", "missing", "summed", "after",
          "difference", "why_not"]  # fmt: skip


def bound_nights(nights: pd.DataFrame, zone: str) -> pd.DataFrame:
    """Return from when to when each night lasts, as `earliest` and `latest` in UTC."""
    midnight = pd.to_datetime(nights["night"])
    ends = {"earliest": midnight + DUSK, "latest": midnight + DAWN}
    return pd.DataFrame({name: end.dt.tz_localize(zone).dt.tz_convert("UTC") for name, end in ends.items()})


def split_drones(nights: pd.DataFrame) -> pd.DataFrame:
    """Add what the report leaves of the drones launched, and how far it goes; nothing unknown is counted as zero.

    New columns: `drones_neither` (Int64: launched, but neither shot down nor lost; NA unless all three numbers are known),
    `drones_not_split` (Int64: those of which no fate is known because a part was not reported; NA otherwise), `report`:
    in parts, not in parts, none launched, none by no count (a zero that nobody is known to have reported), no launch total,
    no report.
    """
    launched, parts = nights["drones_launched"], nights[PARTS]
    whole = launched.notna() & parts.notna().all(axis=1)
    left = launched - parts.fillna(0).sum(axis=1)
    report = pd.Series("not in parts", nights.index, dtype="str")
    report = report.mask(whole, "in parts").mask(launched.eq(0).fillna(False), "none launched")
    report = report.mask((report == "none launched") & nights["reported_by"].isna(), UNCOUNTED)
    report = report.mask(launched.isna(), "no launch total").mask(nights[NUMBERS].isna().all(axis=1), "no report")
    split = report == "not in parts"
    return nights.assign(drones_neither=left.where(whole), drones_not_split=left.where(split), report=report)


def find_tops(nights: pd.DataFrame) -> pd.Series:
    """Return the drones that each report accounts for: those launched or, where it does not give these, all its parts."""
    return nights["drones_launched"].fillna(nights[PARTS].astype("Int64").sum(axis=1, min_count=1))


def compare_totals(nights: pd.DataFrame, totals: pd.DataFrame) -> pd.DataFrame:
    """Set each total that was given for a longer period beside the sum of the nights whose morning lies in it.

    One row per total and measure (drones, missiles), TOTALS: `wording` and `total` as given; `nights` mornings in the
    period, `counted` of them with a number that somebody reported and `missing` without one; `summed`, the sum over
    those counted (NA if none is); `after`, the number of the night to the morning after the last day, of which a part
    fell into the period; `difference`, total less `summed`; `why_not`, in words, where the nights cannot cover the
    period (`difference` is NA).
    A total counts days and a night runs over two, and totals may hold daytime attacks or leave out kinds of drone: only
    a difference that is larger than what lies at the edges and in the missing nights says something.
    """
    mornings = nights.assign(night=pd.to_datetime(nights["night"])).set_index("night")
    mornings = mornings.where(mornings["reported_by"].notna())
    rows = [_compare(total, measure, mornings[f"{measure}_launched"])
            for total in totals.itertuples() for measure in ("drones", "missiles")
            if pd.notna(getattr(total, measure))]  # fmt: skip
    numbers = ["total", "nights", "counted", "missing", "summed", "after", "difference"]
    return pd.DataFrame(rows, columns=TOTALS).astype(dict.fromkeys(numbers, "Int64"))


def _compare(total: object, measure: str, launched: pd.Series) -> dict[str, object]:
    start, end = pd.Timestamp(total.start), pd.Timestamp(total.end)
    days = pd.date_range(start, end)
    known = launched.reindex(days).dropna()
    summed = known.sum() if len(known) else pd.NA
    given = getattr(total, measure)
    reasons = {"begins before the first night": start < launched.index.min(),
               "ends after the last night": end > launched.index.max(), "no night has a number": known.empty}  # fmt: skip
    why_not = ", ".join(reason for reason, holds in reasons.items() if holds)
    return {
        "start": total.start, "end": total.end, "said_by": total.said_by, "measure": measure,
        "wording": getattr(total, f"{measure}_wording"), "total": given, "nights": len(days), "counted": len(known),
        "missing": len(days) - len(known), "summed": summed, "after": launched.get(end + pd.Timedelta(days=1), pd.NA),
        "difference": pd.NA if why_not else given - summed, "why_not": why_not,
    }  # fmt: skip
