"""Agreement of coders: kappa by hand, by label; a form for a further coder, filled in and read."""

import csv
import io
import re

import pandas as pd
import pytest

from analysis import __main__ as cli
from analysis import agreement, codebook
from analysis.load import DATA, RecordError


def codings(*pairs, field="act", sure="high"):
    frame = pd.DataFrame([(f"s{i}", None, field, *pair, sure) for i, pair in enumerate(pairs)],
                         columns=["statement_id", "answers", "field", "first", "second", "sure"])  # fmt: skip
    return frame


def test_kappa_is_what_chance_leaves():
    """Of 50, both say yes to 20 and no to 15; Cohen's textbook case: (0.7 - 0.5) / (1 - 0.5) = 0.4."""
    pairs = [("accept", "accept")] * 20 + [("accept", "reject")] * 5 + [("reject", "accept")] * 10 + [("reject", "reject")] * 15
    row = agreement.measure_agreement(codings(*pairs)).loc[("act", agreement.OVERALL)]
    assert (row["coded"], row["same"], row["kappa"]) == (50, 0.7, pytest.approx(0.4))
    assert row["low"] < 0.4 < row["high"] and row["high"] - row["low"] == pytest.approx(0.50, abs=0.02)


def test_a_label_is_measured_against_all_others():
    found = agreement.measure_agreement(codings(("accept", "accept"), ("accept", "reject"), ("warn", "warn"), ("warn", "warn")))
    assert found.loc["act"].index.tolist() == [agreement.OVERALL, "accept", "reject", "warn"]
    assert found.loc[("act", "accept"), "coded"] == 2 and found.loc[("act", "accept"), "same"] == 0.75
    assert found.loc[("act", "accept"), "kappa"] == pytest.approx(0.5)
    assert found.loc[("act", "warn"), "kappa"] == 1 and pd.isna(found.loc[("act", "warn"), "low"])


def test_where_only_one_label_occurs_there_is_no_kappa():
    row = agreement.measure_agreement(codings(("warn", "warn"), ("warn", "warn"))).loc[("act", agreement.OVERALL)]
    assert row["same"] == 1 and row[["kappa", "low", "high"]].isna().all()


def test_nobody_coded_nothing_measured():
    assert agreement.measure_agreement(codings()).empty


def test_confusions_are_counted_whichever_coder_gave_which():
    frame = codings(("report", "condemn"), ("condemn", "report"), ("warn", "warn"), ("warn", "appeal"))
    frame.loc[0, "sure"] = "low"
    assert agreement.count_confusions(frame).to_numpy().tolist() == [
        ["act", "condemn / report", 2, 1], ["act", "appeal / warn", 1, 1]]  # fmt: skip


def test_the_record_and_its_second_coder(record):
    found = agreement.measure_agreement(record.second_coding).xs(agreement.OVERALL, level="label")
    assert found.loc["act", ["coded", "kappa"]].tolist() == [len(record.statements), pytest.approx(0.77, abs=0.005)]
    assert found.loc["answer", "kappa"] == pytest.approx(0.893, abs=0.005)
    assert found.loc["basis", "kappa"] == pytest.approx(0.37, abs=0.005)


def test_labels_stand_below_their_field_in_the_table_for_a_terminal():
    head, *lines = agreement.say_agreement(codings(("warn", "warn"), ("accept", "reject"), ("accept", "accept")))
    assert [line[:16].rstrip() for line in (head, *lines)] == ["", "  act", "    accept", "    reject", "    warn"]


@pytest.fixture
def form(record):
    return list(csv.DictReader(io.StringIO(agreement.write_form(record))))


