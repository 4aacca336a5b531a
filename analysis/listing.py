"""A table of words for a notebook: whole texts, aligned left, and a plain face that can be read and compared."""

from __future__ import annotations

import html
from dataclasses import dataclass

import pandas as pd

LEFT = 'style="text-align:left;vertical-align:top"'
BETWEEN = " | "
"""What separates versions in a cell: each gets a line of its own."""


@dataclass(frozen=True)
class Listing:
    """Show every row of a frame with its texts whole; the index is not shown, an empty cell stays empty."""

    frame: pd.DataFrame

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        names = [str(name) for name in self.frame.columns]
        rows = [["" if pd.isna(cell) else str(cell) for cell in row] for row in self.frame.itertuples(index=False, name=None)]
        plain = "\n".join("\n".join(f"{'' if i == 0 else '  '}{name}: {cell}" for i, (name, cell) in
                                    enumerate(zip(names, row, strict=True)) if cell) for row in rows)  # fmt: skip
        head = "".join(f"<th {LEFT}>{html.escape(name)}</th>" for name in names)
        body = "\n".join(f"<tr>{''.join(f'<td {LEFT}>{_escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
        return {"text/html": f"<table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table>", "text/plain": plain}


def _escape(cell: str) -> str:
    return "<br>".join(html.escape(part) for part in cell.split(BETWEEN))
