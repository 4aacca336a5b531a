"""How far coders agree on what statements and answers do: Cohen's kappa with its interval, overall and label by label."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path

import pandas as pd

from analysis import schema
from analysis.faults import Fault, guess, show
from analysis.load import Record, RecordError, read_table
from analysis.marks import name_all, say_dates
from analysis.words import protect

CODED = ["statement_id", "answers", "field"]
"""What is coded: the act of a statement, or the answer or basis of a reply."""
GIVEN = ["date", "speaker", "said", "answered"]
"""What a form gives a coder to go by."""
OVERALL = "all labels"
FORM = schema.Table("coding", "A blank form for a further coder: label, sure and reason are to be filled in.", tuple(CODED), (
    schema.Column("statement_id", "id", "The statement to code."),
    schema.Column("answers", "id", "For answer and basis: what it answers.", False),
    schema.Column("field", "text", "The label to give.", choices=schema.BY_NAME["second_coding"].column("field").choices),
    schema.Column("date", "text", "When it was said.", False),
    schema.Column("speaker", "text", "Who spoke.", False),
    schema.Column("said", "text", "What was said, in the project's own words: all that the second coder saw.", False),
    schema.Column("answered", "text", "What it answers, likewise.", False),
    schema.Column("label", "text", "The label; empty: not coded.", False),
    schema.Column("sure", "text", "How sure you are.", False, choices=schema.BY_NAME["second_coding"].column("sure").choices),
    schema.Column("reason", "text", "Why, in a few words.", False),
))  # fmt: skip


def measure_agreement(codings: pd.DataFrame) -> pd.DataFrame:
    """Return how far `first` and `second` agree, on `field` and `label`: each field over all labels, then label by label.

    Columns: `coded` (codings; of one label, those to which at least one coder gave it), `same` (share of all codings of the
    field on which both agree: on the label, or on whether it is this one), `kappa`, `low`, `high`: Cohen's kappa and its
    asymptotic 95 % interval, by statsmodels; NA where only one label occurs. Where coders agree throughout, or one of them
    never gave a label, the method gives no interval; that of a label which was seldom given is rough.
    """
    rows = {}
    for field in schema.LABELS:
        own = codings[codings["field"] == field]
        if own.empty:
            continue
        first, second = own["first"], own["second"]
        rows[field, OVERALL] = {"coded": len(own), **_measure(first, second)}
        for label in (label for label in schema.LABELS[field] if label in {*first, *second}):
            given = (first == label) | (second == label)
            rows[field, label] = {"coded": int(given.sum()), **_measure(first == label, second == label)}
    out = pd.DataFrame.from_dict(rows, orient="index", columns=["coded", "same", "kappa", "low", "high"])
    out.index = pd.MultiIndex.from_tuples(rows, names=["field", "label"]) if rows else out.index
    return out.astype({"coded": "Int64"} | dict.fromkeys(("same", "kappa", "low", "high"), "Float64"))


def _measure(first: pd.Series, second: pd.Series) -> dict[str, float]:
    import numpy as np
    from statsmodels.stats.inter_rater import cohens_kappa  # takes two seconds, which only this needs

    codes, both = pd.factorize(pd.concat([first, second]), sort=True)
    table = np.bincount(codes[: len(first)] * len(both) + codes[len(first) :], minlength=len(both) ** 2)
    same = float((first == second).mean())
    if len(both) < 2:
        return {"same": same, "kappa": math.nan, "low": math.nan, "high": math.nan}
    with np.errstate(invalid="ignore"):
        found = cohens_kappa(table.reshape(len(both), len(both)))
    if found.kappa_upp - found.kappa_low < 1e-6:
        return {"same": same, "kappa": found.kappa, "low": math.nan, "high": math.nan}
    return {"same": same, "kappa": found.kappa, "low": max(found.kappa_low, -1.0), "high": min(found.kappa_upp, 1.0)}


def count_confusions(codings: pd.DataFrame) -> pd.DataFrame:
    """Return how often one coder gave one label and the other another, whichever gave which, most often first.

    Columns: `field`, `labels` (`condemn / report`), `times`, and `sure` (of these, how often the second coder was sure).
    """
    differ = codings[codings["first"] != codings["second"]]
    pairs = [" / ".join(sorted(pair)) for pair in zip(differ["first"], differ["second"], strict=True)]
    counted = differ.assign(labels=pd.Series(pairs, differ.index, dtype="str"), sure=differ["sure"] == "high")
    counted = counted.groupby(["field", "labels"])["sure"].agg(times="size", sure="sum").reset_index()
    return counted.sort_values(["times", "field", "labels"], ascending=[False, True, True], ignore_index=True)


def list_labels(record: Record) -> pd.DataFrame:
    """Return every label of the record: CODED and `label`."""
    acts = record.statements[["statement_id", "act"]].rename(columns={"act": "label"}).assign(answers=pd.NA, field="act")
    replies = [record.replies[["statement_id", "answers", field]].rename(columns={field: "label"}).assign(field=field)
               for field in ("answer", "basis")]  # fmt: skip
    labels = pd.concat([acts.astype({"answers": "str"}), *replies], ignore_index=True)
    return labels[[*CODED, "label"]].sort_values(CODED, na_position="first", ignore_index=True)


def write_form(record: Record) -> str:
    """Return a blank form as CSV (FORM): every label to give, with what a coder needs, and none that was given."""
    said = record.statements.set_index("statement_id")
    words = pd.concat([said["summary"], record.proposals.set_index("proposal_id")["label"]])
    names, dates = name_all(said["speaker"], record.actors), say_dates(said, record.episode["zones"])
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(column.name for column in FORM.columns)
    for row in list_labels(record).itertuples():
        answers = "" if pd.isna(row.answers) else row.answers
        texts = (dates[row.statement_id], names[row.statement_id], words[row.statement_id], words[answers] if answers else "")
        writer.writerow([row.statement_id, answers, row.field, *map(protect, texts), "", "", ""])
    return out.getvalue()


def read_coding(path: Path, record: Record) -> pd.DataFrame:
    """Read a form that was filled in: CODED, `label`, `sure` and `reason` of the rows that were coded.

    Raises RecordError with every fault: of the file, a label that is not in the list of its field, a row that the record
    does not have or that stands there twice, words that are no longer those of the record, no label at all.
    """
    faults: list[Fault] = []
    form = read_table(FORM, path, record.episode, faults)
    if form is None:
        raise RecordError(faults)
    asked = {tuple(row[name] for name in CODED): row for row in csv.DictReader(io.StringIO(write_form(record)))}
    seen: dict[tuple[str, ...], int] = {}
    for row in form.dropna(subset=["statement_id", "field"]).itertuples():
        what = (row.statement_id, "" if pd.isna(row.answers) else row.answers, row.field)
        if what not in asked:
            ids = {one[0] for one in asked}
            near = "" if row.statement_id in ids else guess(row.statement_id, ids)
            faults.append(Fault(path.name, row.Index, f"{row.field} of {show(' > '.join(filter(None, what[:2])))}: no such row "
                                f"in the record{near}"))  # fmt: skip
        elif what in seen:
            faults.append(Fault(path.name, row.Index, f"{row.field} of {show(row.statement_id)}: already on line {seen[what]}"))
        elif other := next((name for name in GIVEN if ("" if pd.isna(cell := getattr(row, name)) else cell)
                            != asked[what][name]), None):  # fmt: skip
            faults.append(Fault(path.name, row.Index, f"{other} {show(getattr(row, other))}: the record now has "
                                f"{show(asked[what][other])}; code it from a new form"))  # fmt: skip
        seen.setdefault(what, row.Index)
        if pd.notna(row.label) and row.label not in schema.LABELS[row.field]:
            known = schema.LABELS[row.field]
            faults.append(Fault(path.name, row.Index, f"label {show(row.label)}: expected one of {', '.join(known)}"
                                f"{guess(row.label, known)}"))  # fmt: skip
    if not faults and form["label"].isna().all():
        faults.append(Fault(path.name, 0, "no label; expected one in column label of at least one row"))
    if faults:
        raise RecordError(sorted(set(faults)))
    return form.dropna(subset=["label"])[[*CODED, "label", "sure", "reason"]].reset_index(drop=True)


def pair_coders(coding: pd.DataFrame, record: Record) -> dict[str, pd.DataFrame]:
    """Return the rows that a further coder shares with each coder of the record, as codings with `first` and `second`."""
    mine = coding.rename(columns={"label": "second"})[[*CODED, "second", "sure"]]
    mine = mine.fillna({"answers": ""})
    second = record.second_coding[[*CODED, "second"]].rename(columns={"second": "label"})
    others = {"the record": list_labels(record), "the second coder": second}
    return {who: labels.fillna({"answers": ""}).rename(columns={"label": "first"})
            .merge(mine, on=CODED, validate="one_to_one") for who, labels in others.items()}  # fmt: skip


def say_agreement(codings: pd.DataFrame) -> list[str]:
    """Put the agreement into lines of a table for a terminal: share the same, kappa and its interval, by field and label."""
    lines = [f"  {'':<14}{'coded':>6}{'same':>7}{'kappa':>8}   95 % interval"]
    for (field, label), row in measure_agreement(codings).iterrows():
        name = field if label == OVERALL else f"  {label}"
        rate = "" if pd.isna(row["kappa"]) else f"{row['kappa']:8.2f}"
        rate += "" if pd.isna(row["low"]) else f"   {row['low']:.2f} to {row['high']:.2f}"
        lines.append(f"  {name:<14}{row['coded']:>6}{row['same']:>7.0%}{rate}")
    return lines