def write(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_the_form_asks_for_every_label_and_gives_none(record, form):
    assert len(form) == len(record.statements) + 2 * len(record.replies)
    assert {(row["label"], row["sure"], row["reason"]) for row in form} == {("", "", "")}
    assert all(row["said"] and row["speaker"] and row["date"] for row in form)
    assert all(bool(row["answered"]) == bool(row["answers"]) == (row["field"] != "act") for row in form)


def test_a_coder_who_repeats_the_record_agrees_with_it_wholly(record, form, tmp_path, capsys):
    labels = {tuple("" if pd.isna(one) else one for one in row[:3]): row[3]
              for row in agreement.list_labels(record).itertuples(index=False, name=None)}  # fmt: skip
    for row in form[:100]:
        row["label"] = labels[row["statement_id"], row["answers"], row["field"]]
    path = write(tmp_path / "coded.csv", form)
    assert cli.main(["agreement", str(path), "--episode", str(DATA)]) == 0
    said, first, second = re.split(r"coded.csv and the (?:record|second coder):", capsys.readouterr().out)
    shown = codebook.find_shown(record)
    left = sum(row["statement_id"] in shown for row in form[:100])
    assert said.startswith(f"100 of 294 labels are filled in; {left} of them are left out, as the code book shows how")
    assert 0 < left < 60 and " 100%    1.00\n" in first.split("act")[1]
    assert " 100%    1.00\n" not in second.split("act")[1].split("\n")[0] + "\n"


@pytest.mark.parametrize(("change", "says"), [
    ({"label": "acept"}, "label 'acept': expected one of propose, announce"),
    ({"label": "counter"}, "label 'counter': expected one of propose, announce"),
    ({"statement_id": "nobody"}, "act of 'nobody': no such row in the record"),
    ({"said": "Said yes."}, "said 'Said yes.': the record now has 'Said the outcome"),
    ({"sure": "very", "label": "warn"}, "sure 'very': expected one of high, low"),
])  # fmt: skip
def test_a_wrong_cell_of_a_form_is_one_sentence(change, says, record, form, tmp_path):
    form[0] |= {"label": "warn"}
    form[0] |= change
    with pytest.raises(RecordError) as wrong:
        agreement.read_coding(write(tmp_path / "coded.csv", form), record)
    (fault,) = wrong.value.faults
    assert fault[:2] == ("coded.csv", 2) and fault.says.startswith(says)


def test_a_row_coded_twice_and_a_form_left_blank_are_refused(record, form, tmp_path):
    with pytest.raises(RecordError, match=r"coded.csv: no label; expected one in column label"):
        agreement.read_coding(write(tmp_path / "coded.csv", form), record)
    with pytest.raises(RecordError, match=r"coded.csv:3 act of '[\w-]+': already on line 2"):
        agreement.read_coding(write(tmp_path / "coded.csv", [form[0] | {"label": "warn"}] * 2), record)


def test_all_faults_of_a_form_are_told_in_order_of_its_lines(record, form, tmp_path):
    rows = [row | {"label": label} for row, label in zip(form, ("acept", "warn", "rejct", "defr"), strict=False)]
    with pytest.raises(RecordError) as wrong:
        agreement.read_coding(write(tmp_path / "coded.csv", rows), record)
    assert [fault.line for fault in wrong.value.faults] == [2, 4, 5]


def test_a_misspelt_id_gets_the_nearest_one(record, form, tmp_path):
    form[0] |= {"label": "warn", "statement_id": form[0]["statement_id"] + "x"}
    with pytest.raises(RecordError, match=r"did you mean 'arakhamia-2022-03-29'\?"):
        agreement.read_coding(write(tmp_path / "coded.csv", form), record)


def test_the_command_writes_a_form_and_never_over_another_file(tmp_path, capsys):
    path = tmp_path / "form.csv"
    assert cli.main(["agreement", "--form", str(path), "--episode", str(DATA)]) == 0
    assert path.read_text("utf-8").startswith("statement_id,answers,field,date,speaker,said,answered,label,sure,reason\n")
    path.write_text("coded for hours")
    with pytest.raises(SystemExit) as stop:
        cli.main(["agreement", "--form", str(path), "--episode", str(DATA)])
    assert stop.value.code == 1 and path.read_text() == "coded for hours"
    assert capsys.readouterr().err.startswith(f"--form {path} is there already; name a new file")


def test_a_form_and_a_coding_together_are_refused_and_so_is_one_that_the_code_book_gave(record, form, tmp_path, capsys):
    shown = codebook.find_shown(record)
    rows = [row | {"label": "warn"} if row["statement_id"] in shown and row["field"] == "act" else row for row in form]
    path = write(tmp_path / "coded.csv", rows)
    assert cli.main(["agreement", str(path), "--episode", str(DATA)]) == 1
    assert capsys.readouterr().err.startswith("no label is left to compare;")
    with pytest.raises(SystemExit):
        cli.main(["agreement", str(path), "--form", str(tmp_path / "new.csv"), "--episode", str(DATA)])
    assert "give one of them" in capsys.readouterr().err and not (tmp_path / "new.csv").exists()


def test_the_command_prints_the_two_coders(capsys):
    assert cli.main(["agreement", "--episode", str(DATA)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("The record and the second coder:\n") and "0.77   0.70 to 0.84" in out
