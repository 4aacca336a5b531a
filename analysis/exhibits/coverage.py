"""Which sentences of the article does the record support, refine or contradict?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from analysis import theme, when
from analysis.doubts import add_doubts
from analysis.exhibit import MARKS, Exhibit, cite
from analysis.load import Record
from analysis.theme import text_width, wrap
from analysis.words import say_list

VERDICTS = {
    "supported": (theme.FAINT, "", "supported by the record"),
    "imprecise": ("#8f8a80", "//////", "imprecise: the record refines it"),
    "contradicted": (theme.TEXT, "", "contradicted by the record"),
    "opinion": (theme.PAPER, "", "opinion"),
}
"""Of each verdict: the tone of its block, the hatch over it, and what the key says."""
DOUBTED = ("imprecise", "contradicted")
"""Verdicts whose reason is written beside the sentence."""
ARTICLE = "the article this record starts from"
"""How the note of the article's own page begins in `sources`."""
LOST = "Why a sentence is imprecise or contradicted: see passages.csv, column note."
PAPER = {"column": (77, "below"), "page": (162, "beside")}
"""Width of the drawing in mm, and where the reasons stand, by size."""
LEAD, GAP, HEAD, BAR = (2.6, 3.0, 3.4), (0.5, 1.5), 7.7, 0.68
"""In mm: the distance of lines (least, usual, most), the space between paragraphs (least, usual), the key and the head;
BAR is a block's share of its line."""
NUMBER, VERDICT, NOTE, MARGIN, TAIL = 7.0, 15.5, 48.0, 4.5, 0.8
"""In mm: the columns of numbers and of verdicts, the least width of reasons beside the blocks and what parts them from
these, the space after a reason."""
PER_LINE = range(130, 200, 10)
"""Characters that a line may hold, tried in this order; then that of the longest sentence."""


def coverage(record: Record, start: str | None = None, end: str | None = None) -> Exhibit:
    """Show the article sentence by sentence with what the record makes of each; its words are not shown.

    Raises ValueError if `start` or `end` is given.
    """
    if start or end:
        raise ValueError("coverage shows the whole article, which has no dates: leave out start and end.")
    whole = record.whole
    tables = whole.events, whole.statements, whole.casualties, whole.proposals
    marks = add_doubts(judge_sentences(record.passages, tables, whole.sources), whole.disagreements)
    article = _name_article(whole.sources, record.episode["zones"])
    return Exhibit(
        days=(start, end),
        name="coverage",
        title="What the record makes of the article, sentence by sentence",
        subtitle=f"{article}: {len(marks)} sentences in {marks['paragraph'].nunique()} paragraphs. "
        "A block is as long as its sentence has characters; the words are not shown.",
        alt=describe(marks),
        marks=marks,
        evidence=cite(marks, record),
        colors={verdict: VERDICTS[verdict][0] for verdict in VERDICTS if verdict in set(marks["verdict"])},
        paint=lambda ax: draw_coverage(marks, ax=ax),
        height=lambda size: _lay_out(marks, (PAPER[size][0], None), PAPER[size][1], PER_LINE[0]).high,
    )


def judge_sentences(passages: pd.DataFrame, tables: Iterable[pd.DataFrame], sources: pd.DataFrame) -> pd.DataFrame:
    """Return one row per sentence, in order: MARKS, then `number` (paragraph.sentence), `paragraph`, `sentence`,
    `characters`, `verdict` and `note`, the reason.

    `tables` hold the rows that `records` names, by their first column; those with `sources` lend their pages, to which
    that of the article is added.
    """
    pages = {row: cell for table in tables if "sources" in table
             for row, cell in zip(table.iloc[:, 0], table["sources"], strict=True)}  # fmt: skip
    own = list(_find_article(sources)["source_id"])
    order = passages.sort_values(["paragraph", "sentence"], ignore_index=True)
    note = order["note"].fillna("").astype("str")
    paragraph, sentence = (order[name].astype("str") for name in ("paragraph", "sentence"))
    marks = order.assign(
        id="sentence-" + paragraph + "-" + sentence,
        group=order["verdict"],
        title="Paragraph " + paragraph + ", sentence " + sentence,
        date="",
        words=order["verdict"] + (": " + note).where(note != "", ""),
        said_by="",
        sources=[_join_pages(cell, pages, own) for cell in order["records"]],
        number=paragraph + "." + sentence,
        note=note,
    )
    return marks[[*MARKS, "number", "paragraph", "sentence", "characters", "verdict", "note"]]


def _join_pages(records: str, pages: dict[str, str], own: list[str]) -> str:
    found = [page for row in records.split("; ") for page in pages.get(row, "").split("; ") if page]
    return "; ".join(dict.fromkeys([*own, *found]))


def _find_article(sources: pd.DataFrame) -> pd.DataFrame:
    return sources[sources["note"].str.startswith(ARTICLE, na=False)]


