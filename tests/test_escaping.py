"""Any text at all: what a figure, a table or a page shows of it is that text, and no program takes it for a command."""

import csv
import html
import io
import json
from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.browse import escape
from analysis.export import as_script
from analysis.words import protect

MARKUP = st.text(st.sampled_from("<>&\"'$/!-=+@\t\r\n;`{}% scriptamg#39ł😀\u202e\u2028"), max_size=40)


class Reader(HTMLParser):
    """Gather the text of a page, and its elements."""

    def __init__(self, page):
        super().__init__()
        self.text, self.elements = "", []
        self.feed(page)
        self.close()

    def handle_data(self, data):
        self.text += data

    def handle_starttag(self, tag, attrs):
        self.elements.append(tag)


@settings(deadline=None)
@given(MARKUP)
def test_a_label_of_plotly_shows_any_text_as_it_is(text):
    shown = escape(text)
    page = Reader(shown)
    assert set(page.elements) <= {"br"} and "$" not in shown
    assert html.unescape(shown.replace("<br>", "\n")) == text


@settings(deadline=None)
@given(st.lists(MARKUP, min_size=1, max_size=4))
def test_a_cell_of_a_table_holds_any_text_and_no_formula(texts):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow([protect(text) for text in texts])
    (cells,) = csv.reader(io.StringIO(out.getvalue(), newline=""))
    for text, cell in zip(texts, cells, strict=True):
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
        assert cell.removeprefix("'" if not text.startswith("'") else "") == text.replace("\r", " ")


@settings(deadline=None)
@given(MARKUP)
def test_data_in_a_page_end_no_script_and_are_read_as_they_were(text):
    block = as_script({"title": text})
    assert "<" not in block and json.loads(block) == {"title": text}
