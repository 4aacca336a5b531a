"""Tables of words in a notebook."""

import pandas as pd

from analysis.listing import Listing

FRAME = pd.DataFrame({"topic": ["toll", "<b>place</b>"], "versions": ["35: one | 36 & more", None], "n": [2, 3]})


def test_every_text_is_shown_whole_and_escaped_with_versions_on_lines_of_their_own():
    shown = Listing(FRAME)._repr_mimebundle_()
    assert set(shown) == {"text/html", "text/plain"}
    assert "35: one<br>36 &amp; more</td>" in shown["text/html"] and "<b>" not in shown["text/html"]
    assert shown["text/html"].count("<tr>") == 3 and "None" not in shown["text/html"]


def test_the_plain_face_has_a_line_for_every_cell_that_is_not_empty():
    assert Listing(FRAME)._repr_mimebundle_()["text/plain"] == (
        "topic: toll\n  versions: 35: one | 36 & more\n  n: 2\ntopic: <b>place</b>\n  n: 3")  # fmt: skip


def test_no_rows_are_a_table_without_rows():
    assert Listing(FRAME.iloc[:0])._repr_mimebundle_()["text/plain"] == ""