def _name_article(sources: pd.DataFrame, home: Sequence[str]) -> str:
    """Say who published the article, and when, as far as `sources` has it."""
    page = _find_article(sources)
    if page.empty:
        return "The article"
    publisher, published = page[["publisher", "published"]].iloc[0]
    if pd.isna(published):
        return publisher
    if len(published) == len("2025-04"):
        return f"{publisher}, {pd.Timestamp(published):%B %Y}"
    return f"{publisher}, {when.say(page.iloc[0], home[0], home=home).rpartition(', ')[0]}"


def describe(marks: pd.DataFrame) -> str:
    """Say for those who cannot see it what the chart shows."""
    if marks.empty:
        return "A page of the article without a sentence."
    number = marks["verdict"].value_counts()
    be = {verdict: "is" if number[verdict] == 1 else "are" for verdict in VERDICTS if verdict in number}
    counts = say_list([f"{number[verdict]} {word} {verdict}" for verdict, word in be.items()])
    named = {verdict: say_list(marks.loc[marks["verdict"] == verdict, "number"]) for verdict in DOUBTED if verdict in be}
    doubted = "; ".join(f"{verdict} {be[verdict]} {numbers}" for verdict, numbers in named.items())
    return " ".join([
        f"A page of blocks, one for each of the {len(marks)} sentences of the article in its "
        f"{marks['paragraph'].nunique()} paragraphs, as long as the sentence has characters, and shaded by what the record "
        f"makes of it: {counts}.",
        *([f"By paragraph and sentence, {doubted}, each with its reason."] if doubted else []),
        "The words of the article are not shown. A verdict compares a sentence with this record; of what the record does "
        "not hold it says nothing.",
    ])  # fmt: skip


class Block(NamedTuple):
    """A sentence on paper: its row of marks, the y of its first line, its lines in characters, its reason and the y of that."""

    mark: object
    y: float
    lines: list[int]
    reason: list[str]
    beside: float


class Layout(NamedTuple):
    """Hold where everything stands, in mm at the size of type of a page.

    `mode` says where reasons are (beside, below, away), `lead` the distance of lines, `left` and `width` where the blocks
    stand, `reasons` where reasons begin.
    """

    mode: str
    blocks: list[Block]
    per_line: int
    lead: float
    left: float
    width: float
    reasons: float
    high: float


def draw_coverage(marks: pd.DataFrame, *, ax: Axes) -> Axes:
    """Draw the article as lines of blocks with number, verdict and, where there is room, reason."""
    theme.quiet(ax)
    grow = theme.scale_of(ax.figure)
    wide, high = theme.width_mm(ax) / grow, theme.height_mm(ax) / grow
    layout = fit(marks, wide, high)
    ax.set(xlim=(0, wide), ylim=(high, 0))
    page = theme.quiet(ax.inset_axes((layout.left / wide, 0, layout.width / wide, 1), gid="article"))
    page.set(xlim=(0, layout.per_line), ylim=(high, 0), navigate=False)
    _draw_key(ax, marks)
    _draw_head(ax, layout)
    for block in layout.blocks:
        _draw_block(page, block, layout.lead)
        _write_margin(ax, block, layout)
    if layout.mode == "away":
        theme.write(ax, 0, high, LOST, size="small", face="italic", color=theme.MUTED, va="bottom")
    return ax


def fit(marks: pd.DataFrame, wide: float, high: float) -> Layout:
    """Return the first layout that fits the paper (mm): reasons beside, below or away; short lines before long ones."""
    modes = ["below", "away"] if wide < NUMBER + VERDICT + MARGIN + 2.2 * NOTE else ["beside", "below", "away"]
    for mode in modes:
        room = high - (LEAD[1] if mode == "away" else 0)
        for per_line in (*PER_LINE, max(PER_LINE[0], *marks["characters"])):
            layout = _lay_out(marks, (wide, room), mode, per_line)
            if layout.high < room + 0.01:
                return layout
    return layout


def _lay_out(marks: pd.DataFrame, paper: tuple[float, float | None], mode: str, per_line: int) -> Layout:
    """Place the sentences one below the other; without a height, lines and paragraphs have their usual space."""
    wide, high = paper
    left = NUMBER + VERDICT
    note = max(NOTE, 0.36 * wide) if mode == "beside" else wide - left
    width = wide - left - note - MARGIN if mode == "beside" else wide - left
    lines = [_break(characters, per_line) for characters in marks["characters"]]
    shown = marks["verdict"].isin(DOUBTED) & (marks["note"] != "") & (mode != "away")
    reasons = [wrap(words, note) if show else [] for words, show in zip(marks["note"], shown, strict=True)]
    below = [len(reason) * LEAD[1] + TAIL if reason and mode == "below" else 0 for reason in reasons]
    lead, gap = _space(sum(map(len, lines)), marks["paragraph"].nunique() - 1, high and high - HEAD - sum(below))
    blocks, y, free = [], HEAD - gap, 0.0
    for mark, long, reason, more in zip(marks.itertuples(), lines, reasons, below, strict=True):
        y += gap if mark.sentence == 1 else 0
        at = y + len(long) * lead if more else max(y, free)
        free = at + len(reason) * LEAD[1] + TAIL if reason else free
        blocks.append(Block(mark, y, long, reason, at))
        y += len(long) * lead + more
    return Layout(mode, blocks, per_line, lead, left, width, wide - note, max(y, free - TAIL))


