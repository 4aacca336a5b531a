"""The page of the article, read off the drawn artists."""

import re

import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from analysis import theme
from analysis.exhibits.coverage import LEAD, LOST, VERDICTS, coverage, describe, draw_coverage, fit, judge_sentences
from analysis.summary import _walk, find_collisions

SIZES = tuple(theme.SIZES)
COLUMNS = ["paragraph", "sentence", "characters", "records", "verdict", "note"]


@pytest.fixture(scope="module")
def exhibit(gallery):
    return gallery("coverage")


@pytest.fixture
def sources():
    return pd.DataFrame({
        "source_id": ["own", "p1", "p2"], "publisher": ["Paper", "One", "Two"],
        "published": ["2031-01-09", pd.NA, pd.NA], "note": ["the article this record starts from; seen", pd.NA, "else"],
    })  # fmt: skip


@pytest.fixture
def passages():
    return pd.DataFrame([
        [2, 1, 30, "c", "opinion", pd.NA],
        [1, 2, 300, "a; b", "contradicted", "It was another."],
        [1, 1, 120, "a; s", "supported", "Also elsewhere."],
    ], columns=COLUMNS)  # fmt: skip


@pytest.fixture
def marks(passages, sources):
    events = pd.DataFrame({"event_id": ["a", "b"], "sources": ["p1; own", "p1"]})
    statements = pd.DataFrame({"statement_id": ["s"], "sources": ["p2"]})
    proposals = pd.DataFrame({"proposal_id": ["c"], "label": ["A halt"]})
    return judge_sentences(passages, [events, statements, proposals], sources)


def artists(figure, sentence):
    return [artist for ax in _walk(figure) for artist in (*ax.patches, *ax.texts, *ax.lines)
            if (artist.get_gid() or "").split(" ")[0] == sentence]  # fmt: skip


def bars(figure, sentence):
    return [artist for artist in artists(figure, sentence) if hasattr(artist, "get_width")]


def words(figure, sentence, part):
    return " ".join(text.get_text() for text in artists(figure, sentence) if text.get_gid() == f"{sentence} {part}")


def draw(marks, wide, high):
    figure = Figure(figsize=(wide * theme.MM, high * theme.MM))
    draw_coverage(marks, ax=figure.add_axes((0, 0, 1, 1)))
    return figure


def test_sentences_stand_in_the_order_of_the_article(marks):
    assert list(marks["id"]) == ["sentence-1-1", "sentence-1-2", "sentence-2-1"]
    assert list(marks["number"]) == ["1.1", "1.2", "2.1"]


def test_words_are_the_verdict_and_its_reason_if_there_is_one(marks):
    assert list(marks["words"]) == ["supported: Also elsewhere.", "contradicted: It was another.", "opinion"]


def test_a_sentence_cites_the_article_and_the_pages_of_its_records_once_each(marks):
    assert list(marks["sources"]) == ["own; p1; p2", "own; p1", "own"]


def test_no_argument_is_changed(passages, sources):
    before = passages.copy()
    judge_sentences(passages, [], sources)
    pd.testing.assert_frame_equal(passages, before)


@pytest.mark.parametrize("size", SIZES)
def test_the_blocks_of_a_sentence_are_together_as_long_as_its_characters(exhibit, size):
    figure = exhibit.figure(size)
    for mark in exhibit.marks.itertuples():
        assert sum(bar.get_width() for bar in bars(figure, mark.id)) == mark.characters


def test_a_long_sentence_goes_on_in_the_next_line_from_the_left(marks):
    first, second, third = bars(draw(marks, 162, 60), "sentence-1-2")
    assert [bar.get_x() for bar in (first, second, third)] == [0, 0, 0]
    assert first.get_y() < second.get_y() < third.get_y()
    assert [bar.get_width() for bar in (first, second, third)] == [130, 130, 40]


def test_each_verdict_has_a_tone_and_a_pattern_of_its_own(exhibit):
    figure = exhibit.figure()
    looks = {(mark.verdict, to_hex(bar.get_facecolor()), bar.get_hatch() or "")
             for mark in exhibit.marks.itertuples() for bar in bars(figure, mark.id)}  # fmt: skip
    assert looks == {(verdict, color, hatch) for verdict, (color, hatch, _) in VERDICTS.items() if verdict != "opinion"}


