"""The article that the record starts from: cut into sentences, hashed, and compared with `passages`."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from difflib import SequenceMatcher
from typing import NamedTuple

import pandas as pd

CUT = re.compile(r"(?:(?<=[.!?])|(?<=[.!?][”’\"]))\s+(?=[A-Z“‘\"])")
"""White space after `.`, `!` or `?`, or one of these and a closing quotation mark, before a capital or an opening one."""


class Sentence(NamedTuple):
    """Hold a sentence by paragraph and number in it, both from 1: the words themselves, NFC, white space folded."""

    paragraph: int
    number: int
    words: str

    @property
    def sha256(self) -> str:
        """Return the SHA-256 of the words in UTF-8, in hexadecimal digits."""
        return hashlib.sha256(self.words.encode()).hexdigest()


def read_sentences(text: str) -> list[Sentence]:
    """Cut a text into sentences; a paragraph is a line that is not blank."""
    lines = (" ".join(unicodedata.normalize("NFC", line).split()) for line in text.splitlines())
    return [Sentence(paragraph, number, words) for paragraph, line in enumerate(filter(None, lines), 1)
            for number, words in enumerate(CUT.split(line), 1)]  # fmt: skip


def compare(sentences: list[Sentence], passages: pd.DataFrame) -> list[str]:
    """Say which sentences of the record a text lacks or has otherwise, and which it has besides; nothing if all match.

    A text that shares no sentence with the record gets one line.
    """
    recorded = passages.sort_values(["paragraph", "sentence"], ignore_index=True)
    known, found = recorded["sha256"].tolist(), [one.sha256 for one in sentences]
    if set(known).isdisjoint(found):
        return [f"none of its {len(found)} sentences is one of the {len(known)} in the record: is this the article?"]
    differ = []
    for kind, i, i_end, j, j_end in SequenceMatcher(None, known, found, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        pairs = min(i_end - i, j_end - j)
        for row, one in zip(recorded[i : i + pairs].itertuples(), sentences[j : j + pairs], strict=True):
            length = f"{len(one.words)} characters" if len(one.words) != row.characters else "as many characters"
            differ.append(f"paragraph {row.paragraph}, sentence {row.sentence}: differs ({row.characters} characters in the "
                          f"record; the text has {length})")  # fmt: skip
        for row in recorded[i + pairs : i_end].itertuples():
            differ.append(f"paragraph {row.paragraph}, sentence {row.sentence}: not in the text")
        for one in sentences[j + pairs : j_end]:
            differ.append(f"sentence {one.number} of paragraph {one.paragraph} of the text: not in the record")
    return differ