def _space(rows: int, breaks: int, room: float | None) -> tuple[float, float]:
    """Return the distance of lines and the space between paragraphs that fill the room, within their bounds."""
    if room is None:
        return LEAD[1], GAP[1]
    gap = min(max((room - rows * LEAD[0]) / max(breaks, 1), GAP[0]), GAP[1])
    return min(max((room - breaks * gap) / rows, LEAD[0]), LEAD[2]), gap


def _break(characters: int, per_line: int) -> list[int]:
    """Break a sentence into full lines and the rest."""
    full, rest = divmod(int(characters), per_line)
    return [per_line] * full + ([rest] if rest else [])


def _draw_bar(ax: Axes, corner: tuple[float, float], size: tuple[float, float], verdict: str, gid: str | None = None) -> None:
    color, hatch, _ = VERDICTS[verdict]
    grow, open_ = theme.scale_of(ax.figure), color == theme.PAPER
    bar = Rectangle(corner, *size, facecolor=color, edgecolor=theme.MUTED if open_ else theme.PAPER, hatch=hatch or None,
                    linewidth=0.6 * grow if open_ else 0, gid=gid)  # fmt: skip
    bar.set_hatch_linewidth(0.7 * grow)
    ax.add_patch(bar)


def _draw_block(page: Axes, block: Block, lead: float) -> None:
    """Draw a sentence as one bar per line."""
    for i, long in enumerate(block.lines):
        y = block.y + (i + (1 - BAR) / 2) * lead
        gid = f"{block.mark.id} line-{i + 1}" if i else block.mark.id
        _draw_bar(page, (0, y), (long, BAR * lead), block.mark.verdict, gid)


def _write_margin(ax: Axes, block: Block, layout: Layout) -> None:
    """Write number, verdict and reason of a sentence, and lead from its first line to a reason beside it."""
    mark, middle = block.mark, block.y + layout.lead / 2
    face, color = ("semibold", theme.TEXT) if mark.verdict in DOUBTED else ("regular", theme.MUTED)
    for x, words, name in ((0, mark.number, "number"), (NUMBER, mark.verdict, "verdict")):
        _write(ax, x, middle, words, face=face, color=color, gid=f"{mark.id} {name}")
    for i, line in enumerate(block.reason):
        _write(ax, layout.reasons, block.beside + layout.lead / 2 + i * LEAD[1], line, gid=f"{mark.id} reason")
    if block.reason and layout.mode == "beside":
        start = layout.left + layout.width * block.lines[0] / layout.per_line + 0.8
        turn = max(layout.left + layout.width + 0.8, start)
        ends = [middle, middle, block.beside + layout.lead / 2, block.beside + layout.lead / 2]
        ax.plot([start, turn, layout.reasons - 1.8, layout.reasons - 0.8], ends, color=theme.MUTED,
                linewidth=0.4 * theme.scale_of(ax.figure), gid=f"{mark.id} leader")  # fmt: skip


def _write(ax: Axes, x: float, y: float, words: str, **style: object) -> None:
    """Write one line so that y goes through the middle of its small letters, whatever letters it has."""
    theme.write(ax, x, y + 0.72, words, size="small", va="baseline", **style)


def _draw_key(ax: Axes, marks: pd.DataFrame) -> None:
    """Draw above the page a block of each verdict, with how many sentences have it."""
    number, wide = marks["verdict"].value_counts(), ax.get_xlim()[1]
    shown = [verdict for verdict in VERDICTS if verdict in number]
    words = [f"{number[verdict]} {VERDICTS[verdict][2]}" for verdict in shown]
    if sum(text_width(said, "small", "semibold") + 9 for said in words) > wide:
        words = [f"{number[verdict]} {verdict}" for verdict in shown]
    x = 0.0
    for verdict, said in zip(shown, words, strict=True):
        _draw_bar(ax, (x, 0.3), (5, 2), verdict)
        _write(ax, x + 6, 1.3, said, face="semibold")
        x += text_width(said, "small", "semibold") + 9


def _draw_head(ax: Axes, layout: Layout) -> None:
    """Name the columns; over the blocks, show how long 50 characters are."""
    y, long = HEAD - 2.2, 50 / layout.per_line * layout.width
    style = {"face": "italic", "color": theme.MUTED}
    _write(ax, 0, y, "paragraph.sentence", **style)
    right = layout.left + long
    ax.plot([layout.left, layout.left, right, right], [y - 0.5, y, y, y - 0.5], color=theme.MUTED,
            linewidth=0.5 * theme.scale_of(ax.figure))  # fmt: skip
    _write(ax, right + 1, y, "50 characters", **style)
    if layout.mode == "beside":
        _write(ax, layout.reasons, y, "why", **style)