def test_an_opinion_is_an_open_block(marks):
    (bar,) = bars(draw(marks, 162, 60), "sentence-2-1")
    assert to_hex(bar.get_facecolor()) == theme.PAPER and bar.get_linewidth() > 0


@pytest.mark.parametrize("size", SIZES)
def test_every_sentence_has_its_number_and_its_verdict_in_words(exhibit, size):
    figure = exhibit.figure(size)
    for mark in exhibit.marks.itertuples():
        assert words(figure, mark.id, "number") == mark.number
        assert words(figure, mark.id, "verdict") == mark.verdict


@pytest.mark.parametrize("size", SIZES)
def test_what_is_imprecise_or_contradicted_has_its_reason_beside_it(exhibit, size):
    figure = exhibit.figure(size)
    for mark in exhibit.marks.itertuples():
        doubted = mark.verdict in ("imprecise", "contradicted")
        assert words(figure, mark.id, "reason") == (mark.note if doubted else "")


def test_reasons_stand_in_the_line_of_their_sentence_or_below_it(exhibit):
    layout = fit(exhibit.marks, 162, exhibit.height("page"))
    assert layout.mode == "beside" and all(block.beside >= block.y for block in layout.blocks if block.reason)


def test_the_page_ends_with_the_last_line_of_the_last_reason(marks):
    long = marks.assign(verdict="imprecise", note=["", "", "It was another. " * 40])
    layout = fit(long, 162, 200)
    last = layout.blocks[-1]
    assert layout.mode == "beside" and layout.high == pytest.approx(last.beside + len(last.reason) * LEAD[1])


def test_without_room_reasons_are_left_out_and_the_reader_is_sent_to_them(exhibit):
    figure = draw(exhibit.marks, 77, 95)
    shown = {text.get_text() for ax in _walk(figure) for text in ax.texts}
    assert LOST in shown and find_collisions(figure) == []
    assert {words(figure, sentence, "reason") for sentence in exhibit.marks["id"]} == {""}
    assert [words(figure, mark.id, "verdict") for mark in exhibit.marks.itertuples()] == list(exhibit.marks["verdict"])


def test_a_doubted_sentence_without_a_reason_is_drawn(marks):
    figure = draw(marks.assign(note=""), 162, 60)
    assert words(figure, "sentence-1-2", "verdict") == "contradicted" and find_collisions(figure) == []


def test_the_key_counts_the_sentences_of_each_verdict(exhibit):
    shown = [text.get_text() for text in exhibit.figure("column").axes[0].texts]
    assert [words for words in shown if re.match(r"\d+ \w+$", words)] == [
        f"{count} {verdict}" for verdict in VERDICTS
        if (count := (exhibit.marks["verdict"] == verdict).sum())
    ] + ["50 characters"]  # fmt: skip


def test_paragraphs_are_parted(exhibit):
    blocks = fit(exhibit.marks, 162, 130).blocks
    ends = [block.y + len(block.lines) * fit(exhibit.marks, 162, 130).lead for block in blocks]
    gaps = {(after.mark.sentence == 1, round(after.y - end, 3) > 0) for end, after in zip(ends, blocks[1:], strict=False)}
    assert gaps == {(True, True), (False, False)}


def test_the_description_counts_verdicts_and_names_what_is_doubted(exhibit):
    assert "15 are supported, 5 are imprecise and 1 is contradicted" in exhibit.alt
    assert "1.1, 5.1, 8.1, 10.1 and 15.1; contradicted is 11.2" in exhibit.alt
    assert 50 <= len(exhibit.alt.split()) <= 120


def test_the_description_of_an_article_without_doubts_names_none(marks):
    assert "reason" not in describe(marks[marks["verdict"] == "supported"])


def test_the_article_is_named_and_its_words_are_not_there(exhibit, record):
    assert exhibit.subtitle.startswith("BBC News, 22 April 2025: 21 sentences in 17 paragraphs.")
    assert list(exhibit.marks["characters"]) == list(record.passages["characters"])


@pytest.mark.parametrize("days", [{"start": "2025-04-11"}, {"end": "2025-04-24"}])
def test_an_article_has_no_window(record, days):
    with pytest.raises(ValueError, match="the whole article, which has no dates"):
        coverage(record, **days)
