"""What a record cannot show, in sentences whose every number is computed."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.agreement import OVERALL, measure_agreement
from analysis.faults import split
from analysis.findings import Findings
from analysis.load import Record
from analysis.words import say_list

FIELDS = {"act": "acts", "answer": "answers", "basis": "bases"}
VAGUE = 4
"""Precision of a place that is known no closer than its region (UCDP)."""


def tell_limits(record: Record) -> Findings:
    """Say what the record leaves open, and how much of it."""
    return Findings([*_limit_claims(record), *_limit_pages(record), *_limit_coding(record), *_limit_places(record),
                     "Nothing here shows why something happened when it did. Order in time is not cause."])  # fmt: skip


def _limit_claims(record: Record) -> Iterator[str]:
    """Say who stands behind casualty claims, and how many strikes have none."""
    sides = record.actors.set_index("actor_id")["side"]
    struck_by = record.casualties["event_id"].map(record.events.set_index("event_id")["attacker"])
    alone = sum(by not in {sides[one] for one in split(cell)}
                for by, cell in zip(struck_by, record.casualties["origins"], strict=True))  # fmt: skip
    yield (f"A casualty claim says that somebody gave a count; that two gave the same one does not make it true. Of "
           f"{len(record.casualties)} claims, {alone} have no origin on the side that struck.")  # fmt: skip
    strikes = record.events[record.events["kind"] == "strike"]
    killed = record.casualties[(record.casualties["measure"] == "killed") & (record.casualties["population"] == "all")]
    bare = (~strikes["event_id"].isin(killed["event_id"])).sum()
    yield f"For {bare} of {len(strikes)} strikes no count of people killed was found. No count found is not zero."


def _limit_pages(record: Record) -> Iterator[str]:
    """Say in which languages pages were read, and whose counts nights are."""
    langs = record.sources["lang"].dropna()
    english = (langs == "en").sum()
    other, unknown = len(langs) - english, len(record.sources) - len(langs)
    yield ("The record holds what pages reported; what none reported is not in it. Of "
           f"{len(record.sources)} pages, {english} are known to be in English, {other} in other languages; of {unknown} the "
           "language is not noted.")  # fmt: skip
    names = record.actors.set_index("actor_id")["name"]
    if counted := [f"the {names[one]}" for one in record.nights["reported_by"].dropna().unique()]:
        yield f"Drones and missiles of a night are those that {say_list(counted)} reported, and nobody else."


def _limit_coding(record: Record) -> Iterator[str]:
    """Say how far coders agree."""
    agreed = measure_agreement(record.second_coding)
    if agreed.empty:
        return
    shares = [f"{100 * agreed.loc[(field, OVERALL), 'same']:.0f} % of {words}"
              for field, words in FIELDS.items() if (field, OVERALL) in agreed.index]  # fmt: skip
    yield ("What a statement does (propose, reject, defer and so on), and whether it answers another, is judgement. Two coders "
           f"gave the same label to {say_list(shares)}.")  # fmt: skip


def _limit_places(record: Record) -> Iterator[str]:
    """Say how closely places are known, and whose borders are drawn."""
    vague = (record.locations["where_prec"] >= VAGUE).sum()
    yield f"{vague} of {len(record.locations)} places are known no closer than their region."
    yield f"Borders: {record.episode['borders']}."
