"""What sources or coders dispute, beside the marks that it touches."""

import pandas as pd
import pytest

from analysis.doubts import NAMED, add_doubts, describe_labels
from analysis.exhibits import EXHIBITS

DISAGREEMENTS = pd.DataFrame({"topic": ["death-toll", "where"], "records": ["c1", "raid; talks"],
                              "versions": ["35: one | 36: another", "here | there"]})  # fmt: skip
CODINGS = pd.DataFrame({
    "statement_id": ["s1", "s1", "s1", "s2"], "answers": [None, "s0", "p1", None], "field": ["act", "answer", "basis", "act"],
    "first": ["defer", "defer", "explicit", "warn"], "second": ["deflect", "reject", "inferred", "warn"],
})  # fmt: skip
CLAIMS = pd.DataFrame({"claim_id": ["c1", "c2", "c3"], "event_id": "raid", "measure": ["killed", "killed", "injured"],
                       "population": "all"})  # fmt: skip


def doubts_of(records, *more):
    marks = pd.DataFrame({"id": ["m"], "title": ["A mark"], "records": [records]}, index=[7])
    return add_doubts(marks, DISAGREEMENTS, *more).loc[7, "doubts"]


def test_versions_are_told_at_the_marks_of_the_rows_they_name():
    assert doubts_of("c1") == "Sources differ (death-toll): 35: one | 36: another"
    assert doubts_of("talks; c1") == "Sources differ (death-toll): 35: one | 36: another || Sources differ (where): here | there"
    assert doubts_of("c2") == doubts_of("c3") == ""


def test_a_dispute_over_a_claim_is_told_at_every_claim_that_counts_the_same():
    assert doubts_of("c2", None, CLAIMS) == "Sources differ (death-toll): 35: one | 36: another"
    assert doubts_of("c3", None, CLAIMS) == ""


def test_labels_are_told_at_what_they_label():
    assert doubts_of("s1; s0", CODINGS) == "Coders differ on the answer: defer or reject"
    assert doubts_of("s1; p1", CODINGS) == "Coders differ on the basis: explicit or inferred"
    assert doubts_of("s1", CODINGS).count("Coders differ") == 3
    assert doubts_of("s2", CODINGS) == doubts_of("s0", CODINGS) == doubts_of("s1") == ""


def test_an_alt_text_names_few_disputed_marks_and_counts_many():
    doubts = ["", *["Coders differ on x"] * (NAMED + 1)]
    marks = pd.DataFrame({"title": [f"Mark {i}" for i in range(NAMED + 2)], "doubts": doubts})
    assert describe_labels(marks.head(3)) == " Labels that a second coder read otherwise: Mark 1; Mark 2."
    assert describe_labels(marks) == f" Labels that a second coder read otherwise: {NAMED + 1} marks, named in the table."
    assert describe_labels(marks.head(1)) == ""


def test_every_disagreement_of_the_record_is_told_at_a_mark(record, gallery):
    told = " ".join(cell for name in EXHIBITS for cell in gallery(name).marks["doubts"])
    assert [versions for versions in record.disagreements["versions"] if versions not in told] == []


@pytest.mark.parametrize("name", ["timeline", "exchange", "stances", "lags"])
def test_every_disputed_label_of_a_mark_is_in_its_hover_its_row_and_the_alt_text(name, record, gallery):
    exhibit = gallery(name)
    acts = record.second_coding.query("field == 'act' and first != second").set_index("statement_id")
    hovers, checked = exhibit.hovers(), 0
    for mark in exhibit.marks.itertuples():
        if mark.records in acts.index:
            row = acts.loc[mark.records]
            says = f"Coders differ on the act: {row['first']} or {row['second']}"
            assert says in mark.doubts and says in hovers[mark.id].replace("\n", " ")
            checked += 1
    assert "Labels that a second coder read otherwise" in exhibit.alt
    assert checked or name in ("stances", "lags")
