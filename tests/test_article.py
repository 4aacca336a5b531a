"""The article against the record: sentences, hashes, what differs."""

import re
from pathlib import Path

import pandas as pd
import pytest

from analysis import __main__ as cli
from analysis.article import Sentence, compare, read_sentences
from analysis.load import DATA

ARTICLES = sorted((Path(__file__).parents[2] / "shared" / "article").glob("*.txt"))
needs_article = pytest.mark.skipif(not ARTICLES, reason="the article is not part of the repository")
TEXT = "One said so. “Two did not.” Others agreed.\n\nA new paragraph … with an ellipsis. Was it? Yes!\n"


def record_of(text):
    rows = [(one.paragraph, one.number, one.sha256, len(one.words)) for one in read_sentences(text)]
    return pd.DataFrame(rows, columns=["paragraph", "sentence", "sha256", "characters"])


def test_a_paragraph_is_cut_after_a_full_stop_before_a_capital_or_a_quotation():
    assert read_sentences(TEXT) == [
        Sentence(1, 1, "One said so."), Sentence(1, 2, "“Two did not.”"), Sentence(1, 3, "Others agreed."),
        Sentence(2, 1, "A new paragraph … with an ellipsis."), Sentence(2, 2, "Was it?"), Sentence(2, 3, "Yes!"),
    ]  # fmt: skip


def test_the_hash_is_that_of_the_words_in_nfc_with_white_space_folded():
    (one,) = read_sentences("  Cafe\u0301\u00a0 au\tlait. \r\n")
    assert one.words == "Caf\u00e9 au lait."
    assert one.sha256 == "695e6c73d9af8c9c53ca9b0467d79f80aba23908de4819989ea05401f01bd4c1"


def test_a_text_matches_its_own_record():
    assert compare(read_sentences(TEXT), record_of(TEXT)) == []
    assert compare(read_sentences(TEXT.replace(" ", "  ").replace("\n", "\r\n")), record_of(TEXT)) == []


@pytest.mark.parametrize(("old", "new", "says"), [
    ("agreed", "argued", ["paragraph 1, sentence 3: differs (14 characters in the record; the text has as many characters)"]),
    ("One said so. ", "", ["paragraph 1, sentence 1: not in the text"]),
    ("Yes!", "Yes! No.", ["sentence 4 of paragraph 2 of the text: not in the record"]),
    ("“Two did not.” Others agreed.", "Two was so.", [
        "paragraph 1, sentence 2: differs (14 characters in the record; the text has 11 characters)",
        "paragraph 1, sentence 3: not in the text"]),
    ("Yes!", "No! Yes? Yes.", [
        "paragraph 2, sentence 3: differs (4 characters in the record; the text has 3 characters)",
        "sentence 4 of paragraph 2 of the text: not in the record", "sentence 5 of paragraph 2 of the text: not in the record"]),
    ("One", "A headline\nOne", ["sentence 1 of paragraph 1 of the text: not in the record"]),
])  # fmt: skip
def test_exactly_the_sentence_that_differs_is_named(old, new, says):
    assert compare(read_sentences(TEXT.replace(old, new)), record_of(TEXT)) == says


def test_another_text_altogether_gets_one_line():
    assert compare(read_sentences("Something else."), record_of(TEXT)) == [
        "none of its 1 sentences is one of the 6 in the record: is this the article?"]  # fmt: skip


@needs_article
def test_every_sentence_of_the_article_matches_the_shipped_record(capsys, record):
    sentences = read_sentences(ARTICLES[0].read_text("utf-8"))
    passages = record.passages.set_index(["paragraph", "sentence"])
    assert passages["characters"].to_dict() == {(one.paragraph, one.number): len(one.words) for one in sentences}
    assert cli.main(["verify", str(ARTICLES[0]), "--episode", str(DATA)]) == 0
    assert capsys.readouterr().out == "All 21 sentences match passages.csv.\n"


@needs_article
@pytest.mark.parametrize("at", range(21))
def test_one_word_changed_in_the_article_names_exactly_its_sentence(at, tmp_path, capsys):
    text = ARTICLES[0].read_text("utf-8")
    one = read_sentences(text)[at]
    words = one.words.split()
    end = re.search(r"\s+".join(map(re.escape, words[:-1])), text).end()
    copy = tmp_path / "copy.txt"
    copy.write_text(text[:end] + "x" + text[end:], "utf-8")
    assert cli.main(["verify", str(copy), "--episode", str(DATA)]) == 1
    says = f"copy.txt: paragraph {one.paragraph}, sentence {one.number}: differs ("
    err = capsys.readouterr().err
    assert err.startswith(says) and err.count("\n") == 1


def test_what_cannot_be_read_is_one_sentence(tmp_path, capsys):
    path = tmp_path / "article.txt"
    assert cli.main(["verify", str(path)]) == 1
    assert capsys.readouterr().err == f"{path}: No such file or directory.\n"
    path.write_bytes("naïve".encode("latin-1"))
    assert cli.main(["verify", str(path)]) == 1
    assert capsys.readouterr().err == f"{path}: byte 0xef is not UTF-8; save it as UTF-8\n"

